"""The wire to one ComfyUI server: one requests session, one websocket, blocking calls. It decides nothing.

``exchange`` is the only HTTP, ``receive`` the only websocket read; every wait has a bound. No Origin header
is sent, since ComfyUI refuses one that does not match its own address.
"""

from __future__ import annotations

import json
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import requests
import websocket

from blogcovers import __version__
from blogcovers.comfy.protocol import Reply

if TYPE_CHECKING:
    from blogcovers.comfy.protocol import Request

CONNECT_SECONDS, READ_SECONDS = 5.0, 30.0
_MAX_BODY = 256 * 2**20  # bytes; a PNG of 8192 x 8192 pixels stays below


class Dropped(Exception):  # noqa: N818  (the fact, as in errors.py)
    """No answer, or half of one: refused, reset, timed out. Whether the request arrived is not known."""


class Client:
    """One server, one ``client_id``, at most one websocket. Not for use by two threads at once."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.client_id = str(uuid.uuid4())
        self._session = requests.Session()
        self._session.headers["User-Agent"] = f"blogcovers/{__version__}"
        self._socket: websocket.WebSocket | None = None

    def exchange(self, request: Request) -> Reply:
        """Sends a request and reads the whole reply. Raises Dropped."""
        body = json.dumps(request.body).encode() if request.body is not None else None
        headers = {"Content-Type": "application/json"} if body else {}
        try:
            with self._session.request(
                request.method,
                self.url + request.path,
                params=list(request.query),
                data=body,
                headers=headers,
                timeout=(CONNECT_SECONDS, READ_SECONDS),
                allow_redirects=False,
                stream=True,
            ) as response:
                return Reply(response.status_code, _media_type(response), _body(response), _retry_after(response))
        except requests.RequestException as error:
            raise Dropped(_plainly(error)) from None

    @property
    def listening(self) -> bool:
        return self._socket is not None

    def listen(self) -> None:
        """Opens the websocket; an older one is closed first, since the server forgets an id whose first socket
        closes after its second was opened. Raises Dropped."""
        self.deafen()
        address = "ws" + self.url.removeprefix("http") + "/ws?" + urlencode({"clientId": self.client_id})
        try:
            self._socket = websocket.create_connection(address, timeout=CONNECT_SECONDS, suppress_origin=True)
        except (websocket.WebSocketException, OSError, ValueError) as error:
            raise Dropped(_plainly(error)) from None

    def receive(self, seconds: float) -> str | bytes | None:
        """The next frame, or None when none came within ``seconds``. Raises Dropped when the socket is gone."""
        if self._socket is None:
            raise Dropped("the websocket is closed")
        try:
            self._socket.settimeout(seconds)
            frame: str | bytes = self._socket.recv()
        except websocket.WebSocketTimeoutException:
            return None
        except (websocket.WebSocketException, OSError, ValueError) as error:
            self.deafen()
            raise Dropped(_plainly(error)) from None
        if not frame and not self._socket.connected:
            self.deafen()
            raise Dropped("the server closed the websocket")
        return frame

    def deafen(self) -> None:
        """Closes the websocket, if there is one, without waiting for the server's farewell."""
        if self._socket is not None:
            with suppress(websocket.WebSocketException, OSError):
                self._socket.shutdown()  # type: ignore[no-untyped-call]  # websocket-client ships no types
            self._socket = None

    def close(self) -> None:
        self.deafen()
        self._session.close()


def _media_type(response: requests.Response) -> str:
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _body(response: requests.Response) -> bytes:
    parts, size = [], 0
    for part in response.iter_content(1 << 16):
        size += len(part)
        if size > _MAX_BODY:
            raise Dropped(f"the answer is larger than {_MAX_BODY >> 20} MiB")
        parts.append(part)
    return b"".join(parts)


def _retry_after(response: requests.Response) -> float | None:
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isdigit() else None


def _plainly(error: Exception) -> str:
    """The innermost reason in a few words, without the libraries' wrapping."""
    if isinstance(error, requests.ConnectTimeout | requests.ReadTimeout | TimeoutError):
        return "no answer in time"
    text = repr(error)
    for sign, words in (
        ("Connection refused", "connection refused"),
        ("Name or service not known", "there is no host of that name"),
        ("nodename nor servname", "there is no host of that name"),
        ("Temporary failure in name resolution", "there is no host of that name"),
        ("CERTIFICATE_VERIFY_FAILED", "its certificate is not trusted"),
        ("Connection reset", "connection reset"),
        ("Connection aborted", "connection closed without an answer"),
        ("IncompleteRead", "the answer was cut short"),
    ):
        if sign in text:
            return words
    return str(error) or type(error).__name__
