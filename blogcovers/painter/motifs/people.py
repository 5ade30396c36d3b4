"""Of people: face, hand, heart, dancer."""

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
    ring,
    spline,
    stroke,
    tube,
)
from blogcovers.painter.motifs.plants import blossom
from blogcovers.painter.motifs.sky import eye

if TYPE_CHECKING:
    from random import Random


def face(rng: Random) -> list[VectorShape]:
    """A mask that looks ahead and aside at once, under a crown of feathers."""
    count = rng.choice((7, 9))
    turns = [math.pi * (1.14 + 0.72 * k / (count - 1)) for k in range(count)]
    crown = [leaf(*at(0.5, 0.52, 0.3, a), *at(0.5, 0.52, 0.5, a), 0.5, (TRIM, SPARK, SECOND)[i % 3])
             for i, a in enumerate(turns)]  # fmt: skip
    head = [(0.5, 0.2), (0.72, 0.26), (0.8, 0.48), (0.74, 0.72), (0.6, 0.9), (0.5, 0.93), (0.4, 0.9), (0.26, 0.72),
            (0.2, 0.48), (0.28, 0.26)]  # fmt: skip
    profile = [(0.48, 0.85), (0.42, 0.79), (0.48, 0.76), (0.42, 0.71), (0.48, 0.66), (0.38, 0.61), (0.49, 0.42)]
    half = [*spline(head)[:31], *profile]
    rings = [disc(0.165, 0.62, 0.055, TRIM), disc(0.165, 0.62, 0.022, LIGHT, 0), disc(0.165, 0.74, 0.04, SPARK)]
    band = [(0.25, 0.32), (0.37, 0.27), (0.5, 0.255), (0.63, 0.27), (0.75, 0.32), (0.72, 0.23), (0.6, 0.16),
            (0.5, 0.14), (0.4, 0.16), (0.28, 0.23)]  # fmt: skip
    return [
        *crown,
        *both(rings),
        blob(head, BODY),
        poly(half, SECOND),
        poly(band, TRIM, 1.0, Texture("dots", LIGHT, 0.05)),
        *eye(0.35, 0.46, 0.085),
        *eye(0.645, 0.46, 0.095),
        disc(0.31, 0.63, 0.055, SPARK, FINE),
        disc(0.68, 0.63, 0.055, SPARK, FINE),
        leaf(0.42, 0.75, 0.66, 0.75, 0.42, SPARK, FINE),
        curve([(0.42, 0.75), (0.54, 0.765), (0.66, 0.75)]),
        *(stroke([(x, 0.82), (x, 0.87)], 0.7) for x in (0.5, 0.55, 0.6)),
    ]


def hand(rng: Random) -> list[VectorShape]:
    """An open hand with an eye in its palm."""
    fingers = [((0.33, 0.5), (0.2, 0.2)), ((0.44, 0.46), (0.39, 0.09)), ((0.56, 0.46), (0.59, 0.08)),
               ((0.67, 0.5), (0.78, 0.19))]  # fmt: skip
    palm = [(0.26, 0.5), (0.38, 0.43), (0.5, 0.415), (0.62, 0.43), (0.74, 0.5), (0.74, 0.66), (0.64, 0.79),
            (0.37, 0.79), (0.27, 0.66)]  # fmt: skip
    nails = [disc(x, y, 0.026, LIGHT, FINE) for x, y in ((0.205, 0.2), (0.39, 0.095), (0.59, 0.085), (0.775, 0.195))]
    joints = [(a + (c - a) * t, b + (d - b) * t) for (a, b), (c, d) in fingers for t in (0.36, 0.48)]
    bands = [stroke([(x - 0.05, y), (x + 0.05, y)]) for x, y in joints]
    turns = [math.tau * i / 10 for i in range(10)]
    rays = [leaf(*at(0.5, 0.6, 0.125, a), *at(0.5, 0.6, 0.185, a), 0.6, TRIM, FINE) for a in turns]
    return [
        tube([(0.68, 0.68), (0.84, 0.58), (0.92, 0.44)], 0.13, 0.1, SECOND),
        disc(0.915, 0.45, 0.024, LIGHT, FINE),
        *(tube([a, b], 0.125, 0.11, (BODY, SECOND)[i % 2]) for i, (a, b) in enumerate(fingers)),
        *bands,
        *nails,
        blob(palm, BODY),
        *rays,
        disc(0.5, 0.6, 0.13, SPARK, FINE),
        leaf(0.375, 0.6, 0.625, 0.6, 0.62, LIGHT, FINE),
        disc(0.5, 0.6, 0.048, INK, 0),
        poly([(0.33, 0.78), (0.68, 0.78), (0.7, 0.96), (0.31, 0.96)], TRIM, 1.0, Texture("zigzag", LIGHT, 0.08)),
        poly([(0.32, 0.77), (0.69, 0.77), (0.69, 0.81), (0.32, 0.81)], SPARK, FINE),
    ]


