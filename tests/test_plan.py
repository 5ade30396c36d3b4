"""The decision as a table: what stands there, what is due and what the author asked for -> state, reason, action."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from blogcovers.cover import CAUSES, DerivedFile, Found, Recipe, State
from blogcovers.plan import STOOD_IN, Action, Plan, Policy, Row, Verdict, counts, decide, with_derived
from blogcovers.posts import Post

NO_SERVER = "no server is known"
DUE = Recipe("fox", "comfyui", 7, dict.fromkeys(CAUSES, "same"), texts={"concept": "a fox"})
PAINTED = replace(DUE, renderer="painter", digests={**DUE.digests, "renderer": "painter"})

MISSING = Found(State.MISSING, "no cover yet")
BROKEN = Found(State.BROKEN, "the file is empty")
POINTER = Found(State.BROKEN, "run git lfs pull", replaceable=False)
HAND_MADE = Found(State.HAND_MADE, "it carries no recipe")
OURS = Found(State.CURRENT, recipe=DUE)

DEFAULT = Policy()
FORCE = Policy(force=True)
OVER = Policy(overwrite_hand_made=True)
EVERYTHING = Policy(keep=frozenset(CAUSES), force=True, overwrite_hand_made=True)


def differing(*causes: str, **fields: Any) -> Found:
    """A cover of ours in which these causes were others."""
    made = replace(DUE, digests={cause: "other" if cause in causes else "same" for cause in CAUSES}, **fields)
    return Found(State.CURRENT, recipe=made)


def keep(*causes: str, **options: bool) -> Policy:
    return Policy(frozenset(causes), **options)


@pytest.mark.parametrize(
    ("found", "policy", "state", "action"),
    [
        pytest.param(MISSING, DEFAULT, State.MISSING, Action.RENDER, id="missing"),
        pytest.param(MISSING, keep(*CAUSES), State.MISSING, Action.RENDER, id="missing-is-never-kept"),
        pytest.param(MISSING, FORCE, State.MISSING, Action.RENDER, id="missing-forced"),
        pytest.param(BROKEN, DEFAULT, State.BROKEN, Action.RENDER, id="broken"),
        pytest.param(BROKEN, keep(*CAUSES), State.BROKEN, Action.RENDER, id="broken-is-never-kept"),
        pytest.param(POINTER, DEFAULT, State.BROKEN, Action.BLOCKED, id="lfs-pointer"),
        pytest.param(POINTER, EVERYTHING, State.BROKEN, Action.BLOCKED, id="lfs-pointer-is-never-overwritten"),
        pytest.param(HAND_MADE, DEFAULT, State.HAND_MADE, Action.NONE, id="hand-made"),
        pytest.param(HAND_MADE, FORCE, State.HAND_MADE, Action.NONE, id="force-is-no-way-over-hand-made"),
        pytest.param(HAND_MADE, OVER, State.HAND_MADE, Action.RENDER, id="the-only-way-over-hand-made"),
        pytest.param(OURS, DEFAULT, State.CURRENT, Action.NONE, id="current"),
        pytest.param(OURS, OVER, State.CURRENT, Action.NONE, id="current-is-not-hand-made"),
        pytest.param(OURS, FORCE, State.CURRENT, Action.RENDER, id="current-forced"),
        pytest.param(differing("style"), DEFAULT, State.STALE, Action.RENDER, id="stale"),
        pytest.param(differing("style"), keep("style"), State.STALE, Action.KEEP, id="kept"),
        pytest.param(differing("style"), keep("concept"), State.STALE, Action.RENDER, id="another-cause-kept"),
        pytest.param(differing("style", "output"), keep("style", "output"), State.STALE, Action.KEEP, id="both-kept"),
        pytest.param(differing("style", "output"), keep("style"), State.STALE, Action.RENDER, id="one-of-two-kept"),
        pytest.param(differing("style"), keep("style", force=True), State.STALE, Action.RENDER, id="kept-but-forced"),
        pytest.param(differing(slug="hen"), keep(*CAUSES), State.STALE, Action.RENDER, id="another-slug"),
        pytest.param(differing(recipe_version=0), keep(*CAUSES), State.STALE, Action.RENDER, id="our-own-code"),
        pytest.param(differing(attempt=3), DEFAULT, State.CURRENT, Action.NONE, id="attempts-do-not-count"),
        pytest.param(differing(outputs=("x",)), DEFAULT, State.CURRENT, Action.NONE, id="outputs-do-not-count"),
    ],
)
class TestTable:
    def test_with_a_renderer_at_hand(self, found: Found, policy: Policy, state: State, action: Action) -> None:
        verdict = decide(DUE, found, policy)
        assert (verdict.state, verdict.action) == (state, action)

    def test_without_one_what_would_be_rendered_is_blocked_and_says_why(
        self, found: Found, policy: Policy, state: State, action: Action
    ) -> None:
        verdict = decide(DUE, found, policy, NO_SERVER)
        assert verdict.state is state
        assert verdict.action is (Action.BLOCKED if action is Action.RENDER else action)
        assert (NO_SERVER in verdict.reason) is (action is Action.RENDER)

    def test_every_verdict_but_current_has_a_reason(
        self, found: Found, policy: Policy, state: State, action: Action
    ) -> None:
        verdict = decide(DUE, found, policy)
        assert bool(verdict.reason) is ((state, action) != (State.CURRENT, Action.NONE))


@pytest.mark.parametrize("cause", CAUSES)
def test_each_cause_is_rendered_by_default_and_kept_on_request(cause: str) -> None:
    assert decide(DUE, differing(cause), DEFAULT).action is Action.RENDER
    assert decide(DUE, differing(cause), keep(cause)).action is Action.KEEP
    assert decide(DUE, differing(cause), keep(*set(CAUSES) - {cause})).action is Action.RENDER


class TestReasons:
    def test_all_changes_are_named(self) -> None:
        verdict = decide(DUE, differing("style", "output"), DEFAULT)
        assert verdict.reason == "style changed; output changed"

    def test_kept_says_so(self) -> None:
        assert decide(DUE, differing("style"), keep("style")).reason == "style changed (kept by policy)"

    def test_forced_says_so_where_nothing_else_does(self) -> None:
        assert decide(DUE, OURS, FORCE).reason == "--force"
        assert decide(DUE, differing("style"), FORCE).reason == "style changed"

    @pytest.mark.parametrize("found", [MISSING, BROKEN, POINTER, HAND_MADE])
    def test_of_what_stands_there_is_passed_on(self, found: Found) -> None:
        assert decide(DUE, found, DEFAULT).reason == found.reason


class TestProvisional:
    """A cover that the painter made while the server was down."""

    STAND_IN = Found(State.CURRENT, recipe=replace(PAINTED, provisional=True))

    def test_is_rendered_by_the_next_run_that_reaches_the_server(self) -> None:
        for policy in (DEFAULT, keep(*CAUSES), FORCE):
            assert decide(DUE, self.STAND_IN, policy) == Verdict(State.STALE, STOOD_IN, Action.RENDER)

    def test_is_blocked_while_no_server_is_known(self) -> None:
        assert decide(DUE, self.STAND_IN, DEFAULT, NO_SERVER).action is Action.BLOCKED

    def test_is_left_be_where_the_painter_would_only_stand_in_again(self) -> None:
        verdict = decide(replace(PAINTED, provisional=True), self.STAND_IN, DEFAULT)
        assert (verdict.state, verdict.action) == (State.STALE, Action.KEEP)

    def test_is_painted_again_where_the_post_has_changed(self) -> None:
        due = replace(PAINTED, provisional=True, digests={**PAINTED.digests, "concept": "new"})
        assert decide(due, self.STAND_IN, DEFAULT).action is Action.RENDER

    def test_is_current_once_the_site_asks_for_the_painter(self) -> None:
        assert decide(PAINTED, self.STAND_IN, DEFAULT) == Verdict(State.CURRENT, "", Action.NONE)


NONE = Verdict(State.CURRENT, "", Action.NONE)
KEPT = Verdict(State.STALE, "style changed (kept by policy)", Action.KEEP)
BY_HAND = Verdict(State.HAND_MADE, "it carries no recipe", Action.NONE)
READY = DerivedFile("fox.480w.webp", State.CURRENT)
ABSENT = DerivedFile("fox.social.jpg", State.MISSING, "missing")
ABSENT_TOO = DerivedFile("fox.square.webp", State.MISSING, "missing")
OLD = DerivedFile("fox.800w.webp", State.STALE, "made with other settings")
CUT = DerivedFile("fox.social.jpg", State.BROKEN, "the file is cut short")
LEFT = DerivedFile("fox.square.webp", State.HAND_MADE, "made by hand")
UNFETCHED = DerivedFile("fox.social.jpg", State.BROKEN, "run git lfs pull", replaceable=False)


class TestDerived:
    """What stands beside a cover that stays as it is."""

    @pytest.mark.parametrize("verdict", [NONE, KEPT, BY_HAND])
    @pytest.mark.parametrize("files", [[], [READY], [READY, READY]])
    def test_where_all_is_current_the_verdict_stands(self, verdict: Verdict, files: list[DerivedFile]) -> None:
        assert with_derived(verdict, files) == verdict

    @pytest.mark.parametrize("file", [ABSENT, OLD, CUT])
    @pytest.mark.parametrize(
        ("verdict", "state"), [(NONE, State.STALE), (KEPT, State.STALE), (BY_HAND, State.HAND_MADE)]
    )
    def test_one_that_is_due_is_derived(self, verdict: Verdict, state: State, file: DerivedFile) -> None:
        found = with_derived(verdict, [READY, file])
        assert (found.state, found.action) == (state, Action.DERIVE)
        assert found.reason == "; ".join(filter(None, [verdict.reason, f"{file.name}: {file.reason}"]))

    @pytest.mark.parametrize("verdict", [NONE, KEPT, BY_HAND])
    def test_a_hand_made_one_is_only_said(self, verdict: Verdict) -> None:
        found = with_derived(verdict, [READY, LEFT])
        assert (found.state, found.action) == (verdict.state, verdict.action)
        assert found.reason.endswith("fox.square.webp: made by hand")

    def test_one_that_only_its_owner_can_mend_blocks(self) -> None:
        for files in ([UNFETCHED], [UNFETCHED, OLD], [ABSENT_TOO, UNFETCHED]):
            assert with_derived(NONE, files).action is Action.BLOCKED
        assert with_derived(NONE, files).state is State.STALE

    def test_those_with_one_reason_are_named_together(self) -> None:
        found = with_derived(NONE, [ABSENT, OLD, ABSENT_TOO, LEFT])
        assert found.reason == (
            "fox.social.jpg, fox.square.webp: missing; fox.800w.webp: made with other settings; "
            "fox.square.webp: made by hand"
        )


def row(slug: str, action: Action = Action.RENDER, state: State = State.MISSING, post: str = "") -> Row:
    path = post or f"{slug}.md"
    return Row(Post(path, slug), Path("content", path), state, "", action)


class TestPlan:
    @pytest.mark.parametrize(
        ("limit", "left"),
        [(None, ["a", "b", "c"]), (0, []), (1, ["a"]), (2, ["a", "b"]), (3, ["a", "b", "c"]), (9, ["a", "b", "c"])],
    )
    def test_a_limit_leaves_the_first_ones(self, limit: int | None, left: list[str]) -> None:
        rows = (row("z", Action.SKIP), row("a"), row("y", Action.KEEP), row("b"), row("c"))
        limited = Plan(rows).limited(limit)
        assert [row.slug for row in limited.due] == left
        assert len(limited.rows) == len(rows)
        assert [row.action for row in limited.rows if row.slug in "yz"] == [Action.SKIP, Action.KEEP]

    def test_rows_to_derive_are_due_and_limited_too(self) -> None:
        plan = Plan((row("a", Action.DERIVE), row("b"), row("c", Action.DERIVED), row("d", Action.DERIVE)))
        assert [row.slug for row in plan.due] == ["a", "b", "d"]
        assert [row.slug for row in plan.having(Action.DERIVE)] == ["a", "d"]
        assert [row.action for row in plan.limited(1).rows] == [
            *(Action.DERIVE, Action.NONE, Action.DERIVED, Action.NONE),
        ]

    def test_a_limit_counts_namesakes_one_by_one(self) -> None:
        rows = (row("fox", post="a/fox.md"), row("fox", post="b/fox.md"))
        assert [row.post.path for row in Plan(rows).limited(1).due] == ["a/fox.md"]

    def test_a_limit_keeps_problems_and_warnings(self) -> None:
        plan = Plan((row("a"),), warnings=("mind",))
        assert plan.limited(0).warnings == ("mind",)

    def test_counts_are_by_state_and_action(self) -> None:
        rows = [row("a"), row("b"), row("c", Action.NONE, State.HAND_MADE)]
        assert counts(rows) == {"state": {"hand-made": 1, "missing": 2}, "action": {"none": 1, "render": 2}}
        assert counts([]) == {"state": {}, "action": {}}

    def test_a_row_that_is_done_keeps_its_state(self) -> None:
        done = row("a").done(Action.FAILED, seconds=1.5, error="no")
        assert (done.state, done.action, done.seconds, done.error) == (State.MISSING, Action.FAILED, 1.5, "no")
