"""The config: ``blogcovers.toml``, or ``[tool.blogcovers]`` in ``pyproject.toml``.

:data:`KEYS` is the one table of what may stand there: it checks the file, gives the defaults, and writes
the commented file of ``blogcovers init``. Paths in the file are relative to it, options of the command line
to where you stand.
"""

from __future__ import annotations

import os
import re
import tomllib
from base64 import b64encode
from dataclasses import dataclass, field, replace
from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Any, Literal, cast, get_args
from urllib.parse import urlsplit

from blogcovers import crop, derived, generators, homes, settings, slugs, themes
from blogcovers.errors import ConfigError, NoContent, UsageError, nearest
from blogcovers.posts import CONCEPT_KEYS, Fallback, Rules
from blogcovers.recipe import CAUSES, Output

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from blogcovers.crop import Focus
    from blogcovers.derived import Derived
    from blogcovers.generators import Preset
    from blogcovers.homes import Home

FILE = "blogcovers.toml"
PREFIX = "BLOGCOVERS_"
SERVER_VARIABLE = f"{PREFIX}SERVER"
HEADERS_VARIABLE = f"{PREFIX}HEADERS"

RendererName = Literal["comfyui", "painter"]
RENDERERS: tuple[RendererName, ...] = get_args(RendererName)


@dataclass(frozen=True)
class Access:
    """What a server behind a gate wants, on HTTP and websocket alike: never shown, logged or written into a recipe."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    ca_file: str = ""


@dataclass(frozen=True)
class Config:
    """All settings of a run.

    ``base``: the folder that reported paths are relative to: the config's, else the generator's root, else the
    content folder's parent.
    ``within``: the part of the content folder that the run is about, ``""`` for all. ``file``: the config file, or
    None. ``root``: the generator's own root, at or below the base. ``posts``: patterns
    of which a post's path below ``root`` matches one, if there are any. ``exclude``: patterns of paths below
    ``content``. ``future``: whether posts get covers that the generator still holds back. ``bundle``: the name of
    the cover beside the ``index.md`` of a page bundle, or ``""`` where those go to ``media`` like others.
    ``public_url``: where the media folder is served, without a final slash, or None where that is not known;
    ``base_path`` and ``site_url``: the site's own URL, its path and whole. ``data_file``: see
    :mod:`blogcovers.data_file`. ``link``: the key and value that ``link`` writes. ``warnings``: what was assumed.
    ``renderer``: what the site asks for, or ``""`` where it leaves it open.
    ``servers``: ComfyUI's addresses, none where none is known; ``access``: what they want to be told. ``style``:
    a folder of the site's own, or None for the shipped one.
    ``outputs``: what is derived from every cover. ``inputs``: what is set in workflow templates, as it is written
    (see :mod:`blogcovers.settings`).
    """

    base: Path
    content: Path
    media: Path
    within: str = ""
    file: Path | None = None
    style: Path | None = None
    path: str = "{slug}.webp"
    generator: str = "plain"
    rules: Rules = field(default_factory=Rules)
    drafts: bool = False
    future: bool = True
    root: Path | None = None
    posts: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    bundle: str = ""
    public_url: str | None = None
    base_path: str = ""
    site_url: str = ""
    data_file: Path | None = None
    link: themes.Theme | None = None
    warnings: tuple[str, ...] = ()
    renderer: RendererName | Literal[""] = ""
    servers: tuple[str, ...] = ()
    access: Access = field(default_factory=Access, repr=False)
    workflow: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    when_unreachable: Literal["stop", "paint"] = "stop"
    metadata: Literal["full", "fingerprint"] = "full"
    keep: frozenset[str] = frozenset()
    output: Output = field(default_factory=Output)
    outputs: tuple[Derived, ...] = ()

    def shown(self, path: Path) -> str:
        """A path as messages and reports give it: relative to ``base`` where it lies inside, with ``/``."""
        try:
            return path.relative_to(self.base).as_posix()
        except ValueError:
            return path.as_posix()


@dataclass(frozen=True)
class Host:
    """The generator in whose run we are: its name, its config file, and its content folder, both absolute.

    It stands in for where the user stands: the config says the rest, as it does on the command line.
    """

    name: str
    file: Path
    content: Path


@dataclass(frozen=True)
class Options:
    """What the command line or a plugin says; None where it says nothing. Paths are relative to where the user stands,
    ``host`` is the plugin's."""

    content: Path | None = None
    media: Path | None = None
    style: Path | None = None
    server: tuple[str, ...] = ()
    renderer: RendererName | None = None
    drafts: bool | None = None
    generator: str = ""
    host: Host | None = None


