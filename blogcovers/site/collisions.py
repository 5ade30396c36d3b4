"""Posts that would have one file between them: nobody gets it, and each is told how to part them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from blogcovers.posts import Post
    from blogcovers.site.site import Site

_PATTERN = "{section}/{slug}.webp"


def collisions(site: Site, posts: Sequence[Post]) -> dict[str, tuple[str, str]]:
    """A post's path -> why it does not get its cover, and the way out. Paths that differ in case only are one on many
    systems."""
    by_path: dict[str, list[Post]] = defaultdict(list)
    for post in posts:
        by_path[str(site.cover_path(post)).casefold()].append(post)
    clashes = _of_derived(site, posts)
    for group in by_path.values():
        if len(group) == 1:
            continue
        parted = {_PATTERN.format(section=post.section, slug=post.slug).casefold() for post in group}
        by_folder = (
            f', or part them by folder in blogcovers.toml: path = "{_PATTERN}"' if len(parted) == len(group) else "."
        )
        for post in group:
            cover = site.shown(site.cover_path(post))
            said = f"its cover {cover} would be that of {_others(site, group, post)}, too."
            clashes[post.path] = said, f"Give one of them another slug{by_folder}"
    return clashes


def _of_derived(site: Site, posts: Iterable[Post]) -> dict[str, tuple[str, str]]:
    """As :func:`collisions`, where a derived file's path is that of another post's cover or derived file."""
    by_path: dict[str, dict[str, Post]] = defaultdict(dict)
    shown = {}
    for post in posts if site.outputs else ():
        for path in (site.cover_path(post), *(path for _, path in site.derived_files(post))):
            by_path[str(path).casefold()][post.path] = post
            shown[str(path).casefold()] = site.shown(path)
    clashes = {}
    for key, group in by_path.items():
        if len(group) > 1:
            for post in group.values():
                others = _others(site, group.values(), post)
                said = f"its file {shown[key]} would be that of {others}, too: one of them derives it from its cover."
                clashes[post.path] = said, "Give one of them another slug."
    return clashes


def _others(site: Site, group: Iterable[Post], post: Post) -> str:
    return " and ".join(site.shown(site.file_of(other)) for other in group if other is not post)
