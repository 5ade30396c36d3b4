"""What stands at a cover's path, told from its bytes."""

from __future__ import annotations

import errno
import os
import random
import stat
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from blogcovers import bounds
from blogcovers.cover import Recipe, State, found_at, judged, recipe, webp
from blogcovers.errors import PostError

if TYPE_CHECKING:
    pass

RECIPE = Recipe("fox", "painter", 7, dict.fromkeys(recipe.CAUSES, "same"), texts={"concept": "a fox"})
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"


def noise(size: tuple[int, int] = (40, 24)) -> Image.Image:
    return Image.frombytes("RGB", size, random.Random(1).randbytes(size[0] * size[1] * 3))


def encoded(image: Image.Image, form: str, **given: Any) -> bytes:
    buffer = BytesIO()
    image.save(buffer, form, **given)
    return buffer.getvalue()


def cover() -> bytes:
    return webp.stamp(encoded(noise(), "WEBP"), RECIPE)


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def repacked(data: bytes, *left_out: bytes) -> bytes:
    body = b"".join(
        chunk.name + len(chunk.data).to_bytes(4, "little") + chunk.data + b"\0" * (len(chunk.data) % 2)
        for chunk in webp.chunks(data)
        if chunk.name not in left_out
    )
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body


def with_another_picture(data: bytes) -> bytes:
    other = webp.stamp(encoded(noise().transpose(Image.Transpose.ROTATE_180), "WEBP"), RECIPE)
    chunks = {chunk.name: chunk for chunk in webp.chunks(data)} | {
        chunk.name: chunk for chunk in webp.chunks(other) if chunk.name == b"VP8 "
    }
    body = b"".join(
        c.name + len(c.data).to_bytes(4, "little") + c.data + b"\0" * (len(c.data) % 2) for c in chunks.values()
    )
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body


def with_zeros(start: int, end: int | None, data: bytes | None = None) -> bytes:
    data = data or cover()
    start, stop, _ = slice(start, end).indices(len(data))
    return data[:start] + bytes(stop - start) + data[stop:]


def large_cover(start: int, end: int) -> bytes:
    """Of 300 x 200 pixels, with zeros from ``start`` to ``end``."""
    return with_zeros(start, end, webp.stamp(encoded(noise((300, 200)), "WEBP"), RECIPE))


def exif_of(data: bytes) -> bytes:
    return next(chunk.data for chunk in webp.chunks(data) if chunk.name == b"EXIF")


