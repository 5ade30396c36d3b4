"""Posts whose names, titles and slugs generators treat each in its own way; every generator is given the same ones."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from blogcovers.generators import SiteNaming, named
from blogcovers.posts.header import Meta, read_meta


@dataclass(frozen=True)
class Draft:
    """``path`` is relative to the folder of posts."""

    path: str
    meta: dict[str, str] = field(default_factory=dict)
    body: str = "The body.\n"

    def text(self, *, yaml: bool = True) -> str:
        """The file, with a YAML header or with Pelican's ``Key: value`` lines."""
        if not yaml:
            return "".join(f"{key.title()}: {value}\n" for key, value in self.meta.items()) + f"\n{self.body}"
        lines = (f"{key}: {_yaml(key, value)}\n" for key, value in self.meta.items())
        return f"---\n{''.join(lines)}---\n{self.body}"


def _yaml(key: str, value: str) -> str:
    return value if key == "date" else json.dumps(value, ensure_ascii=False)


NAMES = (
    "2024-01-02-My Post",
    "2024-01-03-lower",
    "2024-01-04",
    "2024-1-5-short",
    "2024-01-06_under",
    "late-2024-01-07-date",
    "Über_Straße",
    "a & b",
    "a  two",
    "a - c",
    "fox's Tale",
    "release-1.0",
    "v1.0.0",
    "x.y",
    "Mr. T",
    "dots..",
    "-lead",
    "trail-",
    "one--two",
    "under_score",
    "日本語 記事",
    "ΣΑΣ",
    "İstanbul",
    "cafe\u0301",
    "C++ & C#",
    "(paren) [x]",
    "comma, semi; eq=1",
    "“quoted”—dash",
    "emoji 🦊 fox",
    "nb\u00a0sp",
    "UPPER",
    "2024",
    "0042",
    "sub/deep Down",
    "Sub Dir/More_Of it/deep",
    "Bundle Dir/index",
    "2024-01-08-Bun.dle/index",
)

SLUGS = (
    "My Slug Ü",
    "007",
    "1.10",
    "2024-01-09",
    "a & b",
    "fox's",
    "C++",
    "-x-",
    "Tag <b>x</b>",
    "a_b",
    "sub/inner",
    "v1.0",
    "日本語",
    "Straße",
    "a  c",
    "🦊 fox",
)

TITLES = (
    "Ünïcode Straße & the Fox's Tale!",
    "Tag <b>bold</b> & <i>it</i>",
    "-dashed-",
    "50% off",
    "One/Two",
    "“Curly” — dash",
    "½ ² ①",
    "1984",
    "007 Returns",
    "日本語の記事",
    "ΣΑΣ",
    "İstanbul",
    "cafe\u0301",
    "🦊 A fox",
    "C++ & C#",
    "a  b",
    "snake_case",
    "dots... v1.0",
    "5 < 6",
    "AT&amp;T",
    "x - y",
)


def _drafts() -> list[Draft]:
    """Titles differ, since Pelican refuses two posts of one name, and all have the date that Material demands."""
    date = {"date": "2024-01-02"}
    drafts = [Draft(f"{name}.md", {"title": f"The {at} & last", **date}) for at, name in enumerate(NAMES)]
    drafts += [Draft(f"s{at:02}.md", {"title": f"Slug {at}", "slug": slug, **date}) for at, slug in enumerate(SLUGS)]
    drafts += [Draft(f"t{at:02}.md", {"title": title, **date}) for at, title in enumerate(TITLES)]
    own = {"title": "Own place", "url": "/z/own-url/", "permalink": "/z/own-permalink/"}
    drafts.append(Draft("own.md", {**own, **date}))
    drafts.append(Draft("no_title-Here.md", date))
    drafts.append(Draft("heading.md", date, "\n# From the *Heading*: 1 & 2\n\nThe body.\n"))
    return drafts


DRAFTS = _drafts()


def write(folder: Path, drafts: list[Draft], *, yaml: bool = True) -> None:
    for draft in drafts:
        file = folder / draft.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(draft.text(yaml=yaml), encoding="utf-8")


def slug(name: str, path: str, meta: Meta, **settings: Any) -> str:
    """What we say this generator calls a post with this front matter."""
    return SiteNaming(name, name, settings).slug(meta, path)


def ours(name: str, drafts: list[Draft], *, below: str = "", **settings: Any) -> dict[str, str]:
    """What we say this generator calls each: path -> slug. ``below``: the folder of posts in the content folder."""
    naming = SiteNaming(name, name, settings)
    said = {}
    for draft in drafts:
        text, path = draft.text(yaml=name != "pelican"), below + draft.path
        meta = naming.completed(read_meta(text, named(name).dialect), path, text)
        said[draft.path] = naming.slug(meta, path)
    return said
