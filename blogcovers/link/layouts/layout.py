"""What a layout is: a header's text, the places in it, and how a new pair is written there.

Each format has its own, which says where a value stands and where a new pair goes; what is below is the same for all.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from blogcovers.errors import PostError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from blogcovers.link.layouts.shape import Shape

BLANKS = re.compile(r"[ \t]*")
SPACE = re.compile(r"\s*")
NO_MORE = re.compile(r"[ \t]*(?:#.*)?$", re.MULTILINE)  # nothing but a comment on the rest of the line
# What JSON leaves as it is, and YAML 1.1 does not print or takes for a line break.
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


class Pair(NamedTuple):
    """Offsets: where the key begins, where its ``:`` or ``=`` ends, where the value begins and ends."""

    key: int
    separator: int
    value: int
    end: int


@dataclass
class Layout:
    """A header's text and the places in it. ``shape`` is the structure that the format's parser finds."""

    text: str
    shape: Shape = field(init=False)
    between = ": "  # a key and its value
    remark = " #"  # begins a comment, where there are any

    def pair(self, path: Sequence[str]) -> Pair | None:
        """Where the value stands that ``path`` leads to, if it stands in one place."""
        raise NotImplementedError

    def place(self, path: Sequence[str], part: str, made: Any) -> tuple[int, str]:
        """Where a new pair goes into the mapping at ``path``, and its text. Raises PostError where it cannot."""
        raise NotImplementedError

    def in_line(self, path: Sequence[str]) -> bool:
        """Whether the pair at ``path`` has its line to itself, so that a comment may end it."""
        raise NotImplementedError

    def name(self, part: str) -> str:
        """A key as it is written."""
        raise NotImplementedError

    def written(self, made: Any) -> str:
        """A value on one line."""
        if isinstance(made, dict):
            return "{" + ", ".join(self.entry(part, value) for part, value in made.items()) + "}"
        return f"[{', '.join(map(quoted, made))}]" if isinstance(made, list) else quoted(made)

    def entry(self, part: str, made: Any) -> str:
        return f"{self.name(part)}{self.between}{self.written(made)}"

    def filling(self, path: Sequence[str], made: Any) -> tuple[int, str]:
        """The value of a key that is there, but empty: before what stands for it, which becomes a comment."""
        pair = self.pair(path)
        if pair is None or not self.in_line(path) or "\n" in self.text[pair.separator : pair.end]:
            raise PostError(f"'{'.'.join(path)}' is there, but empty.", "Take it out, or fill it in by hand.")
        rest = self.text[pair.separator :].partition("\n")[0]
        before = " " if rest else "  "  # with one it would look like a new line and could not be told from it
        after = "" if NO_MORE.fullmatch(rest) else self.remark
        return pair.separator, f"{before}{self.written(made)}{after}"

    def line_after(self, at: int) -> int:
        return self.text.index("\n", at) + 1

    def indent(self, at: int) -> str:
        """The blanks that the line of ``at`` begins with."""
        return cast("re.Match[str]", BLANKS.match(self.text, self.text.rfind("\n", 0, at) + 1))[0]

    def in_braces(self, brace: int, entry: str) -> tuple[int, str]:
        """Before the first pair; into ``{}`` with blanks, since ``{entry}`` is what a new mapping looks like."""
        first = cast("re.Match[str]", SPACE.match(self.text, brace + 1)).end()
        if self.text[first] != "}":
            return first, f"{entry}, "
        return brace + 1, f" {entry} " if first == brace + 1 else entry


def quoted(text: str) -> str:
    """JSON's quoting, which YAML and TOML share; what is printable stays as it is."""
    said = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", said)
