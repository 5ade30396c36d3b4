"""Zensical: https://zensical.org. It does as MkDocs does, whose config it reads, too; but it runs nobody's plugins."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from blogcovers.generators.base import Sign
from blogcovers.generators.config_files import read_table
from blogcovers.generators.mkdocs import MkDocs, as_configured, config_of, merged, names_us

if TYPE_CHECKING:
    from blogcovers.generators.base import Home

_FILE = "zensical.toml"
_UNHEARD = "Zensical runs no plugins, so 'blogcovers' in its plugins does nothing: run 'blogcovers build' first."


class Zensical(MkDocs):
    name = "zensical"
    signs = (Sign(_FILE),)
    passed_links = ("*",)
    instead = "mkdocs"
    url_setting = f"site_url in {_FILE}"

    def read(self, home: Home) -> Home:
        file = home.root / _FILE
        project = read_table(file).get("project") if file.is_file() else merged(config_of(home))
        site = project if isinstance(project, dict) else {}
        home = as_configured(home, site)
        return replace(home, warnings=(_UNHEARD,)) if names_us(site) else home
