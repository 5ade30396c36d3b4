"""A workflow as ComfyUI's canvas saves it ("UI format"), read into values.

Two versions are met: 0.4, in which links are lists, and 1, in which they are objects; inside subgraphs they are
always objects. What only concerns the drawing (positions, groups, native reroutes, colours) is left out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from blogcovers.errors import WorkflowError
from blogcovers.workflow import graph

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

INPUT_SIDE = "-10"
"""Inside a subgraph, the id that stands for its own inputs."""
MUTED, BYPASSED = 2, 4

_SAVE = "In ComfyUI, open the workflow, mend it, and save it again with the menu Workflow > Save."
# Classes that ComfyUI has renamed; its canvas reads the old names, too.
_RENAMED = {
    "T2IAdapterLoader": "ControlNetLoader",
    "ConditioningAverage ": "ConditioningAverage",
    "SDV_img2vid_Conditioning": "SVD_img2vid_Conditioning",
    "Load3DAnimation": "Load3D",
    "Preview3DAnimation": "Preview3D",
}


@dataclass(frozen=True)
class Slot:
    """One input of a node. ``link``: a link's id, or None; ``widget``: whether it is the socket of a widget."""

    name: str
    type: str
    link: str | None = None
    widget: bool = False


@dataclass(frozen=True)
class Node:
    """``type``: the class, or the id of a subgraph's definition. ``outputs``: their types. ``values``: what its
    widgets hold, in their order, or by name; ``titled``: whether ``title`` is the author's."""

    id: str
    type: str
    title: str = ""
    mode: int = 0
    inputs: tuple[Slot, ...] = ()
    outputs: tuple[str, ...] = ()
    values: tuple[Any, ...] | Mapping[str, Any] = ()
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Link:
    """Where a link comes from: a node's id, and the number of its output."""

    origin: str
    slot: int


@dataclass(frozen=True)
class Port:
    """An input or output of a subgraph; ``links`` are the ids of its links inside."""

    name: str
    type: str
    links: tuple[str, ...]


@dataclass(frozen=True)
class Canvas:
    """The nodes and links of the workflow itself, or of one subgraph's definition."""

    nodes: Mapping[str, Node]
    links: Mapping[str, Link]
    name: str = ""
    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()


@dataclass(frozen=True)
class Saved:
    """A whole workflow: its canvas, and its subgraphs' definitions by id. ``extra``: what extensions keep there."""

    root: Canvas
    definitions: Mapping[str, Canvas]
    extra: Mapping[str, Any]


def read(text: str, where: str) -> Saved:
    """The workflow in ``text``, the content of the file named ``where``. Raises WorkflowError."""
    document = graph.document(text, where, _SAVE)
    if isinstance(document, dict) and isinstance(document.get("nodes"), list):
        return Saved(
            _canvas(document, where),
            {id_: _canvas(definition, where) for id_, definition in _definitions(document, where)},
            _mapping(document.get("extra")),
        )
    if isinstance(document, dict) and any(
        isinstance(node, dict) and "class_type" in node for node in document.values()
    ):
        raise WorkflowError(
            f"{where}: this is API format already.", "It can be used as it is: there is no need to convert it."
        )
    raise WorkflowError(f"{where}: this is not a workflow as ComfyUI's canvas saves it.", _SAVE)


def _definitions(document: Mapping[str, Any], where: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
    for definition in _list(_mapping(document.get("definitions")).get("subgraphs")):
        if not isinstance(definition, dict) or "id" not in definition:
            raise WorkflowError(f"{where}: a subgraph's definition has no id.", _SAVE)
        yield str(definition["id"]), definition
        yield from _definitions(definition, where)


def _canvas(document: Mapping[str, Any], where: str) -> Canvas:
    nodes: dict[str, Node] = {}
    for saved in _list(document.get("nodes")):
        if not isinstance(saved, dict) or saved.get("id") is None or not isinstance(saved.get("type"), str):
            raise WorkflowError(f"{where}: a node has no id or no type.", _SAVE)
        node = _node(saved)
        if node.id in nodes:
            raise WorkflowError(f"{where}: two nodes have the id {node.id}, so their links are not clear.", _SAVE)
        nodes[node.id] = node
    links = {}
    for link in _list(document.get("links")):
        if link is not None:  # some old files hold the gaps of removed ones
            id_, read_ = _link(link, where)
            links[id_] = read_
    ports = (_ports(document.get(side)) for side in ("inputs", "outputs"))
    return Canvas(nodes, links, str(document.get("name") or ""), *ports)


def _node(saved: Mapping[str, Any]) -> Node:
    values = saved.get("widgets_values")
    mode = saved.get("mode")
    return Node(
        id=str(saved["id"]),
        type=_RENAMED.get(saved["type"], saved["type"]),
        title=str(saved.get("title") or ""),
        mode=mode if isinstance(mode, int) else 0,
        inputs=tuple(_slot(slot) for slot in _list(saved.get("inputs")) if isinstance(slot, dict)),
        outputs=tuple(type_name(_mapping(slot).get("type")) for slot in _list(saved.get("outputs"))),
        values=values if isinstance(values, dict) else tuple(_list(values)),
        properties=_mapping(saved.get("properties")),
    )


def _slot(saved: Mapping[str, Any]) -> Slot:
    link = saved.get("link")
    return Slot(
        name=str(saved.get("name", "")),
        type=type_name(saved.get("type")),
        link=None if link is None else str(link),
        widget=bool(saved.get("widget")),
    )


def _link(saved: Any, where: str) -> tuple[str, Link]:
    if isinstance(saved, list) and len(saved) >= 3:
        id_, origin, slot = saved[:3]
    elif isinstance(saved, dict):
        id_, origin, slot = (saved.get(key) for key in ("id", "origin_id", "origin_slot"))
    else:
        id_ = origin = slot = None
    if id_ is None or origin is None or isinstance(slot, bool) or not str(slot).isdecimal():
        raise WorkflowError(f"{where}: {json.dumps(saved)} is no link.", _SAVE)
    return str(id_), Link(str(origin), int(slot))


def _ports(saved: Any) -> tuple[Port, ...]:
    return tuple(
        Port(
            str(_mapping(port).get("name", "")),
            type_name(_mapping(port).get("type")),
            tuple(str(link) for link in _list(_mapping(port).get("linkIds"))),
        )
        for port in _list(saved)
    )


def type_name(saved: Any) -> str:
    """A slot's type as text; the list of choices that old files give as type is a COMBO, none or 0 anything."""
    if isinstance(saved, list):
        return "COMBO"
    return str(saved) if saved else "*"


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
