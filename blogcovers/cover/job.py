"""What a renderer is: jobs in, pictures out, in the order they finish.

A renderer is anything with a ``name`` and these three methods::

    prepare(tell)                   raises BlogcoversError where no job could succeed (no server, say)
    render(jobs, tell)              yields one Rendered or Failed a job, as each finishes
    stop()                          has render() end soon, without what is not finished; from any thread

``tell`` takes what happens meanwhile: a Progress, a Preview, a Note. It may be called from other threads.

Closing the iterator early cancels what has not finished. A Failed is one cover's; an exception from the
iterator is the run's, and what was yielded before it stays.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias
from uuid import NAMESPACE_URL, uuid4, uuid5

from blogcovers.workflow import Manner, fill

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence

    from PIL.Image import Image

    from blogcovers.cover.recipe import Recipe
    from blogcovers.workflow import Template, Values


@dataclass(frozen=True)
class Job:
    """One cover to make.

    ``recipe`` is complete but for picture and graph; ``size`` is the cover's (width, height) in pixels, at
    least as large as which a renderer should draw; ``palette``: colour name -> ``#rrggbb``. ``template``
    and ``values`` are there where the renderer uses a workflow. ``fresh`` asks for a picture that no
    earlier run has made. ``post`` is the path of the post, which tells jobs apart: namesakes in different
    folders may share a slug. ``manner`` is for the painter.
    """

    recipe: Recipe
    size: tuple[int, int]
    palette: Mapping[str, str]
    template: Template | None = None
    values: Values | None = None
    fresh: str = ""
    post: str = ""
    manner: Manner = field(default_factory=Manner)

    @property
    def slug(self) -> str:
        return self.recipe.slug

    def prompt_id(self, attempt: int = 0) -> str:
        """The id that we give the prompt: the same for the same picture, so that a later run finds it again."""
        name = f"blogcovers:{self.post}:{self.slug}:{self.recipe.fingerprint}:{attempt}:{self.fresh}"
        return str(uuid5(NAMESPACE_URL, name))

    def graph(self, attempt: int = 0, suffix: str = "") -> dict[str, Any]:
        """The graph to post. ``attempt`` moves the seed on; ``suffix`` changes the output's name only."""
        if self.template is None or self.values is None:
            raise ValueError(f"the job for {self.slug} has no workflow")
        seed = (self.values.seed + attempt) % 2**64
        prefix = "-".join(part for part in (self.values.prefix, self.fresh, suffix) if part)
        return fill(self.template, replace(self.values, seed=seed, prefix=prefix))


@dataclass(frozen=True)
class Rendered:
    """A finished picture: an image, or the bytes of an encoded one. ``seconds`` is the renderer's own time."""

    job: Job
    picture: bytes | Image
    seconds: float
    attempt: int = 0
    graph: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Failed:
    """A job that came to nothing, and why: sentences for the author."""

    job: Job
    message: str


@dataclass(frozen=True)
class Progress:
    """Where a job is: ``step`` of ``steps`` in the node of this class; or waiting, with ``ahead`` others before it."""

    slug: str
    step: int = 0
    steps: int = 0
    node: str = ""
    ahead: int = 0


@dataclass(frozen=True)
class Preview:
    """The running job's picture so far: the bytes of a JPEG or PNG, as ``ending`` says."""

    slug: str
    data: bytes
    ending: str


@dataclass(frozen=True)
class Note:
    """Something that the author should know, and that stops nothing: a server set aside, a wait."""

    text: str


RenderEvent: TypeAlias = Progress | Preview | Note
Outcome: TypeAlias = Rendered | Failed


class Renderer(Protocol):
    """See the module's docstring."""

    @property
    def name(self) -> str: ...

    @property
    def description(self) -> str:
        """For the first line of a run: ``ComfyUI at http://127.0.0.1:8188``, ``the painter``."""
        ...

    def prepare(self, tell: Callable[[RenderEvent], None]) -> None: ...

    def render(self, jobs: Sequence[Job], tell: Callable[[RenderEvent], None]) -> Generator[Outcome, None, None]: ...

    def stop(self) -> None: ...


def fresh_mark() -> str:
    """A mark that no earlier job had: eight hexadecimal digits."""
    return uuid4().hex[:8]
