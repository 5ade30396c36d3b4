"""The whole of it against a real ComfyUI: what the double in ``comfy_server.py`` cannot prove, since it is ours.

    BLOGCOVERS_TEST_SERVER=http://127.0.0.1:8188 make test-comfyui

runs this module against the server named there, whoever else uses it: only prompts that bear this run's mark are
touched. Pictures are of 256x128 pixels in two steps. The model is the first that the server lists, or the one in
``BLOGCOVERS_TEST_MODEL``. Credentials for a gate are read from the same variables as ever. Without
``BLOGCOVERS_TEST_SERVER`` all is skipped. The suite runs against the double, too, but that shows only that the
suite itself works.

A real server without a GPU: in a checkout of ComfyUI,

    python .../tests/real/tiny_sdxl.py models/checkpoints/tiny_sdxl.safetensors
    python main.py --cpu --preview-method latent2rgb

It wants 5 GB of memory and takes a second or so a picture.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import pytest
from PIL import Image
from site_builder import Outcome, Site

from blogcovers import config
from blogcovers.comfy import protocol
from blogcovers.comfy.client import Client
from blogcovers.comfy.protocol import Accepted, Ended, Event, Glimpse, JobState, Request, Settled, Started, Step, Wrote
from blogcovers.cover import State, found_at
from blogcovers.cover.picture import decoded, is_flat
from blogcovers.workflow.template import Values, fill, load_template

SERVER = os.environ.get("BLOGCOVERS_TEST_SERVER", "")
MODEL = os.environ.get("BLOGCOVERS_TEST_MODEL", "")

pytestmark = [
    pytest.mark.comfyui,
    pytest.mark.skipif(not SERVER, reason="no real server is named in BLOGCOVERS_TEST_SERVER"),
]

TEMPLATE = Path(__file__).parents[2] / "style/sdxl.json"
RENDER_SIZE, COVER_SIZE = (256, 128), (256, 134)
STEPS, MANY_STEPS = 2, 500  # MANY_STEPS: time enough to interrupt them, even on a GPU
PATIENCE = 120.0  # seconds that one job may take: the first one loads the model
LONG = 5 * PATIENCE  # seconds that a command may take
HISTORY = Request("GET", "/history", (("max_items", "64"),))  # the newest

T = TypeVar("T")


def until(condition: Callable[[], T | None], process: subprocess.Popen[str] | None = None) -> T:
    """What ``condition`` gives, once it gives something; it must while ``process`` runs."""
    end = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < end, f"waited {PATIENCE:.0f} s in vain"
        assert process is None or process.poll() is None, "".join(process.communicate())
        time.sleep(0.05)
    return found


class Prompt(NamedTuple):
    """A prompt as queue and history tell it. ``number`` is given by the server to each one that is posted."""

    id: str
    number: float
    graph: dict[str, Any]

    @property
    def output(self) -> str:
        """What its file's name begins with: the slug."""
        prefixes = (str((node.get("inputs") or {}).get("filename_prefix", "")) for node in self.graph.values())
        return next(filter(None, prefixes), "").removeprefix("blogcovers/")


