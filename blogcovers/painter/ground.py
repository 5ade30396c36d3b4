"""What is behind the motifs: planes of flat colour, patterns in some of them, ink along their edges."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from blogcovers.painter import pattern
from blogcovers.painter.colour import Inks, family
from blogcovers.painter.figure import bodies
from blogcovers.painter.planes import Plane, Polygon, colouring, overlaps
from blogcovers.painter.shapes import INK

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

    from blogcovers.painter.composition import Box, Placed
    from blogcovers.painter.vocabulary import Reading

# One family is chosen for each cover: its first tone dominates, so that covers differ at a glance.
SKIES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "": (
        ("turquoise", "turquoise+", "white", "blue", "yellow", "turquoise-"),
        ("pink", "pink+", "white", "orange", "violet", "pink-"),
        ("yellow", "yellow+", "orange", "white", "pink", "turquoise"),
        ("blue", "turquoise", "white", "turquoise+", "pink", "blue-"),
        ("white", "turquoise+", "pink+", "yellow+", "turquoise", "pink"),
    ),
    "night": (
        ("blue", "violet", "blue-", "violet-", "turquoise-", "violet+"),
        ("violet", "blue-", "violet-", "pink-", "blue", "turquoise-"),
    ),
    "dawn": (
        ("pink", "orange", "yellow", "pink+", "violet", "yellow+"),
        ("orange", "red", "yellow", "pink", "yellow+", "violet"),
    ),
    "rain": (
        ("blue", "turquoise", "turquoise-", "violet", "turquoise+", "white"),
        ("turquoise", "turquoise-", "blue", "turquoise+", "blue-", "violet"),
    ),
}
GROUNDS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "": (
        ("green", "green-", "turquoise", "green+", "yellow"),
        ("brown", "orange", "brown-", "red", "brown+"),
        ("red", "pink", "red-", "orange", "violet"),
        ("violet", "pink", "violet-", "blue", "violet+"),
        ("green", "brown", "red", "violet", "orange"),
    ),
    "sea": (
        ("blue", "turquoise", "blue-", "turquoise-", "blue+"),
        ("turquoise", "blue", "turquoise-", "turquoise+", "green"),
    ),
    "forest": (("green", "green-", "turquoise-", "green+", "brown"),),
    "desert": (("brown", "orange", "brown-", "yellow", "red"), ("orange", "brown", "red", "yellow", "pink")),
    "snow": (("white", "turquoise+", "blue+", "white-", "pink+"),),
}
SKY_MARKS: Mapping[str, tuple[str, ...]] = {
    "": ("dots", "beads", "stitches", "hatch", "scales", "crosses"),
    "night": ("dots", "crosses", "beads", "crosses"),
    "dawn": ("hatch", "beads", "waves", "scales"),
    "rain": ("stitches", "ticks", "waves"),
}
GROUND_MARKS: Mapping[str, tuple[str, ...]] = {
    "": ("zigzag", "bands", "ticks", "teeth", "diamonds", "hatch"),
    "sea": ("waves", "scales", "waves", "zigzag"),
    "forest": ("teeth", "scales", "ticks", "zigzag"),
    "desert": ("ticks", "zigzag", "bands", "dots"),
    "snow": ("dots", "crosses", "stitches", "zigzag"),
}


def plane_colours(
    planes: Sequence[Plane], touching: Sequence[set[int]], reading: Reading, colours: Inks, hero: Placed, rng: Random
) -> list[int]:
    """A colour index for each plane: sky or ground hues, behind the hero none of the hero's own."""
    own = bodies(hero.name, colours, reading.colours)[:2]
    everything = list(colours.colours)
    rng.shuffle(everything)
    sky = _choose(SKIES[reading.time], own[:1], colours, rng)
    land = _choose(GROUNDS[reading.place], [own[0], sky[0]], colours, rng)
    if reading.tints:
        tinted = family(colours, [tint + sign for tint in reading.tints for sign in ("", "-", "+")])
        sky, land = (sky, tinted + land) if reading.place else (tinted + sky, land)
    wanted = {False: list(dict.fromkeys(sky)), True: list(dict.fromkeys(land))}

    def choices(i: int) -> list[int]:
        first = wanted[planes[i].ground]
        order = [*first, *(c for c in everything if c not in first)]
        if not overlaps(planes[i].outline, hero.box):
            return order
        return [c for c in order if c not in own] + [c for c in order if c in own]

    return colouring(planes, touching, choices, rng)


