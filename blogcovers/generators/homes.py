"""What a site's own generator is told in its config: folders, URL, languages, and what its slugs depend on.

Only plain values are read; nothing is executed. A config that cannot be read, or that computes what we ask
for, leaves the preset's default in place and a warning that says which one, and how to set it.
"""

from __future__ import annotations

import ast
import json
import os
import re
import tomllib
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import yaml

from blogcovers.cover import webp
from blogcovers.errors import ConfigError
from blogcovers.generators import inherited

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from blogcovers.generators.presets import Preset

OUR_PLUGIN = "blogcovers"
MKDOCS_MEDIA, MKDOCS_PUBLISHED = "covers", "assets/covers"
"""Where covers lie beside ``mkdocs.yml`` when our plugin publishes them, and the URL path that it gives them."""


@dataclass(frozen=True)
class Home:
    """A preset as one site has it. Folders are relative to ``root``, as in :class:`~blogcovers.generators.Preset`.

    ``base_path``: the path of the site's own URL, ``""`` or like ``/blog``. ``site_url``: that URL whole, or ``""``.
    ``slug_settings``: what the slug rule depends on, under the generator's own names. ``warnings``: what the author
    should know. ``guessed``: our own key that settles it -> what was assumed in place of a value that is computed.
    ``file``: the name of the generator's config, where it is none of the usual ones.
    """

    preset: Preset
    root: Path
    content: str
    media: str
    published: tuple[tuple[str, str], ...]
    exclude: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    base_path: str = ""
    site_url: str = ""
    languages: tuple[str, ...] = ()
    default_language: str = ""
    slug_settings: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    guessed: Mapping[str, str] = field(default_factory=dict)
    file: str = ""


class _Unreadable(Exception):  # noqa: N818  (the fact, as in errors.py)
    """A config that is malformed: the message says how."""


def assumed(preset: Preset, root: Path) -> Home:
    """The preset's own defaults."""
    return Home(preset, root, preset.content, preset.media, preset.published, preset.exclude, preset.posts)


def read(preset: Preset, root: Path, file: str = "") -> Home:
    """The preset as the site in ``root``, where its files stand, has it; ``file``: as in :class:`Home`.

    Raises ConfigError for a config that cannot be read.
    """
    home = replace(assumed(preset, root), file=file)
    reader = _READERS.get(preset.name)
    if not reader:
        return home
    try:
        return reader(home)
    except _Unreadable as error:
        # Going on with the defaults would give posts other names, and so paint every cover anew beside the old ones.
        raise ConfigError(
            f"{error}, so it is not known how {preset.name} names posts and where their covers belong.",
            'Mend it. Or write generator = "plain", content and media in blogcovers.toml: then it is not read.',
        ) from None


def hosted(preset: Preset, file: Path) -> Home:
    """The preset as the generator that runs us has it, whose config file has a name by which nobody else finds it."""
    said = (
        f"{file.name} is known to {preset.name} alone: so that every blogcovers command does as this run does, write"
        " generator, content, media and public_url in blogcovers.toml."
    )
    home = read(preset, file.parent, file.name)
    return replace(home, warnings=(*home.warnings, said))


def alternatives(home: Home) -> list[Home]:
    """How the same site's covers lay before its own config came to mean another folder."""
    if home.preset.name == "mkdocs" and home.media == MKDOCS_MEDIA:
        return [replace(home, media=f"{home.content}/assets/covers", published=((home.content, ""),))]
    return []


def uncopied(home: Home, media: Path) -> Iterator[str]:
    """What to say where Eleventy's config does not have the covers copied: what is no template is published only where
    ``addPassthroughCopy`` says so (https://www.11ty.dev/docs/copy/). Where it may say it in words that are not read
    here, nothing is said."""
    if home.preset.name != "eleventy":
        return
    text, folder = _script(home), os.path.relpath(media, home.root).replace(os.sep, "/")
    copied = [_copied(argument) for argument in _COPIES.findall(text)]
    told = any(one is None or any(_overlap(path, folder) for path in one) for one in copied)
    if told or PurePosixPath(folder).name in text or _ELSEWHERE.search(text):
        return
    yield (
        f"eleventy does not copy what is in {folder}, as far as its config tells: write there"
        f' eleventyConfig.addPassthroughCopy("{folder}"), or set public_url if it is served all the same.'
    )


