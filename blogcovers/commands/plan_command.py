"""``blogcovers plan``: what a build would do, and why. Nothing is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blogcovers import config as configuration
from blogcovers import output
from blogcovers.cover import orphans
from blogcovers.plan import Action
from blogcovers.survey import survey

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
        output.say(output.to_json(found.rows))
    else:
        for warning in (*found.warnings, *orphans.told(config, found, options)):
            output.warn(warning)
        for line in output.table(found.rows):
            output.say(line)
        output.say(f"\n{output.to_do(found.rows)}")
    return 1 if any(row.action is Action.FAILED for row in found.rows) else 0
