"""Workflows in UI format, converted: against what ComfyUI's own front end made of the same files.

`tests/conversions/` holds pairs: `NAME.ui.json` as saved, `NAME.api.json` as posted by front end 1.37.11, with the
`object_info.json` of their classes; `made.json` holds many small ones, over classes that try one thing each.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blogcovers.errors import WorkflowError
from blogcovers.workflow.convert import conversion as conversion
from blogcovers.workflow.convert.conversion import Converted
from blogcovers.workflow.template import parse_template

PAIRS = Path(__file__).parents[1] / "conversions"
NAMES = sorted(file.name.removesuffix(".ui.json") for file in PAIRS.glob("*.ui.json"))
INFOS: dict[str, Any] = json.loads((PAIRS / "object_info.json").read_text(encoding="utf-8"))
MADE: dict[str, Any] = json.loads((PAIRS / "made.json").read_text(encoding="utf-8"))
SMALL: dict[str, Any] = MADE["object_info"]

Json = dict[str, Any]


def read(name: str, side: str) -> Json:
    document: Json = json.loads((PAIRS / f"{name}.{side}.json").read_text(encoding="utf-8"))
    return document


def convert(document: Json, infos: Json = INFOS) -> Converted:
    return conversion.convert(json.dumps(document), "saved.json", infos)


def meant(graph: Json) -> Json:
    """What counts of a graph: classes and inputs; order and titles are free."""
    return {id_: (node["class_type"], node["inputs"]) for id_, node in graph.items()}


def nodes(*declared: Json, links: list[Any] | None = None, **more: Any) -> Json:
    """A small workflow; what a node does not say is as usual."""
    usual = {"mode": 0, "inputs": [], "outputs": [], "properties": {}, "widgets_values": []}
    return {"nodes": [{**usual, **node} for node in declared], "links": links or [], "version": 0.4, **more}


def faults(document: Json, infos: Json = INFOS) -> str:
    with pytest.raises(WorkflowError) as caught:
        convert(document, infos)
    assert caught.value.message.startswith("saved.json")
    assert caught.value.hint
    return str(caught.value)


# What the front end makes of the same file


@pytest.mark.parametrize("name", NAMES)
def test_a_workflow_comes_out_as_the_front_end_posts_it(name: str) -> None:
    graph = convert(read(name, "ui")).graph
    assert meant(graph) == meant(read(name, "api"))
    assert parse_template(json.dumps(graph), name) == graph


def test_there_are_pairs() -> None:
    assert len(NAMES) == 14
    assert len(MADE["pairs"]) > 100


@pytest.mark.parametrize("name", MADE["pairs"])
def test_one_thing_each(name: str) -> None:
    pair = MADE["pairs"][name]
    assert meant(convert(pair["ui"], SMALL).graph) == meant(pair["api"])


def test_a_node_keeps_its_title_else_has_its_class_s() -> None:
    titled = nodes({"id": 1, "type": "TOrder", "title": "Mine"}, {"id": 2, "type": "TOrder"})
    graph = convert(titled, SMALL).graph
    assert [node["_meta"]["title"] for node in graph.values()] == ["Mine", "TOrder shown"]


def test_numbers_stay_as_they_are_in_the_file() -> None:
    values = ["t", 18446744073709551615, "u", 8.0]
    graph = convert(nodes({"id": 1, "type": "TOrder", "widgets_values": values}), SMALL).graph
    assert json.dumps(graph["1"]["inputs"]) == '{"b": "t", "a": 18446744073709551615, "d": "u", "c": 8.0}'


def test_values_that_are_saved_by_name() -> None:
    values = {"c": 3, "b": "by name", "videopreview": {"hidden": False}}
    graph = convert(nodes({"id": 1, "type": "TOrder", "widgets_values": values}), SMALL).graph
    assert graph["1"]["inputs"] == {"b": "by name", "a": 5, "d": "", "c": 3}


def test_two_instances_hold_what_each_of_them_was_given() -> None:
    """The front end itself mixes them up as soon as one is fed: a text box is one for all its instances."""
    document = copy.deepcopy(MADE["pairs"]["cl_two"]["ui"])
    document["nodes"].append(
        {"id": 20, "type": "PrimitiveNode", "outputs": [{"type": "INT", "links": [9]}], "widgets_values": [771]}
    )
    document["links"].append([9, 20, 0, 11, 1, "INT"])
    next(slot for slot in document["nodes"][0]["inputs"] if slot["name"] == "num")["link"] = 9
    graph = convert(document, SMALL).graph
    assert [graph[f"{instance}:5"]["inputs"]["width"] for instance in (11, 12)] == [771, 32]


def test_a_link_straight_through_a_subgraph() -> None:
    side = {"id": 1, "origin_id": -10, "origin_slot": 0, "target_id": -20, "target_slot": 0, "type": "IMAGE"}
    port = {"name": "x", "type": "IMAGE", "linkIds": [1]}
    definition = {"id": "s", "name": "Through", "nodes": [], "links": [side], "inputs": [port], "outputs": [port]}
    document = nodes(
        {"id": 1, "type": "TSrc", "outputs": [{"type": "IMAGE"}]},
        {"id": 2, "type": "s", "inputs": [{"name": "x", "type": "IMAGE", "link": 5}], "outputs": [{"type": "IMAGE"}]},
        {"id": 3, "type": "TMany", "inputs": [{"name": "img", "type": "IMAGE", "link": 6}]},
        links=[[5, 1, 0, 2, 0, "IMAGE"], [6, 2, 0, 3, 0, "IMAGE"]],
        definitions={"subgraphs": [definition]},
    )
    assert convert(document, SMALL).graph["3"]["inputs"]["img"] == ["1", 0]


# What does not matter


def _ends(link: Any) -> tuple[int, int, int]:
    """A link's id, and the nodes it leads from and to."""
    if isinstance(link, list):
        return link[0], link[1], link[3]
    return link["id"], link["origin_id"], link["target_id"]


