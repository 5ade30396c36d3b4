"""The ComfyUI double agrees with the recordings of a real server, and its faults are what they say."""

from __future__ import annotations

import copy
import io
import itertools
import json
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import comfy_faults
import pytest
import requests
import websocket
from comfy_faults import answer, cut, delay, drop, drop_after, html
from comfy_server import ComfyServer
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator

RECORDINGS = Path(__file__).parent / "recordings"
VOLATILE = {"tooltip", "traceback", "client_id", "prompt_id", "number", "timestamp", "create_time", "id", "priority"}
VOLATILE |= {"execution_start_time", "execution_end_time", "filename", "current_inputs", "current_outputs"}
VOLATILE |= {"ram_free", "vram_free", "torch_vram_free"}


def recording(name: str) -> Any:
    return json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))


def plain(value: Any) -> Any:
    """Without what differs from run to run, and without the tooltips that the catalogue leaves out."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items() if key not in VOLATILE}
    return [plain(item) for item in value] if isinstance(value, list) else value


@pytest.fixture
def server() -> Iterator[ComfyServer]:
    with ComfyServer() as server:
        yield server
        server.check()


@pytest.fixture
def loose() -> Iterator[ComfyServer]:
    """A server for tests that ask for what it does not know."""
    with ComfyServer() as server:
        yield server
        assert not server.problems


class Ear:
    """A websocket client that gathers frames until the run of a prompt is over."""

    def __init__(self, server: ComfyServer, client_id: str | None = "me", flags: Any = None) -> None:
        query = f"?clientId={quote(client_id)}" if client_id else ""
        self.ws = websocket.create_connection(f"ws{server.url[4:]}/ws{query}", timeout=60)
        self.frames: list[Any] = []
        if flags:
            self.ws.send(json.dumps({"type": "feature_flags", "data": flags}))

    def next(self) -> Any:
        data = self.ws.recv()
        self.frames.append(json.loads(data) if isinstance(data, str) else data)
        return self.frames[-1]

    def until(self, kind: str, **data: Any) -> Any:
        while True:
            frame = self.next()
            if isinstance(frame, dict) and frame["type"] == kind and data.items() <= frame["data"].items():
                return frame

    def until_done(self) -> Ear:
        self.until("executing", node=None)
        return self

    def silence(self, seconds: float = 0.1) -> list[Any]:
        """What comes in this time."""
        self.ws.settimeout(seconds)
        heard = len(self.frames)
        try:
            while True:
                self.next()
        except websocket.WebSocketTimeoutException:
            return self.frames[heard:]
        finally:
            self.ws.settimeout(5)

    def __enter__(self) -> Ear:
        return self

    def __exit__(self, *_: object) -> None:
        self.ws.close()


def sdxl(text: str = "a lighthouse in fog", seed: int = 7, prefix: str = "probe", **sampler: Any) -> dict[str, Any]:
    graph: dict[str, Any] = copy.deepcopy(recording("ws_sdxl_run_plain")["post"]["request"]["body"]["prompt"])
    graph["6"]["inputs"]["text"] = text
    graph["3"]["inputs"] |= {"seed": seed} | sampler
    graph["9"]["inputs"]["filename_prefix"] = prefix
    return graph


def small(color: int = 255, prefix: str = "empty", **size: int) -> dict[str, Any]:
    inputs = {"width": 64, "height": 64, "batch_size": 1, "color": color} | size
    return {
        "1": {"class_type": "EmptyImage", "inputs": inputs},
        "2": {"class_type": "SaveImage", "inputs": {"images": ["1", 0], "filename_prefix": prefix}},
    }


def post(server: ComfyServer, graph: Any, **more: Any) -> Any:
    response = requests.post(f"{server.url}/prompt", json={"prompt": graph, **more}, timeout=60)
    assert response.status_code == 200, response.text
    return response.json()


def get(server: ComfyServer, path: str) -> Any:
    response = requests.get(server.url + path, timeout=60)
    assert response.status_code == 200, response.text
    return response.json()


def done(server: ComfyServer, graph: Any, **more: Any) -> Any:
    """Post, wait, and give the history entry."""
    prompt_id = post(server, graph, **more)["prompt_id"]
    server.wait_until(server.idle)
    return get(server, f"/history/{quote(prompt_id)}")[prompt_id]


def picture(server: ComfyServer, entry: Any, node: str = "9") -> requests.Response:
    return requests.get(f"{server.url}/view", params=entry["outputs"][node]["images"][0], timeout=60)


def kinds(frames: list[Any]) -> list[str]:
    """Frame types in order; of `executing` and progress also the node, of binary frames the event."""
    out = []
    for frame in frames:
        if isinstance(frame, bytes):
            out.append(f"binary {int.from_bytes(frame[:4], 'big')}")
        elif "binary" in frame:
            out.append(f"binary {frame['binary']['event_type']}")
        else:
            message = frame.get("text", frame)
            data = message["data"]
            nodes = data.get("nodes", {})
            state = nodes
            if isinstance(nodes, dict):
                state = [(name, node["state"], node["value"], node["max"]) for name, node in nodes.items()]
            out.append(f"{message['type']} {data.get('node', '')} {data.get('value', '')} {state or ''}".strip())
    return out


def raw_body(request: Any) -> bytes:
    if "raw_body" in request:
        return b"" if request["raw_body"] == "b''" else request["raw_body"].encode()
    return json.dumps(request["body"]).encode() if "body" in request else b""


def replay(server: ComfyServer, request: Any) -> requests.Response:
    # The path is sent as recorded: requests would put ".." and the like in order.
    prepared = requests.Request(
        request["method"], server.url, data=raw_body(request), headers=request.get("headers", {})
    ).prepare()
    prepared.url = server.url + request["path"]
    with requests.Session() as session:
        return session.send(prepared, timeout=60, allow_redirects=False)


def agree(actual: requests.Response, recorded: Any) -> None:
    """Same status, type of content and body, but for what differs from run to run."""
    assert actual.status_code == recorded["status"], actual.text
    wanted = recorded.get("headers", {})
    if "content-type" in wanted:
        assert actual.headers["content-type"] == wanted["content-type"]
    assert actual.headers.get("allow") == wanted.get("allow")
    if isinstance(recorded["body"], (dict, list)):
        assert plain(actual.json()) == plain(recorded["body"])
    elif isinstance(recorded["body"], str):
        assert actual.text == recorded["body"]
    else:
        assert not actual.content


# ------------------------------------------------------------------------------------------------ replies, as recorded

# Left out: what needs LoadImage, 101 MiB, or a file that this server does not have.
REFUSALS = sorted(
    path.stem
    for path in RECORDINGS.glob("err_*.json")
    if path.stem not in ("err_loadimage_missing_file", "err_body_over_100_MiB")
)


@pytest.mark.parametrize("name", REFUSALS)
def test_prompts_are_refused_or_taken_as_recorded(server: ComfyServer, name: str) -> None:
    recorded = recording(name)
    agree(replay(server, recorded["request"]), recorded["response"])


EDGES = ["negative_seed", "seed_2**64", "seed_2**64-1", "seed_as_float", "node_without_inputs_key"]
EDGES += ["link_with_int_node_id", "text_is_a_2_list"]


@pytest.mark.parametrize("case", EDGES)
def test_odd_values_are_refused_or_taken_as_recorded(server: ComfyServer, case: str) -> None:
    recorded = recording("input_value_edge_cases")[case]
    agree(replay(server, recorded["request"]), recorded["response"])


@pytest.mark.parametrize("name", ["prompt_two_outputs_one_invalid", "prompt_two_outputs_one_missing_input"])
def test_one_good_output_is_enough_for_200(server: ComfyServer, name: str) -> None:
    recorded = recording(name)
    response = replay(server, recorded["post"]["request"])
    agree(response, recorded["post"]["response"])
    server.wait_until(server.idle)
    entry = get(server, f"/history/{response.json()['prompt_id']}")[response.json()["prompt_id"]]
    assert list(entry["outputs"]) == list(recorded["history_entry"]["outputs"])
    assert entry["prompt"][4] == recorded["history_entry"]["prompt"][4]


@pytest.mark.parametrize("case", ["post", "unknown_target", "non_output_target", "empty_list", "ints"])
def test_partial_execution_targets(server: ComfyServer, case: str) -> None:
    recorded = recording("prompt_partial_execution_targets")[case]
    agree(replay(server, recorded["request"]), recorded["response"])


READS = ["get_api_jobs_bad_status", "get_api_jobs_unknown", "get_api_prefix_system_stats", "get_features"]
READS += ["get_history_unknown_id", "get_history_max_items_bad", "get_models", "get_models_checkpoints"]
READS += ["get_models_unknown_folder", "get_object_info_CheckpointLoaderSimple", "get_object_info_KSampler"]
READS += ["get_object_info_SaveImage", "get_object_info_unknown", "get_prompt_get", "get_queue_empty"]
READS += ["get_system_stats", "ws_plain_get_without_upgrade", "method_options_prompt"]
READS += ["post_empty_body_free", "post_empty_body_history", "post_empty_body_interrupt_idle", "post_empty_body_queue"]


@pytest.mark.parametrize("name", READS)
def test_an_idle_server_answers_as_recorded(server: ComfyServer, name: str) -> None:
    recorded = recording(name)
    agree(replay(server, recorded["request"]), recorded["response"])


REJECTED = ["get_jobs_without_api_prefix", "method_delete_history_abc", "method_delete_queue", "method_get_interrupt"]
REJECTED += ["method_post_api_jobs", "method_post_history_abc", "method_post_view", "method_put_prompt"]


@pytest.mark.parametrize("name", REJECTED)
def test_unknown_paths_and_methods_are_rejected_and_noted(loose: ComfyServer, name: str) -> None:
    recorded = recording(name)
    agree(replay(loose, recorded["request"]), recorded["response"])
    assert [seen.method for seen in loose.unknown] == [recorded["request"]["method"]]
    with pytest.raises(AssertionError, match="knows nothing of"):
        loose.check()


@pytest.mark.parametrize("case", sorted(recording("origin_host_check_default")))
def test_requests_of_foreign_origin_are_refused(server: ComfyServer, case: str) -> None:
    recorded = recording("origin_host_check_default")[case]
    if "request" in recorded or case == "preflight_same":
        return
    port = server.url.rpartition(":")[2]
    headers = {name: value.replace("8188", port) for name, value in recorded["headers"].items()}
    assert requests.get(f"{server.url}/queue", headers=headers, timeout=60).status_code == recorded["status"]


def test_a_body_may_be_too_long() -> None:
    with ComfyServer(max_upload_size=1024) as server:
        response = requests.post(f"{server.url}/prompt", data=b"{" + b" " * 2000, timeout=60)
    wanted = recording("err_body_over_100_MiB")["response"]
    assert (response.status_code, response.headers["content-type"]) == (413, wanted["headers"]["content-type"])
    assert response.text == wanted["body"].replace(str(100 * 1024 * 1024), "1024")


VIEWS = sorted(set(recording("view_cases")) - {"annotated", "if_none_match"})


@pytest.mark.parametrize("case", VIEWS)
def test_view_answers_as_recorded(server: ComfyServer, case: str) -> None:
    done(server, sdxl(prefix="blog/covers/post"))
    done(server, sdxl(prefix="blog/covers/post", seed=8))
    server.files["output", "", "a.html"] = type(server.files["output", "blog/covers", "post_00001_.png"])(b"<b>x</b>")
    recorded = recording("view_cases")[case]
    response = replay(server, recorded["request"])
    assert response.status_code == recorded["response"]["status"]
    for name in ("content-type", "content-disposition", "accept-ranges"):
        assert response.headers.get(name) == recorded["response"]["headers"].get(name), name
    assert ("etag" in response.headers) == ("etag" in recorded["response"]["headers"])
    if recorded.get("decoded"):
        with Image.open(io.BytesIO(response.content)) as image:
            text = "prompt" in getattr(image, "text", {})
            found = {"format": image.format, "mode": image.mode, "size": list(image.size), "has_prompt_text": text}
        assert found == recorded["decoded"]


def test_view_knows_what_has_not_changed(server: ComfyServer) -> None:
    response = picture(server, done(server, small()), "2")
    again = requests.get(response.url, headers={"If-None-Match": response.headers["etag"]}, timeout=60)
    assert (again.status_code, again.content) == (304, b"")


# ---------------------------------------------------------------------------------------------------- runs, as recorded


def play_run(server: ComfyServer, graph: Any, flags: Any) -> tuple[list[Any], Any]:
    """Post a graph, its client listening; the frames and the history entry."""
    client_id = "11111111-2222-4333-8444-555555555555"
    with Ear(server, client_id, flags) as ear:
        if flags:
            ear.until("feature_flags")
        prompt_id = post(server, graph, client_id=client_id)["prompt_id"]
        ear.until_done()
    return ear.frames, get(server, f"/history/{prompt_id}")[prompt_id]


def same_run(frames: list[Any], entry: Any, recorded: Any) -> None:
    assert kinds(frames) == kinds(recorded["websocket"]["frames"])
    wanted = recorded["history_after"]["response"]["body"]
    (wanted_entry,) = wanted.values()
    assert list(entry) == list(wanted_entry)
    assert plain(entry)["prompt"][2:] == plain(wanted_entry)["prompt"][2:]
    assert plain(entry) == plain(wanted_entry) | {"prompt": plain(entry["prompt"])}


@pytest.mark.parametrize("kind", ["plain", "preview_metadata"])
def test_runs_send_the_frames_and_leave_the_history_of_the_recordings(server: ComfyServer, kind: str) -> None:
    server.previews = True
    flags = {"supports_preview_metadata": True} if kind == "preview_metadata" else None
    done(server, sdxl(), client_id="before")  # the recorded run found model, size and negative in the cache
    first = recording(f"ws_sdxl_run_{kind}")
    graph = first["post"]["request"]["body"]["prompt"]
    frames, entry = play_run(server, graph, flags)
    same_run(frames, entry, first)
    name = entry["outputs"]["9"]["images"][0]["filename"]

    again = recording(f"ws_sdxl_run_again_cached_{kind}")
    frames, entry = play_run(server, graph, flags)
    same_run(frames, entry, again)
    assert entry["outputs"]["9"]["images"][0]["filename"] == name
    job = get(server, f"/api/jobs/{entry['prompt'][1]}")
    assert list(job) == list(again["job"]["response"]["body"])
    assert plain(job) | {"workflow": 0} == plain(again["job"]["response"]["body"]) | {"workflow": 0}

    changed = recording(f"ws_sdxl_run_seed_and_positive_changed_{kind}")
    graph["3"]["inputs"]["seed"] += 1
    graph["6"]["inputs"]["text"] += " II"
    frames, _ = play_run(server, graph, flags)
    assert kinds(frames) == kinds(changed["websocket"]["frames"])


def test_a_prompt_without_client_id_is_heard_by_all_in_part(server: ComfyServer) -> None:
    server.previews = True
    recorded = recording("ws_prompt_without_client_id_seen_by_a_client")
    with Ear(server, "watcher") as ear:
        post(server, sdxl(steps=2))
        server.wait_until(lambda: server.runs and server.idle())
        ear.silence()
    assert kinds(ear.frames) == kinds(recorded["frames"])


def test_what_a_run_without_client_id_reports_when_all_is_cached(server: ComfyServer) -> None:
    recorded = recording("cached_rerun_client_id_matters")
    graph, other_prefix = small(prefix="cachetest"), small(prefix="cachetest_b")
    other_ids = {"11": graph["1"], "12": {**other_prefix["2"], "inputs": {"images": ["11", 0]}}}
    other_ids["12"]["inputs"]["filename_prefix"] = "cachetest_b"

    def same(case: str, entry: Any) -> None:
        wanted = recorded[case]
        assert entry["outputs"] == wanted["outputs"]
        nodes = [data.get("nodes") for kind, data in entry["status"]["messages"] if kind == "execution_cached"]
        assert nodes == [data for kind, data in wanted["status_messages"] if kind == "execution_cached"]

    same("1_fresh_no_client_id", done(server, graph))
    same("2_again_no_client_id", done(server, graph))
    same("3_again_with_client_id", done(server, graph, client_id="xyz-not-connected"))
    entry = done(server, graph)
    same("4_again_no_client_id", entry)
    job = get(server, f"/api/jobs/{entry['prompt'][1]}")
    assert plain(recorded["job_of_4"]["response"]["body"]).items() <= plain(job).items()
    server.files.clear()
    assert picture(server, done(server, graph, client_id="x"), "2").status_code == 404
    same("6_only_prefix_changed", done(server, other_prefix))
    same("7_same_content_other_node_ids", done(server, other_ids))
    same("8_first_graph_again_after_other_prompts", done(server, graph))


@pytest.mark.parametrize("version", ["0.3.64", "0.3.68", "0.12.1", "0.38.0"])
def test_only_some_versions_hide_cached_outputs(version: str) -> None:
    with ComfyServer(version=version) as server:
        done(server, small())
        assert bool(done(server, small())["outputs"]) == (version in ("0.3.64", "0.38.0"))


@pytest.mark.parametrize("case", sorted(recording("saveimage_filename_prefix_cases")))
def test_filename_prefixes_go_where_they_went(server: ComfyServer, case: str) -> None:
    recorded = recording("saveimage_filename_prefix_cases")[case]
    entry = done(server, small(prefix=recorded["filename_prefix"]))
    assert entry["outputs"] == recorded["outputs"]
    assert plain(entry["status"]) == plain(recorded["status"])


def test_every_picture_of_a_batch_is_saved_and_previews_are_temporary(server: ComfyServer) -> None:
    recorded = recording("output_kinds")
    graph = small(width=96, batch_size=2, prefix="sub/dir/%date:yyyy%_%width%x%height%_%year%%month%%day%")
    entry = done(server, graph)
    wanted = recorded["SaveImage"]["history_outputs"]["2"]["images"]
    today = time.strftime("%Y%m%d")
    names = [image["filename"].replace("20261120", today) for image in wanted]
    assert [image["filename"] for image in entry["outputs"]["2"]["images"]] == names
    assert picture(server, entry, "2").headers["content-disposition"] == f'filename="{names[0]}"'

    graph["2"] = {"class_type": "PreviewImage", "inputs": {"images": ["1", 0]}}
    entry = done(server, graph)
    assert entry["outputs"] == recorded["PreviewImage"]["history_outputs"]
    assert entry["meta"] == recorded["PreviewImage"]["history_meta"]
    assert picture(server, entry, "2").status_code == 200


def test_extra_data_goes_to_history_and_picture(server: ComfyServer) -> None:
    recorded = recording("prompt_extra_data_pnginfo")
    body = recorded["post"]["request"]["body"]
    entry = done(server, body["prompt"], extra_data=body["extra_data"], client_id=body["client_id"])
    assert plain(entry["prompt"][3]) == plain(recorded["history_entry"]["prompt"][3])
    with Image.open(io.BytesIO(picture(server, entry, "2").content)) as image:
        assert getattr(image, "text", {}) == recorded["png_text_chunks"]


def test_a_string_for_a_model_fails_only_when_it_runs(server: ComfyServer) -> None:
    recorded = recording("execution_error_string_for_model")
    entry = done(server, recorded["post"]["request"]["body"]["prompt"], client_id="errs")
    (wanted,) = recorded["history_after"].values()
    ran = entry["status"]["messages"][-1][1]
    assert sorted(ran.pop("executed")) == sorted(wanted["status"]["messages"][-1][1].pop("executed"))
    assert plain(entry["status"]) == plain(wanted["status"])


def test_the_picture_depends_on_what_it_should(server: ComfyServer) -> None:
    def pixels(graph: Any, node: str = "9") -> tuple[tuple[int, int], bytes]:
        with Image.open(io.BytesIO(picture(server, done(server, graph, client_id="c"), node).content)) as image:
            assert len(image.getcolors() or "many") > 1
            return image.size, image.tobytes()

    base = pixels(sdxl())
    assert pixels(sdxl(prefix="other")) == base
    server.models["checkpoints"].append("other.safetensors")
    negative, model, size = sdxl(), sdxl(), sdxl()
    negative["7"]["inputs"]["text"] = "people"
    model["4"]["inputs"]["ckpt_name"] = "other.safetensors"
    size["5"]["inputs"] |= {"width": 250, "height": 100}
    others = [pixels(graph) for graph in (sdxl(text="a fox"), sdxl(seed=8), negative, model, size)]
    assert len({base, *others}) == 6
    assert list(others[-1][0]) == recording("input_value_edge_cases")["width_250_height_100_gives"]


def test_other_graphs_run_too(server: ComfyServer) -> None:
    server.models["loras"].append("ink.safetensors")
    graph = sdxl()
    lora: dict[str, Any] = {"model": ["4", 0], "clip": ["4", 1], "lora_name": "ink.safetensors"}
    lora |= {"strength_model": 1, "strength_clip": 1}
    graph["10"] = {"class_type": "LoraLoader", "inputs": lora}
    graph["11"] = {"class_type": "PrimitiveInt", "inputs": {"value": 4}}
    graph["12"] = {"class_type": "LatentUpscaleBy", "inputs": {"samples": ["5", 0], "upscale_method": "bilinear"}}
    graph["12"]["inputs"]["scale_by"] = 1.5
    graph["3"]["inputs"] |= {"model": ["10", 0], "latent_image": ["12", 0], "steps": ["11", 0]}
    text: dict[str, Any] = {"text_g": "a fox", "text_l": "a fox", "clip": ["10", 1]}
    text |= {"width": 1024, "height": 1024, "crop_w": 0, "crop_h": 0, "target_width": 1024, "target_height": 1024}
    graph["6"] = {"class_type": "CLIPTextEncodeSDXL", "inputs": text}
    with Ear(server) as ear:
        entry = done(server, graph, client_id="me")
        assert ear.until("progress")["data"]["max"] == 4
    with Image.open(io.BytesIO(picture(server, entry).content)) as image:
        assert image.size == (384, 192)


# ------------------------------------------------------------------------------------------------------- the queue


def test_queue_order_cancelling_and_who_hears_of_it(server: ComfyServer) -> None:
    recorded = recording("queue_delete_interrupt")
    listed = recorded["queue"]["response"]["body"]
    graphs = {item[0]: item[2] for key in ("queue_running", "queue_pending") for item in listed[key]}
    done(server, sdxl(), client_id="before")
    server._number, server.render_seconds = 39, 30  # where the recorded server had got to
    owner, other, nameless = Ear(server, "owner"), Ear(server, "other"), Ear(server, None)
    assert len(nameless.next()["data"]["sid"]) == 32
    slow = post(server, graphs[39], client_id="owner")["prompt_id"]
    owner.until("executing", node="3")
    server.render_seconds = 0
    post(server, graphs[40], prompt_id="my-own-id-1", client_id="owner")
    third = post(server, graphs[41], client_id="owner")["prompt_id"]
    front = post(server, graphs[-42], front=True, client_id="owner")["prompt_id"]
    half = post(server, graphs[0.5], number=0.5, client_id="owner")["prompt_id"]

    queue = get(server, "/queue")
    for key in ("queue_running", "queue_pending"):
        wanted = [[item[0], *plain(item[2:])] for item in listed[key]]
        assert [[item[0], *plain(item[2:])] for item in queue[key]] == wanted
    assert get(server, "/prompt") == recorded["prompt_get"]["response"]["body"]
    assert get(server, f"/history/{slow}") == recorded["history_of_running"]["response"]["body"] == {}
    assert get(server, "/history/my-own-id-1") == {}
    jobs = get(server, "/api/jobs?status=pending,in_progress")
    assert plain(jobs) == plain(recorded["jobs"]["response"]["body"])
    assert list(get(server, f"/api/jobs/{slow}")) == list(recorded["job_running"]["response"]["body"])

    for prompt_id in (third, "nosuch", slow):
        response = requests.post(f"{server.url}/queue", json={"delete": [prompt_id]}, timeout=60)
        agree(response, recorded["delete_one"]["response"])
    response = requests.post(f"{server.url}/interrupt", json={"prompt_id": "my-own-id-1"}, timeout=60)
    agree(response, recorded["interrupt_other_id"]["response"])
    queue = get(server, "/queue")
    assert [item[1] for item in queue["queue_running"]] == [slow]
    assert [item[1] for item in queue["queue_pending"]] == [front, half, "my-own-id-1"]
    assert get(server, f"/history/{third}") == {}

    requests.post(f"{server.url}/interrupt", json={"prompt_id": slow}, timeout=60)
    server.wait_until(server.idle)
    history = get(server, "/history")
    assert list(history)[1:] == [slow, front, half, "my-own-id-1"]
    (gone,) = recorded["history_of_interrupted"]["response"]["body"].values()
    assert plain(history[slow]) == plain(gone) | {"prompt": plain(history[slow]["prompt"])}
    assert get(server, f"/api/jobs/{slow}")["status"] == recorded["job_of_interrupted"]["response"]["body"]["status"]
    assert [run.outcome for run in server.runs[1:]] == ["interrupted", "success", "success", "success"]
    assert all((run.finished or 0) <= following.started for run, following in itertools.pairwise(server.runs))

    def story(frames: list[Any]) -> list[str]:
        return [kind for kind in kinds(frames) if kind.split()[0] not in ("status", "progress", "progress_state")]

    owner.silence()
    assert story(owner.frames) == story(recorded["ws_owner"]["frames"])
    assert set(kinds(other.silence())) == set(kinds(recorded["ws_other_client"]["frames"])) == {"status"}
    for ear in (owner, other, nameless):
        ear.ws.close()


def test_pending_prompts_are_listed_in_heap_order_and_ties_break(server: ComfyServer) -> None:
    recorded = recording("queue_order_and_ties")
    server.pause()
    post(server, small(1))
    server.wait_until(lambda: get(server, "/queue")["queue_running"])
    for number in (1050, 1040, 1030, 1020, 1010, 1005):
        post(server, small(2), number=number)
    numbers = [item[0] for item in get(server, "/queue")["queue_pending"]]
    assert sorted(numbers) == sorted(recorded["queue_pending_numbers_as_listed"])
    assert numbers != sorted(numbers)
    for exchange in recorded["same_id_and_number_twice"]:
        agree(replay(server, exchange["request"]), exchange["response"])


def test_clear_and_interrupt_without_id_hit_everybody(server: ComfyServer) -> None:
    recorded = recording("queue_clear_and_global_interrupt")
    server.pause()
    running, waiting = post(server, sdxl())["prompt_id"], post(server, sdxl(seed=1))["prompt_id"]
    server.wait_until(lambda: get(server, "/queue")["queue_running"])
    agree(replay(server, recorded["clear"]["request"]), recorded["clear"]["response"])
    queue = get(server, "/queue")
    assert [item[1] for item in queue["queue_running"]] == [running]
    assert queue["queue_pending"] == []
    agree(replay(server, recorded["interrupt_no_body"]["request"]), recorded["interrupt_no_body"]["response"])
    server.wait_until(server.idle)
    assert get(server, f"/history/{running}")[running]["status"]["messages"][-1][0] == "execution_interrupted"
    assert get(server, f"/history/{waiting}") == {}


def test_an_interrupt_stops_the_sampler_at_once_and_does_nothing_when_idle(server: ComfyServer) -> None:
    requests.post(f"{server.url}/interrupt", timeout=60)
    assert done(server, small())["status"]["completed"]
    server.render_seconds = 3600
    with Ear(server) as ear:
        prompt_id = post(server, sdxl(steps=3), client_id="me")["prompt_id"]
        ear.until("executing", node="3")
        requests.post(f"{server.url}/interrupt", json={"prompt_id": prompt_id}, timeout=60)
        data = ear.until("execution_interrupted")["data"]
        assert data.keys() == {"prompt_id", "node_id", "node_type", "executed", "timestamp"}
        assert [frame["type"] for frame in (ear.next(), ear.next())] == ["status", "executing"]


def test_prompt_ids_of_the_client_are_honoured(server: ComfyServer) -> None:
    recorded = recording("prompt_id_chosen_by_client")
    assert done(server, small(prefix="dup_a"), prompt_id="dup-1")["outputs"] == recorded["history_1"]
    assert done(server, small(prefix="dup_b"), prompt_id="dup-1")["outputs"] == recorded["history_2"]
    assert post(server, small(), prompt_id=123)["prompt_id"] == recorded["id_int"]["prompt_id"]
    assert post(server, small(), prompt_id=None)["prompt_id"] == recorded["id_null"]["prompt_id"]


def test_newer_servers_want_a_uuid() -> None:
    with ComfyServer(version="0.38.0") as server:
        body = {"prompt": small(), "prompt_id": "my-cover"}
        response = requests.post(f"{server.url}/prompt", json=body, timeout=60)
        assert (response.status_code, response.json()["error"]["type"]) == (400, "invalid_prompt_id")


def test_old_servers_have_no_jobs() -> None:
    with ComfyServer(version="0.3.64") as server:
        assert requests.get(f"{server.url}/api/jobs", timeout=60).status_code == 404


def test_history_can_be_paged_and_deleted(server: ComfyServer) -> None:
    recorded = recording("history_delete_clear")
    ids = [done(server, small(color), client_id="c")["prompt"][1] for color in range(4)]
    assert list(get(server, "/history")) == ids
    assert list(get(server, "/history?max_items=1")) == ids[-1:]
    assert list(get(server, "/history?max_items=2&offset=1")) == ids[1:3]
    assert [job["id"] for job in get(server, "/api/jobs?limit=2")["jobs"]] == ids[:1:-1]
    response = requests.post(f"{server.url}/history", json={"delete": [ids[0], "nosuch"]}, timeout=60)
    agree(response, recorded["delete"]["response"])
    assert get(server, f"/history/{ids[0]}") == {}
    agree(requests.post(f"{server.url}/history", json={"clear": True}, timeout=60), recorded["clear"]["response"])
    assert get(server, "/history") == {}
    assert plain(done(server, small(3))["status"]) == plain(recorded["same_prompt_after_clear"]["status"])
    response = requests.post(f"{server.url}/free", json={"free_memory": True}, timeout=60)
    agree(response, recording("free")["free"]["response"])
    server.wait_until(lambda: not server._free)
    assert plain(done(server, small(3))["status"]) == plain(recording("free")["same_prompt_after_free"]["status"])


def test_a_list_as_client_id_kills_the_server_and_fails_the_test() -> None:
    with ComfyServer() as server:
        with pytest.raises(requests.ConnectionError):
            post(server, small(), client_id=["a"])
        with pytest.raises(requests.ConnectionError):
            get(server, "/queue")
        with pytest.raises(AssertionError, match="client_id must be a string"):
            server.check()


# ------------------------------------------------------------------------------------------------- websocket, restart


def test_a_socket_that_comes_back_hears_where_the_run_is(server: ComfyServer) -> None:
    server.pause()
    with Ear(server, "recon") as first:
        post(server, sdxl(), client_id="recon")
        first.until("executing", node="4")
    server.wait_until(lambda: server.sockets[0].closed)
    with Ear(server, "recon") as ear:
        frames = [ear.next(), ear.next()]
        wanted = [frame["text"] for frame in recording("ws_reconnect_mid_run")["frames"][:2]]
        wanted[1]["data"]["node"] = "4"
        assert frames == wanted
        server.resume()
        ear.until_done()
    with Ear(server, "recon") as ear:
        ear.next()
        assert ear.silence() == []


def test_a_second_socket_takes_over_and_goes_deaf_when_the_first_closes(server: ComfyServer) -> None:
    recorded = recording("ws_second_socket_same_client_id_mid_run")
    first, second = Ear(server, "recon"), Ear(server, "recon")
    first.next()
    second.next()
    post(server, small(1), client_id="recon")
    second.until_done()
    assert len(first.silence()) == recorded["first_socket_frames_in_0.5s_after_second_connected"]
    first.ws.close()
    server.wait_until(lambda: server.sockets[0].closed)
    post(server, small(2), client_id="recon")
    server.wait_until(server.idle)
    assert len(second.silence()) == recorded["second_socket_frames_after_first_socket_closed"]
    assert second.ws.connected
    second.ws.close()


def test_a_restart_forgets_all_but_the_files(server: ComfyServer) -> None:
    recorded = recording("restart_loses_queue_and_history")["after_restart"]
    before, url = done(server, small(1)), server.url
    server.pause()
    with Ear(server) as ear:
        running, _waiting = post(server, sdxl())["prompt_id"], post(server, small(2))["prompt_id"]
        server.wait_until(lambda: get(server, "/queue")["queue_running"])
        server.restart()
        with pytest.raises((websocket.WebSocketConnectionClosedException, OSError)):
            ear.until_done()
    server.resume()
    assert server.url == url
    assert get(server, "/queue") == recorded["queue"]
    assert get(server, "/history") == recorded["history"]
    assert get(server, f"/history/{running}") == recorded["history_of_running"]
    assert get(server, "/api/jobs") == recorded["jobs"]
    assert picture(server, before, "2").status_code == 200
    assert post(server, small(1))["number"] == recorded["first_prompt"]["number"]
    server.wait_until(server.idle)
    assert [run.outcome for run in server.runs] == ["success", "lost", "success"]
    assert ("output", "", "empty_00002_.png") in server.files


def test_the_websocket_can_be_refused_mute_or_cut(server: ComfyServer) -> None:
    server.ws_mode = "refuse"
    with pytest.raises(websocket.WebSocketBadStatusException, match="400"):
        Ear(server)
    server.ws_mode = "silent"
    with Ear(server) as ear:
        assert ear.silence(0.05) == []
    server.ws_mode, server.ws_drop_after = "drop", 4
    with Ear(server) as ear:
        post(server, small(), client_id="me")
        with pytest.raises((websocket.WebSocketConnectionClosedException, OSError)):
            ear.until_done()
        assert len(ear.frames) == 4
    server.wait_until(server.idle)
    assert [socket.client_id for socket in server.sockets] == ["me", "me"]


def test_nothing_is_left_running(capfd: pytest.CaptureFixture[str]) -> None:
    before = set(threading.enumerate())
    with ComfyServer(render_seconds=3600) as server:
        server.on("GET", "/queue", delay(3600))
        ears = [Ear(server, str(number)) for number in range(3)]
        post(server, sdxl(), client_id="0")
        ears[0].until("executing", node="3")

        def ask() -> None:
            with pytest.raises(requests.ConnectionError):
                get(server, "/queue")

        late = threading.Thread(target=ask)
        late.start()
        server.wait_until(lambda: server.seen("GET", "/queue"))
    late.join()
    for ear in ears:
        ear.ws.close()
    server.wait_until(lambda: set(threading.enumerate()) <= before)
    with pytest.raises(requests.ConnectionError):
        get(server, "/queue")
    assert "Traceback" not in "".join(capfd.readouterr())


# ---------------------------------------------------------------------------------------------------------- faults


def test_answers_can_be_planned(server: ComfyServer) -> None:
    server.on("POST", "/prompt", answer(429, headers={"Retry-After": "3"}), times=2)
    server.on("POST", "/prompt", html(502))
    server.on("GET", "/history/*", html(200, "Log in"), times=None)
    body = {"prompt": small()}
    replies = [requests.post(f"{server.url}/prompt", json=body, timeout=60) for _ in range(4)]
    assert [reply.status_code for reply in replies] == [429, 429, 502, 200]
    assert replies[0].headers["retry-after"] == "3"
    assert replies[2].headers["content-type"].startswith("text/html")
    assert len(server.prompts) == 1
    for path in ("/history/x", "/api/history/x"):
        assert "Log in" in requests.get(server.url + path, timeout=60).text


def test_connections_can_break_before_and_after(server: ComfyServer) -> None:
    server.on("POST", "/prompt", drop())
    server.on("POST", "/prompt", drop_after())
    for accepted in (0, 1):
        with pytest.raises(requests.ConnectionError):
            post(server, small(), prompt_id="mine")
        assert len(server.prompts) == accepted
    server.wait_until(server.idle)
    assert list(get(server, "/history")) == ["mine"]


def test_pictures_can_come_in_part_or_late(server: ComfyServer) -> None:
    entry = done(server, small())
    server.on("GET", "/view", cut(100))
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        picture(server, entry, "2")
    server.on("GET", "/view", delay(0.1))
    began = time.monotonic()
    assert picture(server, entry, "2").status_code == 200
    assert time.monotonic() - began >= 0.1, "however quick the machine is"


def test_runs_can_fail(server: ComfyServer) -> None:
    server.on_run(comfy_faults.out_of_memory(), when=lambda graph: graph["3"]["inputs"]["seed"] == 1)
    server.on_run(comfy_faults.fails_at("VAEDecode", "no VAE"), times=1)
    server.on_run(comfy_faults.interrupted_at("3"))
    server.on_run(comfy_faults.no_outputs())
    wanted = recording("execution_error_corrupt_image")
    (wanted_entry,) = wanted["history_after"].values()

    broken = done(server, sdxl(seed=2), client_id="me")
    kind, data = broken["status"]["messages"][-1]
    assert (kind, list(data)) == ("execution_error", list(wanted_entry["status"]["messages"][-1][1]))
    assert (data["node_id"], data["node_type"], data["exception_message"]) == ("8", "VAEDecode", "no VAE\n")
    job = get(server, f"/api/jobs/{broken['prompt'][1]}")
    assert list(job) == list(wanted["job"]["response"]["body"])
    assert job["status"] == "failed"

    with Ear(server) as ear:
        entry = done(server, sdxl(seed=1), client_id="me")
        ear.until_done()
    assert entry["status"]["messages"][-1][1]["exception_type"] == "torch.OutOfMemoryError"
    order = [name.split()[0] for name in kinds(ear.frames)[-3:]]
    assert order == [name.split()[0] for name in kinds(wanted["websocket"]["frames"])[-3:]]
    assert done(server, sdxl(seed=3))["status"]["messages"][-1][0] == "execution_interrupted"
    silent = done(server, sdxl(seed=4), client_id="me")
    assert (silent["outputs"], silent["status"]["completed"]) == ({}, True)


def test_pictures_can_be_bad(server: ComfyServer) -> None:
    replies = []
    for number, fault in enumerate(("missing_file", "truncated", "not_a_picture", "black")):
        server.on_run(getattr(comfy_faults, fault)())
        replies.append(picture(server, done(server, sdxl(seed=number), client_id="me")))
    missing, half, text, black = replies
    assert missing.status_code == 404
    with Image.open(io.BytesIO(half.content)) as image, pytest.raises(OSError, match="truncated"):
        image.load()
    assert text.content.startswith(b"<html>")
    with Image.open(io.BytesIO(black.content)) as image:
        assert image.getcolors() == [(256 * 128, (0, 0, 0))]


def test_history_can_lag(server: ComfyServer) -> None:
    server.history_lag = 0.2
    with Ear(server) as ear:
        prompt_id = post(server, small(), client_id="me")["prompt_id"]
        ear.until("execution_success")
        assert get(server, f"/history/{prompt_id}") == {}
        ear.until_done()
    assert get(server, f"/history/{prompt_id}")


def test_a_server_may_live_under_a_path(server: ComfyServer) -> None:
    with ComfyServer(prefix="/comfy/") as below:
        assert get(below, "/system_stats")["system"]["comfyui_version"] == "0.12.1"
        with Ear(below) as ear:
            assert ear.next()["type"] == "status"
        assert requests.get(below.url.removesuffix("/comfy") + "/queue", timeout=60).status_code == 404
        assert [seen.path for seen in below.unknown] == ["//outside"]


def test_all_is_written_down(server: ComfyServer) -> None:
    with Ear(server, "x y"):
        post(server, small(9), client_id="x y", number=3)
        query = urlencode({"filename": "nö.png", "type": "output"})
        requests.get(f"{server.url}/view?{query}", headers={"X-Key": "k"}, timeout=60)
        server.wait_until(server.idle)
    handshake, prompt, view = server.requests
    assert (handshake.path, handshake.query, handshake.headers["upgrade"]) == ("/ws", {"clientId": "x y"}, "websocket")
    assert prompt.body == {"prompt": small(9), "client_id": "x y", "number": 3}
    assert (view.query, view.headers["x-key"]) == ({"filename": "nö.png", "type": "output"}, "k")
    assert server.prompts == [small(9)]
    assert server.sockets[0].client_id == "x y"
    assert server.runs[0].prompt_id in get(server, "/history")
