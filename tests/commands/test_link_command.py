"""``link``: the site learns where each cover is, by one line in each post, and forgets it again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from site_builder import SMALL, Site

from blogcovers.posts.header import read_meta

CONFIG = '[link]\nkey = "cover.image"\n' + SMALL
URL = "/media/covers/fox.webp"


def read(file: Path) -> dict[str, object]:
    return dict(read_meta(file.read_text(encoding="utf-8")))


@pytest.fixture
def linked(site: Site) -> Site:
    """A site whose one post has its cover, and whose theme's key is known."""
    site.write("blogcovers.toml", CONFIG)
    site.post("fox")
    site.build()
    return site


def test_the_url_lands_under_the_themes_key(linked: Site) -> None:
    post = linked.content / "fox.md"
    before = post.read_bytes()
    outcome = linked.run("link")
    assert outcome.code == 0, outcome.err
    assert outcome.out == "cover.image: 1 linked.\n"
    assert read(post)["cover"] == {"image": URL}
    assert len(post.read_bytes().splitlines()) == len(before.splitlines()) + 1


def test_a_second_run_and_the_next_build_change_nothing(linked: Site) -> None:
    linked.run("link")
    before = linked.snapshot()
    assert linked.run("link").out == "cover.image: 1 as it was.\n"
    assert linked.build().actions() == {"fox": "none"}
    assert linked.snapshot() == before


def test_undo_restores_every_byte(linked: Site) -> None:
    before = (linked.content / "fox.md").read_bytes()
    linked.run("link")
    assert linked.run("link", "--undo").out == "cover.image: 1 unlinked.\n"
    assert (linked.content / "fox.md").read_bytes() == before
    assert linked.run("link", "--undo").out == "cover.image: 1 as it was.\n"


def test_a_dry_run_touches_nothing(linked: Site) -> None:
    before = linked.snapshot()
    outcome = linked.run("link", "--dry-run")
    assert "content/fox.md would be linked." in outcome.out
    assert "Nothing was written." in outcome.out
    assert linked.snapshot() == before


def test_without_a_cover_there_is_nothing_to_link(linked: Site) -> None:
    linked.post("owl")
    linked.post("draft", draft="true")
    linked.post("prose", None)
    assert linked.run("link").out == "cover.image: 1 linked, 1 no cover yet, 2 skipped.\n"


def test_the_authors_own_picture_is_left_alone_and_told(linked: Site) -> None:
    text = "---\ntitle: x\nconcept: an owl\ncover:\n  image: /mine.jpg\n---\n"
    post = linked.write("content/owl.md", text)
    outcome = linked.run("link")
    assert outcome.code == 0
    assert "content/owl.md names its own picture (cover.image: /mine.jpg)." in outcome.out
    assert post.read_text(encoding="utf-8") == text


def test_a_post_with_its_own_picture_gets_no_cover(linked: Site) -> None:
    linked.write("content/owl.md", "---\nconcept: an owl\ncover: {image: /mine.jpg}\n---\n")
    outcome = linked.build()
    assert outcome.actions() == {"fox": "none", "owl": "skip"}
    assert outcome.rows()["owl"]["reason"] == "names its own picture (cover.image: /mine.jpg)"


def test_a_cover_linked_under_an_older_address_is_still_made(linked: Site) -> None:
    linked.run("link")
    linked.write("blogcovers.toml", 'public_url = "/elsewhere"\n' + CONFIG)
    linked.post("fox", "another fox", cover="{image: /media/covers/fox.webp}")
    assert linked.build().actions() == {"fox": "rendered"}


def test_a_key_of_another_shape_is_told_and_the_others_are_linked(linked: Site) -> None:
    linked.write("content/owl.md", "---\nconcept: an owl\ncover: true\n---\n")
    linked.build()
    outcome = linked.run("link")
    assert outcome.code == 1
    assert "content/owl.md" in outcome.err
    assert outcome.out == "cover.image: 1 linked, 1 failed.\n"


