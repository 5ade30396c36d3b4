"""The decision: each post's state, the reason for it, and the action due. Nothing has happened yet.

``plan``, ``check`` and ``build`` ask the same :func:`decide` and differ only in what they do with the answer.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, TypeAlias, TypeGuard

from blogcovers.cover import DerivedFile, Found, State, changes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from blogcovers.cover import Derived, Recipe
    from blogcovers.errors import Problem
    from blogcovers.posts import Post


class Action(StrEnum):
    NONE = "none"
    RENDER = "render"
    RENDERED = "rendered"
    DERIVE = "derive"
    DERIVED = "derived"
    KEEP = "keep"
    SKIP = "skip"
    BLOCKED = "blocked"
    FAILED = "failed"


@dataclass(frozen=True)
class Policy:
    """What the author asked for: causes to ``keep``, and the options of this run."""

    keep: frozenset[str] = frozenset()
    force: bool = False
    overwrite_hand_made: bool = False


_DUE = (State.STALE, State.MISSING, State.BROKEN)
STOOD_IN = "painted while the server was down"


@dataclass(frozen=True)
class Verdict:
    state: State
    reason: str
    action: Action


@dataclass(frozen=True)
class Row:
    """One post of a plan or report, and its cover.

    ``file`` is the post's; ``cover`` is where its cover lies, or None where there will be none; ``derived``: what is
    derived from that, and where, made or not. ``due``: the recipe of the cover that the post asks for, or None where it
    asks for none. ``seconds`` is how long the cover took, ``error`` why it failed. ``stands_in``: what is there is what
    the painter would put in ComfyUI's place now, and the site asks for that where no server is reached.
    """

    post: Post
    file: Path
    state: State
    reason: str
    action: Action
    cover: Path | None = None
    derived: tuple[tuple[Derived, Path], ...] = ()
    renderer: str = ""
    due: Recipe | None = field(default=None, repr=False)
    seconds: float | None = None
    error: str = ""
    stands_in: bool = False

    @property
    def slug(self) -> str:
        return self.post.slug

    def done(self, action: Action, *, seconds: float | None = None, error: str = "") -> Row:
        return replace(self, action=action, seconds=seconds, error=error)

    def kept(self) -> Row:
        """The row of a stand-in that stays, for it is the painter's picture."""
        return replace(self.done(Action.KEEP), renderer="painter")


@dataclass(frozen=True)
class Aside:
    """What stands among the rows and has no cover. ``file`` and ``slug`` are its own."""

    file: Path
    slug: str

    state: ClassVar = State.SKIPPED
    action: ClassVar = Action.SKIP
    cover: ClassVar = None
    derived: ClassVar = ()
    renderer: ClassVar = ""
    seconds: ClassVar = None


@dataclass(frozen=True)
class Section(Aside):
    """A section's own page that names a concept, in vain."""

    reason: ClassVar = "a section's own page, no post"
    error: ClassVar = ""


@dataclass(frozen=True)
class Unreadable(Aside):
    """A post, or a folder of posts, that could not be read."""

    problem: Problem

    action: ClassVar = Action.FAILED

    @property
    def reason(self) -> str:
        return self.problem.message

    @property
    def error(self) -> str:
        return str(self.problem)


Entry: TypeAlias = Row | Section | Unreadable


@dataclass(frozen=True)
class Plan:
    """Every post with its state, its reason and the action due, and what to tell the author besides.

    ``entries``: in the order of their paths. ``whole``: whether every post of the site has one.
    """

    entries: tuple[Entry, ...]
    warnings: tuple[str, ...] = ()
    whole: bool = True

    @property
    def rows(self) -> tuple[Row, ...]:
        """The posts that could be read."""
        return rows_of(self.entries)

    @property
    def due(self) -> tuple[Row, ...]:
        """The rows in which a build makes something."""
        return tuple(row for row in self.rows if row.action in (Action.RENDER, Action.DERIVE))

    @property
    def failed(self) -> tuple[Entry, ...]:
        """Posts that cannot be read, are at fault, or share a cover's path."""
        return tuple(entry for entry in self.entries if entry.action is Action.FAILED)

    def having(self, action: Action) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.action is action)

    def limited(self, limit: int | None) -> Plan:
        """The same plan with at most ``limit`` posts in which something is made; the others wait for the next run."""
        if limit is None:
            return self
        over = {row.file for row in self.due[limit:]}
        entries = (
            replace(entry, action=Action.NONE) if isinstance(entry, Row) and entry.file in over else entry
            for entry in self.entries
        )
        return replace(self, entries=tuple(entries))


