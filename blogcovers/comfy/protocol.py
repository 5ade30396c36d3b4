"""ComfyUI's API without I/O: requests as values, replies and frames read into events, the life of a job.

Theory of operation
-------------------
A job is *posted*; the server *queues* it, *runs* it, and it ends *done*, *failed* or *cancelled*. Four
sources tell of that, none of them alone to be trusted:

* the websocket's frames, which come at once but may be lost, repeated, out of order, or be another client's;
* ``/history/{id}``, which is final but says ``{}`` for unknown, pending and running alike, and may lag behind
  the frames;
* ``/queue``, which tells waiting and running from gone, and how many wait before;
* ``/api/jobs/{id}``, from 0.6.0 on: queue and history of one moment in one answer, outputs included. Older
  servers and some gates do not have it, so nothing may depend on it.

So each source is read into the same small events, and :func:`advance` looks up in one table where an event
takes a job. The rules of the table: a job only moves forward; an event that comes late, twice or too early
changes nothing; the ends are final. *Lost* is no event but an absence, from queue and history over some
seconds; the caller, who has the clock, concludes it.

Frames without a ``prompt_id`` that are not about the queue are ignored: the ``executing`` that greets a
reconnecting socket names no prompt, and other clients' previews are broadcast. What was learned from running
servers (0.3.64 to 0.12.1) stands beside the rule that it explains.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar
from urllib.parse import quote

from blogcovers.comfy import strict_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

T = TypeVar("T")


class JobState(StrEnum):
    POSTED = "posted"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"


ENDS = frozenset({JobState.DONE, JobState.FAILED, JobState.CANCELLED, JobState.LOST})


# Requests -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Request:
    """One HTTP request: ``path`` below the server's base URL, ``query`` unencoded, ``body`` JSON or None."""

    method: Literal["GET", "POST"]
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: Any = None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True)
class Reply:
    """What came back: the status, the media type in lower case without parameters, and the bytes.

    ``sent_on``: the server, as ``scheme://host``, that a redirect names which was not followed.
    """

    status: int
    media_type: str
    body: bytes
    retry_after: float | None = None
    sent_on: str = ""


class Dropped(Exception):  # noqa: N818  (the fact, as in errors.py)
    """No answer, or half of one: refused, reset, timed out. Whether the request arrived is not known."""


@dataclass(frozen=True)
class Picture:
    """A file that an output node wrote, as ``/view`` wants it."""

    filename: str
    subfolder: str = ""
    type: str = "output"


def post_prompt(graph: Mapping[str, Any], client_id: str, prompt_id: str, *, previews: bool = False) -> Request:
    """``client_id`` is always sent: without it 0.3.68 to 0.12.1 report no outputs for a cached result.

    ``previews`` asks for previews of this prompt, whatever the server was started with.
    """
    body: dict[str, Any] = {"prompt": dict(graph), "client_id": client_id, "prompt_id": prompt_id}
    if previews:
        body["extra_data"] = {"preview_method": "auto"}
    return Request("POST", "/prompt", body=body)


def get_object_info(class_type: str = "") -> Request:
    """One class's description, or all of them (some 450, half a megabyte)."""
    return Request("GET", f"/object_info/{quote(class_type, safe='')}" if class_type else "/object_info")


def free_memory() -> Request:
    """Unloads the models once the running prompt has ended."""
    return Request("POST", "/free", body={"unload_models": True, "free_memory": True})


def get_history(prompt_id: str) -> Request:
    return Request("GET", f"/history/{prompt_id}")


def get_past(most: int) -> Request:
    """The newest prompts of the history, everybody's; servers of before November 2023 give all of it."""
    return Request("GET", "/history", (("max_items", str(most)),))


def get_queue() -> Request:
    return Request("GET", "/queue")


def get_job(prompt_id: str, url: str = "") -> Request:
    """From 0.6.0 on. The one route that exists below ``/api`` only: a server's ``url`` may end with that already."""
    return Request("GET", f"{'' if url.endswith('/api') else '/api'}/jobs/{prompt_id}")


