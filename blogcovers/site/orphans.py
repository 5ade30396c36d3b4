"""Orphans: covers that belong to no post any more, since deleted and renamed posts leave theirs behind.

The folders are listed, and only what lies where no post has its cover is read. An orphan carries our recipe, its
picture is the recipe's, and it is named as that recipe's post was: so neither a hand-made file nor a copy under a name
of the author's own is one. Nor is a cover whose post is merely left out now (a draft, a translation, one that is
excluded or lies in another folder, of another site in the repository maybe: two may share a media folder).
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from blogcovers import storage
from blogcovers.cover import State, derivation, found_at
from blogcovers.errors import BlogcoversError
from blogcovers.posts import SUFFIXES
from blogcovers.posts.post import parse
from blogcovers.posts.read import is_looked_into, paths_of_posts

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from blogcovers.cover import Recipe
    from blogcovers.posts import Post
    from blogcovers.site.site import Site

_FOLDERS = 2000
"""How many folders outside of the content folder are looked into for other posts, those of the site first."""

_DATE = re.compile(r"^\d{4}-\d{1,2}-\d{1,2}[-_]")
_EXTENDED, _HAS_EXIF = b"VP8X", 0x08  # https://developers.google.com/speed/webp/docs/riff_container


@dataclass(frozen=True)
class Orphan:
    """``made``: the recipe in it; ``derived``: the files derived from it that are there."""

    cover: Path
    made: Recipe
    derived: tuple[Path, ...] = ()

    @property
    def files(self) -> tuple[Path, ...]:
        return (self.cover, *self.derived)


def orphans_of(site: Site, site_posts: Iterable[Post]) -> tuple[Orphan, ...]:
    """The orphans of a site, by their paths. ``site_posts``: all of its posts, those that get no cover, too."""
    site_posts = list(site_posts)
    files = [path for post in site_posts for path in _files_of(site, post)]
    claimed = {_key(path) for path in files}
    if around(site) is None or not (unclaimed := list(_unclaimed(site, claimed))):
        return ()
    aside, names = _other_posts(site, site_posts)
    real = cache(os.path.realpath)  # where a folder in the media folder is a link, one file has two paths
    spared = {_key(Path(real(path.parent), path.name)) for path in (*files, *aside)}
    left = [
        (path, made)
        for path, made in sorted(unclaimed, key=lambda item: item[0])
        if _key(Path(real(path.parent), path.name)) not in spared and _name(made.slug) not in names
    ]
    elsewhere = _names_elsewhere(site) if left else ()
    return tuple(
        Orphan(path, made, tuple(_derived_from(path, made, claimed)))
        for path, made in left
        if _name(made.slug) not in elsewhere
    )


def around(site: Site) -> Path | None:
    """The folder of all posts that may have covers in the media folder: the repository, else the site's base. None
    where the media folder lies outside of it: who else has covers there is not known."""
    tops = (folder for folder in (site.base, *site.base.parents) if (folder / ".git").exists())
    top = next(tops, site.base)
    return top if Path(os.path.realpath(site.media)).is_relative_to(os.path.realpath(top)) else None


def _files_of(site: Site, post: Post) -> list[Path]:
    return [site.cover_path(post), *(path for _, path in site.derived_files(post))]


def _key(path: Path) -> str:
    """One for all spellings of a path that some system takes for the same file."""
    return unicodedata.normalize("NFC", str(path)).casefold()


def _name(slug: str) -> str:
    return _key(Path(slug.rpartition("/")[2]))


def _unclaimed(site: Site, claimed: Collection[str]) -> Iterator[tuple[Path, Recipe]]:
    """Covers of ours where no post has one, with their recipes."""
    for path in _listed(site, {Path(key) for key in claimed}):
        if _key(path) not in claimed and (made := _recipe(path)) and _is_named_for(site, path, made.slug):
            yield path, made


def _listed(site: Site, claimed: Iterable[Path]) -> Iterator[Path]:
    """Every file that may be a cover: below the media folder, and in bundles that have lost their page. Beside one that
    is no post of ours, a section's for example, it is a copy that the author put there.

    Where the posts lie below the media folder themselves, who knows what else does (the built site, above all): there
    only folders that hold some post's cover are looked into.
    """
    anywhere = not site.content.is_relative_to(site.media)
    beside = {path.parent for path in claimed}
    for folder, names in _walk(site.media):
        if anywhere or Path(_key(folder)) in beside:
            yield from (folder / name for name in names if name.endswith(".webp") and name != site.bundle)
    for folder, names in _walk(site.content) if site.bundle else ():
        if site.bundle in names and not any(map(_is_page, names)):
            yield folder / site.bundle


def _is_page(name: str) -> bool:
    return name.endswith(SUFFIXES) or name.startswith(("index.", "_index."))  # Hugo's may be HTML and others, too


def _walk(top: Path) -> Iterator[tuple[Path, list[str]]]:
    for folder, folders, names in os.walk(top):
        folders[:] = [name for name in folders if is_looked_into(name)]
        yield Path(folder), names


def _recipe(path: Path) -> Recipe | None:
    """That of an untouched cover of ours, else None. Files that cannot hold one are told by their first bytes."""
    with suppress(OSError, BlogcoversError):
        if path.is_symlink() or not _may_carry_a_recipe(path):
            return None
        standing = found_at(path)
        return standing.recipe if standing.state is State.CURRENT else None
    return None


def _may_carry_a_recipe(path: Path) -> bool:
    head = storage.first_bytes(path, 21)
    return len(head) == 21 and head[12:16] == _EXTENDED and bool(head[20] & _HAS_EXIF)


def _is_named_for(site: Site, path: Path, slug: str) -> bool:
    if site.bundle and path.name == site.bundle:
        return True
    last = slug.rpartition("/")[2]
    usual = Path(site.path.format(slug=last, section="section")).name
    return _key(Path(path.name)) in (_key(Path(usual)), _key(Path(f"{last}.webp")))


def _derived_from(path: Path, made: Recipe, claimed: Collection[str]) -> Iterator[Path]:
    for name in made.outputs:
        file = path.with_name(Path(name).name)
        if file != path and _key(file) not in claimed and derivation.slug_in(file) == made.slug:
            yield file


def _other_posts(site: Site, site_posts: Iterable[Post]) -> tuple[list[Path], set[str]]:
    """Of posts in the content folder that are left out or share another's cover: where their covers would lie, and
    what those that are left out may be called besides, by another generator's rules or where they are unreadable."""
    read: list[Path] = []
    names: set[str] = set()
    every = replace(site, exclude=(), posts=(), rules=replace(site.rules, passed_links=()))
    paths = frozenset(paths_of_posts(every))
    shared = {path for post in site_posts for path in post.also}
    for path in paths - {post.path for post in site_posts}:
        if path not in shared:
            names |= _names_of(Path(path))
        with suppress(OSError, BlogcoversError):
            data = storage.read(site.content / path)
            read.append(site.cover_path(parse(data, path, site.rules, paths)))
    return read, names


