"""Any exported template works as it is: roles are found by walking from the sampler, and filled as values."""

from __future__ import annotations

import copy
import json
import random
import re
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from blogcovers.errors import WorkflowError
from blogcovers.workflow import Template, Values, fill, load_template
from blogcovers.workflow.graph import Place
from blogcovers.workflow.inputs import Setting
from blogcovers.workflow.roles import Roles, find_roles
from blogcovers.workflow.template import parse_template, worth_setting

Graph: TypeAlias = dict[str, Any]

SHIPPED = Path(__file__).parents[2] / "style" / "sdxl.json"
CONVERSIONS = Path(__file__).parents[1] / "conversions"
WHERE = "style/mine.json"


def shipped() -> Graph:
    graph: Graph = json.loads(SHIPPED.read_text(encoding="utf-8"))
    return graph


def with_nodes(changes: Graph, base: Graph | None = None) -> Graph:
    """The shipped graph (or ``base``) with these: ``"id"`` -> (class, inputs), ``"id.input"`` -> a value."""
    graph = copy.deepcopy(base) if base else shipped()
    for at, value in changes.items():
        if isinstance(value, tuple):
            graph[at] = {"class_type": value[0], "inputs": value[1]}
        else:
            id_, _, name = at.rpartition(".")
            graph[id_]["inputs"][name] = value
    return graph


def without(graph: Graph, *places: str) -> Graph:
    graph = copy.deepcopy(graph)
    for place in places:
        id_, dot, name = place.rpartition(".")
        if dot:
            del graph[id_]["inputs"][name]
        else:
            del graph[name]
    return graph


def loaded(graph: Any, roles: dict[str, str] | None = None, overrides: Graph | None = None) -> Template:
    return load_template(json.dumps(graph), WHERE, roles or {}, overrides or {})


def refusal(graph: Any, roles: dict[str, str] | None = None, overrides: Graph | None = None) -> WorkflowError:
    with pytest.raises(WorkflowError) as caught:
        loaded(graph, roles, overrides)
    assert caught.value.message.startswith(WHERE), "an error names the file"
    assert caught.value.hint, "an error shows a way out"
    return caught.value


def said(places: Any) -> set[str]:
    """Places as ``node.input``, sizes as ``node.width+node.height``."""
    return {str(place) if isinstance(place, Place) else "+".join(map(str, place)) for place in places}


def summary(roles: Roles) -> dict[str, set[str]]:
    names = ("positive", "negative", "seed", "size", "model", "output")
    return {name: said(getattr(roles, name)) for name in names} | {"output_node": {roles.output_node}}


def expected(**changes: set[str]) -> dict[str, set[str]]:
    """The shipped graph's roles, with these changes."""
    return {
        "positive": {"6.text"},
        "negative": {"7.text"},
        "seed": {"3.seed"},
        "size": {"5.width+5.height"},
        "model": {"4.ckpt_name"},
        "output": {"9.filename_prefix"},
        "output_node": {"9"},
    } | changes


