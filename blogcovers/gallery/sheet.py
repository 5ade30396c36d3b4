"""The contact sheet: all covers in one picture, in a grid near 3:2, without words.

Between the covers it is transparent, or white in a JPEG, so that it suits a light and a dark page.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

from blogcovers import storage
from blogcovers.cover import metadata
from blogcovers.cover.derived import KB, LOWEST_QUALITY
from blogcovers.gallery import thumbnails

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from PIL.Image import Image

FORMATS = {".webp": "WEBP", ".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}
WIDTH = 1600  # pixels: twice the width of a README's column
SHAPE = 3 / 2
GAP = 16  # pixels
MAX_KB = 400
MARK = "blogcovers-sheet"

_QUALITIES = range(LOWEST_QUALITY, 87, 4)
_BLANK = 0.5  # what a row half empty weighs against a sheet of another shape


@dataclass(frozen=True)
class Grid:
    """``cell``: a cover's (width, height) in pixels. The last row may be short; it stands in the middle."""

    count: int
    columns: int
    cell: tuple[int, int]

    @property
    def rows(self) -> int:
        return math.ceil(self.count / self.columns)

    @property
    def size(self) -> tuple[int, int]:
        """Of the whole sheet, in pixels; the gap lies between covers only."""
        return self._extent(self.columns, 0), self._extent(self.rows, 1)

    def place(self, index: int) -> tuple[int, int]:
        """The upper left corner of the cover at ``index``, in pixels."""
        row, column = divmod(index, self.columns)
        in_row = min(self.columns, self.count - row * self.columns)
        left = (self.size[0] - self._extent(in_row, 0)) // 2
        return left + column * (self.cell[0] + GAP), row * (self.cell[1] + GAP)

    def _extent(self, cells: int, side: int) -> int:
        return cells * self.cell[side] + (cells - 1) * GAP


def grid(count: int, cover: tuple[int, int]) -> Grid:
    """The grid for ``count`` covers, one at least, of the size ``cover`` in pixels: about 3:2 and with few blanks, and
    no cover larger than it is."""
    return min((_grid(count, columns, cover) for columns in range(1, count + 1)), key=_misfit)


def _grid(count: int, columns: int, cover: tuple[int, int]) -> Grid:
    width = max(1, min(cover[0], (WIDTH - (columns - 1) * GAP) // columns))
    return Grid(count, columns, (width, max(1, round(width * cover[1] / cover[0]))))


def _misfit(grid: Grid) -> float:
    width, height = grid.size
    blank = 1 - grid.count / (grid.columns * grid.rows)
    return abs(math.log(width / height / SHAPE)) + _BLANK * blank


def drawn(files: Sequence[Path], cover: tuple[int, int]) -> Image | None:
    """The sheet of the covers in these files, as RGBA; None where none of them is a picture.

    ``cover``: the size in pixels that gives the cells their shape; a picture of another shape is cropped.
    """
    if not files:
        return None
    plan = grid(len(files), cover)
    cells = thumbnails.each(partial(_cell, size=plan.cell), files)
    if None in cells:
        return drawn([file for file, cell in zip(files, cells, strict=True) if cell], cover)
    from PIL import Image

    sheet = Image.new("RGBA", plan.size)
    for index, cell in enumerate(cells):
        if cell:
            sheet.paste(cell, plan.place(index))
    return sheet


def _cell(file: Path, size: tuple[int, int]) -> Image | None:
    try:
        return thumbnails.filling(storage.read(file), size)
    except (OSError, ValueError):
        return None


def encoded(sheet: Image, ending: str) -> bytes:
    """The file, of the format that its ``ending`` names (one of :data:`FORMATS`): as good as fits into :data:`MAX_KB`,
    which a PNG, lossless, does not heed."""
    kind = FORMATS[ending]
    if kind == "PNG":
        return _saved(sheet, kind, 0)
    heavy = bisect_left(_QUALITIES, True, key=lambda quality: len(_saved(sheet, kind, quality)) > MAX_KB * KB)
    return _saved(sheet, kind, _QUALITIES[max(0, heavy - 1)])


def _saved(sheet: Image, kind: str, quality: int) -> bytes:
    from PIL import Image

    if kind == "JPEG":
        ground = Image.new("RGBA", sheet.size, "white")
        sheet = Image.alpha_composite(ground, sheet).convert("RGB")
    buffer = BytesIO()
    exif = metadata.exif({metadata.RECORD_TAG: MARK})
    sheet.save(buffer, kind, exif=exif, **({} if kind == "PNG" else {"quality": quality}))
    return buffer.getvalue()


def is_ours(data: bytes) -> bool:
    """Whether the bytes of a file are a contact sheet."""
    return MARK.encode() in data
