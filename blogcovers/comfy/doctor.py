"""A look at one server, for ``blogcovers doctor``: what answers, what is missing, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import uuid4

from blogcovers.comfy import preflight, protocol
from blogcovers.comfy.catalogue import Catalogue
from blogcovers.comfy.client import Client
from blogcovers.comfy.gates import way_out
from blogcovers.comfy.protocol import Dropped, NotComfy, answered
from blogcovers.comfy.versions import ABILITIES, NEEDED, TOO_OLD, Version, version_of
from blogcovers.workflow.template import Values, fill

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from blogcovers.config import Access
    from blogcovers.workflow.template import Template

_GIB = 2**30
_MODELS = ("ckpt_name", "unet_name", "lora_name", "vae_name", "clip_name", "clip_name1", "clip_name2")


Sized: TypeAlias = "tuple[Template, tuple[int, int]]"
"""A template, with the (width, height) in pixels that it is filled with."""


@dataclass(frozen=True)
class Finding:
    """One line of the report. ``advice`` is ``""`` where all is well; ``fatal``: no cover can be made so; ``untold``:
    whether one can be made, the server does not say."""

    subject: str
    text: str
    advice: str = ""
    fatal: bool = False
    untold: bool = False


def examine(server: str, access: Access, templates: Sequence[Sized]) -> Iterator[Finding]:
    """What is found on a server, in the order of asking; ends early where nothing more can be asked."""

    def look(client: Client) -> Iterator[Finding]:
        stats = answered(protocol.system_stats(), client.exchange)
        version = version_of(stats)
        if version.number is None and answered(protocol.is_too_old(str(uuid4())), client.exchange):
            yield Finding("answers", f"{version}, too old: {TOO_OLD}", f"Update it to {NEEDED} or later.", fatal=True)
            return
        yield from _answers(stats)
        yield from _means(version)
        yield from _queue(client)
        yield _websocket(client)
        yield from _workflows(client, templates)

    return _asking(server, access, look)


def can_run(server: str, access: Access, template: Template, size: tuple[int, int]) -> Iterator[Finding]:
    """Whether a server can run a template filled with this size, as :func:`examine` finds it, and nothing else."""

    def look(client: Client) -> Iterator[Finding]:
        answered(protocol.system_stats(), client.exchange)
        yield from _workflows(client, [(template, size)])

    return _asking(server, access, look)


def _asking(server: str, access: Access, look: Callable[[Client], Iterator[Finding]]) -> Iterator[Finding]:
    client = Client(server, access)
    try:
        yield from look(client)
    except (Dropped, NotComfy) as error:
        why = str(error) if isinstance(error, Dropped) else f"{error}{client.through}"
        yield Finding("answers", why, way_out(why), fatal=True)
    finally:
        client.close()


def _answers(stats: Mapping[str, Any]) -> Iterator[Finding]:
    yield Finding("answers", str(version_of(stats)))
    devices = stats.get("devices")
    for device in devices if isinstance(devices, list) else []:
        if isinstance(device, dict):
            yield _device(device)


def _means(version: Version) -> Iterator[Finding]:
    """What the version means for a build, where a newer one would do better."""
    if version.number is None:
        yield Finding(
            "version", "It does not say which it is, so it is taken for an old one until its answers show more."
        )
    for ability in ABILITIES:
        if not version.has(ability):
            advice = f"ComfyUI {ability} or later does better." if ability.wanted else ""
            yield Finding("version", ability.otherwise, advice)


def _device(device: Mapping[str, Any]) -> Finding:
    sizes = (device.get(key) for key in ("vram_free", "vram_total"))
    free, total = (size / _GIB if isinstance(size, int | float) and 0 <= size < 2**60 else 0.0 for size in sizes)
    text = f"{device.get('name', '?')}, {free:.1f} of {total:.1f} GiB free"
    if device.get("type") == "cpu":
        return Finding("device", text, "It renders on the processor, minutes a cover. Start it where it sees a GPU.")
    small = total and total < 6
    return Finding("device", text, "Little for SDXL: start ComfyUI with --lowvram." if small else "")


def _queue(client: Client) -> Iterator[Finding]:
    queue = answered(protocol.queue(), client.exchange)
    yield Finding("queue", f"{len(queue.running)} running, {len(queue.pending)} waiting")


def _websocket(client: Client) -> Finding:
    """Apart from HTTP, since gates often let only one of the two through."""
    try:
        client.listen()
    except Dropped as error:
        advice = "Covers are made without it, but show no progress. Let the gate pass websockets on /ws."
        return Finding("websocket", str(error), advice)
    return Finding("websocket", "opens")


def _workflows(client: Client, templates: Sequence[Sized]) -> Iterator[Finding]:
    catalogue = Catalogue()
    for template, size in templates:
        graph = fill(template, Values("", "", 0, size, "blogcovers"))
        verdict = answered(catalogue.examine(graph, template.roles.output_node), client.exchange)
        if catalogue.silence:
            said = f"it does not say what it has: {catalogue.silence}"
            yield Finding("workflow", said, "Let the gate pass /object_info to know more.", untold=True)
            return
        if not verdict.faults:
            yield Finding("workflow", f"{template.where} can run")
        for fault in verdict.faults:
            advice = "Mend the workflow, or give the server what it lacks."
            yield Finding("workflow", f"{template.where}: {fault}", advice, fatal=True)
    for name, models in _models(catalogue.known).items():
        yield Finding("models", f"{name}: {', '.join(models) or 'none'}")


def _models(infos: Mapping[str, Any]) -> dict[str, list[str]]:
    """What the server has for each input that names a model file."""
    found: dict[str, list[str]] = {}
    for info in infos.values():
        required = preflight.required(info)
        for name in _MODELS:
            if name in required:
                found[name] = [str(choice) for choice in protocol.choices(required[name]) or []]
    return found
