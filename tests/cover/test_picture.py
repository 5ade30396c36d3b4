"""Pictures opened: of four formats, as they look, and within a bound of memory, whatever their files say; and covers
made of them."""

from __future__ import annotations

import random
import struct
import subprocess
import sys
import zlib
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms, features

from blogcovers.cover import Output, Recipe, State, formats, judged, metadata, recipe, webp
from blogcovers.cover.picture import decoded, encode

RECIPE = Recipe("fox", "painter", 7, dict.fromkeys(recipe.CAUSES, "same"), texts={"concept": "a fox"})
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
RED, WHITE, BLUE = (255, 0, 0), (255, 255, 255), (0, 0, 255)
AVIF = find_spec("PIL.AvifImagePlugin") is not None and features.check("avif")
GREY, TRUE, INDEXED, GREY_ALPHA, TRUE_ALPHA = 0, 2, 3, 4, 6


def encoded(image: Image.Image, form: str, **given: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, form, **given)
    return buffer.getvalue()


def noise(size: tuple[int, int] = (40, 24)) -> Image.Image:
    return Image.frombytes("RGB", size, random.Random(1).randbytes(size[0] * size[1] * 3))


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(size: tuple[int, int], depth: int, kind: int, rows: bytes, *more: tuple[bytes, bytes]) -> bytes:
    """``rows``: the samples of all rows, each row after a filter byte; ``more``: chunks before them."""
    header = struct.pack(">IIBBBBB", *size, depth, kind, 0, 0, 0)
    body = [(b"IHDR", header), *more, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*one) for one in body)


def pixels(data: bytes) -> list[Any]:
    """Those of the first row."""
    image = decoded(data)
    assert (image.mode, image.info) == ("RGB", {})
    return [image.getpixel((x, 0)) for x in range(image.width)]


def greys(*levels: int) -> list[tuple[int, int, int]]:
    return [(level, level, level) for level in levels]


def wide(*levels: int) -> bytes:
    return b"\0" + b"".join(level.to_bytes(2, "big") for level in levels)


