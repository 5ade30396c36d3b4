"""Whatever JSON, frame or picture's bytes a server sends: the readers return, or raise NotComfy, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blogcovers.comfy import preflight, protocol
from blogcovers.comfy.catalogue import Catalogue
from blogcovers.comfy.protocol import JobState, NotComfy, Reply, Request, advance, answered, read_frame
from blogcovers.comfy.versions import version_of
from blogcovers.workflow.assets import shipped_style
from blogcovers.workflow.template import Values, fill, load_template

ASKED = Request("GET", "/asked")
TEMPLATE = load_template((shipped_style() / "sdxl.json").read_text(encoding="utf-8"), "style/sdxl.json")
GRAPH = fill(TEMPLATE, Values("a fox", "text", 7, (128, 64), "blogcovers/fox"))
ID = "id-1"

ERROR = {
    "type": "value_not_in_list",
    "message": "m",
    "details": "d",
    "extra_info": {"input_name": "ckpt_name", "received_value": "x", "input_config": [["a"], {}]},
}
NODE = {"errors": [ERROR], "class_type": "KSampler", "dependent_outputs": ["9"]}
ITEM = [0, ID, GRAPH, {"client_id": "ours"}, ["9"]]
OUTPUTS = {"9": {"images": [{"filename": "a.png", "subfolder": "", "type": "output"}]}}
MESSAGES = [["execution_start", {"prompt_id": ID}], ["execution_error", {"prompt_id": ID, "node_id": "3"}]]
STATUS = {"status_str": "error", "completed": False, "messages": MESSAGES}
JOB = {"id": ID, "status": "completed", "outputs": OUTPUTS, "execution_status": STATUS, "workflow": {"prompt": GRAPH}}
FRAMES = [
    {"type": "status", "data": {"status": {"exec_info": {"queue_remaining": 1}}}},
    {"type": "progress", "data": {"prompt_id": ID, "node": "3", "value": 1, "max": 9}},
    {"type": "executing", "data": {"prompt_id": ID, "node": "3"}},
    {"type": "executed", "data": {"prompt_id": ID, "node": "9", "output": OUTPUTS["9"]}},
    {"type": "execution_error", "data": {"prompt_id": ID, "node_id": "3", "exception_message": "m"}},
]
# The words of the real answers, so that what is made up comes near to them.
WORDS = sorted(
    set(re.findall(r"\w+", json.dumps([NODE, JOB, FRAMES, "queue_running queue_pending min max step COMBO"])))
)

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([2**80, -(2**80), 10**400, -1, 0])
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(WORDS)
)
keys = st.sampled_from(WORDS) | st.text(max_size=3)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=5), max_leaves=25
)


@st.composite
def like(draw: st.DrawFn, real: Any) -> Any:
    """The real answer, with something else in the place of one or two of its parts."""
    found = json.loads(json.dumps(real))
    for _ in range(draw(st.integers(1, 2))):
        at = found
        while isinstance(at, dict | list) and at:
            place = draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
            if not isinstance(at[place], dict | list) or not at[place] or draw(st.booleans()):
                at[place] = draw(values)
                break
            at = at[place]
    return found


READERS: dict[str, tuple[Callable[[Reply], object], list[Any]]] = {
    "stats": (
        lambda reply: version_of(protocol.read_system_stats(reply, ASKED)),
        [{"system": {"comfyui_version": "0.3.64"}, "devices": [{"name": "cpu"}]}],
    ),
    "posted": (
        lambda reply: protocol.read_posted(reply, ASKED, "9"),
        [
            {"prompt_id": ID, "number": 1, "node_errors": {"3": NODE}},
            {"error": {"type": "missing_node_type", "extra_info": {"class_type": "A"}}, "node_errors": {}},
        ],
    ),
    "queue": (
        lambda reply: protocol.read_queue(reply, ASKED).standing(ID),
        [{"queue_running": [ITEM], "queue_pending": [ITEM, ITEM]}],
    ),
    "history": (
        lambda reply: protocol.read_history(reply, ASKED, ID),
        [{ID: {"prompt": ITEM, "outputs": OUTPUTS, "status": STATUS}}],
    ),
    "past": (lambda reply: protocol.read_past(reply, ASKED), [{ID: {"prompt": ITEM}, "id-2": {"prompt": ITEM}}]),
    "job": (lambda reply: protocol.read_job(reply, ASKED, ID), [JOB]),
    "instead": (protocol.told_instead, [{"error": {"message": "m"}}]),
}


def dumped(value: Any) -> bytes:
    return json.dumps(value).encode()


@pytest.mark.parametrize("name", READERS)
@given(data=st.data())
def test_a_reader_returns_or_raises_not_comfy(name: str, data: st.DataObject) -> None:
    read, real = READERS[name]
    body = data.draw(
        st.one_of(*(like(one) for one in real)).map(dumped) | values.map(dumped) | st.binary(max_size=20), "body"
    )
    status = data.draw(st.sampled_from([200, 200, 200, 201, 202, 400, 404, 500]))
    media_type = data.draw(st.sampled_from(["application/json", "", "text/html", "application/octet-stream"]))
    try:
        read(Reply(status, media_type, body))
    except NotComfy as error:
        assert str(error).startswith("GET /asked was answered ")
        assert "\n" not in str(error)


@pytest.mark.parametrize("name", READERS)
def test_a_reader_takes_the_real_answer(name: str) -> None:
    read, real = READERS[name]
    for one in real:
        read(Reply(400 if "error" in one and name == "posted" else 200, "", dumped(one)))


@given(
    frame=st.one_of(*(like(one) for one in FRAMES)).map(json.dumps)
    | values.map(json.dumps)
    | st.text(max_size=20)
    | st.binary(max_size=30)
    | st.binary(max_size=30).map(lambda rest: b"\0\0\0\4\0\0\0\2{}" + rest)
)
def test_a_frame_is_an_event_or_nothing(frame: str | bytes) -> None:
    event = read_frame(frame)
    if event is not None:
        for state in JobState:
            assert isinstance(advance(state, event), JobState)


def infos() -> dict[str, Any]:
    """What a server says of the shipped workflow's classes."""
    from comfy_nodes import Catalogue as Classes

    known = Classes({"checkpoints": ["sd_xl_base_1.0.safetensors"]})
    return {node["class_type"]: known.info(node["class_type"]) for node in GRAPH.values()}


