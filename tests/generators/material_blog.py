"""A site with a blog of Material's, which MkDocs and Zensical build: pages, and posts with awkward names."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

from generators.awkward import DRAFTS, Draft, ours, write

CONFIG = """
site_name: Awkward
site_url: https://example.org/
theme:
  name: material
  font: false
plugins:
  - blog:
      archive: false
      categories: false
      post_dir: "{blog}/all"
"""

MARK = "mark of post"
POSTS = [
    Draft(draft.path, draft.meta, f"{draft.body}\n<!-- more -->\n\n{MARK} {at}\n") for at, draft in enumerate(DRAFTS)
]
PAGES = [
    Draft(path, {"title": "A page"}, f"The page.\n\n{MARK} {path}\n")
    for path in ("index.md", "My Page.md", "sub/README.md", "sub/Deep Down/a_b.md", "v1.0/index.md", "é/ß.md")
]


def make(root: Path, *hooks: str) -> None:
    write(root / "docs", [Draft("blog/index.md", {"title": "Blog"}), *PAGES])
    write(root / "docs" / "blog" / "all", POSTS)
    (root / "mkdocs.yml").write_text(CONFIG + "".join(f"hooks: [{hook}]\n" for hook in hooks))


def last(url: str) -> str:
    return unquote(url).rstrip("/").rpartition("/")[2]


def our_posts(name: str) -> dict[str, str]:
    named = ours(name, POSTS, below="blog/all/", blogs=("blog/all",))
    return {path: last(slug) for path, slug in named.items()}


def our_pages(name: str) -> dict[str, str]:
    return ours(name, PAGES, blogs=("blog/all",))
