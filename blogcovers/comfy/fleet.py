"""The ComfyUI renderer: jobs shared out over servers, one running and one waiting on each.

Theory of operation
-------------------
Each server has a thread that runs a :class:`_Lane`: it hears, looks, lands, refills. *Hearing* is the websocket,
*looking* is asking history and queue; a frame that is lost costs one poll interval. A job that has ended *lands*:
its place is refilled first, so that the GPU goes on, and only then is its picture fetched, opened and judged.

What a lane holds, it gives back when it breaks off, and other lanes take it; it tries its server again later.
Only when all servers are aside does the run fail. A job goes through at most ``TRIES`` posts for all reasons
together (lost in a restart, a file that is gone, a damaged picture), and ``SEEDS`` moves of the seed; each post
but the first has an id that no history knows, so that an old entry is never taken for a new prompt's end.
"""

from __future__ import annotations

import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field, replace
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any

from blogcovers import covers
from blogcovers.comfy import preflight, protocol
from blogcovers.comfy.client import Client, Dropped
from blogcovers.comfy.protocol import ENDS, Ended, Glimpse, JobState, NotComfy, Settled, Step, Wrote
from blogcovers.comfy.work import Work
from blogcovers.errors import ServerError, ServerUnreachable
from blogcovers.render import Failed, Happening, Note, Preview, Progress, Rendered

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Generator, Mapping, Sequence

    from blogcovers.comfy.protocol import Picture, Refusal, Reply, Request
    from blogcovers.config import Access
    from blogcovers.render import Job, Outcome
    from blogcovers.workflow import Template

WINDOW = 2  # jobs on a server at once: one runs, one waits
POLL_SECONDS = 0.25  # how long a silent websocket is believed
QUEUE_SECONDS = 1.0  # how often the queue is asked where a job is
LOST_SECONDS = 3.0  # how long a job must be in neither queue nor history
RELISTEN_SECONDS, MAX_RELISTEN_SECONDS = 1.0, 30.0  # how often a lost websocket is tried again
START_SECONDS = 5.0  # how long a server may take to come up at the beginning
PATIENCE_SECONDS = 10.0  # how long a server may fail to answer before it is set aside
ASIDE_SECONDS = 15.0  # after which a server that was set aside is tried again
FAREWELL_SECONDS = 2.0  # how long a server is waited for when the run is broken off
LAG_SECONDS = 10.0  # how long a finished job's history may lag
TRIES = 3  # how often one job is posted, for whatever reason
SEEDS = 2  # how often the seed is moved on after a spoilt picture

MAX_RETRY_AFTER = 120.0  # seconds that a server may ask us to stay away

_BUSY = (429, 502, 503, 504)
_STUMBLED = 500  # ComfyUI's answer to what it cannot read; also a passing fault, so it is asked twice more


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
        covers.load_codecs()
        until, told = time.monotonic() + START_SECONDS, False
        while True:
            answers = {server: self._ping(server) for server in self.servers}
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

    def _ping(self, server: str) -> ServerError | None:
        client = Client(server, self.access)
        request = protocol.get_system_stats()
        try:
            reply = client.exchange(request)
            if reply.status in _BUSY:
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
        lanes = [_Lane(Client(url, self.access), work, tell, previews=self.previews) for url in self.servers]
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
                    yield outcome
            if work.failure:
                raise work.failure
        finally:
            work.stop()
            for lane, thread in zip(lanes, threads, strict=True):
                thread.join(FAREWELL_SECONDS)
                if thread.is_alive():  # an answer that does not come holds it up: say farewell without it
                    lane.take_off(Client(lane.server, self.access))


def _run(lane: _Lane, outcomes: SimpleQueue[Outcome | None]) -> None:
    """A lane's thread: however it ends, it says so, so that nobody waits for ever."""
    try:
        lane.run()
    except BaseException as error:
        lane.work.fail(ServerError(f"The work with {lane.server} broke off: {error!r}."))
        raise
    finally:
        outcomes.put(None)


def unreachable(server: str, why: str) -> ServerUnreachable:
    return ServerUnreachable(
        f"No ComfyUI answers at {server}: {why}.",
        "Start it, or name another with --server; --renderer painter makes covers without one.",
    )


