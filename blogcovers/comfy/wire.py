"""A wire that is measured: each byte of each answer passes a meter, which ends what takes too long or grows too large.

requests bounds the wait between two bytes, not the whole: a header that drips, a chunk's trailer without end, or 1xx
after 1xx would hold it for ever. So the connections that are made here read through a :class:`Meter`. It says before
each read how long that may last; no thread watches, nothing is closed from outside. A websocket is the connection that
its handshake leaves open, so it is metered, proxied and trusted exactly as the rest.
"""

from __future__ import annotations

import io
import ssl
import time
from functools import partial
from http.client import HTTPResponse
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

if TYPE_CHECKING:
    import socket

_ALTERNATIVE_NAME = b"\x06\x03\x55\x1d\x11"  # its object identifier, 2.5.29.17, in DER


class Meter:
    """How long, and how many bytes, may still be read. ``fault``: in what way that was overstepped, or ``""``.

    ``public_only``: connections to this machine and its own link are refused, as whoever sent us there may not reach
    what only we can reach.
    """

    def __init__(self) -> None:
        self.until = self.silence = float("inf")
        self.left = self.head = 0
        self.public_only = False
        self.fault = ""
        self.begun = False  # whether all headers of an answer have come
        self.answer: _Answer | None = None  # the latest

    def begin(self, seconds: float, silence: float, head: int) -> None:
        """A new exchange of so many seconds in all. Its headers come within ``silence``, and in ``head`` bytes."""
        self.until, self.silence, self.head, self.fault = time.monotonic() + seconds, silence, head, ""
        self.begun = self.public_only = False

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self.until

    def seconds(self) -> float:
        """How long the next read or write may last. Raises TimeoutError."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        return min(left, self.silence)

    def check(self, connection: socket.socket) -> None:
        """Raises OSError for a peer that ``public_only`` forbids."""
        peer = ip_address(str(connection.getpeername()[0]).partition("%")[0])
        peer = getattr(peer, "ipv4_mapped", None) or peer
        if self.public_only and (peer.is_loopback or peer.is_link_local or peer.is_unspecified):
            connection.close()
            self.fault = "it redirects to an address of this machine or its own link"
            raise OSError(self.fault)


class _Reader(io.RawIOBase):
    """A socket's bytes, as its meter allows. ``held``: what keeps the socket open as long as this is."""

    def __init__(self, connection: socket.socket, held: io.RawIOBase, meter: Meter) -> None:
        self._connection = connection
        self._held = held
        self.meter = meter

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self.meter.left <= 0:
            self.meter.fault = self.meter.fault or "it sends more than any answer needs"
            raise OSError(self.meter.fault)
        self._connection.settimeout(self.meter.seconds())
        count = self._connection.recv_into(buffer)
        self.meter.left -= count
        return count

    def close(self) -> None:
        self._held.close()
        super().close()


class _Answer(HTTPResponse):
    """http.client's response, read through a meter."""

    def __init__(self, meter: Meter, connection: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(connection, *args, **kwargs)
        self._meter = meter
        self.connection = connection
        self.reader = _Reader(connection, self.fp.detach(), meter)
        self.fp = io.BufferedReader(self.reader)
        meter.left, meter.answer = meter.head, self  # of a proxy's answer to CONNECT, too

    def begin(self) -> None:
        meter = self._meter
        until, meter.until = meter.until, min(meter.until, time.monotonic() + meter.silence)
        try:
            super().begin()
            meter.begun = True
        finally:
            meter.until = until


class _MeteredConnection:
    """What is laid over either of urllib3's connections."""

    sock: socket.socket | None

    def __init__(self, *args: Any, meter: Meter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._meter = meter
        self.response_class = partial(_Answer, meter)

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        if self.sock:
            self._meter.check(self.sock)

    def send(self, data: Any) -> None:
        if self.sock:
            self.sock.settimeout(self._meter.seconds())
        super().send(data)  # type: ignore[misc]


class _Plain(_MeteredConnection, HTTPConnection):  # type: ignore[misc]
    pass


class _Secure(_MeteredConnection, HTTPSConnection):  # type: ignore[misc]
    pass


class MeteredAdapter(HTTPAdapter):
    """Connections, with or without a proxy, that a meter measures. SOCKS brings its own connections: there requests'
    bounds have to do."""

    def __init__(self, meter: Meter) -> None:
        self._pools = {
            "http": _pool(HTTPConnectionPool, partial(_Plain, meter=meter)),
            "https": _pool(HTTPSConnectionPool, partial(_Secure, meter=meter)),
        }
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not proxy.lower().startswith("socks"):
            manager.pool_classes_by_scheme = self._pools
        return manager


def _pool(kind: type, connection: partial[Any]) -> type:
    return type(kind.__name__, (kind,), {"ConnectionCls": staticmethod(connection)})


class Channel:
    """What a handshake has left open, as websocket-client wants a socket; ``meter`` is its own from now on."""

    def __init__(self, answer: _Answer, meter: Meter) -> None:
        self._answer = answer
        self.meter = answer.reader.meter = meter

    def recv(self, size: int) -> bytes:
        return self._answer.fp.read1(size)

    def send(self, data: bytes) -> int:
        self._answer.connection.settimeout(self.meter.seconds())
        return self._answer.connection.send(data)

    def gettimeout(self) -> float:
        return self.meter.silence

    def settimeout(self, seconds: float) -> None:
        """The meter alone says how long."""

    def fileno(self) -> int:
        return self._answer.connection.fileno()

    def shutdown(self, how: int) -> None:
        self._answer.connection.shutdown(how)

    def close(self) -> None:
        self._answer.close()
        self._answer.connection.close()


def names_no_host(address: str, seconds: float = 2.0) -> bool:
    """Whether the certificate at an https address, whoever signed it, has no subjectAltName: no name in it counts."""
    parts = urlsplit(address)
    try:
        pem = ssl.get_server_certificate((parts.hostname or "", parts.port or 443), timeout=seconds)
    except (OSError, ValueError):
        return False
    return _ALTERNATIVE_NAME not in ssl.PEM_cert_to_DER_cert(pem)
