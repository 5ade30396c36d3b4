"""A site of no generator: its posts are named by slug or file."""

from __future__ import annotations

from typing import Any

import pytest
from generators.awkward import slug
from site_builder import Site

from blogcovers.errors import PostError
from blogcovers.posts.naming import PlainNaming


@pytest.mark.parametrize(
    ("path", "meta", "expected"),
    [
        ("posts/2024-01-02-A Post.md", {}, "A Post"),
        ("posts/2024-01-02-fox/index.md", {}, "fox"),
        ("fox.md", {"slug": "Own Slug"}, "Own Slug"),
        ("2024-01-02.md", {}, "2024-01-02"),
        ("index.md", {}, "index"),
    ],
)
def test_slugs(path: str, meta: dict[str, Any], expected: str) -> None:
    assert slug("plain", path, meta) == PlainNaming().slug(meta, path) == expected


def test_a_slug_that_is_no_text_is_refused() -> None:
    with pytest.raises(PostError, match="'slug' is a list") as caught:
        slug("plain", "fox.md", {"slug": ["a", "b"]})
    assert caught.value.hint


def test_generated_twins_get_one_cover(site: Site) -> None:
    for ending in ("Rmd", "md", "html"):
        site.write(f"content/fox/index.{ending}", "---\nconcept: a fox\n---\n")
    assert site.build().actions() == {"fox": "rendered"}


class TestBundle:
    def test_what_is_derived_is_not_taken_for_the_cover(self, site: Site) -> None:
        site.write("blogcovers.toml", 'bundle = "cover.webp"\n[outputs.social]\n[outputs.widths]\nwidths = [480]\n')
        site.write("content/fox/index.md", "---\nconcept: a fox\n---\n")
        site.build()
        names = {file.name for file in (site.content / "fox").iterdir()}
        assert names == {"index.md", "cover.webp", "social.jpg", "480w.webp"}

    def test_namesakes_in_two_sections_each_have_their_own(self, site: Site) -> None:
        site.write("blogcovers.toml", 'bundle = "cover.webp"\n')
        for section in ("a", "b"):
            site.write(f"content/{section}/fox/index.md", "---\nconcept: a fox\n---\n")
        outcome = site.build()
        assert [row["cover"] for row in outcome.json["covers"]] == [
            "content/a/fox/cover.webp",
            "content/b/fox/cover.webp",
        ]
