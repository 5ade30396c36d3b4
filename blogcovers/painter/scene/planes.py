"""The canvas broken into planes: convex polygons that meet without gaps, each of one of four variants.

Everything that is painted changes its tone from variant to variant, so a plane's edge is seen right through the
picture. Two families of lines cut the canvas: one flips the first bit of the variant, the other the second, so that
two planes with a common edge never have the same variant, and no search for colours is needed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from blogcovers.painter.drawing.shapes import Point

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

Polygon = tuple[Point, ...]
Line = tuple[Point, Point]
Box = tuple[float, float, float, float]
VARIANTS = 4
SLIP = 0.011  # how far what lies on a plane is shifted, in parts of the canvas's shorter side


@dataclass(frozen=True, slots=True)
class Plane:
    """One facet: its outline in px and its variant, 0 to 3."""

    outline: Polygon
    variant: int


@dataclass(frozen=True, slots=True)
class Cuts:
    """How a canvas is broken: `planes` fill it; inside `discs` (x, y, radius in px) the first bit is the other one."""

    planes: tuple[Plane, ...]
    discs: tuple[tuple[float, float, float], ...]


def area(outline: Sequence[Point]) -> float:
    """Area in square px."""
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(outline, (*outline[1:], outline[0]), strict=True))) / 2


def line_at(p: Point, angle: float) -> Line:
    """The line through `p` in direction `angle` (radians)."""
    return p, (p[0] + math.cos(angle), p[1] + math.sin(angle))


def cut(outline: Polygon, line: Line) -> tuple[Polygon, Polygon]:
    """The parts of a convex polygon to the right and to the left of a line; one may be empty."""
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
    right, left = (tuple(half) if len(half) > 2 and area(half) > 0 else () for half in halves)
    return right, left


def slice_all(planes: Sequence[Plane], line: Line, bit: int) -> list[Plane]:
    """Every plane that the line meets in two; on the line's left `bit` of the variant is flipped."""
    out: list[Plane] = []
    for plane in planes:
        right, left = cut(plane.outline, line)
        out += [Plane(part, plane.variant ^ flip) for part, flip in ((right, 0), (left, bit)) if part]
    return out


def break_canvas(size: tuple[int, int], hero: Box, density: float, rng: Random) -> Cuts:
    """Two to seven lines by one of three schemes, at least one of each family through the hero; then perhaps discs."""
    width, height = float(size[0]), float(size[1])
    planes = [Plane(((0.0, 0.0), (width, 0.0), (width, height), (0.0, height)), 0)]
    scheme = rng.choice((_shards, _rays, _quilt))
    for line, bit in scheme(size, hero, density, rng):
        planes = slice_all(planes, line, bit)
    x, y, r = (hero[0] + hero[2]) / 2, (hero[1] + hero[3]) / 2, (hero[3] - hero[1]) / 2
    discs: list[tuple[float, float, float]] = []
    if rng.random() < 0.25 + 0.4 * density:  # beside the hero's middle, so that its rim runs across the hero
        angle = rng.uniform(0, math.tau)
        away = rng.uniform(0.35, 0.9) * r
        discs.append((x + away * math.cos(angle), y + away * math.sin(angle), r * rng.uniform(0.7, 1.15)))
    return Cuts(tuple(planes), tuple(discs))


def _through(hero: Box, rng: Random, spread: float = 0.16) -> Point:
    w, h = hero[2] - hero[0], hero[3] - hero[1]
    return (
        (hero[0] + hero[2]) / 2 + rng.uniform(-spread, spread) * w,
        (hero[1] + hero[3]) / 2 + rng.uniform(-spread, spread) * h,
    )


def _shards(size: tuple[int, int], hero: Box, density: float, rng: Random) -> list[tuple[Line, int]]:
    """A steep and a flat line through the hero, and others across the rest of the canvas."""
    lean = rng.choice((-1, 1))
    lines = [
        (line_at(_through(hero, rng), math.pi / 2 + lean * rng.uniform(0.12, 0.4)), 1),
        (line_at(_through(hero, rng, 0.2), -lean * rng.uniform(0.2, 0.55)), 2),
    ]
    count = round(4.5 * density * math.sqrt(max(size) / min(size)) / 1.38)
    for i in range(count):
        along = (i + rng.uniform(0.2, 0.8)) / count
        p = (along * size[0], rng.uniform(0.2, 0.8) * size[1])
        if size[1] > size[0]:
            p = (rng.uniform(0.2, 0.8) * size[0], along * size[1])
        lines.append((line_at(p, rng.uniform(0.35, 1.25) * rng.choice((-1, 1))), 1 + (i + 1) % 2))
    return lines


