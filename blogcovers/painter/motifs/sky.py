"""Motifs of the sky: sun, moon, star, cloud."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from blogcovers.painter.drawing.shapes import (
    BODY,
    FINE,
    INK,
    LIGHT,
    SECOND,
    SPARK,
    TRIM,
    Texture,
    VectorShape,
    at,
    blob,
    curve,
    disc,
    leaf,
    petal,
    poly,
    ring,
    tube,
)

if TYPE_CHECKING:
    from random import Random


def visage(x: float, y: float, r: float) -> list[VectorShape]:
    """A face inside a circle of radius `r`: one half is also a profile looking right."""
    back = [at(x, y, r, math.radians(a)) for a in range(270, 89, -20)]
    profile = [(0.02, 0.84), (0.12, 0.66), (0.03, 0.56), (0.12, 0.44), (0.0, 0.36), (0.26, 0.2), (0.04, -0.22)]
    half = [*back, *((x + u * r, y + v * r) for u, v in profile)]
    return [
        poly(half, SECOND, FINE),
        *eye(x - 0.4 * r, y - 0.14 * r, 0.3 * r),
        *eye(x + 0.44 * r, y - 0.14 * r, 0.3 * r),
        disc(x - 0.52 * r, y + 0.32 * r, 0.17 * r, SPARK, FINE),
        disc(x + 0.56 * r, y + 0.32 * r, 0.17 * r, SPARK, FINE),
        leaf(x - 0.28 * r, y + 0.52 * r, x + 0.36 * r, y + 0.52 * r, 0.4, SPARK, FINE),
        curve([(x - 0.28 * r, y + 0.52 * r), (x + 0.04 * r, y + 0.56 * r), (x + 0.36 * r, y + 0.52 * r)]),
    ]


def eye(x: float, y: float, r: float) -> list[VectorShape]:
    """An almond eye of half-width `r`, looking ahead, with its brow."""
    return [
        leaf(x - r, y, x + r, y, 0.72, LIGHT, FINE),
        disc(x, y, r * 0.38, INK, 0),
        curve([(x - r, y - 0.62 * r), (x, y - 1.05 * r), (x + r, y - 0.62 * r)]),
    ]


def sun(rng: Random) -> list[VectorShape]:
    count = rng.choice((7, 8, 9))
    shapes: list[VectorShape] = []
    for i in range(count):
        a = math.tau * i / count
        b = a + math.pi / count
        wave = [at(0.5, 0.5, 0.24, b), at(0.5, 0.5, 0.33, b + 0.07), at(0.5, 0.5, 0.4, b - 0.05)]
        shapes.append(tube(wave, 0.075, 0.03, SPARK))
        shapes.append(poly([at(0.5, 0.5, 0.26, a - 0.24), at(0.5, 0.5, 0.475, a), at(0.5, 0.5, 0.26, a + 0.24)], TRIM))
    shapes += [disc(0.5, 0.5, 0.3, SECOND), *ring(0.5, 0.5, 0.267, count * 3, 0.017, LIGHT, 0)]
    return [*shapes, disc(0.5, 0.5, 0.235, BODY), *visage(0.5, 0.5, 0.235)]


def moon(rng: Random) -> list[VectorShape]:
    outer = [at(0.5, 0.5, 0.46, math.radians(a)) for a in range(-62, -299, -6)]
    profile = [
        (0.615, 0.83), (0.585, 0.75), (0.6, 0.69), (0.565, 0.655), (0.6, 0.625), (0.57, 0.6), (0.605, 0.57),
        (0.575, 0.54), (0.675, 0.5), (0.575, 0.37), (0.58, 0.28), (0.63, 0.17),
    ]  # fmt: skip
    band_in = [at(0.53, 0.5, 0.37, math.radians(a)) for a in range(-262, -97, 7)]
    band = [at(0.5, 0.5, 0.46, math.radians(a)) for a in range(-98, -263, -7)]
    dots = [disc(*at(0.515, 0.5, 0.41, math.radians(a)), 0.02, LIGHT, 0) for a in range(-116, -250, -16)]
    star = [at(0.83, 0.44, 0.13 if i % 2 == 0 else 0.055, math.tau * i / 10 - math.pi / 2) for i in range(10)]
    return [
        VectorShape((*outer, *profile), BODY),
        poly([*band, *band_in], SECOND, FINE),
        *dots,
        *eye(0.44, 0.42, 0.075),
        disc(0.42, 0.6, 0.055, SPARK, FINE),
        curve([(0.57, 0.6), (0.53, 0.605), (0.49, 0.585)]),
        poly(star, TRIM),
        disc(0.83, 0.44, 0.03, SPARK, FINE),
        *(disc(0.83, y, 0.018, LIGHT, FINE) for y in (0.24, 0.64, 0.72)[: 2 + rng.randrange(2)]),
    ]


def star(rng: Random) -> list[VectorShape]:
    shapes: list[VectorShape] = []
    for start, reach in ((math.pi / 4, 0.4), (0.0, 0.48)):
        for i in range(4):
            a = start + i * math.pi / 2
            tip, mid = at(0.5, 0.5, reach, a), (0.5, 0.5)
            shapes.append(poly([mid, at(0.5, 0.5, 0.2, a - math.pi / 4), tip], BODY if start == 0 else SECOND))
            shapes.append(poly([mid, at(0.5, 0.5, 0.2, a + math.pi / 4), tip], TRIM if start == 0 else SPARK))
    count = rng.choice((6, 8))
    petals = [petal(0.5, 0.5, *at(0.5, 0.5, 0.15, math.tau * i / count), 0.75, LIGHT, FINE) for i in range(count)]
    beads = [disc(*at(0.5, 0.5, 0.44, math.pi / 8 + i * math.pi / 4), 0.022, SPARK, FINE) for i in range(8)]
    return [*beads, *shapes, disc(0.5, 0.5, 0.17, SECOND), *petals, disc(0.5, 0.5, 0.055, SPARK, FINE)]


def cloud(rng: Random) -> list[VectorShape]:
    lobes = [(0.2, 0.43, 0.15), (0.36, 0.27, 0.18), (0.6, 0.24, 0.2), (0.8, 0.42, 0.16)]
    shapes = [disc(x, y, r, fill) for (x, y, r), fill in zip(lobes, (SECOND, BODY, TRIM, BODY), strict=True)]
    shapes.append(tube([(0.14, 0.49), (0.86, 0.49)], 0.19, 0.19, BODY))
    for x, y, r in ((0.36, 0.27, 0.1), (0.61, 0.24, 0.115)):
        shapes.append(curve([at(x, y, r * (1 - i / 14), 0.9 * i - 0.5) for i in range(12)], FINE))
    shapes += [disc(0.2 + 0.1 * i, 0.49, 0.028, SPARK, FINE) for i in range(7)]
    for i in range(5):
        x = 0.18 + 0.16 * i
        for y in (0.66, 0.84) if i % 2 else (0.74,):
            shapes.append(petal(x, y - 0.05, x, y + 0.1, 0.55, (SECOND, LIGHT, SPARK)[(i + rng.randrange(2)) % 3]))
    return shapes


def eye_of_day(rng: Random) -> list[VectorShape]:
    """A great eye with lashes like rays."""
    shapes: list[VectorShape] = []
    count = rng.choice((9, 11))
    for i in range(count):
        a = math.pi * (1.1 + 0.8 * i / (count - 1))
        shapes.append(leaf(*at(0.5, 0.62, 0.3, a), *at(0.5, 0.62, 0.5 - 0.04 * (i % 2), a), 0.36, (TRIM, SPARK)[i % 2]))
    for i in range(5):
        a = math.pi * (0.2 + 0.15 * i)
        shapes.append(petal(*at(0.5, 0.4, 0.3, a), *at(0.5, 0.4, 0.45, a), 0.5, SECOND))
    lid = [(0.03, 0.5), (0.25, 0.31), (0.5, 0.24), (0.75, 0.31), (0.97, 0.5), (0.75, 0.69), (0.5, 0.76), (0.25, 0.69)]
    inner = [(0.5 + (x - 0.5) * 0.8, 0.5 + (y - 0.5) * 0.76) for x, y in lid]
    return [
        *shapes,
        blob(lid, BODY),
        blob(inner, LIGHT, FINE),
        disc(0.5, 0.5, 0.19, SECOND),
        *ring(0.5, 0.5, 0.145, 12, 0.022, SPARK, 0),
        disc(0.5, 0.5, 0.105, INK, 0),
        disc(0.46, 0.46, 0.032, LIGHT, 0),
    ]


def feathered_sun(rng: Random) -> list[VectorShape]:
    """A sun with petals for rays and one great eye in each half of its face."""
    count = rng.choice((12, 14, 16))
    shapes: list[VectorShape] = []
    for i in range(count):
        a = math.tau * i / count
        shapes.append(
            petal(*at(0.5, 0.5, 0.2, a), *at(0.5, 0.5, 0.48 if i % 2 else 0.41, a), 0.52, (TRIM, SPARK)[i % 2])
        )
    left = [at(0.5, 0.5, 0.29, math.radians(a)) for a in range(90, 271, 12)]
    return [
        *shapes,
        disc(0.5, 0.5, 0.33, LIGHT),
        *ring(0.5, 0.5, 0.31, 2 * count, 0.013, SPARK, 0),
        disc(0.5, 0.5, 0.29, BODY),
        poly([*left, (0.5, 0.3), (0.56, 0.42), (0.46, 0.56), (0.5, 0.66)], SECOND, 0.8),
        *eye(0.375, 0.46, 0.085),
        *eye(0.62, 0.46, 0.085),
        *(disc(x, 0.585, 0.05, SPARK, FINE) for x in (0.34, 0.66)),
        *(curve([at(x, 0.585, 0.03 * (1 - k / 9), k * 0.9) for k in range(8)], 0.4) for x in (0.34, 0.66)),
        leaf(0.41, 0.67, 0.61, 0.67, 0.42, SPARK, FINE),
        curve([(0.41, 0.67), (0.51, 0.68), (0.61, 0.67)]),
        poly([at(0.5, 0.31, 0.055, k * math.pi / 2) for k in range(4)], TRIM, FINE),
    ]


def full_moon(rng: Random) -> list[VectorShape]:
    """A round moon that is a crescent and a face at once, in a wreath of stars."""
    crescent = [at(0.5, 0.5, 0.33, math.radians(a)) for a in range(70, 291, 10)]
    inside = [at(0.62, 0.5, 0.28, math.radians(a)) for a in range(278, 81, -10)]
    stars = []
    for k in range(7):
        x, y = at(0.5, 0.5, 0.435, math.tau * k / 7 - 1.2)
        stars.append(
            poly([at(x, y, 0.055 if i % 2 else 0.024, math.tau * i / 8) for i in range(8)], (TRIM, SPARK)[k % 2], 0.7)
        )
    return [
        *stars,
        disc(0.5, 0.5, 0.34, BODY),
        poly([*crescent, *inside], SECOND, 0.8, Texture("dots", LIGHT, 0.055)),
        *eye(0.49, 0.44, 0.07),
        *eye(0.69, 0.44, 0.07),
        curve([(0.6, 0.44), (0.575, 0.55), (0.62, 0.56)], 0.7),
        leaf(0.53, 0.65, 0.68, 0.64, 0.42, SPARK, FINE),
        *(disc(x, 0.57, 0.038, SPARK, FINE) for x in (0.48, 0.73)),
    ]  # fmt: skip


def comet(rng: Random) -> list[VectorShape]:
    """A five-pointed star that draws a tail of ribbons."""
    tail = [((0.6, 0.34), (0.36, 0.42), (0.2, 0.62), (0.04, 0.66), SPARK), ((0.64, 0.4), (0.44, 0.54), (0.3, 0.78),
        (0.1, 0.86), TRIM),
            ((0.7, 0.44), (0.56, 0.64), (0.46, 0.86), (0.28, 0.96), SECOND)]  # fmt: skip
    points = [at(0.66, 0.34, 0.32 if i % 2 == 0 else 0.14, math.tau * i / 10 - 1.3) for i in range(10)]
    facets = [poly([(0.66, 0.34), points[i], points[i + 1]], SECOND, FINE) for i in range(0, 10, 2)]
    return [
        *(tube([a, b, c, d], 0.1, 0.035, f) for a, b, c, d, f in tail),
        poly(points, BODY),
        *facets,
        disc(0.66, 0.34, 0.1, LIGHT, 0.8),
        *ring(0.66, 0.34, 0.065, 6, 0.02, SPARK, 0),
        disc(0.66, 0.34, 0.03, TRIM, FINE),
        *(disc(x, y, 0.02, LIGHT, FINE) for x, y in ((0.2, 0.46), (0.46, 0.72), (0.2, 0.76))),
    ]


def rainbow_cloud(rng: Random) -> list[VectorShape]:
    """A cloud under a rainbow, its rain in slanted strokes."""
    bows = [tube([at(0.5, 0.5, r, math.pi * (1 + k / 10)) for k in range(11)], 0.075, 0.075, f, 1.0, None, False)
            for r, f in ((0.44, SPARK), (0.37, TRIM), (0.3, SECOND))]  # fmt: skip
    lobes = [(0.16, 0.56, 0.12), (0.33, 0.5, 0.14), (0.52, 0.47, 0.16), (0.7, 0.51, 0.14), (0.85, 0.57, 0.11)]
    rain = [tube([(x, y), (x - 0.04, y + 0.1)], 0.035, 0.035, (SECOND, SPARK, TRIM)[i % 3], 0.7)
            for i, (x, y) in enumerate([(0.18 + 0.16 * k, 0.74 + 0.1 * (k % 2)) for k in range(5)])]  # fmt: skip
    return [
        *bows,
        *rain,
        *(disc(x, y, r, BODY) for x, y, r in lobes),
        tube([(0.13, 0.61), (0.87, 0.61)], 0.14, 0.14, BODY),
        *(curve([at(x, y, r * 0.62 * (1 - i / 12), 1.0 * i + 2) for i in range(10)], FINE) for x, y, r in lobes[1:4]),
    ]


def open_eye(rng: Random) -> list[VectorShape]:
    """An eye in a triangle of rays, with tears like beads."""
    return [
        *(poly([at(0.5, 0.46, 0.2, math.tau * i / 16 - 0.15), at(0.5, 0.46, 0.47 if i % 2 else 0.4, math.tau * i / 16),
                at(0.5, 0.46, 0.2, math.tau * i / 16 + 0.15)], (TRIM, SECOND)[i % 2]) for i in range(16)),
        disc(0.5, 0.46, 0.31, BODY),
        *ring(0.5, 0.46, 0.275, 20, 0.016, LIGHT, 0),
        leaf(0.24, 0.46, 0.76, 0.46, 0.62, LIGHT),
        disc(0.5, 0.46, 0.12, SECOND),
        disc(0.5, 0.46, 0.075, INK, 0),
        disc(0.47, 0.43, 0.024, LIGHT, 0),
        *(petal(x, y, x, y + 0.13, 0.6, SPARK) for x, y in ((0.4, 0.78), (0.5, 0.84), (0.6, 0.78))),
    ]  # fmt: skip
