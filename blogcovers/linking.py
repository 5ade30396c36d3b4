"""A cover's address in a post's front matter: one line in, the same line out, nothing else touched.

The header is never written anew, since every library that does so loses comments, quotes or anchors. Text
is inserted at one place: right after the header's opener, or, where the key's mapping is there already,
at its beginning. An empty value is filled in before what stands for it, which becomes a comment, so that
each edit can be told from all others and taken out again. Then the format's own parser reads both texts,
and they must be equal but for the key.

    key           absent                          the mapping is there
    image         image: "/a.webp"
    cover.image   cover: {image: "/a.webp"}       a line below 'cover:', or in its braces
    images[]      images: ["/a.webp"]
"""

from __future__ import annotations

import json
import re
import tomllib
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import yaml

from blogcovers import front_matter
from blogcovers.errors import PostError, UsageError
from blogcovers.front_matter import JsonHandler, KeyValueHandler, TomlHandler

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from blogcovers.front_matter import Dialect, Handler, Header, Meta, Value

_DEPTH = 100  # levels of nesting, as in front_matter
_BOM = b"\xef\xbb\xbf"
_BREAK = re.compile(r"\r\n|\r|\n")
_BLANKS = re.compile(r"[ \t]*")
_SPACE = re.compile(r"\s*")
_NO_MORE = re.compile(r"[ \t]*(?:#.*)?$", re.MULTILINE)  # nothing but a comment on the rest of the line
# What JSON leaves as it is, and YAML 1.1 does not print or takes for a line break.
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_YAML_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})  # no texts in YAML 1.1
_META_KEY = re.compile(r"[A-Za-z0-9_-]+")

_TOML_SPACE = re.compile(r"(?:\s|#[^\n]*)*+")
_TOML_PART = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*+"|'[^'\n]*'""")
_TOML_DOT = re.compile(r"[ \t]*\.[ \t]*")
_TOML_TEXT = re.compile(
    r"""
      ["]{3} (?: [^"\\] | \\. | ["](?!["]{2}) )*+ ["]{3,5}
    | [']{3} (?: [^'] | ['](?![']{2}) )*+ [']{3,5}
    | ["] (?: [^"\\\n] | \\. )*+ ["]
    | ['] [^'\n]* [']
    """,
    re.DOTALL | re.VERBOSE,
)
_TOML_BARE = re.compile(r"[^,\]}#\n]*")


@dataclass(frozen=True)
class Edit:
    """``text`` goes in at byte ``at`` of the file."""

    at: int
    text: bytes

    def applied(self, data: bytes) -> bytes:
        return data[: self.at] + self.text + data[self.at :]


def held(data: bytes, key: str, dialect: Dialect) -> Value:
    """What the dotted ``key`` holds; None where it is absent or empty. Raises PostError for a malformed header."""
    wish = _wish(key, "", "")
    post = _post(data, dialect)
    return None if post is None else _held(post.meta, wish.parts)


def insertion(data: bytes, key: str, value: str, dialect: Dialect, alt: str = "") -> Edit:
    """The edit that lets ``key`` hold ``value``; one without text where it does so already.

    ``key``: dotted, each part a mapping's key; one that ends in ``[]`` holds a list. ``alt`` is written
    beside the value, but only into a mapping that is made for it. Raises PostError where the key, or what
    should be a mapping on the way to it, holds something else, and where there is no header to write into.
    """
    wish = _wish(key, value, alt)
    return _insertion(_headed(data, wish, dialect), wish)


def linked(data: bytes, key: str, value: str, dialect: Dialect, alt: str = "") -> bytes:
    """``data`` with the edit of :func:`insertion`, proven. Raises PostError as that does, and where the proof fails.

    Proven is: the header reads the same but for the key, which reads back as ``value``; the body is
    untouched; :func:`unlinked` gives ``data`` again.
    """
    wish = _wish(key, value, alt)
    before, after = _headed(data, wish, dialect), None
    edit = _insertion(before, wish)
    if not edit.text:
        return data
    new = edit.applied(data)
    with suppress(PostError):
        after = _post(new, dialect)
    if not after or not _differ_only_in(before, after, wish) or _withdrawn(new, after, wish, dialect) != data:
        raise PostError(
            f"the front matter cannot be edited safely: a line for '{wish.key}' would change more than that key.",
            f"Write it by hand: {_by_hand(before.layout, wish)}",
        )
    return new


