"""Posts with headers, and an edit of one held to the very bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blogcovers.link import held, linked, unlinked

if TYPE_CHECKING:
    from blogcovers.posts.header import Dialect

URL = "/a.webp"


def yaml(*lines: str) -> str:
    return "\n".join(["---", *lines, "---", "", "The body.", ""])


def toml(*lines: str) -> str:
    return "\n".join(["+++", *lines, "+++", "", "The body.", ""])


def assert_in_and_out(key: str, before: str, after: str, dialect: Dialect = "any", alt: str = "") -> None:
    """``URL`` goes in at ``key`` byte by byte, reads back, is not written twice, and comes out again."""
    new = linked(before.encode(), key, URL, dialect, alt)
    assert new.decode() == after
    assert held(new, key, dialect) == ([URL] if key.endswith("[]") else URL)
    assert linked(new, key, URL, dialect, alt) == new, "a second run changes nothing"
    assert unlinked(new, key, URL, dialect, alt).decode() == before
