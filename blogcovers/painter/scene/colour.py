"""The palette as the painter uses it: numbered flat colours, found by hue name or by contrast.

Everything here works on any palette of two colours or more: a hue that the palette lacks becomes the nearest one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

RGB = tuple[int, int, int]
Lab = tuple[float, float, float]

OUTLINE: RGB = (22, 16, 20)
WHITE: RGB = (255, 252, 244)
ENOUGH = 8  # colours that a picture needs so that neighbours can differ and the hero stands out
MOST = 60  # colours of a palette that are used: an index has to fit into a byte, with its shades and tints
SHADE = 0.05  # so much nearer to a hue has a shade to be to stand for it
APART = 0.055  # least distance at which two flat colours read as two

HUES: Mapping[str, RGB] = {
    "red": (226, 53, 43),
    "orange": (246, 150, 28),
    "yellow": (250, 190, 40),
    "green": (47, 158, 68),
    "turquoise": (23, 167, 160),
    "blue": (31, 79, 163),
    "violet": (107, 63, 160),
    "pink": (232, 90, 143),
    "brown": (190, 120, 50),
    "white": (251, 240, 217),
    "grey": (140, 140, 140),
    "black": (35, 30, 40),
}


@dataclass(frozen=True, slots=True)
class Inks:
    """The colours of one picture: `table[i]` is the RGB of index i, `labs[i]` the same in OKLab.

    Index 0 is the outline, then come `count` house colours, then the light and then the dark shade of each.
    """

    table: tuple[RGB, ...]
    labs: tuple[Lab, ...]
    count: int

    @property
    def colours(self) -> range:
        """Indices of the house colours."""
        return range(1, self.count + 1)

    def shade(self, index: int, sign: str) -> int:
        """The index of the light ("+") or dark ("-") shade of a house colour; with "" itself."""
        return index + {"": 0, "+": 1, "-": 2}[sign] * self.count

    def apart(self, a: int, b: int) -> float:
        """Perceived distance of two indices: about 0.05 is just told apart, 1 is black to white."""
        return math.dist(self.labs[a], self.labs[b])

    def nearest(self, hue: str, among: Iterable[int] | None = None) -> int:
        """The index nearest to a hue of HUES."""
        return min(among or self.colours, key=lambda i: (math.dist(self.labs[i], _HUE_LABS[hue]), i))

    def meant(self, hue: str) -> int:
        """The index of what a person calls by a hue of HUES: a house colour, or a shade of one that is much nearer."""
        return min(
            range(1, 3 * self.count + 1),
            key=lambda i: (math.dist(self.labs[i], _HUE_LABS[hue]) + SHADE * (i > self.count), i),
        )

    def shades(self, index: int) -> list[int]:
        """The two other tones of a colour or of a shade."""
        own = (index - 1) % self.count + 1
        return [i for i in (own, own + self.count, own + 2 * self.count) if i != index]

    def by_lightness(self) -> list[int]:
        """The house colours, lightest first."""
        return sorted(self.colours, key=lambda i: (-self.labs[i][0], i))


def parse_hex(text: str) -> RGB:
    """`#rrggbb` (or `#rgb`) as three numbers from 0 to 255."""
    digits = text.strip().removeprefix("#")
    if len(digits) == 3:
        digits = "".join(d * 2 for d in digits)
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def inks(palette: Mapping[str, str]) -> Inks:
    """Number the palette; lift what is too dark beside black outlines; add tints until there are enough colours."""
    table: list[RGB] = []
    for text in palette.values():
        _add(table, _lifted(parse_hex(text)))
    house = tuple(table)
    for part in (0.45, 0.25, 0.65, 0.12, 0.8, 0.35, 0.55, 0.9):
        for rgb in house:
            for other in (WHITE, OUTLINE, *house):
                if len(table) < ENOUGH:
                    _add(table, _lifted(mix(rgb, other, part)))
    del table[MOST:]
    light, dark = [mix(rgb, WHITE, 0.36) for rgb in table], [mix(rgb, OUTLINE, 0.28) for rgb in table]
    shaded = (OUTLINE, *table, *light, *dark)
    return Inks(shaded, tuple(map(oklab, shaded)), len(table))


def _add(table: list[RGB], rgb: RGB) -> None:
    if all(distance(rgb, other) >= APART for other in table):
        table.append(rgb)


def _lifted(rgb: RGB) -> RGB:
    while oklab(rgb)[0] < 0.36:
        rgb = mix(rgb, WHITE, 0.1)
    return rgb


def mix(a: RGB, b: RGB, part: float) -> RGB:
    """`a` with `part` (0 to 1) of `b`."""
    r, g, bl = (round(x + (y - x) * part) for x, y in zip(a, b, strict=True))
    return r, g, bl


def distance(a: RGB, b: RGB) -> float:
    """Euclidean distance in OKLab."""
    return math.dist(oklab(a), oklab(b))


def oklab(rgb: RGB) -> Lab:
    """sRGB to OKLab (Ottosson 2020): lightness 0 to 1, then two axes of hue of about -0.3 to 0.3."""
    r, g, b = (c / 3294.6 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in rgb)
    p = (0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b) ** (1 / 3)
    q = (0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b) ** (1 / 3)
    s = (0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b) ** (1 / 3)
    return (
        0.2104542553 * p + 0.7936177850 * q - 0.0040720468 * s,
        1.9779984951 * p - 2.4285922050 * q + 0.4505937099 * s,
        0.0259040371 * p + 0.7827717662 * q - 0.8086757660 * s,
    )


_HUE_LABS = {name: oklab(rgb) for name, rgb in HUES.items()}
