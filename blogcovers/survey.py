"""The survey: every post with its state, its reason and the action due. It looks and decides, and does nothing.

``plan``, ``check``, ``build``, the hook and the plugins all ask it. It opens no socket and loads neither
requests nor Pillow.
"""

from __future__ import annotations

import json
from collections import defaultdict, deque
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from blogcovers import generators, painter, storage
from blogcovers.config import FILE, meant
from blogcovers.cover import Found, State, derivation, found_at, recipe
from blogcovers.cover.judge import lookalike, names_in
from blogcovers.errors import (
    BlogcoversError,
    NoPosts,
    PostError,
    Problem,
    StyleError,
    UsageError,
    WorkflowError,
    nearest,
)
from blogcovers.plan import STOOD_IN, Action, Plan, Policy, Row, Section, Unreadable, decide, with_derived
from blogcovers.posts import SUFFIXES, read_posts, unknown_keys
from blogcovers.posts.read import more
from blogcovers.site import orphans, own_pictures
from blogcovers.site.collisions import collisions
from blogcovers.storage import first_bytes
from blogcovers.workflow.assets import POST_INPUTS
from blogcovers.workflow.inputs import not_for_posts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from blogcovers.config import Config, RendererName
    from blogcovers.cover import Recipe
    from blogcovers.plan import Entry, Verdict
    from blogcovers.posts import Post, Reading
    from blogcovers.site import Site
    from blogcovers.site.orphans import Orphan

NO_SERVER = "no ComfyUI server is known (--server, [comfyui] server or BLOGCOVERS_SERVER)"
FOR_GOOD = 'renderer = "painter" in blogcovers.toml leaves all covers to the painter for good'

_NAMED = 3  # how many orphans are told of by their paths


def survey(
    config: Config,
    *,
    only: Sequence[str] = (),
    force: bool = False,
    overwrite_hand_made: bool = False,
    reading: Reading | None = None,
    posts: Collection[Path] | None = None,
    read: Callable[[Path], bytes] = first_bytes,
    look: Callable[[Path], Found] = found_at,
) -> Plan:
    """Every post with its state, its reason and the action due; ``only`` narrows it to these slugs, or paths as they
    are typed here, ``posts`` to these files. ``read`` gives a post's bytes and ``look`` what stands at a cover's path,
    where that is not what lies in the folders.

    ``reading``: the posts, where a generator has read them already; else they are read from the content folder.

    Raises NoPosts for a folder without Markdown files, UsageError for an unknown slug, StyleError or
    WorkflowError where the site's own style is at fault. A post's fault is in its entry.
    """
    site = config.site
    also = [path.relative_to(site.content).as_posix() for path in posts or ()]
    reading = reading or read_posts(site, read, also)
    if not reading.posts and not reading.unreadable:
        endings = ", ".join(SUFFIXES)
        raise NoPosts(f"There are no posts in {site.content} ({endings}).", "Name the folder that holds them.")
    chosen = _choice(site, reading, only, posts)
    skipped = {post.path: reason for post in reading.posts if (reason := why_skipped(site, post, read))}
    shared = collisions(site, [post for post in reading.posts if post.path not in skipped])
    surveyor = _Surveyor(config, Recipes(config), Policy(config.making.keep, force, overwrite_hand_made), _seen(look))
    entries: list[Entry] = [one for one in _unreadable(reading) if chosen(one.slug, one.file)]
    entries += [page for page in _sections(site, reading) if chosen(page.slug, page.file)]
    for post in reading.posts:
        file = site.file_of(post)
        if not chosen(post.slug, file):
            continue
        if reason := skipped.get(post.path, ""):
            entries.append(Row(post, file, State.SKIPPED, reason, Action.SKIP))
            continue
        if post.path in shared:
            entries.append(_failed(site, post, *shared[post.path]))
            continue
        try:
            entries.append(surveyor.row(post, file))
        except PostError as error:
            entries.append(_failed(site, post, error.message, error.hint))
    if site.within and not entries:
        raise NoPosts(f"There are no posts in {_part(site)}", "Name a folder that holds some.")
    entries.sort(key=lambda entry: site.shown(entry.file))
    plan = Plan(tuple(entries), whole=not only and posts is None and not site.within)
    return replace(plan, warnings=tuple(_warnings(config, reading, plan, read)))


