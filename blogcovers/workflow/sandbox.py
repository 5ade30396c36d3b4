"""Jinja2 for prompts, with an end: no value and no render costs more than a bound, whatever the template says.

A style is trusted, but what it does with a post's words depends on these. So everything that can grow or repeat is
measured as it runs, in the same thread: operators, filters, tests and calls by what goes in and comes out, loops and
macros by their bodies. What would be too large is refused before it is made; what adds up is stopped where it passes
:data:`EFFORT`. Templates see no clock, no chance and no files.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from contextvars import ContextVar
from functools import update_wrapper
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from jinja2 import StrictUndefined, Undefined, nodes, pass_context
from jinja2.environment import Environment
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST = 100_000
"""Characters and items of one value. A prompt has some hundreds; SDXL reads the first 77 tokens."""
EFFORT = 300_000
"""What one render may cost, in characters touched and steps taken: a second or two on a slow machine.
The shipped style's costs a thousand at most."""
_GUESS = 10_000_000  # characters that a call may make as far as its arguments tell; then the result is measured
_BITS = 4096  # of a whole number

_WIDE = frozenset({"batch", "center", "expandtabs", "indent", "ljust", "rjust", "slice", "to_bytes", "tojson"})
_WIDE_TOO = frozenset({"wordwrap", "xmlattr", "zfill", "replace", "round"})
_FORMATS = frozenset({"format", "format_map"})


class TooMuchWork(Exception):  # noqa: N818  (the fact, as in errors.py)
    """A template that passes a bound: the message is a clause."""


class _Meter:
    def __init__(self) -> None:
        self.left = EFFORT

    def spend(self, units: int) -> None:
        self.left -= units
        if self.left < 0:
            raise TooMuchWork("it takes too many steps")


_METER: ContextVar[_Meter | None] = ContextVar("meter", default=None)


@contextmanager
def metered() -> Iterator[None]:
    """Within it, templates are compiled and rendered at the cost of one budget. Raises TooMuchWork."""
    token = _METER.set(_Meter())
    try:
        yield
    finally:
        _METER.reset(token)


def _spend(units: int) -> None:
    if meter := _METER.get():
        meter.spend(units)


def _size(value: Any) -> int:
    """Characters and items, those inside counted. Raises TooMuchWork beyond MOST: lists of lists of the same list may
    stand for more than can be counted."""
    total, waiting = 0, [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str | bytes):
            total += len(one)
        elif isinstance(one, dict):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, list | tuple | set | frozenset):
            waiting += one
        elif isinstance(one, int) and one.bit_length() > _BITS:
            raise TooMuchWork("a number in it grows too large")
        total += 1
        if total + len(waiting) > MOST:
            raise TooMuchWork(f"a text or list in it grows beyond {MOST:,} characters")
    return total


def _whole_numbers(value: Any) -> Iterator[int]:
    if isinstance(value, int):
        yield abs(value)
    elif isinstance(value, dict):
        yield from (number for item in value.values() for number in _whole_numbers(item))
    elif isinstance(value, list | tuple):
        yield from (number for item in value for number in _whole_numbers(item))


def _check_format(pattern: str, arguments: Any) -> None:
    """Raises TooMuchWork for widths, written in the pattern or given with ``*`` and ``{:{}}``, that blow it up."""
    widths = [int(digits[:12]) for digits in re.findall(r"[0-9]+", pattern)]
    if "*" in pattern or re.search(r":[^{}]*\{", pattern):
        widths += _whole_numbers(arguments)
    if len(pattern) * max(widths, default=0) > MOST:
        raise TooMuchWork(f"a text or list in it grows beyond {MOST:,} characters")


def _measured(name: str, subject: Any, arguments: list[Any], make: Callable[[], Any]) -> Any:
    """What ``make`` returns: not begun where it would be too large, and paid for."""
    taken, more = _size(subject), _size(arguments)
    _spend(taken + more)
    if name in _FORMATS and isinstance(subject, str):
        _check_format(subject, arguments)
    if name == "sum" and not all(isinstance(start, int | float) for start in arguments):
        more = taken  # lists are put together again for each one
    widths = _whole_numbers(arguments) if name in _WIDE or name in _WIDE_TOO else ()
    if taken * max(more, *widths, 1) > _GUESS:
        raise TooMuchWork(f"'{name}' would make too long a text")
    made = make()
    _spend(_size(made))
    return made


