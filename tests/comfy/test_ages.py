"""Servers of every age, as the tracker meets them: ids of their own, interrupts that hit anybody, histories without a
status, pictures that come through the websocket alone."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import replace
from typing import Any

import pytest
from comfy_world import (
    BROKEN,
    FAILS,
    GOOD,
    NO_MEMORY,
    ONE,
    THREE,
    TWO,
    World,
    answer,
    busy,
    job,
    messages,
    rendered,
)

from blogcovers.comfy.effects import Ask, Claim, Receive, SetAside
from blogcovers.comfy.limits import Limits
from blogcovers.comfy.protocol import Dropped, Removal, answered
from blogcovers.comfy.versions import ABILITIES, HEEDS_IDS, JOBS, KEEPS_IDS, Version, version_of
from blogcovers.cover.job import Failed, Job, Rendered
from blogcovers.workflow.template import load_template

LIMITS = Limits()
AGES = ["", "0.2.7", "0.3.40", "0.3.45", "0.3.56", "0.3.64", "0.12.1"]  # "": no version, and a history without status
OWN_IDS = ["", "0.2.7", "0.3.40"]
GLOBAL_INTERRUPT = [*OWN_IDS, "0.3.45", "0.3.56"]


def world(*jobs: Job, version: str, **how: Any) -> World:
    return World(deque(jobs or (ONE,)), version=version, **{"has_jobs": version == "0.12.1"} | how)


def farewell(played: World) -> Removal:
    return answered(played.tracker.farewell(), lambda request: played.done(Ask(request)))


# Versions -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("0.3.64", (0, 3, 64)),
        ("v0.2.2-15-g3c60ecd", (0, 2, 2)),
        ("0.33", (0, 33, 0)),
        ("1.0.0rc1", (1, 0, 0)),
        ("unknown", None),
        ("", None),
        (None, None),
        (["0.3.64"], None),
        ("9" * 5000 + ".1", None),
        ("nightly", None),
    ],
)
def test_a_version_is_read_from_whatever_stands_there(said: Any, number: tuple[int, int, int] | None) -> None:
    assert version_of({"system": {"comfyui_version": said}}).number == number


@pytest.mark.parametrize("stats", [{}, {"system": None}, {"system": []}, {"system": {"comfyui_version": 3}}])
def test_stats_of_any_shape_have_a_version_or_none(stats: dict[str, Any]) -> None:
    version = version_of(stats)
    assert version == Version()
    assert not any(version.has(ability) for ability in ABILITIES), "it is taken for an old one"


@pytest.mark.parametrize(
    ("number", "has"),
    [
        ((0, 3, 44), []),
        ((0, 3, 45), [KEEPS_IDS]),
        ((0, 3, 56), [KEEPS_IDS]),
        ((0, 3, 57), [KEEPS_IDS, HEEDS_IDS]),
        ((0, 6, 0), [KEEPS_IDS, HEEDS_IDS, JOBS]),
    ],
)
def test_what_came_with_which_version(number: tuple[int, int, int], has: list[Any]) -> None:
    assert [one for one in ABILITIES if Version("", number).has(one)] == has


def test_one_that_has_no_history_of_single_prompts_is_refused_before_anything_is_posted() -> None:
    played = world(version="", alone=True)
    played.script("GET /history/*", answer({}, 404))
    played.play()
    (aside,) = played.did(SetAside)
    assert "http://gpu:8188 runs ComfyUI of an unknown version, which is too old" in aside.error.message
    assert "0.2" in aside.error.hint
    assert played.posted == []


# A run on each ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", AGES)
@pytest.mark.parametrize("how", [{}, {"silent": True}, {"websocket": False}], ids=["heard", "silent", "refused"])
def test_every_age_renders_each_cover_once(version: str, how: dict[str, bool]) -> None:
    played = world(ONE, TWO, THREE, version=version, render=0.4, **how).play()
    assert sorted(rendered(played)) == ["one", "three", "two"]
    assert list(played.rendered.values()) == [1, 1, 1]
    assert len(played.posted) == 3


@pytest.mark.parametrize("version", AGES)
def test_every_age_loses_nothing_where_much_happens(version: str) -> None:
    played = world(ONE, TWO, THREE, job("four"), version=version, results=[GOOD, BROKEN, NO_MEMORY])
    played.at(4.2, played.restart)
    played.play()
    assert sorted(rendered(played)) == ["four", "one", "three", "two"]


@pytest.mark.parametrize("version", AGES)
def test_an_error_in_a_history_without_pictures_is_a_failure(version: str) -> None:
    played = world(version=version, results=[FAILS], silent=True).play()
    assert len(played.outcomes) == 1
    # A history without status tells no failure: it made no picture, and is tried again.
    assert isinstance(played.outcomes[0], Failed if version else Rendered)


@pytest.mark.parametrize("version", AGES)
@pytest.mark.parametrize(
    ("lost", "after"), [(Dropped("no answer in time"), 0.0), (Dropped("no answer in time"), 1.1), (busy(502), 0.0)]
)
def test_a_post_whose_answer_is_lost_is_found_again(version: str, after: float, lost: Any) -> None:
    played = world(ONE, TWO, version=version, render=2.0)
    played.take_in("foreign", job("a stranger's").graph(), client="somebody")
    played.script("POST /prompt", lost)
    played.play(until=lambda: played.posted)
    post = played.posts[0]
    if after:
        played.at(played.now + after, lambda: played.take_in(post["prompt_id"], post["prompt"]))
    else:
        played.take_in(post["prompt_id"], post["prompt"])
    played.play()
    assert sorted(rendered(played)) == ["one", "two"]
    assert len(played.posted) == 2, "neither was posted twice"
    assert list(played.rendered.values()) == [1, 1, 1], "the foreign one is its owner's"


@pytest.mark.parametrize("version", OWN_IDS)
def test_an_earlier_prompt_that_failed_is_not_taken_for_the_one_whose_answer_is_lost(version: str) -> None:
    played = world(version=version or "0.2.7", results=[NO_MEMORY, GOOD])
    played.play(until=lambda: played.asked("POST /free"))
    played.script("POST /prompt", Dropped("connection reset"))
    assert rendered(played.play()) == ["one"]
    assert len(played.posted) == 3


# An earlier run -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", AGES)
@pytest.mark.parametrize("shared", [False, True], ids=["one server", "several"])
def test_what_a_killed_run_left_is_found_again(version: str, shared: bool) -> None:
    """One is done, one runs and one waits: they are taken, not posted again."""
    played = world(ONE, TWO, THREE, job("four"), version=version, shared=shared)
    for one in (ONE, TWO, THREE):
        played.take_in(one.prompt_id(), one.graph(), client="a killed run")
    played.wait(1.5)
    played.play()
    assert sorted(rendered(played)) == ["four", "one", "three", "two"]
    assert [post["prompt"] for post in played.posts] == [job("four").graph()]
    if shared:
        assert [effect.jobs for effect in played.did(Claim)] == [[ONE, TWO, THREE]]


@pytest.mark.parametrize("version", OWN_IDS)
def test_another_graph_is_nobody_of_ours(version: str) -> None:
    played = world(version=version)
    for one in (TWO, THREE):
        played.take_in("", one.graph(), client="somebody")
    played.wait(1.5)
    played.play()
    assert [post["prompt"] for post in played.posts] == [ONE.graph()]


def test_a_server_that_says_no_version_and_takes_our_ids_is_not_searched() -> None:
    played = world(ONE, TWO, THREE, version="0.12.1")
    played.script("GET /system_stats", answer({"system": {}}))
    assert rendered(played.play()) == ["one", "two", "three"]
    assert len(played.asked("GET /history")) == 1, "only before the first answer has shown it"


def test_a_gate_that_keeps_the_history_to_itself_costs_only_what_an_earlier_run_left() -> None:
    played = world(ONE, TWO, version="0.2.7")
    played.script("GET /history", *[busy(403)] * 9)
    assert rendered(played.play()) == ["one", "two"]
    assert len(played.posted) == 2


def test_a_gate_that_gives_its_own_ids_is_followed_whatever_its_version() -> None:
    played = world(ONE, TWO, version="0.12.1")
    played.at_least = lambda version: version != "0.3.45"  # type: ignore[method-assign]
    assert rendered(played.play()) == ["one", "two"]
    assert len(played.posted) == 2


# Taking off ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", AGES)
def test_at_the_end_a_strangers_job_goes_on(version: str) -> None:
    """The stranger's runs, ours wait."""
    played = world(ONE, TWO, version=version, render=5.0)
    stranger = played.take_in("foreign", job("a stranger's").graph(), client="somebody")
    played.play(until=lambda: len(played.posted) == 2 and played.now > 2)
    assert farewell(played).left == ()
    assert (played.running, played.waiting, played.interrupted) == (stranger, [], [])


