"""Killed at any moment, a build leaves whole covers only; the next one finds what the server has made."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter

import pytest
from comfy_faults import black
from comfy_server import ComfyServer
from site_builder import Site

from blogcovers import digest
from blogcovers.cover import State, found_at

COVERS = 12
FOX = digest.seed_of("fox")
ROUNDS = int(os.environ.get("BLOGCOVERS_TEST_KILLS", "12"))  # 100 before a release: make test-kill


ASKED = [signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]


@pytest.mark.parametrize(
    ("version", "rounds", "signals"),
    [
        ("0.12.1", ROUNDS, []),
        ("0.2.7", ROUNDS // 3, []),
        ("0.12.1", ROUNDS // 3, ASKED),
        ("0.2.7", ROUNDS // 3, ASKED),
    ],
    ids=["killed", "killed, ids of its own", "asked to end", "asked to end, ids of its own"],
)
def test_killed_at_random_moments_nothing_is_lost_or_rendered_twice(
    site: Site, comfy: ComfyServer, version: str, rounds: int, signals: list[signal.Signals]
) -> None:
    chance = random.Random(53)
    comfy.version = version
    comfy.render_seconds = 0.03
    site.write("blogcovers.toml", f'[output]\nsize = "120x64"\n[comfyui]\nserver = "{comfy.url}"\n')
    site.write("style/house.toml", 'render_size = "128x64"\n[palette]\na = "#111111"\nb = "#eeeeee"\n')
    for n in range(COVERS):
        site.post(f"post-{n}", f"a fox with {n} kites")
    for _ in range(rounds):
        before = len(comfy.runs)
        for path in site.media.glob("*.webp"):
            path.unlink()
        house = site.root / "style/house.toml"
        text = house.read_text(encoding="utf-8").splitlines()
        # Another style each time, so that the server's history knows nothing of these pictures.
        anew = [f'b = "#{chance.randrange(16**6):06x}"', "[overrides]", f'"KSampler.cfg" = {chance.uniform(1, 9):.6f}']
        house.write_text("\n".join([*text[:3], *anew]), encoding="utf-8")
        process = site.start("build", "content")
        time.sleep(chance.uniform(0.15, 1.1))
        if signals:
            process.send_signal(asked := chance.choice(signals))
            _, err = process.communicate()
            assert "Traceback" not in err
            # Before the command has begun, it ends as any process does.
            assert process.returncode in (0, 130, -asked), err
        else:
            process.kill()
            process.communicate()

        states = {found_at(path).state for path in site.media.glob("*.webp")}
        assert states <= {State.CURRENT}
        result = site.run("build", "content", "--json")
        assert result.code == 0, result.err
        assert Counter(row["action"] for row in result.json["covers"]).keys() <= {"rendered", "none"}
        assert len(list(site.media.glob("*.webp"))) == COVERS
        comfy.wait_until(comfy.idle)
        finished = Counter(run.prompt_id for run in comfy.runs[before:] if run.outcome == "success")
        assert max(finished.values()) == 1, "no finished prompt is rendered twice"
        assert sum(finished.values()) == COVERS
        assert {path.suffix for path in site.media.iterdir()} == {".webp"}, "nothing half-written is published"


def test_killed_with_two_servers_each_finds_what_it_has(site: Site, comfy: ComfyServer) -> None:
    with ComfyServer(render_seconds=0.2) as other:
        comfy.render_seconds = 0.2
        site.write(
            "blogcovers.toml", f'[output]\nsize = "120x64"\n[comfyui]\nserver = ["{comfy.url}", "{other.url}"]\n'
        )
        site.write("style/house.toml", 'render_size = "128x64"\n[palette]\na = "#111111"\nb = "#eeeeee"\n')
        for n in range(COVERS):
            site.post(f"post-{n}", f"a fox with {n} kites")
        process = site.start("build", "content")
        comfy.wait_until(lambda: len(comfy.runs) + len(other.runs) >= 4)
        process.kill()
        process.communicate()

        result = site.run("build", "content", "--json")
        assert result.code == 0, result.err
        assert len(list(site.media.glob("*.webp"))) == COVERS
        made = Counter(run.prompt_id for server in (comfy, other) for run in server.runs if run.outcome == "success")
        assert max(made.values()) == 1
        assert sum(made.values()) == COVERS
        assert comfy.runs
        assert other.runs


def test_killed_while_a_moved_seed_is_rendered_it_is_found_again(site: Site, comfy: ComfyServer) -> None:
    """Each seed of the black cover is rendered once, whatever became of the run that asked for it."""
    comfy.on_run(black(), times=2)
    comfy.render_seconds = 0.4
    site.write("blogcovers.toml", f'[output]\nsize = "120x64"\n[comfyui]\nserver = "{comfy.url}"\n')
    site.write("style/house.toml", 'render_size = "128x64"\n[palette]\na = "#111111"\nb = "#eeeeee"\n')
    site.post("fox", "a fox")
    for renders in (2, 3):  # killed while its second seed is rendered, and while its third is
        process = site.start("build", "content")
        comfy.wait_until(lambda renders=renders: len(comfy.runs) == renders)  # type: ignore[misc]
        process.kill()
        process.communicate()
    result = site.run("build", "content", "--json")
    assert result.actions() == {"fox": "rendered"}, result.err
    assert site.recipe("fox").attempt == 2
    seeds = [graph["3"]["inputs"]["seed"] for graph in comfy.prompts]
    assert seeds == [FOX, FOX + 1, FOX + 2]
