"""Lines ``"node.input" = value``: as tables in TOML, and as a post writes them."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest

from blogcovers.workflow.inputs import (
    lines_of_template,
    not_for_posts,
    read_inputs,
    table_fault,
    table_name,
    templates_named,
)

KINDS = (str, int, float, bool)


class TestTables:
    TABLE = tomllib.loads('"KSampler.steps" = 30\n[flux]\n"KSampler.steps" = 20\n"10.guidance" = 2.5\n')

    def test_lines_beside_tables_are_for_the_sites_own_template(self) -> None:
        assert table_fault(self.TABLE, KINDS) == ""
        assert lines_of_template(self.TABLE, "sdxl", own=True) == {"KSampler.steps": 30}
        assert lines_of_template(self.TABLE, "sdxl", own=False) == {}
        assert lines_of_template(self.TABLE, "flux", own=False) == {"KSampler.steps": 20, "10.guidance": 2.5}
        assert lines_of_template(self.TABLE, "flux", own=True) == {"KSampler.steps": 20, "10.guidance": 2.5}
        assert templates_named(self.TABLE) == ["flux"]

    @pytest.mark.parametrize(
        ("text", "named"),
        [
            pytest.param("KSampler.steps = 30", "'KSampler.steps'", id="no-quotes"),
            pytest.param("[flux]\nKSampler.steps = 30", "'flux.KSampler.steps'", id="no-quotes-within"),
            pytest.param("steps = 30", "'steps'", id="no-node"),
            pytest.param('"3.steps" = []', "'3.steps' is []", id="a-list"),
        ],
    )
    def test_what_is_neither_a_line_nor_a_templates_table_is_named(self, text: str, named: str) -> None:
        assert named in table_fault(tomllib.loads(text), KINDS)

    @pytest.mark.parametrize("name", ["flux", "x.api", "my workflow", ""])
    def test_the_tables_name_is_toml(self, name: str) -> None:
        found = tomllib.loads(f"[{table_name('roles', name)}]\nx = 1\n")["roles"]
        assert (found[name] if name else found) == {"x": 1}


class TestInPosts:
    @pytest.mark.parametrize(
        "value",
        [
            pytest.param({"KSampler.steps": "30", "KSampler.cfg": "5.5"}, id="mapping"),
            pytest.param({"KSampler": {"cfg": "5.5", "steps": "30"}}, id="toml-without-quotes"),
            pytest.param("KSampler.steps = 30, KSampler.cfg = 5.5", id="text"),
            pytest.param("KSampler.cfg=5.5,\n    KSampler.steps=30,", id="text-on-two-lines"),
            pytest.param('"KSampler.steps" = 30, "KSampler.cfg" = "5.5"', id="text-in-quotes"),
        ],
    )
    def test_one_meaning_in_every_form(self, value: Any) -> None:
        assert read_inputs(value) == (("KSampler.cfg", "5.5"), ("KSampler.steps", "30"))

    def test_a_value_in_quotes_may_hold_commas_and_a_title_blanks(self) -> None:
        assert read_inputs('Load LoRA.lora_name = "a, b=c.safetensors", 3.x = y') == (
            ("3.x", "y"),
            ("Load LoRA.lora_name", "a, b=c.safetensors"),
        )

    @pytest.mark.parametrize("value", [None, ""])
    def test_nothing(self, value: Any) -> None:
        assert read_inputs(value) == ()

    @pytest.mark.parametrize(
        ("value", "said"),
        [
            pytest.param("KSampler = 30", "'KSampler = 30'", id="no-input"),
            pytest.param("more steps", "'more steps'", id="prose"),
            pytest.param("3.steps = 30 3.cfg = 2", "no node.input = value", id="no-comma"),
            pytest.param(["3.steps = 30"], "no mapping", id="list"),
            pytest.param({"steps": "30"}, "'steps'", id="no-node"),
            pytest.param({"3.steps": ["30"]}, "'3.steps' is a list", id="value-is-a-list"),
            pytest.param("3.steps = 30, 3.steps = 31", "'3.steps' twice", id="twice"),
            pytest.param({"3.steps": "30", "3": {"steps": "31"}}, "'3.steps' twice", id="twice-in-a-mapping"),
        ],
    )
    def test_what_is_no_setting_is_named(self, value: Any, said: str) -> None:
        with pytest.raises(ValueError, match=re.escape(said)):
            read_inputs(value)

    def test_a_long_text_without_a_line_is_refused_at_once(self) -> None:
        with pytest.raises(ValueError, match=r"no node\.input"):
            read_inputs("a " * 50_000)


class TestWhatPostsMaySet:
    @pytest.mark.parametrize(
        ("target", "text"),
        [
            *(
                ("KSampler.steps", "100"),
                ("3.cfg", "7.5"),
                ("KSampler.sampler_name", "euler"),
                ("L.lora_name", "a.sft"),
            ),
            *(
                ("K.denoise", "0.5"),
                ("Load LoRA.strength", "-1"),
                ("6.text", "9 foxes"),
                ("9.noise_seed", "9" * 18),
            ),
        ],
    )
    def test_what_costs_nothing(self, target: str, text: str) -> None:
        assert not_for_posts([(target, text)], ()) == ""
        assert not_for_posts([(target, text)], ["!*"]) == target

    @pytest.mark.parametrize(
        ("target", "text"),
        [
            *(
                ("KSampler.steps", "101"),
                ("KSampler.steps", "10000"),
                ("K.steps", "-101"),
                ("K.cfg", "inf"),
                ("K.cfg", "nan"),
            ),
            *(
                ("5.width", "8"),
                ("5.batch_size", "2"),
                ("Scale.upscale_by", "1"),
                ("a.b.length", "1"),
                ("9.output_path", "/"),
            ),
        ],
    )
    def test_what_costs(self, target: str, text: str) -> None:
        assert not_for_posts([("KSampler.cfg", "5"), (target, text)], ()) == target
        assert not_for_posts([(target, text)], [target]) == ""
        assert not_for_posts([(target, text)], ["*." + target.rpartition(".")[2]]) == ""

    def test_the_last_pattern_that_matches_counts(self) -> None:
        only_steps = ["!*", "*.steps"]
        assert not_for_posts([("KSampler.steps", "900")], only_steps) == ""
        assert not_for_posts([("KSampler.cfg", "1")], only_steps) == "KSampler.cfg"
        assert not_for_posts([("KSampler.steps", "9")], [*only_steps, "!K*"]) == "KSampler.steps"

    def test_a_post_sets_a_hundred_at_most_and_none_twice(self) -> None:
        assert len(read_inputs({f"{n}.cfg": "1" for n in range(100)})) == 100
        with pytest.raises(ValueError, match="more than 100 inputs"):
            read_inputs(", ".join(f"{n}.cfg = 1" for n in range(20_000)))
        with pytest.raises(ValueError, match=r"'1\.cfg' twice"):
            read_inputs("1.cfg = 1, 2.cfg = 1, 1.cfg = 2")
