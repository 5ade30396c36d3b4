"""The renderer against a server on loopback: every cover once, whatever goes wrong on the way."""

from __future__ import annotations

import contextlib
import io
import json
import socket
import threading
import time
import uuid
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
import requests
from comfy_faults import (
    RunFault,
    answer,
    black,
    delay,
    drop,
    drop_after,
    fails_at,
    html,
    interrupted_at,
    missing_file,
    out_of_memory,
    truncated,
)
from comfy_server import ComfyServer
from PIL import Image

from blogcovers import digest
from blogcovers.comfy import gates, limits
from blogcovers.comfy.limits import Limits
from blogcovers.comfy.renderer import ComfyUI
from blogcovers.cover.job import Failed, Job, Progress, Rendered
from blogcovers.cover.recipe import CAUSES, Recipe
from blogcovers.errors import BlogcoversError, ServerError, ServerUnreachable
from blogcovers.workflow.assets import shipped_style
from blogcovers.workflow.template import Values, load_template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from comfy_faults import Call, HttpFault
    from werkzeug import Response

    from blogcovers.cover.job import Outcome, RenderEvent
    from blogcovers.workflow.template import Template

SDXL = (shipped_style() / "sdxl.json").read_text(encoding="utf-8")
STEPS = 3
HANGS = 60.0  # seconds after which a test takes it that something hangs


# Helpers ------------------------------------------------------------------------------------------------


QUICK = Limits(patience=4.0, queue=0.2, lost=0.8, relisten=0.3, start=0.5, aside=1.0, connect=0.5, read=1.0)
"""Shorter waits, but for the poll interval, which stays as it is shipped."""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LIMITS", QUICK)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests in which a server is gone."""
    monkeypatch.setattr(limits, "LIMITS", replace(QUICK, patience=0.8))


JOBS, NO_JOBS = "0.12.1", "0.3.64"  # versions with and without /api/jobs


@pytest.fixture(params=[JOBS, NO_JOBS])
def either(request: pytest.FixtureRequest, comfy: ComfyServer) -> str:
    """The test runs against a server that tells of its jobs, and against one that has history and queue only."""
    comfy.version = request.param
    return comfy.version


@pytest.fixture
def second() -> Iterator[ComfyServer]:
    """Another server beside ``comfy``."""
    with ComfyServer() as server:
        yield server
        server.check()


def template(hints: dict[str, str] | None = None, **overrides: Any) -> Template:
    values = {"3.steps": STEPS} | {name.replace("__", "."): value for name, value in overrides.items()}
    return load_template(SDXL, "style/sdxl.json", hints or {}, values)


TEMPLATE = template()


def job(slug: str, template: Template = TEMPLATE, concept: str = "", fresh: str = "") -> Job:
    concept = concept or f"a {slug}"
    seed = digest.seed_of(slug)
    digests = {cause: digest.of_value([cause, concept, template.digest]) for cause in CAUSES}
    recipe = Recipe(slug=slug, renderer="comfyui", seed=seed, digests=digests, texts={"concept": concept})
    values = Values(f"folk art, {concept}", "text, watermark", seed, (96, 64), f"blogcovers/{slug}")
    return Job(recipe, (96, 64), {}, template, values, fresh)


def jobs(count: int) -> list[Job]:
    return [job(slug) for slug in ("one", "two", "three", "four", "five", "six")[:count]]


class Rendering:
    """A renderer at work in a thread of its own: the test acts on the server meanwhile, and a hang is a failure."""

    def __init__(self, server: ComfyServer | Sequence[ComfyServer], jobs: Sequence[Job]) -> None:
        servers = [server] if isinstance(server, ComfyServer) else server
        self.outcomes: list[Outcome] = []
        self.told: list[RenderEvent] = []
        self.error: BlogcoversError | None = None
        self._renderer = ComfyUI([one.url for one in servers])
        self._jobs = jobs
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        try:
            with contextlib.closing(self._renderer.render(self._jobs, self.told.append)) as outcomes:
                for outcome in outcomes:
                    self.outcomes.append(outcome)
        except BlogcoversError as error:
            self.error = error

    @property
    def steps(self) -> list[Progress]:
        """The sampling steps that were told of, without the places in the queue."""
        return [one for one in self.told if isinstance(one, Progress) and one.steps]

    def finish(self) -> list[Outcome]:
        """All outcomes, once the iterator is exhausted; raises what the iterator raised."""
        self._thread.join(HANGS)
        assert not self._thread.is_alive(), f"it hangs; so far: {[outcome.job.slug for outcome in self.outcomes]}"
        if self.error:
            raise self.error
        return self.outcomes


def render(server: ComfyServer | Sequence[ComfyServer], jobs: Sequence[Job]) -> list[Outcome]:
    return Rendering(server, jobs).finish()


def refused(server: ComfyServer | Sequence[ComfyServer], jobs: Sequence[Job]) -> ServerError:
    with pytest.raises(ServerError) as caught:
        render(server, jobs)
    return caught.value


def slugs(outcomes: Sequence[Outcome], kind: type[Outcome] = Rendered) -> list[str]:
    return sorted(outcome.job.slug for outcome in outcomes if isinstance(outcome, kind))


def all_rendered(outcomes: Sequence[Outcome], jobs: Sequence[Job]) -> None:
    assert [outcome.message for outcome in outcomes if isinstance(outcome, Failed)] == []
    assert slugs(outcomes) == sorted(one.slug for one in jobs)


def failure(outcomes: Sequence[Outcome]) -> str:
    (failed,) = (outcome for outcome in outcomes if isinstance(outcome, Failed))
    return failed.message


