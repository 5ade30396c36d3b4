"""What a ComfyUI of which version can do, in one table.

It was read in ComfyUI's sources, and seen on 0.3.64, 0.12.1 and 0.33.0. A version is a hint: where the server's own
answers show what it does, they count. ``/system_stats`` has said the version since September 2024 (0.2); a server that
does not say it is taken for an older one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

NEEDED = "0.2"
"""The oldest that is named to whoever has one that is too old. What decides is the route below."""

TOO_OLD = "it has no /history/{id}, which came in June 2023"


@dataclass(frozen=True)
class Ability:
    """``since``: the first version that has it. ``otherwise``: what an older one means for a build, a sentence.
    ``wanted``: whether that is worth an update."""

    since: tuple[int, int, int]
    otherwise: str
    wanted: bool = False

    def __str__(self) -> str:
        return ".".join(map(str, self.since))


KEEPS_IDS = Ability(
    (0, 3, 45), "It gives prompts ids of its own, so a later run finds what was left by the graph.", True
)
HEEDS_IDS = Ability(
    (0, 3, 57), "It would interrupt whoever's prompt runs, so on Ctrl-C a cover that runs is finished.", True
)
JOBS = Ability((0, 6, 0), "It has no /api/jobs, so its history and queue are asked.")
# Seen in 0.12.1, and not yet in 0.3.64.
PREVIEWS = Ability((0, 12, 1), "It may make previews only if it is started with --preview-method auto.")
ABILITIES = (KEEPS_IDS, HEEDS_IDS, JOBS, PREVIEWS)


@dataclass(frozen=True)
class Version:
    """``said``: as the server says it, ``""`` where it does not. ``number``: (major, minor, patch), None for unknown.

    Up to January 2025 it was what git describes, like ``v0.2.2-15-g3c60ecd``.
    """

    said: str = ""
    number: tuple[int, int, int] | None = None

    def has(self, ability: Ability) -> bool:
        return self.number is not None and self.number >= ability.since

    def __str__(self) -> str:
        return f"ComfyUI {self.said}" if self.said else "ComfyUI of an unknown version"


def version_of(stats: Mapping[str, Any]) -> Version:
    """The version that an answer of ``/system_stats`` tells."""
    system = stats.get("system")
    said = system.get("comfyui_version") if isinstance(system, dict) else None
    if not isinstance(said, str) or said == "unknown":
        return Version()
    found = re.match(r"v?(\d{1,6})\.(\d{1,6})(?:\.(\d{1,6}))?(?!\d)", said)
    number = (int(found[1]), int(found[2]), int(found[3] or 0)) if found else None
    return Version(" ".join(said.split())[:40], number)