@pytest.mark.parametrize("version", AGES)
def test_at_the_end_ours_that_runs_is_interrupted_where_nobody_else_can_be_hit(version: str) -> None:
    played = world(ONE, TWO, version=version, render=5.0)
    played.play(until=lambda: len(played.posted) == 2 and played.now > 2)
    ours = played.running
    stranger = played.take_in("foreign", job("a stranger's").graph(), client="somebody")
    removal = farewell(played)
    if version in GLOBAL_INTERRUPT:
        assert (removal.left, played.interrupted, played.running) == ((ours,), [], ours)
        assert "maybe somebody else's" in played.tracker.goes_on().text
    else:
        assert (removal.left, played.interrupted, played.running) == ((), [ours], stranger)
    assert ours not in played.waiting
    assert played.waiting in ([], [stranger]), "what waits of ours is gone"


@pytest.mark.parametrize("version", AGES)
def test_one_that_ends_between_the_look_and_the_interrupt_costs_nobody_their_job(version: str) -> None:
    played = world(ONE, version=version, render=5.0)
    played.play(until=lambda: played.posted and played.now > 2)
    stranger = played.take_in("foreign", job("a stranger's").graph(), client="somebody")

    def late(request: Any) -> Any:
        if str(request) == "POST /interrupt":
            played._finish(played.running)
        return played.done(Ask(request))

    answered(played.tracker.farewell(), late)
    assert stranger not in played.interrupted


