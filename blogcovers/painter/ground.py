"""What is behind the motifs: a patterned sky, bands of ground with their rows, panels, the disc of a mandala."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from PIL import ImageDraw

from blogcovers.painter import pattern, sprigs
from blogcovers.painter.composition import level
from blogcovers.painter.planes import cut, draw_edges
from blogcovers.painter.shapes import at
from blogcovers.painter.tones import READS, Tone, other

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

    from PIL import Image

    from blogcovers.painter.colour import Inks
    from blogcovers.painter.composition import Box, Scene
    from blogcovers.painter.planes import Cuts
    from blogcovers.painter.shapes import Point
    from blogcovers.painter.tones import Paints, Plan
    from blogcovers.painter.vocabulary import Reading

EDGE, SEAM = 0.0075, 0.0017  # the ink where planes meet: behind the motifs and over them, in parts of the shorter side
SKY_MARKS: Mapping[str, tuple[str, ...]] = {
    "": ("dots", "beads", "slits", "hatch", "scales", "rings", "steps", "slits"),
    "night": ("dots", "crosses", "rings", "crosses", "slits"),
    "dawn": ("hatch", "beads", "waves", "scales", "slits"),
    "rain": ("stitches", "ticks", "waves"),
}
SNOWFALL = ("dots", "beads", "crosses", "rings")
SKY_MANNERS = ("planes", "planes", "planes", "rays", "arches")
PARCELLED = ("", "forest", "desert")  # where hills may be fields
ROWS: Mapping[str, tuple[str, ...]] = {
    "": ("furrows", "seams", "dots", "teeth", "zigzag", "sprouts", "scallops"),
    "sea": ("scallops", "furrows", "scallops", "seams"),
    "forest": ("sprouts", "teeth", "scallops", "dots"),
    "desert": ("dots", "furrows", "zigzag", "seams"),
    "snow": ("dots", "seams", "scallops"),
    "room": ("teeth", "zigzag", "dots", "seams"),
}


def paint_ground(
    image: Image.Image, scene: Scene, cuts: Cuts, reading: Reading, plan: Plan, paints: Paints,
    density: float, rng: Random,
) -> None:  # fmt: skip
    """Paint everything behind the motifs onto a canvas of paints."""
    unit, pen = min(image.size), max(2.0, 0.0062 * min(image.size))
    marks = SNOWFALL if reading.place == "snow" else SKY_MARKS[reading.time]
    _sky(image, scene, cuts, marks, plan, paints, density, rng)
    rising = rng.random() < 0.4
    if scene.disc is not None and rising:
        _mandala(image, scene.disc, plan, paints, pen, rng)
    for k, line in enumerate(scene.bands):
        shore = scene.shore and k == len(scene.bands) - 1
        rows = ROWS["desert" if shore else reading.place]
        foot = max(y for _, y in scene.bands[k + 1]) if k + 1 < len(scene.bands) else image.height
        if scene.scheme == "table" and k == len(scene.bands) - 1:
            _cloth(image, line, plan, paints, pen, rng)
        elif reading.place in PARCELLED and rng.random() < 0.4 * density:
            _parcels(image, line, k, plan, paints, pen, rng)
        else:
            _band(image, line, foot, plan.band(k, shore), rows, paints, pen, density, rng)
        if k < 2 and scene.scheme != "table" and rng.random() < 0.3 + 0.5 * density:
            _grow(image, scene, line, k, reading, plan, paints, rng)
    if scene.disc is not None and not rising:
        _mandala(image, scene.disc, plan, paints, pen, rng)
    draw_edges(image, cuts, max(2.0, EDGE * unit), 0, rng)
    if scene.scheme == "frieze":
        _frieze(image, plan, paints, pen, rng)
    for i, panel in enumerate(scene.panels):
        _panel(image, panel, i, plan, paints, pen, rng)


def _sky(
    image: Image.Image, scene: Scene, cuts: Cuts, marks: Sequence[str], plan: Plan, paints: Paints, density: float,
    rng: Random,
) -> None:  # fmt: skip
    """A pattern on some planes of the sky; on some covers rays or arches behind them."""
    ImageDraw.Draw(image).rectangle((0, 0, *image.size), fill=paints.of(plan.sky))
    soft, unit = paints.of(mark_tone(plan.sky, paints.inks)), min(image.size)
    manner = rng.choice(SKY_MANNERS)
    if manner != "planes":
        x = rng.choice((0.2, 0.35, 0.65, 0.8)) * image.width
        (_rays if manner == "rays" else _arches)(image, (x, level(scene.bands[0], x)), soft, rng)
    share = 0.2 + 0.5 * density if manner == "planes" else 0.12
    horizon = max(y for _, y in scene.bands[0])
    for plane in cuts.planes:
        if rng.random() < share:
            pitch, kind = unit * rng.uniform(0.046, 0.076), rng.choice(marks)
            turn = rng.choice((0.0, 0.5, -0.5, 1.05, -1.05))
            _, above = cut(plane.outline, ((0.0, horizon), (1.0, horizon)))
            if above:
                pattern.lay(image, plane.outline, kind, soft, pitch, turn, above)


def _rays(image: Image.Image, middle: Point, paint: int, rng: Random) -> None:
    draw, reach, count = ImageDraw.Draw(image), math.hypot(*image.size), rng.choice((11, 13, 15))
    for k in range(count):
        a = math.tau * k / count
        draw.polygon([middle, at(*middle, reach, a), at(*middle, reach, a + math.pi / count)], fill=paint)


def _arches(image: Image.Image, middle: Point, paint: int, rng: Random) -> None:
    draw, (x, y), step = ImageDraw.Draw(image), middle, rng.uniform(0.09, 0.13) * min(image.size)
    for k in range(math.ceil(math.hypot(*image.size) / step / 2)):
        r = (2 * k + 1.5) * step
        draw.ellipse((x - r, y - r, x + r, y + r), outline=paint, width=round(step))


def mark_tone(tone: Tone, inks: Inks) -> Tone:
    """A pattern's tone on a ground of `tone`: on every plane another shade of the ground's own colour there."""
    a, b, c, d = (_shade(inks, index) for index in tone)
    return a, b, c, d


def _shade(inks: Inks, index: int) -> int:
    lighter = other(inks, index, "+")
    return lighter if lighter != index else other(inks, index, "-")


def panel_tone(i: int, plan: Plan) -> Tone:
    """The ground of the panel number `i`."""
    tones = (*plan.land, plan.sky)
    return tones[(i + 1) % len(tones)]


def _band(
    image: Image.Image, line: Sequence[Point], foot: float, tone: Tone, rows: Sequence[str], paints: Paints,
    pen: float, density: float, rng: Random,
) -> None:  # fmt: skip
    """All below the line is of this tone; there are marks as far as `foot`, below which another band will cover it."""
    width, height = image.size
    draw = ImageDraw.Draw(image)
    draw.polygon([*line, (width, height), (0, height)], fill=paints.of(tone))
    if rng.random() < 0.35 + 0.6 * density:
        soft = paints.of(mark_tone(tone, paints.inks))
        _rows(draw, line, rng.choice(rows), soft, min(image.size) * rng.uniform(0.05, 0.075), foot)
    draw.line(list(line), fill=0, width=round(2 * pen))


def _parcels(
    image: Image.Image, line: Sequence[Point], k: int, plan: Plan, paints: Paints, pen: float, rng: Random
) -> None:
    """A hillside of fields, side by side, some of them furrowed."""
    width, height = image.size
    draw, inks = ImageDraw.Draw(image), paints.inks
    tones = [*plan.land, *((c, other(inks, c), c, other(inks, c)) for c in plan.accents[:2])]
    count = max(3, round(width / height * rng.uniform(2.2, 3.6)))
    lean, first = rng.choice((-1, 1)) * rng.uniform(0.1, 0.4) * height, rng.randrange(len(tones))
    edges = [width * (i + rng.uniform(-0.2, 0.2)) / count for i in range(-1, count + 2)]
    for i, (a, b) in enumerate(pairwise(edges)):
        tone = tones[(first + i * (k + 1)) % len(tones)]
        top = [(a, level(line, a)), *((x, y) for x, y in line if a < x < b), (b, level(line, b))]
        outline = [*top, (b + lean, height), (a + lean, height)]
        draw.polygon(outline, fill=paints.of(tone))
        if i % 2:
            soft = paints.of(mark_tone(tone, inks))
            kind, turn = rng.choice((("hatch", 0.0), ("ticks", 0.0), ("hatch", 0.5), ("dots", 0.0)))
            pattern.lay(image, outline, kind, soft, 0.055 * height, turn)
        draw.line([top[-1], outline[-2]], fill=0, width=round(1.3 * pen))
    draw.line(list(line), fill=0, width=round(2 * pen))


def _cloth(
    image: Image.Image, line: Sequence[Point], plan: Plan, paints: Paints, pen: float, rng: Random
) -> None:  # fmt: skip
    """A table's woven cloth, its top tilted towards us: wide stripes and narrow ones, wider the nearer they are."""
    width, height = image.size
    draw, inks = ImageDraw.Draw(image), paints.inks
    base, narrow = plan.land[0], (plan.light, plan.light, plan.light, plan.light)
    draw.polygon([*line, (width, height), (0, height)], fill=paints.of(base))
    kind = rng.choice(("zigzag", "diamonds", "teeth", "dots"))
    marks = paints.of(mark_tone(base, inks))
    count, spread = rng.choice((6, 7, 8)), 1.5
    edges = [(i + part) / count for i in range(-2, count + 3) for part in (0.0, 0.3)]

    def column(a: float, b: float) -> list[Point]:
        top = [(x * width, level(line, x * width)) for x in (a, b)]
        return [*top, *((width * (0.5 + (x - 0.5) * spread), height) for x in (b, a))]

    for i, (a, b) in enumerate(pairwise(edges)):
        if i % 2 == 0:
            draw.polygon(column(a, b), fill=paints.of(narrow), outline=0, width=round(0.8 * pen))
        elif i % 4 == 1:
            pattern.lay(image, column(a, b), kind, marks, 0.06 * height, math.pi / 2)
    draw.line(list(line), fill=0, width=round(2.4 * pen))


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


