"""Jekyll: https://jekyllrb.com. Posts lie in ``_posts`` folders; it publishes what it is not told to leave out."""

from __future__ import annotations

import re
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from blogcovers.generators.base import Generator, Sign
from blogcovers.generators.config_files import UnreadableConfig, folder, joined, read_table
from blogcovers.posts.naming import parts, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from blogcovers.generators.base import Home, Settings
    from blogcovers.posts.header import Meta

_FILES = ("_config.yml", "_config.yaml", "_config.toml")
_POSTS = ("_posts/*", "*/_posts/*", "_drafts/*", "*/_drafts/*")
_DATE = re.compile(r"\d{2,4}-\d{1,2}-\d{1,2}-")
# lib/jekyll/configuration.rb of Jekyll 4: DEFAULT_EXCLUDES, which the site's own are added to
_EXCLUDED = (
    "Gemfile",
    "gemfiles",
    "node_modules",
    *(f"vendor/{name}/" for name in ("bundle", "cache", "gems", "ruby")),
)
_SPECIAL = (".", "_", "#", "~")  # lib/jekyll/entry_filter.rb: names that begin with these are not copied


class Jekyll(Generator):
    name = "jekyll"
    signs = (
        *(Sign(file, beside=("_posts",)) for file in _FILES),
        Sign("Gemfile", r"(?m)^\s*gem\s+['\"](?:jekyll|github-pages)['\"]", beside=("_config.yml",)),
    )
    content = "."
    media = "assets/images/covers"
    posts = _POSTS
    exclude = ("vendor/*", "_site/*")
    dates = ("date",)
    passed_links = _POSTS  # Ruby's ** enters no links
    data = "_data/covers.json"
    url_setting = "url in _config.yml"
    note = (
        "Jekyll publishes what it is not told to leave out. Keep our files out of the site; in _config.yml:\n\n"
        "exclude:\n  - blogcovers.toml\n  - style/\n"
    )

    def read(self, home: Home) -> Home:
        site = _settings(home.root)
        source = folder(site.get("source"), home.content)
        return replace(
            home.served_from(site.get("baseurl") or "", site.get("url")),
            content=source,
            media=joined(source, "assets/images/covers"),
            published=((source, ""),),
            default_language=str(site.get("lang") or ""),
        )

    def slug(self, meta: Meta, path: str, settings: Settings) -> str:
        """The front matter's slug, else what follows the date in the file's name; neither is changed."""
        stem = parts(path)[1]
        date = _DATE.match(stem)
        return text_of(meta, "slug") or stem[date.end() if date else 0 :].rstrip(".")

    def exposed(self, root: Path, ours: Iterable[Path]) -> Iterator[str]:
        """Nothing where its config cannot be read, which is told elsewhere."""
        try:
            site = _settings(root)
        except UnreadableConfig:
            site = {}
        source = root / str(site.get("source") or ".").strip("/")
        exclude = site.get("exclude")
        patterns = [*_EXCLUDED, *(exclude if isinstance(exclude, list) else [])]
        inside = [path for path in ours if path.is_relative_to(source) and path != source]
        below = [f"{path.relative_to(source).as_posix()}{'/' * path.is_dir()}" for path in inside]
        open_to_all = [path for path in below if not is_left_out(path, patterns)]
        if open_to_all:
            names = " and ".join(open_to_all)
            yield f"jekyll publishes {names}, too. Write in _config.yml: exclude: [{', '.join(open_to_all)}]"


def is_left_out(path: str, patterns: list[Any]) -> bool:
    """Whether Jekyll leaves out what lies at ``path`` below its source, or a folder that it lies in; a folder's path
    ends in ``/``.

    As ``Jekyll::EntryFilter`` has it: a pattern is a glob whose ``*`` matches ``/``, too, or how the path begins.
    """
    names = path.removesuffix("/").split("/")
    texts = [pattern.lstrip("/") for pattern in patterns if isinstance(pattern, str) and pattern.strip("/")]
    for entry in ("/".join(names[: count + 1]) for count in range(len(names))):
        name = entry.rpartition("/")[2]
        if name.startswith(_SPECIAL) or name.endswith("~"):
            return True
        if any(
            fnmatchcase(entry, text) or entry.startswith(text) or (text == f"{entry}/" and path.startswith(text))
            for text in texts
        ):
            return True
    return False


def _settings(root: Path) -> dict[str, Any]:
    """What the config says, ``{}`` where there is none. Raises UnreadableConfig."""
    file = next((file for name in _FILES if (file := root / name).is_file()), None)
    return read_table(file) if file else {}
