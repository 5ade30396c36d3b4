"""What a painted cover costs: ``python tests/bench_painter.py`` (or ``make bench``).

Milliseconds of one core for painting, scaling to another size and encoding, and covers a second of the whole
command, cold process included, on all cores.
"""

from __future__ import annotations

import compileall
import os
import subprocess
import sys
import tempfile
import time
import tomllib
from itertools import cycle, islice
from pathlib import Path

from covers_apart import CONCEPTS
from PIL import Image
from site_builder import Site

import blogcovers
from blogcovers.cover import Output
from blogcovers.cover.picture import encode
from blogcovers.painter.paint import paint

SIZE, COVERS = (1200, 630), 100
PALETTE = tomllib.loads((Path(__file__).parents[1] / "style" / "house.toml").read_text(encoding="utf-8"))["palette"]


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


def each(start: float, count: int) -> str:
    return f"{(time.process_time() - start) / count * 1000:5.1f} ms a cover"


def steps() -> None:
    chosen = CONCEPTS[:: len(CONCEPTS) // 50]
    paint("warm", 0, SIZE, PALETTE)
    start = time.process_time()
    pictures = [paint(concept, seed, SIZE, PALETTE) for seed, concept in enumerate(chosen)]
    say(f"painting {SIZE[0]}x{SIZE[1]}    {each(start, len(chosen))}")
    start = time.process_time()
    scaled = [picture.resize((800, 420), Image.Resampling.LANCZOS) for picture in pictures]
    say(f"scaling to {scaled[0].width}x{scaled[0].height}   {each(start, len(chosen))}")
    start = time.process_time()
    size = sum(len(encode(picture, Output(SIZE, 82))) for picture in pictures)
    say(f"encoding as WebP     {each(start, len(chosen))}, {size / len(chosen) / 1024:.0f} KiB")


def command() -> None:
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder))
        site.write("blogcovers.toml", f'renderer = "painter"\n[output]\nsize = "{SIZE[0]}x{SIZE[1]}"\n')
        for i, concept in enumerate(islice(cycle(CONCEPTS[::7]), COVERS)):
            site.post(f"post-{i}", concept)
        compileall.compile_dir(Path(blogcovers.__file__).parent, quiet=2)  # as pip leaves a package that it installs
        start = time.perf_counter()
        subprocess.run([sys.executable, "-m", "blogcovers", "build", "content"], cwd=folder, check=True,
                       stdout=subprocess.DEVNULL)  # fmt: skip
        seconds = time.perf_counter() - start
    say(f"the whole command    {seconds / COVERS * 1000:5.1f} ms a cover, {COVERS / seconds:.0f} covers a second "
        f"on {os.cpu_count()} cores")  # fmt: skip


if __name__ == "__main__":
    steps()
    command()
