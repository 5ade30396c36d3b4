"""The house: imports go down a floor, what is pure touches nothing, and no name stands twice."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from package_listing import listing

import blogcovers

PACKAGE = Path(blogcovers.__file__).parent
CONTRIBUTING = Path(__file__).parents[1] / "CONTRIBUTING.md"

FLOORS = (
    ("errors", "digest", "bounds", "signals"),
    ("storage",),
    ("workflow",),
    ("posts",),
    ("generators", "cover"),
    ("link", "painter"),
    ("site",),
    ("config", "plan"),
    ("survey", "comfy"),
    ("build", "gallery"),
    ("git", "output"),
    ("api",),
    ("commands", "plugins"),
    ("cli",),
    ("__main__",),
)
"""Lowest first. What stands on one floor does not know of its neighbours."""

EDGES = {
    *("signals", "storage", "build", "output", "api", "posts/read", "site/orphans", "cover/judge", "cover/picture"),
    *("comfy/client", "comfy/wire", "comfy/worker", "comfy/scheduler", "comfy/renderer"),
    *("gallery/page", "gallery/thumbnails", "generators/eleventy"),
}
"""What touches disk, clock, threads or the network, besides the folders whose business that is."""
TOUCHING = {
    "os",
    "time",
    "socket",
    "requests",
    "websocket",
    "subprocess",
    "tempfile",
    "threading",
    "concurrent",
    "click",
}
OUTSIDE = {"config", "git", "painter", "commands", "plugins", "cli", "__main__"}


def module(file: Path) -> str:
    return file.relative_to(PACKAGE).with_suffix("").as_posix().removesuffix("/__init__")


def imported(file: Path) -> list[tuple[int, str]]:
    """(line, dotted name) of each import at the top of a file, those for types included."""
    found = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found += [(node.lineno, f"{node.module}.{alias.name}") for alias in node.names]
    return found


FILES = sorted(file for file in PACKAGE.rglob("*.py") if file != PACKAGE / "__init__.py")
PURE = [file for file in FILES if module(file) not in EDGES and module(file).split("/")[0] not in OUTSIDE]


@pytest.mark.parametrize("file", FILES, ids=module)
def test_imports_go_down(file: Path) -> None:
    floors = {name: floor for floor, names in enumerate(FLOORS) for name in names}
    here = module(file).split("/")[0]
    assert here in floors, f"{here} stands on no floor: add it to FLOORS"
    for line, name in imported(file):
        package, _, below = name.partition(".")
        there = below.split(".")[0]
        if package == "blogcovers" and there in floors and there != here:
            assert floors[there] < floors[here], f"{file}:{line}: {here} may not import {there}"


@pytest.mark.parametrize("file", PURE, ids=module)
def test_what_is_pure_touches_nothing(file: Path) -> None:
    for line, name in imported(file):
        assert name.split(".")[0] not in TOUCHING, f"{file}:{line}: {module(file)} touches {name}"


def test_plugins_use_the_interface_for_programs_alone() -> None:
    for file in (PACKAGE / "plugins").glob("*_plugin.py"):
        ours = {name for _, name in imported(file) if name.startswith("blogcovers")}
        assert {name for name in ours if not name.startswith("blogcovers.api")} == set(), file


def test_pictures_are_opened_in_one_place_and_by_name() -> None:
    """Pillow opens every format that it knows, and lets Ghostscript run a PostScript file."""
    found = [
        (module(file), [word.arg for word in node.keywords])
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "open"
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id.startswith("Image")
    ]
    assert found == [("cover/picture", ["formats"])]
    loaders = [line for file in FILES for line, name in imported(file) if name in ("PIL.Image.open", "PIL.ImageFile")]
    assert loaders == []


def test_no_module_and_no_class_has_the_name_of_another() -> None:
    modules = Counter(file.stem for file in FILES if file.name != "__init__.py")
    classes = Counter(
        node.name
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert [name for name, count in (modules + classes).items() if count > 1] == []


def test_the_listing_in_contributing_is_that_of_the_package() -> None:
    assert listing() in CONTRIBUTING.read_text(encoding="utf-8"), "python tests/package_listing.py prints it"


def test_the_package_itself_loads_nothing() -> None:
    code = "import sys; before = set(sys.modules); import blogcovers; print(sorted(set(sys.modules) - before))"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert loaded.stdout.strip() == "['blogcovers']"
