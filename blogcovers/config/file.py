"""The config's file: found, and read as TOML.

It is ``blogcovers.toml``, or ``[tool.blogcovers]`` in ``pyproject.toml``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from blogcovers import bounds, storage
from blogcovers.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE = "blogcovers.toml"


def find(start: Path) -> Path | None:
    """The config file for a folder: looked for from there upward, to the repository's root."""
    for folder in (start, *start.parents):
        for name in (FILE, "pyproject.toml"):
            file = folder / name
            if file.is_file() and (name == FILE or _own_table(_toml(file)) is not None):
                return file
        if (folder / ".git").exists():
            break
    return None


def table(file: Path) -> dict[str, Any]:
    """What the file says to blogcovers. Raises ConfigError where it cannot be read."""
    whole = _toml(file)
    return whole if file.name == FILE else _own_table(whole) or {}


def _own_table(pyproject: Mapping[str, Any]) -> dict[str, Any] | None:
    """``[tool.blogcovers]``; None where there is none."""
    tool = pyproject.get("tool")
    own = tool.get("blogcovers") if isinstance(tool, dict) else None
    return own if isinstance(own, dict) else None


def _toml(file: Path) -> dict[str, Any]:
    try:
        return bounds.toml_table(storage.read_text(file, bounds.CONFIG))
    except ValueError as error:  # no TOML, no UTF-8, or past a bound
        raise ConfigError(f"{file}: the TOML is malformed: {error}.", _toml_hint(error)) from None
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}.") from None


def _toml_hint(error: Exception) -> str:
    twice = "Cannot declare" in str(error) or "Cannot overwrite" in str(error)
    return "Each key and table stands once." if twice else "Text values stand in quotes."
