"""What is known of a job on a server tells whether it waits, is to be asked about, or may land."""

from __future__ import annotations

from typing import Any

import pytest

from blogcovers.comfy.prompt import Prompt
from blogcovers.comfy.protocol import ENDS, Ended, JobState, Picture
from blogcovers.cover.job import Job
from blogcovers.cover.recipe import Recipe
from blogcovers.workflow.assets import shipped_style
from blogcovers.workflow.template import load_template

TEMPLATE = load_template((shipped_style() / "sdxl.json").read_text(encoding="utf-8"), "style/sdxl.json")
PICTURE = Picture("fox.png", "", "output")


def prompt(state: JobState, **known: Any) -> Prompt:
    job = Job(Recipe("fox", "comfyui", 1, {}), (1200, 630), {}, TEMPLATE)
    return Prompt(job, "an-id", {}, 0.0, state, **known)


@pytest.mark.parametrize("state", JobState)
def test_what_has_ended_may_land_once_its_pictures_are_known(state: JobState) -> None:
    assert prompt(state, pictures=(PICTURE,)).may_land(0.0, 10.0) is (state in ENDS)
    assert prompt(state, settled=True).may_land(0.0, 10.0) is (state in ENDS)


def test_one_that_is_done_without_a_picture_waits_for_the_history_but_not_for_ever() -> None:
    done = prompt(JobState.DONE, ended=100.0)
    assert [done.may_land(now, 10.0) for now in (100.0, 110.0, 110.1)] == [False, False, True]


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
    assert prompt(state, **known).wants_a_look(silent=silent) is wanted


def test_it_waits_until_it_runs() -> None:
    assert [state for state in JobState if prompt(state).waits] == [JobState.POSTED, JobState.QUEUED]


def test_only_the_output_nodes_pictures_are_the_covers() -> None:
    node = TEMPLATE.roles.output_node
    ended = Ended("an-id", JobState.DONE, pictures={node: (PICTURE,), "elsewhere": (Picture("mask.png", "", "temp"),)})
    assert prompt(JobState.DONE).pictures_in(ended) == (PICTURE,)
    assert prompt(JobState.DONE).pictures_in(Ended("an-id", JobState.DONE)) == ()
