"""Builds with the painter: what is made, what is left alone, and why. Every build here is run twice."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from site_builder import SMALL, Site

from blogcovers import api
from blogcovers.build import Finished
from blogcovers.cover import found_at, webp
from blogcovers.plan import Action

STYLE = Path(__file__).parents[1] / "style"


@pytest.fixture
def site(site: Site) -> Site:
    """Small covers are quickly painted."""
    site.write("blogcovers.toml", SMALL)
    return site


def test_a_build_makes_a_cover_for_every_post(site: Site) -> None:
    (site.root / "blogcovers.toml").unlink()
    site.post("fox")
    site.post("owl", "an owl reads to the moon")
    site.write("content/trip/index.md", "---\nconcept: a boat\n---\n")

    result = site.build()

    assert result.actions() == {"fox": "rendered", "owl": "rendered", "trip": "rendered"}
    for slug in ("fox", "owl", "trip"):
        with Image.open(site.cover(slug)) as picture:
            assert (picture.format, picture.size, picture.mode) == ("WEBP", (1200, 630), "RGB")
    assert site.left_behind() == []


def test_the_cover_carries_its_recipe(site: Site) -> None:
    site.post("fox", "a fox, red as a brick", cover_negative="snow")
    site.build()
    made = site.recipe("fox")
    assert (made.slug, made.renderer, made.attempt, made.provisional) == ("fox", "painter", 0, False)
    assert made.texts["concept"] == "a fox, red as a brick"
    assert "Cubist" in made.texts["prompt"]
    assert "a fox, red as a brick" in made.texts["prompt"]
    assert made.texts["negative"].endswith("snow")
    assert b"algorithmicMedia" in site.cover("fox").read_bytes()
    assert b"trainedAlgorithmicMedia" not in site.cover("fox").read_bytes()


def test_a_negative_that_alone_was_changed_is_named(site: Site) -> None:
    site.post("fox", cover_negative="snow")
    site.build()
    site.post("fox", cover_negative="rain")
    assert site.run("plan", "content", "--json").rows()["fox"]["reason"] == "negative: 'snow' → 'rain'"
    assert site.build().actions() == {"fox": "rendered"}
    site.post("fox")
    assert site.build().rows()["fox"]["reason"] == "negative: 'rain' → none"


def test_fingerprint_keeps_the_texts_out(site: Site) -> None:
    site.write("blogcovers.toml", 'metadata = "fingerprint"\n')
    site.post("fox", "a secret fox")
    site.build()
    assert b"secret" not in site.cover("fox").read_bytes()
    site.post("fox", "two foxes")
    assert site.build().rows()["fox"]["reason"] == "concept changed"


def test_changing_one_concept_renders_that_cover_only(site: Site) -> None:
    site.post("fox", "a fox")
    site.post("owl", "an owl")
    site.build()
    site.post("fox", "two foxes")

    result = site.build()

    assert result.actions() == {"fox": "rendered", "owl": "none"}
    assert result.rows()["fox"]["reason"] == "concept: 'a fox' → 'two foxes'"


def test_changing_the_style_renders_all_and_a_comment_none(site: Site) -> None:
    shutil.copytree(STYLE, site.root / "style")
    site.post("fox")
    site.post("owl")
    site.build()
    house = site.root / "style/house.toml"

    house.write_text("# a thought\n" + house.read_text(encoding="utf-8"), encoding="utf-8")
    (site.root / "style/notes.txt").write_text("a neighbour", encoding="utf-8")
    assert set(site.build().actions().values()) == {"none"}

    house.write_text(house.read_text(encoding="utf-8").replace("#e2352b", "#d0302a"), encoding="utf-8")
    result = site.build()
    assert set(result.actions().values()) == {"rendered"}
    assert {row["reason"] for row in result.rows().values()} == {"style changed"}


def test_changing_the_prompt_template_is_a_change_of_style(site: Site) -> None:
    shutil.copytree(STYLE, site.root / "style")
    site.post("fox")
    site.build()
    site.style(prompt_j2="woodcut of {{ concept }}{# quietly #}")
    assert site.build().rows()["fox"]["reason"] == "style changed"
    site.style(prompt_j2="woodcut of\r\n{{ concept }}{# loudly #}")
    assert site.build().actions() == {"fox": "none"}


def test_touching_files_moving_the_checkout_and_cloning_it_render_nothing(site: Site, tmp_path: Path) -> None:
    def git(*arguments: str, cwd: Path) -> None:
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        subprocess.run(["git", *identity, *arguments], cwd=cwd, check=True, capture_output=True)

    site.post("fox")
    site.post("owl")
    site.build()
    git("init", "-q", cwd=site.root)
    git("add", "-A", cwd=site.root)
    git("commit", "-qm", "site", cwd=site.root)

    for file in site.root.rglob("*"):
        os.utime(file, (1, 1))
    assert set(site.build().actions().values()) == {"none"}

    moved = Site(site.root.rename(tmp_path / "elsewhere"))
    assert set(moved.build().actions().values()) == {"none"}

    git("clone", "-q", str(moved.root), str(tmp_path / "clone"), cwd=tmp_path)
    clone = Site(tmp_path / "clone")
    assert not (clone.root / ".blogcovers").exists(), "the work folder must not be committed"
    assert set(clone.build().actions().values()) == {"none"}


def test_a_changed_output_is_encoded_anew(site: Site) -> None:
    site.post("fox")
    site.build()
    site.write("blogcovers.toml", '[output]\nsize = "800x800"\nquality = 60\n')
    assert site.build().rows()["fox"]["reason"] == "output changed"
    with Image.open(site.cover("fox")) as picture:
        assert picture.size == (800, 800)


@pytest.mark.parametrize("versions", [-1, 1], ids=["an earlier", "a later"])
def test_a_cover_by_another_blogcovers_that_makes_another_picture_is_stale(site: Site, versions: int) -> None:
    site.post("fox")
    site.build()
    made = site.recipe("fox")
    other = replace(made, recipe_version=made.recipe_version + versions)
    site.cover("fox").write_bytes(webp.stamp(site.cover("fox").read_bytes(), other))
    row = site.run("plan", "content", "--json").rows()["fox"]
    assert (row["state"], row["reason"]) == ("stale", "blogcovers now makes another picture of the same recipe")
    assert site.build().actions() == {"fox": "rendered"}
    assert site.recipe("fox") == made


def test_a_seed_of_the_posts_own(site: Site) -> None:
    site.post("fox")
    site.build()
    before = site.cover("fox").read_bytes()
    site.post("fox", cover_seed="77")
    row = site.build().rows()["fox"]
    assert row["reason"].endswith("→ 77")
    assert site.recipe("fox").seed == 77
    assert webp.picture_digest(site.cover("fox").read_bytes()) != webp.picture_digest(before)


@pytest.mark.parametrize("name", ["fox.jpg", "fox.PNG"])
def test_a_picture_of_ones_own_in_another_format_is_told_of(site: Site, name: str) -> None:
    site.post("fox")
    site.post("hen")
    picture = site.write(f"media/covers/{name}", b"my own")
    said = f"no cover yet; {name} lies beside it: if that is your cover, save it as fox.webp or set cover_skip: true"
    rows = site.run("plan", "content", "--json").rows()
    assert (rows["fox"]["reason"], rows["hen"]["reason"]) == (said, "no cover yet")
    assert said in site.run("plan", "content").out
    assert f"({said})" in site.run("build", "content").out
    assert picture.read_bytes() == b"my own"
    assert site.run("plan", "content", "--json").rows()["fox"]["reason"] is None, "there is a cover by now"


def test_a_picture_of_ones_own_by_the_other_form_of_its_name(site: Site) -> None:
    """As macOS writes it: the accent apart."""
    site.post("renard-caf\u00e9")
    site.write("media/covers/renard-cafe\u0301.jpg", b"my own")
    assert "lies beside it" in site.run("plan", "content").out


def test_pictures_of_ones_own_are_looked_for_once_a_folder(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a network's disk every question takes long."""
    asked: list[str] = []
    stat = os.stat

    def counted(path: Any, **options: Any) -> os.stat_result:
        asked.append(str(path))
        return stat(path, **options)

    for number in range(20):
        site.post(f"fox-{number}")
    site.media.mkdir(parents=True)
    monkeypatch.setattr(os, "stat", counted)
    site.run("plan", "content")
    assert any("content" in path for path in asked), "some other way of asking is counted"
    assert not [path for path in asked if "media/covers/" in path and not path.endswith(".webp")]


