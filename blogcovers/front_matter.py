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
import tomllib
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import frontmatter
import yaml
from frontmatter.default_handlers import BaseHandler

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
_JSON_OPENER = re.compile(r'\{\s*(?:"|\})')

_YAML_KEY = re.compile(r"""(?:[\w][\w .-]*|"[^"]+"|'[^']+')\s*:(?:\s|$)""")
_TOML_KEY = re.compile(r"""(?:[\w"'][\w"'. -]*\s*=|\[|\#)""")
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
    """The text of a file. Raises PostError for anything but UTF-8 (a BOM is fine)."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise PostError("the file is UTF-16.", "Save it as UTF-8.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, byte = data.count(b"\n", 0, error.start) + 1, data[error.start]
        raise PostError(f"line {line}: byte 0x{byte:02x} is not UTF-8.", "Save the file as UTF-8.") from None


def read(text: str, dialect: Dialect = "any", own_keys: Iterable[str] = ()) -> Meta:
    """The metadata of a post; ``{}`` where it has no front matter.

    ``own_keys``: the keys that blogcovers reads, in lower case. Together with ``title`` they show an
    unfenced ``Key: value`` header for what it is, and none of them may be given twice, since which one
    counts differs between generators. Top-level keys come back in lower case, as Hugo, Pelican and
    Python-Markdown treat them. Raises PostError with the line where a header is malformed.
    """
    lines_before = len(text) - len(text.lstrip("﻿ \t\r\n"))
    offset = text[:lines_before].replace("\r\n", "\n").replace("\r", "\n").count("\n")
    text = text[lines_before:].replace("\r\n", "\n").replace("\r", "\n")
    for handler in _handlers(dialect, frozenset(own_keys), offset):
        if handler.detect(text):
            meta, _ = frontmatter.parse(text, handler=handler)
            return {key.lower(): value for key, value in meta.items()}  # type: ignore[misc]
    return {}


def _handlers(dialect: Dialect, own_keys: frozenset[str], offset: int) -> list[_Handler]:
    key_value = KeyValueHandler(offset, own_keys, always=dialect != "any")
    if dialect == "pelican":
        return [key_value]
    return [YamlHandler(offset, own_keys), TomlHandler(offset), JsonHandler(offset, own_keys), key_value]


class _Handler(BaseHandler):
    """``offset``: how many lines of the file stand before the text, for the line numbers in errors."""

    FM_BOUNDARY = re.compile("")  # the base class wants one; each handler finds its own header

    def __init__(self, offset: int = 0, own_keys: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self.offset = offset
        self.own_keys = own_keys

    def fenced(self, text: str, opener: _Pattern, closer: _Pattern, key: _Pattern) -> bool:
        """Whether a header stands between ``opener`` and ``closer``; PostError for one that never closes."""
        start = opener.match(text)
        if not start:
            return False
        if closer.search(text, start.end()):
            return True
        if key.match(text, start.end()):
            fence = text[:3]
            raise self.malformed(1, "the front matter opened here is never closed.", f"End it with a line '{fence}'.")
        return False

    def malformed(self, line: int, problem: str, hint: str) -> PostError:
        return PostError(f"line {line + self.offset}: {problem}", hint)


class YamlHandler(_Handler):
    def detect(self, text: str) -> bool:
        return self.fenced(text, _YAML_OPENER, _YAML_CLOSER, _YAML_KEY)

    def split(self, text: str) -> tuple[str, str]:
        return next(_spans(text, _YAML_OPENER, _YAML_CLOSER))

    def load(self, fm: str) -> Meta:
        loader = _TextLoader(fm)
        try:
            meta = loader.get_single_data()
        except (yaml.YAMLError, RecursionError) as error:
            if _is_prose(fm):
                return {}
            raise self._explain(error) from None
        finally:
            loader.dispose()
        for key, line in loader.repeated:
            if key in self.own_keys:
                raise self.malformed(line + 2, f"'{key}' is given a second time.", "Keep one of the two.")
        return meta if isinstance(meta, dict) else {}

    def _explain(self, error: Exception) -> PostError:
        hint = "Put the value in quotes if it holds a colon, a brace, '@', '*', '!' or '%'."
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "it nests too deeply"
        return self.malformed((mark.line if mark else 0) + 2, f"the YAML front matter is malformed: {problem}.", hint)


class TomlHandler(_Handler):
    def detect(self, text: str) -> bool:
        return self.fenced(text, _TOML_OPENER, _TOML_CLOSER, _TOML_KEY)

    def split(self, text: str) -> tuple[str, str]:
        """The first closer that leaves valid TOML: a multi-line string may hold a line ``+++``."""
        for header, body in _spans(text, _TOML_OPENER, _TOML_CLOSER):
            try:
                tomllib.loads(header)
            except tomllib.TOMLDecodeError:
                continue
            return header, body
        return next(_spans(text, _TOML_OPENER, _TOML_CLOSER))

    def load(self, fm: str) -> Meta:
        try:
            return {key: _text(value) for key, value in tomllib.loads(fm, parse_float=str).items()}
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            if not any(_TOML_KEY.match(line) for line in fm.splitlines()):
                return {}
            at = re.search(r"line (\d+)", str(error))
            line = int(at[1]) + 1 if at else 2
            problem = str(error).partition(" (at ")[0]
            raise self.malformed(
                line, f"the TOML front matter is malformed: {problem}.", "Text values stand in quotes in TOML."
            ) from None


class JsonHandler(_Handler):
    def detect(self, text: str) -> bool:
        return bool(_JSON_OPENER.match(text))

    def split(self, text: str) -> tuple[str, str]:
        try:
            _, end = json.JSONDecoder().raw_decode(text)
        except (json.JSONDecodeError, RecursionError):
            return text, ""
        return text[:end], text[end:]

    def load(self, fm: str) -> Meta:
        try:
            meta = json.loads(fm, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=self._once)
        except (json.JSONDecodeError, RecursionError) as error:
            line = getattr(error, "lineno", 1)
            problem = getattr(error, "msg", "it nests too deeply")
            raise self.malformed(
                line, f"the JSON front matter is malformed: {problem}.", "Check the quotes and commas around that line."
            ) from None
        return {key: _text(value) for key, value in meta.items()}

    def _once(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key.lower() for key, _ in pairs]
        for key in self.own_keys.intersection(keys):
            if keys.count(key) > 1:
                raise self.malformed(1, f"'{key}' is given twice in the JSON front matter.", "Keep one of the two.")
        return dict(pairs)


class KeyValueHandler(_Handler):
    """``Key: value`` as Python-Markdown's meta extension reads it: Pelican's default, MkDocs' second.

    A value goes on in lines indented by four spaces; those and repeated keys are joined by a space. One
    pair of outer quotes is taken off, since authors who think in YAML write them.
    """

    def __init__(self, offset: int = 0, own_keys: frozenset[str] = frozenset(), *, always: bool = True) -> None:
        super().__init__(offset, own_keys)
        self.always = always

    def detect(self, text: str) -> bool:
        if not _META_KEY.match(text) and not _META_FENCE.match(text.split("\n", 1)[0]):
            return False
        if self.always:
            return True
        keys = self.load(self.split(text)[0]).keys()
        return "title" in keys and not self.own_keys.isdisjoint(keys)

    def split(self, text: str) -> tuple[str, str]:
        head, _, body = text.partition("\n\n")
        return head, body

    def load(self, fm: str) -> Meta:
        lines = fm.split("\n")
        if lines and _META_FENCE.match(lines[0]):
            lines = lines[1:]
        found: dict[str, list[str]] = {}
        key = ""
        for line in lines:
            if not line.strip() or _META_END.match(line):
                break
            if at := _META_KEY.match(line):
                key = at["key"].lower()
                found.setdefault(key, []).append(at["value"].strip())
            elif key and (at := _META_MORE.match(line)):
                found[key].append(at["value"].strip())
            else:
                break  # the rest is body: so Pelican and MkDocs lose what follows, too
        return {key: _unquoted(" ".join(values)) or None for key, values in found.items()}


class _TextLoader(getattr(yaml, "CBaseLoader", yaml.BaseLoader)):  # type: ignore[misc]  # libyaml may be missing
    """Mappings, lists and text; ``null``, ``~`` and nothing are None, unless they are quoted.

    ``repeated``: (key in lower case, line from 0) of each key that its mapping already had.
    """

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self.repeated: list[tuple[str, int]] = []

    def construct_scalar(self, node: yaml.ScalarNode) -> str | None:
        value: str = super().construct_scalar(node)
        if not node.style and value in ("", "~", "null", "Null", "NULL"):
            return None
        return value

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[str, Any]:
        seen = set()
        for key, _ in node.value:
            name = str(key.value).lower()
            if name in seen:
                self.repeated.append((name, key.start_mark.line))
            seen.add(name)
        mapping = super().construct_mapping(node, deep=deep)
        return {str(key): value for key, value in mapping.items()}


def _spans(text: str, opener: _Pattern, closer: _Pattern) -> Iterator[tuple[str, str]]:
    """``(header, body)`` for each line that could close the header which opens the text."""
    start = opener.match(text)
    for end in closer.finditer(text, start.end()) if start else ():
        yield text[start.end() : end.start()], text[end.end() :]  # type: ignore[union-attr]  # no start, no end


def _is_prose(block: str) -> bool:
    """Whether a block that is no YAML is body text between two rules, rather than a broken header."""
    lines = [line for line in block.split("\n") if line.strip() and not line[0].isspace()]
    keys = [line.partition(":")[0].strip("\"' ").lower() for line in lines if _YAML_KEY.match(line)]
    if any(key in _HEADER_KEYS or key.startswith("cover_") for key in keys):
        return False
    return any(not _YAML_KEY.match(line) and line[0] not in "#-]}" for line in lines)


def _text(value: Any) -> Value:
    """A TOML or JSON value with every scalar as text."""
    if isinstance(value, dict):
        return {str(key): _text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_text(item) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value
