"""Ctrl-C, SIGTERM, SIGHUP, and a stranger on the same server: what becomes of whose job, on servers of three ages."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import requests
from comfy_faults import delay
from comfy_server import ComfyServer
from patience import SECONDS
from site_builder import Site

from blogcovers import signals
from blogcovers.cover import State, found_at
from blogcovers.workflow.assets import shipped_style
from blogcovers.workflow.template import Values, fill, load_template

AGES = ["0.2.7", "0.3.40", "0.12.1"]
ENDING = ["SIGINT", "SIGTERM", *(["SIGHUP"] if hasattr(signal, "SIGHUP") else [])]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows ends processes without asking")


def served(site: Site, comfy: ComfyServer, posts: int = 4) -> None:
    site.write("blogcovers.toml", f'[output]\nsize = "120x64"\n[comfyui]\nserver = "{comfy.url}"\n')
    site.write("style/house.toml", 'render_size = "128x64"\n[palette]\na = "#111111"\nb = "#eeeeee"\n')
    for n in range(posts):
        site.post(f"post-{n}", f"a fox with {n} kites")


def strangers(comfy: ComfyServer) -> str:
    """A job of somebody else's comes into the queue; its id."""
    template = load_template((shipped_style() / "sdxl.json").read_text(encoding="utf-8"), "sdxl.json")
    graph = fill(template, Values("a boat", "text", 7, (64, 64), "somebody"))
    answer = requests.post(f"{comfy.url}/prompt", json={"prompt": graph, "client_id": "somebody"}, timeout=SECONDS)
    return str(answer.json()["prompt_id"])


def outcome(comfy: ComfyServer, prompt_id: str) -> str:
    return next((run.outcome for run in comfy.runs if run.prompt_id == prompt_id), "")


def whole(site: Site) -> list[Path]:
    covers = sorted(site.media.glob("*.webp"))
    assert all(found_at(file).state is State.CURRENT for file in covers)
    return covers


def ended(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 130, out + err
    assert "Traceback" not in err
    assert "Interrupted" in err
    return err


@pytest.mark.parametrize("version", AGES)
@pytest.mark.parametrize("name", ENDING)
def test_ours_are_taken_off_and_a_strangers_goes_on(site: Site, comfy: ComfyServer, version: str, name: str) -> None:
    """The stranger's runs, ours wait behind it: whatever is sent now must not hit it."""
    comfy.version = version
    served(site, comfy)
    comfy.pause()
    theirs = strangers(comfy)
    process = site.start("build", "content")
    comfy.wait_until(lambda: len(comfy.prompts) == 3)
    process.send_signal(getattr(signal, name))
    ended(process)
    comfy.resume()
    comfy.wait_until(comfy.idle)
    assert [run.prompt_id for run in comfy.runs] == [theirs], "ours were deleted before they ran"
    assert outcome(comfy, theirs) == "success"
    assert whole(site) == []


@pytest.mark.parametrize("version", AGES)
def test_one_that_runs_is_interrupted_only_where_nobody_else_can_be_hit(
    site: Site, comfy: ComfyServer, version: str
) -> None:
    comfy.version = version
    served(site, comfy)
    comfy.render_seconds = 0.3
    process = site.start("build", "content")
    comfy.wait_until(lambda: len([run for run in comfy.runs if run.finished]) >= 1 and len(comfy.prompts) > 2)
    comfy.pause()
    theirs = strangers(comfy)
    comfy.wait_until(lambda: comfy.runs[-1].finished is None)
    process.send_signal(signal.SIGTERM)
    said = ended(process)
    comfy.resume()
    comfy.wait_until(comfy.idle)
    old = version != "0.12.1"  # an interrupt of before 0.3.57 stops whatever runs
    assert ("maybe somebody else's" in said) is old
    assert outcome(comfy, theirs) == "success"
    assert [run.outcome for run in comfy.runs].count("interrupted") == (0 if old else 1)
    made = len(whole(site))
    good = [run for run in comfy.runs if run.outcome == "success"]
    comfy.render_seconds = 0.0
    rest = site.build().actions()
    assert sum(action == "rendered" for action in rest.values()) == 4 - made
    assert len([run for run in comfy.runs if run.outcome == "success"]) <= len(good) + 4 - made
    if old:
        assert len([run for run in comfy.runs if run.outcome == "success"]) == 4 + 1, "nothing was paid for twice"


@pytest.mark.parametrize("version", AGES)
def test_a_post_without_an_answer_leaves_nothing_behind(site: Site, comfy: ComfyServer, version: str) -> None:
    """The server takes the prompt when the worker that posted it is not waited for any more."""
    comfy.version = version
    served(site, comfy)
    comfy.pause()
    theirs = strangers(comfy)
    comfy.on("POST", "/prompt", delay(3.0))
    process = site.start("build", "content")
    comfy.wait_until(lambda: len(comfy.seen("POST", "/prompt")) == 2)
    process.send_signal(signal.SIGTERM)
    ended(process)
    comfy.wait_until(lambda: len(comfy.prompts) == 2)
    comfy.resume()
    comfy.wait_until(comfy.idle)
    assert [(run.prompt_id, run.outcome) for run in comfy.runs] == [(theirs, "success")]


def test_the_second_signal_ends_at_once(site: Site, comfy: ComfyServer) -> None:
    served(site, comfy)
    comfy.on("GET", "/view", delay(3600))
    comfy.on("GET", "/queue", delay(3600), times=None)
    process = site.start("build", "content")
    comfy.wait_until(lambda: comfy.seen("GET", "/view"))
    process.send_signal(signal.SIGTERM)
    comfy.wait_until(lambda: comfy.seen("GET", "/queue"))
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=SECONDS)
    assert process.returncode == -signal.SIGTERM
    assert "Traceback" not in err


