"""What is derived from a cover: names, fingerprints, and the record for good."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from blogcovers.cover import Derived, UnknownFormat, derived
from blogcovers.cover.derived import SOCIAL, SQUARE, Record, from_json, of_width, record_of, to_json
from blogcovers.posts.focus import CENTRE

RECORD = Record("social", "animals/狐", "source", "fingerprint", "picture")


class TestNames:
    @pytest.mark.parametrize(
        ("spec", "cover", "name"),
        [
            (SOCIAL, "fox.webp", "fox.social.jpg"),
            (SQUARE, "fox.webp", "fox.square.webp"),
            (replace(SQUARE, format="jpeg"), "fox.webp", "fox.square.jpg"),
            (of_width(480), "fox.webp", "fox.480w.webp"),
            (of_width(480), "/a.webp/v1.2.webp", "/a.webp/v1.2.480w.webp"),
        ],
    )
    def test_stand_beside_the_cover(self, spec: Derived, cover: str, name: str) -> None:
        assert spec.beside(cover) == name

    def test_no_two_kinds_share_one(self) -> None:
        specs = (SOCIAL, SQUARE, replace(SQUARE, format="jpeg"), of_width(480), of_width(800))
        assert len({spec.beside("fox.webp") for spec in specs}) == len(specs)

    def test_the_table_of_the_config_is_named(self) -> None:
        assert [spec.table for spec in (SOCIAL, SQUARE, of_width(480))] == [
            *("outputs.social", "outputs.square", "outputs.widths"),
        ]


class TestFingerprint:
    def test_is_for_good(self) -> None:
        # Written into files: another value here makes all of them stale.
        assert SOCIAL.fingerprint("0" * 32) == "47a2b0f9dc995e41c63537322bbc044b"
        assert of_width(480).fingerprint("0" * 32) == "4939250784c969d073688916c66949a6"

    @pytest.mark.parametrize(
        "other",
        [
            replace(SOCIAL, size=(1200, 600)),
            replace(SOCIAL, quality=84),
            replace(SOCIAL, max_kb=299),
            replace(SOCIAL, max_kb=0),
            replace(SOCIAL, format="webp"),
            replace(SOCIAL, focus=(50.0, 30.0)),
        ],
    )
    def test_every_setting_takes_part(self, other: Derived) -> None:
        assert other.fingerprint("x") != SOCIAL.fingerprint("x")

    def test_so_does_the_cover_and_the_name_does_not(self) -> None:
        assert SOCIAL.fingerprint("x") != SOCIAL.fingerprint("y")
        assert replace(SOCIAL, name="card").fingerprint("x") == SOCIAL.fingerprint("x")


class TestFocus:
    def test_a_posts_own_comes_before_the_configs(self) -> None:
        configured = replace(SQUARE, focus=(10.0, 10.0))
        assert configured.focused((30.0, 20.0)).focus == (30.0, 20.0)
        assert configured.focused(None).focus == (10.0, 10.0)
        assert configured.focused(CENTRE).focus == CENTRE

    def test_where_nothing_is_cropped_it_changes_nothing(self) -> None:
        assert of_width(480).focused((30.0, 20.0)) == of_width(480)

    def test_of_all(self) -> None:
        found = derived.specs_of((SOCIAL, of_width(480)), (1.0, 2.0))
        assert [spec.focus for spec in found] == [(1.0, 2.0), CENTRE]


class TestRecord:
    def test_comes_back_as_it_went(self) -> None:
        assert from_json(to_json(RECORD)) == RECORD

    def test_is_ascii_and_holds_digests_and_names_only(self) -> None:
        assert to_json(RECORD).isascii()
        assert set(json.loads(to_json(RECORD))) == {"format", "output", "slug", "fingerprint", "picture", "from"}

    def test_of_the_file_that_is_due(self) -> None:
        assert record_of(SOCIAL, "fox", "x") == Record("social", "fox", "x", SOCIAL.fingerprint("x"))

    def test_keys_that_a_later_version_adds_are_ignored(self) -> None:
        assert from_json(json.dumps(json.loads(to_json(RECORD)) | {"frame": "gold"})) == RECORD

    def test_a_later_format_is_told_apart(self) -> None:
        with pytest.raises(UnknownFormat):
            from_json(json.dumps(json.loads(to_json(RECORD)) | {"format": derived.FORMAT + 1}))

    @pytest.mark.parametrize("key", sorted(json.loads(to_json(RECORD))))
    def test_one_that_lacks_a_key_is_none(self, key: str) -> None:
        record = json.loads(to_json(RECORD))
        del record[key]
        with pytest.raises(ValueError, match="not a record"):
            from_json(json.dumps(record))

    @pytest.mark.parametrize("text", ["", "null", "1", "[]", "{}", "{", '{"format": "x"}', "[" * 100_000])
    def test_what_is_no_record_is_a_value_error(self, text: str) -> None:
        with pytest.raises(ValueError):
            from_json(text)
