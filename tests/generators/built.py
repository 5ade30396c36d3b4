"""One site that its generator builds: covers are served where the data file says, and only published posts have one."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import unquote

import pytest
from site_builder import Site

MODULES = Path(__file__).parent / "node_modules"
POST = "---\ntitle: A fox & a hare\ndate: 2026-01-02\nconcept: a fox and a hare\n---\nText.\n"
LINKED = "---\ntitle: A hen\ndate: 2026-01-02\nconcept: an owl\n---\nFrom behind a link.\n"

needs_node = pytest.mark.skipif(
    not (shutil.which("node") and MODULES.is_dir()),
    reason="npm's generators are not installed: npm ci --prefix tests/generators",
)
needs_jekyll = pytest.mark.skipif(
    not (shutil.which("jekyll") and shutil.which("ruby")), reason="Jekyll is not installed: apt-get install jekyll ruby"
)


def run(root: Path, *command: str | Path) -> str:
    """What a program prints, run in ``root``; in UTF-8, since Ruby reads files in the locale's encoding."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BLOGCOVERS_")}
    environment |= {"LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def node(root: Path, *arguments: str) -> str:
    """What Node.js prints, run in ``root``, where the installed packages are at hand."""
    if not (root / "node_modules").exists():
        (root / "node_modules").symlink_to(MODULES)
    return run(root, "node", *arguments)


def check(
    site: Site,
    post: str,
    files: Mapping[str, str],
    build: Callable[[Path], object],
    output: str,
    *,
    base: str = "/",
    enters_links: bool = True,
) -> None:
    """``files`` make the site, beside one post at ``post`` and a folder of posts that is a link; ``build`` runs the
    generator; its pages are in ``output``, of which the URL ``base`` is the root."""
    shutil.rmtree(site.content)
    site.write(post, POST)
    for path, text in files.items():
        site.write(path, text)
    site.write("blogcovers.toml", 'data_file = "covers.json"\n')
    site.write("../vault/2026-01-03-owl.md", LINKED)
    (site.root / post).with_name("linked").symlink_to(site.root.parent / "vault")

    made = site.run("build", "--json")
    assert list(made.actions().values()) == ["rendered"] * (1 + enters_links), made.err
    assert ("linked is a link to a folder" in made.err) is not enters_links
    assert set(site.run("build", "--json").actions().values()) == {"none"}
    build(site.root)

    covers = json.loads((site.root / "covers.json").read_text(encoding="utf-8"))
    assert len(covers) == 1 + enters_links
    for entry in covers.values():
        assert entry["url"].startswith(base)
        served = site.root / output / unquote(entry["url"].removeprefix(base))
        assert served.read_bytes() == next(site.root.glob(f"**/covers/{entry['slug']}.webp")).read_bytes()
    texts = {str(page): page.read_text(encoding="utf-8") for page in (site.root / output).rglob("*.html")}
    assert texts
    # Hexo without a theme writes empty pages.
    assert enters_links == any("owl" in path or "From behind a link" in text for path, text in texts.items())
