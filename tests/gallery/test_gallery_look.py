"""The gallery as it is seen and used: opened in Chromium from the disk, with a keyboard, on a phone, in the dark."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from chromium import FITS, needs_chromium
from PIL import Image
from site_builder import Site

pytestmark = needs_chromium

EVIL = '<script>document.title = "mine"</script><img src=x onerror="document.title = 1">'
SEEN = "[...document.querySelectorAll('.card')].filter((card) => card.checkVisibility())"
SLUGS = f"{SEEN}.map((card) => card.querySelector('.slug').textContent)"
HERE = "document.activeElement.closest('.card')?.querySelector('.slug').textContent"
PICTURES = """async () => Promise.all([...document.querySelectorAll(".card img")].map(async (image) => {
  image.loading = "eager"; // a lazy one waits until it comes near
  await image.decode();
  return [image.naturalWidth, image.naturalHeight];
}))"""

# The contrast of each text with what lies behind it, by https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
CONTRASTS = """() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, n) => sum + v * [0.2126, 0.7152, 0.0722][n], 0);
  const behind = (node) => {
    const colour = parts(getComputedStyle(node).backgroundColor);
    return (colour[3] ?? 1) === 1 ? colour : behind(node.parentElement);
  };
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = [];
  while (words.nextNode()) {
    const node = words.currentNode.parentElement;
    if (!words.currentNode.data.trim() || !node.checkVisibility()) continue;
    const pair = [light(parts(getComputedStyle(node).color)), light(behind(node))].sort((a, b) => b - a);
    found.push([words.currentNode.data.trim(), (pair[0] + 0.05) / (pair[1] + 0.05)]);
  }
  return found;
}"""


@pytest.fixture(scope="module")
def hung(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a site with a post in every state."""
    site = Site(tmp_path_factory.mktemp("gallery") / "site", {"BLOGCOVERS_SERVER": "http://127.0.0.1:9"})
    site.write("blogcovers.toml", 'renderer = "painter"\n')
    for day, name in enumerate(("owl", "fox", "niño", "volcano", "photo", "stale"), start=1):
        site.post(name, f"a {name} under a paper moon", date=f"2026-02-0{day}")
    site.write("content/evil.md", f"---\nconcept: '{EVIL}'\ndate: 2026-01-01\n---\n")
    site.build()
    site.post("stale", "two foxes", date="2026-02-06")
    site.cover("volcano").write_bytes(site.cover("volcano").read_bytes()[:4000])
    Image.new("RGB", (400, 800), "teal").save(site.cover("photo"))
    site.post("quiet", None)
    site.write("content/bad.md", "---\ntitle: [fox\n---\n")
    site.write("blogcovers.toml", "")  # whoever made each: those that are missing are ComfyUI's now
    site.post("missing", "a loom", date="2026-03-01")
    assert site.run("gallery", "content").code == 1
    return site.root / ".blogcovers/gallery.htm"


@contextmanager
def opened(browser: Any, page: Path, **options: Any) -> Iterator[Any]:
    """The page, which has to be without a fault and to ask for nothing but files of its own site."""
    context = browser.new_context(**{"viewport": {"width": 1200, "height": 900}, **options})
    tab = context.new_page()
    faults: list[str] = []
    asked: list[str] = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("console", lambda line: faults.append(line.text) if line.type in ("error", "warning") else None)
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(page.as_uri())
    yield tab
    context.close()
    assert faults == []
    site = page.parents[1].as_uri()
    elsewhere = [
        url for url in asked if not url.startswith((f"{site}/media/covers/", "data:")) and url != page.as_uri()
    ]
    assert elsewhere == []


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (390, "dark"), (768, "light"), (1200, "dark")])
def test_it_fits_is_legible_and_asks_for_nothing(hung: Path, browser: Any, width: int, scheme: str) -> None:
    with opened(browser, hung, viewport={"width": width, "height": 800}, color_scheme=scheme) as page:
        assert page.evaluate(FITS)
        assert page.evaluate(PICTURES) == [[600, 315], [157, 315], *[[600, 315]] * 4]
        contrasts = page.evaluate(CONTRASTS)
        page.locator("a.frame").first.click()
        contrasts += page.evaluate(CONTRASTS)
        assert len(contrasts) > 60
        assert [pair for pair in contrasts if pair[1] < 4.5] == []
        wall = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert wall == ("rgb(243, 240, 234)" if scheme == "light" else "rgb(23, 21, 27)")


