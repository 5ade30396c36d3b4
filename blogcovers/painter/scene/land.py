"""The land: bands with rows of marks, hillsides of fields, a table's cloth, and the small things that stand in rows."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from blogcovers.painter.drawing import pattern
from blogcovers.painter.drawing.brush import draw
from blogcovers.painter.drawing.shapes import INK
from blogcovers.painter.motifs.sprigs import KINDS
from blogcovers.painter.scene.composition import level

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PIL import ImageDraw

    from blogcovers.painter.drawing.shapes import Point
    from blogcovers.painter.scene.composition import Scene
    from blogcovers.painter.scene.easel import Easel
    from blogcovers.painter.scene.tones import Tone
    from blogcovers.painter.words.brief import Brief

SPRIGS: Mapping[str, tuple[str, ...]] = {  # the kinds of motifs/sprigs.py that grow at a place
    "": ("village", "garden", "trees", "village"),
    "forest": ("trees", "trees", "garden"),
    "desert": ("cacti", "cacti", "village"),
    "snow": ("village", "trees"),
}
PARCELLED = ("", "forest", "desert")  # where hills may be fields
ROWS: Mapping[str, tuple[str, ...]] = {
    "": ("furrows", "seams", "dots", "teeth", "zigzag", "sprouts", "scallops"),
    "sea": ("scallops", "furrows", "scallops", "seams"),
    "forest": ("sprouts", "teeth", "scallops", "dots"),
    "desert": ("dots", "furrows", "zigzag", "seams"),
    "snow": ("dots", "seams", "scallops"),
    "room": ("teeth", "zigzag", "dots", "seams"),
}


def lay(easel: Easel, scene: Scene, brief: Brief, density: float) -> None:
    """Paint the bands of ground, the farthest first, each down to the foot of the canvas."""
    rng = easel.rng
    for k, line in enumerate(scene.bands):
        last = k == len(scene.bands) - 1
        shore = scene.shore and last
        if scene.scheme == "table" and last:
            _cloth(easel, line)
        elif brief.place in PARCELLED and rng.random() < 0.4 * density:
            _parcels(easel, line, k)
        else:
            foot = easel.image.height if last else max(y for _, y in scene.bands[k + 1])
            rows = ROWS["desert" if shore else brief.place]
            _band(easel, line, foot, easel.plan.band(k, shore), rows, density)
        if k < 2 and scene.scheme != "table" and rng.random() < 0.3 + 0.5 * density:
            _grow(easel, scene, line, k, brief)


def _band(
    easel: Easel, line: Sequence[Point], foot: float, tone: Tone, rows: Sequence[str], density: float
) -> None:  # fmt: skip
    """All below the line is of this tone; there are marks as far as `foot`, below which another band will cover it."""
    (width, height), rng = easel.image.size, easel.rng
    easel.draw.polygon([*line, (width, height), (0, height)], fill=easel.paints.of(tone))
    if rng.random() < 0.35 + 0.6 * density:
        _rows(easel.draw, line, rng.choice(rows), easel.marks(tone), easel.unit * rng.uniform(0.05, 0.075), foot)
    easel.draw.line(list(line), fill=INK, width=easel.ink(2))


def _parcels(easel: Easel, line: Sequence[Point], k: int) -> None:
    """A hillside of fields, side by side, some of them furrowed."""
    (width, height), rng, plan = easel.image.size, easel.rng, easel.plan
    tones = [*plan.land, *map(easel.turns, plan.accents[:2])]
    count = max(3, round(width / height * rng.uniform(2.2, 3.6)))
    lean, first = rng.choice((-1, 1)) * rng.uniform(0.1, 0.4) * height, rng.randrange(len(tones))
    edges = [width * (i + rng.uniform(-0.2, 0.2)) / count for i in range(-1, count + 2)]
    for i, (a, b) in enumerate(pairwise(edges)):
        tone = tones[(first + i * (k + 1)) % len(tones)]
        top = [(a, level(line, a)), *((x, y) for x, y in line if a < x < b), (b, level(line, b))]
        outline = [*top, (b + lean, height), (a + lean, height)]
        easel.draw.polygon(outline, fill=easel.paints.of(tone))
        if i % 2:
            soft = easel.marks(tone)
            kind, turn = rng.choice((("hatch", 0.0), ("ticks", 0.0), ("hatch", 0.5), ("dots", 0.0)))
            pattern.lay(easel.image, outline, kind, soft, 0.055 * height, turn)
        easel.draw.line([top[-1], outline[-2]], fill=INK, width=easel.ink(1.3))
    easel.draw.line(list(line), fill=INK, width=easel.ink(2))


def _cloth(easel: Easel, line: Sequence[Point]) -> None:
    """A table's woven cloth, its top tilted towards us: wide stripes and narrow ones, wider the nearer they are."""
    (width, height), rng = easel.image.size, easel.rng
    base = easel.plan.land[0]
    easel.draw.polygon([*line, (width, height), (0, height)], fill=easel.paints.of(base))
    kind = rng.choice(("zigzag", "diamonds", "teeth", "dots"))
    marks = easel.marks(base)
    count, spread = rng.choice((6, 7, 8)), 1.5
    edges = [(i + part) / count for i in range(-2, count + 3) for part in (0.0, 0.3)]

    def column(a: float, b: float) -> list[Point]:
        top = [(x * width, level(line, x * width)) for x in (a, b)]
        return [*top, *((width * (0.5 + (x - 0.5) * spread), height) for x in (b, a))]

    for i, (a, b) in enumerate(pairwise(edges)):
        if i % 2 == 0:
            narrow = easel.flat(easel.plan.light)
            easel.draw.polygon(column(a, b), fill=narrow, outline=INK, width=easel.ink(0.8))
        elif i % 4 == 1:
            pattern.lay(easel.image, column(a, b), kind, marks, 0.06 * height, math.pi / 2)
    easel.draw.line(list(line), fill=INK, width=easel.ink(2.4))


