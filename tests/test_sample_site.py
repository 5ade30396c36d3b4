"""The sample site: fourteen posts that every generator reads alike, and a second build that makes nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from PIL import Image
from site_builder import Site

from blogcovers import covers, front_matter
from blogcovers.plan import State

SAMPLE = Path(__file__).parents[1] / "sample_site"
POSTS = sorted((SAMPLE / "content").glob("*.md"))


def test_there_are_fourteen_posts() -> None:
    assert len(POSTS) == 14


@pytest.mark.parametrize("post", POSTS, ids=lambda post: post.stem)
def test_every_dialect_reads_the_same_header(post: Path) -> None:
    text = post.read_text(encoding="utf-8")
    header = text.split("---\n")[1]
    plain = dict(line.split(": ", 1) for line in header.splitlines())
    assert yaml.load(header, Loader=yaml.BaseLoader) == plain
    for dialect in ("any", "pelican", "mkdocs"):
        assert front_matter.read(text, dialect) == plain
    assert {"title", "date"} <= plain.keys()


def test_one_draft_one_hand_made_one_without_a_concept(tmp_path: Path) -> None:
    shutil.copytree(SAMPLE, tmp_path / "site", ignore=shutil.ignore_patterns(".blogcovers"))
    site = Site(tmp_path / "site")
    for cover in site.media.glob("*.webp"):
        if covers.found(cover).recipe:
            cover.unlink()
    rows = site.build().rows()
    assert sum(row["action"] == "rendered" for row in rows.values()) == 11
    assert [row["reason"] for row in rows.values() if row["state"] == "skipped"] == ["a draft", "no concept"]
    assert [slug for slug, row in rows.items() if row["state"] == "hand-made"] == ["paper-lanterns"]


def test_the_hand_made_cover_is_a_picture_without_a_recipe() -> None:
    cover = SAMPLE / "media/covers/paper-lanterns.webp"
    assert covers.found(cover).state is State.HAND_MADE
    with Image.open(cover) as picture:
        assert (picture.format, picture.size) == ("WEBP", (1200, 630))
