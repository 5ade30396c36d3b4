"""Covers on disk: what stands at a path, and how a new one gets there whole or not at all.

Reading needs no Pillow; encoding loads it.
"""

from __future__ import annotations

import errno
import os
import stat
import tempfile
import time
import unicodedata
import uuid
from contextlib import contextmanager, suppress
from io import BytesIO
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING

from blogcovers import crop, digest, webp
from blogcovers.errors import BlogcoversError, Interrupted, MediaError, PostError
from blogcovers.plan import Found, State
from blogcovers.recipe import UnknownFormat

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from filelock import FileLock
    from PIL.Image import Image

    from blogcovers.crop import Focus
    from blogcovers.recipe import Output

WORK = ".blogcovers"
"""The folder beside the config for temporary files and replaced covers; it ignores itself for git."""

PATIENCE_SECONDS = 3600.0  # a healthy build may render for long; one that was stopped waits for ever
REMIND_SECONDS = 60.0  # how often it is said that it is waited for

_TEMPORARY = ".blogcovers-"
_HOLDER = "build.holder"
_LFS = b"version https://git-lfs.github.com/spec/"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NAMES = (errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.EILSEQ, errno.EINVAL)
_PICTURES = (".webp", ".jpg")
_OTHER_FOLDER = "Check its permissions, or name another folder with --media."
_OTHER_KINDS = ("jpg", "jpeg", "png", "avif", "gif", "JPG", "JPEG", "PNG")
_FLAT = 3  # levels of 255 by which a channel of one flat colour may vary
_FEW_COLOURS = 256  # as many as a lossless WebP keeps in a palette
_MAX_PIXELS = 64_000_000  # a picture larger than this is no cover but a bomb


def found(path: Path) -> Found:
    """What stands at ``path``. Raises MediaError where it cannot be read, PostError where no file can be so named."""
    data = read(path)
    return judge(data) if isinstance(data, bytes) else data


def read(path: Path) -> bytes | Found:
    """The bytes of the file at ``path``, or what stands there in its place. Raises as :func:`found` does."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        if path.is_symlink():
            reason = "a link whose file is not there: fetch it (git annex get, or mount the disk)"
            return Found(State.BROKEN, reason, replaceable=False)
        return Found(State.MISSING, "no cover yet")
    except NotADirectoryError:
        return Found(State.MISSING, "no cover yet")
    except IsADirectoryError:
        return Found(State.HAND_MADE, "a folder stands in its place")
    except OSError as error:
        if error.errno in _NAMES:
            raise _media_error(path, error) from None
        raise MediaError(f"{path} cannot be read: {error.strerror}.", "Check its permissions.") from None


def lookalike(path: Path, beside: Collection[str]) -> str:
    """The name of a picture of another kind, called as the cover at ``path`` would be, among those of the files
    ``beside`` it; ``""`` for none."""
    stem = unicodedata.normalize("NFC", path.stem)
    return next((name for ending in _OTHER_KINDS if (name := f"{stem}.{ending}") in beside), "")


def listed(folder: Path) -> frozenset[str]:
    """The names in a folder, as NFC, which not every system keeps to; none where it cannot be read."""
    try:
        return frozenset(unicodedata.normalize("NFC", name) for name in os.listdir(folder))  # noqa: PTH208
    except OSError:
        return frozenset()


def judge(data: bytes) -> Found:
    """What the bytes of a file at a cover's path are."""
    if lacking := without_content(data):
        return lacking
    try:
        picture = picture_digest(data)
        recipe = webp.read_recipe(data)
        if recipe is None:
            derived = webp.read_record(data) is not None
            reason = "it is a file derived from a cover" if derived else "it carries no recipe"
            return Found(State.HAND_MADE, reason, picture=picture)
        if recipe.picture != picture:
            return Found(State.HAND_MADE, "its picture is not the one that its recipe made", picture=picture)
    except webp.NotWebP:
        return Found(State.HAND_MADE, "it is not a WebP picture", picture=picture)
    except webp.Truncated as error:
        return Found(State.BROKEN, f"the file is cut short ({error})")
    except UnknownFormat as error:
        return Found(State.HAND_MADE, f"a later blogcovers made it ({error})", picture=picture)
    return Found(State.CURRENT, recipe=recipe, picture=picture)


def picture_digest(data: bytes) -> str:
    """Of the picture in a cover's file; of the whole file where that is no still WebP. Raises webp.Truncated."""
    try:
        return webp.picture_digest(data) or digest.of_bytes(data)
    except webp.NotWebP:
        return digest.of_bytes(data)


def without_content(data: bytes) -> Found | None:
    """What is broken whatever it should be: an empty file, a Git LFS pointer; None for any other."""
    if not data:
        return Found(State.BROKEN, "the file is empty")
    if data.startswith(_LFS):
        return Found(State.BROKEN, "a Git LFS pointer stands in its place: run git lfs pull", replaceable=False)
    return None


def encode(picture: bytes | Image, output: Output) -> bytes:
    """A bare RGB WebP of the output's size: scaled to cover it, cropped around its focus.

    Lossy at the output's quality; a picture of few flat colours, such as the painter's, is lossless: exact, half as
    large, and sooner done. ``picture``: an image, or the bytes of an encoded one. Raises ValueError for bytes that
    are no whole picture.
    """
    from PIL import WebPImagePlugin  # noqa: F401  (else Pillow loads every format that it knows: 20 ms)

    image = fitted(decoded(picture) if isinstance(picture, bytes) else picture, output.size, output.focus)
    buffer = BytesIO()
    if image.getcolors(_FEW_COLOURS):
        image.save(buffer, "WEBP", lossless=True, quality=10, method=1)  # "quality" is effort: 75 takes thrice as long
    else:
        image.save(buffer, "WEBP", quality=output.quality, method=2)  # half the time of 4, files some 2 % larger
    return webp.evened(buffer.getvalue())