def slug_of(graph: Any) -> str:
    """The slug in a graph's output name: ``blogcovers/one-1a2b3c4d`` -> ``one``."""
    return str(graph["9"]["inputs"]["filename_prefix"]).removeprefix("blogcovers/").partition("-")[0]


def of(slug: str) -> Callable[[Any], bool]:
    return lambda graph: slug_of(graph) == slug


def posts(server: ComfyServer) -> list[Any]:
    """The bodies that were posted, by us or by others."""
    return [seen.body for seen in server.seen("POST", "/prompt")]


def ids(server: ComfyServer) -> dict[str, str]:
    """prompt_id -> slug, of what was posted."""
    return {body["prompt_id"]: slug_of(body["prompt"]) for body in posts(server)}


def succeeded(*servers: ComfyServer) -> Counter[str]:
    """How often each slug was rendered to the end."""
    return Counter(ids(one)[run.prompt_id] for one in servers for run in one.runs if run.outcome == "success")


def once(*servers: ComfyServer, count: int) -> None:
    rendered = succeeded(*servers)
    assert len(rendered) == count
    assert set(rendered.values()) == {1}, rendered


def most_at_once(server: ComfyServer) -> int:
    """The largest number of prompts that waited or ran at the same time, as the server saw them come and go."""
    ends = {run.prompt_id: run.finished or time.monotonic() for run in server.runs}
    spans = [(seen.at, ends[seen.body["prompt_id"]]) for seen in server.seen("POST", "/prompt")]
    return max(sum(began <= at < ended for began, ended in spans) for at, _ in spans)


def pausing(server: ComfyServer) -> RunFault:
    """A run that holds the server before its first sampling step, until resume() or an interrupt."""
    return RunFault(at_node=lambda _id, class_type: server.pause() if class_type == "KSampler" else None)


def files_of(server: ComfyServer, slug: str) -> list[bytes]:
    return [file.data for (_, folder, name), file in server.files.items() if folder == "blogcovers" and slug in name]


def shows(outcome: Outcome, data: bytes) -> bool:
    """Whether the outcome is the picture in these bytes, pixel by pixel."""
    assert isinstance(outcome, Rendered), outcome
    picture = Image.open(io.BytesIO(outcome.picture)) if isinstance(outcome.picture, bytes) else outcome.picture
    with Image.open(io.BytesIO(data)) as wanted:
        return (picture.size, picture.convert("RGB").tobytes()) == (wanted.size, wanted.convert("RGB").tobytes())


def posted_by_somebody(server: ComfyServer, one: Job, prompt_id: str = "", client_id: str | None = "somebody") -> str:
    body = {"prompt": one.graph(), "prompt_id": prompt_id or str(uuid.uuid4()), "client_id": client_id}
    if client_id is None:
        del body["client_id"]
    reply = requests.post(f"{server.url}/prompt", json=body, timeout=5)
    assert reply.status_code == 200, reply.text
    return str(reply.json()["prompt_id"])


def after_doing_it(fault: HttpFault) -> HttpFault:
    """What was asked for happens, and then this is the answer: a proxy that gave up too early."""

    def done(call: Call) -> Response:
        call.normal()
        return fault(call)

    return done


# A good run ---------------------------------------------------------------------------------------------


def test_every_job_gets_its_own_picture_once(comfy: ComfyServer) -> None:
    wanted = jobs(6)
    outcomes = render(comfy, wanted)
    all_rendered(outcomes, wanted)
    once(comfy, count=6)
    assert len(posts(comfy)) == 6
    assert len(comfy.seen("GET", "/view")) == 6
    for outcome in outcomes:
        (data,) = files_of(comfy, outcome.job.slug)
        assert shows(outcome, data)


def test_an_outcome_carries_its_graph_and_time(comfy: ComfyServer) -> None:
    comfy.render_seconds = 0.2
    (outcome,) = render(comfy, jobs(1))
    assert isinstance(outcome, Rendered)
    assert outcome.graph == comfy.prompts[0]
    assert outcome.seconds >= 0.2
    assert outcome.attempt == 0


def test_no_jobs_are_no_work(comfy: ComfyServer) -> None:
    assert render(comfy, []) == []
    assert posts(comfy) == []


def test_results_stream_while_others_are_still_rendered(comfy: ComfyServer) -> None:
    comfy.on_run(pausing(comfy), when=of("two"))
    rendering = Rendering(comfy, jobs(3))
    comfy.wait_until(lambda: rendering.outcomes)
    assert slugs(rendering.outcomes) == ["one"]
    assert [run.outcome for run in comfy.runs] == ["success", "running"]
    comfy.resume()
    all_rendered(rendering.finish(), jobs(3))


def test_the_posted_graph_holds_what_the_job_asks_for(comfy: ComfyServer) -> None:
    wanted = job("carved-animals", concept='a {fox} with "quotes"\nand {{ braces }}')
    render(comfy, [wanted])
    inputs = {node: posts(comfy)[0]["prompt"][node]["inputs"] for node in ("3", "5", "6", "7", "9")}
    assert inputs["6"]["text"] == 'folk art, a {fox} with "quotes"\nand {{ braces }}'
    assert inputs["7"]["text"] == "text, watermark"
    assert inputs["3"]["seed"] == digest.seed_of("carved-animals")
    assert (inputs["5"]["width"], inputs["5"]["height"]) == (96, 64)
    assert inputs["9"]["filename_prefix"] == "blogcovers/carved-animals"


