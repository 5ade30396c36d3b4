"""Digests are the same on every machine, and the seed is what the README says it is."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from typing import Any

import pytest

from blogcovers import digest

SLUGS = ["fox", "animals/fox", "café", "狐", "007", "", "a" * 200, "My Post_Fïle"]


@pytest.mark.parametrize("slug", SLUGS)
def test_the_seed_is_the_first_53_bits_of_sha_256_of_the_slug(slug: str) -> None:
    bits = bin(int(hashlib.sha256(slug.encode("utf-8")).hexdigest(), 16))[2:].zfill(256)
    assert digest.seed_of(slug) == int(bits[:53], 2)


def test_seeds_are_as_large_as_javascript_can_hold() -> None:
    seeds = [digest.seed_of(f"post-{n}") for n in range(2000)]
    assert max(seeds) < 2**53
    assert max(seeds) > 2**52
    assert len(set(seeds)) == len(seeds)
    assert all(int(float(seed)) == seed for seed in seeds)


def test_a_seed_is_pinned() -> None:
    # Another value here repaints every site.
    assert digest.seed_of("paper-lanterns") == 0x1922DAD86D0F97
    assert digest.seed_of("abc") == 0xBA7816BF8F01CF >> 3  # FIPS 180-2's own example of SHA-256


@pytest.mark.parametrize(
    ("value", "same"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({"x": {"a": [1, {"c": 3, "d": 4}], "b": 2}}, {"x": {"b": 2, "a": [1, {"d": 4, "c": 3}]}}),
        ([1, 2], (1, 2)),
        ({"a": True}, {"a": True}),
    ],
)
def test_equal_values_have_one_digest_whatever_the_order_of_their_keys(value: Any, same: Any) -> None:
    assert digest.of_value(value) == digest.of_value(same)


def test_different_values_have_different_digests() -> None:
    values: list[Any] = [None, True, False, 0, 1, 1.5, "", "1", "é", "e\u0301", [], {}, [1], ["1"], [[1]], {"1": 1}]
    values += [{"a": "b"}, {"b": "a"}, ["a", "b"], ["b", "a"], ["ab"], "null", "true", "狐", "\ud83d"]
    assert len({digest.of_value(value) for value in values}) == len(values)


def test_a_digest_is_128_bits_of_sha_256_in_hex() -> None:
    assert digest.of_bytes(b"abc") == hashlib.sha256(b"abc").hexdigest()[:32]
    assert digest.of_value({"b": [1, "é"], "a": None}) == digest.of_bytes(b'{"a":null,"b":[1,"\\u00e9"]}')


def test_another_process_with_another_hash_seed_has_the_same_digest() -> None:
    value = {"tags": ["a", "b"], "words": dict.fromkeys("zyxwv", 1)}
    program = "import json, sys; from blogcovers import digest; print(digest.of_value(json.load(sys.stdin)))"
    for seed in ("0", "4242"):
        done = subprocess.run(
            [sys.executable, "-c", program],
            input=json.dumps(value),
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == digest.of_value(value)
