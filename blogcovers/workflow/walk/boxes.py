"""The box that an encoder's text or a number comes from: an input may be a link to what a person types elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blogcovers.workflow.graph import Place, link
from blogcovers.workflow.walk.names import CARRIED, LATENTS, OTHER_SIDE, PICTURES, SIDES, TEXTS, is_number, words

if TYPE_CHECKING:
    from blogcovers.workflow.walk.walk import Walk

_NUMBERS = ("value", "seed", "noise_seed", "int", "Number")
_DEPTH = 50  # nodes that a text may come through


class FromPicture(Exception):  # noqa: N818  (the fact, as in errors.py)
    """A size is that of a picture in the workflow."""


def text_box(walk: Walk, place: Place, role: str, way: str) -> list[Place]:
    """The place itself, or the text box that its text comes from."""
    found = link(walk.inputs(place.node)[place.input])
    if not found:
        walk.why.setdefault(place, way)
        return [place]
    leaves = leaves_of(walk, walk.seen_through(found[0]), role)
    if len(leaves) != 1:
        why = f"the text of {walk.label(place.node)} comes from {walk.label(found[0])}"
        raise walk.ambiguous(role, [place, *(leaf for leaf in leaves if leaf != place)], why)
    walk.why.setdefault(leaves[0], f"{way}: the text of {walk.label(place.node)} comes from there")
    return leaves


def leaves_of(walk: Walk, id_: str, role: str, depth: int = 0) -> list[Place]:
    """The places that may be the prompt in what a node says: one where that is clear, none where it takes its
    text from something that is no text."""
    if depth > _DEPTH:
        return []
    if (id_, role) not in walk.known_leaves:
        walk.known_leaves[id_, role] = _read_leaves(walk, id_, role, depth)
    return walk.known_leaves[id_, role]


def _read_leaves(walk: Walk, id_: str, role: str, depth: int) -> list[Place]:
    operands = _operands(walk, id_, role)
    strangers = [name for name in walk.linked(id_) if name not in operands]
    if not operands or (strangers and not any(words(name) & SIDES[role] for name in operands)):
        return []
    linked = [name for name in operands if link(walk.inputs(id_)[name])]
    if linked:
        sources = [walk.source(id_, name) for name in linked]
        return list(dict.fromkeys(leaf for at in sources if at for leaf in leaves_of(walk, at, role, depth + 1)))
    said = [name for name in operands if walk.inputs(id_)[name].strip()]
    if len(operands) > 1 and len(said) == 1:
        return [Place(id_, said[0])]
    return [Place(id_, name) for name in operands]


def _operands(walk: Walk, id_: str, role: str) -> list[str]:
    """The inputs from which a node makes its text, in the order of their names."""
    inputs = walk.inputs(id_)
    texts = sorted(name for name, value in inputs.items() if isinstance(value, str) or link(value))
    if own := [name for name in texts if words(name) & SIDES[role]]:
        return own
    named = [name for name in texts if words(name) & TEXTS and not words(name) & OTHER_SIDE[role]]
    return named or [name for name in texts if not words(name) & CARRIED]


def is_text(walk: Walk, id_: str | None) -> bool:
    """Whether a node makes text of nothing but text."""
    return id_ is not None and bool(leaves_of(walk, id_, "positive") or leaves_of(walk, id_, "negative"))


def number_box(walk: Walk, place: Place, role: str) -> Place:
    """The place itself, or the number box that it is linked to. Raises FromPicture for a size, else WorkflowError."""
    found = link(walk.inputs(place.node)[place.input])
    if not found:
        return place
    source = walk.seen_through(found[0])
    inputs = walk.inputs(source)
    for name in dict.fromkeys((place.input, *_NUMBERS)):
        if is_number(inputs.get(name)):
            return Place(source, name)
        if name == place.input and link(inputs.get(name)):
            return number_box(walk, Place(source, name), role)
    if role == "size" and walk.linked(source, PICTURES | LATENTS):
        raise FromPicture(source)
    raise walk.ambiguous(role, [place], f"its value comes from {walk.label(source)}")
