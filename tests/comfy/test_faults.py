"""The fault table: everything that goes wrong with a ComfyUI, done to real servers on loopback.

Each row is a fault, and what becomes of ten covers under it. Run it alone::

    pytest tests/comfy/test_faults.py -v

No cover is lost, none is rendered twice, nothing hangs: :func:`covers_under` holds every row to that.
"""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import pytest
from comfy_faults import (
    Call,
    HttpFault,
    RunFault,
    answer,
    black,
    change_body,
    cut,
    delay,
    drop,
    drop_after,
    fails_at,
    html,
    interrupted_at,
    missing_file,
    no_outputs,
    not_a_picture,
    out_of_memory,
    truncated,
)
from comfy_server import ComfyServer
from PIL import Image
from site_builder import Outcome, Site
from werkzeug import Response

from blogcovers import storage
from blogcovers.comfy import limits
from blogcovers.comfy.limits import Limits
from blogcovers.cover.judge import found_at
from blogcovers.cover.state import State

COVERS = 10


@dataclass(frozen=True)
class Row:
    """``cause`` does the fault; ``lost``: covers that no client could make; ``again``: renders beyond one a cover
    that the fault itself forces (its picture was spoilt); ``version``: the server's."""

    name: str
    cause: Callable[[ComfyServer], object]
    lost: int = 0
    again: int = 0
    version: str = "0.12.1"


def on(method: str, path: str, fault: HttpFault, times: int | None = 1) -> Callable[[ComfyServer], object]:
    return lambda server: server.on(method, path, fault, times=times)


def run(fault: RunFault, times: int | None = 1) -> Callable[[ComfyServer], object]:
    return lambda server: server.on_run(fault, times=times)


def mode(name: str) -> Callable[[ComfyServer], object]:
    return lambda server: setattr(server, "ws_mode", name)


def drop_frames(after: int) -> Callable[[ComfyServer], object]:
    def cause(server: ComfyServer) -> None:
        server.ws_mode, server.ws_drop_after = "drop", after

    return cause


def lag(server: ComfyServer) -> None:
    server.history_lag = 0.4  # it holds up the next run, too, as in the real server


def json_answer(status: int, body: object) -> HttpFault:
    return answer(status, json.dumps(body), content_type="application/json")


def said(status: int = 0, kind: str | None = None, of: str = "") -> HttpFault:
    """The real answer with another status, or another media type where it has the one ``of``."""

    def fault(call: Call) -> Response:
        response = call.normal()
        response.status_code = status or response.status_code
        if kind is not None and response.mimetype.startswith(of):
            del response.headers["Content-Type"]
            if kind:
                response.headers["Content-Type"] = kind
        return response

    return fault


def json_body(**parts: object) -> HttpFault:
    """The real answer with other parts."""
    return change_body(lambda body: json.dumps(json.loads(body) | parts).encode())


def bomb() -> RunFault:
    """A PNG of 20,000 x 20,000 pixels in a few hundred kilobytes."""
    buffer = BytesIO()
    Image.new("1", (20_000, 20_000)).save(buffer, "PNG")
    return RunFault(picture=lambda _: buffer.getvalue())


