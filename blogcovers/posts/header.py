"""Front matter as the generators read it: YAML, TOML, JSON and ``Key: value``.

python-frontmatter is the frame: each format is a handler that :func:`frontmatter.parse` drives. The
handlers are our own because its defaults lose data silently: a BOM, a ``...`` closer or a TOML header
yield no metadata at all, ``No`` becomes False, ``007`` becomes 7, and a body that begins with a rule is
eaten. A handler decides in ``detect`` and decodes in ``load``, never in ``split``, where the frame
swallows ValueError.

Every scalar is text. Absent are: an empty value, ``null`` and ``~``.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import frontmatter
import yaml
from frontmatter.default_handlers import BaseHandler

from blogcovers import bounds
from blogcovers.bounds import YAML_LOADER, OutOfBounds
from blogcovers.errors import PostError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_Pattern: TypeAlias = re.Pattern[str]
Value: TypeAlias = "str | list[Value] | dict[str, Value] | None"
Meta: TypeAlias = dict[str, Value]

Dialect = Literal["any", "pelican", "mkdocs"]
"""Which ``Key: value`` rules hold: pelican reads even a fenced header that way, mkdocs an unfenced one."""

_YAML_OPENER = re.compile(r"---(?:ya?ml|json)?[ \t]*\n")  # gray-matter names the language; JSON is YAML too
_YAML_CLOSER = re.compile(r"^(?:---|\.\.\.)[ \t]*$", re.MULTILINE)
_TOML_OPENER = re.compile(r"\+\+\+[ \t]*\n")
_TOML_CLOSER = re.compile(r"^\+\+\+[ \t]*$", re.MULTILINE)
NOTHING = frozenset({"", "~", "null", "Null", "NULL"})  # unquoted
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BEGUN = ("while scanning a quoted", "while scanning a simple key", "while parsing a flow")
_CLOSERS = 20  # lines '+++' that are tried as the header's end
_AS_TEXT: dict[str, Any] = {"parse_int": str, "parse_float": str, "parse_constant": str}
_JSON = json.JSONDecoder(**_AS_TEXT)
_JSON_OPENER = re.compile(r'\{\s*(?:"|\})')

# Blanks stand before a word or at the end, so that there is one way to read a line: time grows with its length alone.
_YAML_KEY = re.compile(r"""(?:\w[\w.-]*(?:[ ]+[\w.-]+)*|"[^"]+"|'[^']+')\s*:(?:\s|$)""")
_TOML_KEY = re.compile(r"""(?:[\w"'][\w"'.-]*(?:[ ]+[\w"'.-]+)*\s*=|\[|\#)""")
# Python-Markdown's own patterns, extensions/meta.py; Pelican and MkDocs both follow them.
_META_KEY = re.compile(r"[ ]{0,3}(?P<key>[A-Za-z0-9_-]+):\s*(?P<value>.*)")
_META_MORE = re.compile(r"[ ]{4,}(?P<value>.*)")
_META_FENCE = re.compile(r"-{3}(?:\s.*)?$")
_META_END = re.compile(r"(?:-{3}|\.{3})(?:\s.*)?$")

# A broken header is told from prose between two rules by the keys that only a header has.
_HEADER_KEYS = frozenset(
    {"title", "date", "slug", "concept", "cover", "draft", "tags", "category", "categories", "layout", "description"}
    | {"summary", "author", "authors", "lang", "status", "permalink", "url", "aliases", "image", "published", "weight"}
)


