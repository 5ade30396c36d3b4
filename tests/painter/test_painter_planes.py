"""Planes, their colours, and motifs on them."""

from __future__ import annotations

import math
from random import Random

import pytest

from blogcovers.painter import composition, ground
from blogcovers.painter.colour import CONTRAST, Inks, inks, oklab, parse_hex
from blogcovers.painter.figure import bodies, colourway
from blogcovers.painter.motifs import MOTIFS
from blogcovers.painter.planes import Plane, area, cut, line_at, neighbours
from blogcovers.painter.shapes import BODY, HALO, LIGHT, SECOND
from blogcovers.painter.vocabulary import read

HOUSE = {
    "cobalt": "#1f4fa3", "vermilion": "#e2352b", "marigold": "#f6a81c", "turquoise": "#17a7a0", "rose": "#e85a8f",
    "leaf": "#2f9e44", "ochre": "#c9822b", "violet": "#6b3fa0", "cream": "#fbf0d9",
}  # fmt: skip
PALETTES = [HOUSE, {"a": "#1f4fa3", "b": "#fbf0d9"}, {"a": "#000000", "b": "#000000"}]
SIZES = [(2400, 1260), (1260, 2400), (800, 800), (8192, 600)]


def _planes(concept: str, seed: int, size: tuple[int, int], colours: Inks) -> tuple[list[Plane], list[int]]:
    rng, reading = Random(seed), read(concept)
    hero = composition.place_hero(reading, size, rng)
    planes = composition.break_canvas(hero.box, size, rng)
    return planes, ground.plane_colours(planes, neighbours(planes), reading, colours, hero, rng)


def test_a_cut_shares_the_area_out() -> None:
    square = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))
    parts = cut(square, line_at((5.0, 5.0), 0.3))
    assert len(parts) == 2
    assert math.isclose(sum(map(area, parts)), 100.0)
    assert cut(square, line_at((20.0, 20.0), 0.0)) == [square]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("seed", range(12))
def test_planes_fill_the_canvas_and_none_overlap(size: tuple[int, int], seed: int) -> None:
    planes, _ = _planes("A bird", seed, size, inks(HOUSE))
    assert len(planes) >= 6
    assert math.isclose(sum(area(plane.outline) for plane in planes), size[0] * size[1], rel_tol=1e-9)


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("concept", ["A bird", "A fox at night", "Two fish in the blue sea", "Snow"])
def test_neighbouring_planes_differ_in_colour(palette: dict[str, str], size: tuple[int, int], concept: str) -> None:
    colours = inks(palette)
    for seed in range(8):
        planes, flat = _planes(concept, seed, size, colours)
        for i, near in enumerate(neighbours(planes)):
            assert near, "every plane has a neighbour"
            assert all(colours.table[flat[i]] != colours.table[flat[j]] for j in near)


def test_neighbours_are_those_that_share_an_edge_not_a_corner() -> None:
    def square(x: float, y: float) -> Plane:
        return Plane(((x, y), (x + 10, y), (x + 10, y + 10), (x, y + 10)), False)

    assert neighbours([square(0, 0), square(10, 0), square(10, 10), square(40, 40)]) == [{1}, {0, 2}, {1}, set()]


@pytest.mark.parametrize("name", sorted(MOTIFS))
def test_a_motif_stands_out_from_any_plane_and_changes_at_its_edge(name: str) -> None:
    colours = inks(HOUSE)
    body, second = bodies(name, colours), list(colours.colours)
    for behind in range(1, len(colours.table)):
        ways = [colourway(body, second, variant, behind, colours) for variant in range(3)]
        assert all(colours.apart(way[BODY], behind) >= CONTRAST for way in ways)
        assert all(colours.apart(way[HALO], behind) >= CONTRAST for way in ways)
        assert all(way[LIGHT] != way[BODY] != way[SECOND] for way in ways)
        assert all(ways[i] != ways[i - 1] for i in range(3))


@pytest.mark.parametrize("size", SIZES)
def test_the_hero_fills_about_two_thirds_and_others_keep_clear_of_it(size: tuple[int, int]) -> None:
    for seed, concept in enumerate(("A bird", "A boat", "Guitar", "The sun", "A jaguar", "Maize")):
        rng, reading = Random(seed), read(concept)
        hero = composition.place_hero(reading, size, rng)
        left, top, right, bottom = hero.box
        assert left >= 0
        assert top >= 0
        assert right <= size[0]
        assert bottom <= size[1]
        assert bottom - top <= 0.7 * size[1] + 1
        assert bottom - top >= 0.5 * size[1] or right - left >= 0.55 * size[0]
        others = composition.place_others(reading, hero, size, rng)
        assert 2 <= len(others) <= 24
        for other in others:
            assert other.box[0] >= right or other.box[2] <= left or other.box[1] >= bottom or other.box[3] <= top


def test_colours_are_read_and_dark_ones_lifted_off_the_outline() -> None:
    assert parse_hex("#1f4fa3") == parse_hex("1F4FA3") == (31, 79, 163)
    assert oklab((255, 255, 255))[0] == pytest.approx(1.0, abs=1e-4)
    assert all(oklab(rgb)[0] >= 0.36 for rgb in inks({"a": "#000000", "b": "#101010"}).table[1:9])


def test_a_wished_colour_comes_first() -> None:
    colours = inks(HOUSE)
    assert colours.table[bodies("fox", colours, ("blue",))[0]] == (31, 79, 163)
