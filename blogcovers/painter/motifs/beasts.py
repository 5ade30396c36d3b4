"""Animals: bird, parrot, rooster, fish, jaguar, dog, horse, fox, butterfly, snake."""

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
    oval,
    petal,
    poly,
    spline,
    stroke,
    tube,
)

if TYPE_CHECKING:
    from random import Random


def _round_eye(x: float, y: float, r: float) -> list[VectorShape]:
    return [disc(x, y, r, LIGHT, FINE), disc(x, y, r * 0.5, INK, 0)]


def _profile(rng: Random, x: float, y: float, r: float, other: tuple[float, float]) -> list[VectorShape]:
    """The eye of a head in profile; on half of the heads its fellow, too, as one who looks from both sides sees it."""
    return [*_round_eye(x, y, r), *(_round_eye(*other, 0.8 * r) if rng.random() < 0.5 else ())]


def bird(rng: Random) -> list[VectorShape]:
    """A quetzal on a branch, its tail falling behind it."""
    tail = [((0.36, 0.56), (0.03, 0.74), SPARK), ((0.38, 0.58), (0.06, 0.9), TRIM), ((0.42, 0.6), (0.18, 0.97), SECOND)]
    crest = [((0.66, 0.15), (0.58, 0.02), TRIM), ((0.7, 0.13), (0.69, 0.02), SPARK), ((0.74, 0.14), (0.8, 0.03), TRIM)]
    body = [
        (0.7, 0.11), (0.8, 0.17), (0.82, 0.28), (0.8, 0.44), (0.71, 0.6), (0.54, 0.69), (0.38, 0.64), (0.34, 0.54),
        (0.45, 0.42), (0.57, 0.29), (0.6, 0.17),
    ]  # fmt: skip
    breast = [(0.8, 0.3), (0.8, 0.44), (0.71, 0.6), (0.55, 0.68), (0.6, 0.56), (0.68, 0.42)]
    wing = [(0.62, 0.36), (0.66, 0.46), (0.58, 0.56), (0.42, 0.61), (0.2, 0.58), (0.34, 0.46), (0.48, 0.36)]
    feathers = [leaf(0.57, 0.43, x, y, 0.34, fill, FINE) for x, y, fill in (
        (0.24, 0.575, SPARK), (0.33, 0.5, LIGHT), (0.42, 0.44, TRIM))]  # fmt: skip
    twigs = [leaf(x, 0.83, x + 0.1, 0.93 if i % 2 else 0.74, 0.5, LEAF) for i, x in enumerate((0.4, 0.74, 0.84))]
    return [
        *(leaf(*a, *b, 0.24, fill) for a, b, fill in tail),
        *(petal(*a, *b, 0.42, fill) for a, b, fill in crest),
        *twigs,
        tube([(0.34, 0.86), (0.6, 0.82), (0.96, 0.84)], 0.05, 0.035, SECOND),
        *(stroke([(x, 0.64), (x + 0.01, 0.81)], 1.0) for x in (0.54, 0.63)),
        poly([(0.79, 0.18), (0.96, 0.25), (0.8, 0.29)], SPARK),
        blob(body, BODY),
        blob(breast, TRIM, FINE, Texture("scales", LIGHT, 0.06)),
        blob(wing, SECOND),
        *feathers,
        *_round_eye(0.71, 0.215, 0.05),
    ]


def hummingbird(rng: Random) -> list[VectorShape]:
    """A bird in flight, wings up and down, its long beak ahead."""
    body = [(0.72, 0.3), (0.8, 0.34), (0.8, 0.42), (0.72, 0.54), (0.56, 0.66), (0.38, 0.74), (0.34, 0.68), (0.48, 0.52),
            (0.6, 0.36)]  # fmt: skip
    up = [leaf(0.58, 0.46, x, y, 0.3, (SECOND, SPARK, TRIM)[i % 3]) for i, (x, y) in enumerate(
        ((0.1, 0.36), (0.14, 0.2), (0.26, 0.08), (0.42, 0.03)))]  # fmt: skip
    down = [leaf(0.6, 0.54, x, y, 0.3, (TRIM, SECOND, SPARK)[i % 3]) for i, (x, y) in enumerate(
        ((0.86, 0.86), (0.72, 0.95), (0.56, 0.97)))]  # fmt: skip
    tail = [leaf(0.42, 0.68, x, y, 0.26, (BODY, SPARK, SECOND)[i % 3]) for i, (x, y) in enumerate(
        ((0.06, 0.7), (0.08, 0.82), (0.16, 0.93)))]  # fmt: skip
    return [
        *down,
        *tail,
        tube([(0.76, 0.36), (0.88, 0.32), (0.98, 0.33)], 0.04, 0.015, TRIM),
        blob(body, BODY),
        blob([(0.78, 0.42), (0.72, 0.54), (0.58, 0.64), (0.5, 0.66), (0.6, 0.54), (0.68, 0.44)], LIGHT, FINE,
             Texture("scales", SPARK, 0.055)),
        *up,
        blob([(0.62, 0.38), (0.66, 0.48), (0.58, 0.54), (0.5, 0.5)], SECOND, 0.8),
        *_round_eye(0.725, 0.355, 0.036),
    ]  # fmt: skip


