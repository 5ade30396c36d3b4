"""What a ComfyUI server does with a prompt once it is accepted: run it, draw its pictures. No sockets, threads or disk.

Any class in `object_info_classes.json` runs: what a node gives is a digest of its class and inputs, and a picture is a
function of the digest that reaches the output node. The order of steps is that of the recordings of ComfyUI 0.12.1.
"""

from __future__ import annotations

import copy
import hashlib
import io
import json
import posixpath
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from comfy_faults import Interrupted, NodeFailed, RunFault
from comfy_nodes import SCALARS, Catalogue, Graph
from PIL import Image
from PIL.PngImagePlugin import PngInfo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

SAMPLERS = {"KSampler", "KSamplerAdvanced", "SamplerCustom", "SamplerCustomAdvanced"}


# --------------------------------------------------------------------------------------------------------- pictures


@dataclass(frozen=True)
class Value:
    """What comes out of a slot of a node: a name for it, a size where it is a latent or picture, a plain value."""

    digest: str
    width: int = 0
    height: int = 0
    batch: int = 1
    colour: int | None = None
    plain: Any = None


@dataclass(frozen=True)
class File:
    """A file in output/, input/ or temp/."""

    data: bytes
    modified: float = field(default_factory=time.time)


Folder = dict[tuple[str, str, str], File]  # (type, subfolder, file name)


def draw(value: Value, index: int = 0) -> Image.Image:
    """The picture of a value: coloured rectangles, the same for the same digest; EmptyImage alone is of one colour."""
    if value.colour is not None:
        return Image.new("RGB", (value.width, value.height), f"#{value.colour:06x}")
    noise = hashlib.shake_256(f"{value.digest}/{index}".encode()).digest(16 * 9 * 3)
    return Image.frombytes("RGB", (16, 9), noise).resize((value.width, value.height), Image.Resampling.NEAREST)


def png(image: Image.Image, texts: Mapping[str, Any]) -> bytes:
    """A PNG with one text chunk of ASCII JSON for each of `texts`."""
    chunks = PngInfo()
    for key, content in texts.items():
        chunks.add_text(key, json.dumps(content))
    out = io.BytesIO()
    image.save(out, "PNG", pnginfo=chunks, compress_level=1)
    return out.getvalue()


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()


def save_path(folder: Folder, kind: str, prefix: str, value: Value) -> tuple[str, str, int]:
    """(subfolder, start of the file name, first counter) for a filename_prefix."""
    now = time.localtime()
    names = {"width": str(value.width), "height": str(value.height), "year": str(now.tm_year)}
    for name, number in zip(("month", "day", "hour", "minute", "second"), now[1:6], strict=True):
        names[name] = f"{number:02d}"
    for name, text in names.items():
        prefix = prefix.replace(f"%{name}%", text)
    subfolder, stem = posixpath.split(posixpath.normpath(prefix))
    if posixpath.isabs(subfolder) or subfolder.split("/")[0] == "..":
        full = posixpath.normpath(posixpath.join("/comfy/base/output", subfolder))
        message = "**** ERROR: Saving image outside the output folder is not allowed.\n full_output_folder: "
        common = posixpath.commonpath([full, "/comfy/base/output"])
        message += f"{full}\n         output_dir: /comfy/base/output\n         commonpath: {common}\n"
        raise NodeFailed("Exception", message)
    taken = [
        int(digits)
        for type_, sub, name in folder
        if (type_, sub) == (kind, subfolder) and name.startswith(f"{stem}_")
        for digits in [name[len(stem) + 1 :].split("_")[0]]
        if digits.isdigit()
    ]
    return subfolder, stem, max(taken, default=0) + 1


# -------------------------------------------------------------------------------------------------------- execution


@dataclass(frozen=True)
class Frame:
    """A message for the owner of the prompt. Of a prompt without owner everybody gets those marked `broadcast`."""

    kind: str
    data: dict[str, Any]
    broadcast: bool = False


@dataclass(frozen=True)
class Preview:
    """A preview picture: for clients that asked for metadata, or for those that did not."""

    jpeg: bytes
    metadata: dict[str, Any]
    with_metadata: bool


@dataclass(frozen=True)
class Work:
    """Time passes. An interrupt cuts it short only while sampling."""

    seconds: float
    sampling: bool


@dataclass(frozen=True)
class Sent:
    """A picture that is sent instead of saved: a PNG, in a binary frame."""

    png: bytes


Step = Frame | Preview | Work | Sent


