"""Hexo: https://hexo.io. Posts are named by their paths below ``_posts``."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from blogcovers.generators.base import Generator, Sign
from blogcovers.generators.config_files import folder, read_table
from blogcovers.posts.naming import parts

if TYPE_CHECKING:
    from blogcovers.generators.base import Home, Settings
    from blogcovers.posts.header import Meta

_FILE = "_config.yml"
_SEGMENTS = {
    "year": r"(\d{4})",
    "month": r"(\d{2})",
    "day": r"(\d{2})",
    "i_month": r"(\d{1,2})",
    "i_day": r"(\d{1,2})",
    "hash": r"([0-9a-f]{12})",
}
_SPECIAL = re.compile(r"[\s~`!@#$%^&*()\-_+=\[\]{}|\\;:\"'<>,.?/]+")
_LETTERS = {"ß": "s", "ẞ": "S", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Ø": "O", "ø": "o", "ı": "i"} | dict(
    zip("ĐđĦħŁłŦŧ", "DdHhLlTt", strict=True)
)


class Hexo(Generator):
    name = "hexo"
    signs = (Sign(_FILE, r"(?m)^\s*(?:new_post_name|source_dir)\s*:"), Sign(_FILE, beside=("source/_posts",)))
    instead = "jekyll"
    content = "source/_posts"
    media = "source/images/covers"
    published = (("source", ""),)
    data = "source/_data/covers.json"
    url_setting = f"url in {_FILE}"

    def read(self, home: Home) -> Home:
        site = read_table(home.root / _FILE)
        source = folder(site.get("source_dir"), "source")
        return replace(
            home.served_from(site.get("root") or site.get("url"), site.get("url")),
            content=f"{source}/_posts",
            media=f"{source}/images/covers",
            published=((source, ""),),
            slug_settings={"new_post_name": site["new_post_name"]} if site.get("new_post_name") else {},
        )

    def slug(self, meta: Meta, path: str, settings: Settings) -> str:
        """The path below ``_posts``, or the part of it that the setting new_post_name calls the title."""
        folders, stem = parts(re.sub(r"^(?:.*?/)?_(?:posts|drafts)/", "", path))
        whole = "/".join([*folders, stem])
        rule = re.sub(r"\.[^./]*$", "", str(settings.get("new_post_name") or ":title.md"))
        *pieces, rest = re.split(r":(\w*[^_\W])", rule)  # text, name, text, name, …, text
        texts, names = pieces[::2], pieces[1::2]
        segments = (re.escape(text) + _SEGMENTS.get(name, "(.+?)") for text, name in zip(texts, names, strict=True))
        found = re.fullmatch("".join(segments) + re.escape(rest), whole)
        named = dict(zip(names, found.groups(), strict=True)) if found else {}
        return named.get("title") or _slugize(whole)


def _slugize(text: str) -> str:
    """hexo-util's slugize, for a path that new_post_name does not fit."""
    latin = "".join(map(_without_diacritics, text))
    return _SPECIAL.sub("-", re.sub(r"[\0-\x1f]", "", latin)).strip("-")


def _without_diacritics(character: str) -> str:
    """The Latin letter below the accents; any other character as it is. Hexo's table has rarer letters, too."""
    base = unicodedata.normalize("NFD", character)[0]
    return base if base.isascii() and base.isalpha() else _LETTERS.get(character, character)
