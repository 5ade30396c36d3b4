"""A site of no generator that we know: Markdown files, and covers beside them."""

from __future__ import annotations

from blogcovers.generators.base import Generator


class Plain(Generator):
    name = "plain"
    content = "content"
    media = "media/covers"
    dates = ("date",)
