"""One server's share of the work: one job running and one waiting, whatever becomes of the server.

Theory of operation
-------------------
A lane hears, looks, lands, refills. *Hearing* is the websocket; *looking* is asking the server, where the
websocket was silent or too quick for the pictures: its jobs where it has them, else its history and queue. A
frame that is lost costs one poll interval. A job that has ended *lands*: its place is refilled first, so that
the GPU goes on, and only then is its picture fetched, opened and judged; where pictures that are opened already
wait to be taken, it stays on the server a little longer, which delays no refill.

A job goes through at most ``TRIES`` posts for all reasons together (lost in a restart, a file that is gone, a
damaged picture), and ``SEEDS`` moves of the seed. The first post of each seed has the id that a later run finds
again; each further one has an id that no history knows, so that an old entry is never taken for a new prompt's
end. What a lane holds, it gives back when it breaks off, and other lanes take it; it tries its server again later.
"""

from __future__ import annotations

import time
import uuid
from collections import deque
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from blogcovers.comfy import protocol
from blogcovers.comfy.catalogue import Catalogue
from blogcovers.comfy.client import Dropped
from blogcovers.comfy.flight import Flight
from blogcovers.comfy.protocol import (
    ENDS,
    Ended,
    Glimpse,
    JobState,
    NotComfy,
    Settled,
    Step,
    Unknown,
    Waiting,
    Wrote,
)
from blogcovers.cover.job import Failed, Note, Preview, Progress, Rendered
from blogcovers.cover.picture import decoded, is_flat
from blogcovers.errors import ServerError, ServerUnreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence

    from blogcovers.comfy.client import Client
    from blogcovers.comfy.protocol import Refusal, Reply, Request, Standing
    from blogcovers.comfy.work import Work
    from blogcovers.cover.job import Happening, Job, Outcome
    from blogcovers.workflow import Template

WINDOW = 2  # jobs on a server at once: one runs, one waits
POLL_SECONDS = 0.25  # how long a silent websocket is believed
QUEUE_SECONDS = 1.0  # how often the queue is asked where a job is
LOST_SECONDS = 3.0  # how long a job must be in neither queue nor history
RELISTEN_SECONDS, MAX_RELISTEN_SECONDS = 1.0, 30.0  # how often a lost websocket is tried again
PATIENCE_SECONDS = 10.0  # how long a server may fail to answer before it is set aside
ASIDE_SECONDS = 15.0  # after which a server that was set aside is tried again
FAREWELL_SECONDS = 2.0  # how long a server is waited for when the run is broken off
TRIES = 3  # how often one seed of a job is posted, for whatever reason
SEEDS = 2  # how often the seed is moved on after a spoilt picture

MAX_RETRY_AFTER = 120.0  # seconds that a server may ask us to stay away

BUSY = (429, 502, 503, 504)
_STUMBLED = 500  # ComfyUI's answer to what it cannot read; also a passing fault, so it is asked twice more


def unreachable(server: str, why: str) -> ServerUnreachable:
    return ServerUnreachable(
        f"No ComfyUI answers at {server}: {why}.",
        "Start it, or name another with --server; --renderer painter makes covers without one.",
    )


def not_comfy(server: str, why: str) -> ServerError:
    return ServerError(f"{server} does not answer as ComfyUI does: {why}.", "Check the address and its port.")


class _AlreadyThere(Exception):  # noqa: N818  (the fact, as in errors.py)
    """The prompt was queued although the answer to its POST was lost."""


