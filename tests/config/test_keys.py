"""The table of keys: each is read, answered in a sentence where it is wrong, and explained in the commented file."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from config_site import read, refusal, site

from blogcovers.config import KEYS, commented
from blogcovers.cover import CAUSES, Derived, Output, derived
from blogcovers.errors import ConfigError
from blogcovers.generators.themes import Theme

SWITCHED = ("outputs.social", "outputs.square", "outputs.widths")  # tables that mean something even when empty


class TestKeys:
    @pytest.mark.parametrize(
        ("text", "name", "value"),
        [
            ('path = "{section}/{slug}.webp"', "site.path", "{section}/{slug}.webp"),
            ('path = "covers/{slug}-cover.webp"', "site.path", "covers/{slug}-cover.webp"),
            ('generator = "hugo"', "site.generator", "hugo"),
            ('workflow = "turbo"', "making.workflow", "turbo"),
            ('renderer = "painter"', "making.renderer", "painter"),
            ('renderer = "comfyui"', "making.renderer", "comfyui"),
            ('when_unreachable = "paint"', "making.when_unreachable", "paint"),
            ('metadata = "fingerprint"', "making.metadata", "fingerprint"),
            ('post_inputs = ["*.steps", "!*.cfg"]', "making.post_inputs", ("*.steps", "!*.cfg")),
            ("drafts = true", "site.drafts", True),
            ('exclude = ["archive/*", "about.md"]', "site.exclude", ("archive/*", "about.md")),
            ('concept_keys = ["alt", "image.alt"]', "site.rules.concept_keys", ("alt", "image.alt")),
            ('concept_fallback = "title"', "site.rules.fallback", "title"),
            ('concept_fallback = ""', "site.rules.fallback", ""),
            ('languages = ["en", "es"]', "site.rules.languages", ("en", "es")),
            ('default_language = "es"', "site.rules.default_language", "es"),
            ("future = false", "site.future", False),
            ('slug_rule = "hexo"', "site.rules.naming.rule", "hexo"),
            ('bundle = "featured.webp"', "site.bundle", "featured.webp"),
            ('public_url = "/a/b/"', "site.public_url", "/a/b"),
            ('public_url = "https://x.org/c"', "site.public_url", "https://x.org/c"),
            ('[link]\ntheme = "minimal-mistakes"', "site.link", Theme("header.teaser", "/{path}")),
            ('[link]\nkey = "hero.image"', "site.link", Theme("hero.image", "{url}")),
            ('[link]\ntheme = "chirpy"\nvalue = "{absolute}"', "site.link", Theme("image", "{absolute}")),
            ('[link]\nkey = "images[]"', "site.rules.picture_key", "images[]"),
            ('[output]\nsize = "1600x900"', "making.output", Output((1600, 900), 82)),
            ("[output]\nquality = 1", "making.output", Output((1200, 630), 1)),
            ("output.quality = 100", "making.output", Output((1200, 630), 100)),
            ('[output]\nfocus = "50% 20.5%"', "making.output", Output(focus=(50.0, 20.5))),
            ("", "site.outputs", ()),
            ("[outputs]", "site.outputs", ()),
            ("[outputs.social]", "site.outputs", (derived.SOCIAL,)),
            ("outputs.social = {}", "site.outputs", (derived.SOCIAL,)),
            ("[outputs.square]\n[outputs.social]", "site.outputs", (derived.SOCIAL, derived.SQUARE)),
            (
                '[outputs.social]\nsize = "800x418"\nquality = 70\nmax_kb = 90\nfocus = "0% 100%"',
                "site.outputs",
                (Derived("social", "jpeg", (800, 418), 70, 90, (0.0, 100.0)),),
            ),
            (
                '[outputs.square]\nsize = "300x300"\nformat = "jpeg"\nmax_kb = 0\n',
                "site.outputs",
                (Derived("square", "jpeg", (300, 300), 82),),
            ),
            ("[outputs.widths]", "site.outputs", (derived.of_width(480), derived.of_width(800))),
            (
                "[outputs.widths]\nwidths = [1200, 320, 320]\nquality = 70\nmax_kb = 50",
                "site.outputs",
                (derived.of_width(320, 70, 50), derived.of_width(1200, 70, 50)),
            ),
            ('[comfyui]\nserver = "http://gpu:8188/"', "servers.addresses", ("http://gpu:8188",)),
            ('[comfyui]\nserver = ["gpu:1", "http://gpu:2"]', "servers.addresses", ("http://gpu:1", "http://gpu:2")),
            *((f'[policy]\n{cause} = "keep"', "making.keep", frozenset({cause})) for cause in CAUSES),
            ('[policy]\nstyle = "keep"\noutput = "keep"', "making.keep", frozenset({"style", "output"})),
            ('[policy]\nstyle = "render"', "making.keep", frozenset()),
        ],
    )
    def test_each_is_read(self, tmp_path: Path, text: str, name: str, value: Any) -> None:
        found: Any = read(site(tmp_path, text))
        for part in name.split("."):
            found = getattr(found, part)
        assert found == value

    def test_every_key_of_the_table_is_among_these_tests(self) -> None:
        files = Path(__file__).parent.glob("test_*.py")
        text = "".join(file.read_text(encoding="utf-8") for file in files)
        for key in KEYS:
            name = key.name.rpartition(".")[2]
            assert f"{name} = " in text or key.name.startswith("policy."), key.name

    @pytest.mark.parametrize("table", ["comfyui", "output", "outputs.social"])
    def test_one_below_a_table_that_stands_by_itself(self, tmp_path: Path, table: str) -> None:
        error = refusal(tmp_path, f'[{table}]\nwhen_unreachable = "paint"')
        assert f"'{table}.when_unreachable' is not a key" in error.message
        assert error.hint == "'when_unreachable' stands by itself, above the first [table]."

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

    @pytest.mark.parametrize(
        ("line", "hint"),
        [
            ("[outputs.social]\nwidth = 100", "The keys of [outputs.social] are size, quality, max_kb, focus."),
            ("[outputs.widths]\nsize = 100", "The keys of [outputs.widths] are widths, quality, max_kb."),
            ("[outputs.banner]", "The keys of [outputs] are social, square, widths."),
        ],
    )
    def test_one_far_from_all_in_its_table_is_answered_with_those(self, tmp_path: Path, line: str, hint: str) -> None:
        assert refusal(tmp_path, line).hint == hint

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
            ('public_url = "https://[x"', "public_url"),
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


class TestInputs:
    def test_lines_and_tables_for_templates_come_as_written(self, tmp_path: Path) -> None:
        text = '[inputs]\n"KSampler.steps" = 30\n[inputs.flux]\n"FluxGuidance.guidance" = 4.5\n'
        inputs = {"KSampler.steps": 30, "flux": {"FluxGuidance.guidance": 4.5}}
        assert read(site(tmp_path, text)).making.inputs == inputs
        assert read(site(tmp_path / "inline", 'inputs = { "3.cfg" = 6 }')).making.inputs == {"3.cfg": 6}

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
        assert (config.making.renderer, config.site.rules.default_language) == ("painter", "en")
        assert config.site.outputs == (derived.SOCIAL, derived.SQUARE, derived.of_width(480), derived.of_width(800))

    def test_a_table_that_switches_something_on_is_set_by_a_value_in_it(self, tmp_path: Path) -> None:
        text = commented({"outputs.square.quality": "70"})
        (spec,) = read(site(tmp_path, text)).site.outputs
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
                {name: value for name, value in vars(config.site).items() if not isinstance(value, Path)}
                for config in (plain, said)
            )
            assert (ours, plain.making, plain.servers) == (theirs, said.making, said.servers), key.name
