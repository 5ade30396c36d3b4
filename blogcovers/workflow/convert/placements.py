"""Every node of a saved workflow in its place: subgraphs taken apart, and what each widget holds.

A subgraph's instance is replaced by the nodes of its definition. What an instance's own widgets hold wins over its
definition; what a primitive node holds wins over the widgets that it feeds.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from blogcovers import bounds
from blogcovers.workflow.convert import replacements
from blogcovers.workflow.convert.canvas import BYPASSED, INPUT_SIDE, MUTED, Slot
from blogcovers.workflow.convert.snapping import limited, snapped
from blogcovers.workflow.convert.widgets import Parts, output_types, parts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, MutableMapping

    from blogcovers.workflow.convert.canvas import Canvas, Node, Saved
    from blogcovers.workflow.convert.widgets import Widget
    from blogcovers.workflow.graph import NodeInfo

REROUTE, PRIMITIVE = "Reroute", "PrimitiveNode"
_NOTES = ("Note", "MarkdownNote")
_ON_THE_CANVAS = frozenset({REROUTE, PRIMITIVE, *_NOTES})
_GROUP_NODE = ("workflow>", "workflow/")
# The classes whose file name the front end fills in; object_info does not tell them from others.
FILLED_NAMES = frozenset(
    {"SaveImage", "SaveVideo", "SaveAnimatedWEBP", "SaveAnimatedPNG", "SaveWEBM", "SaveAudio", "SaveGLB"}
    | {"CLIPSave", "VAESave", "ModelSave", "LoraSave", "SaveLatent"}
)
_ALIAS = "Node name for S&R"
_REPLACE = "Run widget replace on values"

_INSTALL = (
    "Install what brings such a node on the server, or take the node out; for one that exists on the canvas only, like "
    "Get and Set, draw its links yourself."
)
_UNGROUP = "In ComfyUI, turn a group node back into nodes (right click: Convert to nodes), and save the workflow again."
_GROWS = "For this workflow, use the menu Workflow > Export (API) in ComfyUI."
_UNNEST = "In ComfyUI, take the subgraph out of itself, and save the workflow again."


_NO_PARTS = Parts(())


@dataclass(eq=False)
class Frame:
    """A canvas in its place: the workflow itself, or a subgraph's definition inside one ``instance``."""

    canvas: Canvas
    path: tuple[str, ...] = ()
    instance: Placement | None = None


