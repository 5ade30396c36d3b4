"""The colour plan of one cover, and the numbers by which its colours are painted.

A *tone* is what one thing looks like on the four variants of plane: four colour indices of `Inks`. Canvases hold, not
colours, but *paints*: 4 x the number of a tone. Adding the map of variants to a canvas then gives every pixel its
colour's number, so that the whole picture changes at every plane's edge at the price of one addition.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from blogcovers.painter.scene.colour import APART, Inks
from blogcovers.painter.scene.planes import VARIANTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

    from blogcovers.painter.motifs.motif_table import Motif
    from blogcovers.painter.scene.colour import RGB
    from blogcovers.painter.words.brief import Brief

Tone = tuple[int, int, int, int]
MOST_TONES = 63  # 4 x 63 = 252: a paint and a variant fit into a byte, and 255 is left for CLEAR
INK_TONE: Tone = (0, 0, 0, 0)
READS = 0.17  # distance between a motif's body and what is behind it, from which on it reads

SKIES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "": (
        ("turquoise", "white"), ("blue", "turquoise"), ("pink", "white"), ("yellow", "white"), ("turquoise", "yellow"),
        ("pink", "orange"), ("white", "turquoise"), ("blue", "violet"), ("orange", "yellow"), ("white", "pink"),
    ),
    "night": (("blue", "violet"), ("violet", "blue"), ("blue-", "violet-")),
    "dawn": (("pink", "orange"), ("orange", "yellow"), ("yellow", "pink"), ("red", "orange")),
    "rain": (("turquoise", "blue"), ("blue", "turquoise"), ("violet", "turquoise")),
}  # fmt: skip
GROUNDS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "": (
        ("green", "turquoise", "yellow"), ("red", "brown", "orange"), ("violet", "pink", "blue"),
        ("brown", "green", "orange"), ("green", "yellow", "red"), ("pink", "violet", "red"), ("blue", "green",
            "violet"),
    ),
    "sea": (("blue", "turquoise", "blue-"), ("turquoise", "blue", "turquoise-"), ("blue-", "turquoise", "blue")),
    "forest": (("green", "turquoise", "green-"), ("turquoise", "green", "green-"), ("green-", "green", "brown")),
    "desert": (("brown", "orange", "red"), ("orange", "brown", "pink"), ("red", "brown", "yellow")),
    "snow": (("white", "turquoise+", "blue+"), ("white", "blue+", "pink+"), ("white", "turquoise+", "violet+")),
    "room": (("red", "brown", "pink"), ("violet", "brown", "red"), ("turquoise", "brown", "orange")),
}  # fmt: skip
ACCENTS = ("yellow", "pink", "red", "turquoise", "blue")


class Paints:
    """Numbers the tones of one picture; when the numbers run out, the tone most alike is taken."""

    def __init__(self, inks: Inks) -> None:
        self.inks = inks
        self._number: dict[Tone, int] = {INK_TONE: 0}

    def of(self, tone: Tone) -> int:
        """The paint for a tone."""
        if tone not in self._number and len(self._number) >= MOST_TONES:
            near = min(self._number, key=lambda t: (sum(map(self.inks.apart, t, tone)), t))
            return VARIANTS * self._number[near]
        return VARIANTS * self._number.setdefault(tone, len(self._number))

    def table(self) -> list[RGB]:
        """The colour of each paint on each variant, by number."""
        return [self.inks.table[index] for tone in self._number for index in tone]


@dataclass(frozen=True, slots=True)
class ColourPlan:
    """Who has which colour: all pictures draw on few, so that each is in harmony with itself.

    `sky` is one tone, `land` one for each band of ground in turn; `hero` and `half` are the two colours of the hero;
    `accents` what the small parts of all motifs share; `shore` the land beside a sea.
    """

    sky: Tone
    land: tuple[Tone, ...]
    hero: int
    half: int
    accents: tuple[int, ...]
    light: int
    shore: Tone

    def band(self, k: int, shore: bool) -> Tone:
        """The tone of the band of ground number `k`, or that of the shore."""
        return self.shore if shore else self.land[k % len(self.land)]


def other(inks: Inks, index: int, sign: str = "+") -> int:
    """A second tone of a colour: lighter, or, of what is light already, darker or tinted."""
    own = (index - 1) % inks.count + 1
    if own == inks.by_lightness()[0]:  # the dark shade of the palest colour would be a dull grey
        return inks.shade(inks.nearest("turquoise" if sign == "+" else "yellow", inks.by_lightness()[1:]), "+")
    shade = inks.shade(own, sign)
    if inks.apart(shade, index) >= APART:
        return shade
    return next((i for i in (own, *inks.shades(own)) if inks.apart(i, index) >= APART), inks.shade(own, "-"))


def crossed(inks: Inks, a: int, b: int) -> Tone:
    """Two hues that take turns, and a second tone of each: no two that meet at an edge are the same."""
    palest = inks.by_lightness()[0]
    up = inks.shade((b - 1) % inks.count + 1, "+") if a == palest != b else other(inks, a)  # a tint of its partner
    own = (b - 1) % inks.count + 1
    down = next((i for i in (other(inks, b), other(inks, b, "-"), own, *inks.shades(own)) if i not in (up, b)), b)
    return a, b, up, down


def plan(brief: Brief, motif: Motif, inks: Inks, rng: Random) -> ColourPlan:
    """Choose the hero's colours, then a sky, then the ground, each unlike what stands before it."""
    natural = [inks.meant(hue) for hue in brief.colours] or [_tone(inks, hue) for hue in motif.hues]
    hero = natural[0] if brief.colours or rng.random() < 0.6 else natural[1 % len(natural)]
    pair = _sky(brief, inks, hero, rng)
    half = _half(inks, motif, hero, pair, brief, rng)
    first, second, up, down = crossed(inks, *pair)
    sky = first, up, second, down
    land = _land(brief, inks, (hero, half), pair, rng)
    accents = [inks.nearest(hue) for hue in ACCENTS]
    rng.shuffle(accents)
    light = inks.by_lightness()[0]
    fresh = [c for c in dict.fromkeys(accents) if c not in (hero, half, light)]
    sand = [c for c in map(inks.nearest, ("brown", "orange", "yellow", "green")) if c not in (*pair, hero, *land)]
    shore = _shaded(inks, (sand or [land[-1]])[0])
    return ColourPlan(sky, tuple(_shaded(inks, c) for c in land), hero, half, tuple(fresh or [light]), light, shore)