def decode(data: bytes) -> str:
    """The text of a file, or of its head. Raises PostError for anything but UTF-8 (a BOM is fine)."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise PostError("the file is UTF-16.", "Save it as UTF-8.")
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and len(data) > bounds.POST_HEAD - 4:
            return data[: error.start].decode("utf-8")  # cut off there by who read it
        line, byte = data.count(b"\n", 0, error.start) + 1, data[error.start]
        raise PostError(f"line {line}: byte 0x{byte:02x} is not UTF-8.", "Save the file as UTF-8.") from None


@dataclass(frozen=True)
class Header:
    """A header that was found, not yet decoded.

    ``text`` is the post with line feeds, less the ``lead`` characters of BOM and blanks before its header.
    """

    handler: Handler
    text: str
    lead: int

    def span(self) -> tuple[int, int]:
        """The offsets in ``text`` of what ``handler.load`` takes."""
        block, _ = self.handler.split(self.text)
        opener = self.handler.OPENER.match(self.text)
        start = opener.end() if opener else 0
        return start, start + len(block)


def read_meta(
    text: str, dialect: Dialect = "any", own_keys: Iterable[str] = (), concept_keys: Iterable[str] = ()
) -> Meta:
    """The metadata of a post; ``{}`` where it has no front matter.

    ``own_keys``: the keys that blogcovers reads, in lower case. Together with ``title`` they show an
    unfenced ``Key: value`` header for what it is, and none of them may be given twice, since which one
    counts differs between generators. ``concept_keys``: those that show it without a title, where nothing else
    stands in its paragraph. Top-level keys come back in lower case, as Hugo, Pelican and
    Python-Markdown treat them. Raises PostError with the line where a header is malformed.
    """
    header = find_header(text, dialect, own_keys, concept_keys)
    if header is None:
        return {}
    meta, _ = frontmatter.parse(header.text, handler=header.handler)
    return {key.lower(): value for key, value in meta.items()}  # type: ignore[misc]


def find_header(
    text: str, dialect: Dialect = "any", own_keys: Iterable[str] = (), concept_keys: Iterable[str] = ()
) -> Header | None:
    """The header of a post; None where it has none. Parameters and PostError as for :func:`read_meta`."""
    lead = len(text) - len(text.lstrip("\ufeff \t\r\n"))
    offset = text[:lead].replace("\r\n", "\n").replace("\r", "\n").count("\n")
    text = text[lead:].replace("\r\n", "\n").replace("\r", "\n")
    for handler in _handlers(dialect, frozenset(own_keys), frozenset(concept_keys), offset):
        if handler.detect(text):
            handler.check_length(text)
            return Header(handler, text, lead)
    return None


def _handlers(dialect: Dialect, own_keys: frozenset[str], concept_keys: frozenset[str], offset: int) -> list[Handler]:
    if dialect == "pelican":
        return [PelicanHandler(offset, own_keys)]
    key_value = KeyValueHandler(offset, own_keys, concept_keys, always=dialect != "any")
    return [YamlHandler(offset, own_keys), TomlHandler(offset), JsonHandler(offset, own_keys), key_value]


class Handler(BaseHandler):
    """``offset``: how many lines of the file stand before the text, for the line numbers in errors."""

    FM_BOUNDARY = re.compile("")  # the base class wants one; each handler finds its own header
    OPENER: _Pattern = re.compile("")

    def __init__(self, offset: int = 0, own_keys: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self.offset = offset
        self.own_keys = own_keys

    def fenced(self, text: str, opener: _Pattern, closer: _Pattern) -> bool:
        """Whether a header stands between ``opener`` and ``closer``; PostError for one that never closes."""
        start = opener.match(text)
        if not start:
            return False
        if closer.search(text, start.end()):
            return True
        first_words = text[start.end() :].lstrip("\n").partition("\n\n")[0]
        if _header_keys(first_words):
            fence = text[:3]
            raise self.malformed(1, "the front matter opened here is never closed.", f"End it with a line '{fence}'.")
        return False

    def check_length(self, text: str) -> None:
        """Raises PostError for a header that is longer than any is: no parser is to see it."""
        block, _ = self.split(text)
        if len(block) > bounds.HEADER:
            raise self.malformed(
                1, f"the front matter is longer than {bounds.size(bounds.HEADER)}.", "Move what is text below it."
            )

    def malformed(self, line: int, problem: str, hint: str) -> PostError:
        return PostError(f"line {line + self.offset}: {problem}", hint)


class YamlHandler(Handler):
    OPENER = _YAML_OPENER

    def detect(self, text: str) -> bool:
        return self.fenced(text, _YAML_OPENER, _YAML_CLOSER)

    def split(self, text: str) -> tuple[str, str]:
        return next(_spans(text, _YAML_OPENER, _YAML_CLOSER))

    def load(self, fm: str) -> Meta:
        if fm.lstrip().startswith("{"):
            with suppress(ValueError, RecursionError):  # JSON is YAML, but for its surrogate escapes
                bounds.check_depth(value := _JSON.decode(fm))
                return _text_of(value)
        try:
            return self._mapping(fm)
        except (yaml.YAMLError, OutOfBounds) as error:
            if _is_prose(fm):
                return {}
            raise self._explain(error, fm) from None

    def _mapping(self, fm: str) -> Meta:
        loader = _TextLoader(fm)
        try:
            node = bounds.yaml_node(fm, loader)
            if not isinstance(node, yaml.MappingNode):
                return {}
            for key, line in _repeated(node):
                if key in self.own_keys:
                    raise self.malformed(line + 2, f"'{key}' is given a second time.", "Keep one of the two.")
            meta: Meta = loader.construct_document(node)
            return meta
        finally:
            loader.dispose()

    def _explain(self, error: Exception, fm: str) -> PostError:
        if control := _CONTROL.search(fm):
            line = fm.count("\n", 0, control.start()) + 2
            return self.malformed(line, f"there is a control character (0x{ord(control[0]):02x}).", "Remove it.")
        hint = "Put the value in quotes if it holds a colon, a brace, '@', '*', '!' or '%'."
        mark = getattr(error, "problem_mark", None)
        # What was begun and not ended is found out at the end, but has to be mended where it begins.
        if str(getattr(error, "context", "")).startswith(_BEGUN):
            mark = getattr(error, "context_mark", None) or mark
        problem = getattr(error, "problem", None) or str(error)
        return self.malformed((mark.line if mark else 0) + 2, f"the YAML front matter is malformed: {problem}.", hint)


class TomlHandler(Handler):
    OPENER = _TOML_OPENER

    def detect(self, text: str) -> bool:
        return self.fenced(text, _TOML_OPENER, _TOML_CLOSER)

    def split(self, text: str) -> tuple[str, str]:
        """The first closer that leaves valid TOML: a multi-line string may hold a line ``+++``."""
        for header, body in islice(_spans(text, _TOML_OPENER, _TOML_CLOSER), _CLOSERS):
            with suppress(ValueError):
                bounds.toml_table(header, bounds.HEADER, parse_float=str)
                return header, body
        return next(_spans(text, _TOML_OPENER, _TOML_CLOSER))

    def load(self, fm: str) -> Meta:
        try:
            return _text_of(bounds.toml_table(fm, bounds.HEADER, parse_float=str))
        except ValueError as error:
            if not any(_TOML_KEY.match(line) for line in fm.splitlines()):
                return {}
            at = re.search(r"line (\d+)", str(error))
            line = int(at[1]) + 1 if at else 2
            problem = str(error).partition(" (at ")[0].rstrip(".")
            hint = "Text values stand in quotes in TOML."
            raise self.malformed(line, f"the TOML front matter is malformed: {problem}.", hint) from None


class JsonHandler(Handler):
    def detect(self, text: str) -> bool:
        return bool(_JSON_OPENER.match(text))

    def split(self, text: str) -> tuple[str, str]:
        try:
            _, end = _JSON.raw_decode(text)
        except (ValueError, RecursionError):
            return text, ""
        return text[:end], text[end:]

    def load(self, fm: str) -> Meta:
        outermost: list[tuple[str, Any]] = []

        def take(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
            outermost[:] = pairs  # the outermost object is complete last
            return dict(pairs)

        try:
            bounds.check_depth(value := json.loads(fm, **_AS_TEXT, object_pairs_hook=take))
            meta = _text_of(value)
        except (ValueError, RecursionError) as error:
            line, problem = getattr(error, "lineno", 1), getattr(error, "msg", bounds.TOO_DEEP)
            hint = "Check the quotes and commas around that line."
            raise self.malformed(line, f"the JSON front matter is malformed: {problem}.", hint) from None
        keys = [key.lower() for key, _ in outermost]
        for key in self.own_keys:
            if keys.count(key) > 1:
                raise self.malformed(1, f"'{key}' is given twice in the JSON front matter.", "Keep one of the two.")
        return meta


class KeyValueHandler(Handler):
    """``Key: value`` as Python-Markdown's meta extension reads it: MkDocs' second way, and Pelican's at bottom.

    A value goes on in lines indented by four spaces; those and repeated keys are joined by a space. One
    pair of outer quotes is taken off, since authors who think in YAML write them.

    Unless ``always`` such a header counts only where it is known from body text: by a title beside one of
    ``own_keys``, or by one of ``concept_keys`` in a paragraph of such lines alone.
    """

    def __init__(
        self,
        offset: int = 0,
        own_keys: frozenset[str] = frozenset(),
        concept_keys: frozenset[str] = frozenset(),
        *,
        always: bool = True,
    ) -> None:
        super().__init__(offset, own_keys)
        self.concept_keys = concept_keys
        self.always = always

    def detect(self, text: str) -> bool:
        if not _META_KEY.match(text) and not _META_FENCE.match(text.split("\n", 1)[0]):
            return False
        if self.always:
            return True
        head = self.split(text)[0]
        keys = self.load(head).keys()
        if "title" in keys and not self.own_keys.isdisjoint(keys):
            return True
        return not self.concept_keys.isdisjoint(keys) and self.stands_alone(text)

    def stands_alone(self, text: str) -> bool:
        """Whether every line of the head belongs to the header, up to one that ends it: prose goes on otherwise."""
        head = self.split(text)[0]
        first, *more = head.split("\n")
        ends = (number for number, line in enumerate(more, 1) if not line.strip() or _META_END.match(line))
        return sum(1 for _ in self.lines(head)) == next(ends, len(more) + 1) - bool(_META_FENCE.match(first))

    def split(self, text: str) -> tuple[str, str]:
        head, _, body = text.partition("\n\n")
        return head, body

    def check_length(self, text: str) -> None:
        """Of its lines alone: a paragraph may follow them."""
        head = self.split(text)[0]
        if len(head) > bounds.HEADER and sum(len(value) for _, _, value in self.lines(head)) > bounds.HEADER:
            super().check_length(text)

    def load(self, fm: str) -> Meta:
        found: dict[str, list[str]] = {}
        for _, key, value in self.lines(fm):
            found.setdefault(key, []).append(value.strip())
        return {key: self.value(key, values) for key, values in found.items()}

    def value(self, _key: str, values: list[str]) -> Value:
        """What the lines of one key say together."""
        return said(" ".join(values).strip())

    def lines(self, fm: str) -> Iterator[tuple[int, str, str]]:
        """``(offset, key in lower case, text)`` of each line of the header; a continuation has the key before it."""
        key, at = "", 0
        for number, line in enumerate(fm.split("\n")):
            if number or not _META_FENCE.match(line):
                if not line.strip() or _META_END.match(line):
                    return
                if start := _META_KEY.match(line):
                    key = start["key"].lower()
                    yield at, key, start["value"]
                elif key and (more := _META_MORE.match(line)):
                    yield at, key, more["value"]
                else:
                    return  # the rest is body: so Pelican and MkDocs lose what follows, too
            at += len(line) + 1


class PelicanHandler(KeyValueHandler):
    """``Key: value`` as Pelican's Markdown reader goes on from there."""

    def load(self, fm: str) -> Meta:
        return super().load(fm.expandtabs(4))  # Python-Markdown's tab_length: a tab begins a continuation, too

    def value(self, key: str, values: list[str]) -> Value:
        return pelican_value(key, values)


