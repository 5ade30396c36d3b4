"""A site in a temporary folder, and the real command line run on it.

Tests read as before -> command -> after. :meth:`Site.build` proves a law in every test that uses it: a
second build renders nothing and changes no file.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from blogcovers.cli import cli
from blogcovers.cover import Recipe, found_at

SMALL = '[output]\nsize = "64x36"\n'  # a config whose covers are quickly painted
_COLOUR = re.compile(r"\x1b\[\d*m")


@dataclass(frozen=True)
class Outcome:
    """What a command answered: exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.out)
        return document

    def rows(self) -> dict[str, dict[str, Any]]:
        """The rows of a ``--json`` document by slug."""
        return {row["slug"]: row for row in self.json["covers"]}

    def actions(self) -> dict[str, str]:
        return {slug: row["action"] for slug, row in self.rows().items()}


def invoked(folder: Path, environment: Mapping[str, str | None], *arguments: str | Path) -> Outcome:
    """The command line in this process, from ``folder``; a variable that is None is not set."""
    here = Path.cwd()
    os.chdir(folder)
    try:
        result = CliRunner().invoke(cli, [str(item) for item in arguments], env=environment)
    finally:
        os.chdir(here)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Outcome(result.exit_code, _COLOUR.sub("", result.stdout), _COLOUR.sub("", result.stderr))


class Site:
    """A folder with ``content/``; every command runs on it as a user would run it there."""

    def __init__(self, root: Path, environment: dict[str, str] | None = None) -> None:
        self.root = root
        self.content = root / "content"
        self.media = root / "media/covers"
        self.environment: dict[str, str | None] = {"BLOGCOVERS_SERVER": None, **(environment or {})}
        self.content.mkdir(parents=True, exist_ok=True)

    def write(self, path: str, text: str | bytes) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    def post(self, name: str, concept: str | None = "a fox under a paper moon", **keys: str) -> Path:
        lines = [f"title: {name.title()}", *([f"concept: {concept}"] if concept else [])]
        lines += [f"{key}: {value}" for key, value in keys.items()]
        return self.write(f"content/{name}.md", "---\n" + "\n".join(lines) + "\n---\nText.\n")

    def style(self, **replaced: str) -> None:
        """A style folder of the site's own, with ``house.toml`` and the files given as ``prompt_j2="..."``."""
        for name, text in replaced.items():
            self.write(f"style/{name.replace('_', '.')}", text)

    def run(self, *arguments: str | Path) -> Outcome:
        """The command line in this process, on this site."""
        return invoked(self.root, self.environment, *arguments)

    def start(self, *arguments: str | Path, **popen: Any) -> subprocess.Popen[str]:
        """The command line in a process of its own."""
        environment = {key: value for key, value in os.environ.items() if key != "BLOGCOVERS_SERVER"}
        environment |= {key: value for key, value in self.environment.items() if value is not None}
        return subprocess.Popen(
            [sys.executable, "-m", "blogcovers", *(str(item) for item in arguments)],
            cwd=self.root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **popen,
        )

    def build(self, *options: str | Path, code: int = 0) -> Outcome:
        """Builds, then builds again: the second run makes nothing, and touches no file."""
        first = self.run("build", "content", "--json", *options)
        assert first.code == code, first.err
        before = self.snapshot()
        again = [option for option in options if option not in ("--force", "--overwrite-hand-made")]
        second = self.run("build", "content", "--json", *again)
        made = [slug for slug, action in second.actions().items() if action in ("rendered", "derived")]
        assert made == [], f"a second build made {made}: {second.out}"
        assert self.snapshot() == before, "a second build touched files"
        return first

    def snapshot(self) -> dict[str, tuple[int, int]]:
        """Every file of the site, with its size and time of change in nanoseconds."""
        files = (file for file in self.root.rglob("*") if file.is_file() and ".git" not in file.parts)
        return {str(file): (file.stat().st_size, file.stat().st_mtime_ns) for file in files}

    def cover(self, slug: str) -> Path:
        return self.media / f"{slug}.webp"

    def recipe(self, slug: str) -> Recipe:
        found = found_at(self.cover(slug))
        assert found.recipe is not None, found.reason
        return found.recipe

    def left_behind(self) -> list[str]:
        """Temporary files that should not be there any more."""
        return [str(file) for file in self.root.rglob("*") if file.is_file() and file.suffix == ".tmp"]
