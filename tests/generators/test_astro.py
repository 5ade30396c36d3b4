"""Astro: its config, and its entries' names; its slugger is asked itself, which npm installs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from generators.awkward import NAMES, SLUGS, TITLES, slug
from generators.built import needs_node, node
from generators.reading import detected, serves


def test_signs(tmp_path: Path) -> None:
    assert detected(tmp_path, "astro.config.ts") == ["astro"]


def test_its_config(tmp_path: Path) -> None:
    text = "x = ({ base: '/a', site: 'https://x.org' })"
    serves(tmp_path, {"astro__config__mjs": text}, "public/covers", "/a/covers")


@pytest.mark.parametrize(
    ("path", "meta", "expected"),
    [
        ("2024-01-02-One_Post Fïle.md", {}, "2024-01-02-one_post-fïle"),
        ("blog/Deep Down/index.mdx", {}, "blog/deep-down"),
        ("v1.0 & more.md", {}, "v10--more"),
        ("fox.md", {"slug": "Own/Slug"}, "Own/Slug"),
    ],
)
def test_slugs(path: str, meta: dict[str, Any], expected: str) -> None:
    assert slug("astro", path, meta) == expected


SLUGGER = """
import GithubSlugger, { slug } from "github-slugger";
const texts = JSON.parse(process.argv[1]);
console.log(JSON.stringify(Object.fromEntries(texts.map((text) => [text, slug(text)]))));
"""


@needs_node
def test_its_own_slugger(tmp_path: Path) -> None:
    texts = [text for text in (*NAMES, *SLUGS, *TITLES, "Ⓐ 🅰 ⅷ ª", "a\u200db", "क्षि ไทย") if "/" not in text]
    theirs = json.loads(node(tmp_path, "--input-type=module", "-e", SLUGGER, json.dumps(texts)))
    assert {text: slug("astro", f"{text}.md", {}) for text in texts} == theirs
