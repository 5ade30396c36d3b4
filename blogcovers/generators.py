"""Static-site generators: which one a folder belongs to, and the defaults that suit it.

One table of values. A preset says where posts are and where a cover has to lie to be published; a later
preset is one more row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from blogcovers.front_matter import Dialect


@dataclass(frozen=True)
class Preset:
    """``signs``: files that show the generator, relative to the site's root; one of them is enough, with
    all of ``beside``. ``content`` and ``media`` are relative to that root."""

    name: str
    signs: tuple[str, ...]
    content: str
    media: str
    beside: tuple[str, ...] = ()
    dialect: Dialect = "any"


PLAIN = Preset("plain", (), "content", "media/covers")

PRESETS = (
    Preset("hugo", ("hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json"), "content", "static/images/covers"),
    Preset(
        "hugo",
        tuple(f"config/_default/{name}.{ending}" for name in ("hugo", "config") for ending in ("toml", "yaml", "json")),
        "content",
        "static/images/covers",
    ),
    Preset("hugo", ("config.toml", "config.yaml"), "content", "static/images/covers", beside=("archetypes",)),
    Preset("pelican", ("pelicanconf.py",), "content", "content/images/covers", dialect="pelican"),
    Preset("mkdocs", ("mkdocs.yml", "mkdocs.yaml"), "docs", "docs/assets/covers", dialect="mkdocs"),
    Preset("jekyll", ("_config.yml", "_config.yaml"), "_posts", "assets/images/covers", beside=("_posts",)),
)

NAMES = tuple(dict.fromkeys([*(preset.name for preset in PRESETS), PLAIN.name]))


def named(name: str) -> Preset:
    """The preset of this name (one of :data:`NAMES`)."""
    return next((preset for preset in PRESETS if preset.name == name), PLAIN)


def detect(root: Path) -> list[Preset]:
    """The presets whose files stand in ``root``, one for each generator; empty for a plain site."""
    found = {
        preset.name: preset
        for preset in reversed(PRESETS)
        if any((root / sign).is_file() for sign in preset.signs)
        and all((root / name).exists() for name in preset.beside)
    }
    return [found[name] for name in NAMES if name in found]
