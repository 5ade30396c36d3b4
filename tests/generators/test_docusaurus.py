"""Docusaurus: its config, and its blog posts' names, as its source has them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from generators.awkward import slug
from generators.reading import detected, home, serves
from site_builder import Site


def test_signs(tmp_path: Path) -> None:
    assert detected(tmp_path, "docusaurus.config.js") == ["docusaurus"]


def test_its_config(tmp_path: Path) -> None:
    serves(tmp_path, {"docusaurus__config__js": "x = { baseUrl: '/d/' }"}, "static/img/covers", "/d/img/covers")


def test_its_languages(tmp_path: Path) -> None:
    found = home(tmp_path, docusaurus__config__js="i18n: { defaultLocale: 'en', locales: ['en', 'fr'] }")
    assert (found.languages, found.default_language) == (("en", "fr"), "en")


@pytest.mark.parametrize(
    ("path", "meta", "expected"),
    [
        ("2019-05-30-welcome.md", {}, "2019/05/30/welcome"),
        ("2021/05/12/announcing/index.mdx", {}, "2021/05/12/announcing"),
        ("team-a-2021-05-12-hey/beta.md", {}, "2021/05/12/team-a-hey/beta"),
        ("some-post/some-file.md", {}, "some-post/some-file"),
        ("some-post/index.md", {"slug": "/own/slug"}, "/own/slug"),
    ],
)
def test_slugs(path: str, meta: dict[str, Any], expected: str) -> None:
    assert slug("docusaurus", path, meta) == expected


def test_versioned_docs_get_no_second_cover(site: Site) -> None:
    site.write("docusaurus.config.js", "module.exports = {}")
    for path in ("blog/fox.md", "versioned_docs/version-1/fox.md"):
        site.write(path, "---\nconcept: a fox\n---\n")
    for content, action in (("blog", "rendered"), (".", "none")):
        assert list(site.run("build", content, "--json").actions().values()) == [action]
    site.write("blogcovers.toml", 'content = "."\n')
    assert [row["post"] for row in site.run("plan", "--json").json["covers"]] == ["blog/fox.md"]