def unlinked(data: bytes, key: str, value: str, dialect: Dialect, alt: str = "") -> bytes:
    """The inverse of :func:`linked` for the same arguments: every byte as before.

    ``data`` itself where the key does not hold ``value`` in the very text and place that ``linked`` would
    give it. Raises PostError for a malformed header.
    """
    wish = _wish(key, value, alt)
    post = _post(data, dialect)
    return data if post is None else _withdrawn(data, post, wish, dialect)


def _withdrawn(data: bytes, post: _Post, wish: _Wish, dialect: Dialect) -> bytes:
    if _held(post.meta, wish.parts) != wish.value:
        return data
    for start, end in _removals(post.layout, wish.parts):
        without = data[: post.byte(start)] + data[post.byte(end) :]
        with suppress(PostError):  # that is no header which could take the edit
            before = _headed(without, wish, dialect)
            if _insertion(before, wish).applied(without) == data and _differ_only_in(before, post, wish):
                return without
    return data


# ---- what is wished for


class _Wish(NamedTuple):
    key: str
    parts: tuple[str, ...]
    value: str | list[str]
    alt: str

    def made(self, depth: int) -> Any:
        """The value of the key's part number ``depth``, where it and all below it are new."""
        made: Any = self.value
        for number in range(len(self.parts) - 1, depth, -1):
            mapping = {self.parts[number]: made}
            if self.alt and number == len(self.parts) - 1:
                mapping.setdefault("alt", self.alt)
            made = mapping
        return made


def _wish(key: str, value: str, alt: str) -> _Wish:
    """Raises UsageError for what is no dotted key."""
    name = key.removesuffix("[]")
    parts = tuple(name.split("."))
    if not all(part and part.strip() == part and part.isprintable() and not {*"[]"} & {*part} for part in parts):
        raise UsageError(f"'{key}' is no dotted key.", "Write one like image, cover.image or images[].")
    return _Wish(name, parts, value if name == key else [value], alt)


# ---- a post and its header


@dataclass(frozen=True)
class _Post:
    """``raw``: the decoded file; ``bom``: bytes before it; ``start``, ``end``: the span of the header in its text."""

    raw: str
    bom: int
    header: Header
    start: int
    end: int
    meta: Meta
    layout: _Layout

    @property
    def body(self) -> str:
        return self.header.text[self.end :]

    def raw_at(self, at: int) -> int:
        """The offset in ``raw`` of offset ``at`` in the layout's text."""
        before = self.header.text[: self.start + at]
        line, column = before.count("\n"), len(before) - before.rfind("\n") - 1
        if not line:
            return self.header.lead + column
        breaks = _BREAK.finditer(self.raw, self.header.lead)
        return next(islice(breaks, line - 1, None)).end() + column

    def byte(self, at: int) -> int:
        return self._byte(self.raw_at(at))

    def _byte(self, raw_at: int) -> int:
        return self.bom + len(self.raw[:raw_at].encode())

    def edit(self, at: int, text: str) -> Edit:
        """A new line ends as the line before it does; the first line of a file as the one after it."""
        place = self.raw_at(at)
        if text.endswith("\n"):
            line = max(self.raw.rfind("\r", 0, place), self.raw.rfind("\n", 0, place)) + 1
            place -= len(self.raw[line:place].lstrip("\ufeff"))  # blanks before a first key are part of its line
            end = _BREAK.search(self.raw, max(0, line - (2 if self.raw.startswith("\r\n", line - 2) else 1)))
            text = text[:-1] + (end[0] if end else "\n")
        return Edit(self._byte(place), text.encode())


