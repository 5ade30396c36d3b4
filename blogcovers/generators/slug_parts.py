"""Pieces of slug rules that more than one generator has."""

from __future__ import annotations

import re
import unicodedata

from blogcovers.errors import PostError
from blogcovers.posts.naming import own_name


def page_name(path: str) -> str:
    """As :func:`~blogcovers.posts.naming.own_name`, where ``_index.md`` is the section's own page: with Hugo, Zola."""
    return own_name(re.sub(r"(^|/)_index(?=\.[^./]*$)", r"\1index", path))


def last_segment(url: str) -> str:
    """The last part of a path in a URL that names something, without the ending of a page."""
    path = re.sub(r"(?:^|/)index\.html?$", "", url.partition("?")[0].strip())
    return re.sub(r"\.html?$", "", path.rstrip("/").rpartition("/")[2])


def in_ascii(text: str, extra: str) -> str:
    """The text in ASCII letters, as Unidecode writes it. It is GPL, hence no dependency of ours.

    ``extra``: the generator, of which an extra of ours in ``pyproject.toml`` brings it. Raises PostError.
    """
    if text.isascii():
        return text
    if any(unicodedata.category(character) == "Cs" for character in text):
        raise PostError("the name holds half a surrogate pair.", "Rename the file, or set a 'slug'.")
    try:
        from unidecode import unidecode
    except ImportError:
        raise PostError(
            f"{extra.capitalize()} makes the slug of '{text[:60]}', which takes Unidecode to write in ASCII.",
            f"pip install 'blogcovers[{extra}]', or set a 'slug' of ASCII letters in the front matter.",
        ) from None
    return str(unidecode(text))
