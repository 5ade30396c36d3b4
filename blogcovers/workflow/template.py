"""Workflow templates: ComfyUI graphs in API format, with inputs that an author sets and roles that we fill.

A template is used as it was exported. Its *roles* (positive, negative, seed, size, model, output) are found by walking
its links (:mod:`blogcovers.workflow.roles`), so node ids and titles may change freely. A role is filled as a value in a
copy of the graph, never by text substitution; so is every other input that somebody sets.
"""

from __future__ import annotations

import copy
import json
import math
import reprlib
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from blogcovers import digest
from blogcovers.errors import WorkflowError, nearest
from blogcovers.workflow.graph import Place, document, find_place, label, link, named, shortest_name, title, upstream
from blogcovers.workflow.inputs import Setting, table_name
from blogcovers.workflow.roles import find_roles
from blogcovers.workflow.walk.names import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from blogcovers.workflow.graph import Graph
    from blogcovers.workflow.roles import Roles
    from blogcovers.workflow.walk.walk import Hints

_NONE: Mapping[str, Any] = {}
_EXPORT = "In ComfyUI, use the menu Workflow > Export (API) and put that file in its place."
_TRUE, _FALSE = frozenset({"true", "yes", "on"}), frozenset({"false", "no", "off"})


@dataclass(frozen=True)
class Template:
    """A workflow template: its graph, its roles and, in ``where``, the path that messages name."""

    graph: Graph
    roles: Roles
    where: str
    digest: str


@dataclass(frozen=True)
class Values:
    """What the roles are filled with. ``size`` is (width, height) in pixels."""

    prompt: str
    negative: str
    seed: int
    size: tuple[int, int]
    prefix: str


def load_template(
    text: str,
    where: str,
    hints: Hints = _NONE,
    overrides: Mapping[str, Any] = _NONE,
    model: str = "",
    settings: Sequence[Setting] = (),
    name: str = "",
) -> Template:
    """The Template in ``text``, the content of the file named ``where``.

    ``hints``: role -> ``"node.input"``, or several (for size and output: ``"node"``), which settle what the walk
    cannot; nodes are named by id, title or class. ``overrides``: ``"node.input"`` -> the value that replaces the
    exported one; ``model`` replaces the first sampler's model file; ``settings``, in order, go over both. ``name``:
    whose tables of ``house.toml`` hold hints and overrides, ``""`` where that are the general ones. The digest
    leaves out titles and what the roles are filled with, so that a new export of the same workflow is the same, and
    so is a setting to the exported value. Raises WorkflowError.
    """
    tables = table_name("roles", name), table_name("overrides", name)
    lines = [Setting(target, value, f"{where}: [{tables[1]}]") for target, value in overrides.items()]
    graph = copy.deepcopy(dict(parse_template(text, where)))
    places = [_set(graph, line, where) for line in lines]
    over = [_set(graph, line, where) for line in settings]
    roles = find_roles(graph, where, hints, tables[0])
    filled = {place: role for role, place in roles.filled()}
    for line, place in zip([*lines, *settings], [*places, *over], strict=True):
        if place in filled:
            sets = f"'{place.input}' of {label(graph, place.node)}"
            said = f'{line.source} "{line.target}" sets {sets}, which is filled with the {filled[place]}'
            raise WorkflowError(f"{said}.", _INSTEAD[filled[place]])
    if model:
        graph = _with_model(graph, roles, model, where, tables[0], frozenset(over))
    bare = {id_: {"class_type": node["class_type"], "inputs": dict(node["inputs"])} for id_, node in graph.items()}
    for place in roles.places():
        bare[place.node]["inputs"][place.input] = None
    return Template(graph, roles, where, digest.of_value(bare))


def _with_model(
    graph: dict[str, Any], roles: Roles, model: str, where: str, table: str, over: frozenset[Place]
) -> dict[str, Any]:
    """The graph with the style's model, where nothing in ``over`` has set another."""
    if not roles.model:
        way_out = f'Leave model out of house.toml, or name its place under [{table}]: model = "4.ckpt_name".'
        raise WorkflowError(f"{where}: no model file leads to the sampler, so '{model}' has no place.", way_out)
    for place in roles.model:
        if place not in over:
            graph[place.node]["inputs"][place.input] = model
    return graph


