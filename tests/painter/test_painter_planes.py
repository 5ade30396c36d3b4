"""Planes and their variants, the colours on them, and where motifs stand."""

from __future__ import annotations

import math
from itertools import combinations
from random import Random
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw

from blogcovers.painter import composition, planes
from blogcovers.painter.colour import inks, oklab, parse_hex
from blogcovers.painter.motifs import MOTIFS
from blogcovers.painter.planes import Plane, area, break_canvas, cut, line_at, variant_map
from blogcovers.painter.shapes import BODY
from blogcovers.painter.tones import MOST_TONES, Paints, plan, roles
from blogcovers.painter.vocabulary import read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from blogcovers.painter.planes import Line, Polygon
    from blogcovers.painter.shapes import Point

HOUSE = {
    "cobalt": "#1f4fa3", "vermilion": "#e2352b", "marigold": "#f6a81c", "turquoise": "#17a7a0", "rose": "#e85a8f",
    "leaf": "#2f9e44", "ochre": "#c9822b", "violet": "#6b3fa0", "cream": "#fbf0d9",
}  # fmt: skip
TWO = {"a": "#1f4fa3", "b": "#fbf0d9"}
SIZES = [(2400, 1260), (1260, 2400), (800, 800), (8192, 600)]
CONCEPTS = ["A bird", "A fox at night", "Two fish in the blue sea", "Snow", "The desert at dawn", "Rain in the forest"]


def test_a_cut_shares_the_area_out() -> None:
    square = ((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0))
    parts = cut(square, line_at((5.0, 5.0), 0.3))
    assert all(parts)
    assert math.isclose(sum(map(area, parts)), 100.0)
    assert sorted(map(len, cut(square, line_at((20.0, 20.0), 0.0)))) == [0, 4]


def neighbours(planes: Sequence[Plane]) -> list[set[int]]:
    """For each plane the numbers of those that share a piece of edge with it."""
    out: list[set[int]] = [set() for _ in planes]
    for i, a in enumerate(planes):
        for j in range(i):
            if any(_shared(p, q, r, s) > 1.0 for p, q in _edges(a.outline) for r, s in _edges(planes[j].outline)):
                out[i].add(j)
                out[j].add(i)
    return out


def _edges(outline: Polygon) -> list[Line]:
    return list(zip(outline, (*outline[1:], outline[0]), strict=True))


def _shared(p: Point, q: Point, r: Point, s: Point) -> float:
    """Length in px over which the edges pq and rs lie on each other."""
    length = math.dist(p, q)
    if length < 1e-6:
        return 0.0
    ux, uy = (q[0] - p[0]) / length, (q[1] - p[1]) / length
    off = max(abs((t[0] - p[0]) * uy - (t[1] - p[1]) * ux) for t in (r, s))
    if off > 0.5:
        return 0.0
    a, b = sorted((t[0] - p[0]) * ux + (t[1] - p[1]) * uy for t in (r, s))
    return min(length, b) - max(0.0, a)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("density", [0.0, 0.2, 0.7, 1.0])
def test_planes_fill_the_canvas_none_overlap_and_neighbours_differ(size: tuple[int, int], density: float) -> None:
    for seed in range(20):
        cuts = break_canvas(size, (0.3 * size[0], 0.2 * size[1], 0.6 * size[0], 0.9 * size[1]), density, Random(seed))
        assert math.isclose(sum(area(plane.outline) for plane in cuts.planes), size[0] * size[1], rel_tol=1e-9)
        assert {plane.variant for plane in cuts.planes} <= set(range(planes.VARIANTS))
        for plane, near in zip(cuts.planes, neighbours(cuts.planes), strict=True):
            assert near or area(plane.outline) < 4, "every plane that can be seen has a neighbour"
            assert all(bin(plane.variant ^ cuts.planes[i].variant).count("1") == 1 for i in near)


def test_the_hero_is_cut() -> None:
    hero = (800.0, 300.0, 1400.0, 1100.0)
    for seed in range(40):
        cuts = break_canvas((2400, 1260), hero, 0.2, Random(seed))
        assert len(set(variant_map(cuts, (2400, 1260)).crop((800, 300, 1400, 1100)).tobytes())) >= 3


