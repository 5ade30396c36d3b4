"""Under which name each generator publishes a post.

One small rule per generator, found by running it (tests/generators does so again); Docusaurus and Zola were read
in their sources only, as was Astro, but for the slugger that it uses. A rule answers with what its generator
calls the slug; where that is empty, the file's own name counts. What comes out may hold ``/`` and is not
checked: posts.clean_slug does.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from posixpath import normpath
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import unquote_plus

from blogcovers.errors import PostError

if TYPE_CHECKING:
    from collections.abc import Callable

    from blogcovers.posts.header import Meta

Settings: TypeAlias = "Mapping[str, Any]"
"""A generator's own settings that bear on slugs, under its own names; an absent one has its default."""
SlugRule: TypeAlias = "Callable[[Meta, str, Settings], str]"

EMPTY: Settings = MappingProxyType({})

_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:[-_ ]+|$)")
_HUGO_TOKEN = re.compile(r":(slugorfilename|slugorcontentbasename|slug|title|filename|contentbasename)\b")
_PELICAN_SUBSTITUTIONS = (
    (r"[^\w\s-]", ""),
    (r"(?u)\A\s*", ""),
    (r"(?u)\s*\Z", ""),
    (r"[-\s]+", "-"),
)
_MKDOCS_HEADER = re.compile(r"-{3}[ \t]*\n.*?\n(?:\.{3}|-{3})[ \t]*\n", re.DOTALL)
_JEKYLL_DATE = re.compile(r"\d{2,4}-\d{1,2}-\d{1,2}-")
_ELEVENTY_DATE = re.compile(r".*?\d{4}-\d{2}-\d{2}-")
_ZOLA_DATE = re.compile(
    r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
    r"(?:T(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d))?\s?[_-](?=.)"
)
_DOCUSAURUS_DATE = re.compile(r"(?P<folder>.*)(?P<date>\d{4}[-/]\d{1,2}[-/]\d{1,2})[-/]?(?P<text>.*)")
# Hugo writes them in English, whatever the site's language.
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_HEXO_SEGMENTS = {
    "year": r"(\d{4})",
    "month": r"(\d{2})",
    "day": r"(\d{2})",
    "i_month": r"(\d{1,2})",
    "i_day": r"(\d{1,2})",
    "hash": r"([0-9a-f]{12})",
}
_HEXO_SPECIAL = re.compile(r"[\s~`!@#$%^&*()\-_+=\[\]{}|\\;:\"'<>,.?/]+")
_HEXO_LETTERS = {"ß": "s", "ẞ": "S", "Æ": "AE", "æ": "ae", "Œ": "OE", "œ": "oe", "Ø": "O", "ø": "o", "ı": "i"} | dict(
    zip("ĐđĦħŁłŦŧ", "DdHhLlTt", strict=True)
)
_GITHUB_KEPT = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "Pc"})
_GITHUB_MORE = re.compile(r"[ \-Ⓐ-ⓩ🄰-🅉🅐-🅩🅰-🆉]")  # letters in circles and squares are alphabetic in Unicode


def slug(rule: str, meta: Meta, path: str, settings: Settings = EMPTY) -> str:
    """The name under which the generator ``rule`` (a key of :data:`RULES`) publishes the post.

    ``meta``: as front_matter.read gives it. ``path``: relative to the content folder, with ``/``, less its
    language. ``settings``: Pelican's SLUGIFY_SOURCE, SLUG_REGEX_SUBSTITUTIONS, SLUGIFY_USE_UNICODE,
    SLUGIFY_PRESERVE_CASE, FILENAME_METADATA and PATH_METADATA; Hugo's permalinks, disablePathToLower and
    removePathAccents; Hexo's new_post_name; Zola's slugify table; for MkDocs and Zensical ``blogs``, the
    folders of the blog plugins' posts, relative to the content folder.

    Raises PostError where the key that decides is a list or mapping, where a pattern among the settings is
    malformed, and where letters must be written in ASCII but Unidecode is missing.
    """
    return RULES[rule](meta, path, settings) or _name(path)


def first_heading(text: str) -> str:
    """The heading that MkDocs and Zensical take for a title where the front matter has none, or ``""``.

    ``text`` is the whole file, its line ends ``\\n``. The first line of the body that is not blank counts,
    if it begins with ``# ``. The caller puts it into the metadata as ``title``.
    """
    body = text.removeprefix("\ufeff")
    if header := _MKDOCS_HEADER.match(body):
        body = body[header.end() :]
    line = body.lstrip().partition("\n")[0].strip()
    return line.lstrip("# ") if line.startswith("# ") else ""


