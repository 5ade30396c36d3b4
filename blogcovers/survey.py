"""The survey: every post with its state, its reason and the action due. It looks and decides, and does nothing.

``plan``, ``check``, ``build``, the hook and the plugins all ask it. It opens no socket and loads neither
requests nor Pillow.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from blogcovers import generators, painter
from blogcovers.config import meant
from blogcovers.cover import derivation, recipe
from blogcovers.cover.judge import found_at, lookalike, names_in
from blogcovers.cover.state import Found, State
from blogcovers.errors import NoPosts, PostError, Problem, StyleError, UsageError, WorkflowError, nearest
from blogcovers.plan import STOOD_IN, Action, Plan, Policy, Row, decide, with_derived
from blogcovers.posts import unknown_keys
from blogcovers.posts.post import SUFFIXES
from blogcovers.posts.read import read_posts
from blogcovers.site import urls
from blogcovers.site.urls import cover_path, derived_files
from blogcovers.workflow.assets import Assets

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from blogcovers.config import Config, RendererName
    from blogcovers.cover.recipe import Recipe
    from blogcovers.plan import Verdict
    from blogcovers.posts.post import Post
    from blogcovers.posts.read import Reading

NO_SERVER = "no ComfyUI server is known (--server, [comfyui] server or BLOGCOVERS_SERVER)"
FOR_GOOD = 'renderer = "painter" in blogcovers.toml leaves all covers to the painter for good'


def survey(
    config: Config,
    *,
    only: Sequence[str] = (),
    force: bool = False,
    overwrite_hand_made: bool = False,
    reading: Reading | None = None,
    posts: Collection[Path] | None = None,
    read: Callable[[Path], bytes] = Path.read_bytes,
    look: Callable[[Path], Found] = found_at,
) -> Plan:
    """Every post with its state, its reason and the action due; ``only`` narrows it to these slugs, or paths as they
    are typed here, ``posts`` to these files. ``read`` gives a post's bytes and ``look`` what stands at a cover's path,
    where that is not what lies in the folders.

    ``reading``: the posts, where a generator has read them already; else they are read from the content folder.

    Raises NoPosts for a folder without Markdown files, UsageError for an unknown slug, StyleError or
    WorkflowError where the site's own style is at fault. A post's fault is a row and a problem.
    """
    also = [path.relative_to(config.content).as_posix() for path in posts or ()]
    reading = reading or read_posts(config, read, also)
    if not reading.posts and not reading.problems:
        endings = ", ".join(SUFFIXES)
        raise NoPosts(f"There are no posts in {config.content} ({endings}).", "Name the folder that holds them.")
    assets, look = Assets(config.choice), _with_lookalikes(look)
    policy = Policy(config.keep, force, overwrite_hand_made)
    named = None if posts is None else {config.shown(path) for path in posts}

    below = f"{config.shown(config.content / config.within)}/" if config.within else ""
    unreadable = {problem: _unreadable(problem) for problem in reading.problems}
    slugs = {post.slug for post in reading.posts} | {row.slug for row in unreadable.values()}
    paths = [name for name in only if name not in slugs]
    typed = _typed(config, paths, slugs, reading) if paths else set()

    def chosen(slug: str, post: str) -> bool:
        return (
            (not only or slug in only or post in typed) and (named is None or post in named) and post.startswith(below)
        )

    rows: list[Row] = []
    problems = [problem for problem, row in unreadable.items() if chosen(row.slug, row.post)]
    rows += [unreadable[problem] for problem in problems]
    rows += [row for page in reading.sections if chosen((row := _section(config, page)).slug, row.post)]
    skipped = {post.path: reason for post in reading.posts if (reason := why_skipped(config, post, read))}
    shared = _collisions(config, [post for post in reading.posts if post.path not in skipped])
    for post in reading.posts:
        if not chosen(post.slug, _shown(config, post)):
            continue
        try:
            row = _row(config, policy, assets, post, skipped.get(post.path, ""), shared, look)
        except PostError as error:
            problem = Problem(_shown(config, post), error.message, error.hint)
            problems.append(problem)
            row = _failed(config, post, problem)
        rows.append(row)
    warnings = (*config.warnings, *_exposed(config), *reading.warnings, *_outdated_links(config, rows, read))
    whole = not only and posts is None and not below
    if below and not rows:
        raise NoPosts(f"There are no posts in {below}", "Name a folder that holds some.")
    return Plan(tuple(sorted(rows, key=lambda row: row.post)), tuple(problems), warnings, whole)


def _row(
    config: Config,
    policy: Policy,
    assets: Assets,
    post: Post,
    skipped: str,
    shared: Mapping[str, tuple[str, str]],
    look: Callable[[Path], Found],
) -> Row:
    if skipped:
        return Row(post.slug, _shown(config, post), State.SKIPPED, skipped, Action.SKIP, subject=post)
    if post.path in shared:
        raise PostError(*shared[post.path])
    cover = cover_path(config, post)
    found = look(cover)
    renderer = _renderer(config, found)
    obstacle = _obstacle(config, renderer, found)
    due = _due(config, assets, post, renderer)
    if obstacle and config.when_unreachable == "paint" and (not found.recipe or found.recipe.provisional):
        due, renderer, obstacle = stand_in(config, assets, post), "painter", ""
    verdict = _judged(
        config, assets, post, due, found, partial(decide, found=found, policy=policy, renderable=obstacle)
    )
    outputs = derived_files(config, post)
    if found.picture and verdict.action in (Action.NONE, Action.KEEP):
        standing = [derivation.found(path, spec, found.picture, force=policy.force) for spec, path in outputs]
        verdict = with_derived(verdict, standing)
    stands_in = _stands_in(config, assets, post, found, due, verdict)
    if not stands_in and verdict.reason == STOOD_IN:  # then what else has changed is why it cannot stay for now
        changed = recipe.changes(found.recipe, stand_in(config, assets, post)) if found.recipe else {}
        verdict = replace(verdict, reason="; ".join([verdict.reason, *changed.values()]))
    if stands_in and verdict.action is Action.RENDER:
        derived = with_derived(verdict, [derivation.found(path, spec, found.picture) for spec, path in outputs])
        stands_in, verdict = derived.action is Action.RENDER, replace(verdict, reason=derived.reason)
    return Row(
        slug=post.slug,
        post=_shown(config, post),
        state=verdict.state,
        reason=verdict.reason,
        action=verdict.action,
        cover=config.shown(cover),
        renderer=found.recipe.renderer if found.recipe and verdict.action is not Action.RENDER else renderer,
        subject=post,
        due=due,
        outputs=tuple(config.shown(path) for _, path in outputs),
        stands_in=stands_in,
    )


def _with_lookalikes(look: Callable[[Path], Found]) -> Callable[[Path], Found]:
    """``look``, with a word on a picture of the author's that may have been meant for a cover that is missing. Each
    folder is listed once: on a network's disk, to look for every name takes long."""
    listed = cache(names_in)

    def see(cover: Path) -> Found:
        found = look(cover)
        beside = lookalike(cover, listed(cover.parent)) if found.state is State.MISSING else ""
        if not beside:
            return found
        said = f"{beside} lies beside it: if that is your cover, save it as {cover.name} or set cover_skip: true"
        return replace(found, reason=f"{found.reason}; {said}")

    return see


