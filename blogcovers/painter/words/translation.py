"""Words of other languages for what English has words for, and the names of emoji.

The painter is to make something of every blog's concepts, not only of English ones. A word is looked up here only if
the vocabulary does not know it. Endings are left to the vocabulary's `stems`; Russian words are stems themselves, found
at a word's beginning; Chinese and Japanese ones are found anywhere, since nothing stands between the words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from blogcovers.painter.words.lists import bare, lists

_SPACELESS = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")


def plain(text: str) -> str:
    """The text in lower case without accents, emoji by their Unicode names."""
    return bare("".join(_name(c) if unicodedata.category(c) == "So" else c for c in text))


def _name(emoji: str) -> str:
    named = unicodedata.name(emoji, "").lower().split()
    things = [word for word in named if word not in lists().manner] or [word for word in named if word == "face"]
    return f" {' '.join(things)} "


def split(word: str) -> list[str]:
    """The words in a run of Chinese or Japanese that are known, or the run itself; any other word as it is."""
    if not _SPACELESS.search(word):
        return [word]
    return _spaceless().findall(word) or [word]


@cache
def _spaceless() -> re.Pattern[str]:
    """What finds the Chinese and Japanese words, the longest first."""
    return re.compile("|".join(sorted(filter(_SPACELESS.search, lists().english), key=len, reverse=True)))


def english(word: str) -> str | None:
    """The English of a plain word, or None."""
    table = lists().english
    if word in table:
        return table[word]
    if _CYRILLIC.search(word):
        return next((table[word[:n]] for n in range(len(word), max(2, len(word) - 4), -1) if word[:n] in table), None)
    return None
