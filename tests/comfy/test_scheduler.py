"""Who may take which job, and when nothing more can be done: the ledger; and that nobody waits in vain."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from blogcovers.comfy.effects import (
    Back,
    BetterElsewhere,
    Claim,
    Finish,
    GiveBack,
    Outlook,
    Refuse,
    RefuseJob,
    Report,
    SetAside,
    Took,
)
from blogcovers.comfy.ledger import Ledger
from blogcovers.comfy.limits import Limits
from blogcovers.comfy.scheduler import Scheduler
from blogcovers.cover.job import Failed, Job, Outcome, Rendered
from blogcovers.cover.recipe import Recipe
from blogcovers.errors import ServerError
from blogcovers.workflow.assets import shipped_style
from blogcovers.workflow.template import Template, load_template

SDXL = (shipped_style() / "sdxl.json").read_text(encoding="utf-8")
TEMPLATE = load_template(SDXL, "style/sdxl.json")
OTHER = load_template(SDXL, "style/other.json", {}, {"3.steps": 3})
A, B = "http://a:8188", "http://b:8188"
DOWN = ServerError("it is down", "")


def job(slug: str, template: Template | None = TEMPLATE) -> Job:
    return Job(Recipe(slug, "comfyui", 1, {}), (96, 64), {}, template)


ONE, TWO, THREE = (job(slug) for slug in ("one", "two", "three"))


class Books:
    """A ledger and what came out of it. ``when``: what was reported before, by whom."""

    def __init__(
        self, jobs: Sequence[Job], *when: tuple[str, Report], servers: Sequence[str] = (A, B), **how: Any
    ) -> None:
        self.outcomes: list[Outcome] = []
        self.ledger = Ledger(jobs, servers, self.outcomes.append, **{"room": 2, "silent": servers} | how)
        for server, report in when:
            self.ledger.note(server, report)

    def take(self, server: str, *, idle: bool = True) -> str:
        """The slug of what a server gets, or ``""``."""
        job = self.ledger.take(server, idle=idle)
        return job.slug if job else ""


def made(job: Job) -> Finish:
    return Finish(Rendered(job, b"", 1.0))


# Who takes what -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ([], "one"),
        ([(A, RefuseJob(ONE, "too big"))], "two"),
        ([(B, RefuseJob(ONE, "too big"))], "one"),
        ([(A, Refuse(TEMPLATE, "no model"))], "three"),
        ([(A, Refuse(TEMPLATE, "no model")), (A, Refuse(OTHER, "no node"))], ""),
        ([(A, Refuse(TEMPLATE, "no model")), (A, Back())], "one"),
        ([(B, Claim([ONE]))], "two"),
        ([(A, Claim([ONE]))], "one"),
        ([(B, Claim([ONE])), (B, SetAside(DOWN))], "one"),
        ([(B, Claim([ONE])), (B, SetAside(DOWN)), (B, Back())], "two"),
        ([(B, Claim([ONE])), (B, Refuse(TEMPLATE, "no model"))], "one"),
        ([(A, GiveBack([job("four"), job("five")]))], "four"),
    ],
)
def test_the_next_job_for_a_server(when: list[tuple[str, Report]], expected: str) -> None:
    jobs = [ONE, TWO, replace(THREE, template=OTHER)]
    refused = {report.job.slug for _, report in when if isinstance(report, RefuseJob)}
    books = Books([one for one in jobs if one.slug not in refused], *when)  # whoever refuses a job has taken it
    assert books.take(A) == expected


def test_the_same_fault_of_two_jobs_is_their_templates() -> None:
    books = Books([TWO, THREE])
    books.ledger.note(A, RefuseJob(ONE, "no model"))
    assert books.take(A) == "two"
    books.ledger.note(A, RefuseJob(TWO, "no model"))
    assert books.take(A) == "", "not the third one, either"
    assert [books.take(B) for _ in range(3)] == ["two", "one", "three"]


def test_other_faults_of_two_jobs_are_their_own() -> None:
    books = Books([THREE], (A, RefuseJob(ONE, "too big")), (A, RefuseJob(TWO, "too small")))
    assert books.take(A) == "three"


@pytest.mark.parametrize(
    ("idle", "expected"), [(True, "one"), (False, "")], ids=["one that has nothing to do", "one that has"]
)
def test_a_server_that_has_work_leaves_jobs_to_an_idle_one(idle: bool, expected: str) -> None:
    books = Books([ONE])
    books.ledger.idles(B)
    assert books.take(A, idle=idle) == expected
    books.ledger.idles_no_more(B)
    assert books.take(A, idle=False) == ("" if idle else "one")


def test_no_job_is_shared_out_before_every_server_has_said_what_it_has() -> None:
    books = Books([ONE, TWO], silent=())
    assert books.ledger.unclaimed == [ONE, TWO]
    assert books.take(A) == ""
    books.ledger.note(A, Claim([]))
    assert books.take(A) == ""
    books.ledger.note(B, Claim([ONE]))
    assert books.ledger.unclaimed == []
    assert [books.take(A), books.take(B), books.take(A)] == ["two", "one", ""]


@pytest.mark.parametrize("how", [{"silent": [B]}, {"servers": [A]}], ids=["silent from the start", "alone"])
def test_whoever_says_nothing_is_not_waited_for(how: dict[str, Any]) -> None:
    books = Books([ONE], **({"silent": ()} | how))
    books.ledger.note(A, Claim([]))
    assert books.take(A) == "one"


def test_one_that_is_set_aside_before_it_has_said_what_it_has_is_not_waited_for() -> None:
    books = Books([ONE], (A, Claim([])), (B, SetAside(DOWN)), silent=())
    assert books.take(A) == "one"


@pytest.mark.parametrize(
    ("here", "there", "running", "better"),
    [
        ([4.0], [9.0], 0.0, False),  # 8 s here: the rest of the one that runs, and its own 4
        ([4.0], [7.9], 0.0, True),
        ([4.0], [8.0], 0.0, False),
        ([4.0], [5.5], 2.0, True),
        ([4.0], [3.9], 60.0, True),  # the one that runs is late: it may end at once
        ([4.0], [4.0], 60.0, False),
        ([8.0, 4.0], [11.9], 0.0, True),  # 6 s, on the whole
        ([], [1.0], 0.0, False),  # nothing is known of this one
        ([4.0], [], 0.0, False),  # nor of that
    ],
)
def test_a_job_that_waits_is_better_elsewhere(
    here: list[float], there: list[float], running: float, *, better: bool
) -> None:
    books = Books([ONE, TWO], *[(A, Took(seconds)) for seconds in here], *[(B, Took(seconds)) for seconds in there])
    assert books.ledger.better_elsewhere(ONE, A, running) is False, "nobody is idle"
    books.ledger.idles(B)
    assert books.ledger.better_elsewhere(ONE, A, running) is better
    books.ledger.note(B, Refuse(TEMPLATE, "no model"))
    assert books.ledger.better_elsewhere(ONE, A, running) is False


# When nothing more can be done --------------------------------------------------------------------------


def test_the_run_is_over_once_every_job_is_finished() -> None:
    books = Books([ONE, TWO])
    assert [books.take(A), books.take(A)] == ["one", "two"]
    books.ledger.note(A, made(ONE))
    assert not books.ledger.outlook.over
    books.ledger.note(A, Finish(Failed(TWO, "it broke")))
    assert books.ledger.outlook.over
    assert [outcome.job for outcome in books.outcomes] == [ONE, TWO]
    assert books.ledger.failure is None


def test_no_jobs_are_no_work() -> None:
    assert Books([]).ledger.outlook.over


def test_a_run_that_is_stopped_gives_nothing_out() -> None:
    books = Books([ONE])
    books.ledger.stop()
    assert books.ledger.outlook.over
    assert books.take(A) == ""


def test_the_run_fails_when_all_servers_are_aside_and_says_why_the_last_one_is() -> None:
    books = Books([ONE], (A, SetAside(ServerError("a is down", ""))))
    assert not books.ledger.outlook.over
    books.ledger.note(B, SetAside(DOWN))
    assert books.ledger.outlook.over
    assert books.ledger.failure is DOWN


def test_the_first_failure_counts() -> None:
    books, bug = Books([ONE]), ZeroDivisionError()
    books.ledger.fail(bug)
    books.ledger.fail(DOWN)
    assert books.ledger.failure is bug


ALL = [(server, Refuse(TEMPLATE, f"{server} has no model")) for server in (A, B)]


def test_what_every_server_refuses_ends_the_run_where_it_is_everything() -> None:
    books = Books([ONE, TWO], *ALL)
    books.ledger.idles(A)
    assert isinstance(books.ledger.failure, ServerError)
    assert books.ledger.failure.message == f"{A} has no model"
    assert books.ledger.failure.hint
    assert books.outcomes == []


def test_what_every_server_refuses_fails_where_there_is_something_else() -> None:
    other = job("four", OTHER)
    books = Books([ONE, other, TWO], *ALL)
    assert books.take(A) == "four"
    books.ledger.idles(B)
    assert books.outcomes == [], "what is under way might come back, and its server change its mind"
    books.ledger.note(A, made(other))
    books.ledger.idles(B)
    assert [(outcome.job, getattr(outcome, "message", "")) for outcome in books.outcomes[1:]] == [
        (ONE, f"{A} has no model"),
        (TWO, f"{A} has no model"),
    ]
    assert books.ledger.outlook.over
    assert books.ledger.failure is None


def test_what_every_server_refuses_fails_where_something_was_rendered() -> None:
    books = Books([ONE, TWO])
    assert books.take(A) == "one"
    books.ledger.note(A, made(ONE))
    for server, report in ALL:
        books.ledger.note(server, report)
    books.ledger.idles(A)
    assert [type(outcome) for outcome in books.outcomes] == [Rendered, Failed]
    assert books.ledger.failure is None


@pytest.mark.parametrize("of_all", [False, True], ids=["one server", "the one that is up"])
def test_what_only_some_servers_refuse_is_waited_for(of_all: bool) -> None:
    aside = [(B, SetAside(DOWN))] if of_all else []
    books = Books([ONE], ALL[0], *aside)
    books.ledger.idles(A)
    assert books.ledger.outlook.over is of_all


def test_pictures_that_nobody_takes_fill_the_room() -> None:
    books = Books([ONE, TWO, THREE], (A, made(ONE)), (A, Finish(Failed(TWO, "it broke"))))
    assert books.ledger.outlook == Outlook(over=False, room=True)
    books.ledger.note(A, GiveBack([job("four")]))
    books.ledger.note(A, made(THREE))
    assert not books.ledger.outlook.room
    books.ledger.taken(books.outcomes[1])
    assert not books.ledger.outlook.room, "a failure takes no room"
    books.ledger.taken(books.outcomes[0])
    assert books.ledger.outlook.room


# Threads ------------------------------------------------------------------------------------------------


def waits(scheduler: Scheduler, call: Callable[[], object], then: Callable[[], object]) -> list[object]:
    """What a call comes to that another thread waits in until something is done."""
    results: list[object] = []
    begun = threading.Event()

    def work() -> None:
        begun.set()
        results.append(call())

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert begun.wait(60)
    then()
    thread.join(60)
    assert not thread.is_alive(), "it hangs"
    return results


LONG = Limits(glance=3600.0)  # so that only what happens wakes whoever waits


def scheduled(*jobs: Job, servers: Sequence[str] = (A, B)) -> tuple[Scheduler, deque[Outcome]]:
    outcomes: deque[Outcome] = deque()
    return Scheduler(Ledger(jobs, servers, outcomes.append, silent=servers, room=1), LONG), outcomes


@pytest.mark.parametrize(
    ("report", "expected"),
    [(GiveBack([ONE]), [ONE]), (made(ONE), [None]), (SetAside(DOWN), [None])],
    ids=["it is given back", "it is finished", "no server is left"],
)
def test_an_idle_server_waits_until_something_is_there_or_nothing_can_come(
    report: Report, expected: list[Job | None]
) -> None:
    scheduler, _ = scheduled(ONE, servers=[A])
    assert scheduler.take(A, wait=False) == ONE
    assert scheduler.take(A, wait=False) is None
    assert waits(scheduler, lambda: scheduler.take(A, wait=True), lambda: scheduler.note(A, report)) == expected


@pytest.mark.parametrize("end", ["stop", "fail", "all refuse"])
def test_nobody_waits_beyond_the_end_of_the_run(end: str) -> None:
    scheduler, _ = scheduled(ONE)
    for server in (A, B):
        if end == "all refuse":
            scheduler.note(server, Refuse(TEMPLATE, "no model"))
    then = {"stop": scheduler.stop, "fail": lambda: scheduler.fail(DOWN)}.get(end, lambda: scheduler.take(B, wait=True))
    assert waits(scheduler, lambda: scheduler.pause(3600), then) == [None]
    assert scheduler.take(A, wait=True) is None
    assert scheduler.outlook.over


def test_whoever_waits_for_room_goes_on_when_a_picture_is_taken() -> None:
    scheduler, outcomes = scheduled(ONE, TWO)
    scheduler.note(A, made(ONE))
    assert not scheduler.outlook.room
    waits(scheduler, lambda: scheduler.await_room(3600), lambda: scheduler.taken(outcomes[0]))
    assert scheduler.outlook.room


def test_one_that_waits_counts_as_idle_and_no_longer_when_it_has_a_job() -> None:
    scheduler, _ = scheduled(ONE, TWO)
    scheduler.note(A, Took(9.0))
    scheduler.note(B, Took(1.0))
    assert scheduler.take(A, wait=True) == ONE
    assert scheduler.take(A, wait=True) == TWO
    question = BetterElsewhere(TWO, 0.0)
    seen: list[bool] = []

    def give_back_once_it_is_idle() -> None:
        while not scheduler.better_elsewhere(A, question):
            threading.Event().wait(0.001)
        seen.append(True)
        scheduler.note(A, GiveBack([TWO]))

    assert waits(scheduler, lambda: scheduler.take(B, wait=True), give_back_once_it_is_idle) == [TWO]
    assert seen == [True]
    assert not scheduler.better_elsewhere(A, question)
