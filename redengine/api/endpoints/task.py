"""One task: read, made, replaced, changed, removed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from redengine.api.auth.principal import ADMIN, RUN, WRITE
from redengine.api.changes.writing import Write, Written, refuse_lost
from redengine.api.core.encoding import to_json
from redengine.api.core.entity_tags import tag_of_task, tagged
from redengine.api.core.lists import ACTION_FIELDS, STATE_FIELDS, TASK_SPELLINGS
from redengine.api.core.masking import kept, restored
from redengine.api.core.messages import ApiRequest, ApiResponse, flag
from redengine.api.endpoints.job import refuse_second_server
from redengine.api.endpoints.resource import Resource
from redengine.exceptions import InvalidInput, shortened
from redengine.scheduler.checks import told_otherwise

if TYPE_CHECKING:
    from redengine.api.changes.writing import Ownership
    from redengine.api.core.ports import SessionPort, TaskPort

MOST_REMEMBERED: Final = 1_000
"""So many tasks that were removed are at hand, to come back as they were."""


CODE_FIELDS: Final = frozenset(
    [
        *("class", "func", "func_name", "path", "code"),
        *("command", "cwd", "env", "shell", "argform", "options"),
    ]
)
"""Fields that say what a task runs: who may set them can do whatever the process can."""
_SERVICE_FIELDS: Final = frozenset(["permanent", "permanent_task"])
"""Fields that make a task a service, which no time limit ends."""


class TaskResource(Resource):
    """A task by its name.

    Args:
        session: the session that it belongs to.
    """

    name = "Task"
    path_names = ("name",)
    query_keys = frozenset(("force",))
    journalled = True
    has_tags = True
    has_dry_run = True

    def __init__(self, session: SessionPort) -> None:
        super().__init__(session)
        self._gone: OrderedDict[str, TaskPort] = OrderedDict()
        """Tasks that were removed or replaced: those of the script cannot be made from data."""

    def needs(self, method: str, request: ApiRequest) -> tuple[str, ...]:
        """Code and services take admin; starting and ending jobs takes run; the rest write."""
        if method == "get":
            return super().needs(method, request)
        fields = set(request.data)
        name = request.path.get("name")
        if fields & (CODE_FIELDS | _SERVICE_FIELDS) or self.is_service(name):
            return (ADMIN,)
        if self._adds_options(name, request.data.get("parameters")):
            return (ADMIN,)
        if method == "delete":
            return super().needs(method, request)
        needed = []
        if fields & ACTION_FIELDS:
            needed.append(RUN)
        if method != "patch" or fields - ACTION_FIELDS - {"name"} or not needed:
            needed.append(WRITE)
        return tuple(needed)

    def _adds_options(self, name: object, parameters: object) -> bool:
        """Whether parameters give a command new options, which choose what it does."""
        task = self.session.tasks.get(name) if isinstance(name, str) else None
        if task is None or task.field("class") != "CommandTask":
            return False
        known = task.definition()
        options = known.get("options") or ()
        if isinstance(options, Mapping):
            options = options.get("properties", ())
        names = {*known.get("parameters", ()), *options}
        return not isinstance(parameters, Mapping | None) or not names.issuperset(parameters or ())

    def get(self, request: ApiRequest) -> ApiResponse:
        content, tag = tag_of_task(self.session.tasks[request.path["name"]])
        return tagged(ApiResponse(content), tag, request)

    def post(self, request: ApiRequest) -> ApiResponse:
        """Make the task; it must not exist."""
        return self._created(self._make(request, "raise"), request)

    def put(self, request: ApiRequest) -> ApiResponse:
        """Make the task, in place of the one that has the name."""
        name = request.path["name"]
        replaced = self.session.tasks.get(name)
        task = self._make(request, "replace")
        if replaced is None:
            return self._created(task, request)
        self._remember(replaced)
        return self._answer(task)

    def patch(self, request: ApiRequest) -> ApiResponse:
        """Change the fields that the body names, all of them or none.

        `force_run` starts the task once, `force_termination` ends its running jobs.
        """
        _refuse_other_name(request)
        refuse_lost(request)
        self._restore(request)
        task = self.session.tasks[request.path["name"]]
        changes = {key: value for key, value in request.data.items() if key != "name"}
        if changes.get("force_run"):
            refuse_second_server(task)
        is_to_end = changes.pop("force_termination", False)
        if not isinstance(is_to_end, bool):
            reason = f"expected true or false, got {shortened(is_to_end)}"
            raise InvalidInput({"force_termination": reason})
        if changes:
            with told_otherwise():
                task.update(changes)
        if is_to_end:
            task.terminate("force_termination over the API")
        return self._answer(task)

    def delete(self, request: ApiRequest) -> ApiResponse:
        """Remove the task; one that runs only with `?force=true`."""
        task = self.session.tasks[request.path["name"]]
        task.delete(force=flag(request, "force"))
        self._remember(task)
        return ApiResponse(status=204)

    def _answer(self, task: TaskPort) -> ApiResponse:
        """The object as it now is, and what of its condition may not be meant."""
        content, tag = tag_of_task(task)
        warnings = to_json(list(self.session.doubts_of(task)))
        content = b'%b,"warnings":%b}' % (content.removesuffix(b"}"), warnings)
        return ApiResponse(content, headers={"ETag": tag})

    def _created(self, task: TaskPort, request: ApiRequest) -> ApiResponse:
        location = f"{request.prefix}/tasks/{quote(task.name, safe='')}"
        response = self._answer(task)
        response.status, response.headers["Location"] = 201, location
        return response

    def _make(self, request: ApiRequest, on_exists: str) -> TaskPort:
        """The task that the body describes; the very one that was removed, if that is meant."""
        gone = self._gone.pop(request.path["name"], None) if request.revives else None
        if gone is not None and kept(gone.definition()) == kept(request.data):
            self.session.add_task(gone, on_exists)
            return gone
        refuse_lost(request)
        self._restore(request)
        with told_otherwise():
            return self.session.create_task(_whole_object(request), on_exists=on_exists)

    def _restore(self, request: ApiRequest) -> None:
        """Put the parameters that there are in place of masks that were read here."""
        task, given = self.session.tasks.get(request.path["name"]), request.data.get("parameters")
        if task is not None and given:
            current = task.definition().get("parameters", {})
            values = restored(given, current, self.session.parameters)
            request.data = {**request.data, "parameters": values}

    def _remember(self, task: TaskPort) -> None:
        self._gone[task.name] = task
        self._gone.move_to_end(task.name)
        if len(self._gone) > MOST_REMEMBERED:
            self._gone.popitem(last=False)

    def refuse_dry_run(self, request: ApiRequest) -> None:
        name = request.path["name"]
        if self.is_service(name):
            reason = (
                f"task '{name}' runs as long as the session, so there are no starts to foretell"
            )
            raise InvalidInput({"dry_run": reason})

    # -- what is told of writes

    def tag(self, request: ApiRequest) -> str | None:
        name = request.path["name"]
        return tag_of_task(self.session.tasks[name])[1] if name in self.session.tasks else None

    def touched(self, method: str, request: ApiRequest) -> dict[str, Any] | None:
        name = request.path["name"]
        if name not in self.session.tasks:
            return None
        definition = self.session.tasks[name].definition()
        if method != "patch":
            return definition
        named = {TASK_SPELLINGS.get(key, key) for key in request.data}
        if "disabled" in named:  # which says why and until when, and takes both away
            named |= {"disabled_reason", "disabled_until"}
        return {key: value for key, value in definition.items() if key in named}

    def parts(self, written: Written) -> frozenset[str] | None:
        return super().parts(written) if written.method == "patch" else None

    def inverse(self, written: Written) -> list[Write]:
        name, before = {"name": written.data["name"]}, written.before
        if before is None:
            return [Write(self.name, "delete", name)]
        method = {"delete": "post"}.get(written.method, written.method)
        return [Write(self.name, method, {**before, **name})]

    def note(self, written: Written, ownership: Ownership) -> None:
        if not written.data:
            return  # nothing but an action
        existed, exists = written.before is not None, written.after is not None
        ownership.note("task", written.data["name"], existed=existed, exists=exists)

    def action_part(self, method: str, request: ApiRequest) -> dict[str, Any] | None:
        del method
        part = {key: request.data[key] for key in ACTION_FIELDS if request.data.get(key)}
        return part or None

    def journal_entry(self, method: str, request: ApiRequest) -> dict[str, Any] | None:
        name = request.path["name"]
        if method == "delete":
            return {"name": name}
        left_out = ACTION_FIELDS if method == "patch" else ACTION_FIELDS | STATE_FIELDS
        data = {key: value for key, value in request.data.items() if key not in left_out}
        data.pop("name", None)
        return {"name": name, **kept(data)} if data else None


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
