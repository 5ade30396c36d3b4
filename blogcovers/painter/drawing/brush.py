"""From shapes to pixels: motifs on a canvas of paints (mode "L", see tones.py)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PIL import ImageDraw

from blogcovers.painter.drawing import pattern
from blogcovers.painter.drawing.shapes import HALO, INK, SPARK, Point, VectorShape, bounds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from PIL import Image

OUTLINE = 0.014  # stroke of weight 1, in parts of the motif's size
WOBBLE = 0.006
SMOOTH = 0.02  # radians: in a broad line turns sharper than this: a wedge of what is below would show
CORNER = 0.3  # radians: turns sharper than this need a round joint
SWELL = (1.15, 0.8, 1.0)  # a contour is drawn in runs of these weights, as a brush is pressed and lifted


def draw(
    image: Image.Image, shapes: Sequence[VectorShape], box: tuple[float, float, float, float], paints: Sequence[int],
    rng: Random, least: float = 2.0, halos: Sequence[float] = (),
) -> None:  # fmt: skip
    """Draw `shapes` so that their bounds fill `box` (left, top, right, bottom in px), role r in paint `paints[r]`.

    `least` is the thinnest line in px; `halos` the widths in px of coloured contours around the whole, as in a mola,
    from the inmost outwards.
    """
    x0, y0, x1, y1 = bounds(shapes)
    scale = min((box[2] - box[0]) / (x1 - x0), (box[3] - box[1]) / (y1 - y0))
    outlines = _outlines(shapes, (box[0] - x0 * scale, box[1] - y0 * scale), scale, rng)
    pen = max(1.25 * least, OUTLINE * scale)
    brush = ImageDraw.Draw(image)
    for ring in range(len(halos), 0, -1):
        width = sum(halos[:ring])
        _contour(brush, shapes, outlines, pen, width + 0.6 * pen, paints[INK], full=False)
        _contour(brush, shapes, outlines, pen, width, paints[HALO if ring % 2 else SPARK], full=ring == 1)
    for shape, points in zip(shapes, outlines, strict=True):
        _shape(image, brush, shape, points, paints, scale, pen)


def _outlines(shapes: Sequence[VectorShape], origin: Point, scale: float, rng: Random) -> list[list[Point]]:
    """The shapes' points in px, moved by a slow wave: lines are a little off, as by hand, yet parts stay together."""
    a, b, c, d = (rng.uniform(0, math.tau) for _ in range(4))
    p, q = rng.uniform(5, 8), rng.uniform(5, 8)
    r, t = 2.3 * q, 2.3 * p
    (left, top), sin, large, small = origin, math.sin, WOBBLE * scale, 0.5 * WOBBLE * scale
    return [
        [
            (
                left + x * scale + large * sin(p * y + a) + small * sin(r * x + b),
                top + y * scale + large * sin(q * x + c) + small * sin(t * y + d),
            )
            for x, y in shape.points
        ]
        for shape in shapes
    ]


def _contour(
    brush: ImageDraw.ImageDraw, shapes: Sequence[VectorShape], outlines: Sequence[list[Point]], pen: float,
    extra: float, paint: int, full: bool,
) -> None:  # fmt: skip
    """`full`: the shapes, too, not their rims alone."""
    for shape, points in zip(shapes, outlines, strict=True):
        if shape.weight < 0.7:  # details lie inside the outline
            continue
        if shape.closed and full:
            brush.polygon(points, fill=paint)
        ink_line(brush, points, pen * shape.weight + 2 * extra, paint, shape.closed, round_all=True)


def _shape(
    image: Image.Image, brush: ImageDraw.ImageDraw, shape: VectorShape, points: list[Point], paints: Sequence[int],
    scale: float, pen: float,
) -> None:  # fmt: skip
    if shape.closed and shape.fill is not None:
        brush.polygon(points, fill=paints[shape.fill])
    if shape.texture is not None:
        t = shape.texture
        pattern.lay(image, points, t.kind, paints[t.role], t.pitch * scale, t.turn)
    if shape.weight > 0:
        ink_line(brush, points, max(1.5, pen * shape.weight), paints[INK], shape.closed)


def ink_line(
    brush: ImageDraw.ImageDraw, points: Sequence[Point], width: float, paint: int, closed: bool, round_all: bool = False
) -> None:
    """A line of about `width` px, heavier and lighter by turns, with round corners and ends."""
    path = [*points, points[0]] if closed else list(points)
    n = len(path)
    swell = SWELL if width >= 4 and n > 8 and not round_all else (1.0,)
    step = max(1, -(-(n - 1) // len(swell)))
    for k, weight in enumerate(swell):
        run = path[k * step : (k + 1) * step + 1]
        if len(run) > 1:
            brush.line(run, fill=paint, width=max(1, round(width * weight)))
    if width < 3:
        return
    radii = [width * weight / 2 - 0.5 for weight in (*swell, swell[-1])]
    for i in (0, *_corners(path, SMOOTH if round_all else CORNER), n - 1):
        (x, y), r = path[i], radii[i // step]
        brush.ellipse((x - r, y - r, x + r, y + r), fill=paint)


def _corners(path: Sequence[Point], turn: float) -> list[int]:
    """Where between its ends a path turns by more than `turn`."""
    least = math.tan(turn)
    return [
        i
        for i, ((ax, ay), (bx, by), (cx, cy)) in enumerate(zip(path, path[1:], path[2:], strict=False), 1)
        if abs((bx - ax) * (cy - by) - (by - ay) * (cx - bx)) > least * ((bx - ax) * (cx - bx) + (by - ay) * (cy - by))
    ]