def _grow(
    image: Image.Image, scene: Scene, line: Sequence[Point], k: int, reading: Reading, plan: Plan, paints: Paints,
    rng: Random,
) -> None:  # fmt: skip
    """A row of small houses or plants on a line of the ground, where nothing else stands."""
    unit = min(image.size)
    side = unit * (0.09, 0.115)[k]
    boxes = [p.box for p in (scene.hero, *scene.others)] + list(scene.panels)
    kinds = sprigs.ROWS.get(reading.place)
    if not kinds:
        return
    kind = rng.choice(kinds)
    x = rng.uniform(0.2, 1.2) * side
    while x < image.width:
        y = level(line, x) + 0.08 * side
        size = side * rng.uniform(0.8, 1.2)
        inside = any(b[0] - 0.6 * size < x < b[2] + 0.6 * size and b[1] < y and b[3] > y - size for b in boxes)
        if not inside:
            sprigs.grow(image, kind, (x, y), size, plan, paints, rng)
        x += side * rng.uniform(1.05, 1.9)


def _mandala(
    image: Image.Image, disc: tuple[float, float, float], plan: Plan, paints: Paints, pen: float, rng: Random
) -> None:
    """Rings around the hero: petals, a plain disc, beads."""
    draw = ImageDraw.Draw(image)
    x, y, r = disc
    inks = paints.inks
    fields = (plan.light, *plan.accents)  # what the hero stands before
    field = next((c for c in fields if min(inks.apart(c, hue) for hue in (plan.hero, plan.half)) >= READS), plan.light)
    around, rim, within = (
        paints.of(t) for t in (
            (plan.half, plan.hero, other(inks, plan.half), other(inks, plan.hero)),
            plan.land[-1],
            (field, field, other(inks, field), other(inks, field)),
        )
    )  # fmt: skip
    count = rng.choice((14, 16, 18, 20))
    pointed = rng.random() < 0.5
    for i in range(count):
        a = math.tau * i / count
        if pointed:
            tip = [at(x, y, 0.86 * r, a - 0.6 * math.pi / count), at(x, y, 1.12 * r, a), at(
                x, y, 0.86 * r, a + 0.6 * math.pi / count)]  # fmt: skip
            draw.polygon(tip, fill=around)
            draw.line([*tip], fill=0, width=round(1.2 * pen))
        else:
            px, py = at(x, y, 0.95 * r, a)
            q = 1.9 * r / count * 1.25
            draw.ellipse((px - q, py - q, px + q, py + q), fill=around, outline=0, width=round(1.2 * pen))
    for part, paint in ((0.92, rim), (0.8, within)):
        draw.ellipse(
            (x - part * r, y - part * r, x + part * r, y + part * r), fill=paint, outline=0, width=round(pen * 1.5)
        )
    beads = 2 * count
    for i in range(beads):
        px, py = at(x, y, 0.86 * r, math.tau * i / beads)
        q = 0.028 * r
        draw.ellipse((px - q, py - q, px + q, py + q), fill=within)


