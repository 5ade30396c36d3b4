"""The house styles and workflow templates of a site: read from disk, each once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from blogcovers import bounds, digest, storage
from blogcovers.errors import PostError, StyleError, WorkflowError, nearest
from blogcovers.workflow.inputs import Setting, lines_of_template, table_name, templates_named
from blogcovers.workflow.style import HOUSE_FILE, NEGATIVE_FILE, PROMPT_FILE, Style, parse_house
from blogcovers.workflow.template import load_template

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from blogcovers.workflow.template import Template

POST_INPUTS = "cover_inputs"

PostInputs: TypeAlias = tuple[tuple[str, str], ...]
"""What a post sets in its workflow, as ``("node.input", text)``."""


@dataclass(frozen=True)
class Choice:
    """What a site says of style and workflow.

    ``folder``: the style folder of its own, or None for the shipped one. ``workflow``: the template's name, or ``""``
    for the style's own. ``inputs``: what is set in templates, as it is written (see
    :mod:`blogcovers.workflow.inputs`), in ``file``, the config as messages name it. ``shown``: gives a path as
    messages name it.
    """

    shown: Callable[[Path], str]
    folder: Path | None = None
    workflow: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    file: str = "the config"


def shipped_style() -> Path:
    """The default house style: inside the package as installed, at the repository's root in a checkout."""
    package = Path(__file__).parent.parent
    inside = package / "style"
    return inside if inside.is_dir() else package.parent / "style"