def test_the_prompt_id_says_which_picture_it_is(comfy: ComfyServer) -> None:
    render(comfy, jobs(2))
    assert [body["prompt_id"] for body in posts(comfy)] == [job("one").prompt_id(), job("two").prompt_id()]
    variants = [job("one"), job("two"), job("one", concept="another"), job("one", fresh="1a2b3c4d")]
    found = [one.prompt_id() for one in variants] + [job("one").prompt_id(attempt=1)]
    assert len(set(found)) == 5
    for prompt_id in found:
        assert str(uuid.UUID(prompt_id)) == prompt_id
        assert uuid.UUID(prompt_id).version == 5


def test_one_client_id_that_is_a_text_is_on_every_post_and_on_the_websocket(comfy: ComfyServer) -> None:
    render(comfy, jobs(3))
    (client_id,) = {body["client_id"] for body in posts(comfy)}
    assert uuid.UUID(client_id).version == 4
    assert [one.client_id for one in comfy.sockets] == [client_id]


def test_the_websocket_is_open_before_the_first_post(comfy: ComfyServer) -> None:
    render(comfy, jobs(1))
    assert comfy.sockets[0].opened < comfy.seen("POST", "/prompt")[0].at


def test_progress_tells_the_sampling_steps_of_each_job(comfy: ComfyServer) -> None:
    rendering = Rendering(comfy, jobs(2))
    rendering.finish()
    assert rendering.steps == [
        Progress(slug, step, STEPS, "KSampler") for slug in ("one", "two") for step in range(1, STEPS + 1)
    ]


def test_a_fresh_job_is_rendered_though_an_earlier_one_is_known(comfy: ComfyServer) -> None:
    render(comfy, [job("one")])
    all_rendered(render(comfy, [job("one", fresh="1a2b3c4d")]), [job("one")])
    first, again = posts(comfy)
    assert first["prompt_id"] != again["prompt_id"]
    assert again["prompt"]["9"]["inputs"]["filename_prefix"] == "blogcovers/one-1a2b3c4d"


def test_frames_and_prompts_of_others_are_not_ours(comfy: ComfyServer) -> None:
    """Of a prompt without client_id everybody gets progress and interruption."""
    comfy.on_run(interrupted_at(), when=of("foreign"))
    comfy.on_run(fails_at(), when=of("strange"))
    comfy.pause()
    rendering = Rendering(comfy, jobs(3))
    comfy.wait_until(lambda: len(posts(comfy)) == 2)
    posted_by_somebody(comfy, job("foreign"), client_id=None)
    posted_by_somebody(comfy, job("strange"))
    posted_by_somebody(comfy, job("other"), client_id=None)
    comfy.resume()
    all_rendered(rendering.finish(), jobs(3))
    assert {progress.slug for progress in rendering.steps} == {"one", "two", "three"}


# The websocket ------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("either")
@pytest.mark.parametrize("mode", ["refuse", "silent", "drop"])
def test_without_a_good_websocket_every_picture_still_comes(comfy: ComfyServer, mode: Any) -> None:
    comfy.ws_mode = mode
    wanted = jobs(4)
    all_rendered(render(comfy, wanted), wanted)
    once(comfy, count=4)


def test_a_websocket_handshake_without_an_answer_does_not_stop_the_work(
    comfy: ComfyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LIMITS", replace(QUICK, handshake=0.3))
    comfy.on("GET", "/ws", delay(3600), times=None)
    all_rendered(render(comfy, jobs(3)), jobs(3))
    once(comfy, count=3)


def test_a_websocket_that_drops_in_the_middle_is_opened_again_and_progress_returns(comfy: ComfyServer) -> None:
    comfy.ws_mode, comfy.ws_drop_after = "drop", 12
    comfy.on_run(pausing(comfy), when=of("two"))
    rendering = Rendering(comfy, jobs(3))
    comfy.wait_until(lambda: comfy.sockets and comfy.sockets[0].closed)
    comfy.ws_mode = "normal"
    comfy.wait_until(lambda: len(comfy.sockets) > 1 and comfy.sockets[-1].closed is None)
    comfy.wait_until(lambda: [run.outcome for run in comfy.runs][-1:] == ["running"])
    comfy.resume()
    all_rendered(rendering.finish(), jobs(3))
    once(comfy, count=3)
    assert [step.step for step in rendering.steps if step.slug == "three"] == [1, 2, 3]
    assert len({one.client_id for one in comfy.sockets}) == 1


# Jobs, history and queue --------------------------------------------------------------------------------


def test_an_address_that_ends_with_api_finds_the_jobs_too(comfy: ComfyServer) -> None:
    with contextlib.closing(ComfyUI([f"{comfy.url}/api"]).render(jobs(2), lambda _: None)) as outcomes:
        all_rendered(list(outcomes), jobs(2))
    assert {seen.path.partition("/")[0] for seen in comfy.requests} == {""}
    assert all(seen.path.startswith("/api/") for seen in comfy.requests)
    assert comfy.seen("GET", "/api/jobs/*")


# HTTP ---------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("either")
def test_a_history_that_lags_behind_the_frames_is_waited_for(comfy: ComfyServer) -> None:
    comfy.history_lag = 0.7
    wanted = jobs(2)
    all_rendered(render(comfy, wanted), wanted)
    assert len(posts(comfy)) == 2


LOST_ANSWERS = {
    "connection lost": drop_after(),
    "no answer in time": after_doing_it(delay(3600)),
    "502 of a proxy": after_doing_it(html(502)),
    "503 of a proxy": after_doing_it(answer(503)),
    "504 of a proxy": after_doing_it(html(504, "Gateway Time-out")),
}


@pytest.mark.parametrize("lost", LOST_ANSWERS)
def test_a_prompt_whose_answer_was_lost_is_not_rendered_twice(comfy: ComfyServer, lost: str) -> None:
    comfy.on("POST", "/prompt", LOST_ANSWERS[lost])
    wanted = jobs(3)
    all_rendered(render(comfy, wanted), wanted)
    comfy.wait_until(comfy.idle)
    once(comfy, count=3)


def test_prepare_accepts_a_comfyui_and_asks_once(comfy: ComfyServer) -> None:
    ComfyUI([comfy.url]).prepare(lambda _: None)
    assert [seen.path for seen in comfy.requests] == ["/system_stats"]


@pytest.mark.parametrize(
    "fault", [html(200, "Log in"), html(404), answer(200, "{}", content_type="application/json"), answer(500, "oh")]
)
def test_prepare_says_what_is_no_comfyui(comfy: ComfyServer, fault: HttpFault) -> None:
    comfy.on("GET", "/system_stats", fault)
    with pytest.raises(ServerError, match="does not answer as ComfyUI does") as caught:
        ComfyUI([comfy.url]).prepare(lambda _: None)
    assert not isinstance(caught.value, ServerUnreachable)
    assert comfy.url in caught.value.message


def test_prepare_says_that_nobody_answers(comfy: ComfyServer) -> None:
    comfy.stop()
    with pytest.raises(ServerUnreachable, match="connection refused") as caught:
        ComfyUI([comfy.url]).prepare(lambda _: None)
    assert comfy.url in caught.value.message
    assert "--server" in caught.value.hint


def test_prepare_says_that_an_answer_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LIMITS", replace(QUICK, silence=0.05))
    told: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as silent:  # the system takes the connection, nobody answers
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ServerUnreachable, match="no answer in time"):
            ComfyUI([url]).prepare(lambda said: told.append(str(said)))
    assert f"{url} does not answer yet. Waiting up to 1 s for it." in told[0]


