"""The node that saves the cover, the samplers that it depends on, and what makes a node a sampler."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from blogcovers.errors import WorkflowError
from blogcovers.workflow.graph import Place, link, upstream
from blogcovers.workflow.walk.names import BUNDLES, LATENTS, OTHER_SIDE, SIDES, is_number, words
from blogcovers.workflow.walk.walk import toml

if TYPE_CHECKING:
    from blogcovers.workflow.walk.walk import Walk

_SEEDS = ("seed", "noise_seed")
_OF_A_SAMPLER = ("steps", "cfg", "sampler_name", "denoise")


def output_node(walk: Walk) -> str:
    """The node at an end of the graph that saves the picture, of several that of the last stage."""
    if "output" in walk.hints:
        return walk.hinted_nodes("output", lambda id_: walk.source(id_, "images", "image") is not None)[0]
    used = {found[0] for node in walk.graph.values() for value in node["inputs"].values() if (found := link(value))}
    taking = [id_ for id_ in walk.graph if walk.source(id_, "images", "image")]
    ends = [id_ for id_ in taking if id_ not in used]
    saving = [id_ for id_ in ends if "filename_prefix" in walk.inputs(id_)]
    passing = [id_ for id_ in taking if "filename_prefix" in walk.inputs(id_)]
    ending = saving or passing or ends
    if not ending:
        raise WorkflowError(f"{walk.where}: no output node is found.", "End the workflow with a Save Image node.")
    behind = {id_: {node for node in upstream(walk.graph, id_) if _is_sampler(walk, node)} for id_ in ending}
    sampled = [id_ for id_ in ending if behind[id_]] or ending
    last = [id_ for id_ in sampled if all(behind[id_] > behind[other] for other in sampled if other != id_)]
    if len(sampled) > 1 and last:
        walk.notes.append(f"Several nodes save a picture: {walk.label(last[0])} saves that of the last sampler.")
    elif len(sampled) > 1:
        raise walk.ambiguous("output", [Place(id_, "") for id_ in sampled], "several nodes save a picture")
    return (last or sampled)[0]


def samplers_before(walk: Walk, output: str) -> list[str]:
    """The samplers that the output depends on, the last one first; of two, one must feed the other."""
    found = [id_ for id_ in upstream(walk.graph, output) if _is_sampler(walk, id_)]
    told = {"positive", "seed"} <= walk.hints.keys()
    if not found and not told:
        raise WorkflowError(
            f"{walk.where}: no sampler leads to the output node {walk.label(output)}.",
            "Connect a KSampler (or another sampler with positive or guider, and latent_image) to it, or name the "
            f'places in house.toml, under [{walk.table}]: positive = "6.text" and seed = "3.seed".',
        )
    before = {id_: set(upstream(walk.graph, id_)) for id_ in found}
    among = frozenset(found)
    found.sort(key=lambda id_: (-len(before[id_] & among), id_))
    for later, earlier in pairwise(found):
        if earlier not in before[later] and not told:
            two = f"{walk.label(later)} and {walk.label(earlier)}"
            raise WorkflowError(
                f"{walk.where}: two samplers disagree: neither of {two} works on the other's latent.",
                "Export a workflow in which one sampler, or a chain of them, leads to the saved picture, or name "
                f'the places in house.toml, under [{walk.table}]: positive = "6.text" and '
                f"seed = {toml([f'{id_}.seed' for id_ in found])}.",
            )
    return found


def _is_sampler(walk: Walk, id_: str) -> bool:
    inputs = walk.inputs(id_)
    bundled = bool(walk.linked(id_, BUNDLES))
    conditioned = bundled or bool(conditioning(walk, id_, "positive"))
    if not conditioned:
        return False
    if link(inputs.get("latent_image")):
        return True
    modelled = bundled or bool(walk.linked(id_, frozenset({"model"})))
    seeded = bool(seed_inputs(walk, id_) or link(inputs.get("noise")))
    latent = bool(walk.linked(id_, LATENTS))
    # A node that passes a whole context on may hold a seed, too, but not how to work.
    works = any(name in inputs and not link(inputs[name]) for name in _OF_A_SAMPLER)
    return modelled and works and (seeded or latent)


def conditioning(walk: Walk, id_: str, role: str, *, at_sampler: bool = False) -> list[str]:
    """The linked inputs by which a node takes the role's conditioning."""
    names = walk.linked(id_)
    if own := [name for name in names if words(name) & SIDES[role]]:
        return own
    if at_sampler and role == "negative":
        return []
    rest = [name for name in names if any(word.startswith("cond") for word in words(name))]
    rest = [name for name in rest if not words(name) & OTHER_SIDE[role]]
    # DualCFGGuider: the second conditioning is the one between the prompt and the negative.
    return ["cond1"] if at_sampler and "cond1" in rest else rest


def seed_inputs(walk: Walk, id_: str) -> list[str]:
    """The inputs in which a node holds or takes a seed."""
    inputs = walk.inputs(id_)
    exact = [name for name in _SEEDS if name in inputs]
    return exact or sorted(
        name for name, value in inputs.items() if "seed" in words(name) and (is_number(value) or link(value))
    )
