"""A cover's container: a WebP file as RIFF chunks, with the recipe inside. Bytes in, bytes out.

The layout is that of https://developers.google.com/speed/webp/docs/riff_container: VP8X, VP8 or VP8L, EXIF, XMP.
The VP8 or VP8L chunk is the picture and does not depend on the rest, so its digest can stand in the EXIF beside it.

EXIF holds two ASCII entries in IFD0, each ``key:json``: tag 0x0110 (Model) the graph, where ComfyUI's
canvas looks for it when a file is dropped on it, and tag 0x0131 (Software) the recipe. The canvas of
frontend 1.37 and older does not skip the padding of odd chunks, so the chunks before EXIF must be even: lossy
RGB always is, and :func:`evened` makes the lossless so. A file derived from a cover has the same container with
a record in place of the recipe.
"""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from blogcovers import digest
from blogcovers.cover import metadata, recipe
from blogcovers.cover.metadata import Truncated

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from blogcovers.cover.derived import Record
    from blogcovers.cover.recipe import Recipe

GRAPH_TAG, RECIPE_TAG = 0x0110, metadata.RECORD_TAG
_GRAPH_KEY, _RECIPE_KEY = "prompt:", "blogcovers:"
_NO_NAME = b"\0\0\0\0"
_HAS_EXIF = 0x08  # in the flags of VP8X
_MOST_CHUNKS = 100_000  # an animation has one a frame
_PICTURE = frozenset({b"VP8 ", b"VP8L"})


class Chunk(NamedTuple):
    name: bytes
    data: bytes


class NotWebP(ValueError):  # noqa: N818  (the fact, as in errors.py)
    """Not a RIFF file of type WEBP."""


def chunks(data: bytes) -> Iterator[Chunk]:
    """The chunks of a WebP file, in order, up to where zeros stand for one. Raises NotWebP or Truncated."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise NotWebP("no RIFF/WEBP header")
    end = 8 + int.from_bytes(data[4:8], "little")
    if len(data) < end:
        raise Truncated(f"{len(data):,} of {end:,} bytes")
    at = 12
    for _ in range(_MOST_CHUNKS):
        if at + 8 > end:
            return
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if name == _NO_NAME:
            return
        if at + 8 + size > end:
            raise Truncated(f"chunk {name!r} goes past the end")
        yield Chunk(name, data[at + 8 : at + 8 + size])
        at += 8 + size + size % 2
    raise NotWebP(f"more than {_MOST_CHUNKS:,} chunks")


def picture_digest(data: bytes) -> str:
    """The digest of the picture itself; ``""`` for a file that holds none (an animation, say)."""
    return next((digest.of_bytes(chunk.data) for chunk in chunks(data) if chunk.name in _PICTURE), "")


def has_lost_its_end(data: bytes) -> bool:
    """Whether zeros stand where the EXIF that the header announces is due: what a file that was not yet on the disk
    is after a power cut. Raises NotWebP or Truncated."""
    found = list(chunks(data))
    if not found or found[0].name != b"VP8X" or not found[0].data or not found[0].data[0] & _HAS_EXIF:
        return False
    end = 12 + sum(8 + len(chunk.data) + len(chunk.data) % 2 for chunk in found)
    return all(chunk.name != b"EXIF" for chunk in found) and data[end : end + 8] == bytes(8)


def size(data: bytes) -> tuple[int, int]:
    """(width, height) in pixels of the first chunk that tells it. Raises NotWebP or Truncated."""
    for chunk in chunks(data):
        if found := size_in(chunk):
            return found
    raise NotWebP("no picture size")


def size_in(chunk: Chunk) -> tuple[int, int] | None:
    """(width, height) in pixels, where the chunk tells it: VP8X, the VP8 frame header (RFC 6386, section 9.1) or the
    VP8L one (RFC 9649)."""
    name, body = chunk
    if name == b"VP8 " and body[3:6] == b"\x9d\x01\x2a" and len(body) >= 10:
        width, height = struct.unpack("<HH", body[6:10])
        return width & 0x3FFF, height & 0x3FFF
    if name == b"VP8L" and body[:1] == b"\x2f":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if name == b"VP8X" and len(body) >= 10:
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    return None


def evened(bare: bytes) -> bytes:
    """``bare`` with a picture of an even number of bytes: a lossless one may get a last byte that no decoder reads."""
    picture = next(chunk for chunk in chunks(bare) if chunk.name in _PICTURE)
    return bare if len(picture.data) % 2 == 0 else _riff([Chunk(picture.name, picture.data + b"\0")])


def stamp(bare: bytes, made: Recipe) -> bytes:
    """``bare`` (a WebP without metadata) as a cover that carries its recipe and the picture's digest."""
    made = replace(made, picture=picture_digest(bare))
    entries = {RECIPE_TAG: _RECIPE_KEY + recipe.to_json(made)}
    if made.graph is not None:
        entries[GRAPH_TAG] = _GRAPH_KEY + json.dumps(made.graph, ensure_ascii=True)
    source_type = metadata.SOURCE_TYPES.get(made.renderer, metadata.SOURCE_TYPES["painter"])
    return _contained(bare, metadata.exif(entries), source_type)


