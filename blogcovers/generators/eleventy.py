"""Eleventy: https://www.11ty.dev. It publishes what is no template only where its config has it copied."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from blogcovers.generators.base import Generator, Sign
from blogcovers.generators.config_files import SCRIPTS, folder, joined, quoted, read_script
from blogcovers.posts.naming import parts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from blogcovers.generators.base import Home, Settings
    from blogcovers.posts.header import Meta

_FILES = (*(f"eleventy.config.{ending}" for ending in SCRIPTS), ".eleventy.js")
_DATE = re.compile(r".*?\d{4}-\d{2}-\d{2}-")
_COPIES = re.compile(r"addPassthroughCopy\s*\(\s*([^;)]*)")
# Another file of the author's, or a format that is copied as it is.
_ELSEWHERE = re.compile(r"""(?:require\s*\(|import\s*\(?|\bfrom)\s*['"`]\.{1,2}/|\bwebp\b""")
_QUOTED = re.compile(r"""['"`]([^'"`]*)['"`]""")
_KEYS = re.compile(r"""['"`]([^'"`]*)['"`]\s*:|(?<![\w$])([\w$]+)\s*:""")


class Eleventy(Generator):
    name = "eleventy"
    signs = tuple(Sign(file) for file in _FILES)
    content = "."
    media = "covers"
    exclude = ("_site/*",)
    data = "_data/covers.json"
    note = "Eleventy copies the covers where its config says addPassthroughCopy with that folder."

    def read(self, home: Home) -> Home:
        text = read_script(home.root, _FILES)
        source = folder(quoted(text, "input"), home.content)
        return replace(
            home.served_from(quoted(text, "pathPrefix")),
            content=source,
            media=joined(source, "covers"),
            published=((source, ""),),
        )

    def slug(self, meta: Meta, path: str, settings: Settings) -> str:
        """``page.fileSlug``: what follows a date, which may stand anywhere in the name."""
        folders, stem = parts(path)
        slug = _DATE.sub("", stem, count=1)
        return _DATE.sub("", folders[-1], count=1) if folders and slug == "index" else slug

    def uncopied(self, home: Home, media: Path) -> Iterator[str]:
        """What is no template is published only where ``addPassthroughCopy`` says so
        (https://www.11ty.dev/docs/copy/). Where it may say it in words that are not read here, nothing is said."""
        text, covers = read_script(home.root, _FILES), os.path.relpath(media, home.root).replace(os.sep, "/")
        copied = [_copied(argument) for argument in _COPIES.findall(text)]
        told = any(one is None or any(_overlap(path, covers) for path in one) for one in copied)
        if told or PurePosixPath(covers).name in text or _ELSEWHERE.search(text):
            return
        yield (
            f"eleventy does not copy what is in {covers}, as far as its config tells: write there"
            f' eleventyConfig.addPassthroughCopy("{covers}"), or set public_url if it is served all the same.'
        )


def _copied(argument: str) -> list[str] | None:
    """The paths in what ``addPassthroughCopy`` is given, up to their first wildcard; None where that is computed."""
    if not argument.startswith(("'", '"', "`", "{")) or "${" in argument:
        return None
    named = _KEYS if argument.startswith("{") else _QUOTED
    paths = ("".join(found) for found in named.findall(argument))  # one of the two groups is empty
    return [re.split(r"[*?{\[]", path)[0].strip("/") for path in paths]


def _overlap(path: str, folder: str) -> bool:
    """Whether one of the two lies in the other, or is it."""
    one, other = PurePosixPath(path), PurePosixPath(folder)
    return one.is_relative_to(other) or other.is_relative_to(one)
