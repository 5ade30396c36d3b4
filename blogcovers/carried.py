"""The posts that a commit or push carries, judged by what is committed: the bytes that git holds, not those on disk.

The posts around them, the config and the house style are read from the work tree.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from blogcovers import covers, git, site
from blogcovers.plan import Found, State, is_wrong
from blogcovers.survey import cover_path, derived_files, survey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from blogcovers.config import Config
    from blogcovers.git import Carried, Snapshot
    from blogcovers.plan import Row


class Finding(StrEnum):
    """What is to be done for a carried post: nothing, ``git add`` its cover, or make one that fits."""

    FITS = "fits"
    ADD = "add"
    MAKE = "make"


@dataclass(frozen=True)
class Judged:
    """A carried post. ``row`` holds the post as committed against the cover on disk; ``cover`` is git's path.

    ``tracked``: whether git holds a cover, an older one maybe. ``add``: git's paths of what it is to hold as it is
    on disk, the cover first if that is among them, then what is derived from it. ``edited``: the post on disk is
    another than the committed one.
    """

    row: Row
    finding: Finding
    cover: str = ""
    tracked: bool = False
    add: tuple[str, ...] = ()
    edited: bool = False


def posts(config: Config, top: Path, paths: Iterable[str]) -> dict[Path, str]:
    """Those of git's paths that are posts of the site: the file -> git's path."""
    content = Path(os.path.realpath(config.content))
    found = {}
    for path in paths:
        file = top / path
        if file.is_relative_to(content):
            below = file.relative_to(content)
            if site.is_post(config, below.as_posix()):
                found[config.content / below] = path
    return found


def judge(config: Config, top: Path, carried: Carried, posts: Mapping[Path, str]) -> list[Judged]:
    """What is to be done for each of the carried ``posts`` that speaks for a cover.

    A cover that fits on disk has to be in the commit as it is on disk. One that does not is no fault where
    the commit holds one that does: the author works on. A push carries commits that are made, so there the
    committed cover counts first. Covers that git ignores, or that lie outside of the work tree or in a
    submodule, only have to fit. Raises GitError, and what :func:`survey` raises.
    """
    held = git.snapshot(top, carried.commit)
    posts = {file: path for file, path in posts.items() if path in held.files}  # a later commit may take one away
    if not posts:
        return []

    def read(file: Path) -> bytes:
        path = posts.get(file)
        if path is None or held.is_link(path) or not held.differs(path):
            return file.read_bytes()
        data = held.read(path)
        return file.read_bytes() if data is None else data

    def look(file: Path) -> Found:
        path = git.path_of(top, file)
        if path is None or held.is_link(path) or not held.differs(path):
            return covers.found(file)
        data = held.read(path)
        return Found(State.MISSING, "no cover yet") if data is None else covers.judge(data)

    rows = survey(config, posts=posts.keys(), read=read).rows
    own = _committed_covers(config, held, rows)
    apart = {row.post for row in rows if row.post in own and held.differs(own[row.post])}
    files = [file for file in posts if config.shown(file) in apart]
    as_held = {row.post: row for row in survey(config, posts=files, read=read, look=look).rows} if files else {}
    edited = {config.shown(file) for file, path in posts.items() if held.differs(path)}
    derived = _uncommitted(config, held, rows, made=bool(carried.commit))
    judged = []
    for row in rows:
        finding = _finding(row, as_held.get(row.post), made=bool(carried.commit))
        cover, tracked = own.get(row.post, ""), own.get(row.post) in held.files
        add = (*([cover] if finding is Finding.ADD else []), *(derived.get(row.post, ()) if cover else ()))
        if add and finding is Finding.FITS:
            finding = Finding.ADD
        judged.append(Judged(row, finding, cover, tracked, add, row.post in edited))
    return judged


def _uncommitted(config: Config, held: Snapshot, rows: Sequence[Row], *, made: bool) -> dict[str, tuple[str, ...]]:
    """Post -> git's paths of derived files that are there and that git does not hold (``made``: at all)."""
    paths: dict[str, list[str]] = {}
    for row in rows:
        for _, file in derived_files(config, row.subject) if row.subject and row.cover else ():
            path = git.path_of(held.top, file)
            if path and file.is_file() and (path not in held.files or (held.differs(path) and not made)):
                paths.setdefault(row.post, []).append(path)
    ignored = git.ignored(held.top, (path for found in paths.values() for path in found if path not in held.files))
    return {post: tuple(path for path in found if path not in ignored) for post, found in paths.items()}


def _finding(row: Row, as_held: Row | None, *, made: bool) -> Finding:
    """``as_held``: the row with the cover that git holds, where it is not the one on disk. ``made``: in a commit."""
    fits_on_disk = not is_wrong(row)
    if as_held is None:
        return Finding.FITS if fits_on_disk else Finding.MAKE
    fits_as_held = not is_wrong(as_held)
    if fits_as_held and (made or not fits_on_disk):
        return Finding.FITS
    return Finding.ADD if fits_on_disk else Finding.MAKE


def _committed_covers(config: Config, held: Snapshot, rows: Sequence[Row]) -> dict[str, str]:
    """Post -> git's path of its cover, for the covers that this repository is to hold."""
    own = {}
    for row in rows:
        path = git.path_of(held.top, cover_path(config, row.subject)) if row.subject and row.cover else None
        if path and not held.in_submodule(path):
            own[row.post] = path
    ignored = git.ignored(held.top, (path for path in own.values() if path not in held.files))
    return {post: path for post, path in own.items() if path not in ignored}
