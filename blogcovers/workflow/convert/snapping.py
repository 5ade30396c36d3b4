"""What becomes of a number that a primitive node puts into other nodes' widgets: their bounds and steps shape it."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from blogcovers.workflow.convert.widgets import Widget

_NUMBERS = ("min", "max", "step")
_NO_MATTER = (
    "default",
    "forceInput",
    "defaultInput",
    "control_after_generate",
    "multiline",
    "tooltip",
    "dynamicPrompts",
)

_NO_NUMBER = (OverflowError, ValueError, ZeroDivisionError)  # of a step of 1e-300, of NaN: the value stays as it is


def snapped(widget: Widget, value: Any) -> Any:
    """What a widget makes of a value that is put into it from outside: numbers go to its steps."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    with suppress(*_NO_NUMBER):
        if widget.type == "INT":
            return _to_step(widget.options, value)
        if widget.type == "FLOAT":
            return _rounded(widget.options, value)
    return value


def limited(fed: Sequence[Widget], value: Any) -> Any:
    """What a primitive node makes of its number, by the bounds and steps of the widgets that it feeds.

    It takes on what the first of them and each further one that differs in nothing else have in common.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or fed[0].type not in ("INT", "FLOAT"):
        return value
    merged = fed[0]
    with suppress(*_NO_NUMBER):
        for widget in fed[1:]:
            merged = _merged(merged, widget) or merged
    low, high = _range(merged.options)
    return snapped(merged, min(max(value, low), high))


def _merged(one: Widget, other: Widget) -> Widget | None:
    (low, high), (least, most) = _range(one.options), _range(other.options)
    keys = (one.options.keys() | other.options.keys()).difference(_NUMBERS, _NO_MATTER)
    if one.type != other.type or low > most or least > high:
        return None
    if any(one.options.get(key) != other.options.get(key) for key in keys):
        return None
    step = _common_step(_step(one.options, 1), _step(other.options, 1))
    return replace(one, options={**one.options, "min": max(low, least), "max": min(high, most), "step": step})


def _range(options: Mapping[str, Any]) -> tuple[float, float]:
    return _number(options, "min", -math.inf), _number(options, "max", math.inf)


def _number(options: Mapping[str, Any], name: str, default: float) -> float:
    value = options.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return default
    return value if math.isfinite(value) else default


def _step(options: Mapping[str, Any], default: float) -> float:
    step = _number(options, "step", default)
    return step if step > 0 else default


def _common_step(one: float, other: float) -> float:
    """The least common multiple; floats come to it as they can."""
    a, b = one, other
    while b:
        a, b = b, a % b
    product = one * other / a
    return int(product) if isinstance(one, int) and isinstance(other, int) else product


def _to_step(options: Mapping[str, Any], value: float) -> int:
    step = _step(options, 1)
    if step == 1:
        return value if isinstance(value, int) else math.floor(value + 0.5)
    least = _number(options, "min", 0)
    offset = math.fmod(least, step) if math.isfinite(least) else 0
    return int(math.floor((value - offset) / step + 0.5) * step + offset)


def _rounded(options: Mapping[str, Any], value: float) -> float:
    precision = max(0, -math.floor(math.log10(_step(options, 0.5))))
    grain = _number(options, "round", 0) or (10**-precision if precision else 0)
    if not grain:
        return value
    rounded = round(math.floor(value / grain + 0.5) * grain, precision)
    bounded = min(max(rounded, _number(options, "min", 0)), _number(options, "max", 2048))
    return value if bounded == value else bounded