def parrot(rng: Random) -> list[VectorShape]:
    """A macaw upright on its perch, hooked beak, a long tail straight down."""
    body = [(0.5, 0.06), (0.64, 0.1), (0.7, 0.22), (0.66, 0.34), (0.68, 0.5), (0.6, 0.66), (0.46, 0.7), (0.36, 0.58),
            (0.34, 0.36), (0.36, 0.16)]  # fmt: skip
    wing = [(0.36, 0.34), (0.48, 0.34), (0.54, 0.48), (0.5, 0.66), (0.4, 0.78), (0.32, 0.6)]
    feathers = [
        leaf(0.42, 0.42, 0.5, 0.62, 0.32, TRIM, FINE),
        leaf(0.41, 0.46, 0.44, 0.7, 0.3, SPARK, FINE),
        leaf(0.38, 0.46, 0.37, 0.7, 0.3, TRIM, FINE),
    ]
    return [
        *(leaf(0.46, 0.6, x, y, 0.22, f) for x, y, f in ((0.3, 0.95, SECOND), (0.4, 0.98, SPARK), (0.5, 0.97, TRIM))),
        blob(body, BODY),
        blob([(0.54, 0.4), (0.67, 0.42), (0.6, 0.64), (0.48, 0.69), (0.54, 0.55)], TRIM, FINE,
             Texture("scales", LIGHT, 0.055)),
        blob(wing, SECOND),
        *feathers,
        blob([(0.54, 0.1), (0.66, 0.13), (0.69, 0.24), (0.58, 0.28), (0.51, 0.2)], LIGHT, FINE),
        blob([(0.66, 0.13), (0.78, 0.16), (0.8, 0.3), (0.74, 0.36), (0.72, 0.27), (0.66, 0.25)], SPARK),
        blob([(0.66, 0.26), (0.72, 0.28), (0.72, 0.35), (0.66, 0.33)], TRIM, 0.8),
        *(stroke([(0.54, y), (0.64, y + 0.01)], 0.4) for y in (0.23, 0.255)),
        *_round_eye(0.585, 0.165, 0.036),
        tube([(0.12, 0.76), (0.5, 0.74), (0.9, 0.77)], 0.05, 0.045, LEAF),
        *(leaf(x, 0.76, x + dx, 0.76 + dy, 0.5, LEAF) for x, dx, dy in ((0.18, -0.1, -0.1), (0.8, 0.1, -0.12), (0.74,
            0.12, 0.1))),
        *(tube([(x, 0.69), (x + 0.01, 0.77)], 0.03, 0.03, SPARK, 0.7) for x in (0.5, 0.56)),
    ]  # fmt: skip


def flying_parrot(rng: Random) -> list[VectorShape]:
    """A parrot with both wings spread."""
    fan = [((0.02, 0.3), SECOND), ((0.06, 0.18), SPARK), ((0.16, 0.08), TRIM), ((0.28, 0.06), SECOND)]
    left = [leaf(0.46, 0.44, *p, 0.3, f) for p, f in fan]
    right = [leaf(0.54, 0.44, 1 - p[0], p[1], 0.3, f) for p, f in fan]
    tail = [leaf(0.5, 0.6, x, y, 0.2, f) for x, y, f in ((0.32, 0.95, SPARK), (0.68, 0.95, SPARK), (0.42, 0.98, TRIM), (
        0.58, 0.98, TRIM), (0.5, 0.99, SECOND))]  # fmt: skip
    return [
        *tail, *left, *right,
        blob([(0.5, 0.24), (0.62, 0.36), (0.6, 0.58), (0.5, 0.7), (0.4, 0.58), (0.38, 0.36)], BODY),
        blob([(0.5, 0.42), (0.57, 0.5), (0.5, 0.66), (0.43, 0.5)], TRIM, FINE, Texture("scales", LIGHT, 0.05)),
        disc(0.5, 0.25, 0.115, BODY),
        blob([(0.52, 0.17), (0.6, 0.21), (0.59, 0.31), (0.5, 0.31)], LIGHT, FINE),
        blob([(0.58, 0.2), (0.69, 0.24), (0.7, 0.37), (0.65, 0.33), (0.58, 0.31)], SPARK),
        *_round_eye(0.54, 0.225, 0.034),
    ]  # fmt: skip


def crowing_rooster(rng: Random) -> list[VectorShape]:
    """A rooster that throws its head back, its tail a fan."""
    fan = [petal(0.3, 0.6, *at(0.3, 0.6, 0.34, math.radians(a)), 0.42, f) for a, f in (
        (150, TRIM), (178, SPARK), (206, SECOND), (234, LEAF), (262, SPARK))]  # fmt: skip
    body = [(0.66, 0.24), (0.76, 0.26), (0.78, 0.38), (0.74, 0.52), (0.76, 0.66), (0.64, 0.8), (0.42, 0.82), (0.24,
        0.7),
            (0.22, 0.58), (0.4, 0.56), (0.54, 0.48), (0.6, 0.36)]  # fmt: skip
    return [
        *fan,
        *(stroke([(x, 0.78), (x, 0.94)], 1.3) for x in (0.48, 0.58)),
        *(stroke([(x - 0.06, 0.965), (x, 0.93), (x + 0.07, 0.965)], 1.3) for x in (0.48, 0.58)),
        *(petal(0.68, 0.27, *at(0.68, 0.27, 0.17, math.radians(a)), 0.6, SPARK) for a in (200, 232, 264)),
        poly([(0.74, 0.24), (0.9, 0.1), (0.8, 0.27)], TRIM),
        poly([(0.76, 0.27), (0.93, 0.24), (0.77, 0.32)], TRIM),
        petal(0.76, 0.34, 0.83, 0.46, 0.6, SPARK),
        blob(body, BODY, 1.0, Texture("ticks", LIGHT, 0.07)),
        poly([(0.6, 0.36), (0.78, 0.4), (0.76, 0.5), (0.72, 0.46), (0.7, 0.58), (0.65, 0.5), (0.6, 0.6), (0.57, 0.5),
              (0.5, 0.55), (0.56, 0.46)], TRIM, 0.8),
        blob([(0.58, 0.62), (0.58, 0.73), (0.44, 0.76), (0.28, 0.66), (0.4, 0.6)], SECOND, 0.8, Texture("scales",
            LIGHT, 0.055)),
        *_round_eye(0.7, 0.29, 0.038),
    ]  # fmt: skip