class TestLooks:
    """Each picture comes out as it looks, by pixels written by hand."""

    @pytest.mark.parametrize(
        ("data", "expected"),
        [
            pytest.param(png((4, 1), 16, GREY, wide(0, 257, 32896, 65535)), greys(0, 1, 128, 255), id="16-bit grey"),
            pytest.param(
                png((3, 1), 16, GREY, wide(0, 300, 65535), (b"tRNS", wide(300)[1:])),
                greys(0, 255, 255),
                id="16-bit grey, one level clear",
            ),
            pytest.param(
                png((2, 1), 16, TRUE, wide(65535, 0, 0, 0, 0, 65535)), [RED, BLUE], id="16-bit colour: 65535 is full"
            ),
            pytest.param(
                png((2, 1), 16, TRUE, wide(65535, 0, 0, 0, 0, 65535), (b"tRNS", wide(65535, 0, 0)[1:])),
                [WHITE, BLUE],
                id="16-bit colour, red clear",
            ),
            pytest.param(
                png((2, 1), 16, TRUE_ALPHA, wide(65535, 0, 0, 65535, 0, 0, 65535, 0)), [RED, WHITE], id="16-bit alpha"
            ),
            pytest.param(png((2, 1), 16, GREY_ALPHA, wide(0, 65535, 0, 0)), greys(0, 255), id="16-bit grey with alpha"),
            pytest.param(png((8, 1), 1, GREY, b"\0\xa0"), greys(255, 0, 255, 0, 0, 0, 0, 0), id="1 bit"),
            pytest.param(png((4, 1), 2, GREY, b"\0\x1b"), greys(0, 85, 170, 255), id="2 bits"),
            pytest.param(
                png((4, 1), 2, GREY, b"\0\x1b", (b"tRNS", b"\0\1")), greys(0, 255, 170, 255), id="2 bits, one clear"
            ),
            pytest.param(
                png((8, 1), 1, GREY, b"\0\xa0", (b"tRNS", b"\0\0")), greys(*[255] * 8), id="1 bit, black clear"
            ),
            pytest.param(
                png((2, 1), 4, INDEXED, b"\0\x01", (b"PLTE", bytes([*RED, *BLUE]))), [RED, BLUE], id="a palette"
            ),
            pytest.param(
                png((2, 1), 4, INDEXED, b"\0\x01", (b"PLTE", bytes([*RED, *BLUE])), (b"tRNS", b"\0")),
                [WHITE, BLUE],
                id="a palette, red clear",
            ),
            pytest.param(
                png((2, 1), 4, INDEXED, b"\0\x01", (b"PLTE", bytes([*RED, *BLUE])), (b"tRNS", b"\x80\xff")),
                [(255, 127, 127), BLUE],
                id="a palette, red half clear",
            ),
            pytest.param(png((2, 1), 8, TRUE, b"\0" + bytes([*RED, *BLUE])), [RED, BLUE], id="plain"),
        ],
    )
    def test_of_a_png(self, data: bytes, expected: list[Any]) -> None:
        assert pixels(data) == expected

    def test_of_a_jpeg_in_cmyk_as_adobe_writes_it_and_as_others_do(self) -> None:
        adobe = encoded(Image.new("CMYK", (16, 16), (0, 255, 255, 255)), "JPEG", quality=100)
        at = adobe.index(b"\xff\xee")
        bare = adobe[:at] + adobe[at + 2 + int.from_bytes(adobe[at + 2 : at + 4], "big") :]
        assert decoded(adobe).getpixel((8, 8)) == (0, 0, 0)
        assert decoded(bare).getpixel((8, 8)) == (0, 255, 255)  # without the mark, 255 is full ink

    def test_of_grey_and_of_grey_with_alpha(self) -> None:
        assert pixels(encoded(Image.new("L", (2, 1), 77), "PNG")) == greys(77, 77)
        assert pixels(encoded(Image.new("LA", (2, 1), (0, 0)), "PNG")) == greys(255, 255)
        assert decoded(encoded(Image.new("L", (8, 8), 77), "JPEG")).getpixel((1, 1)) == (77, 77, 77)

    def test_of_a_tall_one_with_alpha_it_is_the_same_in_strips(self) -> None:
        tall = Image.linear_gradient("L").resize((3, 700))
        tall = Image.merge("RGBA", (tall, tall, tall, tall.rotate(180)))
        ground = Image.new("RGBA", tall.size, "white")
        assert decoded(encoded(tall, "PNG")).tobytes() == Image.alpha_composite(ground, tall).convert("RGB").tobytes()

    @pytest.mark.parametrize("form", ["PNG", "WEBP", "AVIF"])
    def test_of_an_animation_it_is_the_first_frame(self, form: str) -> None:
        if form == "AVIF" and not AVIF:
            pytest.skip("this Pillow has no AVIF")
        frames = [Image.new("RGB", (16, 16), colour) for colour in (RED, BLUE)]
        first: Any = decoded(encoded(frames[0], form, save_all=True, append_images=frames[1:], duration=100))
        assert all(abs(a - b) < 8 for a, b in zip(first.getpixel((8, 8)), RED, strict=True))

    @pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "AVIF"])
    @pytest.mark.parametrize("turn", range(10))
    def test_it_is_upright_as_exif_says(self, form: str, turn: int) -> None:
        """The first pixel of the file, and where it belongs: Exif 2.32, section 4.6.4. An AVIF says it beside."""
        if form == "AVIF" and not AVIF:
            pytest.skip("this Pillow has no AVIF")
        lying = Image.new("RGB", (32, 16), WHITE)
        lying.paste(RED, (0, 0, 8, 8))
        exif = Image.Exif()
        exif[0x0112] = turn
        image: Any = decoded(encoded(lying, form, exif=exif))
        assert image.size == ((16, 32) if 5 <= turn <= 8 else (32, 16))
        right, low = turn in (2, 3, 6, 7), turn in (3, 4, 7, 8)
        red = image.getpixel((image.width - 4 if right else 4, image.height - 4 if low else 4))
        assert red[0] > 200 > 60 > red[1]

    def test_a_profile_is_heeded_in_grey_with_alpha_too(self) -> None:
        lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        assert pixels(encoded(Image.new("RGB", (2, 1), RED), "PNG", icc_profile=lab)) == [RED, RED]
        assert pixels(encoded(Image.new("LA", (2, 1), (9, 255)), "PNG", icc_profile=lab)) == greys(9, 9)
        assert pixels(encoded(Image.new("P", (2, 1)), "PNG", icc_profile=lab)) == greys(0, 0)


