"""Covers that belong to no post any more: told by plan, check and build, moved away by clean."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from git_site import GitSite
from patience import SECONDS
from PIL import Image
from site_builder import SMALL, Site

from blogcovers import storage

NONE = "Nothing to clean: no cover of ours is without its post.\n"


@pytest.fixture
def blog(site: Site) -> Site:
    """A site of three posts with their covers."""
    site.write("blogcovers.toml", SMALL)
    for name in ("fox", "hen", "owl"):
        site.post(name, f"a {name}")
    site.build()
    return site


def delete(site: Site, *names: str) -> None:
    for name in names:
        (site.content / f"{name}.md").unlink()


def kept(site: Site) -> list[str]:
    """What lies in .blogcovers/replaced, without the time in its name."""
    folder = site.root / storage.WORK / "replaced"
    return sorted(file.name.partition("-")[0] + file.suffix for file in folder.glob("*")) if folder.is_dir() else []


def assert_nobody_misses_a_post(site: Site, *options: str) -> None:
    for command in ("plan", "check", "build"):
        assert "no post any more" not in site.run(command, "content", *options).err, command
    before = site.snapshot()
    assert site.run("clean", "content").out == NONE
    assert site.snapshot() == before


def test_a_deleted_posts_cover_is_told_of_and_is_no_failure(blog: Site) -> None:
    delete(blog, "fox")
    for command in ("plan", "check", "build"):
        result = blog.run(command, "content")
        assert result.code == 0
        assert "warning: 1 cover belongs to no post any more: media/covers/fox.webp." in result.err
        assert result.err.endswith("out of the way: blogcovers clean content\n")
        assert blog.run(command, "content", "--json").code == 0
    assert blog.run("build", "content", "--quiet").err == ""


def test_more_than_three_are_counted(blog: Site) -> None:
    blog.post("ape")
    blog.post("bee")
    blog.run("build", "content")
    delete(blog, "fox", "hen", "owl", "ape")
    said = blog.run("check", "content").err
    named = ", ".join(f"media/covers/{name}.webp" for name in ("ape", "fox", "hen"))
    assert f"4 covers belong to no post any more: {named} and 1 more." in said


def test_a_link_to_a_cover_that_lies_elsewhere_is_its_authors(blog: Site) -> None:
    """A cover of ours stands at the end of it, called as the post that has gone; yet who made the link wants it."""
    blog.cover("fox").rename(blog.root / "kept.webp")
    blog.cover("fox").symlink_to(blog.root / "kept.webp")
    delete(blog, "fox")
    assert_nobody_misses_a_post(blog)
    assert blog.cover("fox").is_symlink()


def test_clean_moves_them_aside(blog: Site) -> None:
    delete(blog, "fox", "hen")
    files = {name: blog.cover(name).read_bytes() for name in ("fox", "hen", "owl")}
    before = blog.snapshot()
    dry = blog.run("clean", "content", "--dry-run")
    assert (dry.code, blog.snapshot()) == (0, before)
    assert dry.out.splitlines() == [
        "media/covers/fox.webp: of no post any more.",
        "media/covers/hen.webp: of no post any more.",
        "Nothing was touched.",
    ]
    result = blog.run("clean", "content")
    assert result.code == 0, result.err
    assert result.out.splitlines()[:2] == dry.out.splitlines()[:2]
    assert result.out.endswith("Moved 2 files to .blogcovers/replaced.\n")
    assert [path.name for path in blog.media.iterdir()] == ["owl.webp"]
    assert blog.cover("owl").read_bytes() == files["owl"]
    (fox,) = (blog.root / storage.WORK / "replaced").glob("fox-*.webp")
    assert fox.read_bytes() == files["fox"]
    assert blog.run("clean", "content").out == NONE
    assert blog.run("check", "content").err == ""


def test_clean_takes_what_is_derived_along(blog: Site) -> None:
    blog.write("blogcovers.toml", SMALL + "[outputs.social]\n[outputs.widths]\nwidths = [32]\n")
    blog.run("build", "content", "--force")
    delete(blog, "fox")
    by_hand = blog.write("media/covers/fox.mine.jpg", b"mine")
    dry = blog.run("clean", "content", "--dry-run").out
    assert dry.startswith("media/covers/fox.webp, fox.social.jpg, fox.32w.webp: of no post any more.\n")
    assert "Moved 3 files" in blog.run("clean", "content").out
    assert sorted(path.name for path in blog.media.glob("fox*")) == [by_hand.name]
    assert kept(blog) == ["fox.32w.webp", "fox.social.jpg", "fox.webp"]


def test_a_derived_file_that_was_made_by_hand_stays(blog: Site) -> None:
    blog.write("blogcovers.toml", SMALL + "[outputs.social]\n")
    blog.run("build", "content", "--force")
    delete(blog, "fox")
    Image.new("RGB", (64, 36), "red").save(blog.media / "fox.social.jpg")
    assert "Moved 1 file" in blog.run("clean", "content").out
    assert (blog.media / "fox.social.jpg").exists()


def test_a_renamed_posts_cover(blog: Site) -> None:
    (blog.content / "fox.md").rename(blog.content / "vixen.md")
    result = blog.run("build", "content")
    assert "media/covers/fox.webp" in result.err
    blog.run("clean", "content")
    assert sorted(path.name for path in blog.media.iterdir()) == ["hen.webp", "owl.webp", "vixen.webp"]


def test_what_is_not_ours_is_never_taken(blog: Site) -> None:
    delete(blog, "fox", "hen")
    Image.new("RGB", (64, 36), "red").save(blog.cover("logo"), exif=Image.Exif().tobytes())
    with Image.open(blog.cover("fox")) as picture:  # with our recipe, and retouched
        exif = picture.info["exif"]
        picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(blog.cover("fox"), exif=exif)
    shutil.copy(blog.cover("hen"), blog.cover("about"))  # a copy, shown somewhere else
    blog.cover("broken").write_bytes(b"")
    blog.cover("link").symlink_to(blog.cover("owl"))
    blog.cover("hen").unlink()
    assert_nobody_misses_a_post(blog)


@pytest.mark.parametrize(
    "post",
    [
        "---\nconcept: a fox\ndraft: true\n---\n",
        "---\ntitle: no concept any more\n---\n",
        "---\nconcept: a fox\ncover_skip: true\n---\n",
        "---\nconcept: a fox\ndate: 2999-01-01\n---\n",
    ],
    ids=["draft", "concept", "skip", "future"],
)
def test_the_cover_of_a_post_that_is_left_out_now(blog: Site, post: str) -> None:
    blog.write("content/fox.md", post)
    blog.write("blogcovers.toml", f"future = false\n{SMALL}")
    assert_nobody_misses_a_post(blog)


def test_the_cover_of_an_excluded_post(blog: Site) -> None:
    blog.write("content/old/wolf.md", "---\nconcept: a wolf\nslug: grey\n---\n")
    blog.run("build", "content")
    assert blog.cover("grey").exists()
    blog.write("blogcovers.toml", f'exclude = ["old/*"]\n{SMALL}')
    assert_nobody_misses_a_post(blog)


def test_the_cover_of_a_post_in_a_folder_that_the_generator_passes_over(blog: Site) -> None:
    blog.write("elsewhere/ape.md", "---\nconcept: an ape\nslug: gibbon\n---\n")
    (blog.content / "more").symlink_to("../elsewhere", target_is_directory=True)
    blog.run("build", "content")
    assert blog.cover("gibbon").exists()
    (blog.root / "elsewhere").rename(blog.root / ".elsewhere")  # where nobody looks for posts
    (blog.content / "more").unlink()
    (blog.content / "more").symlink_to("../.elsewhere", target_is_directory=True)
    blog.write("blogcovers.toml", f'generator = "hugo"\nmedia = "media/covers"\npublic_url = "/covers"\n{SMALL}')
    assert "does not enter it" in blog.run("check", "content").err
    assert_nobody_misses_a_post(blog)


def test_the_covers_of_translations(blog: Site) -> None:
    """Each has spoken once: the other languages' slugs are not forsaken."""
    blog.write("content/fox.md", "---\nconcept: a fox\nslug: fox\n---\n")
    blog.write("content/fox.fr.md", "---\nconcept: un renard\nslug: renard\n---\n")
    blog.write("blogcovers.toml", f'languages = ["en", "fr"]\ndefault_language = "fr"\n{SMALL}')
    blog.run("build", "content")
    assert blog.cover("renard").exists()
    assert blog.cover("fox").exists()
    assert_nobody_misses_a_post(blog)
    blog.write("blogcovers.toml", f'languages = ["en", "fr"]\ndefault_language = "en"\n{SMALL}')
    assert_nobody_misses_a_post(blog)


