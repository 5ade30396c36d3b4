"""The layout of a JSON header: its pairs, read by the decoder of the standard library."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, cast

from blogcovers.link.layouts.layout import SPACE, Layout, Pair, quoted
from blogcovers.link.layouts.shape import Pairs, shape_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class JsonLayout(Layout):
    """Where pairs stand in a header that the decoder has accepted."""

    remark = ""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        kept: dict[str, Any] = {"parse_int": Decimal, "parse_float": Decimal, "parse_constant": Decimal}
        self.shape = shape_of(json.loads(text, object_pairs_hook=Pairs, **kept))
        self.decoder = json.JSONDecoder(parse_int=str)

    def name(self, part: str) -> str:
        return quoted(part)

    def pair(self, path: Sequence[str]) -> Pair | None:
        """Of a key given twice the last, which is the one that counts."""
        at, found = self.text.index("{"), None
        for part in path:
            found = next(pair for name, pair in reversed(list(self._pairs(at))) if name == part)
            at = found.value
        return found

    def in_line(self, path: Sequence[str]) -> bool:
        return False  # JSON has no comments

    def place(self, path: Sequence[str], part: str, made: Any) -> tuple[int, str]:
        pair = self.pair(path)
        brace = pair.value if pair else self.text.index("{")
        entry, first = self.entry(part, made), self._skipped(brace + 1)
        if not re.compile(r"[ \t]*\n").match(self.text, brace + 1):
            return self.in_braces(brace, entry)
        if self.text[first] == "}":
            return self.line_after(brace), f"{self.indent(first)}  {entry}\n"
        return self.line_after(brace), f"{self.indent(first)}{entry},\n"

    def _pairs(self, brace: int) -> Iterator[tuple[str, Pair]]:
        at = self._skipped(brace + 1)
        while self.text[at] != "}":
            name, end = self.decoder.raw_decode(self.text, at)
            separator = self._skipped(end) + 1
            value = self._skipped(separator)
            _, end = self.decoder.raw_decode(self.text, value)
            yield name, Pair(at, separator, value, end)
            at = self._skipped(end)
            if self.text[at] == ",":
                at = self._skipped(at + 1)

    def _skipped(self, at: int) -> int:
        return cast("re.Match[str]", SPACE.match(self.text, at)).end()
