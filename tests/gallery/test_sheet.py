"""The contact sheet: its grid, what stands where, and what it weighs."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from site_builder import Site

from blogcovers.gallery import sheet
from blogcovers.gallery.sheet import GAP, WIDTH, grid

SHAPES = ((1200, 630), (630, 630), (800, 1200))
COLOURS = {"red": (200, 40, 30), "green": (40, 150, 60), "blue": (30, 60, 190), "sand": (230, 200, 140)}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("count", [1, 2, 3, 7, 11, 12, 50, 999])
def test_every_cover_has_a_place_of_its_own(count: int, shape: tuple[int, int]) -> None:
    plan = grid(count, shape)
    width, height = plan.size
    corners = [plan.place(index) for index in range(count)]
    assert len(set(corners)) == count
    assert width <= WIDTH
    assert plan.cell[0] <= shape[0], "none is scaled up"
    for left, top in corners:
        assert 0 <= left <= width - plan.cell[0]
        assert 0 <= top <= height - plan.cell[1]
        assert top % (plan.cell[1] + GAP) == 0


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("count", [12, 24, 100, 1000])
def test_the_sheet_is_near_three_to_two(count: int, shape: tuple[int, int]) -> None:
    plan = grid(count, shape)
    assert 1.2 < plan.size[0] / plan.size[1] < 2.1
    assert plan.size[0] > WIDTH * 0.95


def test_a_short_last_row_stands_in_the_middle() -> None:
    plan = grid(11, (1200, 630))
    assert (plan.columns, plan.rows) == (3, 4)
    left, right = plan.place(9)[0], plan.size[0] - plan.place(10)[0] - plan.cell[0]
    assert left == right > 0


def hang(site: Site) -> None:
    """Four covers of one colour each, made by hand; the newest post is the first."""
    site.media.mkdir(parents=True)
    for day, (name, colour) in enumerate(reversed(COLOURS.items()), start=1):
        site.post(name, f"a wall in {name}", date=f"2026-01-0{day}")
        Image.new("RGB", (1200, 630), colour).save(site.cover(name), quality=90)


def near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) < 12 for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("ending", sheet.FORMATS)
def test_covers_stand_in_order_with_gaps_that_suit_any_page(site: Site, ending: str) -> None:
    hang(site)
    result = site.run("gallery", "content", "--sheet", f"docs/wall{ending}")
    assert result.code == 0, result.err
    file = site.root / f"docs/wall{ending}"
    with Image.open(file) as image:
        assert image.format == sheet.FORMATS[ending]
        assert image.size == (1600, 848)
        rgba = image.convert("RGBA")
    middles = {"red": (396, 208), "green": (1204, 208), "blue": (396, 640), "sand": (1204, 640)}
    for name, middle in middles.items():
        pixel = rgba.getpixel(middle)
        assert isinstance(pixel, tuple)
        assert near(pixel, (*COLOURS[name], 255)), name
    gap = rgba.getpixel((800, 424))
    assert isinstance(gap, tuple)
    assert gap[3] == 0 if ending in (".webp", ".png") else near(gap, (255, 255, 255, 255))
    assert not (site.root / ".blogcovers/gallery.htm").exists(), "the sheet alone was asked for"


def test_a_noisy_wall_fits_the_budget(site: Site) -> None:
    site.media.mkdir(parents=True)
    for number in range(12):
        site.post(f"noise-{number}")
        Image.effect_noise((1200, 630), 60).convert("RGB").save(site.cover(f"noise-{number}"), quality=60)
    for name in ("wall.webp", "wall.jpg"):
        site.run("gallery", "content", "--sheet", name)
        assert 200_000 < (site.root / name).stat().st_size <= 400_000


def test_a_second_run_touches_no_file(site: Site) -> None:
    hang(site)
    first = site.run("gallery", "content", "--sheet", "wall.webp")
    assert first.out.startswith("Wrote wall.webp: 1600x848 pixels, ")
    before = site.snapshot()
    assert site.run("gallery", "content", "--sheet", "wall.webp").out.startswith("wall.webp is up to date: ")
    assert site.snapshot() == before


def test_what_is_no_picture_is_left_out(site: Site) -> None:
    hang(site)
    site.cover("red").write_bytes(b"a picture of a fox, in words")
    site.cover("green").unlink()
    site.run("gallery", "content", "--sheet", "wall.png")
    with Image.open(site.root / "wall.png") as image:
        assert image.size == grid(2, (1200, 630)).size


def test_only_some_of_them(site: Site) -> None:
    hang(site)
    site.run("gallery", "content", "--sheet", "wall.png", "--only", "red")
    with Image.open(site.root / "wall.png") as image:
        assert image.size == (1200, 630)


def test_without_a_cover_there_is_no_sheet(site: Site) -> None:
    site.post("fox")
    result = site.run("gallery", "content", "--sheet", "wall.webp")
    assert result.code == 3
    assert "no cover to put on the sheet" in result.err
    assert "blogcovers build" in result.err
    assert not Path(site.root / "wall.webp").exists()