def test_a_part_of_the_site_misses_nothing(blog: Site) -> None:
    blog.post("sub/ape")
    blog.run("build", "content")
    delete(blog, "fox")
    for arguments in (["content/sub"], ["content", "--only", "owl"]):
        for command in ("plan", "check", "build"):
            assert blog.run(command, *arguments).err == ""
    part = blog.run("clean", "content/sub")
    assert (part.code, blog.cover("fox").exists()) == (2, True)
    assert "Name " in part.err


def test_a_post_that_cannot_be_read_may_be_the_one(blog: Site) -> None:
    delete(blog, "fox")
    blog.write("content/hen.md", "---\ntitle: [\n---\n")
    assert "no post any more" not in blog.run("check", "content").err
    result = blog.run("clean", "content")
    assert (result.code, blog.cover("fox").exists()) == (1, True)
    assert "content/hen.md" in result.err
    assert "Nothing was moved" in result.err


def test_a_sections_own_page_hides_nothing(blog: Site) -> None:
    """It is a row of the plan, and no post."""
    blog.write("content/_index.md", "---\nconcept: all animals\n---\n")
    delete(blog, "fox")
    for command in ("plan", "check", "build"):
        assert "1 cover belongs to no post any more: media/covers/fox.webp." in blog.run(command, "content").err


