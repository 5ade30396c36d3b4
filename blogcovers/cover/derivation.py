"""Derived files on disk: what stands at their paths, and how one is made from a cover.

Reading needs no Pillow; making loads it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from blogcovers import storage
from blogcovers.cover import jpeg, metadata, webp
from blogcovers.cover.derived import KB, LOWEST_QUALITY, record_of, specs_of
from blogcovers.cover.judge import damage_in, headless, picture_digest, read_file, without_content
from blogcovers.cover.picture import decoded, fitted
from blogcovers.cover.recipe import UnknownFormat
from blogcovers.cover.state import DerivedFile, State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from PIL.Image import Image

    from blogcovers.cover.derived import Derived, Record
    from blogcovers.posts.focus import Focus


class _Container(Protocol):
    def stamp_derived(self, bare: bytes, record: Record, source_type: str) -> bytes: ...
    def read_record(self, data: bytes) -> Record | None: ...
    def picture_digest(self, data: bytes) -> str: ...


_CONTAINERS: Mapping[str, _Container] = {"jpeg": jpeg, "webp": webp}


def files(cover: Path, specs: Iterable[Derived], focus: Focus | None = None) -> list[tuple[Derived, Path]]:
    """What is derived from the cover at this path, and where it lies; ``focus`` is the post's own, or None."""
    return [(spec, Path(spec.beside(str(cover)))) for spec in specs_of(specs, focus)]


def derived_at(path: Path, spec: Derived, source: str, *, force: bool = False) -> DerivedFile:
    """What stands at a derived file's path, and whether it is due.

    ``source``: the digest of the picture in the cover; ``force``: make a current one anew. Raises as
    :func:`covers.found` does.
    """
    data = read_file(path)
    if not isinstance(data, bytes):
        reason = "missing" if data.state is State.MISSING else data.reason
        return DerivedFile(path.name, data.state, reason, data.replaceable)
    if lacking := without_content(data):
        return DerivedFile(path.name, lacking.state, lacking.reason, lacking.replaceable)
    try:
        record = _own_record(data, spec)
    except metadata.Truncated as error:
        return DerivedFile(path.name, State.BROKEN, f"the file is cut short ({error})")
    except UnknownFormat as error:
        return DerivedFile(path.name, State.HAND_MADE, f"a later blogcovers made it ({error})")
    if record is None:
        if why := _damage(data, _CONTAINERS[spec.format]):
            return DerivedFile(path.name, State.BROKEN, why)
        return DerivedFile(path.name, State.HAND_MADE, "made by hand, so it is left alone")
    if record.source != source:
        return DerivedFile(path.name, State.STALE, "made from another cover")
    if record.fingerprint != spec.fingerprint(source):
        return DerivedFile(path.name, State.STALE, "made with other settings")
    return DerivedFile(path.name, State.STALE, "--force") if force else DerivedFile(path.name, State.CURRENT)


def _own_record(data: bytes, spec: Derived) -> Record | None:
    """The record in a whole file of ours; None in any other. Raises Truncated or UnknownFormat."""
    return _untouched(data, _CONTAINERS[spec.format])


def _damage(data: bytes, container: _Container) -> str:
    """Why a file that is none of our untouched ones is one of ours and damaged, ``""`` where it is not."""
    try:
        return damage_in(data) if container.read_record(data) else ""
    except (webp.NotWebP, jpeg.NotJPEG):
        return headless(data)


def slug_in(path: Path) -> str:
    """The slug of the post for whose cover the file was derived; ``""`` for one that is not ours or is not there."""
    with suppress(OSError, ValueError):
        record = _untouched(storage.read(path), webp if path.suffix == ".webp" else jpeg)
        return record.slug if record else ""
    return ""


def _untouched(data: bytes, container: _Container) -> Record | None:
    with suppress(webp.NotWebP, jpeg.NotJPEG):
        record = container.read_record(data)
        if record and record.picture == container.picture_digest(data):
            return record
    return None


@dataclass(frozen=True)
class Original:
    """A cover to derive from: its picture as :func:`picture.decoded` gives it, its digest and digital source type."""

    image: Image
    digest: str
    source_type: str


def opened(data: bytes) -> Original:
    """The cover in the bytes of its file, whoever made it. Raises ValueError where they are no picture."""
    image = decoded(data)
    try:
        source_type = webp.source_type(data)
    except webp.NotWebP:
        source_type = ""
    return Original(image, picture_digest(data), source_type)


def made(source: Original, spec: Derived, slug: str) -> bytes:
    """The derived file, within its budget. Raises ValueError where the lowest sensible quality exceeds it."""
    picture = _shaped(source.image, spec)
    record, container = record_of(spec, slug, source.digest), _CONTAINERS[spec.format]

    def at(quality: int) -> bytes:
        return container.stamp_derived(_encoded(picture, spec, quality), record, source.source_type)

    file = at(spec.quality)
    if not spec.max_kb or len(file) <= spec.max_kb * KB:
        return file
    return _within_budget(spec, at)


def _within_budget(spec: Derived, at: Callable[[int], bytes]) -> bytes:
    """The file of the best quality that fits: halves the span of qualities, so it encodes seven times at most."""
    low, high, best = min(LOWEST_QUALITY, spec.quality), spec.quality - 1, b""
    while low <= high:
        quality = (low + high) // 2
        file = at(quality)
        if len(file) <= spec.max_kb * KB:
            best, low = file, quality + 1
        else:
            high = quality - 1
    if not best:
        raise ValueError(
            f"it does not fit into {spec.max_kb} kB, not even at quality {min(LOWEST_QUALITY, spec.quality)}: "
            f"raise max_kb or lower the size in {spec.table}."
        )
    return best


def _shaped(image: Image, spec: Derived) -> Image:
    width, height = spec.size
    if height:
        return fitted(image, spec.size, spec.focus)
    width = min(width, image.width)
    return fitted(image, (width, max(1, round(image.height * width / image.width))))


def _encoded(picture: Image, spec: Derived, quality: int) -> bytes:
    buffer = BytesIO()
    if spec.format == "jpeg":
        # Whole colour, since halved colour frays the edges of flat ones. Baseline, since Pillow's buffer for an
        # optimised or progressive file holds a byte a pixel, which a noisy photograph exceeds.
        picture.save(buffer, "JPEG", quality=quality, subsampling="4:4:4")
    else:
        picture.save(buffer, "WEBP", quality=quality, method=4)
    return buffer.getvalue()