BASE_AND_REFINER = with_nodes(
    {
        "3": (
            "KSamplerAdvanced",
            {"noise_seed": 1, "model": ["4", 0], "positive": ["6", 0], "negative": ["7", 0], "latent_image": ["5", 0]},
        ),
        "10": (
            "KSamplerAdvanced",
            {
                "noise_seed": 0,
                "model": ["11", 0],
                "positive": ["12", 0],
                "negative": ["13", 0],
                "latent_image": ["3", 0],
            },
        ),
        "11": ("CheckpointLoaderSimple", {"ckpt_name": "refiner.safetensors"}),
        "12": ("CLIPTextEncode", {"text": "a", "clip": ["11", 1]}),
        "13": ("CLIPTextEncode", {"text": "b", "clip": ["11", 1]}),
        "8.samples": ["10", 0],
    }
)
GUIDED = without(
    with_nodes(
        {
            "3": ("SamplerCustomAdvanced", {"noise": ["20", 0], "guider": ["21", 0], "latent_image": ["5", 0]}),
            "20": ("RandomNoise", {"noise_seed": 1}),
            "21": ("CFGGuider", {"cfg": 3.5, "model": ["22", 0], "positive": ["6", 0], "negative": ["7", 0]}),
            "22": ("UNETLoader", {"unet_name": "flux.safetensors", "weight_dtype": "default"}),
        }
    ),
    "4.ckpt_name",
)
CASES = {
    "shipped": (shipped(), expected()),
    "base and refiner": (
        BASE_AND_REFINER,
        expected(
            positive={"6.text", "12.text"}, negative={"7.text", "13.text"}, seed={"3.noise_seed", "10.noise_seed"}
        ),
    ),
    "second pass": (
        with_nodes(
            {
                "10": ("LatentUpscale", {"width": 1500, "height": 900, "samples": ["3", 0]}),
                "11": (
                    "KSampler",
                    {
                        "seed": 8,
                        "model": ["4", 0],
                        "positive": ["6", 0],
                        "negative": ["7", 0],
                        "latent_image": ["10", 0],
                    },
                ),
                "8.samples": ["11", 0],
            }
        ),
        expected(seed={"3.seed", "11.seed"}),
    ),
    "guider and noise": (GUIDED, expected(seed={"20.noise_seed"}, model={"22.unet_name"})),
    "guider without negative": (
        without(with_nodes({"21": ("BasicGuider", {"model": ["22", 0], "conditioning": ["6", 0]})}, GUIDED), "7"),
        expected(seed={"20.noise_seed"}, model={"22.unet_name"}, negative=set()),
    ),
    "number boxes": (
        with_nodes(
            {
                "10": ("PrimitiveInt", {"value": 1}),
                "11": ("Seed (rgthree)", {"seed": 7}),
                "12": ("PrimitiveInt", {"value": 768}),
                "3.seed": ["11", 0],
                "5.width": ["10", 0],
                "5.height": ["12", 0],
            }
        ),
        expected(seed={"11.seed"}, size={"10.value+12.value"}),
    ),
    "text boxes": (
        with_nodes(
            {
                "10": ("PrimitiveStringMultiline", {"value": "x"}),
                "11": ("String Literal", {"string": "y"}),
                "6.text": ["10", 0],
                "7.text": ["11", 0],
            }
        ),
        expected(positive={"10.value"}, negative={"11.string"}),
    ),
    "control net": (
        with_nodes(
            {
                "10": ("ControlNetLoader", {"control_net_name": "depth.safetensors"}),
                "11": ("LoadImage", {"image": "example.png"}),
                "12": (
                    "ControlNetApplyAdvanced",
                    {"positive": ["6", 0], "negative": ["7", 0], "control_net": ["10", 0], "image": ["11", 0]},
                ),
                "3.positive": ["12", 0],
                "3.negative": ["12", 1],
            }
        ),
        expected(),
    ),
    "old control net": (
        with_nodes(
            {
                "12": ("ControlNetApply", {"conditioning": ["6", 0], "control_net": ["10", 0], "image": ["11", 0]}),
                "10": ("ControlNetLoader", {"control_net_name": "depth.safetensors"}),
                "11": ("LoadImage", {"image": "example.png"}),
                "3.positive": ["12", 0],
            }
        ),
        expected(),
    ),
    "combined conditioning": (
        with_nodes(
            {
                "10": ("CLIPTextEncode", {"text": "x", "clip": ["4", 1]}),
                "11": ("ConditioningCombine", {"conditioning_1": ["6", 0], "conditioning_2": ["10", 0]}),
                "3.positive": ["11", 0],
            }
        ),
        expected(positive={"6.text", "10.text"}),
    ),
    "zeroed negative": (
        without(with_nodes({"10": ("ConditioningZeroOut", {"conditioning": ["6", 0]}), "3.negative": ["10", 0]}), "7"),
        expected(negative=set()),
    ),
    "sdxl encoder": (
        with_nodes(
            {
                "6": (
                    "CLIPTextEncodeSDXL",
                    {
                        "width": 1024,
                        "height": 1024,
                        "target_width": 1024,
                        "target_height": 1024,
                        "crop_w": 0,
                        "crop_h": 0,
                        "text_g": "a",
                        "text_l": "b",
                        "clip": ["4", 1],
                    },
                )
            }
        ),
        expected(
            positive={"6.text_g", "6.text_l"},
            size={"5.width+5.height", "6.width+6.height", "6.target_width+6.target_height"},
        ),
    ),
    "loras": (
        with_nodes(
            {
                "10": ("LoraLoader", {"lora_name": "a", "model": ["4", 0], "clip": ["4", 1]}),
                "11": ("LoraLoaderModelOnly", {"lora_name": "b", "model": ["10", 0]}),
                "3.model": ["11", 0],
                "6.clip": ["10", 1],
            }
        ),
        expected(),
    ),
    "image to image": (
        with_nodes(
            {
                "5": ("VAEEncode", {"pixels": ["10", 0], "vae": ["4", 2]}),
                "10": ("LoadImage", {"image": "sketch.png"}),
            }
        ),
        expected(size=set()),
    ),
    "preview beside": (with_nodes({"10": ("PreviewImage", {"images": ["8", 0]})}), expected()),
    "preview alone": (
        with_nodes({"9": ("PreviewImage", {"images": ["8", 0]})}),
        expected(output=set()),
    ),
    "upscaled by a model": (
        with_nodes(
            {
                "10": ("ImageUpscaleWithModel", {"upscale_model": ["11", 0], "image": ["8", 0]}),
                "11": ("UpscaleModelLoader", {"model_name": "4x.pth"}),
                "9.images": ["10", 0],
            }
        ),
        expected(),
    ),
    "linked prefix": (
        with_nodes({"10": ("PrimitiveString", {"value": "out"}), "9.filename_prefix": ["10", 0]}),
        expected(),
    ),
}

