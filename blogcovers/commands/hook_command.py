"""``blogcovers hook``: git asks for the covers of the posts that a commit or push carries."""

from __future__ import annotations

import json
import os
import shlex
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blogcovers import output
from blogcovers.errors import ConfigError, UsageError
from blogcovers.git import hooks, repo
from blogcovers.git.hooks import Standing
from blogcovers.plan import Action, stands_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from blogcovers.config import Config
    from blogcovers.git.changes import Judged, Judgement, Listing
    from blogcovers.git.repo import Carried

_CARRIER = {"pre-commit": "commit", "pre-push": "push", "framework": "commit"}


def install(content: Path | None, names: Sequence[str], folder: Path | None, *, build: bool) -> int:
    """Installs the named hooks, pre-commit where none is named. ``folder``: a foreign ``core.hooksPath``, named."""
    from blogcovers import config as configuration

    config = configuration.load(configuration.Options(content=content))
    top = _repository(config)
    target = _target(top, folder)
    options = ["--build"] if build else []
    if content or Path.cwd().resolve() != top:  # a hook stands at the top
        options.append(f"--content={os.path.relpath(os.path.realpath(config.site.content), top)}")
    # A hooks folder in the work tree is committed: no path of this machine belongs there.
    shared = repo.in_work_tree(top, target)
    for name in names or hooks.NAMES[:1]:
        file = target / name
        _refuse_husky(file, shlex.join(["blogcovers", "hook", "run", name, *options]))
        others = _other_sites(config, top, file)
        sites = sorted([*others, options], key=_content_of)
        new = hooks.install(file, hooks.trampoline(name, sites, "" if shared else Path(sys.executable).as_posix()))
        _tell_installed(file, name, new=new, build=build)
        for other in others:
            output.say(f"It goes on to look at {_content_of(other) or 'the site at the top'}, too.")
    if shared:
        output.say(f"git takes its hooks from {_shown(target)} (core.hooksPath): commit what changed there.")
    return 0


def _repository(config: Config) -> Path:
    """The work tree that holds the site. Raises UsageError where posts and covers do not lie in one repository."""
    top = repo.top(config.site.base)
    of_posts = repo.top(config.site.content)
    if of_posts != top:
        raise UsageError(
            f"The posts are in the repository {of_posts}, but the site's base is in {top}.",
            "A hook sees one repository only: run blogcovers check before you publish.",
        )
    return top


def _other_sites(config: Config, top: Path, file: Path) -> list[list[str]]:
    """The options that our hook at ``file`` holds for other sites of the repository.

    One without a content folder is the site whose base is the top. One whose folder has gone is left out, and told.
    """
    found = []
    for options in hooks.sites(file) if hooks.standing(file) is Standing.OURS else []:
        content = _content_of(options)
        if not content:
            if not _same(config.site.base, top):
                found.append(options)
        elif not (top / content).is_dir():
            output.say(f"{_shown(file)} looks at {content} no longer: that folder is not there.")
        elif not _same(top / content, config.site.content):
            found.append(options)
    return found


def _content_of(options: Iterable[str]) -> str:
    """The content folder among a hook's options, relative to the top; ``""`` where the site at the top says it."""
    given = (option.removeprefix("--content=") for option in options if option.startswith("--content="))
    return next(given, "")


def _target(top: Path, folder: Path | None) -> Path:
    """The folder that git takes hooks from. Raises UsageError for a foreign one that is not named."""
    used = repo.hook_folders(top)[0]
    if folder is None:
        if not repo.belongs(top, used):
            raise UsageError(
                f"core.hooksPath sends git to {used} for hooks, outside of this repository.",
                "Other repositories may use it, too. Name it to install there: --hooks FOLDER",
            )
    elif os.path.realpath(folder) != os.path.realpath(used):
        raise UsageError(f"git takes hooks from {used}, not from {folder}.", "git config core.hooksPath decides.")
    return used


def _refuse_husky(file: Path, command: str) -> None:
    """husky 9 finds a hook's script by the name that it was called by, so it cannot be kept under another."""
    if file.parent.name == "_" and (file.parent / "h").is_file():
        script = _shown(file.parent.parent / file.name)
        line = f'{command} "$@"' if file.name == "pre-push" else command
        hint = f"It writes those in {_shown(file.parent)} anew. Put this line into {script}: {line}"
        raise UsageError("The hooks of this repository are husky's.", hint)