@pytest.mark.parametrize("version", AGES)
def test_one_that_begins_to_run_between_the_look_and_the_deletion_is_seen(version: str) -> None:
    played = world(ONE, TWO, version=version, render=5.0)
    played.play(until=lambda: len(played.posted) == 2 and played.now > 2)
    second = played.waiting[0]

    def late(request: Any) -> Any:
        if str(request) == "POST /queue" and played.waiting:
            played._finish(played.running)
        return played.done(Ask(request))

    removal = answered(played.tracker.farewell(), late)
    assert played.running == ("" if version not in GLOBAL_INTERRUPT else second)
    assert removal.left == (() if version not in GLOBAL_INTERRUPT else (second,))


@pytest.mark.parametrize("version", AGES)
def test_a_prompt_is_ours_from_before_its_post(version: str) -> None:
    """The run is over while nobody knows whether it arrived: it had, and is taken off."""
    played = world(version=version, render=5.0)
    stranger = played.take_in("foreign", job("a stranger's").graph(), client="somebody")
    played.script("POST /prompt", Dropped("no answer in time"))
    played.play(until=lambda: played.posted)
    assert not played.tracker.is_off(farewell(played)), "it may still come"
    played.take_in(played.posted[0], ONE.graph())
    removal = farewell(played)
    assert played.tracker.is_off(removal)
    assert (played.running, played.waiting, played.interrupted) == (stranger, [], [])


@pytest.mark.parametrize("version", AGES)
def test_where_nothing_is_ours_nothing_is_asked(version: str) -> None:
    played = world(version=version, render=0.5).play()
    seen = len(played.log)
    assert farewell(played) == Removal()
    assert len(played.log) == seen


