"""The layout of a header of ``Key: value`` lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from blogcovers.link.layouts.layout import Layout, Pair
from blogcovers.link.layouts.shape import shape_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from blogcovers.posts.header import KeyValueHandler, Meta


class KeyValueLayout(Layout):
    """Where the lines of each key stand, as the handler of the format finds them."""

    remark = ""

    def __init__(self, text: str, handler: KeyValueHandler, meta: Meta) -> None:
        super().__init__(text)
        self.shape = shape_of(meta)
        self.lines = list(handler.lines(text))

    def name(self, part: str) -> str:
        """With a capital where its neighbours have one."""
        first = self.text[self.lines[0][0] :].lstrip(" ")[:1]
        return part[:1].upper() + part[1:] if first.isupper() else part

    def written(self, made: Any) -> str:
        return made if isinstance(made, str) else super().written(made)

    def pair(self, path: Sequence[str]) -> Pair | None:
        at = [at for at, key, _ in self.lines if key == path[-1]]
        if len(at) != 1:
            return None
        line = self.text[at[0] :].partition("\n")[0]
        colon = at[0] + line.index(":") + 1
        return Pair(at[0], colon, colon, at[0] + len(line.rstrip()))

    def in_line(self, path: Sequence[str]) -> bool:
        pair = self.pair(path)
        return pair is not None and not self.text[pair.separator : pair.end].strip()

    def place(self, path: Sequence[str], part: str, made: Any) -> tuple[int, str]:
        return self.lines[0][0], f"{self.entry(part, made)}\n"
