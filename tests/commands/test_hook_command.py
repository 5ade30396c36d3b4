"""The git hook, with a real git: what a commit or push carries is looked at as it is committed."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from git_site import ROOT, GitSite, add_line
from PIL import Image
from site_builder import Outcome
from test_cli import HEAVY

from blogcovers.git import hooks


@pytest.fixture
def site(tmp_path: Path) -> Iterator[GitSite]:
    """A site with one commit, and one post with its cover, both untracked."""
    site = GitSite(tmp_path / "site")
    site.write("README.md", "A blog.\n")
    site.git("add", "README.md", "blogcovers.toml")
    site.commit()
    site.post("fox", "a fox")
    yield site
    assert not list(site.top.rglob(".git/**/.blogcovers-*")), "a temporary file was left"


def refused(site: GitSite, *arguments: str | Path, folder: Path | None = None) -> Outcome:
    """A commit that the hook stops; it must leave the index as it was."""
    before = site.staged()
    head = site.git("rev-parse", "--verify", "--quiet", "HEAD", code=None).out
    said = site.commit(*arguments, code=1, folder=folder)
    assert site.staged() == before, "the hook changed the index"
    assert site.git("rev-parse", "--verify", "--quiet", "HEAD", code=None).out == head
    return said


def stopped(site: GitSite, *options: str, code: int = 1) -> Outcome:
    """What the hook says where it stops what is staged, run in this process as git would; the index stays as it was."""
    before = site.staged()
    said = site.tell("hook", "run", "pre-commit", *options, code=code)
    assert site.staged() == before, "the hook changed the index"
    return said


def passes(site: GitSite, *options: str) -> Outcome:
    """The same where it lets what is staged go into the commit, which is made."""
    said = site.tell("hook", "run", "pre-commit", *options)
    site.commit("--no-verify")
    return said


def remote_of(site: GitSite) -> Path:
    bare = site.top.parent / "remote.git"
    site.git("init", "--quiet", "--bare", "--initial-branch=main", bare)
    site.git("remote", "add", "origin", bare)
    site.git("push", "--quiet", "origin", "main")
    return bare


def hand_made(site: GitSite, slug: str) -> None:
    """Puts another picture in the cover's place, as the author might."""
    Image.new("RGB", (64, 36), "teal").save(site.cover(slug), "WEBP")
    assert site.run("check", "content").code == 0


class TestInstall:
    def test_is_two_lines_with_a_mark(self, site: GitSite) -> None:
        said = site.tell("hook", "install")
        lines = site.hook().read_text(encoding="utf-8").splitlines()
        assert len(lines) == 2
        assert lines[0] == "#!/bin/sh"
        assert lines[1].endswith("# blogcovers")
        assert os.access(site.hook(), os.X_OK)
        assert not site.hook("pre-push").exists()
        assert said.out.startswith("Installed .git/hooks/pre-commit: it checks the covers")

    def test_twice_changes_nothing(self, site: GitSite) -> None:
        site.tell("hook", "install", "--pre-commit", "--pre-push")
        before = {name: site.hook(name).stat().st_mtime_ns for name in hooks.NAMES}
        said = site.tell("hook", "install", "--pre-commit", "--pre-push")
        assert said.out.count("Already installed") == 2
        assert {name: site.hook(name).stat().st_mtime_ns for name in hooks.NAMES} == before
        assert not list(site.hook().parent.glob(f"*{hooks.KEPT}"))

    def test_over_an_older_one_of_ours_updates_it(self, site: GitSite) -> None:
        site.stranger("#!/bin/sh\nexec blogcovers check # blogcovers\n")
        site.tell("hook", "install", "--build")
        assert hooks.sites(site.hook()) == [["--build"]]
        assert not hooks.kept(site.hook()).exists()

    def test_keeps_the_hook_that_was_there_and_gives_it_back(self, site: GitSite) -> None:
        text = "#!/bin/sh\necho strange $0 >&2\nexit 3\n"
        file = site.stranger(text)
        said = site.tell("hook", "install")
        assert "kept as pre-commit.before-blogcovers and runs first" in said.out
        site.git("add", "content/fox.md")
        said = site.commit(code=1)
        assert said.err == f"strange {hooks.kept(file)}\n"
        assert "is back" in site.tell("hook", "uninstall", "--pre-commit").out
        assert file.read_text(encoding="utf-8") == text
        assert stat.S_IMODE(file.stat().st_mode) == 0o750
        assert not hooks.kept(file).exists()

    def test_the_kept_hook_passes_and_then_ours_runs(self, site: GitSite) -> None:
        site.stranger("#!/bin/sh\necho strange >&2\n")
        site.tell("hook", "install")
        site.git("add", "content/fox.md")
        said = refused(site)
        assert said.err.index("strange") < said.err.index("1 post without a current cover")

    def test_a_kept_hook_that_git_would_not_run_is_not_run(self, site: GitSite) -> None:
        site.stranger("#!/bin/sh\nexit 3\n").chmod(0o644)
        site.tell("hook", "install")
        site.write("notes.txt", "x")
        site.git("add", "notes.txt")
        site.commit()
        site.tell("hook", "uninstall")
        assert stat.S_IMODE(site.hook().stat().st_mode) == 0o644

    def test_a_kept_hook_without_its_first_line_runs_as_under_git(self, site: GitSite) -> None:
        site.stranger("echo bare >&2\nexit 5\n")
        site.tell("hook", "install")
        site.write("notes.txt", "x")
        site.git("add", "notes.txt")
        assert "bare" in site.commit(code=1).err

    def test_uninstall_leaves_another_programs_hook(self, site: GitSite) -> None:
        site.stranger("#!/bin/sh\nexit 0\n")
        site.tell("hook", "install")
        site.stranger("#!/bin/sh\necho later\n")
        said = site.tell("hook", "uninstall")
        assert ".git/hooks/pre-commit is not ours: it stays." in said.out
        assert "pre-commit.before-blogcovers" in said.out
        assert "later" in site.hook().read_text(encoding="utf-8")
        assert "Remove one of the two" in site.tell("hook", "install", code=2).err

    def test_our_hook_with_lines_of_others_is_nobodys_to_move(self, site: GitSite) -> None:
        site.tell("hook", "install")
        mixed = site.hook().read_text(encoding="utf-8").replace("#!/bin/sh\n", "#!/bin/sh\necho mine\n")
        site.hook().write_text(mixed, encoding="utf-8")
        assert "lines of others" in site.tell("hook", "install", code=2).err
        assert "so it stays" in site.tell("hook", "uninstall", code=1).err
        assert site.hook().read_text(encoding="utf-8") == mixed

    def test_uninstall_where_nothing_is(self, site: GitSite) -> None:
        assert site.tell("hook", "uninstall").out.count("is not installed") == 2

    def test_outside_of_any_repository(self, site: GitSite, tmp_path: Path) -> None:
        (tmp_path / "loose/content").mkdir(parents=True)
        for command in (("install",), ("uninstall",), ("status",), ("run", "pre-commit")):
            said = site.tell("hook", *command, code=2, folder=tmp_path / "loose")
            assert "is in no work tree of git" in said.err

    def test_without_git(self, site: GitSite, tmp_path: Path) -> None:
        site.variables["PATH"] = str(tmp_path)
        assert "git is not found" in site.tell("hook", "status", code=3).err


