"""``blogcovers doctor``: looks at every configured ComfyUI and says what to do about what it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blogcovers import config as configuration
from blogcovers import output, site
from blogcovers.errors import UsageError

if TYPE_CHECKING:
    from blogcovers.config import Config, Options
    from blogcovers.workflow import Template


def doctor(options: Options) -> int:
    """0 when every server can run the site's workflow, else 1."""
    from blogcovers.comfy.examine import examine

    config = configuration.load(options)
    if not config.servers:
        raise UsageError("No ComfyUI server is known.", "Name one: blogcovers doctor --server http://127.0.0.1:8188")
    template, well = _template(config), True
    for server in config.servers:
        output.say(server)
        for finding in examine(server, config.access, [template]):
            output.say(f"  {finding.subject.ljust(10)} {finding.text}")
            well = well and not finding.fatal
            if finding.advice:
                output.say(f"  {''.ljust(10)} → {finding.advice}")
    output.say("Covers can be made." if well else "No cover can be made so: see the arrows.")
    return 0 if well else 1


def _template(config: Config) -> Template:
    folders = site.style_folders(config)
    house = site.read_style(config, folders).house
    return site.read_template(config, folders, house, config.workflow or house.workflow)
