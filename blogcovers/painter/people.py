"""Of people: face, hand, heart."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from blogcovers.painter.plants import blossom
from blogcovers.painter.shapes import (
    BODY,
    FINE,
    INK,
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
    petal,
    poly,
    ring,
    spline,
    stroke,
    tube,
)
from blogcovers.painter.sky import eye

if TYPE_CHECKING:
    from random import Random


def face(rng: Random) -> list[Shape]:
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


def hand(rng: Random) -> list[Shape]:
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


def heart(rng: Random) -> list[Shape]:
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
