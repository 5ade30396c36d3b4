"""Astro: https://astro.build. Its rule was read in its source; its slugger is github-slugger."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from blogcovers.generators.base import Generator, Sign
from blogcovers.generators.config_files import SCRIPTS, quoted, read_script
from blogcovers.posts.naming import parts, text_of

if TYPE_CHECKING:
    from blogcovers.generators.base import Home, Settings
    from blogcovers.posts.header import Meta

_FILES = tuple(f"astro.config.{ending}" for ending in SCRIPTS)
_KEPT = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "Pc"})
_MORE = re.compile(r"[ \-Ⓐ-ⓩ🄰-🅉🅐-🅩🅰-🆉]")  # letters in circles and squares are alphabetic in Unicode


class Astro(Generator):
    name = "astro"
    signs = tuple(Sign(file) for file in _FILES)
    content = "src/content"
    media = "public/covers"
    published = (("public", ""),)
    data = "src/data/covers.json"
    url_setting = "site in Astro's config"

    def read(self, home: Home) -> Home:
        text = read_script(home.root, _FILES)
        return home.served_from(quoted(text, "base"), quoted(text, "site"))

    def slug(self, meta: Meta, path: str, settings: Settings) -> str:
        """The entry's id: the slug as it stands, else each part of the path by github-slugger."""
        folders, stem = parts(path)
        return text_of(meta, "slug") or "/".join(map(_github_slug, [*folders, stem])).removesuffix("/index")


def _github_slug(text: str) -> str:
    """github-slugger: letters, marks, digits and connectors stay, spaces become hyphens."""
    kept = (c for c in text.lower() if unicodedata.category(c) in _KEPT or _MORE.match(c))
    return "".join(kept).replace(" ", "-")
