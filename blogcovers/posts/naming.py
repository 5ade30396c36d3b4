"""What is asked of a site's generator where its posts are read, and the answers where there is none.

What each generator answers is :mod:`blogcovers.generators`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from blogcovers.errors import PostError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from blogcovers.posts.header import Meta

BY_SLUG = "/"
"""In place of a bundle's URL path, which has no outer slashes: it is made of the post's section and slug."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?")
DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:[-_ ]+|$)")


class Naming(Protocol):
    """How the posts of one site are named.

    ``path`` is relative to the content folder, with ``/``; ``source`` is the path less its language.
    """

    def completed(self, meta: Meta, path: str, text: str) -> Meta:
        """The front matter, with what the generator knows of the post besides. ``text`` is the whole file."""

    @property
    def whole_path(self) -> bool:
        """Whether ``post.fr.md`` is a name like any other, so that it is the path that has a slug, not the source."""

    def slug(self, meta: Meta, path: str) -> str:
        """The name under which the post is published. It is not checked: :func:`blogcovers.posts.post.clean_slug` does.

        Raises PostError.
        """

    def bundle_path(self, meta: Meta, path: str, source: str) -> str | None:
        """The URL path below the site's own, as on disk, of what lies beside an ``index.md``; or :data:`BY_SLUG`; None
        for what the post alone does not tell."""

    def unaddressed(self, bundle: str, data_file: str) -> str:
        """What to say of a post whose bundle's path is None: ``bundle`` is its cover's name, and ``data_file`` gives no
        URL for it."""


@dataclass(frozen=True)
class PlainNaming:
    """Posts of no generator's."""

    def completed(self, meta: Meta, path: str, text: str) -> Meta:
        return meta

    @property
    def whole_path(self) -> bool:
        return False

    def slug(self, meta: Meta, path: str) -> str:
        return plain_slug(meta, path) or own_name(path)

    def bundle_path(self, meta: Meta, path: str, source: str) -> str | None:
        return BY_SLUG

    def unaddressed(self, bundle: str, data_file: str) -> str:
        return unaddressed(bundle, data_file)


def plain_slug(meta: Meta, path: str) -> str:
    """The front matter's slug, else the name without its date."""
    return text_of(meta, "slug") or undated(own_name(path))


def unaddressed(bundle: str, data_file: str) -> str:
    return f"it is not known where {bundle} beside it is published, so {data_file} gives no url for the cover."


def text_of(meta: Meta, key: str) -> str:
    """The text under ``key``, ``""`` where there is none. Raises PostError for a list or mapping."""
    value = meta.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        kind = "list" if isinstance(value, list) else "mapping"
        raise PostError(f"'{key}' is a {kind}, not a text.", f"Write '{key}: ...' on one line, in quotes if need be.")
    return value.strip()


def parts(path: str) -> tuple[list[str], str]:
    """The folders of a path, and its file's name less the ending."""
    *folders, file = path.split("/")
    return folders, file.rpartition(".")[0] or file


def own_name(path: str) -> str:
    """The bundle's folder for ``index.md``, else the file's name less the ending."""
    folders, stem = parts(path)
    return folders[-1] if folders and stem == "index" else stem


def undated(name: str) -> str:
    """What follows a date at the beginning of a name; all of it where there is none, or nothing else."""
    date = DATE.match(name)
    return (name[date.end() :] if date else "") or name


def split_language(path: str, siblings: AbstractSet[str], languages: Sequence[str]) -> tuple[str, str]:
    """``(path less its language, language)``; the language is ``""`` where the path names none.

    A suffix (``post.fr.md``) counts where the language is declared or where ``post.md`` stands beside it;
    a folder (``fr/post.md``) only where it is declared.
    """
    folder, slash, rest = path.partition("/")
    if slash and folder in languages:
        return rest, folder
    base, dot, suffix = path.rpartition(".")
    stem, inner_dot, lang = base.rpartition(".")
    if not inner_dot or "/" in lang or not stem.rpartition("/")[2]:
        return path, ""
    plain = f"{stem}{dot}{suffix}"
    if lang in languages or (_LANGUAGE.fullmatch(lang) and plain in siblings):
        return plain, lang
    return path, ""
