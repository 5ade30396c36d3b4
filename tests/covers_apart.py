"""Hundreds of concepts, and how far apart two covers look to a machine."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from PIL.Image import Resampling

if TYPE_CHECKING:
    from PIL.Image import Image

WHO = (
    "A red fox", "The baker", "My grandmother", "Two boats", "The old tree", "A jaguar", "Gears", "The candle",
    "A mask", "Maize", "A hummingbird", "Our server", "The river", "A blue horse", "Dancers", "The zqrt", "A key",
    "Words", "Rain", "A dog", "The market", "Ownership", "A heart", "The loom", "Fishermen",
)  # fmt: skip
WHERE = (
    "at night", "in the rain", "by the sea", "under the volcano", "and the moon", "in a garden", "for beginners",
    "at dawn", "in the desert", "with a guitar", "on the roof", "in winter", "in the forest", "between two houses",
    "at the window", "and its shadow", "of a hundred colours", "on a Sunday", "beside the temple", "without a plan",
)  # fmt: skip
CONCEPTS = tuple(" ".join(pair) for pair in product(WHO, WHERE))


def dhash(image: Image) -> int:
    """The 64-bit difference hash: is each of 8x8 fields darker than its neighbour to the right?"""
    small = image.convert("L").resize((9, 8), Resampling.LANCZOS)
    rows = [small.crop((0, y, 9, y + 1)).tobytes() for y in range(8)]
    return sum((row[x] < row[x + 1]) << (8 * y + x) for y, row in enumerate(rows) for x in range(8))
