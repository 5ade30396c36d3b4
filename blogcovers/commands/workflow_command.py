"""``blogcovers workflow``: the templates at hand, what is found in one, and whether your servers can run it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blogcovers import config as configuration
from blogcovers import output
from blogcovers.errors import UsageError, WorkflowError, nearest
from blogcovers.workflow import graph
from blogcovers.workflow.template import worth_setting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from blogcovers.config import Options
    from blogcovers.workflow import Assets, Template
    from blogcovers.workflow.graph import Place
    from blogcovers.workflow.roles import Roles

_WIDTH = 10  # of the first column


def list_templates(options: Options, *, as_json: bool) -> int:
    """Every template of the site's style and of the shipped one: 0, also where one of them is at fault."""
    assets = configuration.anywhere(options).assets()
    names = assets.template_names()
    found = {name: _attempt(assets, name) for name in names}
    if as_json:
        rows = [_as_json(name, template, assets) for name, template in found.items()]
        output.say(json.dumps({"workflows": rows}, indent=2))
        return 0
    for name, template in found.items():
        for line in _listed(name, template, assets):
            output.say(line)
        output.say()
    output.say('A post picks one with cover_workflow; "Title.input" = value goes under [inputs] in blogcovers.toml.')
    return 0


def show_roles(options: Options, name: str, *, as_json: bool) -> int:
    """What the walk found in a template, and why. Raises WorkflowError with the line that settles it, where it did not
    find its way."""
    assets = configuration.anywhere(options).assets()
    template = _named(assets, name)
    if as_json:
        output.say(json.dumps(_roles_as_json(template), indent=2))
        return 0
    for line in _explained(template):
        output.say(line)
    return 0


def check(options: Options, name: str) -> int:
    """1 when a server cannot run the template or is no ComfyUI, else 0."""
    from blogcovers.comfy.doctor import can_run

    config = configuration.anywhere(options)
    assets = config.assets()
    template = _named(assets, name)
    if not config.servers.addresses:
        way_out = f"Name one: blogcovers workflow check {name} --server http://127.0.0.1:8188"
        raise UsageError("No ComfyUI server is known.", way_out)
    size = assets.style().house.render_size
    found = [
        one
        for server in config.servers.addresses
        for one in output.findings(server, can_run(server, config.servers.access, template, size))
    ]
    if any(one.fatal for one in found):
        output.say(f"{template.where} cannot run everywhere: see the arrows.")
        return 1
    untold = any(one.untold for one in found)
    output.say(
        f"Whether {template.where} can run is not told: see the arrows." if untold else f"{template.where} can run."
    )
    return 0


def _named(assets: Assets, name: str) -> Template:
    """The template in a file, or of a name. Raises UsageError for neither."""
    file = Path(name)
    if file.is_file():
        meant = configuration.meant(file) or file
        return assets.template_in(meant, file.stem)
    if "/" in name or name.endswith(".json"):
        raise UsageError(f"There is no file {name}.", "Name an export in API format, or a template.")
    known = assets.template_names()
    if name not in known:
        hint = nearest(name, known) or f"The templates are {', '.join(known)}."
        raise UsageError(f"There is no workflow template '{name}', and no such file.", hint)
    return assets.template(name)


def _attempt(assets: Assets, name: str) -> Template | WorkflowError:
    try:
        return assets.template(name)
    except WorkflowError as error:
        return error


def _listed(name: str, found: Template | WorkflowError, assets: Assets) -> Iterator[str]:
    own = ", the site's" if name == assets.own_template else ""
    yield f"{name} ({assets.shown_file(name)}{own})"
    if isinstance(found, WorkflowError):
        yield _row("missing", found.message)
        yield _row("", f"→ {found.hint}")
        return
    labels = [graph.label(found.graph, id_) for id_ in found.roles.samplers]
    yield _row("model", _model(found) or "none is found")
    yield _row("sampler", ", then ".join(labels) or "as house.toml says")
    for role, places in _by_role(found.roles).items():
        if role != "model":
            yield _row(role, ", ".join(map(str, places)) or "none")
    for note in found.roles.notes:
        yield _row("note", note)
    for n, (target, value) in enumerate(worth_setting(found)):
        yield _row("" if n else "inputs", _line(target, value))


def _explained(template: Template) -> Iterator[str]:
    roles = template.roles
    end = graph.label(template.graph, roles.output_node)
    yield f"{template.where}: {output.plural(len(template.graph), 'node')}, up to {end}."
    for role, places in _by_role(roles).items():
        for n, place in enumerate(places):
            yield _row("" if n else role, f"{graph.label(template.graph, place.node)}, {place.input}")
            if why := roles.why.get(place):
                yield _row("", f"→ {why}")
        if not places:
            yield _row(role, "none")
    for note in roles.notes:
        yield _row("note", note)


def _row(head: str, text: str) -> str:
    return f"  {head.ljust(_WIDTH)} {text}"


def _line(target: str, value: Any) -> str:
    return f"{json.dumps(target, ensure_ascii=False)} = {json.dumps(value, ensure_ascii=False)}"


def _by_role(roles: Roles) -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = {role: [] for role in ("positive", "negative", "seed", "size", "model", "output")}
    for role, place in roles.filled():
        found[role].append(place)
    found["model"] += roles.model
    return found


def _model(template: Template) -> str:
    return ", ".join(str(template.graph[place.node]["inputs"][place.input]) for place in template.roles.model)


def _as_json(name: str, found: Template | WorkflowError, assets: Assets) -> dict[str, Any]:
    row: dict[str, Any] = {"name": name, "file": assets.shown_file(name), "own": name == assets.own_template}
    if isinstance(found, WorkflowError):
        return row | {"error": output.error_as_json(found)}
    inputs = dict(worth_setting(found))
    return row | {"model": _model(found) or None, **_roles_as_json(found), "inputs": inputs}


def _roles_as_json(template: Template) -> dict[str, Any]:
    roles, nodes = template.roles, template.graph
    return {
        "file": template.where,
        "samplers": list(roles.samplers),
        "roles": {
            role: [
                {
                    "place": str(place),
                    "node": place.node,
                    "title": graph.title(nodes[place.node]) or None,
                    "class": nodes[place.node]["class_type"],
                    "input": place.input,
                    "why": roles.why.get(place),
                }
                for place in places
            ]
            for role, places in _by_role(roles).items()
        },
        "notes": list(roles.notes),
    }
