"""Workflow templates: ComfyUI graphs in API format, and the roles that we fill in them.

A template is used as it was exported. Its *roles* (positive, negative, seed, size, model, output) are found
by walking the links from the sampler, so node ids and titles may change freely. A role is filled as a value
in a copy of the graph, never by text substitution.

The format: https://docs.comfy.org/development/api-development/workflow-api-format, a mapping of node id to
``class_type`` and ``inputs``; an input that is a list of node id and output slot is a link.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from blogcovers import digest
from blogcovers.errors import WorkflowError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Node: TypeAlias = Mapping[str, Any]
Graph: TypeAlias = Mapping[str, Node]

_NONE: Mapping[str, Any] = {}
_EXPORT = "In ComfyUI, use the menu Workflow > Export (API) and put that file in its place."
_TEXT_INPUTS = ("text", "text_g", "text_l", "clip_l", "clip_g", "t5xxl", "llama", "prompt")
_STRING_INPUTS = ("value", "string", "text", "prompt", "String")
_NUMBER_INPUTS = ("value", "seed", "noise_seed", "int", "Number")
_ROLES = ("positive", "negative", "seed", "size", "model", "output")
_MODEL_INPUTS = ("ckpt_name", "unet_name")
_SIZE_PAIRS = (("width", "height"), ("target_width", "target_height"))


class Place(NamedTuple):
    """One input of one node."""

    node: str
    input: str

    def __str__(self) -> str:
        return f"{self.node}.{self.input}"


@dataclass(frozen=True)
class Roles:
    """Where a template is filled. ``size`` holds pairs of places, (width, height)."""

    positive: tuple[Place, ...]
    negative: tuple[Place, ...]
    seed: tuple[Place, ...]
    size: tuple[tuple[Place, Place], ...]
    model: tuple[Place, ...]
    output: tuple[Place, ...]
    output_node: str

    def places(self) -> Iterator[Place]:
        """Every place that :func:`fill` writes; the model is set when the template is loaded."""
        yield from (*self.positive, *self.negative, *self.seed, *self.output)
        for width, height in self.size:
            yield from (width, height)


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


def load(
    text: str,
    where: str,
    hints: Mapping[str, str] = _NONE,
    overrides: Mapping[str, Any] = _NONE,
    model: str = "",
) -> Template:
    """The Template in ``text``, the content of the file named ``where``.

    ``hints``: role -> ``"node.input"`` (for size and output: ``"node"``), which settle what the walk cannot;
    nodes are named by id, title or class. ``overrides``: ``"node.input"`` -> the value that replaces the
    exported one; ``model`` replaces the first sampler's model file. The digest leaves out titles and what the
    roles are filled with, so that a new export of the same workflow is the same. Raises WorkflowError.
    """
    graph = _overridden(parse(text, where), overrides, where)
    roles = find_roles(graph, where, hints)
    if model:
        graph = _with_model(graph, roles, model, where)
    bare = {id_: {"class_type": node["class_type"], "inputs": dict(node["inputs"])} for id_, node in graph.items()}
    for place in roles.places():
        bare[place.node]["inputs"][place.input] = None
    return Template(graph, roles, where, digest.of_value(bare))


def _with_model(graph: Graph, roles: Roles, model: str, where: str) -> Graph:
    if not roles.model:
        way_out = 'Leave model out of house.toml, or name its place under [roles]: model = "4.ckpt_name".'
        raise WorkflowError(f"{where}: no model file leads to the sampler, so '{model}' has no place.", way_out)
    changed: dict[str, Any] = copy.deepcopy(dict(graph))
    for node, name in roles.model:
        changed[node]["inputs"][name] = model
    return changed


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


def parse(text: str, where: str) -> Graph:
    """The graph in ``text``. Raises WorkflowError for what is no graph in API format, and for a dead link."""
    try:
        graph = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise WorkflowError(f"{where}, line {line}: this is not JSON ({error}).", _EXPORT) from None
    if isinstance(graph, dict) and isinstance(graph.get("nodes"), list):
        raise WorkflowError(f"{where}: this is a workflow as the canvas saves it (UI format), not API format.", _EXPORT)
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


def find_roles(graph: Graph, where: str, hints: Mapping[str, str]) -> Roles:
    """The roles of a graph. Raises WorkflowError where one is missing or ambiguous, with the line that settles it."""
    walk = _Walk(graph, where, hints)
    output = walk.output()
    samplers = walk.samplers(output)
    positive, negative = walk.prompts(samplers)
    return Roles(
        positive=positive,
        negative=negative,
        seed=walk.seeds(samplers),
        size=walk.sizes(samplers, (*positive, *negative)),
        model=walk.models(samplers),
        output=(Place(output, "filename_prefix"),) if "filename_prefix" in graph[output]["inputs"] else (),
        output_node=output,
    )


def label(graph: Graph, id_: str) -> str:
    """A node as a person knows it: id, title and class."""
    node = graph[id_]
    title = _title(node)
    kind = node["class_type"]
    return f"{id_} '{title}' ({kind})" if title and title != kind else f"{id_} ({kind})"


def link(value: Any) -> tuple[str, int] | None:
    """``(node id, slot)`` where an input is a link; None where it is a plain value."""
    if isinstance(value, list) and len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], int):
        return value[0], value[1]
    return None


def upstream(graph: Graph, id_: str) -> list[str]:
    """``id_`` and every node that it depends on, nearest first."""
    seen, queue = [id_], [id_]
    while queue:
        for value in graph[queue.pop(0)]["inputs"].values():
            found = link(value)
            if found and found[0] not in seen:
                seen.append(found[0])
                queue.append(found[0])
    return seen


class _Walk:
    """One walk over one graph: the graph, and what to say when it cannot go on."""

    def __init__(self, graph: Graph, where: str, hints: Mapping[str, str]) -> None:
        self.graph = graph
        self.where = where
        self.hints = hints
        for role, hint in hints.items():
            if role not in _ROLES:
                way_out = nearest(role, _ROLES) or f"The roles are {', '.join(_ROLES)}."
                raise WorkflowError(f'{where}: [roles] {role} = "{hint}" is no role.', way_out)

    def inputs(self, id_: str) -> Mapping[str, Any]:
        inputs: Mapping[str, Any] = self.graph[id_]["inputs"]
        return inputs

    def source(self, id_: str, *names: str) -> str | None:
        """The node that the first linked input of these names comes from."""
        for name in names:
            if found := link(self.inputs(id_).get(name)):
                return found[0]
        return None

    def output(self) -> str:
        if hint := self.hints.get("output"):
            return self._hinted_node("output", hint, lambda id_: self.source(id_, "images", "image") is not None)
        used = {found[0] for node in self.graph.values() for value in node["inputs"].values() if (found := link(value))}
        ends = [id_ for id_ in self.graph if id_ not in used and self.source(id_, "images", "image")]
        saving = [id_ for id_ in ends if "filename_prefix" in self.inputs(id_)] or ends
        if not saving:
            raise WorkflowError(f"{self.where}: no output node is found.", "End the workflow with a Save Image node.")
        if len(saving) > 1:
            raise self.ambiguous("output", [Place(id_, "") for id_ in saving], "several nodes save a picture")
        return saving[0]

    def samplers(self, output: str) -> list[str]:
        """The samplers that the output depends on, the last one first; of two, one must feed the other."""
        found = [id_ for id_ in upstream(self.graph, output) if self._is_sampler(id_)]
        if not found:
            raise WorkflowError(
                f"{self.where}: no sampler leads to the output node {label(self.graph, output)}.",
                "Connect a KSampler (or another sampler with positive or guider, and latent_image) to it.",
            )
        before = {id_: set(upstream(self.graph, id_)) for id_ in found}
        found.sort(key=lambda id_: -len(before[id_].intersection(found)))
        for later, earlier in pairwise(found):
            if earlier not in before[later]:
                two = f"{label(self.graph, later)} and {label(self.graph, earlier)}"
                raise WorkflowError(
                    f"{self.where}: two samplers disagree: neither of {two} works on the other's latent.",
                    "Export a workflow in which one sampler, or a chain of them, leads to the saved picture.",
                )
        return found

    def _is_sampler(self, id_: str) -> bool:
        return bool(self.source(id_, "latent_image") and self.source(id_, "positive", "guider"))

    def prompts(self, samplers: list[str]) -> tuple[tuple[Place, ...], tuple[Place, ...]]:
        """The places of the positive and of the negative prompt. Where one encoder serves as both for a sampler,
        as in workflows without guidance, it holds the positive one."""
        positive: dict[Place, None] = {}
        negative: dict[Place, None] = {}
        for sampler in samplers:
            for_it = self._texts(sampler, "positive")
            positive.update(dict.fromkeys(for_it))
            negative.update((place, None) for place in self._texts(sampler, "negative") if place not in for_it)
        hinted = "positive" in self.hints or "negative" in self.hints
        if (both := sorted(positive.keys() & negative.keys())) and not hinted:
            why = "the samplers disagree: it is positive for one and negative for the other"
            raise self.ambiguous("negative", both, why)
        return tuple(positive), tuple(place for place in negative if not hinted or place not in positive)

    def _texts(self, sampler: str, role: str) -> list[Place]:
        if hint := self.hints.get(role):
            return [self._hinted(role, hint)]
        start = self.source(sampler, role)
        if not start and (guider := self.source(sampler, "guider")):
            names = ("positive", "conditioning", "cond1") if role == "positive" else ("negative",)
            start = self.source(guider, *names)
        places, zeroed = self._encoders(start, role) if start else ([], role == "negative")
        if not places and not zeroed:
            every = [Place(id_, name) for id_ in self.graph for name in _TEXT_INPUTS if name in self.inputs(id_)]
            why = f"no text encoder is found from {label(self.graph, sampler)}, input '{role}'"
            raise self.ambiguous(role, every if role == "positive" else every[::-1], why)
        return places

    def _encoders(self, start: str, role: str) -> tuple[list[Place], bool]:
        """The text inputs that conditioning comes from, walking up from ``start``; and whether some of it is
        zeroed: such conditioning holds no text, so there is nothing to fill."""
        places: dict[Place, None] = {}
        seen, queue, zeroed = {start}, [start], False
        while queue:
            id_ = queue.pop(0)
            inputs = self.inputs(id_)
            if self.graph[id_]["class_type"] == "ConditioningZeroOut":
                zeroed = True
                continue
            texts = [name for name in _TEXT_INPUTS if isinstance(inputs.get(name), str) or self.source(id_, name)]
            if texts and self.source(id_, "clip"):
                places.update((self._text(Place(id_, name), role), None) for name in texts)
                continue
            names = [role] if role in inputs else [name for name in inputs if name.startswith("conditioning")]
            ahead = [source for name in names if (source := self.source(id_, name)) and source not in seen]
            seen.update(ahead)
            queue += ahead
        return list(places), zeroed

    def _text(self, place: Place, role: str) -> Place:
        """The place itself, or the text box that it is linked to."""
        found = link(self.inputs(place.node)[place.input])
        if not found:
            return place
        boxes = [name for name in _STRING_INPUTS if isinstance(self.inputs(found[0]).get(name), str)]
        if len(boxes) != 1:
            raise self.ambiguous(role, [place], f"its text comes from {label(self.graph, found[0])}")
        return Place(found[0], boxes[0])

    def seeds(self, samplers: list[str]) -> tuple[Place, ...]:
        if hint := self.hints.get("seed"):
            return (self._hinted("seed", hint),)
        places: dict[Place, None] = {}
        for sampler in samplers:
            holder = self.source(sampler, "noise") or sampler
            for name in ("seed", "noise_seed"):
                if name in self.inputs(holder):
                    places[self._number(Place(holder, name), "seed")] = None
        if not places:
            raise self.ambiguous("seed", [Place(id_, "seed") for id_ in samplers], "no seed is found at the sampler")
        return tuple(places)

    def _number(self, place: Place, role: str) -> Place:
        """The place itself, or the number box that it is linked to."""
        found = link(self.inputs(place.node)[place.input])
        if not found:
            return place
        for name in _NUMBER_INPUTS:
            if isinstance(self.inputs(found[0]).get(name), int):
                return Place(found[0], name)
        raise self.ambiguous(role, [place], f"its value comes from {label(self.graph, found[0])}")

    def sizes(self, samplers: list[str], texts: Iterable[Place]) -> tuple[tuple[Place, Place], ...]:
        """The empty latent's size and those that SDXL's encoders are told; none for image-to-image."""
        if hint := self.hints.get("size"):
            node = self._hinted_node("size", hint, lambda id_: {"width", "height"} <= self.inputs(id_).keys())
            return ((Place(node, "width"), Place(node, "height")),)
        latent = self.source(samplers[-1], "latent_image")
        while latent and (earlier := self.source(latent, "samples", "latent")):
            latent = earlier
        holders = dict.fromkeys([*([latent] if latent else []), *(place.node for place in texts)])
        pairs = [
            (self._number(Place(id_, width), "size"), self._number(Place(id_, height), "size"))
            for id_ in holders
            for width, height in _SIZE_PAIRS
            if width in self.inputs(id_) and height in self.inputs(id_)
        ]
        if same := [pair[0] for pair in pairs if pair[0] == pair[1]]:
            raise self.ambiguous("size", same, "width and height come from one number")
        return tuple(pairs)

    def models(self, samplers: list[str]) -> tuple[Place, ...]:
        """The file name of the model that the first sampler works with."""
        if hint := self.hints.get("model"):
            return (self._hinted("model", hint),)
        first = samplers[-1]
        id_ = self.source(first, "model") or self.source(self.source(first, "guider") or first, "model")
        while id_:
            for name in _MODEL_INPUTS:
                if isinstance(self.inputs(id_).get(name), str):
                    return (Place(id_, name),)
            id_ = self.source(id_, "model")
        return ()

    def _hinted(self, role: str, hint: str) -> Place:
        """The input that ``"node.input"`` names, the node by id, title or class."""
        node, _, name = hint.rpartition(".")
        id_ = find_node(self.graph, node) if node else None
        if id_ is None or name not in self.inputs(id_):
            raise self._names_nothing(role, hint, "node.input")
        return Place(id_, name)

    def _hinted_node(self, role: str, hint: str, fits: Callable[[str], bool]) -> str:
        id_ = find_node(self.graph, hint)
        if id_ is None or not fits(id_):
            raise self._names_nothing(role, hint, "node")
        return id_

    def _names_nothing(self, role: str, hint: str, form: str) -> WorkflowError:
        known = ", ".join(label(self.graph, node) for node in self.graph)
        message = f'{self.where}: [roles] {role} = "{hint}" names nothing there that can be the {role}.'
        return WorkflowError(message, f'Write {role} = "{form}". Its nodes: {known}.')

    def ambiguous(self, role: str, places: list[Place], why: str) -> WorkflowError:
        candidates = ", ".join(
            f"{label(self.graph, place.node)}{f', input {place.input}' if place.input else ''}" for place in places
        )
        example = str(places[0]).rstrip(".") if places else "6.text"
        return WorkflowError(
            f"{self.where}: {why}. Candidates for {role}: {candidates or 'none'}.",
            f'Name one in house.toml, under [roles]: {role} = "{example}".',
        )


def find_node(graph: Graph, name: str) -> str | None:
    """The id of the node with this id, title or, where it is the only one, class."""
    if name in graph:
        return name
    for known_as in (_title, lambda node: node["class_type"]):
        found = [id_ for id_, node in graph.items() if known_as(node) == name]
        if len(found) == 1:
            return found[0]
    return None


def _title(node: Node) -> str:
    meta = node.get("_meta")
    return str(meta.get("title", "")) if isinstance(meta, dict) else ""


def _overridden(graph: Graph, overrides: Mapping[str, Any], where: str) -> Graph:
    changed: dict[str, Any] = copy.deepcopy(dict(graph)) if overrides else dict(graph)
    for target, value in overrides.items():
        name, _, input_ = target.rpartition(".")
        id_ = find_node(graph, name) if name else None
        if id_ is None:
            names = [
                *graph,
                *(_title(node) for node in graph.values()),
                *(node["class_type"] for node in graph.values()),
            ]
            raise WorkflowError(f'{where}: [overrides] "{target}" names no node.', nearest(name, names))
        inputs = changed[id_]["inputs"]
        if input_ not in inputs or link(inputs[input_]):
            plain = [key for key, item in inputs.items() if not link(item)]
            hint = nearest(input_, plain) or f"It has {', '.join(plain)}."
            raise WorkflowError(f'{where}: [overrides] "{target}" is no value of {label(graph, id_)}.', hint)
        inputs[input_] = value
    return changed


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
