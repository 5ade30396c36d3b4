"""Covers on disk: what stands at a path is told from its bytes, and a new one gets there whole or not at all."""

from __future__ import annotations

import errno
import os
import random
import resource
import signal
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from blogcovers import bounds, storage
from blogcovers.cover import Output, Recipe, State, found_at, judged, recipe, webp
from blogcovers.cover.picture import encode
from blogcovers.errors import BlogcoversError, MediaError, PostError

if TYPE_CHECKING:
    from collections.abc import Iterator

RECIPE = Recipe("fox", "painter", 7, dict.fromkeys(recipe.CAUSES, "same"), texts={"concept": "a fox"})
RED, WHITE, BLUE = (255, 0, 0), (255, 255, 255), (0, 0, 255)
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


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


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


class TestWrite:
    def test_puts_the_bytes_there_and_leaves_no_temporary_file(self, tmp_path: Path) -> None:
        path = tmp_path / "media" / "animals" / "fox.webp"
        storage.write(path, b"one", tmp_path)
        storage.write(path, b"two", tmp_path)
        assert path.read_bytes() == b"two"
        assert files(tmp_path) == [".blogcovers/.gitignore", "media/animals/fox.webp"]

    def test_the_work_folder_ignores_itself(self, tmp_path: Path) -> None:
        storage.write(tmp_path / "fox.webp", b"x", tmp_path)
        assert "*" in (tmp_path / ".blogcovers" / ".gitignore").read_text(encoding="utf-8").splitlines()

    @pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o002, 0o664), (0o077, 0o600), (0o027, 0o640)])
    def test_permission_bits_follow_the_umask(self, tmp_path: Path, mask: int, mode: int) -> None:
        with umask(mask):
            storage.write(tmp_path / "fox.webp", b"x", tmp_path)
        assert (tmp_path / "fox.webp").stat().st_mode & 0o777 == mode

    def test_the_umask_of_the_process_is_never_touched(self, tmp_path: Path) -> None:
        # It belongs to all threads: two that set and restore it at once leave it at 0, and covers at 0666.
        calls = []
        sys.setprofile(lambda _frame, event, called: calls.append(event) if called is os.umask else None)
        try:
            storage.write(tmp_path / "fox.webp", b"x", tmp_path)
        finally:
            sys.setprofile(None)
        assert calls == []

    def test_a_reader_never_sees_half_a_cover(self, tmp_path: Path) -> None:
        path = tmp_path / "fox.webp"
        sizes, done = {100_000, 300_000}, threading.Event()
        storage.write(path, b"a" * 100_000, tmp_path)

        def write() -> None:
            for _ in range(60):
                storage.write(path, b"b" * 300_000, tmp_path)
                storage.write(path, b"a" * 100_000, tmp_path)
            done.set()

        writer = threading.Thread(target=write)
        writer.start()
        seen = set()
        while not done.is_set():
            data = path.read_bytes()
            seen.add(len(data))
            assert len(set(data)) == 1
        writer.join()
        assert seen <= sizes

    def test_what_fails_leaves_the_old_cover_and_no_temporary_file(self, tmp_path: Path) -> None:
        path = tmp_path / "fox.webp"
        path.mkdir()
        (path / "keep.txt").write_text("mine", encoding="utf-8")
        with pytest.raises(BlogcoversError):
            storage.write(path, b"x", tmp_path)
        assert files(tmp_path) == [".blogcovers/.gitignore", "fox.webp/keep.txt"]

    def test_a_name_too_long_is_the_posts_fault(self, tmp_path: Path) -> None:
        with pytest.raises(PostError, match="cannot be written"):
            storage.write(tmp_path / ("x" * 300 + ".webp"), b"x", tmp_path)
        assert files(tmp_path) == []

    def test_a_full_disk_leaves_the_old_cover_and_no_temporary_file(self, tmp_path: Path) -> None:
        path = tmp_path / "fox.webp"
        storage.write(path, b"old", tmp_path)
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))  # as a full disk, a short write and then an error
        try:
            with pytest.raises(MediaError) as caught:
                storage.write(path, bytes(100_000), tmp_path)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert "disk is full" in caught.value.message
        assert path.read_bytes() == b"old"
        assert files(tmp_path) == [".blogcovers/.gitignore", "fox.webp"]

    def test_a_media_folder_that_is_a_file_is_refused_before_anything_is_rendered(self, tmp_path: Path) -> None:
        media = tmp_path / "media"
        media.write_text("a file", encoding="utf-8")
        with pytest.raises(MediaError) as caught:
            storage.check_writable(media, tmp_path)
        assert "media" in caught.value.message
        assert caught.value.hint

    def test_checking_leaves_no_file_in_the_media_folder(self, tmp_path: Path) -> None:
        storage.check_writable(tmp_path / "media" / "covers", tmp_path)
        assert list((tmp_path / "media" / "covers").iterdir()) == []


