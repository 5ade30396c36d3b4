"""The scene: what arranges and colours a picture. `composition` places the motifs, `planes` breaks the canvas, `colour`
and `tones` choose who has which colour, and the others paint what is behind and around the motifs.

It imports `drawing`, `motifs` and `words`; of these `words` only to name the brief that it is given.
"""
