"""How a file gets in place: whole or not at all, on the disk before the old one is gone, its mode and link kept; and
that one build at a time writes."""

from __future__ import annotations

import errno
import os
import resource
import signal
import stat
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from blogcovers import storage
from blogcovers.errors import BlogcoversError, MediaError, PostError

if TYPE_CHECKING:
    from collections.abc import Iterator


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the system is told to put on the disk, by the names that it has then, in order."""
    names: list[str] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        names.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    return names


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

    def test_the_file_is_on_the_disk_before_it_takes_its_place_and_then_the_folder(
        self, tmp_path: Path, synced: list[str]
    ) -> None:
        storage.write(tmp_path / "media/fox.webp", b"fox", tmp_path)
        temporary, folder = synced
        assert (temporary.startswith(".blogcovers-"), folder) == (True, "media")
        assert (tmp_path / "media/fox.webp").read_bytes() == b"fox"
        assert list((tmp_path / ".blogcovers/tmp").iterdir()) == []

    def test_where_a_rename_from_the_work_folder_fails_it_goes_beside(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As with two bind mounts of one file system: the device is the same, and rename answers EXDEV."""
        real = Path.replace

        def replace(self: Path, target: Path) -> Path:
            if self.parent != target.parent:
                raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
            return real(self, target)

        monkeypatch.setattr(Path, "replace", replace)
        storage.write(tmp_path / "media/fox.webp", b"fox", tmp_path)
        assert (tmp_path / "media/fox.webp").read_bytes() == b"fox"
        assert [path.name for path in (tmp_path / "media").iterdir()] == ["fox.webp"]
        assert list((tmp_path / ".blogcovers/tmp").iterdir()) == []

    def test_the_mode_of_the_file_that_was_there_is_kept(self, tmp_path: Path) -> None:
        post = tmp_path / "post.md"
        post.write_bytes(b"before")
        post.chmod(0o640)
        storage.write(post, b"after", tmp_path)
        assert (post.read_bytes(), stat.S_IMODE(post.stat().st_mode)) == (b"after", 0o640)

    def test_a_new_file_has_the_usual_mode(self, tmp_path: Path) -> None:
        (tmp_path / "usual").write_bytes(b"")
        storage.write(tmp_path / "new", b"", tmp_path)
        assert (tmp_path / "new").stat().st_mode == (tmp_path / "usual").stat().st_mode

    def test_a_link_stays_one(self, tmp_path: Path) -> None:
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "elsewhere/post.md").write_bytes(b"before")
        (tmp_path / "post.md").symlink_to("elsewhere/post.md")
        storage.write(tmp_path / "post.md", b"after", tmp_path)
        assert (tmp_path / "post.md").is_symlink()
        assert (tmp_path / "elsewhere/post.md").read_bytes() == b"after"

    def test_without_a_work_folder_none_is_made(self, tmp_path: Path) -> None:
        storage.write(tmp_path / "blogcovers.toml", b"")
        assert [path.name for path in tmp_path.iterdir()] == ["blogcovers.toml"]

    def test_what_is_no_regular_file_is_left_alone(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "fox.webp")
        with pytest.raises(MediaError, match=r"fox\.webp cannot be written: it is a pipe\.") as caught:
            storage.write(tmp_path / "fox.webp", b"fox", tmp_path)
        assert stat.S_ISFIFO((tmp_path / "fox.webp").stat().st_mode)
        assert caught.value.hint == "Take it away, and run again."


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

    def test_the_copy_is_on_the_disk_before_it_is_spoken_of(self, tmp_path: Path, synced: list[str]) -> None:
        (tmp_path / "fox.webp").write_bytes(b"by hand")
        kept = storage.keep_replaced(tmp_path / "fox.webp", tmp_path)
        assert (kept.read_bytes(), synced) == (b"by hand", [kept.name, "replaced"])


class TestWritable:
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

    def test_a_work_folder_that_cannot_be_written_is_found_before_anything_is_rendered(self, tmp_path: Path) -> None:
        (tmp_path / ".blogcovers").mkdir()
        (tmp_path / ".blogcovers/replaced").write_bytes(b"a file in the folder's place")
        with pytest.raises(MediaError, match=r"\.blogcovers cannot be written"):
            storage.check_writable(tmp_path / "media", tmp_path)


