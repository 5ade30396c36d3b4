"""The painter: a concept and a seed in, a cover out.

`paint` is a pure function: no disk, no network, no clock, no fonts, no shared random state. Raise
`blogcovers.painter.VERSION` whenever it draws anything differently.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from PIL import Image

from blogcovers.painter import borders, composition, figure, ground
from blogcovers.painter.colour import RGB, Inks, inks
from blogcovers.painter.planes import colouring, neighbours
from blogcovers.painter.vocabulary import Reading, digest, read

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OVERSAMPLE = 2
STRIP = 512  # rows that are scaled down at once: bounds the memory that a large cover takes


def paint(concept: str, seed: int, size: tuple[int, int], palette: Mapping[str, str]) -> Image.Image:
    """Paint one cover.

    `concept` is any text, in any language, possibly empty; `seed` an integer from 0 (up to 64 bits); `size` (width,
    height) in px, each from 64 to 4096; `palette` names to "#rrggbb", at least two. Returns a picture of mode RGB and
    exactly that size: the same arguments give the same bytes on one version of Pillow.
    """
    if min(size) < 1 or len(palette) < 2:
        raise ValueError(f"cannot paint a cover of {size[0]}x{size[1]} px with {len(palette)} colours")
    reading = read(concept)
    rng = Random(digest(f"{seed}\n{concept}"))  # noqa: S311  (a picture, no secret)  # noqa: S311  (it guards nothing)
    colours = inks(palette)
    scale = OVERSAMPLE if min(size) > 200 else 2 * OVERSAMPLE
    border = borders.choose((size[0] * scale, size[1] * scale), rng)
    scene = _scene(reading, border.inner, colours, rng)
    canvas = borders.frame(scene, border, colours, rng)
    return _scaled(canvas, colours.table, scale, size)


def _scene(reading: Reading, size: tuple[int, int], colours: Inks, rng: Random) -> Image.Image:
    """The picture inside its border, as colour indices (mode "L")."""
    hero = composition.place_hero(reading, size, rng)
    others = composition.place_others(reading, hero, size, rng)
    planes = composition.break_canvas(hero.box, size, rng)
    touching = neighbours(planes)
    flat = ground.plane_colours(planes, touching, reading, colours, hero, rng)
    canvas = ground.lay_planes(planes, flat, size, colours, hero.box, reading, rng)
    variants = colouring(planes, touching, lambda i: (0, 1, 2), rng)
    for placed in (*others, hero):
        figure.stamp(canvas, placed, planes, flat, variants, colours, reading, placed is hero, rng)
    return canvas


def _scaled(canvas: Image.Image, table: Sequence[RGB], scale: int, size: tuple[int, int]) -> Image.Image:
    """Turn indices into colours and scale down, strip by strip."""
    canvas.putpalette([channel for rgb in table for channel in rgb])
    out = Image.new("RGB", size)
    for top in range(0, size[1], STRIP):
        bottom = min(size[1], top + STRIP)
        strip = canvas.crop((0, top * scale, size[0] * scale, bottom * scale))
        out.paste(strip.convert("RGB").reduce(scale), (0, top))
    return out
