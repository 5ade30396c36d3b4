"""What a post says of its cover: concept, overrides, slug, draft, language."""

from __future__ import annotations

import json
from typing import Any

import pytest

from blogcovers.errors import PostError
from blogcovers.posts import Post, Rules
from blogcovers.posts.naming import split_language
from blogcovers.posts.post import MAX_CONCEPT, clean_slug, parse
from blogcovers.posts.translations import merge_translations


def post(*lines: str, path: str = "post.md", siblings: tuple[str, ...] = (), **rules: Any) -> Post:
    text = "\n".join(["---", *lines, "---", "The body.", ""])
    return parse(text.encode(), path, Rules(**rules), frozenset({path, *siblings}))


def refusal(*lines: str, path: str = "post.md", **rules: Any) -> PostError:
    with pytest.raises(PostError) as caught:
        post(*lines, path=path, **rules)
    assert caught.value.hint, "an error shows a way out"
    return caught.value


def site(files: dict[str, str], **rules: Any) -> tuple[list[Post], list[tuple[str, str]]]:
    """The merged posts of a site, and who differs from whom: path -> front matter lines, parted by ';'."""
    known = tuple(files)
    posts = [post(*said.split("; "), path=path, siblings=known, **rules) for path, said in files.items()]
    return merge_translations(posts, rules.get("default_language", ""))


class TestPlaceholders:
    @pytest.mark.parametrize(
        "concept",
        [
            *(
                "{{concept}}",
                "{{ title }}",
                "<% tp.file.title %>",
                "${concept}",
                "{concept}",
                "{% x %}",
                "{{a}} - {{b}}",
            ),
            *("TODO", "TODO: ...", "TBD", "...", "…", "-", "???", "“”", "{{ title | upper }}.", "{{}}"),
        ],
    )
    def test_one_is_no_concept(self, concept: str) -> None:
        found = post(f"concept: '{concept}'", "title: x", fallback="title")
        assert (found.concept, found.placeholder) == (None, concept)

    @pytest.mark.parametrize(
        "concept",
        [
            *(
                "a {{ fox }} reads",
                "a set {1, 2} of foxes",
                "{{a}} reads {{b}}",
                "🦊",
                "☕",
                "7",
                "狐",
                "ñ",
                "todo",
                "C++",
            ),
            *("a fox: TODO", "XXX foxes", "100 %", "<b>fox</b>"),
        ],
    )
    def test_a_concept_that_holds_braces_or_little_is_none(self, concept: str) -> None:
        assert post(f"concept: '{concept}'").concept == concept


