"""Things: guitar, basket, textile, book, lantern, candle, wheel, cup, key."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from blogcovers.painter.drawing.shapes import (
    BODY,
    FINE,
    INK,
    LEAF,
    LIGHT,
    SECOND,
    SPARK,
    TRIM,
    Point,
    Texture,
    VectorShape,
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
    spline,
    stroke,
    tube,
)
from blogcovers.painter.motifs.plants import blossom

if TYPE_CHECKING:
    from random import Random


def guitar(rng: Random) -> list[VectorShape]:
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


def basket(rng: Random) -> list[VectorShape]:
    handle = [at(0.5, 0.5, 0.4, math.pi * (1 + i / 10)) for i in range(11)]
    fruit = [(0.25, 0.46, 0.11, SPARK), (0.74, 0.47, 0.11, TRIM), (0.41, 0.36, 0.12, TRIM), (0.61, 0.37, 0.11, SPARK)]
    leaves = [leaf(0.5, 0.4, *at(0.5, 0.4, 0.22, a), 0.45, LEAF) for a in (-2.2, -1.57, -0.95)]
    rows: list[VectorShape] = []
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


def textile(rng: Random) -> list[VectorShape]:
    """A woven cloth hanging from its loom bar."""
    cords = [stroke([(x, 0.13), (0.5, 0.03)], 0.8) for x in (0.12, 0.88)]
    shapes: list[VectorShape] = [*cords, poly([(0.16, 0.12), (0.84, 0.12), (0.84, 0.84), (0.16, 0.84)], BODY)]
    for kind, y in zip("zlglzlg", (0.16, 0.27, 0.31, 0.47, 0.51, 0.62, 0.66), strict=True):
        shapes += _band(kind, y)
    shapes += [stroke([(0.19 + 0.062 * i, 0.84), (0.19 + 0.062 * i, 0.95)], 0.9) for i in range(11)]
    shapes += [disc(0.19 + 0.062 * i, 0.955, 0.018, (SPARK, TRIM)[i % 2], FINE) for i in range(11)]
    for y in (0.12, 0.83):
        shapes.append(tube([(0.08, y), (0.92, y)], 0.05, 0.05, TRIM))
        shapes += [disc(x, y, 0.04, SPARK) for x in (0.07, 0.93)]
    return shapes


def _band(kind: str, y: float) -> list[VectorShape]:
    """One band of the cloth with its top at `y`: "l" a line, "z" a zigzag, "g" gems."""
    if kind == "l":
        return [poly([(0.16, y), (0.84, y), (0.84, y + 0.03), (0.16, y + 0.03)], SPARK, FINE)]
    if kind == "z":
        return [poly([(0.16 + w * 0.136, y), (0.16 + (w + 1) * 0.136, y), (0.16 + (w + 0.5) * 0.136, y + 0.1)],
                     (SECOND, TRIM)[w % 2], FINE) for w in range(5)]  # fmt: skip
    cell, h = 0.17, 0.075
    out: list[VectorShape] = []
    for w in range(4):
        x, m = 0.16 + (w + 0.5) * cell, y + h
        out.append(poly([(x - 0.08, m), (x, m - h), (x + 0.08, m), (x, m + h)], (TRIM, SECOND)[w % 2], FINE))
        out.append(poly([(x - 0.04, m), (x, m - h / 2), (x + 0.04, m), (x, m + h / 2)], (LIGHT, SPARK)[w % 2], FINE))
    return out


def book(rng: Random) -> list[VectorShape]:
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


def lantern(rng: Random) -> list[VectorShape]:
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


def wheel(rng: Random) -> list[VectorShape]:
    """Two cogs that turn each other."""
    return [*_cog(0.79, 0.2, 0.185, 8, SECOND, SPARK), *_cog(0.42, 0.58, 0.39, 12, BODY, TRIM),
            *ring(0.42, 0.58, 0.262, 18, 0.017, LIGHT, 0), *_spokes(0.42, 0.58, 0.21)]  # fmt: skip


def _cog(x: float, y: float, r: float, teeth: int, fill: int, inner: int) -> list[VectorShape]:
    rim: list[Point] = []
    for i in range(teeth):
        a, w = math.tau * i / teeth, math.tau / teeth
        rim += [at(x, y, r * 0.8, a - 0.27 * w), at(x, y, r, a - 0.19 * w), at(x, y, r, a + 0.19 * w),
                at(x, y, r * 0.8, a + 0.27 * w)]  # fmt: skip
    return [poly(rim, fill), disc(x, y, r * 0.55, inner), disc(x, y, r * 0.2, LIGHT), disc(x, y, r * 0.09, INK, 0)]


def _spokes(x: float, y: float, r: float) -> list[VectorShape]:
    petals = [petal(x, y, *at(x, y, r, math.tau * i / 8), 0.6, (SPARK, SECOND)[i % 2]) for i in range(8)]
    return [*petals, disc(x, y, r * 0.32, LIGHT), disc(x, y, r * 0.14, INK, 0)]


def cup(rng: Random) -> list[VectorShape]:
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


def key(rng: Random) -> list[VectorShape]:
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


def cut_guitar(rng: Random) -> list[VectorShape]:
    """A guitar in the Cubist manner: its two halves slipped against each other, front and side at once."""
    left = [(0.5, 0.44), (0.36, 0.42), (0.3, 0.52), (0.38, 0.62), (0.24, 0.72), (0.22, 0.88), (0.36, 0.96), (0.5, 0.95)]
    right = [(0.5, 0.4), (0.64, 0.4), (0.72, 0.5), (0.64, 0.59), (0.8, 0.7), (0.8, 0.86), (0.66, 0.92), (0.5, 0.91)]
    whole = [*left, (0.52, 0.7)]
    shapes = [
        poly([*spline(left, False), (0.5, 0.44)], BODY),
        poly([*spline(right, False), (0.5, 0.4)], SECOND, 1.0, Texture("hatch", LIGHT, 0.06, 1.2)),
        poly([at(0.5, 0.68, 0.12, math.radians(a)) for a in range(90, 271, 15)], TRIM),
        poly([at(0.5, 0.65, 0.12, math.radians(a)) for a in range(-90, 91, 15)], SPARK),
        disc(0.5, 0.665, 0.055, INK, 0),
        poly([(0.46, 0.02), (0.56, 0.02), (0.55, 0.5), (0.45, 0.5)], TRIM),
        poly([(0.5, 0.02), (0.56, 0.02), (0.55, 0.5), (0.5, 0.5)], SPARK, FINE),
        poly([(0.43, 0.02), (0.59, 0.0), (0.56, 0.15), (0.45, 0.15)], BODY),
        *both([disc(0.42, y, 0.025, SPARK) for y in (0.04, 0.1)]),
        *(stroke([(0.45, y), (0.555, y)]) for y in (0.2, 0.27, 0.34, 0.41)),
        *(stroke([(0.475 + 0.017 * i, 0.14), (0.47 + 0.02 * i, 0.84)], 0.35) for i in range(4)),
        poly([(0.36, 0.83), (0.64, 0.81), (0.64, 0.86), (0.36, 0.88)], LIGHT, 0.8),
        curve(whole[4:7], 0.5),
        *(disc(x, y, 0.02, LIGHT, FINE) for x, y in ((0.34, 0.8), (0.38, 0.52), (0.3, 0.88))),
    ]
    return moved(shapes, 0.0, 0.0, 0.95, rng.choice((-0.2, 0.2)))


def full_basket(rng: Random) -> list[VectorShape]:
    """A round basket with fish, flowers and a heart looking out of it."""
    fish = [leaf(0.2, 0.5, 0.32, 0.1, 0.5, SECOND), poly([(0.26, 0.06), (0.4, 0.02), (0.33, 0.16)], SECOND),
            *_dot(0.23, 0.34), *(curve([(0.22 + 0.02 * k, 0.28 - 0.06 * k), (0.3 + 0.015 * k, 0.3 - 0.06 * k)],
                0.5) for k in range(3))]  # fmt: skip
    heart = [(0.5, 0.3), (0.44, 0.22), (0.36, 0.26), (0.38, 0.36), (0.5, 0.5), (0.62, 0.36), (0.64, 0.26), (0.56, 0.22)]
    wall = [(0.06, 0.52), (0.94, 0.52), (0.9, 0.74), (0.76, 0.94), (0.24, 0.94), (0.1, 0.74)]
    bands = [poly([(0.08 + d, y), (0.92 - d, y), (0.9 - 1.4 * d, y + 0.085), (0.1 + 1.4 * d, y + 0.085)], f, FINE,
        Texture(k, LIGHT, 0.07))
             for d, y, f, k in ((0.01, 0.62, SECOND, "zigzag"), (0.06, 0.78, TRIM, "diamonds"))]  # fmt: skip
    return [
        *fish,
        leaf(0.7, 0.56, 0.6, 0.16, 0.26, LEAF), leaf(0.8, 0.56, 0.94, 0.22, 0.3, LEAF),
        *blossom(0.76, 0.2, 0.14, TRIM, LIGHT),
        *blossom(0.88, 0.42, 0.1, SPARK, LIGHT),
        *blossom(0.12, 0.44, 0.1, TRIM, LIGHT),
        blob(heart, SPARK),
        curve([(0.42, 0.27), (0.41, 0.32), (0.45, 0.38)], 0.6),
        poly(wall, BODY, 1.0, Texture("hatch", TRIM, 0.05)),
        *bands,
        tube([(0.06, 0.53), (0.5, 0.56), (0.94, 0.53)], 0.085, 0.085, SECOND, 1.0, Texture("ticks", LIGHT, 0.06)),
    ]  # fmt: skip


def _dot(x: float, y: float) -> list[VectorShape]:
    return [disc(x, y, 0.03, LIGHT, FINE), disc(x, y, 0.014, INK, 0)]


def blouse(rng: Random) -> list[VectorShape]:
    """A huipil spread out, banded, with a sun round its neck."""
    outline = [(0.04, 0.1), (0.96, 0.1), (0.96, 0.6), (0.84, 0.6), (0.84, 0.95), (0.16, 0.95), (0.16, 0.6), (0.04, 0.6)]
    shapes: list[VectorShape] = [poly(outline, BODY)]
    for y, x0, x1, kind, f in (
        (0.46, 0.04, 0.96, "zigzag", SECOND),
        (0.62, 0.16, 0.84, "diamonds", TRIM),
        (0.78, 0.16, 0.84, "teeth", SPARK),
    ):
        shapes.append(poly([(x0, y), (x1, y), (x1, y + 0.1), (x0, y + 0.1)], f, 0.7, Texture(kind, LIGHT, 0.08)))
    shapes += [poly([at(0.5, 0.1, 0.19, a - 0.12), at(0.5, 0.1, 0.3, a), at(0.5, 0.1, 0.19, a + 0.12)], (TRIM,
        SPARK)[i % 2], 0.7)
               for i, a in enumerate([0.16 + 0.353 * k for k in range(9)])]  # fmt: skip
    shapes += [
        poly([at(0.5, 0.1, 0.2, math.pi * k / 12) for k in range(13)], SECOND),
        poly([at(0.5, 0.1, 0.12, math.pi * k / 12) for k in range(13)], LIGHT),
    ]
    shapes += both([q for y in (0.2, 0.34) for q in blossom(0.13, y, 0.055, SPARK, LIGHT)])
    shapes += [stroke([(0.2 + 0.066 * i, 0.9), (0.2 + 0.066 * i, 0.95)], 0.7) for i in range(10)]
    return shapes


def closed_book(rng: Random) -> list[VectorShape]:
    """A bound book that stands at a slant, an eye and flowers tooled on its cover."""
    shapes = [
        poly([(0.26, 0.1), (0.84, 0.06), (0.9, 0.12), (0.9, 0.88), (0.84, 0.94), (0.26, 0.9)], LIGHT),
        *(stroke([(0.85, 0.1 + 0.01 * k), (0.87 + 0.008 * k, 0.5), (0.85, 0.9)], 0.4) for k in range(3)),
        poly([(0.26, 0.06), (0.82, 0.06), (0.82, 0.94), (0.26, 0.94)], BODY),
        poly([(0.12, 0.1), (0.26, 0.06), (0.26, 0.94), (0.12, 0.9)], SECOND, 1.0, Texture("zigzag", LIGHT, 0.06)),
        poly([(0.32, 0.12), (0.76, 0.12), (0.76, 0.88), (0.32, 0.88)], TRIM, 0.8),
        poly([(0.36, 0.16), (0.72, 0.16), (0.72, 0.84), (0.36, 0.84)], SECOND, 0.6),
        *(leaf(*at(0.54, 0.5, 0.1, math.tau * k / 10), *at(0.54, 0.5, 0.17, math.tau * k / 10), 0.6, SPARK,
            FINE) for k in range(10)),
        leaf(0.42, 0.5, 0.66, 0.5, 0.6, LIGHT, 0.7),
        disc(0.54, 0.5, 0.045, INK, 0),
        *blossom(0.54, 0.26, 0.075, SPARK, LIGHT),
        *blossom(0.54, 0.74, 0.075, SPARK, LIGHT),
        poly([(0.6, 0.93), (0.6, 0.99), (0.635, 0.965), (0.67, 0.99), (0.67, 0.93)], SPARK, 0.8),
    ]  # fmt: skip
    return moved(shapes, 0.0, 0.0, 0.92, rng.choice((-0.12, 0.12)))


def paper_lantern(rng: Random) -> list[VectorShape]:
    """A round paper lantern with a tassel."""
    ribs = [curve([(0.5, 0.14), (0.5 + s * 0.3, 0.4), (0.5, 0.72)], 0.7) for s in (-1, -0.45, 0.45, 1)]
    return [
        stroke([(0.5, 0.02), (0.5, 0.12)], 1.2),
        *both([tube([at(0.5, 0.42, 0.42, a), at(0.5, 0.42, 0.49, a)], 0.03, 0.02, SPARK) for a in (math.pi - 0.4,
            math.pi, math.pi + 0.4)]),
        oval(0.5, 0.42, 0.36, 0.29, BODY),
        poly([at(0.5, 0.42, 0.29, math.radians(a)) for a in range(0, 360, 12)], SECOND, 0),
        oval(0.5, 0.42, 0.2, 0.29, LIGHT, 0.7),
        *ribs,
        leaf(0.5, 0.58, 0.5, 0.28, 0.5, SPARK), leaf(0.5, 0.57, 0.5, 0.4, 0.5, TRIM, FINE),
        poly([(0.36, 0.12), (0.64, 0.12), (0.6, 0.18), (0.4, 0.18)], TRIM),
        poly([(0.4, 0.68), (0.6, 0.68), (0.64, 0.74), (0.36, 0.74)], TRIM),
        *(stroke([(x, 0.75), (0.5 + (x - 0.5) * 1.3, 0.95)], 1.0) for x in (0.42, 0.46, 0.5, 0.54, 0.58)),
        disc(0.5, 0.77, 0.035, SPARK),
        *both([disc(0.2, 0.42, 0.028, TRIM, 0.7), disc(0.235, 0.32, 0.02, LIGHT, 0.5), disc(0.235, 0.52, 0.02, LIGHT,
            0.5)]),
    ]  # fmt: skip


def candle(rng: Random) -> list[VectorShape]:
    """A candle in a painted holder, its flame in a halo."""
    return [
        *(leaf(*at(0.5, 0.22, 0.13, math.tau * k / 12), *at(0.5, 0.22, 0.22 if k % 2 else 0.19, math.tau * k / 12),
            0.5, (TRIM, SPARK)[k % 2])
          for k in range(12)),
        leaf(0.5, 0.35, 0.5, 0.06, 0.5, SPARK), leaf(0.5, 0.34, 0.5, 0.17, 0.5, TRIM, FINE),
        stroke([(0.5, 0.3), (0.5, 0.4)], 0.9),
        poly([(0.4, 0.38), (0.6, 0.38), (0.61, 0.8), (0.39, 0.8)], BODY),
        poly([(0.5, 0.38), (0.6, 0.38), (0.61, 0.8), (0.5, 0.8)], SECOND, FINE),
        poly([(0.395, 0.5), (0.605, 0.44), (0.605, 0.52), (0.395, 0.58)], LIGHT, 0.7),
        poly([(0.392, 0.66), (0.607, 0.6), (0.608, 0.68), (0.391, 0.74)], LIGHT, 0.7),
        tube([(0.42, 0.38), (0.41, 0.48)], 0.04, 0.05, LIGHT, 0.7),
        tube([(0.76, 0.84), (0.9, 0.8), (0.9, 0.9), (0.78, 0.92)], 0.045, 0.045, TRIM),
        poly([(0.16, 0.8), (0.84, 0.8), (0.7, 0.96), (0.3, 0.96)], TRIM, 1.0, Texture("zigzag", LIGHT, 0.075)),
        tube([(0.14, 0.8), (0.86, 0.8)], 0.06, 0.06, SPARK),
    ]  # fmt: skip


def three_candles(rng: Random) -> list[VectorShape]:
    """Three candles on a clay tree of life."""
    out: list[VectorShape] = [tube([(0.5, 0.9), (0.5, 0.56)], 0.09, 0.08, BODY)]
    out += [tube([(0.5, 0.8), (x, 0.78), (x, 0.6)], 0.07, 0.065, SECOND) for x in (0.18, 0.82)]
    for x, y in ((0.18, 0.56), (0.5, 0.48), (0.82, 0.56)):
        out += [poly([(x - 0.055, y - 0.2), (x + 0.055, y - 0.2), (x + 0.055, y), (x - 0.055, y)], LIGHT),
                stroke([(x - 0.055, y - 0.08), (x + 0.055, y - 0.13)], 0.8),
                leaf(x, y - 0.2, x, y - 0.42, 0.52, SPARK), leaf(x, y - 0.21, x, y - 0.32, 0.5, TRIM, FINE),
                poly([(x - 0.11, y - 0.01), (x + 0.11, y - 0.01), (x + 0.07, y + 0.07), (x - 0.07, y + 0.07)],
                    TRIM)]  # fmt: skip
    out += [
        *blossom(0.5, 0.66, 0.09, SPARK, LIGHT),
        *blossom(0.3, 0.78, 0.065, TRIM, LIGHT),
        *blossom(0.7, 0.78, 0.065, TRIM, LIGHT),
    ]
    out += [leaf(0.5, 0.8, x, 0.88, 0.5, LEAF) for x in (0.34, 0.66)]
    return [
        *out,
        poly([(0.26, 0.95), (0.34, 0.87), (0.66, 0.87), (0.74, 0.95)], BODY, 1.0, Texture("diamonds", LIGHT, 0.06)),
    ]


def cart_wheel(rng: Random) -> list[VectorShape]:
    """The painted wheel of an ox cart."""
    wedges = [poly([(0.5, 0.5), at(0.5, 0.5, 0.38, a), at(0.5, 0.5, 0.39, a + math.pi / 16), at(0.5, 0.5, 0.38,
        a + math.pi / 8)],
                   (BODY, SECOND)[k % 2], 0.8) for k, a in enumerate([math.tau * i / 16
                       for i in range(16)])]  # fmt: skip
    petals = [petal(*at(0.5, 0.5, 0.1, a), *at(0.5, 0.5, 0.27, a), 0.45, (TRIM, SPARK)[k % 2], 0.7)
              for k, a in enumerate([math.tau * i / 8 + 0.2 for i in range(8)])]  # fmt: skip
    return [
        disc(0.5, 0.5, 0.47, TRIM), *ring(0.5, 0.5, 0.435, 24, 0.019, LIGHT, 0), *wedges,
        *(disc(*at(0.5, 0.5, 0.33, math.tau * i / 8 + 0.59), 0.03, LIGHT, 0.5) for i in range(8)),
        *petals, disc(0.5, 0.5, 0.12, SPARK), disc(0.5, 0.5, 0.07, LIGHT, 0.7), disc(0.5, 0.5, 0.03, INK, 0),
    ]  # fmt: skip


def jug(rng: Random) -> list[VectorShape]:
    """A painted jug with a bird on its belly."""
    belly = [(0.36, 0.3), (0.6, 0.3), (0.76, 0.5), (0.74, 0.76), (0.6, 0.94), (0.36, 0.94), (0.22, 0.76), (0.2, 0.5)]
    return [
        tube([(0.64, 0.26), (0.86, 0.26), (0.92, 0.46), (0.76, 0.62)], 0.065, 0.06, SECOND),
        blob(belly, BODY),
        poly([(0.34, 0.12), (0.22, 0.06), (0.66, 0.06), (0.62, 0.34), (0.34, 0.34)], SECOND),
        poly([(0.335, 0.2), (0.64, 0.2), (0.63, 0.28), (0.335, 0.28)], TRIM, FINE, Texture("zigzag", LIGHT, 0.06)),
        tube([(0.22, 0.44), (0.48, 0.46), (0.74, 0.44)], 0.05, 0.05, TRIM, 0.7),
        blob(
            [(0.34, 0.68), (0.44, 0.6), (0.54, 0.62), (0.58, 0.56), (0.64, 0.6), (0.62, 0.7), (0.5, 0.76)], LIGHT, 0.8
        ),
        leaf(0.42, 0.67, 0.26, 0.6, 0.4, SPARK, 0.7),
        leaf(0.46, 0.66, 0.56, 0.69, 0.5, SPARK, 0.5),
        disc(0.605, 0.61, 0.013, INK, 0),
        *(disc(x, 0.83, 0.026, SPARK, FINE) for x in (0.32, 0.4, 0.48, 0.56, 0.64)),
    ]


def heart_key(rng: Random) -> list[VectorShape]:
    """A key with a heart for its bow, laid aslant."""
    bow = [(0.5, 0.44), (0.36, 0.32), (0.28, 0.18), (0.36, 0.06), (0.46, 0.07), (0.5, 0.14), (0.54, 0.07), (0.64, 0.06),
           (0.72, 0.18), (0.64, 0.32)]  # fmt: skip
    inner = [(0.5 + (x - 0.5) * 0.5, 0.21 + (y - 0.21) * 0.5) for x, y in bow]
    shapes = [
        poly([(0.46, 0.4), (0.54, 0.4), (0.54, 0.98), (0.46, 0.98)], SECOND, 1.0, Texture("zigzag", LIGHT, 0.06)),
        poly([(0.54, 0.7), (0.76, 0.7), (0.76, 0.78), (0.66, 0.78), (0.66, 0.82), (0.76, 0.82), (0.76, 0.92), (0.54,
            0.92)], TRIM),
        disc(0.65, 0.74, 0.02, LIGHT, FINE), disc(0.65, 0.87, 0.02, LIGHT, FINE),
        blob(bow, BODY),
        *(disc(0.5 + (x - 0.5) * 0.78, 0.21 + (y - 0.21) * 0.78, 0.018, LIGHT, 0) for x, y in bow),
        blob(inner, SPARK, 0.8),
        *both([disc(0.42, 0.5, 0.045, TRIM)]), disc(0.5, 0.5, 0.05, SPARK),
    ]  # fmt: skip
    return moved(shapes, scale=0.95, turn=rng.choice((-0.6, 0.6)))