def test_prepare_says_nothing_of_a_server_that_answers(comfy: ComfyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LIMITS", replace(QUICK, silence=3600.0))
    told: list[RenderEvent] = []
    ComfyUI([comfy.url]).prepare(told.append)
    for timer in threading.enumerate():
        if isinstance(timer, threading.Timer):
            timer.join(60)
            assert not timer.is_alive(), "it would still say so"
    assert told == []


# Refusals -----------------------------------------------------------------------------------------------


@pytest.fixture(params=["open", "closed"])
def catalogue(request: pytest.FixtureRequest, comfy: ComfyServer) -> str:
    """Whether the server tells what it has, or lets only those calls through that a client needs."""
    if request.param == "closed":
        comfy.on("GET", "/object_info*", answer(403), times=None)
    return str(request.param)


@pytest.mark.usefixtures("catalogue")
def test_a_refusal_that_concerns_every_job_ends_the_run_with_all_its_faults(comfy: ComfyServer) -> None:
    bad = template(**{"4__ckpt_name": "mine.safetensors", "3__steps": 0, "3__cfg": 1000.0})
    error = refused(comfy, [job("one", bad), job("two", bad)])
    assert not isinstance(error, ServerUnreachable)
    for part in (comfy.url, "style/sdxl.json", "ckpt_name 'mine.safetensors'", "sd_xl_base_1.0.safetensors"):
        assert part in error.message
    assert "node 3" in error.message
    assert "(KSampler)" in error.message
    assert "steps" in error.message
    assert "cfg" in error.message
    assert error.hint
    assert len(posts(comfy)) <= 2, "it may be one post's fault until a second meets with it"
    assert comfy.runs == []


@pytest.mark.usefixtures("catalogue")
def test_a_node_that_the_server_lacks_is_named(comfy: ComfyServer) -> None:
    bad = load_template(SDXL.replace('"VAEDecode"', '"VAEDecodeBetter"'), "style/sdxl.json")
    assert "VAEDecodeBetter" in refused(comfy, [job("one", bad)]).message


@pytest.mark.usefixtures("catalogue")
def test_a_refusal_of_one_template_fails_only_its_jobs(comfy: ComfyServer) -> None:
    bad = template(**{"4__ckpt_name": "mine.safetensors", "3__cfg": 1000.0})
    outcomes = render(comfy, [job("one"), job("two", bad), job("three", bad), job("four")])
    assert slugs(outcomes) == ["four", "one"]
    assert slugs(outcomes, Failed) == ["three", "two"]
    for outcome in outcomes:
        if isinstance(outcome, Failed):
            assert "'mine.safetensors'" in outcome.message
            assert "cfg" in outcome.message
    assert len([body for body in posts(comfy) if slug_of(body["prompt"]) in ("two", "three")]) <= 2


def half_bad() -> Template:
    """A preview that is fine, and a SaveImage without the prefix that it needs: a 200 with node_errors."""
    graph = json.loads(SDXL)
    graph["10"] = {"class_type": "PreviewImage", "inputs": {"images": ["8", 0]}}
    del graph["9"]["inputs"]["filename_prefix"]
    return load_template(json.dumps(graph), "style/half.json", {"output": "9"})


@pytest.mark.usefixtures("catalogue")
def test_a_200_that_drops_our_output_is_a_refusal(comfy: ComfyServer) -> None:
    error = refused(comfy, [job("one", half_bad())])
    assert not isinstance(error, ServerUnreachable)
    assert "style/half.json" in error.message
    assert "node 9" in error.message
    assert "(SaveImage)" in error.message
    assert "filename_prefix" in error.message


def test_what_is_left_of_a_half_refused_graph_does_not_go_on_running(comfy: ComfyServer) -> None:
    """It was queued, and has perhaps started before it can be taken out of the queue."""
    comfy.on_run(pausing(comfy))

    def when_it_runs(call: Call) -> Response:
        reply = call.normal()
        comfy.wait_until(lambda: comfy.runs)
        return reply

    comfy.on("POST", "/prompt", when_it_runs)
    comfy.on("GET", "/object_info*", answer(403), times=None)
    refused(comfy, [job("one", half_bad())])
    comfy.wait_until(comfy.idle)


@pytest.mark.usefixtures("catalogue")
def test_a_200_that_drops_another_output_is_fine(comfy: ComfyServer) -> None:
    graph = json.loads(SDXL)
    graph["10"] = {"class_type": "SaveImage", "inputs": {"images": ["8", 0]}}
    other = load_template(json.dumps(graph), "style/other.json", {"output": "9"})
    all_rendered(render(comfy, [job("one", other)]), [job("one")])


# Runs that go wrong -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "parts"),
    [
        (fails_at("KSampler", "it broke"), ["node 3 (KSampler)", "it broke"]),
        (fails_at("VAEDecode", "two\nlines"), ["node 8 (VAEDecode)", "two lines"]),
        (out_of_memory(), ["node 3 (KSampler)", "Allocation on device"]),
        (interrupted_at(), ["interrupted"]),
    ],
    ids=["sampler", "decoder", "memory", "interrupted"],
)
@pytest.mark.parametrize(
    ("mode", "version"), [("normal", JOBS), ("silent", JOBS), ("silent", NO_JOBS)], ids=["frames", "jobs", "history"]
)
def test_a_run_that_fails_is_one_jobs_failure(
    comfy: ComfyServer, fault: RunFault, parts: list[str], mode: Any, version: str
) -> None:
    comfy.ws_mode, comfy.version = mode, version
    comfy.on_run(fault, when=of("two"), times=None)
    outcomes = render(comfy, jobs(3))
    assert slugs(outcomes) == ["one", "three"]
    assert slugs(outcomes, Failed) == ["two"]
    message = failure(outcomes)
    assert all(part in message for part in parts), message
    assert "\n" not in message


