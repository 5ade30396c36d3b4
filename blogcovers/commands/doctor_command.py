"""``blogcovers doctor``: looks at every configured ComfyUI and says what to do about what it finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blogcovers import config as configuration
from blogcovers import output
from blogcovers.errors import NoPosts, PostError, Problem, StyleError, UsageError, WorkflowError
from blogcovers.posts import read_posts
from blogcovers.survey import survey, why_skipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from blogcovers.comfy.doctor import Sized
    from blogcovers.config import Config, Options
    from blogcovers.posts import Post
    from blogcovers.site import Site


_WITH_SERVER = "blogcovers doctor --server http://127.0.0.1:8188"


def doctor(options: Options) -> int:
    """1 when a server cannot run a workflow in use or is no ComfyUI, else 0. Raises what the site's style raises, and
    UsageError where ComfyUI is to make covers and no server is known."""
    config = configuration.load(options)
    if not config.servers.addresses and _is_painted(config):
        output.say(f"Covers are painted here; no server is needed. For ComfyUI: {_WITH_SERVER}")
        return 0
    if not config.servers.addresses:
        raise UsageError("No ComfyUI server is known.", f"Name one: {_WITH_SERVER}")
    from blogcovers.comfy.doctor import examine

    found = list(_templates(config))
    templates = {(one[0].digest, one[1]): one for one in found if not isinstance(one, Problem)}
    problems = [one for one in found if isinstance(one, Problem)]
    for problem in problems:
        output.say(problem.post)
        output.finding("workflow", problem.message, problem.hint)
    seen = [
        one
        for server in config.servers.addresses
        for one in output.findings(server, examine(server, config.servers.access, list(templates.values())))
    ]
    if problems or any(one.fatal for one in seen):
        output.say("Not every cover can be made so: see the arrows.")
        return 1
    untold = any(one.untold for one in seen)
    output.say("Whether covers can be made is not told: see the arrows." if untold else "Covers can be made.")
    return 0


def _is_painted(config: Config) -> bool:
    """Whether the painter makes all covers where no server is known: the site asks for it, or leaves it open and has no
    cover of ComfyUI's."""
    if config.making.renderer:
        return config.making.renderer == "painter"
    try:
        return all(row.renderer != "comfyui" for row in survey(config).rows)
    except NoPosts:
        return True


def _templates(config: Config) -> Iterator[Sized | Problem]:
    """The site's own template, and those that its posts choose, each with the size that it is filled with; a Problem
    where a post's own choice is broken."""
    site, assets = config.site, config.assets()
    yield assets.template(), assets.style().house.render_size
    for post in _choosers(site):
        try:
            whose = site.shown(site.file_of(post))
            template = assets.template(post.workflow, post.style, post.inputs, whose)
            yield template, assets.style(post.style).house.render_size
        except (StyleError, WorkflowError, PostError) as error:
            yield Problem(site.shown(site.file_of(post)), error.message, error.hint)


def _choosers(site: Site) -> Iterator[Post]:
    """The first post of each choice of style, workflow and inputs, among those that get a cover."""
    met = set()
    for post in read_posts(site).posts:
        choice = (post.style, post.workflow, post.inputs)
        if any(choice) and choice not in met and not why_skipped(site, post):
            met.add(choice)
            yield post