def fill(template: Template, values: Values) -> dict[str, Any]:
    """The graph to post: a copy of the template with its roles filled."""
    graph = copy.deepcopy(dict(template.graph))
    roles = template.roles

    def put(places: Iterable[Place], value: Any) -> None:
        for node, name in places:
            graph[node]["inputs"][name] = value

    put(roles.positive, values.prompt)
    put(roles.negative, values.negative)
    put(roles.seed, values.seed)
    put(roles.output, values.prefix)
    for width, height in roles.size:
        put([width], values.size[0])
        put([height], values.size[1])
    return graph


def parse_template(text: str, where: str) -> Graph:
    """The graph in ``text``. Raises WorkflowError for what is no graph in API format, and for a dead link."""
    graph = document(text, where, _EXPORT)
    if isinstance(graph, dict) and isinstance(graph.get("nodes"), list):
        raise WorkflowError(
            f"{where}: this is a workflow as the canvas saves it (UI format), not API format.",
            "Convert it and name the result in its place, or use Workflow > Export (API) in ComfyUI. "
            f"To convert it: {_conversion(where)}",
        )
    if not isinstance(graph, dict) or not graph:
        raise WorkflowError(f"{where}: this is not a workflow in API format.", _EXPORT)
    for id_, node in graph.items():
        if not (
            isinstance(node, dict) and isinstance(node.get("class_type"), str) and isinstance(node.get("inputs"), dict)
        ):
            raise WorkflowError(
                f"{where}: node '{id_}' has no class_type or no inputs, so this is not API format.", _EXPORT
            )
    _check_links(graph, where)
    return graph


_INSTEAD = {
    "positive": "The prompt comes from the concept and the style's prompt.j2: write it there.",
    "negative": "It comes from the style's negative.j2 and the post's cover_negative: write it there.",
    "seed": "Set cover_seed in the post; the seed is hashed from the slug otherwise.",
    "size": "Set render_size in house.toml.",
    "output": "It has no part in the cover's name: that is media and path in the config.",
}
"""Role -> what to set in place of the input that is filled with it."""


def _conversion(where: str) -> str:
    """The command that converts a file, for a shell."""
    stem = where.removesuffix(".json")
    return f"blogcovers workflow convert {shlex.quote(where)} -o {shlex.quote(f'{stem}-api.json')}"


def _set(graph: dict[str, Any], line: Setting, where: str) -> Place:
    """Sets one input of the graph in place. Raises WorkflowError where the line names none, or not of its type."""
    said, of = f'{line.source} "{line.target}"', "" if line.source.startswith(where) else f" of {where}"
    place = find_place(graph, line.target)
    if place is None:
        raise _names_no_input(graph, line.target, said, of)
    exported = graph[place.node]["inputs"][place.input]
    at = f"'{place.input}' of {label(graph, place.node)}"
    if found := link(exported):
        boxes = [name for name, value in graph[found[0]]["inputs"].items() if not link(value)]
        target = f"{shortest_name(graph, found[0])}.{boxes[0]}" if boxes else ""
        way_out = f'Set it there: "{target}".' if target else "Set what it comes from, or unlink it in ComfyUI."
        raise WorkflowError(f"{said} is no value{of}: {at} is linked to {label(graph, found[0])}.", way_out)
    try:
        graph[place.node]["inputs"][place.input] = _of_its_type(line.value, exported)
    except ValueError as error:
        way_out = f"The workflow was exported with {json.dumps(exported, ensure_ascii=False)}."
        raise WorkflowError(f"{said} is {reprlib.repr(line.value)}, and {at} is {error}.", way_out) from None
    return place


def _names_no_input(graph: Graph, target: str, said: str, of: str) -> WorkflowError:
    name, _, input_ = target.rpartition(".")
    nodes = named(graph, name) if name else []
    if len(nodes) == 1:
        plain = [key for key, value in graph[nodes[0]]["inputs"].items() if not link(value)]
        hint = nearest(input_, plain) or f"It has {', '.join(plain) or 'none'}."
        return WorkflowError(f"{said} is no value of {label(graph, nodes[0])}{of}.", hint)
    if nodes:
        meant = ", ".join(f'"{id_}.{input_}"' for id_ in nodes)
        return WorkflowError(f"{said} names no node{of} alone: {len(nodes)} go by that name.", f"Write one of {meant}.")
    known = [*graph, *map(title, graph.values()), *(node["class_type"] for node in graph.values())]
    nodes_there = ", ".join(label(graph, id_) for id_ in graph)
    return WorkflowError(f"{said} names no node{of}.", nearest(name, known) or f"There are {nodes_there}.")


