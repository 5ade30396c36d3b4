"""Zensical: its config; and real builds: it runs no plugins, so covers are made before it; then it publishes them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib import util
from pathlib import Path
from urllib.parse import unquote

import pytest
from generators import material_blog
from generators.awkward import slug
from generators.built import check
from generators.reading import detected, home, serves
from html_links import dead, images
from site_builder import Site

URL = "https://x.org/sub/"
TOML = f'[project]\nsite_name = "x"\nsite_url = "{URL}"\n'


needs_zensical = pytest.mark.skipif(
    not util.find_spec("zensical"), reason="Zensical is not installed: pip install zensical"
)


@pytest.mark.parametrize("files", [["zensical.toml"], ["zensical.toml", "mkdocs.yml"]], ids=" ".join)
def test_signs(tmp_path: Path, files: list[str]) -> None:
    assert detected(tmp_path, *files) == ["zensical"]


def test_its_config(tmp_path: Path) -> None:
    serves(
        tmp_path,
        {"zensical__toml": "[project]\nsite_url = 'https://x.org/z'"},
        "docs/assets/covers",
        "/z/assets/covers",
    )


def test_it_is_told_that_it_runs_no_plugins(tmp_path: Path) -> None:
    (warning,) = home(tmp_path, zensical__toml="[project]\nplugins = ['blogcovers']").warnings
    assert "runs no plugins" in warning
    assert "blogcovers build" in warning


def test_it_reads_a_mkdocs_yml_where_that_is_said(site: Site) -> None:
    site.write("mkdocs.yml", "site_name: x\ndocs_dir: content\nplugins: [blogcovers]\n")
    site.write("blogcovers.toml", 'generator = "zensical"\n')
    site.post("fox")
    outcome = site.build()
    assert outcome.rows()["fox"]["cover"] == "content/assets/covers/fox.webp"
    assert "Zensical runs no plugins" in site.run("check").err


def test_slugs_are_those_of_mkdocs() -> None:
    assert slug("zensical", "a/b.md", {}) == "a/b"
    assert slug("zensical", "blog/posts/one.md", {"title": "T T"}, blogs=("blog/posts",)) == "t-t"


@needs_zensical
def test_its_own_slugs(tmp_path: Path) -> None:
    """It has no hooks: each page is known by the mark in it, which the blog's list of posts leaves out."""
    material_blog.make(tmp_path)
    zensical(tmp_path)
    built = {}
    for file in (tmp_path / "site").rglob("*.html"):
        if found := re.search(f"{material_blog.MARK} ([^<]+)</p>", file.read_text(encoding="utf-8")):
            built[found[1]] = file.relative_to(tmp_path / "site").parent.as_posix()
    posts = {
        material_blog.POSTS[int(mark)].path: material_blog.last(url) for mark, url in built.items() if mark.isdigit()
    }
    assert material_blog.our_posts("zensical") == posts
    pages = {path: url if url != "." else "index" for path, url in built.items() if not path.isdigit()}
    assert material_blog.our_pages("zensical") == pages


@needs_zensical
def test_a_built_site(site: Site) -> None:
    config = '[project]\nsite_name = "x"\nsite_url = "https://example.org/blog/"\n'
    check(site, "docs/fox.md", {"zensical.toml": config}, zensical, "site", base="/blog/", enters_links=False)


def zensical(root: Path, *options: str) -> None:
    command = [sys.executable, "-m", "zensical", "build", *options]
    run = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def page(site: Site, path: str, *lines: str, text: str = "Text.\n") -> Path:
    return site.write(f"docs/{path}", "---\n" + "\n".join(lines) + f"\n---\n{text}")


@needs_zensical
@pytest.mark.parametrize(
    "files",
    [
        {"zensical.toml": f'{TOML}plugins = ["blogcovers", "search"]\n'},
        {"mkdocs.yml": f"site_name: x\nsite_url: {URL}\n"},
        {
            "mkdocs.yml": f"site_name: x\nsite_url: {URL}\nplugins: [search, blogcovers]\n",
            "blogcovers.toml": 'generator = "zensical"\n',
        },
    ],
    ids=["zensical.toml with the plugin", "mkdocs.yml", "mkdocs.yml with the plugin"],
)
def test_covers_made_before_it_are_published_at_the_url_that_the_data_file_says(
    site: Site, files: dict[str, str]
) -> None:
    for name, text in files.items():
        site.write(name, text)
    site.write("blogcovers.toml", f'{files.get("blogcovers.toml", "")}data_file = "covers.json"\n')
    page(site, "index.md", "concept: an owl", text="# x\n\n![an owl](assets/covers/index.webp)\n")
    page(site, "notes/My Fox.md", "concept: a fox", text="![a fox](../assets/covers/notes/My%20Fox.webp)\n")
    first = site.run("build", "--json")
    assert first.actions() == {"index": "rendered", "notes/My Fox": "rendered"}
    named = any("blogcovers" in text for text in files.values() if "plugins" in text)
    assert ("Zensical runs no plugins" in site.run("check").err) is named
    zensical(site.root, "--strict")
    built = site.root / "site"
    covers = json.loads((site.root / "covers.json").read_text(encoding="utf-8"))
    assert sorted(covers) == ["index.md", "notes/My Fox.md"]
    for entry in covers.values():
        assert entry["url"].startswith("/sub/")
        assert (built / unquote(entry["url"].removeprefix("/sub/"))).is_file()
    assert [image["alt"] for image in images(built / "notes/My Fox/index.html")] == ["a fox"]
    assert dead(built, URL) == []
    assert site.run("build", "--json").actions() == {"index": "none", "notes/My Fox": "none"}


@needs_zensical
def test_its_blog_names_posts_as_we_do(site: Site) -> None:
    site.write("zensical.toml", f"{TOML}[project.plugins.blog]\n")
    page(site, "index.md", "title: x")
    page(site, "blog/index.md", "title: Blog")
    text = "![a fox](../../assets/covers/stra%C3%9Fe--tale.webp)\n"
    page(site, "blog/posts/a.md", "date: 2026-01-02", "title: Straße & Tale", "concept: a fox", text=text)
    assert site.run("build", "--json").actions()["straße--tale"] == "rendered"
    zensical(site.root, "--strict")
    assert (site.root / "site/blog/2026/01/02/straße--tale/index.html").is_file()
    assert dead(site.root / "site", URL) == []
