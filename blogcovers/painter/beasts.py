"""Animals: bird, fish, jaguar, fox, butterfly, snake, rooster."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from blogcovers.painter.shapes import (
    BODY,
    FINE,
    INK,
    LEAF,
    LIGHT,
    SECOND,
    SPARK,
    TRIM,
    Shape,
    Texture,
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


def _round_eye(x: float, y: float, r: float) -> list[Shape]:
    return [disc(x, y, r, LIGHT, FINE), disc(x, y, r * 0.5, INK, 0)]


def bird(rng: Random) -> list[Shape]:
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


def rooster(rng: Random) -> list[Shape]:
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


def fish(rng: Random) -> list[Shape]:
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
        *_round_eye(0.2, 0.43, 0.06),
        curve([(0.04, 0.53), (0.1, 0.56), (0.16, 0.55)], 0.8),
        *(disc(0.3, y, 0.02, LIGHT, 0) for y in (0.42, 0.5, 0.58)),
    ]


def jaguar(rng: Random) -> list[Shape]:
    """A spotted cat seen from the side, with its face turned to us."""
    body = [(0.26, 0.46), (0.5, 0.4), (0.74, 0.4), (0.86, 0.5), (0.86, 0.68), (0.7, 0.72), (0.45, 0.7), (0.24, 0.74)]
    legs = [(0.33, 0.68, SECOND), (0.74, 0.66, SECOND), (0.24, 0.64, BODY), (0.81, 0.6, BODY)]
    spots = [(0.53, 0.48), (0.66, 0.46), (0.78, 0.51), (0.5, 0.61), (0.61, 0.59), (0.73, 0.62), (0.83, 0.62)]
    shapes = [tube([(0.82, 0.48), (0.94, 0.42), (0.95, 0.24), (0.84, 0.13), (0.75, 0.2)], 0.085, 0.07, BODY)]
    shapes += [disc(0.76, 0.2, 0.05, SPARK)]
    for x, y, fill in legs:
        shapes.append(tube([(x, y), (x, 0.91)], 0.135, 0.11, fill))
        shapes.append(tube([(x - 0.06, 0.93), (x + 0.03, 0.93)], 0.075, 0.075, TRIM))
    shapes.append(blob(body, BODY))
    for x, y in spots:
        shapes += [disc(x, y, 0.042, TRIM, FINE), disc(x + 0.004, y, 0.017, INK, 0)]
    return [*shapes, *_cat_face(0.27, 0.35, 0.22)]


def _cat_face(x: float, y: float, r: float) -> list[Shape]:
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


def fox(rng: Random) -> list[Shape]:
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


def butterfly(rng: Random) -> list[Shape]:
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


def snake(rng: Random) -> list[Shape]:
    """A feathered serpent in three bends."""
    line = [
        (0.95, 0.93), (0.7, 0.9), (0.3, 0.93), (0.1, 0.8), (0.3, 0.66), (0.66, 0.66), (0.88, 0.54), (0.68, 0.42),
        (0.32, 0.42), (0.16, 0.28), (0.38, 0.17), (0.6, 0.19),
    ]  # fmt: skip
    marks: list[Shape] = []
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