NO_JOBS = "0.3.64"  # a version without /api/jobs, where history and queue are asked
ROUTES = [
    ("POST", "/prompt", Row.version),
    ("GET", "/api/jobs/*", Row.version),
    ("GET", "/history/*", NO_JOBS),
    ("GET", "/queue", NO_JOBS),
    ("GET", "/view", Row.version),
    ("GET", "/object_info/*", Row.version),
]
OWN_IDS = "0.2.7"  # a version that gives prompts ids of its own, and interrupts whatever runs
OLDER = {NO_JOBS: "without jobs", OWN_IDS: "with ids of its own"}
STUMBLES = {
    "connection reset": drop(),
    "no answer in time": delay(1.5),
    "429 with Retry-After": answer(429, headers={"Retry-After": "1"}),
    "500": answer(500, "500 Internal Server Error", content_type="text/plain"),
    "502 with HTML": html(502),
    "503": answer(503),
}
# What is known from several sides is done to servers with jobs and to servers without.
SIDES = [
    Row("the answer to a POST is lost, three times", on("POST", "/prompt", drop_after(), 3)),
    Row("the websocket is refused", mode("refuse")),
    Row("the websocket is silent", mode("silent")),
    Row("the websocket drops after 5 frames, each time", drop_frames(5)),
    Row("the history lags behind the frames", lag),
    Row("somebody interrupts one", run(interrupted_at("KSampler")), lost=1),
    Row("a success without pictures", run(no_outputs(), 2), again=2),
]
TABLE = [
    *(
        Row(f"{fault} on {method} {path}", on(method, path, STUMBLES[fault]), version=version)
        for fault in STUMBLES
        for method, path, version in ROUTES
        if method == "POST" or fault == "connection reset"  # the tracker's table has them all
    ),
    *SIDES,
    *(replace(row, name=f"{row.name}, {what}", version=version) for row in SIDES for version, what in OLDER.items()),
    *(
        Row(
            f"a POST that is answered {status}, by {version}",
            on("POST", "/prompt", said(status=status), None),
            0,
            0,
            version,
        )
        for status, version in [(201, OWN_IDS), (202, Row.version)]
    ),
    *(
        Row(f"a picture as {kind or 'no media type'}", on("GET", "/view", said(kind=kind), None))
        for kind in ("application/octet-stream", "binary/octet-stream", "")
    ),
    Row("JSON as text", on("*", "*", said(kind="text/plain", of="application/json"), None), version=OWN_IDS),
    Row("JSON of an error for a picture", on("GET", "/view", json_answer(200, {"error": "gone"}), 2), again=2),
    Row("bad nodes that do not say what they spoil", on("POST", "/prompt", json_body(node_errors=None), None)),
    Row("a page of HTML for every job", on("GET", "/api/jobs/*", html(200, "Log in"), None)),
    Row("a gate that keeps the jobs to itself", on("GET", "/api/jobs/*", answer(403), None)),
    Row("a gate's own 404 for every job", on("GET", "/api/jobs/*", json_answer(404, {"error": "no route"}), None)),
    Row("jobs in a shape of the future", on("GET", "/api/jobs/*", json_answer(200, {"state": "done"}), None)),
    Row("a picture cut short on the way", on("GET", "/view", cut(500), 2)),
    Row("an error page of HTML with status 200 for a picture", on("GET", "/view", html(200, "Log in"), 2), again=2),
    Row("a node fails, once", run(fails_at("KSampler", "it broke")), lost=1),
    Row("out of memory, once", run(out_of_memory("KSampler")), again=1),
    Row("a picture that is missing on the server", run(missing_file(), 2), again=2),
    Row("a truncated picture", run(truncated(), 2), again=2),
    Row("a file that is no picture", run(not_a_picture(), 2), again=2),
    Row("a pixel bomb", run(bomb()), again=1),
    Row("all black, twice", run(black(), 2), again=2),
]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorter waits, but for the poll interval, which stays as it is shipped."""
    shorter = Limits(read=0.8, connect=0.8, queue=0.3, lost=1.0, aside=0.5, patience=4.0)
    monkeypatch.setattr(limits, "LIMITS", shorter)


def ten_posts(site: Site, *servers: ComfyServer) -> None:
    urls = ", ".join(f'"{server.url}"' for server in servers)
    site.write("blogcovers.toml", f'[output]\nsize = "120x64"\n[comfyui]\nserver = [{urls}]\n')
    site.write("style/house.toml", 'render_size = "128x64"\n[palette]\na = "#111111"\nb = "#eeeeee"\n')
    for n in range(COVERS):
        site.post(f"post-{n}", f"a fox with {n} kites")


def covers_under(site: Site, row: Row, *servers: ComfyServer) -> Outcome:
    """Builds, and holds the outcome to the table: covers lost, renders beyond need."""
    result = site.run("build", "content", "--json")
    actions = Counter(result.actions().values())
    assert actions["rendered"] == COVERS - row.lost, result.err
    assert actions["failed"] == row.lost
    assert result.code == (1 if row.lost else 0)
    whole = [path for path in site.media.glob("*.webp") if found_at(path).state is State.CURRENT]
    assert len(whole) == len(list(site.media.iterdir())) == COVERS - row.lost
    good = sum(one.outcome == "success" for server in servers for one in server.runs)
    assert good <= COVERS - row.lost + row.again, f"{good} renders"
    assert site.left_behind() == []
    return result


def test_a_post_that_the_server_takes_late_is_not_rendered_twice(site: Site, comfy: ComfyServer) -> None:
    """Queued 0.7 s after our wait for its answer was over; what the server renders after the build counts, too."""
    ten_posts(site, comfy)
    on("POST", "/prompt", delay(1.5))(comfy)
    covers_under(site, Row("", lambda _: None), comfy)
    time.sleep(2)
    assert sum(one.outcome == "success" for one in comfy.runs) == COVERS


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_fault(site: Site, comfy: ComfyServer, row: Row) -> None:
    ten_posts(site, comfy)
    comfy.version = row.version
    row.cause(comfy)
    covers_under(site, row, comfy)
    assert comfy.unmet() == [], "the fault has struck"
    comfy.ws_mode, comfy.history_lag = "normal", 0.0
    assert Counter(site.build().actions().values())["rendered"] == row.lost, "the next run makes what is left"


def test_what_a_spoilt_picture_says_in_the_recipe(site: Site, comfy: ComfyServer) -> None:
    ten_posts(site, comfy)
    comfy.on_run(black(), times=2, when=lambda graph: "post-3" in graph["9"]["inputs"]["filename_prefix"])
    result = site.build()
    made = site.recipe("post-3")
    assert made.attempt == 2
    assert made.graph is not None
    assert made.graph["3"]["inputs"]["seed"] == made.seed + 2
    assert "next seed" in result.err


def test_a_picture_that_stays_black_fails_with_advice(site: Site, comfy: ComfyServer) -> None:
    ten_posts(site, comfy)
    comfy.on_run(black(), times=None, when=lambda graph: "post-3" in graph["9"]["inputs"]["filename_prefix"])
    result = site.run("build", "content", "--json")
    assert Counter(result.actions().values()) == {"rendered": 9, "failed": 1}
    assert "--fp32-vae" in str(result.rows()["post-3"]["error"])


def test_a_server_that_comes_up_late_is_waited_for(
    site: Site, comfy: ComfyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ten_posts(site, comfy)
    comfy.stop()
    process = site.start("build", "content")
    assert process.stderr is not None
    assert any("Waiting up to" in line for line in process.stderr), "it says so, and waits"
    comfy.start()
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert "10 covers made" in out


def test_a_restart_in_the_middle_loses_nothing(site: Site, comfy: ComfyServer) -> None:
    ten_posts(site, comfy)
    comfy.render_seconds = 0.15
    process = site.start("build", "content", "--json")
    comfy.wait_until(lambda: sum(run.outcome == "success" for run in comfy.runs) >= 3)
    comfy.restart()
    out, err = process.communicate(timeout=40)
    assert process.returncode == 0, err
    assert Counter(Outcome(0, out, err).actions().values()) == {"rendered": 10}
    good = sum(run.outcome == "success" for run in comfy.runs)
    assert good <= COVERS + 1, "at most the picture that was on its way is rendered once more"


def test_somebody_deletes_ours_from_the_queue(site: Site, comfy: ComfyServer) -> None:
    """It is not posted again against somebody's will; the next run makes it."""
    import requests

    ten_posts(site, comfy)
    comfy.pause()
    process = site.start("build", "content", "--json")

    def pending() -> list[str]:
        return [item[1] for item in requests.get(f"{comfy.url}/queue", timeout=60).json()["queue_pending"]]

    comfy.wait_until(lambda: len(comfy.seen("POST", "/prompt")) == 2 and len(pending()) == 1)  # the other one runs
    requests.post(f"{comfy.url}/queue", json={"delete": pending()}, timeout=60)
    comfy.wait_until(lambda: len(comfy.seen("POST", "/prompt")) == 3)  # its place is filled: it was given up
    comfy.resume()
    out, err = process.communicate(timeout=40)
    assert process.returncode == 1, err
    actions = Counter(Outcome(1, out, err).actions().values())
    assert actions == {"rendered": 9, "failed": 1}
    assert "somebody deleted it" in out