def test_inside_a_disc_the_variant_is_another() -> None:
    whole = Plane(((0.0, 0.0), (90.0, 0.0), (90.0, 90.0), (0.0, 90.0)), 2)
    image = variant_map(planes.Cuts((whole,), ((45.0, 45.0, 20.0),)), (90, 90))
    assert (image.getpixel((45, 45)), image.getpixel((5, 5))) == (3, 2)


def test_neighbours_are_those_that_share_an_edge_not_a_corner() -> None:
    def square(x: float, y: float) -> Plane:
        return Plane(((x, y), (x + 10, y), (x + 10, y + 10), (x, y + 10)), 0)

    assert neighbours([square(0, 0), square(10, 0), square(10, 10), square(40, 40)]) == [{1}, {0, 2}, {1}, set()]


def test_what_stands_on_a_plane_slips_and_nothing_else_does() -> None:
    sheet = Image.new("L", (40, 40), 255)
    ImageDraw.Draw(sheet).rectangle((10, 10, 29, 29), fill=8)
    variants = Image.new("L", (40, 40), 0)
    variants.paste(1, (20, 0, 40, 40))
    out = planes.slipped(sheet, variants, ((0, 0), (0, 4), (9, 9), (9, 9)))
    assert [out.getpixel((x, y)) for x, y in ((15, 10), (15, 31), (25, 11), (25, 31))] == [8, 255, 255, 8]


@pytest.mark.parametrize("palette", [HOUSE, TWO, {"a": "#000000", "b": "#000000"}])
@pytest.mark.parametrize("concept", CONCEPTS)
def test_a_tone_changes_across_every_edge_and_sky_and_ground_differ(palette: dict[str, str], concept: str) -> None:
    reading, colours = read(concept), inks(palette)
    for seed in range(12):
        found = plan(reading, MOTIFS[reading.hero], colours, Random(seed))
        for tone in (found.sky, *found.land):
            rgb = [colours.table[index] for index in tone]
            assert all(rgb[a] != rgb[b] for a, b in ((0, 1), (0, 2), (1, 3), (2, 3)))
        assert found.sky not in found.land


@pytest.mark.parametrize("name", sorted(MOTIFS))
def test_a_hero_stands_out_from_its_sky_and_changes_at_the_planes_edges(name: str) -> None:
    colours, reading = inks(HOUSE), read(name)
    for seed in range(12):
        rng = Random(seed)
        found = plan(reading, MOTIFS[name], colours, rng)
        assert min(colours.apart(found.hero, index) for index in found.sky[:3]) >= 0.1
        assert colours.apart(found.hero, found.half) >= 0.08
        paints = Paints(colours)
        painted = roles(MOTIFS[name], True, found.sky, found, (), colours, paints, rng)
        body = [paints.table()[painted[BODY] + variant] for variant in range(4)]
        assert body[0] != body[1] != body[3]
        assert body[0] != body[2] != body[3]


@pytest.mark.parametrize("name", ["face", "dancer", "hand", "sun", "moon"])
def test_a_face_has_the_colour_of_skin_clay_or_light_on_every_plane(name: str) -> None:
    colours = inks(HOUSE)
    cold = {colours.nearest(hue) for hue in ("green", "turquoise", "blue", "violet")}
    for seed in range(12):
        rng = Random(seed)
        found = plan(read(name), MOTIFS[name], colours, rng)
        paints = Paints(colours)
        painted = roles(MOTIFS[name], True, found.sky, found, (), colours, paints, rng)
        body = [paints.table()[painted[BODY] + variant] for variant in range(4)]
        assert not {colours.table[index] for index in cold} & set(body)