@dataclass(frozen=True)
class Selection:
    """Which covers, out of those that are due, and how they are told of."""

    only: tuple[str, ...] = ()
    force: bool = False
    limit: int | None = None
    overwrite_hand_made: bool = False
    preview: Path | None = None
    json: bool = False
    quiet: bool = False


@dataclass(frozen=True)
class Key:
    """One key of the config: how its value is read, its default, and its line in the commented file."""

    name: str
    read: Callable[[Any, str], Any]
    default: str
    doc: str


def load(options: Options, environment: Mapping[str, str] = os.environ) -> Config:
    """The Config for a run. Raises ConfigError or UsageError."""
    options = replace(options, content=meant(options.content), media=meant(options.media), style=meant(options.style))
    file = find(options.content or (_beginning(options.host) if options.host else Path.cwd()))
    values = _checked(_table(file), file) if file else {}
    home, told = _home(options, values, file)
    content, within = _content(options, values, home, file)
    base = file.parent if file else content.parent if home.preset is generators.PLAIN else home.root
    media = options.media or Path(os.path.normpath(base / values["media"] if "media" in values else _media(home, base)))
    public_url = _public_url(values, home, media)
    style = _style_option(options.style) if options.style else _site_style(values.get("style"), base, file)
    servers = options.server or values.get("comfyui.server") or tuple(environment.get(SERVER_VARIABLE, "").split())
    return Config(
        base=base,
        content=content,
        within=within,
        media=media,
        file=file,
        style=style,
        path=values.get("path", "{slug}.webp"),
        generator=home.preset.name,
        rules=_rules(values, home),
        drafts=values.get("drafts", False) if options.drafts is None else options.drafts,
        future=values.get("future", True),
        root=home.root,
        posts=home.posts,
        exclude=(*home.exclude, *values.get("exclude", ())),
        bundle=values.get("bundle", ""),
        public_url=public_url,
        base_path=home.base_path,
        site_url=home.site_url,
        data_file=base / values["data_file"] if "data_file" in values else None,
        link=_link(values),
        warnings=(*_warnings(values, home), *told, *_unserved(public_url, values, home, media, base)),
        renderer=_renderer(options, values),
        servers=tuple(dict.fromkeys(_address(server.strip()) for server in servers)),
        access=_access(values, base, environment),
        workflow=values.get("workflow", ""),
        inputs=values.get("inputs", {}),
        when_unreachable=values.get("when_unreachable", "stop"),
        metadata=values.get("metadata", "full"),
        keep=frozenset(cause for cause in CAUSES if values.get(f"policy.{cause}") == "keep"),
        output=_output(values),
        outputs=_outputs(values, file),
    )


def anywhere(options: Options) -> Config:
    """The Config for what needs no posts: of the site found here, or of this folder alone. Raises as :func:`load`."""
    try:
        return load(options)
    except NoContent:
        here = Path.cwd()
        found = load(replace(options, content=here))
        return replace(found, base=here, style=found.style if options.style else _site_style(None, here, None))


def meant(path: Path | None) -> Path | None:
    """A path of the command line, absolute and without ``..``, so that it is shown and looked up as it is meant."""
    return Path(os.path.normpath(path.absolute())) if path else None


def find(start: Path) -> Path | None:
    """The config file for a folder: looked for from there upward, to the repository's root."""
    for folder in (start, *start.parents):
        for name in (FILE, "pyproject.toml"):
            file = folder / name
            if file.is_file() and (name == FILE or _own_table(_toml(file)) is not None):
                return file
        if (folder / ".git").exists():
            break
    return None


def _beginning(host: Host) -> Path:
    """Where a generator's run has the config looked for: as ``blogcovers check CONTENT`` would, if its own file is
    above its posts; else as if run beside that file."""
    return host.content if host.content.is_relative_to(host.file.parent) else host.file.parent