def heart(rng: Random) -> list[VectorShape]:
    """A votive heart: flames above, a smaller heart and flowers within."""
    tongues = [(-2.3, 0.24, SPARK), (-0.85, 0.24, SPARK), (-1.95, 0.27, TRIM), (-1.2, 0.27, TRIM), (-1.57, 0.3, SECOND)]
    flames = [leaf(0.5, 0.32, *at(0.5, 0.32, r, a), 0.5, f) for a, r, f in tongues]
    left = [(0.5, 0.34), (0.42, 0.25), (0.28, 0.2), (0.12, 0.27), (0.05, 0.44), (0.12, 0.62), (0.3, 0.81), (0.5, 0.97)]
    rest = [(0.7, 0.81), (0.88, 0.62), (0.95, 0.44), (0.88, 0.27), (0.72, 0.2), (0.58, 0.25)]
    whole = [*left, *rest]
    inner = [(0.5 + (x - 0.5) * 0.62, 0.55 + (y - 0.55) * 0.62) for x, y in whole]
    beads = [disc(0.5 + (x - 0.5) * 0.82, 0.55 + (y - 0.55) * 0.81, 0.026, LIGHT, FINE) for x, y in whole[1:7] + rest]
    half = [*spline(inner)[:43], (0.53, 0.68), (0.46, 0.56), (0.54, 0.48)]
    return [
        *flames,
        blob(whole, BODY),
        *beads,
        blob(inner, TRIM),
        poly(half, SECOND, FINE),
        *blossom(0.5, 0.56, 0.13, SPARK, LIGHT),
        petal(0.36, 0.46, 0.3, 0.54, 0.6, LIGHT, FINE),
        petal(0.64, 0.46, 0.7, 0.54, 0.6, LIGHT, FINE),
        *ring(0.5, 0.78, 0.03, 4, 0.016, LIGHT, 0),
    ]


def braided_face(rng: Random) -> list[VectorShape]:
    """A woman's face, front and profile at once, with braids and a flower in her hair."""
    hair = [(0.5, 0.08), (0.74, 0.14), (0.84, 0.4), (0.78, 0.66), (0.22, 0.66), (0.16, 0.4), (0.26, 0.14)]
    head = [(0.5, 0.2), (0.68, 0.26), (0.74, 0.48), (0.68, 0.7), (0.5, 0.84), (0.32, 0.7), (0.26, 0.48), (0.32, 0.26)]
    profile = [(0.5, 0.83), (0.45, 0.75), (0.5, 0.7), (0.45, 0.66), (0.5, 0.62), (0.4, 0.57), (0.5, 0.42), (0.5, 0.2)]
    half = [*spline(head)[24:48], *profile[1:-1]]
    braid = [q for k in range(4) for q in (oval(0.2 - 0.02 * k, 0.66 + 0.085 * k, 0.062, 0.055, TRIM, 0.8),)]
    return [
        *both(braid),
        *both([disc(0.135, 0.965, 0.028, SPARK, 0.8)]),
        blob(hair, TRIM),
        poly([(0.3, 0.97), (0.36, 0.82), (0.64, 0.82), (0.7, 0.97)], SPARK, 1.0, Texture("zigzag", LIGHT, 0.06)),
        blob(head, BODY),
        poly(half, SECOND, 0.8),
        blob([(0.5, 0.2), (0.66, 0.25), (0.72, 0.42), (0.6, 0.3), (0.5, 0.26), (0.4, 0.3), (0.28, 0.42), (0.34,
            0.25)], TRIM, 0.8),
        *eye(0.38, 0.47, 0.075),
        *eye(0.625, 0.47, 0.08),
        *(disc(x, 0.6, 0.045, SPARK, FINE) for x in (0.35, 0.66)),
        leaf(0.43, 0.71, 0.61, 0.71, 0.46, SPARK, FINE),
        curve([(0.43, 0.71), (0.52, 0.725), (0.61, 0.71)]),
        *both([disc(0.24, 0.6, 0.03, LIGHT, 0.7)]),
        *blossom(0.68, 0.16, 0.11, SPARK, LIGHT),
        *blossom(0.5, 0.1, 0.09, LIGHT, SPARK),
    ]  # fmt: skip


