"""A ComfyUI, a run and a clock for a tracker, without a thread or a socket: time passes only where the tracker waits.

The world does what the tracker says. Its server renders one prompt after the other in `render` seconds each, and sends
frames; what it shows, hides or forgets, a test says in advance with `at`. `scripted` stands before the server's own
answers.
"""

from __future__ import annotations

import fnmatch
import heapq
import itertools
import json
import struct
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from comfy_wire import at_least
from PIL import Image

from blogcovers import digest
from blogcovers.comfy.effects import (
    Ask,
    AwaitRoom,
    BetterElsewhere,
    CloseSocket,
    Effect,
    Finish,
    GiveBack,
    Judge,
    Listen,
    OpenedPicture,
    Outlook,
    Pause,
    Receive,
    RefuseJob,
    SetAside,
    Take,
    Tell,
    Unclaimed,
)
from blogcovers.comfy.limits import Limits
from blogcovers.comfy.protocol import Dropped, Reply, Request
from blogcovers.comfy.tracker import Tracker
from blogcovers.cover.job import Failed, Job, Note, Outcome, Rendered
from blogcovers.cover.recipe import CAUSES, Recipe
from blogcovers.workflow.assets import shipped_style
from blogcovers.workflow.template import Values, load_template

GOOD, BLACK, BROKEN, NONE = "good", "black", "broken", "none"  # what becomes of a render
FAILS, NO_MEMORY, INTERRUPTED = "fails", "no memory", "interrupted"
ENDS = {"fails": "execution_error", "no memory": "execution_error", "interrupted": "execution_interrupted"}
SERVER = "http://gpu:8188"
PNG_BEGINS = b"\x89PNG"
TEMPLATE = load_template((shipped_style() / "sdxl.json").read_text(encoding="utf-8"), "style/sdxl.json")


def job(slug: str) -> Job:
    seed = digest.seed_of(slug)
    recipe = Recipe(slug=slug, renderer="comfyui", seed=seed, digests=dict.fromkeys(CAUSES, slug))
    values = Values(f"a {slug}", "text", seed, (96, 64), f"blogcovers/{slug}")
    return Job(recipe, (96, 64), {}, TEMPLATE, values)


ONE, TWO, THREE = (job(slug) for slug in ("one", "two", "three"))
IMAGE = Image.new("RGB", (1, 1))


def answer(body: Any, status: int = 200, retry_after: float | None = None) -> Reply:
    return Reply(status, "application/json", json.dumps(body).encode(), retry_after)


def busy(status: int = 503, retry_after: float | None = None) -> Reply:
    return Reply(status, "text/html", b"<html>", retry_after)


def frame(kind: str, prompt_id: str, **data: Any) -> str:
    return json.dumps({"type": kind, "data": {"prompt_id": prompt_id, **data}})


