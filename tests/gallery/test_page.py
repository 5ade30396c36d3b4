"""The gallery: what stands on the page, where it is written, and what it never does."""

from __future__ import annotations

import re
import shutil
import subprocess
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

import pytest
from PIL import Image
from site_builder import SMALL as SMALL_COVERS
from site_builder import Site
from test_cli import loaded

from blogcovers.gallery.page import LARGE, SMALL, known_thumbnails, scale_of

PAGE = ".blogcovers/gallery.htm"
MODULES = Path(__file__).parents[1] / "generators/node_modules"


@dataclass
class Card:
    """A card as it stands on the page: its texts by class, its link and its picture."""

    state: str
    renderer: str
    texts: dict[str, str] = field(default_factory=dict)
    link: str = ""
    picture: dict[str, str] = field(default_factory=dict)

    @property
    def image(self) -> Image.Image:
        return Image.open(BytesIO(b64decode(self.picture["src"].removeprefix("data:image/webp;base64,"))))


class Wall(HTMLParser):
    """What a browser makes of the page: its cards by slug, its tags, and the text of its style and script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[Card] = []
        self.tags: list[str] = []
        self.policy = ""
        self.inline: dict[str, str] = {"style": "", "script": ""}
        self._within: list[str] = []
        self.feed(text)
        self.close()
        self.cards = {card.texts["slug"]: card for card in self.found}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append(tag)
        if given.get("http-equiv") == "Content-Security-Policy":
            self.policy = given["content"]
        if tag == "li":
            self.found.append(Card(given["data-state"], given["data-renderer"]))
        elif tag == "a" and given.get("class") == "frame":
            self.found[-1].link = given["href"]
        elif tag == "img" and given.get("data-of"):
            self.found[-1].picture = given
        if tag not in ("img", "meta", "link", "input"):
            self._within.append(given.get("class", "") if self.found and tag not in self.inline else tag)

    def handle_endtag(self, tag: str) -> None:
        self._within.pop()

    def handle_data(self, data: str) -> None:
        inner = self._within[-1] if self._within else ""
        if inner in self.inline:
            self.inline[inner] += data
        elif self.found and inner:
            self.found[-1].texts[inner] = self.found[-1].texts.get(inner, "") + data
        elif self.found and "frame empty" in self._within:
            self.found[-1].texts["frame empty"] = data


@pytest.fixture
def site(site: Site) -> Site:
    """Small covers are quickly painted."""
    site.write("blogcovers.toml", SMALL_COVERS)
    return site


def wall(site: Site, *options: str, code: int = 0) -> Wall:
    result = site.run("gallery", "content", *options)
    assert result.code == code, result.err
    return Wall((site.root / PAGE).read_text(encoding="utf-8"))


def test_a_card_says_all_of_its_cover(site: Site) -> None:
    (site.root / "blogcovers.toml").unlink()
    site.post("fox", "a red fox reads", date="2026-05-04")
    site.build()
    page = wall(site)
    card = page.cards["fox"]
    assert card.state == card.texts["state"] == "current"
    assert card.renderer == "painter"
    assert card.texts["concept"] == card.picture["alt"] == "a red fox reads"
    assert card.texts["post"] == "content/fox.md"
    facts = (site.root / PAGE).read_text(encoding="utf-8")
    assert f"<span>seed {site.recipe('fox').seed}</span>" in facts
    assert '<time datetime="2026-05-04">2026-05-04</time>' in facts
    assert (site.root / ".blogcovers" / unquote(card.link)).resolve() == site.cover("fox").resolve()
    with card.image as image:
        assert image.size == (600, 315) == (int(card.picture["width"]), int(card.picture["height"]))


def test_every_state_has_its_word_and_its_reason(site: Site) -> None:
    (site.root / "blogcovers.toml").unlink()
    for name in ("current", "stale", "broken", "photo", "words"):
        site.post(name)
    site.build()
    site.post("stale", "two foxes")
    site.cover("broken").write_bytes(site.cover("broken").read_bytes()[:4000])
    Image.new("RGB", (400, 800), "teal").save(site.cover("photo"))
    site.cover("words").write_bytes(b"no picture")
    site.post("missing")
    site.post("draft", draft="true")
    site.write("content/bad.md", "---\ntitle: [fox\n---\n")
    before = {file: seen for file, seen in site.snapshot().items() if ".blogcovers" not in file}

    cards = wall(site, code=1).cards
    assert {slug: card.state for slug, card in cards.items()} == {
        "current": "current",
        "stale": "stale",
        "broken": "broken",
        "photo": "hand-made",
        "words": "hand-made",
        "missing": "missing",
        "draft": "skipped",
        "bad": "failed",
    }
    assert {slug for slug, card in cards.items() if card.picture} == {"current", "stale", "photo"}
    assert cards["stale"].texts["reason"] == "concept: 'a fox under a paper moon' → 'two foxes'"
    reasons = {slug: card.texts["frame empty"] for slug, card in cards.items() if not card.picture}
    assert reasons["missing"] == "no cover yet"
    assert reasons["draft"] == "a draft"
    assert "cut short" in reasons["broken"]
    assert "malformed" in reasons["bad"]
    assert "Put the value in quotes" in reasons["bad"], "with the way out"
    assert not reasons["bad"].startswith("content/bad.md"), "the card says that below"
    assert "the file is no picture" in reasons["words"]
    assert cards["photo"].renderer == cards["draft"].renderer == ""
    with cards["photo"].image as image:
        assert image.size == (157, 315), "a photograph keeps its shape"
    assert list(cards)[-1] == "draft", "what gets no cover hangs last"
    after = {file: seen for file, seen in site.snapshot().items() if ".blogcovers" not in file}
    assert after == before, "no cover is made, and none is touched"


def test_a_post_that_cannot_be_read_is_told_of_and_the_page_is_written(site: Site) -> None:
    site.post("fox")
    site.write("content/bad.md", "---\ntitle: [fox\n---\n")
    result = site.run("gallery", "content")
    assert result.code == 1
    assert "content/bad.md" in result.err
    assert (site.root / PAGE).exists()


@pytest.mark.parametrize(
    "concept",
    [
        '<script>document.title = "mine"</script>',
        '"><img src=x onerror=alert(1)>',
        "' onmouseover='alert(1)",
        "]]> --> </style></script></title>",
        "{{ 7 * 7 }} {% raw %} &amp; &#x41;",
        'data-of="0" src="data:image/webp;base64,AAAA" width="1" height="1"',
        "ثعلب يقرأ تحت قمر من ورق",
        "a fox \U0001f98a and a family \U0001f468‍\U0001f469‍\U0001f467",
    ],
)
def test_a_concept_is_text_whatever_it_says(site: Site, concept: str) -> None:
    site.write("content/fox.toml.md", f"+++\nslug = 'fox'\nconcept = '''{concept} '''\n+++\n")
    site.build()
    page = wall(site)
    assert page.cards["fox"].texts["concept"] == page.cards["fox"].picture["alt"] == concept
    assert page.tags.count("script") == page.tags.count("style") == page.tags.count("title") == 1
    assert page.tags.count("img") == 2, "the cover's, and the large view's"


def test_the_policy_allows_its_own_style_and_script_and_no_network(site: Site) -> None:
    site.post("fox")
    page = wall(site)
    for name in ("style", "script"):
        digest = b64encode(sha256(page.inline[name].encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in page.policy
    assert page.policy.startswith("default-src 'none'; img-src data: 'self'; ")
    rest = re.sub(r"data:[^\"]*", "", (site.root / PAGE).read_text(encoding="utf-8"))
    assert "http" not in rest.replace("http-equiv", "")
    assert "@import" not in rest
    assert "url(" not in rest


def test_the_newest_hang_first(site: Site) -> None:
    site.post("b", date="2026-01-02")
    site.post("a", date="2026-01-02")
    site.post("old", date="2019-12-31")
    site.post("new", date="2026-03-01")
    site.post("undated")
    site.post("silent", None, date="2027-01-01")
    assert list(wall(site).cards) == ["new", "a", "b", "old", "undated", "silent"]


@pytest.mark.parametrize("slug", ["füchse", "a b#c?d%20", "deep/er/fox", "key:fox"])
def test_a_link_leads_to_the_cover_whatever_its_name(site: Site, slug: str) -> None:
    site.post("fox", slug=f'"{slug}"')
    site.build()
    (card,) = wall(site).cards.values()
    assert not set(card.link) & set("#?: \"'<>")
    assert (site.root / ".blogcovers" / unquote(card.link)).resolve() == site.cover(slug).resolve()


def test_out_names_the_file_and_links_follow_it(site: Site) -> None:
    site.post("fox")
    site.build()
    result = site.run("gallery", "content", "--out", "some/where/wall.html")
    assert result.out.startswith("Wrote some/where/wall.html: 1 cover of 1 post, ")
    assert not (site.root / PAGE).exists()
    page = Wall((site.root / "some/where/wall.html").read_text(encoding="utf-8"))
    assert page.cards["fox"].link == "../../media/covers/fox.webp"


def test_page_and_sheet_in_one_run(site: Site) -> None:
    site.post("fox")
    site.build()
    result = site.run("gallery", "content", "--out", "wall.html", "--sheet", "wall.webp")
    assert [line.split(":")[0] for line in result.out.splitlines()] == ["Wrote wall.html", "Wrote wall.webp"]
    assert site.run("gallery", "content", "--quiet", "--out", "wall.html").out == ""


def test_a_second_run_touches_no_file_and_scales_no_picture(site: Site) -> None:
    site.post("fox")
    site.post("owl")
    site.build()
    wall(site)
    before = site.snapshot()
    assert "PIL" not in loaded(site, "gallery", "content")
    assert site.run("gallery", "content").out.startswith(".blogcovers/gallery.htm is up to date: 2 covers of 2 posts, ")
    assert site.snapshot() == before


def test_what_an_older_page_knew_makes_no_difference(site: Site) -> None:
    for name in ("fox", "owl", "cat"):
        site.post(name)
    site.build()
    wall(site)
    site.post("owl", "an owl holds a lamp")
    site.build()
    wall(site)
    followed = (site.root / PAGE).read_bytes()
    (site.root / PAGE).unlink()
    wall(site)
    assert (site.root / PAGE).read_bytes() == followed


def test_no_server_is_asked_and_nothing_of_http_is_loaded(site: Site) -> None:
    site.post("fox")
    site.build()
    assert loaded(site, "gallery", "content").isdisjoint({"requests", "websocket", "rich"})
    site.environment["BLOGCOVERS_SERVER"] = "http://127.0.0.1:9"
    site.post("owl")
    assert {slug: card.renderer for slug, card in wall(site).cards.items()} == {"fox": "painter", "owl": "comfyui"}


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (lambda site: site.post("fox"), "1 post waits for a cover"),
        (lambda site: site.post("fox", None), "concept: a fox reads under a paper moon"),
    ],
)
def test_a_site_without_covers_says_what_to_do(site: Site, before: Callable[[Site], None], said: str) -> None:
    before(site)
    wall(site)
    text = (site.root / PAGE).read_text(encoding="utf-8")
    assert "No covers yet" in text
    assert said in text
    assert "blogcovers build" in text


def test_a_site_without_posts_has_no_page(site: Site) -> None:
    assert site.run("gallery", "content").code == 3
    assert not (site.root / PAGE).exists()


@pytest.mark.parametrize(
    ("option", "target", "said"),
    [
        ("--out", "content/fox.md", "ends in none of .html, .htm"),
        ("--out", "wall", "ends in none of .html, .htm"),
        ("--out", "folder.html", "is a folder"),
        ("--sheet", "wall.gif", "ends in none of .webp, .png, .jpg, .jpeg"),
        ("--sheet", "media/covers/fox.webp", "is a cover of the site"),
        ("--sheet", "media/covers/../covers/new.webp", "is a cover of the site"),
        ("--sheet", "media/covers/fox.social.jpg", "is a cover of the site"),
        ("--sheet", "kept/old.webp", "is a cover of the site"),
    ],
)
def test_neither_a_post_nor_a_cover_is_written_over(site: Site, option: str, target: str, said: str) -> None:
    site.write("blogcovers.toml", SMALL_COVERS + "[outputs.social]\n")
    site.post("fox")
    site.build()
    site.post("new")
    (site.root / "folder.html").mkdir()
    site.write("kept/old.webp", site.cover("fox").read_bytes())
    before = site.snapshot()
    result = site.run("gallery", "content", option, target)
    assert result.code == 2
    assert said in result.err
    assert site.snapshot() == before


@pytest.mark.parametrize(("option", "name"), [("--out", "wall.html"), ("--sheet", "wall.png")])
def test_it_says_when_another_file_makes_way(site: Site, option: str, name: str) -> None:
    site.post("fox")
    site.build()
    site.write(name, "of another hand")
    assert ", over a file that blogcovers had not made: " in site.run("gallery", "content", option, name).out
    site.post("owl")
    site.build()
    assert site.run("gallery", "content", option, name).out.startswith(f"Wrote {name}: ")


def test_where_it_cannot_write_it_says_so(site: Site) -> None:
    site.post("fox")
    site.write("file", "no folder")
    result = site.run("gallery", "content", "--out", "file/wall.html")
    assert result.code == 3
    assert "cannot be written" in result.err
    assert "Name another file, with --out or --sheet." in result.err


def test_thumbnails_that_are_not_whole_are_made_anew() -> None:
    """The page is its own cache, and anybody's to change: at worst it costs time."""
    whole = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(whole, "WEBP")
    key = "0" * 32

    def kept(data: bytes, width: str = "60") -> bool:
        uri = b64encode(data).decode()
        page = f'<img data-of="{key}" src="data:image/webp;base64,{uri}" width="{width}" height="40">'
        return key in known_thumbnails(page.encode())

    assert kept(whole.getvalue())
    assert not any(kept(whole.getvalue()[:end]) for end in (0, 3, 20, len(whole.getvalue()) - 3))
    assert not kept(whole.getvalue(), "600")
    assert not kept(whole.getvalue(), "9" * 5000)  # more digits than Python makes a number of
    assert not kept(b"<svg onload=alert(1)>")


def test_the_page_of_hundreds_has_smaller_pictures() -> None:
    assert scale_of(14) == LARGE
    assert scale_of(1000) == SMALL
    assert SMALL.width < LARGE.width


@pytest.mark.skipif(
    not (shutil.which("node") and MODULES.is_dir()),
    reason="npm's generators are not installed: npm ci --prefix tests/generators",
)
def test_eleventy_does_not_publish_it(tmp_path: Path) -> None:
    """It takes every .html below the site for a template, also in hidden folders."""
    site = Site(tmp_path / "site")
    site.write("eleventy.config.mjs", "export default function (config) {}\n")
    site.post("fox")
    assert site.run("gallery").code == 0
    assert (site.root / PAGE).exists()
    (site.root / "node_modules").symlink_to(MODULES)
    command = ["node", "node_modules/@11ty/eleventy/cmd.cjs", "--quiet"]
    subprocess.run(command, cwd=site.root, check=True, capture_output=True)
    published = {file.relative_to(site.root / "_site").as_posix() for file in (site.root / "_site").rglob("*.*")}
    assert published == {"content/fox/index.html"}
