"""``blogcovers workflow``: list, roles and check, and inputs that config and posts set, up to what a server is sent."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import pytest
from comfy_faults import answer
from comfy_server import ComfyServer
from pytest_httpserver import HTTPServer
from site_builder import Site

STYLE = Path(__file__).parents[2] / "style"
SDXL = (STYLE / "sdxl.json").read_text(encoding="utf-8")
PLAIN_HOUSE = '[palette]\na = "#111111"\nb = "#eeeeee"\n'


class TestList:
    def test_names_every_template_with_its_roles_and_lines_that_may_be_pasted(self, site: Site) -> None:
        result = site.run("workflow", "list")
        assert result.code == 0, result.err
        heads = [line for line in result.out.splitlines() if line.endswith(")") and not line.startswith(" ")]
        assert [head.split()[0] for head in heads] == ["flux", "sdxl", "sdxl_two_stage"]
        assert heads[1].endswith("the site's)")
        assert "10 'KSampler (Advanced) - BASE' (KSamplerAdvanced), then 11 'KSampler" in result.out
        lines = [line.removeprefix("  inputs").strip() for line in result.out.splitlines() if '" = ' in line]
        pasted = tomllib.loads("\n".join(line for line in lines if line.startswith('"FluxGuidance')))
        assert pasted == {"FluxGuidance.guidance": 3.5}

    def test_lines_that_are_pasted_change_nothing(self, site: Site) -> None:
        before = site.run("workflow", "list", "--json").json["workflows"]
        lines = [f"{json.dumps(key)} = {json.dumps(value)}" for key, value in before[1]["inputs"].items()]
        site.write("blogcovers.toml", "[inputs]\n" + "\n".join(lines) + "\n")
        after = site.run("workflow", "list", "--json").json["workflows"]
        assert before[1]["inputs"] == after[1]["inputs"]
        assert len(lines) == 6

    def test_says_what_is_missing_in_one_and_goes_on(self, site: Site) -> None:
        site.style(house_toml=PLAIN_HOUSE, canvas_json='{"nodes": [], "links": []}')
        result = site.run("workflow", "list")
        assert result.code == 0
        assert "canvas (style/canvas.json)" in result.out
        assert "UI format" in result.out
        assert "sdxl_two_stage" in result.out
        rows = {row["name"]: row for row in site.run("workflow", "list", "--json").json["workflows"]}
        assert rows["canvas"]["error"]["code"] == "workflow"
        assert rows["flux"]["roles"]["positive"][0]["place"] == "6.text"


class TestRoles:
    def test_of_a_file_are_told_node_by_node_with_the_way(self, site: Site) -> None:
        site.write("mine.json", SDXL)
        result = site.run("workflow", "roles", "mine.json")
        assert result.code == 0, result.err
        lines = [" ".join(line.split()) for line in result.out.splitlines()]
        assert lines[0] == "mine.json: 7 nodes, up to 9 'Save Image' (SaveImage)."
        assert lines[1:3] == ["positive 6 'Positive prompt' (CLIPTextEncode), text", "→ 'positive' of 3 (KSampler)"]
        assert "seed 3 (KSampler), seed" in lines

    def test_of_a_template_by_name(self, site: Site) -> None:
        site.style(house_toml=f'{PLAIN_HOUSE}[roles.flux]\nseed = "3.steps"\n')
        result = site.run("workflow", "roles", "flux", "--json")
        (seed,) = result.json["roles"]["seed"]
        assert seed["why"] == 'house.toml says so: [roles.flux] seed = "3.steps"'
        assert result.json["samplers"] == ["3"]

    def test_the_line_that_the_error_prints_settles_it_in_house_toml(self, site: Site) -> None:
        graph = json.loads(SDXL)
        graph["3"]["inputs"]["seed"] = ["10", 0]
        graph["10"] = {"class_type": "Dice", "inputs": {"sides": 6, "rolls": 2}}
        site.style(house_toml=PLAIN_HOUSE, my_json=json.dumps(graph))
        refused = site.run("workflow", "roles", "my")
        assert refused.code == 3
        assert "under [roles.my]: " in refused.err
        line = refused.err.partition("under [roles.my]: ")[2].strip().rstrip(".")
        site.style(house_toml=f"{PLAIN_HOUSE}[roles.my]\n{line}\n")
        assert site.run("workflow", "roles", "my").code == 0

    @pytest.mark.parametrize(("name", "said"), [("sdlx", "'sdxl'"), ("nowhere.json", "no file nowhere.json")])
    def test_neither_file_nor_template(self, site: Site, name: str, said: str) -> None:
        result = site.run("workflow", "roles", name)
        assert result.code == 2
        assert said in result.err

    def test_needs_no_site(self, tmp_path: Path) -> None:
        bare = Site(tmp_path)
        bare.content.rmdir()
        bare.write("mine.json", SDXL)
        assert bare.run("workflow", "roles", "mine.json").code == 0


class TestCheck:
    def test_a_template_that_every_server_can_run(self, site: Site, comfy: ComfyServer) -> None:
        result = site.run("workflow", "check", "sdxl", "--server", comfy.url)
        assert result.code == 0, result.err
        assert "sdxl.json can run" in result.out.splitlines()[-1]
        assert comfy.prompts == []

    def test_what_lacks_is_told_all_at_once_with_what_there_is(self, site: Site, comfy: ComfyServer) -> None:
        with ComfyServer(checkpoints=("sd_xl_refiner_1.0.safetensors",)) as other:
            result = site.run("workflow", "check", "sdxl_two_stage", "--server", comfy.url, "--server", other.url)
        assert result.code == 1
        first, second = result.out.split(other.url)
        assert "ckpt_name 'sd_xl_refiner_1.0.safetensors' is not on the server" in first
        assert "ckpt_name 'sd_xl_base_1.0.safetensors' is not on the server" in second
        assert "ckpt_name: sd_xl_base_1.0.safetensors" in first
        assert "→ " in first

    def test_flux_wants_one_file(self, site: Site, comfy: ComfyServer) -> None:
        result = site.run("workflow", "check", "flux", "--server", comfy.url)
        faults = [line for line in result.out.splitlines() if "flux.json: " in line]
        assert len(faults) == 1, "its node classes and values are those of ComfyUI"
        assert "'flux1-dev-fp8.safetensors' is not on the server" in faults[0]
        comfy.models["checkpoints"].append("flux1-dev-fp8.safetensors")
        assert site.run("workflow", "check", "flux", "--server", comfy.url).code == 0

    def test_the_size_is_the_styles_not_the_exports(self, site: Site, comfy: ComfyServer) -> None:
        comfy.models["checkpoints"].append("flux1-dev-fp8.safetensors")
        site.style(house_toml=f'render_size = "1336x760"\n{PLAIN_HOUSE}')
        result = site.run("workflow", "check", "flux", "--server", comfy.url)
        assert result.code == 1
        assert "width 1336 is no multiple of 16" in result.out

    def test_a_file_with_an_unknown_node(self, site: Site, comfy: ComfyServer) -> None:
        site.write("mine.json", SDXL.replace('"VAEDecode"', '"VAEDecoder"'))
        result = site.run("workflow", "check", "mine.json", "--server", comfy.url)
        assert result.code == 1
        assert "the server has no such node; install what brings it, or did you mean VAEDecode" in result.out

    def test_no_server_is_known(self, site: Site) -> None:
        result = site.run("workflow", "check", "sdxl")
        assert result.code == 2
        assert "blogcovers workflow check sdxl --server" in result.err

    def test_a_server_that_is_no_comfyui(self, site: Site, httpserver: HTTPServer) -> None:
        """It answers 404 and a page to everything, as any web server does."""
        result = site.run("workflow", "check", "sdxl", "--server", httpserver.url_for(""))
        assert result.code == 1
        assert "GET /system_stats was answered with status " in result.out
        assert "→ Check the address and its port." in result.out
        assert "cannot run everywhere" in result.out.splitlines()[-1]

    def test_a_gate_that_keeps_the_catalogue_to_itself(self, site: Site, comfy: ComfyServer) -> None:
        comfy.on("GET", "/object_info*", answer(403), times=None)
        result = site.run("workflow", "check", "sdxl", "--server", comfy.url)
        assert result.code == 0
        assert "Let the gate pass /object_info" in result.out
        last = result.out.splitlines()[-1]
        assert last.startswith("Whether ")
        assert last.endswith("sdxl.json can run is not told: see the arrows.")

    def test_a_server_that_is_not_there(self, site: Site) -> None:
        result = site.run("workflow", "check", "sdxl", "--server", "http://127.0.0.1:9")
        assert result.code == 1
        assert "connection refused" in result.out


class TestInputs:
    def steps(self, comfy: ComfyServer) -> list[object]:
        return [graph["3"]["inputs"]["steps"] for graph in comfy.prompts]

    def config(self, site: Site, comfy: ComfyServer, text: str = "") -> None:
        site.write("blogcovers.toml", f'[comfyui]\nserver = "{comfy.url}"\n{text}')

    def test_a_posts_go_over_the_configs_and_those_over_the_houses(self, site: Site, comfy: ComfyServer) -> None:
        self.config(site, comfy, '[inputs]\n"KSampler.steps" = 12\n"KSampler.cfg" = 5\n')
        site.style(house_toml=f'{PLAIN_HOUSE}[overrides]\n"KSampler.steps" = 11\n"KSampler.scheduler" = "simple"\n')
        site.post("a")
        site.post("b", cover_inputs="{KSampler.steps: 13, 3.denoise: 0.9}")
        site.post("c", cover_inputs="KSampler.steps = 14")
        site.build()
        sent = {graph["3"]["inputs"]["steps"]: graph["3"]["inputs"] for graph in comfy.prompts}
        assert sorted(sent) == [12, 13, 14]
        assert {(one["cfg"], one["scheduler"]) for one in sent.values()} == {(5, "simple")}
        assert sent[13]["denoise"] == 0.9

    def test_are_part_of_the_recipe_under_the_workflow(self, site: Site, comfy: ComfyServer) -> None:
        self.config(site, comfy)
        site.post("a")
        site.post("b")
        site.build()
        before = site.recipe("a")
        site.post("a", cover_inputs="KSampler.steps = 13")
        assert site.run("plan", "content", "--json").rows()["a"]["reason"] == "workflow changed"
        assert site.build().actions() == {"a": "rendered", "b": "none"}
        assert {cause for cause, value in site.recipe("a").digests.items() if value != before.digests[cause]} == {
            "workflow"
        }
        site.post("a", cover_inputs="KSampler.steps = 30")  # what the template has by itself
        assert site.build().actions()["a"] == "rendered"
        assert site.recipe("a").digests == before.digests

    def test_of_one_template_by_name_leave_the_others_alone(self, site: Site, comfy: ComfyServer) -> None:
        self.config(site, comfy, '[inputs.turbo]\n"KSampler.steps" = 4\n[inputs]\n"KSampler.steps" = 12\n')
        shutil.copytree(STYLE, site.root / "style")
        site.style(turbo_json=SDXL.replace('"cfg": 6.5', '"cfg": 1.0'))
        site.post("a")
        site.post("b", cover_workflow="turbo")
        site.build()
        assert sorted((graph["3"]["inputs"]["cfg"], graph["3"]["inputs"]["steps"]) for graph in comfy.prompts) == [
            (1.0, 4),
            (6.5, 12),
        ]

    @pytest.mark.parametrize(
        ("inputs", "said", "way_out"),
        [
            ("KSampler.stps = 13", 'cover_inputs: "KSampler.stps" is no value of 3 (KSampler)', "'steps'"),
            ("Sampler.steps = 13", "names no node of", "'KSampler'"),
            ("KSampler.steps = many", "is 'many', and 'steps' of 3 (KSampler) is a number", "exported with 30"),
            ("KSampler.seed = 13", "filled with the seed", "cover_seed"),
            ("steps = 13", "'steps = 13' is no node.input = value", "KSampler.steps = 30"),
        ],
    )
    def test_a_posts_fault_is_that_posts_alone(
        self, site: Site, comfy: ComfyServer, inputs: str, said: str, way_out: str
    ) -> None:
        self.config(site, comfy)
        site.post("a", cover_inputs=inputs)
        site.post("b")
        result = site.run("build", "content", "--json")
        assert result.code == 1
        assert result.actions() == {"a": "failed", "b": "rendered"}
        error = str(result.rows()["a"]["error"])
        assert error.startswith("content/a.md: ")
        assert said in error
        assert way_out in error

    @pytest.mark.parametrize(
        ("text", "said", "code"),
        [
            ('"KSampler.stps" = 13', 'blogcovers.toml: [inputs] "KSampler.stps" is no value of 3 (KSampler)', 3),
            ("KSampler.steps = 13", "'KSampler.steps' is no node.input in quotes", 2),
            ('[inputs.flx]\n"KSampler.steps" = 13', "[inputs.flx] is for a workflow template that is not there", 3),
        ],
    )
    def test_the_configs_fault_stops_the_run(
        self, site: Site, comfy: ComfyServer, text: str, said: str, code: int
    ) -> None:
        self.config(site, comfy, f"[inputs]\n{text}\n")
        site.post("a")
        result = site.run("build", "content")
        assert result.code == code
        assert said in result.err
        assert comfy.requests == []

    def test_of_posts_are_checked_before_the_first_job_without_asking_for_each(
        self, site: Site, comfy: ComfyServer
    ) -> None:
        site.write("blogcovers.toml", f'post_inputs = ["*.steps"]\n[comfyui]\nserver = "{comfy.url}"\n')
        for number in range(6):
            site.post(f"p{number}", cover_inputs=f"KSampler.steps = {10 + number}")
        site.post("wrong", cover_inputs="KSampler.steps = 10.5")
        site.post("far", cover_inputs="{KSampler.steps: 20000, KSampler.sampler_name: eular}")
        result = site.run("build", "content", "--json")
        assert result.code == 1
        rows = result.rows()
        assert sum(row["action"] == "rendered" for row in rows.values()) == 6
        assert "steps 10.5 is no whole number" in str(rows["wrong"]["error"])
        assert "steps 20000 is out of range, 1 to 10000" in str(rows["far"]["error"])
        assert "sampler_name 'eular' is not on the server; nearest: euler" in str(rows["far"]["error"])
        assert "with cover_inputs of content/far.md" in str(rows["far"]["error"])
        asked = [seen.path for seen in comfy.requests if seen.path.startswith("/object_info")]
        assert len(asked) == len(set(asked)), "one question a node class"
        assert not any(graph["3"]["inputs"]["steps"] in (10.5, 20000) for graph in comfy.prompts)

    def test_the_post_is_named_where_its_cover_is_the_only_one_due(self, site: Site, comfy: ComfyServer) -> None:
        self.config(site, comfy)
        site.post("a", cover_inputs="KSampler.steps = 0")
        result = site.run("build", "content")
        assert result.code == 3
        assert "with cover_inputs of content/a.md: node 3 (KSampler): steps 0 is out of range" in result.err

    def test_that_cost_are_not_for_posts_but_what_is_made_stays_current(self, site: Site, comfy: ComfyServer) -> None:
        rest = f'[comfyui]\nserver = "{comfy.url}"\n'
        site.write("blogcovers.toml", f'post_inputs = ["KSampler.steps"]\n{rest}')
        site.post("many", cover_inputs="KSampler.steps = 150")
        site.post("few", cover_inputs="KSampler.steps = 40")
        site.build()
        site.write("blogcovers.toml", rest)
        assert site.run("plan", "content", "--json").actions() == {"many": "none", "few": "none"}
        assert site.run("check", "content").code == 0
        site.post("many", cover_inputs="KSampler.steps = 151")
        before = len(comfy.prompts)
        result = site.run("build", "content", "--json")
        assert result.code == 1
        said = str(result.rows()["many"]["error"])
        assert "'cover_inputs' sets KSampler.steps to 151, which this site does not let posts do." in said
        assert 'write post_inputs = ["KSampler.steps"] in blogcovers.toml' in said
        assert len(comfy.prompts) == before
        site.write("blogcovers.toml", f'post_inputs = ["*.steps"]\n{rest}')
        assert site.build().actions() == {"many": "rendered", "few": "none"}

    def test_change_nothing_for_the_painter(self, site: Site) -> None:
        site.post("a")
        site.build()
        site.write("blogcovers.toml", '[inputs]\n"KSampler.steps" = 12\n')
        site.post("a", cover_inputs="KSampler.steps = 13")
        assert site.build().actions() == {"a": "none"}
