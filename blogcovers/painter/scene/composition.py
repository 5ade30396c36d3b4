"""Where things stand: a scheme for the canvas, the hero off-centre, the lie of the land, and the others by meaning.

Suns, clouds and birds go into the sky, boats onto the water, houses and plants onto the lines of the ground.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from blogcovers.painter.drawing.shapes import Point, VectorShape, bounds, mirrored
from blogcovers.painter.motifs.motif_table import MOTIFS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from blogcovers.painter.words.brief import Brief

Box = tuple[float, float, float, float]
SCHEMES = ("thirds", "thirds", "diagonal", "frieze", "mandala", "window", "window")
WIDE = ("thirds", "diagonal", "frieze")
STILL_LIFE = ("basket", "book", "candle", "cup", "flower", "guitar", "lantern", "maize")  # may stand on a table
OVERLAP = 0.08  # how far the box of a motif may reach into the hero's, which is before it, in parts of its own height
STANDING = ("ground", "far", "water")


@dataclass(frozen=True, slots=True)
class Placed:
    """A motif on the canvas: `box` is (left, top, right, bottom) in px, and its shapes' bounds fill it."""

    name: str
    shapes: tuple[VectorShape, ...]
    box: Box


@dataclass(frozen=True, slots=True)
class Scene:
    """All that is arranged before anything is painted; lengths in px.

    `bands` are the upper edges of the ground, farthest first, each from the left side to the right. `panels` are
    fields cut out of the scene, with a motif each, the first of `others`. `disc` (x, y, radius) is a mandala's. With a
    `shore` the last band is land, whatever the others are.
    """

    scheme: str
    hero: Placed
    others: tuple[Placed, ...]
    bands: tuple[tuple[Point, ...], ...]
    panels: tuple[Box, ...]
    disc: tuple[float, float, float] | None
    shore: bool = False


def arrange(brief: Brief, size: tuple[int, int], density: float, rng: Random) -> Scene:
    """Choose a scheme and place everything. `density` from 0 to 1 says how much there is."""
    scheme = rng.choice(_schemes(brief))
    panels, field = _panels(size, rng) if scheme == "window" else ((), (0.0, 0.0, float(size[0]), float(size[1])))
    disc = None
    hero = _hero(brief, field, scheme, rng)
    if scheme == "mandala":
        disc = (hero.box[0] + hero.box[2]) / 2, (hero.box[1] + hero.box[3]) / 2, 0.5 * min(size) * rng.uniform(0.86, 1)
    shore = brief.place == "sea" and MOTIFS[brief.hero].zone == "ground"
    bands = _bands(brief, hero, size, scheme, density, shore, rng)
    kept = brief.others[: len(panels)]
    framed = [_inside(name, brief, panel, rng) for name, panel in zip(kept, panels, strict=False)]
    free = [Placed(p.name, p.shapes, box) for p, box in zip(framed, panels, strict=True)]
    room = max(0, _count(size, density, rng) - len(framed))
    dry = bands[-1:] if shore else () if brief.place == "sea" else bands
    others = _others(brief.others[len(panels) :], brief, room, [hero, *free], bands, dry, field, rng)
    return Scene(scheme, hero, (*framed, *others), bands, panels, disc, shore)


def _schemes(brief: Brief) -> tuple[str, ...]:
    if brief.hero in brief.others:  # its fellows want room beside it
        return WIDE
    table = brief.hero in STILL_LIFE and brief.place in ("", "room")
    return (*SCHEMES, *("table",) * 5) if table else SCHEMES


def _count(size: tuple[int, int], density: float, rng: Random) -> int:
    """Two to five supporting motifs, more on a very wide or tall canvas."""
    usual = round(2 + density * rng.uniform(0.2, 3.0))
    return min(24, max(2, round(usual * math.pow(max(size) / min(size) / 1.9, 0.8))))


def _drawn(name: str, brief: Brief, rng: Random) -> tuple[VectorShape, ...]:
    draws = MOTIFS[name].draws
    chosen = dict(brief.drawings).get(name, rng.randrange(len(draws)))
    shapes = draws[chosen % len(draws)](rng)
    return tuple(mirrored(shapes) if rng.random() < 0.5 else shapes)


def _fit(shapes: Sequence[VectorShape], width: float, height: float) -> tuple[float, float]:
    x0, y0, x1, y1 = bounds(shapes)
    scale = min(width / (x1 - x0), height / (y1 - y0))
    return (x1 - x0) * scale, (y1 - y0) * scale


