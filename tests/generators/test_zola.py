"""Zola: its config, and its pages' names, as its source has them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from generators.awkward import slug
from generators.reading import detected, home, serves


@pytest.mark.parametrize("file", ["zola.toml", "config.toml: base_url = 'https://example.org'\n"])
def test_signs(tmp_path: Path, file: str) -> None:
    assert detected(tmp_path, file) == ["zola"]


def test_a_config_that_is_not_utf_8_shows_nothing(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"base_url = '\xff'")
    assert detected(tmp_path) == []


def test_its_config(tmp_path: Path) -> None:
    serves(tmp_path, {"zola__toml": "base_url = 'https://x.org/z'"}, "static/images/covers", "/z/images/covers")


def test_its_languages(tmp_path: Path) -> None:
    found = home(tmp_path, zola__toml="default_language = 'de'\n[languages.fr]")
    assert (found.languages, found.default_language) == (("fr",), "de")


@pytest.mark.parametrize(
    ("path", "meta", "expected"),
    [
        ("blog/2018-10-10-hello-world.md", {}, "hello-world"),
        ("blog/2018-10-10_hello_World.md", {}, "hello-world"),
        ("blog/2018-10-10T10:10:10Z-timed.md", {}, "timed"),
        ("blog/2018-10-10.md", {}, "2018-10-10"),
        ("blog/2018-13-10-no-date.md", {}, "2018-13-10-no-date"),
        ("blog/with-assets/index.md", {}, "with-assets"),
        ("blog/_index.md", {}, "blog"),
        (" file with space.md", {}, "file-with-space"),
        ("start.md", {"slug": "hello-&-world"}, "hello-world"),
        ("start.md", {"slug": "日本"}, "ri-ben"),
        ("start.md", {"slug": "other", "path": "/blog/hello-world"}, "hello-world"),
    ],
)
def test_slugs(path: str, meta: dict[str, Any], expected: str) -> None:
    assert slug("zola", path, meta) == expected


@pytest.mark.parametrize(
    ("path", "slugify", "expected"),
    [
        ("2018-10-10-fox.md", {"paths_keep_dates": True}, "2018-10-10-fox"),
        ("日本 (?).md", {"paths": "safe"}, "日本 ()"),
        ("日本?.md", {"paths": "off"}, "日本?"),
    ],
)
def test_slugs_as_configured(path: str, slugify: dict[str, Any], expected: str) -> None:
    assert slug("zola", path, {}, slugify=slugify) == expected