def _of_its_type(value: Any, exported: Any) -> Any:
    """``value`` as the exported one's type, from a text where need be; the exported one, if it is equal to that.

    Raises ValueError, saying what it is, for a value of another type. A whole number may be exported for an input
    that takes any, so any will do: whether it fits is for the server to say.
    """
    if isinstance(exported, bool):
        text = value.strip().lower() if isinstance(value, str) else value
        if text is True or text in _TRUE:
            return True
        if text is False or text in _FALSE:
            return False
        raise ValueError("true or false")
    if isinstance(exported, int | float):
        number = _number(value)
        whole = isinstance(number, float) and isinstance(exported, int) and number.is_integer()
        return exported if number == exported else int(number) if whole else number
    if isinstance(exported, str):
        if not isinstance(value, str):
            raise ValueError("a text: write it in quotes")  # noqa: TRY004  (a fault of what is written)
        return value
    raise ValueError("nothing that can be set")


def _number(value: Any) -> int | float:
    if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        return value
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            pass
        try:
            if math.isfinite(number := float(value)):
                return number
        except ValueError:
            pass
    raise ValueError("a number")


class Input(NamedTuple):
    """An input that an author may set: ``target`` is ``"node.input"``, ``value`` what the template has there."""

    target: str
    value: Any


_STRENGTHS = frozenset({"strength", "guidance", "cfg", "denoise", "shift"})
_FILES = frozenset({"ckpt", "unet", "lora", "vae", "clip", "model", "control"})


def worth_setting(template: Template) -> list[Input]:
    """The plain inputs that decide how a template renders: those of its samplers and of what steers them (sigmas,
    guiders), strengths and guidance, and the names of model files. What is filled is not among them.
    """
    graph, roles = template.graph, template.roles
    filled = set(roles.places())
    found = []
    for id_ in _steering_first(graph, roles):
        for name, value in graph[id_]["inputs"].items():
            if isinstance(value, list | dict) or value is None or Place(id_, name) in filled:
                continue
            if id_ in _steering(graph, roles) or _is_worth_it(name, value):
                found.append(Input(f"{shortest_name(graph, id_)}.{name}", value))
    return found


def _steering(graph: Graph, roles: Roles) -> list[str]:
    """The samplers, and the nodes that tell them how to work."""
    direct = (
        (id_, found[0])
        for id_ in roles.samplers
        for name in ("sigmas", "sampler", "guider", "noise")
        if (found := link(graph[id_]["inputs"].get(name)))
    )
    return list(dict.fromkeys([*roles.samplers, *(source for _, source in direct)]))


def _steering_first(graph: Graph, roles: Roles) -> list[str]:
    return list(dict.fromkeys([*_steering(graph, roles), *upstream(graph, roles.output_node)]))


def _is_worth_it(name: str, value: Any) -> bool:
    said = words(name)
    if isinstance(value, str):
        return "name" in said and bool(said & _FILES)
    return bool(said & _STRENGTHS)


def _check_links(graph: Graph, where: str) -> None:
    for id_, node in graph.items():
        for name, value in node["inputs"].items():
            found = link(value)
            if isinstance(value, list) and len(value) == 2 and isinstance(value[0], int) and str(value[0]) in graph:
                # ComfyUI takes any list of two for a link, and then fails over the number.
                raise WorkflowError(
                    f"{where}: node {label(graph, id_)}, input '{name}': the node's id in a link is a text.",
                    f'Write ["{value[0]}", {value[1]}], or export the workflow again from ComfyUI.',
                )
            if found and found[0] not in graph:
                raise WorkflowError(
                    f"{where}: node {label(graph, id_)}, input '{name}', is linked to node '{found[0]}', "
                    "which is not there.",
                    "Export the workflow again from ComfyUI.",
                )
    _check_cycle(graph, where)


def _check_cycle(graph: Graph, where: str) -> None:
    """Depth first, without recursion: a graph by hand may be deep."""
    done: set[str] = set()
    for start in graph:
        path: list[tuple[str, Iterator[Any]]] = [(start, iter(graph[start]["inputs"].values()))]
        on_path = {start}
        while path and start not in done:
            id_, rest = path[-1]
            found = next((target for value in rest if (target := link(value)) and target[0] not in done), None)
            if found is None:
                done.add(id_)
                on_path.discard(id_)
                path.pop()
            elif found[0] in on_path:
                raise WorkflowError(f"{where}: node {label(graph, found[0])} depends on itself.", "Remove the loop.")
            else:
                on_path.add(found[0])
                path.append((found[0], iter(graph[found[0]]["inputs"].values())))
