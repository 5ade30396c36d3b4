"""A site's generator is told from its files, and gives the folders that suit it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from blogcovers import generators
from blogcovers.config import Config, Options, load
from blogcovers.errors import ConfigError
from blogcovers.generators import slugs
from blogcovers.generators.presets import Preset

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


@pytest.mark.parametrize(
    ("files", "found"),
    [
        (["hugo.toml"], ["hugo"]),
        (["hugo.yaml"], ["hugo"]),
        (["hugo.json"], ["hugo"]),
        (["config/_default/hugo.toml"], ["hugo"]),
        (["config/_default/hugo.yaml"], ["hugo"]),
        (["config/_default/config.toml", "config/_default/params.toml"], ["hugo"]),
        (["config/_default/config.json"], ["hugo"]),
        (["config/production/hugo.toml"], []),
        (["config/_default/menus.toml"], []),
        (["config.toml", "archetypes/default.md"], ["hugo"]),
        (["config.toml"], []),
        (["zensical.toml"], ["zensical"]),
        (["zensical.toml", "mkdocs.yml"], ["zensical"]),
        (["eleventy.config.mjs"], ["eleventy"]),
        ([".eleventy.js"], ["eleventy"]),
        (["astro.config.ts"], ["astro"]),
        (["docusaurus.config.js"], ["docusaurus"]),
        (["zola.toml"], ["zola"]),
        (["_config.yml", "source/_posts/a.md"], ["hexo"]),
        (["_config.yml", "source/_posts/a.md", "_posts/b.md"], ["hexo"]),
        (["conf.py"], []),
        (["pelicanconf.py"], ["pelican"]),
        (["mkdocs.yml"], ["mkdocs"]),
        (["mkdocs.yaml"], ["mkdocs"]),
        (["_config.yml", "_posts/a.md"], ["jekyll"]),
        (["_config.yml"], []),
        (["_posts/a.md"], []),
        (["hugo.toml/readme.md"], []),
        ([], []),
        (["mkdocs.yml", "hugo.toml", "config.toml", "archetypes/default.md"], ["hugo", "mkdocs"]),
    ],
    ids=" ".join,
)
def test_signs(tmp_path: Path, files: list[str], found: list[str]) -> None:
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("", encoding="utf-8")
    assert [preset.name for preset in generators.detect(tmp_path)] == found


@pytest.mark.parametrize("copied", ["hugo"], indirect=True)
def test_a_site_of_two_generators_asks_which(copied: Path) -> None:
    (copied / "mkdocs.yml").write_text("site_name: x\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="hugo and mkdocs") as caught:
        read(copied / "content")
    assert 'generator = "hugo"' in caught.value.hint
    (copied / "blogcovers.toml").write_text('generator = "hugo"\n', encoding="utf-8")
    assert read(copied / "content").site.generator == "hugo"


@pytest.mark.parametrize("name", generators.NAMES)
def test_every_name_has_a_preset_of_that_name(name: str) -> None:
    assert generators.named(name).name == name


@pytest.mark.parametrize(
    ("file", "text", "found"),
    [
        ("config.toml", "base_url = 'https://example.org'\n", ["zola"]),
        ("config.toml", "baseURL = 'https://example.org'\n", ["hugo"]),
        ("config.toml", "title = 'x'\n", []),
        ("config.yaml", "baseurl: https://example.org\n", ["hugo"]),
        ("conf.py", "BLOG_TITLE = 'x'\n", ["nikola"]),
        ("conf.py", "project = 'a manual by Sphinx'\n", []),
        ("_config.yml", "new_post_name: :title.md\n", ["hexo"]),
        ("config.toml", b"base_url = '\xff'", []),
    ],
)
def test_a_file_that_several_have_is_told_by_what_it_says(
    tmp_path: Path, file: str, text: str | bytes, found: list[str]
) -> None:
    (tmp_path / file).write_bytes(text if isinstance(text, bytes) else text.encode())
    assert [preset.name for preset in generators.detect(tmp_path)] == found


@pytest.mark.parametrize("preset", generators.PRESETS, ids=lambda preset: preset.name)
def test_the_media_folder_of_a_preset_is_published(preset: Preset) -> None:
    assert any(folder == "." or preset.media.startswith(f"{folder}/") for folder, _ in preset.published)


@pytest.mark.parametrize("preset", generators.PRESETS, ids=lambda preset: preset.name)
def test_a_preset_names_a_slug_rule(preset: Preset) -> None:
    assert preset.name in slugs.RULES


def test_a_hugo_site_with_its_config_in_a_folder(tmp_path: Path) -> None:
    """From the content's folder upward, as with a config in one file."""
    (tmp_path / "config/_default").mkdir(parents=True)
    (tmp_path / "config/_default/hugo.toml").write_text("title = 'x'\n", encoding="utf-8")
    (tmp_path / "content/posts").mkdir(parents=True)
    for content in ("content", "content/posts"):
        config = read(tmp_path / content)
        assert (config.site.generator, config.site.media) == ("hugo", tmp_path / "static/images/covers")
        assert config.site.base == tmp_path