def _rays(size: tuple[int, int], hero: Box, density: float, rng: Random) -> list[tuple[Line, int]]:
    """Lines in all directions that pass near the hero's middle, yet not all through one point."""
    count = 2 + round(3 * density)
    start = rng.uniform(0, math.pi)
    angles = [start + math.pi * (i + rng.uniform(-0.18, 0.18)) / count for i in range(count)]
    return [(line_at(_through(hero, rng, 0.3), angle), 1 + i % 2) for i, angle in enumerate(angles)]


def _quilt(size: tuple[int, int], hero: Box, density: float, rng: Random) -> list[tuple[Line, int]]:
    """Slanted strips, crossed by one or two lines."""
    lean = math.pi / 2 + rng.choice((-1, 1)) * rng.uniform(0.2, 0.55)
    x, y = _through(hero, rng)
    step = max(size) / (1.6 + 3.2 * density)
    count = math.ceil(max(size) / step)
    lines = [
        (line_at((x + k * step, y), lean), 1) for k in range(-count, count + 1) if -0.2 < (x + k * step) / size[0] < 1.2
    ]
    lines.append((line_at(_through(hero, rng), lean + math.pi / 2 + rng.uniform(-0.35, 0.35)), 2))
    if rng.random() < density:
        lines.append((line_at((x, rng.choice((0.12, 0.9)) * size[1]), rng.uniform(-0.3, 0.3)), 2))
    return lines


def variant_map(cuts: Cuts, size: tuple[int, int]) -> Image.Image:
    """A mode "L" image of `size` that holds each pixel's variant."""
    image = Image.new("L", size, 0)
    draw = ImageDraw.Draw(image)
    for plane in cuts.planes:
        draw.polygon(list(plane.outline), fill=plane.variant)
    for x, y, r in cuts.discs:
        box = _clip((x - r, y - r, x + r, y + r), size)
        if box is not None:
            mask = Image.new("L", (box[2] - box[0], box[3] - box[1]), 0)
            ImageDraw.Draw(mask).ellipse((x - r - box[0], y - r - box[1], x + r - box[0], y + r - box[1]), fill=255)
            image.paste(image.crop(box).point([i ^ 1 for i in range(256)]), box, mask)
    return image


def _clip(box: Box, size: tuple[int, int]) -> tuple[int, int, int, int] | None:
    left, top = max(0, math.floor(box[0])), max(0, math.floor(box[1]))
    right, bottom = min(size[0], math.ceil(box[2]) + 1), min(size[1], math.ceil(box[3]) + 1)
    return (left, top, right, bottom) if right > left and bottom > top else None


def draw_edges(image: Image.Image, cuts: Cuts, width: float, ink: int, rng: Random) -> None:
    """Ink along every edge, each line thicker at one end than at the other, as a brush leaves it."""
    draw = ImageDraw.Draw(image)
    seen: set[tuple[int, int, int, int]] = set()
    for plane in cuts.planes:
        for (ax, ay), (bx, by) in zip(plane.outline, (*plane.outline[1:], plane.outline[0]), strict=True):
            key = (round(ax), round(ay), round(bx), round(by))
            if key in seen or (*key[2:], *key[:2]) in seen:
                continue
            seen.add(key)
            length = math.dist((ax, ay), (bx, by)) or 1.0
            nx, ny = -(by - ay) / length, (bx - ax) / length
            a, b = width * rng.uniform(0.35, 0.75), width * rng.uniform(0.35, 0.75)
            draw.polygon(
                [
                    (ax + nx * a, ay + ny * a),
                    (bx + nx * b, by + ny * b),
                    (bx - nx * b, by - ny * b),
                    (ax - nx * a, ay - ny * a),
                ],
                fill=ink,
            )
    for x, y, r in cuts.discs:
        draw.ellipse((x - r, y - r, x + r, y + r), outline=ink, width=max(1, round(width)))


def slips(size: tuple[int, int], rng: Random) -> tuple[tuple[int, int], ...]:
    """For each variant how far in px what stands on such planes is shifted: not at all, or each its own way."""
    reach, turn = SLIP * min(size), rng.uniform(0, math.tau)
    turns = [turn + math.tau * k / 3 for k in range(1, VARIANTS)]
    return ((0, 0), *((round(reach * math.cos(a)), round(reach * math.sin(a))) for a in turns))


def slipped(image: Image.Image, variants: Image.Image, shifts: Sequence[tuple[int, int]]) -> Image.Image:
    """The image, whose margins are clear, with what lies on planes of each variant shifted as `shifts` says."""
    out = image.copy()
    for variant, (dx, dy) in enumerate(shifts):
        if (dx, dy) != (0, 0):
            there = variants.crop((dx, dy, dx + image.width, dy + image.height)).point(_ONLY[variant], "1")
            box = there.getbbox()
            if box is not None:
                out.paste(image.crop(box), (box[0] + dx, box[1] + dy), there.crop(box))
    return out


_ONLY = [[255 * (i == variant) for i in range(256)] for variant in range(VARIANTS)]
