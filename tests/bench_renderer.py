"""How little is lost between jobs, as ratios: ``python tests/bench_fleet.py`` (or ``make bench``).

One server at 200 ms a render, 50 covers: the time from its first start to its last end against 50 x 200 ms, and
the median gap between two jobs. Two servers of unlike speed: the time against that of the ideal split.
"""

from __future__ import annotations

import logging
import statistics
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

from comfy_server import ComfyServer
from site_builder import Site

COVERS = 50


def built(folder: Path, *servers: ComfyServer) -> None:
    site = Site(folder)
    urls = ", ".join(f'"{server.url}"' for server in servers)
    site.write("blogcovers.toml", f'[output]\nsize = "1200x630"\n[comfyui]\nserver = [{urls}]\n')
    # Small pictures of few steps: the double's own overhead is no part of what is measured.
    site.write(
        "style/house.toml",
        'render_size = "64x64"\n[palette]\na = "#111111"\nb = "#eeeeee"\n[overrides]\n"KSampler.steps" = 1\n',
    )
    for n in range(COVERS):
        site.post(f"post-{n}", f"a fox with {n} kites")
    process = site.start("build", "content", "--quiet")
    out, err = process.communicate()
    if process.returncode:
        sys.exit(out + err)


def one_server(folder: Path) -> None:
    with ComfyServer(render_seconds=0.2) as server:
        built(folder, server)
        runs = server.runs
    span = max(run.finished or 0 for run in runs) - min(run.started for run in runs)
    gaps = [later.started - (earlier.finished or 0) for earlier, later in pairwise(runs)]
    busy = sum((run.finished or 0) - run.started for run in runs)
    print(f"one server: {len(runs)} renders in {span:.2f} s")  # noqa: T201
    print(f"  against the server's own busy time: {span / busy:.4f}")  # noqa: T201
    print(f"  against {COVERS} x 200 ms: {span / (COVERS * 0.2):.4f}")  # noqa: T201
    print(f"  median gap {statistics.median(gaps) * 1000:.2f} ms, longest {max(gaps) * 1000:.1f} ms")  # noqa: T201


def two_servers(folder: Path) -> None:
    with ComfyServer(render_seconds=0.2) as fast, ComfyServer(render_seconds=0.5) as slow:
        built(folder, fast, slow)
        runs = [*fast.runs, *slow.runs]
        split = f"{len(fast.runs)} + {len(slow.runs)}"
    span = max(run.finished or 0 for run in runs) - min(run.started for run in runs)
    per_second = sum(1 / statistics.mean((r.finished or 0) - r.started for r in s.runs) for s in (fast, slow))
    print(f"two servers, 200 and 500 ms: {split} renders in {span:.2f} s")  # noqa: T201
    print(f"  against the ideal split: {span / (COVERS / per_second):.4f}")  # noqa: T201


if __name__ == "__main__":
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        one_server(Path(folder) / "one")
        two_servers(Path(folder) / "two")
