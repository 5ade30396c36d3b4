"""What stands between us and a server has one sentence and one way out, in ``build`` and ``doctor`` alike."""

from __future__ import annotations

import contextlib
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from comfy_faults import HttpFault, answer, html
from comfy_server import ComfyServer
from enemies import JSON, Talk, served

from blogcovers.comfy import gates, limits
from blogcovers.comfy.client import Client
from blogcovers.comfy.doctor import examine
from blogcovers.comfy.limits import Limits
from blogcovers.comfy.protocol import Dropped, NotComfy, Picture, answered, get_queue, system_stats, view
from blogcovers.comfy.renderer import ComfyUI
from blogcovers.config import Access
from blogcovers.errors import ServerError

PROXIES = [f"{name}_PROXY" for name in ("HTTP", "HTTPS", "ALL", "NO")]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LIMITS", Limits(start=0.0, read=2.0))
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def said_of(url: str, access: Access | None = None) -> tuple[str, str]:
    """(what is wrong, the way out), as `doctor` says; `build` says the same."""
    (found,) = list(examine(url, access or Access(), []))
    with pytest.raises(ServerError) as caught:
        ComfyUI([url], access).prepare(lambda _: None)
    assert found.text in caught.value.message
    assert found.advice in caught.value.hint
    return found.text, found.advice


@pytest.mark.parametrize(
    ("fault", "why", "way_out"),
    [
        (answer(401), "status 401", "BLOGCOVERS_TOKEN"),
        (html(403), "status 403", "whether it allows this machine"),
        (answer(407), "status 407", "NAME:PASSWORD@HOST:PORT"),
        (answer(302, headers={"Location": "https://login.example/?secret"}), "https://login.example", "credentials"),
        (answer(301, headers={"Location": "https://gpu.example/"}), "https://gpu.example", "name that address"),
        (answer(308, headers={"Location": "https://gpu.example/"}), "https://gpu.example", "name that address"),
        (html(200, "Log in"), "status 200 and text/html", "That is a page"),
        (html(404), "status 404", "Check the address"),
    ],
)  # fmt: skip
def test_a_gate_has_its_own_way_out(comfy: ComfyServer, fault: HttpFault, why: str, way_out: str) -> None:
    comfy.on("GET", "/system_stats", fault, times=None)
    text, advice = said_of(comfy.url)
    assert why in text
    assert way_out in advice
    assert "secret" not in text + advice


@pytest.mark.parametrize(("status", "way_out"), [(429, "no more requests"), (502, "behind it is not"), (504, "behind")])
def test_a_gate_that_is_busy_has_its_own_way_out(comfy: ComfyServer, status: int, way_out: str) -> None:
    comfy.on("GET", "/system_stats", html(status), times=None)
    with pytest.raises(ServerError, match=f"status {status}") as caught:
        ComfyUI([comfy.url]).prepare(lambda _: None)
    (found,) = list(examine(comfy.url, Access(), []))
    assert way_out in caught.value.hint
    assert found.advice in caught.value.hint


# Certificates -------------------------------------------------------------------------------------------

openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates")