def test_a_picture_of_ones_own_in_a_bundle(site: Site) -> None:
    site.write("blogcovers.toml", 'bundle = "cover.webp"\n')
    site.write("content/fox/index.md", "---\nconcept: a fox\n---\n")
    site.write("content/fox/cover.jpg", b"my own")
    assert "cover.jpg lies beside it" in site.run("plan", "content").out


def test_a_renamed_post_keeps_its_cover_with_its_seed(site: Site) -> None:
    """The slug decides the seed, and nothing else of the picture."""
    site.post("fox", title="Fox")
    site.build()
    seed, picture, before = site.recipe("fox").seed, site.recipe("fox").picture, site.cover("fox").read_bytes()
    (site.content / "fox.md").unlink()
    site.post("hen", title="Fox")
    site.cover("fox").rename(site.cover("hen"))
    stale = site.run("check", "content")
    assert stale.code == 1
    assert f"slug: 'fox' → 'hen'; cover_seed: {seed} in the post keeps the picture" in stale.out

    site.post("hen", title="Fox", cover_seed=str(seed))
    for command in ("plan", "check", "build"):
        row = site.run(command, "content", "--json").rows()["hen"]
        assert (row["state"], row["action"], row["reason"]) == ("current", "none", None)
    assert site.cover("hen").read_bytes() == before

    forced = site.run("build", "content", "--force", "--json")
    assert forced.actions() == {"hen": "rendered"}
    assert site.recipe("hen").slug == "hen"
    assert site.recipe("hen").picture == picture, "it is the same picture, indeed"


