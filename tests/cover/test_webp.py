"""A cover's container: the recipe goes in beside the picture, and comes out in our reader and in others'."""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest
from PIL import Image

from blogcovers.cover import Recipe, UnknownFormat, metadata, recipe, webp

if TYPE_CHECKING:
    from collections.abc import Iterator

MODEL, SOFTWARE = 0x0110, 0x0131
GRAPH = {"3": {"class_type": "KSampler", "inputs": {"seed": 2**64 - 1, "text": 'a "fox" 狐\n{x}'}}}
TEXTS = {"concept": "a fox", "prompt": "Cubist, a fox — 狐 🦊", "negative": 'text, "words"'}
RECIPE = Recipe(
    slug="animals/fox",
    renderer="comfyui",
    seed=2**53 - 1,
    digests=dict.fromkeys(recipe.CAUSES, "0123456789abcdef" * 2),
    texts=TEXTS,
    graph=GRAPH,
)


def bare(size: tuple[int, int] = (40, 24), seed: int = 1, quality: int = 80) -> bytes:
    """A lossy WebP of noise, as Pillow writes it."""
    noise = random.Random(seed).randbytes(size[0] * size[1] * 3)
    buffer = BytesIO()
    Image.frombytes("RGB", size, noise).save(buffer, "WEBP", quality=quality)
    return buffer.getvalue()


def cover(made: Recipe = RECIPE, **given: Any) -> bytes:
    return webp.stamp(bare(**given), made)


