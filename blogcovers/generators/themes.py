"""Themes: the key of front matter in which each looks for a post's picture, and the shape of the value.

From the themes' own templates and documentation, as of late 2026. A theme that is not here is two lines of
config; one more is one more row.
"""

from __future__ import annotations

from typing import NamedTuple


class Theme(NamedTuple):
    """``key``: dotted, with ``[]`` at its end for a list. ``value``: a pattern, see :data:`PLACEHOLDERS`."""

    key: str
    value: str


PLACEHOLDERS = ("url", "path", "slug", "name", "absolute")
"""``{url}``: from the host's root, ``/blog/images/fox.webp``. ``{path}``: below the site's own URL,
``images/fox.webp``, for themes that join the two themselves. ``{absolute}``: with scheme and host.
``{name}``: the file's name. ``{slug}``: the post's."""

THEMES = {
    # Hugo: its own opengraph and twitter partials, then themes
    "hugo-opengraph": Theme("images[]", "{path}"),
    "papermod": Theme("cover.image", "{path}"),
    "blowfish": Theme("featureimage", "{path}"),
    "stack": Theme("image", "{path}"),
    "ananke": Theme("featured_image", "/{path}"),
    "mainroad": Theme("thumbnail", "{path}"),
    "anatole": Theme("thumbnail", "{path}"),
    "hello-friend": Theme("cover", "{path}"),
    # Jekyll; these apply the base URL themselves
    "jekyll-seo-tag": Theme("image", "/{path}"),
    "minimal-mistakes": Theme("header.teaser", "/{path}"),
    "chirpy": Theme("image", "/{path}"),
    "clean-blog": Theme("header-img", "{path}"),
    # Pelican
    "flex": Theme("cover", "{url}"),
    "pelican-seo": Theme("image", "{url}"),
    # Astro
    "astro-blog": Theme("heroImage", "{url}"),
    "astro-paper": Theme("ogImage", "{url}"),
    # Docusaurus
    "docusaurus": Theme("image", "/{path}"),
    # Hexo
    "butterfly": Theme("cover", "/{path}"),
    "fluid": Theme("index_img", "/{path}"),
    "icarus": Theme("cover", "/{path}"),
    "volantis": Theme("thumbnail", "/{path}"),
    # Nikola
    "nikola": Theme("previewimage", "/{path}"),
}
