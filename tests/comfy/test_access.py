"""Servers behind a gate: headers on HTTP and websocket alike, a private CA, nothing for another host."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from comfy_faults import answer, fails_at
from comfy_server import ComfyServer
from pytest_httpserver import HTTPServer
from site_builder import Site

from blogcovers.comfy.client import Client
from blogcovers.comfy.protocol import Dropped, Picture, get_queue, view
from blogcovers.config import Access

SECRET = {"CF-Access-Client-Id": "me", "CF-Access-Client-Secret": "hush"}


def test_headers_go_with_every_request_and_the_handshake(comfy: ComfyServer) -> None:
    client = Client(comfy.url, Access(SECRET))
    client.exchange(get_queue())
    client.listen()
    client.close()
    assert [seen.path for seen in comfy.requests] == ["/queue", "/ws"]
    for seen in comfy.requests:
        assert seen.headers["cf-access-client-id"] == "me"
        assert seen.headers["cf-access-client-secret"] == "hush"


def test_a_redirect_to_another_host_takes_nothing_along(comfy: ComfyServer) -> None:
    with ComfyServer() as elsewhere:
        elsewhere.on("GET", "/signed", answer(200, b"picture", content_type="image/png"))
        comfy.on("GET", "/view", answer(302, headers={"Location": f"{elsewhere.url}/signed?key=1"}))
        client = Client(comfy.url, Access(SECRET | {"Authorization": "Bearer hush"}, download_hosts=("127.0.0.1",)))
        assert client.exchange(view(Picture("fox.png"))).body == b"picture"
        client.close()
        (seen,) = elsewhere.requests
        assert "hush" not in str(seen.headers)
        assert "authorization" not in seen.headers
    assert "hush" in str(comfy.requests[0].headers)


@pytest.fixture
def netrc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What requests looks up by itself, for every host."""
    file = tmp_path / "netrc"
    file.write_text("machine 127.0.0.1 login somebody password else\ndefault login somebody password else\n")
    monkeypatch.setenv("NETRC", str(file))


@pytest.mark.usefixtures("netrc")
def test_credentials_of_ours_come_before_those_of_netrc(comfy: ComfyServer) -> None:
    with closing(Client(comfy.url, Access({"Authorization": "Bearer ours"}))) as client:
        client.exchange(get_queue())
        client.listen()
    assert [seen.headers["authorization"] for seen in comfy.requests] == ["Bearer ours"] * 2
    with closing(Client(comfy.url)) as client:
        client.exchange(get_queue())
    assert comfy.requests[-1].headers["authorization"].startswith("Basic "), "or this shows nothing"


@pytest.mark.usefixtures("netrc")
def test_a_redirect_to_another_host_takes_nothing_of_netrc_along_either(comfy: ComfyServer) -> None:
    with ComfyServer() as elsewhere:
        elsewhere.on("GET", "/signed", answer(200, b"picture", content_type="image/png"))
        comfy.on("GET", "/view", answer(302, headers={"Location": f"{elsewhere.url}/signed"}))
        with closing(Client(comfy.url, Access(download_hosts=("127.0.0.1",)))) as client:
            assert client.exchange(view(Picture("fox.png"))).body == b"picture"
        assert "authorization" in comfy.requests[0].headers
        assert "authorization" not in elsewhere.requests[0].headers


def certificate(folder: Path) -> tuple[Path, Path]:
    """(certificate, key) of a server on loopback that nobody but its own certificate vouches for."""
    folder.mkdir()
    files = folder / "ca.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-out", str(files[0]), "-keyout", str(files[1])]
    subprocess.run(command, check=True, capture_output=True)
    return files


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates")
@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_ca_file_of_ours_comes_before_that_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    ours, key = certificate(tmp_path / "ours")
    other, _ = certificate(tmp_path / "other")
    with HTTPServer(host="127.0.0.1", ssl_context=_context(ours, key)) as server:
        server.expect_request("/queue").respond_with_data("[]", content_type="application/json")
        url = f"https://127.0.0.1:{server.port}"

        def asked(ca_file: Path | None) -> int:
            with closing(Client(url, Access({}, str(ca_file or "")))) as client:
                return client.exchange(get_queue()).status

        with pytest.raises(Dropped, match="not trusted"):
            asked(None)
        assert asked(ours) == 200
        monkeypatch.setenv(variable, str(other))
        assert asked(ours) == 200
        with pytest.raises(Dropped, match="not trusted"):
            asked(other)
        monkeypatch.setenv(variable, str(ours))
        assert asked(None) == 200, "without one of ours the environment's counts"
        with pytest.raises(Dropped, match="not trusted"):
            asked(other)


def _context(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


@pytest.mark.parametrize("environment", [{"BLOGCOVERS_TOKEN": "hush"}, {"BLOGCOVERS_HEADERS": "X-API-Key: hush"}])
def test_no_secret_gets_into_a_cover_or_a_message(
    site: Site, comfy: ComfyServer, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    site.environment |= environment
    site.post("fox")
    site.post("owl")
    comfy.on_run(fails_at("KSampler", "no"), times=1)
    result = site.run("build", "content", "--server", comfy.url, "--json")
    assert sorted(result.actions().values()) == ["failed", "rendered"]
    assert "hush" not in result.out + result.err
    for path in site.root.rglob("*"):
        assert not path.is_file() or b"hush" not in path.read_bytes()
    assert all("hush" in str(seen.headers) for seen in comfy.requests)


def test_a_path_before_every_route(site: Site) -> None:
    with ComfyServer(prefix="/gpu") as comfy:
        site.post("fox")
        site.build("--server", comfy.url)
        comfy.check()
