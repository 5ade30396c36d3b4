"""Hexo: its config, and its posts' names; asked of Hexo itself, which npm installs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from generators.awkward import DRAFTS, ours, slug, write
from generators.built import check, needs_node, node
from generators.reading import detected, serves
from site_builder import Site


@pytest.mark.parametrize(
    "files",
    [
        ["_config.yml", "source/_posts/a.md"],
        ["_config.yml", "source/_posts/a.md", "_posts/b.md"],  # which alone would be Jekyll's
        ["_config.yml: new_post_name: :title.md\n"],
    ],
    ids=" ".join,
)
def test_signs(tmp_path: Path, files: list[str]) -> None:
    assert detected(tmp_path, *files) == ["hexo"]


def test_its_config(tmp_path: Path) -> None:
    serves(tmp_path, {"_config__yml": "source_dir: s\nroot: /h/"}, "s/images/covers", "/h/images/covers")


@pytest.mark.parametrize(
    ("path", "meta", "expected"),
    [
        ("sub/noopen.md", {"slug": "ignored"}, "sub/noopen"),
        ("_posts/My Post_Fïle.md", {}, "My Post_Fïle"),
        ("source/_posts/sub/fox.md", {"permalink": "else"}, "sub/fox"),
    ],
)
def test_slugs(path: str, meta: dict[str, Any], expected: str) -> None:
    assert slug("hexo", path, meta) == expected


@pytest.mark.parametrize(
    ("path", "pattern", "expected"),
    [
        ("2024-01-02-fox.md", ":year-:month-:day-:title.md", "fox"),
        ("Fïve foxes.md", ":year-:title.md", "Five-foxes"),
    ],
)
def test_slugs_as_configured(path: str, pattern: str, expected: str) -> None:
    assert slug("hexo", path, {}, new_post_name=pattern) == expected


# A renderer of our own, since Hexo takes no file for a post that nothing renders, and brings none.
START = """
const Hexo = require("hexo");
const hexo = new Hexo(process.cwd(), { silent: true });
const register = () => hexo.extend.renderer.register("md", "html", (data) => data.text, true);
const dump = () => hexo.locals.get("posts").map((post) => [post.source, post.slug]);
const started = hexo.init().then(register);
"""
DUMP = f"{START} started.then(() => hexo.load()).then(() => console.log(JSON.stringify(Object.fromEntries(dump()))));"
GENERATE = f'{START} started.then(() => hexo.call("generate")).then(() => hexo.exit());'
PACKAGE = json.dumps({"hexo": {"version": "8.1.2"}})


@needs_node
@pytest.mark.parametrize("pattern", [":title.md", ":year-:month-:day-:title.md", ":category/:title.md"])
def test_its_own_slugs(tmp_path: Path, pattern: str) -> None:
    write(tmp_path / "source" / "_posts", DRAFTS)
    (tmp_path / "_config.yml").write_text(json.dumps({"new_post_name": pattern}))
    (tmp_path / "package.json").write_text(PACKAGE)
    found = json.loads(node(tmp_path, "-e", DUMP))
    theirs = {path.removeprefix("_posts/"): slug for path, slug in found.items()}
    assert ours("hexo", DRAFTS, new_post_name=pattern) == theirs


@needs_node
def test_a_built_site(site: Site) -> None:
    config = "url: https://example.org/blog\nroot: /blog/\nnew_post_name: :title.md\n"
    check(
        site,
        "source/_posts/fox.md",
        {"_config.yml": config, "package.json": PACKAGE},
        lambda root: node(root, "-e", GENERATE),
        "public",
        base="/blog/",
    )