class TestTheTrampoline:
    """It finds blogcovers by the interpreter that installed it, else on the PATH, else says so."""

    def moved(self, site: GitSite, path: str) -> Outcome:
        """A commit after the interpreter of the installation has gone."""
        site.tell("hook", "install")
        text = site.hook().read_text(encoding="utf-8")
        assert sys.executable in text
        site.hook().write_text(text.replace(sys.executable, "/nowhere/python"), encoding="utf-8")
        site.git("add", "content/fox.md")
        site.variables["PATH"] = path
        return site.commit(code=1)

    def tools(self, site: GitSite) -> Path:
        """A folder for PATH with git and sh alone."""
        folder = site.top.parent / "bin"
        folder.mkdir()
        for name in ("git", "sh"):
            (folder / name).symlink_to(shutil.which(name) or name)
        return folder

    def test_falls_back_to_the_path(self, site: GitSite) -> None:
        folder = self.tools(site)
        command = folder / "blogcovers"
        command.write_text(f'#!/bin/sh\necho by path >&2\nexec {sys.executable} -P -m blogcovers "$@"\n')
        command.chmod(0o755)
        said = self.moved(site, str(folder))
        assert said.err.startswith("by path\n")
        assert "1 post without a current cover" in said.err

    def test_says_so_where_it_is_gone(self, site: GitSite) -> None:
        said = self.moved(site, str(self.tools(site)))
        assert said.err == "error: blogcovers is not found: install it, or go without: git commit --no-verify\n"

    def test_needs_no_path(self, site: GitSite) -> None:
        """As from a graphical git client: the recorded interpreter is enough."""
        site.tell("hook", "install")
        site.git("add", "content/fox.md")
        site.variables["PATH"] = str(self.tools(site))
        assert "1 post without a current cover" in site.commit(code=1).err

    def test_imports_nothing_from_the_site(self, site: GitSite) -> None:
        site.write("blogcovers/__init__.py", "raise SystemExit('the wrong one')")
        site.write("click.py", "raise SystemExit('the wrong one')")
        site.tell("hook", "install")
        site.git("add", "content/fox.md")
        assert "1 post without a current cover" in site.commit(code=1).err


class TestStatus:
    def test_tells_what_is_installed(self, site: GitSite) -> None:
        said = site.tell("hook", "status", code=1)
        assert said.out == "pre-commit not installed\npre-push   not installed\n"
        site.stranger("#!/bin/sh\n", "pre-push")
        site.stranger("#!/bin/sh\n")
        site.tell("hook", "install", "--build")
        said = site.tell("hook", "status")
        assert "installed, --build, pre-commit.before-blogcovers is kept beside it and runs first" in said.out
        assert "pre-push   not installed, another program's hook stands there" in said.out

    def test_as_json(self, site: GitSite) -> None:
        site.tell("hook", "install", "--pre-push", "content")
        document = json.loads(site.tell("hook", "status", "--json").out)
        assert document["in_repository"] is True
        states = {state["hook"]: state for state in document["hooks"]}
        assert states["pre-commit"]["state"] == "not installed"
        assert states["pre-push"] == {
            "hook": "pre-push",
            "state": "installed",
            "file": ".git/hooks/pre-push",
            "sites": [["--content=content"]],
            "other": False,
            "kept": None,
        }


