"""The ComfyUI renderer: jobs shared out over servers, one running and one waiting on each.

Each server has a thread that runs :class:`_Lane`: it posts, listens, looks and fetches. Since a second job
always waits in the server's own queue, the GPU goes from one to the next while we are still fetching; the
place in the queue is refilled before a picture is fetched, and pictures are decoded elsewhere.
"""

from __future__ import annotations

import time
import uuid
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Condition, Event, Thread
from typing import TYPE_CHECKING, Any

from blogcovers.comfy import protocol
from blogcovers.comfy.client import Client, Dropped
from blogcovers.comfy.protocol import ENDS, Ended, JobState, NotComfy, Refusal, Settled, Step, Wrote
from blogcovers.errors import BlogcoversError, ServerError, ServerUnreachable
from blogcovers.render import Failed, Progress, Rendered

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from blogcovers.comfy.protocol import Picture, Reply, Request
    from blogcovers.render import Job, Outcome

WINDOW = 2  # jobs on a server at once: one runs, one waits
POLL_SECONDS = 0.25  # how long a silent websocket is believed
QUEUE_SECONDS = 1.0  # how often the queue is asked where a job is
LOST_SECONDS = 3.0  # how long a job must be in neither queue nor history
RELISTEN_SECONDS = 2.0  # how often a lost websocket is tried again
PATIENCE_SECONDS = 10.0  # how long a server may fail to answer before it counts as gone
LAG_SECONDS = 10.0  # how long a finished job's history may lag
TRIES = 3  # how often one job is posted before it counts as failed


class ComfyUI:
    """A renderer over one or more servers; see :mod:`blogcovers.render` for what it promises."""

    name = "comfyui"

    def __init__(self, servers: Sequence[str]) -> None:
        self.servers = tuple(servers)

    @property
    def description(self) -> str:
        return f"ComfyUI at {', '.join(self.servers)}"

    def prepare(self) -> None:
        """Raises ServerUnreachable or ServerError where a server does not answer as ComfyUI does."""
        for server in self.servers:
            client = Client(server)
            request = protocol.get_system_stats()
            try:
                protocol.read_system_stats(client.exchange(request), request)
            except Dropped as error:
                raise unreachable(server, str(error)) from None
            except NotComfy as error:
                raise not_comfy(server, str(error)) from None
            finally:
                client.close()

    def render(self, jobs: Sequence[Job], on_progress: Callable[[Progress], None]) -> Generator[Outcome, None, None]:
        """Raises ServerError when every server is gone or refuses; what was yielded before stays."""
        work = _Work(jobs)
        outcomes: SimpleQueue[Outcome | BlogcoversError | None] = SimpleQueue()
        lanes = [
            Thread(target=_run, args=(server, work, outcomes, on_progress), daemon=True) for server in self.servers
        ]
        for lane in lanes:
            lane.start()
        running, failure = len(lanes), None
        try:
            while running:
                outcome = outcomes.get()
                if isinstance(outcome, Rendered | Failed):
                    yield outcome
                    continue
                running -= 1
                failure = outcome or failure
            if failure and work.left():
                raise failure
        finally:
            work.stop.set()
            work.wake()
            for lane in lanes:
                lane.join()


def unreachable(server: str, why: str) -> ServerUnreachable:
    return ServerUnreachable(
        f"No ComfyUI answers at {server}: {why}.",
        "Start it, or name another with --server; --renderer painter makes covers without one.",
    )


def not_comfy(server: str, why: str) -> ServerError:
    return ServerError(f"{server} does not answer as ComfyUI does: {why}.", "Check the address and its port.")


