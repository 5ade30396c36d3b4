"""Borders: on all covers, on none, or on some."""

from __future__ import annotations

from random import Random

import pytest

from blogcovers.painter.scene.borders import choose


@pytest.mark.parametrize(("border", "least", "most"), [("always", 100, 100), ("never", 0, 0), ("some", 35, 65)])
def test_as_many_covers_have_a_border_as_is_asked(border: str, least: int, most: int) -> None:
    chosen = [choose((1200, 630), border, Random(seed)) for seed in range(100)]
    assert least <= sum(any(one.sides) for one in chosen) <= most


def test_a_border_leaves_the_picture_what_its_strips_do_not_take() -> None:
    for seed in range(20):
        border = choose((1200, 630), "always", Random(seed))
        left, top, right, bottom = border.sides
        assert border.inner == (1200 - border.depth * (left + right), 630 - border.depth * (top + bottom))
