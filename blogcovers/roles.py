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

import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

from blogcovers.errors import WorkflowError, nearest
from blogcovers.graph import Place, find_node, find_place, label, link, upstream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from blogcovers.graph import Graph

Hints: TypeAlias = "Mapping[str, str | Sequence[str]]"
"""Role -> ``"node.input"`` (for size and output: ``"node"``), or several of them."""

ROLES = ("positive", "negative", "seed", "size", "model", "output")

# Words in the names of inputs, in lower case. A name's words are its runs of letters: text_g holds text and g.
_SIDES = {"positive": frozenset({"positive", "pos"}), "negative": frozenset({"negative", "neg", "uncond"})}
_OTHER_SIDE = {"positive": _SIDES["negative"], "negative": _SIDES["positive"]}
_LATENTS = frozenset({"latent", "latents", "samples"})
_PICTURES = frozenset({"image", "images", "pixels", "mask"})
_BUNDLES = frozenset({"guider", "pipe", "ctx", "context", "tuple"})
_TEXTS = frozenset({"text", "string", "prompt", "value", "caption"})
# A link of such a name says what it carries, so a node with it alone is no mere reroute.
_CARRIED = _LATENTS | _PICTURES | {"model", "clip", "vae", "noise", "sigmas", "audio", "video", "conditioning"}

# ComfyUI's own encoders, all of whose texts of these names are the prompt, one for each language model.
_ENCODED = (
    *("text", "text_g", "text_l", "clip_l", "clip_g", "t5xxl", "llama", "prompt"),
    *("user_prompt", "bert", "mt5xl", "qwen25_7b"),
)
_SEEDS = ("seed", "noise_seed")
_NUMBERS = ("value", "seed", "noise_seed", "int", "Number")
_OF_A_SAMPLER = ("steps", "cfg", "sampler_name", "denoise")
_FIRST_LATENTS = ("latent_image", "samples", "latent", "samples_to", "samples1")
_MODEL_FILES = ("ckpt_name", "unet_name")
_FILE = re.compile(r".+\.(?:safetensors|sft|ckpt|gguf|pth?|bin)", re.IGNORECASE)
_SHOWN = 6  # nodes on the way to a place that its explanation names
_DEPTH = 50  # nodes that a text may come through
_SIZE_PAIRS = (("width", "height"), ("target_width", "target_height"))


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
    walk = _Walk(graph, where, hints, table)
    output = walk.output()
    samplers = walk.samplers(output)
    positive, negative = walk.prompts(samplers)
    prefix = Place(output, "filename_prefix")
    walk.why.setdefault(prefix, "the picture is saved there")
    return Roles(
        positive=positive,
        negative=negative,
        seed=walk.seeds(samplers),
        size=walk.sizes(samplers),
        model=walk.models(samplers),
        output=(prefix,) if prefix.input in graph[output]["inputs"] else (),
        output_node=output,
        samplers=tuple(reversed(samplers)),
        why=walk.why,
        notes=tuple(dict.fromkeys(walk.notes)),
    )


def words(name: str) -> frozenset[str]:
    """The runs of letters in an input's name, in lower case."""
    return frozenset(re.findall(r"[a-z]+", name.lower()))


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


class _FromPicture(Exception):  # noqa: N818  (the fact, as in errors.py)
    """A size is that of a picture in the workflow."""