def site_root(content: Path | None, stop: Path | None = None) -> Path:
    """Where a generator's files are: looked for from the content folder upward, to ``stop`` or the repository's root.

    Without a content folder from ``stop``, else from where the user stands. Where there are none: ``stop``, else the
    content folder's parent, else where the user stands.
    """
    start = content or stop or Path.cwd()
    for parent in (start, *start.parents)[: None if stop else 4]:
        if generators.detect(parent):
            return parent
        if parent == stop or (parent / ".git").exists():
            break
    return stop or (content.parent if content else start)


def home_of(content: Path | None) -> tuple[Home, list[str]]:
    """The generator as a site without a config has it, and what to tell of how it was chosen. Raises ConfigError."""
    return _home(Options(content=content), {}, None)


def _home(options: Options, values: Mapping[str, Any], file: Path | None) -> tuple[Home, list[str]]:
    """The generator as this site has it, and what to tell the author of how it was chosen. Raises ConfigError."""
    base = file.parent if file else None
    content = options.content or (base / values["content"] if base and "content" in values else None)
    root = site_root(content, base if not content or (base and content.is_relative_to(base)) else None)
    if options.host:
        root = options.host.file.parent
    named = _one_of(*generators.NAMES)(options.generator, "--generator") if options.generator else ""
    if name := named or values.get("generator", ""):
        preset = generators.named(name)
        return homes.read(preset, root) if generators.readable(preset, root) else homes.assumed(
            preset, base or root
        ), []
    found = generators.detect(root)
    if options.host and not found:
        return homes.hosted(generators.named(options.host.name), options.host.file), []
    if "media" in values or options.media:
        return _only(found, root, file), []
    with_covers = [home for home in _possible(found, root) if homes.holds_covers(_media(home, root))]
    here = [home for home in with_covers if home.preset in (found or [generators.PLAIN])]
    if len(found) > 1 and len(here) == 1:
        return here[0], []
    home = _only(found, root, file)
    if not with_covers or any(_media(other, root) == _media(home, root) for other in with_covers):
        return home, []
    kept = with_covers[0]
    said = (
        f"The covers of this site are in {kept.media}, as for {_kind(kept)}, although it looks like {_kind(home)} now"
    )
    return kept, [
        f"{said}. That stays as it is; to change it, write generator and media in blogcovers.toml and move the covers."
    ]


def _kind(home: Home) -> str:
    return "a plain site" if home.preset is generators.PLAIN else f"a {home.preset.name} site"


def _possible(found: list[Preset], root: Path) -> list[Home]:
    """Every way in which this site's covers may have been laid out before, the likeliest first."""
    own = [homes.read(preset, root) for preset in found]
    unplugged = [other for home in own for other in homes.alternatives(home)]
    others = [homes.assumed(preset, root) for preset in (generators.PLAIN, *generators.PRESETS) if preset not in found]
    return [*own, *unplugged, *others]


def _only(found: list[Preset], root: Path, file: Path | None) -> Home:
    if len(found) > 1:
        names = " and ".join(preset.name for preset in found)
        place = f"in {file.name}" if file else f"in a file {FILE}"
        raise ConfigError(
            f"{root.name or root}: this is a site of {names}.", f'Write generator = "{found[0].name}" {place}.'
        )
    return homes.read(found[0], root) if found else homes.assumed(generators.PLAIN, root)


def _media(home: Home, base: Path) -> Path:
    return (base if home.preset is generators.PLAIN else home.root) / home.media


def _content(options: Options, values: Mapping[str, Any], home: Home, file: Path | None) -> tuple[Path, str]:
    """The content folder, and the part of it that was meant, ``""`` for all: slugs and keys are those of the whole
    site, whichever folder in it is named."""
    named, known = options.content, _known_content(options, values, home, file)
    if named is None and known is None:
        raise NoContent("No content folder is named, and none is found here.", "Say which: blogcovers build ./content")
    content = named or known or home.root
    if not content.is_dir():
        kind = "not a folder" if content.exists() else "not there"
        hint = f"It is set by 'content' in {file.name}." if file and not named else "Name the folder of your posts."
        raise UsageError(f"The content folder {content} is {kind}.", hint)
    if named and known and known.is_dir():
        if named.is_relative_to(known):
            return known, "" if named == known else named.relative_to(known).as_posix()
        if known.is_relative_to(named) and named in (home.root, file.parent if file else home.root):
            return known, ""
    return content, ""


