"""The ornaments of a scheme: the rings of a mandala, a carved frieze, panels as on a painted chest."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from blogcovers.painter.drawing import pattern
from blogcovers.painter.drawing.shapes import INK, at
from blogcovers.painter.scene.tones import READS, Tone, other

if TYPE_CHECKING:
    from blogcovers.painter.scene.composition import Box
    from blogcovers.painter.scene.easel import Easel
    from blogcovers.painter.scene.tones import ColourPlan


def mandala(easel: Easel, disc: tuple[float, float, float]) -> None:
    """Rings around the hero, about a disc (x, y, radius in px): petals or rays, a rim with beads, a plain field."""
    draw, rng, plan, inks = easel.draw, easel.rng, easel.plan, easel.inks
    x, y, r = disc
    around = easel.paints.of((plan.half, plan.hero, other(inks, plan.half), other(inks, plan.hero)))
    rim, field = easel.paints.of(plan.land[-1]), _field(easel)
    count = rng.choice((14, 16, 18, 20))
    pointed = rng.random() < 0.5
    for i in range(count):
        a, half = math.tau * i / count, 0.6 * math.pi / count
        if pointed:
            tip = [at(x, y, 0.86 * r, a - half), at(x, y, 1.12 * r, a), at(x, y, 0.86 * r, a + half)]
            draw.polygon(tip, fill=around)
            draw.line(tip, fill=INK, width=easel.ink(1.2))
        else:
            _disc(easel, at(x, y, 0.95 * r, a), 2.375 * r / count, around, 1.2)
    for part, paint in ((0.92, rim), (0.8, field)):
        _disc(easel, (x, y), part * r, paint, 1.5)
    for i in range(2 * count):
        _disc(easel, at(x, y, 0.86 * r, math.pi * i / count), 0.028 * r, field, 0)


def _field(easel: Easel) -> int:
    """The paint that the hero stands before: light, or an accent where the hero itself is light."""
    plan, inks = easel.plan, easel.inks
    hues = (plan.light, *plan.accents)
    field = next((c for c in hues if min(inks.apart(c, hue) for hue in (plan.hero, plan.half)) >= READS), plan.light)
    lighter = other(inks, field)
    return easel.paints.of((field, field, lighter, lighter))


def _disc(easel: Easel, middle: tuple[float, float], r: float, paint: int, weight: float) -> None:
    (x, y), width = middle, easel.ink(weight)
    easel.draw.ellipse((x - r, y - r, x + r, y + r), fill=paint, outline=INK if width else None, width=width)


def frieze(easel: Easel) -> None:
    """A carved band along the foot."""
    draw, plan, (width, height) = easel.draw, easel.plan, easel.image.size
    top = round(0.885 * height)
    draw.rectangle((0, top, width, height), fill=easel.flat(plan.light))
    count = max(4, round(width / (0.13 * height)))
    step = width / count
    colours = [plan.hero, plan.half, *plan.accents[:2]]
    kind = easel.rng.choice(("steps", "gems", "suns"))
    for i in range(count):
        paint = easel.two(colours[i % len(colours)])
        x, y, r = (i + 0.5) * step, (top + height) / 2, (height - top) * 0.4
        if kind == "gems":
            draw.polygon([(x - 1.1 * r, y), (x, y - r), (x + 1.1 * r, y), (x, y + r)], fill=paint)
        elif kind == "suns":
            box = (x - step / 2, top + 0.2 * r, x + step / 2, height + 2 * r)
            draw.pieslice(box, 180, 360, fill=paint, outline=INK, width=easel.ink(1))
        else:
            for s in range(3):
                left, right = x - step / 2 + s * step / 7, x + step / 2 - s * step / 7
                draw.rectangle((left, height - (s + 1) * 0.75 * r, right, height - s * 0.75 * r), fill=paint)
    draw.rectangle((-9, top, width + 9, height + 99), outline=INK, width=easel.ink(2))


def panel(easel: Easel, box: Box, i: int) -> None:
    """The ground and the frame of the panel number `i`."""
    draw, image, plan = easel.draw, easel.image, easel.plan
    tone = panel_tone(i, plan)
    draw.rectangle(box, fill=easel.paints.of(tone))
    left, top, right, bottom = box
    kind = easel.rng.choice(("dots", "scales", "slits", "steps", "rays", "rays"))
    soft = easel.marks(tone)
    if kind == "rays":
        x, y, reach = (left + right) / 2, (top + bottom) / 2, math.hypot(right - left, bottom - top)
        for k in range(12):
            a = math.tau * k / 12
            pattern.fill(image, box, [(x, y), at(x, y, reach, a), at(x, y, reach, a + math.pi / 12)], soft)
    else:
        outline = [(left, top), (right, top), (right, bottom), (left, bottom)]
        pattern.lay(image, outline, kind, soft, 0.06 * easel.unit, 0.5)
    draw.rectangle(box, outline=INK, width=easel.ink(3))
    frame = easel.two((plan.half, plan.hero)[i % 2])
    for inset, paint, weight in ((2.4, frame, 1.9), (4.1, INK, 0.9)):
        d = inset * easel.pen
        draw.rectangle((left + d, top + d, right - d, bottom - d), outline=paint, width=easel.ink(weight))


def panel_tone(i: int, plan: ColourPlan) -> Tone:
    """The ground of the panel number `i`."""
    tones = (*plan.land, plan.sky)
    return tones[(i + 1) % len(tones)]