def _rows(
    draw: ImageDraw.ImageDraw, line: Sequence[Point], kind: str, paint: int, pitch: float, foot: float
) -> None:  # fmt: skip
    """Rows of marks that follow a line of the ground, down to `foot`."""
    (x0, _), (x1, _) = line[0], line[-1]
    smooth = kind in ("furrows", "scallops")
    count = max(2, round((x1 - x0) / pitch * (0.5 if smooth else 1.0)))
    levels = [level(line, x0 + (x1 - x0) * (i + 0.5) / count) for i in range(count)]
    top = min(y for _, y in line)
    w = max(2, round(0.16 * pitch))
    for row in range(1, math.ceil((foot - top) / (0.72 * pitch)) + 1):
        down = row * 0.72 * pitch
        if kind == "furrows":
            draw.line([(x, y + down) for x, y in line], fill=paint, width=w)
            continue
        for i, y in enumerate(levels):
            x = x0 + (x1 - x0) * (i + 0.5 + 0.5 * (row % 2)) / count
            if y + down < foot + pitch:
                _mark(draw, kind, x, y + down, pitch, (x1 - x0) / count, paint, w)


def _mark(
    draw: ImageDraw.ImageDraw, kind: str, x: float, y: float, pitch: float, step: float, paint: int, w: int
) -> None:
    r = 0.2 * pitch
    if kind == "dots":
        draw.ellipse((x - r, y - r, x + r, y + r), fill=paint)
    elif kind == "seams":
        draw.line((x - 0.3 * step, y, x + 0.3 * step, y), fill=paint, width=w)
    elif kind == "teeth":
        draw.polygon([(x - 0.3 * step, y + r), (x, y - 1.2 * r), (x + 0.3 * step, y + r)], fill=paint)
    elif kind == "zigzag":
        draw.line([(x - 0.5 * step, y + r), (x, y - r), (x + 0.5 * step, y + r)], fill=paint, width=w)
    elif kind == "sprouts":
        draw.line([(x - 1.3 * r, y - 1.3 * r), (x, y + r), (x + 1.3 * r, y - 1.3 * r)], fill=paint, width=w)
    else:
        draw.arc((x - 0.5 * step, y - 0.4 * pitch, x + 0.5 * step, y + 0.4 * pitch), 180, 360, fill=paint, width=w)


def _grow(easel: Easel, scene: Scene, line: Sequence[Point], k: int, brief: Brief) -> None:
    """A row of small houses or plants on a line of the ground, where nothing else stands."""
    side, rng = easel.unit * (0.09, 0.115)[k], easel.rng
    boxes = [p.box for p in (scene.hero, *scene.others)] + list(scene.panels)
    kinds = SPRIGS.get(brief.place)
    if not kinds:
        return
    kind = rng.choice(kinds)
    x = rng.uniform(0.2, 1.2) * side
    while x < easel.image.width:
        y = level(line, x) + 0.08 * side
        size = side * rng.uniform(0.8, 1.2)
        inside = any(b[0] - 0.6 * size < x < b[2] + 0.6 * size and b[1] < y and b[3] > y - size for b in boxes)
        if not inside:
            _sprig(easel, kind, (x, y), size)
        x += side * rng.uniform(1.05, 1.9)


def _sprig(easel: Easel, kind: str, foot: Point, size: float) -> None:
    """Draw one small thing of this `kind` with its foot at `foot`, about `size` px high."""
    plan, rng = easel.plan, easel.rng
    colours = [plan.hero, plan.half, *plan.accents, plan.light]
    body, second, spark, trim = (rng.choice(colours) for _ in range(4))
    green = easel.inks.nearest("green")
    roles = [INK, *map(easel.two, (body, second, trim, spark, plan.light, green))]
    shapes = rng.choice(KINDS[kind])()
    x, y = foot
    draw(easel.image, shapes, (x - 0.5 * size, y - size, x + 0.5 * size, y), roles, rng, 2.4)