class _TextLoader(YAML_LOADER):  # type: ignore[misc]
    """Mappings, lists and text; ``null``, ``~`` and nothing are None, unless they are quoted."""

    def construct_scalar(self, node: yaml.ScalarNode) -> str | None:
        value: str = super().construct_scalar(node)
        return None if not node.style and value in NOTHING else value

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[str, Any]:
        mapping = super().construct_mapping(node, deep=deep)
        return {str(key): value for key, value in mapping.items()}


def _repeated(node: yaml.MappingNode) -> Iterator[tuple[str, int]]:
    """(key in lower case, line from 0) of each key that the mapping has already had."""
    seen = set()
    for key, _ in node.value:
        name = str(key.value).lower()
        if name in seen:
            yield name, key.start_mark.line
        seen.add(name)


def _spans(text: str, opener: _Pattern, closer: _Pattern) -> Iterator[tuple[str, str]]:
    """``(header, body)`` for each line that could close the header which opens the text."""
    start = opener.match(text)
    for end in closer.finditer(text, start.end()) if start else ():
        yield text[start.end() : end.start()], text[end.end() :]  # type: ignore[union-attr]  # no start, no end


def _is_prose(block: str) -> bool:
    """Whether a block that is no YAML is body text between two rules, rather than a broken header."""
    lines = [line for line in block.split("\n") if line.strip() and not line[0].isspace()]
    return not _header_keys(block) and any(not _YAML_KEY.match(line) and line[0] not in "#-]}" for line in lines)