def run(folder: Path, *command: str) -> None:
    subprocess.run(["openssl", *command], check=True, capture_output=True, cwd=folder)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An authority (ca.pem) and what it has signed, NAME.pem, all with one key; own.pem is signed by itself."""
    folder = tmp_path_factory.mktemp("certificates")
    key = ["-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem"]
    run(folder, "req", "-x509", *key, "-days", "2", "-subj", "/CN=authority", "-out", "ca.pem")
    own = ["-addext", "subjectAltName=IP:127.0.0.1", "-out", "own.pem"]
    run(folder, "req", "-x509", "-key", "key.pem", "-days", "2", "-subj", "/CN=127.0.0.1", *own)
    kinds = {"good": ("IP:127.0.0.1", "2"), "expired": ("IP:127.0.0.1", "-1"), "other": ("DNS:other.example", "2")}
    for name, (host, days) in {**kinds, "nameless": ("", "2")}.items():
        alternative = ["-addext", f"subjectAltName={host}"] if host else []
        run(folder, "req", "-new", "-key", "key.pem", "-subj", "/CN=127.0.0.1", *alternative, "-out", "asked.csr")
        signed = ["-CA", "ca.pem", "-CAkey", "key.pem", "-days", days, "-copy_extensions", "copy"]
        run(folder, "x509", "-req", "-in", "asked.csr", *signed, "-out", f"{name}.pem")
    return folder


def stats(connection: socket.socket, _request: bytes) -> None:
    connection.sendall(JSON + b'Content-Length: 14\r\n\r\n{"system": {}}')


@contextlib.contextmanager
def secured(certificates: Path, name: str) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates / f"{name}.pem", certificates / "key.pem")
    with served(stats, context) as address:
        yield f"https://{address}"


@openssl
@pytest.mark.parametrize(
    ("name", "known", "why", "way_out"),
    [
        ("expired", True, "its certificate has expired", "Renew"),
        ("other", True, "its certificate is for another host", "as its certificate does"),
        ("nameless", True, "its certificate names no host", "subjectAltName"),
        ("own", False, "signed by itself", "If it is yours"),
        ("good", False, "nobody here knows the authority", "your authority's certificate"),
    ],
)
def test_a_certificate_has_its_own_way_out(certificates: Path, name: str, known: bool, why: str, way_out: str) -> None:
    access = Access(ca_file=str(certificates / "ca.pem") if known else "")
    with secured(certificates, name) as url:
        text, advice = said_of(url, access)
        assert why in text
        assert way_out in advice
        with contextlib.closing(Client(url, access)) as client, pytest.raises(Dropped, match=why):
            client.listen()


@openssl
def test_a_good_certificate_is_taken(certificates: Path) -> None:
    access = Access(ca_file=str(certificates / "ca.pem"))
    with secured(certificates, "good") as url, contextlib.closing(Client(url, access)) as client:
        assert answered(system_stats(), client.exchange) == {"system": {}}


def test_plain_http_behind_https_is_said(comfy: ComfyServer) -> None:
    text, advice = said_of(comfy.url.replace("http://", "https://"))
    assert "does not speak https" in text
    assert "http://" in advice


# Proxies ------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def proxy(monkeypatch: pytest.MonkeyPatch, talk: Talk) -> Iterator[list[bytes]]:
    """A proxy for everything; what it was asked."""
    asked: list[bytes] = []

    def noted(connection: socket.socket, request: bytes) -> None:
        asked.append(request)
        talk(connection, request)

    with served(noted) as address:
        for name in PROXIES[:3]:
            monkeypatch.setenv(name, f"http://me:hush@{address}")
        yield asked


def refuses(connection: socket.socket, _request: bytes) -> None:
    connection.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")


def drips(connection: socket.socket, _request: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nA: b\r\n")
    while True:
        connection.sendall(b"A: b\r\n" * 100)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1.2.3", "0.0.0.0"])
def test_this_machine_is_asked_directly(comfy: ComfyServer, monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    with proxy(monkeypatch, refuses) as asked:
        url = comfy.url if host != "localhost" else comfy.url.replace("127.0.0.1", host)
        with contextlib.closing(Client(url, Access({"Authorization": "Bearer hush"}))) as client:
            assert client.exchange(get_queue()).status == 200
            client.listen()
            assert client.through == ""
    assert asked == []


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_is_named_and_its_refusal_said(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    with proxy(monkeypatch, refuses) as asked:
        text, advice = said_of(f"{scheme}://gpu.example:8188", Access({"Authorization": "Bearer secret"}))
        assert "407" in text
        assert "through the proxy 127.0.0.1:" in text
        assert "NAME:PASSWORD@HOST:PORT" in advice
        assert "hush" not in text
    assert asked
    if scheme == "https":
        assert not [request for request in asked if b"secret" in request]
        assert all(request.startswith(b"CONNECT gpu.example:8188") for request in asked)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    client = Client(f"{scheme}://gpu.example:8188")
    with proxy(monkeypatch, drips), contextlib.closing(client), pytest.raises(Dropped, match="through the proxy"):
        client.exchange(get_queue())


# Redirected downloads -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hosts", "reached"),
    [((), False), (("cdn.example",), False), (("127.0.0.1",), True), (("*.0.0.1",), False)],
    ids=["none", "another", "named", "below a name, on this machine"],
)
def test_a_picture_elsewhere_is_fetched_from_named_hosts_alone(
    comfy: ComfyServer, hosts: tuple[str, ...], reached: bool
) -> None:
    with ComfyServer() as elsewhere:
        elsewhere.on("GET", "/signed", answer(200, b"picture", content_type="image/png"), times=None)
        target = answer(302, headers={"Location": f"{elsewhere.url}/signed?key=hush"})
        for path in ("/view", "/queue"):
            comfy.on("GET", path, target, times=None)
        with contextlib.closing(Client(comfy.url, Access(download_hosts=hosts))) as client:
            with contextlib.suppress(Dropped):
                reply = client.exchange(view(Picture("fox.png")))
                assert reply.sent_on == ("" if reached else elsewhere.url)
            assert len(elsewhere.requests) == reached
            client.listen()
            assert client.exchange(get_queue()).sent_on == elsewhere.url, "that is for pictures alone"
            assert len(elsewhere.requests) == reached


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("https://bucket.s3.amazonaws.com/x", True),
        ("https://amazonaws.com/x", False),
        ("https://evilamazonaws.com/x", False),
        ("https://amazonaws.com.evil.example/x", False),
        ("http://minio:9000/x", True),
        ("http://minio:9001/x", False),
        ("https://CDN.example/x", True),
        ("https://cdn.example@evil.example/x", False),
        ("file:///etc/passwd", False),
        ("ftp://cdn.example/x", False),
    ],
)
def test_hosts_are_matched_whole(address: str, allowed: bool) -> None:
    assert gates.is_allowed(address, ("*.amazonaws.com", "minio:9000", "cdn.example")) is allowed


def test_a_refused_download_names_host_and_setting() -> None:
    why = gates.elsewhere(gates.origin("https://u:p@cdn.example:444/x?key=hush"))
    assert "https://cdn.example:444" in why
    assert "hush" not in why
    assert "u:p" not in why
    assert "download_hosts = " in gates.way_out(why)


def test_what_is_no_comfyui_raises_for_a_redirect(comfy: ComfyServer) -> None:
    comfy.on("GET", "/system_stats", answer(307, headers={"Location": "//elsewhere.example"}))
    with contextlib.closing(Client(comfy.url)) as client, pytest.raises(NotComfy, match=r"http://elsewhere\.example"):
        answered(system_stats(), client.exchange)