def _choice(
    site: Site, reading: Reading, only: Sequence[str], posts: Collection[Path] | None
) -> Callable[[str, Path], bool]:
    """Whether a post, by its slug and its file, is one of those that were asked for. Raises UsageError."""
    slugs = {post.slug for post in reading.posts} | {one.slug for one in _unreadable(reading)}
    paths = [name for name in only if name not in slugs]
    typed = _typed(site, paths, slugs, reading) if paths else set()
    named = None if posts is None else set(posts)
    within = site.content / site.within

    def chosen(slug: str, file: Path) -> bool:
        asked = not only or slug in only or file in typed
        return asked and (named is None or file in named) and (not site.within or file.is_relative_to(within))

    return chosen


def _typed(site: Site, names: Iterable[str], slugs: Collection[str], reading: Reading) -> set[Path]:
    """The posts that these names lead to, which are no slugs: paths from where the user stands, of translations, too.

    Raises UsageError for one that leads to none."""
    files = {site.content / path: site.file_of(post) for post in reading.posts for path in (post.path, *post.also)}
    files |= {file: file for file, _ in reading.unreadable}
    found = set()
    for name in names:
        file = meant(Path(name)) or Path()
        if file not in files:
            raise UsageError(f"No post has the slug '{name}'.", nearest(name, slugs) or "'blogcovers plan' lists them.")
        found.add(files[file])
    return found


def _unreadable(reading: Reading) -> list[Unreadable]:
    return [
        Unreadable(file, file.parent.name if file.stem == "index" else file.stem, problem)
        for file, problem in reading.unreadable
    ]


def _sections(site: Site, reading: Reading) -> list[Section]:
    return [Section(site.file_of(page), page.slug) for page in reading.sections]


def _failed(site: Site, post: Post, message: str, hint: str) -> Row:
    file = site.file_of(post)
    problem = Problem(site.shown(file), message, hint)
    return Row(post, file, State.SKIPPED, message, Action.FAILED, error=str(problem))


def _part(site: Site) -> str:
    return f"{site.shown(site.content / site.within)}/"


class Recipes:
    """Which recipe each post of a site asks for."""

    def __init__(self, config: Config) -> None:
        self.site = config.site
        self.making = config.making
        self.assets = config.assets()

    def due(self, post: Post, renderer: RendererName) -> Recipe:
        """Raises PostError where the post's own choice of style, workflow or inputs is at fault; StyleError or
        WorkflowError where the site's is."""
        try:
            style = self.assets.style(post.style)
            workflow = self._workflow_digest(post) if renderer == "comfyui" else ""
        except (StyleError, WorkflowError) as error:
            if post.style or post.workflow:  # the post's own choice: the others can do without
                raise PostError(error.message, error.hint) from None
            raise
        version = painter.VERSION if renderer == "painter" else 0
        return recipe.wanted(post, style, workflow, self.making.output, renderer, version)

    def stand_in(self, post: Post) -> Recipe:
        """That by which the painter stands in for a ComfyUI that cannot be reached: provisional."""
        return replace(self.due(post, "painter"), provisional=True)

    def keeps_picture(self, post: Post, made: Recipe, renderer: RendererName) -> bool:
        """Whether a cover of another post would be current as this one's, if the post had its seed. Raises as
        :meth:`due`."""
        if self.assets.style(post.style).names_slug:
            return False
        return recipe.is_renamed(made, self.due(replace(post, seed=made.seed), renderer))

    def _workflow_digest(self, post: Post) -> str:
        whose = self.site.shown(self.site.file_of(post))
        return self.assets.workflow_digest(post.workflow, post.style, post.inputs, whose)