def _judged(
    config: Config, assets: Assets, post: Post, due: Recipe, found: Found, judge: Callable[[Recipe], Verdict]
) -> Verdict:
    """The verdict on a cover, which stays when its post is renamed and keeps its seed."""
    made = found.recipe
    if made is None or made.slug == due.slug or assets.style(post.style).names_slug:
        return judge(due)
    if recipe.is_renamed(made, due):
        return judge(replace(due, slug=made.slug))
    verdict = judge(due)
    renderer: RendererName = "comfyui" if due.renderer == "comfyui" else "painter"
    if not recipe.is_renamed(made, _due(config, assets, replace(post, seed=made.seed), renderer)):
        return verdict
    return replace(verdict, reason=f"{verdict.reason}; cover_seed: {made.seed} in the post keeps the picture")


def _obstacle(config: Config, renderer: RendererName, found: Found) -> str:
    """Why this renderer cannot be used, or ``""``. The painter for good is no way out over covers of ComfyUI's."""
    if renderer != "comfyui" or config.servers:
        return ""
    return NO_SERVER if found.recipe and found.recipe.renderer == "comfyui" else f"{NO_SERVER}; {FOR_GOOD}"


def _stands_in(config: Config, assets: Assets, post: Post, found: Found, due: Recipe, verdict: Verdict) -> bool:
    """See :class:`Row`. A build that reaches no server leaves such a cover as it is."""
    made = found.recipe
    if config.when_unreachable != "paint" or made is None or made.renderer != "painter":
        return False
    if verdict.action is Action.KEEP:
        return made.provisional
    asked = verdict.action is Action.RENDER and due.renderer == "comfyui"
    return asked and not recipe.changes(made, stand_in(config, assets, post))


