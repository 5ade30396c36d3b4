"""The Pelican plugin in real runs of Pelican: what it makes is published, and the command line says the same."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from comfy_server import ComfyServer
from filelock import FileLock
from patience import SECONDS, wait_until
from PIL import Image
from sample import SAMPLE
from site_builder import Site
from warm import warm

from blogcovers.api import Cover
from blogcovers.plugins import pelican_namespace

pytest.importorskip("pelican")

SETTINGS: dict[str, Any] = {
    "PATH": "content",
    "SITENAME": "A garden",
    "SITEURL": "",
    "TIMEZONE": "UTC",
    "THEME": "theme",
    "DIRECT_TEMPLATES": [],
    **dict.fromkeys(("FEED_ALL_ATOM", "CATEGORY_FEED_ATOM", "TRANSLATION_FEED_ATOM"), None),
    **dict.fromkeys(("AUTHOR_FEED_ATOM", "AUTHOR_FEED_RSS"), None),
}
ARTICLE = """{{ article.title }}
{% if article.cover %}cover={{ article.cover }}
url={{ article.cover.url }} path={{ article.cover.path }} size={{ article.cover.width }}x{{ article.cover.height }}
alt={{ article.cover.alt }} joined={{ SITEURL }}/{{ article.cover.path }}
metadata={{ article.metadata.cover }}{% else %}no cover{% endif %}
"""
DOCS = Path(__file__).parents[2] / "docs/pelican.md"
LOADED = (
    *("pelican", "pelican.readers", "pelican.generators", "docutils.core", "feedgenerator", "rich.status", "unidecode"),
    *(f"markdown.extensions.{name}" for name in ("codehilite", "extra", "meta")),
    *("blogcovers.plugins.pelican_plugin", "blogcovers.api", "blogcovers.build", "blogcovers.painter.pool"),
    *("blogcovers.painter.paint", "filelock", "jinja2.sandbox", "PIL.PngImagePlugin", "PIL.WebPImagePlugin"),
)
PAINTED = 'renderer = "painter"\n[output]\nsize = "120x63"\n'


@pytest.fixture(scope="session")
def plugins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for PYTHONPATH that holds the namespace package as the wheel does."""
    root = tmp_path_factory.mktemp("namespace")
    package = root / "pelican/plugins/blogcovers"
    package.mkdir(parents=True)
    shutil.copyfile(str(pelican_namespace.__file__), package / "__init__.py")
    return root


@dataclass(frozen=True)
class Run:
    code: int
    log: str


