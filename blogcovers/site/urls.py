"""Where a cover lies and is served, and whether the picture that a post names is its cover."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from string import Formatter
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

from blogcovers import generators
from blogcovers.cover import derivation, jpeg, webp
from blogcovers.cover.judge import judged, read_file
from blogcovers.cover.state import State
from blogcovers.errors import BlogcoversError
from blogcovers.link.edit import unlinked
from blogcovers.posts.naming import BY_SLUG

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from blogcovers.config import Config
    from blogcovers.cover.derived import Derived
    from blogcovers.generators.themes import Theme
    from blogcovers.posts.post import Post


NO_HOST = "[link] writes {absolute}, and it is not known under which host the site is published."
_MARK = "0slug0"  # stands for a slug while the text around it is looked for


@dataclass(frozen=True)
class Address:
    """``path``: below the site's own URL, as it is written on disk, without a leading slash. ``url``: from the
    host's root, percent-encoded (RFC 3986). ``absolute``: with scheme and host, or ``""`` where those are unknown."""

    path: str
    url: str
    absolute: str = ""


def cover_path(config: Config, post: Post) -> Path:
    """Where the post's cover lies: in its page bundle, if that is asked for, else below the media folder.

    A pattern with an empty section loses the slash before the slug.
    """
    if in_bundle(config, post):
        return (config.content / post.path).with_name(config.bundle)
    relative = config.path.format(slug=post.slug, section=post.section)
    return config.media.joinpath(*(part for part in relative.split("/") if part))


def derived_files(config: Config, post: Post) -> list[tuple[Derived, Path]]:
    """What is derived from the post's cover, and where each file lies."""
    files = derivation.files(cover_path(config, post), config.outputs, post.focus)
    return [(spec, file.with_name(spec.alone)) for spec, file in files] if in_bundle(config, post) else files


def of_cover(config: Config, post: Post) -> Address | None:
    """None where it is not known under which URL the cover's folder is served."""
    return of_file(config, post, cover_path(config, post))


def of_file(config: Config, post: Post, file: Path) -> Address | None:
    """As :func:`of_cover`, of a file beside the post's cover."""
    if file.is_relative_to(config.media) and config.public_url is not None:
        return _address(config, f"{config.public_url}/{file.relative_to(config.media).as_posix()}")
    folder = _bundle(post) if in_bundle(config, post) else None
    return _address(config, f"{config.base_path}/{folder}/{file.name}") if folder is not None else None


def in_bundle(config: Config, post: Post) -> bool:
    """Whether the cover lies beside its post, in a folder of the post's own, where themes find it by its name."""
    folder, _, name = post.path.rpartition("/")
    return bool(config.bundle and folder and name.partition(".")[0] == "index")


def written(theme: Theme, address: Address, post: Post) -> str:
    """The value that ``link`` writes for a theme."""
    name = address.path.rpartition("/")[2]
    values = {"url": address.url, "path": address.path, "absolute": address.absolute or address.url}
    return theme.value.format(**values, slug=post.slug, name=name)


def without_host(config: Config) -> str:
    """The way out where ``link`` is to write addresses with scheme and host and those are unknown; ``""`` elsewhere."""
    asked = config.link is not None and "absolute" in {name for _, name, _, _ in Formatter().parse(config.link.value)}
    if not asked or config.site_url or "://" in (config.public_url or ""):
        return ""
    setting = generators.named(config.generator).url_setting
    own = f", or set {setting}" if setting else ""
    return f'Write public_url = "https://example.org{config.public_url or "/covers"}" in blogcovers.toml{own}.'


def of_link(config: Config, post: Post) -> str:
    """The value that ``link`` writes; ``""`` where no theme is named or the cover's URL is not known."""
    address = of_cover(config, post)
    return written(config.link, address, post) if config.link and address else ""


def is_own_picture(config: Config, post: Post, picture: str, read: Callable[[], bytes]) -> bool:
    """Whether ``picture``, what the theme's key holds, is the author's own, so that no cover is made or linked.

    It is not where it is the value that ``link`` would write, where it leads to the cover's own file, however
    that is written, and where it is a former link (:func:`is_former_link`). ``read`` gives the post's bytes.
    """
    if not picture or picture == of_link(config, post) or cover_path(config, post) in _files(config, post, picture):
        return False
    return not is_former_link(config, post, picture, read)