def bundle_path(meta: Meta, path: str, settings: Settings = EMPTY) -> str | None:
    """Where Hugo publishes what lies beside ``index.md`` at ``path``: the URL path of the page below the site's own, as
    on disk, without outer slashes.

    ``settings``: as for :func:`slug`, and Hugo's frontmatter, defaultContentLanguage and
    defaultContentLanguageInSubdir. None for what the post alone does not tell: in a permalink pattern a layout of
    Go's dates, the slugs of sections, or nested sections (folders are some only with an ``_index.md``); under a
    frontmatter table the date, and the name of a dated folder.
    """
    folders = _parts(path)[0][:-1]
    sections = [_hugo_path(folder, settings) for folder in folders]
    in_folder = settings.get("defaultContentLanguageInSubdir")
    language = [str(settings.get("defaultContentLanguage") or "en")] if in_folder else []
    url = _text(meta, "url")
    if url and ":" not in url:
        named = re.sub(r"(?:(?:^|/)index)?\.html?$", "", url)
    elif pattern := url or _hugo_pattern(folders, settings):
        expanded = _hugo_expanded(pattern, meta, path, sections, settings)
        if expanded is None:
            return None
        named = expanded
    elif not _hugo_slug(meta) and settings.get("frontmatter") and _DATE.match(_page_name(path)):
        return None  # ":filename" among the ways to a date takes it off the name
    else:
        named = "/".join([*sections, _hugo_clean(_hugo_slug(meta), settings) or _hugo_path(_page_name(path), settings)])
    parts = [] if url.startswith("/") else language
    return "/".join([*parts, *(part for part in named.split("/") if part)])


def _hugo_expanded(pattern: str, meta: Meta, path: str, sections: list[str], settings: Settings) -> str | None:
    """A permalink pattern with its tokens filled in, or None: https://gohugo.io/configuration/permalinks/#tokens"""
    values: dict[str, str] = {"section": sections[0] if sections else ""}
    if len(sections) < 2:
        values["sections"] = values["section"]
    values |= _hugo_date(meta, settings)
    expanded = ""
    for literal, token in re.findall(r"([^:]*)(:\w+(?:\[[^\]]*\])?)?", pattern):
        name = token[1:]
        if name and name not in values and not _HUGO_TOKEN.fullmatch(token):
            return None
        expanded += _hugo_path(literal, settings)
        expanded += (values[name] if name in values else _hugo_token(name, meta, path, settings)) if name else ""
    return expanded


def _hugo_date(meta: Meta, settings: Settings) -> dict[str, str]:
    """The date tokens of a page, by its own clock; none where the site's config says how dates are found."""
    keys = ("date", "publishdate", "pubdate", "published", "lastmod", "modified")
    given = next((text for key in keys if (text := _text(meta, key))), "0001-01-01")
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
    return {name: _hugo_path(value, settings) for name, value in values.items()}


def _plain(meta: Meta, path: str, _settings: Settings) -> str:
    """The front matter's slug, else the name without its date."""
    return _text(meta, "slug") or _undated(_name(path))


def _hugo(meta: Meta, path: str, settings: Settings) -> str:
    """The last part of ``url``; else what the section's permalinks name, the slug, or the file's name."""
    folders, stem = _parts(path)
    url = _last_segment(_text(meta, "url"))
    if url and not _HUGO_TOKEN.search(url):
        return url
    # A section's own page has none: permalinks are for the pages in it. A bundle's folder is the page, no section.
    sections = folders[:-1] if stem == "index" else folders
    tokens = _HUGO_TOKEN.findall(url or (_hugo_pattern(sections, settings) if stem != "_index" else ""))
    named = _hugo_token(tokens[-1], meta, path, settings) if tokens else ""
    return named or _hugo_clean(_hugo_slug(meta), settings) or _hugo_path(_page_name(path), settings)


def _hugo_slug(meta: Meta) -> str:
    return _text(meta, "slug").strip("-")


