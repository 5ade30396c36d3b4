"""What Pelican's settings say of an article besides its own header, whose keys go before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from blogcovers.errors import PostError
from blogcovers.posts.header import pelican_value, said

if TYPE_CHECKING:
    from collections.abc import Mapping

    from blogcovers.posts.header import Meta, Value

FILENAME_METADATA = r"(?P<date>\d{4}-\d{2}-\d{2}).*"  # Pelican's default
_DISCARDED = frozenset({"tags", "status", "category", "author", "authors", "slug"})  # by pelican.readers, where empty
SETTINGS = ("DEFAULT_METADATA", "EXTRA_PATH_METADATA", "FILENAME_METADATA", "PATH_METADATA")


def completed(meta: Meta, path: str, settings: Mapping[str, Any]) -> Meta:
    """The header's metadata, with what the settings say besides. Raises PostError as :func:`from_settings`."""
    said_here = {key: value for key, value in meta.items() if value is not None or key not in _DISCARDED}
    return from_settings(path, settings) | said_here


def from_settings(path: str, settings: Mapping[str, Any]) -> Meta:
    """The metadata of the article at ``path`` (relative to the content folder, with ``/``) by :data:`SETTINGS`.

    In the order of Pelican's ``Readers.read_file``: the later goes before. Raises PostError for a malformed pattern.
    """
    meta: Meta = {}
    for key, value in _table(settings, "DEFAULT_METADATA").items():
        meta[key.lower()] = _value(key.lower(), value)
    for folder, values in sorted(_table(settings, "EXTRA_PATH_METADATA").items()):
        if isinstance(values, dict) and (path == folder or path.startswith(f"{folder.rstrip('/')}/")):
            meta |= {str(key).lower(): _value(str(key).lower(), value) for key, value in values.items()}
    return meta | _from_path(path, settings)


def _from_path(path: str, settings: Mapping[str, Any]) -> Meta:
    found: Meta = {}
    stem = path.rpartition("/")[2].rpartition(".")[0]
    patterns = (("FILENAME_METADATA", FILENAME_METADATA, stem), ("PATH_METADATA", "", path))
    for name, default, text in patterns:
        try:
            match = re.match(settings.get(name, default) or "", text)
        except (re.error, TypeError) as error:
            hint = "Its patterns are Python's."
            raise PostError(f"{name} in the site's settings is malformed: {error}.", hint) from None
        for key, value in match.groupdict().items() if match else ():
            if value is not None and key.lower() not in found:
                found[key.lower()] = pelican_value(key.lower(), [value])
    return found


def _table(settings: Mapping[str, Any], name: str) -> dict[str, Any]:
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
