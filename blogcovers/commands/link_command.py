"""``blogcovers link``: writes each cover's URL into its posts' front matter, one line in each, or takes it out."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from blogcovers import config as configuration
from blogcovers import output, storage
from blogcovers.errors import BlogcoversError, ConfigError
from blogcovers.generators.themes import THEMES
from blogcovers.link.edit import held, linked, unlinked
from blogcovers.plan import Action
from blogcovers.posts.post import picture_in
from blogcovers.site import urls
from blogcovers.survey import survey

if TYPE_CHECKING:
    from pathlib import Path

    from blogcovers.config import Config, Options, Selection
    from blogcovers.generators.themes import Theme
    from blogcovers.plan import Row
    from blogcovers.posts.post import Post


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
    theme = _theme(config)
    if not undo and (way_out := urls.without_host(config)):
        raise ConfigError(urls.NO_HOST, way_out)
    plan = survey(config, only=selection.only)
    endings = [
        _ending(config, theme, row, post, path, undo=undo, dry_run=dry_run)
        for row in plan.rows
        if (post := row.subject)
        for path in (post.path, *post.also)
    ]
    for problem in plan.problems:
        output.complain(str(problem))
    if selection.json:
        output.say(json.dumps({"key": theme.key, "posts": [asdict(ending) for ending in endings]}, indent=2))
    _tell(endings, theme, quiet=selection.quiet or selection.json, dry_run=dry_run)
    failed = plan.problems or any(ending.fate is Fate.FAILED for ending in endings)
    return 1 if failed else 0


def _theme(config: Config) -> Theme:
    if config.link is None:
        raise ConfigError(
            "It is not known which key your theme reads.",
            f'Write [link] theme = "..." in blogcovers.toml (one of {", ".join(THEMES)}), or key = "cover.image".',
        )
    return config.link


def _ending(config: Config, theme: Theme, row: Row, post: Post, path: str, *, undo: bool, dry_run: bool) -> Ending:
    file = config.content / path
    shown = config.shown(file)
    try:
        before = file.read_bytes()
        skipped = row.action is Action.SKIP
        after, fate, said = (
            _undone(config, theme, post, before) if undo else _done(config, theme, post, before, skipped)
        )
        if after != before and not dry_run:
            _replace(file, after, config)
    except OSError as error:
        return Ending(shown, Fate.FAILED, f"it cannot be read: {error.strerror}.")
    except BlogcoversError as error:
        return Ending(shown, Fate.FAILED, str(error))
    return Ending(shown, fate, said)


def _undone(config: Config, theme: Theme, post: Post, before: bytes) -> tuple[bytes, Fate, str]:
    """The post without the line that ``link`` wrote, for whatever address, and what became of it."""
    picture = _picture(config, theme, before)
    after = _without(config, theme, post, before, picture)
    if after != before:
        return after, Fate.UNLINKED, ""
    return before, Fate.BUNDLE if urls.in_bundle(config, post) else Fate.AS_IT_WAS, ""


def _done(config: Config, theme: Theme, post: Post, before: bytes, skipped: bool) -> tuple[bytes, Fate, str]:
    """The post with its line, and what became of it, with what to tell of that."""
    picture = _picture(config, theme, before)
    if urls.is_own_picture(config, post, picture, lambda: before):
        return before, Fate.OWN, f"names its own picture ({theme.key}: {picture})."
    if urls.in_bundle(config, post):
        has_line = _without(config, theme, post, before, picture) != before
        return before, Fate.BUNDLE, _to_be_undone(post, picture) if has_line else ""
    there = urls.cover_path(config, post).is_file()
    if not post.concept or post.skip or not there:
        gone = skipped and not there and _without(config, theme, post, before, picture) != before
        return before, Fate.SKIPPED if skipped else Fate.NO_COVER, _to_be_undone(post, picture) if gone else ""
    value = _value(config, theme, post)
    if picture == value:
        return before, Fate.AS_IT_WAS, ""
    without = _without(config, theme, post, before, picture)
    if picture and without == before:  # the author's own way to write where the cover is
        return before, Fate.AS_IT_WAS, ""
    rules = config.rules
    after = linked(without, theme.key, value, rules.dialect, concept_keys=rules.flat_concept_keys)
    return after, Fate.RELINKED if picture else Fate.LINKED, ""


def _picture(config: Config, theme: Theme, data: bytes) -> str:
    rules = config.rules
    return picture_in(held(data, theme.key, rules.dialect, rules.flat_concept_keys))


def _without(config: Config, theme: Theme, post: Post, data: bytes, picture: str) -> bytes:
    """The post's bytes without our line; the same where ``picture`` is not one that ``link`` wrote."""
    if not urls.is_former_link(config, post, picture, lambda: data):
        return data
    rules = config.rules
    return unlinked(data, theme.key, picture, rules.dialect, concept_keys=rules.flat_concept_keys)


def _to_be_undone(post: Post, picture: str) -> str:
    return f"still links to {picture}; 'blogcovers link --undo --only {post.slug}' takes that line out."


def _value(config: Config, theme: Theme, post: Post) -> str:
    address = urls.of_cover(config, post)
    if address is None:
        raise ConfigError(
            f"It is not known under which URL {config.shown(config.media)} is served.",
            "Write public_url in blogcovers.toml.",
        )
    return urls.written(theme, address, post)


def _replace(file: Path, data: bytes, config: Config) -> None:
    """Writes a post whole or not at all; a link stays a link, and the file keeps its mode."""
    target = file.resolve()
    mode = target.stat().st_mode
    storage.write(target, data, config.base, mode=mode)


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