def _due(config: Config, assets: Assets, post: Post, renderer: RendererName) -> Recipe:
    try:
        style = assets.style(post.style)
        workflow = (
            assets.workflow_digest(post.workflow, post.style, post.inputs, _shown(config, post))
            if renderer == "comfyui"
            else ""
        )
    except (StyleError, WorkflowError) as error:
        if post.style or post.workflow:  # the post's own choice: the others can do without
            raise PostError(error.message, error.hint) from None
        raise
    version = painter.VERSION if renderer == "painter" else 0
    return recipe.wanted(post, style, workflow, config.output, renderer, version)


def stand_in(config: Config, assets: Assets, post: Post) -> Recipe:
    """The recipe by which the painter stands in for a ComfyUI that cannot be reached: provisional."""
    return replace(_due(config, assets, post, "painter"), provisional=True)


def keeps_picture(config: Config, assets: Assets, post: Post, made: Recipe) -> bool:
    """Whether a cover of another post would be current as this one's, if the post had its seed. Raises as
    :meth:`Assets.template`."""
    renderer = _renderer(config, Found(State.CURRENT, recipe=made))
    due = _due(config, assets, replace(post, seed=made.seed), renderer)
    return not assets.style(post.style).names_slug and recipe.is_renamed(made, due)


def _renderer(config: Config, found: Found) -> RendererName:
    """Who makes this cover: the site's renderer, else whoever made it, else ComfyUI where a server is known."""
    if config.renderer:
        return config.renderer
    made = found.recipe
    if made and made.renderer == "painter" and not made.provisional:
        return "painter"
    if made and (made.renderer == "comfyui" or made.provisional):
        return "comfyui"
    return "comfyui" if config.servers else "painter"


def why_skipped(config: Config, post: Post, read: Callable[[Path], bytes] = Path.read_bytes) -> str:
    """Why a post gets no cover, ``""`` where it gets one. ``read`` gives its bytes and may raise OSError."""
    if post.skip:
        return "cover_skip is set"
    if post.draft and not config.drafts:
        return post.unpublished
    if post.placeholder:
        return f"the concept is a placeholder ({post.placeholder})"
    if not post.concept:
        return unknown_keys.no_concept(post.misspelt, config.rules.concept_keys)
    if not config.future and post.date and post.date > datetime.now(UTC):
        return f"dated {post.date:%Y-%m-%d}, so {config.generator} does not publish it yet"
    if urls.is_own_picture(config, post, post.picture, partial(read, config.content / post.path)):
        return f"names its own picture ({config.rules.picture_key}: {post.picture})"
    return ""


def _outdated_links(config: Config, rows: Iterable[Row], read: Callable[[Path], bytes]) -> Iterator[str]:
    """Which posts ``blogcovers link`` has given a line that leads to no cover of theirs any more."""
    for row in rows:
        post = row.subject
        if not post or not post.picture:
            continue
        of_post = partial(read, config.content / post.path)
        if row.action is Action.SKIP:
            if urls.links_to_nothing(config, post, post.picture, of_post):
                yield f"{row.post} links to a cover that is not there. Run: blogcovers link --undo --only {post.slug}"
        elif urls.is_outdated(config, post, post.picture, of_post):
            undo = f" --undo --only {post.slug}" if urls.in_bundle(config, post) else ""
            yield f"{row.post} links to a cover that it had. Run: blogcovers link{undo}"


