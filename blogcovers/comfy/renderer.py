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
from queue import SimpleQueue
from threading import Thread, Timer
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
        self._silent: set[str] = set()  # those that did not answer at the beginning: nobody waits for them

    @property
    def description(self) -> str:
        return f"ComfyUI at {', '.join(self.servers)}"

    def prepare(self, tell: Callable[[RenderEvent], None]) -> None:
        """Waits a little for the first server that answers. Raises ServerError or ServerUnreachable if none does."""
        load_codecs()
        until, told = time.monotonic() + self.limits.start, False
        while True:
            answers = {server: self._answer(server, tell) for server in self.servers}
            errors = [error for error in answers.values() if error]
            if len(errors) < len(self.servers):
                self._silent = {server for server, error in answers.items() if error}
                return
            final = [error for error in errors if not isinstance(error, ServerUnreachable)]
            if final or time.monotonic() > until:
                raise (final or errors)[0]
            if not told:
                tell(Note(f"{errors[0].message} Waiting up to {self.limits.start:.0f} s for it."))
                told = True
            time.sleep(self.limits.poll)

    def _answer(self, server: str, tell: Callable[[RenderEvent], None]) -> ServerError | None:
        """As :meth:`_ping`; where the server takes its time, it is said that it is waited for."""
        said = Note(f"{server} does not answer yet. Waiting up to {self.limits.read:.0f} s for it.")
        reminder = Timer(self.limits.silence, tell, [said])
        reminder.daemon = True
        reminder.start()
        try:
            return self._ping(server)
        finally:
            reminder.cancel()

    def _ping(self, server: str) -> ServerError | None:
        client = Client(server, self.access, self.limits)
        request = protocol.get_system_stats()
        try:
            reply = client.exchange(request)
            if reply.status in BUSY:
                return unreachable(server, f"status {reply.status}")
            protocol.read_system_stats(reply, request)
        except Dropped as error:
            return unreachable(server, str(error))
        except NotComfy as error:
            return not_comfy(server, str(error))
        finally:
            client.close()
        return None

    def render(self, jobs: Sequence[Job], tell: Callable[[RenderEvent], None]) -> Generator[Outcome, None, None]:
        """Raises ServerError when every server is gone or refuses, and as it is what nobody foresaw in a worker; what
        was yielded before stays. By then nothing of ours is left on any server that answers."""
        outcomes: SimpleQueue[Outcome | None] = SimpleQueue()
        ledger = Ledger(jobs, self.servers, outcomes.put, silent=self._silent, room=self.limits.room)
        self._scheduler = scheduler = Scheduler(ledger, self.limits)
        workers = [
            Worker(Client(url, self.access, self.limits), jobs, scheduler, tell, previews=self.previews)
            for url in self.servers
        ]
        threads = [Thread(target=_run, args=(one, outcomes), name=one.server, daemon=True) for one in workers]
        for thread in threads:
            thread.start()
        running = len(workers)
        try:
            while running:
                outcome = outcomes.get()
                if outcome is None:
                    running -= 1
                else:
                    scheduler.taken(outcome)
                    yield outcome
        finally:
            scheduler.stop()
            for worker, thread in zip(workers, threads, strict=True):
                thread.join(self.limits.farewell)
                if thread.is_alive():  # an answer that does not come holds it up: say farewell without it
                    worker.take_off(Client(worker.server, self.access, self.limits))
        if scheduler.failure:
            raise scheduler.failure

    def stop(self) -> None:
        """Ends what :meth:`render` is at, from any thread; nothing of ours is left on the servers."""
        if self._scheduler:
            self._scheduler.stop()


def _run(worker: Worker, outcomes: SimpleQueue[Outcome | None]) -> None:
    """A worker's thread: however it ends, it says so, so that nobody waits for ever."""
    try:
        worker.run()
    except BaseException as error:  # noqa: BLE001  (it is raised in the caller's thread)
        worker.scheduler.fail(error)
    finally:
        outcomes.put(None)