def _headed(data: bytes, wish: _Wish, dialect: Dialect) -> _Post:
    post = _post(data, dialect)
    if post is None:
        raise PostError(
            f"there is no front matter to write '{wish.key}' into.",
            "Give the post one: a line '---', a line 'title: ...', a line '---'.",
        )
    return post


def _post(data: bytes, dialect: Dialect) -> _Post | None:
    """None where there is no header. Raises PostError where it is malformed."""
    raw = front_matter.decode(data)
    # Whether an unfenced header is one was decided by who read the post's concept; a title is proof enough here.
    header = front_matter.find(raw, "pelican" if dialect == "pelican" else "mkdocs")
    if header is None:
        return None
    start, end = header.span()
    block = header.text[start:end]
    meta = header.handler.load(block)
    if isinstance(header.handler, KeyValueHandler) and not (meta if dialect != "any" else "title" in meta):
        return None
    try:
        layout = _layout_of(header.handler, block, meta)
    except yaml.YAMLError:  # prose between two rules, else load had refused it
        return None
    if layout.shape.pairs and not meta:  # prose, too: it happens to parse, and cannot be loaded
        return None
    bom = len(_BOM) if data.startswith(_BOM) else 0
    return _Post(raw, bom, header, start, end, meta, layout)


def _held(meta: Meta, parts: Sequence[str]) -> Value:
    value: Value = meta
    for part in parts:
        if not isinstance(value, dict):
            return None
        value = next((value[name] for name in reversed(value) if _same(name, part)), None)
    return value or None


def _same(name: str, part: str) -> bool:
    return name.lower() == part.lower()  # Hugo ignores case on every level, Pelican in its only one


# ---- the structure, whatever the format


@dataclass(frozen=True)
class _Shape:
    """A header's value, whole: what two texts are compared by.

    ``kind``: ``text``, ``list``, ``mapping``, or ``alias`` of YAML. ``props``: YAML's anchor, tag and quotes; for
    the other formats whether it is quoted. Pairs keep their order and their repetitions.
    """

    kind: str
    props: tuple[str | None, str | None, str] = (None, None, "")
    text: str = ""
    items: tuple[_Shape, ...] = ()
    pairs: tuple[tuple[_Shape, _Shape], ...] = ()

    @property
    def empty(self) -> bool:
        if self.kind == "text":
            return not self.text or (not self.props[2] and self.text in front_matter.NOTHING)
        return self.kind != "alias" and not self.items and not self.pairs

    def named(self, part: str) -> list[tuple[str, _Shape]]:
        return [(key.text, value) for key, value in self.pairs if key.kind == "text" and _same(key.text, part)]

    def without(self, part: str) -> _Shape:
        kept = tuple(pair for pair in self.pairs if not (pair[0].kind == "text" and _same(pair[0].text, part)))
        return _Shape(self.kind, self.props, self.text, self.items, kept)

    def plain(self) -> Any:
        if self.kind == "mapping":
            return {key.plain() if key.kind == "text" else id(key): value.plain() for key, value in self.pairs}
        return [item.plain() for item in self.items] if self.kind == "list" else self.text


class _Pairs(list[tuple[str, Any]]):
    """A JSON object with its repetitions."""


def _shape(value: Any, room: int = _DEPTH) -> _Shape:
    """The shape of what the TOML or JSON parser returns. Raises RecursionError below ``room`` levels."""
    if room < 0:
        raise RecursionError
    if isinstance(value, dict | _Pairs):
        pairs = value.items() if isinstance(value, dict) else value
        return _Shape("mapping", pairs=tuple((_shape(str(key)), _shape(item, room - 1)) for key, item in pairs))
    if isinstance(value, list):
        return _Shape("list", items=tuple(_shape(item, room - 1) for item in value))
    if isinstance(value, str):
        return _Shape("text", (None, None, '"'), value)
    return _Shape("text", text=json.dumps(value) if value is None or isinstance(value, bool) else str(value))


