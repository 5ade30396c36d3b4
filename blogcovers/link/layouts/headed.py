"""A post's header with its layout, and the bytes of the file at which each place of it stands."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import yaml

from blogcovers.errors import PostError
from blogcovers.link.layouts.in_json import JsonLayout
from blogcovers.link.layouts.in_key_value import KeyValueLayout
from blogcovers.link.layouts.in_toml import TomlLayout
from blogcovers.link.layouts.in_yaml import YamlLayout
from blogcovers.posts.header import JsonHandler, KeyValueHandler, TomlHandler, decode, find_header

if TYPE_CHECKING:
    from collections.abc import Collection

    from blogcovers.link.layouts.layout import Layout
    from blogcovers.posts.header import Dialect, Handler, Header, Meta

_BOM = b"\xef\xbb\xbf"
_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Edit:
    """``text`` goes in at byte ``at`` of the file."""

    at: int
    text: bytes

    def applied(self, data: bytes) -> bytes:
        return data[: self.at] + self.text + data[self.at :]


@dataclass(frozen=True)
class Headed:
    """A post that has a header, and the way from a place in it to a byte of the file.

    ``raw``: the decoded file; ``bom``: bytes before it; ``start``, ``end``: the span of the header in its text;
    ``layout``: of that span.
    """

    raw: str
    bom: int
    header: Header
    start: int
    end: int
    meta: Meta
    layout: Layout

    @property
    def body(self) -> str:
        return self.header.text[self.end :]

    def raw_at(self, at: int) -> int:
        """The offset in ``raw`` of offset ``at`` in the layout's text."""
        before = self.header.text[: self.start + at]
        line, column = before.count("\n"), len(before) - before.rfind("\n") - 1
        if not line:
            return self.header.lead + column
        breaks = _BREAK.finditer(self.raw, self.header.lead)
        return next(islice(breaks, line - 1, None)).end() + column

    def byte(self, at: int) -> int:
        """The offset in the file of offset ``at`` in the layout's text."""
        return self._byte(self.raw_at(at))

    def _byte(self, raw_at: int) -> int:
        return self.bom + len(self.raw[:raw_at].encode())

    def edit(self, at: int, text: str) -> Edit:
        """The edit that puts ``text`` at offset ``at`` of the layout's text.

        A new line ends as the line before it does; the first line of a file as the one after it.
        """
        place = self.raw_at(at)
        if text.endswith("\n"):
            line = max(self.raw.rfind("\r", 0, place), self.raw.rfind("\n", 0, place)) + 1
            place -= len(self.raw[line:place].lstrip("\ufeff"))  # blanks before a first key are part of its line
            end = _BREAK.search(self.raw, max(0, line - (2 if self.raw.startswith("\r\n", line - 2) else 1)))
            text = text[:-1] + (end[0] if end else "\n")
        return Edit(self._byte(place), text.encode())


def headed(data: bytes, dialect: Dialect, concept_keys: Collection[str] = ()) -> Headed | None:
    """The post whose file holds ``data``; None where there is no header. Raises PostError where it is malformed.

    ``concept_keys``: as for :func:`blogcovers.posts.header.read_meta`.
    """
    raw = decode(data)
    # Whether an unfenced header is one was decided by who read the post's concept; a title is proof enough here.
    header = find_header(raw, "pelican" if dialect == "pelican" else "mkdocs")
    if header is None:
        return None
    start, end = header.span()
    block = header.text[start:end]
    meta = header.handler.load(block)
    if isinstance(header.handler, KeyValueHandler):
        concept = not meta.keys().isdisjoint(concept_keys) and header.handler.stands_alone(header.text)
        if not (meta if dialect != "any" else "title" in meta or concept):
            return None
    try:
        layout = _layout_of(header.handler, block, meta)
    except (yaml.YAMLError, ValueError):  # prose between two rules, else load had refused it
        return None
    if layout.shape.pairs and not meta:  # prose, too: it happens to parse, and cannot be loaded
        return None
    bom = len(_BOM) if data.startswith(_BOM) else 0
    return Headed(raw, bom, header, start, end, meta, layout)


def _layout_of(handler: Handler, block: str, meta: Meta) -> Layout:
    """The layout of what the handler reads. Raises PostError where it nests too deeply, yaml.YAMLError for no YAML."""
    if isinstance(handler, KeyValueHandler):
        return KeyValueLayout(block, handler, meta)
    try:
        if isinstance(handler, TomlHandler):
            return TomlLayout(block)
        if isinstance(handler, JsonHandler):
            return JsonLayout(block)
        if block.lstrip().startswith("{"):
            with suppress(ValueError):  # JSON in a fence, unless it is YAML in braces
                return JsonLayout(block)
        return YamlLayout(block)
    except RecursionError:
        raise PostError("the front matter nests too deeply to be edited.", "Write the line by hand.") from None
