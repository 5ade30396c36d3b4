"""What holds for every generator."""

from __future__ import annotations

import pickle
import re
import sys
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from generators.awkward import slug
from hypothesis import given, settings
from hypothesis import strategies as st

from blogcovers import generators
from blogcovers.errors import PostError
from blogcovers.generators import GENERATORS, NAMES, PLAIN, Generator, SiteNaming, named
from blogcovers.posts import Rules
from blogcovers.posts.post import clean_slug, parse

PACKAGE = Path(generators.__file__).parent
EVERY = pytest.mark.parametrize("generator", [*GENERATORS, PLAIN], ids=lambda generator: generator.name)


@EVERY
class TestEvery:
    def test_has_a_name_of_its_own_and_a_file_of_that_name(self, generator: Generator) -> None:
        assert named(generator.name) is generator
        assert NAMES.count(generator.name) == 1
        assert sys.modules[type(generator).__module__].__file__ == str(PACKAGE / f"{generator.name}.py")

    def test_is_known_by_a_file(self, generator: Generator) -> None:
        assert bool(generator.signs) is (generator is not PLAIN)
        for sign in generator.signs:
            re.compile(sign.mentions)

    def test_has_folders_that_are_relative(self, generator: Generator, tmp_path: Path) -> None:
        home = generator.assumed(tmp_path)
        for folder in (home.content, home.media, generator.data, *(folder for folder, _ in home.published)):
            path = PurePosixPath(folder or ".")
            assert str(path) == (folder or ".")
            assert not path.is_absolute()
            assert ".." not in path.parts

    def test_publishes_its_media_folder(self, generator: Generator) -> None:
        assert any(folder == "." or generator.media.startswith(f"{folder}/") for folder, _ in generator.published)

    def test_stands_for_another_that_is_there(self, generator: Generator) -> None:
        assert generator.instead in ("", *NAMES)
        assert generator.instead != generator.name

    @pytest.mark.parametrize("key", ["slug", "url", "path", "title"])
    def test_refuses_a_mapping_in_a_sentence_or_does_not_ask_for_it(self, generator: Generator, key: str) -> None:
        try:
            assert slug(generator.name, "posts/fox.md", {key: {"a": "b"}})
        except PostError as error:
            assert error.message == f"'{key}' is a mapping, not a text."
            assert error.hint


@settings(deadline=None, derandomize=True)
@given(
    st.sampled_from(sorted(NAMES)),
    st.dictionaries(st.sampled_from(["slug", "title", "url", "permalink", "path"]), st.text() | st.none()),
    st.lists(st.text(min_size=1).map(lambda name: name.replace("/", "")), max_size=3),
)
def test_any_text_has_a_slug(name: str, meta: dict[str, Any], parts: list[str]) -> None:
    """It may be one that no file can have; clean_slug then says so, in a sentence."""
    path = "/".join(["blog", "posts", *parts, "x.md"])
    said = slug(name, path, meta, blogs=["blog"], permalinks={"blog": "/:slug/"})
    assert said
    with suppress(PostError):
        assert clean_slug(said)


@pytest.mark.parametrize("name", ["pelican", "nikola", "zola"])
def test_without_unidecode(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "unidecode", None)  # as if it were not installed
    meta = {"title": "Füchse"}
    with pytest.raises(PostError) as caught:
        slug(name, "Füchse.md", meta)
    assert f"blogcovers[{name}]" in caught.value.hint
    assert slug(name, "Füchse.md", {**meta, "slug": "own"}) == "own"
    assert slug(name, "Foxes.md", {"title": "Foxes"}) == "foxes"


@pytest.mark.parametrize(
    ("url", "host", "base_path", "site_url"),
    [
        ("https://x.org/blog/", "", "/blog", "https://x.org/blog"),
        ("/blog/", "https://x.org", "/blog", "https://x.org/blog"),
        ("https://x.org", "https://other.org", "", "https://x.org"),
        ("blog", "", "/blog", ""),
        ("ftp://x.org/a", "", "/a", ""),
        ("https://[x", "", "", ""),
        (None, "https://x.org", "", ""),
        ("/", 7, "", ""),
    ],
)
def test_the_sites_own_url(tmp_path: Path, url: Any, host: Any, base_path: str, site_url: str) -> None:
    home = PLAIN.assumed(tmp_path).served_from(url, host)
    assert (home.base_path, home.site_url) == (base_path, site_url)


def test_a_config_that_only_the_generator_that_runs_us_knows_is_read_and_told_of(tmp_path: Path) -> None:
    (tmp_path / "other.yml").write_text("docs_dir: text\n", encoding="utf-8")
    found = named("mkdocs").hosted(tmp_path / "other.yml")
    assert (found.content, found.file) == ("text", "other.yml")
    (said,) = found.warnings
    assert said.startswith("other.yml is known to mkdocs alone")
    assert "write generator, content, media and public_url in blogcovers.toml" in said


class TestNaming:
    """of one site: its generator knows its posts, another's rule may name them."""

    POST = b"---\nconcept: a fox\n---\n\n# Red Fox\n"

    def post(self, generator: str, rule: str, path: str, text: bytes = POST, **settings: Any) -> Any:
        rules = Rules(named(generator).dialect, naming=SiteNaming(generator, rule, settings), languages=("fr",))
        return parse(text, path, rules)

    def test_the_rule_names_and_the_generator_completes(self) -> None:
        found = self.post("mkdocs", "hexo", "a/2026-01-02-fox.md", new_post_name=":title.md")
        assert (found.title, found.slug) == ("Red Fox", "a/2026-01-02-fox")
        found = self.post("hexo", "mkdocs", "a/2026-01-02-fox.md")
        assert (found.title, found.slug) == ("", "a/2026-01-02-fox")

    def test_a_language_belongs_to_the_name_by_pelicans_rule_alone(self) -> None:
        text = b"---\nconcept: a fox\ntitle:\n---\n"
        assert self.post("plain", "pelican", "fox.fr.md", text, SLUGIFY_SOURCE="basename").slug == "foxfr"
        assert self.post("pelican", "plain", "fox.fr.md", text).slug == "fox"

    @pytest.mark.parametrize(
        ("generator", "rule", "path", "bundle"),
        [
            ("hugo", "hugo", "Posts/fox/index.md", "posts/fox"),
            ("plain", "hugo", "Posts/fox/index.md", "posts/fox"),
            ("hugo", "plain", "Posts/fox/index.md", "/"),
            ("hugo", "hugo", "Posts/fox.md", ""),
            ("mkdocs", "mkdocs", "fr/Posts/fox/index.md", "fr/Posts/fox"),
            ("zensical", "jekyll", "Posts/fox/index.md", "Posts/fox"),
            ("mkdocs", "hugo", "Posts/fox/index.md", "posts/fox"),
            ("zola", "mkdocs", "Posts/fox/index.md", "/"),
        ],
    )
    def test_a_bundle_is_where_the_rule_says_or_where_the_generator_keeps_it(
        self, generator: str, rule: str, path: str, bundle: str
    ) -> None:
        assert self.post(generator, rule, path).bundle == bundle

    def test_it_is_a_value(self) -> None:
        naming = SiteNaming("hugo", "plain", {"permalinks": {"posts": "/:slug/"}})
        assert pickle.loads(pickle.dumps(Rules(naming=naming))) == Rules(naming=naming)
        assert Rules(naming=naming) != Rules(naming=SiteNaming("hugo", "hugo", naming.settings)) != Rules()
