"""Keys that look as if they were meant for us: told; those of themes and of everybody else: not."""

from __future__ import annotations

from typing import Any

import pytest

from blogcovers.generators.themes import THEMES
from blogcovers.posts.post import CONCEPT_KEYS, OVERRIDE_KEYS
from blogcovers.posts.unknown_keys import Misspelt, no_concept, suspects


def told(meta: dict[str, Any], concept_keys: tuple[str, ...] = CONCEPT_KEYS, picture_key: str = "") -> dict[str, str]:
    return dict(suspects(meta, concept_keys, OVERRIDE_KEYS, picture_key))


def slips(word: str) -> set[str]:
    """The word with a letter left out, another in its place, or two exchanged."""
    out = {word[:n] + word[n + 1 :] for n in range(len(word))}
    out |= {word[:n] + "x" + word[n + 1 :] for n in range(len(word))}
    return out | {word[:n] + word[n + 1] + word[n] + word[n + 2 :] for n in range(len(word) - 1)} - {word}


@pytest.mark.parametrize("name", OVERRIDE_KEYS)
def test_every_slip_in_a_key_of_ours_finds_it(name: str) -> None:
    for slip in slips(name.removeprefix("cover_")):
        assert told({f"cover_{slip}": "5"}) == {f"cover_{slip}": name}


@pytest.mark.parametrize("slip", sorted({"concepts", "koncept", "concept_"} | slips("concept")))
def test_every_slip_in_the_concept_finds_it(slip: str) -> None:
    assert told({"title": "A day", slip: "a fox"}) == {slip: "concept"}


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("coverseed", "cover_seed"),
        ("cover-seed", "cover_seed"),
        ("coverworkflw", "cover_workflow"),
        ("covr_seed", "cover_seed"),
        ("cover_concpt", "cover_concept"),
        ("cover_prompt", ""),
        ("cover_steps", ""),
    ],
)
def test_other_ways_to_miss_one(key: str, meant: str) -> None:
    assert told({key: "5"}) == {key: meant}


def test_below_cover_case_counts_since_it_does_where_values_are_read() -> None:
    cover = {"sed": "5", "Seed": "5", "seed": "5", "concpt": "a fox"}
    assert told({"cover": cover}) == {
        "cover.sed": "cover.seed",
        "cover.Seed": "cover.seed",
        "cover.concpt": "cover.concept",
    }


# Of themes, from their documentation, of Hugo, Jekyll, Hexo, Docusaurus and MkDocs, and of blogs.
_OTHERS = """
    cover cover_image cover_alt cover_caption cover_image_alt cover_image_url cover_url cover_credit cover_credits
    cover_position cover_height cover_emoji cover_hidden cover_img cover-img coverimage coverImg coverAlt coverCaption
    coverMeta coverSize coverWidth coverHeight coverAspect coverFit coverPosition coverPage coverage covers
    content contents context concise excerpt accept keywords description summary image image_alt imageAlt images header
    header-img featured_image featureimage thumbnail heroImage ogImage og_image top_img index_img banner_img poster
    previewimage teaser photo title subtitle date lastmod draft drafts slug slugs tags tag categories weight aliases
    layout style styles code_style color_style seed negative skip skip_toc workflow inputs input focus comments math toc
"""


@pytest.mark.parametrize(
    "key", [*_OTHERS.lower().split(), *(theme.key.removesuffix("[]") for theme in THEMES.values())]
)
def test_keys_of_themes_and_generators_are_theirs(key: str) -> None:
    first, *below = key.split(".")
    meta: Any = "x"
    for part in reversed(below):
        meta = {part: meta}
    assert told({first.lower(): meta}) == {}


def test_what_papermod_reads_below_cover_is_its_own() -> None:
    cover = ("image", "alt", "caption", "relative", "hidden", "hiddenInList", "hiddenInSingle", "linkFullImages")
    assert told({"cover": dict.fromkeys(cover, "x")}) == {}


@pytest.mark.parametrize(
    "meta",
    [
        {"coverstyle": {"layout": "left", "ratio": "16:9"}},
        {"concepts": ["recursion", "loops"]},
        {"concept": "a fox", "concepts": "recursion"},
        {"cover": {"concept": "a fox"}, "concepts": "recursion"},
        {"coverseed": None},
    ],
    ids=["a-mapping", "a-list", "beside-a-concept", "beside-one-below-cover", "empty"],
)
def test_what_a_key_holds_may_show_that_it_is_anothers(meta: dict[str, Any]) -> None:
    assert told(meta) == {}


def test_the_inputs_may_be_a_mapping() -> None:
    assert told({"cover_input": {"KSampler.steps": "3"}}) == {"cover_input": "cover_inputs"}


def test_the_key_that_the_theme_is_known_to_read_is_its_own() -> None:
    assert told({"cover_banner": "x"}) == {"cover_banner": ""}
    assert told({"cover_banner": "x"}, picture_key="cover_banner") == {}
    assert told({"cover": {"sees": ["x"]}}, picture_key="cover.sees[]") == {}


def test_concept_keys_are_the_configured_ones() -> None:
    keys = ("imageAlt", "params.scene")
    assert told({"imagealt": "a fox", "concpt": "x"}, keys) == {}
    assert told({"imagealts": "a fox"}, keys) == {"imagealts": "imageAlt"}
    assert told({"params": {"scen": "a fox"}}, keys) == {"params.scen": "params.scene"}
    assert told({"cover_concept": "a fox"}, keys) == {"cover_concept": ""}


def test_the_sentence_names_the_nearest_or_all() -> None:
    assert Misspelt("cover_sed", "cover_seed").sentence(()) == (
        "'cover_sed' is not a key of blogcovers. Did you mean 'cover_seed'?"
    )
    assert Misspelt("cover_steps", "").sentence(("concept", "cover_seed")) == (
        "'cover_steps' is not a key of blogcovers. Its keys are concept, cover_seed."
    )


def test_the_reason_names_what_was_meant_for_a_concept() -> None:
    seen = [Misspelt("cover_sed", "cover_seed"), Misspelt("concpt", "concept")]
    assert no_concept(seen, CONCEPT_KEYS) == "no concept, but 'concpt'. Did you mean 'concept'?"
    assert no_concept(seen[:1], CONCEPT_KEYS) == "no concept"
