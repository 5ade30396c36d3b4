"""A cover for every Markdown post, all by one hand.

The command line is in :mod:`blogcovers.cli`, the interface for programs in :mod:`blogcovers.api`. Importing the package
loads nothing else.
"""

__version__ = "0.1.0"
