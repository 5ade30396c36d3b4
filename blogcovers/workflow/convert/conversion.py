"""A workflow as the canvas saves it ("UI format"), converted to the API format that a server runs.

Theory of operation
-------------------
The rules are those of ComfyUI's own front end (1.37, ``app.graphToPrompt``): what it would post for the same file is
what comes out here. Three steps:

* *Placing* (:mod:`.placements`): subgraphs are taken apart, with ids like ``instance:inner``.
* *Holding* (:mod:`.widgets`): each saved value goes to its widget, primitive nodes to what they feed.
* *Resolving*, here: each input's link is followed to its source through what exists on the canvas only: reroutes,
  bypassed nodes, the sides of subgraphs. It ends at a node's output, at what a subgraph's widget holds, or nowhere.

An input that leads to a muted node is left out, and the server then says what is missing, as it would for the canvas.
What cannot be converted to what the canvas would post is a fault; all are told at once, and nothing is given back.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from blogcovers import bounds
from blogcovers.errors import WorkflowError
from blogcovers.workflow.convert import canvas, replacements
from blogcovers.workflow.convert.canvas import BYPASSED, INPUT_SIDE
from blogcovers.workflow.convert.placements import FILLED_NAMES, REROUTE, Frame, Placement, placements
from blogcovers.workflow.convert.widgets import IN_THE_BROWSER, RECORDING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from blogcovers.workflow.convert.canvas import Saved
    from blogcovers.workflow.convert.widgets import Widget
    from blogcovers.workflow.graph import NodeInfo

_SAMPLERS = ("KSampler", "KSamplerAdvanced")

_RELINK = "In ComfyUI, draw that link anew, and save the workflow again."
_DRAW = "In ComfyUI, let Use Everywhere turn its links into real ones (right click: Convert UEs), and save it again."
_BY_FILE = "Load that from a file instead, and save the workflow again."


@dataclass(frozen=True)
class Converted:
    """``graph``: API format. ``notes``: sentences on what the canvas would fill in anew for each run."""

    graph: dict[str, dict[str, Any]]
    notes: tuple[str, ...]


def convert(text: str, where: str, infos: Mapping[str, NodeInfo]) -> Converted:
    """The workflow in ``text``, the content of the file named ``where``.

    ``infos``: class -> its entry in ``/object_info``, of all classes. Raises WorkflowError, naming every fault.
    """
    try:
        conversion = _Conversion(canvas.read(text, where), infos)
        graph = conversion.graph()
    except (bounds.OutOfBounds, RecursionError) as error:
        said = str(error) if isinstance(error, bounds.OutOfBounds) else bounds.TOO_DEEP
        raise WorkflowError(f"{where} cannot be converted: {said}.", "Unpack some of its subgraphs.") from None
    if conversion.faults:
        hints = " ".join(dict.fromkeys(conversion.faults.values()))
        raise WorkflowError(f"{where} cannot be converted: {'; '.join(conversion.faults)}.", hints)
    if not graph:
        way_out = "Un-mute its nodes in ComfyUI, save it, and convert it again."
        raise WorkflowError(f"{where}: nothing of it would run: it has no node that is not muted or bypassed.", way_out)
    return Converted(graph, tuple(conversion.notes))


class _Input(NamedTuple):
    """A step on the way: a node's input. ``asked``: the type that is looked for, its own where ``""``."""

    place: Placement
    number: int
    asked: str = ""


class _Output(NamedTuple):
    """A step on the way: a node's output."""

    place: Placement
    number: int
    asked: str


class _Source(NamedTuple):
    """An end: the output of a node that runs."""

    id: str
    slot: int


class _Held(NamedTuple):
    """An end: what a subgraph's widget holds."""

    value: Any


class _Fault(Exception):  # noqa: N818  (the fact, as in errors.py)
    """Why a link cannot be followed; a sentence without its end."""


