"""The recipe: what is due, what differs from what was made, and its record for good."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest

from blogcovers.cover import CAUSES, Output, Recipe, UnknownFormat, changes, recipe, wanted
from blogcovers.cover.recipe import from_json, to_json
from blogcovers.posts import Post
from blogcovers.workflow import Style
from blogcovers.workflow.style import parse_house

HOUSE = '[palette]\ncobalt = "#1f4fa3"\ncream = "#fbf0d9"\n'
FOX = Post("fox.md", "fox", "a fox", title="A day", tags=("night",), lang="en")
OUTPUT = Output()


def style(prompt: str = "{{ concept }}", house: str = HOUSE) -> Style:
    return Style(parse_house(house, "house.toml"), prompt, "", {})


def due(post: Post = FOX, the_style: Style | None = None, **given: Any) -> Recipe:
    asked: dict[str, Any] = {"workflow_digest": "w", "output": OUTPUT, "renderer": "comfyui", "version": 0} | given
    return wanted(post, the_style or style(), **asked)


def made() -> Recipe:
    """A recipe with every field set to something of its own."""
    return replace(
        due(),
        attempt=2,
        provisional=True,
        picture="0123456789abcdef",
        outputs=("fox-square.webp",),
        texts={"concept": "a fox", "prompt": 'a "fox" in {braces}\nand 狐', "negative": "text"},
    )


class TestWanted:
    def test_the_seed_is_of_the_slug_or_the_posts_own(self) -> None:
        assert due().seed == int(hashlib.sha256(b"fox").hexdigest(), 16) >> (256 - 53)
        assert due(replace(FOX, seed=0)).seed == 0
        assert due(replace(FOX, seed=2**64 - 1)).seed == 2**64 - 1

    def test_there_is_one_digest_for_each_cause(self) -> None:
        assert set(due().digests) == set(CAUSES) == {"concept", "style", "workflow", "output", "renderer"}

    @pytest.mark.parametrize(
        ("other", "cause"),
        [
            pytest.param(due(replace(FOX, concept="two foxes")), "concept", id="concept"),
            pytest.param(due(replace(FOX, negative="cats")), "concept", id="negative"),
            pytest.param(due(replace(FOX, seed=1)), "concept", id="seed"),
            pytest.param(due(the_style=style("A {{ concept }}")), "style", id="prompt"),
            pytest.param(due(the_style=style(house=HOUSE.replace("a3", "a4"))), "style", id="colour"),
            pytest.param(due(workflow_digest="x"), "workflow", id="workflow"),
            pytest.param(due(output=Output(size=(1200, 600))), "output", id="size"),
            pytest.param(due(output=Output(quality=83)), "output", id="quality"),
            pytest.param(due(output=Output(focus=(50.0, 30.0))), "output", id="focus"),
            pytest.param(due(version=1), "renderer", id="version"),
            pytest.param(due(renderer="painter"), "renderer", id="renderer"),
        ],
    )
    def test_a_change_shows_under_its_cause_alone(self, other: Recipe, cause: str) -> None:
        assert list(changes(due(), other)) == [cause]
        assert due().fingerprint != other.fingerprint

    @pytest.mark.parametrize(
        "other",
        [
            pytest.param(due(replace(FOX, path="moved/fox.md", source="moved/fox.md")), id="moved"),
            pytest.param(due(replace(FOX, title="Another day", tags=(), lang="es")), id="words-that-no-template-uses"),
            pytest.param(due(replace(FOX, unpublished="a draft", skip=True)), id="flags"),
            pytest.param(due(the_style=style("{# mine #}{{ concept }}")), id="comment"),
            pytest.param(due(output=Output((1200, 630), 82, (50.0, 50.0))), id="defaults-spelt-out"),
            pytest.param(due(replace(FOX, focus=(30.0, 20.0))), id="a-focus-for-what-is-derived"),
        ],
    )
    def test_what_decides_no_picture_changes_nothing(self, other: Recipe) -> None:
        assert changes(due(), other) == {}
        assert due().fingerprint == other.fingerprint

    @pytest.mark.parametrize(
        ("template", "changed"),
        [
            ("{{ title }}", {"title": "B"}),
            ("{{ tags }}", {"tags": ("b",)}),
            ("{% if lang %}{% endif %}", {"lang": "es"}),
        ],
    )
    def test_a_word_that_the_templates_use_counts_with_the_concept(
        self, template: str, changed: dict[str, Any]
    ) -> None:
        used = style(template)
        assert list(changes(due(the_style=used), due(replace(FOX, **changed), used))) == ["concept"]

    def test_a_seed_that_is_spelt_out_is_the_same_seed(self) -> None:
        assert changes(due(), due(replace(FOX, seed=due().seed))) == {}


class TestReasons:
    @pytest.mark.parametrize(
        ("before", "after", "reasons"),
        [
            pytest.param({}, {"concept": "two foxes"}, {"concept": "concept: 'a fox' → 'two foxes'"}, id="concept"),
            pytest.param({}, {"negative": "cats"}, {"concept": "negative: none → 'cats'"}, id="negative"),
            pytest.param({"negative": "cats"}, {}, {"concept": "negative: 'cats' → none"}, id="no-negative"),
            pytest.param(
                {"negative": "cats"}, {"negative": "dogs"}, {"concept": "negative: 'cats' → 'dogs'"}, id="negatives"
            ),
            pytest.param({"seed": 1}, {"seed": 2}, {"concept": "seed: 1 → 2"}, id="seed"),
            pytest.param({}, {"slug": "hen", "seed": due().seed}, {"": "slug: 'fox' → 'hen'"}, id="slug"),
        ],
    )
    def test_of_a_changed_post(self, before: dict[str, Any], after: dict[str, Any], reasons: dict[str, str]) -> None:
        assert changes(due(replace(FOX, **before)), due(replace(FOX, **after))) == reasons

    def test_without_texts_the_concept_is_only_said_to_have_changed(self) -> None:
        assert changes(due().bare(), due(replace(FOX, concept="two foxes"))) == {"concept": "concept changed"}

    def test_of_a_word_that_the_templates_use(self) -> None:
        used = style("{{ title }}")
        found = changes(due(the_style=used), due(replace(FOX, title="B"), used))
        assert found == {"concept": "title, tags or language changed"}

    def test_a_cover_of_an_early_version_does_not_tell_what_its_post_added_to_the_negative(self) -> None:
        early = replace(due(), texts={"concept": "a fox", "prompt": "a fox", "negative": "text, cats"})
        assert changes(early, due()) == {}, "it stays current"
        found = changes(early, due(replace(FOX, negative="dogs")))
        assert found == {"concept": "cover_negative, title, tags or language changed"}

    def test_of_another_renderer(self) -> None:
        painted = due(renderer="painter", version=1, workflow_digest="")
        assert changes(painted, due()) == {"renderer": "renderer: painter → comfyui"}
        assert changes(due(renderer="painter", version=1), due(renderer="painter", version=2)) == {
            "renderer": "the painter draws differently now"
        }

    def test_of_our_own_code(self) -> None:
        (reason,) = changes(replace(due(), recipe_version=0), due()).values()
        assert "blogcovers" in reason

    def test_several_stand_side_by_side(self) -> None:
        found = changes(due(), due(replace(FOX, concept="x"), style("A {{ concept }}"), output=Output(quality=1)))
        assert list(found) == ["concept", "style", "output"]

    @pytest.mark.parametrize("field", [{"attempt": 3}, {"provisional": True}, {"outputs": ("x",)}, {"picture": "x"}])
    def test_what_became_of_it_is_no_change(self, field: dict[str, Any]) -> None:
        assert changes(replace(due(), **field), due()) == {}

    def test_a_cause_that_an_old_cover_does_not_know_has_changed(self) -> None:
        old = replace(due(), digests={cause: due().digests[cause] for cause in CAUSES if cause != "output"})
        assert changes(old, due()) == {"output": "output changed"}

    def test_a_cause_of_a_later_version_is_ignored(self) -> None:
        assert changes(replace(due(), digests={**due().digests, "frame": "x"}), due()) == {}


class TestFingerprint:
    def test_of_the_default_output_is_for_good(self) -> None:
        # In every cover that there is: another value here renders all of them again.
        assert Output().digest == "48c8f0e283a1750c64083d7b267c126a"

    def test_does_not_depend_on_the_order_of_the_digests(self) -> None:
        backwards = dict(reversed(list(due().digests.items())))
        assert replace(due(), digests=backwards).fingerprint == due().fingerprint

    def test_is_of_the_slug_too(self) -> None:
        seed = due().seed
        assert due(replace(FOX, slug="hen", seed=seed)).fingerprint != due().fingerprint

    def test_texts_and_graph_are_no_part_of_it(self) -> None:
        assert replace(made(), graph={"1": {}}).fingerprint == made().bare().fingerprint


class TestRecord:
    def test_comes_back_as_it_went(self) -> None:
        assert from_json(to_json(made())) == made()
        assert from_json(to_json(due())) == due()

    def test_is_ascii_json_without_the_graph(self) -> None:
        text = to_json(replace(made(), graph={"1": {"class_type": "Secret"}}))
        assert text.isascii()
        assert "Secret" not in text

    def test_holds_what_was_decided_for_good(self) -> None:
        assert set(json.loads(to_json(made()))) == {
            *("format", "recipe_version", "slug", "fingerprint", "digests", "renderer", "seed", "attempt"),
            *("provisional", "picture", "outputs", "texts"),
        }

    def test_bare_it_holds_digests_only(self) -> None:
        record = json.loads(to_json(replace(made(), graph={"1": {}}).bare()))
        assert "texts" not in record
        assert record["digests"] == dict(made().digests)
        assert record["fingerprint"] == made().fingerprint

    def test_keys_that_a_later_version_adds_are_ignored(self) -> None:
        record = json.loads(to_json(made())) | {"frame": "gold", "layers": [1, 2]}
        assert from_json(json.dumps(record)) == made()

    def test_a_later_format_is_told_apart(self) -> None:
        record = json.loads(to_json(made())) | {"format": recipe.FORMAT + 1}
        with pytest.raises(UnknownFormat):
            from_json(json.dumps(record))

    @pytest.mark.parametrize("key", sorted(set(json.loads(to_json(made()))) - {"texts", "fingerprint"}))
    def test_one_that_lacks_a_key_is_no_recipe(self, key: str) -> None:
        record = json.loads(to_json(made()))
        del record[key]
        with pytest.raises(ValueError, match="not a recipe"):
            from_json(json.dumps(record))

    @pytest.mark.parametrize(
        "text",
        ["", "null", "1", '"text"', "[]", "{}", "{", '{"format": "x"}', '{"format": null}', "[" * 100_000]
        + [
            json.dumps(json.loads(to_json(made())) | change)
            for change in [
                {"seed": "x"},
                {"seed": None},
                {"seed": float("inf")},
                {"seed": float("nan")},
                {"attempt": float("inf")},
                {"digests": ["x"]},
                {"outputs": 7},
                {"texts": []},
            ]
        ],
        ids=lambda text: (
            text[-24:] if len(text) < 100 else f"{text[:8]}-{hashlib.sha256(text.encode()).hexdigest()[:6]}"
        ),
    )
    def test_what_is_no_recipe_is_a_value_error(self, text: str) -> None:
        with pytest.raises(ValueError):
            from_json(text)
