"""Values by name: configuration, session parameters and return values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from redengine.api.auth.principal import ADMIN
from redengine.api.changes.writing import Write, Written, refuse_lost
from redengine.api.core.entity_tags import tag_of_values, tagged
from redengine.api.core.masking import is_secret, kept, lost, restored, shown
from redengine.api.core.messages import ApiRequest, ApiResponse
from redengine.api.endpoints.resource import Resource
from redengine.exceptions import Conflict, InvalidInput, NotFound, UnknownName
from redengine.parameters import MASK

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from redengine.api.changes.writing import Ownership
    from redengine.parameters import Parameters

RULING_KEYS: Final = frozenset(["shut_cond"])
"""Keys that can stop the session."""


class ConfigResource(Resource):
    """All configuration keys and their values."""

    name = "Config"
    journalled = True
    has_tags = True
    has_dry_run = True

    def needs(self, method: str, request: ApiRequest) -> tuple[str, ...]:
        """What can stop the session takes what stopping it takes."""
        if method != "get" and RULING_KEYS & set(request.data):
            return (ADMIN,)
        return super().needs(method, request)

    def get(self, request: ApiRequest) -> ApiResponse:
        values = self.session.config.snapshot()
        return tagged(ApiResponse(values), tag_of_values(values), request)

    def patch(self, request: ApiRequest) -> ApiResponse:
        """Set the keys that the body names, all of them or none."""
        self.session.config.update(request.data)
        return ApiResponse(self.session.config.snapshot())

    def tag(self, request: ApiRequest) -> str:
        del request
        return tag_of_values(self.session.config.snapshot())

    def touched(self, method: str, request: ApiRequest) -> dict[str, Any] | None:
        """The keys that are named; all of them where one is named in another spelling."""
        del method
        known = self.session.config.snapshot()
        if any(key not in known for key in request.data):
            return known
        return {key: known[key] for key in request.data}

    def parts(self, written: Written) -> frozenset[str]:
        return frozenset(_changed(written)) | (written.data.keys() & (written.after or {}).keys())

    def inverse(self, written: Written) -> list[Write]:
        return [Write(self.name, "patch", _changed(written))]

    def note(self, written: Written, ownership: Ownership) -> None:
        for key in self.parts(written):
            ownership.note("config", key, existed=True, exists=True)


def _changed(written: Written) -> dict[str, Any]:
    """The earlier values of the keys that have another one now."""
    before, after = written.before or {}, written.after or {}
    return {key: value for key, value in before.items() if value != after.get(key)}


class OfParameters(Resource):
    """What the resources of parameters have in common."""

    journalled = True
    has_tags = True
    has_dry_run = True

    def keepable(self, touched: dict[str, Any] | None) -> Any:
        """Values but for secrets, which are never written down."""
        if touched is None:
            return None
        parameters = self.session.parameters
        return {
            name: lost("a secret") if parameters.is_secret(name) else kept(value)
            for name, value in touched.items()
        }

    def inverse(self, written: Written) -> list[Write]:
        before, after = written.before or {}, written.after or {}
        writes = [Write("Parameters", "patch", dict(before))] if before else []
        added = [name for name in after if name not in before]
        return [*writes, *(Write("Parameter", "delete", {"name": name}) for name in added)]

    def note(self, written: Written, ownership: Ownership) -> None:
        before, after = written.before or {}, written.after or {}
        for name in {*before, *after}:
            ownership.note("parameter", name, existed=name in before, exists=name in after)

    def _values(self, names: Iterable[str]) -> dict[str, Any]:
        """Those of the names that there are, with their values in clear."""
        parameters = self.session.parameters
        return {name: parameters[name] for name in names if name in parameters}

    def _tag(self, names: Iterable[str]) -> str:
        parameters, values = self.session.parameters, self._values(names)
        masked = shown(values, parameters)
        hidden = [name for name, value in values.items() if masked[name] != value]
        return tag_of_values(values, hidden)


class ParametersResource(OfParameters):
    """All session parameters; secrets are masked."""

    name = "Parameters"

    def get(self, request: ApiRequest) -> ApiResponse:
        tag = self.tag(request)
        parameters = self.session.parameters
        return tagged(ApiResponse(shown(parameters.snapshot(), parameters)), tag, request)

    def patch(self, request: ApiRequest) -> ApiResponse:
        """Set the parameters that the body names."""
        refuse_lost(request)
        parameters = self.session.parameters
        parameters.update(without_masks(request.data, parameters))
        return ApiResponse(shown(parameters.snapshot(), parameters))

    def tag(self, request: ApiRequest) -> str:
        del request
        return self._tag(list(self.session.parameters))

    def touched(self, method: str, request: ApiRequest) -> dict[str, Any] | None:
        del method
        return self._values(request.data)

    def journal_entry(self, method: str, request: ApiRequest) -> dict[str, Any] | None:
        del method
        parameters = self.session.parameters
        return without_secrets(without_masks(request.data, parameters), parameters) or None


class ParameterResource(OfParameters):
    """One session parameter: `{"<name>": value}`."""

    name = "Parameter"
    path_names = ("name",)

    def get(self, request: ApiRequest) -> ApiResponse:
        shown = self._shown(request.path["name"])
        return tagged(ApiResponse(shown), self._tag([request.path["name"]]), request)

    def patch(self, request: ApiRequest) -> ApiResponse:
        """Set it: `{"<name>": value}` or `{"value": value}`."""
        parameters = self.session.parameters
        parameters.update(without_masks(_named(request), parameters))
        return ApiResponse(self._shown(request.path["name"]))

    def delete(self, request: ApiRequest) -> ApiResponse:
        """Remove it."""
        del self.session.parameters[request.path["name"]]
        return ApiResponse(status=204)

    def tag(self, request: ApiRequest) -> str | None:
        name = request.path["name"]
        return self._tag([name]) if name in self.session.parameters else None

    def touched(self, method: str, request: ApiRequest) -> dict[str, Any] | None:
        del method
        return self._values([request.path["name"]])

    def journal_entry(self, method: str, request: ApiRequest) -> dict[str, Any] | None:
        name = request.path["name"]
        if method == "delete":
            return {"name": name}
        parameters = self.session.parameters
        kept = without_secrets(without_masks(_named(request), parameters), parameters)
        return {"name": name, "value": kept[name]} if kept else None

    def told(self, request: ApiRequest) -> dict[str, Any]:
        name = request.path["name"]
        return {(name if key == "value" else key): each for key, each in request.data.items()}

    def _shown(self, name: str) -> dict[str, Any]:
        known = self.session.parameters.snapshot()
        if name not in known:
            raise NotFound("parameter", name, known)
        return dict(shown({name: known[name]}, self.session.parameters))


def _named(request: ApiRequest) -> dict[str, Any]:
    name = request.path["name"]
    for key in request.data:
        if key not in {name, "value"}:
            raise UnknownName("field", key, (name, "value"))
    if len(request.data) != 1:
        raise InvalidInput({"body": f"expected one value, under {name!r} or 'value'"})
    (value,) = request.data.values()
    return {name: value}


def without_masks(values: Mapping[str, Any], parameters: Parameters) -> dict[str, Any]:
    """The values but for masks that were read from here: they leave their secret as it is."""
    given = {
        name: value
        for name, value in values.items()
        if not (value == MASK and is_secret(name, parameters))
    }
    current = {name: parameters[name] for name in given if name in parameters}
    return dict(restored(given, current, parameters))


def without_secrets(values: Mapping[str, Any], parameters: Parameters) -> dict[str, Any]:
    """The values that may be written down: a secret never reaches the journal."""
    return {name: value for name, value in values.items() if not parameters.is_secret(name)}


class ReturnsResource(Resource):
    """The latest return value of each task, by the task's name."""

    name = "Returns"
    journalled = True
    has_tags = True

    def get(self, request: ApiRequest) -> ApiResponse:
        values = self.session.returns.snapshot()
        return tagged(ApiResponse(values), tag_of_values(values), request)

    def patch(self, request: ApiRequest) -> ApiResponse:
        """Put values in place of what tasks returned."""
        refuse_lost(request)
        self.session.returns.update(request.data)
        return ApiResponse(self.session.returns.snapshot())

    def tag(self, request: ApiRequest) -> str:
        del request
        return tag_of_values(self.session.returns.snapshot())

    def touched(self, method: str, request: ApiRequest) -> dict[str, Any] | None:
        del method
        known = self.session.returns.snapshot()
        return {task: known[task] for task in request.data if task in known}

    def inverse(self, written: Written) -> list[Write]:
        before, after = written.before or {}, written.after or {}
        added = [task for task in after if task not in before]
        if added:
            message = f"task '{added[0]}' had not returned anything, and that cannot be said again"
            raise Conflict(message, reason="not_reversible", tasks=added)
        return [Write(self.name, "patch", dict(before))]
