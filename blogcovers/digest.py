"""Digests of values: the same for the same value on every machine and Python.

A digest is 128 bits of SHA-256 in hex, over JSON with sorted keys and ASCII only.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any


def of_value(value: Any) -> str:
    """The digest of a JSON-like value (mappings, sequences, text, numbers, booleans, None)."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=str)
    return of_bytes(text.encode("ascii"))


def of_bytes(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:32]


def seed_of(slug: str) -> int:
    """The first 53 bits of SHA-256 of the slug: as large as JavaScript, and so the canvas, can hold exactly."""
    return int.from_bytes(hashlib.sha256(slug.encode()).digest()[:7], "big") >> 3