def _differ_only_in(before: _Post, after: _Post, wish: _Wish) -> bool:
    same_frame = type(before.layout) is type(after.layout) and before.body == after.body
    return (
        same_frame
        and _held(after.meta, wish.parts) == wish.value
        and _grown(before.layout.shape, after.layout.shape, wish, 0)
    )


def _grown(old: _Shape, new: _Shape, wish: _Wish, depth: int) -> bool:
    """Whether ``new`` is ``old`` and what is wished for, below part number ``depth``, and nothing else."""
    if old.kind == new.kind == "mapping" and depth < len(wish.parts):
        part = wish.parts[depth]
        was, is_now = old.named(part), new.named(part)
        if old.without(part) != new.without(part) or len(is_now) != 1 or len(was) > 1:
            return False
        if was:
            return was[0][0] == is_now[0][0] and _grown(was[0][1], is_now[0][1], wish, depth + 1)
        return bool(is_now[0][1].plain() == wish.made(depth))
    below = (wish.made(depth - 1), wish._replace(alt="").made(depth - 1))  # below an empty 'cover:' no alt is written
    return old.empty and new.plain() in below


# ---- where the text goes


class _Pair(NamedTuple):
    """Offsets: where the key begins, where its ``:`` or ``=`` ends, where the value begins and ends."""

    key: int
    separator: int
    value: int
    end: int


@dataclass
class _Layout:
    """A header's text and the places in it. ``shape`` is the structure that the format's parser finds."""

    text: str
    shape: _Shape = field(init=False)
    between = ": "  # a key and its value
    remark = " #"  # begins a comment, where there are any

    def pair(self, path: Sequence[str]) -> _Pair | None:
        """Where the value stands that ``path`` leads to, if it stands in one place."""
        raise NotImplementedError

    def place(self, path: Sequence[str], part: str, made: Any) -> tuple[int, str]:
        """Where a new pair goes into the mapping at ``path``, and its text. Raises PostError where it cannot."""
        raise NotImplementedError

    def in_line(self, path: Sequence[str]) -> bool:
        """Whether the pair at ``path`` has its line to itself, so that a comment may end it."""
        raise NotImplementedError

    def name(self, part: str) -> str:
        return part if _PLAIN_KEY.fullmatch(part) and part.lower() not in _YAML_WORDS else _quoted(part)

    def written(self, made: Any) -> str:
        if isinstance(made, dict):
            return "{" + ", ".join(self.entry(part, value) for part, value in made.items()) + "}"
        return f"[{', '.join(map(_quoted, made))}]" if isinstance(made, list) else _quoted(made)

    def entry(self, part: str, made: Any) -> str:
        return f"{self.name(part)}{self.between}{self.written(made)}"

    def filling(self, path: Sequence[str], made: Any) -> tuple[int, str]:
        """The value of a key that is there, but empty: before what stands for it, which becomes a comment."""
        pair = self.pair(path)
        if pair is None or not self.in_line(path) or "\n" in self.text[pair.separator : pair.end]:
            raise PostError(f"'{'.'.join(path)}' is there, but empty.", "Take it out, or fill it in by hand.")
        rest = self.text[pair.separator :].partition("\n")[0]
        before = " " if rest else "  "  # with one it would look like a new line and could not be told from it
        after = "" if _NO_MORE.fullmatch(rest) else self.remark
        return pair.separator, f"{before}{self.written(made)}{after}"

    def line_after(self, at: int) -> int:
        return self.text.index("\n", at) + 1

    def indent(self, at: int) -> str:
        """The blanks that the line of ``at`` begins with."""
        return cast("re.Match[str]", _BLANKS.match(self.text, self.text.rfind("\n", 0, at) + 1))[0]

    def in_braces(self, brace: int, entry: str) -> tuple[int, str]:
        """Before the first pair; into ``{}`` with blanks, since ``{entry}`` is what a new mapping looks like."""
        first = cast("re.Match[str]", _SPACE.match(self.text, brace + 1)).end()
        if self.text[first] != "}":
            return first, f"{entry}, "
        return brace + 1, f" {entry} " if first == brace + 1 else entry


