"""The list of jobs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Final

from redengine.api.auth.principal import RUN
from redengine.api.core.lists import page_response, query_of
from redengine.api.core.masking import refuse_guessing
from redengine.api.core.messages import flag
from redengine.api.core.submissions import named_as_given, submission_of
from redengine.api.endpoints.job import linked, submitted, told
from redengine.api.endpoints.resource import Resource
from redengine.store import JOB_FIELDS

if TYPE_CHECKING:
    from redengine.api.core.messages import ApiRequest, ApiResponse
    from redengine.api.core.ports import SessionPort

SERVICES: Final = "services"
"""The query key that asks for jobs of permanent tasks as well."""


class JobsResource(Resource):
    """All jobs, newest first; and the place to submit one."""

    name = "Jobs"
    query_keys = None
    scopes: ClassVar = {"post": RUN}
    submits = True

    def get(self, request: ApiRequest) -> ApiResponse:
        return jobs_page(self.session, request, request)

    def post(self, request: ApiRequest) -> ApiResponse:
        """Submit a job, by our own words or by a job document."""
        wanted = submission_of(request.data)
        with named_as_given(request.data):
            return submitted(self.session, wanted, request)


def jobs_page(session: SessionPort, filters: ApiRequest, request: ApiRequest) -> ApiResponse:
    """One page of jobs.

    Args:
        session: the session whose jobs they are.
        filters: the request with the filters to apply.
        request: the request as the caller made it, for links.
    """
    kept = [(key, value) for key, value in filters.query if key != SERVICES]
    query = query_of(replace(filters, query=kept), JOB_FIELDS, session.zone)
    refuse_guessing(query, "parameters", session.parameters)
    page = session.jobs.query(query, services=flag(filters, SERVICES))
    shown = told if query.fields else linked
    items = [shown(job, request.prefix, session.parameters) for job in page.items]
    return page_response(items, page.total, query, request)
