"""The command line as a process: what it loads, how it ends, what help says; and the smaller commands."""

from __future__ import annotations

import json
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner
from patience import SECONDS
from PIL import Image
from site_builder import Site

from blogcovers import __version__, cli, config, generators
from blogcovers.generators.themes import THEMES

HEAVY = ("requests", "PIL", "rich", "jinja2", "websocket", "asyncio", "concurrent")


def loaded(site: Site, *arguments: str) -> set[str]:
    """The top-level modules that a command imports."""
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "blogcovers", *arguments],
        cwd=site.root,
        check=True,
        capture_output=True,
        text=True,
    )
    lines = [line for line in run.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}


@pytest.mark.parametrize("command", ["check", "plan"])
def test_looking_loads_nothing_heavy(site: Site, command: str) -> None:
    site.post("fox")
    site.build()
    assert loaded(site, command, "content").isdisjoint(HEAVY)


def test_a_build_with_nothing_to_do_loads_nothing_heavy(site: Site) -> None:
    site.post("fox")
    site.build()
    assert loaded(site, "build", "content").isdisjoint({"requests", "PIL", "rich", "jinja2", "websocket"})


def test_nor_do_they_where_files_are_derived(site: Site) -> None:
    site.write("blogcovers.toml", "[outputs.social]\n[outputs.square]\n[outputs.widths]\n")
    site.post("fox")
    site.build()
    assert loaded(site, "check", "content").isdisjoint(HEAVY)
    assert loaded(site, "build", "content").isdisjoint({"requests", "PIL", "rich", "jinja2", "websocket"})


def test_deriving_alone_loads_no_renderer(site: Site) -> None:
    site.post("fox")
    site.build()
    site.write("blogcovers.toml", "[outputs.social]\n")
    modules = loaded(site, "build", "content")
    assert "PIL" in modules
    assert modules.isdisjoint({"requests", "websocket", "rich", "jinja2"})


def test_a_painted_build_loads_no_http(site: Site) -> None:
    site.post("fox")
    modules = loaded(site, "build", "content")
    assert "PIL" in modules
    assert modules.isdisjoint({"requests", "websocket", "rich"})


def test_python_m_and_the_console_script_are_one(site: Site) -> None:
    script = Path(sys.executable).parent / "blogcovers"
    for command in ([sys.executable, "-m", "blogcovers"], [str(script)]):
        run = subprocess.run([*command, "--version"], check=True, capture_output=True, text=True)
        assert run.stdout.strip().endswith(__version__)


def test_help_names_every_command() -> None:
    text = CliRunner().invoke(cli.cli, ["--help"]).output
    for command in ("build", "check", "gallery", "init", "plan", "recipe"):
        assert f"\n  {command} " in text


