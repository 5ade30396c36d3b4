"""The wire to one ComfyUI server: one requests session, one websocket, blocking calls. It decides nothing.

``exchange`` is the only HTTP, ``receive`` the only websocket read; both pass a meter (:mod:`.wire`), so neither lasts
longer or grows larger than :mod:`.limits` allows, whatever the server sends. No Origin header is sent, since ComfyUI
refuses one that does not match its own address.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import math
import os
import time
import uuid
import zlib
from contextlib import suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urljoin, urlsplit

import requests
import websocket
from requests.utils import get_environ_proxies, select_proxy
from urllib3.exceptions import HTTPError
from websocket import ABNF

from blogcovers import __version__
from blogcovers.comfy import gates
from blogcovers.comfy import limits as bounds
from blogcovers.comfy.protocol import Dropped, Reply
from blogcovers.comfy.wire import Channel, Meter, MeteredAdapter, names_no_host
from blogcovers.config import Access

if TYPE_CHECKING:
    from collections.abc import Iterator

    from blogcovers.comfy.limits import Limits
    from blogcovers.comfy.protocol import Request

# One packing, which any server knows and whose unpacking can be bounded.
_AGENT = {"User-Agent": f"blogcovers/{__version__}", "Accept-Encoding": "gzip"}

# What libraries say, and the same in a few words; the first that is found counts.
_WORDS = (
    ("got more than", "it sends more headers than any answer needs"),
    ("Connection refused", "connection refused"),
    ("Name or service not known", "there is no host of that name"),
    ("nodename nor servname", "there is no host of that name"),
    ("name resolution", "there is no host of that name"),
    ("getaddrinfo failed", "there is no host of that name"),
    ("Failed to resolve", "there is no host of that name"),
    ("No address associated", "there is no host of that name"),
    ("certificate has expired", "its certificate has expired"),
    ("certificate is not yet valid", "its certificate is not valid yet"),
    ("ostname mismatch", "its certificate is for another host"),
    ("IP address mismatch", "its certificate is for another host"),
    ("certificate in certificate chain", "its certificate is not trusted: nobody here knows the authority behind it"),
    ("self-signed certificate", "its certificate is not trusted: it is signed by itself"),
    ("self signed certificate", "its certificate is not trusted: it is signed by itself"),
    ("CERTIFICATE_VERIFY_FAILED", "its certificate is not trusted: nobody here knows the authority behind it"),
    ("Tunnel connection failed: 407", "its proxy wants to know who asks (status 407)"),
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
        self._meter = Meter()
        self._session = _session(self._meter)
        self._session.headers.update(self.access.headers)
        if any(name.lower() == "authorization" for name in self.access.headers):
            self._session.auth = lambda request: request  # else requests puts what .netrc holds in its place
        self._frames: _Frames | None = None
        self._until = math.inf
        self._through = ""

    def end_within(self, seconds: float) -> None:
        """All exchanges from now on together last no longer than this."""
        self._until = time.monotonic() + seconds

    def exchange(self, request: Request) -> Reply:
        """Sends a request and reads the whole reply. Raises Dropped."""
        address = self.url + request.path + (f"?{urlencode(request.query)}" if request.query else "")
        body = json.dumps(request.body).encode() if request.body is not None else None
        headers = {"Content-Type": "application/json"} if body else {}
        most = self.limits.max_picture if request.path == "/view" else self.limits.max_json
        seconds = min(self.limits.body, self._until - time.monotonic())
        self._meter.begin(seconds, self.limits.read, self.limits.max_head)
        try:
            response = self._request(self._session, request.method, address, data=body, headers=headers)
            for _ in range(self.limits.redirects):
                address = _target(response, address)
                if request.method != "GET" or not self._may_follow(address, request):
                    break
                response.close()
                response = self._request(self._for(address), "GET", address)
            target = _target(response, address)
            with response:
                return Reply(
                    response.status_code,
                    _media_type(response),
                    b"" if target else self._body(response, most),
                    _retry_after(response),
                    gates.origin(target) if target else "",
                )
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise Dropped(self._why(error)) from None

    def _request(self, session: requests.Session, method: str, address: str, **more: Any) -> requests.Response:
        verify = self.access.ca_file or None  # said again: an environment variable would replace the session's
        timeout = (min(self.limits.connect, self._meter.seconds()), self.limits.read)
        proxy = _proxy(address)
        self._through = f" through the proxy {_shown(proxy)}" if proxy else ""
        return session.request(
            method,
            address,
            timeout=timeout,
            verify=verify,
            allow_redirects=False,
            stream=True,
            proxies=dict.fromkeys(("http", "https", "all"), proxy),  # type: ignore[arg-type]  # None: directly
            **more,
        )

    @property
    def through(self) -> str:
        """``" through the proxy HOST:PORT"`` where the latest request went so, else ``""``."""
        return self._through

    def _why(self, error: Exception) -> str:
        if self._meter.fault or not self._meter.is_over:
            said = self._meter.fault or _plainly(error)
        else:
            said = "no whole answer in time" if self._meter.begun else "no answer in time"
        if said == "its certificate is for another host" and not self._through and names_no_host(self.url):
            said = "its certificate names no host"
        return f"{said}{self._through}"

    def _may_follow(self, address: str, request: Request) -> bool:
        """Our own server sends us where it likes on itself, and to a picture on hosts that the config names."""
        if not address:
            return False
        allowed = request.path == "/view" and gates.is_allowed(address, self.access.download_hosts)
        return gates.is_same(address, self.url) or allowed

    def _for(self, address: str) -> requests.Session:
        """Our session for our own server, a bare one for another: nothing of the access goes there."""
        self._meter.public_only = not (
            gates.is_same(address, self.url) or gates.is_named(address, self.access.download_hosts) or _proxy(address)
        )
        if gates.is_same(address, self.url):
            return self._session
        bare = _session(self._meter)
        bare.trust_env = False  # neither does what .netrc holds
        return bare

    def _body(self, response: requests.Response, most: int) -> bytes:
        """The body as its sender meant it, of ``most`` bytes at most, packed or not."""
        self._meter.left = 2 * most + self.limits.max_head  # on the wire: chunks have frames of their own
        body = io.BytesIO()
        for part in _unpacked(_parts(response), response.headers.get("Content-Encoding", ""), most):
            body.write(part)
            if body.tell() > most:
                raise Dropped(f"the answer is larger than {most >> 20} MiB")
        return body.getvalue()

    @property
    def listening(self) -> bool:
        return self._frames is not None

    def listen(self) -> None:
        """Opens the websocket; an older one is closed first, since the server forgets an id whose first socket
        closes after its second was opened. Raises Dropped."""
        self.close_socket()
        address = f"{self.url}/ws?{urlencode({'clientId': self.client_id})}"
        key = base64.b64encode(os.urandom(16)).decode()
        headers = {"Upgrade": "websocket", "Connection": "Upgrade"}
        headers |= {"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": key}
        self._meter.begin(self.limits.handshake, self.limits.handshake, self.limits.max_head)
        try:
            response = self._request(self._session, "GET", address, headers=headers)
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise Dropped(self._why(error)) from None
        answer = self._meter.answer
        if response.status_code != 101 or answer is None:
            response.close()
            raise Dropped(f"the websocket is answered with status {response.status_code}")
        channel = Channel(answer, Meter())
        if response.headers.get("Sec-WebSocket-Accept", "") != _accepted(key):
            channel.close()
            raise Dropped("the websocket is answered in an unknown shape")
        self._frames = _Frames(channel, response, self.limits)

    def receive(self, seconds: float) -> str | bytes | None:
        """The next frame, or None when none came within ``seconds``. Raises Dropped when the socket is gone, or
        behaves as none of ComfyUI's does: then it is closed."""
        if self._frames is None:
            raise Dropped("the websocket is closed")
        try:
            return self._frames.receive(seconds)
        except websocket.WebSocketTimeoutException:
            return None
        except Dropped:
            self.close_socket()
            raise
        except (websocket.WebSocketException, OSError, ValueError) as error:
            why = self._frames.fault or _plainly(error)
            self.close_socket()
            raise Dropped(why) from None

    def close_socket(self) -> None:
        """Closes the websocket, if there is one, without waiting for the server's farewell."""
        if self._frames is not None:
            with suppress(OSError):
                self._frames.close()
            self._frames = None

    def close(self) -> None:
        self.close_socket()
        self._session.close()


