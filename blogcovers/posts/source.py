"""Where a site's posts lie, and how they are read: as a value."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from blogcovers.posts.post import Rules

if TYPE_CHECKING:
    from pathlib import Path

    from blogcovers.posts.post import Post


@dataclass(frozen=True)
class Source:
    """The content folder of a site.

    ``base``: the folder that reported paths are relative to. ``within``: the part of the content folder that the run
    is about, ``""`` for all. ``root``: the generator's own root, at or below the base, or None where that is the base.
    ``posts``: patterns of which a post's path below ``root`` matches one, if there are any. ``exclude``: patterns of
    paths below ``content``.
    """

    base: Path
    content: Path
    within: str = ""
    root: Path | None = None
    generator: str = "plain"
    rules: Rules = field(default_factory=Rules)
    posts: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def shown(self, path: Path) -> str:
        """A path as messages and reports give it: relative to ``base`` where it lies inside, with ``/``."""
        try:
            return path.relative_to(self.base).as_posix()
        except ValueError:
            return path.as_posix()

    def file_of(self, post: Post) -> Path:
        return self.content / post.path