def content_of(named: Path | None, home: Home, root: Path) -> str:
    """The content folder to be written down, relative to ``root``: the generator's, unless another was named."""
    known = Path(os.path.normpath(home.root / home.content))
    if named is None or named.is_relative_to(known) or (known.is_dir() and known.is_relative_to(named)):
        return home.content
    return named.relative_to(root).as_posix()


def _known_content(options: Options, values: Mapping[str, Any], home: Home, file: Path | None) -> Path | None:
    """The content folder as far as it is known without being named."""
    if "content" in values and file:
        return Path(os.path.normpath(file.parent / values["content"]))
    if options.host:
        return Path(os.path.normpath(options.host.content))
    folder = Path(os.path.normpath(home.root / home.content))
    return folder if file or home.preset is not generators.PLAIN or folder.is_dir() else None


def _public_url(values: Mapping[str, Any], home: Home, media: Path) -> str | None:
    """Where the media folder is served: as set, else below the published folder that it lies in."""
    if "public_url" in values:
        return str(values["public_url"]).rstrip("/")
    return served_at(home, media)


def served_at(home: Home, media: Path) -> str | None:
    """Under which URL the generator serves the media folder; None where it does not, or nobody knows."""
    for folder, url in home.published:
        published = Path(os.path.normpath(home.root / folder))
        if media.is_relative_to(published):
            parts = (url, media.relative_to(published).as_posix())
            return f"{home.base_path}/" + "/".join(part for part in parts if part not in ("", "."))
    return None


def _warnings(values: Mapping[str, Any], home: Home) -> Iterator[str]:
    yield from home.warnings
    yield from (said for key, said in home.guessed.items() if key not in values)


def _unserved(url: str | None, values: Mapping[str, Any], home: Home, media: Path, base: Path) -> Iterator[str]:
    """What to say where covers are made that the generator does not publish."""
    if url is None and "bundle" not in values:
        folder = os.path.relpath(media, base)
        yield (
            f"{home.preset.name} does not publish what is in {folder}, as far as its config tells: set another media,"
            " or public_url if it is served all the same."
        )


def _link(values: Mapping[str, Any]) -> themes.Theme | None:
    theme = themes.THEMES.get(values.get("link.theme", ""), themes.Theme("", "{url}"))
    key, value = values.get("link.key", theme.key), values.get("link.value", theme.value)
    return themes.Theme(key, value) if key else None


def _style_option(folder: Path) -> Path:
    if not folder.is_dir():
        raise UsageError(
            f"There is no style folder {folder}.", "It holds house.toml, prompt.j2, negative.j2, sdxl.json."
        )
    return folder


def _site_style(value: str | None, base: Path, file: Path | None) -> Path | None:
    if value is not None:
        folder = base / value
        if not folder.is_dir():
            raise ConfigError(
                f'{file}: style = "{value}": there is no such folder.', "Paths are relative to the config."
            )
        return folder
    folder = base / "style"
    return folder if (folder / "house.toml").is_file() else None


def _rules(values: Mapping[str, Any], home: Home) -> Rules:
    link = _link(values)
    return Rules(
        dialect=home.preset.dialect,
        concept_keys=values.get("concept_keys", CONCEPT_KEYS),
        fallback=values.get("concept_fallback", ""),
        languages=values.get("languages", home.languages),
        default_language=values.get("default_language", home.default_language),
        slug_rule=values.get("slug_rule", home.preset.name),
        slug_settings=home.slug_settings,
        dates=home.preset.dates,
        picture_key=link.key if link else "",
    )


def _output(values: Mapping[str, Any]) -> Output:
    keys = ("size", "quality", "focus")
    return Output(**{key: values[f"output.{key}"] for key in keys if f"output.{key}" in values})


def _outputs(values: Mapping[str, Any], file: Path | None) -> tuple[Derived, ...]:
    """What is derived from covers: the tables that are written, empty or not."""
    found = []
    for default in (derived.SOCIAL, derived.SQUARE):
        if default.table in values:
            keys = ("size", "quality", "max_kb", "focus", "format")
            given = {key: values[f"{default.table}.{key}"] for key in keys if f"{default.table}.{key}" in values}
            found.append(replace(default, **given))
    if "outputs.widths" in values:
        cover = _output(values).size[0]
        for width in values.get("outputs.widths.widths", derived.WIDTHS):
            if width > cover:
                message = f"{file}: outputs.widths.widths names {width}, and covers are {cover} pixels wide."
                raise ConfigError(message, f"Nothing is scaled up: name widths up to {cover}, or raise output.size.")
            quality = values.get("outputs.widths.quality", derived.WIDTHS_QUALITY)
            found.append(derived.of_width(width, quality, values.get("outputs.widths.max_kb", 0)))
    return tuple(found)


