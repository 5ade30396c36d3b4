"""Builds through ComfyUI, over a real server on loopback, from the command line to the file."""

from __future__ import annotations

import hashlib
import json
import shutil
import signal
import socket
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from comfy_faults import RunFault, answer, change_body, fails_at, html, truncated
from comfy_server import ComfyServer
from git_site import GitSite
from patience import SECONDS, wait_until
from PIL import Image
from site_builder import SMALL, Site

from blogcovers import api
from blogcovers.comfy import limits
from blogcovers.comfy.limits import Limits
from blogcovers.cover import webp

STYLE = Path(__file__).parents[1] / "style"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is not there is waited for, as ever, but not for as long."""
    monkeypatch.setattr(limits, "LIMITS", Limits(start=0.3))


def served(site: Site, comfy: ComfyServer) -> str:
    """The site with a server in its config."""
    site.write("blogcovers.toml", f'{SMALL}[comfyui]\nserver = "{comfy.url}"\n')
    return comfy.url


def posted(comfy: ComfyServer) -> list[dict[str, Any]]:
    """The graphs that the server accepted, in order."""
    return comfy.prompts


def test_n_posts_n_covers_and_no_request_the_second_time(site: Site, comfy: ComfyServer) -> None:
    served(site, comfy)
    names = [f"post-{n}" for n in range(6)]
    for name in names:
        site.post(name, f"a fox with {name} kites")

    first = site.run("build", "content", "--json")
    assert first.code == 0, first.err
    assert first.actions() == dict.fromkeys(names, "rendered")
    assert len(posted(comfy)) == 6

    asked = len(comfy.requests)
    second = site.run("build", "content")
    assert second.out == "Nothing to do: 6 current.\n"
    assert len(comfy.requests) == asked
    assert site.run("check", "content").code == 0
    assert len(comfy.requests) == asked


def test_the_graph_holds_style_concept_and_the_slugs_seed(site: Site, comfy: ComfyServer) -> None:
    served(site, comfy)
    site.post("the-fox", 'a fox with "quotes", {braces} and {{ concept }}', cover_negative="snow")
    site.build()
    (graph,) = posted(comfy)
    inputs = {node["class_type"]: node["inputs"] for node in graph.values()}
    expected_seed = int(hashlib.sha256(b"the-fox").hexdigest(), 16) >> (256 - 53)
    assert inputs["KSampler"]["seed"] == expected_seed < 2**53
    assert "Cubist folk art" in str(graph["6"]["inputs"]["text"])
    assert 'a fox with "quotes", {braces} and {{ concept }}' in str(graph["6"]["inputs"]["text"])
    assert str(graph["7"]["inputs"]["text"]).endswith(", snow")
    assert (inputs["EmptyLatentImage"]["width"], inputs["EmptyLatentImage"]["height"]) == (1344, 768)
    assert inputs["SaveImage"]["filename_prefix"] == "blogcovers/the-fox"


def test_the_cover_reopens_its_graph_and_says_what_made_it(site: Site, comfy: ComfyServer) -> None:
    served(site, comfy)
    site.post("fox", "a fox, naïve – and blue")
    site.build()
    with Image.open(site.cover("fox")) as picture:
        assert (picture.size, picture.mode) == ((64, 36), "RGB")
        key, _, graph = picture.getexif()[0x0110].partition(":")
    assert key == "prompt"
    assert json.loads(graph) == posted(comfy)[0]
    data = site.cover("fox").read_bytes()
    assert [chunk.name for chunk in webp.chunks(data)] == [b"VP8X", b"VP8 ", b"EXIF", b"XMP "]
    assert b"digitalsourcetype/trainedAlgorithmicMedia" in data


def test_changes_render_what_they_concern(site: Site, comfy: ComfyServer) -> None:
    served(site, comfy)
    shutil.copytree(STYLE, site.root / "style")
    site.post("fox")
    site.post("owl")
    site.build()

    site.post("fox", "two foxes")
    assert site.build().actions() == {"fox": "rendered", "owl": "none"}

    graph = json.loads((site.root / "style/sdxl.json").read_text(encoding="utf-8"))
    graph["3"]["inputs"]["steps"] = 12
    site.write("style/sdxl.json", json.dumps(graph))
    assert {row["reason"] for row in site.build().rows().values()} == {"workflow changed"}

    graph["3"]["inputs"]["seed"], graph["6"]["_meta"]["title"] = 99, "My prompt"
    graph["6"]["inputs"]["text"] = "what stood on the canvas"
    site.write("style/sdxl.json", json.dumps(graph, indent=4))
    assert set(site.build().actions().values()) == {"none"}, "a new export of the same workflow is the same"


def test_a_comfyui_site_where_no_server_is_known(site: Site, comfy: ComfyServer) -> None:
    site.post("fox")
    site.post("owl")
    assert site.build("--server", comfy.url).actions() == {"fox": "rendered", "owl": "rendered"}

    assert site.run("check", "content").code == 0
    assert site.build().actions() == {"fox": "none", "owl": "none"}

    before = site.cover("fox").read_bytes()
    site.post("fox", "two foxes")
    site.post("elk")
    result = site.run("build", "content", "--json")
    assert result.code == 1
    assert result.actions() == {"fox": "blocked", "owl": "none", "elk": "rendered"}
    assert result.rows()["elk"]["renderer"] == "painter"
    assert "no ComfyUI server is known" in str(result.rows()["fox"]["reason"])
    assert site.cover("fox").read_bytes() == before
    assert site.run("check", "content").code == 1


def test_the_environment_supplies_only_the_address(site: Site, comfy: ComfyServer) -> None:
    site.post("painted")
    site.build()
    site.environment["BLOGCOVERS_SERVER"] = comfy.url
    site.post("rendered")
    site.post("painted", "another concept")
    rows = site.build().rows()
    assert (rows["painted"]["renderer"], rows["rendered"]["renderer"]) == ("painter", "comfyui")


def test_the_painter_takes_a_comfyui_covers_place_only_by_name(site: Site, comfy: ComfyServer) -> None:
    site.post("fox")
    site.build("--server", comfy.url)
    assert site.build().actions() == {"fox": "none"}
    row = site.build("--renderer", "painter").rows()["fox"]
    assert (row["action"], row["reason"]) == ("rendered", "renderer: comfyui → painter")


def test_force_asks_for_a_new_picture_under_another_name(site: Site, comfy: ComfyServer) -> None:
    served(site, comfy)
    site.post("fox")
    site.build()
    site.build("--force")
    first, second = posted(comfy)
    assert first["9"]["inputs"]["filename_prefix"] != second["9"]["inputs"]["filename_prefix"]
    assert first["3"] == second["3"]


def test_namesakes_in_two_folders_each_get_their_picture(site: Site, comfy: ComfyServer) -> None:
    site.write("blogcovers.toml", f'path = "{{section}}/{{slug}}.webp"\n[comfyui]\nserver = "{comfy.url}"\n')
    site.write("content/a/note.md", "---\nconcept: a bird\n---\n")
    site.write("content/b/note.md", "---\nconcept: a bird\n---\n")
    result = site.run("build", "content", "--json")
    assert result.code == 0, result.err
    assert sorted(path.parent.name for path in site.media.rglob("note.webp")) == ["a", "b"]


# What can go wrong on the server's side


def test_a_server_that_is_not_there(site: Site) -> None:
    site.post("fox")
    result = site.run("build", "content", "--server", "http://127.0.0.1:9")
    assert result.code == 3
    assert "No ComfyUI answers at http://127.0.0.1:9: connection refused." in result.err
    assert not site.cover("fox").exists(), "a known server that is down is never painted over silently"


def test_a_known_server_is_not_asked_when_nothing_is_due(site: Site, comfy: ComfyServer) -> None:
    site.post("fox")
    site.build("--server", comfy.url)
    assert site.run("build", "content", "--server", "http://127.0.0.1:9").code == 0


def test_a_server_that_answers_html(site: Site, comfy: ComfyServer) -> None:
    served(site, comfy)
    comfy.on("GET", "/system_stats", html(200, "<h1>Welcome</h1>"), times=None)
    site.post("fox")
    result = site.run("build", "content", "--json")
    assert result.code == 3
    assert result.json["error"]["code"] == "server-refused"
    assert "does not answer as ComfyUI does" in result.err
    assert "text/html" in result.err


def test_an_unknown_checkpoint_lists_those_that_are_there(site: Site) -> None:
    with ComfyServer(checkpoints=("other.safetensors", "dream.safetensors")) as comfy:
        served(site, comfy)
        site.post("fox")
        result = site.run("build", "content")
        assert result.code == 3
        for words in (
            "sd_xl_base_1.0.safetensors",
            "dream.safetensors, other.safetensors",
            "style/sdxl.json",
            "node 4",
        ):
            assert words in result.err
        assert result.err.count("\n") <= 3


def test_the_model_of_the_style_replaces_the_templates(site: Site) -> None:
    with ComfyServer(checkpoints=("dream.safetensors",)) as comfy:
        served(site, comfy)
        house = (STYLE / "house.toml").read_text(encoding="utf-8")
        site.style(house_toml=house.replace('# model = "sd_xl_base_1.0', 'model = "dream'))
        site.post("fox")
        site.build()
        assert posted(comfy)[0]["4"]["inputs"]["ckpt_name"] == "dream.safetensors"


def test_all_faults_of_a_refusal_are_shown(site: Site, comfy: ComfyServer) -> None:
    served(site, comfy)
    shutil.copytree(STYLE, site.root / "style")
    site.style(
        house_toml=(STYLE / "house.toml").read_text(encoding="utf-8")
        + '\n[overrides]\n"KSampler.sampler_name" = "nope"\n"KSampler.cfg" = 1000.0\n'
        '"CheckpointLoaderSimple.ckpt_name" = "no.safetensors"\n'
    )
    site.post("fox")
    result = site.run("build", "content")
    assert result.code == 3
    for words in ("nope", "cfg", "no.safetensors"):
        assert words in result.err


def test_node_errors_on_a_200_are_a_refusal(site: Site, comfy: ComfyServer) -> None:
    served(site, comfy)
    errors = {"9": {"errors": [{"type": "x", "message": "Odd", "details": "prefix"}], "class_type": "SaveImage"}}
    comfy.on(
        "POST", "/prompt", change_body(lambda body: json.dumps({**json.loads(body), "node_errors": errors}).encode())
    )
    site.post("fox")
    result = site.run("build", "content")
    assert result.code == 3
    assert "node 9 (SaveImage): Odd: prefix" in result.err


def test_one_failing_render_does_not_stop_the_others(site: Site, comfy: ComfyServer) -> None:
    served(site, comfy)
    for name in ("a", "b", "c"):
        site.post(name, f"a fox called {name}")
    bad = fails_at("KSampler", "the sampler is tired")
    comfy.on_run(bad, when=lambda graph: "called b" in graph["6"]["inputs"]["text"])
    result = site.run("build", "content", "--json")
    assert result.code == 1
    assert result.actions() == {"a": "rendered", "b": "failed", "c": "rendered"}
    error = str(result.rows()["b"]["error"])
    assert error.startswith("content/b.md: ")
    assert "the sampler is tired" in error
    assert "node 3 (KSampler)" in error
    assert site.build().actions() == {"a": "none", "b": "rendered", "c": "none"}


def test_a_damaged_picture_is_asked_for_again(site: Site, comfy: ComfyServer) -> None:
    served(site, comfy)
    site.post("fox")
    comfy.on_run(truncated(), times=2)
    assert site.build().actions() == {"fox": "rendered"}


def test_a_picture_that_stays_damaged_is_that_covers_failure(site: Site, comfy: ComfyServer) -> None:
    served(site, comfy)
    site.post("fox")
    comfy.on_run(truncated(), times=None)
    result = site.run("build", "content", "--json")
    assert result.code == 1
    assert "damaged" in str(result.rows()["fox"]["error"])
    assert not site.cover("fox").exists()
    assert site.left_behind() == []


def test_a_post_whose_own_workflow_is_missing(site: Site, comfy: ComfyServer) -> None:
    served(site, comfy)
    site.post("fox", cover_workflow="pony")
    site.post("owl")
    result = site.run("build", "content", "--json")
    assert result.code == 1
    assert result.actions() == {"fox": "failed", "owl": "rendered"}
    assert "there is no workflow 'pony'" in str(result.rows()["fox"]["error"])


# Painted for the time being


def test_the_painter_stands_in_when_asked_to(site: Site, comfy: ComfyServer) -> None:
    site.post("old")
    site.build("--server", comfy.url)
    site.write("blogcovers.toml", f'when_unreachable = "paint"\n[comfyui]\nserver = "{comfy.url}"\n')
    comfy.stop()
    site.post("new")
    site.post("old", "another concept")

    down = site.run("build", "content", "--json")
    assert down.code == 1, "the stale ComfyUI cover is blocked, not painted over"
    assert down.actions() == {"new": "rendered", "old": "blocked"}
    assert site.recipe("new").provisional
    assert site.recipe("old").renderer == "comfyui"
    check = site.run("check", "content")
    assert check.code == 1, "for the other one"
    assert "1 cover (new) painted in ComfyUI's place." in check.err
    assert "new" not in check.out
    still_down = site.run("build", "content", "--json", "--only", "new")
    assert (still_down.code, still_down.actions()) == (0, {"new": "keep"})
    assert still_down.rows()["new"]["renderer"] == "painter"

    comfy.start()
    assert site.build().actions() == {"new": "rendered", "old": "rendered"}
    assert not site.recipe("new").provisional


def test_build_plan_check_and_hook_agree_on_stand_ins(tmp_path: Path, comfy: ComfyServer) -> None:
    site = GitSite(tmp_path / "site")
    site.write("blogcovers.toml", f'when_unreachable = "paint"\n{SMALL}[comfyui]\nserver = "{comfy.url}"\n')
    comfy.stop()
    site.post("fox")
    site.tell("hook", "install")
    site.git("add", ".")
    assert "missing" in site.commit(code=1).err
    assert site.run("build", "content").code == 0
    kept = site.run("build", "content")
    assert (kept.code, kept.out) == (0, "keep      fox\nNothing to do: 1 kept.\n")
    assert site.run("plan", "content", "--json").actions() == {"fox": "render"}, "should the server be there by then"

    check = site.run("check", "content")
    assert (check.code, check.out) == (0, "All is well. Nothing to do: 1 kept.\n")
    assert "1 cover (fox) painted in ComfyUI's place. Once the server is there, this renders it: blog" in check.err
    row = site.run("check", "content", "--json").rows()["fox"]
    assert (row["state"], row["action"], row["reason"]) == ("stale", "keep", "painted while the server was down")
    assert row["renderer"] == "painter", "of what is there, as of every cover that is kept"
    site.git("add", ".")
    assert "1 cover (fox) painted in ComfyUI's place." in site.commit().err

    site.post("fox", "another concept")
    site.git("add", ".")
    assert (site.run("check", "content").code, site.commit(code=1).code) == (1, 1), "no stand-in for that concept"
    assert "while the server was down; concept: 'a fox under a paper moon' → " in site.run("check", "content").out
    assert site.run("build", "content").code == 0
    assert site.run("check", "content").code == 0
    site.git("add", ".")
    site.commit()

    site.write("blogcovers.toml", f'{SMALL}[comfyui]\nserver = "{comfy.url}"\n')
    assert site.run("check", "content").code == 1, "stand-ins are not asked for any more"
    comfy.start()
    assert site.run("build", "content").code == 0
    assert site.run("check", "content").code == 0
    assert not site.recipe("fox").provisional


def test_what_the_painter_had_made_before_is_a_stand_in_too(site: Site, comfy: ComfyServer) -> None:
    site.post("fox")
    site.build()
    site.write("blogcovers.toml", f'when_unreachable = "paint"\n[comfyui]\nserver = "{comfy.url}"\n')
    comfy.stop()
    assert site.run("build", "content", "--json").actions() == {"fox": "keep"}
    assert site.run("check", "content").code == 0
    assert "fox" in site.run("check", "content").err


def test_a_stand_in_without_its_derived_files_does_not_pass(site: Site, comfy: ComfyServer) -> None:
    text = f'when_unreachable = "paint"\n[comfyui]\nserver = "{comfy.url}"\n'
    site.write("blogcovers.toml", text)
    comfy.stop()
    site.post("fox")
    site.run("build", "content")
    site.write("blogcovers.toml", f"{text}[outputs.social]\n")
    check = site.run("check", "content")
    assert (check.code, "fox.social.jpg: missing" in check.out) == (1, True)
    assert site.run("build", "content", "--json").actions() == {"fox": "derived"}
    assert site.run("check", "content").code == 0


def test_stand_ins_of_a_server_that_is_given_up(site: Site, comfy: ComfyServer) -> None:
    """The line that the message names makes every command agree."""
    site.write("blogcovers.toml", f'when_unreachable = "paint"\n[comfyui]\nserver = "{comfy.url}"\n')
    comfy.stop()
    site.post("fox")
    site.run("build", "content")
    site.write("blogcovers.toml", "")
    blocked = site.run("build", "content")
    assert blocked.code == 1
    assert 'renderer = "painter" in blogcovers.toml leaves all covers to the painter for good' in blocked.err
    check = site.run("check", "content")
    assert (check.code, "Run:" in check.out) == (1, False), "no build mends that"
    assert 'renderer = "painter"' in check.out

    site.write("blogcovers.toml", 'renderer = "painter"\n')
    assert site.run("plan", "content", "--json").rows()["fox"]["state"] == "current"
    for command in ("build", "check"):
        assert "Nothing to do: 1 current." in site.run(command, "content").out


def test_the_painter_is_no_way_out_over_a_comfyui_cover(site: Site, comfy: ComfyServer) -> None:
    site.post("fox")
    site.build("--server", comfy.url)
    site.post("fox", "another concept")
    blocked = site.run("build", "content")
    assert (blocked.code, "no ComfyUI server is known" in blocked.err, "painter" in blocked.err) == (1, True, False)


def test_a_fork_without_the_address_paints_and_passes(site: Site) -> None:
    site.write("blogcovers.toml", 'renderer = "comfyui"\nwhen_unreachable = "paint"\n')
    site.post("fox")
    assert site.build().actions() == {"fox": "rendered"}
    assert site.recipe("fox").provisional
    row = site.run("build", "content", "--json").rows()["fox"]
    assert (row["state"], row["action"]) == ("stale", "keep")
    check = site.run("check", "content")
    assert (check.code, "1 cover (fox) painted in ComfyUI's place." in check.err) == (0, True)


def test_a_site_of_comfyui_without_an_address_is_blocked(site: Site) -> None:
    site.write("blogcovers.toml", 'renderer = "comfyui"\n')
    site.post("fox")
    result = site.run("build", "content", "--json")
    assert (result.code, result.actions()) == (1, {"fox": "blocked"})


# Interrupting


def test_ctrl_c_keeps_what_is_finished_and_leaves_the_server_clean(site: Site, comfy: ComfyServer) -> None:
    served(site, comfy)
    for n in range(8):
        site.post(f"post-{n}", f"fox number {n}")
    comfy.render_seconds = 0.4
    process = site.start("build", "content")
    comfy.wait_until(lambda: len([run for run in comfy.runs if run.finished]) >= 2)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 130, err
    assert "Interrupted" in err
    assert "Traceback" not in err
    kept = sorted(site.media.glob("*.webp"))
    assert 1 <= len(kept) < 8
    assert "covers made" in out or "cover made" in out
    comfy.wait_until(comfy.idle)
    assert site.left_behind() == []
    comfy.render_seconds = 0.0
    rest = site.build().actions()
    assert sum(action == "rendered" for action in rest.values()) == 8 - len(kept)


def test_a_cover_made_by_hand_while_its_render_runs_is_left_alone(site: Site, comfy: ComfyServer) -> None:
    served(site, comfy)
    site.post("fox")
    site.post("owl")
    comfy.pause()

    def draw() -> None:
        comfy.wait_until(lambda: comfy.prompts)
        Image.new("RGB", (64, 36), "teal").save(site.cover("fox"), "WEBP")
        comfy.resume()

    author = Thread(target=draw)
    author.start()
    result = site.run("build", "content", "--json")
    author.join()
    own = site.cover("fox").read_bytes()
    with Image.open(site.cover("fox")) as picture:
        assert picture.convert("RGB").getpixel((9, 9)) == pytest.approx((0, 128, 128), abs=3), "as it was drawn"
    assert (result.code, result.actions()) == (1, {"fox": "failed", "owl": "rendered"})
    assert "media/covers/fox.webp was made by hand meanwhile, so it is left alone." in result.err
    assert not (site.root / ".blogcovers/replaced").exists()
    assert site.build().actions() == {"fox": "none", "owl": "none"}
    assert site.cover("fox").read_bytes() == own


def test_nobody_stands_in_for_a_server_that_goes_down_once_the_run_has_stopped(site: Site, comfy: ComfyServer) -> None:
    """Here since a file appears where a cover's folder was to be; the other cover's render never ends."""
    site.write("blogcovers.toml", f'when_unreachable = "paint"\n{SMALL}[comfyui]\nserver = "{comfy.url}"\n')
    site.post("a", "the first of all", slug="deep/fox")
    site.post("b")
    down = Event()

    def held(_id: str, class_type: str) -> None:
        if class_type == "KSampler":
            down.wait(SECONDS)

    comfy.on_run(RunFault(at_node=held), when=lambda graph: "the first of all" not in graph["6"]["inputs"]["text"])
    comfy.pause()
    process = site.start("build", "content")
    comfy.wait_until(lambda: comfy.prompts)
    site.write("media/covers/deep", "a file in the folder's place")
    comfy.resume()
    assert process.stdout
    said = [process.stdout.readline()]
    while said[-1] and "content/a.md" not in said[-1]:
        said.append(process.stdout.readline())
    assert "media/covers/deep/fox.webp cannot be written" in said[-1]

    stopping = Thread(target=comfy.stop)
    stopping.start()
    wait_until(lambda: refuses(comfy))
    down.set()
    out, err = process.communicate(timeout=SECONDS)
    stopping.join()
    assert (process.returncode, "stands in" in out) == (3, False), out
    assert "media/covers/deep/fox.webp cannot be written" in err
    assert list(site.root.rglob("*.webp")) == []


def refuses(comfy: ComfyServer) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", int(comfy.url.rpartition(":")[2])), SECONDS):
        return False
    return True


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_server_that_stumbles_is_asked_again(site: Site, comfy: ComfyServer, status: int) -> None:
    served(site, comfy)
    comfy.on("POST", "/prompt", answer(status, b"oh", content_type="text/plain"), times=1)
    site.post("fox")
    assert site.build().actions() == {"fox": "rendered"}


def test_a_server_that_goes_on_answering_500(site: Site, comfy: ComfyServer) -> None:
    served(site, comfy)
    site.post("fox")
    site.post("owl")
    comfy.on("POST", "/prompt", answer(500, b"oh", content_type="text/plain"), times=3)
    result = site.run("build", "content", "--json")
    assert result.code == 1
    assert sorted(result.actions().values()) == ["failed", "rendered"], "one post's graph is no reason to stop"
    assert "status 500" in result.err


def test_what_breaks_a_build_off_ends_the_render_that_runs(site: Site, comfy: ComfyServer) -> None:
    """A full disk under the first cover is no reason to render the second one for minutes; nothing of ours is left."""
    comfy.render_seconds = 0.5
    for slug in ("ape", "bee"):
        site.post(slug)

    def show(event: api.BuildEvent) -> None:
        if isinstance(event, api.Finished):
            raise ZeroDivisionError
        if isinstance(event, api.Progress) and event.slug == "ape" and event.steps:
            comfy.render_seconds = 600.0  # of the next one: only the stop ends it

    config = api.load(options=api.Options(content=site.content, server=(comfy.url,)))
    _, report = api.build(config, on_event=show)
    assert report.stopped is not None
    assert report.stopped.exit_code == 4
    assert [row.action for row in report.rows] == [api.Action.RENDERED, api.Action.RENDER]
