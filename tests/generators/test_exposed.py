"""What of ours Jekyll would publish is told, until its config leaves it out."""

from __future__ import annotations

import pytest
from site_builder import Site

from blogcovers.generators.exposed import is_left_out
from blogcovers.workflow.assets import shipped_style

SAID = "warning: jekyll publishes blogcovers.toml and style/, too. Write in _config.yml: {}\n"
LINE = "exclude: [blogcovers.toml, style/]"


@pytest.fixture
def jekyll(site: Site) -> Site:
    site.write("_config.yml", "title: x\n")
    site.write("_posts/2024-01-02-fox.md", "---\nconcept: a fox\n---\n")
    site.write("blogcovers.toml", "")
    site.write("style/house.toml", (shipped_style() / "house.toml").read_bytes())
    return site


def test_it_is_told_once_with_the_line_that_mends_it(jekyll: Site) -> None:
    for command in ("plan", "build", "check"):
        assert jekyll.run(command).err == SAID.format(LINE)
    jekyll.write("_config.yml", f"title: x\n{LINE}\n")
    for command in ("plan", "build", "check"):
        assert jekyll.run(command).err == ""


def test_a_source_folder_of_its_own_leaves_the_root_out(jekyll: Site) -> None:
    jekyll.write("_config.yml", "source: src\n")
    jekyll.write("src/_posts/2024-01-02-fox.md", "---\nconcept: a fox\n---\n")
    assert "jekyll publishes" not in jekyll.run("plan").err


def test_a_site_without_a_config_has_nothing_to_hide(jekyll: Site) -> None:
    (jekyll.root / "blogcovers.toml").unlink()
    (jekyll.root / "style/house.toml").unlink()
    assert jekyll.run("plan").err == ""


def test_init_names_the_lines(jekyll: Site) -> None:
    (jekyll.root / "blogcovers.toml").unlink()
    said = jekyll.run("init").out
    assert "exclude:\n  - blogcovers.toml\n  - style/\n" in said


@pytest.mark.parametrize(
    ("path", "pattern", "expected"),
    [
        ("style/", "style", True),
        ("style/", "style/", True),
        ("style/", "/style/", True),
        ("style/", "*.toml", False),
        ("style/", "style/house.toml", False),
        ("blogcovers.toml", "*.toml", True),
        ("blogcovers.toml", "blog", True),
        ("blogcovers.toml", "covers.toml", False),
        ("blogcovers.toml", "blogcovers.toml/", False),
        ("blogcovers.toml", "", False),
        ("a/style/", "a", True),
        ("_a/style/", "x", True),
        (".style/", "x", True),
    ],
)
def test_what_a_pattern_leaves_out(path: str, pattern: str, *, expected: bool) -> None:
    assert is_left_out(path, [pattern, None]) is expected
