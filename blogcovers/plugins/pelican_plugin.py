"""The Pelican plugin: covers are made once the articles are read, before Pelican collects its static files.

So one run publishes them, and templates find each as ``article.cover`` (a :class:`~blogcovers.api.Cover`).
It is shipped as ``pelican.plugins.blogcovers``, which Pelican loads by itself; so it does nothing until there is
a config of blogcovers above the content folder, or ``BLOGCOVERS = True`` among Pelican's settings.
``BLOGCOVERS = False`` keeps it still.

Which files are posts, and where their covers lie, is told as on the command line; what a post says is what
Pelican has read. So ``blogcovers check`` afterwards finds what this has made.
"""

from __future__ import annotations

import logging
import os
from datetime import date
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from pelican.plugins import signals

from blogcovers import api
from blogcovers.api import BlogcoversError, ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from blogcovers.api import BuildEvent, Config, Cover, Meta, Report, Row, Site, Value

SWITCH = "BLOGCOVERS"

_LISTS = (  # of ArticlesGenerator; not every Pelican has all of them
    *("articles", "translations", "hidden_articles", "hidden_translations", "drafts", "drafts_translations"),
)

log = logging.getLogger(__name__)


def register() -> None:
    """What Pelican calls of a plugin; with ``pelican -r`` once more whenever its settings change."""
    # Pelican tells of warnings and worse, but that covers were made is worth a line, too; unless it is --quiet.
    if logging.getLogger().getEffectiveLevel() <= logging.WARNING:
        log.setLevel(logging.INFO)
    log.filters.clear()  # Pelican's leaves out a line that was there before, which is news under pelican -r
    signals.article_generator_finalized.connect(make_covers)


def make_covers(generator: Any) -> None:
    """Makes what is due for the articles of Pelican's ``generator``, and tells each article of its cover.

    Whatever goes wrong is logged, and the site is built without: ``pelican --fatal errors`` is there for the rest.
    Raises KeyboardInterrupt.
    """
    try:
        config = _config(generator.settings)
        if config:
            _make(generator, config)
    except api.NoPosts:
        return
    except BlogcoversError as error:
        log.error("%s", error)  # noqa: TRY400  (sentences for the author, no traceback)


def _config(settings: Mapping[str, Any]) -> Config | None:
    """None where blogcovers is not wanted. Raises BlogcoversError."""
    content, wanted = Path(settings["PATH"]), settings.get(SWITCH)
    if wanted is None:
        wanted = _is_configured(content)
    if not wanted:
        return None
    config = api.load(content)
    if config.site.generator != "pelican":
        raise ConfigError(
            f"Pelican builds this site, but blogcovers takes it for a {config.site.generator} one: no covers are made.",
            'Write generator = "pelican" in blogcovers.toml.',
        )
    return config


def _is_configured(content: Path) -> bool:
    try:
        return api.config_file(content) is not None
    except ConfigError as error:  # somebody's pyproject.toml is malformed, who may have nothing to do with us
        log.info("%s", api.printable(str(error)))
        return False


def _make(generator: Any, config: Config) -> None:
    articles = dict(_articles(generator))
    known = {path: _front_matter(article) for path, article in articles.items()}
    plan, report = api.build(config, known=known, on_event=_tell, on_wait=_tell_waiting)
    if isinstance(report.stopped, api.Interrupted):
        raise KeyboardInterrupt
    for row, cover in api.covers(_served(config.site, generator.settings), report.rows):
        for path in (row.post.path, *row.post.also):
            if path in articles:
                _attach(cover.saying(row.post.alt_of(path)), articles[path])
    # What the command line alone had to guess of pelicanconf.py is no matter here.
    told = [warning for warning in plan.warnings if warning not in config.warnings]
    told += api.left_behind(config, plan)
    _tell_after(
        config.site,
        report,
        told,
        (*_not_read(config.site, known), *_unpublished(config.site, generator.settings, plan.rows)),
    )


def _articles(generator: Any) -> Iterator[tuple[str, Any]]:
    """(path below the content folder, article) of each that Pelican publishes, or shows as a draft."""
    for name in _LISTS:
        for article in getattr(generator, name, ()):
            path = os.path.relpath(article.source_path, generator.settings["PATH"])
            yield path.replace(os.sep, "/"), article


def _front_matter(article: Any) -> Meta:
    """Pelican's metadata as :func:`blogcovers.api.front_matter` reads the same file."""
    meta: Meta = {}
    for key, value in article.metadata.items():
        meta[str(key).lower()] = _value(value)
    meta["slug"] = _value(article.slug)
    if article.settings.get("TYPOGRIFY") and (title := _written_title(article.source_path)):
        meta["title"] = title  # Pelican's has entities and tags by now
    return meta


