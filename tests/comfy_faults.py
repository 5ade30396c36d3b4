"""What can go wrong with a ComfyUI server, in small functions that a test hands to `comfy_server.ComfyServer`.

Two kinds. An HTTP fault stands between the wire and the real answer: `server.on("POST", "/prompt", answer(503))`.
A run fault goes wrong inside the worker, after the prompt was accepted: `server.on_run(out_of_memory())`.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from PIL import Image
from werkzeug import Response

TEXT = "text/plain; charset=utf-8"


@dataclass(frozen=True)
class Seen:
    """One request as it came in; header names are in lower case, a body that is JSON comes parsed."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any
    at: float = field(compare=False)


def nothing(status: int) -> Response:
    """A reply without a body, and without the type of one."""
    response = Response(status=status)
    del response.headers["Content-Type"]
    return response


class Dropped(ConnectionError):  # noqa: N818  (the fact)
    """Raised to close the connection without (further) reply."""


@dataclass(frozen=True)
class Call:
    """What an HTTP fault may use: the request, the server's own answer, and a sleep that ends when the server stops."""

    seen: Seen
    normal: Callable[[], Response]
    sleep: Callable[[float], None]


HttpFault = Callable[[Call], Response]


def answer(
    status: int, body: str | bytes = "", *, content_type: str = TEXT, headers: Mapping[str, str] | None = None
) -> HttpFault:
    """Answer this instead; what was asked for does not happen."""
    return lambda _call: Response(body, status, dict(headers or {}), content_type=content_type)


def html(status: int = 502, text: str = "Bad Gateway") -> HttpFault:
    """A page of HTML, as a reverse proxy sends it; with status 200 it is a login page."""
    page = f"<html><head><title>{text}</title></head><body><h1>{text}</h1></body></html>"
    return answer(status, page, content_type="text/html")


def drop() -> HttpFault:
    """Close the connection; what was asked for does not happen."""

    def fault(_call: Call) -> Response:
        raise Dropped

    return fault


def drop_after() -> HttpFault:
    """Do what was asked for, then close the connection instead of answering."""

    def fault(call: Call) -> Response:
        call.normal()
        raise Dropped

    return fault


def delay(seconds: float) -> HttpFault:
    """Sleep, then do what was asked for. `delay(3600)` is a server that never answers."""

    def fault(call: Call) -> Response:
        call.sleep(seconds)
        return call.normal()

    return fault


def change_body(change: Callable[[bytes], bytes]) -> HttpFault:
    """The real answer with another body, whole as far as HTTP can tell."""

    def fault(call: Call) -> Response:
        response = call.normal()
        response.set_data(change(response.get_data()))
        return response

    return fault


def cut(length: int) -> HttpFault:
    """The real answer, whose connection breaks after `length` bytes of the body."""

    def fault(call: Call) -> Response:
        response = call.normal()
        data = response.get_data()
        response.set_data(data[:length])
        response.headers["Content-Length"] = str(len(data))
        return response

    return fault


class NodeFailed(Exception):  # noqa: N818  (the fact)
    """A node raised: becomes `execution_error`."""

    def __init__(self, exception_type: str, message: str) -> None:
        super().__init__(message)
        self.exception_type = exception_type
        self.message = message


class Interrupted(Exception):  # noqa: N818  (the fact)
    """The run was interrupted: becomes `execution_interrupted`."""


@dataclass(frozen=True)
class RunFault:
    """Hooks into one run. Each leaves things as they are unless it is set.

    `at_node(node_id, class_type)` may raise NodeFailed or Interrupted; `picture(png)` gives what is stored instead, or
    None for a file that is not there; `ui(images)` gives what an output node reports instead, or None for nothing.
    """

    at_node: Callable[[str, str], None] = lambda _node_id, _class_type: None
    picture: Callable[[bytes], bytes | None] = lambda png: png
    ui: Callable[[dict[str, Any]], dict[str, Any] | None] = lambda ui: ui


def _raise_at(node: str, error: Callable[[], Exception]) -> RunFault:
    def at_node(node_id: str, class_type: str) -> None:
        if node in (node_id, class_type):
            raise error()

    return RunFault(at_node=at_node)


def fails_at(node: str = "KSampler", message: str = "it broke", exception_type: str = "RuntimeError") -> RunFault:
    """`execution_error` at the node of this id or class."""
    return _raise_at(node, lambda: NodeFailed(exception_type, message + "\n"))


def out_of_memory(node: str = "KSampler") -> RunFault:
    """`execution_error` as a GPU without enough memory gives it."""
    tips = (
        "This error means you ran out of memory on your GPU.\n\nTIPS: If the workflow worked before you might have "
        "accidentally set the batch_size to a large number."
    )
    return _raise_at(node, lambda: NodeFailed("torch.OutOfMemoryError", f"Allocation on device \n{tips}"))


def interrupted_at(node: str = "KSampler") -> RunFault:
    """`execution_interrupted`: somebody else pressed the button."""
    return _raise_at(node, Interrupted)


def no_outputs() -> RunFault:
    """Success, and not one output is reported."""
    return RunFault(ui=lambda _ui: None)


def missing_file() -> RunFault:
    """The picture is reported, but /view answers 404."""
    return RunFault(picture=lambda _png: None)


def truncated() -> RunFault:
    """Half a PNG was written."""
    return RunFault(picture=lambda png: png[: len(png) // 2])


def not_a_picture(data: bytes = b"<html>no picture</html>") -> RunFault:
    """The file holds something else."""
    return RunFault(picture=lambda _png: data)


def black() -> RunFault:
    """An all-black picture, as a VAE in half precision gives it."""

    def picture(png: bytes) -> bytes:
        with Image.open(io.BytesIO(png)) as image:
            flat = Image.new("RGB", image.size)
        out = io.BytesIO()
        flat.save(out, "PNG")
        return out.getvalue()

    return RunFault(picture=picture)