def test_nor_is_that_promised_where_more_has_changed(site: Site) -> None:
    site.post("fox")
    site.build()
    (site.content / "fox.md").unlink()
    site.post("hen", "another concept")
    site.cover("fox").rename(site.cover("hen"))
    row = site.run("plan", "content", "--json").rows()["hen"]
    assert row["action"] == "render"
    assert "cover_seed" not in row["reason"]


def test_a_slug_in_the_prompt_is_part_of_the_picture(site: Site) -> None:
    site.style(house_toml='[palette]\nink = "#20242c"\npaper = "#f4efe4"\n', prompt_j2="{{ concept }}, {{ slug }}")
    site.post("fox", title="Fox", cover_seed="7")
    site.build()
    (site.content / "fox.md").unlink()
    site.post("hen", title="Fox", cover_seed="7")
    site.cover("fox").rename(site.cover("hen"))
    row = site.run("plan", "content", "--json").rows()["hen"]
    assert (row["state"], row["reason"]) == ("stale", "slug: 'fox' → 'hen'")


@pytest.mark.parametrize(
    ("damage", "state", "action"),
    [
        (lambda data: b"", "broken", "rendered"),
        (lambda data: data[:-100], "broken", "rendered"),
        (lambda data: data[:3000], "broken", "rendered"),
        (lambda data: b"not a picture at all", "hand-made", "none"),
        (lambda data: data[:200] + bytes([data[200] ^ 1]) + data[201:], "hand-made", "none"),
    ],
    ids=["emptied", "cut at the end", "cut early", "another file", "one bit of the picture"],
)
def test_what_became_of_the_file(site: Site, damage: object, state: str, action: str) -> None:
    site.post("fox")
    site.build()
    cover = site.cover("fox")
    damaged = damage(cover.read_bytes())  # type: ignore[operator]
    cover.write_bytes(damaged)
    row = site.build().rows()["fox"]
    assert (row["state"], row["action"]) == (state, action)
    assert (cover.read_bytes() == damaged) == (action == "none")