class TestFound:
    @pytest.mark.parametrize(
        ("data", "state", "said"),
        [
            pytest.param(b"", State.BROKEN, "empty", id="empty"),
            pytest.param(cover()[:-1], State.BROKEN, "cut short", id="a-byte-short"),
            pytest.param(cover()[: len(cover()) // 2], State.BROKEN, "cut short", id="half"),
            pytest.param(cover()[:12], State.BROKEN, "cut short", id="only-a-header"),
            pytest.param(POINTER, State.BROKEN, "git lfs pull", id="lfs-pointer"),
            pytest.param(encoded(noise(), "PNG"), State.HAND_MADE, "not a WebP", id="png-under-a-webp-name"),
            pytest.param(encoded(noise(), "JPEG"), State.HAND_MADE, "not a WebP", id="jpeg-under-a-webp-name"),
            pytest.param(b"<html></html>", State.HAND_MADE, "not a WebP", id="html"),
            pytest.param(encoded(noise(), "WEBP"), State.HAND_MADE, "no recipe", id="webp-of-others"),
            pytest.param(encoded(noise(), "WEBP", lossless=True), State.HAND_MADE, "no recipe", id="lossless"),
            pytest.param(repacked(cover(), b"EXIF", b"XMP "), State.HAND_MADE, "no recipe", id="stripped"),
            pytest.param(with_another_picture(cover()), State.HAND_MADE, "not the one", id="another-picture"),
            pytest.param(repacked(cover(), b"VP8 "), State.BROKEN, "the picture is damaged", id="no-picture"),
            pytest.param(bytes(5000), State.BROKEN, "all zeros", id="all-zeros"),
            pytest.param(
                with_zeros(cover().index(b"EXIF"), None), State.BROKEN, "the end of the file is zeros", id="zeroed-tail"
            ),
            pytest.param(with_zeros(0, 12), State.BROKEN, "lost its header", id="no-riff-header"),
            pytest.param(with_zeros(0, 4), State.BROKEN, "lost its header", id="no-riff"),
            pytest.param(with_zeros(0, 400), State.BROKEN, "lost its header", id="a-lost-first-page"),
            pytest.param(with_zeros(38 + 8, 38 + 18), State.BROKEN, "the picture is damaged", id="no-frame-header"),
            pytest.param(large_cover(8192, 12288), State.BROKEN, "a part of it is zeros", id="a-lost-page"),
            pytest.param(
                cover().replace(b'"slug": ', b'"slug"; '), State.BROKEN, "its recipe is damaged", id="a-damaged-recipe"
            ),
            pytest.param(
                webp.stamp(encoded(noise(), "WEBP", lossless=True), RECIPE).replace(b"VP8L", b"VP8K"),
                *(State.BROKEN, "the picture is damaged"),
                id="a-flipped-bit-in-a-chunks-name",
            ),
            pytest.param(
                encoded(noise(), "PNG", exif=exif_of(cover())), State.HAND_MADE, "not a WebP", id="edited-to-a-png"
            ),
            pytest.param(
                encoded(noise(), "TIFF", exif=exif_of(cover())), State.HAND_MADE, "not a WebP", id="edited-to-a-tiff"
            ),
            pytest.param(
                encoded(noise(), "JPEG", exif=exif_of(cover())), State.HAND_MADE, "not a WebP", id="edited-to-a-jpeg"
            ),
            pytest.param(
                cover().replace(b'"format": 1', b'"format": 9'), State.HAND_MADE, "later blogcovers", id="later-format"
            ),
        ],
    )
    def test_what_is_not_a_whole_cover_of_ours(self, tmp_path: Path, data: bytes, state: State, said: str) -> None:
        path = tmp_path / "fox.webp"
        path.write_bytes(data)
        found = found_at(path)
        assert found.state is state
        assert said in found.reason
        assert found.recipe is None
        assert found.replaceable is (data != POINTER)

    def test_a_whole_cover_of_ours(self, tmp_path: Path) -> None:
        path = tmp_path / "fox.webp"
        path.write_bytes(cover())
        found = found_at(path)
        assert (found.state, found.reason, found.replaceable) == (State.CURRENT, "", True)
        assert found.recipe is not None
        assert (found.recipe.slug, found.recipe.seed) == ("fox", 7)

    def test_the_picture_in_a_whole_file_has_a_digest_whoever_made_it(self) -> None:
        ours, theirs = judged(cover()).picture, judged(encoded(noise(), "WEBP")).picture
        assert ours == theirs == webp.picture_digest(cover())
        for data in (encoded(noise(), "PNG"), b"<html>", with_another_picture(cover())):
            assert judged(data).picture not in ("", ours)
        for data in (b"", POINTER, cover()[:-5]):
            assert judged(data).picture == ""

    def test_stripping_the_xmp_alone_leaves_it_ours(self) -> None:
        assert judged(repacked(cover(), b"XMP ")).state is State.CURRENT

    def test_one_saved_again_by_an_image_editor_is_hand_made(self) -> None:
        with Image.open(BytesIO(cover())) as image:
            again = encoded(image, "WEBP", quality=60, exif=image.getexif())
        assert judged(again).state is State.HAND_MADE

    def test_nothing_is_missing(self, tmp_path: Path) -> None:
        assert found_at(tmp_path / "fox.webp").state is State.MISSING
        assert found_at(tmp_path / "no" / "such" / "fox.webp").state is State.MISSING

    def test_below_a_file_it_is_missing(self, tmp_path: Path) -> None:
        (tmp_path / "media").write_text("a file", encoding="utf-8")
        assert found_at(tmp_path / "media" / "fox.webp").state is State.MISSING

    def test_a_folder_is_never_overwritten(self, tmp_path: Path) -> None:
        (tmp_path / "fox.webp").mkdir()
        assert found_at(tmp_path / "fox.webp").state is State.HAND_MADE

    def test_a_dangling_link_is_broken_and_left_to_its_owner(self, tmp_path: Path) -> None:
        (tmp_path / "fox.webp").symlink_to(tmp_path / "nowhere.webp")
        found = found_at(tmp_path / "fox.webp")
        assert (found.state, found.replaceable) == (State.BROKEN, False)

    def test_a_name_too_long_for_the_file_system_is_the_posts_fault(self, tmp_path: Path) -> None:
        with pytest.raises(PostError) as caught:
            found_at(tmp_path / ("x" * 300 + ".webp"))
        assert "slug" in caught.value.hint

    def test_one_that_cannot_be_read_is_that_posts_fault(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = tmp_path / "fox.webp"
        path.write_bytes(cover())

        def denied(*_: object) -> int:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

        monkeypatch.setattr(os, "open", denied)
        found = found_at(path)
        assert (found.state, found.replaceable) == (State.BROKEN, False)
        assert "it cannot be read (Input/output error)" in found.reason

    @pytest.mark.parametrize("kind", ["pipe", "device", "socket"])
    def test_what_is_no_file_is_never_waited_for(self, tmp_path: Path, kind: str) -> None:
        path = tmp_path / "fox.webp"
        if kind == "pipe":
            os.mkfifo(path)
        elif kind == "device":
            path.symlink_to("/dev/zero")
        else:
            os.mknod(path, stat.S_IFSOCK | 0o600)
        found = found_at(path)
        assert (found.state, found.reason, found.replaceable) == (
            *(State.BROKEN, f"it is a {kind}, no file: take it away", False),
        )

    def test_a_file_too_large_to_be_a_cover_is_not_read(self, tmp_path: Path) -> None:
        path = tmp_path / "fox.webp"
        with path.open("wb") as file:
            file.truncate(bounds.COVER + 1)
        found = found_at(path)
        assert (found.state, found.reason) == (State.HAND_MADE, "it is larger than 64 MB")

    def test_a_loop_of_links_is_left_to_its_owner(self, tmp_path: Path) -> None:
        (tmp_path / "fox.webp").symlink_to(tmp_path / "fox.webp")
        found = found_at(tmp_path / "fox.webp")
        assert (found.state, found.replaceable) == (State.BROKEN, False)
