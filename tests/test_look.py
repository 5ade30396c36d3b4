"""What a reader sees: the sample site as each generator builds it, opened in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urljoin

import pytest
from chromium import FITS, needs_chromium
from PIL import Image
from sample import GENERATORS, entries, published

pytestmark = needs_chromium

# A lazy picture is fetched when it comes near; here at once. decode() fails for one that did not load.
PICTURES = """async () => Promise.all([...document.images].map(async (image) => {
  image.loading = "eager";
  await image.decode();
  const said = [Number(image.getAttribute("width")), Number(image.getAttribute("height"))];
  return {src: image.src, alt: image.alt, said, real: [image.naturalWidth, image.naturalHeight]};
}))"""
LINKS = "[...document.querySelectorAll('main a')].map((a) => a.href)"


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    """The folder on loopback: its URL, and what was asked for with the status of each answer."""
    answers: list[tuple[str, int]] = []

    class Handler(SimpleHTTPRequestHandler):
        def log_request(self, code: Any = "-", size: Any = "-") -> None:
            answers.append((self.path, int(code)))

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", answers
        server.shutdown()


@pytest.mark.parametrize("generator", GENERATORS)
def test_every_cover_loads_and_says_what_it_shows(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, browser: Any, generator: str
) -> None:
    made = published(generator, tmp_path_factory.mktemp)
    site = made.site
    (tmp_path / "www").mkdir()
    (tmp_path / "www/wall").symlink_to(made.output)

    with served(tmp_path / "www") as (host, answers):
        home = urljoin(host, "wall/")
        page = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme="dark")
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
        page.on("requestfailed", lambda request: faults.append(request.url))

        page.goto(home)
        posts = page.evaluate(LINKS)
        assert len(posts) == 13
        seen = {home: page.evaluate(PICTURES)}
        assert page.evaluate(FITS), "the front page is wider than a phone"
        for post in posts:
            page.goto(post)
            seen[post] = page.evaluate(PICTURES)
            assert page.evaluate(FITS), f"{post} is wider than a phone"
        page.close()

    covers = {urljoin(host, entry["url"]): entry for entry in entries(site).values()}
    assert len(seen) == 14
    assert {picture["src"] for picture in seen[home]} == covers.keys()
    shown = [picture for url in posts for picture in seen[url]]
    assert len(shown) == 12, "one on each post but the one without a cover"
    assert {picture["src"] for picture in shown} == covers.keys()
    for picture in [*seen[home], *shown]:
        with Image.open(site.media / Path(picture["src"]).name) as image:
            assert picture["said"] == picture["real"] == list(image.size)
        assert picture["alt"] == covers[picture["src"]]["alt"] != ""
    assert [answer for answer in answers if answer[1] not in (200, 304)] == []
    assert faults == []