def test_translations_are_linked_too(linked: Site) -> None:
    linked.write("content/fox.fr.md", "---\ntitle: renard\n---\n")
    assert linked.run("link").out == "cover.image: 2 linked.\n"
    assert read(linked.content / "fox.fr.md")["cover"] == {"image": URL}


def test_a_block_mapping_gets_one_child(linked: Site) -> None:
    post = linked.write("content/fox.md", "---\nconcept: a fox under a paper moon\ncover:\n    alt: x # y\n---\n")
    linked.build()
    linked.run("link")
    assert post.read_text(encoding="utf-8").splitlines()[2:4] == ["cover:", f'    image: "{URL}"']


def test_lines_without_fences_that_hold_the_concept(linked: Site) -> None:
    """Front matter to who reads the concept is front matter here, too."""
    before = "Concept: a hen\nDate: 2024-01-01\n\nText.\n"
    linked.write("blogcovers.toml", CONFIG.replace("cover.image", "image"))
    post = linked.write("content/hen.md", before)
    linked.build()
    assert linked.run("link", "content").code == 0
    assert "Image: /media/covers/hen.webp\n" in post.read_text()
    assert linked.build().rows()["hen"]["state"] == "current"
    linked.run("link", "content", "--undo")
    assert post.read_text() == before


def test_only_the_posts_that_are_named(linked: Site) -> None:
    linked.post("owl")
    linked.build()
    assert linked.run("link", "--only", "owl").out == "cover.image: 1 linked.\n"
    assert "cover" not in read(linked.content / "fox.md")


def test_json_names_every_post(linked: Site) -> None:
    document = json.loads(linked.run("link", "--json").out)
    assert document == {"key": "cover.image", "posts": [{"post": "content/fox.md", "fate": "linked", "said": ""}]}


def test_a_file_keeps_its_mode_and_a_link_stays_one(linked: Site) -> None:
    post = linked.content / "fox.md"
    real = post.rename(linked.root / "real.md")
    real.chmod(0o640)
    post.symlink_to(real)
    linked.run("link")
    assert post.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert read(real)["cover"] == {"image": URL}


def test_a_bundles_cover_is_found_by_its_name(site: Site) -> None:
    site.write("blogcovers.toml", 'bundle = "cover.webp"\n' + CONFIG)
    site.write("content/fox/index.md", "---\nconcept: a fox\n---\n")
    site.build()
    assert site.run("link").out == "cover.image: 1 found beside the post.\n"


def test_without_a_key_it_asks_for_the_theme(site: Site) -> None:
    site.post("fox")
    outcome = site.run("link")
    assert outcome.code == 2
    assert "[link]" in outcome.err
    assert "papermod" in outcome.err


def test_without_a_url_it_asks_for_it(site: Site) -> None:
    site.write("hugo.toml", "")
    site.write("blogcovers.toml", 'media = "pictures"\n' + CONFIG)
    site.post("fox")
    site.build()
    outcome = site.run("link")
    assert outcome.code == 1
    assert "public_url" in outcome.err


@pytest.mark.parametrize(
    ("theme", "key", "value"),
    [
        ("papermod", "cover", {"image": "images/covers/fox.webp"}),
        ("hugo-opengraph", "images", ["images/covers/fox.webp"]),
        ("minimal-mistakes", "header", {"teaser": "/images/covers/fox.webp"}),
        ("flex", "cover", "/blog/images/covers/fox.webp"),
    ],
)
def test_a_theme_brings_its_key_and_the_shape_of_its_value(site: Site, theme: str, key: str, value: object) -> None:
    site.write("hugo.toml", "baseURL = 'https://example.org/blog/'\n")
    site.write("blogcovers.toml", f'[link]\ntheme = "{theme}"\n')
    site.post("fox")
    site.build()
    assert site.run("link").code == 0
    assert read(site.content / "fox.md")[key] == value
    assert site.run("check").code == 0