class TestConcept:
    @pytest.mark.parametrize(
        ("lines", "concept"),
        [
            pytest.param(["concept: a fox"], "a fox", id="concept"),
            pytest.param(["cover_concept: a fox"], "a fox", id="cover_concept"),
            pytest.param(["cover:", "  concept: a fox"], "a fox", id="cover.concept"),
            pytest.param(["cover_concept: a hen", "concept: a fox"], "a fox", id="concept-comes-first"),
            pytest.param(["cover: {concept: a hen}", "cover_concept: a fox"], "a fox", id="then-cover_concept"),
            pytest.param(["concept:", "cover_concept: a fox"], "a fox", id="an-empty-one-is-passed-over"),
            pytest.param(["concept: '  '", "cover_concept: a fox"], "a fox", id="a-blank-one-is-passed-over"),
            pytest.param(["concept: ~", "cover: {concept: a fox}"], "a fox", id="null-is-passed-over"),
            pytest.param(["concept: a fox", "cover: /images/mine.webp"], "a fox", id="cover-is-a-path"),
            pytest.param(["concept: a fox", "cover: true"], "a fox", id="cover-is-a-flag"),
            pytest.param(["concept: a fox", "cover: [a.webp]"], "a fox", id="cover-is-a-list"),
            pytest.param(["CONCEPT: a fox"], "a fox", id="any-case"),
            pytest.param(["concept: |", "  a fox", "", "     and a hen  "], "a fox and a hen", id="newlines"),
            pytest.param(['concept: "a\\tfox\\u00a0here"'], "a fox here", id="blanks-of-all-kinds"),
            pytest.param(["concept: No"], "No", id="a-word"),
            pytest.param(["concept: 007"], "007", id="digits"),
            pytest.param(["concept: 'null'"], "null", id="the-word-null"),
            pytest.param(["concept: 'a \"paper\" moon'"], 'a "paper" moon', id="quotes"),
            pytest.param(["concept: 'a {curly} fox'"], "a {curly} fox", id="braces"),
            pytest.param(["concept: 'a {{ title }} fox {% if %}'"], "a {{ title }} fox {% if %}", id="template-code"),
            pytest.param(["concept: 🦊 and 狐"], "🦊 and 狐", id="any-script"),
            pytest.param(["title: A day"], None, id="none"),
            pytest.param(["concept: null", "cover_concept: ~", "cover: {concept: }"], None, id="all-absent"),
            pytest.param(["description: a hen", "title: A day"], None, id="no-fallback-unless-asked"),
        ],
    )
    def test_where_it_is_found(self, lines: list[str], concept: str | None) -> None:
        assert post(*lines).concept == concept

    @pytest.mark.parametrize(
        ("fallback", "lines", "concept"),
        [
            ("description", ["description: a fox", "title: A day"], "a fox"),
            ("title", ["description: a hen", "title: a fox"], "a fox"),
            ("title", ["concept: a fox", "title: A day"], "a fox"),
            ("description", ["title: A day"], None),
            ("description", ["concept: ''", "description: a fox"], "a fox"),
        ],
    )
    def test_the_fallback(self, fallback: str, lines: list[str], concept: str | None) -> None:
        assert post(*lines, fallback=fallback).concept == concept

    @pytest.mark.parametrize(
        ("keys", "lines", "concept"),
        [
            (("image_alt",), ["image_alt: a fox", "concept: a hen"], "a fox"),
            (("params.cover.alt",), ["params: {cover: {alt: a fox}}"], "a fox"),
            (("alt", "concept"), ["concept: a fox"], "a fox"),
            (("imageAlt",), ["imageAlt: a fox"], "a fox"),
            (("params.imageAlt",), ["params: {imageAlt: a fox}"], "a fox"),
            (("image.alt",), ["image: a.webp"], None),
        ],
        ids=["flat", "nested", "second", "camel-case", "nested-camel-case", "through-a-text"],
    )
    def test_configured_keys(self, keys: tuple[str, ...], lines: list[str], concept: str | None) -> None:
        assert post(*lines, concept_keys=keys).concept == concept

    @pytest.mark.parametrize(
        ("lines", "key", "kind"),
        [
            (["concept: [a fox, a hen]"], "'concept'", "list"),
            (["concept: {who: a fox}"], "'concept'", "mapping"),
            (["cover: {concept: [a fox]}"], "'cover.concept'", "list"),
        ],
    )
    def test_what_is_no_text_is_refused(self, lines: list[str], key: str, kind: str) -> None:
        error = refusal(*lines)
        assert key in error.message
        assert kind in error.message

    def test_a_thousand_characters_are_the_most(self) -> None:
        assert MAX_CONCEPT == 1000
        assert post(f"concept: {'x' * 1000}").concept == "x" * 1000
        assert post(f"concept: '{'x' * 1000}      '").concept == "x" * 1000

    @pytest.mark.parametrize("length", [1001, 10_000, 60_000])
    def test_a_longer_one_is_refused_with_its_length(self, length: int) -> None:
        error = refusal(f"concept: {'x' * length}")
        assert f"{length:,} characters" in error.message
        assert "1,000" in error.hint
        assert len(str(error)) < 300

    def test_half_a_surrogate_pair_is_refused(self) -> None:
        with pytest.raises(PostError, match="'concept' holds half a surrogate pair"):
            parse(b'{"concept": "a \\ud83d fox"}', "post.md", Rules())

    def test_a_whole_surrogate_pair_is_a_character(self) -> None:
        assert parse(b'{"concept": "a \\ud83e\\udd8a"}', "post.md", Rules()).concept == "a 🦊"

    @pytest.mark.parametrize(
        "said", ['a "fox" in {braces}', "back\\slash", "two\nlines", "a {{ title }} in braces", "a +++ b --- c"]
    )
    def test_every_format_says_the_same(self, said: str) -> None:
        quoted = json.dumps(said)
        texts = [f"---\nconcept: {quoted}\n---\n", f"+++\nconcept = {quoted}\n+++\n", f'{{"concept": {quoted}}}\n']
        assert {parse(text.encode(), "post.md", Rules()).concept for text in texts} == {" ".join(said.split())}


