"""The plugin of MkDocs: makes the covers that are due, publishes them with the site, and tells the templates of them.

Named in ``mkdocs.yml`` under ``plugins``; all but its three options stands in ``blogcovers.toml``, if there is one.
What ``blogcovers check`` would call wrong after the run is a warning, so that ``--strict`` fails on it; everything
else is said at the level of MkDocs' own messages.
"""

from __future__ import annotations

import os
import posixpath
import re
import shlex
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urljoin, urlsplit

from mkdocs.config import config_options as option
from mkdocs.config.base import Config as Options
from mkdocs.plugins import BasePlugin, get_plugin_logger
from mkdocs.structure.files import File, InclusionLevel

from blogcovers import api
from blogcovers.api import Action, BlogcoversError, Config, Cover, Row, Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

log = get_plugin_logger(__name__)

KEY = "cover"
"""Where templates find a page's cover, in its metadata."""

# As Python-Markdown has them: no space is needed after the hash, one equals sign is enough.
_TITLE = re.compile(r"(?:[ \t]*\n)*(?:#(?!#)[^\n]*|(?=[^\n]*\S)[^\n]*\n=+[ \t]*)(?:\n|$)")
_ATTRIBUTES = frozenset(
    {"attr_list", "markdown.extensions.attr_list", "extra", "markdown.extensions.extra", "pymdownx.extra"}
)


class Settings(Options):
    """The plugin's options in ``mkdocs.yml``.

    ``build``: whether covers are made; if not, those that are there are published. ``insert``: whether blog posts
    begin with their cover.
    """

    enabled = option.Type(bool, default=True)
    build = option.Type(bool, default=True)
    insert = option.Type(bool, default=False)


@dataclass(frozen=True)
class Published:
    """A cover as a page refers to it: MkDocs' own file, or None where another host serves it."""

    cover: Cover
    file: File | None
    absolute: str = ""


class BlogcoversPlugin(BasePlugin[Settings]):
    """One object a build: what :meth:`on_pre_build` finds is published and told by the later events."""

    def __init__(self) -> None:
        self._config: Config | None = None
        self._rows: tuple[Row, ...] = ()
        self._covers: dict[str, Published] = {}

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Makes the covers: before MkDocs lists its files, since those of some sites lie in ``docs_dir``."""
        if not self.config.enabled:
            return
        try:
            host = _host(config)
            self._config = api.load(options=api.Options(host=host))
            self._rows = _made(self._config, host) if self.config.build else _there(self._config, host)
        except BlogcoversError as error:
            _warn(str(error))
            with suppress(BlogcoversError):  # what kept us from making covers need not keep us from publishing them
                self._rows = api.survey(self._config).rows if self._config else ()

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Publishes the covers of those posts that MkDocs publishes."""
        if self._config is None:
            return files
        site = self._config.site
        if any(row.cover and not api.served(site, row) for row in self._rows):
            _warn(f"It is not known where {site.shown(site.media)} is served: set public_url in blogcovers.toml.")
        elsewhere = _other_host(site)
        for row, cover in api.covers(site, self._rows):
            post = row.post
            named = {path: _below(config.docs_dir, site.content / path) for path in (post.path, *post.also)}
            pages = {path: page for path, name in named.items() if name and (page := files.get_file_from_path(name))}
            if not pages:
                continue
            if elsewhere:
                published = Published(cover, None, urljoin(elsewhere, cover.url))
            else:
                inclusion = max((page.inclusion for page in pages.values()), key=lambda level: level.value)
                file, *_ = [_added(files, config, *each, inclusion) for each in _publishable(config, row, cover)]
                if file.inclusion is InclusionLevel.EXCLUDED:
                    continue
                published = Published(cover, file)
            for path, page in pages.items():
                self._covers[page.src_uri] = replace(published, cover=cover.saying(post.alt_of(path)))
        return files

    def on_page_markdown(self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files) -> str | None:
        """Puts the cover into the page's metadata, and at the top of a blog post if that is asked for.

        Material's blog posts and the excerpts of its listings hold the same metadata. An author's own ``cover`` that
        is no mapping, or that has a ``url``, is left alone, and so is its page.
        """
        published, own = self._covers.get(page.file.src_uri), page.meta.get(KEY)
        if published is None or not (own is None or (isinstance(own, dict) and "url" not in own)):
            return None
        page.meta[KEY] = {**_told(published, config.site_url), **(own or {})}
        if not self.config.insert or not _is_blog_post(page, config):
            return None
        alt = " ".join(str(page.meta[KEY]["alt"] or "").split())  # the author's own, if there is one
        return _with_image(markdown, published, alt, page, _ATTRIBUTES.isdisjoint(config.markdown_extensions))

    def on_serve(
        self, server: LiveReloadServer, *, config: MkDocsConfig, builder: Callable[..., Any]
    ) -> LiveReloadServer:
        """Watches what decides the covers besides the posts; a build writes none of it."""
        for path in _watched(self._config.site if self._config else None, config) if self.config.enabled else ():
            server.watch(str(path))
        return server


