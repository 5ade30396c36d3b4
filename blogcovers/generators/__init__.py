"""Static-site generators: which one a folder belongs to, what follows from it, and how each names its posts."""

from blogcovers.generators.presets import NAMES, PLAIN, PRESETS, Preset, detect, named, readable, stands

__all__ = ["NAMES", "PLAIN", "PRESETS", "Preset", "detect", "named", "readable", "stands"]
