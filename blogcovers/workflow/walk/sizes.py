"""The width and height of what is rendered, and of everything that is told them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blogcovers.errors import WorkflowError
from blogcovers.workflow.graph import Place, link
from blogcovers.workflow.walk.boxes import FromPicture, number_box
from blogcovers.workflow.walk.models import model_before
from blogcovers.workflow.walk.names import BUNDLES, LATENTS, PICTURES, is_number, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from blogcovers.workflow.walk.walk import Walk

_FIRST_LATENTS = ("latent_image", "samples", "latent", "samples_to", "samples1")
_SIZE_PAIRS = (("width", "height"), ("target_width", "target_height"))


def sizes(walk: Walk, samplers: list[str]) -> tuple[tuple[Place, Place], ...]:
    """The empty latent's size, and those that encoders, model patches and sigmas are told; none for
    image-to-image."""
    if "size" in walk.hints:
        nodes = walk.hinted_nodes("size", lambda id_: {"width", "height"} <= walk.inputs(id_).keys())
        return tuple((walk.as_hinted("size", Place(id_, "width")), Place(id_, "height")) for id_ in nodes)
    holders: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    origin = None
    if samplers and (origin := _origin(walk, samplers[-1])):
        holders[origin] = (f"the latent of {walk.label(samplers[-1])} begins there", _any_pairs(walk, origin))
        if not holders[origin][1]:
            _say_why_there_is_no_size(walk, origin)
    for id_ in walk.encoders:
        holders.setdefault(id_, ("the encoder is told the size", list(_SIZE_PAIRS)))
    for id_ in dict.fromkeys(patch for sampler in samplers for patch in _patches(walk, sampler)):
        holders.setdefault(id_, ("it works by the size of the picture", [_SIZE_PAIRS[0]]))
    pairs = []
    for id_, (why, names) in holders.items():
        for pair in (_pair(walk, id_, *sides, needed=id_ == origin) for sides in names if _holds(walk, id_, *sides)):
            if pair:
                walk.why.setdefault(pair[0], why)
                pairs.append(pair)
    _say_what_changes_the_size(walk, samplers)
    if same := [pair[0] for pair in pairs if pair[0] == pair[1]]:
        raise walk.ambiguous("size", same, "width and height come from one number")
    return tuple(dict.fromkeys(pairs))


def _pair(walk: Walk, id_: str, width: str, height: str, *, needed: bool) -> tuple[Place, Place] | None:
    try:
        return number_box(walk, Place(id_, width), "size"), number_box(walk, Place(id_, height), "size")
    except FromPicture as picture:
        source = walk.label(str(picture))
        walk.notes.append(f"The size of {walk.label(id_)} is that of a picture, from {source}: covers are cropped.")
    except WorkflowError:
        if needed:
            raise
        walk.notes.append(f"{walk.label(id_)} is told another size: its '{width}' or '{height}' is worked out.")
    return None


def _holds(walk: Walk, id_: str, *names: str) -> bool:
    """Whether a node has all these inputs, as whole numbers or as links."""
    values = [walk.inputs(id_).get(name) for name in names]
    return all(is_number(value) or link(value) for value in values)


def _origin(walk: Walk, sampler: str) -> str | None:
    """Where the latent comes from that the first sampler works on; None for one that works on pictures."""
    latent = _latent(walk, sampler)
    while latent and (earlier := _latent(walk, latent)):
        latent = earlier
    if latent is None:
        _say_why_there_is_no_size(walk, sampler)
    return latent


def _latent(walk: Walk, id_: str) -> str | None:
    named = [name for name in walk.linked(id_, LATENTS) if "audio" not in words(name)]
    bundles = walk.linked(id_, BUNDLES) if not named and not _any_pairs(walk, id_) else []
    return walk.source(id_, *(name for name in _FIRST_LATENTS if name in named), *named, *bundles)


def _any_pairs(walk: Walk, id_: str) -> list[tuple[str, str]]:
    """The pairs of inputs that are a width and a height, whatever stands before or behind: empty_latent_width."""
    pairs = [(name, name.replace("width", "height")) for name in sorted(walk.inputs(id_)) if "width" in words(name)]
    return [pair for pair in pairs if _holds(walk, id_, *pair)]


def _patches(walk: Walk, sampler: str) -> Iterator[str]:
    """The nodes on the way of the model and of the sigmas that know the picture's size, like Flux's."""
    starts = [walk.source(sampler, name) for name in ("model", "sigmas", *walk.linked(sampler, BUNDLES))]
    for start in dict.fromkeys(start for start in starts if start):
        id_: str | None = start
        while id_:
            if {"width", "height"} <= walk.inputs(id_).keys():
                yield id_
            id_ = model_before(walk, id_)


def _say_why_there_is_no_size(walk: Walk, id_: str) -> None:
    why = "starts from a picture" if walk.linked(id_, PICTURES) else "has no width and height"
    walk.notes.append(f"There is no size to fill: {walk.label(id_)} {why}. Covers are cropped from what it makes.")


def _say_what_changes_the_size(walk: Walk, samplers: list[str]) -> None:
    for sampler in samplers[:-1]:
        id_ = _latent(walk, sampler)
        while id_ and id_ not in samplers:
            inputs = walk.inputs(id_)
            if is_number(inputs.get("width")) and is_number(inputs.get("height")) and _latent(walk, id_):
                size = f"{inputs['width']}x{inputs['height']}"
                walk.notes.append(f"{walk.label(id_)} keeps its own size, {size}: give it the shape of render_size.")
            id_ = _latent(walk, id_)
