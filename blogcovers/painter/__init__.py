"""The built-in painter: covers without a server, drawn with Pillow in a Cubist folk-art style.

`blogcovers.painter.paint.paint` is the only entrance. `VERSION` is part of every recipe: raise it in the same
commit as any change of what is drawn (a shape, a colour rule, a word in the vocabulary), so that covers painted
before are known to be stale. This file imports nothing, so that reading `VERSION` costs nothing.
"""

VERSION = 3