def _hero(brief: Brief, field: Box, scheme: str, rng: Random) -> Placed:
    """The hero: half to two thirds of the height and more, near one third of the width."""
    left, top, right, bottom = field
    width, height = right - left, bottom - top
    shapes = _drawn(brief.hero, brief, rng)
    wide, tall = width > 1.2 * height, height > 1.2 * width
    part = rng.uniform(0.6, 0.66) if scheme == "mandala" else rng.uniform(0.66, 0.76)
    w, h = _fit(shapes, width * (0.6 if wide else 0.82 if tall else 0.68), height * part)
    side = rng.choice((0.35, 0.65) if wide else (0.45, 0.55) if tall else (0.4, 0.6))
    if scheme == "window":
        side = rng.uniform(0.42, 0.58)
    x = left + min(max(width * side, 0.53 * w + 0.02 * width), width - 0.53 * w - 0.02 * width)
    standing = MOTIFS[brief.hero].zone in STANDING
    base = top + height * (rng.uniform(0.9, 0.94) if standing else rng.uniform(0.82, 0.88))
    if scheme == "mandala" or tall:
        base = top + height * 0.5 + h / 2 + (0.2 * (height - h) if tall else 0.01 * height)
    return Placed(brief.hero, shapes, (x - w / 2, base - h, x + w / 2, base))


def _panels(size: tuple[int, int], rng: Random) -> tuple[tuple[Box, ...], Box]:
    """A strip of panels on one side, as on a painted chest or a card game, and the field that is left."""
    width, height = size
    share = rng.uniform(0.27, 0.33)
    if width >= height:
        count = max(1, round(height / (share * width) * 1.05))
        count = count if width < 3 * height else 1
        span, first = min(share * width, 0.62 * height), rng.random() < 0.5
        x0, x1 = (0.0, span) if first else (width - span, float(width))
        panels = [(x0, height * i / count, x1, height * (i + 1) / count) for i in range(count)]
        return tuple(panels), (span if first else 0.0, 0.0, float(width) if first else width - span, float(height))
    count = max(1, round(width / (share * height)))
    span, first = share * height * 0.9, rng.random() < 0.5
    y0, y1 = (0.0, span) if first else (height - span, float(height))
    panels = [(width * i / count, y0, width * (i + 1) / count, y1) for i in range(count)]
    return tuple(panels), (0.0, span if first else 0.0, float(width), float(height) if first else height - span)


def _inside(name: str, brief: Brief, panel: Box, rng: Random) -> Placed:
    shapes = _drawn(name, brief, rng)
    w, h = _fit(shapes, 0.74 * (panel[2] - panel[0]), 0.74 * (panel[3] - panel[1]))
    x, y = (panel[0] + panel[2]) / 2, (panel[1] + panel[3]) / 2
    return Placed(name, shapes, (x - w / 2, y - h / 2, x + w / 2, y + h / 2))


def _bands(
    brief: Brief, hero: Placed, size: tuple[int, int], scheme: str, density: float, shore: bool, rng: Random
) -> tuple[tuple[Point, ...], ...]:
    """The upper edges of two to five bands of ground: hills, dunes, waves, a slope, or the flat stripes of a frieze."""
    width, height = size
    if scheme == "table":
        tilt, y = rng.uniform(-0.07, 0.07), rng.uniform(0.6, 0.66)
        return (tuple((i / 8 * width, height * (y + tilt * (i / 8 - 0.5))) for i in range(9)),)
    swimming = brief.place == "sea" and MOTIFS[brief.hero].zone == "deep"
    top = rng.uniform(0.24, 0.34) if swimming else rng.uniform(0.56, 0.68)
    count = round(2 + 2 * density) + swimming
    slope = rng.choice((-1, 1)) * (rng.uniform(0.3, 0.42) if scheme == "diagonal" else rng.uniform(-0.06, 0.06))
    flat = scheme == "frieze" or brief.place in ("sea", "room")
    bands = []
    for k in range(count):
        y = top + (0.95 - top) * (k / count) ** 0.9
        lean = slope * (1 - k / count) * (0.3 if flat and scheme != "diagonal" else 1)
        hill = 0.0 if flat else rng.uniform(0.04, 0.11) * (1 - 0.5 * k / count)
        humps, phase = rng.uniform(0.7, 1.6) * max(1.0, width / height / 1.9), rng.uniform(0, math.tau)
        xs = [i / 48 for i in range(49)]
        line = [
            (x * width, height * (y + lean * (x - 0.5) - hill * math.sin(humps * math.tau * x + phase))) for x in xs
        ]
        wet = brief.place == "sea" and not (shore and k == count - 1)
        bands.append(tuple(_waved(line, height, k) if wet else line))
    return tuple(bands)


