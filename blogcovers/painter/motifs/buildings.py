"""Buildings and what is as large: mountain, pyramid, house, boat, window."""

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
    Texture,
    VectorShape,
    at,
    blob,
    both,
    curve,
    disc,
    leaf,
    poly,
    stroke,
    tube,
)
from blogcovers.painter.motifs.plants import blossom

if TYPE_CHECKING:
    from random import Random


def mountain(rng: Random) -> list[VectorShape]:
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


def pyramid(rng: Random) -> list[VectorShape]:
    """A stepped temple."""
    shapes: list[VectorShape] = []
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


def house(rng: Random) -> list[VectorShape]:
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


def boat(rng: Random) -> list[VectorShape]:
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


def _wave(x: float) -> list[VectorShape]:
    crest = [at(x, 0.95, 0.1, math.pi * (1 + i / 8)) for i in range(9)]
    return [poly(crest, LEAF), curve([at(x, 0.95, 0.055, math.pi * (1.1 + 0.1 * i)) for i in range(9)])]


def window(rng: Random) -> list[VectorShape]:
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


def twin_peaks(rng: Random) -> list[VectorShape]:
    """Three peaks like folded paper, snow and a path on the middle one."""
    return [
        poly([(0.0, 0.95), (0.22, 0.42), (0.46, 0.95)], SECOND, 1.0, Texture("hatch", TRIM, 0.06, 1.0)),
        poly([(0.54, 0.95), (0.79, 0.34), (1.0, 0.95)], TRIM, 1.0, Texture("zigzag", SPARK, 0.08)),
        poly([(0.79, 0.34), (0.86, 0.52), (0.81, 0.49), (0.77, 0.55), (0.72, 0.5)], LIGHT, 0.8),
        poly([(0.14, 0.95), (0.5, 0.08), (0.84, 0.95)], BODY),
        poly([(0.5, 0.08), (0.84, 0.95), (0.52, 0.95), (0.44, 0.6), (0.56, 0.36)], SECOND, 0.7),
        poly([(0.5, 0.08), (0.63, 0.41), (0.57, 0.36), (0.52, 0.46), (0.46, 0.35), (0.41, 0.42), (0.375, 0.385)],
            LIGHT),
        tube([(0.42, 0.95), (0.5, 0.86), (0.38, 0.78), (0.48, 0.68)], 0.07, 0.03, SPARK, 0.7),
        *(leaf(x, 0.95, x, 0.82, 0.5, LEAF, 0.8) for x in (0.2, 0.28, 0.66, 0.74)),
    ]  # fmt: skip


def tall_temple(rng: Random) -> list[VectorShape]:
    """A steep temple of the forest: nine ledges, one stair, a roof comb."""
    steps: list[VectorShape] = []
    for i in range(6):
        y, half = 0.96 - 0.095 * i, 0.4 - 0.045 * i
        fill = (BODY, SECOND)[i % 2]
        steps.append(
            poly(
                [(0.5 - half, y), (0.5 - half + 0.025, y - 0.095), (0.5 + half - 0.025, y - 0.095), (0.5 + half, y)],
                fill,
            )
        )
    stair = [poly([(0.4, 0.96), (0.44, 0.39), (0.56, 0.39), (0.6, 0.96)], LIGHT)]
    stair += [
        stroke([(0.5 - h, y), (0.5 + h, y)], 0.6) for h, y in ((0.1 - 0.0045 * k, 0.92 - 0.045 * k) for k in range(12))
    ]
    return [
        *steps, *stair,
        poly([(0.34, 0.39), (0.36, 0.25), (0.64, 0.25), (0.66, 0.39)], TRIM),
        poly([(0.45, 0.39), (0.45, 0.29), (0.55, 0.29), (0.55, 0.39)], INK, 0.8),
        poly([(0.31, 0.26), (0.36, 0.19), (0.64, 0.19), (0.69, 0.26)], SPARK, 1.0, Texture("ticks", LIGHT, 0.05)),
        poly([(0.4, 0.19), (0.43, 0.04), (0.57, 0.04), (0.6, 0.19)], BODY, 1.0, Texture("diamonds", TRIM, 0.06)),
        *(disc(x, y, 0.03, SPARK, 0.7) for x, y in ((0.17, 0.91), (0.83, 0.91), (0.23, 0.72), (0.77, 0.72), (0.28,
            0.53), (0.72, 0.53))),
    ]  # fmt: skip


