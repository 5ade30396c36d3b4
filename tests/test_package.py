"""The package as it is shipped: the wheel and the editable install both find the house style."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from blogcovers.workflow.assets import shipped_style

ROOT = Path(__file__).parents[1]
STYLE_FILES = {"house.toml", "negative.j2", "prompt.j2", "sdxl.json", "flux.json", "sdxl_two_stage.json"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(command, check=True, capture_output=True)
    (found,) = folder.glob("*.whl")
    return found


def test_a_checkout_uses_the_style_at_its_root() -> None:
    if not (ROOT / "pyproject.toml").is_file() or "site-packages" in str(shipped_style()):
        pytest.skip("the package under test is installed, not a checkout")
    assert shipped_style() == ROOT / "style"


def test_the_wheel_holds_the_style_and_nothing_beside_the_packages(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert {
        name.removeprefix("blogcovers/style/") for name in names if name.startswith("blogcovers/style/")
    } >= STYLE_FILES
    assert "blogcovers/py.typed" in names
    assert {f"blogcovers/gallery/templates/gallery.{name}" for name in ("html.j2", "css", "js")} <= set(names)
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"blogcovers", "pelican"}


def test_the_wheel_adds_one_package_to_pelicans_namespace(wheel: Path, tmp_path: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in names if name.startswith("pelican/")] == ["pelican/plugins/blogcovers/__init__.py"]

    pytest.importorskip("pelican")
    zipfile.ZipFile(wheel).extractall(tmp_path)
    code = (
        "from pelican.plugins._utils import get_namespace_plugins;"
        "plugin = get_namespace_plugins()['pelican.plugins.blogcovers'];"
        "print(plugin.__file__, plugin.register.__module__)"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
    )
    file, module = found.stdout.split()  # where the package is installed for editing, too, that one comes first
    assert module == "blogcovers.plugins.pelican_plugin"
    assert Path(file).read_bytes() == (tmp_path / "pelican/plugins/blogcovers/__init__.py").read_bytes()


def test_the_wheel_names_the_plugin_of_mkdocs(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/entry_points.txt"))
    text = archive.read(name).decode()
    assert "[mkdocs.plugins]\nblogcovers = blogcovers.plugins.mkdocs_plugin:BlogcoversPlugin\n" in text


def test_the_wheel_paints_a_cover(wheel: Path, tmp_path: Path) -> None:
    installed = tmp_path / "installed"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(installed), str(wheel)]
    subprocess.run(command, check=True, capture_output=True)
    content = tmp_path / "site/content"
    content.mkdir(parents=True)
    (content / "fox.md").write_text("---\nconcept: a fox\n---\n", encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(installed)}
    where = "from blogcovers.workflow.assets import shipped_style; print(shipped_style())"
    elsewhere: Any = {"cwd": tmp_path, "env": environment, "check": True, "capture_output": True, "text": True}
    shown = subprocess.run([sys.executable, "-c", where], **elsewhere)
    assert Path(shown.stdout.strip()) == installed / "blogcovers/style"
    built = [sys.executable, "-m", "blogcovers", "build", str(content)]
    for line in ("1 cover made", "Nothing to do"):
        run = subprocess.run(built, **elsewhere)
        assert line in run.stdout
    shown = subprocess.run([sys.executable, "-m", "blogcovers", "gallery", str(content)], **elsewhere)
    assert "1 cover of 1 post" in shown.stdout
