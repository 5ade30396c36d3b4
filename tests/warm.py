"""Python programs in processes that are forked off one which has loaded them: as fresh as if they were started, and
without the second of imports that a real generator takes each time."""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NoReturn

SECONDS = 300  # a bound that only a hang reaches


class Warm:
    """A process that has loaded ``modules``, in ``environment``, and forks one more for each command."""

    def __init__(self, modules: tuple[str, ...], environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, *modules],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        atexit.register(self.stop)

    def run(self, folder: Path, environment: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
        """``python -m WORDS`` in ``folder``. Only what is read at import is not in the hands of ``environment``."""
        assert self._process.stdin
        assert self._process.stdout
        with tempfile.TemporaryDirectory() as told:
            streams = [os.devnull, f"{told}/out", f"{told}/err"]
            order = {"folder": str(folder), "environment": dict(environment), "words": words, "streams": streams}
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            code = int(self._process.stdout.readline())
            out, err = (Path(name).read_text(encoding="utf-8") for name in streams[1:])
        return subprocess.CompletedProcess(list(words), code, out, err)

    def stop(self) -> None:
        self._process.communicate()


@cache
def warm(*modules: str, **environment: str) -> Warm:
    """One for all tests of this process; ``environment`` adds to our own."""
    return Warm(modules, {**os.environ, **environment})


def _serve(modules: list[str]) -> None:
    for module in modules:
        importlib.import_module(module)
    gc.freeze()  # so that the children share it
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _become(**json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)  # noqa: T201  (the answer)


def _become(folder: str, environment: dict[str, str], words: list[str], streams: list[str]) -> NoReturn:
    signal.alarm(SECONDS)
    for number, name in enumerate(streams):
        os.dup2(os.open(name, os.O_RDWR | os.O_CREAT), number)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv[1:] = words[1:]
    sys.path[0] = folder
    code: object = 1
    try:
        runpy.run_module(words[0], run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code or 0
    except BaseException:  # noqa: BLE001  (as the interpreter does)
        traceback.print_exc()
    finally:
        if not isinstance(code, int):
            print(code, file=sys.stderr)  # noqa: T201  (as it does, too)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 1)  # taking it all down would take longer than the run


if __name__ == "__main__":
    _serve(sys.argv[1:])
