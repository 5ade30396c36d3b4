"""Derived files on disk: what stands there, and pictures made of whole covers, whoever made those."""

from __future__ import annotations

import random
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageCms

from blogcovers.cover import (
    Derived,
    DerivedFile,
    Recipe,
    State,
    derivation,
    jpeg,
    judged,
    metadata,
    picture_digest,
    recipe,
    webp,
)
from blogcovers.cover.derived import SOCIAL, SQUARE, of_width

RECIPE = Recipe("fox", "painter", 7, dict.fromkeys(recipe.CAUSES, "same"), texts={"concept": "a secret fox"})
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
RED, WHITE, BLUE = (255, 0, 0), (255, 255, 255), (0, 0, 255)
SMALL = replace(SOCIAL, size=(120, 63))


def encoded(image: Image.Image, form: str = "WEBP", **given: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, form, **given)
    return buffer.getvalue()


def noise(size: tuple[int, int] = (240, 126), seed: int = 1) -> Image.Image:
    return Image.frombytes("RGB", size, random.Random(seed).randbytes(size[0] * size[1] * 3))


def cover(image: Image.Image | None = None) -> bytes:
    return webp.stamp(encoded(image or noise()), RECIPE)


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def near(one: Any, other: tuple[int, int, int]) -> bool:
    return all(abs(a - b) < 30 for a, b in zip(one, other, strict=True))


def with_a_red_dot(at: tuple[int, int], size: tuple[int, int] = (400, 200)) -> Image.Image:
    image = Image.new("RGB", size, WHITE)
    image.paste(RED, (at[0] - 20, at[1] - 20, at[0] + 20, at[1] + 20))
    return image


class TestFiles:
    def test_stand_beside_the_cover_in_the_configs_order(self) -> None:
        found = derivation.files(Path("media/a/fox.webp"), (SOCIAL, SQUARE, of_width(480)), (30.0, 20.0))
        assert [path.as_posix() for _, path in found] == [
            *("media/a/fox.social.jpg", "media/a/fox.square.webp", "media/a/fox.480w.webp"),
        ]
        assert [spec.focus for spec, _ in found] == [(30.0, 20.0), (30.0, 20.0), (50.0, 50.0)]


