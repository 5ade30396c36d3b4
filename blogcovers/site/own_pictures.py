"""Whether the picture that a post names is its cover: the author's own, or a line that ``link`` wrote."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from blogcovers import storage
from blogcovers.cover import State, jpeg, judged, read_file, webp
from blogcovers.errors import BlogcoversError
from blogcovers.link import unlinked
from blogcovers.site import urls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from blogcovers.posts import Post
    from blogcovers.site.site import Site


_MARK = "0slug0"  # stands for a slug while the text around it is looked for


def is_own_picture(site: Site, post: Post, picture: str, read: Callable[[], bytes]) -> bool:
    """Whether ``picture``, what the theme's key holds, is the author's own, so that no cover is made or linked.

    It is not where it is the value that ``link`` would write, where it leads to the cover's own file, however
    that is written, and where it is a former link (:func:`is_former_link`). ``read`` gives the post's bytes.
    """
    if not picture or picture == urls.of_link(site, post) or site.cover_path(post) in _files(site, post, picture):
        return False
    return not is_former_link(site, post, picture, read)


def is_former_link(site: Site, post: Post, picture: str, read: Callable[[], bytes]) -> bool:
    """Whether ``link`` wrote ``picture`` into the post, be it for an address that the cover no longer has.

    Three things must hold. It is called as a cover of this post would be: by its slug or its file's name,
    wherever that was served, or by another slug where covers are served now. It stands at the place and in the
    form in which ``link`` puts a value. And no picture made by hand lies at its address, but for the cover itself,
    nor a cover of another concept, which the author has borrowed from another post.
    """
    if not site.link or not _is_called_like_a_cover(site, post, picture):
        return False
    files = [] if picture == urls.of_link(site, post) else _files(site, post, picture)
    own = site.cover_path(post)
    try:
        if any(file != own and _is_anothers(post, file) for file in files):
            return False
        data, rules = read(), site.rules
        return unlinked(data, site.link.key, picture, rules.dialect, "", rules.flat_concept_keys) != data
    except (OSError, BlogcoversError):  # what cannot be read is not taken for ours
        return False


def is_outdated(site: Site, post: Post, picture: str, read: Callable[[], bytes]) -> bool:
    """Whether the post holds a link of ours to another address than its cover's."""
    value = urls.of_link(site, post)
    return bool(value) and picture != value and is_former_link(site, post, picture, read)


def links_to_nothing(site: Site, post: Post, picture: str, read: Callable[[], bytes]) -> bool:
    """Whether the post holds a link of ours, and no cover is there."""
    return not storage.is_file(site.cover_path(post)) and is_former_link(site, post, picture, read)


def _is_called_like_a_cover(site: Site, post: Post, picture: str) -> bool:
    name = unquote(urlsplit(picture).path).rpartition("/")[2] if _is_address(picture) else ""
    slug = post.slug.rpartition("/")[2]
    return picture == post.slug or name in (site.cover_path(post).name, f"{slug}.webp") or _fits(site, post, picture)


def _fits(site: Site, post: Post, picture: str) -> bool:
    """Whether ``link`` would write ``picture`` if the post had another slug, with as many folders in it."""
    marked = urls.of_link(site, replace(post, slug=_MARK))
    before, mark, rest = marked.partition(_MARK)
    after = rest.rpartition(_MARK)[2]
    if not mark or not after or not (picture.startswith(before) and picture.endswith(after)):
        return False
    slug = unquote(picture[len(before) : len(picture) - len(after)])
    if not slug or slug.count("/") != post.slug.count("/"):
        return False
    return picture == urls.of_link(site, replace(post, slug=slug))


def _files(site: Site, post: Post, picture: str) -> Iterator[Path]:
    """Where the file may lie that a picture's address leads to: beside the post, or below the media folder or one
    above it, whichever of them the site serves as its root."""
    path = unquote(urlsplit(picture).path) if _is_address(picture) else ""
    if not path or "\0" in path or ".." in path.split("/"):
        return
    if not path.startswith("/"):
        yield site.file_of(post).parent / path
    served = urlsplit(site.public_url or "").path
    if site.public_url is not None and path.startswith(f"{served}/"):
        yield site.media / path.removeprefix(f"{served}/")
    below = {path.lstrip("/"), path.removeprefix(site.base_path).lstrip("/")} - {""}
    for folder in (site.media, *site.media.parents):
        if folder.is_relative_to(site.base):
            yield from (folder / each for each in below)
    yield from (site.content / each for each in below)


def _is_anothers(post: Post, file: Path) -> bool:
    """Whether a picture lies there that is neither a cover nor derived from one, or a cover of another slug and
    concept. Raises OSError or BlogcoversError."""
    data = read_file(file) if storage.is_file(file) else b""
    found = judged(data) if isinstance(data, bytes) else data
    if found.recipe:
        return found.recipe.slug != post.slug and found.recipe.concept not in ("", post.concept)
    if not isinstance(data, bytes) or found.state is not State.HAND_MADE:
        return False
    for container in (webp, jpeg):
        with suppress(ValueError):  # it is of the other kind, or of none
            if container.read_record(data):
                return False
    return True


def _is_address(picture: str) -> bool:
    with suppress(ValueError):  # "http://[fox"
        urlsplit(picture)
        return True
    return False