@dataclass(frozen=True)
class Server:
    """The real server, seen past our own renderer. Ours are the prompts whose output is named after ``mark``."""

    client: Client
    model: str
    mark: str

    def ask(self, request: Request) -> Any:
        return protocol.read_json(self.client.exchange(request), request)

    def _ours(self, prompts: Iterator[list[Any]]) -> list[Prompt]:
        known = (Prompt(str(prompt[1]), float(prompt[0]), prompt[2]) for prompt in prompts)
        return [prompt for prompt in known if prompt.output.startswith(self.mark)]

    def running(self) -> list[Prompt]:
        return self._ours(iter(self.ask(protocol.get_queue())["queue_running"]))

    def queued(self) -> list[Prompt]:
        """Those that run or wait."""
        queue = self.ask(protocol.get_queue())
        return self._ours(iter([*queue["queue_running"], *queue["queue_pending"]]))

    def ended(self) -> list[Prompt]:
        """Those of which the history knows."""
        return self._ours(entry["prompt"] for entry in self.ask(HISTORY).values())

    def all_ended(self) -> list[Prompt]:
        """Those of the history, once nothing is queued any more: a build may be quicker than the history."""
        until(lambda: not self.queued())
        return sorted(self.ended(), key=lambda prompt: prompt.number)

    def known(self) -> dict[str, float]:
        """Every prompt of ours and its number. The queue first: what leaves it meanwhile is in the history by then."""
        return {prompt.id: prompt.number for prompt in [*self.queued(), *self.ended()]}

    def post(self, graph: dict[str, Any], *, previews: bool = False) -> str:
        prompt_id = str(uuid.uuid4())
        request = protocol.post_prompt(graph, self.client.client_id, prompt_id, previews=previews)
        output = next(id_ for id_, node in graph.items() if node["class_type"] == "SaveImage")
        answer = protocol.read_posted(self.client.exchange(request), request, output)
        assert isinstance(answer, Accepted), answer
        return answer.prompt_id

    def end_of(self, prompt_id: str) -> Ended:
        request = protocol.get_history(prompt_id)
        return until(lambda: protocol.read_history(self.client.exchange(request), request, prompt_id))

    def picture(self, ended: Ended) -> Image.Image:
        """The picture that a prompt made; fails unless there is exactly one."""
        assert ended.how is JobState.DONE, ended.reason
        (picture,) = (picture for pictures in ended.pictures.values() for picture in pictures)
        reply = self.client.exchange(protocol.view(picture))
        assert (reply.status, reply.media_type) == (200, "image/png")
        return decoded(reply.body)

    def interrupt(self, prompt_id: str) -> None:
        """Until it runs no more: a prompt that is about to start does not hear it."""

        def gone() -> bool:
            if prompt_id not in [prompt.id for prompt in self.running()]:
                return True
            self.client.exchange(protocol.interrupt(prompt_id))
            return False

        until(gone)

    def clear(self) -> None:
        """Takes off what is still queued of ours."""

        def nothing_left() -> bool:
            queued = self.queued()
            self.client.exchange(protocol.delete_pending([prompt.id for prompt in queued]))
            for prompt in self.running():
                self.client.exchange(protocol.interrupt(prompt.id))
            return not queued

        until(nothing_left)

    def graph(self, name: str = "graph", steps: int = STEPS) -> dict[str, Any]:
        """The shipped workflow as a cover's job fills it."""
        text = TEMPLATE.read_text(encoding="utf-8")
        template = load_template(text, "sdxl.json", overrides={"KSampler.steps": steps}, model=self.model)
        seed, prefix = uuid.uuid4().int % 2**53, f"blogcovers/{self.mark}-{name}"
        return fill(template, Values("a paper moon", "text", seed, RENDER_SIZE, prefix))


@pytest.fixture
def mark() -> str:
    """Begins every slug of a test, so that what earlier runs left in the server's history and cache is not found."""
    return f"test-{uuid.uuid4().hex[:8]}"


@pytest.fixture
def real(site: Site, mark: str) -> Iterator[Server]:
    """The server; a site that uses it; and at the end nothing of ours in its queue."""
    site.write(
        "blogcovers.toml",
        f'[output]\nsize = "{COVER_SIZE[0]}x{COVER_SIZE[1]}"\n[comfyui]\nserver = {json.dumps(SERVER)}\n',
    )
    settings = config.load(config.Options(content=site.content))
    client = Client(settings.servers.addresses[0], settings.servers.access)
    try:
        server = Server(client, MODEL or models(client)[0], mark)
        house(site, server.model)
        house(site, server.model, folder="style/slow", steps=MANY_STEPS)
        yield server
        server.clear()
    finally:
        client.close()