def test_an_interrupt_by_somebody_while_ours_is_sampled_is_one_jobs_failure(comfy: ComfyServer) -> None:
    comfy.on_run(pausing(comfy), when=of("one"))
    rendering = Rendering(comfy, jobs(2))
    comfy.wait_until(lambda: len(posts(comfy)) == 2 and comfy.runs)
    requests.post(f"{comfy.url}/interrupt", timeout=5)
    comfy.wait_until(lambda: comfy.runs[0].finished)
    comfy.resume()
    outcomes = rendering.finish()
    assert slugs(outcomes) == ["two"]
    assert "interrupted" in failure(outcomes)


def test_after_a_restart_what_was_lost_is_posted_again(comfy: ComfyServer) -> None:
    comfy.on_run(pausing(comfy), when=of("two"))
    rendering = Rendering(comfy, jobs(4))
    comfy.wait_until(lambda: len(posts(comfy)) == 3)
    comfy.restart()
    comfy.resume()
    all_rendered(rendering.finish(), jobs(4))
    once(comfy, count=4)


def test_a_picture_that_is_not_on_the_server_is_saved_again_under_another_name(comfy: ComfyServer) -> None:
    comfy.on_run(missing_file(), when=of("one"))
    all_rendered(render(comfy, jobs(2)), jobs(2))
    names = [body["prompt"]["9"]["inputs"]["filename_prefix"] for body in posts(comfy)]
    again = [name for name in names if name.startswith("blogcovers/one")]
    assert len(again) == len(set(again)) == 2
    assert len({body["prompt_id"] for body in posts(comfy)}) == 3


def test_half_a_picture_is_asked_for_again(comfy: ComfyServer) -> None:
    comfy.on_run(truncated())
    (outcome,) = render(comfy, jobs(1))
    half, whole = files_of(comfy, "one")
    assert len(half) < len(whole)
    assert shows(outcome, whole)


def test_a_result_from_the_servers_cache_is_as_good(comfy: ComfyServer) -> None:
    posted_by_somebody(comfy, job("one"))
    comfy.wait_until(comfy.idle)
    outcomes = render(comfy, jobs(1))
    all_rendered(outcomes, jobs(1))
    (data,) = files_of(comfy, "one")
    assert shows(outcomes[0], data)


def test_a_cached_result_whose_file_is_gone_is_saved_again(comfy: ComfyServer) -> None:
    posted_by_somebody(comfy, job("one"))
    comfy.wait_until(comfy.idle)
    comfy.files.clear()
    all_rendered(render(comfy, jobs(1)), jobs(1))


# Closing ------------------------------------------------------------------------------------------------


class Closing:
    """A renderer whose iterator is closed after its first outcome, when the test says so."""

    def __init__(self, server: ComfyServer, jobs: Sequence[Job]) -> None:
        self.first: list[Outcome] = []
        self._server, self._jobs = server, jobs
        self._now = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def _work(self) -> None:
        outcomes = ComfyUI([self._server.url]).render(self._jobs, lambda _progress: None)
        self.first.append(next(outcomes))
        self._now.wait(HANGS)
        outcomes.close()

    def close(self) -> None:
        self._now.set()
        self._thread.join(HANGS)
        assert not self._thread.is_alive(), "it hangs"


