"""Generators' own config files, read as plain values; nothing in them is executed.

Each function raises :class:`UnreadableConfig` for a file that is malformed or cannot be read.
"""

from __future__ import annotations

import ast
import re
import tomllib
from contextlib import suppress
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import yaml

from blogcovers import bounds, storage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

TABLES = ("toml", "yaml", "yml", "json")
SCRIPTS = ("js", "mjs", "cjs", "ts", "mts", "cts")
"""The endings that a config may have, in the order in which they are looked for."""


class UnreadableConfig(Exception):  # noqa: N818  (the fact, as in errors.py)
    """A config that cannot be read: the message says how that is."""


def read_text(file: Path) -> str:
    try:
        return storage.read_text(file, bounds.CONFIG)
    except OSError as error:
        raise UnreadableConfig(f"{file.name} cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise UnreadableConfig(f"{file.name} is not UTF-8") from None


def read_table(file: Path) -> dict[str, Any]:
    """A TOML, YAML or JSON file as a mapping; YAML scalars stay text, and tags (``!ENV``) are not obeyed."""
    text = read_text(file)
    try:
        if file.suffix == ".toml":
            return bounds.toml_table(text)
        table = bounds.json_value(text, bounds.CONFIG) if file.suffix == ".json" else bounds.yaml_value(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableConfig(f"{file.name} is malformed: {error}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" (line {mark.line + 1})" if mark else ""
        raise UnreadableConfig(f"{file.name} is malformed: {getattr(error, 'problem', error)}{place}") from None
    except ValueError as error:
        raise UnreadableConfig(f"{file.name} is malformed: {error}") from None
    return table if isinstance(table, dict) else {}


def read_python(file: Path) -> tuple[dict[str, Any], set[str]]:
    """The plain values that a Python config assigns at its top level, and the names of those that it computes."""
    try:
        tree = ast.parse(read_text(file))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:  # the parser's stack has an end
        raise UnreadableConfig(f"{file.name} is malformed: {error}") from None
    values: dict[str, Any] = {}
    computed: set[str] = set()
    for node in tree.body:
        for name, value in _assigned(node):
            try:
                values[name] = ast.literal_eval(_Known(values).visit(value))
                computed.discard(name)
            except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
                values.pop(name, None)
                computed.add(name)
    return values, computed


def _assigned(node: ast.stmt) -> list[tuple[str, ast.expr]]:
    """The names that a statement assigns; ``NAME += [...]`` counts as computed, since we hold its name there."""
    if isinstance(node, ast.Assign):
        return [(target.id, node.value) for target in node.targets if isinstance(target, ast.Name)]
    if isinstance(node, ast.AnnAssign) and node.value and isinstance(node.target, ast.Name):
        return [(node.target.id, node.value)]
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        return [(node.target.id, ast.Name("computed", ast.Load()))]
    return []


class _Known(ast.NodeTransformer):
    """Puts values in the place of names that were assigned before (Nikola: ``{DEFAULT_LANG: ""}``)."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values
        self.room = bounds.HEADER  # characters: lists of lists of names may stand for millions of values

    def visit_Name(self, node: ast.Name) -> ast.AST:
        with suppress(KeyError, TypeError, ValueError):
            value = repr(self.values[node.id])
            self.room -= len(value)
            if self.room >= 0:
                return ast.copy_location(ast.parse(value, mode="eval").body, node)
        return node


def guessed(file: str, computed: Iterable[str], keys: Mapping[str, str]) -> dict[str, str]:
    """Our key -> what to say, for each name whose value we would have needed; ``keys``: the name -> our key."""
    return {
        key: f"{file} computes {name}, which is not read: its default is assumed. Set {key} in blogcovers.toml."
        for name, key in keys.items()
        if name in set(computed)
    }


def read_script(root: Path, names: Iterable[str]) -> str:
    """The text of a config that is a JavaScript program, without its comments: the first of these files that is there,
    ``""`` where none is. What stands in it as a plain value is found by :func:`quoted`."""
    for name in names:
        if (root / name).is_file():
            text = read_text(root / name)
            last = text.find("\n", text.rfind("*/")) if "*/" in text else 0  # behind it each "/*" is looked for in vain
            last = len(text) if last < 0 else last
            comments = re.compile(r"(?ms)/\*.*?\*/|^[^\S\n]*//[^\n]*$"), re.compile(r"(?m)^[^\S\n]*//[^\n]*$")
            return comments[0].sub("", text[:last]) + comments[1].sub("", text[last:])
    return ""


def quoted(text: str, key: str) -> str:
    """The text in quotes after ``key:`` in a program, ``""`` where there is none."""
    found = re.search(rf"""\b{key}\s*:\s*(['"`])([^'"`]*)\1""", text)
    return found[2] if found else ""


def folder(value: Any, default: str) -> str:
    """A folder as :class:`~blogcovers.generators.base.Home` has it: relative, with ``/``, ``.`` for the root."""
    if not isinstance(value, str) or not value.strip():
        return default
    return PurePosixPath(value.strip().replace("\\", "/")).as_posix()


def joined(outer: str, inner: str) -> str:
    """A folder in another, as :func:`folder` writes it."""
    return (PurePosixPath(outer) / inner.strip("/")).as_posix()