def test_an_absolute_url_where_the_sites_own_is_known(site: Site) -> None:
    site.write("hugo.toml", "baseURL = 'https://example.org/blog/'\n")
    site.write("blogcovers.toml", '[link]\nkey = "image"\nvalue = "{absolute}"\n')
    site.post("fox")
    site.build()
    site.run("link")
    assert read(site.content / "fox.md")["image"] == "https://example.org/blog/images/covers/fox.webp"


@pytest.mark.parametrize(
    ("file", "own", "known"),
    [
        (".eleventy.js", "", ""),
        ("_config.yml", ", or set url in _config.yml", "baseurl: /blog\nurl: https://example.org\n"),
    ],
)
def test_an_absolute_url_is_refused_where_no_host_is_known(site: Site, file: str, own: str, known: str) -> None:
    site.write(file, "")
    config = '[link]\nkey = "image"\nvalue = "{absolute}"\n'
    site.write("blogcovers.toml", config)
    post = site.write("_posts/2024-01-02-fox.md", "---\nconcept: a fox\n---\n")
    site.run("build")
    before = post.read_bytes()
    said = "[link] writes {absolute}, and it is not known under which host the site is published."
    for command in ("link", "check"):
        outcome = site.run(command)
        assert (outcome.code, post.read_bytes()) == (2 if command == "link" else 0, before)
        assert said in outcome.err
        assert f'covers" in blogcovers.toml{own}.\n' in outcome.err
    assert site.run("link", "--undo").code == 0
    if known:
        site.write(file, known)
    else:
        site.write("blogcovers.toml", f'public_url = "https://example.org/covers"\n{config}')
    assert site.run("link").code == 0
    assert str(read(post)["image"]).startswith("https://example.org/")
    assert said not in site.run("check").err


def test_pelicans_headers_get_a_line_of_their_own_kind(site: Site) -> None:
    site.write("pelicanconf.py", "SITEURL = ''\n")
    site.write("blogcovers.toml", '[link]\ntheme = "flex"\n')
    post = site.write("content/fox.md", "Title: Fox\nConcept: a fox\n\nText.\n")
    site.build()
    assert site.run("link").code == 0
    assert post.read_text(encoding="utf-8").count("/images/covers/fox.webp") == 1
    assert site.run("check").code == 0
    site.run("link", "--undo")
    assert post.read_text(encoding="utf-8") == "Title: Fox\nConcept: a fox\n\nText.\n"


def test_an_outdated_link_is_made_anew_where_the_slug_changed(linked: Site) -> None:
    post = linked.content / "fox.md"
    bare = post.read_bytes().replace(b"title: Fox\n", b"title: Fox\nslug: red\n")
    linked.run("link")
    post.write_bytes(post.read_bytes().replace(b"title: Fox\n", b"title: Fox\nslug: red\n"))
    assert linked.build().actions() == {"red": "rendered"}
    for command in ("plan", "check"):
        outcome = linked.run(command)
        assert "content/fox.md links to a cover that it had. Run: blogcovers link" in outcome.out + outcome.err
    assert "content/fox.md would be relinked." in linked.run("link", "--dry-run").out
    before = post.read_bytes().splitlines()
    assert linked.run("link").out == "cover.image: 1 relinked.\n"
    after = post.read_bytes().splitlines()
    assert [new for old, new in zip(before, after, strict=True) if old != new] == [
        b'cover: {image: "/media/covers/red.webp"}'
    ]
    outcome = linked.run("check")
    assert "links to" not in outcome.out + outcome.err
    assert linked.run("link", "--undo").out == "cover.image: 1 unlinked.\n"
    assert post.read_bytes() == bare


MOVED = {
    "the media folder": 'media = "pictures"\npublic_url = "/pictures"\n' + CONFIG,
    "the URL": 'public_url = "https://cdn.example.org/c"\n' + CONFIG,
    "the value's shape": '[link]\nkey = "cover.image"\nvalue = "{path}"\n',
}


