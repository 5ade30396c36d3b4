"""``blogcovers gallery``: all covers on one page, or on a contact sheet. Opens no socket, renders nothing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from blogcovers import config as configuration
from blogcovers import output, storage
from blogcovers.cover.judge import found_at
from blogcovers.cover.state import State
from blogcovers.errors import BlogcoversError, MediaError, UsageError
from blogcovers.gallery import page as page
from blogcovers.gallery import sheet as contact_sheet
from blogcovers.plan import Action
from blogcovers.site.urls import cover_path, derived_files
from blogcovers.survey import survey

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from blogcovers.config import Config, Options, Selection
    from blogcovers.plan import Plan, Row

# Not .html: Eleventy takes every file of that ending for a template, in hidden folders, too, and publishes it.
PAGE = "gallery.htm"
_PAGES = (".html", ".htm")


def gallery(options: Options, selection: Selection, *, out: Path | None = None, sheet: Path | None = None) -> int:
    """1 where a post cannot be read; it stands on the page all the same. Raises UsageError for a file that may not be
    written there, BlogcoversError for a sheet without a cover."""
    config = configuration.load(options)
    plan = survey(config, only=selection.only)
    out = _target(out, _PAGES, config, plan) if out else None
    sheet = _target(sheet, tuple(contact_sheet.FORMATS), config, plan) if sheet else None
    if not selection.quiet:
        for warning in plan.warnings:
            output.warn(warning)
    for problem in plan.problems:
        output.complain(str(problem))
    rows = page.ordered(plan.rows)
    say = _silent if selection.quiet else output.say
    if out or not sheet:
        _write_page(config, rows, out or config.base / storage.WORK / PAGE, say)
    if sheet:
        _write_sheet(config, rows, sheet, say)
    return 1 if plan.problems else 0


def _silent(_: str) -> None:
    """Under --quiet."""


def _target(file: Path, endings: Collection[str], config: Config, plan: Plan) -> Path:
    """The file as an absolute path. Raises UsageError where it has another ending, or is a cover of the site."""
    if file.suffix.lower() not in endings:
        raise UsageError(f"{file} ends in none of {', '.join(endings)}.", "Name the file with its ending.")
    whole = file.absolute()
    if whole.is_dir():
        raise UsageError(f"{file} is a folder.", "Name a file in it.")
    covered = {path.resolve() for row in plan.rows if row.cover for path in _files(config, row)}
    if whole.resolve() in covered or (whole.is_file() and found_at(whole).recipe):
        raise UsageError(f"{file} is a cover of the site.", "Name another file.")
    return whole


def _files(config: Config, row: Row) -> list[Path]:
    """The row's cover and what derives from it, there or not."""
    post = row.subject
    return [cover_path(config, post), *(path for _, path in derived_files(config, post))] if post else []


def _write_page(config: Config, rows: Sequence[Row], file: Path, say: Callable[[str], None]) -> None:
    before = _read(file)
    cards = page.cards(config, rows, file.parent, page.known_thumbnails(before or b""))
    due = sum(row.action is Action.RENDER for row in rows)
    shown = sum(card.thumbnail is not None for card in cards)
    what = f"{output.plural(shown, 'cover')} of {output.plural(len(cards), 'post')}"
    _write(config, file, before, page.page(config, cards, due), page.is_ours, what, say)


def _write_sheet(config: Config, rows: Sequence[Row], file: Path, say: Callable[[str], None]) -> None:
    there = (State.CURRENT, State.STALE, State.HAND_MADE)
    files = [cover_path(config, row.subject) for row in rows if row.subject and row.cover and row.state in there]
    picture = contact_sheet.drawn(files, config.output.size)
    if picture is None:
        raise BlogcoversError("There is no cover to put on the sheet.", "Run: blogcovers build")
    data = contact_sheet.encoded(picture, file.suffix.lower())
    what = f"{picture.width}x{picture.height} pixels"
    _write(config, file, _read(file), data, contact_sheet.is_ours, what, say)


def _write(
    config: Config,
    file: Path,
    before: bytes | None,
    data: bytes,
    is_ours: Callable[[bytes], bool],
    what: str,
    say: Callable[[str], None],
) -> None:
    """Writes the file where it differs, and tells of it: ``what`` is in it, and whether another's made way."""
    shown, what = os.path.relpath(file), f"{what}, {_weight(len(data))}"
    if data == before:
        say(f"{shown} is up to date: {what}.")
        return
    try:
        storage.write(file, data, config.base)
    except BlogcoversError as error:
        raise MediaError(error.message, "Name another file, with --out or --sheet.") from None
    over = ", over a file that blogcovers had not made" if before and not is_ours(before) else ""
    say(f"Wrote {shown}{over}: {what}.")


def _read(file: Path) -> bytes | None:
    """None for a file that is not there or cannot be read: the new one then says what is wrong, if anything is."""
    try:
        return file.read_bytes()
    except OSError:
        return None


def _weight(size: int) -> str:
    """1 MB is 1000 kB, 1 kB 1000 bytes."""
    return f"{size / 1e6:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} kB"