_COPIES = re.compile(r"addPassthroughCopy\s*\(\s*([^;)]*)")
# Another file of the author's, or a format that is copied as it is.
_ELSEWHERE = re.compile(r"""(?:require\s*\(|import\s*\(?|\bfrom)\s*['"`]\.{1,2}/|\bwebp\b""")


def _copied(argument: str) -> list[str] | None:
    """The paths in what ``addPassthroughCopy`` is given, up to their first wildcard; None where that is computed."""
    if not argument.startswith(("'", '"', "`", "{")) or "${" in argument:
        return None
    named = _KEYS if argument.startswith("{") else _QUOTED
    paths = ("".join(found) for found in named.findall(argument))  # one of the two groups is empty
    return [re.split(r"[*?{\[]", path)[0].strip("/") for path in paths]


_QUOTED = re.compile(r"""['"`]([^'"`]*)['"`]""")
_KEYS = re.compile(r"""['"`]([^'"`]*)['"`]\s*:|([\w$]+)\s*:""")


def _overlap(path: str, folder: str) -> bool:
    """Whether one of the two lies in the other, or is it."""
    one, other = PurePosixPath(path), PurePosixPath(folder)
    return one.is_relative_to(other) or other.is_relative_to(one)


def holds_covers(folder: Path, of: Path | None = None) -> bool:
    """Whether there is a cover of ours in the folder; ``of``: one that is named like a file or folder in that one."""
    alike = {path.stem.casefold() for path in of.rglob("*")} if of and folder.is_dir() else None
    for place, _, names in os.walk(folder):
        for name in names:
            if name.endswith(".webp") and (alike is None or name.removesuffix(".webp").casefold() in alike):
                with suppress(OSError, ValueError):
                    if webp.read_recipe((Path(place) / name).read_bytes()):
                        return True
    return False


def _hugo(home: Home) -> Home:
    site = _merged_hugo(home.root)
    languages = site["languages"] if isinstance(site.get("languages"), dict) else {}
    static = _hugo_published(site, "static")
    own = next((folder for folder, url in static if url == "images/covers"), "")
    whole = next((folder for folder, url in static if not url), static[0][0])
    language = str(site.get("defaultcontentlanguage") or ("en" if languages else ""))
    table = languages.get(language)
    # What the language says stands in the place of what the site says: its permalinks are not merged with the site's.
    said = {**site, **{key.lower(): value for key, value in table.items()}} if isinstance(table, dict) else site
    settings = {name: said[name.lower()] for name in _HUGO_SETTINGS if name.lower() in said}
    return replace(
        _at(home, site.get("baseurl")),
        content=_folder(site.get("contentdir"), home.content),
        media=own or f"{whole}/images/covers",
        published=(*static, *_hugo_published(site, "assets")),
        languages=tuple(languages),
        default_language=language,
        slug_settings={name: value for name, value in settings.items() if str(value).lower() != "false"},
    )


_HUGO_SETTINGS = (
    "permalinks",
    "disablePathToLower",
    "removePathAccents",
    "frontmatter",
    "defaultContentLanguage",
    "defaultContentLanguageInSubdir",
)


def _hugo_published(site: Mapping[str, Any], component: str) -> tuple[tuple[str, str], ...]:
    """(folder, URL path) of ``static`` or ``assets``; mounts on it take the place of its usual folder."""
    module = site.get("module")
    mounts = module.get("mounts") if isinstance(module, dict) else None
    mounted = []
    for mount in mounts if isinstance(mounts, list) else ():
        target, _, inner = str(mount.get("target") if isinstance(mount, dict) else "").strip("/").partition("/")
        if target == component:
            mounted.append((_folder(mount.get("source"), component), inner.strip("/")))
    usual = site.get({"static": "staticdir", "assets": "assetdir"}[component]) or component
    return tuple(mounted or ((_folder(folder, component), "") for folder in _listed(usual)))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _merged_hugo(root: Path) -> dict[str, Any]:
    """Hugo's own order: the file at the root, or config/_default, where tables may be files of their own."""
    files = [root / f"{name}.{ending}" for name in ("hugo", "config") for ending in ("toml", "yaml", "yml", "json")]
    folder = root / "config/_default"
    site: dict[str, Any] = {}
    for file in [*files[:4], *sorted(folder.glob("hugo.*")), *sorted(folder.glob("config.*")), *files[4:]]:
        if file.is_file() and not site:
            site = {key.lower(): value for key, value in _table(file).items()}
    for name in ("languages", "permalinks", "module", "frontmatter"):
        for file in folder.glob(f"{name}.*"):
            site[name] = _table(file)
    return site