class TestRead:
    def test_the_bytes_of_a_file_and_no_more_than_the_limit(self, tmp_path: Path) -> None:
        file = tmp_path / "fox"
        file.write_bytes(b"fox")
        assert (storage.read(file), storage.read(file, 3), storage.first_bytes(file, 2)) == (b"fox", b"fox", b"fo")
        with pytest.raises(OSError, match="larger than"):
            storage.read(file, 2)

    def test_what_has_no_end_is_not_read(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        for path in (tmp_path / "pipe", Path("/dev/zero")):
            for reading in (storage.read, lambda path: storage.first_bytes(path, 9)):
                with pytest.raises(OSError, match=r"it is a (pipe|device)"):
                    reading(path)

    def test_a_folder_is_none(self, tmp_path: Path) -> None:
        with pytest.raises(IsADirectoryError):
            storage.read(tmp_path)


class TestInside:
    """Where a write would lie, once all links are followed."""

    @pytest.fixture
    def folders(self, tmp_path: Path) -> tuple[Path, Path]:
        """A site and its media folder, a link to elsewhere as its author wants it; and ``out`` beside them."""
        for name in ("site/inner", "elsewhere", "out"):
            (tmp_path / name).mkdir(parents=True)
        (tmp_path / "site/media").symlink_to(tmp_path / "elsewhere")
        (tmp_path / "site/inner/back").symlink_to(tmp_path / "elsewhere")
        (tmp_path / "site/inner/away").symlink_to(tmp_path / "out")
        (tmp_path / "site/dangling.webp").symlink_to(tmp_path / "out/new.webp")
        (tmp_path / "site/kept.webp").symlink_to(tmp_path / "elsewhere/kept.webp")
        return tmp_path / "site", tmp_path / "site/media"

    @pytest.mark.parametrize("path", ["fox.webp", "new/fox.webp", "media/fox.webp", "inner/back/fox.webp", "kept.webp"])
    def test_a_link_from_one_of_them_to_another_is_followed(self, folders: tuple[Path, Path], path: str) -> None:
        storage.write(folders[0] / path, b"fox", folders[0], inside=folders)
        assert (folders[0] / path).read_bytes() == b"fox"

    @pytest.mark.parametrize("path", ["inner/away/fox.webp", "inner/away/new/fox.webp", "dangling.webp", "../fox.webp"])
    def test_outside_nothing_is_written(self, folders: tuple[Path, Path], path: str) -> None:
        with pytest.raises(PostError, match="outside of the site and its media folder"):
            storage.write(folders[0] / path, b"fox", folders[0], inside=folders)
        assert list((folders[0].parent / "out").iterdir()) == []
        assert not (folders[0].parent / "fox.webp").exists()

    @pytest.mark.parametrize("link", [".blogcovers", ".blogcovers/tmp", ".blogcovers/replaced"])
    def test_a_work_folder_that_leads_out_is_refused(self, tmp_path: Path, link: str) -> None:
        site, out = tmp_path / "site", tmp_path / "out"
        (site / link).parent.mkdir(parents=True, exist_ok=True)
        out.mkdir()
        (site / link).symlink_to(out)
        old = out / ".blogcovers-old.tmp"
        old.touch()
        os.utime(old, (0, 0))
        storage.sweep(site)
        with pytest.raises(MediaError, match=r"a link leads from .*\.blogcovers.* out of the site, to") as caught:
            storage.check_writable(site / "media", site)
        assert link in caught.value.message
        assert caught.value.hint == "Take it away, and run again."
        assert list(out.iterdir()) == [old]

    def test_links_inside_the_work_folder_are_not_written_through(self, tmp_path: Path) -> None:
        (tmp_path / ".blogcovers/tmp").mkdir(parents=True)
        (tmp_path / "lock").write_text("mine", encoding="utf-8")
        (tmp_path / ".blogcovers/.gitignore").symlink_to(tmp_path / "made")
        (tmp_path / ".blogcovers/tmp/build.lock").symlink_to(tmp_path / "lock")
        (tmp_path / ".blogcovers/tmp/build.holder").symlink_to(tmp_path / "lock")
        with storage.alone(tmp_path, lambda *_: None):
            assert (tmp_path / "lock").read_text(encoding="utf-8") == "mine"
        assert not (tmp_path / "made").exists()


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
