"""Why a task does or does not start."""

from __future__ import annotations

from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.resources.base import Resource


class TaskWhyResource(Resource):
    """The explanation of a task's condition: a tree, or text where the caller prefers it."""

    name = "TaskWhy"
    path_names = ("name",)

    def get(self, request: ApiRequest) -> ApiResponse:
        explanation = self.session.tasks[request.path["name"]].why()
        if prefers_text(request.accept):
            return ApiResponse.text(f"{explanation}\n")
        return ApiResponse(explanation.to_dict())


def prefers_text(accept: str) -> bool:
    """Whether an `Accept` header (RFC 9110, 12.5.1) ranks plain text above JSON."""
    if "text/plain" not in accept:
        return False
    weights = {"text/plain": 0.0, "application/json": 0.0}
    for part in accept.split(","):
        kind, _, parameters = part.strip().partition(";")
        if kind.strip() in weights:
            weights[kind.strip()] = _weight(parameters)
    return weights["text/plain"] > weights["application/json"]


def _weight(parameters: str) -> float:
    for parameter in parameters.split(";"):
        key, _, value = parameter.strip().partition("=")
        if key == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
