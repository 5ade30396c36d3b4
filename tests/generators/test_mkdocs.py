"""MkDocs: its config, and the names of its pages and of Material's blog posts; asked of MkDocs itself where it is
installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import util
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from generators import material_blog
from generators.awkward import slug
from generators.built import check, run
from generators.reading import detected, home, serves
from site_builder import Site

from blogcovers.generators.mkdocs import first_heading


@pytest.mark.parametrize("file", ["mkdocs.yml", "mkdocs.yaml"])
def test_signs(tmp_path: Path, file: str) -> None:
    assert detected(tmp_path, file) == ["mkdocs"]


class TestConfig:
    @pytest.mark.parametrize(
        ("text", "media", "url"),
        [
            ("site_url: https://x.org/docs/", "docs/assets/covers", "/docs/assets/covers"),
            ("docs_dir: text", "text/assets/covers", "/assets/covers"),
            ("plugins: [search, blogcovers]", "covers", "/assets/covers"),
            ("plugins:\n  blogcovers:\n    insert: true", "covers", "/assets/covers"),
            ("plugins:\n- blog:\n    blog_dir: b\n- blogcovers: {}", "covers", "/assets/covers"),
            ("docs_dir: .\nplugins: [blogcovers]", "assets/covers", "/assets/covers"),
        ],
    )
    def test_says_where_covers_are_served(self, tmp_path: Path, text: str, media: str, url: str) -> None:
        serves(tmp_path, {"mkdocs__yml": text}, media, url)

    def test_that_inherits(self, tmp_path: Path) -> None:
        found = home(tmp_path, base__yml="docs_dir: text\nsite_url: /b", mkdocs__yml="INHERIT: base.yml\nsite_url: /c")
        assert (found.content, found.base_path) == ("text", "/c")

    def test_that_inherits_is_merged_as_mkdocs_does(self, tmp_path: Path) -> None:
        parent = "plugins:\n  blogcovers: {insert: true}\n  blog: {blog_dir: news}\nextra: {a: 1}\n"
        own = "INHERIT: base.yml\nplugins:\n  search: {}\n  blog: {archive: false}\n"
        found = home(tmp_path, base__yml=parent, mkdocs__yml=own)
        assert (found.media, found.slug_settings["blogs"]) == ("covers", ("news/posts",))

    def test_of_several_blogs(self, tmp_path: Path) -> None:
        blogs = "- blog: {blog_dir: news, post_dir: '{blog}/all'}\n- blog: {blog_dir: tales/}\n- blog: {post_dir: x}\n"
        found = home(tmp_path, mkdocs__yml=f"plugins:\n{blogs}- material/blog\n").slug_settings["blogs"]
        assert found == ("news/all", "tales/posts", "x", "blog/posts")


BLOGS = ("blog/posts",)


@pytest.mark.parametrize(
    ("path", "meta", "blogs", "expected"),
    [
        ("a/b.md", {"slug": "ignored"}, (), "a/b"),
        ("My Page.md", {}, (), "My Page"),
        ("a/b/index.md", {}, (), "a/b"),
        ("a/README.md", {}, (), "a"),
        ("index.md", {}, (), "index"),
        ("README.md", {}, (), "index"),
        ("README-first.md", {}, (), "README-first"),
        ("blog/posts/one.md", {"title": "Straße & the Fox's Tale!"}, BLOGS, "straße--the-foxs-tale"),
        ("blog/posts/one.md", {"slug": "Own"}, BLOGS, "Own"),
        ("blog/posts/a/my_First.md", {}, ("news/posts", "blog/posts/"), "my-first"),
        ("posts/one.md", {"title": "a & b"}, ("./posts",), "a--b"),
        ("blog/about.md", {"title": "T"}, BLOGS, "blog/about"),
    ],
)
def test_slugs(path: str, meta: dict[str, Any], blogs: tuple[str, ...], expected: str) -> None:
    assert slug("mkdocs", path, meta, blogs=blogs) == expected


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("---\ndate: 2024-01-02\n---\n\n# The *Fox*\n\nBody.", "The *Fox*"),
        ("# The Fox\n", "The Fox"),
        ("---\na: b\n---\nFirst prose.\n\n# The Fox", ""),
        ("## The Fox", ""),
        ("", ""),
    ],
)
def test_the_first_heading_stands_in_for_a_title(text: str, title: str) -> None:
    assert first_heading(text) == title


HOOK = """
import json
from pathlib import Path

found = {}

def on_page_context(context, page, config, nav):
    found[page.file.src_uri] = page.url

def on_post_build(config):
    Path(config.config_file_path).with_name("urls.json").write_text(json.dumps(found))
"""


@pytest.mark.skipif(
    not util.find_spec("material"), reason="Material for MkDocs is not installed: pip install mkdocs-material"
)
def test_its_own_slugs(tmp_path: Path) -> None:
    material_blog.make(tmp_path, "hook.py")
    (tmp_path / "hook.py").write_text(HOOK)
    command = [sys.executable, "-W", "ignore", "-m", "mkdocs", "build", "--quiet"]
    subprocess.run(command, cwd=tmp_path, check=True, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"})
    urls = json.loads((tmp_path / "urls.json").read_text())
    posts = {path.removeprefix("blog/all/"): material_blog.last(url) for path, url in urls.items() if "/all/" in path}
    assert material_blog.our_posts("mkdocs") == posts
    pages = {path: unquote(url).strip("/") or "index" for path, url in urls.items() if not path.startswith("blog/")}
    assert material_blog.our_pages("mkdocs") == pages


@pytest.mark.skipif(not util.find_spec("mkdocs"), reason="MkDocs is not installed: pip install mkdocs")
def test_a_built_site(site: Site) -> None:
    mkdocs = Path(sys.executable).with_name("mkdocs")
    files = {"mkdocs.yml": "site_name: x\n"}
    check(site, "docs/fox.md", files, lambda root: run(root, mkdocs, "build", "--quiet"), "site")
