"""Covers whose metadata an optimizer took: by their bytes they are hand-made, and git remembers that they are ours.

A picture that is the same, byte for byte, as in a cover of ours that was committed at that path is ours still.
"""

from __future__ import annotations

import os
import shlex
from contextlib import suppress
from typing import TYPE_CHECKING

from blogcovers import storage
from blogcovers.cover import State, webp
from blogcovers.errors import BlogcoversError
from blogcovers.git import repo

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from blogcovers.plan import Row
    from blogcovers.site import Site

_ASKED = 200  # hand-made covers that git is asked about, and as many commits that it looks at
_VERSIONS = 5  # of one cover


def told(site: Site, rows: Iterable[Row]) -> Iterator[str]:
    """A warning for each such cover, with the way out; none where there is no repository."""
    found = ((row, row.cover, _bare_picture(row.cover)) for row in rows if row.state is State.HAND_MADE and row.cover)
    bare = [(row, cover, picture) for row, cover, picture in found if picture][:_ASKED]
    if not bare:
        return
    with suppress(BlogcoversError):  # no repository, or no git: nobody remembers
        top = repo.top(site.base)
        paths = {cover: path for _, cover, _ in bare if (path := repo.path_of(top, cover))}
        commits = repo.versions(top, paths.values(), _ASKED)
        for row, cover, picture in bare:
            path = paths.get(cover, "")
            ours = (one for one in commits.get(path, [])[:_VERSIONS] if _is_ours(repo.held_in(top, one, path), picture))
            if commit := next(ours, ""):
                file = shlex.quote(os.path.relpath(cover))
                yield (
                    f"{site.shown(cover)} has our picture, but something took its metadata, so it counts as hand-made."
                    f" To have it back: git checkout {commit[:12]} -- {file}"
                    f" or a new one: blogcovers build --overwrite-hand-made --only {shlex.quote(row.slug)}"
                )


def _bare_picture(cover: Path) -> str:
    """The digest of the picture in a WebP without a recipe, ``""`` for any other file."""
    with suppress(OSError, ValueError):
        data = storage.read(cover)
        return "" if webp.read_recipe(data) or webp.read_record(data) else webp.picture_digest(data)
    return ""


def _is_ours(data: bytes, picture: str) -> bool:
    with suppress(ValueError):
        made = webp.read_recipe(data)
        return made is not None and made.picture == picture
    return False
