"""Where things stand: the hero off-centre, supporting motifs around it, the horizon and the cuts of the canvas."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from blogcovers.painter.motifs import MOTIFS
from blogcovers.painter.planes import Plane, centre, cut, line_at, shatter, slice_all
from blogcovers.painter.shapes import Shape, bounds, mirrored

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from blogcovers.painter.vocabulary import Reading

Box = tuple[float, float, float, float]
FLYING = ("star", "butterfly", "bird", "heart")


@dataclass(frozen=True, slots=True)
class Placed:
    """A motif on the canvas: `box` is (left, top, right, bottom) in px, and its shapes' bounds fill it."""

    name: str
    shapes: tuple[Shape, ...]
    box: Box


def place_hero(reading: Reading, size: tuple[int, int], rng: Random) -> Placed:
    """The hero: half to two thirds of the height, near one third of the width."""
    width, height = size
    shapes = _drawn(reading.hero, rng)
    # a wide canvas has room beside the hero, a tall one above it, a square one a little of both
    wide, tall = width > 1.2 * height, height > 1.2 * width
    w, h = _fit(shapes, width * (0.56 if wide else 0.8 if tall else 0.62), height * rng.uniform(0.64, 0.7))
    side = rng.choice((0.35, 0.65) if wide else (0.45, 0.55) if tall else (0.38, 0.62))
    x = min(max(width * side, 0.53 * w + 0.02 * width), width - 0.53 * w - 0.02 * width)
    base = height * (0.93 if MOTIFS[reading.hero].place in ("ground", "far") else rng.uniform(0.82, 0.9))
    if tall:
        base = height * 0.84
    return Placed(reading.hero, shapes, (x - w / 2, base - h, x + w / 2, base))


def _drawn(name: str, rng: Random) -> tuple[Shape, ...]:
    shapes = MOTIFS[name].draw(rng)
    return tuple(mirrored(shapes) if rng.random() < 0.5 else shapes)


def _fit(shapes: Sequence[Shape], width: float, height: float) -> tuple[float, float]:
    x0, y0, x1, y1 = bounds(shapes)
    scale = min(width / (x1 - x0), height / (y1 - y0))
    return (x1 - x0) * scale, (y1 - y0) * scale


def place_others(reading: Reading, hero: Placed, size: tuple[int, int], rng: Random) -> list[Placed]:
    """Two to four supporting motifs (more on a very wide or tall canvas), smaller and clear of each other."""
    long, short = max(size), min(size)
    count = min(24, max(rng.choice((2, 3, 3, 4)), round(1.8 * long / short)))
    placed: list[Placed] = []
    for k in range(count):
        name = reading.others[k % len(reading.others)]
        side = short * rng.uniform(0.42, 0.48) * (1.0, 0.85, 0.7, 0.6)[min(k, 3)]
        found = _try(name, side, (1.0, 0.85, 0.7, 0.55), [hero, *placed], size, rng)
        if found is None:  # no ground left: something that flies may still fit
            flying = [n for n in (*reading.others, *FLYING) if MOTIFS[n].place in ("sky", "air") and n != hero.name]
            fresh = [n for n in flying if n not in [p.name for p in placed]] or flying
            found = _try(fresh[0], side, (0.65, 0.5), [hero, *placed], size, rng)
        if found is not None:
            placed.append(found)
    return sorted(placed, key=lambda p: p.box[3])


def _try(
    name: str, side: float, shrinks: Sequence[float], taken: Sequence[Placed], size: tuple[int, int], rng: Random
) -> Placed | None:
    """A motif at the first of some sizes at which there is a free spot for it."""
    drawn = _drawn(name, rng)
    for shrink in shrinks:
        box = _free_spot(drawn, side * shrink, MOTIFS[name].place, taken, size, rng)
        if box is not None:
            return Placed(name, drawn, box)
    return None


def _free_spot(
    shapes: Sequence[Shape], side: float, place: str, taken: Sequence[Placed], size: tuple[int, int], rng: Random
) -> Box | None:
    """The best of some random spots: whole on the canvas, clear of what is there, and not far from its own place."""
    width, height = size
    w, h = _fit(shapes, side * 1.15, side)
    margin = 0.035 * min(size)
    low, high = {"sky": (0.0, 0.42), "air": (0.05, 0.8), "ground": (0.76, 0.96), "far": (0.72, 0.9)}[place]
    best: tuple[float, Box] | None = None
    for _ in range(48):
        x = rng.uniform(margin, max(margin, width - w - margin))
        base = height * rng.uniform(low, high) + (0 if place in ("ground", "far") else h + margin)
        box = (x, base - h, x + w, base)
        if base > height - margin or base - h < margin:
            continue
        gap = min(_gap(box, other.box) for other in taken)
        if gap >= 0.6 * margin and (best is None or gap > best[0]):
            best = gap, box
    return best[1] if best else None


