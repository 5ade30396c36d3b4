"""What is behind the motifs: a patterned sky, the land, and the ornaments of the scheme."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from blogcovers.painter.drawing import pattern
from blogcovers.painter.drawing.shapes import INK, at
from blogcovers.painter.scene import land, ornaments
from blogcovers.painter.scene.composition import level
from blogcovers.painter.scene.planes import cut, draw_edges

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from blogcovers.painter.drawing.shapes import Point
    from blogcovers.painter.scene.composition import Scene
    from blogcovers.painter.scene.easel import Easel
    from blogcovers.painter.scene.planes import Cuts
    from blogcovers.painter.words.brief import Brief

EDGE, SEAM = 0.0075, 0.0017  # the ink where planes meet: behind the motifs and over them, in parts of the shorter side
SKY_MARKS: Mapping[str, tuple[str, ...]] = {
    "": ("dots", "beads", "slits", "hatch", "scales", "rings", "steps", "slits"),
    "night": ("dots", "crosses", "rings", "crosses", "slits"),
    "dawn": ("hatch", "beads", "waves", "scales", "slits"),
    "rain": ("stitches", "ticks", "waves"),
}
SNOWFALL = ("dots", "beads", "crosses", "rings")
SKY_MANNERS = ("planes", "planes", "planes", "rays", "arches")


def paint_ground(easel: Easel, scene: Scene, cuts: Cuts, brief: Brief, density: float) -> None:
    """Paint everything behind the motifs."""
    marks = SNOWFALL if brief.place == "snow" else SKY_MARKS[brief.time]
    _sky(easel, scene, cuts, marks, density)
    rising = easel.rng.random() < 0.4
    if scene.disc is not None and rising:
        ornaments.mandala(easel, scene.disc)
    land.lay(easel, scene, brief, density)
    if scene.disc is not None and not rising:
        ornaments.mandala(easel, scene.disc)
    draw_edges(easel.image, cuts, max(2.0, EDGE * easel.unit), INK, easel.rng)
    if scene.scheme == "frieze":
        ornaments.frieze(easel)
    for i, panel in enumerate(scene.panels):
        ornaments.panel(easel, panel, i)


def _sky(easel: Easel, scene: Scene, cuts: Cuts, marks: Sequence[str], density: float) -> None:
    """A pattern on some planes of the sky; on some covers rays or arches behind them."""
    image, rng = easel.image, easel.rng
    easel.draw.rectangle((0, 0, *image.size), fill=easel.paints.of(easel.plan.sky))
    soft = easel.marks(easel.plan.sky)
    manner = rng.choice(SKY_MANNERS)
    if manner != "planes":
        x = rng.choice((0.2, 0.35, 0.65, 0.8)) * image.width
        (_rays if manner == "rays" else _arches)(easel, (x, level(scene.bands[0], x)), soft)
    share = 0.2 + 0.5 * density if manner == "planes" else 0.12
    horizon = max(y for _, y in scene.bands[0])
    for plane in cuts.planes:
        if rng.random() < share:
            pitch, kind = easel.unit * rng.uniform(0.046, 0.076), rng.choice(marks)
            turn = rng.choice((0.0, 0.5, -0.5, 1.05, -1.05))
            _, above = cut(plane.outline, ((0.0, horizon), (1.0, horizon)))
            if above:
                pattern.lay(image, plane.outline, kind, soft, pitch, turn, above)


def _rays(easel: Easel, middle: Point, paint: int) -> None:
    reach, count = math.hypot(*easel.image.size), easel.rng.choice((11, 13, 15))
    for k in range(count):
        a = math.tau * k / count
        easel.draw.polygon([middle, at(*middle, reach, a), at(*middle, reach, a + math.pi / count)], fill=paint)


def _arches(easel: Easel, middle: Point, paint: int) -> None:
    (x, y), step = middle, easel.rng.uniform(0.09, 0.13) * easel.unit
    for k in range(math.ceil(math.hypot(*easel.image.size) / step / 2)):
        r = (2 * k + 1.5) * step
        easel.draw.ellipse((x - r, y - r, x + r, y + r), outline=paint, width=round(step))