class TestRefused:
    @pytest.mark.parametrize("form", ["GIF", "BMP", "TIFF", "EPS", "PDF", "ICO", "JPEG2000", "PPM", "TGA", "SGI"])
    def test_what_pillow_would_open_too(self, form: str) -> None:
        with pytest.raises(ValueError, match="only PNG, JPEG, WebP and AVIF are opened"):
            decoded(encoded(Image.new("RGB", (16, 16), RED), form))

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) run\n", "a PostScript"),
            (b'<?xml version="1.0"?>\n<!-- by hand -->\n<svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG"),
            (b"  <svg></svg>", "an SVG"),
            (b"SIMPLE  =                    T", "a FITS"),
            (b"<html></html>", "no picture"),
            (b"", "no picture"),
        ],
    )
    def test_it_is_named(self, data: bytes, said: str) -> None:
        with pytest.raises(ValueError, match=f"the file is {said}: only PNG"):
            decoded(data)

    @pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
    def test_half_a_picture_and_any_other_damage_is_a_sentence(self, form: str) -> None:
        whole = encoded(Image.effect_noise((64, 64), 90).convert("RGB"), form)
        for end in range(0, len(whole) - 3, max(1, len(whole) // 60)):
            with pytest.raises(ValueError, match=r"the picture is damaged|no picture"):
                decoded(whole[:end])
        for at in range(0, len(whole), max(1, len(whole) // 200)):
            try:
                decoded(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
            except ValueError as error:
                assert "picture" in str(error) or "file" in str(error)


def claimed(size: tuple[int, int], form: str) -> bytes:
    """A small file that says that it is of this size."""
    small = encoded(Image.new("RGB", (8, 8)), form, **({"lossless": True} if form == "WEBP" else {}))
    width, height = size
    if form == "PNG":
        return png(size, 8, TRUE, b"\0" * 100)
    if form == "JPEG":
        at = small.index(b"\xff\xc0")
        return small[: at + 5] + struct.pack(">HH", height, width) + small[at + 9 :]
    bits = (width - 1) | (height - 1) << 14
    at = small.index(b"VP8L") + 9
    return small[:at] + struct.pack("<I", bits) + small[at + 4 :]


class TestBounds:
    @pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
    def test_a_picture_too_large_is_refused_by_its_header(self, form: str) -> None:
        with pytest.raises(ValueError, match=r"is 9000x9000 pixels \(81 megapixels\).*a [A-Z]+ may have \d+ megapix"):
            decoded(claimed((9000, 9000), form))

    def test_in_a_webp_the_picture_counts_as_its_frame_does(self) -> None:
        frame = claimed((9000, 9000), "WEBP")[12:]
        canvas = b"VP8X" + struct.pack("<I", 10) + bytes([0, 0, 0, 0]) + b"\7\0\0\7\0\0"
        body = b"WEBP" + canvas + frame
        with pytest.raises(ValueError, match="9000x9000"):
            decoded(b"RIFF" + struct.pack("<I", len(body)) + body)

    def test_a_jpeg_of_a_thousand_scans_is_refused(self) -> None:
        data = encoded(Image.new("RGB", (64, 64)), "JPEG", progressive=True)
        at = data.rindex(b"\xff\xda")
        with pytest.raises(ValueError, match="scans"):
            decoded(data[:at] + data[at:-2] * 1000 + data[-2:])

    def test_what_is_no_picture_in_it_costs_nothing(self) -> None:
        """Texts, profiles and EXIF that unpack to megabytes: they stay behind."""
        bomb = zlib.compress(b"\0" * 300_000_000)
        more = [
            *((b"zTXt", b"a\0\0" + bomb), (b"iTXt", b"a\0\1\0\0\0" + bomb), (b"iCCP", b"a\0\0" + bomb)),
            (b"eXIf", overlapping(60_000, 100_000)),
        ]
        assert pixels(png((2, 1), 8, TRUE, b"\0" + bytes([*RED, *BLUE]), *more)) == [RED, BLUE]

    def test_exif_whose_entries_overlap_is_bounded(self) -> None:
        bomb = overlapping(60_000, 1_000_000)
        assert sum(map(len, metadata.texts(bomb).values())) <= metadata.TEXT
        jpeg = encoded(Image.new("RGB", (8, 8), RED), "JPEG", quality=100)
        app1 = b"Exif\0\0" + overlapping(2_000, 40_000)
        data = jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(app1) + 2) + app1 + jpeg[2:]
        assert formats.told_apart(data).data == jpeg

    @pytest.mark.skipif(not AVIF, reason="this Pillow has no AVIF")
    def test_the_exif_of_an_avif_is_not_looked_at(self) -> None:
        exif = Image.Exif()
        exif[0x0131] = "somebody"
        data = encoded(Image.new("RGB", (16, 16), RED), "AVIF", exif=exif)
        with Image.open(BytesIO(data)) as image:
            assert "exif" in image.info
        with Image.open(BytesIO(formats.told_apart(data).data)) as image:
            assert "exif" not in image.info
        assert decoded(data).size == (16, 16)

    @pytest.mark.parametrize("what", ["png", "webp"])
    def test_the_peak_of_memory(self, tmp_path: Path, what: str) -> None:
        """The largest that is opened, of the two formats whose decoders take most."""
        file = tmp_path / what
        if what == "png":
            rows = zlib.compress(b"\0" * ((7071 * 4 + 1) * 7071), 1)
            header = struct.pack(">IIBBBBB", 7071, 7071, 8, TRUE_ALPHA, 0, 0, 0)
            body = chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
            file.write_bytes(b"\x89PNG\r\n\x1a\n" + body)
        else:
            Image.new("RGB", (5000, 5000)).save(file, "WEBP", lossless=True, method=0)
        code = (
            "import resource, sys; from pathlib import Path; from blogcovers.cover.picture import decoded;"
            "decoded(Path(sys.argv[1]).read_bytes()); print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
        )
        shown = subprocess.run([sys.executable, "-c", code, str(file)], check=True, capture_output=True, text=True)
        assert int(shown.stdout) < 600  # MB, the interpreter's own with it


def overlapping(entries: int, length: int) -> bytes:
    """A TIFF whose entries are all one text of this length."""
    table = b"".join(struct.pack("<HHII", 0x0131 + n % 60_000, 2, length, 8) for n in range(entries))
    return b"II*\0" + struct.pack("<IH", 8, entries) + table + b"\0" * 4 + b"x" * length


def stripes(size: tuple[int, int], across: bool) -> Image.Image:
    """White with a red first and a blue last eighth: a crop around the middle loses both alike."""
    image = Image.new("RGB", size, WHITE)
    width, height = size
    first = (0, 0, width // 8, height) if across else (0, 0, width, height // 8)
    last = (width - width // 8, 0, width, height) if across else (0, height - height // 8, width, height)
    image.paste(RED, first)
    image.paste(BLUE, last)
    return image


def near(one: Any, other: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 24 for a, b in zip(one, other, strict=True))


class TestEncode:
    @pytest.mark.parametrize("size", [(120, 63), (63, 120), (100, 100), (40, 40)])
    @pytest.mark.parametrize("source", [(240, 126), (50, 400), (400, 50), (8, 8)])
    def test_gives_a_bare_lossy_rgb_webp_of_the_outputs_size(
        self, source: tuple[int, int], size: tuple[int, int]
    ) -> None:
        data = encode(noise(source), Output(size, 80))
        assert [chunk.name for chunk in webp.chunks(data)] == [b"VP8 "]
        with Image.open(BytesIO(data)) as image:
            assert (image.mode, image.size) == ("RGB", size)

    def test_keeps_flat_colours_to_the_last_pixel_in_fewer_bytes(self) -> None:
        flat = stripes((400, 210), across=True)
        data = encode(flat, Output(flat.size, 80))
        assert [chunk.name for chunk in webp.chunks(data)] == [b"VP8L"]
        with Image.open(BytesIO(data)) as image:
            assert image.convert("RGB").tobytes() == flat.tobytes()
        assert len(data) < len(encoded(flat, "WEBP", quality=80))
        cover = webp.stamp(data, RECIPE)
        assert judged(cover).state is State.CURRENT
        assert webp.size(cover) == flat.size

    def test_a_flat_picture_is_even_so_that_comfyuis_canvas_finds_the_graph_behind_it(self) -> None:
        odd = 0
        for width in range(40, 72):
            flat = stripes((width, 30), across=True)
            data = encode(flat, Output(flat.size, 80))
            odd += len(next(webp.chunks(encoded(flat, "WEBP", lossless=True, quality=10, method=1))).data) % 2
            assert len(next(webp.chunks(data)).data) % 2 == 0
            with Image.open(BytesIO(webp.stamp(data, RECIPE))) as image:
                assert image.convert("RGB").tobytes() == flat.tobytes()
        assert odd, "none had to be evened"

    @pytest.mark.parametrize(
        ("source", "size", "across"),
        [((400, 100), (200, 100), True), ((100, 400), (100, 200), False)],
        ids=["wide", "tall"],
    )
    def test_crops_around_the_middle(self, source: tuple[int, int], size: tuple[int, int], *, across: bool) -> None:
        with Image.open(BytesIO(encode(stripes(source, across), Output(size, 95)))) as image:
            corners = [image.getpixel((4, 4)), image.getpixel((size[0] - 5, size[1] - 5))]
        assert all(near(corner, WHITE) for corner in corners)

    @pytest.mark.parametrize("across", [True, False])
    @pytest.mark.parametrize(("focus", "colour"), [((0.0, 0.0), RED), ((100.0, 100.0), BLUE)])
    def test_crops_around_the_focus(self, *, across: bool, focus: tuple[float, float], colour: Any) -> None:
        source, size = ((400, 100), (200, 100)) if across else ((100, 400), (100, 200))
        with Image.open(BytesIO(encode(stripes(source, across), Output(size, 95, focus)))) as image:
            corner = (4, 4) if colour == RED else (size[0] - 5, size[1] - 5)
            assert near(image.getpixel(corner), colour)

    @pytest.mark.parametrize("across", [True, False])
    def test_scales_before_it_crops(self, *, across: bool) -> None:
        with Image.open(BytesIO(encode(stripes((400, 400), across), Output((100, 100), 95)))) as image:
            assert near(image.getpixel((3, 3)), RED)
            assert near(image.getpixel((96, 96)), BLUE)

    @pytest.mark.parametrize(
        "picture",
        [
            pytest.param(Image.new("RGBA", (64, 64), (255, 0, 0, 0)), id="rgba"),
            pytest.param(Image.new("LA", (64, 64), (0, 0)), id="grey-with-alpha"),
            pytest.param(encoded(Image.new("RGBA", (64, 64), (0, 0, 255, 0)), "PNG"), id="png"),
            pytest.param(encoded(Image.new("P", (64, 64), 0), "PNG", transparency=0), id="png-with-a-palette"),
        ],
    )
    def test_transparent_parts_come_out_white(self, picture: bytes | Image.Image) -> None:
        with Image.open(BytesIO(encode(picture, Output((64, 64), 90)))) as image:
            assert near(image.getpixel((32, 32)), WHITE)

    def test_half_transparent_red_on_white_is_rose(self) -> None:
        picture = Image.new("RGBA", (64, 64), (255, 0, 0, 128))
        with Image.open(BytesIO(encode(picture, Output((64, 64), 90)))) as image:
            assert near(image.getpixel((32, 32)), (255, 127, 127))

    @pytest.mark.parametrize("mode", ["L", "CMYK", "1", "HSV", "YCbCr", "F", "I"])
    def test_every_mode_becomes_rgb(self, mode: str) -> None:
        image = noise((64, 64)).convert("L").convert(mode) if mode in "FI" else noise((64, 64)).convert(mode)
        data = encode(image, Output((64, 64), 90))
        assert webp.size(data) == (64, 64)

    @pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
    def test_bytes_of_a_picture_are_read(self, form: str) -> None:
        assert webp.size(encode(encoded(noise(), form), Output((32, 16), 80))) == (32, 16)

    def test_quality_is_heeded(self) -> None:
        picture = noise((200, 200))
        low, high = (encode(picture, Output((200, 200), quality)) for quality in (10, 95))
        assert len(low) < len(high) / 2

    def test_the_same_picture_gives_the_same_bytes(self) -> None:
        assert encode(noise(), Output((32, 16))) == encode(encoded(noise(), "PNG"), Output((32, 16)))

    def test_the_picture_handed_in_is_not_changed(self) -> None:
        picture = noise()
        before = picture.tobytes()
        encode(picture, Output((10, 10)))
        assert (picture.size, picture.tobytes()) == ((40, 24), before)

    @pytest.mark.parametrize("data", [b"", b"<html>404</html>", b"\x89PNG\r\n\x1a\n", bytes(1000), POINTER])
    def test_bytes_that_are_no_picture_are_refused(self, data: bytes) -> None:
        with pytest.raises(ValueError, match="picture"):
            encode(data, Output((32, 16)))

    @pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
    def test_a_picture_cut_short_is_refused(self, form: str) -> None:
        data = encoded(noise((120, 80)), form)
        for length in range(0, len(data) - 16, max(1, len(data) // 60)):
            with pytest.raises(ValueError, match="picture"):
                encode(data[:length], Output((32, 16)))

    @pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
    @pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's own, on strange EXIF and the like
    def test_a_damaged_picture_gives_a_cover_or_is_refused(self, form: str) -> None:
        data = encoded(noise((30, 20)), form)
        rng = random.Random(1)
        for _ in range(400):
            broken = bytearray(data)
            for _ in range(rng.choice([1, 2, 8])):
                broken[rng.randrange(len(data))] = rng.randrange(256)
            try:
                assert webp.size(encode(bytes(broken), Output((32, 16)))) == (32, 16)
            except ValueError:
                continue

    def test_a_bomb_is_refused_before_it_is_unpacked(self) -> None:
        small = encoded(Image.new("1", (9000, 9000)), "PNG")
        assert len(small) < 100_000
        with pytest.raises(ValueError, match="9000x9000"):
            encode(small, Output((32, 16)))
