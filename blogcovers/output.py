"""What a person or a script reads of a plan or a report: lines, and one JSON document."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from blogcovers.cover import State
from blogcovers.plan import Action, counts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from blogcovers.comfy.doctor import Finding
    from blogcovers.errors import BlogcoversError
    from blogcovers.plan import Entry, Row

Shown: TypeAlias = "Callable[[Path], str]"
"""Gives a path as it is reported; see :meth:`blogcovers.posts.source.Source.shown`."""

# Of C0 all but the line feed, DEL, C1, line and paragraph separators, what turns the direction of writing, and halves
# of surrogate pairs, which no stream can encode.
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_COLOURS = {
    "rendered": "green",
    "derived": "green",
    "failed": "red",
    "blocked": "red",
    "broken": "red",
    "missing": "yellow",
    "stale": "yellow",
    "current": "green",
    "hand-made": "cyan",
}


class Coloured(str):
    """A line of clean parts with colours of ours, put together here: no other text keeps an escape sequence."""

    __slots__ = ()


def say(text: str = "") -> None:
    click.echo(cleaned(text))


def cleaned(text: str) -> str:
    """What may go to a terminal of a line: :func:`printable`, but for our own colours."""
    return text if isinstance(text, Coloured) else printable(text)


def warn(text: str) -> None:
    click.echo(f"{click.style('warning', fg='yellow')}: {_hanging(text)}", err=True)


def complain(text: str, hint: str = "") -> None:
    click.echo(f"{click.style('error', fg='red')}: {_hanging(text)}", err=True)
    if hint:
        click.echo(f"       {_hanging(hint)}", err=True)


def printable(text: str) -> str:
    """Without control characters but for line feeds: a concept may hold a terminal's escape codes."""
    return _CONTROL.sub("\ufffd", text)


def one_line(text: str) -> str:
    """:func:`printable`, without line breaks: the name of a file may hold one, and would look like a line of ours."""
    return printable(text).replace("\n", "\ufffd")


def _hanging(text: str) -> str:
    """With lines after the first indented, git's own words for one: none of them looks like a message of ours."""
    return printable(text).replace("\n", "\n       ")


def word(name: str, width: int = 0) -> str:
    """A state or an action in its colour, padded to ``width``."""
    return click.style(name.ljust(width), fg=_COLOURS.get(name))


def to_json(
    entries: Iterable[Entry], shown: Shown = str, error: BlogcoversError | None = None, *, data_file: str = ""
) -> str:
    """``shown``: gives a path as it is reported; ``data_file``: what is told of the site's data file, ``""`` for
    nothing."""
    entries = list(entries)
    document: dict[str, Any] = {"covers": [_as_json(entry, shown) for entry in entries], "counts": counts(entries)}
    if data_file:
        document["data_file"] = data_file
    if error:
        document["error"] = error_as_json(error)
    return json.dumps(document, indent=2)


def error_as_json(error: BlogcoversError) -> dict[str, str]:
    return {"code": error.code, "message": error.message, "hint": error.hint}


def _as_json(entry: Entry, shown: Shown) -> dict[str, Any]:
    return {
        "slug": entry.slug,
        "post": shown(entry.file),
        "cover": shown(entry.cover) if entry.cover else None,
        "state": str(entry.state),
        "reason": entry.reason or None,
        "action": str(entry.action),
        "renderer": entry.renderer or None,
        "seconds": None if entry.seconds is None else round(entry.seconds, 3),
        "error": entry.error or None,
        "outputs": [shown(file) for _, file in entry.derived],
    }


def findings(server: str, found: Iterable[Finding]) -> list[Finding]:
    """Prints what is found on a server as it is found, and returns it."""
    said = []
    say(server)
    for one in found:
        finding(one.subject, one.text, one.advice)
        said.append(one)
    return said


def finding(subject: str, text: str, advice: str) -> None:
    say(f"  {subject.ljust(10)} {text}")
    if advice:
        say(f"  {''.ljust(10)} → {advice}")


