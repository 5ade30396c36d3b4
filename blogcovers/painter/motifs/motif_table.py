"""All motifs by name. A new one is two functions in its family's file, a line here, and its words in words/en.txt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from blogcovers.painter.motifs import beasts, buildings, people, plants, sky, things

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

    from blogcovers.painter.drawing.shapes import VectorShape


@dataclass(frozen=True, slots=True)
class Motif:
    """How to draw a motif, in its variants; the colours of its body from most to least natural; where it likes to be.

    `second` are the colours of its other half, or () for any. `zone` is "sky" (high), "air" (anywhere above the
    ground), "ground" (stands), "far" (stands on the horizon), "water" (on it) or "deep" (in it). A `whole` motif
    keeps its body's hue on every plane, in shades: faces, whose halves do not change buildings.
    """

    draws: tuple[Callable[[Random], list[VectorShape]], ...]
    hues: tuple[str, str, str]
    zone: str
    second: tuple[str, ...] = ()
    whole: bool = False


MOTIFS: Mapping[str, Motif] = {
    "bird": Motif((beasts.bird, beasts.hummingbird), ("turquoise", "blue", "green"), "air"),
    "boat": Motif((buildings.boat, buildings.canoe), ("red", "blue", "violet"), "water"),
    "book": Motif((things.book, things.closed_book), ("red", "violet", "blue"), "ground"),
    "butterfly": Motif((beasts.butterfly, beasts.side_butterfly), ("orange", "pink", "violet"), "air"),
    "basket": Motif((things.basket, things.full_basket), ("brown", "orange", "red"), "ground"),
    "cactus": Motif(
        (plants.cactus, plants.nopal), ("green", "turquoise", "blue"), "ground", ("turquoise", "green", "blue")
    ),
    "cloud": Motif((sky.cloud, sky.rainbow_cloud), ("white", "turquoise", "blue"), "sky"),
    "cup": Motif((things.cup, things.jug), ("red", "orange", "brown"), "ground"),
    "candle": Motif((things.candle, things.three_candles), ("white", "red", "yellow"), "ground"),
    "dancer": Motif(
        (people.dancer, people.feather_dancer), ("brown", "orange", "pink"), "ground", ("orange", "pink"), True
    ),
    "dog": Motif(
        (beasts.dog, beasts.sitting_dog), ("orange", "brown", "white"), "ground", ("turquoise", "red", "blue")
    ),
    "eye": Motif((sky.eye_of_day, sky.open_eye), ("turquoise", "pink", "violet"), "air"),
    "face": Motif((people.face, people.braided_face), ("brown", "orange", "pink"), "ground", ("orange", "pink"), True),
    "fish": Motif((beasts.fish, beasts.round_fish), ("orange", "red", "turquoise"), "deep"),
    "flower": Motif((plants.flower, plants.bunch), ("pink", "red", "violet"), "ground"),
    "fox": Motif((beasts.fox, beasts.running_fox), ("red", "orange", "brown"), "ground", ("orange", "brown", "violet")),
    "guitar": Motif((things.guitar, things.cut_guitar), ("orange", "brown", "red"), "ground"),
    "hand": Motif(
        (people.hand, people.giving_hand), ("pink", "brown", "orange"), "ground", ("orange", "brown", "pink"), True
    ),
    "heart": Motif((people.heart, people.winged_heart), ("red", "pink", "violet"), "air"),
    "horse": Motif(
        (beasts.horse, beasts.toy_horse), ("red", "white", "blue"), "ground", ("turquoise", "yellow", "pink")
    ),
    "house": Motif((buildings.house, buildings.tall_house), ("pink", "white", "turquoise"), "ground"),
    "jaguar": Motif((beasts.jaguar, beasts.cat), ("orange", "brown", "red"), "ground", ("brown", "red", "turquoise")),
    "key": Motif((things.key, things.heart_key), ("orange", "brown", "turquoise"), "air"),
    "lantern": Motif((things.lantern, things.paper_lantern), ("orange", "pink", "turquoise"), "ground"),
    "maize": Motif(
        (plants.maize, plants.maize_plant), ("yellow", "brown", "red"), "ground", ("green", "turquoise", "blue")
    ),
    "moon": Motif(
        (sky.moon, sky.full_moon), ("white", "yellow", "orange"), "sky", ("orange", "turquoise", "pink"), True
    ),
    "mountain": Motif(
        (buildings.mountain, buildings.twin_peaks), ("violet", "blue", "green"), "far", ("blue", "turquoise", "pink")
    ),
    "parrot": Motif(
        (beasts.parrot, beasts.flying_parrot), ("red", "green", "blue"), "air", ("blue", "turquoise", "yellow")
    ),
    "pyramid": Motif((buildings.pyramid, buildings.tall_temple), ("brown", "pink", "orange"), "far"),
    "rooster": Motif(
        (beasts.rooster, beasts.crowing_rooster), ("red", "brown", "blue"), "ground", ("blue", "green", "violet")
    ),
    "snake": Motif((beasts.snake, beasts.coiled_snake), ("green", "turquoise", "violet"), "ground"),
    "star": Motif((sky.star, sky.comet), ("yellow", "white", "pink"), "sky"),
    "sun": Motif((sky.sun, sky.feathered_sun), ("yellow", "red", "orange"), "sky", ("red", "orange", "pink"), True),
    "textile": Motif((things.textile, things.blouse), ("red", "violet", "blue"), "ground"),
    "tree": Motif(
        (plants.tree, plants.leafy_tree), ("green", "turquoise", "blue"), "ground", ("turquoise", "green", "blue")
    ),
    "wheel": Motif((things.wheel, things.cart_wheel), ("turquoise", "violet", "red"), "ground"),
    "window": Motif((buildings.window, buildings.curtained_window), ("blue", "violet", "brown"), "ground"),
}