class _Frames:
    """The messages of an open websocket. websocket-client reads the frames; what bounds them is here and in the
    meter: the bytes of a message with all its fragments and pings, their number, and how long it takes."""

    def __init__(self, channel: Channel, response: requests.Response, limits: Limits) -> None:
        self._meter = channel.meter
        self._channel = channel
        self._response = response  # which would close the connection if it went
        self._limits = limits
        self._socket = websocket.WebSocket(fire_cont_frame=True)  # fragments as they come, to be counted
        self._socket.sock = channel  # type: ignore[assignment]  # it is used as one
        self._socket.connected = True
        self._parts: list[bytes] = []
        self._opcode = 0
        self._mark = self._meter.left = limits.max_frame
        self._since = 0.0  # when the bytes of the message that is coming were first seen, 0 for none

    @property
    def fault(self) -> str:
        return self._meter.fault

    def receive(self, seconds: float) -> str | bytes:
        """The next whole message. Raises Dropped, and what websocket-client raises: its timeout after ``seconds``."""
        self._meter.begin(seconds, seconds, 0)
        try:
            for _ in range(self._limits.fragments):
                opcode, frame = self._socket.recv_data_frame(control_frame=True)
                if opcode == ABNF.OPCODE_CLOSE:
                    raise Dropped("the server closed the websocket")
                if opcode in (ABNF.OPCODE_PING, ABNF.OPCODE_PONG):
                    self._mark = self._meter.left
                    continue
                self._opcode = opcode or self._opcode
                self._parts.append(frame.data)
                if frame.fin:
                    return self._whole()
        except websocket.WebSocketTimeoutException:
            self._check_age()
            raise
        raise Dropped("the websocket sends fragments or pings without end")

    def _whole(self) -> str | bytes:
        data, self._parts, self._since = b"".join(self._parts), [], 0.0
        self._mark = self._meter.left = self._limits.max_frame
        return data.decode("utf-8") if self._opcode == ABNF.OPCODE_TEXT else data

    def _check_age(self) -> None:
        if not self._parts and self._meter.left == self._mark:
            return
        self._since = self._since or time.monotonic()
        if time.monotonic() - self._since > self._limits.frame or len(self._parts) > self._limits.fragments:
            raise Dropped("the websocket sends a frame that does not end")

    def close(self) -> None:
        self._channel.close()
        self._response.close()


