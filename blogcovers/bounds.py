"""Every bound of what is read from files, in one table, and the parsers that hold to them.

Posts come from contributors; configs, styles and workflows are trusted, but may be broken. Neither may cost time or
memory without end, so each text is measured before a parser sees it, and each value before anything walks it. The
bounds of the conversation with ComfyUI are in :mod:`blogcovers.comfy.limits`, those of a template's work in
:mod:`blogcovers.workflow.sandbox`.
"""

from __future__ import annotations

import json
import re
import tomllib
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable

KB, MB = 1000, 1_000_000

HEADER = 64 * KB
"""Characters of a post's front matter. The longest that we know of are under 10 kB; what a parser may cost in the worst
case grows with the square."""
POST_HEAD = 1 * MB
"""Bytes of a post that are read for its header, and for the first heading where a generator names posts by that. A post
of gigabytes is a mistake, or somebody's trick."""
POST = 16 * MB
"""Bytes of a post that ``link`` edits, which has to be read whole."""
COVER = 64 * MB
"""Bytes of a picture in the media folder: a cover has less than one million, and one of fifty megapixels fits."""
CONFIG = 1 * MB
"""Bytes of blogcovers.toml, pyproject.toml, house.toml and of a generator's own config."""
TEMPLATE = 64 * KB
"""Bytes of prompt.j2 and negative.j2, of which Jinja2 makes a program."""
WORKFLOW = 64 * MB
"""Bytes of a saved workflow and of a copy of /object_info, which names every model file of a server."""
DEPTH = 100
"""Levels of nesting. People write three; the parsers call themselves for each, and end at some hundreds."""
NODES = 10_000
"""Values of a YAML text once its aliases are followed: ten lines of aliases to aliases can stand for millions."""
KEY_PARTS = 16
"""Parts of a dotted TOML key. tomllib takes time by the cube of their number."""
DIGITS = 300
"""Digits of a whole number. Python refuses to print one of more than 4300, and one of 309 is no float any more."""
PLACES = 10_000
"""Nodes of a saved workflow, those inside its subgraphs counted in each instance: ten definitions that hold each other
twice can stand for millions."""
GROWN = 1000
"""Inputs that a node begins with where they grow with their links. ComfyUI's own limit is 100."""
POST_INPUTS = 100
"""Inputs that one post may set in its workflow; a graph has some dozens in all."""


class OutOfBounds(ValueError):  # noqa: N818  (the fact, as in errors.py)
    """A text that passes a bound: the message is a clause that says which."""


TOO_DEEP = f"it nests deeper than {DEPTH} levels"


def size(number: int) -> str:
    """A bound as messages name it."""
    return f"{number // MB} MB" if number >= MB else f"{number // KB} kB"


def check_size(text: str | bytes, most: int) -> None:
    """Raises OutOfBounds for more than ``most`` characters or bytes."""
    if len(text) > most:
        raise OutOfBounds(f"it is longer than {size(most)}")


def check_depth(value: Any) -> None:
    """Raises OutOfBounds where mappings and lists nest too deeply."""
    level = [value]
    for _ in range(DEPTH):
        level = [item for held in level for item in _items(held) if isinstance(item, dict | list)]
        if not level:
            return
    raise OutOfBounds(TOO_DEEP)


def _items(value: Any) -> Any:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


# JSON


def json_value(text: str, most: int = WORKFLOW) -> Any:
    """What the JSON text holds. Raises OutOfBounds, or JSONDecodeError, which is a ValueError, too."""
    check_size(text, most)
    try:
        value = json.loads(text, parse_int=_whole)
    except RecursionError:
        raise OutOfBounds(TOO_DEEP) from None
    check_depth(value)
    return value


def _whole(digits: str) -> int:
    if len(digits) > DIGITS:
        raise OutOfBounds(f"a number has more than {DIGITS} digits")
    return int(digits)


# TOML