def test_a_site_without_posts_is_not_emptied(blog: Site) -> None:
    delete(blog, "fox", "hen", "owl")
    assert blog.run("clean", "content").code == 3
    assert len(list(blog.media.iterdir())) == 3


def test_another_folder_of_posts_may_share_the_media_folder(site: Site) -> None:
    """Without a config, and named in turn."""
    site.post("fox")
    site.write("notes/2024-01-02-hen.md", "---\nconcept: a hen\n---\n")
    site.write("notes/owl/index.md", "---\nconcept: an owl\n---\n")
    for content in ("content", "notes"):
        assert site.run("build", content).code == 0
    assert len(list(site.media.iterdir())) == 3
    assert_nobody_misses_a_post(site)
    assert "Name no folder: the site's own is known." in site.run("clean", "notes").err


VAULT = ("Essays/index", "Essays/b", "Essays/deep/c")


def vault(root: Path, *paths: str) -> Site:
    """Notes in folders, and no folder content."""
    site = Site(root)
    site.content.rmdir()
    for path in paths:
        site.write(f"{path}.md", f"---\nconcept: a fox at {path}\n---\n")
    return site


def covers_of(site: Site) -> list[str]:
    return sorted(path.relative_to(site.media).as_posix() for path in site.media.rglob("*.webp"))


