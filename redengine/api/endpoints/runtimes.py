"""The runtimes, and what can be asked of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from redengine.api.changes.writing import Write, Written
from redengine.api.core.entity_tags import tag_of_values
from redengine.api.core.lists import RUNTIME_FIELDS, filtered
from redengine.api.core.messages import ApiRequest, ApiResponse, flag
from redengine.api.endpoints.resource import Resource
from redengine.exceptions import Conflict, InvalidInput, UnknownName, shortened
from redengine.query.parse import MOST_ITEMS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.api.changes.writing import Ownership


class DeclaredRuntime(Resource):
    """One runtime, with no path of its own: `/apply` and the journal write it."""

    name = "DeclaredRuntime"
    path_names = ("name",)
    journalled = True

    def put(self, request: ApiRequest) -> ApiResponse:
        """Make it with `kind` and `size`, or change its size."""
        name, runtimes = request.path["name"], self.session.runtimes
        kind, size = request.data.get("kind"), request.data.get("size")
        if name not in runtimes:
            runtimes.create(name, kind, size, is_default=False)  # type: ignore[arg-type] # it complains itself
        elif kind != runtimes[name].kind:
            message = f"runtime '{name}' is a {runtimes[name].kind} one; remove it first"
            raise Conflict(message, runtime=name, kind=runtimes[name].kind)
        else:
            runtimes.resize(name, size)  # type: ignore[arg-type] # it complains itself
        return ApiResponse(self.touched("put", request))

    def delete(self, request: ApiRequest) -> ApiResponse:
        """Remove it; what runs in it is waited for."""
        self.session.runtimes.remove(request.path["name"], force=False, wait=False)
        return ApiResponse(status=204)

    def touched(self, method: str, request: ApiRequest) -> dict[str, Any] | None:
        del method
        name, runtimes = request.path["name"], self.session.runtimes
        if name not in runtimes:
            return None
        return {"kind": runtimes[name].kind, "size": runtimes[name].size}

    def inverse(self, written: Written) -> list[Write]:
        name = {"name": written.data["name"]}
        if written.before is None:
            return [Write(self.name, "delete", name)]
        return [Write(self.name, "put", {**written.before, **name})]

    def note(self, written: Written, ownership: Ownership) -> None:
        existed, exists = written.before is not None, written.after is not None
        ownership.note("runtime", written.data["name"], existed=existed, exists=exists)


_SIZE: Final = "size"
_ALSO_SIZE: Final = "thread_pool_size"
_CHANGES: Final = ("runtime_id", _SIZE, _ALSO_SIZE, "is_default")
_FIELDS: Final = (*_CHANGES, "kind")


class WrittenRuntime(Resource):
    """What the two resources have in common: how a write is undone."""

    def touched(self, method: str, request: ApiRequest) -> dict[str, Any] | None:
        del method
        name = request.path.get("name", request.data.get("runtime_id"))
        runtimes = self.session.runtimes
        if not isinstance(name, str) or name not in runtimes:
            return None
        return {"kind": runtimes[name].kind, "size": runtimes[name].size}

    def inverse(self, written: Written) -> list[Write]:
        name = {"name": _name_of(written)}
        if written.before is None:
            return [Write("DeclaredRuntime", "delete", name)]
        return [Write("DeclaredRuntime", "put", {**written.before, **name})]

    def note(self, written: Written, ownership: Ownership) -> None:
        existed, exists = written.before is not None, written.after is not None
        ownership.note("runtime", _name_of(written), existed=existed, exists=exists)


def _name_of(written: Written) -> str:
    return str(written.data.get("name", written.data.get("runtime_id")))


class RuntimesResource(WrittenRuntime):
    """All runtimes in the order in which they were made, or those that match the filters."""

    name = "Runtimes"
    query_keys = None
    journalled = True

    def get(self, request: ApiRequest) -> ApiResponse:
        runtimes = self.session.runtimes.snapshots()
        items = (shown(each, request) for each in runtimes)
        return filtered(items, request, RUNTIME_FIELDS, self.session.zone)

    def post(self, request: ApiRequest) -> ApiResponse:
        """Make a runtime; its name must be free."""
        _refuse_query(request)
        given = _given(request.data)
        runtimes = self.session.runtimes
        name, kind, size = given["runtime_id"], given["kind"], given[_SIZE]
        is_default = given["is_default"]
        reasons = runtimes.reasons_against(name, kind, size, is_default=is_default)
        reasons |= _against_sizes(request.data) | _against_others(request.data, _FIELDS)
        if reasons:
            raise InvalidInput(reasons)
        runtimes.create(name, kind, size, is_default=is_default)
        body = shown(runtimes.snapshot(name), request)
        return ApiResponse(body, 201, {"Location": body["links"]["self"]})

    def journal_entry(self, method: str, request: ApiRequest) -> dict[str, Any] | None:
        del method
        return _given(request.data)


class RuntimeResource(WrittenRuntime):
    """A runtime by its name."""

    name = "Runtime"
    path_names = ("name",)
    query_keys = frozenset(("force",))
    journalled = True
    has_tags = True

    def needs(self, method: str, request: ApiRequest) -> tuple[str, ...]:
        """A runtime in which a service runs is not for everybody to change."""
        needed = super().needs(method, request)
        name, runtimes = request.path.get("name"), self.session.runtimes
        if method == "get" or name is None or name not in runtimes:
            return needed
        for task in runtimes.snapshot(name)["tasks"]:
            needed = self.ruling(needed, task)
        return needed

    def get(self, request: ApiRequest) -> ApiResponse:
        response = self._answer(request)
        response.headers["ETag"] = _tag_of(response.body)
        return response

    def tag(self, request: ApiRequest) -> str | None:
        """The tag of what it is set to be, not of its load."""
        name, runtimes = request.path["name"], self.session.runtimes
        return _tag_of(runtimes.snapshot(name)) if name in runtimes else None

    def patch(self, request: ApiRequest) -> ApiResponse:
        """Resize it, or make it the default: what the body names, all of it or nothing."""
        name, runtimes = request.path["name"], self.session.runtimes
        before = runtimes.snapshot(name)
        changes = {**before, **_changes(request)}
        size, is_default = changes[_SIZE], changes["is_default"]
        reasons = runtimes.reasons_against(name, before["kind"], size, is_default=is_default)
        reasons = {key: each for key, each in reasons.items() if key in _CHANGES}
        reasons |= _against_sizes(request.data) | _against_others(request.data, _CHANGES)
        if changes["runtime_id"] != name:
            reasons["runtime_id"] = f"expected {shortened(name)}: a runtime cannot be renamed"
        if reasons:
            raise InvalidInput(reasons)
        if is_default != before["is_default"]:
            _refuse_default(before, is_default=is_default)
            runtimes.make_default(name)
        if size != before[_SIZE]:
            runtimes.resize(name, size)
        return self._answer(request)

    def delete(self, request: ApiRequest) -> ApiResponse:
        """Remove it; one that something needs only with `?force=true`."""
        is_forced = flag(request, "force")
        name = request.path["name"]
        removed = self.session.runtimes.remove(name, force=is_forced, wait=False)
        return ApiResponse(removed.to_dict()) if removed.tasks else ApiResponse(status=204)

    def journal_entry(self, method: str, request: ApiRequest) -> dict[str, Any] | None:
        """What makes the write again.

        A removal is forced then: what was in its way had gone when it was accepted, and may come
        again in the script, with the change that took it away further down in the journal.
        """
        name = request.path["name"]
        if method == "delete":
            return {"name": name, "force": True}
        changes = _changes(request)
        changes.pop("runtime_id", None)
        if not changes.get("is_default", True):
            del changes["is_default"]
        return {"name": name, **changes} if changes else None

    def _answer(self, request: ApiRequest) -> ApiResponse:
        return ApiResponse(shown(self.session.runtimes.snapshot(request.path["name"]), request))


def _tag_of(runtime: Mapping[str, Any]) -> str:
    return tag_of_values({key: runtime[key] for key in ("kind", "size", "is_default", "status")})


def _refuse_default(runtime: Mapping[str, Any], *, is_default: bool) -> None:
    name = runtime["runtime_id"]
    if not is_default:
        message = f"runtime '{name}' is the default; make another one the default instead"
        raise Conflict(message, runtime=name)
    if runtime["status"] != "open":
        raise Conflict(f"runtime '{name}' is being removed", runtime=name)


def shown(runtime: Mapping[str, Any], request: ApiRequest) -> dict[str, Any]:
    """A runtime's object with the links that lead on from it."""
    name = quote(str(runtime["runtime_id"]), safe="")
    links = {
        "self": f"{request.prefix}/runtimes/{name}",
        "jobs": f"{request.prefix}/jobs?runtime={name}",
        "tasks": f"{request.prefix}/tasks?runtime={name}",
    }
    return {**runtime, "links": links}


