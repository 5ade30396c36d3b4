"""Commands to be typed, in the words and from the place of the one that was typed."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from blogcovers import output

if TYPE_CHECKING:
    from blogcovers.config import Options


def build_command(options: Options) -> str:
    """The build that looks at the same site in the same way, to be typed where this was."""
    words = ["blogcovers", "build", *([output.typed(options.content)] if options.content else [])]
    for name, folder in (("--media", options.media), ("--style", options.style)):
        words += [name, output.typed(folder)] if folder else []
    for name, value in (("--renderer", options.renderer), ("--generator", options.generator)):
        words += [name, value] if value else []
    for server in options.server:
        words += ["--server", server]
    return shlex.join([*words, *(["--drafts"] if options.drafts else [])])


def clean_command(options: Options) -> str:
    """The one that moves away what is left behind."""
    named = (("", options.content), ("--media", options.media), ("--generator", options.generator))
    words = [word for option, value in named if value for word in (option, str(value)) if word]
    return shlex.join(["blogcovers", "clean", *words])
