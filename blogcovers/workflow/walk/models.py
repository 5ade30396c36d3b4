"""The file of the model that the first sampler works with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from blogcovers.workflow.graph import Place, link
from blogcovers.workflow.walk.boxes import leaves_of
from blogcovers.workflow.walk.names import BUNDLES, words

if TYPE_CHECKING:
    from blogcovers.workflow.walk.walk import Walk

_MODEL_FILES = ("ckpt_name", "unet_name")
_FILE = re.compile(r".+\.(?:safetensors|sft|ckpt|gguf|pth?|bin)", re.IGNORECASE)


def models(walk: Walk, samplers: list[str]) -> tuple[Place, ...]:
    """The file name of the model that the first sampler works with."""
    if "model" in walk.hints:
        return walk.hinted("model")
    id_ = model_before(walk, samplers[-1]) if samplers else None
    while id_:
        earlier = model_before(walk, id_)
        if found := _model_file(walk, id_, last=earlier is None):
            walk.why.setdefault(found, f"the model of {walk.label(samplers[-1])} comes from there")
            return (found,)
        id_ = earlier
    return ()


def model_before(walk: Walk, id_: str) -> str | None:
    named = walk.linked(id_, frozenset({"model"}))
    return walk.source(id_, "model", *named, *(walk.linked(id_, BUNDLES) if not named else []))


def _model_file(walk: Walk, id_: str, *, last: bool) -> Place | None:
    inputs = walk.inputs(id_)
    for name in _MODEL_FILES:
        if isinstance(inputs.get(name), str):
            return Place(id_, name)
        if link(inputs.get(name)) and len(boxes := leaves_of(walk, walk.source(id_, name) or id_, "positive")) == 1:
            return boxes[0]
    others = frozenset({"lora", "vae", "clip"})
    files = [
        name
        for name, value in inputs.items()
        if isinstance(value, str) and _FILE.fullmatch(value) and not words(name) & others
    ]
    return Place(id_, files[0]) if last and len(files) == 1 else None