class TestOverrides:
    @pytest.mark.parametrize("written", ["cover_{}: {}", "cover: {{{}: {}}}", "COVER_{}: {}"])
    @pytest.mark.parametrize(
        ("name", "text", "value"),
        [
            ("seed", "0", 0),
            ("seed", "42", 42),
            ("seed", "18446744073709551615", 2**64 - 1),
            ("skip", "true", True),
            ("skip", "Yes", True),
            ("skip", "on", True),
            ("skip", "1", True),
            ("skip", "false", False),
            ("skip", "No", False),
            ("skip", "off", False),
            ("skip", "0", False),
            ("skip", "", False),
            ("negative", "cats and  dogs", "cats and dogs"),
            ("negative", "~", ""),
            ("style", "winter", "winter"),
            ("style", "2026.winter-b_1", "2026.winter-b_1"),
            ("workflow", "sdxl_turbo", "sdxl_turbo"),
            ("focus", "30% 20%", (30.0, 20.0)),
            ("focus", "'0% 99.5%'", (0.0, 99.5)),
        ],
    )
    def test_flat_or_under_cover(self, written: str, name: str, text: str, value: Any) -> None:
        assert getattr(post("concept: a fox", written.format(name, text)), name) == value

    @pytest.mark.parametrize(
        "header",
        [
            "---\nconcept: a fox\ncover_inputs:\n  KSampler.steps: 30\n  3.cfg: 5.5\n---\n",
            "---\nconcept: a fox\ncover:\n  inputs: {KSampler.steps: 30, 3.cfg: 5.5}\n---\n",
            '+++\nconcept = "a fox"\n[cover_inputs]\n"KSampler.steps" = 30\n"3.cfg" = 5.5\n+++\n',
            '+++\nconcept = "a fox"\n[cover.inputs]\nKSampler.steps = 30\n3.cfg = 5.5\n+++\n',
            '{"concept": "a fox", "cover_inputs": {"KSampler.steps": 30, "3.cfg": 5.5}}\n',
            "Title: A fox\nConcept: a fox\nCover_inputs: KSampler.steps = 30, 3.cfg = 5.5\n\nText.\n",
            "Title: A fox\nConcept: a fox\nCover_inputs: KSampler.steps = 30,\n    3.cfg = 5.5\n\nText.\n",
        ],
        ids=["yaml", "yaml-under-cover", "toml", "toml-without-quotes", "json", "key-value", "key-value-on-two-lines"],
    )
    def test_inputs_of_the_workflow_come_as_text_from_every_format(self, header: str) -> None:
        found = parse(header.encode(), "fox.md", Rules())
        assert found.inputs == (("3.cfg", "5.5"), ("KSampler.steps", "30"))

    def test_the_flat_one_comes_first(self) -> None:
        assert post("cover_seed: 0", "cover: {seed: 7}").seed == 0

    def test_unset_they_leave_the_choice_to_the_site(self) -> None:
        plain = post("concept: a fox")
        assert (plain.seed, plain.skip, plain.negative, plain.style, plain.workflow) == (None, False, "", "", "")
        assert plain.focus is None

    @pytest.mark.parametrize(
        ("line", "key"),
        [
            ("cover_seed: -1", "'cover_seed'"),
            ("cover_seed: 18446744073709551616", "'cover_seed'"),
            ("cover_seed: lucky", "'cover_seed'"),
            ("cover_seed: 1.5", "'cover_seed'"),
            (f"cover_seed: {'9' * 5000}", "'cover_seed'"),
            ("cover_seed: [1]", "'cover_seed'"),
            ("cover_skip: maybe", "'cover_skip'"),
            ("cover_skip: []", "'cover_skip'"),
            ("cover_style: ../winter", "'cover_style'"),
            ("cover_style: a/b", "'cover_style'"),
            ("cover_style: .hidden", "'cover_style'"),
            ("cover_workflow: /etc/passwd", "'cover_workflow'"),
            ("cover_workflow: 'a\\b'", "'cover_workflow'"),
            ("cover_negative: [cats]", "'cover_negative'"),
            ("cover_inputs: more steps", "'cover_inputs'"),
            ("cover_inputs: [KSampler.steps = 30]", "'cover_inputs'"),
            ("cover_inputs: {steps: 30}", "'cover_inputs'"),
            ("cover: {inputs: {KSampler.steps: [1]}}", "'cover_inputs'"),
            ("cover_focus: 30%", "'cover_focus'"),
            ("cover_focus: 30 20", "'cover_focus'"),
            ("cover_focus: 130% 20%", "'cover_focus'"),
            ("cover_focus: [30%, 20%]", "'cover_focus'"),
            ("title: [a, b]", "'title'"),
        ],
    )
    def test_a_bad_value_is_refused_by_its_key(self, line: str, key: str) -> None:
        error = refusal("concept: a fox", line)
        assert key in error.message
        assert len(error.message) < 120

    @pytest.mark.parametrize(
        ("line", "tags"),
        [
            ("tags: [birds, still water]", ("birds", "still water")),
            ("tags: birds, still  water,", ("birds", "still water")),
            ("tags: [1, ~, [nested]]", ("1",)),
            ("tags: {a: b}", ()),
            ("tags:", ()),
        ],
    )
    def test_tags(self, line: str, tags: tuple[str, ...]) -> None:
        assert post(line).tags == tags