_TOML_TOKEN = re.compile(
    r"""
      "{3} | '{3}
    | " [^"\\\n]* (?: \\. [^"\\\n]* )* "
    | ' [^'\n]* '
    | \# [^\n]*
    | [^"'\#]+
    """,
    re.DOTALL | re.VERBOSE,
)
_TOML_ENDS = {'"""': re.compile(r'\\.|"{3,5}', re.DOTALL), "'''": re.compile(r"'{3,5}")}  # of texts over lines
_TOML_KEY = re.compile(r"(?<![\w-])(?:[\w-]+[ \t]*\.[ \t]*)+")
_TOML_NUMBER = re.compile(rf"(?<![\w-])[+-]?(?:0[xob])?[0-9a-fA-F_]{{{DIGITS + 1},}}")


def toml_table(text: str, most: int = CONFIG, **options: Callable[[str], Any]) -> dict[str, Any]:
    """What the TOML text holds; ``options`` are those of :func:`tomllib.loads`. Raises OutOfBounds, or
    TOMLDecodeError, which is a ValueError, too."""
    check_size(text, most)
    _check_toml(text)
    try:
        return tomllib.loads(text, **options)
    except RecursionError:
        raise OutOfBounds(TOO_DEEP) from None


def _check_toml(text: str) -> None:
    """Looks at what is neither text nor comment. Where a text never ends tomllib goes no further, either."""
    bare = []
    at = 0
    while found := _TOML_TOKEN.match(text, at):
        at = found.end()
        if end := _TOML_ENDS.get(found[0]):
            at = next((one.end() for one in end.finditer(text, at) if one[0][0] != "\\"), len(text))
        if found[0][0] != "#":
            bare.append("s" if found[0][0] in "\"'" else found[0])
    code = "".join(bare)
    if any(key[0].count(".") >= KEY_PARTS for key in _TOML_KEY.finditer(code)):
        raise OutOfBounds(f"a key has more than {KEY_PARTS} parts")
    if _TOML_NUMBER.search(code):
        raise OutOfBounds(f"a number has more than {DIGITS} digits")
    depth = 0
    for bracket in re.findall(r"[\[{\]}]", code):
        depth += 1 if bracket in "[{" else -1
        if depth > DEPTH:
            raise OutOfBounds(TOO_DEEP)


# YAML

YAML_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # libyaml may be missing
"""Reads every scalar as text, and obeys no tag."""
_SHALLOW = 2000  # characters in which blocks, each further in, cannot nest too deeply


def yaml_node(text: str, loader: Any) -> Any:
    """The root node of the YAML text, None where there is none. Raises OutOfBounds, or yaml.YAMLError.

    ``loader``: made of that text. Depth is checked before libyaml, which composes recursively, overflows the stack of
    the whole process.
    """
    if len(text) > _SHALLOW or sum(map(text.count, "[{-?")) > DEPTH:
        depth = 0
        for event in yaml.parse(text, Loader=YAML_LOADER):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEPTH:
                raise OutOfBounds(TOO_DEEP)
    node = loader.get_single_node()
    if node is not None and "*" in text:
        _check_aliases(node)
    return node


def yaml_value(text: str, most: int = CONFIG) -> Any:
    """What the YAML text holds, scalars as text. Raises OutOfBounds, or yaml.YAMLError."""
    check_size(text, most)
    loader = YAML_LOADER(text)
    try:
        node = yaml_node(text, loader)
        return None if node is None else loader.construct_document(node)
    finally:
        loader.dispose()


def _check_aliases(root: Any) -> None:
    """Raises OutOfBounds where the aliases, followed, stand for too many values or for themselves."""
    counted: dict[int, int] = {}

    def count(node: Any, above: frozenset[int]) -> int:
        if isinstance(node, yaml.ScalarNode):
            return 1
        if id(node) in above or len(above) > DEPTH:
            raise OutOfBounds("its aliases lead round in a circle" if id(node) in above else TOO_DEEP)
        if id(node) not in counted:
            inside = [part for pair in node.value for part in (pair if isinstance(pair, tuple) else (pair,))]
            counted[id(node)] = 1 + sum(count(part, above | {id(node)}) for part in inside)
        if counted[id(node)] > NODES:
            raise OutOfBounds(f"its aliases stand for more than {NODES:,} values")
        return counted[id(node)]

    count(root, frozenset())