@dataclass(frozen=True)
class _Surveyor:
    """Judges one post after the other."""

    config: Config
    recipes: Recipes
    policy: Policy
    look: Callable[[Path], Found]

    def row(self, post: Post, file: Path) -> Row:
        """Of a post that gets a cover. Raises as :meth:`Recipes.due`."""
        site, making = self.config.site, self.config.making
        cover, derived = site.cover_path(post), site.derived_files(post)
        found = self.look(cover)
        renderer = renderer_for(self.config, found)
        obstacle = _obstacle(self.config, renderer, found)
        due = self.recipes.due(post, renderer)
        if obstacle and making.when_unreachable == "paint" and (not found.recipe or found.recipe.provisional):
            due, renderer, obstacle = self.recipes.stand_in(post), "painter", ""
        verdict = self._judged(post, due, found, partial(decide, found=found, policy=self.policy, renderable=obstacle))
        if found.picture and verdict.action in (Action.NONE, Action.KEEP):
            force = self.policy.force
            files = [derivation.derived_at(path, spec, found.picture, force=force) for spec, path in derived]
            verdict = with_derived(verdict, files)
        stands_in = self._stands_in(post, found, due, verdict)
        if not stands_in and verdict.reason == STOOD_IN:  # then what else has changed is why it cannot stay for now
            changed = recipe.changes(found.recipe, self.recipes.stand_in(post)) if found.recipe else {}
            verdict = replace(verdict, reason="; ".join([verdict.reason, *changed.values()]))
        if stands_in and verdict.action is Action.RENDER:
            beside = with_derived(verdict, [derivation.derived_at(path, spec, found.picture) for spec, path in derived])
            stands_in, verdict = beside.action is Action.RENDER, replace(verdict, reason=beside.reason)
        if verdict.action in (Action.RENDER, Action.DERIVE):  # said now, and not once the render is paid for
            files_made = [path for _, path in derived] + [cover] * (verdict.action is Action.RENDER)
            for path in files_made:
                storage.check_inside(path, site.folders)
        if verdict.action is Action.RENDER and renderer == "comfyui":
            self._check_inputs(post)
        return Row(
            post=post,
            file=file,
            state=verdict.state,
            reason=verdict.reason,
            action=verdict.action,
            cover=cover,
            derived=derived,
            renderer=found.recipe.renderer if found.recipe and verdict.action is not Action.RENDER else renderer,
            due=due,
            stands_in=stands_in,
        )

    def _check_inputs(self, post: Post) -> None:
        """Raises PostError for an input that posts may not set. A cover that is current stays so: it cost already."""
        making = self.config.making
        if target := not_for_posts(post.inputs, making.post_inputs):
            patterns = ", ".join(json.dumps(one, ensure_ascii=False) for one in (*making.post_inputs, target))
            said = dict(post.inputs)[target]
            said = said if len(said) <= 40 else f"{said[:39]}…"
            raise PostError(
                f"'{POST_INPUTS}' sets {target} to {said}, which this site does not let posts do.",
                f"Take it out, or write post_inputs = [{patterns}] in {FILE}.",
            )

    def _judged(self, post: Post, due: Recipe, found: Found, judge: Callable[[Recipe], Verdict]) -> Verdict:
        """The verdict on a cover, which stays when its post is renamed and keeps its seed."""
        made = found.recipe
        if made is None or made.slug == due.slug or self.recipes.assets.style(post.style).names_slug:
            return judge(due)
        if recipe.is_renamed(made, due):
            return judge(replace(due, slug=made.slug))
        verdict = judge(due)
        renderer: RendererName = "comfyui" if due.renderer == "comfyui" else "painter"
        if not self.recipes.keeps_picture(post, made, renderer):
            return verdict
        return replace(verdict, reason=f"{verdict.reason}; cover_seed: {made.seed} in the post keeps the picture")

    def _stands_in(self, post: Post, found: Found, due: Recipe, verdict: Verdict) -> bool:
        """See :class:`Row`. A build that reaches no server leaves such a cover as it is."""
        made = found.recipe
        if self.config.making.when_unreachable != "paint" or made is None or made.renderer != "painter":
            return False
        if verdict.action is Action.KEEP:
            return made.provisional
        asked = verdict.action is Action.RENDER and due.renderer == "comfyui"
        return asked and not recipe.changes(made, self.recipes.stand_in(post))


def renderer_for(config: Config, found: Found) -> RendererName:
    """Who makes this cover: the site's renderer, else whoever made it, else ComfyUI where a server is known."""
    if config.making.renderer:
        return config.making.renderer
    made = found.recipe
    if made and made.renderer == "painter" and not made.provisional:
        return "painter"
    if made and (made.renderer == "comfyui" or made.provisional):
        return "comfyui"
    return "comfyui" if config.servers.addresses else "painter"


def _obstacle(config: Config, renderer: RendererName, found: Found) -> str:
    """Why this renderer cannot be used, or ``""``. The painter for good is no way out over covers of ComfyUI's."""
    if renderer != "comfyui" or config.servers.addresses:
        return ""
    return NO_SERVER if found.recipe and found.recipe.renderer == "comfyui" else f"{NO_SERVER}; {FOR_GOOD}"


def _seen(look: Callable[[Path], Found]) -> Callable[[Path], Found]:
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