def stamp_derived(bare: bytes, record: Record, source_type: str) -> bytes:
    """``bare`` as a derived file that carries its record; ``source_type`` is the cover's, or ``""``."""
    record = replace(record, picture=picture_digest(bare))
    return _contained(bare, metadata.derived_exif(record), source_type)


def _contained(bare: bytes, exif: bytes, source_type: str) -> bytes:
    picture = next(chunk for chunk in chunks(bare) if chunk.name in _PICTURE)
    width, height = size(bare)
    flags = _HAS_EXIF | (0x04 if source_type else 0)  # EXIF, XMP
    header = bytes([flags, 0, 0, 0]) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = [Chunk(b"VP8X", header), picture, Chunk(b"EXIF", exif)]
    if source_type:
        body.append(Chunk(b"XMP ", metadata.xmp(source_type)))
    return _riff(body)


def read_recipe(data: bytes) -> Recipe | None:
    """The recipe that a cover carries, with its graph; None where there is none.

    Raises NotWebP or Truncated, and recipe.UnknownFormat for a later format.
    """
    texts = metadata.texts(_chunk(data, b"EXIF"))
    text = texts.get(RECIPE_TAG, "")
    if not text.startswith(_RECIPE_KEY):
        return None
    try:
        found = recipe.from_json(text.removeprefix(_RECIPE_KEY))
    except recipe.UnknownFormat:
        raise
    except ValueError:
        return None
    graph = _graph(texts.get(GRAPH_TAG, ""))
    return replace(found, graph=graph) if graph else found


def read_record(data: bytes) -> Record | None:
    """The record that a derived file carries; None where there is none.

    Raises NotWebP or Truncated, and recipe.UnknownFormat for a later format.
    """
    return metadata.derived_record(_chunk(data, b"EXIF"))


def source_type(data: bytes) -> str:
    """The digital source type that the file's XMP names; ``""`` where it names none. Raises NotWebP or Truncated."""
    return metadata.source_type(_chunk(data, b"XMP "))


def _chunk(data: bytes, name: bytes) -> bytes:
    """The first chunk of this name; empty where there is none."""
    return next((chunk.data for chunk in chunks(data) if chunk.name == name), b"")


def _graph(text: str) -> Mapping[str, Any] | None:
    if not text.startswith(_GRAPH_KEY):
        return None
    try:
        graph = json.loads(text.removeprefix(_GRAPH_KEY))
    except (ValueError, RecursionError):
        return None
    return graph if isinstance(graph, dict) else None


def _riff(body: list[Chunk]) -> bytes:
    packed = b"".join(
        chunk.name + len(chunk.data).to_bytes(4, "little") + chunk.data + b"\0" * (len(chunk.data) % 2)
        for chunk in body
    )
    return b"RIFF" + (len(packed) + 4).to_bytes(4, "little") + b"WEBP" + packed
