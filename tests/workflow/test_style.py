"""The house style: what house.toml may say, what templates see, and what makes a style another one."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from blogcovers.errors import StyleError
from blogcovers.posts import Post
from blogcovers.workflow import Manner, Style, prompts
from blogcovers.workflow.style import parse_house

SHIPPED = Path(__file__).parents[2] / "style"
PALETTE = '[palette]\ncobalt = "#1f4fa3"\ncream = "#fbf0d9"\n'
WHERE = {"house.toml": "style/house.toml", "prompt.j2": "style/prompt.j2", "negative.j2": "style/negative.j2"}
FOX = Post("fox.md", "fox", "a fox", title="The day of the fox", tags=("birds", "night"), lang="en")


def style(prompt: str = "{{ concept }}", negative: str = "", house: str = PALETTE) -> Style:
    return Style(parse_house(house, WHERE["house.toml"]), prompt, negative, WHERE)


def shipped() -> Style:
    texts = {name: (SHIPPED / name).read_text(encoding="utf-8") for name in WHERE}
    return Style(parse_house(texts["house.toml"], "house.toml"), texts["prompt.j2"], texts["negative.j2"], WHERE)


def house_refusal(text: str) -> StyleError:
    with pytest.raises(StyleError) as caught:
        parse_house(text, "style/house.toml")
    assert caught.value.message.startswith("style/house.toml")
    assert caught.value.hint, "an error shows a way out"
    return caught.value


class TestHouse:
    def test_only_a_palette_is_needed(self) -> None:
        house = parse_house(PALETTE, "house.toml")
        assert house.palette == {"cobalt": "#1f4fa3", "cream": "#fbf0d9"}
        assert (house.render_size, house.model, house.workflow) == ((1344, 768), "", "sdxl")

    @pytest.mark.parametrize(
        ("line", "name", "value"),
        [
            ('render_size = "1024x1024"', "render_size", (1024, 1024)),
            ('render_size = "1216 × 832"', "render_size", (1216, 832)),
            ('model = " other.safetensors "', "model", "other.safetensors"),
            ('workflow = "turbo"', "workflow", "turbo"),
            ('overrides = {"KSampler.steps" = 30, "3.cfg" = 6.5}', "overrides", {"KSampler.steps": 30, "3.cfg": 6.5}),
            ('roles = {positive = "6.text"}', "roles", {"positive": "6.text"}),
            ('painter = {border = "never"}', "painter", Manner("never", 0.7)),
            ("painter = {density = 0}", "painter", Manner("some", 0.0)),
        ],
    )
    def test_each_key_is_read(self, line: str, name: str, value: Any) -> None:
        assert getattr(parse_house(f"{line}\n{PALETTE}", "house.toml"), name) == value

    def test_colours_keep_their_order_and_lose_their_case(self) -> None:
        house = parse_house('[palette]\nz = "#ABCDEF"\na = "#012345"\n', "house.toml")
        assert list(house.palette.items()) == [("z", "#abcdef"), ("a", "#012345")]

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            pytest.param("palette = [", "malformed", id="no-toml"),
            pytest.param('model = "x"', "palette", id="no-palette"),
            pytest.param('[palette]\na = "#111111"\n', "[palette]", id="one-colour"),
            pytest.param('palette = "#111111"', "[palette]", id="palette-is-a-text"),
            pytest.param('[palette]\na = "#111111"\nb = "red"\n', "'b'", id="colour-by-name"),
            pytest.param('[palette]\na = "#111111"\nb = "#fff"\n', "'b'", id="short-colour"),
            pytest.param('[palette]\na = "#111111"\nb = 7\n', "'b'", id="colour-is-a-number"),
            pytest.param(f"painter = 3\n{PALETTE}", "painter", id="painter-is-a-number"),
            pytest.param(f'painter = {{border = "blue"}}\n{PALETTE}', "border", id="no-such-border"),
            pytest.param(f"painter = {{density = 2}}\n{PALETTE}", "density", id="too-dense"),
            pytest.param(f"painter = {{density = true}}\n{PALETTE}", "density", id="density-is-no-number"),
            pytest.param(f"painter = {{planes = 2}}\n{PALETTE}", "'planes'", id="no-key-of-the-painters"),
            pytest.param(f'render_size = "1344"\n{PALETTE}', "render_size", id="one-side"),
            pytest.param(f"render_size = 1344\n{PALETTE}", "render_size", id="size-is-a-number"),
            pytest.param(f'render_size = "1345x768"\n{PALETTE}', "render_size", id="no-multiple-of-8"),
            pytest.param(f'render_size = "1344x8"\n{PALETTE}', "render_size", id="too-small"),
            pytest.param(f'render_size = "9000x768"\n{PALETTE}', "render_size", id="too-large"),
            pytest.param(f"model = 7\n{PALETTE}", "model", id="model-is-a-number"),
            pytest.param(f"overrides = 7\n{PALETTE}", "[overrides]", id="overrides-is-a-number"),
            pytest.param(f'overrides = {{"3.x" = [1]}}\n{PALETTE}', "[overrides]", id="override-is-a-list"),
            pytest.param(f"roles = {{seed = 3}}\n{PALETTE}", "[roles]", id="role-is-a-number"),
        ],
    )
    def test_a_bad_value_is_refused_by_its_key(self, text: str, said: str) -> None:
        assert said in house_refusal(text).message

    @pytest.mark.parametrize(
        ("key", "meant"), [("render_sise", "render_size"), ("palete", "palette"), ("workfow", "workflow")]
    )
    def test_a_mistyped_key_is_answered_with_the_nearest(self, key: str, meant: str) -> None:
        error = house_refusal(f'{key} = "x"\n{PALETTE}')
        assert f"'{key}'" in error.message
        assert f"'{meant}'" in error.hint

    def test_words_of_ones_own_belong_under_extra(self) -> None:
        assert "[extra]" in house_refusal(f'zebra = "x"\n{PALETTE}').hint
        assert (
            prompts(style("{{ house.extra.mood }}", house=f'{PALETTE}[extra]\nmood = "calm"'), FOX.words)[0] == "calm"
        )


class TestQuiet:
    def test_the_quiet_style_is_whole_and_quieter(self) -> None:
        quiet = parse_house((SHIPPED / "quiet" / "house.toml").read_text(encoding="utf-8"), "quiet/house.toml")
        assert quiet.painter.border == "never"
        assert quiet.painter.density < shipped().house.painter.density
        assert not set(quiet.palette.values()) & set(shipped().house.palette.values())


class TestPrompts:
    @pytest.mark.parametrize(
        ("template", "prompt"),
        [
            ("{{ concept }}", "a fox"),
            ("{{ title }}", "The day of the fox"),
            ("{{ slug }}", "fox"),
            ("{{ tags | join(' and ') }}", "birds and night"),
            ("{{ lang }}", "en"),
            ("{{ palette | join(', ') }}", "cobalt, cream"),
            ("{{ palette.cobalt }}", "#1f4fa3"),
            ("{{ house.palette.cream }}", "#fbf0d9"),
            ("a\n\n  fox {# or a hen #}\t{{ slug }}\n", "a fox fox"),
            ("{% for tag in tags %}[{{ tag }}]{% endfor %}", "[birds][night]"),
            ("{% if lang == 'en' %}x{% else %}y{% endif %}", "x"),
        ],
    )
    def test_what_a_template_sees(self, template: str, prompt: str) -> None:
        assert prompts(style(template), FOX.words) == (prompt, "")

    @pytest.mark.parametrize(
        "concept",
        ["{{ slug }}", "{% raw %}", "{# no remark #}", 'a "fox"', "it's {x}", "<b> & 'c'", "%s {0}", "\\n", "🦊 狐"],
    )
    def test_a_concept_is_text_and_never_template_code(self, concept: str) -> None:
        assert prompts(style("about {{ concept }}."), Post("a.md", "a", concept).words)[0] == f"about {concept}."

    @pytest.mark.parametrize(
        ("house", "own", "negative"),
        [("text", "cats", "text, cats"), ("text", "", "text"), ("", "cats", "cats"), ("", "", "")],
    )
    def test_a_post_adds_its_own_negative(self, house: str, own: str, negative: str) -> None:
        assert prompts(style(negative=house), Post("a.md", "a", "x").words, own)[1] == negative

    @pytest.mark.parametrize(
        ("template", "line"),
        [
            pytest.param("one\ntwo {{ nope }}", 2, id="unknown-word"),
            pytest.param("one\n{{ house.extra.mood }}", 2, id="unknown-word-of-the-house"),
            pytest.param("one\ntwo\n{{ concept", 3, id="unclosed"),
            pytest.param("{% for tag in tags %}", 1, id="unclosed-loop"),
            pytest.param("\n\n{{ 1 / 0 }}", 3, id="a-broken-sum"),
            pytest.param("\n{{ [1, 2] | random }}", 2, id="chance"),
            pytest.param("{{ now() }}", 1, id="clock"),
            pytest.param("{{ lipsum() }}", 1, id="lipsum"),
            pytest.param("{{ range(9) }}", 1, id="range"),
            pytest.param("{% include 'secret.txt' %}", 1, id="file"),
            pytest.param("{% import 'os' as os %}", 1, id="import"),
            pytest.param("{{ concept.__class__.__mro__ }}", 1, id="insides-of-a-value"),
            pytest.param("{{ ''['__class__'] }}", 1, id="insides-by-key"),
            pytest.param("{{ tags.append('x') }}", 1, id="changing-a-value"),
            pytest.param("{{ palette.clear() }}", 1, id="changing-the-palette"),
            pytest.param("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", 1, id="endless-recursion"),
        ],
    )
    @pytest.mark.parametrize("file", ["prompt.j2", "negative.j2"])
    def test_a_faulty_template_is_refused_with_file_and_line(self, template: str, line: int, file: str) -> None:
        broken = style(template) if file == "prompt.j2" else style(negative=template)
        with pytest.raises(StyleError) as caught:
            prompts(broken, FOX.words)
        assert caught.value.message.startswith(f"style/{file}, line {line}: ")

    @pytest.mark.parametrize("template", ["{{ concept", "{{ concept.__class__ }}", "{{ nope }}", "{{ 1 / 0 }}"])
    def test_a_refusal_ends_with_one_full_stop(self, template: str) -> None:
        with pytest.raises(StyleError) as caught:
            prompts(style(template), FOX.words)
        assert not caught.value.message.endswith("..")

    @pytest.mark.parametrize("template", ["", "  \n", "{# nothing #}", "{% set x = concept %}"])
    def test_an_empty_prompt_is_refused(self, template: str) -> None:
        with pytest.raises(StyleError, match="prompt comes out empty"):
            prompts(style(template), FOX.words)

    def test_prompts_are_repeatable(self) -> None:
        assert prompts(shipped(), FOX.words) == prompts(shipped(), FOX.words)


class TestDigest:
    """A comment leaves every cover be; whatever can change a prompt changes the digest."""

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            pytest.param(style(), style(house=f"# mine\n{PALETTE}"), id="comment-in-house"),
            pytest.param(style(), style(house=PALETTE.replace(" = ", "=")), id="blanks-in-house"),
            pytest.param(style(), style("{# mine #}{{ concept }}"), id="comment-in-prompt"),
            pytest.param(style(), style("{#- mine\nlong -#}\n{{ concept }}\n"), id="comment-over-lines"),
            pytest.param(style("a {{ concept }}"), style("a\n   {{ concept }}"), id="blanks-in-prompt"),
            pytest.param(style(), style(negative="{# mine #}"), id="comment-in-negative"),
            pytest.param(style(), Style(style().house, "{{ concept }}", "", {**WHERE, "prompt.j2": "x"}), id="place"),
        ],
    )
    def test_is_the_same_where_no_prompt_changes(self, before: Style, after: Style) -> None:
        assert before.digest == after.digest

    @pytest.mark.parametrize(
        "after",
        [
            pytest.param(style("A {{ concept }}"), id="prompt"),
            pytest.param(style(negative="text"), id="negative"),
            pytest.param(style(house=PALETTE.replace("1f4fa3", "1f4fa4")), id="colour"),
            pytest.param(style(house=PALETTE.replace("cream", "ivory")), id="colour-name"),
            pytest.param(style(house=f'{PALETTE}teal = "#17a7a0"'), id="another-colour"),
            pytest.param(style(house=f'{PALETTE}[extra]\nmood = "calm"'), id="extra"),
        ],
    )
    def test_is_another_where_something_counts(self, after: Style) -> None:
        assert style().digest != after.digest

    @pytest.mark.parametrize("line", ['render_size = "1024x1024"', 'model = "x"', 'overrides = {"3.cfg" = 7}'])
    def test_what_concerns_the_workflow_only_is_not_the_styles(self, line: str) -> None:
        assert style().digest == style(house=f"{line}\n{PALETTE}").digest

    def test_the_order_of_the_colours_counts(self) -> None:
        template = "{{ palette | join(', ') }}: {{ concept }}"
        there = style(template, house='[palette]\na = "#111111"\nb = "#222222"\n')
        back = style(template, house='[palette]\nb = "#222222"\na = "#111111"\n')
        assert prompts(there, FOX.words) != prompts(back, FOX.words)
        assert there.digest != back.digest

    @pytest.mark.parametrize("opening", ["{% raw %}", "{%raw%}", "{%- raw -%}", "{%-  raw %}"])
    def test_what_looks_like_a_comment_in_a_raw_block_counts(self, opening: str) -> None:
        one, other = (style(f"{{{{ concept }}}} {opening}{{# {word} #}}{{% endraw %}}") for word in ("one", "two"))
        assert prompts(one, FOX.words) != prompts(other, FOX.words)
        assert one.digest != other.digest

    def test_a_new_key_left_out_is_as_before(self) -> None:
        assert parse_house(PALETTE, "x").raw == tomllib.loads(PALETTE)


class TestPostWords:
    """Which words of a post decide its picture: a change of the others must not make covers stale."""

    @pytest.mark.parametrize(
        ("prompt", "negative", "words"),
        [
            ("{{ concept }} the title, its tags and lang", "", ()),
            ("{{ title }}", "", ("title",)),
            ("{{title|upper}} {{ concept }}", "", ("title",)),
            ("{{ concept }}", "{{ tags | join }}", ("tags",)),
            ("{% if lang == 'es' %}x{% endif %}", "", ("lang",)),
            ("{%- for tag in tags -%}{{ tag }}{%- endfor -%}", "", ("tags",)),
            ("{{ lang }} {{ tags }} {{ title }}", "", ("title", "tags", "lang")),
            ("{{\n  title\n}}", "", ("title",)),
            ("{{ house.extra.subtitle }}", "", ()),
        ],
    )
    def test_are_those_that_the_templates_use(self, prompt: str, negative: str, words: tuple[str, ...]) -> None:
        assert style(prompt, negative).post_words == words

    def test_one_named_in_a_comment_is_not_used(self) -> None:
        assert style("{# or try {{ title }} #}{{ concept }}").post_words == ()


class TestShippedStyle:
    def test_the_prompt_holds_the_concept_and_the_colours(self) -> None:
        prompt, negative = prompts(shipped(), FOX.words)
        assert "a fox" in prompt
        assert all(name in prompt for name in shipped().house.palette)
        assert "text" in negative
        assert "Cubist" in prompt

    def test_it_depends_on_the_concept_alone(self) -> None:
        assert shipped().post_words == ()

    def test_it_renders_at_a_size_that_sdxl_was_trained_on(self) -> None:
        width, height = shipped().house.render_size
        assert (width % 64, height % 64) == (0, 0)
        assert 0.95 < width * height / 1024**2 < 1.05

    def test_every_key_in_a_comment_may_be_uncommented(self) -> None:
        text = (SHIPPED / "house.toml").read_text(encoding="utf-8")
        bare = re.sub(r'^# (?=\[|["\w]+(?:\.\w+)?"? = )', "", text, flags=re.MULTILINE)
        assert bare != text
        house = parse_house(bare, "house.toml")
        assert house.model
        assert house.overrides
        assert house.roles
