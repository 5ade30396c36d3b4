"""The thread of one server: does what the tracker says, and tells it what came of it. It decides nothing."""

from __future__ import annotations

import time
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from blogcovers.comfy import protocol
from blogcovers.comfy.effects import (
    Ask,
    AwaitRoom,
    BetterElsewhere,
    CloseSocket,
    GiveBack,
    Judge,
    Listen,
    OpenedPicture,
    Pause,
    Receive,
    Report,
    Take,
    Tell,
    Unclaimed,
)
from blogcovers.comfy.protocol import Dropped, NotComfy
from blogcovers.comfy.tracker import Tracker
from blogcovers.cover.picture import decoded, is_flat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from blogcovers.comfy.client import Client
    from blogcovers.comfy.effects import Effect
    from blogcovers.comfy.protocol import Reply
    from blogcovers.comfy.scheduler import Scheduler
    from blogcovers.cover.job import Job, RenderEvent


class Worker:
    """One server's share of the run's jobs, in one thread."""

    def __init__(
        self,
        client: Client,
        jobs: Sequence[Job],
        scheduler: Scheduler,
        tell: Callable[[RenderEvent], None],
        *,
        previews: bool,
    ) -> None:
        self.client = client
        self.server = client.url
        self.scheduler = scheduler
        self.tell = tell
        self.tracker = Tracker(client.url, client.client_id, jobs, _fresh_ids(), client.limits, previews=previews)

    def run(self) -> None:
        """Serves until the run is over, and leaves nothing of ours on the server."""
        try:
            result = None
            while effect := self.tracker.step(result, time.monotonic(), self.scheduler.outlook):
                result = self._done(effect)
        finally:
            self.take_off(self.client)
            self.scheduler.note(self.server, GiveBack(self.tracker.drop()))

    def take_off(self, client: Client) -> None:
        """Takes off the server what is ours, through this client, which is closed; bounded in all."""
        client.end_within(client.limits.farewell)
        until = time.monotonic() + client.limits.farewell
        with suppress(Dropped, NotComfy):
            removal = protocol.answered(self.tracker.farewell(), client.exchange)
            while not self.tracker.is_off(removal) and time.monotonic() < until:
                time.sleep(client.limits.poll)
                removal = protocol.answered(self.tracker.farewell(), client.exchange)
            if removal.left:
                self.tell(self.tracker.goes_on())
        client.close()

    def _done(self, effect: Effect[Any]) -> Any:  # noqa: C901  (a table: what is done for each effect)
        match effect:
            case Ask():
                return self._exchange(effect)
            case Listen():
                return self._listen()
            case Receive():
                return self._receive(effect)
            case CloseSocket():
                self.client.close_socket()
            case Judge():
                return _opened(effect.data)
            case Pause():
                self.scheduler.pause(effect.seconds)
            case AwaitRoom():
                self.scheduler.await_room(effect.seconds)
            case Tell():
                self.tell(effect.event)
            case Take():
                return self.scheduler.take(self.server, wait=effect.wait)
            case Unclaimed():
                return self.scheduler.unclaimed()
            case BetterElsewhere():
                return self.scheduler.better_elsewhere(self.server, effect)
            case _ if isinstance(effect, Report):
                self.scheduler.note(self.server, effect)
            case _:
                raise TypeError(f"nobody has said how to do {effect}")
        return None

    def _exchange(self, effect: Ask) -> Reply | Dropped:
        try:
            return self.client.exchange(effect.request)
        except Dropped as dropped:
            return dropped

    def _listen(self) -> bool:
        with suppress(Dropped):
            self.client.listen()
        return self.client.listening

    def _receive(self, effect: Receive) -> str | bytes | Dropped | None:
        try:
            return self.client.receive(effect.seconds)
        except Dropped as dropped:
            return dropped


def _opened(data: bytes) -> OpenedPicture:
    try:
        image = decoded(data)
    except ValueError as error:
        return OpenedPicture(fault=str(error))
    return OpenedPicture(image, is_flat(image))


def _fresh_ids() -> Iterator[str]:
    while True:
        yield str(uuid.uuid4())