def test_a_hand_made_cover_is_never_touched(site: Site) -> None:
    site.post("fox")
    Image.new("RGB", (300, 200), "teal").save(site.write("media/covers/fox.webp", b""), "WEBP")
    before = site.cover("fox").read_bytes()
    assert site.build("--force").actions() == {"fox": "none"}
    assert site.cover("fox").read_bytes() == before


def test_overwriting_a_hand_made_cover_keeps_the_old_one(site: Site) -> None:
    site.post("fox")
    Image.new("RGB", (300, 200), "teal").save(site.write("media/covers/fox.webp", b""), "WEBP")
    before = site.cover("fox").read_bytes()

    refused = site.run("build", "content", "--overwrite-hand-made")
    assert refused.code == 2
    assert "--only" in refused.err

    assert site.build("--overwrite-hand-made", "--only", "fox").actions() == {"fox": "rendered"}
    kept = list((site.root / ".blogcovers/replaced").glob("fox-*.webp"))
    assert [file.read_bytes() for file in kept] == [before]


def test_a_git_lfs_pointer_is_broken_and_never_overwritten(site: Site) -> None:
    site.post("fox")
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
    site.write("media/covers/fox.webp", pointer)
    result = site.build(code=1)
    assert (result.rows()["fox"]["state"], result.rows()["fox"]["action"]) == ("broken", "blocked")
    assert "git lfs pull" in result.err
    assert site.cover("fox").read_bytes() == pointer


def test_skipped_posts_say_why(site: Site) -> None:
    site.post("draft", draft="true")
    site.post("plain", None)
    site.post("quiet", cover_skip="yes")
    site.post("hidden", published="false")
    site.post("private", status="Private")
    site.post("typo", None, concpt="a fox")
    site.post("template", "<% tp.file.title %>")
    site.write("content/news/_index.md", "---\nconcept: a fox\n---\n")
    rows = site.build().rows()
    assert {slug: (row["state"], row["action"], row["reason"]) for slug, row in rows.items()} == {
        "draft": ("skipped", "skip", "a draft"),
        "plain": ("skipped", "skip", "no concept"),
        "quiet": ("skipped", "skip", "cover_skip is set"),
        "hidden": ("skipped", "skip", "not published (published: false)"),
        "private": ("skipped", "skip", "not published (status: Private)"),
        "typo": ("skipped", "skip", "no concept, but 'concpt'. Did you mean 'concept'?"),
        "template": ("skipped", "skip", "the concept is a placeholder (<% tp.file.title %>)"),
        "_index": ("skipped", "skip", "a section's own page, no post"),
    }
    made = site.build("--drafts").actions()
    assert made["draft"] == made["hidden"] == made["private"] == "rendered"


def test_a_header_without_fences_may_begin_with_any_key(site: Site) -> None:
    site.write("content/a.md", "concept: a fox\n\ntext\n")
    site.write("content/b.md", "date: 2024-01-01\nconcept: a fox\n\ntext\n")
    site.write("content/c.md", "Concept: a word that is\nused in what follows.\n")
    assert site.build().actions() == {"a": "rendered", "b": "rendered", "c": "skip"}


