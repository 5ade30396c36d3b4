"""A cover's address goes into a header as one line, comes out as the same line, and nothing else moves."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from headers import URL, assert_in_and_out, toml, yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blogcovers.errors import PostError, UsageError
from blogcovers.link import held, linked, unlinked
from blogcovers.posts.header import decode, read_meta

if TYPE_CHECKING:
    from blogcovers.posts.header import Dialect

KEYS = ("image", "cover.image", "header.teaser", "images[]", "params.cover.image")


def refusal(data: str, key: str, value: str = URL, dialect: Dialect = "any") -> PostError:
    with pytest.raises(PostError) as caught:
        linked(data.encode(), key, value, dialect)
    assert caught.value.hint, "an error shows a way out"
    return caught.value


class TestLinked:
    @pytest.mark.parametrize(
        ("key", "before", "after"),
        [
            ("cover.image", yaml("t: 1"), yaml('cover: {image: "/a.webp", alt: "a \\"fox\\""}', "t: 1")),
            ("cover.image", toml("t = 1"), toml('cover = {image = "/a.webp", alt = "a \\"fox\\""}', "t = 1")),
            ("cover.image", '{"t": 1}', '{"cover": {"image": "/a.webp", "alt": "a \\"fox\\""}, "t": 1}'),
            ("a.b.c", yaml("a:", "  x: 1"), yaml("a:", '  b: {c: "/a.webp", alt: "a \\"fox\\""}', "  x: 1")),
            ("cover.image", yaml("cover: ~"), yaml('cover: {image: "/a.webp", alt: "a \\"fox\\""} # ~')),
            ("cover.image", yaml("cover:"), yaml("cover:", '  image: "/a.webp"')),
            ("cover.image", yaml("cover: {x: 1}"), yaml('cover: {image: "/a.webp", x: 1}')),
            ("image", yaml("t: 1"), yaml('image: "/a.webp"', "t: 1")),
            ("seo.alt", yaml("t: 1"), yaml('seo: {alt: "/a.webp"}', "t: 1")),
        ],
    )
    def test_alt_goes_into_a_mapping_that_is_made_for_it(self, key: str, before: str, after: str) -> None:
        assert_in_and_out(key, before, after, alt='a "fox"')

    @pytest.mark.parametrize(
        "value",
        ["a b", 'a"b', "a\\b", "ü 🦊 👩‍💻", "a: b # c", "a\nb\tc\r", "\x7f\x85\u2028\ufeff", "~", "null", "'x'"],
    )
    @pytest.mark.parametrize("text", [yaml("t: 1"), toml("t = 1"), '{"t": 1}'], ids=["yaml", "toml", "json"])
    def test_any_text_can_be_a_value(self, text: str, value: str) -> None:
        new = linked(text.encode(), "cover.image", value, "any", value)
        meta: Any = read_meta(new.decode())
        assert meta["cover"] == {"image": value, "alt": value}
        assert len(new.decode().split("\n")) - len(text.split("\n")) <= 1
        assert unlinked(new, "cover.image", value, "any", value).decode() == text

    def test_what_is_printable_stays_readable(self) -> None:
        assert "/füchse/🦊.webp".encode() in linked(yaml("t: 1").encode(), "image", "/füchse/🦊.webp", "any")


class TestHeld:
    @pytest.mark.parametrize(
        ("text", "key", "value"),
        [
            (yaml("image: x.jpg"), "image", "x.jpg"),
            (yaml("Image: x.jpg"), "image", "x.jpg"),
            (yaml("cover:", "  Image: x.jpg"), "cover.image", "x.jpg"),
            (yaml("cover: true"), "cover", "true"),
            (yaml("cover: true"), "cover.image", None),
            (yaml("cover: {alt: x}"), "cover.image", None),
            (yaml("cover: {alt: x}"), "cover", {"alt": "x"}),
            (yaml("images: [a, b]"), "images[]", ["a", "b"]),
            (yaml("images: a"), "images[]", "a"),
            (yaml("images: []"), "images[]", None),
            (yaml("image:"), "image", None),
            (yaml('image: ""'), "image", None),
            (toml('cover.image = "x.jpg"'), "cover.image", "x.jpg"),
            ('{"cover": {"image": "x.jpg"}}', "cover.image", "x.jpg"),
            ("Title: A\nImage: x.jpg\n", "image", "x.jpg"),
            ("No header\n", "image", None),
            ("Note: prose\n", "note", None),
        ],
    )
    def test_what_a_key_holds(self, text: str, key: str, value: Any) -> None:
        assert held(text.encode(), key, "any") == value

    def test_a_malformed_header_is_refused(self) -> None:
        with pytest.raises(PostError, match="line 2"):
            held(b"---\ntitle: A: b\n---\n", "image", "any")


class TestRefusals:
    @pytest.mark.parametrize(
        ("text", "key", "said"),
        [
            pytest.param("Just text\n", "image", "there is no front matter", id="no-header"),
            pytest.param("---\nSome: prose: here,\nand more\n---\n", "image", "no front matter", id="prose-in-rules"),
            pytest.param(yaml("? [a, b]", ": c"), "image", "no front matter", id="prose-that-parses"),
            pytest.param("Note: prose\n\nMore\n", "image", "there is no front matter", id="prose-like-a-key"),
            pytest.param(yaml("- a", "- b"), "image", "the front matter is a list", id="header-is-a-list"),
            pytest.param(yaml("just words"), "image", "the front matter is 'just words'", id="header-is-a-scalar"),
            pytest.param(yaml("title: A: b"), "image", "line 2:", id="malformed"),
            pytest.param(yaml("image: own.jpg"), "image", "'image' holds 'own.jpg'", id="own-picture"),
            pytest.param(yaml("IMAGE: own.jpg"), "image", "'image' holds 'own.jpg'", id="own-picture-other-case"),
            pytest.param(yaml("cover: {Image: own.jpg}"), "cover.image", "holds 'own.jpg'", id="own-picture-nested"),
            pytest.param(toml("cover.image = 'x'"), "cover.image", "'cover.image' holds 'x'", id="own-picture-toml"),
            pytest.param('{"image": "x"}', "image", "'image' holds 'x'", id="own-picture-json"),
            pytest.param("Title: A\nImage: x\n", "image", "'image' holds 'x'", id="own-picture-key-value"),
            pytest.param(yaml("image: {src: a}"), "image", "'image' holds a mapping", id="leaf-is-a-mapping"),
            pytest.param(yaml("images: [a, b]"), "images[]", "'images' holds a list", id="another-list"),
            pytest.param(yaml("images: /a.webp"), "images[]", "'images' holds '/a.webp'", id="text-for-a-list"),
            pytest.param(yaml("image: [/a.webp]"), "image", "'image' holds a list", id="list-for-a-text"),
            pytest.param(yaml("cover: true"), "cover.image", "'cover' is 'true', where a mapping", id="boolean"),
            pytest.param(yaml("cover: |", "  two", "  lines"), "cover.image", "'cover' is 'two lines'", id="block"),
            pytest.param(yaml("cover: [a]"), "cover.image", "'cover' is a list", id="list"),
            pytest.param(yaml("cover:", "- image: a"), "cover.image", "'cover' is a list", id="list-of-mappings"),
            pytest.param(toml("[[cover]]", "x = 1"), "cover.image", "'cover' is a list", id="array-of-tables"),
            pytest.param(toml("cover = false"), "cover.image", "'cover' is 'false'", id="boolean-toml"),
            pytest.param('{"cover": 7}', "cover.image", "'cover' is '7'", id="number-json"),
            pytest.param(yaml("b: &b {x: 1}", "cover: *b"), "cover.image", "'cover' is an alias (*b)", id="alias"),
            pytest.param(yaml("cover: &c {x: 1}", "d: *c"), "cover.image", "an anchor (&c)", id="anchor"),
            pytest.param(yaml("cover: &c", "d: *c"), "cover.image", "an anchor (&c)", id="anchored-nothing"),
            pytest.param(yaml("b: &b {cover: {}}", "<<: *b"), "cover.image", "elsewhere ('<<')", id="merge"),
            pytest.param(
                yaml("b: &b {y: 1}", "cover:", "  <<: *b"), "cover.image", "'cover' takes keys", id="merge-in"
            ),
            pytest.param(yaml("cover: !theme {x: 1}"), "cover.image", "a tag (!theme)", id="tag"),
            pytest.param(yaml("image: !theme"), "image", "a tag (!theme)", id="tagged-nothing"),
            pytest.param(yaml("cover: {x: 1}", "cover: {y: 1}"), "cover.image", "'cover' is given twice", id="twice"),
            pytest.param(yaml("image: a", "Image: b"), "image", "'image' is given twice", id="twice-by-case"),
            pytest.param(yaml("cover: {a: 1, image: , image: }"), "cover.image", "is given twice", id="twice-nested"),
            pytest.param('{"image": "", "image": ""}', "image", "'image' is given twice", id="twice-json"),
            pytest.param(yaml("cover: {image: , alt: x}"), "cover.image", "is there, but empty", id="empty-in-braces"),
            pytest.param(yaml("image:", '  ""'), "image", "is there, but empty", id="empty-on-the-next-line"),
            pytest.param(yaml("? image", ": ''"), "image", "is there, but empty", id="empty-behind-a-question-mark"),
            pytest.param(yaml("? cover", ":", "  x: 1"), "cover.image", "not written as 'key:'", id="question-mark"),
            pytest.param(toml("cover = {image = ''}"), "cover.image", "is there, but empty", id="empty-in-a-table"),
            # Filled in, it would be what becomes of 'image: ~', too: there would be two ways back.
            pytest.param(yaml("image: # ~"), "image", "cannot be edited safely", id="empty-with-a-remark-like-ours"),
            pytest.param(toml("[p.cover.x]", "[p]"), "p.cover.image", "only as part of longer", id="implied-before"),
            pytest.param('{\n"image": ""\n}', "image", "'image' is there, but empty", id="empty-json"),
            pytest.param('{\n"image": null\n}', "image", "'image' is there, but empty", id="null-json"),
            pytest.param("Title: A\nImage: ~\n", "image", "'image' is there, but empty", id="null-key-value"),
            pytest.param("Title: A\n", "cover.image", "know no mappings", id="dotted-key-value"),
            pytest.param("Title: A\n", "images[]", "know no lists", id="list-key-value"),
            pytest.param("Title: A\n", "imagé", "is no key", id="letters-key-value"),
        ],
    )
    def test_what_cannot_be_edited_is_said(self, text: str, key: str, said: str) -> None:
        assert said in refusal(text, key).message
        try:
            assert unlinked(text.encode(), key, URL, "any") == text.encode()
        except PostError as error:
            assert "malformed" in error.message

    def test_the_way_out_is_the_line_to_write(self) -> None:
        assert refusal(yaml("cover: true"), "cover.image").hint == 'Write in its place: cover: {image: "/a.webp"}'
        assert 'cover = {image = "/a.webp"}' in refusal(toml("cover = true"), "cover.image").hint

    def test_a_long_value_is_shortened(self) -> None:
        assert len(refusal(yaml("image: " + "x" * 5000), "image").message) < 100

    @pytest.mark.parametrize("value", ["a\nb", "a\u2028b", " a", "'a'", "null", ""])
    def test_key_value_lines_hold_no_value_that_would_not_read_back(self, value: str) -> None:
        refusal("Title: A\n", "image", value)

    def test_half_a_surrogate_pair_is_no_value(self) -> None:
        assert "surrogate" in refusal(yaml("t: 1"), "image", "\ud83e").message

    def test_what_does_not_read_back_is_not_written(self) -> None:
        assert "cannot be edited safely" in refusal("Title: A\n", "image", " a").message

    @pytest.mark.parametrize("key", ["", "[]", ".", "cover.", ".image", "a..b", "a[].b", " image", "a\nb"])
    def test_what_is_no_key_is_a_usage_error(self, key: str) -> None:
        with pytest.raises(UsageError):
            linked(yaml("t: 1").encode(), key, URL, "any")

    @pytest.mark.parametrize("depth", [90, 300, 3000, 100_000])
    @pytest.mark.parametrize(
        "text",
        [
            "---\nt: 1\na: {0}{1}\n---\n",
            "---\n{0}{1}\n---\n",
            "+++\nt = 1\na = {0}{1}\n+++\n",
            '{{"t": 1, "a": {0}{1}}}',
        ],
        ids=["yaml", "yaml-list", "toml", "json"],
    )
    def test_deep_nesting_ends_in_an_edit_or_a_sentence(self, text: str, depth: int) -> None:
        data = text.format("[" * depth, "]" * depth).encode()
        try:
            assert unlinked(linked(data, "image", URL, "any"), "image", URL, "any") == data
        except PostError as error:
            assert error.hint


class TestUnlinked:
    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(yaml("title: A day", 'image: "/a.webp"'), id="elsewhere"),
            pytest.param(yaml("image: /a.webp", "title: A day"), id="other-quotes"),
            pytest.param(yaml('image: "/b.webp"', "title: A day"), id="another-value"),
            pytest.param(yaml("title: A day"), id="absent"),
            pytest.param(toml('title = "A day"', 'image = "/a.webp"'), id="toml-elsewhere"),
            pytest.param('{"title": "A", "image": "/a.webp"}', id="json-elsewhere"),
            pytest.param("Title: A\nImage: /a.webp\n", id="key-value-elsewhere"),
            pytest.param('No header\n\nimage: "/a.webp"\n', id="no-header"),
        ],
    )
    def test_what_is_not_ours_stays(self, text: str) -> None:
        assert unlinked(text.encode(), "image", URL, "any") == text.encode()

    @pytest.mark.parametrize(
        ("key", "text", "left"),
        [
            ("cover.image", 'cover: {image: "/a.webp", alt: "a hen"}', 'cover: {alt: "a hen"}'),
            ("image", 'image: "/a.webp" # a fox', "image: # a fox"),
        ],
    )
    def test_what_could_have_been_there_before_stays(self, key: str, text: str, left: str) -> None:
        assert unlinked(yaml(text).encode(), key, URL, "any", "a fox").decode() == yaml(left)
        assert linked(yaml(left).encode(), key, URL, "any", "a fox").decode() == yaml(text)

    def test_an_identical_line_of_the_author_stays(self) -> None:
        text = yaml("gallery:", '  - image: "/a.webp"', "more:", '  image: "/a.webp"', "  x: 1")
        new = linked(text.encode(), "image", URL, "any")
        assert unlinked(new, "image", URL, "any").decode() == text


# ---- posts of all kinds

LINES = {
    "yaml": [
        ["title: A day"],
        ["Title: 'It''s a day'"],
        ["date: 2024-01-02T10:00:00+08:00"],
        ["# a remark"],
        ["  # a remark, further in"],
        [""],
        ["draft: false   # not yet"],
        ["tags:", "  - one", "  - 'two: three'"],
        ["categories:", "- one", "- {a: b}"],
        ["list: [one,", "  two]"],
        ["text: >-", "  a fox", "", "  ---", "  and a hen"],
        ["code: |+", "    image: no", "   # no remark", ""],
        ['quoted: "one', "  image: no \\", '  two"'],
        ["plain: one", "  two # and a remark"],
        ["ключ: значение 🦊"],
        ["base: &base", "  a: 1", "again: *base"],
        ["merged:", "  <<: {a: 1}", "  b: 2"],
        ["? asked", ": c"],
        ["empty:"],
        ["deep: {a: {b: [c, {image: no}]}}"],
        ['"quoted key": yes'],
        ["trailing: blanks  \t"],
        ["time: 12:30:45", "octal: 007"],
    ],
    "toml": [
        ['title = "A day"'],
        ["date = 2024-01-02 10:00:00"],
        ["# a remark"],
        ["  indented = true # so"],
        [""],
        ["tags = [", '  "one", # [', "  'two ]',", "]"],
        ['text = """', "[cover]", 'image = "no"', '\\"""" # """'],
        ["raw = '''", "+++", "it''s", "'''"],
        ['"quoted key" = "\\u00fc"', "'literal' = 1_000"],
        ["number = 0x1F", "float = -nan"],
        ['dotted.key."with.dot" = 1'],
        ['inline = {a = [{image = "no"}], "b c" = {}}'],
    ],
    "key-value": [["Date: 2024-01-02"], ["tags: one, two"], ["Summary: one", "    two"], ["X-y_z: 'q'"], ["Empty:"]],
}
OWN = {
    "yaml": [
        ["image:"],
        ["image: ~ # none"],
        ["image: own.jpg"],
        ["images: []"],
        ["images:", "  - own.jpg"],
        ["cover:"],
        ["cover: # none"],
        ["cover: {}"],
        ["cover: { }"],
        ["cover: {alt: a fox}"],
        ["cover: {", "  alt: a fox, # so", "}"],
        ["cover:", "    # a remark", "    alt: a fox"],
        ["Cover:", "", " concept: a fox", " image: ''"],
        ["cover: true"],
        ["cover: &c", "  alt: x", "other: *c"],
        ["header:", "  teaser: own.jpg"],
        ["header:", "  overlay: {x: 1}"],
        ["header: [a]"],
        ["params:", "  x: 1"],
        ["params:", "  cover:", "      alt: x"],
        ["params:", "  cover:", "  x: 1"],
        ["params: {cover: {alt: x}}"],
        ["params: {cover: }"],
    ],
    "toml": [
        ['image = ""'],
        ["images = [ ] # none"],
        ['cover.alt = "x"'],
        ["cover = {}"],
        ["cover = { alt = 'x' }"],
        ["cover = true"],
        ["header.overlay = [", "1]"],
        ["params.cover.alt = 'x'"],
        ["params = {cover = {}}"],
        ["params.x = 1"],
    ],
    "tables": [
        ["[cover]", '  alt = "x"'],
        ["[ Cover ] # so", "image = ''"],
        ["[[cover]]", "x = 1"],
        ["[header]"],
        ["[params]", "x = 1"],
        ["[params]", "", "[params.cover] # so", "# a remark", "\tx = 1"],
        ["[params.cover]"],
        ["[params.cover.deep]", "x = 1"],
        ["[params.other]"],
        ['[extra."a.b"]', "image = 'no'"],
        ["[[gallery]]", "image = 'no'", "[gallery.cover]", "image = 'no'"],
    ],
    "key-value": [["Image:"], ["image: "], ["Image: own.jpg"], ["images: a"], ["cover: x"]],
}
MEMBERS = {
    "title": ["A day", 'a "fox" {\n'],
    "tags": [[], ["one", {"image": "no"}]],
    "ключ": ["🦊"],
    "image": ["", None, "own.jpg"],
    "images": [[], ["own.jpg"]],
    "Cover": [{}, {"alt": "x"}, {"image": ""}, True],
    "header": [{"overlay": {}}, []],
    "params": [{}, {"x": 1.5}, {"cover": {}}, {"cover": {"alt": "x", "n": None}}],
}
BODIES = [
    "",
    "\nThe body.\n",
    "\n---\n\nA rule begins it.\n\n---\n",
    "No final newline",
    "\nimage: no\n+++\n  \t\n{}\n",
]


