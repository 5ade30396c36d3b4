"""Covers whose metadata an optimizer took: git remembers that they are ours, and that is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from git_site import GitSite
from PIL import Image

from blogcovers.cover import webp


@pytest.fixture
def site(tmp_path: Path) -> GitSite:
    """One cover, committed."""
    site = GitSite(tmp_path / "site")
    site.post("fox")
    site.tell("build")
    site.git("add", ".")
    site.git("commit", "--quiet", "-m", "A cover")
    return site


def strip(file: Path) -> None:
    """As ImgBot and ``exiftool -all=`` do: the picture stays, byte for byte."""
    picture = next(chunk for chunk in webp.chunks(file.read_bytes()) if chunk.name in (b"VP8 ", b"VP8L"))
    body = b"WEBP" + picture.name + len(picture.data).to_bytes(4, "little") + picture.data
    file.write_bytes(b"RIFF" + len(body).to_bytes(4, "little") + body)


@pytest.mark.parametrize("committed", [True, False])
@pytest.mark.parametrize("command", ["check", "plan"])
def test_it_is_said_with_the_way_back(site: GitSite, command: str, committed: bool) -> None:
    cover = site.cover("fox")
    before = cover.read_bytes()
    first = site.git("rev-parse", "HEAD").out.strip()
    strip(cover)
    if committed:
        site.git("commit", "--quiet", "-am", "Optimized pictures")
    said = site.tell(command).err
    assert "media/covers/fox.webp has our picture, but something took its metadata" in said
    way_back = f"git checkout {first[:12]} -- media/covers/fox.webp"
    assert way_back in said
    site.git(*way_back.split()[1:])
    assert cover.read_bytes() == before
    assert site.tell(command).err == ""


def test_an_authors_own_picture_is_not_spoken_of(site: GitSite) -> None:
    Image.new("RGB", (64, 36), "teal").save(site.cover("fox"), "WEBP")
    assert site.tell("check").err == ""
    site.git("commit", "--quiet", "-am", "My own")
    assert site.tell("check").err == ""


def test_where_there_is_no_repository_nothing_is_said(tmp_path: Path) -> None:
    site = GitSite(tmp_path / "site", init=False)
    site.post("fox")
    site.tell("build")
    strip(site.cover("fox"))
    assert site.tell("check").err == ""
