"""A ComfyUI server for tests: real HTTP and a real websocket on one loopback port, and no renderer behind them.

It behaves as ComfyUI 0.12.1 does in `tests/recordings`, and it refuses what it does not know: see `ComfyServer.check`.
With another `version` it behaves as that one: before 0.6.0 it has no jobs, before 0.3.57 any interrupt stops whatever
runs, before 0.3.45 it gives prompts ids of its own, before 0.2 it does not say its version, its history has no status,
and no frame tells of a success.

    with ComfyServer() as server:
        server.on("POST", "/prompt", answer(503), times=2)   # comfy_faults: what goes wrong on the wire
        server.on_run(out_of_memory())                       # ... and what goes wrong in a run
        ...                                                  # use server.url
        server.check()
"""

from __future__ import annotations

import contextlib
import copy
import fnmatch
import heapq
import json
import struct
import threading
import time
import traceback
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import simple_websocket  # type: ignore[import-untyped]  # ships no types
from comfy_engine import Cached, Execution, Folder, Frame, Job, Preview, Sent, Step, Work
from comfy_faults import TEXT, Call, Dropped, HttpFault, RunFault, Seen, nothing
from comfy_jobs import job_detail, jobs_page
from comfy_nodes import Catalogue, Graph, Refused, validate
from comfy_view import view
from comfy_wire import (
    Channel,
    Planned,
    Socket,
    Trouble,
    Wire,
    WsMode,
    at_least,
    canonical,
    foreign_origin,
    frame,
    json_body,
    json_reply,
    recorded,
    short,
    take,
)
from werkzeug import Request, Response

if TYPE_CHECKING:
    from types import TracebackType

SECRETS = ("auth_token_comfy_org", "api_key_comfy_org")
PATIENCE = 60.0  # seconds that a stop, or `wait_until`, waits before it gives up: a loaded machine is slow


@dataclass
class Run:
    """One run, in monotonic time; `outcome` is success, error, interrupted, or lost in a restart."""

    prompt_id: str
    started: float
    finished: float | None = None
    outcome: str = "running"


