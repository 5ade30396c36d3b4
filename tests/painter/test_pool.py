"""Many covers are painted by several processes: the same pictures as by one, and no fewer when a process dies."""

from __future__ import annotations

import hashlib
import threading
from typing import TYPE_CHECKING

from PIL.Image import Image

from blogcovers.cover import Recipe
from blogcovers.cover.job import Job, Note, Rendered
from blogcovers.painter import process
from blogcovers.painter.pool import Painter
from blogcovers.workflow import Manner

if TYPE_CHECKING:
    from collections.abc import Iterable

    from blogcovers.cover.job import Outcome, RenderEvent

PALETTE = {"indigo": "#2f4374", "chalk": "#f5f0e6", "clay": "#b8674b"}


def jobs(count: int) -> list[Job]:
    return [
        Job(
            Recipe(f"p{i}", "painter", i, {}, texts={"concept": f"Boat number {i} – ü\ud800"}),
            (160, 84),
            PALETTE,
            manner=Manner("always", 0.4),
        )
        for i in range(count)
    ]


def digests(outcomes: Iterable[Outcome]) -> dict[str, str]:
    found = {}
    for outcome in outcomes:
        assert isinstance(outcome, Rendered)
        assert isinstance(outcome.picture, Image)
        found[outcome.job.slug] = hashlib.sha256(outcome.picture.tobytes()).hexdigest()
    return found


def silent(_: object) -> None:
    """Nobody asks what happens meanwhile."""


def test_three_processes_paint_the_same_covers_as_one() -> None:
    many = jobs(12)
    alone = digests(Painter(1).render(many, silent))
    assert len(set(alone.values())) == 12
    assert digests(Painter(3).render(many, silent)) == alone


def test_a_few_covers_are_painted_here() -> None:
    assert len(digests(Painter(8).render(jobs(3), silent))) == 3


def test_a_process_that_died_is_replaced_by_this_one() -> None:
    worker = process.start()
    worker.kill()
    worker.wait()
    assert process.ask(worker, {"concept": "a boat"}) == b""
    process.stop(worker)


def test_what_a_process_cannot_paint_it_says_and_goes_on() -> None:
    worker = process.start()
    try:
        job = {"concept": "a boat", "seed": 1, "size": [96, 64], "palette": {"only": "#102030"}}
        assert process.ask(worker, job) == b""
        assert len(process.ask(worker, {**job, "palette": PALETTE})) == 96 * 64 * 3
    finally:
        process.stop(worker)


def test_whoever_has_enough_stops_and_no_process_is_left() -> None:
    outcomes = Painter(2).render(jobs(40), silent)
    next(outcomes)
    outcomes.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("paint")]


def test_it_is_told_once_whose_concepts_name_nothing_that_the_painter_knows() -> None:
    told: list[RenderEvent] = []
    known, strange = jobs(2), [Job(Recipe(f"q{i}", "painter", i, {}, texts={"concept": "zqrt"}), (64, 64), PALETTE)
                               for i in range(10)]  # fmt: skip
    list(Painter(1).render([*known, *strange], told.append))
    notes = [note.text for note in told if isinstance(note, Note)]
    assert len(notes) == 1
    assert "q6, q7 and 2 more" in notes[0]
    told.clear()
    list(Painter(1).render(known, told.append))
    assert told == []
