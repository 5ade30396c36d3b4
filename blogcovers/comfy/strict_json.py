"""A server's JSON, read within limits. Pure.

Python's own reader recurses as deep as the text does, makes integers of any length in quadratic time, and knows
``NaN`` and ``Infinity``, on which the arithmetic of whoever reads them breaks. ComfyUI sends those two (a limit of a
node's input may be infinite, a changed node's mark is not a number): here they are None, no number at all.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from blogcovers.comfy import limits as bounds

_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)  # also one that does not end: linear in any text
_OTHERS = bytes(set(range(256)) - set(b"[]{}"))
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}


def loads(text: str | bytes) -> Any:
    """The value. Raises ValueError for what is no JSON, and for what is larger or deeper than an answer may be."""
    limits = bounds.LIMITS
    if isinstance(text, bytes):
        text = text.decode(
            "utf-8-sig"
        )  # no other encoding is JSON, and in another what is measured here would be amiss
    data = text.encode("utf-8", "surrogatepass")
    if len(data) > limits.max_json:
        raise ValueError("it is too large")
    if sum(data.count(sign) for sign in (b",", b"[", b"{")) > limits.max_values:
        raise ValueError("it holds too many values")
    if _is_deeper(data, limits.max_depth):
        raise ValueError("it is too deep")
    return json.loads(text, parse_int=_integer, parse_float=_finite, parse_constant=_nothing)


def _is_deeper(data: bytes, most: int) -> bool:
    if data.count(b"[") + data.count(b"{") <= most:
        return False
    depth = 0
    for bracket in _STRING.sub(b"", data).translate(None, _OTHERS):
        depth += _STEPS[bracket]
        if depth > most:
            return True
    return False


def _integer(digits: str) -> int:
    if len(digits) > bounds.LIMITS.max_digits:
        raise ValueError("a number is too long")
    return int(digits)


def _finite(digits: str) -> float | None:
    number = float(digits)
    return number if math.isfinite(number) else None


def _nothing(_name: str) -> None:
    return None
