"""What is read from a concept."""

from __future__ import annotations

from itertools import combinations

import pytest

from blogcovers.painter.motifs.motif_table import MOTIFS
from blogcovers.painter.words.brief import read
from blogcovers.painter.words.vocabulary import motif_of, words


@pytest.mark.parametrize(
    ("word", "motif"),
    [
        ("market", "basket"), ("weaving", "textile"), ("weaver", "textile"), ("loom", "textile"), ("GPU", "wheel"),
        ("servers", "wheel"), ("coding", "wheel"), ("volcano", "mountain"), ("volcanoes", "mountain"),
        ("hummingbirds", "bird"), ("quetzal", "bird"), ("parrots", "parrot"), ("stories", "book"), ("wolves", "fox"),
        ("leaves", "tree"), ("foxes", "fox"), ("running", None), ("churches", "house"), ("shipped", "boat"),
        ("pájaro", "bird"), ("corazón", "heart"),
    ],
)  # fmt: skip
def test_plurals_stems_and_synonyms_find_their_motif(word: str, motif: str | None) -> None:
    assert motif_of(words(word)[0]) == motif


def test_the_hero_is_the_first_known_noun_and_others_follow_in_order() -> None:
    brief = read("A hummingbird over a market basket under the volcano")
    assert brief.hero == "bird"
    assert brief.others[:2] == ("basket", "mountain")


def test_different_concepts_choose_different_heroes() -> None:
    concepts = ["The loom", "Fishermen and fish", "My guitar", "Old pyramids", "Coffee", "A letter", "The moon"]
    heroes = [read(concept).hero for concept in concepts]
    assert all(a != b for a, b in combinations(heroes, 2))


def test_unknown_words_choose_by_their_letters_and_spread() -> None:
    assert read("Zqrt blorf") == read("Zqrt blorf")
    # pinned: a new hash would repaint every cover of unknown words without a new VERSION
    assert [read(word).hero for word in ("zqrt", "blorf", "鼺")] == ["cactus", "fox", "basket"]
    assert len({read(f"zq{chr(97 + i)}x{chr(120 - i)}").hero for i in range(24)}) > 8


def test_a_concept_in_any_script_has_a_hero_and_enough_companions() -> None:
    for concept in ("", "42", "猫と月", "Привет, мир", "🌵🌵", "the and of"):
        brief = read(concept)
        assert brief.hero in MOTIFS
        assert len(brief.others) >= 4
        assert brief.hero not in brief.others


@pytest.mark.parametrize(
    ("concept", "hero", "place", "colours"),
    [
        ("Un zorro rojo en la nieve", "fox", "snow", ("red",)),
        ("Uma raposa vermelha na neve", "fox", "snow", ("red",)),
        ("Un renard rouge dans la neige", "fox", "snow", ("red",)),
        ("Ein roter Fuchs schläft im Schnee", "fox", "snow", ("red",)),
        ("Una volpe rossa nella neve", "fox", "snow", ("red",)),
        ("Красная лиса в снегу", "fox", "snow", ("red",)),
        ("一只红色的狐狸在雪地里睡觉", "fox", "snow", ("red",)),
        ("赤いキツネと雪", "fox", "snow", ("red",)),
        ("🦊❄️", "fox", "snow", ()),
        ("☕", "cup", "", ()),
        ("⛵", "boat", "sea", ()),
        ("🙂", "face", "", ()),
        ("🐱", "jaguar", "", ()),
    ],
)
def test_a_concept_is_understood_in_many_languages(
    concept: str, hero: str, place: str, colours: tuple[str, ...]
) -> None:
    brief = read(concept)
    assert (brief.hero, brief.place, brief.colours) == (hero, place, colours)


def test_a_word_of_another_language_is_not_looked_for_in_an_english_text() -> None:
    assert read("Un chat").hero == "jaguar"
    assert "jaguar" not in (read("A chat with the baker").hero, *read("A chat with the baker").others[:2])


def test_hour_and_place_are_read() -> None:
    assert read("A fox at night").time == "night"
    assert read("Sunrise over the village").time == "dawn"
    assert read("The boat in the rain").time == "rain"
    assert read("The boat in the rain").place == "sea"
    assert read("Cacti of the desert").place == "desert"
    assert "sun" not in read("Fqz hums at night").others


def test_a_colour_belongs_to_the_noun_beside_it() -> None:
    assert (read("A red fox at night").colours, read("A red fox at night").tints) == (("red",), ())
    assert (read("Two fish in the blue sea").colours, read("Two fish in the blue sea").tints) == ((), ("blue",))
    assert read("un pájaro azul").colours == ("blue",)


def test_a_colour_of_another_motif_is_that_motifs_alone() -> None:
    brief = read("A hummingbird at a giant red flower")
    assert (brief.colours, brief.wishes, brief.tints) == ((), (("flower", "red"),), ())
    assert read("An orange sun over violet mountains").tints == ("violet",)


def test_several_of_the_hero_are_more_than_one() -> None:
    assert read("Two boats carry the moon").others[:2] == ("boat", "moon")
    assert read("Dancers in the plaza").others[:3].count("dancer") == 2
    assert read("Three foxes").others[:3].count("fox") == 2
    assert read("Two yellow dogs").others.count("dog") == 1
    assert read("Three small red fish").others.count("fish") == 2
    assert read("两只蓝色的鸟").others.count("bird") == 1
    assert "boat" not in read("A boat carries the moon").others


def test_what_a_thing_does_comes_after_the_thing() -> None:
    assert (read("The dancing horse").hero, read("The dancing horse").others[0]) == ("horse", "dancer")
    assert read("Singing").hero == "guitar"
    assert read("At night a red boat on the sea").hero == "boat"
    assert read("夜晚的大海上有一条红船").hero == "boat"
    assert read("Night").hero == "moon"
    assert read("Shipping containers at the market").hero == "boat"


def test_words_choose_a_variant() -> None:
    assert read("The quetzal and the cat").drawings == (("bird", 0), ("jaguar", 1))
    assert read("A hummingbird").drawings == (("bird", 1),)
    assert read("A bird").drawings == ()


def test_a_hero_is_at_home_where_the_concept_names_no_place() -> None:
    assert read("A boat").place == "sea"
    assert read("Old cactus").place == "desert"
    assert read("A boat in the garden").place == "sea"
    assert read("A candle on the kitchen table").place == "room"


def test_a_place_that_is_named_counts_more_than_one_that_a_beast_lives_in() -> None:
    assert read("A fox").place == "forest"
    assert read("A fox on the glacier").place == "snow"
    assert read("The jaguar of the sea").place == "sea"
