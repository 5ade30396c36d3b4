"""Where the base of a site without a config is: nothing is written above what was named, nor above a work tree."""

from __future__ import annotations

from pathlib import Path

import pytest
from git_site import GitSite, add_line
from site_builder import Site

from blogcovers import storage
from blogcovers.config import Options, load

POST = "---\ntitle: A fox\nconcept: a fox\n---\n"


def made(folder: Path) -> list[str]:
    """What there is besides the posts, and git's own folder."""
    files = (file for file in folder.rglob("*") if file.is_file() and file.suffix != ".md")
    paths = (file.relative_to(folder).as_posix() for file in files if ".git" not in file.parts)
    return sorted(path for path in paths if f"{storage.WORK}/" not in path)


@pytest.fixture
def vault(tmp_path: Path) -> Site:
    """A folder whose posts lie at its top, and where the user stands."""
    site = Site(tmp_path / "around/vault")
    site.content.rmdir()
    site.write("fox.md", POST)
    site.write("notes/owl.md", POST)
    return site


@pytest.mark.parametrize("repository", [True, False], ids=["repository", "folder"])
def test_a_folder_with_its_posts_at_the_top_is_its_own_base(vault: Site, repository: bool) -> None:
    if repository:
        (vault.root / ".git").mkdir()
    result = vault.run("build", ".", "--json")
    assert result.code == 0, result.err
    assert {row["cover"] for row in result.json["covers"]} == {"media/covers/fox.webp", "media/covers/owl.webp"}
    assert made(vault.root.parent) == ["vault/media/covers/fox.webp", "vault/media/covers/owl.webp"]
    assert [path.name for path in vault.root.parent.iterdir()] == ["vault"]
    for command in (["build", "."], ["build", "../vault"], ["build", vault.root], ["check", "."]):
        again = vault.run(*command)
        assert (again.code, again.err) == (0, ""), again.err
        assert "2 current" in again.out


@pytest.mark.parametrize("repository", [True, False], ids=["repository", "folder"])
def test_and_from_outside_once_its_covers_are_there(vault: Site, repository: bool) -> None:
    if repository:
        (vault.root / ".git").write_text("gitdir: elsewhere\n", encoding="utf-8")  # a linked work tree's is a file
    else:
        vault.run("build", ".")
    outside = Site(vault.root.parent)
    outside.content.rmdir()
    assert outside.run("build", "vault").code == 0
    assert outside.run("build", "vault/").out.startswith("Nothing to do: 2 current")
    assert made(outside.root) == ["vault/media/covers/fox.webp", "vault/media/covers/owl.webp"]


def test_init_writes_into_it(vault: Site) -> None:
    result = vault.run("init", ".")
    assert result.code == 0, result.err
    assert made(vault.root.parent) == ["vault/blogcovers.toml"]
    assert "posts in ., covers in media/covers" in result.out
    assert vault.run("build").code == 0
    assert (vault.root / "media/covers/owl.webp").exists()


def test_init_without_a_folder_asks_whether_it_is_this_one(vault: Site) -> None:
    result = vault.run("init")
    assert (result.code, made(vault.root)) == (2, [])
    assert "There is no folder content here.\n       Do the posts lie here? Then: blogcovers init ." in result.err


def test_a_config_that_names_no_content(vault: Site) -> None:
    vault.write("blogcovers.toml", 'exclude = ["x/*"]\n')
    result = vault.run("plan")
    assert result.code == 2
    assert (
        f"The content folder {vault.content} is not there.\n       blogcovers.toml sets no other: write content"
        in result.err
    )
    assert 'write content = "." where your posts lie beside it, or name theirs.' in result.err
    vault.write("blogcovers.toml", 'exclude = ["x/*"]\ncontent = "."\n')
    assert vault.run("plan").code == 0
    vault.write("blogcovers.toml", 'content = "posts"\n')
    assert "It is set by 'content' in blogcovers.toml." in vault.run("plan").err
    assert set(vault.run("plan", "notes", "--json").rows()) == {"owl"}


