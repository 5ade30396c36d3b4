"""What a server lacks for a graph, told all at once before the first job.

``/object_info/CLASS`` describes a node: its inputs with type, choices and bounds, and its outputs. The rules
are those of the server's own validation (ComfyUI, execution.py), and one that it does not have: it rounds a
size that is no multiple of the step down without a word.
"""

from __future__ import annotations

from difflib import get_close_matches
from math import isfinite, nan
from typing import TYPE_CHECKING, Any, NamedTuple

from blogcovers.comfy.protocol import choices
from blogcovers.workflow.graph import label, link, upstream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from blogcovers.workflow.graph import Graph, Node, NodeInfo

_SHOWN = 12  # choices that a message lists
# Types that only a link can bring; others may be widgets, or fit one another in ways of their own.
_SOCKETS = frozenset(
    {"MODEL", "CLIP", "VAE", "CONDITIONING", "LATENT", "IMAGE", "MASK", "NOISE", "GUIDER", "SAMPLER", "SIGMAS"}
)
_SIDES = ("width", "height")


class Lacking(NamedTuple):
    """``faults``: one sentence each, without the full stop. ``spelling``: (node, input) -> the same choice as
    this server spells it, where only the separators of a path differ."""

    faults: tuple[str, ...]
    spelling: Mapping[tuple[str, str], str]


def concerned(graph: Graph, output_node: str) -> Graph:
    """The part of a graph that the output depends on: what else is wrong with it does not concern us."""
    needed = set(upstream(graph, output_node))
    return {id_: node for id_, node in graph.items() if id_ in needed}


def classes(graph: Graph) -> list[str]:
    """The node classes to ask the server about, in the graph's order."""
    return list(dict.fromkeys(str(node["class_type"]) for node in graph.values()))


def examine(graph: Graph, infos: Mapping[str, NodeInfo], known_classes: Iterable[str] = ()) -> Lacking:
    """The Lacking on a graph. ``infos``: class -> its entry; classes that are not in it are not judged.

    ``known_classes``: all that the server has, for the nearest name of one that it has not.
    """
    faults: list[str] = []
    spelling: dict[tuple[str, str], str] = {}
    known = list(known_classes)
    for id_, node in graph.items():
        info = infos.get(node["class_type"])
        if info is None:
            continue
        if not info:
            near = _nearest(node["class_type"], known)
            faults.append(f"node {label(graph, id_)}: the server has no such node; install what brings it{near}")
            continue
        faults += _missing(graph, id_, node, info)
        for name, value in node["inputs"].items():
            config = _configs(info).get(name)
            if config is None:
                continue
            if found := link(value):
                faults += _slot(graph, id_, name, found, infos, _type_of(config))
            elif _type_of(config) in _SOCKETS:
                # The server lets this pass, and fails over it at run time.
                faults.append(f"node {label(graph, id_)}: input '{name}' needs a link, not {value!r}")
            elif same := _respelt(value, choices(config)):
                spelling[id_, name] = same
            else:
                faults += (f"node {label(graph, id_)}: {fault}" for fault in _value(name, value, config))
    return Lacking(tuple(faults), spelling)


def _sections(info: NodeInfo) -> list[dict[str, Any]]:
    """The required inputs and the optional ones, each name -> config; an odd shape has none."""
    inputs = info.get("input")
    sections = [inputs.get(name) for name in ("required", "optional")] if isinstance(inputs, dict) else [{}, {}]
    return [section if isinstance(section, dict) else {} for section in sections]


def required(info: NodeInfo) -> dict[str, Any]:
    """The inputs that must be sent, name -> config."""
    return _sections(info)[0]


def _configs(info: NodeInfo) -> dict[str, Any]:
    return {name: config for section in _sections(info) for name, config in section.items()}


def _type_of(config: Any) -> str:
    return str(config[0]) if isinstance(config, list) and config else ""


