"""The gallery: all covers on one page that stands by itself.

Thumbnails are in the page, as ``data:`` URIs; the covers themselves are linked where they lie. The page asks nothing of
any network and forbids itself to. It is the same for the same site, byte for byte, and its thumbnails serve the next
one: a picture is scaled once.
"""

from __future__ import annotations

import os
import re
from base64 import b64decode, b64encode
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from blogcovers import digest, storage
from blogcovers.cover import State, judged, picture_digest, webp
from blogcovers.gallery import thumbnails
from blogcovers.plan import Action, Row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from blogcovers.cover import Recipe
    from blogcovers.plan import Entry
    from blogcovers.site import Site

FAILED = "failed"
"""The state of a post that cannot be read, or shares another's cover, beside those of :class:`State`."""

STATES = (*(str(state) for state in State), FAILED)

_MARK = '<meta name="generator" content="blogcovers gallery">'
_TEMPLATES = Path(__file__).parent / "templates"
_THUMBNAIL = re.compile(
    rb'data-of="([0-9a-f]{32})" src="data:image/webp;base64,([A-Za-z0-9+/=]+)" width="(\d{1,4})" height="(\d{1,4})"'
)


@dataclass(frozen=True)
class Thumbnail:
    """``key``: the digest of what decides it. ``data``: a WebP in base64. ``size``: (width, height) in pixels."""

    key: str
    data: str
    size: tuple[int, int]


@dataclass(frozen=True)
class Scale:
    """How large thumbnails are: ``width`` in pixels at most, ``quality`` that of WebP."""

    width: int
    quality: int


# Sharp on a phone's and a common desktop's screen; where there are hundreds the page would weigh too much. A painted
# cover weighs 38 kB so, and 20 kB small.
LARGE, SMALL = Scale(600, 70), Scale(400, 60)
_MANY = 300


def scale_of(count: int) -> Scale:
    """The scale for so many posts."""
    return SMALL if count > _MANY else LARGE


@dataclass(frozen=True)
class Card:
    """One post on the wall.

    ``state`` is one of :data:`STATES`, ``reason`` why it is not current. ``renderer`` and ``seed`` are those of the
    picture that is there, else those of the one that is due; ``""`` for a hand-made cover or none. ``lang`` is the
    concept's, ``date`` like 2026-06-16; ``""`` where it is not told. ``link``: the cover from the page's folder,
    percent-encoded.
    """

    slug: str
    post: str
    state: str
    reason: str
    concept: str
    lang: str = ""
    date: str = ""
    renderer: str = ""
    seed: str = ""
    link: str = ""
    thumbnail: Thumbnail | None = None


def ordered(entries: Iterable[Entry]) -> list[Entry]:
    """The newest first, those without a date by their slugs after them, and skipped posts last."""
    found = sorted(entries, key=lambda entry: (entry.slug, str(entry.file)))
    found.sort(key=_date, reverse=True)
    return sorted(found, key=lambda entry: _state(entry) == State.SKIPPED)


def cards(
    site: Site, size: tuple[int, int], entries: Sequence[Entry], folder: Path, known: Mapping[str, Thumbnail]
) -> list[Card]:
    """A card for each entry, in their order, for a page in ``folder``. ``size``: (width, height) of the site's covers
    in pixels; ``known``: thumbnails by their keys."""
    scale = scale_of(len(entries))
    box = (scale.width, max(1, round(scale.width * size[1] / size[0])))
    return thumbnails.each(partial(_card, site, box, scale.quality, folder, known), entries)


