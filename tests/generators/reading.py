"""Sites in a temporary folder, as their generator's own config has them."""

from __future__ import annotations

import subprocess
from pathlib import Path

from blogcovers.config import Config, Options, load
from blogcovers.generators import Home, detect


def home(root: Path, **files: str) -> Home:
    """The home of a site with these files (``__`` for ``.`` in their names)."""
    for name, text in files.items():
        (root / name.replace("__", ".")).write_text(text, encoding="utf-8")
    (generator,) = detect(root)
    return generator.at(root)


def loaded(root: Path, **files: str) -> Config:
    """The config of a site with these files, found from where its posts are."""
    found = home(root, **files)
    (root / found.content).mkdir(parents=True, exist_ok=True)
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    return load(Options(content=root / found.content), {})


def serves(root: Path, files: dict[str, str], media: str, url: str) -> None:
    """Fails unless a site with these files has covers in ``media``, which its generator serves at ``url``."""
    config = loaded(root, **files)
    assert (config.site.media, config.site.public_url) == (root / media, url)
    assert config.warnings == ()


def detected(root: Path, *files: str) -> list[str]:
    """Which generators these files show; one may be ``path: text``."""
    for file in files:
        path, _, text = file.partition(": ")
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return [generator.name for generator in detect(root)]
