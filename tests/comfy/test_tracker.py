"""What a server's share of the work needs next: what happened, and what is to be done, without threads or clocks."""

from __future__ import annotations

import ast
import itertools
import json
from collections import Counter, deque
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from comfy_world import (
    BLACK,
    BROKEN,
    FAILS,
    GOOD,
    INTERRUPTED,
    NO_MEMORY,
    NONE,
    ONE,
    THREE,
    TWO,
    World,
    answer,
    busy,
    frame,
    job,
    messages,
    rendered,
)

import blogcovers.comfy
from blogcovers import digest
from blogcovers.comfy.effects import (
    Ask,
    AwaitRoom,
    Back,
    BetterElsewhere,
    Claim,
    CloseSocket,
    Effect,
    Finish,
    GiveBack,
    Listen,
    Pause,
    Receive,
    RefuseJob,
    SetAside,
    Take,
    Tell,
)
from blogcovers.comfy.limits import Limits
from blogcovers.comfy.protocol import Dropped, Reply, answered
from blogcovers.cover.job import Failed, Job, Progress, Rendered
from blogcovers.errors import ServerUnreachable

LIMITS = Limits()
ID = ONE.prompt_id()


def world(*jobs: Job, **how: Any) -> World:
    return World(deque(jobs or (ONE,)), **how)


def named(effect: Effect[Any]) -> str:
    return str(effect.request) if isinstance(effect, Ask) else type(effect).__name__


# Purity -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "module", ["tracker", "ledger", "prompt", "effects", "limits", "protocol", "catalogue", "preflight", "versions"]
)
def test_what_decides_has_no_clock_no_socket_no_thread_and_no_chance(module: str) -> None:
    source = (Path(blogcovers.comfy.__file__).parent / f"{module}.py").read_text(encoding="utf-8")
    names = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(source))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    impure = {
        "time",
        "datetime",
        "threading",
        "queue",
        "socket",
        "requests",
        "websocket",
        "uuid",
        "random",
        "os",
        "secrets",
    }
    assert names & impure == set()


# A good run ---------------------------------------------------------------------------------------------


def test_one_job_from_the_first_question_to_its_picture() -> None:
    played = world(render=0.2).play()
    effects = [named(effect) for _, effect in played.log if not isinstance(effect, Receive)]
    asked = [name for name in effects if name.startswith("GET /object_info/")]
    assert sorted(asked) == sorted({f"GET /object_info/{node['class_type']}" for node in ONE.graph().values()})
    assert effects[0] == "GET /system_stats"
    assert effects[len(asked) + 1 :] == [
        "Unclaimed",
        "Claim",
        "Listen",
        "Take",
        f"GET /api/jobs/{ID}",
        "POST /prompt",
        "Take",  # for the place that waits
        "Take",  # for that of the one that has ended
        "GET /view",
        "Judge",
        "Took",
        "Finish",
    ]
    (outcome,) = played.outcomes
    assert isinstance(outcome, Rendered)
    assert (outcome.attempt, outcome.graph, outcome.seconds) == (0, ONE.graph(), 0.2)
    assert played.posts == [{"prompt": ONE.graph(), "client_id": "ours", "prompt_id": ID}]


def test_a_place_is_filled_before_the_picture_is_fetched() -> None:
    played = world(ONE, TWO, THREE).play()
    assert [name for name in played.asked() if name in ("POST /prompt", "GET /view")] == [
        *["POST /prompt"] * 3,
        *["GET /view"] * 3,
    ]
    assert rendered(played) == ["one", "two", "three"]
    assert played.now == 3.0, "the server has never waited"
    assert [outcome.seconds for outcome in played.outcomes if isinstance(outcome, Rendered)] == [1.0] * 3


def test_one_runs_and_one_waits_and_never_a_third() -> None:
    most = 0
    played = world(*(job(f"post-{n}") for n in range(6)), results=[BROKEN, GOOD, BLACK, BROKEN])

    def count() -> None:
        nonlocal most
        most = max(most, len(played.waiting) + bool(played.running))

    for tenths in range(120):
        played.at(tenths / 10, count)
    played.play()
    assert most == LIMITS.window == 2
    assert len(rendered(played)) == 6


def test_without_room_places_are_filled_and_no_picture_is_fetched() -> None:
    played = world(*(job(f"post-{n}") for n in range(4)), room=False)
    played.play(until=lambda: played.now > 5)
    assert len(played.posted) == 4
    assert played.asked("GET /view") == []
    assert len(played.did(AwaitRoom)) <= (5 - 4) / LIMITS.poll + 2, "it waits, and asks nothing"
    played.at(8.0, lambda: setattr(played, "room", True))
    assert len(rendered(played.play())) == 4
    then = [named(effect) for at, effect in played.log if at >= 8.0]
    between = then[then.index("GET /view") : len(then) - then[::-1].index("GET /view")]
    assert [name for name in between if name in ("GET /view", "Take")] == [
        *["GET /view"] * LIMITS.window,
        "Take",  # others may have ended meanwhile
        "Take",
        *["GET /view"] * 2,
    ]


