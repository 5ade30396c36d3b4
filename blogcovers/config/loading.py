"""All settings of a run, put together from the options, the config, the generator's own, and the environment."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from blogcovers import generators
from blogcovers.config import keys
from blogcovers.config.file import find, table
from blogcovers.config.home import content_folder, home_for, media_of, served_at
from blogcovers.config.options import meant
from blogcovers.config.servers import Servers, access, addresses
from blogcovers.cover import CAUSES, Output, derived
from blogcovers.errors import ConfigError, NoContent, UsageError
from blogcovers.generators import SiteNaming, themes
from blogcovers.posts import SUFFIXES, Rules
from blogcovers.posts.post import CONCEPT_KEYS
from blogcovers.site import Site
from blogcovers.workflow import Assets, Choice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from blogcovers.config.options import Host, Options, RendererName
    from blogcovers.cover import Derived
    from blogcovers.generators import Home


@dataclass(frozen=True)
class Making:
    """How covers are made.

    ``renderer``: what the site asks for, or ``""`` where it leaves it open. ``workflow``: the template's name, or
    ``""`` for the style's own. ``inputs``: what is set in workflow templates, as it is written (see
    :mod:`blogcovers.workflow.inputs`). ``post_inputs``: patterns of the inputs that posts may set, or with a ``!`` may
    not (see :func:`blogcovers.workflow.inputs.not_for_posts`). ``keep``: the causes of change
    that are no reason to render.
    """

    renderer: RendererName | Literal[""] = ""
    workflow: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    post_inputs: tuple[str, ...] = ()
    when_unreachable: Literal["stop", "paint"] = "stop"
    metadata: Literal["full", "fingerprint"] = "full"
    keep: frozenset[str] = frozenset()
    output: Output = field(default_factory=Output)


@dataclass(frozen=True)
class Config:
    """All settings of a run, by who asks: where things lie, how covers are made, and by which servers.

    ``warnings``: what was assumed, and other things that the author should know.
    """

    site: Site
    making: Making = field(default_factory=Making)
    servers: Servers = field(default_factory=Servers)
    warnings: tuple[str, ...] = ()

    def assets(self) -> Assets:
        """The styles and workflow templates in use; nothing is read yet."""
        site, making = self.site, self.making
        file = site.shown(site.file) if site.file else "the config"
        return Assets(Choice(site.shown, site.style, making.workflow, making.inputs, file))


def load(options: Options, environment: Mapping[str, str] = os.environ) -> Config:
    """The Config for a run. Raises ConfigError or UsageError."""
    options = replace(options, content=meant(options.content), media=meant(options.media), style=meant(options.style))
    _refuse_post(options.content)
    file = find(options.content or (_beginning(options.host) if options.host else Path.cwd()))
    values = keys.checked(table(file), file) if file else {}
    home, told = home_for(options, values, file)
    content, within, whole = content_folder(options, values, home, file)
    around = home.generator is generators.PLAIN and content != home.root
    base = file.parent if file else content.parent if around else home.root
    media = options.media or Path(
        os.path.normpath(base / values["media"] if "media" in values else media_of(home, base))
    )
    public_url = _public_url(values, home, media)
    style = _style_option(options.style) if options.style else _site_style(values.get("style"), base, file)
    site = Site(
        base=base,
        content=content,
        within=within,
        root=home.root,
        generator=home.generator.name,
        rules=_rules(values, home),
        posts=home.posts,
        exclude=(*home.exclude, *values.get("exclude", ())),
        media=media,
        path=values.get("path", "{slug}.webp"),
        bundle=values.get("bundle", ""),
        outputs=_outputs(values, file),
        file=file,
        style=style,
        whole=whole,
        drafts=values.get("drafts", False) if options.drafts is None else options.drafts,
        future=values.get("future", True),
        public_url=public_url,
        base_path=home.base_path,
        site_url=home.site_url,
        url_setting=home.generator.url_setting,
        data_file=base / values["data_file"] if "data_file" in values else None,
        link=_link(values),
    )
    return Config(
        site,
        _making(options, values),
        Servers(addresses(options, values, environment), access(values, base, environment)),
        (*_warnings(values, home), *told, *_unserved(public_url, values, home, media, base)),
    )


def _making(options: Options, values: Mapping[str, Any]) -> Making:
    return Making(
        renderer=_renderer(options, values),
        workflow=values.get("workflow", ""),
        inputs=values.get("inputs", {}),
        post_inputs=values.get("post_inputs", ()),
        when_unreachable=values.get("when_unreachable", "stop"),
        metadata=values.get("metadata", "full"),
        keep=frozenset(cause for cause in CAUSES if values.get(f"policy.{cause}") == "keep"),
        output=_output(values),
    )


def _refuse_post(content: Path | None) -> None:
    """Raises UsageError where a post is named as the content folder."""
    if content and content.suffix in SUFFIXES and content.is_file():
        shown = os.path.relpath(content)
        hint = f"Name the folder of your posts; plan, check and build take one post by --only {shlex.quote(shown)}"
        raise UsageError(f"The content folder {content} is not a folder.", f"{hint}.")


def anywhere(options: Options) -> Config:
    """The Config for what needs no posts: of the site found here, or of this folder alone. Raises as :func:`load`."""
    try:
        return load(options)
    except NoContent:
        here = Path.cwd()
        found = load(replace(options, content=here))
        style = found.site.style if options.style else _site_style(None, here, None)
        return replace(found, site=replace(found.site, base=here, style=style))


def _beginning(host: Host) -> Path:
    """Where a generator's run has the config looked for: as ``blogcovers check CONTENT`` would, if its own file is
    above its posts; else as if run beside that file."""
    return host.content if host.content.is_relative_to(host.file.parent) else host.file.parent


def _public_url(values: Mapping[str, Any], home: Home, media: Path) -> str | None:
    """Where the media folder is served: as set, else below the published folder that it lies in."""
    if "public_url" in values:
        return str(values["public_url"]).rstrip("/")
    return served_at(home, media)


def _warnings(values: Mapping[str, Any], home: Home) -> Iterator[str]:
    yield from home.warnings
    yield from (said for key, said in home.guessed.items() if key not in values)


def _unserved(url: str | None, values: Mapping[str, Any], home: Home, media: Path, base: Path) -> Iterator[str]:
    """What to say where covers are made that the generator does not publish."""
    if url is None and "bundle" not in values:
        folder = os.path.relpath(media, base)
        yield (
            f"{home.generator.name} does not publish what is in {folder}, as far as its config tells: set another"
            " media, or public_url if it is served all the same."
        )
    elif "public_url" not in values and "bundle" not in values:
        yield from home.generator.uncopied(home, media)


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
        dialect=home.generator.dialect,
        concept_keys=values.get("concept_keys", CONCEPT_KEYS),
        fallback=values.get("concept_fallback", ""),
        languages=values.get("languages", home.languages),
        default_language=values.get("default_language", home.default_language),
        naming=SiteNaming(home.generator.name, values.get("slug_rule", home.generator.name), home.slug_settings),
        dates=home.generator.dates,
        passed_links=home.generator.passed_links,
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