class Assets:
    """The styles and templates that a site may use. A style's name is ``""`` for the site's own."""

    def __init__(self, choice: Choice) -> None:
        self._choice = choice
        self._general = [folder for folder in (choice.folder, shipped_style()) if folder]
        self._styles: dict[str, Style] = {}
        self._templates: dict[tuple[str, str, PostInputs], Template] = {}

    def style(self, name: str = "") -> Style:
        """Raises StyleError."""
        if name not in self._styles:
            self._styles[name] = self._read_style(self._folders(name))
        return self._styles[name]

    def template(self, name: str = "", style: str = "", inputs: PostInputs = (), whose: str = "") -> Template:
        """The template of this name, ``""`` for the style's own, with the ``inputs`` of the post ``whose`` they are.

        Raises StyleError or WorkflowError where the template, or what the site says of it, is at fault; PostError
        where the post's inputs are.
        """
        general = self._template(name, style, ())
        if not inputs:
            return general
        try:
            own = self._template(name, style, inputs)
        except WorkflowError as error:
            raise PostError(error.message, error.hint) from None
        return replace(own, where=f"{own.where} with {POST_INPUTS} of {whose}")

    def template_in(self, file: Path, name: str, style: str = "", inputs: PostInputs = ()) -> Template:
        """The template in a file, with what style and config say of a template of this ``name``.

        What config and post set counts over what the style says; the style's general lines concern the template
        that it, or the config, uses by itself. Raises WorkflowError.
        """
        house, own = self.style(style).house, name == (self._choice.workflow or self.style(style).house.workflow)
        where = self._choice.shown(file)
        return load_template(
            _read(file, where, bounds.WORKFLOW),
            where,
            lines_of_template(house.roles, name, own=own),
            lines_of_template(house.overrides, name, own=own),
            house.model if own else "",
            [*self._configured(name), *(Setting(target, text, f"{POST_INPUTS}:") for target, text in inputs)],
            "" if own else name,
        )

    def workflow_digest(self, name: str, style: str, inputs: PostInputs, whose: str) -> str:
        """Of the template and of the size that it renders at. Parameters and errors as for :meth:`template`."""
        size = self.style(style).house.render_size
        return digest.of_value([self.template(name, style, inputs, whose).digest, list(size)])

    @property
    def own_template(self) -> str:
        """The name of the template that is used where nothing else is said. Raises StyleError."""
        return self._choice.workflow or self.style().house.workflow

    def template_names(self) -> list[str]:
        """The templates at hand, by name."""
        return _names(self._general)

    def template_file(self, name: str, style: str = "") -> Path:
        """The file of the template of this name. Raises WorkflowError."""
        folders = self._folders(style)
        file = _first(folders, f"{name}.json")
        if not file.is_file():
            raise WorkflowError(
                f"there is no workflow '{name}' ({self._choice.shown(folders[0] / f'{name}.json')}).",
                f"There are: {', '.join(_names(folders))}.",
            )
        return file

    def shown_file(self, name: str) -> str:
        """As messages name it."""
        return self._choice.shown(self.template_file(name))

    def _template(self, name: str, style: str, inputs: PostInputs) -> Template:
        name = name or self._choice.workflow or self.style(style).house.workflow
        if (style, name, inputs) not in self._templates:
            file = self.template_file(name, style)
            self._templates[style, name, inputs] = self.template_in(file, name, style, inputs)
        return self._templates[style, name, inputs]

    def _folders(self, style: str) -> list[Path]:
        """Where the files of a style are looked for, the nearest first. Raises StyleError for an unknown name."""
        if not style:
            return self._general
        own = [folder / style for folder in self._general if (folder / style / HOUSE_FILE).is_file()]
        if not own:
            known = ", ".join(sorted(folder.name for folder in self._below())) or "none but the house style"
            raise StyleError(f"there is no style '{style}'.", f"There are: {known}.")
        return [*own, *self._general]

    def _below(self) -> list[Path]:
        """The folders of styles that posts may name."""
        return sorted(file.parent for folder in self._general for file in folder.glob(f"*/{HOUSE_FILE}"))

    def _read_style(self, folders: Sequence[Path]) -> Style:
        """The house style from these folders, file by file. Raises StyleError, naming the file."""
        files = {name: _first(folders, name) for name in (HOUSE_FILE, PROMPT_FILE, NEGATIVE_FILE)}
        where = {name: self._choice.shown(file) for name, file in files.items()}
        most = {HOUSE_FILE: bounds.CONFIG, PROMPT_FILE: bounds.TEMPLATE, NEGATIVE_FILE: bounds.TEMPLATE}
        texts = {name: _read(file, where[name], most[name]) for name, file in files.items()}
        house = parse_house(texts[HOUSE_FILE], where[HOUSE_FILE])
        return Style(house, texts[PROMPT_FILE], texts[NEGATIVE_FILE], where)

    def _configured(self, name: str) -> list[Setting]:
        """What the config sets in the template of this name: ``[inputs]`` is for the site's own, ``[inputs.NAME]``
        for one by name."""
        inputs, file = self._choice.inputs, self._choice.file
        if not inputs:
            return []
        known = _names([*self._general, *self._below()])
        for of in templates_named(inputs):
            if of not in known:
                hint = nearest(of, known) or f"There are: {', '.join(known)}."
                raise WorkflowError(
                    f"{file}: [{table_name('inputs', of)}] is for a workflow template that is not there.", hint
                )
        tables = {
            "inputs": lines_of_template(inputs, "", own=name == self.own_template),
            table_name("inputs", name): lines_of_template(inputs, name, own=False),
        }
        return [
            Setting(target, value, f"{file}: [{table}]")
            for table, lines in tables.items()
            for target, value in lines.items()
        ]


def _names(folders: Sequence[Path]) -> list[str]:
    return sorted({file.stem for folder in folders for file in folder.glob("*.json")})


def _first(folders: Sequence[Path], name: str) -> Path:
    return next((folder / name for folder in folders if (folder / name).is_file()), folders[-1] / name)


def _read(file: Path, where: str, most: int) -> str:
    try:
        return storage.read_text(file, most)
    except UnicodeDecodeError:
        raise StyleError(f"{where}: the file is not UTF-8.", "Save it as UTF-8.") from None
    except OSError as error:
        raise StyleError(f"{where} cannot be read: {error.strerror}.") from None
