"""A header's value, whole and without its places: what the texts before and after an edit are compared by."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from blogcovers import bounds
from blogcovers.posts.header import NOTHING


@dataclass(frozen=True)
class Shape:
    """A header's value, whole: what two texts are compared by.

    ``kind``: ``text``, ``list``, ``mapping``, or ``alias`` of YAML. ``props``: YAML's anchor, tag and quotes; for
    the other formats whether it is quoted. Pairs keep their order and their repetitions.
    """

    kind: str
    props: tuple[str | None, str | None, str] = (None, None, "")
    text: str = ""
    items: tuple[Shape, ...] = ()
    pairs: tuple[tuple[Shape, Shape], ...] = ()

    @property
    def empty(self) -> bool:
        """Whether it says nothing, so that an edit may fill it."""
        if self.kind == "text":
            return not self.text or (not self.props[2] and self.text in NOTHING)
        return self.kind != "alias" and not self.items and not self.pairs

    def named(self, part: str) -> list[tuple[str, Shape]]:
        """``(key as it is written, value)`` of the pairs of this name."""
        return [(key.text, value) for key, value in self.pairs if key.kind == "text" and same_name(key.text, part)]

    def without(self, part: str) -> Shape:
        """The mapping less the pairs of this name."""
        kept = tuple(pair for pair in self.pairs if not (pair[0].kind == "text" and same_name(pair[0].text, part)))
        return Shape(self.kind, self.props, self.text, self.items, kept)

    def plain(self) -> Any:
        """Mappings, lists and text; what is no text as a key is like no other."""
        if self.kind == "mapping":
            return {key.plain() if key.kind == "text" else id(key): value.plain() for key, value in self.pairs}
        return [item.plain() for item in self.items] if self.kind == "list" else self.text


class Pairs(list[tuple[str, Any]]):
    """A JSON object with its repetitions."""


def shape_of(value: Any, room: int = bounds.DEPTH + 1) -> Shape:
    """The shape of what the TOML or JSON parser returns. Raises RecursionError below ``room`` levels."""
    if room < 0:
        raise RecursionError
    if isinstance(value, dict | Pairs):
        pairs = value.items() if isinstance(value, dict) else value
        return Shape("mapping", pairs=tuple((shape_of(str(key)), shape_of(item, room - 1)) for key, item in pairs))
    if isinstance(value, list):
        return Shape("list", items=tuple(shape_of(item, room - 1) for item in value))
    if isinstance(value, str):
        return Shape("text", (None, None, '"'), value)
    return Shape("text", text=json.dumps(value) if value is None or isinstance(value, bool) else str(value))


def same_name(name: str, part: str) -> bool:
    """Whether a header's key is this part of a dotted key."""
    return name.lower() == part.lower()  # Hugo ignores case on every level, Pelican in its only one
