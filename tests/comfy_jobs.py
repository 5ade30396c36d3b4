"""/api/jobs of a ComfyUI server: queue and history told as jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Item = tuple[float, str, dict[str, Any], dict[str, Any], list[str]]
STATUSES = ("pending", "in_progress", "completed", "failed", "cancelled")


def job_detail(
    prompt_id: str, running: Sequence[Item], pending: Sequence[Item], history: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, Any], int]:
    """(body, status) of /api/jobs/{id}."""
    for entry in history:  # before the queue: an id that was used again is told of as it was
        if entry["prompt"][1] == prompt_id:
            job = _finished(entry) | {"outputs": entry["outputs"], "execution_status": entry["status"]}
            job["workflow"] = {"prompt": entry["prompt"][2], "extra_data": entry["prompt"][3]}
            return job, 200
    for status, items in (("in_progress", running), ("pending", pending)):
        for item in items:
            if item[1] == prompt_id:
                return _waiting(item, status), 200
    return {"error": "Job not found"}, 404


def jobs_page(
    query: Mapping[str, str], running: Sequence[Item], pending: Sequence[Item], history: Sequence[Mapping[str, Any]]
) -> tuple[dict[str, Any], int]:
    """(body, status) of /api/jobs: newest first, unless the query says otherwise."""
    wanted = [status for status in query.get("status", "").split(",") if status]
    bad = [status for status in wanted if status not in STATUSES]
    if bad:
        return {"error": f"Invalid status value(s): {', '.join(bad)}. Valid values: {', '.join(STATUSES)}"}, 400
    limit, offset = query.get("limit"), query.get("offset", "0")
    if not offset.isdigit() or not (limit or "1").isdigit():
        return {"error": "limit and offset must be integers"}, 400
    jobs = [_waiting(item, "pending") for item in pending] + [_waiting(item, "in_progress") for item in running]
    jobs += [_finished(entry) for entry in history]
    jobs = [job for job in jobs if not wanted or job["status"] in wanted]
    jobs.sort(key=lambda job: (job["create_time"], job["priority"]), reverse=query.get("sort_order") != "asc")
    start = int(offset)
    page = jobs[start:][: int(limit) if limit else None]
    pagination = {"offset": start, "limit": int(limit) if limit else None, "total": len(jobs)}
    return {"jobs": page, "pagination": {**pagination, "has_more": start + len(page) < len(jobs)}}, 200


def _waiting(item: Item, status: str) -> dict[str, Any]:
    number, prompt_id, _graph, extra_data, _outputs = item
    ids = {"id": prompt_id, "status": status, "priority": number}
    return {**ids, "create_time": extra_data["create_time"], "outputs_count": 0}


def _finished(entry: Mapping[str, Any]) -> dict[str, Any]:
    number, prompt_id, _graph, extra_data, _outputs = entry["prompt"]
    messages = dict(entry["status"]["messages"])
    times = [data["timestamp"] for _kind, data in entry["status"]["messages"]]
    status = "completed" if entry["status"]["completed"] else "failed"
    images = [
        {**image, "nodeId": node_id, "mediaType": "images"}
        for node_id, output in entry["outputs"].items()
        for image in output.get("images", ())
    ]
    job = {"id": prompt_id, "status": "cancelled" if "execution_interrupted" in messages else status}
    job |= {"priority": number, "create_time": extra_data["create_time"]}
    job |= {"execution_start_time": times[0], "execution_end_time": times[-1]}
    if "execution_error" in messages:
        job["execution_error"] = messages["execution_error"]
    job["outputs_count"] = len(images)
    if images:
        job["preview_output"] = images[0]
    return job
