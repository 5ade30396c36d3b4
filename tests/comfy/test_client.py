"""The wire to a server: what comes back, what is sent, and plain words for everything that breaks."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from comfy_engine import File
from comfy_faults import answer, cut, delay, drop, drop_after, html
from comfy_server import ComfyServer
from werkzeug import Response

from blogcovers.comfy import protocol
from blogcovers.comfy.client import Client
from blogcovers.comfy.limits import Limits
from blogcovers.comfy.protocol import Dropped, Ended, JobState, Picture, Reply, Request, Settled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from comfy_faults import Call, HttpFault

RUN = Path(__file__).parents[1] / "recordings" / "ws_sdxl_run_plain.json"
QUEUE = protocol.get_queue()
EMPTY_IMAGE = {
    "1": {"class_type": "EmptyImage", "inputs": {"width": 64, "height": 64, "batch_size": 1, "color": 255}},
    "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": "x"}},
}


@pytest.fixture
def client(comfy: ComfyServer) -> Iterator[Client]:
    client = Client(comfy.url)
    yield client
    client.close()


@pytest.fixture
def hasty(comfy: ComfyServer) -> Iterator[Client]:
    """One that soon gives up."""
    client = Client(comfy.url, limits=Limits(connect=0.3, read=0.3, handshake=0.3))
    yield client
    client.close()


@contextlib.contextmanager
def raw_server(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server of one connection that speaks bytes: for what no HTTP server does of its own accord."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                talk(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join(5)
        assert not thread.is_alive(), "nobody called"


def reset(connection: socket.socket) -> None:
    """Close with RST instead of FIN."""
    connection.recv(65536)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def nonsense(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")


def stall(call: Call) -> Response:
    """The first bytes of the answer, and then nothing more for a long time."""
    data = call.normal().get_data()

    def parts() -> Iterator[bytes]:
        yield data[:5]
        call.sleep(3600)

    return Response(parts(), 200, {"Content-Length": str(len(data))}, content_type="application/json")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def dropped(call: Callable[[], object]) -> str:
    with pytest.raises(Dropped) as caught:
        call()
    return str(caught.value)


def plain(words: str) -> bool:
    """Short, one line, and without the names of libraries' classes or addresses in memory."""
    return len(words) < 60 and "\n" not in words and not set(words) & set("<>{}()='\"")


# HTTP ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (answer(200, "[]", content_type="application/json; charset=utf-8"), Reply(200, "application/json", b"[]")),
        (answer(503, "busy", content_type="Text/HTML;charset=x"), Reply(503, "text/html", b"busy")),
        (answer(200, b"\x89PNG\0\xff", content_type="image/png"), Reply(200, "image/png", b"\x89PNG\0\xff")),
        (answer(429, headers={"Retry-After": "7"}), Reply(429, "text/plain", b"", 7.0)),
        (answer(429, headers={"Retry-After": "Fri, 20 Nov 2026 19:00:00 GMT"}), Reply(429, "text/plain", b"")),
        (answer(429, headers={"Retry-After": "soon"}), Reply(429, "text/plain", b"")),
    ],
)
def test_status_media_type_and_bytes_come_back(
    comfy: ComfyServer, client: Client, fault: HttpFault, expected: Reply
) -> None:
    comfy.on("GET", "/queue", fault)
    assert client.exchange(QUEUE) == expected


def test_an_answer_without_a_body_has_no_media_type(client: Client) -> None:
    assert client.exchange(protocol.interrupt("nobody")) == Reply(200, "", b"")


def test_a_body_is_sent_as_json_and_a_question_has_none(comfy: ComfyServer, client: Client) -> None:
    client.exchange(protocol.delete_pending(["a", "ü"]))
    client.exchange(QUEUE)
    posted, asked = comfy.requests
    assert posted.body == {"delete": ["a", "ü"]}
    assert posted.headers["content-type"] == "application/json"
    assert asked.body is None
    assert "content-type" not in asked.headers


@pytest.mark.parametrize(
    "picture",
    [
        Picture("post_00001_.png"),
        Picture("post_00001_.png", "blog/covers"),
        Picture("two words.png", "blog covers"),
        Picture("100%.png"),
        Picture("100%25.png"),
        Picture("a+b&c=d#e?.png"),
        Picture("ünï cödé_00001_.png", "ñ"),
        Picture("x.png", "", "temp"),
    ],
)
def test_a_picture_of_any_name_is_found(comfy: ComfyServer, client: Client, picture: Picture) -> None:
    comfy.files[picture.type, picture.subfolder, picture.filename] = File(b"\x89PNG of it")
    assert client.exchange(protocol.view(picture)) == Reply(200, "image/png", b"\x89PNG of it")


def test_a_server_may_live_below_a_path() -> None:
    with ComfyServer(prefix="/gpu/one") as server:
        client = Client(server.url)
        with contextlib.closing(client):
            assert client.exchange(QUEUE).status == 200
            client.listen()
            assert client.receive(2.0) is not None
        server.check()