def test_a_bug_is_one_line_and_a_report(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.post("fox")

    def broken(_: object) -> object:
        raise ZeroDivisionError("deep inside \x1b[31m a file named \udcff")

    monkeypatch.setattr("blogcovers.config.load", broken)
    result = site.run("plan", "content")
    assert result.code == 4
    assert result.err.count("\n") == 1
    report = Path(result.err.split()[-1])
    assert r"ZeroDivisionError: deep inside \x1b[31m a file named \udcff" in report.read_text(encoding="utf-8")
    report.unlink()
    result = site.run("plan", "content", "--json")
    assert (result.code, result.json["covers"], result.json["error"]["code"]) == (4, [], "bug")
    Path(result.json["error"]["message"].split()[-1]).unlink()


@pytest.mark.parametrize("options", [["--json"], []])
def test_ctrl_c_at_any_time_is_told_in_the_document(site: Site, options: list[str]) -> None:
    """Here while a server is asked that says nothing."""
    site.post("fox")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(SECONDS)
        server = f"http://127.0.0.1:{silent.getsockname()[1]}"
        process = site.start("build", "content", "--renderer", "comfyui", "--server", server, *options)
        connection, _ = silent.accept()
        with connection:
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 130
    assert err.startswith("error: Interrupted.\n")
    assert [json.loads(out)["error"]["code"]] == ["interrupted"] if options else "1 not reached" in out


def test_check_says_what_is_due_and_changes_nothing(site: Site) -> None:
    site.post("fox")
    site.post("notes", None)
    before = site.snapshot()
    result = site.run("check", "content")
    assert result.code == 1
    assert "missing" in result.out
    assert "fox" in result.out
    assert "notes" not in result.out
    assert site.snapshot() == before
    site.build()
    result = site.run("check", "content")
    assert (result.code, result.out) == (0, "All is well. Nothing to do: 1 current, 1 skipped.\n")
    assert site.run("check", "content", "--quiet").out == ""


def test_check_names_the_build_that_mends(tmp_path: Path) -> None:
    """From a monorepo's root, where a bare build finds no posts."""
    site = Site(tmp_path)
    (tmp_path / "content").rmdir()
    site.write("my blog/content/fox.md", "---\nconcept: a fox\n---\n")
    site.write("my blog/blogcovers.toml", 'data_file = "covers.json"\n')
    result = site.run("check", "my blog/content")
    assert "1 post without a current cover. Run: blogcovers build 'my blog/content'\n" in result.out
    site.run("build", "my blog/content")
    site.write("my blog/covers.json", "{}")
    assert "Run: blogcovers build 'my blog/content'\n" in site.run("check", "my blog/content").err


def test_check_names_a_build_with_the_same_options(site: Site) -> None:
    site.post("fox", draft="true")
    options = ("--media", site.root / "my art", "--renderer", "painter", "--drafts")
    checked = site.run("check", site.content, *options)
    command = "blogcovers build content --media 'my art' --renderer painter --drafts"
    assert f"Run: {command}\n" in checked.out
    assert site.run(*shlex.split(command)[1:]).code == 0
    assert site.run("check", site.content, *options).code == 0


def test_check_of_posts_that_cannot_be_read_names_no_build(site: Site) -> None:
    site.write("content/broken.md", "---\nconcept: [a\n---\n")
    result = site.run("check", "content")
    assert result.code == 1
    assert "content/broken.md" in result.out
    assert "blogcovers build" not in result.out
    assert "All is well" not in result.out
    site.post("fox")
    assert "1 post without a current cover. Run: blogcovers build content\n" in site.run("check", "content").out


def test_check_tells_of_the_data_file_in_its_document(site: Site) -> None:
    site.post("fox")
    site.build()
    assert "data_file" not in site.run("check", "content", "--json").json
    site.write("blogcovers.toml", 'data_file = "covers.json"\n')
    result = site.run("check", "content", "--json")
    assert (result.code, result.json["data_file"]) == (1, "outdated")
    assert "data_file" not in site.run("check", "content", "--json", "--only", "fox").json
    site.build()
    result = site.run("check", "content", "--json")
    assert (result.code, result.json["data_file"]) == (0, "current")


def test_a_line_break_in_a_name_makes_no_line_of_its_own(site: Site) -> None:
    site.write("content/one\nerror: two.md", "---\nconcept: [a\n---\n")
    site.write("content/a\ncurrent b.md", "---\nconcept: a\nslug: fox\n---\n")
    site.write("content/owl.md", "---\nconcept: a\nslug: fox\n---\n")
    said = [site.run("plan", "content"), site.run("check", "content"), site.run("build", "content")]
    for result in said:
        assert "one\ufffderror: two.md" in result.out or "one\n       error: two.md" in result.err
        lines = (result.out + result.err).splitlines()
        assert not [line for line in lines if line.startswith(("error: two", "current b"))]
    assert said[0].out.count("\n") == 5


@pytest.mark.parametrize("command", [("build",), ("gallery",), ("link",), ("hook", "install")])
def test_without_content_the_command_that_was_typed_is_named(tmp_path: Path, command: tuple[str, ...]) -> None:
    bare = Site(tmp_path)
    bare.content.rmdir()
    result = bare.run(*command)
    assert result.code == 2
    assert result.err.splitlines()[-1] == f"       Say which: blogcovers {' '.join(command)} ./content"


def test_help_lists_the_generators_and_the_themes(site: Site) -> None:
    for command in ("build", "link"):
        said = " ".join(site.run(command, "--help").out.split())
        assert f"one of {', '.join(generators.NAMES)}." in said
    assert f"The themes are {', '.join(THEMES)}." in said


def test_a_post_that_cannot_be_read_is_failed_and_nothing_else(site: Site) -> None:
    site.write("content/bad.md", "---\nconcept: [a\n---\n")
    for command in ("plan", "check"):
        assert site.run(command, "content").out.split()[:2] == ["failed", "bad"]


def test_plan_tells_state_action_and_reason(site: Site) -> None:
    site.post("fox")
    site.post("notes", None)
    before = site.snapshot()
    result = site.run("plan", "content")
    assert result.code == 0
    lines = [line.split(None, 3) for line in result.out.splitlines()]
    assert lines[0] == ["missing", "render", "fox", "no cover yet"]
    assert lines[1] == ["skipped", "notes", "no", "concept"]
    assert "1 cover to render." in result.out
    assert site.snapshot() == before


def test_recipe_tells_what_a_cover_carries(site: Site) -> None:
    site.post("fox", "a fox")
    site.build()
    shown = site.run("recipe", site.cover("fox")).out
    assert "a fox" in shown
    assert "1200x630" in shown
    document = json.loads(site.run("recipe", site.cover("fox"), "--json").out)
    assert document["fingerprint"] == site.recipe("fox").fingerprint
    assert document["texts"]["concept"] == "a fox"


def test_recipe_of_a_picture_without_one(site: Site) -> None:
    file = site.write("photo.webp", b"")
    Image.new("RGB", (30, 20)).save(file, "WEBP")
    result = site.run("recipe", file)
    assert result.code == 1
    assert "carries no recipe" in result.err


def test_init_writes_a_config_that_reads_back(site: Site) -> None:
    site.post("fox")
    result = site.run("init")
    assert result.code == 0
    text = (site.root / config.FILE).read_text(encoding="utf-8")
    settings = {key: value for key, value in tomllib.loads(text).items() if value != {}}
    assert settings == {
        "content": "content",
        "media": "media/covers",
        "generator": "plain",
        "slug_rule": "plain",
    }
    for key in config.KEYS:
        assert f"{key.name.rpartition('.')[2]} = " in text
    assert site.run("build").code == 0
    assert site.cover("fox").exists()


def test_init_does_not_overwrite(site: Site) -> None:
    site.write("blogcovers.toml", "drafts = true\n")
    result = site.run("init")
    assert result.code == 2
    assert "there already" in result.err


@pytest.mark.parametrize(
    ("name", "media"),
    [
        ("hugo", "static/images/covers"),
        ("pelican", "content/images/covers"),
        ("mkdocs", "docs/assets/covers"),
        ("jekyll", "assets/images/covers"),
    ],
)
def test_a_bare_build_suits_the_generator(tmp_path: Path, name: str, media: str) -> None:
    shutil.copytree(Path(__file__).parent / "sites" / name, tmp_path / name)
    site = Site(tmp_path / name)
    if name != "hugo" and not any(site.content.iterdir()):
        site.content.rmdir()
    first = site.run("build", "--json")
    assert first.code == 0, first.err
    made = {row["cover"] for row in first.json["covers"] if row["action"] == "rendered"}
    assert made
    assert all(cover.startswith(media + "/") for cover in made)
    second = site.run("build", "--json")
    assert "rendered" not in second.actions().values()
    initialised = site.run("init")
    assert initialised.code == 0
    assert f"for {name}: posts in" in initialised.out
    assert "rendered" not in site.run("build", "--json").actions().values(), "init writes down what was detected"


def test_a_folder_inside_the_generators_content(tmp_path: Path) -> None:
    site = Site(tmp_path / "site")
    site.write("hugo.toml", "")
    site.write("content/posts/fox.md", "---\nconcept: a fox\n---\n")
    result = site.run("build", "content/posts", "--json")
    assert result.rows()["fox"]["cover"] == "static/images/covers/fox.webp"
    assert (site.root / "static/images/covers/fox.webp").exists()