def _frieze(image: Image.Image, plan: Plan, paints: Paints, pen: float, rng: Random) -> None:
    """A carved band along the foot."""
    width, height = image.size
    draw = ImageDraw.Draw(image)
    top = round(0.885 * height)
    inks = paints.inks
    draw.rectangle((0, top, width, height), fill=paints.of((plan.light, plan.light, plan.light, plan.light)))
    step = 0.13 * height
    count = max(4, round(width / step))
    step = width / count
    colours = [plan.hero, plan.half, *plan.accents[:2]]
    kind = rng.choice(("steps", "gems", "suns"))
    for i in range(count):
        c = colours[i % len(colours)]
        paint = paints.of((c, other(inks, c), c, other(inks, c)))
        x, y, r = (i + 0.5) * step, (top + height) / 2, (height - top) * 0.4
        if kind == "gems":
            draw.polygon([(x - 1.1 * r, y), (x, y - r), (x + 1.1 * r, y), (x, y + r)], fill=paint)
        elif kind == "suns":
            draw.pieslice((x - step / 2, top + 0.2 * r, x + step / 2, height + 2 * r), 180, 360, fill=paint, outline=0,
                          width=round(pen))  # fmt: skip
        else:
            for s in range(3):
                draw.rectangle((x - step / 2 + s * step / 7, height - (s + 1) * 0.75 * r, x + step / 2 - s * step / 7,
                                height - s * 0.75 * r), fill=paint)  # fmt: skip
    draw.rectangle((-9, top, width + 9, height + 99), outline=0, width=round(2 * pen))


