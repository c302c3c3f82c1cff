"""What a job printed and logged."""

from __future__ import annotations

from redengine.api.lists import DEFAULT_LIMIT, LARGEST_LIMIT
from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.resources.base import Resource
from redengine.exceptions import InvalidInput, shortened


class JobOutputResource(Resource):
    """Lines of a job's output, with a cursor: `?after=` the `seq` that was read last."""

    name = "JobOutput"
    path_names = ("job_id",)
    query_keys = frozenset(("after", "$limit"))

    def get(self, request: ApiRequest) -> ApiResponse:
        job = self.session.job(request.path["job_id"])
        after = _count(request, "after", 0)
        limit = _count(request, "$limit", DEFAULT_LIMIT, LARGEST_LIMIT)
        lines = list(self.session.output(job.id, after, limit))
        cursor = lines[-1]["seq"] if lines else after
        return ApiResponse({"job_id": job.id, "lines": lines, "after": cursor})


def _count(request: ApiRequest, key: str, default: int, most: int | None = None) -> int:
    text = request.query_value(key)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(2**62)):
        raise InvalidInput({key: f"expected a number from 0, got {shortened(text)}"})
    value = int(text)
    if most is not None and value > most:
        raise InvalidInput({key: f"expected at most {most}, got {value}"})
    return value