def test_closing_takes_back_ours_and_leaves_somebody_elses_alone(comfy: ComfyServer) -> None:
    comfy.on_run(pausing(comfy), when=of("two"))
    closing = Closing(comfy, jobs(4))
    comfy.wait_until(lambda: closing.first and len(posts(comfy)) == 3 and len(comfy.runs) == 2)
    foreign = posted_by_somebody(comfy, job("foreign"))
    ours = {prompt_id for prompt_id, slug in ids(comfy).items() if slug != "foreign"}
    closing.close()
    comfy.wait_until(lambda: comfy.runs[1].finished)
    comfy.resume()
    comfy.wait_until(comfy.idle)
    assert [(ids(comfy)[run.prompt_id], run.outcome) for run in comfy.runs] == [
        ("one", "success"),
        ("two", "interrupted"),
        ("foreign", "success"),
    ]
    deleted = {prompt_id for seen in comfy.seen("POST", "/queue") for prompt_id in seen.body["delete"]}
    interrupted = {seen.body["prompt_id"] for seen in comfy.seen("POST", "/interrupt")}
    assert deleted | interrupted <= ours
    assert foreign not in deleted | interrupted
    assert not [seen for seen in comfy.seen("POST", "/queue") if "clear" in seen.body]


def test_closing_while_somebody_elses_prompt_runs_does_not_interrupt_it(comfy: ComfyServer) -> None:
    comfy.on_run(pausing(comfy), when=of("foreign"))
    comfy.on_run(pausing(comfy), when=of("two"))
    closing = Closing(comfy, jobs(4))
    comfy.wait_until(lambda: closing.first and len(posts(comfy)) == 3)
    body = {"prompt": job("foreign").graph(), "prompt_id": "foreign", "client_id": "somebody", "front": True}
    requests.post(f"{comfy.url}/prompt", json=body, timeout=5)
    comfy.resume()
    comfy.wait_until(lambda: len(comfy.runs) == 3)
    closing.close()
    comfy.resume()
    comfy.wait_until(comfy.idle)
    assert ("foreign", "success") in [(run.prompt_id, run.outcome) for run in comfy.runs]


def test_closing_ends_the_websocket(comfy: ComfyServer) -> None:
    closing = Closing(comfy, jobs(2))
    comfy.wait_until(lambda: closing.first)
    closing.close()
    comfy.wait_until(lambda: all(one.closed for one in comfy.sockets))


def test_a_refusal_takes_back_what_is_still_on_the_server(comfy: ComfyServer) -> None:
    """The run cannot go on, so nothing of it may go on either."""
    comfy.pause()
    comfy.on("POST", "/prompt", lambda call: call.normal())
    comfy.on("POST", "/prompt", html(404))
    refused(comfy, jobs(3))
    comfy.wait_until(comfy.idle)


# An earlier run -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("either")
def test_what_an_earlier_run_finished_is_fetched_and_not_rendered(comfy: ComfyServer) -> None:
    for one in jobs(2):
        posted_by_somebody(comfy, one, one.prompt_id(), client_id="an earlier run")
    comfy.wait_until(comfy.idle)
    outcomes = render(comfy, jobs(3))
    all_rendered(outcomes, jobs(3))
    assert len(posts(comfy)) == 3
    once(comfy, count=3)


@pytest.mark.parametrize("waits_behind", [False, True], ids=["running", "waiting"])
def test_what_an_earlier_run_left_on_the_server_is_waited_for(comfy: ComfyServer, waits_behind: bool) -> None:
    comfy.pause()
    if waits_behind:
        posted_by_somebody(comfy, job("foreign"))
    posted_by_somebody(comfy, job("one"), job("one").prompt_id(), client_id="an earlier run")
    rendering = Rendering(comfy, jobs(2))
    comfy.wait_until(lambda: "two" in ids(comfy).values())
    comfy.resume()
    all_rendered(rendering.finish(), jobs(2))
    assert succeeded(comfy)["one"] == 1
    assert list(ids(comfy).values()).count("one") == 1


@pytest.mark.parametrize("fault", [fails_at(), interrupted_at(), missing_file()], ids=["failed", "interrupted", "gone"])
def test_what_an_earlier_run_did_not_bring_to_a_picture_is_rendered(comfy: ComfyServer, fault: RunFault) -> None:
    """The history still tells of the earlier end while the new one is under way."""
    comfy.on_run(fault)
    posted_by_somebody(comfy, job("one"), job("one").prompt_id(), client_id="an earlier run")
    comfy.wait_until(comfy.idle)
    comfy.render_seconds = 0.3
    all_rendered(render(comfy, jobs(1)), jobs(1))


def test_another_graph_under_our_id_is_not_our_picture(comfy: ComfyServer) -> None:
    posted_by_somebody(comfy, job("other"), job("one").prompt_id())
    comfy.wait_until(comfy.idle)
    outcomes = render(comfy, jobs(1))
    all_rendered(outcomes, jobs(1))
    (data,) = files_of(comfy, "one")
    assert shows(outcomes[0], data)


# A moved seed -------------------------------------------------------------------------------------------


def seeds(server: ComfyServer) -> list[int]:
    """How far the seed was moved in each prompt that was posted."""
    return [body["prompt"]["3"]["inputs"]["seed"] - digest.seed_of(slug_of(body["prompt"])) for body in posts(server)]


def moved(attempt: int) -> Callable[[Any], bool]:
    return lambda graph: graph["3"]["inputs"]["seed"] == digest.seed_of("one") + attempt


def test_a_moved_seed_that_an_earlier_run_finished_is_not_rendered_again(comfy: ComfyServer) -> None:
    comfy.on_run(black())
    render(comfy, jobs(1))
    assert len(posts(comfy)) == 2
    (outcome,) = render(comfy, jobs(1))
    assert isinstance(outcome, Rendered)
    assert (outcome.attempt, outcome.graph) == (1, comfy.prompts[1])
    assert len(posts(comfy)) == 2


