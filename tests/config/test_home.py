"""Which generator the site belongs to, which folder its posts are in, and where its covers stay."""

from __future__ import annotations

from pathlib import Path

import pytest
from config_site import git_init
from site_builder import Site

from blogcovers.config import Options, load
from blogcovers.errors import UsageError


class TestContent:
    def test_a_content_folder_that_is_not_there_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="not there") as caught:
            load(Options(content=tmp_path / "nowhere"), {})
        assert caught.value.hint

    def test_a_content_folder_that_is_a_file_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "post.md").write_text("x", encoding="utf-8")
        with pytest.raises(UsageError, match="not a folder"):
            load(Options(content=tmp_path / "post.md"), {})

    def test_a_content_folder_of_the_config_that_is_not_there_says_where_it_is_set(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        git_init(tmp_path)
        (tmp_path / "blogcovers.toml").write_text('content = "nowhere"', encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        with pytest.raises(UsageError, match="not there") as caught:
            load(Options(), {})
        assert "blogcovers.toml" in caught.value.hint

    def test_without_any_hint_of_posts_it_asks(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        git_init(tmp_path)
        monkeypatch.chdir(tmp_path)
        with pytest.raises(UsageError, match="No content folder"):
            load(Options(), {})


class TestASiteThatHasCovers:
    """is never taken for another later: it is only told."""

    @pytest.mark.parametrize("file", ["hugo.toml", "zola.toml", "conf.py"])
    def test_a_plain_one_stays_plain(self, site: Site, file: str) -> None:
        site.post("2026-01-02-fox")
        site.build()
        site.write(file, "BLOG_TITLE = ''")
        outcome = site.build()
        assert outcome.actions() == {"fox": "none"}
        assert "The covers of this site are in media/covers, as for a plain site" in site.run("build").err

    def test_mkdocs_stays_where_it_was_when_the_plugin_is_named(self, site: Site) -> None:
        site.write("mkdocs.yml", "site_name: x\ndocs_dir: content\n")
        site.post("fox")
        site.build()
        site.write("mkdocs.yml", "site_name: x\ndocs_dir: content\nplugins: [blogcovers]\n")
        assert site.build().actions() == {"fox": "none"}
        assert "content/assets/covers" in site.run("check").err

    def test_covers_made_by_hand_bind_nobody(self, site: Site) -> None:
        site.write("media/covers/own.webp", b"RIFF\x04\x00\x00\x00WEBP")
        site.post("fox")
        site.write("hugo.toml", "")
        site.build()
        assert (site.root / "static/images/covers/fox.webp").is_file()

    def test_a_config_that_names_the_generator_decides(self, site: Site) -> None:
        site.post("fox")
        site.build()
        site.write("hugo.toml", "")
        site.write("blogcovers.toml", 'generator = "hugo"\n')
        assert site.build().actions() == {"fox": "rendered"}

    def test_init_writes_down_what_a_later_look_would_see_otherwise(self, site: Site) -> None:
        site.post("fox")
        assert site.run("init").code == 0
        site.build()
        site.write("hugo.toml", "")
        assert site.build().actions() == {"fox": "none"}

    def test_init_keeps_to_what_is_there_already(self, site: Site) -> None:
        site.post("fox")
        site.build()
        site.write("hugo.toml", "")
        outcome = site.run("init")
        assert "covers in media/covers" in outcome.out
        assert "although it looks like a hugo site now" in outcome.err
        assert site.build().actions() == {"fox": "none"}


class TestAFolderInTheContent:
    """as CONTENT narrows the run; slugs, keys and paths stay those of the whole site."""

    @pytest.fixture
    def hugo(self, site: Site) -> Site:
        site.write("hugo.toml", "[permalinks]\nposts = '/:slug/'\n")
        site.write("blogcovers.toml", 'bundle = "cover.webp"\ndata_file = "data/covers.json"\n')
        site.write("content/posts/fox.md", "---\ntitle: Vixen\nconcept: a fox\n---\n")
        site.write("content/posts/owl/index.md", "---\ntitle: Night\nconcept: an owl\n---\n")
        site.write("content/notes/cat.md", "---\nconcept: a cat\n---\n")
        return site

    def test_names_are_the_same(self, hugo: Site) -> None:
        hugo.build()
        before = hugo.snapshot()
        for folder in ("content/posts", "content/notes", "."):
            narrowed = hugo.run("build", folder, "--json")
            assert set(narrowed.actions().values()) == {"none"}
        assert hugo.snapshot() == before
        assert hugo.run("plan", "content/posts", "--json").actions() == {"vixen": "none", "night": "none"}

    def test_only_its_posts_are_made(self, hugo: Site) -> None:
        assert hugo.run("build", "content/notes", "--json").actions() == {"cat": "rendered"}
        assert hugo.run("build", "content", "--json").actions() == {
            "vixen": "rendered",
            "night": "rendered",
            "cat": "none",
        }

    def test_without_posts_says_so(self, hugo: Site) -> None:
        (hugo.content / "empty").mkdir()
        assert hugo.run("build", "content/empty").code == 3

    def test_from_inside_the_site(self, hugo: Site) -> None:
        (hugo.root / "blogcovers.toml").unlink()
        inside = Site(hugo.root)
        inside.root = hugo.content
        assert inside.run("plan", "--json").actions() == {"cat": "render", "vixen": "render", "night": "render"}
        assert inside.run("init").code == 0
        assert (hugo.root / "blogcovers.toml").is_file()
        assert inside.run("init").code == 2
