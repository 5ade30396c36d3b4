"""Being asked to end: SIGTERM and SIGHUP are Ctrl-C.

A CI job that is cancelled sends the first, a terminal that is closed the second. What is under way is to be brought to
an end as for Ctrl-C: ours taken off the servers, finished covers kept. Whoever asks twice wants it at once.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

_ENDING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")  # Windows has no SIGHUP, and others no SIGBREAK
_MOMENT = 0.01  # seconds until the interpreter is out of a callback


class AskedToEnd(KeyboardInterrupt):
    """Of a type of its own: one that passes through ``exec``, as named tuples and dataclasses use it, would have Python
    end by SIGINT even where it was caught."""


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
    terminals = [handle for handle in (1, 2) if os.isatty(handle)]
    told = sys.unraisablehook

    def heed(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
        for one in before:
            signal.signal(one, handler)

    def interrupt(number: int, _frame: FrameType | None) -> None:
        heed(signal.SIG_DFL)
        if number == getattr(signal, "SIGHUP", None):
            _let_go_of(terminals)
        raise AskedToEnd(number)

    def unraisable(lost: sys.UnraisableHookArgs) -> None:
        """What is raised in a weak reference's callback, or while something is deleted, goes no further: once more."""
        if isinstance(lost.exc_value, AskedToEnd):
            heed(interrupt)
            again = threading.Timer(_MOMENT, _send, lost.exc_value.args)
            again.daemon = True
            again.start()
        else:
            told(lost)

    heed(interrupt)
    sys.unraisablehook = unraisable
    try:
        yield
    finally:
        with suppress(ValueError):  # the interpreter is going down
            for number, handler in before.items():
                signal.signal(number, handler)
        sys.unraisablehook = told


def _send(number: int) -> None:
    """To the main thread, which may be waiting for something."""
    main = threading.main_thread().ident
    if hasattr(signal, "pthread_kill") and main:
        signal.pthread_kill(main, number)
    else:
        signal.raise_signal(number)


def _let_go_of(terminals: list[int]) -> None:
    """What is still to be said goes nowhere: a terminal that is closed answers each word with an error."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for handle in terminals:
            os.dup2(nowhere, handle)
        os.close(nowhere)