class Lane:
    """One server's share of the work, in one thread."""

    def __init__(self, client: Client, work: Work, tell: Callable[[Happening], None], *, previews: bool) -> None:
        self.client = client
        self.server = client.url
        self.work = work
        self.tell = tell
        self.previews = previews
        self.held: dict[str, Job] = {}  # every job that is ours to finish or give back, by its post and slug
        self.flights: dict[str, Flight] = {}
        self.again: list[Flight] = []  # to be posted once more, before new jobs
        self.landed: deque[Flight] = deque()  # done, and not fetched yet
        self.strays: list[str] = []  # prompts that may still be on a server that was set aside
        self.spelling: dict[str, Mapping[tuple[str, str], str]] = {}
        self.has_jobs = True  # until the server shows that it has no /api/jobs
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
                except NotComfy as error:
                    self._set_aside(not_comfy(self.server, str(error)))
        finally:
            self.take_off(self.client)
            self.work.give_back(self._dropped())

    def _serve(self) -> None:
        self._take_strays_off()
        self._preflight()
        self._claim()
        self._listen()
        while not self.work.over:
            self._refill(wait=not self.landed)
            if not self.flights and not self.landed:
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
        self.landed.clear()
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
        catalogue = Catalogue(self._ask)
        for template in self.work.templates.values():
            example = self.work.examples[template.digest].graph()
            verdict = catalogue.examine(example, template.roles.output_node)
            self.spelling[template.digest] = verdict.spelling
            if verdict.faults:
                self.work.refuse(template, self.server, self._refusal(template, verdict.faults))

    def _refusal(self, template: Template, faults: Sequence[str]) -> str:
        return f"{self.server} cannot run {template.where}: {'; '.join(faults)}."

    def _claim(self) -> None:
        """Before jobs are shared out: those that an earlier run left on this server are this server's."""
        jobs = self.work.unshared
        queue: Container[str] = self._queue(self._ask) if jobs else ()
        self.work.claim(self.server, [job for job in jobs if self._is_here(job.prompt_id(), queue)])

    def _is_here(self, prompt_id: str, queue: Container[str]) -> bool:
        if prompt_id in queue:
            return True
        ended = self._ended(prompt_id, self._ask)
        return ended is not None and ended.how is JobState.DONE

    # Posting

    def _refill(self, *, wait: bool = False) -> None:
        while len(self.flights) < WINDOW:
            if self.again:
                flight = self.again.pop(0)
                (self._begin if flight.tries == 1 else self._post)(flight)
                continue
            job = self.work.take(self.server, wait=wait and not self.flights)
            if job is None:
                return
            self.held[_key(job)] = job
            self._begin(Flight(job, job.prompt_id(), self._graph(job)))

    def _begin(self, flight: Flight) -> None:
        """Takes up what an earlier run left of this job on the server, else posts it."""
        seen = self._find(flight.prompt_id, self._ask)
        if isinstance(seen, Unknown):
            self._post(flight)
        elif not isinstance(seen, Ended):
            flight.left, flight.breaks = True, self.breaks
            self.flights[flight.prompt_id] = flight
            self._heed(flight, seen)
        elif seen.how is JobState.DONE and seen.graph == flight.graph and flight.pictures_in(seen):
            flight.found = True
            self.flights[flight.prompt_id] = flight
            self._end(flight, seen)
        else:
            # The history keeps one entry an id: an old one would be taken for the new prompt's end.
            self._post(replace(flight, prompt_id=str(uuid.uuid4())))

    def _graph(self, job: Job, attempt: int = 0, suffix: str = "") -> dict[str, Any]:
        """The job's graph, with file names as this server spells them."""
        graph = job.graph(attempt, suffix)
        if job.template:
            for (node, name), value in self.spelling.get(job.template.digest, {}).items():
                if graph[node]["inputs"][name].replace("\\", "/") == value.replace("\\", "/"):
                    graph[node]["inputs"][name] = value
        return graph

    def _post(self, flight: Flight) -> None:
        request = protocol.post_prompt(flight.graph, self.client.client_id, flight.prompt_id, previews=self.previews)
        try:
            reply = self._ask(request, flight.prompt_id)
            if reply.status == _STUMBLED and reply.media_type == "text/plain" and self._is_well():
                what = f"{self.server} stumbles over this post's graph (status {reply.status})"
                self._finish(Failed(flight.job, f"{what}; its console says why."))
                return
            refusal = protocol.read_posted(reply, request, flight.output_node)
        except _AlreadyThere:
            refusal = None
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

    def _refused(self, flight: Flight, refusal: Refusal) -> None:
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
        """Frames as they come, until one ends a job, a picture can be fetched, or none comes for a while."""
        if any(flight.over for flight in self.flights.values()) or self._can_fetch():
            return
        if not self.flights:
            self.work.await_room(POLL_SECONDS)
            return
        if not self.client.listening and time.monotonic() - self.tried_listening > self.patience:
            self._listen()
        if not self.client.listening:
            self.work.pause(POLL_SECONDS)
            return
        try:
            until = time.monotonic() + POLL_SECONDS
            # Frames of others may never cease: they are no reason not to look. Nor are our own, while the frames
            # of a job of ours go to another client.
            deaf = any(flight.left for flight in self.flights.values())
            while not self.work.over and time.monotonic() < (until if deaf else max(until, self.heard + POLL_SECONDS)):
                frame = self.client.receive(POLL_SECONDS)
                if frame is None:
                    return
                self._note(protocol.read_frame(frame))
                if any(flight.state in ENDS or flight.settled for flight in self.flights.values()):
                    return
                if self._can_fetch():
                    return
        except Dropped:
            self.breaks += 1

    def _can_fetch(self) -> bool:
        return bool(self.landed) and self.work.has_room

    def _note(self, event: protocol.Event | None) -> None:
        if isinstance(event, Glimpse):
            self._show(event)
            return
        flight = self.flights.get(getattr(event, "prompt_id", ""))
        if event is None or flight is None:
            return
        flight.missing, self.heard = None, time.monotonic()
        if isinstance(event, Wrote) and event.node == flight.output_node:
            flight.pictures = event.pictures
        if isinstance(event, Settled):
            flight.settled = True
        if isinstance(event, Step):
            node = flight.graph.get(event.node, {}).get("class_type", "")
            self.tell(Progress(flight.job.slug, event.value, event.maximum, node))
        if isinstance(event, Ended):
            self._end(flight, event)
        else:
            self._advance(flight, event)

    def _advance(self, flight: Flight, event: protocol.Event) -> None:
        state = protocol.advance(flight.state, event)
        if state is JobState.RUNNING and flight.state is not JobState.RUNNING:
            flight.started = time.monotonic()
        flight.state = state

    def _show(self, glimpse: Glimpse) -> None:
        flight = self.flights.get(glimpse.prompt_id) or next(
            (flight for flight in self.flights.values() if flight.state is JobState.RUNNING), None
        )
        if flight and self.previews:
            self.tell(Preview(flight.job.slug, glimpse.data, glimpse.ending))

    def _end(self, flight: Flight, ended: Ended) -> None:
        if flight.state not in ENDS:
            flight.ended = time.monotonic()
        flight.state = protocol.advance(flight.state, ended)
        flight.reason = flight.reason or ended.reason
        flight.out_of_memory = flight.out_of_memory or ended.out_of_memory
        flight.pictures = flight.pictures_in(ended) or flight.pictures

    def _look(self) -> None:
        """Asks the server where the websocket has been silent, or was too quick for the pictures."""
        now = time.monotonic()
        silent = now - self.heard > POLL_SECONDS
        for flight in list(self.flights.values()):
            if flight.wants_a_look(silent=silent):
                self._look_at(flight)
        if silent and now - self.asked_queue > QUEUE_SECONDS and self._is_queue_news():
            self.asked_queue = now
            queue = self._queue(self._ask)
            for flight in self.flights.values():
                seen = queue.standing(flight.prompt_id) or Unknown(flight.prompt_id)
                self._heed(flight, seen)
                self._tell_place(flight, seen)

    def _look_at(self, flight: Flight) -> None:
        seen = self._job(flight.prompt_id, self._ask)
        if seen is None or (isinstance(seen, Ended) and seen.how is JobState.DONE and not flight.pictures_in(seen)):
            # Without jobs the history says whether it has ended; of pictures it has the last word.
            seen = self._ended(flight.prompt_id, self._ask) or seen
        if seen is not None:
            self._heed(flight, seen)

    def _is_queue_news(self) -> bool:
        """Where jobs say how each one stands, the queue only adds how many of others' run before ours."""
        return not self.has_jobs or all(flight.waits for flight in self.flights.values())

    def _tell_place(self, flight: Flight, seen: Standing) -> None:
        if isinstance(seen, Waiting) and seen.ahead != flight.ahead:
            self.tell(Progress(flight.job.slug, ahead=seen.ahead))
            flight.ahead = seen.ahead

    def _heed(self, flight: Flight, seen: Standing) -> None:
        """*Lost* is an absence that was looked at for some seconds, not one moment's."""
        if isinstance(seen, Ended):
            flight.settled, flight.missing = True, None
            self._end(flight, seen)
        elif not isinstance(seen, Unknown):
            flight.missing = None
            self._advance(flight, seen)
        elif flight.state in ENDS:
            return
        elif flight.missing is None:
            flight.missing = time.monotonic()
        elif time.monotonic() - flight.missing > LOST_SECONDS:
            deleted = self.client.listening and flight.breaks == self.breaks
            flight.state = JobState.CANCELLED if deleted else JobState.LOST
            flight.reason = "somebody deleted it from the queue" if deleted else "the server has lost it"

    # Landing

    def _land(self) -> None:
        """Takes the ended jobs off, fills their places, and only then fetches what they made."""
        for flight in [flight for flight in self.flights.values() if flight.over]:
            del self.flights[flight.prompt_id]
            if flight.state is JobState.DONE:
                self.landed.append(flight)
            elif not self._recovers(flight):
                self._finish(Failed(flight.job, f"ComfyUI: {flight.reason}."))
        self._refill()
        for _ in range(WINDOW):  # no more at once: others may have ended meanwhile
            if self._can_fetch():
                self._deliver(self.landed.popleft())

    def _recovers(self, flight: Flight) -> bool:
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
        waiting = [flight for flight in self.flights.values() if flight.waits]
        if not running or not waiting:
            return
        flight, since = waiting[0], time.monotonic() - running[0].started
        if not self.work.better_elsewhere(flight.job, self.server, since):
            return
        self._ask(protocol.delete_pending([flight.prompt_id]))
        if isinstance(self._find(flight.prompt_id, self._ask), Unknown):
            del self.flights[flight.prompt_id]
            del self.held[_key(flight.job)]
            self.work.give_back([flight.job])

    def _another(self, flight: Flight, graph: Mapping[str, Any]) -> Flight:
        """The same job under an id that no history knows."""
        again = Flight(flight.job, str(uuid.uuid4()), graph)
        return replace(again, tries=flight.tries + 1, attempt=flight.attempt, freed=flight.freed)

    def _deliver(self, flight: Flight) -> None:
        """Fetches, opens and judges the picture; what is wrong with it is asked for again."""
        try:
            image = decoded(self._fetched(flight))
        except ValueError as error:
            if flight.tries < TRIES:
                # Under another name the server saves again, although it has the result in its cache.
                graph = self._graph(flight.job, flight.attempt, uuid.uuid4().hex[:8])
                self.again.append(self._another(flight, graph))
            else:
                self._finish(Failed(flight.job, f"ComfyUI says that it is done, but {error}."))
            return
        if is_flat(image):
            self._move_seed_on(flight)
            return
        seconds = (flight.ended or time.monotonic()) - flight.started
        self.work.timed(self.server, seconds)
        self._finish(Rendered(flight.job, image, seconds, flight.attempt, flight.graph))

    def _fetched(self, flight: Flight) -> bytes:
        """Raises ValueError where there is no picture to be had."""
        if not flight.pictures:
            raise ValueError("it made no picture")
        reply = self._ask(protocol.view(flight.pictures[0]))
        if reply.status != 200 or not reply.media_type.startswith("image/"):
            kind = reply.media_type or "no media type"
            raise ValueError(f"its picture is answered with status {reply.status} and {kind}")
        return reply.body

    def _move_seed_on(self, flight: Flight) -> None:
        """One flat colour is the half-precision fault of some decoders: another seed often helps."""
        job, attempt = flight.job, flight.attempt + 1
        if attempt <= SEEDS:
            self.tell(Note(f"{job.slug} came out in one flat colour; the next seed is tried."))
            moved = Flight(job, job.prompt_id(attempt), self._graph(job, attempt))
            self.again.append(replace(moved, attempt=attempt, freed=flight.freed))
        elif flight.found:
            # Nothing but old pictures so far: what spoilt them may be past.
            graph = self._graph(job, flight.attempt, uuid.uuid4().hex[:8])
            self.again.append(self._another(flight, graph))
        else:
            hint = "a VAE that does not overflow in half precision helps, or starting ComfyUI with --fp32-vae"
            self._finish(Failed(job, f"ComfyUI made a picture of one flat colour {SEEDS + 1} times; {hint}."))

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
                if reply.status not in (*BUSY, _STUMBLED) or stumbles > 2:
                    return reply
                why, wait = f"status {reply.status}", max(pause, reply.retry_after or 0.0)
                if wait <= MAX_RETRY_AFTER:
                    until = max(until, time.monotonic() + wait + pause)  # it said itself how long it takes
                there = bool(posted_id) and self._has(posted_id)
            except Dropped as error:
                why, wait = str(error), pause
                self.breaks += 1
                there = bool(posted_id) and self._turns_up(posted_id)
            if there:
                raise _AlreadyThere
            if time.monotonic() + wait > until or self.work.pause(wait):
                raise unreachable(self.server, why)
            pause = min(pause * 2, 2.0)

    def _turns_up(self, prompt_id: str) -> bool:
        """Whether a prompt whose answer was lost comes into the queue after all: a server may be slow to take it, and
        is believed not to have it only after as long an absence as any other. One that does not answer has not got it.
        """
        until = time.monotonic() + LOST_SECONDS
        with suppress(Dropped, NotComfy):
            while isinstance(self._find(prompt_id, self.client.exchange), Unknown):
                if time.monotonic() > until or self.work.pause(POLL_SECONDS):
                    return False
            return True
        return False

    def _has(self, prompt_id: str) -> bool:
        """Whether the server knows the prompt, as far as it says so now."""
        with suppress(Dropped, NotComfy):
            return not isinstance(self._find(prompt_id, self.client.exchange), Unknown)
        return False

    def _find(self, prompt_id: str, ask: Callable[[Request], Reply]) -> Standing:
        """Where a prompt stands: from the jobs, else from queue and history. Raises NotComfy."""
        # The queue first: what leaves it between the two questions is in the history by the second.
        return (
            self._job(prompt_id, ask)
            or self._queue(ask).standing(prompt_id)
            or self._ended(prompt_id, ask)
            or Unknown(prompt_id)
        )

    def _job(self, prompt_id: str, ask: Callable[[Request], Reply]) -> Standing | None:
        """Where a prompt stands, in one answer; None where the server has no jobs, which are not asked for again."""
        if not self.has_jobs:
            return None
        request = protocol.get_job(prompt_id, self.server)
        try:
            return protocol.read_job(ask(request), request, prompt_id)
        except NotComfy:
            self.has_jobs = False
            return None

    def _queue(self, ask: Callable[[Request], Reply]) -> protocol.Queue:
        request = protocol.get_queue()
        return protocol.read_queue(ask(request), request)

    def _ended(self, prompt_id: str, ask: Callable[[Request], Reply]) -> Ended | None:
        request = protocol.get_history(prompt_id)
        return protocol.read_history(ask(request), request, prompt_id)


def _key(job: Job) -> str:
    return f"{job.post}\0{job.slug}"