class _Work:
    """The jobs that no lane has taken, shared by all lanes; a lane that fails gives its own back."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self.stop = Event()
        self.templates = {job.template.digest for job in jobs if job.template}
        self._jobs = deque(jobs)
        self._open = len(self._jobs)
        self._changed = Condition()

    def take(self, *, wait: bool) -> Job | None:
        """The next job. With ``wait``: None only once no job can come back any more."""
        with self._changed:
            while wait and not self._jobs and self._open and not self.stop.is_set():
                self._changed.wait(1.0)
            return self._jobs.popleft() if self._jobs and not self.stop.is_set() else None

    def give_back(self, jobs: Sequence[Job]) -> None:
        with self._changed:
            self._jobs.extendleft(reversed(jobs))
            self._changed.notify_all()

    def finished(self) -> None:
        with self._changed:
            self._open -= 1
            self._changed.notify_all()

    def left(self) -> int:
        return self._open

    def wake(self) -> None:
        with self._changed:
            self._changed.notify_all()


@dataclass
class _Flight:
    """A job on a server. ``since`` is when it was last known to be there (monotonic seconds)."""

    job: Job
    prompt_id: str
    graph: Mapping[str, Any]
    state: JobState = JobState.POSTED
    tries: int = 1
    reason: str = ""
    pictures: tuple[Picture, ...] = ()
    settled: bool = False
    since: float = field(default_factory=time.monotonic)
    started: float = field(default_factory=time.monotonic)


def _run(
    server: str,
    work: _Work,
    outcomes: SimpleQueue[Outcome | BlogcoversError | None],
    on_progress: Callable[[Progress], None],
) -> None:
    """A lane's thread: whatever happens, its end is reported, so that nobody waits for ever."""
    lane = _Lane(Client(server), work, outcomes.put, on_progress)
    try:
        lane.run()
        outcomes.put(None)
    except BlogcoversError as error:
        outcomes.put(error)
    except BaseException as error:
        outcomes.put(ServerError(f"The work with {server} broke off: {error!r}."))
        raise
    finally:
        lane.close()


