"""The readers under fuzzing, one a process: ``python tests/fuzz/targets.py NAME FOLDER...``, as libFuzzer takes it.

Each target names what it may raise; whatever else is raised, takes too long or too much memory is a finding.
"""

from __future__ import annotations

import copy
import json
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import atheris

with atheris.instrument_imports(include=["blogcovers"]):
    from blogcovers import bounds
    from blogcovers.comfy import protocol
    from blogcovers.config import keys
    from blogcovers.cover import jpeg, recipe, webp
    from blogcovers.errors import ConfigError, PostError, StyleError, UsageError, WorkflowError
    from blogcovers.link import held, linked, unlinked
    from blogcovers.output import printable
    from blogcovers.posts.header import read_meta
    from blogcovers.posts.post import Rules, parse
    from blogcovers.workflow.convert import conversion
    from blogcovers.workflow.inputs import read_inputs
    from blogcovers.workflow.style import Style, parse_house, prompts
    from blogcovers.workflow.template import load_template

TESTS = Path(__file__).parents[1]
DIALECTS: tuple[Any, ...] = ("any", "pelican", "mkdocs")
HOUSE = '[palette]\nred = "#ff0000"\nblue = "#0000ff"\n'
ASKED = protocol.get_queue()


class Target(NamedTuple):
    """``seeds`` gives inputs that are sound; ``is_json``: they are changed as trees, too."""

    run: Callable[[bytes], object]
    allowed: tuple[type[Exception], ...]
    seeds: Callable[[], Iterator[bytes]]
    is_json: bool = False


# What is read


def header(data: bytes) -> None:
    for dialect in DIALECTS:
        with suppress(PostError):
            read_meta(data.decode("utf-8", "replace"), dialect, frozenset({"concept"}), frozenset({"concept"}))
        with suppress(PostError):
            parse(data, "a/b.md", Rules(dialect=dialect, dates=("date",), picture_key="cover.image"))


def link(data: bytes) -> None:
    for dialect in DIALECTS:
        for key in ("image", "cover.image", "images[]"):
            with suppress(PostError):
                before = held(data, key, dialect)
                new = linked(data, key, "/covers/fox.webp", dialect)
                assert linked(new, key, "/covers/fox.webp", dialect) == new, "linking twice changes something"
                if new != data:
                    assert not before, "what was there is gone"
                    assert unlinked(new, key, "/covers/fox.webp", dialect) == data, "undo does not restore every byte"


def picture(data: bytes) -> None:
    for module in (webp, jpeg):
        with suppress(ValueError):
            module.read_record(data)
        with suppress(ValueError):
            module.picture_digest(data)
    for read in (webp.read_recipe, webp.size, webp.source_type):
        with suppress(ValueError):
            read(data)


def reply(data: bytes) -> None:
    for media_type in ("application/json", "text/html"):
        answer = protocol.Reply(200, media_type, data)
        for status in (200, 400, 404):
            answer = replace(answer, status=status)
            for read, more in (
                (protocol.read_system_stats, ()),
                (protocol.read_queue, ()),
                (protocol.read_history, ("id",)),
                (protocol.read_job, ("id",)),
                (protocol.read_posted, ("9",)),
            ):
                with suppress(protocol.NotComfy):
                    read(answer, ASKED, *more)  # type: ignore[operator]


def frame(data: bytes) -> None:
    protocol.read_frame(data)
    protocol.read_frame(data.decode("utf-8", "replace"))


def convert(data: bytes) -> None:
    both = bounds.json_value(data.decode("utf-8"))
    if not isinstance(both, dict):
        return
    infos = both.get("object_info")
    if not isinstance(infos, dict) or not all(isinstance(info, dict) and "input" in info for info in infos.values()):
        infos = {}
    conversion.convert(json.dumps(both.get("ui")), "saved.json", infos)


def config(data: bytes) -> None:
    keys.checked(bounds.toml_table(data.decode("utf-8")), Path("blogcovers.toml"))


def template(data: bytes) -> None:
    words = {"concept": "a red fox", "title": "A day", "slug": "a-day", "lang": "en", "tags": ["one", "two"]}
    style = Style(parse_house(HOUSE, "house.toml"), data.decode("utf-8"), "", {"prompt.j2": "p", "negative.j2": "n"})
    assert style.digest
    prompts(style, words)


def text(data: bytes) -> None:
    said = data.decode("utf-8", "surrogatepass")
    assert all(character == "\n" or ord(character) >= 32 for character in printable(said))
    read_inputs(said)


# Where it begins


def _files(*patterns: str) -> Callable[[], Iterator[bytes]]:
    def seeds() -> Iterator[bytes]:
        for pattern in patterns:
            yield from (file.read_bytes() for file in sorted(TESTS.glob(pattern)) if file.is_file())

    return seeds


