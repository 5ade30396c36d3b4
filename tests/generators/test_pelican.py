"""Pelican: its settings, its articles' names, and what it knows of them besides; asked of Pelican itself where it is
installed. TestAgreement of the plugin's tests proves the same on whole runs."""

from __future__ import annotations

import json
import sys
from importlib import util
from pathlib import Path
from typing import Any

import pytest
from generators.awkward import DRAFTS, ours, slug, write
from generators.built import check, run
from generators.reading import detected, home, serves
from site_builder import Site

from blogcovers.errors import PostError
from blogcovers.generators import SiteNaming
from blogcovers.generators.pelican import from_settings
from blogcovers.posts import Post, Rules
from blogcovers.posts.post import parse

needs_pelican = pytest.mark.skipif(
    not util.find_spec("pelican"), reason="Pelican is not installed: pip install pelican"
)


def article(text: str, path: str = "a.md", *siblings: str, **settings: Any) -> Post:
    """The post that is made of an article of Pelican's."""
    rules = Rules("pelican", naming=SiteNaming("pelican", "pelican", settings), dates=("date",))
    return parse(text.encode(), path, rules, frozenset({path, *siblings}))


def test_signs(tmp_path: Path) -> None:
    assert detected(tmp_path, "pelicanconf.py") == ["pelican"]


class TestSettings:
    @pytest.mark.parametrize(
        ("text", "media", "url"),
        [
            ("SITEURL = 'https://x.org/p'", "content/images/covers", "/p/images/covers"),
            ("PATH = 'text'", "text/images/covers", "/images/covers"),
            ("STATIC_PATHS = ['media']", "content/media/covers", "/media/covers"),
        ],
    )
    def test_say_where_covers_are_served(self, tmp_path: Path, text: str, media: str, url: str) -> None:
        serves(tmp_path, {"pelicanconf__py": text}, media, url)

    def test_say_the_language(self, tmp_path: Path) -> None:
        found = home(tmp_path, pelicanconf__py="DEFAULT_LANG = 'fr'")
        assert (found.languages, found.default_language) == ((), "fr")

    def test_that_are_computed_are_told_by_their_names(self, tmp_path: Path) -> None:
        text = "import os\nPATH = os.environ['CONTENT']\nSITEURL = 'https://x.org'\n"
        found = home(tmp_path, pelicanconf__py=text)
        assert found.guessed == {
            "content": "pelicanconf.py computes PATH, which is not read: its default is assumed. Set content in"
            " blogcovers.toml."
        }

    def test_that_are_guessed_are_told_until_they_are_settled(self, site: Site) -> None:
        site.write("pelicanconf.py", "import os\nPATH = os.environ['CONTENT']\n")
        site.post("fox")
        assert "computes PATH" in site.run("check").err
        site.write("blogcovers.toml", 'content = "content"\n')
        assert "computes PATH" not in site.run("check").err


STRASSE = "Ünïcode Straße & the Fox's Tale!"


@pytest.mark.parametrize(
    ("path", "meta", "settings", "expected"),
    [
        ("fox.md", {"title": STRASSE}, {}, "unicode-strasse-the-foxs-tale"),
        ("fox.md", {"title": "T", "slug": "My Slug Ü"}, {}, "My Slug Ü"),
        ("fox.md", {"title": ["two", "lines"]}, {}, "two-lines"),
        ("fox.md", {"title": "<b>Bold</b> &amp; ½"}, {}, "bold-12"),
        ("2024-01-02-fox.md", {}, {}, "2024-01-02-fox"),
        ("2024-01-02-Fox.md", {"title": "T"}, {"SLUGIFY_SOURCE": "basename"}, "2024-01-02-fox"),
        ("a/F-x.md", {"title": "T"}, {"PATH_METADATA": r"(?P<slug>\w+)/.*"}, "a"),
        ("a.md", {"title": "Ünï Ⅷ"}, {"SLUGIFY_USE_UNICODE": True}, "ünï-viii"),
    ],
)
def test_slugs(path: str, meta: dict[str, Any], settings: dict[str, Any], expected: str) -> None:
    assert slug("pelican", path, meta, **settings) == expected


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"FILENAME_METADATA": "("}, "FILENAME_METADATA"),
        ({"SLUG_REGEX_SUBSTITUTIONS": [("(", "")]}, "SLUG_REGEX_SUBSTITUTIONS"),
        ({"SLUG_REGEX_SUBSTITUTIONS": [("a", "b", "c")]}, "SLUG_REGEX_SUBSTITUTIONS"),
    ],
)
def test_a_malformed_pattern_of_a_slug(settings: dict[str, Any], said: str) -> None:
    with pytest.raises(PostError, match=said) as caught:
        slug("pelican", "fox.md", {"title": "T"}, **settings)
    assert caught.value.hint == "Its patterns are Python's."


def test_a_translations_name_is_a_name_like_any_other() -> None:
    post = article("Title: A\nConcept: a fox\n", "owl.fr.md", "owl.md", SLUGIFY_SOURCE="basename")
    assert (post.slug, post.lang, post.source) == ("owlfr", "fr", "owl.md")