class TestHooksPath:
    def test_inside_the_repository_is_used(self, site: GitSite) -> None:
        site.git("config", "core.hooksPath", ".githooks")
        said = site.tell("hook", "install", folder=site.content)
        assert "core.hooksPath" in said.out
        file = site.top / ".githooks/pre-commit"
        assert sys.executable not in file.read_text(encoding="utf-8"), "that file is committed"
        site.variables["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{site.variables['PATH']}"
        site.git("add", "content/fox.md")
        assert "1 post without a current cover" in refused(site).err
        site.tell("hook", "uninstall")
        assert not file.exists()

    def test_outside_of_it_is_refused_unless_named(self, site: GitSite, tmp_path: Path) -> None:
        everywhere = tmp_path / "every where"
        site.git("config", "core.hooksPath", everywhere)
        said = site.tell("hook", "install", code=2)
        assert "outside of this repository" in said.err
        assert not everywhere.exists()
        assert "git takes hooks from" in site.tell("hook", "install", "--hooks", tmp_path, code=2).err
        site.tell("hook", "install", "--hooks", everywhere)
        site.git("add", "content/fox.md")
        refused(site)
        said = site.tell("hook", "status")
        assert "outside of this repository" in said.out

    def test_ours_that_git_does_not_run_is_told_and_removed(self, site: GitSite) -> None:
        site.tell("hook", "install")
        site.git("config", "core.hooksPath", ".githooks")
        said = site.tell("hook", "status", code=1)
        assert ".git/hooks/pre-commit is ours, too, but git does not run it." in said.out
        site.tell("hook", "uninstall")
        assert not site.hook().exists()

    def test_huskys_generated_folder_is_left_alone(self, site: GitSite) -> None:
        """husky 9 finds its scripts by the name of the hook, so one kept under another name would run none."""
        folder = site.top / ".husky/_"
        site.stranger('#!/usr/bin/env sh\n. "$(dirname "$0")/h"\n', folder=folder)
        (folder / "h").write_text("")
        site.git("config", "core.hooksPath", ".husky/_")
        said = site.tell("hook", "install", "--build", code=2)
        assert "Put this line into .husky/pre-commit: blogcovers hook run pre-commit --build" in said.err
        assert [file.name for file in sorted(folder.iterdir())] == ["h", "pre-commit"]


class TestACommit:
    @pytest.fixture
    def site(self, site: GitSite) -> GitSite:
        site.tell("hook", "install")
        return site

    def test_without_posts_is_quick_and_silent(self, site: GitSite) -> None:
        site.write("notes.txt", "x")
        site.git("add", "notes.txt")
        assert site.commit() == Outcome(0, "", "")

    def test_without_posts_loads_nothing_heavy(self, site: GitSite) -> None:
        site.write("notes.txt", "x")
        site.git("add", "notes.txt")
        words = ("-P", "-X", "importtime", "-m", "blogcovers", "hook", "run", "pre-commit")
        lines = site.command(sys.executable, *words).err.splitlines()
        loaded = {line.rpartition("|")[2].strip() for line in lines}
        assert {name.partition(".")[0] for name in loaded}.isdisjoint(HEAVY)
        assert loaded.isdisjoint({"blogcovers.survey", "blogcovers.config", "blogcovers.painter"})

    def test_of_a_post_without_a_cover_is_refused(self, site: GitSite) -> None:
        site.git("add", "content/fox.md")
        said = refused(site)
        assert "missing" in said.err
        assert "1 post without a current cover. Run: blogcovers build\n" in said.err
        assert "git commit --no-verify" in said.err
        assert not site.cover("fox").exists(), "it renders nothing"
        site.commit("--no-verify")

    def test_needs_the_cover_in_it(self, site: GitSite) -> None:
        site.build()
        site.git("add", "content/fox.md")
        said = refused(site)
        assert "content/fox.md: its cover media/covers/fox.webp is not staged." in said.err
        assert add_line(said) == "git add -- media/covers/fox.webp"
        site.command("sh", "-c", add_line(said))
        assert site.commit() == Outcome(0, "", "")

    def test_of_other_posts_does_not_ask_for_this_one(self, site: GitSite) -> None:
        site.post("notes", None)
        site.post("sketch", "a sketch", draft="true")
        site.write("content/broken.md", "---\nconcept: [a\n---\n")
        site.git("add", "content/notes.md", "content/sketch.md", "README.md")
        passes(site)

    def test_of_a_malformed_post_is_refused(self, site: GitSite) -> None:
        site.write("content/broken.md", "---\nconcept: [a\n---\n")
        site.git("add", "content/broken.md")
        said = stopped(site)
        assert "content/broken.md" in said.err
        assert "Run: blogcovers build" not in said.err, "that would not mend it"

    def test_of_a_changed_concept_needs_the_new_cover(self, site: GitSite) -> None:
        site.build_and_commit()
        site.post("fox", "two foxes")
        site.git("add", "content/fox.md")
        assert "stale" in stopped(site).err
        site.build()
        said = stopped(site)
        assert "is not the one that is staged" in said.err
        site.command("sh", "-c", add_line(said))
        passes(site)

    def test_judges_the_staged_text(self, site: GitSite) -> None:
        site.build_and_commit()
        site.post("fox", "two foxes")
        site.git("add", "content/fox.md")
        site.post("fox", "a fox")  # the cover on disk fits this text, which is not the one to be committed
        said = stopped(site)
        assert "'a fox' → 'two foxes'" in said.err
        assert "content/fox.md was judged as git holds it" in said.err

    def test_that_is_right_in_itself_passes_while_the_author_works_on(self, site: GitSite) -> None:
        site.build()
        site.git("add", ".")
        site.post("fox", "two foxes")
        site.build()
        passes(site)
        assert site.git("diff", "--name-only").out.split() == ["content/fox.md", "media/covers/fox.webp"]

    def test_with_files_deleted_on_disk_is_judged_by_what_is_staged(self, site: GitSite) -> None:
        fox = site.post("fox", "a fox")
        site.build()
        site.git("add", ".")
        site.cover("fox").unlink()
        passes(site)
        site.post("owl", "an owl")
        site.git("add", "content/owl.md")
        (site.content / "owl.md").unlink()
        fox.unlink()
        assert "owl" in stopped(site).err

    def test_asks_for_a_cover_that_replaces_a_good_one(self, site: GitSite) -> None:
        site.build()
        site.git("add", ".")
        hand_made(site, "fox")
        assert "is not the one that is staged" in stopped(site).err

    def test_takes_a_hand_made_cover_if_it_is_tracked(self, site: GitSite) -> None:
        site.build()
        hand_made(site, "fox")
        site.git("add", "content/fox.md")
        said = stopped(site)
        site.command("sh", "-c", add_line(said))
        passes(site)

    def test_needs_what_is_derived_from_the_cover_in_it(self, site: GitSite) -> None:
        site.write("blogcovers.toml", '[output]\nsize = "64x36"\n[outputs.social]\n')
        site.tell("build", "content")
        site.git("add", "content/fox.md", "media/covers/fox.webp")
        said = stopped(site)
        assert "what is derived from its cover is not staged as it is: media/covers/fox.social.jpg" in said.err
        assert add_line(said) == "git add -- media/covers/fox.social.jpg"
        site.git("add", "media/covers/fox.social.jpg")
        passes(site)

    def test_asks_for_no_ignored_cover(self, site: GitSite) -> None:
        site.write(".gitignore", "media/\n")
        site.git("add", ".gitignore", "content/fox.md")
        site.variables["GIT_LITERAL_PATHSPECS"] = "1"  # git's own answer about ignored files fails under it
        said = stopped(site)
        assert "git add" not in said.err
        site.build()
        passes(site)

    def test_asks_for_a_tracked_cover_in_an_ignored_folder(self, site: GitSite) -> None:
        site.write(".gitignore", "media/\n")
        site.build()
        site.git("add", ".gitignore", "content/fox.md")
        site.git("add", "--force", "media/covers/fox.webp")
        passes(site)
        site.post("fox", "two foxes")
        site.build()
        site.git("add", "content/fox.md")
        assert add_line(stopped(site)) == "git add -- media/covers/fox.webp"

    def test_asks_for_no_cover_outside_of_the_repository(self, site: GitSite, tmp_path: Path) -> None:
        site.write("blogcovers.toml", f'media = "{tmp_path}/elsewhere"\n[output]\nsize = "64x36"\n')
        site.git("add", "content/fox.md")
        assert "missing" in stopped(site).err
        site.build()
        passes(site)

    def test_with_all_sees_what_it_takes_along(self, site: GitSite) -> None:
        site.build_and_commit()
        site.post("fox", "two foxes")
        refused(site, "--all")
        site.build()
        site.commit("--all")
        assert site.staged() == []

    def test_of_named_files_leaves_other_staged_ones_out(self, site: GitSite) -> None:
        site.build()
        site.git("add", ".")
        said = refused(site, "content/fox.md")
        assert "name them beside the files of your 'git commit', too" in said.err
        site.commit("content/fox.md", "media/covers/fox.webp")

    def test_that_amends_is_held_against_the_commit_before(self, site: GitSite) -> None:
        site.build_and_commit()
        site.post("owl", "an owl")
        site.git("add", "content/owl.md")
        refused(site, "--amend")
        site.build()
        site.git("add", "media")
        site.commit("--amend")

    def test_that_renames_a_post_needs_the_cover_of_its_new_name(self, site: GitSite) -> None:
        site.build_and_commit()
        site.git("mv", "content/fox.md", "content/vixen.md")
        assert "vixen" in stopped(site).err

    def test_that_deletes_a_post_and_its_cover_passes(self, site: GitSite) -> None:
        site.build_and_commit()
        site.git("rm", "--quiet", "content/fox.md", "media/covers/fox.webp")
        passes(site)

    def test_that_ends_a_merge_is_judged_as_a_whole(self, site: GitSite) -> None:
        site.build_and_commit()
        site.git("checkout", "--quiet", "-b", "other")
        site.post("fox", "two foxes")
        site.build()
        site.commit("--all", "--no-verify")
        site.git("checkout", "--quiet", "main")
        site.post("fox", "three foxes")
        site.build()
        site.commit("--all", "--no-verify")
        site.git("merge", "--quiet", "other", code=1)
        site.post("fox", "four foxes")
        site.git("add", ".")
        assert "1 post without a current cover" in refused(site).err
        site.build()
        site.git("add", ".")
        site.commit()

    def test_during_a_rebase(self, site: GitSite) -> None:
        site.build_and_commit()
        site.post("owl", "an owl")
        site.git("add", "content/owl.md")
        site.commit("--no-verify")
        site.variables["GIT_SEQUENCE_EDITOR"] = "sed -i s/^pick/edit/"
        site.git("rebase", "--quiet", "--interactive", "HEAD~1")
        site.write("content/owl.md", "---\nconcept: an owl\n---\nMore.\n")
        site.git("add", ".")
        assert "owl" in refused(site, "--amend").err
        site.build()
        site.git("add", ".")
        site.commit("--amend")
        site.git("rebase", "--continue")
        assert "media/covers/owl.webp" in site.git("ls-files").out

    def test_when_the_branch_has_no_posts_folder(self, site: GitSite) -> None:
        """The branch of the published pages, say."""
        site.git("checkout", "--quiet", "--orphan", "gh-pages")
        site.git("rm", "-r", "--force", "--quiet", ".")
        shutil.rmtree(site.content)
        site.write("index.md", "Hello.\n")
        site.git("add", "index.md")
        said = passes(site)
        assert "the hook of blogcovers looked at nothing" in said.err

    @pytest.mark.parametrize("name", ["füchse im schnee", "a fox's 'tail'", "two\nlines", ":(top)fox", "-fox", "狐"])
    def test_of_a_post_with_any_name(self, site: GitSite, name: str) -> None:
        """The file has it, and the folder of the covers, too; the add line survives the shell."""
        (site.content / "fox.md").unlink()
        site.write("blogcovers.toml", f'media = {json.dumps(name)}\n[output]\nsize = "64x36"\n')
        site.write(f"content/{name}.md", "---\nconcept: a fox\nslug: fox\n---\n")
        site.git("--literal-pathspecs", "add", "--", f"content/{name}.md")
        site.build()
        said = stopped(site)
        site.command("sh", "-c", add_line(said).replace(":(top)", "./:(top)"))
        passes(site)


def test_the_first_commit_of_a_repository(tmp_path: Path) -> None:
    site = GitSite(tmp_path / "site")
    site.post("fox")
    site.tell("hook", "install")
    site.git("add", ".")
    refused(site)
    site.build_and_commit()


def test_the_first_push_of_a_repository(tmp_path: Path) -> None:
    site = GitSite(tmp_path / "site")
    site.post("fox")
    site.tell("hook", "install", "--pre-push")
    site.git("add", ".")
    site.commit()
    site.git("init", "--quiet", "--bare", tmp_path / "remote.git")
    assert "fox" in site.git("push", tmp_path / "remote.git", "main", code=1).err


def test_from_a_folder_the_paths_are_relative_to_it(site: GitSite) -> None:
    site.tell("hook", "install")
    site.build()
    site.git("add", "content")
    said = refused(site, folder=site.content)
    assert add_line(said) == "git add -- ../media/covers/fox.webp"


def test_a_site_below_the_repositorys_root(tmp_path: Path) -> None:
    site = GitSite(tmp_path / "repository", "the site")
    site.post("fox")
    assert "Installed ../.git/hooks" not in site.tell("hook", "install", folder=site.root).out
    assert hooks.sites(site.hook()) == [["--content=the site/content"]]
    site.git("add", ".")
    said = refused(site)
    assert "Run: blogcovers build 'the site/content'\n" in said.err
    site.build()
    said = refused(site)
    assert "the site/content/fox.md" not in said.err, "posts are named as in every report"
    assert add_line(said) == "git add -- 'the site/media/covers/fox.webp'"
    site.command("sh", "-c", add_line(said))
    site.commit()


def test_a_repository_that_is_named_apart_from_its_work_tree(tmp_path: Path) -> None:
    """``git --git-dir=... --work-tree=...``, with paths relative to where the user stands."""
    site = GitSite(tmp_path / "site", init=False)
    site.post("fox")
    apart = ("--git-dir=../store.git", "--work-tree=.")
    site.git(*apart, "init", "--quiet")
    site.variables |= {"GIT_DIR": "../store.git", "GIT_WORK_TREE": "."}
    site.tell("hook", "install")
    del site.variables["GIT_DIR"], site.variables["GIT_WORK_TREE"]
    assert (tmp_path / "store.git/hooks/pre-commit").exists()
    site.git(*apart, "add", ".")
    commit = ("commit", "--quiet", "-m", "a commit")
    assert "1 post without" in site.git(*apart, *commit, code=1).err
    below = ("--git-dir=../../store.git", "--work-tree=..")
    assert "1 post without" in site.git(*below, *commit, code=1, folder=site.content).err
    site.build()
    said = site.git(*below, *commit, code=1, folder=site.content)
    assert add_line(said) == "git add -- ../media/covers/fox.webp"
    site.git(*apart, "add", ".")
    site.git(*apart, *commit)


def test_a_cover_that_a_sparse_checkout_leaves_out(site: GitSite) -> None:
    site.build_and_commit()
    site.tell("hook", "install")
    site.git("sparse-checkout", "set", "--no-cone", "/*", "!media")
    assert not site.cover("fox").exists()
    site.write("content/fox.md", (site.content / "fox.md").read_text(encoding="utf-8") + "More.\n")
    site.commit("--all")


def test_a_cover_that_is_only_meant_to_be_added(site: GitSite) -> None:
    """``git add -N`` puts an empty file into the index."""
    site.tell("hook", "install")
    site.build()
    site.git("add", "content")
    site.git("add", "--intent-to-add", "media")
    said = site.commit(code=1)
    assert "is not the one that is staged" in said.err


def test_another_work_tree_has_its_own_posts(site: GitSite, tmp_path: Path) -> None:
    site.tell("hook", "install")
    site.git("add", "content")
    site.commit("--no-verify")
    site.git("worktree", "add", "--quiet", tmp_path / "other", "-b", "other")
    other = GitSite(tmp_path / "other", init=False)
    assert other.tell("hook", "status").out.startswith("pre-commit installed")
    other.post("owl", "an owl")
    other.git("add", ".")
    said = refused(other)
    assert "owl" in said.err
    assert "fox" not in said.err
    other.build()
    assert "media/covers/owl.webp" in add_line(refused(other))
    other.git("add", ".")
    other.commit()
    assert not (site.media / "owl.webp").exists()


def test_a_submodule_has_a_hook_of_its_own(tmp_path: Path) -> None:
    inner = GitSite(tmp_path / "inner")
    inner.post("fox")
    inner.build()
    inner.git("add", ".")
    inner.commit()
    outer = GitSite(tmp_path / "outer")
    outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.top, "blog")
    outer.git("add", ".")
    outer.commit()
    said = outer.tell("hook", "install", "blog/content")
    assert (outer.top / ".git/modules/blog/hooks/pre-commit").exists(), said
    blog = GitSite(outer.top / "blog", init=False)
    blog.post("owl", "an owl")
    blog.git("add", ".")
    assert "owl" in refused(blog).err
    blog.build()
    blog.git("add", ".")
    blog.commit()
    outer.tell("hook", "install")
    outer.git("add", "blog")
    outer.commit()


