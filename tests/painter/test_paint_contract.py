"""What the caller of `paint` may rely on: size, mode, repeatability, difference."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import ImageChops

from blogcovers.painter.paint import paint

PALETTE = {
    "cobalt": "#1f4fa3", "vermilion": "#e2352b", "marigold": "#f6a81c", "turquoise": "#17a7a0", "rose": "#e85a8f",
    "leaf": "#2f9e44", "ochre": "#c9822b", "violet": "#6b3fa0", "cream": "#fbf0d9",
}  # fmt: skip
CONCEPT = "A hummingbird over a market basket"
IN_ANOTHER_PROCESS = """
import hashlib, json, sys
from blogcovers.painter.paint import paint
concept, palette = json.loads(sys.stdin.read())
print(hashlib.sha256(paint(concept, 7, (300, 160), palette).tobytes()).hexdigest())
"""


def _digest(concept: str, seed: int, size: tuple[int, int] = (300, 160)) -> str:
    return hashlib.sha256(paint(concept, seed, size, PALETTE).tobytes()).hexdigest()


@pytest.mark.parametrize(
    "size", [(64, 64), (65, 97), (1200, 630), (630, 1200), (4096, 300), (64, 4096), (4096, 64), (1601, 513)]
)
def test_a_cover_has_exactly_the_size_asked_for(size: tuple[int, int]) -> None:
    picture = paint(CONCEPT, 3, size, PALETTE)
    assert (picture.mode, picture.size) == ("RGB", size)


def test_the_same_arguments_give_the_same_bytes() -> None:
    assert _digest(CONCEPT, 7) == _digest(CONCEPT, 7)


@pytest.mark.parametrize("hash_seed", ["0", "4242"])
def test_another_process_with_another_hash_seed_gives_the_same_bytes(hash_seed: str) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_PROCESS], input=json.dumps([CONCEPT, PALETTE]), env=environment,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == _digest(CONCEPT, 7)


def test_threads_do_not_disturb_each_other() -> None:
    concepts = [f"{concept} {k}" for k, concept in enumerate([CONCEPT] * 12)]
    alone = [_digest(concept, 7, (120, 64)) for concept in concepts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda concept: _digest(concept, 7, (120, 64)), concepts)) == alone


def test_seeds_differ_up_to_64_bits() -> None:
    seeds = [0, 1, 2, 2**53, 2**64 - 2, 2**64 - 1]
    assert len({_digest(CONCEPT, seed) for seed in seeds}) == len(seeds)


@pytest.mark.parametrize("concept", ["", "   ", "404", "猫と月", "Ёлка — ночь", "a\nb\x00c", "word " * 500, "\ud800"])
def test_any_text_can_be_painted(concept: str) -> None:
    assert paint(concept, 5, (160, 90), PALETTE).size == (160, 90)


@pytest.mark.parametrize(
    "colours",
    [("#000000", "#000000"), ("#ffffff", "#fffffe"), ("#1f4fa3", "#fbf0d9"), ("#FF0000", "#00ff00", "#00f")],
)
def test_any_palette_of_two_colours_or_more_will_do(colours: tuple[str, ...]) -> None:
    picture = paint("A boat", 5, (240, 126), {f"c{i}": colour for i, colour in enumerate(colours)})
    assert len(picture.getcolors(maxcolors=1 << 20) or []) > 8


def test_a_palette_of_hundreds_of_colours_fits() -> None:
    palette = {f"c{i}": f"#{(i * 7919) % 256:02x}{(i * 104729) % 256:02x}{(i * 1299709) % 256:02x}" for i in range(400)}
    assert paint("A boat", 5, (240, 126), palette).mode == "RGB"


def test_the_border_is_there_always_or_never_as_asked() -> None:
    for seed in range(4):
        always, never = (paint("A boat", seed, (120, 64), PALETTE, border).tobytes() for border in ("always", "never"))
        assert always != never


def test_density_adds_things() -> None:
    def marks(density: float) -> int:
        """Changes of colour along the rows of some covers."""
        count = 0
        for seed in range(6):
            grey = paint("A boat", seed, (400, 210), PALETTE, "never", density).convert("L")
            count += sum(ImageChops.difference(grey, ImageChops.offset(grey, 1, 0)).histogram()[40:])
        return count

    assert marks(0.0) < 0.9 * marks(1.0)


def test_another_palette_repaints_the_whole() -> None:
    quiet = {"indigo": "#2f4374", "chalk": "#f5f0e6", "clay": "#b8674b"}
    colours = paint(CONCEPT, 7, (300, 160), quiet).convert("HSV").getchannel("S").histogram()
    bright = paint(CONCEPT, 7, (300, 160), PALETTE).convert("HSV").getchannel("S").histogram()
    assert sum(colours[200:]) < 0.1 * sum(bright[200:])


def test_one_colour_is_refused() -> None:
    with pytest.raises(ValueError, match="1 colours"):
        paint("A boat", 5, (240, 126), {"only": "#102030"})


def test_importing_the_package_loads_neither_pillow_nor_its_siblings() -> None:
    code = (
        "import sys, blogcovers.painter as p; assert isinstance(p.VERSION, int);"
        "bad = [m for m in sys.modules if m == 'PIL' or m.startswith(('PIL.', 'blogcovers.painter.'))]; print(bad)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
