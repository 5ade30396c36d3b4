"""Every sampler's seed: its own, or that of the node that its noise comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blogcovers.workflow.graph import Place
from blogcovers.workflow.walk.boxes import number_box
from blogcovers.workflow.walk.samplers import seed_inputs

if TYPE_CHECKING:
    from blogcovers.workflow.walk.walk import Walk


def seeds(walk: Walk, samplers: list[str]) -> tuple[Place, ...]:
    """The places of the seeds of all ``samplers``. Raises WorkflowError where there is none."""
    if "seed" in walk.hints:
        return walk.hinted("seed")
    places: dict[Place, None] = {}
    for sampler in samplers:
        holder = walk.source(sampler, "noise") or sampler
        for name in seed_inputs(walk, holder):
            found = number_box(walk, Place(holder, name), "seed")
            walk.why.setdefault(found, f"the seed of {walk.label(sampler)}{_from(walk, holder, sampler, found)}")
            places[found] = None
    if not places:
        raise walk.ambiguous("seed", [Place(id_, "seed") for id_ in samplers], "no seed is found at the sampler")
    return tuple(places)


def _from(walk: Walk, holder: str, sampler: str, place: Place) -> str:
    return f", by way of {walk.label(holder)}" if holder not in (sampler, place.node) else ""
