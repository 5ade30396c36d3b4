"""What is asked of a site's generator where its posts are read."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from blogcovers.posts import Rules
from blogcovers.posts.header import Meta
from blogcovers.posts.naming import own_name, parts, undated
from blogcovers.posts.post import parse

POST = b"---\nconcept: a fox\n---\nTo be continued.\n"


@dataclass(frozen=True)
class Upper:
    """Names posts in capitals, after what it has completed."""

    whole_path: bool = False

    def completed(self, meta: Meta, path: str, text: str) -> Meta:
        return {**meta, "title": text.splitlines()[-1], "tags": [path]}

    def slug(self, meta: Meta, path: str) -> str:
        return path.removesuffix(".md").upper()

    def bundle_path(self, meta: Meta, path: str, source: str) -> str | None:
        return f"{path} {source}"

    def unaddressed(self, bundle: str, data_file: str) -> str:
        return ""


@pytest.mark.parametrize(("whole_path", "slug"), [(False, "FOX"), (True, "FOX.FR")])
def test_it_is_asked_for_all_that_it_knows(whole_path: bool, slug: str) -> None:
    post = parse(POST, "fox.fr.md", Rules(naming=Upper(whole_path)), frozenset({"fox.md", "fox.fr.md"}))
    assert (post.title, post.tags, post.slug) == ("To be continued.", ("fox.fr.md",), slug)
    assert post.bundle == "fox.fr.md fox.md"


@pytest.mark.parametrize(
    ("path", "folders", "stem", "name"),
    [
        ("fox.md", [], "fox", "fox"),
        ("a/b/fox.fr.md", ["a", "b"], "fox.fr", "fox.fr"),
        ("a/fox/index.md", ["a", "fox"], "index", "fox"),
        ("index.md", [], "index", "index"),
        ("a/LICENSE", ["a"], "LICENSE", "LICENSE"),
    ],
)
def test_names(path: str, folders: list[str], stem: str, name: str) -> None:
    assert (parts(path), own_name(path)) == ((folders, stem), name)


@pytest.mark.parametrize(
    ("name", "without"),
    [
        ("2026-01-02-fox", "fox"),
        ("2026-1-2_fox", "fox"),
        ("2026-01-02", "2026-01-02"),
        ("a-2026-01-02-b", "a-2026-01-02-b"),
    ],
)
def test_a_date_before_a_name_is_left_out(name: str, without: str) -> None:
    assert undated(name) == without
