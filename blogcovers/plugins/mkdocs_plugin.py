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
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urljoin, urlsplit

from mkdocs.config import config_options as option
from mkdocs.config.base import Config as Options
from mkdocs.plugins import BasePlugin, get_plugin_logger
from mkdocs.structure.files import File, InclusionLevel

from blogcovers import config as configuration
from blogcovers import output
from blogcovers.build import Finished, Opened, Report
from blogcovers.cover.job import Note
from blogcovers.errors import BlogcoversError, Interrupted
from blogcovers.gallery import data_file
from blogcovers.plan import Action, is_wrong
from blogcovers.plugins import step
from blogcovers.site import urls
from blogcovers.site.urls import cover_path, derived_files
from blogcovers.survey import survey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

    from blogcovers.build import BuildEvent
    from blogcovers.config import Config
    from blogcovers.plan import Row
    from blogcovers.plugins.step import Cover
    from blogcovers.posts.post import Post

log = get_plugin_logger(__name__)

KEY = "cover"
"""Where templates find a page's cover, in its metadata."""

# As Python-Markdown has them: no space is needed after the hash, one equals sign is enough.
_TITLE = re.compile(r"(?:[ \t]*\n)*(?:#(?!#)[^\n]*|[^\n]*\S[^\n]*\n=+[ \t]*)(?:\n|$)")
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
        self._site: Config | None = None
        self._rows: tuple[Row, ...] = ()
        self._covers: dict[str, Published] = {}

    def on_pre_build(self, *, config: MkDocsConfig) -> None:
        """Makes the covers: before MkDocs lists its files, since those of some sites lie in ``docs_dir``."""
        if not self.config.enabled:
            return
        try:
            host = _host(config)
            self._site = configuration.load(configuration.Options(host=host))
            self._rows = _made(self._site, host) if self.config.build else _there(self._site, host)
        except BlogcoversError as error:
            _warn(str(error))
            with suppress(BlogcoversError):  # what kept us from making covers need not keep us from publishing them
                self._rows = survey(self._site).rows if self._site else ()

    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Publishes the covers of those posts that MkDocs publishes."""
        site = self._site
        if site is None:
            return files
        if any(row.subject and row.cover and urls.of_cover(site, row.subject) is None for row in self._rows):
            _warn(f"It is not known where {site.shown(site.media)} is served: set public_url in blogcovers.toml.")
        elsewhere = _other_host(site)
        for post, cover in step.of_posts(site, Report(self._rows)):
            named = {path: _below(config.docs_dir, site.content / path) for path in (post.path, *post.also)}
            pages = {path: page for path, name in named.items() if name and (page := files.get_file_from_path(name))}
            if not pages:
                continue
            if elsewhere:
                published = Published(cover, None, urljoin(elsewhere, cover.url))
            else:
                inclusion = max((page.inclusion for page in pages.values()), key=lambda level: level.value)
                file, *_ = [_added(files, config, *each, inclusion) for each in _publishable(site, config, post, cover)]
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
        for path in _watched(self._site, config) if self.config.enabled else ():
            server.watch(str(path))
        return server


def _host(config: MkDocsConfig) -> configuration.Host:
    """MkDocs as it runs; a config from standard input counts as the ``mkdocs.yml`` of where the user stands."""
    file = Path(config.config_file_path or "")
    file = file if file.is_file() else Path("mkdocs.yml")
    return configuration.Host(
        "mkdocs", Path(os.path.normpath(file.absolute())), Path(os.path.normpath(Path(config.docs_dir).absolute()))
    )


def _made(site: Config, host: configuration.Host) -> tuple[Row, ...]:
    """The rows after a build. Raises BlogcoversError for what kept it from beginning."""
    plan, report = step.run(site, lambda: survey(site), _say, _tell)
    for text in (
        *plan.warnings,
        *step.left_behind(site, plan),
        *(f"The file that stood there is kept as {kept}." for kept in report.replaced),
    ):
        _say(text)
    if isinstance(report.stopped, Interrupted):
        raise KeyboardInterrupt
    if report.stopped:
        left = sum(row.action is Action.RENDER for row in report.rows)
        _warn(f"{report.stopped} {output.plural(left, 'cover')} not made." if left else str(report.stopped))
    _complain((row for row in report.rows if not (report.stopped and row.action is Action.RENDER)), site, host)
    return report.rows


def _there(site: Config, host: configuration.Host) -> tuple[Row, ...]:
    """The rows as they are, with nothing made. Raises BlogcoversError."""
    plan = survey(site)
    for text in (*plan.warnings, *step.left_behind(site, plan)):
        _say(text)
    _complain(iter(plan.rows), site, host)
    if outdated := data_file.outdated(site, plan.rows):
        _warn(f"{outdated}. {_way_out(site, host)}")
    return plan.rows


def _way_out(site: Config, host: configuration.Host) -> str:
    """The command that makes the covers of this run, at the folder of ``mkdocs.yml``. It names the posts, since our
    config may lie above several sites; posts outside of that folder are found by ``mkdocs.yml``."""
    root, here, command = host.file.parent, Path.cwd(), ["blogcovers", "build"]
    if site.content.is_relative_to(root):
        command.append(site.content.relative_to(root).as_posix())
    folder = shlex.quote(str(root.relative_to(here) if root.is_relative_to(here) else root))
    return f"Run{'' if root == here else f' in {folder}'}: {shlex.join(command)}"


def _complain(rows: Iterator[Row], site: Config, host: configuration.Host) -> None:
    for row in rows:
        if row.action in (Action.RENDERED, Action.DERIVED) or not is_wrong(row):
            continue
        if row.action in (Action.RENDER, Action.DERIVE):
            _warn(f"{row.post}: the cover is {row.state} ({row.reason}). {_way_out(site, host)}")
        else:
            _warn(row.error or f"{row.cover or row.post}: {row.state}, but blocked: {row.reason}.")


def _tell(event: BuildEvent) -> None:
    if isinstance(event, Opened):
        _say(f"Making {output.plural(event.count, 'cover')} with {event.description}. {event.note}".rstrip())
    elif isinstance(event, Finished) and event.row.action is Action.RENDERED:
        _say(f"{event.row.cover}, {output.duration(event.row.seconds or 0)} ({event.row.reason})")
    elif isinstance(event, Note):
        _say(event.text)


def _say(text: str) -> None:
    log.info("%s", output.printable(text))


def _warn(text: str) -> None:
    log.warning("%s", output.printable(text))


def _other_host(site: Config) -> str:
    """The host that serves the covers, if it is not the site's own: ``https://cdn.example.org``."""
    parts = urlsplit(site.public_url or "")
    own = urlsplit(site.site_url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc and parts.netloc != own.netloc else ""


def _publishable(site: Config, config: MkDocsConfig, post: Post, cover: Cover) -> list[tuple[str, Path]]:
    """(name, file) of what goes with the site for a post, the cover first: the name is its place in ``docs_dir``,
    or the one that it pretends to have there. What is derived from a cover lies beside it and belongs here, too."""
    file = cover_path(site, post)
    name = _below(config.docs_dir, file) or cover.path
    derived = [path for _, path in derived_files(site, post) if path.is_file()]
    return [(name, file), *((posixpath.join(posixpath.dirname(name), path.name), path) for path in derived)]


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


def _watched(site: Config | None, config: MkDocsConfig) -> list[Path]:
    if site:
        return [path for path in (site.file, site.style) if path]
    with suppress(BlogcoversError):  # the config that is at fault is the one to be watched
        file = configuration.find(Path(config.docs_dir))
        return [file] if file else []
    return []


def _below(folder: str, path: Path) -> str:
    """The path relative to a folder, with ``/``; ``""`` for one that is not in it."""
    relative = os.path.relpath(path, folder).replace(os.sep, "/")
    return "" if relative.startswith("../") else relative