SHIPPED_ROLES = {
    "sdxl": expected(),
    "flux": expected(negative=set()),
    "sdxl_two_stage": expected(
        positive={"6.text", "15.text"},
        negative={"7.text", "16.text"},
        seed={"10.noise_seed", "11.noise_seed"},
        output={"19.filename_prefix"},
        output_node={"19"},
    ),
}

any_case = pytest.mark.parametrize("name", CASES)


@any_case
def test_roles_are_found(name: str) -> None:
    graph, roles = CASES[name]
    assert summary(loaded(graph).roles) == roles


def renamed(graph: Graph, names: dict[str, str]) -> Graph:
    def moved(value: Any) -> Any:
        return [names[value[0]], value[1]] if isinstance(value, list) else value

    return {
        names[id_]: {**node, "inputs": {name: moved(value) for name, value in node["inputs"].items()}}
        for id_, node in graph.items()
    }


@any_case
@pytest.mark.parametrize("style", ["n{}", "{}0", "10:{}", "node {}.1"])
def test_ids_may_be_renamed(name: str, style: str) -> None:
    graph, roles = CASES[name]
    names = {id_: style.format(id_) for id_ in graph}

    def moved(place: str) -> str:
        return "+".join(re.sub(r"^\d+", lambda id_: names[id_[0]], part) for part in place.split("+"))

    found = summary(loaded(renamed(graph, names)).roles)
    assert found == {role: {moved(place) for place in places} for role, places in roles.items()}


@any_case
@pytest.mark.parametrize("seed", range(8))
def test_nodes_and_inputs_may_be_shuffled(name: str, seed: int) -> None:
    graph, roles = CASES[name]
    rng = random.Random(seed)

    def shuffled(mapping: Graph) -> Graph:
        return dict(rng.sample(list(mapping.items()), len(mapping)))

    mixed = shuffled({id_: shuffled({**node, "inputs": shuffled(node["inputs"])}) for id_, node in graph.items()})
    assert summary(loaded(mixed).roles) == roles
    assert loaded(mixed).digest == loaded(graph).digest


@pytest.mark.parametrize("name", [name for name in CASES if name != "preview alone"])
@pytest.mark.parametrize("first", [False, True])
def test_an_unrelated_branch_changes_no_role(name: str, *, first: bool) -> None:
    graph, roles = CASES[name]
    stray = {
        "90": {"class_type": "LoadImage", "inputs": {"image": "a.png"}},
        "91": {"class_type": "PreviewImage", "inputs": {"images": ["90", 0]}},
        "92": {"class_type": "CLIPTextEncode", "inputs": {"text": "stray", "clip": ["4", 1]}},
        "93": {"class_type": "EmptyLatentImage", "inputs": {"width": 8, "height": 8}},
    }
    assert summary(loaded(stray | graph if first else graph | stray).roles) == roles


VALUES = Values(
    prompt='a "fox"\n{{ x }} \\ {y} %z% 狐',
    negative="it's 'text'",
    seed=2**64 - 1,
    size=(1216, 832),
    prefix="blogcovers/fox",
)


@any_case
def test_filling_puts_values_into_the_roles_and_nowhere_else(name: str) -> None:
    template = loaded(CASES[name][0])
    before = copy.deepcopy(template.graph)
    filled = fill(template, VALUES)
    roles = template.roles
    due: dict[Place, Any] = dict.fromkeys(roles.positive, VALUES.prompt) | dict.fromkeys(
        roles.negative, VALUES.negative
    )
    due |= dict.fromkeys(roles.seed, VALUES.seed) | dict.fromkeys(roles.output, VALUES.prefix)
    for width, height in roles.size:
        due |= {width: VALUES.size[0], height: VALUES.size[1]}
    for id_, node in filled.items():
        for key, value in node["inputs"].items():
            assert value == due.pop(Place(id_, key), before[id_]["inputs"][key])
    assert not due, "every role has a place in the graph"
    assert template.graph == before, "filling never changes the template"
    assert json.loads(json.dumps(filled)) == filled


@any_case
def test_a_filled_graph_is_a_template_with_the_same_roles_and_digest(name: str) -> None:
    template = loaded(CASES[name][0])
    again = loaded(fill(template, VALUES))
    if name != "linked prefix":  # there the fill cuts the link to the box
        assert summary(again.roles) == summary(template.roles)
    assert again.digest == template.digest


