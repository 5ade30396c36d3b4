"""The one way to write a file, the one lock, the one work folder; and how files that others put there are read.

A file is put in place whole or not at all, and is on the disk before the one that it replaces is gone: a temporary
file, ``fsync`` of it, ``os.replace``, ``fsync`` of its folder. Temporary files lie in ``.blogcovers/tmp``, since
generators publish whatever stands in their media folders; where a rename from there fails (another file system, or the
same one mounted twice), beside the target, with a dot. A file that is replaced keeps its mode, and a link stays one.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
import tempfile
import time
import traceback
import uuid
from contextlib import contextmanager, suppress
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from blogcovers import __version__, bounds
from blogcovers.errors import BlogcoversError, Bug, Interrupted, MediaError, PostError, written_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import BinaryIO

    from filelock import FileLock

WORK = ".blogcovers"
"""The folder beside the config for temporary files and replaced covers; it ignores itself for git."""

PATIENCE_SECONDS = 3600.0  # a healthy build may render for long; one that was stopped waits for ever
REMIND_SECONDS = 60.0  # how often it is said that it is waited for

NOT_A_NAME = (errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.EILSEQ, errno.EINVAL)
"""What an error says where no file can have such a name, whatever else is tried."""

_KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)

_TEMPORARY = ".blogcovers-"
_HOLDER = "build.holder"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_PICTURES = (".webp", ".jpg")
_OTHER_FOLDER = "Check its permissions, or name another folder with --media."


class TooLarge(OSError):  # noqa: N818  (the fact, as in errors.py)
    """A file has more bytes than are read."""


class NotRegular(OSError):  # noqa: N818  (the fact, as in errors.py)
    """A pipe, a device or a socket stands where a file is due."""


class LeadsOut(OSError):  # noqa: N818
    """A link stands where a work folder is due, and leads out of the site."""


# Reading


def read(path: Path, limit: int = bounds.COVER) -> bytes:
    """The bytes of the regular file at ``path``. Nothing else is read or waited for: a pipe has no end.

    Raises OSError, whose ``strerror`` also tells of what is no file and of one of more than ``limit`` bytes.
    """
    with _opened(path) as file:
        size = os.fstat(file.fileno()).st_size
        data = file.read(limit + 1) if size <= limit else b""
    if max(size, len(data)) > limit:
        raise TooLarge(errno.EOVERFLOW, f"it is larger than {bounds.size(limit)}")
    return data


def read_text(path: Path, limit: int) -> str:
    """The text of a file of at most ``limit`` bytes, with line feeds and without a BOM. Raises as :func:`read`, and
    UnicodeDecodeError."""
    return read(path, limit).decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")


def first_bytes(path: Path, count: int = bounds.POST_HEAD) -> bytes:
    """The first ``count`` bytes of a regular file, or as many as it has. Raises OSError as :func:`read`."""
    with _opened(path) as file:
        return file.read(count)


def is_file(path: Path) -> bool:
    """Whether a regular file is there, as far as that can be told: nobody may look into some folders."""
    try:
        return path.is_file()
    except OSError:
        return False


def _opened(path: Path) -> BinaryIO:
    _check_regular(path.stat().st_mode)  # before it is opened: that alone makes some devices do something
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0))
    try:
        _check_regular(os.fstat(handle).st_mode)
        return os.fdopen(handle, "rb")
    except OSError:
        os.close(handle)
        raise


def _check_regular(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):
        kind = next((name for is_kind, name in _KINDS if is_kind(mode)), "no regular file")
        raise NotRegular(errno.EPERM, f"it is {kind}")


# Writing


def leads_out(path: Path, folders: Iterable[Path]) -> Path | None:
    """Where a file written at ``path`` would lie, if that is in none of the ``folders``: a link on the way to it, or in
    its place, leads there. The folders may be links themselves. None where it stays inside.

    A link that is put there between this look and the writing is not seen.
    """
    real = Path(os.path.realpath(path.parent), path.name)
    with suppress(OSError):  # no file can be so named: that is said where one is to be put there
        real = Path(os.path.realpath(path)) if path.is_symlink() else real
    return None if any(real.is_relative_to(os.path.realpath(folder)) for folder in folders) else real


def check_inside(path: Path, folders: Iterable[Path]) -> None:
    """Raises PostError where :func:`leads_out` finds another place."""
    if real := leads_out(path, folders):
        message = f"{path} leads to {real}, outside of the site and its media folder, where nothing is written."
        raise PostError(message, "Take away the link on the way there.")


def write(
    path: Path,
    data: bytes,
    base: Path | None = None,
    *,
    mode: int | None = None,
    inside: Iterable[Path] | None = None,
) -> None:
    """Puts ``data`` at ``path``, as the module's docstring says. ``base``: the folder that the work folder is in; None
    where there is none, so that the temporary file lies beside the target. ``mode``: the file's permissions, else those
    of the file that was there, else the usual ones. ``inside``: the folders of which it must stay in one, else any.

    Raises MediaError, or PostError where only this name is at fault.
    """
    if inside is not None:
        check_inside(path, inside)
    try:
        target = Path(os.path.realpath(path)) if path.is_symlink() else path
        target.parent.mkdir(parents=True, exist_ok=True)
        mode = _kept_mode(target) if mode is None else mode
        try:
            _place(target, data, base, mode)
        except FileNotFoundError:  # its folder was deleted meanwhile: it is made again, once
            target.parent.mkdir(parents=True, exist_ok=True)
            _place(target, data, base, mode)
    except OSError as error:
        raise unwritable(path, error) from None


def _place(target: Path, data: bytes, base: Path | None, mode: int | None) -> None:
    """Raises OSError."""
    folder = work_folder(base, "tmp") if base else target.parent
    try:
        _put(folder, target, data, mode)
    except OSError as error:
        if error.errno != errno.EXDEV or folder == target.parent:
            raise
        _put(target.parent, target, data, mode)


def _kept_mode(target: Path) -> int | None:
    """The permissions of the file that is there, None for none. Raises NotRegular: to put a file in a device's place
    helps nobody."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return None
    if not stat.S_ISDIR(mode):  # a folder is told of by what is tried next
        _check_regular(mode)
    return stat.S_IMODE(mode)


