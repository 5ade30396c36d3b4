"""The house style: ``house.toml`` and the prompt templates, as values.

A template sees ``concept, title, slug, tags, lang, palette, house`` and nothing else: no clock, no chance,
no files. Jinja2 is loaded when the first prompt is rendered, never to decide what is current.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from blogcovers import bounds, digest
from blogcovers.errors import PostError, StyleError, nearest
from blogcovers.workflow.inputs import table_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jinja2 import Template

    from blogcovers.workflow.sandbox import PromptEnvironment

HOUSE_FILE, PROMPT_FILE, NEGATIVE_FILE = "house.toml", "prompt.j2", "negative.j2"

_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_SIZE = re.compile(r"(\d{2,5})\s*[x×]\s*(\d{2,5})")
_CODE = {"{{": "}}", "{%": "%}"}
_COMMENT = {"{#": "#}"}
_WORKFLOW_KEYS = frozenset({"render_size", "model", "workflow", "overrides", "roles"})
_RAW = re.compile(r"\{%[-+]?\s*raw")
_POST_WORDS = ("title", "tags", "lang")


@dataclass(frozen=True)
class Manner:
    """How the painter paints: ``border`` on "some" covers, "always" or "never"; ``density`` of planes, patterns and
    things from 0 (few) to 1 (many)."""

    border: str = "some"
    density: float = 0.7


@dataclass(frozen=True)
class House:
    """``house.toml``, parsed.

    ``palette``: colour name -> ``#rrggbb``, in order. ``render_size``: (width, height) in pixels that the
    model renders at, multiples of 8. ``overrides``: ``"node.input"`` -> value set in the workflow.
    ``roles``: role -> ``"node.input"`` or node, or several, where the walk needs to be told. Both may hold tables for
    templates by name (see :mod:`blogcovers.workflow.inputs`); the lines beside them, and ``model``, concern the
    template that this style uses by itself. ``painter``: the painter's manner. ``raw``: the whole table.
    """

    palette: Mapping[str, str]
    render_size: tuple[int, int] = (1344, 768)
    model: str = ""
    workflow: str = "sdxl"
    overrides: Mapping[str, Any] = field(default_factory=dict)
    roles: Mapping[str, Any] = field(default_factory=dict)
    painter: Manner = field(default_factory=Manner)
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Style:
    """A house style in use. ``where`` maps each file's name to the path that messages name."""

    house: House
    prompt: str
    negative: str
    where: Mapping[str, str]

    @cached_property
    def digest(self) -> str:
        """Of the parsed ``house.toml`` and the templates, less comments and white space at the edges of words.

        What ``house.toml`` says of the workflow is the workflow's: it changes nothing that the painter paints.
        """
        raw = {key: value for key, value in self.house.raw.items() if key not in _WORKFLOW_KEYS}
        texts = [_essence(self.prompt), _essence(self.negative)]
        order = list(self.house.palette)  # the painter and the templates take the colours in order
        return digest.of_value({"house": raw, "order": order, "templates": texts})

    @cached_property
    def post_words(self) -> tuple[str, ...]:
        """Which of ``title``, ``tags`` and ``lang`` the templates use, and so decide the picture."""
        return tuple(word for word in _POST_WORDS if self._names(word))

    @cached_property
    def names_slug(self) -> bool:
        """Whether a template uses the slug, which else decides the seed and no more of the picture."""
        return self._names("slug")

    def _names(self, word: str) -> bool:
        code = " ".join(_enclosed(_essence(self.prompt) + _essence(self.negative), _CODE)[0])
        return re.search(rf"\b{word}\b", code) is not None


def parse_house(text: str, where: str) -> House:
    """The House in ``text``, the content of the file named ``where``. Raises StyleError."""
    try:
        raw = bounds.toml_table(text)
    except ValueError as error:
        raise StyleError(f"{where}: the TOML is malformed: {error}.", "Text values stand in quotes.") from None
    for key in raw:
        if key not in _READERS and key not in ("name", "extra"):
            hint = nearest(key, _READERS) or "Words of your own for the templates go under [extra]."
            raise StyleError(f"{where}: '{key}' is not a key of the house style.", hint)
    if "palette" not in raw:
        raise StyleError(f"{where}: there is no palette.", 'Add a table [palette] with lines like cobalt = "#1f4fa3".')
    given = {key: read(raw[key], where) for key, read in _READERS.items() if key in raw}
    return House(**given, raw=raw)


