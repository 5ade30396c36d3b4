"""Pelican: https://getpelican.com. Articles are named by their titles, and its settings say more of them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from blogcovers.errors import PostError
from blogcovers.generators.base import Generator, Sign
from blogcovers.generators.config_files import folder, guessed, joined, read_python
from blogcovers.generators.slug_parts import in_ascii
from blogcovers.posts.header import pelican_value, said
from blogcovers.posts.naming import parts, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from blogcovers.generators.base import Home, Settings
    from blogcovers.posts.header import Meta, Value

_FILE = "pelicanconf.py"
_FILENAME_METADATA = r"(?P<date>\d{4}-\d{2}-\d{2}).*"  # Pelican's default
_SETTINGS = (
    *("SLUGIFY_SOURCE", "SLUGIFY_USE_UNICODE", "SLUGIFY_PRESERVE_CASE", "SLUG_REGEX_SUBSTITUTIONS"),
    *("DEFAULT_METADATA", "EXTRA_PATH_METADATA", "FILENAME_METADATA", "PATH_METADATA"),
)
_SUBSTITUTIONS = (
    (r"[^\w\s-]", ""),
    (r"(?u)\A\s*", ""),
    (r"(?u)\s*\Z", ""),
    (r"[-\s]+", "-"),
)
_DISCARDED = frozenset({"tags", "status", "category", "author", "authors", "slug"})  # by pelican.readers, where empty


class Pelican(Generator):
    name = "pelican"
    signs = (Sign(_FILE),)
    content = "content"
    media = "content/images/covers"
    published = (("content/images", "images"),)
    dialect = "pelican"
    exclude = ("pages/*",)
    dates = ("date",)
    whole_path = True
    url_setting = f"SITEURL in {_FILE}"

    def read(self, home: Home) -> Home:
        values, computed = read_python(home.root / _FILE)
        keys = {"PATH": "content", "STATIC_PATHS": "media", "SITEURL": "public_url"}
        return replace(as_pelican_has_it(home, values), guessed=guessed(_FILE, computed, keys))

    def slug(self, meta: Meta, path: str, settings: Settings) -> str:
        """The slug as it stands, else the one that the path's patterns find, else the title or the file's name.

        ``settings``: SLUGIFY_SOURCE, SLUG_REGEX_SUBSTITUTIONS, SLUGIFY_USE_UNICODE, SLUGIFY_PRESERVE_CASE,
        FILENAME_METADATA and PATH_METADATA.
        """
        slug = _whole_text(meta, "slug") or _slug_in(path, settings)
        if slug:
            return slug
        named_by_file = settings.get("SLUGIFY_SOURCE", "title") == "basename"
        return _slugify(parts(path)[1] if named_by_file else _whole_text(meta, "title"), settings)

    def completed(self, meta: Meta, path: str, text: str, settings: Settings) -> Meta:
        """What the settings say besides, where the header says nothing else."""
        said_here = {key: value for key, value in meta.items() if value is not None or key not in _DISCARDED}
        return from_settings(path, settings) | said_here


def as_pelican_has_it(home: Home, values: Mapping[str, Any]) -> Home:
    """The home by these settings of Pelican's, read from its file or handed over by Pelican itself."""
    content = folder(values.get("PATH"), home.content)
    static = [str(item) for item in values.get("STATIC_PATHS", ["images"])]
    folders = [item for item in static if not (home.root / content / item).is_file()]  # extra/robots.txt
    first = "images" if "images" in folders or not folders else folder(folders[0], "images")
    articles = [str(item).strip("/") for item in values.get("ARTICLE_PATHS", [""])]
    excluded = [*values.get("PAGE_PATHS", ["pages"]), *values.get("ARTICLE_EXCLUDES", [])]
    return replace(
        home.served_from(values.get("SITEURL")),
        content=content,
        media=f"{content}/{first}/covers",
        published=tuple((joined(content, item), item.strip("/")) for item in folders),
        exclude=tuple(f"{str(item).strip('/')}/*" for item in excluded if item),
        posts=() if "" in articles else tuple(f"{joined(content, item)}/*" for item in articles),
        default_language=str(values.get("DEFAULT_LANG") or "en"),
        slug_settings={name: values[name] for name in _SETTINGS if name in values},
    )


