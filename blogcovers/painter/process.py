"""A process that paints for another one: drawing holds the interpreter's lock, so threads would take turns.

It reads a line of JSON a cover from standard input (the arguments of `paint`) and answers with the picture's bytes,
RGB row by row, after their number as eight bytes; 0 where it could not paint. It ends with its input. Processes are
started as such, not by `multiprocessing`: that would run the caller's main module again, whatever that is.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from blogcovers.painter.paint import paint

if TYPE_CHECKING:
    from collections.abc import Mapping

_LENGTH = 8


def start() -> subprocess.Popen[bytes]:
    """A new worker. Raises OSError where none can be started."""
    path = os.pathsep.join(part for part in sys.path if part)
    command = [sys.executable, "-P", "-m", "blogcovers.painter.process"]
    return subprocess.Popen(  # noqa: S603  (this interpreter, this module)
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": path},
    )  # fmt: skip


def ask(worker: subprocess.Popen[bytes], job: Mapping[str, Any]) -> bytes:
    """The picture's bytes; b"" where the worker could not paint it or is gone."""
    if worker.stdin is None or worker.stdout is None:
        return b""
    try:
        worker.stdin.write(json.dumps(job).encode("ascii") + b"\n")
        worker.stdin.flush()
        size = int.from_bytes(worker.stdout.read(_LENGTH), "big")
        data = worker.stdout.read(size)
    except OSError:
        return b""
    return data if len(data) == size else b""


def stop(worker: subprocess.Popen[bytes]) -> None:
    """End a worker at once and close its pipes."""
    worker.kill()
    for pipe in (worker.stdin, worker.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except OSError:  # what was not yet written is lost with it
                continue
    worker.wait()


def main() -> None:
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # the process that asks decides what they mean
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    answers = sys.stdout.buffer
    for line in sys.stdin.buffer:
        job = json.loads(line)
        try:
            data = paint(**{**job, "size": tuple(job["size"])}).tobytes()
        except Exception:  # noqa: BLE001  (whoever asks paints it again, and sees the exception)
            data = b""
        answers.write(len(data).to_bytes(_LENGTH, "big") + data)
        answers.flush()


if __name__ == "__main__":
    main()
