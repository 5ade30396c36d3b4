"""The painter as a renderer: it needs no server and no preparation; many covers are painted by several processes."""

from __future__ import annotations

import os
import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Any

from blogcovers.cover.job import Note, Rendered

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Generator, Sequence
    from queue import SimpleQueue

    from blogcovers.cover.job import Job, Outcome, RenderEvent

_NAMED = 8  # posts that one note names
FEW = 8  # covers that are painted here: in their time a process would just have started


class Painter:
    name = "painter"
    description = "the painter"

    def __init__(self, processes: int = 0) -> None:
        """`processes`: how many paint; 0 for as many as there are processors, 1 for this one alone."""
        self._processes = processes or _processors()

    def prepare(self, tell: Callable[[RenderEvent], None]) -> None:
        """Loads the drawing library, so that its time is not counted as the first cover's."""
        from blogcovers.painter import paint  # noqa: F401  (loaded late: a run with nothing to do needs no Pillow)

    def render(self, jobs: Sequence[Job], tell: Callable[[RenderEvent], None]) -> Generator[Outcome, None, None]:
        _tell_what_is_not_understood(jobs, tell)
        count = min(self._processes, len(jobs) // 2)
        if count < 2 or len(jobs) < FEW:
            yield from map(_painted, jobs)
        else:
            yield from _painted_by(count, jobs)

    def stop(self) -> None:
        """Nothing: a cover is painted in the time that it takes to ask, and who takes them can stop taking."""


def _tell_what_is_not_understood(jobs: Sequence[Job], tell: Callable[[RenderEvent], None]) -> None:
    from blogcovers.painter.words.vocabulary import understood

    strange = [job.post or job.slug for job in jobs if not understood(job.recipe.concept)]
    if strange:
        named = ", ".join(strange[:_NAMED]) + (f" and {len(strange) - _NAMED} more" if len(strange) > _NAMED else "")
        tell(
            Note(
                f"The painter knows no thing that is named in the concept of {named}: what it paints there is chance. "
                "Name one that it knows, such as a fox, a boat or a lantern."
            )
        )


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _arguments(job: Job) -> dict[str, Any]:
    return {
        "concept": job.recipe.concept,
        "seed": job.recipe.seed,
        "size": job.size,
        "palette": dict(job.palette),
        "border": job.manner.border,
        "density": job.manner.density,
    }


def _painted(job: Job) -> Rendered:
    from blogcovers.painter.paint import paint

    start = time.perf_counter()
    return Rendered(job, paint(**_arguments(job)), time.perf_counter() - start)


def _painted_by(count: int, jobs: Sequence[Job]) -> Generator[Outcome, None, None]:
    """The jobs as `count` processes finish them, never more than a few ahead of whoever takes them."""
    from queue import SimpleQueue

    from blogcovers.painter import process

    idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
    workers = []
    try:
        for _ in range(count):
            workers.append(process.start())
            idle.put(workers[-1])
    except OSError:  # no more processes are to be had: the others do
        pass
    if not workers:
        yield from map(_painted, jobs)
        return
    rest = iter(jobs)
    with ThreadPoolExecutor(len(workers), "paint") as pool:
        try:
            under_way: set[Future[Rendered]] = set()
            for job in rest:
                under_way.add(pool.submit(_asked, idle, job))
                if len(under_way) > len(workers) + 1:
                    done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                    yield from (future.result() for future in done)
            while under_way:
                done, under_way = wait(under_way, return_when=FIRST_COMPLETED)
                yield from (future.result() for future in done)
        finally:
            for worker in workers:
                process.stop(worker)
            pool.shutdown(cancel_futures=True)


def _asked(idle: SimpleQueue[subprocess.Popen[bytes]], job: Job) -> Rendered:
    """The job done by an idle worker, or here, should that fail: the picture is the same."""
    from PIL import Image

    from blogcovers.painter import process

    start = time.perf_counter()
    worker = idle.get()
    try:
        data = process.ask(worker, _arguments(job))
    finally:
        idle.put(worker)
    if not data:
        return _painted(job)
    return Rendered(job, Image.frombytes("RGB", job.size, data), time.perf_counter() - start)