def _quoted(text: str) -> str:
    """JSON's quoting, which YAML and TOML share; what is printable stays as it is."""
    said = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", said)


def _insertion(post: _Post, wish: _Wish) -> Edit:
    if any("\ud800" <= character <= "\udfff" for text in (*wish.value, wish.alt) for character in text):
        raise PostError(f"the value for '{wish.key}' holds half a surrogate pair.", "Write the character itself.")
    if _held(post.meta, wish.parts) == wish.value:
        return Edit(0, b"")
    if isinstance(post.layout, _KeyValue):
        _check_flat(wish)
    layout, shape, path = post.layout, post.layout.shape, list[str]()
    for part in wish.parts:
        if path and shape.empty and shape.kind != "mapping":
            break
        _check_mapping(layout, shape, path, wish)
        found = shape.named(part)
        if not found:
            return post.edit(*layout.place(path, part, wish.made(len(path))))
        if len(found) > 1:
            raise PostError(f"'{'.'.join((*path, part))}' is given twice.", "Keep one of the two.")
        name, shape = found[0]
        path.append(name)
    _check_own(shape, path)
    if not shape.empty:
        said = f"'{wish.key}' holds {_described(shape)}."
        raise PostError(said, f"Take it out if the cover is to stand there: {_by_hand(layout, wish)}")
    if isinstance(layout, _Yaml) and len(path) < len(wish.parts) and layout.bare(path):
        return post.edit(*layout.child(path, wish.parts[len(path)], wish.made(len(path))))
    return post.edit(*layout.filling(path, wish.made(len(path) - 1)))


def _check_mapping(layout: _Layout, shape: _Shape, path: list[str], wish: _Wish) -> None:
    """Raises PostError unless a pair may be added to ``shape``, which stands at ``path``."""
    where = f"'{'.'.join(path)}'" if path else "the front matter"
    _check_own(shape, path)
    if shape.kind != "mapping":
        said = f"{where} is {_described(shape)}, where a mapping with '{wish.parts[len(path)]}' would have to be."
        raise PostError(said, f"Write in its place: {_by_hand(layout, wish)}")
    merges = any(key == _Shape("text", text="<<") for key, _ in shape.pairs)  # unquoted, so YAML
    if merges and not shape.named(wish.parts[len(path)]):
        said = f"{where} takes keys over from elsewhere ('<<'), perhaps '{wish.key}', too."
        raise PostError(said, f"Write it by hand: {_by_hand(layout, wish)}")


def _check_flat(wish: _Wish) -> None:
    """Raises PostError for what 'Key: value' lines cannot hold."""
    way_out = "Use a key without dots and '[]', or write the front matter in YAML if your generator reads that."
    if len(wish.parts) > 1 or not isinstance(wish.value, str):
        said = "mappings" if len(wish.parts) > 1 else "lists"
        raise PostError(f"'Key: value' lines know no {said}, so '{wish.key}' cannot be written there.", way_out)
    if not _META_KEY.fullmatch(wish.key):
        raise PostError(f"'{wish.key}' is no key for 'Key: value' lines.", "Use letters, digits, '-' and '_'.")
    if wish.value.splitlines() not in ([], [wish.value]):
        raise PostError(f"the value for '{wish.key}' has a line break.", "Write it on one line.")


def _check_own(shape: _Shape, path: list[str]) -> None:
    where = f"'{'.'.join(path)}'" if path else "the front matter"
    anchor, tag, _ = shape.props
    if shape.kind == "alias":
        raise PostError(f"{where} is an alias (*{shape.text}), shared with another key.", "Write its value out.")
    if anchor:
        raise PostError(f"{where} has an anchor (&{anchor}), so other keys may share it.", "Take the anchor out.")
    if tag:
        raise PostError(f"{where} has a tag ({tag}), whose meaning only its program knows.", "Take the tag out.")


def _described(shape: _Shape) -> str:
    if shape.kind != "text":
        return f"a {shape.kind}"
    line = " ".join("".join(c if c.isprintable() else " " for c in shape.text).split())
    return f"'{line if len(line) <= 60 else line[:59] + '…'}'"


