"""The author's posts: read from the content folder, their front matter, and what blogcovers needs to know of one.

It knows no generator: :class:`~blogcovers.posts.post.Rules` carries what a site's own says. It may import ``workflow``,
for the inputs that a post sets.
"""

from __future__ import annotations

from blogcovers.posts.post import SUFFIXES, Post, Rules
from blogcovers.posts.read import Reading, read_posts
from blogcovers.posts.source import Source

__all__ = ["SUFFIXES", "Post", "Reading", "Rules", "Source", "read_posts"]
