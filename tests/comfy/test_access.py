"""Servers behind a gate: headers on HTTP and websocket alike, a private CA, nothing for another host."""

from __future__ import annotations

import pytest
from comfy_faults import answer, fails_at
from comfy_server import ComfyServer
from site_builder import Site

from blogcovers.comfy.client import Client
from blogcovers.comfy.protocol import Picture, get_queue, view
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
        client = Client(comfy.url, Access(SECRET | {"Authorization": "Bearer hush"}))
        assert client.exchange(view(Picture("fox.png"))).body == b"picture"
        client.close()
        (seen,) = elsewhere.requests
        assert "hush" not in str(seen.headers)
        assert "authorization" not in seen.headers
    assert "hush" in str(comfy.requests[0].headers)


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