def _posts() -> Iterator[bytes]:
    yield from _files("old_covers/*/**/*.md", "../sample_site/content/**/*.md")()
    yield b'+++\ntitle = "A day"\n[cover]\nalt = """\nx"""\n+++\nbody\n'
    yield b"+++\nprose\n+++\n"
    yield b'{"title": "A day", "cover": {"image": ""}}\nbody\n'
    yield b"---\ntitle: &a [x, *a]\ncover: {image: ~} # none\nimages: []\n---\nbody\n"
    yield b"Title: A day\nConcept: a fox\n    in snow\n\nbody\n"


def _recordings() -> Iterator[bytes]:
    for data in _files("recordings/*.json")():
        yield data
        recorded = json.loads(data)
        waiting = [recorded]
        while waiting:
            one = waiting.pop()
            if isinstance(one, dict):
                yield json.dumps(one).encode()
                waiting += one.values()
            elif isinstance(one, list):
                waiting += one[:20]
            elif isinstance(one, str) and one.startswith("{"):
                yield one.encode()


def _recipes() -> Iterator[bytes]:
    for data in _files("old_covers/*/**/*.webp")():
        if made := webp.read_recipe(data):
            yield recipe.to_json(made).encode()


def _conversions() -> Iterator[bytes]:
    made = json.loads((TESTS / "conversions/made.json").read_text(encoding="utf-8"))
    for pair in made["pairs"].values():
        yield json.dumps({"ui": pair["ui"], "object_info": made["object_info"]}).encode()


def _templates() -> Iterator[bytes]:
    yield from _files("../style/*.j2")()
    yield b"{% for tag in tags recursive %}{{ loop.index ~ tag | center(9) }}{{ loop('x') if 0 }}{% endfor %}"
    yield b"{% macro m(a) %}{{ '%3d' % a * 2 }}{% endmacro %}{{ [m(1)] | join(', ') }}{{ palette.red.upper() }}"


def _configs() -> Iterator[bytes]:
    yield keys.commented({key.name: key.default for key in keys.KEYS}).encode()
    yield b'[inputs]\n"KSampler.steps" = 30\n[outputs.social]\n'


TARGETS = {
    "header": Target(header, (), _posts),
    "link": Target(link, (), _posts),
    "picture": Target(picture, (), _files("old_covers/*/**/*.webp", "old_covers/*/**/*.jpg")),
    "recipe": Target(lambda data: recipe.from_json(data.decode()), (ValueError,), _recipes, True),
    "reply": Target(reply, (), _recordings, True),
    "frame": Target(frame, (), _recordings, True),
    "convert": Target(convert, (ValueError, WorkflowError), _conversions, True),
    "roles": Target(
        lambda data: load_template(data.decode(), "a.json"),
        (ValueError, WorkflowError, StyleError),
        _files("../style/*.json", "conversions/built*.api.json"),
        True,
    ),
    "config": Target(config, (ValueError, ConfigError, UsageError), _configs),
    "house": Target(
        lambda data: parse_house(data.decode(), "house.toml"), (ValueError, StyleError), _files("../style/house.toml")
    ),
    "template": Target(template, (ValueError, StyleError, PostError), _templates),
    "text": Target(text, (ValueError,), lambda: iter([b"KSampler.steps = 30, 'x.y' = \"z\"", b"\x1b[8m\xe2\x80\xae"])),
}

_JUNK = (
    None,
    True,
    -1,
    0,
    1e308,
    float("nan"),
    10**30,
    "",
    "x",
    "3",
    "\x1b[8m",
    [],
    {},
    [[]],
    [None],
    ["3", 0],
    {"a": 1},
)


def _changed_tree(data: bytes, most: int, seed: int) -> bytes:
    """Some JSON with one value replaced, taken out, doubled or wrapped; bytes as libFuzzer changes them otherwise."""
    chance = random.Random(seed)
    with suppress(ValueError, RecursionError):
        tree = json.loads(data)
        for _ in range(chance.randint(1, 3)):
            places = list(_places(tree))
            if not places or chance.random() < 0.3:
                break
            holder, key = chance.choice(places)
            elsewhere, at = chance.choice(places)
            here = holder[key]
            made = chance.choice([*_JUNK, elsewhere[at], [here], [here, here], {"a": here}])
            holder[key] = copy.deepcopy(made)
            if isinstance(holder, dict) and chance.random() < 0.1:
                del holder[key]
        changed = json.dumps(tree).encode()
        if changed != data and len(changed) <= most:
            return changed
    return bytes(atheris.Mutate(data, most))


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    waiting = [tree]
    while waiting:
        one = waiting.pop()
        for key, value in one.items() if isinstance(one, dict) else enumerate(one) if isinstance(one, list) else ():
            yield one, key
            waiting.append(value)


def main() -> None:
    name, *arguments = sys.argv[1:]
    target = TARGETS[name]

    def once(data: bytes) -> None:
        with suppress(*target.allowed):
            target.run(data)

    more: dict[str, Any] = {"custom_mutator": _changed_tree} if target.is_json else {}
    atheris.Setup([sys.argv[0], *arguments], once, **more)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
