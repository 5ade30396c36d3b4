"""The roles of a workflow template: which inputs we fill, found by walking its links.

A graph in API format tells no types: a link is a node id and a slot. What it tells is the *name* under which a
node takes each link, and names are the one thing on which ComfyUI's nodes, and custom nodes after them, agree. The
walk goes by these names, by the shape of values, and by what is linked to what; ids, titles and the order of nodes
decide nothing, and hardly a class name does.

1. **Output.** The node at an end of the graph that takes ``images``; one with a ``filename_prefix`` comes before a
   preview, one that a sampler leads to before others, and the last stage before those that it goes through.
2. **Samplers.** Behind the output: what takes conditioning (``positive``, ``conditioning``, a ``guider`` or a pipe)
   together with a latent or a seed. Of several, each must feed the next: base and refiner, a second pass, a detailer.
3. **Prompts.** From each sampler's conditioning upward. A node that takes conditioning passes it on, whatever it
   does to it: through its input of the role's own name (a ControlNet's ``positive``), else through all whose names
   begin with ``cond``. One that takes none and holds text is the encoder. Guiders and pipes hold a sampler's inputs
   for it. Conditioning that is zeroed holds no text.
4. **Text.** An encoder's text is its own, or comes from a box, or is put together by a node with several texts: of
   those the one that is linked is the prompt, the others are fixed pieces. Where that leaves two, the author says.
5. **Seed.** Of every sampler: its ``seed`` or ``noise_seed``, or that of the node that its ``noise`` comes from.
6. **Size.** Up the first sampler's latent to where it begins: width and height, if that is an empty latent; if it is
   a picture, there is no size to fill. Encoders, model patches and sigmas that are told the size get it, too.
7. **Model.** Up the first sampler's model to the node that names a file.

A node with one single link, and a switch with a known position, are seen through: reroutes of any make.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from blogcovers.errors import WorkflowError
from blogcovers.workflow.graph import Place
from blogcovers.workflow.walk.models import models
from blogcovers.workflow.walk.prompts import prompts
from blogcovers.workflow.walk.samplers import output_node, samplers_before
from blogcovers.workflow.walk.seeds import seeds
from blogcovers.workflow.walk.sizes import sizes
from blogcovers.workflow.walk.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from blogcovers.workflow.graph import Graph
    from blogcovers.workflow.walk.walk import Hints


@dataclass(frozen=True)
class Roles:
    """Where a template is filled. ``size`` holds pairs of places, (width, height).

    ``samplers``: node ids, the first to work first. ``why``: place -> how the walk came to it; a pair of sizes
    stands under its width. ``notes``: sentences about what is not filled, and why.
    """

    positive: tuple[Place, ...]
    negative: tuple[Place, ...]
    seed: tuple[Place, ...]
    size: tuple[tuple[Place, Place], ...]
    model: tuple[Place, ...]
    output: tuple[Place, ...]
    output_node: str
    samplers: tuple[str, ...] = ()
    why: Mapping[Place, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def places(self) -> Iterator[Place]:
        """Every place that is filled for each cover; the model is set when the template is loaded."""
        for _, place in self.filled():
            yield place

    def filled(self) -> Iterator[tuple[str, Place]]:
        """``(role, place)`` for every place that is filled for each cover."""
        for role, places in (
            ("positive", self.positive),
            ("negative", self.negative),
            ("seed", self.seed),
            ("output", self.output),
        ):
            yield from ((role, place) for place in places)
        for pair in self.size:
            yield from (("size", place) for place in pair)


def find_roles(graph: Graph, where: str, hints: Hints, table: str = "roles") -> Roles:
    """The roles of a graph. ``table`` of ``house.toml`` holds the ``hints``, which settle what the walk cannot.

    Raises WorkflowError where a role is missing or ambiguous, with the line that settles it.
    """
    try:
        return _found(Walk(graph, where, hints, table))
    except RecursionError:
        way_out = f"Name the places under [{table}] in house.toml."
        raise WorkflowError(f"{where}: its links lead over too many nodes to be walked.", way_out) from None


def _found(walk: Walk) -> Roles:
    output = output_node(walk)
    samplers = samplers_before(walk, output)
    positive, negative = prompts(walk, samplers)
    prefix = Place(output, "filename_prefix")
    walk.why.setdefault(prefix, "the picture is saved there")
    return Roles(
        positive=positive,
        negative=negative,
        seed=seeds(walk, samplers),
        size=sizes(walk, samplers),
        model=models(walk, samplers),
        output=(prefix,) if prefix.input in walk.graph[output]["inputs"] else (),
        output_node=output,
        samplers=tuple(reversed(samplers)),
        why=walk.why,
        notes=tuple(dict.fromkeys(walk.notes)),
    )
