"""Posts, read from the content folder."""

from __future__ import annotations

import os
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from blogcovers.errors import PostError, Problem
from blogcovers.posts.post import OVERRIDE_KEYS, SUFFIXES, from_meta, parse
from blogcovers.posts.translations import merge_translations
from blogcovers.storage import first_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from blogcovers.posts.header import Meta
    from blogcovers.posts.post import Post
    from blogcovers.posts.source import Source
    from blogcovers.posts.unknown_keys import Misspelt

_NO_POSTS_BELOW = frozenset({"node_modules", "__pycache__", "_site", "site-packages"})


@dataclass(frozen=True)
class Reading:
    """What the content folder held. ``unreadable``: (file or folder, what is wrong) of what could not be read.
    ``sections``: the sections' own pages that name a concept, in vain.
    """

    posts: tuple[Post, ...]
    unreadable: tuple[tuple[Path, Problem], ...]
    warnings: tuple[str, ...]
    sections: tuple[Post, ...] = ()


def read_posts(
    source: Source,
    read: Callable[[Path], bytes] = first_bytes,
    also: Collection[str] = (),
    known: Mapping[str, Meta] | None = None,
) -> Reading:
    """Every post below the content folder, one for each group of translations, in the order of their paths.

    ``read`` gives the bytes of a file and may raise OSError. ``also``: posts, as paths below content, that it
    knows even where the folder does not hold them. ``known``: the front matter that the generator has read itself,
    by path below content.
    """
    known = known or {}
    unreadable: list[tuple[Path, Problem]] = []
    passed_over: list[str] = []

    def pass_over(error: OSError) -> None:
        folder = Path(error.filename or source.content)
        unreadable.append((folder, Problem(source.shown(folder), f"the folder cannot be read: {error.strerror}.")))

    below = set(_paths(source, pass_over, passed_over.append))
    pages = {path for path in below if _is_section(path.rpartition("/")[2])}
    paths = sorted((below - pages).union(also))
    siblings = frozenset(paths)
    found = []
    for path in paths:
        try:
            if path in known:
                found.append(from_meta(known[path], path, source.rules, siblings))
                continue
            if (source.content / path).exists() and not (source.content / path).is_file():
                continue  # a pipe or a socket would be waited for; a folder may have such a name, too
            found.append(parse(read(source.content / path), path, source.rules, siblings))
        except PostError as error:
            unreadable.append((source.content / path, Problem(_shown(source, path), error.message, error.hint)))
        except OSError as error:
            said = Problem(_shown(source, path), f"it cannot be read: {error.strerror}.")
            unreadable.append((source.content / path, said))
    merged, differing = merge_translations(found, source.rules.default_language)
    warnings = [
        *passed_over,
        *_misspelt(source, found),
        *(
            f"{_shown(source, path)} names another concept than {_shown(source, speaker)}, whose cover it shares;"
            " that one is shown."
            for path, speaker in differing
        ),
    ]
    return Reading(tuple(merged), tuple(unreadable), tuple(warnings), tuple(_sections(source, sorted(pages), read)))


def _sections(source: Source, paths: Iterable[str], read: Callable[[Path], bytes]) -> Iterator[Post]:
    rules = replace(source.rules, fallback="")
    for path in paths:
        with suppress(PostError, OSError):  # what is no post need not be mended
            page = parse(read(source.content / path), path, rules)
            if page.concept:
                yield page


def _misspelt(source: Source, found: Sequence[Post]) -> Iterator[str]:
    """What to say of keys that are not ours, and look as if they were meant to be: each once, however many have it."""
    having: dict[Misspelt, list[str]] = defaultdict(list)
    for post in found:
        for key in post.misspelt:
            having[key].append(post.path)
    own = (*source.rules.concept_keys, *OVERRIDE_KEYS)
    for key, paths in having.items():
        yield f"{_shown(source, paths[0])}{more(paths)}: {key.sentence(own)}"


def more(paths: Sequence[object]) -> str:
    return f" and {len(paths) - 1} more" if len(paths) > 1 else ""


