"""Nikola's own answer: the slugs of the posts that it scans."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import util
from pathlib import Path

import pytest
from generators.awkward import DRAFTS, ours, write

pytestmark = pytest.mark.skipif(not util.find_spec("nikola"), reason="Nikola is not installed: pip install nikola")

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


def test_slugs(tmp_path: Path) -> None:
    """A bundle's slug is 'index' there; its page is found under the folder's name, which counts for us."""
    drafts = [draft for draft in DRAFTS if not draft.path.endswith("/index.md")]
    write(tmp_path / "posts", drafts)
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", SCAN], cwd=tmp_path, capture_output=True, check=True)
    found = json.loads(done.stdout)
    theirs = {path.removeprefix("posts/"): slug for path, slug in found.items()}
    assert ours("nikola", drafts) == theirs
