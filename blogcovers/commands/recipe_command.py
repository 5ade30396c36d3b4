"""``blogcovers recipe COVER``: what a cover carries."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from blogcovers import output, storage
from blogcovers.cover import State, found_at, webp
from blogcovers.cover.recipe import to_json
from blogcovers.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from blogcovers.cover import Recipe


def recipe(cover: Path, *, as_json: bool) -> int:
    found = found_at(cover)
    if found.state is State.MISSING:
        raise UsageError(f"There is no cover at {cover}.", "Name a .webp file in your media folder.")
    if found.state is not State.CURRENT or found.recipe is None:
        output.complain(f"{cover} has no recipe to show: {found.reason} ({found.state}).")
        return 1
    if as_json:
        document = json.loads(to_json(found.recipe))
        if found.recipe.graph is not None:
            document["graph"] = found.recipe.graph
        output.say(json.dumps(document, indent=2))
    else:
        for line in _lines(cover, found.recipe):
            output.say(line)
    return 0


def _lines(cover: Path, made: Recipe) -> list[str]:
    width, height = webp.size(storage.read(cover))
    facts = {
        "slug": made.slug,
        "renderer": made.renderer + (", until the server is back" if made.provisional else ""),
        "seed": str(made.seed) + (f", moved on {made.attempt} times" if made.attempt else ""),
        **{name: text for name, text in made.texts.items() if name != "cover_negative"},  # the negative holds it
        "size": f"{width}x{height} pixels",
        "fingerprint": made.fingerprint,
        "graph": f"{len(made.graph)} nodes; drop the file on ComfyUI's canvas to open it" if made.graph else "",
    }
    return [f"{name.ljust(12)} {value}" for name, value in facts.items() if value]
