"""Derived files: the pictures made from a finished cover, never by another render.

A derived file depends on the picture in the cover, on its own settings and on our own code, and on nothing
else: these make its fingerprint. So it can be made later, without a server, and from a hand-made cover, too.
It carries a small record, for good like the recipe: a reader ignores keys that it does not know, and a
setting added later takes part in the fingerprint only where it departs from its default.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from blogcovers import digest
from blogcovers.cover.recipe import read_record
from blogcovers.posts.focus import CENTRE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from blogcovers.posts.focus import Focus

FORMAT = 1
DERIVE_VERSION = 1
"""Raised when our own code would derive another picture from the same cover and settings."""

KB = 1000
"""Bytes in the kB of a budget: sites that set one count so."""

LOWEST_QUALITY = 30
"""A budget lowers the quality no further: below, blocks show."""

_ENDINGS = {"jpeg": "jpg", "webp": "webp"}


@dataclass(frozen=True)
class Derived:
    """One kind of file derived from every cover.

    ``name`` stands in the file's name and tells the kinds apart. ``size``: (width, height) in pixels; a height
    of 0 means the cover's own shape at that width, and then no larger than the cover. ``quality``: 1 to 100, of
    the format. ``max_kb``: what the whole file may weigh, 0 for no limit. ``focus``: what a crop keeps in view.
    """

    name: str
    format: Literal["jpeg", "webp"]
    size: tuple[int, int]
    quality: int
    max_kb: int = 0
    focus: Focus = CENTRE

    @property
    def table(self) -> str:
        """The table of the config that orders it."""
        return f"outputs.{self.name if self.size[1] else 'widths'}"

    def beside(self, cover: str) -> str:
        """The file's name or path for a cover's: ``fox.webp`` -> ``fox.social.jpg``."""
        return f"{cover.removesuffix('.webp')}.{self.name}.{_ENDINGS[self.format]}"

    @property
    def alone(self) -> str:
        """The file's name where the folder is the post's own: ``social.jpg``. Hugo and its themes take the first file
        there whose name holds *cover* or *feature* for the post's picture, and ``cover.480w.webp`` would come first."""
        return f"{self.name}.{_ENDINGS[self.format]}"

    def focused(self, focus: Focus | None) -> Derived:
        """The same with a post's own focus, where it has one and something is cropped."""
        return replace(self, focus=focus) if focus and self.size[1] else self

    def fingerprint(self, source: str) -> str:
        """Of all that decides the picture; ``source`` is the digest of the cover's."""
        said: dict[str, Any] = {"format": self.format, "size": list(self.size), "quality": self.quality}
        if self.max_kb:
            said["max_kb"] = self.max_kb
        if self.focus != CENTRE:
            said["focus"] = list(self.focus)
        return digest.of_value([DERIVE_VERSION, source, said])


SOCIAL = Derived("social", "jpeg", (1200, 630), 85, max_kb=300)
SQUARE = Derived("square", "webp", (630, 630), 82)
WIDTHS, WIDTHS_QUALITY = (480, 800), 82


def of_width(width: int, quality: int = WIDTHS_QUALITY, max_kb: int = 0) -> Derived:
    """A width variant, for ``srcset``."""
    return Derived(f"{width}w", "webp", (width, 0), quality, max_kb)


def specs_of(specs: Iterable[Derived], focus: Focus | None) -> tuple[Derived, ...]:
    """What a site derives, for a post with this focus of its own or None."""
    return tuple(spec.focused(focus) for spec in specs)


@dataclass(frozen=True)
class Record:
    """What a derived file carries: nothing that is not in its name, but for digests.

    ``output``: the spec's name; ``source``: the digest of the cover's picture; ``picture``: that of its own,
    ``""`` until there is one.
    """

    output: str
    slug: str
    source: str
    fingerprint: str
    picture: str = ""


def record_of(spec: Derived, slug: str, source: str) -> Record:
    """The record of the file that is due, but for its own picture."""
    return Record(spec.name, slug, source, spec.fingerprint(source))


def to_json(record: Record) -> str:
    """ASCII JSON."""
    return json.dumps(
        {
            "format": FORMAT,
            "output": record.output,
            "slug": record.slug,
            "fingerprint": record.fingerprint,
            "picture": record.picture,
            "from": record.source,
        },
        ensure_ascii=True,
    )


def from_json(text: str) -> Record:
    """The record in ``text``. Raises as :func:`blogcovers.cover.recipe.read_record`."""
    return read_record(text, "record", FORMAT, _of_record)


def _of_record(record: Any) -> Record:
    return Record(
        output=str(record["output"]),
        slug=str(record["slug"]),
        source=str(record["from"]),
        fingerprint=str(record["fingerprint"]),
        picture=str(record["picture"]),
    )
