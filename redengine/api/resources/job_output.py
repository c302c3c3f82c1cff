"""What a job printed and logged."""

from __future__ import annotations

from functools import partial

from redengine.api.lists import DEFAULT_LIMIT, LARGEST_LIMIT
from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.resources.base import Resource
from redengine.api.resources.numbers import count_of, seconds_of

_AFTER, _WAIT, _LIMIT = "after", "wait", "$limit"


class JobOutputResource(Resource):
    """Lines of a job's output, with a cursor: `?after=` the `seq` that was read last.

    `?wait=` seconds waits for lines where there are none yet, and the job has not ended.
    """

    name = "JobOutput"
    path_names = ("job_id",)
    waits = True
    query_keys = frozenset((_AFTER, _WAIT, _LIMIT))

    def get(self, request: ApiRequest) -> ApiResponse:
        after = count_of(request, _AFTER, 0)
        limit = count_of(request, _LIMIT, DEFAULT_LIMIT, LARGEST_LIMIT)
        wait_s = seconds_of(request, _WAIT, 0.0)
        job = self.session.job(request.path["job_id"])
        if wait_s > 0:
            request.wait(partial(self.session.wait_for_output, job.id, after), wait_s)
        has_ended = job.wait(0)  # before reading: nothing is written after it
        lines = list(self.session.output(job.id, after, limit))
        cursor = lines[-1]["seq"] if lines else after
        is_all = has_ended and len(lines) < limit
        return ApiResponse({"job_id": job.id, "lines": lines, "after": cursor, "ended": is_all})
