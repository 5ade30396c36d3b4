"""Nikola: https://getnikola.com. Posts are named by their files, date and all."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from blogcovers.generators.base import Generator, Sign
from blogcovers.generators.config_files import guessed, read_python
from blogcovers.generators.slug_parts import in_ascii
from blogcovers.posts.naming import own_name, text_of

if TYPE_CHECKING:
    from blogcovers.generators.base import Home, Settings
    from blogcovers.posts.header import Meta

_FILE = "conf.py"


class Nikola(Generator):
    name = "nikola"
    signs = (Sign(_FILE, r"(?m)^\s*(?:BLOG_TITLE|NIKOLA_|POSTS\s*=)"),)
    content = "posts"
    media = "files/images/covers"
    published = (("files", ""),)
    dates = ("date",)
    data = "data/covers.json"
    url_setting = f"SITE_URL in {_FILE}"

    def read(self, home: Home) -> Home:
        values, computed = read_python(home.root / _FILE)
        sources = [str(entry[0]) for entry in values.get("POSTS", ()) if isinstance(entry, list | tuple) and entry]
        folders = [PurePosixPath(source.partition("*")[0]).as_posix() for source in sources]
        translations = values.get("TRANSLATIONS")
        return replace(
            home.served_from(values.get("SITE_URL")),
            content=next((folder for folder in folders if folder != "."), home.content),
            languages=tuple(translations) if isinstance(translations, dict) else (),
            default_language=str(values.get("DEFAULT_LANG") or "en"),
            guessed=guessed(_FILE, computed, {"POSTS": "content", "SITE_URL": "public_url"}),
        )

    def slug(self, meta: Meta, path: str, settings: Settings) -> str:
        """The slug as it stands, else the name slugified."""
        if slug := text_of(meta, "slug"):
            return slug
        name = re.sub(r"[^+\w\s-]", "", in_ascii(own_name(path), "nikola"))
        return re.sub(r"[-\s]+", "-", name.strip().lower())
