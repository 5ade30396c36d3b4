"""The interface for programs: what its page shows works as it stands."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from site_builder import Site

from blogcovers import api

PAGE = (Path(__file__).parents[1] / "docs/api.md").read_text(encoding="utf-8")


def test_the_pages_program_surveys_builds_and_tells(site: Site) -> None:
    site.post("fox")
    site.write("content/broken.md", "---\ntitle: [\n---\n")
    (program,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    done = subprocess.run([sys.executable, "-c", program], cwd=site.root, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    surveyed, finished, served = done.stdout.splitlines()
    assert surveyed == "fox missing render no cover yet"
    assert finished == "fox rendered "
    assert "/media/covers/fox.webp 1200 630" in served


def test_every_name_that_is_promised_is_there_and_on_the_page_or_a_value() -> None:
    for name in api.__all__:
        assert getattr(api, name) is not None, name
    with pytest.raises(AttributeError, match="no attribute 'render'"):
        api.render  # noqa: B018


def test_to_load_a_site_loads_neither_survey_nor_build(site: Site) -> None:
    site.post("fox")
    program = (
        "import sys\nfrom blogcovers import api\napi.load('content')\n"
        "print(sorted({'blogcovers.survey', 'blogcovers.build', 'PIL', 'requests'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=site.root, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_build_is_narrowed_forced_and_limited_as_on_the_command_line(site: Site) -> None:
    for slug in ("fox", "hen", "owl"):
        site.post(slug)
    config = api.load(site.content)
    _, report = api.build(config, only=["fox", "hen"], limit=1)
    assert [row.slug for row in report.rows if row.action is api.Action.RENDERED] == ["fox"]
    _, report = api.build(config, only=["fox"], force=True)
    assert [row.action for row in report.rows] == [api.Action.RENDERED]
    before = api.survey(config)
    assert [row.slug for row in before.due] == ["hen", "owl"]


def test_one_posts_failure_is_in_its_row_and_raises_nothing(site: Site) -> None:
    site.post("fox")
    site.write("content/broken.md", "---\ntitle: [\n---\n")
    plan, report = api.build(api.load(site.content))
    assert [entry.file.name for entry in plan.failed] == ["broken.md"]
    assert [entry.action for entry in report.entries] == [api.Action.FAILED, api.Action.RENDERED]
    assert report.stopped is None


def test_what_breaks_a_build_off_is_in_the_report_and_what_was_finished_stays(site: Site) -> None:
    """A callback that fails stands for what nobody foresaw: exit code 4, with a report to send."""
    for slug in ("fox", "hen"):
        site.post(slug)

    def show(event: api.BuildEvent) -> None:
        if isinstance(event, api.Finished):
            raise ZeroDivisionError("a callback of the program's own")

    _, report = api.build(api.load(site.content), on_event=show)
    assert report.stopped is not None
    assert (report.stopped.code, report.stopped.exit_code) == ("bug", 4)
    (file,) = re.findall(r"\S+\.md", str(report.stopped))
    assert "ZeroDivisionError" in Path(file).read_text(encoding="utf-8")
    Path(file).unlink()
    assert site.run("build").code == 0


def test_a_build_looks_again_once_it_has_the_lock(site: Site) -> None:
    """Another build may come to its end between the look and the lock, with nobody waiting."""
    site.post("fox")
    config, looks = api.load(site.content), []

    def look() -> api.Plan:
        looks.append(api.survey(config))
        if len(looks) == 1:
            site.run("build")
        return looks[-1]

    _, report = api.make(config, look, lambda _event: None, lambda _seconds, _holder: None)
    assert [row.action for row in looks[0].rows] == [api.Action.RENDER]
    assert [row.action for row in report.rows] == [api.Action.NONE]