@dataclass
class World:
    """See the module. `log` has every effect with the time it was done at."""

    jobs: deque[Job]
    limits: Limits = field(default_factory=Limits)
    render: float = 1.0
    latency: float = 0.0  # of each answer
    results: Sequence[str] = ()  # of one render after the other; then GOOD
    has_jobs: bool = True
    version: str = "0.12.1"  # "" is one of before versions were told, whose history has no status
    websocket: bool = True  # whether it opens
    silent: bool = False  # whether nothing comes through it
    elsewhere: bool = False  # whether an idle server would be done sooner
    sends_pictures: bool = False  # through the websocket, as SaveImageWebsocket does
    shared: bool = False  # whether there are other servers, so that jobs are claimed
    alone: bool = False  # whether no other server is left
    room: bool = True
    over: bool = False
    now: float = 0.0
    log: list[tuple[float, Effect[Any]]] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    scripted: dict[str, deque[Reply | Dropped]] = field(default_factory=dict)
    waiting: list[str] = field(default_factory=list)
    running: str = ""
    history: dict[str, Any] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)  # prompts that no question shows
    graphs: dict[str, Any] = field(default_factory=dict)
    clients: dict[str, str] = field(default_factory=dict)  # whose prompt it is
    interrupted: list[str] = field(default_factory=list)  # prompts that ran when an interrupt came
    rendered: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        ids = (f"fresh-{number:03d}" for number in itertools.count())
        self.open = len(self.jobs)
        self.frames: deque[str | bytes | Dropped] = deque()
        self.ids = ids
        self.tracker = self.another_tracker()
        self._results: Iterator[str] = itertools.chain(self.results, itertools.repeat(GOOD))
        self._plans: list[tuple[float, int, Callable[[], object]]] = []
        self._number = itertools.count()
        self._own_ids = (f"own-{number:03d}" for number in itertools.count())
        self._result: Any = None

    def another_tracker(self, client_id: str = "ours") -> Tracker:
        """That of a run of these jobs: the first one, or one after a kill."""
        self._result = None
        return Tracker(SERVER, client_id, list(self.jobs), self.ids, self.limits, previews=False)

    # -- what a test says and asks

    def at(self, seconds: float, plan: Callable[[], object]) -> None:
        heapq.heappush(self._plans, (seconds, next(self._number), plan))

    def script(self, request: str, *replies: Reply | Dropped) -> None:
        """These first, for requests such as ``POST /prompt`` (`*` as in fnmatch)."""
        self.scripted.setdefault(request, deque()).extend(replies)

    def play(self, until: Callable[[], object] = lambda: False, most: int = 20_000) -> World:
        """Does what the tracker says until it has nothing more to say, or until something has come true."""
        for _ in range(most):
            if until():
                return self
            effect = self.tracker.step(self._result, self.now, Outlook(self.over, self.room))
            if effect is None:
                return self
            self.log.append((self.now, effect))
            self._result = self.done(effect)
        raise AssertionError(f"no end after {most} steps: {self.asked()[-20:]}")

    def asked(self, pattern: str = "*") -> list[str]:
        return [name for _, name in self.timed(pattern)]

    def timed(self, pattern: str = "*") -> list[tuple[float, str]]:
        """(time, "POST /prompt" and the like)."""
        asked = [(at, str(effect.request)) for at, effect in self.log if isinstance(effect, Ask)]
        return [(at, name) for at, name in asked if fnmatch.fnmatchcase(name, pattern)]

    def did(self, *kinds: type[Effect[Any]]) -> list[Any]:
        return [effect for _, effect in self.log if isinstance(effect, kinds)]

    def notes(self) -> list[str]:
        return [one.event.text for one in self.did(Tell) if isinstance(one.event, Note)]

    @property
    def posts(self) -> list[dict[str, Any]]:
        return [one.request.body for one in self.did(Ask) if str(one.request) == "POST /prompt"]

    @property
    def posted(self) -> list[str]:
        return [post["prompt_id"] for post in self.posts]

    # -- the server

    def restart(self) -> None:
        """What a crash looks like: everything is forgotten, and the websocket breaks."""
        self.waiting, self.running, self.history = [], "", {}
        self.frames = deque([Dropped("connection reset")] if self.tracker.listening else [])

    def lose(self, prompt_id: str) -> None:
        """Somebody takes it out of the queue."""
        self.waiting.remove(prompt_id)

    def at_least(self, version: str) -> bool:
        return at_least(self.version or "0.0", version)

    def take_in(self, prompt_id: str, graph: Any, client: str = "ours") -> str:
        """The id under which it is known."""
        prompt_id = prompt_id if self.at_least("0.3.45") else next(self._own_ids)
        self.graphs[prompt_id], self.clients[prompt_id] = graph, client
        self.waiting.append(prompt_id)
        self._start_next()
        return prompt_id

    def _start_next(self) -> None:
        if self.running or not self.waiting:
            return
        self.running = started = self.waiting.pop(0)
        self._send(started, frame("execution_start", started))
        self.at(self.now + self.render, lambda: self._finish(started))

    def _finish(self, prompt_id: str) -> None:
        if self.running != prompt_id:
            return  # it was interrupted, or lost in a restart
        result = next(self._results)
        images = [] if result == NONE else [{"filename": result, "subfolder": "", "type": "output"}]
        reason = {"exception_message": "out of memory" if result == NO_MEMORY else "it broke"}
        end = (ENDS.get(result, "execution_success"), {"prompt_id": prompt_id, "node_id": "3", **reason})
        self.rendered[prompt_id] += result not in ENDS
        self.end(prompt_id, [end], images, "error" if result in ENDS else "success")
        self.running = ""
        if self.sends_pictures:
            self._send(prompt_id, frame("executing", prompt_id, node="9"))
            self._send(prompt_id, struct.pack(">II", 1, 2) + PNG_BEGINS + result.encode())
        else:
            self._send(prompt_id, frame("executed", prompt_id, node="9", output={"images": images}))
        if end[0] != "execution_success" or self.version:
            self._send(prompt_id, json.dumps({"type": end[0], "data": end[1]}))
        self._send(prompt_id, frame("executing", prompt_id, node=None))
        self._start_next()

    def _send(self, prompt_id: str, data: str | bytes) -> None:
        if self.clients[prompt_id] == self.tracker.client_id and not self.silent:
            self.frames.append(data)

    def end(self, prompt_id: str, messages: Sequence[Any], images: Sequence[Any], status: str = "success") -> None:
        """Into the history it goes."""
        outputs = {} if self.sends_pictures else {"9": {"images": list(images)}}
        entry = {"prompt": self._item(prompt_id), "outputs": outputs}
        told = {"status": {"status_str": status, "messages": list(messages)}}
        self.history[prompt_id] = entry | (told if self.version else {})

    def _item(self, prompt_id: str, number: int = 0) -> list[Any]:
        client = {"client_id": self.clients.get(prompt_id, "nobody")}
        return [number, prompt_id, self.graphs.get(prompt_id, {}), client, ["9"]]

    # -- the worker

    def done(self, effect: Effect[Any]) -> Any:  # noqa: C901  (a table)
        match effect:
            case Ask(request):
                return self._scripted(request) or self._answer(request)
            case Listen():
                self.frames.clear()
                return self.websocket
            case CloseSocket():
                self.frames.clear()
            case Receive(seconds):
                return self._frame(seconds)
            case Pause(seconds):
                self.wait(seconds)
            case AwaitRoom(seconds):
                self.wait(seconds, lambda: self.room)
            case Judge(data):
                result = data.removeprefix(PNG_BEGINS).decode()
                if result not in (GOOD, BLACK):
                    return OpenedPicture(fault="the picture is damaged")
                return OpenedPicture(IMAGE, flat=result == BLACK)
            case Take(wait):
                return self._take(wait=wait)
            case Unclaimed():
                return list(self.jobs) if self.shared else []
            case BetterElsewhere():
                return self.elsewhere
            case GiveBack(jobs):
                self.jobs.extendleft(reversed(jobs))
            case RefuseJob(job):
                self.jobs.appendleft(job)
                self.over = True
            case SetAside():
                self.over = self.over or self.alone
            case Finish(outcome):
                self.outcomes.append(outcome)
                self.open -= 1
                self.over = self.over or not self.open
        return None

    def _take(self, *, wait: bool) -> Job | None:
        if self.jobs and not self.over:
            return self.jobs.popleft()
        if wait:  # others have what is left: they do it, and the run is over
            self.over = True
        return None

    def wait(self, seconds: float, until: Callable[[], object] = lambda: False) -> None:
        assert 0 < seconds < 1000, f"a wait of {seconds} s"
        end = self.now + seconds
        while self._plans and self._plans[0][0] <= end and not self.over and not until():
            at, _, plan = heapq.heappop(self._plans)
            self.now = max(self.now, at)
            plan()
        if not self.over and not until():
            self.now = end

    def _frame(self, seconds: float) -> str | bytes | Dropped | None:
        self.wait(seconds, lambda: self.frames)
        return self.frames.popleft() if self.frames else None

    def _scripted(self, request: Request) -> Reply | Dropped | None:
        for pattern, replies in self.scripted.items():
            if replies and fnmatch.fnmatchcase(str(request), pattern):
                return replies.popleft()
        return None

    def _answer(self, request: Request) -> Reply | Dropped:  # noqa: C901  (a table)
        if self.latency:
            self.wait(self.latency)
        where, _, last = request.path.rpartition("/")
        match request.method, where, last:
            case "POST", "", "prompt":
                known = self.take_in(request.body["prompt_id"], request.body["prompt"], request.body["client_id"])
                return answer({"prompt_id": known, "node_errors": {}})
            case "POST", "", "queue":
                self.waiting = [one for one in self.waiting if one not in request.body["delete"]]
            case "POST", "", "interrupt":
                if self.running and (self.running == request.body["prompt_id"] or not self.at_least("0.3.57")):
                    self.interrupted.append(self.running)
                    self.running = ""
                    self._start_next()
            case "GET", "/api/jobs", prompt_id:
                return self._job(prompt_id)
            case "GET", "", "history":
                return answer({one: entry for one, entry in self.history.items() if one not in self.hidden})
            case "GET", "/history", prompt_id:
                shown = prompt_id in self.history and prompt_id not in self.hidden
                return answer({prompt_id: self.history[prompt_id]} if shown else {})
            case "GET", "", "history":
                newest = list(self.history)[-int(dict(request.query)["max_items"]) :]
                return answer({one: self.history[one] for one in newest if one not in self.hidden})
            case "GET", "", "queue":
                return answer(self._queue())
            case "GET", "", "view":
                return Reply(200, "image/png", dict(request.query)["filename"].encode())
            case "GET", "", "system_stats":
                return answer({"system": {"comfyui_version": self.version} if self.version else {}})
            case "GET", "/object_info", _:
                return busy(403)
        return Reply(200, "", b"")

    def _job(self, prompt_id: str) -> Reply:
        if not self.has_jobs:
            return Reply(404, "text/plain", b"")
        if prompt_id in self.history and prompt_id not in self.hidden:
            entry = self.history[prompt_id]
            status = {"success": "completed"}.get(entry["status"]["status_str"], "failed")
            more = {"outputs": entry["outputs"], "execution_status": entry["status"]}
            return answer({"id": prompt_id, "status": status, "workflow": {"prompt": entry["prompt"][2]}, **more})
        for status, ids in (("in_progress", [self.running]), ("pending", self.waiting)):
            if prompt_id in ids and prompt_id not in self.hidden:
                return answer({"id": prompt_id, "status": status})
        return answer({"error": "Job not found"}, 404)

    def _queue(self) -> dict[str, Any]:
        shown = [one for one in self.waiting if one not in self.hidden]
        running = [self.running] if self.running and self.running not in self.hidden else []
        pending = [self._item(prompt_id, number) for number, prompt_id in enumerate(shown)]
        return {"queue_running": [self._item(prompt_id) for prompt_id in running], "queue_pending": pending}


def messages(played: World) -> list[str]:
    return [outcome.message for outcome in played.outcomes if isinstance(outcome, Failed)]


def rendered(played: World) -> list[str]:
    return [outcome.job.slug for outcome in played.outcomes if isinstance(outcome, Rendered)]
