"""A built site of each generator serves the covers under the URL that the data file names."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib import util
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import pytest
import real_generators
from site_builder import Site

MODULES = Path(__file__).parent / "node_modules"
POST = "---\ntitle: A fox & an owl\ndate: 2026-01-02\nconcept: a fox and an owl\n---\nText.\n"

HEXO = """
const Hexo = require("hexo");
const hexo = new Hexo(process.cwd(), { silent: true });
hexo.init()
  .then(() => hexo.extend.renderer.register("md", "html", (data) => data.text, true))
  .then(() => hexo.call("generate"))
  .then(() => hexo.exit());
"""
NIKOLA = """
BLOG_AUTHOR = BLOG_TITLE = BLOG_DESCRIPTION = "x"
BLOG_EMAIL = "x@example.org"
SITE_URL = "https://example.org/"
DEFAULT_LANG = "en"
POSTS = (("posts/*.md", "posts", "post.tmpl"),)
PAGES = ()
COMPILERS = {"markdown": [".md"]}
THEME = "base"
"""


class Case(NamedTuple):
    """``files`` make the site, beside one post at ``post``; ``build`` runs the generator; its pages are in ``output``,
    of which the URL ``base`` is the root."""

    post: str
    files: dict[str, str]
    build: Callable[[Path], None]
    output: str
    base: str
    missing: str


def run(root: Path, *command: str) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BLOGCOVERS_")}
    environment |= {"LC_ALL": "C.UTF-8"}
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def node(root: Path, *arguments: str) -> None:
    (root / "node_modules").symlink_to(MODULES)
    run(root, "node", *arguments)


NO_NODE = "" if shutil.which("node") and MODULES.is_dir() else "npm's generators are not installed"
CASES = {
    "eleventy": Case(
        "posts/fox.md",
        {
            "eleventy.config.mjs": 'export default function (config) { config.addPassthroughCopy("covers"); }\n',
        },
        lambda root: node(root, "node_modules/@11ty/eleventy/cmd.cjs", "--quiet"),
        "_site",
        "/",
        NO_NODE,
    ),
    "hexo": Case(
        "source/_posts/fox.md",
        {
            "_config.yml": "url: https://example.org/blog\nroot: /blog/\nnew_post_name: :title.md\n",
            "package.json": '{"hexo": {"version": "8.1.2"}}',
        },
        lambda root: node(root, "-e", HEXO),
        "public",
        "/blog/",
        NO_NODE,
    ),
    "jekyll": Case(
        "_posts/2026-01-02-fox.md",
        {"_config.yml": "baseurl: /blog\n"},
        lambda root: run(root, "jekyll", "build", "--quiet"),
        "_site",
        "/blog/",
        "" if shutil.which("jekyll") else "Jekyll is not installed",
    ),
    "nikola": Case(
        "posts/fox.md",
        {"conf.py": NIKOLA},
        lambda root: run(root, sys.executable, "-W", "ignore", "-m", "nikola", "build", "copy_files"),
        "output",
        "/",
        "" if util.find_spec("nikola") else "Nikola is not installed",
    ),
    "zensical": Case(
        "docs/fox.md",
        {"zensical.toml": '[project]\nsite_name = "x"\nsite_url = "https://example.org/blog/"\n'},
        lambda root: run(root, str(Path(sys.executable).with_name("zensical")), "build"),
        "site",
        "/blog/",
        "" if util.find_spec("zensical") else "Zensical is not installed",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_cover_is_where_the_data_file_says(site: Site, name: str) -> None:
    case = CASES[name]
    if case.missing:
        pytest.skip(case.missing)
    shutil.rmtree(site.content)
    site.write(case.post, POST)
    for path, text in case.files.items():
        site.write(path, text)
    site.write("blogcovers.toml", 'data_file = "covers.json"\n')

    made = site.run("build", "--json")
    assert list(made.actions().values()) == ["rendered"], made.err
    assert list(site.run("build", "--json").actions().values()) == ["none"]
    case.build(site.root)

    ((_, entry),) = json.loads((site.root / "covers.json").read_text(encoding="utf-8")).items()
    served = site.root / case.output / unquote(entry["url"].removeprefix(case.base))
    assert entry["url"].startswith(case.base)
    assert served.read_bytes() == next(site.root.glob(f"**/covers/{entry['slug']}.webp")).read_bytes()


OTHERS = {
    "hugo": Case(
        "content/fox.md",
        {"hugo.toml": "disableKinds = ['taxonomy', 'rss', 'sitemap']\n", "layouts/all.html": "{{ .Content }}"},
        lambda root: str(real_generators.hugo(root)) and None,
        "public",
        "/",
        "",
    ),
    "pelican": Case(
        "content/fox.md",
        {"pelicanconf.py": "AUTHOR = SITENAME = 'x'\nTIMEZONE = 'UTC'\nPLUGINS = []\n"},
        lambda root: run(root, str(Path(sys.executable).with_name("pelican"))),
        "output",
        "/",
        "",
    ),
    "mkdocs": Case(
        "docs/fox.md",
        {"mkdocs.yml": "site_name: x\n"},
        lambda root: run(root, str(Path(sys.executable).with_name("mkdocs")), "build", "--quiet"),
        "site",
        "/",
        "",
    ),
}


@pytest.mark.parametrize("name", [*CASES, *OTHERS])
def test_a_post_behind_a_link_gets_a_cover_where_it_is_published(site: Site, name: str) -> None:
    case = {**CASES, **OTHERS}[name]
    if case.missing:
        pytest.skip(case.missing)
    shutil.rmtree(site.content)
    site.write(case.post, POST)
    for path, text in case.files.items():
        site.write(path, text)
    site.write(
        "../vault/2026-01-03-owl.md",
        POST.replace("a fox and an owl", "an owl")
        .replace("A fox & an owl", "A hen")
        .replace("Text.", "From behind a link."),
    )
    (site.root / case.post).with_name("linked").symlink_to(site.root.parent / "vault")

    made = site.run("build", "--json")
    covered = any("owl" in Path(row["post"]).name for row in made.json["covers"])
    if name == "nikola":  # the case builds no pages
        run(site.root, sys.executable, "-W", "ignore", "-m", "nikola", "build", "render_posts")
        case = case._replace(output="cache")
    else:
        case.build(site.root)
    pages = {str(page): page.read_text(encoding="utf-8") for page in (site.root / case.output).rglob("*.html")}
    assert pages
    # Hexo without a theme writes empty pages.
    assert covered == any("owl" in path or "From behind a link" in text for path, text in pages.items())
    assert ("linked is a link to a folder" in made.err) == (not covered)
