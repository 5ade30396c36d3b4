"""The painter: a concept and a seed in, a cover out.

`paint` is a pure function: no network, no clock, no fonts, no shared random state, and of the disk its word lists
alone. Raise `blogcovers.painter.VERSION` whenever it draws anything differently.
"""

from __future__ import annotations

import math
from random import Random
from typing import TYPE_CHECKING

from PIL import Image, ImageChops

from blogcovers.painter.drawing import brush
from blogcovers.painter.drawing.shapes import CLEAR, INK
from blogcovers.painter.motifs.motif_table import MOTIFS
from blogcovers.painter.scene import borders, composition, ground, ornaments, planes
from blogcovers.painter.scene.colour import RGB, inks
from blogcovers.painter.scene.easel import Easel
from blogcovers.painter.scene.tones import ColourPlan, Paints, plan, roles
from blogcovers.painter.words.brief import Brief, digest, read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from blogcovers.painter.scene.composition import Placed, Scene

OVERSAMPLE = 2
# Contours around heroes, from the inmost outwards, in parts of the shorter side; more would drown loose rays and drops.
HALOS = ((0.011,), (0.011,), (0.012, 0.016), (0.009, 0.013, 0.017))
LOOSE = frozenset({"cloud", "eye", "lantern", "moon", "star"})


def paint(
    concept: str, seed: int, size: tuple[int, int], palette: Mapping[str, str], border: str = "some",
    density: float = 0.7,
) -> Image.Image:  # fmt: skip
    """Paint one cover.

    `concept` is any text, in any language, possibly empty; `seed` an integer from 0 (up to 64 bits); `size` (width,
    height) in px, each from 64 to 4096; `palette` names to "#rrggbb", at least two; `border` is "some" (on some of the
    covers), "always" or "never"; `density` from 0 (few planes and things) to 1 (many). Returns a picture of mode RGB
    and exactly that size: the same arguments give the same bytes on one version of Pillow.
    """
    if min(size) < 1 or len(palette) < 2:
        raise ValueError(f"cannot paint a cover of {size[0]}x{size[1]} px with {len(palette)} colours")
    brief = read(concept)
    rng = Random(digest(f"{seed}\n{concept}"))  # noqa: S311  (a picture, no secret)
    paints = Paints(inks(palette))
    scale = OVERSAMPLE if min(size) > 200 else 2 * OVERSAMPLE
    frame = borders.choose((size[0] * scale, size[1] * scale), border, rng)
    colours = plan(brief, MOTIFS[brief.hero], paints.inks, rng)
    canvas = Image.new("L", frame.inner, None)  # the ground leaves none of it free
    easel = Easel(canvas, colours, paints, rng)
    picture = borders.frame(_scene(easel, brief, density), frame, easel)
    return _scaled(picture, paints.table(), scale)


def _scene(easel: Easel, brief: Brief, density: float) -> Image.Image:
    """The picture inside its border, as colour numbers (mode "L", see tones.py)."""
    size, rng = easel.image.size, easel.rng
    scene = composition.arrange(brief, size, density, rng)
    cuts = planes.break_canvas(size, scene.hero.box, density, rng)
    variants = planes.variant_map(cuts, size)
    ground.paint_ground(easel, scene, cuts, brief, density)
    shifts = planes.slips(size, rng)
    for i, placed in enumerate((*scene.others, scene.hero)):
        _stamp(easel, placed, _roles(easel, scene, i, placed, brief), _halos(easel, scene, placed), variants, shifts)
    planes.draw_edges(easel.image, cuts, max(1.5, ground.SEAM * easel.unit), INK, rng)
    return ImageChops.add_modulo(easel.image, variants)  # never above 255, and a fifth of the time of add


def _roles(easel: Easel, scene: Scene, i: int, placed: Placed, brief: Brief) -> list[int]:
    """The paints of a motif, the number `i` of its scene, by role."""
    hero = placed is scene.hero
    others = tuple(hue for name, hue in brief.wishes if name == placed.name)
    wished = brief.colours if placed.name == brief.hero else others
    behind = _behind(placed, i, scene, easel.plan)
    return roles(MOTIFS[placed.name], hero, behind, easel.plan, wished, easel.inks, easel.paints, easel.rng)


def _halos(easel: Easel, scene: Scene, placed: Placed) -> list[float]:
    """The widths in px of the contours around a motif: the hero's alone has any."""
    if placed is not scene.hero:
        return []
    return [part * easel.unit for part in easel.rng.choice(HALOS[:1] if placed.name in LOOSE else HALOS)]


def _stamp(
    easel: Easel, placed: Placed, painted: Sequence[int], halos: Sequence[float], variants: Image.Image,
    shifts: Sequence[tuple[int, int]],
) -> None:  # fmt: skip
    """Draw a motif on a clear sheet of its own, shift its parts from plane to plane, and lay it on the canvas."""
    left, top, right, bottom = placed.box
    pad = math.ceil(sum(halos) + easel.unit * (planes.SLIP + 0.02)) + 4
    box = math.floor(left) - pad, math.floor(top) - pad, math.ceil(right) + pad, math.ceil(bottom) + pad
    sheet = Image.new("L", (box[2] - box[0], box[3] - box[1]), CLEAR)
    inside = (left - box[0], top - box[1], right - box[0], bottom - box[1])
    brush.draw(sheet, placed.shapes, inside, painted, easel.rng, max(2.0, 0.0024 * easel.unit), halos)
    sheet = planes.slipped(sheet, variants.crop(box), shifts)
    easel.image.paste(sheet, box[:2], sheet.point(_SOLID, "1"))


_SOLID = [255 * (i != CLEAR) for i in range(256)]


def _behind(placed: Placed, i: int, scene: Scene, colours: ColourPlan) -> Sequence[int]:
    """The colours that a motif stands before."""
    if i < len(scene.panels) and placed is not scene.hero:
        return ornaments.panel_tone(i, colours)
    x = (placed.box[0] + placed.box[2]) / 2
    top, middle = placed.box[1], (placed.box[1] + placed.box[3]) / 2
    out: list[int] = []
    horizon = composition.level(scene.bands[0], x)
    if top < horizon - 0.1 * (placed.box[3] - top):
        out += colours.sky
    for k, line in enumerate(scene.bands):
        if composition.level(line, x) < middle:
            out = [*(out if middle < horizon else ()), *colours.band(k, scene.shore and k == len(scene.bands) - 1)]
    return out or colours.sky


def _scaled(canvas: Image.Image, table: Sequence[RGB], scale: int) -> Image.Image:
    """Turn the numbers of a canvas, which is used up, into colours and scale down."""
    canvas.putpalette([level for rgb in table for level in rgb])
    return canvas.convert("RGB").reduce(scale)