def rows_of(entries: Iterable[Entry]) -> tuple[Row, ...]:
    """Those of posts that could be read."""
    return tuple(entry for entry in entries if isinstance(entry, Row))


def decide(due: Recipe, found: Found, policy: Policy, renderable: str = "") -> Verdict:
    """The state of one cover, why, and what is to be done.

    ``renderable``: ``""`` where the due renderer can be used, else why it cannot (no server is known):
    then a cover that is due is blocked. The reason always says why, also for what stays as it is.
    """
    render = Action.BLOCKED if renderable else Action.RENDER
    if found.state is State.HAND_MADE:
        if not policy.overwrite_hand_made:
            return Verdict(State.HAND_MADE, found.reason, Action.NONE)
        return Verdict(State.HAND_MADE, _with(found.reason, renderable), render)
    if found.state is State.BROKEN and not found.replaceable:
        return Verdict(State.BROKEN, found.reason, Action.BLOCKED)
    if found.recipe is None:
        return Verdict(found.state, _with(found.reason, renderable), render)
    return _compared(due, found.recipe, policy, render, renderable)


def _compared(due: Recipe, made: Recipe, policy: Policy, render: Action, renderable: str) -> Verdict:
    differing = changes(made, due)
    reason = "; ".join(differing.values())
    if made.provisional and due.renderer != made.renderer:
        return Verdict(State.STALE, _with(STOOD_IN, renderable), render)
    if policy.force:
        return Verdict(State.STALE if differing else State.CURRENT, _with(reason or "--force", renderable), render)
    if made.provisional and due.provisional and not differing:
        return Verdict(State.STALE, f"{STOOD_IN}; no server is known yet", Action.KEEP)
    if not differing:
        return Verdict(State.CURRENT, "", Action.NONE)
    if all(cause in policy.keep for cause in differing):
        return Verdict(State.STALE, f"{reason} (kept by policy)", Action.KEEP)
    return Verdict(State.STALE, _with(reason, renderable), render)


def with_derived(verdict: Verdict, files: Sequence[DerivedFile]) -> Verdict:
    """The verdict on a cover that stays as it is, with what is to be done about the files derived from it.

    A current cover is stale with them; of a kept or hand-made one they follow what is on disk.
    """
    due = [file for file in files if file.due]
    names: dict[str, list[str]] = {}
    for file in files:
        names.setdefault(file.reason, []).append(file.name)
    said = [f"{', '.join(same)}: {reason}" for reason, same in names.items() if reason]
    verdict = replace(verdict, reason="; ".join([*([verdict.reason] if verdict.reason else []), *said]))
    if not due:
        return verdict
    action = Action.DERIVE if all(file.replaceable for file in due) else Action.BLOCKED
    state = State.STALE if verdict.state is State.CURRENT else verdict.state
    return replace(verdict, state=state, action=action)


def _with(reason: str, obstacle: str) -> str:
    return f"{reason}; {obstacle}" if obstacle else reason


def is_wrong(row: Entry) -> bool:
    """Whether a cover or what derives from it is not what it should be; one that the author's policy keeps is, and so
    is a stand-in that the site asks for: whether its server is there now, only a build finds out."""
    if row.action in (Action.FAILED, Action.BLOCKED, Action.DERIVE):
        return True
    return row.state in _DUE and row.action is not Action.KEEP and not stands_in(row)


def stands_in(entry: Entry) -> TypeGuard[Row]:
    """See :class:`Row`."""
    return isinstance(entry, Row) and entry.stands_in


def counts(rows: Iterable[Entry]) -> dict[str, dict[str, int]]:
    """``{"state": {...}, "action": {...}}``: how many rows have each, those at zero left out."""
    rows = list(rows)
    states: Mapping[str, int] = Counter(str(row.state) for row in rows)
    actions: Mapping[str, int] = Counter(str(row.action) for row in rows)
    return {"state": dict(sorted(states.items())), "action": dict(sorted(actions.items()))}
