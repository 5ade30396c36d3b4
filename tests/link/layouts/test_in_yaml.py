"""Edits of YAML headers: where the line goes, and what is filled in."""

from __future__ import annotations

import pytest
from headers import assert_in_and_out, yaml

TABLE = [
    # The key is absent: one line right after the opener.
    ("image", yaml("title: A day"), yaml('image: "/a.webp"', "title: A day")),
    ("cover.image", yaml("title: A day"), yaml('cover: {image: "/a.webp"}', "title: A day")),
    ("images[]", yaml("title: A day"), yaml('images: ["/a.webp"]', "title: A day")),
    ("a.b.c", yaml("title: A day"), yaml('a: {b: {c: "/a.webp"}}', "title: A day")),
    ("cover.images[]", yaml("title: A day"), yaml('cover: {images: ["/a.webp"]}', "title: A day")),
    ("image", yaml("# mine", "", "title: A day"), yaml('image: "/a.webp"', "# mine", "", "title: A day")),
    ("image", yaml("  title: A day", "  slug: x"), yaml('  image: "/a.webp"', "  title: A day", "  slug: x")),
    ("image", yaml(), yaml('image: "/a.webp"')),
    ("on", yaml("title: A day"), yaml('"on": "/a.webp"', "title: A day")),
    ("2x", yaml("title: A day"), yaml('"2x": "/a.webp"', "title: A day")),
    ("image", "---\ntitle: A\n...\nBody\n", '---\nimage: "/a.webp"\ntitle: A\n...\nBody\n'),
    # The mapping is there.
    ("cover.image", yaml("cover:", "    alt: x"), yaml("cover:", '    image: "/a.webp"', "    alt: x")),
    ("Cover.image", yaml("cover:", "  alt: x"), yaml("cover:", '  image: "/a.webp"', "  alt: x")),
    ("cover.image", yaml("t: 1", "COVER:", " alt: x"), yaml("t: 1", "COVER:", ' image: "/a.webp"', " alt: x")),
    (
        "cover.image",
        yaml("cover: # c", "", "  # d", "  a: x"),
        yaml("cover: # c", '  image: "/a.webp"', "", "  # d", "  a: x"),
    ),
    ("cover.image", yaml("cover: {alt: x}"), yaml('cover: {image: "/a.webp", alt: x}')),
    ("cover.image", yaml("cover: { alt: x }"), yaml('cover: { image: "/a.webp", alt: x }')),
    ("cover.image", yaml("cover: {", "  alt: x", "  }"), yaml("cover: {", '  image: "/a.webp", alt: x', "  }")),
    ("cover.image", yaml("cover: {}"), yaml('cover: { image: "/a.webp" }')),
    ("cover.image", yaml("cover: { }"), yaml('cover: {image: "/a.webp" }')),
    ("a.b.c", yaml("a:", "  b:", "    d: 1"), yaml("a:", "  b:", '    c: "/a.webp"', "    d: 1")),
    ("a.b.c", yaml("a:", "  x: 1"), yaml("a:", '  b: {c: "/a.webp"}', "  x: 1")),
    ("a.b.c", yaml("a: {b: {d: 1}}"), yaml('a: {b: {c: "/a.webp", d: 1}}')),
    ("a.b.c", yaml("a:", "  b: {d: 1}"), yaml("a:", '  b: {c: "/a.webp", d: 1}')),
    ("image", "---\n{title: A}\n---\n", '---\n{image: "/a.webp", title: A}\n---\n'),
    # The key is there, and empty: filled in, before what stands for nothing.
    ("cover.image", yaml("cover:", "title: A"), yaml("cover:", '  image: "/a.webp"', "title: A")),
    ("cover.image", yaml("cover: # c"), yaml("cover: # c", '  image: "/a.webp"')),
    ("a.b.c", yaml("a:", "    b:", "    d: 1"), yaml("a:", "    b:", '      c: "/a.webp"', "    d: 1")),
    ("cover.image", yaml('cover: ""'), yaml('cover: {image: "/a.webp"} # ""')),
    ("cover.image", yaml("cover: ~ # c"), yaml('cover: {image: "/a.webp"} # ~ # c')),
    ("image", yaml("image:"), yaml('image:  "/a.webp"')),
    ("image", yaml("image: "), yaml('image: "/a.webp" ')),
    ("image", yaml("image: # yours"), yaml('image: "/a.webp" # yours')),
    ("image", yaml("image: ''"), yaml("image: \"/a.webp\" # ''")),
    ("image", yaml("image: null"), yaml('image: "/a.webp" # null')),
    ("images[]", yaml("images: [ ]"), yaml('images: ["/a.webp"] # [ ]')),
    ("cover.image", yaml("cover:", '  image: ""', "  alt: x"), yaml("cover:", '  image: "/a.webp" # ""', "  alt: x")),
]


@pytest.mark.parametrize(("key", "before", "after"), TABLE)
def test_the_very_bytes(key: str, before: str, after: str) -> None:
    assert_in_and_out(key, before, after)