def test_a_queue_that_cannot_be_read_has_ours_deleted_and_nothing_interrupted() -> None:
    played = world(ONE, TWO, version="0.12.1", render=5.0)
    played.play(until=lambda: len(played.posted) == 2 and played.now > 2)
    played.script("GET /queue", *[busy(403)] * 9)
    farewell(played)
    assert (played.waiting, played.interrupted) == ([], [])


@pytest.mark.parametrize("version", AGES)
def test_a_server_that_was_set_aside_keeps_no_waiting_prompt_of_ours(version: str) -> None:
    played = world(ONE, TWO, THREE, version=version, render=2.0)

    def go() -> None:
        played.frames.clear()
        played.frames.append(Dropped("connection reset"))
        played.script("*", *[Dropped("connection refused")] * 4_000)

    def back() -> None:
        played.scripted["*"].clear()

    played.at(2.5, go)
    played.at(42.0, back)
    played.play()
    assert sorted(rendered(played)) == ["one", "three", "two"]
    assert played.interrupted == []


# A picture through the websocket ------------------------------------------------------------------------


def by_socket(slug: str) -> Job:
    graph = {id_: dict(node) for id_, node in job(slug).graph().items()}
    graph["9"] = {"class_type": "SaveImageWebsocket", "inputs": {"images": graph["9"]["inputs"]["images"]}}
    return replace(job(slug), template=load_template(json.dumps(graph), "style/socket.json"))


@pytest.mark.parametrize("version", AGES[1:])  # SaveImageWebsocket is younger than the history's status
def test_a_picture_that_only_the_websocket_brings_is_taken_from_it(version: str) -> None:
    jobs = [by_socket(slug) for slug in ("one", "two", "three")]
    played = world(*jobs, version=version, sends_pictures=True).play()
    assert rendered(played) == ["one", "two", "three"]
    assert len(played.posted) == 3
    assert played.asked("GET /view") == []


def test_without_a_websocket_nothing_is_posted_that_only_it_brings() -> None:
    played = world(by_socket("one"), version="0.12.1", sends_pictures=True, websocket=False).play()
    assert played.posted == []
    (message,) = messages(played)
    assert "websocket of http://gpu:8188 does not open" in message
    assert "SaveImage." in message


def test_a_picture_that_was_lost_with_the_websocket_is_asked_for_again() -> None:
    played = world(by_socket("one"), version="0.12.1", sends_pictures=True, silent=True, render=2.0)
    played.at(1.0, lambda: played.frames.append(Dropped("connection reset")))
    played.at(2.5, lambda: setattr(played, "silent", False))
    assert rendered(played.play()) == ["one"]
    assert len(played.posted) == 2
    assert played.now < 2.5 + 2 + LIMITS.lag / 2, "it was not waited for, since nothing could bring it"


def test_a_picture_that_never_comes_fails_in_the_end() -> None:
    played = world(by_socket("one"), version="0.12.1", sends_pictures=True, silent=True).play()
    (message,) = messages(played)
    assert "did not come through the websocket" in message
    assert len(played.posted) == LIMITS.tries


def test_what_a_killed_run_left_under_way_is_not_waited_for_where_its_picture_goes_to_that_run() -> None:
    one = by_socket("one")
    played = world(one, version="0.12.1", sends_pictures=True, render=3.0)
    played.take_in(one.prompt_id(), one.graph(), client="a killed run")
    played.wait(1.0)
    assert rendered(played.play()) == ["one"]
    assert played.interrupted == [one.prompt_id()]


def test_previews_of_another_node_are_no_picture() -> None:
    played = world(by_socket("one"), version="0.12.1", sends_pictures=True, render=2.0)
    played.at(1.0, lambda: played.frames.append(b"\0\0\0\1\0\0\0\2\x89PNGbroken"))
    assert rendered(played.play()) == ["one"]
    assert [type(effect) for effect in played.did(Receive)], "it was heard"
