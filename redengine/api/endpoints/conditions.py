"""Conditions that are no task's yet: what is wrong with one, and what it says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from redengine.api.auth.principal import READ
from redengine.api.core.messages import ApiRequest, ApiResponse, prefers_text
from redengine.api.endpoints.resource import Resource
from redengine.exceptions import InvalidInput, UnknownName, shortened

if TYPE_CHECKING:
    from collections.abc import Mapping

_FIELDS: Final = ("text", "task")
_TEXT: Final = "text/plain; charset=utf-8"


class ConditionLintResource(Resource):
    """The findings of a condition; nothing is changed."""

    name = "ConditionLint"
    scopes: ClassVar = {"post": READ}
    changes_nothing = True

    def post(self, request: ApiRequest) -> ApiResponse:
        for field in request.data:
            if field not in _FIELDS:
                raise UnknownName("field", field, _FIELDS)
        text = _text(request.data, "text")
        task = None if request.data.get("task") is None else _text(request.data, "task")
        found = self.session.lint_condition(text, task)
        return ApiResponse({"findings": [each.to_dict() for each in found]})


class ConditionExplainResource(Resource):
    """A condition in plain words, with the next starts of a new task and the findings."""

    name = "ConditionExplain"
    query_keys = frozenset(("text", "timezone", "task"))

    def get(self, request: ApiRequest) -> ApiResponse:
        query = {key: request.query_value(key) for key in self.query_keys}
        text = _text(query, "text")
        task = None if query["task"] is None else _text(query, "task")
        found = self.session.explain_condition(text, query["timezone"], task)
        if prefers_text(request.accept):
            return ApiResponse(f"{found}\n".encode(), content_type=_TEXT)
        return ApiResponse(found.to_dict())


def _text(data: Mapping[str, Any], field: str) -> str:
    """A text that has to be there.

    Raises:
        InvalidInput: it is not, or is something else.
    """
    value = data.get(field)
    if not isinstance(value, str) or (field == "task" and not value):
        got = "got nothing" if value in {None, ""} else f"got {shortened(value)}"
        what = "a condition such as 'daily at 07:00'" if field == "text" else "the name of a task"
        raise InvalidInput({field: f"expected {what}, {got}"})
    return value