def head(lines: list[list[str]]) -> set[str]:
    """The keys and tables that a piece of a header begins, so that none is begun twice."""
    return {re.split(r"[:=.\]]", line)[0].strip(" [").lower() for piece in lines for line in piece if line}


@st.composite
def pieces(draw: st.DrawFn, *kinds: list[list[str]]) -> list[str]:
    chosen: list[list[str]] = []
    for kind in kinds:
        for piece in draw(st.lists(st.sampled_from(kind), unique_by=tuple, max_size=7)):
            if (
                not head([piece[:1]]) & head([one[:1] for one in chosen])
                or not piece[0]
                or piece[0].lstrip()[:1] == "#"
            ):
                chosen.append(piece)
    return [line for piece in draw(st.permutations(chosen)) for line in piece]


@st.composite
def headers(draw: st.DrawFn) -> tuple[str, Dialect]:
    """A header with its fences, and the dialect it is read in."""
    form = draw(st.sampled_from(["yaml", "yaml", "toml", "toml", "json", "key-value", "pelican"]))
    blank = draw(st.sampled_from(["", "", " ", " \t"]))
    if form == "yaml":
        lines = draw(pieces(LINES["yaml"], OWN["yaml"]))
        if draw(st.integers(0, 9)) == 0:
            lines += [f"key{number}: {'long ' * 20}" for number in range(30)]
        return "\n".join([f"---{blank}", *lines, draw(st.sampled_from(["---", "..."])) + blank, ""]), "any"
    if form == "toml":
        lines = draw(pieces(LINES["toml"], OWN["toml"])) + draw(pieces(OWN["tables"]))
        return "\n".join([f"+++{blank}", *lines, f"+++{blank}", ""]), "any"
    if form == "json":
        keys = draw(st.lists(st.sampled_from(list(MEMBERS)), unique=True))
        members = {key: draw(st.sampled_from(MEMBERS[key])) for key in keys}
        indent = draw(st.sampled_from([None, 0, 2, "\t"]))
        text = json.dumps(members, indent=indent, ensure_ascii=draw(st.booleans()))
        return (f"---json\n{text}\n---\n" if draw(st.booleans()) else f"{text}\n"), "any"
    lines = ["Title: A day", *draw(pieces(LINES["key-value"], OWN["key-value"]))]
    if form == "pelican" and draw(st.booleans()):
        lines = ["---", *lines, "---"]
    return "\n".join([*lines, "", ""]), "pelican" if form == "pelican" else draw(st.sampled_from(["any", "mkdocs"]))


