"""The four picture formats that are ever opened, told by a file's first bytes. Bytes in, bytes out.

What a header says of size and depth is read here, before any decoder sees the file, and the decoder gets nothing but
the picture: its EXIF, texts and further frames stay behind. So nothing in them can cost time or memory.

PNG: https://www.w3.org/TR/png-3/ (5, 11). JPEG: ITU-T T.81, annex B. AVIF: ISO/IEC 23008-12, 6.2 and 9.2.
"""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from blogcovers.cover import jpeg, metadata, webp

if TYPE_CHECKING:
    from collections.abc import Iterator

MEGAPIXEL = 1_000_000
MOST_PIXELS = {"PNG": 50, "JPEG": 50, "progressive JPEG": 40, "WEBP": 25, "AVIF": 25}
"""In megapixels: a decoder at work on as many takes 300 to 500 MB. The largest camera of a telephone makes 50 in JPEG,
a cover has less than one."""
MOST_PROFILE = 4_000_000  # bytes of a colour profile; those of printers have two million

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_CHUNKS = 100_000  # encoders make one for every 8 kB
_INFLATED = 1_000_000  # as much of a profile in a PNG as Pillow inflates
_SOFS = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_ADOBE, _PROFILE = (0xEE, b"Adobe"), (0xE2, b"ICC_PROFILE\0")
_SCANS = 200  # encoders make ten; each is a walk over the whole picture
_EXIF_ITEM = re.compile(rb"(infe.{8}(?:..)?)Exif", re.S)  # its item_ID has two bytes or four

_OTHERS = (
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"%!PS", "PostScript"),
    (b"\xc5\xd0\xd3\xc6", "PostScript"),
    (b"%PDF", "PDF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"SIMPLE  =", "FITS"),
    (b"8BPS", "Photoshop"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"\0\0\x01\0", "ICO"),
)


@dataclass(frozen=True)
class PictureFile:
    """``form``: as Pillow calls the format. ``data``: the file with nothing but the picture. ``size``: (width, height)
    in pixels, None where only its decoder reads it (AVIF). ``depth``: bits of a sample in a PNG. ``exif``: what was
    taken out of it. ``adobe``: a JPEG says that its CMYK is as Adobe writes it, inverted. ``progressive``: a JPEG."""

    form: str
    data: bytes
    size: tuple[int, int] | None = None
    depth: int = 8
    exif: bytes = b""
    adobe: bool = False
    progressive: bool = False


def told_apart(data: bytes) -> PictureFile:
    """Which of the formats the file is. Raises ValueError for any other, for a damaged one, and for one that is too
    large to be decoded."""
    if data.startswith(_PNG):
        found = _png(data)
    elif data.startswith(b"\xff\xd8\xff"):
        found = _jpeg(data)
    elif data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        found = _webp(data)
    elif data[4:8] == b"ftyp" and data[8:12] in (b"avif", b"avis", b"mif1", b"msf1"):
        found = PictureFile("AVIF", _EXIF_ITEM.sub(rb"\1none", data))
    else:
        raise ValueError(_refusal(data))
    if found.size:
        check_size(found, found.size)
    return found


def check_size(file: PictureFile, size: tuple[int, int]) -> None:
    """Raises ValueError for more pixels than this format may have."""
    form = f"progressive {file.form}" if file.progressive else file.form
    width, height = size
    if width * height > MOST_PIXELS[form] * MEGAPIXEL:
        raise ValueError(
            f"the picture is {width}x{height} pixels ({width * height / MEGAPIXEL:,.0f} megapixels), far more than a"
            f" cover needs; a {form} may have {MOST_PIXELS[form]} megapixels"
        )


def _refusal(data: bytes) -> str:
    kind = next((kind for first, kind in _OTHERS if data.startswith(first)), "")
    if not kind and re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:svg|\?xml[^>]{0,200}>.{0,2000}<svg)", data[:4000], re.S | re.I):
        kind = "SVG"
    said = f"the file is {'an' if kind == 'SVG' else 'a'} {kind}" if kind else "the file is no picture"
    return f"{said}: only PNG, JPEG, WebP and AVIF are opened"


