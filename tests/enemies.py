"""Servers that speak bytes, and badly: each a function that is handed a connection whose request was read.

Each goes on until the other side has had enough, so a client without a bound would hang on it, or grow.
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import hashlib
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator

Talk = Callable[[socket.socket, bytes], None]
JSON = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
DRIP = 0.02  # seconds between two bytes


@contextlib.contextmanager
def served(talk: Talk, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """``host:port`` of a server that does so with every connection, as many as come."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def accept() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    threading.Thread(target=answer, args=(connection,), daemon=True).start()

        def answer(connection: socket.socket) -> None:
            with contextlib.suppress(OSError), connection:
                speaking = tls.wrap_socket(connection, server_side=True) if tls else connection
                with speaking:
                    request = b""
                    while b"\r\n\r\n" not in request:
                        if not (read := speaking.recv(65536)):
                            return
                        request += read
                    talk(speaking, request)

        threading.Thread(target=accept, daemon=True).start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)


def repeated(*parts: bytes, pause: float = 0.0) -> Talk:
    """The first parts once, the last for ever."""

    def talk(connection: socket.socket, _request: bytes) -> None:
        assert parts[-1], "nothing can be sent without end, also to one that has left"
        connection.sendall(b"".join(parts[:-1]))
        while True:
            connection.sendall(parts[-1])
            if pause:
                time.sleep(pause)

    return talk


def dripped(start: bytes, byte: bytes = b"x") -> Talk:
    return repeated(start, byte, pause=DRIP)


def packed(packing: bytes, body: bytes) -> Talk:
    def talk(connection: socket.socket, _request: bytes) -> None:
        length = f"Content-Length: {len(body)}\r\n\r\n".encode()
        close = b"Connection: close\r\n"  # else the next request may meet the end of this connection
        connection.sendall(JSON + close + b"Content-Encoding: " + packing + b"\r\n" + length + body)

    return talk


BOMB = gzip.compress(bytes(64 * 2**20))
HTTP: dict[str, tuple[Talk, str]] = {
    "silence": (lambda connection, _: connection.recv(1), "no answer in time"),
    "a status line that drips": (dripped(b"HTTP/1.1 200 "), "no answer in time"),
    "headers that drip": (dripped(JSON + b"X: "), "no answer in time"),
    "1xx without end, slowly": (
        repeated(b"", b"HTTP/1.1 100 Continue\r\n\r\n", pause=DRIP),
        "no answer in time",
    ),
    "1xx without end, fast": (
        repeated(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
        "it sends more than any answer needs",
    ),
    "too many headers": (repeated(JSON, b"A: b\r\n"), "it sends more headers than any answer needs"),
    "a header without end": (repeated(JSON + b"A: ", b"b" * 65536), "it sends more (headers )?than any answer needs"),
    "a body that drips": (dripped(JSON + b"Content-Length: 100000\r\n\r\n"), "no whole answer in time"),
    "a body without end": (repeated(JSON + b"\r\n", b"x" * 65536), "the answer is larger than 1 MiB"),
    "chunks that drip": (
        repeated(JSON + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", pause=DRIP),
        "no whole answer in time",
    ),
    "chunks of a byte": (
        repeated(JSON + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 10000),
        "(it sends more than any answer needs|no whole answer in time)",
    ),
    "a chunk's size without end": (
        repeated(JSON + b"Transfer-Encoding: chunked\r\n\r\n1;", b"x" * 65536),
        "(it sends more headers than any answer needs|the connection failed|the answer was cut short)",
    ),
    "trailers that drip": (
        repeated(JSON + b"Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n", b"A: b\r\n", pause=DRIP),
        "no whole answer in time",
    ),
    "trailers without end": (
        repeated(JSON + b"Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n", b"A: b\r\n" * 10000),
        "(it sends more than any answer needs|no whole answer in time)",
    ),
    "a gzip bomb": (packed(b"gzip", BOMB), "the answer is larger than 1 MiB"),
    "a bomb in a bomb": (packed(b"gzip, gzip", gzip.compress(BOMB)), "the answer is packed in a way"),
    "a packing nobody asked for": (packed(b"br", b"x"), "the answer is packed in a way"),
    "gzip that is none": (packed(b"gzip", b"nonsense"), "the answer is packed, and damaged"),
    "gzip that is cut": (packed(b"gzip", gzip.compress(b"[]" * 99)[:-9]), "the answer was cut short"),
}
"""What each does -> (how, what is said of it) to a client with 1 MiB of JSON."""


def upgraded(*parts: bytes, pause: float = 0.0) -> Talk:
    """The handshake as it should be, then the first parts once and the last for ever."""

    def talk(connection: socket.socket, request: bytes) -> None:
        key = re.search(rb"Sec-WebSocket-Key: (\S+)", request)
        assert key
        accepted = base64.b64encode(hashlib.sha1(key[1] + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
        head = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        connection.sendall(head + b"Sec-WebSocket-Accept: " + accepted + b"\r\n\r\n")
        repeated(*parts, pause=pause)(connection, request)

    return talk


TEXT, PART, PING, PONG = b"\x81", b"\x01", b"\x89\x00", b"\x8a\x00"
SOCKETS: dict[str, tuple[Talk, str]] = {
    "a frame that drips": (upgraded(TEXT + b"\x7e\xff\xff", b"x", pause=DRIP), "a frame that does not end"),
    "a frame without end": (
        upgraded(TEXT + b"\x7f" + struct.pack("!Q", 2**62), b"x" * 65536),
        "it sends more than any answer needs",
    ),
    "fragments that drip": (upgraded(PART + b"\x01x", b"\x00\x01x", pause=DRIP), "a frame that does not end"),
    "fragments without end": (upgraded(PART + b"\x01x", b"\x00\x01x" * 1000), "without end"),
    "large fragments without end": (
        upgraded(PART + b"\x01x", b"\x00\x7e\xff\xff" + b"x" * 65535),
        "it sends more than any answer needs",
    ),
    "pings without end": (upgraded(b"", PING * 1000), "without end"),
    "pongs without end": (upgraded(b"", PONG * 1000), "without end"),
    "a packed frame": (upgraded(b"\xc1\x05hello", PING, pause=DRIP), "the connection failed"),
    "text that is none": (upgraded(TEXT + b"\x02\xff\xff", PING, pause=DRIP), "the connection failed"),
}
"""What each does -> (how, what is said of it) to a client with 1 MiB a frame."""


def refused_upgrade(connection: socket.socket, request: bytes) -> None:
    connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
    connection.recv(1)


HANDSHAKES: dict[str, tuple[Talk, str]] = {
    "headers that drip": (dripped(b"HTTP/1.1 101 Switching Protocols\r\nX: "), "answer in time"),
    "headers without end": (repeated(JSON, b"A: b\r\n"), "more headers than any answer needs"),
    "a key that is not ours": (refused_upgrade, "in an unknown shape"),
}