def test_changing_a_filled_graph_never_changes_the_template() -> None:
    template = loaded(shipped())
    before = copy.deepcopy(template.graph)
    filled = fill(template, VALUES)
    for node in filled.values():
        node["inputs"].clear()
    assert template.graph == before


def test_the_styles_model_replaces_the_templates_and_counts() -> None:
    text = json.dumps(shipped())
    own, other = load_template(text, "x"), load_template(text, "x", model="other.safetensors")
    assert fill(own, VALUES)["4"]["inputs"]["ckpt_name"] == "sd_xl_base_1.0.safetensors"
    assert fill(other, VALUES)["4"]["inputs"]["ckpt_name"] == "other.safetensors"
    assert own.digest != other.digest


class TestDigest:
    @pytest.mark.parametrize(
        "changes",
        [{"6.text": "x"}, {"7.text": ""}, {"3.seed": 99}, {"5.width": 64}, {"9.filename_prefix": "x"}],
        ids=lambda changes: next(iter(changes)),
    )
    def test_leaves_out_what_we_fill(self, changes: Graph) -> None:
        assert loaded(with_nodes(changes)).digest == loaded(shipped()).digest

    def test_leaves_out_titles_and_what_else_an_export_adds(self) -> None:
        graph = {id_: {**node, "_meta": {"title": "Mine"}, "is_changed": ["x"]} for id_, node in shipped().items()}
        assert loaded(graph).digest == loaded(shipped()).digest

    @pytest.mark.parametrize(
        "changes",
        [{"3.steps": 31}, {"4.ckpt_name": "x"}, {"5.batch_size": 2}, {"3.model": ["4", 1]}, {"10": ("Note", {})}],
        ids=lambda changes: next(iter(changes)),
    )
    def test_is_of_everything_else(self, changes: Graph) -> None:
        assert loaded(with_nodes(changes)).digest != loaded(shipped()).digest

    def test_is_of_the_overrides_as_if_they_had_been_exported(self) -> None:
        assert loaded(shipped(), overrides={"3.steps": 31}).digest == loaded(with_nodes({"3.steps": 31})).digest


class TestOverrides:
    @pytest.mark.parametrize("target", ["3.steps", "KSampler.steps", "The sampler.steps", "v1.5.steps"])
    def test_a_node_is_named_by_id_class_or_title(self, target: str) -> None:
        graph = shipped()
        graph["3"]["_meta"]["title"] = "v1.5" if target.startswith("v1.5") else "The sampler"
        template = loaded(graph, overrides={target: 77})
        assert template.graph["3"]["inputs"]["steps"] == 77
        assert summary(template.roles) == expected()

    @pytest.mark.parametrize(
        ("target", "said_is"),
        [
            ("KSamper.steps", "'KSampler'"),
            ("KSampler.step", "'steps'"),
            ("KSampler.model", "linked to 4"),
            ("CLIPTextEncode.text", "no node"),
            ("steps", "no node"),
        ],
        ids=["class-mistyped", "input-mistyped", "a-link", "two-of-the-class", "no-node"],
    )
    def test_what_names_nothing_is_refused(self, target: str, said_is: str) -> None:
        with pytest.raises(WorkflowError) as caught:
            loaded(shipped(), overrides={target: 1})
        assert f'"{target}"' in caught.value.message
        assert said_is in str(caught.value)

    def test_an_input_without_a_node_is_not_that_of_the_only_untitled_one(self) -> None:
        graph = shipped()
        del graph["3"]["_meta"]
        with pytest.raises(WorkflowError):
            loaded(graph, overrides={"steps": 3})


def setting(target: str, value: Any, source: str = "blogcovers.toml: [inputs]") -> Setting:
    return Setting(target, value, source)


def with_settings(*lines: Setting, graph: Graph | None = None, **given: Any) -> Template:
    return load_template(json.dumps(graph or shipped()), WHERE, settings=lines, **given)