def _pelican(home: Home) -> Home:
    values, computed = _python(home.root / "pelicanconf.py")
    keys = {"PATH": "content", "STATIC_PATHS": "media", "SITEURL": "public_url"}
    return replace(as_pelican_has_it(home, values), guessed=_computed("pelicanconf.py", computed, keys))


def as_pelican_has_it(home: Home, values: Mapping[str, Any]) -> Home:
    """The home by these settings of Pelican's, read from its file or handed over by Pelican itself."""
    content = _folder(values.get("PATH"), home.content)
    static = [str(item) for item in values.get("STATIC_PATHS", ["images"])]
    folders = [item for item in static if not (home.root / content / item).is_file()]  # extra/robots.txt
    first = "images" if "images" in folders or not folders else _folder(folders[0], "images")
    articles = [str(item).strip("/") for item in values.get("ARTICLE_PATHS", [""])]
    excluded = [*values.get("PAGE_PATHS", ["pages"]), *values.get("ARTICLE_EXCLUDES", [])]
    return replace(
        _at(home, values.get("SITEURL")),
        content=content,
        media=f"{content}/{first}/covers",
        published=tuple((_joined(content, folder), folder.strip("/")) for folder in folders),
        exclude=tuple(f"{str(folder).strip('/')}/*" for folder in excluded if folder),
        posts=() if "" in articles else tuple(f"{_joined(content, folder)}/*" for folder in articles),
        default_language=str(values.get("DEFAULT_LANG") or "en"),
        slug_settings={name: values[name] for name in _PELICAN_SLUGS if name in values},
    )


_PELICAN_SLUGS = (
    "SLUGIFY_SOURCE",
    "SLUGIFY_USE_UNICODE",
    "SLUGIFY_PRESERVE_CASE",
    "SLUG_REGEX_SUBSTITUTIONS",
    *inherited.SETTINGS,
)


def _mkdocs(home: Home) -> Home:
    return _docs(home, _inherited(_mkdocs_file(home)), plugins_run=True)


def _mkdocs_file(home: Home) -> Path:
    names = [home.file] if home.file else ["mkdocs.yml", "mkdocs.yaml"]
    return next((file for name in names if (file := home.root / name).is_file()), home.root / names[0])


def _zensical(home: Home) -> Home:
    file = home.root / "zensical.toml"
    project = _table(file).get("project") if file.is_file() else _inherited(_mkdocs_file(home))
    return _docs(home, project if isinstance(project, dict) else {}, plugins_run=False)


def _docs(home: Home, site: Mapping[str, Any], *, plugins_run: bool) -> Home:
    """MkDocs and Zensical: one config in two spellings; only the first runs anybody's plugins."""
    docs = _folder(site.get("docs_dir"), home.content)
    plugins = _plugins(site.get("plugins"))
    ours = any(name == OUR_PLUGIN for name, _ in plugins)
    blogs = [_blog_posts(options) for name, options in plugins if name in _BLOGS]
    beside = ours and plugins_run and docs != "."  # else what is beside the config is among the posts
    unheard = "Zensical runs no plugins, so 'blogcovers' in its plugins does nothing: run 'blogcovers build' first."
    return replace(
        _at(home, site.get("site_url")),
        content=docs,
        media=MKDOCS_MEDIA if beside else _joined(docs, "assets/covers"),
        published=((MKDOCS_MEDIA, MKDOCS_PUBLISHED), (docs, "")) if beside else ((docs, ""),),
        slug_settings={"blogs": tuple(blogs)},
        warnings=(unheard,) if ours and not plugins_run else (),
    )


_BLOGS = ("blog", "material/blog")


def _blog_posts(options: Mapping[str, Any]) -> str:
    """The folder of a blog plugin's posts, relative to that of the pages."""
    blog = str(options.get("blog_dir") or "blog")
    return _folder(str(options.get("post_dir") or "{blog}/posts").replace("{blog}", blog), "blog/posts")


def _plugins(value: Any) -> list[tuple[str, dict[str, Any]]]:
    """(name, options) of each, from either spelling: a list of names and one-key mappings, or one mapping."""
    items: list[tuple[Any, Any]] = []
    for item in [value] if isinstance(value, dict) else value if isinstance(value, list) else ():
        items += item.items() if isinstance(item, dict) else [(item, {})]
    return [(str(name), options if isinstance(options, dict) else {}) for name, options in items]


