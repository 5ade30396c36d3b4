"""One build inside a generator's run: the same survey, lock and build as on the command line, without its words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from blogcovers import build as building
from blogcovers import output, storage
from blogcovers.commands.build_command import opener
from blogcovers.config import Options
from blogcovers.cover import orphans, webp
from blogcovers.errors import BlogcoversError
from blogcovers.gallery import data_file
from blogcovers.site import urls
from blogcovers.site.urls import cover_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from blogcovers.build import BuildEvent, Report
    from blogcovers.config import Config
    from blogcovers.plan import Plan
    from blogcovers.posts.post import Post


class Cover(str):
    """What a template wants to know of a cover. It is the text of its URL, so that ``{{ article.cover }}`` works, and
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


def run(
    config: Config,
    look: Callable[[], Plan],
    say: Callable[[str], None],
    on_event: Callable[[BuildEvent], None] = lambda _event: None,
) -> tuple[Plan, Report]:
    """Makes what is due. ``look`` surveys the site, once more after another build was waited for.

    A post's failure and what broke the run off stand in the report. Raises BlogcoversError for what kept it from
    beginning. ``on_event``: as in :func:`blogcovers.build.build`.
    """
    plan = look()
    if plan.due:
        with storage.alone(config.base, lambda seconds, holder: say(_waiting(seconds, holder))) as waited:
            plan = look() if waited else plan
            report = building.build(plan, config, opener(config), on_event)
    else:
        report = building.build(plan, config, opener(config), on_event)
    try:
        data_file.write(config, report.rows)
    except BlogcoversError as error:  # the covers are there all the same
        report = replace(report, stopped=report.stopped or error)
    return plan, report


def left_behind(config: Config, plan: Plan) -> Iterator[str]:
    """What to tell of covers that belong to no post any more, with the command for where the generator runs."""
    yield from orphans.told(config, plan, Options(content=Path(output.typed(config.content))))


def _waiting(seconds: float, holder: str) -> str:
    who = f"Another build ({holder})" if holder else "Another build"
    return f"{who} is at work on this site; waiting for it{f', {seconds:.0f} s by now' if seconds else ''}."


def of_posts(config: Config, report: Report) -> Iterator[tuple[Post, Cover]]:
    """Each post whose cover is there, with it."""
    for row in report.rows:
        if row.subject is None or not row.cover:
            continue
        address = urls.of_cover(config, row.subject)
        try:
            width, height = webp.size(cover_path(config, row.subject).read_bytes())
        except (OSError, ValueError):  # not there, or no WebP
            continue
        if address:
            post = row.subject
            yield post, Cover(address.url, address.path, width, height, post.alt_of(post.path))
