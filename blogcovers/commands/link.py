"""``blogcovers link``: writes each cover's URL into its posts' front matter, one line in each, or takes it out."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from blogcovers import config as configuration
from blogcovers import covers, linking, output, urls
from blogcovers.errors import BlogcoversError, ConfigError
from blogcovers.survey import cover_path, survey
from blogcovers.themes import THEMES

if TYPE_CHECKING:
    from pathlib import Path

    from blogcovers.config import Config, Options, Selection
    from blogcovers.posts import Post
    from blogcovers.themes import Theme


class Fate(StrEnum):
    """What became of one post."""

    LINKED = "linked"
    UNLINKED = "unlinked"
    AS_IT_WAS = "as it was"
    OWN = "names its own picture"
    NO_COVER = "no cover yet"
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
    plan = survey(config, only=selection.only)
    endings = [
        _ending(config, theme, post, path, undo=undo, dry_run=dry_run)
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


def _ending(config: Config, theme: Theme, post: Post, path: str, *, undo: bool, dry_run: bool) -> Ending:
    file = config.content / path
    shown = config.shown(file)
    if urls.in_bundle(config, post):
        return Ending(shown, Fate.BUNDLE)
    try:
        before = file.read_bytes()
        value = _value(config, theme, post)
        if undo:
            after = linking.unlinked(before, theme.key, value, config.rules.dialect)
        else:
            refused = _not_to_be_linked(config, theme, post, before, value)
            if refused:
                return Ending(shown, *refused)
            after = linking.linked(before, theme.key, value, config.rules.dialect)
        if after == before:
            return Ending(shown, Fate.AS_IT_WAS)
        if not dry_run:
            _replace(file, after, config)
    except OSError as error:
        return Ending(shown, Fate.FAILED, f"it cannot be read: {error.strerror}.")
    except BlogcoversError as error:
        return Ending(shown, Fate.FAILED, str(error))
    return Ending(shown, Fate.UNLINKED if undo else Fate.LINKED)


def _value(config: Config, theme: Theme, post: Post) -> str:
    address = urls.of_cover(config, post)
    if address is None:
        raise ConfigError(
            f"It is not known under which URL {config.shown(config.media)} is served.",
            "Write public_url in blogcovers.toml.",
        )
    return urls.written(theme, address, post)


def _not_to_be_linked(
    config: Config, theme: Theme, post: Post, data: bytes, value: str
) -> tuple[Fate, str] | tuple[Fate] | None:
    held = linking.held(data, theme.key, config.rules.dialect)
    if held not in (None, value, [value]):
        return Fate.OWN, f"names its own picture ({theme.key}: {held})."
    if not post.concept or post.skip or not cover_path(config, post).is_file():
        return (Fate.NO_COVER,)
    return None


def _replace(file: Path, data: bytes, config: Config) -> None:
    """Writes a post whole or not at all; a link stays a link, and the file keeps its mode."""
    target = file.resolve()
    mode = target.stat().st_mode
    covers.write(target, data, config.base, mode=mode)


def _tell(endings: list[Ending], theme: Theme, *, quiet: bool, dry_run: bool) -> None:
    for ending in endings:
        if ending.fate is Fate.FAILED:
            output.complain(f"{ending.post}: {ending.said}")
        elif quiet:
            continue
        elif ending.fate is Fate.OWN:
            output.say(f"{ending.post} {ending.said}")
        elif dry_run and ending.fate in (Fate.LINKED, Fate.UNLINKED):
            output.say(f"{ending.post} would be {ending.fate}.")
    if not quiet:
        counts = Counter(ending.fate for ending in endings)
        said = ", ".join(f"{counts[fate]} {fate}" for fate in Fate if counts[fate]) or "no posts"
        output.say(f"{theme.key}: {said}.{' Nothing was written.' if dry_run else ''}")
