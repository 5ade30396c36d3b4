"""What MkDocs with Material's blog, and Zensical, make of the same site."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from importlib import util
from pathlib import Path
from urllib.parse import unquote

import pytest
from generators.awkward import DRAFTS, Draft, ours, write

HOOK = """
import json
from pathlib import Path

found = {}

def on_page_context(context, page, config, nav):
    found[page.file.src_uri] = page.url

def on_post_build(config):
    Path(config.config_file_path).with_name("urls.json").write_text(json.dumps(found))
"""

CONFIG = """
site_name: Awkward
site_url: https://example.org/
theme:
  name: material
  font: false
plugins:
  - blog:
      archive: false
      categories: false
      post_dir: "{blog}/all"
"""

MARK = "mark of post"
POSTS = [
    Draft(draft.path, draft.meta, f"{draft.body}\n<!-- more -->\n\n{MARK} {at}\n") for at, draft in enumerate(DRAFTS)
]
PAGES = [
    Draft(path, {"title": "A page"}, f"The page.\n\n{MARK} {path}\n")
    for path in ("index.md", "My Page.md", "sub/README.md", "sub/Deep Down/a_b.md", "v1.0/index.md", "é/ß.md")
]


def site(root: Path, *hooks: str) -> Path:
    write(root / "docs", [Draft("blog/index.md", {"title": "Blog"}), *PAGES])
    write(root / "docs" / "blog" / "all", POSTS)
    (root / "mkdocs.yml").write_text(CONFIG + "".join(f"hooks: [{hook}]\n" for hook in hooks))
    return root


def last(url: str) -> str:
    return unquote(url).rstrip("/").rpartition("/")[2]


def mine(rule: str, drafts: list[Draft] = POSTS) -> dict[str, str]:
    named = ours(rule, drafts, below="blog/all/", blogs=("blog/all",))
    return {path: last(slug) for path, slug in named.items()}


@pytest.mark.skipif(
    not util.find_spec("material"), reason="Material for MkDocs is not installed: pip install mkdocs-material"
)
def test_mkdocs(tmp_path: Path) -> None:
    site(tmp_path, "hook.py")
    (tmp_path / "hook.py").write_text(HOOK)
    command = [sys.executable, "-W", "ignore", "-m", "mkdocs", "build", "--quiet"]
    subprocess.run(command, cwd=tmp_path, check=True, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"})
    urls = json.loads((tmp_path / "urls.json").read_text())
    posts = {path.removeprefix("blog/all/"): last(url) for path, url in urls.items() if "/all/" in path}
    assert mine("mkdocs") == posts
    pages = {path: unquote(url).strip("/") or "index" for path, url in urls.items() if not path.startswith("blog/")}
    assert ours("mkdocs", PAGES, blogs=("blog/all",)) == pages


@pytest.mark.skipif(not util.find_spec("zensical"), reason="Zensical is not installed: pip install zensical")
def test_zensical(tmp_path: Path) -> None:
    """It has no hooks: each page is known by the mark in it, which the blog's list of posts leaves out."""
    site(tmp_path)
    subprocess.run([sys.executable, "-m", "zensical", "build"], cwd=tmp_path, check=True, capture_output=True)
    built = {}
    for file in (tmp_path / "site").rglob("*.html"):
        if found := re.search(f"{MARK} ([^<]+)</p>", file.read_text(encoding="utf-8")):
            built[found[1]] = file.relative_to(tmp_path / "site").parent.as_posix()
    posts = {POSTS[int(mark)].path: last(url) for mark, url in built.items() if mark.isdigit()}
    assert mine("zensical") == posts
    pages = {path: url if url != "." else "index" for path, url in built.items() if not path.isdigit()}
    assert ours("zensical", PAGES, blogs=("blog/all",)) == pages
