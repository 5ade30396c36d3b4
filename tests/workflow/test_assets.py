"""The house styles and workflow templates of a site, read from disk."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from blogcovers.errors import StyleError, WorkflowError
from blogcovers.workflow import Assets, Choice
from blogcovers.workflow.assets import shipped_style

SHIPPED = Path(__file__).parents[2] / "style"
HOUSE = '[palette]\ncobalt = "#1f4fa3"\ncream = "#fbf0d9"\n'


def assets(root: Path, files: dict[str, str | bytes] | None = None, **given: Any) -> Assets:
    """Of a site whose own style folder holds these files: path -> content."""
    for name, text in (files or {}).items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    folder = root / "style" if files else None
    return Assets(Choice(lambda path: os.path.relpath(path, root), folder, **given))


class TestStyles:
    def test_the_shipped_one_is_used_where_the_site_has_none(self, tmp_path: Path) -> None:
        found = Assets(Choice(str)).style()
        assert found.prompt == (SHIPPED / "prompt.j2").read_text(encoding="utf-8")
        assert {"house.toml", "prompt.j2", "negative.j2", "sdxl.json"} <= {
            file.name for file in shipped_style().iterdir()
        }

    def test_files_that_the_sites_own_lacks_come_from_the_shipped_one(self, tmp_path: Path) -> None:
        found = assets(tmp_path, {"style/house.toml": HOUSE})
        own = found.style()
        assert list(own.house.palette) == ["cobalt", "cream"]
        assert own.prompt == (SHIPPED / "prompt.j2").read_text(encoding="utf-8")
        assert own.where["house.toml"] == "style/house.toml"

    def test_a_named_one_lies_below_and_falls_back_file_by_file(self, tmp_path: Path) -> None:
        files: dict[str, str | bytes] = {
            "style/house.toml": HOUSE,
            "style/negative.j2": "cats",
            "style/winter/house.toml": HOUSE.replace("cobalt", "ice"),
            "style/winter/prompt.j2": "snow, {{ concept }}",
        }
        found = assets(tmp_path, files)
        winter = found.style("winter")
        assert list(winter.house.palette) == ["ice", "cream"]
        assert (winter.prompt, winter.negative) == ("snow, {{ concept }}", "cats")

    def test_an_unknown_one_is_answered_with_those_there_are(self, tmp_path: Path) -> None:
        files: dict[str, str | bytes] = {"style/house.toml": HOUSE, "style/winter/house.toml": HOUSE}
        with pytest.raises(StyleError, match="'summer'") as caught:
            assets(tmp_path, files).style("summer")
        assert "winter" in caught.value.hint

    @pytest.mark.parametrize("name", ["house.toml", "prompt.j2"])
    def test_a_file_that_is_not_utf_8_is_named(self, tmp_path: Path, name: str) -> None:
        found = assets(tmp_path, {"style/house.toml": HOUSE, f"style/{name}": b"caf\xe9"})
        with pytest.raises(StyleError, match=f"style/{name}"):
            found.style()

    def test_a_broken_house_is_named(self, tmp_path: Path) -> None:
        found = assets(tmp_path, {"style/house.toml": "palette = ["})
        with pytest.raises(StyleError, match=r"^style/house\.toml"):
            found.style()

    def test_a_bom_is_no_fault(self, tmp_path: Path) -> None:
        found = assets(tmp_path, {"style/house.toml": "﻿" + HOUSE})
        assert found.style().house.palette


class TestTemplates:
    def test_the_shipped_one(self, tmp_path: Path) -> None:
        template = Assets(Choice(str)).template()
        assert template.roles.output_node == "9"

    def test_the_sites_own_comes_first_with_the_houses_overrides_and_roles(self, tmp_path: Path) -> None:
        graph = json.loads((SHIPPED / "sdxl.json").read_text(encoding="utf-8"))
        lines = 'workflow = "turbo"\noverrides = {"KSampler.steps" = 4}\n'
        house = f'{lines}roles = {{negative = "6.text", positive = "7.text"}}\n{HOUSE}'
        files: dict[str, str | bytes] = {"style/house.toml": house, "style/turbo.json": json.dumps(graph)}
        template = assets(tmp_path, files).template("turbo")
        assert template.where == "style/turbo.json"
        assert template.graph["3"]["inputs"]["steps"] == 4
        assert [str(place) for place in template.roles.positive] == ["7.text"]

    def test_an_unknown_one_is_answered_with_those_there_are(self, tmp_path: Path) -> None:
        files: dict[str, str | bytes] = {"style/house.toml": HOUSE, "style/turbo.json": "{}"}
        with pytest.raises(WorkflowError, match="'pony'") as caught:
            assets(tmp_path, files).template("pony")
        assert caught.value.hint == "There are: flux, sdxl, sdxl_two_stage, turbo."

    def test_what_the_house_says_in_general_is_for_its_own_template_and_tables_are_for_others(
        self, tmp_path: Path
    ) -> None:
        house = f"""model = "dream.safetensors"
[overrides]
"KSampler.steps" = 4
[overrides.flux]
"FluxGuidance.guidance" = 2.5
[roles.flux]
seed = "3.steps"
{HOUSE}"""
        found = assets(tmp_path, {"style/house.toml": house})
        own, flux = found.template(), found.template("flux")
        assert (own.graph["3"]["inputs"]["steps"], own.graph["4"]["inputs"]["ckpt_name"]) == (4, "dream.safetensors")
        assert flux.graph["4"]["inputs"]["ckpt_name"] == "flux1-dev-fp8.safetensors"
        assert flux.graph["10"]["inputs"]["guidance"] == 2.5
        assert [str(place) for place in flux.roles.seed] == ["3.steps"]

    def test_a_broken_one_is_named(self, tmp_path: Path) -> None:
        files: dict[str, str | bytes] = {"style/house.toml": HOUSE, "style/sdxl.json": '{"nodes": [], "links": []}'}
        with pytest.raises(WorkflowError, match=r"^style/sdxl\.json"):
            assets(tmp_path, files).template()

    def test_one_that_is_not_utf_8_is_named(self, tmp_path: Path) -> None:
        files: dict[str, str | bytes] = {"style/house.toml": HOUSE, "style/sdxl.json": b'{"a": "\xe9"}'}
        with pytest.raises((StyleError, WorkflowError), match=r"^style/sdxl\.json"):
            assets(tmp_path, files).template()
