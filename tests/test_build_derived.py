"""Builds that derive files from covers: what is made, what is left alone, and why. Every build here is run twice."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest
from comfy_server import ComfyServer
from patience import SECONDS, wait_until
from PIL import Image, ImageChops, ImageStat
from site_builder import SMALL, Site

from blogcovers.comfy import limits
from blogcovers.comfy.limits import Limits
from blogcovers.cover import State, found_at, jpeg, webp

AS_SHIPPED = "[outputs.social]\n[outputs.square]\n[outputs.widths]\n"
OUTPUTS = '[outputs.social]\nsize = "60x30"\n[outputs.square]\nsize = "36x36"\n[outputs.widths]\nwidths = [32, 48]\n'
WIDTHS = "[outputs.widths]\nwidths = [32, 48]\n"
NAMES = ["fox.32w.webp", "fox.48w.webp", "fox.social.jpg", "fox.square.webp"]
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"


@pytest.fixture
def site(site: Site) -> Site:
    """Small covers are quickly painted."""
    configured(site, "")
    return site


def configured(site: Site, text: str = OUTPUTS, output: str = SMALL) -> None:
    site.write("blogcovers.toml", text + output)


def hand_made(site: Site, slug: str, colour: str = "teal", size: tuple[int, int] = (1200, 630)) -> bytes:
    file = site.write(f"media/covers/{slug}.webp", b"")
    Image.new("RGB", size, colour).save(file, "WEBP")
    return file.read_bytes()


def beside(site: Site) -> list[str]:
    """What stands in the media folder but covers."""
    return sorted(path.name for path in site.media.iterdir() if path.name.count(".") > 1)


def row(site: Site, slug: str = "fox", *, code: int = 0) -> dict[str, object]:
    found: dict[str, object] = site.build(code=code).rows()[slug]
    return found


def test_one_render_gives_the_cover_and_what_is_derived_from_it(site: Site) -> None:
    configured(site, AS_SHIPPED, "")
    site.post("fox", "a secret fox")

    made = row(site)

    assert (made["state"], made["action"], made["reason"]) == ("missing", "rendered", "no cover yet")
    assert made["outputs"] == [
        f"media/covers/fox.{name}" for name in ("social.jpg", "square.webp", "480w.webp", "800w.webp")
    ]
    names = ["fox.480w.webp", "fox.800w.webp", "fox.social.jpg", "fox.square.webp"]
    assert beside(site) == names
    sizes = {}
    for name in names:
        with Image.open(site.media / name) as picture:
            sizes[name] = (picture.format, picture.size)
        assert b"secret" not in (site.media / name).read_bytes()
        assert b"algorithmicMedia" in (site.media / name).read_bytes()
    assert list(sizes.values()) == [
        *(("WEBP", (480, 252)), ("WEBP", (800, 420)), ("JPEG", (1200, 630)), ("WEBP", (630, 630))),
    ]
    assert (site.media / "fox.social.jpg").stat().st_size <= 300_000
    assert sorted(site.recipe("fox").outputs) == names
    assert site.left_behind() == []
    assert site.run("check", "content").out == "All is well. Nothing to do: 1 current.\n"


def test_an_output_that_is_added_later_is_derived_without_a_render(site: Site) -> None:
    site.post("fox")
    site.build()
    before = site.snapshot()[str(site.cover("fox"))]
    configured(site, "[outputs.social]\n")

    planned = site.run("plan", "content")
    assert "fox.social.jpg: missing" in planned.out
    assert "New files to derive from 1 cover." in planned.out
    checked = site.run("check", "content")
    assert checked.code == 1
    assert "fox.social.jpg: missing" in checked.out
    assert beside(site) == []

    made = row(site)
    assert (made["state"], made["action"], made["reason"]) == ("stale", "derived", "fox.social.jpg: missing")
    assert made["seconds"] > 0  # type: ignore[operator]
    assert site.snapshot()[str(site.cover("fox"))] == before, "the cover itself is not touched"
    assert site.run("check", "content").code == 0


def test_nothing_is_derived_where_nothing_is_ordered(site: Site) -> None:
    site.post("fox")
    assert row(site)["outputs"] == []
    assert beside(site) == []


def test_what_a_person_reads(site: Site) -> None:
    site.post("fox")
    site.build()
    configured(site, WIDTHS)
    site.post("owl")
    planned = site.run("plan", "content").out
    assert "1 cover to render, and new files to derive from 1 cover." in planned
    built = site.run("build", "content").out
    assert "derived   media/covers/fox.webp" in built
    assert "(fox.32w.webp, fox.48w.webp: missing)" in built
    assert "1 cover made, and new files derived from 1 cover in" in built
    assert site.run("build", "content").out == "Nothing to do: 2 current.\n"
    configured(site, WIDTHS + "quality = 70\n")
    built = site.run("build", "content").out
    assert "New files derived from 2 covers in" in built
    assert "makes" not in built, "no renderer is opened"


def test_a_cover_that_is_rendered_again_takes_its_files_along(site: Site) -> None:
    configured(site)
    site.post("fox")
    site.build()
    before = {name: (site.media / name).read_bytes() for name in NAMES}
    site.post("fox", "two foxes")
    assert row(site)["action"] == "rendered"
    assert all((site.media / name).read_bytes() != data for name, data in before.items())


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[outputs.social]\nquality = 60\n[outputs.square]\n", "fox.social.jpg"),
        ('[outputs.social]\n[outputs.square]\nfocus = "10% 10%"\n', "fox.square.webp"),
        ('[outputs.social]\nmax_kb = 150\n[outputs.square]\nsize = "300x300"\n', "fox.social.jpg, fox.square.webp"),
    ],
)
def test_only_what_a_changed_setting_concerns_is_made_again(site: Site, text: str, names: str) -> None:
    configured(site, "[outputs.social]\n[outputs.square]\n")
    site.post("fox")
    site.build()
    before = site.snapshot()
    configured(site, text)
    assert row(site)["reason"] == f"{names}: made with other settings"
    touched = {Path(path).name for path, stat in site.snapshot().items() if before.get(path) != stat}
    assert touched == {"blogcovers.toml", *names.split(", ")}


def test_the_posts_own_focus_moves_its_crops_and_renders_nothing(site: Site) -> None:
    configured(site, "[outputs.square]\n[outputs.widths]\n", "")
    site.post("fox")
    site.post("owl")
    site.build()
    with Image.open(site.media / "fox.square.webp") as picture:
        before = picture.tobytes()
    site.post("fox", cover_focus="0% 50%")

    result = site.build()

    assert result.actions() == {"fox": "derived", "owl": "none"}
    assert result.rows()["fox"]["reason"] == "fox.square.webp: made with other settings"
    with Image.open(site.media / "fox.square.webp") as picture, Image.open(site.cover("fox")) as cover:
        assert picture.tobytes() != before
        left = cover.crop((0, 0, 630, 630)).resize((63, 63))
        shrunk = picture.resize((63, 63))
    difference = ImageStat.Stat(ImageChops.difference(left, shrunk))
    assert max(difference.mean) < 4, "the left square of the cover"


def test_a_focus_that_is_none_is_the_posts_fault(site: Site) -> None:
    site.post("fox", cover_focus="left")
    site.post("owl")
    result = site.build(code=1)
    assert result.actions() == {"fox": "failed", "owl": "rendered"}
    assert "'cover_focus' is 'left'" in result.err


def test_the_covers_own_focus_is_an_output_that_changed(site: Site) -> None:
    site.post("fox")
    site.build()
    configured(site, "", SMALL + 'focus = "50% 50%"\n')
    assert row(site)["action"] == "none"
    configured(site, "", SMALL + 'focus = "50% 20%"\n')
    assert row(site)["reason"] == "output changed"


class TestHandMade:
    def test_covers_get_derived_files_and_are_not_touched(self, site: Site) -> None:
        configured(site)
        site.post("fox")
        before = hand_made(site, "fox")
        checked = site.run("check", "content")
        assert checked.code == 1

        made = row(site)

        assert (made["state"], made["action"]) == ("hand-made", "derived")
        assert "it carries no recipe; fox.social.jpg, fox.square.webp" in str(made["reason"])
        assert site.cover("fox").read_bytes() == before
        assert beside(site) == NAMES
        assert b"DigitalSourceType" not in (site.media / "fox.social.jpg").read_bytes()
        assert site.run("check", "content").code == 0
        assert row(site)["action"] == "none"

    def test_another_picture_gives_other_files(self, site: Site) -> None:
        configured(site, "[outputs.social]\n")
        site.post("fox")
        hand_made(site, "fox")
        site.build()
        hand_made(site, "fox", "gold")
        assert "fox.social.jpg: made from another cover" in str(row(site)["reason"])

    def test_a_small_cover_is_not_scaled_up_for_a_width(self, site: Site) -> None:
        configured(site, AS_SHIPPED, "")
        site.post("fox")
        hand_made(site, "fox", size=(300, 200))
        site.build()
        sizes = []
        for name in beside(site):
            with Image.open(site.media / name) as picture:
                sizes.append(picture.size)
        assert sizes == [(300, 200), (300, 200), (1200, 630), (630, 630)]

    def test_one_that_is_no_picture_fails_alone(self, site: Site) -> None:
        configured(site, "[outputs.social]\n")
        site.post("fox")
        site.post("owl")
        site.write("media/covers/fox.webp", b"not a picture at all")
        result = site.build(code=1)
        assert result.actions() == {"fox": "failed", "owl": "rendered"}
        said = "content/fox.md: nothing can be derived from media/covers/fox.webp: the file is no picture: only PNG"
        assert said in result.err

    def test_a_folder_in_the_covers_place_has_no_derived_files(self, site: Site) -> None:
        configured(site, "[outputs.social]\n")
        site.post("fox")
        site.cover("fox").mkdir(parents=True)
        assert (row(site)["action"], beside(site)) == ("none", [])

    @pytest.mark.parametrize("options", [(), ("--force",), ("--force", "--only", "fox", "--overwrite-hand-made")])
    def test_a_derived_file_is_never_touched(self, site: Site, options: tuple[str, ...]) -> None:
        configured(site, "[outputs.social]\n[outputs.square]\n")
        site.post("fox")
        mine = site.write("media/covers/fox.social.jpg", b"")
        Image.new("RGB", (300, 200), "teal").save(mine, "JPEG")
        before = mine.read_bytes()
        site.build()
        again = site.build(*options).rows()["fox"]
        assert mine.read_bytes() == before
        assert again["action"] == ("rendered" if options else "none")
        shown = site.run("plan", "content")
        assert "fox.social.jpg: made by hand, so it is left alone" in shown.out
        assert "current" in shown.out
        assert site.run("check", "content").code == 0

    def test_a_derived_file_of_ours_that_was_edited_is_not_touched_either(self, site: Site) -> None:
        configured(site, "[outputs.social]\n")
        site.post("fox")
        site.build()
        file = site.media / "fox.social.jpg"
        with Image.open(file) as picture:
            exif = picture.getexif()
            picture.rotate(180).save(file, "JPEG", exif=exif)
        before = file.read_bytes()
        site.post("fox", "two foxes")
        assert row(site)["action"] == "rendered"
        assert file.read_bytes() == before

    def test_a_derived_file_in_a_covers_place_is_no_cover(self, site: Site) -> None:
        configured(site, WIDTHS)
        site.post("fox")
        site.post("owl")
        site.build()
        shutil.copy(site.media / "fox.32w.webp", site.cover("owl"))
        shutil.copy(site.cover("fox"), site.media / "owl.48w.webp")
        before = site.cover("owl").read_bytes(), (site.media / "owl.48w.webp").read_bytes()
        found = row(site, "owl")
        assert (found["state"], found["action"]) == ("hand-made", "derived")
        assert str(found["reason"]).startswith("it is a file derived from a cover; owl.32w.webp: made from another")
        assert before == (site.cover("owl").read_bytes(), (site.media / "owl.48w.webp").read_bytes())


class TestDamage:
    @pytest.mark.parametrize("name", ["fox.social.jpg", "fox.48w.webp"])
    @pytest.mark.parametrize("length", [0, 400, -1])
    def test_a_broken_file_is_made_again(self, site: Site, name: str, length: int) -> None:
        configured(site)
        site.post("fox")
        site.build()
        file = site.media / name
        whole = file.read_bytes()
        file.write_bytes(whole[:length])
        made = row(site)
        assert (made["state"], made["action"]) == ("stale", "derived")
        assert str(made["reason"]).startswith(f"{name}: the file is {'cut short' if length else 'empty'}")
        assert file.read_bytes() == whole
        kept = list((site.root / ".blogcovers").glob(f"replaced/{name.split('.')[0]}*"))
        assert [path.read_bytes() for path in kept] == ([whole[:length]] if length else [])

    @pytest.mark.parametrize("with_cover", [True, False])
    def test_a_git_lfs_pointer_is_never_overwritten(self, site: Site, *, with_cover: bool) -> None:
        site.post("fox")
        if with_cover:
            site.build()
        configured(site, "[outputs.social]\n")
        site.write("media/covers/fox.social.jpg", POINTER)
        result = site.run("build", "content", "--json")
        assert result.code == 1
        assert "git lfs pull" in result.err
        assert result.actions() == {"fox": "blocked" if with_cover else "failed"}
        again = site.build(code=1)
        assert again.actions() == {"fox": "blocked"}
        assert "git lfs pull" in again.err
        assert (site.media / "fox.social.jpg").read_bytes() == POINTER
        assert found_at(site.cover("fox")).state is State.CURRENT


class TestBudget:
    def test_one_that_cannot_be_met_is_the_posts_failure(self, site: Site) -> None:
        configured(site, "[outputs.social]\nmax_kb = 30\n[outputs.square]\n")
        site.post("fox")
        site.post("owl")
        hand_made(site, "owl")
        result = site.build(code=1)
        assert result.actions() == {"fox": "failed", "owl": "derived"}
        assert "content/fox.md: media/covers/fox.social.jpg: it does not fit into 30 kB" in result.err
        assert "outputs.social" in result.err
        assert found_at(site.cover("fox")).state is State.CURRENT, "the cover itself stays"
        assert beside(site) == ["fox.square.webp", "owl.social.jpg", "owl.square.webp"]
        assert row(site, code=1)["action"] == "failed"
        assert site.run("check", "content").code == 1
        configured(site, "[outputs.social]\nmax_kb = 200\n[outputs.square]\n")
        assert site.build().actions() == {"fox": "derived", "owl": "derived"}

    @pytest.mark.parametrize("max_kb", [120, 170, 230])
    def test_is_kept_by_the_whole_file(self, site: Site, max_kb: int) -> None:
        configured(site, f"[outputs.social]\nmax_kb = {max_kb}\nquality = 95\n", "")
        site.post("fox")
        site.build()
        assert max_kb * 900 < (site.media / "fox.social.jpg").stat().st_size <= max_kb * 1000


class TestSelection:
    def test_only_and_limit(self, site: Site) -> None:
        for name in ("a", "b", "c"):
            site.post(name)
        site.build()
        configured(site, "[outputs.widths]\nwidths = [32]\n")
        assert site.build("--only", "b").actions() == {"b": "derived"}
        assert beside(site) == ["b.32w.webp"]
        first = site.run("build", "content", "--limit", "1")
        assert first.code == 0
        assert first.out.splitlines()[-2].endswith(": 1 left for the next run, 1 current.")
        assert beside(site) == ["a.32w.webp", "b.32w.webp"]
        assert site.build().actions() == {"a": "none", "b": "none", "c": "derived"}

    def test_force_makes_them_anew(self, site: Site) -> None:
        configured(site, "[outputs.social]\n")
        site.post("fox")
        site.post("owl")
        hand_made(site, "owl")
        site.build()
        before = site.snapshot()
        result = site.build("--force")
        assert result.actions() == {"fox": "rendered", "owl": "derived"}
        assert "owl.social.jpg: --force" in result.rows()["owl"]["reason"]
        after = site.snapshot()
        touched = {Path(path).name for path in before if before[path] != after[path]}
        assert touched >= {"fox.webp", "fox.social.jpg", "owl.social.jpg"}
        assert "owl.webp" not in touched

    def test_skipped_posts_have_none(self, site: Site) -> None:
        configured(site)
        site.post("notes", None)
        assert row(site, "notes")["outputs"] == []

    def test_a_kept_stale_cover_is_followed_as_it_is_on_disk(self, site: Site) -> None:
        site.post("fox", "a fox")
        site.build()
        configured(site, '[policy]\nconcept = "keep"\n[outputs.social]\n')
        site.post("fox", "two foxes")
        assert site.run("check", "content").code == 1
        made = row(site)
        assert (made["state"], made["action"]) == ("stale", "derived")
        assert str(made["reason"]).endswith("(kept by policy); fox.social.jpg: missing")
        assert row(site)["action"] == "keep"
        record = jpeg.read_record((site.media / "fox.social.jpg").read_bytes())
        assert record is not None
        assert record.source == webp.picture_digest(site.cover("fox").read_bytes())
        assert site.run("check", "content").code == 0

    def test_what_is_ordered_no_more_stays_and_counts_no_more(self, site: Site) -> None:
        configured(site)
        site.post("fox")
        site.build()
        configured(site, "")
        site.post("fox", "two foxes")
        assert row(site)["action"] == "rendered"
        assert beside(site) == NAMES
        assert site.run("check", "content").code == 0

    def test_sections_part_them_too(self, site: Site) -> None:
        configured(site, 'path = "{section}/{slug}.webp"\n[outputs.widths]\nwidths = [32]\n')
        site.write("content/a/note.md", "---\nconcept: a bird\n---\n")
        site.write("content/b/note.md", "---\nconcept: a fish\n---\n")
        assert site.run("build", "content").code == 0
        made = sorted(path.relative_to(site.media).as_posix() for path in site.media.rglob("*.32w.webp"))
        assert made == ["a/note.32w.webp", "b/note.32w.webp"]


@pytest.mark.parametrize("slug", ["fox.32w", "FOX.32W"])
def test_a_slug_that_is_the_name_of_a_derived_file_is_a_collision(site: Site, slug: str) -> None:
    configured(site, WIDTHS)
    site.post("fox")
    site.post("other", slug=slug)
    site.post("owl")
    result = site.build(code=1)
    assert result.actions() == {"fox": "failed", slug: "failed", "owl": "rendered"}
    said = "content/fox.md: its file media/covers/fox.32w.webp would be that of content/other.md, too: "
    assert said.lower() in result.err.lower()
    assert [path.name for path in site.media.glob("[fF]*")] == []
    configured(site, "")
    assert site.build().actions() == {"fox": "rendered", slug: "rendered", "owl": "none"}


def test_two_posts_with_one_cover_are_told_of_the_cover(site: Site) -> None:
    configured(site)
    site.post("fox")
    site.post("other", slug="fox")
    said = "content/fox.md: its cover media/covers/fox.webp would be that of content/other.md, too."
    assert said in site.build(code=1).err


def test_a_comfyui_cover_needs_no_server_for_it(site: Site, comfy: ComfyServer) -> None:
    site.post("fox")
    site.build("--server", comfy.url)
    asked = len(comfy.requests)
    configured(site)
    assert row(site)["action"] == "derived"
    assert len(comfy.requests) == asked
    assert b"trainedAlgorithmicMedia" in (site.media / "fox.social.jpg").read_bytes()
    site.environment["BLOGCOVERS_SERVER"] = comfy.url
    assert row(site)["action"] == "none"
    configured(site, OUTPUTS.replace("[outputs.widths]", "quality = 70\n[outputs.widths]"))
    assert row(site)["action"] == "derived"
    assert len(comfy.requests) == asked, "not even one that is known"


def test_what_stands_in_for_a_server_gets_them_too(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LIMITS", Limits(start=0.1))
    down = 'when_unreachable = "paint"\n[comfyui]\nserver = "http://127.0.0.1:9"\n'
    configured(site, down)
    site.post("fox")
    assert row(site)["action"] == "rendered"
    configured(site, down + "[outputs.social]\n")
    assert row(site)["action"] == "derived"
    assert row(site)["action"] == "keep"


def test_interrupted_what_is_finished_stays_and_the_next_run_does_the_rest(site: Site) -> None:
    count = 40
    data = hand_made(site, "p0")
    for n in range(count):
        site.post(f"p{n}")
        site.write(f"media/covers/p{n}.webp", data)
    configured(site, AS_SHIPPED.replace("[outputs.widths]\n", ""), "")  # enough work to be interrupted in
    process = site.start("build", "content")
    wait_until(lambda: len(beside(site)) >= 2, every=0.001)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=SECONDS)
    assert process.returncode == 130, said
    assert "What is finished stays" in said
    made = beside(site)
    assert 2 <= len(made) < 2 * count
    for name in made:
        container = jpeg if name.endswith(".jpg") else webp
        assert container.read_record((site.media / name).read_bytes())
    assert site.left_behind() == []
    before = site.snapshot()
    result = site.build()
    assert len(beside(site)) == 2 * count
    assert result.json["counts"]["action"]["derived"] <= count - len(made) // 2
    after = site.snapshot()
    assert all(after[str(site.media / name)] == before[str(site.media / name)] for name in made)


def test_one_that_cannot_be_read_is_that_posts_fault(site: Site) -> None:
    configured(site, "[outputs.social]\n")
    site.post("fox")
    site.build()
    file = site.media / "fox.social.jpg"
    file.unlink()
    file.symlink_to(file)
    site.post("owl")
    result = site.run("build", "content", "--json")
    assert (result.code, result.actions()) == (1, {"fox": "blocked", "owl": "rendered"})
    assert "fox.social.jpg: it cannot be read" in result.rows()["fox"]["reason"]