class TestSettings:
    def test_later_ones_go_over_earlier_ones_and_over_the_style_and_its_model(self) -> None:
        lines = [
            setting("KSampler.steps", 30),
            setting("3.steps", "12", "cover_inputs:"),
            setting("Load Checkpoint.ckpt_name", "mine.safetensors"),
        ]
        template = with_settings(*lines, overrides={"KSampler.steps": 20, "3.cfg": 5.0}, model="house.safetensors")
        assert template.graph["3"]["inputs"] | {"steps": 12, "cfg": 5.0} == template.graph["3"]["inputs"]
        assert template.graph["4"]["inputs"]["ckpt_name"] == "mine.safetensors"

    @pytest.mark.parametrize(
        ("exported", "given", "expected"),
        [
            (20, "30", 30),
            (20, 30, 30),
            (20, 30.0, 30),
            (8, "5.5", 5.5),  # a whole number is exported where a FLOAT is round
            (6.5, "7", 7),
            (6.5, 7.25, 7.25),
            (True, "no", False),
            (False, True, True),
            ("euler", "heun", "heun"),
            ("a", "30", "30"),
        ],
    )
    def test_a_value_is_read_as_the_exported_ones_type(self, exported: Any, given: Any, expected: Any) -> None:
        graph = with_nodes({"3.x": exported})
        found = with_settings(setting("3.x", given), graph=graph).graph["3"]["inputs"]["x"]
        assert (found, type(found)) == (expected, type(expected))

    def test_what_is_set_counts_as_if_it_had_been_exported_and_nothing_where_it_was(self) -> None:
        assert with_settings(setting("3.steps", "31")).digest == loaded(with_nodes({"3.steps": 31})).digest
        same = [setting("3.steps", 30.0), setting("3.cfg", "6.50"), setting("3.sampler_name", "dpmpp_2m")]
        assert with_settings(*same).digest == loaded(shipped()).digest

    @pytest.mark.parametrize(
        ("target", "value", "said_is", "way_out"),
        [
            ("KSampler.steps", "many", "'steps' of 3 (KSampler) is a number", "exported with 30"),
            ("KSampler.steps", True, "is a number", "exported with 30"),
            ("KSampler.cfg", "nan", "is a number", "exported with 6.5"),
            ("KSampler.sampler_name", 7, "is a text", 'exported with "dpmpp_2m"'),
            ("KSampler.stps", 7, "no value of 3 (KSampler) of style/mine.json", "'steps'"),
            ("KSamplr.steps", 7, "names no node of style/mine.json", "'KSampler'"),
            ("Nothing here.x", 7, "names no node", "9 'Save Image' (SaveImage)"),
            ("CLIPTextEncode.text", "x", "2 go by that name", '"6.text", "7.text"'),
            ("KSampler.model", "x", "linked to 4 'Load Checkpoint'", '"Load Checkpoint.ckpt_name"'),
            ("Positive prompt.text", "x", "filled with the positive", "prompt.j2"),
            ("7.text", "x", "filled with the negative", "cover_negative"),
            ("KSampler.seed", 1, "filled with the seed", "cover_seed"),
            ("5.height", 512, "filled with the size", "render_size"),
            ("Save Image.filename_prefix", "x", "filled with the output", "media and path"),
        ],
    )
    def test_what_cannot_be_set_is_refused_with_a_way_out(
        self, target: str, value: Any, said_is: str, way_out: str
    ) -> None:
        with pytest.raises(WorkflowError) as caught:
            with_settings(setting(target, value))
        assert caught.value.message.startswith(f'blogcovers.toml: [inputs] "{target}" ')
        assert said_is in caught.value.message
        assert way_out in caught.value.hint

    def test_titles_and_inputs_may_hold_dots(self) -> None:
        graph = shipped()
        graph["3"]["inputs"]["images.image0"] = 5
        graph["3"]["_meta"]["title"] = "v1.5 sampler"
        template = with_settings(setting("v1.5 sampler.images.image0", 6), graph=graph)
        assert template.graph["3"]["inputs"]["images.image0"] == 6

    def test_a_switch_that_is_set_is_walked_as_it_is_set(self) -> None:
        switch = ("ComfySwitchNode", {"switch": False, "on_false": ["7", 0], "on_true": ["6", 0]})
        graph = with_nodes({"10": switch, "3.positive": ["10", 0], "3.negative": ["7", 0]})
        assert said(with_settings(graph=graph).roles.positive) == {"7.text"}
        assert said(with_settings(setting("10.switch", "true"), graph=graph).roles.positive) == {"6.text"}


