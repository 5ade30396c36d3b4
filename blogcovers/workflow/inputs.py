"""Inputs of a workflow as an author sets them: lines ``"node.input" = value``, for one template or another.

They stand in ``house.toml`` under ``[overrides]``, in the config under ``[inputs]``, in a post under
``cover_inputs``. In the first two a table inside, like ``[inputs.flux]``, holds for the template of that name;
lines beside it hold for the site's own. What is a table is a template's name, and every other key has a dot: so
``KSampler.steps = 30`` without quotes, which TOML reads as a table ``KSampler``, is told from both.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from blogcovers import bounds
from blogcovers.workflow.walk.names import words

_LINE = re.compile(
    r"""\s*(?:"(?P<quoted>[^"]+)"|(?P<plain>[^=,"]+?))
        \s*=\s*
        (?:"(?P<text>[^"]*)"|'(?P<other>[^']*)'|(?P<word>[^,"'=]*?))\s*(?:,|$)""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Setting:
    """One line: ``target`` is ``"node.input"``, ``value`` as it is written, ``source`` the file and table of it."""

    target: str
    value: Any
    source: str


def table_fault(table: Any, kinds: tuple[type, ...], *, dotted: bool = True) -> str:
    """What is wrong with a table of lines and of tables for templates by name; ``""`` where nothing is.

    ``kinds``: what a line's value may be. ``dotted``: whether its key is a ``node.input``.
    """
    if not isinstance(table, dict):
        return f"it is {table!r}, no table"
    for key, value in table.items():
        lines = value.items() if isinstance(value, dict) else [(key, value)]
        for name, said in lines:
            if isinstance(said, dict) or (dotted and "." not in name):
                inner = next(iter(said), "") if isinstance(said, dict) else ""
                whole = ".".join(part for part in (key if isinstance(value, dict) else "", name, inner) if part)
                return f"'{whole}' is no node.input in quotes"
            if not isinstance(said, kinds):
                return f"'{name}' is {said!r}"
    return ""


def table_name(table: str, template: str) -> str:
    """``table.template`` as it stands in TOML: in quotes where it is no bare key."""
    if not template:
        return table
    return f"{table}.{template}" if re.fullmatch(r"[A-Za-z0-9_-]+", template) else f'{table}."{template}"'


def lines_of_template(table: Mapping[str, Any], name: str, *, own: bool) -> dict[str, Any]:
    """The lines that hold for the template ``name``: its table's and, where it is the site's own, those beside it."""
    lines = {key: value for key, value in table.items() if own and not isinstance(value, dict)}
    narrowed = table.get(name)
    return lines | (narrowed if isinstance(narrowed, dict) else {})


def templates_named(table: Mapping[str, Any]) -> list[str]:
    """The names of the templates that have a table."""
    return [name for name, value in table.items() if isinstance(value, dict)]


def read_inputs(value: Any) -> tuple[tuple[str, str], ...]:
    """What a post sets, as ``(target, text)`` in order: a mapping ``{"node.input": value}`` (or, as an unquoted key in
    TOML comes out, ``{node: {input: value}}``), or a text ``node.input = value, node.input = value``.

    Raises ValueError, naming what it stumbles over.
    """
    if value is None or value == "":
        return ()
    pairs = _of_text(value) if isinstance(value, str) else list(_of_mapping(value))
    if len(pairs) > bounds.POST_INPUTS:
        raise ValueError(f"it sets more than {bounds.POST_INPUTS} inputs")
    times = Counter(target for target, _ in pairs)
    if twice := next((target for target in times if times[target] > 1), ""):
        raise ValueError(f"it sets '{twice}' twice")
    return tuple(sorted(pairs))


MODEST = 100
"""The largest number that a post may give an input without being allowed to: samplers take 20 to 50 steps."""
_COSTLY = frozenset(
    {"width", "height", "size", "resolution", "megapixels", "scale", "upscale", "factor", "multiplier"}
    | {"batch", "amount", "count", "repeat", "repeats", "iterations", "loops", "tile", "tiles"}
    | {"length", "frames", "seconds", "duration", "fps"}
)
_PLACES = frozenset({"path", "folder", "directory", "prefix", "filename", "url"})


def not_for_posts(inputs: Sequence[tuple[str, str]], patterns: Sequence[str]) -> str:
    """The first of these inputs that posts may not set, ``""`` where they may set them all.

    ``patterns``: of ``node.input`` as posts write it, each allowed, or refused after a ``!``; the last that matches
    counts. Where none does, what costs is refused: sizes, batches, places of files, and numbers above MODEST.
    """
    for target, text in inputs:
        matching = [pattern for pattern in patterns if fnmatchcase(target, pattern.removeprefix("!"))]
        if matching[-1].startswith("!") if matching else _costs(target.rpartition(".")[2], text):
            return target
    return ""


def _costs(name: str, text: str) -> bool:
    said = words(name)
    if said & (_COSTLY | _PLACES):
        return True
    try:
        return not abs(float(text)) <= MODEST and not {"seed"} & said
    except ValueError:
        return False


def _of_mapping(value: Any, within: str = "") -> list[tuple[str, str]]:
    if not isinstance(value, Mapping):
        raise ValueError(f"it is {value!r}, no mapping" if not within else f"'{within}' is {value!r}")  # noqa: TRY004  (as below)
    pairs: list[tuple[str, str]] = []
    for key, said in value.items():
        target = f"{within}.{key}" if within else str(key)
        if isinstance(said, Mapping):
            pairs += _of_mapping(said, target)
        elif isinstance(said, list):
            raise ValueError(f"'{target}' is a list")  # noqa: TRY004  (a fault of what is written)
        elif "." not in target:
            raise ValueError(f"'{target}' is no node.input")
        else:
            pairs.append((target, "" if said is None else str(said)))
    return pairs


def _of_text(text: str) -> list[tuple[str, str]]:
    pairs, at = [], 0
    text = " ".join(text.split())
    while at < len(text):
        line = _LINE.match(text, at)
        target = (line["quoted"] or line["plain"]).strip() if line else ""
        if not line or "." not in target:
            raise ValueError(f"'{text[at : at + 40].strip()}' is no node.input = value")
        said = next((line[group] for group in ("text", "other", "word") if line[group] is not None), "")
        pairs.append((target, said))
        at = line.end()
    return pairs