def rooster(rng: Random) -> list[VectorShape]:
    plumes = [
        tube([(0.4, 0.58), (0.36, 0.36), (0.24, 0.2), (0.1, 0.25)], 0.13, 0.06, LEAF),
        tube([(0.37, 0.6), (0.3, 0.42), (0.18, 0.33), (0.05, 0.42)], 0.12, 0.06, SPARK),
        tube([(0.35, 0.63), (0.26, 0.5), (0.16, 0.46), (0.05, 0.56)], 0.11, 0.06, TRIM),
        tube([(0.34, 0.66), (0.25, 0.61), (0.17, 0.6), (0.09, 0.69)], 0.1, 0.06, SECOND),
    ]
    body = [
        (0.68, 0.2), (0.77, 0.24), (0.79, 0.4), (0.82, 0.56), (0.72, 0.74), (0.5, 0.8), (0.3, 0.7), (0.22, 0.52),
        (0.34, 0.48), (0.5, 0.5), (0.59, 0.4), (0.61, 0.27),
    ]  # fmt: skip
    hackle = [(0.62, 0.3), (0.76, 0.32), (0.8, 0.48), (0.74, 0.6), (0.66, 0.52), (0.6, 0.58), (0.57, 0.46)]
    wing = [(0.62, 0.58), (0.6, 0.7), (0.46, 0.74), (0.3, 0.62), (0.42, 0.56)]
    feet = [stroke([(x, 0.76), (x, 0.93)], 1.2) for x in (0.48, 0.6)]
    toes = [stroke([(x - 0.07, 0.96), (x, 0.92), (x + 0.07, 0.96)], 1.2) for x in (0.48, 0.6)]
    return [
        *plumes,
        *feet,
        *toes,
        *(disc(x, y, 0.055, SPARK) for x, y in ((0.62, 0.17), (0.69, 0.12), (0.76, 0.16))),
        petal(0.77, 0.33, 0.79, 0.47, 0.6, SPARK),
        poly([(0.76, 0.25), (0.92, 0.3), (0.76, 0.34)], TRIM),
        blob(body, BODY, 1.0, Texture("ticks", LIGHT, 0.07)),
        blob(hackle, TRIM, FINE, Texture("hatch", SPARK, 0.045, math.pi / 2)),
        blob(wing, SECOND, FINE, Texture("scales", LIGHT, 0.06)),
        *_round_eye(0.69, 0.265, 0.04),
    ]


def fish(rng: Random) -> list[VectorShape]:
    body = [
        (0.03, 0.5), (0.14, 0.35), (0.32, 0.23), (0.52, 0.22), (0.68, 0.34), (0.79, 0.46), (0.79, 0.55), (0.68, 0.66),
        (0.52, 0.78), (0.32, 0.77), (0.14, 0.65),
    ]  # fmt: skip
    head = [(0.03, 0.5), (0.14, 0.35), (0.3, 0.24), (0.36, 0.38), (0.38, 0.5), (0.36, 0.62), (0.3, 0.76), (0.14, 0.65)]
    tail = [(0.74, 0.5), (0.84, 0.34), (0.97, 0.22), (0.93, 0.5), (0.97, 0.78), (0.84, 0.66)]
    dorsal = [(0.3, 0.26), (0.36, 0.12), (0.56, 0.1), (0.7, 0.18), (0.66, 0.34)]
    pelvic = [(0.36, 0.74), (0.4, 0.9), (0.56, 0.88), (0.6, 0.72)]
    rays = [stroke([(0.78, 0.5), (0.92, y)]) for y in (0.34, 0.42, 0.5, 0.58, 0.66)]
    band = [(0.63, 0.29), (0.71, 0.36), (0.71, 0.64), (0.63, 0.71), (0.61, 0.5)]
    return [
        blob(dorsal, TRIM, 1.0, Texture("hatch", SPARK, 0.05, 1.2)),
        blob(pelvic, TRIM, 1.0, Texture("hatch", SPARK, 0.05, 1.9)),
        blob(tail, SECOND),
        *rays,
        blob(body, BODY, 1.0, Texture("scales", TRIM if rng.random() < 0.5 else SECOND, 0.075)),
        poly(band, SPARK, FINE),
        blob(head, SECOND),
        leaf(0.4, 0.52, 0.57, 0.58, 0.6, SPARK, FINE),
        *_profile(rng, 0.2, 0.43, 0.06, (0.27, 0.33)),
        curve([(0.04, 0.53), (0.1, 0.56), (0.16, 0.55)], 0.8),
        *(disc(0.3, y, 0.02, LIGHT, 0) for y in (0.42, 0.5, 0.58)),
    ]


def _trunk(top: float, belly: float, x0: float = 0.14, x1: float = 0.78) -> list[tuple[float, float]]:
    """The silhouette of a standing beast's body and two near legs, looking right, from its neck round to its back."""
    w = x1 - x0
    return [
        (x1 - 0.06 * w, top + 0.01), (x1 + 0.01, top + 0.13), (x1 - 0.02, belly), (x1 - 0.02, 0.82), (x1 + 0.02, 0.95),
        (x1 - 0.15, 0.955), (x1 - 0.15, 0.82), (x1 - 0.19, belly + 0.01), (x1 - 0.31, belly - 0.01),
        (x0 + 0.3, belly - 0.01), (x0 + 0.19, belly + 0.03), (x0 + 0.15, 0.82), (x0 + 0.19, 0.95), (x0 + 0.02, 0.955),
        (x0 + 0.03, 0.82), (x0 + 0.02, belly), (x0 - 0.01, top + 0.14), (x0 + 0.06, top + 0.02), (x0 + 0.22,
            top + 0.01),
        (x0 + 0.42, top + 0.03),
    ]  # fmt: skip


def _far_legs(x0: float, x1: float, belly: float, width: float = 0.11) -> list[VectorShape]:
    return [tube([(x, belly - 0.04), (x + d, 0.8), (x + d, 0.93)], width, width * 0.85, SECOND)
            for x, d in ((x1 - 0.2, -0.05), (x0 + 0.24, 0.05))]  # fmt: skip


