"""The word lists: text files beside this one, one a language, read when the first concept is.

A line is `name: words`; a line that begins with a space goes on with the one above; `[section]` begins a section, `#`
a comment. en.txt says which names there are in a section; the others' section `words` is by English word. This form
has no quotes to forget, and is read in 3 ms, where the same in TOML would cost every process of the painter 15.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

FOLDER = Path(__file__).parent
NAMING = ("en.txt", "emoji.txt")  # the files that say which names there are
SECTIONS = ("things", "drawings", "times", "places", "dwellers", "colours", "numbers", "words", "small words", "emoji")

DRAWINGS = ("first", "second")
SETS = (
    ("numbers", "two"), ("small words", "silent"), ("small words", "between"), ("small words", "telling"),
    ("small words", "hours"), ("emoji", "manner"),
)  # fmt: skip


class Entry(NamedTuple):
    """The words that a file lists under a name, as they are written; `line` is the name's, from 1."""

    section: str
    name: str
    words: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class WordLists:
    """All languages together. Every word is in lower case and without accents (see `bare`).

    `things` gives the motif that a word means, `drawings` which of its DRAWINGS; `times`, `places`,
    `dwellers` (a place, told by what lives there) and `colours` give their names; `english` gives the English word
    for one of another language. The sets are those of the sections `numbers`, `small words` and `emoji`.
    """

    things: Mapping[str, str]
    drawings: Mapping[str, str]
    times: Mapping[str, str]
    places: Mapping[str, str]
    dwellers: Mapping[str, str]
    colours: Mapping[str, str]
    english: Mapping[str, str]
    two: frozenset[str]
    numbers: frozenset[str]
    silent: frozenset[str]
    between: frozenset[str]
    telling: frozenset[str]
    hours: frozenset[str]
    manner: frozenset[str]


def bare(text: str) -> str:
    """The text as words are compared: lower case, no accents, œ as oe."""
    if text.isascii():
        return text.casefold()
    parts = unicodedata.normalize("NFKD", text.casefold()).replace("\u0153", "oe")
    return "".join(c for c in parts if not unicodedata.combining(c))


@cache
def lists() -> WordLists:
    """The lists of all the files. Raises BlogcoversError where a file is not of this form."""
    entries = [entry for name in NAMING for entry in read_file(FOLDER / name)]
    known = {(entry.section, entry.name) for entry in entries}
    for file in sorted(FOLDER.glob("*.txt")):
        if file.name not in NAMING:
            translated = list(read_file(file))
            check_names(translated, known, file)
            entries += translated
    return _together(entries)


def read_file(file: Path) -> Iterator[Entry]:
    """The entries of a file, as `parse` finds them."""
    data = file.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise fault(file, line, "this is not UTF-8", "Save the file as UTF-8.") from error
    return parse(text, file)


def parse(text: str, file: Path) -> Iterator[Entry]:
    """The entries of a file's text. Raises BlogcoversError, with file and line, where it is not of this form."""
    section = ""
    seen: dict[tuple[str, str], int] = {}
    for number, line in _whole_lines(text):
        if line.startswith("["):
            section = line.strip("[] ")
            if section not in SECTIONS:
                raise fault(file, number, f"there is no section [{section}]", f"They are {', '.join(SECTIONS)}.")
            continue
        name, colon, listed = line.partition(":")
        words, key = tuple(listed.split()), (section, name)
        if not (section and colon and name.strip() == name and words):
            raise fault(file, number, f'"{line}" is no line of a list', "Write, below a [section], the name, a colon "
                        "and the words with spaces between them, as in: bird: pájaro ave")  # fmt: skip
        if key in seen:
            raise fault(file, number, f'"{name}" is there already, in line {seen[key]}', "Put all its words there.")
        seen[key] = number
        yield Entry(section, name, words, number)


def _whole_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines with those that go on with them, each with its number; neither comments nor empty ones."""
    number, whole = 0, ""
    for i, line in enumerate(text.splitlines(), 1):
        if line.startswith(" ") and whole:
            whole += line
            continue
        if whole:
            yield number, whole
        number, whole = i, "" if line.startswith("#") else line.rstrip()
    if whole:
        yield number, whole


def check_names(entries: Iterable[Entry], known: set[tuple[str, str]], file: Path) -> None:
    """Raises BlogcoversError for an entry outside `words` whose (section, name) is not `known`."""
    for entry in entries:
        if entry.section != "words" and (entry.section, entry.name) not in known:
            names = sorted(name for section, name in known if section == entry.section)
            raise fault(file, entry.line, f'[{entry.section}] has no "{entry.name}"', f"It has {', '.join(names)}.")


def fault(file: Path, line: int, what: str, way_out: str) -> Exception:
    """What is wrong in a file, to be raised."""
    from blogcovers.errors import BlogcoversError  # loaded late: whoever paints needs it only here

    return BlogcoversError(f"The painter's word list {file}, line {line}: {what}.", way_out)


def _together(entries: Iterable[Entry]) -> WordLists:
    listed: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    tables: dict[str, dict[str, str]] = {section: {} for section in SECTIONS}
    for section, name, words, _ in entries:
        for word in map(bare, words):
            listed[section, name].add(word)
            tables[section].setdefault(word, name)
    two, silent, between, telling, hours, manner = (frozenset(listed[name]) for name in SETS)
    return WordLists(
        things=tables["things"],
        drawings=tables["drawings"],
        times=tables["times"],
        places=tables["places"],
        dwellers=tables["dwellers"],
        colours=tables["colours"],
        english=tables["words"],
        two=two,
        numbers=frozenset(tables["numbers"]),
        silent=silent,
        between=between,
        telling=telling,
        hours=hours,
        manner=manner,
    )