def test_a_post_is_chosen_by_its_file_too(site: Site) -> None:
    site.post("hen", slug="the-hen")
    site.post("hen.fr", "une poule")
    site.post("owl")
    site.write("content/bad.md", "---\nconcept: [a\n---\n")
    refused = site.run("build", "content/hen.md")
    assert refused.err.endswith("take one post by --only content/hen.md.\n")
    for name in ("content/hen.md", "./content/hen.fr.md", site.content / "hen.md"):
        assert site.run("plan", "--json", "--only", name).actions() == {"the-hen": "render"}
    assert site.run("plan", "--json", "--only", "content/bad.md").actions() == {"bad": "failed"}
    assert site.build("--only", "content/hen.md").actions() == {"the-hen": "rendered"}
    wrong = site.run("build", "--only", "content/none.md")
    assert (wrong.code, wrong.err.partition("\n")[0]) == (2, "error: No post has the slug 'content/none.md'.")


def test_limit_leaves_the_rest_for_the_next_run(site: Site) -> None:
    for name in ("a", "b", "c"):
        site.post(name)
    first = site.run("build", "content", "--json", "--limit", "2")
    assert first.code == 0
    assert sorted(first.actions().values()) == ["none", "rendered", "rendered"]
    assert sorted(site.build().actions().values()) == ["none", "none", "rendered"]


def test_only_names_slugs(site: Site) -> None:
    site.post("fox")
    site.post("owl")
    assert site.build("--only", "owl").actions() == {"owl": "rendered"}
    assert not site.cover("fox").exists()
    wrong = site.run("build", "content", "--only", "fux")
    assert wrong.code == 2
    assert "'fox'" in wrong.err


def test_force_makes_current_covers_anew(site: Site) -> None:
    site.post("fox")
    site.build()
    before = site.cover("fox").read_bytes()
    row = site.build("--force").rows()["fox"]
    assert (row["state"], row["reason"], row["action"]) == ("current", "--force", "rendered")
    assert site.cover("fox").read_bytes() == before, "the painter repeats itself, byte for byte"


@pytest.mark.parametrize("cause", ["concept", "style", "output"])
def test_a_kept_cause_leaves_the_cover_and_passes_check(site: Site, cause: str) -> None:
    site.post("fox", "a fox")
    site.build()
    config = f'[policy]\n{cause} = "keep"\n{SMALL}'
    if cause == "concept":
        site.post("fox", "two foxes")
    elif cause == "style":
        shutil.copytree(STYLE, site.root / "style")
        site.style(prompt_j2="woodcut of {{ concept }}")
    else:
        config += "quality = 50\n"
    site.write("blogcovers.toml", config)

    row = site.build().rows()["fox"]

    assert (row["state"], row["action"]) == ("stale", "keep")
    assert row["reason"].endswith("(kept by policy)")
    assert site.run("check", "content").code == 0


def test_one_rendered_cause_renders_with_everything_that_is_new(site: Site) -> None:
    site.post("fox", "a fox")
    site.build()
    site.write("blogcovers.toml", '[policy]\noutput = "keep"\n[output]\nsize = "600x315"\n')
    site.post("fox", "two foxes")
    row = site.build().rows()["fox"]
    assert row["reason"] == "concept: 'a fox' → 'two foxes'; output changed"
    assert webp.size(site.cover("fox").read_bytes()) == (600, 315)


def test_translations_share_one_cover(site: Site) -> None:
    site.write("content/trip/index.md", "---\nconcept: a boat\n---\n")
    site.write("content/trip/index.fr.md", "---\nconcept: un bateau\n---\n")
    result = site.build()
    assert result.actions() == {"trip": "rendered"}
    assert site.recipe("trip").concept == "a boat"
    assert result.err == ""


def test_a_section_in_the_path(site: Site) -> None:
    site.write("blogcovers.toml", 'path = "{section}/{slug}.webp"\n')
    site.write("content/a/note.md", "---\nconcept: a bird\n---\n")
    site.write("content/b/note.md", "---\nconcept: a fish\n---\n")
    site.write("content/note.md", "---\nconcept: a sun\n---\n")
    result = site.run("build", "content", "--json")
    assert result.code == 0
    made = sorted(path.relative_to(site.media).as_posix() for path in site.media.rglob("*.webp"))
    assert made == ["a/note.webp", "b/note.webp", "note.webp"]


