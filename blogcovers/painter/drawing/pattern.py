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

    from blogcovers.painter.drawing.shapes import Point


@dataclass(frozen=True, slots=True)
class Field:
    """What a pattern fills: a polygon, in rows that lie at an angle around the point (`x`, `y`).

    `pitch` is the distance between marks. The rows' axes are u (along) and v (across); `cos` and `sin` are of the
    angle from the image's axes to them. `edges` are the polygon's, in the rows' axes, as (u, v, u, v) of their ends.
    """

    x: float
    y: float
    pitch: float
    cos: float
    sin: float
    colour: int
    edges: tuple[tuple[float, float, float, float], ...]

    def pixel(self, u: float, v: float) -> Point:
        """From the rows' axes to the image's."""
        return self.x + u * self.cos - v * self.sin, self.y + u * self.sin + v * self.cos

    def offsets(self, mark: Sequence[Point]) -> list[Point]:
        """The points of a mark, in parts of the pitch, as steps in the image from where the mark stands."""
        return [(x - self.x, y - self.y) for x, y in (self.pixel(a * self.pitch, b * self.pitch) for a, b in mark)]

    def rows(self, gap: float) -> Iterator[tuple[int, float]]:
        """Numbered rows `gap` apart, as far as marks on them may reach into the polygon."""
        low, high = min(v for _, v, _, _ in self.edges), max(v for _, _, _, v in self.edges)
        first, last = math.floor((low - REACH * self.pitch) / gap), math.ceil((high + REACH * self.pitch) / gap)
        return ((i, i * gap) for i in range(first, last + 1))

    def along(self, v: float, gap: float, shift: float = 0.0) -> list[Point]:
        """Places in the image `gap` apart (and `shift`ed) on the row `v`, as far as it runs through the polygon."""
        low, high = self.span(v)
        (x, y), c, s = self.pixel(shift, v), self.cos * gap, self.sin * gap
        numbers = range(math.floor((low - shift) / gap), math.ceil((high - shift) / gap) + 1)
        return [(x + k * c, y + k * s) for k in numbers]

    def span(self, v: float) -> tuple[float, float]:
        """Where the polygon begins and ends along the row `v` and what its marks reach, a little widened."""
        top, foot = v - REACH * self.pitch, v + REACH * self.pitch
        us = [u for a, b, c, d in self.edges if b <= foot and d >= top for u in _clipped(a, b, c, d, top, foot)]
        return (min(us) - self.pitch, max(us) + self.pitch) if us else (0.0, 0.0)


def _clipped(a: float, b: float, c: float, d: float, top: float, foot: float) -> Point:
    """How far along a row (from and to) an edge from (a, b) down to (c, d) runs between two levels."""
    slope = (c - a) / (d - b) if d > b else 0.0
    return a + (max(b, top) - b) * slope if b < top else a, a + (foot - b) * slope if d > foot else c


def _field(outline: Sequence[Point], middle: Point, pitch: float, turn: float, colour: int) -> Field:
    (x, y), c, s = middle, math.cos(turn), math.sin(turn)
    if len(outline) > MANY:  # for each row to look at each edge would take longer than the marks that it saves
        left, top, right, bottom = _bounds(outline)
        outline = ((left, top), (right, top), (right, bottom), (left, bottom))
    turned = [((px - x) * c + (py - y) * s, (py - y) * c - (px - x) * s) for px, py in outline]
    edges = ((*p, *q) if p[1] <= q[1] else (*q, *p) for p, q in zip(turned, (*turned[1:], turned[0]), strict=True))
    return Field(x, y, pitch, c, s, colour, tuple(edges))


Draw = ImageDraw.ImageDraw
FINEST = 12  # px: finer marks than that would only be grey
REACH = 1.5  # how far from its row a mark is, at most, in parts of the pitch
MANY = 8  # corners


def _dots(draw: Draw, f: Field) -> None:
    _spots(draw, f, 0.22)


def _beads(draw: Draw, f: Field) -> None:
    _spots(draw, f, 0.3)


def _spots(draw: Draw, f: Field, size: float) -> None:
    r = max(1.0, size * f.pitch)
    for i, v in f.rows(f.pitch * 0.87):
        for x, y in f.along(v, f.pitch, f.pitch * 0.5 * (i % 2)):
            draw.ellipse((x - r, y - r, x + r, y + r), fill=f.colour)


def _hatch(draw: Draw, f: Field) -> None:
    for _, v in f.rows(f.pitch * 0.8):
        low, high = f.span(v)
        draw.line((*f.pixel(low, v), *f.pixel(high, v)), fill=f.colour, width=_width(f, 0.22))


def _stitches(draw: Draw, f: Field) -> None:
    ((dx, dy),) = f.offsets(((0.55, 0.0),))
    for i, v in f.rows(f.pitch * 0.8):
        for x, y in f.along(v, f.pitch, f.pitch * 0.5 * (i % 2)):
            draw.line((x, y, x + dx, y + dy), fill=f.colour, width=_width(f, 0.2))


