"""A build as it happens: a line a cover, or on a terminal a bar with the lines above it.

rich is loaded only for the bar, so only on a terminal and only when something is rendered.
"""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from blogcovers.build import Finished, Opened
from blogcovers.cover.job import Note, Progress
from blogcovers.output import cleaned, line, one_line, plural, say, warn

if TYPE_CHECKING:
    from blogcovers.build import BuildEvent
    from blogcovers.output import Shown


class View(Protocol):
    """Shows a build as it happens."""

    def __call__(self, event: BuildEvent) -> None: ...


def view(shown: Shown, *, quiet: bool) -> AbstractContextManager[View]:
    """The view that suits where standard output leads; as a context, since a bar has to be cleared away.

    ``shown``: gives a path as it is reported.
    """
    if quiet:
        return nullcontext(_silent)
    if sys.stdout.isatty():
        return _Bar(shown)
    return nullcontext(partial(_lines, shown))


def _silent(event: BuildEvent) -> None:
    if isinstance(event, Note):
        warn(event.text)


def _lines(shown: Shown, event: BuildEvent) -> None:
    if isinstance(event, Opened):
        _open(event)
    elif isinstance(event, Finished):
        say(line(event.row, shown))
    elif isinstance(event, Note):
        warn(event.text)


def _open(event: Opened) -> None:
    if event.note:
        warn(event.note)
    if event.count:
        say(f"{event.description[0].upper()}{event.description[1:]} makes {plural(event.count, 'cover')}.")


class _Bar:
    """A bar over the covers, with the running one's sampling step and the time left; lines scroll above it."""

    def __init__(self, shown: Shown) -> None:
        self._shown = shown

    def __enter__(self) -> _Bar:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeRemainingColumn(compact=True),
            TextColumn("{task.fields[now]}", markup=False),
        )
        self._progress = Progress(*columns, console=Console(highlight=False), transient=True)
        self._task: Any = None
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def __call__(self, event: BuildEvent) -> None:
        if isinstance(event, Opened):
            self._open(event)
        elif isinstance(event, Finished):
            self._print(line(event.row, self._shown))
            if self._task is not None:
                self._progress.update(self._task, advance=1)
        elif isinstance(event, Note):
            self._print(f"warning: {event.text}")
        elif isinstance(event, Progress) and self._task is not None:
            self._progress.update(self._task, now=_step(event))

    def _open(self, event: Opened) -> None:
        _open(event)
        self._progress.start()
        if self._task is not None:
            self._progress.remove_task(self._task)
        self._task = self._progress.add_task("covers", total=event.count, now="")

    def _print(self, text: str) -> None:
        from rich.text import Text

        self._progress.console.print(Text.from_ansi(cleaned(text)), soft_wrap=True)


def _step(progress: Progress) -> str:
    slug = one_line(progress.slug)
    if progress.ahead:
        return f"{slug}: waits behind {progress.ahead} in the server's queue"
    if not progress.steps:
        return f"{slug}: waits for the server"
    return f"{slug}: {one_line(progress.node or 'step')} {progress.step} of {progress.steps}"
