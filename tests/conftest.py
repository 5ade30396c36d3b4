"""Fixtures: a site in a temporary folder, a ComfyUI on loopback, Chromium."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chromium import CHROMIUM, FLAGS
from comfy_server import ComfyServer
from hypothesis import HealthCheck, settings
from site_builder import Site

# Compiled modules are kept, as a user's are: else each process that a test starts, and each of pytest's own, compiles
# the package and the tests anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Tests interrupt processes, which would not heed it if we were started in the background of a shell that ignores it.
signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes is the machine's affair.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """An empty site, with no server known."""
    return Site(tmp_path / "site")


@pytest.fixture
def comfy() -> Iterator[ComfyServer]:
    """A ComfyUI that refuses what it does not know; the test fails if it was asked any such thing."""
    with ComfyServer() as server:
        yield server
        server.check()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=60_000)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()
