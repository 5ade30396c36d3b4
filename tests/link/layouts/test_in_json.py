"""Edits of JSON headers, on one line and on several."""

from __future__ import annotations

import pytest
from headers import assert_in_and_out

TABLE = [
    # The key is absent: one line right after the opener.
    ("cover.image", '{"title": "A"}\n\nBody', '{"cover": {"image": "/a.webp"}, "title": "A"}\n\nBody'),
    ("image", '{ "title": "A" }', '{ "image": "/a.webp", "title": "A" }'),
    ("image", '{\n\t"title": "A"\n}\n', '{\n\t"image": "/a.webp",\n\t"title": "A"\n}\n'),
    ("image", "{}\n", '{ "image": "/a.webp" }\n'),
    ("image", "---json\n{\n}\n---\n", '---json\n{\n  "image": "/a.webp"\n}\n---\n'),
    ("image", '---json\n{"a": "\\ud83e\\udd8a"}\n---\n', '---json\n{"image": "/a.webp", "a": "\\ud83e\\udd8a"}\n---\n'),
    # The mapping is there.
    ("cover.image", '{"cover": {"alt": "x"}}', '{"cover": {"image": "/a.webp", "alt": "x"}}'),
    ("cover.image", '{"cover": {}}', '{"cover": { "image": "/a.webp" }}'),
    (
        "cover.image",
        '{\n  "t": "{",\n  "cover": {\n    "alt": "x"\n  }\n}\n',
        '{\n  "t": "{",\n  "cover": {\n    "image": "/a.webp",\n    "alt": "x"\n  }\n}\n',
    ),
]


@pytest.mark.parametrize(("key", "before", "after"), TABLE)
def test_the_very_bytes(key: str, before: str, after: str) -> None:
    assert_in_and_out(key, before, after)