def canvases(document: Json) -> Iterator[Json]:
    yield document
    yield from document.get("definitions", {}).get("subgraphs", [])


def shuffled(document: Json, chance: random.Random) -> None:
    for canvas in canvases(document):
        chance.shuffle(canvas["nodes"])
        chance.shuffle(canvas["links"])
        for node in canvas["nodes"]:
            chance.shuffle(node.get("inputs") or [])  # what a link says of its target's slot may be stale


def with_strangers(document: Json, chance: random.Random) -> None:
    """Nodes that send nothing: notes, a muted one, a reroute and a primitive that lead nowhere."""
    for number, canvas in enumerate(canvases(document)):
        strangers = nodes(
            {"id": 9001, "type": "Note", "widgets_values": ["{a|b}"]},
            {"id": 9002, "type": "MarkdownNote", "widgets_values": ["# %date:yyyy%"]},
            {"id": 9003, "type": "LoadImage", "mode": 2, "widgets_values": ["x.png", "image"]},
            {"id": 9004, "type": "Reroute", "inputs": [{"name": "", "type": "*", "link": None}]},
            {"id": 9005, "type": "PrimitiveNode", "widgets_values": [number, "fixed"]},
            {"id": 9006, "type": "NobodyHasThis", "mode": 2},
        )["nodes"]
        for stranger in strangers:
            canvas["nodes"].insert(chance.randint(0, len(canvas["nodes"])), stranger)


def rerouted(document: Json, chance: random.Random) -> None:
    """Reroute nodes on links between two nodes; a primitive node feeds what it touches only."""
    for canvas in canvases(document):
        known = {node["id"]: node for node in canvas["nodes"]}
        for number, link in enumerate(list(canvas["links"])):
            at_root = isinstance(link, list)
            id_, origin, target = _ends(link)
            slot = next((slot for slot in known.get(target, {}).get("inputs") or [] if slot.get("link") == id_), None)
            if not slot or origin not in known or known[origin]["type"] == "PrimitiveNode" or chance.random() < 0.5:
                continue
            new = 7000 + number
            ends = ("id", "origin_id", "origin_slot", "target_id", "target_slot", "type")
            second = [new, new, 0, target, 0, "*"]
            canvas["links"].append(second if at_root else dict(zip(ends, second, strict=True)))
            slot["link"] = new
            reroute = {"id": new, "type": "Reroute", "inputs": [{"name": "", "type": "*", "link": id_}]}
            canvas["nodes"].append({**reroute, "outputs": [{"name": "", "type": "*", "links": [new]}]})


