"""Golden pictures: what is drawn does not change unseen, and differs little from one version of Pillow to the next.

After an intended change, raise `painter.VERSION`, look at the covers, and write them anew:
`python tests/golden_covers.py`.
"""

from __future__ import annotations

import pytest
from golden_covers import COVERS, FOLDER, VERSION_FILE, painted
from PIL import Image, ImageChops, ImageStat

from blogcovers.painter import VERSION

MEAN, FAR, SHARE = 3.0, 48, 0.02  # levels of 255: on average; where a pixel is another; how many pixels may be


@pytest.mark.parametrize("name", sorted(COVERS))
def test_a_cover_looks_as_it_did(name: str) -> None:
    with Image.open(FOLDER / f"{name}.png") as file:
        golden = file.convert("RGB")
    apart = ImageChops.difference(painted(name), golden)
    assert sum(ImageStat.Stat(apart).mean) / 3 < MEAN
    far = sum(apart.convert("L").histogram()[FAR:])
    assert far < SHARE * golden.width * golden.height


def test_the_golden_pictures_are_of_this_version() -> None:
    assert VERSION_FILE.read_text(encoding="ascii").strip() == str(VERSION)


def test_no_two_golden_pictures_pass_for_each_other() -> None:
    pictures = [painted(name) for name in sorted(COVERS)]
    for i, picture in enumerate(pictures):
        for other in pictures[:i]:
            assert sum(ImageStat.Stat(ImageChops.difference(picture, other)).mean) / 3 > 10 * MEAN
