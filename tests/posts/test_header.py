"""Front matter is read as the generators read it, and what cannot be read is said in a sentence."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from headers import toml, yaml

from blogcovers.errors import PostError
from blogcovers.posts.header import decode, read_meta

if TYPE_CHECKING:
    from blogcovers.posts.header import Dialect

OWN = frozenset({"concept", "slug", "draft", "cover", "cover_seed"})
FOX = {"title": "A day", "concept": "a fox"}
DATED = {"date": "2024-01-01", "concept": "a fox"}
MEGABYTES_10 = 10_000_000


def read(text: str, dialect: Dialect = "any") -> dict[str, Any]:
    return read_meta(text, dialect, OWN)


def refusal(text: str, dialect: Dialect = "any") -> PostError:
    with pytest.raises(PostError) as caught:
        read(text, dialect)
    assert caught.value.hint, "an error shows a way out"
    return caught.value


class TestFrames:
    """Where a header begins and ends."""

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("---\ntitle: A day\nconcept: a fox\n---\nBody\n", id="yaml"),
            pytest.param("---\ntitle: A day\nconcept: a fox\n---", id="yaml-closer-ends-the-file"),
            pytest.param("---  \ntitle: A day\nconcept: a fox\n--- \t\nBody\n", id="yaml-blanks-behind-the-fences"),
            pytest.param("---\ntitle: A day\nconcept: a fox\n...\nBody\n", id="yaml-closed-by-dots"),
            pytest.param("---\ntitle: A day\nconcept: a fox\n...\nBody\n\n---\n\nMore\n", id="dots-then-a-rule"),
            pytest.param("---\ntitle: A day\nconcept: a fox\n---\nBody\n\n---\n\nMore\n", id="yaml-then-a-rule"),
            pytest.param("---yaml\ntitle: A day\nconcept: a fox\n---\nBody\n", id="yaml-with-its-name"),
            pytest.param("﻿---\ntitle: A day\nconcept: a fox\n---\nBody\n", id="yaml-bom"),
            pytest.param("﻿\r\n---\r\ntitle: A day\r\nconcept: a fox\r\n---\r\nBody\r\n", id="yaml-bom-crlf"),
            pytest.param("---\r\ntitle: A day\r\nconcept: a fox\r\n---\r\nBody\r\n", id="yaml-crlf"),
            pytest.param("---\rtitle: A day\rconcept: a fox\r---\rBody\r", id="yaml-cr"),
            pytest.param("\n\n  \n---\ntitle: A day\nconcept: a fox\n---\nBody\n", id="yaml-blank-lines-before"),
            pytest.param('+++\ntitle = "A day"\nconcept = "a fox"\n+++\nBody\n', id="toml"),
            pytest.param('+++ \ntitle = "A day"\nconcept = "a fox"\n+++  \nBody\n', id="toml-blanks-behind-the-fences"),
            pytest.param('﻿+++\r\ntitle = "A day"\r\nconcept = "a fox"\r\n+++\r\nBody\r\n', id="toml-bom-crlf"),
            pytest.param('\n\n+++\ntitle = "A day"\nconcept = "a fox"\n+++\n', id="toml-blank-lines-before"),
            pytest.param('+++\ntitle = "A day"\nconcept = "a fox"\n+++\nBody\n\n+++\n\nMore\n', id="toml-then-a-rule"),
            pytest.param('{\n  "title": "A day",\n  "concept": "a fox"\n}\n\nBody\n', id="json"),
            pytest.param('{"title": "A day", "concept": "a fox"}\nBody\n', id="json-on-one-line"),
            pytest.param('{"title": "A day", "concept": "a fox"}', id="json-alone"),
            pytest.param('{"title": "A day", "concept": "a fox"}\n{\nBody\n}\n', id="json-then-a-bare-brace"),
            pytest.param('﻿\n{\r\n"title": "A day",\r\n"concept": "a fox"\r\n}\r\n', id="json-bom-crlf"),
            pytest.param('---json\n{"title": "A day", "concept": "a fox"}\n---\nBody\n', id="json-in-a-fence"),
            pytest.param("Title: A day\nConcept: a fox\n\nBody\n", id="key-value"),
            pytest.param("﻿Title: A day\r\nConcept: a fox\r\n\r\nBody\r\n", id="key-value-bom-crlf"),
        ],
    )
    def test_a_header_is_found(self, text: str) -> None:
        assert read(text) == FOX

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("", id="empty-file"),
            pytest.param("﻿", id="only-a-bom"),
            pytest.param("\n\n\n", id="blank-lines"),
            pytest.param("# A day\n\nNo header here.\n", id="plain-text"),
            pytest.param("---", id="only-a-rule"),
            pytest.param("---\n---\n\nBody\n", id="empty-yaml"),
            pytest.param("---\n# only a comment\n---\n\nBody\n", id="yaml-of-comments"),
            pytest.param("+++\n+++\n\nBody\n", id="empty-toml"),
            pytest.param("{}\n\nBody\n", id="empty-json"),
            pytest.param("<!-- a comment -->\n---\ntitle: A day\nconcept: a fox\n---\n", id="a-comment-before"),
            pytest.param("----\ntitle: A day\n----\n", id="four-dashes"),
            pytest.param("---\n\nSome prose.\n\n---\n\nMore prose.\n", id="body-between-two-rules"),
            pytest.param("---\nSome prose, and: a colon, and 'a quote\nMore\n---\n", id="prose-that-is-no-yaml"),
            pytest.param("---\n* one\n* two\n---\n", id="a-list-with-stars-between-rules"),
            pytest.param("---\n\nA rule opens this body, and none follows.\n", id="body-after-one-rule"),
            pytest.param("---\nToday we went out: all of us.\n\nIt rained.\n", id="prose-with-a-colon-after-one-rule"),
            pytest.param("+++\nThree plus signs open this body.\n+++\n", id="prose-between-plus-signs"),
            pytest.param("---\n- one\n- two\n---\nBody\n", id="header-is-a-list"),
            pytest.param("---\njust words\n---\nBody\n", id="header-is-a-scalar"),
            pytest.param("{\nBody in a bare brace\n}\n", id="body-begins-with-a-bare-brace"),
            pytest.param('{{< figure src="a.webp" >}}\n\nBody\n', id="body-begins-with-a-hugo-shortcode"),
            pytest.param("{{ page.title }}\n\nBody\n", id="body-begins-with-a-liquid-value"),
            pytest.param('{% include "a.html" %}\n\nBody\n', id="body-begins-with-a-liquid-tag"),
            pytest.param("{: .lead}\nBody\n", id="body-begins-with-an-attribute-list"),
            pytest.param("Note: this is prose.\nIt goes on.\n", id="prose-like-a-key"),
            pytest.param("Title: A day\nAuthor: Ana\n\nBody\n", id="key-value-without-a-key-of-ours"),
            pytest.param("Concept: a fox\nAuthor: Ana\n\nBody\n", id="key-value-without-a-title"),
        ],
    )
    def test_what_is_no_header_is_body(self, text: str) -> None:
        meta = read(text)
        assert not meta.keys() & {"title", "concept"}

    @pytest.mark.parametrize(
        ("text", "line", "fence"),
        [
            pytest.param("---\ntitle: A day\nconcept: a fox\n\nBody\n", "line 1:", "'---'", id="yaml"),
            pytest.param("\n\n---\ntitle: A day\n", "line 3:", "'---'", id="yaml-blank-lines-before"),
            pytest.param('+++\ntitle = "A day"\n\nBody\n', "line 1:", "'+++'", id="toml"),
            pytest.param("+++\n[params]\nmood = 1\n", "line 1:", "'+++'", id="toml-table-first"),
            pytest.param(
                "---\n\ntitle: A day\nconcept: a fox\n\nBody\n", "line 1:", "'---'", id="yaml-blank-line-first"
            ),
            pytest.param(
                "---\n# mine\ntitle: A day\nconcept: a fox\n\nBody\n", "line 1:", "'---'", id="yaml-comment-first"
            ),
        ],
    )
    def test_an_unclosed_header_is_refused_with_its_line(self, text: str, line: str, fence: str) -> None:
        error = refusal(text)
        assert line in error.message
        assert "never closed" in error.message
        assert fence in error.hint

    @pytest.mark.parametrize("end", ["---", "..."])
    def test_a_fence_inside_an_indented_block_scalar_is_text(self, end: str) -> None:
        meta = read(yaml("concept: |", "  a fox", f"  {end}", "  a hen", "title: A day"))
        assert meta == {"concept": f"a fox\n{end}\na hen\n", "title": "A day"}


class TestScalars:
    """Every scalar is text; empty, ``null`` and ``~`` are absent."""

    @pytest.mark.parametrize(
        ("written", "value"),
        [
            ("No", "No"),
            ("on", "on"),
            ("yes", "yes"),
            ("true", "true"),
            ("007", "007"),
            ("0777", "0777"),
            ("0x1F", "0x1F"),
            ("1.10", "1.10"),
            ("1e3", "1e3"),
            ("1_000", "1_000"),
            (".inf", ".inf"),
            ("12:30:45", "12:30:45"),
            ("2024-01-02", "2024-01-02"),
            ("2024-13-45", "2024-13-45"),
            ("2024-01-02 10:00:00 +0800", "2024-01-02 10:00:00 +0800"),
            ("2024-01-02T10:00:00+08:00", "2024-01-02T10:00:00+08:00"),
            ("'null'", "null"),
            ('"~"', "~"),
            ("'007'", "007"),
            ("nil", "nil"),
            ("nullable", "nullable"),
            ("~/covers", "~/covers"),
            ('"a \\u2603 snowman"', "a ☃ snowman"),
            ("'it''s'", "it's"),
            (">-\n  a fox\n  and a hen", "a fox and a hen"),
            ("a fox # and a remark", "a fox"),
            ("'a fox # and no remark'", "a fox # and no remark"),
            ("!x a fox", "a fox"),
            ("&anchor a fox", "a fox"),
            ("null", None),
            ("Null", None),
            ("NULL", None),
            ("~", None),
            ("", None),
            ("# only a remark", None),
        ],
    )
    def test_yaml(self, written: str, value: str | None) -> None:
        assert read(yaml(f"concept: {written}")) == {"concept": value}

    @pytest.mark.parametrize(
        ("written", "value"),
        [
            ('"No"', "No"),
            ("'null'", "null"),
            ("true", "true"),
            ("false", "false"),
            ("7", "7"),
            ("1.10", "1.10"),
            ("18446744073709551615", "18446744073709551615"),
            ("2024-01-02", "2024-01-02"),
            ("2024-01-02T10:00:00Z", "2024-01-02 10:00:00+00:00"),
            ("12:30:45", "12:30:45"),
            ('"""\na fox\n+++\na hen"""', "a fox\n+++\na hen"),
            ("'''+++\n+++\n'''", "+++\n+++\n"),
            ('[1, "two", 3.50, true]', ["1", "two", "3.50", "true"]),
            ('{a = 1, b = {c = "two"}}', {"a": "1", "b": {"c": "two"}}),
        ],
    )
    def test_toml(self, written: str, value: Any) -> None:
        assert read(toml('title = "A day"', f"concept = {written}")) == {"title": "A day", "concept": value}

    def test_toml_dotted_keys_then_a_table(self) -> None:
        meta = read(toml('cover.image = "a.webp"', 'cover.alt = "a fox"', "[params]", "mood = 1"))
        assert meta == {"cover": {"image": "a.webp", "alt": "a fox"}, "params": {"mood": "1"}}

    @pytest.mark.parametrize(
        ("written", "value"),
        [
            ('"No"', "No"),
            ('"null"', "null"),
            ("null", None),
            ("true", "true"),
            ("7", "7"),
            ("1.10", "1.10"),
            ("18446744073709551615", "18446744073709551615"),
            ('"2024-13-45"', "2024-13-45"),
            ('"a \\"paper\\" moon in {curly} fins"', 'a "paper" moon in {curly} fins'),
            ('"}\\n{"', "}\n{"),
            ('["one", 2, null]', ["one", "2", None]),
            ('{\n"image": "a",\n"more": {\n"x": 1\n}\n}', {"image": "a", "more": {"x": "1"}}),
        ],
    )
    def test_json(self, written: str, value: Any) -> None:
        assert read(f'{{"concept": {written}}}\n\nBody {{with}} braces\n') == {"concept": value}

    @pytest.mark.parametrize("key", ["content", "handler", "self", "1", "on", "true", "2024-01-02", "text", "metadata"])
    def test_no_key_is_special(self, key: str) -> None:
        assert read(yaml(f"{key}: words", "concept: a fox")) == {key: "words", "concept": "a fox"}

    @pytest.mark.parametrize(
        "text",
        [
            yaml("TITLE: A day", "Concept: a fox"),
            toml('TITLE = "A day"', 'Concept = "a fox"'),
            '{"TITLE": "A day", "Concept": "a fox"}',
            "TITLE: A day\nConcept: a fox\n\nBody\n",
        ],
        ids=["yaml", "toml", "json", "key-value"],
    )
    def test_top_level_keys_come_in_lower_case(self, text: str) -> None:
        assert read(text) == FOX

    def test_json_in_a_fence_may_escape_what_json_may_escape(self) -> None:
        text = '---json\n{"title": "A day", "concept": "a \\ud83e\\udd8a and\\/or a hen"}\n---\nBody\n'
        assert read(text)["concept"] == "a 🦊 and/or a hen"


class TestMalformed:
    @pytest.mark.parametrize(
        ("text", "line"),
        [
            pytest.param(yaml("title: A day: at last", "concept: a fox"), 2, id="second-colon"),
            pytest.param(yaml("title: A day", "concept: {{ x }}"), 3, id="braces"),
            pytest.param(yaml("title: A day", "concept: @fox"), 3, id="at-sign"),
            pytest.param(yaml("title: A day", "concept: `fox`"), 3, id="backtick"),
            pytest.param(yaml("title: A day", "concept: %fox"), 3, id="percent"),
            pytest.param(yaml("title: A day", "concept: *fox"), 3, id="alias-of-nothing"),
            pytest.param(yaml("title: A day", "\tconcept: a fox"), 3, id="tab"),
            pytest.param("\r\n\r\n" + yaml("title: A day", "concept: {{ x }}"), 5, id="lines-before-are-counted"),
            pytest.param(toml('title = "A day"', "concept = a fox"), 3, id="toml-without-quotes"),
            pytest.param(toml('title = "A day"', "date = 2024-13-45"), 3, id="toml-impossible-date"),
            pytest.param(toml('title = "A day"', "slug = 007"), 3, id="toml-leading-zeros"),
            pytest.param(toml('title = "A day"', 'title = "Another"'), 3, id="toml-twice"),
            pytest.param("\n" + toml('title = "A day"', "concept = a fox"), 4, id="toml-lines-before-are-counted"),
            pytest.param('{\n"title": "A day"\n"concept": "a fox"\n}\n', 3, id="json-without-comma"),
            pytest.param('\n\n{\n"title": "A day",\n"concept": a fox\n}\n', 5, id="json-lines-before-are-counted"),
            pytest.param('{"title": "A day", "concept": "a fox"', 1, id="json-unclosed"),
        ],
    )
    def test_a_malformed_header_is_refused_with_its_line(self, text: str, line: int) -> None:
        assert f"line {line}:" in refusal(text).message

    @pytest.mark.parametrize(
        "line",
        ['concept: "a fox', "concept: 'a fox", "tags: [one, two", "a line without a key"],
        ids=lambda line: line[:12],
    )
    def test_what_is_begun_and_not_ended_is_reported_where_it_begins(self, line: str) -> None:
        assert "line 3:" in refusal(yaml("title: A day", line, "one: 1", "two: 2")).message

    @pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b"], ids=["nul", "bell", "escape"])
    def test_a_control_character_is_named_for_what_it_is(self, character: str) -> None:
        error = refusal(yaml("title: A day", f"concept: a{character}fox"))
        assert "too deeply" not in error.message

    @pytest.mark.parametrize(
        ("text", "key", "line"),
        [
            (yaml("concept: a fox", "title: A day", "concept: a hen"), "concept", 4),
            (yaml("Slug: one", "slug: two"), "slug", 3),
            ('{"concept": "a fox", "concept": "a hen"}', "concept", 1),
            ('{"Slug": "one", "slug": "two"}', "slug", 1),
        ],
        ids=["yaml", "yaml-other-case", "json", "json-other-case"],
    )
    def test_a_key_of_ours_may_not_be_given_twice(self, text: str, key: str, line: int) -> None:
        error = refusal(text)
        assert f"'{key}'" in error.message
        assert f"line {line}:" in error.message

    @pytest.mark.parametrize(
        "text",
        [yaml("mood: one", "mood: two", "concept: a fox"), '{"mood": "one", "mood": "two", "concept": "a fox"}'],
        ids=["yaml", "json"],
    )
    def test_of_another_key_the_last_one_counts(self, text: str) -> None:
        assert read(text) == {"mood": "two", "concept": "a fox"}

    @pytest.mark.parametrize(
        "text",
        [
            yaml("concept: a fox", "gallery:", "  - {slug: one, slug: two}"),
            '{"concept": "a fox", "gallery": {"slug": "one", "slug": "two"}}',
        ],
        ids=["yaml", "json"],
    )
    def test_below_another_key_our_words_are_not_ours(self, text: str) -> None:
        assert read(text)["concept"] == "a fox"

    @pytest.mark.parametrize(
        ("data", "line", "byte"),
        [
            (b"---\ntitle: caf\xe9\n---\n", 2, "0xe9"),
            (b"---\ntitle: A day\n---\n\nIt was \x93quoted\x94.\n", 5, "0x93"),
            (b"\xef\xbb\xbf---\ntitle: caf\xe9\n---\n", 2, "0xe9"),
            (b"\xef\xbb\xbfa\n\xe9\n", 2, "0xe9"),
        ],
        ids=["latin-1", "windows-1252-in-the-body", "behind-a-bom", "first-byte-of-a-line-behind-a-bom"],
    )
    def test_what_is_not_utf_8_is_refused_with_line_and_byte(self, data: bytes, line: int, byte: str) -> None:
        with pytest.raises(PostError) as caught:
            decode(data)
        assert f"line {line}:" in caught.value.message
        assert byte in caught.value.message

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
    def test_utf_16_is_refused_by_name(self, encoding: str) -> None:
        data = "﻿---\ntitle: A day\n".encode(encoding)
        with pytest.raises(PostError, match="UTF-16"):
            decode(data)

    def test_a_bom_is_no_text(self) -> None:
        assert decode(b"\xef\xbb\xbfa fox") == "a fox"


class TestKeyValue:
    """Pelican's only dialect (Python-Markdown's metadata), MkDocs' second one."""

    @pytest.mark.parametrize("dialect", ["pelican", "mkdocs"])
    @pytest.mark.parametrize(
        ("text", "meta"),
        [
            pytest.param("Title: A day\nConcept: a fox\n\nBody\n", FOX, id="plain"),
            pytest.param("title: A day\nconcept: a fox\n", FOX, id="no-body"),
            pytest.param("Title: A day\nConcept: a fox\n\nTitle: Not this\n", FOX, id="keys-in-the-body"),
            pytest.param("Title: A day\nConcept: a\n    fox\n", FOX, id="continued-by-four-spaces"),
            pytest.param("Title: A day\nConcept:\n    a fox\n", FOX, id="value-on-the-next-line"),
            pytest.param("Title: A\nTitle: day\nConcept: a fox\n", FOX, id="repeated-keys-are-joined"),
            pytest.param("Title: \"A day\"\nConcept: 'a fox'\n", FOX, id="outer-quotes"),
            pytest.param(
                "Title: A day\nConcept: a fox\nno key, so body\nMood: dry\n", FOX, id="body-without-blank-line"
            ),
            pytest.param("   Title: A day\n  Concept: a fox\n", FOX, id="up-to-three-spaces-before-a-key"),
            pytest.param("Title: A day: at last\n", {"title": "A day: at last"}, id="colon-in-the-value"),
            pytest.param("Date: 2024-13-45 12:30\n", {"date": "2024-13-45 12:30"}, id="date"),
            pytest.param("Concept: No\nSlug: 007\n", {"concept": "No", "slug": "007"}, id="words"),
            pytest.param("Concept:\nSlug: x\n", {"concept": None, "slug": "x"}, id="empty-is-absent"),
            pytest.param("Concept: ~\nSlug: null\n", {"concept": None, "slug": None}, id="null-is-absent"),
            pytest.param(
                'Concept: "a fox" meets "a hen"\n', {"concept": '"a fox" meets "a hen"'}, id="two-quoted-words"
            ),
            pytest.param("Just text\nTitle: A day\n", {}, id="text-first"),
            pytest.param("", {}, id="empty"),
        ],
    )
    def test_unfenced(self, text: str, meta: dict[str, Any], dialect: Dialect) -> None:
        assert read(text, dialect) == meta

    @pytest.mark.parametrize(
        ("text", "meta"),
        [
            pytest.param("concept: a fox\n\nBody\n", {"concept": "a fox"}, id="alone"),
            pytest.param("concept: a fox", {"concept": "a fox"}, id="no-body"),
            pytest.param("Concept: a\n    fox\n \nBody: no\n", {"concept": "a fox"}, id="continued-and-a-blank-line"),
            pytest.param("date: 2024-01-01\nconcept: a fox\n\nBody\n", DATED, id="after-another-key"),
            pytest.param("date: 2024-01-01\nconcept: a fox\n---\nBody\n", DATED, id="closed-as-hexo-allows"),
            pytest.param("concept: a fox\nis a word for more.\n\nBody\n", {}, id="prose-that-goes-on"),
            pytest.param("One thing.\nconcept: a fox\n\nBody\n", {}, id="prose-before"),
            pytest.param("date: 2024-01-01\nnote: a fox\n\nBody\n", {}, id="no-key-of-ours"),
            pytest.param("cover: a fox\n\nBody\n", {}, id="another-key-of-ours"),
            pytest.param("Body\n\nconcept: a fox\n", {}, id="in-the-body"),
        ],
    )
    def test_without_fences_a_concept_shows_it_on_any_site(self, text: str, meta: dict[str, Any]) -> None:
        assert read_meta(text, "any", {"concept", "cover"}, {"concept"}) == meta

    @pytest.mark.parametrize(
        ("text", "meta"),
        [
            pytest.param("---\ntitle: A day\nconcept: a fox\n---\n\nBody\n", FOX, id="fenced"),
            pytest.param("---\ntitle: A day\nconcept: a fox\n...\nBody: no\n", FOX, id="closed-by-dots"),
            pytest.param("---\ntitle: A day: at last\n---\n", {"title": "A day: at last"}, id="what-yaml-refuses"),
            pytest.param("---\ntags:\n  - one\nconcept: a fox\n---\n", {"tags": None}, id="a-yaml-list-ends-it"),
            pytest.param("---\nconcept: >-\n    a fox\n---\n", {"concept": ">- a fox"}, id="a-folded-scalar-is-text"),
            pytest.param("---\ntitle: A\n    day\nconcept: a fox\n---\n", FOX, id="continued"),
        ],
    )
    def test_pelican_reads_a_fenced_header_the_same_way(self, text: str, meta: dict[str, Any]) -> None:
        assert read(text, "pelican") == meta

    @pytest.mark.parametrize(
        ("text", "meta"),
        [
            pytest.param(
                "---\ntags:\n  - one\nconcept: a fox\n---\n", {"tags": ["one"], "concept": "a fox"}, id="list"
            ),
            pytest.param("---\nconcept: >-\n  a fox\n---\n", {"concept": "a fox"}, id="folded"),
            pytest.param('---\nconcept: "a fox"\n...\nBody\n', {"concept": "a fox"}, id="closed-by-dots"),
        ],
    )
    def test_mkdocs_reads_a_fenced_header_as_yaml(self, text: str, meta: dict[str, Any]) -> None:
        assert read(text, "mkdocs") == meta


