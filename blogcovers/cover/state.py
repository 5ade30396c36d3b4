"""What stands at a cover's path, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from blogcovers.cover.recipe import Recipe


class State(StrEnum):
    CURRENT = "current"
    STALE = "stale"
    MISSING = "missing"
    BROKEN = "broken"
    HAND_MADE = "hand-made"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Found:
    """What stands at a cover's path: its state as far as the file alone tells, why, and its recipe.

    ``state`` is MISSING, BROKEN, HAND_MADE, or CURRENT for a whole file with our recipe and picture.
    ``replaceable`` is False for a broken file that only its owner can mend (a Git LFS pointer). ``picture``
    is the digest of the picture in a whole file, whoever made it, else ``""``.
    """

    state: State
    reason: str = ""
    recipe: Recipe | None = None
    replaceable: bool = True
    picture: str = ""


@dataclass(frozen=True)
class DerivedFile:
    """What stands at a derived file's path: its state beside the cover that is there now, and why.

    ``name`` is the file's name without a folder; ``replaceable`` as in :class:`Found`.
    """

    name: str
    state: State
    reason: str = ""
    replaceable: bool = True

    @property
    def due(self) -> bool:
        return self.state in (State.STALE, State.MISSING, State.BROKEN)
