"""The config: found, read key by key, and answered in a sentence where something is wrong."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from blogcovers import derived
from blogcovers.config import KEYS, SERVER_VARIABLE, Access, Config, Options, commented, find, load
from blogcovers.derived import Derived
from blogcovers.errors import ConfigError, UsageError
from blogcovers.posts import CONCEPT_KEYS
from blogcovers.recipe import CAUSES, Output
from blogcovers.themes import Theme

SERVER = "http://127.0.0.1:8188"
SWITCHED = ("outputs.social", "outputs.square", "outputs.widths")  # tables that mean something even when empty


def git_init(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run(["git", "init", "--quiet", str(folder)], check=True)


def site(root: Path, config: str | None = None, file: str = "blogcovers.toml") -> Path:
    """A repository with ``content/`` and, where ``config`` says something, a config file. Returns its root."""
    git_init(root)
    (root / "content").mkdir()
    if config is not None:
        (root / file).write_text(config, encoding="utf-8")
    return root


def read(root: Path, environment: dict[str, str] | None = None, **options: Any) -> Config:
    return load(Options(**{"content": root / "content", **options}), environment or {})


def refusal(root: Path, config: str, **options: Any) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        read(site(root, config), **options)
    assert "blogcovers.toml" in caught.value.message, "an error names the file"
    assert caught.value.exit_code == 2
    return caught.value


class TestKeys:
    @pytest.mark.parametrize(
        ("text", "name", "value"),
        [
            ('path = "{section}/{slug}.webp"', "path", "{section}/{slug}.webp"),
            ('path = "covers/{slug}-cover.webp"', "path", "covers/{slug}-cover.webp"),
            ('generator = "hugo"', "generator", "hugo"),
            ('workflow = "turbo"', "workflow", "turbo"),
            ('renderer = "painter"', "renderer", "painter"),
            ('renderer = "comfyui"', "renderer", "comfyui"),
            ('when_unreachable = "paint"', "when_unreachable", "paint"),
            ('metadata = "fingerprint"', "metadata", "fingerprint"),
            ("drafts = true", "drafts", True),
            ('exclude = ["archive/*", "about.md"]', "exclude", ("archive/*", "about.md")),
            ('concept_keys = ["alt", "image.alt"]', "rules.concept_keys", ("alt", "image.alt")),
            ('concept_fallback = "title"', "rules.fallback", "title"),
            ('concept_fallback = ""', "rules.fallback", ""),
            ('languages = ["en", "es"]', "rules.languages", ("en", "es")),
            ('default_language = "es"', "rules.default_language", "es"),
            ("future = false", "future", False),
            ('slug_rule = "hexo"', "rules.slug_rule", "hexo"),
            ('bundle = "featured.webp"', "bundle", "featured.webp"),
            ('public_url = "/a/b/"', "public_url", "/a/b"),
            ('public_url = "https://x.org/c"', "public_url", "https://x.org/c"),
            ('[link]\ntheme = "minimal-mistakes"', "link", Theme("header.teaser", "/{path}")),
            ('[link]\nkey = "hero.image"', "link", Theme("hero.image", "{url}")),
            ('[link]\ntheme = "chirpy"\nvalue = "{absolute}"', "link", Theme("image", "{absolute}")),
            ('[link]\nkey = "images[]"', "rules.picture_key", "images[]"),
            ('[output]\nsize = "1600x900"', "output", Output((1600, 900), 82)),
            ("[output]\nquality = 1", "output", Output((1200, 630), 1)),
            ("output.quality = 100", "output", Output((1200, 630), 100)),
            ('[output]\nfocus = "50% 20.5%"', "output", Output(focus=(50.0, 20.5))),
            ("", "outputs", ()),
            ("[outputs]", "outputs", ()),
            ("[outputs.social]", "outputs", (derived.SOCIAL,)),
            ("outputs.social = {}", "outputs", (derived.SOCIAL,)),
            ("[outputs.square]\n[outputs.social]", "outputs", (derived.SOCIAL, derived.SQUARE)),
            (
                '[outputs.social]\nsize = "800x418"\nquality = 70\nmax_kb = 90\nfocus = "0% 100%"',
                "outputs",
                (Derived("social", "jpeg", (800, 418), 70, 90, (0.0, 100.0)),),
            ),
            (
                '[outputs.square]\nsize = "300x300"\nformat = "jpeg"\nmax_kb = 0\n',
                "outputs",
                (Derived("square", "jpeg", (300, 300), 82),),
            ),
            ("[outputs.widths]", "outputs", (derived.of_width(480), derived.of_width(800))),
            (
                "[outputs.widths]\nwidths = [1200, 320, 320]\nquality = 70\nmax_kb = 50",
                "outputs",
                (derived.of_width(320, 70, 50), derived.of_width(1200, 70, 50)),
            ),
            ('[comfyui]\nserver = "http://gpu:8188/"', "servers", ("http://gpu:8188",)),
            ('[comfyui]\nserver = ["gpu:1", "http://gpu:2"]', "servers", ("http://gpu:1", "http://gpu:2")),
            *((f'[policy]\n{cause} = "keep"', "keep", frozenset({cause})) for cause in CAUSES),
            ('[policy]\nstyle = "keep"\noutput = "keep"', "keep", frozenset({"style", "output"})),
            ('[policy]\nstyle = "render"', "keep", frozenset()),
        ],
    )
    def test_each_is_read(self, tmp_path: Path, text: str, name: str, value: Any) -> None:
        found: Any = read(site(tmp_path, text))
        for part in name.split("."):
            found = getattr(found, part)
        assert found == value

    def test_folders_are_relative_to_the_config(self, tmp_path: Path) -> None:
        root = site(tmp_path, 'content = "posts"\nmedia = "public/c"\nstyle = "looks"\n')
        (root / "posts").mkdir()
        (root / "looks").mkdir()
        config = read(root, content=root / "posts")
        assert (config.base, config.content) == (root, root / "posts")
        assert (config.media, config.style) == (root / "public" / "c", root / "looks")

    def test_the_data_file_is_relative_to_the_config(self, tmp_path: Path) -> None:
        root = site(tmp_path, 'data_file = "data/covers.json"')
        assert read(root).data_file == root / "data/covers.json"

    def test_every_key_of_the_table_is_among_these_tests(self) -> None:
        text = Path(__file__).read_text(encoding="utf-8")
        for key in KEYS:
            name = key.name.rpartition(".")[2]
            assert f"{name} = " in text or key.name.startswith("policy."), key.name

    def test_an_empty_config_is_all_defaults(self, tmp_path: Path) -> None:
        config = read(site(tmp_path, ""))
        assert (config.path, config.generator, config.output) == ("{slug}.webp", "plain", Output((1200, 630), 82))
        assert (config.renderer, config.servers, config.workflow) == ("", (), "")
        assert (config.when_unreachable, config.metadata, config.keep) == ("stop", "full", frozenset())
        assert (config.drafts, config.exclude, config.style) == (False, (), None)
        assert config.rules.concept_keys == CONCEPT_KEYS
        assert config.media == tmp_path / "media" / "covers"

    @pytest.mark.parametrize(
        ("line", "nearest"),
        [
            ('medai = "x"', "'media'"),
            ('contents = "x"', "'content'"),
            ("draft = true", "'drafts'"),
            ('concept_key = ["x"]', "'concept_keys'"),
            ("[output]\nqualty = 1", "'output.quality'"),
            ('[comfyui]\nsever = "x"', "'comfyui.server'"),
            ('[policy]\nstlye = "keep"', "'policy.style'"),
            ('lanuages = ["en"]', "'languages'"),
            ("[outputs.socal]", "'outputs.social'"),
            ("[outputs.social]\nmax_kB = 1", "'outputs.social.max_kb'"),
            ("[outputs.widths]\nwidth = [480]", "'outputs.widths.widths'"),
        ],
    )
    def test_a_mistyped_one_is_answered_with_the_nearest(self, tmp_path: Path, line: str, nearest: str) -> None:
        assert nearest in refusal(tmp_path, line).hint

    def test_one_far_from_all_is_answered_with_the_list(self, tmp_path: Path) -> None:
        error = refusal(tmp_path, "zzz = 1")
        assert "'zzz'" in error.message
        assert all(key.name in error.hint for key in KEYS)

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("media = 7", "media"),
            ('media = ""', "media"),
            ('media = "  "', "media"),
            ('path = "covers"', "path"),
            ('path = "cover.webp"', "path"),
            ('path = "{slug}.png"', "path"),
            ('path = "/covers/{slug}.webp"', "path"),
            ('path = "../{slug}.webp"', "path"),
            ('path = "a/../{slug}.webp"', "path"),
            ('path = "{slug}/{title}.webp"', "path"),
            ('path = "{slug}{}.webp"', "path"),
            ('path = "{slug.webp"', "path"),
            ('path = "{slug}{slug.__class__.x}.webp"', "path"),
            ('path = "\\\\{slug}.webp"', "path"),
            ('path = "{slug!r}.webp"', "path"),
            ('path = "{slug:>9}.webp"', "path"),
            ('path = "{slug[0]}.webp"', "path"),
            ('path = "{slug}/{section}"', "path"),
            ('path = "{section}/../{slug}.webp"', "path"),
            ('path = ["{slug}.webp"]', "path"),
            ('generator = "gatsby"', "generator"),
            ("style = true", "style"),
            ('style = "nowhere"', "style"),
            ('renderer = "paint"', "renderer"),
            ("renderer = []", "renderer"),
            ('when_unreachable = "wait"', "when_unreachable"),
            ('metadata = "none"', "metadata"),
            ('drafts = "yes"', "drafts"),
            ("drafts = 1", "drafts"),
            ('exclude = "archive"', "exclude"),
            ("exclude = [1]", "exclude"),
            ('exclude = [""]', "exclude"),
            ('concept_keys = "alt"', "concept_keys"),
            ('concept_fallback = "summary"', "concept_fallback"),
            ("languages = [true]", "languages"),
            ("default_language = 1", "default_language"),
            ('output.size = "1200"', "output.size"),
            ('output.size = "1200x"', "output.size"),
            ('output.size = "8x630"', "output.size"),
            ('output.size = "1200x9000"', "output.size"),
            ('output.size = "-1200x630"', "output.size"),
            ('output.size = "²00x630"', "output.size"),
            ("output.size = [1200, 630]", "output.size"),
            ("output.quality = 0", "output.quality"),
            ("output.quality = 101", "output.quality"),
            ("output.quality = true", "output.quality"),
            ("output.quality = 82.5", "output.quality"),
            ('output = "small"', "output"),
            ('output.focus = "50%"', "output.focus"),
            ('output.focus = "50 30"', "output.focus"),
            ('output.focus = "101% 30%"', "output.focus"),
            ("output.focus = [50, 30]", "output.focus"),
            ('outputs = ["social"]', "outputs"),
            ("outputs.widths = [480]", "outputs.widths is [480]"),
            ("outputs.social = true", "outputs.social"),
            ("[outputs.social.size]", "outputs.social.size"),
            ('[outputs.social]\nsize = "1200"', "outputs.social.size"),
            ('[outputs.social]\nformat = "png"', "outputs.social.format"),
            ("[outputs.social]\nmax_kb = -1", "outputs.social.max_kb"),
            ("[outputs.social]\nmax_kb = true", "outputs.social.max_kb"),
            ('[outputs.social]\nmax_kb = "300"', "outputs.social.max_kb"),
            ('[outputs.square]\nsize = "1200x630"', "outputs.square.size"),
            ('[outputs.square]\nformat = "png"', "outputs.square.format"),
            ("[outputs.widths]\nwidths = 480", "outputs.widths.widths"),
            ("[outputs.widths]\nwidths = []", "outputs.widths.widths"),
            ("[outputs.widths]\nwidths = [true]", "outputs.widths.widths"),
            ("[outputs.widths]\nwidths = [8]", "outputs.widths.widths"),
            ('[outputs.widths]\nwidths = ["480"]', "outputs.widths.widths"),
            ("[outputs.widths]\nwidths = [480, 1201]", "names 1201"),
            ('[output]\nsize = "400x400"\n[outputs.widths]', "names 480"),
            ('comfyui = "http://gpu"', "comfyui"),
            ('policy.style = "ignore"', "policy.style"),
            ("policy.style = true", "policy.style"),
            ('path = "{{slug}}.webp"', "path"),
            ('bundle = "a/b.webp"', "bundle"),
            ('bundle = "cover.png"', "bundle"),
            ('public_url = "images/covers"', "public_url"),
            ('public_url = "/my covers"', "public_url"),
            ('slug_rule = "hygo"', "slug_rule"),
            ('link.theme = "papermood"', "link.theme"),
            ('link.key = "cover image"', "link.key"),
            ('link.value = "/covers/"', "link.value"),
            ('link.value = "{title}"', "link.value"),
            ('link.value = "{url"', "link.value"),
            ('link.value = "{url!r}"', "link.value"),
        ],
    )
    def test_a_bad_value_is_refused_by_its_key(self, tmp_path: Path, line: str, said: str) -> None:
        error = refusal(tmp_path, line)
        assert said in error.message
        assert error.hint

    @pytest.mark.parametrize("text", ["media = covers", "[output", "\x00"])
    def test_what_is_no_toml_is_refused(self, tmp_path: Path, text: str) -> None:
        assert "malformed" in refusal(tmp_path, text).message

    def test_what_is_not_utf_8_is_refused(self, tmp_path: Path) -> None:
        root = site(tmp_path)
        (root / "blogcovers.toml").write_bytes(b'media = "caf\xe9"\n')
        with pytest.raises(ConfigError, match=r"blogcovers\.toml"):
            read(root)

    def test_a_bom_is_no_fault(self, tmp_path: Path) -> None:
        assert read(site(tmp_path, "﻿drafts = true")).drafts is True


class TestLookedUp:
    def test_from_the_content_folder_upward(self, tmp_path: Path) -> None:
        root = site(tmp_path, "drafts = true")
        deep = root / "content" / "a" / "b"
        deep.mkdir(parents=True)
        config = load(Options(content=deep), {})
        assert (config.file, config.base, config.drafts) == (root / "blogcovers.toml", root, True)

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
        assert (config.base, config.content) == (root, root / "posts")

    def test_pyprojects_table(self, tmp_path: Path) -> None:
        root = site(tmp_path, '[project]\nname = "x"\n[tool.blogcovers]\ndrafts = true\n', "pyproject.toml")
        config = read(root)
        assert (config.file, config.drafts) == (root / "pyproject.toml", True)

    def test_a_pyproject_without_our_table_is_passed_over(self, tmp_path: Path) -> None:
        root = site(tmp_path, "drafts = true")
        (root / "content" / "pyproject.toml").write_text("[tool.ruff]\n", encoding="utf-8")
        assert find(root / "content") == root / "blogcovers.toml"

    def test_our_own_file_comes_before_pyproject(self, tmp_path: Path) -> None:
        root = site(tmp_path, "drafts = true")
        (root / "pyproject.toml").write_text("[tool.blogcovers]\ndrafts = false\n", encoding="utf-8")
        assert read(root).drafts is True

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
            assert read(root).file is None
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
        assert load(Options(content=Path("../there/content")), {}).file is None

    def test_a_path_through_the_parent_is_shown_like_any_other(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        root = site(tmp_path, "")
        (root / "tools").mkdir()
        monkeypatch.chdir(root / "tools")
        config = load(Options(content=Path("../content")), {})
        assert (config.base, config.content, config.media) == (root, root / "content", root / "media" / "covers")
        assert config.shown(config.content / "a.md") == "content/a.md"


class TestOptions:
    def test_are_relative_to_where_you_stand(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        root = site(tmp_path / "blog", 'media = "public"\n')
        monkeypatch.chdir(tmp_path)
        (tmp_path / "looks").mkdir()
        config = load(Options(content=Path("blog/content"), media=Path("out"), style=Path("looks")), {})
        assert (config.base, config.content) == (root, root / "content")
        assert (config.media, config.style) == (tmp_path / "out", tmp_path / "looks")

    @pytest.mark.parametrize(
        ("written", "option", "drafts"), [("true", None, True), ("false", True, True), ("true", False, False)]
    )
    def test_come_before_the_config(self, tmp_path: Path, written: str, option: bool | None, *, drafts: bool) -> None:
        assert read(site(tmp_path, f"drafts = {written}"), drafts=option).drafts is drafts

    def test_a_style_folder_that_is_not_there_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError):
            read(site(tmp_path), style=tmp_path / "nowhere")

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
        monkeypatch.chdir(site(tmp_path, 'content = "nowhere"'))
        with pytest.raises(UsageError, match="not there") as caught:
            load(Options(), {})
        assert "blogcovers.toml" in caught.value.hint

    def test_without_any_hint_of_posts_it_asks(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        git_init(tmp_path)
        monkeypatch.chdir(tmp_path)
        with pytest.raises(UsageError, match="No content folder"):
            load(Options(), {})


class TestStyle:
    def test_a_style_folder_beside_the_config_is_used_if_it_holds_a_house(self, tmp_path: Path) -> None:
        root = site(tmp_path, "")
        (root / "style").mkdir()
        assert read(root).style is None
        (root / "style" / "house.toml").write_text("", encoding="utf-8")
        assert read(root).style == root / "style"


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
        assert (config.renderer, config.servers) == (renderer, (server,) if server else ())

    def test_the_painter_and_a_server_exclude_each_other(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="--renderer painter"):
            read(site(tmp_path), renderer="painter", server=(SERVER,))

    @pytest.mark.parametrize(
        ("address", "server"),
        [
            ("127.0.0.1:8188", "http://127.0.0.1:8188"),
            ("gpu", "http://gpu"),
            ("http://gpu:8188/", "http://gpu:8188"),
            ("https://gpu/comfy/", "https://gpu/comfy"),
            ("  http://gpu  ", "http://gpu"),
            ("http://[::1]:8188", "http://[::1]:8188"),
        ],
    )
    def test_an_address_becomes_a_url(self, tmp_path: Path, address: str, server: str) -> None:
        assert read(site(tmp_path), server=(address,)).servers == (server,)

    @pytest.mark.parametrize(
        "address",
        [
            "http://",
            "ftp://gpu",
            "file:///etc",
            "://gpu",
            "http://:8188",
            "gpu:port",
            "gpu:99999",
            "gpu:0",
            "http://[::1",
        ],
    )
    def test_what_is_no_address_is_refused(self, tmp_path: Path, address: str) -> None:
        with pytest.raises(UsageError, match="no URL") as caught:
            read(site(tmp_path), server=(address,))
        assert "8188" in caught.value.hint

    @pytest.mark.parametrize(
        "address",
        [
            "http://ana:secret@gpu",
            "ana:secret@gpu",
            "ftp://ana:secret@gpu",
            "ana:secret@gpu:99999",
            "http://gpu:8188/?token=secret",
            "http://gpu:8188/#secret",
        ],
    )
    def test_a_password_in_an_address_is_refused_and_not_repeated(self, tmp_path: Path, address: str) -> None:
        with pytest.raises(UsageError) as caught:
            read(site(tmp_path), {SERVER_VARIABLE: address})
        assert "secret" not in str(caught.value)


class TestInputs:
    def test_lines_and_tables_for_templates_come_as_written(self, tmp_path: Path) -> None:
        text = '[inputs]\n"KSampler.steps" = 30\n[inputs.flux]\n"FluxGuidance.guidance" = 4.5\n'
        inputs = {"KSampler.steps": 30, "flux": {"FluxGuidance.guidance": 4.5}}
        assert read(site(tmp_path, text)).inputs == inputs
        assert read(site(tmp_path / "inline", 'inputs = { "3.cfg" = 6 }')).inputs == {"3.cfg": 6}

    @pytest.mark.parametrize(
        ("text", "named"),
        [
            pytest.param("[inputs]\nKSampler.steps = 30", "'KSampler.steps'", id="no-quotes"),
            pytest.param("[inputs.flux]\nKSampler.steps = 30", "'flux.KSampler.steps'", id="no-quotes-within"),
            pytest.param("[inputs]\nsteps = 30", "'steps'", id="no-node"),
            pytest.param('[inputs]\n"3.steps" = [30]', "[30]", id="a-list"),
            pytest.param("inputs = 30", "30", id="a-number"),
        ],
    )
    def test_what_is_no_line_is_refused_with_one_that_is(self, tmp_path: Path, text: str, named: str) -> None:
        with pytest.raises(ConfigError) as caught:
            read(site(tmp_path, text))
        assert named in caught.value.message
        assert '"KSampler.steps" = 30' in caught.value.hint


class TestCommented:
    def test_unless_told_it_sets_nothing(self, tmp_path: Path) -> None:
        tables = tomllib.loads(commented({}))
        assert all(value == {} for value in tables.values())
        root = site(tmp_path, "")
        plain = read(root)
        (root / "blogcovers.toml").write_text(commented({}), encoding="utf-8")
        assert read(root) == plain

    def test_what_it_is_told_is_set(self) -> None:
        text = commented(
            {"media": '"static/c"', "output.quality": "90", "policy.style": '"keep"', "generator": '"hugo"'}
        )
        tables = {name: value for name, value in tomllib.loads(text).items() if value != {}}
        assert tables == {
            "media": "static/c",
            "output": {"quality": 90},
            "policy": {"style": "keep"},
            "generator": "hugo",
        }

    def test_every_key_stands_in_it_with_a_word_of_explanation(self) -> None:
        lines = commented({}).splitlines()
        for key in KEYS:
            table, _, name = key.name.rpartition(".")
            start = next(n for n, line in enumerate(lines) if line.removeprefix("# ") == f"[{table}]") if table else 0
            at = lines.index(f"# {name} = {key.default}", start)
            assert lines[at - 1] == f"# {key.doc}"
            assert len(key.doc) > 10

    def test_every_line_may_be_uncommented(self, tmp_path: Path) -> None:
        names = {key.name.rpartition(".")[2] for key in KEYS} | {f"[{switch}]" for switch in SWITCHED}
        lines = [
            line[2:] if line.startswith("# ") and line[2:].partition(" = ")[0] in names else line
            for line in commented({}).splitlines()
        ]
        root = site(tmp_path, "\n".join(lines))
        (root / "style").mkdir()
        (root / "headers.txt").write_text("X-Key: x", encoding="utf-8")
        (root / "ca.pem").touch()
        config = read(root)
        assert (config.renderer, config.rules.default_language) == ("painter", "en")
        assert config.outputs == (derived.SOCIAL, derived.SQUARE, derived.of_width(480), derived.of_width(800))

    def test_a_table_that_switches_something_on_is_set_by_a_value_in_it(self, tmp_path: Path) -> None:
        text = commented({"outputs.square.quality": "70"})
        (spec,) = read(site(tmp_path, text)).outputs
        assert (spec.name, spec.quality) == ("square", 70)

    def test_a_default_that_it_shows_is_the_default(self, tmp_path: Path) -> None:
        plain = read(site(tmp_path / "a", ""))
        fixed = {"content", "media", "style", "workflow", "renderer", "default_language"}
        fixed |= {"bundle", "public_url", "data_file"}
        fixed |= {key.name for key in KEYS if key.name.startswith(("comfyui.", "link."))}
        for n, key in enumerate(key for key in KEYS if key.name not in fixed):
            head, dot, name = key.name.rpartition(".")
            text = f"[{head}]\n{name} = {key.default}" if dot else f"{name} = {key.default}"
            said = read(site(tmp_path / str(n), text))
            plain = read(site(tmp_path / f"{n} plain", f"[{head}]" if dot else ""))
            ours, theirs = (
                {name: value for name, value in vars(config).items() if not isinstance(value, Path)}
                for config in (plain, said)
            )
            assert ours == theirs, key.name


class TestAccess:
    """Credentials come from the environment or a file, and are shown nowhere."""

    def access(self, root: Path, **environment: str) -> Access:
        return load(Options(content=root / "content"), environment).access

    @pytest.mark.parametrize(
        ("environment", "headers"),
        [
            ({}, {}),
            ({"BLOGCOVERS_TOKEN": " abc "}, {"Authorization": "Bearer abc"}),
            ({"BLOGCOVERS_USER": "ana", "BLOGCOVERS_PASSWORD": "s:e"}, {"Authorization": "Basic YW5hOnM6ZQ=="}),
            (
                {"BLOGCOVERS_HEADERS": "CF-Access-Client-Id: a\nCF-Access-Client-Secret: b:c\n"},
                {"CF-Access-Client-Id": "a", "CF-Access-Client-Secret": "b:c"},
            ),
        ],
        ids=["none", "token", "user", "pair"],
    )
    def test_from_the_environment(self, tmp_path: Path, environment: dict[str, str], headers: dict[str, str]) -> None:
        assert self.access(site(tmp_path), **environment).headers == headers

    def test_from_a_file(self, tmp_path: Path) -> None:
        root = site(tmp_path, 'comfyui.headers_file = "secret/headers.txt"')
        (root / "secret").mkdir()
        (root / "secret/headers.txt").write_text("# mine\nX-API-Key: abc\n", encoding="utf-8")
        assert self.access(root).headers == {"X-API-Key": "abc"}

    def test_a_line_that_is_no_header_is_refused_and_not_repeated(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError) as caught:
            self.access(site(tmp_path), BLOGCOVERS_HEADERS="X-A: b\nhush-hush\n")
        assert "line 2" in str(caught.value)
        assert "hush" not in str(caught.value)

    def test_is_shown_nowhere(self, tmp_path: Path) -> None:
        root = site(tmp_path)
        config = load(Options(content=root / "content"), {"BLOGCOVERS_TOKEN": "hush"})
        assert config.access.headers
        assert "hush" not in repr(config)
        assert "hush" not in repr(config.access)

    def test_a_ca_file(self, tmp_path: Path) -> None:
        root = site(tmp_path, '[comfyui]\nca_file = "ca.pem"\n')
        (root / "ca.pem").touch()
        assert self.access(root).ca_file == str(root / "ca.pem")

    def test_a_ca_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError, match=r"CA file .*nowhere\.pem"):
            self.access(site(tmp_path), BLOGCOVERS_CA_FILE="nowhere.pem")
