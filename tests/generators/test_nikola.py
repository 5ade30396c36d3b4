"""Nikola: its config, and its posts' names; asked of Nikola itself where it is installed."""

from __future__ import annotations

import json
import sys
from importlib import util
from pathlib import Path
from typing import Any

import pytest
from generators.awkward import DRAFTS, ours, slug, write
from generators.built import check, run
from generators.reading import detected, home, serves
from site_builder import Site

needs_nikola = pytest.mark.skipif(not util.find_spec("nikola"), reason="Nikola is not installed: pip install nikola")

CONF = """
BLOG_AUTHOR = BLOG_TITLE = BLOG_DESCRIPTION = "x"
BLOG_EMAIL = "x@example.org"
SITE_URL = "https://example.org/"
DEFAULT_LANG = "en"
POSTS = (("posts/*.md", "posts", "post.tmpl"),)
PAGES = ()
COMPILERS = {"markdown": [".md"]}
THEME = "base"
"""


@pytest.mark.parametrize(
    ("text", "found"),
    [("BLOG_TITLE = 'x'\n", ["nikola"]), ("project = 'a manual by Sphinx'\n", []), ("", [])],
)
def test_signs(tmp_path: Path, text: str, found: list[str]) -> None:
    assert detected(tmp_path, f"conf.py: {text}") == found


def test_its_config(tmp_path: Path) -> None:
    text = "BLOG_TITLE = ''\nSITE_URL = 'https://x.org/'"
    serves(tmp_path, {"conf__py": text}, "files/images/covers", "/images/covers")


def test_its_folder_of_posts(tmp_path: Path) -> None:
    assert home(tmp_path, conf__py="POSTS = (('*.md', '', 'p'), ('news/*.md', 'posts', 'p'))").content == "news"
    assert home(tmp_path, conf__py="POSTS = f()").guessed.keys() == {"content"}


def test_its_languages(tmp_path: Path) -> None:
    text = "BLOG_TITLE = 'x'\nDEFAULT_LANG = 'en'\nTRANSLATIONS = {DEFAULT_LANG: '', 'es': './es'}\n"
    found = home(tmp_path, conf__py=text)
    assert (found.languages, found.default_language) == (("en", "es"), "en")


@pytest.mark.parametrize(
    ("path", "meta", "expected"),
    [
        ("posts/2024-01-02-Ünï Straße.md", {}, "2024-01-02-uni-strasse"),
        ("posts/fox.md", {"slug": "Own Slug"}, "Own Slug"),
    ],
)
def test_slugs(path: str, meta: dict[str, Any], expected: str) -> None:
    assert slug("nikola", path, meta) == expected


SCAN = """
import json
from nikola import Nikola

site = Nikola(
    POSTS=(("posts/*.md", "posts", "post.tmpl"),), PAGES=(), BLOG_TITLE="x", SITE_URL="https://example.org/",
    BLOG_AUTHOR="x", BLOG_EMAIL="x@example.org", BLOG_DESCRIPTION="x", DEFAULT_LANG="en", TRANSLATIONS={"en": ""},
    COMPILERS={"markdown": (".md",)}, TIMEZONE="UTC", THEME="base",
)
site.init_plugins()
site.scan_posts()
print(json.dumps({post.source_path: post.meta("slug") for post in site.timeline}))
"""


@needs_nikola
def test_its_own_slugs(tmp_path: Path) -> None:
    """A bundle's slug is 'index' there; its page is found under the folder's name, which counts for us."""
    drafts = [draft for draft in DRAFTS if not draft.path.endswith("/index.md")]
    write(tmp_path / "posts", drafts)
    found = json.loads(run(tmp_path, sys.executable, "-W", "ignore", "-c", SCAN))
    theirs = {path.removeprefix("posts/"): slug for path, slug in found.items()}
    assert ours("nikola", drafts) == theirs


@needs_nikola
def test_a_built_site(site: Site) -> None:
    """Its posts rendered, without the pages around them, which take long."""

    def build(root: Path) -> None:
        run(root, sys.executable, "-W", "ignore", "-m", "nikola", "build", "copy_files", "render_posts")
        (root / "cache").rename(root / "output/cache")

    check(site, "posts/fox.md", {"conf.py": CONF}, build, "output")
