"""The layout of a YAML header: its nodes by the marks of PyYAML's own parser."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from blogcovers.bounds import YAML_LOADER
from blogcovers.errors import PostError
from blogcovers.link.layouts.layout import NO_MORE, Layout, Pair, quoted
from blogcovers.link.layouts.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Sequence

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})  # no texts in YAML 1.1


@dataclass
class _Node:
    """A YAML node and where it stands; ``items`` of a mapping are keys and values in turn."""

    kind: str
    start: int = 0
    end: int = 0
    props: tuple[str | None, str | None, str] = (None, None, "")
    text: str = ""
    flow: bool = False
    items: list[_Node] = field(default_factory=list)

    @property
    def pairs(self) -> list[tuple[_Node, _Node]]:
        return list(zip(self.items[::2], self.items[1::2], strict=True))

    def shape(self) -> Shape:
        if self.kind == "mapping":
            return Shape("mapping", self.props, pairs=tuple((k.shape(), v.shape()) for k, v in self.pairs))
        return Shape(self.kind, self.props, self.text, tuple(item.shape() for item in self.items))


def _composed(text: str) -> _Node | None:
    """The header's node, made of the parser's events: aliases stay aliases. Raises yaml.YAMLError."""
    top = _Node("document")
    open_nodes = [top]
    event: Any  # its marks may be None, say PyYAML's types; those of a parser are not
    for event in yaml.parse(text, Loader=YAML_LOADER):
        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.ScalarEvent):
            props = (event.anchor, event.tag, event.style or "")
            open_nodes[-1].items.append(_Node("text", start, end, props, event.value))
        elif isinstance(event, yaml.AliasEvent):
            open_nodes[-1].items.append(_Node("alias", start, end, text=str(event.anchor)))
        elif isinstance(event, yaml.CollectionStartEvent):
            kind = "mapping" if isinstance(event, yaml.MappingStartEvent) else "list"
            node = _Node(kind, start, end, (event.anchor, event.tag, ""), flow=bool(event.flow_style))
            open_nodes[-1].items.append(node)
            open_nodes.append(node)
        elif isinstance(event, yaml.CollectionEndEvent):
            open_nodes.pop().end = end
    return top.items[0] if top.items else None


class YamlLayout(Layout):
    """Nodes with their marks, so that block and flow style, comments and anchors are told apart."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.root = _composed(text) or _Node("mapping")
        self.shape = self.root.shape()

    def name(self, part: str) -> str:
        return part if _PLAIN_KEY.fullmatch(part) and part.lower() not in _WORDS else quoted(part)

    def nodes(self, path: Sequence[str]) -> list[tuple[_Node, _Node]]:
        """The key and the value of each part of ``path``."""
        found, node = [], self.root
        for part in path:
            key, node = next(pair for pair in node.pairs if pair[0].kind == "text" and pair[0].text == part)
            found.append((key, node))
        return found

    def pair(self, path: Sequence[str]) -> Pair | None:
        key, value = self.nodes(path)[-1]
        colon = re.compile(r"[ \t]*:(?=\s|$)").match(self.text, key.end)
        return Pair(key.start, colon.end(), value.start, value.end) if colon else None

    def in_line(self, path: Sequence[str]) -> bool:
        _, value = self.nodes(path)[-1]
        within = [self.root, *(node for _, node in self.nodes(path[:-1]))]
        return not any(node.flow for node in within) and bool(NO_MORE.match(self.text, value.end))

    def place(self, path: Sequence[str], part: str, made: Any) -> tuple[int, str]:
        node = self.nodes(path)[-1][1] if path else self.root
        if node.flow:
            return self.in_braces(node.start, self.entry(part, made))
        if path:
            return self.child(path, part, made)
        return 0, f"{self.indent(node.start)}{self.entry(part, made)}\n"

    def bare(self, path: Sequence[str]) -> bool:
        """Whether after the key at ``path`` there is nothing at all, not even ``~``."""
        _, value = self.nodes(path)[-1]
        return value.kind == "text" and not value.text and not value.props[2] and self.in_line(path)

    def child(self, path: Sequence[str], part: str, made: Any) -> tuple[int, str]:
        """A line below the key at ``path``, as far in as those that follow."""
        pair, (key, value) = self.pair(path), self.nodes(path)[-1]
        if pair is None or not NO_MORE.match(self.text, pair.separator):
            raise PostError(f"'{'.'.join(path)}' is not written as 'key:' on a line.", "Write it so.")
        indent = self.indent(value.start) if value.items else self.indent(key.start) + "  "
        return self.line_after(pair.separator), f"{indent}{self.entry(part, made)}\n"
