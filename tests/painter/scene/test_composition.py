"""Where motifs stand."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest

from blogcovers.painter.scene import composition
from blogcovers.painter.words.brief import read

SIZES = [(2400, 1260), (1260, 2400), (800, 800), (8192, 600)]


@pytest.mark.parametrize("size", SIZES)
def test_the_hero_is_large_and_whole_and_others_hardly_reach_into_it(size: tuple[int, int]) -> None:
    for seed, concept in enumerate(("A bird", "A boat", "Guitar", "The sun", "A jaguar", "Maize", "Fish", "Rain")):
        scene = composition.arrange(read(concept), size, 0.7, Random(seed))
        left, top, right, bottom = scene.hero.box
        assert left >= 0
        assert top >= 0
        assert right <= size[0]
        assert bottom <= size[1]
        assert bottom - top >= 0.45 * size[1] or right - left >= 0.45 * size[0]
        for other in scene.others:
            reach = composition.OVERLAP * 0.54 * min(size)  # of its own height, 0.54 of the shorter side at most
            assert max(
                other.box[0] - right, left - other.box[2], other.box[1] - bottom, top - other.box[3]
            ) >= -reach  # fmt: skip
        for one, other in combinations([other.box for other in scene.others], 2):
            assert one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] or other[1] >= one[3]


def test_there_are_two_to_five_others_and_fewer_where_it_is_sparse() -> None:
    counts = {
        density: [len(composition.arrange(read("A bird"), (2400, 1260), density, Random(seed)).others)
                  for seed in range(40)]
        for density in (0.1, 1.0)
    }  # fmt: skip
    assert set(counts[0.1]) <= {1, 2, 3}
    assert set(counts[1.0]) <= {2, 3, 4, 5}
    assert sum(counts[0.1]) < sum(counts[1.0])


@pytest.mark.parametrize(
    ("concept", "more"), [("Two boats", 1), ("Three foxes", 2), ("Dancers", 2), ("Two red birds", 1)]
)
def test_a_hero_s_fellows_are_there(concept: str, more: int) -> None:
    there = 0
    for seed in range(30):
        scene = composition.arrange(read(concept), (2400, 1260), 0.7, Random(seed))
        fellows = sum(other.name == scene.hero.name for other in scene.others)
        assert 1 <= fellows <= more
        there += fellows == more
    assert there >= 22


def test_everything_stands_where_it_belongs() -> None:
    boats = suns = houses = 0
    for seed in range(60):
        scene = composition.arrange(read("A fish, a boat, a house and the sun"), (2400, 1260), 1.0, Random(seed))
        for other in scene.others[len(scene.panels) :]:
            x, foot = (other.box[0] + other.box[2]) / 2, other.box[3]
            horizon = composition.level(scene.bands[0], x)
            if other.name == "boat":
                boats += 1
                assert foot > horizon, "a boat is on the water"
            elif other.name == "house":
                houses += 1
                assert foot > horizon, "a house is on the ground"
            elif other.name == "sun":
                suns += 1
                assert other.box[1] < 0.45 * 1260, "the sun is high"
    assert min(boats, suns, houses) > 5