@pytest.mark.parametrize("change", [shuffled, with_strangers, rerouted])
@given(name=st.sampled_from(NAMES), seed=st.integers(0, 2**32))
@settings(max_examples=20, deadline=None)
def test_what_is_only_drawing(change: Callable[[Json, random.Random], None], name: str, seed: int) -> None:
    document = read(name, "ui")
    change(document, random.Random(seed))
    assert meant(convert(document).graph) == meant(read(name, "api"))


@given(name=st.sampled_from(NAMES), seed=st.integers(0, 2**32))
@settings(max_examples=20, deadline=None)
def test_ids_may_be_any(name: str, seed: int) -> None:
    document, chance = read(name, "ui"), random.Random(seed)
    renamed = {id(canvas): _renumbered(canvas, chance) for canvas in canvases(document)}
    definitions = {canvas["id"]: canvas for canvas in canvases(document) if canvas is not document}
    for canvas in canvases(document):
        for node in canvas["nodes"]:
            if node["type"] in definitions and "proxyWidgets" in node.get("properties", {}):
                ids = renamed[id(definitions[node["type"]])]
                pairs = node["properties"]["proxyWidgets"]
                node["properties"]["proxyWidgets"] = [[ids.get(inner, inner), widget] for inner, widget in pairs]
    graph = convert(document).graph

    def new(path: str) -> str:
        canvas, ids = document, []
        for part in path.split(":"):
            ids.append(renamed[id(canvas)][part])
            node = next(node for node in canvas["nodes"] if str(node["id"]) == ids[-1])
            canvas = definitions.get(node["type"], canvas)
        return ":".join(ids)

    expected = {
        new(id_): (
            kind,
            {key: [new(value[0]), value[1]] if _is_link(value) else value for key, value in inputs.items()},
        )
        for id_, (kind, inputs) in meant(read(name, "api")).items()
    }
    assert meant(graph) == expected


def _renumbered(canvas: Json, chance: random.Random) -> dict[str, str]:
    """Gives every node another id, sometimes a text; returns the new ids, as texts, by the old ones."""
    numbers = chance.sample(range(1, 10_000), len(canvas["nodes"]))
    new = {
        node["id"]: chance.choice([number, f"n{number}"]) for node, number in zip(canvas["nodes"], numbers, strict=True)
    }
    for node in canvas["nodes"]:
        node["id"] = new[node["id"]]
    for link in canvas["links"]:
        for key in (1, 3) if isinstance(link, list) else ("origin_id", "target_id"):
            link[key] = new.get(link[key], link[key])
    return {str(old): str(id_) for old, id_ in new.items()}