def _paths(source: Source, on_error: Callable[[OSError], None], warn: Callable[[str], None]) -> Iterator[str]:
    """Every post's path. Folders that are links are entered after all others, where the generator enters them, too;
    each folder on disk is read once, so links that lead round in a circle come to an end."""
    entered: dict[str, str] = {}  # a folder's real path -> the path below content under which its posts are read
    waiting = [""]
    while waiting:
        waiting.sort()  # the same one of two links to a folder counts on every machine
        top = waiting.pop(0)
        real_top = os.path.realpath(source.content / top)
        if top and (refusal := _not_entered(source, top, real_top)):
            warn(f"{_shown(source, top)} {refusal}")
            continue
        for path, folders, names in _folders(source, top, on_error):
            real = str(Path(real_top, path.removeprefix(top).lstrip("/")))
            if real in entered:
                if any(_posts_below(source, path)):
                    other = _shown(source, entered[real])
                    warn(f"{_shown(source, path)} leads to the same folder as {other}: its posts are read there alone.")
                folders.clear()
                continue
            entered[real] = path
            here = source.content / path
            links = [name for name in folders if os.path.islink(here / name)]  # noqa: PTH114  (Path's would raise)
            waiting += [link for name in links if not _is_excluded(source, f"{(link := _joined(path, name))}/")]
            folders[:] = [name for name in folders if name not in links]
            yield from _posts_among(source, path, names)


def _not_entered(source: Source, link: str, target: str) -> str:
    """Why the posts in a folder that is a link are not read, ``""`` where they are."""
    if Path(os.path.realpath((source.content / link).parent)).is_relative_to(target):
        return "is a link to a folder that holds it, so it is not entered."
    below_root = _below_root(source, link)
    if not any(fnmatch(below_root, pattern) for pattern in source.rules.passed_links):
        return ""
    if not any(_posts_below(source, link)):
        return ""  # pictures, say: nothing is left out
    return f"is a link to a folder, and {source.generator} does not enter it: its posts get no covers."


def _folders(
    source: Source, top: str, on_error: Callable[[OSError], None] | None = None
) -> Iterator[tuple[str, list[str], list[str]]]:
    """As os.walk, of a folder below content: its path below content, and the names of what may be entered."""
    for folder, folders, names in os.walk(source.content / top, onerror=on_error):
        folders[:] = [name for name in folders if is_looked_into(name)]
        relative = Path(folder).relative_to(source.content).as_posix()
        yield "" if relative == "." else relative, folders, names


def _posts_below(source: Source, top: str) -> Iterator[str]:
    for path, _, names in _folders(source, top):
        yield from _posts_among(source, path, names)


def _posts_among(source: Source, folder: str, names: Sequence[str]) -> Iterator[str]:
    paths = (_joined(folder, name) for name in names if _named_as_post(name) or _is_section(name))
    return (path for path in paths if _is_wanted(source, path))


def _joined(folder: str, name: str) -> str:
    return f"{folder}/{name}" if folder else name


def paths_of_posts(source: Source) -> list[str]:
    """Of all posts, translations apart, below the content folder; folders that cannot be read are left out."""
    return sorted(_paths(source, lambda _error: None, lambda _said: None))


def is_looked_into(folder: str) -> bool:
    """Whether a folder of this name may hold files of the author's: none that is hidden or holds what others make."""
    return not folder.startswith(".") and folder not in _NO_POSTS_BELOW


def is_post(source: Source, path: str) -> bool:
    """Whether a path below content is one that :func:`read_posts` would look into."""
    *folders, name = path.split("/")
    return all(map(is_looked_into, folders)) and _named_as_post(name) and _is_wanted(source, path)


def _named_as_post(name: str) -> bool:
    return name.endswith(SUFFIXES) and not name.startswith(".") and not _is_section(name)


def _is_section(name: str) -> bool:
    # Hugo's and Zola's _index files are a section's own page, not a post.
    return name.startswith("_index.") and name.endswith(SUFFIXES)


def _is_wanted(source: Source, path: str) -> bool:
    if _is_excluded(source, path):
        return False
    below_root = _below_root(source, path) if source.posts else ""
    return not source.posts or any(fnmatch(below_root, pattern) for pattern in source.posts)


def _is_excluded(source: Source, path: str) -> bool:
    return any(fnmatch(path, pattern) for pattern in source.exclude)


def _below_root(source: Source, path: str) -> str:
    """A path below content, from the generator's root."""
    return os.path.relpath(source.content / path, source.root or source.base).replace(os.sep, "/")


def _shown(source: Source, path: str) -> str:
    return source.shown(source.content / path)
