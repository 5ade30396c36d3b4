"""``blogcovers init``: writes a commented config for the site it finds."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from blogcovers import config as configuration
from blogcovers import generators, output
from blogcovers.errors import ConfigError, MediaError, UsageError

if TYPE_CHECKING:
    from pathlib import Path


def init(content: Path | None) -> int:
    """The file lands at the site's root: beside the generator's own config, else beside the content folder."""
    content = configuration.meant(content)
    if content and not content.is_dir():
        raise UsageError(f"The content folder {content} is not there.", "Name the folder of your posts.")
    root = configuration.site_root(content)
    file = root / configuration.FILE
    if file.exists():
        raise ConfigError(f"{file} is there already.", "Edit it, or remove it first.")
    found = generators.detect(root)
    preset = found[0] if found else generators.PLAIN
    settings = {
        "content": json.dumps(_relative(content, root) if content else preset.content),
        "media": json.dumps(preset.media),
        "generator": json.dumps(preset.name),
    }
    try:
        file.write_text(configuration.commented(settings), encoding="utf-8")
    except OSError as error:
        raise MediaError(f"{file} cannot be written: {error.strerror}.", "Check the folder's permissions.") from None
    output.say(f"Wrote {file} for a {preset.name} site: posts in {settings['content']}, covers in {settings['media']}.")
    if len(found) > 1:
        names = ", ".join(other.name for other in found)
        output.say(f"The files of several generators are there ({names}): see the line 'generator'.")
    output.say("Give your posts a line like 'concept: a fox reads under a paper moon', then run: blogcovers build")
    return 0


def _relative(content: Path, root: Path) -> str:
    return content.relative_to(root).as_posix()
