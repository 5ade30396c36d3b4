"""A site's generator is told from its files, and gives the folders that suit it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from generators.reading import detected

from blogcovers.config import Config, Options, load
from blogcovers.errors import ConfigError
from blogcovers.generators import detect, named, readable

SITES = Path(__file__).parents[1] / "sites"


@pytest.fixture
def copied(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A copy of the site of this name, in a repository of its own."""
    root: Path = tmp_path / request.param
    shutil.copytree(SITES / request.param, root)
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    return root


def read(content: Path) -> Config:
    return load(Options(content=content), {})


TABLE = [
    ("hugo", "hugo", "content", "static/images/covers", "any"),
    ("pelican", "pelican", "content", "content/images/covers", "pelican"),
    ("mkdocs", "mkdocs", "docs", "docs/assets/covers", "mkdocs"),
    ("jekyll", "jekyll", ".", "assets/images/covers", "any"),
    ("plain", "plain", "content", "media/covers", "any"),
]


@pytest.mark.parametrize(
    ("copied", "name", "content", "media", "dialect"), TABLE, ids=[row[0] for row in TABLE], indirect=["copied"]
)
class TestSites:
    def test_covers_go_where_the_generator_publishes(
        self, copied: Path, name: str, content: str, media: str, dialect: str
    ) -> None:
        config = read(copied / content)
        assert (config.site.generator, config.site.rules.dialect) == (name, dialect)
        assert (config.site.base, config.site.content, config.site.media) == (copied, copied / content, copied / media)

    def test_posts_are_found_from_the_sites_root(
        self, copied: Path, name: str, content: str, media: str, dialect: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(copied)
        config = load(Options(), {})
        assert (config.site.generator, config.site.content, config.site.media) == (
            name,
            copied / content,
            copied / media,
        )
        assert config.site.rules.dialect == dialect

    def test_a_config_may_name_another(self, copied: Path, name: str, content: str, media: str, dialect: str) -> None:
        other = "mkdocs" if name == "hugo" else "hugo"
        (copied / "blogcovers.toml").write_text(f'generator = "{other}"\n', encoding="utf-8")
        assert read(copied / content).site.generator == other

    def test_a_media_folder_of_the_config_counts(
        self, copied: Path, name: str, content: str, media: str, dialect: str
    ) -> None:
        (copied / "blogcovers.toml").write_text('media = "elsewhere"\n', encoding="utf-8")
        config = read(copied / content)
        assert (config.site.generator, config.site.media) == (name, copied / "elsewhere")


@pytest.mark.parametrize(
    ("copied", "folder", "media"),
    [
        ("hugo", "content/posts", "static/images/covers"),
        ("hugo", "content/posts/trip", "static/images/covers"),
        ("mkdocs", "docs/guide", "docs/assets/covers"),
    ],
    indirect=["copied"],
)
def test_a_folder_inside_the_content_publishes_where_the_site_does(copied: Path, folder: str, media: str) -> None:
    assert read(copied / folder).site.media == copied / media


@pytest.mark.parametrize("copied", ["plain"], indirect=True)
def test_a_generator_outside_the_repository_is_not_seen(copied: Path) -> None:
    (copied.parent / "mkdocs.yml").write_text("site_name: x\n", encoding="utf-8")
    assert read(copied / "content").site.generator == "plain"


@pytest.mark.parametrize("copied", ["hugo"], indirect=True)
def test_a_site_of_two_generators_asks_which(copied: Path) -> None:
    (copied / "mkdocs.yml").write_text("site_name: x\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="hugo and mkdocs") as caught:
        read(copied / "content")
    assert 'generator = "hugo"' in caught.value.hint
    (copied / "blogcovers.toml").write_text('generator = "hugo"\n', encoding="utf-8")
    assert read(copied / "content").site.generator == "hugo"


def test_no_files_show_none(tmp_path: Path) -> None:
    assert detect(tmp_path) == []


def test_the_files_of_two_show_both(tmp_path: Path) -> None:
    found = detected(tmp_path, "mkdocs.yml", "hugo.toml", "config.toml", "archetypes/default.md")
    assert found == ["hugo", "mkdocs"]


def test_one_that_reads_anothers_files_can_be_named_where_only_those_are(tmp_path: Path) -> None:
    (tmp_path / "mkdocs.yml").touch()
    names = [name for name in ("zensical", "mkdocs", "hugo") if readable(named(name), tmp_path)]
    assert names == ["zensical", "mkdocs"]
