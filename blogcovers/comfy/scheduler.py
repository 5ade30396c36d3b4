"""One run's ledger, shared by threads: one lock, and the waits for a change. It decides nothing."""

from __future__ import annotations

import time
from threading import Condition
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from blogcovers.comfy.effects import BetterElsewhere, Outlook, Report
    from blogcovers.comfy.ledger import Ledger
    from blogcovers.comfy.limits import Limits
    from blogcovers.cover.job import Job, Outcome


class Scheduler:
    """Thread-safe. Nobody waits in it beyond the end of the run."""

    def __init__(self, ledger: Ledger, limits: Limits) -> None:
        self._ledger = ledger
        self._glance = limits.glance
        self._claimed_by = time.monotonic() + limits.claims
        self._changed = Condition()

    @property
    def outlook(self) -> Outlook:
        return self._ledger.outlook

    @property
    def failure(self) -> BaseException | None:
        """Why the run failed, if it did."""
        return self._ledger.failure

    def note(self, server: str, report: Report) -> None:
        with self._changed:
            self._ledger.note(server, report)
            self._changed.notify_all()

    def taken(self, outcome: Outcome) -> None:
        """Whoever asked for the work has this outcome now."""
        with self._changed:
            self._ledger.taken(outcome)
            self._changed.notify_all()

    def stop(self) -> None:
        """It is over, for everybody."""
        with self._changed:
            self._ledger.stop()
            self._changed.notify_all()

    def fail(self, error: BaseException) -> None:
        with self._changed:
            self._ledger.fail(error)
            self._changed.notify_all()

    def pause(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(self._is_over, seconds)

    def await_room(self, seconds: float) -> None:
        with self._changed:
            self._changed.wait_for(lambda: self._is_over() or self.outlook.room, seconds)

    def take(self, server: str, *, wait: bool) -> Job | None:
        """The next job for this server. With ``wait``: None only once no more can come."""
        with self._changed:
            try:
                self._look_no_more()
                while not (job := self._ledger.take(server, idle=wait)) and wait and not self._is_over():
                    self._ledger.idles(server)
                    if self._is_over():  # nobody can do what is left
                        self._changed.notify_all()
                    else:
                        self._changed.wait(self._glance)
                    self._look_no_more()
                return job
            finally:
                self._ledger.idles_no_more(server)

    def _look_no_more(self) -> None:
        if time.monotonic() > self._claimed_by:
            self._ledger.look_no_more()

    def _is_over(self) -> bool:
        return self._ledger.outlook.over

    def unclaimed(self) -> Sequence[Job]:
        with self._changed:
            return self._ledger.unclaimed

    def better_elsewhere(self, server: str, question: BetterElsewhere) -> bool:
        with self._changed:
            return self._ledger.better_elsewhere(question.job, server, question.running)
