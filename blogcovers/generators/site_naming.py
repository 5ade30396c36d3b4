"""How the posts of one site are named: by its generator, or by the rule of another that its config names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from blogcovers.generators.table import named
from blogcovers.posts.naming import BY_SLUG, own_name

if TYPE_CHECKING:
    from blogcovers.generators.base import Settings
    from blogcovers.posts.header import Meta


@dataclass(frozen=True)
class SiteNaming:
    """A :class:`blogcovers.posts.naming.Naming`. ``generator`` builds the site and ``rule`` names its posts, both by
    their names in the table; ``settings`` are the generator's own."""

    generator: str
    rule: str
    settings: Settings = field(default_factory=dict)

    def completed(self, meta: Meta, path: str, text: str) -> Meta:
        return named(self.generator).completed(meta, path, text, self.settings)

    @property
    def whole_path(self) -> bool:
        return named(self.rule).whole_path

    def slug(self, meta: Meta, path: str) -> str:
        return named(self.rule).slug(meta, path, self.settings) or own_name(path)

    def bundle_path(self, meta: Meta, path: str, source: str) -> str | None:
        by_rule = named(self.rule).bundle_path(meta, source, self.settings)
        if by_rule == BY_SLUG and named(self.generator).keeps_folders:
            return path.rpartition("/")[0]
        return by_rule

    def unaddressed(self, bundle: str, data_file: str) -> str:
        return named(self.rule).unaddressed(bundle, data_file)
