"""Waiting for what comes, with a bound that only a hang reaches."""

from __future__ import annotations

import time
from collections.abc import Callable

SECONDS = 120


def wait_until(done: Callable[[], object], every: float = 0.02) -> None:
    """Asks ``every`` so many seconds, and fails where the answer stays no."""
    end = time.monotonic() + SECONDS
    while not done():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(every)
