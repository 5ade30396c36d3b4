"""What is read from files is measured first: a bound that is passed is a clause, at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from blogcovers import bounds, storage
from blogcovers.bounds import OutOfBounds


def doubled(levels: int) -> str:
    """YAML of few lines whose aliases stand for 2 ** levels values."""
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, levels))]
    return "\n".join(lines)


class TestJson:
    @pytest.mark.parametrize("depth", [101, 900, 5000, 200_000])
    @pytest.mark.parametrize(("opener", "closer"), [("[", "]"), ('{"a":', "}")])
    def test_nesting(self, depth: int, opener: str, closer: str) -> None:
        with pytest.raises(OutOfBounds, match="nests deeper than 100"):
            bounds.json_value(opener * depth + "1" + closer * depth)

    def test_a_hundred_levels_are_read(self) -> None:
        assert bounds.json_value("[" * 100 + "]" * 100)

    def test_numbers(self) -> None:
        assert bounds.json_value("[" + "9" * 300 + ", -1, 1.5]")[1:] == [-1, 1.5]
        with pytest.raises(OutOfBounds, match="more than 300 digits"):
            bounds.json_value("9" * 1_000_000)

    def test_size(self) -> None:
        with pytest.raises(OutOfBounds, match="longer than 64 kB"):
            bounds.json_value(" " * 64_001, bounds.HEADER)

    def test_a_fault_is_that_of_the_parser(self) -> None:
        with pytest.raises(ValueError, match="line 1 column 2"):
            bounds.json_value("[")


class TestToml:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("a = " + "[" * 101 + "]" * 101, "nests deeper"),
            ("a = " + "{a = " * 5000 + "1" + "}" * 5000, "nests deeper"),
            (".".join(["a"] * 20_000) + " = 1", "a key has more than 16 parts"),
            ("[" + " . ".join(["a"] * 17) + "]", "a key has more than 16 parts"),
            ("'q' = 1\n" + ".".join(['"a"'] * 17) + " = 1", "a key has more than 16 parts"),
            ("a = " + "9" * 5000, "more than 300 digits"),
            ("a = 0x" + "f" * 60_000, "more than 300 digits"),
            ("#" * 1_000_001, "longer than 1 MB"),
        ],
    )
    def test_what_passes_a_bound(self, text: str, said: str) -> None:
        with pytest.raises(OutOfBounds, match=said):
            bounds.toml_table(text)

    @pytest.mark.parametrize(
        "text",
        [
            'a = "' + "b." * 100 + '"',
            "a = '" + "[" * 200 + "'",
            'a = """\n' + '[ {.a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t \\" "" ' + '"""',
            "a = '''" + "9" * 400 + " ''' # " + "[" * 200,
            "# it's " + "a." * 30,
            ".".join("abcdefghijklmnop") + " = 1.5",
        ],
    )
    def test_what_stands_in_texts_and_comments_counts_for_nothing(self, text: str) -> None:
        assert bounds.toml_table(text) is not None

    @pytest.mark.parametrize("quotes", ['"""', "'''", '"', "'", '"""\\"'])
    def test_texts_that_never_end(self, quotes: str) -> None:
        with pytest.raises(ValueError, match=r"Unterminated|Expected|Illegal|Unescaped|Invalid|Found"):
            bounds.toml_table(f"a = {quotes * 9999} x")


class TestYaml:
    def test_aliases(self) -> None:
        assert bounds.yaml_value(doubled(10))["a9"]
        with pytest.raises(OutOfBounds, match="its aliases stand for more than 10,000 values"):
            bounds.yaml_value(doubled(40))

    def test_a_long_text_without_aliases_is_read(self) -> None:
        assert len(bounds.yaml_value("- a\n" * 20_000)) == 20_000

    def test_an_alias_of_what_holds_it(self) -> None:
        with pytest.raises((OutOfBounds, yaml.YAMLError)):
            bounds.yaml_value("a: &a [*a]")

    @pytest.mark.parametrize(
        "text",
        ["[" * 101 + "]" * 101, "- " * 101 + "a", "-\t" * 101 + "a", "\n".join(" " * n + "a:" for n in range(102))],
        ids=["flow", "list", "tabs", "blocks"],
    )
    def test_nesting(self, text: str) -> None:
        with pytest.raises((OutOfBounds, yaml.YAMLError)):
            bounds.yaml_value(text)


class TestFiles:
    def test_a_pipe_is_not_waited_for(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.md")
        with pytest.raises(OSError, match=r"it is a (pipe|device)"):
            storage.first_bytes(tmp_path / "pipe.md")

    def test_a_device_is_not_read(self) -> None:
        with pytest.raises(OSError, match=r"it is a (pipe|device)"):
            storage.first_bytes(Path("/dev/zero"))

    def test_no_more_is_read_than_is_needed(self, tmp_path: Path) -> None:
        with (tmp_path / "long.md").open("wb") as file:
            file.truncate(20_000_000_000)
        assert len(storage.first_bytes(tmp_path / "long.md")) == bounds.POST_HEAD
        with pytest.raises(OSError, match="larger than 16 MB"):
            storage.read(tmp_path / "long.md", bounds.POST)

    def test_a_text_comes_with_line_feeds_and_without_its_mark(self, tmp_path: Path) -> None:
        (tmp_path / "a.toml").write_bytes(b"\xef\xbb\xbfa\r\nb\rc")
        assert storage.read_text(tmp_path / "a.toml", 100) == "a\nb\nc"