def giving_hand(rng: Random) -> list[VectorShape]:
    """A hand that holds up a flower between its fingers."""
    fingers = [
        ((0.34, 0.56), (0.22, 0.4)),
        ((0.44, 0.5), (0.4, 0.28)),
        ((0.58, 0.5), (0.6, 0.28)),
        ((0.68, 0.56), (0.78, 0.4)),
    ]
    palm = [
        (0.27, 0.58),
        (0.38, 0.5),
        (0.62, 0.5),
        (0.74, 0.58),
        (0.72, 0.72),
        (0.62, 0.82),
        (0.38, 0.82),
        (0.28, 0.72),
    ]
    return [
        tube([(0.5, 0.62), (0.5, 0.22)], 0.035, 0.03, LEAF),
        leaf(0.5, 0.4, 0.36, 0.24, 0.4, LEAF), leaf(0.5, 0.4, 0.64, 0.24, 0.4, LEAF),
        *(petal(0.5, 0.14, *at(0.5, 0.14, 0.135, math.tau * i / 7 - 1.57), 0.62, (SPARK,
            TRIM)[i % 2]) for i in range(7)),
        disc(0.5, 0.14, 0.045, LIGHT, 0.8),
        tube([(0.7, 0.7), (0.84, 0.64), (0.9, 0.54)], 0.12, 0.095, SECOND),
        *(tube([a, b], 0.115, 0.1, (BODY, SECOND)[i % 2]) for i, (a, b) in enumerate(fingers)),
        *(disc(x, y, 0.022, LIGHT, FINE) for x, y in ((0.22, 0.4), (0.4, 0.275), (0.6, 0.275), (0.78, 0.4), (0.895,
            0.545))),
        blob(palm, BODY),
        curve([(0.32, 0.66), (0.44, 0.6), (0.56, 0.66)], 0.7), curve([(0.4, 0.76), (0.5, 0.7), (0.64, 0.7)], 0.7),
        disc(0.5, 0.66, 0.05, SPARK, 0.7), disc(0.5, 0.66, 0.02, LIGHT, 0),
        poly([(0.33, 0.8), (0.67, 0.8), (0.71, 0.97), (0.29, 0.97)], TRIM, 1.0, Texture("diamonds", LIGHT, 0.07)),
        poly([(0.31, 0.79), (0.69, 0.79), (0.69, 0.835), (0.31, 0.835)], SPARK, FINE),
    ]  # fmt: skip


def winged_heart(rng: Random) -> list[VectorShape]:
    """A heart with two wings and a crown."""
    wing = [leaf(0.42, 0.54, x, y, 0.3, (TRIM, LIGHT, SECOND, SPARK)[i % 4]) for i, (x, y) in enumerate(
        ((0.12, 0.74), (0.02, 0.62), (0.0, 0.46), (0.06, 0.32), (0.18, 0.22)))]  # fmt: skip
    whole = [(0.5, 0.38), (0.42, 0.29), (0.3, 0.28), (0.24, 0.4), (0.28, 0.56), (0.4, 0.74), (0.5, 0.86), (0.6, 0.74),
             (0.72, 0.56), (0.76, 0.4), (0.7, 0.28), (0.58, 0.29)]  # fmt: skip
    inner = [(0.5 + (x - 0.5) * 0.6, 0.54 + (y - 0.54) * 0.6) for x, y in whole]
    return [
        *both(wing),
        poly([(0.38, 0.3), (0.36, 0.12), (0.44, 0.2), (0.5, 0.08), (0.56, 0.2), (0.64, 0.12), (0.62, 0.3)], SPARK),
        *(disc(x, y, 0.024, LIGHT, 0.7) for x, y in ((0.36, 0.12), (0.5, 0.08), (0.64, 0.12))),
        blob(whole, BODY),
        blob(inner, SECOND, 0.8, Texture("scales", LIGHT, 0.055)),
        *eye(0.5, 0.53, 0.09),
        *(petal(x, 0.86, x, 0.96, 0.6, SPARK, 0.8) for x in (0.44, 0.5, 0.56)),
    ]


