"""``blogcovers plan``: what a build would do, and why. Nothing is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blogcovers import config as configuration
from blogcovers import output
from blogcovers.commands.typed import clean_command
from blogcovers.git import stripped
from blogcovers.survey import left_behind, survey

if TYPE_CHECKING:
    from blogcovers.config import Options, Selection


def plan(options: Options, selection: Selection) -> int:
    config = configuration.load(options)
    found = survey(
        config,
        only=selection.only,
        force=selection.force,
        overwrite_hand_made=selection.overwrite_hand_made,
    ).limited(selection.limit)
    if selection.json:
        output.say(output.to_json(found.entries, config.site.shown))
    else:
        more = (*stripped.told(config.site, found.rows), *left_behind(config, found, clean_command(options)))
        for warning in (*found.warnings, *more):
            output.warn(warning)
        for line in output.table(found.entries):
            output.say(line)
        output.say(f"\n{output.to_do(found.entries)}")
    return 1 if found.failed else 0
