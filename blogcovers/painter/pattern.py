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
    """What a pattern fills: the box from (0, 0) to (2 `x`, 2 `y`), in rows that lie at an angle.

    `pitch` is the distance between marks, `turn` the angle of the rows, whose axes are u (along) and v (across).
    """

    x: float
    y: float
    pitch: float
    turn: float
    colour: int

    def pixel(self, u: float, v: float) -> Point:
        """From the rows' axes to the image's."""
        c, s = math.cos(self.turn), math.sin(self.turn)
        return self.x + u * c - v * s, self.y + u * s + v * c

    def offsets(self, mark: Sequence[Point]) -> list[Point]:
        """The points of a mark, in parts of the pitch, as steps in the image from where the mark stands."""
        return [(x - self.x, y - self.y) for x, y in (self.pixel(a * self.pitch, b * self.pitch) for a, b in mark)]

    def rows(self, gap: float) -> Iterator[tuple[int, float]]:
        """Numbered rows `gap` apart."""
        c, s = abs(math.cos(self.turn)), abs(math.sin(self.turn))
        n = int((self.x * s + self.y * c + self.pitch) / gap) + 1
        return ((i, i * gap) for i in range(-n, n + 1))

    def along(self, v: float, gap: float, shift: float = 0.0) -> list[float]:
        """Positions `gap` apart (and `shift`ed) on the row `v`, as far as it runs through the box."""
        low, high = self.span(v)
        return [k * gap + shift for k in range(math.floor((low - shift) / gap), math.ceil((high - shift) / gap) + 1)]

    def span(self, v: float) -> tuple[float, float]:
        """Where the row `v` enters and leaves the box, a little widened."""
        c, s = math.cos(self.turn), math.sin(self.turn)
        low, high = -math.inf, math.inf
        for part, start, half in ((c, -v * s, self.x + self.pitch), (s, v * c, self.y + self.pitch)):
            if abs(part) > 1e-9:
                a, b = (-half - start) / part, (half - start) / part
                low, high = max(low, min(a, b)), min(high, max(a, b))
            elif abs(start) > half:
                return 0.0, 0.0
        return (low, high) if low < high else (0.0, 0.0)


Draw = ImageDraw.ImageDraw
FINEST = 12  # px: finer marks than that would only be grey


def _dots(draw: Draw, f: Field) -> None:
    _spots(draw, f, 0.22)


def _beads(draw: Draw, f: Field) -> None:
    _spots(draw, f, 0.3)


def _spots(draw: Draw, f: Field, size: float) -> None:
    r = max(1.0, size * f.pitch)
    for i, v in f.rows(f.pitch * 0.87):
        for u in f.along(v, f.pitch, f.pitch * 0.5 * (i % 2)):
            x, y = f.pixel(u, v)
            draw.ellipse((x - r, y - r, x + r, y + r), fill=f.colour)


def _hatch(draw: Draw, f: Field) -> None:
    for _, v in f.rows(f.pitch * 0.8):
        low, high = f.span(v)
        draw.line((*f.pixel(low, v), *f.pixel(high, v)), fill=f.colour, width=_width(f, 0.22))


def _stitches(draw: Draw, f: Field) -> None:
    for i, v in f.rows(f.pitch * 0.8):
        for a in f.along(v, f.pitch, f.pitch * 0.5 * (i % 2)):
            draw.line((*f.pixel(a, v), *f.pixel(a + 0.55 * f.pitch, v)), fill=f.colour, width=_width(f, 0.2))


def _ticks(draw: Draw, f: Field) -> None:
    r = max(1.0, 0.13 * f.pitch)
    for i, v in f.rows(f.pitch * 0.62):
        for a in f.along(v, f.pitch * 1.6, f.pitch * 0.8 * (i % 2)):
            ends = f.pixel(a - 0.45 * f.pitch, v), f.pixel(a + 0.45 * f.pitch, v)
            draw.line((*ends[0], *ends[1]), fill=f.colour, width=round(2 * r))
            for x, y in ends:
                draw.ellipse((x - r, y - r, x + r, y + r), fill=f.colour)


def _rows(draw: Draw, f: Field, wave: Sequence[Point], gap: float, brick: bool) -> None:
    around = f.offsets(wave)
    for i, v in f.rows(f.pitch * gap):
        starts = [f.pixel(u, v) for u in f.along(v, f.pitch, 0.5 * f.pitch * (i % 2) if brick else 0.0)]
        line = [(x + dx, y + dy) for x, y in starts for dx, dy in around]
        if len(line) > 1:
            draw.line(line, fill=f.colour, width=_width(f, 0.17))


