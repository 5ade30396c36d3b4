"""One plain function a command, in a file of its name; each returns its exit code.

They ask, print, and decide nothing: what a build does is in ``api`` and below. They may import everything but each
other's insides, ``cli`` and ``plugins``.
"""
