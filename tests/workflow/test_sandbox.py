"""Templates end: no form costs more than a bound, and what people write comes out as Jinja2 has it."""

from __future__ import annotations

import subprocess
import sys

import jinja2
import pytest
from jinja2.sandbox import ImmutableSandboxedEnvironment

from blogcovers.errors import PostError, StyleError
from blogcovers.workflow.sandbox import TooMuchWork
from blogcovers.workflow.style import Style as HouseStyle
from blogcovers.workflow.style import _filled, parse_house, prompts

HOUSE = parse_house('[palette]\nred = "#ff0000"\nblue = "#0000ff"\n[extra]\nmood = "calm"', "house.toml")
WORDS = {
    "concept": "a red fox {in} the %s snow",
    "title": "A day",
    "slug": "a-day",
    "lang": "en",
    "tags": ["one", "two", "drei"],
    "palette": dict(HOUSE.palette),
    "house": dict(HOUSE.raw),
}

DOUBLING = "{% set a = [concept] %}" + "{% set a = [a, a] %}" * 60
FOUR_LOOPS = "{% for a in concept %}" * 5 + "x" + "{% endfor %}" * 5
BOMBS = {
    "times": "{{ 'a' * 3000000000 }}",
    "times-list": "{{ ([1] * 3000000000) | length }}",
    "times-float": "{{ 'a' * 10 ** 9 }}",
    "power": "{{ 10 ** (10 ** 9) }}",
    "power-of-power": "{% set a = 9 ** 999 %}{% set a = a ** 999 %}{% set a = a ** 999 %}{{ a > 1 }}",
    "percent": "{{ '%1000000000d' % 1 }}",
    "percent-star": "{{ '%*d' % (1000000000, 1) }}",
    "percent-precision": "{{ '%.1000000000f' % 1 }}",
    "format": "{{ '{:1000000000d}'.format(1) }}",
    "format-nested": "{{ '{:{w}d}'.format(1, w=1000000000) }}",
    "format-map": "{{ '{a:1000000000d}'.format_map({'a': 1}) }}",
    "format-filter": "{{ '%1000000000d' | format(1) }}",
    "center": "{{ 'a' | center(1000000000) }}",
    "center-method": "{{ 'a'.center(10 ** 9) }}",
    "ljust": "{{ 'a'.ljust(10 ** 9) }}",
    "zfill": "{{ 'a'.zfill(10 ** 9) }}",
    "expandtabs": "{{ '\\t'.expandtabs(10 ** 9) }}",
    "to-bytes": "{{ (1).to_bytes(10 ** 9, 'big') | length }}",
    "indent": "{{ '\\n\\n' | indent(1000000000) }}",
    "indent-product": "{{ ('a\\n' * 40000) | indent(90000) }}",
    "wordwrap": "{{ ('a' * 90000) | wordwrap(1, true, 'b' * 90000) }}",
    "batch": "{{ [1] | batch(1000000000, 1) | list }}",
    "slice": "{{ [1] | slice(1000000000) | list }}",
    "tojson": "{{ [[1]] | tojson(indent=1000000000) }}",
    "join": "{{ (['a'] * 90000) | join('b' * 90000) }}",
    "join-method": "{{ ('b' * 90000).join(['a'] * 90000) }}",
    "replace": "{{ ('a' * 90000) | replace('a', 'b' * 90000) }}",
    "replace-method": "{{ ('a' * 90000).replace('a', 'b' * 90000) }}",
    "translate": "{{ ('a' * 90000).translate({97: 'b' * 90000}) }}",
    "concat": "{% set a = concept %}" + "{% set a = a ~ a %}" * 60 + "{{ a }}",
    "plus": "{% set a = concept %}" + "{% set a = a + a %}" * 60 + "{{ a }}",
    "block-set": "{% set a = concept %}" + "{% set a %}{{ a }}{{ a }}{% endset %}" * 60 + "{{ a }}",
    "lists-of-lists": DOUBLING + "{{ a }}",
    "lists-of-lists-as-text": DOUBLING + "{{ a | string }}",
    "lists-of-lists-in-format": DOUBLING + "{{ '%s' % [a] }}",
    "lists-of-lists-compared": DOUBLING + DOUBLING.replace("a", "b", 1) + "{{ a == [a, [a]] }}",
    "tuples-as-key": DOUBLING.replace("[", "(").replace("]", ",)") + "{{ {a: 1} | length }}",
    "sum": "{{ ([[1] * 9] * 9000) | sum(start=[]) | length }}",
    "loops": FOUR_LOOPS,
    "empty-loops": "{% for a in concept * 900 %}{% for b in concept * 900 if 0 %}{% endfor %}{% endfor %}x",
    "long-loops": "{% for a in concept * 900 %}" + "long " * 9000 + "{% endfor %}",
    "long-loops-in-a-set": "{% set b %}{% for a in concept * 900 %}" + "long " * 9000 + "{% endfor %}{% endset %}x",
    "macro-twice": "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(100) }}",
    "recursive-loop": "{% for a in [1, 2] recursive %}{{ loop([1, 2]) }}{% endfor %}",
    "recursive-loop-bounded": (
        "{% for a in [1, 2] recursive %}{% if loop.depth < 60 %}{{ loop([1, 2]) }}{% endif %}{% endfor %}"
    ),
    "call-blocks": "{% macro m() %}{{ caller() }}{{ caller() }}{% endmacro %}"
    + "{% call m() %}" * 18
    + "long " * 900
    + "{% endcall %}" * 18,
    "braces": "{{ " + "(" * 30_000,
    "sums": "{{ " + "1 + " * 15_000 + "1 }}",
    "never-closed": "{{" * 30_000,
    "comments": "{#" * 30_000,
    "digits": "{{ " + "9" * 60_000 + " }}",
    "mapped": "{{ (['a'] * 9000) | map('center', 9000) | list | length }}",
}

