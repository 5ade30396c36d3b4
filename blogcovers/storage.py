"""The one way to write a file, the one lock, the one work folder.

A file is put in place whole or not at all, and is on the disk before the one that it replaces is gone: a temporary
file, ``fsync`` of it, ``os.replace``, ``fsync`` of its folder. Temporary files lie in ``.blogcovers/tmp``, since
generators publish whatever stands in their media folders; where a rename from there fails (another file system, or the
same one mounted twice), beside the target, with a dot. A file that is replaced keeps its mode, and a link stays one.
"""

from __future__ import annotations

import errno
import os
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

from blogcovers import __version__
from blogcovers.errors import BlogcoversError, Bug, Interrupted, MediaError, PostError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from filelock import FileLock

WORK = ".blogcovers"
"""The folder beside the config for temporary files and replaced covers; it ignores itself for git."""

PATIENCE_SECONDS = 3600.0  # a healthy build may render for long; one that was stopped waits for ever
REMIND_SECONDS = 60.0  # how often it is said that it is waited for

NOT_A_NAME = (errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.EILSEQ, errno.EINVAL)
"""What an error says where no file can have such a name, whatever else is tried."""

_TEMPORARY = ".blogcovers-"
_HOLDER = "build.holder"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_PICTURES = (".webp", ".jpg")
_OTHER_FOLDER = "Check its permissions, or name another folder with --media."


# Writing


def write(path: Path, data: bytes, base: Path | None = None, *, mode: int | None = None) -> None:
    """Puts ``data`` at ``path``, as the module's docstring says. ``base``: the folder that the work folder is in; None
    where there is none, so that the temporary file lies beside the target. ``mode``: the file's permissions, else those
    of the file that was there, else the usual ones.

    Raises MediaError, or PostError where only this name is at fault.
    """
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
    """The permissions of the file that is there, None for none. Raises OSError for what is no file: to put one in a
    device's place helps nobody."""
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return stat.S_IMODE(mode)
    raise OSError(errno.EPERM, "it is no regular file")


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
        data, folder = path.read_bytes(), work_folder(base, "replaced")
        stamp = time.strftime("%Y%m%d-%H%M%S")
        for mark in chain([""], (f"-{n}" for n in count(2))):
            with suppress(FileExistsError), (folder / f"{path.stem}-{stamp}{mark}{path.suffix}").open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
                _sync_folder(folder)
                return Path(file.name)
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
    reason = error.strerror or str(error)
    return MediaError(f"{path} cannot be written: {reason}.", way_out or "Check its permissions.")


# The work folder


def work_folder(base: Path, name: str) -> Path:
    """A folder inside ``.blogcovers``, made if need be. Raises OSError."""
    folder = base / WORK / name
    folder.mkdir(parents=True, exist_ok=True)
    ignore = base / WORK / ".gitignore"
    if not ignore.exists():
        ignore.write_text("# Temporary files and replaced covers of blogcovers; safe to delete.\n*\n", encoding="utf-8")
    return folder


def sweep(base: Path, media: Path | None = None, older_than: float = 3600.0) -> None:
    """Removes temporary files that a killed run left, once they are ``older_than`` seconds old."""
    for folder, pattern in ((base / WORK / "tmp", f"{_TEMPORARY}*"), (media or base / WORK, f"**/{_TEMPORARY}*.tmp")):
        with suppress(OSError):
            for file in folder.glob(pattern):
                if time.time() - file.stat().st_mtime > older_than:
                    file.unlink(missing_ok=True)


def bug_report(error: BaseException) -> Bug:
    """What nobody foresaw, as one line for the user; the details are in a file to send."""
    handle, name = tempfile.mkstemp(prefix="blogcovers-report-", suffix=".md")
    trace = "".join(traceback.format_exception(error))
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
