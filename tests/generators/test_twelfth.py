"""Another generator is one file, and an import and an entry in the table: CONTRIBUTING's is added, and used."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from site_builder import Site

import blogcovers

PACKAGE = Path(blogcovers.__file__).parent
ROOT = Path(__file__).parents[2]
IMPORT, ENTRY = "from blogcovers.generators.jekyll import Jekyll\n", "    Nikola(),\n"


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The folder of a copy of the package: of links, but for the new file and the table."""
    (lantern,) = re.findall(r'```python\n("""Lantern.*?)```', (ROOT / "CONTRIBUTING.md").read_text("utf-8"), re.DOTALL)
    top = tmp_path / "package"
    generators = top / "blogcovers/generators"
    generators.mkdir(parents=True)
    (top / "style").symlink_to(ROOT / "style")
    for folder in (PACKAGE, PACKAGE / "generators"):
        for file in folder.iterdir():
            if file.name not in ("generators", "table.py", "__pycache__"):
                (top / file.relative_to(PACKAGE.parent)).symlink_to(file)
    (generators / "lantern.py").write_text(lantern, encoding="utf-8")
    table = (PACKAGE / "generators/table.py").read_text(encoding="utf-8")
    for line, more in ((IMPORT, "from blogcovers.generators.lantern import Lantern\n"), (ENTRY, "    Lantern(),\n")):
        assert table.count(line) == 1
        table = table.replace(line, f"{line}{more}")
    (generators / "table.py").write_text(table, encoding="utf-8")
    return top


def run(site: Site, package: Path, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BLOGCOVERS_")}
    command = [sys.executable, "-m", "blogcovers", *arguments]
    done = subprocess.run(
        command,
        cwd=site.root,
        env={**environment, "PYTHONPATH": str(package)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_is_detected_read_and_names_the_posts_whose_covers_are_built(site: Site, package: Path) -> None:
    site.content.rmdir()
    site.write("lantern.toml", 'url = "https://example.org/night"\npages = "leaves"\n')
    site.write("leaves/one.md", "---\nhandle: the-fox\nconcept: a fox\n---\n")
    site.write("leaves/two.md", "---\nslug: ignored\nconcept: an owl\n---\n")
    run(site, package, "init")
    config = site.root / "blogcovers.toml"
    text = config.read_text(encoding="utf-8")
    for line in ('content = "leaves"', 'media = "public/covers"', 'generator = "lantern"', 'slug_rule = "lantern"'):
        assert f"\n{line}\n" in text
    assert "docusaurus, nikola, lantern, plain." in text
    config.unlink()
    site.write("blogcovers.toml", 'data_file = "covers.json"\noutput.size = "64x36"\n')
    rows = json.loads(run(site, package, "build", "--json"))["covers"]
    assert {row["cover"]: row["action"] for row in rows} == {
        "public/covers/the-fox.webp": "rendered",
        "public/covers/two.webp": "rendered",
    }
    covers = json.loads((site.root / "covers.json").read_text(encoding="utf-8"))
    assert covers["one.md"]["url"] == "/night/covers/the-fox.webp"
    assert (site.root / "public/covers/two.webp").is_file()
