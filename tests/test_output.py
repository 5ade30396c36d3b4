"""Text on a terminal: what takes how many columns."""

from __future__ import annotations

import pytest
from site_builder import Site

from blogcovers.output import columns


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *(
            ("fox", 3),
            ("füchse", 6),
            ("fu\u0308chse", 6),
            ("狐", 2),
            ("ｆ", 2),
            ("ｱ", 1),
            ("여우", 4),
            ("🦊", 2),
            ("", 0),
        ),
        *(("❤", 1), ("❤\ufe0f", 2), ("☕\ufe0f", 2), ("1\ufe0f\u20e3", 2), ("👍🏽", 2), ("👩\u200d🚀", 2), ("🇸🇻", 2)),
    ],
)
def test_columns(text: str, expected: int) -> None:
    assert columns(text) == expected


def test_a_table_of_wide_slugs_stays_in_columns(site: Site) -> None:
    slugs = ["fox", "狐の本", "🦊", "a-longer-slug"]
    for slug in slugs:
        site.post(slug)
    for command in ("plan", "check"):
        lines = [line for line in site.run(command).out.splitlines() if "no cover yet" in line]
        assert len(lines) == len(slugs)
        assert {columns(line.partition("no cover yet")[0]) for line in lines} == {10 + 1 + 9 + 1 + 13 + 2}
