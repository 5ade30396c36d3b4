"""Bad input: each ends in a sentence with file, place and way out, the designed exit code, no traceback, and
what could be made is made and kept."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from patience import SECONDS, wait_until
from site_builder import SMALL, Outcome, Site

from blogcovers.cover import State, found_at
from blogcovers.posts.post import MAX_CONCEPT

STYLE = Path(__file__).parents[1] / "style"
SDXL = json.loads((STYLE / "sdxl.json").read_text(encoding="utf-8"))


def one_sentence(result: Outcome, code: int, *words: str) -> None:
    """The law of this module: the exit code, every word of file, place and way out, and no traceback."""
    assert result.code == code, result.out + result.err
    assert "Traceback" not in result.err + result.out
    errors = [line for line in result.err.splitlines() if line.startswith("error: ")]
    assert errors, f"nothing was said: {result.err!r}"
    for word in words:
        assert word in result.err, f"{word!r} is missing in {result.err!r}"


@pytest.fixture
def site(site: Site) -> Site:
    """Small covers are quickly painted."""
    site.write("blogcovers.toml", SMALL)
    return site


# The content folder


def test_a_content_folder_that_is_not_there(site: Site) -> None:
    one_sentence(site.run("build", "contnet"), 2, "contnet", "is not there")


def test_a_content_folder_that_is_a_file(site: Site) -> None:
    site.write("content.md", "hello")
    one_sentence(site.run("build", "content.md"), 2, "content.md", "not a folder", "--only content.md")


def test_an_empty_content_folder(site: Site) -> None:
    one_sentence(site.run("build", "content"), 3, "no posts", ".md")


def test_no_content_folder_named_or_found(tmp_path: Path) -> None:
    bare = Site(tmp_path / "bare")
    bare.content.rmdir()
    one_sentence(bare.run("build"), 2, "blogcovers build ./content")


# Front matter

MALFORMED: dict[str, tuple[str | bytes, str]] = {
    "yaml": ("---\ntitle: x\nconcept: a fox: and: more\n---\n", "line 3"),
    "braces": ("---\ntitle: {{ page.title }}\nconcept: a fox\n---\n", "line 2"),
    "unclosed": ("---\ntitle: x\nconcept: a fox\n\nText.\n", "never closed"),
    "toml": ("+++\ntitle = x\n+++\n", "line 2"),
    "json": ('{"title": "x", "concept": }\n', "line 1"),
    "twice": ("---\nconcept: a\nconcept: b\n---\n", "line 3"),
    "latin-1": ("---\nconcept: caf\xe9\n---\n".encode("latin-1"), "line 2"),
    "utf-16": ("---\nconcept: x\n---\n".encode("utf-16"), "UTF-8"),
    "list": ("---\nconcept:\n  - a fox\n---\n", "'concept' is a list"),
    "mapping": ("---\nconcept: {a: b}\n---\n", "'concept' is a mapping"),
    "long": (f"---\nconcept: {'fox ' * 2500}\n---\n", "9,999 characters long"),
    "seed": ("---\nconcept: a\ncover_seed: -1\n---\n", "cover_seed"),
    "skip": ("---\nconcept: a\ncover_skip: perhaps\n---\n", "cover_skip"),
    "style path": ("---\nconcept: a\ncover_style: ../x\n---\n", "cover_style"),
    "no such style": ("---\nconcept: a\ncover_style: baroque\n---\n", "no style 'baroque'"),
    "dots": ("---\nconcept: a\nslug: ../../etc/passwd\n---\n", "slug '../../etc/passwd'"),
    "inner dots": ("---\nconcept: a\nslug: a/../b\n---\n", "slug 'a/../b'"),
    "empty part": ("---\nconcept: a\nslug: a//b\n---\n", "slug 'a//b'"),
    "slash": ("---\nconcept: a\nslug: ///\n---\n", "slug is empty"),
    "drive": ("---\nconcept: a\nslug: 'C:\\x'\n---\n", "absolute"),
    "device": ("---\nconcept: a\nslug: con\n---\n", "device"),
    "device with ending": ("---\nconcept: a\nslug: b/LPT1.x\n---\n", "device"),
    "long slug": (f"---\nconcept: a\nslug: {'n' * 300}\n---\n", "too long"),
    "nul": ('---\nconcept: a\nslug: "a\\0b"\n---\n', "control character"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_faulty_post_is_named_and_the_others_are_built(site: Site, name: str) -> None:
    text, place = MALFORMED[name]
    site.write("content/bad.md", text)
    site.post("good")

    result = site.run("build", "content")

    one_sentence(result, 1, "content/bad.md", place)
    assert found_at(site.cover("good")).state is State.CURRENT
    assert [path.name for path in site.media.rglob("*.webp")] == ["good.webp"]
    for command in ("plan", "check"):
        again = site.run(command, "content")
        assert again.code == 1
        assert "content/bad.md" in again.out + again.err
    row = next(row for row in site.run("build", "content", "--json").json["covers"] if row["post"].endswith("bad.md"))
    assert row["action"] == "failed"
    assert place in row["error"]


@pytest.mark.parametrize(("only", "made"), [("good", {"good": "rendered"}), ("bad", {"bad": "failed"})])
def test_a_faulty_post_and_only(site: Site, only: str, made: dict[str, str]) -> None:
    """It is told of where it is asked for, by the name of its file; else it is no matter of this run."""
    site.write("content/bad.md", "---\nconcept: a fox: and: more\n---\n")
    site.post("good")
    result = site.run("build", "content", "--only", only, "--json")
    assert result.actions() == made
    assert result.code == (1 if only == "bad" else 0)
    assert ("content/bad.md" in result.out + result.err) == (only == "bad")
    assert site.cover("good").exists() == (only == "good")


def test_only_with_a_faulty_post_whose_name_is_mistyped(site: Site) -> None:
    site.write("content/broken.md", "---\nconcept: a fox: and: more\n---\n")
    site.post("good")
    one_sentence(site.run("build", "content", "--only", "brokn"), 2, "'brokn'", "Did you mean 'broken'?")


def test_a_very_long_path_of_short_names(site: Site) -> None:
    site.write("content/bad.md", f"---\nconcept: a\nslug: {'/'.join(['n' * 190] * 30)}\n---\n")
    site.post("good")
    one_sentence(site.run("build", "content"), 1, "content/bad.md", "slug")
    assert site.cover("good").exists()


HARMLESS = [
    "\"quoted\" and 'quoted'",
    "{braces} and {0} and {slug}",
    "{{ concept }} and {% raw %} and {# comment #}",
    "a % sign, a \\ backslash, a $HOME and `ticks`",
    "(a fox:1.4), [a hare], <lora:x:1>",
    "x" * MAX_CONCEPT,
    "un zorro – ñandú – 狐 – 🦊",
]


@pytest.mark.parametrize("concept", HARMLESS, ids=range(len(HARMLESS)))
def test_a_concept_is_text_whatever_it_holds(site: Site, concept: str) -> None:
    site.write("content/fox.json.md", json.dumps({"concept": concept}) + "\n")
    site.build()
    (slug,) = site.run("plan", "content", "--json").rows()
    made = site.recipe(slug)
    assert made.texts["concept"] == concept
    assert concept in made.texts["prompt"]


def test_newlines_in_a_concept_become_blanks(site: Site) -> None:
    site.write("content/fox.md", "---\nconcept: |\n  a fox\n\n  and a hare\n---\n")
    site.build()
    assert site.recipe("fox").texts["concept"] == "a fox and a hare"


def test_two_posts_of_one_slug(site: Site) -> None:
    site.write("content/a/note.md", "---\nconcept: a bird\n---\n")
    site.write("content/b/Note.md", "---\nconcept: a fish\n---\n")
    site.post("good")
    result = site.run("build", "content")
    line = 'path = "{section}/{slug}.webp"'
    one_sentence(result, 1, "content/a/note.md", "that of content/b/Note.md", "media/covers/note.webp", line)
    first, second = (text for text in result.err.splitlines() if text.startswith("error: "))
    assert first.count("a/note.md") == second.count("b/Note.md") == 1
    assert [path.name for path in site.media.rglob("*.webp")] == ["good.webp"]
    site.write("blogcovers.toml", line + "\n")
    assert site.run("build", "content").code == 0


# The style

BROKEN_STYLES: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "unknown word": ({"prompt_j2": "a\n{{ concpt }}"}, ("style/prompt.j2, line 2", "'concpt' is undefined", "concept")),
    "unknown colour": ({"prompt_j2": "{{ palette.plum }}"}, ("style/prompt.j2, line 1", "plum")),
    "syntax": ({"prompt_j2": "a\nb {{ concept }"}, ("style/prompt.j2, line 2",)),
    "include": ({"prompt_j2": "{% include 'x.j2' %}"}, ("style/prompt.j2",)),
    "empty": ({"prompt_j2": "{# nothing #}"}, ("style/prompt.j2", "empty")),
    "no chance": ({"prompt_j2": "{{ [1, 2] | random }}"}, ("style/prompt.j2", "random")),
    "no lipsum": ({"prompt_j2": "{{ lipsum() }}"}, ("style/prompt.j2", "lipsum")),
    "no way out": ({"prompt_j2": "{{ concept.__class__.__mro__ }}"}, ("style/prompt.j2",)),
    "negative": ({"negative_j2": "{{ nothing }}"}, ("style/negative.j2, line 1",)),
    "toml": ({"house_toml": "palette = [1\nx"}, ("style/house.toml", "line 2")),
    "no palette": ({"house_toml": "name = 'x'"}, ("style/house.toml", "[palette]")),
    "colour": ({"house_toml": '[palette]\na = "red"\nb = "#000000"'}, ("style/house.toml", "'a'", "#rrggbb")),
    "key": ({"house_toml": 'pallete = 1\n[palette]\na="#000000"\nb="#ffffff"'}, ("'pallete'", "'palette'")),
    "size": (
        {"house_toml": 'render_size = "1344x770"\n[palette]\na="#000000"\nb="#ffffff"'},
        ("style/house.toml", "multiples of 8"),
    ),
}


@pytest.mark.parametrize("name", BROKEN_STYLES)
def test_a_broken_style_stops_the_run(site: Site, name: str) -> None:
    files, words = BROKEN_STYLES[name]
    site.style(**{"house_toml": (STYLE / "house.toml").read_text(encoding="utf-8"), **files})
    site.post("fox")
    one_sentence(site.run("build", "content"), 3, *words)


# The workflow template


def changed(**inputs: object) -> dict[str, dict[str, object]]:
    graph: dict[str, dict[str, object]] = json.loads(json.dumps(SDXL))
    for place, value in inputs.items():
        _, node, name = place.split("_", 2)
        graph[node]["inputs"][name] = value  # type: ignore[index]
    return graph


TWO_SAMPLERS = changed() | {
    "13": {**SDXL["3"], "inputs": {**SDXL["3"]["inputs"], "positive": ["7", 0], "latent_image": ["3", 0]}},
    "8": {"class_type": "VAEDecode", "inputs": {"samples": ["13", 0], "vae": ["4", 2]}},
}
TEMPLATES = {
    "no JSON": ("{", ("style/sdxl.json, line 1", "not JSON")),
    "a list": ("[]", ("style/sdxl.json",)),
    "UI format": ('{"nodes": [], "links": [], "version": 0.4}', ("UI format", "Export (API)")),
    "no class": ('{"1": {"inputs": {}}}', ("node '1'", "class_type")),
    "no output": (
        json.dumps({key: node for key, node in SDXL.items() if key != "9"}),
        ("no output node", "Save Image"),
    ),
    "dead link": (json.dumps(changed(n_3_model=["99", 0])), ("node 3 (KSampler)", "'model'", "'99'")),
    "a number in a link": (json.dumps(changed(n_3_model=[4, 0])), ("node 3 (KSampler)", "'model'", '["4", 0]')),
    "a loop": (json.dumps(changed(n_4_ckpt_name=["3", 0])), ("depends on itself",)),
    "no sampler": (json.dumps(changed(n_9_images=["5", 0])), ("no sampler",)),
    "samplers that disagree": (json.dumps(TWO_SAMPLERS), ("disagree", "[roles]", "Negative prompt")),
}


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_broken_template_stops_the_run_before_the_server_is_asked(site: Site, name: str) -> None:
    text, words = TEMPLATES[name]
    site.style(house_toml=(STYLE / "house.toml").read_text(encoding="utf-8"), sdxl_json=text)
    site.post("fox")
    one_sentence(site.run("build", "content", "--server", "http://127.0.0.1:9"), 3, *words)


def test_a_broken_template_does_not_trouble_the_painter(site: Site) -> None:
    site.style(house_toml=(STYLE / "house.toml").read_text(encoding="utf-8"), sdxl_json="{")
    site.post("fox")
    site.build()


# Config and options

CONFIGS = {
    "key": ('meda = "x"', ("blogcovers.toml", "'meda'", "'media'")),
    "inner key": ("[output]\nqualty = 3", ("'output.qualty'", "'output.quality'")),
    "choice": ('renderer = "confyui"', ("renderer", "'comfyui'")),
    "quality": ("[output]\nquality = 200", ("output.quality", "100")),
    "size": ('[output]\nsize = "big"', ("output.size", "1200x630")),
    "path": ('path = "cover.webp"', ("path", "{slug}.webp")),
    "path out": ('path = "../{slug}.webp"', ("path", "{slug}.webp")),
    "toml": ("media = ", ("blogcovers.toml", "line 1")),
    "style": ('style = "nowhere"', ("blogcovers.toml", "nowhere")),
    "server": ('[comfyui]\nserver = "ftp://x"', ("ftp://x", "http://")),
    "secret": ('[comfyui]\nserver = "http://me:pw@host:1"', ("environment",)),
    "content": ('content = "posts"', ("posts", "blogcovers.toml")),
}


@pytest.mark.parametrize("name", CONFIGS)
def test_a_bad_config(site: Site, name: str) -> None:
    text, words = CONFIGS[name]
    site.write("blogcovers.toml", text + "\n")
    site.post("fox")
    result = site.run("build") if name == "content" else site.run("build", "content")
    one_sentence(result, 2, *words)
    assert "pw" not in result.err.replace("password", "")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["build", "content", "--serv", "x"], ["--serv", "--server"]),
        (["build", "content", "--limit", "-1"], ["--limit"]),
        (["biuld", "content"], ["biuld"]),
        (["build", "content", "--renderer", "painter", "--server", "http://x"], ["--renderer painter"]),
        (["build", "content", "--overwrite-hand-made"], ["--only"]),
        (["recipe", "nowhere.webp"], ["nowhere.webp"]),
    ],
)
def test_wrong_usage(site: Site, arguments: list[str], words: list[str]) -> None:
    site.post("fox")
    result = site.run(*arguments)
    assert result.code == 2
    for word in words:
        assert word in result.err


def test_json_also_tells_of_what_stopped_the_run(site: Site) -> None:
    result = site.run("build", "content", "--json")
    assert (result.code, result.json["error"]["code"]) == (3, "no-posts")
    assert set(result.json) == {"covers", "counts", "error"}


# The disk


# As root, without what lets root pass over permissions.
BOUND = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-dac_override,-dac_read_search"]


def run_bound(site: Site, *arguments: str) -> Outcome:
    """The command line in a process whom permissions bind."""
    prefix = BOUND if os.geteuid() == 0 else []
    if prefix and (not shutil.which("setpriv") or subprocess.run([*prefix, "true"], check=False).returncode):
        pytest.skip("root passes over permissions, and setpriv cannot bind it")
    command = [*prefix, sys.executable, "-m", "blogcovers", *arguments]
    environment = {name: value for name, value in os.environ.items() if name != "BLOGCOVERS_SERVER"}
    result = subprocess.run(command, cwd=site.root, env=environment, check=False, capture_output=True, text=True)
    return Outcome(result.returncode, result.stdout, result.stderr)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_a_post_that_link_cannot_write(site: Site) -> None:
    """The media folder is not at fault, so it is not named."""
    site.write("blogcovers.toml", '[link]\nkey = "image"\n')
    site.post("fox")
    real = site.write("real/owl.md", "---\nconcept: an owl\n---\n")
    (site.content / "owl.md").symlink_to(real)
    site.build()
    real.parent.chmod(0o555)
    outcome = run_bound(site, "link")
    real.parent.chmod(0o755)
    assert (outcome.code, outcome.out) == (1, "image: 1 linked, 1 failed.\n")
    assert "owl.md" in outcome.err
    assert "Check its permissions." in outcome.err
    assert "--media" not in outcome.err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
@pytest.mark.parametrize("folder", ["data", ".blogcovers"])
def test_what_cannot_be_written_but_is_no_cover_is_not_helped_by_another_media_folder(site: Site, folder: str) -> None:
    site.write("blogcovers.toml", 'data_file = "data/covers.json"\n')
    site.post("fox")
    (site.root / folder).mkdir()
    (site.root / folder).chmod(0o555)
    outcome = run_bound(site, "build")
    (site.root / folder).chmod(0o755)
    assert outcome.code == 3
    assert f"{folder}" in outcome.err
    assert "Check its permissions." in outcome.err
    assert "--media" not in outcome.err


def test_a_file_where_the_media_folder_is_to_be(site: Site) -> None:
    site.post("fox")
    site.write("art", "")
    for media in ("art", "art/covers"):
        one_sentence(
            site.run("build", "--media", media), 3, f"{media} cannot be written: a file stands there, or above."
        )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_a_folder_of_posts_without_permission(site: Site) -> None:
    """It is told of: the posts in it are not passed over in silence."""
    site.post("good")
    hidden = site.write("content/private/owl.md", "---\nconcept: an owl\n---\n").parent
    hidden.chmod(0)
    try:
        result = run_bound(site, "build", "content")
        checked = run_bound(site, "check", "content", "--json")
    finally:
        hidden.chmod(0o700)
    one_sentence(result, 1, "content/private", "cannot be read", "Permission denied")
    assert [path.name for path in site.media.rglob("*.webp")] == ["good.webp"]
    assert checked.code == 1
    assert checked.actions() == {"good": "none", "private": "failed"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_a_post_without_permission(site: Site) -> None:
    site.post("good")
    site.post("owl").chmod(0)
    result = run_bound(site, "build", "content")
    one_sentence(result, 1, "content/owl.md", "cannot be read", "Permission denied")
    assert [path.name for path in site.media.rglob("*.webp")] == ["good.webp"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_a_media_folder_without_permission(site: Site) -> None:
    site.post("fox")
    site.media.mkdir(parents=True)
    site.media.chmod(0o500)
    one_sentence(run_bound(site, "build", "content"), 3, "media/covers", "Permission denied", "--media")


def test_a_media_folder_that_cannot_be_made(site: Site) -> None:
    site.post("fox")
    site.write("media", "a file in the folder's place")
    one_sentence(site.run("build", "content"), 3, "media/covers", "--media")


def test_a_folder_in_the_covers_place_is_left_alone(site: Site) -> None:
    site.post("fox")
    site.cover("fox").mkdir(parents=True)
    assert site.build().actions() == {"fox": "none"}
    assert site.cover("fox").is_dir()


def build_limited(site: Site, size: int) -> Outcome:
    """A build in a process that may write no file longer than ``size`` bytes: EFBIG, as on a full disk."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    process = site.start("build", "content", preexec_fn=limit)
    out, err = process.communicate(timeout=SECONDS)
    return Outcome(process.returncode, out, err)