def get_system_stats() -> Request:
    return Request("GET", "/system_stats")


def view(picture: Picture) -> Request:
    """The raw file; a re-encoded one (``preview=``) would lose nothing of ours, but costs the server time."""
    query = (("filename", picture.filename), ("subfolder", picture.subfolder), ("type", picture.type))
    return Request("GET", "/view", query)


def delete_pending(prompt_ids: Iterable[str]) -> Request:
    """Takes waiting prompts out of the queue; running and unknown ones are left alone, silently."""
    return Request("POST", "/queue", body={"delete": list(prompt_ids)})


def interrupt(prompt_id: str) -> Request:
    """Stops this prompt if it runs now. Without the id it would stop whatever runs, whosever it is."""
    return Request("POST", "/interrupt", body={"prompt_id": prompt_id})


@dataclass(frozen=True)
class Removal:
    """What came of taking prompts off. ``seen``: those of ours that were there. ``left``: those that run on."""

    seen: frozenset[str] = frozenset()
    left: tuple[str, ...] = ()


# Questions ----------------------------------------------------------------------------------------------

Questions: TypeAlias = Generator[Request, Reply, T]
"""Requests, each asked once the reply to the one before it is known, and what they find out together."""


def answered(questions: Questions[T], exchange: Callable[[Request], Reply]) -> T:
    """Asks them one after the other. What ``exchange`` and the questions raise passes through."""
    try:
        request = next(questions)
        while True:
            request = questions.send(exchange(request))
    except StopIteration as end:
        found: T = end.value
        return found


def system_stats() -> Questions[Mapping[str, Any]]:
    """``{"system": ..., "devices": ...}``, by which a ComfyUI is known. Raises NotComfy for another server."""
    request = get_system_stats()
    return read_system_stats((yield request), request)


def queue() -> Questions[Queue]:
    """Raises NotComfy."""
    request = get_queue()
    return read_queue((yield request), request)


def history(prompt_id: str) -> Questions[Ended | None]:
    """How the prompt ended; None while it has not, or is unknown. Raises NotComfy."""
    request = get_history(prompt_id)
    return read_history((yield request), request, prompt_id)


def done_of_late(count: int) -> Questions[frozenset[str]]:
    """The ids of the newest prompts, everybody's, that ended well. Raises NotComfy."""
    request = get_past(count)
    answer = _mapping(read_json((yield request), request))
    ended = (_entry(id_, entry) for id_, entry in answer.items() if isinstance(entry, dict))
    return frozenset(one.prompt_id for one in ended if one.how is JobState.DONE)


def known(most: int) -> Questions[tuple[Known, ...]]:
    """The prompts that the server knows, everybody's: those of the queue, then ``most`` of the history's, newest first;
    without these where a gate keeps the history to itself. Raises NotComfy."""
    queued = (yield from queue()).known  # first: what leaves it between the two questions is in the history by then
    request = get_past(most)
    try:
        return (*queued, *reversed(read_past((yield request), request)))
    except NotComfy:
        return queued


def is_too_old(prompt_id: str) -> Questions[bool]:
    """Whether the server has no history of single prompts. ``prompt_id``: of no prompt."""
    return (yield get_history(prompt_id)).status == 404


