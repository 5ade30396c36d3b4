"""Where a cover is served: what the generator makes of its place on disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from blogcovers.survey import cover_path, is_bundled

if TYPE_CHECKING:
    from pathlib import Path

    from blogcovers.config import Config
    from blogcovers.posts import Post
    from blogcovers.themes import Theme


@dataclass(frozen=True)
class Address:
    """``path``: below the site's own URL, as it is written on disk, without a leading slash. ``url``: from the
    host's root, percent-encoded (RFC 3986). ``absolute``: with scheme and host, or ``""`` where those are unknown."""

    path: str
    url: str
    absolute: str = ""


def of_cover(config: Config, post: Post) -> Address | None:
    """None where it is not known under which URL the cover's folder is served."""
    return of_file(config, post, cover_path(config, post))


def of_file(config: Config, post: Post, file: Path) -> Address | None:
    """As :func:`of_cover`, of a file beside the post's cover."""
    if file.is_relative_to(config.media) and config.public_url is not None:
        return _address(config, f"{config.public_url}/{file.relative_to(config.media).as_posix()}")
    folder = _bundle(config, post) if in_bundle(config, post) else None
    return _address(config, f"{config.base_path}/{folder}/{file.name}") if folder is not None else None


def in_bundle(config: Config, post: Post) -> bool:
    """Whether the cover lies beside its post, where themes find it by its name."""
    return is_bundled(config, post)


def written(theme: Theme, address: Address, post: Post) -> str:
    """The value that ``link`` writes for a theme."""
    name = address.path.rpartition("/")[2]
    values = {"url": address.url, "path": address.path, "absolute": address.absolute or address.url}
    return theme.value.format(**values, slug=post.slug, name=name)


def _bundle(config: Config, post: Post) -> str | None:
    """A bundle's URL path below the site's own; None where it is not known. MkDocs and Zensical publish a bundle as the
    folder that it is, which is its slug, too."""
    if config.rules.slug_rule == "hugo":
        return post.bundle
    if config.rules.dialect == "mkdocs":
        return post.path.rpartition("/")[0]
    return "/".join(part for part in (post.section, post.slug) if part)


def _address(config: Config, whole: str) -> Address:
    parts = urlsplit(whole) if "://" in whole else None
    path = parts.path if parts else whole
    below = path.removeprefix(config.base_path).lstrip("/")
    url = quote(path, safe="/~!$&'()*+,;=:@")
    host = f"{parts.scheme}://{parts.netloc}" if parts else config.site_url.removesuffix(config.base_path)
    return Address(below, url, f"{host}{url}" if host else "")