def _hugo_token(token: str, meta: Meta, path: str, settings: Settings) -> str:
    """What a permalink pattern puts in place of ``:token``, one of those that name a page."""
    name = _hugo_slug(meta) if token.startswith("slug") else ""
    if not name:
        name = re.sub(r"[/\\]", "-", _text(meta, "title")) if token in ("slug", "title") else _page_name(path)
    # Hugo cleans the token, decodes the URL made of it and cleans again: so a plus sign ends as a space.
    return _hugo_clean(unquote_plus(_hugo_clean(name, settings)), settings).rstrip("#")


def _hugo_pattern(folders: list[str], settings: Settings) -> str:
    """The permalink pattern of the section that the folders lie in, or ``""``."""
    patterns = settings.get("permalinks")
    if not isinstance(patterns, Mapping):
        return ""
    page = patterns.get("page")
    section = _hugo_path(folders[0], settings) if folders else "/"
    patterns = page if isinstance(page, Mapping) else patterns
    return next((str(pattern) for key, pattern in patterns.items() if str(key).lower() == section.lower()), "")


def _hugo_path(name: str, settings: Settings) -> str:
    """A file's or folder's name in a URL: lowering also makes each space a hyphen, before the name is cleaned."""
    return _hugo_clean(name if settings.get("disablePathToLower") else name.replace(" ", "-"), settings)


def _hugo_clean(name: str, settings: Settings) -> str:
    """Hugo's paths.Sanitize: a run of spaces becomes one hyphen, what no URL should hold is lost."""
    clean, spaced = "", False
    for at, character in enumerate(name):
        if _hugo_keeps(name, at):
            clean += f"-{character}" if spaced and character != "-" else character
            spaced = False
        elif character.isspace():
            spaced = bool(clean) and not clean.endswith("-")
    if settings.get("removePathAccents"):
        decomposed = unicodedata.normalize("NFD", clean)
        clean = unicodedata.normalize("NFC", "".join(c for c in decomposed if unicodedata.category(c) != "Mn"))
    # Go lowers letter by letter: no final sigma, no second character for a dotted I.
    return clean if settings.get("disablePathToLower") else "".join(c.lower()[0] for c in clean)


def _hugo_keeps(name: str, at: int) -> bool:
    character = name[at]
    if character == "%":
        return bool(re.match(r"%[0-9A-Fa-f]{2}", name[at : at + 3]))
    category = unicodedata.category(character)
    return character in "./\\_#+~-@" or category[0] in "LM" or category == "Nd"


def _pelican(meta: Meta, path: str, settings: Settings) -> str:
    """The slug as it stands, else the one that the path's patterns find, else the title or the file's name."""
    slug = _joined(meta, "slug") or _pelican_path_slug(path, settings)
    if slug:
        return slug
    named_by_file = settings.get("SLUGIFY_SOURCE", "title") == "basename"
    return _pelican_slugify(_parts(path)[1] if named_by_file else _joined(meta, "title"), settings)


def _pelican_path_slug(path: str, settings: Settings) -> str:
    for key, text in (("FILENAME_METADATA", _parts(path)[1]), ("PATH_METADATA", path)):
        pattern = settings.get(key) or ""
        try:
            found = re.match(pattern, text)
        except (re.error, TypeError) as error:
            raise _malformed(key, error) from None
        named = {name.lower(): value for name, value in found.groupdict().items()} if found else {}
        if slug := (named.get("slug") or "").strip():
            return slug
    return ""


def _pelican_slugify(text: str, settings: Settings) -> str:
    """pelican.utils.slugify."""
    from markupsafe import Markup  # Pelican's own way with tags; comes with Jinja2, late since only Pelican needs it

    text = unicodedata.normalize("NFKC", str(Markup(text).striptags()))  # noqa: S704  (nothing is rendered)
    if not settings.get("SLUGIFY_USE_UNICODE"):
        text = _ascii(text, "pelican")
    try:
        for pattern, replacement in settings.get("SLUG_REGEX_SUBSTITUTIONS", _PELICAN_SUBSTITUTIONS):
            pattern, replacement = (unicodedata.normalize("NFKC", part) for part in (pattern, replacement))
            text = re.sub(pattern, replacement, text, flags=re.IGNORECASE)
    except (re.error, TypeError, ValueError, IndexError) as error:
        raise _malformed("SLUG_REGEX_SUBSTITUTIONS", error) from None
    return (text if settings.get("SLUGIFY_PRESERVE_CASE") else text.lower()).strip()


