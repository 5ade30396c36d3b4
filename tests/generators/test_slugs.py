"""Under which name each generator publishes a post; tests/generators asks the generators themselves."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blogcovers.errors import PostError
from blogcovers.generators.slugs import RULES, first_heading, slug
from blogcovers.posts.post import clean_slug

STRASSE = "Ünïcode Straße & the Fox's Tale!"


@pytest.mark.parametrize(
    ("rule", "path", "meta", "expected"),
    [
        ("plain", "posts/2024-01-02-A Post.md", {}, "A Post"),
        ("plain", "posts/2024-01-02-fox/index.md", {}, "fox"),
        ("plain", "fox.md", {"slug": "Own Slug"}, "Own Slug"),
        ("plain", "2024-01-02.md", {}, "2024-01-02"),
        ("plain", "index.md", {}, "index"),
        ("hugo", "posts/2024-01-02-One Post.md", {}, "2024-01-02-one-post"),
        ("hugo", "posts/Bundle Dir/index.md", {}, "bundle-dir"),
        ("hugo", "posts/fox.md", {"slug": "My Slug Ü"}, "my-slug-ü"),
        ("hugo", "posts/fox.md", {"slug": "own", "url": "/z/Other Place/"}, "Other Place"),
        ("hugo", "posts/Deep Down/_index.md", {}, "deep-down"),
        ("hugo", "posts/a & b.md", {}, "a--b"),
        ("hugo", "posts/fox.md", {"slug": "a & b"}, "a-b"),
        ("hugo", "ΣΑΣ İ.md", {}, "σασ-i"),
        ("pelican", "fox.md", {"title": STRASSE}, "unicode-strasse-the-foxs-tale"),
        ("pelican", "fox.md", {"title": "T", "slug": "My Slug Ü"}, "My Slug Ü"),
        ("pelican", "fox.md", {"title": ["two", "lines"]}, "two-lines"),
        ("pelican", "fox.md", {"title": "<b>Bold</b> &amp; ½"}, "bold-12"),
        ("pelican", "2024-01-02-fox.md", {}, "2024-01-02-fox"),
        ("mkdocs", "a/b.md", {"slug": "ignored"}, "a/b"),
        ("mkdocs", "My Page.md", {}, "My Page"),
        ("mkdocs", "a/b/index.md", {}, "a/b"),
        ("mkdocs", "a/README.md", {}, "a"),
        ("mkdocs", "index.md", {}, "index"),
        ("mkdocs", "README.md", {}, "index"),
        ("mkdocs", "README-first.md", {}, "README-first"),
        ("zensical", "a/b.md", {}, "a/b"),
        ("jekyll", "_posts/2024-01-02-One_Post Fïle.md", {}, "One_Post Fïle"),
        ("jekyll", "cats/_posts/2024-1-5-x.md", {}, "x"),
        ("jekyll", "_posts/2024-01-02-fox.md", {"slug": "Own Slug", "permalink": "/else/"}, "Own Slug"),
        ("jekyll", "_posts/2024-01-02-fox.md", {"permalink": "/else/"}, "fox"),
        ("jekyll", "_posts/2024-01-02-dots...md", {}, "dots"),
        ("jekyll", "_drafts/fox.md", {}, "fox"),
        ("eleventy", "posts/2024-01-02-My Post_Fïle.md", {"slug": "ignored"}, "My Post_Fïle"),
        ("eleventy", "posts/2024-01-02-dir/index.md", {}, "dir"),
        ("eleventy", "index.md", {}, "index"),
        ("astro", "2024-01-02-One_Post Fïle.md", {}, "2024-01-02-one_post-fïle"),
        ("astro", "blog/Deep Down/index.mdx", {}, "blog/deep-down"),
        ("astro", "v1.0 & more.md", {}, "v10--more"),
        ("astro", "fox.md", {"slug": "Own/Slug"}, "Own/Slug"),
        ("zola", "blog/2018-10-10-hello-world.md", {}, "hello-world"),
        ("zola", "blog/2018-10-10_hello_World.md", {}, "hello-world"),
        ("zola", "blog/2018-10-10T10:10:10Z-timed.md", {}, "timed"),
        ("zola", "blog/2018-10-10.md", {}, "2018-10-10"),
        ("zola", "blog/2018-13-10-no-date.md", {}, "2018-13-10-no-date"),
        ("zola", "blog/with-assets/index.md", {}, "with-assets"),
        ("zola", "blog/_index.md", {}, "blog"),
        ("zola", " file with space.md", {}, "file-with-space"),
        ("zola", "start.md", {"slug": "hello-&-world"}, "hello-world"),
        ("zola", "start.md", {"slug": "日本"}, "ri-ben"),
        ("zola", "start.md", {"slug": "other", "path": "/blog/hello-world"}, "hello-world"),
        ("hexo", "sub/noopen.md", {"slug": "ignored"}, "sub/noopen"),
        ("hexo", "_posts/My Post_Fïle.md", {}, "My Post_Fïle"),
        ("hexo", "source/_posts/sub/fox.md", {"permalink": "else"}, "sub/fox"),
        ("docusaurus", "2019-05-30-welcome.md", {}, "2019/05/30/welcome"),
        ("docusaurus", "2021/05/12/announcing/index.mdx", {}, "2021/05/12/announcing"),
        ("docusaurus", "team-a-2021-05-12-hey/beta.md", {}, "2021/05/12/team-a-hey/beta"),
        ("docusaurus", "some-post/some-file.md", {}, "some-post/some-file"),
        ("docusaurus", "some-post/index.md", {"slug": "/own/slug"}, "/own/slug"),
        ("nikola", "posts/2024-01-02-Ünï Straße.md", {}, "2024-01-02-uni-strasse"),
        ("nikola", "posts/fox.md", {"slug": "Own Slug"}, "Own Slug"),
    ],
)
def test_by_default(rule: str, path: str, meta: dict[str, Any], expected: str) -> None:
    assert slug(rule, meta, path) == expected


@pytest.mark.parametrize(
    ("rule", "path", "meta", "configured", "expected"),
    [
        ("hugo", "posts/a.md", {"title": STRASSE}, {"permalinks": {"posts": "/:year/:slug/"}}, None),
        ("hugo", "notes/a.md", {"title": STRASSE}, {"permalinks": {"posts": "/:year/:slug/"}}, "a"),
        ("hugo", "posts/a.md", {"title": "T", "slug": "S"}, {"permalinks": {"page": {"posts": "/:title/"}}}, "t"),
        ("hugo", "posts/a.md", {"title": "T"}, {"permalinks": {"posts": "/:year/:slugorfilename/"}}, "a"),
        ("hugo", "posts/a.md", {}, {"permalinks": {"posts": "/:slug/"}}, "a"),
        ("hugo", "posts/a.md", {"title": "T"}, {"permalinks": {"posts": "/:year/:month/"}}, "a"),
        ("pelican", "2024-01-02-Fox.md", {"title": "T"}, {"SLUGIFY_SOURCE": "basename"}, "2024-01-02-fox"),
        ("pelican", "a/F-x.md", {"title": "T"}, {"PATH_METADATA": r"(?P<slug>\w+)/.*"}, "a"),
        ("pelican", "a.md", {"title": "Ünï Ⅷ"}, {"SLUGIFY_USE_UNICODE": True}, "ünï-viii"),
        (
            "mkdocs",
            "blog/posts/one.md",
            {"title": STRASSE},
            {"blogs": ("blog/posts",)},
            "ünïcode-straße--the-foxs-tale",
        ),
        ("mkdocs", "blog/posts/one.md", {"slug": "Own"}, {"blogs": ("blog/posts",)}, "Own"),
        ("mkdocs", "blog/posts/a/my_First.md", {}, {"blogs": ("news/posts", "blog/posts/")}, "my-first"),
        ("mkdocs", "posts/one.md", {"title": "a & b"}, {"blogs": ("./posts",)}, "a--b"),
        ("mkdocs", "blog/about.md", {"title": "T"}, {"blogs": ("blog/posts",)}, "blog/about"),
        ("zensical", "blog/posts/one.md", {"title": "T T"}, {"blogs": ("blog/posts",)}, "t-t"),
        ("zola", "2018-10-10-fox.md", {}, {"slugify": {"paths_keep_dates": True}}, "2018-10-10-fox"),
        ("zola", "日本 (?).md", {}, {"slugify": {"paths": "safe"}}, "日本 ()"),
        ("zola", "日本?.md", {}, {"slugify": {"paths": "off"}}, "日本?"),
        ("hexo", "2024-01-02-fox.md", {}, {"new_post_name": ":year-:month-:day-:title.md"}, "fox"),
        ("hexo", "Fïve foxes.md", {}, {"new_post_name": ":year-:title.md"}, "Five-foxes"),
    ],
)
def test_as_the_site_is_configured(
    rule: str, path: str, meta: dict[str, Any], configured: dict[str, Any], expected: str | None
) -> None:
    assert slug(rule, meta, path, configured) == (expected or "ünïcode-straße-the-foxs-tale")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("---\ndate: 2024-01-02\n---\n\n# The *Fox*\n\nBody.", "The *Fox*"),
        ("# The Fox\n", "The Fox"),
        ("---\na: b\n---\nFirst prose.\n\n# The Fox", ""),
        ("## The Fox", ""),
        ("", ""),
    ],
)
def test_the_first_heading_stands_in_for_a_title(text: str, title: str) -> None:
    assert first_heading(text) == title


@pytest.mark.parametrize("rule", ["pelican", "nikola", "zola"])
def test_without_unidecode(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "unidecode", None)  # as if it were not installed
    meta = {"title": "Füchse"}
    with pytest.raises(PostError) as caught:
        slug(rule, meta, "Füchse.md")
    assert f"blogcovers[{rule}]" in caught.value.hint
    assert slug(rule, {**meta, "slug": "own"}, "Füchse.md") == "own"
    assert slug(rule, {"title": "Foxes"}, "Foxes.md") == "foxes"


@pytest.mark.parametrize(
    ("rule", "meta", "configured", "said"),
    [
        ("plain", {"slug": ["a", "b"]}, {}, "'slug' is a list"),
        ("hugo", {"url": {"a": "b"}}, {}, "'url' is a mapping"),
        ("pelican", {"title": "T"}, {"FILENAME_METADATA": "("}, "FILENAME_METADATA"),
        ("pelican", {"title": "T"}, {"SLUG_REGEX_SUBSTITUTIONS": [("(", "")]}, "SLUG_REGEX_SUBSTITUTIONS"),
        ("pelican", {"title": "T"}, {"SLUG_REGEX_SUBSTITUTIONS": [("a", "b", "c")]}, "SLUG_REGEX_SUBSTITUTIONS"),
    ],
)
def test_refusals(rule: str, meta: dict[str, Any], configured: dict[str, Any], said: str) -> None:
    with pytest.raises(PostError, match=said) as caught:
        slug(rule, meta, "fox.md", configured)
    assert caught.value.hint


@settings(deadline=None, derandomize=True)
@given(
    st.sampled_from(sorted(RULES)),
    st.dictionaries(st.sampled_from(["slug", "title", "url", "permalink", "path"]), st.text() | st.none()),
    st.lists(st.text(min_size=1).map(lambda name: name.replace("/", "")), max_size=3),
)
def test_any_text_has_a_slug(rule: str, meta: dict[str, Any], parts: list[str]) -> None:
    """It may be one that no file can have; clean_slug then says so, in a sentence."""
    path = "/".join(["blog", "posts", *parts, "x.md"])
    named = slug(rule, meta, path, {"blogs": ["blog"], "permalinks": {"blog": "/:slug/"}})
    assert named
    with suppress(PostError):
        assert clean_slug(named)
