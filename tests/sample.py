"""The sample site in a folder of its own, as one of the three generators has it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from real_generators import hugo, mkdocs, pelican
from site_builder import Site

SAMPLE = Path(__file__).parents[1] / "sample_site"
HAND_MADE = SAMPLE / "static/images/covers/paper-lanterns.webp"
SITE_URL = "https://example.org/wall/"

GENERATORS = {"hugo": hugo, "pelican": pelican, "mkdocs": mkdocs}
MEDIA = {"hugo": "static/images/covers", "pelican": "content/images/covers", "mkdocs": "covers"}
MADE = (*MEDIA.values(), "static", "data", "public", "output", "site", "resources", ".blogcovers")


def sample(root: Path, generator: str = "hugo") -> Site:
    """A copy with no cover but the hand-made one, which lies where this generator's covers do."""
    made = {str(SAMPLE / folder) for folder in MADE}
    shutil.copytree(SAMPLE, root, ignore=lambda folder, names: [name for name in names if f"{folder}/{name}" in made])
    site = Site(root)
    site.media = root / MEDIA[generator]
    site.media.mkdir(parents=True)
    shutil.copy(HAND_MADE, site.media)
    return site


@dataclass(frozen=True)
class Published:
    """The sample site, its covers made on the command line, as a generator has built it."""

    site: Site
    rows: dict[str, dict[str, Any]]
    pictures: dict[str, bytes]
    output: Path


@cache
def published(generator: str, folder: Callable[[str], Path]) -> Published:
    """Built once for all tests that only look. ``folder`` makes a temporary one."""
    site = sample(folder(generator) / "site", generator)
    rows = site.build("--generator", generator).rows()
    pictures = {file.name: file.read_bytes() for file in site.media.iterdir()}
    settle(site, generator)
    return Published(site, rows, pictures, GENERATORS[generator](site.root))


def settle(site: Site, generator: str) -> None:
    """Names the generator in the site's config, for those that run a plugin."""
    file = site.root / "blogcovers.toml"
    text, changed = re.subn(r'(?m)^generator = ".*"$', f'generator = "{generator}"', file.read_text(encoding="utf-8"))
    assert changed == 1
    file.write_text(text, encoding="utf-8")


def entries(site: Site) -> dict[str, dict[str, Any]]:
    """The data file."""
    found: dict[str, dict[str, Any]] = json.loads((site.root / "data/covers.json").read_text(encoding="utf-8"))
    return found