class TestSlug:
    @pytest.mark.parametrize(
        ("path", "slug"),
        [
            ("fox.md", "fox"),
            ("fox.markdown", "fox"),
            ("fox.mdx", "fox"),
            ("2024-01-02-fox.md", "fox"),
            ("2024-1-5-fox.md", "fox"),
            ("2024-01-02_fox.md", "fox"),
            ("2024-01-02 - fox.md", "fox"),
            ("2024-01-02.md", "2024-01-02"),
            ("2024-fox.md", "2024-fox"),
            ("20240102-fox.md", "20240102-fox"),
            ("fox-2024-01-02.md", "fox-2024-01-02"),
            ("release-1.0.md", "release-1.0"),
            ("animals/fox.md", "fox"),
            ("animals/fox/index.md", "fox"),
            ("animals/2024-01-02-fox/index.md", "fox"),
            ("animals/2024-01-02/index.md", "2024-01-02"),
            ("index.md", "index"),
            ("animals/reindex.md", "reindex"),
            ("My Fox.md", "My Fox"),
            ("caf\u0065\u0301.md", "café"),
            ("_posts/2024-01-02-My_Fox.md", "My_Fox"),
        ],
    )
    def test_from_the_path(self, path: str, slug: str) -> None:
        assert post("concept: a fox", path=path).slug == slug

    @pytest.mark.parametrize(
        ("written", "slug"),
        [
            ("fox", "fox"),
            ("007", "007"),
            ("'12:30'", "12:30"),
            ("No", "No"),
            ("/animals/fox/", "animals/fox"),
            ("///fox", "fox"),
            ("'  fox  '", "fox"),
            ("2024-01-02-fox", "2024-01-02-fox"),
            ('"cafe\\u0301"', "café"),
            (".fox", ".fox"),
            ("console", "console"),
            ("com10", "com10"),
            ("x" * 200, "x" * 200),
            ("é" * 100, "é" * 100),
        ],
    )
    def test_from_the_front_matter(self, written: str, slug: str) -> None:
        assert post("concept: a fox", f"slug: {written}", path="2024-01-02-hen.md").slug == slug

    @pytest.mark.parametrize("written", ["", "~", "null"])
    def test_an_absent_one_leaves_it_to_the_path(self, written: str) -> None:
        assert post("concept: a fox", f"slug: {written}", path="2024-01-02-hen.md").slug == "hen"

    @pytest.mark.parametrize(
        "slug",
        [
            pytest.param("..", id="parent"),
            pytest.param("a/../b", id="parent-inside"),
            pytest.param("../fox", id="parent-before"),
            pytest.param(".", id="here"),
            pytest.param("...", id="only-dots"),
            pytest.param("a//b", id="empty-part"),
            pytest.param("a/ /b", id="blank-part"),
            pytest.param("a/. ./b", id="dots-and-blanks"),
            pytest.param("/", id="only-a-slash"),
            pytest.param("  ", id="blank"),
            pytest.param("C:/fox", id="drive"),
            pytest.param("c:fox", id="drive-relative"),
            pytest.param("a\\b", id="backslash"),
            pytest.param("\\\\host\\fox", id="unc"),
            pytest.param("con", id="device"),
            pytest.param("NUL", id="device-in-capitals"),
            pytest.param("COM1.old", id="device-with-an-ending"),
            pytest.param("aux .old", id="device-with-a-blank"),
            pytest.param("a/lpt9/b", id="device-inside"),
            pytest.param("a\nb", id="newline"),
            pytest.param("a\x00b", id="nul"),
            pytest.param("a\x7fb", id="delete"),
            pytest.param("a\udce9b", id="undecodable-file-name"),
            pytest.param("x" * 201, id="too-long"),
            pytest.param("é" * 101, id="too-long-in-bytes"),
            pytest.param("a/" + "x" * 201, id="too-long-inside"),
        ],
    )
    def test_what_no_file_system_should_hold_is_refused(self, slug: str) -> None:
        with pytest.raises(PostError) as caught:
            clean_slug(slug)
        assert "slug" in caught.value.message
        assert "slug" in caught.value.hint
        assert len(caught.value.message) < 200

    @pytest.mark.parametrize("slug", ["a\x1b[31mb", "a\udce9b", "a\nb"], ids=["escape", "surrogate", "newline"])
    def test_a_refused_slug_is_shown_without_what_a_terminal_would_obey(self, slug: str) -> None:
        with pytest.raises(PostError) as caught:
            clean_slug(slug)
        assert str(caught.value).isprintable()

    def test_a_page_without_a_concept_may_have_any_name(self) -> None:
        assert post("title: Devices", path="con.md").concept is None

    def test_a_bad_slug_of_a_post_with_a_concept_is_refused(self) -> None:
        assert "'../x'" in refusal("concept: a fox", "slug: ../x").message

    @pytest.mark.parametrize(
        ("path", "section"),
        [
            ("fox.md", ""),
            ("animals/fox.md", "animals"),
            ("a/b/fox.md", "a/b"),
            ("a/fox/index.md", "a"),
            ("fox/index.md", ""),
        ],
    )
    def test_the_section_is_the_folder_of_the_post_or_bundle(self, path: str, section: str) -> None:
        assert post("concept: a fox", path=path).section == section


