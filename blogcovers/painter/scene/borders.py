"""Woven borders, as on a huipil, around some of the covers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from blogcovers.painter.drawing import pattern
from blogcovers.painter.drawing.shapes import INK, Point

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from blogcovers.painter.scene.easel import Easel

Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Border:
    """Strips of `depth` px on some of the four sides (left, top, right, bottom) of a canvas of `size` px."""

    size: tuple[int, int]
    depth: int
    sides: tuple[bool, bool, bool, bool]

    @property
    def box(self) -> Box:
        """Where the picture is."""
        left, top, right, bottom = (self.depth * side for side in self.sides)
        return left, top, self.size[0] - right, self.size[1] - bottom

    @property
    def inner(self) -> tuple[int, int]:
        """Width and height of the picture in px."""
        left, top, right, bottom = self.box
        return right - left, bottom - top


def choose(size: tuple[int, int], border: str, rng: Random) -> Border:
    """With "some" half of the covers have one: at the foot, at head and foot, on both sides, or all around."""
    kinds: tuple[str, ...] = ("...b", ".t.b", "ltrb", "ltrb", "l.r.")
    if border != "always":
        kinds = ("....",) * 5 + (kinds if border == "some" else ())
    left, top, right, bottom = tuple(rng.choice(kinds))
    return Border(size, round(0.075 * min(size)), (left != ".", top != ".", right != ".", bottom != "."))


def frame(scene: Image.Image, border: Border, easel: Easel) -> Image.Image:
    """The scene, which was painted on the easel, with its border around it; both hold colour numbers."""
    if not any(border.sides):
        return scene
    canvas, rng, plan = Image.new("L", border.size, INK), easel.rng, easel.plan
    every = [plan.hero, plan.half, *plan.accents[:2], plan.light, plan.land[0][0]]
    base, mark, edge = map(easel.flat, _three(every, easel))
    kind, stripe = rng.choice(("teeth", "diamonds", "zigzag", "beads")), round(0.22 * border.depth)
    for strip, upright in _strips(border, stripe + max(2, stripe // 3)):
        _weave(canvas, strip, kind, base, mark, upright)
    _corners(canvas, border, stripe + max(2, stripe // 3), edge, mark)
    _outline(canvas, border.box, edge, stripe)
    canvas.paste(scene, border.box[:2])
    line = max(2, round(0.12 * border.depth))
    ImageDraw.Draw(canvas).rectangle(border.box, outline=INK, width=line)
    return canvas


def _three(every: Sequence[int], easel: Easel) -> list[int]:
    """A ground, a mark that reads on it, and a stripe that reads beside it."""
    base, rng = easel.rng.choice(every), easel.rng
    rest = sorted(
        dict.fromkeys(every), key=lambda c: (-min(0.3, easel.inks.apart(c, base)) - 0.1 * rng.random(), c)
    )  # fmt: skip
    return [base, rest[0], rest[1 % len(rest)]]


def _strips(border: Border, less: int) -> list[tuple[Box, bool]]:
    """The woven part of each strip, `less` px narrower than the border, and whether it is upright."""
    (width, height), d = border.size, border.depth - less
    every = (
        ((0, 0, d, height), True), ((0, 0, width, d), False), ((width - d, 0, width, height), True),
        ((0, height - d, width, height), False),
    )  # fmt: skip
    return [strip for strip, wanted in zip(every, border.sides, strict=True) if wanted]


def _weave(canvas: Image.Image, strip: Box, kind: str, base: int, mark: int, upright: bool) -> None:
    left, top, right, bottom = strip
    ImageDraw.Draw(canvas).rectangle((left, top, right - 1, bottom - 1), fill=base)
    outline: list[Point] = [(left, top), (right, top), (right, bottom), (left, bottom)]
    pitch = 1.05 * min(right - left, bottom - top)
    pattern.lay(canvas, outline, kind, mark, pitch, math.pi / 2 if upright else 0.0)


def _corners(canvas: Image.Image, border: Border, less: int, fill: int, mark: int) -> None:
    """A square with a gem where an upright strip meets a level one."""
    draw, (width, height), d = ImageDraw.Draw(canvas), border.size, border.depth - less
    left, top, right, bottom = border.sides
    for x, y, both in ((0, 0, left and top), (width - d, 0, right and top), (0, height - d, left and bottom), (
            width - d, height - d, right and bottom)):  # fmt: skip
        if both:
            draw.rectangle((x, y, x + d, y + d), fill=fill, outline=INK, width=max(1, d // 14))
            h, r = d / 2, 0.3 * d
            draw.polygon([(x + h - r, y + h), (x + h, y + h - r), (x + h + r, y + h), (x + h, y + h + r)], fill=mark)


def _outline(canvas: Image.Image, box: Box, colour: int, width: int) -> None:
    """A plain stripe next to the picture, between two lines of ink."""
    draw = ImageDraw.Draw(canvas)
    for grow, index in ((width + max(2, width // 3), INK), (width, colour)):
        draw.rectangle((box[0] - grow, box[1] - grow, box[2] + grow, box[3] + grow), fill=index)