@dataclass(frozen=True)
class Cached:
    """What a node gave when it ran."""

    values: list[Value]
    ui: dict[str, Any] | None


@dataclass
class Job:
    """An accepted prompt."""

    number: float
    prompt_id: str
    graph: Graph
    extra_data: dict[str, Any]
    outputs: list[str]

    @property
    def item(self) -> tuple[float, str, Graph, dict[str, Any], list[str]]:
        """As in /queue and in a history entry."""
        return (self.number, self.prompt_id, self.graph, self.extra_data, self.outputs)

    @property
    def client_id(self) -> Any:
        return self.extra_data.get("client_id")


def signatures(graph: Graph) -> dict[str, str]:
    """The cache key of every node: its class, its inputs and those of all before it, but not the ids. Skips cycles."""
    known: dict[str, str] = {}

    def of(node_id: str, path: tuple[str, ...]) -> str:
        if node_id in path or node_id not in graph:
            return "?"
        if node_id not in known:
            node = graph[node_id]
            parts: list[Any] = [node["class_type"]]
            for name, value in sorted(node.get("inputs", {}).items()):
                parts.append([name, [of(value[0], (*path, node_id)), value[1]] if _is_link(value) else value])
            known[node_id] = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
        return known[node_id]

    return {node_id: of(node_id, ()) for node_id in graph}