class TestDrafts:
    @pytest.mark.parametrize(
        ("line", "path", "draft"),
        [
            ("draft: true", "fox.md", True),
            ("draft: Yes", "fox.md", True),
            ("draft: ' TRUE '", "fox.md", True),
            ("draft: false", "fox.md", False),
            ("draft: ~", "fox.md", False),
            ("draft: [true]", "fox.md", False),
            ("status: draft", "fox.md", True),
            ("Status: Draft", "fox.md", True),
            ("status: published", "fox.md", False),
            ("status: hidden", "fox.md", False),
            ("published: false", "fox.md", True),
            ("published: no", "fox.md", True),
            ("published: true", "fox.md", False),
            ("published: 2024-01-02", "fox.md", False),
            ("published:", "fox.md", False),
            ("title: A day", "_drafts/fox.md", True),
            ("title: A day", "cats/_drafts/fox.md", True),
            ("title: A day", "_drafts.md", False),
            ("title: A day", "my_drafts/fox.md", False),
            ("draft: false", "_drafts/fox.md", True),
        ],
    )
    def test_what_makes_a_draft(self, line: str, path: str, *, draft: bool) -> None:
        assert post("concept: a fox", line, path=path).draft is draft


class TestLanguages:
    @pytest.mark.parametrize(
        ("path", "siblings", "languages", "expected"),
        [
            pytest.param("post.fr.md", ["post.md"], [], ("post.md", "fr"), id="suffix-beside-the-plain-file"),
            pytest.param("post.fr.md", [], ["fr"], ("post.md", "fr"), id="suffix-declared"),
            pytest.param("post.fr.md", [], [], ("post.fr.md", ""), id="suffix-of-neither"),
            pytest.param("a/index.pt-BR.md", ["a/index.md"], [], ("a/index.md", "pt-BR"), id="region"),
            pytest.param("a/index.zh_Hans.md", ["a/index.md"], [], ("a/index.md", "zh_Hans"), id="script"),
            pytest.param("release-1.0.md", ["release-1.md"], [], ("release-1.0.md", ""), id="a-number-is-no-language"),
            pytest.param("release-1.0.fr.md", ["release-1.0.md"], [], ("release-1.0.md", "fr"), id="behind-a-number"),
            pytest.param("post.fr.md", ["post.mdx"], [], ("post.fr.md", ""), id="sibling-of-another-kind"),
            pytest.param("a/post.fr.md", ["post.md"], [], ("a/post.fr.md", ""), id="sibling-elsewhere"),
            pytest.param("post.notes.md", ["post.md"], [], ("post.notes.md", ""), id="too-long-for-a-language"),
            pytest.param("fr/post.md", ["post.md"], [], ("fr/post.md", ""), id="folder-undeclared"),
            pytest.param("fr/post.md", [], ["en", "fr"], ("post.md", "fr"), id="folder-declared"),
            pytest.param("fr/a/post.md", [], ["fr"], ("a/post.md", "fr"), id="folder-of-a-section"),
            pytest.param("fr.md", [], ["fr"], ("fr.md", ""), id="only-a-language"),
            pytest.param("a/.fr.md", [], ["fr"], ("a/.fr.md", ""), id="only-a-language-in-a-folder"),
        ],
    )
    def test_the_language_of_a_path(
        self, path: str, siblings: list[str], languages: list[str], expected: tuple[str, str]
    ) -> None:
        assert split_language(path, frozenset([path, *siblings]), languages) == expected

    def test_a_translation_has_the_slug_of_its_bundle(self) -> None:
        translated = post("concept: un renard", path="a/2024-01-02-fox/index.fr.md", languages=("fr",))
        assert (translated.slug, translated.lang) == ("fox", "fr")

    @pytest.mark.parametrize("key", ["lang", "language"])
    def test_the_front_matter_may_name_it(self, key: str) -> None:
        assert post("concept: a fox", f"{key}: fr").lang == "fr"

    @pytest.mark.parametrize(
        ("files", "rules", "speakers"),
        [
            pytest.param({"a.md": "concept: x", "b.md": "concept: y"}, {}, ["a.md", "b.md"], id="two-posts"),
            pytest.param({"a.es.md": "concept: x", "a.md": "concept: x"}, {}, ["a.md"], id="the-unsuffixed-file"),
            pytest.param(
                {"a.es.md": "concept: x", "a.md": "concept: x; lang: en"},
                {},
                ["a.md"],
                id="unsuffixed-naming-its-language",
            ),
            pytest.param(
                {"a.es.md": "concept: x", "a.md": "concept: x"},
                {"default_language": "es"},
                ["a.es.md"],
                id="the-default-language",
            ),
            pytest.param(
                {"a.de.md": "concept: x", "a.es.md": "concept: x"},
                {"languages": ("de", "es")},
                ["a.de.md"],
                id="else-the-first-path",
            ),
            pytest.param(
                {"de/a.md": "concept: x", "en/a.md": "concept: x", "en/b.md": "concept: y"},
                {"languages": ("de", "en"), "default_language": "en"},
                ["en/a.md", "en/b.md"],
                id="folders",
            ),
            pytest.param(
                {"de/a.md": "concept: x", "en/a.md": "concept: x"}, {}, ["de/a.md", "en/a.md"], id="folders-undeclared"
            ),
            pytest.param(
                {"x.md": "concept: x; slug: s; lang: en", "y.md": "concept: x; slug: s; lang: es"},
                {"default_language": "es"},
                ["y.md"],
                id="one-slug-in-two-languages",
            ),
            pytest.param(
                {"x.md": "concept: x; slug: s", "y.md": "concept: x; slug: s; lang: es"},
                {},
                ["x.md"],
                id="one-slug-where-one-names-its-language",
            ),
            pytest.param(
                {"x.md": "concept: x; slug: s; lang: en", "y.md": "concept: x; slug: s; lang: en"},
                {},
                ["x.md", "y.md"],
                id="namesakes-in-one-language",
            ),
            pytest.param(
                {"x.md": "concept: x; slug: s", "y.md": "concept: x; slug: s"}, {}, ["x.md", "y.md"], id="namesakes"
            ),
            pytest.param(
                {"a.md": "concept: x; draft: true", "a.es.md": "concept: x"}, {}, ["a.es.md"], id="a-draft-is-silent"
            ),
            pytest.param({"a.md": "title: x", "a.es.md": "concept: x"}, {}, ["a.es.md"], id="without-concept-silent"),
            pytest.param(
                {"a.md": "concept: x; cover_skip: true", "a.es.md": "concept: x"}, {}, ["a.es.md"], id="skipped-silent"
            ),
            pytest.param(
                {"a.md": "concept: x; draft: true", "a.es.md": "concept: x; draft: true"}, {}, ["a.md"], id="all-drafts"
            ),
        ],
    )
    def test_who_speaks(self, files: dict[str, str], rules: dict[str, Any], speakers: list[str]) -> None:
        merged, differing = site(files, **rules)
        assert sorted(post.path for post in merged) == speakers
        assert differing == []

    def test_the_speaker_gives_slug_seed_and_concept(self) -> None:
        files = {
            "a.md": "concept: a fox; slug: fox; cover_seed: 7",
            "a.es.md": "concept: a fox; slug: zorro; cover_seed: 8",
        }
        (merged,), _ = site(files)
        assert (merged.slug, merged.seed, merged.concept) == ("fox", 7, "a fox")

    def test_a_translated_concept_is_the_alt_text_of_its_page(self) -> None:
        files = {"a.md": "concept: a fox", "a.es.md": "concept: un zorro", "a.de.md": "title: x"}
        (merged,), differing = site(files | {"a.fr.md": '{"concept": "un renard", "cover": {"alt": "le renard"}}'})
        assert [merged.alt_of(f"a{lang}.md") for lang in ("", ".es", ".de", ".fr")] == [
            *("a fox", "un zorro", "a fox", "le renard")
        ]
        assert (merged.concept, differing) == ("a fox", [])

    @pytest.mark.parametrize(
        ("files", "default_language"),
        [
            pytest.param({"a.md": "concept: x; lang: es", "a.es.md": "concept: y"}, "", id="the-same-declared"),
            pytest.param({"a.md": "concept: x; lang: pt_BR", "a.pt-br.md": "concept: y"}, "", id="written-otherwise"),
            pytest.param({"a.es.md": "concept: x", "a.md": "concept: y"}, "es", id="the-site's-own"),
            pytest.param({"es/a.md": "concept: y", "a.es.md": "concept: x"}, "", id="in-a-folder-and-a-suffix"),
        ],
    )
    def test_another_concept_in_the_same_language_is_told_with_whose_is_shown(
        self, files: dict[str, str], default_language: str
    ) -> None:
        (merged,), differing = site(files, default_language=default_language, languages=("es",))
        assert differing == [(merged.also[0], merged.path)]
        assert (merged.concept, merged.alt_of(merged.also[0])) == ("x", "x")

    def test_the_order_in_which_files_are_read_does_not_matter(self) -> None:
        files = {"a.md": "concept: x", "a.es.md": "concept: y", "b.md": "concept: z", "a.de.md": "concept: x"}
        backwards = dict(reversed(files.items()))
        assert site(files) == site(backwards)


