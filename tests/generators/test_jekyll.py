"""Jekyll: its config, its posts' names, and what it publishes of ours; asked of Jekyll itself where it is installed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from generators.awkward import DRAFTS, Draft, ours, slug, write
from generators.built import check, needs_jekyll, run
from generators.reading import detected, home
from site_builder import Site

from blogcovers.generators.jekyll import is_left_out
from blogcovers.workflow.assets import shipped_style

SAID = "warning: jekyll publishes blogcovers.toml and style/, too. Write in _config.yml: {}\n"
LINE = "exclude: [blogcovers.toml, style/]"
POST = "---\nconcept: a fox\n---\n"


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (["_config.yml", "_posts/a.md"], ["jekyll"]),
        (["_config.toml", "_posts/a.md"], ["jekyll"]),
        (["_config.yml", "Gemfile: gem 'github-pages'"], ["jekyll"]),
        (["_config.yml", "Gemfile: gem 'rake'"], []),
        (["_config.yml"], []),
        (["_posts/a.md"], []),
    ],
    ids=" ".join,
)
def test_signs(tmp_path: Path, files: list[str], found: list[str]) -> None:
    assert detected(tmp_path, *files) == found


def test_its_config(tmp_path: Path) -> None:
    (tmp_path / "_posts").mkdir()
    found = home(tmp_path, _config__yml="source: src\nurl: https://x.org\nbaseurl: /j\nlang: fr\n")
    assert (found.content, found.media, found.published) == ("src", "src/assets/images/covers", (("src", ""),))
    assert (found.base_path, found.site_url, found.default_language) == ("/j", "https://x.org/j", "fr")


@pytest.mark.parametrize(
    ("path", "meta", "expected"),
    [
        ("_posts/2024-01-02-One_Post Fïle.md", {}, "One_Post Fïle"),
        ("cats/_posts/2024-1-5-x.md", {}, "x"),
        ("_posts/2024-01-02-fox.md", {"slug": "Own Slug", "permalink": "/else/"}, "Own Slug"),
        ("_posts/2024-01-02-fox.md", {"permalink": "/else/"}, "fox"),
        ("_posts/2024-01-02-dots...md", {}, "dots"),
        ("_drafts/fox.md", {}, "fox"),
    ],
)
def test_slugs(path: str, meta: dict[str, Any], expected: str) -> None:
    assert slug("jekyll", path, meta) == expected


def test_posts_lie_in_posts_folders_anywhere(site: Site) -> None:
    site.write("_config.yml", "baseurl: /j\n")
    for path in ("_posts/2026-01-01-a.md", "cats/_posts/2026-01-02-b.md", "_drafts/c.md", "about.md"):
        site.write(path, POST)
    assert site.run("build", "--json").actions() == {"a": "rendered", "b": "rendered", "c": "skip"}
    assert (site.root / "assets/images/covers/b.webp").is_file()


def test_a_date_in_the_name_counts_where_there_is_no_other(site: Site) -> None:
    site.write("_config.yml", "")
    site.write("_posts/2199-01-01-fox.md", POST)
    site.write("blogcovers.toml", "future = false\n")
    assert site.run("build", "--json").actions() == {"fox": "skip"}


class TestWhatItWouldPublishOfOurs:
    @pytest.fixture
    def jekyll(self, site: Site) -> Site:
        site.write("_config.yml", "title: x\n")
        site.write("_posts/2024-01-02-fox.md", POST)
        site.write("blogcovers.toml", "")
        site.write("style/house.toml", (shipped_style() / "house.toml").read_bytes())
        return site

    def test_is_told_once_with_the_line_that_mends_it(self, jekyll: Site) -> None:
        for command in ("plan", "build", "check"):
            assert jekyll.run(command).err == SAID.format(LINE)
        jekyll.write("_config.yml", f"title: x\n{LINE}\n")
        for command in ("plan", "build", "check"):
            assert jekyll.run(command).err == ""

    def test_is_nothing_where_it_has_a_source_folder_of_its_own(self, jekyll: Site) -> None:
        jekyll.write("_config.yml", "source: src\n")
        jekyll.write("src/_posts/2024-01-02-fox.md", POST)
        assert "jekyll publishes" not in jekyll.run("plan").err

    def test_is_nothing_where_there_is_no_config_of_ours(self, jekyll: Site) -> None:
        (jekyll.root / "blogcovers.toml").unlink()
        (jekyll.root / "style/house.toml").unlink()
        assert jekyll.run("plan").err == ""

    def test_is_told_by_its_defaults_where_its_config_cannot_be_read(self, jekyll: Site) -> None:
        """Which stops no run, if there is no ``_posts`` beside it by which it would be known for Jekyll's."""
        (jekyll.root / "cats").mkdir()
        (jekyll.root / "_posts").rename(jekyll.root / "cats/_posts")
        jekyll.write("_config.yml", "a: b: c\n")
        jekyll.write("blogcovers.toml", 'generator = "jekyll"\n')
        assert "jekyll publishes blogcovers.toml and style/, too" in jekyll.run("plan").err

    def test_is_named_by_init(self, jekyll: Site) -> None:
        (jekyll.root / "blogcovers.toml").unlink()
        said = jekyll.run("init").out
        assert "exclude:\n  - blogcovers.toml\n  - style/\n" in said


