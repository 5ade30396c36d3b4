"""``blogcovers workflow convert``: a workflow as the canvas saved it, in API format."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from blogcovers import bounds, storage
from blogcovers import config as configuration
from blogcovers import output as out
from blogcovers.errors import ServerError, ServerUnreachable, UsageError, WorkflowError
from blogcovers.workflow.roles import find_roles
from blogcovers.workflow.template import parse_template

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from blogcovers.config import Access
    from blogcovers.workflow.graph import Graph, NodeInfo

_WITHOUT = "Or give a copy of what it answers at /object_info: --object-info FILE"


def convert(saved: Path, output: Path | None, server: str, object_info: Path | None, *, force: bool) -> int:
    """What the canvas would post for ``saved`` goes to ``output``, else to standard output; what there is to say of
    it, to standard error. An existing file is overwritten with ``force`` only, ``saved`` itself never."""
    from blogcovers.workflow.convert.conversion import convert as converted

    text = _text(saved)
    if output:
        _check_target(output, saved, force=force)
    done = converted(text, saved.as_posix(), _infos(server, object_info))
    where = (output or saved).as_posix()
    graph = parse_template(json.dumps(done.graph), where)  # no loop passes
    for note in done.notes:
        out.warn(f"{saved.as_posix()}: {note}")
    if output:
        storage.write(output, (json.dumps(done.graph, indent=2, ensure_ascii=False) + "\n").encode())
        out.say(f"Wrote {where}: {out.plural(len(graph), 'node')}.")
    else:
        out.say(json.dumps(done.graph, indent=2))  # in ASCII, which every terminal takes as it is
    _tell_roles(graph, where)
    return 0


def _text(saved: Path) -> str:
    try:
        return storage.read_text(saved, bounds.WORKFLOW)
    except UnicodeDecodeError:
        raise WorkflowError(f"{saved}: the file is not UTF-8.", "Save it as UTF-8.") from None
    except OSError as error:
        raise UsageError(f"{saved} cannot be read: {error.strerror}.", "Name a workflow that you saved.") from None


def _check_target(target: Path, saved: Path, *, force: bool) -> None:
    if target.exists() and target.samefile(saved):
        raise UsageError(f"{target} is the file to convert itself.", "Name another file with -o.")
    if target.exists() and not force:
        raise UsageError(f"{target} is there already.", "Name another file with -o, or add --force.")


def _tell_roles(graph: Graph, where: str) -> None:
    """A converted graph without clear roles is right all the same, but a build would ask for them."""
    try:
        find_roles(graph, where, {})
    except WorkflowError as error:
        out.warn(f"It is converted, but as a template it lacks something. {error}")


def _infos(server: str, file: Path | None) -> Mapping[str, NodeInfo]:
    """Every node class's entry in object_info: from a file, or from the first server that is known."""
    if file:
        try:
            answer = bounds.json_value(storage.read_text(file, bounds.WORKFLOW))
        except OSError as error:
            raise UsageError(f"{file} cannot be read: {error.strerror}.", "Name a copy of /object_info.") from None
        except bounds.OutOfBounds as error:
            raise UsageError(f"{file} cannot be read: {error}.", "Save what /object_info answers once more.") from None
        except ValueError as error:
            raise UsageError(f"{file} is not JSON ({error}).", "Save what /object_info answers once more.") from None
        return _checked(answer, str(file))
    config = configuration.anywhere(configuration.Options(server=(server,) if server else ()))
    servers = config.servers
    if not servers.addresses:
        raise UsageError("No ComfyUI is known that says what its nodes are.", f"Name one: --server URL. {_WITHOUT}")
    return _checked(_asked(servers.addresses[0], servers.access), servers.addresses[0])


def _asked(server: str, access: Access) -> Any:
    from blogcovers.comfy import protocol
    from blogcovers.comfy.client import Client
    from blogcovers.comfy.gates import way_out
    from blogcovers.comfy.protocol import Dropped

    client, request = Client(server, access), protocol.get_object_info()
    try:
        return protocol.read_json(client.exchange(request), request)
    except Dropped as error:
        raise ServerUnreachable(f"{server} does not answer: {error}.", f"{way_out(str(error))} {_WITHOUT}") from None
    except protocol.NotComfy as error:
        hint = f"{way_out(str(error))} {_WITHOUT}"
        raise ServerError(f"{server} does not say what its nodes are: {error}.", hint) from None
    finally:
        client.close()


def _checked(answer: Any, where: str) -> Mapping[str, NodeInfo]:
    if not isinstance(answer, dict) or not all(isinstance(info, dict) and "input" in info for info in answer.values()):
        raise UsageError(f"{where}: this is not what /object_info answers.", "It is an object: class -> its inputs.")
    return answer
