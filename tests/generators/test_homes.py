"""What a generator's own config says of a site is followed; what cannot be read there is told."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from site_builder import Site

from blogcovers.config import Config, Options, load
from blogcovers.errors import ConfigError
from blogcovers.generators.homes import Home, read
from blogcovers.generators.presets import detect

MODULES = Path(__file__).parent / "generators/node_modules"
NIKOLA = "BLOG_TITLE = 'x'\nDEFAULT_LANG = 'en'\nTRANSLATIONS = {DEFAULT_LANG: '', 'es': './es'}\n"


def home(root: Path, **files: str) -> Home:
    """The home of a site with these files (``_`` for ``.`` in their names)."""
    for name, text in files.items():
        (root / name.replace("__", ".")).write_text(text, encoding="utf-8")
    (preset,) = detect(root)
    return read(preset, root)


def loaded(root: Path, **files: str) -> Config:
    """The config of a site with these files, found from where its posts are."""
    found = home(root, **files)
    (root / found.content).mkdir(parents=True, exist_ok=True)
    subprocess.run(["git", "init", "--quiet", str(root)], check=True)
    return load(Options(content=root / found.content), {})


class TestPublicUrl:
    @pytest.mark.parametrize(
        ("files", "media", "url"),
        [
            ({"hugo__toml": "baseURL = 'https://x.org/'"}, "static/images/covers", "/images/covers"),
            ({"hugo__toml": "baseURL = 'https://x.org/blog/'"}, "static/images/covers", "/blog/images/covers"),
            ({"hugo__yaml": "staticDir: [pub, other]"}, "pub/images/covers", "/images/covers"),
            ({"hugo__json": '{"BaseURL": "/blog"}'}, "static/images/covers", "/blog/images/covers"),
            ({"config__toml": "baseurl = '/b'\ntitle = ''"}, "static/images/covers", "/b/images/covers"),
            ({"pelicanconf__py": "SITEURL = 'https://x.org/p'"}, "content/images/covers", "/p/images/covers"),
            ({"pelicanconf__py": "PATH = 'text'"}, "text/images/covers", "/images/covers"),
            ({"pelicanconf__py": "STATIC_PATHS = ['media']"}, "content/media/covers", "/media/covers"),
            ({"mkdocs__yml": "site_url: https://x.org/docs/"}, "docs/assets/covers", "/docs/assets/covers"),
            ({"mkdocs__yml": "docs_dir: text"}, "text/assets/covers", "/assets/covers"),
            ({"mkdocs__yml": "plugins: [search, blogcovers]"}, "covers", "/assets/covers"),
            ({"mkdocs__yml": "plugins:\n  blogcovers:\n    insert: true"}, "covers", "/assets/covers"),
            ({"mkdocs__yml": "plugins:\n- blog:\n    blog_dir: b\n- blogcovers: {}"}, "covers", "/assets/covers"),
            ({"mkdocs__yml": "docs_dir: .\nplugins: [blogcovers]"}, "assets/covers", "/assets/covers"),
            ({"zensical__toml": "[project]\nsite_url = 'https://x.org/z'"}, "docs/assets/covers", "/z/assets/covers"),
            (
                {"eleventy__config__js": "x = {dir: {input: 'src'}, pathPrefix: '/e/'}; x.addPassthroughCopy(all)"},
                "src/covers",
                "/e/covers",
            ),
            ({"astro__config__mjs": "x = ({ base: '/a', site: 'https://x.org' })"}, "public/covers", "/a/covers"),
            ({"zola__toml": "base_url = 'https://x.org/z'"}, "static/images/covers", "/z/images/covers"),
            ({"_config__yml": "source_dir: s\nroot: /h/"}, "s/images/covers", "/h/images/covers"),
            ({"docusaurus__config__js": "x = { baseUrl: '/d/' }"}, "static/img/covers", "/d/img/covers"),
            ({"conf__py": "BLOG_TITLE = ''\nSITE_URL = 'https://x.org/'"}, "files/images/covers", "/images/covers"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, dict) else None,
    )
    def test_follows_the_generators_config(self, tmp_path: Path, files: dict[str, str], media: str, url: str) -> None:
        config = loaded(tmp_path, **files)
        assert (config.site.media, config.site.public_url) == (tmp_path / media, url)
        assert config.warnings == ()

    def test_hugos_config_folder(self, tmp_path: Path) -> None:
        folder = tmp_path / "config/_default"
        folder.mkdir(parents=True)
        (folder / "hugo.toml").write_text("baseURL = 'https://x.org/b'\n", encoding="utf-8")
        (folder / "languages.toml").write_text("[en]\n[fr]\n", encoding="utf-8")
        (folder / "permalinks.toml").write_text("posts = '/:year/:slug/'\n", encoding="utf-8")
        found = home(tmp_path)
        assert (found.base_path, found.languages, found.default_language) == ("/b", ("en", "fr"), "en")
        assert found.slug_settings["permalinks"] == {"posts": "/:year/:slug/"}

    def test_permalinks_of_hugos_default_language_stand_in_the_place_of_the_sites(self, tmp_path: Path) -> None:
        site = "defaultContentLanguage = 'en'\npermalinks = {posts = '/:slug/', notes = '/:title/'}\n"
        found = home(
            tmp_path, hugo__toml=f"{site}[languages]\nen = {{permalinks = {{posts = '/p/:title/'}}}}\nfr = {{}}\n"
        )
        assert found.slug_settings["permalinks"] == {"posts": "/p/:title/"}
        found = home(
            tmp_path, hugo__toml=f"{site}[languages]\nen = {{}}\nfr = {{permalinks = {{posts = '/p/:title/'}}}}\n"
        )
        assert found.slug_settings["permalinks"] == {"posts": "/:slug/", "notes": "/:title/"}

    def test_an_inherited_mkdocs_config(self, tmp_path: Path) -> None:
        found = home(tmp_path, base__yml="docs_dir: text\nsite_url: /b", mkdocs__yml="INHERIT: base.yml\nsite_url: /c")
        assert (found.content, found.base_path) == ("text", "/c")

    def test_an_inherited_mkdocs_config_is_merged_as_mkdocs_does(self, tmp_path: Path) -> None:
        parent = "plugins:\n  blogcovers: {insert: true}\n  blog: {blog_dir: news}\nextra: {a: 1}\n"
        own = "INHERIT: base.yml\nplugins:\n  search: {}\n  blog: {archive: false}\n"
        found = home(tmp_path, base__yml=parent, mkdocs__yml=own)
        assert (found.media, found.slug_settings["blogs"]) == ("covers", ("news/posts",))

    def test_several_blogs_of_mkdocs(self, tmp_path: Path) -> None:
        blogs = "- blog: {blog_dir: news, post_dir: '{blog}/all'}\n- blog: {blog_dir: tales/}\n- blog: {post_dir: x}\n"
        found = home(tmp_path, mkdocs__yml=f"plugins:\n{blogs}- material/blog\n").slug_settings["blogs"]
        assert found == ("news/all", "tales/posts", "x", "blog/posts")

    def test_tags_of_yaml_are_not_obeyed(self, tmp_path: Path) -> None:
        text = "site_url: !ENV [URL, 'https://x.org']\nx: !!python/name:os.system\ndocs_dir: text"
        assert home(tmp_path, mkdocs__yml=text).content == "text"

    def test_unknown_for_a_media_folder_that_nobody_publishes(self, tmp_path: Path) -> None:
        loaded(tmp_path, hugo__toml="")
        (tmp_path / "blogcovers.toml").write_text('media = "pictures"\n', encoding="utf-8")
        assert load(Options(content=tmp_path / "content"), {}).site.public_url is None


class TestLanguages:
    @pytest.mark.parametrize(
        ("files", "languages", "default"),
        [
            ({"hugo__toml": "defaultContentLanguage = 'es'\n[languages.es]\n[languages.en]"}, ("es", "en"), "es"),
            ({"hugo__toml": ""}, (), ""),
            ({"zola__toml": "default_language = 'de'\n[languages.fr]"}, ("fr",), "de"),
            ({"pelicanconf__py": "DEFAULT_LANG = 'fr'"}, (), "fr"),
            ({"docusaurus__config__js": "i18n: { defaultLocale: 'en', locales: ['en', 'fr'] }"}, ("en", "fr"), "en"),
            ({"conf__py": NIKOLA}, ("en", "es"), "en"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, dict) else None,
    )
    def test_are_the_generators(
        self, tmp_path: Path, files: dict[str, str], languages: tuple[str, ...], default: str
    ) -> None:
        found = home(tmp_path, **files)
        assert (found.languages, found.default_language) == (languages, default)


class TestWhatCannotBeRead:
    @pytest.mark.parametrize(
        ("files", "said"),
        [
            ({"hugo__toml": "baseURL = "}, "hugo.toml is malformed"),
            ({"hugo__yaml": "a: [b"}, "hugo.yaml is malformed"),
            ({"mkdocs__yml": "a: b: c"}, "mkdocs.yml is malformed: mapping values are not allowed"),
            ({"pelicanconf__py": "PATH ="}, "pelicanconf.py is malformed"),
            ({"hugo__json": "{"}, "hugo.json is malformed"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, dict) else None,
    )
    def test_stops_the_run_with_a_way_out(self, tmp_path: Path, files: dict[str, str], said: str) -> None:
        with pytest.raises(ConfigError, match=re.escape(said)) as caught:
            home(tmp_path, **files)
        assert 'generator = "plain"' in caught.value.hint

    def test_no_cover_is_touched_then(self, site: Site) -> None:
        site.write("hugo.toml", "[permalinks]\nposts = '/:slug/'\n")
        site.write("content/posts/fox.md", "---\ntitle: Vixen\nconcept: a fox\n---\n")
        site.build()
        before = site.snapshot()
        site.write("hugo.toml", "oops = ")
        assert site.run("build").code == 2
        assert {name: at for name, at in site.snapshot().items() if name in before and "hugo.toml" not in name} == {
            name: at for name, at in before.items() if "hugo.toml" not in name
        }

    def test_a_value_that_is_computed_is_told_by_its_name(self, tmp_path: Path) -> None:
        text = "import os\nPATH = os.environ['CONTENT']\nSITEURL = 'https://x.org'\n"
        found = home(tmp_path, pelicanconf__py=text)
        assert found.guessed["content"] == (
            "pelicanconf.py computes PATH, which is not read: its default is assumed. Set content in blogcovers.toml."
        )

    def test_zensical_is_told_that_it_runs_no_plugins(self, tmp_path: Path) -> None:
        (warning,) = home(tmp_path, zensical__toml="[project]\nplugins = ['blogcovers']").warnings
        assert "runs no plugins" in warning
        assert "blogcovers build" in warning

    def test_zensical_reads_a_mkdocs_yml_where_that_is_said(self, site: Site) -> None:
        site.write("mkdocs.yml", "site_name: x\ndocs_dir: content\nplugins: [blogcovers]\n")
        site.write("blogcovers.toml", 'generator = "zensical"\n')
        site.post("fox")
        outcome = site.build()
        assert outcome.rows()["fox"]["cover"] == "content/assets/covers/fox.webp"
        assert "Zensical runs no plugins" in site.run("check").err

    def test_a_guess_is_told_until_it_is_settled(self, site: Site) -> None:
        site.write("pelicanconf.py", "import os\nPATH = os.environ['CONTENT']\n")
        site.post("fox")
        assert "computes PATH" in site.run("check").err
        site.write("blogcovers.toml", 'content = "content"\n')
        assert "computes PATH" not in site.run("check").err

    def test_covers_that_nobody_publishes_are_told(self, site: Site) -> None:
        site.write("hugo.toml", "")
        site.write("blogcovers.toml", 'media = "pictures"\n')
        site.post("fox")
        assert "hugo does not publish what is in pictures" in site.run("build").err
        site.write("blogcovers.toml", 'media = "pictures"\npublic_url = "/pictures"\n')
        assert site.run("check").err == ""


class TestScheduled:
    DATES = ("2020-01-01", "2199-01-01", "2199-01-01T10:00:00+02:00")

    def test_a_post_of_the_future_gets_its_cover_now(self, site: Site) -> None:
        site.write("hugo.toml", "")
        for n, date in enumerate(self.DATES):
            site.post(f"p{n}", date=date)
        assert site.build().actions() == {f"p{n}": "rendered" for n in range(3)}

    def test_unless_the_site_leaves_it_out(self, site: Site) -> None:
        site.write("hugo.toml", "")
        site.write("blogcovers.toml", "future = false\n")
        for n, date in enumerate(self.DATES):
            site.post(f"p{n}", date=date)
        site.post("later", date="2020-01-01", publishDate="2199-01-01")
        outcome = site.build()
        assert outcome.actions() == {"p0": "rendered", "p1": "skip", "p2": "skip", "later": "skip"}
        assert outcome.rows()["p1"]["reason"] == "dated 2199-01-01, so hugo does not publish it yet"

    def test_a_date_in_the_name_counts_where_there_is_no_other(self, site: Site) -> None:
        site.write("_config.yml", "")
        site.write("_posts/2199-01-01-fox.md", "---\nconcept: a fox\n---\n")
        site.write("blogcovers.toml", "future = false\n")
        assert site.run("build", "--json").actions() == {"fox": "skip"}


class TestJekyll:
    def test_posts_lie_in_posts_folders_anywhere(self, site: Site) -> None:
        site.write("_config.yml", "baseurl: /j\n")
        for path in ("_posts/2026-01-01-a.md", "cats/_posts/2026-01-02-b.md", "_drafts/c.md", "about.md"):
            site.write(path, "---\nconcept: a fox\n---\n")
        assert site.run("build", "--json").actions() == {"a": "rendered", "b": "rendered", "c": "skip"}
        assert (site.root / "assets/images/covers/b.webp").is_file()


class TestTwins:
    def test_generated_twins_get_one_cover(self, site: Site) -> None:
        for ending in ("Rmd", "md", "html"):
            site.write(f"content/fox/index.{ending}", "---\nconcept: a fox\n---\n")
        assert site.build().actions() == {"fox": "rendered"}

    def test_versioned_docs_get_no_second_one(self, site: Site) -> None:
        site.write("docusaurus.config.js", "module.exports = {}")
        for path in ("blog/fox.md", "versioned_docs/version-1/fox.md"):
            site.write(path, "---\nconcept: a fox\n---\n")
        for content, action in (("blog", "rendered"), (".", "none")):
            assert list(site.run("build", content, "--json").actions().values()) == [action]


class TestBundle:
    def test_what_is_derived_is_not_taken_for_the_cover(self, site: Site) -> None:
        site.write("blogcovers.toml", 'bundle = "cover.webp"\n[outputs.social]\n[outputs.widths]\nwidths = [480]\n')
        site.write("content/fox/index.md", "---\nconcept: a fox\n---\n")
        site.build()
        names = {file.name for file in (site.content / "fox").iterdir()}
        assert names == {"index.md", "cover.webp", "social.jpg", "480w.webp"}

    def test_the_cover_lies_beside_the_post(self, site: Site) -> None:
        site.write("hugo.toml", "")
        site.write("blogcovers.toml", 'bundle = "featured.webp"\n')
        site.write("content/posts/fox/index.md", "---\nconcept: a fox\n---\n")
        site.write("content/posts/fox/index.fr.md", "---\ntitle: renard\n---\n")
        site.post("owl")
        assert site.build().actions() == {"fox": "rendered", "owl": "rendered"}
        assert (site.root / "content/posts/fox/featured.webp").is_file()
        assert (site.root / "static/images/covers/owl.webp").is_file()

    def test_namesakes_in_two_sections_each_have_their_own(self, site: Site) -> None:
        site.write("blogcovers.toml", 'bundle = "cover.webp"\n')
        for section in ("a", "b"):
            site.write(f"content/{section}/fox/index.md", "---\nconcept: a fox\n---\n")
        outcome = site.build()
        assert [row["cover"] for row in outcome.json["covers"]] == [
            "content/a/fox/cover.webp",
            "content/b/fox/cover.webp",
        ]


def eleventy(root: Path, line: str, *, config: str = "") -> tuple[Site, str]:
    """A site of Eleventy's with this line in its config, and what a plan has to tell of it."""
    site = Site(root / "site")
    site.write("eleventy.config.mjs", f"export default function (eleventyConfig) {{\n  {line}\n}}\n")
    site.write("posts/fox.md", "---\ntitle: fox\nconcept: a fox\n---\n")
    site.write("blogcovers.toml", f'{config}[output]\nsize = "64x36"\n')
    return site, site.run("plan").err