def _tell_installed(file: Path, name: str, *, new: bool, build: bool) -> None:
    work = "makes the covers that are due" if build else "checks the covers"
    output.say(
        f"{'Installed' if new else 'Already installed:'} {_shown(file)}: "
        f"it {work} of the posts that a {_CARRIER[name]} carries."
    )
    if os.path.lexists(hooks.kept(file)):
        output.say(f"The hook that stood there is kept as {hooks.kept(file).name} and runs first.")


def uninstall(names: Sequence[str]) -> int:
    """Takes our hooks away, both where none is named; exit code 1 where one of ours has to stay."""
    left = False
    for file in _files(repo.top(Path.cwd()), names or hooks.NAMES):
        if hooks.uninstall(file):
            restored = " The hook that stood there before is back." if os.path.lexists(file) else ""
            output.say(f"Removed our {_shown(file)}.{restored}")
            continue
        stands = hooks.standing(file)
        if stands is Standing.MIXED:
            left = True
            output.complain(f"{_shown(file)} is our hook with lines of others, so it stays.", "Take our line out.")
        elif stands is Standing.STRANGER:
            before = hooks.kept(file)
            more = f" The one that stood there before ours is {before.name}." if os.path.lexists(before) else ""
            output.say(f"{_shown(file)} is not ours: it stays.{more}")
        else:
            output.say(f"{_shown(file)} is not installed.")
    return 1 if left else 0


def _files(top: Path, names: Iterable[str]) -> list[Path]:
    """Where our hooks may lie: in the folder that git uses, and in the one that it would use without core.hooksPath."""
    used, usual = repo.hook_folders(top)
    aside = [usual / name for name in names if hooks.standing(usual / name) is Standing.OURS]
    return [*(used / name for name in names), *(file for file in aside if not _same(used, usual))]