@pytest.mark.parametrize(
    "config", [None, "exclude = ['x/*']", "path = '{section}/{slug}.webp'"], ids=["none", "config", "sections"]
)
def test_a_folder_of_a_plain_site_is_a_part_of_it(tmp_path: Path, config: str | None) -> None:
    site = vault(tmp_path / "vault", *VAULT)
    if config is None:
        (site.root / ".git").mkdir()
    else:
        site.write("blogcovers.toml", f"{config}\n{SMALL}")
    assert site.run("build", ".").code == 0
    before = covers_of(site)
    assert len(before) == 3
    for folder, count in (("Essays", 3), ("Essays/deep", 1)):
        for command in ("plan", "check", "build"):
            result = site.run(command, folder)
            assert (result.code, result.err) == (0, ""), (command, folder)
            assert "missing" not in result.out
        assert len(site.run("plan", folder, "--json").rows()) == count
        result = site.run("clean", folder)
        assert (result.code, result.out) == (2, "")
        assert "Whose a cover is can only be told of the whole site.\n       Name . instead.\n" in result.err
    assert site.run("clean", ".").out == NONE
    assert covers_of(site) == before


def test_a_folder_of_a_repository_is_a_part_from_its_first_build_on(tmp_path: Path) -> None:
    site = vault(tmp_path / "vault", *VAULT, "Notes/d")
    (site.root / ".git").mkdir()
    site.run("build", "Essays")
    assert covers_of(site) == ["Essays.webp", "b.webp", "c.webp"]
    site.run("build", "Notes")
    assert "4 current" in site.run("check", ".").out
    assert site.run("clean", ".").out == NONE


def test_a_folder_that_nothing_bounds_is_not_cleaned(tmp_path: Path) -> None:
    """Neither config nor repository: what is above may be anybody's."""
    site = vault(tmp_path / "vault", *VAULT)
    site.run("build", ".")
    for command in ("plan", "build", "check"):
        assert "no post any more" not in site.run(command, "Essays").err, command
    result = site.run("clean", "Essays")
    assert (result.code, result.out) == (2, "")
    assert "Posts outside of Essays may have covers in media/covers, too." in result.err
    assert f'write content = "Essays" in {site.root / "blogcovers.toml"}' in result.err
    assert "Essays.webp" in covers_of(site)


@pytest.mark.parametrize("repository", [True, False], ids=["repository", "folder"])
def test_two_folders_that_share_their_covers(tmp_path: Path, repository: bool) -> None:
    site = vault(tmp_path / "site", "posts/fox", "posts/index", "notes/index", "notes/hen")
    if repository:
        (site.root / ".git").mkdir()
    for folder in ("posts", "notes"):
        site.run("build", folder)
    before = covers_of(site)
    for folder in ("posts", "notes"):
        assert "no post any more" not in site.run("check", folder).err
        assert site.run("clean", folder).code == 2
    assert covers_of(site) == before


def test_a_folder_beside_the_sites_own(site: Site) -> None:
    site.post("fox")
    site.write("notes/index.md", "---\nconcept: a hen\n---\n")
    (site.root / ".git").mkdir()
    for folder in ("content", "notes"):
        site.run("build", folder)
    assert covers_of(site) == ["fox.webp", "index.webp"]
    assert_nobody_misses_a_post(site)
    assert site.run("clean", "notes").code == 2
    assert "Name no folder: the site's own is known." in site.run("clean", "notes").err


def test_what_is_hidden_is_a_site_of_its_own(tmp_path: Path) -> None:
    site = vault(tmp_path / "vault", ".notes/fox", "hen")
    (site.root / ".git").mkdir()
    assert site.run("build", ".notes").code == 0
    assert covers_of(site) == ["fox.webp"]


def test_a_renamed_posts_cover_can_be_kept(blog: Site) -> None:
    picture, seed = blog.cover("fox").read_bytes(), blog.recipe("fox").seed
    (blog.content / "fox.md").rename(blog.content / "vixen.md")
    said = (
        "warning: fox.webp has the concept of content/vixen.md: to keep its picture, move it to"
        f" media/covers/vixen.webp and set cover_seed: {seed} in the post.\n"
    )
    for command in ("plan", "check"):
        assert said in blog.run(command, "content").err
    blog.cover("fox").rename(blog.cover("vixen"))
    blog.post("vixen", "a fox", cover_seed=str(seed), title="Fox")
    result = blog.build()
    assert (result.actions()["vixen"], result.err) == ("none", "")
    assert blog.cover("vixen").read_bytes() == picture


