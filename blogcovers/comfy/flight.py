"""A job on a server: what is known of it there, and what that tells of it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from blogcovers.comfy.protocol import ENDS, JobState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from blogcovers.comfy.protocol import Ended, Picture
    from blogcovers.cover.job import Job

LAG_SECONDS = 10.0  # how long a finished job's history may lag


@dataclass
class Flight:
    """A job on a server. Times are monotonic seconds; ``missing`` is when it was first seen nowhere.

    ``left``: an earlier run posted it, so its frames go to that run's client. ``found``: it was done when we came.
    """

    job: Job
    prompt_id: str
    graph: Mapping[str, Any]
    state: JobState = JobState.POSTED
    tries: int = 1
    attempt: int = 0
    freed: bool = False
    left: bool = False
    found: bool = False
    reason: str = ""
    out_of_memory: bool = False
    pictures: tuple[Picture, ...] = ()
    settled: bool = False
    missing: float | None = None
    breaks: int = 0
    ahead: int = 0
    ended: float = 0.0
    started: float = field(default_factory=time.monotonic)

    @property
    def output_node(self) -> str:
        """The node whose pictures are the cover's."""
        return self.job.template.roles.output_node if self.job.template else ""

    def pictures_in(self, ended: Ended) -> tuple[Picture, ...]:
        """The cover's own pictures, of those that its end tells of."""
        return ended.pictures.get(self.output_node, ())

    @property
    def waits(self) -> bool:
        """Whether it has not begun to run."""
        return self.state in (JobState.POSTED, JobState.QUEUED)

    @property
    def over(self) -> bool:
        """Whether it may land. One that is done but has shown no picture waits for the history, which may lag behind
        the frames."""
        if self.state is not JobState.DONE or self.pictures or self.settled:
            return self.state in ENDS
        return time.monotonic() - self.ended > LAG_SECONDS

    def wants_a_look(self, *, silent: bool) -> bool:
        """Whether the server is to be asked about it; ``silent``: no frame has come for a while."""
        if self.state in (JobState.FAILED, JobState.CANCELLED) or (self.state is JobState.DONE and self.pictures):
            return False
        return silent or self.left or self.settled or self.state is JobState.DONE