def _is_link(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2


# What cannot be converted


def test_every_fault_is_named_at_once_with_its_way_out() -> None:
    document = nodes(
        {"id": 1, "type": "Mystery", "title": "A box"},
        {"id": 2, "type": "workflow>My group"},
        {"id": 3, "type": "VAEDecode", "inputs": [{"name": "vae", "type": "VAE", "link": 7}]},
        {"id": 4, "type": "VAEDecode", "inputs": [{"name": "samples", "type": "LATENT", "link": 8}]},
        {"id": 5, "type": "Mystery"},
        links=[[8, 99, 0, 4, 0, "LATENT"]],
    )
    said = faults(document)
    assert "node 1 'A box' (Mystery), node 5 (Mystery): the server has no such node" in said
    assert "node 2 (workflow>My group): a group node" in said
    assert "node 3 (VAEDecode), input 'vae': it names link 7, which is not in the file" in said
    assert "node 4 (VAEDecode), input 'samples': it comes from node 99, which is not in the file" in said
    for way_out in ("Install what brings", "Convert to nodes", "draw that link anew"):
        assert said.count(way_out) == 1


def test_a_muted_or_bypassed_node_need_not_be_known() -> None:
    image = {"name": "image", "type": "IMAGE", "link": 1}
    document = nodes(
        {"id": 1, "type": "EmptyImage", "outputs": [{"type": "IMAGE"}]},
        {"id": 2, "type": "Mystery", "mode": 4, "inputs": [image], "outputs": [{"type": "IMAGE"}]},
        {"id": 3, "type": "PreviewImage", "inputs": [{"name": "images", "type": "IMAGE", "link": 2}]},
        {"id": 4, "type": "Mystery", "mode": 2},
        links=[[1, 1, 0, 2, 0, "IMAGE"], [2, 2, 0, 3, 0, "IMAGE"]],
    )
    graph = convert(document).graph
    assert list(graph) == ["1", "3"]
    assert graph["3"]["inputs"] == {"images": ["1", 0]}


def test_an_unknown_node_in_a_subgraph_is_told_of_once() -> None:
    definition = {"id": "s", "name": "Sub", "nodes": [{"id": 3, "type": "Mystery"}], "links": []}
    document = nodes({"id": 1, "type": "s"}, {"id": 2, "type": "s"}, definitions={"subgraphs": [definition]})
    assert faults(document).count("Mystery") == 1
    assert "node 1:3 (Mystery)" in faults(document)


def test_a_subgraph_that_holds_itself() -> None:
    definition = {"id": "s", "name": "Snake", "nodes": [{"id": 3, "type": "s"}], "links": []}
    said = faults(nodes({"id": 1, "type": "s"}, definitions={"subgraphs": [definition]}))
    assert "node 1:3 (s): the subgraph Snake holds itself" in said


def test_reroutes_in_a_circle() -> None:
    def reroute(id_: int, link: int) -> Json:
        return {"id": id_, "type": "Reroute", "inputs": [{"name": "", "type": "*", "link": link}]}

    document = nodes(
        reroute(1, 2),
        reroute(2, 1),
        {"id": 3, "type": "PreviewImage", "inputs": [{"name": "images", "type": "IMAGE", "link": 3}]},
        links=[[1, 1, 0, 2, 0, "*"], [2, 2, 0, 1, 0, "*"], [3, 1, 0, 3, 0, "*"]],
    )
    assert "node 3 (PreviewImage), input 'images': its link goes round in a circle, over node" in faults(document)


def test_a_chain_of_a_thousand_reroutes() -> None:
    chain = [
        {"id": id_, "type": "Reroute", "inputs": [{"name": "", "type": "*", "link": id_ - 1}]} for id_ in range(2, 1002)
    ]
    document = nodes(
        {"id": 1, "type": "EmptyImage"},
        *chain,
        {"id": 1002, "type": "PreviewImage", "inputs": [{"name": "images", "type": "IMAGE", "link": 1001}]},
        links=[[id_, id_, 0, id_ + 1, 0, "*"] for id_ in range(1, 1002)],
    )
    assert convert(document).graph["1002"]["inputs"] == {"images": ["1", 0]}


def test_links_that_an_extension_draws_by_itself() -> None:
    document = nodes({"id": 1, "type": "EmptyImage"}, extra={"ue_links": [{"downstream": 1, "upstream": 2}]})
    assert "Use Everywhere" in faults(document)


def test_what_only_a_browser_makes() -> None:
    infos = {"WebcamCapture": {"input": {"required": {"image": ["WEBCAM", {}], "width": ["INT", {}]}}, "output": []}}
    said = faults(nodes({"id": 1, "type": "WebcamCapture"}), infos)
    assert "node 1 (WebcamCapture), input 'image': the browser makes it" in said


def test_inputs_that_have_grown_with_their_links() -> None:
    slot = {"name": "g.v1", "type": "INT", "link": 1}
    document = nodes(
        {"id": 1, "type": "PrimitiveInt"},
        {"id": 2, "type": "TGrowW", "inputs": [slot], "widgets_values": [1, 2, 3, 4]},
        links=[[1, 1, 0, 2, 0, "INT"]],
    )
    assert "node 2 (TGrowW): input 'g' has grown" in faults(document, {**INFOS, **SMALL})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("{", "saved.json, line 1: this is not JSON", id="cut-short"),
        pytest.param("[" * 100_000, "nests deeper than 100 levels", id="deep"),
        pytest.param("[]", "not a workflow as ComfyUI's canvas saves it", id="list"),
        pytest.param("{}", "not a workflow as ComfyUI's canvas saves it", id="nothing"),
        pytest.param('{"3": {"class_type": "KSampler", "inputs": {}}}', "API format already", id="api"),
        pytest.param('{"nodes": [{"id": 1}]}', "a node has no id or no type", id="no-type"),
        pytest.param('{"nodes": [7]}', "a node has no id or no type", id="node-is-a-number"),
        pytest.param('{"nodes": [{"id": 1, "type": "x"}, {"id": "1", "type": "y"}]}', "the id 1", id="twice"),
        pytest.param('{"nodes": [], "links": ["x"]}', '"x" is no link', id="no-link"),
        pytest.param('{"nodes": [], "links": [[1, 2, "a", 3]]}', "is no link", id="slot-is-a-text"),
        pytest.param('{"nodes": [], "definitions": {"subgraphs": [{}]}}', "definition has no id", id="no-definition"),
        pytest.param('{"nodes": []}', "nothing of it would run", id="empty"),
        pytest.param('{"nodes": [{"id": 1, "type": "Note"}]}', "nothing of it would run", id="only-a-note"),
    ],
)
def test_what_is_no_workflow_in_ui_format(text: str, words: str) -> None:
    with pytest.raises(WorkflowError) as caught:
        conversion.convert(text, "saved.json", INFOS)
    assert words in caught.value.message
    assert caught.value.hint