@pytest.mark.parametrize("moved", MOVED)
def test_an_outdated_link_is_ours_whatever_moved(linked: Site, moved: str) -> None:
    post = linked.content / "fox.md"
    bare = post.read_bytes()
    linked.run("link")
    old = post.read_bytes()
    linked.write("blogcovers.toml", MOVED[moved])
    linked.build()
    outcome = linked.run("check")
    assert "links to a cover that it had" in outcome.out + outcome.err
    assert linked.run("link").out == "cover.image: 1 relinked.\n"
    assert len(post.read_bytes().splitlines()) == len(old.splitlines())
    assert read(post)["cover"] != {"image": URL}
    assert linked.run("link").out == "cover.image: 1 as it was.\n"
    post.write_bytes(old)
    assert linked.run("link", "--undo").out == "cover.image: 1 unlinked.\n"
    assert post.read_bytes() == bare


def test_a_cover_borrowed_from_another_post_is_the_authors_own(linked: Site) -> None:
    post = linked.write("content/owl.md", f'---\ncover: {{image: "{URL}"}}\nconcept: an owl\n---\n')
    before = post.read_bytes()
    assert linked.build().actions() == {"fox": "none", "owl": "skip"}
    assert linked.run("link").out.endswith("cover.image: 1 linked, 1 names its own picture.\n")
    linked.run("link", "--undo")
    assert post.read_bytes() == before


def test_a_link_in_an_older_form_to_a_cover_made_by_hand_since_is_ours(linked: Site) -> None:
    """The picture that lies at its address is the cover's own file, whoever made it."""
    bare = (linked.content / "fox.md").read_bytes()
    linked.write("blogcovers.toml", '[link]\nkey = "cover.image"\nvalue = "{path}"\n' + SMALL)
    assert linked.run("link").out == "cover.image: 1 linked.\n"
    linked.write("blogcovers.toml", CONFIG)
    linked.write("media/covers/fox.webp", b"RIFF\x04\x00\x00\x00WEBP")
    assert linked.run("link", "--undo").out == "cover.image: 1 unlinked.\n"
    assert (linked.content / "fox.md").read_bytes() == bare


def test_an_outdated_link_is_taken_out_where_its_url_is_not_known_any_more(linked: Site) -> None:
    bare = (linked.content / "fox.md").read_bytes()
    linked.run("link")
    linked.write("hugo.toml", "")
    linked.write("blogcovers.toml", 'media = "pictures"\n' + CONFIG)
    assert linked.run("link", "--undo").code == 0
    assert (linked.content / "fox.md").read_bytes() == bare


def test_a_link_in_what_is_a_bundle_now(site: Site) -> None:
    site.write("blogcovers.toml", CONFIG)
    post = site.write("content/fox/index.md", "---\nconcept: a fox\n---\n")
    bare = post.read_bytes()
    site.build()
    assert site.run("link").out == "cover.image: 1 linked.\n"
    site.write("blogcovers.toml", 'bundle = "cover.webp"\n' + CONFIG)
    assert site.build().actions() == {"fox": "rendered"}
    outcome = site.run("check")
    assert "Run: blogcovers link --undo --only fox" in outcome.out + outcome.err
    told = f"content/fox/index.md still links to {URL}; 'blogcovers link --undo --only fox' takes that line out.\n"
    assert site.run("link").out == told + "cover.image: 1 found beside the post.\n"
    assert site.run("link", "--undo").out == "cover.image: 1 unlinked.\n"
    assert post.read_bytes() == bare
    assert site.run("link", "--undo").out == "cover.image: 1 found beside the post.\n"


