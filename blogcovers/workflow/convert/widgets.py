"""What a node's class says of a saved node: its inputs in the canvas's order, and what each widget holds.

``widgets_values`` of a saved node is a bare list. Which value belongs to which input follows from the class's entry in
``/object_info``, as ComfyUI's front end 1.37 builds its widgets from it; hence all of this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from blogcovers import bounds
from blogcovers.workflow.convert.canvas import Slot, type_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from blogcovers.workflow.convert.canvas import Node
    from blogcovers.workflow.graph import NodeInfo

CHOICE = "COMBO"
DYNAMIC_CHOICE = "COMFY_DYNAMICCOMBO_V3"
_GROWING = "COMFY_AUTOGROW_V3"
_MATCHING = "COMFY_MATCHTYPE_V3"
_UPLOAD = "upload"
RECORDING = "AUDIO_RECORD"
IN_THE_BROWSER = frozenset({"WEBCAM", "LOAD_3D"})
"""Widgets whose value the browser makes when the workflow is queued."""
_WIDGETS = frozenset(
    {"INT", "FLOAT", "BOOLEAN", "STRING", "MARKDOWN", "TEXTAREA", "COLOR", "IMAGECOMPARE", "CHART", "GALLERIA"}
    | {CHOICE, DYNAMIC_CHOICE, RECORDING, _UPLOAD}
    | IN_THE_BROWSER
)
_DEFAULTS = {"INT": 0, "FLOAT": 0, "BOOLEAN": False, "STRING": ""}
_FIXED_DEFAULTS = {"MARKDOWN": "", "IMAGECOMPARE": ["", ""], RECORDING: ""}
_NESTED_DEFAULTS = {"TEXTAREA": "", "COLOR": "#000000"}  # these look for theirs one level deeper than it is given
_SEEDS = ("seed", "noise_seed")
_FILES = ("image_upload", "video_upload", "animated_image_upload")


_UNSAVED = object()  # where a file holds no value, which is not the same as null


@dataclass(frozen=True)
class Widget:
    """One widget and what it holds; None where it holds nothing, as a choice without choices does."""

    name: str
    type: str
    options: Mapping[str, Any]
    value: Any


@dataclass(frozen=True)
class Parts:
    """A node as the canvas shows it: ``slots`` in its order, ``widgets`` by name in theirs.

    ``growing``: inputs that have grown by a widget with each link, so that their values cannot be told apart.
    """

    slots: tuple[Slot, ...]
    widgets: Mapping[str, Widget] = field(default_factory=dict)
    growing: tuple[str, ...] = ()


class _Spec(NamedTuple):
    """One input as its class declares it. ``options`` holds the choices under ``options``, whatever the notation."""

    name: str
    type: str
    options: Mapping[str, Any]

    @property
    def widget_type(self) -> str:
        """``""`` for an input that only a link can bring."""
        type_ = str(self.options.get("widgetType") or self.type)
        return type_ if type_ in _WIDGETS and not self.options.get("forceInput") else ""

    @property
    def places(self) -> int:
        """How many values of ``widgets_values`` follow its own: its control, filter, buttons."""
        control = self.options.get("control_after_generate")
        if self.widget_type == "INT":
            return 1 if (self.name in _SEEDS if control is None else control) else 0
        if self.widget_type == "FLOAT":
            return 1 if control else 0
        if self.widget_type == CHOICE:
            remote = self.options.get("remote")
            buttons = (1 + bool(remote.get("refresh_button"))) if isinstance(remote, Mapping) else 0
            return buttons + (2 if control else 0)
        return 1 if self.widget_type == RECORDING else 0


def parts(node: Node, info: NodeInfo) -> Parts:
    """The Parts of a node of this class."""
    layout = _Layout(_taker(node, info))
    declared = _declared(info)
    for spec in declared:
        if not spec.widget_type:
            layout.socket(spec)
    for spec in declared:
        if spec.widget_type:
            layout.widget(spec)
    widgets = {widget.name: widget for widget in layout.widgets if widget.type != _UPLOAD}
    upload = _upload_of(_section(info, "required"))
    if upload in widgets and any(widgets[upload].options.get(kind) for kind in _FILES):
        widgets[upload] = _with_file(widgets[upload])
    slots = tuple(_linked(layout, node))
    growing = [name for name in layout.growing if any(s.link and s.name.startswith(f"{name}.") for s in slots)]
    return Parts(slots, widgets, tuple(growing))


def output_types(info: NodeInfo) -> tuple[str, ...]:
    types = info.get("output")
    names = [type_name(type_) for type_ in types] if isinstance(types, list) else []
    return tuple("*" if name == _MATCHING else name for name in names)


class _Layout:
    """The slots and widgets of one node, as they are laid out one input after the other."""

    def __init__(self, take: Callable[[str], Any]) -> None:
        self.take = take
        self.slots: list[Slot] = []
        self.widgets: list[Widget] = []
        self.growing: list[str] = []

    def add(self, spec: _Spec) -> None:
        if spec.widget_type:
            self.widget(spec)
        else:
            self.socket(spec)

    def socket(self, spec: _Spec) -> None:
        template = spec.options.get("template")
        template = template if isinstance(template, Mapping) else {}
        if spec.type == _GROWING:
            self._grow(spec.name, template)
        elif spec.type == _MATCHING:
            self.slots.append(Slot(spec.name, type_name(template.get("allowed_types"))))
        else:
            self.slots.append(Slot(spec.name, spec.type))

    def _grow(self, name: str, template: Mapping[str, Any]) -> None:
        """As many inputs as there are at least; further ones stand in the saved node."""
        inputs = template.get("input")
        declared = list(_specs(inputs if isinstance(inputs, Mapping) else {}))
        if any(spec.widget_type for spec in declared):
            self.growing.append(name)
        names, least = template.get("names"), template.get("min", 1)
        for number in range(min(least, bounds.GROWN) if isinstance(least, int) else 1):
            for spec in declared:
                if isinstance(names, list):
                    part = str(names[number]) if number < len(names) else ""
                else:
                    part = f"{template.get('prefix', '') if len(declared) == 1 else spec.name}{number}"
                if part:
                    self.add(_Spec(f"{name}.{part}", spec.type, spec.options))

    def widget(self, spec: _Spec) -> None:
        value = self.take(spec.name)
        if value is _UNSAVED:
            value = _default(spec)
        self.widgets.append(Widget(spec.name, spec.widget_type, spec.options, value))
        if not spec.options.get("socketless") and spec.widget_type != _UPLOAD:
            self.slots.append(Slot(spec.name, spec.type, widget=True))
        for _ in range(spec.places):
            self.take("")
        if spec.widget_type == DYNAMIC_CHOICE:
            for option in _options(spec):
                if option.get("key") == value:
                    inputs = option.get("inputs")
                    for part in _specs(inputs if isinstance(inputs, Mapping) else {}):
                        # The front end has looked for dynamic prompts before these come.
                        options = {name: item for name, item in part.options.items() if name != "dynamicPrompts"}
                        self.add(_Spec(f"{spec.name}.{part.name}", part.type, options))


def _linked(layout: _Layout, node: Node) -> Iterator[Slot]:
    """The slots of the layout with the saved node's links, then those that only the saved node has."""
    saved = {slot.name: slot for slot in node.inputs}
    for slot in layout.slots:
        link = saved[slot.name].link if slot.name in saved else None
        yield Slot(slot.name, slot.type, link, slot.widget)
    known = {slot.name for slot in layout.slots}
    chosen = tuple(f"{widget.name}." for widget in layout.widgets if widget.type == DYNAMIC_CHOICE)
    for slot in node.inputs:
        # The canvas takes away a widget's socket where there is no such widget, and what another choice had.
        if slot.name not in known and not slot.widget and not slot.name.startswith(chosen):
            yield slot


