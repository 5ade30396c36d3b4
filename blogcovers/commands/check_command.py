"""``blogcovers check``: for CI and hooks. Opens no socket, renders nothing, writes nothing."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from blogcovers import config as configuration
from blogcovers import output
from blogcovers.cover import orphans
from blogcovers.gallery import data_file
from blogcovers.plan import Action, is_wrong
from blogcovers.site import urls
from blogcovers.survey import survey

if TYPE_CHECKING:
    from blogcovers.config import Options, Selection


def check(options: Options, selection: Selection) -> int:
    config = configuration.load(options)
    plan = survey(config, only=selection.only)
    wrong = [row for row in plan.rows if is_wrong(row)]
    rows = [row.kept() if row.stands_in else row for row in plan.rows]
    command = _build(options)
    outdated = data_file.outdated(config, plan.rows) if plan.whole else ""
    if outdated:
        output.complain(f"{outdated}.", f"Run: {command}")
    if selection.json:
        told = ("outdated" if outdated else "current") if plan.whole and config.data_file else ""
        output.say(output.to_json(rows, data_file=told))
        return 1 if wrong or outdated else 0
    if not selection.quiet:
        for warning in (*plan.warnings, *orphans.told(config, plan, options)):
            output.warn(warning)
        if way_out := urls.without_host(config):
            output.warn(f"{urls.NO_HOST} {way_out}")
        if standing := [row.slug for row in rows if row.stands_in]:
            output.warn(output.stand_ins(standing, command))
    for line in output.table(wrong):
        output.say(line)
    without = [row for row in wrong if row.action is not Action.FAILED]  # no build mends a post
    if without:
        also = " or the files derived from it" if any(row.action is Action.DERIVE for row in wrong) else ""
        mends = any(row.action is not Action.BLOCKED for row in without)
        run = f" Run: {command}" if mends else ""
        output.say(f"{output.plural(len(without), 'post')} without a current cover{also}.{run}")
    elif not wrong and not selection.quiet and not outdated:
        output.say(f"All is well. {output.summary(rows)}")
    return 1 if wrong or outdated else 0


def _build(options: Options) -> str:
    """The build that looks at the same site in the same way, to be typed where this was."""
    words = ["blogcovers", "build", *([output.typed(options.content)] if options.content else [])]
    for name, folder in (("--media", options.media), ("--style", options.style)):
        words += [name, output.typed(folder)] if folder else []
    for name, value in (("--renderer", options.renderer), ("--generator", options.generator)):
        words += [name, value] if value else []
    for server in options.server:
        words += ["--server", server]
    return shlex.join([*words, *(["--drafts"] if options.drafts else [])])
