"""``blogcovers clean``: takes away the covers that belong to no post any more. They are kept aside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blogcovers import config as configuration
from blogcovers import output, storage
from blogcovers.commands.build_command import say_waiting
from blogcovers.config import FILE
from blogcovers.cover import orphans
from blogcovers.errors import NoPosts, UsageError
from blogcovers.generators import PLAIN
from blogcovers.posts.read import read_posts

if TYPE_CHECKING:
    from blogcovers.config import Config, Options
    from blogcovers.cover.orphans import Orphan


_NOTHING = "Nothing to clean: no cover of ours is without its post."


def clean(options: Options, *, dry_run: bool = False) -> int:
    """1 where a post cannot be read: it may be the one whose cover looks forsaken. Raises UsageError for a part of
    the site and for a media folder outside of it, NoPosts for a site without posts, MediaError for a file that cannot
    be moved."""
    config = configuration.load(options)
    if not config.whole:
        content = config.shown(config.content)
        told = config.file or config.generator != "plain" or (config.base / PLAIN.content).is_dir()
        raise UsageError(
            f"Posts outside of {content} may have covers in {config.shown(config.media)}, too.",
            "Name no folder: the site's own is known."
            if told
            else f'If none do, write content = "{content}" in {config.base / FILE}.',
        )
    if config.within:
        whole = output.typed(config.content)
        raise UsageError("Whose a cover is can only be told of the whole site.", f"Name {whole} instead.")
    if orphans.around(config) is None:
        raise UsageError(
            f"The media folder {config.shown(config.media)} is outside of the site, so whose the covers there are is"
            " not known.",
            "Take away by hand what you do not want.",
        )
    found = _orphans(config)
    if not found or dry_run:
        _tell(config, found or ())
        last = "Nothing was touched."
    else:
        with storage.alone(config.base, say_waiting):
            found = _orphans(config)  # again: another run may have come to its end just now
            _tell(config, found or ())
            moved = [storage.set_aside(file, config.base) for orphan in found or () for file in orphan.files]
        last = f"Moved {output.plural(len(moved), 'file')} to {config.shown(config.base / storage.WORK)}/replaced."
    if found is None:
        return 1
    output.say(last if found else _NOTHING)
    return 0


def _orphans(config: Config) -> tuple[Orphan, ...] | None:
    """None, and told, where a post cannot be read."""
    reading = read_posts(config)
    if reading.problems:
        for problem in reading.problems:
            output.complain(str(problem))
        output.complain("Nothing was moved: a cover may be that of a post which cannot be read.", "Mend that first.")
        return None
    if not reading.posts:
        raise NoPosts(f"There are no posts in {config.content}.", "Name the folder that holds them.")
    return orphans.found(config, reading.posts)


def _tell(config: Config, found: tuple[Orphan, ...]) -> None:
    for orphan in found:
        derived = "".join(f", {file.name}" for file in orphan.derived)
        output.say(output.one_line(f"{config.shown(orphan.cover)}{derived}: of no post any more."))