def test_a_disk_that_fills_up(site: Site) -> None:
    site.write("blogcovers.toml", "")  # covers that are too large for it
    for n in range(4):
        site.post(f"post-{n}", f"fox number {n}")
    site.run("build", "content", "--only", "post-0")
    finished = site.cover("post-0").read_bytes()

    result = build_limited(site, 4096)

    one_sentence(result, 3, "the disk is full", "Make room")
    assert site.cover("post-0").read_bytes() == finished
    assert [path.name for path in site.media.iterdir()] == ["post-0.webp"], "nothing half-written is in place"
    assert site.left_behind() == []
    assert site.build().actions()["post-3"] == "rendered"


@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="mounting a small file system needs root on Linux"
)
def test_a_really_full_disk(site: Site) -> None:
    site.write("blogcovers.toml", "")
    site.post("fox")
    site.media.mkdir(parents=True)
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", site.media], capture_output=True)
    if mounted.returncode:
        pytest.skip(f"no file system may be mounted here: {mounted.stderr.decode().strip()}")
    try:
        one_sentence(site.run("build", "content"), 3, "the disk is full")
        assert list(site.media.iterdir()) == []
    finally:
        subprocess.run(["umount", site.media], check=True)


def test_a_media_folder_on_another_file_system(site: Site) -> None:
    shared = Path("/dev/shm")
    if not shared.is_dir() or shared.stat().st_dev == site.root.stat().st_dev:
        pytest.skip("no second file system is at hand")
    media = shared / f"blogcovers-test-{os.getpid()}"
    try:
        site.post("fox")
        site.build("--media", media)
        assert [path.name for path in media.iterdir()] == ["fox.webp"]
    finally:
        shutil.rmtree(media, ignore_errors=True)


def test_a_killed_build_leaves_whole_covers_only(site: Site) -> None:
    for n in range(30):
        site.post(f"post-{n}", f"fox number {n}")
    process = site.start("build", "content")
    wait_until(lambda: len(list(site.root.rglob("*.webp"))) >= 3)
    process.kill()
    process.communicate()
    states = {found_at(path).state for path in site.media.glob("*.webp")}
    assert states == {State.CURRENT}
    site.build()
