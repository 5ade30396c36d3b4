"""Text on a terminal: what takes how many columns."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st
from site_builder import Site

from blogcovers import output
from blogcovers.cover import State
from blogcovers.output import columns
from blogcovers.plan import Action, Row
from blogcovers.posts import Post

OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
OURS = re.compile(r"\x1b\[(?:0|31|32|33|36)m")
SEQUENCES = [
    "\x1b[8m",
    "\x1b[31m",
    "\x1b]0;title\x07",
    "\x9b2J",
    "\u202e",
    "\u2066",
    "\x7f",
    "\x85",
    "\r",
    "\ud800",
    "\u2028",
]
TEXTS = st.lists(st.sampled_from(SEQUENCES) | st.text(st.characters(), max_size=5), max_size=6).map("".join)


@given(text=TEXTS, slug=TEXTS)
def test_no_sequence_of_somebody_else_reaches_the_terminal(text: str, slug: str) -> None:
    row = Row(Post("a.md", slug, text), Path(text), State.MISSING, text, Action.FAILED, cover=Path(slug), error=text)
    ready = replace(row, action=Action.RENDERED, error="", seconds=1.0)
    with pytest.MonkeyPatch.context() as patch:
        told: list[str] = []
        patch.setattr(click, "echo", lambda said, err=False: told.append(said))
        output.say(text)
        output.warn(text)
        output.complain(text, text)
        for line in (*output.table([row, ready]), output.line(row, str), output.line(ready, str)):
            output.say(line)
        output.finding(slug, text, text)
    assert not OBEYED.search(told[0])
    assert [line for line in told if OBEYED.search(OURS.sub("", line))] == []
    assert all(len(OURS.findall(line)) <= 2 * 2 for line in told), "a line has two colours of ours at most"


def test_a_colour_in_a_text_is_no_colour_of_ours() -> None:
    assert output.printable("a\x1b[8mb\x1b[0m\n") == "a\ufffd[8mb\ufffd[0m\n"
    assert output.cleaned(output.Coloured("\x1b[31mred\x1b[0m")) == "\x1b[31mred\x1b[0m"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(
            ("fox", 3),
            ("füchse", 6),
            ("fu\u0308chse", 6),
            ("狐", 2),
            ("ｆ", 2),
            ("ｱ", 1),
            ("여우", 4),
            ("🦊", 2),
            ("", 0),
        ),
        *(("❤", 1), ("❤\ufe0f", 2), ("☕\ufe0f", 2), ("1\ufe0f\u20e3", 2), ("👍🏽", 2), ("👩\u200d🚀", 2), ("🇸🇻", 2)),
    ],
)
def test_columns(text: str, expected: int) -> None:
    assert columns(text) == expected


def test_a_table_of_wide_slugs_stays_in_columns(site: Site) -> None:
    slugs = ["fox", "狐の本", "🦊", "a-longer-slug"]
    for slug in slugs:
        site.post(slug)
    for command in ("plan", "check"):
        lines = [line for line in site.run(command).out.splitlines() if "no cover yet" in line]
        assert len(lines) == len(slugs)
        assert {columns(line.partition("no cover yet")[0]) for line in lines} == {10 + 1 + 9 + 1 + 13 + 2}
