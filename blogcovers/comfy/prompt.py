"""A job on a server: the prompt that is posted for it, what is known of it there, and what that tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from blogcovers.comfy.protocol import ENDS, JobState

if TYPE_CHECKING:
    from collections.abc import Mapping

    from blogcovers.comfy.protocol import Ended, Glimpse, Picture
    from blogcovers.cover.job import Job


def key(job: Job) -> str:
    """What tells the jobs of a run apart."""
    return f"{job.post}\0{job.slug}"


@dataclass
class Prompt:
    """One post of a job. Times are those that the tracker was told, in seconds.

    ``tries``: how often this seed was posted, this time included. ``attempt``: how far the seed was moved on.
    ``freed``: the server has freed its memory for it. ``left``: an earlier run posted it, so its frames go to that
    run's client. ``found``: it was done when we came. ``settled``: its history is written. ``missing``: since when
    it is nowhere to be seen. ``breaks``: how often the connection had been lost when it was posted. ``ahead``: how
    many prompts were last said to come first. ``node``: the one that runs. ``delivered``: the picture that came through
    the websocket.
    """

    job: Job
    prompt_id: str
    graph: Mapping[str, Any]
    started: float
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
    node: str = ""
    delivered: bytes = b""

    @property
    def output_node(self) -> str:
        """The node whose pictures are the cover's."""
        return self.job.template.roles.output_node if self.job.template else ""

    def pictures_in(self, ended: Ended) -> tuple[Picture, ...]:
        """The cover's own pictures, of those that its end tells of."""
        return ended.pictures.get(self.output_node, ())

    @property
    def by_socket(self) -> bool:
        """Whether the server writes no file of the picture, and sends it to its client while the output node runs."""
        node = self.graph.get(self.output_node)
        return isinstance(node, dict) and node.get("class_type") == "SaveImageWebsocket"

    def is_sent(self, glimpse: Glimpse) -> bool:
        """Whether this is the picture itself, not a preview, which is a JPEG of another node's."""
        at_output = self.state is JobState.RUNNING and self.node == self.output_node
        return self.by_socket and at_output and glimpse.ending == "png"

    @property
    def is_told(self) -> bool:
        """Whether it is known where the picture is."""
        return bool(self.pictures or self.delivered)

    @property
    def waits(self) -> bool:
        """Whether it has not begun to run."""
        return self.state in (JobState.POSTED, JobState.QUEUED)

    def may_land(self, now: float, lag: float) -> bool:
        """Whether it has ended for good. One that is done but has shown no picture waits for the history, which may
        come up to ``lag`` seconds after the frames."""
        if self.state is not JobState.DONE or self.is_told or self.settled:
            return self.state in ENDS
        return now - self.ended > lag

    def wants_a_look(self, *, silent: bool) -> bool:
        """Whether the server is to be asked about it; ``silent``: no frame has come for a while."""
        if self.state in (JobState.FAILED, JobState.CANCELLED) or (self.state is JobState.DONE and self.is_told):
            return False
        return silent or self.left or self.settled or self.state is JobState.DONE
