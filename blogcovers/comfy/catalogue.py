"""What one server says that it has, and so what a template lacks there: for the preflight and for doctor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from blogcovers.comfy import preflight, protocol
from blogcovers.comfy.protocol import NotComfy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from blogcovers.comfy.protocol import Questions, Request
    from blogcovers.workflow.graph import Graph, NodeInfo


class Catalogue:
    """One server's node classes; each is asked about once.

    ``silence``: why the server does not say what it has, or ``""``. A gate may let only the calls through that a
    client needs; what is not said is not judged.
    """

    def __init__(self) -> None:
        self.silence = ""
        self._infos: dict[str, Any] = {}
        self._names: tuple[str, ...] | None = None

    def examine(self, graph: Graph, output_node: str) -> Questions[preflight.Lacking]:
        """All that the server lacks for a filled graph, with near names for node classes that it does not have."""
        graph = preflight.concerned(graph, output_node)
        names = preflight.classes(graph)
        for name in names:
            if name not in self._infos:
                self._infos[name] = yield from self._info(name)
        lacking = any(self._infos[name] == {} for name in names)
        return preflight.examine(graph, self.known, (yield from self._all()) if lacking else ())

    @property
    def known(self) -> Mapping[str, NodeInfo]:
        """Class -> its entry, ``{}`` where the server has no such class; those that were asked about and answered."""
        return {name: info for name, info in self._infos.items() if info is not None}

    def _info(self, class_type: str) -> Questions[Any]:
        answer = yield from self._answer(protocol.get_object_info(class_type))
        entry = None if answer is None else answer.get(class_type, {})
        if answer is not None and not isinstance(entry, dict):
            self.silence = f"its entry of {class_type} is in an unknown shape"
        return entry if isinstance(entry, dict) else None

    def _all(self) -> Questions[tuple[str, ...]]:
        if self._names is None:
            self._names = tuple((yield from self._answer(protocol.get_object_info())) or ())
        return self._names

    def _answer(self, request: Request) -> Questions[dict[str, Any] | None]:
        try:
            return protocol.read_json((yield request), request)
        except NotComfy as error:
            self.silence = str(error)
            return None
