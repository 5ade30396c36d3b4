"""Hugo: https://gohugo.io. Posts are named by permalinks, slug or file; bundles are published where their pages are."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from blogcovers.generators.base import Generator, Sign
from blogcovers.generators.config_files import TABLES, folder, read_table
from blogcovers.generators.slug_parts import last_segment, page_name
from blogcovers.posts.naming import DATE, parts, text_of

if TYPE_CHECKING:
    from pathlib import Path

    from blogcovers.generators.base import Home, Settings
    from blogcovers.posts.header import Meta

_NEW, _OLD = (tuple(f"{name}.{ending}" for ending in TABLES) for name in ("hugo", "config"))
_SETTINGS = (
    "permalinks",
    "disablePathToLower",
    "removePathAccents",
    "frontmatter",
    "defaultContentLanguage",
    "defaultContentLanguageInSubdir",
)
_TOKEN = re.compile(r":(slugorfilename|slugorcontentbasename|slug|title|filename|contentbasename)\b")
# Hugo writes them in English, whatever the site's language.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Hugo(Generator):
    name = "hugo"
    signs = (
        *(Sign(file) for file in _NEW),
        *(Sign(f"config/_default/{file}") for file in (*_NEW, *_OLD)),
        # Before 0.110 it was config.toml, which others have, too: Zola writes base_url, Hugo baseURL.
        *(Sign(file, r"(?im)^\s*[\"']?baseurl\b") for file in _OLD),
        *(Sign(file, beside=("archetypes",)) for file in _OLD),
    )
    content = "content"
    media = "static/images/covers"
    published = (("static", ""), ("assets", ""))
    dates = ("publishdate", "date")
    passed_links = ("*",)  # since 0.123; https://github.com/gohugoio/hugo/issues/11556
    data = "data/covers.json"
    url_setting = "baseURL in Hugo's config"

    def read(self, home: Home) -> Home:
        site = _merged(home.root)
        languages = site["languages"] if isinstance(site.get("languages"), dict) else {}
        static = _published(site, "static")
        own = next((folder for folder, url in static if url == "images/covers"), "")
        whole = next((folder for folder, url in static if not url), static[0][0])
        language = str(site.get("defaultcontentlanguage") or ("en" if languages else ""))
        table = languages.get(language)
        # What the language says stands in the place of what the site says: its permalinks are not merged with the
        # site's.
        said = {**site, **{key.lower(): value for key, value in table.items()}} if isinstance(table, dict) else site
        settings = {name: said[name.lower()] for name in _SETTINGS if name.lower() in said}
        return replace(
            home.served_from(site.get("baseurl")),
            content=folder(site.get("contentdir"), home.content),
            media=own or f"{whole}/images/covers",
            published=(*static, *_published(site, "assets")),
            languages=tuple(languages),
            default_language=language,
            slug_settings={name: value for name, value in settings.items() if str(value).lower() != "false"},
        )

    def slug(self, meta: Meta, path: str, settings: Settings) -> str:
        """The last part of ``url``; else what the section's permalinks name, the slug, or the file's name.

        ``settings``: permalinks, disablePathToLower, removePathAccents.
        """
        folders, stem = parts(path)
        url = last_segment(text_of(meta, "url"))
        if url and not _TOKEN.search(url):
            return url
        # A section's own page has none: permalinks are for the pages in it. A bundle's folder is the page, no section.
        sections = folders[:-1] if stem == "index" else folders
        tokens = _TOKEN.findall(url or (_pattern(sections, settings) if stem != "_index" else ""))
        named = _token(tokens[-1], meta, path, settings) if tokens else ""
        return named or _clean(_slug(meta), settings) or _path(page_name(path), settings)

    def bundle_path(self, meta: Meta, path: str, settings: Settings) -> str | None:
        """The URL path of the page, ``""`` for one that is no bundle.

        ``settings``: as for :meth:`slug`, and frontmatter, defaultContentLanguage, defaultContentLanguageInSubdir.
        None for what the post alone does not tell: in a permalink pattern a layout of Go's dates, the slugs of
        sections, or nested sections (folders are some only with an ``_index.md``); under a frontmatter table the date,
        and the name of a dated folder.
        """
        folders, stem = parts(path)
        if not folders or stem != "index":
            return ""
        folders = folders[:-1]
        sections = [_path(folder, settings) for folder in folders]
        in_folder = settings.get("defaultContentLanguageInSubdir")
        language = [str(settings.get("defaultContentLanguage") or "en")] if in_folder else []
        url = text_of(meta, "url")
        if url and ":" not in url:
            named = re.sub(r"(?:(?:^|/)index)?\.html?$", "", url)
        elif pattern := url or _pattern(folders, settings):
            expanded = _expanded(pattern, meta, path, sections, settings)
            if expanded is None:
                return None
            named = expanded
        elif not _slug(meta) and settings.get("frontmatter") and DATE.match(page_name(path)):
            return None  # ":filename" among the ways to a date takes it off the name
        else:
            named = "/".join([*sections, _clean(_slug(meta), settings) or _path(page_name(path), settings)])
        outer = [] if url.startswith("/") else language
        return "/".join([*outer, *(part for part in named.split("/") if part)])

    def unaddressed(self, bundle: str, data_file: str) -> str:
        return (
            "Hugo's config or the page's url names a permalink that is not told by the post alone, so"
            f" {data_file} gives no url for the cover. In a template take"
            f' .Resources.GetMatch "{bundle}" instead, or set a url in the post.'
        )


def _merged(root: Path) -> dict[str, Any]:
    """In Hugo's own order: the file at the root, or config/_default, where tables may be files of their own."""
    inner = root / "config/_default"
    new, old = ([root / name for name in names] for names in (_NEW, _OLD))
    site: dict[str, Any] = {}
    for file in [*new, *sorted(inner.glob("hugo.*")), *sorted(inner.glob("config.*")), *old]:
        if file.is_file() and not site:
            site = {key.lower(): value for key, value in read_table(file).items()}
    for name in ("languages", "permalinks", "module", "frontmatter"):
        for file in inner.glob(f"{name}.*"):
            site[name] = read_table(file)
    return site