class TestExcess:
    """A hostile or absurd file costs a moment and a sentence, never the process."""

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("---\nconcept: {}\n---\n", id="yaml"),
            pytest.param('+++\nconcept = "{}"\n+++\n', id="toml"),
            pytest.param('{{"concept": "{}"}}\n', id="json"),
            pytest.param("title: A day\nconcept: {}\n", id="key-value"),
        ],
    )
    def test_sixty_kilobytes_are_read_and_ten_megabytes_refused(self, text: str) -> None:
        long = "a" * 60_000
        assert read(text.format(long))["concept"] == long
        error = refusal(text.format("a" * MEGABYTES_10))
        assert "the front matter is longer than 64 kB" in error.message

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("---\nconcept: " + "a: " * (MEGABYTES_10 // 3) + "\n---\n", id="yaml"),
            pytest.param("+++\nconcept = " + "a" * MEGABYTES_10 + "\n+++\n", id="toml"),
            pytest.param('{"concept": "' + "a" * MEGABYTES_10, id="json"),
            pytest.param("---\nconcept: " + "a" * MEGABYTES_10, id="unclosed"),
        ],
    )
    def test_ten_malformed_megabytes_are_refused_in_a_sentence(self, text: str) -> None:
        error = refusal(text)
        assert "line " in error.message
        assert len(str(error)) < 500

    def test_an_alias_bomb_is_refused_without_being_unfolded(self) -> None:
        names = "abcdefghijklmnop"
        lines = [f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]" for before, name in pairwise(names)]
        error = refusal(yaml("a: &a [x]", *lines, "concept: a fox"))
        assert "its aliases stand for more than 10,000 values" in error.message

    def test_aliases_that_a_person_writes_are_read(self) -> None:
        assert read(yaml("words: &words [a, b]", "tags: *words", "concept: a fox"))["tags"] == ["a", "b"]

    @pytest.mark.parametrize("key", [".".join("a" * 17), "b = 1\n[" + ".".join("a" * 17) + "]\nc"])
    def test_a_toml_key_of_too_many_parts_is_refused(self, key: str) -> None:
        assert "a key has more than 16 parts" in refusal(toml('title = "A day"', f"{key} = 1")).message

    def test_dots_in_texts_are_no_parts_of_a_key(self) -> None:
        text = ".".join("abc" * 20)
        header = toml(f'concept = "{text}"', f"slug = '{text}' # {text}", f'a = """\n{text}"""', '"a.b.c".d = 1.5')
        assert read(header)["concept"] == text

    def test_prose_after_a_short_key_value_header_may_be_long(self) -> None:
        text = f"title: A day\nconcept: a fox\n{'word ' * 20_000}"
        assert read(text, "mkdocs") == {"title": "A day", "concept": "a fox"}

    def test_an_alias_of_itself_is_refused(self) -> None:
        assert "line 2:" in refusal(yaml("concept: &a [*a]")).message

    @pytest.mark.parametrize("depth", [100, 600, 1000, 100_000])
    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("---\ntitle: A day\na: {opened}{closed}\n---\n", id="yaml"),
            pytest.param("+++\ntitle = 'A day'\na = {opened}{closed}\n+++\n", id="toml"),
            pytest.param('{{"title": "A day", "a": {opened}{closed}}}', id="json"),
        ],
    )
    def test_nesting_ends_in_data_or_a_sentence(self, text: str, depth: int) -> None:
        # In a process of its own: a stack that overflows in C takes the whole interpreter with it.
        program = (
            "import sys\n"
            "from blogcovers import errors\nfrom blogcovers.posts import header\n"
            "try:\n"
            "    print(header.read_meta(sys.stdin.read())['title'])\n"
            "except errors.PostError as error:\n"
            "    print('refused:', error.message[:300])\n"
        )
        text = text.format(opened="[" * depth, closed="]" * depth)
        done = subprocess.run([sys.executable, "-c", program], input=text, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"exit {done.returncode}: {done.stderr[-300:]}"
        assert done.stdout.strip() == "A day" or done.stdout.startswith("refused: line ")

    @pytest.mark.parametrize(
        "text",
        [toml('title = "A day"', "a = " + "9" * 5000), '{"title": "A day", "a": ' + "9" * 5000 + "}"],
        ids=["toml", "json"],
    )
    def test_a_number_of_five_thousand_digits_does_not_lose_the_header(self, text: str) -> None:
        try:
            meta = read(text)
        except PostError as error:
            assert "line " in error.message
        else:
            assert meta["title"] == "A day"
