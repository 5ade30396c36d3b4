"""How each kind of value is read: from TOML's, and the place that messages name, to our own.

Each raises ConfigError for a value that is none of its kind, with a line as it should be.
"""

from __future__ import annotations

import re
from string import Formatter
from typing import TYPE_CHECKING, Any

from blogcovers.errors import ConfigError, nearest
from blogcovers.generators import themes
from blogcovers.posts.focus import FOCUS_HINT, read_focus
from blogcovers.workflow.inputs import table_fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from blogcovers.posts.focus import Focus


def text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ConfigError(f"{where} is {value!r}.", "Write a text in quotes.")
    return value.strip()


def yes_or_no(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise ConfigError(f"{where} is {value!r}.", "Write true or false.")
    return value


def texts(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise ConfigError(f"{where} is {value!r}.", 'Write a list of texts, like ["one", "two"].')
    return tuple(value)


def node_inputs(value: Any, where: str) -> dict[str, Any]:
    if fault := table_fault(value, (str, int, float, bool)):
        hint = (
            'Write lines like "KSampler.steps" = 30 under [inputs]; for one template of several, under [inputs.NAME].'
        )
        raise ConfigError(f"{where} holds something it cannot take: {fault}.", hint)
    return dict(value)


def addresses(value: Any, where: str) -> tuple[str, ...]:
    return (text(value, where),) if isinstance(value, str) else texts(value, where)


def hosts(value: Any, where: str) -> tuple[str, ...]:
    """``HOST``, ``HOST:PORT`` or ``*.HOST`` each."""
    found = texts(value, where)
    for host in found:
        if not re.fullmatch(r"(\*\.)?[\w-]+(\.[\w-]+)*|(\[[0-9a-fA-F:]+\]|[\w-]+(\.[\w-]+)*)(:\d+)?", host):
            raise ConfigError(f"{where} holds {host!r}, which is no host.", "Write cdn.example, or *.cdn.example.")
    return found


def one_of(*choices: str) -> Callable[[Any, str], str]:
    def read(value: Any, where: str) -> str:
        if value not in choices:
            hint = (
                nearest(str(value), choices) or f"It is one of {', '.join(choice or 'nothing' for choice in choices)}."
            )
            raise ConfigError(f"{where} is {value!r}.", hint)
        return str(value)

    return read


def pixels(value: Any, where: str) -> tuple[int, int]:
    sides = re.fullmatch(r"([0-9]{2,4})x([0-9]{2,4})", value) if isinstance(value, str) else None
    if not sides or not all(16 <= int(side) <= 8192 for side in sides.groups()):
        raise ConfigError(f"{where} is {value!r}.", 'Write it as "1200x630", in pixels, each side from 16 to 8192.')
    return int(sides[1]), int(sides[2])


def quality(value: Any, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 100:
        raise ConfigError(f"{where} is {value!r}.", "Write a whole number from 1 to 100.")
    return value


def url_path(value: Any, where: str) -> str:
    said = text(value, where)
    if not said.startswith(("/", "http://", "https://")) or any(c in said for c in ' \\?#"[]'):
        raise ConfigError(f"{where} is {value!r}.", 'Write it like "/images/covers" or "https://example.org/covers".')
    return said


def file_name(value: Any, where: str) -> str:
    said = text(value, where)
    if not re.fullmatch(r"[\w][\w.-]*\.webp", said):
        raise ConfigError(f"{where} is {value!r}.", 'Write a file name like "cover.webp" or "featured.webp".')
    return said


def dotted(value: Any, where: str) -> str:
    said = text(value, where)
    if not re.fullmatch(r"[\w-]+(?:\.[\w-]+)*(?:\[\])?", said):
        raise ConfigError(f"{where} is {value!r}.", 'Write a key like "cover.image", or "images[]" for a list.')
    return said


def link_value(value: Any, where: str) -> str:
    said = text(value, where)
    try:
        fields = [(name, spec or change) for _, name, spec, change in Formatter().parse(said) if name is not None]
    except ValueError:
        fields = []
    if not fields or any(name not in themes.PLACEHOLDERS or changed for name, changed in fields):
        known = ", ".join(f"{{{name}}}" for name in themes.PLACEHOLDERS)
        raise ConfigError(f"{where} is {value!r}.", f"Write a text with some of {known}.")
    return said


def square(value: Any, where: str) -> tuple[int, int]:
    width, height = pixels(value, where)
    if width != height:
        raise ConfigError(f"{where} is {value!r}, no square.", 'Write it as "630x630".')
    return width, height


def widths(value: Any, where: str) -> tuple[int, ...]:
    whole = isinstance(value, list) and all(isinstance(item, int) and not isinstance(item, bool) for item in value)
    if not whole or not value or not all(16 <= width <= 8192 for width in value):
        raise ConfigError(f"{where} is {value!r}.", "Write a list like [480, 800], in pixels, each from 16 to 8192.")
    return tuple(sorted(set(value)))


def kilobytes(value: Any, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ConfigError(f"{where} is {value!r}.", "Write a whole number of kB (1000 bytes), or 0 for no limit.")
    return value


def focus(value: Any, where: str) -> Focus:
    try:
        return read_focus(text(value, where))
    except ValueError:
        raise ConfigError(f"{where} is {value!r}.", FOCUS_HINT) from None


def pattern(value: Any, where: str) -> str:
    """The cover's path as a pattern of {slug} and {section}."""
    said = text(value, where)
    try:
        fields = [name for _, name, spec, change in Formatter().parse(said) if name is not None or spec or change]
        sample = said.format(slug="s", section="c") if set(fields) <= {"slug", "section"} else ""
    except (KeyError, IndexError, ValueError, AttributeError):
        fields, sample = [], ""
    if (
        "{slug}" not in said
        or "slug" not in fields
        or not sample.endswith(".webp")
        or sample.startswith(("/", "\\"))
        or ".." in sample.split("/")
    ):
        raise ConfigError(f"{where} is {value!r}.", 'Write it like "{slug}.webp" or "{section}/{slug}.webp".')
    return said