class TestEleventysCopies:
    UNCOPIED = (
        "",
        'eleventyConfig.addPassthroughCopy("css");',
        'eleventyConfig.addPassthroughCopy({ "src/css": "/" });',
        '// eleventyConfig.addPassthroughCopy("covers");',
    )
    COPIED = (
        'eleventyConfig.addPassthroughCopy("covers");',
        "eleventyConfig.addPassthroughCopy('./covers/');",
        'eleventyConfig.addPassthroughCopy("covers/**/*.webp");',
        'eleventyConfig.addPassthroughCopy({ covers: "images" });',
        'eleventyConfig.addPassthroughCopy("**/*.{jpg,webp}");',
        "eleventyConfig.addPassthroughCopy(folder);",
        "for (const folder of folders) eleventyConfig.addPassthroughCopy(`${folder}/`);",
        'eleventyConfig.setTemplateFormats(["md", "webp"]);',
        "require('./config/copies')(eleventyConfig);",
    )

    @pytest.mark.parametrize("line", UNCOPIED)
    def test_what_is_not_published_is_told(self, tmp_path: Path, line: str) -> None:
        site, said = eleventy(tmp_path, line)
        assert "eleventy does not copy what is in covers" in said
        assert 'eleventyConfig.addPassthroughCopy("covers")' in said
        for command in ("build", "check"):
            result = site.run(command)
            assert (result.code, "addPassthroughCopy" in result.err) == (0, True)

    @pytest.mark.parametrize("line", COPIED)
    def test_nothing_is_told_where_it_is_or_may_be(self, tmp_path: Path, line: str) -> None:
        assert eleventy(tmp_path, line)[1] == ""

    @pytest.mark.parametrize("config", ['public_url = "/covers"\n', 'bundle = "cover.webp"\n'])
    def test_nor_where_the_config_settles_it(self, tmp_path: Path, config: str) -> None:
        assert eleventy(tmp_path, "", config=config)[1] == ""

    def test_a_folder_above_it_is_enough(self, tmp_path: Path) -> None:
        line = 'eleventyConfig.addPassthroughCopy("assets");'
        assert eleventy(tmp_path / "a", line, config='media = "assets/images"\n')[1] == ""
        assert "assets2/images" in eleventy(tmp_path / "b", line, config='media = "assets2/images"\n')[1]

    @pytest.mark.skipif(
        not (shutil.which("node") and MODULES.is_dir()),
        reason="npm's generators are not installed: npm ci --prefix tests/generators",
    )
    @pytest.mark.parametrize(("line", "published"), [(COPIED[0], True), (COPIED[4], True), (UNCOPIED[1], False)])
    def test_eleventy_does_as_we_say(self, tmp_path: Path, line: str, published: bool) -> None:
        site, said = eleventy(tmp_path, line)
        site.run("build")
        (site.root / "node_modules").symlink_to(MODULES)
        command = ["node", "node_modules/@11ty/eleventy/cmd.cjs", "--quiet"]
        subprocess.run(command, cwd=site.root, check=True, capture_output=True)
        assert (site.root / "_site/covers/fox.webp").exists() is published
        assert (said == "") is published
