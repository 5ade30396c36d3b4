"""Zensical, in real builds: it runs no plugins, so covers are made before it; then it publishes them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
from html_links import dead, images
from site_builder import Site

URL = "https://x.org/sub/"
TOML = f'[project]\nsite_name = "x"\nsite_url = "{URL}"\n'


def zensical(site: Site) -> None:
    command = [sys.executable, "-m", "zensical", "build", "--strict"]
    run = subprocess.run(command, cwd=site.root, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def page(site: Site, path: str, *lines: str, text: str = "Text.\n") -> Path:
    return site.write(f"docs/{path}", "---\n" + "\n".join(lines) + f"\n---\n{text}")


@pytest.mark.parametrize(
    "files",
    [
        {"zensical.toml": TOML},
        {"zensical.toml": f'{TOML}plugins = ["blogcovers", "search"]\n'},
        {"mkdocs.yml": f"site_name: x\nsite_url: {URL}\n"},
        {
            "mkdocs.yml": f"site_name: x\nsite_url: {URL}\nplugins: [search, blogcovers]\n",
            "blogcovers.toml": 'generator = "zensical"\n',
        },
    ],
    ids=["zensical.toml", "zensical.toml with the plugin", "mkdocs.yml", "mkdocs.yml with the plugin"],
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
    zensical(site)
    built = site.root / "site"
    covers = json.loads((site.root / "covers.json").read_text(encoding="utf-8"))
    assert sorted(covers) == ["index.md", "notes/My Fox.md"]
    for entry in covers.values():
        assert entry["url"].startswith("/sub/")
        assert (built / unquote(entry["url"].removeprefix("/sub/"))).is_file()
    assert [image["alt"] for image in images(built / "notes/My Fox/index.html")] == ["a fox"]
    assert dead(built, URL) == []
    assert site.run("build", "--json").actions() == {"index": "none", "notes/My Fox": "none"}


def test_its_blog_names_posts_as_we_do(site: Site) -> None:
    site.write("zensical.toml", f"{TOML}[project.plugins.blog]\n")
    page(site, "index.md", "title: x")
    page(site, "blog/index.md", "title: Blog")
    text = "![a fox](../../assets/covers/stra%C3%9Fe--tale.webp)\n"
    page(site, "blog/posts/a.md", "date: 2026-01-02", "title: Straße & Tale", "concept: a fox", text=text)
    assert site.run("build", "--json").actions()["straße--tale"] == "rendered"
    zensical(site)
    assert (site.root / "site/blog/2026/01/02/straße--tale/index.html").is_file()
    assert dead(site.root / "site", URL) == []