@given(seed=st.integers(0, 2**32), name=st.sampled_from(NAMES))
@settings(max_examples=150, deadline=None)
def test_a_damaged_file_is_refused_in_words_or_converted(seed: int, name: str) -> None:
    document, chance = read(name, "ui"), random.Random(seed)
    junk = [None, "", 0, -1, "x", [], {}, [1], {"a": 1}, True, 1.5]
    places = list(_spots(document))
    for holder, key in chance.sample(places, 4):
        holder[key] = copy.deepcopy(chance.choice(junk))
    try:
        graph = convert(document).graph
    except WorkflowError as error:
        assert error.message.startswith("saved.json")
    else:
        assert all(isinstance(node["class_type"], str) for node in graph.values())


def _spots(value: Any) -> Iterator[tuple[Any, Any]]:
    inside: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in list(inside):
        yield value, key
        yield from _spots(item)


# What each run from the canvas would make differ


def test_a_choice_at_random_and_a_date_stay_and_are_named() -> None:
    document = read("t031_default", "ui")
    for node in document["nodes"]:
        if node["type"] == "CLIPTextEncode" and node["id"] == 6:
            node["widgets_values"] = ["a {red|blue} boat /* at sea */"]
        if node["type"] == "SaveImage":
            node["widgets_values"] = ["%date:yyyy-MM-dd%/%KSampler.steps%"]
    converted = convert(document)
    assert converted.graph["6"]["inputs"]["text"] == "a {red|blue} boat /* at sea */"
    assert converted.graph["9"]["inputs"]["filename_prefix"] == "%date:yyyy-MM-dd%/%KSampler.steps%"
    said = "\n".join(sorted(converted.notes))
    assert "node 6" in said
    assert "input 'text': the canvas picks one of {a|b} at random" in said
    assert "node 9 (SaveImage), input 'filename_prefix': the canvas fills %date:...% by the clock" in said
    assert len(converted.notes) == 2


def test_no_note_on_a_text_that_is_not_sent() -> None:
    document = nodes(
        {"id": 1, "type": "PrimitiveString", "widgets_values": ["s"]},
        {
            "id": 2,
            "type": "CLIPTextEncode",
            "inputs": [{"name": "text", "type": "STRING", "widget": {"name": "text"}, "link": 1}],
            "widgets_values": ["{a|b}"],
        },
        links=[[1, 1, 0, 2, 0, "STRING"]],
    )
    converted = convert(document)
    assert converted.notes == ()
    assert converted.graph["2"]["inputs"] == {"text": ["1", 0]}


def test_nothing_is_recorded_outside_a_browser() -> None:
    converted = convert(nodes({"id": 1, "type": "RecordAudio"}))
    assert converted.graph["1"]["inputs"] == {"audio": ""}
    assert "a recording is made in the browser" in converted.notes[0]
