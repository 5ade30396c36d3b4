"""Being asked to end: SIGTERM and SIGHUP are Ctrl-C.

A CI job that is cancelled sends the first, a terminal that is closed the second. What is under way is to be brought to
an end as for Ctrl-C: ours taken off the servers, finished covers kept. Whoever asks twice wants it at once.
"""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

_ENDING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # Windows has no SIGHUP, and others no SIGBREAK


@contextmanager
def as_ctrl_c() -> Iterator[None]:
    """Inside, each of these signals raises KeyboardInterrupt in the main thread, once; the second one ends the process
    at once. One that is ignored (``nohup``, a shell's background job) or has another's handler stays as it is. In
    another thread, where Python takes no handlers, nothing is changed."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    usual = (signal.SIG_DFL, signal.default_int_handler)
    numbers = [getattr(signal, name) for name in _ENDING if hasattr(signal, name)]
    before = {number: handler for number in numbers if (handler := signal.getsignal(number)) in usual}

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for number in before:
            signal.signal(number, signal.SIG_DFL)
        raise KeyboardInterrupt

    for number in before:
        signal.signal(number, interrupt)
    try:
        yield
    finally:
        with suppress(ValueError):  # the interpreter is going down
            for number, handler in before.items():
                signal.signal(number, handler)
