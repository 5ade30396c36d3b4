"""The painter as a renderer: it needs no server and no preparation, and paints one job after another."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from blogcovers.render import Rendered

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Sequence

    from blogcovers.render import Happening, Job, Outcome


class Painter:
    name = "painter"
    description = "the painter"

    def prepare(self, tell: Callable[[Happening], None]) -> None:
        """Loads the drawing library, so that its time is not counted as the first cover's."""
        from blogcovers.painter import paint  # noqa: F401  (loaded late: a run with nothing to do needs no Pillow)

    def render(self, jobs: Sequence[Job], tell: Callable[[Happening], None]) -> Generator[Outcome, None, None]:
        from blogcovers.painter.paint import paint

        for job in jobs:
            start = time.perf_counter()
            picture = paint(job.recipe.concept, job.recipe.seed, job.size, job.palette)
            yield Rendered(job, picture, time.perf_counter() - start)