# PNG


def _png(data: bytes) -> PictureFile:
    kept, exif, profile = [_PNG], b"", False
    header = b""
    for name, body, whole in _png_chunks(data):
        if name == b"IHDR":
            header = body
        if name == b"eXIf":
            exif = body
        if name == b"iCCP" and not profile and _inflates(body):
            profile = True
            kept.append(whole)
        if name in _PNG_KEPT:
            kept.append(whole)
    if len(header) != 13:
        raise ValueError("the picture is damaged: no header")
    width, height, depth = struct.unpack(">IIB", header[:9])
    return PictureFile("PNG", b"".join(kept), (width, height), depth, exif)


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """(name, body, all of it) of each chunk, up to the end or to where the file breaks off."""
    at = len(_PNG)
    for _ in range(_CHUNKS):
        if at + 12 > len(data):
            return
        end = at + 12 + int.from_bytes(data[at : at + 4], "big")
        name = data[at + 4 : at + 8]
        yield name, data[at + 8 : end - 4], data[at:end]
        if name == b"IEND":
            return
        at = end
    raise ValueError(f"the picture has more than {_CHUNKS:,} chunks, far more than an encoder makes")


def _inflates(body: bytes) -> bool:
    """Whether an iCCP chunk holds a profile of a sensible size."""
    packed = body.partition(b"\0")[2][1:]
    try:
        inflater = zlib.decompressobj()
        inflater.decompress(packed, _INFLATED)
    except zlib.error:
        return False
    return inflater.eof


# JPEG


def _jpeg(data: bytes) -> PictureFile:
    try:
        parts = list(jpeg.segments(data))
    except (jpeg.NotJPEG, metadata.Truncated) as error:
        raise ValueError(f"the picture is damaged: {error}") from None
    frame = next((part for part in parts if part.marker in _SOFS and len(part.data) >= 5), None)
    if frame is None:
        raise ValueError("the picture is damaged: no frame header")
    height, width = struct.unpack(">HH", frame.data[1:5])
    profile = [part for part in parts if _is(part, _PROFILE)]
    profiled = sum(len(part.data) for part in profile) <= MOST_PROFILE
    kept = [
        part
        for part in parts
        if not (0xE0 <= part.marker <= 0xEF or part.marker == 0xFE)
        or part.marker == 0xE0
        or _is(part, _ADOBE)
        or (profiled and _is(part, _PROFILE))
    ]
    file = PictureFile(
        "JPEG",
        b"\xff\xd8" + b"".join(data[part.start : part.end] for part in kept),
        (width, height),
        exif=next((part.data[6:] for part in parts if _is(part, (0xE1, b"Exif\0\0"))), b""),
        adobe=any(_is(part, _ADOBE) for part in parts),
        progressive=frame.marker in _PROGRESSIVE,
    )
    if file.data.count(b"\xff\xda") > _SCANS:
        raise ValueError(f"the picture has more than {_SCANS} scans, far more than an encoder makes")
    return file


def _is(part: jpeg.Segment, kind: tuple[int, bytes]) -> bool:
    return part.marker == kind[0] and part.data.startswith(kind[1])


# WebP


def _webp(data: bytes) -> PictureFile:
    try:
        parts = list(webp.chunks(data))
        sizes = [webp.size_in(part) for part in parts]
    except webp.NotWebP as error:
        raise ValueError(f"the picture is damaged: {error}") from None
    except metadata.Truncated as error:
        raise ValueError(f"the picture is damaged: the file is cut short ({error})") from None
    found = [size for size in sizes if size]
    if not found:
        raise ValueError("the picture is damaged: no picture size")
    exif = next((part.data for part in parts if part.name == b"EXIF"), b"")
    return PictureFile("WEBP", data, max(found, key=lambda size: size[0] * size[1]), exif=exif)
