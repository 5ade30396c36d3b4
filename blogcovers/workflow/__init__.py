"""The house style and the workflow templates: graphs in API format, their roles, and what an author sets in them.

Values and pure functions, but for ``assets``, which reads the files. Nothing here knows posts, covers or servers.
``convert`` makes API format of what the canvas saves.
"""

from __future__ import annotations

from blogcovers.workflow.assets import Assets, Choice
from blogcovers.workflow.style import Manner, Style, prompts
from blogcovers.workflow.template import Template, Values, fill, load_template

__all__ = ["Assets", "Choice", "Manner", "Style", "Template", "Values", "fill", "load_template", "prompts"]