def _put(folder: Path, target: Path, data: bytes, mode: int | None) -> None:
    """By way of a temporary file in ``folder``. Raises OSError."""
    temporary = folder / f"{_TEMPORARY}{uuid.uuid4().hex}.tmp"
    try:
        with open(temporary, "xb") as file:  # noqa: PTH123  ("x": never somebody else's file; the umask applies)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            temporary.chmod(mode)
        temporary.replace(target)
        _sync_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Puts the folder's entries on the disk, where the system does that for folders."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def keep_replaced(path: Path, base: Path) -> Path:
    """Copies the file at ``path`` into ``.blogcovers/replaced/`` and returns the copy's path. Raises MediaError.

    The copy's name is made by opening it, so that two threads never take the same one. It is on the disk before
    anybody may put something in the place of what it copies.
    """
    try:
        folder = work_folder(base, "replaced")
        stamp = time.strftime("%Y%m%d-%H%M%S")
        with _opened(path) as old:
            for mark in chain([""], (f"-{n}" for n in count(2))):
                kept = folder / f"{path.stem}-{stamp}{mark}{path.suffix}"
                with suppress(FileExistsError), kept.open("xb") as file:
                    shutil.copyfileobj(old, file)
                    file.flush()
                    os.fsync(file.fileno())
                    _sync_folder(folder)
                    return kept
    except OSError as error:
        raise unwritable(path, error) from None
    raise AssertionError("the marks never end")


def set_aside(path: Path, base: Path) -> Path:
    """Moves the file at ``path`` into ``.blogcovers/replaced/`` and returns its new path. Raises MediaError."""
    kept = keep_replaced(path, base)
    try:
        path.unlink()
    except OSError as error:
        raise unwritable(path, error) from None
    return kept


