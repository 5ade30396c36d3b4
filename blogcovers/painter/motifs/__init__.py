"""Motifs: what can be drawn, by families. A motif is a function from dice to shapes; `table` lists all that a
concept can name, with their natural colours and where they like to be.

Motifs import `drawing.shapes` and each other, and nothing else of the painter.
"""
