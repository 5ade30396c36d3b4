"""Plants: flower, cactus, maize, tree."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from blogcovers.painter.drawing.shapes import (
    BODY,
    FINE,
    LEAF,
    LIGHT,
    SECOND,
    SPARK,
    TRIM,
    Texture,
    VectorShape,
    at,
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


def bloom(
    x: float, y: float, r: float, count: int, fills: tuple[int, int, int] = (BODY, SECOND, TRIM)
) -> list[VectorShape]:
    """A flower head seen from the front: two wreaths of petals and a beaded heart."""
    outer = [petal(x, y, *at(x, y, r, math.tau * i / count), 0.62, fills[0]) for i in range(count)]
    half = math.pi / count
    inner = [petal(x, y, *at(x, y, 0.66 * r, math.tau * i / count + half), 0.5, fills[1], FINE) for i in range(count)]
    return [*outer, *inner, disc(x, y, 0.27 * r, fills[2]), *ring(x, y, 0.16 * r, 7, 0.042 * r, LIGHT, 0)]


def blossom(x: float, y: float, r: float, petals: int, heart: int) -> list[VectorShape]:
    """A small five-petalled flower."""
    return [*(disc(*at(x, y, 0.6 * r, math.tau * i / 5 - 1.57), 0.42 * r, petals, FINE) for i in range(5)),
            disc(x, y, 0.34 * r, heart, FINE)]  # fmt: skip


def flower(rng: Random) -> list[VectorShape]:
    vein = [curve([(0.48, 0.88), (0.32, 0.8), (0.2, 0.68)]), curve([(0.52, 0.8), (0.68, 0.7), (0.8, 0.6)])]
    return [
        tube([(0.5, 0.4), (0.52, 0.7), (0.5, 0.96)], 0.05, 0.06, LEAF),
        leaf(0.5, 0.92, 0.1, 0.6, 0.42, LEAF),
        leaf(0.52, 0.84, 0.9, 0.54, 0.42, LEAF),
        *vein,
        *bloom(0.5, 0.32, 0.3, rng.choice((8, 9, 10))),
    ]


def cactus(rng: Random) -> list[VectorShape]:
    arms = [
        tube([(0.46, 0.66), (0.22, 0.66), (0.16, 0.54), (0.16, 0.36)], 0.13, 0.13, SECOND),
        tube([(0.54, 0.54), (0.78, 0.54), (0.85, 0.42), (0.85, 0.24)], 0.13, 0.13, SECOND),
    ]
    ribs = [stroke([(x, 0.24), (x, 0.92)]) for x in (0.44, 0.5, 0.56)]
    ribs += [curve([(0.4, 0.66), (0.22, 0.66), (0.16, 0.54), (0.16, 0.4)])]
    ribs += [curve([(0.6, 0.54), (0.78, 0.54), (0.85, 0.42), (0.85, 0.28)])]
    spines = [stroke([(x - 0.018, y), (x + 0.018, y)], 0.6) for y in (0.3, 0.42, 0.54, 0.66, 0.78, 0.88)
              for x in (0.44, 0.5, 0.56)]  # fmt: skip
    tops = [q for x, y, r in ((0.5, 0.13, 0.11), (0.16, 0.29, 0.075), (0.85, 0.17, 0.075))
            for q in blossom(x, y, r, SPARK, TRIM)]  # fmt: skip
    return [*arms, tube([(0.5, 0.93), (0.5, 0.5), (0.5, 0.22)], 0.21, 0.2, BODY), *ribs, *spines, *tops]


def maize(rng: Random) -> list[VectorShape]:
    """A cob of many colours between its husks."""
    silk = [curve([(0.5, 0.12), (0.5 + dx / 2, 0.05), (0.5 + dx, 0.03)], 0.9) for dx in (-0.12, -0.05, 0.03, 0.11)]
    kernels: list[VectorShape] = []
    for row in range(11):
        y = 0.13 + row * 0.062
        half = 0.155 * math.sqrt(max(0.0, 1 - ((y - 0.45) / 0.4) ** 2))
        count = max(2, round(half / 0.032))
        for k in range(count):
            x = 0.5 + (2 * (k + 0.5) / count - 1) * half
            kernels.append(oval(x, y, half / count * 0.94, 0.032, rng.choice((BODY, BODY, TRIM, SPARK, LIGHT)), FINE))
    husks = [
        leaf(0.5, 0.97, 0.04, 0.42, 0.3, LEAF), leaf(0.5, 0.97, 0.96, 0.42, 0.3, LEAF),
    ]  # fmt: skip
    front = [leaf(0.46, 0.97, 0.22, 0.34, 0.32, SECOND), leaf(0.54, 0.97, 0.78, 0.34, 0.32, SECOND)]
    veins = both([curve([(0.46, 0.93), (0.33, 0.7), (0.24, 0.42)]), curve([(0.42, 0.92), (0.2, 0.66), (0.1, 0.5)])])
    return [*silk, *husks, oval(0.5, 0.45, 0.17, 0.39, BODY), *kernels, *front, *veins]


def tree(rng: Random) -> list[VectorShape]:
    """A tree of life: a round crown of lobes, branches like arms, fruit."""
    lobes = [disc(*at(0.5, 0.37, 0.25, math.tau * i / 9 - 1.57), 0.115, (BODY, SECOND)[i % 2]) for i in range(9)]
    trunk = [(0.43, 0.97), (0.46, 0.7), (0.46, 0.42), (0.54, 0.42), (0.54, 0.7), (0.57, 0.97)]
    arms = both([tube([(0.5, 0.62), (0.4, 0.52), (0.3, 0.46), (0.25, 0.34)], 0.05, 0.025, TRIM),
                 tube([(0.5, 0.5), (0.43, 0.4), (0.4, 0.24)], 0.045, 0.02, TRIM)])  # fmt: skip
    fruit = [(0.22, 0.32), (0.78, 0.32), (0.39, 0.19), (0.61, 0.19), (0.5, 0.34), (0.33, 0.5), (0.67, 0.5)]
    leaves = both([leaf(0.33, 0.47, 0.36, 0.36, 0.6, LIGHT, FINE), leaf(0.41, 0.36, 0.31, 0.28, 0.6, LIGHT, FINE)])
    roots = both([tube([(0.46, 0.9), (0.4, 0.94), (0.3, 0.96)], 0.05, 0.02, TRIM)])
    return [
        *lobes, disc(0.5, 0.37, 0.27, BODY, FINE), *roots, poly(trunk, TRIM, 1.0, Texture("hatch", SPARK, 0.05, 1.57)),
        *arms, *leaves, *(disc(x, y, 0.05, SPARK) for x, y in fruit), *(disc(x, y, 0.017, LIGHT, 0) for x, y in fruit),
    ]  # fmt: skip


def bunch(rng: Random) -> list[VectorShape]:
    """Three flowers of three kinds on one stem."""
    tulip = [
        (0.68, 0.34),
        (0.66, 0.18),
        (0.74, 0.26),
        (0.8, 0.12),
        (0.86, 0.26),
        (0.94, 0.18),
        (0.92, 0.34),
        (0.8, 0.43),
    ]
    return [
        tube([(0.5, 0.97), (0.48, 0.7), (0.5, 0.34)], 0.05, 0.04, LEAF),
        tube([(0.5, 0.84), (0.72, 0.66), (0.8, 0.4)], 0.045, 0.035, LEAF),
        tube([(0.5, 0.88), (0.28, 0.74), (0.2, 0.54)], 0.045, 0.035, LEAF),
        leaf(0.5, 0.96, 0.18, 0.84, 0.4, LEAF),
        leaf(0.5, 0.94, 0.86, 0.8, 0.4, LEAF),
        poly(tulip, SECOND),
        curve([(0.8, 0.14), (0.8, 0.4)], 0.6),
        *bloom(0.2, 0.46, 0.17, 7, (SPARK, LIGHT, TRIM)),
        *bloom(0.5, 0.22, 0.21, 10),
    ]


def nopal(rng: Random) -> list[VectorShape]:
    """A prickly pear: pads upon pads, with fruit and a flower."""
    pads = [(0.5, 0.76, 0.17, 0.22, 0.0, BODY), (0.28, 0.5, 0.13, 0.18, -0.5, SECOND), (0.7, 0.48, 0.13, 0.19, 0.5,
        BODY),
            (0.46, 0.36, 0.12, 0.17, 0.05, SECOND), (0.84, 0.24, 0.1, 0.14, 0.35, SECOND), (0.16, 0.26, 0.09, 0.13,
                -0.3, BODY)]  # fmt: skip
    fruit = [
        (0.36, 0.2),
        (0.56, 0.2),
        (0.64, 0.28),
        (0.1, 0.12),
        (0.22, 0.12),
        (0.82, 0.08),
        (0.94, 0.14),
        (0.36, 0.32),
    ]
    spines = [q for x, y, rx, ry, _, _ in pads for q in (
        stroke([(x + dx * rx - 0.014, y + dy * ry), (x + dx * rx + 0.014, y + dy * ry)], 0.6)
        for dx, dy in ((0, -0.5), (0.4, 0), (-0.4, 0), (0, 0.45), (0, 0)))]  # fmt: skip
    return [
        *(petal(x, y + 0.05, x, y - 0.05, 0.8, (SPARK, TRIM)[i % 2]) for i, (x, y) in enumerate(fruit)),
        *(oval(x, y, rx, ry, f, 1.0, t) for x, y, rx, ry, t, f in pads[::-1]),
        *spines,
        *blossom(0.46, 0.16, 0.08, SPARK, LIGHT),
    ]


def maize_plant(rng: Random) -> list[VectorShape]:
    """A whole plant: tassel, broad arching leaves and two cobs that look out of their husks."""
    leaves = [((0.5, 0.9), (0.2, 0.68), (0.03, 0.86)), ((0.5, 0.84), (0.8, 0.6), (0.97, 0.8)),
              ((0.5, 0.6), (0.24, 0.26), (0.05, 0.38)), ((0.5, 0.54), (0.76, 0.18), (0.95, 0.3))]  # fmt: skip
    shapes = [
        leaf(0.5, 0.24, *at(0.5, 0.24, 0.21, a), 0.34, (TRIM, SPARK)[i % 2])
        for i, a in enumerate((-2.7, -2.15, -1.0, -0.45, -1.57))
    ]
    shapes.append(tube([(0.5, 0.97), (0.49, 0.6), (0.5, 0.2)], 0.085, 0.05, SECOND))
    for i, (a, b, c) in enumerate(leaves):
        shapes += [tube([a, b, c], 0.15, 0.02, (LEAF, SECOND)[i % 2]), curve([a, b, c], 0.4)]
    for x, y, lean in ((0.33, 0.5, -0.3), (0.68, 0.46, 0.3)):
        cob = [oval(0.5, 0.42, 0.115, 0.24, BODY)]
        cob += [
            disc(0.5 + 0.068 * c, 0.27 + 0.075 * r, 0.03, rng.choice((TRIM, SPARK, LIGHT)), FINE)
            for r in range(5)
            for c in (-1, 0, 1)
        ]
        cob += [leaf(0.5, 0.76, 0.34, 0.36, 0.3, LEAF), leaf(0.5, 0.76, 0.66, 0.36, 0.3, SECOND)]
        shapes += moved(cob, x - 0.5, y - 0.4, 0.9, lean)
    return [*shapes, tube([(0.36, 0.965), (0.5, 0.93), (0.64, 0.965)], 0.04, 0.04, SECOND, 0.8)]


def leafy_tree(rng: Random) -> list[VectorShape]:
    """A tree whose boughs end in great leaves, a bird's nest of colours."""
    tips = [(0.5, 0.3), (0.34, 0.32), (0.66, 0.32), (0.22, 0.44), (0.78, 0.44), (0.2, 0.58), (0.8, 0.58)]
    crown: list[VectorShape] = []
    for i, (x, y) in enumerate(tips):
        a = math.atan2(y - 0.66, x - 0.5)
        tip = at(0.5, 0.62, 0.56 if i < 3 else 0.48, a)
        crown.append(leaf(0.5, 0.62, *tip, 0.36, (BODY, SECOND, BODY)[i % 3]))
        crown.append(curve([(0.5, 0.62), at(0.5, 0.62, 0.4, a)], 0.6))
        crown += [
            disc(*at(0.5, 0.62, r, a + d), 0.02, (SPARK, LIGHT)[i % 2], 0.4) for r in (0.28, 0.36) for d in (-0.1, 0.1)
        ]
    trunk = [(0.4, 0.97), (0.46, 0.82), (0.46, 0.6), (0.54, 0.6), (0.54, 0.82), (0.6, 0.97)]
    return [*crown, poly(trunk, TRIM, 1.0, Texture("zigzag", SPARK, 0.06)), *blossom(0.5, 0.6, 0.08, SPARK, LIGHT)]
