"""A cover's address in a post's front matter: one line put in or taken out, every other byte as it was.

Bytes in, bytes out; the ``layouts`` say where what stands in a header of each format. It may import ``posts``, whose
readers prove each edit.
"""

from __future__ import annotations

from blogcovers.link.edit import held, linked, unlinked

__all__ = ["held", "linked", "unlinked"]