def _same(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def status(*, as_json: bool) -> int:
    """0 where a hook of ours is installed in the folder that git uses, else 1."""
    top = repo.top(Path.cwd())
    used, usual = repo.hook_folders(top)
    found = [_state(used / name, name) for name in hooks.NAMES]
    installed = any(state["state"] == "installed" for state in found)
    if as_json:
        document = {"folder": str(used), "in_repository": repo.belongs(top, used), "hooks": found}
        output.say(json.dumps(document, indent=2))
        return 0 if installed else 1
    for state in found:
        output.say(_line(state))
    if not _same(used, usual):
        where = "" if repo.belongs(top, used) else ", outside of this repository"
        output.say(f"core.hooksPath sends git to {_shown(used)} for hooks{where}.")
        for file in (usual / name for name in hooks.NAMES):
            if hooks.standing(file) is Standing.OURS:
                output.say(f"{_shown(file)} is ours, too, but git does not run it.")
    return 0 if installed else 1


_STATES = {
    Standing.NONE: "not installed",
    Standing.OURS: "installed",
    Standing.MIXED: "ours with lines of others",
    Standing.STRANGER: "not installed",
}


def _state(file: Path, name: str) -> dict[str, Any]:
    stands = hooks.standing(file)
    return {
        "hook": name,
        "state": _STATES[stands],
        "file": _shown(file),
        "sites": hooks.sites(file) if stands is Standing.OURS else [],
        "other": stands is Standing.STRANGER,
        "kept": hooks.kept(file).name if os.path.lexists(hooks.kept(file)) else None,
    }


def _line(state: dict[str, Any]) -> str:
    parts = [state["state"], *(shlex.join(options) for options in state["sites"] if options)]
    if state["other"]:
        parts.append("another program's hook stands there")
    if state["kept"]:
        parts.append(f"{state['kept']} is kept beside it{' and runs first' if state['state'] == 'installed' else ''}")
    return f"{state['hook'].ljust(10)} {', '.join(parts)}"


def run(kind: str, arguments: Sequence[str], content: Path | None, kept: Path | None, *, build: bool) -> int:
    """What a hook does: 0 where the covers of the carried posts are in order, else 1, or the kept hook's own code.

    ``arguments``: git's to the hook; of the pre-commit framework the files.
    """
    stdin = sys.stdin.buffer.read() if kind == "pre-push" and not sys.stdin.isatty() else None
    if kept and hooks.runs_inside(kept):
        return 0
    if kept and (code := hooks.run_kept(kept, arguments, stdin)):
        return code
    top = repo.top(Path.cwd())
    carried = _carried(kind, top, arguments, os.fsdecode(stdin or b""))
    if not any(_may_be_post(path) for batch in carried for path in batch.paths):
        return 0
    with redirect_stdout(sys.stderr):  # standard output is git's own: 'git push --porcelain' is read by programs
        config = _config(content)
        return _Hook(kind, top, config, content).answer(carried, build=build) if config else 0


def _carried(kind: str, top: Path, arguments: Sequence[str], refs: str) -> list[Carried]:
    if kind == "pre-push":
        return repo.pushed(top, arguments[0] if arguments else "", refs)
    if kind == "framework":
        pushed = _pushed_by_framework()
        files = (repo.path_of(top, Path(file).absolute()) for file in arguments)
        return [repo.Carried(tuple(file for file in files if file), repo.commit_id(top, pushed) if pushed else "")]
    return [repo.staged(top)]


def _pushed_by_framework() -> str:
    """What pre-commit.com says is pushed: a commit, or the branch where all of it is new; "" where it is no push."""
    return os.environ.get("PRE_COMMIT_TO_REF") or os.environ.get("PRE_COMMIT_LOCAL_BRANCH") or ""


def _may_be_post(path: str) -> bool:
    from blogcovers.posts import SUFFIXES

    return path.endswith(SUFFIXES)


def _config(content: Path | None) -> Config | None:
    """None, and a warning, where this work tree has no posts: the branch of the published pages may have none."""
    from blogcovers import config as configuration

    try:
        return configuration.load(configuration.Options(content=content))
    except ConfigError:
        raise
    except UsageError as error:
        output.warn(f"{error.message} So the hook of blogcovers looked at nothing.")
        return None


class _Hook:
    """One run of a hook that has posts to look at."""

    def __init__(self, kind: str, top: Path, config: Config, content: Path | None) -> None:
        self.kind = kind
        self.top = top
        self.config = config
        self.command = "blogcovers build" + (f" {self._typed(content.absolute())}" if content else "")

    def answer(self, carried: Sequence[Carried], *, build: bool) -> int:
        head = repo.commit_id(self.top, "HEAD")
        codes = [self._one(batch, head, build=build) for batch in carried]
        if any(codes):
            output.say(f"To go on all the same: {self._way_out(build=build)}")
        return max(codes)

    def _one(self, carried: Carried, head: str, *, build: bool) -> int:
        from blogcovers.git import changes as carrying

        posts = carrying.posts(self.config.site, self.top, carried.paths)
        if not posts:
            return 0
        elsewhere = carried.commit not in ("", head)
        judged = carrying.judge(self.config, self.top, carried, posts)
        code = 0
        if build and not elsewhere and (_to_make(judged.posts) or _is_to_write(judged)):
            code = self._build(carried, posts)
            judged = carrying.judge(self.config, self.top, carried, posts)
        wrong = [item for item in judged.posts if item.need is not carrying.Need.FITS]
        listing = judged.data_file if judged.data_file and judged.data_file.need is not carrying.Need.FITS else None
        if any(item.need is carrying.Need.MAKE for item in wrong):
            listing = None  # a build writes it anew
        if (wrong or listing) and elsewhere:
            output.say(f"{carried.ref or 'What is pushed'} ({carried.commit[:10]}) is not what is checked out here.")
        add = listing if listing and listing.need is carrying.Need.ADD else None
        self._tell_add([item for item in wrong if item.need is carrying.Need.ADD], add)
        self._tell_make([item for item in wrong if item.need is carrying.Need.MAKE])
        self._tell_stand_ins([item for item in judged.posts if item.need is not carrying.Need.MAKE])
        if listing and not add:
            self._tell_edited(judged.posts)
            output.say(f"{self._of_data_file(listing)} does not say what the covers are. Run: {self.command}")
        return code or (1 if wrong or listing else 0)

    def _build(self, carried: Carried, posts: dict[Path, str]) -> int:
        from blogcovers.commands.build_command import make
        from blogcovers.config import Selection
        from blogcovers.git import changes as carrying
        from blogcovers.plan import Plan

        def look() -> Plan:
            judged = carrying.judge(self.config, self.top, carried, posts)
            return Plan(tuple(item.entry for item in _to_make(judged.posts)), whole=False)

        return make(self.config, Selection(), look)

    def _tell_add(self, judged: Sequence[Judged], listing: Listing | None) -> None:
        if not judged and not listing:
            return
        pushing = self.kind == "pre-push" or (self.kind == "framework" and _pushed_by_framework() != "")
        place = "committed" if pushing else "staged"
        how = {True: f"is not the one that is {place}", False: f"is not {place}"}
        for item in judged:
            said = f"{self._shown(item)}: its cover {self._shown_cover(item)} {how[item.tracked]}."
            output.say(output.one_line(said if item.cover in item.add else self._lacking(item, place)))
        if listing:
            output.say(f"{self._of_data_file(listing)} {how[listing.tracked]}.")
        paths = [*(path for item in judged for path in item.add), *([listing.path] if listing else [])]
        files = list(dict.fromkeys(self._typed(self.top / path) for path in paths))
        then = "commit, and push again" if pushing else "commit again"
        if not pushing and repo.is_partial_commit():
            then = "name them beside the files of your 'git commit', too"
        which = "it" if len(files) == 1 else "them"
        output.say(f"Add {which}, then {then}:\n    git add -- {' '.join(files)}")

    def _tell_make(self, judged: Sequence[Judged]) -> None:
        if not judged:
            return
        for line in output.table([item.entry for item in judged]):
            output.say(line)
        self._tell_edited(judged)
        without = [item for item in judged if item.entry.action is not Action.FAILED]
        if without:
            mends = any(item.entry.action is not Action.BLOCKED for item in without)
            run = f" Run: {self.command}" if mends else ""
            output.say(f"{output.plural(len(without), 'post')} without a current cover.{run}")

    def _tell_stand_ins(self, judged: Sequence[Judged]) -> None:
        if standing := [item.entry.slug for item in judged if stands_in(item.entry)]:
            output.warn(output.stand_ins(standing, self.command))

    def _tell_edited(self, judged: Sequence[Judged]) -> None:
        for item in judged:
            if item.edited:
                post = output.one_line(self._shown(item))
                output.say(f"{post} was judged as git holds it; the file has changes that are not in there.")

    def _shown(self, item: Judged) -> str:
        return self.config.site.shown(item.entry.file)

    def _shown_cover(self, item: Judged) -> str:
        return self.config.site.shown(item.entry.cover) if item.entry.cover else item.cover

    def _lacking(self, item: Judged, place: str) -> str:
        return f"{self._shown(item)}: what is derived from its cover is not {place} as it is: {', '.join(item.add)}."

    def _of_data_file(self, listing: Listing) -> str:
        file = self.config.site.data_file or self.top / listing.path
        return f"The data file {output.one_line(self.config.site.shown(file))}"

    def _typed(self, path: Path) -> str:
        """A path for a shell, relative to where the user stands: git moves to the top before it runs a hook."""
        here = Path.cwd() / os.environ.get("GIT_PREFIX", "")
        return shlex.quote(os.path.relpath(path, here))

    def _way_out(self, *, build: bool) -> str:
        if self.kind == "framework":
            return f"SKIP={'blogcovers' if build else 'blogcovers-check'} before the command"
        return f"git {_CARRIER[self.kind]} --no-verify"


def _to_make(judged: Iterable[Judged]) -> list[Judged]:
    from blogcovers.git.changes import Need

    due = (Action.RENDER, Action.DERIVE)
    return [item for item in judged if item.need is Need.MAKE and item.entry.action in due]


def _is_to_write(judged: Judgement) -> bool:
    from blogcovers.git.changes import Need

    return judged.data_file is not None and judged.data_file.need is Need.MAKE


def _shown(path: Path) -> str:
    """A path as the user would write it."""
    relative = os.path.relpath(path)
    return str(path) if relative.startswith(os.pardir) else relative
