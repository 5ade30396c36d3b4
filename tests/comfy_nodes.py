"""Which graphs a ComfyUI server accepts: its node classes, and the checks that it makes before it queues a prompt.

Behaviour is that of ComfyUI 0.12.1 as recorded in `tests/recordings`.
"""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RECORDINGS = Path(__file__).parent / "recordings"

Graph = dict[str, Any]
Errors = list[dict[str, Any]]

SCALARS: dict[str, Callable[[Any], Any]] = {"INT": int, "FLOAT": float, "STRING": str, "BOOLEAN": bool}
# The folder under models/ whose files are the choices of an input.
FOLDERS = {
    "ckpt_name": "checkpoints",
    "lora_name": "loras",
    "vae_name": "vae",
    "unet_name": "diffusion_models",
    "clip_name": "text_encoders",
    "clip_name1": "text_encoders",
    "clip_name2": "text_encoders",
}
LONG_LIST = 20  # a longer list of choices is not sent back in an error
TRACEBACK = ['  File "/comfy/execution.py", line 832, in validate_inputs\n']


class Refused(Exception):  # noqa: N818  (the fact: the prompt is refused)
    """The graph is not queued: the body of a 400."""

    def __init__(
        self,
        kind: str,
        message: str,
        details: str = "",
        extra_info: dict[str, Any] | None = None,
        node_errors: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        error = {"type": kind, "message": message, "details": details, "extra_info": extra_info or {}}
        self.body = {"error": error, "node_errors": node_errors or {}}


class Catalogue:
    """The node classes and model files that a server has."""

    def __init__(self, models: dict[str, list[str]]) -> None:
        text = (RECORDINGS / "object_info_classes.json").read_text(encoding="utf-8")
        self.classes: dict[str, dict[str, Any]] = json.loads(text)
        # A bundled custom node: a picture for the websocket alone.
        self.classes["SaveImageWebsocket"] = {
            "input": {"required": {"images": ["IMAGE"]}},
            "output": [],
            "output_node": True,
        }
        self.models = models

    def info(self, class_type: str) -> dict[str, Any]:
        """The object_info entry of a class, its choices filled in from the files there are now."""
        entry = copy.deepcopy(self.classes[class_type])
        for section in ("required", "optional"):
            for name, spec in entry["input"].get(section, {}).items():
                if name in FOLDERS:
                    spec[0] = list(self.models.get(FOLDERS[name], []))
        return entry

    def inputs(self, class_type: str) -> Iterator[tuple[str, str, Any, dict[str, Any]]]:
        """(name, required or optional, type, options) of each input of a class."""
        declared = self.info(class_type)["input"]
        for section in ("required", "optional"):
            for name, spec in declared.get(section, {}).items():
                yield name, section, spec[0], spec[1] if len(spec) > 1 else {}


def validate(graph: Graph, catalogue: Catalogue, targets: list[Any] | None = None) -> tuple[list[str], dict[str, Any]]:
    """(ids of the output nodes that will run, node_errors), or Refused.

    Converts input values in place: the history and the PNG hold 1 where "1" was posted, as on the real server.
    """
    outputs = [
        node_id
        for node_id, node in graph.items()
        if _known_class(node_id, node, catalogue)["output_node"] and (targets is None or node_id in targets)
    ]
    if not outputs:
        raise Refused("prompt_no_outputs", "Prompt has no outputs")
    check = _Validation(graph, catalogue)
    good: list[str] = []
    node_errors: dict[str, Any] = {}
    own_reasons: list[str] = []
    for output in outputs:
        ok, reasons = check.output(output)
        if ok:
            good.append(output)
            continue
        own_reasons += [f"{reason['message']}: {reason['details']}" for reason in reasons]
        for node_id, (node_ok, errors) in check.verdicts.items():
            if not node_ok and errors:
                entry = {"errors": errors, "dependent_outputs": [], "class_type": graph[node_id]["class_type"]}
                node_errors.setdefault(node_id, entry)["dependent_outputs"].append(output)
    if not good:
        kind, message = "prompt_outputs_failed_validation", "Prompt outputs failed validation"
        raise Refused(kind, message, "\n".join(own_reasons), node_errors=node_errors)
    return good, node_errors


def _known_class(node_id: str, node: dict[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    title = node.get("_meta", {}).get("title")
    class_type = node.get("class_type")
    if class_type in catalogue.classes:
        return catalogue.classes[class_type]
    if "class_type" in node:
        title = title or class_type
        message = f"Node '{title}' not found. The custom node may not be installed."
    else:
        message = f"Node '{title or f'ID #{node_id}'}' has no class_type. "
        message += "The workflow may be corrupted or a custom node is missing."
    extra_info = {"node_id": node_id, "class_type": class_type, "node_title": title}
    raise Refused("missing_node_type", message, f"Node ID '#{node_id}'", extra_info)


def _error(kind: str, message: str, details: str, **extra_info: Any) -> dict[str, Any]:
    return {"type": kind, "message": message, "details": details, "extra_info": extra_info}


class _Validation:
    """Walks from an output node up its links, as the server does; a node is looked at once."""

    def __init__(self, graph: Graph, catalogue: Catalogue) -> None:
        self.graph = graph
        self.catalogue = catalogue
        self.verdicts: dict[str, tuple[bool, Errors]] = {}
        self.path: list[str] = []

    def output(self, node_id: str) -> tuple[bool, Errors]:
        try:
            return self.node(node_id)
        except (KeyError, IndexError, TypeError) as error:
            kind, message = "exception_during_validation", "Exception when validating node"
            extra = {"exception_type": type(error).__name__, "traceback": TRACEBACK}
            self.verdicts[node_id] = (False, [_error(kind, message, str(error), **extra)])
            return self.verdicts[node_id]

    def node(self, node_id: str) -> tuple[bool, Errors]:
        if node_id in self.verdicts:
            return self.verdicts[node_id]
        node = self.graph[node_id]
        values = node["inputs"]
        errors: Errors = []
        ok = True
        self.path.append(node_id)
        try:
            for name, section, kind, options in self.catalogue.inputs(node["class_type"]):
                if name not in values:
                    if section == "required":
                        message = "Required input is missing"
                        errors.append(_error("required_input_missing", message, name, input_name=name))
                elif isinstance(values[name], list):
                    ok = self._link(name, kind, options, values[name], errors) and ok
                else:
                    _value(name, kind, options, values, errors)
        finally:
            self.path.pop()
        self.verdicts[node_id] = (ok and not errors, errors)
        return self.verdicts[node_id]

    def _link(self, name: str, kind: Any, options: dict[str, Any], link: list[Any], errors: Errors) -> bool:
        """Whether what hangs on this link is sound; faults of the link itself go to `errors`."""
        config = [kind, options]
        if len(link) != 2:
            message = "Bad linked input, must be a length-2 list of [node_id, slot_index]"
            extra = {"input_name": name, "input_config": config, "received_value": link}
            errors.append(_error("bad_linked_input", message, name, **extra))
            return True
        source = link[0]
        received = _slot_type(self.catalogue.classes[self.graph[source]["class_type"]]["output"], link[1])
        if received != kind and "*" not in (received, kind) and not isinstance(kind, list):
            details = f"{name}, received_type({received}) mismatch input_type({kind})"
            extra = {"input_name": name, "input_config": config, "received_type": received, "linked_node": link}
            errors.append(_error("return_type_mismatch", "Return type mismatch between linked nodes", details, **extra))
            return True
        if source in self.path:
            return False  # a cycle: the server runs out of stack and reports no reason
        try:
            return self.node(source)[0]
        except (KeyError, IndexError, TypeError) as error:
            kind_, message = "exception_during_inner_validation", "Exception when validating inner node"
            extra = {"input_name": name, "input_config": config, "exception_message": str(error)}
            extra |= {"exception_type": type(error).__name__, "traceback": TRACEBACK, "linked_node": link}
            self.verdicts[source] = (False, [_error(kind_, message, str(error), **extra)])
            return False


def _slot_type(outputs: list[str], slot: Any) -> str:
    if isinstance(slot, int) and not -len(outputs) <= slot < len(outputs):
        raise IndexError("tuple index out of range")
    return str(outputs[slot])


def _value(name: str, kind: Any, options: dict[str, Any], values: dict[str, Any], errors: Errors) -> None:
    """Convert one value in place and check it. Only the first fault of a value is reported."""
    value = values[name]
    extra = {"input_name": name, "input_config": [kind, options], "received_value": value}
    if isinstance(kind, str) and kind in SCALARS:
        try:
            value = values[name] = extra["received_value"] = SCALARS[kind](value)
        except (TypeError, ValueError, OverflowError) as error:
            message = f"Failed to convert an input value to a {kind} value"
            extra["exception_message"] = str(error)
            errors.append(_error("invalid_input_type", message, f"{name}, {value}, {error}", **extra))
            return
    choices = kind if isinstance(kind, list) else options.get("options") if kind == "COMBO" else None
    if "min" in options and value < options["min"]:
        message = f"Value {value} smaller than min of {options['min']}"
        errors.append(_error("value_smaller_than_min", message, name, **extra))
    elif "max" in options and value > options["max"]:
        message = f"Value {value} bigger than max of {options['max']}"
        errors.append(_error("value_bigger_than_max", message, name, **extra))
    elif choices is not None and value not in choices:
        shown = str(choices)
        if len(choices) > LONG_LIST:
            shown = f"(list of length {len(choices)})"
            extra["input_config"] = None
        errors.append(_error("value_not_in_list", "Value not in list", f"{name}: '{value}' not in {shown}", **extra))