def _gap(a: Box, b: Box) -> float:
    dx, dy = max(a[0] - b[2], b[0] - a[2]), max(a[1] - b[3], b[1] - a[3])
    return math.hypot(max(dx, 0), max(dy, 0)) if max(dx, dy) > 0 else max(dx, dy)


def break_canvas(hero: Box, size: tuple[int, int], rng: Random) -> list[Plane]:
    """Sky and ground, cut into planes by one of three schemes, and cut again so that the hero is broken too."""
    width, height = float(size[0]), float(size[1])
    frame = ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height))
    horizon = line_at((width / 2, height * rng.uniform(0.64, 0.74)), rng.uniform(-0.05, 0.05))
    lower, upper = sorted(cut(frame, horizon), key=lambda part: -centre(part)[1])
    planes = [Plane(upper, False), Plane(lower, True)]
    scheme = rng.choice((_shards, _rays, _quilt))
    planes = scheme(planes, hero, size, rng)
    return planes if scheme is _rays else _cut_hero(planes, hero, size, rng)


def _pieces(size: tuple[int, int]) -> int:
    return min(14, round(4 * math.sqrt(max(size) / min(size))))


def _shards(planes: list[Plane], hero: Box, size: tuple[int, int], rng: Random) -> list[Plane]:
    planes = shatter(planes, _pieces(size) + 1, rng, lambda p: not p.ground)
    return shatter(planes, _pieces(size) - 1, rng, lambda p: p.ground)


def _rays(planes: list[Plane], hero: Box, size: tuple[int, int], rng: Random) -> list[Plane]:
    """Lines that fan out from behind the hero."""
    x, y = (hero[0] + hero[2]) / 2, hero[1] + (hero[3] - hero[1]) * rng.uniform(0.8, 1.0)
    count = 4 + round(size[0] / size[1])
    for i in range(count):
        angle = math.pi * (i + rng.uniform(0.25, 0.75)) / count
        planes = slice_all(planes, line_at((x, y), angle), 0.006 * size[0] * size[1], lambda p: not p.ground)
    missing = _pieces(size) - sum(not p.ground for p in planes)  # a tall sky is hardly met by the rays
    planes = shatter(planes, missing, rng, lambda p: not p.ground)
    return shatter(planes, _pieces(size) - 1, rng, lambda p: p.ground)


def _quilt(planes: list[Plane], hero: Box, size: tuple[int, int], rng: Random) -> list[Plane]:
    """Slanted strips, some of them cut across."""
    lean = rng.choice((-1, 1)) * rng.uniform(0.2, 0.5)
    count = 2 + round(1.6 * size[0] / size[1])
    for i in range(1, count + 1):
        p = (size[0] * (i + rng.uniform(-0.2, 0.2)) / (count + 1), size[1] / 2)
        planes = slice_all(planes, line_at(p, math.pi / 2 + lean), 0.006 * size[0] * size[1], lambda p: True)
    return shatter(planes, _pieces(size) - 1, rng, lambda p: not p.ground)


def _cut_hero(planes: list[Plane], hero: Box, size: tuple[int, int], rng: Random) -> list[Plane]:
    """One steep and one flat line across the hero, in the planes behind it only."""
    x, y, w, h = (hero[0] + hero[2]) / 2, (hero[1] + hero[3]) / 2, hero[2] - hero[0], hero[3] - hero[1]
    least = 0.008 * size[0] * size[1]

    def behind(plane: Plane) -> bool:
        u, v = centre(plane.outline)
        return hero[0] - 0.25 * w < u < hero[2] + 0.25 * w and hero[1] - 0.2 * h < v < hero[3] + 0.2 * h

    steep = math.pi / 2 + rng.choice((-1, 1)) * rng.uniform(0.15, 0.5)
    flat = rng.choice((-1, 1)) * rng.uniform(0.2, 0.6)
    for angle in (steep, flat):
        through = (x + rng.uniform(-0.12, 0.12) * w, y + rng.uniform(-0.1, 0.1) * h)
        planes = slice_all(planes, line_at(through, angle), least, behind)
    return planes
