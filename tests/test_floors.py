"""Imports go down: a folder of the package imports only folders and modules that stand below it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import blogcovers

PACKAGE = Path(blogcovers.__file__).parent

FLOORS = (
    ("errors", "digest"),
    ("storage", "workflow"),
    ("posts",),
    ("generators",),
    ("site",),
    ("cover",),
    ("link", "config", "painter"),
    ("plan", "comfy"),
    ("survey",),
    ("build", "gallery"),
    ("git", "output"),
    ("commands",),
    ("plugins", "cli"),
    ("__main__",),
)
"""Lowest first. What stands on one floor does not know of its neighbours."""

VALUES = ("errors", "digest", "plan", "workflow/graph", "workflow/roles", "workflow/template", "workflow/walk")
TOUCHING = {"os", "time", "socket", "requests", "websocket", "PIL", "subprocess", "tempfile", "threading", "click"}


def room(module: str) -> str:
    """The folder or module of the package's root that a dotted name below ``blogcovers`` lies in."""
    return module.split(".")[0]


def imported(file: Path) -> list[tuple[int, str]]:
    """(line, dotted name) of each import, those for types included."""
    found = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
    return found


FILES = sorted(file for file in PACKAGE.rglob("*.py") if file != PACKAGE / "__init__.py")


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_go_down(file: Path) -> None:
    floors = {name: floor for floor, names in enumerate(FLOORS) for name in names}
    here = file.relative_to(PACKAGE).with_suffix("").parts[0]
    for line, name in imported(file):
        package, _, below = name.partition(".")
        if package == "blogcovers" and room(below) in floors and room(below) != here:
            assert floors[room(below)] < floors[here], f"{file}:{line}: {here} may not import {room(below)}"
