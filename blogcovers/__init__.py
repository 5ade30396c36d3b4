"""A cover for every Markdown post, all by one hand.

The command line is in :mod:`blogcovers.cli`. As a library: :func:`blogcovers.config.load` gives a
Config, :func:`blogcovers.survey.survey` a Plan of what is due and why, :func:`blogcovers.build.carry_out`
carries it out. Importing the package loads nothing else.
"""

__version__ = "0.1.0"