def _taker(node: Node, info: NodeInfo) -> Callable[[str], Any]:
    """A function that gives the next saved value, or _UNSAVED; by name where they are saved so."""
    values = node.values
    if isinstance(values, Mapping):
        return lambda name: values.get(name, _UNSAVED)
    kept = iter(_without_forced(values, info))
    return lambda _name: next(kept, _UNSAVED)


def _without_forced(values: tuple[Any, ...], info: NodeInfo) -> tuple[Any, ...]:
    """Files from before 1.16 hold a value for inputs with forceInput, too: told by the number of values.

    The front end counts a seed twice but then pairs inputs and values one by one, and so do we.
    """
    boxes = [spec for spec in _specs(_inputs(info)) if spec.widget_type or spec.options.get("forceInput")]
    count = sum(2 if spec.options.get("control_after_generate") or spec.name in _SEEDS else 1 for spec in boxes)
    if count != len(values):
        return values
    forced = {number for number, spec in enumerate(boxes) if spec.options.get("forceInput")}
    return tuple(value for number, value in enumerate(values) if number not in forced)


def _inputs(info: NodeInfo) -> Mapping[str, Any]:
    inputs = info.get("input")
    return inputs if isinstance(inputs, Mapping) else {}


def _section(info: NodeInfo, name: str) -> Mapping[str, Any]:
    section = _inputs(info).get(name)
    return section if isinstance(section, Mapping) else {}


