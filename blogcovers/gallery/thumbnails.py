"""Finished covers as small pictures, for a page or a sheet that shows all of them. Loads Pillow late.

A cover is opened as a derived file opens it: RGB, in sRGB, upright.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import TYPE_CHECKING, TypeVar

from blogcovers.cover import derivation
from blogcovers.cover.picture import fitted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PIL.Image import Image

Item = TypeVar("Item")
Made = TypeVar("Made")


def each(make: Callable[[Item], Made], items: Sequence[Item]) -> list[Made]:
    """What ``make`` gives of each item, in their order, made on as many threads as there are processors: Pillow
    lets go of the interpreter while it decodes, scales and encodes."""
    with ThreadPoolExecutor(os.cpu_count() or 2, "thumbnail") as pool:
        return list(pool.map(make, items))


def within(data: bytes, box: tuple[int, int]) -> Image:
    """The picture in the bytes of a file, in its own shape, no larger than ``box`` (width, height in pixels).

    Raises ValueError where it is no picture.
    """
    image = derivation.opened(data).image
    image.thumbnail(box, reducing_gap=3.0)
    return image


def filling(data: bytes, size: tuple[int, int]) -> Image:
    """The middle of the picture at exactly ``size``. Raises ValueError where it is no picture."""
    return fitted(derivation.opened(data).image, size)


def encoded(image: Image, quality: int) -> bytes:
    """A bare lossy WebP."""
    buffer = BytesIO()
    image.save(buffer, "WEBP", quality=quality, method=2)
    return buffer.getvalue()
