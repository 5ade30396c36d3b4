"""Small houses and plants that stand in rows along the ground; no concept names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blogcovers.painter.drawing.shapes import (
    BODY,
    FINE,
    LEAF,
    LIGHT,
    SECOND,
    SPARK,
    TRIM,
    VectorShape,
    disc,
    leaf,
    oval,
    poly,
    tube,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def _house() -> list[VectorShape]:
    return [
        poly([(0.1, 0.45), (0.9, 0.45), (0.9, 1), (0.1, 1)], BODY),
        poly([(0, 0.48), (0.5, 0), (1, 0.48)], SECOND),
        poly([(0.38, 1), (0.38, 0.65), (0.62, 0.65), (0.62, 1)], SPARK),
    ]


def _church() -> list[VectorShape]:
    return [
        poly([(0.3, 0.3), (0.7, 0.3), (0.7, 1), (0.3, 1)], BODY),
        poly([(0.25, 0.32), (0.5, 0), (0.75, 0.32)], SPARK),
        poly([(0, 0.6), (0.3, 0.6), (0.3, 1), (0, 1)], SECOND),
        poly([(0.7, 0.6), (1, 0.6), (1, 1), (0.7, 1)], SECOND),
        disc(0.5, 0.5, 0.09, LIGHT, FINE),
    ]


def _tree() -> list[VectorShape]:
    return [
        tube([(0.5, 1), (0.5, 0.5)], 0.12, 0.12, TRIM),
        disc(0.5, 0.36, 0.34, LEAF),
        *(disc(x, y, 0.07, SPARK, 0) for x, y in ((0.38, 0.28), (0.62, 0.3), (0.5, 0.5))),
    ]


def _pine() -> list[VectorShape]:
    return [
        tube([(0.5, 1), (0.5, 0.6)], 0.1, 0.1, TRIM),
        *(poly([(0.5 - w, y + 0.38), (0.5, y), (0.5 + w, y + 0.38)], LEAF) for w, y in ((0.34, 0.44), (0.28, 0.22),
            (0.2, 0))),
    ]  # fmt: skip


def _cactus() -> list[VectorShape]:
    return [
        tube([(0.5, 0.7), (0.24, 0.68), (0.22, 0.42)], 0.15, 0.15, LEAF),
        tube([(0.5, 0.6), (0.76, 0.58), (0.78, 0.3)], 0.15, 0.15, LEAF),
        tube([(0.5, 1), (0.5, 0.16)], 0.24, 0.22, LEAF),
        disc(0.5, 0.07, 0.09, SPARK, FINE),
    ]


def _flower() -> list[VectorShape]:
    return [
        tube([(0.5, 1), (0.5, 0.4)], 0.07, 0.07, LEAF),
        leaf(0.5, 0.95, 0.15, 0.65, 0.5, LEAF),
        leaf(0.5, 0.95, 0.85, 0.65, 0.5, LEAF),
        *(oval(0.5 + dx, 0.28 + dy, 0.14, 0.14, SPARK) for dx, dy in ((-0.17, 0), (0.17, 0), (0, -0.17), (0, 0.17))),
        disc(0.5, 0.28, 0.1, TRIM),
    ]


KINDS: Mapping[str, tuple[Callable[[], list[VectorShape]], ...]] = {
    "village": (_house, _house, _church, _house, _tree),
    "garden": (_flower,),
    "trees": (_tree, _pine),
    "cacti": (_cactus,),
}