class _Conversion:
    """``faults``: a sentence without its end -> the way out."""

    def __init__(self, saved: Saved, infos: Mapping[str, NodeInfo]) -> None:
        self.faults: dict[str, str] = {}
        self.notes: dict[str, None] = {}
        if saved.extra.get("ue_links"):
            self.faults["it has links that the extension Use Everywhere draws when it is queued"] = _DRAW
        self.places = placements(saved, infos, self.faults)

    def graph(self) -> dict[str, dict[str, Any]]:
        running = [one for one in self.places if one.runs]
        ids = {one.id for one in running}
        running.sort(key=lambda one: (0, int(one.id)) if one.id.isdecimal() else (1, 0))
        return {one.id: self._node(one, ids) for one in running}

    def _node(self, one: Placement, ids: set[str]) -> dict[str, Any]:
        linked = self._linked(one)
        inputs: dict[str, Any] = {}
        for name, widget in one.parts.widgets.items():
            if name not in linked:
                inputs[name] = self._posted(one, widget)
        for name, end in linked.items():
            if isinstance(end, _Held):
                inputs[name] = _boxed(end.value)
            elif end.id in ids:
                inputs[name] = [end.id, end.slot]
        title = one.node.title or self.places.shown(one)
        return {"inputs": inputs, "class_type": one.node.type, "_meta": {"title": title}}

    def _linked(self, one: Placement) -> dict[str, _Source | _Held]:
        ends = {}
        for number, slot in enumerate(one.parts.slots):
            try:
                end = self._end(_Input(one, number))
            except _Fault as fault:
                self.faults[f"{one}, input '{slot.name}': {fault}"] = _RELINK
                continue
            if end:
                ends[slot.name] = end
        return ends

    # Where a link leads ---------------------------------------------------------------------------------

    def _end(self, start: _Input) -> _Source | _Held | None:
        """Where an input's link leads; None where nothing comes from. Raises _Fault."""
        step: _Input | _Output | _Source | _Held | None = start
        seen: set[tuple[type, Placement, int]] = set()
        while isinstance(step, _Input | _Output):
            key = (type(step), step.place, step.number)
            if key in seen:
                raise _Fault(f"its link goes round in a circle, over {step.place}")
            seen.add(key)
            step = self._before_input(step) if isinstance(step, _Input) else self._before_output(step)
        return step

    def _before_input(self, step: _Input) -> _Input | _Output | _Held | None:
        slot, frame = step.place.parts.slots[step.number], step.place.frame
        if slot.link is None:
            return None
        link = frame.canvas.links.get(slot.link)
        if not link:
            raise _Fault(f"it names link {slot.link}, which is not in the file")
        return self._from(frame, link.origin, link.slot, step.asked or slot.type)

    def _from(self, frame: Frame, origin: str, slot: int, asked: str) -> _Input | _Output | _Held | None:
        if origin == INPUT_SIDE and frame.instance:
            return _outside(frame.instance, frame, slot)
        found = self.places.find(frame, origin)
        if not found:
            raise _Fault(f"it comes from node {origin}, which is not in the file")
        return _Output(found, slot, asked)

    def _before_output(self, step: _Output) -> _Input | _Output | _Source | _Held | None:
        found = step.place
        if found.node.mode == BYPASSED:
            number = _passed_through(found, step.number, step.asked)
            return None if number is None else _Input(found, number)
        if found.inside:
            return self._from_inside(found.inside, step)
        if found.node.type == REROUTE:
            return _Input(found, step.number, step.asked) if step.number < len(found.parts.slots) else None
        return None if found.is_virtual else _Source(found.id, step.number)

    def _from_inside(self, frame: Frame, step: _Output) -> _Input | _Output | _Held | None:
        ports = frame.canvas.outputs
        if step.number >= len(ports):
            raise _Fault(f"it comes from output {step.number} of {step.place}, which has {len(ports)}")
        link = next((frame.canvas.links[id_] for id_ in ports[step.number].links if id_ in frame.canvas.links), None)
        return self._from(frame, link.origin, link.slot, step.asked) if link else None

    # What a widget sends --------------------------------------------------------------------------------

    def _posted(self, one: Placement, widget: Widget) -> Any:
        value = one.held[widget.name]
        if widget.type in IN_THE_BROWSER:
            self.faults[f"{one}, input '{widget.name}': the browser makes it when the workflow is queued"] = _BY_FILE
        if widget.type == RECORDING:
            self._note(one, widget, "a recording is made in the browser; there is none")
            return ""
        if isinstance(value, str):
            return self._text(one, widget, value)
        return _boxed(value)

    def _text(self, one: Placement, widget: Widget, text: str) -> str:
        if one.node.type in _SAMPLERS and widget.name == "sampler_name":
            return text.removeprefix("sample_")
        if widget.options.get("dynamicPrompts") is True:
            try:
                return replacements.dynamic(text)
            except replacements.Chance:
                self._note(one, widget, "the canvas picks one of {a|b} at random for each run; it is left as it is")
        if one.node.type in FILLED_NAMES and widget.name == "filename_prefix":
            try:
                return replacements.named(text, self.places.look_up)
            except replacements.Chance:
                self._note(one, widget, "the canvas fills %date:...% by the clock for each run; it is left as it is")
        return text

    def _note(self, one: Placement, widget: Widget, said: str) -> None:
        self.notes[f"{one}, input '{widget.name}': {said}."] = None


def _outside(instance: Placement, frame: Frame, number: int) -> _Input | _Held | None:
    """What comes into a subgraph at this input."""
    ports = frame.canvas.inputs
    if number >= len(ports):
        raise _Fault(f"it comes from input {number} of {instance}, which has {len(ports)}")
    name = ports[number].name
    slots = instance.parts.slots
    at = next(at for at, slot in enumerate(slots) if slot.name == name)
    if slots[at].link is not None:
        return _Input(instance, at)
    return _Held(instance.held[name]) if name in instance.held else None


def _passed_through(bypassed: Placement, number: int, asked: str) -> int | None:
    """The input that a bypassed node gives for its output ``number`` to an input of type ``asked``."""
    slots = bypassed.parts.slots
    if asked == "*":
        return number if number < len(slots) else 0 if slots else None
    given = bypassed.outputs[number] if number < len(bypassed.outputs) else "*"
    if number < len(slots) and _fit(slots[number].type, given) and _fit(slots[number].type, asked):
        return number
    for at, slot in enumerate(slots):
        if slot.type == asked:
            return at
    return next((at for at, slot in enumerate(slots) if _fit(slot.type, given) and _fit(slot.type, asked)), None)


def _fit(one: str, other: str) -> bool:
    """Whether an output of one type may feed an input of the other: the canvas's rule."""
    if "*" in (one, other):
        return True
    kinds, others = one.lower().split(","), other.lower().split(",")
    return "*" in kinds + others or not set(kinds).isdisjoint(others)


def _boxed(value: Any) -> Any:
    """A list is sent in a box, since the server takes a bare one for a link."""
    return {"__value__": value} if isinstance(value, list) else value
