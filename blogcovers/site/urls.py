"""Where a cover lies and is served, and whether the picture that a post names is its cover."""

from __future__ import annotations

from dataclasses import dataclass
from string import Formatter
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from blogcovers.posts.naming import BY_SLUG

if TYPE_CHECKING:
    from pathlib import Path

    from blogcovers.generators.themes import Theme
    from blogcovers.posts import Post
    from blogcovers.site.site import Site


NO_HOST = "[link] writes {absolute}, and it is not known under which host the site is published."


@dataclass(frozen=True)
class Address:
    """``path``: below the site's own URL, as it is written on disk, without a leading slash. ``url``: from the
    host's root, percent-encoded (RFC 3986). ``absolute``: with scheme and host, or ``""`` where those are unknown."""

    path: str
    url: str
    absolute: str = ""


def of_cover(site: Site, post: Post) -> Address | None:
    """None where it is not known under which URL the cover's folder is served."""
    return of_file(site, post, site.cover_path(post))


def of_file(site: Site, post: Post, file: Path) -> Address | None:
    """As :func:`of_cover`, of a file beside the post's cover."""
    if file.is_relative_to(site.media) and site.public_url is not None:
        return _address(site, f"{site.public_url}/{file.relative_to(site.media).as_posix()}")
    folder = _bundle(post) if site.in_bundle(post) else None
    return _address(site, f"{site.base_path}/{folder}/{file.name}") if folder is not None else None


def written(theme: Theme, address: Address, post: Post) -> str:
    """The value that ``link`` writes for a theme."""
    name = address.path.rpartition("/")[2]
    values = {"url": address.url, "path": address.path, "absolute": address.absolute or address.url}
    return theme.value.format(**values, slug=post.slug, name=name)


def without_host(site: Site) -> str:
    """The way out where ``link`` is to write addresses with scheme and host and those are unknown; ``""`` elsewhere."""
    asked = site.link is not None and "absolute" in {name for _, name, _, _ in Formatter().parse(site.link.value)}
    if not asked or site.site_url or "://" in (site.public_url or ""):
        return ""
    setting = site.url_setting
    own = f", or set {setting}" if setting else ""
    return f'Write public_url = "https://example.org{site.public_url or "/covers"}" in blogcovers.toml{own}.'


def of_link(site: Site, post: Post) -> str:
    """The value that ``link`` writes; ``""`` where no theme is named or the cover's URL is not known."""
    address = of_cover(site, post)
    return written(site.link, address, post) if site.link and address else ""


def _bundle(post: Post) -> str | None:
    """A bundle's URL path below the site's own; None where it is not known."""
    if post.bundle != BY_SLUG:
        return post.bundle
    return "/".join(part for part in (post.section, post.slug) if part)


def _address(site: Site, whole: str) -> Address:
    parts = urlsplit(whole) if "://" in whole else None
    path = parts.path if parts else whole
    below = path.removeprefix(site.base_path).lstrip("/")
    url = quote(path, safe="/~!$&'()*+,;=:@", errors="surrogateescape")  # a path may hold bytes that are not UTF-8
    host = f"{parts.scheme}://{parts.netloc}" if parts else site.site_url.removesuffix(site.base_path)
    return Address(below, url, f"{host}{url}" if host else "")