def _choose(families: Sequence[tuple[str, ...]], avoid: Sequence[int], colours: Inks, rng: Random) -> list[int]:
    """One family of tones, if possible with a first tone that is not among `avoid`."""
    options = [family(colours, tones) for tones in families]
    return rng.choice([tones for tones in options if tones[0] not in avoid] or options)


def lay_planes(
    planes: Sequence[Plane], flat: Sequence[int], size: tuple[int, int], colours: Inks, hero: Box,
    reading: Reading, rng: Random,
) -> Image.Image:  # fmt: skip
    """Paint the planes into a new index image of `size`."""
    canvas = Image.new("L", size, INK)
    draw = ImageDraw.Draw(canvas)
    for plane, colour in zip(planes, flat, strict=True):
        draw.polygon(list(plane.outline), fill=colour)
    unit = math.sqrt(size[0] * size[1]) ** 0.5 * min(size) ** 0.5
    for plane, colour in zip(planes, flat, strict=True):
        if rng.random() < 0.62:
            marks = GROUND_MARKS[reading.place] if plane.ground else SKY_MARKS[reading.time]
            quiet = overlaps(plane.outline, hero)
            fellows = [c for c, p in zip(flat, planes, strict=True) if p.ground == plane.ground]
            tint = _mark_colour(colour, fellows, quiet, colours, rng)
            pitch = unit * rng.uniform(0.036, 0.056)
            turn = 0.0 if plane.ground and reading.place == "sea" else rng.choice((0.0, 0.5, -0.5, 1.05, -1.05))
            pattern.lay(canvas, plane.outline, rng.choice(marks), tint, pitch, turn)
    for plane in planes:
        _edges(draw, plane.outline, max(2.0, 0.0075 * unit), rng)
    return canvas


def _mark_colour(colour: int, fellows: Sequence[int], quiet: bool, colours: Inks, rng: Random) -> int:
    """The colour of a pattern on a plane: a shade of the plane's own, or, where it may be loud, one of its family's."""
    loud = [c for c in fellows if colours.apart(c, colour) > 0.15]
    if loud and not quiet and rng.random() < 0.6:
        return rng.choice(loud)
    pale = colours.by_lightness()[0]
    if colour == pale:  # its own dark shade would be a dull grey
        return colours.shade(rng.choice([c for c in colours.colours if c != pale]), "+")
    return rng.choice(colours.shades(colour))


def _edges(draw: ImageDraw.ImageDraw, outline: Polygon, width: float, rng: Random) -> None:
    """Ink along the sides, each thicker at one end than at the other, as a brush leaves it."""
    for (ax, ay), (bx, by) in zip(outline, (*outline[1:], outline[0]), strict=True):
        length = math.dist((ax, ay), (bx, by)) or 1.0
        nx, ny = -(by - ay) / length, (bx - ax) / length
        a, b = width * rng.uniform(0.35, 0.8), width * rng.uniform(0.35, 0.8)
        draw.polygon([(ax + nx * a, ay + ny * a), (bx + nx * b, by + ny * b), (bx - nx * b, by - ny * b),
                      (ax - nx * a, ay - ny * a)], fill=INK)  # fmt: skip
        for x, y, r in ((ax, ay, a), (bx, by, b)):
            draw.ellipse((x - r, y - r, x + r, y + r), fill=INK)
