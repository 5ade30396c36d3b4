"""The one table of what may stand in the config: it checks the file, gives the defaults, and writes ``init``'s file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

from blogcovers import generators
from blogcovers.config.options import RENDERERS
from blogcovers.config.readers import (
    addresses,
    dotted,
    file_name,
    focus,
    hosts,
    kilobytes,
    link_value,
    node_inputs,
    one_of,
    pattern,
    pixels,
    quality,
    square,
    text,
    texts,
    url_path,
    widths,
    yes_or_no,
)
from blogcovers.cover import CAUSES
from blogcovers.errors import ConfigError, nearest
from blogcovers.generators import themes
from blogcovers.posts.post import Fallback

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path


@dataclass(frozen=True)
class Key:
    """One key of the config: how its value is read, its default, and its line in the commented file."""

    name: str
    read: Callable[[Any, str], Any]
    default: str
    doc: str


_POLICY = one_of("render", "keep")

KEYS = (
    Key("content", text, '"content"', "The folder of the posts."),
    Key("media", text, '"media/covers"', "Where covers are written, so that the generator publishes them."),
    Key("path", pattern, '"{slug}.webp"', "A cover's path below media; {section} is the post's folder below content."),
    Key("bundle", file_name, '"cover.webp"', "The cover's name beside a page bundle's index.md. Unset: in media."),
    Key("generator", one_of(*generators.NAMES), '"plain"', f"One of {', '.join(generators.NAMES)}."),
    Key(
        "slug_rule",
        one_of(generators.PLAIN.name, *(generator.name for generator in generators.GENERATORS)),
        '"plain"',
        "The generator by whose rule posts are named, if another.",
    ),
    Key("public_url", url_path, '"/images/covers"', "Where the media folder is served; else told from the generator."),
    Key("style", text, '"style"', "The house style's folder; files that it lacks come from the shipped style."),
    Key("workflow", text, '"sdxl"', "The workflow template in the style folder, without .json."),
    Key(
        "inputs",
        node_inputs,
        "{}",
        'Inputs of the workflow to set, like { "KSampler.steps" = 30 }, or a table [inputs]; see docs/workflows.md.',
    ),
    Key(
        "post_inputs",
        texts,
        "[]",
        'What posts may set besides what costs nothing, like ["*.steps"], or may not: ["!*"]; see docs/workflows.md.',
    ),
    Key(
        "renderer",
        one_of(*RENDERERS),
        '"painter"',
        "Who makes the pictures: comfyui or painter. Unset: whoever made each cover.",
    ),
    Key(
        "when_unreachable", one_of("stop", "paint"), '"stop"', "paint: the painter stands in while the server is down."
    ),
    Key("metadata", one_of("full", "fingerprint"), '"full"', "fingerprint: keep prompt and graph out of new covers."),
    Key("drafts", yes_or_no, "false", "Whether drafts get covers, too."),
    Key("future", yes_or_no, "true", "Whether posts get covers that the generator holds back until their date."),
    Key("exclude", texts, "[]", 'Posts to leave out, as patterns below content, like ["archive/*"].'),
    Key("concept_keys", texts, '["concept", "cover_concept", "cover.concept"]', "Where a post names its concept."),
    Key("concept_fallback", one_of(*get_args(Fallback)), '""', "What stands in for it: description, title or nothing."),
    Key("languages", texts, "[]", 'Languages of the site, like ["en", "es"]: their suffixes and folders.'),
    Key("default_language", text, '"en"', "The language whose post decides a shared cover."),
    Key("data_file", text, '"data/covers.json"', "A JSON file of all covers for templates; see docs/sites.md."),
    Key("link.theme", one_of(*themes.THEMES), '"papermod"', "Whose key 'blogcovers link' writes."),
    Key("link.key", dotted, '"cover.image"', "That key, dotted, if the theme is not known here."),
    Key("link.value", link_value, '"{url}"', "What is written there: {url}, {path}, {name}, {slug}, {absolute}."),
    Key("output.size", pixels, '"1200x630"', "Width and height of a cover in pixels."),
    Key("output.quality", quality, "82", "WebP quality, 1 to 100."),
    Key("output.focus", focus, '"50% 50%"', "The point of the rendered picture (from left, top) that its crop keeps."),
    Key("outputs.social.size", pixels, '"1200x630"', "Width and height in pixels."),
    Key("outputs.social.quality", quality, "85", "JPEG quality, 1 to 100."),
    Key("outputs.social.max_kb", kilobytes, "300", "The file's limit in kB (1000 bytes), 0 for none."),
    Key("outputs.social.focus", focus, '"50% 50%"', "The point of the cover (from left, top) that the crop keeps."),
    Key("outputs.square.size", square, '"630x630"', "Width and height in pixels."),
    Key("outputs.square.format", one_of("webp", "jpeg"), '"webp"', "webp or jpeg."),
    Key("outputs.square.quality", quality, "82", "The format's quality, 1 to 100."),
    Key("outputs.square.max_kb", kilobytes, "0", "The file's limit in kB (1000 bytes), 0 for none."),
    Key("outputs.square.focus", focus, '"50% 50%"', "The point of the cover (from left, top) that the crop keeps."),
    Key("outputs.widths.widths", widths, "[480, 800]", "Widths in pixels, up to the cover's own."),
    Key("outputs.widths.quality", quality, "82", "WebP quality, 1 to 100."),
    Key("outputs.widths.max_kb", kilobytes, "0", "The limit of each file in kB (1000 bytes), 0 for none."),
    Key(
        "comfyui.server",
        addresses,
        '"http://127.0.0.1:8188"',
        "ComfyUI's address, or a list of them. Setting it means renderer = comfyui.",
    ),
    Key("comfyui.headers_file", text, '"headers.txt"', "A file of lines 'Name: value', sent with every request."),
    Key("comfyui.ca_file", text, '"ca.pem"', "The certificate of a private authority."),
    Key(
        "comfyui.download_hosts",
        hosts,
        '["*.amazonaws.com"]',
        "Other hosts that the server may send us on to for a picture; none by default. See docs/comfyui.md.",
    ),
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


def checked(table: Mapping[str, Any], file: Path) -> dict[str, Any]:
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
            raise ConfigError(f"{file}: '{name}' is not a key of blogcovers.", _known_there(name, known, tables))
        else:
            values[name] = known[name].read(value, f"{file}: {name}")
    return values


def _known_there(name: str, known: Collection[str], tables: Collection[str]) -> str:
    """What an unknown key may have been meant for: in a table only what may stand there counts."""
    table, _, key = name.rpartition(".")
    if table and key in known:
        return f"'{key}' stands by itself, above the first [table]."
    if table not in tables:
        return nearest(name, [*known, *tables]) or f"The keys are {', '.join(known)}."
    there = [other.rpartition(".")[2] for other in (*known, *sorted(tables)) if other.rpartition(".")[0] == table]
    near = nearest(key, there)
    return near.replace("'", f"'{table}.", 1) if near else f"The keys of [{table}] are {', '.join(there)}."


def _flattened(table: Mapping[str, Any], tables: set[str], within: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted key -> value; each of ``tables`` that is written also as itself, empty."""
    for key, value in table.items():
        name = f"{within}{key}"
        if isinstance(value, dict) and name in tables:
            yield name, {}
            yield from _flattened(value, tables, f"{name}.")
        else:
            yield name, value


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
