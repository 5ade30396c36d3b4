"""Covers of earlier versions stay current: nobody's site is repainted by an update.

``old_covers`` holds a small site of each generator and one whose covers ComfyUI made, as blogcovers of November 2026
left them. They are never made anew: what a later version changes about them is what this test is there to notice.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
from site_builder import Site

from blogcovers import generators

OLD = Path(__file__).parent / "old_covers"
SITES = sorted(folder.name for folder in OLD.iterdir())


def digests(root: Path) -> dict[str, str]:
    files = (path for path in root.rglob("*") if path.is_file() and ".blogcovers" not in path.parts)
    return {path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_there_is_a_site_of_each_generator() -> None:
    assert set(SITES) == {*generators.NAMES, "comfyui"}


@pytest.mark.parametrize("name", SITES)
def test_they_are_current_and_not_touched(tmp_path: Path, name: str) -> None:
    site = Site(tmp_path / "site")
    shutil.rmtree(site.root)
    shutil.copytree(OLD / name, site.root)
    before = digests(site.root)
    checked = site.run("check", "--json")
    assert (checked.code, set(checked.json["counts"]["state"])) == (0, {"current"}), checked.out
    built = site.run("build")
    assert (built.code, built.out.startswith("Nothing to do")) == (0, True), built.out
    assert digests(site.root) == before
