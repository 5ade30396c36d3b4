"""``blogcovers link``: writes each cover's URL into its posts' front matter, one line in each, or takes it out."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from blogcovers import bounds, output, storage
from blogcovers import config as configuration
from blogcovers.errors import BlogcoversError, ConfigError
from blogcovers.generators.themes import THEMES
from blogcovers.link import held, linked, unlinked
from blogcovers.plan import Action
from blogcovers.posts.post import picture_in
from blogcovers.site import own_pictures, urls
from blogcovers.survey import survey

if TYPE_CHECKING:
    from blogcovers.config import Options, Selection
    from blogcovers.generators.themes import Theme
    from blogcovers.plan import Row
    from blogcovers.posts import Post
    from blogcovers.site import Site


class Fate(StrEnum):
    """What became of one post."""

    LINKED = "linked"
    RELINKED = "relinked"
    UNLINKED = "unlinked"
    AS_IT_WAS = "as it was"
    OWN = "names its own picture"
    NO_COVER = "no cover yet"
    SKIPPED = "skipped"
    BUNDLE = "found beside the post"
    FAILED = "failed"


@dataclass(frozen=True)
class Ending:
    """``post``: its path relative to the site's base. ``said``: what to tell of it, if anything."""

    post: str
    fate: Fate
    said: str = ""


def link(options: Options, selection: Selection, *, undo: bool = False, dry_run: bool = False) -> int:
    """1 where a post cannot take the line; the others have it all the same."""
    config = configuration.load(options)
    site, theme = config.site, _theme(config.site)
    if not undo and (way_out := urls.without_host(site)):
        raise ConfigError(urls.NO_HOST, way_out)
    plan = survey(config, only=selection.only)
    endings = [
        _ending(site, theme, row, path, undo=undo, dry_run=dry_run)
        for row in plan.rows
        for path in (row.post.path, *row.post.also)
    ]
    for entry in plan.failed:
        output.complain(entry.error)
    if selection.json:
        output.say(json.dumps({"key": theme.key, "posts": [asdict(ending) for ending in endings]}, indent=2))
    _tell(endings, theme, quiet=selection.quiet or selection.json, dry_run=dry_run)
    failed = plan.failed or any(ending.fate is Fate.FAILED for ending in endings)
    return 1 if failed else 0


def _theme(site: Site) -> Theme:
    if site.link is None:
        raise ConfigError(
            "It is not known which key your theme reads.",
            f'Write [link] theme = "..." in blogcovers.toml (one of {", ".join(THEMES)}), or key = "cover.image".',
        )
    return site.link


def _ending(site: Site, theme: Theme, row: Row, path: str, *, undo: bool, dry_run: bool) -> Ending:
    post, file = row.post, site.content / path
    shown = site.shown(file)
    try:
        before = storage.read(file, bounds.POST)
        skipped = row.action is Action.SKIP
        after, fate, said = _undone(site, theme, post, before) if undo else _done(site, theme, post, before, skipped)
        if after != before and not dry_run:
            storage.write(file, after, site.base, inside=site.folders)
    except OSError as error:
        return Ending(shown, Fate.FAILED, f"it cannot be read: {error.strerror}.")
    except BlogcoversError as error:
        return Ending(shown, Fate.FAILED, str(error))
    return Ending(shown, fate, said)


def _undone(site: Site, theme: Theme, post: Post, before: bytes) -> tuple[bytes, Fate, str]:
    """The post without the line that ``link`` wrote, for whatever address, and what became of it."""
    picture = _picture(site, theme, before)
    after = _without(site, theme, post, before, picture)
    if after != before:
        return after, Fate.UNLINKED, ""
    return before, Fate.BUNDLE if site.in_bundle(post) else Fate.AS_IT_WAS, ""


def _done(site: Site, theme: Theme, post: Post, before: bytes, skipped: bool) -> tuple[bytes, Fate, str]:
    """The post with its line, and what became of it, with what to tell of that."""
    picture = _picture(site, theme, before)
    if own_pictures.is_own_picture(site, post, picture, lambda: before):
        return before, Fate.OWN, f"names its own picture ({theme.key}: {picture})."
    if site.in_bundle(post):
        has_line = _without(site, theme, post, before, picture) != before
        return before, Fate.BUNDLE, _to_be_undone(post, picture) if has_line else ""
    there = storage.is_file(site.cover_path(post))
    if not post.concept or post.skip or not there:
        gone = skipped and not there and _without(site, theme, post, before, picture) != before
        return before, Fate.SKIPPED if skipped else Fate.NO_COVER, _to_be_undone(post, picture) if gone else ""
    value = _value(site, theme, post)
    if picture == value:
        return before, Fate.AS_IT_WAS, ""
    without = _without(site, theme, post, before, picture)
    if picture and without == before:  # the author's own way to write where the cover is
        return before, Fate.AS_IT_WAS, ""
    rules = site.rules
    after = linked(without, theme.key, value, rules.dialect, concept_keys=rules.flat_concept_keys)
    return after, Fate.RELINKED if picture else Fate.LINKED, ""


def _picture(site: Site, theme: Theme, data: bytes) -> str:
    rules = site.rules
    return picture_in(held(data, theme.key, rules.dialect, rules.flat_concept_keys))


def _without(site: Site, theme: Theme, post: Post, data: bytes, picture: str) -> bytes:
    """The post's bytes without our line; the same where ``picture`` is not one that ``link`` wrote."""
    if not own_pictures.is_former_link(site, post, picture, lambda: data):
        return data
    rules = site.rules
    return unlinked(data, theme.key, picture, rules.dialect, concept_keys=rules.flat_concept_keys)


def _to_be_undone(post: Post, picture: str) -> str:
    return f"still links to {picture}; 'blogcovers link --undo --only {post.slug}' takes that line out."


def _value(site: Site, theme: Theme, post: Post) -> str:
    address = urls.of_cover(site, post)
    if address is None:
        raise ConfigError(
            f"It is not known under which URL {site.shown(site.media)} is served.",
            "Write public_url in blogcovers.toml.",
        )
    return urls.written(theme, address, post)


def _tell(endings: list[Ending], theme: Theme, *, quiet: bool, dry_run: bool) -> None:
    for ending in endings:
        if ending.fate is Fate.FAILED:
            output.complain(f"{ending.post}: {ending.said}")
        elif quiet:
            continue
        elif ending.said:
            output.say(f"{ending.post} {ending.said}")
        elif dry_run and ending.fate in (Fate.LINKED, Fate.RELINKED, Fate.UNLINKED):
            output.say(f"{ending.post} would be {ending.fate}.")
    if not quiet:
        counts = Counter(ending.fate for ending in endings)
        said = ", ".join(f"{counts[fate]} {fate}" for fate in Fate if counts[fate]) or "no posts"
        output.say(f"{theme.key}: {said}.{' Nothing was written.' if dry_run else ''}")
