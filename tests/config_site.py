"""A site with a config of so many lines, and how it is loaded."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from blogcovers.config import Config, Options, load
from blogcovers.errors import ConfigError


def git_init(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)


def site(root: Path, config: str | None = None, file: str = "blogcovers.toml") -> Path:
    """A repository with ``content/`` and, where ``config`` says something, a config file. Returns its root."""
    git_init(root)
    (root / "content").mkdir()
    if config is not None:
        (root / file).write_text(config, encoding="utf-8")
    return root


def read(root: Path, environment: dict[str, str] | None = None, **options: Any) -> Config:
    return load(Options(**{"content": root / "content", **options}), environment or {})


def refusal(root: Path, config: str, **options: Any) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        read(site(root, config), **options)
    assert "blogcovers.toml" in caught.value.message, "an error names the file"
    assert caught.value.exit_code == 2
    return caught.value
