"""/view of a ComfyUI server: the files in output/, input/ and temp/."""

from __future__ import annotations

import io
import mimetypes
import posixpath
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from comfy_faults import nothing
from PIL import Image
from werkzeug import Request, Response

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comfy_engine import File, Folder

KINDS = ("output", "input", "temp")


def view(files: Folder, query: Mapping[str, str], request: Request) -> Response:
    """The answer to GET /view, with its many ways to say no."""
    if "filename" not in query:
        return nothing(404)
    name, kind = _annotated(query["filename"], query.get("type", "output"))
    if not name or name.startswith("/") or ".." in name or kind not in KINDS:
        return nothing(400)
    subfolder = posixpath.normpath(posixpath.join("/root", query.get("subfolder", "")))
    if posixpath.commonpath([subfolder, "/root"]) != "/root":
        return nothing(403)
    name = posixpath.basename(name)
    file = files.get((kind, subfolder.removeprefix("/root").removeprefix("/"), name))
    if file is None:
        return nothing(404)
    # A header is latin-1 to WSGI; the real server writes the name in UTF-8.
    disposition = {"Content-Disposition": f'filename="{name}"'.encode().decode("latin-1")}
    if "preview" in query:
        return _preview(file, query["preview"], disposition)
    if query.get("channel") in ("rgb", "a"):
        return _channel(file, query["channel"], disposition)
    return _raw(file, name, disposition, request)


def _annotated(name: str, kind: str) -> tuple[str, str]:
    for folder in KINDS:
        if name.endswith(f"[{folder}]"):
            return name.removesuffix(f"[{folder}]").rstrip(), folder
    return name, kind


def _raw(file: File, name: str, headers: Mapping[str, str], request: Request) -> Response:
    content_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if content_type in ("text/html", "text/javascript", "text/css"):
        content_type = "application/octet-stream"
    response = Response(file.data, 200, dict(headers), content_type=content_type)
    response.set_etag(f"{int(file.modified * 1e9):x}-{len(file.data):x}")
    response.last_modified = datetime.fromtimestamp(file.modified, tz=UTC)
    return response.make_conditional(request, accept_ranges=True, complete_length=len(file.data))


def _preview(file: File, wanted: str, headers: Mapping[str, str]) -> Response:
    kind, _, quality = wanted.partition(";")
    kind = kind if kind in ("webp", "jpeg") else "webp"
    out = io.BytesIO()
    with Image.open(io.BytesIO(file.data)) as image:
        image.convert("RGB").save(out, kind, quality=int(quality) if quality.isdigit() else 90)
    return Response(out.getvalue(), 200, dict(headers), content_type=f"image/{kind}")


def _channel(file: File, channel: str, headers: Mapping[str, str]) -> Response:
    out = io.BytesIO()
    with Image.open(io.BytesIO(file.data)) as image:
        if channel == "rgb":
            image.convert("RGB").save(out, "PNG")
        else:
            alpha = Image.new("RGBA", image.size)
            alpha.putalpha(image.convert("RGBA").getchannel("A"))
            alpha.save(out, "PNG")
    return Response(out.getvalue(), 200, dict(headers), content_type="image/png")