def _renderer(options: Options, values: Mapping[str, Any]) -> RendererName | Literal[""]:
    """What the site asks for. A server in the config or the options means comfyui, one in the environment does not."""
    if options.renderer:
        if options.renderer == "painter" and options.server:
            raise UsageError("--renderer painter uses no server.", "Leave --server or --renderer painter out.")
        return options.renderer
    if options.server:
        return "comfyui"
    if "renderer" in values:
        return cast("RendererName", values["renderer"])
    return "comfyui" if values.get("comfyui.server") else ""


def _address(server: str) -> str:
    """The server's base URL without a final slash; ``host:port`` means http."""
    url = server if "://" in server else f"http://{server}"
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        parts, sound = None, False
    if "@" in url or (parts and (parts.query or parts.fragment)):  # first: the other message repeats the address
        raise UsageError("The server address holds a name, password or query.", "Credentials go into the environment.")
    if not sound:
        raise UsageError(f"The server address '{server}' is no URL.", "Write it like http://127.0.0.1:8188")
    return url.rstrip("/")


def _access(values: Mapping[str, Any], base: Path, environment: Mapping[str, str]) -> Access:
    """Credentials: from the environment, or from a file of header lines that the config names."""
    headers: dict[str, str] = {}
    if "comfyui.headers_file" in values:
        file = base / values["comfyui.headers_file"]
        headers |= _headers(_credentials(file), str(file))
    headers |= _headers(environment.get(HEADERS_VARIABLE, ""), HEADERS_VARIABLE)
    user, password = environment.get(f"{PREFIX}USER", ""), environment.get(f"{PREFIX}PASSWORD", "")
    token = environment.get(f"{PREFIX}TOKEN", "").strip()
    if not _sendable(token):
        raise ConfigError(f"{PREFIX}TOKEN holds what no header can carry.", "Set it again, on one line.")
    if bool(password) and not user:
        raise ConfigError(f"{PREFIX}PASSWORD is set, but {PREFIX}USER is not.", "Set both.")
    if token:
        headers["Authorization"] = f"Bearer {token}"
    elif user:
        headers["Authorization"] = f"Basic {b64encode(f'{user}:{password}'.encode()).decode('ascii')}"
    ca_file = environment.get(f"{PREFIX}CA_FILE", "") or values.get("comfyui.ca_file", "")
    if ca_file and not (base / ca_file).is_file():
        raise ConfigError(
            f"The CA file {base / ca_file} is not there.", "It is set by comfyui.ca_file or the environment."
        )
    return Access(headers, str(base / ca_file) if ca_file else "")


def _credentials(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"The headers file {file} cannot be read.", "It is set by comfyui.headers_file.") from None


def _sendable(value: str) -> bool:
    """Whether a header can carry the text: one line of Latin-1."""
    return value.isprintable() and all(ord(character) < 256 for character in value)


def _headers(text: str, where: str) -> dict[str, str]:
    """Lines ``Name: value``; a message never repeats a line, which may be a secret."""
    headers = {}
    for number, line in enumerate(text.splitlines(), 1):
        name, colon, value = line.partition(":")
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if (
            not colon
            or not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name.strip())
            or not value.strip().isprintable()
        ):
            raise ConfigError(f"{where}, line {number}, is no header.", "Write lines like Name: value.")
        headers[name.strip()] = value.strip()
    return headers


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: the TOML is malformed: {error}.", _toml_hint(error)) from None
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}.") from None


def _toml_hint(error: Exception) -> str:
    twice = "Cannot declare" in str(error) or "Cannot overwrite" in str(error)
    return "Each key and table stands once." if twice else "Text values stand in quotes."


def _own_table(pyproject: Mapping[str, Any]) -> dict[str, Any] | None:
    """``[tool.blogcovers]``; None where there is none."""
    tool = pyproject.get("tool")
    own = tool.get("blogcovers") if isinstance(tool, dict) else None
    return own if isinstance(own, dict) else None


