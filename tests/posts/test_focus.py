"""Crops: the largest part of the right shape, around the point that is to stay in view."""

from __future__ import annotations

import pytest
from PIL import Image, ImageOps

from blogcovers.cover.picture import crop_box
from blogcovers.posts.focus import Focus, read_focus

SIZES = [(1344, 768), (768, 1344), (1000, 1000), (1200, 630), (17, 4000)]
TARGETS = [(1200, 630), (630, 630), (333, 777), (16, 16)]


class TestFocus:
    @pytest.mark.parametrize(
        ("text", "point"),
        [
            ("50% 30%", (50, 30)),
            (" 0%   100% ", (0, 100)),
            ("33.3% 66.667%", (33.3, 66.667)),
            ("100.0% 0.0%", (100, 0)),
        ],
    )
    def test_two_percentages(self, text: str, point: tuple[float, float]) -> None:
        assert read_focus(text) == point

    @pytest.mark.parametrize(
        "text",
        ["", "50%", "50 30", "50% 30", "50%30%", "left top", "-1% 0%", "101% 0%", "0% 100.1%", "1e1% 0%", "٥% 0%"],
    )
    def test_nothing_else(self, text: str) -> None:
        with pytest.raises(ValueError):
            read_focus(text)


class TestBox:
    @pytest.mark.parametrize("size", SIZES)
    @pytest.mark.parametrize("target", TARGETS)
    def test_in_the_middle_it_is_pillows_own_fit_pixel_by_pixel(
        self, size: tuple[int, int], target: tuple[int, int]
    ) -> None:
        picture = Image.effect_noise(size, 90)
        ours = picture.resize(target, Image.Resampling.LANCZOS, box=crop_box(size, target))
        assert ours.tobytes() == ImageOps.fit(picture, target, Image.Resampling.LANCZOS).tobytes()

    @pytest.mark.parametrize("size", SIZES)
    @pytest.mark.parametrize("target", TARGETS)
    @pytest.mark.parametrize("focus", [(0, 0), (100, 100), (20, 90), (50, 30), (99.9, 0.1)])
    def test_it_has_the_shape_lies_inside_and_holds_the_focus(
        self, size: tuple[int, int], target: tuple[int, int], focus: Focus
    ) -> None:
        left, top, right, bottom = crop_box(size, target, focus)
        assert 0 <= left < right <= size[0]
        assert 0 <= top < bottom <= size[1]
        assert (right - left) / (bottom - top) == pytest.approx(target[0] / target[1])
        assert right - left == pytest.approx(size[0]) or bottom - top == pytest.approx(size[1])
        assert left <= size[0] * focus[0] / 100 <= right
        assert top <= size[1] * focus[1] / 100 <= bottom

    @pytest.mark.parametrize(
        ("focus", "start"), [(0, 0), (10, 0), (25, 25), (40, 70), (50, 100), (80, 190), (90, 200), (100, 200)]
    )
    def test_the_focus_is_in_the_middle_as_far_as_the_edges_allow(self, focus: float, start: float) -> None:
        assert crop_box((300, 100), (50, 50), (focus, 80)) == pytest.approx((start, 0, start + 100, 100))
        assert crop_box((100, 300), (50, 50), (80, focus)) == pytest.approx((0, start, 100, start + 100))