_PATTERN = "{section}/{slug}.webp"


def _collisions(config: Config, posts: Sequence[Post]) -> dict[str, tuple[str, str]]:
    """Path -> why nobody gets that cover, and the way out. Paths that differ in case only are one on many systems."""
    by_path: dict[str, list[Post]] = defaultdict(list)
    for post in posts:
        by_path[str(cover_path(config, post)).casefold()].append(post)
    clashes = _derived_collisions(config, posts)
    for group in by_path.values():
        if len(group) == 1:
            continue
        parted = {_PATTERN.format(section=post.section, slug=post.slug).casefold() for post in group}
        by_folder = (
            f', or part them by folder in blogcovers.toml: path = "{_PATTERN}"' if len(parted) == len(group) else "."
        )
        for post in group:
            cover = config.shown(cover_path(config, post))
            said = f"its cover {cover} would be that of {_others(config, group, post)}, too."
            clashes[post.path] = said, f"Give one of them another slug{by_folder}"
    return clashes


def _others(config: Config, group: Iterable[Post], post: Post) -> str:
    return " and ".join(_shown(config, other) for other in group if other is not post)


def _derived_collisions(config: Config, posts: Iterable[Post]) -> dict[str, tuple[str, str]]:
    """As :func:`_collisions`, where a derived file's path is that of another post's cover or derived file."""
    by_path: dict[str, dict[str, Post]] = defaultdict(dict)
    shown = {}
    for post in posts if config.outputs else ():
        for path in (cover_path(config, post), *(path for _, path in derived_files(config, post))):
            by_path[str(path).casefold()][post.path] = post
            shown[str(path).casefold()] = config.shown(path)
    clashes = {}
    for key, group in by_path.items():
        if len(group) > 1:
            for post in group.values():
                others = _others(config, group.values(), post)
                said = f"its file {shown[key]} would be that of {others}, too: one of them derives it from its cover."
                clashes[post.path] = said, "Give one of them another slug."
    return clashes


def _typed(config: Config, names: Iterable[str], slugs: Collection[str], reading: Reading) -> set[str]:
    """The posts that these names lead to, which are no slugs: paths from where the user stands, of translations, too.

    Raises UsageError for one that leads to none."""
    paths = {
        config.shown(config.content / path): _shown(config, post)
        for post in reading.posts
        for path in (post.path, *post.also)
    }
    paths |= {problem.post: problem.post for problem in reading.problems}
    found = set()
    for name in names:
        path = config.shown(meant(Path(name)) or Path())
        if path not in paths:
            raise UsageError(f"No post has the slug '{name}'.", nearest(name, slugs) or "'blogcovers plan' lists them.")
        found.add(paths[path])
    return found


def _shown(config: Config, post: Post) -> str:
    return config.shown(config.content / post.path)


def _exposed(config: Config) -> Iterator[str]:
    """What to say where the generator would publish the config or the site's own style."""
    ours = [path for path in (config.file, config.style) if path]
    return generators.named(config.generator).exposed(config.root or config.base, ours)


def _unreadable(problem: Problem) -> Row:
    path = Path(problem.post)
    slug = path.parent.name if path.stem == "index" else path.stem
    return Row(slug, problem.post, State.SKIPPED, problem.message, Action.FAILED, error=str(problem))


def _section(config: Config, page: Post) -> Row:
    return Row(page.slug, _shown(config, page), State.SKIPPED, "a section's own page, no post", Action.SKIP)


def _failed(config: Config, post: Post, problem: Problem) -> Row:
    return Row(post.slug, _shown(config, post), State.SKIPPED, problem.message, Action.FAILED, error=str(problem))
