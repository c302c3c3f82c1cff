"""Commands, their outcomes, and the processes of a session as the API shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from redengine.client.views.base import Field, View, instant, some_instant


class CommandInfo(View):
    """A command.

    Attributes:
        name: its name.
        description: what it does.
        parameters: the JSON schema of the body that it takes; empty where any value will do.
    """

    __slots__ = ()
    shown = ("name", "description")

    name = Field[str]()
    description = Field[str]()
    parameters = Field[Mapping[str, Any]]()


class CommandOutcome(View):
    """A call of a command, and its outcome once it has ended.

    Attributes:
        command_id: names the call.
        command: the command's name.
        status: queued, running, success, fail or cancel.
        submitted_at: when it was called.
        started_at: when it began.
        ended_at: when it ended.
        result: what the command has returned.
        error: what it has raised: `code`, `status`, `message` and `details`.
    """

    __slots__ = ()
    shown = ("command_id", "command", "status")

    command_id = Field[str]()
    command = Field[str]()
    status = Field[str]()
    submitted_at = Field(some_instant)
    started_at = Field(instant)
    ended_at = Field(instant)
    result = Field[Any]()
    error = Field[Mapping[str, Any] | None]()


class WorkerInfo(View):
    """A process of the session.

    Attributes:
        name: the session's, `<runtime>-<number>`, or that of the task whose job started it.
        pid: its number.
        host: the machine.
        kind: main, worker or spawned.
        session: the session's name.
        since: when it was started.
    """

    __slots__ = ()
    shown = ("name", "pid", "kind")

    name = Field[str]()
    pid = Field[int]()
    host = Field[str]()
    kind = Field[str]()
    session = Field[str]()
    since = Field(instant)