def _is_link(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and isinstance(value[0], str)


@dataclass
class Execution:
    """One run of one prompt: a stream of steps, then `messages`, `outputs` and `meta` for the history."""

    job: Job
    catalogue: Catalogue
    cache: dict[str, Cached]
    folder: Folder
    fault: RunFault
    interrupted: Callable[[], bool]
    sampling_seconds: float = 0.0
    node_seconds: Mapping[str, float] = field(default_factory=dict)
    previews: bool = False
    report_cached: bool = False  # list cached outputs even when nobody asked by client_id
    messages: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
    executed: list[str] = field(default_factory=list)
    values: dict[str, list[Value]] = field(default_factory=dict)
    progress: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def outcome(self) -> str:
        """success, error or interrupted."""
        return self.messages[-1][0].removeprefix("execution_")

    def steps(self) -> Iterator[Step]:
        """Everything that happens from execution_start to the last of execution_success, _error or _interrupted."""
        keys = signatures(self.job.graph)
        for key in set(self.cache) - set(keys.values()):
            del self.cache[key]  # only what the newest prompt uses stays
        cached = [node_id for node_id in self.job.graph if keys[node_id] in self.cache]
        for node_id in cached:
            self.values[node_id] = self.cache[keys[node_id]].values
        yield self._message("execution_start")
        yield self._message("execution_cached", nodes=cached)
        for node_id in self._order(set(cached)):
            try:
                if node_id in cached:
                    yield from self._reuse(node_id, self.cache[keys[node_id]])
                else:
                    yield from self._run(node_id, keys[node_id])
            except Interrupted:
                yield self._message("execution_interrupted", broadcast=True, **self._where(node_id))
                return
            except NodeFailed as error:
                yield self._message("execution_error", **self._where(node_id), **self._failure(node_id, error))
                return
        yield self._message("execution_success")

    def history_status(self) -> dict[str, Any]:
        """The `status` of the history entry."""
        success = self.outcome == "success"
        return {"status_str": "success" if success else "error", "completed": success, "messages": self.messages}

    def meta(self) -> dict[str, Any]:
        """The `meta` of the history entry."""
        return {
            node_id: {"node_id": node_id, "display_node": node_id, "parent_node": None, "real_node_id": node_id}
            for node_id in self.outputs
        }

    # -- frames

    def _message(self, kind: str, *, broadcast: bool = False, **data: Any) -> Frame:
        """A message that the history keeps, too."""
        data = data | {"timestamp": int(time.time() * 1000)}
        if "prompt_id" not in data:
            data = data | {"prompt_id": self.job.prompt_id}
        self.messages.append((kind, data))
        return Frame(kind, data, broadcast)

    def _where(self, node_id: str) -> dict[str, Any]:
        class_type = self.job.graph[node_id]["class_type"]
        return {
            "prompt_id": self.job.prompt_id,
            "node_id": node_id,
            "node_type": class_type,
            "executed": list(self.executed),
        }

    def _failure(self, node_id: str, error: NodeFailed) -> dict[str, Any]:
        inputs = self.job.graph[node_id]["inputs"]
        return {
            "exception_message": error.message,
            "exception_type": error.exception_type,
            "traceback": ['  File "/comfy/execution.py", line 527, in execute\n'],
            "current_inputs": {name: [value] for name, value in inputs.items() if not _is_link(value)},
            "current_outputs": list(self.job.graph),
        }

    def _state(self, node_id: str, state: str, value: float | None = None, maximum: float | None = None) -> Frame:
        """progress_state, with all nodes that were touched so far. Finishing a node keeps its maximum."""
        ids = {"node_id": node_id, "prompt_id": self.job.prompt_id, "display_node_id": node_id}
        known = self.progress.get(node_id, {"max": 1})
        maximum = known["max"] if maximum is None else maximum
        value = maximum if value is None else value
        self.progress[node_id] = {"value": value, "max": maximum, "state": state, **ids}
        self.progress[node_id] |= {"parent_node_id": None, "real_node_id": node_id}
        return Frame("progress_state", {"prompt_id": self.job.prompt_id, "nodes": copy.deepcopy(self.progress)}, True)

    def _executed(self, node_id: str, output: dict[str, Any] | None) -> Frame:
        data = {"node": node_id, "display_node": node_id, "output": output, "prompt_id": self.job.prompt_id}
        return Frame("executed", data)

    # -- nodes

    def _order(self, cached: set[str]) -> Iterator[str]:
        """Node ids in the order in which the server runs them; of cached nodes only outputs are looked at."""
        graph = self.job.graph
        pending: list[str] = []
        todo = list(reversed(self.job.outputs))
        needs: dict[str, set[str]] = {}
        while todo:
            node_id = todo.pop()
            if node_id in needs:
                continue
            pending.append(node_id)
            links = [value[0] for value in graph[node_id]["inputs"].values() if _is_link(value) and value[0] in graph]
            needs[node_id] = set() if node_id in cached else {source for source in links if source not in cached}
            todo += [] if node_id in cached else [source for source in links if source not in cached]
        while pending:
            ready = [node_id for node_id in pending if not needs[node_id]]
            chosen = self._nearest_output(ready, needs)
            pending.remove(chosen)
            for waiting in needs.values():
                waiting.discard(chosen)
            yield chosen

    def _nearest_output(self, ready: list[str], needs: dict[str, set[str]]) -> str:
        """The first node at most two links before an output node, for early results; else the first."""
        outputs = set(self.job.outputs)
        one_before = {source for output in outputs for source in needs.get(output, ())}
        two_before = {source for node_id in one_before for source in needs.get(node_id, ())}
        for near in (outputs, one_before, two_before):
            for node_id in ready:
                if node_id in near:
                    return node_id
        return ready[0]

    def _reuse(self, node_id: str, cached: Cached) -> Iterator[Step]:
        # Up to 0.3.67 and from 0.38 on cached outputs are always listed; between, only if the prompt has a client_id.
        if self.job.client_id is not None or self.report_cached:
            yield self._executed(node_id, cached.ui)
            if cached.ui is not None:
                self.outputs[node_id] = cached.ui
        yield self._state(node_id, "finished")

    def _run(self, node_id: str, key: str) -> Iterator[Step]:
        class_type = self.job.graph[node_id]["class_type"]
        yield self._state(node_id, "running", 0.0, 1.0)
        yield Frame("executing", {"node": node_id, "display_node": node_id, "prompt_id": self.job.prompt_id})
        if class_type not in SAMPLERS:
            yield Work(self.node_seconds.get(class_type, 0.0), sampling=False)
        self._check_interrupt()
        self.fault.at_node(node_id, class_type)
        arguments = self._arguments(node_id)
        values = self._values(class_type, arguments)
        if class_type in SAMPLERS:
            yield from self._sample(node_id, arguments, values[0])
        if class_type == "SaveImageWebsocket":
            yield from self._send(node_id, arguments["images"])
            ui = None
        else:
            ui = self._output(class_type, arguments)
            self.cache[key] = Cached(values, ui)
        self.values[node_id] = values
        if ui is not None:
            self.outputs[node_id] = ui
            yield self._executed(node_id, ui)
        self.executed.append(node_id)
        yield self._state(node_id, "finished")

    def _send(self, node_id: str, value: Value) -> Iterator[Step]:
        for index in range(value.batch):
            data = {"value": index, "max": value.batch, "prompt_id": self.job.prompt_id, "node": node_id}
            yield Frame("progress", data, broadcast=True)
            picture = self.fault.picture(png(draw(value, index), {}))
            if picture is not None:
                yield Sent(picture)

    def _check_interrupt(self) -> None:
        if self.interrupted():
            raise Interrupted

    def _sample(self, node_id: str, arguments: dict[str, Any], value: Value) -> Iterator[Step]:
        steps = int(arguments.get("steps") or self._steps_of(arguments.get("sigmas")) or 1)
        ids: dict[str, Any] = {"node_id": node_id, "prompt_id": self.job.prompt_id, "display_node_id": node_id}
        ids |= {"parent_node_id": None, "real_node_id": node_id, "image_type": "image/jpeg"}
        preview = _jpeg(draw(Value(value.digest, 64, 64))) if self.previews else b""
        for step in range(1, steps + 1):
            yield Work(self.sampling_seconds / steps, sampling=True)
            self._check_interrupt()
            yield self._state(node_id, "running", step, steps)
            if preview:
                yield Preview(preview, ids, with_metadata=True)
            data = {"value": step, "max": steps, "prompt_id": self.job.prompt_id, "node": node_id}
            yield Frame("progress", data, broadcast=True)
            if preview:
                yield Preview(preview, ids, with_metadata=False)

    @staticmethod
    def _steps_of(sigmas: Any) -> Any:
        return sigmas.plain if isinstance(sigmas, Value) else None

    def _arguments(self, node_id: str) -> dict[str, Any]:
        """The inputs that the class declares: values, and for a link what came out of the other node."""
        node = self.job.graph[node_id]
        arguments = {}
        for name, _section, kind, _options in self.catalogue.inputs(node["class_type"]):
            if name not in node["inputs"]:
                continue
            value = node["inputs"][name]
            if _is_link(value):
                value = self.values[value[0]][value[1]]
                plain = isinstance(kind, list) or kind in {*SCALARS, "COMBO"}
                value = value.plain if plain else value
            elif isinstance(kind, str) and kind not in {*SCALARS, "COMBO", "*"}:
                # A value where a link belongs passes validation, and fails only here.
                message = f"'{type(value).__name__}' object has no attribute 'get_model_object'\n"
                raise NodeFailed("AttributeError", message)
            arguments[name] = value
        return arguments

    def _values(self, class_type: str, arguments: dict[str, Any]) -> list[Value]:
        told = {name: value.digest if isinstance(value, Value) else value for name, value in arguments.items()}
        digest = hashlib.sha256(json.dumps([class_type, told], sort_keys=True).encode()).hexdigest()
        kinds = self.catalogue.classes[class_type]["output"]
        return [_sized(f"{digest}:{slot}", kind, arguments) for slot, kind in enumerate(kinds)]

    def _output(self, class_type: str, arguments: dict[str, Any]) -> dict[str, Any] | None:
        """Write the pictures of an output node; what it reports of them."""
        if not self.catalogue.classes[class_type]["output_node"]:
            return None
        value: Value = arguments["images"]
        kind, prefix = "output", arguments.get("filename_prefix", "")
        if class_type == "PreviewImage":
            kind, prefix = "temp", "ComfyUI_temp_ovvyh"
        subfolder, stem, counter = save_path(self.folder, kind, prefix, value)
        texts = {"prompt": self.job.graph, **(self.job.extra_data.get("extra_pnginfo") or {})}
        images = []
        for index in range(value.batch):
            name = f"{stem.replace('%batch_num%', str(index))}_{counter + index:05}_.png"
            data = self.fault.picture(png(draw(value, index), texts))
            if data is not None:
                self.folder[kind, subfolder, name] = File(data)
            images.append({"filename": name, "subfolder": subfolder, "type": kind})
        return self.fault.ui({"images": images})


def _sized(digest: str, kind: str, arguments: dict[str, Any]) -> Value:
    """The value of one slot. Its size is in the inputs `width` and `height`, else it is that of a linked value."""
    if kind in SCALARS:
        texts = [str(arguments.get(f"string_{side}", "")) for side in "ab"]
        return Value(digest, plain=arguments.get("value", str(arguments.get("delimiter", "")).join(texts)))
    if kind == "SIGMAS":
        return Value(digest, plain=arguments.get("steps"))
    if kind not in ("LATENT", "IMAGE"):
        return Value(digest)
    base = next((value for value in arguments.values() if isinstance(value, Value) and value.width), Value(digest))
    scale = arguments.get("scale_by", 1)
    width, height = (int(arguments.get(side) or getattr(base, side) * scale) for side in ("width", "height"))
    if kind == "LATENT":  # a latent has one cell for 8 x 8 pixels
        width, height = width // 8 * 8, height // 8 * 8
    return Value(digest, width, height, arguments.get("batch_size", base.batch), arguments.get("color"))