INFOS = infos()


@given(found=like(INFOS) | st.dictionaries(st.sampled_from(sorted(INFOS)), values))
def test_what_a_server_says_of_its_nodes_is_examined_whatever_it_is(found: dict[str, Any]) -> None:
    def exchange(request: Request) -> Reply:
        name = request.path.removeprefix("/object_info").removeprefix("/")
        return Reply(200, "", dumped({name: found[name]} if name in found else {} if name else found))

    verdict = answered(Catalogue().examine(GRAPH, "9"), exchange)
    assert all(fault == " ".join(fault.split()) or "\n" not in fault for fault in verdict.faults)


def test_the_shipped_workflow_lacks_nothing_there() -> None:
    assert preflight.examine(GRAPH, INFOS).faults == ()


@pytest.mark.parametrize(
    "bounds", [{"min": "0"}, {"min": None}, {"max": []}, {"step": "8"}, {"min": True}, [], None, 7]
)
def test_bounds_of_another_type_are_not_judged(bounds: Any) -> None:
    info = {"KSampler": {**INFOS["KSampler"], "input": {"required": {"steps": ["INT", bounds]}}}}
    graph = {"3": {"class_type": "KSampler", "inputs": {"steps": 5}}}
    assert preflight.examine(graph, info).faults == ()


@pytest.mark.parametrize(
    ("dependent", "queued"), [(None, False), ("9", False), ({}, False), (["9"], False), (["7"], True)]
)
def test_a_bad_node_that_does_not_say_what_it_spoils_may_spoil_ours(dependent: Any, queued: bool) -> None:
    answer = {"prompt_id": ID, "node_errors": {"3": {**NODE, "dependent_outputs": dependent}}}
    found = protocol.read_posted(Reply(200, "", dumped(answer)), ASKED, "9")
    assert isinstance(found, protocol.Accepted) is queued
    assert found.prompt_id == ID, "what is left of it is queued all the same"


@pytest.mark.parametrize(
    ("read", "body", "said"),
    [
        ("queue", {"queue_running": {}, "queue_pending": []}, "queue_running is an object"),
        ("queue", {"queue_running": []}, "queue_pending is null"),
        ("queue", {"queue_running": [[0]], "queue_pending": []}, "queue_running holds something else than"),
        ("history", {ID: []}, "the prompt's entry is a list"),
        ("history", [], "a JSON object was due, not a list"),
        ("stats", {"devices": []}, "it says nothing of a system"),
    ],
)
def test_what_was_odd_is_named(read: str, body: Any, said: str) -> None:
    with pytest.raises(NotComfy, match=said):
        READERS[read][0](Reply(200, "application/json", dumped(body)))


@pytest.mark.parametrize("status", [200, 201, 202])
@pytest.mark.parametrize("media_type", ["application/json", "text/plain", ""])
def test_a_prompt_is_queued_whichever_way_that_is_said(status: int, media_type: str) -> None:
    reply = Reply(status, media_type, dumped({"prompt_id": ID, "number": 0, "node_errors": {}}))
    assert protocol.read_posted(reply, ASKED, "9") == protocol.Accepted(ID)


@pytest.mark.parametrize("media_type", ["text/html", ""])
def test_a_gates_page_is_told_as_such(media_type: str) -> None:
    with pytest.raises(NotComfy, match=f"status 200 and {media_type or 'no media type'}"):
        protocol.read_json(Reply(200, media_type, b"<html>Log in</html>"), ASKED)


ENTRIES = [
    ({"prompt": ITEM, "outputs": OUTPUTS}, JobState.DONE),
    ({"prompt": ITEM, "outputs": OUTPUTS, "status": None}, JobState.DONE),
    ({"prompt": ITEM, "outputs": {}}, JobState.FAILED),
    ({"outputs": OUTPUTS, "status": []}, JobState.DONE),
    ({"prompt": ITEM, "outputs": OUTPUTS, "status": {"status_str": "error"}}, JobState.FAILED),
]


@pytest.mark.parametrize(("entry", "how"), ENTRIES)
def test_a_history_without_a_status_tells_by_its_pictures(entry: dict[str, Any], how: JobState) -> None:
    ended = protocol.read_history(Reply(200, "application/json", dumped({ID: entry})), ASKED, ID)
    assert ended is not None
    assert ended.how is how


@given(
    stats=like({"system": {"comfyui_version": "0.3.64"}, "devices": [{"name": "x", "vram_free": 1, "type": "cuda"}]})
)
def test_the_doctor_reads_stats_of_any_shape(stats: dict[str, Any]) -> None:
    from blogcovers.comfy import doctor

    assert [one.subject for one in doctor._answers(stats)][:1] == ["answers"]
