"""Pelican's own answer: what its articles carry when the generator has read them all."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import util
from pathlib import Path
from typing import Any

import pytest
from generators.awkward import DRAFTS, ours, write

pytestmark = pytest.mark.skipif(not util.find_spec("pelican"), reason="Pelican is not installed: pip install pelican")

PLUGIN = """
import json
from pathlib import Path
from pelican import signals

def dump(generator):
    found = {article.relative_source_path: article.slug for article in generator.articles}
    Path(__file__).with_name("slugs.json").write_text(json.dumps(found))

def register():
    signals.article_generator_finalized.connect(dump)
"""

NAMED = [draft for draft in DRAFTS if "title" in draft.meta]  # Pelican leaves out a post without a title


def published(root: Path, **settings: Any) -> dict[str, str]:
    write(root / "content", NAMED, yaml=False)
    (root / "dump_slugs.py").write_text(PLUGIN)
    lines: dict[str, Any] = {"PATH": "content", "PLUGIN_PATHS": ["."], "PLUGINS": ["dump_slugs"], "TIMEZONE": "UTC"}
    # Namesakes, of which some settings make two, may not be written to one place.
    lines |= {"ARTICLE_SAVE_AS": "posts/{path}.html", "DIRECT_TEMPLATES": [], **settings}
    (root / "pelicanconf.py").write_text("".join(f"{name} = {value!r}\n" for name, value in lines.items()))
    command = [sys.executable, "-m", "pelican", "-s", "pelicanconf.py", "--quiet", "-o", "output"]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    return json.loads((root / "slugs.json").read_text())


@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({}, id="default"),
        pytest.param({"SLUGIFY_SOURCE": "basename"}, id="basename"),
        pytest.param({"SLUGIFY_USE_UNICODE": True, "SLUGIFY_PRESERVE_CASE": True}, id="unicode-and-case"),
        pytest.param({"SLUG_REGEX_SUBSTITUTIONS": [(r"[^\w\s-]", "_"), (r"\s", "."), ("Ü|the", "ue")]}, id="patterns"),
        pytest.param({"FILENAME_METADATA": r"(?P<date>\d{4}-\d{2}-\d{2})-(?P<Slug>.+)"}, id="filename"),
        pytest.param({"PATH_METADATA": r"(?P<category>[^/]+)/(?P<slug>.+)\.md"}, id="path"),
    ],
)
def test_slugs(tmp_path: Path, settings: dict[str, Any]) -> None:
    theirs = published(tmp_path, **settings)
    assert len(theirs) == len(NAMED)
    assert ours("pelican", NAMED, dialect="pelican", **settings) == theirs
