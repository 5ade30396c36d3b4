"""The one table that names the generators: a new one is an import and an entry here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blogcovers.generators.astro import Astro
from blogcovers.generators.docusaurus import Docusaurus
from blogcovers.generators.eleventy import Eleventy
from blogcovers.generators.hexo import Hexo
from blogcovers.generators.hugo import Hugo
from blogcovers.generators.jekyll import Jekyll
from blogcovers.generators.mkdocs import MkDocs
from blogcovers.generators.nikola import Nikola
from blogcovers.generators.pelican import Pelican
from blogcovers.generators.plain import Plain
from blogcovers.generators.zensical import Zensical
from blogcovers.generators.zola import Zola

if TYPE_CHECKING:
    from blogcovers.generators.base import Generator

GENERATORS: tuple[Generator, ...] = (
    Hugo(),
    Pelican(),
    MkDocs(),
    Zensical(),
    Jekyll(),
    Eleventy(),
    Astro(),
    Zola(),
    Hexo(),
    Docusaurus(),
    Nikola(),
)
PLAIN = Plain()
"""What a site is where none of them is found."""

NAMES = (*(generator.name for generator in GENERATORS), PLAIN.name)


def named(name: str) -> Generator:
    """The generator of this name (one of :data:`NAMES`)."""
    return next((generator for generator in GENERATORS if generator.name == name), PLAIN)