def dancer(rng: Random) -> list[VectorShape]:
    """A woman who lifts her wide skirt in both hands."""
    skirt = [(0.42, 0.48), (0.58, 0.48), (0.74, 0.5), (0.93, 0.4), (0.98, 0.52), (0.9, 0.76), (0.74, 0.9), (0.5, 0.93),
             (0.26, 0.9), (0.1, 0.76), (0.02, 0.52), (0.07, 0.4), (0.26, 0.5)]  # fmt: skip
    arc = [(0.12, 0.66), (0.3, 0.78), (0.5, 0.81), (0.7, 0.78), (0.88, 0.66)]
    low = [(0.18, 0.8), (0.34, 0.87), (0.5, 0.89), (0.66, 0.87), (0.82, 0.8)]
    return [
        *(tube([(x, 0.88), (x + d, 0.96)], 0.05, 0.045, SECOND) for x, d in ((0.44, -0.03), (0.57, 0.03))),
        *both([tube([(0.42, 0.34), (0.26, 0.36), (0.12, 0.44)], 0.06, 0.05, LIGHT)]),
        blob(skirt, TRIM),
        tube([(0.5, 0.52), (0.3, 0.6), (0.14, 0.56)], 0.02, 0.02, LIGHT, 0.5),
        tube(arc, 0.075, 0.075, SPARK, 0.8, Texture("dots", LIGHT, 0.05)),
        tube([(0.2, 0.6), (0.36, 0.67), (0.5, 0.68), (0.64, 0.67), (0.8, 0.6)], 0.045, 0.045, LIGHT, 0.8),
        *(disc(x, y, 0.024, SPARK, FINE) for x, y in low),
        poly([(0.4, 0.3), (0.6, 0.3), (0.57, 0.5), (0.43, 0.5)], SPARK, 1.0, Texture("zigzag", LIGHT, 0.055)),
        *both([disc(0.1, 0.43, 0.04, BODY)]),
        tube([(0.5, 0.32), (0.5, 0.26)], 0.07, 0.07, BODY),
        disc(0.5, 0.15, 0.105, INK),
        oval(0.5, 0.17, 0.085, 0.1, BODY),
        poly([(0.5, 0.07), (0.5, 0.14), (0.475, 0.2), (0.5, 0.27), (0.58, 0.24), (0.585, 0.14)], SECOND, FINE),
        *(leaf(x - 0.028, 0.165, x + 0.028, 0.165, 0.8, LIGHT, 0.4) for x in (0.46, 0.54)),
        *(disc(x, 0.165, 0.011, INK, 0) for x in (0.46, 0.54)),
        leaf(0.465, 0.225, 0.535, 0.225, 0.5, SPARK, 0.4),
        *blossom(0.6, 0.08, 0.065, SPARK, LIGHT),
        *blossom(0.41, 0.07, 0.055, TRIM, LIGHT),
    ]  # fmt: skip


def feather_dancer(rng: Random) -> list[VectorShape]:
    """A dancer with a crown of feathers, one knee raised, a rattle in each hand."""
    crown = [leaf(0.5, 0.26, *at(0.5, 0.26, 0.25, math.radians(a)), 0.34, (TRIM, SPARK, LEAF)[i % 3])
             for i, a in enumerate(range(190, 351, 20))]  # fmt: skip
    return [
        *crown,
        tube([(0.44, 0.66), (0.42, 0.8), (0.42, 0.93)], 0.09, 0.07, BODY),
        tube([(0.42, 0.945), (0.5, 0.945)], 0.06, 0.05, SPARK, 0.8),
        tube([(0.56, 0.64), (0.72, 0.68), (0.7, 0.84)], 0.09, 0.07, SECOND),
        tube([(0.7, 0.86), (0.78, 0.86)], 0.06, 0.05, SPARK, 0.8),
        tube([(0.42, 0.4), (0.26, 0.48), (0.16, 0.34)], 0.075, 0.055, BODY),
        tube([(0.58, 0.4), (0.76, 0.44), (0.86, 0.28)], 0.075, 0.055, SECOND),
        *(tube([(x, y + 0.06), (x, y - 0.02)], 0.02, 0.02, TRIM, 0.7) for x, y in ((0.15, 0.29), (0.87, 0.23))),
        *(oval(x, y, 0.055, 0.065, TRIM) for x, y in ((0.15, 0.22), (0.87, 0.16))),
        *(disc(x, y, 0.02, LIGHT, 0) for x, y in ((0.15, 0.22), (0.87, 0.16))),
        poly([(0.39, 0.38), (0.61, 0.38), (0.58, 0.58), (0.42, 0.58)], TRIM, 1.0, Texture("diamonds", LIGHT, 0.06)),
        poly([(0.4, 0.56), (0.6, 0.56), (0.7, 0.72), (0.6, 0.69), (0.5, 0.76), (0.4, 0.69), (0.3, 0.72)], SPARK, 1.0,
             Texture("hatch", LIGHT, 0.05, 1.57)),
        oval(0.5, 0.265, 0.1, 0.115, BODY),
        poly([(0.5, 0.15), (0.5, 0.25), (0.47, 0.3), (0.5, 0.38), (0.58, 0.34), (0.6, 0.24)], SECOND, FINE),
        poly([(0.4, 0.2), (0.6, 0.2), (0.6, 0.15), (0.4, 0.15)], SPARK, 0.8, Texture("dots", LIGHT, 0.04)),
        *(leaf(x - 0.032, 0.265, x + 0.032, 0.265, 0.8, LIGHT, 0.4) for x in (0.455, 0.55)),
        *(disc(x, 0.265, 0.013, INK, 0) for x in (0.455, 0.55)),
        leaf(0.46, 0.335, 0.54, 0.335, 0.5, SPARK, 0.4),
    ]  # fmt: skip