def _mkdocs(meta: Meta, path: str, settings: Settings) -> str:
    """A page's path; a blog post's slug, else its title."""
    folders, stem = _parts(path)
    stem = "index" if stem == "README" else stem
    if _is_blog_post(path, settings):
        return _text(meta, "slug") or _material_slugify(_text(meta, "title") or re.sub(r"[-_]", " ", stem))
    return "/".join(folders if folders and stem == "index" else [*folders, stem])


def _is_blog_post(path: str, settings: Settings) -> bool:
    """Whether the path lies in the folder of a blog's posts."""
    folders = (normpath(folder).strip("/") for folder in settings.get("blogs", ()))
    return any(path.startswith(f"{folder}/") for folder in folders)


def _material_slugify(title: str) -> str:
    """pymdownx.slugs.slugify(case="lower"), the default of the blog plugin's post_slugify."""
    title = re.sub(r"</?[^>]*>", "", unicodedata.normalize("NFC", title)).strip().lower()
    return re.sub(r"[^\w\- ]", "", title).replace(" ", "-")


def _jekyll(meta: Meta, path: str, _settings: Settings) -> str:
    """The front matter's slug, else what follows the date in the file's name; neither is changed."""
    stem = _parts(path)[1]
    date = _JEKYLL_DATE.match(stem)
    return _text(meta, "slug") or stem[date.end() if date else 0 :].rstrip(".")


def _eleventy(_meta: Meta, path: str, _settings: Settings) -> str:
    """``page.fileSlug``: what follows a date, which may stand anywhere in the name."""
    folders, stem = _parts(path)
    slug = _ELEVENTY_DATE.sub("", stem, count=1)
    return _ELEVENTY_DATE.sub("", folders[-1], count=1) if folders and slug == "index" else slug


def _astro(meta: Meta, path: str, _settings: Settings) -> str:
    """The entry's id: the slug as it stands, else each part of the path by github-slugger."""
    folders, stem = _parts(path)
    return _text(meta, "slug") or "/".join(map(_github_slug, [*folders, stem])).removesuffix("/index")


def _github_slug(text: str) -> str:
    """github-slugger: letters, marks, digits and connectors stay, spaces become hyphens."""
    kept = (c for c in text.lower() if unicodedata.category(c) in _GITHUB_KEPT or _GITHUB_MORE.match(c))
    return "".join(kept).replace(" ", "-")


def _zola(meta: Meta, path: str, settings: Settings) -> str:
    """The last part of ``path``; else the slug or the name after its date, slugified."""
    slugify = settings.get("slugify")
    slugify = slugify if isinstance(slugify, Mapping) else EMPTY
    name, date = _page_name(path), _ZOLA_DATE.match(_page_name(path))
    if date and not slugify.get("paths_keep_dates"):
        name = name[date.end() :]
    name = _text(meta, "slug") or name
    strategy = slugify.get("paths", "on")
    if strategy == "on":
        # Zola's table (deunicode) also has names for emoji; Unidecode leaves them out.
        name = re.sub(r"[^a-z0-9]+", "-", _ascii(name, "zola").lower()).strip("-")
    elif strategy == "safe":
        name = re.sub(r'[<>:"/\\|?*]', "", name.rstrip(" ."))
    return _last_segment(_text(meta, "path")) or name


def _hexo(_meta: Meta, path: str, settings: Settings) -> str:
    """The path below ``_posts``, or the part of it that new_post_name calls the title."""
    folders, stem = _parts(re.sub(r"^(?:.*?/)?_(?:posts|drafts)/", "", path))
    whole = "/".join([*folders, stem])
    rule = re.sub(r"\.[^./]*$", "", str(settings.get("new_post_name") or ":title.md"))
    *pieces, rest = re.split(r":(\w*[^_\W])", rule)  # text, name, text, name, …, text
    texts, names = pieces[::2], pieces[1::2]
    segments = (re.escape(text) + _HEXO_SEGMENTS.get(name, "(.+?)") for text, name in zip(texts, names, strict=True))
    found = re.fullmatch("".join(segments) + re.escape(rest), whole)
    named = dict(zip(names, found.groups(), strict=True)) if found else {}
    return named.get("title") or _hexo_slugize(whole)


