"""Every motif, drawn alone."""

from __future__ import annotations

from random import Random

import pytest

from blogcovers.painter import vocabulary
from blogcovers.painter.drawing import sprite
from blogcovers.painter.motifs import MOTIFS
from blogcovers.painter.shapes import BODY, CLEAR, HALO, INK, bounds

SIDE = 300


@pytest.mark.parametrize("name", sorted(MOTIFS))
@pytest.mark.parametrize("seed", range(4))
def test_a_motif_is_drawn_whole_and_fills_its_square(name: str, seed: int) -> None:
    shapes = MOTIFS[name].draw(Random(seed))
    left, top, right, bottom = bounds(shapes)
    assert min(left, top) >= -0.05
    assert max(right, bottom) <= 1.05
    assert max(right - left, bottom - top) > 0.7
    figure = sprite(shapes, (0, 0, SIDE, SIDE), Random(seed))
    drawn = figure.image.point([0 if i == CLEAR else 255 for i in range(256)])
    box = drawn.getbbox()
    assert box is not None
    assert box[0] > 0, "clipped on the left"
    assert box[1] > 0, "clipped at the top"
    assert box[2] < drawn.width, "clipped on the right"
    assert box[3] < drawn.height, "clipped at the bottom"


@pytest.mark.parametrize("name", sorted(MOTIFS))
def test_a_motif_has_body_outline_and_contour_and_no_hole_in_its_colours(name: str) -> None:
    figure = sprite(MOTIFS[name].draw(Random(1)), (0, 0, SIDE, SIDE), Random(1))
    counts = {index: count for count, index in figure.image.getcolors() or []}
    painted = sum(count for index, count in counts.items() if index != CLEAR)
    assert painted > 0.2 * SIDE * SIDE
    assert counts[BODY] > 0.02 * painted
    assert 0.08 * painted < counts[INK] < 0.6 * painted
    assert HALO in counts
    assert set(counts) <= {*range(8), CLEAR}


def test_motifs_look_different() -> None:
    images = [sprite(m.draw(Random(1)), (0, 0, 64, 64), Random(1)).image.tobytes() for m in MOTIFS.values()]
    assert len(set(images)) == len(MOTIFS)


def test_the_vocabulary_names_every_motif_and_no_other() -> None:
    assert {vocabulary.motif_of(name) for name in MOTIFS} == set(MOTIFS)
    assert set(vocabulary.MOTIF_WORDS) == set(MOTIFS)
    companions = [name for table in (vocabulary.ABOVE, vocabulary.AROUND) for names in table.values() for name in names]
    assert set(companions) <= set(MOTIFS)
