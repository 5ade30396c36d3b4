"""blogcovers for programs: load a site, survey it, build it.

    config = api.load("content")
    plan, report = api.build(config, on_event=print)

``docs/api.md`` shows it at work. A program may rely on the names in :data:`__all__`; the plugins use nothing else.
Errors are :class:`BlogcoversError`, each a sentence with a hint; one post's failure is in its row, and raises nothing.
"""

from __future__ import annotations

import shlex
from contextlib import nullcontext
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blogcovers import config as configuration
from blogcovers.config import Config, Host, Options
from blogcovers.errors import BlogcoversError, ConfigError, Interrupted, NoPosts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from blogcovers.build import BuildEvent, Finished, Opened, Planned, Report
    from blogcovers.cover import State
    from blogcovers.cover.job import Note, Preview, Progress, Renderer
    from blogcovers.output import duration, plural, printable, summary
    from blogcovers.plan import Action, Entry, Plan, Row, is_wrong
    from blogcovers.posts import SUFFIXES, Post
    from blogcovers.posts.header import Dialect, Meta, Value, said
    from blogcovers.site import Site

__all__ = [
    "SUFFIXES",
    "Action",
    "BlogcoversError",
    "BuildEvent",
    "Config",
    "ConfigError",
    "Cover",
    "Entry",
    "Finished",
    "Host",
    "Interrupted",
    "Meta",
    "NoPosts",
    "Note",
    "Opened",
    "Options",
    "Plan",
    "Planned",
    "Post",
    "Preview",
    "Progress",
    "Report",
    "Row",
    "Site",
    "State",
    "Value",
    "build",
    "config_file",
    "covers",
    "duration",
    "front_matter",
    "is_wrong",
    "left_behind",
    "load",
    "make",
    "outdated",
    "plural",
    "printable",
    "said",
    "served",
    "served_as_pelican_says",
    "summary",
    "survey",
    "waiting",
]

_HOMES = {
    "build": ("BuildEvent", "Finished", "Opened", "Planned", "Report"),
    "cover.job": ("Note", "Preview", "Progress"),
    "cover.state": ("State",),
    "output": ("duration", "plural", "printable", "summary"),
    "plan": ("Action", "Entry", "Plan", "Row", "is_wrong"),
    "posts.header": ("Meta", "Value", "said"),
    "posts.post": ("SUFFIXES", "Post"),
    "site.site": ("Site",),
}


def __getattr__(name: str) -> Any:
    """What is only handed on is loaded when it is asked for: a plugin that is not wanted costs a generator nothing."""
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"blogcovers.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class Cover(str):
    """What a page wants to know of its cover. It is the text of its URL, so that ``{{ article.cover }}`` works, and
    whatever else a theme does with a text.

    ``url``: from the host's root, percent-encoded. ``path``: below the site's own URL. ``width`` and ``height`` in
    pixels. ``alt``: what it shows, in the page's own language where its front matter says so.
    """

    url: str
    path: str
    width: int
    height: int
    alt: str

    def __new__(cls, url: str, path: str, width: int, height: int, alt: str) -> Cover:
        cover = super().__new__(cls, url)
        cover.url, cover.path, cover.width, cover.height, cover.alt = url, path, width, height, alt
        return cover

    def saying(self, alt: str) -> Cover:
        """The same cover with another alt text."""
        return Cover(self.url, self.path, self.width, self.height, alt)


def load(content: str | Path | None = None, options: Options | None = None) -> Config:
    """The settings of the site whose posts are in ``content``, else of the one that is found from where you stand.

    ``options``: what the command line could say besides. Raises ConfigError, or another BlogcoversError where there is
    no such folder.
    """
    options = options or Options()
    return configuration.load(replace(options, content=Path(content)) if content else options)


def config_file(folder: Path) -> Path | None:
    """The config file for a folder: looked for from there upward, to the repository's root. Raises ConfigError."""
    return configuration.find(folder)


def front_matter(post: Path, dialect: Dialect = "any") -> Meta:
    """The metadata of a post, keys in lower case. Raises PostError, and OSError where it cannot be read."""
    from blogcovers import storage
    from blogcovers.posts.header import decode, read_meta

    return read_meta(decode(storage.first_bytes(post)), dialect)


def survey(
    config: Config,
    *,
    only: Sequence[str] = (),
    force: bool = False,
    overwrite_hand_made: bool = False,
    known: Mapping[str, Meta] | None = None,
) -> Plan:
    """Every post with its state, its reason and the action due; nothing is touched.

    ``only``: slugs, or posts as paths from where you stand. ``known``: the front matter that a generator has read
    itself, by path below the content folder. Raises BlogcoversError where the site itself is at fault.
    """
    from blogcovers.posts import read_posts
    from blogcovers.survey import survey as surveyed

    reading = None if known is None else read_posts(config.site, known=known)
    return surveyed(config, only=only, force=force, overwrite_hand_made=overwrite_hand_made, reading=reading)


