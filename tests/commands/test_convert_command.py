"""``blogcovers workflow convert``: from a workflow as the canvas saved it to covers."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from comfy_faults import answer, html
from comfy_server import ComfyServer
from site_builder import Site

PAIRS = Path(__file__).parents[1] / "conversions"
OBJECT_INFO = PAIRS / "object_info.json"


def saved(name: str = "t031_default") -> dict[str, Any]:
    document: dict[str, Any] = json.loads((PAIRS / f"{name}.ui.json").read_text(encoding="utf-8"))
    return document


@pytest.fixture
def with_workflow(site: Site) -> Site:
    site.write("saved.json", json.dumps(saved()))
    return site


def meant(text: str) -> dict[str, Any]:
    return {id_: (node["class_type"], node["inputs"]) for id_, node in json.loads(text).items()}


EXPECTED = meant((PAIRS / "t031_default.api.json").read_text(encoding="utf-8"))


class TestConvert:
    def test_to_standard_output(self, with_workflow: Site) -> None:
        result = with_workflow.run("workflow", "convert", "saved.json", "--object-info", OBJECT_INFO)
        assert (result.code, result.err) == (0, "")
        assert meant(result.out) == EXPECTED

    def test_to_a_file_that_is_not_there_yet(self, with_workflow: Site) -> None:
        arguments = ("workflow", "convert", "saved.json", "-o", "api.json", "--object-info", OBJECT_INFO)
        result = with_workflow.run(*arguments)
        assert (result.code, result.out) == (0, "Wrote api.json: 7 nodes.\n")
        file = with_workflow.root / "api.json"
        assert meant(file.read_text(encoding="utf-8")) == EXPECTED

        file.write_text("mine", encoding="utf-8")
        refused = with_workflow.run(*arguments)
        assert refused.code == 2
        assert "api.json is there already" in refused.err
        assert file.read_text(encoding="utf-8") == "mine"
        assert with_workflow.run(*arguments, "--force").code == 0
        assert meant(file.read_text(encoding="utf-8")) == EXPECTED

    def test_never_over_the_file_itself(self, with_workflow: Site) -> None:
        before = (with_workflow.root / "saved.json").read_bytes()
        (with_workflow.root / "same.json").symlink_to("saved.json")
        for target in ("saved.json", "./saved.json", "same.json"):
            result = with_workflow.run(
                "workflow", "convert", "saved.json", "-o", target, "--force", "--object-info", OBJECT_INFO
            )
            assert result.code == 2
            assert "the file to convert itself" in result.err
        assert (with_workflow.root / "saved.json").read_bytes() == before

    def test_a_text_in_another_script_is_the_same_either_way(self, with_workflow: Site) -> None:
        document = saved()
        encoder = next(node for node in document["nodes"] if node["type"] == "CLIPTextEncode")
        encoder["widgets_values"] = ["狐 \u202e \x9b] übermütig"]
        with_workflow.write("saved.json", json.dumps(document))
        arguments = ("workflow", "convert", "saved.json", "--object-info", OBJECT_INFO)
        printed = with_workflow.run(*arguments).out
        with_workflow.run(*arguments, "-o", "api.json")
        written = (with_workflow.root / "api.json").read_text(encoding="utf-8")
        assert printed.isascii()
        assert "übermütig" in written
        assert meant(printed) == meant(written)
        assert meant(printed)[str(encoder["id"])][1]["text"] == "狐 \u202e \x9b] übermütig"

    def test_the_server_says_what_its_nodes_are(self, with_workflow: Site, comfy: ComfyServer) -> None:
        result = with_workflow.run("workflow", "convert", "saved.json", "--server", comfy.url)
        assert (result.code, result.err) == (0, "")
        assert meant(result.out) == EXPECTED

    def test_the_server_of_the_environment_and_of_the_config(self, with_workflow: Site, comfy: ComfyServer) -> None:
        with_workflow.environment["BLOGCOVERS_SERVER"] = comfy.url
        assert meant(with_workflow.run("workflow", "convert", "saved.json").out) == EXPECTED
        with_workflow.environment["BLOGCOVERS_SERVER"] = "http://127.0.0.1:9"
        with_workflow.write("blogcovers.toml", f'[comfyui]\nserver = "{comfy.url}"\n')
        assert meant(with_workflow.run("workflow", "convert", "saved.json").out) == EXPECTED

    def test_no_site_is_needed(self, with_workflow: Site, comfy: ComfyServer) -> None:
        with_workflow.content.rmdir()
        assert with_workflow.run("workflow", "convert", "saved.json", "--server", comfy.url).code == 0

    def test_no_server_is_known(self, with_workflow: Site) -> None:
        result = with_workflow.run("workflow", "convert", "saved.json")
        assert result.code == 2
        assert "--server URL" in result.err
        assert "--object-info FILE" in result.err

    def test_a_server_that_does_not_answer_or_does_not_say(self, with_workflow: Site, comfy: ComfyServer) -> None:
        result = with_workflow.run("workflow", "convert", "saved.json", "--server", "http://127.0.0.1:9")
        assert result.code == 3
        assert "http://127.0.0.1:9 does not answer: connection refused" in result.err
        for reply, code, words in (
            (html(401, "Log in"), 3, "BLOGCOVERS_TOKEN"),
            (answer(200, b"[]", content_type="application/json"), 3, "answered in an unknown shape"),
        ):
            comfy.on("GET", "/object_info", reply, times=1)
            result = with_workflow.run("workflow", "convert", "saved.json", "--server", comfy.url)
            assert (result.code, result.out) == (code, "")
            assert comfy.url in result.err
            assert words in result.err

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            (None, "cannot be read"),
            ("{", "is not JSON"),
            ("[]", "not what /object_info answers"),
            ('{"x": 1}', "not what"),
        ],
    )
    def test_a_bad_copy_of_object_info(self, with_workflow: Site, text: str | None, words: str) -> None:
        if text is not None:
            with_workflow.write("info.json", text)
        result = with_workflow.run("workflow", "convert", "saved.json", "--object-info", "info.json")
        assert result.code == 2
        assert "info.json" in result.err
        assert words in result.err

    def test_a_file_that_cannot_be_read(self, with_workflow: Site) -> None:
        with_workflow.write("latin.json", '{"nodes": [], "x": "\xfc"}'.encode("latin-1"))
        for name, code, words in (("none.json", 2, "cannot be read"), ("latin.json", 3, "not UTF-8")):
            result = with_workflow.run("workflow", "convert", name, "--object-info", OBJECT_INFO)
            assert (result.code, result.out) == (code, "")
            assert name in result.err
            assert words in result.err

    def test_what_cannot_be_converted_leaves_no_file(self, with_workflow: Site) -> None:
        document = saved()
        document["nodes"].append({"id": 99, "type": "Mystery", "title": "A box"})
        with_workflow.write("saved.json", json.dumps(document))
        result = with_workflow.run("workflow", "convert", "saved.json", "-o", "api.json", "--object-info", OBJECT_INFO)
        assert (result.code, result.out) == (3, "")
        assert "saved.json cannot be converted: node 99 'A box' (Mystery): the server has no such node" in result.err
        assert not (with_workflow.root / "api.json").exists()

    def test_a_loop_is_no_workflow(self, with_workflow: Site) -> None:
        slot = {"name": "image", "type": "IMAGE", "link": 1}
        node = {"id": 1, "type": "ImageInvert", "inputs": [slot], "outputs": [{"type": "IMAGE", "links": [1]}]}
        document = {"nodes": [node], "links": [[1, 1, 0, 1, 0, "IMAGE"]], "version": 0.4}
        with_workflow.write("saved.json", json.dumps(document))
        result = with_workflow.run("workflow", "convert", "saved.json", "--object-info", OBJECT_INFO)
        assert (result.code, result.out) == (3, "")
        assert "depends on itself" in result.err

    def test_what_each_run_would_make_differ_is_named(self, with_workflow: Site) -> None:
        document = saved()
        encoder = next(node for node in document["nodes"] if node["type"] == "CLIPTextEncode")
        encoder["widgets_values"] = ["a {red|blue} boat"]
        with_workflow.write("saved.json", json.dumps(document))
        result = with_workflow.run("workflow", "convert", "saved.json", "--object-info", OBJECT_INFO)
        assert result.code == 0
        assert "a {red|blue} boat" in result.out
        assert "warning: saved.json: node" in result.err
        assert "at random" in result.err

    def test_roles_that_are_not_clear_are_said_and_the_conversion_stands(self, with_workflow: Site) -> None:
        document = saved()
        for node in document["nodes"]:
            if node["type"] == "SaveImage":
                node["mode"] = 2
        with_workflow.write("saved.json", json.dumps(document))
        result = with_workflow.run("workflow", "convert", "saved.json", "--object-info", OBJECT_INFO)
        assert result.code == 0
        assert len(json.loads(result.out)) == 6
        assert "as a template it lacks something" in result.err
        assert "no output node" in result.err


def test_a_build_that_meets_ui_format_prints_the_command_that_converts_it(site: Site, comfy: ComfyServer) -> None:
    document = saved()
    loader = next(node for node in document["nodes"] if node["type"] == "CheckpointLoaderSimple")
    loader["widgets_values"] = ["sd_xl_base_1.0.safetensors"]
    site.post("fox")
    site.write("style/my own.json", json.dumps(document))
    site.write("style/house.toml", '[palette]\nblue = "#1f4fa3"\ncream = "#fbf0d9"\n')
    site.write("blogcovers.toml", f'workflow = "my own"\n[comfyui]\nserver = "{comfy.url}"\n')
    refused = site.run("build", "content")
    assert refused.code == 3
    assert "UI format" in refused.err
    command = refused.err[refused.err.index("blogcovers workflow convert") :].splitlines()[0]
    assert command == "blogcovers workflow convert 'style/my own.json' -o 'style/my own-api.json'"

    assert site.run(*shlex.split(command)[1:]).code == 0
    site.write("blogcovers.toml", f'workflow = "my own-api"\n[comfyui]\nserver = "{comfy.url}"\n')
    assert site.build().actions() == {"fox": "rendered"}
    assert "a fox under a paper moon" in json.dumps(comfy.prompts)
