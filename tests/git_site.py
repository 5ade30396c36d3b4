"""A site in a real git repository, and git run on it as a user would."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from site_builder import SMALL, Outcome, Site, invoked

import blogcovers

ROOT = Path(blogcovers.__file__).parents[1]


class GitSite(Site):
    """A site at ``root/below`` in the repository ``root``; git sees no configuration but its own."""

    def __init__(self, root: Path, below: str = "", *, init: bool = True) -> None:
        super().__init__(root / below)
        self.top = root
        self.write("blogcovers.toml", SMALL)
        self.home = root.parent / "home"
        self.home.mkdir(exist_ok=True)
        self.variables = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "BLOGC"))}
        self.variables |= {
            "HOME": str(self.home),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": str(self.home / "gitconfig"),
            "PYTHONPATH": str(ROOT),
        }
        for name in ("AUTHOR", "COMMITTER"):
            self.variables |= {f"GIT_{name}_NAME": "Nobody", f"GIT_{name}_EMAIL": "nobody@example.org"}
        if init:
            self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str | Path, code: int | None = 0, folder: Path | None = None) -> Outcome:
        return self.command("git", *arguments, code=code, folder=folder)

    def tell(self, *arguments: str | Path, code: int | None = 0, folder: Path | None = None) -> Outcome:
        """blogcovers from the top of the repository, in this process; git itself starts it as one of its own."""
        others = dict.fromkeys(os.environ.keys() - self.variables.keys())
        said = invoked(folder or self.top, {**others, **self.variables}, *arguments)
        assert code is None or said.code == code, f"{arguments}: {said}"
        return said

    def command(self, *words: str | Path, code: int | None = 0, folder: Path | None = None) -> Outcome:
        done = subprocess.run(
            [str(word) for word in words],
            cwd=folder or self.top,
            env=self.variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="surrogateescape",
            check=False,
        )
        said = Outcome(done.returncode, done.stdout, done.stderr)
        assert code is None or done.returncode == code, f"{words}: {said}"
        return said

    def commit(self, *arguments: str | Path, code: int | None = 0, folder: Path | None = None) -> Outcome:
        return self.git("commit", "--quiet", "-m", "a commit", *arguments, code=code, folder=folder)

    def build_and_commit(self) -> None:
        """Everything that is there, the covers made; no hook is asked."""
        self.build()
        self.git("add", ".")
        self.commit("--no-verify")

    def hook(self, name: str = "pre-commit") -> Path:
        return self.top / ".git/hooks" / name

    def stranger(self, text: str, name: str = "pre-commit", folder: Path | None = None) -> Path:
        file = (folder or self.top / ".git/hooks") / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        file.chmod(0o750)
        return file

    def staged(self) -> list[str]:
        return self.git("-c", "core.quotepath=off", "diff", "--cached", "--name-only").out.splitlines()


def add_line(said: Outcome) -> str:
    """The one command of a hook's message that adds covers, as it would be copied."""
    _, found, rest = (said.err + said.out).partition("    git add -- ")
    assert found, said
    return "git add -- " + rest.partition("\nTo go on all the same: ")[0].rstrip("\n")
