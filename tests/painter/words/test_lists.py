"""The word lists: whoever corrects one learns from here what is wrong in it, and where."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

from blogcovers.errors import BlogcoversError
from blogcovers.painter.motifs.motif_table import MOTIFS
from blogcovers.painter.scene.colour import HUES
from blogcovers.painter.scene.tones import GROUNDS, SKIES
from blogcovers.painter.words import brief, lists
from blogcovers.painter.words.lists import FOLDER, NAMING, Entry, bare
from blogcovers.painter.words.vocabulary import motif_of, says

FILES = sorted(FOLDER.glob("*.txt"))
GOOD = "# Good.\n[words]\nfox: fuchs füchse\n"


def entries(text: str, file: Path) -> list[Entry]:
    return list(lists.parse(text, file))


def faults(text: str, file: Path) -> list[str]:
    """What a speaker of the language should mend."""
    found = [
        f"{file.name}, line {number}: one space between words, none at the end, two where a line goes on"
        for number, line in enumerate(text.splitlines(), 1)
        if not line.startswith("#") and re.search(r"\s$|\S\s{2}|[^\S ]|^ (?! \S)", line)
    ]
    for section, name, words, line in entries(text, file):
        where = f"{file.name}, line {line}, {name}:"
        for word in words:
            if word != word.lower():
                found.append(f'{where} write "{word.lower()}" for "{word}"')
            if not re.fullmatch(r"[^\W\d_]+", word) and section != "emoji":
                found.append(f'{where} "{word}" is never found, since a word has letters alone')
            if words.count(word) > 1:
                found.append(f'{where} "{word}" is there twice')
            if re.match("[\u0400-\u04ff]", word) and len(word) < 3 and section == "words":
                found.append(f'{where} "{word}" is never found, since a stem has three letters or more')
        if section == "words" and not says(name):
            found.append(f"{where} en.txt does not know this word")
    return found


def of_two_minds(every: list[tuple[str, Entry]]) -> list[str]:
    """Words that stand for two things; where accents are not written, "avó" and "avô" are one word."""
    meanings: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    for file, (section, name, words, line) in every:
        if section not in ("small words", "emoji"):
            for word in words:
                meanings[section, bare(word)].setdefault(name, f"{file}, line {line}, {name}")
    return [
        f'"{word}" cannot mean two things: ' + "; ".join(places.values())
        for (_, word), places in meanings.items()
        if len(places) > 1
    ]


def test_the_docs_name_the_language_of_every_list() -> None:
    """A file's first line begins with the name of its language, or with Emoji."""
    page = (Path(__file__).parents[3] / "docs/painter.md").read_text(encoding="utf-8").lower()
    named = [re.match(r"# (\w+)[,:]", file.read_text(encoding="utf-8")) for file in FILES]
    assert [file.name for file, name in zip(FILES, named, strict=True) if not (name and name[1].lower() in page)] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_list_is_sound(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert faults(text, file) == []
    assert entries(text, file)


def test_no_word_means_two_things() -> None:
    every = [(file.name, entry) for file in FILES for entry in lists.read_file(file)]
    assert of_two_minds(every) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GOOD, []),
        (GOOD + "dog: Hund\n", ['de.txt, line 4, dog: write "hund" for "Hund"']),
        (GOOD + "dog: hund  köter\n", ["de.txt, line 4: one space between words"]),
        (GOOD + "dog: hund\n   köter\n", ["de.txt, line 5: one space between words"]),
        (GOOD + "dog: hund hund\n", ['de.txt, line 4, dog: "hund" is there twice'] * 2),
        (GOOD + "dog: wach-hund\n", ['de.txt, line 4, dog: "wach-hund" is never found']),
        (GOOD + "dog: hund #\n", ['de.txt, line 4, dog: "#" is never found']),
        (GOOD + "dog: пс\n", ['de.txt, line 4, dog: "пс" is never found']),
        (GOOD + "dgo: hund\n", ["de.txt, line 4, dgo: en.txt does not know this word"]),
    ],
)
def test_what_should_be_mended_is_told_with_its_line(text: str, told: list[str]) -> None:
    found = faults(text, Path("de.txt"))
    assert len(found) == len(told)
    assert all(one.startswith(start) for one, start in zip(found, told, strict=True))