def _waved(line: Sequence[Point], height: int, k: int) -> list[Point]:
    """The line broken into scallops, as the crests of waves."""
    (x0, _), (x1, _) = line[0], line[-1]
    length = height * (0.085 + 0.02 * k)
    count = max(2, round((x1 - x0) / length))
    out: list[Point] = []
    for i in range(count):
        for s in range(8):
            x = x0 + (x1 - x0) * (i + s / 8 - 0.5 * (k % 2)) / (count - 0.5)
            out.append((x, level(line, x) - 0.26 * length * abs(math.sin(math.pi * s / 8))))
    return [*out, (x1, level(line, x1))]


def level(line: Sequence[Point], x: float) -> float:
    """The height of a line (in px from the top) at `x`."""
    i = bisect_left(line, (x, 0.0))
    if i == 0 or i == len(line):
        return line[min(i, len(line) - 1)][1]
    (ax, ay), (bx, by) = line[i - 1], line[i]
    return ay + (by - ay) * (x - ax) / (bx - ax) if bx > ax else by


def _others(
    names: Sequence[str], brief: Brief, count: int, taken: Sequence[Placed], bands: Sequence[tuple[Point, ...]],
    dry: Sequence[tuple[Point, ...]], field: Box, rng: Random,
) -> list[Placed]:  # fmt: skip
    """Supporting motifs, smaller than the hero and clear of each other, each where it belongs."""
    placed: list[Placed] = []
    short = min(field[2] - field[0], field[3] - field[1])
    for k, name in enumerate(names):
        if len(placed) >= count:
            break
        drawn = _drawn(name, brief, rng)
        side = short * rng.uniform(0.44, 0.54) * (1.0, 0.9, 0.76, 0.68)[min(k, 3)]
        for shrink in (1.0, 0.84, 0.7, 0.56, 0.46):
            box = _free_spot(drawn, side * shrink, MOTIFS[name].zone, [*taken, *placed], bands, dry, field, rng)
            if box is not None:
                placed.append(Placed(name, drawn, box))
                break
    return sorted(placed, key=lambda p: p.box[3])


def _free_spot(
    shapes: Sequence[VectorShape], side: float, zone: str, taken: Sequence[Placed], bands: Sequence[tuple[Point, ...]],
    dry: Sequence[tuple[Point, ...]], field: Box, rng: Random,
) -> Box | None:  # fmt: skip
    """The best of some random spots: whole in the field, clear of what is there, where such a motif may be."""
    w, h = _fit(shapes, side * 1.2, side)
    margin = 0.035 * min(field[2] - field[0], field[3] - field[1])
    best: tuple[float, Box] | None = None
    for _ in range(28):
        left = rng.uniform(field[0] + margin, max(field[0] + margin, field[2] - w - margin))
        base = _base(left + w / 2, h, zone, bands, dry, field, margin, rng)
        box = (left, base - h, left + w, base)
        if base > field[3] - margin or base - h < field[1] + margin or left + w > field[2] - 0.5 * margin:
            continue
        hero, *others = taken
        gap = min([_gap(box, hero.box) + OVERLAP * side, *(_gap(box, other.box) for other in others)])
        if gap >= 0.3 * margin and (best is None or gap > best[0]):
            best = gap, box
    return best[1] if best else None


def _base(
    x: float, h: float, zone: str, bands: Sequence[tuple[Point, ...]], dry: Sequence[tuple[Point, ...]], field: Box,
    margin: float, rng: Random,
) -> float:  # fmt: skip
    """The foot of a motif of height `h` at `x`: on a line of the ground, in the water, or in the sky above it."""
    height = field[3] - field[1]
    horizon = level(bands[0], x)
    if zone == "far" or (zone == "ground" and not dry):  # beyond the water, where there is no land before it
        return horizon + 0.02 * height
    if zone == "sky":
        return field[1] + margin + h + rng.uniform(0, max(0.0, min(0.34 * height, horizon - h - margin - field[1])))
    if zone == "air":
        return field[1] + margin + h + rng.uniform(0, max(0.0, horizon - 0.6 * h - field[1]))
    if zone == "deep":
        low = max(horizon + h * 0.9, field[1] + h)
        return rng.uniform(low, max(low, field[3] - margin))
    lines = dry if zone == "ground" else bands
    return level(lines[rng.randrange(len(lines))], x) + rng.uniform(0.02, 0.06) * height


def _gap(a: Box, b: Box) -> float:
    dx, dy = max(a[0] - b[2], b[0] - a[2]), max(a[1] - b[3], b[1] - a[3])
    return math.hypot(max(dx, 0), max(dy, 0)) if max(dx, dy) > 0 else max(dx, dy)