def test_steps_and_places_in_the_queue_are_told() -> None:
    played = world(render=4.0)
    played.take_in("foreign", ONE.graph(), client="somebody")
    played.at(5.0, lambda: played.frames.append(frame("progress", ID, node="3", value=2, max=9)))
    played.play()
    told = [one.event for one in played.did(Tell)]
    assert told == [Progress("one", ahead=1), Progress("one", 2, 9, "KSampler")]


def test_frames_of_others_change_nothing() -> None:
    played = world(ONE, TWO)
    for kind in ("execution_success", "execution_error", "execution_interrupted"):
        played.at(0.5, lambda kind=kind: played.frames.append(frame(kind, "foreign", node_id="3")))  # type: ignore[misc]
    played.at(0.5, lambda: played.frames.append('{"type": "executing", "data": {"node": null}}'))
    assert rendered(played.play()) == ["one", "two"]
    assert played.now == 2.0


# Looking ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("has_jobs", [True, False], ids=["jobs", "no jobs"])
@pytest.mark.parametrize("how", [{"silent": True}, {"websocket": False}], ids=["silent", "refused"])
def test_without_frames_a_picture_comes_one_poll_later_at_most(how: dict[str, bool], has_jobs: bool) -> None:
    played = world(render=0.4, has_jobs=has_jobs, **how).play()
    assert rendered(played) == ["one"]
    assert played.now - 0.4 <= LIMITS.poll


def test_where_there_are_jobs_neither_history_nor_queue_is_asked() -> None:
    played = world(ONE, TWO, THREE, silent=True, render=0.4).play()
    assert played.asked("GET /history/*") == played.asked("GET /queue") == []
    assert played.asked(f"GET /api/jobs/{ID}")


def test_a_server_without_jobs_is_asked_for_them_once() -> None:
    played = world(ONE, TWO, THREE, silent=True, has_jobs=False).play()
    assert len(played.asked("GET /api/jobs/*")) == 1
    assert rendered(played) == ["one", "two", "three"]


def test_where_there_are_frames_each_job_is_asked_for_once() -> None:
    """What an earlier run left of it needs one question, and the frames tell the rest."""
    played = world(ONE, TWO, THREE, render=0.2).play()
    assert played.asked("GET /api/jobs/*") == [f"GET /api/jobs/{one.prompt_id()}" for one in (ONE, TWO, THREE)]
    assert played.asked("GET /history/*") == played.asked("GET /queue") == []


def test_a_server_may_stop_telling_of_its_jobs_in_the_middle() -> None:
    played = world(ONE, TWO, THREE, silent=True)
    played.at(1.5, lambda: setattr(played, "has_jobs", False))
    assert rendered(played.play()) == ["one", "two", "three"]
    assert len(played.posted) == 3


def test_jobs_without_their_outputs_leave_the_pictures_to_the_history() -> None:
    played = world(silent=True, render=0.2)
    played.play(until=lambda: ID in played.history)
    job_detail = {"id": ID, "status": "completed", "outputs": {}, "workflow": {"prompt": ONE.graph()}}
    played.script(f"GET /api/jobs/{ID}", *[answer(job_detail)] * 9)
    assert rendered(played.play()) == ["one"]
    assert played.asked("GET /history/*") == [f"GET /history/{ID}"]


def test_frames_of_others_that_never_cease_are_no_reason_not_to_look() -> None:
    played = world(render=1.0, silent=True)
    for tenths in range(100):
        played.at(tenths / 10, lambda: played.frames.append(frame("progress", "foreign", node="3", value=1, max=9)))
    assert rendered(played.play()) == ["one"]
    assert played.now <= 1.0 + 2 * LIMITS.poll


def test_while_frames_of_ours_come_nothing_is_asked() -> None:
    played = world(render=5.0)
    for tenths in range(2, 50, 2):
        played.at(tenths / 10, lambda: played.frames.append(frame("progress", ID, node="3", value=1, max=9)))
    assert rendered(played.play()) == ["one"]
    assert len(played.asked("GET /api/jobs/*")) == 1


@pytest.mark.parametrize("has_jobs", [True, False], ids=["jobs", "no jobs"])
def test_the_queue_is_asked_less_often_than_the_rest(has_jobs: bool) -> None:
    """It holds everybody's graphs, and where there are jobs it only adds how many of others' come first."""
    played = world(render=10.0, silent=True, has_jobs=has_jobs)
    played.take_in("foreign", ONE.graph(), client="somebody")
    played.play()
    asked = [at for at, _ in played.timed("GET /queue") if at > 0]
    assert all(later - earlier > LIMITS.queue for earlier, later in itertools.pairwise(asked))
    assert len(asked) >= 5
    assert (max(asked) > 10.0) is not has_jobs


@pytest.mark.parametrize(("lag", "posts"), [(9.0, 1), (11.0, 2)], ids=["in time", "not in time"])
def test_a_history_may_come_later_than_the_frames(lag: float, posts: int) -> None:
    """Done, say the frames, and name no picture; the history has it, in the end."""
    played = world(render=60.0)
    played.hidden.add(ID)

    def show() -> None:
        played.hidden.clear()
        played.end(ID, [], [{"filename": GOOD, "subfolder": "", "type": "output"}])

    played.at(1.0, lambda: played.frames.append(frame("execution_success", ID)))
    played.at(1.0 + lag, show)
    played.play(until=lambda: played.outcomes or len(played.posted) > 1)
    assert len(played.posted) == posts


