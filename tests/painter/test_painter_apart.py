"""Covers side by side look like one hand and many ideas."""

from __future__ import annotations

from itertools import combinations

from covers_apart import CONCEPTS, dhash

from blogcovers.painter.paint import paint

HOUSE = {
    "cobalt": "#1f4fa3", "vermilion": "#e2352b", "marigold": "#f6a81c", "turquoise": "#17a7a0", "rose": "#e85a8f",
    "leaf": "#2f9e44", "ochre": "#c9822b", "violet": "#6b3fa0", "cream": "#fbf0d9",
}  # fmt: skip


# So small a cover hashes as a large one does: over these the least distance is 11, at three times the size 12.
SMALL = (80, 42)


def test_no_two_of_five_hundred_covers_are_nearly_the_same() -> None:
    hashes = [dhash(paint(concept, i * 104729 + 11, SMALL, HOUSE)) for i, concept in enumerate(CONCEPTS)]
    assert len(hashes) == 500
    assert min((a ^ b).bit_count() for a, b in combinations(hashes, 2)) >= 6


def test_one_concept_with_other_seeds_gives_other_covers() -> None:
    hashes = [dhash(paint("A bird", seed, SMALL, HOUSE)) for seed in range(24)]
    assert min((a ^ b).bit_count() for a, b in combinations(hashes, 2)) >= 6