def _given(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a body says of a new runtime, with what holds where it does not."""
    kind = data.get("kind", "thread")
    return {
        "runtime_id": data.get("runtime_id"),
        "kind": kind,
        _SIZE: data.get(_SIZE, data.get(_ALSO_SIZE, 0 if kind == "thread" else 1)),
        "is_default": data.get("is_default", False),
    }


def _changes(request: ApiRequest) -> dict[str, Any]:
    """What a body changes, the size under its own name."""
    changes = dict(request.data)
    if _ALSO_SIZE in changes:
        changes.setdefault(_SIZE, changes[_ALSO_SIZE])
        del changes[_ALSO_SIZE]
    return changes


def _against_sizes(data: Mapping[str, Any]) -> dict[str, str]:
    if _SIZE in data and _ALSO_SIZE in data and data[_SIZE] != data[_ALSO_SIZE]:
        return {_ALSO_SIZE: f"is another name of {_SIZE}, and both are given; leave one out"}
    return {}


def _against_others(data: Mapping[str, Any], known: tuple[str, ...]) -> dict[str, str]:
    reasons: dict[str, str] = {}
    for key in data:
        if key not in known:
            reasons |= UnknownName("field", key, known).fields
    return reasons


def _refuse_query(request: ApiRequest) -> None:
    for key, _ in request.query:
        raise UnknownName("query key", key, ())


class CapabilitiesResource(Resource):
    """Tasks with the schemas of their parameters, runtimes, limits, features and versions.

    All of it is read from what is registered: nothing is claimed.
    """

    name = "Capabilities"

    def get(self, request: ApiRequest) -> ApiResponse:
        found = self.session.capabilities()
        return ApiResponse(
            {
                **found,
                "tasks": [_task(task, request) for task in found["tasks"]],
                "runtimes": [shown(runtime, request) for runtime in found["runtimes"]],
                "limits": {
                    **found["limits"],
                    **self.offer.limits,
                    "most_query_keys": MOST_ITEMS,
                },
                "operations": self.offer.operations,
            }
        )


def _task(task: dict[str, Any], request: ApiRequest) -> dict[str, Any]:
    path = f"{request.prefix}/tasks/{quote(task['name'], safe='')}"
    return {**task, "links": {"self": path, "jobs": f"{path}/jobs"}}