def _published(site: Mapping[str, Any], component: str) -> tuple[tuple[str, str], ...]:
    """(folder, URL path) of ``static`` or ``assets``; mounts on it take the place of its usual folder."""
    module = site.get("module")
    mounts = module.get("mounts") if isinstance(module, dict) else None
    mounted = []
    for mount in mounts if isinstance(mounts, list) else ():
        target, _, inner = str(mount.get("target") if isinstance(mount, dict) else "").strip("/").partition("/")
        if target == component:
            mounted.append((folder(mount.get("source"), component), inner.strip("/")))
    usual = site.get({"static": "staticdir", "assets": "assetdir"}[component]) or component
    return tuple(mounted or ((folder(one, component), "") for one in (usual if isinstance(usual, list) else [usual])))


def _expanded(pattern: str, meta: Meta, path: str, sections: list[str], settings: Settings) -> str | None:
    """A permalink pattern with its tokens filled in, or None: https://gohugo.io/configuration/permalinks/#tokens"""
    values: dict[str, str] = {"section": sections[0] if sections else ""}
    if len(sections) < 2:
        values["sections"] = values["section"]
    values |= _date(meta, settings)
    expanded = ""
    for literal, token in re.findall(r"([^:]*)(:\w+(?:\[[^\]]*\])?)?", pattern):
        name = token[1:]
        if name and name not in values and not _TOKEN.fullmatch(token):
            return None
        expanded += _path(literal, settings)
        expanded += (values[name] if name in values else _token(name, meta, path, settings)) if name else ""
    return expanded


def _date(meta: Meta, settings: Settings) -> dict[str, str]:
    """The date tokens of a page, by its own clock; none where the site's config says how dates are found."""
    keys = ("date", "publishdate", "pubdate", "published", "lastmod", "modified")
    given = next((text for key in keys if (text := text_of(meta, key))), "0001-01-01")
    try:
        date = datetime.fromisoformat(given)
    except ValueError:
        return {}
    if settings.get("frontmatter"):
        return {}
    values = {
        "year": str(date.year),
        "month": f"{date.month:02}",
        "monthname": _MONTHS[date.month - 1],
        "day": f"{date.day:02}",
        "weekday": str(date.isoweekday() % 7),
        "weekdayname": _WEEKDAYS[date.weekday()],
        "yearday": str(date.timetuple().tm_yday),
    }
    return {name: _path(value, settings) for name, value in values.items()}


def _slug(meta: Meta) -> str:
    return text_of(meta, "slug").strip("-")


def _token(token: str, meta: Meta, path: str, settings: Settings) -> str:
    """What a permalink pattern puts in place of ``:token``, one of those that name a page."""
    name = _slug(meta) if token.startswith("slug") else ""
    if not name:
        name = re.sub(r"[/\\]", "-", text_of(meta, "title")) if token in ("slug", "title") else page_name(path)
    # Hugo cleans the token, decodes the URL made of it and cleans again: so a plus sign ends as a space.
    return _clean(unquote_plus(_clean(name, settings)), settings).rstrip("#")


def _pattern(folders: list[str], settings: Settings) -> str:
    """The permalink pattern of the section that the folders lie in, or ``""``."""
    patterns = settings.get("permalinks")
    if not isinstance(patterns, Mapping):
        return ""
    page = patterns.get("page")
    section = _path(folders[0], settings) if folders else "/"
    patterns = page if isinstance(page, Mapping) else patterns
    return next((str(pattern) for key, pattern in patterns.items() if str(key).lower() == section.lower()), "")


def _path(name: str, settings: Settings) -> str:
    """A file's or folder's name in a URL: lowering also makes each space a hyphen, before the name is cleaned."""
    return _clean(name if settings.get("disablePathToLower") else name.replace(" ", "-"), settings)


def _clean(name: str, settings: Settings) -> str:
    """Hugo's paths.Sanitize: a run of spaces becomes one hyphen, what no URL should hold is lost."""
    clean, spaced = "", False
    for at, character in enumerate(name):
        if _keeps(name, at):
            clean += f"-{character}" if spaced and character != "-" else character
            spaced = False
        elif character.isspace():
            spaced = bool(clean) and not clean.endswith("-")
    if settings.get("removePathAccents"):
        decomposed = unicodedata.normalize("NFD", clean)
        clean = unicodedata.normalize("NFC", "".join(c for c in decomposed if unicodedata.category(c) != "Mn"))
    # Go lowers letter by letter: no final sigma, no second character for a dotted I.
    return clean if settings.get("disablePathToLower") else "".join(c.lower()[0] for c in clean)


def _keeps(name: str, at: int) -> bool:
    character = name[at]
    if character == "%":
        return bool(re.match(r"%[0-9A-Fa-f]{2}", name[at : at + 3]))
    category = unicodedata.category(character)
    return character in "./\\_#+~-@" or category[0] in "LM" or category == "Nd"
