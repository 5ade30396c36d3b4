"""blogcovers as a step of a generator's own run: a module for each that has plugins."""
