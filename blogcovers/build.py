"""The build: does what the survey decided. Renders, encodes, stamps, puts each cover in place, and derives from it.

The renderer runs on the caller's thread (and on its own, if it has servers); encoding and writing happen on
others, so that it never waits for them.
"""

from __future__ import annotations

import os
import re
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass, replace
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING, TypeAlias

from blogcovers import digest, storage
from blogcovers.cover import State, changes, derivation, found_at, judged, picture_digest, read_file, webp
from blogcovers.cover.job import Failed, Job, Rendered, RenderEvent
from blogcovers.cover.picture import check_codecs, encode
from blogcovers.errors import BlogcoversError, Interrupted, PostError, ServerUnreachable, StyleError
from blogcovers.plan import Action, Entry, Plan, Row, rows_of
from blogcovers.survey import Recipes
from blogcovers.workflow import Values, prompts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from blogcovers.config import Config
    from blogcovers.cover import Recipe
    from blogcovers.cover.job import Renderer


@dataclass(frozen=True)
class Planned:
    """What is about to be done, as it was found once no other build was at work."""

    plan: Plan


@dataclass(frozen=True)
class Opened:
    """A renderer begins on ``count`` covers; ``note`` says what else the author should know."""

    description: str
    count: int
    note: str = ""


@dataclass(frozen=True)
class Finished:
    """One row has come to its end: rendered, derived or failed."""

    row: Row


BuildEvent: TypeAlias = Planned | Opened | RenderEvent | Finished