def _ticks(draw: Draw, f: Field) -> None:
    r = max(1.0, 0.13 * f.pitch)
    for i, v in f.rows(f.pitch * 0.62):
        _bars(draw, f, f.along(v, f.pitch * 1.6, f.pitch * 0.8 * (i % 2)), r, ((-0.45, 0.0), (0.45, 0.0)))


def _bars(draw: Draw, f: Field, places: Sequence[Point], r: float, ends: Sequence[Point]) -> None:
    """Bars with round ends, which are given in parts of the pitch."""
    (ax, ay), (bx, by) = f.offsets(ends)
    for x, y in places:
        draw.line((x + ax, y + ay, x + bx, y + by), fill=f.colour, width=round(2 * r))
        draw.ellipse((x + ax - r, y + ay - r, x + ax + r, y + ay + r), fill=f.colour)
        draw.ellipse((x + bx - r, y + by - r, x + bx + r, y + by + r), fill=f.colour)


def _rows(draw: Draw, f: Field, wave: Sequence[Point], gap: float, brick: bool) -> None:
    around = f.offsets(wave)
    for i, v in f.rows(f.pitch * gap):
        starts = f.along(v, f.pitch, 0.5 * f.pitch * (i % 2) if brick else 0.0)
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
        for x, y in f.along(v, f.pitch, 0.5 * f.pitch * (i % 2)):
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
    *tooth, (dx, dy) = f.offsets(((0.0, 0.75), (0.33, 0.25), (0.66, 0.75), (0.33, 1.25)))
    for _, v in f.rows(f.pitch * 1.9):
        low, high = f.span(v)
        draw.line((*f.pixel(low, v), *f.pixel(high, v)), fill=f.colour, width=_width(f, 0.2))
        for x, y in f.along(v, f.pitch * 0.7):
            draw.polygon([(x + a, y + b) for a, b in tooth], fill=f.colour)
            draw.ellipse((x + dx - r, y + dy - r, x + dx + r, y + dy + r), fill=f.colour)


def _rings(draw: Draw, f: Field) -> None:
    w = max(2, round(0.11 * f.pitch))
    for i, v in f.rows(f.pitch * 0.87):
        for x, y in f.along(v, f.pitch, f.pitch * 0.5 * (i % 2)):
            for r in (0.36 * f.pitch, 0.13 * f.pitch):
                draw.ellipse((x - r, y - r, x + r, y + r), outline=f.colour, width=w)


def _slits(draw: Draw, f: Field) -> None:
    """Parallel slits as a mola is filled with: long bars with round ends, their breaks out of step."""
    r = max(1.0, 0.14 * f.pitch)
    for i, v in f.rows(f.pitch * 0.62):
        _bars(draw, f, f.along(v, f.pitch * 3.2, f.pitch * 1.3 * (i % 5)), r, ((0.0, 0.0), (2.6, 0.0)))


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


def lay(
    image: Image.Image, outline: Sequence[Point], kind: str, colour: int, pitch: float, turn: float,
    seen: Sequence[Point] = (),
) -> None:  # fmt: skip
    """Lay the pattern `kind` in colour index `colour` over the part of `image` inside the polygon `outline`.

    `seen` is the part of the outline that nothing else will cover, should less than the whole be worth drawing.
    """
    whole, box = clipped_box(outline, image.size), clipped_box(seen or outline, image.size)
    if whole is None or box is None or pitch < FINEST:
        return
    left, top = box[:2]
    local = [(x - left, y - top) for x, y in seen or outline]
    patch = image.crop(box)
    middle = ((whole[0] + whole[2]) / 2 - left, (whole[1] + whole[3]) / 2 - top)
    PATTERNS[kind](ImageDraw.Draw(patch), _field(local, middle, pitch, turn, colour))
    image.paste(patch, box, polygon_mask(patch.size, local))


def fill(image: Image.Image, box: tuple[float, float, float, float], outline: Sequence[Point], colour: int) -> None:
    """Fill the part of a polygon that lies in `box`."""
    left, top, right, bottom = map(round, box)
    patch = image.crop((left, top, right, bottom))
    ImageDraw.Draw(patch).polygon([(x - left, y - top) for x, y in outline], fill=colour)
    image.paste(patch, (left, top))


def polygon_mask(size: tuple[int, int], outline: Sequence[Point]) -> Image.Image:
    """A mode "1" mask of `size`, set inside the polygon."""
    mask = Image.new("1", size, 0)
    ImageDraw.Draw(mask).polygon(list(outline), fill=1)
    return mask


def clipped_box(outline: Sequence[Point], size: tuple[int, int]) -> tuple[int, int, int, int] | None:
    """The whole pixels around a polygon that lie in an image of `size`, or None if there are none."""
    x0, y0, x1, y1 = _bounds(outline)
    left, top = max(0, math.floor(x0)), max(0, math.floor(y0))
    right, bottom = min(size[0], math.ceil(x1) + 1), min(size[1], math.ceil(y1) + 1)
    return (left, top, right, bottom) if right > left and bottom > top else None


def _bounds(outline: Sequence[Point]) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of a polygon."""
    xs, ys = [p[0] for p in outline], [p[1] for p in outline]
    return min(xs), min(ys), max(xs), max(ys)