PLAIN = [
    "{{ concept }}, {{ palette | join(', ') }}",
    "{{ concept | upper | replace('RED', 'BLUE') | truncate(12) }}",
    "{% for tag in tags %}{{ loop.index }}/{{ loop.length }} {{ tag }}{{ ', ' if not loop.last }}{% endfor %}",
    "{% for tag in tags if tag != 'one' %}{{ loop.revindex }}{{ loop.changed(tag) }}{{ tag }}{% else %}-{% endfor %}",
    "{% for name, colour in palette.items() %}{{ name ~ '=' ~ colour }} {% endfor %}",
    "{% for a in tags recursive %}{{ a }}{% if loop.depth < 2 %}{{ loop('xy') }}{% endif %}{% endfor %}",
    "{% macro m(a, b='c') %}<{{ a }}{{ b }}>{% endmacro %}{{ m(1) }}",
    "{% macro n() %}{{ caller() }}{% endmacro %}{% call n() %}d{% endcall %}",
    "{% set x %}{{ title }}!{% endset %}{{ x * 3 }} {{ '-' * 10 }} {{ 2 ** 10 }} {{ 7 % 4 }} {{ 7 // 2 }}",
    "{{ '%05.2f %s %-10s|' % (3.14159, title, 'x') }} {{ '{:>8} {a}'.format(title, a=1) }}",
    "{{ '%s-%d' | format('x', 3) }} {{ 1.5 * 2 }}",
    "{{ tags | map('upper') | join('-') }} {{ tags | select('ne', 'one') | list }} {{ tags | sort | first }}",
    "{{ tags | length }} {{ tags[0] }} {{ tags[:2] }} {{ {'a': 1}['a'] }} {{ house.extra.mood }} {{ house['extra'] }}",
    "{{ 'x' in tags }} {{ 1 < 2 < 3 }} {{ concept is string }} {{ nope is defined }} {{ nope | default('d') }}",
    "{{ tags | batch(2) | list }} {{ tags | slice(2) | list }} {{ title | center(20) }} {{ title | indent(4, true) }}",
    "{{ concept | wordwrap(10) }} {{ [1, 2, 3] | sum }} {{ house | tojson }} {{ tags | tojson(indent=2) }}",
    "{{ title.center(20, '*') }} {{ ', '.join(tags) }} {{ title.split(' ') }} {{ concept.find('fox', 0, 1000) }}",
    "{{ 1234567890 | filesizeformat }} {{ 'x' | int(999999999) }} {{ '%d' % 1234567890 }} {{ 3.75 | round(1) }}",
    "{% filter upper %}{{ title }}{% endfilter %}{% if lang == 'en' %}yes{% endif %} {{ (tags, 'a') }} {{ not tags }}",
    "{{ -1 + 2 - 3 }} {{ 'a' ~ 1 ~ none ~ [1] }} {{ tags | groupby('0') | list }} {{ concept | urlize }}",
]


