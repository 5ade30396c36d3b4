"""The ComfyUI renderer: jobs shared out over servers, one running and one waiting on each.

Theory of operation
-------------------
Each server has a thread, in which a :class:`~blogcovers.comfy.worker.Worker` does what its
:class:`~blogcovers.comfy.tracker.Tracker` says. The workers take their jobs from one
:class:`~blogcovers.comfy.scheduler.Scheduler` and put what they made into one queue, out of which it is yielded in the
order in which it finished. No worker ever waits for whoever takes them. A worker whose server fails gives its jobs
back; only when all servers are aside does the run fail. Whatever else happens in a worker ends the run on all
servers, and is raised where the outcomes are taken, as it is.
"""

from __future__ import annotations

import time
from queue import Empty, SimpleQueue
from threading import Event, Thread, Timer
from typing import TYPE_CHECKING

from blogcovers.comfy import limits as bounds
from blogcovers.comfy import protocol
from blogcovers.comfy.client import Client
from blogcovers.comfy.ledger import Ledger
from blogcovers.comfy.protocol import Dropped, NotComfy
from blogcovers.comfy.scheduler import Scheduler
from blogcovers.comfy.tracker import BUSY, not_comfy, unreachable
from blogcovers.comfy.worker import Worker
from blogcovers.cover.job import Note, RenderEvent
from blogcovers.cover.picture import load_codecs
from blogcovers.errors import ServerError, ServerUnreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from blogcovers.comfy.limits import Limits
    from blogcovers.config import Access
    from blogcovers.cover.job import Job, Outcome


