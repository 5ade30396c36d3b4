"""The author's posts, read from disk."""

from __future__ import annotations

import os
import shutil
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from site_builder import Site

from blogcovers import generators
from blogcovers.config import Options, load
from blogcovers.posts import Reading, Rules, Source, read_posts
from blogcovers.survey import survey

SITES = Path(__file__).parents[1] / "sites"
POST = "---\ntitle: A day\nconcept: a fox\n---\n"


def source(root: Path, files: dict[str, str | bytes], **given: Any) -> Source:
    """The content folder of a site of these files: path -> content."""
    (root / "content").mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Source(**{"base": root, "content": root / "content", **given})


def paths(reading: Reading) -> list[str]:
    return [post.path for post in reading.posts]


class TestPosts:
    def test_are_the_markdown_files_in_the_order_of_their_paths(self, tmp_path: Path) -> None:
        names = ["b.md", "a/z.markdown", "a/b/c.mdx", "a.md", "no.txt", "no.md.bak", "md", "no.rst", "no.MD~"]
        reading = read_posts(source(tmp_path, {f"content/{name}": POST for name in names}))
        assert paths(reading) == ["a.md", "a/b/c.mdx", "a/z.markdown", "b.md"]
        assert (reading.unreadable, reading.warnings) == ((), ())

    @pytest.mark.parametrize(
        "name",
        [
            ".hidden.md",
            ".obsidian/note.md",
            "a/.git/x.md",
            ".blogcovers/replaced/x.md",
            "_index.md",
            "posts/_index.fr.md",
            "node_modules/pkg/README.md",
            "_site/a.md",
        ],
    )
    def test_what_no_generator_publishes_as_a_post_is_left_out(self, tmp_path: Path, name: str) -> None:
        assert paths(read_posts(source(tmp_path, {f"content/{name}": POST, "content/a.md": POST}))) == ["a.md"]

    @pytest.mark.parametrize("name", ["_drafts/a.md", "_posts/a.md", "_hidden.md", "index.md", "a b/ü.md"])
    def test_what_looks_much_like_it_is_read(self, tmp_path: Path, name: str) -> None:
        assert paths(read_posts(source(tmp_path, {f"content/{name}": POST}))) == [name]

    @pytest.mark.parametrize(
        ("patterns", "left"),
        [
            ([], ["a.md", "archive/b.md", "archive/old/c.md", "pages/about.md"]),
            (["archive/*"], ["a.md", "pages/about.md"]),
            (["*/about.md"], ["a.md", "archive/b.md", "archive/old/c.md"]),
            (["a.md", "archive/old/*"], ["archive/b.md", "pages/about.md"]),
            (["archive"], ["a.md", "archive/b.md", "archive/old/c.md", "pages/about.md"]),
        ],
    )
    def test_may_be_excluded_by_patterns_below_content(
        self, tmp_path: Path, patterns: list[str], left: list[str]
    ) -> None:
        files: dict[str, str | bytes] = {
            f"content/{name}": POST for name in ("a.md", "archive/b.md", "archive/old/c.md", "pages/about.md")
        }
        assert paths(read_posts(source(tmp_path, files, exclude=tuple(patterns)))) == left

    def test_a_faulty_one_is_a_problem_and_the_others_are_read(self, tmp_path: Path) -> None:
        reading = read_posts(
            source(
                tmp_path,
                {
                    "content/a.md": POST,
                    "content/bad.md": "---\ntitle: A day: at last\nconcept: a fox\n---\n",
                    "content/latin.md": b"---\nconcept: caf\xe9\n---\n",
                    "content/z.md": POST,
                },
            )
        )
        assert paths(reading) == ["a.md", "z.md"]
        assert [problem.post for _, problem in reading.unreadable] == ["content/bad.md", "content/latin.md"]
        assert "line 2" in reading.unreadable[0][1].message
        assert all(str(problem).startswith(f"{problem.post}: ") for _, problem in reading.unreadable)

    def test_a_folder_named_like_a_post_is_a_folder(self, tmp_path: Path) -> None:
        assert paths(read_posts(source(tmp_path, {"content/a.md/b.md": POST}))) == ["a.md/b.md"]

    def test_a_dangling_link_is_a_problem(self, tmp_path: Path) -> None:
        found = source(tmp_path, {"content/a.md": POST})
        (found.content / "gone.md").symlink_to(tmp_path / "nowhere.md")
        reading = read_posts(found)
        assert paths(reading) == ["a.md"]
        assert "cannot be read" in reading.unreadable[0][1].message

    @pytest.mark.parametrize("name", [b"caf\xe9.md", b"caf\xe9/fox.md"])
    def test_a_path_that_is_not_utf_8_is_a_problem(self, tmp_path: Path, name: bytes) -> None:
        found = source(tmp_path, {"content/a.md": POST})
        post = Path(os.fsdecode(os.fsencode(found.content) + b"/" + name))
        try:
            post.parent.mkdir(exist_ok=True)
            post.write_text(POST, encoding="utf-8")
        except OSError:
            pytest.skip("this file system takes only UTF-8 names")
        reading = read_posts(found)
        assert paths(reading) == ["a.md"]
        ((_, problem),) = reading.unreadable
        assert "its path is not UTF-8" in problem.message
        post.write_text("---\nimage: /covers/fox.webp\n---\n", encoding="utf-8")
        (tmp_path / "blogcovers.toml").write_text('link.key = "image"\n', encoding="utf-8")
        rows = survey(load(Options(content=found.content), {})).rows
        assert sorted(row.state for row in rows) == ["missing", "skipped"], "one that gets no cover does no harm"

    def test_in_folders_that_are_links_are_read(self, tmp_path: Path) -> None:
        found = source(tmp_path, {"content/a.md": POST, "vault/notes/b.md": POST, "vault/.obsidian/c.md": POST})
        (found.content / "vault").symlink_to(tmp_path / "vault")
        reading = read_posts(found)
        assert (paths(reading), reading.warnings) == (["a.md", "vault/notes/b.md"], ())

    def test_a_linked_content_folder_is_no_other_than_the_folder(self, tmp_path: Path) -> None:
        found = source(tmp_path, {"content/a/a.md": POST})
        found.content.rename(tmp_path / "real")
        found.content.symlink_to(tmp_path / "real")
        (found.content / "b").symlink_to(tmp_path / "real/a")
        reading = read_posts(found)
        assert paths(reading) == ["a/a.md"]
        (warning,) = reading.warnings
        assert warning == "content/b leads to the same folder as content/a: its posts are read there alone."

    def test_a_folder_that_two_links_lead_to_is_read_once_and_pictures_are_not_spoken_of(self, tmp_path: Path) -> None:
        files: dict[str, str | bytes] = {
            "vault/b.md": POST,
            "vault/deep/c.md": POST,
            "pictures/fox.png": b"",
            "content/a.md": POST,
        }
        found = source(tmp_path, files)
        for name, to in {"2": "vault", "1": "vault/deep", "img": "pictures", "photos": "pictures"}.items():
            (found.content / name).symlink_to(tmp_path / to)
        reading = read_posts(found)
        assert paths(reading) == ["1/c.md", "2/b.md", "a.md"]
        (warning,) = reading.warnings
        assert warning == "content/2/deep leads to the same folder as content/1: its posts are read there alone."

    @pytest.mark.parametrize("there", [".", "..", "../vault"])
    def test_links_that_lead_round_in_a_circle_come_to_an_end(self, tmp_path: Path, there: str) -> None:
        found = source(tmp_path, {"content/a.md": POST, "vault/b.md": POST})
        (found.content / "round").symlink_to(there)
        (tmp_path / "vault/back").symlink_to(found.content)
        reading = read_posts(found)
        assert [path.rpartition("/")[2] for path in paths(reading)] == (
            ["a.md", "b.md"] if "vault" in there else ["a.md"]
        )
        (warning,) = reading.warnings
        assert warning.startswith("content/round")

    @pytest.mark.parametrize(
        ("generator", "link", "read"),
        [
            ("hugo", "content/vault", False),
            ("zensical", "content/vault", False),
            ("jekyll", "content/_posts/vault", False),
            ("jekyll", "content/cats", True),
            ("jekyll", "content/_posts", True),
            ("pelican", "content/vault", True),
            ("mkdocs", "content/vault", True),
        ],
    )
    def test_linked_folders_that_the_generator_passes_over_are_told_of(
        self, tmp_path: Path, generator: str, link: str, read: bool
    ) -> None:
        files: dict[str, str | bytes] = {
            "content/a.md": POST,
            "vault/2026-01-01-b.md": POST,
            "vault/_posts/2026-01-01-c.md": POST,
        }
        rules = Rules(passed_links=generators.named(generator).passed_links)
        found = source(tmp_path, {**files, "pictures/fox.png": b""}, generator=generator, rules=rules)
        found = replace(found, root=found.content)
        (tmp_path / link).parent.mkdir(exist_ok=True)
        (tmp_path / link).symlink_to(tmp_path / "vault")
        (tmp_path / link).with_name("pictures").symlink_to(tmp_path / "pictures")
        reading = read_posts(found)
        assert any("2026" in path for path in paths(reading)) == read
        said = f"{link} is a link to a folder, and {generator} does not enter it: its posts get no covers."
        assert reading.warnings == (() if read else (said,))

    def test_an_excluded_link_is_not_told_of(self, tmp_path: Path) -> None:
        files: dict[str, str | bytes] = {"content/a.md": POST, "vault/b.md": POST}
        found = source(tmp_path, files, exclude=("vault/*",), rules=Rules(passed_links=("*",)))
        (found.content / "vault").symlink_to(tmp_path / "vault")
        assert read_posts(found).warnings == ()
        (found.content / "vault").unlink()
        (found.content / "vault").symlink_to(tmp_path)
        assert read_posts(found).warnings == ()

    def test_translations_share_one_post_and_a_warning_names_both_files_of_one_language(self, tmp_path: Path) -> None:
        files: dict[str, str | bytes] = {
            "content/fox.md": POST,
            "content/fox.es.md": "---\nconcept: un zorro\n---\n",
            "content/hen.fr.md": POST,
        }
        reading = read_posts(source(tmp_path, files))
        assert (paths(reading), reading.warnings) == (["fox.md", "hen.fr.md"], ())
        files["content/fox.md"] = POST.replace("---\n", "---\nlang: es\n", 1)
        assert read_posts(source(tmp_path, files)).warnings == (
            "content/fox.es.md names another concept than content/fox.md, whose cover it shares; that one is shown.",
        )

    def test_a_misspelt_key_is_told_once_however_many_posts_have_it(self, tmp_path: Path) -> None:
        sown = POST.replace("---\n", "---\ncover_sed: 5\n", 1)
        files: dict[str, str | bytes] = {f"content/{name}.md": sown for name in ("a", "b", "c")}
        files["content/d.md"] = POST.replace("concept", "concpt")
        assert read_posts(source(tmp_path, files)).warnings == (
            "content/a.md and 2 more: 'cover_sed' is not a key of blogcovers. Did you mean 'cover_seed'?",
            "content/d.md: 'concpt' is not a key of blogcovers. Did you mean 'concept'?",
        )

    def test_a_sections_own_page_is_told_of_where_it_names_a_concept(self, tmp_path: Path) -> None:
        files: dict[str, str | bytes] = {
            "content/_index.md": POST,
            "content/news/_index.md": "---\ntitle: News\n---\n",
            "content/old/_index.md": "---\nconcept: [a\n---\n",
        }
        reading = read_posts(source(tmp_path, files, rules=Rules(fallback="title")))
        assert [page.path for page in reading.sections] == ["_index.md"]
        assert (reading.posts, reading.unreadable, reading.warnings) == ((), (), ())

    def test_language_folders_count_where_they_are_declared(self, tmp_path: Path) -> None:
        files: dict[str, str | bytes] = {"content/en/fox.md": POST, "content/es/fox.md": POST}
        assert paths(read_posts(source(tmp_path, files))) == ["en/fox.md", "es/fox.md"]
        rules = Rules(languages=("en", "es"), default_language="es")
        assert paths(read_posts(source(tmp_path, files, rules=rules))) == ["es/fox.md"]

    def test_an_empty_folder_has_none(self, tmp_path: Path) -> None:
        assert read_posts(source(tmp_path, {})).posts == ()

    def test_reading_changes_nothing(self, tmp_path: Path) -> None:
        found = source(tmp_path, {"content/a.md": POST.replace("\n", "\r\n")})
        before = [(path, path.stat().st_mtime_ns) for path in sorted(tmp_path.rglob("*"))]
        read_posts(found)
        assert [(path, path.stat().st_mtime_ns) for path in sorted(tmp_path.rglob("*"))] == before