def test_covers_in_a_submodule_only_have_to_fit(site: GitSite, tmp_path: Path) -> None:
    pictures = GitSite(tmp_path / "pictures")
    pictures.git("add", "blogcovers.toml")
    pictures.commit()
    site.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", pictures.top, "media")
    site.commit()
    site.tell("hook", "install")
    site.git("add", "content")
    assert "missing" in refused(site).err
    site.build()
    site.commit()


def test_posts_and_base_in_two_repositories_are_refused(tmp_path: Path) -> None:
    inner = GitSite(tmp_path / "inner")
    inner.post("fox")
    inner.git("add", ".")
    inner.commit()
    outer = GitSite(tmp_path / "outer")
    outer.content.rmdir()
    outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner.top, "posts")
    outer.write("blogcovers.toml", 'content = "posts/content"\n')
    assert "A hook sees one repository only" in outer.tell("hook", "install", code=2).err


class TestSeveralSites:
    """Two sites in one repository, each with a config of its own."""

    @pytest.fixture
    def sites(self, tmp_path: Path) -> tuple[GitSite, GitSite]:
        one = GitSite(tmp_path / "blogs", "a")
        other = GitSite(tmp_path / "blogs", "b", init=False)
        one.post("fox", "a fox")
        other.post("owl", "an owl")
        return one, other

    def test_the_second_is_held_beside_the_first(self, sites: tuple[GitSite, GitSite]) -> None:
        one, other = sites
        one.tell("hook", "install", "--build", folder=one.root)
        said = other.tell("hook", "install", folder=other.root)
        assert "It goes on to look at a/content, too." in said.out
        assert hooks.sites(one.hook()) == [["--build", "--content=a/content"], ["--content=b/content"]]
        assert "installed, --build --content=a/content, --content=b/content\n" in one.tell("hook", "status").out
        document = json.loads(one.tell("hook", "status", "--json").out)
        assert document["hooks"][0]["sites"] == hooks.sites(one.hook())

        one.git("add", "b/content")
        assert "Run: blogcovers build b/content" in refused(one).err
        one.git("add", "a/content")
        said = refused(one)
        assert add_line(said) == "git add -- a/media/covers/fox.webp"
        one.command("sh", "-c", add_line(said))
        other.build()
        one.git("add", "b/media")
        assert one.commit() == Outcome(0, "", "")

        assert "Removed our .git/hooks/pre-commit." in one.tell("hook", "uninstall").out
        assert not one.hook().exists()

    def test_one_of_them_again_changes_that_one_alone(self, sites: tuple[GitSite, GitSite]) -> None:
        one, other = sites
        other.tell("hook", "install", folder=other.root)
        one.tell("hook", "install", folder=one.root)
        before = one.hook().read_bytes()
        assert "Already installed" in other.tell("hook", "install", folder=other.root).out.splitlines()[0]
        assert "Already installed" in one.tell("hook", "install", "a/content").out.splitlines()[0]
        assert one.hook().read_bytes() == before
        other.tell("hook", "install", "--build", folder=other.root)
        assert hooks.sites(one.hook()) == [["--content=a/content"], ["--build", "--content=b/content"]]

    def test_one_whose_folder_has_gone_is_left_out_and_told(self, sites: tuple[GitSite, GitSite]) -> None:
        one, other = sites
        one.tell("hook", "install", folder=one.root)
        shutil.rmtree(one.root)
        said = other.tell("hook", "install", folder=other.root)
        assert "looks at a/content no longer: that folder is not there." in said.out
        assert hooks.sites(one.hook()) == [["--content=b/content"]]

    def test_the_site_at_the_top_is_one_however_it_is_named(self, site: GitSite) -> None:
        site.tell("hook", "install")
        site.tell("hook", "install", "content")
        assert hooks.sites(site.hook()) == [["--content=content"]]
        below = GitSite(site.top, "notes/blog", init=False)
        below.post("owl", "an owl")
        below.tell("hook", "install", folder=below.root)
        site.tell("hook", "install")
        assert hooks.sites(site.hook()) == [[], ["--content=notes/blog/content"]]
        said = below.tell("hook", "install", folder=below.root)
        assert "It goes on to look at the site at the top, too." in said.out
        site.git("add", "content")
        assert "fox" in refused(site).err

    def test_a_kept_hook_runs_once_and_all_read_what_is_pushed(self, sites: tuple[GitSite, GitSite]) -> None:
        one, other = sites
        one.git("add", "a/blogcovers.toml", "b/blogcovers.toml")
        one.commit()
        remote_of(one)
        one.stranger('#!/bin/sh\necho "kept $*" >&2\ncat >&2\n', "pre-push")
        one.tell("hook", "install", "--pre-push", folder=one.root)
        other.tell("hook", "install", "--pre-push", folder=other.root)
        one.build()
        one.git("add", ".")
        one.commit()
        said = one.git("push", "origin", "main", code=1)
        assert said.err.count("kept origin") == 1
        assert "\nrefs/heads/main " in said.err
        assert "Run: blogcovers build b/content" in said.err
        other.build()
        one.git("add", ".")
        one.commit()
        assert one.git("push", "origin", "main").err.count("kept origin") == 1
        one.git("push", "origin", "main")  # git says nothing on standard input


