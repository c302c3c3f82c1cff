"""One task: read, made, replaced, changed, removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from redengine.api.entity_tags import tag_of, tagged
from redengine.api.fields import ACTION_FIELDS, STATE_FIELDS
from redengine.api.flags import flag
from redengine.api.messages import ApiRequest, ApiResponse
from redengine.api.principal import ADMIN, RUN, WRITE
from redengine.api.resources.base import Resource
from redengine.exceptions import InvalidInput, shortened

if TYPE_CHECKING:
    from redengine.api.ports import TaskPort


CODE_FIELDS: Final = frozenset(
    ["class", "func", "func_name", "path", "command", "cwd", "env", "shell", "argform", "code"]
)
"""Fields that say what a task runs: who may set them can do whatever the process can."""


class TaskResource(Resource):
    """A task by its name."""

    name = "Task"
    path_names = ("name",)
    query_keys = frozenset(("force",))
    journalled = True

    def needs(self, method: str, request: ApiRequest) -> tuple[str, ...]:
        """Code takes admin; starting and ending jobs takes run; the rest write."""
        if method in {"get", "delete"}:
            return super().needs(method, request)
        fields = set(request.data)
        if fields & CODE_FIELDS:
            return (ADMIN,)
        needed = []
        if fields & ACTION_FIELDS:
            needed.append(RUN)
        if method != "patch" or fields - ACTION_FIELDS - {"name"} or not needed:
            needed.append(WRITE)
        return tuple(needed)

    def get(self, request: ApiRequest) -> ApiResponse:
        content = self.session.tasks[request.path["name"]].json()
        return tagged(ApiResponse(content), tag_of(content), request)

    def post(self, request: ApiRequest) -> ApiResponse:
        """Make the task; it must not exist."""
        task = self.session.create_task(_whole_object(request), on_exists="raise")
        return _created(task, request)

    def put(self, request: ApiRequest) -> ApiResponse:
        """Make the task, in place of the one that has the name."""
        existed = request.path["name"] in self.session.tasks
        task = self.session.create_task(_whole_object(request), on_exists="replace")
        return ApiResponse(task.json()) if existed else _created(task, request)

    def patch(self, request: ApiRequest) -> ApiResponse:
        """Change the fields that the body names, all of them or none.

        `force_run` starts the task once, `force_termination` ends its running jobs.
        """
        _refuse_other_name(request)
        task = self.session.tasks[request.path["name"]]
        changes = {key: value for key, value in request.data.items() if key != "name"}
        is_to_end = changes.pop("force_termination", False)
        if not isinstance(is_to_end, bool):
            reason = f"expected true or false, got {shortened(is_to_end)}"
            raise InvalidInput({"force_termination": reason})
        if changes:
            task.update(changes)
        if is_to_end:
            task.terminate("force_termination over the API")
        return ApiResponse(task.json())

    def delete(self, request: ApiRequest) -> ApiResponse:
        """Remove the task; one that runs only with `?force=true`."""
        task = self.session.tasks[request.path["name"]]
        task.delete(force=flag(request, "force"))
        return ApiResponse(status=204)

    def journal_entry(self, method: str, request: ApiRequest) -> dict[str, Any] | None:
        name = request.path["name"]
        if method == "delete":
            return {"name": name}
        left_out = ACTION_FIELDS if method == "patch" else ACTION_FIELDS | STATE_FIELDS
        kept = {key: value for key, value in request.data.items() if key not in left_out}
        kept.pop("name", None)
        return {"name": name, **kept} if kept else None


def _whole_object(request: ApiRequest) -> dict[str, Any]:
    """The task's object from the body; what tells of a state is passed over.

    So an object that was read can be changed and written back.
    """
    _refuse_other_name(request)
    settable = {key: value for key, value in request.data.items() if key not in STATE_FIELDS}
    return {**settable, "name": request.path["name"]}


def _refuse_other_name(request: ApiRequest) -> None:
    name = request.path["name"]
    if request.data.get("name", name) != name:
        reason = f"the path says {shortened(name)}, the body {shortened(request.data['name'])}"
        raise InvalidInput({"name": f"{reason}; a task cannot be renamed"})


def _created(task: TaskPort, request: ApiRequest) -> ApiResponse:
    location = f"{request.prefix}/tasks/{quote(task.name, safe='')}"
    return ApiResponse(task.json(), 201, {"Location": location})
