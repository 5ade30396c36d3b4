"""Places in a header are bytes of the file, whatever stands before it and however its lines end."""

from __future__ import annotations

import pytest
from headers import URL, assert_in_and_out

from blogcovers.link import linked

TABLE = [
    ("image", "---\r\ntitle: A\r\n---\r\nBody", '---\r\nimage: "/a.webp"\r\ntitle: A\r\n---\r\nBody'),
    ("image", "---\rtitle: A\r---\rBody", '---\rimage: "/a.webp"\rtitle: A\r---\rBody'),
    ("image", "---\r\ntitle: A\n---\nBody\r\n", '---\r\nimage: "/a.webp"\r\ntitle: A\n---\nBody\r\n'),
    ("image", "\ufeff---  \ntitle: A\n--- \n", '\ufeff---  \nimage: "/a.webp"\ntitle: A\n--- \n'),
    ("image", "\ufeff\r\n \n---\ntitle: A\n---", '\ufeff\r\n \n---\nimage: "/a.webp"\ntitle: A\n---'),
    ("image", "\ufeff\ufeff---\ntitle: A\n---", '\ufeff\ufeff---\nimage: "/a.webp"\ntitle: A\n---'),
    ("image", '+++\r\na = "b"\r\n+++\r\n', '+++\r\nimage = "/a.webp"\r\na = "b"\r\n+++\r\n'),
    ("images[]", '{\r\n  "title": "A"\r\n}', '{\r\n  "images": ["/a.webp"],\r\n  "title": "A"\r\n}'),
    ("og_image", "title: A\r\nconcept: x", "og_image: /a.webp\r\ntitle: A\r\nconcept: x"),
    ("image", "\ufeff  Title: A\n", "\ufeffImage: /a.webp\n  Title: A\n"),
]


@pytest.mark.parametrize(("key", "before", "after"), TABLE)
def test_a_new_line_ends_like_its_neighbours(key: str, before: str, after: str) -> None:
    assert_in_and_out(key, before, after)


def test_letters_of_several_bytes_move_no_edit() -> None:
    data = "\ufeff---\ntitle: füchse 🦊\ncover:\n  alt: x\n---\n".encode()
    at = data.index(b"  alt")
    assert linked(data, "cover.image", URL, "any") == data[:at] + b'  image: "/a.webp"\n' + data[at:]