@dataclass(frozen=True)
class Report:
    """What became of a plan. ``stopped``: why the run broke off, if it did; what was finished before stays.

    ``replaced``: where files are kept that stood in the place of what was made: hand-made covers that were
    overwritten on request, halves of files.
    """

    entries: tuple[Entry, ...]
    stopped: BlogcoversError | None = None
    seconds: float = 0.0
    replaced: tuple[Path, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """The posts that could be read."""
        return rows_of(self.entries)


def carry_out(
    plan: Plan,
    config: Config,
    open_renderer: Callable[[str], Renderer],
    on_event: Callable[[BuildEvent], None],
    *,
    fresh: str = "",
) -> Report:
    """Makes the covers that the plan says are due, and reports what became of every entry.

    ``open_renderer`` gives the renderer of a name and is called only for those that are needed; ``on_event``
    may be called from several threads, but never by two at once. ``fresh``: a mark of this run where pictures
    of earlier runs must not be taken (``--force``). One cover's failure and what stops the run both stand in
    the report, also what nobody foresaw, in whatever thread it happened; nothing is raised.
    """
    start = time.perf_counter()
    run = _Run(config, on_event, fresh)
    stopped: BlogcoversError | None = None
    try:
        if plan.due:
            check_codecs()
            storage.check_writable(config.site.media, config.site.base)
            storage.sweep(config.site.base, config.site.media)
        run.derive(plan.having(Action.DERIVE))
        for name in ("painter", "comfyui"):
            rows = [row for row in plan.having(Action.RENDER) if row.renderer == name]
            if rows and not run.stopped:
                run.render(rows, open_renderer(name), open_renderer)
    except KeyboardInterrupt:
        stopped = Interrupted("Interrupted.", "What is finished stays; run again for the rest.")
    except BlogcoversError as error:
        stopped = error
    except Exception as error:  # noqa: BLE001  (what is finished is kept and told of)
        stopped = storage.bug_report(error)
    finally:
        run.close()
    entries = [run.as_it_is(run.ended[entry.file]) if entry.file in run.ended else entry for entry in plan.entries]
    return Report(tuple(entries), run.stopped or stopped, time.perf_counter() - start, tuple(run.replaced))


class _Run:
    """One build: what is under way, and the rows that have come to their end."""

    def __init__(self, config: Config, on_event: Callable[[BuildEvent], None], fresh: str) -> None:
        self.site, self.making = config.site, config.making
        self.fresh = fresh
        self.recipes = Recipes(config)
        self.ended: dict[Path, Row] = {}
        self.replaced: list[Path] = []
        self.stopped: BlogcoversError | None = None
        self._renderer: Renderer | None = None
        self._tell = on_event
        self._lock = Lock()
        workers = os.cpu_count() or 2
        self._pool = ThreadPoolExecutor(workers, "encode")
        self._room = BoundedSemaphore(2 * workers)  # pictures in memory, decoded or not
        self._under_way: set[Path] = set()
        self._futures: list[Future[None]] = []

    def derive(self, rows: Sequence[Row]) -> None:
        """Makes what is due beside covers that stay as they are, and waits for it; needs no renderer."""
        for row in rows:
            if self.stopped:
                return
            self._submit_derived(row, otherwise=Action.NONE)
        wait(self._futures)

    def render(self, rows: Sequence[Row], renderer: Renderer, open_renderer: Callable[[str], Renderer]) -> None:
        """Raises the renderer's BlogcoversError, or KeyboardInterrupt; returns early once ``stopped`` is set."""
        try:
            self._render(rows, renderer, "")
        except ServerUnreachable as error:
            if self.making.when_unreachable != "paint" or self.stopped:
                raise
            left = [row for row in rows if row.file not in self.ended and row.file not in self._under_way]
            painted = [due for row in left if (due := self._painted(row, error))]
            self._render(painted, open_renderer("painter"), f"{error.message} The painter stands in.")

    def _render(self, rows: Sequence[Row], renderer: Renderer, note: str) -> None:
        self._renderer = renderer
        renderer.prepare(self.tell)
        due = {self.site.shown(row.file): row for row in rows}
        jobs = [job for row in _ordered(rows) if (job := self._job(row))]
        self.tell(Opened(renderer.description, len(jobs), note))
        with closing(renderer.render(jobs, self.tell)) as outcomes:
            for outcome in outcomes:
                row = due[outcome.job.post]
                if isinstance(outcome, Failed):
                    self._end(self._failed(row, outcome.message))
                else:
                    self._submit(row, outcome)
                if self.stopped:
                    return

    def tell(self, event: BuildEvent) -> None:
        with self._lock:
            self._tell(event)

    def close(self) -> None:
        """Waits for what is being encoded: nothing finished is lost."""
        self._pool.shutdown(wait=True)

    def as_it_is(self, row: Row) -> Row:
        """The row as it stands once all is done: a file that was made and is gone again is not counted as made."""
        made = row.action in (Action.RENDERED, Action.DERIVED)
        gone = next((path for path in (_cover(row), *_derived(row)) if not path.exists()), None) if made else None
        if gone is None:
            return row
        return self._failed(row, f"{self.site.shown(gone)} was made, and somebody deleted it meanwhile; run again.")

    def _painted(self, row: Row, error: ServerUnreachable) -> Row | None:
        """The row as the painter's for now; None, and at its end, where there is nothing that it may paint."""
        due, made = self.recipes.stand_in(row.post), found_at(_cover(row)).recipe
        if made is None or (made.renderer == "painter" and changes(made, due)):
            return replace(row, renderer="painter", due=due)
        if made.renderer == "painter":
            self._submit_derived(replace(row, renderer="painter"), otherwise=Action.KEEP)
        else:  # the painter never takes a ComfyUI cover's place
            said = f"{self.site.shown(row.file)}: {error.message} {error.hint}"
            self._end(row.done(Action.BLOCKED, error=said))
        return None

    def _job(self, row: Row) -> Job | None:
        """None, and the row failed, where the post's own style or inputs are at fault. Raises StyleError."""
        try:
            return replace(self._job_of(row), fresh=self.fresh)
        except (StyleError, PostError) as error:
            if isinstance(error, StyleError) and not row.post.style:
                raise
            self._end(self._failed(row, str(error)))
            return None

    def _job_of(self, row: Row) -> Job:
        """Raises StyleError where a prompt template fails, PostError where the post's inputs are at fault."""
        post, due, shown = row.post, _due(row), self.site.shown(row.file)
        style = self.recipes.assets.style(post.style)
        prompt, negative = prompts(style, post.words, post.negative)
        texts = {**due.texts, "prompt": prompt, "negative": negative}
        size, palette = self.making.output.size, style.house.palette
        job = Job(replace(due, texts=texts), size, palette, post=shown, manner=style.house.painter)
        if due.renderer != "comfyui":
            return job
        values = Values(prompt, negative, due.seed, style.house.render_size, _prefix(post.slug))
        template = self.recipes.assets.template(post.workflow, post.style, post.inputs, shown)
        return replace(job, template=template, values=values)

    def _submit(self, row: Row, rendered: Rendered) -> None:
        def finish() -> Row:
            start = time.perf_counter()
            self._put_in_place(row, rendered)
            return row.done(Action.RENDERED, seconds=rendered.seconds + time.perf_counter() - start)

        self._in_pool(row, finish)

    def _submit_derived(self, row: Row, otherwise: Action) -> None:
        """Makes the row's derived files that are due; ``otherwise`` is its action where none is."""

        def finish() -> Row:
            start = time.perf_counter()
            if not self._derive(row, self._on_disk(row)):
                return row.done(otherwise)
            return row.done(Action.DERIVED, seconds=time.perf_counter() - start)

        self._in_pool(row, finish)

    def _in_pool(self, row: Row, finish: Callable[[], Row]) -> None:
        """Waits for room in memory, and brings the row to its end on another thread."""
        self._under_way.add(row.file)
        self._room.acquire()
        self._futures.append(self._pool.submit(self._finish, row, finish))

    def _finish(self, row: Row, finish: Callable[[], Row]) -> None:
        try:
            self._end(self._outcome(row, finish))
        except Exception as error:  # noqa: BLE001  (as in carry_out: no thread dies in silence)
            self._stop(storage.bug_report(error))
        finally:
            self._room.release()

    def _outcome(self, row: Row, finish: Callable[[], Row]) -> Row:
        """The row as ``finish`` brings it to its end, or failed."""
        try:
            return finish()
        except BlogcoversError as error:
            if not isinstance(error, PostError):
                self._stop(error)
            return self._failed(row, str(error))
        except ValueError as error:
            return self._failed(row, str(error))

    def _put_in_place(self, row: Row, rendered: Rendered) -> None:
        outputs = tuple(file.name for _, file in row.derived)
        made = replace(rendered.job.recipe, attempt=rendered.attempt, graph=rendered.graph, outputs=outputs)
        if self.making.metadata == "fingerprint":
            made = made.bare()
        cover = webp.stamp(encode(rendered.picture, self.making.output), made)
        if judged(cover).state is not State.CURRENT:
            raise RuntimeError(f"the cover of {row.slug} does not read back")
        path = _cover(row)
        found = found_at(path)
        if found.state is State.HAND_MADE and row.state is not State.HAND_MADE:
            raise ValueError(f"{self.site.shown(path)} was made by hand meanwhile, so it is left alone.")
        self._write(path, cover, found.state)
        self._derive(row, cover)

    def _derive(self, row: Row, cover: bytes) -> int:
        """Makes the files derived from this cover that are due, and returns how many there were.

        Raises ValueError with what went wrong, once all that could be made is made.
        """
        picture, force = picture_digest(cover), bool(self.fresh)
        found = [(spec, path, derivation.derived_at(path, spec, picture, force=force)) for spec, path in row.derived]
        due = [(spec, path, file) for spec, path, file in found if file.due]
        if not due:
            return 0
        try:
            source = derivation.opened(cover)
        except ValueError as error:
            raise ValueError(f"nothing can be derived from {self.site.shown(_cover(row))}: {error}.") from None
        problems = [f"{self.site.shown(path)}: {file.reason}." for _, path, file in due if not file.replaceable]
        for spec, path, file in due:
            if not file.replaceable:
                continue
            try:
                self._write(path, derivation.made(source, spec, row.slug), file.state)
            except (ValueError, PostError) as error:
                problems.append(f"{self.site.shown(path)}: {error}")
        if problems:
            raise ValueError(" ".join(problems))
        return len(due)

    def _on_disk(self, row: Row) -> bytes:
        """The cover that is there now. Raises ValueError where that is no whole file any more."""
        data = read_file(_cover(row))
        found = judged(data) if isinstance(data, bytes) else data
        if isinstance(data, bytes) and found.picture:
            return data
        raise ValueError(f"{self.site.shown(_cover(row))} is {found.state} now: {found.reason}.")

    def _write(self, path: Path, data: bytes, state: State) -> None:
        # Half a file may be one that its author is writing just now.
        if state is State.HAND_MADE or (state is State.BROKEN and path.stat().st_size):
            self.replaced.append(storage.keep_replaced(path, self.site.base))
        storage.write(path, data, self.site.base, inside=self.site.folders)

    def _stop(self, error: BlogcoversError) -> None:
        """Nothing more is rendered: it could not be kept."""
        self.stopped = self.stopped or error
        if self._renderer:
            self._renderer.stop()

    def _failed(self, row: Row, why: str) -> Row:
        return row.done(Action.FAILED, error=f"{self.site.shown(row.file)}: {why}")

    def _end(self, row: Row) -> None:
        with self._lock:
            self.ended[row.file] = row
            self._tell(Finished(row))


def _due(row: Row) -> Recipe:
    if row.due is None:
        raise RuntimeError(f"{row.file} is due without a recipe")
    return row.due


def _cover(row: Row) -> Path:
    if row.cover is None:
        raise RuntimeError(f"{row.file} is due without a cover")
    return row.cover


def _derived(row: Row) -> list[Path]:
    return [path for _, path in row.derived]


def _ordered(rows: Sequence[Row]) -> list[Row]:
    """By workflow and style, so that a server keeps its model and encoded negative from one job to the next."""
    return sorted(rows, key=lambda row: (row.post.workflow, row.post.style, row.post.inputs))


def _prefix(slug: str) -> str:
    """The output's name on the server: readable, without what its file name patterns or systems would change."""
    return f"blogcovers/{re.sub(r'[^A-Za-z0-9._-]+', '-', slug).strip('-._') or digest.of_value(slug)[:8]}"