def test_where_covers_are_is_told_of_those_that_were_made(site: Site) -> None:
    site.write("blogcovers.toml", 'bundle = "cover.webp"\n')
    site.write("content/trip/index.md", "---\nconcept: a boat\n---\n")
    assert site.run("build").out.endswith("\nCovers are in page bundles as cover.webp.\n")
    site.post("fox")
    assert site.run("build").out.endswith("\nCovers are in media/covers.\n")
    assert "Covers are" not in site.run("build").out
    assert site.run("build", "--force").out.endswith(
        "\nCovers are in media/covers, and in page bundles as cover.webp.\n"
    )


def test_a_slug_with_a_folder(site: Site) -> None:
    site.post("deep", slug="/2026/deep/")
    assert site.build().rows()["2026/deep"]["cover"] == "media/covers/2026/deep.webp"


def test_a_style_of_one_posts_own(site: Site) -> None:
    shutil.copytree(STYLE, site.root / "style")
    site.write("style/quiet/house.toml", '[palette]\nink = "#20242c"\npaper = "#f4efe4"\n')
    site.post("fox", cover_style="quiet")
    site.post("owl")
    site.build()
    house = site.root / "style/house.toml"
    house.write_text(house.read_text(encoding="utf-8").replace("#e2352b", "#d0302a"), encoding="utf-8")
    assert site.build().actions() == {"fox": "none", "owl": "rendered"}


def test_files_that_a_style_lacks_come_from_the_shipped_one(site: Site) -> None:
    site.style(house_toml='[palette]\nink = "#20242c"\npaper = "#f4efe4"\n')
    site.post("fox")
    site.build()
    assert "(ink, paper)" in site.recipe("fox").texts["prompt"]


def test_json_is_one_document_with_relative_paths(site: Site) -> None:
    site.post("fox")
    result = site.run("build", site.content, "--json")
    document = json.loads(result.out)
    assert document["counts"] == {"state": {"missing": 1}, "action": {"rendered": 1}}
    (row,) = document["covers"]
    assert row.keys() == {
        *("slug", "post", "cover", "state", "reason", "action", "renderer", "seconds", "error", "outputs"),
    }
    assert (row["post"], row["cover"], row["renderer"]) == ("content/fox.md", "media/covers/fox.webp", "painter")
    assert row["seconds"] > 0


def test_what_a_person_reads(site: Site) -> None:
    site.post("fox")
    site.post("notes", None)
    first = site.run("build", "content")
    assert "The painter makes 1 cover." in first.out
    assert "media/covers/fox.webp" in first.out
    assert "(no cover yet)" in first.out
    assert "1 cover made" in first.out
    assert site.run("build", "content").out == "Nothing to do: 1 current, 1 skipped.\n"
    assert site.run("build", "content", "--quiet").out == ""


def test_a_concept_cannot_write_escape_codes_to_the_terminal(site: Site) -> None:
    site.write("content/fox.md", '---\nconcept: "a\\u001b]0;owned\\u0007 fox"\n---\n')
    site.run("build", "content")
    site.write("content/fox.md", '---\nconcept: "another\\u001b[2J fox"\n---\n')
    shown = site.run("plan", "content").out
    assert "fox" in shown
    assert "\x1b" not in shown, "our own colours are taken off by the helper, so what is left is the post's"
    assert "\x07" not in shown


def test_the_work_folder_ignores_itself_for_git(site: Site) -> None:
    site.post("fox")
    site.build()
    subprocess.run(["git", "init", "-q"], cwd=site.root, check=True)
    status = subprocess.run(["git", "status", "--porcelain"], cwd=site.root, check=True, capture_output=True, text=True)
    assert ".blogcovers" not in status.stdout
    assert "media/" in status.stdout


