"""What a tracker wants done, as values, and what comes of it.

A tracker does nothing itself. It gives one :class:`Effect` after the other; its worker does each and hands back what
came of it, which is the type that stands in the effect's brackets. Those of the last group, the :data:`Report`, are
for the ledger of the whole run.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeAlias, TypeVar

from blogcovers.comfy.protocol import Dropped, Reply, Request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image

    from blogcovers.cover.job import Job, Outcome, RenderEvent
    from blogcovers.errors import ServerError
    from blogcovers.workflow.template import Template

T = TypeVar("T")


class Effect(Generic[T]):
    """One thing to do; T: what comes of it."""


Dialogue: TypeAlias = Generator[Effect[Any], Any, T]
"""What is to be done, one thing after the other, each as the one before it came out."""


def do(effect: Effect[T]) -> Dialogue[T]:
    """One thing, with the type of what comes of it."""
    result: T = yield effect
    return result


class Outlook(NamedTuple):
    """How the run stands. ``over``: nothing more is to be done. ``room``: one more picture may be opened."""

    over: bool
    room: bool


# The server -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ask(Effect[Reply | Dropped]):
    """Send a request, and read the whole reply."""

    request: Request


@dataclass(frozen=True)
class Listen(Effect[bool]):
    """Open the websocket, an older one closed first; whether it is open now."""


@dataclass(frozen=True)
class Receive(Effect[str | bytes | Dropped | None]):
    """Wait for the next frame; None where none came in time. After a Dropped the websocket is closed."""

    seconds: float


@dataclass(frozen=True)
class CloseSocket(Effect[None]):
    """Close the websocket, if there is one."""


# The machine we run on ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OpenedPicture:
    """What is in a picture's bytes: ``image``, or why there is none. ``flat``: it is of one colour."""

    image: Image | None = None
    flat: bool = False
    fault: str = ""


@dataclass(frozen=True)
class Judge(Effect[OpenedPicture]):
    """Open a picture, and look at it."""

    data: bytes


@dataclass(frozen=True)
class Pause(Effect[None]):
    """Wait, but not beyond the end of the run."""

    seconds: float


@dataclass(frozen=True)
class AwaitRoom(Effect[None]):
    """Wait until one more picture may be opened, but not beyond the end of the run."""

    seconds: float


@dataclass(frozen=True)
class Tell(Effect[None]):
    """Something for the author to see."""

    event: RenderEvent


# The run's jobs -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Take(Effect["Job | None"]):
    """The next job for this server. ``wait``: None only once no more can come."""

    wait: bool


@dataclass(frozen=True)
class Unclaimed(Effect["Sequence[Job]"]):
    """The jobs that are to be looked for on this server before any is shared out."""


@dataclass(frozen=True)
class BetterElsewhere(Effect[bool]):
    """Whether an idle server would sooner be done with a job that waits here.

    ``running``: for how many seconds the job before it has been running.
    """

    job: Job
    running: float


@dataclass(frozen=True)
class Claim(Effect[None]):
    """These jobs are on this server from an earlier run. Said once, with or without any."""

    jobs: Sequence[Job]


@dataclass(frozen=True)
class GiveBack(Effect[None]):
    """These jobs are to be done by whoever comes first."""

    jobs: Sequence[Job]


@dataclass(frozen=True)
class Finish(Effect[None]):
    """This came of a job."""

    outcome: Outcome


@dataclass(frozen=True)
class Took(Effect[None]):
    """A render took so long on this server."""

    seconds: float


@dataclass(frozen=True)
class Refuse(Effect[None]):
    """This server cannot run this template."""

    template: Template
    fault: str


@dataclass(frozen=True)
class RefuseJob(Effect[None]):
    """This server cannot run this job, which is to be done elsewhere."""

    job: Job
    fault: str


@dataclass(frozen=True)
class SetAside(Effect[None]):
    """This server does no more for now."""

    error: ServerError


@dataclass(frozen=True)
class Back(Effect[None]):
    """This server does its share again; what it refused, it may not any more."""


Report: TypeAlias = Claim | GiveBack | Finish | Took | Refuse | RefuseJob | SetAside | Back
