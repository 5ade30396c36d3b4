"""A cover: its recipe, the file that carries it, what derives from it, and what stands at a path.

Bytes and values, and reading from the media folder; writing is :mod:`blogcovers.storage`. It may import ``posts`` and
``workflow``. Nothing here loads Pillow before a picture is made.
"""

from __future__ import annotations

from blogcovers.cover.derived import Derived
from blogcovers.cover.judge import found_at, judged, picture_digest, read_file
from blogcovers.cover.recipe import CAUSES, Output, Recipe, UnknownFormat, changes, is_renamed, wanted
from blogcovers.cover.state import DerivedFile, Found, State

__all__ = [
    "CAUSES",
    "Derived",
    "DerivedFile",
    "Found",
    "Output",
    "Recipe",
    "State",
    "UnknownFormat",
    "changes",
    "found_at",
    "is_renamed",
    "judged",
    "picture_digest",
    "read_file",
    "wanted",
]
