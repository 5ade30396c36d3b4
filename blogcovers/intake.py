"""The one way to read a file that somebody else wrote: never a pipe, never more than a bound."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

from blogcovers import bounds

if TYPE_CHECKING:
    from pathlib import Path


def read_head(file: Path, most: int = bounds.POST_HEAD) -> bytes:
    """The file's first ``most`` bytes. Raises OSError, also for what is no regular file: a pipe would be waited for."""
    handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as opened:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file")
        return opened.read(most)


def read_whole(file: Path, most: int) -> bytes:
    """The file's bytes. Raises OSError as :func:`read_head`, also for a file of more than ``most`` bytes."""
    data = read_head(file, most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"it is larger than {bounds.size(most)}")
    return data


def read_text(file: Path, most: int) -> str:
    """The file's text, with line feeds and without a BOM. Raises OSError as :func:`read_whole`, UnicodeDecodeError."""
    return read_whole(file, most).decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