@dataclass(eq=False)
class Placement:
    """A node in its frame.

    ``held``: what its widgets hold, by input. Of a subgraph's instance, ``inside`` is its own frame, and
    ``promoted`` names the widgets inside that an input stands for.
    """

    node: Node
    frame: Frame
    parts: Parts = _NO_PARTS
    outputs: tuple[str, ...] = ()
    held: dict[str, Any] = field(default_factory=dict)
    inside: Frame | None = None
    promoted: dict[str, list[tuple[Placement, str]]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return ":".join((*self.frame.path, self.node.id))

    @property
    def is_virtual(self) -> bool:
        """Whether it exists on the canvas only."""
        return self.inside is not None or self.node.type in _ON_THE_CANVAS

    @property
    def runs(self) -> bool:
        return not self.is_virtual and self.node.mode not in (MUTED, BYPASSED)

    def hold(self, name: str, value: Any) -> None:
        """Puts a value into the widget of this name, and into those inside that it stands for."""
        self.held[name] = value
        for inner, inner_name in self.promoted.get(name, ()):
            inner.hold(inner_name, value)

    def widget(self, name: str) -> Widget | None:
        """The widget of this name; of an instance, the first that the input stands for."""
        if inner := self.promoted.get(name):
            return inner[0][0].widget(inner[0][1])
        return self.parts.widgets.get(name)

    def __str__(self) -> str:
        kind = f"subgraph {self.inside.canvas.name}" if self.inside else self.node.type
        title = f" '{self.node.title}'" if self.node.title and self.node.title != kind else ""
        return f"node {self.id}{title} ({kind})"


class Placements:
    """All places, those inside a subgraph before its instance, as the front end goes over them."""

    def __init__(self, infos: Mapping[str, NodeInfo]) -> None:
        self._infos = infos
        self._by_path: dict[tuple[str, ...], Placement] = {}

    def __iter__(self) -> Iterator[Placement]:
        return iter(self._by_path.values())

    def __len__(self) -> int:
        return len(self._by_path)

    def add(self, place: Placement) -> None:
        self._by_path[(*place.frame.path, place.node.id)] = place

    def find(self, frame: Frame, id_: str) -> Placement | None:
        return self._by_path.get((*frame.path, id_))

    def look_up(self, name: str, widget: str) -> Any:
        """What a widget of the first node of this name, else of this title, holds. Raises KeyError."""
        for known_as in (self._alias, self._title):
            for place in self:
                if known_as(place) == name:
                    return place.held[widget]
        raise KeyError(name)

    def _alias(self, place: Placement) -> str:
        usual = "" if place.is_virtual or place.node.type in FILLED_NAMES else place.node.type
        return str(place.node.properties.get(_ALIAS, usual))

    def _title(self, place: Placement) -> str:
        return place.node.title or self.shown(place)

    def shown(self, place: Placement) -> str:
        """A node's title where its author gave none."""
        if place.inside:
            return place.inside.canvas.name
        return str((self._infos.get(place.node.type) or {}).get("display_name") or place.node.type)


def placements(saved: Saved, infos: Mapping[str, NodeInfo], faults: MutableMapping[str, str]) -> Placements:
    """Those of a workflow. ``faults`` takes what cannot be placed: a sentence without its end -> the way out."""
    placing = _Placing(saved, infos, faults)
    placing.fill(Frame(saved.root), frozenset())
    placing.tell_unknown()
    for one in placing.places:
        if one.node.type == PRIMITIVE:
            _feed(one, placing.places)
    return placing.places


class _Placing:
    def __init__(self, saved: Saved, infos: Mapping[str, NodeInfo], faults: MutableMapping[str, str]) -> None:
        self.saved = saved
        self.infos = infos
        self.faults = faults
        self.places = Placements(infos)
        self._unknown: dict[str, list[Placement]] = {}
        self._seen: set[tuple[int, str]] = set()

    def fill(self, frame: Frame, within: frozenset[str]) -> None:
        for node in frame.canvas.nodes.values():
            if len(self.places) >= bounds.PLACES:
                raise bounds.OutOfBounds(f"its subgraphs stand for more than {bounds.PLACES:,} nodes")
            definition = self.saved.definitions.get(node.type)
            if definition and node.type in within:
                self.faults[f"{Placement(node, frame)}: the subgraph {definition.name} holds itself"] = _UNNEST
            elif definition:
                self.places.add(self._instance(node, frame, definition, within | {node.type}))
            else:
                self.places.add(self._plain(node, frame))

    def _plain(self, node: Node, frame: Frame) -> Placement:
        info = self.infos.get(node.type)
        if node.type in _ON_THE_CANVAS or not info:
            found = Placement(node, frame, Parts(node.inputs), node.outputs)
            if node.type in _NOTES and isinstance(node.values, tuple) and node.values:
                found.held["text"] = node.values[0]
            if found.runs and self._is_first(found):
                self._unknown.setdefault(node.type, []).append(found)
            return found
        read = parts(node, info)
        types = output_types(info)
        held = {name: widget.value for name, widget in read.widgets.items()}
        found = Placement(node, frame, read, (*types, *node.outputs[len(types) :]), held)
        if read.growing and found.runs and self._is_first(found):
            named = ", ".join(f"'{name}'" for name in read.growing)
            self.faults[f"{found}: input {named} has grown with its links; its values cannot be told apart"] = _GROWS
        return found

    def tell_unknown(self) -> None:
        for kind, found in self._unknown.items():
            nodes = ", ".join(str(place) for place in found)
            if kind.startswith(_GROUP_NODE):
                self.faults[f"{nodes}: a group node is no node of the server's"] = _UNGROUP
            else:
                self.faults[f"{nodes}: the server has no such node"] = _INSTALL

    def _is_first(self, found: Placement) -> bool:
        """Whether this node of a definition is met for the first time: it is told of once, not in each instance."""
        key = (id(found.frame.canvas), found.node.id)
        first = key not in self._seen
        self._seen.add(key)
        return first

    def _instance(self, node: Node, frame: Frame, definition: Canvas, within: frozenset[str]) -> Placement:
        found = Placement(node, frame, outputs=tuple(port.type for port in definition.outputs))
        found.inside = Frame(definition, (*frame.path, node.id), found)
        self.fill(found.inside, within)
        found.promoted = {
            port.name: boxes
            for number, port in enumerate(definition.inputs)
            if (boxes := list(self._boxes(found.inside, number)))
        }
        for name, value in _own_values(node, found.promoted).items():
            found.hold(name, value)
        links = {slot.name: slot.link for slot in node.inputs}
        slots = (
            Slot(port.name, port.type, links.get(port.name), port.name in found.held) for port in definition.inputs
        )
        found.parts = Parts(tuple(slots))
        return found

    def _boxes(self, frame: Frame, number: int) -> Iterator[tuple[Placement, str]]:
        """The widgets inside that a subgraph's input feeds, in the order of its links."""
        fed: dict[str, tuple[Placement, str]] = {}
        for id_ in frame.canvas.nodes:
            place = self.places.find(frame, id_)
            for slot in place.parts.slots if place else ():
                if place and slot.widget and slot.link and slot.name in place.held:
                    fed.setdefault(slot.link, (place, slot.name))
        for link in frame.canvas.inputs[number].links:
            if link in fed and link in frame.canvas.links and frame.canvas.links[link].origin == INPUT_SIDE:
                yield fed[link]


def _own_values(node: Node, promoted: Mapping[str, list[tuple[Placement, str]]]) -> dict[str, Any]:
    """What an instance holds for those of its inputs that stand for a widget inside.

    First what is inside; then its saved values in the order of the inputs; then those that ``proxyWidgets`` gives to
    the node ``-1``, itself. An input named like a widget that it only mirrors is none of its own.
    """
    values = node.values if isinstance(node.values, tuple) else ()
    held = {name: place.held[inner] for name, [(place, inner), *_more] in promoted.items()}
    held.update(zip(promoted, values, strict=False))
    proxies = _proxies(node)
    held.update(
        (name, value)
        for (id_, name), value in zip(proxies, values, strict=False)
        if id_ == "-1" and name in promoted and value is not None
    )
    mirrored = {name for id_, name in proxies} - {name for id_, name in proxies if id_ == "-1"}
    return {name: value for name, value in held.items() if name not in mirrored}


def _proxies(node: Node) -> list[tuple[str, str]]:
    proxies = node.properties.get("proxyWidgets")
    if isinstance(proxies, str):
        try:
            proxies = bounds.json_value(proxies)
        except ValueError:
            proxies = None
    pairs = proxies if isinstance(proxies, list) else []
    return [(str(pair[0]), str(pair[1])) if isinstance(pair, list) and len(pair) == 2 else ("", "") for pair in pairs]


def _feed(primitive: Placement, places: Placements) -> None:
    """Puts a primitive node's value into the widgets that it feeds without a node between."""
    fed = [(target, name, widget) for target, name in _targets(primitive, places) if (widget := target.widget(name))]
    values = primitive.node.values
    if not fed or not isinstance(values, tuple) or not values:
        return
    value = limited([widget for _target, _name, widget in fed], values[0])
    if isinstance(value, str) and primitive.node.properties.get(_REPLACE):
        with suppress(replacements.Chance):  # told where it lands
            value = replacements.named(value, places.look_up)
    primitive.held["value"] = value
    for target, name, widget in fed:
        target.hold(name, snapped(widget, value))


def _targets(primitive: Placement, places: Placements) -> Iterator[tuple[Placement, str]]:
    frame = primitive.frame
    for id_ in frame.canvas.nodes:
        target = places.find(frame, id_)
        for slot in target.parts.slots if target else ():
            link = frame.canvas.links.get(slot.link) if slot.widget and slot.link else None
            if target and link and link.origin == primitive.node.id:
                yield target, slot.name
