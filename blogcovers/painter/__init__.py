"""The built-in painter: covers without a server, drawn with Pillow in a Cubist folk-art style.

`paint` makes one picture and `pool` many, in processes. Below them lie `scene`, which arranges a picture, then
`motifs`, what can be in it, then `drawing`; `words` says what a concept asks for. Imports go down in this order.

`VERSION` is part of every recipe: raise it in the same commit as any change of what is drawn (a shape, a colour rule,
a word in a list), so that covers painted before are known to be stale. This file imports nothing, so that reading
`VERSION` costs nothing.
"""

VERSION = 3