def _header_keys(block: str) -> set[str]:
    """The keys at the beginnings of lines that only a header has, in YAML or TOML."""
    lines = [line for line in block.split("\n") if _YAML_KEY.match(line) or _TOML_KEY.match(line)]
    keys = {re.split(r"[:=]", line, maxsplit=1)[0].strip("\"' ").lower() for line in lines}
    return {key for key in keys if key in _HEADER_KEYS or key.startswith(("cover_", "["))}


def _text_of(table: Any) -> Meta:
    return {str(key): _text(value) for key, value in table.items()}


def _text(value: Any) -> Value:
    """A TOML or JSON value with every scalar as text."""
    if isinstance(value, dict):
        return {str(key): _text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_text(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def said(value: str) -> str | None:
    """A ``Key: value`` value: less one pair of outer quotes; None for nothing."""
    if value in NOTHING:
        return None
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'" and value[0] not in value[1:-1]:
        return value[1:-1] or None
    return value


# pelican.readers: of these keys the first line counts, without those that continue it.
_FIRST_COUNTS = frozenset(
    {"tags", "date", "modified", "status", "category", "author", "save_as", "url", "authors", "slug"}
)


def pelican_value(key: str, values: list[str]) -> Value:
    """What Pelican makes of a key's lines; but less outer quotes, which it keeps."""
    if key == "tags":  # pelican.readers.ensure_metadata_list
        tags = (tag.strip() for tag in values[0].split(";" if ";" in values[0] else ","))
        listed: list[Value] = [name for tag in dict.fromkeys(tags) if (name := said(tag))]
        return listed or None
    text = said((values[0] if key in _FIRST_COUNTS else " ".join(values)).strip())
    return iso_date(text) if key == "date" and text else text


def iso_date(text: str) -> str:
    """A date as Pelican understands it, in ISO 8601 if it is not written so; else the text as it is.

    Pelican reads dates by dateutil, which it brings: without it only ISO 8601 is understood.
    """
    text = text.replace("_", " ")
    with suppress(ValueError):
        datetime.fromisoformat(text)
        return text
    with suppress(ImportError, ValueError, OverflowError):
        from dateutil import parser

        # Where Pelican takes the year from today, this takes one that never holds the post back.
        return str(parser.parse(text, default=datetime(1970, 1, 1)).isoformat())  # noqa: DTZ001  (as it is written)
    return text
