"""The blog as a whole: where its covers lie, under which URLs they are served, and which belong to nobody.

:class:`Site` is a value that most of the package asks; the rest are questions about it. It may import ``posts``,
``generators``, ``cover`` and ``link``.
"""

from __future__ import annotations

from blogcovers.site.site import Site

__all__ = ["Site"]
