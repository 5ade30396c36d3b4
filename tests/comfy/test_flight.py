"""What is known of a job on a server tells whether it waits, is to be asked about, or may land."""

from __future__ import annotations

import time
from typing import Any

import pytest

from blogcovers.comfy import flight as flights
from blogcovers.comfy.flight import Flight
from blogcovers.comfy.protocol import ENDS, Ended, JobState, Picture
from blogcovers.cover import Recipe
from blogcovers.cover.job import Job
from blogcovers.workflow import load_template
from blogcovers.workflow.assets import shipped_style

TEMPLATE = load_template((shipped_style() / "sdxl.json").read_text(encoding="utf-8"), "style/sdxl.json")
PICTURE = Picture("fox.png", "", "output")


def flight(state: JobState, **known: Any) -> Flight:
    job = Job(Recipe("fox", "comfyui", 1, {}), (1200, 630), {}, TEMPLATE)
    return Flight(job, "an-id", {}, state, **known)


@pytest.mark.parametrize("state", JobState)
def test_what_has_ended_may_land_once_its_pictures_are_known(state: JobState) -> None:
    assert flight(state, pictures=(PICTURE,)).over is (state in ENDS)
    assert flight(state, settled=True).over is (state in ENDS)


def test_one_that_is_done_without_a_picture_waits_for_the_history_but_not_for_ever() -> None:
    now = time.monotonic()
    assert not flight(JobState.DONE, ended=now).over
    assert flight(JobState.DONE, ended=now - flights.LAG_SECONDS - 1).over


@pytest.mark.parametrize(
    ("state", "known", "silent", "wanted"),
    [
        (JobState.RUNNING, {}, False, False),
        (JobState.RUNNING, {}, True, True),
        (JobState.RUNNING, {"left": True}, False, True),
        (JobState.RUNNING, {"settled": True}, False, True),
        (JobState.DONE, {}, False, True),
        (JobState.DONE, {"pictures": (PICTURE,)}, True, False),
        (JobState.FAILED, {"left": True}, True, False),
        (JobState.CANCELLED, {"settled": True}, True, False),
    ],
)
def test_it_is_asked_about_where_frames_do_not_tell(
    state: JobState, known: dict[str, Any], *, silent: bool, wanted: bool
) -> None:
    assert flight(state, **known).wants_a_look(silent=silent) is wanted


def test_it_waits_until_it_runs() -> None:
    assert [state for state in JobState if flight(state).waits] == [JobState.POSTED, JobState.QUEUED]


def test_only_the_output_nodes_pictures_are_the_covers() -> None:
    node = TEMPLATE.roles.output_node
    ended = Ended("an-id", JobState.DONE, pictures={node: (PICTURE,), "elsewhere": (Picture("mask.png", "", "temp"),)})
    assert flight(JobState.DONE).pictures_in(ended) == (PICTURE,)
    assert flight(JobState.DONE).pictures_in(Ended("an-id", JobState.DONE)) == ()