def taking_off(prompt_ids: Iterable[str], client_id: str = "", *, heeds_ids: bool = True) -> Questions[Removal]:
    """Takes these off the server, and with them whatever else it has of this client: what waits is deleted, what
    runs is interrupted by its id. The one place that decides what is deleted and interrupted.

    ``heeds_ids``: whether the server interrupts by id. One of before 0.3.57 stops whatever runs by the time that it
    reads the request, which may be somebody else's by then: there a running prompt is left to its end.
    """
    ours, seen, queue = set(prompt_ids), set[str](), Queue((), ())
    for _ in range(_LOOKS if ours else 0):
        request = get_queue()
        try:
            queue = read_queue((yield request), request)
        except NotComfy:
            yield delete_pending(sorted(ours))  # blindly: nobody else's have these ids
            break
        ours |= {one.prompt_id for one in queue.known if client_id and one.client_id == client_id}
        seen |= {prompt_id for prompt_id in ours if prompt_id in queue}
        waiting = [prompt_id for prompt_id in queue.pending if prompt_id in ours]
        if not waiting:
            break
        yield delete_pending(waiting)
    running = tuple(prompt_id for prompt_id in queue.running if prompt_id in ours)
    for prompt_id in running if heeds_ids else ():
        yield interrupt(prompt_id)
    return Removal(frozenset(seen), () if heeds_ids else running)


_LOOKS = 3  # at the queue: one that waits may begin to run between a look and the deletion


# Replies ------------------------------------------------------------------------------------------------

# Before it had "cancelled", a job that was interrupted was "failed"; its messages tell the two apart.
_ENDS_OF_JOBS = {"completed": JobState.DONE, "failed": JobState.FAILED, "cancelled": JobState.CANCELLED}


class NotComfy(ValueError):  # noqa: N818  (the fact, as in errors.py)
    """A reply that ComfyUI does not give: a status or a media type out of place, or broken JSON."""


@dataclass(frozen=True)
class Accepted:
    """The prompt is queued under this id: the one that we gave it, or one of a server's own from before 0.3.45."""

    prompt_id: str


@dataclass(frozen=True)
class Refusal:
    """Why a prompt was not accepted: one sentence a fault, without the full stop. ``prompt_id``: what is left of the
    graph is queued all the same, under this id."""

    faults: tuple[str, ...]
    prompt_id: str = ""


@dataclass(frozen=True)
class Known:
    """A prompt as queue and history tell it: its id, whose it is, and what was posted."""

    prompt_id: str
    client_id: str = ""
    graph: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Queue:
    """Prompt ids: the running ones, and the waiting ones in the order in which they will run. ``known``: all of them,
    with what else is told of each."""

    running: tuple[str, ...]
    pending: tuple[str, ...]
    known: tuple[Known, ...] = field(default=(), compare=False)

    def __contains__(self, prompt_id: object) -> bool:
        return prompt_id in self.running or prompt_id in self.pending

    def ahead(self, prompt_id: str) -> int:
        """How many prompts, ours or not, run or wait before this one."""
        if prompt_id in self.pending:
            return len(self.running) + self.pending.index(prompt_id)
        return 0

    def standing(self, prompt_id: str) -> Waiting | Started | None:
        """None where the prompt is not in the queue: it has ended, or nobody knows of it."""
        if prompt_id in self.running:
            return Started(prompt_id)
        return Waiting(prompt_id, self.ahead(prompt_id)) if prompt_id in self.pending else None


_JSON = "application/json"
_QUEUED = (200, 201, 202)  # gates and other servers that speak ComfyUI's protocol say Created or Accepted


def read_json(reply: Reply, of: Request, *, good: tuple[int, ...] = (200,)) -> dict[str, Any]:
    """The JSON object of a reply whose status is ``good``. Raises NotComfy: ComfyUI answers some faults with 500 and
    plain text, and gates with pages of HTML. The media type is a hint; JSON is what can be read as JSON."""
    if reply.sent_on:
        raise NotComfy(f"{of} was answered with status {reply.status} and sent on to {reply.sent_on}")
    value = _parsed(reply.body) if reply.status in good else None
    if isinstance(value, dict):
        return value
    if reply.status not in good or reply.media_type != _JSON:
        raise NotComfy(f"{of} was answered with status {reply.status} and {reply.media_type or 'no media type'}")
    if value is None:
        raise NotComfy(f"{of} was answered with broken JSON")
    raise _odd(of, f"a JSON object was due, not {_kind(value)}")


