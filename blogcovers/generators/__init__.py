"""Static-site generators: which one a folder belongs to, where it wants covers, and how it names posts.

One file a generator, each a :class:`Generator` that overrides what it does otherwise; ``table`` names them all.
``themes`` are the keys in which their themes look for pictures. It imports ``posts`` and ``errors``, nothing else.
"""

from blogcovers.generators.base import Generator, Home
from blogcovers.generators.detection import detect, readable
from blogcovers.generators.site_naming import SiteNaming
from blogcovers.generators.table import GENERATORS, NAMES, PLAIN, named

__all__ = ["GENERATORS", "NAMES", "PLAIN", "Generator", "Home", "SiteNaming", "detect", "named", "readable"]
