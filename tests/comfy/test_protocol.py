"""The protocol part reads all that real servers were recorded to say, in any order, and says nothing wrong itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from blogcovers.comfy import protocol
from blogcovers.comfy.protocol import (
    ENDS,
    Accepted,
    Ended,
    JobState,
    NotComfy,
    Picture,
    Queue,
    Refusal,
    Remaining,
    Reply,
    Request,
    Settled,
    Started,
    Step,
    Unknown,
    Waiting,
    Wrote,
    advance,
    read_frame,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

RECORDINGS = Path(__file__).parents[1] / "recordings"
JSON = "application/json"
ASKED = Request("GET", "/asked")
POSTED, QUEUED, RUNNING = JobState.POSTED, JobState.QUEUED, JobState.RUNNING
DONE, FAILED, CANCELLED, LOST = JobState.DONE, JobState.FAILED, JobState.CANCELLED, JobState.LOST

NOTHING_TO_REPLAY = {
    "GOTCHA_client_id_not_a_string": "the server died of it: there is no reply; that we send a text is tested below",
    "extra_data_preview_method": "counts of preview pictures, which we do not read",
    "get_object_info_all_summary": "the answer of 444 kB was not kept",
    "object_info_classes": "the catalogue of the test server",
    "origin_host_check_default": "statuses by Origin header: that we send none is the client's test",
    "upload_image_cases": "multipart uploads, which we do not make",
    "webp_metadata_written_by_server": "tags in files, not a reply",
}


# The recordings: every file is walked once, and what has the shape of a reply or a frame is kept ---------


def walk(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    yield path, value
    if isinstance(value, dict):
        for key, item in value.items():
            yield from walk(item, f"{path}/{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from walk(item, f"{path}/{index}")


PLACES = {
    path: value
    for file in sorted(RECORDINGS.glob("*.json"))
    for path, value in walk(json.loads(file.read_text(encoding="utf-8")), file.stem)
}
NAMES = {file.stem for file in RECORDINGS.glob("*.json")}


def has(value: Any, *keys: str) -> bool:
    return isinstance(value, dict) and set(keys) <= set(value)


def reply(body: Any, status: int = 200, media_type: str = JSON) -> Reply:
    """A body that is no text is JSON."""
    data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return Reply(status, media_type, data)


def recorded_reply(response: Mapping[str, Any]) -> Reply:
    media_type = response["headers"].get("content-type", "").partition(";")[0]
    body = response["body"]
    return reply("" if body is None else body, response["status"], media_type)


def is_exchange(value: Any) -> bool:
    """A request and its whole reply: pictures, and JSON that was summed up in words, are not whole."""
    if not has(value, "request", "response") or not has(value["response"], "headers", "body"):
        return False
    response = value["response"]
    summary = isinstance(response["body"], str) and "json" in response["headers"].get("content-type", "")
    return not summary and not has(response["body"], "bytes", "head_hex")


def asks(value: Any, method: str, path: str) -> bool:
    request = value["request"]
    if request == "the same body as before":
        return (method, path) == ("POST", "/prompt")
    return bool(request["method"] == method and request["path"].partition("?")[0].startswith(path))


EXCHANGES = {path: value for path, value in PLACES.items() if is_exchange(value)}


def posted() -> Iterator[tuple[str, Reply]]:
    """Every reply to POST /prompt, and those of which only the body was kept."""
    for path, value in PLACES.items():
        if path in EXCHANGES and asks(value, "POST", "/prompt"):
            yield path, recorded_reply(value["response"])
        elif has(value, "prompt_id", "number", "node_errors") and not path.endswith("/response/body"):
            yield path, reply(value)


def history_entry(value: Any) -> dict[str, Any] | None:
    """An entry of the history: whole, or put together from the parts of it that were kept."""
    if has(value, "prompt", "outputs", "status") or (
        has(value, "status") and has(value["status"], "status_str", "messages")
    ):
        return dict(value)
    messages = value.get("status_messages", value.get("messages")) if has(value, "outputs") else None
    if messages is None:
        return None
    told = [[kind, {"prompt_id": "kept-in-part"}] for kind, _nodes in messages]
    status = {"status_str": "success" if told[-1][0] == "execution_success" else "error", "messages": told}
    return {"outputs": value["outputs"], "status": status}


def entry_id(entry: Mapping[str, Any]) -> str:
    return str(entry["status"]["messages"][0][1]["prompt_id"])


def histories() -> Iterator[tuple[str, Reply, str]]:
    """Every history that tells of an end, and the id of its prompt."""
    for path, value in PLACES.items():
        entry = history_entry(value)
        if entry:
            yield path, reply({entry_id(entry): entry}), entry_id(entry)


def queues() -> Iterator[tuple[str, Reply]]:
    for path, value in PLACES.items():
        if has(value, "queue_running", "queue_pending") and all(
            isinstance(item, list) for item in value["queue_running"] + value["queue_pending"]
        ):
            yield path, reply(value)


def frame(kept: Mapping[str, Any]) -> str | bytes:
    """As it came over the wire; of pictures only the first bytes were kept."""
    if "text" in kept:
        return json.dumps(kept["text"])
    binary = kept["binary"]
    return bytes.fromhex(binary["first8_hex"]).ljust(binary["bytes"], b"\0")


def sequences() -> Iterator[tuple[str, list[str | bytes]]]:
    for path, value in PLACES.items():
        if isinstance(value, list) and value and all(has(item, "t") for item in value):
            yield path.removesuffix("/frames").removesuffix("/websocket"), [frame(item) for item in value]


POSTED_REPLIES = dict(posted())
HISTORIES = {path: (found, prompt_id) for path, found, prompt_id in histories()}
QUEUES = dict(queues())
SEQUENCES = dict(sequences())


def test_every_recording_is_replayed_or_excused() -> None:
    replayed = {path.partition("/")[0] for path in [*EXCHANGES, *POSTED_REPLIES, *HISTORIES, *QUEUES, *SEQUENCES]}
    assert replayed | set(NOTHING_TO_REPLAY) == NAMES
    assert not replayed & set(NOTHING_TO_REPLAY), "these have something to replay"


# Requests -----------------------------------------------------------------------------------------------


def test_a_prompt_goes_with_a_client_id_that_is_a_text_and_with_our_own_id() -> None:
    request = protocol.post_prompt({"1": {"class_type": "A", "inputs": {}}}, "me", "id-1")
    assert (request.method, request.path, request.query) == ("POST", "/prompt", ())
    assert request.body == {
        "prompt": {"1": {"class_type": "A", "inputs": {}}},
        "client_id": "me",
        "prompt_id": "id-1",
    }


def test_an_interrupt_always_names_its_prompt() -> None:
    assert protocol.interrupt("id-1") == Request("POST", "/interrupt", body={"prompt_id": "id-1"})


def test_deleting_names_prompts_and_never_clears_the_queue() -> None:
    assert protocol.delete_pending(iter(["a", "b"])) == Request("POST", "/queue", body={"delete": ["a", "b"]})


def test_a_picture_is_asked_for_in_three_parts_even_where_one_is_empty() -> None:
    asked = protocol.view(Picture("a b%ü.png"))
    assert (asked.method, asked.path, asked.body) == ("GET", "/view", None)
    assert asked.query == (("filename", "a b%ü.png"), ("subfolder", ""), ("type", "output"))


@pytest.mark.parametrize(
    ("request_", "path"),
    [
        (protocol.get_history("id-1"), "/history/id-1"),
        (protocol.get_queue(), "/queue"),
        (protocol.get_job("id-1"), "/api/jobs/id-1"),
        (protocol.get_job("id-1", "http://gpu.example:8188/comfy"), "/api/jobs/id-1"),
        (protocol.get_job("id-1", "https://gpu.example/api"), "/jobs/id-1"),
        (protocol.get_system_stats(), "/system_stats"),
    ],
)
def test_questions_have_no_body(request_: Request, path: str) -> None:
    assert request_ == Request("GET", path)
    assert str(request_) == f"GET {path}"


# Replies in general -------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", EXCHANGES)
def test_only_json_with_status_200_is_read_as_json(path: str) -> None:
    response = EXCHANGES[path]["response"]
    found = recorded_reply(response)
    if found.status == 200 and isinstance(response["body"], dict):
        assert protocol.read_json(found, ASKED) == response["body"]
    else:
        what = "in an unknown shape: " if found.media_type == JSON and found.status == 200 else ""
        with pytest.raises(NotComfy, match=rf"^GET /asked was answered {what or f'with status {found.status} and '}"):
            protocol.read_json(found, ASKED)


READERS = {
    "posted": lambda found: protocol.read_posted(found, ASKED, "9"),
    "history": lambda found: protocol.read_history(found, ASKED, "id-1"),
    "queue": lambda found: protocol.read_queue(found, ASKED),
    "job": lambda found: protocol.read_job(found, ASKED, "id-1"),
    "stats": lambda found: protocol.read_system_stats(found, ASKED),
}
STRANGE = {
    "a page of HTML": reply("<html></html>", media_type="text/html"),
    "a page of HTML from a proxy": reply("<html></html>", 502, "text/html"),
    "no media type": reply("", media_type=""),
    "HTML that calls itself JSON": reply("<html></html>"),
    "nothing that calls itself JSON": reply(""),
    "half an object": reply('{"a": '),
    "not UTF-8": Reply(200, JSON, b'{"a": "\xff"}'),
    "a number": reply(7),
    "a list": reply([1]),
    "null": reply(None),
    "the server in trouble": reply("500 Internal Server Error\n\nServer got itself in trouble", 500, "text/plain"),
    "a refusal without JSON": reply("bad", 400, "text/plain"),
    "a refusal with broken JSON": reply("{", 400),
    "a refusal that is a list": reply([], 400),
}


@pytest.mark.parametrize("strange", STRANGE)
@pytest.mark.parametrize("reader", READERS)
def test_what_comfyui_does_not_say_is_not_comfy(reader: str, strange: str) -> None:
    with pytest.raises(NotComfy, match=r"^GET /asked was answered "):
        READERS[reader](STRANGE[strange])


@pytest.mark.parametrize(
    ("reader", "body"),
    [
        ("posted", {}),
        ("queue", {}),
        ("queue", {"queue_running": [], "queue_pending": [["x", "a"]]}),
        ("queue", {"queue_running": [[1]], "queue_pending": []}),
        ("queue", {"queue_running": None, "queue_pending": []}),
        ("stats", {"devices": []}),
        ("job", {}),
        ("job", {"id": "id-2", "status": "pending"}),
        ("job", {"id": "id-2", "status": "completed", "outputs": {}}),
        ("job", {"id": "id-1"}),
        ("job", {"id": "id-1", "status": "waiting_to_dispatch"}),
        ("job", {"id": "id-1", "status": ["pending"]}),
        ("job", {"error": "Job not found"}),
    ],
)
def test_json_of_another_shape_is_not_comfy(reader: str, body: Any) -> None:
    with pytest.raises(NotComfy):
        READERS[reader](reply(body))


@pytest.mark.parametrize("name", ["get_system_stats", "get_api_prefix_system_stats"])
def test_system_stats_tell_the_version(name: str) -> None:
    stats = protocol.read_system_stats(recorded_reply(EXCHANGES[name]["response"]), ASKED)
    assert stats["system"]["comfyui_version"] == "0.12.1"


# Replies to POST /prompt --------------------------------------------------------------------------------

K, LATENT = "node 3 (KSampler)", "node 5 (EmptyLatentImage)"
NO_PROMPT, NO_OUTPUTS = [("No prompt provided",)], [("Prompt has no outputs",)]

# What each fault has to name, one tuple a fault. Where ComfyUI does not tell the input, the node is all there is.
REFUSED: dict[str, list[tuple[str, ...]]] = {
    "err_bad_choice_and_type": [(K, "seed", "abc"), (K, "sampler_name", "'bogus'")],
    "err_bare_graph_not_wrapped": NO_PROMPT,
    "err_body_is_list": NO_PROMPT,
    "err_cycle": [("failed validation",)],
    "err_empty_object": NO_PROMPT,
    "err_empty_prompt": NO_OUTPUTS,
    "err_link_to_missing_node": [(K, "'99'")],
    "err_link_to_missing_slot": [(K, "out of range")],
    "err_link_wrong_type": [(K, "model", "CLIP", "MODEL")],
    "err_loadimage_missing_file": [("node 1 (LoadImage)", "image", "nosuch.png")],
    "err_missing_class_type": [("#9", "class_type")],
    "err_missing_required_input": [(K, "missing", "model"), (K, "missing", "steps")],
    "err_no_output_node": NO_OUTPUTS,
    "err_no_prompt_key": NO_PROMPT,
    "err_out_of_range": [
        (LATENT, "width", "99999", "max of 16384"),
        (K, "steps", "0 smaller than min of 1"),
        (K, "cfg", "1000.0", "max of 100.0"),
    ],
    "err_prompt_list": NO_OUTPUTS,
    "err_size_below_min_and_not_multiple_of_8": [(LATENT, "width", "8 smaller than min of 16")],
    "err_unknown_checkpoint": [
        ("node 4 (CheckpointLoaderSimple)", "ckpt_name", "'nope.safetensors'", "sd_xl_base_1.0.safetensors")
    ],
    "err_unknown_class_type": [("NoSuchNode", "node 9")],
    "input_value_edge_cases/link_with_int_node_id": [(K, "4")],
    "input_value_edge_cases/negative_seed": [(K, "seed", "-1 smaller than min of 0")],
    "input_value_edge_cases/node_without_inputs_key": [(LATENT, "'inputs'")],
    "input_value_edge_cases/seed_2**64": [(K, "seed", "bigger than max of 18446744073709551615")],
    "input_value_edge_cases/text_is_a_2_list": [("node 6 (CLIPTextEncode)", "'a'")],
    "prompt_partial_execution_targets/empty_list": NO_OUTPUTS,
    "prompt_partial_execution_targets/ints": NO_OUTPUTS,
    "prompt_partial_execution_targets/non_output_target": NO_OUTPUTS,
    "prompt_partial_execution_targets/unknown_target": NO_OUTPUTS,
}
NOT_READABLE = {
    "err_bad_number": 500,
    "err_body_over_100_MiB": 413,
    "err_invalid_json": 500,
    "err_no_body": 500,
    "err_prompt_null": 500,
    "err_ui_format_workflow": 500,
    "flags_cors_gzip_limits/bad_json": 500,
    "flags_cors_gzip_limits/over_max_upload_size": 413,
    "queue_order_and_ties/same_id_and_number_twice/1": 500,
}
QUEUED_WITH = {  # the output node of the graphs that are not our seven nodes
    "execution_error_after_one_good_output/post": "2",
    "execution_error_corrupt_image/post": "2",
    "prompt_extra_data_pnginfo/post": "2",
    "prompt_partial_execution_targets/post": "2",
    "prompt_two_outputs_one_invalid/post": "2",
    "prompt_two_outputs_one_missing_input/post": "2",
    "queue_order_and_ties/same_id_and_number_twice/0": "2",
    "prompt_id_chosen_by_client/first": "2",
    "prompt_id_chosen_by_client/second_after_done": "2",
    "prompt_id_chosen_by_client/id_int": "2",
    "prompt_id_chosen_by_client/id_empty": "2",
    "prompt_id_chosen_by_client/id_slash": "2",
    "prompt_id_chosen_by_client/id_null": "2",
    "err_float_for_int_is_truncated": "9",
    "err_link_input_given_string": "9",
    "err_numeric_strings_are_coerced": "9",
    "err_unknown_input_and_meta_are_ignored": "9",
    "err_wrong_content_type_is_fine": "2",
    "execution_error_string_for_model/post": "9",
    "input_value_edge_cases/seed_2**64-1": "9",
    "input_value_edge_cases/seed_as_float": "9",
    "queue_delete_interrupt/posted/front": "9",
    "queue_delete_interrupt/posted/number_0.5": "9",
    "queue_delete_interrupt/posted/own_id": "9",
    "queue_delete_interrupt/posted/plain": "9",
    "queue_delete_interrupt/posted/slow": "9",
    "ws_sdxl_run_again_cached_plain/post": "9",
    "ws_sdxl_run_again_cached_preview_metadata/post": "9",
    "ws_sdxl_run_plain/post": "9",
    "ws_sdxl_run_preview_metadata/post": "9",
}


def read_posted(path: str, output_node: str = "9") -> Accepted | Refusal:
    return protocol.read_posted(POSTED_REPLIES[path], Request("POST", "/prompt"), output_node)


def faults(path: str, output_node: str = "9") -> tuple[str, ...]:
    refusal = read_posted(path, output_node)
    assert isinstance(refusal, Refusal)
    return refusal.faults


def test_every_reply_to_a_prompt_is_in_one_of_the_tables() -> None:
    assert sorted([*REFUSED, *NOT_READABLE, *QUEUED_WITH]) == sorted(POSTED_REPLIES)


@pytest.mark.parametrize("path", REFUSED)
def test_a_refusal_names_every_fault_with_node_and_input(path: str) -> None:
    found = faults(path)
    assert len(found) == len(REFUSED[path])
    for sentence, parts in zip(found, REFUSED[path], strict=True):
        assert all(part in sentence for part in parts), sentence


@pytest.mark.parametrize("path", REFUSED)
def test_a_fault_is_one_plain_line(path: str) -> None:
    for sentence in faults(path):
        assert sentence == " ".join(sentence.split())
        assert "Traceback" not in sentence
        assert "{" not in sentence
        assert not sentence.endswith(":")


@pytest.mark.parametrize("path", NOT_READABLE)
def test_a_server_in_trouble_is_not_comfy_and_says_the_status(path: str) -> None:
    with pytest.raises(NotComfy, match=f"^POST /prompt was answered with status {NOT_READABLE[path]} and text/plain"):
        read_posted(path)


@pytest.mark.parametrize("path", QUEUED_WITH)
def test_a_prompt_is_queued_where_our_output_is_among_the_good_ones(path: str) -> None:
    answer = json.loads(POSTED_REPLIES[path].body)
    assert read_posted(path, QUEUED_WITH[path]) == Accepted(answer["prompt_id"])


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("prompt_two_outputs_one_invalid/post", ("node 3 (SaveImage)", "'77'")),
        ("prompt_two_outputs_one_missing_input/post", ("node 3 (SaveImage)", "missing", "filename_prefix")),
    ],
)
def test_a_200_that_drops_our_output_is_a_refusal(path: str, parts: tuple[str, ...]) -> None:
    (sentence,) = faults(path, "3")
    assert all(part in sentence for part in parts), sentence


def test_the_same_fault_for_two_outputs_is_said_once() -> None:
    error = {"type": "required_input_missing", "message": "Required input is missing", "details": "model"}
    node = {"class_type": "KSampler", "errors": [error, error], "dependent_outputs": ["8", "9"]}
    refusal = protocol.read_posted(reply({"error": {}, "node_errors": {"3": node}}, 400), ASKED, "9")
    assert refusal == Refusal(("node 3 (KSampler): Required input is missing: model",))


@pytest.mark.parametrize(
    "config",
    [[["a.safetensors", "b.safetensors"], {}], ["COMBO", {"options": ["a.safetensors", "b.safetensors"]}]],
    ids=["list", "COMBO"],
)
def test_choices_are_listed_in_either_spelling(config: Any) -> None:
    info = {"input_name": "ckpt_name", "received_value": "c.safetensors", "input_config": config}
    error = {"type": "value_not_in_list", "message": "Value not in list", "details": "", "extra_info": info}
    node = {"class_type": "Loader", "errors": [error], "dependent_outputs": ["9"]}
    refusal = protocol.read_posted(reply({"error": {}, "node_errors": {"4": node}}, 400), ASKED, "9")
    assert refusal is not None
    assert refusal.faults[0].endswith("a.safetensors, b.safetensors")


def test_choices_that_the_server_keeps_to_itself_are_not_called_none() -> None:
    """A long list is left out of the refusal: input_config is null, and details says "(list of length 44)"."""
    sentence = faults("err_bad_choice_and_type")[1]
    assert "sampler_name 'bogus'" in sentence
    assert "none" not in sentence


@pytest.mark.parametrize("path", ["err_link_to_missing_node", "err_link_to_missing_slot"])
def test_a_dead_link_is_not_blamed_on_the_input_of_the_next_node(path: str) -> None:
    """extra_info.input_name is the input of the node that leads to the bad one."""
    assert "samples" not in faults(path)[0]


def test_details_that_repeat_the_message_are_not_said_twice() -> None:
    assert faults("err_bare_graph_not_wrapped") == ("No prompt provided",)


@pytest.mark.parametrize("error", ["not found", None, {}, 7])
def test_a_refusal_without_a_known_reason_still_has_a_sentence(error: Any) -> None:
    refusal = protocol.read_posted(reply({"error": error, "node_errors": {}}, 400), ASKED, "9")
    assert refusal is not None
    assert all(sentence.strip() for sentence in refusal.faults)
    assert refusal.faults


# Replies to GET /history --------------------------------------------------------------------------------

NO_FILES: Mapping[str, Sequence[str]] = {}
EMPTY_1, CACHETEST = {"2": ["empty_00001_.png"]}, {"2": ["cachetest_00001_.png"]}
PROBE_6, PROBE_8 = {"9": ["probe_00006_.png"]}, {"9": ["probe_00008_.png"]}
OUTSIDE = "node 2 (SaveImage) fails: **** ERROR: Saving image outside the output folder is not allowed."

# How it ended, what the reason begins with, and the files: node -> names, with "subfolder/" before where there is one.
ENDINGS: dict[str, tuple[JobState, str, Mapping[str, Sequence[str]]]] = {
    "cached_rerun_client_id_matters/1_fresh_no_client_id": (DONE, "", CACHETEST),
    "cached_rerun_client_id_matters/2_again_no_client_id": (DONE, "", NO_FILES),
    "cached_rerun_client_id_matters/3_again_with_client_id": (DONE, "", CACHETEST),
    "cached_rerun_client_id_matters/4_again_no_client_id": (DONE, "", NO_FILES),
    "cached_rerun_client_id_matters/6_only_prefix_changed": (DONE, "", {"2": ["cachetest_b_00001_.png"]}),
    "cached_rerun_client_id_matters/7_same_content_other_node_ids": (DONE, "", NO_FILES),
    "cached_rerun_client_id_matters/8_first_graph_again_after_other_prompts": (DONE, "", CACHETEST),
    "execution_error_after_one_good_output/history_entry": (
        FAILED,
        "node 3 (LoadImage) fails: Truncated File Read",
        EMPTY_1,
    ),
    "execution_error_corrupt_image/history_after/e25d0624-770a-47e5-820b-5e4d00388ff2": (
        FAILED,
        "node 1 (LoadImage) fails: Truncated File Read",
        NO_FILES,
    ),
    "execution_error_string_for_model/history_after/4b1aaee6-8f87-4885-bd6c-edb1a036ace2": (
        FAILED,
        "node 3 (KSampler) fails: 'str' object has no attribute",
        NO_FILES,
    ),
    "flags_cors_gzip_limits/cache_none_run_1": (DONE, "", {"2": ["empty_00002_.png"]}),
    "flags_cors_gzip_limits/cache_none_run_2": (DONE, "", {"2": ["empty_00003_.png"]}),
    "free/same_prompt_after_free": (DONE, "", {"2": ["empty_00009_.png"]}),
    "get_history_max_items_1/response/body/3683d7dc-b106-4d24-885a-9724869c59df": (
        DONE,
        "",
        {"9": ["probe_00009_.png"]},
    ),
    "history_delete_clear/same_prompt_after_clear": (DONE, "", NO_FILES),
    "interrupt_while_idle_then_prompt": (DONE, "", NO_FILES),
    "prompt_extra_data_pnginfo/history_entry": (DONE, "", {"2": ["empty_00008_.png"]}),
    "prompt_partial_execution_targets/history_entry": (DONE, "", {"3": ["other_00001_.png"]}),
    "prompt_two_outputs_one_invalid/history_entry": (DONE, "", {"2": ["empty_00002_.png"]}),
    "prompt_two_outputs_one_missing_input/history_entry": (DONE, "", {"2": ["empty_00003_.png"]}),
    "queue_clear_and_global_interrupt": (CANCELLED, "somebody interrupted it", NO_FILES),
    "queue_delete_interrupt/history_of_interrupted/response/body/ccb42f36-f15e-489b-a7b3-5b2853683fb0": (
        CANCELLED,
        "somebody interrupted it",
        NO_FILES,
    ),
    "saveimage_filename_prefix_cases/absolute": (FAILED, OUTSIDE, NO_FILES),
    "saveimage_filename_prefix_cases/dotdot": (FAILED, OUTSIDE, NO_FILES),
    "saveimage_filename_prefix_cases/empty": (DONE, "", {"2": ["._00001_.png"]}),
    "saveimage_filename_prefix_cases/subfolder": (DONE, "", {"2": ["blog/covers/post_00001_.png"]}),
    "saveimage_filename_prefix_cases/trailing_slash": (DONE, "", {"2": ["blog_00001_.png"]}),
    "saveimage_filename_prefix_cases/unicode": (DONE, "", {"2": ["ünï cödé_00001_.png"]}),
    "ws_sdxl_run_again_cached_plain/history_after/response/body/dc5ffe26-8070-4d78-97af-264727cd3001": (
        DONE,
        "",
        PROBE_6,
    ),
    "ws_sdxl_run_again_cached_preview_metadata/history_after/response/body/8047b9a8-f54f-4f8e-b7fb-7fec81dc7b59": (
        DONE,
        "",
        PROBE_8,
    ),
    "ws_sdxl_run_plain/history_after/response/body/5b9f8fda-fcb9-46a0-97b0-e06e611cd0d7": (DONE, "", PROBE_6),
    "ws_sdxl_run_preview_metadata/history_after/response/body/e0be62f0-0d4b-4955-9cb7-34d64e50b293": (
        DONE,
        "",
        PROBE_8,
    ),
}


def read_history(found: Reply, prompt_id: str) -> Ended | None:
    return protocol.read_history(found, protocol.get_history(prompt_id), prompt_id)


def names(pictures: Mapping[str, Iterable[Picture]]) -> dict[str, list[str]]:
    return {node: [f"{one.subfolder}/{one.filename}".lstrip("/") for one in files] for node, files in pictures.items()}


def test_every_end_in_a_history_is_in_the_table() -> None:
    assert sorted(ENDINGS) == sorted(HISTORIES)


@pytest.mark.parametrize("path", ENDINGS)
def test_a_history_tells_done_failed_and_cancelled_apart(path: str) -> None:
    found, prompt_id = HISTORIES[path]
    how, reason, files = ENDINGS[path]
    ended = read_history(found, prompt_id)
    assert ended is not None
    assert (ended.prompt_id, ended.how) == (prompt_id, how)
    assert ended.reason.startswith(reason)
    assert bool(ended.reason) == bool(reason)
    assert ended.reason == " ".join(ended.reason.split())
    assert names(ended.pictures) == files


@pytest.mark.parametrize("path", ENDINGS)
def test_the_end_of_another_prompt_is_not_ours(path: str) -> None:
    assert read_history(HISTORIES[path][0], "00000000-0000-4000-8000-000000000000") is None


def test_an_end_carries_the_graph_that_ran() -> None:
    exchange = EXCHANGES["ws_sdxl_run_plain/history_after"]
    (prompt_id,) = exchange["response"]["body"]
    ended = read_history(recorded_reply(exchange["response"]), prompt_id)
    assert ended is not None
    assert ended.graph == EXCHANGES["ws_sdxl_run_plain/post"]["request"]["body"]["prompt"]


@pytest.mark.parametrize(
    "path", [path for path, value in EXCHANGES.items() if asks(value, "GET", "/history") and "_items" not in path]
)
def test_unknown_waiting_and_running_prompts_have_no_end_in_the_history(path: str) -> None:
    found = recorded_reply(EXCHANGES[path]["response"])
    prompt_id = EXCHANGES[path]["request"]["path"].rpartition("/")[2]
    ended = read_history(found, prompt_id)
    assert (ended is None) == (EXCHANGES[path]["response"]["body"] == {})


def test_pictures_are_taken_from_images_only_and_need_a_name() -> None:
    images = [{"filename": "a.png", "later": 1}, {"subfolder": "x"}, "b.png", None]
    outputs = {"9": {"images": images, "gifs": [{"filename": "c.gif"}], "text": ["d"]}, "8": {"images": None}, "7": 1}
    status = {"status_str": "success", "messages": []}
    ended = read_history(reply({"p": {"outputs": outputs, "status": status}}), "p")
    assert ended is not None
    assert ended.pictures == {"9": (Picture("a.png", "", "output"),), "8": (), "7": ()}


# Replies to GET /queue ----------------------------------------------------------------------------------

SLOW, FRONT, HALF = (
    "ccb42f36-f15e-489b-a7b3-5b2853683fb0",
    "f6a636da-c52e-4a17-9b06-4891df7bc455",
    "affce31a-9051-4139-8b0f-7e663e338f6a",
)
PLAIN, OWN = "5c21fa5f-fcc5-4673-b632-51782fbb1875", "my-own-id-1"
RUN_ORDER = {
    "flags_cors_gzip_limits/get_with_foreign_origin/response/body": Queue((), ()),
    "get_queue_empty/response/body": Queue((), ()),
    "queue_clear_and_global_interrupt/queue_after_clear": Queue(("89600215-f008-4df6-95d7-ac92525741ff",), ()),
    "queue_delete_interrupt/queue/response/body": Queue((SLOW,), (FRONT, HALF, OWN, PLAIN)),
    "queue_delete_interrupt/queue_ids_after_delete": Queue((SLOW,), (FRONT, HALF, OWN)),
    "queue_delete_interrupt/queue_ids_after_interrupt_of_pending_id": Queue((SLOW,), (FRONT, HALF, OWN)),
    "restart_loses_queue_and_history/after_restart/queue": Queue((), ()),
}


def test_every_queue_is_in_the_table() -> None:
    assert sorted(RUN_ORDER) == sorted(QUEUES)


@pytest.mark.parametrize("path", RUN_ORDER)
def test_a_queue_is_read_in_the_order_in_which_it_will_run(path: str) -> None:
    assert protocol.read_queue(QUEUES[path], protocol.get_queue()) == RUN_ORDER[path]


def test_waiting_prompts_in_heap_order_are_sorted_by_their_number() -> None:
    listed = PLACES["queue_order_and_ties/queue_pending_numbers_as_listed"]
    pending = [[number, f"id-{number:g}", {}, {}, []] for number in listed]
    queue = protocol.read_queue(reply({"queue_running": [], "queue_pending": pending}), protocol.get_queue())
    assert list(queue.pending) == [f"id-{number:g}" for number in sorted(listed)]
    assert listed != sorted(listed), "the recording shows nothing any more"


def test_a_queue_with_one_id_twice_is_read() -> None:
    pending = PLACES["prompt_id_chosen_by_client/queue_with_same_id_twice"]
    queue = protocol.read_queue(reply({"queue_running": [], "queue_pending": pending}), protocol.get_queue())
    assert queue.pending == ("dup-2", "dup-2")
    assert "dup-2" in queue
    assert "dup-1" not in queue


@pytest.mark.parametrize(
    ("prompt_id", "standing"),
    [(SLOW, Started(SLOW)), (FRONT, Waiting(FRONT, 1)), (PLAIN, Waiting(PLAIN, 4)), ("nobody's", None)],
)
def test_a_queue_says_how_a_prompt_stands(prompt_id: str, standing: Any) -> None:
    found = QUEUES["queue_delete_interrupt/queue/response/body"]
    assert protocol.read_queue(found, protocol.get_queue()).standing(prompt_id) == standing


# Replies to GET /api/jobs/{id} --------------------------------------------------------------------------

JOBS = {path: value for path, value in EXCHANGES.items() if asks(value, "GET", "/api/jobs/")}
STANDINGS = {
    "cached_rerun_client_id_matters/job_of_4": (Ended, DONE, NO_FILES),
    "execution_error_corrupt_image/job": (Ended, FAILED, NO_FILES),
    "get_api_jobs_unknown": (Unknown, None, NO_FILES),
    "queue_delete_interrupt/job_of_interrupted": (Ended, CANCELLED, NO_FILES),
    "queue_delete_interrupt/job_running": (Started, None, NO_FILES),
    "ws_sdxl_run_again_cached_plain/job": (Ended, DONE, PROBE_6),
    "ws_sdxl_run_again_cached_preview_metadata/job": (Ended, DONE, PROBE_8),
}
# The same prompts as the history tells of them.
TWICE_TOLD = {
    "execution_error_corrupt_image/job": "execution_error_corrupt_image/history_after",
    "queue_delete_interrupt/job_of_interrupted": "queue_delete_interrupt/history_of_interrupted",
    "ws_sdxl_run_again_cached_plain/job": "ws_sdxl_run_again_cached_plain/history_after",
    "ws_sdxl_run_again_cached_preview_metadata/job": "ws_sdxl_run_again_cached_preview_metadata/history_after",
}


def read_job(path: str) -> Any:
    prompt_id = JOBS[path]["request"]["path"].rpartition("/")[2]
    return protocol.read_job(recorded_reply(JOBS[path]["response"]), protocol.get_job(prompt_id), prompt_id)


def test_every_job_is_in_the_table() -> None:
    assert sorted(STANDINGS) == sorted(JOBS)


@pytest.mark.parametrize("path", STANDINGS)
def test_a_job_says_how_it_stands(path: str) -> None:
    kind, how, files = STANDINGS[path]
    standing = read_job(path)
    assert type(standing) is kind
    assert standing.prompt_id == JOBS[path]["request"]["path"].rpartition("/")[2]
    if isinstance(standing, Ended):
        assert standing.how is how
        assert {node: found for node, found in names(standing.pictures).items() if found} == files


@pytest.mark.parametrize("path", TWICE_TOLD)
def test_a_job_that_has_ended_tells_all_that_the_history_does(path: str) -> None:
    """Pictures, reason and graph: so one question is enough."""
    standing = read_job(path)
    body = PLACES[TWICE_TOLD[path]]
    found = recorded_reply(body["response"]) if has(body, "response") else reply(body)
    told = read_history(found, standing.prompt_id)
    assert told is not None
    assert (standing.how, standing.reason, standing.pictures) == (told.how, told.reason, told.pictures)
    if told.graph:
        assert standing.graph == told.graph


def test_a_job_that_waits_waits() -> None:
    listed = PLACES["queue_delete_interrupt/jobs/response/body/jobs"]
    (pending,) = (job for job in listed if job["id"] == PLAIN)
    assert protocol.read_job(reply(pending), ASKED, PLAIN) == Waiting(PLAIN)


def test_before_there_were_cancelled_jobs_an_interrupted_one_was_failed() -> None:
    body = JOBS["queue_delete_interrupt/job_of_interrupted"]["response"]["body"] | {"status": "failed"}
    standing = protocol.read_job(reply(body), ASKED, SLOW)
    assert isinstance(standing, Ended)
    assert standing.how is CANCELLED


@pytest.mark.parametrize(("status", "how"), [("completed", DONE), ("failed", FAILED), ("cancelled", CANCELLED)])
def test_a_job_without_messages_has_its_status(status: str, how: JobState) -> None:
    standing = protocol.read_job(reply({"id": "id-1", "status": status}), ASKED, "id-1")
    assert isinstance(standing, Ended)
    assert standing.how is how
    assert bool(standing.reason) == (how is not DONE)


@pytest.mark.parametrize(
    "found",
    [
        recorded_reply(EXCHANGES["get_jobs_without_api_prefix"]["response"]),
        reply({"error": "no such route"}, 404),
        reply({"message": "Job not found"}, 404),
        reply("Job not found", 404, "text/plain"),
        reply({"error": "Job not found"}, 403),
    ],
    ids=["an older server's", "a gate's", "another shape", "in plain text", "another status"],
)
def test_a_404_of_anybody_else_is_not_taken_for_a_job_that_is_gone(found: Reply) -> None:
    with pytest.raises(NotComfy):
        protocol.read_job(found, ASKED, "id-1")


# Frames -------------------------------------------------------------------------------------------------

RANK = {POSTED: 0, QUEUED: 1, RUNNING: 2, DONE: 3, FAILED: 3, CANCELLED: 3, LOST: 3}
END_FRAMES = {"execution_success": DONE, "execution_error": FAILED, "execution_interrupted": CANCELLED}

# The prompts that a socket heard of, by the start of their ids, and how they stood when it closed.
HEARD: dict[str, dict[str, JobState]] = {
    "execution_error_corrupt_image": {"e25d0624": FAILED},
    "output_kinds/PreviewImage": {"3c43509d": DONE},
    "output_kinds/SaveImage": {"4dbe01ac": DONE},
    "output_kinds/SaveImageWebsocket": {"a01a0d7a": DONE},
    "queue_delete_interrupt/ws_other_client": {},
    "queue_delete_interrupt/ws_owner": {"ccb42f36": CANCELLED, "f6a636da": DONE, "affce31a": DONE, "my-own-i": DONE},
    "queue_delete_interrupt/ws_without_client_id": {},
    "ws_prompt_without_client_id_seen_by_a_client": {"6e7c3d8b": RUNNING},
    "ws_reconnect_mid_run": {"f035f5ef": DONE},
    "ws_saveimagewebsocket_without_client_id_seen_by_a_client": {"2a65c76b": RUNNING},
    "ws_sdxl_run_again_cached_plain": {"dc5ffe26": DONE},
    "ws_sdxl_run_again_cached_preview_metadata": {"8047b9a8": DONE},
    "ws_sdxl_run_plain": {"5b9f8fda": DONE},
    "ws_sdxl_run_preview_metadata": {"e0be62f0": DONE},
    "ws_sdxl_run_seed_and_positive_changed_plain": {"8deaf20b": DONE},
    "ws_sdxl_run_seed_and_positive_changed_preview_metadata": {"3683d7dc": DONE},
    "ws_second_socket_same_client_id_mid_run/first_socket": {"f8322e49": RUNNING},
    "ws_second_socket_same_client_id_mid_run/second_socket_same_clientId_mid_run": {"f8322e49": RUNNING},
}
RUNS = [(path, prompt) for path, prompts in HEARD.items() for prompt in prompts]


def follow(frames: Iterable[str | bytes], prompt: str, state: JobState = POSTED) -> JobState:
    """Where these frames take the job whose prompt id starts with ``prompt``."""
    for one in frames:
        event = read_frame(one)
        if event is not None and str(getattr(event, "prompt_id", "")).startswith(prompt):
            state = advance(state, event)
    return state


def end_told(frames: Iterable[str | bytes], prompt: str) -> JobState | None:
    """The end that these frames tell, looked up in the raw JSON."""
    for one in frames:
        message = json.loads(one) if isinstance(one, str) else {"type": "picture", "data": {}}
        if str(message["data"].get("prompt_id", "")).startswith(prompt) and message["type"] in END_FRAMES:
            return END_FRAMES[message["type"]]
    return None


def swapped(frames: Sequence[str | bytes], first: int) -> list[str | bytes]:
    before, (a, b), after = frames[:first], frames[first : first + 2], frames[first + 2 :]
    return [*before, b, a, *after]


def test_every_sequence_of_frames_is_in_the_table() -> None:
    assert sorted(HEARD) == sorted(SEQUENCES)


@pytest.mark.parametrize("path", HEARD)
def test_a_sequence_tells_of_exactly_its_prompts(path: str) -> None:
    events = [event for one in SEQUENCES[path] if (event := read_frame(one))]
    ids = {str(event.prompt_id)[:8] for event in events if not isinstance(event, Remaining)}
    assert ids == set(HEARD[path])


@pytest.mark.parametrize(("path", "prompt"), RUNS)
def test_a_run_ends_as_its_frames_say(path: str, prompt: str) -> None:
    assert follow(SEQUENCES[path], prompt) is HEARD[path][prompt]


@pytest.mark.parametrize(("path", "prompt"), RUNS)
def test_every_prefix_leaves_a_job_that_only_went_forward_and_ends_only_by_an_end(path: str, prompt: str) -> None:
    frames, before = SEQUENCES[path], POSTED
    for length in range(len(frames) + 1):
        state = follow(frames[:length], prompt)
        told = end_told(frames[:length], prompt)
        assert RANK[state] >= RANK[before]
        assert state is (told or state)
        assert (state in ENDS) == (told is not None)
        before = state


@pytest.mark.parametrize(("path", "prompt"), RUNS)
def test_every_suffix_ends_alike_as_for_a_socket_that_came_late(path: str, prompt: str) -> None:
    frames = SEQUENCES[path]
    for first in range(len(frames)):
        told = end_told(frames[first:], prompt)
        state = follow(frames[first:], prompt)
        assert state is told if told else state not in ENDS


@pytest.mark.parametrize(("path", "prompt"), RUNS)
def test_every_frame_twice_makes_no_difference(path: str, prompt: str) -> None:
    frames, end = SEQUENCES[path], HEARD[path][prompt]
    assert follow([one for one in frames for _ in range(2)], prompt) is end
    assert follow([*frames, *frames], prompt) is end


@pytest.mark.parametrize(("path", "prompt"), RUNS)
def test_neighbouring_frames_may_change_places(path: str, prompt: str) -> None:
    frames, end = SEQUENCES[path], HEARD[path][prompt]
    for first in range(len(frames) - 1):
        assert follow(swapped(frames, first), prompt) is end


@pytest.mark.parametrize(("path", "prompt"), [run for run in RUNS if HEARD[run[0]][run[1]] in ENDS])
def test_any_one_frame_may_be_lost_but_the_end(path: str, prompt: str) -> None:
    frames, end = SEQUENCES[path], HEARD[path][prompt]
    for index in range(len(frames)):
        rest = [*frames[:index], *frames[index + 1 :]]
        if end_told(rest, prompt):
            assert follow(rest, prompt) is end
        else:
            assert follow(rest, prompt) is RUNNING


@pytest.mark.parametrize("other", ["5b9f8fda-0000", "another"])
@pytest.mark.parametrize("path", HEARD)
def test_frames_of_other_prompts_change_nothing(path: str, other: str) -> None:
    for state in JobState:
        assert follow(SEQUENCES[path], other, state) is state


@pytest.mark.parametrize("path", HEARD)
def test_no_event_is_made_up_for_a_prompt_that_its_frame_does_not_name(path: str) -> None:
    """Pictures, the status, and the greeting of a socket that came back name no prompt."""
    for one in SEQUENCES[path]:
        event = read_frame(one)
        named = json.loads(one)["data"].get("prompt_id") if isinstance(one, str) else None
        if isinstance(event, Remaining) or event is None:
            continue
        assert event.prompt_id == named


def test_the_greeting_of_a_socket_that_came_back_is_ignored() -> None:
    greeting = SEQUENCES["ws_reconnect_mid_run"][1]
    assert json.loads(greeting) == {"type": "executing", "data": {"node": "3"}}
    assert read_frame(greeting) is None


def test_a_good_run_is_read_into_these_events() -> None:
    id_ = "5b9f8fda-fcb9-46a0-97b0-e06e611cd0d7"
    events = [event for one in SEQUENCES["ws_sdxl_run_plain"] if (event := read_frame(one))]
    assert events == [
        Remaining(0),
        Remaining(1),
        Remaining(1),
        Started(id_),
        Started(id_),
        Started(id_, "6"),
        Started(id_, "3"),
        Step(id_, "3", 1, 3),
        Step(id_, "3", 2, 3),
        Step(id_, "3", 3, 3),
        Started(id_, "8"),
        Started(id_, "9"),
        Wrote(id_, "9", (Picture("probe_00006_.png"),)),
        Ended(id_, DONE),
        Remaining(0),
        Settled(id_),
    ]


@pytest.mark.parametrize(
    ("path", "outputs"),
    [
        ("output_kinds/SaveImage", "output_kinds/SaveImage/history_outputs"),
        ("output_kinds/PreviewImage", "output_kinds/PreviewImage/history_outputs"),
        ("output_kinds/SaveImageWebsocket", "output_kinds/SaveImageWebsocket/history_outputs"),
    ],
)
def test_frames_and_history_name_the_same_files(path: str, outputs: str) -> None:
    wrote = {event.node: event.pictures for one in SEQUENCES[path] if isinstance(event := read_frame(one), Wrote)}
    status = {"status_str": "success", "messages": []}
    ended = read_history(reply({"p": {"outputs": PLACES[outputs], "status": status}}), "p")
    assert ended is not None
    assert wrote == ended.pictures


def test_a_failed_run_names_node_and_message_in_frame_and_history_alike() -> None:
    frames = SEQUENCES["execution_error_corrupt_image"]
    heard = next(event for one in frames if isinstance(event := read_frame(one), Ended))
    found, prompt_id = HISTORIES["execution_error_corrupt_image/history_after/e25d0624-770a-47e5-820b-5e4d00388ff2"]
    asked = read_history(found, prompt_id)
    assert asked is not None
    assert heard.reason == asked.reason == "node 1 (LoadImage) fails: Truncated File Read"


def message(kind: str, **data: Any) -> str:
    return json.dumps({"type": kind, "data": data})


@pytest.mark.parametrize(
    "broken",
    [
        "",
        "{",
        "null",
        "7",
        "[]",
        '"executing"',
        "{}",
        '{"type": "executing"}',
        '{"type": "executing", "data": null}',
        '{"type": "executing", "data": []}',
        '{"data": {"prompt_id": "p", "node": null}}',
        message("executing", node=None),
        message("executing", node=None, prompt_id=7),
        message("execution_success"),
        message("execution_success", prompt_id=None),
        message("crystools.monitor", prompt_id="p"),
        message("progress", prompt_id="p"),
        message("progress", prompt_id="p", value="x", max=3),
        message("progress", prompt_id="p", value=None, max=None),
        message("status"),
        message("status", status=None),
        message("status", status={"exec_info": {}}),
        message("status", status={"exec_info": {"queue_remaining": "many"}}),
        b"",
        b"\0\0\0\1",
        b"\0\0\0\x63nobody knows",
    ],
)
def test_a_frame_of_another_shape_is_nothing(broken: str | bytes) -> None:
    assert read_frame(broken) is None


@pytest.mark.parametrize("output", [None, {}, [], "x", {"images": None}, {"images": "x"}, {"images": [None]}])
def test_an_output_node_may_write_nothing(output: Any) -> None:
    assert read_frame(message("executed", prompt_id="p", node="9", output=output)) == Wrote("p", "9", ())


# The table ----------------------------------------------------------------------------------------------

EVENTS = [
    Waiting("p"),
    Started("p"),
    Step("p", "3", 1, 2),
    Wrote("p", "9", ()),
    Settled("p"),
    Remaining(1),
    Ended("p", DONE),
    Ended("p", FAILED),
    Ended("p", CANCELLED),
]


@pytest.mark.parametrize("state", JobState)
@pytest.mark.parametrize("event", EVENTS, ids=lambda event: f"{type(event).__name__}-{getattr(event, 'how', '')}")
def test_a_job_only_moves_forward_and_its_ends_are_final(state: JobState, event: Any) -> None:
    after = advance(state, event)
    assert RANK[after] >= RANK[state]
    if state in ENDS:
        assert after is state
    else:
        assert (after in ENDS) == isinstance(event, Ended)


@pytest.mark.parametrize(
    ("state", "event", "after"),
    [
        (POSTED, Waiting("p"), QUEUED),
        (POSTED, Started("p"), RUNNING),
        (QUEUED, Started("p"), RUNNING),
        (QUEUED, Step("p", "3", 1, 2), RUNNING),
        (QUEUED, Waiting("p"), QUEUED),
        (RUNNING, Waiting("p"), RUNNING),
        (RUNNING, Settled("p"), RUNNING),
        (POSTED, Remaining(0), POSTED),
        (POSTED, Ended("p", CANCELLED), CANCELLED),
        (QUEUED, Ended("p", FAILED), FAILED),
        (RUNNING, Ended("p", DONE), DONE),
        (DONE, Ended("p", FAILED), DONE),
        (LOST, Started("p"), LOST),
    ],
)
def test_the_life_of_a_job(state: JobState, event: Any, after: JobState) -> None:
    assert advance(state, event) is after


def test_the_picture_of_saveimagewebsocket_is_told_from_previews_by_its_node_and_kind() -> None:
    """As ComfyUI 0.12.1 sent it: the picture, a PNG, comes while the output node runs."""
    from blogcovers.comfy.protocol import Glimpse

    (path,) = (path for path in SEQUENCES if path.startswith("output_kinds/SaveImageWebsocket"))
    node, sent = "", []
    for one in SEQUENCES[path]:
        event = read_frame(one if isinstance(one, str) else one[:8] + (b"\x89PNG" if one[7] == 2 else b"\xff\xd8\xff"))
        node = event.node if isinstance(event, Started | Step) and event.node else node
        sent += [(node, event.ending)] if isinstance(event, Glimpse) else []
    assert sent
    assert {ending for _, ending in sent} == {"png"}
    assert len({at for at, _ in sent}) == 1
    assert sent[0][0], "it is known which node runs"
