"""What a generator is to us, and what one site makes of it.

:class:`Generator` is the protocol. Its methods are the plain behaviour; a generator's own file overrides those in
which it differs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import urlsplit

from blogcovers import bounds, storage
from blogcovers.errors import ConfigError
from blogcovers.generators.config_files import UnreadableConfig
from blogcovers.posts import naming

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from blogcovers.posts.header import Dialect, Meta

Settings: TypeAlias = Mapping[str, Any]
"""A generator's own settings that bear on how posts are named, under its own names; an absent one has its default."""


@dataclass(frozen=True)
class Sign:
    """A file that shows the generator, relative to the site's root: with a text in it that matches
    ``mentions``, where other generators have such a file, and with all of ``beside`` there, too."""

    file: str
    mentions: str = ""
    beside: tuple[str, ...] = ()

    def is_in(self, root: Path) -> bool:
        file = root / self.file
        if not file.is_file() or not all((root / name).exists() for name in self.beside):
            return False
        if not self.mentions:
            return True
        with suppress(OSError, UnicodeDecodeError):
            return bool(re.search(self.mentions, storage.read_text(file, bounds.CONFIG)))
        return False


@dataclass(frozen=True)
class Home:
    """A generator as one site has it. Folders are relative to ``root``, as in :class:`Generator`.

    ``base_path``: the path of the site's own URL, ``""`` or like ``/blog``. ``site_url``: that URL whole, or ``""``.
    ``slug_settings``: what the slug rule depends on, under the generator's own names. ``warnings``: what the author
    should know. ``guessed``: our own key that settles it -> what was assumed in place of a value that is computed.
    ``file``: the name of the generator's config, where it is none of the usual ones.
    """

    generator: Generator
    root: Path
    content: str
    media: str
    published: tuple[tuple[str, str], ...]
    exclude: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    base_path: str = ""
    site_url: str = ""
    languages: tuple[str, ...] = ()
    default_language: str = ""
    slug_settings: Settings = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    guessed: Mapping[str, str] = field(default_factory=dict)
    file: str = ""

    def served_from(self, url: Any, host: Any = "") -> Home:
        """The home of a site whose own URL is this one: ``https://x.org/blog/``, or only its path, with the URL of the
        host apart. What is no URL changes nothing."""
        if not isinstance(url, str):
            return self
        with suppress(ValueError):
            whole, apart = urlsplit(url.strip()), urlsplit(host.strip() if isinstance(host, str) else "")
            path = whole.path.strip("/")
            base_path = f"/{path}" if path else ""
            named = next((one for one in (whole, apart) if one.scheme in ("http", "https") and one.netloc), None)
            site_url = f"{named.scheme}://{named.netloc}{base_path}" if named else ""
            return replace(self, base_path=base_path, site_url=site_url)
        return self


