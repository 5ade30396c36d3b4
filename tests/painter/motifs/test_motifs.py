"""Every motif in each of its variants, drawn alone."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from blogcovers.painter.drawing import brush
from blogcovers.painter.drawing.shapes import BODY, CLEAR, HALO, INK, VectorShape, bounds
from blogcovers.painter.motifs.motif_table import MOTIFS

if TYPE_CHECKING:
    from collections.abc import Sequence

SIDE, EDGE = 300, 24
EVERY = [pytest.param(name, pose, id=f"{name}-{pose}") for name in sorted(MOTIFS) for pose in range(2)]


def alone(shapes: list[VectorShape], halos: Sequence[float] = ()) -> Image.Image:
    """The motif on a clear canvas, its paints the roles themselves."""
    image = Image.new("L", (SIDE + 2 * EDGE, SIDE + 2 * EDGE), CLEAR)
    brush.draw(image, shapes, (EDGE, EDGE, EDGE + SIDE, EDGE + SIDE), range(8), Random(1), halos=halos)
    return image


@pytest.mark.parametrize(("name", "pose"), EVERY)
def test_a_motif_is_drawn_whole_and_fills_its_square(name: str, pose: int) -> None:
    for seed in range(4):
        shapes = MOTIFS[name].draws[pose](Random(seed))
        left, top, right, bottom = bounds(shapes)
        assert min(left, top) >= -0.05
        assert max(right, bottom) <= 1.05
        assert max(right - left, bottom - top) > 0.7
        drawn = alone(shapes).point([255 * (i != CLEAR) for i in range(256)])
        box = drawn.getbbox()
        assert box is not None, "empty"
        assert box[0] > 0, "clipped on the left"
        assert box[1] > 0, "clipped at the top"
        assert box[2] < drawn.width, "clipped on the right"
        assert box[3] < drawn.height, "clipped at the bottom"


@pytest.mark.parametrize(("name", "pose"), EVERY)
def test_a_motif_has_body_outline_and_contour_and_no_hole_in_its_colours(name: str, pose: int) -> None:
    image = alone(MOTIFS[name].draws[pose](Random(1)), halos=[5.0])
    counts = {index: count for count, index in image.getcolors() or []}
    painted = sum(count for index, count in counts.items() if index != CLEAR)
    assert painted > 0.15 * SIDE * SIDE
    assert counts[BODY] > 0.015 * painted
    assert 0.08 * painted < counts[INK] < 0.7 * painted
    assert HALO in counts
    assert set(counts) <= {*range(8), CLEAR}


def test_there_are_enough_motifs_each_in_two_variants_and_no_two_alike() -> None:
    images = [alone(draw(Random(1))).tobytes() for motif in MOTIFS.values() for draw in motif.draws]
    assert len(MOTIFS) >= 36
    assert all(len(motif.draws) == 2 for motif in MOTIFS.values())
    assert len(set(images)) == len(images)