def fitted(image: Image, size: tuple[int, int], focus: Focus = crop.CENTRE) -> Image:
    """The picture as RGB at ``size``: scaled to cover it, cropped around the focus."""
    from PIL.Image import Resampling

    image = as_rgb(image)
    if image.size == size:
        return image
    return image.resize(size, Resampling.LANCZOS, box=crop.box(image.size, size, focus))


def load_codecs() -> None:
    """Loads Pillow now, so that its time is not taken while a server waits."""
    from PIL import Image

    Image.preinit()


def is_flat(image: Image) -> bool:
    """Whether a picture is of one colour, black as a rule."""
    extremes = image.convert("RGB").getextrema()
    return all(high - low <= _FLAT for low, high in extremes)  # type: ignore[misc]  # three pairs, for RGB


def decoded(data: bytes) -> Image:
    """The picture in the bytes of a file. Raises ValueError for what is no whole picture, or far too large a one."""
    from PIL import Image, UnidentifiedImageError

    try:
        image = Image.open(BytesIO(data))
        if image.width * image.height > _MAX_PIXELS:
            raise ValueError(f"the picture is {image.width}x{image.height} pixels, far more than a cover needs")
        image.load()
    except UnidentifiedImageError:
        raise ValueError("the file is no picture") from None
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError(f"the picture is damaged: {error}") from None
    return image


def as_rgb(image: Image) -> Image:
    """The same picture as RGB; transparent parts on white."""
    if image.mode == "RGB":
        return image
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        from PIL import Image as Images

        layered = image.convert("RGBA")
        ground = Images.new("RGBA", layered.size, "white")
        return Images.alpha_composite(ground, layered).convert("RGB")
    return image.convert("RGB")


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
        work_folder(base, "tmp")
    except OSError as error:
        raise _unwritable(base / WORK, error) from None


def write(path: Path, data: bytes, base: Path, *, mode: int | None = None) -> None:
    """Puts ``data`` at ``path`` whole or not at all: a temporary file, then a rename.

    The temporary file lies in ``.blogcovers/tmp`` below ``base``, since generators publish whatever stands
    in their media folders; where that is another file system, it lies beside the cover, with a dot. ``mode``: the
    file's permissions, else the usual ones. Raises MediaError, or PostError where only this cover's name is at fault.
    """
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = work_folder(base, "tmp")
        here = folder.stat().st_dev == path.parent.stat().st_dev
        temporary = (folder if here else path.parent) / f"{_TEMPORARY}{uuid.uuid4().hex}.tmp"
        with open(temporary, "xb") as file:  # noqa: PTH123  ("x": never somebody else's file; the umask applies)
            file.write(data)
        if mode is not None:
            temporary.chmod(stat.S_IMODE(mode))
        temporary.replace(path)
    except OSError as error:
        raise _media_error(path, error) from None
    finally:
        if temporary:
            temporary.unlink(missing_ok=True)


def keep_replaced(path: Path, base: Path) -> Path:
    """Copies the file at ``path`` into ``.blogcovers/replaced/`` and returns the copy's path. Raises MediaError.

    The copy's name is made by opening it, so that two threads never take the same one.
    """
    try:
        data, folder = path.read_bytes(), work_folder(base, "replaced")
        stamp = time.strftime("%Y%m%d-%H%M%S")
        for mark in chain([""], (f"-{n}" for n in count(2))):
            with suppress(FileExistsError), (folder / f"{path.stem}-{stamp}{mark}{path.suffix}").open("xb") as file:
                file.write(data)
                os.fsync(file.fileno())
                return Path(file.name)
    except OSError as error:
        raise _media_error(path, error) from None
    raise AssertionError("the marks never end")


def set_aside(path: Path, base: Path) -> Path:
    """Moves the file at ``path`` into ``.blogcovers/replaced/`` and returns its new path. Raises MediaError."""
    kept = keep_replaced(path, base)
    try:
        path.unlink()
    except OSError as error:
        raise _media_error(path, error) from None
    return kept


@contextmanager
def alone(base: Path, on_wait: Callable[[float, str], None]) -> Iterator[bool]:
    """Holds the site's lock, so that two builds at once never render one cover twice; yields whether it had to wait.

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
        waited = False
    except Timeout:
        _await(lock, folder / _HOLDER, on_wait)
        waited = True
    except (OSError, NotImplementedError):
        yield False
        return
    _sign(folder / _HOLDER)
    try:
        yield waited
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


def sweep(base: Path, media: Path | None = None, older_than: float = 3600.0) -> None:
    """Removes temporary files that a killed run left, once they are ``older_than`` seconds old."""
    for folder, pattern in ((base / WORK / "tmp", f"{_TEMPORARY}*"), (media or base / WORK, f"**/{_TEMPORARY}*.tmp")):
        with suppress(OSError):
            for file in folder.glob(pattern):
                if time.time() - file.stat().st_mtime > older_than:
                    file.unlink(missing_ok=True)


def work_folder(base: Path, name: str) -> Path:
    """A folder inside ``.blogcovers``, made if need be. Raises OSError."""
    folder = base / WORK / name
    folder.mkdir(parents=True, exist_ok=True)
    ignore = base / WORK / ".gitignore"
    if not ignore.exists():
        ignore.write_text("# Temporary files and replaced covers of blogcovers; safe to delete.\n*\n", encoding="utf-8")
    return folder


def _media_error(path: Path, error: OSError) -> BlogcoversError:
    """The run's failure, or a PostError where only this cover's name is at fault."""
    if error.errno in _NAMES:
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