@st.composite
def posts(draw: st.DrawFn) -> tuple[bytes, Dialect]:
    header, dialect = draw(headers())
    before = draw(st.sampled_from(["", "", "", "\n", "\n \n"]))
    text = before + header + draw(st.sampled_from(BODIES))
    if draw(st.integers(0, 9)) == 0:
        text = text.rstrip("\n")
    text = text.replace("\n", draw(st.sampled_from(["\n", "\n", "\r\n", "\r"])))
    return (b"\xef\xbb\xbf" if draw(st.booleans()) else b"") + text.encode(), dialect


def lines_of(data: bytes) -> list[bytes]:
    """The BOM is a line of its own: the first key of a header without a fence may be put behind it."""
    return re.findall(rb"\xef\xbb\xbf|[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$", data)


def assert_one_line_differs(old: list[bytes], new: list[bytes]) -> None:
    first = next((at for at, (was, now) in enumerate(zip(old, new, strict=False)) if was != now), len(old))
    rest = old[first:] if len(new) > len(old) else old[first + 1 :]
    assert new[:first] == old[:first]
    assert new[first + 1 :] == rest
    assert len(new) - len(old) in (0, 1)


def assert_equal_but_for(old: Any, new: Any, parts: list[str], value: Any) -> None:
    part = parts[0]
    assert {k: v for k, v in new.items() if k != part} == {k: v for k, v in old.items() if k != part}
    if len(parts) > 1 and old.get(part):
        assert_equal_but_for(old[part], new[part], parts[1:], value)
        return
    now = new[part]
    for part in parts[1:]:
        assert set(now) <= {part, "alt"}
        now = now[part]
    assert now == value