SAID: dict[str, dict[str, str | None]] = {
    "hugo": {
        "cactus": "A tall cactus wears one red flower like a hat",
        "heron": "A blue heron stands on one leg beside a sleeping boat",
        "json-fish": 'A fish with {curly} fins swims under a "paper" moon',
        "trip": "A yellow bus with wings flies over a green lake",
        "unfinished": "A wooden fence ends in the middle of a meadow",
    },
    "pelican": {
        "a-goat-behind-a-fence": "A goat with flowered horns looks over a fence",
        "the-long-fish": "A very long fish winds around a lighthouse and looks in at its own tail",
        "plain-news": None,
        "quoted-owl": "An owl holds a lantern in its beak",
        "the-sleepy-tree": "A tree sleeps under a blanket of its own leaves",
        "two-suns": "Two suns share one small sky above a red house",
    },
    "mkdocs": {
        "index": None,
        "rain": "A cloud with a kind face waters a row of blue houses",
        "guide/seeds": "An open hand holds three seeds, and one is a tiny moon",
        "tools": "A rake, a spade and a watering can dance in a ring",
    },
    "jekyll": {
        "bread": "A round loaf rises like a sun over a blue table",
        "closed-shop": "A shop with blue shutters sleeps beside a cactus",
        "windmill": "A red windmill turns in the night with stars for sails",
    },
    "plain": {
        "guitar": "A guitar leans on a chimney and birds sit on its strings",
        "kite": "A kite shaped like a heart pulls a small boat",
        "no-header": None,
        "snail": "A snail carries a house with one lit window",
    },
}
DRAFTS = {"unfinished", "the-sleepy-tree", "closed-shop"}