def from_settings(path: str, settings: Settings) -> Meta:
    """The metadata of the article at ``path`` by DEFAULT_METADATA, EXTRA_PATH_METADATA, FILENAME_METADATA and
    PATH_METADATA.

    In the order of Pelican's ``Readers.read_file``: the later goes before. Raises PostError for a malformed pattern.
    """
    meta: Meta = {}
    for key, value in _table(settings, "DEFAULT_METADATA").items():
        meta[key.lower()] = _value(key.lower(), value)
    for outer, values in sorted(_table(settings, "EXTRA_PATH_METADATA").items()):
        if isinstance(values, dict) and (path == outer or path.startswith(f"{outer.rstrip('/')}/")):
            meta |= {str(key).lower(): _value(str(key).lower(), value) for key, value in values.items()}
    return meta | _from_path(path, settings)


def _from_path(path: str, settings: Settings) -> Meta:
    found: Meta = {}
    stem = path.rpartition("/")[2].rpartition(".")[0]
    patterns = (("FILENAME_METADATA", _FILENAME_METADATA, stem), ("PATH_METADATA", "", path))
    for name, default, text in patterns:
        for key, value in _matched(name, settings.get(name, default), text).items():
            if value is not None and key.lower() not in found:
                found[key.lower()] = pelican_value(key.lower(), [value])
    return found


def _matched(name: str, pattern: Any, text: str) -> dict[str, Any]:
    """The groups of the pattern under that name among the settings. Raises PostError for a malformed one."""
    try:
        found = re.match(pattern or "", text)
    except (re.error, TypeError) as error:
        raise _malformed(name, error) from None
    return found.groupdict() if found else {}


def _table(settings: Settings, name: str) -> dict[str, Any]:
    table = settings.get(name)
    return {key: value for key, value in table.items() if isinstance(key, str)} if isinstance(table, dict) else {}


def _value(key: str, value: Any) -> Value:
    if isinstance(value, str):
        return pelican_value(key, [value])
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return [said(str(item)) for item in value]
    return None if value is None else str(value)


def _whole_text(meta: Meta, key: str) -> str:
    """The text under the key; a list, which Pelican makes of continued lines, is joined by spaces."""
    value = meta.get(key)
    if isinstance(value, list):
        return " ".join(item.strip() for item in value if isinstance(item, str)).strip()
    return text_of(meta, key)


def _slug_in(path: str, settings: Settings) -> str:
    for key, text in (("FILENAME_METADATA", parts(path)[1]), ("PATH_METADATA", path)):
        named = {name.lower(): value for name, value in _matched(key, settings.get(key), text).items()}
        if slug := (named.get("slug") or "").strip():
            return slug
    return ""


def _slugify(text: str, settings: Settings) -> str:
    """pelican.utils.slugify."""
    from markupsafe import Markup  # Pelican's own way with tags; comes with Jinja2, late since only Pelican needs it

    text = unicodedata.normalize("NFKC", str(Markup(text).striptags()))  # noqa: S704  (nothing is rendered)
    if not settings.get("SLUGIFY_USE_UNICODE"):
        text = in_ascii(text, "pelican")
    try:
        for pattern, replacement in settings.get("SLUG_REGEX_SUBSTITUTIONS", _SUBSTITUTIONS):
            pattern, replacement = (unicodedata.normalize("NFKC", part) for part in (pattern, replacement))
            text = re.sub(pattern, replacement, text, flags=re.IGNORECASE)
    except (re.error, TypeError, ValueError, IndexError) as error:
        raise _malformed("SLUG_REGEX_SUBSTITUTIONS", error) from None
    return (text if settings.get("SLUGIFY_PRESERVE_CASE") else text.lower()).strip()


def _malformed(name: str, error: Exception) -> PostError:
    return PostError(f"{name} in the site's settings is malformed: {error}.", "Its patterns are Python's.")