def why_skipped(site: Site, post: Post, read: Callable[[Path], bytes] = first_bytes) -> str:
    """Why a post gets no cover, ``""`` where it gets one. ``read`` gives its bytes and may raise OSError."""
    if post.skip:
        return "cover_skip is set"
    if post.draft and not site.drafts:
        return post.unpublished
    if post.placeholder:
        return f"the concept is a placeholder ({post.placeholder})"
    if not post.concept:
        return unknown_keys.no_concept(post.misspelt, site.rules.concept_keys)
    if not site.future and post.date and post.date > datetime.now(UTC):
        return f"dated {post.date:%Y-%m-%d}, so {site.generator} does not publish it yet"
    if own_pictures.is_own_picture(site, post, post.picture, partial(read, site.file_of(post))):
        return f"names its own picture ({site.rules.picture_key}: {post.picture})"
    return ""


def _warnings(config: Config, reading: Reading, plan: Plan, read: Callable[[Path], bytes]) -> Iterator[str]:
    site = config.site
    yield from config.warnings
    ours = [path for path in (site.file, site.style) if path]
    yield from generators.named(site.generator).exposed(site.root or site.base, ours)
    yield from reading.warnings
    yield from _unaddressed(site, reading.posts)
    yield from _outdated_links(site, plan.rows, read)


def _unaddressed(site: Site, posts: Iterable[Post]) -> Iterator[str]:
    """What to say where the data file cannot tell the URL of a bundle's cover."""
    unknown = [post for post in posts if post.bundle is None]
    if unknown and site.bundle and site.data_file:
        first = f"{site.shown(site.file_of(unknown[0]))}{more(unknown)}"
        yield f"{first}: {site.rules.naming.unaddressed(site.bundle, site.shown(site.data_file))}"


def _outdated_links(site: Site, rows: Iterable[Row], read: Callable[[Path], bytes]) -> Iterator[str]:
    """Which posts ``blogcovers link`` has given a line that leads to no cover of theirs any more."""
    for row in rows:
        post = row.post
        if not post.picture or row.action is Action.FAILED:
            continue
        of_post = partial(read, row.file)
        if row.action is Action.SKIP:
            if own_pictures.links_to_nothing(site, post, post.picture, of_post):
                undo = f"blogcovers link --undo --only {post.slug}"
                yield f"{site.shown(row.file)} links to a cover that is not there. Run: {undo}"
        elif own_pictures.is_outdated(site, post, post.picture, of_post):
            undo = f" --undo --only {post.slug}" if site.in_bundle(post) else ""
            yield f"{site.shown(row.file)} links to a cover that it had. Run: blogcovers link{undo}"


def left_behind(config: Config, plan: Plan, clean: str) -> Iterator[str]:
    """What to tell of a site's orphans, if its plan knows all posts; ``clean``: the command that moves them away."""
    site = config.site
    if not site.whole or not plan.whole or any(isinstance(entry, Unreadable) for entry in plan.entries):
        return  # of what could not be read nobody knows which covers are its own
    found = orphans.orphans_of(site, [row.post for row in plan.rows])
    if left := [site.shown(orphan.cover) for orphan in found]:
        said = f"1 cover belongs to no post any more: {left[0]}"
        if len(left) > 1:
            others = f" and {len(left) - _NAMED} more" if len(left) > _NAMED else ""
            said = f"{len(left)} covers belong to no post any more: {', '.join(left[:_NAMED])}{others}"
        yield f"{said}. To move what is left behind out of the way: {clean}"
        yield from list(_renamed(config, plan, found))[:_NAMED]


def _renamed(config: Config, plan: Plan, left: Iterable[Orphan]) -> Iterator[str]:
    """How a post that has no cover yet comes by the one that it had under another name."""
    site, recipes = config.site, Recipes(config)
    waiting: defaultdict[str, deque[Row]] = defaultdict(deque)
    for row in plan.rows:
        if row.state is State.MISSING and row.post.concept:
            waiting[row.post.concept].append(row)
    for orphan in left if waiting else ():
        heirs = waiting.get(orphan.made.concept)
        if not heirs:
            continue
        row, made = heirs[0], orphan.made
        with suppress(BlogcoversError):
            if recipes.keeps_picture(row.post, made, renderer_for(config, Found(State.CURRENT, recipe=made))):
                heirs.popleft()
                seed = f" and set cover_seed: {made.seed} in the post" if row.due and row.due.seed != made.seed else ""
                yield (
                    f"{orphan.cover.name} has the concept of {site.shown(row.file)}: to keep its picture,"
                    f" move it to {site.shown(row.cover) if row.cover else ''}{seed}."
                )
