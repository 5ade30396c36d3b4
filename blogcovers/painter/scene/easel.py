"""What everything behind the motifs is painted with."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from PIL import ImageDraw

from blogcovers.painter.scene.tones import Tone, other

if TYPE_CHECKING:
    from random import Random

    from PIL import Image

    from blogcovers.painter.scene.colour import Inks
    from blogcovers.painter.scene.tones import ColourPlan, Paints

PEN = 0.0062  # the ink around things that are no motifs, in parts of the canvas's shorter side


@dataclass(frozen=True)
class Easel:
    """A canvas of paints (mode "L", see tones.py), the colour plan of its cover, and the dice."""

    image: Image.Image
    plan: ColourPlan
    paints: Paints
    rng: Random

    @cached_property
    def draw(self) -> ImageDraw.ImageDraw:
        """Draws on the canvas."""
        return ImageDraw.Draw(self.image)

    @property
    def unit(self) -> int:
        """The canvas's shorter side in px."""
        return min(self.image.size)

    @property
    def pen(self) -> float:
        """The width of ink of weight 1 in px."""
        return max(2.0, PEN * self.unit)

    @property
    def inks(self) -> Inks:
        """The palette."""
        return self.paints.inks

    def ink(self, weight: float) -> int:
        """The width in px of ink of this weight."""
        return round(weight * self.pen)

    def flat(self, colour: int) -> int:
        """The paint that is one colour on all planes."""
        return self.paints.of((colour, colour, colour, colour))

    def two(self, colour: int) -> int:
        """The paint that is a colour and its lighter tone by turns."""
        return self.paints.of(self.turns(colour))

    def turns(self, colour: int) -> Tone:
        """A colour and its lighter tone by turns."""
        lighter = other(self.inks, colour)
        return colour, lighter, colour, lighter

    def marks(self, tone: Tone) -> int:
        """The paint of a pattern on a ground of `tone`: on every plane another shade of the colour it has there."""
        a, b, c, d = (_shade(self.inks, colour) for colour in tone)
        return self.paints.of((a, b, c, d))


def _shade(inks: Inks, index: int) -> int:
    lighter = other(inks, index, "+")
    return lighter if lighter != index else other(inks, index, "-")