def _value(value: Any) -> Value:
    if value is None or isinstance(value, str):
        return api.said((value or "").strip())
    if isinstance(value, list | tuple):
        if all(isinstance(item, str) for item in value):
            return api.said(" ".join(item.strip() for item in value).strip())
        return [_value(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _value(item) for key, item in value.items()}
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):  # a datetime is one, too
        return value.isoformat()
    return api.said(str(value))  # a number; a tag, category or author, which are known by their names


def _written_title(file: str) -> Value:
    try:
        return api.front_matter(Path(file), "pelican").get("title")
    except (OSError, BlogcoversError):
        return None


def _served(site: Site, settings: Mapping[str, Any]) -> Site:
    """The site with the URLs of this run: SITEURL often is another where the site is published."""
    return api.served_as_pelican_says(site, settings)


def _attach(cover: Cover, article: Any) -> None:
    """Sets ``article.cover``, unless the author has named a picture there that is not ours."""
    own = article.metadata.get("cover")
    if isinstance(own, dict) and "concept" not in own:
        return
    if isinstance(own, str | list) and own and PurePosixPath(str(_value(own))).name != PurePosixPath(cover.path).name:
        return
    article.cover = article.metadata["cover"] = cover


def _not_read(site: Site, known: Mapping[str, Meta]) -> Iterator[str]:
    """Which articles wait in vain for a cover, since the command line does not read their like."""
    keys = [key for key in site.rules.concept_keys if "." not in key]
    others = [path for path, meta in known.items() if not path.endswith(api.SUFFIXES) and any(map(meta.get, keys))]
    if others:
        named = _some([site.shown(site.content / path) for path in sorted(others)])
        endings = ", ".join(api.SUFFIXES)
        yield f"Only posts in Markdown ({endings}) get covers; these name a concept all the same: {named}."


def _unpublished(site: Site, settings: Mapping[str, Any], rows: tuple[Row, ...]) -> Iterator[str]:
    """That Pelican will not publish the covers, where that is so."""
    content = Path(settings["PATH"])
    folders = [os.path.normpath(content / folder) for folder in settings["STATIC_PATHS"]]
    if any(row.cover for row in rows) and not any(site.media.is_relative_to(folder) for folder in folders):
        media = site.shown(site.media)
        way = "set 'media' in blogcovers.toml to a folder below one of STATIC_PATHS"
        if site.media.is_relative_to(content):
            way = f"add '{site.media.relative_to(content).as_posix()}' to STATIC_PATHS, or {way}"
        yield f"The covers are in {media}, which Pelican does not publish: {way}."


def _tell(event: BuildEvent) -> None:
    if isinstance(
        event, api.Note
    ):  # it stops nothing, so it must not under --fatal warnings; and may come from a thread
        log.info("%s", api.printable(event.text))
    elif isinstance(event, api.Opened):
        if event.note:
            log.warning("%s", api.printable(event.note))
        if event.count:
            log.info(
                "%s makes %s.", event.description[0].upper() + event.description[1:], api.plural(event.count, "cover")
            )


def _tell_waiting(seconds: float, holder: str) -> None:
    log.info("%s", api.printable(api.waiting(seconds, holder)))


def _tell_after(site: Site, report: Report, told: Iterable[str], warnings: Iterable[str]) -> None:
    """Errors come last: with ``--fatal`` the first one ends Pelican's run. ``told``: what ``blogcovers check`` warns
    of and passes all the same, so that ``--fatal warnings`` passes it, too."""
    made = [row.slug for row in report.rows if row.action is api.Action.RENDERED]
    if made:
        log.info("%s (%s)", api.summary(report.entries, report.seconds), api.printable(_some(made)))
    for text in told:
        log.info("%s", api.printable(text))
    for warning in warnings:
        log.warning("%s", api.printable(warning))
    for entry in report.entries:
        if entry.action is api.Action.FAILED:
            log.error("%s", api.printable(entry.error))
        elif entry.action is api.Action.BLOCKED:
            where = site.shown(entry.cover or entry.file)
            log.error("%s", api.printable(f"{where}: {entry.state}, but blocked: {entry.reason}."))
    if report.stopped:
        log.error("%s", api.printable(str(report.stopped)))


def _some(slugs: list[str], most: int = 5) -> str:
    return ", ".join(slugs[:most]) + (" …" if len(slugs) > most else "")