def _paws(spots: list[tuple[float, float]], fill: int = LIGHT) -> list[VectorShape]:
    return [tube([(x - 0.055, y), (x + 0.05, y)], 0.06, 0.06, fill, 0.8) for x, y in spots]


def jaguar(rng: Random) -> list[VectorShape]:
    """A spotted cat that walks, its face turned to us, flowers on its flank."""
    spots = [
        (0.2, 0.53),
        (0.31, 0.5),
        (0.25, 0.64),
        (0.42, 0.52),
        (0.37, 0.63),
        (0.52, 0.55),
        (0.49, 0.66),
        (0.2, 0.76),
    ]
    shapes = [tube([(0.2, 0.5), (0.06, 0.46), (0.04, 0.27), (0.15, 0.14), (0.26, 0.2)], 0.09, 0.075, BODY)]
    shapes += [tube([(0.17, 0.135), (0.27, 0.21)], 0.08, 0.075, TRIM), *_far_legs(0.14, 0.78, 0.68)]
    shapes.append(blob(_trunk(0.42, 0.69), BODY))
    shapes += _paws([(0.25, 0.935), (0.7, 0.935)])
    for x, y in spots:
        shapes += [disc(x, y, 0.04, TRIM, FINE), disc(x + 0.004, y, 0.017, INK, 0)]
    shapes += [q for x, y in ((0.68, 0.76), (0.22, 0.85)) for q in (disc(x, y, 0.026, TRIM, FINE),)]
    return [*shapes, *_cat_face(0.72, 0.36, 0.25)]


def cat(rng: Random) -> list[VectorShape]:
    """A sitting cat, seen from the front, its tail round its feet."""
    body = [(0.38, 0.42), (0.62, 0.42), (0.72, 0.6), (0.76, 0.82), (0.7, 0.95), (0.3, 0.95), (0.24, 0.82), (0.28, 0.6)]
    chest = [(0.4, 0.5), (0.6, 0.5), (0.57, 0.66), (0.5, 0.74), (0.43, 0.66)]
    stripes = [curve([(x, y), (x + s * 0.06, y + 0.02), (x + s * 0.1, y)], 0.9)
               for x, s in ((0.27, 1), (0.73, -1)) for y in (0.66, 0.74, 0.82)]  # fmt: skip
    return [
        tube([(0.68, 0.9), (0.9, 0.9), (0.95, 0.72), (0.86, 0.6), (0.8, 0.68)], 0.1, 0.075, SECOND),
        blob(body, BODY),
        *stripes,
        blob(chest, LIGHT, FINE, Texture("scales", TRIM, 0.05)),
        *(tube([(x, 0.7), (x, 0.92)], 0.12, 0.11, SECOND) for x in (0.42, 0.58)),
        *_paws([(0.42, 0.94), (0.58, 0.94)]),
        *_cat_face(0.5, 0.29, 0.27),
        *(leaf(*at(0.5, 0.55, 0.02, a), *at(0.5, 0.55, 0.085, a), 0.6, SPARK, FINE) for a in (0, 2.1, 4.2)),
    ]


def dog(rng: Random) -> list[VectorShape]:
    """A carved dog on its four legs, tail high."""
    head = [
        (0.66, 0.2),
        (0.78, 0.17),
        (0.85, 0.25),
        (0.97, 0.31),
        (0.96, 0.39),
        (0.82, 0.42),
        (0.74, 0.5),
        (0.64, 0.44),
    ]
    ear = [(0.68, 0.2), (0.74, 0.25), (0.71, 0.42), (0.62, 0.44), (0.6, 0.3)]
    saddle = [(0.3, 0.43), (0.52, 0.43), (0.56, 0.56), (0.42, 0.63), (0.27, 0.56)]
    return [
        tube([(0.18, 0.5), (0.08, 0.38), (0.1, 0.2), (0.2, 0.16)], 0.09, 0.05, BODY),
        *_far_legs(0.14, 0.78, 0.68),
        blob(_trunk(0.42, 0.67), BODY),
        tube([(0.7, 0.48), (0.72, 0.38)], 0.2, 0.17, BODY, 0),
        blob(saddle, SECOND, FINE, Texture("dots", LIGHT, 0.055)),
        *(disc(x, y, 0.028, TRIM, FINE) for x, y in ((0.22, 0.74), (0.7, 0.72), (0.7, 0.8), (0.22, 0.82))),
        *_paws([(0.25, 0.935), (0.7, 0.935)]),
        blob(head, BODY),
        poly([(0.62, 0.5), (0.77, 0.5), (0.78, 0.56), (0.61, 0.55)], SPARK, 0.8, Texture("dots", LIGHT, 0.04)),
        blob(ear, SECOND),
        *_profile(rng, 0.795, 0.265, 0.04, (0.76, 0.205)),
        disc(0.955, 0.32, 0.032, INK, 0),
        curve([(0.95, 0.38), (0.88, 0.385), (0.83, 0.36)], 0.8),
        leaf(0.9, 0.39, 0.9, 0.48, 0.6, SPARK, FINE),
    ]


