"""What the options, the config and the environment say together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from config_site import read, site

from blogcovers.config import Options, load
from blogcovers.config.servers import SERVER_VARIABLE
from blogcovers.cover import Output
from blogcovers.errors import UsageError
from blogcovers.posts.post import CONCEPT_KEYS

SERVER = "http://127.0.0.1:8188"


class TestPaths:
    def test_folders_are_relative_to_the_config(self, tmp_path: Path) -> None:
        root = site(tmp_path, 'content = "posts"\nmedia = "public/c"\nstyle = "looks"\n')
        (root / "posts").mkdir()
        (root / "looks").mkdir()
        config = read(root, content=root / "posts")
        assert (config.site.base, config.site.content) == (root, root / "posts")
        assert (config.site.media, config.site.style) == (root / "public" / "c", root / "looks")

    def test_the_data_file_is_relative_to_the_config(self, tmp_path: Path) -> None:
        root = site(tmp_path, 'data_file = "data/covers.json"')
        assert read(root).site.data_file == root / "data/covers.json"


class TestDefaults:
    def test_an_empty_config_is_all_defaults(self, tmp_path: Path) -> None:
        config = read(site(tmp_path, ""))
        assert (config.site.path, config.site.generator, config.making.output) == (
            "{slug}.webp",
            "plain",
            Output((1200, 630), 82),
        )
        assert (config.making.renderer, config.servers.addresses, config.making.workflow) == ("", (), "")
        assert (config.making.when_unreachable, config.making.metadata, config.making.keep) == (
            "stop",
            "full",
            frozenset(),
        )
        assert (config.site.drafts, config.site.exclude, config.site.style) == (False, (), None)
        assert config.site.rules.concept_keys == CONCEPT_KEYS
        assert config.site.media == tmp_path / "media" / "covers"


class TestOptions:
    def test_are_relative_to_where_you_stand(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        root = site(tmp_path / "blog", 'media = "public"\n')
        monkeypatch.chdir(tmp_path)
        (tmp_path / "looks").mkdir()
        config = load(Options(content=Path("blog/content"), media=Path("out"), style=Path("looks")), {})
        assert (config.site.base, config.site.content) == (root, root / "content")
        assert (config.site.media, config.site.style) == (tmp_path / "out", tmp_path / "looks")

    @pytest.mark.parametrize(
        ("written", "option", "drafts"), [("true", None, True), ("false", True, True), ("true", False, False)]
    )
    def test_come_before_the_config(self, tmp_path: Path, written: str, option: bool | None, *, drafts: bool) -> None:
        assert read(site(tmp_path, f"drafts = {written}"), drafts=option).site.drafts is drafts

    def test_a_style_folder_that_is_not_there_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError):
            read(site(tmp_path), style=tmp_path / "nowhere")


class TestStyle:
    def test_a_style_folder_beside_the_config_is_used_if_it_holds_a_house(self, tmp_path: Path) -> None:
        root = site(tmp_path, "")
        (root / "style").mkdir()
        assert read(root).site.style is None
        (root / "style" / "house.toml").write_text("", encoding="utf-8")
        assert read(root).site.style == root / "style"


class TestRenderer:
    @pytest.mark.parametrize(
        ("text", "environment", "options", "renderer", "server"),
        [
            pytest.param("", "", {}, "", "", id="nothing-said"),
            pytest.param("", SERVER, {}, "", SERVER, id="environment-gives-only-the-address"),
            pytest.param('renderer = "painter"', SERVER, {}, "painter", SERVER, id="painter-and-environment"),
            pytest.param('renderer = "comfyui"', "", {}, "comfyui", "", id="comfyui-without-address"),
            pytest.param(f'comfyui.server = "{SERVER}"', "", {}, "comfyui", SERVER, id="server-means-comfyui"),
            pytest.param(
                f'renderer = "painter"\ncomfyui.server = "{SERVER}"',
                "",
                {},
                "painter",
                SERVER,
                id="renderer-is-explicit",
            ),
            pytest.param('renderer = "painter"', "", {"server": (SERVER,)}, "comfyui", SERVER, id="option-server"),
            pytest.param("", "", {"renderer": "painter"}, "painter", "", id="option-renderer"),
            pytest.param('renderer = "comfyui"', "", {"renderer": "painter"}, "painter", "", id="option-over-config"),
            pytest.param(
                'comfyui.server = "http://a"',
                "http://b",
                {"server": ("http://c",)},
                "comfyui",
                "http://c",
                id="option-first",
            ),
            pytest.param('comfyui.server = "http://a"', "http://b", {}, "comfyui", "http://a", id="then-config"),
            pytest.param("", "", {"renderer": "comfyui"}, "comfyui", "", id="option-comfyui-without-address"),
        ],
    )
    def test_is_resolved(
        self, tmp_path: Path, text: str, environment: str, options: dict[str, Any], renderer: str, server: str
    ) -> None:
        given = {SERVER_VARIABLE: environment} if environment else {}
        config = read(site(tmp_path, text), given, **options)
        assert (config.making.renderer, config.servers.addresses) == (renderer, (server,) if server else ())

    def test_the_painter_and_a_server_exclude_each_other(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="--renderer painter"):
            read(site(tmp_path), renderer="painter", server=(SERVER,))
