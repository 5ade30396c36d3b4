"""Static-site generators: which one a folder belongs to, and the defaults that suit it.

One table of values. A preset says where posts are, where a cover has to lie to be published, and under which
URL it then stands; what the site's own config says instead is read by :mod:`blogcovers.homes`. Another
generator is one more row here, one slug rule, and one reader.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from blogcovers.posts.header import Dialect


@dataclass(frozen=True)
class Sign:
    """A file that shows the generator, relative to the site's root: with a text in it that matches
    ``mentions``, where other generators have such a file, and with all of ``beside`` there, too."""

    file: str
    mentions: str = ""
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preset:
    """Folders are relative to the site's root, with ``/``; ``.`` is the root itself.

    ``published``: (folder, URL path below the site's own) of the folders that are served as they are.
    ``posts``: patterns of which a post's path, relative to the root, matches one; none: every file is one.
    ``dates``: the keys of front matter, the first that is given counts, by whose date the generator holds a
    post back until then; none where it does not. ``passed_links``: patterns of the folders, relative to the root,
    that it passes over where they are symbolic links. ``data``: where its templates find a data file.
    ``instead``: another generator of which it reads the files, so that both signs together mean this one.
    ``url_setting``: where its config says the site's own URL with scheme and host, ``""`` where it does not.
    ``note``: what the author has to do in the generator's own files.
    """

    name: str
    signs: tuple[Sign, ...]
    content: str
    media: str
    published: tuple[tuple[str, str], ...] = ((".", ""),)
    dialect: Dialect = "any"
    posts: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    passed_links: tuple[str, ...] = ()
    data: str = ""
    instead: str = ""
    url_setting: str = ""
    note: str = ""


PLAIN = Preset("plain", (), "content", "media/covers", dates=("date",))

_SCRIPTS = ("js", "mjs", "cjs", "ts", "mts", "cts")
_HUGO = tuple(f"{name}.{ending}" for name in ("hugo", "config") for ending in ("toml", "yaml", "yml", "json"))

PRESETS = (
    Preset(
        "hugo",
        (
            *(Sign(file) for file in _HUGO if file.startswith("hugo")),
            *(Sign(f"config/_default/{file}") for file in _HUGO),
            # Before 0.110 it was config.toml, which others have, too: Zola writes base_url, Hugo baseURL.
            *(Sign(file, r"(?im)^\s*[\"']?baseurl\b") for file in _HUGO if file.startswith("config")),
            *(Sign(file, beside=("archetypes",)) for file in _HUGO if file.startswith("config")),
        ),
        content="content",
        media="static/images/covers",
        published=(("static", ""), ("assets", "")),
        dates=("publishdate", "date"),
        passed_links=("*",),  # since 0.123; https://github.com/gohugoio/hugo/issues/11556
        data="data/covers.json",
        url_setting="baseURL in Hugo's config",
    ),
    Preset(
        "pelican",
        (Sign("pelicanconf.py"),),
        content="content",
        media="content/images/covers",
        published=(("content/images", "images"),),
        dialect="pelican",
        exclude=("pages/*",),
        dates=("date",),
        url_setting="SITEURL in pelicanconf.py",
    ),
    Preset(
        "mkdocs",
        (Sign("mkdocs.yml"), Sign("mkdocs.yaml")),
        content="docs",
        media="docs/assets/covers",
        published=(("docs", ""),),
        dialect="mkdocs",
        url_setting="site_url in mkdocs.yml",
    ),
    Preset(
        "zensical",
        (Sign("zensical.toml"),),
        content="docs",
        media="docs/assets/covers",
        published=(("docs", ""),),
        dialect="mkdocs",
        passed_links=("*",),
        instead="mkdocs",
        url_setting="site_url in zensical.toml",
    ),
    Preset(
        "jekyll",
        (
            *(Sign(file, beside=("_posts",)) for file in ("_config.yml", "_config.yaml", "_config.toml")),
            Sign("Gemfile", r"(?m)^\s*gem\s+['\"](?:jekyll|github-pages)['\"]", beside=("_config.yml",)),
        ),
        content=".",
        media="assets/images/covers",
        posts=("_posts/*", "*/_posts/*", "_drafts/*", "*/_drafts/*"),
        exclude=("vendor/*", "_site/*"),
        dates=("date",),
        passed_links=("_posts/*", "*/_posts/*", "_drafts/*", "*/_drafts/*"),  # Ruby's ** enters no links
        data="_data/covers.json",
        url_setting="url in _config.yml",
        note="Jekyll publishes what it is not told to leave out. Keep our files out of the site; in _config.yml:\n\n"
        "exclude:\n  - blogcovers.toml\n  - style/\n",
    ),
    Preset(
        "eleventy",
        (*(Sign(f"eleventy.config.{ending}") for ending in _SCRIPTS), Sign(".eleventy.js")),
        content=".",
        media="covers",
        exclude=("_site/*",),
        data="_data/covers.json",
        note="Eleventy copies the covers where its config says addPassthroughCopy with that folder.",
    ),
    Preset(
        "astro",
        tuple(Sign(f"astro.config.{ending}") for ending in _SCRIPTS),
        content="src/content",
        media="public/covers",
        published=(("public", ""),),
        data="src/data/covers.json",
        url_setting="site in Astro's config",
    ),
    Preset(
        "zola",
        (Sign("config.toml", r"(?m)^\s*base_url\b"), Sign("zola.toml")),
        content="content",
        media="static/images/covers",
        published=(("static", ""),),
        data="data/covers.json",
        url_setting="base_url in Zola's config",
    ),
    Preset(
        "hexo",
        (
            Sign("_config.yml", r"(?m)^\s*(?:new_post_name|source_dir)\s*:"),
            Sign("_config.yml", beside=("source/_posts",)),
        ),
        content="source/_posts",
        media="source/images/covers",
        published=(("source", ""),),
        data="source/_data/covers.json",
        instead="jekyll",
        url_setting="url in _config.yml",
    ),
    Preset(
        "docusaurus",
        tuple(Sign(f"docusaurus.config.{ending}") for ending in _SCRIPTS),
        content="blog",
        media="static/img/covers",
        published=(("static", ""),),
        exclude=("versioned_docs/*", "*/versioned_docs/*"),
        data="data/covers.json",
        url_setting="url in Docusaurus' config",
    ),
    Preset(
        "nikola",
        (Sign("conf.py", r"(?m)^\s*(?:BLOG_TITLE|NIKOLA_|POSTS\s*=)"),),
        content="posts",
        media="files/images/covers",
        published=(("files", ""),),
        dates=("date",),
        data="data/covers.json",
        url_setting="SITE_URL in conf.py",
    ),
)

NAMES = (*(preset.name for preset in PRESETS), PLAIN.name)


def named(name: str) -> Preset:
    """The preset of this name (one of :data:`NAMES`)."""
    return next((preset for preset in PRESETS if preset.name == name), PLAIN)


def detect(root: Path) -> list[Preset]:
    """The presets whose files stand in ``root``, one for each generator; empty for a plain site."""
    found = [preset for preset in PRESETS if stands(preset, root)]
    instead = {preset.instead for preset in found}
    return [preset for preset in found if preset.name not in instead]


def stands(preset: Preset, root: Path) -> bool:
    """Whether a file that shows this generator is in ``root``."""
    return any(_is_there(sign, root) for sign in preset.signs)


def readable(preset: Preset, root: Path) -> bool:
    """Whether a file that this generator reads is in ``root``: its own, or that of the one whose files it reads."""
    return stands(preset, root) or bool(preset.instead and stands(named(preset.instead), root))


def _is_there(sign: Sign, root: Path) -> bool:
    file = root / sign.file
    if not file.is_file() or not all((root / name).exists() for name in sign.beside):
        return False
    if not sign.mentions:
        return True
    with suppress(OSError, UnicodeDecodeError):
        return bool(re.search(sign.mentions, file.read_text(encoding="utf-8-sig")))
    return False
