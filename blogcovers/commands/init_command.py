"""``blogcovers init``: writes a commented config for the site it finds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from blogcovers import config as configuration
from blogcovers import generators, output, storage
from blogcovers.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from blogcovers.generators import Home


def init(content: Path | None) -> int:
    """The file lands at the site's root: beside the generator's own config, else beside the content folder, or in it
    where that is the top of a work tree or the current folder."""
    content = configuration.meant(content)
    if content and not content.is_dir():
        raise UsageError(f"The content folder {content} is not there.", "Name the folder of your posts.")
    root = configuration.site_root(content)
    found = generators.detect(root)
    if not found:  # then where its covers lie counts, too
        root = configuration.home_of(content)[0].root
    file = root / configuration.FILE
    above = configuration.find(content or Path.cwd())
    if above and above.name == configuration.FILE:
        file = above
    if file.exists():
        raise ConfigError(f"{file} is there already.", "Edit it, or remove it first.")
    home, told = (found[0].at(root), []) if len(found) > 1 else configuration.home_of(content)
    if content is None and home.generator is generators.PLAIN and not (root / home.content).is_dir():
        raise UsageError(f"There is no folder {home.content} here.", "Do the posts lie here? Then: blogcovers init .")
    settings = _settings(home, configuration.content_of(content, home, root))
    examples = {"data_file": json.dumps(home.generator.data)} if home.generator.data else {}
    storage.write(file, configuration.commented(settings, examples).encode())
    folders = f"posts in {json.loads(settings['content'])}, covers in {json.loads(settings['media'])}"
    output.say(f"Wrote {file} for {home.generator.name}: {folders}.")
    for warning in (*home.warnings, *home.guessed.values(), *told):
        output.warn(warning)
    if home.generator.note:
        output.say(home.generator.note)
    if len(found) > 1:
        names = ", ".join(other.name for other in found)
        output.say(f"The files of several generators are there ({names}): see the line 'generator'.")
    output.say("Give your posts a line like 'concept: a fox reads under a paper moon', then run: blogcovers build")
    return 0


def _settings(home: Home, content: str) -> dict[str, str]:
    """What was found, as TOML values: a later look at the generator's files then changes nothing."""
    settings = {
        "content": content,
        "media": home.media,
        "generator": home.generator.name,
        "slug_rule": home.generator.name,
        "languages": list(home.languages),
        "default_language": home.default_language,
    }
    return {key: json.dumps(value) for key, value in settings.items() if value}
