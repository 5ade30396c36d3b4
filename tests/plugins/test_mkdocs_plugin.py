"""The plugin of MkDocs, in real builds: what it publishes, tells and says; and a second build has nothing to do."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import pytest
from html_links import dead, images, links, target
from patience import SECONDS, wait_until
from PIL import Image
from site_builder import SMALL, Site
from warm import warm

URL = "https://x.org/sub/"
DOCS = Path(__file__).parents[2] / "docs/mkdocs.md"
LOADED = (
    *("mkdocs.commands.build", "mkdocs.config.defaults", "mkdocs.contrib.search", "material.plugins.blog.plugin"),
    *(f"markdown.extensions.{name}" for name in ("attr_list", "codehilite", "fenced_code", "tables", "toc")),
    *("blogcovers.plugins.mkdocs_plugin", "blogcovers.api", "blogcovers.build", "blogcovers.painter.pool"),
    *("blogcovers.painter.paint", "filelock", "jinja2.sandbox", "PIL.PngImagePlugin", "PIL.WebPImagePlugin"),
)


def environment(**more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("BLOGCOVERS_")}
    return {**kept, "NO_MKDOCS_2_WARNING": "1", **more}


def mkdocs(site: Site, *options: str, **more: str) -> subprocess.CompletedProcess[str]:
    """``mkdocs build`` as a user would run it at the site's root."""
    run = warm(*LOADED, NO_MKDOCS_2_WARNING="1").run(site.root, environment(**more), "mkdocs", "build", *options)
    assert re.fullmatch(r"\s*(Aborted with .* in strict mode!\s*)?", run.stdout), "it speaks through MkDocs' log alone"
    return run


def made(run: subprocess.CompletedProcess[str]) -> list[str]:
    """The covers that a build made."""
    return re.findall(r"blogcovers: (\S.*?\.webp), \d", run.stderr)


def sources(site: Site) -> dict[str, tuple[int, int]]:
    """Every file of the site but for the built pages."""
    built = str(site.root / "site") + os.sep
    return {name: stamp for name, stamp in site.snapshot().items() if not name.startswith(built)}


def built(site: Site, *options: str) -> list[str]:
    """Builds strictly, twice: then nothing is made and no file touched; ``check`` agrees, and no link is dead."""
    first = mkdocs(site, "--strict", *options)
    assert first.returncode == 0, first.stderr
    before = sources(site)
    second = mkdocs(site, "--strict", *options)
    assert second.returncode == 0, second.stderr
    assert (made(second), sources(site)) == ([], before)
    checked = site.run("check")
    assert checked.code == 0, checked.out + checked.err
    assert dead(site.root / "site", URL) == []
    return sorted(made(first))


def configure(site: Site, *lines: str, plugin: str = "blogcovers", theme: str = "mkdocs") -> None:
    head = ["site_name: x", f"site_url: {URL}", f"theme: {{name: {theme}, custom_dir: overrides}}"]
    plugins = ["plugins:", "  - search", f"  - {plugin}"]
    site.write("mkdocs.yml", "\n".join([*head, *plugins, *lines]) + "\n")
    (site.root / "overrides").mkdir(exist_ok=True)


def page(site: Site, path: str, *lines: str, text: str = "Text.\n") -> Path:
    return site.write(f"docs/{path}", "---\n" + "\n".join(lines) + f"\n---\n{text}")


