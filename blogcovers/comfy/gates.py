"""What stands between us and a server, and the way out of each: gates, proxies, certificates, redirects. Pure.

One table for ``build``, ``doctor`` and every other command, so that the same trouble has the same words everywhere.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

_CREDENTIALS = "BLOGCOVERS_TOKEN, BLOGCOVERS_USER and _PASSWORD, or BLOGCOVERS_HEADERS"
_AUTHORITY = "BLOGCOVERS_CA_FILE or [comfyui] ca_file"
_WAYS_OUT = (
    (
        r"proxy.*(status|failed:) 407|status 407",
        (
            "The proxy wants credentials: write http://NAME:PASSWORD@HOST:PORT in "
            "HTTPS_PROXY or HTTP_PROXY, or the server's host in NO_PROXY to go without it."
        ),
    ),
    (r"status 401", f"The gate wants credentials: {_CREDENTIALS}."),
    (
        r"status 403",
        (
            f"The gate knows you and lets you not in, or wants credentials: check {_CREDENTIALS}, and whether "
            "it allows this machine and this path."
        ),
    ),
    (
        r"status 429",
        ("The gate allows no more requests for now: wait, or raise its limit. A build asks some ten times a second."),
    ),
    (
        r"download_hosts",
        ('If you trust that host, name it: download_hosts = ["HOST"] under [comfyui]; "*.HOST" takes those below it.'),
    ),
    (r"sent on to https?://[^/ ]*(log|sign|auth|sso|account)", f"The gate wants credentials: {_CREDENTIALS}."),
    (r"sent on to", f"If ComfyUI is there, name that address. If it is a page to log in at, set {_CREDENTIALS}."),
    (r"status (502|503|504)", "The gate is there and ComfyUI behind it is not: start it, or mend the way to it."),
    (
        r"status 200 and text/html",
        (f"That is a page: check the address, its port and path. If it is one to log in at, set {_CREDENTIALS}."),
    ),
    (r"certificate has expired", "Renew the certificate, or set this machine's clock."),
    (r"certificate is not valid yet", "Set this machine's clock, or the server's, and make the certificate anew."),
    (r"certificate is for another host", "Name the server as its certificate does, or make one for this name."),
    (
        r"certificate names no host",
        (
            "Make it anew with the host as subjectAltName: openssl req -x509 ... -addext "
            "subjectAltName=DNS:HOST (or IP:ADDRESS). The common name alone counts no more."
        ),
    ),
    (r"signed by itself", f"If it is yours, name that certificate with {_AUTHORITY}."),
    (r"certificate", f"Name your authority's certificate with {_AUTHORITY}."),
    (r"not speak https", "Write http:// in its address, or the port at which it speaks https."),
    (r"through the proxy", "Mend the proxy, or write the server's host in NO_PROXY to go without it."),
    (
        r"refused|no host|in time|no way",
        ("Start ComfyUI there (with --listen for other machines), or name another with --server."),
    ),
)
"""The first whose sign is found counts."""


def way_out(why: str) -> str:
    """What to do about a server that gives no answer, or not ComfyUI's."""
    return next((way for sign, way in _WAYS_OUT if re.search(sign, why)), "Check the address and its port.")


def elsewhere(address: str) -> str:
    """Why a picture is not fetched that a server has sent on to this address."""
    return f"its pictures are sent on to {address}, which download_hosts does not name"


def origin(address: str) -> str:
    """``scheme://host[:port]``: the rest of an address may be a secret."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def is_same(address: str, other: str) -> bool:
    """Whether both are on one server."""
    return _place(address) == _place(other)


def _place(address: str) -> tuple[str, str, int]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


def is_named(address: str, hosts: Iterable[str]) -> bool:
    """Whether a host, with or without its port, is written out among them."""
    parts = urlsplit(address)
    return not {parts.hostname or "", f"{parts.hostname}:{parts.port}"}.isdisjoint(host.lower() for host in hosts)


def is_allowed(address: str, hosts: Iterable[str]) -> bool:
    """Whether a host is among them, or below one that is written as ``*.HOST``."""
    hosts, host = list(hosts), urlsplit(address).hostname or ""
    if urlsplit(address).scheme not in ("http", "https"):
        return False
    below = any(one.startswith("*.") and host.endswith(one[1:].lower()) for one in hosts)
    return below or is_named(address, hosts)
