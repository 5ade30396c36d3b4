"""``blogcovers gallery``: all covers on one page, or on a contact sheet. Opens no socket, renders nothing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from blogcovers import config as configuration
from blogcovers import output, storage
from blogcovers.cover import State, found_at
from blogcovers.errors import BlogcoversError, MediaError, UsageError
from blogcovers.gallery import page as page
from blogcovers.gallery import sheet as contact_sheet
from blogcovers.plan import Action
from blogcovers.survey import survey

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path

    from blogcovers.config import Options, Selection
    from blogcovers.plan import Entry, Plan
    from blogcovers.site import Site

# Not .html: Eleventy takes every file of that ending for a template, in hidden folders, too, and publishes it.
PAGE = "gallery.htm"
_PAGES = (".html", ".htm")
_PAGE_BYTES = 500_000_000  # a cover's thumbnail takes 50 kB: ten thousand covers


def gallery(options: Options, selection: Selection, *, out: Path | None = None, sheet: Path | None = None) -> int:
    """1 where a post cannot be read; it stands on the page all the same. Raises UsageError for a file that may not be
    written there, BlogcoversError for a sheet without a cover."""
    config = configuration.load(options)
    plan = survey(config, only=selection.only)
    out = _target(out, _PAGES, plan) if out else None
    sheet = _target(sheet, tuple(contact_sheet.FORMATS), plan) if sheet else None
    if not selection.quiet:
        for warning in plan.warnings:
            output.warn(warning)
    for entry in plan.failed:
        output.complain(entry.error)
    entries = page.ordered(plan.entries)
    site, size = config.site, config.making.output.size
    say = _silent if selection.quiet else output.say
    if out or not sheet:
        _write_page(site, size, entries, out or site.base / storage.WORK / PAGE, say)
    if sheet:
        _write_sheet(site, size, entries, sheet, say)
    return 1 if plan.failed else 0


def _silent(_: str) -> None:
    """Under --quiet."""


def _target(file: Path, endings: Collection[str], plan: Plan) -> Path:
    """The file as an absolute path. Raises UsageError where it has another ending, or is a cover of the site."""
    if file.suffix.lower() not in endings:
        raise UsageError(f"{file} ends in none of {', '.join(endings)}.", "Name the file with its ending.")
    whole = file.absolute()
    if whole.is_dir():
        raise UsageError(f"{file} is a folder.", "Name a file in it.")
    covered = {
        path.resolve() for row in plan.rows if row.cover for path in (row.cover, *(path for _, path in row.derived))
    }
    if whole.resolve() in covered or (whole.is_file() and found_at(whole).recipe):
        raise UsageError(f"{file} is a cover of the site.", "Name another file.")
    return whole


def _write_page(
    site: Site, size: tuple[int, int], entries: Sequence[Entry], file: Path, say: Callable[[str], None]
) -> None:
    before = _read(file)
    cards = page.cards(site, size, entries, file.parent, page.known_thumbnails(before or b""))
    due = sum(entry.action is Action.RENDER for entry in entries)
    shown = sum(card.thumbnail is not None for card in cards)
    what = f"{output.plural(shown, 'cover')} of {output.plural(len(cards), 'post')}"
    _write(site, file, before, page.page(site.base.name, size, cards, due), page.is_ours, what, say)


def _write_sheet(
    site: Site, size: tuple[int, int], entries: Sequence[Entry], file: Path, say: Callable[[str], None]
) -> None:
    there = (State.CURRENT, State.STALE, State.HAND_MADE)
    files = [entry.cover for entry in entries if entry.cover and entry.state in there]
    picture = contact_sheet.drawn(files, size)
    if picture is None:
        raise BlogcoversError("There is no cover to put on the sheet.", "Run: blogcovers build")
    data = contact_sheet.encoded(picture, file.suffix.lower())
    what = f"{picture.width}x{picture.height} pixels"
    _write(site, file, _read(file), data, contact_sheet.is_ours, what, say)


def _write(
    site: Site,
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
        storage.write(file, data, site.base)
    except BlogcoversError as error:
        raise MediaError(error.message, "Name another file, with --out or --sheet.") from None
    over = ", over a file that blogcovers had not made" if before and not is_ours(before) else ""
    say(f"Wrote {shown}{over}: {what}.")


def _read(file: Path) -> bytes | None:
    """None for a file that is not there or cannot be read: the new one then says what is wrong, if anything is."""
    try:
        return storage.read(file, _PAGE_BYTES)
    except OSError:
        return None


def _weight(size: int) -> str:
    """1 MB is 1000 kB, 1 kB 1000 bytes."""
    return f"{size / 1e6:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000))} kB"