def test_where_the_seed_is_set_a_renamed_posts_cover_is_merely_moved(blog: Site) -> None:
    blog.post("fox", "a fox", cover_seed="7")
    blog.run("build", "content")
    (blog.content / "fox.md").rename(blog.content / "vixen.md")
    assert "picture, move it to media/covers/vixen.webp.\n" in blog.run("plan", "content").err


def test_a_cover_that_would_not_stay_is_not_offered(blog: Site) -> None:
    (blog.content / "fox.md").rename(blog.content / "vixen.md")
    blog.write("blogcovers.toml", SMALL.replace("64", "128"))
    assert "fox.webp has" not in blog.run("plan", "content").err
    blog.write("blogcovers.toml", SMALL)
    blog.post("vixen", "another fox")
    assert "fox.webp has" not in blog.run("plan", "content").err


def test_three_renamed_posts_at_most_are_told_of(blog: Site) -> None:
    blog.post("ape")
    blog.run("build", "content")
    for name in ("ape", "fox", "hen", "owl"):
        (blog.content / f"{name}.md").rename(blog.content / f"{name}s.md")
    assert blog.run("plan", "content").err.count(" has the concept of ") == 3


def test_posts_below_the_media_folder(site: Site) -> None:
    """The built site is there, too, with copies of covers that are not ours to move."""
    site.content.rmdir()
    site.write("blogcovers.toml", f'content = "."\nmedia = "."\n{SMALL}')
    site.write("fox.md", "---\nconcept: a fox\n---\n")
    site.write("hen.md", "---\nconcept: a hen\n---\n")
    site.run("build")
    (site.root / "out").mkdir()
    for name in ("fox", "hen"):
        shutil.copy(site.root / f"{name}.webp", site.root / "out")
    (site.root / "hen.md").unlink()
    assert "1 cover belongs to no post any more: hen.webp." in site.run("check").err
    site.run("clean")
    assert (site.root / "out/hen.webp").exists()
    assert not (site.root / "hen.webp").exists()


def test_in_page_bundles(site: Site) -> None:
    site.write("hugo.toml", "")
    site.write("blogcovers.toml", f'bundle = "cover.webp"\n{SMALL}')
    for name in ("fox", "hen"):
        site.write(f"content/posts/{name}/index.md", f"---\nconcept: a {name}\n---\n")
    site.build()
    (site.content / "posts/fox/index.md").unlink()
    assert "no post any more: content/posts/fox/cover.webp." in site.run("check").err
    assert "Moved 1 file" in site.run("clean").out
    assert (site.content / "posts/hen/cover.webp").exists()


def test_a_copy_beside_a_sections_page(site: Site) -> None:
    site.write("hugo.toml", "")
    site.write("blogcovers.toml", f'bundle = "cover.webp"\n{SMALL}')
    site.write("content/posts/fox/index.md", "---\nconcept: a fox\n---\n")
    site.build()
    site.write("content/posts/_index.md", "---\ntitle: Posts\n---\n")
    shutil.copy(site.content / "posts/fox/cover.webp", site.content / "posts")
    assert_nobody_misses_a_post(site)


def test_a_path_of_sections(site: Site) -> None:
    site.write("blogcovers.toml", f'path = "{{section}}/{{slug}}.webp"\n{SMALL}')
    site.post("a/fox")
    site.post("b/fox")
    site.build()
    delete(site, "b/fox")
    assert "1 cover belongs to no post any more: media/covers/b/fox.webp." in site.run("check", "content").err