OWN = {
    "another place": ('title: x\nconcept: an owl\nimage: "/photos/owl.webp"', "/photos/owl.webp", ""),
    "unquoted": ("image: /photos/owl.webp\nconcept: an owl", "/photos/owl.webp", ""),
    "a file made by hand": ('image: "/photos/owl.webp"\nconcept: an owl', "/photos/owl.webp", "static/photos/owl.webp"),
    "one of the covers' folder": (
        'image: "images/covers/mine.webp"\nconcept: an owl',
        "images/covers/mine.webp",
        "static/images/covers/mine.webp",
    ),
    "a list": ("image: [images/covers/owl.webp, b.jpg]\nconcept: an owl", "images/covers/owl.webp, b.jpg", ""),
    "a mapping": ("image: {path: /owl.jpg}\nconcept: an owl", "/owl.jpg", ""),
    "no address": ('image: "http://[owl"\nconcept: an owl', "http://[owl", ""),
}


@pytest.mark.parametrize("name", OWN)
def test_no_cover_is_made_for_what_link_calls_the_authors(site: Site, name: str) -> None:
    header, picture, file = OWN[name]
    site.write("hugo.toml", "")
    site.write("blogcovers.toml", '[link]\ntheme = "stack"\n')
    if file:
        site.write(file, b"RIFF\x04\x00\x00\x00WEBP")
    post = site.write("content/owl.md", f"---\n{header}\n---\n")
    before = post.read_bytes()
    assert site.build().actions() == {"owl": "skip"}
    outcome = site.run("link")
    told = f"content/owl.md names its own picture (image: {picture}).\n"
    assert outcome.out.endswith(f"{told}image: 1 names its own picture.\n")
    assert site.run("link", "--undo").out == "image: 1 as it was.\n"
    assert post.read_bytes() == before


@pytest.mark.parametrize("written", ["/images/covers/owl.webp", "images/covers/./owl.webp", "owl.webp"])
def test_an_authors_own_way_to_write_the_covers_address_is_left_alone(site: Site, written: str) -> None:
    site.write("hugo.toml", "")
    site.write("blogcovers.toml", '[link]\ntheme = "stack"\n')
    post = site.write("content/owl.md", f"---\nconcept: an owl\nimage: {written}\n---\n")
    before = post.read_bytes()
    assert site.build().actions() == {"owl": "rendered"}
    assert site.run("link").out == "image: 1 as it was.\n"
    assert site.run("link", "--undo").out == "image: 1 as it was.\n"
    assert post.read_bytes() == before


def test_settings_of_ours_under_the_themes_key_are_no_picture(site: Site) -> None:
    site.write("blogcovers.toml", '[link]\nkey = "cover"\n')
    site.write("content/owl.md", "---\ncover: {concept: an owl}\n---\n")
    assert site.build().actions() == {"owl": "rendered"}
    outcome = site.run("link")
    assert outcome.code == 1
    assert "'cover' holds" in outcome.err


def test_a_link_to_no_cover_is_told(linked: Site) -> None:
    linked.run("link")
    post = linked.content / "fox.md"
    post.write_bytes(post.read_bytes().replace(b"concept:", b"idea:"))
    assert linked.run("link").out == "cover.image: 1 skipped.\n"
    linked.cover("fox").unlink()
    outcome = linked.run("check")
    said = "content/fox.md links to a cover that is not there. Run: blogcovers link --undo --only fox"
    assert said in outcome.out + outcome.err
    assert f"content/fox.md still links to {URL}; 'blogcovers link --undo" in linked.run("link").out
    linked.run("link", "--undo", "--only", "fox")
    assert b"cover" not in post.read_bytes()


def test_a_link_to_a_derived_file_is_ours_under_an_older_slug(linked: Site) -> None:
    derived = '[link]\nkey = "image"\nvalue = "/media/covers/{slug}.social.jpg"\n[outputs.social]\n'
    linked.write("blogcovers.toml", derived)
    linked.build()
    assert linked.run("link").out == "image: 1 linked.\n"
    post = linked.content / "fox.md"
    post.write_bytes(post.read_bytes().replace(b"title: Fox\n", b"title: Fox\nslug: red\n"))
    linked.build()
    assert linked.run("link").out == "image: 1 relinked.\n"
    assert read(post)["image"] == "/media/covers/red.social.jpg"
    assert linked.run("link", "--undo").out == "image: 1 unlinked.\n"