def sitting_dog(rng: Random) -> list[VectorShape]:
    """A dog that waits, one ear up and one down."""
    body = [(0.42, 0.38), (0.6, 0.44), (0.74, 0.66), (0.78, 0.9), (0.68, 0.96), (0.28, 0.96), (0.3, 0.7), (0.32, 0.5)]
    head = [(0.28, 0.2), (0.44, 0.12), (0.58, 0.2), (0.6, 0.36), (0.5, 0.44), (0.38, 0.44), (0.2, 0.5), (0.08, 0.46),
            (0.09, 0.37), (0.22, 0.32)]  # fmt: skip
    return [
        tube([(0.7, 0.9), (0.88, 0.86), (0.95, 0.7), (0.9, 0.56)], 0.1, 0.05, SECOND),
        blob(body, BODY),
        oval(0.62, 0.8, 0.14, 0.15, SECOND, 0.8, 0, Texture("dots", LIGHT, 0.055)),
        tube([(0.36, 0.66), (0.36, 0.92)], 0.13, 0.11, BODY),
        tube([(0.47, 0.68), (0.47, 0.92)], 0.12, 0.1, SECOND),
        *_paws([(0.35, 0.94), (0.47, 0.94), (0.64, 0.94)]),
        poly([(0.3, 0.46), (0.58, 0.45), (0.61, 0.52), (0.31, 0.54)], SPARK, 0.8, Texture("zigzag", LIGHT, 0.05)),
        disc(0.4, 0.56, 0.035, TRIM, 0.8),
        poly([(0.33, 0.2), (0.3, 0.02), (0.47, 0.14)], SECOND),
        blob(head, BODY),
        blob([(0.5, 0.16), (0.62, 0.14), (0.72, 0.28), (0.68, 0.44), (0.58, 0.38)], SECOND),
        *_profile(rng, 0.36, 0.26, 0.045, (0.46, 0.21)),
        disc(0.1, 0.4, 0.04, INK, 0),
        curve([(0.1, 0.46), (0.2, 0.45), (0.28, 0.4)], 0.8),
        disc(0.42, 0.38, 0.035, SPARK, FINE),
    ]


def horse(rng: Random) -> list[VectorShape]:
    """A horse at a walk, its mane in tongues, a woven cloth on its back."""
    neck = [(0.56, 0.46), (0.62, 0.28), (0.7, 0.12), (0.8, 0.1), (0.84, 0.18), (0.97, 0.31), (0.94, 0.39), (0.84, 0.37),
            (0.79, 0.36), (0.78, 0.5), (0.68, 0.6)]  # fmt: skip
    mane = [leaf(x, y, x - 0.13, y + 0.06, 0.55, (TRIM, SPARK)[i % 2]) for i, (x, y) in enumerate(
        ((0.73, 0.12), (0.7, 0.19), (0.67, 0.26), (0.64, 0.33), (0.61, 0.4)))]  # fmt: skip
    cloth = [(0.3, 0.41), (0.5, 0.42), (0.52, 0.6), (0.3, 0.6)]
    return [
        *(
            tube([(0.18, 0.48), (0.07, 0.52), (x, 0.7), (x + 0.02, 0.82)], 0.07, 0.03, f)
            for x, f in ((0.1, SPARK), (0.04, TRIM))
        ),
        *_far_legs(0.16, 0.76, 0.62, 0.085),
        blob(_trunk(0.4, 0.6, 0.16, 0.76), BODY),
        *(
            poly([(x - 0.085, 0.89), (x + 0.085, 0.89), (x + 0.09, 0.96), (x - 0.09, 0.96)], TRIM, 0.8)
            for x in (0.265, 0.69)
        ),
        *mane,
        blob(neck, BODY),
        blob([(0.86, 0.24), (0.96, 0.31), (0.93, 0.38), (0.84, 0.35)], SECOND, FINE),
        poly([(0.76, 0.12), (0.78, 0.0), (0.84, 0.13)], SECOND),
        poly(cloth, SECOND, 1.0, Texture("zigzag", LIGHT, 0.07)),
        poly([(0.3, 0.6), (0.52, 0.6), (0.52, 0.65), (0.3, 0.65)], SPARK, 0.8),
        *_profile(rng, 0.805, 0.205, 0.036, (0.755, 0.165)),
        disc(0.93, 0.325, 0.012, INK, 0),
        stroke([(0.8, 0.34), (0.88, 0.23)], 0.9),
        stroke([(0.79, 0.3), (0.6, 0.44), (0.5, 0.43)], 0.8),
        *(disc(x, y, 0.024, LIGHT, FINE) for x, y in ((0.66, 0.5), (0.7, 0.44), (0.22, 0.5))),
    ]


def toy_horse(rng: Random) -> list[VectorShape]:
    """A prancing horse."""
    body = [(0.16, 0.5), (0.3, 0.42), (0.48, 0.46), (0.56, 0.4), (0.62, 0.22), (0.72, 0.1), (0.82, 0.12), (0.86, 0.2),
            (0.96, 0.33), (0.92, 0.4), (0.82, 0.37), (0.78, 0.44), (0.76, 0.58), (0.62, 0.66), (0.44, 0.7), (0.38,
                0.82),
            (0.44, 0.94), (0.33, 0.96), (0.26, 0.84), (0.24, 0.72), (0.15, 0.64)]  # fmt: skip
    manes = [petal(x, y, x - 0.14, y - 0.01, 0.6, (TRIM, SPARK, LIGHT)[i % 3]) for i, (x, y) in enumerate(
        ((0.73, 0.11), (0.68, 0.18), (0.64, 0.26), (0.61, 0.34)))]  # fmt: skip
    return [
        *(
            tube([(0.18, 0.54), (0.06, 0.46), (0.04, y), (0.12, y - 0.12)], 0.07, 0.04, f)
            for y, f in ((0.3, SPARK), (0.42, TRIM))
        ),
        tube([(0.3, 0.66), (0.18, 0.8), (0.2, 0.94)], 0.1, 0.075, SECOND),
        tube([(0.66, 0.58), (0.82, 0.62), (0.78, 0.76)], 0.095, 0.075, SECOND),
        *manes,
        blob(body, BODY),
        tube([(0.68, 0.56), (0.9, 0.52), (0.92, 0.66)], 0.095, 0.075, BODY),
        *(
            tube([(x - 0.03, y), (x + 0.03, y)], 0.055, 0.055, TRIM, 0.8)
            for x, y in ((0.92, 0.67), (0.78, 0.77), (0.2, 0.95), (0.39, 0.95))
        ),
        poly([(0.79, 0.12), (0.82, 0.0), (0.87, 0.15)], SECOND),
        oval(0.36, 0.55, 0.13, 0.1, SECOND, 0.8, 0.1, Texture("diamonds", LIGHT, 0.06)),
        oval(0.36, 0.55, 0.05, 0.04, SPARK, FINE),
        *_profile(rng, 0.8, 0.2, 0.038, (0.745, 0.165)),
        stroke([(0.79, 0.34), (0.87, 0.23)], 0.9),
        disc(0.92, 0.335, 0.012, INK, 0),
        *(disc(x, y, 0.026, TRIM, FINE) for x, y in ((0.6, 0.46), (0.64, 0.54), (0.56, 0.56), (0.24, 0.6))),
    ]