@pytest.mark.parametrize(
    ("opens", "expected"),
    [
        # Refused once, twice, ...: twice as long each time, up to the bound, and the poll after it.
        (False, [0.0, 2.25, 6.5, 14.75, 31.0, 61.25]),
        (True, [0.0]),
    ],
)
def test_a_websocket_is_tried_again_less_and_less_often(opens: bool, expected: list[float]) -> None:
    played = world(render=70.0, websocket=opens).play()
    assert [at for at, effect in played.log if isinstance(effect, Listen)] == expected


def test_a_websocket_that_breaks_is_opened_again_and_heard_again() -> None:
    played = world(render=5.0)
    played.at(1.1, lambda: played.frames.append(Dropped("connection reset")))
    played.at(4.0, lambda: played.frames.append(frame("progress", ID, node="3", value=2, max=9)))
    played.play()
    assert len(played.did(Listen)) == 2
    assert Progress("one", 2, 9, "KSampler") in [one.event for one in played.did(Tell)]
    assert len(played.posted) == 1


# Lost ---------------------------------------------------------------------------------------------------


def absent(seconds: float, **how: Any) -> World:
    """One whose prompt is in neither queue nor history from 1.0 on, for some seconds: looked at every poll."""
    played = world(render=60.0, **how)
    played.at(1.0, lambda: played.hidden.add(ID))
    played.at(1.0 + seconds, lambda: played.hidden.discard(ID))
    return played.play(until=lambda: played.now >= 20.0)


@pytest.mark.parametrize("has_jobs", [True, False], ids=["jobs", "no jobs"])
@pytest.mark.parametrize(
    ("seconds", "posts"),
    [(0.3, 1), (LIMITS.lost - 1, 1), (LIMITS.lost - LIMITS.poll, 1), (LIMITS.lost, 1), (LIMITS.lost + 2.1, 2)],
)
def test_a_prompt_is_lost_only_after_an_absence_that_was_looked_at(has_jobs: bool, seconds: float, posts: int) -> None:
    played = absent(seconds, websocket=False, has_jobs=has_jobs)
    assert len(played.posted) == posts


def test_a_prompt_is_lost_at_that_second_and_not_before() -> None:
    played = absent(30.0, websocket=False)
    first, again = (at for at, _ in played.timed("POST /prompt"))
    looks = [at for at, _ in played.timed(f"GET /api/jobs/{ID}") if at >= 1.0]
    assert first == 0.0
    assert again == looks[0] + LIMITS.lost == 1.0 + LIMITS.lost
    assert played.posted == [ID, "fresh-000"]
    assert played.posts[1]["prompt"] == ONE.graph()


def test_an_absence_that_is_broken_begins_anew() -> None:
    played = world(render=60.0, websocket=False)
    for begins in (1.0, 4.3, 7.6):
        played.at(begins, lambda: played.hidden.add(ID))
        played.at(begins + LIMITS.lost - 0.1, lambda: played.hidden.discard(ID))
    played.play(until=lambda: played.now >= 12.0)
    assert played.posted == [ID]


def test_a_frame_is_a_sign_of_life() -> None:
    played = world(render=60.0)
    played.at(1.0, lambda: played.hidden.add(ID))
    played.at(3.5, lambda: played.frames.append(frame("progress", ID, node="3", value=1, max=9)))
    played.at(6.0, lambda: played.hidden.discard(ID))
    played.play(until=lambda: played.now >= 20.0)
    assert (played.posted, played.outcomes) == ([ID], [])


def test_what_ends_between_two_questions_is_not_lost() -> None:
    """Not in the history, then not in the queue: seen nowhere, and for no time at all."""
    played = world(render=1.9, websocket=False, has_jobs=False)
    played.script("GET /queue", *[answer({"queue_running": [], "queue_pending": []})] * 2)
    assert rendered(played.play()) == ["one"]
    assert played.posted == [ID]


@pytest.mark.parametrize(
    ("how", "breaks", "deleted"),
    [({}, "", True), ({}, "websocket", False), ({}, "answer", False), ({"websocket": False}, "", False)],
    ids=["heard all the while", "the websocket broke", "an answer was lost", "never heard"],
)
def test_what_vanishes_while_it_was_heard_of_was_deleted(how: dict[str, Any], breaks: str, deleted: bool) -> None:
    """Where a connection broke, the server may have been another one since."""
    played = world(ONE, TWO, render=9.0, **how)
    if breaks == "websocket":
        played.at(1.0, lambda: played.frames.append(Dropped("connection reset")))
    if breaks == "answer":
        played.at(1.0, lambda: played.script("GET /api/jobs/*", Dropped("connection reset")))
    played.at(2.0, lambda: played.lose(TWO.prompt_id()))
    played.play()
    assert played.posted.count(TWO.prompt_id()) == 1
    assert len(played.posted) == (2 if deleted else 3)
    assert messages(played) == (["ComfyUI: somebody deleted it from the queue."] if deleted else [])


