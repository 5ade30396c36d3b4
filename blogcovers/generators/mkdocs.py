"""MkDocs: https://www.mkdocs.org, with the blog of Material. Pages are named by their paths, blog posts by titles."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from posixpath import normpath
from typing import TYPE_CHECKING, Any

from blogcovers.generators.base import Generator, Sign
from blogcovers.generators.config_files import folder, joined, read_table
from blogcovers.posts.naming import parts, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from blogcovers.generators.base import Home, Settings
    from blogcovers.posts.header import Meta

OUR_PLUGIN = "blogcovers"
MEDIA, PUBLISHED = "covers", "assets/covers"
"""Where covers lie beside ``mkdocs.yml`` when our plugin publishes them, and the URL path that it gives them."""

_FILES = ("mkdocs.yml", "mkdocs.yaml")
_BLOGS = ("blog", "material/blog")
_HEADER = re.compile(r"-{3}[ \t]*\n.*?\n(?:\.{3}|-{3})[ \t]*\n", re.DOTALL)


class MkDocs(Generator):
    name = "mkdocs"
    signs = tuple(Sign(file) for file in _FILES)
    content = "docs"
    media = "docs/assets/covers"
    published = (("docs", ""),)
    dialect = "mkdocs"
    keeps_folders = True
    url_setting = "site_url in mkdocs.yml"

    def read(self, home: Home) -> Home:
        site = merged(config_of(home))
        home = as_configured(home, site)
        if not names_us(site) or home.content == ".":  # then what is beside the config is among the posts
            return home
        return replace(home, media=MEDIA, published=((MEDIA, PUBLISHED), *home.published))

    def slug(self, meta: Meta, path: str, settings: Settings) -> str:
        """A page's path; a blog post's slug, else its title.

        ``settings``: ``blogs``, the folders of the blog plugins' posts, relative to the content folder.
        """
        folders, stem = parts(path)
        stem = "index" if stem == "README" else stem
        if _is_blog_post(path, settings):
            return text_of(meta, "slug") or _slugify(text_of(meta, "title") or re.sub(r"[-_]", " ", stem))
        return "/".join(folders if folders and stem == "index" else [*folders, stem])

    def completed(self, meta: Meta, path: str, text: str, settings: Settings) -> Meta:
        """The first heading stands in for a title."""
        return meta if meta.get("title") else {**meta, "title": first_heading(text.replace("\r\n", "\n"))}

    def alternatives(self, home: Home) -> Iterable[Home]:
        """Before our plugin was named."""
        if home.media == MEDIA:
            yield replace(home, media=f"{home.content}/assets/covers", published=((home.content, ""),))


def config_of(home: Home) -> Path:
    """The config file; where it is not there, the one that would be missed."""
    names = [home.file] if home.file else _FILES
    return next((file for name in names if (file := home.root / name).is_file()), home.root / names[0])


def merged(file: Path, depth: int = 5) -> dict[str, Any]:
    """The config over the one that it inherits from: mappings are merged, anything else is replaced, as by MkDocs."""
    site = read_table(file)
    parent = site.get("INHERIT")
    if isinstance(parent, str) and depth and (file.parent / parent).is_file():
        return _over(merged(file.parent / parent, depth - 1), site)
    return site


def _over(parent: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    both = {key for key in own if isinstance(own[key], dict) and isinstance(parent.get(key), dict)}
    return {**parent, **own, **{key: _over(parent[key], own[key]) for key in both}}


def as_configured(home: Home, site: Mapping[str, Any]) -> Home:
    """The home by what ``mkdocs.yml`` or ``zensical.toml`` says, with no plugin of ours at work."""
    docs = folder(site.get("docs_dir"), home.content)
    blogs = (_posts_of(options) for name, options in _plugins(site) if name in _BLOGS)
    return replace(
        home.served_from(site.get("site_url")),
        content=docs,
        media=joined(docs, "assets/covers"),
        published=((docs, ""),),
        slug_settings={"blogs": tuple(blogs)},
    )


def names_us(site: Mapping[str, Any]) -> bool:
    """Whether our plugin is among those of the config."""
    return any(name == OUR_PLUGIN for name, _ in _plugins(site))


def _plugins(site: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """(name, options) of each, from either spelling: a list of names and one-key mappings, or one mapping."""
    value = site.get("plugins")
    items: list[tuple[Any, Any]] = []
    for item in [value] if isinstance(value, dict) else value if isinstance(value, list) else ():
        items += item.items() if isinstance(item, dict) else [(item, {})]
    return [(str(name), options if isinstance(options, dict) else {}) for name, options in items]


def _posts_of(options: Mapping[str, Any]) -> str:
    """The folder of a blog plugin's posts, relative to that of the pages."""
    blog = str(options.get("blog_dir") or "blog")
    return folder(str(options.get("post_dir") or "{blog}/posts").replace("{blog}", blog), "blog/posts")


def first_heading(text: str) -> str:
    """The heading that is taken for a title where the front matter has none, or ``""``.

    ``text`` is the whole file, its line ends ``\\n``. The first line of the body that is not blank counts,
    if it begins with ``# ``.
    """
    body = text.removeprefix("\ufeff")
    if header := _HEADER.match(body):
        body = body[header.end() :]
    line = body.lstrip().partition("\n")[0].strip()
    return line.lstrip("# ") if line.startswith("# ") else ""


def _is_blog_post(path: str, settings: Settings) -> bool:
    """Whether the path lies in the folder of a blog's posts."""
    folders = (normpath(folder).strip("/") for folder in settings.get("blogs", ()))
    return any(path.startswith(f"{folder}/") for folder in folders)


def _slugify(title: str) -> str:
    """pymdownx.slugs.slugify(case="lower"), the default of the blog plugin's post_slugify."""
    tags, end, text = unicodedata.normalize("NFC", title).rpartition(">")  # behind it a "<" would be looked for in vain
    title = (re.sub(r"</?[^>]*>", "", tags + end) + text).strip().lower()
    return re.sub(r"[^\w\- ]", "", title).replace(" ", "-")