class ComfyServer:
    """See the module. Set its public attributes at any time; they count from the next request, frame or run on."""

    def __init__(
        self,
        *,
        checkpoints: Iterable[str] = ("sd_xl_base_1.0.safetensors",),
        loras: Iterable[str] = (),
        render_seconds: float = 0.0,
        node_seconds: Mapping[str, float] | None = None,
        history_lag: float = 0.0,
        previews: bool = False,
        version: str = "0.12.1",
        prefix: str = "",
        max_upload_size: int = 100 * 1024 * 1024,
    ) -> None:
        """`render_seconds` is the time of each sampler, `node_seconds` that of other classes by name.

        `prefix` is a path before all others, as a reverse proxy adds one.
        """
        known = recorded("get_models")
        self.models: dict[str, list[str]] = {folder: [] for folder in known}
        self.models |= {"checkpoints": list(checkpoints), "loras": list(loras), "vae": ["pixel_space"]}
        self.render_seconds = render_seconds
        self.node_seconds = dict(node_seconds or {})
        self.history_lag = history_lag
        self.previews = previews
        self.version = version
        self.prefix = prefix.rstrip("/")
        self.max_upload_size = max_upload_size
        self.ws_mode: WsMode = "normal"
        self.ws_drop_after = 3  # frames of each connection, in ws_mode "drop"

        self.requests: list[Seen] = []
        self.unknown: list[Seen] = []  # asked for in vain: no such path, or not with that method
        self.problems: list[str] = []  # what would have broken the real server, and faults of this one
        self.prompts: list[Graph] = []  # graphs accepted, as they were posted
        self.runs: list[Run] = []
        self.sockets: list[Socket] = []
        self.files: Folder = {}

        self._catalogue = Catalogue(self.models)
        self._http_faults: list[Planned[str, HttpFault]] = []
        self._run_faults: list[Planned[Graph, RunFault]] = []
        self._wire = Wire(self._answer)
        self._state = threading.Condition()  # guards everything from here on
        self._frames = threading.RLock()  # frames leave in the order in which they were made
        self._gate = threading.Event()
        self._gate.set()
        self._stopping = threading.Event()
        self._worker: threading.Thread | None = None
        self._forget()

    # -- life

    @property
    def url(self) -> str:
        """Where the server is, without a slash at the end. A restart keeps it."""
        return f"http://127.0.0.1:{self._wire.port}{self.prefix}"

    def start(self) -> ComfyServer:
        """Listen. Queue, history and node cache are empty, output files are still there."""
        self._forget()
        self._stopping.clear()
        self._wire.start()
        self._worker = threading.Thread(target=self._work, name="comfy-worker", daemon=True)
        self._worker.start()
        return self

    def stop(self) -> None:
        """Cut all connections and forget all but output files and what was recorded for the test."""
        if self._worker is None:
            return
        self._stopping.set()
        with self._state:
            self._state.notify_all()
        channels = self._cut()
        self._wire.stop()
        channels |= self._cut()  # those that came in meanwhile
        self._worker.join(PATIENCE)
        for channel in channels:
            channel.ws.thread.join(PATIENCE)
            channel.thread.join(PATIENCE)
        self._worker = None

    def restart(self) -> None:
        """Stop and start on the same port: what a crash, or an update of the server, looks like."""
        self.stop()
        self.start()

    def __enter__(self) -> ComfyServer:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()

    def _forget(self) -> None:
        self._queue: list[tuple[float, str, Graph, dict[str, Any], list[str]]] = []
        self._running: Job | None = None
        self._history: dict[str, dict[str, Any]] = {}
        self._cache: dict[str, Cached] = {}
        self._number = 0
        self._interrupt = False
        self._free = False
        self._dead = False
        self._last_node: str | None = None
        self._open: dict[str, Channel] = {}  # by client id: who hears what is sent to it
        self._live: set[Channel] = set()  # every open connection, heard or not

    # -- for tests

    def check(self) -> None:
        """Fail if a request came that the real server does not know, or that breaks it. For the end of a fixture."""
        unknown = [f"{seen.method} {seen.path}" for seen in self.unknown]
        assert not unknown, f"the server knows nothing of {unknown}"
        assert not self.problems, "\n".join(self.problems)

    def on(self, method: str, path: str, fault: HttpFault, *, times: int | None = 1) -> None:
        """From now on, `times` requests of this method and path (`*` as in fnmatch) meet the fault; None: for ever."""
        name = f"{method} {path}"
        self._http_faults.append(Planned(lambda key: fnmatch.fnmatchcase(key, name), fault, times, name))

    def on_run(
        self,
        fault: RunFault,
        *,
        times: int | None = 1,
        when: Callable[[Graph], bool] = lambda _graph: True,
    ) -> None:
        """From now on, `times` runs of graphs for which `when` holds go wrong in this way; None: for ever."""
        self._run_faults.append(Planned(when, fault, times))

    def unmet(self) -> list[str]:
        """The faults of `on` that have not struck once: a test that plans one means it to."""
        return [one.name for one in self._http_faults if not one.met]

    def pause(self) -> None:
        """Hold the worker before its next piece of work: what runs stays running, until `resume` or an interrupt."""
        self._gate.clear()

    def resume(self) -> None:
        """Let the worker go on."""
        self._gate.set()

    def seen(self, method: str, path: str) -> list[Seen]:
        """The requests of this method and path (`*` as in fnmatch), in order."""
        return [one for one in list(self.requests) if one.method == method and fnmatch.fnmatchcase(one.path, path)]

    def wait_until(self, condition: Callable[[], object], timeout: float = PATIENCE) -> None:
        """Wait for something to come true, or fail."""
        end = time.monotonic() + timeout
        while not condition():
            assert time.monotonic() < end, "waited in vain"
            time.sleep(0.002)

    def idle(self) -> bool:
        """Whether nothing runs and nothing waits."""
        return not self._remaining()

    # -- requests

    def _answer(self, request: Request) -> Response:
        seen = self._see(request)
        if self._dead:
            raise Dropped
        try:
            if foreign_origin(seen.headers):
                return nothing(403)
            call = Call(seen, lambda: self._route(seen, request), self._sleep)
            with self._state:
                fault = take(self._http_faults, f"{seen.method} {short(seen.path)}")
            return fault(call) if fault else call.normal()
        except Trouble:
            return Response("500 Internal Server Error\n\nServer got itself in trouble", 500, content_type=TEXT)
        except ConnectionError:
            raise
        except Exception:  # noqa: BLE001  (a fault of this double: reported by check)
            self.problems.append(traceback.format_exc())
            return Response("the test double broke", 500, content_type=TEXT)

    def _sleep(self, seconds: float) -> None:
        if self._stopping.wait(seconds):
            raise Dropped

    def _see(self, request: Request) -> Seen:
        body: Any = request.get_data() or None
        with contextlib.suppress(ValueError):
            body = json.loads(body) if body else None
        headers = {name.lower(): value for name, value in request.headers.items()}
        path = request.path.removeprefix(self.prefix) if request.path.startswith(f"{self.prefix}/") else "//outside"
        seen = Seen(request.method, path, request.args.to_dict(), headers, body, time.monotonic())
        self.requests.append(seen)
        return seen

    def _route(self, seen: Seen, request: Request) -> Response:
        if seen.method == "OPTIONS":
            return nothing(200)
        handlers, rest = _find(short(seen.path), self.version)
        method = "GET" if seen.method == "HEAD" else seen.method
        if method not in handlers:
            return self._no_route(seen, handlers)
        if len(request.get_data()) > self.max_upload_size:
            text = f"Maximum request body size {self.max_upload_size} exceeded."
            return Response(text, 413, content_type=TEXT)
        return handlers[method](self, seen, rest, request)

    def _no_route(self, seen: Seen, handlers: Mapping[str, object]) -> Response:
        """No path, or no such method on it. GET falls through to static files, and those allow GET and HEAD."""
        if not (seen.method == "GET" and seen.path.startswith("/api/jobs/") and not handlers):
            self.unknown.append(seen)  # but for what a newer server knows, which may be asked for once
        if seen.method in ("GET", "HEAD"):
            return Response(status=404, content_type="application/octet-stream")
        allow = ",".join(sorted({"GET", "HEAD", *handlers}))
        return Response("405: Method Not Allowed", 405, {"Allow": allow}, content_type=TEXT)

    # -- prompts

    def _post_prompt(self, seen: Seen, _rest: str, _request: Request) -> Response:
        body = json_body(seen)
        number = self._take_number(body)
        if "prompt" not in body:
            message = "No prompt provided"
            return json_reply(Refused("no_prompt", message, message).body, 400)
        graph = _graph(body["prompt"])
        posted = copy.deepcopy(graph)
        own_id = str(uuid.uuid4())
        prompt_id = str(body.get("prompt_id", own_id)) if at_least(self.version, "0.3.45") else own_id
        if at_least(self.version, "0.38") and not canonical(prompt_id):
            return json_reply(Refused("invalid_prompt_id", "prompt_id must be a UUID").body, 400)
        try:
            outputs, node_errors = validate(graph, self._catalogue, body.get("partial_execution_targets"))
        except Refused as refused:
            return json_reply(refused.body, 400)
        extra_data = self._extra_data(body)
        self._put((number, prompt_id, graph, extra_data, outputs))
        self.prompts.append(posted)
        return json_reply({"prompt_id": prompt_id, "number": number, "node_errors": node_errors})

    def _take_number(self, body: Mapping[str, Any]) -> float:
        if "number" in body:
            try:
                return float(body["number"])
            except (TypeError, ValueError) as error:
                raise Trouble from error
        with self._state:
            self._number += 1
            return -(self._number - 1) if body.get("front") else self._number - 1

    def _extra_data(self, body: Mapping[str, Any]) -> dict[str, Any]:
        extra_data = body.get("extra_data", {})
        if not isinstance(extra_data, dict):
            raise Trouble
        if "client_id" in body:
            extra_data["client_id"] = body["client_id"]
        self._check_client_id(extra_data.get("client_id"))
        for key in SECRETS:
            extra_data.pop(key, None)
        return extra_data | {"create_time": int(time.time() * 1000)}

    def _check_client_id(self, client_id: Any) -> None:
        """A list or object as client_id ends the process of the real server: here it ends the test."""
        if client_id is None or isinstance(client_id, str):
            return
        self.problems.append(f"client_id must be a string, not {client_id!r}")
        if isinstance(client_id, (list, dict)):
            self._dead = True
            self._cut()
            raise Dropped

    def _put(self, item: tuple[float, str, Graph, dict[str, Any], list[str]]) -> None:
        with self._frames:  # the worker says nothing of this prompt before the status has gone out
            with self._state:
                try:
                    heapq.heappush(self._queue, item)
                except TypeError as error:  # same number and same prompt_id: the real heap compares graphs, too
                    raise Trouble from error
                self._state.notify_all()
            self._send_status()

    def _get_prompt(self, _seen: Seen, _rest: str, _request: Request) -> Response:
        return json_reply({"exec_info": {"queue_remaining": self._remaining()}})

    def _get_queue(self, _seen: Seen, _rest: str, _request: Request) -> Response:
        with self._state:
            running = [self._running.item] if self._running else []
            return json_reply({"queue_running": running, "queue_pending": list(self._queue)})

    def _post_queue(self, seen: Seen, _rest: str, _request: Request) -> Response:
        body = json_body(seen)
        changed = False
        with self._state:
            if body.get("clear"):
                self._queue.clear()
                changed = True
            for prompt_id in body.get("delete", ()):
                found = next((item for item in self._queue if item[1] == prompt_id), None)
                if found:
                    self._queue.remove(found)
                    heapq.heapify(self._queue)
                    changed = True
        if changed:
            self._send_status()
        return nothing(200)

    def _post_interrupt(self, seen: Seen, _rest: str, _request: Request) -> Response:
        heeds = isinstance(seen.body, dict) and at_least(self.version, "0.3.57")
        wanted = seen.body.get("prompt_id") if heeds else None
        with self._state:
            if self._running and wanted in (None, "", self._running.prompt_id):
                self._interrupt = True
                self._state.notify_all()
        return nothing(200)

    def _post_free(self, seen: Seen, _rest: str, _request: Request) -> Response:
        with self._state:
            self._free = self._free or bool(json_body(seen).get("free_memory"))
            self._state.notify_all()
        return nothing(200)

    # -- what was done

    def _get_history(self, seen: Seen, _rest: str, _request: Request) -> Response:
        try:
            limit = int(seen.query["max_items"]) if "max_items" in seen.query else None
            offset = int(seen.query.get("offset", -1))
        except ValueError as error:
            raise Trouble from error
        with self._state:
            entries = list(self._history.items())
        if offset < 0:
            offset = max(len(entries) - limit, 0) if limit is not None else 0
        return json_reply(dict(entries[offset:][:limit]))

    def _get_history_of(self, _seen: Seen, prompt_id: str, _request: Request) -> Response:
        with self._state:
            entry = self._history.get(prompt_id)
        return json_reply({prompt_id: entry} if entry else {})

    def _post_history(self, seen: Seen, _rest: str, _request: Request) -> Response:
        body = json_body(seen)
        with self._state:
            if body.get("clear"):
                self._history.clear()
            for prompt_id in body.get("delete", ()):
                self._history.pop(prompt_id, None)
        return nothing(200)

    def _get_jobs(self, seen: Seen, prompt_id: str, _request: Request) -> Response:
        with self._state:
            running = [self._running.item] if self._running else []
            pending, history = list(self._queue), list(self._history.values())
        if prompt_id:
            return json_reply(*job_detail(prompt_id, running, pending, history))
        return json_reply(*jobs_page(seen.query, running, pending, history))

    def _get_view(self, seen: Seen, _rest: str, request: Request) -> Response:
        return view(self.files, seen.query, request)

    # -- what there is

    def _get_system_stats(self, _seen: Seen, _rest: str, _request: Request) -> Response:
        stats = recorded("get_system_stats")
        del stats["system"]["comfyui_version"]
        if at_least(self.version, "0.2"):
            stats["system"]["comfyui_version"] = self.version
        return json_reply(stats)

    def _features(self) -> dict[str, Any]:
        return {**recorded("get_features"), "max_upload_size": self.max_upload_size}

    def _get_features(self, _seen: Seen, _rest: str, _request: Request) -> Response:
        return json_reply(self._features())

    def _get_models(self, _seen: Seen, folder: str, _request: Request) -> Response:
        if not folder:
            return json_reply(list(self.models))
        return json_reply(self.models[folder]) if folder in self.models else nothing(404)

    def _get_object_info(self, _seen: Seen, class_type: str, _request: Request) -> Response:
        names = [class_type] if class_type else list(self._catalogue.classes)
        return json_reply({name: self._catalogue.info(name) for name in names if name in self._catalogue.classes})

    # -- the websocket

    def _websocket(self, seen: Seen, _rest: str, request: Request) -> Response:
        if self.ws_mode == "refuse" or seen.headers.get("upgrade", "").lower() != "websocket":
            # "refuse" is a proxy that does not pass the Upgrade header on.
            text = 'No WebSocket UPGRADE hdr: None\n Can "Upgrade" only to "WebSocket".'
            return Response(text, 400, content_type=TEXT)
        client_id = seen.query.get("clientId") or uuid.uuid4().hex
        record = Socket(client_id, seen.at)
        with self._frames:  # no frame may pass between the handshake and the greeting
            if self._stopping.is_set():
                raise Dropped
            channel = Channel(self, request, record)
            with self._state:
                self._open[client_id] = channel  # a second socket takes over; the first stays open, and hears nothing
                self._live.add(channel)
                self.sockets.append(record)
            self._greet(channel)
        try:
            self._listen(channel)
        except (OSError, simple_websocket.ConnectionClosed):
            pass
        finally:
            record.closed = time.monotonic()
            with self._state:
                # Whoever holds the id now is forgotten, even if it is another socket: the real server does the same.
                self._open.pop(client_id, None)
                self._live.discard(channel)
        raise Dropped  # the connection is not HTTP any more: nothing may be written after this

    def _greet(self, channel: Channel) -> None:
        sid = channel.record.client_id
        channel.send(frame("status", {"status": self._queue_info(), "sid": sid}))
        with self._state:
            mine = self._running is not None and self._running.client_id == sid
        if mine and self._last_node is not None:
            channel.send(frame("executing", {"node": self._last_node}))

    def _listen(self, channel: Channel) -> None:
        first = channel.first_message()
        if isinstance(first, dict) and first.get("type") == "feature_flags":
            channel.record.flags = first.get("data", {})
            with self._frames:
                channel.send(frame("feature_flags", self._features()))
        while True:
            channel.ws.receive()

    def _channels(self, client_id: str | None = None) -> list[Channel]:
        """Whoever a frame for this client goes to; None: everybody."""
        with self._state:
            return [one for name, one in self._open.items() if client_id in (None, name)]

    def _cut(self) -> set[Channel]:
        """Break every connection."""
        with self._state:
            channels = set(self._live)
        for channel in channels:
            channel.abort()
        return channels

    def _send_status(self) -> None:
        with self._frames:
            text = frame("status", {"status": self._queue_info()})
            for channel in self._channels():
                channel.send(text)

    def _remaining(self) -> int:
        with self._state:
            return len(self._queue) + (self._running is not None)

    def _queue_info(self) -> dict[str, Any]:
        return {"exec_info": {"queue_remaining": self._remaining()}}

    # -- the worker

    def _work(self) -> None:
        while True:
            with self._state:
                self._state.wait_for(lambda: self._queue or self._free or self._stopping.is_set())
                if self._stopping.is_set():
                    return
                if self._free:
                    self._cache.clear()
                    self._free = False
                    continue
                job = self._running = Job(*heapq.heappop(self._queue))
                self._interrupt = False
            try:
                self._run(job)
            except Exception:  # noqa: BLE001  (a fault of this double: reported by check)
                self.problems.append(traceback.format_exc())
                return

    def _run(self, job: Job) -> None:
        self._send_status()
        run = Run(job.prompt_id, time.monotonic())
        self.runs.append(run)
        execution = Execution(
            job,
            self._catalogue,
            self._cache,
            self.files,
            take(self._run_faults, job.graph) or RunFault(),
            lambda: self._interrupt,
            self.render_seconds,
            self.node_seconds,
            self._wants_previews(job),
            report_cached=not at_least(self.version, "0.3.68") or at_least(self.version, "0.38"),
        )
        for step in execution.steps():
            self._do(step, job)
            if self._stopping.is_set():
                run.finished, run.outcome = time.monotonic(), "lost"
                return
        self._stopping.wait(self.history_lag)
        run.finished, run.outcome = time.monotonic(), execution.outcome
        self._finish(job, execution)

    def _wants_previews(self, job: Job) -> bool:
        method = job.extra_data.get("preview_method")
        return method != "none" if method in ("none", "auto", "latent2rgb", "taesd") else self.previews

    def _finish(self, job: Job, execution: Execution) -> None:
        with self._state:
            self._history[job.prompt_id] = {
                "prompt": job.item,
                "outputs": execution.outputs,
                "status": execution.history_status(),
                "meta": execution.meta(),
            }
            if not at_least(self.version, "0.2"):
                del self._history[job.prompt_id]["status"], self._history[job.prompt_id]["meta"]
            self._running = None
            self._last_node = None
        self._send_status()
        if job.client_id is not None:
            self._do(Frame("executing", {"node": None, "prompt_id": job.prompt_id}), job)

    def _do(self, step: Step, job: Job) -> None:
        if isinstance(step, Work):
            self._pass_time(step)
            return
        with self._frames:
            if isinstance(step, Sent):
                self._send(job, struct.pack(">II", 1, 2) + step.png)
            elif isinstance(step, Frame):
                if step.kind == "execution_success" and not at_least(self.version, "0.2"):
                    return
                if step.kind == "executing" and job.client_id is not None:
                    self._last_node = step.data["node"]
                if job.client_id is not None or step.broadcast:
                    self._send(job, frame(step.kind, step.data))
            else:
                self._send_preview(job, step)

    def _send(self, job: Job, data: str | bytes) -> None:
        for channel in self._channels(job.client_id):
            channel.send(data)

    def _send_preview(self, job: Job, preview: Preview) -> None:
        owner = self._open.get(job.client_id) if job.client_id is not None else None
        wants_metadata = owner is not None and bool(owner.record.flags.get("supports_preview_metadata"))
        if wants_metadata != preview.with_metadata:
            return
        if preview.with_metadata:
            metadata = json.dumps(preview.metadata).encode()
            self._send(job, struct.pack(">II", 4, len(metadata)) + metadata + preview.jpeg)
        else:
            self._send(job, struct.pack(">II", 1, 1) + preview.jpeg)

    def _pass_time(self, work: Work) -> None:
        end = time.monotonic() + work.seconds
        with self._state:
            while not self._stopping.is_set():
                left = end - time.monotonic()
                held = not self._gate.is_set()
                if self._interrupt and (work.sampling or held):
                    return
                if not held and left <= 0:
                    return
                self._state.wait(0.005 if held else left)


