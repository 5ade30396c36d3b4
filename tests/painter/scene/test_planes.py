"""Planes and their variants."""

from __future__ import annotations

import math
from random import Random
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw

from blogcovers.painter.scene import planes
from blogcovers.painter.scene.planes import Plane, area, break_canvas, cut, line_at, variant_map

if TYPE_CHECKING:
    from collections.abc import Sequence

    from blogcovers.painter.drawing.shapes import Point
    from blogcovers.painter.scene.planes import Line, Polygon

SIZES = [(2400, 1260), (1260, 2400), (800, 800), (8192, 600)]


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
