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

from blogcovers import storage
from blogcovers.cover import Found, State, found_at, judged, webp
from blogcovers.gallery import data_file
from blogcovers.git import repo
from blogcovers.plan import Action, Row, is_wrong
from blogcovers.posts.read import is_post
from blogcovers.survey import survey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from blogcovers.config import Config
    from blogcovers.git.repo import Carried, Snapshot
    from blogcovers.plan import Entry
    from blogcovers.site import Site


class Need(StrEnum):
    """What is to be done for a carried post, or the data file: nothing, ``git add`` it, or make one that fits."""

    FITS = "fits"
    ADD = "add"
    MAKE = "make"


@dataclass(frozen=True)
class Judged:
    """A carried post. ``entry`` holds the post as committed against the cover on disk; ``cover`` is git's path.

    ``tracked``: whether git holds a cover, an older one maybe. ``add``: git's paths of what it is to hold as it is
    on disk, the cover first if that is among them, then what is derived from it. ``edited``: the post on disk is
    another than the committed one.
    """

    entry: Entry
    need: Need
    cover: str = ""
    tracked: bool = False
    add: tuple[str, ...] = ()
    edited: bool = False


@dataclass(frozen=True)
class Listing:
    """The site's data file, at git's ``path``; ``tracked``: whether git holds one, an older one maybe."""

    need: Need
    path: str
    tracked: bool


@dataclass(frozen=True)
class Judgement:
    """``data_file``: None where the site has none, or none that this repository is to hold."""

    posts: tuple[Judged, ...] = ()
    data_file: Listing | None = None


def posts(site: Site, top: Path, paths: Iterable[str]) -> dict[Path, str]:
    """Those of git's paths that are posts of the site: the file -> git's path."""
    content = Path(os.path.realpath(site.content))
    found = {}
    for path in paths:
        file = top / path
        if file.is_relative_to(content):
            below = file.relative_to(content)
            if is_post(site, below.as_posix()):
                found[site.content / below] = path
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
            return storage.read(file)
        data = held.read(path)
        return storage.read(file) if data is None else data

    def look(file: Path) -> Found:
        path = repo.path_of(top, file)
        if path is None or held.is_link(path) or not held.differs(path):
            return found_at(file)
        data = held.read(path)
        return Found(State.MISSING, "no cover yet") if data is None else judged(data)

    site, made = config.site, bool(carried.commit)
    entries = survey(config, posts=posts.keys(), read=read).entries
    own = _committed_covers(held, entries)
    apart = {entry.file for entry in entries if entry.file in own and held.differs(own[entry.file])}
    files = [file for file in posts if file in apart]
    as_held = {row.file: row for row in survey(config, posts=files, read=read, look=look).rows} if files else {}
    derived = _uncommitted(held, entries, made=made)
    found = []
    for entry in entries:
        need = _need(entry, as_held.get(entry.file), made=made)
        cover, tracked = own.get(entry.file, ""), own.get(entry.file) in held.files
        add = (*([cover] if need is Need.ADD else []), *(derived.get(entry.file, ()) if cover else ()))
        if add and need is Need.FITS:
            need = Need.ADD
        edited = entry.file in posts and held.differs(posts[entry.file])
        found.append(Judged(entry, need, cover, tracked, add, edited))
    return Judgement(tuple(found), _listing(site, held, found, made=made))


