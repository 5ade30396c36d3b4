"""What a picture file says of itself, in any container: texts in EXIF, the digital source type in XMP.

EXIF is a TIFF whose IFD0 holds text entries; tag 0x0131 (Software) is where our own record stands, as
``key:json``: ``blogcovers:`` in a cover, ``blogcovers-derived:`` in a file derived from one, so that neither
is taken for the other.
"""

from __future__ import annotations

import re
import struct
from contextlib import suppress
from typing import TYPE_CHECKING

from blogcovers.cover import derived
from blogcovers.cover.recipe import UnknownFormat

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from blogcovers.cover.derived import Record

RECORD_TAG = 0x0131
DERIVED_KEY = "blogcovers-derived:"
_ASCII, _SHORT = 2, 3  # TIFF types
_ORIENTATION = 0x0112

ENTRIES = 200  # of an IFD: a camera writes some forty
TEXT = 8_000_000  # bytes of all texts: the graph of the largest workflow has one million

# https://cv.iptc.org/newscodes/digitalsourcetype/
_SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/"
SOURCE_TYPES = {"comfyui": f"{_SOURCE}trainedAlgorithmicMedia", "painter": f"{_SOURCE}algorithmicMedia"}
_SOURCE_TYPE = re.compile(rb"DigitalSourceType\W.{0,80}?(" + re.escape(_SOURCE.encode()) + rb"[A-Za-z]{1,60})", re.S)


def exif(entries: Mapping[int, str]) -> bytes:
    """A little-endian TIFF with one IFD of text entries, tag -> ASCII text: TIFF 6.0, section 2."""
    table, values = b"", b""
    start = 8 + 2 + 12 * len(entries) + 4
    for tag, text in sorted(entries.items()):
        value = text.encode("ascii") + b"\0"
        table += struct.pack("<HHII", tag, _ASCII, len(value), start + len(values))
        values += value + b"\0" * (len(value) % 2)
    return b"II*\0" + struct.pack("<IH", 8, len(entries)) + table + struct.pack("<I", 0) + values


def texts(exif: bytes) -> dict[int, str]:
    """The text entries of IFD0, tag -> text; ``{}`` for what is no TIFF. ``exif`` may begin with ``Exif\\0\\0``.

    At most :data:`ENTRIES` entries are looked at, and texts of :data:`TEXT` bytes together: entries may overlap, so
    that a small file would unpack to any length.
    """
    tiff, order = _tiff(exif)
    found: dict[int, str] = {}
    room = TEXT
    for tag, kind, length, at in _entries(tiff, order):
        if kind == _ASCII and 4 < length <= room and tag not in found:
            room -= length
            value = tiff[at[0] : at[0] + length]
            found[tag] = value.rstrip(b"\0").decode("utf-8", "replace")
    return found


def orientation(exif: bytes) -> int:
    """How the picture lies, 1 to 8, where 1 is upright: Exif 2.32, section 4.6.4."""
    tiff, order = _tiff(exif)
    for tag, kind, _, at in _entries(tiff, order):
        if tag == _ORIENTATION and kind == _SHORT:
            value = at[1]
            return value if 1 <= value <= 8 else 1
    return 1


def _tiff(exif: bytes) -> tuple[bytes, str]:
    """The TIFF and its byte order as struct writes it, ``""`` for what is none."""
    tiff = exif.removeprefix(b"Exif\0\0")
    return tiff, {b"II": "<", b"MM": ">"}.get(tiff[:2], "") if len(tiff) >= 10 else ""


def _entries(tiff: bytes, order: str) -> Iterator[tuple[int, int, int, tuple[int, int]]]:
    """(tag, type, count, value) of each entry of IFD0; the value as an offset and as a short that stands inline."""
    with suppress(struct.error):
        if order:
            (start,) = struct.unpack_from(f"{order}I", tiff, 4)
            (count,) = struct.unpack_from(f"{order}H", tiff, start)
            for n in range(min(count, ENTRIES)):
                place = start + 2 + 12 * n
                tag, kind, length, at = struct.unpack_from(f"{order}HHII", tiff, place)
                (short,) = struct.unpack_from(f"{order}H", tiff, place + 8)
                yield tag, kind, length, (at, short)


def xmp(source_type: str) -> bytes:
    """An XMP packet with who made the picture, in IPTC's words."""
    packet = (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="blogcovers"'
        f' Iptc4xmpExt:DigitalSourceType="{source_type}"/>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    )
    return packet.encode()


def source_type(xmp: bytes) -> str:
    """The digital source type that a packet names, as a URL of IPTC's; ``""`` where it names none."""
    found = _SOURCE_TYPE.search(xmp)
    return found[1].decode("ascii") if found else ""


def derived_exif(record: Record) -> bytes:
    """The EXIF of a derived file."""
    return exif({RECORD_TAG: DERIVED_KEY + derived.to_json(record)})


def derived_record(exif: bytes) -> Record | None:
    """The record of a derived file; None where there is none. Raises recipe.UnknownFormat for a later format."""
    text = texts(exif).get(RECORD_TAG, "")
    if not text.startswith(DERIVED_KEY):
        return None
    try:
        return derived.from_json(text.removeprefix(DERIVED_KEY))
    except UnknownFormat:
        raise
    except ValueError:
        return None


class Truncated(ValueError):  # noqa: N818
    """It ends before its picture does."""
