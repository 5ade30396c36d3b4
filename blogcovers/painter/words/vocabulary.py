"""What a word means: a thing, an hour, a place, a colour, a number, or nothing that can be painted."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from blogcovers.painter.words import translation
from blogcovers.painter.words.lists import lists

if TYPE_CHECKING:
    from collections.abc import Mapping

_ENDINGS = ("e", "n", "en", "er", "es", "i")  # of German and Italian, beside those of `stems`


def words(concept: str) -> list[str]:
    """The words of a text in order: lower case, no accents, no digits; what only other languages know, in English."""
    every = [w for run in re.findall(r"[^\W\d_]+", translation.plain(concept)) for w in translation.split(run)]
    known = lists()
    english = not known.telling.isdisjoint(every)
    return [w if w in known.silent or (english and w.isascii()) or says(w) else _translated(w) for w in every]


def says(word: str) -> bool:
    """Whether a word of `words` says anything about the picture."""
    known = lists()
    tables = (known.things, known.times, known.places, known.dwellers, known.colours)
    return word in known.numbers or any(find(word, table) for table in tables)


def understood(concept: str) -> bool:
    """Whether any word of the concept names a motif; else the hero is chosen by hash."""
    return any(motif_of(word) for word in words(concept))


def _translated(word: str) -> str:
    forms = (*stems(word), *(word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending)))
    found = map(translation.english, forms)
    return next((english for english in found if english), word)


def stems(word: str) -> list[str]:
    """The word and simpler forms of it, nearest first: plural, -ing, -ed, -er."""
    out = [word]
    for ending, put in (("ies", "y"), ("ves", "f"), ("men", "man"), ("es", ""), ("s", ""), ("ing", ""), ("ing", "e"),
                        ("ed", ""), ("ed", "e"), ("er", ""), ("er", "e"), ("y", "")):  # fmt: skip
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            out.append(word[: -len(ending)] + put)
    doubled = [s[:-1] for s in out if len(s) > 4 and s[-1] == s[-2]]
    return out + doubled


def motif_of(word: str) -> str | None:
    """The motif that a word names, or None."""
    return find(word, lists().things)


def find(word: str, table: Mapping[str, str]) -> str | None:
    """What a table of the word lists has for a word or for a simpler form of it."""
    return next((table[s] for s in stems(word) if s in table), None)
