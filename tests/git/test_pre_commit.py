"""pre-commit.com's framework, the real one: our hooks in it, and its hooks beside ours."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import pytest
import yaml
from git_site import ROOT, GitSite, add_line
from site_builder import Outcome

from blogcovers.git import hooks
from blogcovers.posts import SUFFIXES

pytest.importorskip("pre_commit", reason="the pre-commit framework is not installed")

MANIFEST = ROOT / ".pre-commit-hooks.yaml"
SOURCES = ("blogcovers", "style", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")

if not MANIFEST.is_file():
    pytest.skip("the package under test is installed, not a checkout", allow_module_level=True)


@pytest.fixture
def site(tmp_path: Path) -> GitSite:
    """A site with pre-commit's caches in a folder of its own, and its commands on the PATH."""
    site = GitSite(tmp_path / "site")
    del site.variables["PYTHONPATH"]  # the framework's own installation is under test
    site.variables["PRE_COMMIT_HOME"] = str(tmp_path / "pre-commit")
    site.variables["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{site.variables['PATH']}"
    # Its environments are installed by pip, whose settings and cache are the user's.
    site.variables["HOME"] = os.environ.get("HOME", str(site.home))
    return site


def test_the_manifest_names_the_files_of_posts() -> None:
    for hook in yaml.safe_load(MANIFEST.read_text(encoding="utf-8")):
        assert [suffix for suffix in (*SUFFIXES, ".txt") if re.search(hook["files"], f"a{suffix}")] == list(SUFFIXES)


def test_its_hook_and_ours_live_together(site: GitSite) -> None:
    """Whichever is installed first: each keeps the other's, and both run once."""
    site.write(".pre-commit-config.yaml", "repos: []\n")
    site.variables["PYTHONPATH"] = str(ROOT)
    site.post("fox")
    site.git("add", ".")

    site.command("pre-commit", "install")
    site.tell("hook", "install")
    assert site.commit(code=1).err.count("1 post without a current cover") == 1
    site.command("pre-commit", "install")  # now it keeps ours as pre-commit.legacy, which keeps its own
    assert site.hook("pre-commit.legacy").exists()
    assert site.commit(code=1).err.count("1 post without a current cover") == 1
    assert "is not ours" in site.tell("hook", "uninstall").out

    hooks.kept(site.hook()).unlink()
    site.tell("hook", "install")  # and now ours keeps its, which keeps ours
    assert site.commit(code=1).err.count("1 post without a current cover") == 1
    site.build()
    site.git("add", ".")
    assert site.commit().code == 0


def repository(folder: Path, site: GitSite) -> str:
    """A repository of this source as it stands, committed or not; the id of its commit."""
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    folder.mkdir()
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, folder / name)
    site.git("init", "--quiet", folder=folder)
    site.git("add", ".", folder=folder)
    site.commit(folder=folder)
    return site.git("rev-parse", "HEAD", folder=folder).out.strip()


def install_or_skip(site: GitSite) -> None:
    """The framework installs the package and its dependencies with pip, which may be without a network."""
    done = site.command("pre-commit", "install-hooks", code=None)
    if "No matching distribution found" in done.out + done.err:
        pytest.skip("pip cannot fetch packages here")
    assert done.code == 0, done


def test_our_hooks_in_it(site: GitSite, tmp_path: Path) -> None:
    """One story, since the framework installs the package for it: commit, push, manual, all files."""
    rev = repository(tmp_path / "blogcovers", site)
    check = {"id": "blogcovers-check", "stages": ["pre-commit"]}
    config = {"repo": str(tmp_path / "blogcovers"), "rev": rev, "hooks": [check, {"id": "blogcovers"}]}
    site.write(".pre-commit-config.yaml", yaml.safe_dump({"repos": [config]}))
    bare = tmp_path / "remote.git"
    site.git("init", "--quiet", "--bare", bare)
    site.git("remote", "add", "origin", bare)
    site.command("pre-commit", "install", "--hook-type", "pre-commit", "--hook-type", "pre-push")
    site.git("add", ".")
    install_or_skip(site)
    site.commit()

    # A commit: the check alone, and no picture is made.
    site.post("fox")
    site.git("add", ".")
    said = site.commit(code=1)
    assert "check blog covers" in said.err
    assert "1 post without a current cover. Run: blogcovers build" in said.err
    assert "make blog covers" not in said.err
    assert not site.cover("fox").exists()
    site.build()
    said = site.commit(code=1)
    assert first_line(said) == "git add -- media/covers/fox.webp"
    assert "SKIP=blogcovers-check before the command" in said.err
    site.git("add", "media/covers/fox.webp")
    site.commit()

    # A first push, of everything: the framework names the branch, and all files.
    site.post("owl")
    site.git("add", ".")
    site.variables["SKIP"] = "blogcovers-check"
    site.commit()
    del site.variables["SKIP"]
    said = site.git("push", "origin", "main", code=1)
    assert "make blog covers" in said.out
    assert "check blog covers" not in said.out
    assert "1 cover made" in said.out
    assert first_line(said) == "git add -- media/covers/owl.webp"
    site.git("add", "media/covers/owl.webp")
    said = site.git("push", "origin", "main", code=1)
    assert "Add it, then commit, and push again" in said.out, "staged is not pushed"
    site.commit()
    site.git("push", "origin", "main")

    # A later push: the framework names the range.
    site.post("cat")
    site.git("add", ".")
    site.commit("--no-verify")
    said = site.git("push", "origin", "main", code=1)
    assert first_line(said) == "git add -- media/covers/cat.webp"
    site.git("add", "media/covers/cat.webp")
    site.commit()
    site.git("push", "origin", "main")

    # In CI: nothing is staged, and every post is asked for.
    everything = ("pre-commit", "run", "--all-files", "blogcovers-check")
    site.command(*everything)
    site.cover("fox").unlink()
    site.git("rm", "--quiet", "--cached", "media/covers/fox.webp")
    assert "1 post without a current cover" in site.command(*everything, code=1).out
    said = site.command("pre-commit", "run", "--all-files", "--hook-stage", "manual", "blogcovers", code=1)
    assert "1 cover made" in said.out
    site.git("add", ".")
    site.command(*everything)


def first_line(said: Outcome) -> str:
    """The line to copy: the framework's report goes on after it."""
    return add_line(said).splitlines()[0]