def _measuring(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A filter or a test of Jinja2's, measured."""

    def run(*arguments: Any, **named: Any) -> Any:
        first = next(n for n, one in enumerate(arguments) if not isinstance(one, Context | EvalContext | Environment))
        subject, rest = arguments[first], [*arguments[first + 1 :], *named.values()]
        return _measured(name, subject, rest, lambda: function(*arguments, **named))

    return update_wrapper(run, function)


@pass_context
def _weighed(_context: Context, value: Any) -> Any:
    """A value that is compared, or looked up by."""
    if not isinstance(value, Undefined):
        _spend(_size(value))
    return value


@pass_context
def _counted(_context: Context, value: Any) -> Any:
    """What a loop goes over."""
    if isinstance(value, Undefined):
        return value
    if not hasattr(value, "__len__"):
        value = list(islice(iter(value), MOST + 1))
    _spend(len(value) + 1)
    return value


@pass_context
def _step(_context: Context, weight: int) -> str:
    """What a body costs each time."""
    _spend(weight)
    return ""


@pass_context
def _joined(_context: Context, parts: list[Any]) -> str:
    """``~``."""
    _spend(_size(parts))
    made = "".join(map(str, parts))
    _spend(_size(made))
    return made


@pass_context
def _shown(_context: Context, value: Any) -> Any:
    """What is written out."""
    if not isinstance(value, Undefined):
        _spend(_size(value))
    return value


_OWN = {".weighed": _weighed, ".counted": _counted, ".step": _step, ".joined": _joined}
"""Filters that no template can name, put in by :class:`_Metering`."""


class _Metering(NodeTransformer):
    """Puts measures where Jinja2 leaves no other hook: loops, bodies, ``~``, comparisons, keys."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802  (Jinja2 names it)
        self.generic_visit(node)
        node.iter = _filtered(node.iter, ".counted")
        node.body = _paid(node.body)
        return node

    def visit_Macro(self, node: nodes.Macro) -> nodes.Node:  # noqa: N802  (Jinja2 names it)
        self.generic_visit(node)
        node.body = _paid(node.body)
        return node

    def visit_CallBlock(self, node: nodes.CallBlock) -> nodes.Node:  # noqa: N802  (Jinja2 names it)
        self.generic_visit(node)
        node.body = _paid(node.body)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802  (Jinja2 names it)
        self.generic_visit(node)
        return _filtered(nodes.List(node.nodes, lineno=node.lineno), ".joined")

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802  (Jinja2 names it)
        self.generic_visit(node)
        node.expr = _filtered(node.expr, ".weighed")
        for operand in node.ops:
            operand.expr = _filtered(operand.expr, ".weighed")
        return node

    def visit_Pair(self, node: nodes.Pair) -> nodes.Node:  # noqa: N802  (Jinja2 names it)
        self.generic_visit(node)
        node.key = _filtered(node.key, ".weighed")
        return node

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:  # noqa: N802  (Jinja2 names it)
        self.generic_visit(node)
        if not isinstance(node.arg, nodes.Const | nodes.Slice):
            node.arg = _filtered(node.arg, ".weighed")
        return node


def _filtered(node: nodes.Node, name: str) -> nodes.Filter:
    return nodes.Filter(cast("nodes.Expr", node), name, [], [], None, None, lineno=node.lineno)


def _paid(body: list[nodes.Node]) -> list[nodes.Node]:
    weight = 1
    for node in body:
        weight += 1 + sum(1 for _ in node.find_all(nodes.Node))
        weight += sum(len(data.data) for data in node.find_all(nodes.TemplateData))
    line = body[0].lineno if body else 1
    price = _filtered(nodes.Const(weight, lineno=line), ".step")
    return [nodes.Output([price], lineno=line), *body]


class PromptEnvironment(ImmutableSandboxedEnvironment):
    """Without globals, without chance, and with a meter; :func:`metered` is around each compilation and render."""

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, cache_size=0, finalize=_shown)
        self.globals.clear()  # range, lipsum, cycler ...
        del self.filters["random"]
        self.filters = {**{name: _measuring(name, cast("Any", one)) for name, one in self.filters.items()}, **_OWN}
        self.tests = {name: _measuring(name, cast("Any", one)) for name, one in self.tests.items()}

    def _generate(self, source: nodes.Template, *arguments: Any, **named: Any) -> str:
        """Jinja2's own hook between its parser and its compiler."""
        made: str = super()._generate(_Metering().visit(source), *arguments, **named)
        return made

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        _spend(_size([left, right]))
        if operator == "*":
            self._check_product(left, right)
        elif operator == "**" and isinstance(left, int) and isinstance(right, int):
            if left.bit_length() * abs(right) > _BITS:
                raise TooMuchWork("a number in it grows too large")
        elif operator == "%" and isinstance(left, str | bytes):
            _check_format(str(left), right)
        made = super().call_binop(context, operator, left, right)
        _spend(_size(made))
        return made

    def _check_product(self, left: Any, right: Any) -> None:
        for value, times in ((left, right), (right, left)):
            if not isinstance(value, int | float) and isinstance(times, int) and _size(value) * times > MOST:
                raise TooMuchWork(f"a text or list in it grows beyond {MOST:,} characters")

    def call(self, context: Context, called: Any, /, *arguments: Any, **named: Any) -> Any:
        method = getattr(called, "__wrapped__", called)  # Jinja2 wraps str.format
        subject = getattr(method, "__self__", None)
        name = getattr(method, "__name__", "") if isinstance(subject, str | bytes | int | list | dict | tuple) else ""
        subject = subject if name else None
        call = super().call
        return _measured(
            str(name), subject, [*arguments, *named.values()], lambda: call(context, called, *arguments, **named)
        )