def test_what_a_restart_has_lost_is_posted_again_but_not_for_ever() -> None:
    played = world(ONE, TWO, render=30.0)
    for seconds in range(1, 40, 6):
        played.at(float(seconds), played.restart)
    played.play()
    assert messages(played) == ["ComfyUI: the server has lost it."] * 2
    assert Counter(json.dumps(post["prompt"]) for post in played.posts).most_common(1)[0][1] == LIMITS.tries
    assert len(set(played.posted)) == len(played.posted) == 2 * LIMITS.tries


# Tries and seeds ----------------------------------------------------------------------------------------

FIRST, SECOND, THIRD = (ONE.prompt_id(attempt) for attempt in range(3))
NEW = "fresh"
FLAT = "one flat colour 3 times"


@pytest.mark.parametrize(
    ("results", "posted", "attempt", "message"),
    [
        ([GOOD], [FIRST], 0, ""),
        ([BROKEN, GOOD], [FIRST, NEW], 0, ""),
        ([NONE, BROKEN, GOOD], [FIRST, NEW, NEW], 0, ""),
        ([BROKEN] * 3, [FIRST, NEW, NEW], 0, "says that it is done, but the picture is damaged"),
        ([NONE] * 3, [FIRST, NEW, NEW], 0, "says that it is done, but it made no picture"),
        ([BLACK, GOOD], [FIRST, SECOND], 1, ""),
        ([BLACK, BLACK, GOOD], [FIRST, SECOND, THIRD], 2, ""),
        ([BLACK] * 3, [FIRST, SECOND, THIRD], 0, FLAT),
        ([BROKEN, BLACK, BROKEN, BROKEN, BROKEN], [FIRST, NEW, SECOND, NEW, NEW], 1, "the picture is damaged"),
        ([BROKEN, BROKEN, BLACK, BROKEN, GOOD], [FIRST, NEW, NEW, SECOND, NEW], 1, ""),
        ([FAILS], [FIRST], 0, "node 3 (None) fails: it broke"),
        ([INTERRUPTED], [FIRST], 0, "somebody interrupted it"),
        ([NO_MEMORY, GOOD], [FIRST, NEW], 0, ""),
        ([NO_MEMORY, NO_MEMORY], [FIRST, NEW], 0, "fails: out of memory"),
        ([NO_MEMORY, BROKEN, NO_MEMORY], [FIRST, NEW, NEW], 0, "fails: out of memory"),
        ([NO_MEMORY, BLACK, NO_MEMORY], [FIRST, NEW, SECOND], 0, "fails: out of memory"),
    ],
)
def test_how_often_a_job_is_tried(results: list[str], posted: list[str], attempt: int, message: str) -> None:
    played = world(results=results, render=0.1).play()
    assert [NEW if name.startswith(NEW) else name for name in played.posted] == posted[: len(results)]
    (outcome,) = played.outcomes
    if message:
        assert isinstance(outcome, Failed)
        assert message in outcome.message
    else:
        assert isinstance(outcome, Rendered)
        assert outcome.attempt == attempt
    assert len(set(played.posted)) == len(played.posted)
    seeds = [post["prompt"]["3"]["inputs"]["seed"] - digest.seed_of("one") for post in played.posts]
    assert (
        seeds
        == [[FIRST, SECOND, THIRD].index(name) if name != NEW else seeds[n - 1] for n, name in enumerate(posted)][
            : len(seeds)
        ]
    )
    assert len(played.asked("POST /free")) == (NO_MEMORY in results)


def test_a_spoilt_picture_is_saved_again_under_another_name() -> None:
    played = world(results=[BROKEN], render=0.1).play()
    names = [post["prompt"]["9"]["inputs"]["filename_prefix"] for post in played.posts]
    assert names == ["blogcovers/one", "blogcovers/one-fresh-00"]


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        (busy(404), "status 404 and text/html"),
        (busy(200), "status 200 and text/html"),
        (Reply(200, "", b"x"), "status 200 and no media type"),
    ],
)
def test_what_is_answered_instead_of_a_picture_is_asked_for_again(reply: Reply, fault: str) -> None:
    played = world(render=0.1)
    played.script("GET /view", reply)
    assert rendered(played.play()) == ["one"]
    assert played.posted == [ID, "fresh-001"]
    played = world(render=0.1)
    played.script("GET /view", *[reply] * 3)
    assert fault in messages(played.play())[0]


# A server that stumbles ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("replies", "pauses"),
    [
        ([busy()], [0.1]),
        ([busy(429), busy(502), busy(504), busy()], [0.1, 0.2, 0.4, 0.8]),
        ([busy()] * 7, [0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0]),
        ([busy(500), busy(500)], [0.1, 0.2]),
        ([busy(429, 7.0)], [7.0]),
        ([busy(503, 100.0), busy(503, 0.0)], [100.0, 0.2]),
        ([Dropped("connection reset")], [0.1]),
    ],
)
def test_a_question_is_asked_again_after_a_pause(replies: list[Reply | Dropped], pauses: list[float]) -> None:
    played = world(render=0.1)
    played.script("GET /view", *replies)
    assert rendered(played.play()) == ["one"]
    assert [effect.seconds for effect in played.did(Pause)] == pauses
    assert len(played.asked("GET /view")) == len(replies) + 1