class TestDialects:
    def test_pelican(self) -> None:
        text = (
            b"Title: The fox\nSlug: fox\nTags: sky, summer\nStatus: draft\nCover_seed: 7\nConcept: a fox\n    at home\n"
        )
        found = parse(text, "post.md", Rules(dialect="pelican"))
        assert (found.title, found.slug, found.tags) == ("The fox", "fox", ("sky", "summer"))
        assert (found.draft, found.seed, found.concept) == (True, 7, "a fox at home")

    @pytest.mark.parametrize("text", [b"Title: The fox\nAlt: a fox\n\nBody\n", b"Alt: a fox\n\nBody\n"])
    def test_a_configured_key_shows_an_unfenced_header_too(self, text: bytes) -> None:
        assert parse(text, "post.md", Rules(concept_keys=("alt",))).concept == "a fox"
        assert parse(text, "post.md", Rules()).title == ""

    def test_a_flag_on_the_line_after_its_key_counts(self) -> None:
        text = b"Title: The fox\nConcept: a fox\nCover_skip:\n    true\n"
        assert parse(text, "post.md", Rules(dialect="pelican")).skip is True

    def test_a_title_is_one_line(self) -> None:
        assert post("title: |", "  The", "  fox").title == "The fox"

    def test_a_file_that_is_not_utf_8_is_refused(self) -> None:
        with pytest.raises(PostError, match="line 2: byte 0xe9 is not UTF-8"):
            parse(b"---\nconcept: caf\xe9\n---\n", "post.md", Rules())
