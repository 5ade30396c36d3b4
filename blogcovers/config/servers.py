"""ComfyUI's servers as the site has them: their addresses, and what they want to be told."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from blogcovers import bounds, storage
from blogcovers.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from blogcovers.config.options import Options

PREFIX = "BLOGCOVERS_"
SERVER_VARIABLE = f"{PREFIX}SERVER"
HEADERS_VARIABLE = f"{PREFIX}HEADERS"


@dataclass(frozen=True)
class Access:
    """What a server behind a gate wants, on HTTP and websocket alike: never shown, logged or written into a recipe."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    ca_file: str = ""
    download_hosts: tuple[str, ...] = ()
    """To which a server may send us on for a picture: ``HOST``, ``HOST:PORT``, or ``*.HOST`` for those below it."""


@dataclass(frozen=True)
class Servers:
    """``addresses``: the base URLs, none where none is known; ``access``: what they want to be told."""

    addresses: tuple[str, ...] = ()
    access: Access = field(default_factory=Access, repr=False)


def addresses(options: Options, values: Mapping[str, Any], environment: Mapping[str, str]) -> tuple[str, ...]:
    """The base URLs, each once: those of the options, else of the config, else of the environment."""
    told = options.server or values.get("comfyui.server") or tuple(environment.get(SERVER_VARIABLE, "").split())
    return tuple(dict.fromkeys(_address(server.strip()) for server in told))


def access(values: Mapping[str, Any], base: Path, environment: Mapping[str, str]) -> Access:
    """Credentials: from the environment, or from a file of header lines that the config names."""
    headers: dict[str, str] = {}
    if "comfyui.headers_file" in values:
        file = base / values["comfyui.headers_file"]
        headers |= _headers(_credentials(file), str(file))
    headers |= _headers(environment.get(HEADERS_VARIABLE, ""), HEADERS_VARIABLE)
    user, password = environment.get(f"{PREFIX}USER", ""), environment.get(f"{PREFIX}PASSWORD", "")
    token = environment.get(f"{PREFIX}TOKEN", "").strip()
    if not _sendable(token):
        raise ConfigError(f"{PREFIX}TOKEN holds what no header can carry.", "Set it again, on one line.")
    if bool(password) and not user:
        raise ConfigError(f"{PREFIX}PASSWORD is set, but {PREFIX}USER is not.", "Set both.")
    if token:
        headers["Authorization"] = f"Bearer {token}"
    elif user:
        headers["Authorization"] = f"Basic {b64encode(f'{user}:{password}'.encode()).decode('ascii')}"
    ca_file = environment.get(f"{PREFIX}CA_FILE", "") or values.get("comfyui.ca_file", "")
    if ca_file and not (base / ca_file).is_file():
        raise ConfigError(
            f"The CA file {base / ca_file} is not there.", "It is set by comfyui.ca_file or the environment."
        )
    hosts = values.get("comfyui.download_hosts", ())
    return Access(headers, str(base / ca_file) if ca_file else "", hosts)


def _credentials(file: Path) -> str:
    try:
        return storage.read_text(file, bounds.CONFIG)
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"The headers file {file} cannot be read.", "It is set by comfyui.headers_file.") from None


def _sendable(value: str) -> bool:
    """Whether a header can carry the text: one line of Latin-1."""
    return value.isprintable() and all(ord(character) < 256 for character in value)


def _headers(text: str, where: str) -> dict[str, str]:
    """Lines ``Name: value``; a message never repeats a line, which may be a secret."""
    headers = {}
    for number, line in enumerate(text.splitlines(), 1):
        name, colon, value = line.partition(":")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if not colon or not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name.strip()):
            raise ConfigError(f"{where}, line {number}, is no header.", "Write lines like Name: value.")
        if not _sendable(value.strip()):
            raise ConfigError(
                f"{where}, line {number}, holds what no header can carry.", "Headers are of Latin-1, without controls."
            )
        headers[name.strip()] = value.strip()
    return headers


def _address(server: str) -> str:
    """The server's base URL without a final slash; ``host:port`` means http."""
    url = server if "://" in server else f"http://{server}"
    try:
        parts = urlsplit(url)
        named = bool(re.fullmatch(r"[\w.:%-]+", parts.hostname or "")) and not re.search(r"\s", url)
        sound = parts.scheme in ("http", "https") and named and (parts.port is None or parts.port > 0)
    except ValueError:
        parts, sound = None, False
    if "@" in url or (parts and (parts.query or parts.fragment)):  # first: the other message repeats the address
        raise UsageError("The server address holds a name, password or query.", "Credentials go into the environment.")
    if not sound:
        raise UsageError(f"The server address '{server}' is no URL.", "Write it like http://127.0.0.1:8188")
    return url.rstrip("/")