class TestShipped:
    @pytest.mark.parametrize(("name", "roles"), SHIPPED_ROLES.items())
    def test_roles_are_found(self, name: str, roles: dict[str, set[str]]) -> None:
        template = load_template((SHIPPED.parent / f"{name}.json").read_text(encoding="utf-8"), name)
        assert summary(template.roles) == roles
        assert all(node["_meta"]["title"] for node in template.graph.values())

    def test_they_are_all_here(self) -> None:
        assert {file.stem for file in SHIPPED.parent.glob("*.json")} == SHIPPED_ROLES.keys()

    def test_the_sdxl_templates_digest_stays(self) -> None:
        """It is in every cover that was made by it."""
        assert loaded(shipped()).digest == "43afd5985e3eae998bbc91e5c82a38a4"

    @pytest.mark.parametrize("name", SHIPPED_ROLES)
    def test_what_is_worth_setting_can_be_set_as_it_is_written(self, name: str) -> None:
        text = (SHIPPED.parent / f"{name}.json").read_text(encoding="utf-8")
        template = load_template(text, name)
        lines = worth_setting(template)
        assert len({target for target, _ in lines}) == len(lines) >= 6
        again = load_template(text, name, settings=[setting(target, value) for target, value in lines])
        assert again.digest == template.digest

    def test_flux_offers_its_guidance_and_two_stages_both_samplers(self) -> None:
        def offered(name: str) -> dict[str, Any]:
            return dict(
                worth_setting(load_template((SHIPPED.parent / f"{name}.json").read_text(encoding="utf-8"), name))
            )

        assert offered("flux")["FluxGuidance.guidance"] == 3.5
        stages = offered("sdxl_two_stage")
        assert stages["KSampler (Advanced) - BASE.end_at_step"] == 24
        assert stages["Load Checkpoint - REFINER.ckpt_name"] == "sd_xl_refiner_1.0.safetensors"
        assert not any("noise_seed" in target for target in stages)


class TestRefusals:
    @pytest.mark.parametrize(
        ("text", "said_is"),
        [
            pytest.param("", "not JSON", id="empty"),
            pytest.param('{\n"3": {\n', "line 3", id="cut-short"),
            pytest.param("<html></html>", "not JSON", id="html"),
            pytest.param("[" * 100_000, "nests deeper than 100 levels", id="deep"),
            pytest.param("[]", "not a workflow", id="list"),
            pytest.param("{}", "not a workflow", id="nothing"),
            pytest.param('"text"', "not a workflow", id="text"),
            pytest.param('{"nodes": [], "links": [], "version": 0.4}', "UI format", id="ui-format"),
            pytest.param('{"prompt": {"3": {"class_type": "x", "inputs": {}}}}', "'prompt'", id="wrapped"),
            pytest.param('{"3": {"inputs": {}}}', "class_type", id="no-class"),
            pytest.param('{"3": {"class_type": "KSampler"}}', "'3'", id="no-inputs"),
            pytest.param('{"3": {"class_type": "KSampler", "inputs": []}}', "'3'", id="inputs-are-a-list"),
            pytest.param('{"3": 7}', "'3'", id="node-is-a-number"),
        ],
    )
    def test_what_is_no_graph_in_api_format(self, text: str, said_is: str) -> None:
        with pytest.raises(WorkflowError) as caught:
            parse_template(text, WHERE)
        assert caught.value.message.startswith(WHERE)
        assert said_is in caught.value.message
        assert "Export (API)" in caught.value.hint

    @pytest.mark.parametrize(
        ("graph", "said_is"),
        [
            pytest.param(without(shipped(), "4"), "node '4'", id="dead-link"),
            pytest.param(with_nodes({"4.x": ["8", 0]}), "depends on itself", id="loop"),
            pytest.param(with_nodes({"3.latent_image": ["3", 0]}), "depends on itself", id="loop-of-one"),
            pytest.param(without(shipped(), "9"), "no output node", id="no-output"),
            pytest.param(
                with_nodes({"8": ("LoadImage", {"image": "a.png"})}), "no sampler leads to the output", id="no-sampler"
            ),
            pytest.param(
                with_nodes({"10": ("SaveImage", {"filename_prefix": "b", "images": ["8", 0]})}),
                "several",
                id="two-saves",
            ),
            pytest.param(
                with_nodes({"10": ("Concat", {"a": "x", "b": "y"}), "6.text": ["10", 0]}),
                "10 (Concat)",
                id="text-from-afar",
            ),
            pytest.param(
                with_nodes({"10": ("Dice", {"sides": 6}), "3.seed": ["10", 0]}), "10 (Dice)", id="seed-from-afar"
            ),
            pytest.param(without(shipped(), "3.seed"), "no seed", id="no-seed"),
            pytest.param(
                with_nodes({"10": ("Pick", {"any": ["6", 0], "other": ["7", 0]}), "3.positive": ["10", 0]}),
                "no text encoder",
                id="unknown-choice",
            ),
        ],
    )
    def test_a_graph_that_cannot_be_walked(self, graph: Graph, said_is: str) -> None:
        assert said_is in refusal(graph).message

    def test_a_dead_link_names_both_ends(self) -> None:
        message = refusal(without(shipped(), "7")).message
        assert "3 (KSampler)" in message
        assert "'negative'" in message
        assert "'7'" in message

    def test_two_samplers_that_work_side_by_side_are_both_named(self) -> None:
        graph = with_nodes(
            {
                "20": (
                    "KSampler",
                    {
                        "seed": 1,
                        "model": ["4", 0],
                        "positive": ["6", 0],
                        "negative": ["7", 0],
                        "latent_image": ["5", 0],
                    },
                ),
                "21": ("VAEDecode", {"samples": ["20", 0], "vae": ["4", 2]}),
                "22": ("ImageBlend", {"image1": ["8", 0], "image2": ["21", 0]}),
                "9.images": ["22", 0],
            }
        )
        message = refusal(graph).message
        assert "disagree" in message
        assert "3 (KSampler)" in message
        assert "20 (KSampler)" in message

    def test_a_long_chain_of_conditioning_is_walked_to_its_end(self) -> None:
        chain = {f"c{n}": ("ConditioningSetArea", {"conditioning": [f"c{n + 1}", 0]}) for n in range(3000)}
        graph = with_nodes(
            chain | {"c3000": ("ConditioningSetArea", {"conditioning": ["6", 0]}), "3.positive": ["c0", 0]}
        )
        assert said(loaded(graph).roles.positive) == {"6.text"}

    def test_a_negative_that_cannot_be_followed_is_not_dropped_in_silence(self) -> None:
        graph = with_nodes(
            {
                "10": ("AnySwitch", {"index": 1, "input1": ["6", 0], "input2": ["7", 0]}),
                "3.negative": ["10", 0],
            }
        )
        assert "negative" in refusal(graph).message

    def test_one_box_for_both_sides_does_not_get_a_size_it_cannot_hold(self) -> None:
        graph = with_nodes({"10": ("PrimitiveInt", {"value": 1024}), "5.width": ["10", 0], "5.height": ["10", 0]})
        assert "size" in refusal(graph).message