STUMBLES = [Dropped("connection reset"), busy(429), busy(429, 1.0), busy(500), busy(502), busy(503), busy(504)]
QUESTIONS = [
    ("POST /prompt", True),
    ("GET /api/jobs/*", True),
    ("GET /queue", False),
    ("GET /history/*", False),
    ("GET /view", True),
    ("GET /object_info/*", True),
]


@pytest.mark.parametrize("stumble", STUMBLES, ids=str)
@pytest.mark.parametrize(("question", "has_jobs"), QUESTIONS)
@pytest.mark.parametrize("times", [1, 2])
def test_whatever_stumbles_over_whichever_question_each_job_is_rendered_once(
    question: str, has_jobs: bool, stumble: Reply | Dropped, times: int
) -> None:
    played = world(ONE, TWO, THREE, has_jobs=has_jobs, render=1.0)
    played.script(question, *[stumble] * times)
    assert rendered(played.play()) == ["one", "two", "three"]
    assert not played.scripted[question], "it has struck"
    assert set(played.rendered.values()) == {1}


@pytest.mark.parametrize(
    ("replies", "most", "why"),
    [
        ([Dropped("connection refused")] * 99, LIMITS.patience, "connection refused"),
        ([busy(503, LIMITS.max_retry_after + 1)], 0.0, "status 503"),
        *(([busy(status)] * 99, LIMITS.patience, f"status {status}") for status in (429, 502, 503, 504)),
        ([busy(429, 0.0)] * 999, LIMITS.patience + LIMITS.max_retry_after, "status 429"),
        ([busy(503, 50.0)] * 9, LIMITS.patience + LIMITS.max_retry_after, "status 503"),
    ],
)
def test_a_server_that_does_not_answer_is_set_aside(replies: list[Reply | Dropped], most: float, why: str) -> None:
    played = world(render=0.1)
    played.script("GET /view", *replies)
    played.play(until=lambda: played.did(SetAside))
    ((at, aside),) = ((at, effect) for at, effect in played.log if isinstance(effect, SetAside))
    assert isinstance(aside.error, ServerUnreachable)
    assert why in aside.error.message
    assert at <= 0.1 + most


@pytest.mark.parametrize("request_", ["GET /queue", "GET /history/*", "POST /prompt"])
@pytest.mark.parametrize("status", [200, 404, 500])
def test_a_page_of_html_is_no_comfyui(request_: str, status: int) -> None:
    played = world(has_jobs=False)
    played.script(request_, *[busy(status)] * 3)
    played.play(until=lambda: played.did(SetAside))
    (aside,) = played.did(SetAside)
    assert not isinstance(aside.error, ServerUnreachable)
    assert "http://gpu:8188 does not answer as ComfyUI does" in aside.error.message
    assert f"status {status} and text/html" in aside.error.message
    assert "<html" not in aside.error.message
    assert aside.error.hint


@pytest.mark.parametrize(
    ("well", "failed"), [(True, ["http://gpu:8188 stumbles over this post's graph (status 500)"]), (False, [])]
)
def test_a_500_over_one_graph_is_that_posts_fault_where_the_server_is_well(well: bool, failed: list[str]) -> None:
    trouble = Reply(500, "text/plain", b"500 Internal Server Error")
    played = world(ONE, TWO)
    played.script("POST /prompt", *[trouble] * 3)
    if not well:
        played.script("GET /system_stats", answer({"system": {}}), Dropped("connection reset"))
    played.play(until=lambda: played.did(SetAside))
    assert [message.partition(";")[0] for message in messages(played)] == failed
    assert bool(played.did(SetAside)) is not well


# A POST whose answer is lost ----------------------------------------------------------------------------


@pytest.mark.parametrize("has_jobs", [True, False], ids=["jobs", "no jobs"])
@pytest.mark.parametrize(
    ("lost", "after", "posts"),
    [
        (Dropped("no answer in time"), 0.0, 1),
        (Dropped("no answer in time"), 1.1, 1),
        (Dropped("no answer in time"), LIMITS.lost, 1),
        (Dropped("no answer in time"), LIMITS.lost + 9, 2),
        (busy(502), 0.0, 1),
        (busy(504), 9.0, 2),
    ],
)
def test_a_post_whose_answer_is_lost_is_looked_for_before_it_is_posted_again(
    lost: Reply | Dropped, after: float, posts: int, has_jobs: bool
) -> None:
    """The server has queued it ``after`` some seconds."""
    played = world(render=20.0, has_jobs=has_jobs)
    played.script("POST /prompt", lost)
    if after:
        played.at(after, lambda: played.take_in(ID, ONE.graph()))
    else:
        played.take_in(ID, ONE.graph())
        if has_jobs:  # before the POST it was not there
            played.script("GET /api/jobs/*", answer({"error": "Job not found"}, 404))
        else:
            played.script("GET /queue", answer({"queue_running": [], "queue_pending": []}))
    played.play(until=lambda: played.now >= 15)
    assert len(played.posted) == posts


