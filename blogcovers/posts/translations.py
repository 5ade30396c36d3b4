"""Translations: the files of one post in several languages share a cover."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from blogcovers.posts.post import Post


def merge_translations(posts: Iterable[Post], default_language: str = "") -> tuple[list[Post], list[tuple[str, str]]]:
    """One post for each group of translations, and the pairs ``(path, path of the one that speaks)`` of those that
    name another concept in the same language, or in one that is not known: in another it is a translation, too.

    Translations share a ``source``, or a slug where their front matter names different languages. Of each
    group the default language speaks, else the unsuffixed file, else the first path. A draft or skipped
    post speaks only if all the others are, too.
    """
    groups: dict[str, list[Post]] = defaultdict(list)
    for post in sorted(posts, key=lambda post: post.path):
        groups[post.source].append(post)
    merged, differing = [], []
    for group in _joined_by_slug(groups.values()):
        speaker = min(group, key=lambda post: _precedence(post, default_language))
        others = [post for post in group if post.path != speaker.path]
        own = _language(speaker, default_language)
        translated = {post.path: _language(post, default_language) != own for post in others}
        alts = ((post.path, post.alt or (translated[post.path] and post.concept) or "") for post in others)
        also = tuple(post.path for post in others)
        merged.append(replace(speaker, also=also, alts=tuple((path, alt) for path, alt in alts if alt)))
        contrary = (post for post in others if post.concept and post.concept != speaker.concept)
        differing += [(post.path, speaker.path) for post in contrary if not translated[post.path]]
    return merged, differing


def _language(post: Post, default_language: str) -> str:
    """What names no language is in the site's own."""
    return (post.lang or default_language).replace("_", "-").lower()


def _joined_by_slug(groups: Iterable[list[Post]]) -> list[list[Post]]:
    by_slug: dict[str, list[list[Post]]] = defaultdict(list)
    for group in groups:
        by_slug[group[0].slug].append(group)
    joined = []
    for same_slug in by_slug.values():
        together = [post for group in same_slug for post in group]
        languages = [post.lang for post in together]
        if len(set(languages)) == len(languages) and any(post.declared_lang for post in together):
            joined.append(together)
        else:
            joined.extend(same_slug)
    return joined


def _precedence(post: Post, default_language: str) -> tuple[bool, int, bool, str]:
    silent = post.draft or post.skip or not post.concept
    # What names no language is in the site's own, unless another names just that.
    foreign = (0 if post.lang == default_language else 2 if post.lang else 1) if default_language else 0
    return silent, foreign, post.source != post.path, post.path
