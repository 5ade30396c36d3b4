"""The golden pictures of the painter; run as a program, it writes them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from blogcovers.painter import VERSION
from blogcovers.painter.paint import paint

if TYPE_CHECKING:
    from PIL.Image import Image

ROOT = Path(__file__).parents[1]
FOLDER = Path(__file__).parent / "painter" / "golden"
VERSION_FILE = FOLDER / "VERSION"
COVERS = {  # name: concept, seed, style
    "fox": ("A red fox at night", 1, "house"),
    "boats": ("Two boats carry the moon between them over dark water", 2, "house"),
    "loom": ("A red loom tied to a tree weaves a cloth of little suns", 3, "house"),
    "dancer": ("A dancer in the rain", 4, "house"),
    "jaguar": ("A jaguar in the forest", 5, "quiet"),
    "words": ("Zqrt blorf", 6, "house"),
}


def painted(name: str) -> Image:
    """The cover of this name, small."""
    concept, seed, style = COVERS[name]
    folder = ROOT / "style" if style == "house" else ROOT / "style" / style
    house = tomllib.loads((folder / "house.toml").read_text(encoding="utf-8"))
    return paint(concept, seed, (300, 158), house["palette"], **house.get("painter", {}))


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in COVERS:
        painted(name).save(FOLDER / f"{name}.png", optimize=True)
    VERSION_FILE.write_text(f"{VERSION}\n", encoding="ascii")


if __name__ == "__main__":
    main()