def test_a_server_that_does_not_say_whether_it_has_the_prompt_is_posted_to_again() -> None:
    played = world(render=0.1)
    played.script("POST /prompt", Dropped("connection reset"))
    played.at(0.0, lambda: played.script(f"GET /api/jobs/{ID}", Dropped("connection refused")))
    played.script(f"GET /api/jobs/{ID}", answer({"error": "Job not found"}, 404), Dropped("connection refused"))
    assert rendered(played.play()) == ["one"]
    assert played.posted == [ID, ID]


@pytest.mark.parametrize("silence", [Dropped("no answer in time"), busy(504)], ids=str)
def test_a_post_that_is_never_answered_costs_that_post_alone(silence: Reply | Dropped) -> None:
    played = world(ONE, TWO, THREE, render=0.1)
    played.script("POST /prompt", *[silence] * len(replies_until_given_up(silence)) * 2)
    assert rendered(played.play()) == ["two", "three"]
    assert "does not take this post's prompt" in messages(played)[0]
    assert not played.did(SetAside)


@pytest.mark.parametrize("silence", [Dropped("no answer in time"), busy(504)], ids=str)
def test_one_that_is_answered_the_second_time_is_made(silence: Reply | Dropped) -> None:
    played = world(ONE, TWO, render=0.1)
    played.script("POST /prompt", *[silence] * len(replies_until_given_up(silence)))
    assert rendered(played.play()) == ["one", "two"]
    assert played.posted[-2:] != [ID, ID]


def test_two_posts_that_are_never_answered_are_the_servers_fault() -> None:
    played = world(ONE, TWO, THREE, render=0.1)
    played.script("POST /prompt", *[Dropped("no answer in time")] * 999)
    played.play(until=lambda: played.did(SetAside))
    (aside,) = played.did(SetAside)
    assert isinstance(aside.error, ServerUnreachable)
    assert len(messages(played)) == 1


def replies_until_given_up(reply: Reply | Dropped) -> list[str]:
    """The POSTs of one try whose answer is always this."""
    played = world(ONE, render=0.1)
    played.script("POST /prompt", *[reply] * 99)
    played.play(until=lambda: len(played.asked("GET /system_stats")) > 1)  # the first stands before every post
    return played.asked("POST /prompt")


# Refusals -----------------------------------------------------------------------------------------------

FAULTS = {"3": {"errors": [{"type": "x", "message": "Too big"}], "class_type": "KSampler", "dependent_outputs": ["9"]}}


@pytest.mark.parametrize(
    "reply",
    [answer({"error": {}, "node_errors": FAULTS}, 400), answer({"prompt_id": ID, "node_errors": FAULTS})],
    ids=["400", "200 without our output"],
)
def test_a_refused_prompt_is_taken_off_and_the_job_left_to_others(reply: Reply) -> None:
    played = world()
    played.script("POST /prompt", reply)
    queued = reply.status == 200
    played.play(until=lambda: played.asked("GET /api/jobs/*"))
    if queued:
        played.take_in(ID, ONE.graph())
    played.scripted["GET /api/jobs/*"] = deque([answer({"error": "Job not found"}, 404)])
    played.play()
    (refusal,) = played.did(RefuseJob)
    assert refusal.job == ONE
    assert "http://gpu:8188 cannot run style/sdxl.json: node 3 (KSampler): Too big" in refusal.fault
    after = played.asked()[played.asked().index("POST /prompt") + 1 :]
    assert after == (["GET /queue", "POST /interrupt"] if queued else [])
    assert played.interrupted == ([ID] if queued else [])
    assert played.running == ""
    assert played.tracker.drop() == []


# An earlier run -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("has_jobs", [True, False], ids=["jobs", "no jobs"])
@pytest.mark.parametrize(
    ("earlier", "graph", "posted"),
    [
        (GOOD, ONE, []),
        (GOOD, TWO, [NEW]),
        (FAILS, ONE, [NEW]),
        (INTERRUPTED, ONE, [NEW]),
        (NONE, ONE, [NEW]),
        (BROKEN, ONE, [NEW]),
        (BLACK, ONE, [SECOND]),
    ],
    ids=["done", "another graph", "failed", "interrupted", "no picture", "a broken one", "a black one"],
)
def test_what_an_earlier_run_left(earlier: str, graph: Job, posted: list[str], has_jobs: bool) -> None:
    played = world(results=[earlier], render=0.5, has_jobs=has_jobs)
    played.take_in(ID, graph.graph(), client="an earlier run")
    played.wait(1.0)
    played.play()
    assert [NEW if name.startswith(NEW) else name for name in played.posted] == posted
    assert rendered(played) == ["one"]