def is_former_link(config: Config, post: Post, picture: str, read: Callable[[], bytes]) -> bool:
    """Whether ``link`` wrote ``picture`` into the post, be it for an address that the cover no longer has.

    Three things must hold. It is called as a cover of this post would be: by its slug or its file's name,
    wherever that was served, or by another slug where covers are served now. It stands at the place and in the
    form in which ``link`` puts a value. And no picture made by hand lies at its address, but for the cover itself,
    nor a cover of another concept, which the author has borrowed from another post.
    """
    if not config.link or not _is_called_like_a_cover(config, post, picture):
        return False
    files = [] if picture == of_link(config, post) else _files(config, post, picture)
    own = cover_path(config, post)
    try:
        if any(file != own and _is_anothers(post, file) for file in files):
            return False
        data, rules = read(), config.rules
        return unlinked(data, config.link.key, picture, rules.dialect, "", rules.flat_concept_keys) != data
    except (OSError, BlogcoversError):  # what cannot be read is not taken for ours
        return False


def is_outdated(config: Config, post: Post, picture: str, read: Callable[[], bytes]) -> bool:
    """Whether the post holds a link of ours to another address than its cover's."""
    value = of_link(config, post)
    return bool(value) and picture != value and is_former_link(config, post, picture, read)


def links_to_nothing(config: Config, post: Post, picture: str, read: Callable[[], bytes]) -> bool:
    """Whether the post holds a link of ours, and no cover is there."""
    return not cover_path(config, post).is_file() and is_former_link(config, post, picture, read)


def _is_called_like_a_cover(config: Config, post: Post, picture: str) -> bool:
    name = unquote(urlsplit(picture).path).rpartition("/")[2] if _is_address(picture) else ""
    slug = post.slug.rpartition("/")[2]
    return (
        picture == post.slug or name in (cover_path(config, post).name, f"{slug}.webp") or _fits(config, post, picture)
    )


def _fits(config: Config, post: Post, picture: str) -> bool:
    """Whether ``link`` would write ``picture`` if the post had another slug, with as many folders in it."""
    marked = of_link(config, replace(post, slug=_MARK))
    before, mark, rest = marked.partition(_MARK)
    after = rest.rpartition(_MARK)[2]
    if not mark or not after or not (picture.startswith(before) and picture.endswith(after)):
        return False
    slug = unquote(picture[len(before) : len(picture) - len(after)])
    if not slug or slug.count("/") != post.slug.count("/"):
        return False
    return picture == of_link(config, replace(post, slug=slug))


def _files(config: Config, post: Post, picture: str) -> Iterator[Path]:
    """Where the file may lie that a picture's address leads to: beside the post, or below the media folder or one
    above it, whichever of them the site serves as its root."""
    path = unquote(urlsplit(picture).path) if _is_address(picture) else ""
    if not path or "\0" in path or ".." in path.split("/"):
        return
    if not path.startswith("/"):
        yield (config.content / post.path).parent / path
    served = urlsplit(config.public_url or "").path
    if config.public_url is not None and path.startswith(f"{served}/"):
        yield config.media / path.removeprefix(f"{served}/")
    below = {path.lstrip("/"), path.removeprefix(config.base_path).lstrip("/")} - {""}
    for folder in (config.media, *config.media.parents):
        if folder.is_relative_to(config.base):
            yield from (folder / each for each in below)
    yield from (config.content / each for each in below)


def _is_anothers(post: Post, file: Path) -> bool:
    """Whether a picture lies there that is neither a cover nor derived from one, or a cover of another slug and
    concept. Raises OSError or BlogcoversError."""
    data = read_file(file) if file.is_file() else b""
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


def _bundle(post: Post) -> str | None:
    """A bundle's URL path below the site's own; None where it is not known."""
    if post.bundle != BY_SLUG:
        return post.bundle
    return "/".join(part for part in (post.section, post.slug) if part)


def _address(config: Config, whole: str) -> Address:
    parts = urlsplit(whole) if "://" in whole else None
    path = parts.path if parts else whole
    below = path.removeprefix(config.base_path).lstrip("/")
    url = quote(path, safe="/~!$&'()*+,;=:@", errors="surrogateescape")  # a path may hold bytes that are not UTF-8
    host = f"{parts.scheme}://{parts.netloc}" if parts else config.site_url.removesuffix(config.base_path)
    return Address(below, url, f"{host}{url}" if host else "")