def test_nothing_of_ours_is_ever_left_in_the_media_folder(site: Site) -> None:
    site.post("fox")
    site.build()
    assert [path.name for path in site.media.iterdir()] == ["fox.webp"]
    assert found_at(site.cover("fox")).reason == ""


def test_a_slug_through_a_link_that_leads_out_fails_before_anything_is_painted(site: Site, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    site.post("owl")
    site.post("fox", slug="away/fox")
    site.write("media/covers/.keep", "")
    (site.media / "away").symlink_to(tmp_path / "out")
    result = site.build(code=1)
    assert result.actions() == {"away/fox": "failed", "owl": "rendered"}
    assert "content/fox.md: " in result.err
    assert "outside of the site and its media folder, where nothing is written" in result.err
    assert list((tmp_path / "out").iterdir()) == []


def test_a_cover_behind_a_link_that_leads_out_may_be_looked_at(site: Site, tmp_path: Path) -> None:
    """As git annex has them, whose files lie above a site that is a part of the repository."""
    site.post("fox")
    site.build()
    kept = site.cover("fox").rename(tmp_path / "kept.webp")
    site.cover("fox").symlink_to(kept)
    assert site.build().actions() == {"fox": "none"}
    before = kept.read_bytes()
    assert site.build("--force", code=1).actions() == {"fox": "failed"}
    assert kept.read_bytes() == before


def test_media_may_be_a_link_itself(site: Site, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    site.write("media/.keep", "")
    site.media.symlink_to(tmp_path / "elsewhere")
    site.post("fox")
    assert site.build().actions() == {"fox": "rendered"}
    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == ["fox.webp"]


@pytest.mark.parametrize("command", ["check", "plan", "gallery", "clean", "build"])
def test_one_cover_that_cannot_be_read_leaves_the_others_alone(site: Site, command: str) -> None:
    for name in ("fox", "hen", "owl"):
        site.post(name)
    site.build()
    site.cover("hen").unlink()
    os.mkfifo(site.cover("hen"))
    site.cover("fox").unlink()
    site.cover("fox").symlink_to(site.cover("fox"))
    before = site.cover("owl").read_bytes()
    result = site.run(command, "content")
    assert result.code == (1 if command in ("check", "build") else 0), result.err
    if command in ("check", "plan"):
        assert "it cannot be read" in result.out
        assert "it is a pipe" in " ".join(result.out.split())
    assert site.cover("owl").read_bytes() == before


def test_covers_whose_folder_is_taken_away_are_not_counted_as_made(site: Site) -> None:
    for name in ("fox", "hen", "owl"):
        site.post(name)
    config = api.load(options=api.Options(content=site.content))
    taken: list[Path] = []

    def on_event(event: object) -> None:
        if isinstance(event, Finished) and not taken:
            taken.append(site.media.rename(site.media.with_name("taken")))

    _, report = api.make(config, lambda: api.survey(config), on_event, lambda *_: None)
    made = {row.slug for row in report.rows if row.action is Action.RENDERED}
    gone = {row.slug: row.error for row in report.rows if row.action is Action.FAILED}
    assert len(gone) >= 1
    assert made | gone.keys() == {"fox", "hen", "owl"}
    assert all("somebody deleted it" in error or "cannot be written" in error for error in gone.values())
    assert all(site.cover(slug).is_file() for slug in made)


def test_a_file_too_large_to_be_read_is_kept_whole_where_it_is_overwritten(site: Site) -> None:
    site.post("fox")
    with site.write("media/covers/fox.webp", b"mine").open("ab") as file:
        file.truncate(70_000_000)
    assert site.build().actions() == {"fox": "none"}
    assert site.build("--overwrite-hand-made", "--only", "fox").actions() == {"fox": "rendered"}
    (kept,) = (site.root / ".blogcovers/replaced").glob("fox-*.webp")
    with kept.open("rb") as file:
        assert (kept.stat().st_size, file.read(4)) == (70_000_000, b"mine")
