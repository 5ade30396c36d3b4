"""Fuzzes the readers for as long as asked: ``python tests/fuzz/run.py SECONDS [NAME...]``, what ``make fuzz`` runs.

The seconds are shared by the targets. What has been tried and was new stays in ``.fuzz/``, so that the next run goes
on from there. Exit code 1 where something was found: the input lies in ``.fuzz/found/``, and
``python tests/fuzz/targets.py NAME FILE`` runs it again.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from pathlib import Path

from targets import TARGETS

ROOT = Path(__file__).parents[2] / ".fuzz"
LONGEST = 10  # seconds for one input
MEMORY = 1500  # MB
LARGEST = 200_000  # bytes of an input


def main(seconds: int, names: list[str]) -> int:
    found = ROOT / "found"
    found.mkdir(parents=True, exist_ok=True)
    code = 0
    for name in names:
        corpus = ROOT / name
        corpus.mkdir(exist_ok=True)
        for seed in TARGETS[name].seeds():
            if len(seed) <= LARGEST:
                (corpus / hashlib.sha1(seed).hexdigest()).write_bytes(seed)
        command = [sys.executable, Path(__file__).with_name("targets.py"), name, corpus]
        command += [f"-max_total_time={max(1, seconds // len(names))}", f"-timeout={LONGEST}"]
        command += [f"-rss_limit_mb={MEMORY}", f"-max_len={LARGEST}", f"-artifact_prefix={found}/{name}-"]
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, errors="replace")
        tried = re.findall(r"#(\d+)", done.stderr)
        said = f"{name}: {int(tried[-1]) if tried else 0:,} inputs, {len(list(corpus.iterdir())):,} kept\n"
        if done.returncode:
            code = 1
            said += done.stderr[-3000:]
        sys.stdout.write(said)
        sys.stdout.flush()
    return code


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2:] or list(TARGETS)))
