"""What two headers are compared by: kinds, order and repetitions count, the places do not."""

from __future__ import annotations

import json
import tomllib

import pytest

from blogcovers.link.layouts.in_yaml import YamlLayout
from blogcovers.link.layouts.shape import Pairs, Shape, shape_of


def of_json(text: str) -> Shape:
    return shape_of(json.loads(text, object_pairs_hook=Pairs))


@pytest.mark.parametrize(
    ("text", "empty"),
    [("", True), ("~", True), ("''", True), ("[]", True), ("{}", True), ("'~'", False), ("0", False), ("[~]", False)],
)
def test_what_says_nothing_is_empty(text: str, empty: bool) -> None:
    ((_, value),) = YamlLayout(f"key: {text}\n").shape.named("key")
    assert value.empty is empty


def test_an_alias_is_never_empty() -> None:
    ((_, value),) = YamlLayout("a: &a\nb: *a\n").shape.named("b")
    assert not value.empty


def test_layout_comments_and_blanks_are_no_part_of_it() -> None:
    assert YamlLayout("a: 1\nb: [x]\n").shape == YamlLayout("a:   1 # one\n\nb: [ x ]\n").shape


@pytest.mark.parametrize("other", ["a: '1'\n", "a: &x 1\n", "a: !t 1\n", "a: [1]\n", "a: 1\na: 1\n", "b: 1\na: 1\n"])
def test_quotes_anchors_tags_kinds_and_repetitions_are(other: str) -> None:
    assert YamlLayout("a: 1\n").shape != YamlLayout(other).shape


def test_names_are_found_whatever_their_case_and_taken_out() -> None:
    shape = of_json('{"Cover": 1, "x": 2, "cover": 3}')
    assert [(name, value.text) for name, value in shape.named("COVER")] == [("Cover", "1"), ("cover", "3")]
    assert shape.without("cover") == of_json('{"x": 2}')


def test_toml_and_json_are_told_apart_by_nothing_but_their_values() -> None:
    text = {"title": "A", "on": True, "tags": ["a"], "cover": {"n": 1}}
    toml = tomllib.loads('title = "A"\non = true\ntags = ["a"]\ncover = {n = 1}')
    assert shape_of(toml) == of_json(json.dumps(text))
    assert shape_of(toml).plain() == {"title": "A", "on": "true", "tags": ["a"], "cover": {"n": "1"}}


def test_a_depth_that_no_header_has_is_refused() -> None:
    with pytest.raises(RecursionError):
        of_json("[" * 200 + "]" * 200)
