"""One contributor's file is one post's failure; a broken config or style is a sentence; never a bug of ours."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from site_builder import SMALL, Site

from blogcovers import bounds

DEEP = "a = " + "[" * 5000 + "]" * 5000
DOTS = ".".join(["a"] * 5000) + " = 1"
DIGITS = "a = " + "9" * 5000
DOUBLED = "".join(f"  a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))


@pytest.mark.parametrize("text", [DEEP, DOTS, DIGITS, "a = 0x" + "f" * 5000], ids=["deep", "dots", "digits", "hex"])
class TestBrokenByHand:
    def test_the_config(self, site: Site, text: str) -> None:
        site.post("fox")
        site.write("blogcovers.toml", text)
        result = site.run("plan", "content")
        assert result.code == 2
        assert "blogcovers.toml: the TOML is malformed: " in result.err

    def test_pyproject(self, site: Site, text: str) -> None:
        site.post("fox")
        site.write("pyproject.toml", text)
        result = site.run("plan", "content")
        assert result.code == 2
        assert "pyproject.toml: the TOML is malformed: " in result.err

    def test_the_house(self, site: Site, text: str) -> None:
        site.post("fox")
        site.style(house_toml=text)
        result = site.run("plan", "content")
        assert result.code == 3
        assert "house.toml: the TOML is malformed: " in result.err

    def test_the_generators_config(self, site: Site, text: str) -> None:
        site.post("fox")
        site.write("hugo.toml", text)
        assert site.run("plan", "content").code in (0, 1, 2)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 3000 + "1" + "}" * 3000, "9" * 1_000_000])
def test_json_without_end(site: Site, text: str) -> None:
    site.write("saved.json", text)
    site.write("info.json", "{}")
    result = site.run("workflow", "convert", "saved.json", "--object-info", "info.json")
    assert result.code == 3
    assert "saved.json: this cannot be read: " in result.err
    result = site.run("workflow", "convert", "info.json", "--object-info", "saved.json")
    assert result.code == 2
    assert "saved.json cannot be read: " in result.err
    result = site.run("workflow", "roles", "saved.json")
    assert result.code == 3


def test_subgraphs_that_hold_each_other_twice(site: Site) -> None:
    node = {"mode": 0, "inputs": [], "outputs": [], "properties": {}, "widgets_values": []}
    graphs = [
        {"id": f"g{n}", "name": f"g{n}", "nodes": [{**node, "id": at, "type": f"g{n + 1}"} for at in (1, 2)]}
        for n in range(40)
    ]
    document = {"nodes": [{**node, "id": 1, "type": "g0"}], "definitions": {"subgraphs": graphs}}
    site.write("saved.json", json.dumps(document))
    site.write("info.json", "{}")
    result = site.run("workflow", "convert", "saved.json", "--object-info", "info.json")
    assert result.code == 3
    assert "its subgraphs stand for more than 10,000 nodes" in result.err


class TestPosts:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("---\nconcept: a fox\ncover_inputs:\n  a0: &a0 x\n" + DOUBLED + "---\n", "its aliases stand for more"),
            ("+++\nconcept = 'a fox'\n" + DOTS + "\n+++\n", "a key has more than 16 parts"),
            ("---\nconcept: a fox\nx: " + "y" * 70_000 + "\n---\n", "the front matter is longer than 64 kB"),
            ("---\nconcept: a fox\nx: " + "[" * 200 + "]" * 200 + "\n---\n", "it nests deeper than 100 levels"),
            ("---\nconcept: a fox\na" + " " * 50_000 + "\n---\n", "malformed"),
        ],
        ids=["aliases", "dots", "long", "deep", "blanks"],
    )
    def test_one_fails_and_the_others_are_made(self, site: Site, text: str, said: str) -> None:
        site.write("blogcovers.toml", SMALL)
        site.post("fox")
        site.write("content/bad.md", text)
        result = site.run("build", "content", "--json")
        assert result.code == 1
        assert result.rows()["fox"]["action"] == "rendered"
        assert said in str(result.rows()["bad"]["error"])

    def test_a_pipe_and_a_post_of_gigabytes(self, site: Site) -> None:
        site.write("blogcovers.toml", SMALL)
        site.post("fox")
        content = site.root / "content"
        os.mkfifo(content / "pipe.md")
        os.mkfifo(content / "_index.md")
        with (content / "long.md").open("wb") as file:
            file.write(b"---\nconcept: a hen\n---\n")
            file.truncate(20_000_000_000)
        assert site.run("build", "content", "--json").actions() == {"fox": "rendered", "long": "rendered"}

    def test_link_goes_on_over_what_cannot_be_edited(self, site: Site) -> None:
        site.write("blogcovers.toml", f'concept_fallback = "title"\npublic_url = "/c"\n{SMALL}[link]\nkey = "image"\n')
        site.post("a")
        site.post("z")
        prose = "+++\nprose\n+++\n\nmore\n"
        site.write("content/m.md", prose)
        with (site.root / "content/n.md").open("wb") as file:
            file.write(b"---\nconcept: a hen\n---\n")
            file.truncate(bounds.POST + 1)
        site.run("build", "content")
        result = site.run("link", "content")
        assert result.code == 1
        assert "content/n.md: it cannot be read: it is larger than 16 MB." in result.err
        for name in "az":
            assert "image:" in (site.root / f"content/{name}.md").read_text(encoding="utf-8")
        assert (site.root / "content/m.md").read_text(encoding="utf-8") == prose
        assert Path(site.root / "content/n.md").stat().st_size == bounds.POST + 1
