"""git, asked by its own command: what a commit or push carries, what it holds, and where its hooks lie.

It asks and never writes: no ``git add``, no refreshed index. Paths are git's own: relative to the top of the
work tree, with ``/``. What git puts into a hook's environment (``GIT_INDEX_FILE`` above all) goes on to every
call, so the index that is looked at is the one that is being committed.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from blogcovers.errors import GitError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_DIFF = ("diff", "--name-only", "-z", "--no-renames", "--no-relative", "--no-ext-diff", "--ignore-submodules")
_SYMLINK, _SUBMODULE = "120000", "160000"  # modes; gitformat-index(5)
_FOLDERS = ("GIT_DIR", "GIT_WORK_TREE")
_COMMIT = "commit\t"
_PATHSPECS = ("GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS")


@dataclass(frozen=True)
class Carried:
    """Files that a commit or push carries: those that it adds or changes.

    ``commit``: the id of the commit that is pushed, or ``""`` for the index, which is about to be one.
    ``ref``: the name under which it is pushed.
    """

    paths: tuple[str, ...]
    commit: str = ""
    ref: str = ""


@dataclass(frozen=True)
class Snapshot:
    """What a commit, or the index, holds, held against the work tree.

    ``files``: path -> (mode, object id). ``differing``: paths that the work tree has otherwise or has not.
    """

    top: Path
    files: Mapping[str, tuple[str, str]] = field(repr=False)
    differing: frozenset[str] = field(repr=False)

    def differs(self, path: str) -> bool:
        """Whether the file in the work tree is another than the one held here, or one of the two is not there."""
        # A sparse checkout leaves files out of the work tree, and git does not call that a difference.
        return path in self.differing or path not in self.files or not os.path.lexists(self.top / path)

    def read(self, path: str) -> bytes | None:
        """The file as a checkout would write it; None where it is not held here. Raises GitError."""
        if path not in self.files:
            return None
        return _git(self.top, "cat-file", "--filters", f"--path={path}", self.files[path][1])

    def is_link(self, path: str) -> bool:
        return path in self.files and self.files[path][0] == _SYMLINK

    def in_submodule(self, path: str) -> bool:
        folders = path.split("/")[:-1]
        above = ("/".join(folders[:depth]) for depth in range(1, len(folders) + 1))
        return any(folder in self.files and self.files[folder][0] == _SUBMODULE for folder in above)


def top(folder: Path) -> Path:
    """The top of the work tree that ``folder`` lies in. Raises UsageError outside of any, GitError without git.

    Where ``GIT_DIR`` names the repository it is that one's, which git tells from where we stand.
    """
    folder = Path.cwd() if "GIT_DIR" in os.environ else folder
    try:
        said = _git(folder, "rev-parse", "--show-toplevel")
    except GitError as error:
        if error.hint:  # git itself is not there
            raise
        raise UsageError(f"{folder} is in no work tree of git ({error.message})", "Go into your repository.") from None
    return Path(os.fsdecode(said.removesuffix(b"\n")))


def path_of(top: Path, file: Path) -> str | None:
    """git's path of a file, which may be a link; None outside of the work tree."""
    real = Path(os.path.realpath(file.parent), file.name)
    try:
        return real.relative_to(top).as_posix()
    except ValueError:
        return None


def staged(top: Path) -> Carried:
    """What the commit under way adds or changes."""
    return Carried(_paths(_git(top, *_DIFF, "--cached", "--diff-filter=d")))


def pushed(top: Path, remote: str, refs: str) -> list[Carried]:
    """What a push carries to ``remote``, a name or URL; ``refs`` are the lines that git gives to pre-push.

    Carried are the files of commits that no branch known of the remote has. A deleted ref carries nothing,
    nor does a tag of something other than a commit.
    """
    carried: dict[str, Carried] = {}
    for line in refs.splitlines():
        local_ref, local_id, _, remote_id = line.rsplit(" ", 3)
        commit = commit_id(top, local_id)
        if commit and commit not in carried:
            carried[commit] = Carried(_touched(top, remote, commit, remote_id), commit, local_ref)
    return list(carried.values())


def _touched(top: Path, remote: str, commit: str, remote_id: str) -> tuple[str, ...]:
    """Paths that the new commits add or change. ``remote_id``: where the ref stood; zeros for a new one."""
    named = os.fsdecode(_git(top, "remote")).splitlines()
    known = [f"--remotes={remote}" if remote in named else "--remotes"]
    if commit_id(top, remote_id):  # somebody else's commit, about to be forced away, may never have been fetched
        known.append(remote_id)
    new = _git(top, "rev-list", commit, "--not", *known)
    touched = _git(
        top,
        "diff-tree",
        "--stdin",
        "-r",
        "-c",
        "--root",
        "-z",
        "--name-only",
        "--no-commit-id",
        "--no-renames",
        data=new,
    )
    return tuple(dict.fromkeys(_paths(touched)))