class _Lane:
    """One server's share of the work, in one thread."""

    def __init__(
        self,
        client: Client,
        work: _Work,
        put: Callable[[Outcome], None],
        on_progress: Callable[[Progress], None],
    ) -> None:
        self.client = client
        self.work = work
        self.put = put
        self.on_progress = on_progress
        self.flights: dict[str, _Flight] = {}
        self.refused: dict[str, str] = {}
        self.heard = self.asked_queue = self.tried_listening = 0.0
        self.answered = time.monotonic()

    def run(self) -> None:
        self._listen()
        while not self.work.stop.is_set():
            self._refill()
            if not self.flights:
                return
            self._hear()
            self._look()
            self._land()

    def close(self) -> None:
        """Leaves nothing of ours on the server; jobs that did not finish go back."""
        left, self.flights = list(self.flights.values()), {}
        with suppress(Dropped):
            if left:
                self.client.exchange(protocol.delete_pending([flight.prompt_id for flight in left]))
                for flight in left:
                    self.client.exchange(protocol.interrupt(flight.prompt_id))
        self.client.close()
        self.work.give_back([flight.job for flight in left])

    # Posting

    def _refill(self) -> None:
        while len(self.flights) < WINDOW:
            job = self.work.take(wait=not self.flights)
            if job is None:
                return
            try:
                self._begin(job)
            except BaseException:
                self.work.give_back([job])
                raise

    def _begin(self, job: Job) -> None:
        """Takes up what an earlier run left of this job on the server, else posts it."""
        if job.template and (fault := self.refused.get(job.template.digest)):
            self._fail(job, fault)
            return
        graph = job.graph()
        flight = _Flight(job, job.prompt_id(), graph)
        earlier = self._ended(flight.prompt_id)
        if earlier is None and flight.prompt_id in self._queue():
            flight.state = JobState.QUEUED
            self.flights[flight.prompt_id] = flight
        elif (
            earlier and earlier.how is JobState.DONE and earlier.graph == graph and self._ours(flight, earlier.pictures)
        ):
            self.flights[flight.prompt_id] = flight
            self._end(flight, earlier)
        else:
            # The history keeps one entry an id: an old one would be taken for the new prompt's end.
            self._post(flight if earlier is None else _again(flight, graph))

    def _post(self, flight: _Flight) -> None:
        request = protocol.post_prompt(flight.graph, self.client.client_id, flight.prompt_id)
        template = flight.job.template
        refusal: Refusal | None
        try:
            refusal = protocol.read_posted(
                self._ask(request, flight.prompt_id), request, template.roles.output_node if template else ""
            )
        except _AlreadyThere:
            refusal = None
        except NotComfy as error:
            raise not_comfy(self.client.url, str(error)) from None
        if refusal:
            with suppress(Dropped):  # a 200 with faults has queued what is left of the graph
                self.client.exchange(protocol.delete_pending([flight.prompt_id]))
            where = template.where if template else "the workflow"
            fault = f"{self.client.url} refuses {where}: {'; '.join(refusal.faults)}."
            if template:
                if self.work.templates == {template.digest}:
                    raise ServerError(fault, "Mend the workflow, or give the server what it lacks.")
                self.refused[template.digest] = fault
            self._fail(flight.job, fault)
            return
        flight.since = flight.started = time.monotonic()
        self.flights[flight.prompt_id] = flight

    # Hearing and looking

    def _listen(self) -> None:
        self.tried_listening = time.monotonic()
        with suppress(Dropped):  # without it we look four times a second
            self.client.listen()

    def _hear(self) -> None:
        """Frames as they come, until one ends a job or none comes for a while."""
        if not self.client.listening and time.monotonic() - self.tried_listening > RELISTEN_SECONDS:
            self._listen()
        if not self.client.listening:
            self.work.stop.wait(POLL_SECONDS)
            return
        try:
            frame = self.client.receive(POLL_SECONDS)
            while frame is not None:
                self.heard = time.monotonic()
                self._note(protocol.read_frame(frame))
                if any(flight.state in ENDS for flight in self.flights.values()):
                    return
                frame = self.client.receive(POLL_SECONDS) if not self.work.stop.is_set() else None
        except Dropped:
            pass

    def _note(self, event: protocol.Event | None) -> None:
        flight = self.flights.get(getattr(event, "prompt_id", ""))
        if event is None or flight is None:
            return
        flight.since = time.monotonic()
        if (
            flight.state in (JobState.POSTED, JobState.QUEUED)
            and protocol.advance(flight.state, event) is JobState.RUNNING
        ):
            flight.started = flight.since
        if isinstance(event, Wrote) and event.node == _output_node(flight):
            flight.pictures = event.pictures
        if isinstance(event, Settled):
            flight.settled = True
        if isinstance(event, Step):
            self._report(flight, event)
        if isinstance(event, Ended):
            self._end(flight, event)
        else:
            flight.state = protocol.advance(flight.state, event)

    def _report(self, flight: _Flight, step: Step) -> None:
        node = flight.graph.get(step.node, {}).get("class_type", "")
        self.on_progress(Progress(flight.job.slug, step.value, step.maximum, node))

    def _end(self, flight: _Flight, ended: Ended) -> None:
        if flight.state in ENDS and flight.pictures:
            return
        flight.state = protocol.advance(flight.state, ended)
        flight.reason = flight.reason or ended.reason
        flight.pictures = self._ours(flight, ended.pictures) or flight.pictures

    def _look(self) -> None:
        """Asks the server where the websocket has been silent, or was too quick for the pictures."""
        now = time.monotonic()
        silent = now - self.heard > POLL_SECONDS
        for flight in list(self.flights.values()):
            finished = flight.state is JobState.DONE and flight.pictures
            if (
                not finished
                and flight.state not in (JobState.FAILED, JobState.CANCELLED)
                and (silent or flight.settled or flight.state is JobState.DONE)
            ):
                ended = self._ended(flight.prompt_id)
                if ended:
                    flight.since, flight.settled = now, True
                    self._end(flight, ended)
        if silent and now - self.asked_queue > QUEUE_SECONDS:
            self._where(now)

    def _where(self, now: float) -> None:
        queue = self._queue()
        self.asked_queue = now
        for flight in self.flights.values():
            if flight.prompt_id in queue:
                flight.since = now
            elif flight.state not in ENDS and now - flight.since > LOST_SECONDS:
                flight.state = JobState.LOST
                flight.reason = "the server has lost it"

    # Landing

    def _land(self) -> None:
        """Takes the ended jobs off, fills their places, and only then fetches what they made."""
        landed = [flight for flight in self.flights.values() if self._is_over(flight)]
        for flight in landed:
            del self.flights[flight.prompt_id]
        if landed:
            self._refill_without_waiting()
        for flight in landed:
            self._deliver(flight)

    def _is_over(self, flight: _Flight) -> bool:
        if flight.state is not JobState.DONE or flight.pictures or flight.settled:
            return flight.state in ENDS
        return time.monotonic() - flight.since > LAG_SECONDS

    def _refill_without_waiting(self) -> None:
        while len(self.flights) < WINDOW and (job := self.work.take(wait=False)):
            try:
                self._begin(job)
            except BaseException:
                self.work.give_back([job])
                raise

    def _deliver(self, flight: _Flight) -> None:
        try:
            if flight.state is JobState.DONE:
                self._fetch(flight)
            elif flight.state is JobState.LOST and flight.tries < TRIES:
                self._post(_again(flight, flight.graph))
            else:
                self._fail(flight.job, f"ComfyUI: {flight.reason}.")
        except BaseException:
            self.work.give_back([flight.job])
            raise

    def _fetch(self, flight: _Flight) -> None:
        reply = None
        if flight.pictures:
            reply = self._ask(protocol.view(flight.pictures[0]))
            if reply.status == 200 and reply.media_type.startswith("image/"):
                seconds = time.monotonic() - flight.started
                self.put(Rendered(flight.job, reply.body, seconds, graph=flight.graph))
                self.work.finished()
                return
        if flight.tries < TRIES:
            # A cached result names files of an earlier run, which may be gone: another name is saved again.
            self._post(_again(flight, flight.job.graph(suffix=uuid.uuid4().hex[:8])))
            return
        what = (
            f"its picture is answered with status {reply.status} and {reply.media_type}"
            if reply
            else "it made no picture"
        )
        self._fail(flight.job, f"ComfyUI says that it is done, but {what}.")

    def _fail(self, job: Job, message: str) -> None:
        self.put(Failed(job, message))
        self.work.finished()

    # Asking

    def _ask(self, request: Request, posted_id: str = "") -> Reply:
        """One answer, tried again while the server stumbles. Raises ServerUnreachable after a while.

        ``posted_id``: for a POST whose answer may be lost although it arrived: _AlreadyThere when it did.
        """
        pause, until = 0.1, time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                reply = self.client.exchange(request)
                if reply.status not in (429, 502, 503, 504):
                    return reply
                why = f"status {reply.status}"
                pause = max(pause, reply.retry_after or 0.0)
            except Dropped as error:
                why = str(error)
                if posted_id and self._has(posted_id):
                    raise _AlreadyThere from None
            if time.monotonic() + pause > until or self.work.stop.wait(pause):
                raise unreachable(self.client.url, why) from None
            pause = min(pause * 2, 2.0)

    def _has(self, prompt_id: str) -> bool:
        try:
            return prompt_id in self._queue() or self._ended(prompt_id) is not None
        except ServerUnreachable:
            return False

    def _queue(self) -> protocol.Queue:
        request = protocol.get_queue()
        try:
            return protocol.read_queue(self._ask(request), request)
        except NotComfy as error:
            raise not_comfy(self.client.url, str(error)) from None

    def _ended(self, prompt_id: str) -> Ended | None:
        request = protocol.get_history(prompt_id)
        try:
            return protocol.read_history(self._ask(request), request, prompt_id)
        except NotComfy as error:
            raise not_comfy(self.client.url, str(error)) from None

    def _ours(self, flight: _Flight, pictures: Mapping[str, tuple[Picture, ...]]) -> tuple[Picture, ...]:
        return pictures.get(_output_node(flight), ())


class _AlreadyThere(Exception):  # noqa: N818  (the fact, as in errors.py)
    """The prompt was queued although the answer to its POST was lost."""


def _output_node(flight: _Flight) -> str:
    return flight.job.template.roles.output_node if flight.job.template else ""


def _again(flight: _Flight, graph: Mapping[str, Any]) -> _Flight:
    """The same job under an id that no history knows."""
    return _Flight(flight.job, str(uuid.uuid4()), graph, tries=flight.tries + 1)