def _inherited(file: Path, depth: int = 5) -> dict[str, Any]:
    """The config over the one that it inherits from: mappings are merged, anything else is replaced, as by MkDocs."""
    site = _table(file)
    parent = site.get("INHERIT")
    if isinstance(parent, str) and depth and (file.parent / parent).is_file():
        return _over(_inherited(file.parent / parent, depth - 1), site)
    return site


def _over(parent: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    both = {key for key in own if isinstance(own[key], dict) and isinstance(parent.get(key), dict)}
    return {**parent, **own, **{key: _over(parent[key], own[key]) for key in both}}


def _jekyll(home: Home) -> Home:
    file = next((file for file in home.root.glob("_config.*") if file.suffix in (".yml", ".yaml", ".toml")), None)
    site = _table(file) if file else {}
    source = _folder(site.get("source"), home.content)
    return replace(
        _at(home, site.get("baseurl") or "", site.get("url")),
        content=source,
        media=_joined(source, "assets/images/covers"),
        published=((source, ""),),
        default_language=str(site.get("lang") or ""),
    )


def _eleventy(home: Home) -> Home:
    text = _script(home)
    source = _folder(_quoted(text, "input"), home.content)
    return replace(
        _at(home, _quoted(text, "pathPrefix")),
        content=source,
        media=_joined(source, "covers"),
        published=((source, ""),),
    )


def _astro(home: Home) -> Home:
    text = _script(home)
    return _at(home, _quoted(text, "base"), _quoted(text, "site"))


def _zola(home: Home) -> Home:
    file = next(file for name in ("zola.toml", "config.toml") if (file := home.root / name).is_file())
    site = _table(file)
    languages = site.get("languages")
    return replace(
        _at(home, site.get("base_url")),
        languages=tuple(languages) if isinstance(languages, dict) else (),
        default_language=str(site.get("default_language") or ("en" if languages else "")),
        slug_settings={"slugify": site["slugify"]} if isinstance(site.get("slugify"), dict) else {},
    )


def _hexo(home: Home) -> Home:
    site = _table(home.root / "_config.yml")
    source = _folder(site.get("source_dir"), "source")
    return replace(
        _at(home, site.get("root") or site.get("url"), site.get("url")),
        content=f"{source}/_posts",
        media=f"{source}/images/covers",
        published=((source, ""),),
        slug_settings={"new_post_name": site["new_post_name"]} if site.get("new_post_name") else {},
    )


def _docusaurus(home: Home) -> Home:
    text = _script(home)
    locales = re.search(r"\blocales\s*:\s*\[([^\]]*)\]", text)
    return replace(
        _at(home, _quoted(text, "baseUrl"), _quoted(text, "url")),
        languages=tuple(re.findall(r"""['"]([\w-]+)['"]""", locales[1])) if locales else (),
        default_language=_quoted(text, "defaultLocale"),
    )


def _nikola(home: Home) -> Home:
    values, computed = _python(home.root / "conf.py")
    sources = [str(entry[0]) for entry in values.get("POSTS", ()) if isinstance(entry, list | tuple) and entry]
    folders = [folder for source in sources if (folder := PurePosixPath(source.partition("*")[0]).as_posix()) != "."]
    translations = values.get("TRANSLATIONS")
    return replace(
        _at(home, values.get("SITE_URL")),
        content=folders[0] if folders else home.content,
        languages=tuple(translations) if isinstance(translations, dict) else (),
        default_language=str(values.get("DEFAULT_LANG") or "en"),
        guessed=_computed("conf.py", computed, {"POSTS": "content", "SITE_URL": "public_url"}),
    )


_READERS: Mapping[str, Callable[[Home], Home]] = {
    "hugo": _hugo,
    "pelican": _pelican,
    "mkdocs": _mkdocs,
    "zensical": _zensical,
    "jekyll": _jekyll,
    "eleventy": _eleventy,
    "astro": _astro,
    "zola": _zola,
    "hexo": _hexo,
    "docusaurus": _docusaurus,
    "nikola": _nikola,
}


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise _Unreadable(f"{file.name} cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise _Unreadable(f"{file.name} is not UTF-8") from None


def _table(file: Path) -> dict[str, Any]:
    """A TOML, YAML or JSON file as a mapping; YAML scalars stay text, and tags (``!ENV``) are not obeyed."""
    text = _text(file)
    try:
        if file.suffix == ".toml":
            return tomllib.loads(text)
        if file.suffix == ".json":
            table = json.loads(text)
        else:
            table = yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506  (text only)
    except tomllib.TOMLDecodeError as error:
        raise _Unreadable(f"{file.name} is malformed: {error}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f" (line {mark.line + 1})" if mark else ""
        raise _Unreadable(f"{file.name} is malformed: {getattr(error, 'problem', error)}{place}") from None
    except (ValueError, RecursionError) as error:
        raise _Unreadable(f"{file.name} is malformed: {error}") from None
    return table if isinstance(table, dict) else {}


def _python(file: Path) -> tuple[dict[str, Any], set[str]]:
    """The plain values that a Python config assigns at its top level, and the names of those that it computes."""
    try:
        tree = ast.parse(_text(file))
    except (SyntaxError, ValueError, RecursionError) as error:
        raise _Unreadable(f"{file.name} is malformed: {error}") from None
    values: dict[str, Any] = {}
    computed: set[str] = set()
    for node in tree.body:
        for name, value in _assigned(node):
            try:
                values[name] = ast.literal_eval(_Known(values).visit(value))
                computed.discard(name)
            except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
                values.pop(name, None)
                computed.add(name)
    return values, computed


def _assigned(node: ast.stmt) -> list[tuple[str, ast.expr]]:
    """The names that a statement assigns; ``NAME += [...]`` counts as computed, since we hold its name there."""
    if isinstance(node, ast.Assign):
        return [(target.id, node.value) for target in node.targets if isinstance(target, ast.Name)]
    if isinstance(node, ast.AnnAssign) and node.value and isinstance(node.target, ast.Name):
        return [(node.target.id, node.value)]
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        return [(node.target.id, ast.Name("computed", ast.Load()))]
    return []


class _Known(ast.NodeTransformer):
    """Puts values in the place of names that were assigned before (Nikola: ``{DEFAULT_LANG: ""}``)."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def visit_Name(self, node: ast.Name) -> ast.AST:
        with suppress(KeyError, TypeError, ValueError):
            return ast.copy_location(ast.parse(repr(self.values[node.id]), mode="eval").body, node)
        return node


def _computed(file: str, computed: Iterable[str], keys: Mapping[str, str]) -> dict[str, str]:
    """Our key -> what to say, for each name whose value we would have needed; ``keys``: the name -> our key."""
    return {
        key: f"{file} computes {name}, which is not read: its default is assumed. Set {key} in blogcovers.toml."
        for name, key in keys.items()
        if name in set(computed)
    }


def _script(home: Home) -> str:
    """The text of a config that is a JavaScript program: what stands there as a plain value is found by pattern."""
    for sign in home.preset.signs:
        if (home.root / sign.file).is_file():
            return re.sub(r"(?ms)/\*.*?\*/|^\s*//[^\n]*$", "", _text(home.root / sign.file))
    return ""


def _quoted(text: str, key: str) -> str:
    found = re.search(rf"""\b{key}\s*:\s*(['"`])([^'"`]*)\1""", text)
    return found[2] if found else ""


def _folder(value: Any, default: str) -> str:
    """A folder as presets write it: relative, with ``/``, ``.`` for the root."""
    if not isinstance(value, str) or not value.strip():
        return default
    return PurePosixPath(value.strip().replace("\\", "/")).as_posix()


def _joined(folder: str, inner: str) -> str:
    return (PurePosixPath(folder) / inner.strip("/")).as_posix()


def _at(home: Home, url: Any, host: Any = "") -> Home:
    """The home of a site whose own URL is this one: ``https://x.org/blog/``, or only its path, with the URL of the host
    apart."""
    if not isinstance(url, str):
        return home
    with suppress(ValueError):
        parts, apart = urlsplit(url.strip()), urlsplit(host.strip() if isinstance(host, str) else "")
        path = parts.path.strip("/")
        base_path = f"/{path}" if path else ""
        named = next((one for one in (parts, apart) if one.scheme in ("http", "https") and one.netloc), None)
        return replace(
            home, base_path=base_path, site_url=f"{named.scheme}://{named.netloc}{base_path}" if named else ""
        )
    return home
