"""What the pages of a built site ask for: images, links, scripts and social pictures, and which of it is not there."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

_ATTRIBUTES = {"img": "src", "a": "href", "link": "href", "script": "src"}
_PICTURES = ("og:image", "twitter:image")


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in _ATTRIBUTES and _ATTRIBUTES[tag] in values:
            self.found.append((values[_ATTRIBUTES[tag]], {"tag": tag, **values}))
        elif tag == "meta" and values.get("property", values.get("name")) in _PICTURES:
            self.found.append((values.get("content", ""), {"tag": "meta", **values}))


def links(page: Path) -> list[tuple[str, dict[str, str]]]:
    """(URL, attributes with the ``tag``) of each in the page, in its order."""
    parser = _Links()
    parser.feed(page.read_text(encoding="utf-8"))
    return parser.found


def images(page: Path) -> list[dict[str, str]]:
    return [attributes for _, attributes in links(page) if attributes["tag"] == "img"]


def target(site: Path, page: Path, url: str, site_url: str) -> Path | None:
    """The file of the built site (the folder ``site``, served at ``site_url``) that a page's URL leads to; None for
    another host's."""
    base = urljoin(site_url, page.relative_to(site).as_posix())
    whole = urlsplit(urljoin(base, url))
    if whole.netloc != urlsplit(site_url).netloc or whole.scheme not in ("http", "https"):
        return None
    prefix = urlsplit(site_url).path
    assert f"{whole.path}/".startswith(prefix), f"{page}: {url} leaves the site"
    file = site / unquote(whole.path[len(prefix) :])
    return file / "index.html" if file.is_dir() else file


def dead(site: Path, site_url: str) -> list[str]:
    """What no file answers: ``page: URL``."""
    return [
        f"{page.relative_to(site)}: {url}"
        for page in site.rglob("*.html")
        for url, _ in links(page)
        if (file := target(site, page, url, site_url)) and not file.is_file()
    ]
