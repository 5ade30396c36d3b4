"""The command line: click declares, and one boundary turns errors into sentences and exit codes."""

from __future__ import annotations

import sys
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from blogcovers import __version__, errors, generators
from blogcovers.generators import themes
from blogcovers.signals import as_ctrl_c

if TYPE_CHECKING:
    from collections.abc import Callable


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal that cannot show "→" is no reason to stop
    cli()


def guarded(command: Callable[..., int]) -> Callable[..., None]:
    """The boundary: what a command returns or raises becomes the process's exit code."""

    @wraps(command)
    def run(**arguments: Any) -> None:
        as_json = bool(arguments.get("json"))
        try:
            with as_ctrl_c():
                code = command(**arguments)
        except errors.NoContent as error:
            code = _complain(errors.NoContent(error.message, f"Say which: {_typed()} ./content"), as_json=as_json)
        except errors.BlogcoversError as error:
            code = _complain(error, as_json=as_json)
        except KeyboardInterrupt:
            code = _complain(errors.Interrupted("Interrupted."), as_json=as_json)
        except (click.ClickException, click.exceptions.Exit, BrokenPipeError):
            raise
        except Exception as error:  # noqa: BLE001  (the boundary: whatever is left is a bug of ours)
            from blogcovers.storage import bug_report

            code = _complain(bug_report(error), as_json=as_json)
        sys.exit(code)

    return run


def _typed() -> str:
    """The command that was typed, like ``blogcovers hook install``."""
    context, names = click.get_current_context(), []
    while context.parent:
        names.append(context.info_name or "")
        context = context.parent
    return " ".join(["blogcovers", *reversed(names)])


def _complain(error: errors.BlogcoversError, *, as_json: bool) -> int:
    from blogcovers import output

    if as_json:
        output.say(output.to_json([], error=error))
    output.complain(error.message, error.hint)
    return error.exit_code