def test_sigterm_ends_a_build_of_the_painter(site: Site) -> None:
    for n in range(60):
        site.post(f"post-{n}", f"a fox with {n} kites")
    process = site.start("build", "content")
    while not list(site.media.glob("*.webp")):
        assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    ended(process)
    assert 1 <= len(whole(site)) < 60


def test_signals_that_are_ignored_stay_ignored(site: Site, comfy: ComfyServer) -> None:
    """As under nohup."""
    if not hasattr(signal, "SIGHUP"):
        pytest.skip("there is no SIGHUP")
    served(site, comfy, posts=2)
    comfy.pause()
    process = site.start("build", "content", preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    comfy.wait_until(lambda: comfy.runs)
    process.send_signal(signal.SIGHUP)
    comfy.resume()
    out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, err
    assert "2 covers made" in out


def test_handlers_are_put_back_and_a_thread_installs_none() -> None:
    before = signal.getsignal(signal.SIGTERM)
    seen = []

    def inside() -> None:
        with signals.as_ctrl_c():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=inside)
    thread.start()
    thread.join()
    inside()
    assert seen[0] == before
    assert seen[1] != before
    assert signal.getsignal(signal.SIGTERM) == before


def test_the_handlers_of_a_program_are_left_to_it() -> None:
    def theirs(*_: object) -> None:
        """Somebody's own."""

    before = signal.signal(signal.SIGTERM, theirs)
    try:
        with signals.as_ctrl_c():
            assert signal.getsignal(signal.SIGTERM) is theirs
    finally:
        signal.signal(signal.SIGTERM, before)


def test_it_is_raised_once_as_an_interrupt() -> None:
    with pytest.raises(KeyboardInterrupt), signals.as_ctrl_c():
        signal.raise_signal(signal.SIGTERM)


def test_one_that_comes_in_a_callback_is_not_lost(capfd: pytest.CaptureFixture[str]) -> None:
    """An exception in a weak reference's callback goes no further, and is shown as a traceback."""
    import time
    import weakref

    class Thing:
        """Something to refer to."""

    thing = Thing()
    reference = weakref.ref(thing, lambda _: signal.raise_signal(signal.SIGTERM))
    with pytest.raises(KeyboardInterrupt), signals.as_ctrl_c():
        del thing
        time.sleep(SECONDS)
    assert reference() is None
    assert "Traceback" not in capfd.readouterr().err


def test_one_that_comes_in_exec_ends_with_our_exit_code(tmp_path: Path) -> None:
    script = "from blogcovers import signals\nimport signal, sys\ntry:\n"
    script += " with signals.as_ctrl_c():\n  exec('signal.raise_signal(signal.SIGTERM)')\n"
    script += "except KeyboardInterrupt:\n sys.exit(130)\n"
    assert subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=False).returncode == 130


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no such terminals")
def test_a_terminal_that_is_closed_ends_a_build_in_order(site: Site, comfy: ComfyServer) -> None:
    """Everything that is said from then on fails with an error."""
    served(site, comfy)
    comfy.render_seconds = 0.3
    ours, theirs = os.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", OF_A_TERMINAL],
        cwd=site.root,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    comfy.wait_until(lambda: [run for run in comfy.runs if run.finished])
    os.close(ours)
    assert process.wait(SECONDS) == 130
    comfy.wait_until(comfy.idle)
    assert len(comfy.prompts) < 4 or comfy.runs[-1].outcome == "interrupted"
    whole(site)


# The process takes its standard input for its terminal: closing the other end sends SIGHUP.
OF_A_TERMINAL = """
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
sys.argv = ["blogcovers", "build", "content"]
from blogcovers.cli import main
main()
"""