def _graph(prompt: Any) -> Graph:
    """What was posted as prompt, if it is at all a graph; a UI-format workflow is not, and breaks the real server."""
    if prompt == []:
        return {}
    if not isinstance(prompt, dict) or not all(isinstance(node, dict) for node in prompt.values()):
        raise Trouble
    return prompt


Handler = Callable[["ComfyServer", Seen, str, Request], Response]
ROUTES: dict[str, dict[str, Handler]] = {
    "/prompt": {"GET": ComfyServer._get_prompt, "POST": ComfyServer._post_prompt},
    "/queue": {"GET": ComfyServer._get_queue, "POST": ComfyServer._post_queue},
    "/interrupt": {"POST": ComfyServer._post_interrupt},
    "/free": {"POST": ComfyServer._post_free},
    "/history": {"GET": ComfyServer._get_history, "POST": ComfyServer._post_history},
    "/history/*": {"GET": ComfyServer._get_history_of},
    "/view": {"GET": ComfyServer._get_view},
    "/ws": {"GET": ComfyServer._websocket},
    "/system_stats": {"GET": ComfyServer._get_system_stats},
    "/features": {"GET": ComfyServer._get_features},
    "/models": {"GET": ComfyServer._get_models},
    "/models/*": {"GET": ComfyServer._get_models},
    "/object_info": {"GET": ComfyServer._get_object_info},
    "/object_info/*": {"GET": ComfyServer._get_object_info},
    "/api/jobs": {"GET": ComfyServer._get_jobs},
    "/api/jobs/*": {"GET": ComfyServer._get_jobs},
}


def _find(path: str, version: str) -> tuple[dict[str, Handler], str]:
    """The handlers of a path, and what stands for the star."""
    if path.startswith("/api/jobs") and not at_least(version, "0.6"):
        return {}, ""
    if path in ROUTES:
        return ROUTES[path], ""
    for pattern, handlers in ROUTES.items():
        stem = pattern.removesuffix("*")
        rest = path.removeprefix(stem)
        if pattern != stem and path.startswith(stem) and rest and "/" not in rest:
            return handlers, rest
    return {}, ""