def _bounds(config: Any) -> Mapping[str, Any]:
    return config[1] if isinstance(config, list) and len(config) > 1 and isinstance(config[1], dict) else {}


def _missing(graph: Graph, id_: str, node: Node, info: NodeInfo) -> Iterator[str]:
    """Defaults are not applied by the server: every required input must be sent."""
    for name in required(info):
        # Inputs that grow with the graph are sent as "name.part".
        if name not in node["inputs"] and not any(sent.startswith(f"{name}.") for sent in node["inputs"]):
            yield f"node {label(graph, id_)}: its input '{name}' is missing"


def _slot(
    graph: Graph, id_: str, name: str, found: tuple[str, int], infos: Mapping[str, NodeInfo], wanted: str
) -> Iterator[str]:
    source, slot = found
    outputs = (infos.get(graph[source]["class_type"]) or {}).get("output")
    if not isinstance(outputs, list):
        return
    if not 0 <= slot < len(outputs):
        ends = f"output {slot} of {label(graph, source)}, which has {len(outputs)}"
        yield f"node {label(graph, id_)}: input '{name}' is linked to {ends}"
    elif str(outputs[slot]) in _SOCKETS and wanted in _SOCKETS and outputs[slot] != wanted:
        ends = f"a {outputs[slot]} of {label(graph, source)}"
        yield f"node {label(graph, id_)}: input '{name}' wants a {wanted}, and is linked to {ends}"


def _respelt(value: Any, options: list[Any] | None) -> str:
    """The server's spelling of a path that differs by its separators only: Windows lists ``SDXL\\x.safetensors``."""
    if options is None or not isinstance(value, str) or value in options:
        return ""
    plain = value.replace("\\", "/")
    return next((str(option) for option in options if str(option).replace("\\", "/") == plain), "")


def _value(name: str, value: Any, config: Any) -> Iterator[str]:
    options = choices(config)
    if options is not None:
        if value not in options:
            yield _not_a_choice(name, value, options)
        return
    if _type_of(config) not in ("INT", "FLOAT"):
        return
    bounds, number = _bounds(config), _as_number(value)
    if number is None:
        yield f"{name} {value!r} is no number"
        return
    value = number
    if _type_of(config) == "INT" and isinstance(value, float) and not value.is_integer():
        yield f"{name} {value} is no whole number: the server would silently make it {int(value)}"
    low, high = _bound(bounds, "min"), _bound(bounds, "max")
    if (low is not None and value < low) or (high is not None and value > high):
        yield f"{name} {value} is out of range, {low} to {high}"
    step = bounds.get("step")
    if name in _SIDES and isinstance(step, int) and step > 1 and value % step:
        yield f"{name} {value} is no multiple of {step}: the server would silently make it {value // step * step}"


def _bound(bounds: Mapping[str, Any], name: str) -> int | float | None:
    """None for what is no number: the server's own validation would break over it, and that is for it to say."""
    bound = bounds.get(name)
    return bound if isinstance(bound, int | float) else None


def _as_number(value: Any) -> int | float | None:
    """The number that the server takes a value for: it converts texts, too."""
    if isinstance(value, int):
        return value
    try:
        number = float(value) if isinstance(value, str | float) else nan
    except ValueError:
        return None
    return number if isfinite(number) else None


def _not_a_choice(name: str, value: Any, options: list[Any]) -> str:
    names = [str(option) for option in options]
    if not names:
        return f"{name} '{value}' is not on the server, which has none"
    near = get_close_matches(str(value), names, n=3, cutoff=0.5)
    listed = list(dict.fromkeys([*near, *names]))[:_SHOWN]
    more = f" and {len(names) - len(listed)} more" if len(names) > len(listed) else ""
    nearest = f"; nearest: {near[0]}" if near else ""
    return f"{name} '{value}' is not on the server{nearest}; it has: {', '.join(listed)}{more}"


def _nearest(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.7)
    return f", or did you mean {near[0]}" if near else ""
