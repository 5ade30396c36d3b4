"""Jekyll's own answer to what it publishes of ours."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest
from site_builder import Site

from blogcovers.workflow.assets import shipped_style

pytestmark = pytest.mark.skipif(not shutil.which("jekyll"), reason="Jekyll is not installed: apt-get install jekyll")


@pytest.mark.parametrize(
    "exclude",
    [
        *("[]", "[blogcovers.toml]", "[style]", "[blogcovers.toml, style/]", "['*.toml']", "['/style/', blog]"),
        *("['*']", "[covers.toml, style/house.toml]"),
    ],
)
def test_what_is_told_is_what_it_publishes(site: Site, exclude: str) -> None:
    site.write("_config.yml", f"exclude: {exclude}\n")
    site.write("_posts/2024-01-02-fox.md", "---\nconcept: a fox\n---\n")
    site.write("blogcovers.toml", "")
    site.write("style/house.toml", (shipped_style() / "house.toml").read_bytes())
    site.write("style/extra.txt", "x")
    said = site.run("build").err
    in_utf8 = {**os.environ, "LC_ALL": "C.UTF-8"}
    subprocess.run(["jekyll", "build", "--quiet"], cwd=site.root, check=True, capture_output=True, env=in_utf8)
    for name, shown in (("blogcovers.toml", "blogcovers.toml"), ("style", "style/")):
        assert (site.root / "_site" / name).exists() == (shown in said.partition(", too.")[0]), said