class TestWhatSettingsSayBesides:
    def test_later_settings_go_before(self) -> None:
        settings = {
            "DEFAULT_METADATA": {"Status": "draft", "lang": "en", "author": "A", "weight": 3, "open": True},
            "EXTRA_PATH_METADATA": {"fr": {"lang": "fr"}, "fr/a.md": {"lang": "oc"}, "fro": {"lang": "no"}},
            "PATH_METADATA": r"(?P<lang>\w\w)/special",
        }
        assert from_settings("a.md", settings) == {
            "status": "draft",
            "lang": "en",
            "author": "A",
            "weight": "3",
            "open": "true",
        }
        assert from_settings("fr/b.md", settings)["lang"] == "fr"
        assert from_settings("fr/a.md", settings)["lang"] == "oc"
        assert from_settings("ca/special.md", settings)["lang"] == "ca"

    def test_the_date_in_a_files_name_is_there_by_default(self) -> None:
        assert from_settings("notes/2026-01-02-fox.md", {}) == {"date": "2026-01-02"}
        assert from_settings("2026-01-02-fox.md", {"FILENAME_METADATA": ""}) == {}
        assert from_settings("2026-01-02/fox.md", {}) == {}

    def test_the_files_name_goes_before_its_path(self) -> None:
        settings = {"FILENAME_METADATA": r"(?P<Slug>[a-z]+)", "PATH_METADATA": r"(?P<slug>.*)/(?P<category>\d+)?"}
        assert from_settings("x/fox.md", settings) == {"slug": "fox"}

    @pytest.mark.parametrize("settings", [{"PATH_METADATA": "("}, {"FILENAME_METADATA": 7}])
    def test_a_malformed_pattern_is_the_posts_problem(self, settings: dict[str, object]) -> None:
        with pytest.raises(PostError, match="METADATA in the site's settings is malformed"):
            from_settings("a.md", settings)

    def test_tables_of_another_kind_say_nothing(self) -> None:
        assert from_settings("a.md", {"DEFAULT_METADATA": ["x"], "EXTRA_PATH_METADATA": {"a.md": "x", 3: {}}}) == {}

    def test_the_header_goes_before_but_for_what_pelican_discards(self) -> None:
        default = {"status": "draft", "concept": "a sun", "tags": "x"}
        assert article("Title: A\nStatus: published\nTags: y\n", DEFAULT_METADATA=default).draft is False
        empty = article("Title: A\nStatus:\nTags:\nConcept:\n", DEFAULT_METADATA=default)
        assert (empty.draft, empty.tags, empty.concept) == (True, ("x",), None)


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        ("Tags: a, b\n    c", ("a", "b")),
        ("Tags: a\nTags: b", ("a",)),
        ("Tags: a, b; c", ("a, b", "c")),
        ("Tags: a, , a , 'b'", ("a", "b")),
        ("Tags: ;", ()),
    ],
)
def test_tags_as_pelican_splits_them(header: str, tags: tuple[str, ...]) -> None:
    assert article(f"Title: A\n{header}\n").tags == tags


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2026-01-02", "2026-01-02T00:00:00+00:00"),
        ("2026-01-02_10:20", "2026-01-02T10:20:00+00:00"),
        ("2 January 2026", "2026-01-02T00:00:00+00:00"),
        ("2026/01/02 10:20 +0200", "2026-01-02T10:20:00+02:00"),
        ("some day", None),
    ],
)
def test_dates_as_pelican_reads_them(written: str, iso: str | None) -> None:
    pytest.importorskip("dateutil")
    date = article(f"Title: A\nDate: {written}\n").date
    assert (date and date.isoformat()) == iso


PLUGIN = """
import json
from pathlib import Path
from pelican import signals

def dump(generator):
    found = {article.relative_source_path: article.slug for article in generator.articles}
    Path(__file__).with_name("slugs.json").write_text(json.dumps(found))

def register():
    signals.article_generator_finalized.connect(dump)
"""

NAMED = [draft for draft in DRAFTS if "title" in draft.meta]  # Pelican leaves out a post without a title


@needs_pelican
@pytest.mark.parametrize(
    "settings",
    [
        pytest.param({}, id="default"),
        pytest.param({"SLUGIFY_SOURCE": "basename"}, id="basename"),
        pytest.param({"SLUGIFY_USE_UNICODE": True, "SLUGIFY_PRESERVE_CASE": True}, id="unicode-and-case"),
        pytest.param({"SLUG_REGEX_SUBSTITUTIONS": [(r"[^\w\s-]", "_"), (r"\s", "."), ("Ü|the", "ue")]}, id="patterns"),
        pytest.param({"FILENAME_METADATA": r"(?P<date>\d{4}-\d{2}-\d{2})-(?P<Slug>.+)"}, id="filename"),
        pytest.param({"PATH_METADATA": r"(?P<category>[^/]+)/(?P<slug>.+)\.md"}, id="path"),
    ],
)
def test_its_own_slugs(tmp_path: Path, settings: dict[str, Any]) -> None:
    """What its articles carry when the generator has read them all."""
    write(tmp_path / "content", NAMED, yaml=False)
    (tmp_path / "dump_slugs.py").write_text(PLUGIN)
    lines: dict[str, Any] = {"PATH": "content", "PLUGIN_PATHS": ["."], "PLUGINS": ["dump_slugs"], "TIMEZONE": "UTC"}
    # Namesakes, of which some settings make two, may not be written to one place.
    lines |= {"ARTICLE_SAVE_AS": "posts/{path}.html", "DIRECT_TEMPLATES": [], **settings}
    (tmp_path / "pelicanconf.py").write_text("".join(f"{name} = {value!r}\n" for name, value in lines.items()))
    run(tmp_path, sys.executable, "-m", "pelican", "-s", "pelicanconf.py", "--quiet", "-o", "output")
    theirs = json.loads((tmp_path / "slugs.json").read_text())
    assert len(theirs) == len(NAMED)
    assert ours("pelican", NAMED, **settings) == theirs


@needs_pelican
def test_a_built_site(site: Site) -> None:
    conf = "AUTHOR = SITENAME = 'x'\nTIMEZONE = 'UTC'\nPLUGINS = []\n"
    pelican = Path(sys.executable).with_name("pelican")
    check(site, "content/fox.md", {"pelicanconf.py": conf}, lambda root: run(root, pelican, "content"), "output")