def _cat_face(x: float, y: float, r: float) -> list[VectorShape]:
    def p(u: float, v: float) -> tuple[float, float]:
        return x + u * r, y + v * r

    head = [p(*q) for q in ((0, -0.86), (0.62, -0.8), (1, -0.1), (0.8, 0.6), (0, 0.98), (-0.8, 0.6), (-1, -0.1),
                            (-0.62, -0.8))]  # fmt: skip
    half = [*spline(head)[:25], p(0.12, 0.4), p(-0.04, 0.1), p(0.1, -0.4)]
    whisker = [stroke([p(s * 0.4, 0.42 + d), p(s * 0.98, 0.3 + 1.6 * d)]) for s in (-1, 1) for d in (0, 0.12)]
    ears = [part for s in (-1, 1) for part in (disc(*p(0.72 * s, -0.72), 0.34 * r, BODY), disc(
        *p(0.72 * s, -0.72), 0.17 * r, SPARK, 0))]  # fmt: skip
    eyes = [part for s in (-1, 1) for part in (
        leaf(*p(0.42 * s - 0.3, -0.12), *p(0.42 * s + 0.3, -0.16), 0.8, LIGHT, FINE),
        oval(*p(0.42 * s, -0.14), 0.08 * r, 0.17 * r, INK, 0))]  # fmt: skip
    return [
        *ears,
        blob(head, BODY),
        poly(half, SECOND, FINE),
        *eyes,
        *(disc(*p(u, v), 0.07 * r, TRIM, 0) for u, v in ((-0.3, -0.6), (0, -0.66), (0.3, -0.6), (0, -0.44))),
        disc(*p(-0.22, 0.46), 0.27 * r, LIGHT, FINE),
        disc(*p(0.22, 0.46), 0.27 * r, LIGHT, FINE),
        *whisker,
        poly([p(-0.2, 0.16), p(0.2, 0.16), p(0, 0.38)], SPARK, FINE),
        curve([p(-0.22, 0.72), p(0, 0.62), p(0.22, 0.72)]),
    ]


def fox(rng: Random) -> list[VectorShape]:
    """A sitting fox with its brush curled round."""
    tail = [(0.66, 0.92), (0.84, 0.92), (0.96, 0.74), (0.95, 0.52), (0.86, 0.38), (0.8, 0.56), (0.74, 0.7), (0.6, 0.8)]
    tip = [(0.86, 0.38), (0.95, 0.52), (0.965, 0.6), (0.88, 0.57), (0.82, 0.6), (0.8, 0.55)]
    body = [(0.4, 0.42), (0.56, 0.46), (0.68, 0.66), (0.72, 0.88), (0.62, 0.96), (0.24, 0.96), (0.22, 0.8),
            (0.26, 0.56)]  # fmt: skip
    chest = [(0.32, 0.5), (0.46, 0.5), (0.5, 0.66), (0.42, 0.82), (0.34, 0.82), (0.27, 0.66)]
    head = [(0.12, 0.22), (0.28, 0.26), (0.46, 0.26), (0.62, 0.22), (0.58, 0.4), (0.37, 0.6), (0.16, 0.4)]
    half = [*spline(head)[9:31], (0.41, 0.44), (0.35, 0.36)]
    ears = [
        poly([(0.12, 0.27), (0.13, 0.03), (0.31, 0.24)], BODY),
        poly([(0.62, 0.27), (0.61, 0.03), (0.43, 0.24)], SECOND),
        poly([(0.165, 0.21), (0.17, 0.1), (0.25, 0.2)], SPARK, FINE),
        poly([(0.575, 0.21), (0.57, 0.1), (0.49, 0.2)], SPARK, FINE),
    ]
    cheeks = [
        poly([(0.13, 0.36), (0.27, 0.4), (0.35, 0.56), (0.24, 0.49)], LIGHT, FINE),
        poly([(0.61, 0.36), (0.47, 0.4), (0.39, 0.56), (0.5, 0.49)], LIGHT, FINE),
    ]
    eyes = [leaf(x - 0.055, 0.35, x + 0.055, 0.33, 0.8, LIGHT, FINE) for x in (0.26, 0.48)]
    eyes += [disc(x, 0.34, 0.022, INK, 0) for x in (0.26, 0.48)]
    return [
        blob(tail, BODY, 1.0, Texture("ticks", TRIM, 0.06)),
        blob(tip, LIGHT, FINE),
        blob(body, BODY),
        oval(0.59, 0.82, 0.13, 0.14, SECOND, FINE),
        blob(chest, LIGHT, FINE, Texture("scales", TRIM, 0.05)),
        *(tube([(x, 0.74), (x, 0.93)], 0.09, 0.08, TRIM) for x in (0.32, 0.44)),
        *ears,
        blob(head, BODY),
        poly(half, SECOND, FINE),
        *cheeks,
        *eyes,
        oval(0.37, 0.585, 0.042, 0.035, INK, 0),
    ]


