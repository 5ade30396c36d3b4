"""What is shipped as ``pelican/plugins/blogcovers/__init__.py``: where Pelican looks for its plugins."""

from blogcovers.plugins.pelican_plugin import register

__all__ = ["register"]
