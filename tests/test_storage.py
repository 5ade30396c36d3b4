"""How a file gets in place: whole or not at all, on the disk before the old one is gone, its mode and link kept."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from blogcovers import storage
from blogcovers.errors import MediaError, PostError


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
        with pytest.raises(MediaError, match=r"fox\.webp cannot be written: it is no regular file\."):
            storage.write(tmp_path / "fox.webp", b"fox", tmp_path)
        assert stat.S_ISFIFO((tmp_path / "fox.webp").stat().st_mode)


class TestReplaced:
    def test_the_copy_is_on_the_disk_before_it_is_spoken_of(self, tmp_path: Path, synced: list[str]) -> None:
        (tmp_path / "fox.webp").write_bytes(b"by hand")
        kept = storage.keep_replaced(tmp_path / "fox.webp", tmp_path)
        assert (kept.read_bytes(), synced) == (b"by hand", [kept.name, "replaced"])


class TestWritable:
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
        with pytest.raises(MediaError, match="a link there leads out of the site"):
            storage.check_writable(site / "media", site)
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
