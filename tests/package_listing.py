"""The listing of the package, two levels deep, each name with the first line of what it says of itself.

python tests/package_listing.py    # prints it, for CONTRIBUTING.md
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "blogcovers"
WIDTH = 21  # of the column of names
LENGTH = 110  # of a line


def listing() -> str:
    return "\n".join(["blogcovers/", *_lines(PACKAGE, "  ", deep=True)])


def _lines(folder: Path, indent: str, *, deep: bool) -> list[str]:
    lines = []
    for path in sorted(folder.iterdir(), key=lambda path: (path.is_dir(), path.name)):
        if path.suffix == ".py" and path.name not in ("__init__.py", "__main__.py"):
            lines.append(_line(indent, path.name, path))
        elif (path / "__init__.py").is_file():
            lines.append(_line(indent, f"{path.name}/", path / "__init__.py"))
            lines += _lines(path, f"{indent}  ", deep=False) if deep else []
    return lines


def _line(indent: str, name: str, file: Path) -> str:
    said = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    first = " ".join(said.split("\n\n")[0].split()).split(". ")[0].rstrip(".").replace("``", "")
    line = f"{indent}{name}".ljust(WIDTH + len(indent)) + first
    while len(line) > LENGTH and (shorter := re.match(r"(.*)[:;,] ", line)):
        line = shorter[1]
    return line


if __name__ == "__main__":
    sys.stdout.write(f"{listing()}\n")