def _palette(value: Any, where: str) -> dict[str, str]:
    if not isinstance(value, dict) or len(value) < 2:
        raise StyleError(f"{where}: [palette] needs two colours or more.", 'Write lines like cobalt = "#1f4fa3".')
    for name, colour in value.items():
        if not isinstance(colour, str) or not _COLOUR.fullmatch(colour):
            raise StyleError(f"{where}: the colour '{name}' is {colour!r}.", 'Write it as "#rrggbb".')
    return {name: colour.lower() for name, colour in value.items()}


def _render_size(value: Any, where: str) -> tuple[int, int]:
    size = _SIZE.fullmatch(value) if isinstance(value, str) else None
    if not size:
        raise StyleError(f"{where}: render_size is {value!r}.", 'Write it as "1344x768", in pixels.')
    width, height = int(size[1]), int(size[2])
    if width % 8 or height % 8 or min(width, height) < 64 or max(width, height) > 8192:
        # ComfyUI would silently render the next smaller multiple of 8.
        raise StyleError(
            f"{where}: render_size is {value!r}.", "Both sides are multiples of 8, from 64 to 8192 pixels."
        )
    return width, height


def _word(key: str) -> Callable[[Any, str], str]:
    def read(value: Any, where: str) -> str:
        if not isinstance(value, str):
            raise StyleError(f"{where}: {key} is {value!r}.", f'Write it as {key} = "a name".')
        return value.strip()

    return read


def _lines(table: Mapping[str, Any]) -> Iterator[Any]:
    for value in table.values():
        yield from value.values() if isinstance(value, dict) else (value,)


def _table(key: str, kinds: tuple[type, ...], example: str, *, dotted: bool) -> Callable[[Any, str], dict[str, Any]]:
    def read(value: Any, where: str) -> dict[str, Any]:
        fault = table_fault(value, kinds, dotted=dotted)
        lists = [item for item in _lines(value) if isinstance(item, list)] if not fault else []
        if not all(item and all(isinstance(text, str) for text in item) for item in lists):
            fault = "a list of something but texts"
        if fault:
            hint = f"Write lines like {example}; for one template of several, under [{key}.NAME]."
            raise StyleError(f"{where}: [{key}] holds something it cannot take: {fault}.", hint)
        return dict(value)

    return read


def _painter(value: Any, where: str) -> Manner:
    if not isinstance(value, dict):
        raise StyleError(f"{where}: painter is {value!r}.", "Write a table [painter] with border and density.")
    for key in value:
        if key not in ("border", "density"):
            hint = nearest(key, ("border", "density")) or "It has border and density."
            raise StyleError(f"{where}: '{key}' is not a key of [painter].", hint)
    border, density = value.get("border", Manner.border), value.get("density", Manner.density)
    if border not in ("some", "always", "never"):
        raise StyleError(f"{where}: the painter's border is {border!r}.", 'Write "some", "always" or "never".')
    if isinstance(density, bool) or not isinstance(density, int | float) or not 0 <= density <= 1:
        raise StyleError(f"{where}: the painter's density is {density!r}.", "Write a number from 0 to 1, such as 0.7.")
    return Manner(border, float(density))


_READERS: dict[str, Callable[[Any, str], Any]] = {
    "palette": _palette,
    "render_size": _render_size,
    "model": _word("model"),
    "workflow": _word("workflow"),
    "overrides": _table("overrides", (str, int, float, bool), '"KSampler.steps" = 30', dotted=True),
    "painter": _painter,
    "roles": _table("roles", (str, list), 'positive = "6.text"', dotted=False),
}


