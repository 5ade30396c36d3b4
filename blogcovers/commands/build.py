"""``blogcovers build``: make every cover that is due."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from blogcovers import build as building
from blogcovers import config as configuration
from blogcovers import covers, data_file, orphans, output, progress, urls
from blogcovers.errors import BlogcoversError, UsageError
from blogcovers.plan import Action
from blogcovers.render import Preview, fresh_mark
from blogcovers.survey import survey

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from blogcovers.config import Config, Options, Selection
    from blogcovers.plan import Plan, Row
    from blogcovers.progress import View
    from blogcovers.render import Renderer


def build(options: Options, selection: Selection) -> int:
    if selection.overwrite_hand_made and not selection.only:
        raise UsageError("--overwrite-hand-made needs --only SLUG.", "Name the one cover that may be replaced.")
    config = configuration.load(options)
    return make(config, selection, lambda: _survey(config, selection, options))


def make(config: Config, selection: Selection, look: Callable[[], Plan]) -> int:
    """Carries out the plan that ``look`` gives, one build at a time on the site, and tells of it."""
    plan = look()
    if not plan.due:
        return _carry_out(plan, config, selection)
    with covers.alone(config.base, say_waiting) as waited:
        # Another build may have made meanwhile what was due.
        return _carry_out(look() if waited else plan, config, selection)


def _survey(config: Config, selection: Selection, options: Options) -> Plan:
    plan = survey(
        config,
        only=selection.only,
        force=selection.force,
        overwrite_hand_made=selection.overwrite_hand_made,
    ).limited(selection.limit)
    return replace(plan, warnings=(*plan.warnings, *orphans.told(config, plan, options)))


def say_waiting(seconds: float, holder: str) -> None:
    """Tells that another build is waited for (see :func:`covers.alone`)."""
    if seconds:
        other = f"the other build ({holder})" if holder else "the other build"
        output.warn(f"Still waiting for {other}, {output.duration(seconds)} by now.")
    else:
        output.warn("Another build is at work on this site; waiting for it.")


def _carry_out(plan: Plan, config: Config, selection: Selection) -> int:
    _tell_before(plan, selection)
    with progress.view(quiet=selection.quiet or selection.json) as view:
        fresh = fresh_mark() if selection.force else ""
        open_renderer = opener(config, previews=selection.preview is not None)
        report = building.build(plan, config, open_renderer, _shown(view, selection.preview, config), fresh=fresh)
    report = _listed(report, plan, config)
    _tell_after(report, plan, config, selection)
    return report.stopped.exit_code if report.stopped else exit_code(report.rows)


def _listed(report: building.Report, plan: Plan, config: Config) -> building.Report:
    """The same report, with the data file brought up to date from the covers of the whole site."""
    try:
        whole = plan.whole or not config.data_file
        rows = report.rows if whole else survey(replace(config, within="")).rows
        data_file.write(config, rows)
    except BlogcoversError as error:
        return replace(report, stopped=report.stopped or error)
    return report


def _shown(view: View, folder: Path | None, config: Config) -> View:
    """The view, which also keeps the latest preview picture in a folder. Raises MediaError where it cannot."""
    if folder:
        covers.check_writable(folder.absolute(), config.base)

    def show(event: building.BuildEvent) -> None:
        if isinstance(event, Preview) and folder:
            with suppress(BlogcoversError):  # a preview is no cover: the next one may do better
                covers.write(folder.absolute() / f"preview.{event.ending}", event.data, config.base)
        else:
            view(event)

    return show


def opener(config: Config, *, previews: bool = False) -> Callable[[str], Renderer]:
    """Gives the renderer of a name; each is loaded only when it is asked for."""

    def open_renderer(name: str) -> Renderer:
        if name == "comfyui":
            from blogcovers.comfy.renderer import ComfyUI

            return ComfyUI(config.servers, config.access, previews=previews)
        from blogcovers.painter.renderer import Painter

        return Painter()

    return open_renderer


def _places(config: Config, rows: Sequence[Row]) -> str:
    """Where the covers lie of which something was made, ``""`` where nothing was."""
    made = (row for row in rows if row.action in (Action.RENDERED, Action.DERIVED))
    beside = {urls.in_bundle(config, row.subject) for row in made if row.subject}
    media = [f"in {os.path.relpath(config.media)}"] if False in beside else []
    bundles = [f"in page bundles as {config.bundle}"] if True in beside else []
    return ", and ".join([*media, *bundles])


def exit_code(rows: Sequence[Row]) -> int:
    return 1 if any(row.action in (Action.FAILED, Action.BLOCKED) for row in rows) else 0


def _tell_before(plan: Plan, selection: Selection) -> None:
    if not selection.quiet:
        for warning in plan.warnings:
            output.warn(warning)
    for row in plan.rows:
        if row.action is Action.FAILED:
            output.complain(row.error)
        elif row.action is Action.BLOCKED:
            output.complain(f"{row.cover or row.post}: {row.state}, but blocked: {row.reason}.")


def _tell_after(report: building.Report, plan: Plan, config: Config, selection: Selection) -> None:
    if selection.json:
        output.say(output.to_json(report.rows, report.stopped))
    elif not selection.quiet:
        for kept in report.replaced:
            output.say(f"The file that was there is kept as {kept}.")
        output.say(output.summary(report.rows, report.seconds))
        if places := _places(config, report.rows):
            output.say(f"Covers are {places}.")
    if selection.quiet or selection.json:
        before = {row.post for row in plan.rows if row.action is Action.FAILED}
        for row in report.rows:
            if row.action is Action.FAILED and row.post not in before:
                output.complain(row.error)
    if report.stopped:
        output.complain(report.stopped.message, report.stopped.hint)