def test_a_redirected_question_is_followed_and_a_redirected_post_is_not(comfy: ComfyServer, client: Client) -> None:
    comfy.on("GET", "/queue", answer(302, headers={"Location": "/system_stats"}))
    comfy.on("POST", "/interrupt", answer(302, headers={"Location": "/queue"}))
    assert client.exchange(QUEUE).status == 200
    assert client.exchange(protocol.interrupt("nobody")).status == 302
    assert [seen.path for seen in comfy.requests] == ["/queue", "/system_stats", "/interrupt"]


def test_redirects_that_never_end_are_given_up(comfy: ComfyServer, client: Client) -> None:
    comfy.on("GET", "/queue", answer(302, headers={"Location": "/queue"}), times=None)
    assert client.exchange(QUEUE).status == 302
    assert len(comfy.requests) < 10


def test_no_origin_is_sent_on_http_or_websocket(comfy: ComfyServer, client: Client) -> None:
    """ComfyUI answers 403 to an Origin that does not match its own address to the letter."""
    client.exchange(QUEUE)
    client.exchange(protocol.interrupt("nobody"))
    client.listen()
    assert [seen.path for seen in comfy.requests] == ["/queue", "/interrupt", "/ws"]
    assert not [seen.path for seen in comfy.requests if "origin" in seen.headers]


def test_every_client_has_a_client_id_of_its_own(comfy: ComfyServer) -> None:
    ids = {Client(comfy.url).client_id for _ in range(3)}
    assert len(ids) == 3
    assert all(isinstance(client_id, str) for client_id in ids)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (drop(), "connection closed without an answer"),
        (drop_after(), "connection closed without an answer"),
        (cut(0), "the answer was cut short"),
        (cut(5), "the answer was cut short"),
        (delay(3600), "no answer in time"),
        (stall, "no answer in time"),
    ],
    ids=["closed", "closed after doing it", "no body", "half a body", "silence", "stalled in the body"],
)
def test_what_breaks_is_dropped_in_plain_words(comfy: ComfyServer, hasty: Client, fault: HttpFault, words: str) -> None:
    comfy.on("GET", "/queue", fault)
    assert dropped(lambda: hasty.exchange(QUEUE)) == words
    assert hasty.exchange(QUEUE).status == 200, "the next request must not suffer from the one before"


@pytest.mark.parametrize(
    ("talk", "words"), [(reset, "connection reset"), (nonsense, None)], ids=["reset", "not an HTTP server"]
)
def test_a_connection_that_breaks_is_dropped_in_plain_words(
    talk: Callable[[socket.socket], None], words: str | None
) -> None:
    with raw_server(talk) as url, contextlib.closing(Client(url)) as client:
        said = dropped(lambda: client.exchange(QUEUE))
    assert said == (words or said)
    assert plain(said), said


def test_nobody_there_is_dropped_in_plain_words() -> None:
    with contextlib.closing(Client(f"http://127.0.0.1:{free_port()}")) as client:
        assert dropped(lambda: client.exchange(QUEUE)) == "connection refused"
        assert dropped(client.listen) == "connection refused"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (socket.EAI_NONAME, "Name or service not known"),
        (socket.EAI_AGAIN, "Temporary failure in name resolution"),
        (8, "nodename nor servname provided, or not known"),
        (-5, "No address associated with hostname"),
        (11001, "getaddrinfo failed"),
    ],
    ids=["linux", "offline", "macos", "no address", "windows"],
)
def test_a_name_that_nobody_has_is_said_as_such(monkeypatch: pytest.MonkeyPatch, number: int, words: str) -> None:
    def getaddrinfo(*_: Any, **__: Any) -> None:
        raise socket.gaierror(number, words)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    with contextlib.closing(Client("http://gpu.example:8188")) as client:
        assert dropped(lambda: client.exchange(QUEUE)) == "there is no host of that name"
        assert dropped(client.listen) == "there is no host of that name"


def test_an_answer_that_never_ends_is_cut_off(comfy: ComfyServer) -> None:
    comfy.on("GET", "/queue", answer(200, b"x" * (2**20 + 1)))
    with contextlib.closing(Client(comfy.url, limits=Limits(max_json=2**20))) as client:
        assert "larger than 1 MiB" in dropped(lambda: client.exchange(QUEUE))
        assert client.exchange(QUEUE).status == 200