class TestADataFile:
    """It says what the covers are, so it goes with them."""

    LIST = "data/covers.json"

    @pytest.fixture
    def site(self, site: GitSite) -> GitSite:
        """All that there is committed, and the hook that looks."""
        site.write("blogcovers.toml", f'data_file = "{self.LIST}"\n[output]\nsize = "64x36"\n')
        site.build_and_commit()
        site.tell("hook", "install")
        return site

    def checks_in_a_clone(self, site: GitSite) -> None:
        site.git("clone", "--quiet", site.top, site.top.parent / "clone")
        site.tell("check", folder=site.top.parent / "clone")

    def test_goes_in_with_a_cover_that_the_hook_makes(self, site: GitSite) -> None:
        site.tell("hook", "install", "--build")
        site.post("fox", "two foxes")
        site.git("add", "content")
        said = refused(site)
        assert "The data file data/covers.json is not the one that is staged." in said.err
        assert add_line(said) == "git add -- media/covers/fox.webp data/covers.json"
        site.command("sh", "-c", add_line(said))
        assert site.commit() == Outcome(0, "", "")
        self.checks_in_a_clone(site)

    def test_is_asked_for_by_itself(self, site: GitSite) -> None:
        site.git("rm", "--quiet", "--cached", self.LIST)
        site.post("owl", "an owl")
        site.build()
        site.git("add", "content", "media")
        said = stopped(site)
        assert "The data file data/covers.json is not staged." in said.err
        assert add_line(said) == "git add -- data/covers.json"
        site.command("sh", "-c", add_line(said))
        passes(site)
        self.checks_in_a_clone(site)

    @pytest.mark.parametrize("build", [False, True])
    def test_that_is_wrong_on_disk_is_to_be_built(self, site: GitSite, *, build: bool) -> None:
        site.post("owl", "an owl")
        site.build()
        (site.root / self.LIST).write_text("{}", encoding="utf-8")
        site.git("add", ".")
        if build:
            said = stopped(site, "--build")
            assert "owl.md" in (site.root / self.LIST).read_text(encoding="utf-8")
        else:
            said = stopped(site)
            assert said.err.startswith(
                "The data file data/covers.json does not say what the covers are. Run: blogcovers build\n"
            )
            site.build()
            said = stopped(site)
        assert add_line(said) == "git add -- data/covers.json"
        site.command("sh", "-c", add_line(said))
        passes(site)

    def test_holds_the_alt_text_of_each_translation(self, site: GitSite) -> None:
        site.post("owl", "an owl")
        site.post("owl.de", "eine Eule")
        site.build()
        site.git("add", ".")
        passes(site)
        self.checks_in_a_clone(site)
        for name, concept in (("owl", "an owl"), ("owl.de", "eine Eule im Baum")):
            site.post(name, concept, date="2026-01-02")
        site.git("add", ".")
        assert "The data file data/covers.json does not say what the covers are." in stopped(site).err
        site.build()
        site.git("add", ".")
        passes(site)

    def test_that_drops_a_post_goes_in_with_it(self, site: GitSite) -> None:
        site.post("fox", "a fox", draft="true")
        site.git("add", "content")
        assert "does not say what the covers are" in stopped(site).err
        site.build()
        site.command("sh", "-c", add_line(stopped(site)))
        passes(site)

    def test_is_not_asked_for_where_git_ignores_it_or_no_cover_is_concerned(self, site: GitSite) -> None:
        (site.root / self.LIST).write_text("{}", encoding="utf-8")
        site.post("notes", None)
        site.git("add", "content")
        passes(site)
        site.git("rm", "--quiet", "--cached", self.LIST)
        site.write(".gitignore", "data\n")
        site.post("fox", "two foxes")
        site.build()
        site.git("add", ".")
        passes(site)

    def test_that_fits_what_is_staged_passes_while_the_author_works_on(self, site: GitSite) -> None:
        site.post("owl", "an owl")
        site.build()
        site.git("add", ".")
        site.post("owl", "two owls")
        site.build()
        site.post("fox", "two foxes")  # another post's matter
        passes(site)
        assert self.LIST in site.git("diff", "--name-only").out

    def test_that_tells_of_a_later_post_on_disk_is_not_asked_for(self, site: GitSite) -> None:
        """Else the commit would hold the entry of a cover that it does not hold."""
        site.post("owl", "an owl")
        site.build()
        site.git("add", ".")
        site.post("ape", "an ape")
        site.build()
        passes(site)
        assert "ape.md" not in site.git("show", f"HEAD:{self.LIST}").out

    def test_of_a_push_is_the_committed_one(self, site: GitSite) -> None:
        remote_of(site)
        site.tell("hook", "install", "--pre-push")
        (site.root / self.LIST).unlink()  # uncommitted work
        site.git("push", "origin", "main")
        site.post("owl", "an owl")
        site.build()
        site.git("add", "content", "media")
        site.commit("--no-verify")
        said = site.git("push", "origin", "main", code=1)
        assert "The data file data/covers.json is not the one that is committed." in said.err
        site.command("sh", "-c", add_line(said))
        site.git("push", "origin", "main", code=1)
        site.commit()
        site.git("push", "origin", "main")


