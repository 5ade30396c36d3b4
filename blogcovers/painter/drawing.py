"""From shapes to pixels: an index image of one motif, its colours still roles."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from blogcovers.painter import pattern
from blogcovers.painter.shapes import CLEAR, HALO, INK, Point, Shape, bounds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

OUTLINE = 0.017  # stroke of weight 1, in parts of the motif's size
HALO_WIDTH = 0.02  # the coloured contour around the whole motif, as in a mola
WOBBLE = 0.006


@dataclass(frozen=True, slots=True)
class Sprite:
    """A motif in roles: mode "L", CLEAR outside; its top left corner stands at (`left`, `top`) px of the canvas."""

    image: Image.Image
    left: int
    top: int

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom on the canvas."""
        return self.left, self.top, self.left + self.image.width, self.top + self.image.height


def sprite(
    shapes: Sequence[Shape], box: tuple[float, float, float, float], rng: Random, least: float = 2.0, halo: bool = True
) -> Sprite:
    """Draw `shapes` so that their bounds fill `box` (left, top, right, bottom in px); `least` is the thinnest line."""
    x0, y0, x1, y1 = bounds(shapes)
    scale = min((box[2] - box[0]) / (x1 - x0), (box[3] - box[1]) / (y1 - y0))
    pad = math.ceil((OUTLINE * 1.2 + HALO_WIDTH) * scale + 2 * least) + 3
    left, top = math.floor(box[0]) - pad, math.floor(box[1]) - pad
    size = math.ceil((x1 - x0) * scale) + 2 * pad, math.ceil((y1 - y0) * scale) + 2 * pad
    wobble = _wobble(rng)

    def pixel(p: Point) -> Point:
        x, y = wobble(*p)
        return (x - x0) * scale + pad, (y - y0) * scale + pad

    image = Image.new("L", size, CLEAR)
    outlines = [[pixel(p) for p in shape.points] for shape in shapes]
    pen = max(least, OUTLINE * scale)
    if halo:
        _halo(image, shapes, outlines, pen, max(least, HALO_WIDTH * scale))
    draw = ImageDraw.Draw(image)
    for shape, points in zip(shapes, outlines, strict=True):
        _shape(image, draw, shape, points, scale, pen)
    return Sprite(image, left, top)


def _wobble(rng: Random) -> Callable[[float, float], Point]:
    """A slow wave through the unit square: lines are a little off, as by hand, yet parts stay together."""
    a, b, c, d = (rng.uniform(0, math.tau) for _ in range(4))
    p, q = rng.uniform(5, 8), rng.uniform(5, 8)

    def moved(x: float, y: float) -> Point:
        dx = math.sin(p * y + a) + 0.5 * math.sin(2.3 * q * x + b)
        dy = math.sin(q * x + c) + 0.5 * math.sin(2.3 * p * y + d)
        return x + WOBBLE * dx, y + WOBBLE * dy

    return moved


def _halo(
    image: Image.Image, shapes: Sequence[Shape], outlines: Sequence[list[Point]], pen: float, width: float
) -> None:
    """Two contours around everything: ink outside, the halo's colour within."""
    draw = ImageDraw.Draw(image)
    for role, extra in ((INK, width + 0.7 * pen), (HALO, width)):
        for shape, points in zip(shapes, outlines, strict=True):
            if shape.weight < 0.7:  # details lie inside the outline
                continue
            if shape.closed:
                draw.polygon(points, fill=role)
            ink_line(draw, points, pen * shape.weight + 2 * extra, role, shape.closed)


def _shape(
    image: Image.Image, draw: ImageDraw.ImageDraw, shape: Shape, points: list[Point], scale: float, pen: float
) -> None:
    if shape.closed and shape.fill is not None:
        draw.polygon(points, fill=shape.fill)
    if shape.texture is not None:
        t = shape.texture
        pattern.lay(image, points, t.kind, t.role, t.pitch * scale, t.turn)
    if shape.weight > 0:
        ink_line(draw, points, max(1.5, pen * shape.weight), INK, shape.closed)


def ink_line(draw: ImageDraw.ImageDraw, points: Sequence[Point], width: float, colour: int, closed: bool) -> None:
    """A line of `width` px with round joints and ends."""
    path = [*points, points[0]] if closed else list(points)
    draw.line(path, fill=colour, width=max(1, round(width)))
    r = width / 2 - 0.5
    if r < 1:
        return
    for x, y in points:
        draw.ellipse((x - r, y - r, x + r, y + r), fill=colour)