def tall_house(rng: Random) -> list[VectorShape]:
    """A crooked house of two storeys with a balcony and a tower."""

    def pane(x: float, y: float, w: float, h: float) -> list[VectorShape]:
        return [poly([(x, y + h), (x, y + 0.3 * h), (x + w / 2, y), (x + w, y + 0.3 * h), (x + w, y + h)], LIGHT, 0.9),
                stroke([(x + w / 2, y), (x + w / 2, y + h)], 0.6), stroke([(x, y + 0.6 * h), (x + w, y + 0.6 * h)],
                    0.6)]  # fmt: skip

    return [
        poly([(0.62, 0.34), (0.9, 0.32), (0.93, 0.96), (0.62, 0.96)], SECOND),
        poly([(0.58, 0.36), (0.76, 0.06), (0.96, 0.34)], SPARK, 1.0, Texture("scales", LIGHT, 0.055)),
        poly([(0.12, 0.42), (0.62, 0.4), (0.63, 0.96), (0.09, 0.96)], BODY),
        poly([(0.04, 0.45), (0.22, 0.2), (0.56, 0.18), (0.68, 0.42)], TRIM, 1.0, Texture("scales", SPARK, 0.065)),
        poly([(0.3, 0.19), (0.31, 0.06), (0.41, 0.06), (0.41, 0.19)], SECOND),
        *pane(0.17, 0.48, 0.13, 0.17),
        *pane(0.43, 0.47, 0.13, 0.17),
        *pane(0.7, 0.42, 0.13, 0.2),
        poly([(0.1, 0.67), (0.63, 0.66), (0.63, 0.72), (0.1, 0.73)], SPARK, 0.8, Texture("dots", LIGHT, 0.045)),
        poly([(0.28, 0.96), (0.28, 0.82), (0.36, 0.76), (0.44, 0.82), (0.44, 0.96)], SECOND),
        disc(0.41, 0.88, 0.016, LIGHT, FINE),
        poly([(0.71, 0.96), (0.71, 0.74), (0.84, 0.74), (0.84, 0.96)], TRIM),
        stroke([(0.775, 0.74), (0.775, 0.96)], 0.7),
        *blossom(0.54, 0.88, 0.06, SPARK, LIGHT),
        tube([(0.54, 0.92), (0.54, 0.96)], 0.02, 0.02, LEAF, 0.6),
        *blossom(0.17, 0.88, 0.06, SPARK, LIGHT),
    ]


def canoe(rng: Random) -> list[VectorShape]:
    """A dugout with a high prow and two lateen sails."""
    waves = [q for i in range(6) for q in _wave(0.1 + 0.16 * i)]
    return [
        tube([(0.36, 0.7), (0.4, 0.06)], 0.03, 0.025, TRIM),
        tube([(0.66, 0.7), (0.68, 0.2)], 0.03, 0.025, TRIM),
        blob([(0.4, 0.08), (0.44, 0.2), (0.54, 0.4), (0.58, 0.58), (0.36, 0.62), (0.38, 0.34)], SECOND),
        blob([(0.69, 0.22), (0.76, 0.36), (0.88, 0.52), (0.86, 0.6), (0.66, 0.62), (0.67, 0.4)], TRIM, 1.0,
            Texture("hatch", LIGHT, 0.07)),
        blob([(0.36, 0.16), (0.34, 0.4), (0.3, 0.6), (0.16, 0.58), (0.22, 0.4)], TRIM, 1.0, Texture("dots", LIGHT,
            0.06)),
        disc(0.46, 0.44, 0.06, SPARK, 0.8),
        disc(0.46, 0.44, 0.026, LIGHT, FINE),
        poly([(0.02, 0.5), (0.1, 0.66), (0.9, 0.66), (0.98, 0.52), (0.94, 0.72), (0.8, 0.88), (0.2, 0.88), (0.06,
            0.72)], BODY),
        poly([(0.1, 0.68), (0.91, 0.68), (0.88, 0.76), (0.12, 0.76)], SPARK, FINE, Texture("zigzag", LIGHT, 0.08)),
        disc(0.1, 0.655, 0.035, LIGHT, 0.8),
        disc(0.1, 0.655, 0.014, INK, 0),
        *waves,
    ]  # fmt: skip


def curtained_window(rng: Random) -> list[VectorShape]:
    """A square window with drawn curtains, a plant and the night or day outside."""
    side = [
        poly(
            [(0.2, 0.14), (0.4, 0.14), (0.36, 0.4), (0.26, 0.54), (0.2, 0.82)],
            SECOND,
            1.0,
            Texture("hatch", LIGHT, 0.05, 1.4),
        )
    ]
    return [
        poly([(0.1, 0.06), (0.9, 0.06), (0.9, 0.9), (0.1, 0.9)], BODY, 1.0, Texture("dots", TRIM, 0.06)),
        poly([(0.2, 0.14), (0.8, 0.14), (0.8, 0.82), (0.2, 0.82)], LIGHT),
        disc(0.5, 0.34, 0.1, SPARK, 0.8),
        poly([(0.2, 0.82), (0.2, 0.66), (0.38, 0.54), (0.54, 0.66), (0.68, 0.5), (0.8, 0.6), (0.8, 0.82)], TRIM, 0.8),
        stroke([(0.5, 0.14), (0.5, 0.82)], 1.3),
        stroke([(0.2, 0.48), (0.8, 0.48)], 1.3),
        *both(side),
        *(q for x in (0.4, 0.6) for q in (leaf(x, 0.8, x - 0.06, 0.66, 0.5, LEAF), leaf(x, 0.8, x + 0.06, 0.66, 0.5,
            LEAF),
                                          *blossom(x, 0.66, 0.06, SPARK, LIGHT))),
        *(poly([(x - 0.08, 0.78), (x + 0.08, 0.78), (x + 0.06, 0.88), (x - 0.06, 0.88)], SPARK) for x in (0.4, 0.6)),
        poly([(0.05, 0.87), (0.95, 0.87), (0.95, 0.95), (0.05, 0.95)], SECOND, 1.0, Texture("zigzag", LIGHT, 0.06)),
    ]  # fmt: skip