def _tone(inks: Inks, tone: str) -> int:
    hue = tone.rstrip("+-")
    return inks.shade(inks.nearest(hue), tone[len(hue) :])


def _shaded(inks: Inks, index: int) -> Tone:
    """One hue in three tones: base, lighter, darker, base. The first and the last never meet at an edge."""
    palest, own = inks.by_lightness()[0], (index - 1) % inks.count + 1
    if index == palest:
        tint = other(inks, index, "-")
        return index, tint, tint, index
    if index > 2 * inks.count:  # a dark shade stays dark: deep water, black cats
        return index, own, own, index
    if inks.count < index <= 2 * inks.count:  # a light tint stays light: snow
        return index, palest, palest, index
    return index, other(inks, index, "+"), other(inks, index, "-"), index


def _half(
    inks: Inks, motif: Motif, hero: int, sky: Sequence[int], brief: Brief, rng: Random
) -> int:  # fmt: skip
    """The hero's second colour: unlike its first, and rather not the sky's; of a colour that is said, another tone."""
    if len(brief.colours) == 1:
        return _fellow(inks, hero)
    hues = brief.colours[1:] or motif.second or ("red", "yellow", "turquoise", "pink", "blue", "orange", "violet")
    found = [i for i in dict.fromkeys(inks.nearest(hue) for hue in hues) if inks.apart(i, hero) >= 0.12]

    def reads(index: int) -> float:
        return min(READS, *(inks.apart(index, c) for c in sky)) + 0.08 * rng.random()

    return max(found, key=reads, default=other(inks, hero))


def _fellow(inks: Inks, index: int) -> int:
    """Another tone of a colour that is said, so that a yellow fish is yellow all over."""
    own = (index - 1) % inks.count + 1
    return own if own != index else other(inks, index, "-")


def _sky(brief: Brief, inks: Inks, hero: int, rng: Random) -> tuple[int, int]:
    hues = SKIES[brief.time]
    if brief.tints and not brief.place:
        hues = tuple((tint, pair[1]) for tint in brief.tints for pair in hues if pair[1] != tint)
    pairs = [(_tone(inks, a), _tone(inks, b)) for a, b in hues if brief.place != "snow" or "white" not in (a, b)]

    def reads(pair: tuple[int, int]) -> float:
        return min(READS, *(inks.apart(hero, c) for c in (*pair, other(inks, pair[0])))) + 0.15 * rng.random()

    return max((pair for pair in pairs if pair[0] != pair[1]), key=reads, default=(inks.by_lightness()[0], 1))