class TestReplaced:
    def test_the_old_file_is_kept_and_stays_in_place(self, tmp_path: Path) -> None:
        path = tmp_path / "media" / "fox.webp"
        storage.write(path, b"mine", tmp_path)
        kept = storage.keep_replaced(path, tmp_path)
        assert kept.parent == tmp_path / ".blogcovers" / "replaced"
        assert (kept.suffix, kept.read_bytes(), path.read_bytes()) == (".webp", b"mine", b"mine")

    def test_none_is_lost_where_two_of_one_name_are_replaced_at_once(self, tmp_path: Path) -> None:
        pictures = {tmp_path / section / "fox.webp": section.encode() for section in ("a", "b", "c")}
        for path, data in pictures.items():
            storage.write(path, data, tmp_path)
        kept = [storage.keep_replaced(path, tmp_path) for path in pictures]
        assert {path.read_bytes() for path in kept} == set(pictures.values())

    def test_none_is_lost_to_another_thread(self, tmp_path: Path) -> None:
        paths = [tmp_path / str(n) / "cover.webp" for n in range(200)]
        for n, path in enumerate(paths):
            storage.write(path, str(n).encode(), tmp_path)
        with ThreadPoolExecutor(8) as pool:
            kept = list(pool.map(lambda path: storage.keep_replaced(path, tmp_path), paths))
        assert {path.read_bytes() for path in kept} == {str(n).encode() for n in range(200)}

    def test_one_that_is_gone_cannot_be_kept(self, tmp_path: Path) -> None:
        with pytest.raises(MediaError):
            storage.keep_replaced(tmp_path / "fox.webp", tmp_path)


class TestSweep:
    def test_removes_what_a_killed_run_left_and_nothing_else(self, tmp_path: Path) -> None:
        storage.write(tmp_path / "fox.webp", b"x", tmp_path)
        work = tmp_path / ".blogcovers" / "tmp"
        old, new, other = work / ".blogcovers-old.tmp", work / ".blogcovers-new.tmp", work / "notes.txt"
        for path in (old, new, other):
            path.write_text("x", encoding="utf-8")
        for path in (old, other):
            os.utime(path, (time.time() - 7200,) * 2)
        storage.sweep(tmp_path)
        assert files(work) == [".blogcovers-new.tmp", "notes.txt"]

    def test_a_site_without_a_work_folder_is_left_without(self, tmp_path: Path) -> None:
        storage.sweep(tmp_path)
        assert list(tmp_path.iterdir()) == []


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


HOLDS = """
import sys, time
from pathlib import Path
from blogcovers import bounds, storage
with storage.alone(Path(sys.argv[1]), lambda seconds, holder: None):
    print("held", flush=True)
    sys.stdin.readline()
"""


class TestAlone:
    """One build at a time on a site, and none that waits for ever."""

    @contextmanager
    def held(self, base: Path) -> Iterator[subprocess.Popen[str]]:
        """Another process holds the lock."""
        command = [sys.executable, "-c", HOLDS, str(base)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            try:
                yield process
            finally:
                process.kill()

    def test_nobody_else_is_no_wait(self, tmp_path: Path) -> None:
        told: list[Any] = []
        for _ in range(2):
            with storage.alone(tmp_path, lambda *said: told.append(said)):
                pass
        assert told == []
        assert [path.name for path in (tmp_path / ".blogcovers/tmp").iterdir() if path.suffix == ".holder"] == []

    def test_it_waits_until_the_other_is_done(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(storage, "REMIND_SECONDS", 0.1)
        told: list[tuple[float, str]] = []

        def on_wait(seconds: float, holder: str) -> None:
            told.append((seconds, holder))
            if len(told) == 4:
                process.communicate("\n")

        with self.held(tmp_path) as process, storage.alone(tmp_path, on_wait):
            assert len(told) >= 4
        assert told[0] == (0.0, "")
        assert [holder for _, holder in told[1:]] == [f"process {process.pid}"] * 3
        assert [seconds for seconds, _ in told] == sorted({seconds for seconds, _ in told})

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows stops no process")
    def test_a_stopped_build_is_not_waited_for_without_end(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(storage, "PATIENCE_SECONDS", 1.0)
        monkeypatch.setattr(storage, "REMIND_SECONDS", 0.05)
        told: list[tuple[float, str]] = []
        with self.held(tmp_path) as process:
            process.send_signal(signal.SIGSTOP)
            with (
                pytest.raises(BlogcoversError, match=f"process {process.pid}") as caught,
                storage.alone(tmp_path, lambda *said: told.append(said)),
            ):
                raise AssertionError("the lock is the other's")
        assert caught.value.exit_code == 3
        assert f"end process {process.pid}" in caught.value.hint
        assert len(told) > 1
        assert max(seconds for seconds, _ in told) < 1.0, "then it is no reminder"
        told.clear()
        with storage.alone(tmp_path, lambda *said: told.append(said)):
            assert told == [], "a killed build holds nothing"

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            (b"", ""),
            (b"no number", ""),
            (b"\xff\xfe", ""),
            (b"4711", "process 4711"),
            (b"4711 another-machine", "process 4711 on another-machine"),
        ],
    )
    def test_who_holds_it_is_said_where_it_is_known(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: bytes, said: str
    ) -> None:
        monkeypatch.setattr(storage, "PATIENCE_SECONDS", 0.0)
        with self.held(tmp_path):
            (tmp_path / ".blogcovers/tmp/build.holder").write_bytes(text)
            with pytest.raises(BlogcoversError) as caught, storage.alone(tmp_path, lambda *_: None):
                pass
        assert f"Another build{f' ({said})' if said else ''} has held" in caught.value.message
        assert f"end {said or 'its process'} first" in caught.value.hint

    def test_what_a_killed_build_signed_is_not_said_of_the_next(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with self.held(tmp_path) as killed:
            pass
        assert str(killed.pid) in (tmp_path / ".blogcovers/tmp/build.holder").read_text(encoding="utf-8")
        monkeypatch.setattr(storage, "PATIENCE_SECONDS", 0.0)
        with self.held(tmp_path) as process:
            with pytest.raises(BlogcoversError) as caught, storage.alone(tmp_path, lambda *_: None):
                pass
            assert f"process {process.pid}" in caught.value.message
