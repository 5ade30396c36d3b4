"""The jobs of one run, shared by its servers: who may take which, and when nothing more can be done. Pure.

Theory of operation
-------------------
A job is *pending*, with a server, or finished. It waits for nobody in particular, with three exceptions:

* **Claims.** Where several servers share the work, each first says which jobs an earlier run left on it. No job is
  given out before all that are up have said so, or have had their time; a claimed job is its server's, as long as that
  is up and can run it.
* **Refusals.** A server that cannot run a template, or one job, is not given it. Two jobs of a template that meet
  with the very same fault are taken for the template's. What every server that is up refuses fails, once nothing is
  under way that might still come back; if that is everything and nothing was rendered, it is the run that fails.
* **Idle servers.** A server that has work already leaves a job to one that has none.

The run is over when all jobs are finished, when it is stopped, or when it has failed: all servers are set aside, or
something happened that nobody foresaw. Whoever holds the ledger keeps threads apart; see :mod:`.scheduler`.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from blogcovers.comfy.effects import (
    Back,
    Claim,
    Finish,
    GiveBack,
    Outlook,
    Refuse,
    RefuseJob,
    SetAside,
    Took,
)
from blogcovers.comfy.prompt import key
from blogcovers.cover.job import Failed, Rendered
from blogcovers.errors import ServerError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from blogcovers.comfy.effects import Report
    from blogcovers.cover.job import Job, Outcome


class Ledger:
    """See the module. ``put`` takes each outcome as it comes in; ``silent``: servers that nobody waits for;
    ``room``: how many pictures may wait to be taken."""

    def __init__(
        self,
        jobs: Sequence[Job],
        servers: Sequence[str],
        put: Callable[[Outcome], None],
        *,
        silent: Collection[str] = (),
        room: int,
    ) -> None:
        self.failure: BaseException | None = None
        self._put = put
        self._room = room
        self._stopped = False
        self._pending = deque(jobs)
        self._open = len(jobs)
        self._templates = {job.template.digest for job in jobs if job.template}
        self._rendered = False
        self._untaken = 0
        self._up = set(servers)
        self._idle: set[str] = set()
        self._seconds: dict[str, float] = {}  # server -> what a render takes there
        self._looking = set(servers) - set(silent) if len(servers) > 1 else set()
        self._claims: dict[str, str] = {}  # job -> server
        self._refused: dict[str, dict[str, str]] = {}  # template or job -> server -> fault
        self._met: dict[tuple[str, str], str] = {}  # (server, fault) -> the job that met with it first

    @property
    def outlook(self) -> Outlook:
        over = self._stopped or self.failure is not None or not self._open
        return Outlook(over, self._untaken < self._room)

    # What happens

    def note(self, server: str, report: Report) -> None:
        """What a server's tracker reports."""
        match report:
            case Claim(jobs):
                self._claims.update((key(job), server) for job in jobs)
                self._looking.discard(server)
            case GiveBack(jobs):
                self._pending.extendleft(reversed(jobs))
            case Finish(outcome):
                self._finish(outcome)
            case Took(seconds):
                self._seconds[server] = (self._seconds.get(server, seconds) + seconds) / 2
            case Refuse(template, fault):
                self._refuse(template.digest, server, fault)
            case RefuseJob(job, fault):
                self._refuse_job(job, server, fault)
            case SetAside(error):
                self._set_aside(server, error)
            case Back():
                self._take_back(server)

    def taken(self, outcome: Outcome) -> None:
        """Whoever asked for the work has this outcome now."""
        self._untaken -= isinstance(outcome, Rendered)

    def look_no_more(self) -> None:
        """No server is waited for any more that has not said what an earlier run left on it."""
        self._looking.clear()

    def stop(self) -> None:
        self._stopped = True

    def fail(self, error: BaseException) -> None:
        """The run cannot go on, on no server. The first reason counts."""
        self.failure = self.failure or error

    def _set_aside(self, server: str, error: ServerError) -> None:
        self._up.discard(server)
        if not self._up:
            self.fail(error)

    def _take_back(self, server: str) -> None:
        self._up.add(server)
        for faults in self._refused.values():
            faults.pop(server, None)  # it may have been mended

    # Who does what

    def take(self, server: str, *, idle: bool) -> Job | None:
        """The next job for a server, which is its own from now on. ``idle``: it has nothing else to do."""
        if self.outlook.over or self._looking & self._up or (self._idle and not idle):
            return None
        for job in self._pending:
            if not self._fault(job, server) and not self._belongs_elsewhere(job, server):
                self._pending.remove(job)
                return job
        return None

    def idles(self, server: str) -> None:
        """There is nothing for this server. It waits, until it says that it does not."""
        self._give_up_on_what_everybody_refuses()
        self._idle.add(server)

    def idles_no_more(self, server: str) -> None:
        self._idle.discard(server)

    @property
    def unclaimed(self) -> list[Job]:
        """Where several servers share the work: the jobs that each of them looks for before any is taken."""
        return list(self._pending) if self._looking else []

    def better_elsewhere(self, job: Job, server: str, running: float) -> bool:
        """Whether an idle server would sooner be done with a job that still waits on this one.

        ``running``: for how many seconds the job before it has been running here.
        """
        own = self._seconds.get(server)
        if own is None:
            return False
        here = max(0.0, own - running) + own
        idle = [other for other in self._idle if other in self._seconds and not self._fault(job, other)]
        return any(self._seconds[other] < here for other in idle)

    def _belongs_elsewhere(self, job: Job, server: str) -> bool:
        owner = self._claims.get(key(job), server)
        return owner != server and owner in self._up and not self._fault(job, owner)

    # Refusals

    def _refuse(self, name: str, server: str, fault: str) -> None:
        self._refused.setdefault(name, {})[server] = fault

    def _refuse_job(self, job: Job, server: str, fault: str) -> None:
        self._refuse(key(job), server, fault)
        met = self._met.setdefault((server, fault), key(job))
        if job.template and met != key(job):
            self._refuse(job.template.digest, server, fault)
        self._pending.appendleft(job)

    def _fault(self, job: Job, server: str) -> str:
        names = (job.template.digest, key(job)) if job.template else (key(job),)
        return next((fault for name in names if (fault := self._refused.get(name, {}).get(server))), "")

    def _give_up_on_what_everybody_refuses(self) -> None:
        """Once nothing is under way: jobs that every server refuses fail; if there are no others, so does the run."""
        refused = [(job, [self._fault(job, server) for server in sorted(self._up)]) for job in self._pending]
        if self._open > len(self._pending) or not self._up or not all(all(faults) for _, faults in refused):
            return
        everything = {job.template.digest for job in self._pending if job.template} == self._templates
        if refused and everything and not self._rendered:
            self.fail(ServerError(refused[0][1][0], "Mend the workflow, or give the server what it lacks."))
            return
        self._pending.clear()
        for job, faults in refused:
            self._finish(Failed(job, faults[0]))

    def _finish(self, outcome: Outcome) -> None:
        self._untaken += isinstance(outcome, Rendered)
        self._put(outcome)
        self._rendered = self._rendered or not isinstance(outcome, Failed)
        self._open -= 1
