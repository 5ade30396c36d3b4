"""All motifs by name. A new one is a function in its family's file, a line here, and a line in vocabulary.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from blogcovers.painter import beasts, people, places, plants, sky, things

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

    from blogcovers.painter.shapes import Shape


@dataclass(frozen=True, slots=True)
class Motif:
    """How to draw a motif, the colours of its body from most to least natural, and where it likes to be.

    `second` are the colours of its other half, or () for any.
    `place` is "sky" (high), "air" (anywhere), "ground" (stands) or "far" (stands on the horizon).
    """

    draw: Callable[[Random], list[Shape]]
    hues: tuple[str, str, str]
    place: str
    second: tuple[str, ...] = ()


MOTIFS: Mapping[str, Motif] = {
    "bird": Motif(beasts.bird, ("turquoise", "blue", "green"), "air"),
    "boat": Motif(places.boat, ("red", "blue", "violet"), "ground"),
    "book": Motif(things.book, ("red", "violet", "blue"), "ground"),
    "butterfly": Motif(beasts.butterfly, ("orange", "pink", "violet"), "air"),
    "basket": Motif(things.basket, ("brown", "orange", "red"), "ground"),
    "cactus": Motif(plants.cactus, ("green", "turquoise", "blue"), "ground", ("turquoise", "green", "blue")),
    "cloud": Motif(sky.cloud, ("white", "turquoise", "blue"), "sky"),
    "cup": Motif(things.cup, ("red", "orange", "brown"), "ground"),
    "eye": Motif(sky.eye_of_day, ("turquoise", "pink", "violet"), "air"),
    "face": Motif(people.face, ("brown", "orange", "pink"), "ground"),
    "fish": Motif(beasts.fish, ("orange", "red", "turquoise"), "air"),
    "flower": Motif(plants.flower, ("pink", "red", "violet"), "ground"),
    "fox": Motif(beasts.fox, ("red", "orange", "brown"), "ground", ("orange", "brown", "violet")),
    "guitar": Motif(things.guitar, ("orange", "brown", "red"), "ground"),
    "hand": Motif(people.hand, ("pink", "brown", "orange"), "ground"),
    "heart": Motif(people.heart, ("red", "pink", "violet"), "air"),
    "house": Motif(places.house, ("pink", "white", "turquoise"), "ground"),
    "jaguar": Motif(beasts.jaguar, ("orange", "brown", "red"), "ground", ("brown", "red", "turquoise")),
    "key": Motif(things.key, ("orange", "brown", "turquoise"), "air"),
    "lantern": Motif(things.lantern, ("orange", "pink", "turquoise"), "ground"),
    "maize": Motif(plants.maize, ("yellow", "brown", "red"), "ground", ("green", "turquoise", "blue")),
    "moon": Motif(sky.moon, ("white", "yellow", "turquoise"), "sky", ("blue", "turquoise", "violet")),
    "mountain": Motif(places.mountain, ("violet", "blue", "green"), "far", ("blue", "turquoise", "pink")),
    "pyramid": Motif(places.pyramid, ("brown", "pink", "orange"), "far"),
    "rooster": Motif(beasts.rooster, ("red", "brown", "blue"), "ground", ("blue", "green", "violet")),
    "snake": Motif(beasts.snake, ("green", "turquoise", "violet"), "ground"),
    "star": Motif(sky.star, ("yellow", "white", "pink"), "sky"),
    "sun": Motif(sky.sun, ("yellow", "red", "brown"), "sky", ("red", "orange", "pink")),
    "textile": Motif(things.textile, ("red", "violet", "blue"), "ground"),
    "tree": Motif(plants.tree, ("green", "turquoise", "blue"), "ground", ("turquoise", "green", "blue")),
    "wheel": Motif(things.wheel, ("turquoise", "violet", "red"), "ground"),
    "window": Motif(places.window, ("blue", "violet", "brown"), "ground"),
}
