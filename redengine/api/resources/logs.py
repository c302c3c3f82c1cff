"""Log records: what happened to jobs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from redengine.api.lists import json_page_response, query_of
from redengine.api.resources.base import Resource
from redengine.exceptions import InvalidInput
from redengine.store import LOG_FIELDS

if TYPE_CHECKING:
    from redengine.api.messages import ApiRequest, ApiResponse
    from redengine.api.ports import SessionPort


class LogsResource(Resource):
    """All log records, newest first."""

    name = "Logs"
    query_keys = None

    def get(self, request: ApiRequest) -> ApiResponse:
        return logs_page(self.session, request, request)


class JobLogsResource(Resource):
    """The log records of one job, newest first."""

    name = "JobLogs"
    path_names = ("job_id",)
    query_keys = None

    def get(self, request: ApiRequest) -> ApiResponse:
        job = self.session.job(request.path["job_id"])
        if any(key.partition("$")[0] == "job_id" for key, _ in request.query):
            raise InvalidInput({"job_id": "the path says which job; use /logs to ask for others"})
        own = replace(request, query=[*request.query, ("job_id", job.id)])
        return logs_page(self.session, own, request)


def logs_page(session: SessionPort, filters: ApiRequest, request: ApiRequest) -> ApiResponse:
    """One page of log records.

    Args:
        session: the session whose log it is.
        filters: the request with the filters to apply.
        request: the request as the caller made it, for links.
    """
    query = query_of(filters, LOG_FIELDS, session.zone)
    page = session.logs_page(query)
    return json_page_response(page.content, page.total, query, request)
