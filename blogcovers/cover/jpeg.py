"""A derived file's other container: a JPEG as segments, with the record in an EXIF segment. Bytes in, bytes out.

The layout is that of ITU-T T.81, annex B: SOI, then segments of a marker and a length, then from SOS on
entropy-coded data, in which no marker can be mistaken for EOI. EXIF and XMP each stand in an APP1 segment
(Exif 2.32, section 4.7.2; XMP Specification Part 3, section 1.1.3); the digest of the picture is over
everything else.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from blogcovers import digest
from blogcovers.cover import metadata
from blogcovers.cover.metadata import Truncated

if TYPE_CHECKING:
    from collections.abc import Iterator

    from blogcovers.cover.derived import Record

_SOI, _EOI = b"\xff\xd8", b"\xff\xd9"
_APP0, _APP1, _SOS = 0xE0, 0xE1, 0xDA
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})  # TEM and RST: markers without a length
_MOST_SEGMENTS = 10_000  # the largest profile takes 256
_EXIF, _XMP = b"Exif\0\0", b"http://ns.adobe.com/xap/1.0/\0"


class Segment(NamedTuple):
    """``marker``: its second byte; ``data``: what follows the length; ``start``, ``end``: where it lies in the file."""

    marker: int
    data: bytes
    start: int
    end: int


class NotJPEG(ValueError):  # noqa: N818  (the fact, as in errors.py)
    """No JPEG file."""


def segments(data: bytes) -> Iterator[Segment]:
    """The segments of a JPEG file, in order, up to SOS; that one ends where the file does.

    Raises NotJPEG or Truncated.
    """
    if not data.startswith(_SOI):
        raise NotJPEG("no SOI marker")
    at, found = 2, 0
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise NotJPEG(f"no marker at byte {at:,}")
        marker = data[at + 1]
        if marker == 0xFF or marker in _ALONE:  # a fill byte, or a marker without a length
            at += 1 if marker == 0xFF else 2
            continue
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == _SOS:
            if _EOI not in data[end:]:
                raise Truncated(f"{len(data):,} bytes without an end")
            yield Segment(marker, data[at + 4 :], at, len(data))
            return
        if end > len(data):
            break
        yield Segment(marker, data[at + 4 : end], at, end)
        at, found = end, found + 1
        if found > _MOST_SEGMENTS:
            raise NotJPEG(f"more than {_MOST_SEGMENTS:,} segments")
    raise Truncated(f"{len(data):,} bytes without a picture")


def picture_digest(data: bytes) -> str:
    """The digest of everything but the APP1 segments. Raises NotJPEG or Truncated."""
    return digest.of_bytes(b"".join(data[part.start : part.end] for part in segments(data) if part.marker != _APP1))


def stamp_derived(bare: bytes, record: Record, source_type: str) -> bytes:
    """``bare`` (a JPEG without metadata) as a derived file that carries its record and its picture's digest.

    ``source_type`` is the cover's digital source type, or ``""``.
    """
    record = replace(record, picture=picture_digest(bare))
    app1 = _segment(_EXIF + metadata.derived_exif(record))
    if source_type:
        app1 += _segment(_XMP + metadata.xmp(source_type))
    first = next(segments(bare))
    at = first.end if first.marker == _APP0 else first.start  # JFIF wants its APP0 first of all
    return bare[:at] + app1 + bare[at:]


def read_record(data: bytes) -> Record | None:
    """The record that a derived file carries; None where there is none.

    Raises NotJPEG or Truncated, and recipe.UnknownFormat for a later format.
    """
    found = [part.data for part in segments(data) if part.marker == _APP1 and part.data.startswith(_EXIF)]
    return metadata.derived_record(found[0]) if found else None


def _segment(payload: bytes) -> bytes:
    return bytes([0xFF, _APP1]) + (len(payload) + 2).to_bytes(2, "big") + payload
