"""The colours of a cover: what stands out, and what changes where planes meet."""

from __future__ import annotations

from random import Random

import pytest

from blogcovers.painter.drawing.shapes import BODY
from blogcovers.painter.motifs.motif_table import MOTIFS
from blogcovers.painter.scene.colour import inks, oklab, parse_hex
from blogcovers.painter.scene.tones import MOST_TONES, Paints, plan, roles
from blogcovers.painter.words.brief import read

HOUSE = {
    "cobalt": "#1f4fa3", "vermilion": "#e2352b", "marigold": "#f6a81c", "turquoise": "#17a7a0", "rose": "#e85a8f",
    "leaf": "#2f9e44", "ochre": "#c9822b", "violet": "#6b3fa0", "cream": "#fbf0d9",
}  # fmt: skip
TWO = {"a": "#1f4fa3", "b": "#fbf0d9"}
CONCEPTS = ["A bird", "A fox at night", "Two fish in the blue sea", "Snow", "The desert at dawn", "Rain in the forest"]


@pytest.mark.parametrize("palette", [HOUSE, TWO, {"a": "#000000", "b": "#000000"}])
@pytest.mark.parametrize("concept", CONCEPTS)
def test_a_tone_changes_across_every_edge_and_sky_and_ground_differ(palette: dict[str, str], concept: str) -> None:
    brief, colours = read(concept), inks(palette)
    for seed in range(12):
        found = plan(brief, MOTIFS[brief.hero], colours, Random(seed))
        for tone in (found.sky, *found.land):
            rgb = [colours.table[index] for index in tone]
            assert all(rgb[a] != rgb[b] for a, b in ((0, 1), (0, 2), (1, 3), (2, 3)))
        assert found.sky not in found.land


@pytest.mark.parametrize("name", sorted(MOTIFS))
def test_a_hero_stands_out_from_its_sky_and_changes_at_the_planes_edges(name: str) -> None:
    colours, brief = inks(HOUSE), read(name)
    for seed in range(12):
        rng = Random(seed)
        found = plan(brief, MOTIFS[name], colours, rng)
        assert min(colours.apart(found.hero, index) for index in found.sky[:3]) >= 0.1
        assert colours.apart(found.hero, found.half) >= 0.08
        paints = Paints(colours)
        painted = roles(MOTIFS[name], True, found.sky, found, (), colours, paints, rng)
        body = [paints.table()[painted[BODY] + variant] for variant in range(4)]
        assert body[0] != body[1] != body[3]
        assert body[0] != body[2] != body[3]


@pytest.mark.parametrize("name", ["face", "dancer", "hand", "sun", "moon"])
def test_a_face_has_the_colour_of_skin_clay_or_light_on_every_plane(name: str) -> None:
    colours = inks(HOUSE)
    cold = {colours.nearest(hue) for hue in ("green", "turquoise", "blue", "violet")}
    for seed in range(12):
        rng = Random(seed)
        found = plan(read(name), MOTIFS[name], colours, rng)
        paints = Paints(colours)
        painted = roles(MOTIFS[name], True, found.sky, found, (), colours, paints, rng)
        body = [paints.table()[painted[BODY] + variant] for variant in range(4)]
        assert not {colours.table[index] for index in cold} & set(body)


def test_paints_run_out_gracefully() -> None:
    paints = Paints(inks(HOUSE))
    numbers = {paints.of((i % 9 + 1, i // 9 % 9 + 1, i // 81 + 1, 1)) for i in range(200)}
    assert max(numbers) <= 4 * (MOST_TONES - 1)
    assert len(paints.table()) == 4 * MOST_TONES


def test_colours_are_read_and_dark_ones_lifted_off_the_outline() -> None:
    assert parse_hex("#1f4fa3") == parse_hex("1F4FA3") == (31, 79, 163)
    assert oklab((255, 255, 255))[0] == pytest.approx(1.0, abs=1e-4)
    assert all(oklab(rgb)[0] >= 0.36 for rgb in inks({"a": "#000000", "b": "#101010"}).table[1:9])


def test_a_wished_colour_is_the_heros() -> None:
    colours = inks(HOUSE)
    found = plan(read("A blue fox"), MOTIFS["fox"], colours, Random(1))
    assert colours.table[found.hero] == (31, 79, 163)


@pytest.mark.parametrize(
    ("concept", "hexes"),
    [("a yellow fish", "#f6a81c"), ("a red elk", "#e2352b"), ("a green heart", "#2f9e44"), ("a black cat", "#1f4fa3")],
)
def test_a_hero_of_one_colour_has_it_all_over_in_several_tones(concept: str, hexes: str) -> None:
    colours, brief = inks(HOUSE), read(concept)
    own = colours.table.index(parse_hex(hexes))
    for seed in range(8):
        found = plan(brief, MOTIFS[brief.hero], colours, Random(seed))
        assert {(found.hero - 1) % colours.count + 1, (found.half - 1) % colours.count + 1} == {own}
        assert found.hero != found.half