def test_paints_run_out_gracefully() -> None:
    paints = Paints(inks(HOUSE))
    numbers = {paints.of((i % 9 + 1, i // 9 % 9 + 1, i // 81 + 1, 1)) for i in range(200)}
    assert max(numbers) <= 4 * (MOST_TONES - 1)
    assert len(paints.table()) == 4 * MOST_TONES


@pytest.mark.parametrize("size", SIZES)
def test_the_hero_is_large_and_whole_and_others_hardly_reach_into_it(size: tuple[int, int]) -> None:
    for seed, concept in enumerate(("A bird", "A boat", "Guitar", "The sun", "A jaguar", "Maize", "Fish", "Rain")):
        scene = composition.arrange(read(concept), size, 0.7, Random(seed))
        left, top, right, bottom = scene.hero.box
        assert left >= 0
        assert top >= 0
        assert right <= size[0]
        assert bottom <= size[1]
        assert bottom - top >= 0.45 * size[1] or right - left >= 0.45 * size[0]
        for other in scene.others:
            reach = composition.OVERLAP * 0.54 * min(size)  # of its own height, 0.54 of the shorter side at most
            assert max(
                other.box[0] - right, left - other.box[2], other.box[1] - bottom, top - other.box[3]
            ) >= -reach  # fmt: skip
        for one, other in combinations([other.box for other in scene.others], 2):
            assert one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] or other[1] >= one[3]


def test_there_are_two_to_five_others_and_fewer_where_it_is_sparse() -> None:
    counts = {
        density: [len(composition.arrange(read("A bird"), (2400, 1260), density, Random(seed)).others)
                  for seed in range(40)]
        for density in (0.1, 1.0)
    }  # fmt: skip
    assert set(counts[0.1]) <= {1, 2, 3}
    assert set(counts[1.0]) <= {2, 3, 4, 5}
    assert sum(counts[0.1]) < sum(counts[1.0])


@pytest.mark.parametrize(
    ("concept", "more"), [("Two boats", 1), ("Three foxes", 2), ("Dancers", 2), ("Two red birds", 1)]
)
def test_a_hero_s_fellows_are_there(concept: str, more: int) -> None:
    there = 0
    for seed in range(30):
        scene = composition.arrange(read(concept), (2400, 1260), 0.7, Random(seed))
        fellows = sum(other.name == scene.hero.name for other in scene.others)
        assert 1 <= fellows <= more
        there += fellows == more
    assert there >= 22


def test_everything_stands_where_it_belongs() -> None:
    boats = suns = houses = 0
    for seed in range(60):
        scene = composition.arrange(read("A fish, a boat, a house and the sun"), (2400, 1260), 1.0, Random(seed))
        for other in scene.others[len(scene.panels) :]:
            x, foot = (other.box[0] + other.box[2]) / 2, other.box[3]
            horizon = composition.level(scene.bands[0], x)
            if other.name == "boat":
                boats += 1
                assert foot > horizon, "a boat is on the water"
            elif other.name == "house":
                houses += 1
                assert foot > horizon, "a house is on the ground"
            elif other.name == "sun":
                suns += 1
                assert other.box[1] < 0.45 * 1260, "the sun is high"
    assert min(boats, suns, houses) > 5


def test_colours_are_read_and_dark_ones_lifted_off_the_outline() -> None:
    assert parse_hex("#1f4fa3") == parse_hex("1F4FA3") == (31, 79, 163)
    assert oklab((255, 255, 255))[0] == pytest.approx(1.0, abs=1e-4)
    assert all(oklab(rgb)[0] >= 0.36 for rgb in inks({"a": "#000000", "b": "#101010"}).table[1:9])


def test_a_wished_colour_is_the_heros() -> None:
    colours = inks(HOUSE)
    found = plan(read("A blue fox"), MOTIFS["fox"], colours, Random(1))
    assert colours.table[found.hero] == (31, 79, 163)


@pytest.mark.parametrize(
    ("concept", "hexes"),
    [("a yellow fish", "#f6a81c"), ("a red elk", "#e2352b"), ("a green heart", "#2f9e44"), ("a black cat", "#1f4fa3")],
)
def test_a_hero_of_one_colour_has_it_all_over_in_several_tones(concept: str, hexes: str) -> None:
    colours, reading = inks(HOUSE), read(concept)
    own = colours.table.index(parse_hex(hexes))
    for seed in range(8):
        found = plan(reading, MOTIFS[reading.hero], colours, Random(seed))
        assert {(found.hero - 1) % colours.count + 1, (found.half - 1) % colours.count + 1} == {own}
        assert found.hero != found.half