def _land(
    brief: Brief, inks: Inks, bodies: Sequence[int], sky: Sequence[int], rng: Random
) -> list[int]:  # fmt: skip
    hues = [list(family) for family in GROUNDS[brief.place]]
    if brief.place and brief.tints:
        hues = [[brief.tints[0], *family] for family in hues]
    families = [list(dict.fromkeys(_tone(inks, tone) for tone in family)) for family in hues]

    def fits(family: list[int]) -> float:
        apart = min(inks.apart(family[0], c) for c in (*sky, bodies[0]))
        clash = sum(c in bodies or c in sky for c in family)
        return min(apart, 0.2) - 0.04 * clash + 0.16 * rng.random()

    best = max(families, key=fits)
    kept = [c for c in best if c not in sky and c != bodies[0]] or best
    if len(kept) < 2:  # rather another shade of the sea than a colour that is no water's
        kept += [c for c in (other(inks, i, sign) for i in best for sign in "-+") if c not in (*sky, *kept)][:1]
    return kept


def roles(
    motif: Motif, hero: bool, behind: Sequence[int], plan: ColourPlan, wished: Sequence[str], inks: Inks,
    paints: Paints, rng: Random,
) -> list[int]:  # fmt: skip
    """The paint of each role (INK to HALO) of a motif that stands before colours `behind`."""
    if hero:
        main, half = plan.hero, plan.half
    else:
        main, half = _companion(motif, behind, plan, wished, inks)
    accents = [c for c in plan.accents if inks.apart(c, main) >= READS and inks.apart(c, half) >= 0.08]
    accents += [c for c in inks.colours if c not in accents and c not in (main, half)]
    apart = [c for c in accents if min(inks.apart(c, b) for b in behind) >= 0.1] or accents
    trim, spark = apart[0], next((c for c in accents if c != apart[0]), apart[0])
    if motif.whole:  # lips and cheeks are red, hair and cloth are deep
        spark = next((c for c in map(inks.nearest, ("red", "pink", "violet")) if inks.apart(c, main) >= 0.1), spark)
        trim = next((c for c in map(inks.nearest, ("blue", "violet", "turquoise")) if c not in behind), trim)
    light = plan.light if inks.apart(plan.light, main) >= READS else _palest_but(inks, main)
    green = next((c for c in map(inks.nearest, ("green", "turquoise", "blue")) if c != main), half)
    halo = next((c for c in (light, trim, spark, half) if min(inks.apart(c, b) for b in behind) >= 0.12), light)
    whole = motif.whole or bool(wished)
    tones: tuple[Tone, ...] = (
        INK_TONE,
        _shaded(inks, main) if whole else crossed(inks, main, half),
        _shaded(inks, half) if whole else _turned(crossed(inks, main, half)),
        _shaded(inks, trim) if whole else crossed(inks, trim, spark),
        _shaded(inks, spark) if whole else _turned(crossed(inks, trim, spark)),
        (light, light, light, light),
        (green, other(inks, green), other(inks, green, "-"), green),
        (halo, other(inks, halo), halo, other(inks, halo)),
    )
    return [paints.of(tone) for tone in tones]


def _turned(tone: Tone) -> Tone:
    return tone[1], tone[0], tone[3], tone[2]


def _companion(
    motif: Motif, behind: Sequence[int], plan: ColourPlan, wished: Sequence[str], inks: Inks
) -> tuple[int, int]:  # fmt: skip
    natural = [*map(inks.meant, wished), *map(inks.nearest, motif.hues)]
    order = natural if motif.whole else [*natural, plan.half, plan.hero, *plan.accents]
    enough = 0.09 if wished else READS
    main = next((c for c in order if min(inks.apart(c, b) for b in behind) >= enough), None)
    main = main or max(order, key=lambda c: (min(inks.apart(c, b) for b in behind), -c))
    seconds = [inks.nearest(hue) for hue in motif.second] or [plan.hero, plan.half, *plan.accents]
    half = next((c for c in seconds if inks.apart(c, main) >= 0.1), other(inks, main))
    return main, _fellow(inks, main) if wished else half


def _palest_but(inks: Inks, index: int) -> int:
    return next((c for c in inks.by_lightness() if inks.apart(c, index) >= READS), inks.by_lightness()[0])