HEADERS = (
    '---\ntitle: "{n}"\nslug: p{n}\nconcept: a fox # with a comment\n---\n',
    "---\n# first a comment\nslug: p{n}\nconcept: >-\n  a fox\n  reads\ntags: [a, b]\n---\n\n---\n\nA rule.\n",
    "---\nslug: p{n}\nconcept: a fox\ncover:\n    alt: x\n    # indented\n...\n",
    "---\nslug: p{n}\nconcept: a fox\ncover: {{alt: x}}   \nextra: &a {{b: c}}\nmore: *a\n---\nText",
    "---\nslug: p{n}\nconcept: a fox\ncover:\n  alt: ü\n  image:\n---\n",
    '+++\nslug = "p{n}"\nconcept = "a fox"\n[extra]\nx = 1\n+++\nText.\n',
    '+++\nslug = "p{n}"\nconcept = """\na fox"""\n[cover]\nalt = "x"\n+++\n',
    '+++\nslug = "p{n}"\nconcept = "a fox"\ncover = {{ alt = "x" }}\n+++\n',
    '{{\n  "slug": "p{n}",\n  "concept": "a fox"\n}}\n\nText.\n',
    '{{"slug": "p{n}", "concept": "a fox", "cover": {{"alt": "x"}}}}\nText.\n',
)


KINDS = 240  # every combination once


def varied(n: int) -> bytes:
    """The n-th of many posts: every header with each line ending, with and without a BOM and blank lines before."""
    text = HEADERS[n % len(HEADERS)].format(n=n) + "\n" * (n % 3)
    kind = n // len(HEADERS)
    text = "\n" * (kind // 4 % 2) + text
    text = text.replace("\n", ("\n", "\r\n")[kind % 2])
    return (b"\xef\xbb\xbf" if kind // 2 % 2 else b"") + text.encode()


def test_posts_of_every_kind_change_by_one_line_each_and_back(site: Site) -> None:
    site.write("blogcovers.toml", CONFIG)
    site.write("media/covers/p0.webp", b"RIFF\x04\x00\x00\x00WEBP")
    posts = {site.content / f"{n}.md": varied(n) for n in range(KINDS)}
    for n, (file, data) in enumerate(posts.items()):
        file.write_bytes(data)
        (site.media / f"p{n}.webp").write_bytes(b"RIFF\x04\x00\x00\x00WEBP")  # made by hand, as far as we can tell

    outcome = site.run("link")
    assert (outcome.code, outcome.out) == (0, f"cover.image: {KINDS} linked.\n"), outcome.err
    for n, (file, before) in enumerate(posts.items()):
        after = file.read_bytes()
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
        same = next(at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b)
        added = len(new) - len(old)
        assert added in (0, 1)
        assert old[same + 1 - added :] == new[same + 1 :], file.name
        assert f"/media/covers/p{n}.webp".encode() in new[same]

    linked = site.snapshot()
    assert site.run("link").out == f"cover.image: {KINDS} as it was.\n"
    assert site.snapshot() == linked
    assert site.run("link", "--undo").out == f"cover.image: {KINDS} unlinked.\n"
    assert {file: file.read_bytes() for file in posts} == posts


def test_a_post_behind_a_link_that_leads_out_of_the_site_is_not_written(linked: Site, tmp_path: Path) -> None:
    outside = tmp_path / "owl.md"
    outside.write_bytes((linked.content / "fox.md").read_bytes())
    (linked.content / "owl.md").symlink_to(outside)
    linked.build()
    before = outside.read_bytes()
    outcome = linked.run("link")
    assert outcome.code == 1
    assert "content/owl.md: " in outcome.err
    assert "outside of the site and its media folder, where nothing is written" in outcome.err
    assert "cover.image: 1 linked, 1 failed." in outcome.out
    assert outside.read_bytes() == before
