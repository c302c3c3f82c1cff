"""Commands: listed and called; and the outcome of a call that nobody waited for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final
from urllib.parse import quote

from redengine.api.auth.principal import RUN
from redengine.api.core.encoding import parse_value
from redengine.api.core.lists import seconds_of
from redengine.api.core.messages import ApiRequest, ApiResponse, flag
from redengine.api.core.waiting import LONGEST_WAIT_S
from redengine.api.endpoints.resource import Resource
from redengine.api.errors import status_of
from redengine.api.routes.calling import json_of
from redengine.exceptions import (
    CommandFailed,
    InvalidInput,
    NotFound,
    RedengineError,
    UnknownName,
    WaitTimeout,
)
from redengine.support import jsontext

if TYPE_CHECKING:
    from redengine.api.auth.principal import Principal
    from redengine.api.core.ports import SessionPort
    from redengine.scheduler.commands import Command, CommandCall

_LONGEST_ERROR: Final = 1_000
_USUAL_S: Final = 30.0
_FIELDS: Final = ("body", "timeout", "wait")
"""What `call_resource` takes beside the name."""


def visible_commands(session: SessionPort, principal: Principal | None) -> list[Command]:
    """The commands that somebody may call, in the order in which they were made."""
    commands = session.commands
    names = [name for name in commands if principal is None or principal.sees_command(name)]
    return [commands[name] for name in names]


def visible_command(session: SessionPort, principal: Principal | None, name: str) -> Command:
    """A command that somebody may call.

    Raises:
        NotFound: there is none, as far as they may know.
    """
    seen = {each.name: each for each in visible_commands(session, principal)}
    if name not in seen:
        raise NotFound("command", name, seen)
    return seen[name]


def answer_of(call: CommandCall) -> bytes:
    """What an ended call has returned, as JSON.

    Raises:
        CommandFailed: its code raised, or what it returned has no JSON form.
        RedengineError: its code raised one of these.
    """
    name = call.command.name
    try:
        return json_of(call.outcome())
    except RedengineError:
        raise
    except Exception as error:
        text = f"{type(error).__name__}: {error}"
        cut = text if len(text) <= _LONGEST_ERROR else f"{text[: _LONGEST_ERROR - 1]}…"
        raise CommandFailed(name, cut) from error


class CommandsResource(Resource):
    """The commands that the caller may call, each with the schema of its body."""

    name = "Commands"

    def get(self, request: ApiRequest) -> ApiResponse:
        commands = visible_commands(self.session, request.principal)
        return ApiResponse([_shown(each, request) for each in commands])


def _shown(command: Command, request: ApiRequest) -> dict[str, Any]:
    link = f"{request.prefix}/commands/{quote(command.name, safe='')}"
    return {**command.snapshot(), "links": {"self": link}}


class CommandResource(Resource):
    """A command: what it takes; and the place to call it."""

    name = "Command"
    path_names = ("name",)
    query_keys = frozenset(("timeout", "wait"))
    scopes: ClassVar = {"post": RUN}
    reads_text = True
    waits = True

    def get(self, request: ApiRequest) -> ApiResponse:
        for key, _ in request.query:
            raise UnknownName("query key", key, ())
        command = visible_command(self.session, request.principal, request.path["name"])
        return ApiResponse(_shown(command, request))

    def post(self, request: ApiRequest) -> ApiResponse:
        """Call it, and answer with what it returns; with `?wait=false`, at once."""
        command = visible_command(self.session, request.principal, request.path["name"])
        given, timeout_s, waits = _asked(request)
        commands, principal = self.session.commands, request.principal
        if not waits:
            call = commands.submit(command.name, *given, principal=principal, keep=True)
            link = f"{request.prefix}/commands/{quote(command.name, safe='')}/{call.id}"
            return ApiResponse({"command_id": call.id}, 202, {"Location": link})
        calls: list[CommandCall] = []

        def step(seconds: float) -> bool:
            if not calls:
                if seconds <= 0:
                    return False  # not before this request has its place among those that wait
                calls.append(commands.submit(command.name, *given, principal=principal))
            return calls[0].wait(seconds)

        has_ended = request.wait(step, timeout_s)
        if not calls:
            raise WaitTimeout(f"the beginning of command '{command.name}'", timeout_s)
        call = calls[0]
        if not has_ended:
            commands.keep(call)
            raise call.late(timeout_s)
        return ApiResponse(answer_of(call))

    def told(self, request: ApiRequest) -> dict[str, Any]:
        try:
            given, _, _ = _asked(request)
        except InvalidInput:
            return {}
        return {"body": given[0]} if given else {}


def _asked(request: ApiRequest) -> tuple[tuple[Any, ...], float, bool]:
    """The body if there is one, how many seconds to wait, and whether to wait at all.

    Raises:
        InvalidInput: one of them cannot be read.
    """
    for key in request.data:
        if key not in _FIELDS:
            raise UnknownName("field", key, _FIELDS)
    data = request.data
    query = [(key, str(data[key]).lower()) for key in ("timeout", "wait") if key in data]
    asked = ApiRequest(query=[*query, *request.query])
    timeout_s = seconds_of(asked, "timeout", _USUAL_S)
    if timeout_s <= 0:
        reason = f"expected seconds from 0.001 to {LONGEST_WAIT_S:g}; to ask later, say wait=false"
        raise InvalidInput({"timeout": reason})
    waits = asked.query_value("wait") is None or flag(asked, "wait")
    given = (data["body"],) if "body" in data else ()
    if request.content and not request.content.isspace():
        given = (parse_value(request.content),)
    return given, timeout_s, waits


class CommandCallResource(Resource):
    """A call whose outcome was not waited for, or did not come in time."""

    name = "CommandCall"
    path_names = ("name", "command_id")
    query_keys = frozenset(("timeout",))
    waits = True

    def get(self, request: ApiRequest) -> ApiResponse:
        command = visible_command(self.session, request.principal, request.path["name"])
        call = self.session.commands.kept(command.name, request.path["command_id"])
        timeout_s = seconds_of(request, "timeout", 0.0)
        request.wait(call.wait, timeout_s)
        return ApiResponse(_outcome(call, request))


def _outcome(call: CommandCall, request: ApiRequest) -> dict[str, Any]:
    result, error = None, None
    if call.ended.is_set():
        try:
            result = jsontext.loads(answer_of(call))
        except RedengineError as trouble:
            error = {
                "code": trouble.code,
                "status": status_of(trouble),
                "message": str(trouble),
                "details": trouble.details(),
            }
    path = f"{request.prefix}/commands/{quote(call.command.name, safe='')}"
    return {
        "command_id": call.id,
        "command": call.command.name,
        "status": call.status,
        "submitted_at": call.submitted_at,
        "started_at": call.started_at,
        "ended_at": call.ended_at,
        "result": result,
        "error": error,
        "links": {"self": f"{path}/{call.id}", "command": path},
    }