@pytest.mark.parametrize(
    ("path", "pattern", "expected"),
    [
        ("style/", "style", True),
        ("style/", "style/", True),
        ("style/", "/style/", True),
        ("style/", "*.toml", False),
        ("style/", "style/house.toml", False),
        ("blogcovers.toml", "*.toml", True),
        ("blogcovers.toml", "blog", True),
        ("blogcovers.toml", "covers.toml", False),
        ("blogcovers.toml", "blogcovers.toml/", False),
        ("blogcovers.toml", "", False),
        ("a/style/", "a", True),
        ("_a/style/", "x", True),
        (".style/", "x", True),
    ],
)
def test_what_a_pattern_leaves_out(path: str, pattern: str, *, expected: bool) -> None:
    assert is_left_out(path, [pattern, None]) is expected


EXCLUDES = (
    *("[]", "[blogcovers.toml]", "[style]", "[blogcovers.toml, style/]", "['*.toml']", "['/style/', blog]"),
    *("['*']", "[covers.toml, style/house.toml]"),
)
# One process for all of them, since Ruby takes long to start.
BUILD_ALL = """
require "jekyll"
Jekyll.logger.log_level = :error
ARGV.each do |root|
  folders = { "source" => root, "destination" => "#{root}/_site" }
  Jekyll::Site.new(Jekyll.configuration({ "quiet" => true, **folders })).process
end
"""


@needs_jekyll
def test_what_is_told_is_what_it_publishes(tmp_path: Path) -> None:
    told = {}
    for at, exclude in enumerate(EXCLUDES):
        site = Site(tmp_path / str(at))
        site.write("_config.yml", f"exclude: {exclude}\n")
        site.write("_posts/2024-01-02-fox.md", POST)
        site.write("blogcovers.toml", "")
        site.write("style/house.toml", (shipped_style() / "house.toml").read_bytes())
        site.write("style/extra.txt", "x")
        told[site.root] = site.run("plan").err
    run(tmp_path, "ruby", "-e", BUILD_ALL, *told)
    for root, said in told.items():
        for name, shown in (("blogcovers.toml", "blogcovers.toml"), ("style", "style/")):
            assert (root / "_site" / name).exists() == (shown in said.partition(", too.")[0]), said


def dated(path: str) -> str:
    """The path with the date before its file's name, without which Jekyll takes no file for a post."""
    folder, slash, name = path.rpartition("/")
    return path if name.startswith("2024-") else f"{folder}{slash}2024-02-03-{name}"


DUMP = """---
---
[{% for post in site.posts %}[{{ post.path | jsonify }}, {{ post.slug | jsonify }}],{% endfor %} null]
"""


@needs_jekyll
def test_its_own_slugs(tmp_path: Path) -> None:
    """``page.slug`` of every post that it built."""
    drafts = [Draft(dated(draft.path), draft.meta, draft.body) for draft in DRAFTS]
    drafts = [draft for draft in drafts if draft.path.count("-") > 2]  # a date alone, or joined by '_', is no post
    write(tmp_path / "cats" / "_posts", drafts)
    (tmp_path / "slugs.json").write_text(DUMP)
    run(tmp_path, "jekyll", "build", "--quiet")
    *found, _ = json.loads((tmp_path / "_site" / "slugs.json").read_text())
    theirs = {path.removeprefix("cats/_posts/"): slug for path, slug in found}
    assert ours("jekyll", drafts, below="cats/_posts/") == theirs


@needs_jekyll
def test_a_built_site(site: Site) -> None:
    check(
        site,
        "_posts/2026-01-02-fox.md",
        {"_config.yml": "baseurl: /blog\n"},
        lambda root: run(root, "jekyll", "build", "--quiet"),
        "_site",
        base="/blog/",
        enters_links=False,
    )