class TestBuild:
    def test_makes_the_cover_and_never_adds_it(self, site: GitSite) -> None:
        site.post("owl", "an owl")
        site.tell("hook", "install", "--build")
        site.git("add", "content/fox.md")
        said = refused(site)
        assert "1 cover made" in said.err
        assert not site.cover("owl").exists(), "only what the commit carries"
        site.command("sh", "-c", add_line(said))
        assert site.commit() == Outcome(0, "", "")

    def test_leaves_the_other_posts_in_the_data_file(self, site: GitSite) -> None:
        site.write("blogcovers.toml", 'data_file = "covers.json"\n[output]\nsize = "64x36"\n')
        site.tell("build", "content")
        site.post("owl", "an owl")
        site.git("add", "content/owl.md")
        stopped(site, "--build")
        listed = json.loads((site.root / "covers.json").read_text(encoding="utf-8"))
        assert list(listed) == ["fox.md", "owl.md"]

    def test_passes_at_once_where_covers_are_ignored(self, site: GitSite) -> None:
        site.write(".gitignore", "media\n")
        site.git("add", ".gitignore", "content/fox.md")
        passes(site, "--build")
        assert site.cover("fox").exists()

    def test_makes_the_cover_of_the_staged_text(self, site: GitSite) -> None:
        site.git("add", "content/fox.md")
        site.post("fox", "two foxes")
        stopped(site, "--build")
        assert site.recipe("fox").texts["concept"] == "a fox"

    def test_fails_where_no_cover_can_be_made(self, site: GitSite) -> None:
        site.write("media", "a file in the folder's place")
        site.git("add", "content/fox.md")
        said = stopped(site, "--build", code=3)
        assert "media/covers cannot be written" in said.err
        assert "1 post without a current cover" in said.err


