"""What is behind the motifs: a patterned sky, bands of ground with their rows, panels, the disc of a mandala."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PIL import ImageDraw

from blogcovers.painter import pattern, sprigs
from blogcovers.painter.composition import level
from blogcovers.painter.planes import draw_edges
from blogcovers.painter.shapes import at
from blogcovers.painter.tones import Tone, other

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

EDGE, SEAM = 0.0075, 0.0034  # the ink where planes meet: behind the motifs and over them, in parts of the shorter side
SKY_MARKS: Mapping[str, tuple[str, ...]] = {
    "": ("dots", "beads", "slits", "hatch", "scales", "rings", "steps", "slits"),
    "night": ("dots", "crosses", "rings", "crosses", "slits"),
    "dawn": ("hatch", "beads", "waves", "scales", "slits"),
    "rain": ("stitches", "ticks", "waves"),
}
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
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, *image.size), fill=paints.of(plan.sky))
    marks = SKY_MARKS[reading.time]
    for plane in cuts.planes:
        if rng.random() < 0.2 + 0.55 * density:
            soft = paints.of(mark_tone(plan.sky, paints.inks))
            pitch = unit * rng.uniform(0.042, 0.07)
            pattern.lay(image, plane.outline, rng.choice(marks), soft, pitch, rng.choice((0.0, 0.5, -0.5, 1.05, -1.05)))
    rising = rng.random() < 0.4
    if scene.disc is not None and rising:
        _mandala(image, scene.disc, plan, paints, pen, rng)
    for k, line in enumerate(scene.bands):
        shore = scene.shore and k == len(scene.bands) - 1
        rows = ROWS["desert" if shore else reading.place]
        _band(image, line, plan.band(k, shore), rows, paints, pen, density, rng)
        if k < 2 and rng.random() < 0.3 + 0.5 * density:
            _grow(image, scene, line, k, reading, plan, paints, rng)
    if scene.disc is not None and not rising:
        _mandala(image, scene.disc, plan, paints, pen, rng)
    draw_edges(image, cuts, max(2.0, EDGE * unit), 0, rng)
    if scene.scheme == "frieze":
        _frieze(image, plan, paints, pen, rng)
    for i, panel in enumerate(scene.panels):
        _panel(image, panel, i, plan, paints, pen, rng)


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
    image: Image.Image, line: Sequence[Point], tone: Tone, rows: Sequence[str], paints: Paints, pen: float,
    density: float, rng: Random,
) -> None:  # fmt: skip
    width, height = image.size
    draw = ImageDraw.Draw(image)
    draw.polygon([*line, (width, height), (0, height)], fill=paints.of(tone))
    if rng.random() < 0.35 + 0.6 * density:
        soft = paints.of(mark_tone(tone, paints.inks))
        _rows(draw, line, rng.choice(rows), soft, min(image.size) * rng.uniform(0.05, 0.075), height)
    draw.line(list(line), fill=0, width=round(2 * pen))


def _rows(
    draw: ImageDraw.ImageDraw, line: Sequence[Point], kind: str, paint: int, pitch: float, height: int
) -> None:  # fmt: skip
    """Rows of marks that follow a line of the ground, down to the foot of the canvas."""
    (x0, _), (x1, _) = line[0], line[-1]
    smooth = kind in ("furrows", "scallops")
    count = max(2, round((x1 - x0) / pitch * (0.5 if smooth else 1.0)))
    levels = [level(line, x0 + (x1 - x0) * (i + 0.5) / count) for i in range(count)]
    top = min(y for _, y in line)
    w = max(2, round(0.16 * pitch))
    for row in range(1, math.ceil((height - top) / (0.72 * pitch)) + 1):
        down = row * 0.72 * pitch
        if kind == "furrows":
            draw.line([(x, y + down) for x, y in line], fill=paint, width=w)
            continue
        for i, y in enumerate(levels):
            x = x0 + (x1 - x0) * (i + 0.5 + 0.5 * (row % 2)) / count
            if y + down < height + pitch:
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
    around, rim, within = (
        paints.of(t) for t in (
            (plan.half, plan.hero, other(inks, plan.half), other(inks, plan.hero)),
            plan.land[-1],
            (plan.light, plan.light, other(inks, plan.light), other(inks, plan.light)),
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
