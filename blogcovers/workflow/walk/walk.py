"""A walk over one graph: its links, reroutes seen through, and what the author's hints and the errors say of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from blogcovers.errors import WorkflowError, nearest
from blogcovers.workflow.graph import Place, find_node, find_place, label, link
from blogcovers.workflow.walk.names import CARRIED, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from blogcovers.workflow.graph import Graph

Hints: TypeAlias = "Mapping[str, str | Sequence[str]]"
"""Role -> ``"node.input"`` (for size and output: ``"node"``), or several of them."""

ROLES = ("positive", "negative", "seed", "size", "model", "output")


class Walk:
    """The graph, what was found on the way, and what to say when it cannot go on.

    ``where``, ``hints`` and ``table``: as for :func:`blogcovers.workflow.roles.find_roles`. ``why``: place -> how the
    walk came to it. ``notes``: sentences about what is not filled, and why. ``encoders``: those that it came to.
    ``known_leaves``: (node, role) -> what :func:`blogcovers.workflow.walk.boxes.leaves_of` has found.
    """

    def __init__(self, graph: Graph, where: str, hints: Hints, table: str) -> None:
        self.graph = graph
        self.where = where
        self.table = table
        self.hints = {role: (hint,) if isinstance(hint, str) else tuple(hint) for role, hint in hints.items()}
        self.why: dict[Place, str] = {}
        self.notes: list[str] = []
        self.encoders: dict[str, None] = {}
        self.known_leaves: dict[tuple[str, str], list[Place]] = {}
        for role, said in self.hints.items():
            if role not in ROLES:
                way_out = nearest(role, ROLES) or f"The roles are {', '.join(ROLES)}."
                raise WorkflowError(f"{where}: [{table}] {role} = {toml(said)} is no role.", way_out)

    def inputs(self, id_: str) -> Mapping[str, Any]:
        """Those of a node, by name."""
        inputs: Mapping[str, Any] = self.graph[id_]["inputs"]
        return inputs

    def label(self, id_: str) -> str:
        """A node as messages name it."""
        return label(self.graph, id_)

    def linked(self, id_: str, having: frozenset[str] = frozenset()) -> list[str]:
        """The inputs of a node that are links, in an order of their own; with ``having``, those with such a word."""
        names = sorted(name for name, value in self.inputs(id_).items() if link(value))
        return [name for name in names if words(name) & having] if having else names

    def source(self, id_: str, *names: str) -> str | None:
        """The node that the first linked input of these names comes from, reroutes seen through."""
        for name in names:
            if found := link(self.inputs(id_).get(name)):
                return self.seen_through(found[0])
        return None

    def seen_through(self, id_: str) -> str:
        """The node itself, or the one behind it if it is a reroute, or a switch with a known position."""
        while (name := self._passes_on(id_)) is not None:
            id_ = self.inputs(id_)[name][0]
        return id_

    def _passes_on(self, id_: str) -> str | None:
        """The input that comes out of a reroute or of a switch with a known position, as it is; None for others."""
        inputs = self.inputs(id_)
        if len(inputs) == 1 and (only := self.linked(id_)):
            return None if words(only[0]) & CARRIED else only[0]
        if {"switch", "on_true", "on_false"} <= inputs.keys():
            position = inputs["switch"]
            if found := link(position):
                position = self.inputs(self.seen_through(found[0])).get("value")
            name = "on_true" if position is True else "on_false"
            return name if isinstance(position, bool) and link(inputs[name]) else None
        return None

    def as_hinted(self, role: str, place: Place) -> Place:
        """The place, noted as one that the author names."""
        self.why[place] = f"house.toml says so: [{self.table}] {role} = {toml(self.hints[role])}"
        return place

    def hinted(self, role: str) -> tuple[Place, ...]:
        """The inputs that the lines ``"node.input"`` for a role name, the nodes by id, title or class.

        Raises WorkflowError for one that is not there.
        """
        places = []
        for hint in self.hints.get(role, ()):
            place = find_place(self.graph, hint)
            if place is None:
                raise self._names_nothing(role, "node.input")
            places.append(self.as_hinted(role, place))
        return tuple(places)

    def hinted_nodes(self, role: str, fits: Callable[[str], bool]) -> list[str]:
        """The nodes that the lines ``"node"`` for a role name. Raises WorkflowError for one that is not there or does
        not fit."""
        hints = self.hints[role]
        found = [id_ for hint in hints if (id_ := find_node(self.graph, hint)) is not None and fits(id_)]
        if len(found) != len(hints) or not found or (role == "output" and len(found) > 1):
            raise self._names_nothing(role, "node")
        return found

    def _names_nothing(self, role: str, form: str) -> WorkflowError:
        known = ", ".join(map(self.label, self.graph))
        said = f"[{self.table}] {role} = {toml(self.hints[role])}"
        message = f"{self.where}: {said} names nothing there that can be the {role}."
        return WorkflowError(message, f'Write {role} = "{form}". Its nodes: {known}.')

    def ambiguous(self, role: str, places: Sequence[Place], why: str) -> WorkflowError:
        """The error that asks the author which. ``places``: the candidates, the one that is suggested first."""
        candidates = ", ".join(
            f"{self.label(place.node)}{f', input {place.input}' if place.input else ''}" for place in places
        )
        message = f"{self.where}: {why}. Candidates for {role}: {candidates or 'none'}."
        if not places:
            return WorkflowError(message, f"It has no input for the {role}: use a workflow that takes one.")
        example = str(places[0]).rstrip(".")
        return WorkflowError(message, f'Name one in house.toml, under [{self.table}]: {role} = "{example}".')


def toml(said: Iterable[str]) -> str:
    """A hint as ``house.toml`` holds it: one text, or a list of them."""
    texts = [f'"{text}"' for text in said]
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
