"""The text inputs that each sampler's conditioning comes from: the positive and the negative prompt's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from blogcovers.workflow.graph import Place, link, upstream
from blogcovers.workflow.walk.boxes import is_text, text_box
from blogcovers.workflow.walk.names import BUNDLES, CARRIED, OTHER_SIDE, SIDES, TEXTS, words
from blogcovers.workflow.walk.samplers import conditioning

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from blogcovers.workflow.walk.walk import Walk

# ComfyUI's own encoders, all of whose texts of these names are the prompt, one for each language model.
_ENCODED = (
    *("text", "text_g", "text_l", "clip_l", "clip_g", "t5xxl", "llama", "prompt"),
    *("user_prompt", "bert", "mt5xl", "qwen25_7b"),
)
_SHOWN = 6  # nodes on the way to a place that its explanation names


def prompts(walk: Walk, samplers: list[str]) -> tuple[tuple[Place, ...], tuple[Place, ...]]:
    """The places of the positive and of the negative prompt. Where one encoder serves as both for a sampler,
    as in workflows without guidance, it holds the positive one."""
    hinted = "positive" in walk.hints or "negative" in walk.hints
    positive = dict.fromkeys(walk.hinted("positive"))
    negative = dict.fromkeys(walk.hinted("negative"))
    for sampler in samplers:
        own = {} if "positive" in walk.hints else dict.fromkeys(_texts(walk, sampler, "positive"))
        others = [] if "negative" in walk.hints else _texts(walk, sampler, "negative")
        positive |= own
        shared = [place for place in others if place in own]
        negative |= dict.fromkeys(place for place in others if place not in own)
        if shared:
            walk.notes.append(
                f"{walk.label(sampler)} is given one text as positive and negative: it gets the positive prompt."
            )
    if (both := sorted(positive.keys() & negative.keys())) and not hinted:
        why = "the samplers disagree: it is positive for one and negative for the other"
        raise walk.ambiguous("negative", both, why)
    found = tuple(place for place in negative if place not in positive)
    if not found and not any("negative" in note for note in walk.notes):
        walk.notes.append("No negative prompt leads to the sampler, so the style's is not used.")
    return tuple(positive), found


def _texts(walk: Walk, sampler: str, role: str) -> list[Place]:
    starts = list(_starts(walk, sampler, role))
    places, zeroed = _encoded(walk, sampler, starts, role)
    if not places and (role == "positive" or (starts and not zeroed)):
        every = [Place(id_, name) for id_ in walk.graph for name in _ENCODED if name in walk.inputs(id_)]
        why = f"no text encoder is found from {walk.label(sampler)}, input '{role}'"
        raise walk.ambiguous(role, every if role == "positive" else every[::-1], why)
    return places


def _starts(walk: Walk, id_: str, role: str) -> Iterator[tuple[str, str]]:
    """``(node, input)`` at which the role's conditioning is taken: by the sampler, or by its guider or pipe."""
    if names := conditioning(walk, id_, role, at_sampler=True):
        yield from ((id_, name) for name in names)
        return
    for name in walk.linked(id_, BUNDLES):
        if bundle := walk.source(id_, name):
            yield from _starts(walk, bundle, role)


def _encoded(walk: Walk, sampler: str, starts: list[tuple[str, str]], role: str) -> tuple[list[Place], bool]:
    """The text inputs that conditioning comes from, walking up from ``starts``; and whether some of it is
    zeroed: such conditioning holds no text, so there is nothing to fill."""
    places: dict[Place, None] = {}
    encoders: dict[str, None] = {}
    begun = {walk.source(*start) or start[0]: start for start in starts}
    queue, before, zeroed = list(begun), dict.fromkeys(begun, ""), False
    for id_ in queue:
        if re.search(r"zero_?out", walk.graph[id_]["class_type"], re.IGNORECASE):
            zeroed = True
            walk.notes.append(
                f"{walk.label(id_)} empties the {role} conditioning, so the style's {role} prompt is not used."
            )
            continue
        ahead = _ahead(walk, id_, role)
        if not ahead and (names := _encoder_inputs(walk, id_, role)):
            encoders[id_] = None
            way = _way(walk, sampler, begun, before, id_)
            places |= dict.fromkeys(found for name in names for found in text_box(walk, Place(id_, name), role, way))
        if ahead:
            _say_what_stays(walk, id_)
        for source in (walk.source(id_, name) for name in ahead):
            if source and source not in before:
                before[source] = id_
                queue.append(source)
    if len(encoders) > 1:
        walk.notes.append(
            f"The {role} conditioning of {walk.label(sampler)} is put together from "
            f"{' and '.join(map(walk.label, encoders))}: each gets the whole prompt."
        )
    walk.encoders |= encoders
    return list(places), zeroed


def _way(
    walk: Walk, sampler: str, begun: Mapping[str, tuple[str, str]], before: Mapping[str, str], encoder: str
) -> str:
    """How the walk came from a sampler to an encoder."""
    between: list[str] = []
    id_ = encoder
    while before[id_]:
        id_ = before[id_]
        between.insert(0, walk.label(id_))
    holder, name = begun[id_]
    if holder != sampler:
        between.insert(0, walk.label(holder))
    if len(between) > _SHOWN:
        between[_SHOWN - 1 : -1] = [f"{len(between) - _SHOWN} more"]
    return f"'{name}' of {walk.label(sampler)}" + (f", by way of {', '.join(between)}" if between else "")


def _ahead(walk: Walk, id_: str, role: str) -> list[str]:
    """The inputs through which a node takes the conditioning that it passes on; none at an encoder."""
    names = [name for name in conditioning(walk, id_, role) if not is_text(walk, walk.source(id_, name))]
    if names or _encoder_inputs(walk, id_, role):
        return names
    if bundles := [name for name in walk.linked(id_, BUNDLES) if walk.source(id_, name)]:
        return bundles
    # Nothing by name: the one link behind which there are encoders, if it is one.
    telling = [name for name in walk.linked(id_) if not words(name) & CARRIED and _leads_to_text(walk, id_, name)]
    return telling if len(telling) == 1 else []


def _leads_to_text(walk: Walk, id_: str, name: str) -> bool:
    source = walk.source(id_, name)
    nodes = upstream(walk.graph, source) if source else []
    return any(link(walk.inputs(node).get("clip")) and _encoder_inputs(walk, node, "positive") for node in nodes)


def _encoder_inputs(walk: Walk, id_: str, role: str) -> list[str]:
    """The inputs that hold the role's text, where a node is an encoder."""
    inputs = walk.inputs(id_)
    texts = [name for name, value in inputs.items() if isinstance(value, str) or link(value)]
    plain = [name for name in texts if isinstance(inputs[name], str) or is_text(walk, walk.source(id_, name))]
    if own := sorted(name for name in plain if words(name) & SIDES[role]):
        return own
    if known := [name for name in _ENCODED if name in texts]:
        return known
    others = [name for name in plain if words(name) & TEXTS and not words(name) & OTHER_SIDE[role]]
    if others:
        return sorted(others)
    only = [name for name in plain if isinstance(inputs[name], str)]
    return only if len(only) == 1 and walk.source(id_, "clip") else []


def _say_what_stays(walk: Walk, id_: str) -> None:
    for name in _ENCODED:
        if isinstance(walk.inputs(id_).get(name), str):
            walk.notes.append(f"{walk.label(id_)} keeps its own text, in '{name}': it only adds to the prompt.")