@pytest.mark.parametrize("name", SAID)
def test_every_post_of_a_generators_site_is_read(tmp_path: Path, name: str) -> None:
    root = shutil.copytree(SITES / name, tmp_path / name)
    folder = {"mkdocs": "docs", "jekyll": "_posts"}.get(name, "content")
    reading = read_posts(load(Options(content=root / folder), {}).site)
    assert reading.unreadable == ()
    assert {post.slug: post.concept for post in reading.posts} == SAID[name]
    assert {post.slug for post in reading.posts if post.draft} == DRAFTS & SAID[name].keys()


def test_a_bundles_translation_shares_its_cover_and_says_what_it_shows_in_its_language(tmp_path: Path) -> None:
    root = shutil.copytree(SITES / "hugo", tmp_path / "hugo")
    reading = read_posts(load(Options(content=root / "content"), {}).site)
    (post,) = (post for post in reading.posts if post.path == "posts/trip/index.md")
    assert (post.also, reading.warnings) == (("posts/trip/index.fr.md",), ())
    assert post.alt_of("posts/trip/index.fr.md") != post.alt_of(post.path) == post.concept


# init


def test_init_for_a_nested_folder_of_a_plain_site(tmp_path: Path) -> None:
    """The file lands beside the content folder that was named, and every path in it is right from there."""
    nested = Site(tmp_path / "site")
    nested.write("notes/2026/posts/fox.md", POST)
    result = nested.run("init", "notes/2026/posts")
    assert result.code == 0, result.err
    file = nested.root / "notes/2026/blogcovers.toml"
    assert str(file) in result.out
    read = load(Options(content=nested.root / "notes/2026/posts"), {})
    assert (read.site.file, read.site.content) == (file, nested.root / "notes/2026/posts")
    assert read.site.media == nested.root / "notes/2026/media/covers"
    assert nested.run("build", "notes/2026/posts").code == 0
    assert [path.name for path in read.site.media.rglob("*.webp")] == ["fox.webp"]


def test_init_for_a_folder_inside_a_generators_content(tmp_path: Path) -> None:
    hugo = Site(tmp_path / "site")
    hugo.write("config/_default/hugo.toml", "title = 'x'\n")
    hugo.write("content/posts/trip/fox.md", POST)
    result = hugo.run("init", "content/posts/trip")
    assert result.code == 0, result.err
    read = load(Options(content=hugo.content / "posts/trip"), {})
    assert read.site.file == hugo.root / "blogcovers.toml"
    assert (read.site.generator, read.site.media) == ("hugo", hugo.root / "static/images/covers")
    settings = tomllib.loads(read.site.file.read_text(encoding="utf-8"))
    assert settings["content"] == "content", "slugs are those of the whole site"
    assert hugo.run("init", "content/posts/trip").code == 2, "there is one by now"
