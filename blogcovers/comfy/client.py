"""The wire to one ComfyUI server: one requests session, one websocket, blocking calls. It decides nothing.

``exchange`` is the only HTTP, ``receive`` the only websocket read; every wait has a bound. No Origin header
is sent, since ComfyUI refuses one that does not match its own address.
"""

from __future__ import annotations

import json
import time
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urljoin, urlsplit

import requests
import websocket
from urllib3.exceptions import HTTPError

from blogcovers import __version__
from blogcovers.comfy import limits as bounds
from blogcovers.comfy.protocol import Dropped, Reply
from blogcovers.config import Access

if TYPE_CHECKING:
    from collections.abc import Iterator

    from blogcovers.comfy.limits import Limits
    from blogcovers.comfy.protocol import Request

_AGENT = {"User-Agent": f"blogcovers/{__version__}"}

# What libraries say, and the same in a few words; the first that is found counts.
_WORDS = (
    ("Connection refused", "connection refused"),
    ("Name or service not known", "there is no host of that name"),
    ("nodename nor servname", "there is no host of that name"),
    ("name resolution", "there is no host of that name"),
    ("getaddrinfo failed", "there is no host of that name"),
    ("Failed to resolve", "there is no host of that name"),
    ("No address associated", "there is no host of that name"),
    ("CERTIFICATE_VERIFY_FAILED", "its certificate is not trusted"),
    ("WRONG_VERSION_NUMBER", "it does not speak https"),
    ("timed out", "no answer in time"),
    ("Connection reset", "connection reset"),
    ("Connection aborted", "connection closed without an answer"),
    ("IncompleteRead", "the answer was cut short"),
    ("No route to host", "there is no way to that host"),
)


class Client:
    """One server, one ``client_id``, at most one websocket. Not for use by two threads at once.

    ``access``: extra headers and a private CA, for HTTP and websocket alike.
    """

    def __init__(self, url: str, access: Access | None = None, limits: Limits | None = None) -> None:
        self.url = url
        self.access = access or Access()
        self.limits = limits or bounds.LIMITS
        self.client_id = str(uuid.uuid4())
        self._session = requests.Session()
        self._session.headers.update(_AGENT | dict(self.access.headers))
        if self.access.ca_file:
            self._session.verify = self.access.ca_file
        if any(name.lower() == "authorization" for name in self.access.headers):
            self._session.auth = lambda request: request  # else requests puts what .netrc holds in its place
        self._socket: websocket.WebSocket | None = None
        self._timeout = (self.limits.connect, self.limits.read)

    def set_timeout(self, seconds: float) -> None:
        """From now on no answer is waited for longer than this."""
        self._timeout = (seconds, seconds)

    def exchange(self, request: Request) -> Reply:
        """Sends a request and reads the whole reply. Raises Dropped."""
        address = self.url + request.path + (f"?{urlencode(request.query)}" if request.query else "")
        body = json.dumps(request.body).encode() if request.body is not None else None
        headers = {"Content-Type": "application/json"} if body else {}
        try:
            response = self._request(self._session, request.method, address, data=body, headers=headers)
            for _ in range(self.limits.redirects):
                if request.method != "GET" or not response.is_redirect:
                    break
                response.close()
                address = urljoin(address, response.headers["Location"])
                response = self._request(self._for(address), "GET", address)
            with response:
                return Reply(response.status_code, _media_type(response), self._body(response), _retry_after(response))
        except (requests.RequestException, HTTPError, OSError) as error:
            raise Dropped(_plainly(error)) from None

    def _request(self, session: requests.Session, method: str, address: str, **more: Any) -> requests.Response:
        verify = self.access.ca_file or None  # said again: an environment variable would replace the session's
        return session.request(
            method, address, timeout=self._timeout, verify=verify, allow_redirects=False, stream=True, **more
        )

    def _for(self, address: str) -> requests.Session:
        """Our session for our own server, a bare one for another: nothing of the access goes there."""
        if urlsplit(address)[:2] == urlsplit(self.url)[:2]:
            return self._session
        bare = requests.Session()
        bare.headers.update(_AGENT)
        bare.trust_env = False  # neither does what .netrc holds
        return bare

    def _body(self, response: requests.Response) -> bytes:
        parts, size, until = [], 0, time.monotonic() + self.limits.body
        for part in _parts(response):
            size += len(part)
            if size > self.limits.max_body:
                raise Dropped(f"the answer is larger than {self.limits.max_body >> 20} MiB")
            if time.monotonic() > until:
                raise Dropped("no whole answer in time")
            parts.append(part)
        return b"".join(parts)

    @property
    def listening(self) -> bool:
        return self._socket is not None

    def listen(self) -> None:
        """Opens the websocket; an older one is closed first, since the server forgets an id whose first socket
        closes after its second was opened. Raises Dropped."""
        self.close_socket()
        address = "ws" + self.url.removeprefix("http") + "/ws?" + urlencode({"clientId": self.client_id})
        headers = [f"{name}: {value}" for name, value in (_AGENT | dict(self.access.headers)).items()]
        tls = {"ca_certs": self.access.ca_file} if self.access.ca_file else {}
        try:
            self._socket = websocket.create_connection(
                address,
                timeout=self.limits.handshake,
                suppress_origin=True,
                header=headers,
                sslopt=tls,
                redirect_limit=0,
            )
        except websocket.WebSocketBadStatusException as error:
            raise Dropped(f"the websocket is answered with status {error.status_code}") from None
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
            self.close_socket()
            raise Dropped(_plainly(error)) from None
        if not frame and not self._socket.connected:
            self.close_socket()
            raise Dropped("the server closed the websocket")
        return frame

    def close_socket(self) -> None:
        """Closes the websocket, if there is one, without waiting for the server's farewell."""
        if self._socket is not None:
            with suppress(websocket.WebSocketException, OSError):
                self._socket.shutdown()  # type: ignore[no-untyped-call]  # websocket-client ships no types
            self._socket = None

    def close(self) -> None:
        self.close_socket()
        self._session.close()


def _media_type(response: requests.Response) -> str:
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _parts(response: requests.Response) -> Iterator[bytes]:
    """What has come, as soon as it has: iter_content waits for whole blocks, however slowly they trickle in."""
    read = getattr(response.raw, "read1", response.raw.read)  # urllib3 1 has no read1
    while part := read(1 << 16, decode_content=True):
        yield part


def _retry_after(response: requests.Response) -> float | None:
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isdigit() else None


def _plainly(error: Exception) -> str:
    """The innermost reason in a few words, without the libraries' wrapping."""
    if isinstance(error, requests.ConnectTimeout | requests.ReadTimeout | TimeoutError):
        return "no answer in time"
    said = repr(error)
    return next((words for sign, words in _WORDS if sign in said), "the connection failed")
