"""Imports go down a floor, or to the left within one: read from the source, file by file."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import blogcovers

PACKAGE = Path(blogcovers.__file__).parent

# Lowest first; within a floor a module may import those to its left. A folder stands for all its modules.
FLOORS = (
    (
        "errors",
        "digest",
        "crop",
        "settings",
        "front_matter",
        "layouts",
        "linking",
        "inherited",
        "slugs",
        "misspelt",
        "posts",
        "style",
        "graph",
        "walk",
        "roles",
        "workflow",
        "recipe",
        "derived",
        "metadata",
        "webp",
        "jpeg",
        "plan",
        "themes",
        "comfy.limits",
        "comfy.protocol",
        "comfy.preflight",
        "comfy.canvas",
        "comfy.widgets",
        "comfy.snapping",
        "comfy.replacements",
        "comfy.places",
        "comfy.convert",
    ),
    (
        "generators",
        "homes",
        "config",
        "site",
        "exposed",
        "covers",
        "derive",
        "thumbnails",
        "sheet",
        "git",
        "hooks",
        "render",
        "comfy.catalogue",
        "comfy.job",
        "comfy.effects",
        "comfy.ledger",
        "comfy.tracker",
        "comfy.client",
        "comfy.scheduler",
        "comfy.worker",
        "comfy.renderer",
        "comfy.doctor",
        "painter",
    ),
    ("urls", "survey", "orphans", "data_file", "gallery", "build", "carried"),
    ("output", "progress", "commands"),
    ("cli", "__main__", "plugins"),
)
# Floor 0 touches no disk, no network, no clock.
FORBIDDEN_BELOW = {"os", "pathlib", "time", "socket", "requests", "websocket", "PIL", "subprocess", "tempfile", "click"}


def place(module: str) -> tuple[int, int]:
    for floor, names in enumerate(FLOORS):
        for position, name in enumerate(names):
            if module == name or module.startswith(f"{name}."):
                return floor, position
    raise AssertionError(f"blogcovers/{module.replace('.', '/')}.py stands on no floor: add it to FLOORS")


def module_of(file: Path) -> str:
    parts = file.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(file: Path) -> list[tuple[int, str]]:
    """(line, dotted name) of each import, relative ones made absolute, those for types included."""
    found = []
    package = file.relative_to(PACKAGE).parent.parts
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join(("blogcovers", *package[: len(package) - node.level + 1], *([base] if base else [])))
            found += [(node.lineno, f"{base}.{alias.name}") for alias in node.names]
    return found


def target(name: str) -> str | None:
    """The module of ours that an imported name lies in; None for others' and for the package itself."""
    parts = name.split(".")
    if parts[0] != "blogcovers":
        return None
    for length in range(len(parts), 1, -1):
        path = PACKAGE.joinpath(*parts[1:length])
        if path.with_suffix(".py").is_file() or (path / "__init__.py").is_file():
            return ".".join(parts[1:length])
    return None


# The folder comfy spans two floors, so its own file stands on none; like the package's own it imports nothing.
FILES = sorted({*PACKAGE.rglob("*.py")} - {PACKAGE / "__init__.py", PACKAGE / "comfy/__init__.py"})
LOWEST = [file for file in FILES if place(module_of(file))[0] == 0]


@pytest.mark.parametrize("file", FILES, ids=module_of)
def test_imports_go_down_or_left(file: Path) -> None:
    module = module_of(file)
    for line, name in imports(file):
        imported = target(name)
        if imported and imported != "comfy" and place(imported) != place(module):
            assert place(imported) < place(module), f"{file}:{line}: {module} may not import {imported}"


def test_what_stands_on_a_floor_is_there() -> None:
    modules = {module_of(file) for file in FILES}
    assert [name for names in FLOORS for name in names if name not in modules] == []


@pytest.mark.parametrize("file", LOWEST, ids=module_of)
def test_the_lowest_floor_touches_nothing(file: Path) -> None:
    for line, name in imports(file):
        assert name.split(".")[0] not in FORBIDDEN_BELOW, f"{file}:{line}: a value touches {name}"


def test_the_package_itself_loads_nothing() -> None:
    code = "import sys; before = set(sys.modules); import blogcovers; print(sorted(set(sys.modules) - before))"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert loaded.stdout.strip() == "['blogcovers']"
