"""The canvas broken into planes: convex polygons that meet without gaps, coloured so that neighbours differ."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from blogcovers.painter.shapes import Point

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

Polygon = tuple[Point, ...]
Line = tuple[Point, Point]


@dataclass(frozen=True, slots=True)
class Plane:
    """One facet: its outline in px and whether it belongs to the ground (below the horizon)."""

    outline: Polygon
    ground: bool


def area(outline: Sequence[Point]) -> float:
    """Area in square px."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(outline, (*outline[1:], outline[0]), strict=True))) / 2


def centre(outline: Sequence[Point]) -> Point:
    """The mean of the corners."""
    n = len(outline)
    return sum(p[0] for p in outline) / n, sum(p[1] for p in outline) / n


def line_at(p: Point, angle: float) -> Line:
    """The line through `p` in direction `angle` (radians)."""
    return p, (p[0] + math.cos(angle), p[1] + math.sin(angle))


def cut(outline: Polygon, line: Line) -> list[Polygon]:
    """The one or two parts of a convex polygon on either side of a line."""
    (ax, ay), (bx, by) = line
    sides = [(bx - ax) * (y - ay) - (by - ay) * (x - ax) for x, y in outline]
    halves: tuple[list[Point], list[Point]] = ([], [])
    for i, p in enumerate(outline):
        q, s, t = outline[(i + 1) % len(outline)], sides[i], sides[(i + 1) % len(outline)]
        if s >= 0:
            halves[0].append(p)
        if s <= 0:
            halves[1].append(p)
        if s * t < 0:
            k = s / (s - t)
            crossing = (p[0] + (q[0] - p[0]) * k, p[1] + (q[1] - p[1]) * k)
            halves[0].append(crossing)
            halves[1].append(crossing)
    return [tuple(half) for half in halves if len(half) > 2]


def slice_all(planes: Sequence[Plane], line: Line, least: float, where: Callable[[Plane], bool]) -> list[Plane]:
    """Cut every plane that `where` allows, unless a part would be smaller than `least` square px."""
    out: list[Plane] = []
    for plane in planes:
        parts = cut(plane.outline, line) if where(plane) else [plane.outline]
        if min(map(area, parts)) < least:
            parts = [plane.outline]
        out += [Plane(part, plane.ground) for part in parts]
    return out


def shatter(planes: Sequence[Plane], count: int, rng: Random, where: Callable[[Plane], bool]) -> list[Plane]:
    """Cut the largest allowed plane again and again until there are `count` more."""
    out = list(planes)
    for _ in range(count):
        allowed = [p for p in out if where(p)]
        if not allowed:
            break
        plane = max(allowed, key=lambda p: (area(p.outline), p.outline))
        x, y = centre(plane.outline)
        w, h = extent(plane.outline)
        across = math.pi / 2 if w > h else 0.0
        point = (x + rng.uniform(-0.15, 0.15) * w, y + rng.uniform(-0.15, 0.15) * h)
        parts = cut(plane.outline, line_at(point, across + rng.choice((-1, 1)) * rng.uniform(0.25, 0.75)))
        at = out.index(plane)
        out[at : at + 1] = [Plane(part, plane.ground) for part in parts]
    return out


def extent(outline: Sequence[Point]) -> tuple[float, float]:
    """Width and height in px of the box around a polygon."""
    xs, ys = [p[0] for p in outline], [p[1] for p in outline]
    return max(xs) - min(xs), max(ys) - min(ys)


def overlaps(outline: Polygon, box: tuple[float, float, float, float]) -> bool:
    """Whether a plane's bounding box meets `box`."""
    xs, ys = [p[0] for p in outline], [p[1] for p in outline]
    return min(xs) < box[2] and max(xs) > box[0] and min(ys) < box[3] and max(ys) > box[1]


def neighbours(planes: Sequence[Plane]) -> list[set[int]]:
    """For each plane the numbers of those that share a piece of edge with it."""
    out: list[set[int]] = [set() for _ in planes]
    for i, a in enumerate(planes):
        for j in range(i):
            if _touch(a.outline, planes[j].outline):
                out[i].add(j)
                out[j].add(i)
    return out


def _touch(a: Polygon, b: Polygon) -> bool:
    if not _boxes_meet(a, b):
        return False
    return any(_shared(p, q, r, s) > 1.0 for p, q in _edges(a) for r, s in _edges(b))


def _boxes_meet(a: Polygon, b: Polygon) -> bool:
    return all(
        min(p[k] for p in a) <= max(p[k] for p in b) + 1 and min(p[k] for p in b) <= max(p[k] for p in a) + 1
        for k in (0, 1)
    )


def _edges(outline: Polygon) -> list[Line]:
    return list(zip(outline, (*outline[1:], outline[0]), strict=True))


def _shared(p: Point, q: Point, r: Point, s: Point) -> float:
    """Length in px over which the edges pq and rs lie on each other."""
    length = math.dist(p, q)
    if length < 1e-6:
        return 0.0
    ux, uy = (q[0] - p[0]) / length, (q[1] - p[1]) / length
    off = max(abs((t[0] - p[0]) * uy - (t[1] - p[1]) * ux) for t in (r, s))
    if off > 0.5:
        return 0.0
    a, b = sorted((t[0] - p[0]) * ux + (t[1] - p[1]) * uy for t in (r, s))
    return min(length, b) - max(0.0, a)


def colouring(
    planes: Sequence[Plane], touching: Sequence[set[int]], choices: Callable[[int], Sequence[int]], rng: Random
) -> list[int]:
    """A colour for each plane, different from its neighbours', and as evenly used as can be.

    `choices(i)` lists the colours for plane i, best first; the last entries are only for want of better ones.
    """
    chosen: dict[int, int] = {}
    for i in sorted(range(len(planes)), key=lambda k: (-len(touching[k]), k)):
        near = {chosen[j] for j in touching[i] if j in chosen}
        options = choices(i)
        free = [c for c in options if c not in near] or list(options)
        used = list(chosen.values())
        chosen[i] = min(free, key=lambda c: 0.25 * used.count(c) + 0.3 * options.index(c) + 0.5 * rng.random())
    return [chosen[i] for i in range(len(planes))]
