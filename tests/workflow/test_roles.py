"""Which families of graphs the walk understands, what needs a line, and what changes nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from graph_families import FAMILIES, PLAIN, ROLES, SAMPLER, Found, Graph, graph, n
from hypothesis import given, settings
from hypothesis import strategies as st

from blogcovers.errors import WorkflowError
from blogcovers.workflow.graph import Place
from blogcovers.workflow.roles import Roles, find_roles

WHERE = "style/mine.json"


def summary(roles: Roles) -> Found:
    found = {name: {str(place) for place in getattr(roles, name)} for name in ("positive", "negative", "seed", "model")}
    return found | {"size": {f"{width}+{height}" for width, height in roles.size}}


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_is_found_by_the_walk(name: str) -> None:
    nodes, expected = FAMILIES[name]
    found = find_roles(nodes, WHERE, {})
    assert summary(found) == expected
    assert all(found.why[place] for place in (*found.positive, *found.negative, *found.seed, *found.model))
    assert all(found.why[width] for width, _ in found.size)


def renamed(nodes: Graph, names: dict[str, str]) -> Graph:
    def moved(value: Any) -> Any:
        return [names[value[0]], value[1]] if isinstance(value, list) else value

    return {
        names[id_]: {**node, "inputs": {key: moved(value) for key, value in node["inputs"].items()}}
        for id_, node in nodes.items()
    }


def moved_roles(expected: Found, names: dict[str, str]) -> Found:
    def moved(place: str) -> str:
        id_, _, name = place.partition(".")
        return f"{names[id_]}.{name}"

    return {
        role: {"+".join(moved(part) for part in place.split("+")) for place in places}
        for role, places in expected.items()
    }


any_family = st.sampled_from(sorted(FAMILIES))


@settings(max_examples=60, deadline=None)
@given(any_family, st.randoms(use_true_random=False))
def test_ids_and_the_order_of_nodes_and_inputs_decide_nothing(name: str, chance: Any) -> None:
    nodes, expected = FAMILIES[name]
    ids = chance.sample(range(1000), len(nodes))
    names = {id_: chance.choice(("{}", "n{}", "7:{}")).format(new) for id_, new in zip(nodes, ids, strict=True)}

    def shuffled(mapping: Graph) -> Graph:
        return dict(chance.sample(list(mapping.items()), len(mapping)))

    mixed = shuffled({id_: {**node, "inputs": shuffled(node["inputs"])} for id_, node in renamed(nodes, names).items()})
    assert summary(find_roles(mixed, WHERE, {})) == moved_roles(expected, names)


@settings(max_examples=60, deadline=None)
@given(any_family, st.data())
def test_reroutes_in_any_link_decide_nothing(name: str, data: st.DataObject) -> None:
    nodes, expected = FAMILIES[name]
    links = [
        (id_, key) for id_, node in nodes.items() for key, value in node["inputs"].items() if isinstance(value, list)
    ]
    chosen = data.draw(st.lists(st.sampled_from(links), unique=True, max_size=4))
    routed = {id_: {**node, "inputs": dict(node["inputs"])} for id_, node in nodes.items()}
    for number, (id_, key) in enumerate(chosen):
        name_of_input = data.draw(st.sampled_from(["", "any", "value", "input"]))
        routed[f"r{number}"] = {"class_type": "Reroute", "inputs": {name_of_input: routed[id_]["inputs"][key]}}
        routed[id_]["inputs"][key] = [f"r{number}", 0]
    assert summary(find_roles(routed, WHERE, {})) == expected


STRAYS: Graph = {
    "s1": n("LoadImage", image="a.png"),
    "s2": n("Canny", image="@s1", low_threshold=0.1, high_threshold=0.3),
    "s3": n("PreviewImage", images="@s2"),
    "s4": n("CLIPTextEncode", text="stray", clip="@4.1"),
    "s5": n("EmptyLatentImage", width=64, height=64, batch_size=1),
    "s6": n("Note", text="positive"),
    "s7": n("SaveImage", filename_prefix="canny", images="@s2"),
    "s8": n("KSampler", seed=9, model="@4", positive="@s4", negative="@s4", latent_image="@s5"),
}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([name for name in sorted(FAMILIES) if "4" in FAMILIES[name][0]]), st.data())
def test_branches_that_lead_elsewhere_decide_nothing(name: str, data: st.DataObject) -> None:
    nodes, expected = FAMILIES[name]
    chosen = data.draw(st.sets(st.sampled_from(sorted(STRAYS))))
    needed = {"s2": {"s1"}, "s3": {"s1", "s2"}, "s7": {"s1", "s2"}, "s8": {"s4", "s5"}}
    branch = {id_: STRAYS[id_] for id_ in chosen.union(*(needed.get(id_, set()) for id_ in chosen))}
    first = data.draw(st.booleans())
    assert summary(find_roles(branch | nodes if first else nodes | branch, WHERE, {})) == expected


NEEDS_A_LINE = {
    "two texts put together": (
        graph(_6={"text": "@10"}, _10=n("StringConcatenate", string_a="a", string_b="b", delimiter=" ")),
        {"positive": "10.string_b"},
        {"positive": {"10.string_b"}},
    ),
    "a text told by a picture": (
        graph(_6={"text": "@10"}, _10=n("Captioner", image="@11", prompt="?"), _11=n("LoadImage", image="a.png")),
        {"positive": "6.text"},
        {"positive": {"6.text"}},
    ),
    "a seed that is worked out": (
        graph(_3={"seed": "@10"}, _10=n("Math", a=1, b=2)),
        {"seed": "3.seed"},
        {"seed": {"3.seed"}},
    ),
    "a size that is worked out": (
        graph(_5={"width": "@10", "height": "@10.1"}, _10=n("AspectRatio", ratio="16:9")),
        {"size": "5"},
        {},
    ),
    "an unknown choice of conditioning": (
        graph(_3={"positive": "@10"}, _10=n("AnySwitch", select=1, input1="@6", input2="@7")),
        {"positive": "6.text"},
        {},
    ),
    "two pictures saved, side by side": (
        graph(_10=n("SaveImage", filename_prefix="y", images="@8")),
        {"output": "9"},
        {},
    ),
    "samplers side by side": (
        graph(
            _30=SAMPLER,
            _31=n("VAEDecode", samples="@30", vae="@4.2"),
            _32=n("ImageBlend", image1="@8", image2="@31"),
            _9={"images": "@32"},
        ),
        {"positive": "6.text", "negative": "7.text", "seed": ["3.seed", "30.seed"]},
        {"seed": {"3.seed", "30.seed"}},
    ),
    "a renderer in one node": (
        graph(
            "3 4 5 6 7",
            _1=n("Everything", prompt="a", seed=1),
            _8=n("Resize", picture="@1"),
            _9={"images": "@8"},
        ),
        {"positive": "1.prompt", "seed": "1.seed"},
        {"positive": {"1.prompt"}, "negative": set(), "seed": {"1.seed"}, "size": set(), "model": set()},
    ),
}


@pytest.mark.parametrize("name", NEEDS_A_LINE)
def test_what_the_walk_cannot_tell_one_line_settles(name: str) -> None:
    nodes, hints, changes = NEEDS_A_LINE[name]
    with pytest.raises(WorkflowError) as caught:
        find_roles(nodes, WHERE, {})
    assert caught.value.message.startswith(f"{WHERE}: ")
    assert re.search(r'under \[roles\]: (?:positive|seed|size|output) = "', caught.value.hint)
    assert summary(find_roles(nodes, WHERE, hints)) == ROLES | changes


def test_a_seed_that_comes_from_a_picture_is_asked_for() -> None:
    nodes = graph(_3={"seed": "@10"}, _10=n("PictureHash", image="@11"), _11=n("LoadImage"))
    with pytest.raises(WorkflowError, match="its value comes from 10"):
        find_roles(nodes, WHERE, {})


def test_the_line_for_one_template_of_several_stands_in_a_table_of_its_own() -> None:
    nodes = NEEDS_A_LINE["a seed that is worked out"][0]
    with pytest.raises(WorkflowError) as caught:
        find_roles(nodes, WHERE, {}, "roles.flux")
    assert caught.value.hint == 'Name one in house.toml, under [roles.flux]: seed = "3.seed".'


def test_a_workflow_that_takes_no_text_is_told_so() -> None:
    nodes = graph("6 7", _3={"positive": "@10", "negative": "@10.1"}, _10=n("SVD_img2vid_Conditioning", width=64))
    with pytest.raises(WorkflowError) as caught:
        find_roles(nodes, WHERE, {})
    assert "no text encoder is found from 3 (KSampler), input 'positive'" in caught.value.message
    assert caught.value.hint == "It has no input for the positive: use a workflow that takes one."


def test_the_page_on_workflows_names_every_family() -> None:
    page = (Path(__file__).parents[2] / "docs/workflows.md").read_text(encoding="utf-8")
    names = [name.partition(": ")[2] for name in FAMILIES if not name.startswith("seed: ")]
    assert [name for name in (*names, *NEEDS_A_LINE) if name not in page] == ["AnotherEmptyLatent"]


class TestWhy:
    def test_names_the_nodes_on_the_way(self) -> None:
        found = find_roles(FAMILIES["conditioning: FluxGuidance"][0], WHERE, {})
        assert found.why[Place("6", "text")] == "'positive' of 3 (KSampler), by way of 10 (FluxGuidance)"

    def test_names_the_encoder_of_a_box(self) -> None:
        found = find_roles(FAMILIES["text: PrimitiveString"][0], WHERE, {})
        assert "the text of 6 (CLIPTextEncode) comes from there" in found.why[Place("10", "value")]

    def test_says_when_house_toml_says_so(self) -> None:
        found = find_roles(PLAIN, WHERE, {"positive": ["7.text"], "negative": "6.text"})
        assert found.why[Place("7", "text")] == 'house.toml says so: [roles] positive = "7.text"'

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("latent: VAEEncode", "There is no size to fill: 5 (VAEEncode) starts from a picture"),
            ("latent: size of a picture", "from 11 (GetImageSize): covers are cropped"),
            ("latent: a list of sizes", "5 (SizePresets) has no width and height"),
            ("conditioning: ConditioningZeroOut", "10 (ConditioningZeroOut) empties the negative conditioning"),
            ("conditioning: ConditioningCombine", "each gets the whole prompt"),
            ("conditioning: GLIGENTextBoxApply", "keeps its own text"),
            ("sampler: SamplerCustomAdvanced, BasicGuider", "No negative prompt leads to the sampler"),
            ("sampler: hires fix, both stages saved", "33 (SaveImage) saves that of the last sampler"),
        ],
    )
    def test_what_is_not_filled_is_told(self, name: str, said: str) -> None:
        assert any(said in note for note in find_roles(FAMILIES[name][0], WHERE, {}).notes)

    def test_an_upscaling_between_two_samplers_that_keeps_its_shape_is_told(self) -> None:
        nodes = graph(
            _30={**SAMPLER, "inputs": {**SAMPLER["inputs"], "latent_image": ["31", 0]}},
            _31=n("LatentUpscale", samples="@3", upscale_method="bislerp", width=1152, height=1152, crop="disabled"),
            _8={"samples": "@30"},
        )
        (note,) = find_roles(nodes, WHERE, {}).notes
        assert note == "31 (LatentUpscale) keeps its own size, 1152x1152: give it the shape of render_size."


def test_a_long_chain_of_texts_and_a_wide_one_come_to_an_end() -> None:
    chain = {f"t{k}": n("StringConcatenate", string_a=f"@t{k + 1}", string_b=f"@t{k + 1}") for k in range(400)}
    nodes = graph(_6={"text": "@t0"}) | chain | {"t400": n("PrimitiveString", value="a")}
    with pytest.raises(WorkflowError, match="comes from t0"):
        find_roles(nodes, WHERE, {})