def prompts(style: Style, words: Mapping[str, Any], own_negative: str = "") -> tuple[str, str]:
    """``(prompt, negative)``, each one line: the style's templates filled with a post's ``words`` (concept, title,
    slug, tags, lang), and what the post itself adds to the negative. Raises StyleError, naming file and
    line; PostError where the words are too many for the templates."""
    words = {**words, "palette": dict(style.house.palette), "house": dict(style.house.raw)}
    prompt = _render(style, PROMPT_FILE, style.prompt, words)
    if not prompt:
        raise StyleError(
            f"{style.where[PROMPT_FILE]}: the prompt comes out empty.", "Write the style and {{ concept }}."
        )
    negative = _render(style, NEGATIVE_FILE, style.negative, words)
    return prompt, ", ".join(part for part in (negative, own_negative) if part)


def _render(style: Style, name: str, source: str, words: Mapping[str, Any]) -> str:
    import jinja2

    from blogcovers.workflow.sandbox import TooMuchWork

    where = style.where[name]
    try:
        return _filled(source, words)
    except TooMuchWork as error:
        message = f"{where}{_line_of(error)}: {error}."
        if _takes_little(source, words):
            hint = "Shorten the post's title, tags or concept, or what the template makes of them."
            raise PostError(f"its words are too much for {message}", hint) from None
        raise StyleError(message, "Take out the loop or the number that makes it so long.") from None
    except RecursionError as error:
        said = "it calls itself without end, or is nested too deeply"
        raise StyleError(f"{where}{_line_of(error)}: {said}.", "Take out the macro or the braces that do.") from None
    except jinja2.TemplateSyntaxError as error:
        said = str(error.message).rstrip(".")
        raise StyleError(f"{where}, line {error.lineno}: {said}.", "See Jinja2's template syntax.") from None
    except Exception as error:  # noqa: BLE001  (a template is code by the user: whatever it raises is theirs to mend)
        known = ", ".join(words)
        said = str(error).rstrip(".")
        raise StyleError(f"{where}{_line_of(error)}: {said}.", f"A template knows {known}, and no files.") from None


def _filled(source: str, words: Mapping[str, Any]) -> str:
    from blogcovers.workflow.sandbox import MOST, TooMuchWork, metered

    with metered():
        made = " ".join(_template(source).render(words).split())
    if len(made) > MOST:
        raise TooMuchWork(f"the prompt is longer than {MOST:,} characters")
    return made


def _takes_little(source: str, words: Mapping[str, Any]) -> bool:
    """Whether the template is well with the words of a small post, so that it is this post's that are too many."""
    with suppress(Exception):
        _filled(source, {**words, "concept": "a fox", "title": "A fox", "slug": "fox", "tags": ["fox"], "lang": "en"})
        return True
    return False


def _line_of(error: Exception) -> str:
    """``', line 3'``: Jinja2 puts the template's own lines into the traceback, under this file name."""
    trace, line = error.__traceback__, 0
    while trace:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return f", line {line}" if line else ""


@cache
def _environment() -> PromptEnvironment:
    from blogcovers.workflow.sandbox import PromptEnvironment

    return PromptEnvironment()


@lru_cache(maxsize=8)  # every post of a style has the same two
def _template(source: str) -> Template:
    return _environment().from_string(source)


def _essence(template: str) -> str:
    """The template less comments, with single blanks: what its rendering, too, is reduced to."""
    return " ".join((template if _RAW.search(template) else " ".join(_enclosed(template, _COMMENT)[1])).split())


def _enclosed(text: str, pairs: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """What stands between the pairs of marks, these included, and what is left around them. A mark that is never closed
    is text; whether one is closed is looked up once, so that time grows with the text's length alone."""
    inside, around, at, begin = [], [], 0, 0
    opener, last = re.compile("|".join(map(re.escape, pairs))), {mark: text.rfind(end) for mark, end in pairs.items()}
    while found := opener.search(text, at):
        if last[found[0]] < found.end():
            at = found.start() + 1
            continue
        end = text.index(pairs[found[0]], found.end()) + 2
        inside.append(text[found.start() : end])
        around.append(text[begin : found.start()])
        at = begin = end
    return inside, [*around, text[begin:]]