def test_a_word_for_two_things_is_told_with_both() -> None:
    every = [("pt.txt", entry) for entry in entries("[words]\nwoman: avó\nman: avô\n", Path("pt.txt"))]
    assert of_two_minds(every) == ['"avo" cannot mean two things: pt.txt, line 2, woman; pt.txt, line 3, man']


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[words]\n# dogs\ndog hund\n", r'line 3: "dog hund" is no line of a list\. .*bird: pájaro ave'),
        ("[words]\ndog:\n", r'line 2: "dog:" is no line of a list'),
        ("[words]\nfox: fuchs\n\ndog : hund\n", r'line 4: "dog : hund" is no line of a list'),
        ("dog: hund\n[words]\n", r'line 1: "dog: hund" is no line of a list\. Write, below a \[section\]'),
        ("[wrods]\n", r"line 1: there is no section \[wrods\]\. They are things, drawings"),
        ("[words]\ndog: hund\n  köter\nfox: fuchs\ndog: dackel\n", r'line 5: "dog" is there already, in line 2'),
    ],
)
def test_a_line_of_another_form_stops_the_painter_with_file_and_line(text: str, told: str) -> None:
    with pytest.raises(BlogcoversError, match=rf"word list .*de\.txt, {told}"):
        entries(text, Path("words/de.txt"))


def test_a_name_that_the_painter_does_not_have_is_told_with_those_that_it_has() -> None:
    known = {("colours", "red"), ("colours", "blue"), ("things", "fox")}
    with pytest.raises(BlogcoversError, match=r'de\.txt, line 3: \[colours\] has no "rde"\. It has blue, red\.'):
        lists.check_names(entries("[colours]\nblue: blau\nrde: rot\n", Path("de.txt")), known, Path("de.txt"))


def test_a_file_that_is_not_utf_8_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "de.txt"
    file.write_bytes("[words]\ndog: hund\nbird: vögel\n".encode("latin-1"))
    with pytest.raises(BlogcoversError, match=r"de\.txt, line 3: this is not UTF-8\. Save the file as UTF-8"):
        list(lists.read_file(file))


def test_what_editors_add_does_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "de.txt"
    file.write_bytes(b"\xef\xbb\xbf[words]\r\nbird: v\xc3\xb6gel\r\n  vogel\r\n")
    assert list(lists.read_file(file)) == [Entry("words", "bird", ("vögel", "vogel"), 2)]


def test_english_names_all_that_can_be_painted_and_nothing_else() -> None:
    names = defaultdict(set)
    for file in NAMING:
        for entry in lists.read_file(FOLDER / file):
            names[entry.section].add(entry.name)
    assert names["things"] == set(MOTIFS)
    assert names["times"] == set(SKIES) - {""}
    assert names["places"] == set(GROUNDS) - {""}
    assert names["dwellers"] < names["places"]
    assert names["colours"] == set(HUES)
    assert names["drawings"] == set(lists.DRAWINGS)
    assert {(section, name) for section, name in lists.SETS if name not in names[section]} == set()


def test_what_is_painted_unasked_can_be_painted() -> None:
    unasked = [name for table in (brief.ABOVE, brief.AROUND) for names in table.values() for name in names]
    assert {*unasked, *brief.ALWAYS_AT, *brief.HOMES, *brief.PARTICULAR} <= set(MOTIFS)


def test_the_name_of_a_thing_means_it() -> None:
    assert {name: motif_of(name) for name in MOTIFS} == {name: name for name in MOTIFS}


def test_a_word_of_a_drawing_is_a_word_of_a_thing() -> None:
    assert [word for word in lists.lists().drawings if motif_of(word) is None] == []
