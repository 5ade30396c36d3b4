"""Which generator the site belongs to, and what follows from it: its folders and where they are served.

The generator is the one that is named, else the one that runs us, else the one that left its files; but a site that has
covers already keeps them where they are.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blogcovers import generators, storage
from blogcovers.config import readers
from blogcovers.config.file import FILE
from blogcovers.config.options import Options
from blogcovers.cover import webp
from blogcovers.errors import ConfigError, NoContent, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from blogcovers.generators import Generator, Home


def site_root(content: Path | None, stop: Path | None = None) -> Path:
    """Where a generator's files are: looked for from the content folder upward, to ``stop`` or the repository's root.

    Without a content folder from ``stop``, else from where the user stands. Where there are none: ``stop``, else the
    content folder's parent, but nothing above a work tree of git or where the user stands.
    """
    start = content or stop or Path.cwd()
    for parent in (start, *start.parents)[: None if stop else 4]:
        if generators.detect(parent):
            return parent
        if parent == stop or (parent / ".git").exists():
            break
    return stop or (content.parent if content and not _is_outermost(content) else start)


def _is_outermost(content: Path) -> bool:
    return (content / ".git").exists() or os.path.realpath(content) == os.path.realpath(Path.cwd())


def _kept_root(content: Path, root: Path) -> tuple[Path, str]:
    """The root of a site of no generator and without a config, and what to tell of it: where its covers lie already,
    beside the content folder or in it, that stays the place, wherever the user stands."""
    around, covers = content.parent, generators.PLAIN.media
    if (content / ".git").exists() or _holds_covers(root / covers):
        return root, ""
    if root == around:
        if _holds_covers(content / covers):
            return content, ""
        above = _up_to_repository(root)
        return next((folder for folder in above if _holds_covers(folder / covers, of=content)), root), ""
    inside = _up_to_repository(around)
    kept = next((folder for folder in (around, *inside) if _holds_covers(folder / covers, of=content)), root)
    if kept == root or kept in inside:  # a repository's covers are its own, wherever in it one stands
        return kept, ""
    said = f"The covers of these posts are in {around / covers}, beside their folder. That stays as it is"
    return around, f"{said}; to change it, move {around / covers.partition('/')[0]} into their folder."


def _holds_covers(folder: Path, of: Path | None = None) -> bool:
    """Whether there is a cover of ours in the folder; ``of``: one that is named like a file or folder in that one."""
    alike = {path.stem.casefold() for path in of.rglob("*")} if of and folder.is_dir() else None
    for place, _, names in os.walk(folder):
        for name in names:
            if name.endswith(".webp") and (alike is None or name.removesuffix(".webp").casefold() in alike):
                with suppress(OSError, ValueError):
                    if webp.read_recipe(storage.read(Path(place) / name)):
                        return True
    return False


def _up_to_repository(folder: Path) -> list[Path]:
    """The folder and those above it, up to the top of its work tree; none where it is in none."""
    folders = [folder, *folder.parents]
    tops = (at for at, parent in enumerate(folders, 1) if (parent / ".git").exists())
    return folders[: next(tops, 0)]


def home_of(content: Path | None) -> tuple[Home, list[str]]:
    """The generator as a site without a config has it, and what to tell of how it was chosen. Raises ConfigError."""
    return home_for(Options(content=content), {}, None)


def home_for(options: Options, values: Mapping[str, Any], file: Path | None) -> tuple[Home, list[str]]:
    """The generator as this site has it, and what to tell the author of how it was chosen. Raises ConfigError."""
    base = file.parent if file else None
    content = options.content or (base / values["content"] if base and "content" in values else None)
    root = site_root(content, base if not content or (base and content.is_relative_to(base)) else None)
    if options.host:
        root = options.host.file.parent
    named = readers.one_of(*generators.NAMES)(options.generator, "--generator") if options.generator else ""
    if name := named or values.get("generator", ""):
        generator = generators.named(name)
        if generators.readable(generator, root):
            return generator.at(root), []
        return generator.assumed(base or root), []
    found = generators.detect(root)
    if options.host and not found:
        return generators.named(options.host.name).hosted(options.host.file), []
    if "media" in values or options.media:
        return _only(found, root, file), []
    if not found and not file and content:
        root, said = _kept_root(content, root)
        if said:
            return _only(found, root, file), [said]
    with_covers = [home for home in _possible(found, root) if _holds_covers(media_of(home, root))]
    here = [home for home in with_covers if home.generator in (found or [generators.PLAIN])]
    if len(found) > 1 and len(here) == 1:
        return here[0], []
    home = _only(found, root, file)
    if not with_covers or any(media_of(other, root) == media_of(home, root) for other in with_covers):
        return home, []
    kept = with_covers[0]
    said = (
        f"The covers of this site are in {kept.media}, as for {_kind(kept)}, although it looks like {_kind(home)} now"
    )
    return kept, [
        f"{said}. That stays as it is; to change it, write generator and media in blogcovers.toml and move the covers."
    ]


def _kind(home: Home) -> str:
    return "a plain site" if home.generator is generators.PLAIN else f"a {home.generator.name} site"


def _possible(found: list[Generator], root: Path) -> list[Home]:
    """Every way in which this site's covers may have been laid out before, the likeliest first."""
    own = [generator.at(root) for generator in found]
    former = [other for home in own for other in home.generator.alternatives(home)]
    others = [other.assumed(root) for other in (generators.PLAIN, *generators.GENERATORS) if other not in found]
    return [*own, *former, *others]


