"""A media folder that is deleted while covers are made: what is not there at the end is not counted as made."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from site_builder import SMALL, Site

from blogcovers import storage

if TYPE_CHECKING:
    from collections.abc import Collection


def deleting(
    monkeypatch: pytest.MonkeyPatch, site: Site, *, before: Collection[int] = (), after: Collection[int] = ()
) -> None:
    """The folder is deleted just before the writes of these numbers are put in their place, or just after them."""
    put, count = storage._put, [0]

    def putting(folder: Path, target: Path, *rest: Any) -> None:
        ours = target.parent == site.media
        count[0] += ours
        if ours and count[0] in before:
            shutil.rmtree(site.media, ignore_errors=True)
        put(folder, target, *rest)
        if ours and count[0] in after:
            shutil.rmtree(site.media, ignore_errors=True)

    monkeypatch.setattr(storage, "_put", putting)


def six_posts(site: Site) -> None:
    site.write("blogcovers.toml", SMALL)
    for n in range(6):
        site.post(f"post-{n}", f"a fox with {n} kites")


@pytest.mark.parametrize("moment", [{"before": {3}}, {"after": {3}}], ids=["before a write", "after a write"])
def test_covers_that_are_gone_at_the_end_have_failed(
    site: Site, monkeypatch: pytest.MonkeyPatch, moment: dict[str, set[int]]
) -> None:
    six_posts(site)
    with monkeypatch.context() as patch:
        deleting(patch, site, **moment)
        result = site.run("build", "content", "--json")
    there = {file.stem for file in site.media.glob("*.webp")}
    made = {slug for slug, action in result.actions().items() if action == "rendered"}
    assert made == there
    assert made
    lost = {slug: str(row["error"]) for slug, row in result.rows().items() if row["action"] == "failed"}
    assert made | set(lost) == {f"post-{n}" for n in range(6)}
    assert result.code == (1 if lost else 0)
    assert all("was made, and somebody deleted it meanwhile; run again" in error for error in lost.values())
    again = site.build().actions()
    assert {slug for slug, action in again.items() if action == "rendered"} == set(lost)


def test_a_folder_that_vanishes_is_made_again(site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    deleting(monkeypatch, site, before={1})
    site.media.mkdir(parents=True)
    storage.write(site.media / "a.webp", b"x", tmp_path)
    assert (site.media / "a.webp").read_bytes() == b"x"


def test_one_that_cannot_be_kept_there_is_told(site: Site, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    deleting(monkeypatch, site, before={1, 2})
    with pytest.raises(storage.MediaError, match="cannot be written: No such file"):
        storage.write(site.media / "a.webp", b"x", tmp_path)