def _table(file: Path) -> dict[str, Any]:
    table = _toml(file)
    if file.name == FILE:
        return table
    return _own_table(table) or {}


def _checked(table: Mapping[str, Any], file: Path) -> dict[str, Any]:
    """Dotted key -> value as read. Raises ConfigError for an unknown key, naming the nearest, or a bad value."""
    known = {key.name: key for key in KEYS}
    tables = {key.name[:at] for key in KEYS for at, character in enumerate(key.name) if character == "."}
    values = {}
    for name, value in _flattened(table, tables):
        if name in tables and value != {}:
            raise ConfigError(f"{file}: {name} is {value!r}.", f"It is a table: write [{name}], and its keys below.")
        if name in tables:
            values[name] = value
        elif name not in known:
            hint = nearest(name, [*known, *tables]) or f"The keys are {', '.join(known)}."
            raise ConfigError(f"{file}: '{name}' is not a key of blogcovers.", hint)
        else:
            values[name] = known[name].read(value, f"{file}: {name}")
    return values


def _flattened(table: Mapping[str, Any], tables: set[str], within: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted key -> value; each of ``tables`` that is written also as itself, empty."""
    for key, value in table.items():
        name = f"{within}{key}"
        if isinstance(value, dict) and name in tables:
            yield name, {}
            yield from _flattened(value, tables, f"{name}.")
        else:
            yield name, value


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ConfigError(f"{where} is {value!r}.", "Write a text in quotes.")
    return value.strip()


def _yes(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise ConfigError(f"{where} is {value!r}.", "Write true or false.")
    return value


def _texts(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise ConfigError(f"{where} is {value!r}.", 'Write a list of texts, like ["one", "two"].')
    return tuple(value)


def _inputs(value: Any, where: str) -> dict[str, Any]:
    if fault := settings.fault(value, (str, int, float, bool)):
        hint = (
            'Write lines like "KSampler.steps" = 30 under [inputs]; for one template of several, under [inputs.NAME].'
        )
        raise ConfigError(f"{where} holds something it cannot take: {fault}.", hint)
    return dict(value)


def _addresses(value: Any, where: str) -> tuple[str, ...]:
    return (_text(value, where),) if isinstance(value, str) else _texts(value, where)


def _one_of(*choices: str) -> Callable[[Any, str], str]:
    def read(value: Any, where: str) -> str:
        if value not in choices:
            hint = (
                nearest(str(value), choices) or f"It is one of {', '.join(choice or 'nothing' for choice in choices)}."
            )
            raise ConfigError(f"{where} is {value!r}.", hint)
        return str(value)

    return read


def _pixels(value: Any, where: str) -> tuple[int, int]:
    sides = re.fullmatch(r"([0-9]{2,4})x([0-9]{2,4})", value) if isinstance(value, str) else None
    if not sides or not all(16 <= int(side) <= 8192 for side in sides.groups()):
        raise ConfigError(f"{where} is {value!r}.", 'Write it as "1200x630", in pixels, each side from 16 to 8192.')
    return int(sides[1]), int(sides[2])


def _quality(value: Any, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 100:
        raise ConfigError(f"{where} is {value!r}.", "Write a whole number from 1 to 100.")
    return value


def _url_path(value: Any, where: str) -> str:
    text = _text(value, where)
    if not text.startswith(("/", "http://", "https://")) or any(c in text for c in ' \\?#"'):
        raise ConfigError(f"{where} is {value!r}.", 'Write it like "/images/covers" or "https://example.org/covers".')
    return text


def _file_name(value: Any, where: str) -> str:
    text = _text(value, where)
    if not re.fullmatch(r"[\w][\w.-]*\.webp", text):
        raise ConfigError(f"{where} is {value!r}.", 'Write a file name like "cover.webp" or "featured.webp".')
    return text


def _dotted(value: Any, where: str) -> str:
    text = _text(value, where)
    if not re.fullmatch(r"[\w-]+(?:\.[\w-]+)*(?:\[\])?", text):
        raise ConfigError(f"{where} is {value!r}.", 'Write a key like "cover.image", or "images[]" for a list.')
    return text


def _link_value(value: Any, where: str) -> str:
    text = _text(value, where)
    try:
        fields = [(name, spec or change) for _, name, spec, change in Formatter().parse(text) if name is not None]
    except ValueError:
        fields = []
    if not fields or any(name not in themes.PLACEHOLDERS or changed for name, changed in fields):
        known = ", ".join(f"{{{name}}}" for name in themes.PLACEHOLDERS)
        raise ConfigError(f"{where} is {value!r}.", f"Write a text with some of {known}.")
    return text


def _square(value: Any, where: str) -> tuple[int, int]:
    width, height = _pixels(value, where)
    if width != height:
        raise ConfigError(f"{where} is {value!r}, no square.", 'Write it as "630x630".')
    return width, height


def _widths(value: Any, where: str) -> tuple[int, ...]:
    whole = isinstance(value, list) and all(isinstance(item, int) and not isinstance(item, bool) for item in value)
    if not whole or not value or not all(16 <= width <= 8192 for width in value):
        raise ConfigError(f"{where} is {value!r}.", "Write a list like [480, 800], in pixels, each from 16 to 8192.")
    return tuple(sorted(set(value)))


def _kilobytes(value: Any, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ConfigError(f"{where} is {value!r}.", "Write a whole number of kB (1000 bytes), or 0 for no limit.")
    return value


def _focus(value: Any, where: str) -> Focus:
    try:
        return crop.read_focus(_text(value, where))
    except ValueError:
        raise ConfigError(f"{where} is {value!r}.", crop.FOCUS_HINT) from None


def _pattern(value: Any, where: str) -> str:
    """The cover's path as a pattern of {slug} and {section}."""
    text = _text(value, where)
    try:
        fields = [name for _, name, spec, change in Formatter().parse(text) if name is not None or spec or change]
        sample = text.format(slug="s", section="c") if set(fields) <= {"slug", "section"} else ""
    except (KeyError, IndexError, ValueError, AttributeError):
        fields, sample = [], ""
    if (
        "{slug}" not in text
        or "slug" not in fields
        or not sample.endswith(".webp")
        or sample.startswith(("/", "\\"))
        or ".." in sample.split("/")
    ):
        raise ConfigError(f"{where} is {value!r}.", 'Write it like "{slug}.webp" or "{section}/{slug}.webp".')
    return text


_POLICY = _one_of("render", "keep")

KEYS = (
    Key("content", _text, '"content"', "The folder of the posts."),
    Key("media", _text, '"media/covers"', "Where covers are written, so that the generator publishes them."),
    Key("path", _pattern, '"{slug}.webp"', "A cover's path below media; {section} is the post's folder below content."),
    Key("bundle", _file_name, '"cover.webp"', "The cover's name beside a page bundle's index.md. Unset: in media."),
    Key("generator", _one_of(*generators.NAMES), '"plain"', f"One of {', '.join(generators.NAMES)}."),
    Key("slug_rule", _one_of(*slugs.RULES), '"plain"', "The generator by whose rule posts are named, if another."),
    Key("public_url", _url_path, '"/images/covers"', "Where the media folder is served; else told from the generator."),
    Key("style", _text, '"style"', "The house style's folder; files that it lacks come from the shipped style."),
    Key("workflow", _text, '"sdxl"', "The workflow template in the style folder, without .json."),
    Key(
        "inputs",
        _inputs,
        "{}",
        'Inputs of the workflow to set, like { "KSampler.steps" = 30 }, or a table [inputs]; see docs/workflows.md.',
    ),
    Key(
        "renderer",
        _one_of(*RENDERERS),
        '"painter"',
        "Who makes the pictures: comfyui or painter. Unset: whoever made each cover.",
    ),
    Key(
        "when_unreachable", _one_of("stop", "paint"), '"stop"', "paint: the painter stands in while the server is down."
    ),
    Key("metadata", _one_of("full", "fingerprint"), '"full"', "fingerprint: keep prompt and graph out of new covers."),
    Key("drafts", _yes, "false", "Whether drafts get covers, too."),
    Key("future", _yes, "true", "Whether posts get covers that the generator holds back until their date."),
    Key("exclude", _texts, "[]", 'Posts to leave out, as patterns below content, like ["archive/*"].'),
    Key("concept_keys", _texts, '["concept", "cover_concept", "cover.concept"]', "Where a post names its concept."),
    Key(
        "concept_fallback", _one_of(*get_args(Fallback)), '""', "What stands in for it: description, title or nothing."
    ),
    Key("languages", _texts, "[]", 'Languages of the site, like ["en", "es"]: their suffixes and folders.'),
    Key("default_language", _text, '"en"', "The language whose post decides a shared cover."),
    Key("data_file", _text, '"data/covers.json"', "A JSON file of all covers for templates; see docs/sites.md."),
    Key("link.theme", _one_of(*themes.THEMES), '"papermod"', "Whose key 'blogcovers link' writes."),
    Key("link.key", _dotted, '"cover.image"', "That key, dotted, if the theme is not known here."),
    Key("link.value", _link_value, '"{url}"', "What is written there: {url}, {path}, {name}, {slug}, {absolute}."),
    Key("output.size", _pixels, '"1200x630"', "Width and height of a cover in pixels."),
    Key("output.quality", _quality, "82", "WebP quality, 1 to 100."),
    Key("output.focus", _focus, '"50% 50%"', "The point of the rendered picture (from left, top) that its crop keeps."),
    Key("outputs.social.size", _pixels, '"1200x630"', "Width and height in pixels."),
    Key("outputs.social.quality", _quality, "85", "JPEG quality, 1 to 100."),
    Key("outputs.social.max_kb", _kilobytes, "300", "The file's limit in kB (1000 bytes), 0 for none."),
    Key("outputs.social.focus", _focus, '"50% 50%"', "The point of the cover (from left, top) that the crop keeps."),
    Key("outputs.square.size", _square, '"630x630"', "Width and height in pixels."),
    Key("outputs.square.format", _one_of("webp", "jpeg"), '"webp"', "webp or jpeg."),
    Key("outputs.square.quality", _quality, "82", "The format's quality, 1 to 100."),
    Key("outputs.square.max_kb", _kilobytes, "0", "The file's limit in kB (1000 bytes), 0 for none."),
    Key("outputs.square.focus", _focus, '"50% 50%"', "The point of the cover (from left, top) that the crop keeps."),
    Key("outputs.widths.widths", _widths, "[480, 800]", "Widths in pixels, up to the cover's own."),
    Key("outputs.widths.quality", _quality, "82", "WebP quality, 1 to 100."),
    Key("outputs.widths.max_kb", _kilobytes, "0", "The limit of each file in kB (1000 bytes), 0 for none."),
    Key(
        "comfyui.server",
        _addresses,
        '"http://127.0.0.1:8188"',
        "ComfyUI's address, or a list of them. Setting it means renderer = comfyui.",
    ),
    Key("comfyui.headers_file", _text, '"headers.txt"', "A file of lines 'Name: value', sent with every request."),
    Key("comfyui.ca_file", _text, '"ca.pem"', "The certificate of a private authority."),
    *(
        Key(f"policy.{cause}", _POLICY, '"render"', f"keep: let covers be when only the {cause} changed.")
        for cause in CAUSES
    ),
)


_SWITCHES = {
    "outputs.social": "A JPEG of each cover for social cards, SLUG.social.jpg: the next line switches it on.",
    "outputs.square": "A square of each cover, SLUG.square.webp: the next line switches it on.",
    "outputs.widths": "Smaller covers for srcset, SLUG.480w.webp and so on: the next line switches them on.",
}
"""Tables that mean something even when they are empty, and what."""


def commented(set_values: Mapping[str, str], examples: Mapping[str, str] | None = None) -> str:
    """A config file with every key explained; those in ``set_values`` (dotted key -> TOML value) are set.

    ``examples``: values to show, in the same form, where this site would write another than the usual.
    """
    lines = ["# blogcovers: a cover for every post. Lines with a # show defaults or examples; take it away to set one."]
    table = ""
    for key in KEYS:
        head, dot, name = key.name.rpartition(".")
        if dot and head != table:
            table = head
            switched_on = any(name.startswith(f"{table}.") for name in set_values)
            lines += ["", f"# {_SWITCHES[table]}"] if table in _SWITCHES else [""]
            lines += [f"[{table}]" if switched_on or table not in _SWITCHES else f"# [{table}]"]
        elif not dot:
            lines.append("")
        lines += [f"# {key.doc}"]
        value = set_values.get(key.name)
        lines += [f"{name} = {value}" if value else f"# {name} = {(examples or {}).get(key.name, key.default)}"]
    return "\n".join(lines) + "\n"