def butterfly(rng: Random) -> list[VectorShape]:
    upper = [(0.48, 0.46), (0.4, 0.24), (0.24, 0.08), (0.06, 0.08), (0.04, 0.3), (0.14, 0.48), (0.32, 0.55)]
    inner = [(0.44, 0.45), (0.36, 0.28), (0.23, 0.17), (0.12, 0.17), (0.12, 0.31), (0.19, 0.43), (0.33, 0.49)]
    lower = [(0.48, 0.54), (0.3, 0.54), (0.14, 0.62), (0.12, 0.8), (0.24, 0.95), (0.38, 0.86), (0.47, 0.68)]
    rim = [disc(x, y, 0.022, LIGHT, 0) for x, y in ((0.075, 0.19), (0.085, 0.33), (0.15, 0.1), (0.15, 0.435))]
    wing = [
        blob(lower, SECOND),
        disc(0.25, 0.75, 0.085, TRIM, FINE),
        disc(0.25, 0.75, 0.04, LIGHT, FINE),
        *(disc(x, y, 0.018, SPARK, 0) for x, y in ((0.37, 0.61), (0.38, 0.69), (0.36, 0.77))),
        blob(upper, BODY),
        blob(inner, TRIM, FINE, Texture("hatch", SPARK, 0.06, 0.8) if rng.random() < 0.5 else None),
        disc(0.22, 0.29, 0.065, SPARK, FINE),
        disc(0.22, 0.29, 0.028, LIGHT, 0),
        *rim,
    ]
    antenna = [curve([(0.49, 0.26), (0.45, 0.12), (0.38, 0.05)], 0.8), disc(0.37, 0.05, 0.025, SPARK)]
    stripes = [stroke([(0.46, y), (0.54, y)], 0.7) for y in (0.46, 0.54, 0.62, 0.7)]
    return [*both([*antenna, *wing]), oval(0.5, 0.56, 0.048, 0.24, TRIM), *stripes, disc(0.5, 0.29, 0.058, BODY),
            disc(0.48, 0.28, 0.014, INK, 0), disc(0.52, 0.28, 0.014, INK, 0)]  # fmt: skip


def snake(rng: Random) -> list[VectorShape]:
    """A feathered serpent in three bends."""
    line = [
        (0.95, 0.93), (0.7, 0.9), (0.3, 0.93), (0.1, 0.8), (0.3, 0.66), (0.66, 0.66), (0.88, 0.54), (0.68, 0.42),
        (0.32, 0.42), (0.16, 0.28), (0.38, 0.17), (0.6, 0.19),
    ]  # fmt: skip
    marks: list[VectorShape] = []
    for i, (x, y) in enumerate(((0.5, 0.91), (0.3, 0.92), (0.15, 0.81), (0.3, 0.67), (0.48, 0.65), (0.66, 0.65),
                                (0.8, 0.55), (0.66, 0.42), (0.48, 0.41), (0.31, 0.41), (0.2, 0.29))):  # fmt: skip
        r = 0.03 + 0.0015 * i
        fill = (TRIM, SECOND, LIGHT)[i % 3]
        marks.append(poly([(x - 1.3 * r, y), (x, y - r), (x + 1.3 * r, y), (x, y + r)], fill, FINE))
    ruff = [leaf(0.52, 0.18, *at(0.52, 0.18, 0.17, a), 0.42, f) for a, f in (
        (-2.3, SPARK), (-1.8, TRIM), (-1.3, SECOND), (2.2, TRIM), (1.6, SPARK))]  # fmt: skip
    head = [(0.52, 0.12), (0.68, 0.06), (0.86, 0.14), (0.88, 0.2), (0.8, 0.27), (0.6, 0.28), (0.51, 0.24)]
    tongue = [curve([(0.85, 0.2), (0.91, 0.22), (0.97, 0.19)], 0.9), curve([(0.91, 0.22), (0.96, 0.26)], 0.9)]
    return [
        tube(line, 0.05, 0.15, BODY), *marks, *ruff, *tongue,
        blob(head, SECOND), *_round_eye(0.7, 0.14, 0.042), curve([(0.86, 0.21), (0.76, 0.23), (0.66, 0.22)], 0.7),
    ]  # fmt: skip


def round_fish(rng: Random) -> list[VectorShape]:
    """An angelfish: a tall disc with long fins and upright bands."""
    return [
        leaf(0.42, 0.3, 0.76, 0.02, 0.4, TRIM),
        leaf(0.42, 0.7, 0.76, 0.98, 0.4, TRIM),
        blob([(0.74, 0.5), (0.88, 0.32), (0.97, 0.3), (0.9, 0.5), (0.97, 0.7), (0.88, 0.68)], SECOND, 1.0,
             Texture("hatch", SPARK, 0.05)),
        blob([(0.04, 0.5), (0.2, 0.3), (0.42, 0.16), (0.62, 0.24), (0.78, 0.5), (0.62, 0.76), (0.42, 0.84),
              (0.2, 0.7)], BODY),
        poly([(0.32, 0.21), (0.42, 0.165), (0.46, 0.34), (0.46, 0.66), (0.42, 0.835), (0.32, 0.79), (0.36, 0.5)],
            SECOND,
             FINE, Texture("dots", LIGHT, 0.055)),
        poly([(0.56, 0.2), (0.63, 0.25), (0.68, 0.5), (0.63, 0.75), (0.56, 0.8), (0.6, 0.5)], SPARK, FINE),
        leaf(0.48, 0.54, 0.66, 0.6, 0.6, TRIM, FINE),
        *_profile(rng, 0.2, 0.44, 0.06, (0.26, 0.335)),
        curve([(0.05, 0.53), (0.11, 0.56), (0.17, 0.54)], 0.8),
        *(disc(0.285, y, 0.018, LIGHT, 0) for y in (0.44, 0.52, 0.6)),
    ]  # fmt: skip