def test_only_what_no_post_claims_is_read(blog: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    Image.new("RGB", (64, 36), "red").save(blog.cover("photograph"))
    blog.write("blogcovers.toml", f'media = "media/covers"\n{SMALL}')  # else one cover is read to know the site by
    read: list[str] = []
    whole = storage.read

    def counted(path: Path, *limit: int) -> bytes:
        read.append(path.name)
        return whole(path, *limit)

    monkeypatch.setattr(storage, "read", counted)
    blog.run("check", "content")
    assert sorted(name for name in read if name.endswith(".webp")) == ["fox.webp", "hen.webp", "owl.webp"]


def test_the_hook_does_not_look_for_them(tmp_path: Path) -> None:
    site = GitSite(tmp_path / "site")
    site.post("fox")
    site.post("hen")
    site.tell("build", "content")
    site.tell("hook", "install")
    delete(site, "hen")
    site.git("add", ".")
    assert "no post" not in site.commit().err


@pytest.mark.parametrize("media", ["shared", "red/media"], ids=["between", "in one of them"])
def test_two_sites_of_a_repository_may_share_a_media_folder(tmp_path: Path, media: str) -> None:
    red = GitSite(tmp_path / "top", "red")
    blue = GitSite(tmp_path / "top", "blue", init=False)
    for site in (red, blue):
        site.write("blogcovers.toml", f'content = "content"\nmedia = "../{media}"\npublic_url = "/covers"\n{SMALL}')
    red.post("fox")
    blue.post("owl")
    blue.post("2024", slug="hen")  # the name of its file does not tell
    for site in (red, blue):
        site.build()
    for site in (red, blue):
        assert_nobody_misses_a_post(site)
    delete(blue, "owl")
    assert "Moved 1 file" in red.run("clean", "content").out
    assert sorted(path.stem for path in (tmp_path / "top" / media).iterdir()) == ["fox", "hen"]


def test_whose_the_covers_in_a_folder_outside_of_the_site_are_is_not_known(blog: Site, tmp_path: Path) -> None:
    apart = tmp_path.parent / f"{tmp_path.name} apart"
    blog.run("build", "content", "--media", apart)
    delete(blog, "fox")
    assert "no post any more" not in blog.run("check", "content", "--media", apart).err
    result = blog.run("clean", "content", "--media", apart)
    assert (result.code, (apart / "fox.webp").exists()) == (2, True)
    assert "is outside of the site" in result.err


def test_a_slug_in_another_folder_of_posts(site: Site) -> None:
    """Without a config, and named in turn."""
    site.post("fox")
    site.write("notes/2024.md", "---\nconcept: a hen\nslug: hen\n---\n")
    for content in ("content", "notes"):
        assert site.run("build", content).code == 0
    assert_nobody_misses_a_post(site)


def test_the_cover_of_a_page_by_the_rules_of_another_generator(site: Site) -> None:
    site.write("pelicanconf.py", "PATH = 'content'\n")
    site.write("blogcovers.toml", f'media = "content/images"\n{SMALL}')
    site.write("content/fox.md", "Title: A fox\nConcept: a fox\n\nText.\n")
    site.write("content/pages/two.md", "Title: About me\nConcept: a hen\n\nText.\n")
    site.run("build", "--generator", "plain")
    assert (site.content / "images/two.webp").exists()
    assert "images/two.webp" not in site.run("clean", "--dry-run").out


def test_a_folder_of_covers_that_is_a_link(site: Site) -> None:
    site.write("blogcovers.toml", f'path = "{{section}}/{{slug}}.webp"\n{SMALL}')
    site.post("a/fox")
    (site.media / "b").mkdir(parents=True)
    (site.media / "a").symlink_to("b", target_is_directory=True)
    site.build()
    assert_nobody_misses_a_post(site)


def test_a_post_that_breaks_while_clean_waits(blog: Site) -> None:
    """What is moved is what is forsaken once nobody else is at work."""
    delete(blog, "fox")
    with storage.alone(blog.root, lambda *_: None):
        clean = subprocess.Popen(
            [sys.executable, "-P", "-m", "blogcovers", "clean", "content"],
            cwd=blog.root,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert clean.stderr
        assert "Another build" in clean.stderr.readline()
        blog.write("content/hen.md", "---\ntitle: [\n---\n")
    out, err = clean.communicate(timeout=SECONDS)
    assert (clean.returncode, out, blog.cover("fox").exists()) == (1, "", True)
    assert "Nothing was moved" in err
