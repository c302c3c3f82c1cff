"""Session parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.resources.base import Resource
from redengine.exceptions import InvalidInput, NotFound, UnknownName
from redengine.parameters import MASK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.api.ports import ParametersPort


class ParametersResource(Resource):
    """All session parameters; secrets are masked."""

    name = "Parameters"
    journalled = True

    def get(self, request: ApiRequest) -> ApiResponse:
        del request
        return ApiResponse(self.session.parameters.snapshot())

    def patch(self, request: ApiRequest) -> ApiResponse:
        """Set the parameters that the body names."""
        parameters = self.session.parameters
        parameters.update(without_masks(request.data, parameters))
        return ApiResponse(parameters.snapshot())

    def journal_entry(self, method: str, request: ApiRequest) -> dict[str, Any] | None:
        del method
        return without_secrets(request.data, self.session.parameters) or None


class ParameterResource(Resource):
    """One session parameter: `{"<name>": value}`."""

    name = "Parameter"
    path_names = ("name",)
    journalled = True

    def get(self, request: ApiRequest) -> ApiResponse:
        return ApiResponse(self._shown(request.path["name"]))

    def patch(self, request: ApiRequest) -> ApiResponse:
        """Set it: `{"<name>": value}` or `{"value": value}`."""
        parameters = self.session.parameters
        parameters.update(without_masks(_named(request), parameters))
        return ApiResponse(self._shown(request.path["name"]))

    def delete(self, request: ApiRequest) -> ApiResponse:
        """Remove it."""
        del self.session.parameters[request.path["name"]]
        return ApiResponse(status=204)

    def journal_entry(self, method: str, request: ApiRequest) -> dict[str, Any] | None:
        name = request.path["name"]
        if method == "delete":
            return {"name": name}
        kept = without_secrets(_named(request), self.session.parameters)
        return {"name": name, "value": kept[name]} if kept else None

    def _shown(self, name: str) -> dict[str, Any]:
        known = self.session.parameters.snapshot()
        if name not in known:
            raise NotFound("parameter", name, known)
        return {name: known[name]}


def _named(request: ApiRequest) -> dict[str, Any]:
    name = request.path["name"]
    for key in request.data:
        if key not in {name, "value"}:
            raise UnknownName("field", key, (name, "value"))
    if len(request.data) != 1:
        raise InvalidInput({"body": f"expected one value, under {name!r} or 'value'"})
    (value,) = request.data.values()
    return {name: value}


def without_masks(values: Mapping[str, Any], parameters: ParametersPort) -> dict[str, Any]:
    """The values but for masks that were read from here: they leave their secret as it is."""
    return {
        name: value
        for name, value in values.items()
        if not (value == MASK and parameters.is_secret(name))
    }


def without_secrets(values: Mapping[str, Any], parameters: ParametersPort) -> dict[str, Any]:
    """The values that may be written down: a secret never reaches the journal."""
    return {name: value for name, value in values.items() if not parameters.is_secret(name)}
