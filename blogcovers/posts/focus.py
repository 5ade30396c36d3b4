"""The focus: the point of a picture that stays in view when it is cropped."""

from __future__ import annotations

import re
from typing import TypeAlias

Focus: TypeAlias = tuple[float, float]
"""A point of a picture in percent: from its left edge, from its top edge."""

CENTRE: Focus = (50.0, 50.0)
FOCUS_HINT = 'Write it like "50% 30%": from the left edge, from the top edge.'

_FOCUS = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,3})?)%\s+([0-9]{1,3}(?:\.[0-9]{1,3})?)%")


def read_focus(text: str) -> Focus:
    """The point that ``"50% 30%"`` names. Raises ValueError."""
    found = _FOCUS.fullmatch(text.strip())
    if not found:
        raise ValueError("no two percentages")
    left, top = float(found[1]), float(found[2])
    if not (left <= 100 and top <= 100):
        raise ValueError("a point outside the picture")
    return left, top
