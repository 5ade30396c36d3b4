"""Shapes in unit coordinates: what a motif is made of.

A motif lives in the square from (0, 0), top left, to (1, 1), bottom right. Colours are *roles*, small integers that
a colourway turns into real colours later, so that one drawing can change its colours at every plane edge.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Point = tuple[float, float]

INK, BODY, SECOND, TRIM, SPARK, LIGHT, LEAF, HALO = range(8)
CLEAR = 255

_keeps = lru_cache(maxsize=8192)

FINE = 0.5  # stroke weight of details; 1 is the outline of the motif


@dataclass(frozen=True, slots=True)
class Texture:
    """A surface pattern inside one shape: `kind` of pattern.py, colour role, pitch in unit lengths, turn in radians."""

    kind: str
    role: int
    pitch: float = 0.07
    turn: float = 0.0


@dataclass(frozen=True, slots=True)
class VectorShape:
    """A polygon or polyline: `points` in unit coordinates, `fill` a role or None, `weight` of its ink outline."""

    points: tuple[Point, ...]
    fill: int | None = None
    weight: float = 1.0
    closed: bool = True
    texture: Texture | None = None


def spline(points: Iterable[Point], closed: bool = True, steps: int = 6) -> tuple[Point, ...]:
    """A Catmull-Rom curve through `points`, `steps` samples for each span."""
    return _spline(tuple(points), closed, steps)


@_keeps  # motifs are drawn with the same numbers again and again
def _spline(points: tuple[Point, ...], closed: bool, steps: int) -> tuple[Point, ...]:
    n = len(points)
    spans = n if closed else n - 1
    out: list[Point] = []
    for i in range(spans):
        if closed:
            p0, p1, p2, p3 = (points[(i + k) % n] for k in (-1, 0, 1, 2))
        else:
            p0, p1, p2, p3 = (points[min(max(i + k, 0), n - 1)] for k in (-1, 0, 1, 2))
        out.extend(_catmull(p0, p1, p2, p3, s / steps) for s in range(steps))
    return tuple(out) if closed else (*out, points[-1])


def _catmull(p0: Point, p1: Point, p2: Point, p3: Point, t: float) -> Point:
    a, b, c, d = -t + 2 * t * t - t**3, 2 - 5 * t * t + 3 * t**3, t + 4 * t * t - 3 * t**3, t**3 - t * t
    x = (a * p0[0] + b * p1[0] + c * p2[0] + d * p3[0]) / 2
    y = (a * p0[1] + b * p1[1] + c * p2[1] + d * p3[1]) / 2
    return x, y


def poly(points: Iterable[Point], fill: int | None, weight: float = 1.0, texture: Texture | None = None) -> VectorShape:
    """A closed polygon with straight sides."""
    return VectorShape(tuple(points), fill, weight, True, texture)


def blob(points: Sequence[Point], fill: int | None, weight: float = 1.0, texture: Texture | None = None) -> VectorShape:
    """A closed, smooth form through `points`."""
    return VectorShape(spline(points), fill, weight, True, texture)


def stroke(points: Iterable[Point], weight: float = FINE) -> VectorShape:
    """An ink polyline with straight spans."""
    return VectorShape(tuple(points), None, weight, False)


def curve(points: Sequence[Point], weight: float = FINE) -> VectorShape:
    """A smooth ink line through `points`."""
    return VectorShape(spline(points, closed=False), None, weight, False)


@_keeps
def oval(
    x: float, y: float, rx: float, ry: float, fill: int | None, weight: float = 1.0, turn: float = 0.0,
    texture: Texture | None = None,
) -> VectorShape:  # fmt: skip
    """An ellipse with radii `rx`, `ry`, turned by `turn` radians."""
    n = 12 if max(rx, ry) < 0.04 else 20 if max(rx, ry) < 0.15 else 36
    flat = ((rx * math.cos(math.tau * i / n), ry * math.sin(math.tau * i / n)) for i in range(n))
    c, s = math.cos(turn), math.sin(turn)
    return VectorShape(tuple((x + u * c - v * s, y + u * s + v * c) for u, v in flat), fill, weight, True, texture)


def disc(
    x: float, y: float, r: float, fill: int | None, weight: float = 1.0, texture: Texture | None = None
) -> VectorShape:
    """A circle of radius `r`."""
    return oval(x, y, r, r, fill, weight, 0.0, texture)


@_keeps
def leaf(
    x0: float, y0: float, x1: float, y1: float, width: float, fill: int | None, weight: float = 1.0
) -> VectorShape:
    """A pointed leaf (or almond, petal, feather) from base to tip; `width` in parts of its length."""
    dx, dy = x1 - x0, y1 - y0
    profile = ((0.0, 0.0), (0.22, 0.36), (0.5, 0.5), (0.78, 0.3), (1.0, 0.0))
    left = [(x0 + dx * t - dy * w * width, y0 + dy * t + dx * w * width) for t, w in profile]
    right = [(x0 + dx * t + dy * w * width, y0 + dy * t - dx * w * width) for t, w in profile]
    return VectorShape(spline(left, False, 4) + spline(right[::-1], False, 4)[1:-1], fill, weight)


@_keeps
def petal(
    x0: float, y0: float, x1: float, y1: float, width: float, fill: int | None, weight: float = 1.0
) -> VectorShape:
    """A round-ended petal (or drop) from its narrow base to its tip; `width` in parts of its length."""
    dx, dy = x1 - x0, y1 - y0
    profile = ((0.0, 0.0), (0.3, 0.24), (0.66, 0.5), (0.93, 0.3), (1.0, 0.0))
    left = [(x0 + dx * t - dy * w * width, y0 + dy * t + dx * w * width) for t, w in profile]
    right = [(x0 + dx * t + dy * w * width, y0 + dy * t - dx * w * width) for t, w in profile[1:-1]]
    return VectorShape(spline(left + right[::-1], True, 4), fill, weight)


def tube(
    points: Sequence[Point], w0: float, w1: float, fill: int | None, weight: float = 1.0,
    texture: Texture | None = None, cap: bool = True,
) -> VectorShape:  # fmt: skip
    """A ribbon along the smooth line through `points`, `w0` wide at its start and `w1` at its end, round-ended."""
    line = spline(points, closed=False, steps=5)
    n = len(line)
    left: list[Point] = []
    right: list[Point] = []
    for i, (x, y) in enumerate(line):
        (ax, ay), (bx, by) = line[max(i - 1, 0)], line[min(i + 1, n - 1)]
        length = math.hypot(bx - ax, by - ay) or 1.0
        half = (w0 + (w1 - w0) * i / (n - 1)) / 2
        nx, ny = -(by - ay) / length * half, (bx - ax) / length * half
        left.append((x + nx, y + ny))
        right.append((x - nx, y - ny))
    ends = _cap(left[-1], right[-1]) if cap else []
    starts = _cap(right[0], left[0]) if cap else []
    return VectorShape((*left, *ends, *right[::-1], *starts), fill, weight, True, texture)


def _cap(a: Point, b: Point) -> list[Point]:
    cx, cy = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
    r, start = math.dist(a, b) / 2, math.atan2(a[1] - cy, a[0] - cx)
    return [at(cx, cy, r, start - math.pi * k / 6) for k in range(1, 6)]


def at(x: float, y: float, radius: float, angle: float) -> Point:
    """The point at `radius` from (x, y) in direction `angle` (radians; 0 is right, a quarter turn is down)."""
    return x + radius * math.cos(angle), y + radius * math.sin(angle)


def moved(
    shapes: Iterable[VectorShape], x: float = 0.0, y: float = 0.0, scale: float = 1.0, turn: float = 0.0
) -> list[VectorShape]:
    """The shapes scaled and turned about the middle of the unit square, then moved by (x, y)."""
    c, s = math.cos(turn) * scale, math.sin(turn) * scale

    def place(p: Point) -> Point:
        u, v = p[0] - 0.5, p[1] - 0.5
        return 0.5 + x + u * c - v * s, 0.5 + y + u * s + v * c

    return [replace(shape, points=tuple(map(place, shape.points))) for shape in shapes]


def mirrored(shapes: Iterable[VectorShape]) -> list[VectorShape]:
    """The shapes seen in a mirror standing on the middle of the unit square."""
    return [replace(shape, points=tuple((1 - x, y) for x, y in shape.points)) for shape in shapes]


def both(shapes: Sequence[VectorShape]) -> list[VectorShape]:
    """The shapes and their mirror images."""
    return [*shapes, *mirrored(shapes)]


def ring(x: float, y: float, radius: float, count: int, r: float, fill: int, weight: float = FINE) -> list[VectorShape]:
    """`count` small discs on a circle."""
    return [disc(*at(x, y, radius, math.tau * i / count), r, fill, weight) for i in range(count)]


def bounds(shapes: Iterable[VectorShape]) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of all points, without stroke width."""
    points = [p for shape in shapes for p in shape.points]
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)
