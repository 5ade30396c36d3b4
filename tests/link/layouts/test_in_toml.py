"""Edits of TOML headers: tables, dotted keys and braces."""

from __future__ import annotations

import pytest
from headers import assert_in_and_out, toml

TABLE = [
    # The key is absent: one line right after the opener.
    ("image", toml('title = "A day"'), toml('image = "/a.webp"', 'title = "A day"')),
    ("cover.image", toml('title = "A day"'), toml('cover = {image = "/a.webp"}', 'title = "A day"')),
    ("images[]", toml('title = "A day"'), toml('images = ["/a.webp"]', 'title = "A day"')),
    ("image", toml("[params]", "x = 1"), toml('image = "/a.webp"', "[params]", "x = 1")),
    # The mapping is there.
    ("cover.image", toml("[cover]", 'alt = "x"'), toml("[cover]", 'image = "/a.webp"', 'alt = "x"')),
    ("cover.image", toml("[cover] # c", '\talt = "x"'), toml("[cover] # c", '\timage = "/a.webp"', '\talt = "x"')),
    ("cover.image", toml("[Cover]"), toml("[Cover]", 'image = "/a.webp"')),
    ("cover.image", toml('cover.alt = "x"'), toml('cover.image = "/a.webp"', 'cover.alt = "x"')),
    (
        "cover.image",
        toml('t = "]"', 'cover . "alt" = "x"'),
        toml('t = "]"', 'cover.image = "/a.webp"', 'cover . "alt" = "x"'),
    ),
    ("cover.image", toml('cover = {alt = "x"}'), toml('cover = {image = "/a.webp", alt = "x"}')),
    ("cover.image", toml("cover = {}"), toml('cover = { image = "/a.webp" }')),
    ("p.cover.image", toml("[p]", "x = 1"), toml("[p]", 'cover = {image = "/a.webp"}', "x = 1")),
    ("p.cover.image", toml("[p]", "[p.cover]", "x = 1"), toml("[p]", "[p.cover]", 'image = "/a.webp"', "x = 1")),
    ("p.cover.image", toml("[p]", "cover.x = 1"), toml("[p]", 'cover.image = "/a.webp"', "cover.x = 1")),
    ("p.cover.image", toml("[p.other]", "x = 1"), toml('p.cover = {image = "/a.webp"}', "[p.other]", "x = 1")),
    ("p.cover.image", toml("[p]", "[p.cover.x]"), toml("[p]", 'cover.image = "/a.webp"', "[p.cover.x]")),
    ("p.cover.image", toml("p = {cover.x = 1}"), toml('p = {cover.image = "/a.webp", cover.x = 1}')),
    ("p.cover.image", toml("p = {q = 1, cover = {x = 1}}"), toml('p = {q = 1, cover = {image = "/a.webp", x = 1}}')),
    ("a.image", toml('x = """', "[a]", '"""', "[a]"), toml('x = """', "[a]", '"""', "[a]", 'image = "/a.webp"')),
    ("a.image", toml("x = [ # ]", "'[a]',", "]", "[a]"), toml("x = [ # ]", "'[a]',", "]", "[a]", 'image = "/a.webp"')),
    # The key is there, and empty: filled in, before what stands for nothing.
    ("image", toml('image = ""'), toml('image = "/a.webp" # ""')),
    ("images[]", toml("images=[]"), toml('images= ["/a.webp"] #[]')),
    ("cover.image", toml("[cover]", "image = '' # c"), toml("[cover]", "image = \"/a.webp\" # '' # c")),
]


@pytest.mark.parametrize(("key", "before", "after"), TABLE)
def test_the_very_bytes(key: str, before: str, after: str) -> None:
    assert_in_and_out(key, before, after)