def _zigzag(draw: Draw, f: Field) -> None:
    _rows(draw, f, ((0.0, -0.22), (0.5, 0.22)), 0.75, False)


def _scales(draw: Draw, f: Field) -> None:
    arc = [(0.5 - 0.5 * math.cos(math.pi * k / 6), 0.46 * math.sin(math.pi * k / 6)) for k in range(6)]
    _rows(draw, f, arc, 0.52, True)


def _waves(draw: Draw, f: Field) -> None:
    sine = [(k / 6, 0.2 * math.sin(math.tau * k / 6)) for k in range(6)]
    _rows(draw, f, sine, 0.68, False)


def _cells(draw: Draw, f: Field, cell: Sequence[Point], gap: float) -> None:
    around = f.offsets(cell)
    for i, v in f.rows(f.pitch * gap):
        for u in f.along(v, f.pitch, 0.5 * f.pitch * (i % 2)):
            x, y = f.pixel(u, v)
            draw.polygon([(x + dx, y + dy) for dx, dy in around], fill=f.colour)


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
    for _, v in f.rows(f.pitch * 1.9):
        low, high = f.span(v)
        draw.line((*f.pixel(low, v), *f.pixel(high, v)), fill=f.colour, width=_width(f, 0.2))
        for u in f.along(v, f.pitch * 0.7):
            tooth = ((0.0, 0.75), (0.33, 0.25), (0.66, 0.75))
            draw.polygon([f.pixel(u + a * f.pitch, v + b * f.pitch) for a, b in tooth], fill=f.colour)
            x, y = f.pixel(u + 0.33 * f.pitch, v + 1.25 * f.pitch)
            draw.ellipse((x - r, y - r, x + r, y + r), fill=f.colour)


def _rings(draw: Draw, f: Field) -> None:
    w = max(2, round(0.11 * f.pitch))
    for i, v in f.rows(f.pitch * 0.87):
        for u in f.along(v, f.pitch, f.pitch * 0.5 * (i % 2)):
            x, y = f.pixel(u, v)
            for r in (0.36 * f.pitch, 0.13 * f.pitch):
                draw.ellipse((x - r, y - r, x + r, y + r), outline=f.colour, width=w)


def _slits(draw: Draw, f: Field) -> None:
    """Parallel slits as a mola is filled with: long bars with round ends, their breaks out of step."""
    r = max(1.0, 0.14 * f.pitch)
    for i, v in f.rows(f.pitch * 0.62):
        for a in f.along(v, f.pitch * 3.2, f.pitch * 1.3 * (i % 5)):
            ends = f.pixel(a, v), f.pixel(a + 2.6 * f.pitch, v)
            draw.line((*ends[0], *ends[1]), fill=f.colour, width=round(2 * r))
            for x, y in ends:
                draw.ellipse((x - r, y - r, x + r, y + r), fill=f.colour)


def _steps(draw: Draw, f: Field) -> None:
    """A stepped line, as woven."""
    _rows(draw, f, ((0.0, 0.25), (0.0, 0.0), (0.25, 0.0), (0.25, -0.25), (0.75, -0.25), (0.75, 0.0), (1.0, 0.0),
                    (1.0, 0.25)), 0.85, False)  # fmt: skip


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
    "rings": _rings,
    "slits": _slits,
    "steps": _steps,
}


def lay(image: Image.Image, outline: Sequence[Point], kind: str, colour: int, pitch: float, turn: float) -> None:
    """Lay the pattern `kind` in colour index `colour` over the part of `image` inside the polygon `outline`."""
    box = clipped_box(outline, image.size)
    if box is None or pitch < FINEST:
        return
    left, top, right, bottom = box
    local = [(x - left, y - top) for x, y in outline]
    patch = image.crop(box)
    half = ((right - left) / 2, (bottom - top) / 2)
    PATTERNS[kind](ImageDraw.Draw(patch), Field(*half, pitch, turn, colour))
    image.paste(patch, box, polygon_mask(patch.size, local))


def fill(image: Image.Image, box: tuple[float, float, float, float], outline: Sequence[Point], colour: int) -> None:
    """Fill the part of a polygon that lies in `box`."""
    left, top, right, bottom = map(round, box)
    patch = image.crop((left, top, right, bottom))
    ImageDraw.Draw(patch).polygon([(x - left, y - top) for x, y in outline], fill=colour)
    image.paste(patch, (left, top))


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