class Generator:
    """A static-site generator: its defaults, and what only it knows. It has no state.

    Folders are relative to the site's root, with ``/``; ``.`` is the root itself.
    """

    name: str

    signs: tuple[Sign, ...] = ()
    """The files by which it is known."""
    instead: str = ""
    """Another generator of which it reads the files, so that both signs together mean this one."""

    content: str
    """The folder of its posts."""
    media: str
    """Where covers are written, so that it publishes them."""
    published: tuple[tuple[str, str], ...] = ((".", ""),)
    """(folder, URL path below the site's own) of the folders that are served as they are."""
    posts: tuple[str, ...] = ()
    """Patterns of which a post's path, relative to the root, matches one; none: every file is one."""
    exclude: tuple[str, ...] = ()
    """Patterns of paths below the content folder that are no posts."""
    passed_links: tuple[str, ...] = ()
    """Patterns of the folders, relative to the root, that it passes over where they are symbolic links."""
    data: str = ""
    """Where its templates find a data file."""

    dialect: Dialect = "any"
    dates: tuple[str, ...] = ()
    """The keys of front matter, the first that is given counts, by whose date it holds a post back until then; none
    where it does not."""
    whole_path: bool = False
    """Whether ``post.fr.md`` is a name like any other to its slug rule, so that it is given the whole path and not the
    one less its language."""
    keeps_folders: bool = False
    """Whether it publishes what lies beside an ``index.md`` under that very path, and not by the post's name."""

    url_setting: str = ""
    """Where its config says the site's own URL with scheme and host, ``""`` where it does not."""
    note: str = ""
    """What the author has to do in its own files."""

    def assumed(self, root: Path) -> Home:
        """Its own defaults."""
        return Home(self, root, self.content, self.media, self.published, self.exclude, self.posts)

    def at(self, root: Path, file: str = "") -> Home:
        """The generator as the site in ``root``, where its files stand, has it; ``file``: as in :class:`Home`.

        Raises ConfigError for a config that cannot be read.
        """
        try:
            return self.read(replace(self.assumed(root), file=file))
        except UnreadableConfig as error:
            # Going on with the defaults would give posts other names, and so paint every cover anew beside the old.
            raise ConfigError(
                f"{error}, so it is not known how {self.name} names posts and where their covers belong.",
                'Mend it. Or write generator = "plain", content and media in blogcovers.toml: then it is not read.',
            ) from None

    def hosted(self, file: Path) -> Home:
        """The generator that runs us, whose config file has a name by which nobody else finds it. Raises as
        :meth:`at`."""
        said = (
            f"{file.name} is known to {self.name} alone: so that every blogcovers command does as this run does, write"
            " generator, content, media and public_url in blogcovers.toml."
        )
        home = self.at(file.parent, file.name)
        return replace(home, warnings=(*home.warnings, said))

    def is_in(self, root: Path) -> bool:
        """Whether a file that shows it is in ``root``."""
        return any(sign.is_in(root) for sign in self.signs)

    def read(self, home: Home) -> Home:
        """What its own config says: folders, URL, languages, and what its slugs depend on.

        A value that is computed leaves the default in place and a warning that says which one, and how to set it.
        Raises UnreadableConfig.
        """
        return home

    def slug(self, meta: Meta, path: str, settings: Settings) -> str:
        """What it calls the slug of a post; ``""`` where its rule leaves nothing: then the file's own name counts.

        ``meta``: as :func:`blogcovers.posts.header.read_meta` gives it. ``path``: relative to the content folder, with
        ``/``, less its language unless :attr:`whole_path`. ``settings``: what :meth:`read` has found for it.

        Raises PostError where the key that decides is a list or mapping, where a pattern among the settings is
        malformed, and where letters must be written in ASCII but Unidecode is missing.
        """
        return naming.plain_slug(meta, path)

    def completed(self, meta: Meta, path: str, text: str, settings: Settings) -> Meta:
        """The front matter, with what it knows of the post besides. ``text`` is the whole file. Raises PostError."""
        return meta

    def bundle_path(self, meta: Meta, path: str, settings: Settings) -> str | None:
        """Where it publishes what lies beside an ``index.md`` at ``path``, if its rule names the posts: as
        :meth:`blogcovers.posts.naming.Naming.bundle_path`."""
        return naming.BY_SLUG

    def unaddressed(self, bundle: str, data_file: str) -> str:
        """As :meth:`blogcovers.posts.naming.Naming.unaddressed`."""
        return naming.unaddressed(bundle, data_file)

    def alternatives(self, home: Home) -> Iterable[Home]:
        """How the same site's covers lay before its own config came to mean another folder."""
        return ()

    def uncopied(self, home: Home, media: Path) -> Iterator[str]:
        """What to say where its config does not have the covers copied, though they lie in a folder that is served."""
        return iter(())

    def exposed(self, root: Path, ours: Iterable[Path]) -> Iterator[str]:
        """What to say where it would publish files and folders of ours that are no covers."""
        return iter(())