def commit_id(top: Path, name: str) -> str:
    """The commit that a name or id means, a tag followed; ``""`` for what is none or is not here."""
    found = _git(top, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}", fine=(0, 1, 128))
    return found.decode("ascii").strip()


def snapshot(top: Path, commit: str = "") -> Snapshot:
    """Of a commit, or of the index."""
    listed = _git(top, "ls-tree", "-r", "-z", "--full-tree", commit) if commit else _git(top, "ls-files", "-s", "-z")
    files = {}
    for entry in _paths(listed):
        facts, _, path = entry.partition("\t")
        mode, *rest = facts.split()  # ls-tree: type, id; ls-files: id, stage
        files[path] = (mode, rest[1] if commit else rest[0])
    differing = _paths(_git(top, *_DIFF, *([commit] if commit else []), "--"))
    return Snapshot(top, files, frozenset(differing))


def versions(top: Path, paths: Iterable[str], count: int) -> dict[str, list[str]]:
    """Path -> the commits that changed it, the newest first, of the last ``count`` that changed any of these."""
    asked = [f":(top,literal){path}" for path in paths]
    if not asked:
        return {}
    form = f"--format={_COMMIT}%H"
    told = _git(top, "log", f"-{count}", "-z", "--no-renames", "--name-only", form, "--", *asked, fine=(0, 128))
    found: dict[str, list[str]] = {}
    commit = ""
    for word in (word.lstrip("\n") for word in _paths(told)):
        if word.startswith(_COMMIT):
            commit = word.removeprefix(_COMMIT)
        else:
            found.setdefault(word, []).append(commit)
    return found


def held_in(top: Path, commit: str, path: str) -> bytes:
    """The file as the commit has it, less what a filter would make of it; nothing where it has none."""
    return _git(top, "cat-file", "blob", f"{commit}:{path}", fine=(0, 128))


def ignored(top: Path, paths: Iterable[str]) -> frozenset[str]:
    """Those that .gitignore and its like keep out; paths in a submodule are not to be asked about."""
    asked = b"".join(os.fsencode(f"./{path}") + b"\0" for path in paths)  # "./": no pathspec magic
    if not asked:
        return frozenset()
    found = _paths(_git(top, "check-ignore", "-z", "--stdin", data=asked, fine=(0, 1)))
    return frozenset(path.removeprefix("./") for path in found)


def is_partial_commit() -> bool:
    """Whether this is ``git commit FILE``, which commits those files alone, whatever else is staged."""
    return Path(os.environ.get("GIT_INDEX_FILE", "")).name.startswith("next-index-")


def hook_folders(top: Path) -> tuple[Path, Path]:
    """Where git looks for hooks, and where it does when ``core.hooksPath`` is not set; the same, as a rule."""
    return _named(top, "--git-path", "hooks"), _named(top, "--git-common-dir") / "hooks"


def belongs(top: Path, folder: Path) -> bool:
    """Whether a folder lies in the repository: its work tree, or where git keeps it."""
    return in_work_tree(top, folder) or Path(os.path.realpath(folder)).is_relative_to(_common(top))


def in_work_tree(top: Path, folder: Path) -> bool:
    """Whether a folder is one whose files may be committed."""
    real = Path(os.path.realpath(folder))
    return real.is_relative_to(top) and not real.is_relative_to(_common(top))


def _common(top: Path) -> Path:
    return Path(os.path.realpath(_named(top, "--git-common-dir")))


def _named(top: Path, *asked: str) -> Path:
    return top / os.fsdecode(_git(top, "rev-parse", *asked).removesuffix(b"\n"))


def _paths(data: bytes) -> tuple[str, ...]:
    return tuple(os.fsdecode(path) for path in data.split(b"\0") if path)


def _git(folder: Path, *arguments: str, data: bytes = b"", fine: tuple[int, ...] = (0,)) -> bytes:
    """git's answer. Raises GitError with git's own words where it ends with another code than the ``fine`` ones."""
    environment = {name: value for name, value in os.environ.items() if name not in _PATHSPECS}
    # Relative to where we stand, not to the folder that git is started in.
    environment |= {name: str(Path(environment[name]).absolute()) for name in _FOLDERS if name in environment}
    environment["GIT_OPTIONAL_LOCKS"] = "0"  # do not write a refreshed index: the commit under way holds its lock
    try:
        done = subprocess.run(  # noqa: S603  (fixed words and paths, no shell)
            ["git", *arguments],  # noqa: S607  (the git that the user has)
            cwd=folder,
            input=data,
            capture_output=True,
            env=environment,
            check=False,
        )
    except FileNotFoundError:
        raise GitError("git is not found.", "Install it, or put it on the PATH.") from None
    if done.returncode not in fine:
        said = done.stderr.decode(errors="replace").strip() or f"exit code {done.returncode}"
        raise GitError(f"git {arguments[0]}: {said}")
    return done.stdout
