"""The ComfyUI renderer: jobs shared out over servers, one running and one waiting on each.

Theory of operation
-------------------
Each server has a thread that runs a :class:`~blogcovers.comfy.lane.Lane`; they take their jobs from one
:class:`~blogcovers.comfy.work.Work` and put what they made into one queue, out of which it is yielded in the
order in which it finished. No lane ever waits for whoever takes them. A lane whose server fails gives its jobs
back; only when all servers are aside does the run fail.
"""

from __future__ import annotations

import time
from queue import SimpleQueue
from threading import Thread, Timer
from typing import TYPE_CHECKING

from blogcovers.comfy import protocol
from blogcovers.comfy.client import READ_SECONDS, Client, Dropped
from blogcovers.comfy.lane import BUSY, FAREWELL_SECONDS, POLL_SECONDS, Lane, not_comfy, unreachable
from blogcovers.comfy.protocol import NotComfy
from blogcovers.comfy.work import Work
from blogcovers.cover.job import Happening, Note
from blogcovers.cover.picture import load_codecs
from blogcovers.errors import ServerError, ServerUnreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from blogcovers.config import Access
    from blogcovers.cover.job import Job, Outcome

START_SECONDS = 5.0  # how long a server may take to come up at the beginning
SILENCE_SECONDS = 1.5  # after which it is said that an answer is waited for


class ComfyUI:
    """A renderer over one or more servers; see :mod:`blogcovers.render` for what it promises.

    ``access``: what the servers want to be told. ``previews``: whether the running job's pictures are shown.
    """

    name = "comfyui"

    def __init__(self, servers: Sequence[str], access: Access | None = None, *, previews: bool = False) -> None:
        self.servers = tuple(servers)
        self.access = access
        self.previews = previews
        self._silent: set[str] = set()  # those that did not answer at the beginning: nobody waits for them

    @property
    def description(self) -> str:
        return f"ComfyUI at {', '.join(self.servers)}"

    def prepare(self, tell: Callable[[Happening], None]) -> None:
        """Waits a little for the first server that answers. Raises ServerError or ServerUnreachable if none does."""
        load_codecs()
        until, told = time.monotonic() + START_SECONDS, False
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
                tell(Note(f"{errors[0].message} Waiting up to {START_SECONDS:.0f} s for it."))
                told = True
            time.sleep(POLL_SECONDS)

    def _answer(self, server: str, tell: Callable[[Happening], None]) -> ServerError | None:
        """As :meth:`_ping`; where the server takes its time, it is said that it is waited for."""
        said = Note(f"{server} does not answer yet. Waiting up to {READ_SECONDS:.0f} s for it.")
        reminder = Timer(SILENCE_SECONDS, tell, [said])
        reminder.daemon = True
        reminder.start()
        try:
            return self._ping(server)
        finally:
            reminder.cancel()

    def _ping(self, server: str) -> ServerError | None:
        client = Client(server, self.access)
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

    def render(self, jobs: Sequence[Job], tell: Callable[[Happening], None]) -> Generator[Outcome, None, None]:
        """Raises ServerError when every server is gone or refuses; what was yielded before stays."""
        outcomes: SimpleQueue[Outcome | None] = SimpleQueue()
        work = Work(jobs, self.servers, outcomes.put, silent=self._silent)
        lanes = [Lane(Client(url, self.access), work, tell, previews=self.previews) for url in self.servers]
        threads = [Thread(target=_run, args=(lane, outcomes), name=lane.server, daemon=True) for lane in lanes]
        for thread in threads:
            thread.start()
        running = len(lanes)
        try:
            while running:
                outcome = outcomes.get()
                if outcome is None:
                    running -= 1
                else:
                    work.taken(outcome)
                    yield outcome
            if work.failure:
                raise work.failure
        finally:
            work.stop()
            for lane, thread in zip(lanes, threads, strict=True):
                thread.join(FAREWELL_SECONDS)
                if thread.is_alive():  # an answer that does not come holds it up: say farewell without it
                    lane.take_off(Client(lane.server, self.access))


def _run(lane: Lane, outcomes: SimpleQueue[Outcome | None]) -> None:
    """A lane's thread: however it ends, it says so, so that nobody waits for ever."""
    try:
        lane.run()
    except BaseException as error:
        lane.work.fail(ServerError(f"The work with {lane.server} broke off: {error!r}."))
        raise
    finally:
        outcomes.put(None)