def _host(config: MkDocsConfig) -> api.Host:
    """MkDocs as it runs; a config from standard input counts as the ``mkdocs.yml`` of where the user stands."""
    file = Path(config.config_file_path or "")
    file = file if file.is_file() else Path("mkdocs.yml")
    return api.Host(
        "mkdocs", Path(os.path.normpath(file.absolute())), Path(os.path.normpath(Path(config.docs_dir).absolute()))
    )


def _made(config: Config, host: api.Host) -> tuple[Row, ...]:
    """The rows after a build. Raises BlogcoversError for what kept it from beginning."""
    plan, report = api.build(config, on_event=partial(_tell, config.site), on_wait=_tell_waiting)
    for text in (
        *plan.warnings,
        *api.left_behind(config, plan),
        *(f"The file that stood there is kept as {config.site.shown(kept)}." for kept in report.replaced),
    ):
        _say(text)
    if isinstance(report.stopped, api.Interrupted):
        raise KeyboardInterrupt
    if report.stopped:
        left = sum(row.action is Action.RENDER for row in report.rows)
        _warn(f"{report.stopped} {api.plural(left, 'cover')} not made." if left else str(report.stopped))
    _complain(
        (one for one in report.entries if not (report.stopped and one.action is Action.RENDER)), config.site, host
    )
    return report.rows


def _there(config: Config, host: api.Host) -> tuple[Row, ...]:
    """The rows as they are, with nothing made. Raises BlogcoversError."""
    plan = api.survey(config)
    for text in (*plan.warnings, *api.left_behind(config, plan)):
        _say(text)
    _complain(iter(plan.entries), config.site, host)
    if outdated := api.outdated(config.site, plan):
        _warn(f"{outdated}. {_way_out(config.site, host)}")
    return plan.rows


def _way_out(site: Site, host: api.Host) -> str:
    """The command that makes the covers of this run, at the folder of ``mkdocs.yml``. It names the posts, since our
    config may lie above several sites; posts outside of that folder are found by ``mkdocs.yml``."""
    root, here, command = host.file.parent, Path.cwd(), ["blogcovers", "build"]
    if site.content.is_relative_to(root):
        command.append(site.content.relative_to(root).as_posix())
    folder = shlex.quote(str(root.relative_to(here) if root.is_relative_to(here) else root))
    return f"Run{'' if root == here else f' in {folder}'}: {shlex.join(command)}"


def _complain(entries: Iterable[api.Entry], site: Site, host: api.Host) -> None:
    for entry in entries:
        if entry.action in (Action.RENDERED, Action.DERIVED) or not api.is_wrong(entry):
            continue
        if entry.action in (Action.RENDER, Action.DERIVE):
            way_out = _way_out(site, host)
            _warn(f"{site.shown(entry.file)}: the cover is {entry.state} ({entry.reason}). {way_out}")
        else:
            where = site.shown(entry.cover or entry.file)
            _warn(entry.error or f"{where}: {entry.state}, but blocked: {entry.reason}.")


def _tell(site: Site, event: api.BuildEvent) -> None:
    if isinstance(event, api.Opened):
        _say(f"Making {api.plural(event.count, 'cover')} with {event.description}. {event.note}".rstrip())
    elif isinstance(event, api.Finished) and event.row.action is Action.RENDERED and event.row.cover:
        row, cover = event.row, site.shown(event.row.cover)
        _say(f"{cover}, {api.duration(row.seconds or 0)} ({row.reason})")
    elif isinstance(event, api.Note):
        _say(event.text)