def _only(found: list[Generator], root: Path, file: Path | None) -> Home:
    if len(found) > 1:
        names = " and ".join(generator.name for generator in found)
        place = f"in {file.name}" if file else f"in a file {FILE}"
        raise ConfigError(
            f"{root.name or root}: this is a site of {names}.", f'Write generator = "{found[0].name}" {place}.'
        )
    return found[0].at(root) if found else generators.PLAIN.assumed(root)


def media_of(home: Home, base: Path) -> Path:
    """The generator's own folder for covers; ``base``: what a plain site's is relative to."""
    return (base if home.generator is generators.PLAIN else home.root) / home.media


def content_folder(
    options: Options, values: Mapping[str, Any], home: Home, file: Path | None
) -> tuple[Path, str, bool]:
    """The content folder; the part of it that was meant, ``""`` for all: slugs and keys are those of the whole site,
    whichever folder in it is named; and whether it is known to hold all posts that share its media folder."""
    named, known = options.content, _known_content(options, values, home, file)
    if named is None and known is None:
        raise NoContent("No content folder is named, and none is found here.", "Say which: blogcovers build ./content")
    content = named or known or home.root
    if not content.is_dir():
        kind = "not a folder" if content.exists() else "not there"
        hint = "Name the folder of your posts."
        if file and not named:
            hint = f"It is set by 'content' in {file.name}."
            if "content" not in values:
                hint = f'{file.name} sets no other: write content = "." where your posts lie beside it, or name theirs.'
        raise UsageError(f"The content folder {content} is {kind}.", hint)
    tops = (home.root, file.parent if file else home.root)
    if named and known and known.is_dir():
        if named.is_relative_to(known):
            return known, "" if named == known else named.relative_to(known).as_posix(), True
        if known.is_relative_to(named) and named in tops:
            return known, "", True
    elif named and "content" not in values and _is_part(named, home, file):
        return home.root, named.relative_to(home.root).as_posix(), True
    return content, "", content == known or content in tops


def _is_part(named: Path, home: Home, file: Path | None) -> bool:
    """Whether a folder is a part of a plain site that does not tell where its posts are: of all that is beside its
    covers, as long as a config or a repository bounds it. What is hidden or a link is a site of its own."""
    root = home.root
    if home.generator is not generators.PLAIN or named == root or not named.is_relative_to(root):
        return False
    below = named.relative_to(root)
    if any(part.startswith(".") for part in below.parts) or Path(os.path.realpath(named)) != Path(
        os.path.realpath(root), below
    ):
        return False
    return file is not None or bool(_up_to_repository(root))


def content_of(named: Path | None, home: Home, root: Path) -> str:
    """The content folder to be written down, relative to ``root``: the generator's, unless another was named."""
    known = Path(os.path.normpath(home.root / home.content))
    if named is None or named.is_relative_to(known) or (known.is_dir() and known.is_relative_to(named)):
        return home.content
    return named.relative_to(root).as_posix()


def _known_content(options: Options, values: Mapping[str, Any], home: Home, file: Path | None) -> Path | None:
    """The content folder as far as it is known without being named."""
    if "content" in values and file:
        return Path(os.path.normpath(file.parent / values["content"]))
    if options.host:
        return Path(os.path.normpath(options.host.content))
    folder = Path(os.path.normpath(home.root / home.content))
    return folder if file or home.generator is not generators.PLAIN or folder.is_dir() else None


def served_at(home: Home, media: Path) -> str | None:
    """Under which URL the generator serves the media folder; None where it does not, or nobody knows."""
    for folder, url in home.published:
        published = Path(os.path.normpath(home.root / folder))
        if media.is_relative_to(published):
            parts = (url, media.relative_to(published).as_posix())
            return f"{home.base_path}/" + "/".join(part for part in parts if part not in ("", "."))
    return None
