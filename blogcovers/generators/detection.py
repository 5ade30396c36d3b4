"""Which generator a folder belongs to, by the files that stand in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blogcovers.generators.table import GENERATORS, named

if TYPE_CHECKING:
    from pathlib import Path

    from blogcovers.generators.base import Generator


def detect(root: Path) -> list[Generator]:
    """The generators whose files stand in ``root``; empty for a plain site."""
    found = [generator for generator in GENERATORS if generator.is_in(root)]
    instead = {generator.instead for generator in found}
    return [generator for generator in found if generator.name not in instead]


def readable(generator: Generator, root: Path) -> bool:
    """Whether a file that this generator reads is in ``root``: its own, or that of the one whose files it reads."""
    return generator.is_in(root) or bool(generator.instead and named(generator.instead).is_in(root))