def _folder(name: str, help_: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(name, type=click.Path(path_type=Path), metavar="FOLDER", help=help_)


_SITE = (
    click.argument("content", type=click.Path(path_type=Path), required=False),
    _folder("--media", "Where covers are written."),
    _folder("--style", "The house style's folder."),
    click.option("--server", multiple=True, metavar="URL", help="ComfyUI's address; several share the work."),
    click.option("--renderer", type=click.Choice(["comfyui", "painter"]), help="Who makes the pictures."),
    click.option(
        "--generator",
        default="",
        metavar="NAME",
        help=f"Whose folders and rules hold, if not the config's: one of {', '.join(generators.NAMES)}.",
    ),
    click.option("--drafts", is_flag=True, default=None, help="Drafts get covers, too."),
    click.option(
        "--only", multiple=True, metavar="SLUG", help="Only this post, by slug or file; may be given several times."
    ),
    click.option("--json", is_flag=True, help="One JSON document on standard output."),
)
_CHOICE = (
    click.option("--force", is_flag=True, help="Make covers anew that are current, too."),
    click.option("--limit", type=click.IntRange(min=0), metavar="N", help="At most N covers in this run."),
    click.option(
        "--overwrite-hand-made", is_flag=True, help="With --only: replace a hand-made cover; it is kept aside."
    ),
)
_PREVIEW = _folder("--preview", "Keep the running cover's latest preview picture here, as preview.jpg.")
_QUIET = click.option("--quiet", is_flag=True, help="Say nothing but what went wrong.")


def _options(*declared: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def declare(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(declared):
            command = option(command)
        return command

    return declare


def _taken(arguments: dict[str, Any]) -> tuple[Any, Any]:
    """The options of the site, and the selection among its covers."""
    from blogcovers.config import Options, Selection

    names = ("content", "media", "style", "server", "renderer", "generator", "drafts")
    site = {name: arguments.pop(name) for name in names}
    return Options(**site), Selection(**arguments)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__)
def cli() -> None:
    """A cover for every Markdown post, all by one hand.

    Give each post a line 'concept: what the cover shows' in its front matter, then run
    'blogcovers build ./content'. Covers are rendered by your ComfyUI, or painted by the built-in painter.
    """


@cli.command()
@_options(*_SITE, *_CHOICE, _PREVIEW, _QUIET)
@guarded
def build(**arguments: Any) -> int:
    """Make every cover that is due.

    CONTENT is the folder of your posts; without it the config's, or the generator's, is taken.
    """
    from blogcovers.commands.build_command import build as command

    return command(*_taken(arguments))


@cli.command()
@_options(*_SITE, *_CHOICE)
@guarded
def plan(**arguments: Any) -> int:
    """Show what a build would do, and why; touch nothing."""
    from blogcovers.commands.plan_command import plan as command

    return command(*_taken(arguments))


@cli.command()
@_options(*_SITE, _QUIET)
@guarded
def check(**arguments: Any) -> int:
    """Fail when a cover, or a file derived from it, is missing, stale or broken; for CI and hooks.

    No network, no rendering. Hand-made, skipped and kept covers are fine.
    """
    from blogcovers.commands.check_command import check as command

    return command(*_taken(arguments))


@cli.command(epilog=f"The themes are {', '.join(themes.THEMES)}.")
@_options(*_SITE, _QUIET)
@click.option("--undo", is_flag=True, help="Take the lines out again.")
@click.option("--dry-run", is_flag=True, help="Say what would be done; touch nothing.")
@guarded
def link(undo: bool, dry_run: bool, **arguments: Any) -> int:
    """Write each cover's URL into its posts' front matter, where your theme looks for it.

    The theme, or its key, stands in blogcovers.toml under [link]. Only that line is touched; a post that names
    another picture there is left alone.
    """
    from blogcovers.commands.link_command import link as command

    return command(*_taken(arguments), undo=undo, dry_run=dry_run)


@cli.command()
@_options(*_SITE[:2], _SITE[5])
@click.option("--dry-run", is_flag=True, help="Say what would be done; touch nothing.")
@guarded
def clean(dry_run: bool, **arguments: Any) -> int:
    """Move covers away that belong to no post any more.

    Deleted and renamed posts leave theirs behind. They go to .blogcovers/replaced/, with what is derived from them;
    a hand-made file never does.
    """
    from blogcovers.commands.clean_command import clean as command

    others = {"style": None, "server": (), "renderer": None, "drafts": None}
    return command(_taken({**others, **arguments})[0], dry_run=dry_run)


@cli.command()
@_options(*_SITE[:-1], _QUIET)
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE.html", help="Where the page is written.")
@click.option(
    "--sheet",
    type=click.Path(path_type=Path),
    metavar="FILE.webp",
    help="Write a contact sheet (webp, png or jpg); the page only with --out, too.",
)
@guarded
def gallery(out: Path | None, sheet: Path | None, **arguments: Any) -> int:
    """Write one page of all covers, to look at in a browser.

    It stands by itself, with slug, concept, state, renderer and seed of each; without --out it lands in
    .blogcovers/, which no generator publishes. No network, no rendering.
    """
    from blogcovers.commands.gallery_command import gallery as command

    return command(*_taken(arguments), out=out, sheet=sheet)


@cli.command()
@_options(*_SITE[:5])
@guarded
def doctor(**arguments: Any) -> int:
    """Look at your ComfyUI servers: what answers, what is missing, what to do."""
    from blogcovers.commands.doctor_command import doctor as command

    return command(_taken({**arguments, "generator": "", "drafts": None})[0])


_STYLE = _folder("--style", "The house style's folder.")


def _at_hand(style: Path | None = None, server: tuple[str, ...] = (), content: Path | None = None) -> Any:
    from blogcovers.config import Options

    return Options(content=content, style=style, server=server)


@cli.group()
def workflow() -> None:
    """Workflow templates: which there are, where they are filled, which servers can run them; one from your own."""


@workflow.command("list")
@click.argument("content", type=click.Path(path_type=Path), required=False)
@_options(_STYLE, click.option("--json", is_flag=True, help="One JSON document on standard output."))
@guarded
def workflow_list(content: Path | None, style: Path | None, json: bool) -> int:
    """The templates of your style and of the shipped one, and the inputs worth setting in each."""
    from blogcovers.commands.workflow_command import list_templates as command

    return command(_at_hand(style, content=content), as_json=json)


@workflow.command("roles")
@click.argument("file")
@_options(_STYLE, click.option("--json", is_flag=True, help="One JSON document on standard output."))
@guarded
def workflow_roles(file: str, style: Path | None, json: bool) -> int:
    """Show where a workflow is filled, node by node, and why there.

    FILE is an export in API format, or a template's name.
    """
    from blogcovers.commands.workflow_command import show_roles as command

    return command(_at_hand(style), file, as_json=json)


@workflow.command("check")
@click.argument("file")
@_options(_STYLE, click.option("--server", multiple=True, metavar="URL", help="ComfyUI's address, in place of yours."))
@guarded
def workflow_check(file: str, style: Path | None, server: tuple[str, ...]) -> int:
    """Ask your servers whether they can run a workflow; render nothing.

    FILE is an export in API format, or a template's name.
    """
    from blogcovers.commands.workflow_command import check as command

    return command(_at_hand(style, server), file)


@workflow.command("convert")
@click.argument("saved", type=click.Path(path_type=Path))
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write it there.")
@click.option("--server", metavar="URL", default="", help="The ComfyUI that says what its nodes are.")
@click.option(
    "--object-info", type=click.Path(path_type=Path), metavar="FILE", help="A copy of what it says at /object_info."
)
@click.option("--force", is_flag=True, help="Write over another file.")
@guarded
def workflow_convert(**arguments: Any) -> int:
    """Convert a workflow as the canvas saves it to API format.

    SAVED is the file; what the canvas would post for it goes to standard output, or to a file with -o.
    """
    from blogcovers.commands.convert_command import convert as command

    return command(**arguments)


@cli.command()
@click.argument("cover", type=click.Path(path_type=Path))
@click.option("--json", is_flag=True, help="The whole recipe as JSON, with the graph.")
@guarded
def recipe(cover: Path, json: bool) -> int:
    """Show what a cover carries: its concept, prompt, seed and graph."""
    from blogcovers.commands.recipe_command import recipe as command

    return command(cover, as_json=json)


@cli.command()
@click.argument("content", type=click.Path(path_type=Path), required=False)
@guarded
def init(content: Path | None) -> int:
    """Write a commented blogcovers.toml for the site found here."""
    from blogcovers.commands.init_command import init as command

    return command(content)


@cli.group()
def hook() -> None:
    """Have git ask for the covers of the posts that a commit or push carries."""


_HOOKS = (
    click.option("--pre-commit", "names", flag_value="pre-commit", multiple=True, help="The hook before a commit."),
    click.option("--pre-push", "names", flag_value="pre-push", multiple=True, help="The hook before a push."),
)


@hook.command("install")
@click.argument("content", type=click.Path(path_type=Path), required=False)
@_options(*_HOOKS)
@click.option("--build", is_flag=True, help="Make the covers that are due; without it the hook only looks.")
@_folder("--hooks", "The folder of core.hooksPath, where that lies outside of the repository.")
@guarded
def hook_install(content: Path | None, names: tuple[str, ...], build: bool, hooks: Path | None) -> int:
    """Install a hook, pre-commit unless you say otherwise.

    It looks at the posts that the commit or push carries, and fails with the 'git add' line when a cover is
    missing from it. A hook that is there already is kept, runs first, and comes back with 'uninstall'.
    """
    from blogcovers.commands.hook_command import install as command

    return command(content, names, hooks, build=build)


@hook.command("uninstall")
@_options(*_HOOKS)
@guarded
def hook_uninstall(names: tuple[str, ...]) -> int:
    """Take the hooks away again, and put back what stood there before."""
    from blogcovers.commands.hook_command import uninstall as command

    return command(names)


@hook.command("status")
@click.option("--json", is_flag=True, help="One JSON document on standard output.")
@guarded
def hook_status(json: bool) -> int:
    """Say which hooks are installed; exit code 1 when none is."""
    from blogcovers.commands.hook_command import status as command

    return command(as_json=json)


@hook.command("run")
@click.argument("kind", type=click.Choice(["pre-commit", "pre-push", "framework"]))
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@_folder("--content", "The folder of your posts.")
@click.option("--kept", type=click.Path(path_type=Path), metavar="FILE", help="A hook that runs first.")
@click.option("--build", is_flag=True, help="Make the covers that are due.")
@guarded
def hook_run(kind: str, arguments: tuple[str, ...], content: Path | None, kept: Path | None, build: bool) -> int:
    """Do what an installed hook does; 'framework' is for pre-commit.com, which names the posts."""
    from blogcovers.commands.hook_command import run as command

    return command(kind, arguments, content, kept, build=build)
