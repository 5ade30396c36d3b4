"""blogcovers as a step of a generator's own run: a module for each generator that has plugins.

They stand on :mod:`blogcovers.api`, the interface for programs, and import nothing else of ours.
"""
