"""Servers that drip, flood and pack: every exchange ends by its limits, and says why."""

from __future__ import annotations

import contextlib
import time

import pytest
from enemies import HANDSHAKES, HTTP, PING, SOCKETS, TEXT, Talk, served, upgraded

from blogcovers.comfy.client import Client
from blogcovers.comfy.limits import Limits
from blogcovers.comfy.protocol import Dropped, get_queue

MIB = 2**20
SHORT = Limits(connect=2.0, read=0.4, body=0.8, handshake=0.4, max_json=MIB, max_picture=MIB, max_frame=MIB, frame=0.5)
PATIENCE = 60.0  # seconds that only a hang reaches


@pytest.mark.parametrize(("talk", "words"), HTTP.values(), ids=HTTP)
def test_an_exchange_ends_whatever_is_sent(talk: Talk, words: str) -> None:
    with served(talk) as address, contextlib.closing(Client(f"http://{address}", limits=SHORT)) as client:
        with pytest.raises(Dropped, match=words):
            client.exchange(get_queue())
        with pytest.raises(Dropped, match=words):
            client.exchange(get_queue())


@pytest.mark.parametrize(("talk", "words"), HANDSHAKES.values(), ids=HANDSHAKES)
def test_a_handshake_ends_whatever_is_sent(talk: Talk, words: str) -> None:
    with served(talk) as address, contextlib.closing(Client(f"http://{address}", limits=SHORT)) as client:
        with pytest.raises(Dropped, match=words):
            client.listen()
        assert not client.listening


@pytest.mark.parametrize(("talk", "words"), SOCKETS.values(), ids=SOCKETS)
def test_a_websocket_that_misbehaves_is_closed(talk: Talk, words: str) -> None:
    """Every wait for it is short all the while, so that the server is looked at meanwhile."""
    with served(talk) as address, contextlib.closing(Client(f"http://{address}", limits=SHORT)) as client:
        client.listen()
        until = time.monotonic() + PATIENCE
        with pytest.raises(Dropped, match=words):
            while time.monotonic() < until:
                assert client.receive(0.1) is None
        assert not client.listening


def test_what_is_slow_but_right_is_heard() -> None:
    """A ping now and then is no misbehaviour, and a message may come in pieces, with a ping between."""
    talk = upgraded(PING + b"\x01\x03hel" + PING + b"\x80\x02lo", PING, pause=0.3)
    with served(talk) as address, contextlib.closing(Client(f"http://{address}", limits=SHORT)) as client:
        client.listen()
        assert client.receive(PATIENCE) == "hello"
        for _ in range(10):
            assert client.receive(0.1) is None
        assert client.listening


def test_the_limits_of_a_frame_are_those_of_one_frame() -> None:
    """A thousand of half the size are none too many."""
    frame = TEXT + b"\x7f" + (MIB // 2).to_bytes(8, "big") + b"x" * (MIB // 2)
    with served(upgraded(b"", frame)) as at, contextlib.closing(Client(f"http://{at}", limits=SHORT)) as client:
        client.listen()
        for _ in range(10):
            assert client.receive(PATIENCE) == "x" * (MIB // 2)