def _listing(site: Site, held: Snapshot, judged: Sequence[Judged], *, made: bool) -> Listing | None:
    """``made``: in a commit, not in the index."""
    path = repo.path_of(held.top, site.data_file) if site.data_file else None
    if not site.data_file or path is None or held.in_submodule(path) or held.is_link(path):
        return None
    if path not in held.files and repo.ignored(held.top, [path]):
        return None

    def as_held(item: Judged, file: Path) -> bytes:
        data = held.read(item.cover) if item.cover and held.differs(item.cover) else storage.read(file)
        if data is None:
            raise FileNotFoundError(item.cover)
        return data

    on_disk = _entries(_read(site.data_file))
    in_git = _entries(held.read(path) or b"") if held.differs(path) else on_disk
    asked = [item for item in judged if isinstance(item.entry, Row) and item.entry.action is not Action.FAILED]
    if not any(item.entry.cover or _keys(site, item) & (on_disk.keys() | in_git.keys()) for item in asked):
        return None
    fits_on_disk = all(_is_told(site, on_disk, item, lambda _, file: storage.read(file)) for item in asked)
    fits_as_held = all(_is_told(site, in_git, item, as_held) for item in asked)
    keys = {key for item in asked for key in _keys(site, item)}
    alike = all(on_disk.get(key) == in_git.get(key) for key in keys)  # what else is in it is of posts to come
    need = Need.ADD if fits_on_disk else Need.MAKE
    if (fits_on_disk and alike) or (fits_as_held and (made or not fits_on_disk)):
        need = Need.FITS
    return Listing(need, path, path in held.files)


def _read(file: Path) -> bytes:
    try:
        return storage.read(file)
    except OSError:  # not there: it says nothing
        return b""


def _entries(data: bytes) -> Mapping[str, Any]:
    """Those of a data file; none of one that is not there or no longer ours to read."""
    try:
        entries = json.loads(data)
    except ValueError:
        return {}
    return entries if isinstance(entries, dict) else {}


def _keys(site: Site, item: Judged) -> set[str]:
    """Those under which the post and its translations stand in the data file."""
    return set(data_file.keys_of(site, item.entry.post)) if isinstance(item.entry, Row) else set()


def _is_told(site: Site, entries: Mapping[str, Any], item: Judged, read: Callable[[Judged, Path], bytes]) -> bool:
    """Whether the entries say of a post and its cover, which ``read`` gives, what a build would write."""
    row = item.entry
    if not isinstance(row, Row) or not row.cover:
        return not _keys(site, item) & entries.keys()
    try:
        data = read(item, row.cover)
        size, picture = webp.size(data), webp.picture_digest(data)
    except (OSError, ValueError):  # not there, or no WebP: it has no entry
        return not _keys(site, item) & entries.keys()
    for key, path in data_file.keys_of(site, row.post).items():
        due, told = data_file.entry_of(site, row.post, size, path) | {"digest": picture}, entries.get(key)
        if not isinstance(told, dict) or not due.items() <= told.items():
            return False
    return True


def _uncommitted(held: Snapshot, entries: Sequence[Entry], *, made: bool) -> dict[Path, tuple[str, ...]]:
    """A post's file -> git's paths of derived files that are there and that git does not hold (``made``: at all)."""
    paths: dict[Path, list[str]] = {}
    for entry in entries:
        for _, file in entry.derived:
            path = repo.path_of(held.top, file)
            if path and file.is_file() and (path not in held.files or (held.differs(path) and not made)):
                paths.setdefault(entry.file, []).append(path)
    ignored = repo.ignored(held.top, (path for found in paths.values() for path in found if path not in held.files))
    return {post: tuple(path for path in found if path not in ignored) for post, found in paths.items()}


def _need(entry: Entry, as_held: Row | None, *, made: bool) -> Need:
    """``as_held``: the row with the cover that git holds, where it is not the one on disk. ``made``: in a commit."""
    fits_on_disk = not is_wrong(entry)
    if as_held is None:
        return Need.FITS if fits_on_disk else Need.MAKE
    fits_as_held = not is_wrong(as_held)
    if fits_as_held and (made or not fits_on_disk):
        return Need.FITS
    return Need.ADD if fits_on_disk else Need.MAKE


def _committed_covers(held: Snapshot, entries: Sequence[Entry]) -> dict[Path, str]:
    """A post's file -> git's path of its cover, for the covers that this repository is to hold."""
    own = {}
    for entry in entries:
        path = repo.path_of(held.top, entry.cover) if entry.cover else None
        if path and not held.in_submodule(path):
            own[entry.file] = path
    ignored = repo.ignored(held.top, (path for path in own.values() if path not in held.files))
    return {post: path for post, path in own.items() if path not in ignored}