def test_no_covers_concept_becomes_part_of_the_page(hung: Path, browser: Any) -> None:
    with opened(browser, hung) as page:
        assert page.title() == "Covers of site"
        assert page.locator("#wall script, .concept *").count() == 0
        assert page.get_by_role("img", name=EVIL).count() == 1


def test_the_policy_refuses_whatever_else_would_run_or_load(hung: Path, browser: Any) -> None:
    page = browser.new_page()
    page.goto(hung.as_uri())
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        refused = page.evaluate(
            """async (host) => {
              const refused = [];
              document.addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
              const script = document.createElement("script");
              script.textContent = "document.title = 'mine'";
              document.body.append(script);
              document.body.setAttribute("style", "color: red");
              new Image().src = `${host}/image`;
              await fetch(`${host}/fetch`).catch(() => {});
              for (let tries = 0; refused.length < 4 && tries < 6000; tries++)
                await new Promise((done) => setTimeout(done, 10));
              return refused.sort();
            }""",
            f"http://127.0.0.1:{server.getsockname()[1]}",
        )
        with pytest.raises(BlockingIOError):  # nobody has knocked
            server.accept()
    assert refused == ["connect-src", "img-src", "script-src-elem", "style-src-attr"]
    assert page.title() == "Covers of site"
    page.close()


def test_the_filter_finds_words_states_and_renderers(hung: Path, browser: Any) -> None:
    with opened(browser, hung) as page:
        everything = page.evaluate(SLUGS)
        assert everything == ["missing", "stale", "photo", "volcano", "niño", "fox", "owl", "evil", "bad", "quiet"]
        find, count = page.locator("#find"), page.locator("#count")
        for words, slugs in {
            "NINO": ["niño"],
            "paper fox": ["fox"],
            "moon": ["photo", "volcano", "niño", "fox", "owl"],
            "foxes": ["stale"],
        }.items():
            find.fill(words)
            assert page.evaluate(SLUGS) == slugs
        assert count.text_content() == "1 of 10 shown"
        find.fill("no such word")
        assert page.evaluate(SLUGS) == []
        page.get_by_role("button", name="Show all").click()
        assert page.evaluate(SLUGS) == everything

        page.get_by_role("checkbox", name="stale").check()
        page.get_by_role("checkbox", name="missing").check()
        assert page.evaluate(SLUGS) == ["missing", "stale"]
        ticked = (
            "[...document.querySelectorAll('.chip .word')].map((word) => getComputedStyle(word, '::before').content)"
        )
        assert page.evaluate(ticked).count('"✓"') == 2, "not by colour alone"
        page.get_by_role("checkbox", name="comfyui 2").check()
        assert page.evaluate(SLUGS) == ["missing"]
        page.get_by_role("checkbox", name="comfyui").uncheck()
        find.fill("foxes")
        assert page.evaluate(SLUGS) == ["stale"]


def test_the_order_is_by_date_or_slug(hung: Path, browser: Any) -> None:
    with opened(browser, hung) as page:
        newest = page.evaluate(SLUGS)
        page.locator("#sort").select_option("slug")
        assert page.evaluate(SLUGS) == [*sorted(newest[:-1]), "quiet"]
        page.locator("#sort").select_option("date")
        assert page.evaluate(SLUGS) == newest