def override(site: Site, name: str) -> None:
    """The template of this name as docs/mkdocs.md has it."""
    found = re.search(rf"`overrides/{name}`[^\n]*:\n\n```html\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert found, f"docs/mkdocs.md shows no overrides/{name}"
    site.write(f"overrides/{name}", found[1])


def shown(site: Site, page: str) -> list[tuple[str, str]]:
    """(file of the built site, alt) of the covers that a page shows."""
    root = site.root / "site"
    return [
        (file.relative_to(root).as_posix(), image.get("alt", ""))
        for image in images(root / page)
        if (file := target(root, root / page, image["src"], URL)) and "covers" in file.parts
    ]


@pytest.fixture
def site(site: Site) -> Site:
    """Small covers are quickly painted."""
    site.write("blogcovers.toml", SMALL)
    return site


@pytest.fixture
def bare(site: Site) -> Site:
    """The site without a config of ours, which may decide where things lie."""
    (site.root / "blogcovers.toml").unlink()
    return site


class TestAnyTheme:
    @pytest.mark.parametrize(
        ("theme", "directories", "fox"),
        [("mkdocs", "true", "notes/fox/index.html"), ("readthedocs", "false", "notes/fox.html")],
    )
    def test_covers_are_made_published_and_told(self, site: Site, theme: str, directories: str, fox: str) -> None:
        configure(site, f"use_directory_urls: {directories}", theme=theme)
        override(site, "main.html")
        page(site, "index.md", "title: x", "concept: an owl")
        page(site, "notes/fox.md", "concept: a 'red' fox", text="# Fox\n\n[home](../index.md)\n")
        assert site.run("check").code == 1
        assert built(site) == ["covers/index.webp", "covers/notes/fox.webp"]
        published = site.root / "site/assets/covers/notes/fox.webp"
        assert published.read_bytes() == (site.root / "covers/notes/fox.webp").read_bytes()
        assert not (site.root / "docs/assets").exists()
        assert shown(site, fox) == [("assets/covers/notes/fox.webp", "a 'red' fox")]
        pictures = [url for url, attributes in links(site.root / "site" / fox) if attributes["tag"] == "meta"]
        assert pictures == [f"{URL}assets/covers/notes/fox.webp"]

    def test_an_edit_makes_one(self, site: Site) -> None:
        configure(site)
        page(site, "index.md", "concept: an owl")
        page(site, "fox.md", "concept: a fox")
        built(site)
        page(site, "fox.md", "concept: two foxes")
        assert site.run("check").code == 1
        assert built(site) == ["covers/fox.webp"]

    @pytest.mark.parametrize("build", ["true", "false"])
    def test_a_cover_that_is_left_behind_is_told_of(self, site: Site, build: str) -> None:
        configure(site, plugin=f"blogcovers: {{build: {build}}}")
        page(site, "index.md", "concept: an owl")
        fox = page(site, "fox.md", "concept: a fox")
        assert site.run("build").code == 0
        fox.unlink()
        run = mkdocs(site, "--strict")
        assert "INFO    -  blogcovers: 1 cover belongs to no post any more: covers/fox.webp." in run.stderr
        assert "out of the way: blogcovers clean docs\n" in run.stderr
        assert site.run("clean", "docs").code == 0
        assert "no post any more" not in mkdocs(site, "--strict").stderr

    def test_names_with_spaces_and_letters_beyond_ascii(self, site: Site) -> None:
        configure(site, plugin="blogcovers: {insert: true}")
        page(site, "index.md", "title: x")
        page(site, "ein tag/My Pöst & co (1).md", "concept: a fox")
        assert built(site) == ["covers/ein tag/My Pöst & co (1).webp"]
        html = "ein tag/My Pöst & co (1)/index.html"
        assert shown(site, html) == [("assets/covers/ein tag/My Pöst & co (1).webp", "a fox")]

    def test_a_cover_made_by_hand_is_published(self, site: Site) -> None:
        configure(site, plugin="blogcovers: {insert: true}")
        page(site, "index.md", "concept: an owl")
        (site.root / "covers").mkdir()
        own = site.root / "covers/index.webp"
        Image.new("RGB", (40, 21), "#884422").save(own)
        assert built(site) == []
        assert (site.root / "site/assets/covers/index.webp").read_bytes() == own.read_bytes()
        assert shown(site, "index.html") == [("assets/covers/index.webp", "an owl")]

    def test_covers_that_lie_in_docs_stay_there_and_are_made_in_time(self, site: Site) -> None:
        configure(site)
        site.write("mkdocs.yml", (site.root / "mkdocs.yml").read_text(encoding="utf-8").replace("  - blogcovers\n", ""))
        page(site, "index.md", "concept: an owl")
        site.run("build", "docs")
        configure(site, plugin="blogcovers: {insert: true}")
        page(site, "fox.md", "concept: a fox")
        assert built(site) == ["docs/assets/covers/fox.webp"]
        assert shown(site, "fox/index.html") == [("assets/covers/fox.webp", "a fox")]
        assert not (site.root / "covers").exists()

    def test_a_page_that_is_not_published_keeps_its_cover_to_itself(self, site: Site) -> None:
        configure(site, "exclude_docs: secret.md")
        page(site, "index.md", "concept: an owl")
        page(site, "secret.md", "concept: a fox")
        assert built(site) == ["covers/index.webp", "covers/secret.webp"]
        assert [file.name for file in (site.root / "site").rglob("*.webp")] == ["index.webp"]

    def test_translations_share_it(self, site: Site) -> None:
        configure(site, plugin="blogcovers: {insert: true}")
        page(site, "index.md", "concept: an owl")
        page(site, "index.fr.md", "title: y")
        assert built(site) == ["covers/index.webp"]
        assert shown(site, "index.fr/index.html") == [("assets/covers/index.webp", "an owl")]

    def test_bundles(self, site: Site) -> None:
        configure(site, plugin="blogcovers: {insert: true}")
        site.write("blogcovers.toml", 'bundle = "cover.webp"\ndata_file = "covers.json"\n')
        page(site, "index.md", "title: x")
        page(site, "notes/fox/index.md", "concept: a fox")
        assert built(site) == ["docs/notes/fox/cover.webp"]
        images_ = images(site.root / "site/notes/fox/index.html")
        assert [image["src"] for image in images_ if "cover" in image["src"]] == ["cover.webp"]
        assert '"url": "/sub/notes/fox/cover.webp"' in (site.root / "covers.json").read_text(encoding="utf-8")

    def test_a_build_with_nothing_to_do_loads_nothing_heavy(self, site: Site) -> None:
        configure(site)
        page(site, "index.md", "concept: an owl")
        code = (
            "import sys; from mkdocs.__main__ import cli; cli(['build', '-q'], standalone_mode=False);"
            "heavy = {'PIL', 'requests', 'rich', 'jinja2.sandbox', 'websocket', 'blogcovers.plugins.mkdocs_plugin'};"
            "print(sorted(heavy & set(sys.modules)))"
        )
        run = [sys.executable, "-c", code]
        loaded = [
            subprocess.run(run, cwd=site.root, env=environment(), capture_output=True, text=True, check=True).stdout
            for _ in range(2)
        ]
        assert "PIL" in loaded[0]
        assert loaded[1].strip() == "['blogcovers.plugins.mkdocs_plugin']"


class TestInsert:
    def test_after_the_title(self, site: Site) -> None:
        configure(site, plugin="blogcovers: {insert: true}")
        page(site, "index.md", "title: x")
        titled = ["# Fox\n\nText.\n", "\n#Fox\nText.\n", "Fox\n===\nText.\n", "# Fox"]
        others = ["Text.\n\n# Fox\n", "## Fox\n", ""]
        for n, text in enumerate([*titled, *others]):
            page(site, f"p{n}.md", "concept: a fox", text=text)
        built(site)
        for n in range(len(titled) + len(others)):
            html = (site.root / f"site/p{n}/index.html").read_text(encoding="utf-8")
            body = html[html.index('role="main"') :]
            assert body.count("<img") == 1
            if n < len(titled):
                assert body.index("<h1") < body.index("<img")
                assert "<title>Fox - x</title>" in html
            else:
                assert body.index("<img") < (body + "<h").index("<h")
                assert f"<title>P{n} - x</title>" in html

    @pytest.mark.parametrize("extensions", ["", "markdown_extensions: [attr_list]"])
    def test_size_only_where_attributes_are_read(self, site: Site, extensions: str) -> None:
        configure(site, extensions, plugin="blogcovers: {insert: true}")
        page(site, "index.md", 'concept: "a [fox], *two* `owls` {x} & \\"more\\" <b> \\\\ :x: {{ y }}"')
        assert mkdocs(site, "--strict").returncode == 0
        (image,) = images(site.root / "site/index.html")
        assert image["alt"] == 'a [fox], *two* `owls` {x} & "more" <b> \\ :x: {{ y }}'
        assert [image.get("width"), image.get("height")] == (["64", "36"] if extensions else [None, None])

    def test_not_where_the_text_shows_it(self, site: Site) -> None:
        configure(site, plugin="blogcovers: {insert: true}")
        page(site, "index.md", "concept: a fox", text="Text.\n\n![mine](assets/covers/index.webp)\n")
        built(site)
        assert shown(site, "index.html") == [("assets/covers/index.webp", "mine")]


class TestTheAuthorsOwnCover:
    def test_is_left_alone(self, site: Site) -> None:
        configure(site, plugin="blogcovers: {insert: true}")
        site.write(
            "overrides/main.html",
            '{% extends "base.html" %}{% block content %}{{ super() }}[{{ page.meta.cover }}]{% endblock %}',
        )
        page(site, "index.md", "title: x")
        own = {"own.png": "own.png", "{url: own.png}": "{'url': 'own.png'}", "[a]": "['a']", "false": "False"}
        for n, value in enumerate(own):
            page(site, f"p{n}.md", "concept: a fox", f"cover: {value}")
        built(site)
        for n, told in enumerate(own.values()):
            assert f"[{told}]" in (site.root / f"site/p{n}/index.html").read_text(encoding="utf-8")
            assert shown(site, f"p{n}/index.html") == []

    def test_keys_stand_beside_ours(self, site: Site) -> None:
        configure(site)
        override(site, "main.html")
        page(site, "index.md", "cover: {concept: a fox, alt: the fox itself}")
        built(site)
        assert shown(site, "index.html") == [("assets/covers/index.webp", "the fox itself")]

    def test_its_alt_is_that_of_the_image_in_the_page_too(self, site: Site) -> None:
        configure(site, plugin="blogcovers: {insert: true}")
        page(site, "index.md", 'cover: {concept: a fox, alt: "the *fox*\\nitself"}')
        page(site, "plain.md", "concept: an owl")
        built(site)
        assert shown(site, "index.html") == [("assets/covers/index.webp", "the *fox* itself")]
        assert shown(site, "plain/index.html") == [("assets/covers/plain.webp", "an owl")]


class TestMaterial:
    def test_blog_posts_and_their_listings(self, site: Site) -> None:
        configure(site, "  - blog", plugin="blogcovers: {insert: true}", theme="material")
        page(site, "index.md", "title: x", "concept: an owl")
        page(site, "blog/index.md", "title: Blog")
        page(site, "blog/posts/a.md", "date: 2026-01-02", "title: Straße & Tale", "concept: a fox")
        page(site, "blog/posts/b.md", "date: 2026-01-03", "slug: cat", "concept: a cat", text="# Cat\n\nText.\n")
        page(site, "blog/posts/c.md", "date: 2026-01-04", "draft: true", "concept: a dog")
        assert built(site) == ["covers/cat.webp", "covers/index.webp", "covers/straße--tale.webp"]
        fox, cat = ("assets/covers/straße--tale.webp", "a fox"), ("assets/covers/cat.webp", "a cat")
        assert shown(site, "blog/2026/01/02/straße--tale/index.html") == [fox]
        assert shown(site, "blog/index.html") == [cat, fox]
        assert shown(site, "blog/archive/2026/index.html") == [cat, fox]
        assert shown(site, "index.html") == []  # no blog post
        published = sorted(file.name for file in (site.root / "site").rglob("*.webp"))
        assert published == ["cat.webp", "index.webp", "straße--tale.webp"]

    def test_a_themes_override_shows_them(self, site: Site) -> None:
        configure(site, "  - blog", theme="material")
        override(site, "main.html")
        override(site, "blog.html")
        page(site, "index.md", "title: x", "concept: an owl")
        page(site, "blog/index.md", "title: Blog")
        page(site, "blog/posts/a.md", "date: 2026-01-02", "title: Tale", "concept: a fox")
        built(site)
        fox = ("assets/covers/tale.webp", "a fox")
        assert shown(site, "blog/index.html") == [fox]
        assert shown(site, "index.html") == [("assets/covers/index.webp", "an owl")]
        post = site.root / "site/blog/2026/01/02/tale/index.html"
        assert [url for url, values in links(post) if values["tag"] == "meta"] == [f"{URL}assets/covers/tale.webp"]

    def test_two_blogs(self, site: Site) -> None:
        configure(site, "  - blog: {blog_dir: news}", "  - blog: {blog_dir: tales}", theme="material")
        page(site, "index.md", "title: x")
        for blog in ("news", "tales"):
            page(site, f"{blog}/index.md", f"title: {blog}")
            page(site, f"{blog}/posts/a.md", "date: 2026-01-02", f"title: From {blog}", "concept: a fox")
        assert built(site) == ["covers/from-news.webp", "covers/from-tales.webp"]


class TestWhereThingsLie:
    @pytest.fixture
    def site(self, bare: Site) -> Site:
        return bare

    def test_a_config_in_another_folder(self, site: Site) -> None:
        lines = (f"site_url: {URL}", "docs_dir: ../../docs/en", "site_dir: ../../site", "plugins: [blogcovers]")
        site.write("config/en/mkdocs.yml", "\n".join(("site_name: x", *lines)) + "\n")
        page(site, "en/index.md", "concept: an owl")
        (site.root / ".git").mkdir()
        assert mkdocs(site, "--strict", "-f", "config/en/mkdocs.yml").returncode == 0
        assert (site.root / "config/en/covers/index.webp").is_file()
        assert (site.root / "site/assets/covers/index.webp").is_file()
        beside = Site(site.root / "config/en")
        shutil.rmtree(beside.content)
        assert beside.run("check").code == 0

    def test_a_config_of_another_name_is_settled_by_ours(self, site: Site) -> None:
        configure(site, "docs_dir: docs/en")
        (site.root / "mkdocs.yml").rename(site.root / "mkdocs.en.yml")
        page(site, "en/index.md", "concept: an owl")
        first = mkdocs(site, "--strict", "-f", "mkdocs.en.yml")
        assert first.returncode == 0
        assert "mkdocs.en.yml is known to mkdocs alone" in first.stderr
        assert made(first) == ["covers/index.webp"]
        settled = re.search(r"```toml\n(generator.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
        assert settled
        site.write("blogcovers.toml", settled[1])
        assert built(site, "-f", "mkdocs.en.yml") == ["covers/en/index.webp"]
        assert (site.root / "site/assets/covers/index.webp").is_file()

    def test_a_config_that_inherits(self, site: Site) -> None:
        site.write("mkdocs.yml", f"site_name: x\nsite_url: {URL}\nplugins:\n  blogcovers: {{insert: true}}\n")
        site.write("mkdocs.ci.yml", "INHERIT: mkdocs.yml\nplugins:\n  search: {}\n")
        page(site, "index.md", "concept: an owl")
        assert built(site) == ["covers/index.webp"]
        assert built(site, "-f", "mkdocs.ci.yml") == []

    def test_an_inheriting_mkdocs_yml_names_the_plugin_of_its_parent(self, site: Site) -> None:
        site.write("base.yml", "plugins:\n  blogcovers: {insert: true}\n")
        site.write("mkdocs.yml", f"INHERIT: base.yml\nsite_name: x\nsite_url: {URL}\nplugins:\n  search: {{}}\n")
        page(site, "index.md", "concept: an owl")
        assert built(site) == ["covers/index.webp"]

    def test_the_config_narrows_the_posts(self, site: Site) -> None:
        configure(site, plugin="blogcovers: {insert: true}")
        site.write("blogcovers.toml", 'content = "docs/posts"\n')
        page(site, "index.md", "concept: an owl")
        page(site, "posts/fox.md", "concept: a fox")
        assert built(site) == ["covers/fox.webp"]
        assert shown(site, "posts/fox/index.html") == [("assets/covers/fox.webp", "a fox")]
        assert shown(site, "index.html") == []

    def test_what_init_writes_down_changes_nothing(self, site: Site) -> None:
        configure(site)
        page(site, "index.md", "concept: an owl")
        assert site.run("init").code == 0
        assert built(site) == ["covers/index.webp"]
        assert (site.root / "site/assets/covers/index.webp").is_file()

    def test_another_host_serves_them(self, site: Site) -> None:
        configure(site, plugin="blogcovers: {insert: true}")
        site.write("blogcovers.toml", 'public_url = "https://cdn.example.org/c"\n')
        page(site, "index.md", "concept: an owl")
        assert built(site) == ["covers/index.webp"]
        assert [image["src"] for image in images(site.root / "site/index.html")] == [
            "https://cdn.example.org/c/index.webp"
        ]
        assert not list((site.root / "site").rglob("*.webp"))

    def test_covers_that_nobody_publishes_are_a_warning(self, site: Site) -> None:
        configure(site)
        site.write("blogcovers.toml", 'media = "art"\n')
        page(site, "index.md", "concept: an owl")
        run = mkdocs(site, "--strict")
        assert run.returncode == 1
        assert "It is not known where art is served: set public_url in blogcovers.toml." in run.stderr
        site.write("blogcovers.toml", 'media = "art"\npublic_url = "/sub/pictures"\n')
        built(site)
        assert (site.root / "site/pictures/index.webp").is_file()


class TestWhatGoesWrong:
    """is a warning: the site is built without --strict, and not with it."""

    @pytest.fixture
    def site(self, bare: Site) -> Site:
        return bare

    def warned(self, site: Site, said: str, **more: str) -> subprocess.CompletedProcess[str]:
        run = mkdocs(site, "--strict", **more)
        assert run.returncode == 1, run.stderr
        assert re.search(rf"WARNING\s+-\s+blogcovers: {said}", run.stderr), run.stderr
        assert "Traceback" not in run.stderr
        return run

    def test_one_posts_front_matter(self, site: Site) -> None:
        configure(site, plugin="blogcovers: {insert: true}")
        page(site, "index.md", "concept: an owl")
        page(site, "fox.md", "concept: a fox", "cover_seed: many")
        self.warned(site, r"docs/fox\.md: 'cover_seed' is 'many'")
        assert mkdocs(site).returncode == 0
        assert shown(site, "index.html") == [("assets/covers/index.webp", "an owl")]

    def test_a_server_that_is_down(self, site: Site) -> None:
        configure(site, plugin="blogcovers: {insert: true}")
        page(site, "index.md", "concept: an owl")
        site.run("build")
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))  # bound but not listening: refused at once
            server = f"http://127.0.0.1:{taken.getsockname()[1]}"
            page(site, "fox.md", "concept: a fox")
            run = mkdocs(site, "--strict", BLOGCOVERS_SERVER=server)
        assert run.returncode == 1
        assert re.search(rf"WARNING\s+-\s+blogcovers: .*{re.escape(server)}.* 1 cover not made\.", run.stderr)
        assert shown(site, "index.html") == [("assets/covers/index.webp", "an owl")]

    def test_our_own_config(self, site: Site) -> None:
        configure(site)
        site.write("blogcovers.toml", "colour = 1\n")
        page(site, "index.md", "concept: an owl")
        self.warned(site, r".*blogcovers\.toml: 'colour' is not a key of blogcovers")

    def test_a_style_that_is_malformed(self, site: Site) -> None:
        configure(site)
        page(site, "index.md", "concept: an owl")
        site.write("style/house.toml", "[palette]\nred = 1\n")
        self.warned(site, r"style/house\.toml")

    def test_covers_that_may_not_be_made(self, site: Site) -> None:
        configure(site, plugin="blogcovers: {build: !ENV [BUILD_COVERS, true]}")
        page(site, "index.md", "concept: an owl")
        site.run("build")
        page(site, "fox.md", "concept: a fox")
        run = self.warned(site, r"docs/fox\.md: the cover is missing \(no cover yet\)", BUILD_COVERS="false")
        assert made(run) == []
        assert (site.root / "site/assets/covers/index.webp").is_file()
        assert built(site) == ["covers/fox.webp"]
        assert mkdocs(site, "--strict", BUILD_COVERS="false").returncode == 0

    @pytest.mark.parametrize("ours", [None, ".", ".."])
    def test_the_build_that_is_named_makes_what_was_missed(self, site: Site, ours: str | None) -> None:
        """Pasted at the folder of mkdocs.yml, whether our config lies there or above."""
        configure(site, plugin="blogcovers: {build: false}")
        page(site, "index.md", "concept: an owl")
        if ours:
            site.write(f"{ours}/blogcovers.toml", 'data_file = "covers.json"\n')
        run = self.warned(site, ".*Run: blogcovers build")
        command = re.search(r"Run: (blogcovers build.*)", run.stderr)
        assert command
        assert site.run(*shlex.split(command[1])[1:]).code == 0
        assert mkdocs(site, "--strict").returncode == 0

    def test_a_run_from_elsewhere_says_where_the_build_is_to_be_run(self, site: Site) -> None:
        configure(site, plugin="blogcovers: {build: false}")
        page(site, "index.md", "concept: an owl")
        above = Site(site.root.parent)
        assert "Run in site: blogcovers build docs\n" in mkdocs(above, "-f", "site/mkdocs.yml").stderr

    def test_a_plugin_that_is_off_does_nothing(self, site: Site) -> None:
        configure(site, plugin="blogcovers: {enabled: false}")
        page(site, "index.md", "concept: an owl")
        assert mkdocs(site, "--strict").returncode == 0
        assert not (site.root / "covers").exists()


