"""Pictures as pixels: decoded, cropped, scaled, encoded. Loads Pillow.

:func:`decoded` is the one way to open a picture.
"""

from __future__ import annotations

import struct
from contextlib import nullcontext, suppress
from importlib import import_module
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING

from blogcovers.cover import formats, metadata, webp
from blogcovers.errors import MediaError
from blogcovers.posts.focus import CENTRE

if TYPE_CHECKING:
    from PIL.Image import Image

    from blogcovers.cover.recipe import Output
    from blogcovers.posts.focus import Focus


_FLAT = 3  # levels of 255 by which a channel of one flat colour may vary


_FEW_COLOURS = 256  # as many as a lossless WebP keeps in a palette


_LARGE = 8_000_000  # pixels of a picture beside which no other large one is decoded
_TURN = Lock()

_STRIP = 256  # rows of a picture that are made RGB at once: the whole of it need not be there three times


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
    """The picture in the bytes of a file, as it looks: RGB in sRGB, upright, transparent parts on white; of an
    animation the first frame. Its ``info`` is empty.

    Raises ValueError for what is no whole PNG, JPEG, WebP or AVIF, or far too large a one. Large ones are
    decoded one at a time, by whatever threads.
    """
    file = formats.told_apart(data)
    width, height = file.size or (0, 0)
    large = file.size is None or width * height > _LARGE
    with _TURN if large else nullcontext():
        return _decoded(file)


def _decoded(file: formats.PictureFile) -> Image:
    from PIL import Image, UnidentifiedImageError

    try:
        _load_codec(file.form)
        image: Image.Image = Image.open(BytesIO(file.data), formats=[file.form])
        formats.check_size(file, image.size)
        image.load()
    except UnidentifiedImageError:
        raise ValueError("the picture is damaged: it cannot be read") from None
    except (OSError, SyntaxError, EOFError, struct.error, Image.DecompressionBombError) as error:
        raise ValueError(f"the picture is damaged: {error}") from None
    profile, exif = image.info.get("icc_profile"), file.exif or image.info.get("exif", b"")
    if image.mode == "CMYK" and not file.adobe:  # Pillow takes each for Adobe's
        from PIL import ImageChops

        image = ImageChops.invert(image)
    image = _eight_bits(image, file.depth)
    if profile and len(profile) <= formats.MOST_PROFILE:
        image = _in_srgb(image, profile)
    image = as_rgb(image)  # two steps: three of them at once are too many
    image = _upright(image, metadata.orientation(exif))
    image.info = {}
    return image


def _load_codec(form: str) -> None:
    """Loads what opens this format and nothing else. Raises ValueError where Pillow has none."""
    from PIL import features

    plugins = {"PNG": "PngImagePlugin", "JPEG": "JpegImagePlugin", "WEBP": "WebPImagePlugin", "AVIF": "AvifImagePlugin"}
    with suppress(ImportError):
        import_module(f"PIL.{plugins[form]}")
        if form in ("PNG", "JPEG") or features.check(form.lower()):
            return
    raise ValueError(f"the Pillow that is installed here opens no {form}")


def _eight_bits(image: Image, depth: int) -> Image:
    """The picture with samples of eight bits, which the colour that is transparent in it is given in, too.

    ``depth``: bits of a sample in its file. Of sixteen bits, 65535 is white. Pillow gives the transparent colour as
    the file has it: PNG, 11.3.1.1.
    """
    clear = image.info.get("transparency")
    if image.mode.startswith("I"):
        grey = image.point(lambda level: level * (1 / 257) + 0.5).convert("L")
        if isinstance(clear, int):
            from PIL import ImageMath

            seen = ImageMath.lambda_eval(lambda given: given["level"] != clear, level=image.convert("I"))
            grey.putalpha(seen.point(lambda level: level * 255.0 + 0).convert("L"))
        return grey
    if isinstance(clear, tuple) and depth == 16:
        image.info["transparency"] = tuple(level >> 8 for level in clear)
    if isinstance(clear, int) and image.mode in ("1", "L") and depth < 8:
        image.info["transparency"] = clear * 255 // (2**depth - 1)
    return image


def _in_srgb(image: Image, profile: bytes) -> Image:
    """A photograph may come with a profile of its own; a cover and what is derived from it carry none."""
    from PIL import ImageCms

    if image.mode in ("1", "P", "PA") or "transparency" in image.info:
        image = image.convert("RGBA" if image.mode == "PA" or "transparency" in image.info else "RGB")
    alpha = image.getchannel("A") if image.mode == "LA" else None
    with suppress(ImageCms.PyCMSError, OSError, ValueError):  # one that cannot be read says nothing of the colours
        given = ImageCms.ImageCmsProfile(BytesIO(profile))
        converted = ImageCms.profileToProfile(
            image.convert("L") if alpha else image,
            given,
            ImageCms.createProfile("sRGB"),
            outputMode="RGBA" if image.mode == "RGBA" else "RGB",
        )
        if converted and alpha:
            converted.putalpha(alpha)
        return converted or image
    return image


def _upright(image: Image, orientation: int) -> Image:
    """A photograph may lie on its side, and say so in EXIF (2.32, 4.6.4.A: 1 is upright)."""
    from PIL.Image import Transpose

    turns = (
        *(Transpose.FLIP_LEFT_RIGHT, Transpose.ROTATE_180, Transpose.FLIP_TOP_BOTTOM, Transpose.TRANSPOSE),
        *(Transpose.ROTATE_270, Transpose.TRANSVERSE, Transpose.ROTATE_90),
    )
    return image.transpose(turns[orientation - 2]) if 2 <= orientation <= 8 else image


def as_rgb(image: Image) -> Image:
    """The same picture as RGB; transparent parts on white."""
    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.height <= _STRIP:
        return _strip_as_rgb(image)
    from PIL import Image as Images

    made = Images.new("RGB", image.size)
    for top in range(0, image.height, _STRIP):
        strip = image.crop((0, top, image.width, min(top + _STRIP, image.height)))
        made.paste(_strip_as_rgb(strip), (0, top))
    return made


def _strip_as_rgb(image: Image) -> Image:
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