class _Walk:
    """One walk over one graph: the graph, what was found on the way, and what to say when it cannot go on."""

    def __init__(self, graph: Graph, where: str, hints: Hints, table: str) -> None:
        self.graph = graph
        self.where = where
        self.table = table
        self.hints = {role: (hint,) if isinstance(hint, str) else tuple(hint) for role, hint in hints.items()}
        self.why: dict[Place, str] = {}
        self.notes: list[str] = []
        self.encoders: dict[str, None] = {}
        self._known_leaves: dict[tuple[str, str], list[Place]] = {}
        for role, said in self.hints.items():
            if role not in ROLES:
                way_out = nearest(role, ROLES) or f"The roles are {', '.join(ROLES)}."
                raise WorkflowError(f"{where}: [{table}] {role} = {_toml(said)} is no role.", way_out)

    # Links

    def inputs(self, id_: str) -> Mapping[str, Any]:
        inputs: Mapping[str, Any] = self.graph[id_]["inputs"]
        return inputs

    def label(self, id_: str) -> str:
        return label(self.graph, id_)

    def linked(self, id_: str, having: frozenset[str] = frozenset()) -> list[str]:
        """The inputs of a node that are links, in an order of their own; with ``having``, those with such a word."""
        names = sorted(name for name, value in self.inputs(id_).items() if link(value))
        return [name for name in names if words(name) & having] if having else names

    def source(self, id_: str, *names: str) -> str | None:
        """The node that the first linked input of these names comes from, reroutes seen through."""
        for name in names:
            if found := link(self.inputs(id_).get(name)):
                return self._seen_through(found[0])
        return None

    def _seen_through(self, id_: str) -> str:
        while (name := self._passes_on(id_)) is not None:
            id_ = self.inputs(id_)[name][0]
        return id_

    def _passes_on(self, id_: str) -> str | None:
        """The input that comes out of a reroute or of a switch with a known position, as it is; None for others."""
        inputs = self.inputs(id_)
        if len(inputs) == 1 and (only := self.linked(id_)):
            return None if words(only[0]) & _CARRIED else only[0]
        if {"switch", "on_true", "on_false"} <= inputs.keys():
            position = inputs["switch"]
            if found := link(position):
                position = self.inputs(self._seen_through(found[0])).get("value")
            name = "on_true" if position is True else "on_false"
            return name if isinstance(position, bool) and link(inputs[name]) else None
        return None

    # Output and samplers

    def output(self) -> str:
        if "output" in self.hints:
            return self._hinted_nodes("output", lambda id_: self.source(id_, "images", "image") is not None)[0]
        used = {found[0] for node in self.graph.values() for value in node["inputs"].values() if (found := link(value))}
        taking = [id_ for id_ in self.graph if self.source(id_, "images", "image")]
        ends = [id_ for id_ in taking if id_ not in used]
        saving = [id_ for id_ in ends if "filename_prefix" in self.inputs(id_)]
        passing = [id_ for id_ in taking if "filename_prefix" in self.inputs(id_)]
        ending = saving or passing or ends
        if not ending:
            raise WorkflowError(f"{self.where}: no output node is found.", "End the workflow with a Save Image node.")
        behind = {id_: set(filter(self._is_sampler, upstream(self.graph, id_))) for id_ in ending}
        sampled = [id_ for id_ in ending if behind[id_]] or ending
        last = [id_ for id_ in sampled if all(behind[id_] > behind[other] for other in sampled if other != id_)]
        if len(sampled) > 1 and last:
            self.notes.append(f"Several nodes save a picture: {self.label(last[0])} saves that of the last sampler.")
        elif len(sampled) > 1:
            raise self.ambiguous("output", [Place(id_, "") for id_ in sampled], "several nodes save a picture")
        return (last or sampled)[0]

    def samplers(self, output: str) -> list[str]:
        """The samplers that the output depends on, the last one first; of two, one must feed the other."""
        found = [id_ for id_ in upstream(self.graph, output) if self._is_sampler(id_)]
        told = {"positive", "seed"} <= self.hints.keys()
        if not found and not told:
            raise WorkflowError(
                f"{self.where}: no sampler leads to the output node {self.label(output)}.",
                "Connect a KSampler (or another sampler with positive or guider, and latent_image) to it, or name the "
                f'places in house.toml, under [{self.table}]: positive = "6.text" and seed = "3.seed".',
            )
        before = {id_: set(upstream(self.graph, id_)) for id_ in found}
        among = frozenset(found)
        found.sort(key=lambda id_: (-len(before[id_] & among), id_))
        for later, earlier in pairwise(found):
            if earlier not in before[later] and not told:
                two = f"{self.label(later)} and {self.label(earlier)}"
                raise WorkflowError(
                    f"{self.where}: two samplers disagree: neither of {two} works on the other's latent.",
                    "Export a workflow in which one sampler, or a chain of them, leads to the saved picture, or name "
                    f'the places in house.toml, under [{self.table}]: positive = "6.text" and '
                    f"seed = {_toml([f'{id_}.seed' for id_ in found])}.",
                )
        return found

    def _is_sampler(self, id_: str) -> bool:
        inputs = self.inputs(id_)
        bundled = bool(self.linked(id_, _BUNDLES))
        conditioned = bundled or bool(self._conditioning(id_, "positive"))
        if not conditioned:
            return False
        if link(inputs.get("latent_image")):
            return True
        modelled = bundled or bool(self.linked(id_, frozenset({"model"})))
        seeded = bool(self._seed_inputs(id_) or link(inputs.get("noise")))
        latent = bool(self.linked(id_, _LATENTS))
        # A node that passes a whole context on may hold a seed, too, but not how to work.
        works = any(name in inputs and not link(inputs[name]) for name in _OF_A_SAMPLER)
        return modelled and works and (seeded or latent)

    # Prompts

    def prompts(self, samplers: list[str]) -> tuple[tuple[Place, ...], tuple[Place, ...]]:
        """The places of the positive and of the negative prompt. Where one encoder serves as both for a sampler,
        as in workflows without guidance, it holds the positive one."""
        hinted = "positive" in self.hints or "negative" in self.hints
        positive = dict.fromkeys(self._hinted("positive"))
        negative = dict.fromkeys(self._hinted("negative"))
        for sampler in samplers:
            own = {} if "positive" in self.hints else dict.fromkeys(self._texts(sampler, "positive"))
            others = [] if "negative" in self.hints else self._texts(sampler, "negative")
            positive |= own
            shared = [place for place in others if place in own]
            negative |= dict.fromkeys(place for place in others if place not in own)
            if shared:
                self.notes.append(
                    f"{self.label(sampler)} is given one text as positive and negative: it gets the positive prompt."
                )
        if (both := sorted(positive.keys() & negative.keys())) and not hinted:
            why = "the samplers disagree: it is positive for one and negative for the other"
            raise self.ambiguous("negative", both, why)
        found = tuple(place for place in negative if place not in positive)
        if not found and not any("negative" in note for note in self.notes):
            self.notes.append("No negative prompt leads to the sampler, so the style's is not used.")
        return tuple(positive), found

    def _texts(self, sampler: str, role: str) -> list[Place]:
        starts = list(self._starts(sampler, role))
        places, zeroed = self._encoded(sampler, starts, role)
        if not places and (role == "positive" or (starts and not zeroed)):
            every = [Place(id_, name) for id_ in self.graph for name in _ENCODED if name in self.inputs(id_)]
            why = f"no text encoder is found from {self.label(sampler)}, input '{role}'"
            raise self.ambiguous(role, every if role == "positive" else every[::-1], why)
        return places

    def _starts(self, id_: str, role: str) -> Iterator[tuple[str, str]]:
        """``(node, input)`` at which the role's conditioning is taken: by the sampler, or by its guider or pipe."""
        if names := self._conditioning(id_, role, at_sampler=True):
            yield from ((id_, name) for name in names)
            return
        for name in self.linked(id_, _BUNDLES):
            if bundle := self.source(id_, name):
                yield from self._starts(bundle, role)

    def _conditioning(self, id_: str, role: str, *, at_sampler: bool = False) -> list[str]:
        """The linked inputs by which a node takes the role's conditioning."""
        names = self.linked(id_)
        if own := [name for name in names if words(name) & _SIDES[role]]:
            return own
        if at_sampler and role == "negative":
            return []
        rest = [name for name in names if any(word.startswith("cond") for word in words(name))]
        rest = [name for name in rest if not words(name) & _OTHER_SIDE[role]]
        # DualCFGGuider: the second conditioning is the one between the prompt and the negative.
        return ["cond1"] if at_sampler and "cond1" in rest else rest

    def _encoded(self, sampler: str, starts: list[tuple[str, str]], role: str) -> tuple[list[Place], bool]:
        """The text inputs that conditioning comes from, walking up from ``starts``; and whether some of it is
        zeroed: such conditioning holds no text, so there is nothing to fill."""
        places: dict[Place, None] = {}
        encoders: dict[str, None] = {}
        begun = {self.source(*start) or start[0]: start for start in starts}
        queue, before, zeroed = list(begun), dict.fromkeys(begun, ""), False
        for id_ in queue:
            if re.search(r"zero_?out", self.graph[id_]["class_type"], re.IGNORECASE):
                zeroed = True
                self.notes.append(
                    f"{self.label(id_)} empties the {role} conditioning, so the style's {role} prompt is not used."
                )
                continue
            ahead = self._ahead(id_, role)
            if not ahead and (names := self._encoder_inputs(id_, role)):
                encoders[id_] = None
                way = self._way(sampler, begun, before, id_)
                places |= dict.fromkeys(found for name in names for found in self._text(Place(id_, name), role, way))
            if ahead:
                self._say_what_stays(id_)
            for source in (self.source(id_, name) for name in ahead):
                if source and source not in before:
                    before[source] = id_
                    queue.append(source)
        if len(encoders) > 1:
            self.notes.append(
                f"The {role} conditioning of {self.label(sampler)} is put together from "
                f"{' and '.join(map(self.label, encoders))}: each gets the whole prompt."
            )
        self.encoders |= encoders
        return list(places), zeroed

    def _way(self, sampler: str, begun: Mapping[str, tuple[str, str]], before: Mapping[str, str], encoder: str) -> str:
        """How the walk came from a sampler to an encoder."""
        between: list[str] = []
        id_ = encoder
        while before[id_]:
            id_ = before[id_]
            between.insert(0, self.label(id_))
        holder, name = begun[id_]
        if holder != sampler:
            between.insert(0, self.label(holder))
        if len(between) > _SHOWN:
            between[_SHOWN - 1 : -1] = [f"{len(between) - _SHOWN} more"]
        return f"'{name}' of {self.label(sampler)}" + (f", by way of {', '.join(between)}" if between else "")

    def _ahead(self, id_: str, role: str) -> list[str]:
        """The inputs through which a node takes the conditioning that it passes on; none at an encoder."""
        names = [name for name in self._conditioning(id_, role) if not self._is_text(self.source(id_, name))]
        if names or self._encoder_inputs(id_, role):
            return names
        if bundles := [name for name in self.linked(id_, _BUNDLES) if self.source(id_, name)]:
            return bundles
        # Nothing by name: the one link behind which there are encoders, if it is one.
        telling = [name for name in self.linked(id_) if not words(name) & _CARRIED and self._leads_to_text(id_, name)]
        return telling if len(telling) == 1 else []

    def _leads_to_text(self, id_: str, name: str) -> bool:
        source = self.source(id_, name)
        nodes = upstream(self.graph, source) if source else []
        return any(link(self.inputs(node).get("clip")) and self._encoder_inputs(node, "positive") for node in nodes)

    def _encoder_inputs(self, id_: str, role: str) -> list[str]:
        """The inputs that hold the role's text, where a node is an encoder."""
        inputs = self.inputs(id_)
        texts = [name for name, value in inputs.items() if isinstance(value, str) or link(value)]
        plain = [name for name in texts if isinstance(inputs[name], str) or self._is_text(self.source(id_, name))]
        if own := sorted(name for name in plain if words(name) & _SIDES[role]):
            return own
        if known := [name for name in _ENCODED if name in texts]:
            return known
        others = [name for name in plain if words(name) & _TEXTS and not words(name) & _OTHER_SIDE[role]]
        if others:
            return sorted(others)
        only = [name for name in plain if isinstance(inputs[name], str)]
        return only if len(only) == 1 and self.source(id_, "clip") else []

    def _say_what_stays(self, id_: str) -> None:
        for name in _ENCODED:
            if isinstance(self.inputs(id_).get(name), str):
                self.notes.append(f"{self.label(id_)} keeps its own text, in '{name}': it only adds to the prompt.")

    # Text

    def _text(self, place: Place, role: str, way: str) -> list[Place]:
        """The place itself, or the text box that its text comes from."""
        found = link(self.inputs(place.node)[place.input])
        if not found:
            self.why.setdefault(place, way)
            return [place]
        leaves = self._leaves(self._seen_through(found[0]), role)
        if len(leaves) != 1:
            why = f"the text of {self.label(place.node)} comes from {self.label(found[0])}"
            raise self.ambiguous(role, [place, *(leaf for leaf in leaves if leaf != place)], why)
        self.why.setdefault(leaves[0], f"{way}: the text of {self.label(place.node)} comes from there")
        return leaves

    def _leaves(self, id_: str, role: str, depth: int = 0) -> list[Place]:
        """The places that may be the prompt in what a node says: one where that is clear, none where it takes its
        text from something that is no text."""
        if depth > _DEPTH:
            return []
        if (id_, role) not in self._known_leaves:
            self._known_leaves[id_, role] = self._read_leaves(id_, role, depth)
        return self._known_leaves[id_, role]

    def _read_leaves(self, id_: str, role: str, depth: int) -> list[Place]:
        operands = self._operands(id_, role)
        strangers = [name for name in self.linked(id_) if name not in operands]
        if not operands or (strangers and not any(words(name) & _SIDES[role] for name in operands)):
            return []
        linked = [name for name in operands if link(self.inputs(id_)[name])]
        if linked:
            sources = [self.source(id_, name) for name in linked]
            return list(dict.fromkeys(leaf for at in sources if at for leaf in self._leaves(at, role, depth + 1)))
        said = [name for name in operands if self.inputs(id_)[name].strip()]
        if len(operands) > 1 and len(said) == 1:
            return [Place(id_, said[0])]
        return [Place(id_, name) for name in operands]

    def _operands(self, id_: str, role: str) -> list[str]:
        """The inputs from which a node makes its text, in the order of their names."""
        inputs = self.inputs(id_)
        texts = sorted(name for name, value in inputs.items() if isinstance(value, str) or link(value))
        if own := [name for name in texts if words(name) & _SIDES[role]]:
            return own
        named = [name for name in texts if words(name) & _TEXTS and not words(name) & _OTHER_SIDE[role]]
        return named or [name for name in texts if not words(name) & _CARRIED]

    def _is_text(self, id_: str | None) -> bool:
        """Whether a node makes text of nothing but text."""
        return id_ is not None and bool(self._leaves(id_, "positive") or self._leaves(id_, "negative"))

    # Seed

    def seeds(self, samplers: list[str]) -> tuple[Place, ...]:
        if "seed" in self.hints:
            return self._hinted("seed")
        places: dict[Place, None] = {}
        for sampler in samplers:
            holder = self.source(sampler, "noise") or sampler
            for name in self._seed_inputs(holder):
                found = self._number(Place(holder, name), "seed")
                self.why.setdefault(found, f"the seed of {self.label(sampler)}{self._from(holder, sampler, found)}")
                places[found] = None
        if not places:
            raise self.ambiguous("seed", [Place(id_, "seed") for id_ in samplers], "no seed is found at the sampler")
        return tuple(places)

    def _seed_inputs(self, id_: str) -> list[str]:
        inputs = self.inputs(id_)
        exact = [name for name in _SEEDS if name in inputs]
        return exact or sorted(
            name for name, value in inputs.items() if "seed" in words(name) and (_is_number(value) or link(value))
        )

    def _from(self, holder: str, sampler: str, place: Place) -> str:
        return f", by way of {self.label(holder)}" if holder not in (sampler, place.node) else ""

    def _number(self, place: Place, role: str) -> Place:
        """The place itself, or the number box that it is linked to."""
        found = link(self.inputs(place.node)[place.input])
        if not found:
            return place
        source = self._seen_through(found[0])
        inputs = self.inputs(source)
        for name in dict.fromkeys((place.input, *_NUMBERS)):
            if _is_number(inputs.get(name)):
                return Place(source, name)
            if name == place.input and link(inputs.get(name)):
                return self._number(Place(source, name), role)
        if self.linked(source, _PICTURES | _LATENTS):
            raise _FromPicture(source)
        raise self.ambiguous(role, [place], f"its value comes from {self.label(source)}")

    # Size

    def sizes(self, samplers: list[str]) -> tuple[tuple[Place, Place], ...]:
        """The empty latent's size, and those that encoders, model patches and sigmas are told; none for
        image-to-image."""
        if "size" in self.hints:
            nodes = self._hinted_nodes("size", lambda id_: {"width", "height"} <= self.inputs(id_).keys())
            return tuple((self._told("size", Place(id_, "width")), Place(id_, "height")) for id_ in nodes)
        holders: dict[str, tuple[str, list[tuple[str, str]]]] = {}
        origin = None
        if samplers and (origin := self._origin(samplers[-1])):
            holders[origin] = (f"the latent of {self.label(samplers[-1])} begins there", self._any_pairs(origin))
            if not holders[origin][1]:
                self._say_why_there_is_no_size(origin)
        for id_ in self.encoders:
            holders.setdefault(id_, ("the encoder is told the size", list(_SIZE_PAIRS)))
        for id_ in dict.fromkeys(patch for sampler in samplers for patch in self._patches(sampler)):
            holders.setdefault(id_, ("it works by the size of the picture", [_SIZE_PAIRS[0]]))
        pairs = []
        for id_, (why, names) in holders.items():
            for pair in (self._pair(id_, *sides, needed=id_ == origin) for sides in names if self._holds(id_, *sides)):
                if pair:
                    self.why.setdefault(pair[0], why)
                    pairs.append(pair)
        self._say_what_changes_the_size(samplers)
        if same := [pair[0] for pair in pairs if pair[0] == pair[1]]:
            raise self.ambiguous("size", same, "width and height come from one number")
        return tuple(dict.fromkeys(pairs))

    def _pair(self, id_: str, width: str, height: str, *, needed: bool) -> tuple[Place, Place] | None:
        try:
            return self._number(Place(id_, width), "size"), self._number(Place(id_, height), "size")
        except _FromPicture as picture:
            source = self.label(str(picture))
            self.notes.append(f"The size of {self.label(id_)} is that of a picture, from {source}: covers are cropped.")
        except WorkflowError:
            if needed:
                raise
            self.notes.append(f"{self.label(id_)} is told another size: its '{width}' or '{height}' is worked out.")
        return None

    def _holds(self, id_: str, *names: str) -> bool:
        """Whether a node has all these inputs, as whole numbers or as links."""
        values = [self.inputs(id_).get(name) for name in names]
        return all(_is_number(value) or link(value) for value in values)

    def _origin(self, sampler: str) -> str | None:
        """Where the latent comes from that the first sampler works on; None for one that works on pictures."""
        latent = self._latent(sampler)
        while latent and (earlier := self._latent(latent)):
            latent = earlier
        if latent is None:
            self._say_why_there_is_no_size(sampler)
        return latent

    def _latent(self, id_: str) -> str | None:
        named = [name for name in self.linked(id_, _LATENTS) if "audio" not in words(name)]
        bundles = self.linked(id_, _BUNDLES) if not named and not self._any_pairs(id_) else []
        return self.source(id_, *(name for name in _FIRST_LATENTS if name in named), *named, *bundles)

    def _any_pairs(self, id_: str) -> list[tuple[str, str]]:
        """The pairs of inputs that are a width and a height, whatever stands before or behind: empty_latent_width."""
        pairs = [(name, name.replace("width", "height")) for name in sorted(self.inputs(id_)) if "width" in words(name)]
        return [pair for pair in pairs if self._holds(id_, *pair)]

    def _patches(self, sampler: str) -> Iterator[str]:
        """The nodes on the way of the model and of the sigmas that know the picture's size, like Flux's."""
        starts = [self.source(sampler, name) for name in ("model", "sigmas", *self.linked(sampler, _BUNDLES))]
        for start in dict.fromkeys(start for start in starts if start):
            id_: str | None = start
            while id_:
                if {"width", "height"} <= self.inputs(id_).keys():
                    yield id_
                id_ = self._model(id_)

    def _say_why_there_is_no_size(self, id_: str) -> None:
        why = "starts from a picture" if self.linked(id_, _PICTURES) else "has no width and height"
        self.notes.append(f"There is no size to fill: {self.label(id_)} {why}. Covers are cropped from what it makes.")

    def _say_what_changes_the_size(self, samplers: list[str]) -> None:
        for sampler in samplers[:-1]:
            id_ = self._latent(sampler)
            while id_ and id_ not in samplers:
                inputs = self.inputs(id_)
                if _is_number(inputs.get("width")) and _is_number(inputs.get("height")) and self._latent(id_):
                    size = f"{inputs['width']}x{inputs['height']}"
                    self.notes.append(
                        f"{self.label(id_)} keeps its own size, {size}: give it the shape of render_size."
                    )
                id_ = self._latent(id_)

    # Model

    def models(self, samplers: list[str]) -> tuple[Place, ...]:
        """The file name of the model that the first sampler works with."""
        if "model" in self.hints:
            return self._hinted("model")
        id_ = self._model(samplers[-1]) if samplers else None
        while id_:
            earlier = self._model(id_)
            if found := self._model_file(id_, last=earlier is None):
                self.why.setdefault(found, f"the model of {self.label(samplers[-1])} comes from there")
                return (found,)
            id_ = earlier
        return ()

    def _model(self, id_: str) -> str | None:
        named = self.linked(id_, frozenset({"model"}))
        return self.source(id_, "model", *named, *(self.linked(id_, _BUNDLES) if not named else []))

    def _model_file(self, id_: str, *, last: bool) -> Place | None:
        inputs = self.inputs(id_)
        for name in _MODEL_FILES:
            if isinstance(inputs.get(name), str):
                return Place(id_, name)
            if link(inputs.get(name)) and len(boxes := self._leaves(self.source(id_, name) or id_, "positive")) == 1:
                return boxes[0]
        others = frozenset({"lora", "vae", "clip"})
        files = [
            name
            for name, value in inputs.items()
            if isinstance(value, str) and _FILE.fullmatch(value) and not words(name) & others
        ]
        return Place(id_, files[0]) if last and len(files) == 1 else None

    # What the author says

    def _told(self, role: str, place: Place) -> Place:
        self.why[place] = f"house.toml says so: [{self.table}] {role} = {_toml(self.hints[role])}"
        return place

    def _hinted(self, role: str) -> tuple[Place, ...]:
        """The inputs that the lines ``"node.input"`` for a role name, the nodes by id, title or class."""
        places = []
        for hint in self.hints.get(role, ()):
            place = find_place(self.graph, hint)
            if place is None:
                raise self._names_nothing(role, "node.input")
            places.append(self._told(role, place))
        return tuple(places)

    def _hinted_nodes(self, role: str, fits: Callable[[str], bool]) -> list[str]:
        hints = self.hints[role]
        found = [id_ for hint in hints if (id_ := find_node(self.graph, hint)) is not None and fits(id_)]
        if len(found) != len(hints) or not found or (role == "output" and len(found) > 1):
            raise self._names_nothing(role, "node")
        return found

    def _names_nothing(self, role: str, form: str) -> WorkflowError:
        known = ", ".join(map(self.label, self.graph))
        said = f"[{self.table}] {role} = {_toml(self.hints[role])}"
        message = f"{self.where}: {said} names nothing there that can be the {role}."
        return WorkflowError(message, f'Write {role} = "{form}". Its nodes: {known}.')

    def ambiguous(self, role: str, places: Sequence[Place], why: str) -> WorkflowError:
        """``places``: the candidates, the one that is suggested first."""
        candidates = ", ".join(
            f"{self.label(place.node)}{f', input {place.input}' if place.input else ''}" for place in places
        )
        message = f"{self.where}: {why}. Candidates for {role}: {candidates or 'none'}."
        if not places:
            return WorkflowError(message, f"It has no input for the {role}: use a workflow that takes one.")
        example = str(places[0]).rstrip(".")
        return WorkflowError(message, f'Name one in house.toml, under [{self.table}]: {role} = "{example}".')


def _toml(said: Iterable[str]) -> str:
    texts = [f'"{text}"' for text in said]
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