def _specs(inputs: Mapping[str, Any]) -> Iterator[_Spec]:
    """What ``{"required": ..., "optional": ...}`` declares, in its order, with the upload button of file choosers."""
    for name in ("required", "optional"):
        section = inputs.get(name)
        if not isinstance(section, Mapping):
            continue
        for input_, config in section.items():
            yield _spec(input_, config)
        if name == "required" and _upload_of(section):
            yield _Spec(_UPLOAD, _UPLOAD, {})


def _spec(name: str, config: Any) -> _Spec:
    type_: Any = "*"
    options: dict[str, Any] = {}
    if isinstance(config, list | tuple) and config:
        type_ = config[0]
        options = dict(config[1]) if len(config) > 1 and isinstance(config[1], Mapping) else {}
    if isinstance(type_, list):
        options["options"] = type_
    return _Spec(name, type_name(type_), options)


def _declared(info: NodeInfo) -> list[_Spec]:
    """All inputs in the order of ``input_order``, where there is one."""
    specs = {spec.name: spec for spec in _specs(_inputs(info))}
    order = info.get("input_order")
    names: list[str] = []
    for section in ("required", "optional"):
        listed = order.get(section) if isinstance(order, Mapping) else None
        here = _section(info, section)
        names += [
            name for name in (listed if isinstance(listed, list) else []) if isinstance(name, str) and name in here
        ]
    return [specs[name] for name in dict.fromkeys([*names, *specs])] if names else list(specs.values())


def _upload_of(required: Mapping[str, Any]) -> str:
    """The input whose file is chosen with an upload button, or ``""``."""
    for name, config in required.items():
        spec = _spec(name, config)
        if spec.type == CHOICE and any(spec.options.get(kind) is True for kind in _FILES):
            return name
    audio = _spec("audio", required.get("audio"))
    return "audio" if audio.options.get("audio_upload") is True else ""


def _options(spec: _Spec) -> list[Mapping[str, Any]]:
    options = spec.options.get("options")
    return [option for option in options if isinstance(option, Mapping)] if isinstance(options, list) else []


def _default(spec: _Spec) -> Any:
    kind = spec.widget_type
    if kind == CHOICE:
        return _first_choice(spec)
    if kind == DYNAMIC_CHOICE:
        return next((option["key"] for option in _options(spec) if "key" in option), None)
    if kind in _FIXED_DEFAULTS:
        return _FIXED_DEFAULTS[kind]
    if kind in _NESTED_DEFAULTS:
        nested = spec.options.get("options")
        return (nested.get("default") if isinstance(nested, Mapping) else None) or _NESTED_DEFAULTS[kind]
    default = spec.options.get("default")
    return _DEFAULTS.get(kind) if default is None else default


def _first_choice(spec: _Spec) -> Any:
    if spec.options.get("multi_select") not in (None, False):
        return []
    options = spec.options.get("options")
    return spec.options.get("default") or (options[0] if isinstance(options, list) and options else None)


def _with_file(widget: Widget) -> Widget:
    """The file as the canvas names it: nothing chosen is the first choice, and a folder other than input is named."""
    if not widget.value:
        return replace(widget, value=_default(_Spec(widget.name, CHOICE, widget.options)))
    value, folder = widget.value, widget.options.get("image_folder", "input")
    if isinstance(value, list) and widget.options.get("allow_batch"):
        return replace(widget, value=[_path(item, folder) for item in value])
    return replace(widget, value=_path(value[0] if isinstance(value, list) else value, folder))


def _path(item: Any, folder: str) -> Any:
    if isinstance(item, Mapping):
        inner = "/".join(str(item[key]) for key in ("subfolder", "filename") if item.get(key))
        kind = str(item.get("type") or "")
        return inner + (f" [{folder}]" if kind and folder != "input" and not _annotated(kind) else "")
    if isinstance(item, str) and folder != "input" and not _annotated(item):
        return f"{item} [{folder}]"
    return item


def _annotated(path: str) -> bool:
    return any(f"[{folder}]" in path.lower() for folder in ("input", "output", "temp"))
