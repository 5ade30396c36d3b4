"""``blogcovers doctor``, against servers on loopback."""

from __future__ import annotations

import pytest
from comfy_faults import answer, html
from comfy_server import ComfyServer
from site_builder import Site


@pytest.fixture
def site_with_a_post(site: Site) -> Site:
    site.post("fox")
    return site


def test_a_server_that_is_well_but_for_its_processor(site_with_a_post: Site, comfy: ComfyServer) -> None:
    result = site_with_a_post.run("doctor", "content", "--server", comfy.url)
    for words in ("ComfyUI 0.12.1", "cpu", "0 running, 0 waiting", "websocket  opens", "can run", "sd_xl_base_1.0"):
        assert words in result.out
    assert result.code == 0
    assert "→ It renders on the processor" in result.out
    assert comfy.prompts == [], "it only looks"


def test_a_graphics_card_makes_all_well(site_with_a_post: Site, comfy: ComfyServer) -> None:
    stats = b"""{"system": {"comfyui_version": "0.12.1"}, "devices": [
        {"name": "cuda:0 GPU", "type": "cuda", "vram_total": 25000000000, "vram_free": 20000000000}]}"""
    comfy.on("GET", "/system_stats", answer(200, stats, content_type="application/json"), times=None)
    result = site_with_a_post.run("doctor", "content", "--server", comfy.url)
    assert (result.code, result.out.splitlines()[-1]) == (0, "Covers can be made.")


def test_what_lacks_for_the_workflow(site_with_a_post: Site) -> None:
    with ComfyServer(checkpoints=("dream.safetensors",)) as comfy:
        result = site_with_a_post.run("doctor", "content", "--server", comfy.url)
    assert result.code == 1
    assert "'sd_xl_base_1.0.safetensors' is not on the server" in result.out
    assert "ckpt_name: dream.safetensors" in result.out


def test_a_gate_for_http_and_one_for_the_websocket_are_told_apart(site_with_a_post: Site, comfy: ComfyServer) -> None:
    comfy.on("GET", "/ws", answer(403), times=None)
    result = site_with_a_post.run("doctor", "content", "--server", comfy.url)
    assert "websocket  the websocket is answered with status 403" in result.out
    assert "can run" in result.out
    comfy.on("GET", "/system_stats", html(401, "Log in"), times=None)
    result = site_with_a_post.run("doctor", "content", "--server", comfy.url)
    assert "BLOGCOVERS_TOKEN" in result.out


def test_a_server_that_is_not_there_and_one_that_is(site_with_a_post: Site, comfy: ComfyServer) -> None:
    result = site_with_a_post.run("doctor", "content", "--server", "http://127.0.0.1:9", "--server", comfy.url)
    assert result.code == 1
    assert "connection refused" in result.out
    assert "ComfyUI 0.12.1" in result.out


def test_no_server_known(site_with_a_post: Site) -> None:
    result = site_with_a_post.run("doctor", "content")
    assert result.code == 2
    assert "--server" in result.err