@pytest.mark.parametrize("framing", [b"Content-Length: 4096\r\n", b""], ids=["of known length", "until it closes"])
def test_an_answer_that_trickles_in_is_given_up_in_time(framing: bytes) -> None:
    """A byte now and then keeps every single wait short."""

    def talk(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nConnection: close\r\n" + framing + b"\r\n")
        with contextlib.suppress(OSError):
            for _ in range(100):
                connection.sendall(b"x")
                time.sleep(0.03)

    with raw_server(talk) as url, contextlib.closing(Client(url, limits=Limits(body=0.3))) as client:
        assert dropped(lambda: client.exchange(QUEUE)) == "no whole answer in time"


def test_an_answer_in_pieces_is_put_together(client: Client, comfy: ComfyServer) -> None:
    whole = b"0123456789" * 30_000
    comfy.on("GET", "/queue", lambda _: Response((whole[at : at + 1000] for at in range(0, len(whole), 1000)), 200))
    assert client.exchange(QUEUE).body == whole


# The websocket ------------------------------------------------------------------------------------------


def until_settled(client: Client, prompt_id: str) -> list[str | bytes]:
    """The frames up to the last one of this prompt."""
    frames: list[str | bytes] = []
    while not frames or protocol.read_frame(frames[-1]) != Settled(prompt_id):
        frame = client.receive(2.0)
        assert frame is not None, "it went silent"
        frames.append(frame)
    return frames


def test_frames_come_as_they_were_sent(comfy: ComfyServer, client: Client) -> None:
    client.listen()
    assert client.listening
    client.exchange(protocol.post_prompt(EMPTY_IMAGE, client.client_id, "p"))
    frames = until_settled(client, "p")
    assert json.loads(frames[0])["data"]["sid"] == client.client_id
    assert Ended("p", JobState.DONE) in [protocol.read_frame(frame) for frame in frames]
    assert comfy.sockets[0].client_id == client.client_id


def test_previews_come_as_bytes(comfy: ComfyServer, client: Client) -> None:
    comfy.previews = True
    graph = json.loads(RUN.read_text(encoding="utf-8"))["post"]["request"]["body"]["prompt"]
    client.listen()
    client.exchange(protocol.post_prompt(graph, client.client_id, "p"))
    previews = [frame for frame in until_settled(client, "p") if isinstance(frame, bytes)]
    assert len(previews) == graph["3"]["inputs"]["steps"]
    assert all(frame.startswith(b"\0\0\0\1") for frame in previews)


def test_silence_is_none(comfy: ComfyServer, client: Client) -> None:
    comfy.ws_mode = "silent"
    client.listen()
    assert client.receive(0.1) is None
    assert client.listening, "silence is no reason to hang up"


def test_a_frame_may_come_after_silence(comfy: ComfyServer, client: Client) -> None:
    client.listen()
    assert client.receive(2.0) is not None
    assert client.receive(0.05) is None
    client.exchange(protocol.post_prompt(EMPTY_IMAGE, client.client_id, "p"))
    assert client.receive(2.0) is not None


def receive_all(client: Client) -> None:
    while client.receive(2.0) is not None:
        pass


@pytest.mark.parametrize("how", ["the server stops", "the connection breaks"])
def test_a_closed_websocket_is_dropped_and_stays_so(comfy: ComfyServer, client: Client, how: str) -> None:
    if how == "the connection breaks":
        comfy.ws_mode, comfy.ws_drop_after = "drop", 1
        client.listen()
        client.exchange(protocol.post_prompt(EMPTY_IMAGE, client.client_id, "p"))
    else:
        client.listen()
        assert client.receive(2.0) is not None
        comfy.stop()
    assert plain(dropped(lambda: receive_all(client)))
    assert not client.listening
    assert dropped(lambda: client.receive(0.1)) == "the websocket is closed"


@pytest.mark.parametrize(
    "fault", [answer(400, "no"), html(502), html(200), answer(403)], ids=["400", "502", "a page", "403"]
)
def test_a_refused_websocket_is_dropped_in_plain_words(comfy: ComfyServer, client: Client, fault: HttpFault) -> None:
    comfy.on("GET", "/ws", fault)
    said = dropped(client.listen)
    assert plain(said), said
    assert not client.listening
    client.listen()
    assert client.receive(2.0) is not None


def test_a_handshake_without_an_answer_is_given_up(comfy: ComfyServer, hasty: Client) -> None:
    comfy.on("GET", "/ws", delay(3600))
    assert plain(dropped(hasty.listen))


def test_the_older_socket_is_closed_before_the_next_is_opened(comfy: ComfyServer, client: Client) -> None:
    """ComfyUI forgets a client_id when its first socket closes after its second was opened, and is silent for ever."""
    client.listen()
    assert client.receive(2.0) is not None

    def only_once_the_first_is_closed(call: Call) -> Response:
        comfy.wait_until(lambda: comfy.sockets[0].closed)
        return call.normal()

    comfy.on("GET", "/ws", only_once_the_first_is_closed)
    client.listen()
    client.exchange(protocol.post_prompt(EMPTY_IMAGE, client.client_id, "p"))
    until_settled(client, "p")
    assert [one.client_id for one in comfy.sockets] == [client.client_id] * 2


def test_close_and_close_socket_may_be_called_at_any_time(comfy: ComfyServer, client: Client) -> None:
    client.close_socket()
    client.listen()
    client.close_socket()
    client.close_socket()
    assert not client.listening
    client.close()
    client.close()
    comfy.wait_until(lambda: comfy.sockets and comfy.sockets[0].closed)


def test_a_request_says_who_asks(comfy: ComfyServer, client: Client) -> None:
    client.exchange(Request("GET", "/queue"))
    assert comfy.requests[0].headers["user-agent"].startswith("blogcovers/")
