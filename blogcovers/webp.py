"""A cover's container: a WebP file as RIFF chunks, with the recipe inside. Bytes in, bytes out.

The layout is that of https://developers.google.com/speed/webp/docs/riff_container: VP8X, VP8, EXIF, XMP.
The VP8 chunk is the picture and does not depend on the rest, so its digest can stand in the EXIF beside it.

EXIF holds two ASCII entries in IFD0, each ``key:json``: tag 0x0110 (Model) the graph, where ComfyUI's
canvas looks for it when a file is dropped on it, and tag 0x0131 (Software) the recipe. The canvas of
frontend 1.37 and older does not skip the padding of odd chunks, so the chunks before EXIF must be even;
lossy RGB always is.
"""

from __future__ import annotations

import json
import struct
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from blogcovers import digest, recipe

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from blogcovers.recipe import Recipe

GRAPH_TAG, RECIPE_TAG = 0x0110, 0x0131
_GRAPH_KEY, _RECIPE_KEY = "prompt:", "blogcovers:"
_ASCII = 2  # the TIFF type of a text entry
_PICTURE = frozenset({b"VP8 ", b"VP8L"})

# https://cv.iptc.org/newscodes/digitalsourcetype/
_SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/"
SOURCE_TYPES = {"comfyui": f"{_SOURCE}trainedAlgorithmicMedia", "painter": f"{_SOURCE}algorithmicMedia"}


class Chunk(NamedTuple):
    name: bytes
    data: bytes


class NotWebP(ValueError):  # noqa: N818  (the fact, as in errors.py)
    """Not a RIFF file of type WEBP."""


class Truncated(ValueError):  # noqa: N818
    """Shorter than its RIFF header says."""


def chunks(data: bytes) -> Iterator[Chunk]:
    """The chunks of a WebP file, in order. Raises NotWebP or Truncated."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise NotWebP("no RIFF/WEBP header")
    end = 8 + int.from_bytes(data[4:8], "little")
    if len(data) < end:
        raise Truncated(f"{len(data):,} of {end:,} bytes")
    at = 12
    while at + 8 <= end:
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + size > end:
            raise Truncated(f"chunk {name!r} goes past the end")
        yield Chunk(name, data[at + 8 : at + 8 + size])
        at += 8 + size + size % 2


def picture_digest(data: bytes) -> str:
    """The digest of the picture itself; ``""`` for a file that holds none (an animation, say)."""
    return next((digest.of_bytes(chunk.data) for chunk in chunks(data) if chunk.name in _PICTURE), "")


def size(data: bytes) -> tuple[int, int]:
    """(width, height) in pixels: from VP8X, the VP8 frame header (RFC 6386, section 9.1) or the VP8L one (RFC 9649)."""
    for name, body in chunks(data):
        if name == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
            width, height = struct.unpack("<HH", body[6:10])
            return width & 0x3FFF, height & 0x3FFF
        if name == b"VP8L" and body[:1] == b"\x2f":
            bits = int.from_bytes(body[1:5], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        if name == b"VP8X" and len(body) >= 10:
            return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    raise NotWebP("no picture size")


def stamp(bare: bytes, made: Recipe) -> bytes:
    """``bare`` (a lossy WebP without metadata) as a cover that carries its recipe and the picture's digest."""
    picture = next(chunk for chunk in chunks(bare) if chunk.name in _PICTURE)
    made = replace(made, picture=digest.of_bytes(picture.data))
    width, height = size(bare)
    flags = 0x08 | 0x04  # EXIF, XMP
    header = bytes([flags, 0, 0, 0]) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = [
        Chunk(b"VP8X", header),
        picture,
        Chunk(b"EXIF", _exif(made)),
        Chunk(b"XMP ", _xmp(made)),
    ]
    return _riff(body)


def read_recipe(data: bytes) -> Recipe | None:
    """The recipe that a cover carries, with its graph; None where there is none.

    Raises NotWebP or Truncated, and recipe.UnknownFormat for a later format.
    """
    texts = next((_ascii_entries(chunk.data) for chunk in chunks(data) if chunk.name == b"EXIF"), {})
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


def _exif(made: Recipe) -> bytes:
    """A little-endian TIFF with one IFD of text entries: TIFF 6.0, section 2."""
    entries = {RECIPE_TAG: _RECIPE_KEY + recipe.to_json(made)}
    if made.graph is not None:
        entries[GRAPH_TAG] = _GRAPH_KEY + json.dumps(made.graph, ensure_ascii=True)
    table, values = b"", b""
    start = 8 + 2 + 12 * len(entries) + 4
    for tag, text in sorted(entries.items()):
        value = text.encode("ascii") + b"\0"
        table += struct.pack("<HHII", tag, _ASCII, len(value), start + len(values))
        values += value + b"\0" * (len(value) % 2)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + table + struct.pack("<I", 0) + values


def _ascii_entries(exif: bytes) -> dict[int, str]:
    """The text entries of IFD0, tag -> text; ``{}`` for what is no TIFF. ``exif`` may begin with ``Exif\\0\\0``."""
    tiff = exif.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if not order or len(tiff) < 10:
        return {}
    found = {}
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for n in range(count):
            tag, kind, length, at = struct.unpack_from(f"{order}HHII", tiff, start + 2 + 12 * n)
            if kind == _ASCII and length > 4:
                found[tag] = tiff[at : at + length].rstrip(b"\0").decode("utf-8", "replace")
    except struct.error:
        return {}
    return found


def _xmp(made: Recipe) -> bytes:
    """Who made the picture, in IPTC's words: a trained model, or an algorithm without training."""
    source = SOURCE_TYPES.get(made.renderer, f"{_SOURCE}algorithmicMedia")
    packet = (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="blogcovers"'
        f' Iptc4xmpExt:DigitalSourceType="{source}"/>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    )
    return packet.encode()
