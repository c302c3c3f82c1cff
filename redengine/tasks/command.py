"""CommandTask: a program or a shell line as a task."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from redengine.exceptions import InvalidInput, RedengineError, shortened
from redengine.runtimes import current_job
from redengine.tasks.command_options import (
    declared,
    refuse_optionlike,
    refuse_undeclared,
    schema_of,
    written,
)
from redengine.tasks.command_process import CommandProcess
from redengine.tasks.task import Task

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Mapping, Sequence

    from redengine.parameters import ArgumentSource


class CommandFailed(RedengineError):
    """The command ended with an exit code other than 0.

    Args:
        command: the command as it was run.
        exit_code: its exit code; negative for a signal.
        last_lines: what it last wrote to its error stream.
    """

    code = "COMMAND_FAILED"

    def __init__(self, command: str, exit_code: int, last_lines: str) -> None:
        self.command = command
        self.exit_code = exit_code
        how = f"signal {-exit_code}" if exit_code < 0 else f"exit code {exit_code}"
        tail = f": {last_lines}" if last_lines else ""
        super().__init__(f"command {shortened(command)} ended with {how}{tail}")

    def details(self) -> dict[str, object]:
        return {"command": self.command, "exit_code": self.exit_code}


class CommandTask(Task):
    """A command as a task: its output is the job's output, its exit code the return value.

    It returns what it printed last, 64 KiB at most, as text.

    Parameters that are declared become options behind the command: `day="2026-01-01"` is
    `--day 2026-01-01`, and a value that begins with a dash is `--day=-1`, so that the program does
    not take it for an option. Declared are those in `options` and in the task's own `parameters`;
    others are refused, so that who may run the task does not choose what it does.
    Termination ends the whole process group, first with SIGTERM, then with SIGKILL, and with it
    what has left the group. Nothing of it outlives a session that is killed.

    Args:
        command: the program and its arguments; a string is split as a POSIX shell splits
            words, or given whole to the shell with `shell=True`.
        cwd: the folder to run it in.
        env: environment variables on top of the session's own.
        shell: run a string by the system's shell.
        argform: how parameters are written: "long" (`--day x`) or "short" (`-day x`).
        options: the names of the parameters that a job may give; or a JSON schema of an object
            with `properties`, of which `type`, `enum` and `required` are checked.
        **settings: see `Task`.
    """

    __slots__ = ("argform", "command", "cwd", "env", "options", "shell")

    kind = "CommandTask"
    body_fields = ("command", "cwd", "env", "shell", "argform", "options")

    def __init__(
        self,
        command: str | list[str],
        *,
        cwd: str | Path | None = None,
        env: Mapping[str, str] | None = None,
        shell: bool = False,
        argform: str = "long",
        options: Sequence[str] | Mapping[str, Any] = (),
        **settings: Any,
    ) -> None:
        self.command = command
        self.cwd: str | None = None
        self.env: dict[str, str] = {}
        self.shell = False
        self.argform = "long"
        self.options: list[str] | dict[str, Any] = []
        self.apply_body(
            {
                "command": _command("command", command),
                "cwd": _cwd("cwd", cwd),
                "env": _environment("env", env),
                "shell": _flag("shell", shell),
                "argform": _argform("argform", argform),
                "options": declared("options", options),
            }
        )
        super().__init__(**settings)

    def default_name(self) -> str:
        return self.command if isinstance(self.command, str) else " ".join(self.command)

    def prepare(
        self, source: ArgumentSource, given: Mapping[str, Any]
    ) -> tuple[Callable[..., Any], dict[str, Any]]:
        values = {
            name: value.resolve(source, name) if hasattr(value, "resolve") else value
            for name, value in given.items()
        }
        refuse_optionlike(values, self.argform)
        extra = [word for pair in values.items() for word in written(*pair, self.argform)]
        command: str | list[str]
        if self.shell:
            line = self.command if isinstance(self.command, str) else shlex.join(self.command)
            command = " ".join((line, *map(shlex.quote, extra)))
        else:
            words = shlex.split(self.command) if isinstance(self.command, str) else self.command
            command = [*words, *extra]
        return run_command, {
            "command": command,
            "cwd": self.cwd,
            "env": self.env,
            "shell": self.shell,
        }

    def body(self, *, secret: bool = False) -> dict[str, Any]:
        return {
            "command": self.command,
            "cwd": self.cwd,
            "env": dict(self.env) if secret else dict.fromkeys(self.env, "*****"),
            "shell": self.shell,
            "argform": self.argform,
            "options": self.options,
        }

    def checked_parameters(
        self, given: Mapping[str, Any], available: Container[str]
    ) -> Mapping[str, Any]:
        del available
        refuse_undeclared(given, self.options, self.parameters)
        refuse_optionlike(given, self.argform)
        return given

    def parameter_schema(self) -> dict[str, Any]:
        return schema_of(self.options, self.parameters)

    def convert_body(self, name: str, value: Any) -> Any:
        return _CONVERTERS[name](name, value)

    def apply_body(self, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            setattr(self, name, value)


def _command(name: str, value: Any) -> str | list[str]:
    if isinstance(value, str) and value.strip():
        try:
            shlex.split(value)
        except ValueError as error:
            raise InvalidInput({name: f"cannot be split into words: {error}"}) from None
        return value
    if isinstance(value, list) and value and all(isinstance(word, str) for word in value):
        return value
    raise InvalidInput({name: f"expected a text or a list of texts, got {shortened(value)}"})


def _cwd(name: str, value: Any) -> str | None:
    if value is None or isinstance(value, str | Path):
        return None if value is None else str(value)
    raise InvalidInput({name: f"expected a folder, got {shortened(value)}"})


def _environment(name: str, value: Any) -> dict[str, str]:
    pairs = {} if value is None else value
    if isinstance(pairs, dict) and all(
        isinstance(key, str) and isinstance(each, str) for key, each in pairs.items()
    ):
        return dict(pairs)
    raise InvalidInput({name: f"expected names and texts, got {shortened(value)}"})


def _flag(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise InvalidInput({name: f"expected true or false, got {shortened(value)}"})


def _argform(name: str, value: Any) -> str:
    if value in {"long", "short"}:
        return str(value)
    raise InvalidInput({name: f"expected 'long' or 'short', got {shortened(value)}"})


_CONVERTERS: Final[Mapping[str, Callable[[str, Any], Any]]] = {
    "command": _command,
    "cwd": _cwd,
    "env": _environment,
    "shell": _flag,
    "argform": _argform,
    "options": declared,
}


def run_command(
    command: str | list[str], cwd: str | None, env: Mapping[str, str], shell: bool
) -> str:
    """Run a command in a process group of its own, feeding its output to the current job.

    Returns:
        The end of what it printed.

    Raises:
        CommandFailed: the exit code is another.
        OSError: the program cannot be started.
    """
    job = current_job()
    process = CommandProcess(command, cwd=cwd, env=env, shell=shell, job=job)
    exit_code = process.wait()
    job.checkpoint()
    if exit_code:
        line = command if isinstance(command, str) else shlex.join(command)
        raise CommandFailed(line, exit_code, " | ".join(process.last_errors))
    return process.printed()