def running_fox(rng: Random) -> list[VectorShape]:
    """A fox at full stretch, brush behind it."""
    brush = [(0.26, 0.52), (0.16, 0.44), (0.04, 0.5), (0.02, 0.62), (0.1, 0.7), (0.22, 0.66)]
    body = [(0.22, 0.54), (0.36, 0.46), (0.56, 0.48), (0.7, 0.42), (0.74, 0.56), (0.64, 0.66), (0.46, 0.66), (0.32,
        0.7),
            (0.2, 0.66)]  # fmt: skip
    legs = [((0.28, 0.62), (0.2, 0.76), (0.08, 0.84)), ((0.34, 0.64), (0.32, 0.78), (0.22, 0.9)),
            ((0.62, 0.6), (0.74, 0.74), (0.88, 0.78)), ((0.56, 0.62), (0.62, 0.78), (0.74, 0.88))]  # fmt: skip
    return [
        blob(brush, BODY, 1.0, Texture("ticks", TRIM, 0.05)),
        blob([(0.1, 0.7), (0.02, 0.62), (0.03, 0.53), (0.1, 0.56), (0.12, 0.62)], LIGHT, FINE),
        *(tube(list(p), 0.09, 0.055, (SECOND, BODY)[i % 2]) for i, p in enumerate(legs)),
        blob(body, BODY),
        blob([(0.32, 0.52), (0.5, 0.5), (0.58, 0.56), (0.46, 0.61), (0.34, 0.6)], SECOND, FINE, Texture("dots",
            LIGHT, 0.05)),
        poly([(0.68, 0.3), (0.66, 0.12), (0.78, 0.24)], SECOND),
        poly([(0.8, 0.24), (0.86, 0.1), (0.89, 0.28)], BODY),
        blob([(0.64, 0.3), (0.78, 0.23), (0.9, 0.29), (0.98, 0.48), (0.86, 0.5), (0.74, 0.56), (0.64, 0.46)], BODY),
        blob([(0.68, 0.42), (0.8, 0.44), (0.96, 0.48), (0.86, 0.51), (0.74, 0.56), (0.66, 0.5)], LIGHT, FINE),
        leaf(0.76, 0.36, 0.86, 0.38, 0.7, LIGHT, FINE),
        disc(0.815, 0.37, 0.02, INK, 0),
        disc(0.965, 0.475, 0.03, INK, 0),
    ]  # fmt: skip


def side_butterfly(rng: Random) -> list[VectorShape]:
    """A butterfly from the side, its wings folded up."""
    back = [(0.46, 0.62), (0.2, 0.5), (0.1, 0.24), (0.18, 0.06), (0.36, 0.14), (0.5, 0.36)]
    front = [(0.5, 0.62), (0.46, 0.36), (0.56, 0.12), (0.76, 0.04), (0.88, 0.16), (0.82, 0.4), (0.66, 0.56)]
    hind = [(0.46, 0.64), (0.3, 0.62), (0.14, 0.7), (0.12, 0.86), (0.26, 0.92), (0.4, 0.8)]

    def within(points: list[tuple[float, float]], x: float, y: float, k: float) -> list[tuple[float, float]]:
        return [(x + (u - x) * k, y + (v - y) * k) for u, v in points]

    return [
        blob(back, SECOND),
        blob(within(back, 0.34, 0.42, 0.62), TRIM, FINE, Texture("dots", LIGHT, 0.055)),
        blob(hind, SPARK),
        disc(0.23, 0.79, 0.06, LIGHT, FINE),
        disc(0.23, 0.79, 0.025, INK, 0),
        blob(front, BODY),
        blob(within(front, 0.62, 0.38, 0.7), SPARK, FINE),
        blob(within(front, 0.6, 0.42, 0.42), LIGHT, FINE),
        *(disc(x, y, 0.022, LIGHT, FINE) for x, y in ((0.81, 0.12), (0.84, 0.22), (0.82, 0.32), (0.7, 0.08))),
        tube([(0.32, 0.9), (0.5, 0.68), (0.68, 0.58)], 0.045, 0.085, TRIM),
        disc(0.72, 0.56, 0.055, BODY),
        disc(0.735, 0.55, 0.018, INK, 0),
        curve([(0.74, 0.52), (0.86, 0.46), (0.93, 0.52)], 0.8),
        curve([(0.75, 0.53), (0.9, 0.54), (0.95, 0.62)], 0.8),
        disc(0.935, 0.525, 0.02, SPARK),
        disc(0.952, 0.63, 0.02, SPARK),
    ]


def coiled_snake(rng: Random) -> list[VectorShape]:
    """A serpent that lies in a coil and raises its feathered head."""
    coil = [at(0.44, 0.64, 0.05 + 0.26 * i / 14, 0.9 + 1.32 * math.tau * i / 14) for i in range(15)]
    line = [*coil, (0.63, 0.34), (0.52, 0.22), (0.6, 0.13), (0.7, 0.15)]
    marks = [poly([at(x, y, 0.026 + 0.001 * i, k * math.pi / 2) for k in range(4)], (TRIM, SECOND, LIGHT)[i % 3], FINE)
             for i, (x, y) in enumerate(line[3:-2])]  # fmt: skip
    ruff = [leaf(0.64, 0.17, *at(0.64, 0.17, 0.16, a), 0.45, f) for a, f in (
        (-2.5, SPARK), (-2.0, TRIM), (-1.5, SECOND), (2.9, TRIM))]  # fmt: skip
    return [
        tube(line, 0.05, 0.12, BODY),
        *marks,
        *ruff,
        curve([(0.86, 0.2), (0.92, 0.21), (0.98, 0.17)], 0.9),
        curve([(0.92, 0.21), (0.97, 0.25)], 0.9),
        blob([(0.62, 0.1), (0.74, 0.06), (0.86, 0.13), (0.88, 0.2), (0.8, 0.26), (0.66, 0.26), (0.6, 0.2)], SECOND),
        *_round_eye(0.73, 0.145, 0.042),
        curve([(0.87, 0.205), (0.78, 0.225), (0.69, 0.215)], 0.7),
    ]
