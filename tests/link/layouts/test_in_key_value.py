"""Edits of headers of ``Key: value`` lines."""

from __future__ import annotations

import pytest
from headers import assert_in_and_out

TABLE = [
    # The key is absent: one line right after the opener.
    ("image", "Title: A\nConcept: x\n\nBody\n", "Image: /a.webp\nTitle: A\nConcept: x\n\nBody\n"),
    # The key is there, and empty: filled in, before what stands for nothing.
    ("image", "Title: A\nImage:\n", "Title: A\nImage:  /a.webp\n"),
    ("image", "Title: A\nImage: \t\n", "Title: A\nImage: /a.webp \t\n"),
]


@pytest.mark.parametrize(("key", "before", "after"), TABLE)
def test_the_very_bytes(key: str, before: str, after: str) -> None:
    assert_in_and_out(key, before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Title: A\nTags: x\n\nBody\n", "Image: /a.webp\nTitle: A\nTags: x\n\nBody\n"),
        ("---\ntitle: A: b\n---\n", "---\nimage: /a.webp\ntitle: A: b\n---\n"),
        ("---\r\nTitle: A\r\n---\r\n", "---\r\nImage: /a.webp\r\nTitle: A\r\n---\r\n"),
    ],
    ids=["plain", "fenced", "fenced-crlf"],
)
def test_as_pelican_reads_it(before: str, after: str) -> None:
    assert_in_and_out("image", before, after, "pelican")
