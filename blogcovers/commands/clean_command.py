"""``blogcovers clean``: takes away the covers that belong to no post any more. They are kept aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blogcovers import config as configuration
from blogcovers import output, storage
from blogcovers.commands.build_command import say_waiting
from blogcovers.config import FILE
from blogcovers.errors import NoPosts, UsageError
from blogcovers.generators import PLAIN
from blogcovers.posts import read_posts
from blogcovers.site import orphans

if TYPE_CHECKING:
    from blogcovers.config import Options
    from blogcovers.site import Site
    from blogcovers.site.orphans import Orphan


_NOTHING = "Nothing to clean: no cover of ours is without its post."


def clean(options: Options, *, dry_run: bool = False) -> int:
    """1 where a post cannot be read: it may be the one whose cover looks forsaken. Raises UsageError for a part of
    the site and for a media folder outside of it, NoPosts for a site without posts, MediaError for a file that cannot
    be moved."""
    site = configuration.load(options).site
    if not site.whole:
        content = site.shown(site.content)
        told = site.file or site.generator != "plain" or (site.base / PLAIN.content).is_dir()
        raise UsageError(
            f"Posts outside of {content} may have covers in {site.shown(site.media)}, too.",
            "Name no folder: the site's own is known."
            if told
            else f'If none do, write content = "{content}" in {site.base / FILE}.',
        )
    if site.within:
        whole = output.typed(site.content)
        raise UsageError("Whose a cover is can only be told of the whole site.", f"Name {whole} instead.")
    if orphans.around(site) is None:
        raise UsageError(
            f"The media folder {site.shown(site.media)} is outside of the site, so whose the covers there are is"
            " not known.",
            "Take away by hand what you do not want.",
        )
    found = _orphans(site)
    if not found or dry_run:
        _tell(site, found or ())
        last = "Nothing was touched."
    else:
        with storage.alone(site.base, say_waiting):
            found = _orphans(site)  # again: another run may have come to its end just now
            _tell(site, found or ())
            moved = [storage.set_aside(file, site.base) for orphan in found or () for file in orphan.files]
        last = f"Moved {output.plural(len(moved), 'file')} to {site.shown(site.base / storage.WORK)}/replaced."
    if found is None:
        return 1
    output.say(last if found else _NOTHING)
    return 0


def _orphans(site: Site) -> tuple[Orphan, ...] | None:
    """None, and told, where a post cannot be read."""
    reading = read_posts(site)
    if reading.unreadable:
        for _, problem in reading.unreadable:
            output.complain(str(problem))
        output.complain("Nothing was moved: a cover may be that of a post which cannot be read.", "Mend that first.")
        return None
    if not reading.posts:
        raise NoPosts(f"There are no posts in {site.content}.", "Name the folder that holds them.")
    return orphans.orphans_of(site, reading.posts)


def _tell(site: Site, found: tuple[Orphan, ...]) -> None:
    for orphan in found:
        derived = "".join(f", {file.name}" for file in orphan.derived)
        output.say(output.one_line(f"{site.shown(orphan.cover)}{derived}: of no post any more."))