class PelicanSite(Site):
    """A site of Pelican's, with a config of blogcovers unless ``config`` is empty."""

    def __init__(self, root: Path, plugins: Path, config: str = PAINTED, **settings: Any) -> None:
        super().__init__(root)
        self.media = root / "content/images/covers"
        self.output = root / "output"
        self.plugins = plugins
        if config:
            self.write("blogcovers.toml", config)
        self.conf(**settings)
        for name in ("page", "category", "tag", "author"):
            self.write(f"theme/templates/{name}.html", "")
        self.write("theme/templates/article.html", ARTICLE)
        (root / "theme/static").mkdir()

    def conf(self, file: str = "pelicanconf.py", **settings: Any) -> None:
        self.write(file, "".join(f"{key} = {value!r}\n" for key, value in (SETTINGS | settings).items()))

    def article(self, name: str, concept: str | None = "a fox under a paper moon", **keys: str) -> Path:
        keys = {"Title": name.title(), "Date": "2026-01-02", **keys, **({"Concept": concept} if concept else {})}
        return self.write(f"content/{name}", "".join(f"{key}: {value}\n" for key, value in keys.items()) + "\nText.\n")

    def variables(self) -> dict[str, str]:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("BLOGCOVERS_")}
        path = os.pathsep.join((str(self.plugins), environment.get("PYTHONPATH", "")))
        return {**environment, "PYTHONPATH": path, "COLUMNS": "1000", "PYTHONUNBUFFERED": "1"}

    def popen(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=self.root,
            env=self.variables(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def pelican(self, *arguments: str, code: int = 0) -> str:
        """What Pelican logs in one run, a line a record; fails if it ends with another exit code."""
        run = warm(*LOADED, PYTHONPATH=self.variables()["PYTHONPATH"], COLUMNS="1000").run(
            self.root, self.variables(), "pelican", *arguments
        )
        assert run.returncode == code, run.stdout + run.stderr
        return run.stdout + run.stderr

    def covers(self) -> set[str]:
        return {file.stem for file in self.media.glob("*.webp")}

    def published(self) -> set[str]:
        """The slugs under which Pelican published articles and drafts, less the quotes that it keeps."""
        names = {file.stem.strip('"') for file in self.output.rglob("*.html")}
        return names | {name.rpartition("-")[0] for name in names}  # SLUG-LANG.html

    def html(self, slug: str) -> str:
        return (self.output / f"{slug}.html").read_text(encoding="utf-8")

    def agrees(self) -> set[str]:
        """The slugs of the covers that the command line takes for current; fails if it wants any other."""
        check = self.run("check")
        assert check.code == 0, check.out + check.err
        rows = self.run("plan", "--json").rows()
        assert all(row["action"] in ("none", "skip") for row in rows.values()), rows
        return {slug for slug, row in rows.items() if row["state"] == "current"}


Make = Callable[..., PelicanSite]


@pytest.fixture
def make(tmp_path: Path, plugins: Path) -> Make:
    def make_site(config: str = PAINTED, **settings: Any) -> PelicanSite:
        return PelicanSite(tmp_path / "site", plugins, config, **settings)

    return make_site


class TestSwitch:
    def test_pelican_finds_it_by_itself(self, make: Make) -> None:
        site = make()
        found = subprocess.run(
            [sys.executable, "-c", "from pelican.plugins._utils import list_plugins; list_plugins()"],
            env={**os.environ, "PYTHONPATH": os.pathsep.join((str(site.plugins), os.environ.get("PYTHONPATH", "")))},
            capture_output=True,
            text=True,
            check=True,
        )
        assert "pelican.plugins.blogcovers" in found.stdout + found.stderr

    @pytest.mark.parametrize(
        ("config", "settings", "pyproject"),
        [
            ("", {}, "[tool.other]\n"),
            ("", {"BLOGCOVERS": False}, "[tool.blogcovers]\n"),
            (PAINTED, {"BLOGCOVERS": False}, ""),
            (PAINTED, {"PLUGINS": []}, ""),
            ("", {}, "this is no TOML"),
        ],
    )
    def test_it_is_harmless_until_it_is_wanted(
        self, make: Make, config: str, settings: dict[str, Any], pyproject: str
    ) -> None:
        site = make(config, **settings)
        site.write("pyproject.toml", pyproject)
        site.article("fox.md")
        code = (
            "import sys, pelican; pelican.main(['--fatal', 'warnings']);"
            "heavy = {'requests', 'websocket', 'blogcovers.survey', 'blogcovers.build', 'blogcovers.painter'};"
            "print('loaded', sorted(heavy & set(sys.modules)))"
        )
        process = site.popen("-c", code)
        log, _ = process.communicate(timeout=SECONDS)
        assert process.returncode == 0, log
        assert "loaded []" in log
        assert ("pyproject.toml: the TOML is malformed" in log) == ("no TOML" in pyproject)
        assert " made" not in log
        assert site.covers() == set()
        assert "no cover" in site.html("foxmd")
        assert not (site.root / ".blogcovers").exists()

    @pytest.mark.parametrize(
        ("config", "settings", "pyproject"),
        [
            (PAINTED, {}, ""),
            (PAINTED, {"PLUGINS": ["blogcovers"]}, ""),
            ("", {"BLOGCOVERS": True}, ""),
            ("", {}, "[tool.blogcovers]\n"),
        ],
    )
    def test_what_switches_it_on(self, make: Make, config: str, settings: dict[str, Any], pyproject: str) -> None:
        site = make(config, **settings)
        site.write("pyproject.toml", pyproject)
        site.article("fox.md")
        site.pelican()
        assert site.covers() == {"foxmd"} == site.agrees()

    def test_a_site_that_blogcovers_takes_for_another_is_told(self, make: Make) -> None:
        site = make(PAINTED + "")
        site.article("fox.md")
        (site.root / "pelicanconf.py").rename(site.root / "garden.py")
        log = site.pelican("-s", "garden.py")
        assert 'takes it for a plain one: no covers are made. Write generator = "pelican"' in log

        site.write("blogcovers.toml", 'generator = "pelican"\n' + PAINTED)
        site.pelican("-s", "garden.py")
        assert site.covers() == {"foxmd"} == site.agrees()


class TestOneRun:
    def test_the_covers_are_published_and_the_template_knows_them(self, make: Make) -> None:
        site = make()
        site.article("fox.md", 'a "fox" & a moon', Slug="the-fox")
        site.article("news.md", None)
        log = site.pelican()
        assert "1 cover made in" in log
        assert "(the-fox)" in log
        published = site.output / "images/covers/the-fox.webp"
        assert published.read_bytes() == site.cover("the-fox").read_bytes()
        with Image.open(published) as picture:
            assert picture.size == (120, 63)
        html = site.html("the-fox")
        assert "cover=/images/covers/the-fox.webp\n" in html
        assert "url=/images/covers/the-fox.webp path=images/covers/the-fox.webp size=120x63" in html
        assert 'alt=a "fox" & a moon' in html.replace("&amp;", "&").replace("&#34;", '"')
        assert "metadata=/images/covers/the-fox.webp" in html
        assert "no cover" in site.html("newsmd")

        before = site.snapshot()
        again = site.pelican()
        assert "cover" not in again
        changed = {file for file in site.snapshot().items() - before.items() if "output" not in file[0]}
        assert changed == set()

    def test_a_changed_concept_makes_that_cover_only(self, make: Make) -> None:
        site = make()
        site.article("fox.md")
        site.article("owl.md")
        site.pelican()
        before = site.cover("owlmd").stat().st_mtime_ns
        site.article("fox.md", "two foxes")
        assert "1 cover made" in site.pelican()
        assert site.recipe("foxmd").texts["concept"] == "two foxes"
        assert site.cover("owlmd").stat().st_mtime_ns == before

    def test_urls_are_those_of_the_site_as_it_is_published(self, make: Make) -> None:
        site = make(SITEURL="http://localhost:8000")
        site.article("fox.md", Slug="the fox")
        site.conf("publishconf.py", SITEURL="https://example.org/blog")
        site.pelican("-s", "publishconf.py")
        html = site.html("the fox")
        assert "cover=/blog/images/covers/the%20fox.webp\n" in html
        assert "joined=https://example.org/blog/images/covers/the fox.webp\n" in html
        assert site.agrees() == {"the fox"}

        site.pelican("--relative-urls")
        assert "joined=./images/covers/the fox.webp\n" in site.html("the fox")
        assert "cover=/images/covers/the%20fox.webp\n" in site.html("the fox")

    def test_a_public_url_of_ones_own_stays(self, make: Make) -> None:
        site = make('public_url = "https://cdn.example.org/c"\n' + PAINTED)
        site.article("fox.md")
        site.conf("publishconf.py", SITEURL="https://example.org/blog")
        site.pelican("-s", "publishconf.py")
        assert "cover=/c/foxmd.webp\n" in site.html("foxmd")

    def test_another_static_folder(self, make: Make) -> None:
        site = make(STATIC_PATHS=["extra/robots.txt", "media"])
        site.write("content/extra/robots.txt", "")
        site.article("fox.md")
        site.pelican("--fatal", "warnings")
        assert (site.output / "media/covers/foxmd.webp").is_file()
        assert "cover=/media/covers/foxmd.webp" in site.html("foxmd")
        assert site.agrees() == {"foxmd"}

    @pytest.mark.parametrize(
        ("media", "said"),
        [
            (
                "content/pictures",
                "content/pictures, which Pelican does not publish: add 'pictures' to STATIC_PATHS, or",
            ),
            ("covers", "The covers are in covers, which Pelican does not publish: set 'media' in blogcovers.toml"),
        ],
    )
    def test_covers_that_nobody_publishes_are_told_of(self, make: Make, media: str, said: str) -> None:
        site = make(f'media = "{media}"\n' + PAINTED)
        site.article("fox.md")
        log = site.pelican()
        assert said in log
        assert "no cover" in site.html("foxmd")

    def test_an_author_s_own_cover_stays(self, make: Make) -> None:
        site = make()
        site.article("own.md", Cover="/pictures/own.jpg")
        site.article("linked.md", Cover='"/images/covers/linkedmd.webp"')
        site.pelican()
        assert "no size" not in site.html("ownmd")
        assert "cover=/pictures/own.jpg\n" in site.html("ownmd")
        assert "size=120x63" in site.html("linkedmd")
        assert "cover=/images/covers/linkedmd.webp\n" in site.html("linkedmd")

    @pytest.mark.parametrize("theme", ["documented", "sample"])
    def test_templates_show_an_author_s_own_cover_as_it_is(self, make: Make, theme: str) -> None:
        site = make(DIRECT_TEMPLATES=["index"], PUBLIC_URL="https://example.org", MOTTO="")
        if theme == "documented":
            (template,) = re.findall(r"```html\+jinja\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
            site.write("theme/templates/article.html", template)
        else:
            shutil.copytree(SAMPLE / "theme/templates", site.root / "theme/templates", dirs_exist_ok=True)
        site.article("own.md", Cover="/pictures/own.jpg?a&b")
        site.article("fox.md")
        site.article("bare.md", None)
        site.pelican("--fatal", "errors")
        shown = {
            slug: re.findall(r'og:image" content="(.*?)"|<img src="(.*?)" alt="(.*?)"', site.html(slug))
            for slug in ("ownmd", "foxmd", "baremd")
        }
        assert shown["baremd"] == []
        assert shown["ownmd"] == [("/pictures/own.jpg?a&amp;b", "", ""), ("", "/pictures/own.jpg?a&amp;b", "")]
        (_, (_, url, alt)) = shown["foxmd"]
        assert (url.endswith("/images/covers/foxmd.webp"), alt) == (True, "a fox under a paper moon")
        assert "og:image:width" not in site.html("ownmd")
        if theme == "sample":
            front = (site.output / "index.html").read_text(encoding="utf-8")
            assert set(re.findall(r'<img src="(.*?)"', front)) == {"/pictures/own.jpg?a&amp;b", url}

    def test_translations_share_a_cover(self, make: Make) -> None:
        site = make()
        site.article("fox.md", Slug="fox")
        site.article("zorro.md", None, Slug="fox", Lang="es")
        site.article("fuchs.md", "ein Fuchs", Slug="fox", Lang="de")
        site.pelican()
        assert site.covers() == {"fox"} == site.agrees()
        shown = {lang: site.html(f"fox{lang}") for lang in ("", "-es", "-de")}
        assert all("cover=/images/covers/fox.webp" in html for html in shown.values())
        alts = {lang: re.findall(r"alt=(.*?) joined", html)[0] for lang, html in shown.items()}
        assert alts == {"": alts[""], "-es": alts[""], "-de": "ein Fuchs"}
        assert alts[""] != "ein Fuchs"

    def test_the_output_folder_may_be_deleted_first(self, make: Make) -> None:
        site = make(DELETE_OUTPUT_DIRECTORY=True)
        site.article("fox.md")
        site.pelican()
        site.pelican()
        assert (site.output / "images/covers/foxmd.webp").is_file()

    @pytest.mark.parametrize("layer", ["reader", "generator"])
    def test_articles_from_pelicans_cache(self, make: Make, layer: str) -> None:
        site = make(CACHE_CONTENT=True, LOAD_CONTENT_CACHE=True, CONTENT_CACHING_LAYER=layer)
        site.article("fox.md", "a fox\n    and a moon", Date="2026-01-02 10:20", Tags="a, b")
        site.pelican()
        first = site.html("foxmd")
        assert "size=120x63" in first
        for arguments in ((), ("--ignore-cache",), ()):
            assert "cover" not in site.pelican(*arguments)
            assert site.html("foxmd") == first
        # Whoever takes the plugin away must be able to read the cache.
        for file in (site.root / "cache").iterdir():
            assert b"blogcovers" not in file.read_bytes()

    def test_a_theme_may_treat_the_cover_as_text(self) -> None:
        cover = Cover("/a/b.webp", "a/b.webp", 1200, 630, "a fox")
        assert isinstance(cover, str)
        assert cover == cover.url == f"{cover}" == "/a/b.webp"
        assert (cover.path, cover.width, cover.height, cover.alt) == ("a/b.webp", 1200, 630, "a fox")


def header(**keys: str) -> str:
    """An article's header, dated; a key whose value is ``-`` is left out."""
    keys = {"Date": "2026-01-02", "Concept": "a fox", **keys}
    return "".join(f"{key}: {value}\n" for key, value in keys.items() if value != "-")


AWKWARD: dict[str, tuple[dict[str, Any], dict[str, str], set[str]]] = {
    # name: (settings, path -> header, the slugs that get a cover)
    "words": (
        {},
        {
            "quoted.md": header(Title="\"Two 'ships'\"", Concept="'two \"ships\"'"),
            "unquoted.md": header(Title='Q "x"', Slug='"two"', Concept='"one" and "two"'),
            "continued.md": header(Title="Continued", Concept="a fox\n    under a moon", Tags="one,\n    two"),
            "tab.md": header(Title="Tab", Concept="\n    a fox\n\tafter a tab"),
            "twice.md": header(Title="Twice", Slug="first\nSlug: second", Concept="a fox\nConcept: a moon"),
            "tags.md": header(Title="Tags", Tags='"one", two; three', Lang="de"),
            "same-tags.md": header(Title="Same tags", Tags="one, one , two", Date="2 January 2026"),
            "overrides.md": header(Title="Over", Cover_Seed="7", COVER_NEGATIVE="snow", cover_skip="no"),
            "unicode.md": header(Title="Ünïcode Straße & the Fox's Tale!"),
            "windows.md": "\ufeff" + header(Title="北京 <em>x</em>").replace("\n", "\r\n"),
        },
        {
            *("two-ships", "two", "continued", "tab", "first", "tags", "same-tags", "over"),
            *("unicode-strasse-the-foxs-tale", "bei-jing-x"),
        },
    ),
    "fenced": (
        {},
        {
            "a.md": "---\ntitle: A\ndate: 2026-01-02\nconcept: a fox\n---\n",
            "b.md": "---\ntitle: B\ndate: 2026-01-02\nconcept: >-\n  a folded fox\nslug: lost\n---\n",  # so it is '>-'
            "c.md": "---\ntitle: C\ndate: 2026-01-02\ntags:\n  - one\nconcept: never read\n---\n",
            "d.md": "---\ntitle: D\ndate: 2026-01-02\nconcept: a fox >-\n  folded\nslug: lost\n---\n",
        },
        {"a", "d"},
    ),
    "states": (
        {"WITH_FUTURE_DATES": False},
        {
            "draft.md": header(Title="Draft", Status="draft"),
            "dateless-draft.md": header(Title="Dateless", Status="draft", Date="-"),
            "hidden.md": header(Title="Hidden", Status="hidden"),
            "skip.md": header(Title="Skip", Status="skip"),
            "empty.md": header(Title="Empty", Status=""),
            "future.md": header(Title="Future", Date="2099-01-02"),
            "en.md": header(Title="A fox", Slug="fox"),
            "es.md": header(Title="Un zorro", Slug="fox", Lang="es", Concept="un zorro"),
            "pages/about.md": header(Title="About", Date="-"),
        },
        {"hidden", "empty", "future", "fox"},
    ),
    "refused by pelican": (
        {},
        {
            "no-date.md": header(Title="A", Date="-"),
            "no-title.md": header(),
            "status.md": header(Title="S", Status="finished"),
            "date.md": header(Title="D", Date="some day"),
            "fine.md": header(Title="Fine"),
        },
        {"a", "no-title", "s", "d", "fine"},
    ),
    "unicode kept": (
        {"SLUGIFY_USE_UNICODE": True, "SLUGIFY_PRESERVE_CASE": True},
        {"a.md": header(Title="Ünïcode Straße")},
        {"Ünïcode-Straße"},
    ),
    "named by files": (
        {"SLUGIFY_SOURCE": "basename"},
        {
            "2026-01-02-A Fox.md": header(Title="A", Date="-"),
            "owl.fr.md": header(Title="B", Lang="fr"),
            "owl.md": header(Title="B", Concept="-"),
        },
        {"2026-01-02-a-fox", "owlfr"},
    ),
    "named by paths": (
        {"PATH_METADATA": r"(?P<lang>\w\w)/(?P<slug>[^/]*)\.md"},
        {"fr/renard.md": header(Title="R"), "fr/a/b.md": header(Title="B")},
        {"renard", "b"},
    ),
    "drafts unless told": (
        {"DEFAULT_METADATA": {"status": "draft", "tags": "x, y"}},
        {"a.md": header(Title="A"), "b.md": header(Title="B", Status="published")},
        {"b"},
    ),
    "drafts in a folder": (
        {"EXTRA_PATH_METADATA": {"later": {"status": "draft"}, "later/now.md": {"status": "published"}}},
        {"later/a.md": header(Title="A"), "later/now.md": header(Title="B")},
        {"b"},
    ),
    "article paths": (
        {"ARTICLE_PATHS": ["blog"], "ARTICLE_EXCLUDES": ["blog/old"], "PAGE_PATHS": ["info"]},
        {f"{path}.md": header(Title=path[-1]) for path in ("blog/a", "blog/old/b", "notes/c", "info/d")},
        {"a"},
    ),
}


class TestAgreement:
    """The plugin and the command line take the same posts, the same slugs and the same words."""

    STYLE = "{{ concept }} {{ title }} {{ slug }} {{ tags|join('+') }} {{ lang }}"

    def site(self, make: Make, name: str) -> tuple[PelicanSite, set[str]]:
        settings, files, covers = AWKWARD[name]
        site = make('data_file = "covers.json"\n' + PAINTED, **settings)
        site.style(prompt_j2=self.STYLE, house_toml=(Path(__file__).parents[2] / "style/house.toml").read_text("utf-8"))
        for path, text in files.items():
            site.write(f"content/{path}", f"{text}\nText.\n")
        return site, covers

    @pytest.mark.parametrize("name", AWKWARD)
    def test_what_the_plugin_made_is_current_to_the_command_line(self, make: Make, name: str) -> None:
        site, covers = self.site(make, name)
        site.pelican()
        assert site.covers() == covers
        assert site.agrees() == covers
        if name != "refused by pelican":
            assert covers <= site.published()

    @pytest.mark.parametrize("name", AWKWARD)
    def test_what_the_command_line_made_is_current_to_the_plugin(self, make: Make, name: str) -> None:
        site, covers = self.site(make, name)
        assert site.run("build").code == 0
        assert site.covers() == covers
        before = site.snapshot()
        assert " made" not in site.pelican()
        after = site.snapshot()
        assert {file: after[file] for file in before} == before

    def test_covers_of_drafts_and_of_no_future_post_where_that_is_asked_for(self, make: Make) -> None:
        site = make("drafts = true\nfuture = false\n" + PAINTED)
        site.article("a.md", Status="draft")
        site.article("b.md", Date="2 January 2099")
        site.article("c.md", Date="2099/01/02")
        site.pelican()
        assert site.covers() == {"amd"} == site.agrees()

    def test_a_title_that_pelican_has_set_in_type(self, make: Make) -> None:
        pytest.importorskip("typogrify")
        site = make('concept_fallback = "title"\n' + PAINTED, TYPOGRIFY=True)
        site.article("a.md", None, Title='The "Fox" -- and the NASA moon')
        site.pelican()
        assert site.agrees() == site.covers()
        (slug,) = site.covers()
        assert site.recipe(slug).texts["concept"] == 'The "Fox" -- and the NASA moon'

    def test_only_markdown_gets_covers(self, make: Make) -> None:
        site = make()
        site.write("content/a.rst", "A\n=\n\n:date: 2026-01-02\n:concept: a fox\n\nText.\n")
        site.article("b.md")
        log = site.pelican()
        assert "Only posts in Markdown (.md, .markdown, .mdx) get covers" in log
        assert "all the same: content/a.rst." in log
        assert site.covers() == {"bmd"} == site.agrees()

    def test_a_site_without_a_post_is_none_of_our_business(self, make: Make) -> None:
        site = make()
        assert "cover" not in site.pelican("--fatal", "errors")


class TestFailures:
    @pytest.mark.parametrize("fatal", [False, True])
    def test_one_post_s_failure_is_logged_and_the_site_built(self, make: Make, fatal: bool) -> None:
        site = make()
        site.article("fox.md", "a fox " * 200)
        site.article("owl.md", cover_seed="many")
        site.article("elk.md")
        log = site.pelican(*(("--fatal", "errors") if fatal else ()), code=1 if fatal else 0)
        assert "content/fox.md: 'concept' is 1,199 characters long." in log
        assert ("content/owl.md: 'cover_seed' is 'many'." in log) is not fatal
        assert site.covers() == {"elkmd"}
        assert (site.output / "foxmd.html").exists() is not fatal
        assert site.run("check").code == 1

    def test_what_check_warns_of_is_said_and_passes_as_it_does_there(self, make: Make) -> None:
        site = make('link.key = "cover"\n' + PAINTED, DEFAULT_LANG="en")
        site.article("fox.md", Slug="fox")
        site.article("owl.md", Slug="owl")
        site.article("uhu.md", "another owl", Cover_sed="7")
        site.pelican()
        assert site.run("link", "--only", "fox").code == 0
        text = (site.content / "fox.md").read_text(encoding="utf-8")
        site.write("content/fox.md", text.replace("Slug: fox", "Slug: red-fox"))
        log = site.pelican("--fatal", "warnings")
        checked = site.run("check")
        assert checked.code == 0
        warnings = re.findall(r"^warning: (.*)", checked.err, re.MULTILINE)
        assert ["links to a cover that it had" in warnings[1], "cover_sed" in warnings[0]] == [True, True]
        assert "belongs to no post any more" in warnings[2]
        assert [warning in log for warning in warnings] == [True, True, True]

    def test_two_posts_for_one_cover(self, make: Make) -> None:
        site = make(ARTICLE_SAVE_AS="{category}/{slug}.html", ARTICLE_TRANSLATION_ID=["slug", "category"])
        site.article("a.md", Slug="fox", Category="one")
        site.article("b.md", Slug="fox", Category="two")
        site.article("c.md")
        log = site.pelican()
        assert "content/a.md: its cover content/images/covers/fox.webp would be that of content/b.md, too." in log
        assert site.covers() == {"cmd"}
        assert (site.output / "two/fox.html").is_file()
        assert site.run("check").code == 1

    def test_a_bad_config_and_a_bad_style(self, make: Make) -> None:
        site = make("colour = 'red'\n")
        site.article("fox.md")
        assert "'colour' is not a key of blogcovers." in site.pelican()
        assert "no cover" in site.html("foxmd")

        site.write("blogcovers.toml", PAINTED)
        site.style(house_toml="[palette")
        assert "style/house.toml" in site.pelican()
        assert "no cover" in site.html("foxmd")

    def test_a_media_folder_that_cannot_be_written(self, make: Make) -> None:
        site = make()
        site.article("fox.md")
        site.write("content/images/covers", "a file")
        assert "ERROR" in site.pelican()
        assert "no cover" in site.html("foxmd")

    def test_a_build_at_work_is_waited_for(self, make: Make) -> None:
        site = make()
        site.article("fox.md")
        (site.root / ".blogcovers/tmp").mkdir(parents=True)
        with FileLock(site.root / ".blogcovers/tmp/build.lock"):
            process = site.popen("-m", "pelican")
            assert process.stdout is not None
            line = process.stdout.readline()
            while line and "waiting for it" not in line:
                line = process.stdout.readline()
            assert "Another build is at work on this site; waiting for it." in line
        log, _ = process.communicate(timeout=SECONDS)
        assert process.returncode == 0, log
        assert site.covers() == {"foxmd"}


class TestComfyUI:
    def test_covers_come_from_the_server(self, make: Make, comfy: ComfyServer) -> None:
        site = make(f'[comfyui]\nserver = "{comfy.url}"\n')
        site.article("fox.md", "a fox in a boat")
        site.article("owl.md")
        log = site.pelican("--fatal", "warnings")
        assert f"ComfyUI at {comfy.url} makes 2 covers." in log
        assert "2 covers made" in log
        assert len(comfy.prompts) == 2
        assert "size=1200x630" in site.html("foxmd")

        asked = len(comfy.requests)
        assert "cover" not in site.pelican()
        assert len(comfy.requests) == asked
        assert site.agrees() == {"foxmd", "owlmd"}

    def test_the_painter_stands_in_for_a_server_that_is_down(self, make: Make) -> None:
        site = make('when_unreachable = "paint"\n[comfyui]\nserver = "http://127.0.0.1:9"\n')
        site.article("fox.md")
        log = site.pelican()
        assert "The painter stands in." in log
        assert "cover=/images/covers/foxmd.webp" in site.html("foxmd")

    def test_a_server_that_refuses_costs_the_covers_not_the_site(self, make: Make, comfy: ComfyServer) -> None:
        site = make(f'[comfyui]\nserver = "{comfy.url}"\n')
        site.style(house_toml='model = "not-there.safetensors"\n[palette]\na = "#000000"\nb = "#ffffff"\n')
        site.article("fox.md")
        log = site.pelican()
        assert "not-there.safetensors" in log
        assert "no cover" in site.html("foxmd")
        assert site.covers() == set()

    def test_ctrl_c_stops_pelican(self, make: Make, comfy: ComfyServer) -> None:
        comfy.render_seconds = 5.0
        site = make(f'[comfyui]\nserver = "{comfy.url}"\n')
        site.article("fox.md")
        process = site.popen("-m", "pelican")
        comfy.wait_until(lambda: bool(comfy.prompts))
        process.send_signal(signal.SIGINT)
        log, _ = process.communicate(timeout=SECONDS)
        assert "Keyboard interrupt received. Exiting." in log
        assert not (site.output / "foxmd.html").exists()


class TestAutoreload:
    def test_one_edit_is_one_more_build(self, make: Make) -> None:
        site = make(IGNORE_FILES=["#*"])  # Pelican 4.10 takes its own default, ".*", for "whatever has an ending"
        site.article("fox.md")
        lines: list[str] = []
        with site.popen("-m", "pelican", "-r") as process:
            reader = Thread(target=lambda: lines.extend(process.stdout or ()))

            def made() -> int:
                return "".join(lines).count("1 cover made")

            def noticed() -> bool:
                """An edit before the watcher is up is none, so it is made again."""
                if made() < 2:
                    site.article("fox.md", "two foxes")
                return made() == 2

            reader.start()
            try:
                wait_until(lambda: "Done: Processed" in "".join(lines))
                wait_until(noticed, every=1.0)
                time.sleep(3.0)  # as long as a loop would take to show
            finally:
                process.send_signal(signal.SIGINT)
                reader.join(timeout=SECONDS)
        assert made() == 2, "".join(lines)
        modified = [line for line in lines if line.startswith("-> Modified: ")]
        assert modified
        assert [line for line in modified if "covers" in line] == [], "what it made is no reason to build again"