def _tell_waiting(seconds: float, holder: str) -> None:
    _say(api.waiting(seconds, holder))


def _say(text: str) -> None:
    log.info("%s", api.printable(text))


def _warn(text: str) -> None:
    log.warning("%s", api.printable(text))


def _other_host(site: Site) -> str:
    """The host that serves the covers, if it is not the site's own: ``https://cdn.example.org``."""
    parts = urlsplit(site.public_url or "")
    own = urlsplit(site.site_url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc and parts.netloc != own.netloc else ""


def _publishable(config: MkDocsConfig, row: Row, cover: Cover) -> list[tuple[str, Path]]:
    """(name, file) of what goes with the site for a post, the cover first: the name is its place in ``docs_dir``,
    or the one that it pretends to have there. What is derived from a cover lies beside it and belongs here, too."""
    name = (_below(config.docs_dir, row.cover) if row.cover else "") or cover.path
    files = [row.cover] if row.cover else []
    derived = [path for _, path in row.derived if path.is_file()]
    beside = ((posixpath.join(posixpath.dirname(name), path.name), path) for path in derived)
    return [*((name, file) for file in files), *beside]


def _added(files: Files, config: MkDocsConfig, name: str, path: Path, inclusion: InclusionLevel) -> File:
    """MkDocs' file of this name; added where there is none, as much a part of the site as its post is."""
    file = files.get_file_from_path(name)
    if file is None:
        level = InclusionLevel.INCLUDED if inclusion.is_included() else inclusion
        file = File.generated(config, name, abs_src_path=str(path), inclusion=level)
        files.append(file)
    elif file.abs_src_path != str(path):
        _say(f"{name} is the site's own, so {path.name} of {path.parent.name}/ is not published.")
    return file


def _is_blog_post(page: Page, config: MkDocsConfig) -> bool:
    """Whether a blog plugin (Material's ``blog.posts``) has the page; where there is no blog, every page counts."""
    blogs = [blog for plugin in config.plugins.values() if (blog := getattr(plugin, "blog", None))]
    return not blogs or any(page in getattr(blog, "posts", ()) for blog in blogs)


def _told(published: Published, site_url: str | None) -> dict[str, Any]:
    """What templates are told. ``url`` is for MkDocs' ``url`` filter: relative to the site's root, or whole where
    another host serves it. ``absolute``: with scheme and host, ``""`` where the site's own URL is not known."""
    cover = published.cover
    url = published.file.url if published.file else published.absolute
    base = f"{site_url.rstrip('/')}/" if site_url else ""
    absolute = published.absolute or (urljoin(base, url) if base else "")
    return {"url": url, "absolute": absolute, "width": cover.width, "height": cover.height, "alt": cover.alt}


def _with_image(markdown: str, published: Published, alt: str, page: Page, bare: bool) -> str | None:
    """The Markdown with the cover and its ``alt`` after its title, or None where it shows the cover already.

    An image of Markdown and not of HTML: MkDocs checks and rewrites its link, also in the listings of a blog.
    """
    file, cover = published.file, published.cover
    if file and file.src_uri in unquote(markdown):
        return None
    link = quote(posixpath.relpath(file.src_uri, posixpath.dirname(page.file.src_uri))) if file else published.absolute
    # As entities, so that no extension finds its own marks in an author's sentence.
    alt = "".join(c if c.isalnum() or not c.isascii() or c in " ,.-" else f"&#{ord(c)};" for c in alt)
    size = "" if bare else f'{{ width="{cover.width}" height="{cover.height}" }}'
    title = _TITLE.match(markdown)
    at = title.end() if title else 0
    return f"{markdown[:at]}\n![{alt}]({link}){size}\n\n{markdown[at:]}"


def _watched(site: Site | None, config: MkDocsConfig) -> list[Path]:
    if site:
        return [path for path in (site.file, site.style) if path]
    with suppress(BlogcoversError):  # the config that is at fault is the one to be watched
        file = api.config_file(Path(config.docs_dir))
        return [file] if file else []
    return []


def _below(folder: str, path: Path) -> str:
    """The path relative to a folder, with ``/``; ``""`` for one that is not in it."""
    relative = os.path.relpath(path, folder).replace(os.sep, "/")
    return "" if relative.startswith("../") else relative
