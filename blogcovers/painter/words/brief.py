"""What a concept asks for: motifs, hour, place and colours, read from its words. A word in no list still decides, by
its hash.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from blogcovers.painter.words.lists import DRAWINGS, lists
from blogcovers.painter.words.vocabulary import find, motif_of, stems, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

# What may stand above and around a hero, unasked, by the hour and by the place.
ABOVE: Mapping[str, tuple[str, ...]] = {
    "": ("sun", "cloud", "bird", "butterfly", "sun", "parrot"),
    "night": ("moon", "star"),
    "dawn": ("sun", "bird"),
    "rain": ("cloud",),
}
AROUND: Mapping[str, tuple[str, ...]] = {
    "": (
        "bird", "flower", "house", "tree", "butterfly", "mountain", "cactus", "heart", "maize", "rooster", "dog",
        "parrot", "pyramid", "horse", "jaguar", "fox", "basket",
    ),
    "sea": ("boat", "fish", "bird", "fish", "house", "star"),
    "forest": ("tree", "bird", "flower", "butterfly", "snake", "jaguar"),
    "desert": ("cactus", "snake", "pyramid", "mountain", "bird", "flower"),
    "snow": ("mountain", "house", "tree", "bird", "fox", "star"),
    "room": ("window", "flower", "cup", "basket", "book", "lantern", "textile", "jaguar"),
}  # fmt: skip
ALWAYS_AT: Mapping[str, str] = {"boat": "sea"}  # whatever place is named
HOMES: Mapping[str, str] = {"fish": "sea", "cactus": "desert"}  # where a hero is at home, when no place is named
PARTICULAR = ("boat", "face", "fish", "window", "moon", "cloud", "sun", "hand", "eye", "dancer", "textile", "wheel")


@dataclass(frozen=True, slots=True)
class Brief:
    """What a concept asks for. `hero` and `others` name motifs, `time` and `place` may be ""; `colours` are hues said
    of the hero, `wishes` of other motifs (name, hue), `tints` of the sea, the hills, or nothing in particular;
    `drawings` are the motifs of which words ask for one of the two drawings (name, number from 0).
    """

    hero: str
    others: tuple[str, ...]
    time: str
    place: str
    colours: tuple[str, ...]
    tints: tuple[str, ...]
    drawings: tuple[tuple[str, int], ...] = ()
    wishes: tuple[tuple[str, str], ...] = ()


def read(concept: str) -> Brief:
    """Understand a concept. The hero is the first noun that names a motif; a concept of unknown words hashes to one."""
    known, every = lists(), words(concept)
    found = [w for w in every if w not in known.silent]
    nouns = [w for w in found if w not in known.colours]
    named = _all(sorted(nouns, key=_is_by_the_way), known.things) or _all(found, known.things)
    strange = [w for w in nouns if motif_of(w) is None]
    hero = named[0] if named else _by_hash("hero " + (" ".join(strange or found) or concept), _motifs())
    time = next(iter(_all(found, known.times)), "")
    place = _place(found, hero)
    others = [name for name in named if name != hero]
    others += [_by_hash("other " + w, _companions()) for w in strange[:2]]
    everything = " ".join(found)
    others.insert(2, _by_hash("above " + everything, ABOVE[time]))
    others += [_by_hash(f"around {k} {everything}", AROUND[place]) for k in range(12)]
    hidden = {hero} if "sun" in named or time not in ("night", "rain") else {hero, "sun"}
    unasked = (name for name in dict.fromkeys(others) if name not in hidden)
    own, wishes, tints = _colours(every, hero)
    return Brief(hero, (*(hero,) * _more(every, hero), *unasked), time, place, own, tints, _drawings(found), wishes)


def _all(found: Iterable[str], table: Mapping[str, str]) -> tuple[str, ...]:
    """What a table has for each of the words, once."""
    return tuple(dict.fromkeys(name for w in found if (name := find(w, table))))


def _is_by_the_way(word: str) -> bool:
    """Whether a word says what a thing does ("a singing bird") or when ("at night a boat"): things come before it."""
    known = lists()  # a listed word is a noun
    return word in known.hours or (word.endswith(("ing", "ed")) and word not in known.things)


def _place(found: Sequence[str], hero: str) -> str:
    known = lists()
    named = _all(found, known.places) or _all(found, known.dwellers)
    return ALWAYS_AT.get(hero) or next(iter(named), HOMES.get(hero, ""))


def _by_hash(text: str, names: Sequence[str]) -> str:
    return names[digest(text) % len(names)]


def digest(text: str) -> int:
    """64 bits of SHA-256: the same in every process, unlike `hash`."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big")


@cache
def _motifs() -> tuple[str, ...]:
    return tuple(sorted(set(lists().things.values())))


@cache
def _companions() -> tuple[str, ...]:
    """What may stand anywhere, unasked."""
    return tuple(name for name in _motifs() if name not in PARTICULAR)


def _more(every: Sequence[str], hero: str) -> int:
    """How many more of the hero the text speaks of: one in "two red boats", two in "dancers", none in "a boat"."""
    known = lists()
    for i, word in enumerate(every):
        if motif_of(word) == hero:
            singular = next((s for s in stems(word) if s in known.things), word)
            counted = [w for w in every[max(0, i - 3) : i] if w in known.numbers]
            if counted:
                return 1 if counted[-1] in known.two else 2
            return 2 if word.endswith("s") and singular != word else 0
    return 0


def _drawings(found: Sequence[str]) -> tuple[tuple[str, int], ...]:
    """The drawings that words ask for, the first word of a motif deciding."""
    out: dict[str, int] = {}
    for word in found:
        name, drawing = motif_of(word), find(word, lists().drawings)
        if name is not None and drawing is not None:
            out.setdefault(name, DRAWINGS.index(drawing))
    return tuple(out.items())


def _colours(every: Sequence[str], hero: str) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Hues of the hero, of other motifs, and of the scene: each belongs to the known noun beside it."""
    known = lists()
    own: list[str] = []
    wishes: dict[str, str] = {}
    tints: list[str] = []
    for i, word in enumerate(every):
        if word not in known.colours:
            continue
        beside = next((w for w in _beside(every, i) if motif_of(w) or find(w, known.places)), "")
        name, hue = motif_of(beside), known.colours[word]
        if name == hero:
            own.append(hue)
        elif name is not None and not (name == "mountain" or find(beside, known.places)):
            wishes.setdefault(name, hue)
        else:
            tints.append(hue)
    return tuple(dict.fromkeys(own)), tuple(wishes.items()), tuple(dict.fromkeys(tints))


def _beside(every: Sequence[str], i: int) -> list[str]:
    """The words to which the colour at `i` may belong, likeliest first: "red fox", "zorro rojo en la nieve"."""
    known = lists()
    after = [w for w in every[i + 1 : i + 5] if w not in known.colours]
    before = [w for w in every[:i] if w not in known.colours and w not in known.silent][-1:]
    nouns = [w for w in after if w not in known.silent][:1]
    parted = after and after[0] in known.between
    return [*before, *nouns] if parted else [*nouns, *before]
