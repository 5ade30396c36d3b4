"""Surface patterns: dots, hatching, scallops, zigzag, stitches... laid flat inside a polygon.

Images here are mode "L" and hold colour indices, not brightness; all lengths are in pixels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from blogcovers.painter.shapes import Point


@dataclass(frozen=True, slots=True)
class Field:
    """The turned square that a pattern fills: middle (`x`, `y`), half its side `reach`, `pitch` between marks."""

    x: float
    y: float
    reach: float
    pitch: float
    turn: float
    colour: int

    def pixel(self, u: float, v: float) -> Point:
        """From the field's own axes to the image's."""
        c, s = math.cos(self.turn), math.sin(self.turn)
        return self.x + u * c - v * s, self.y + u * s + v * c

    def steps(self, gap: float) -> Iterator[tuple[int, float]]:
        """Numbered positions across the field, `gap` apart."""
        n = int(self.reach / gap) + 1
        return ((i, i * gap) for i in range(-n, n + 1))


Draw = ImageDraw.ImageDraw
FINEST = 12  # px: finer marks than that would only be grey


def _dots(draw: Draw, f: Field) -> None:
    _spots(draw, f, 0.22)


def _beads(draw: Draw, f: Field) -> None:
    _spots(draw, f, 0.3)


def _spots(draw: Draw, f: Field, size: float) -> None:
    r = max(1.0, size * f.pitch)
    for i, v in f.steps(f.pitch * 0.87):
        for _, u in f.steps(f.pitch):
            x, y = f.pixel(u + f.pitch * 0.5 * (i % 2), v)
            draw.ellipse((x - r, y - r, x + r, y + r), fill=f.colour)


def _hatch(draw: Draw, f: Field) -> None:
    for _, v in f.steps(f.pitch * 0.8):
        draw.line((*f.pixel(-f.reach, v), *f.pixel(f.reach, v)), fill=f.colour, width=_width(f, 0.22))


def _stitches(draw: Draw, f: Field) -> None:
    for i, v in f.steps(f.pitch * 0.8):
        for _, u in f.steps(f.pitch):
            a = u + f.pitch * 0.5 * (i % 2)
            draw.line((*f.pixel(a, v), *f.pixel(a + 0.55 * f.pitch, v)), fill=f.colour, width=_width(f, 0.2))


def _ticks(draw: Draw, f: Field) -> None:
    r = max(1.0, 0.13 * f.pitch)
    for i, v in f.steps(f.pitch * 0.62):
        for _, u in f.steps(f.pitch * 1.6):
            a = u + f.pitch * 0.8 * (i % 2)
            ends = f.pixel(a - 0.45 * f.pitch, v), f.pixel(a + 0.45 * f.pitch, v)
            draw.line((*ends[0], *ends[1]), fill=f.colour, width=round(2 * r))
            for x, y in ends:
                draw.ellipse((x - r, y - r, x + r, y + r), fill=f.colour)


def _rows(draw: Draw, f: Field, wave: Sequence[Point], gap: float, brick: bool) -> None:
    for i, v in f.steps(f.pitch * gap):
        shift = 0.5 * f.pitch * (i % 2) if brick else 0.0
        line = [f.pixel(u + shift + a * f.pitch, v + b * f.pitch) for _, u in f.steps(f.pitch) for a, b in wave]
        draw.line(line, fill=f.colour, width=_width(f, 0.17))


def _zigzag(draw: Draw, f: Field) -> None:
    _rows(draw, f, ((0.0, -0.22), (0.5, 0.22)), 0.75, False)


def _scales(draw: Draw, f: Field) -> None:
    arc = [(0.5 - 0.5 * math.cos(math.pi * k / 6), 0.46 * math.sin(math.pi * k / 6)) for k in range(6)]
    _rows(draw, f, arc, 0.52, True)


def _waves(draw: Draw, f: Field) -> None:
    sine = [(k / 8, 0.2 * math.sin(math.tau * k / 8)) for k in range(8)]
    _rows(draw, f, sine, 0.68, False)


def _cells(draw: Draw, f: Field, cell: Sequence[Point], gap: float) -> None:
    for i, v in f.steps(f.pitch * gap):
        for _, u in f.steps(f.pitch):
            a = u + 0.5 * f.pitch * (i % 2)
            draw.polygon([f.pixel(a + p * f.pitch, v + q * f.pitch) for p, q in cell], fill=f.colour)


def _diamonds(draw: Draw, f: Field) -> None:
    _cells(draw, f, ((-0.36, 0.0), (0.0, -0.36), (0.36, 0.0), (0.0, 0.36)), 0.5)


def _teeth(draw: Draw, f: Field) -> None:
    _cells(draw, f, ((-0.42, 0.28), (0.0, -0.32), (0.42, 0.28)), 0.8)


def _crosses(draw: Draw, f: Field) -> None:
    a, b = 0.09, 0.3
    _cells(draw, f, ((-a, -b), (a, -b), (a, -a), (b, -a), (b, a), (a, a), (a, b), (-a, b), (-a, a), (-b, a), (-b, -a),
                     (-a, -a)), 0.6)  # fmt: skip


def _bands(draw: Draw, f: Field) -> None:
    """Woven bands: a stripe, a row of teeth, a row of dots."""
    r = max(1.0, 0.13 * f.pitch)
    for _, v in f.steps(f.pitch * 1.9):
        draw.line((*f.pixel(-f.reach, v), *f.pixel(f.reach, v)), fill=f.colour, width=_width(f, 0.2))
        for _, u in f.steps(f.pitch * 0.7):
            tooth = ((0.0, 0.75), (0.33, 0.25), (0.66, 0.75))
            draw.polygon([f.pixel(u + a * f.pitch, v + b * f.pitch) for a, b in tooth], fill=f.colour)
            x, y = f.pixel(u + 0.33 * f.pitch, v + 1.25 * f.pitch)
            draw.ellipse((x - r, y - r, x + r, y + r), fill=f.colour)


def _width(f: Field, part: float) -> int:
    return max(2, round(part * f.pitch))


PATTERNS: Mapping[str, Callable[[Draw, Field], None]] = {
    "dots": _dots,
    "beads": _beads,
    "hatch": _hatch,
    "stitches": _stitches,
    "ticks": _ticks,
    "zigzag": _zigzag,
    "scales": _scales,
    "waves": _waves,
    "diamonds": _diamonds,
    "teeth": _teeth,
    "crosses": _crosses,
    "bands": _bands,
}


def lay(image: Image.Image, outline: Sequence[Point], kind: str, colour: int, pitch: float, turn: float) -> None:
    """Lay the pattern `kind` in colour index `colour` over the part of `image` inside the polygon `outline`."""
    box = clipped_box(outline, image.size)
    if box is None or pitch < FINEST:
        return
    left, top, right, bottom = box
    local = [(x - left, y - top) for x, y in outline]
    patch = image.crop(box)
    reach = math.hypot(right - left, bottom - top) / 2 + 2 * pitch
    middle = ((right - left) / 2, (bottom - top) / 2)
    PATTERNS[kind](ImageDraw.Draw(patch), Field(*middle, reach, pitch, turn, colour))
    image.paste(patch, box, polygon_mask(patch.size, local))


def polygon_mask(size: tuple[int, int], outline: Sequence[Point]) -> Image.Image:
    """A mask of `size` that is 255 inside the polygon."""
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).polygon(list(outline), fill=255)
    return mask


def clipped_box(outline: Sequence[Point], size: tuple[int, int]) -> tuple[int, int, int, int] | None:
    """The whole pixels around a polygon that lie in an image of `size`, or None if there are none."""
    xs, ys = [p[0] for p in outline], [p[1] for p in outline]
    left, top = max(0, math.floor(min(xs))), max(0, math.floor(min(ys)))
    right, bottom = min(size[0], math.ceil(max(xs)) + 1), min(size[1], math.ceil(max(ys)) + 1)
    return (left, top, right, bottom) if right > left and bottom > top else None
