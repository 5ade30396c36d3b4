"""Covers on disk: what stands at a path.

A file that carries our recipe and another picture is hand-made where that decodes (its author edited it), and else
broken. A damaged file whose recipe cannot be read is broken where something in it tells that it was ours.
"""

from __future__ import annotations

import os
import unicodedata
from typing import TYPE_CHECKING

from blogcovers import digest, storage
from blogcovers.cover import metadata, webp
from blogcovers.cover.picture import decoded
from blogcovers.cover.recipe import UnknownFormat
from blogcovers.cover.state import Found, State

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


_KEYS = (b'blogcovers:{"format"', b'blogcovers-derived:{"format"')  # what our EXIF begins with
_MEGAPIXEL = 1_000_000
_LOST_PAGE = bytes(4096)  # as many zeros a codec writes only for more than a megapixel of one colour
_LFS = b"version https://git-lfs.github.com/spec/"
_OTHER_KINDS = ("jpg", "jpeg", "png", "avif", "gif", "JPG", "JPEG", "PNG")


def found_at(path: Path) -> Found:
    """What stands at ``path``. Raises PostError where no file can be so named; that it cannot be read is in what it
    returns, for the other covers can be."""
    data = read_file(path)
    return judged(data) if isinstance(data, bytes) else data


def read_file(path: Path) -> bytes | Found:
    """The bytes of the file at ``path``, or what stands there in its place. Raises as :func:`found_at` does."""
    try:
        return storage.read(path)
    except FileNotFoundError:
        if path.is_symlink():
            reason = "a link whose file is not there: fetch it (git annex get, or mount the disk)"
            return Found(State.BROKEN, reason, replaceable=False)
        return Found(State.MISSING, "no cover yet")
    except NotADirectoryError:
        return Found(State.MISSING, "no cover yet")
    except IsADirectoryError:
        return Found(State.HAND_MADE, "a folder stands in its place")
    except OSError as error:
        if error.errno in storage.NOT_A_NAME:
            raise storage.unwritable(path, error) from None
        if isinstance(error, storage.TooLarge):
            return Found(State.HAND_MADE, str(error.strerror))
        if isinstance(error, storage.NotRegular):
            return Found(State.BROKEN, f"{error.strerror}, no file: take it away", replaceable=False)
        said = f"it cannot be read ({error.strerror or error}): check its permissions and its folder's"
        return Found(State.BROKEN, said, replaceable=False)


def lookalike(path: Path, beside: Collection[str]) -> str:
    """The name of a picture of another kind, called as the cover at ``path`` would be, among those of the files
    ``beside`` it; ``""`` for none."""
    stem = unicodedata.normalize("NFC", path.stem)
    return next((name for ending in _OTHER_KINDS if (name := f"{stem}.{ending}") in beside), "")


def names_in(folder: Path) -> frozenset[str]:
    """The names in a folder, as NFC, which not every system keeps to; none where it cannot be read."""
    try:
        return frozenset(unicodedata.normalize("NFC", name) for name in os.listdir(folder))  # noqa: PTH208
    except OSError:
        return frozenset()


def judged(data: bytes) -> Found:
    """What the bytes of a file at a cover's path are."""
    if lacking := without_content(data):
        return lacking
    try:
        picture = picture_digest(data)
        recipe = webp.read_recipe(data)
        if recipe is None:
            if why := _torn(data, picture):
                return Found(State.BROKEN, why)
            derived = webp.read_record(data) is not None
            reason = "it is a file derived from a cover" if derived else "it carries no recipe"
            return Found(State.HAND_MADE, reason, picture=picture)
        if recipe.picture != picture:
            if why := damage_in(data):
                return Found(State.BROKEN, why)
            edited = "its picture is not the one that its recipe made: it was edited or compressed anew"
            return Found(State.HAND_MADE, edited, picture=picture)
    except webp.NotWebP:
        if why := headless(data):
            return Found(State.BROKEN, why)
        return Found(State.HAND_MADE, "it is not a WebP picture", picture=picture)
    except metadata.Truncated as error:
        return Found(State.BROKEN, f"the file is cut short ({error})")
    except UnknownFormat as error:
        return Found(State.HAND_MADE, f"a later blogcovers made it ({error})", picture=picture)
    return Found(State.CURRENT, recipe=recipe, picture=picture)


def damage_in(data: bytes) -> str:
    """Why the picture in a file that carries our recipe or record is damaged, ``""`` where it is whole.

    The only judgement that loads Pillow; whoever reads a file whose picture is the recorded one needs none.
    """
    try:
        width, height = decoded(data).size
        if width * height < _MEGAPIXEL and _LOST_PAGE in data:  # a lossy picture decodes with a hole in it
            return "the picture is damaged: a part of it is zeros"
    except ValueError as error:
        return str(error)
    return ""


def headless(data: bytes) -> str:
    """Whether the file is a WebP of ours without its header, and the sentence for that. A picture of another format
    that an editor wrote with our EXIF in it is not."""
    name, form, first = data[:4], data[8:12], data[12:16]
    stump = not any(data[:12]) or ((name == b"RIFF") + (form == b"WEBP") + (first == b"VP8X") == 2)
    return "the file has lost its header" if stump and any(key in data for key in _KEYS) else ""


def _torn(data: bytes, picture: str) -> str:
    """Why a WebP from which no recipe can be read is one of ours that was damaged, ``""`` where it is not.

    ``picture``: its digest. Raises NotWebP or Truncated."""
    if webp.has_lost_its_end(data):
        return "the end of the file is zeros"
    if not any(key in data for key in _KEYS) or webp.read_record(data):
        return ""
    if picture.encode() in data:
        return "its recipe is damaged"
    return damage_in(data)


def picture_digest(data: bytes) -> str:
    """Of the picture in a cover's file; of the whole file where that is no still WebP. Raises webp.Truncated."""
    try:
        return webp.picture_digest(data) or digest.of_bytes(data)
    except webp.NotWebP:
        return digest.of_bytes(data)


def without_content(data: bytes) -> Found | None:
    """What is broken whatever it should be: an empty file or all zeros, a Git LFS pointer; None for any other."""
    if not data:
        return Found(State.BROKEN, "the file is empty")
    if not any(data):
        return Found(State.BROKEN, "the file is all zeros")
    if data.startswith(_LFS):
        return Found(State.BROKEN, "a Git LFS pointer stands in its place: run git lfs pull", replaceable=False)
    return None
