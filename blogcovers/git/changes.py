"""The posts that a commit or push carries, judged by what is committed: the bytes that git holds, not those on disk.

The posts around them, the config and the house style are read from the work tree.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blogcovers.cover import webp
from blogcovers.cover.judge import found_at, judged
from blogcovers.cover.state import Found, State
from blogcovers.gallery import data_file
from blogcovers.git import repo
from blogcovers.plan import Action, is_wrong
from blogcovers.posts.read import is_post
from blogcovers.site.urls import cover_path, derived_files
from blogcovers.survey import survey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from blogcovers.config import Config
    from blogcovers.git.repo import Carried, Snapshot
    from blogcovers.plan import Row


class Finding(StrEnum):
    """What is to be done for a carried post, or the data file: nothing, ``git add`` it, or make one that fits."""

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


@dataclass(frozen=True)
class Listing:
    """The site's data file, at git's ``path``; ``tracked``: whether git holds one, an older one maybe."""

    finding: Finding
    path: str
    tracked: bool


@dataclass(frozen=True)
class Judgement:
    """``data_file``: None where the site has none, or none that this repository is to hold."""

    posts: tuple[Judged, ...] = ()
    data_file: Listing | None = None


def posts(config: Config, top: Path, paths: Iterable[str]) -> dict[Path, str]:
    """Those of git's paths that are posts of the site: the file -> git's path."""
    content = Path(os.path.realpath(config.content))
    found = {}
    for path in paths:
        file = top / path
        if file.is_relative_to(content):
            below = file.relative_to(content)
            if is_post(config, below.as_posix()):
                found[config.content / below] = path
    return found


def judge(config: Config, top: Path, carried: Carried, posts: Mapping[Path, str]) -> Judgement:
    """What is to be done for each of the carried ``posts`` that speaks for a cover, and for the site's data file.

    A cover that fits on disk has to be in the commit as it is on disk. One that does not is no fault where
    the commit holds one that does: the author works on. A push carries commits that are made, so there the
    committed cover counts first. Covers that git ignores, or that lie outside of the work tree or in a
    submodule, only have to fit. The data file is held to the same by what it says of the carried posts.
    Raises GitError, and what :func:`survey` raises.
    """
    held = repo.snapshot(top, carried.commit)
    posts = {file: path for file, path in posts.items() if path in held.files}  # a later commit may take one away
    if not posts:
        return Judgement()

    def read(file: Path) -> bytes:
        path = posts.get(file)
        if path is None or held.is_link(path) or not held.differs(path):
            return file.read_bytes()
        data = held.read(path)
        return file.read_bytes() if data is None else data

    def look(file: Path) -> Found:
        path = repo.path_of(top, file)
        if path is None or held.is_link(path) or not held.differs(path):
            return found_at(file)
        data = held.read(path)
        return Found(State.MISSING, "no cover yet") if data is None else judged(data)

    rows = survey(config, posts=posts.keys(), read=read).rows
    own = _committed_covers(config, held, rows)
    apart = {row.post for row in rows if row.post in own and held.differs(own[row.post])}
    files = [file for file in posts if config.shown(file) in apart]
    as_held = {row.post: row for row in survey(config, posts=files, read=read, look=look).rows} if files else {}
    edited = {config.shown(file) for file, path in posts.items() if held.differs(path)}
    derived = _uncommitted(config, held, rows, made=bool(carried.commit))
    found = []
    for row in rows:
        finding = _finding(row, as_held.get(row.post), made=bool(carried.commit))
        cover, tracked = own.get(row.post, ""), own.get(row.post) in held.files
        add = (*([cover] if finding is Finding.ADD else []), *(derived.get(row.post, ()) if cover else ()))
        if add and finding is Finding.FITS:
            finding = Finding.ADD
        found.append(Judged(row, finding, cover, tracked, add, row.post in edited))
    return Judgement(tuple(found), _listing(config, held, found, made=bool(carried.commit)))


def _listing(config: Config, held: Snapshot, judged: Sequence[Judged], *, made: bool) -> Listing | None:
    """``made``: in a commit, not in the index."""
    path = repo.path_of(held.top, config.data_file) if config.data_file else None
    if not config.data_file or path is None or held.in_submodule(path) or held.is_link(path):
        return None
    if path not in held.files and repo.ignored(held.top, [path]):
        return None

    def as_held(item: Judged, file: Path) -> bytes:
        data = held.read(item.cover) if item.cover and held.differs(item.cover) else file.read_bytes()
        if data is None:
            raise FileNotFoundError(item.cover)
        return data

    on_disk = _entries(_read(config.data_file))
    in_git = _entries(held.read(path) or b"") if held.differs(path) else on_disk
    asked = [item for item in judged if item.row.subject and item.row.action is not Action.FAILED]
    if not any(item.row.cover or _keys(config, item.row) & (on_disk.keys() | in_git.keys()) for item in asked):
        return None
    fits_on_disk = all(_is_told(config, on_disk, item, lambda _, file: file.read_bytes()) for item in asked)
    fits_as_held = all(_is_told(config, in_git, item, as_held) for item in asked)
    keys = {key for item in asked for key in _keys(config, item.row)}
    alike = all(on_disk.get(key) == in_git.get(key) for key in keys)  # what else is in it is of posts to come
    finding = Finding.ADD if fits_on_disk else Finding.MAKE
    if (fits_on_disk and alike) or (fits_as_held and (made or not fits_on_disk)):
        finding = Finding.FITS
    return Listing(finding, path, path in held.files)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:  # not there: it says nothing
        return b""


def _entries(data: bytes) -> Mapping[str, Any]:
    """Those of a data file; none of one that is not there or no longer ours to read."""
    try:
        entries = json.loads(data)
    except ValueError:
        return {}
    return entries if isinstance(entries, dict) else {}


def _keys(config: Config, row: Row) -> set[str]:
    """Those under which the post and its translations stand in the data file."""
    return set(data_file.keys_of(config, row.subject)) if row.subject else set()


def _is_told(config: Config, entries: Mapping[str, Any], item: Judged, read: Callable[[Judged, Path], bytes]) -> bool:
    """Whether the entries say of a post and its cover, which ``read`` gives, what a build would write."""
    post = item.row.subject
    if post is None or not item.row.cover:
        return not _keys(config, item.row) & entries.keys()
    try:
        data = read(item, cover_path(config, post))
        size, picture = webp.size(data), webp.picture_digest(data)
    except (OSError, ValueError):  # not there, or no WebP: it has no entry
        return not _keys(config, item.row) & entries.keys()
    for key, path in data_file.keys_of(config, post).items():
        due, told = data_file.entry_of(config, post, size, path) | {"digest": picture}, entries.get(key)
        if not isinstance(told, dict) or not due.items() <= told.items():
            return False
    return True


def _uncommitted(config: Config, held: Snapshot, rows: Sequence[Row], *, made: bool) -> dict[str, tuple[str, ...]]:
    """Post -> git's paths of derived files that are there and that git does not hold (``made``: at all)."""
    paths: dict[str, list[str]] = {}
    for row in rows:
        for _, file in derived_files(config, row.subject) if row.subject and row.cover else ():
            path = repo.path_of(held.top, file)
            if path and file.is_file() and (path not in held.files or (held.differs(path) and not made)):
                paths.setdefault(row.post, []).append(path)
    ignored = repo.ignored(held.top, (path for found in paths.values() for path in found if path not in held.files))
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
        path = repo.path_of(held.top, cover_path(config, row.subject)) if row.subject and row.cover else None
        if path and not held.in_submodule(path):
            own[row.post] = path
    ignored = repo.ignored(held.top, (path for path in own.values() if path not in held.files))
    return {post: path for post, path in own.items() if path not in ignored}
