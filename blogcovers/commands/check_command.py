"""``blogcovers check``: for CI and hooks. Opens no socket, renders nothing, writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blogcovers import config as configuration
from blogcovers import output
from blogcovers.commands.typed import build_command, clean_command
from blogcovers.gallery import data_file
from blogcovers.git import stripped
from blogcovers.plan import Action, is_wrong, stands_in
from blogcovers.site import urls
from blogcovers.survey import left_behind, survey

if TYPE_CHECKING:
    from blogcovers.config import Options, Selection


def check(options: Options, selection: Selection) -> int:
    config = configuration.load(options)
    plan = survey(config, only=selection.only)
    wrong = [entry for entry in plan.entries if is_wrong(entry)]
    entries = [entry.kept() if stands_in(entry) else entry for entry in plan.entries]
    command = build_command(options)
    outdated = data_file.outdated(config.site, plan.rows) if plan.whole else ""
    if outdated:
        output.complain(f"{outdated}.", f"Run: {command}")
    if selection.json:
        told = ("outdated" if outdated else "current") if plan.whole and config.site.data_file else ""
        output.say(output.to_json(entries, config.site.shown, data_file=told))
        return 1 if wrong or outdated else 0
    if not selection.quiet:
        more = (*stripped.told(config.site, plan.rows), *left_behind(config, plan, clean_command(options)))
        for warning in (*plan.warnings, *more):
            output.warn(warning)
        if way_out := urls.without_host(config.site):
            output.warn(f"{urls.NO_HOST} {way_out}")
        if standing := [entry.slug for entry in entries if stands_in(entry)]:
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
        output.say(f"All is well. {output.summary(entries)}")
    return 1 if wrong or outdated else 0