REASONS = re.compile(
    r"holds |where a mapping|is there, but empty|given twice|a second time|has an anchor|as part of longer"
    r"|know no (?:mappings|lists)|the TOML front matter is malformed"  # pieces that do not go together
)


class TestPosts:
    @settings(max_examples=300, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(post=posts(), key=st.sampled_from(KEYS), alt=st.sampled_from(["", 'ein Fuchs: "ü" # 🦊']))
    def test_one_line_in_and_the_same_line_out(self, post: tuple[bytes, Dialect], key: str, alt: str) -> None:
        data, dialect = post
        value = "/bilder/cover ü.webp"
        try:
            old = read_meta(decode(data), dialect, {"title"})
            new = linked(data, key, value, dialect, alt)
        except PostError as error:
            assert error.hint
            assert REASONS.search(error.message), error.message
            return
        assert new != data
        assert_one_line_differs(lines_of(data), lines_of(new))
        wanted = [value] if key.endswith("[]") else value
        assert held(data, key, dialect) is None
        assert held(new, key, dialect) == wanted
        assert linked(new, key, value, dialect, alt) == new
        assert unlinked(new, key, value, dialect, alt) == data
        reread = read_meta(decode(new), dialect, {"title"})
        assert_equal_but_for(old, reread, key.removesuffix("[]").split("."), wanted)