class ComfyUI:
    """A renderer over one or more servers; see :mod:`blogcovers.cover.job` for what it promises.

    ``access``: what the servers want to be told. ``previews``: whether the running job's pictures are shown.
    """

    name = "comfyui"

    def __init__(
        self,
        servers: Sequence[str],
        access: Access | None = None,
        limits: Limits | None = None,
        *,
        previews: bool = False,
    ) -> None:
        self.servers = tuple(servers)
        self.access = access
        self.limits = limits or bounds.LIMITS
        self.previews = previews
        self._scheduler: Scheduler | None = None  # of the jobs that are being rendered
        self._outcomes: SimpleQueue[Outcome | None] = SimpleQueue()  # of these; None: look whether it is over
        self._silent: set[str] = set()  # those that did not answer at the beginning: nobody waits for them

    @property
    def description(self) -> str:
        return f"ComfyUI at {', '.join(self.servers)}"

    def prepare(self, tell: Callable[[RenderEvent], None]) -> None:
        """Reaches for all servers at once, and waits a little for the first that answers; those that take longer are
        waited for no more. Raises ServerError or ServerUnreachable if none answers."""
        load_codecs()
        started, answers = Event(), SimpleQueue[tuple[str, ServerError | None]]()
        until = time.monotonic() + self.limits.start
        for server in self.servers:
            Thread(target=self._reach, args=(server, until, started, answers, tell), daemon=True).start()
        errors: dict[str, ServerError] = {}
        self._silent = set(self.servers)
        wait: float | None = None
        while len(errors) < len(self.servers) and self._silent:
            try:
                server, error = answers.get(timeout=wait)
            except Empty:
                break
            if error:
                errors[server] = error
            else:
                self._silent.discard(server)
                wait = self.limits.muster
        started.set()
        if len(errors) == len(self.servers):
            final = [error for error in errors.values() if not isinstance(error, ServerUnreachable)]
            raise (final or [errors[server] for server in self.servers])[0]

    def _reach(
        self,
        server: str,
        until: float,
        started: Event,
        answers: SimpleQueue[tuple[str, ServerError | None]],
        tell: Callable[[RenderEvent], None],
    ) -> None:
        """Asks one server until it answers, for a little while; ends once the others have ``started``."""
        told = False
        while isinstance(error := self._answer(server, started, tell), ServerUnreachable):
            if started.is_set() or time.monotonic() > until:
                break
            if not told:
                tell(Note(f"{error.message} Waiting up to {self.limits.start:.0f} s for it."))
                told = True
            started.wait(self.limits.poll)
        answers.put((server, error))

    def _answer(self, server: str, started: Event, tell: Callable[[RenderEvent], None]) -> ServerError | None:
        """As :meth:`_ping`; where the server takes its time, it is said that it is waited for."""

        def remind() -> None:
            if not started.is_set():
                tell(Note(f"{server} does not answer yet. Waiting up to {self.limits.read:.0f} s for it."))

        reminder = Timer(self.limits.silence, remind)
        reminder.daemon = True
        reminder.start()
        try:
            return self._ping(server)
        finally:
            reminder.cancel()

    def _ping(self, server: str) -> ServerError | None:
        client = Client(server, self.access, self.limits)
        client.end_within(self.limits.read)
        request = protocol.get_system_stats()
        try:
            reply = client.exchange(request)
            if reply.status in BUSY:
                return unreachable(server, f"status {reply.status}{client.through}")
            protocol.read_system_stats(reply, request)
        except Dropped as error:
            return unreachable(server, str(error))
        except NotComfy as error:
            return not_comfy(server, f"{error}{client.through}")
        finally:
            client.close()
        return None

    def render(self, jobs: Sequence[Job], tell: Callable[[RenderEvent], None]) -> Generator[Outcome, None, None]:
        """Raises ServerError when every server is gone or refuses, and as it is what nobody foresaw in a worker; what
        was yielded before stays. By then nothing of ours is left on any server that answers."""
        outcomes: SimpleQueue[Outcome | None] = SimpleQueue()
        self._outcomes = outcomes
        ledger = Ledger(jobs, self.servers, outcomes.put, silent=self._silent, room=self.limits.room)
        self._scheduler = scheduler = Scheduler(ledger, self.limits)
        workers = [
            Worker(Client(url, self.access, self.limits), jobs, scheduler, tell, previews=self.previews)
            for url in self.servers
        ]
        threads = [Thread(target=_run, args=(one, outcomes), name=one.server, daemon=True) for one in workers]
        for thread in threads:
            thread.start()
        try:
            while not scheduler.outlook.over or not outcomes.empty():  # not until all workers end: one may hang
                if outcome := outcomes.get():
                    scheduler.taken(outcome)
                    yield outcome
        finally:
            scheduler.stop()
            self._part(workers, threads)
        while not outcomes.empty():  # what came in while they were on their way out
            if outcome := outcomes.get():
                yield outcome
        if scheduler.failure:
            raise scheduler.failure

    def _part(self, workers: Sequence[Worker], threads: Sequence[Thread]) -> None:
        """Waits for the workers' threads, for all at once. What an answer holds up that does not come, is not waited
        for: what it owes its server is done without it."""
        _join(threads, self.limits.farewell)
        late = [worker for worker, thread in zip(workers, threads, strict=True) if thread.is_alive()]
        farewells = [
            Thread(target=worker.take_off, args=(Client(worker.server, self.access, self.limits),), daemon=True)
            for worker in late
        ]
        for thread in farewells:
            thread.start()
        _join(farewells, self.limits.farewell)

    def stop(self) -> None:
        """Ends what :meth:`render` is at, from any thread; nothing of ours is left on the servers."""
        if self._scheduler:
            self._scheduler.stop()
            self._outcomes.put(None)


def _join(threads: Sequence[Thread], seconds: float) -> None:
    """Waits for all of them together no longer than this."""
    until = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))


def _run(worker: Worker, outcomes: SimpleQueue[Outcome | None]) -> None:
    """A worker's thread: however it ends, it says so, so that nobody waits for ever."""
    try:
        worker.run()
    except BaseException as error:  # noqa: BLE001  (it is raised in the caller's thread)
        worker.scheduler.fail(error)
    finally:
        outcomes.put(None)
