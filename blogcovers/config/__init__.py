"""The config: ``blogcovers.toml``, or ``[tool.blogcovers]`` in ``pyproject.toml``, and what goes before it.

:func:`load` gives the :class:`Config` of a run, divided by who asks: site, making, servers. :data:`KEYS` is the one
table of what may stand in the file. It may import ``site``, ``generators``, ``posts``, ``cover`` and ``workflow``.
"""

from __future__ import annotations

from blogcovers.config.file import FILE, find
from blogcovers.config.home import content_of, home_of, served_at, site_root
from blogcovers.config.keys import KEYS, commented
from blogcovers.config.loading import Config, Making, anywhere, load
from blogcovers.config.options import Host, Options, RendererName, Selection, meant
from blogcovers.config.servers import Access, Servers

__all__ = [
    "FILE",
    "KEYS",
    "Access",
    "Config",
    "Host",
    "Making",
    "Options",
    "RendererName",
    "Selection",
    "Servers",
    "anywhere",
    "commented",
    "content_of",
    "find",
    "home_of",
    "load",
    "meant",
    "served_at",
    "site_root",
]
