"""The jobs of one run, shared by the servers' lanes: who may take which, and when nothing more can be done."""

from __future__ import annotations

import time
from collections import deque
from threading import Condition
from typing import TYPE_CHECKING

from blogcovers.cover.job import Failed, Rendered
from blogcovers.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from blogcovers.cover.job import Job, Outcome
    from blogcovers.workflow import Template

ROOM = 8  # opened pictures that may wait to be taken, one more a lane
_GLANCE = 0.2  # seconds between two looks at whether waiting still makes sense


class Work:
    """Thread-safe. ``stop()`` ends it for everybody; so does :attr:`failure`, the run's."""

    def __init__(
        self,
        jobs: Sequence[Job],
        servers: Sequence[str],
        put: Callable[[Outcome], None],
        silent: Collection[str] = (),
    ) -> None:
        self.templates: dict[str, Template] = {job.template.digest: job.template for job in jobs if job.template}
        self.examples: dict[str, Job] = {job.template.digest: job for job in jobs if job.template}
        self.failure: ServerError | None = None
        self._put = put
        self._pending = deque(jobs)
        self._open = len(jobs)
        self._untaken = 0
        self._up = set(servers)
        self._met: dict[tuple[str, str], str] = {}
        self._refused: dict[str, dict[str, str]] = {}
        self._rendered = False
        self._idle: set[str] = set()
        self._looking = set(servers) - set(silent) if len(servers) > 1 else set()
        self._claims: dict[str, str] = {}
        self._seconds: dict[str, float] = {}
        self._stopped = False
        self._changed = Condition()

    @property
    def over(self) -> bool:
        """Whether there is nothing more to do: all is finished, stopped or failed."""
        return self._stopped or self.failure is not None or not self._open

    def pause(self, seconds: float) -> bool:
        """Waits, but not beyond the end of the work; whether it is over."""
        until = time.monotonic() + seconds
        with self._changed:
            while not self.over and (left := until - time.monotonic()) > 0:
                self._changed.wait(left)
            return self.over

    @property
    def has_room(self) -> bool:
        """Whether one more picture may be opened: each takes some megabytes until it is taken."""
        return self._untaken < ROOM

    def await_room(self, seconds: float) -> None:
        """Waits for room, but not beyond the end of the work."""
        with self._changed:
            self._changed.wait_for(lambda: self.has_room or self.over, seconds)

    def taken(self, outcome: Outcome) -> None:
        """Whoever asked for the work has this outcome now."""
        with self._changed:
            self._untaken -= isinstance(outcome, Rendered)
            self._changed.notify_all()

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def take(self, server: str, *, wait: bool) -> Job | None:
        """The next job that this server has not refused. With ``wait``: None only once no more can come.

        A lane that does not wait has work to do, and leaves the job to one that is idle.
        """
        with self._changed:
            try:
                while not self.over:
                    if (wait or not self._idle) and not self._looking & self._up:
                        for job in self._pending:
                            if not self._fault(job, server) and not self._belongs_elsewhere(job, server):
                                self._pending.remove(job)
                                return job
                    if not wait:
                        return None
                    self._give_up_on_what_everybody_refuses()
                    self._idle.add(server)
                    if not self.over:
                        self._changed.wait(_GLANCE)
                return None
            finally:
                self._idle.discard(server)

    @property
    def unshared(self) -> list[Job]:
        """Where several servers share the work: the jobs that each of them looks for before any is taken."""
        with self._changed:
            return list(self._pending) if self._looking else []

    def claim(self, server: str, jobs: Iterable[Job]) -> None:
        """This server has these jobs from an earlier run. No job is taken before every server has looked."""
        with self._changed:
            self._claims.update((_name(job), server) for job in jobs)
            self._looking.discard(server)
            self._changed.notify_all()

    def timed(self, server: str, seconds: float) -> None:
        """How long a render took on this server."""
        with self._changed:
            before = self._seconds.get(server, seconds)
            self._seconds[server] = (before + seconds) / 2

    def better_elsewhere(self, job: Job, server: str, running: float) -> bool:
        """Whether an idle server would sooner be done with a job that still waits on this one.

        ``running``: for how many seconds the job before it has been running here.
        """
        with self._changed:
            own = self._seconds.get(server)
            if own is None:
                return False
            here = max(0.0, own - running) + own
            there = [
                self._seconds[other] for other in self._idle if other in self._seconds and not self._fault(job, other)
            ]
            return bool(there) and min(there) < here

    def give_back(self, jobs: Iterable[Job]) -> None:
        with self._changed:
            self._pending.extendleft(reversed(list(jobs)))
            self._changed.notify_all()

    def finish(self, outcome: Outcome) -> None:
        with self._changed:
            self._finish(outcome)

    def refuse(self, template: Template, server: str, fault: str) -> None:
        """This server cannot run this template; others may."""
        with self._changed:
            self._refused.setdefault(template.digest, {})[server] = fault
            self._changed.notify_all()

    def refuse_job(self, job: Job, server: str, fault: str) -> None:
        """This server cannot run this job; nor its template, once another job has met with the very same fault."""
        with self._changed:
            self._refused.setdefault(_name(job), {})[server] = fault
            met = self._met.setdefault((server, fault), _name(job))
            if job.template and met != _name(job):
                self._refused.setdefault(job.template.digest, {})[server] = fault
            self._changed.notify_all()

    def forget_refusals(self, server: str) -> None:
        """A server that comes back may have been mended."""
        with self._changed:
            for faults in self._refused.values():
                faults.pop(server, None)

    def down(self, server: str, error: ServerError) -> None:
        """This server is set aside. When all are, the work has failed."""
        with self._changed:
            self._up.discard(server)
            if not self._up:
                self.failure = self.failure or error
            self._changed.notify_all()

    def fail(self, error: ServerError) -> None:
        """The run cannot go on, for all lanes."""
        with self._changed:
            self.failure = self.failure or error
            self._changed.notify_all()

    def back(self, server: str) -> None:
        with self._changed:
            self._up.add(server)

    def _finish(self, outcome: Outcome) -> None:
        self._untaken += isinstance(outcome, Rendered)
        self._put(outcome)
        self._rendered = self._rendered or not isinstance(outcome, Failed)
        self._open -= 1
        self._changed.notify_all()

    def _belongs_elsewhere(self, job: Job, server: str) -> bool:
        owner = self._claims.get(_name(job), server)
        return owner != server and owner in self._up and not self._fault(job, owner)

    def _fault(self, job: Job, server: str) -> str:
        names = (job.template.digest, _name(job)) if job.template else (_name(job),)
        return next((fault for name in names if (fault := self._refused.get(name, {}).get(server))), "")

    def _give_up_on_what_everybody_refuses(self) -> None:
        """Once nothing is under way: jobs that every server refuses fail; if there are no others, so does the run."""
        refused = {id(job): [self._fault(job, server) for server in sorted(self._up)] for job in self._pending}
        if self._open > len(self._pending) or not self._up or not all(all(faults) for faults in refused.values()):
            return
        everything = {job.template.digest for job in self._pending if job.template} == self.templates.keys()
        if everything and not self._rendered:
            (fault, *_) = refused[id(self._pending[0])]
            self.failure = ServerError(fault, "Mend the workflow, or give the server what it lacks.")
            self._changed.notify_all()
            return
        while self._pending:
            job = self._pending.popleft()
            self._finish(Failed(job, refused[id(job)][0]))


def _name(job: Job) -> str:
    return f"{job.post}\0{job.slug}"