@pytest.mark.parametrize("spec", [SMALL, replace(SQUARE, size=(63, 63)), of_width(100)], ids=lambda spec: spec.name)
class TestFound:
    """What a file is, beside the cover that is there now."""

    def put(self, folder: Path, spec: Derived, data: bytes) -> tuple[Path, str]:
        """The derived file's path, with these bytes, and the digest of the cover's picture."""
        path = Path(spec.beside(str(folder / "fox.webp")))
        path.write_bytes(data)
        return path, picture_digest(cover())

    def made(self, spec: Derived) -> bytes:
        return derivation.made(derivation.opened(cover()), spec, "fox")

    def test_current(self, tmp_path: Path, spec: Derived) -> None:
        path, source = self.put(tmp_path, spec, self.made(spec))
        assert derivation.derived_at(path, spec, source) == DerivedFile(path.name, State.CURRENT)

    def test_missing(self, tmp_path: Path, spec: Derived) -> None:
        path = Path(spec.beside(str(tmp_path / "fox.webp")))
        assert derivation.derived_at(path, spec, "x") == DerivedFile(path.name, State.MISSING, "missing")

    def test_forced(self, tmp_path: Path, spec: Derived) -> None:
        path, source = self.put(tmp_path, spec, self.made(spec))
        assert derivation.derived_at(path, spec, source, force=True) == DerivedFile(path.name, State.STALE, "--force")

    def test_of_another_cover_or_with_other_settings(self, tmp_path: Path, spec: Derived) -> None:
        path, source = self.put(tmp_path, spec, self.made(spec))
        assert derivation.derived_at(path, spec, "another").reason == "made from another cover"
        found = derivation.derived_at(path, replace(spec, quality=spec.quality - 1), source)
        assert (found.state, found.reason, found.due) == (State.STALE, "made with other settings", True)

    def test_cut_at_any_byte_it_is_never_current(self, tmp_path: Path, spec: Derived) -> None:
        data = self.made(spec)
        for length in range(0, len(data), max(1, len(data) // 25)):
            path, source = self.put(tmp_path, spec, data[:length])
            assert derivation.derived_at(path, spec, source).state in (State.BROKEN, State.HAND_MADE), length
        for length in (0, len(data) // 2, len(data) - 1):
            path, source = self.put(tmp_path, spec, data[:length])
            assert derivation.derived_at(path, spec, source).state is State.BROKEN

    def test_a_git_lfs_pointer_is_left_to_its_owner(self, tmp_path: Path, spec: Derived) -> None:
        path, source = self.put(tmp_path, spec, POINTER)
        found = derivation.derived_at(path, spec, source)
        assert (found.state, found.replaceable) == (State.BROKEN, False)
        assert "git lfs pull" in found.reason

    def test_hand_made_is_what_is_not_ours(self, tmp_path: Path, spec: Derived) -> None:
        form = "JPEG" if spec.format == "jpeg" else "WEBP"
        exif = opened(self.made(spec)).getexif()
        for data in (
            encoded(noise(), form),
            encoded(noise(seed=2), form, exif=exif),  # saved again by an editor that keeps our record
            encoded(noise(), "PNG"),
            b"not a picture at all",
            cover(),
        ):
            path, source = self.put(tmp_path, spec, data)
            for force in (False, True):
                found = derivation.derived_at(path, spec, source, force=force)
                assert (found.state, found.due) == (State.HAND_MADE, False)

    def test_a_later_format_is_not_touched(self, tmp_path: Path, spec: Derived) -> None:
        data = self.made(spec).replace(b'"format": 1', b'"format": 2')
        path, source = self.put(tmp_path, spec, data)
        found = derivation.derived_at(path, spec, source)
        assert (found.state, found.due) == (State.HAND_MADE, False)
        assert "a later blogcovers" in found.reason

    def test_a_folder_in_its_place(self, tmp_path: Path, spec: Derived) -> None:
        path = Path(spec.beside(str(tmp_path / "fox.webp")))
        path.mkdir()
        assert derivation.derived_at(path, spec, "x").state is State.HAND_MADE

    def test_it_is_never_taken_for_a_cover(self, spec: Derived) -> None:
        found = judged(self.made(spec))
        assert (found.state, found.recipe) == (State.HAND_MADE, None)
        assert found.reason in ("it is a file derived from a cover", "it is not a WebP picture")

    def test_it_carries_digests_only(self, spec: Derived) -> None:
        assert b"secret" in cover()
        data = self.made(spec)
        assert b"secret" not in data
        assert set(opened(data).getexif()) == {metadata.RECORD_TAG}
        container = jpeg if spec.format == "jpeg" else webp
        record = container.read_record(data)
        assert record is not None
        assert (record.output, record.slug) == (spec.name, "fox")
        assert record.source == picture_digest(cover())
        assert record.fingerprint == spec.fingerprint(record.source)

    def test_it_says_how_the_cover_was_made_where_that_does(self, spec: Derived) -> None:
        assert metadata.SOURCE_TYPES["painter"].encode() in self.made(spec)
        rendered = webp.stamp(encoded(noise()), replace(RECIPE, renderer="comfyui"))
        assert metadata.SOURCE_TYPES["comfyui"].encode() in derivation.made(derivation.opened(rendered), spec, "fox")
        hand_made = derivation.made(derivation.opened(encoded(noise())), spec, "fox")
        assert b"DigitalSourceType" not in hand_made
        assert b"adobe" not in hand_made

    def test_the_same_cover_gives_the_same_bytes(self, spec: Derived) -> None:
        assert self.made(spec) == self.made(spec)


class TestPicture:
    @pytest.mark.parametrize(
        ("spec", "form", "size"),
        [
            (SOCIAL, "JPEG", (1200, 630)),
            (SQUARE, "WEBP", (630, 630)),
            (replace(SQUARE, format="jpeg"), "JPEG", (630, 630)),
            (of_width(480), "WEBP", (480, 252)),
        ],
    )
    def test_has_the_format_and_size_that_were_asked_for(self, spec: Derived, form: str, size: tuple[int, int]) -> None:
        image = opened(
            derivation.made(derivation.opened(encoded(with_a_red_dot((600, 300), (1200, 630)))), spec, "fox")
        )
        assert (image.format, image.mode, image.size) == (form, "RGB", size)

    @pytest.mark.parametrize(
        ("shape", "size"), [((300, 400), (150, 200)), ((101, 50), (101, 50)), ((900, 2), (150, 1))]
    )
    def test_a_width_keeps_the_covers_shape_and_is_never_scaled_up(
        self, shape: tuple[int, int], size: tuple[int, int]
    ) -> None:
        assert opened(derivation.made(derivation.opened(encoded(noise(shape))), of_width(150), "fox")).size == size

    @pytest.mark.parametrize("format_", ["webp", "jpeg"])
    @pytest.mark.parametrize(("focus", "across"), [(0, 0), (10, 20), (25, 50), (40, 50), (50, 50), (75, 50), (90, 80)])
    def test_the_crop_goes_around_the_focus(self, format_: Any, focus: float, across: int) -> None:
        """A dot at the focus of a cover twice as wide as high stands ``across`` percent to the right of the square."""
        dotted = encoded(with_a_red_dot((int(4 * focus), 100)), quality=95)
        spec = replace(SQUARE, size=(100, 100), format=format_, focus=(focus, 90.0), quality=95)
        image = opened(derivation.made(derivation.opened(dotted), spec, "fox"))
        reds = [(x, y) for x in range(100) for y in range(100) if near(image.getpixel((x, y)), RED)]
        middle = (min(x for x, _ in reds) + max(x for x, _ in reds)) / 2
        assert middle == pytest.approx(across + (5 if focus == 0 else 0), abs=1), "half of a dot at the edge is seen"
        assert sum(y for _, y in reds) / len(reds) == pytest.approx(50, abs=1)

    def test_it_is_sharp(self) -> None:
        lines = Image.new("L", (1200, 630))
        lines.putdata([255 * (x // 8 % 2) for y in range(630) for x in range(1200)])
        source = derivation.opened(encoded(lines.convert("RGB"), quality=95))
        for spec, period in ((SOCIAL, 8), (of_width(600), 4)):
            row = opened(derivation.made(source, spec, "fox")).convert("L").crop((period * 20, 100, period * 40, 101))
            low, high = row.getextrema()
            assert high - low > 230  # type: ignore[operator]

    def test_colour_is_not_halved_in_a_jpeg(self) -> None:
        stripes = Image.new("RGB", (120, 63))
        stripes.putdata([RED if x % 2 else BLUE for y in range(63) for x in range(120)])
        image = opened(derivation.made(derivation.opened(encoded(stripes, "PNG")), replace(SMALL, quality=95), "fox"))
        assert near(image.getpixel((61, 30)), RED)
        assert near(image.getpixel((60, 30)), BLUE)

    def test_a_photograph_on_its_side_is_put_upright(self) -> None:
        lying = Image.new("RGB", (200, 400), WHITE)
        lying.paste(RED, (0, 0, 200, 40))
        exif = Image.Exif()
        exif[0x0112] = 8  # the top of what is seen is the file's right side
        image = opened(derivation.made(derivation.opened(encoded(lying, exif=exif, quality=95)), of_width(400), "fox"))
        assert image.size == (400, 200)
        assert near(image.getpixel((10, 100)), RED)

    def test_colours_of_another_profile_are_converted(self) -> None:
        srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        swapped = srgb.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")
        red = Image.new("RGB", (64, 64), RED)
        seen = {
            name: derivation.opened(encoded(red, "PNG", icc_profile=profile)).image.getpixel((9, 9))
            for name, profile in {"srgb": srgb, "red is blue": swapped, "none": b"no profile"}.items()
        }
        assert seen["srgb"] == seen["none"] == RED
        assert near(seen["red is blue"], BLUE)

    def test_transparent_parts_come_out_white(self) -> None:
        clear = encoded(Image.new("RGBA", (240, 126), (255, 0, 0, 0)), lossless=True)
        for spec in (SMALL, of_width(100)):
            assert near(opened(derivation.made(derivation.opened(clear), spec, "fox")).getpixel((50, 30)), WHITE)

    @pytest.mark.parametrize("form", ["PNG", "JPEG"])
    def test_a_hand_made_cover_may_be_another_format_under_that_name(self, form: str) -> None:
        source = derivation.opened(encoded(noise(), form))
        assert opened(derivation.made(source, SMALL, "fox")).size == (120, 63)
        assert source.digest == judged(encoded(noise(), form)).picture != ""

    @pytest.mark.parametrize("data", [b"", b"<html>", POINTER, cover()[:200]])
    def test_what_is_no_picture_is_refused(self, data: bytes) -> None:
        with pytest.raises(ValueError):
            derivation.opened(data)

    @pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's own, on strange EXIF and the like
    def test_a_damaged_cover_gives_a_file_or_is_refused(self) -> None:
        data = encoded(noise((60, 40)), exif=opened(cover()).getexif(), icc_profile=b"x" * 200)
        rng = random.Random(1)
        for _ in range(400):
            broken = bytearray(data)
            for _ in range(rng.choice([1, 2, 8])):
                at = rng.choice([rng.randrange(len(data)), len(data) - 1 - rng.randrange(600)])
                broken[at] = rng.randrange(256)
            try:
                assert derivation.made(derivation.opened(bytes(broken)), of_width(16), "fox")
            except ValueError:
                continue


class TestBudget:
    def source(self) -> derivation.Original:
        return derivation.opened(encoded(noise((300, 200)), quality=95))

    @pytest.mark.parametrize("format_", ["webp", "jpeg"])
    def test_the_whole_file_fits_and_is_as_good_as_fits(self, format_: Any) -> None:
        spec = Derived("social", format_, (300, 200), 90)
        free = len(derivation.made(self.source(), spec, "fox"))
        for max_kb in (free * 6 // 10_000, free * 8 // 10_000, free // 1000, free // 1000 + 1):
            size = len(derivation.made(self.source(), replace(spec, max_kb=max_kb), "fox"))
            assert size <= max_kb * 1000
            assert size > max_kb * 900 or max_kb * 1000 > free
        assert len(derivation.made(self.source(), replace(spec, max_kb=free // 1000 + 1), "fox")) == free

    @pytest.mark.parametrize("format_", ["webp", "jpeg"])
    def test_one_that_cannot_be_met_is_refused_with_the_way_out(self, format_: Any) -> None:
        with pytest.raises(ValueError, match=r"does not fit into 5 kB.*max_kb.*outputs\.social"):
            derivation.made(self.source(), Derived("social", format_, (300, 200), 90, max_kb=5), "fox")

    def test_a_quality_below_the_lowest_is_the_lowest(self) -> None:
        spec = Derived("social", "jpeg", (300, 200), 10)
        size = len(derivation.made(self.source(), spec, "fox"))
        assert len(derivation.made(self.source(), replace(spec, max_kb=size // 1000 + 1), "fox")) == size
        with pytest.raises(ValueError, match="quality 10"):
            derivation.made(self.source(), replace(spec, max_kb=size // 1000 - 1), "fox")

    def test_it_takes_a_handful_of_tries(self) -> None:
        tried: list[int] = []

        def at(quality: int) -> bytes:
            tried.append(quality)
            return bytes(1000 * quality)

        for max_kb in range(30, 100):
            tried.clear()
            assert (
                len(derivation._within_budget(replace(SOCIAL, quality=100, max_kb=max_kb), at))
                == min(max_kb, 99) * 1000
            )
            assert len(tried) <= 7