class TestHints:
    @pytest.mark.parametrize(
        ("role", "hint", "places"),
        [
            ("positive", "7.text", {"7.text"}),
            ("positive", "Negative prompt.text", {"7.text"}),
            ("seed", "3.steps", {"3.steps"}),
            ("model", "3.scheduler", {"3.scheduler"}),
            ("size", "5", {"5.width+5.height"}),
            ("size", "EmptyLatentImage", {"5.width+5.height"}),
            ("output_node", "9", {"9"}),
            ("output_node", "Save Image", {"9"}),
        ],
    )
    def test_name_a_place_by_id_title_or_class(self, role: str, hint: str, places: set[str]) -> None:
        graph = with_nodes({"10": ("CLIPTextEncode", {"text": "x", "clip": ["4", 1]}), "3.negative": ["10", 0]})
        roles = loaded(graph, {role.removesuffix("_node"): hint}).roles
        assert summary(roles)[role] == places

    @pytest.mark.parametrize(
        ("role", "hint"),
        [
            pytest.param("positive", "66.text", id="no-such-node"),
            pytest.param("positive", "6.txt", id="no-such-input"),
            pytest.param("positive", "6", id="text-without-an-input"),
            pytest.param("seed", "3", id="seed-without-an-input"),
            pytest.param("size", "6", id="size-of-a-node-without-one"),
            pytest.param("output", "3", id="output-that-saves-nothing"),
            pytest.param("positve", "6.text", id="no-such-role"),
        ],
    )
    def test_that_name_nothing_are_refused(self, role: str, hint: str) -> None:
        message = refusal(shipped(), {role: hint}).message
        assert "[roles]" in message
        assert hint in message

    def test_an_output_may_have_a_dot_in_its_title(self) -> None:
        graph = shipped()
        graph["9"]["_meta"]["title"] = "SDXL v1.5"
        assert loaded(graph, {"output": "SDXL v1.5"}).roles.output_node == "9"

    @pytest.mark.parametrize(
        "graph",
        [
            pytest.param(
                with_nodes({"10": ("SaveImage", {"filename_prefix": "b", "images": ["8", 0]})}), id="two-saves"
            ),
            pytest.param(
                with_nodes({"10": ("Concat", {"a": "x", "b": "y"}), "6.text": ["10", 0]}), id="text-from-afar"
            ),
            pytest.param(
                with_nodes({"10": ("Concat", {"a": "x", "b": "y"}), "7.text": ["10", 0]}), id="negative-from-afar"
            ),
            pytest.param(with_nodes({"10": ("Dice", {"sides": 6}), "3.seed": ["10", 0]}), id="seed-from-afar"),
            pytest.param(
                with_nodes({"10": ("Pick", {"any": ["6", 0], "other": ["7", 0]}), "3.positive": ["10", 0]}),
                id="unknown-choice",
            ),
        ],
    )
    def test_the_line_that_an_error_suggests_settles_it(self, graph: Graph) -> None:
        line = re.search(r'(\w+) = "([^"]+)"', refusal(graph).hint)
        assert line, "the hint shows a line for house.toml"
        role, hint = line.groups()
        assert said(getattr(loaded(graph, {role: hint}).roles, "output_node" if role == "output" else role))

    def test_one_encoder_for_both_holds_the_positive_prompt(self) -> None:
        roles = loaded(with_nodes({"3.negative": ["6", 0]})).roles
        assert (said(roles.positive), said(roles.negative)) == ({"6.text"}, set())

    def test_a_suggested_line_never_puts_the_prompt_into_the_negative(self) -> None:
        graph = with_nodes({"10": ("Concat", {"a": "x", "b": "y"}), "7.text": ["10", 0]})
        assert refusal(graph).hint.endswith('negative = "7.text".')


