"""The data file says where each cover is, and follows it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from PIL import Image
from site_builder import SMALL, Site

CONFIG = 'data_file = "data/covers.json"\n' + SMALL


def entries(site: Site) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((site.root / "data/covers.json").read_text(encoding="utf-8"))
    return found


@pytest.fixture
def hugo(site: Site) -> Site:
    site.write("hugo.toml", "baseURL = 'https://example.org/blog/'\n[languages.en]\n[languages.fr]\n")
    site.write("blogcovers.toml", CONFIG)
    return site


def test_an_entry_says_all_that_a_template_wants(hugo: Site) -> None:
    hugo.post("fox", "a red fox reads")
    hugo.build()
    entry = entries(hugo)["fox.md"]
    cover = hugo.root / "static/images/covers/fox.webp"
    with Image.open(cover) as image:
        assert (entry["width"], entry["height"]) == image.size
    assert (entry["slug"], entry["alt"]) == ("fox", "a red fox reads")
    assert (entry["path"], entry["url"]) == ("images/covers/fox.webp", "/blog/images/covers/fox.webp")
    assert len(entry["digest"]) == 32
    assert int(entry["color"].removeprefix("#"), 16) >= 0


def test_the_colour_is_the_most_common_one(site: Site) -> None:
    site.write("blogcovers.toml", CONFIG)
    site.post("fox")
    site.media.mkdir(parents=True)
    picture = Image.new("RGB", (120, 63), (20, 90, 200))
    picture.paste((250, 250, 10), (0, 0, 40, 63))
    picture.save(site.cover("fox"), lossless=True)
    site.build()
    entry = entries(site)["fox.md"]
    red, green, blue = bytes.fromhex(entry["color"][1:])
    assert abs(red - 20) < 16
    assert abs(green - 90) < 16
    assert abs(blue - 200) < 16
    assert (entry["width"], entry["height"]) == (120, 63)


def test_translations_share_the_entry(hugo: Site) -> None:
    hugo.post("fox")
    hugo.write("content/fox.fr.md", "---\ntitle: renard\n---\n")
    hugo.build()
    assert entries(hugo)["fox.md"] == entries(hugo)["fox.fr.md"]


def test_a_translation_has_the_alt_text_of_its_language(hugo: Site) -> None:
    hugo.post("fox", "a red fox")
    hugo.post("fox.fr", "un renard roux")
    hugo.post("hen", "a hen")
    hugo.post("hen.fr", "une poule", cover="{alt: la poule}")
    hugo.write("content/fr/owl.md", "---\nconcept: un hibou\n---\n")
    hugo.post("owl", "an owl")
    assert hugo.build().err == ""
    assert {path: entry["alt"] for path, entry in entries(hugo).items()} == {
        "fox.fr.md": "un renard roux",
        "fox.md": "a red fox",
        "fr/owl.md": "un hibou",
        "hen.fr.md": "la poule",
        "hen.md": "a hen",
        "owl.md": "an owl",
    }
    assert {**entries(hugo)["fox.fr.md"], "alt": "a red fox"} == entries(hugo)["fox.md"]
    hugo.post("fox.fr", "un renard au clair de lune")
    assert "does not say what the covers are" in hugo.run("check").err
    hugo.build()
    assert hugo.run("check").code == 0


def test_a_url_is_percent_encoded_and_a_path_is_not(hugo: Site) -> None:
    hugo.post("fox", slug="füchse & co")
    hugo.build()
    entry = entries(hugo)["fox.md"]
    assert entry["path"] == "images/covers/füchse-co.webp"
    assert entry["url"] == "/blog/images/covers/f%C3%BCchse-co.webp"


def test_the_url_of_a_bundle_is_its_posts(hugo: Site) -> None:
    hugo.write("blogcovers.toml", 'bundle = "cover.webp"\n' + CONFIG)
    hugo.write("content/Long Trips/fox/index.md", "---\nconcept: a fox\n---\n")
    hugo.build()
    assert entries(hugo)["Long Trips/fox/index.md"]["url"] == "/blog/long-trips/fox/cover.webp"


def test_a_removed_post_leaves_it(site: Site) -> None:
    site.write("blogcovers.toml", CONFIG)
    site.post("fox")
    site.post("owl")
    site.build()
    (site.content / "owl.md").unlink()
    site.build()
    assert list(entries(site)) == ["fox.md"]


def test_only_one_post_leaves_the_others_in_it(site: Site) -> None:
    site.write("blogcovers.toml", CONFIG)
    site.post("fox")
    site.post("owl")
    site.build()
    site.post("owl", "an owl holds a lamp")
    site.build("--only", "owl")
    assert list(entries(site)) == ["fox.md", "owl.md"]
    assert entries(site)["owl.md"]["alt"] == "an owl holds a lamp"


def test_check_tells_of_one_that_is_out_of_date(site: Site) -> None:
    site.write("blogcovers.toml", CONFIG)
    site.post("fox")
    site.build()
    assert site.run("check").code == 0
    site.write("data/covers.json", "{}")
    outcome = site.run("check")
    assert outcome.code == 1
    assert "data/covers.json does not list content/fox.md yet.\n       Run: blogcovers build\n" in outcome.err
    site.build()
    assert site.run("check").code == 0


def test_check_names_the_entry_that_is_out_of_date(site: Site) -> None:
    site.write("blogcovers.toml", CONFIG)
    for name in ("fox", "hen", "owl"):
        site.post(name)
    site.build()
    site.cover("owl").write_bytes(site.cover("fox").read_bytes())
    assert "data/covers.json does not say what the covers are." in site.run("check").err
    site.build("--force")
    site.post("hen", draft="true")
    assert "data/covers.json still lists content/hen.md, which has no cover." in site.run("check").err
    (site.content / "fox.md").rename(site.content / "vixen.md")
    assert "still lists content/fox.md and 1 more, which is no post any more." in site.run("check").err
    site.build()
    assert "data/covers.json" not in site.run("check").err


def test_an_empty_file_is_filled(site: Site) -> None:
    site.write("blogcovers.toml", CONFIG)
    site.post("fox")
    for text in ("", "{}", "\n"):
        site.write("data/covers.json", text)
        site.build()
        assert list(entries(site)) == ["fox.md"]


@pytest.mark.parametrize("text", ["[]", '{"menu": ["a"]}', '{"fox.md": {}}', b"\xff", "<<<<<<< HEAD\n{}\n"])
def test_another_file_is_never_overwritten(site: Site, text: str | bytes) -> None:
    site.write("blogcovers.toml", CONFIG)
    site.post("fox")
    file = site.write("data/covers.json", text)
    before = file.read_bytes()
    outcome = site.run("build")
    assert outcome.code == 2
    assert "is no list of covers" in outcome.err
    assert (file.read_bytes(), site.cover("fox").exists()) == (before, True)
    assert site.run("check").code == 2


def test_a_language_with_a_content_folder_of_its_own_has_hugos_key_too(hugo: Site) -> None:
    hugo.write("content/fr/fox.md", "---\nconcept: un renard\n---\n")
    hugo.build()
    assert entries(hugo)["fox.md"] == entries(hugo)["fr/fox.md"]


def test_without_the_key_there_is_none(site: Site) -> None:
    site.post("fox")
    site.build()
    assert not (site.root / "data").exists()


def test_derived_files_stand_in_it_with_their_sizes(hugo: Site) -> None:
    hugo.write(
        "blogcovers.toml", CONFIG.replace("64x36", "600x315") + "[outputs.social]\n[outputs.widths]\nwidths = [480]\n"
    )
    hugo.post("fox")
    hugo.build()
    assert entries(hugo)["fox.md"]["outputs"] == {
        "social": {
            "path": "images/covers/fox.social.jpg",
            "url": "/blog/images/covers/fox.social.jpg",
            "width": 1200,
            "height": 630,
        },
        "480w": {
            "path": "images/covers/fox.480w.webp",
            "url": "/blog/images/covers/fox.480w.webp",
            "width": 480,
            "height": 252,
        },
    }


@pytest.mark.parametrize("color", ['"><script>', "#12345g", "#d9480f;x", 7, None, ["#d9480f"]])
def test_a_colour_that_is_none_is_looked_for_anew(site: Site, color: object) -> None:
    """Templates may write it into a page as it stands."""
    site.write("blogcovers.toml", f'data_file = "covers.json"\n{SMALL}')
    site.post("fox")
    site.build()
    file = site.root / "covers.json"
    before = file.read_bytes()
    told = json.loads(before)
    told["fox.md"]["color"] = color
    file.write_text(json.dumps(told), encoding="utf-8")
    site.build()
    assert file.read_bytes() == before
