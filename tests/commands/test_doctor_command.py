"""``blogcovers doctor``, against servers on loopback."""

from __future__ import annotations

import pytest
from comfy_faults import answer, html
from comfy_server import ComfyServer
from site_builder import Site

from blogcovers.workflow.assets import shipped_style


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


# The workflows in use

SDXL = (shipped_style() / "sdxl.json").read_text(encoding="utf-8")
BETTER = SDXL.replace('"KSampler"', '"KSamplerr"')


def test_the_workflows_that_posts_choose_are_looked_at_once_each(site_with_a_post: Site, comfy: ComfyServer) -> None:
    site = site_with_a_post
    site.style(house_toml='[palette]\na = "#111111"\nb = "#eeeeee"\n')
    site.write("style/large.json", SDXL.replace('"steps": 30', '"steps": 31'))
    site.write("style/ink/house.toml", '[palette]\na = "#111111"\nb = "#eeeeee"\n')
    site.write("style/ink/sdxl.json", SDXL.replace('"cfg": 6.5', '"cfg": 5.5'))
    site.write("style/unused.json", BETTER)
    for n in range(3):
        site.post(f"large-{n}", cover_workflow="large")
        site.post(f"ink-{n}", cover_style="ink")
    result = site.run("doctor", "content", "--server", comfy.url)
    assert result.code == 0, result.out
    for name in ("style/large.json", "style/ink/sdxl.json"):
        assert result.out.count(f"{name} can run") == 1
    assert "unused" not in result.out
    assert result.out.count("ckpt_name: ") == 1
    assert len(comfy.seen("GET", "/object_info/KSampler")) == 1


def test_a_node_that_is_not_there_comes_with_the_nearest_name(site_with_a_post: Site, comfy: ComfyServer) -> None:
    site_with_a_post.style(house_toml='[palette]\na = "#111111"\nb = "#eeeeee"\n')
    site_with_a_post.write("style/better.json", BETTER)
    site_with_a_post.write("content/owl.md", "---\nconcept: an owl\ncover_workflow: better\n---\n")
    result = site_with_a_post.run("doctor", "content", "--server", comfy.url)
    assert result.code == 1
    assert "style/better.json: node 3" in result.out
    assert "did you mean KSampler" in result.out
    assert "sdxl.json can run" in result.out
    assert result.out.splitlines()[-1] == "Not every cover can be made so: see the arrows."


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"cover_workflow": "nowhere"}, ["there is no workflow 'nowhere'", "→ There are: "]),
        ({"cover_workflow": "broken"}, ["style/broken.json"]),
        ({"cover_style": "nowhere"}, ["there is no style 'nowhere'"]),
    ],
    ids=["no such workflow", "broken workflow", "no such style"],
)
def test_a_posts_own_broken_choice_is_a_finding(
    site_with_a_post: Site, comfy: ComfyServer, keys: dict[str, str], words: list[str]
) -> None:
    site_with_a_post.style(house_toml='[palette]\na = "#111111"\nb = "#eeeeee"\n')
    site_with_a_post.write("style/broken.json", '{"nodes": []}')
    site_with_a_post.post("owl", **keys)
    result = site_with_a_post.run("doctor", "content", "--server", comfy.url)
    assert result.code == 1, result.err
    assert "content/owl.md\n" in result.out
    for word in words:
        assert word in result.out
    assert "sdxl.json can run" in result.out, "the others are looked at all the same"


@pytest.mark.parametrize(
    "keys",
    [{"draft": "true"}, {"cover_skip": "true"}, {"concept": ""}, {"image": "/own.png"}, {"date": "2999-01-01"}],
)
def test_posts_without_a_cover_choose_nothing(site_with_a_post: Site, comfy: ComfyServer, keys: dict[str, str]) -> None:
    lines = {"concept": "an owl", "cover_workflow": "nowhere", **keys}
    text = "".join(f"{key}: {value}\n" for key, value in lines.items())
    site_with_a_post.write("blogcovers.toml", 'future = false\nlink.key = "image"\n')
    site_with_a_post.write("content/owl.md", f"---\n{text}---\n")
    assert site_with_a_post.run("doctor", "content", "--server", comfy.url).code == 0


def test_a_gate_that_keeps_the_catalogue_to_itself(site_with_a_post: Site, comfy: ComfyServer) -> None:
    comfy.on("GET", "/object_info*", answer(403), times=None)
    result = site_with_a_post.run("doctor", "content", "--server", comfy.url)
    assert result.code == 0
    assert "it does not say what it has" in result.out
    assert "Let the gate pass /object_info" in result.out
    assert result.out.splitlines()[-1] == "Whether covers can be made is not told: see the arrows."


@pytest.mark.parametrize("config", ["", 'renderer = "painter"\n'], ids=["open", "painter"])
def test_the_painter_needs_no_server(site_with_a_post: Site, config: str) -> None:
    site_with_a_post.write("blogcovers.toml", config)
    result = site_with_a_post.run("doctor", "content")
    assert (result.code, result.err) == (0, "")
    assert result.out == (
        "Covers are painted here; no server is needed. For ComfyUI: blogcovers doctor --server http://127.0.0.1:8188\n"
    )


def test_where_comfyui_makes_covers_its_address_is_wanted(site_with_a_post: Site, comfy: ComfyServer) -> None:
    site_with_a_post.build("--server", comfy.url)
    assert site_with_a_post.run("doctor", "content").code == 2, "this cover is ComfyUI's"
    site_with_a_post.write("blogcovers.toml", 'renderer = "painter"\n')
    assert site_with_a_post.run("doctor", "content").code == 0
    site_with_a_post.write("blogcovers.toml", 'renderer = "comfyui"\n')
    result = site_with_a_post.run("doctor", "content")
    assert result.code == 2
    assert "No ComfyUI server is known.\n       Name one: blogcovers doctor --server" in result.err


@pytest.mark.parametrize(
    ("version", "said"),
    [
        (
            "0.2.7",
            ["ComfyUI 0.2.7", "ids of its own", "ComfyUI 0.3.45 or later", "on Ctrl-C", "ComfyUI 0.3.57 or later"],
        ),
        ("0.3.56", ["ComfyUI 0.3.56", "on Ctrl-C a cover that runs is finished"]),
        ("0.3.64", ["ComfyUI 0.3.64", "no /api/jobs"]),
        ("0.0.0", ["ComfyUI of an unknown version", "taken for an old one"]),
    ],
)
def test_the_version_is_told_and_what_it_means(
    site_with_a_post: Site, comfy: ComfyServer, version: str, said: list[str]
) -> None:
    comfy.version = version
    result = site_with_a_post.run("doctor", "content", "--server", comfy.url)
    assert result.code == 0, result.out
    assert all(words in " ".join(result.out.split()) for words in said), result.out


def test_one_that_is_too_old_is_told_before_anything_else(site_with_a_post: Site, comfy: ComfyServer) -> None:
    comfy.version = "0.0.0"
    comfy.on("GET", "/history/*", answer(404), times=None)
    result = site_with_a_post.run("doctor", "content", "--server", comfy.url)
    assert result.code == 1
    assert "too old: it has no /history/{id}" in result.out
    assert "Update it to 0.2 or later." in result.out
    built = site_with_a_post.run("build", "content", "--server", comfy.url)
    assert built.code == 3
    assert "is too old: it has no /history/{id}" in " ".join(built.err.split())
    assert comfy.prompts == []