PUBLISHED: dict[str, dict[str, set[str]]] = {
    "built_bypass": expected(),
    "built_dynamic_prompt": expected(positive={"6.text", "10.value"}),
    "built_mute": expected(),
    "built_primitive": expected(),
    "built_reroute": expected(),
    "built_subgraph_nested": expected(
        positive={"11:10:6.text"}, negative={"11:10:7.text"}, seed={"11:3.seed"}, size={"11:5.width+11:5.height"}
    ),
    "cog_sdxl_lightning_lora_ui": expected(),
    "t031_default": expected(),
    "t031_flux_schnell": expected(
        negative={"33.text"}, seed={"31.seed"}, size={"27.width+27.height"}, model={"30.ckpt_name"}
    ),
    "t031_sd3.5_simple_example": expected(positive={"16.text"}, negative={"40.text"}, size={"53.width+53.height"}),
    "t031_sdxl_simple_example": expected(
        positive={"6.text", "15.text"},
        negative={"7.text", "16.text"},
        seed={"10.noise_seed", "11.noise_seed"},
        output={"19.filename_prefix"},
        output_node={"19"},
    ),
}


class TestPublishedWorkflows:
    @pytest.mark.parametrize("name", PUBLISHED)
    def test_roles_are_found(self, name: str) -> None:
        text = (CONVERSIONS / f"{name}.api.json").read_text(encoding="utf-8")
        assert summary(load_template(text, name).roles) == PUBLISHED[name]

    def test_two_saves_are_told_apart_by_the_line_that_the_error_suggests(self) -> None:
        text = (CONVERSIONS / "built_subgraph_linked_widget.api.json").read_text(encoding="utf-8")
        with pytest.raises(WorkflowError, match="several nodes save") as caught:
            load_template(text, "x")
        for id_ in ("9", "14"):
            assert f"{id_} 'Save Image'" in caught.value.message
            assert load_template(text, "x", {"output": id_}).roles.output_node == id_

    def test_of_two_saves_on_one_chain_the_last_is_the_output(self) -> None:
        roles = load_template((CONVERSIONS / "built_hires_latent.api.json").read_text(encoding="utf-8"), "x").roles
        assert roles.output_node == "13"
        assert len(roles.samplers) == 2

    def test_boxes_are_filled_behind_a_switch_that_one_line_settles(self) -> None:
        text = (CONVERSIONS / "built_converted.api.json").read_text(encoding="utf-8")
        roles = load_template(text, "x", {"negative": "7.text"}).roles
        assert summary(roles) == expected(positive={"11.value"}, seed={"10.value"})

    def test_every_ui_export_is_refused_with_the_way_out(self) -> None:
        files = sorted(CONVERSIONS.glob("*.ui.json"))
        assert files
        for file in files:
            with pytest.raises(WorkflowError, match="UI format") as caught:
                parse_template(file.read_text(encoding="utf-8"), file.name)
            assert "Export (API)" in caught.value.hint


def test_find_roles_reads_hints_for_every_role_of_an_unwalkable_graph() -> None:
    graph = {
        "a": {"class_type": "Words", "inputs": {"yes": "x", "no": "y"}},
        "b": {
            "class_type": "Magic",
            "inputs": {"from": ["a", 0], "latent_image": ["c", 0], "positive": ["a", 0], "n": 1},
        },
        "c": {"class_type": "Canvas", "inputs": {"width": 8, "height": 8}},
        "d": {"class_type": "SaveImage", "inputs": {"images": ["b", 0], "filename_prefix": "x"}},
    }
    hints = {"positive": "a.yes", "negative": "a.no", "seed": "b.n", "size": "c", "output": "d"}
    found = summary(find_roles(graph, WHERE, hints))
    assert found == {
        "positive": {"a.yes"},
        "negative": {"a.no"},
        "seed": {"b.n"},
        "size": {"c.width+c.height"},
        "model": set(),
        "output": {"d.filename_prefix"},
        "output_node": {"d"},
    }