class Served:
    """``mkdocs serve`` and what it has logged so far."""

    def __init__(self, site: Site) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{free.getsockname()[1]}"
        command = [sys.executable, "-m", "mkdocs", "serve", "--livereload", "-a", address]
        self.process = subprocess.Popen(
            command, cwd=site.root, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        self.lines: list[str] = []
        self._reader = Thread(target=self._read)
        self._reader.start()
        self.wait_for("Serving on")

    def _read(self) -> None:
        assert self.process.stderr
        with self.process.stderr as log:
            for line in log:
                self.lines.append(line)

    def count(self, text: str) -> int:
        return sum(text in line for line in list(self.lines))

    def wait_for(self, text: str, times: int = 1) -> None:
        wait_until(lambda: self.count(text) >= times)

    def settled(self, builds: int) -> None:
        """Waits for that many builds, then twice as long as the watcher takes to look again: no other may come."""
        self.wait_for("Reloading browsers", builds - 1)  # MkDocs says "Documentation built in 0.11 seconds" only once
        time.sleep(2)
        assert self.count("Building documentation") == builds, "".join(self.lines)

    def stop(self) -> None:
        self.process.terminate()  # nothing is being built; how MkDocs heeds a Ctrl-C is no matter of ours
        self.process.wait(SECONDS)
        self._reader.join()


class TestServe:
    def test_one_edit_is_one_build(self, site: Site) -> None:
        configure(site)
        page(site, "index.md", "concept: an owl")
        site.write("blogcovers.toml", "[output]\nquality = 70\n")
        site.write("style/house.toml", 'name = "ours"\n[palette]\nred = "#cc2211"\nblue = "#1133aa"\n')
        served = Served(site)
        try:
            served.settled(1)
            page(site, "index.md", "concept: two owls")
            served.settled(2)
            assert served.count("covers/index.webp") == 2
            site.write("blogcovers.toml", "[output]\nquality = 60\n")
            served.settled(3)
            site.write("style/house.toml", 'name = "ours"\n[palette]\nred = "#cc2211"\ngreen = "#117733"\n')
            served.settled(4)
            assert served.count("covers/index.webp") == 4
        finally:
            served.stop()
        assert site.run("check").code == 0
        assert site.left_behind() == []