def test_a_history_that_lags_two_seconds_is_waited_for(site: Site, comfy: ComfyServer) -> None:
    """Nothing on the websocket says what was made, and the history comes late."""
    ten_posts(site, comfy)
    comfy.ws_mode, comfy.history_lag = "silent", 2.0
    assert site.run("build", "content", "--limit", "2").code == 0
    assert len(comfy.runs) == 2


def test_two_servers_one_of_which_fails(site: Site, comfy: ComfyServer) -> None:
    with ComfyServer(render_seconds=0.1) as other:
        comfy.render_seconds = 0.1
        ten_posts(site, comfy, other)
        comfy.on("POST", "/prompt", drop(), times=None)
        comfy.on("GET", "/queue", drop(), times=None)
        comfy.on("GET", "/history/*", drop(), times=None)
        result = covers_under(site, Row("", mode("normal")), comfy, other)
        assert "go on without it" in result.err
        assert len(other.runs) == COVERS


def test_a_server_that_was_set_aside_comes_back(site: Site, comfy: ComfyServer) -> None:
    with ComfyServer(render_seconds=0.3) as other:
        comfy.render_seconds = 0.1
        ten_posts(site, comfy, other)
        comfy.on("POST", "/prompt", html(200, "proxy"), times=1)
        result = covers_under(site, Row("", mode("normal")), comfy, other)
        assert "answers again" in result.err
        assert comfy.runs