def build(
    config: Config,
    *,
    only: Sequence[str] = (),
    force: bool = False,
    limit: int | None = None,
    overwrite_hand_made: bool = False,
    known: Mapping[str, Meta] | None = None,
    on_event: Callable[[BuildEvent], None] = lambda _event: None,
    on_wait: Callable[[float, str], None] = lambda _seconds, _holder: None,
) -> tuple[Plan, Report]:
    """Makes what is due, at most ``limit`` covers of it; the other parameters are those of :func:`survey` and
    :func:`make`."""

    def look() -> Plan:
        plan = survey(config, only=only, force=force, overwrite_hand_made=overwrite_hand_made, known=known)
        return plan.limited(limit)

    return make(config, look, on_event, on_wait, fresh=force)


def make(
    config: Config,
    look: Callable[[], Plan],
    on_event: Callable[[BuildEvent], None],
    on_wait: Callable[[float, str], None],
    *,
    fresh: bool = False,
    previews: bool = False,
) -> tuple[Plan, Report]:
    """Carries out the plan that ``look`` gives, and brings the data file up to date; one build at a time on a site.

    ``look`` is asked again under the lock: another build may have made meanwhile what was due. ``on_event`` takes
    Planned, Opened, Progress, Preview, Note and Finished, maybe from several threads, but never two at once.
    ``on_wait`` is told for how many seconds another build has been waited for, and who that is.
    ``fresh``: no picture of an earlier run is taken. ``previews``: whether the running cover's are shown.

    A post's failure and what broke the run off stand in the report. Raises BlogcoversError for what kept it from
    beginning.
    """
    from blogcovers import storage
    from blogcovers.build import Planned, carry_out
    from blogcovers.cover.job import fresh_mark

    plan = look()
    with storage.alone(config.site.base, on_wait) if plan.due else nullcontext():
        if plan.due:
            plan = look()
        on_event(Planned(plan))
        mark = fresh_mark() if fresh else ""
        report = carry_out(plan, config, _opener(config, previews=previews), on_event, fresh=mark)
        return plan, _listed(report, plan, config)


def _listed(report: Report, plan: Plan, config: Config) -> Report:
    """The same report, with the data file brought up to date from the covers of the whole site."""
    from blogcovers.gallery import data_file
    from blogcovers.survey import survey as surveyed

    site = config.site
    try:
        if site.data_file:
            whole = replace(config, site=replace(site, within=""))
            data_file.write(site, report.rows if plan.whole else surveyed(whole).rows)
    except BlogcoversError as error:  # the covers are there all the same
        return replace(report, stopped=report.stopped or error)
    return report


def _opener(config: Config, *, previews: bool) -> Callable[[str], Renderer]:
    """Gives the renderer of a name; each is loaded only when it is asked for."""

    def open_renderer(name: str) -> Renderer:
        if name == "comfyui":
            from blogcovers.comfy.renderer import ComfyUI

            return ComfyUI(config.servers.addresses, config.servers.access, previews=previews)
        from blogcovers.painter.pool import Painter

        return Painter()

    return open_renderer


def covers(site: Site, rows: Iterable[Row]) -> Iterator[tuple[Row, Cover]]:
    """Each row whose cover is there and served by the site, with it."""
    from blogcovers import storage
    from blogcovers.cover import webp
    from blogcovers.site import urls

    for row in rows:
        address = urls.of_cover(site, row.post) if row.cover else None
        if row.cover is None or address is None:
            continue
        try:
            width, height = webp.size(storage.read(row.cover))
        except (OSError, ValueError):  # not there, or no WebP
            continue
        yield row, Cover(address.url, address.path, width, height, row.post.alt_of(row.post.path))


def served(site: Site, row: Row) -> bool:
    """Whether it is known under which URL the row's cover is served."""
    from blogcovers.site import urls

    return urls.of_cover(site, row.post) is not None


def served_as_pelican_says(site: Site, settings: Mapping[str, Any]) -> Site:
    """The site with the URLs that Pelican's ``settings`` of this run give, where blogcovers.toml says no other."""
    from blogcovers import generators
    from blogcovers.generators.pelican import as_pelican_has_it

    root = site.root or site.base
    pelican = generators.named("pelican")
    told, real = pelican.at(root), as_pelican_has_it(pelican.assumed(root), settings)
    url = site.public_url
    if url == configuration.served_at(told, site.media):  # so it is not set in blogcovers.toml
        url = configuration.served_at(real, site.media)
    return replace(site, public_url=url, base_path=real.base_path, site_url=real.site_url)


def outdated(site: Site, plan: Plan) -> str:
    """What the site's data file says that the covers do not, as a sentence without its full stop; ``""`` for
    nothing."""
    from blogcovers.gallery import data_file

    return data_file.outdated(site, plan.rows) if plan.whole else ""


def waiting(seconds: float, holder: str) -> str:
    """What to tell of another build that is waited for."""
    who = f"Another build ({holder})" if holder else "Another build"
    return f"{who} is at work on this site; waiting for it{f', {seconds:.0f} s by now' if seconds else ''}."


def left_behind(config: Config, plan: Plan) -> Iterator[str]:
    """What to tell of covers that belong to no post any more."""
    from blogcovers import survey as surveying

    here, content = Path.cwd(), config.site.content
    folder = content.relative_to(here) if content.is_relative_to(here) else content
    return surveying.left_behind(config, plan, f"blogcovers clean {shlex.quote(str(folder))}")