def models(client: Client) -> list[str]:
    """The checkpoints that the server offers."""
    request = protocol.get_object_info("CheckpointLoaderSimple")
    info = protocol.read_json(client.exchange(request), request)["CheckpointLoaderSimple"]
    found = protocol.choices(info["input"]["required"]["ckpt_name"])
    assert found, "the server has no checkpoint; tiny_sdxl.py writes one"
    return found


def house(site: Site, model: str, folder: str = "style", steps: int = STEPS) -> None:
    text = f'render_size = "{RENDER_SIZE[0]}x{RENDER_SIZE[1]}"\nmodel = {json.dumps(model)}\n'
    text += f'[palette]\ncobalt = "#1f4fa3"\nmarigold = "#f6a81c"\n[overrides]\n"KSampler.steps" = {steps}\n'
    site.write(f"{folder}/house.toml", text)


def posts(site: Site, mark: str, names: str) -> list[str]:
    """A post for each letter; their slugs."""
    slugs = [f"{mark}-{name}" for name in names]
    for slug in slugs:
        site.post(slug, f"a kite called {slug}")
    return slugs


@contextmanager
def started(site: Site, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """The command line at work; it is not, afterwards."""
    with site.start(*arguments) as process:
        try:
            yield process
        finally:
            process.kill()


def outcome(process: subprocess.Popen[str]) -> Outcome:
    out, err = process.communicate(timeout=LONG)
    return Outcome(process.returncode, out, err)


def command(site: Site, *arguments: str) -> Outcome:
    """The command line in a process of its own, with a bound on its time."""
    with started(site, *arguments) as process:
        return outcome(process)


def build(site: Site, *options: str, code: int = 0) -> Outcome:
    result = command(site, "build", "content", "--json", *options)
    assert result.code == code, result.out + result.err
    return result


def check_cover(site: Site, slug: str) -> None:
    """It is whole, belongs to its recipe, is the server's work, and shows something."""
    assert found_at(site.cover(slug)).state is State.CURRENT
    assert site.recipe(slug).renderer == "comfyui"
    with Image.open(site.cover(slug)) as image:
        assert (image.format, image.mode, image.size) == ("WEBP", "RGB", COVER_SIZE)
        assert not is_flat(image)


# The main job


def test_every_post_gets_its_cover_and_a_second_build_sends_nothing(site: Site, real: Server) -> None:
    slugs = posts(site, real.mark, "abc")
    assert build(site).actions() == dict.fromkeys(slugs, "rendered")
    for slug in slugs:
        check_cover(site, slug)
    assert len({site.recipe(slug).picture for slug in slugs}) == len(slugs), "each concept and seed has its picture"
    assert sorted(prompt.output for prompt in real.all_ended()) == slugs

    known, files = real.known(), site.snapshot()
    assert build(site).actions() == dict.fromkeys(slugs, "none")
    assert build(site, "--server", "http://127.0.0.1:9").actions() == dict.fromkeys(slugs, "none")
    assert command(site, "check", "content").code == 0
    assert real.known() == known
    assert site.snapshot() == files


# Progress


def test_frames_tell_of_every_step_and_of_the_end(real: Server) -> None:
    real.client.listen()
    prompt_id = real.post(real.graph(), previews=True)
    events = list(heard(real.client, prompt_id))

    steps = [event for event in events if isinstance(event, Step) and event.node == "3"]
    assert {step.maximum for step in steps} == {STEPS}
    values = [step.value for step in steps]
    assert values == sorted(values)
    assert values[-1] == STEPS

    state = JobState.POSTED
    for event in events:
        state = protocol.advance(state, event)
    assert state is JobState.DONE
    assert any(isinstance(event, Started) for event in events)
    wrote = [event for event in events if isinstance(event, Wrote) and event.node == "9"]
    assert [event.pictures for event in wrote] == [real.end_of(prompt_id).pictures["9"]]
    assert real.picture(real.end_of(prompt_id)).size == RENDER_SIZE
    for event in events:
        if isinstance(event, Glimpse):  # older servers make none unless they were started so
            decoded(event.data)


def heard(client: Client, prompt_id: str) -> Iterator[Event]:
    """What is said of this prompt, up to the last word on it."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        frame = client.receive(1.0)
        event = protocol.read_frame(frame) if frame is not None else None
        if event is not None and getattr(event, "prompt_id", "") in (prompt_id, ""):
            yield event
        if isinstance(event, Settled) and event.prompt_id == prompt_id:
            return
    pytest.fail(f"no last frame within {PATIENCE:.0f} s")


# Cached results


def test_force_gets_a_picture_although_the_server_has_everything_cached(site: Site, real: Server) -> None:
    (slug,) = posts(site, real.mark, "a")
    build(site)
    assert build(site, "--force").actions() == {slug: "rendered"}
    check_cover(site, slug)
    first, second = real.all_ended()
    assert first.graph["3"] == second.graph["3"], "the sampler was asked for the same"
    assert first.output != second.output


def test_the_very_same_graph_again_names_a_picture(real: Server) -> None:
    graph = real.graph()
    for _ in range(2):
        assert real.picture(real.end_of(real.post(graph))).size == RENDER_SIZE


def test_a_cover_that_was_lost_is_fetched_again_without_rendering(site: Site, real: Server) -> None:
    (slug,) = posts(site, real.mark, "a")
    build(site)
    known = real.known()
    site.cover(slug).unlink()
    assert build(site).actions() == {slug: "rendered"}
    check_cover(site, slug)
    assert real.known() == known


# Interrupted by somebody


def test_a_prompt_interrupted_by_its_id_fails_its_cover_and_no_other(site: Site, real: Server) -> None:
    slugs = posts(site, real.mark, "abc")
    before, doomed, after = slugs
    site.post(doomed, f"a kite called {doomed}", cover_style="slow")
    with started(site, "build", "content", "--json") as process:
        running = until(lambda: [prompt for prompt in real.running() if prompt.output == doomed], process)
        real.interrupt(running[0].id)
        result = outcome(process)
    assert result.code == 1, result.out + result.err
    assert result.actions() == {before: "rendered", doomed: "failed", after: "rendered"}
    assert "interrupted" in str(result.rows()[doomed]["error"])
    assert not site.cover(doomed).exists()
    for slug in (before, after):
        check_cover(site, slug)
    assert real.end_of(running[0].id).how is JobState.CANCELLED


# Asked to end, beside a stranger


def strangers(real: Server) -> str:
    """A job of somebody else's, under another client's id; long enough to be there when ours is not."""
    return real.post(real.graph("somebody", steps=MANY_STEPS))


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_strangers_job_survives_and_nothing_of_ours_is_left(site: Site, real: Server, name: str) -> None:
    """The stranger's runs, ours wait behind it."""
    slugs = posts(site, real.mark, "abc")
    theirs = strangers(real)
    try:
        with started(site, "build", "content", "--json") as process:
            until(lambda: len([one for one in real.queued() if one.output in slugs]) >= 2, process)
            process.send_signal(getattr(signal, name))
            result = outcome(process)
        assert result.code == 130, result.out + result.err
        assert "Traceback" not in result.err
        assert [one.output for one in real.queued() if one.output in slugs] == []
        assert [one.id for one in real.running()] == [theirs]
    finally:
        real.interrupt(theirs)
    assert {one.output for one in real.all_ended()} == {f"{real.mark}-somebody"}


def test_sigterm_takes_ours_off_while_it_runs_and_a_strangers_that_waits_comes_next(site: Site, real: Server) -> None:
    (slug,) = posts(site, real.mark, "a")
    site.post(slug, f"a kite called {slug}", cover_style="slow")
    with started(site, "build", "content", "--json") as process:
        (ours,) = until(lambda: [prompt for prompt in real.running() if prompt.output == slug], process)
        theirs = strangers(real)
        process.send_signal(signal.SIGTERM)
        result = outcome(process)
    assert result.code == 130, result.out + result.err
    until(lambda: theirs in [one.id for one in real.running()])
    assert real.end_of(ours.id).how is JobState.CANCELLED
    assert [one.output for one in real.queued()] == [f"{real.mark}-somebody"]
    real.interrupt(theirs)
    assert real.end_of(theirs).how is JobState.CANCELLED, "it ran until we stopped it"


# A picture through the websocket alone


def test_saveimagewebsocket_delivers_its_picture(site: Site, real: Server) -> None:
    if not real.ask(protocol.get_object_info("SaveImageWebsocket")):
        pytest.skip("the server has no SaveImageWebsocket")
    graph = json.loads(TEMPLATE.read_text(encoding="utf-8"))
    images = graph["9"]["inputs"]["images"]
    graph["9"] = {"class_type": "SaveImageWebsocket", "inputs": {"images": images}}
    site.write("style/sdxl.json", json.dumps(graph))
    (slug,) = posts(site, real.mark, "a")
    assert build(site).actions() == {slug: "rendered"}
    check_cover(site, slug)


# A bad checkpoint


def test_a_checkpoint_that_is_not_there_is_refused_with_the_servers_list(site: Site, real: Server) -> None:
    posts(site, real.mark, "ab")
    bad = f"{real.mark}.safetensors"
    house(site, bad)
    result = command(site, "build", "content")
    assert result.code == 3, result.out + result.err
    assert f"'{bad}' is not on the server" in result.err
    assert models(real.client)[0] in result.err
    assert real.known() == {}
    assert list(site.media.glob("*.webp")) == []

    doctor = command(site, "doctor")
    assert doctor.code == 1
    assert bad in doctor.out


# Resume


def test_killed_the_next_build_renders_nothing_twice(site: Site, real: Server) -> None:
    slugs = posts(site, real.mark, "abcdefgh")
    with started(site, "build", "content") as process:
        until(real.ended, process)
        process.kill()
        process.communicate()
    for file in site.media.glob("*.webp"):
        assert found_at(file).state is State.CURRENT
    left = real.known()
    assert 1 <= len(left) < len(slugs), "it was killed in the midst of it"

    result = build(site)
    assert set(result.actions().values()) <= {"rendered", "none"}
    for slug in slugs:
        check_cover(site, slug)
    assert sorted(prompt.output for prompt in real.all_ended()) == slugs, "one prompt a cover"
    numbers = real.known()
    # An id that is posted again has one entry still, but another number.
    assert {id_: numbers.get(id_) for id_ in left} == left, "what had been posted was not posted again"


# What a cover carries


def test_the_graph_in_a_cover_is_accepted_as_it_is(site: Site, real: Server) -> None:
    (slug,) = posts(site, real.mark, "a")
    build(site)
    with Image.open(site.cover(slug)) as cover:
        key, _, text = str(cover.getexif()[0x0110]).partition(":")
    assert key == "prompt"
    graph = json.loads(text)
    assert all(isinstance(node["class_type"], str) and isinstance(node["inputs"], dict) for node in graph.values())
    assert real.picture(real.end_of(real.post(graph))).size == RENDER_SIZE


# The doctor


def test_the_doctor_finds_all_well_or_says_what_to_do(site: Site, real: Server) -> None:
    result = command(site, "doctor")
    assert result.code in (0, 1), result.err
    for words in ("answers", "ComfyUI", "device", "queue", "websocket  opens", "can run", real.model):
        assert words in result.out
    verdict = "No cover can be made" if result.code else "Covers can be made"
    assert result.out.splitlines()[-1].startswith(verdict)
