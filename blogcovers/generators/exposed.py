"""What of ours a generator would publish: Jekyll copies every file of its source that it is not told to leave out."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import yaml

from blogcovers.posts.header import YAML_LOADER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

# lib/jekyll/configuration.rb of Jekyll 4: DEFAULT_EXCLUDES, which the site's own are added to
_EXCLUDED = (
    "Gemfile",
    "gemfiles",
    "node_modules",
    *(f"vendor/{name}/" for name in ("bundle", "cache", "gems", "ruby")),
)
_SPECIAL = (".", "_", "#", "~")  # lib/jekyll/entry_filter.rb: names that begin with these are not copied


def told(generator: str, root: Path | None, ours: Iterable[Path | None]) -> Iterator[str]:
    """What to say where Jekyll would copy one of ``ours``, the config or the site's own style; nothing where its config
    cannot be read, which is told elsewhere."""
    if generator != "jekyll" or root is None:
        return
    site = _settings(root)
    source = root / str(site.get("source") or ".").strip("/")
    exclude = site.get("exclude")
    patterns = [*_EXCLUDED, *(exclude if isinstance(exclude, list) else [])]
    inside = [path for path in ours if path and path.is_relative_to(source) and path != source]
    below = [f"{path.relative_to(source).as_posix()}{'/' * path.is_dir()}" for path in inside]
    open_to_all = [path for path in below if not is_left_out(path, patterns)]
    if open_to_all:
        names = " and ".join(open_to_all)
        yield f"jekyll publishes {names}, too. Write in _config.yml: exclude: [{', '.join(open_to_all)}]"


def is_left_out(path: str, patterns: list[Any]) -> bool:
    """Whether Jekyll leaves out what lies at ``path`` below its source, or a folder that it lies in; a folder's path
    ends in ``/``.

    As ``Jekyll::EntryFilter`` has it: a pattern is a glob whose ``*`` matches ``/``, too, or how the path begins.
    """
    parts = path.removesuffix("/").split("/")
    texts = [pattern.lstrip("/") for pattern in patterns if isinstance(pattern, str) and pattern.strip("/")]
    for entry in ("/".join(parts[: count + 1]) for count in range(len(parts))):
        name = entry.rpartition("/")[2]
        if name.startswith(_SPECIAL) or name.endswith("~"):
            return True
        if any(
            fnmatchcase(entry, text) or entry.startswith(text) or (text == f"{entry}/" and path.startswith(text))
            for text in texts
        ):
            return True
    return False


def _settings(root: Path) -> dict[str, Any]:
    file = next((file for ending in ("yml", "yaml", "toml") if (file := root / f"_config.{ending}").is_file()), None)
    try:
        text = file.read_text(encoding="utf-8-sig") if file else ""
        if file and file.suffix == ".toml":
            return tomllib.loads(text)
        table = yaml.load(text, Loader=YAML_LOADER)  # noqa: S506  (text only)
    except (OSError, ValueError, RecursionError, yaml.YAMLError):
        return {}
    return table if isinstance(table, dict) else {}
