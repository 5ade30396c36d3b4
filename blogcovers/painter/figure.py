"""Motifs on the planes: at every plane's edge a motif changes its colours and slips a little."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageDraw

from blogcovers.painter import pattern
from blogcovers.painter.colour import CONTRAST, Inks, distinct
from blogcovers.painter.drawing import Sprite, sprite
from blogcovers.painter.motifs import MOTIFS
from blogcovers.painter.planes import Plane, overlaps
from blogcovers.painter.shapes import BODY, CLEAR, HALO, INK, LEAF, LIGHT, SECOND, SPARK, TRIM

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from blogcovers.painter.composition import Placed
    from blogcovers.painter.vocabulary import Reading

TRIMS = ("yellow", "pink", "turquoise", "white", "orange")
HALOS = ("white", "yellow", "pink")
SPARKS = ("red", "pink", "orange", "violet")
SEAM = 0.0028  # the ink line over the hero where two planes meet, in parts of the canvas
SLIP = 0.014  # how far a piece of a motif is shifted at most, in parts of its height
OPAQUE = bytes(0 if i == CLEAR else 255 for i in range(256))


def bodies(name: str, colours: Inks, wished: Sequence[str] = ()) -> list[int]:
    """The colour indices of a motif's body, best first; a hue that the concept wishes comes in all its tones."""
    if not wished:
        return distinct(colours, MOTIFS[name].hues)
    first = distinct(colours, wished)
    return [*first, *(colours.shade(first[0], sign) for sign in "-+")]


def colourway(body: Sequence[int], second: Sequence[int], variant: int, behind: int, colours: Inks) -> list[int]:
    """256 entries, from role to colour index, for the part of a motif that lies on a plane of colour `behind`.

    `variant` (0, 1, 2) turns every order of preference, so that neighbouring planes get different colours.
    """
    main = _first([*_turned(body, variant), *second], [behind], colours, CONTRAST)
    half = _first([*_turned(second[:3], variant), *second[3:]], [main], colours, CONTRAST)
    trim = _first(_turned(_hues(TRIMS, colours), variant), [main, half], colours, CONTRAST)
    spark = _first(_turned(_hues(SPARKS, colours), variant), [main, trim], colours, CONTRAST)
    light = _first(colours.by_lightness(), [main], colours, CONTRAST)
    green = _first(_turned(_hues(("green", "turquoise"), colours), variant), [main], colours, CONTRAST)
    halos = [*_turned(_hues(HALOS, colours), variant), *colours.by_lightness()]
    halo = _first(halos, [behind, main], colours, CONTRAST)
    roles = {BODY: main, SECOND: half, TRIM: trim, SPARK: spark, LIGHT: light, LEAF: green, HALO: halo}
    return [roles.get(i, INK) for i in range(256)]


def _turned(options: Sequence[int], variant: int) -> list[int]:
    k = variant % len(options)
    return [*options[k:], *options[:k]]


def _hues(names: Sequence[str], colours: Inks) -> list[int]:
    return list(dict.fromkeys(colours.nearest(name) for name in names))


def _first(options: Sequence[int], against: Sequence[int], colours: Inks, least: float) -> int:
    """The first option at least `least` away from all of `against`, or else the one farthest away."""
    far = [min((colours.apart(c, other) for other in against), default=1.0) for c in options]
    return next((c for c, d in zip(options, far, strict=True) if d >= least), options[far.index(max(far))])


def stamp(
    canvas: Image.Image, placed: Placed, planes: Sequence[Plane], flat: Sequence[int], variants: Sequence[int],
    colours: Inks, reading: Reading, is_hero: bool, rng: Random,
) -> None:  # fmt: skip
    """Draw one motif on the index image, piece by piece as the planes cut it."""
    figure = sprite(placed.shapes, placed.box, rng, least=max(2.0, 0.0028 * min(canvas.size)))
    wished = reading.colours if is_hero else ()
    body = bodies(placed.name, colours, wished)
    second = [c for c in colours.colours if c not in (body[0], colours.by_lightness()[0])]
    rng.shuffle(second)
    second = [*(body if wished else ()), *_hues(MOTIFS[placed.name].second, colours), *second]
    turn = rng.randrange(3)
    reach = SLIP * (placed.box[3] - placed.box[1])
    for plane, behind, variant in zip(planes, flat, variants, strict=True):
        slip = round(rng.uniform(-reach, reach)), round(rng.uniform(-reach, reach))
        if overlaps(plane.outline, figure.box):
            lut = colourway(body, second, (variant + turn) % 3, behind, colours)
            _piece(canvas, figure, plane, lut, slip)
    if is_hero:
        _seams(canvas, figure, planes, round(SEAM * min(canvas.size)))


def _piece(canvas: Image.Image, figure: Sprite, plane: Plane, lut: list[int], slip: tuple[int, int]) -> None:
    left, top = figure.left + slip[0], figure.top + slip[1]
    local = [(x - left, y - top) for x, y in plane.outline]
    box = pattern.clipped_box(local, figure.image.size)
    if box is None:
        return
    part = figure.image.crop(box)
    mask = pattern.polygon_mask(part.size, [(x - box[0], y - box[1]) for x, y in local])
    mask = ImageChops.darker(mask, part.point(OPAQUE))
    canvas.paste(part.point(lut), (left + box[0], top + box[1]), mask)


def _seams(canvas: Image.Image, figure: Sprite, planes: Sequence[Plane], width: int) -> None:
    """Ink over a motif along the edges of the planes that cut it."""
    seams = Image.new("L", figure.image.size, 0)
    draw = ImageDraw.Draw(seams)
    for plane in planes:
        local = [(x - figure.left, y - figure.top) for x, y in plane.outline]
        draw.line([*local, local[0]], fill=255, width=max(2, width))
    canvas.paste(INK, (figure.left, figure.top), ImageChops.darker(seams, figure.image.point(OPAQUE)))
