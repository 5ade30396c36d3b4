"""The picture in docs/painter.md, forty invented concepts on one sheet: ``python tests/forty_covers.py FILE.webp``."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from site_builder import Site

CONCEPTS = (
    "a jaguar dreams of rain", "the old lighthouse keeper's lantern", "two boats at dawn",
    "a heart that learned to code", "maize and memory", "why we refactor", "a red fox at night",
    "the fisherman's daughter", "a butterfly on the server", "mountains beyond the sea", "why I left the city",
    "a letter to my grandmother", "the key to good tests", "the snake in the python book",
    "guitar songs of the forest", "a cup of coffee before work", "the dancer and the horse", "a window in winter",
    "the dancing horse", "market day", "a rooster announces the release", "candles for the dead",
    "gardening with cactus", "the weaver's loom", "the quetzal and the emperor", "a house by the lake",
    "the wheel of time", "moon over the pyramid", "rain on the roof", "a helping hand", "an eye on metrics",
    "the mask", "stars and compasses", "a dog waits at the door", "parrots in the market", "un zorro en la nieve",
    "der Fisch und das Meer", "the tree of life", "the sun returns", "bread",
)  # fmt: skip


def main(sheet: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder))
        site.write("blogcovers.toml", 'renderer = "painter"\n')
        for number, concept in enumerate(CONCEPTS):
            site.post(f"{number:02}", concept)
        for command in (("build", "content"), ("gallery", "content", "--sheet", str(sheet.resolve()))):
            subprocess.run([sys.executable, "-m", "blogcovers", *command], cwd=folder, check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
