"""The config's file is found from the posts upward, and read as TOML."""

from __future__ import annotations

from pathlib import Path

import pytest
from config_site import read, refusal, site

from blogcovers.config import Options, find, load
from blogcovers.errors import ConfigError


class TestToml:
    @pytest.mark.parametrize("text", ["media = covers", "[output", "\x00"])
    def test_what_is_no_toml_is_refused(self, tmp_path: Path, text: str) -> None:
        assert "malformed" in refusal(tmp_path, text).message

    def test_what_is_not_utf_8_is_refused(self, tmp_path: Path) -> None:
        root = site(tmp_path)
        (root / "blogcovers.toml").write_bytes(b'media = "caf\xe9"\n')
        with pytest.raises(ConfigError, match=r"blogcovers\.toml"):
            read(root)

    def test_a_bom_is_no_fault(self, tmp_path: Path) -> None:
        assert read(site(tmp_path, "﻿drafts = true")).site.drafts is True


class TestLookedUp:
    def test_from_the_content_folder_upward(self, tmp_path: Path) -> None:
        root = site(tmp_path, "drafts = true")
        deep = root / "content" / "a" / "b"
        deep.mkdir(parents=True)
        config = load(Options(content=deep), {})
        assert (config.site.file, config.site.base, config.site.drafts) == (root / "blogcovers.toml", root, True)

    def test_the_nearest_counts(self, tmp_path: Path) -> None:
        root = site(tmp_path, "drafts = true")
        (root / "content" / "blogcovers.toml").write_text("drafts = false", encoding="utf-8")
        assert find(root / "content") == root / "content" / "blogcovers.toml"

    def test_up_to_the_repositorys_root_and_not_past_it(self, tmp_path: Path) -> None:
        (tmp_path / "blogcovers.toml").write_text("drafts = true", encoding="utf-8")
        inner = site(tmp_path / "blog")
        assert find(inner / "content") is None
        (inner / "blogcovers.toml").write_text("", encoding="utf-8")
        assert find(inner / "content") == inner / "blogcovers.toml"

    def test_a_worktree_is_a_repository_too(self, tmp_path: Path) -> None:
        (tmp_path / "blogcovers.toml").write_text("drafts = true", encoding="utf-8")
        inner = tmp_path / "blog"
        (inner / "content").mkdir(parents=True)
        (inner / ".git").write_text("gitdir: ../elsewhere\n", encoding="utf-8")
        assert find(inner / "content") is None

    def test_without_content_from_where_you_stand(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        root = site(tmp_path, 'content = "posts"')
        (root / "posts").mkdir()
        monkeypatch.chdir(root / "content")
        config = load(Options(), {})
        assert (config.site.base, config.site.content) == (root, root / "posts")

    def test_pyprojects_table(self, tmp_path: Path) -> None:
        root = site(tmp_path, '[project]\nname = "x"\n[tool.blogcovers]\ndrafts = true\n', "pyproject.toml")
        config = read(root)
        assert (config.site.file, config.site.drafts) == (root / "pyproject.toml", True)

    def test_a_pyproject_without_our_table_is_passed_over(self, tmp_path: Path) -> None:
        root = site(tmp_path, "drafts = true")
        (root / "content" / "pyproject.toml").write_text("[tool.ruff]\n", encoding="utf-8")
        assert find(root / "content") == root / "blogcovers.toml"

    def test_our_own_file_comes_before_pyproject(self, tmp_path: Path) -> None:
        root = site(tmp_path, "drafts = true")
        (root / "pyproject.toml").write_text("[tool.blogcovers]\ndrafts = false\n", encoding="utf-8")
        assert read(root).site.drafts is True

    def test_a_mistyped_key_in_pyproject_is_refused_too(self, tmp_path: Path) -> None:
        root = site(tmp_path, "[tool.blogcovers]\nmedai = 'x'\n", "pyproject.toml")
        with pytest.raises(ConfigError) as caught:
            read(root)
        assert "pyproject.toml" in caught.value.message
        assert "'media'" in caught.value.hint

    @pytest.mark.parametrize("text", ["tool = 1", '[tool]\nblogcovers = "x"', "[[tool.blogcovers]]\ndrafts = true"])
    def test_a_pyproject_of_another_shape_is_no_crash(self, tmp_path: Path, text: str) -> None:
        root = site(tmp_path, text, "pyproject.toml")
        try:
            assert read(root).site.file is None
        except ConfigError as error:
            assert "pyproject.toml" in error.message

    def test_a_path_through_the_parent_does_not_find_a_neighbours_config(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        here, there = tmp_path / "here", tmp_path / "there"
        (there / "content").mkdir(parents=True)
        here.mkdir()
        (here / "blogcovers.toml").write_text("drafts = true", encoding="utf-8")
        monkeypatch.chdir(here)
        assert load(Options(content=Path("../there/content")), {}).site.file is None

    def test_a_path_through_the_parent_is_shown_like_any_other(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        root = site(tmp_path, "")
        (root / "tools").mkdir()
        monkeypatch.chdir(root / "tools")
        config = load(Options(content=Path("../content")), {})
        assert (config.site.base, config.site.content, config.site.media) == (
            root,
            root / "content",
            root / "media" / "covers",
        )
        assert config.site.shown(config.site.content / "a.md") == "content/a.md"