def _parsed(text: str | bytes) -> Any:
    """None for what is no JSON."""
    try:
        return strict_json.loads(text)
    except (ValueError, RecursionError):
        return None


def _kind(value: Any) -> str:
    kinds = {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return kinds.get(type(value), "a number")


def _odd(of: Request, what: str) -> NotComfy:
    return NotComfy(f"{of} was answered in an unknown shape: {what}")


def told_instead(reply: Reply) -> str:
    """What a reply says that should have held a picture: its status and type, and the error of a JSON body."""
    said = f"status {reply.status} and {reply.media_type or 'no media type'}"
    error = _mapping(_parsed(reply.body)).get("error") if len(reply.body) < _SAID else None
    error = _mapping(error).get("message") or error
    return f"{said}: {' '.join(error.split())}" if isinstance(error, str) else said


_SAID = 1 << 16  # bytes: an error's JSON is short


def read_system_stats(reply: Reply, of: Request) -> Mapping[str, Any]:
    """As :func:`system_stats`. Raises NotComfy."""
    stats = read_json(reply, of)
    if "system" not in stats:
        raise _odd(of, "it says nothing of a system")
    return stats


def read_posted(reply: Reply, of: Request, output_node: str) -> Accepted | Refusal:
    """Accepted where the prompt was queued with our output in it. Raises NotComfy.

    A 200 may still name bad nodes: outputs are checked one by one, and those that fail are dropped.
    """
    refused = _parsed(reply.body) if reply.status == 400 else None
    if isinstance(refused, dict):
        return _refusal(refused)
    answer = read_json(reply, of, good=_QUEUED)
    prompt_id = answer.get("prompt_id")
    if not isinstance(prompt_id, str | int):
        raise NotComfy(f"{of} was answered without a prompt_id")
    node_errors = _nodes(answer.get("node_errors"))
    ours = any(_concerns(node.get("dependent_outputs"), output_node) for node in node_errors.values())
    accepted = Accepted(str(prompt_id))
    return replace(_refusal({"node_errors": node_errors}), prompt_id=accepted.prompt_id) if ours else accepted


def _concerns(dependent: Any, output_node: str) -> bool:
    """Whether a bad node spoils our output; taken for granted where it is not told which ones it spoils."""
    return output_node in dependent if isinstance(dependent, list) else True


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _nodes(node_errors: Any) -> dict[str, Mapping[str, Any]]:
    return {str(id_): node for id_, node in _mapping(node_errors).items() if isinstance(node, dict)}


def _refusal(answer: Mapping[str, Any]) -> Refusal:
    """The useful text is in node_errors; ``error`` is nearly always the general "failed validation"."""
    faults = [
        _fault(id_, node, error)
        for id_, node in _nodes(answer.get("node_errors")).items()
        for error in _list(node.get("errors"))
        if isinstance(error, dict)
    ]
    if not faults:
        error = answer.get("error")
        error = error if isinstance(error, dict) else {"message": str(error or "no reason given")}
        info = _mapping(error.get("extra_info"))
        if error.get("type") == "missing_node_type" and info.get("class_type"):
            lacking = f"node {info.get('node_id', '?')} ({info['class_type']}): the server has no such node"
            return Refusal((lacking,))
        said = [str(error[key]) for key in ("message", "details") if error.get(key)]
        faults = [" ".join(dict.fromkeys(said)) or "no reason given"]
    return Refusal(tuple(dict.fromkeys(faults)))


def _fault(id_: str, node: Mapping[str, Any], error: Mapping[str, Any]) -> str:
    info = _mapping(error.get("extra_info"))
    where = f"node {id_} ({node.get('class_type', '?')})"
    if error.get("type") == "value_not_in_list":
        said = f"{where}: {info.get('input_name')} '{info.get('received_value')}' is not on the server"
        has = choices(info.get("input_config"))  # null where the list is long
        return said if has is None else f"{said}, which has: {', '.join(map(str, has[:20])) or 'none'}"
    return f"{where}: {error.get('message', 'error')}: {error.get('details', '')}".rstrip(": ")


def choices(config: Any) -> list[Any] | None:
    """Of an input's entry in object_info, in either spelling: a list of choices, or COMBO with options. None where
    it has none."""
    if not isinstance(config, list) or not config:
        return None
    if isinstance(config[0], list):
        return config[0]
    options = _mapping(config[1]).get("options") if config[0] == "COMBO" and len(config) > 1 else None
    return options if isinstance(options, list) else None


def read_queue(reply: Reply, of: Request) -> Queue:
    """The queue. Waiting prompts come in heap order and are sorted by their number here. Raises NotComfy."""
    answer = read_json(reply, of)
    items = {}
    for name in ("queue_running", "queue_pending"):
        if not isinstance(answer.get(name), list):
            raise _odd(of, f"{name} is {_kind(answer.get(name))}")
        for item in answer[name]:
            if not isinstance(item, list) or len(item) < 2 or not isinstance(item[0], int | float):
                raise _odd(of, f"{name} holds something else than [number, id, ...]")
        items[name] = answer[name]
    running, pending = items["queue_running"], sorted(items["queue_pending"], key=lambda item: item[0])
    known = tuple(_known(item) for item in (*running, *pending))
    ids = tuple(one.prompt_id for one in known)
    return Queue(ids[: len(running)], ids[len(running) :], known)


def _known(item: list[Any]) -> Known:
    """Of ``[number, id, graph, extra_data, ...]``, as queue and history have it."""
    graph, extra = (_mapping(item[at]) if len(item) > at else {} for at in (2, 3))
    return Known(str(item[1]), str(extra.get("client_id") or ""), graph)


def read_history(reply: Reply, of: Request, prompt_id: str) -> Ended | None:
    """How the prompt ended; None while it has not, or is unknown. Raises NotComfy."""
    entry = read_json(reply, of).get(prompt_id)
    if entry is not None and not isinstance(entry, dict):
        raise _odd(of, f"the prompt's entry is {_kind(entry)}")
    return None if entry is None else _entry(prompt_id, entry)


def read_past(reply: Reply, of: Request) -> tuple[Known, ...]:
    """The prompts of a history; entries that do not say what was posted are left out. Raises NotComfy."""
    prompts = (_mapping(entry).get("prompt") for entry in read_json(reply, of).values())
    return tuple(_known(prompt) for prompt in prompts if isinstance(prompt, list) and len(prompt) > 1)


def read_job(reply: Reply, of: Request, prompt_id: str) -> Standing:
    """Where the prompt stands. Raises NotComfy: also where the server has no such route (404, but no JSON), and
    for a 404 in other words than ComfyUI's, which may be a gate's.

    The server reads the queue first and the history second, so that what ends meanwhile is in one of them.
    """
    lacking = _parsed(reply.body) if reply.status == 404 else None
    if isinstance(lacking, dict):
        if lacking.get("error") == "Job not found":
            return Unknown(prompt_id)
        raise NotComfy(f"{of} was answered with a 404 of somebody else's")
    job = read_json(reply, of)
    status = str(job.get("status"))
    if job.get("id") == prompt_id and status == "pending":
        return Waiting(prompt_id)
    if job.get("id") == prompt_id and status == "in_progress":
        return Started(prompt_id)
    if job.get("id") != prompt_id or status not in _ENDS_OF_JOBS:
        raise _odd(of, "it is not the job that was asked for, or has no status that is known")
    graph = _mapping(_mapping(job.get("workflow")).get("prompt"))
    return _ended(prompt_id, _ENDS_OF_JOBS[status], job.get("execution_status"), job.get("outputs"), graph)


def _entry(prompt_id: str, entry: Mapping[str, Any]) -> Ended:
    """Entries have a status since January 2024; before, what has made pictures has gone well."""
    status, outputs = entry.get("status"), _mapping(entry.get("outputs"))
    good = status.get("status_str") == "success" if isinstance(status, dict) else any(map(_pictures, outputs.values()))
    prompt = entry.get("prompt")
    graph = _mapping(prompt[2]) if isinstance(prompt, list) and len(prompt) > 2 else {}
    return _ended(prompt_id, JobState.DONE if good else JobState.FAILED, status, outputs, graph)


def _ended(prompt_id: str, how: JobState, status: Any, outputs: Any, graph: Mapping[str, Any]) -> Ended:
    """``how``: for a status whose messages do not say how it ended."""
    messages = _list(_mapping(status).get("messages"))
    events = [event for message in messages for event in _history_message(message)]
    end = next((event for event in reversed(events) if isinstance(event, Ended)), None)
    end = end or Ended(prompt_id, how, "" if how is JobState.DONE else "the server gives no reason")
    pictures = {str(node): _pictures(output) for node, output in _mapping(outputs).items()}
    return replace(end, pictures=pictures, graph=graph)


def _history_message(message: Any) -> Iterator[Event]:
    if isinstance(message, list) and len(message) == 2 and isinstance(message[1], dict):
        event = _event(str(message[0]), message[1])
        if event:
            yield event


def _pictures(output: Any) -> tuple[Picture, ...]:
    images = output.get("images") if isinstance(output, dict) else None
    return tuple(
        Picture(str(image["filename"]), str(image.get("subfolder") or ""), str(image.get("type") or "output"))
        for image in (images if isinstance(images, list) else [])
        if isinstance(image, dict) and image.get("filename")
    )


# Events -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Waiting:
    """The prompt is in the queue; ``ahead`` prompts, ours or not, come first."""

    prompt_id: str
    ahead: int = 0


@dataclass(frozen=True)
class Started:
    """``node``: the one that begins to run, where that is told."""

    prompt_id: str
    node: str = ""


@dataclass(frozen=True)
class Step:
    """``value`` of ``maximum`` steps done in a node; in a sampler these are sampling steps."""

    prompt_id: str
    node: str
    value: int
    maximum: int


@dataclass(frozen=True)
class Wrote:
    """An output node has written its files."""

    prompt_id: str
    node: str
    pictures: tuple[Picture, ...]


@dataclass(frozen=True)
class Ended:
    """How a prompt ended: ``how`` is DONE, FAILED or CANCELLED, ``reason`` a sentence where it is not DONE.

    ``pictures`` (node id -> files) and ``graph`` are known where the history told it. ``out_of_memory``: a
    second try may go well once the server has freed its memory.
    """

    prompt_id: str
    how: JobState
    reason: str = ""
    pictures: Mapping[str, tuple[Picture, ...]] = field(default_factory=dict)
    graph: Mapping[str, Any] = field(default_factory=dict)
    out_of_memory: bool = False


@dataclass(frozen=True)
class Unknown:
    """The server knows nothing of the prompt: not yet, or not any more."""

    prompt_id: str


Standing: TypeAlias = Waiting | Started | Ended | Unknown


@dataclass(frozen=True)
class Settled:
    """The last frame of a prompt: by now its history is written. It does not say how the prompt ended."""

    prompt_id: str


@dataclass(frozen=True)
class Remaining:
    """How many prompts, everybody's, run or wait."""

    count: int


@dataclass(frozen=True)
class Glimpse:
    """A preview picture of whatever runs: JPEG or PNG bytes. ``prompt_id`` is ``""`` in the older frames."""

    prompt_id: str
    data: bytes
    ending: str


Event: TypeAlias = Waiting | Started | Step | Wrote | Ended | Settled | Remaining | Glimpse


def read_frame(frame: str | bytes) -> Event | None:
    """The event in a websocket frame; None for unknown types, other shapes and broken JSON."""
    if isinstance(frame, bytes):
        return _glimpse(frame)
    message = _parsed(frame)
    data = message.get("data") if isinstance(message, dict) else None
    return _event(str(message.get("type")), data) if isinstance(data, dict) else None


def _glimpse(frame: bytes) -> Glimpse | None:
    """Binary frames: u32 type; 1: u32 format, picture; 4: u32 length, JSON about the picture, picture."""
    kind, number = int.from_bytes(frame[:4], "big"), int.from_bytes(frame[4:8], "big")
    prompt_id, picture = "", frame[8:]
    if kind == 4:
        told = _parsed(frame[8 : 8 + number])
        if not isinstance(told, dict):
            return None
        prompt_id = str(told.get("prompt_id") or "")
        picture = frame[8 + number :]
    elif kind != 1:
        return None
    endings = {b"\xff\xd8\xff": "jpg", b"\x89PNG"[:3]: "png"}
    ending = endings.get(picture[:3])
    return Glimpse(prompt_id, picture, ending) if ending else None


def _event(kind: str, data: Mapping[str, Any]) -> Event | None:
    if kind == "status":
        return _remaining(data)
    prompt_id = data.get("prompt_id")
    if not isinstance(prompt_id, str):
        return None
    if kind in ("execution_start", "execution_cached"):
        return Started(prompt_id)
    if kind == "executing":
        return Settled(prompt_id) if data.get("node") is None else Started(prompt_id, str(data["node"]))
    if kind == "progress":
        return _step(prompt_id, data)
    if kind == "executed":
        return Wrote(prompt_id, str(data.get("node")), _pictures(data.get("output")))
    return _end(kind, prompt_id, data)


def _end(kind: str, prompt_id: str, data: Mapping[str, Any]) -> Ended | None:
    if kind == "execution_success":
        return Ended(prompt_id, JobState.DONE)
    if kind == "execution_interrupted":
        return Ended(prompt_id, JobState.CANCELLED, "somebody interrupted it on the server")
    if kind == "execution_error":
        problem = " ".join(str(data.get("exception_message") or data.get("exception_type") or "error").split())
        said = f"node {data.get('node_id')} ({data.get('node_type')}) fails: {problem.rstrip('.')}"
        return Ended(prompt_id, JobState.FAILED, said, out_of_memory=_is_memory(data, problem))
    return None


def _is_memory(data: Mapping[str, Any], problem: str) -> bool:
    """CUDA and ROCm say OutOfMemoryError, ComfyUI OOM_EXCEPTION, Metal and DirectML only a sentence."""
    said = f"{data.get('exception_type')} {problem}".lower().replace("_", "")
    signs = ("outofmemory", "out of memory", "oomexception", "not enough memory", "allocation on device")
    return any(sign in said for sign in signs)


def _step(prompt_id: str, data: Mapping[str, Any]) -> Step | None:
    try:
        return Step(prompt_id, str(data.get("node")), int(data["value"]), int(data["max"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _remaining(data: Mapping[str, Any]) -> Remaining | None:
    try:
        return Remaining(int(data["status"]["exec_info"]["queue_remaining"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


# The life of a job --------------------------------------------------------------------------------------

_FORWARD: dict[tuple[JobState, type[Event]], JobState] = {
    (JobState.POSTED, Waiting): JobState.QUEUED,
    (JobState.POSTED, Started): JobState.RUNNING,
    (JobState.POSTED, Step): JobState.RUNNING,
    (JobState.POSTED, Wrote): JobState.RUNNING,
    (JobState.QUEUED, Started): JobState.RUNNING,
    (JobState.QUEUED, Step): JobState.RUNNING,
    (JobState.QUEUED, Wrote): JobState.RUNNING,
}


def advance(state: JobState, event: Event) -> JobState:
    """Where the event takes a job of the event's own prompt. Anything out of place leaves it where it is."""
    if state in ENDS:
        return state
    if isinstance(event, Ended):
        return event.how
    return _FORWARD.get((state, type(event)), state)
