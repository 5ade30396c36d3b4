"""What ComfyUI's front end makes of a text before it is queued: dynamic prompts, and names between per cent signs.

The server knows neither. Both can differ with each run, by chance or by the clock; such texts are left alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from blogcovers import bounds

if TYPE_CHECKING:
    from collections.abc import Callable

_COMMENT = re.compile(r"/\*|//[^\n\r\u2028\u2029]*")
_NAME = re.compile(r"%([^%]+)%")
_NO_FILE_NAME = re.compile(r'[/?<>\\:*|"\x00-\x1f\x7f]')
_EXACT = 2**53


class Chance(ValueError):  # noqa: N818  (the fact, as in errors.py)
    """A text that each run may resolve differently."""


def dynamic(text: str, depth: int = 0) -> str:
    """A dynamic prompt without its comments and braces. Raises Chance where a choice is made.

    ``{a|b}`` is one of the two, ``{a}`` is ``a``; ``\\{``, ``\\|`` and ``\\}`` stand for themselves.
    """
    text = _without_comments(text)
    if depth > bounds.DEPTH:
        return text
    result, at = [], 0
    while at < len(text):
        if text[at] == "\\":
            result.append(text[at : at + 2])
            at += 2
        elif text[at] == "{":
            inside, at = _block(text, at + 1)
            result.append(dynamic(inside, depth + 1))
        else:
            result.append(text[at])
            at += 1
    return re.sub(r"\\([{}|])", r"\1", "".join(result))


def _without_comments(text: str) -> str:
    """A comment that is opened and not closed is none; whether one is closed is looked up once."""
    result, at, last = [], 0, text.rfind("*/")
    while found := _COMMENT.search(text, at):
        start, end = found.span()
        if found[0] == "/*":
            closed = start + 2 <= last
            result.append(text[at : start if closed else start + 1])
            at = text.index("*/", end) + 2 if closed else start + 1
        else:
            result.append(text[at:start])
            at = end
    return "".join([*result, text[at:]])


def _block(text: str, start: int) -> tuple[str, int]:
    """What stands between braces, and where the text goes on; an open brace reaches to the end."""
    depth, at = 0, start
    while at < len(text):
        char = text[at]
        if char == "\\":
            at += 1
        elif char == "{":
            depth += 1
        elif char == "}":
            if not depth:
                return text[start:at], at + 1
            depth -= 1
        elif char == "|" and not depth:
            raise Chance(text)
        at += 1
    return text[start:], at


def named(text: str, look_up: Callable[[str, str], Any]) -> str:
    """``%Node.widget%`` filled with what ``look_up(node, widget)`` gives, left alone where that raises KeyError.

    Raises Chance for ``%date:...%``. ``%width%`` and the like are the server's, and stay.
    """

    def fill(match: re.Match[str]) -> str:
        node, *widget = match[1].split(".")
        if len(widget) != 1:
            if node.startswith("date:"):
                raise Chance(text)
            return match[0]
        try:
            return _NO_FILE_NAME.sub("_", _written(look_up(node, widget[0])))
        except KeyError:
            return match[0]

    return _NAME.sub(fill, text)


def _written(value: Any) -> str:
    """A value as JavaScript writes it."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ",".join(_written(item) for item in value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    return str(value)
