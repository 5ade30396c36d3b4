"""The sample site: fourteen posts that every generator reads alike, and that three of them publish with covers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from PIL import Image
from sample import GENERATORS, HAND_MADE, SAMPLE, SITE_URL, entries, published, sample, settle

from blogcovers.cover import State, found_at
from blogcovers.posts.header import read_meta

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
        assert read_meta(text, dialect) == plain
    assert {"title", "date"} <= plain.keys()


def test_the_hand_made_cover_is_a_picture_without_a_recipe() -> None:
    assert found_at(HAND_MADE).state is State.HAND_MADE
    with Image.open(HAND_MADE) as picture:
        assert (picture.format, picture.size) == ("WEBP", (1200, 630))


@pytest.mark.parametrize("generator", GENERATORS)
def test_each_generator_publishes_the_same_covers(tmp_path_factory: pytest.TempPathFactory, generator: str) -> None:
    """Made on the command line, which overrides the config's generator; the plugins then find nothing to do."""
    made = published(generator, tmp_path_factory.mktemp)
    site, rows, pictures = made.site, made.rows, made.pictures
    assert sum(row["action"] == "rendered" for row in rows.values()) == 11
    assert [row["reason"] for row in rows.values() if row["state"] == "skipped"] == ["a draft", "no concept"]
    assert [slug for slug, row in rows.items() if row["state"] == "hand-made"] == ["paper-lanterns"]
    assert {file.name: file.read_bytes() for file in site.media.iterdir()} == pictures
    assert site.run("check").code == 0

    found = entries(site)
    assert len(found) == 12
    for entry in found.values():
        served = made.output / entry["url"].removeprefix("/wall/")
        assert served.read_bytes() == pictures[served.name]
    assert not [file for file in made.output.rglob("*mask*") if "drafts" not in file.parts]


@pytest.mark.parametrize("generator", GENERATORS)
def test_each_page_names_its_cover(tmp_path: Path, generator: str) -> None:
    """Hugo's step runs before it; the other two make the covers themselves."""
    site = sample(tmp_path / "site", generator)
    settle(site, generator)
    if generator == "hugo":
        site.build()
    output = GENERATORS[generator](site.root)
    if generator != "hugo":
        assert len(list(site.media.iterdir())) == 12
        before = site.snapshot()
        assert site.build().actions().keys() == {row["slug"] for row in entries(site).values()} | {"mask", "notes"}
        assert site.snapshot() == before, "what the plugin made is current on the command line"

    pages = [file.read_text(encoding="utf-8") for file in output.rglob("index.html") if file.parent != output]
    named = {re.search(r'og:image" content="(.*?)"', text)[1]: text for text in pages if "og:image" in text}
    assert len(pages) == 13
    assert {url.removeprefix(SITE_URL.removesuffix("/wall/")) for url in named} == {
        entry["url"] for entry in entries(site).values()
    }
    front = (output / "index.html").read_text(encoding="utf-8")
    assert len(re.findall(r'<article class="card">', front)) == 13
    for entry in entries(site).values():
        page = named[f"{SITE_URL}{entry['path']}"]
        shown = f'alt="{entry["alt"]}" width="{entry["width"]}" height="{entry["height"]}"'
        assert f'{entry["path"]}" {shown}>' in page
        assert f'{entry["path"]}" {shown} loading="lazy">' in front
        assert '<meta name="twitter:card" content="summary_large_image">' in page