def table(rows: Sequence[Entry]) -> list[Coloured]:
    """One line a row: state, action, slug and the reason, in columns."""
    slugs = [one_line(row.slug) for row in rows]
    width = min(max(map(columns, slugs), default=0), 40)
    return [
        Coloured(
            f"{word(_state(row), 10)} {word(_due(row.action), 9)} "
            f"{slug}{' ' * (width - columns(slug))}  {one_line(row.error or row.reason)}".rstrip()
        )
        for row, slug in zip(rows, slugs, strict=True)
    ]


def columns(text: str) -> int:
    """How many columns a terminal takes for a text: two for each wide character, none for what joins another."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len  # late: most slugs are ASCII

    return cell_len(text)


def _state(row: Entry) -> str:
    """The row's state; of a post that failed nobody knows what its cover is."""
    return str(Action.FAILED if row.action is Action.FAILED else row.state)


def _due(action: Action) -> str:
    return "" if action in (Action.NONE, Action.SKIP, Action.FAILED) else str(action)


def to_do(rows: Sequence[Entry]) -> str:
    """The last line of a plan."""
    render = sum(row.action is Action.RENDER for row in rows)
    derive = sum(row.action is Action.DERIVE for row in rows)
    if not derive:
        return f"{plural(render, 'cover')} to render." if render else "Nothing to render."
    rendered = f"{plural(render, 'cover')} to render, and n" if render else "N"
    return f"{rendered}ew files to derive from {plural(derive, 'cover')}."


def summary(rows: Sequence[Entry], seconds: float | None = None) -> str:
    """The last line of a run: what was made, and what the other posts are."""
    made = sum(row.action is Action.RENDERED for row in rows)
    derived = sum(row.action is Action.DERIVED for row in rows)
    failed = sum(row.action is Action.FAILED for row in rows)
    blocked = sum(row.action is Action.BLOCKED for row in rows)
    waiting = sum(row.action in (Action.RENDER, Action.DERIVE) for row in rows)
    # A cover rendered under --force was current before: the state tells what the survey found.
    current = sum(row.state is State.CURRENT and row.action is Action.NONE for row in rows)
    kept = sum(row.action is Action.KEEP for row in rows)
    hand_made = sum(row.state is State.HAND_MADE and row.action is Action.NONE for row in rows)
    skipped = sum(row.state is State.SKIPPED and row.action is Action.SKIP for row in rows)
    due = sum(row.state in (State.MISSING, State.STALE, State.BROKEN) and row.action is Action.NONE for row in rows)
    parts = [
        f"{count} {name}"
        for count, name in (
            (failed, "failed"),
            (blocked, "blocked"),
            (waiting, "not reached"),
            (due, "left for the next run"),
            (current, "current"),
            (kept, "kept"),
            (hand_made, "hand-made"),
            (skipped, "skipped"),
        )
        if count
    ]
    if made or derived:
        took = f" in {duration(seconds)}" if seconds is not None else ""
        done = [f"{plural(made, 'cover')} made"] if made else []
        done += [f"new files derived from {plural(derived, 'cover')}"] if derived else []
        head = f"{', and '.join(done)}{took}"
        head = head[0].upper() + head[1:]
    elif failed or blocked or waiting or due:
        head = "No cover made"
    else:
        head = "Nothing to do"
    return f"{head}: {', '.join(parts)}." if parts else f"{head}."


def stand_ins(slugs: Sequence[str], command: str) -> str:
    """What to tell of the painter's stand-ins; ``command``: the build."""
    which = "it" if len(slugs) == 1 else "them"
    return (
        f"{plural(len(slugs), 'cover')} ({_some(slugs)}) painted in ComfyUI's place. "
        f"Once the server is there, this renders {which}: {command}"
    )


def _some(names: Sequence[str], most: int = 3) -> str:
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return f"{', '.join(one_line(name) for name in names[:most])}{more}"


def typed(path: Path) -> str:
    """A path as short as it can be typed here: the log of a CI may be read where its folders are not."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes} min {seconds} s"


def line(row: Row, shown: Shown) -> Coloured:
    """One finished cover; ``shown``: gives a path as it is reported."""
    if row.action not in (Action.RENDERED, Action.DERIVED):
        return Coloured(f"{word(row.action, 9)} {one_line(row.error or row.slug)}")
    cover = one_line(shown(row.cover) if row.cover else row.slug)
    return Coloured(f"{word(row.action, 9)} {cover}  {duration(row.seconds or 0)}  ({one_line(row.reason)})")
