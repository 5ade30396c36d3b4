"""What Eleventy and Hexo make of the same posts, and the slugger by which Astro names its entries."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from generators.awkward import DRAFTS, NAMES, SLUGS, TITLES, ours, write

from blogcovers.generators.slugs import slug

MODULES = Path(__file__).parent / "node_modules"

pytestmark = pytest.mark.skipif(
    not (shutil.which("node") and MODULES.is_dir()),
    reason="npm's generators are not installed: npm ci --prefix tests/generators",
)

ELEVENTY = """
import fs from "node:fs";

export default function (config) {
  config.addCollection("dumped", (api) => {
    const found = api.getAll().map((item) => [item.page.inputPath, item.page.fileSlug]);
    fs.writeFileSync("slugs.json", JSON.stringify(Object.fromEntries(found)));
    return [];
  });
}
"""

# A renderer of our own, since Hexo takes no file for a post that nothing renders, and brings none.
HEXO = """
const Hexo = require("hexo");
const hexo = new Hexo(process.cwd(), { silent: true });
const dump = () => hexo.locals.get("posts").map((post) => [post.source, post.slug]);
const register = () => hexo.extend.renderer.register("md", "html", (data) => data.text, true);
hexo.init().then(register).then(() => hexo.load()).then(() => console.log(JSON.stringify(Object.fromEntries(dump()))));
"""

ASTRO = """
import GithubSlugger, { slug } from "github-slugger";
const texts = JSON.parse(process.argv[1]);
console.log(JSON.stringify(Object.fromEntries(texts.map((text) => [text, slug(text)]))));
"""


def node(root: Path, *arguments: str) -> str:
    """What Node.js prints, run in ``root``, where the installed packages are at hand."""
    if not (root / "node_modules").exists():
        (root / "node_modules").symlink_to(MODULES)
    done = subprocess.run(["node", *arguments], cwd=root, check=True, capture_output=True, text=True)
    return done.stdout


def test_eleventy(tmp_path: Path) -> None:
    write(tmp_path / "src" / "posts", DRAFTS)
    (tmp_path / "src" / "posts" / "posts.11tydata.json").write_text('{"permalink": false}')
    (tmp_path / "eleventy.config.mjs").write_text(ELEVENTY)
    node(tmp_path, "node_modules/@11ty/eleventy/cmd.cjs", "--input=src", "--quiet")
    found = json.loads((tmp_path / "slugs.json").read_text())
    theirs = {path.removeprefix("./src/posts/"): slug for path, slug in found.items()}
    assert ours("eleventy", DRAFTS, below="posts/") == theirs


@pytest.mark.parametrize("pattern", [":title.md", ":year-:month-:day-:title.md", ":category/:title.md"])
def test_hexo(tmp_path: Path, pattern: str) -> None:
    write(tmp_path / "source" / "_posts", DRAFTS)
    settings: dict[str, Any] = {"new_post_name": pattern}
    (tmp_path / "_config.yml").write_text(json.dumps(settings))
    (tmp_path / "package.json").write_text(json.dumps({"hexo": {"version": "8.1.2"}}))
    found = json.loads(node(tmp_path, "-e", HEXO))
    theirs = {path.removeprefix("_posts/"): slug for path, slug in found.items()}
    assert ours("hexo", DRAFTS, **settings) == theirs


def test_astro(tmp_path: Path) -> None:
    texts = [text for text in (*NAMES, *SLUGS, *TITLES, "Ⓐ 🅰 ⅷ ª", "a\u200db", "क्षि ไทย") if "/" not in text]
    theirs = json.loads(node(tmp_path, "--input-type=module", "-e", ASTRO, json.dumps(texts)))
    assert {text: slug("astro", {}, f"{text}.md") for text in texts} == theirs