def _panel(image: Image.Image, panel: Box, i: int, plan: Plan, paints: Paints, pen: float, rng: Random) -> None:
    draw = ImageDraw.Draw(image)
    tone = panel_tone(i, plan)
    draw.rectangle(panel, fill=paints.of(tone))
    left, top, right, bottom = panel
    outline = [(left, top), (right, top), (right, bottom), (left, bottom)]
    kind = rng.choice(("dots", "scales", "slits", "steps", "rays", "rays"))
    soft = paints.of(mark_tone(tone, paints.inks))
    if kind == "rays":
        x, y, reach = (left + right) / 2, (top + bottom) / 2, math.hypot(right - left, bottom - top)
        for k in range(12):
            a = math.tau * k / 12
            cone = [(x, y), at(x, y, reach, a), at(x, y, reach, a + math.pi / 12)]
            pattern.fill(image, panel, cone, soft)
    else:
        pattern.lay(image, outline, kind, soft, 0.06 * min(image.size), 0.5)
    draw.rectangle(panel, outline=0, width=round(3 * pen))
    c = (plan.half, plan.hero)[i % 2]
    inset = 2.4 * pen
    draw.rectangle((left + inset, top + inset, right - inset, bottom - inset),
                   outline=paints.of((c, other(paints.inks, c), c, other(paints.inks, c))),
                       width=round(1.9 * pen))  # fmt: skip
    inset += 1.7 * pen
    draw.rectangle((left + inset, top + inset, right - inset, bottom - inset), outline=0, width=round(0.9 * pen))