def _hexo_slugize(text: str) -> str:
    """hexo-util's slugize, for a path that new_post_name does not fit."""
    latin = "".join(map(_without_diacritics, text))
    return _HEXO_SPECIAL.sub("-", re.sub(r"[\0-\x1f]", "", latin)).strip("-")


def _without_diacritics(character: str) -> str:
    """The Latin letter below the accents; any other character as it is. Hexo's table has rarer letters, too."""
    base = unicodedata.normalize("NFD", character)[0]
    return base if base.isascii() and base.isalpha() else _HEXO_LETTERS.get(character, character)


def _docusaurus(meta: Meta, path: str, _settings: Settings) -> str:
    """A blog post's slug, else its path, in which a date comes first and becomes folders."""
    if slug := _text(meta, "slug"):
        return slug
    folders, stem = _parts(path)
    text = "/".join([*folders, stem]).removesuffix("/index")
    if not (dated := _DOCUSAURUS_DATE.fullmatch(text)):
        return text
    return f"{dated['date'].replace('-', '/')}/{dated['folder']}{dated['text']}"


def _nikola(meta: Meta, path: str, _settings: Settings) -> str:
    """The slug as it stands, else the name slugified, date and all."""
    if slug := _text(meta, "slug"):
        return slug
    return re.sub(r"[-\s]+", "-", re.sub(r"[^+\w\s-]", "", _ascii(_name(path), "nikola")).strip().lower())


def _text(meta: Meta, key: str) -> str:
    """The text under ``key``, ``""`` where there is none. Raises PostError for a list or mapping."""
    value = meta.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        kind = "list" if isinstance(value, list) else "mapping"
        raise PostError(f"'{key}' is a {kind}, not a text.", f"Write '{key}: ...' on one line, in quotes if need be.")
    return value.strip()


def _joined(meta: Meta, key: str) -> str:
    """As :func:`_text`; a list, which Pelican makes of continued lines, is joined by spaces."""
    value = meta.get(key)
    if isinstance(value, list):
        return " ".join(item.strip() for item in value if isinstance(item, str)).strip()
    return _text(meta, key)


def _parts(path: str) -> tuple[list[str], str]:
    """The folders of a path, and its file's name less the ending."""
    *folders, file = path.split("/")
    return folders, file.rpartition(".")[0] or file


def _name(path: str) -> str:
    """The bundle's folder for ``index.md``, else the file's name."""
    folders, stem = _parts(path)
    return folders[-1] if folders and stem == "index" else stem


def _page_name(path: str) -> str:
    """As :func:`_name`, where ``_index.md`` is the section's own page: with Hugo and Zola."""
    return _name(re.sub(r"(^|/)_index(?=\.[^./]*$)", r"\1index", path))


def _undated(name: str) -> str:
    date = _DATE.match(name)
    return (name[date.end() :] if date else "") or name


def _last_segment(url: str) -> str:
    """The last part of a path in a URL that names something, without the ending of a page."""
    path = re.sub(r"(?:^|/)index\.html?$", "", url.partition("?")[0].strip())
    return re.sub(r"\.html?$", "", path.rstrip("/").rpartition("/")[2])


def _ascii(text: str, extra: str) -> str:
    """The text in ASCII letters, as Unidecode writes it. It is GPL, hence no dependency of ours."""
    if text.isascii():
        return text
    if any(unicodedata.category(character) == "Cs" for character in text):
        raise PostError("the name holds half a surrogate pair.", "Rename the file, or set a 'slug'.")
    try:
        from unidecode import unidecode
    except ImportError:
        raise PostError(
            f"{extra.capitalize()} makes the slug of '{text[:60]}', which takes Unidecode to write in ASCII.",
            f"pip install 'blogcovers[{extra}]', or set a 'slug' of ASCII letters in the front matter.",
        ) from None
    return str(unidecode(text))


def _malformed(key: str, error: Exception) -> PostError:
    return PostError(f"{key} in the site's settings is malformed: {error}.", "Its patterns are Python's.")


RULES: Mapping[str, SlugRule] = MappingProxyType(
    {
        "plain": _plain,
        "hugo": _hugo,
        "pelican": _pelican,
        "mkdocs": _mkdocs,
        "zensical": _mkdocs,
        "jekyll": _jekyll,
        "eleventy": _eleventy,
        "astro": _astro,
        "zola": _zola,
        "hexo": _hexo,
        "docusaurus": _docusaurus,
        "nikola": _nikola,
    }
)