def test_all_servers_go_away_and_what_is_finished_stays(site: Site, comfy: ComfyServer) -> None:
    ten_posts(site, comfy)
    comfy.render_seconds = 0.1
    process = site.start("build", "content", "--json")
    comfy.wait_until(lambda: sum(run.outcome == "success" for run in comfy.runs) >= 4)
    comfy.stop()
    out, err = process.communicate(timeout=60)
    assert process.returncode == 3
    outcome = Outcome(3, out, err)
    assert outcome.json["error"]["code"] == "server-unreachable"
    made = sum(action == "rendered" for action in outcome.actions().values())
    assert made >= 3
    assert made == sum(found_at(path).state is State.CURRENT for path in site.media.glob("*.webp"))
    comfy.start()
    assert sum(action == "rendered" for action in site.build().actions().values()) == COVERS - made


def test_two_builds_at_once_render_each_cover_once(site: Site, comfy: ComfyServer) -> None:
    ten_posts(site, comfy)
    comfy.render_seconds = 0.05
    both = [site.start("build", "content", "--json") for _ in range(2)]
    outcomes = [process.communicate(timeout=40) for process in both]
    assert [process.returncode for process in both] == [0, 0], outcomes
    assert len(comfy.runs) == COVERS
    made = [Counter(Outcome(0, *said).actions().values())["rendered"] for said in outcomes]
    assert sorted(made) == [0, COVERS]


def holding(site: Site, comfy: ComfyServer) -> subprocess.Popen[str]:
    """A build that holds the site's lock, and is stopped."""
    ten_posts(site, comfy)
    comfy.pause()
    process = site.start("build", "content")
    comfy.wait_until(lambda: comfy.runs)
    process.send_signal(signal.SIGSTOP)
    return process


def test_a_stopped_build_is_given_up_on(site: Site, comfy: ComfyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "PATIENCE_SECONDS", 0.6)
    monkeypatch.setattr(storage, "REMIND_SECONDS", 0.2)
    stopped = holding(site, comfy)
    try:
        result = site.run("build", "content", "--json")
    finally:
        stopped.kill()
        stopped.communicate()
    assert result.code == 3
    assert f"process {stopped.pid}" in result.json["error"]["message"]
    assert result.json["covers"] == []
    first, *reminders = [line for line in result.err.splitlines() if "waiting for" in line]
    assert "Another build is at work" in first
    assert reminders
    assert all(f"process {stopped.pid}" in line for line in reminders)
    comfy.resume()
    assert Counter(site.run("build", "content", "--json").actions().values()) == {"rendered": COVERS}


