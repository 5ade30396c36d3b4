"""``blogcovers build``: make every cover that is due."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from blogcovers import api, output, storage
from blogcovers.build import Planned
from blogcovers.commands import progress
from blogcovers.commands.typed import clean_command
from blogcovers.cover.job import Preview
from blogcovers.errors import BlogcoversError, UsageError
from blogcovers.plan import Action
from blogcovers.survey import left_behind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from blogcovers.build import BuildEvent, Report
    from blogcovers.config import Config, Options, Selection
    from blogcovers.plan import Entry, Plan, Row
    from blogcovers.site import Site


def build(options: Options, selection: Selection) -> int:
    if selection.overwrite_hand_made and not selection.only:
        raise UsageError("--overwrite-hand-made needs --only SLUG.", "Name the one cover that may be replaced.")
    config = api.load(options=options)

    def look() -> Plan:
        return api.survey(
            config,
            only=selection.only,
            force=selection.force,
            overwrite_hand_made=selection.overwrite_hand_made,
        ).limited(selection.limit)

    return make(config, selection, look, lambda plan: left_behind(config, plan, clean_command(options)))


def make(
    config: Config,
    selection: Selection,
    look: Callable[[], Plan],
    also: Callable[[Plan], Iterable[str]] = lambda _plan: (),
) -> int:
    """Carries out the plan that ``look`` gives, and tells of it; ``also`` gives what else is to be told of it."""
    previews = selection.preview.absolute() if selection.preview else None
    if previews:
        storage.check_writable(previews, config.site.base)
    quiet = selection.quiet or selection.json
    with progress.view(config.site.shown, quiet=quiet) as view:

        def show(event: BuildEvent) -> None:
            if isinstance(event, Planned):
                _tell_before(event.plan, also(event.plan), config, selection)
            elif isinstance(event, Preview) and previews:
                with suppress(BlogcoversError):  # a preview is no cover: the next one may do better
                    storage.write(previews / f"preview.{event.ending}", event.data, config.site.base)
            else:
                with suppress(OSError):  # a terminal that is gone is no reason to lose a cover
                    view(event)

        plan, report = api.make(config, look, show, say_waiting, fresh=selection.force, previews=bool(previews))
    _tell_after(report, plan, config, selection)
    return report.stopped.exit_code if report.stopped else exit_code(report.entries)


def say_waiting(seconds: float, holder: str) -> None:
    """Tells that another build is waited for (see :func:`blogcovers.storage.alone`)."""
    if seconds:
        other = f"the other build ({holder})" if holder else "the other build"
        output.warn(f"Still waiting for {other}, {output.duration(seconds)} by now.")
    else:
        output.warn("Another build is at work on this site; waiting for it.")


def _places(site: Site, rows: Sequence[Row]) -> str:
    """Where the covers lie of which something was made, ``""`` where nothing was."""
    made = (row for row in rows if row.action in (Action.RENDERED, Action.DERIVED))
    beside = {site.in_bundle(row.post) for row in made}
    media = [f"in {os.path.relpath(site.media)}"] if False in beside else []
    bundles = [f"in page bundles as {site.bundle}"] if True in beside else []
    return ", and ".join([*media, *bundles])


def exit_code(entries: Sequence[Entry]) -> int:
    return 1 if any(entry.action in (Action.FAILED, Action.BLOCKED) for entry in entries) else 0


def _tell_before(plan: Plan, also: Iterable[str], config: Config, selection: Selection) -> None:
    if not selection.quiet:
        for warning in (*plan.warnings, *also):
            output.warn(warning)
    for entry in plan.entries:
        if entry.action is Action.FAILED:
            output.complain(entry.error)
        elif entry.action is Action.BLOCKED:
            where = config.site.shown(entry.cover or entry.file)
            output.complain(f"{where}: {entry.state}, but blocked: {entry.reason}.")


def _tell_after(report: Report, plan: Plan, config: Config, selection: Selection) -> None:
    shown = config.site.shown
    if selection.json:
        output.say(output.to_json(report.entries, shown, report.stopped))
    elif not selection.quiet:
        for kept in report.replaced:
            output.say(f"The file that was there is kept as {shown(kept)}.")
        output.say(output.summary(report.entries, report.seconds))
        if places := _places(config.site, report.rows):
            output.say(f"Covers are {places}.")
    if selection.quiet or selection.json:
        before = {entry.file for entry in plan.failed}
        for row in report.rows:
            if row.action is Action.FAILED and row.file not in before:
                output.complain(row.error)
    if report.stopped:
        output.complain(report.stopped.message, report.stopped.hint)
