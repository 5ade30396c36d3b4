"""The wire of the ComfyUI double: a quick-stopping HTTP server, the server's end of a websocket, and small helpers."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar
from urllib.parse import urlsplit

import simple_websocket  # type: ignore[import-untyped]  # ships no types
from comfy_faults import Dropped, Seen
from comfy_nodes import RECORDINGS
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from comfy_server import ComfyServer

Key = TypeVar("Key")
Fault = TypeVar("Fault")
WsMode = Literal["normal", "refuse", "silent", "drop"]


class Trouble(Exception):  # noqa: N818  (aiohttp's word: "Server got itself in trouble")
    """An exception in a handler of the real server: a 500 in plain text."""


@dataclass
class Socket:
    """One websocket connection, in monotonic time."""

    client_id: str
    opened: float
    closed: float | None = None
    frames: int = 0
    flags: dict[str, Any] = field(default_factory=dict)


class Wire(HTTPServer):
    """pytest-httpserver with one handler for everything, and a quick end."""

    def __init__(self, answer: Callable[[Request], Response]) -> None:
        super().__init__(host="127.0.0.1", port=0, threaded=True)
        self.answer = answer

    def dispatch(self, request: Request) -> Response:
        # Not `expect_request(...)`: that would take a dropped connection for a failed handler, and answer 500.
        try:
            return self.answer(request)
        except Dropped:
            # Without this the connection would be kept for a next request.
            with contextlib.suppress(OSError):
                request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise

    def thread_target(self) -> None:
        assert self.server is not None
        self.server.serve_forever(poll_interval=0.01)


class Channel:
    """The server's end of one websocket."""

    def __init__(self, server: ComfyServer, request: Request, record: Socket) -> None:
        self.server = server
        self.record = record
        self.lock = threading.Lock()
        self.ws = simple_websocket.Server.accept(request.environ)
        self.thread = threading.current_thread()

    def send(self, data: str | bytes) -> None:
        with self.lock, contextlib.suppress(OSError, simple_websocket.ConnectionClosed):
            if self.server.ws_mode == "silent":
                return
            if self.server.ws_mode == "drop" and self.record.frames >= self.server.ws_drop_after:
                self.abort()
                return
            self.ws.send(data)
            self.record.frames += 1

    def abort(self) -> None:
        """Cut the connection without a close frame: the client sees 1006."""
        with contextlib.suppress(OSError):
            self.ws.sock.shutdown(socket.SHUT_RDWR)

    def first_message(self) -> Any:
        """The first message of the client as JSON, None if it is something else."""
        with contextlib.suppress(ValueError):
            return json.loads(self.ws.receive())
        return None


# ------------------------------------------------------------------------------------------------- helpers


@dataclass
class Planned(Generic[Key, Fault]):
    """A fault that waits for its occasion."""

    matches: Callable[[Key], bool]
    fault: Fault
    times: int | None
    name: str = ""
    met: bool = False


def take(planned: list[Planned[Key, Fault]], key: Key) -> Fault | None:
    for one in planned:
        if one.times != 0 and one.matches(key):
            one.times = None if one.times is None else one.times - 1
            one.met = True
            return one.fault
    return None


def recorded(name: str) -> Any:
    """The body of a recorded reply."""
    return json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))["response"]["body"]


def json_reply(body: Any, status: int = 200) -> Response:
    return Response(json.dumps(body), status, content_type="application/json; charset=utf-8")


def frame(kind: str, data: Mapping[str, Any]) -> str:
    return json.dumps({"type": kind, "data": data})


def json_body(seen: Seen) -> Any:
    if not isinstance(seen.body, (dict, list)):
        raise Trouble
    return seen.body if isinstance(seen.body, dict) else dict.fromkeys(map(str, seen.body))


def canonical(prompt_id: str) -> bool:
    try:
        return str(uuid.UUID(prompt_id)) == prompt_id
    except ValueError:
        return False


def at_least(version: str, wanted: str) -> bool:
    return [int(part) for part in version.split(".")] >= [int(part) for part in wanted.split(".")]


def foreign_origin(headers: Mapping[str, str]) -> bool:
    """Whether a browser sent this from another site. Only asked of a loopback host."""
    if "origin" not in headers or "host" not in headers:
        return False
    host, origin = urlsplit(f"//{headers['host'].lower()}"), urlsplit(headers["origin"].lower())
    if host.hostname not in ("127.0.0.1", "localhost", "::1") or not origin.hostname:
        return False
    same_port = None in (host.port, origin.port) or host.port == origin.port
    return host.hostname != origin.hostname or not same_port


def short(path: str) -> str:
    """Every route exists with /api before it, too; the jobs have no other."""
    return path.removeprefix("/api") if path.startswith("/api/") and not path.startswith("/api/jobs") else path