@pytest.mark.parametrize("ahead", [0, 2], ids=["running", "waiting"])
def test_what_an_earlier_run_has_under_way_is_waited_for(ahead: int) -> None:
    """Its frames go to another client, so it is looked at although those of the next one come without a pause."""
    played = world(ONE, TWO, render=1.0)
    for number in range(ahead):
        played.take_in(f"foreign-{number}", TWO.graph(), client="somebody")
    played.take_in(ID, ONE.graph(), client="an earlier run")
    for tenths in range(40):
        played.at(tenths / 10, lambda: played.frames.append(frame("execution_cached", TWO.prompt_id())))
    played.play()
    assert played.posted == [TWO.prompt_id()]
    finished = [at for at, effect in played.log if isinstance(effect, Finish)]
    assert rendered(played) == ["one", "two"]
    assert finished[0] <= ahead + 1 + 2 * LIMITS.poll


def test_old_black_pictures_alone_are_no_failure() -> None:
    """Every seed stands in the history, black: what spoilt them may be past, so the last is rendered once more."""
    played = world(results=[BLACK] * 3, render=0.1)
    for attempt in range(3):
        played.take_in(ONE.prompt_id(attempt), ONE.graph(attempt), client="an earlier run")
    played.wait(1.0)
    (outcome,) = played.play().outcomes
    assert isinstance(outcome, Rendered)
    assert outcome.attempt == 2
    assert played.posted == ["fresh-001"]


def test_where_servers_share_the_work_each_says_what_it_has() -> None:
    played = world(job("zero"), ONE, TWO, THREE, shared=True, results=[FAILS])
    played.take_in(job("zero").prompt_id(), job("zero").graph(), client="an earlier run")
    played.wait(1.0)
    played.take_in(ID, ONE.graph(), client="an earlier run")
    played.wait(1.0)
    played.take_in(TWO.prompt_id(), TWO.graph(), client="an earlier run")
    played.play()
    assert [effect.jobs for effect in played.did(Claim)] == [[ONE, TWO]]
    assert played.posted == ["fresh-000", THREE.prompt_id()]


@pytest.mark.parametrize("count", [1, 30])
def test_what_is_asked_before_jobs_are_shared_does_not_grow_with_them(count: int) -> None:
    played = world(*(job(f"job-{number}") for number in range(count)), shared=True)
    played.play(until=lambda: played.did(Claim))
    assert played.asked("GET /[!o]*") == ["GET /system_stats", "GET /queue", "GET /history"]


@pytest.mark.parametrize("reply", [Dropped("no answer in time"), busy(404), busy(500), answer([]), answer({"a": 1})])
def test_where_the_whole_history_does_not_come_the_queue_alone_is_claimed(reply: Reply | Dropped) -> None:
    played = world(ONE, TWO, shared=True)
    played.take_in(TWO.prompt_id(), TWO.graph(), client="an earlier run")
    played.script("GET /history", reply)
    played.play()
    assert [effect.jobs for effect in played.did(Claim)] == [[TWO]]
    assert played.posted == [ID]


# Handing over -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("starts", [False, True], ids=["it waits", "it has started meanwhile"])
def test_a_job_that_waits_is_handed_over_unless_it_has_started(starts: bool) -> None:
    played = world(ONE, TWO, render=5.0, elsewhere=True)
    if starts:
        played.script("POST /queue", *[answer({})] * 99)  # nothing is deleted any more
    played.play(until=lambda: played.did(GiveBack) or played.now > 3)
    assert [effect.jobs for effect in played.did(GiveBack)] == ([] if starts else [[TWO]])
    assert played.waiting == ([TWO.prompt_id()] if starts else [])
    assert all(one.job == TWO for one in played.did(BetterElsewhere))
    assert [held.slug for held in played.tracker.drop()] == (["one", "two"] if starts else ["one"])


# Set aside ----------------------------------------------------------------------------------------------


def set_aside(**how: Any) -> World:
    """One that goes away while one job is done, one runs and one waits, and is back 40 seconds later."""
    played = world(ONE, TWO, THREE, render=2.0, **how)
    gone = [Dropped("connection refused")] * 4_000

    def go() -> None:
        played.frames.clear()
        played.frames.append(Dropped("connection reset"))
        played.script("*", *gone)

    played.at(2.5, go)
    played.at(42.0, lambda: played.scripted["*"].clear())
    return played


def test_what_a_server_held_is_given_back_when_it_is_set_aside() -> None:
    played = set_aside()
    played.play(until=lambda: played.did(SetAside))
    after = played.log[[type(effect) for _, effect in played.log].index(CloseSocket) :]
    assert [type(effect) for _, effect in after] == [CloseSocket, GiveBack, SetAside]
    (back,) = played.did(GiveBack)
    assert back.jobs == [TWO, THREE]
    assert rendered(played) == ["one"]
    assert 2.5 + LIMITS.patience - LIMITS.max_retry <= after[0][0] <= 2.5 + LIMITS.patience + 2 * LIMITS.poll