def _card(
    site: Site, box: tuple[int, int], quality: int, folder: Path, known: Mapping[str, Thumbnail], entry: Entry
) -> Card:
    state, reason, thumbnail, made = _state(entry), entry.reason, None, None
    shown, path = site.shown(entry.file), entry.cover
    if state == FAILED:
        reason = entry.error.removeprefix(f"{shown}: ")  # with the way out
    if path and state not in (State.MISSING, State.BROKEN, FAILED):
        try:
            data = storage.read(path)
            made = judged(data).recipe
            thumbnail = _thumbnail(data, box, quality, known)
        except (OSError, ValueError) as error:
            reason = f"{reason}; {_said(error)}" if reason else _said(error)
    post, due = (entry.post, entry.due) if isinstance(entry, Row) else (None, None)
    of_picture = made or (due if state != State.HAND_MADE else None)
    return Card(
        slug=entry.slug,
        post=shown,
        state=state,
        reason=reason,
        concept=(post.concept or post.title) if post else "",
        lang=(post.lang or site.rules.default_language) if post else "",
        date=_date(entry),
        renderer=of_picture.renderer if of_picture else "",
        seed=_seed(of_picture),
        link=_link(path, folder) if path and thumbnail else "",
        thumbnail=thumbnail,
    )


def _state(entry: Entry) -> str:
    return FAILED if entry.action is Action.FAILED else str(entry.state)


def _date(entry: Entry) -> str:
    return f"{entry.post.date:%Y-%m-%d}" if isinstance(entry, Row) and entry.post.date else ""


def _seed(recipe: Recipe | None) -> str:
    return str(recipe.seed) if recipe else ""


def _said(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


def _thumbnail(data: bytes, box: tuple[int, int], quality: int, known: Mapping[str, Thumbnail]) -> Thumbnail:
    """Of the cover in the bytes of its file, within a box of (width, height) in pixels. Raises ValueError."""
    key = digest.of_value([picture_digest(data), list(box), quality])
    if key in known:
        return known[key]
    image = thumbnails.within(data, box)
    return Thumbnail(key, b64encode(thumbnails.encoded(image, quality)).decode(), image.size)


def _link(path: Path, folder: Path) -> str:
    try:
        return quote(os.fsencode(Path(os.path.relpath(path, folder)).as_posix()))
    except ValueError:  # on another drive
        return path.as_uri()


def known_thumbnails(page: bytes) -> dict[str, Thumbnail]:
    """The thumbnails in a page, by their keys; those that are not whole are left out, and so made anew."""
    found = {}
    for key, data, width, height in _THUMBNAIL.findall(page):
        size = int(width), int(height)
        with suppress(ValueError):
            if webp.size(b64decode(data, validate=True)) == size:
                found[key.decode()] = Thumbnail(key.decode(), data.decode(), size)
    return found


def is_ours(page: bytes) -> bool:
    """Whether the bytes of a file are a gallery."""
    return _MARK.encode() in page[:2000]


def page(name: str, size: tuple[int, int], cards: Sequence[Card], due: int) -> bytes:
    """The page of these cards. ``name``: the site's; ``size``: (width, height) of its covers in pixels; ``due``: how
    many covers a build would make.

    Whatever comes from posts is text in it: Jinja2 escapes it, and the page's policy lets no script run but its own.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    width, height = size
    style = f":root {{ --shape: {width} / {height}; }}\n{_text('gallery.css')}"
    script = _text("gallery.js")
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    states = Counter(card.state for card in cards)
    text = environment.get_template("gallery.html.j2").render(
        mark=_MARK,
        policy=_policy(style, script),
        style=style,
        script=script,
        site=name,
        cards=cards,
        shown=sum(card.thumbnail is not None for card in cards),
        states=[(state, states[state]) for state in STATES if states[state]],
        renderers=sorted(Counter(card.renderer for card in cards if card.renderer).items()),
        dated=any(card.date for card in cards),
        due=due,
    )
    return text.encode(errors="replace")  # a path may hold bytes that are no UTF-8


def _policy(style: str, script: str) -> str:
    """The page's Content-Security-Policy: its own style and script by their digests, its thumbnails, and the covers
    from where the page itself comes from; nothing else.

    https://www.w3.org/TR/CSP3/
    """
    return "; ".join(
        (
            "default-src 'none'",
            "img-src data: 'self'",
            f"style-src '{_source(style)}'",
            f"script-src '{_source(script)}'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _source(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _text(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")