def test_a_folder_far_below_the_covers_of_its_repository(vault: Site) -> None:
    (vault.root / ".git").mkdir()
    vault.write("notes/far/hen.md", POST)
    vault.run("build", ".")
    assert "Nothing to do: 1 current" in vault.run("build", "notes/far").out
    assert all(path.startswith("media/covers/") for path in made(vault.root))


def test_init_keeps_to_the_place_that_a_build_took(vault: Site) -> None:
    vault.run("build", ".")
    Site(vault.root.parent).run("init", "vault")
    assert (vault.root / "blogcovers.toml").exists()
    assert "2 current" in vault.run("build").out


def test_the_hook_of_a_repository_of_posts(tmp_path: Path) -> None:
    site = GitSite(tmp_path / "around/repository")
    (site.root / "blogcovers.toml").unlink()
    site.content.rmdir()
    site.write("fox.md", POST)
    site.tell("hook", "install", ".")
    site.git("add", "fox.md")
    assert "Run: blogcovers build ." in site.commit(code=1).err
    site.tell("build", ".")
    assert add_line(site.commit(code=1)) == "git add -- media/covers/fox.webp"
    site.git("add", "media")
    site.commit()
    assert sorted(path.name for path in site.top.parent.iterdir()) == ["home", "repository"]


@pytest.mark.parametrize("command", ["./content", "content/", "{root}/content", "../site/content", "."])
def test_the_content_folder_of_a_site_has_its_base_beside_it(site: Site, command: str) -> None:
    site.post("fox")
    result = site.run("build", command.format(root=site.root), "--json")
    assert result.rows()["fox"]["cover"] == "media/covers/fox.webp"
    assert made(site.root) == ["media/covers/fox.webp"]


@pytest.mark.parametrize(("stands", "command"), [("content", "."), ("content", "../content"), ("content/sub", "..")])
def test_covers_that_a_site_has_stay_where_they_are(site: Site, stands: str, command: str) -> None:
    """Also where the user stands in the content folder and names it."""
    site.post("fox")
    site.post("sub/owl")
    site.build()
    inside = Site.__new__(Site)
    inside.root, inside.environment = site.root / stands, site.environment
    result = inside.run("build", command)
    assert (result.code, made(site.root)) == (0, ["media/covers/fox.webp", "media/covers/owl.webp"])
    assert "2 current" in result.out
    assert ("beside their folder" in result.err) == (stands == "content")


@pytest.mark.parametrize("stands", ["Essays", "Essays/deep"])
def test_a_repositorys_covers_are_found_from_any_of_its_folders(vault: Site, stands: str) -> None:
    (vault.root / ".git").mkdir()
    for path in ("Essays/hen", "Essays/deep/cow"):
        vault.write(f"{path}.md", "---\nconcept: an owl\n---\n")
    assert vault.run("build", ".").code == 0
    inside = Site.__new__(Site)
    inside.root, inside.environment = vault.root / stands, vault.environment
    result = inside.run("check", ".")
    assert (result.code, result.err) == (0, "")


def test_a_neighbours_covers_are_no_reason_to_write_beside(vault: Site) -> None:
    neighbour = Site(vault.root.parent)
    neighbour.post("hen")
    neighbour.build()
    assert vault.run("build", ".").code == 0
    assert (vault.root / "media/covers/fox.webp").exists()
    assert made(neighbour.root / "media") == ["covers/hen.webp"]


def test_a_config_and_a_generator_say_it_themselves(vault: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(vault.root / "notes")
    vault.write("hugo.toml", "")
    assert load(Options(content=Path()), {}).site.base == vault.root
    (vault.root / "hugo.toml").unlink()
    assert load(Options(content=Path()), {}).site.base == vault.root / "notes"
    (vault.root / "blogcovers.toml").touch()
    assert load(Options(content=Path()), {}).site.base == vault.root
