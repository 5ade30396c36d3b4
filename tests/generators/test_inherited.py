"""What Pelican's settings say of an article besides its header; TestAgreement proves the same on real runs."""

from __future__ import annotations

import pytest

from blogcovers.errors import PostError
from blogcovers.generators.inherited import from_settings
from blogcovers.posts.post import Rules, parse

PELICAN = {"dialect": "pelican", "slug_rule": "pelican", "dates": ("date",)}


def test_later_settings_go_before() -> None:
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


def test_the_date_in_a_file_s_name_is_there_by_default() -> None:
    assert from_settings("notes/2026-01-02-fox.md", {}) == {"date": "2026-01-02"}
    assert from_settings("2026-01-02-fox.md", {"FILENAME_METADATA": ""}) == {}
    assert from_settings("2026-01-02/fox.md", {}) == {}


def test_the_file_s_name_goes_before_its_path() -> None:
    settings = {"FILENAME_METADATA": r"(?P<Slug>[a-z]+)", "PATH_METADATA": r"(?P<slug>.*)/(?P<category>\d+)?"}
    assert from_settings("x/fox.md", settings) == {"slug": "fox"}


@pytest.mark.parametrize("settings", [{"PATH_METADATA": "("}, {"FILENAME_METADATA": 7}])
def test_a_malformed_pattern_is_the_posts_problem(settings: dict[str, object]) -> None:
    with pytest.raises(PostError, match="METADATA in the site's settings is malformed"):
        from_settings("a.md", settings)


def test_tables_of_another_kind_say_nothing() -> None:
    assert from_settings("a.md", {"DEFAULT_METADATA": ["x"], "EXTRA_PATH_METADATA": {"a.md": "x", 3: {}}}) == {}


def test_the_header_goes_before_but_for_what_pelican_discards() -> None:
    rules = Rules(**PELICAN, slug_settings={"DEFAULT_METADATA": {"status": "draft", "concept": "a sun", "tags": "x"}})
    assert parse(b"Title: A\nStatus: published\nTags: y\n", "a.md", rules).draft is False
    empty = parse(b"Title: A\nStatus:\nTags:\nConcept:\n", "a.md", rules)
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
    assert parse(f"Title: A\n{header}\n".encode(), "a.md", Rules(**PELICAN)).tags == tags


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
    date = parse(f"Title: A\nDate: {written}\n".encode(), "a.md", Rules(**PELICAN)).date
    assert (date and date.isoformat()) == iso


def test_a_translation_s_name_is_a_name_like_any_other() -> None:
    rules = Rules(**PELICAN, slug_settings={"SLUGIFY_SOURCE": "basename"})
    post = parse(b"Title: A\nConcept: a fox\n", "owl.fr.md", rules, frozenset({"owl.md", "owl.fr.md"}))
    assert (post.slug, post.lang, post.source) == ("owlfr", "fr", "owl.md")