def walked(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a RIFF file, read by the book: a header, then name, size, data and padding."""
    assert data[:4] == b"RIFF"
    assert int.from_bytes(data[4:8], "little") == len(data) - 8
    assert data[8:12] == b"WEBP"
    at = 12
    while at < len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        yield data[at : at + 4], data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2
    assert at == len(data)


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"".join(name + len(data).to_bytes(4, "little") + data + b"\0" * (len(data) % 2) for name, data in chunks)
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body


class TestStamp:
    def test_the_recipe_comes_back_with_its_graph_and_the_pictures_digest(self) -> None:
        found = webp.read_recipe(cover())
        assert found is not None
        assert found == replace(RECIPE, picture=found.picture)
        assert found.graph == GRAPH
        assert found.texts == TEXTS

    @pytest.mark.parametrize("made", [RECIPE, RECIPE.bare(), replace(RECIPE, graph=None), replace(RECIPE, texts={})])
    def test_texts_and_graph_may_be_left_out(self, made: Recipe) -> None:
        data = cover(made)
        found = webp.read_recipe(data)
        assert found == replace(made, picture=webp.picture_digest(data))
        assert (b"KSampler" in data) is (made.graph is not None)
        assert (b"Cubist" in data) is bool(made.texts)

    def test_the_digest_is_that_of_the_vp8_chunk(self) -> None:
        data = cover()
        picture = dict(walked(data))[b"VP8 "]
        assert picture == dict(walked(bare()))[b"VP8 "]
        assert webp.picture_digest(data) == hashlib.sha256(picture).hexdigest()[:32]

    def test_the_pictures_digest_does_not_depend_on_the_recipe(self) -> None:
        others = [cover(), cover(RECIPE.bare()), cover(replace(RECIPE, slug="hen", renderer="painter"))]
        assert {webp.picture_digest(data) for data in others} == {webp.picture_digest(bare())}
        assert webp.picture_digest(cover(seed=2)) != webp.picture_digest(cover(seed=1))

    @pytest.mark.parametrize("size", [(40, 24), (41, 25), (16, 16), (1, 1), (1200, 630), (33, 700)])
    @pytest.mark.parametrize(
        "made", [RECIPE, replace(RECIPE, slug="foxes"), RECIPE.bare()], ids=["even", "odd", "bare"]
    )
    def test_the_chunks_stand_in_order_and_are_even_before_exif(self, made: Recipe, size: tuple[int, int]) -> None:
        # ComfyUI's canvas does not skip padding, and would not find EXIF behind an odd chunk.
        found = list(walked(cover(made, size=size)))
        assert [name for name, _ in found] == [b"VP8X", b"VP8 ", b"EXIF", b"XMP "]
        assert [len(data) % 2 for _, data in found[:2]] == [0, 0]

    @pytest.mark.parametrize("quality", [1, 20, 50, 82, 100])
    @pytest.mark.parametrize("seed", range(6))
    def test_a_lossy_picture_is_always_even(self, seed: int, quality: int) -> None:
        assert len(dict(walked(bare(seed=seed, quality=quality)))[b"VP8 "]) % 2 == 0

    def test_the_texts_in_exif_are_ascii(self) -> None:
        exif = dict(walked(cover()))[b"EXIF"]
        texts = exif[exif.index(b"prompt:") :]
        assert b"blogcovers:" in texts
        assert texts.isascii()

    def test_stamping_a_cover_again_replaces_its_recipe(self) -> None:
        hen = replace(RECIPE, slug="hen")
        assert webp.stamp(cover(), hen) == cover(hen)

    def test_the_same_recipe_and_picture_give_the_same_bytes(self) -> None:
        assert cover() == cover()


class TestOtherReaders:
    """Pillow, as one that knows nothing of us."""

    def test_the_picture_is_untouched(self) -> None:
        image = opened(cover())
        assert (image.format, image.mode, image.size) == ("WEBP", "RGB", (40, 24))
        assert image.tobytes() == opened(bare()).tobytes()

    def test_exif_holds_the_graph_where_the_canvas_looks_and_the_recipe_beside_it(self) -> None:
        exif = opened(cover()).getexif()
        assert set(exif) == {MODEL, SOFTWARE}
        assert json.loads(exif[MODEL].removeprefix("prompt:")) == GRAPH
        record = json.loads(exif[SOFTWARE].removeprefix("blogcovers:"))
        assert record["slug"] == "animals/fox"
        assert record["seed"] == 2**53 - 1
        assert record["fingerprint"] == RECIPE.fingerprint
        assert record["texts"] == TEXTS

    def test_exif_without_a_graph_has_no_tag_for_one(self) -> None:
        assert set(opened(cover(RECIPE.bare())).getexif()) == {SOFTWARE}

    def test_a_file_by_pillow_with_our_exif_is_read_by_us(self) -> None:
        buffer = BytesIO()
        exif = opened(cover()).getexif()
        Image.new("RGB", (8, 8)).save(buffer, "WEBP", exif=exif)
        found = webp.read_recipe(buffer.getvalue())
        assert found is not None
        assert (found.slug, found.graph) == ("animals/fox", GRAPH)

    def test_a_big_endian_exif_is_read_too(self) -> None:
        text = ("blogcovers:" + recipe.to_json(RECIPE)).encode() + b"\0"
        entry = (
            SOFTWARE.to_bytes(2, "big")
            + (2).to_bytes(2, "big")
            + len(text).to_bytes(4, "big")
            + (26).to_bytes(4, "big")
        )
        tiff = b"MM\0*" + (8).to_bytes(4, "big") + (1).to_bytes(2, "big") + entry + bytes(4) + text
        for exif in (tiff, b"Exif\0\0" + tiff):
            found = webp.read_recipe(riff(*walked(bare()), (b"EXIF", exif)))
            assert found is not None
            assert found.slug == "animals/fox"

    @pytest.mark.parametrize(
        ("renderer", "kind"), [("comfyui", "trainedAlgorithmicMedia"), ("painter", "algorithmicMedia")]
    )
    def test_xmp_says_who_made_it(self, renderer: str, kind: str) -> None:
        xmp = opened(cover(replace(RECIPE, renderer=renderer))).info["xmp"]
        packet = xmp.decode("utf-8").split("?>", 1)[1].rsplit("<?", 1)[0]
        (description,) = ElementTree.fromstring(packet).iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description")
        source = description.attrib["{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType"]
        assert source == f"http://cv.iptc.org/newscodes/digitalsourcetype/{kind}"
        assert description.attrib["{http://ns.adobe.com/xap/1.0/}CreatorTool"] == "blogcovers"


class TestOtherWriters:
    """A tool that adds a colour profile writes it before EXIF; where it is odd, a byte that counts nowhere follows."""

    @pytest.mark.parametrize("length", [1, 2, 3, 588, 589])
    def test_a_chunk_before_exif_is_passed_over(self, length: int) -> None:
        header, picture, *metadata_ = walked(cover())
        data = riff(header, (b"ICCP", b"p" * length), picture, (b"VEND", b"x" * length), *metadata_)
        opened(data)
        assert webp.read_recipe(data) == webp.read_recipe(cover())
        assert webp.picture_digest(data) == webp.picture_digest(cover())
        assert [name for name, _ in webp.chunks(data)] == [b"VP8X", b"ICCP", b"VP8 ", b"VEND", b"EXIF", b"XMP "]


class TestSize:
    @pytest.mark.parametrize("size", [(1, 1), (40, 24), (41, 25), (1200, 630), (16000, 2)])
    def test_is_that_of_the_picture(self, size: tuple[int, int]) -> None:
        assert webp.size(bare(size)) == size
        assert webp.size(cover(size=size)) == size

    def test_a_file_without_a_picture_has_none(self) -> None:
        with pytest.raises(webp.NotWebP):
            webp.size(riff((b"EXIF", b"II*\0")))


class TestDamage:
    """A damaged cover is told from a whole one; never is a wrong recipe read."""

    def test_cut_at_any_byte_it_is_truncated_or_no_webp(self) -> None:
        data = cover()
        for length in range(len(data)):
            with pytest.raises((metadata.Truncated, webp.NotWebP)):
                webp.read_recipe(data[:length])
            with pytest.raises((metadata.Truncated, webp.NotWebP)):
                webp.picture_digest(data[:length])

    def test_from_its_header_on_a_cut_file_is_truncated(self) -> None:
        data = cover()
        for length in range(12, len(data)):
            with pytest.raises(metadata.Truncated):
                webp.read_recipe(data[:length])

    def test_cut_with_a_header_that_hides_it_it_never_passes_for_whole(self) -> None:
        data = cover()
        end_of_exif = data.index(b"XMP ")
        for length in range(12, end_of_exif):
            hidden = data[:4] + (length - 8).to_bytes(4, "little") + data[8:length]
            try:
                found = webp.read_recipe(hidden)
            except metadata.Truncated:
                continue
            assert found is None

    def test_any_changed_byte_ends_in_data_or_one_of_our_errors(self) -> None:
        data = cover()
        for at in range(len(data)):
            for value in (data[at] ^ 1, 0, 0xFF):
                broken = data[:at] + bytes([value]) + data[at + 1 :]
                try:
                    webp.read_recipe(broken)
                    webp.picture_digest(broken)
                except (webp.NotWebP, metadata.Truncated, UnknownFormat):
                    continue

    def test_a_changed_picture_has_another_digest_than_its_recipe_says(self) -> None:
        data = cover()
        start = data.index(b"VP8 ") + 8
        for at in range(start, data.index(b"EXIF"), 7):
            changed = data[:at] + bytes([data[at] ^ 0x10]) + data[at + 1 :]
            found = webp.read_recipe(changed)
            assert found is not None
            assert found.picture != webp.picture_digest(changed)

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"RIFF",
            b"RIFF\x04\x00\x00\x00WAVE",
            b"\x89PNG\r\n\x1a\n" + bytes(40),
            b"\xff\xd8\xff\xe0" + bytes(40),
            b"<!doctype html><title>404</title>",
            b"version https://git-lfs.github.com/spec/v1\n",
        ],
        ids=["empty", "four-bytes", "a-sound", "png", "jpeg", "html", "lfs"],
    )
    def test_what_is_no_webp_is_said_to_be_none(self, data: bytes) -> None:
        with pytest.raises(webp.NotWebP):
            webp.read_recipe(data)

    @pytest.mark.parametrize(
        "exif",
        [
            b"",
            b"II",
            b"II*\0\xff\xff\xff\xff",
            b"II*\0\x08\0\0\0\xff\xff",
            b"II*\0\x08\0\0\0\x01\0\x31\x01\x02\0\xff\xff\xff\xff\xff\xff\xff\xff\0\0\0\0",
            b"XX*\0\x08\0\0\0\0\0",
            bytes(64),
        ],
        ids=["empty", "two-bytes", "far-ifd", "many-entries", "far-text", "no-order", "zeros"],
    )
    def test_a_strange_exif_holds_no_recipe(self, exif: bytes) -> None:
        assert webp.read_recipe(riff(*walked(bare()), (b"EXIF", exif))) is None

    @pytest.mark.parametrize(
        "text", ["blogcovers:", "blogcovers:{}", "blogcovers:[1]", "GIMP 3.0", "blogcovers 0.1", ""]
    )
    def test_software_of_others_is_no_recipe(self, text: str) -> None:
        exif = Image.Exif()
        exif[SOFTWARE] = text
        buffer = BytesIO()
        Image.new("RGB", (8, 8)).save(buffer, "WEBP", exif=exif)
        assert webp.read_recipe(buffer.getvalue()) is None

    @pytest.mark.parametrize("graph", ["prompt:", "prompt:[1]", "prompt:{", "prompt:" + "[" * 100_000, "Canon EOS"])
    def test_a_strange_graph_leaves_the_recipe_readable(self, graph: str) -> None:
        exif = opened(cover()).getexif()
        exif[MODEL] = graph
        buffer = BytesIO()
        Image.new("RGB", (8, 8)).save(buffer, "WEBP", exif=exif)
        found = webp.read_recipe(buffer.getvalue())
        assert found is not None
        assert found.graph is None

    def test_a_later_format_is_told_apart(self) -> None:
        exif = opened(cover()).getexif()
        exif[SOFTWARE] = exif[SOFTWARE].replace('"format": 1', '"format": 2')
        buffer = BytesIO()
        Image.new("RGB", (8, 8)).save(buffer, "WEBP", exif=exif)
        with pytest.raises(UnknownFormat):
            webp.read_recipe(buffer.getvalue())

    def test_what_stands_behind_the_riff_file_is_no_part_of_it(self) -> None:
        found = webp.read_recipe(cover() + b"a trailer")
        assert found is not None
        assert found.slug == "animals/fox"

    def test_an_animation_and_a_lossless_picture_carry_no_recipe_but_a_digest_or_none(self) -> None:
        frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
        moving, lossless = BytesIO(), BytesIO()
        frames[0].save(moving, "WEBP", save_all=True, append_images=frames[1:])
        frames[0].save(lossless, "WEBP", lossless=True)
        assert webp.read_recipe(moving.getvalue()) is None
        assert webp.picture_digest(moving.getvalue()) == ""
        assert webp.read_recipe(lossless.getvalue()) is None
        assert webp.picture_digest(lossless.getvalue()) != ""