class TestAPush:
    @pytest.fixture
    def site(self, site: GitSite) -> GitSite:
        remote_of(site)
        site.tell("hook", "install", "--pre-push")
        return site

    def commit_post(self, site: GitSite, name: str, *, built: bool) -> None:
        site.post(name, f"one {name}")
        if built:
            site.build()
        site.git("add", ".")
        site.commit()

    def test_carries_the_posts_of_its_new_commits(self, site: GitSite) -> None:
        self.commit_post(site, "fox", built=False)
        site.write("notes.txt", "x")
        site.git("add", ".")
        site.commit()
        said = site.git("push", "origin", "main", code=1)
        assert "1 post without a current cover" in said.err
        assert "git push --no-verify" in said.err
        site.build()
        said = site.git("push", "origin", "main", code=1)
        assert "its cover media/covers/fox.webp is not committed." in said.err
        assert "Add it, then commit, and push again:" in said.err
        site.command("sh", "-c", add_line(said))
        site.git("push", "origin", "main", code=1)
        site.commit()
        site.git("push", "origin", "main")
        site.write("notes.txt", "y")
        site.commit("--all")
        site.cover("fox").unlink()
        site.git("push", "origin", "main")

    def test_of_a_new_branch_carries_what_no_branch_there_has(self, site: GitSite) -> None:
        self.commit_post(site, "fox", built=False)
        site.git("push", "--no-verify", "origin", "main")
        site.git("checkout", "--quiet", "-b", "other")
        site.write("notes.txt", "x")
        site.git("add", ".")
        site.commit()
        site.git("push", "origin", "other")
        self.commit_post(site, "owl", built=False)
        said = site.git("push", "origin", "other:third", code=1)
        assert "owl" in said.err
        assert "fox" not in said.err

    def test_by_url_carries_what_no_known_remote_has(self, site: GitSite) -> None:
        self.commit_post(site, "fox", built=False)
        said = site.git("push", site.top.parent / "remote.git", "main", code=1)
        assert "fox" in said.err

    def test_into_an_empty_repository_carries_everything(self, site: GitSite, tmp_path: Path) -> None:
        self.commit_post(site, "fox", built=False)
        site.git("push", "--no-verify", "origin", "main")
        site.git("init", "--quiet", "--bare", tmp_path / "mirror.git")
        site.git("remote", "add", "mirror", tmp_path / "mirror.git")
        assert "fox" in site.git("push", "mirror", "main", code=1).err

    def test_does_not_ask_for_a_post_that_it_takes_away_again(self, site: GitSite) -> None:
        self.commit_post(site, "fox", built=False)
        site.git("rm", "--quiet", "content/fox.md")
        site.commit()
        site.content.mkdir(exist_ok=True)
        assert site.git("push", "--quiet", "origin", "main") == Outcome(0, "", "")

    def test_leaves_standard_output_to_git(self, site: GitSite) -> None:
        self.commit_post(site, "fox", built=False)
        assert site.git("push", "--porcelain", "origin", "main", code=1).out == ""

    def test_that_deletes_a_branch_carries_nothing(self, site: GitSite) -> None:
        site.git("push", "origin", "main:other")
        self.commit_post(site, "fox", built=False)
        site.git("push", "origin", "--delete", "other")

    def test_of_tags(self, site: GitSite) -> None:
        site.git("tag", "light")
        site.git("tag", "-a", "heavy", "-m", "x")
        site.git("tag", "blob", site.git("hash-object", "-w", "README.md").out.strip())
        site.git("push", "--tags", "origin")
        self.commit_post(site, "fox", built=False)
        site.git("tag", "-a", "later", "-m", "x")
        assert "fox" in site.git("push", "--tags", "origin", code=1).err

    def test_forced_over_commits_that_were_never_fetched(self, site: GitSite, tmp_path: Path) -> None:
        other = GitSite(tmp_path / "other", init=False)
        site.git("clone", "--quiet", tmp_path / "remote.git", tmp_path / "clone")
        other = GitSite(tmp_path / "clone", init=False)
        self.commit_post(other, "owl", built=True)
        other.git("push", "--quiet", "origin", "main")
        self.commit_post(site, "fox", built=False)
        said = site.git("push", "--force", "origin", "main", code=1)
        assert "fox" in said.err
        assert "owl" not in said.err
        site.build_and_commit()
        site.git("push", "--force", "origin", "main")

    def test_is_judged_by_the_commit_and_not_by_the_work_tree(self, site: GitSite) -> None:
        self.commit_post(site, "fox", built=True)
        site.post("fox", "another concept")
        site.cover("fox").unlink()
        site.git("push", "origin", "main")

    def test_is_not_stopped_by_a_better_cover_that_is_not_committed_yet(self, site: GitSite) -> None:
        self.commit_post(site, "fox", built=True)
        hand_made(site, "fox")
        site.git("push", "origin", "main")

    def test_of_a_branch_that_is_not_checked_out(self, site: GitSite) -> None:
        (site.content / "fox.md").unlink()
        self.commit_post(site, "owl", built=True)
        site.git("checkout", "--quiet", "-b", "other")
        self.commit_post(site, "fox", built=False)
        site.git("checkout", "--quiet", "main")
        assert not (site.content / "fox.md").exists()
        said = site.git("push", "origin", "other", code=1)
        assert "refs/heads/other" in said.err
        assert "is not what is checked out here" in said.err
        assert "fox" in said.err

    def test_gives_its_refs_to_a_kept_hook_and_to_ours(self, site: GitSite) -> None:
        site.tell("hook", "uninstall")
        site.stranger('#!/bin/sh\necho "kept $*" >&2\ncat >&2\n', "pre-push")
        site.tell("hook", "install", "--pre-push")
        self.commit_post(site, "fox", built=False)
        said = site.git("push", "origin", "main", code=1)
        assert f"kept origin {site.top.parent / 'remote.git'}\nrefs/heads/main " in said.err
        assert "1 post without a current cover" in said.err

    def test_with_build_makes_what_the_checked_out_commit_lacks(self, site: GitSite) -> None:
        site.tell("hook", "install", "--pre-push", "--build")
        self.commit_post(site, "fox", built=False)
        said = site.git("push", "origin", "main", code=1)
        assert "1 cover made" in said.err
        site.command("sh", "-c", add_line(said))
        site.commit()
        site.git("push", "origin", "main")


DOCS = ROOT / "docs/hooks.md"


def test_the_documents_commands_run_in_their_order(site: GitSite) -> None:
    (block,) = re.findall(r"```console\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    lines = [line.removeprefix("$ blogcovers ").partition("#")[0] for line in block.splitlines()]
    assert len(lines) == 5
    for line in lines:
        site.tell(*shlex.split(line))


def test_the_documents_message_is_the_hooks(site: GitSite) -> None:
    (message,) = re.findall(r"```text\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    site.tell("hook", "install")
    site.build()
    site.git("add", "content")
    assert refused(site).err == message