def not_comfy(server: str, why: str) -> ServerError:
    return ServerError(f"{server} does not answer as ComfyUI does: {why}.", "Check the address and its port.")


@dataclass
class _Flight:
    """A job on a server. Times are monotonic seconds; ``missing`` is when it was first seen nowhere."""

    job: Job
    prompt_id: str
    graph: Mapping[str, Any]
    state: JobState = JobState.POSTED
    tries: int = 1
    attempt: int = 0
    freed: bool = False
    reason: str = ""
    out_of_memory: bool = False
    pictures: tuple[Picture, ...] = ()
    settled: bool = False
    missing: float | None = None
    breaks: int = 0
    ahead: int = 0
    ended: float = 0.0
    started: float = field(default_factory=time.monotonic)


class _AlreadyThere(Exception):  # noqa: N818  (the fact, as in errors.py)
    """The prompt was queued although the answer to its POST was lost."""


class _Lane:
    """One server's share of the work, in one thread."""

    def __init__(self, client: Client, work: Work, tell: Callable[[Happening], None], *, previews: bool) -> None:
        self.client = client
        self.server = client.url
        self.work = work
        self.tell = tell
        self.previews = previews
        self.held: dict[str, Job] = {}  # every job that is ours to finish or give back, by its post and slug
        self.flights: dict[str, _Flight] = {}
        self.again: list[_Flight] = []  # to be posted once more, before new jobs
        self.strays: list[str] = []  # prompts that may still be on a server that was set aside
        self.spelling: dict[str, Mapping[tuple[str, str], str]] = {}
        self.patience = RELISTEN_SECONDS
        self.breaks = 0  # how often the connection was lost
        self.heard = self.asked_queue = self.tried_listening = 0.0

    def run(self) -> None:
        """Serves until the work is over; a server that fails is set aside and tried again later."""
        try:
            while not self.work.over:
                try:
                    self._serve()
                except ServerError as error:
                    self._set_aside(error)
        finally:
            self.take_off(self.client)
            self.work.give_back(self._dropped())

    def _serve(self) -> None:
        self._take_strays_off()
        self._preflight()
        self._claim()
        self._listen()
        while not self.work.over:
            self._refill(wait=True)
            if not self.flights:
                return
            self._hear()
            self._look()
            self._land()
            self._hand_over()

    def _set_aside(self, error: ServerError) -> None:
        self.strays += list(self.flights)
        self.client.deafen()
        self.work.give_back(self._dropped())
        self.work.down(self.server, error)
        if not self.work.over:
            self.tell(Note(f"{error.message} The other servers go on without it."))
        while not self.work.pause(ASIDE_SECONDS):
            request = protocol.get_system_stats()
            with suppress(Dropped, NotComfy):
                protocol.read_system_stats(self.client.exchange(request), request)
                self.work.forget_refusals(self.server)
                self.work.back(self.server)
                self.tell(Note(f"{self.server} answers again."))
                return

    def _dropped(self) -> list[Job]:
        """Everything that was held, which is no longer."""
        jobs, self.held, self.flights, self.again = list(self.held.values()), {}, {}, []
        return jobs

    def take_off(self, client: Client) -> None:
        """Leaves nothing of ours on the server: what waits is deleted, what runs is interrupted by its id."""
        ours = [*self.flights, *self.strays]
        client.hurry(FAREWELL_SECONDS)
        with suppress(Dropped):
            if ours:
                client.exchange(protocol.delete_pending(ours))
                for prompt_id in ours:
                    client.exchange(protocol.interrupt(prompt_id))
        client.close()

    def _take_strays_off(self) -> None:
        if self.strays:
            self._ask(protocol.delete_pending(self.strays))
            for prompt_id in self.strays:
                self._ask(protocol.interrupt(prompt_id))
        self.strays = []

    # Preflight

    def _preflight(self) -> None:
        """Before the first job: what this server lacks for each template, all at once."""
        infos: dict[str, Any] = {}
        for template in self.work.templates.values():
            verdict = self._examine(template, infos)
            self.spelling[template.digest] = verdict.spelling
            if verdict.faults:
                self.work.refuse(template, self.server, self._refusal(template, verdict.faults))

    def _examine(self, template: Template, infos: dict[str, Any]) -> preflight.Verdict:
        graph = preflight.concerned(template.graph, template.roles.output_node)
        names = preflight.classes(graph)
        for name in names:
            if name not in infos:
                infos[name] = self._info(name)
        known = {name: info for name, info in infos.items() if info is not None}
        lacking = any(known.get(name) == {} for name in names)
        return preflight.examine(graph, known, self._all_classes() if lacking else ())

    def _info(self, class_type: str) -> Any:
        """The class's entry, ``{}`` where the server has no such class, None where it does not say."""
        request = protocol.get_object_info(class_type)
        try:
            answer = protocol.read_json(self._ask(request), request)
        except NotComfy:
            return None  # a gate may let only the calls through that a client needs
        return answer.get(class_type, {}) if isinstance(answer, dict) else None

    def _all_classes(self) -> tuple[str, ...]:
        request = protocol.get_object_info()
        try:
            answer = protocol.read_json(self._ask(request), request)
        except NotComfy:
            return ()
        return tuple(answer) if isinstance(answer, dict) else ()

    def _refusal(self, template: Template, faults: Sequence[str]) -> str:
        return f"{self.server} cannot run {template.where}: {'; '.join(faults)}."

    def _claim(self) -> None:
        """Before jobs are shared out: those that an earlier run left on this server are this server's."""
        jobs = self.work.unshared
        queue: Container[str] = self._queue() if jobs else ()
        self.work.claim(self.server, [job for job in jobs if self._is_here(job.prompt_id(), queue)])

    def _is_here(self, prompt_id: str, queue: Container[str]) -> bool:
        if prompt_id in queue:
            return True
        ended = self._ended(prompt_id)
        return ended is not None and ended.how is JobState.DONE

    # Posting

    def _refill(self, *, wait: bool = False) -> None:
        while len(self.flights) < WINDOW:
            if self.again:
                self._post(self.again.pop(0))
                continue
            job = self.work.take(self.server, wait=wait and not self.flights)
            if job is None:
                return
            self.held[_key(job)] = job
            self._begin(job)

    def _begin(self, job: Job) -> None:
        """Takes up what an earlier run left of this job on the server, else posts it."""
        flight = _Flight(job, job.prompt_id(), self._graph(job), breaks=self.breaks)
        # The queue first: what leaves it between the two questions is in the history by the second.
        if flight.prompt_id in self._queue():
            flight.state = JobState.QUEUED
            self.flights[flight.prompt_id] = flight
            return
        earlier = self._ended(flight.prompt_id)
        if earlier and earlier.how is JobState.DONE and earlier.graph == flight.graph and _ours(flight, earlier):
            self.flights[flight.prompt_id] = flight
            self._end(flight, earlier)
        elif earlier:
            # The history keeps one entry an id: an old one would be taken for the new prompt's end.
            self._post(_Flight(job, str(uuid.uuid4()), flight.graph, breaks=self.breaks))
        else:
            self._post(flight)

    def _graph(self, job: Job, attempt: int = 0, suffix: str = "") -> dict[str, Any]:
        """The job's graph, with file names as this server spells them."""
        graph = job.graph(attempt, suffix)
        if job.template:
            for (node, name), value in self.spelling.get(job.template.digest, {}).items():
                if graph[node]["inputs"][name].replace("\\", "/") == value.replace("\\", "/"):
                    graph[node]["inputs"][name] = value
        return graph

    def _post(self, flight: _Flight) -> None:
        request = protocol.post_prompt(flight.graph, self.client.client_id, flight.prompt_id, previews=self.previews)
        try:
            reply = self._ask(request, flight.prompt_id)
            if reply.status == _STUMBLED and reply.media_type == "text/plain" and self._is_well():
                what = f"{self.server} stumbles over this post's graph (status {reply.status})"
                self._finish(Failed(flight.job, f"{what}; its console says why."))
                return
            refusal = protocol.read_posted(reply, request, _output_node(flight))
        except _AlreadyThere:
            refusal = None
        except NotComfy as error:
            raise not_comfy(self.server, str(error)) from None
        if refusal:
            self._refused(flight, refusal)
            return
        flight.started, flight.breaks = time.monotonic(), self.breaks
        self.flights[flight.prompt_id] = flight

    def _is_well(self) -> bool:
        """Whether the server answers other questions as ComfyUI does, so that the fault is one prompt's."""
        request = protocol.get_system_stats()
        with suppress(Dropped, NotComfy):
            protocol.read_system_stats(self.client.exchange(request), request)
            return True
        return False

    def _refused(self, flight: _Flight, refusal: Refusal) -> None:
        # A 200 with faults has queued what is left of the graph, which may run by now.
        self._ask(protocol.delete_pending([flight.prompt_id]))
        self._ask(protocol.interrupt(flight.prompt_id))
        job = flight.job
        if job.template is None:
            self._finish(Failed(job, f"{self.server} refuses the workflow: {'; '.join(refusal.faults)}."))
            return
        self.work.refuse_job(job, self.server, self._refusal(job.template, refusal.faults))
        del self.held[_key(job)]
        self.work.give_back([job])

    # Hearing and looking

    def _listen(self) -> None:
        with suppress(Dropped):  # without it we look four times a second
            self.client.listen()
        self.tried_listening = time.monotonic()
        self.patience = RELISTEN_SECONDS if self.client.listening else min(2 * self.patience, MAX_RELISTEN_SECONDS)

    def _hear(self) -> None:
        """Frames as they come, until one ends a job or none comes for a while."""
        if any(_is_over(flight) for flight in self.flights.values()):
            return  # found finished, left by an earlier run
        if not self.client.listening and time.monotonic() - self.tried_listening > self.patience:
            self._listen()
        if not self.client.listening:
            self.work.pause(POLL_SECONDS)
            return
        try:
            until = time.monotonic() + POLL_SECONDS
            # Frames of others may never cease: they are no reason not to look.
            while not self.work.over and time.monotonic() < max(until, self.heard + POLL_SECONDS):
                frame = self.client.receive(POLL_SECONDS)
                if frame is None:
                    return
                self._note(protocol.read_frame(frame))
                if any(flight.state in ENDS or flight.settled for flight in self.flights.values()):
                    return
        except Dropped:
            self.breaks += 1

    def _note(self, event: protocol.Event | None) -> None:
        if isinstance(event, Glimpse):
            self._show(event)
            return
        flight = self.flights.get(getattr(event, "prompt_id", ""))
        if event is None or flight is None:
            return
        flight.missing, self.heard = None, time.monotonic()
        if (
            flight.state in (JobState.POSTED, JobState.QUEUED)
            and protocol.advance(flight.state, event) is JobState.RUNNING
        ):
            flight.started = time.monotonic()
        if isinstance(event, Wrote) and event.node == _output_node(flight):
            flight.pictures = event.pictures
        if isinstance(event, Settled):
            flight.settled = True
        if isinstance(event, Step):
            node = flight.graph.get(event.node, {}).get("class_type", "")
            self.tell(Progress(flight.job.slug, event.value, event.maximum, node))
        if isinstance(event, Ended):
            self._end(flight, event)
        else:
            flight.state = protocol.advance(flight.state, event)

    def _show(self, glimpse: Glimpse) -> None:
        flight = self.flights.get(glimpse.prompt_id) or next(
            (flight for flight in self.flights.values() if flight.state is JobState.RUNNING), None
        )
        if flight and self.previews:
            self.tell(Preview(flight.job.slug, glimpse.data, glimpse.ending))

    def _end(self, flight: _Flight, ended: Ended) -> None:
        if flight.state not in ENDS:
            flight.ended = time.monotonic()
        flight.state = protocol.advance(flight.state, ended)
        flight.reason = flight.reason or ended.reason
        flight.out_of_memory = flight.out_of_memory or ended.out_of_memory
        flight.pictures = _ours(flight, ended) or flight.pictures

    def _look(self) -> None:
        """Asks the server where the websocket has been silent, or was too quick for the pictures."""
        now = time.monotonic()
        silent = now - self.heard > POLL_SECONDS
        for flight in list(self.flights.values()):
            if _wants_history(flight, silent=silent) and (ended := self._ended(flight.prompt_id)):
                flight.settled, flight.missing = True, None
                self._end(flight, ended)
        if silent and now - self.asked_queue > QUEUE_SECONDS:
            self.asked_queue = now
            queue = self._queue()
            for flight in self.flights.values():
                self._place(flight, queue)

    def _place(self, flight: _Flight, queue: protocol.Queue) -> None:
        """Where the job is; *lost* is an absence that was looked at for some seconds, not one moment's."""
        if flight.state in ENDS:
            return
        if flight.prompt_id in queue:
            flight.missing = None
            ahead = queue.ahead(flight.prompt_id)
            if ahead != flight.ahead and flight.state is not JobState.RUNNING:
                self.tell(Progress(flight.job.slug, ahead=ahead))
            flight.ahead = ahead
        elif flight.missing is None:
            flight.missing = time.monotonic()
        elif time.monotonic() - flight.missing > LOST_SECONDS:
            deleted = self.client.listening and flight.breaks == self.breaks
            flight.state = JobState.CANCELLED if deleted else JobState.LOST
            flight.reason = "somebody deleted it from the queue" if deleted else "the server has lost it"

    # Landing

    def _land(self) -> None:
        """Takes the ended jobs off, fills their places, and only then fetches what they made."""
        landed = [flight for flight in self.flights.values() if _is_over(flight)]
        for flight in landed:
            del self.flights[flight.prompt_id]
            if flight.state is not JobState.DONE and not self._recovers(flight):
                self._finish(Failed(flight.job, f"ComfyUI: {flight.reason}."))
        self._refill()
        for flight in landed:
            if flight.state is JobState.DONE:
                self._deliver(flight)

    def _recovers(self, flight: _Flight) -> bool:
        """A lost job is posted again; one that ran out of memory too, once, after the server has freed its own."""
        if flight.state is JobState.LOST and flight.tries < TRIES:
            self.again.append(self._another(flight, flight.graph))
        elif flight.out_of_memory and not flight.freed:
            self._ask(protocol.free_memory())
            self.tell(Note(f"{self.server} ran out of memory over {flight.job.slug}; it is tried once more."))
            self.again.append(replace(self._another(flight, flight.graph), freed=True))
        else:
            return False
        return True

    def _hand_over(self) -> None:
        """Near the end: a job that waits here goes to an idle server that would sooner be done with it."""
        running = [flight for flight in self.flights.values() if flight.state is JobState.RUNNING]
        waiting = [flight for flight in self.flights.values() if flight.state in (JobState.POSTED, JobState.QUEUED)]
        if not running or not waiting:
            return
        flight, since = waiting[0], time.monotonic() - running[0].started
        if not self.work.better_elsewhere(flight.job, self.server, since):
            return
        self._ask(protocol.delete_pending([flight.prompt_id]))
        if flight.prompt_id not in self._queue() and self._ended(flight.prompt_id) is None:
            del self.flights[flight.prompt_id]
            del self.held[_key(flight.job)]
            self.work.give_back([flight.job])

    def _another(self, flight: _Flight, graph: Mapping[str, Any]) -> _Flight:
        """The same job under an id that no history knows."""
        again = _Flight(flight.job, str(uuid.uuid4()), graph)
        return replace(again, tries=flight.tries + 1, attempt=flight.attempt, freed=flight.freed)

    def _deliver(self, flight: _Flight) -> None:
        """Fetches, opens and judges the picture; what is wrong with it is asked for again."""
        try:
            image = covers.decoded(self._fetched(flight))
        except ValueError as error:
            if flight.tries < TRIES:
                # Under another name the server saves again, although it has the result in its cache.
                graph = self._graph(flight.job, flight.attempt, uuid.uuid4().hex[:8])
                self.again.append(self._another(flight, graph))
            else:
                self._finish(Failed(flight.job, f"ComfyUI says that it is done, but {error}."))
            return
        if covers.is_flat(image):
            self._move_seed_on(flight)
            return
        seconds = (flight.ended or time.monotonic()) - flight.started
        self.work.timed(self.server, seconds)
        self._finish(Rendered(flight.job, image, seconds, flight.attempt, flight.graph))

    def _fetched(self, flight: _Flight) -> bytes:
        """Raises ValueError where there is no picture to be had."""
        if not flight.pictures:
            raise ValueError("it made no picture")
        reply = self._ask(protocol.view(flight.pictures[0]))
        if reply.status != 200 or not reply.media_type.startswith("image/"):
            kind = reply.media_type or "no media type"
            raise ValueError(f"its picture is answered with status {reply.status} and {kind}")
        return reply.body

    def _move_seed_on(self, flight: _Flight) -> None:
        """One flat colour is the half-precision fault of some decoders: another seed often helps."""
        if flight.attempt >= SEEDS:
            hint = "a VAE that does not overflow in half precision helps, or starting ComfyUI with --fp32-vae"
            self._finish(Failed(flight.job, f"ComfyUI made a picture of one flat colour {SEEDS + 1} times; {hint}."))
            return
        attempt = flight.attempt + 1
        self.tell(Note(f"{flight.job.slug} came out in one flat colour; the next seed is tried."))
        another = self._another(flight, self._graph(flight.job, attempt))
        self.again.append(replace(another, attempt=attempt, tries=1))

    def _finish(self, outcome: Outcome) -> None:
        del self.held[_key(outcome.job)]
        self.work.finish(outcome)

    # Asking

    def _ask(self, request: Request, posted_id: str = "") -> Reply:
        """One answer, tried again while the server stumbles. Raises ServerUnreachable after a while.

        ``posted_id``: for a POST that may have arrived although no good answer came: _AlreadyThere when it has.
        """
        pause, stumbles, until = 0.1, 0, time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                reply = self.client.exchange(request)
                stumbles += reply.status == _STUMBLED
                if reply.status not in (*_BUSY, _STUMBLED) or stumbles > 2:
                    return reply
                why, wait = f"status {reply.status}", max(pause, reply.retry_after or 0.0)
                if wait <= MAX_RETRY_AFTER:
                    until = max(until, time.monotonic() + wait + pause)  # it said itself how long it takes
            except Dropped as error:
                why, wait = str(error), pause
                self.breaks += 1
            if posted_id and self._has(posted_id):
                raise _AlreadyThere
            if time.monotonic() + wait > until or self.work.pause(wait):
                raise unreachable(self.server, why)
            pause = min(pause * 2, 2.0)

    def _has(self, prompt_id: str) -> bool:
        """Whether the server knows the prompt, as far as it says so now."""
        queue, history = protocol.get_queue(), protocol.get_history(prompt_id)
        with suppress(Dropped, NotComfy):
            if prompt_id in protocol.read_queue(self.client.exchange(queue), queue):
                return True
            return protocol.read_history(self.client.exchange(history), history, prompt_id) is not None
        return False

    def _queue(self) -> protocol.Queue:
        request = protocol.get_queue()
        try:
            return protocol.read_queue(self._ask(request), request)
        except NotComfy as error:
            raise not_comfy(self.server, str(error)) from None

    def _ended(self, prompt_id: str) -> Ended | None:
        request = protocol.get_history(prompt_id)
        try:
            return protocol.read_history(self._ask(request), request, prompt_id)
        except NotComfy as error:
            raise not_comfy(self.server, str(error)) from None


def _key(job: Job) -> str:
    return f"{job.post}\0{job.slug}"


def _output_node(flight: _Flight) -> str:
    return flight.job.template.roles.output_node if flight.job.template else ""


def _ours(flight: _Flight, ended: Ended) -> tuple[Picture, ...]:
    return ended.pictures.get(_output_node(flight), ())


def _wants_history(flight: _Flight, *, silent: bool) -> bool:
    if flight.state in (JobState.FAILED, JobState.CANCELLED) or (flight.state is JobState.DONE and flight.pictures):
        return False
    return silent or flight.settled or flight.state is JobState.DONE


def _is_over(flight: _Flight) -> bool:
    """A job that is done but has shown no picture waits for the history, which may lag behind the frames."""
    if flight.state is not JobState.DONE or flight.pictures or flight.settled:
        return flight.state in ENDS
    return time.monotonic() - flight.ended > LAG_SECONDS