def check_writable(folder: Path, base: Path) -> None:
    """Makes sure, before anything is rendered, that covers can be written. Raises MediaError."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except (FileExistsError, NotADirectoryError):
        raise MediaError(
            f"{folder} cannot be written: a file stands there, or above.", "Name another with --media."
        ) from None
    except OSError as error:
        raise _unwritable(folder, error, _OTHER_FOLDER) from None
    try:
        for name in ("tmp", "replaced"):
            if name == "tmp" or os.path.lexists(base / WORK / name):
                with tempfile.TemporaryFile(dir=work_folder(base, name)):
                    pass
    except OSError as error:
        raise _unwritable(base / WORK, error) from None


def unwritable(path: Path, error: OSError) -> BlogcoversError:
    """The run's failure, or a PostError where only this cover's name is at fault."""
    if error.errno in NOT_A_NAME:
        message = f"{path} cannot be written: {error.strerror}."
        return PostError(message, "Set another 'slug' in the front matter.")
    return _unwritable(path, error, _OTHER_FOLDER if path.suffix in _PICTURES else "")


def _unwritable(path: Path, error: OSError, way_out: str = "") -> MediaError:
    if error.errno in _FULL:
        return MediaError(
            f"{path} cannot be written: the disk is full.", "Make room and run again: what is made stays."
        )
    if isinstance(error, NotRegular | LeadsOut):
        way_out = "Take it away, and run again."
    reason = error.strerror or str(error)
    return MediaError(f"{path} cannot be written: {reason}.", way_out or "Check its permissions.")


# The work folder


def work_folder(base: Path, name: str) -> Path:
    """A folder inside ``.blogcovers``, made if need be. Raises OSError, LeadsOut where a link leads out of ``base``."""
    folder = base / WORK / name
    if real := leads_out(folder, [base]):
        raise LeadsOut(errno.EPERM, f"a link leads from {folder} out of the site, to {real}")
    folder.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError), (base / WORK / ".gitignore").open("x", encoding="utf-8") as ignore:
        ignore.write("# Temporary files and replaced covers of blogcovers; safe to delete.\n*\n")
    return folder


def sweep(base: Path, media: Path | None = None, older_than: float = 3600.0) -> None:
    """Removes temporary files that a killed run left, once they are ``older_than`` seconds old."""
    work = base / WORK / "tmp"
    for folder, pattern in ((work, f"{_TEMPORARY}*"), (media or base / WORK, f"**/{_TEMPORARY}*.tmp")):
        if folder != media and leads_out(folder, [base]):
            continue
        with suppress(OSError):
            for file in folder.glob(pattern):
                if time.time() - file.stat().st_mtime > older_than:
                    file.unlink(missing_ok=True)


def bug_report(error: BaseException) -> Bug:
    """What nobody foresaw, as one line for the user; the details are in a file to send."""
    handle, name = tempfile.mkstemp(prefix="blogcovers-report-", suffix=".md")
    trace = "\n".join(map(written_out, "".join(traceback.format_exception(error)).split("\n")))
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(
            f"# A bug in blogcovers {__version__}\n\nPython {sys.version}\non {sys.platform}\n\n```\n{trace}```\n"
        )
    return Bug(f"this is a bug in blogcovers; please send the report {name}")


# The lock


@contextmanager
def alone(base: Path, on_wait: Callable[[float, str], None]) -> Iterator[None]:
    """Holds the site's lock, so that two builds at once never render one cover twice. What was seen before is to be
    looked at again: another build may have come to its end just now.

    ``on_wait`` is told the seconds waited, 0.0 at first, and who holds the lock (``process 4711``, or ``""`` where
    that is not known). Raises BlogcoversError once :data:`PATIENCE_SECONDS` are over: a build that was stopped
    holds its lock for ever. Raises Interrupted for a Ctrl-C while it waits.

    The system lets go of the lock when its process ends, however that happens. Where a lock cannot be had (a
    folder that is read-only, a file system without locks) the build goes on without.
    """
    from filelock import FileLock, Timeout

    try:
        folder = work_folder(base, "tmp")
        if (folder / "build.lock").is_symlink():
            (folder / "build.lock").unlink()
        lock = FileLock(folder / "build.lock")
        lock.acquire(timeout=0)
    except Timeout:
        _await(lock, folder / _HOLDER, on_wait)
    except (OSError, NotImplementedError):
        yield
        return
    _sign(folder / _HOLDER)
    try:
        yield
    finally:
        with suppress(OSError):
            (folder / _HOLDER).unlink()
        lock.release()


def _await(lock: FileLock, holder: Path, on_wait: Callable[[float, str], None]) -> None:
    """Takes the lock as soon as it is free. Raises BlogcoversError or Interrupted."""
    from filelock import Timeout

    since, waited = time.monotonic(), 0.0
    try:
        on_wait(waited, "")
        while waited < PATIENCE_SECONDS:
            with suppress(Timeout):
                lock.acquire(timeout=max(0.0, min(REMIND_SECONDS, PATIENCE_SECONDS - waited)))
                return
            waited = time.monotonic() - since
            if waited < PATIENCE_SECONDS:
                on_wait(waited, _signed(holder))
    except KeyboardInterrupt:
        said = "Interrupted while another build was at work on this site."
        raise Interrupted(said, "Run again for what it leaves.") from None
    who = _signed(holder)
    raise BlogcoversError(
        f"Another build{f' ({who})' if who else ''} has held this site for {waited / 60:.0f} minutes and goes on.",
        f"Run again once it is done; if it hangs or is stopped, end {who or 'its process'} first.",
    )


def _sign(holder: Path) -> None:
    """Says beside the lock who holds it; not in it, since a waiting process opens the lock's file, too."""
    from platform import node

    with suppress(OSError):
        holder.unlink(missing_ok=True)  # a killed build's
        holder.write_text(f"{os.getpid()} {node()}", encoding="utf-8")


def _signed(holder: Path) -> str:
    from platform import node

    try:
        number, _, host = holder.read_text(encoding="utf-8").partition(" ")
    except (OSError, UnicodeDecodeError):
        return ""
    here = not host or host == node()
    return f"process {number}{'' if here else f' on {host}'}" if number.isdigit() else ""
