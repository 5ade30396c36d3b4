"""What a picture file says of itself, in any container: texts in EXIF, the digital source type in XMP.

EXIF is a TIFF whose IFD0 holds text entries; tag 0x0131 (Software) is where our own record stands, as
``key:json``: ``blogcovers:`` in a cover, ``blogcovers-derived:`` in a file derived from one, so that neither
is taken for the other.
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING

from blogcovers.cover import derived
from blogcovers.cover.recipe import UnknownFormat

if TYPE_CHECKING:
    from collections.abc import Mapping

    from blogcovers.cover.derived import Record

RECORD_TAG = 0x0131
DERIVED_KEY = "blogcovers-derived:"
_ASCII = 2  # the TIFF type of a text entry

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
