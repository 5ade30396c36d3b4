"""Generators' own config files: plain values are read, nothing is executed, and what cannot be read stops the run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from generators.reading import home

from blogcovers.errors import ConfigError
from blogcovers.generators.config_files import read_python, read_script, read_table


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"hugo__toml": "baseURL = "}, "hugo.toml is malformed"),
        ({"hugo__yaml": "a: [b"}, "hugo.yaml is malformed"),
        ({"mkdocs__yml": "a: b: c"}, "mkdocs.yml is malformed: mapping values are not allowed"),
        ({"pelicanconf__py": "PATH ="}, "pelicanconf.py is malformed"),
        ({"hugo__json": "{"}, "hugo.json is malformed"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, dict) else None,
)
def test_what_is_malformed_stops_the_run_with_a_way_out(tmp_path: Path, files: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)) as caught:
        home(tmp_path, **files)
    assert 'generator = "plain"' in caught.value.hint


def test_what_is_not_utf_8_stops_it_too(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").write_bytes(b"a: \xff")
    with pytest.raises(ConfigError, match=re.escape("mkdocs.yml is not UTF-8, so it is not known how mkdocs names")):
        home(tmp_path)


def test_tags_of_yaml_are_not_obeyed(tmp_path: Path) -> None:
    text = "site_url: !ENV [URL, 'https://x.org']\nx: !!python/name:os.system\ndocs_dir: text"
    assert home(tmp_path, mkdocs__yml=text).content == "text"


def test_scalars_of_yaml_stay_text(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text("a: no\nb: 007\nc: [1, {d: ~}]\n", encoding="utf-8")
    assert read_table(tmp_path / "a.yml") == {"a": "no", "b": "007", "c": ["1", {"d": "~"}]}


def test_python_values_stand_for_names_that_were_assigned_before(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(
        "A = 'x'\nB: list = [A, 1]\nC = f()\nD = A\nD += 'y'\nE = g()\nE = {A: B}\nF = C\n", encoding="utf-8"
    )
    assert read_python(tmp_path / "a.py") == ({"A": "x", "B": ["x", 1], "E": {"x": ["x", 1]}}, {"C", "D", "F"})


def test_a_script_is_the_first_that_is_there_without_its_comments(tmp_path: Path) -> None:
    (tmp_path / "b.js").write_text("/* base: 'x' */\n  // base: 'y'\nbase: 'https://z'\n", encoding="utf-8")
    (tmp_path / "c.js").write_text("c", encoding="utf-8")
    assert read_script(tmp_path, ("a.js", "b.js", "c.js")).strip() == "base: 'https://z'"
    assert read_script(tmp_path, ("a.js",)) == ""
