"""What a server lacks for a graph, told all at once: against recorded object_info, both spellings of choices."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from blogcovers.comfy import preflight
from blogcovers.workflow.assets import shipped_style

RECORDINGS = Path(__file__).parents[1] / "recordings"
INFOS: dict[str, Any] = json.loads((RECORDINGS / "object_info_classes.json").read_text(encoding="utf-8"))
SDXL: dict[str, Any] = json.loads((shipped_style() / "sdxl.json").read_text(encoding="utf-8"))


def infos(**inputs: Any) -> dict[str, Any]:
    """The recorded classes, with some inputs' entries replaced: ``KSampler__steps=[...]``."""
    changed = copy.deepcopy(INFOS)
    for place, config in inputs.items():
        class_type, name = place.split("__")
        changed[class_type]["input"]["required"][name] = config
    return changed


def graph(**inputs: Any) -> dict[str, Any]:
    changed = copy.deepcopy(SDXL)
    for place, value in inputs.items():
        node, name = place.removeprefix("n").split("__")
        changed[node]["inputs"][name] = value
    return changed


def faults(graph: dict[str, Any], infos: dict[str, Any] = INFOS, known: tuple[str, ...] = ()) -> str:
    return "; ".join(preflight.examine(graph, infos, known).faults)


def test_the_shipped_workflow_can_run() -> None:
    assert faults(SDXL) == ""


def test_everything_is_told_at_once() -> None:
    said = faults(graph(n4__ckpt_name="no.safetensors", n3__sampler_name="nope", n3__cfg=1000.0, n5__width=1340))
    for words in ("no.safetensors", "nope", "cfg 1000.0 is out of range, 0.0 to 100.0", "width 1340"):
        assert words in said


@pytest.mark.parametrize("spelling", [lambda names: [names, {}], lambda names: ["COMBO", {"options": names}]])
def test_a_missing_choice_brings_the_nearest_and_the_list(spelling: Any) -> None:
    info = infos(CheckpointLoaderSimple__ckpt_name=spelling(["dream.safetensors", "sd_xl_base_1.0_0.9vae.safetensors"]))
    said = faults(SDXL, info)
    assert "node 4 'Load Checkpoint' (CheckpointLoaderSimple)" in said
    assert "nearest: sd_xl_base_1.0_0.9vae.safetensors" in said
    assert said.endswith("sd_xl_base_1.0_0.9vae.safetensors, dream.safetensors")


def test_a_server_without_any_model_says_so() -> None:
    assert "which has none" in faults(SDXL, infos(CheckpointLoaderSimple__ckpt_name=[[], {}]))


def test_a_long_list_is_cut() -> None:
    said = faults(SDXL, infos(CheckpointLoaderSimple__ckpt_name=[[f"model-{n}" for n in range(100)], {}]))
    assert said.endswith("and 88 more")


def test_a_windows_server_is_sent_its_own_spelling() -> None:
    info = infos(CheckpointLoaderSimple__ckpt_name=[["SDXL\\base.safetensors"], {}])
    verdict = preflight.examine(graph(n4__ckpt_name="SDXL/base.safetensors"), info)
    assert verdict.faults == ()
    assert verdict.spelling == {("4", "ckpt_name"): "SDXL\\base.safetensors"}


def test_a_class_that_is_not_there_brings_the_nearest() -> None:
    odd = graph()
    odd["8"]["class_type"] = "VAEDecoder"
    said = faults(odd, {**INFOS, "VAEDecoder": {}}, tuple(INFOS))
    assert "node 8 'VAE Decode' (VAEDecoder): the server has no such node" in said
    assert "did you mean VAEDecode" in said


def test_what_the_server_does_not_tell_is_not_judged() -> None:
    odd = graph(n3__steps="many")
    odd["8"]["class_type"] = "Unknown"
    assert faults(odd, {}) == ""


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"n5__width": 1340}, "the server would silently make it 1336"),
        ({"n5__height": 8}, "height 8 is out of range, 16 to 16384"),
        ({"n3__seed": -1}, "seed -1 is out of range"),
        ({"n3__model": "sd_xl"}, "input 'model' needs a link, not 'sd_xl'"),
        ({"n3__model": ["4", 1]}, "wants a MODEL, and is linked to a CLIP of 4 'Load Checkpoint'"),
        ({"n9__images": ["4", 7]}, "linked to output 7 of 4 'Load Checkpoint' (CheckpointLoaderSimple), which has 3"),
        ({"n3__steps": 5.5}, "steps 5.5 is no whole number: the server would silently make it 5"),
        ({"n3__steps": "many"}, "steps 'many' is no number"),
        ({"n3__cfg": None}, "cfg None is no number"),
    ],
)
def test_a_value_that_would_be_changed_or_refused(change: dict[str, Any], words: str) -> None:
    assert words in faults(graph(**change))


def test_a_missing_required_input() -> None:
    odd = graph()
    del odd["9"]["inputs"]["filename_prefix"]
    assert faults(odd) == "node 9 'Save Image' (SaveImage): its input 'filename_prefix' is missing"


def test_what_does_not_lead_to_our_output_is_no_concern() -> None:
    odd = graph()
    odd["20"] = {"class_type": "SaveImage", "inputs": {"images": ["8", 0]}}
    assert faults(preflight.concerned(odd, "9")) == ""
    assert faults(odd) != ""
