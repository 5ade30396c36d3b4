"""What the names of a node's inputs tell: the one thing on which ComfyUI's nodes, and custom nodes after them, agree.

A name's words are its runs of letters, in lower case: ``text_g`` holds ``text`` and ``g``.
"""

from __future__ import annotations

import re
from typing import Any

SIDES = {"positive": frozenset({"positive", "pos"}), "negative": frozenset({"negative", "neg", "uncond"})}
OTHER_SIDE = {"positive": SIDES["negative"], "negative": SIDES["positive"]}
LATENTS = frozenset({"latent", "latents", "samples"})
PICTURES = frozenset({"image", "images", "pixels", "mask"})
BUNDLES = frozenset({"guider", "pipe", "ctx", "context", "tuple"})
TEXTS = frozenset({"text", "string", "prompt", "value", "caption"})
# A link of such a name says what it carries, so a node with it alone is no mere reroute.
CARRIED = LATENTS | PICTURES | {"model", "clip", "vae", "noise", "sigmas", "audio", "video", "conditioning"}


def words(name: str) -> frozenset[str]:
    """The runs of letters in an input's name, in lower case."""
    return frozenset(re.findall(r"[a-z]+", name.lower()))


def is_number(value: Any) -> bool:
    """Whether an input holds a whole number."""
    return isinstance(value, int) and not isinstance(value, bool)
