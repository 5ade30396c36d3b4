"""Drawing: shapes in unit coordinates, the patterns laid on them, and the brush that puts them on a canvas.

Nothing here knows what a shape stands for, or its colour. Pillow apart, nothing is imported.
"""
