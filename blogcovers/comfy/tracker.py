"""What one server's share of the work needs next. Pure: no socket, no clock, no thread, no chance.

Theory of operation
-------------------
:meth:`Tracker.step` takes what came of the last :class:`~blogcovers.comfy.effects.Effect`, the time, and how the run
stands; it gives the next effect, or None once the run is over. A worker does what it is told in a loop. All that is
known is in the tracker's fields and in its :class:`~blogcovers.comfy.prompt.Prompt`\\ s; every bound is in
:class:`~blogcovers.comfy.limits.Limits`; fresh ids are handed in.

A server's share is in one of these states:

========== ======================================================= ==========================================
state      what is done                                            leads to
========== ======================================================= ==========================================
strays     take off what may still be here from before it failed   preflight
preflight  ask what the server lacks, report refusals              claim
claim      say which jobs an earlier run left here                 serving
serving    refill, hear, look, land, hand over, again and again    strays, once there is nothing to do for now
aside      everything was given back; ask now and then             strays, once it answers as ComfyUI does
========== ======================================================= ==========================================

From every state a server that does not answer, or not as ComfyUI does, leads to *aside*, and the end of the run to
nothing more: what is left on the server then, :meth:`Tracker.farewell` takes off.

A prompt goes through the states of :class:`~blogcovers.comfy.protocol.JobState`, and where it is kept says what is
due:

============= ==================== ==================================================================
kept in       its state            leads to
============= ==================== ==================================================================
``again``     not posted yet       ``prompts``, once there is a place
``prompts``   POSTED to RUNNING    stays, until a frame or a look ends it
``prompts``   DONE                 ``landed``, once its pictures are known or the history has had time
``prompts``   FAILED, CANCELLED    the outcome; out of memory: ``again``, once
``prompts``   LOST                 ``again``, up to ``tries`` posts
``landed``    DONE                 the outcome; no whole picture: ``again``, up to ``tries`` posts; a flat
                                   one: ``again`` with the next seed, up to ``seeds`` times
``strays``    whatever             nothing of ours: taken off before anything else is done
============= ==================== ==================================================================

``held`` has every job that is in any of the first three places or on its way between two. It is what is given back.

The rules:

* *Hearing* is the websocket; *looking* is asking the server where the websocket was silent or too quick for the
  pictures: its jobs where it has them, else its history and queue. A lost frame costs one poll interval.
* A job that has ended *lands*: its place is refilled first, so that the GPU goes on, and only then is its picture
  fetched and judged. Where there is no room for it, it stays on the server, which delays no refill.
* *Lost* is an absence that was looked at for some seconds. A prompt that is absent while the websocket was open
  from its post on was not lost by a restart: somebody deleted it, and it is not posted again against their will.
* The first post of each seed has the id that a later run finds again. Each further one has an id that no history
  knows, so that an old entry is never taken for the new prompt's end.
* A POST whose answer is lost may have arrived: the prompt is looked for before it is posted again. One that is never
  answered by a server that answers otherwise is that post's own trouble; two posts' in a row are the server's.

Known ugliness: where a dialogue with the server stands (which of three questions was asked last) is in a generator's
frame, not in a field, so a tracker cannot be copied or shown in the middle of one.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from math import inf
from typing import TYPE_CHECKING, Any

from blogcovers.comfy import gates, protocol
from blogcovers.comfy.catalogue import Catalogue
from blogcovers.comfy.effects import (
    Ask,
    AwaitRoom,
    Back,
    BetterElsewhere,
    Claim,
    CloseSocket,
    Finish,
    GiveBack,
    Judge,
    Listen,
    OpenedPicture,
    Outlook,
    Pause,
    Receive,
    Refuse,
    RefuseJob,
    SetAside,
    Take,
    Tell,
    Took,
    Unclaimed,
    do,
)
from blogcovers.comfy.prompt import Prompt, key
from blogcovers.comfy.protocol import (
    ENDS,
    Accepted,
    Dropped,
    Ended,
    Glimpse,
    JobState,
    NotComfy,
    Refusal,
    Settled,
    Started,
    Step,
    Unknown,
    Waiting,
    Wrote,
)
from blogcovers.comfy.versions import HEEDS_IDS, KEEPS_IDS, NEEDED, TOO_OLD, Version, version_of
from blogcovers.cover.job import Failed, Note, Preview, Progress, Rendered
from blogcovers.errors import ServerError, ServerUnreachable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from blogcovers.comfy.effects import Dialogue, Effect
    from blogcovers.comfy.limits import Limits
    from blogcovers.comfy.protocol import Known, Questions, Removal, Reply, Request, Standing, T
    from blogcovers.cover.job import Job, Outcome
    from blogcovers.workflow.template import Template

BUSY = (429, 502, 503, 504)
_STUMBLED = 500  # ComfyUI's answer to what it cannot read; also a passing fault, so it is asked again


def unreachable(server: str, why: str) -> ServerUnreachable:
    return ServerUnreachable(
        f"No ComfyUI answers at {server}: {why}.",
        f"{gates.way_out(why)} --renderer painter makes covers without one; --server names another.",
    )


def not_comfy(server: str, why: str) -> ServerError:
    return ServerError(f"{server} does not answer as ComfyUI does: {why}.", gates.way_out(why))


def too_old(server: str, version: Version) -> ServerError:
    return ServerError(f"{server} runs {version}, which is too old: {TOO_OLD}.", f"Update it to {NEEDED} or later.")


class _AlreadyThere(Exception):  # noqa: N818  (the fact, as in errors.py)
    """The prompt was queued although the answer to its POST was lost; under which id."""

    def __init__(self, prompt_id: str) -> None:
        super().__init__(prompt_id)
        self.prompt_id = prompt_id


class Tracker:
    """One server's share of the work. ``client_id``: whom its frames are for. ``jobs``: those of the run, whose
    templates it is asked about. ``ids``: fresh UUIDs without end. ``previews``: whether they are asked for."""

    def __init__(
        self, server: str, client_id: str, jobs: Iterable[Job], ids: Iterator[str], limits: Limits, *, previews: bool
    ) -> None:
        self.server = server
        self.client_id = client_id
        self.ids = ids
        self.limits = limits
        self.previews = previews
        self.now = 0.0
        self.outlook = Outlook(over=False, room=True)
        self.held: dict[str, Job] = {}
        self.prompts: dict[str, Prompt] = {}  # by id
        self.again: list[Prompt] = []
        self.landed: deque[Prompt] = deque()
        self.posting: Prompt | None = None  # its POST has no answer yet, so it may be on the server or not
        self.strays: list[str] = []  # ids
        self.followed: set[str] = set()  # ids, past ones too
        self.examples = {job.template.digest: (job.template, job) for job in jobs if job.template}
        self.spelling: dict[str, Mapping[tuple[str, str], str]] = {}  # of file names, by the template's digest
        self.version = Version()
        self.keeps_ids = False  # whether the server takes the ids that we give; what it answers shows it
        self.past: Sequence[Known] | None = None  # what a server that does not had before our first prompt
        self.has_jobs = True  # until the server shows that it has no /api/jobs
        self.listening = False
        self.patience = limits.relisten
        self.breaks = 0  # how often the connection was lost
        self.unanswered: set[str] = set()  # jobs whose POST was not answered, since the last that was
        self.heard = self.asked_queue = self.tried_listening = -inf
        self._dialogue = self._share()

    def step(self, result: Any, now: float, outlook: Outlook) -> Effect[Any] | None:
        """What to do next; None once the run is over. ``result``: what came of the last effect, None for the first.
        ``now``: seconds on a clock that never goes back."""
        self.now, self.outlook = now, outlook
        try:
            return self._dialogue.send(result)
        except StopIteration:
            return None

    def farewell(self) -> Questions[Removal]:
        """Takes off the server whatever may be ours. At any time, also in the middle of a step that does not end."""
        return self._taking_off([*self.prompts, *self._doubtful()])

    def is_off(self, removal: Removal) -> bool:
        """Whether nothing of ours may still come to the server: a POST without an answer may be on its way."""
        return self.posting is None or bool(removal.seen - {*self.prompts, *self.strays})

    def _doubtful(self) -> list[str]:
        """What may be on the server although nobody follows it."""
        posting = self.posting
        return [*self.strays, *([posting.prompt_id] if posting else [])]

    def _taking_off(self, prompt_ids: list[str], client_id: str | None = None) -> Questions[Removal]:
        client_id = self.client_id if client_id is None else client_id
        return protocol.taking_off(prompt_ids, client_id, heeds_ids=self.version.has(HEEDS_IDS))

    def goes_on(self) -> Note:
        """What to say of a prompt that is left to its end."""
        said = "would interrupt whatever runs, maybe somebody else's, so it finishes the cover that it is at"
        return Note(f"{self.server} runs {self.version}, which {said}. The next run finds it.")

    def drop(self) -> list[Job]:
        """Everything that was held, which is no longer."""
        jobs, self.held, self.prompts, self.again = list(self.held.values()), {}, {}, []
        self.landed.clear()
        return jobs

    # The states of a share

    def _share(self) -> Dialogue[None]:
        while not self.outlook.over:
            try:
                yield from self._serve()
            except ServerError as error:
                yield from self._set_aside(error)
            except NotComfy as error:
                yield from self._set_aside(not_comfy(self.server, str(error)))

    def _serve(self) -> Dialogue[None]:
        yield from self._meet()
        yield from self._take_off(self._doubtful())
        self.strays, self.posting = [], None
        yield from self._preflight()
        yield from self._claim()
        yield from self._listen()
        while not self.outlook.over:
            yield from self._refill(wait=not self.landed)
            if not self.prompts and not self.landed:
                return
            yield from self._hear()
            yield from self._look()
            yield from self._land()
            yield from self._hand_over()

    def _meet(self) -> Dialogue[None]:
        """Asks which ComfyUI it is. Raises ServerError for one that is too old."""
        self.version = version_of((yield from self._patiently(protocol.system_stats())))
        self.keeps_ids, self.past = self.version.has(KEEPS_IDS), None
        if self.version.number is None and (yield from self._patiently(protocol.is_too_old(next(self.ids)))):
            raise too_old(self.server, self.version)

    def _take_off(self, prompt_ids: list[str], client_id: str | None = None) -> Dialogue[None]:
        if (yield from self._patiently(self._taking_off(prompt_ids, client_id))).left:
            yield Tell(self.goes_on())

    def _set_aside(self, error: ServerError) -> Dialogue[None]:
        self.strays += list(self.prompts)
        self.listening = False
        yield CloseSocket()
        yield GiveBack(self.drop())
        yield SetAside(error)
        if not self.outlook.over:
            yield Tell(Note(f"{error.message} The other servers go on without it."))
        while not self.outlook.over:
            yield Pause(self.limits.aside)
            if not self.outlook.over and (yield from self._is_well()):
                yield Back()
                yield Tell(Note(f"{self.server} answers again."))
                return

    def _preflight(self) -> Dialogue[None]:
        """Before the first job: what this server lacks for each template, all at once."""
        catalogue = Catalogue()
        for digest, (template, job) in self.examples.items():
            verdict = yield from self._patiently(catalogue.examine(job.graph(), template.roles.output_node))
            self.spelling[digest] = verdict.spelling
            if verdict.faults:
                yield Refuse(template, self._refusal(template, verdict.faults))

    def _refusal(self, template: Template, faults: Sequence[str]) -> str:
        return f"{self.server} cannot run {template.where}: {'; '.join(faults)}."

    def _claim(self) -> Dialogue[None]:
        """Before jobs are shared out: those that an earlier run left on this server are this server's."""
        jobs = yield from do(Unclaimed())
        if jobs and not self.keeps_ids:
            graphs = [(job, self._graph(job)) for job in jobs]
            past = yield from self._past()
            yield Claim([job for job, graph in graphs if any(one.graph == graph for one in past)])
            return
        here = (yield from self._all_here()) if jobs else frozenset()
        yield Claim([job for job in jobs if job.prompt_id() in here])

    def _all_here(self) -> Dialogue[frozenset[str]]:
        """Everybody's prompts that run, wait, or were done of late, in two questions for however many jobs. Where the
        history does not come, each job's is still looked up before it is posted."""
        queue = yield from self._patiently(protocol.queue())
        done = yield from self._once(protocol.done_of_late(self.limits.recent))
        return frozenset((*queue.running, *queue.pending, *(done or ())))

    # Posting

    def _refill(self, *, wait: bool = False) -> Dialogue[None]:
        while len(self.prompts) < self.limits.window:
            if self.again:
                prompt = self.again.pop(0)
                yield from self._begin(prompt) if prompt.tries == 1 else self._post(prompt)
                continue
            job = yield from do(Take(wait=wait and not self.prompts))
            if job is None:
                return
            self.held[key(job)] = job
            yield from self._begin(Prompt(job, job.prompt_id(), self._graph(job), self.now))

    def _begin(self, prompt: Prompt) -> Dialogue[None]:
        """Takes up what an earlier run left of this job on the server, else posts it."""
        if not self.keeps_ids:  # the same graph asks for the same picture, under the same name
            past = yield from self._past()
            left = next((one.prompt_id for one in past if one.graph == prompt.graph), prompt.prompt_id)
            prompt = replace(prompt, prompt_id=left)
        seen = yield from self._patiently(self._find(prompt.prompt_id))
        if isinstance(seen, Unknown):
            yield from self._post(prompt)
        elif not isinstance(seen, Ended) and prompt.by_socket:
            # Its picture would go to that run's websocket.
            yield from self._take_off([prompt.prompt_id], client_id="")
            yield from self._post(replace(prompt, prompt_id=next(self.ids)))
        elif not isinstance(seen, Ended):
            prompt.left, prompt.breaks = True, self.breaks
            self.prompts[prompt.prompt_id] = prompt
            self._heed(prompt, seen)
        elif seen.how is JobState.DONE and seen.graph == prompt.graph and prompt.pictures_in(seen):
            prompt.found = True
            self.prompts[prompt.prompt_id] = prompt
            self._end(prompt, seen)
        else:
            # The history keeps one entry an id: an old one would be taken for the new prompt's end.
            yield from self._post(replace(prompt, prompt_id=next(self.ids)))

    def _past(self) -> Dialogue[Sequence[Known]]:
        """What the server knew before our first prompt, asked for once."""
        if self.past is None:
            self.past = yield from self._patiently(protocol.known(self.limits.past))
        return self.past

    def _graph(self, job: Job, attempt: int = 0, *, renamed: bool = False) -> dict[str, Any]:
        """The job's graph, with file names as this server spells them. ``renamed``: under another name the server
        saves again, although it has the result in its cache."""
        graph = job.graph(attempt, next(self.ids)[:8] if renamed else "")
        if job.template:
            for (node, name), value in self.spelling.get(job.template.digest, {}).items():
                if graph[node]["inputs"][name].replace("\\", "/") == value.replace("\\", "/"):
                    graph[node]["inputs"][name] = value
        return graph

    def _post(self, prompt: Prompt) -> Dialogue[None]:
        if prompt.by_socket and not (yield from self._hears()):
            why = "and SaveImageWebsocket sends the picture there alone. Let the workflow end with SaveImage"
            yield from self._finish(Failed(prompt.job, f"The websocket of {self.server} does not open, {why}."))
            return
        request = protocol.post_prompt(prompt.graph, self.client_id, prompt.prompt_id, previews=self.previews)
        self.posting = prompt
        try:
            reply = yield from self._ask(request, prompt)
            if reply.status == _STUMBLED and reply.media_type == "text/plain" and (yield from self._is_well()):
                self.posting = None
                what = f"{self.server} stumbles over this post's graph (status {reply.status})"
                yield from self._finish(Failed(prompt.job, f"{what}; its console says why."))
                return
            answer = protocol.read_posted(reply, request, prompt.output_node)
        except _AlreadyThere as found:
            answer = Accepted(found.prompt_id)
        except ServerUnreachable as error:
            self.unanswered.add(key(prompt.job))
            if len(self.unanswered) > 1 or self.outlook.over or not (yield from self._is_well()):
                raise
            self.posting = None
            yield from self._unanswered(prompt, error)
            return
        else:
            if answer.prompt_id:
                self.keeps_ids = answer.prompt_id == prompt.prompt_id
        self.unanswered.clear()
        if isinstance(answer, Refusal):
            self.posting = None
            yield from self._refused(prompt, answer)
            return
        begun = replace(prompt, prompt_id=answer.prompt_id or prompt.prompt_id, started=self.now, breaks=self.breaks)
        self.followed.add(begun.prompt_id)
        self.prompts[begun.prompt_id], self.posting = begun, None

    def _hears(self) -> Dialogue[bool]:
        if not self.listening:
            yield from self._listen()
        return self.listening

    def _unanswered(self, prompt: Prompt, error: ServerUnreachable) -> Dialogue[None]:
        """Tries once more, under another id; should the first have arrived after all, it is taken off later."""
        self.strays.append(prompt.prompt_id)
        if prompt.tries == 1:
            self.again.append(self._another(prompt, prompt.graph))
            return
        yield from self._finish(Failed(prompt.job, f"{self.server} does not take this post's prompt. {error.message}"))

    def _refused(self, prompt: Prompt, refusal: Refusal) -> Dialogue[None]:
        if refusal.prompt_id:  # what is left of the graph may run by now
            yield from self._take_off([refusal.prompt_id], client_id="")
        job = prompt.job
        if job.template is None:
            yield from self._finish(Failed(job, f"{self.server} refuses the workflow: {'; '.join(refusal.faults)}."))
            return
        del self.held[key(job)]
        yield RefuseJob(job, self._refusal(job.template, refusal.faults))

    # Hearing

    def _listen(self) -> Dialogue[None]:
        self.listening = yield from do(Listen())  # without it we look four times a second
        self.tried_listening = self.now
        limits = self.limits
        self.patience = limits.relisten if self.listening else min(2 * self.patience, limits.max_relisten)

    def _hear(self) -> Dialogue[None]:
        """Frames as they come, until one ends a job, a picture can be fetched, or none comes for a while."""
        if any(prompt.may_land(self.now, self.limits.lag) for prompt in self.prompts.values()) or self._can_fetch():
            return
        if not self.prompts:
            yield AwaitRoom(self.limits.poll)
            return
        if not self.listening and self.now - self.tried_listening > self.patience:
            yield from self._listen()
        if not self.listening:
            yield Pause(self.limits.poll)
            return
        until = self.now + self.limits.poll  # frames may never cease: they are no reason not to look
        while not self.outlook.over and self.now < until:
            frame = yield from do(Receive(self.limits.poll))
            if frame is None:
                return
            if isinstance(frame, Dropped):
                self.listening = False
                self.breaks += 1
                return
            yield from self._note(protocol.read_frame(frame))
            if any(prompt.state in ENDS or prompt.settled for prompt in self.prompts.values()) or self._can_fetch():
                return

    def _can_fetch(self) -> bool:
        return bool(self.landed) and self.outlook.room

    def _note(self, event: protocol.Event | None) -> Dialogue[None]:
        if isinstance(event, Glimpse):
            yield from self._show(event)
            return
        prompt = self.prompts.get(getattr(event, "prompt_id", ""))
        if event is None or prompt is None:
            return
        prompt.missing, self.heard = None, self.now
        if isinstance(event, Wrote) and event.node == prompt.output_node:
            prompt.pictures = event.pictures
        if isinstance(event, Started | Step):
            prompt.node = event.node or prompt.node
        if isinstance(event, Settled):
            prompt.settled = True
        if isinstance(event, Ended):
            self._end(prompt, event)
        else:
            self._advance(prompt, event)
        if isinstance(event, Step):
            node = prompt.graph.get(event.node, {}).get("class_type", "")
            yield Tell(Progress(prompt.job.slug, event.value, event.maximum, node))

    def _advance(self, prompt: Prompt, event: protocol.Event) -> None:
        state = protocol.advance(prompt.state, event)
        if state is JobState.RUNNING and prompt.state is not JobState.RUNNING:
            prompt.started = self.now
        prompt.state = state

    def _show(self, glimpse: Glimpse) -> Dialogue[None]:
        prompt = self.prompts.get(glimpse.prompt_id) or next(
            (prompt for prompt in self.prompts.values() if prompt.state is JobState.RUNNING), None
        )
        if prompt and prompt.is_sent(glimpse) and len(glimpse.data) <= self.limits.max_picture:
            prompt.delivered = prompt.delivered or glimpse.data
        elif prompt and self.previews:
            yield Tell(Preview(prompt.job.slug, glimpse.data, glimpse.ending))

    def _end(self, prompt: Prompt, ended: Ended) -> None:
        if prompt.state not in ENDS:
            prompt.ended = self.now
        prompt.state = protocol.advance(prompt.state, ended)
        prompt.reason = prompt.reason or ended.reason
        prompt.out_of_memory = prompt.out_of_memory or ended.out_of_memory
        prompt.pictures = prompt.pictures_in(ended) or prompt.pictures

    # Looking

    def _look(self) -> Dialogue[None]:
        """Asks the server where the websocket has been silent, or was too quick for the pictures."""
        now = self.now
        silent = now - self.heard > self.limits.poll
        for prompt in list(self.prompts.values()):
            if prompt.wants_a_look(silent=silent):
                yield from self._look_at(prompt)
        if silent and now - self.asked_queue > self.limits.queue and self._is_queue_news():
            self.asked_queue = now
            queue = yield from self._patiently(protocol.queue())
            for prompt in list(self.prompts.values()):
                seen = queue.standing(prompt.prompt_id) or Unknown(prompt.prompt_id)
                self._heed(prompt, seen)
                yield from self._tell_place(prompt, seen)

    def _look_at(self, prompt: Prompt) -> Dialogue[None]:
        seen = yield from self._patiently(self._job(prompt.prompt_id))
        if seen is None or (isinstance(seen, Ended) and seen.how is JobState.DONE and not prompt.pictures_in(seen)):
            # Without jobs the history says whether it has ended; of pictures it has the last word.
            seen = (yield from self._patiently(protocol.history(prompt.prompt_id))) or seen
        if seen is not None:
            self._heed(prompt, seen)

    def _is_queue_news(self) -> bool:
        """Where jobs say how each one stands, the queue only adds how many of others' run before ours."""
        return not self.has_jobs or all(prompt.waits for prompt in self.prompts.values())

    def _tell_place(self, prompt: Prompt, seen: Standing) -> Dialogue[None]:
        if isinstance(seen, Waiting) and seen.ahead != prompt.ahead:
            prompt.ahead = seen.ahead
            yield Tell(Progress(prompt.job.slug, ahead=seen.ahead))

    def _heed(self, prompt: Prompt, seen: Standing) -> None:
        """*Lost* is an absence that was looked at for some seconds, not one moment's."""
        if isinstance(seen, Ended):
            # A picture that the websocket brings may still be on its way, unless that was broken meanwhile.
            prompt.settled = prompt.settled or not prompt.by_socket or prompt.breaks != self.breaks
            prompt.missing = None
            self._end(prompt, seen)
        elif not isinstance(seen, Unknown):
            prompt.missing = None
            self._advance(prompt, seen)
        elif prompt.state in ENDS:
            return
        elif prompt.missing is None:
            prompt.missing = self.now
        elif self.now - prompt.missing >= self.limits.lost:
            deleted = self.listening and prompt.breaks == self.breaks
            prompt.state = JobState.CANCELLED if deleted else JobState.LOST
            prompt.reason = "somebody deleted it from the queue" if deleted else "the server has lost it"

    # Landing

    def _land(self) -> Dialogue[None]:
        """Takes the ended jobs off, fills their places, and only then fetches what they made."""
        for prompt in list(self.prompts.values()):
            if prompt.may_land(self.now, self.limits.lag):
                del self.prompts[prompt.prompt_id]
                yield from self._landing(prompt)
        yield from self._refill()
        for _ in range(self.limits.window):  # no more at once: others may have ended meanwhile
            if self._can_fetch():
                yield from self._deliver(self.landed.popleft())

    def _landing(self, prompt: Prompt) -> Dialogue[None]:
        """A lost job is posted again; one that ran out of memory too, once, after the server has freed its own."""
        if prompt.state is JobState.DONE:
            self.landed.append(prompt)
        elif prompt.state is JobState.LOST and prompt.tries < self.limits.tries:
            self.again.append(self._another(prompt, prompt.graph))
        elif prompt.out_of_memory and not prompt.freed:
            yield from self._ask(protocol.free_memory())
            yield Tell(Note(f"{self.server} ran out of memory over {prompt.job.slug}; it is tried once more."))
            self.again.append(replace(self._another(prompt, prompt.graph), freed=True))
        else:
            yield from self._finish(Failed(prompt.job, f"ComfyUI: {prompt.reason}."))

    def _another(self, prompt: Prompt, graph: Mapping[str, Any]) -> Prompt:
        """The same job under an id that no history knows."""
        again = Prompt(prompt.job, next(self.ids), graph, self.now)
        return replace(again, tries=prompt.tries + 1, attempt=prompt.attempt, freed=prompt.freed)

    def _deliver(self, prompt: Prompt) -> Dialogue[None]:
        """Fetches the picture and has it judged; what is wrong with it is asked for again."""
        opened = yield from self._fetch(prompt)
        if opened.image is None and prompt.tries < self.limits.tries:
            self.again.append(self._another(prompt, self._graph(prompt.job, prompt.attempt, renamed=True)))
        elif opened.image is None:
            yield from self._finish(Failed(prompt.job, f"ComfyUI says that it is done, but {opened.fault}."))
        elif opened.flat:
            yield from self._move_seed_on(prompt)
        else:
            seconds = (prompt.ended or self.now) - prompt.started
            yield Took(seconds)
            yield from self._finish(Rendered(prompt.job, opened.image, seconds, prompt.attempt, prompt.graph))

    def _fetch(self, prompt: Prompt) -> Dialogue[OpenedPicture]:
        if prompt.by_socket:
            return (yield from self._received(prompt))
        if not prompt.pictures:
            return OpenedPicture(fault="it made no picture")
        reply = yield from self._ask(protocol.view(prompt.pictures[0]))
        if reply.sent_on:  # as all others would be: nothing more is to be rendered for that
            raise NotComfy(gates.elsewhere(reply.sent_on))
        opened = (yield from do(Judge(reply.body))) if reply.status == 200 else OpenedPicture()
        if opened.image is None and not (opened.fault and reply.media_type.startswith("image/")):
            return OpenedPicture(fault=f"its picture is answered with {protocol.told_instead(reply)}")
        return opened

    def _received(self, prompt: Prompt) -> Dialogue[OpenedPicture]:
        if not prompt.delivered:
            return OpenedPicture(fault="its picture did not come through the websocket, and there is no file of it")
        return (yield from do(Judge(prompt.delivered)))

    def _move_seed_on(self, prompt: Prompt) -> Dialogue[None]:
        """One flat colour is the half-precision fault of some decoders: another seed often helps."""
        job, attempt, seeds = prompt.job, prompt.attempt + 1, self.limits.seeds
        if attempt <= seeds:
            yield Tell(Note(f"{job.slug} came out in one flat colour; the next seed is tried."))
            moved = Prompt(job, job.prompt_id(attempt), self._graph(job, attempt), self.now)
            self.again.append(replace(moved, attempt=attempt, freed=prompt.freed))
        elif prompt.found:
            # Nothing but old pictures so far: what spoilt them may be past.
            self.again.append(self._another(prompt, self._graph(job, prompt.attempt, renamed=True)))
        else:
            hint = "a VAE that does not overflow in half precision helps, or starting ComfyUI with --fp32-vae"
            yield from self._finish(
                Failed(job, f"ComfyUI made a picture of one flat colour {seeds + 1} times; {hint}.")
            )

    def _finish(self, outcome: Outcome) -> Dialogue[None]:
        del self.held[key(outcome.job)]
        yield Finish(outcome)

    def _hand_over(self) -> Dialogue[None]:
        """Near the end: a job that waits here goes to an idle server that would sooner be done with it."""
        running = [prompt for prompt in self.prompts.values() if prompt.state is JobState.RUNNING]
        waiting = [prompt for prompt in self.prompts.values() if prompt.waits]
        if not running or not waiting:
            return
        prompt = waiting[0]
        if not (yield from do(BetterElsewhere(prompt.job, self.now - running[0].started))):
            return
        yield from self._ask(protocol.delete_pending([prompt.prompt_id]))
        if isinstance((yield from self._patiently(self._find(prompt.prompt_id))), Unknown):
            del self.prompts[prompt.prompt_id]
            del self.held[key(prompt.job)]
            yield GiveBack([prompt.job])

    # Asking

    def _find(self, prompt_id: str) -> Questions[Standing]:
        """Where a prompt stands: from the jobs, else from queue and history. Raises NotComfy."""
        # The queue first: what leaves it between the two questions is in the history by the second.
        return (
            (yield from self._job(prompt_id))
            or (yield from protocol.queue()).standing(prompt_id)
            or (yield from protocol.history(prompt_id))
            or Unknown(prompt_id)
        )

    def _job(self, prompt_id: str) -> Questions[Standing | None]:
        """Where a prompt stands, in one answer; None where the server has no jobs, which are not asked for again."""
        if not self.has_jobs:
            return None
        request = protocol.get_job(prompt_id, self.server)
        try:
            return protocol.read_job((yield request), request, prompt_id)
        except NotComfy:
            self.has_jobs = False
            return None

    def _ask(self, request: Request, posted: Prompt | None = None) -> Dialogue[Reply]:
        """One answer, tried again while the server stumbles. Raises ServerUnreachable after a while.

        ``posted``: for a POST that may have arrived although no good answer came: _AlreadyThere when it has.
        """
        limits = self.limits
        pause, stumbles, until = limits.retry, 0, self.now + limits.patience
        latest = until + limits.max_retry_after
        while True:
            answer = yield from do(Ask(request))
            if isinstance(answer, Dropped):
                why, wait = str(answer), pause
                self.breaks += 1
                there = (yield from self._turns_up(posted)) if posted else ""
            else:
                stumbles += answer.status == _STUMBLED
                if answer.status not in (*BUSY, _STUMBLED) or stumbles > limits.stumbles:
                    return answer
                why, wait = f"status {answer.status}", max(pause, answer.retry_after or 0.0)
                if answer.retry_after is not None and wait <= limits.max_retry_after:
                    # It said itself how long it takes: once, or again and again until nobody believes it.
                    until = min(max(until, self.now + wait + pause), latest)
                there = ((yield from self._once(self._id_of(posted))) or "") if posted else ""
            if there:
                raise _AlreadyThere(there)
            if self.now + wait > until:
                raise unreachable(self.server, why)
            yield Pause(wait)
            if self.outlook.over:
                raise unreachable(self.server, why)
            pause = min(pause * 2, limits.max_retry)

    def _patiently(self, questions: Questions[T]) -> Dialogue[T]:
        """Each question is asked as :meth:`_ask` does."""
        try:
            request = next(questions)
            while True:
                request = questions.send((yield from self._ask(request)))
        except StopIteration as end:
            found: T = end.value
            return found

    def _once(self, questions: Questions[T]) -> Dialogue[T | None]:
        """Each question is asked once; None where an answer does not come, or not from ComfyUI."""
        try:
            request = next(questions)
            while True:
                answer = yield from do(Ask(request))
                if isinstance(answer, Dropped):
                    return None
                request = questions.send(answer)
        except StopIteration as end:
            found: T = end.value
            return found
        except NotComfy:
            return None

    def _is_well(self) -> Dialogue[bool]:
        """Whether the server answers other questions as ComfyUI does."""
        return (yield from self._once(protocol.system_stats())) is not None

    def _turns_up(self, prompt: Prompt) -> Dialogue[str]:
        """The id of a prompt whose answer was lost, once it comes into the queue after all, ``""`` where it does not: a
        server may be slow to take it, and is believed not to have it only after as long an absence as any other. One
        that does not answer has not got it.
        """
        until = self.now + self.limits.lost
        while (found := (yield from self._once(self._id_of(prompt)))) == "":
            if self.now > until:
                return ""
            yield Pause(self.limits.poll)
            if self.outlook.over:
                return ""
        return found or ""

    def _id_of(self, prompt: Prompt) -> Questions[str]:
        """The id under which the server knows a prompt that was posted, ``""`` where it does not. Raises NotComfy."""
        if not isinstance((yield from self._find(prompt.prompt_id)), Unknown):
            return prompt.prompt_id
        known = () if self.keeps_ids else (yield from protocol.known(self.limits.past))
        ours = (one for one in known if one.client_id == self.client_id and one.graph == prompt.graph)
        return next((one.prompt_id for one in ours if one.prompt_id not in self.followed), "")