def _names_elsewhere(site: Site) -> set[str]:
    """Names of posts around the site that are not in its content folder: it may have another, named in turn."""
    names: set[str] = set()
    top = around(site) or site.base
    begin = dict.fromkeys(folder for folder in (site.base, top) if folder != site.content)
    waiting, passed = deque(begin), {site.content, site.media, *begin}
    for _ in range(_FOLDERS):
        if not waiting:
            break
        folder = waiting.popleft()
        with suppress(OSError):
            for entry in os.scandir(folder):
                path = Path(entry.path)
                if entry.is_dir(follow_symlinks=False):
                    if is_looked_into(entry.name) and path not in passed:
                        waiting.append(path)
                elif entry.name.endswith(SUFFIXES) and entry.is_file():
                    names |= _names_of(path)
                    with suppress(OSError, BlogcoversError):
                        below = path.relative_to(top).as_posix()
                        names.add(_name(parse(storage.read(path), below, site.rules).slug))
    return names


def _names_of(path: Path) -> set[str]:
    """What a post may be called by its path alone: with the date before its name, and without; an ``index.md`` by its
    folder, or as it is where that is a content folder."""
    stem = path.parent.name if path.stem in ("index", "README") else path.stem
    return {_name(name) for name in (stem, _DATE.sub("", stem), path.stem)}
