"""Keys of front matter that are not ours, and look as if they were meant to be.

A front matter has many readers, so most of its keys are other people's: themes have ``cover_image`` or
``coverCaption``, and what they do with them is no business of ours. Told are keys that begin with ``cover_`` and go on
with no word that a theme would use, and near misses of our own names.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from blogcovers.posts.header import Meta, Value

_COVER = "cover"
# How the keys of themes go on after "cover", "cover_" or "cover-"; all are about the picture, none is near a name of
# ours. From the documentation of Tranquilpeak, Terminal, hello-friend, Nexmoe and Plume, and from blogs' own.
_OF_THEMES = (
    *("image", "img", "photo", "pic", "poster", "media", "video", "thumb", "art", "file", "path", "src", "url", "link"),
    *("href", "id", "alt", "aria", "caption", "title", "text", "desc", "credit", "attribution", "author", "source"),
    *("copyright", "licen", "date", "size", "width", "height", "aspect", "ratio", "fit", "pos", "align", "layout"),
    *("class", "css", "type", "meta", "index", "order", "color", "colour", "bg", "background", "dark", "light"),
    *("mobile", "desktop", "small", "large", "full", "overlay", "opacity", "gradient", "blur", "filter", "hid", "show"),
    *("visible", "display", "icon", "emoji", "page", "top", "bottom", "left", "right", "center", "relative"),
)
_NEAR = 0.8  # difflib's ratio; one letter too few, too many or another, or two exchanged
_NEAR_AS_OURS = 0.7  # for a key that is most likely meant for us
_NEAR_AS_A_WHOLE = 0.92  # of a key whose very beginning is misspelt
_LENGTH = 2  # by how many characters more or less


class Misspelt(NamedTuple):
    """``key``: dotted, as it stands in the front matter. ``meant``: the nearest key of ours, ``""`` for none."""

    key: str
    meant: str

    def sentence(self, own: Iterable[str]) -> str:
        """A sentence, and the way out; ``own``: all keys of ours."""
        hint = f"Did you mean '{self.meant}'?" if self.meant else f"Its keys are {', '.join(own)}."
        return f"'{self.key}' is not a key of blogcovers. {hint}"


def suspects(
    meta: Meta, concept_keys: tuple[str, ...], overrides: tuple[str, ...], picture_key: str = ""
) -> tuple[Misspelt, ...]:
    """The keys in a front matter that seem to be meant for us.

    ``concept_keys``: dotted; where one of them is given, what is merely like them is somebody else's.
    ``overrides``: the other keys of ours, which begin with ``cover_`` or stand below ``cover``. ``picture_key``: the
    theme's own, dotted, with ``[]`` for a list.
    """
    theirs = picture_key.removesuffix("[]").lower()
    seen = []
    for table, names in _tables(concept_keys, overrides).items():
        values = _held(meta, table) if table else meta
        if not isinstance(values, dict):
            continue
        for key, meant in _suspects(tuple(values), table, names):
            whole, value = f"{table}.{key}" if table else key, values[key]
            # A value of another kind is another reader's: Plume's coverStyle is a mapping.
            fits = value is not None and (isinstance(value, str) or not meant or meant.endswith("inputs"))
            alike = meant in concept_keys and not key.startswith(f"{_COVER}_")
            if fits and whole.lower() != theirs and not (alike and any(_held(meta, name) for name in concept_keys)):
                seen.append(Misspelt(whole, meant))
    return tuple(seen)


def no_concept(seen: Iterable[Misspelt], concept_keys: Sequence[str]) -> str:
    """The reason why a post without a concept gets no cover, with the key that was meant for one."""
    near = next((key for key in seen if key.meant in concept_keys), None)
    return f"no concept, but '{near.key}'. Did you mean '{near.meant}'?" if near else "no concept"


def _held(meta: Meta, key: str) -> Value:
    value: Value = meta
    for part in key.split("."):
        value = value.get(part, value.get(part.lower())) if isinstance(value, dict) else None
    return value


_Names: TypeAlias = "tuple[str, ...]"
"""Keys of ours, dotted, all in one mapping."""


@cache
def _tables(concept_keys: _Names, overrides: _Names) -> Mapping[str, _Names]:
    """Mapping in the front matter -> the keys of ours in it."""
    tables: dict[str, list[str]] = {"": [], _COVER: []}
    for key in (*concept_keys, *overrides, *(name.replace("_", ".", 1) for name in overrides)):
        tables.setdefault(key.rpartition(".")[0], []).append(key)
    return {table: tuple(names) for table, names in tables.items()}


@lru_cache(maxsize=1024)  # the posts of a site have much the same keys
def _suspects(keys: tuple[str, ...], table: str, names: _Names) -> tuple[tuple[str, str], ...]:
    """(key, the key of ours that it is meant for) of those keys of one mapping that are neither ours nor, by their
    names, another reader's; ``""`` for one that no key of ours is near."""
    meant = ((key, _meant_below(key, f"{table}.", names) if table else _meant(key, names)) for key in keys)
    return tuple((key, name) for key, name in meant if name is not None)


def _meant(key: str, names: _Names) -> str | None:
    """Of a key of the front matter itself, in lower case."""
    if key in {name.lower() for name in names}:
        return None
    after = key.removeprefix(_COVER).lstrip("_-")
    if after == key or not after:
        whole = [name for name in names if name.startswith(_COVER)]
        others = [name for name in names if not name.startswith(_COVER)]
        return _nearest(key, whole, _NEAR_AS_A_WHOLE) or _nearest(key, others, _NEAR) or None
    if after.startswith(_OF_THEMES):
        return None
    ours = key.startswith(f"{_COVER}_")
    near = _nearest(after, names, _NEAR_AS_OURS if ours else _NEAR, f"{_COVER}_")
    return near or ("" if ours else None)


def _meant_below(key: str, begin: str, names: _Names) -> str | None:
    """Of a key in a mapping, where case counts."""
    ends = [name.removeprefix(begin) for name in names]
    if key in ends or key in [end.lower() for end in ends]:
        return None
    return _nearest(key.lower(), names, _NEAR, begin) or None


def _nearest(word: str, names: Iterable[str], cutoff: float, begin: str = "") -> str:
    """The name that is nearest to a word in lower case, both less how the names begin; ``""`` where none is near."""
    known = {name.removeprefix(begin).lower(): name for name in names if name.startswith(begin)}
    known = {end: name for end, name in known.items() if abs(len(end) - len(word)) <= _LENGTH}
    close = get_close_matches(word, known, n=1, cutoff=cutoff)
    return known[close[0]] if close else ""
