"""Eleventy: its config, its posts' names, and whether it copies covers; it is asked itself, as npm installs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from generators.awkward import DRAFTS, ours, slug, write
from generators.built import check, needs_node, node
from generators.reading import detected, serves
from site_builder import Site

ELEVENTY = ("node_modules/@11ty/eleventy/cmd.cjs", "--quiet")


@pytest.mark.parametrize("file", ["eleventy.config.js", "eleventy.config.mjs", "eleventy.config.cts", ".eleventy.js"])
def test_signs(tmp_path: Path, file: str) -> None:
    assert detected(tmp_path, file) == ["eleventy"]


def test_its_config(tmp_path: Path) -> None:
    text = "x = {dir: {input: 'src'}, pathPrefix: '/e/'}; x.addPassthroughCopy(all)"
    serves(tmp_path, {"eleventy__config__js": text}, "src/covers", "/e/covers")


@pytest.mark.parametrize(
    ("path", "meta", "expected"),
    [
        ("posts/2024-01-02-My Post_Fïle.md", {"slug": "ignored"}, "My Post_Fïle"),
        ("posts/2024-01-02-dir/index.md", {}, "dir"),
        ("index.md", {}, "index"),
    ],
)
def test_slugs(path: str, meta: dict[str, Any], expected: str) -> None:
    assert slug("eleventy", path, meta) == expected


DUMP = """
import fs from "node:fs";

export default function (config) {
  config.addCollection("dumped", (api) => {
    const found = api.getAll().map((item) => [item.page.inputPath, item.page.fileSlug]);
    fs.writeFileSync("slugs.json", JSON.stringify(Object.fromEntries(found)));
    return [];
  });
}
"""


@needs_node
def test_its_own_slugs(tmp_path: Path) -> None:
    write(tmp_path / "src" / "posts", DRAFTS)
    (tmp_path / "src" / "posts" / "posts.11tydata.json").write_text('{"permalink": false}')
    (tmp_path / "eleventy.config.mjs").write_text(DUMP)
    node(tmp_path, *ELEVENTY, "--input=src")
    found = json.loads((tmp_path / "slugs.json").read_text())
    theirs = {path.removeprefix("./src/posts/"): slug for path, slug in found.items()}
    assert ours("eleventy", DRAFTS, below="posts/") == theirs


@needs_node
def test_a_built_site(site: Site) -> None:
    config = 'export default function (config) { config.addPassthroughCopy("covers"); }\n'
    check(site, "posts/fox.md", {"eleventy.config.mjs": config}, lambda root: node(root, *ELEVENTY), "_site")


def copying(root: Path, line: str, *, config: str = "") -> tuple[Site, str]:
    """A site with this line in Eleventy's config, and what a plan has to tell of it."""
    site = Site(root / "site")
    site.write("eleventy.config.mjs", f"export default function (eleventyConfig) {{\n  {line}\n}}\n")
    site.write("posts/fox.md", "---\ntitle: fox\nconcept: a fox\n---\n")
    site.write("blogcovers.toml", f'{config}[output]\nsize = "64x36"\n')
    return site, site.run("plan").err


class TestCopies:
    UNCOPIED = (
        "",
        'eleventyConfig.addPassthroughCopy("css");',
        'eleventyConfig.addPassthroughCopy({ "src/css": "/" });',
        '// eleventyConfig.addPassthroughCopy("covers");',
    )
    COPIED = (
        'eleventyConfig.addPassthroughCopy("covers");',
        "eleventyConfig.addPassthroughCopy('./covers/');",
        'eleventyConfig.addPassthroughCopy("covers/**/*.webp");',
        'eleventyConfig.addPassthroughCopy({ covers: "images" });',
        'eleventyConfig.addPassthroughCopy("**/*.{jpg,webp}");',
        "eleventyConfig.addPassthroughCopy(folder);",
        "for (const folder of folders) eleventyConfig.addPassthroughCopy(`${folder}/`);",
        'eleventyConfig.setTemplateFormats(["md", "webp"]);',
        "require('./config/copies')(eleventyConfig);",
    )

    @pytest.mark.parametrize("line", UNCOPIED)
    def test_what_is_not_published_is_told(self, tmp_path: Path, line: str) -> None:
        site, said = copying(tmp_path, line)
        assert "eleventy does not copy what is in covers" in said
        assert 'eleventyConfig.addPassthroughCopy("covers")' in said
        for command in ("build", "check"):
            result = site.run(command)
            assert (result.code, "addPassthroughCopy" in result.err) == (0, True)

    @pytest.mark.parametrize("line", COPIED)
    def test_nothing_is_told_where_it_is_or_may_be(self, tmp_path: Path, line: str) -> None:
        assert copying(tmp_path, line)[1] == ""

    @pytest.mark.parametrize("config", ['public_url = "/covers"\n', 'bundle = "cover.webp"\n'])
    def test_nor_where_the_config_settles_it(self, tmp_path: Path, config: str) -> None:
        assert copying(tmp_path, "", config=config)[1] == ""

    def test_a_folder_above_it_is_enough(self, tmp_path: Path) -> None:
        line = 'eleventyConfig.addPassthroughCopy("assets");'
        assert copying(tmp_path / "a", line, config='media = "assets/images"\n')[1] == ""
        assert "assets2/images" in copying(tmp_path / "b", line, config='media = "assets2/images"\n')[1]

    @needs_node
    @pytest.mark.parametrize(("line", "published"), [(COPIED[4], True), (UNCOPIED[1], False)])
    def test_eleventy_does_as_we_say(self, tmp_path: Path, line: str, published: bool) -> None:
        site, said = copying(tmp_path, line)
        site.run("build")
        node(site.root, *ELEVENTY)
        assert (site.root / "_site/covers/fox.webp").exists() is published
        assert (said == "") is published
