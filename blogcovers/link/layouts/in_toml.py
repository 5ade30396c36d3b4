"""The layout of a TOML header: where its keys and tables stand."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from blogcovers import bounds
from blogcovers.errors import PostError
from blogcovers.link.layouts.layout import BLANKS, Layout, Pair, quoted
from blogcovers.link.layouts.shape import shape_of

if TYPE_CHECKING:
    from collections.abc import Sequence

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
# No possessive quantifiers: before 3.11.5 Python gets them wrong (python/cpython#106052).
_SPACE = re.compile(r"\s*(?:#[^\n]*\s*)*")
_PART = re.compile(r"""[A-Za-z0-9_-]+|"[^"\\\n]*(?:\\.[^"\\\n]*)*"|'[^'\n]*'""")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_TEXT = re.compile(
    r"""
      ["]{3} [^"\\]* (?: (?: \\. | ["](?!["]{2}) ) [^"\\]* )* ["]{3,5}
    | [']{3} [^']* (?: ['](?![']{2}) [^']* )* [']{3,5}
    | ["] [^"\\\n]* (?: \\. [^"\\\n]* )* ["]
    | ['] [^'\n]* [']
    """,
    re.DOTALL | re.VERBOSE,
)
_BARE = re.compile(r"[^,\]}#\n]*")


class _Entry(NamedTuple):
    """``home``: the path of the table that the pair is written in; ``path`` is longer by its dotted key."""

    home: tuple[str, ...]
    path: tuple[str, ...]
    pair: Pair
    inline: bool


class TomlLayout(Layout):
    """Where keys and tables stand in a header that tomllib has accepted: that is what makes so short a scan do."""

    between = " = "

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.shape = shape_of(bounds.toml_table(text, bounds.HEADER, parse_float=Decimal))
        self.entries: list[_Entry] = []
        self.tables: dict[tuple[str, ...], int] = {(): 0}  # path to the line after its header
        self.headers: list[tuple[int, tuple[str, ...]]] = []  # those of arrays of tables, too
        at, home = self._skipped(0), tuple[str, ...]()
        while at < len(text):
            if text[at] == "[":
                double = text.startswith("[[", at)
                home, at = self._key(at + 1 + double)
                at = text.index("]", at) + 1 + double
                self.headers.append((at, home))
                if not double:
                    self.tables[home] = self.line_after(at)
            else:
                at = self._entry(at, home, inline=False)
            at = self._skipped(at)

    def name(self, part: str) -> str:
        return part if _BARE_KEY.fullmatch(part) else quoted(part)

    def pair(self, path: Sequence[str]) -> Pair | None:
        return next((entry.pair for entry in self.entries if entry.path == tuple(path)), None)

    def in_line(self, path: Sequence[str]) -> bool:
        return any(entry.path == tuple(path) and not entry.inline for entry in self.entries)

    def place(self, path: Sequence[str], part: str, made: Any) -> tuple[int, str]:
        table, entry = tuple(path), self.entry(part, made)
        if table in self.tables:
            first = next((e.pair.key for e in self.entries if e.home == table and not e.inline), None)
            indent = self.indent(first) if first is not None and table else ""
            return self.tables[table], f"{indent}{entry}\n"
        if braces := self.pair(table):
            return self.in_braces(braces.value, entry)
        for beside in self.entries:  # a dotted key of the same table
            if beside.path[: len(table)] == table and len(beside.home) < len(table):
                dotted = self._dotted((*table[len(beside.home) :], part), made)
                if beside.inline:
                    return beside.pair.key, f"{dotted}, "
                line = self.text.rfind("\n", 0, beside.pair.key) + 1
                return line, f"{self.indent(line)}{dotted}\n"
        # The table is there only as part of longer headers: a dotted key in the nearest one that is written.
        above = max((home for home in self.tables if home == table[: len(home)]), key=len)
        line = self.tables[above]
        # tomllib takes a dotted key behind a header that implies its table; pelletier/go-toml (Hugo's) does not.
        if any(at < line and path[: len(table)] == table for at, path in self.headers):
            name = ".".join(map(self.name, table))
            raise PostError(f"'{name}' is there only as part of longer table names.", f"Add a table [{name}] by hand.")
        return line, f"{self._dotted((*table[len(above) :], part), made)}\n"

    def _dotted(self, parts: Sequence[str], made: Any) -> str:
        return f"{'.'.join(map(self.name, parts))}{self.between}{self.written(made)}"

    def _skipped(self, at: int) -> int:
        return cast("re.Match[str]", _SPACE.match(self.text, at)).end()

    def _key(self, at: int) -> tuple[tuple[str, ...], int]:
        """The parts of a dotted key, and where it ends."""
        parts: list[str] = []
        at = cast("re.Match[str]", BLANKS.match(self.text, at)).end()
        while True:
            part = cast("re.Match[str]", _PART.match(self.text, at))
            parts += bounds.toml_table(f"{part[0]} = 0")
            dot = _DOT.match(self.text, part.end())
            if not dot:
                return tuple(parts), part.end()
            at = dot.end()

    def _entry(self, at: int, home: tuple[str, ...], *, inline: bool) -> int:
        """Notes the pair that begins at ``at``; returns its end."""
        key, end = self._key(at)
        separator = self.text.index("=", end) + 1
        value, number = self._skipped(separator), len(self.entries)
        end = self._value(value, (*home, *key))
        self.entries.insert(number, _Entry(home, (*home, *key), Pair(at, separator, value, end), inline))
        return end

    def _value(self, at: int, path: tuple[str, ...]) -> int:
        opener = self.text[at]
        if opener not in "{[":
            found = _TEXT.match(self.text, at) or _BARE.match(self.text, at)
            return at + len(cast("re.Match[str]", found)[0].rstrip())
        at = self._skipped(at + 1)
        while self.text[at] not in "}]":
            if opener == "{":
                at = self._skipped(self._entry(at, path, inline=True))
            else:
                at = self._skipped(self._value(at, (*path, "[]")))
            if self.text[at] == ",":
                at = self._skipped(at + 1)
        return at + 1