def _session(meter: Meter) -> requests.Session:
    session = requests.Session()
    session.headers.update(_AGENT)
    for scheme in ("http://", "https://"):
        session.mount(scheme, MeteredAdapter(meter))
    return session


def _target(response: requests.Response, address: str) -> str:
    """Where a redirect leads, ``""`` for an answer that is none. Raises ValueError."""
    return urljoin(address, response.headers["Location"]) if response.is_redirect else ""


def _proxy(address: str) -> str | None:
    """The environment's proxy for an address, None for none, and always for this machine: a proxy elsewhere would look
    for it on itself, and be told our credentials."""
    if _is_loopback(urlsplit(address).hostname or ""):
        return None
    found: str | None = select_proxy(address, get_environ_proxies(address))
    return found or None


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return address.is_loopback or address.is_unspecified


def _shown(proxy: str) -> str:
    """A proxy without the name and password that may stand in it."""
    return proxy.rpartition("://")[2].rpartition("@")[2].rstrip("/")


def _accepted(key: str) -> str:
    """What a server answers to a handshake's key (RFC 6455, section 4.2.2)."""
    return base64.b64encode(hashlib.sha1(f"{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest()).decode()


def _media_type(response: requests.Response) -> str:
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _parts(response: requests.Response) -> Iterator[bytes]:
    """What has come, as soon as it has: iter_content waits for whole blocks, however slowly they trickle in."""
    read = getattr(response.raw, "read1", response.raw.read)  # urllib3 1 has no read1
    while part := read(1 << 16, decode_content=False):
        yield part


def _unpacked(parts: Iterator[bytes], packing: str, most: int) -> Iterator[bytes]:
    """The bytes of a body that may be packed by gzip, never more than ``most`` and one at a time, however far they
    unpack. Raises Dropped for other packings, and for what is none."""
    if packing.strip().lower() in ("", "identity"):
        yield from parts
        return
    if packing.strip().lower() not in ("gzip", "x-gzip"):
        raise Dropped("the answer is packed in a way that was not asked for")
    unpacking = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        for part in parts:
            yield unpacking.decompress(part, most + 1)
    except zlib.error:
        raise Dropped("the answer is packed, and damaged") from None
    if not unpacking.eof:
        raise Dropped("the answer was cut short")


def _retry_after(response: requests.Response) -> float | None:
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isdigit() else None


def _plainly(error: Exception) -> str:
    """The innermost reason in a few words, without the libraries' wrapping."""
    if isinstance(error, requests.ConnectTimeout | requests.ReadTimeout | TimeoutError):
        return "no answer in time"
    said = repr(error)
    return next((words for sign, words in _WORDS if sign in said), "the connection failed")
