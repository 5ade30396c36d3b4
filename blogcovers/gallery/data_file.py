"""The data file: all covers in one JSON document, for the templates of a generator.

    {"posts/fox.md": {"slug": "fox", "path": "images/covers/fox.webp", "url": "/blog/images/covers/fox.webp",
                      "width": 1200, "height": 630, "alt": "a fox under a paper moon", "color": "#d9480f",
                      "digest": "..."}}

The keys are posts by their path below the content folder (Hugo's ``.File.Path``), translations included, so that
a template finds the cover of the page that it draws; a translation has its own ``alt``. ``path`` is below the site's
own URL, ``url`` from the host's root; both are null where the folder's URL is not known. ``color`` is the picture's
most common one. ``outputs``, where there are any: derived files by name (``social``, ``square``, ``480w``) with path,
url, width and height.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from blogcovers import storage
from blogcovers.cover import webp
from blogcovers.cover.picture import decoded
from blogcovers.errors import ConfigError, MediaError
from blogcovers.site import urls

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from blogcovers.plan import Row
    from blogcovers.posts import Post
    from blogcovers.site import Site

Listed = dict[str, Any]

_COLOR = re.compile(r"#[0-9a-f]{6}\Z")  # a template may write it as it stands


def write(site: Site, rows: Iterable[Row]) -> bool:
    """Brings the site's data file up to date with the covers on disk; whether it had to be changed.

    ``rows`` of the whole site. Does nothing where the site names no data file. Raises MediaError.
    """
    if not site.data_file:
        return False
    before = _read(site)
    known = _colors(before)
    entries = _entries(site, rows, lambda picture, data: known.get(picture) or _color(data))
    if entries == before:
        return False
    named = (site.data_file.parent,) if not site.data_file.is_relative_to(site.base) else ()
    storage.write(site.data_file, _text(entries), site.base, inside=(*site.folders, *named))
    return True


def outdated(site: Site, rows: Iterable[Row]) -> str:
    """What the data file says that the covers on disk do not, as a sentence without its full stop; ``""`` where it is
    current or the site names none. ``rows`` of the whole site. Loads no Pillow."""
    if not site.data_file:
        return ""
    rows = list(rows)
    before = _read(site)
    known = _colors(before)
    entries = _entries(site, rows, lambda picture, _: known.get(picture, ""))
    if entries == before:
        return ""
    file = site.shown(site.data_file)
    site_posts = {key for row in rows for key in keys_of(site, row.post)}
    if left := sorted(before.keys() - entries.keys()):
        why = "has no cover" if left[0] in site_posts else "is no post any more"
        return f"{file} still lists {_named(site, left)}, which {why}"
    if new := sorted(entries.keys() - before.keys()):
        return f"{file} does not list {_named(site, new)} yet"
    return f"{file} does not say what the covers are"


def _named(site: Site, keys: Sequence[str]) -> str:
    more = f" and {len(keys) - 1} more" if len(keys) > 1 else ""
    return f"{site.shown(site.content / keys[0])}{more}"


def entry_of(site: Site, post: Post, size: tuple[int, int], path: str) -> Listed:
    """What the data file says of a post and its cover of this ``size``, but for what only the picture itself tells.

    ``path``: the post's own, or that of a translation."""
    address = urls.of_cover(site, post)
    return {
        "slug": post.slug,
        "path": address.path if address else None,
        "url": address.url if address else None,
        "width": size[0],
        "height": size[1],
        "alt": post.alt_of(path),
    }


def _entries(site: Site, rows: Iterable[Row], color: Callable[[str, bytes], str]) -> dict[str, Listed]:
    """``color``: gives that of a picture by its digest and file."""
    entries: dict[str, Listed] = {}
    for row in rows:
        if not row.cover:
            continue
        try:
            data = storage.read(row.cover)
            size, picture = webp.size(data), webp.picture_digest(data)
        except (OSError, ValueError):  # not there, or no WebP: the row says so
            continue
        told: Listed = {"color": color(picture, data), "digest": picture}
        if derived := _derived(site, row):
            told["outputs"] = derived
        for key, path in keys_of(site, row.post).items():
            entries[key] = entry_of(site, row.post, size, path) | told
    return dict(sorted(entries.items()))


def keys_of(site: Site, post: Post) -> dict[str, str]:
    """The keys under which a post and its translations stand, each with the path of the page that it is about.

    They are those paths; also without a language's folder, as Hugo has them where each language has a content folder of
    its own: that one key for all pages is about the post itself."""
    keys = {path: path for path in (post.path, *post.also)}
    for path in (post.path, *post.also):
        language, slash, below = path.partition("/")
        if slash and language in site.rules.languages:
            keys.setdefault(below, post.path)
    return keys


def _derived(site: Site, row: Row) -> Listed:
    """Name -> path, url, width and height of each derived file that is there."""
    found: Listed = {}
    for spec, file in row.derived:
        try:
            width, height = spec.size if spec.format == "jpeg" else webp.size(storage.read(file))
            there = storage.is_file(file)
        except (OSError, ValueError):
            continue
        address = urls.of_file(site, row.post, file)
        if address and there:
            found[spec.name] = {"path": address.path, "url": address.url, "width": width, "height": height}
    return found


def _colors(entries: Mapping[str, Listed]) -> dict[str, str]:
    """Digest -> colour, as the last run found them: a picture is looked at once."""
    told = ((entry["digest"], entry["color"]) for entry in entries.values())
    return {of: color for of, color in told if isinstance(of, str) and isinstance(color, str) and _COLOR.match(color)}


def _color(data: bytes) -> str:
    """The most common colour of the picture once it is reduced to a few, as ``#rrggbb``; ``""`` where it does not
    decode."""
    from PIL import Image

    try:
        picture = decoded(data)
    except ValueError:
        return ""
    small = picture.resize((64, 34), Image.Resampling.BOX)
    few = small.quantize(8, Image.Quantize.MEDIANCUT)
    most = few.histogram().index(max(few.histogram()))
    red, green, blue = (few.getpalette() or [0, 0, 0])[3 * most : 3 * most + 3]
    return f"#{red:02x}{green:02x}{blue:02x}"


def _read(site: Site) -> dict[str, Listed]:
    """The data file as it stands; ``{}`` for one that is empty or not there.

    Raises ConfigError for a file that is no list of covers: it is somebody else's, or holds a merge's marks.
    """
    file = site.data_file
    if file is None or not storage.is_file(file):
        return {}
    try:
        text = storage.read(file)
        entries = json.loads(text) if text.strip() else {}
    except OSError as error:
        raise MediaError(f"{site.shown(file)} cannot be read: {error.strerror}.", "Check its permissions.") from None
    except (ValueError, RecursionError):
        entries = None
    if isinstance(entries, dict) and all(
        isinstance(entry, dict) and entry.keys() >= _OURS for entry in entries.values()
    ):
        return entries
    raise ConfigError(
        f"{site.shown(file)} stands where data_file is to be written, and is no list of covers.",
        "Name another file as data_file, or remove that one.",
    )


_OURS = {"slug", "url", "digest", "color"}


def _text(entries: Mapping[str, Listed]) -> bytes:
    return (json.dumps(entries, indent=2, ensure_ascii=False) + "\n").encode()