def _by_hand(layout: _Layout, wish: _Wish) -> str:
    return layout.entry(wish.parts[0], wish.made(0))


def _removals(layout: _Layout, parts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """What ``linked`` could have put in for any part of the key; which of it did so is for the proof to say."""
    text, shape, path = layout.text, layout.shape, list[str]()
    for part in parts:
        found = shape.named(part)
        if len(found) != 1:
            return
        path.append(found[0][0])
        shape = found[0][1]
        pair = layout.pair(path)
        if pair is None:
            continue
        line = text.rfind("\n", 0, pair.key) + 1, text.find("\n", pair.end) + 1 or len(text)
        yield line
        for start, more in (
            (pair.key, ", "),  # the first in braces
            (pair.key - 1, " "),  # alone in braces that had nothing
            (pair.key, ""),  # alone in braces that had blanks
            (pair.separator, layout.remark),
            (pair.separator, ""),
        ):
            if text.startswith(more, pair.end) and start >= line[0]:
                yield start, pair.end + len(more)


# ---- YAML


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

    def shape(self) -> _Shape:
        if self.kind == "mapping":
            return _Shape("mapping", self.props, pairs=tuple((k.shape(), v.shape()) for k, v in self.pairs))
        return _Shape(self.kind, self.props, self.text, tuple(item.shape() for item in self.items))


def _composed(text: str) -> _Node | None:
    """The header's node, made of the parser's events: aliases stay aliases. Raises yaml.YAMLError."""
    top = _Node("document")
    open_nodes = [top]
    event: Any  # its marks may be None, say PyYAML's types; those of a parser are not
    for event in yaml.parse(text, Loader=front_matter.YAML_LOADER):
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


class _Yaml(_Layout):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.root = _composed(text) or _Node("mapping")
        self.shape = self.root.shape()

    def nodes(self, path: Sequence[str]) -> list[tuple[_Node, _Node]]:
        """The key and the value of each part of ``path``."""
        found, node = [], self.root
        for part in path:
            key, node = next(pair for pair in node.pairs if pair[0].kind == "text" and pair[0].text == part)
            found.append((key, node))
        return found

    def pair(self, path: Sequence[str]) -> _Pair | None:
        key, value = self.nodes(path)[-1]
        colon = re.compile(r"[ \t]*:(?=\s|$)").match(self.text, key.end)
        return _Pair(key.start, colon.end(), value.start, value.end) if colon else None

    def in_line(self, path: Sequence[str]) -> bool:
        _, value = self.nodes(path)[-1]
        within = [self.root, *(node for _, node in self.nodes(path[:-1]))]
        return not any(node.flow for node in within) and bool(_NO_MORE.match(self.text, value.end))

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
        if pair is None or not _NO_MORE.match(self.text, pair.separator):
            raise PostError(f"'{'.'.join(path)}' is not written as 'key:' on a line.", "Write it so.")
        indent = self.indent(value.start) if value.items else self.indent(key.start) + "  "
        return self.line_after(pair.separator), f"{indent}{self.entry(part, made)}\n"


# ---- TOML


class _TomlEntry(NamedTuple):
    """``home``: the path of the table that the pair is written in; ``path`` is longer by its dotted key."""

    home: tuple[str, ...]
    path: tuple[str, ...]
    pair: _Pair
    inline: bool


class _Toml(_Layout):
    """Where keys and tables stand in a header that tomllib has accepted: that is what makes so short a scan do."""

    between = " = "

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.shape = _shape(tomllib.loads(text, parse_float=Decimal))
        self.entries: list[_TomlEntry] = []
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
        return part if _META_KEY.fullmatch(part) else _quoted(part)

    def pair(self, path: Sequence[str]) -> _Pair | None:
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
        return cast("re.Match[str]", _TOML_SPACE.match(self.text, at)).end()

    def _key(self, at: int) -> tuple[tuple[str, ...], int]:
        """The parts of a dotted key, and where it ends."""
        parts: list[str] = []
        at = cast("re.Match[str]", _BLANKS.match(self.text, at)).end()
        while True:
            part = cast("re.Match[str]", _TOML_PART.match(self.text, at))
            parts += tomllib.loads(f"{part[0]} = 0")
            dot = _TOML_DOT.match(self.text, part.end())
            if not dot:
                return tuple(parts), part.end()
            at = dot.end()

    def _entry(self, at: int, home: tuple[str, ...], *, inline: bool) -> int:
        """Notes the pair that begins at ``at``; returns its end."""
        key, end = self._key(at)
        separator = self.text.index("=", end) + 1
        value, number = self._skipped(separator), len(self.entries)
        end = self._value(value, (*home, *key))
        self.entries.insert(number, _TomlEntry(home, (*home, *key), _Pair(at, separator, value, end), inline))
        return end

    def _value(self, at: int, path: tuple[str, ...]) -> int:
        opener = self.text[at]
        if opener not in "{[":
            found = _TOML_TEXT.match(self.text, at) or _TOML_BARE.match(self.text, at)
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


# ---- JSON


class _Json(_Layout):
    remark = ""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        kept: dict[str, Any] = {"parse_int": Decimal, "parse_float": Decimal, "parse_constant": Decimal}
        self.shape = _shape(json.loads(text, object_pairs_hook=_Pairs, **kept))
        self.decoder = json.JSONDecoder(parse_int=str)

    def name(self, part: str) -> str:
        return _quoted(part)

    def pair(self, path: Sequence[str]) -> _Pair | None:
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

    def _pairs(self, brace: int) -> Iterator[tuple[str, _Pair]]:
        at = self._skipped(brace + 1)
        while self.text[at] != "}":
            name, end = self.decoder.raw_decode(self.text, at)
            separator = self._skipped(end) + 1
            value = self._skipped(separator)
            _, end = self.decoder.raw_decode(self.text, value)
            yield name, _Pair(at, separator, value, end)
            at = self._skipped(end)
            if self.text[at] == ",":
                at = self._skipped(at + 1)

    def _skipped(self, at: int) -> int:
        return cast("re.Match[str]", _SPACE.match(self.text, at)).end()


# ---- Key: value


class _KeyValue(_Layout):
    remark = ""

    def __init__(self, text: str, handler: KeyValueHandler, meta: Meta) -> None:
        super().__init__(text)
        self.shape = _shape(meta)
        self.lines = list(handler.lines(text))

    def name(self, part: str) -> str:
        """With a capital where its neighbours have one."""
        first = self.text[self.lines[0][0] :].lstrip(" ")[:1]
        return part[:1].upper() + part[1:] if first.isupper() else part

    def written(self, made: Any) -> str:
        return made if isinstance(made, str) else super().written(made)

    def pair(self, path: Sequence[str]) -> _Pair | None:
        at = [at for at, key, _ in self.lines if key == path[-1]]
        if len(at) != 1:
            return None
        line = self.text[at[0] :].partition("\n")[0]
        colon = at[0] + line.index(":") + 1
        return _Pair(at[0], colon, colon, at[0] + len(line.rstrip()))

    def in_line(self, path: Sequence[str]) -> bool:
        pair = self.pair(path)
        return pair is not None and not self.text[pair.separator : pair.end].strip()

    def place(self, path: Sequence[str], part: str, made: Any) -> tuple[int, str]:
        return self.lines[0][0], f"{self.entry(part, made)}\n"


def _layout_of(handler: Handler, block: str, meta: Meta) -> _Layout:
    if isinstance(handler, KeyValueHandler):
        return _KeyValue(block, handler, meta)
    try:
        if isinstance(handler, TomlHandler):
            return _Toml(block)
        if isinstance(handler, JsonHandler):
            return _Json(block)
        if block.lstrip().startswith("{"):
            with suppress(ValueError):  # JSON in a fence, unless it is YAML in braces
                return _Json(block)
        return _Yaml(block)
    except RecursionError:
        raise PostError("the front matter nests too deeply to be edited.", "Write the line by hand.") from None
