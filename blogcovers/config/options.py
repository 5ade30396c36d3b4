"""What the command line or a plugin says of a run, before any config is read."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

RendererName = Literal["comfyui", "painter"]
RENDERERS: tuple[RendererName, ...] = get_args(RendererName)


@dataclass(frozen=True)
class Host:
    """The generator in whose run we are: its name, its config file, and its content folder, both absolute.

    It stands in for where the user stands: the config says the rest, as it does on the command line.
    """

    name: str
    file: Path
    content: Path


@dataclass(frozen=True)
class Options:
    """What the command line or a plugin says; None where it says nothing. Paths are relative to where the user stands,
    ``host`` is the plugin's."""

    content: Path | None = None
    media: Path | None = None
    style: Path | None = None
    server: tuple[str, ...] = ()
    renderer: RendererName | None = None
    drafts: bool | None = None
    generator: str = ""
    host: Host | None = None


@dataclass(frozen=True)
class Selection:
    """Which covers, out of those that are due, and how they are told of."""

    only: tuple[str, ...] = ()
    force: bool = False
    limit: int | None = None
    overwrite_hand_made: bool = False
    preview: Path | None = None
    json: bool = False
    quiet: bool = False


def meant(path: Path | None) -> Path | None:
    """A path of the command line, absolute and without ``..``, so that it is shown and looked up as it is meant."""
    return Path(os.path.normpath(path.absolute())) if path else None
