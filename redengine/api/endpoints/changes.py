"""Log records, and the audit trail of writes with its way back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Final

from redengine.api.auth.principal import ADMIN
from redengine.api.changes.reverting import undo
from redengine.api.core.lists import json_page_response, page_response, query_of
from redengine.api.core.masking import shown_write
from redengine.api.core.messages import ApiRequest, ApiResponse, flag
from redengine.api.endpoints.resource import Resource
from redengine.exceptions import InvalidInput, NotFound, UnknownName, shortened
from redengine.query import Query
from redengine.store import CHANGE_FIELDS, LOG_FIELDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from redengine.api.changes.writing import Batch
    from redengine.api.core.ports import SessionPort
    from redengine.parameters import Parameters


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


_TELLING: Final = ("data", "before", "after")
"""The fields that hold values which were given."""
_PAGE: Final = 1_000


class ChangesResource(Resource):
    """All write requests: changes, actions and refusals, newest first."""

    name = "Changes"
    query_keys = None

    def get(self, request: ApiRequest) -> ApiResponse:
        parameters = self.session.parameters
        query = query_of(request, CHANGE_FIELDS, self.session.zone)
        _refuse_guessing(request, parameters)
        if _tells(query):
            found, total = self._as_shown(query)
        else:
            page = self.session.changes.query(query)
            found, total = [masked(item, parameters) for item in page.items], page.total
        return page_response(found, total, query, request)

    def _as_shown(self, query: Query) -> tuple[Sequence[Mapping[str, Any]], int]:
        """The page of a query about values that may be masked: it is asked of what is shown."""
        telling = [each for each in query.conditions if each.field in _TELLING]
        others = tuple(each for each in query.conditions if each.field not in _TELLING)
        rest = Query(conditions=others, limit=_PAGE)
        asked = replace(query, conditions=tuple(telling))
        matches, found = asked.predicate(), []
        while items := self.session.changes.query(rest).items:
            shown = (masked(item, self.session.parameters) for item in items)
            found += [item for item in shown if matches(item)]
            rest = replace(rest, offset=rest.offset + _PAGE)
        return asked.apply(found)


def _tells(query: Query) -> bool:
    """Whether what a query finds, or its order, tells of values that may be masked."""
    fields = {*(each.field for each in query.conditions), *(field for field, _ in query.sort)}
    return not fields.isdisjoint(_TELLING)


class ChangeResource(Resource):
    """One write request."""

    name = "Change"
    path_names = ("id",)

    def get(self, request: ApiRequest) -> ApiResponse:
        change = self.session.changes.get(number_of(request))
        return ApiResponse(masked(change, self.session.parameters))


def number_of(request: ApiRequest) -> int:
    """The number of the change that the path names.

    Raises:
        NotFound: it is none.
    """
    text = request.path["id"]
    if not (text.isascii() and text.isdigit()) or len(text) > len(str(2**62)):
        raise NotFound("change", text)
    return int(text)


def masked(change: Mapping[str, Any], parameters: Parameters) -> dict[str, Any]:
    """A change as it may be shown: a parameter that became secret later is masked as well."""
    resource = str(change.get("resource"))
    told = {
        name: shown_write(resource, change[name], parameters)
        for name in _TELLING
        if change.get(name)
    }
    return {**change, **told}


def _refuse_guessing(request: ApiRequest, parameters: Parameters) -> None:
    """Complain of a filter by the value of a secret: its matches would tell the value."""
    for key, _ in request.query:
        field, *path = key.partition("$")[0].split(".")
        if field in _TELLING and any(parameters.is_secret(part) for part in path):
            raise InvalidInput({key: "a secret cannot be filtered by"})


class ChangeRevertResource(Resource):
    """Undoes a change, by a new one that names it; `?force=true` overrides what came later."""

    name = "ChangeRevert"
    path_names = ("id",)
    query_keys = frozenset(("force",))
    scopes: ClassVar = {"post": ADMIN}
    is_made_of_others = True

    def post(self, request: ApiRequest) -> ApiResponse:
        change_id = number_of(request)
        force = _is_forced(request)

        def make(batch: Batch) -> ApiResponse:
            undo(self.session, self.writer, batch, change_id, force=force)
            return ApiResponse()

        self.writer.together(request, make)
        undoing = self.session.changes.get(change_id)["reverted_by"]
        change = masked(self.session.changes.get(undoing), self.session.parameters)
        return ApiResponse({"reverted": change_id, "change": change})


def _is_forced(request: ApiRequest) -> bool:
    """Whether the query, or the body, says so."""
    for key in request.data:
        if key != "force":
            raise UnknownName("field", key, ("force",))
    given = request.data.get("force", False)
    if not isinstance(given, bool):
        raise InvalidInput({"force": f"expected true or false, got {shortened(given)}"})
    return given or flag(request, "force")
