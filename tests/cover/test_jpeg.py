"""A derived JPEG's container: the record goes in beside the picture, and comes out in our reader and in others'."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from blogcovers.cover import Recipe, UnknownFormat, jpeg, metadata, recipe, webp
from blogcovers.cover.derived import SOCIAL, Record, record_of

RECORD = record_of(SOCIAL, "animals/狐", "0123456789abcdef" * 2)
SOURCE = metadata.SOURCE_TYPES["comfyui"]


def bare(size: tuple[int, int] = (40, 24), seed: int = 1, **given: Any) -> bytes:
    noise = random.Random(seed).randbytes(size[0] * size[1] * 3)
    buffer = BytesIO()
    Image.frombytes("RGB", size, noise).save(buffer, "JPEG", **given)
    return buffer.getvalue()


def stamped(record: Record = RECORD, source: str = SOURCE, **given: Any) -> bytes:
    return jpeg.stamp_derived(bare(**given), record, source)


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


class TestStamp:
    @pytest.mark.parametrize(
        "given", [{}, {"progressive": True}, {"optimize": True}, {"comment": b"mine"}, {"restart_marker_rows": 1}]
    )
    def test_the_record_comes_back_with_the_pictures_digest(self, given: dict[str, Any]) -> None:
        data = stamped(**given)
        assert jpeg.read_record(data) == replace(RECORD, picture=jpeg.picture_digest(data))
        assert jpeg.picture_digest(data) == jpeg.picture_digest(bare(**given))

    def test_the_digest_depends_on_the_picture_alone(self) -> None:
        others = [stamped(), stamped(replace(RECORD, slug="hen")), stamped(source="")]
        assert {jpeg.picture_digest(data) for data in others} == {jpeg.picture_digest(bare())}
        assert jpeg.picture_digest(stamped(seed=2)) != jpeg.picture_digest(stamped(seed=1))

    def test_a_jpeg_without_jfif_can_carry_it_too(self) -> None:
        first = next(jpeg.segments(bare()))
        assert first.marker == 0xE0
        data = jpeg.stamp_derived(bare()[:2] + bare()[first.end :], RECORD, SOURCE)
        found = jpeg.read_record(data)
        assert found is not None
        assert found.slug == RECORD.slug
        assert opened(data).size == (40, 24)


class TestOtherReaders:
    """Pillow, as one that knows nothing of us."""

    def test_the_picture_is_untouched(self) -> None:
        image = opened(stamped())
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (40, 24))
        assert image.tobytes() == opened(bare()).tobytes()

    def test_exif_holds_the_record_and_nothing_else(self) -> None:
        exif = opened(stamped()).getexif()
        assert set(exif) == {0x0131}
        record = json.loads(exif[0x0131].removeprefix("blogcovers-derived:"))
        assert record["fingerprint"] == RECORD.fingerprint
        assert record["from"] == RECORD.source

    def test_xmp_says_who_made_it_where_the_cover_does(self) -> None:
        assert SOURCE.encode() in opened(stamped()).info["xmp"]
        assert "xmp" not in opened(stamped(source="")).info

    def test_a_file_by_pillow_with_our_exif_is_read_by_us(self) -> None:
        data = bare(exif=opened(stamped()).getexif())
        found = jpeg.read_record(data)
        assert found is not None
        assert found.slug == RECORD.slug


class TestDamage:
    """A damaged file is told from a whole one."""

    @pytest.mark.parametrize("given", [{}, {"progressive": True}])
    def test_cut_at_any_byte_it_is_truncated_or_no_jpeg(self, given: dict[str, Any]) -> None:
        data = stamped(**given)
        for length in range(len(data)):
            with pytest.raises((metadata.Truncated, jpeg.NotJPEG)):
                jpeg.read_record(data[:length])
            with pytest.raises((metadata.Truncated, jpeg.NotJPEG)):
                jpeg.picture_digest(data[:length])

    def test_any_byte_changed_outside_the_exif_changes_the_digest_or_is_an_error(self) -> None:
        data = stamped(source="")
        whole = jpeg.picture_digest(data)
        (exif,) = (part for part in jpeg.segments(data) if part.marker == 0xE1)
        for at in (*range(exif.start), *range(exif.end, len(data))):
            for value in {data[at] ^ 1, 0, 0xFF} - {data[at]}:
                broken = data[:at] + bytes([value]) + data[at + 1 :]
                try:
                    assert jpeg.picture_digest(broken) != whole
                except (jpeg.NotJPEG, metadata.Truncated):
                    continue

    def test_any_byte_changed_in_the_exif_gives_a_record_none_or_an_error(self) -> None:
        data = stamped()
        (exif, _) = (part for part in jpeg.segments(data) if part.marker == 0xE1)
        for at in range(exif.start, exif.end):
            for value in (data[at] ^ 1, 0, 0xFF):
                try:
                    jpeg.read_record(data[:at] + bytes([value]) + data[at + 1 :])
                except (jpeg.NotJPEG, metadata.Truncated, UnknownFormat):
                    continue

    @pytest.mark.parametrize(
        "data", [b"", b"\xff\xd8"[:1], b"\x89PNG\r\n\x1a\n" + bytes(40), b"<html>", b"RIFF\x04\0\0\0WEBP", b"GIF89a"]
    )
    def test_what_is_no_jpeg_is_said_to_be_none(self, data: bytes) -> None:
        with pytest.raises(jpeg.NotJPEG):
            jpeg.read_record(data)

    @pytest.mark.parametrize("payload", [b"", b"Exif\0\0", b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0" + bytes(40)])
    def test_a_strange_exif_holds_no_record(self, payload: bytes) -> None:
        segment = b"\xff\xe1" + (len(payload) + 2).to_bytes(2, "big") + payload
        assert jpeg.read_record(bare()[:2] + segment + bare()[2:]) is None

    def test_a_recipe_is_no_record_and_a_record_no_recipe(self) -> None:
        made = Recipe("fox", "painter", 7, dict.fromkeys(recipe.CAUSES, "same"))
        buffer = BytesIO()
        Image.new("RGB", (8, 8)).save(buffer, "WEBP")
        cover = webp.stamp(buffer.getvalue(), made)
        derived = webp.stamp_derived(buffer.getvalue(), RECORD, SOURCE)
        assert webp.read_record(cover) is None
        assert webp.read_recipe(derived) is None
        assert webp.read_record(derived) == replace(RECORD, picture=webp.picture_digest(derived))
        assert jpeg.read_record(bare(exif=opened(cover).getexif())) is None

    def test_a_later_format_is_told_apart(self) -> None:
        exif = opened(stamped()).getexif()
        exif[0x0131] = exif[0x0131].replace('"format": 1', '"format": 2')
        with pytest.raises(UnknownFormat):
            jpeg.read_record(bare(exif=exif))