def style(prompt: str) -> HouseStyle:
    return HouseStyle(HOUSE, prompt, "text", {"prompt.j2": "style/prompt.j2", "negative.j2": "style/negative.j2"})


@pytest.mark.parametrize("template", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_ends_in_a_sentence_or_a_prompt(template: str) -> None:
    try:
        prompt, _ = prompts(style(template), WORDS)
    except (PostError, StyleError) as error:
        assert "style/prompt.j2" in error.message
        assert len(error.message) < 300
        assert error.hint
    else:
        assert len(prompt) < 100_001


@pytest.mark.parametrize("name", [name for name in BOMBS if name not in ("never-closed", "comments")])
def test_a_bomb_is_refused_for_what_it_is(name: str) -> None:
    with pytest.raises(
        (PostError, StyleError), match=r"grows|steps|too long|too large|longer|without end|digit|recursion|bytes"
    ):
        prompts(style(BOMBS[name]), WORDS)


def test_bombs_take_little_memory() -> None:
    program = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_AS, (600_000_000, 600_000_000))\n"
        "sys.path.insert(0, sys.argv[1])\n"
        "import test_sandbox as t\n"
        "for name, template in t.BOMBS.items():\n"
        "    try:\n"
        "        t.prompts(t.style(template), t.WORDS)\n"
        "    except (t.PostError, t.StyleError) as error:\n"
        "        assert 'MemoryError' not in repr(error.__context__), name\n"
    )
    folder = __file__.rpartition("/")[0]
    done = subprocess.run([sys.executable, "-c", program, folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-500:]


@pytest.mark.parametrize("template", PLAIN)
def test_what_people_write_comes_out_as_jinja2_has_it(template: str) -> None:
    plain = ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined)
    assert _filled(template, WORDS) == " ".join(plain.from_string(template).render(WORDS).split())


def test_a_post_of_too_many_words_fails_alone() -> None:
    template = "{% for a in concept %}{% for b in concept %}{{ a }}{% endfor %}{% endfor %}"
    assert prompts(style(template), {**WORDS, "concept": "a fox in snow"})
    with pytest.raises(PostError, match=r"^its words are too much for style/prompt\.j2, line 1: it takes too many"):
        prompts(style(template), {**WORDS, "concept": "fox " * 250})


def test_the_shipped_style_has_room() -> None:
    from blogcovers.workflow.assets import shipped_style

    template = (shipped_style() / "prompt.j2").read_text(encoding="utf-8")
    assert _filled(template, {**WORDS, "concept": "x" * 1000})


def test_each_render_has_a_budget_of_its_own() -> None:
    for _ in range(20):
        assert _filled("{% for a in concept * 300 %}{{ a }}{% endfor %}", WORDS)
    with pytest.raises(TooMuchWork):
        _filled("{% for a in concept * 900 %}{% for b in concept * 900 %}{{ a }}{% endfor %}{% endfor %}", WORDS)
