"""Jekyll's own answer: ``page.slug`` of every post it built."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from generators.awkward import DRAFTS, Draft, ours, write

pytestmark = pytest.mark.skipif(not shutil.which("jekyll"), reason="Jekyll is not installed: apt-get install jekyll")

DUMP = """---
---
[{% for post in site.posts %}[{{ post.path | jsonify }}, {{ post.slug | jsonify }}],{% endfor %} null]
"""


def dated(path: str) -> str:
    """The path with the date before its file's name, without which Jekyll takes no file for a post."""
    folder, slash, name = path.rpartition("/")
    return path if name.startswith("2024-") else f"{folder}{slash}2024-02-03-{name}"


def test_slugs(tmp_path: Path) -> None:
    drafts = [Draft(dated(draft.path), draft.meta, draft.body) for draft in DRAFTS]
    drafts = [draft for draft in drafts if draft.path.count("-") > 2]  # a date alone, or joined by '_', is no post
    write(tmp_path / "cats" / "_posts", drafts)
    (tmp_path / "slugs.json").write_text(DUMP)
    in_utf8 = {**os.environ, "LC_ALL": "C.UTF-8"}  # Ruby reads files in the locale's encoding
    subprocess.run(["jekyll", "build", "--quiet"], cwd=tmp_path, check=True, capture_output=True, env=in_utf8)
    *found, _ = json.loads((tmp_path / "_site" / "slugs.json").read_text())
    theirs = {path.removeprefix("cats/_posts/"): slug for path, slug in found}
    assert ours("jekyll", drafts, below="cats/_posts/") == theirs
