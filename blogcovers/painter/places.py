"""Places: mountain, pyramid, house, boat, window."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from blogcovers.painter.plants import blossom
from blogcovers.painter.shapes import (
    BODY,
    FINE,
    LEAF,
    LIGHT,
    SECOND,
    SPARK,
    TRIM,
    Shape,
    Texture,
    at,
    both,
    curve,
    disc,
    leaf,
    poly,
    stroke,
    tube,
)

if TYPE_CHECKING:
    from random import Random


def mountain(rng: Random) -> list[Shape]:
    """A volcano with a smaller peak behind it."""
    smoke = [disc(x, y, r, f) for x, y, r, f in (
        (0.52, 0.22, 0.07, LIGHT), (0.62, 0.15, 0.085, SPARK), (0.75, 0.11, 0.09, LIGHT))]  # fmt: skip
    curls = [curve([at(x, y, r * (1 - i / 9), 1.1 * i) for i in range(7)]) for x, y, r in (
        (0.62, 0.15, 0.05), (0.75, 0.11, 0.055))]  # fmt: skip
    gems = Texture("diamonds", LIGHT, 0.075)
    cap = [
        (0.42, 0.28), (0.58, 0.28), (0.67, 0.44), (0.61, 0.4), (0.57, 0.5), (0.51, 0.4), (0.46, 0.52), (0.41, 0.41),
        (0.34, 0.44),
    ]  # fmt: skip
    return [
        *smoke,
        *curls,
        poly([(0.56, 0.95), (0.77, 0.42), (0.97, 0.95)], TRIM, 1.0, Texture("zigzag", SPARK, 0.09)),
        poly([(0.03, 0.95), (0.42, 0.28), (0.58, 0.28), (0.9, 0.95)], BODY),
        poly([(0.5, 0.28), (0.58, 0.28), (0.9, 0.95), (0.54, 0.95)], SECOND, FINE),
        poly([(0.1, 0.83), (0.17, 0.71), (0.53, 0.71), (0.535, 0.83)], TRIM, FINE, gems),
        poly([(0.535, 0.83), (0.53, 0.71), (0.785, 0.71), (0.843, 0.83)], SPARK, FINE, gems),
        poly(cap, LIGHT),
        poly([(0.43, 0.28), (0.47, 0.35), (0.5, 0.29), (0.53, 0.36), (0.57, 0.28)], SPARK, FINE),
    ]


def pyramid(rng: Random) -> list[Shape]:
    """A stepped temple."""
    shapes: list[Shape] = []
    for i, fill in enumerate((BODY, SECOND, BODY, SECOND)):
        y, half = 0.95 - 0.155 * i, 0.47 - 0.09 * i
        kind = ("zigzag", "dots", "diamonds", "dots")[i]
        step = [(0.5 - half, y), (0.5 - half + 0.04, y - 0.155), (0.5 + half - 0.04, y - 0.155), (0.5 + half, y)]
        shapes.append(poly(step, fill, 1.0, Texture(kind, TRIM, 0.078)))
    shapes.append(poly([(0.41, 0.95), (0.44, 0.33), (0.56, 0.33), (0.59, 0.95)], LIGHT))
    stairs = [(0.09 - 0.002 * i, 0.95 - 0.055 * i) for i in range(1, 11)]
    shapes += [stroke([(0.5 - half, y), (0.5 + half, y)]) for half, y in stairs]
    temple = [poly([(0.34, 0.33), (0.36, 0.17), (0.64, 0.17), (0.66, 0.33)], TRIM)]
    temple += [poly([(0.44, 0.33), (0.45, 0.21), (0.55, 0.21), (0.56, 0.33)], SPARK)]
    comb = [poly([(0.31, 0.17), (0.36, 0.09), (0.64, 0.09), (0.69, 0.17)], SECOND, 1.0, Texture("ticks", LIGHT, 0.05))]
    plumes = [leaf(0.5, 0.1, *at(0.5, 0.1, 0.09, a), 0.5, SPARK) for a in (-2.3, -1.57, -0.85)]
    return [*shapes, *temple, *plumes, *comb]


def house(rng: Random) -> list[Shape]:
    window = [
        poly([(0.19, 0.57), (0.36, 0.57), (0.36, 0.75), (0.19, 0.75)], LIGHT),
        stroke([(0.275, 0.57), (0.275, 0.75)], 0.7),
        stroke([(0.19, 0.66), (0.36, 0.66)], 0.7),
        poly([(0.17, 0.76), (0.38, 0.76), (0.38, 0.81), (0.17, 0.81)], SPARK, FINE),
    ]
    door = [(0.42, 0.95), (0.42, 0.68), (0.45, 0.61), (0.5, 0.585), (0.55, 0.61), (0.58, 0.68), (0.58, 0.95)]
    smoke = [(0.745, 0.16), (0.79, 0.1), (0.73, 0.06), (0.78, 0.03)]
    pots = both([leaf(0.13, 0.9, 0.07, 0.76, 0.5, LEAF), leaf(0.13, 0.9, 0.19, 0.77, 0.5, LEAF),
                 poly([(0.07, 0.86), (0.19, 0.86), (0.17, 0.96), (0.09, 0.96)], SPARK)])  # fmt: skip
    return [
        curve(smoke, 0.9),
        poly([(0.68, 0.4), (0.68, 0.18), (0.8, 0.18), (0.8, 0.4)], TRIM),
        poly([(0.12, 0.46), (0.5, 0.46), (0.5, 0.95), (0.12, 0.95)], BODY),
        poly([(0.5, 0.46), (0.88, 0.46), (0.88, 0.95), (0.5, 0.95)], SECOND),
        poly([(0.03, 0.49), (0.22, 0.22), (0.78, 0.22), (0.97, 0.49)], TRIM, 1.0, Texture("scales", SPARK, 0.075)),
        poly([(0.03, 0.49), (0.97, 0.49), (0.95, 0.545), (0.05, 0.545)], LIGHT, FINE, Texture("dots", SPARK, 0.05)),
        *both(window),
        poly(door, SPARK),
        stroke([(0.5, 0.6), (0.5, 0.95)], 0.7),
        disc(0.535, 0.79, 0.016, LIGHT, FINE),
        *blossom(0.5, 0.36, 0.085, LIGHT, SPARK),
        *pots,
    ]


def boat(rng: Random) -> list[Shape]:
    hull = [(0.05, 0.62), (0.95, 0.62), (0.87, 0.78), (0.76, 0.88), (0.24, 0.88), (0.13, 0.78)]
    main = [(0.54, 0.1), (0.7, 0.26), (0.86, 0.55), (0.54, 0.56)]
    jib = [(0.46, 0.2), (0.3, 0.36), (0.14, 0.55), (0.46, 0.56)]
    waves = [q for i in range(6) for q in _wave(0.1 + 0.16 * i)]
    return [
        poly([(0.5, 0.1), (0.5, 0.03), (0.34, 0.05), (0.34, 0.12), (0.5, 0.12)], SPARK),
        tube([(0.5, 0.64), (0.5, 0.08)], 0.035, 0.03, TRIM),
        poly(main, SECOND, 1.0, Texture("hatch", LIGHT, 0.1)),
        poly(jib, TRIM, 1.0, Texture("dots", SPARK, 0.07)),
        disc(0.645, 0.42, 0.075, SPARK),
        disc(0.645, 0.42, 0.035, LIGHT, FINE),
        poly(hull, BODY),
        poly([(0.05, 0.62), (0.95, 0.62), (0.915, 0.7), (0.085, 0.7)], TRIM, FINE, Texture("zigzag", LIGHT, 0.08)),
        *(disc(x, 0.78, 0.032, LIGHT, FINE) for x in (0.27, 0.42, 0.57, 0.72)),
        *waves,
    ]


def _wave(x: float) -> list[Shape]:
    crest = [at(x, 0.95, 0.1, math.pi * (1 + i / 8)) for i in range(9)]
    return [poly(crest, SECOND), curve([at(x, 0.95, 0.055, math.pi * (1.1 + 0.1 * i)) for i in range(9)])]


def window(rng: Random) -> list[Shape]:
    """An arched window with open shutters, a landscape in it and flowers on its sill."""
    arch = [at(0.5, 0.32, 0.27, math.pi * (1 + i / 12)) for i in range(13)]
    hills = [(0.29, 0.6), (0.4, 0.45), (0.5, 0.56), (0.6, 0.42), (0.71, 0.58)]
    glass = [at(0.5, 0.33, 0.21, math.pi * (1 + i / 12)) for i in range(13)]
    shutter = [
        poly([(0.22, 0.3), (0.22, 0.8), (0.04, 0.86), (0.04, 0.24)], SECOND),
        poly([(0.18, 0.36), (0.18, 0.54), (0.08, 0.55), (0.08, 0.34)], TRIM, FINE, Texture("hatch", LIGHT, 0.045)),
        poly([(0.18, 0.59), (0.18, 0.76), (0.08, 0.79), (0.08, 0.6)], TRIM, FINE, Texture("hatch", LIGHT, 0.045)),
    ]
    pots = [q for x, f in ((0.36, SPARK), (0.5, TRIM), (0.64, SPARK)) for q in (
        leaf(x, 0.83, x - 0.06, 0.72, 0.5, LEAF), leaf(x, 0.83, x + 0.06, 0.72, 0.5, LEAF),
        *blossom(x, 0.7, 0.068, f, LIGHT))]  # fmt: skip
    return [
        *both(shutter),
        poly([*arch, (0.77, 0.84), (0.23, 0.84)], BODY),
        poly([*glass, (0.71, 0.8), (0.29, 0.8)], LIGHT),
        poly([*hills, (0.71, 0.8), (0.29, 0.8)], SECOND, FINE),
        disc(0.4, 0.31, 0.065, SPARK, FINE),
        stroke([(0.5, 0.12), (0.5, 0.8)], 1.4),
        stroke([(0.29, 0.5), (0.71, 0.5)], 1.4),
        *pots,
        poly([(0.16, 0.83), (0.84, 0.83), (0.84, 0.94), (0.16, 0.94)], TRIM, 1.0, Texture("diamonds", LIGHT, 0.08)),
    ]
