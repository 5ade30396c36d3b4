"""Things: guitar, basket, textile, book, lantern, wheel, cup, key."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from blogcovers.painter.plants import blossom
from blogcovers.painter.shapes import (
    BODY,
    FINE,
    INK,
    LEAF,
    LIGHT,
    SECOND,
    SPARK,
    TRIM,
    Point,
    Shape,
    Texture,
    at,
    blob,
    both,
    curve,
    disc,
    leaf,
    moved,
    oval,
    petal,
    poly,
    ring,
    stroke,
    tube,
)

if TYPE_CHECKING:
    from random import Random


def guitar(rng: Random) -> list[Shape]:
    side = [(0.62, 0.44), (0.69, 0.52), (0.63, 0.61), (0.7, 0.69), (0.79, 0.8), (0.7, 0.93)]
    body = [(0.5, 0.42), *side, (0.5, 0.97), *((1 - x, y) for x, y in side[::-1])]
    right = [(0.5, 0.42), *side, (0.5, 0.97), (0.55, 0.84), (0.46, 0.74), (0.54, 0.6)]
    pegs = both([disc(0.42, y, 0.025, SPARK) for y in (0.05, 0.1, 0.15)])
    frets = [stroke([(0.455, y), (0.545, y)]) for y in (0.24, 0.3, 0.36, 0.42)]
    strings = [stroke([(0.476 + 0.016 * i, 0.19), (0.47 + 0.02 * i, 0.83)], 0.35) for i in range(4)]
    shapes = [
        blob(body, BODY),
        blob(right, SECOND, FINE),
        disc(0.5, 0.62, 0.1, TRIM),
        *ring(0.5, 0.62, 0.078, 12, 0.013, LIGHT, 0),
        disc(0.5, 0.62, 0.055, INK, 0),
        *pegs,
        poly([(0.45, 0.19), (0.55, 0.19), (0.545, 0.5), (0.455, 0.5)], SPARK),
        poly([(0.43, 0.02), (0.57, 0.02), (0.55, 0.2), (0.45, 0.2)], TRIM),
        *frets,
        *strings,
        poly([(0.37, 0.82), (0.63, 0.82), (0.63, 0.87), (0.37, 0.87)], TRIM),
        *both(blossom(0.33, 0.78, 0.055, LIGHT, SPARK)),
    ]
    return moved(shapes, 0.02, 0.0, 0.94, rng.choice((-0.3, 0.3)))


def basket(rng: Random) -> list[Shape]:
    handle = [at(0.5, 0.5, 0.4, math.pi * (1 + i / 10)) for i in range(11)]
    fruit = [(0.25, 0.46, 0.11, SPARK), (0.74, 0.47, 0.11, TRIM), (0.41, 0.36, 0.12, TRIM), (0.61, 0.37, 0.11, SPARK)]
    leaves = [leaf(0.5, 0.4, *at(0.5, 0.4, 0.22, a), 0.45, LEAF) for a in (-2.2, -1.57, -0.95)]
    rows: list[Shape] = []
    for row in range(4):
        y0, y1 = 0.58 + 0.092 * row, 0.58 + 0.092 * (row + 1)
        for k in range(7):
            quad = [(_weave_x(k, y0), y0), (_weave_x(k + 1, y0), y0), (_weave_x(k + 1, y1), y1), (_weave_x(k, y1), y1)]
            rows.append(poly(quad, (BODY, SECOND, BODY, TRIM)[(k + 2 * row) % 4] if (k + row) % 2 else BODY, FINE))
    wall = [(_weave_x(0, 0.55), 0.55), (_weave_x(7, 0.55), 0.55), (_weave_x(7, 0.95), 0.95), (_weave_x(0, 0.95), 0.95)]
    return [
        tube(handle, 0.06, 0.06, SECOND, 1.0, Texture("ticks", LIGHT, 0.06)),
        *leaves,
        *(disc(x, y, r, f) for x, y, r, f in fruit),
        *(curve([(x - 0.4 * r, y - 0.5 * r), (x, y - 0.68 * r), (x + 0.4 * r, y - 0.5 * r)]) for x, y, r, _ in fruit),
        *blossom(0.5, 0.47, 0.11, LIGHT, SPARK),
        poly(wall, BODY),
        *rows,
        tube([(0.08, 0.56), (0.5, 0.575), (0.92, 0.56)], 0.075, 0.075, SECOND, 1.0, Texture("ticks", LIGHT, 0.06)),
    ]


def _weave_x(column: int, y: float) -> float:
    half = 0.4 - (y - 0.55) * 0.3
    return 0.5 + (column / 7 * 2 - 1) * half


def textile(rng: Random) -> list[Shape]:
    """A woven cloth hanging from its loom bar."""
    cords = [stroke([(x, 0.13), (0.5, 0.03)], 0.8) for x in (0.12, 0.88)]
    shapes: list[Shape] = [*cords, poly([(0.16, 0.12), (0.84, 0.12), (0.84, 0.84), (0.16, 0.84)], BODY)]
    for kind, y in zip("zlglzlg", (0.16, 0.27, 0.31, 0.47, 0.51, 0.62, 0.66), strict=True):
        shapes += _band(kind, y)
    shapes += [stroke([(0.19 + 0.062 * i, 0.84), (0.19 + 0.062 * i, 0.95)], 0.9) for i in range(11)]
    shapes += [disc(0.19 + 0.062 * i, 0.955, 0.018, (SPARK, TRIM)[i % 2], FINE) for i in range(11)]
    for y in (0.12, 0.83):
        shapes.append(tube([(0.08, y), (0.92, y)], 0.05, 0.05, TRIM))
        shapes += [disc(x, y, 0.04, SPARK) for x in (0.07, 0.93)]
    return shapes


def _band(kind: str, y: float) -> list[Shape]:
    """One band of the cloth with its top at `y`: "l" a line, "z" a zigzag, "g" gems."""
    if kind == "l":
        return [poly([(0.16, y), (0.84, y), (0.84, y + 0.03), (0.16, y + 0.03)], SPARK, FINE)]
    if kind == "z":
        return [poly([(0.16 + w * 0.136, y), (0.16 + (w + 1) * 0.136, y), (0.16 + (w + 0.5) * 0.136, y + 0.1)],
                     (SECOND, TRIM)[w % 2], FINE) for w in range(5)]  # fmt: skip
    cell, h = 0.17, 0.075
    out: list[Shape] = []
    for w in range(4):
        x, m = 0.16 + (w + 0.5) * cell, y + h
        out.append(poly([(x - 0.08, m), (x, m - h), (x + 0.08, m), (x, m + h)], (TRIM, SECOND)[w % 2], FINE))
        out.append(poly([(x - 0.04, m), (x, m - h / 2), (x + 0.04, m), (x, m + h / 2)], (LIGHT, SPARK)[w % 2], FINE))
    return out


def book(rng: Random) -> list[Shape]:
    """An open book; pictures grow out of its pages."""
    cover = [(0.03, 0.5), (0.5, 0.58), (0.97, 0.5), (0.97, 0.9), (0.5, 0.97), (0.03, 0.9)]
    page = [(0.5, 0.53), (0.36, 0.46), (0.2, 0.44), (0.07, 0.46), (0.07, 0.84), (0.2, 0.82), (0.36, 0.84), (0.5, 0.92)]
    turns = [math.tau * i / 8 for i in range(8)]
    rays = [leaf(*at(0.28, 0.64, 0.07, a), *at(0.28, 0.64, 0.13, a), 0.6, TRIM, FINE) for a in turns]
    tips = [(x, 0.7 - 0.08 * i) for i in range(3) for x in (0.6, 0.84)]
    sprigs = [leaf(0.72, y + 0.1, x, y, 0.5, LEAF, FINE) for x, y in tips]
    vine = [((0.4, 0.33), (0.33, 0.22)), ((0.6, 0.33), (0.68, 0.22))]
    return [
        tube([(0.5, 0.55), (0.5, 0.4), (0.5, 0.24)], 0.035, 0.03, LEAF),
        *(tube([(0.5, 0.46), a, b], 0.03, 0.025, LEAF) for a, b in vine),
        leaf(0.5, 0.42, 0.36, 0.38, 0.5, LEAF),
        leaf(0.5, 0.42, 0.64, 0.38, 0.5, LEAF),
        *blossom(0.5, 0.16, 0.14, SPARK, LIGHT),
        *blossom(0.3, 0.22, 0.1, SECOND, LIGHT),
        *blossom(0.7, 0.22, 0.1, TRIM, LIGHT),
        poly(cover, BODY),
        *both([blob(page, LIGHT)]),
        *rays,
        disc(0.28, 0.64, 0.075, SPARK, FINE),
        stroke([(0.72, 0.82), (0.72, 0.54)], 0.7),
        *sprigs,
        disc(0.72, 0.53, 0.035, SPARK, FINE),
    ]


def lantern(rng: Random) -> list[Shape]:
    panes = [
        poly([(0.3, 0.34), (0.43, 0.34), (0.41, 0.8), (0.25, 0.8)], BODY),
        poly([(0.43, 0.34), (0.57, 0.34), (0.59, 0.8), (0.41, 0.8)], LIGHT),
        poly([(0.57, 0.34), (0.7, 0.34), (0.75, 0.8), (0.59, 0.8)], BODY),
    ]
    turns = [math.pi + a for a in (-0.5, -0.17, 0.17, 0.5)]
    rays = [tube([at(0.5, 0.55, 0.33, a), at(0.5, 0.55, 0.42, a)], 0.035, 0.02, SPARK) for a in turns]
    gem = poly([(0.3, 0.57), (0.34, 0.49), (0.38, 0.57), (0.34, 0.65)], TRIM, FINE)
    return [
        *both(rays),
        tube([at(0.5, 0.12, 0.08, math.pi * (0.7 + 0.16 * i)) for i in range(11)], 0.035, 0.035, TRIM),
        *panes,
        *both([gem, disc(0.34, 0.57, 0.02, LIGHT, 0)]),
        petal(0.5, 0.48, 0.5, 0.74, 0.5, SPARK),
        leaf(0.5, 0.74, 0.5, 0.42, 0.44, SPARK),
        leaf(0.5, 0.73, 0.5, 0.55, 0.5, TRIM, FINE),
        poly([(0.24, 0.35), (0.38, 0.18), (0.62, 0.18), (0.76, 0.35)], SECOND, 1.0, Texture("scales", LIGHT, 0.065)),
        poly([(0.2, 0.8), (0.8, 0.8), (0.8, 0.88), (0.2, 0.88)], SECOND, 1.0, Texture("dots", LIGHT, 0.06)),
        poly([(0.28, 0.88), (0.72, 0.88), (0.78, 0.96), (0.22, 0.96)], TRIM),
    ]


def wheel(rng: Random) -> list[Shape]:
    """Two cogs that turn each other."""
    return [*_cog(0.79, 0.2, 0.185, 8, SECOND, SPARK), *_cog(0.42, 0.58, 0.39, 12, BODY, TRIM),
            *ring(0.42, 0.58, 0.262, 18, 0.017, LIGHT, 0), *_spokes(0.42, 0.58, 0.21)]  # fmt: skip


def _cog(x: float, y: float, r: float, teeth: int, fill: int, inner: int) -> list[Shape]:
    rim: list[Point] = []
    for i in range(teeth):
        a, w = math.tau * i / teeth, math.tau / teeth
        rim += [at(x, y, r * 0.8, a - 0.27 * w), at(x, y, r, a - 0.19 * w), at(x, y, r, a + 0.19 * w),
                at(x, y, r * 0.8, a + 0.27 * w)]  # fmt: skip
    return [poly(rim, fill), disc(x, y, r * 0.55, inner), disc(x, y, r * 0.2, LIGHT), disc(x, y, r * 0.09, INK, 0)]


def _spokes(x: float, y: float, r: float) -> list[Shape]:
    petals = [petal(x, y, *at(x, y, r, math.tau * i / 8), 0.6, (SPARK, SECOND)[i % 2]) for i in range(8)]
    return [*petals, disc(x, y, r * 0.32, LIGHT), disc(x, y, r * 0.14, INK, 0)]


def cup(rng: Random) -> list[Shape]:
    """A painted clay cup, steaming."""
    steam = [tube([(x, 0.36), (x - 0.05, 0.27), (x + 0.04, 0.17), (x - 0.01, 0.06)], 0.05, 0.02, f) for x, f in (
        (0.3, SPARK), (0.44, LIGHT), (0.58, TRIM))]  # fmt: skip
    wall = [(0.12, 0.4), (0.76, 0.4), (0.73, 0.66), (0.62, 0.84), (0.26, 0.84), (0.15, 0.66)]
    band = [(0.135, 0.52), (0.745, 0.52), (0.72, 0.68), (0.165, 0.68)]
    return [
        *steam,
        tube([(0.72, 0.48), (0.88, 0.48), (0.9, 0.62), (0.8, 0.7), (0.68, 0.72)], 0.07, 0.06, SECOND),
        oval(0.45, 0.88, 0.41, 0.075, TRIM),
        poly(wall, BODY),
        poly(band, SECOND, FINE, Texture("diamonds", LIGHT, 0.1)),
        *(disc(x, 0.76, 0.028, SPARK, FINE) for x in (0.29, 0.37, 0.45, 0.53, 0.61)),
        oval(0.44, 0.4, 0.32, 0.075, LIGHT),
        oval(0.44, 0.405, 0.25, 0.045, SPARK, FINE),
    ]


def key(rng: Random) -> list[Shape]:
    """A key whose bow is a flower."""
    petals = [disc(*at(0.5, 0.24, 0.13, math.tau * i / 6 - math.pi / 2), 0.09, (BODY, SECOND)[i % 2]) for i in range(6)]
    bits = [(0.7, TRIM), (0.84, SECOND)]
    teeth = [poly([(0.54, y), (0.74, y), (0.74, y + 0.085), (0.54, y + 0.085)], fill) for y, fill in bits]
    shaft = [(0.455, 0.42), (0.545, 0.42), (0.545, 0.97), (0.455, 0.97)]
    return moved(
        [
            *petals,
            disc(0.5, 0.24, 0.1, LIGHT),
            disc(0.5, 0.24, 0.045, SPARK, FINE),
            *teeth,
            poly(shaft, BODY, 1.0, Texture("ticks", LIGHT, 0.06)),
            poly([(0.42, 0.43), (0.58, 0.43), (0.58, 0.5), (0.42, 0.5)], SPARK),
        ],
        scale=0.95,
        turn=rng.choice((-0.5, 0.5)),
    )
