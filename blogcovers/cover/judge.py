"""Covers on disk: what stands at a path, and how a new one gets there whole or not at all.

Reading needs no Pillow; encoding loads it.
"""

from __future__ import annotations

import os
import unicodedata
from typing import TYPE_CHECKING

from blogcovers import digest, storage
from blogcovers.cover import metadata, webp
from blogcovers.cover.recipe import UnknownFormat
from blogcovers.cover.state import Found, State
from blogcovers.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


_LFS = b"version https://git-lfs.github.com/spec/"
_OTHER_KINDS = ("jpg", "jpeg", "png", "avif", "gif", "JPG", "JPEG", "PNG")


def found_at(path: Path) -> Found:
    """What stands at ``path``. Raises MediaError where it cannot be read, PostError where no file can be so named."""
    data = read_file(path)
    return judged(data) if isinstance(data, bytes) else data


def read_file(path: Path) -> bytes | Found:
    """The bytes of the file at ``path``, or what stands there in its place. Raises as :func:`found_at` does."""
    try:
        return path.read_bytes()
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
        raise MediaError(f"{path} cannot be read: {error.strerror}.", "Check its permissions.") from None


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
            derived = webp.read_record(data) is not None
            reason = "it is a file derived from a cover" if derived else "it carries no recipe"
            return Found(State.HAND_MADE, reason, picture=picture)
        if recipe.picture != picture:
            return Found(State.HAND_MADE, "its picture is not the one that its recipe made", picture=picture)
    except webp.NotWebP:
        return Found(State.HAND_MADE, "it is not a WebP picture", picture=picture)
    except metadata.Truncated as error:
        return Found(State.BROKEN, f"the file is cut short ({error})")
    except UnknownFormat as error:
        return Found(State.HAND_MADE, f"a later blogcovers made it ({error})", picture=picture)
    return Found(State.CURRENT, recipe=recipe, picture=picture)


def picture_digest(data: bytes) -> str:
    """Of the picture in a cover's file; of the whole file where that is no still WebP. Raises webp.Truncated."""
    try:
        return webp.picture_digest(data) or digest.of_bytes(data)
    except webp.NotWebP:
        return digest.of_bytes(data)


def without_content(data: bytes) -> Found | None:
    """What is broken whatever it should be: an empty file, a Git LFS pointer; None for any other."""
    if not data:
        return Found(State.BROKEN, "the file is empty")
    if data.startswith(_LFS):
        return Found(State.BROKEN, "a Git LFS pointer stands in its place: run git lfs pull", replaceable=False)
    return None
