"""Docusaurus: https://docusaurus.io. Its rule was read in its source; a date in a path becomes folders."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from blogcovers.generators.base import Generator, Sign
from blogcovers.generators.config_files import SCRIPTS, quoted, read_script
from blogcovers.posts.naming import parts, text_of

if TYPE_CHECKING:
    from blogcovers.generators.base import Home, Settings
    from blogcovers.posts.header import Meta

_FILES = tuple(f"docusaurus.config.{ending}" for ending in SCRIPTS)
_DATE = re.compile(r"(?P<folder>.*)(?P<date>\d{4}[-/]\d{1,2}[-/]\d{1,2})[-/]?(?P<text>.*)")


class Docusaurus(Generator):
    name = "docusaurus"
    signs = tuple(Sign(file) for file in _FILES)
    content = "blog"
    media = "static/img/covers"
    published = (("static", ""),)
    exclude = ("versioned_docs/*", "*/versioned_docs/*")
    data = "data/covers.json"
    url_setting = "url in Docusaurus' config"

    def read(self, home: Home) -> Home:
        text = read_script(home.root, _FILES)
        locales = re.search(r"\blocales\s*:\s*\[([^\]]*)\]", text)
        return replace(
            home.served_from(quoted(text, "baseUrl"), quoted(text, "url")),
            languages=tuple(re.findall(r"""['"]([\w-]+)['"]""", locales[1])) if locales else (),
            default_language=quoted(text, "defaultLocale"),
        )

    def slug(self, meta: Meta, path: str, settings: Settings) -> str:
        """A blog post's slug, else its path, in which a date comes first and becomes folders."""
        if slug := text_of(meta, "slug"):
            return slug
        folders, stem = parts(path)
        text = "/".join([*folders, stem]).removesuffix("/index")
        if not (dated := _DATE.fullmatch(text)):
            return text
        return f"{dated['date'].replace('-', '/')}/{dated['folder']}{dated['text']}"
