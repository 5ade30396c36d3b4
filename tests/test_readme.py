"""The README's commands, run as they stand; and what the documents say, held against the code."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from math import prod
from pathlib import Path

import pytest
from PIL import Image
from sample import HAND_MADE, sample
from site_builder import Site

from blogcovers import config, generators
from blogcovers.cover import state
from blogcovers.generators import themes
from blogcovers.painter.motifs.motif_table import MOTIFS
from blogcovers.plan import Action

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
REFERENCE = (ROOT / "docs/reference.md").read_text(encoding="utf-8")
BIN = Path(sys.executable).parent


def commands() -> list[str]:
    blocks = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    return [
        line[2:].partition("#")[0].strip() for block in blocks for line in block.splitlines() if line.startswith("$ ")
    ]


def test_the_blogs_commands_run_in_their_order(site: Site) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    site.write("content/market.md", example)
    subprocess.run(["git", "init", "--quiet", site.root], check=True)
    said = []
    for command in commands():
        if command.startswith("blogcovers "):
            result = site.run(*shlex.split(command)[1:])
            assert result.code == 0, f"{command}: {result.err}"
            said.append(result.out)
    assert len(said) >= 6
    assert sum("1 cover made" in text for text in said) == 1
    assert sum("Nothing to do: 1 current" in text for text in said) == 2, "the second build, and check"


def test_the_lines_of_a_config_are_taken_as_they_stand(site: Site) -> None:
    (lines,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    site.write("blogcovers.toml", lines)
    read = config.load(config.Options(content=site.content), {})
    assert (read.servers.addresses, read.making.when_unreachable) == (("http://127.0.0.1:8188",), "paint")


def test_make_demo_paints_the_sample_site_and_make_picture_puts_it_and_forty_others_on_sheets(tmp_path: Path) -> None:
    """The recipes themselves, on a copy; what they install first is there already in this environment."""
    clone = tmp_path / "clone"
    (clone / "tests").mkdir(parents=True)
    for name in ("Makefile", "tests/forty_covers.py", "tests/site_builder.py"):
        shutil.copy(ROOT / name, clone / name)
    site = sample(clone / "sample_site")

    def make(target: str) -> str:
        command = ["make", "-C", str(clone), target, f"BIN={BIN}", "-o", ".venv/installed", "-o", ".venv/dev"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    first = make("demo")
    assert "11 covers made" in first
    assert "sample_site/static/images/covers/" in first
    assert "Nothing to do: 11 current, 1 hand-made, 2 skipped." in make("picture"), "for it needs the demo first"
    assert site.cover("paper-lanterns").read_bytes() == HAND_MADE.read_bytes()
    for name in ("docs/covers.webp", "docs/painter.webp"):
        made, ours = clone / name, ROOT / name
        with Image.open(made) as image, Image.open(ours) as picture:
            assert (image.format, image.size) == (picture.format, picture.size)
            assert image.width > 1500
        assert made.stat().st_size <= 400_000


@pytest.mark.parametrize("target", ["demo", "test"])
def test_the_makefile_has_the_readmes_targets(target: str) -> None:
    assert f"make {target}" in commands()
    subprocess.run(["make", "-n", "-C", ROOT, target], check=True, capture_output=True)


def test_every_path_in_the_readme_is_there() -> None:
    for path in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("key", [key.name for key in config.KEYS])
def test_every_setting_is_in_the_reference(key: str) -> None:
    assert f"`{key}`" in REFERENCE


def test_every_state_and_action_is_in_the_reference() -> None:
    for name in (*state.State, *Action):
        assert str(name) in REFERENCE


def test_the_painters_page_lists_what_it_knows() -> None:
    page = (ROOT / "docs/painter.md").read_text(encoding="utf-8")
    listed = page.split("a butterfly):\n\n")[1].split(".\n")[0]
    assert sorted(re.split(r",\s+", listed)) == sorted(MOTIFS)


def test_the_fault_table_in_the_docs_has_as_many_rows_as_were_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    file = ROOT / "tests/comfy/test_faults.py"
    module = module_from_spec(spec := spec_from_file_location(file.stem, file))
    monkeypatch.setitem(sys.modules, file.stem, module)
    spec.loader.exec_module(module)
    tried = prod(len(mark.args[1]) for mark in module.test_fault.pytestmark if mark.name == "parametrize")
    assert f"| faults tried | {tried} |" in (ROOT / "docs/comfyui.md").read_text(encoding="utf-8")


def test_the_page_on_sites_names_every_generator_and_theme() -> None:
    page = (ROOT / "docs/sites.md").read_text(encoding="utf-8")
    for generator in generators.GENERATORS:
        assert f"| {generator.name} |" in page
        assert f"`{generator.media}`" in page or generator.content in (".", "source/_posts"), generator.name
    for name, theme in themes.THEMES.items():
        assert f"| {name} | `{theme.key}` | `{theme.value}` |" in page