def test_the_keyboard_reaches_everything(hung: Path, browser: Any) -> None:
    with opened(browser, hung) as page:
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "find"
        assert page.locator("#find").input_value() == "", "the key is not typed"
        page.keyboard.type("a/b")
        assert page.locator("#find").input_value() == "a/b"
        page.locator("#find").fill("")

        page.locator("#count").click()
        reached = []
        for _ in range(30):
            page.keyboard.press("Tab")
            reached.append(page.evaluate(HERE))
            if reached[-1]:
                assert page.evaluate("getComputedStyle(document.activeElement).outlineWidth") == "3px"
        assert [slug for slug in dict.fromkeys(reached) if slug] == ["stale", "photo", "niño", "fox", "owl", "evil"]

        page.locator("a.frame").nth(1).focus()
        for key, slug in [
            ("ArrowLeft", "stale"),
            ("ArrowLeft", "missing"),
            ("ArrowLeft", "missing"),
            ("ArrowDown", "volcano"),  # three in a row at this width
            ("ArrowRight", "niño"),
            ("ArrowUp", "stale"),
            ("End", "quiet"),
            ("Home", "missing"),
        ]:
            page.keyboard.press(key)
            assert page.evaluate(HERE) == slug, key
        page.keyboard.press("Enter")
        assert not page.locator("#large").is_visible(), "there is no cover to show"


def test_enter_opens_a_large_view_and_escape_closes_it(hung: Path, browser: Any) -> None:
    from playwright.sync_api import expect

    with opened(browser, hung) as page:
        large, picture = page.locator("#large"), page.locator("#picture")
        page.locator("a.frame").nth(2).focus()
        page.keyboard.press("Enter")
        assert large.is_visible()
        expect(picture).to_have_js_property("naturalWidth", 1200)
        assert picture.get_attribute("alt") == "a niño under a paper moon"
        assert "niño" in page.locator("#about .slug").text_content()
        page.keyboard.press("ArrowRight")
        assert picture.get_attribute("alt") == "a fox under a paper moon"
        page.get_by_role("button", name="Previous cover").click()
        page.keyboard.press("ArrowLeft")
        assert page.locator("#about .slug").text_content() == "photo"
        page.keyboard.press("Escape")
        assert not large.is_visible()
        last = page.locator(".card", has=page.get_by_role("heading", name="photo", exact=True))
        expect(last.locator("a.frame")).to_be_focused()


def test_the_thumbnail_stays_where_the_cover_has_gone(hung: Path, browser: Any, tmp_path: Path) -> None:
    from playwright.sync_api import expect

    copy = tmp_path / "a/mail/gallery.htm"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(hung.read_bytes())
    page = browser.new_page()
    page.goto(copy.as_uri())
    page.locator("a.frame").first.click()
    with page.expect_event("requestfailed"):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#picture")).to_have_js_property("naturalWidth", 600)
    page.close()


def test_without_javascript_every_card_is_there_and_leads_to_its_cover(hung: Path, browser: Any) -> None:
    with opened(browser, hung, java_script_enabled=False) as page:
        assert page.locator(".card:visible").count() == 10
        assert not page.locator("#filter").is_visible()
        assert not page.locator("#large").is_visible()
        page.locator("a.frame").first.click()
        page.wait_for_url("**/media/covers/stale.webp")


def test_nothing_moves_where_that_is_asked_for(hung: Path, browser: Any) -> None:
    moves = "getComputedStyle(document.querySelector('a.frame')).transitionDuration"
    with opened(browser, hung, reduced_motion="no-preference") as page:
        assert page.evaluate(moves) == "0.15s"
    with opened(browser, hung, reduced_motion="reduce") as page:
        assert page.evaluate(moves) == "0s"


def test_an_empty_wall_says_what_to_do(tmp_path: Path, browser: Any) -> None:
    site = Site(tmp_path / "site")
    site.post("fox")
    site.run("gallery", "content")
    with opened(browser, site.root / ".blogcovers/gallery.htm", viewport={"width": 320, "height": 600}) as page:
        assert page.get_by_role("heading", name="No covers yet").is_visible()
        assert page.evaluate(FITS)
