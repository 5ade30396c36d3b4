"""A server's JSON: what is small and sound is read as Python reads it, what is not is refused before it hurts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from blogcovers.comfy import strict_json
from blogcovers.comfy.limits import LIMITS
from blogcovers.comfy.protocol import NotComfy, Reply, Request, read_frame, read_json, read_queue

RECORDINGS = Path(__file__).parents[1] / "recordings"
ASKED = Request("GET", "/asked")
DEEP = LIMITS.max_depth


def nested(depth: int, opening: str = "[", closing: str = "]") -> str:
    return opening * depth + closing * depth


@pytest.mark.parametrize("file", sorted(RECORDINGS.rglob("*.json")), ids=lambda file: file.name)
def test_recordings_are_read_as_python_reads_them(file: Path) -> None:
    text = file.read_bytes()
    assert strict_json.loads(text) == json.loads(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (nested(DEEP), json.loads(nested(DEEP))),
        (json.dumps("[" * 5000), "[" * 5000),
        (json.dumps(['"' + "{" * 5000 + "\\"]), ['"' + "{" * 5000 + "\\"]),
        (str(2**64 - 1), 2**64 - 1),
        ("-0.25", -0.25),
        ('"\\ud800"', "\ud800"),
        ("\ufeff{}".encode(), {}),
        ("[Infinity, -Infinity, NaN, 1e999]", [None] * 4),
    ],
)
def test_what_is_sound_is_read(text: str | bytes, value: Any) -> None:
    assert strict_json.loads(text) == value


HOSTILE = {
    "deep": nested(DEEP + 1),
    "very deep": nested(10**6),
    "very deep and open": "[" * 10**6,
    "deep objects": nested(10**5, '{"a":', "}").replace("{}", "{1}"),
    "depth behind a string that seems open": '["\\\\' + '",' + nested(5000) + "]",
    "quotes that never close": '"' + '\\"' * 2 * 10**6,
    "an integer without end": "9" * 10**6,
    "a negative one": "-" + "9" * 5000,
    "many values": "[" + "0," * LIMITS.max_values + "0]",
    "many lists": "[" + "[]," * LIMITS.max_values + "0]",
    "large": json.dumps("x" * LIMITS.max_json),
    "another encoding": nested(3).encode("utf-16"),
    "nothing": "",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_is_hostile_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError):
        strict_json.loads(text)
    data = text.encode() if isinstance(text, str) else text
    with pytest.raises(NotComfy, match="broken JSON"):
        read_json(Reply(200, "application/json", data), ASKED)
    if isinstance(text, str):
        assert read_frame(text) is None
    assert read_frame(b"\0\0\0\4" + len(data).to_bytes(4, "big") + data + b"\xff\xd8\xff") is None


@pytest.mark.parametrize("number", ["1e999", "NaN", "-Infinity", "9" * 4000])
def test_numbers_that_are_none_break_no_arithmetic(number: str) -> None:
    assert read_frame(f'{{"type": "progress", "data": {{"prompt_id": "a", "value": {number}, "max": 1}}}}') is None
    assert (
        read_frame(f'{{"type": "status", "data": {{"status": {{"exec_info": {{"queue_remaining": {number}}}}}}}}}')
        is None
    )
    queue = f'{{"queue_running": [], "queue_pending": [[{number}, "a"]]}}'.encode()
    with pytest.raises(NotComfy):
        read_queue(Reply(200, "application/json", queue), ASKED)