def test_a_server_that_was_set_aside_is_asked_now_and_then_and_begins_with_its_strays() -> None:
    played = set_aside()
    played.play()
    aside = next(at for at, effect in played.log if isinstance(effect, SetAside))
    asked = [at for at, _ in played.timed("GET /system_stats")]
    assert asked == [0.0, *(aside + LIMITS.aside * times for times in (1, 2, 3, 3))]
    returned = [named(effect) for at, effect in played.log if at >= asked[-1]]
    assert returned[:5] == ["GET /system_stats", "Back", "Tell", "GET /system_stats", "GET /queue"]
    assert [note.rpartition(" ")[0] for note in played.notes()][1:] == ["http://gpu:8188 answers"]
    assert rendered(played) == ["one", "two", "three"]
    assert len(played.did(Back)) == 1
    assert played.tracker.strays == []


@pytest.mark.parametrize("alone", [True, False])
def test_the_others_are_spoken_of_only_where_there_are_any(alone: bool) -> None:
    played = set_aside(alone=alone)
    played.play(until=lambda: played.now > 20)
    assert any("The other servers go on without it." in note for note in played.notes()) is not alone


def test_one_that_is_aside_when_the_run_is_over_is_asked_nothing_but_to_drop_its_strays() -> None:
    played = set_aside()
    played.at(20.0, lambda: setattr(played, "over", True))
    played.play()
    assert played.asked("GET /system_stats") == ["GET /system_stats"]
    played.scripted["*"].clear()
    played.running, played.waiting = TWO.prompt_id(), [THREE.prompt_id()]
    played.take_in("foreign", ONE.graph(), client="somebody")
    answered(played.tracker.farewell(), lambda request: played.done(Ask(request)))
    assert played.interrupted == [TWO.prompt_id()]
    assert (played.running, played.waiting) == ("foreign", [])


# The end ------------------------------------------------------------------------------------------------


def test_what_is_left_at_the_end_is_taken_off_by_its_id() -> None:
    played = world(ONE, TWO, THREE, render=5.0)
    played.take_in("foreign", ONE.graph(), client="somebody")
    played.play(until=lambda: played.now > 7)
    answered(played.tracker.farewell(), lambda request: played.done(Ask(request)))
    assert (played.running, played.waiting) == ("", [])
    assert played.rendered == {"foreign": 1}
    assert sorted(job.slug for job in played.tracker.drop()) == ["one", "two"]


def busy_world(**how: Any) -> World:
    """A run in which much happens: spoilt pictures, a restart, a lost answer, a refused websocket for a while."""
    played = world(ONE, TWO, THREE, job("four"), results=[GOOD, BROKEN, BLACK, FAILS, NO_MEMORY], render=1.0, **how)
    played.at(3.2, played.restart)
    played.at(5.0, lambda: played.script("POST /prompt", Dropped("connection reset")))
    return played


BUSY = busy_world().play()


def test_much_may_happen_and_each_job_comes_to_one_end() -> None:
    assert sorted(outcome.job.slug for outcome in BUSY.outcomes) == ["four", "one", "three", "two"]


@pytest.mark.parametrize("number", range(len(BUSY.log)))
def test_at_whatever_moment_the_run_is_over_no_more_is_begun(number: int) -> None:
    played = busy_world()
    played.play(until=lambda: len(played.log) == number)
    played.over = True
    posted, seen = len(played.posted), len(played.log)
    played.play(most=40)
    begun = [effect for _, effect in played.log[seen:] if isinstance(effect, Pause | Receive | AwaitRoom | Take)]
    assert len(begun) <= 2, "at most what it was about to do"
    assert len(played.posted) <= posted + 1
    held = [job.slug for job in played.tracker.drop()]
    ended = [outcome.job.slug for outcome in played.outcomes]
    left = [job.slug for job in played.jobs]
    assert sorted(held + ended + left) == ["four", "one", "three", "two"], "no job is forgotten, none is held twice"


@pytest.mark.parametrize("happens", [True, False], ids=["done, and the answer lost", "not done"])
@pytest.mark.parametrize("number", [n for n, (_, effect) in enumerate(BUSY.log) if isinstance(effect, Ask)])
def test_whichever_answer_is_lost_no_job_is_and_none_is_rendered_twice(number: int, happens: bool) -> None:
    played = world(ONE, TWO, THREE, job("four"), render=1.0)
    done = played.done

    def losing(effect: Effect[Any]) -> Any:
        lost = len(played.log) == number + 1 and isinstance(effect, Ask)
        if not lost or happens:
            result = done(effect)
        return Dropped("connection reset") if lost else result

    played.done = losing  # type: ignore[method-assign]
    played.play()
    assert sorted(rendered(played)) == ["four", "one", "three", "two"]
    assert set(played.rendered.values()) == {1}


def test_every_wait_is_short() -> None:
    waits = [effect.seconds for effect in BUSY.did(Pause, Receive, AwaitRoom)]
    assert min(waits) > 0
    assert max(waits) <= max(LIMITS.poll, LIMITS.max_retry)


def test_shorter_limits_are_kept() -> None:
    played = world(render=60.0, websocket=False, limits=replace(LIMITS, lost=0.5, poll=0.125))
    played.at(1.0, lambda: played.hidden.add(ID))
    played.play(until=lambda: len(played.posted) > 1)
    assert played.now == 1.5
