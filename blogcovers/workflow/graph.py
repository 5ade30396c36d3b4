"""A ComfyUI graph in API format: its nodes and links, and the names by which people call them.

The format: https://docs.comfy.org/development/api-development/workflow-api-format, a mapping of node id to
``class_type`` and ``inputs``; an input that is a list of node id and output slot is a link.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias

from blogcovers import bounds
from blogcovers.errors import WorkflowError

Node: TypeAlias = Mapping[str, Any]
Graph: TypeAlias = Mapping[str, Node]
NodeInfo: TypeAlias = Mapping[str, Any]
"""One node class's entry in ComfyUI's ``/object_info``; ``{}`` for a class that the server does not have."""


class Place(NamedTuple):
    """One input of one node."""

    node: str
    input: str

    def __str__(self) -> str:
        return f"{self.node}.{self.input}"


def document(text: str, where: str, hint: str) -> Any:
    """The JSON in ``text``, the content of the file named ``where``. Raises WorkflowError with the ``hint``."""
    try:
        return bounds.json_value(text)
    except bounds.OutOfBounds as error:
        raise WorkflowError(f"{where}: this cannot be read: {error}.", hint) from None
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        raise WorkflowError(f"{where}, line {line}: this is not JSON ({error}).", hint) from None


def link(value: Any) -> tuple[str, int] | None:
    """``(node id, slot)`` where an input is a link; None where it is a plain value."""
    if isinstance(value, list) and len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], int):
        return value[0], value[1]
    return None


def upstream(graph: Graph, id_: str) -> list[str]:
    """``id_`` and every node that it depends on, nearest first."""
    seen, queue = {id_: None}, [id_]
    for at in queue:
        for value in graph[at]["inputs"].values():
            found = link(value)
            if found and found[0] not in seen:
                seen[found[0]] = None
                queue.append(found[0])
    return list(seen)


def title(node: Node) -> str:
    """The name that the author gave a node, ``""`` where the export holds none."""
    meta = node.get("_meta")
    return str(meta.get("title", "")) if isinstance(meta, dict) else ""


def label(graph: Graph, id_: str) -> str:
    """A node as a person knows it: id, title and class."""
    node = graph[id_]
    name, kind = title(node), node["class_type"]
    return f"{id_} '{name}' ({kind})" if name and name != kind else f"{id_} ({kind})"


def named(graph: Graph, name: str) -> list[str]:
    """The ids of the nodes that may be meant: the one with this id, else those with this title, else of this class."""
    if name in graph:
        return [name]
    titled = [id_ for id_, node in graph.items() if title(node) == name]
    of_class = [id_ for id_, node in graph.items() if node["class_type"] == name]
    return titled if len(titled) == 1 or not of_class else of_class


def find_node(graph: Graph, name: str) -> str | None:
    """The id of the node with this id, title or, where it is the only one, class."""
    found = named(graph, name)
    return found[0] if len(found) == 1 else None


def find_place(graph: Graph, target: str) -> Place | None:
    """The input that ``"node.input"`` names, the node by id, title or class; both may hold dots themselves."""
    dots = [at for at, character in enumerate(target) if character == "."]
    for at in reversed(dots):
        id_ = find_node(graph, target[:at]) if at else None
        if id_ is not None and target[at + 1 :] in graph[id_]["inputs"]:
            return Place(id_, target[at + 1 :])
    return None


def shortest_name(graph: Graph, id_: str) -> str:
    """What :func:`find_node` finds the node by that says most: its title, else its class, else its id."""
    for name in (title(graph[id_]), str(graph[id_]["class_type"])):
        if name and find_node(graph, name) == id_:
            return name
    return id_
