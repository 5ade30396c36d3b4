"""Pictures as pixels: decoded, cropped, scaled, encoded. Loads Pillow."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from blogcovers.cover import webp
from blogcovers.errors import MediaError
from blogcovers.posts.focus import CENTRE

if TYPE_CHECKING:
    from PIL.Image import Image

    from blogcovers.cover.recipe import Output
    from blogcovers.posts.focus import Focus


_FLAT = 3  # levels of 255 by which a channel of one flat colour may vary


_FEW_COLOURS = 256  # as many as a lossless WebP keeps in a palette


_MAX_PIXELS = 64_000_000  # a picture larger than this is no cover but a bomb


def encode(picture: bytes | Image, output: Output) -> bytes:
    """A bare RGB WebP of the output's size: scaled to cover it, cropped around its focus.

    Lossy at the output's quality; a picture of few flat colours, such as the painter's, is lossless: exact, half as
    large, and sooner done. ``picture``: an image, or the bytes of an encoded one. Raises ValueError for bytes that
    are no whole picture.
    """
    from PIL import WebPImagePlugin  # noqa: F401  (else Pillow loads every format that it knows: 20 ms)

    image = fitted(decoded(picture) if isinstance(picture, bytes) else picture, output.size, output.focus)
    buffer = BytesIO()
    if image.getcolors(_FEW_COLOURS):
        image.save(buffer, "WEBP", lossless=True, quality=10, method=1)  # "quality" is effort: 75 takes thrice as long
    else:
        image.save(buffer, "WEBP", quality=output.quality, method=2)  # half the time of 4, files some 2 % larger
    return webp.evened(buffer.getvalue())


def fitted(image: Image, size: tuple[int, int], focus: Focus = CENTRE) -> Image:
    """The picture as RGB at ``size``: scaled to cover it, cropped around the focus."""
    from PIL.Image import Resampling

    image = as_rgb(image)
    if image.size == size:
        return image
    return image.resize(size, Resampling.LANCZOS, box=crop_box(image.size, size, focus))


def check_codecs() -> None:
    """Makes sure, before anything is rendered, that covers can be encoded. Raises MediaError."""
    from PIL import features

    if not features.check("webp"):
        raise MediaError("The Pillow that is installed here cannot write WebP.", "Run: pip install --upgrade pillow")


def load_codecs() -> None:
    """Loads Pillow now, so that its time is not taken while a server waits."""
    from PIL import Image

    Image.preinit()


def is_flat(image: Image) -> bool:
    """Whether a picture is of one colour, black as a rule."""
    extremes = image.convert("RGB").getextrema()
    return all(high - low <= _FLAT for low, high in extremes)  # type: ignore[misc]  # three pairs, for RGB


def decoded(data: bytes) -> Image:
    """The picture in the bytes of a file. Raises ValueError for what is no whole picture, or far too large a one."""
    from PIL import Image, UnidentifiedImageError

    try:
        image = Image.open(BytesIO(data))
        if image.width * image.height > _MAX_PIXELS:
            raise ValueError(f"the picture is {image.width}x{image.height} pixels, far more than a cover needs")
        image.load()
    except UnidentifiedImageError:
        raise ValueError("the file is no picture") from None
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"the picture is damaged: {error}") from None
    return image


def as_rgb(image: Image) -> Image:
    """The same picture as RGB; transparent parts on white."""
    if image.mode == "RGB":
        return image
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        from PIL import Image as Images

        layered = image.convert("RGBA")
        ground = Images.new("RGBA", layered.size, "white")
        return Images.alpha_composite(ground, layered).convert("RGB")
    return image.convert("RGB")


def crop_box(
    size: tuple[int, int], target: tuple[int, int], focus: Focus = CENTRE
) -> tuple[float, float, float, float]:
    """The largest part of a picture of ``size`` that has the shape of ``target``: left, top, right, bottom in pixels.

    The focus lies as near to the part's middle as the edges allow.
    """
    width, height = size
    ratio = target[0] / target[1]
    if width / height >= ratio:
        part = (min(ratio * height, float(width)), float(height))
    else:
        part = (float(width), min(width / ratio, float(height)))
    left, top = (
        min(max(whole * at / 100 - side / 2, 0.0), whole - side)
        for whole, side, at in zip(size, part, focus, strict=True)
    )
    return left, top, left + part[0], top + part[1]