def test_a_moved_seed_that_is_still_under_way_is_waited_for(comfy: ComfyServer) -> None:
    """The run that posted it was killed: nobody took it back."""
    comfy.on_run(black(), when=moved(0))
    comfy.on_run(pausing(comfy), when=moved(1))
    for attempt in (0, 1):
        body = {"prompt": job("one").graph(attempt), "prompt_id": job("one").prompt_id(attempt), "client_id": "killed"}
        requests.post(f"{comfy.url}/prompt", json=body, timeout=5)
    comfy.wait_until(lambda: len(comfy.runs) == 2)
    rendering = Rendering(comfy, jobs(1))
    comfy.wait_until(lambda: comfy.seen("GET", "/view"))
    comfy.resume()
    (outcome,) = rendering.finish()
    assert isinstance(outcome, Rendered)
    assert outcome.attempt == 1
    assert len(posts(comfy)) == 2


def test_what_stays_black_fails_again_after_one_more_render(comfy: ComfyServer) -> None:
    comfy.on_run(black(), times=None)
    for renders in (3, 4, 5):
        assert "flat" in failure(render(comfy, jobs(1)))
        assert len(posts(comfy)) == renders


# Memory -------------------------------------------------------------------------------------------------


def test_a_full_room_delays_no_refill(comfy: ComfyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LIMITS", replace(QUICK, room=1))
    comfy.render_seconds = 0.05
    wanted = [job(f"post-{n}") for n in range(8)]
    with contextlib.closing(ComfyUI([comfy.url]).render(wanted, lambda _: None)) as outcomes:
        taken = [next(outcomes)]
        comfy.wait_until(lambda: len(comfy.runs) == 8 and comfy.idle())
        assert len(comfy.seen("GET", "/view")) <= 3
        taken += outcomes
    all_rendered(taken, wanted)
    assert len(posts(comfy)) == len(comfy.seen("GET", "/view")) == 8


def test_closing_with_pictures_that_nobody_took_does_not_hang(
    comfy: ComfyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LIMITS", replace(QUICK, room=1))
    closing = Closing(comfy, [job(f"post-{n}") for n in range(6)])
    comfy.wait_until(lambda: len(comfy.runs) == 6 and comfy.idle())
    closing.close()


# A server that goes away --------------------------------------------------------------------------------


@pytest.mark.usefixtures("impatient")
def test_a_server_that_is_gone_for_good_ends_the_run_and_what_came_before_stays(comfy: ComfyServer) -> None:
    comfy.on_run(pausing(comfy), when=of("two"))
    rendering = Rendering(comfy, jobs(4))
    comfy.wait_until(lambda: rendering.outcomes)
    comfy.stop()
    with pytest.raises(ServerUnreachable, match="connection refused") as caught:
        rendering.finish()
    assert comfy.url in caught.value.message
    assert slugs(rendering.outcomes) == ["one"]


@pytest.mark.usefixtures("impatient")
def test_a_server_that_hangs_ends_the_run(comfy: ComfyServer) -> None:
    comfy.on("GET", "*", delay(3600), times=None)
    error = refused(comfy, jobs(2))
    assert isinstance(error, ServerUnreachable)
    assert "no answer in time" in error.message


@pytest.mark.usefixtures("impatient")
def test_nobody_there_at_all_is_unreachable(comfy: ComfyServer) -> None:
    comfy.stop()
    assert isinstance(refused(comfy, jobs(2)), ServerUnreachable)


# What nobody foresaw ------------------------------------------------------------------------------------


@pytest.mark.parametrize("servers", [1, 2])
def test_what_nobody_foresaw_is_raised_as_it_is_and_leaves_nothing_behind(
    comfy: ComfyServer, second: ComfyServer, servers: int
) -> None:
    """Whoever takes the outcomes gets it, once every server is rid of ours and every thread has ended."""
    bug = ZeroDivisionError("nobody thought of this")
    both = [comfy, second][:servers]
    for server in both:
        server.render_seconds = 0.5

    def tell(event: RenderEvent) -> None:
        if isinstance(event, Progress) and event.steps and event.slug == "two":
            raise bug

    taken: list[Outcome] = []
    outcomes = ComfyUI([server.url for server in both]).render(jobs(6), tell)
    with pytest.raises(ZeroDivisionError) as caught, contextlib.closing(outcomes):
        taken.extend(outcomes)
    assert caught.value is bug
    assert "two" not in slugs(taken)
    for server in both:
        assert not [thread for thread in threading.enumerate() if thread.name == server.url]
        server.wait_until(server.idle, HANGS)
        assert {run.outcome for run in server.runs} <= {"success", "interrupted"}
        assert len(server.runs) < 6
    assert servers == 2 or slugs(taken) == ["one"], "what was finished before stays"


@pytest.mark.parametrize("status", [429, 502, 503, 504])
@pytest.mark.usefixtures("impatient")
def test_a_gate_whose_server_dies_in_mid_run_ends_the_run(comfy: ComfyServer, status: int) -> None:
    comfy.pause()
    rendering = Rendering(comfy, jobs(3))
    comfy.wait_until(lambda: len(posts(comfy)) == 2)
    comfy.on("*", "*", html(status), times=None)
    with pytest.raises(ServerUnreachable, match=f"status {status}") as caught:
        rendering.finish()
    assert gates.way_out(f"status {status}") in caught.value.hint
    comfy.resume()


def test_a_picture_that_is_sent_on_elsewhere_ends_the_run_and_is_rendered_once(comfy: ComfyServer) -> None:
    comfy.on("GET", "/view", answer(302, headers={"Location": "https://cdn.example/x?key=hush"}), times=None)
    error = refused(comfy, jobs(1))
    assert "sent on to https://cdn.example, which download_hosts does not name" in error.message
    assert "download_hosts = " in error.hint
    assert len(posts(comfy)) == 1


# Servers that hang --------------------------------------------------------------------------------------


@pytest.fixture
def hung() -> Iterator[str]:
    """A server that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        yield f"http://127.0.0.1:{silent.getsockname()[1]}"


PATIENT = replace(QUICK, read=3600.0, body=3600.0, connect=3600.0, patience=3600.0, farewell=0.3, muster=0.1)
"""By which whoever waits for a server that hangs does so for ever."""


def test_one_that_hangs_from_the_beginning_delays_nobody(
    comfy: ComfyServer, second: ComfyServer, hung: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LIMITS", PATIENT)
    renderer = ComfyUI([hung, comfy.url, second.url])
    renderer.prepare(lambda _: None)
    all_rendered(list(renderer.render(jobs(4), lambda _: None)), jobs(4))
    once(comfy, second, count=4)


def test_two_of_three_that_hang_once_they_are_asked_for_their_claims_delay_nobody(
    comfy: ComfyServer, second: ComfyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LIMITS", replace(PATIENT, claims=0.3))
    with ComfyServer() as third:
        for server in (second, third):
            server.on("GET", "/queue", delay(3600), times=None)
        renderer = ComfyUI([second.url, third.url, comfy.url])
        renderer.prepare(lambda _: None)
        all_rendered(list(renderer.render(jobs(4), lambda _: None)), jobs(4))
        once(comfy, count=4)
        assert not third.runs


def test_one_that_hangs_while_another_starts_delays_nobody(
    comfy: ComfyServer, hung: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LIMITS", replace(PATIENT, start=60.0))
    comfy.on("GET", "/system_stats", drop(), times=2)
    told: list[str] = []
    ComfyUI([hung, comfy.url]).prepare(lambda event: told.append(str(event)))
    assert "Waiting up to 60 s for it." in told[0]


# Two servers --------------------------------------------------------------------------------------------


def test_two_servers_share_the_work(comfy: ComfyServer, second: ComfyServer) -> None:
    comfy.render_seconds = second.render_seconds = 0.1
    all_rendered(render([comfy, second], jobs(6)), jobs(6))
    once(comfy, second, count=6)
    for server in (comfy, second):
        assert server.runs
        assert most_at_once(server) <= 2
    assert comfy.sockets[0].client_id != second.sockets[0].client_id


def test_a_slow_server_does_not_hold_up_a_fast_one(comfy: ComfyServer, second: ComfyServer) -> None:
    comfy.pause()
    rendering = Rendering([comfy, second], jobs(6))
    second.wait_until(lambda: len(rendering.outcomes) == 4)
    comfy.resume()
    all_rendered(rendering.finish(), jobs(6))
    assert (len(comfy.runs), len(second.runs)) == (2, 4)


@pytest.mark.usefixtures("impatient")
def test_the_jobs_of_a_server_that_is_gone_go_to_the_other(comfy: ComfyServer, second: ComfyServer) -> None:
    comfy.pause()
    rendering = Rendering([comfy, second], jobs(6))
    comfy.wait_until(lambda: len(posts(comfy)) == 2)
    comfy.stop()
    all_rendered(rendering.finish(), jobs(6))
    once(second, count=6)


@pytest.mark.usefixtures("impatient")
def test_a_job_that_was_done_when_its_server_went_away_is_not_forgotten(
    comfy: ComfyServer, second: ComfyServer
) -> None:
    """Its place is filled before its picture is fetched, and that is when the server turns out to be gone."""
    comfy.pause()
    second.pause()
    rendering = Rendering([comfy, second], jobs(5))
    comfy.wait_until(lambda: len(posts(comfy)) == 2 and len(posts(second)) == 2)
    asked = len(comfy.seen("GET", "/api/jobs/*"))
    comfy.on("GET", "/*", drop(), times=None)
    comfy.resume()
    comfy.wait_until(lambda: len(comfy.seen("GET", "/api/jobs/*")) > asked + 3)
    second.resume()
    all_rendered(rendering.finish(), jobs(5))


def test_a_server_that_refuses_leaves_the_work_to_the_other(comfy: ComfyServer, second: ComfyServer) -> None:
    comfy.models["checkpoints"] = ["another.safetensors"]
    all_rendered(render([comfy, second], jobs(4)), jobs(4))
    once(second, count=4)


def test_a_template_that_one_server_refuses_is_rendered_by_the_other(comfy: ComfyServer, second: ComfyServer) -> None:
    comfy.models["checkpoints"] = ["another.safetensors"]
    wanted = [*jobs(3), replace(job("four"), template=template(**{"3__cfg": 5.0}))]
    all_rendered(render([comfy, second], wanted), wanted)


@pytest.mark.usefixtures("impatient")
def test_when_all_servers_are_gone_the_run_ends(comfy: ComfyServer, second: ComfyServer) -> None:
    comfy.pause()
    second.pause()
    rendering = Rendering([comfy, second], jobs(5))
    comfy.wait_until(lambda: len(posts(comfy)) == 2 and len(posts(second)) == 2)
    comfy.stop()
    second.stop()
    with pytest.raises(ServerUnreachable):
        rendering.finish()
