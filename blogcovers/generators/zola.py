"""Zola: https://www.getzola.org. Its rule was read in its source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from blogcovers.generators.base import Generator, Sign
from blogcovers.generators.config_files import read_table
from blogcovers.generators.slug_parts import in_ascii, last_segment, page_name
from blogcovers.posts.naming import text_of

if TYPE_CHECKING:
    from blogcovers.generators.base import Home, Settings
    from blogcovers.posts.header import Meta

_FILES = ("zola.toml", "config.toml")
_DATE = re.compile(
    r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
    r"(?:T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d))?\s?[_-](?=.)"
)


class Zola(Generator):
    name = "zola"
    signs = (Sign("config.toml", r"(?m)^\s*base_url\b"), Sign("zola.toml"))
    content = "content"
    media = "static/images/covers"
    published = (("static", ""),)
    data = "data/covers.json"
    url_setting = "base_url in Zola's config"

    def read(self, home: Home) -> Home:
        file = next(file for name in _FILES if (file := home.root / name).is_file())
        site = read_table(file)
        languages = site.get("languages")
        return replace(
            home.served_from(site.get("base_url")),
            languages=tuple(languages) if isinstance(languages, dict) else (),
            default_language=str(site.get("default_language") or ("en" if languages else "")),
            slug_settings={"slugify": site["slugify"]} if isinstance(site.get("slugify"), dict) else {},
        )

    def slug(self, meta: Meta, path: str, settings: Settings) -> str:
        """The last part of ``path``; else the slug or the name after its date, slugified.

        ``settings``: the table slugify.
        """
        slugify = settings.get("slugify")
        slugify = slugify if isinstance(slugify, Mapping) else {}
        name = page_name(path)
        date = _DATE.match(name)
        if date and not slugify.get("paths_keep_dates"):
            name = name[date.end() :]
        name = text_of(meta, "slug") or name
        strategy = slugify.get("paths", "on")
        if strategy == "on":
            # Zola's table (deunicode) also has names for emoji; Unidecode leaves them out.
            name = re.sub(r"[^a-z0-9]+", "-", in_ascii(name, "zola").lower()).strip("-")
        elif strategy == "safe":
            name = re.sub(r'[<>:"/\\|?*]', "", name.rstrip(" ."))
        return last_segment(text_of(meta, "path")) or name