def test_ctrl_c_while_another_build_is_waited_for(site: Site, comfy: ComfyServer) -> None:
    stopped = holding(site, comfy)
    try:
        waiting = site.start("build", "content", "--json")
        assert waiting.stderr is not None
        assert "waiting for it" in waiting.stderr.readline()
        waiting.send_signal(signal.SIGINT)
        out, err = waiting.communicate(timeout=10)
    finally:
        stopped.kill()
        stopped.communicate()
    assert waiting.returncode == 130, err
    assert Outcome(130, out, err).json["error"]["code"] == "interrupted"
    assert "Traceback" not in err


def test_preview_pictures_are_kept(site: Site, tmp_path: Path) -> None:
    with ComfyServer(previews=True, render_seconds=0.1) as comfy:
        ten_posts(site, comfy)
        result = site.run("build", "content", "--preview", tmp_path / "look")
        assert result.code == 0, result.err
        (preview,) = (tmp_path / "look").glob("preview.*")
        with Image.open(preview) as picture:
            picture.load()
        comfy.check()


def test_frames_of_others_that_never_cease_are_no_reason_not_to_look(site: Site, comfy: ComfyServer) -> None:
    """Our own frames are lost, and somebody else's come ten times a second."""
    import threading

    import requests

    ten_posts(site, comfy)
    comfy.ws_mode = "silent"
    over = threading.Event()

    def chatter() -> None:
        while not over.wait(0.1):
            requests.post(f"{comfy.url}/queue", json={"delete": ["nobody"]}, timeout=5)

    talker = threading.Thread(target=chatter)
    talker.start()
    try:
        covers_under(site, Row("", mode("silent")), comfy)
    finally:
        over.set()
        talker.join()


def test_one_posts_refusal_is_that_posts_failure(site: Site, comfy: ComfyServer) -> None:
    ten_posts(site, comfy)
    detail = {"type": "value_bigger_than_max", "message": "Value bigger than max", "details": "seed"}
    errors = {"3": {"errors": [detail], "class_type": "KSampler", "dependent_outputs": ["9"]}}
    body = {"error": {"type": "x", "message": "x"}, "node_errors": errors}
    comfy.on("POST", "/prompt", answer(400, json.dumps(body), content_type="application/json"), times=1)
    result = site.run("build", "content", "--json")
    assert Counter(result.actions().values()) == {"rendered": 9, "failed": 1}
    assert "Value bigger than max" in result.out


def test_the_painter_stands_in_when_the_server_goes_in_the_middle(site: Site, comfy: ComfyServer) -> None:
    ten_posts(site, comfy)
    text = (site.root / "blogcovers.toml").read_text(encoding="utf-8")
    site.write("blogcovers.toml", 'when_unreachable = "paint"\n' + text)
    comfy.render_seconds = 0.2
    process = site.start("build", "content", "--json")
    comfy.wait_until(lambda: sum(run.outcome == "success" for run in comfy.runs) >= 3)
    comfy.stop()
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    rows = Outcome(0, out, err).rows().values()
    assert Counter(row["action"] for row in rows) == {"rendered": 10}
    by = Counter(site.recipe(row["slug"]).provisional for row in rows)
    assert by[True] + by[False] == 10
    assert by[False] >= 2
    assert by[True] >= 4
    comfy.start()
    assert Counter(site.build().actions().values()) == {"rendered": by[True], "none": by[False]}


def test_ctrl_c_does_not_wait_for_an_answer_that_does_not_come(site: Site, comfy: ComfyServer) -> None:
    ten_posts(site, comfy)
    comfy.on("GET", "/view", delay(3600))
    process = site.start("build", "content")
    comfy.wait_until(lambda: comfy.seen("GET", "/view"))
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
