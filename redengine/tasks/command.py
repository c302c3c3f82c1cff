"""CommandTask: a program or a shell line as a task."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from redengine.exceptions import InvalidInput, RedengineError, did_you_mean, shortened
from redengine.runtimes import current_job
from redengine.tasks.command_process import CommandProcess
from redengine.tasks.task import Task

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable

    from redengine.parameters import ArgumentSource

_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
_KEYWORDS: Final = ("type", "enum", "title", "description")


def declared(name: str, value: Any) -> list[str] | dict[str, Any]:
    """The canonical value of a command's `options`: names, or a JSON schema.

    Raises:
        InvalidInput: it is neither, or a schema says what is not checked.
    """
    if isinstance(value, Mapping):
        return _schema(name, value)
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    if not is_list or not all(isinstance(each, str) and _is_name(each) for each in value):
        reason = "expected a list of names such as ['day'], or a JSON schema with properties"
        raise InvalidInput({name: f"{reason}, got {shortened(value)}"})
    return list(dict.fromkeys(value))


def _is_name(text: str) -> bool:
    return bool(text) and not text.startswith("-") and not any(each in text for each in " =\t\n")


def _schema(name: str, value: Mapping[str, Any]) -> dict[str, Any]:
    properties, required = value.get("properties"), value.get("required", [])
    if not isinstance(properties, Mapping) or not all(map(_is_name, properties)):
        raise InvalidInput({f"{name}.properties": "expected an object of names and their schemas"})
    for key, each in properties.items():
        _refuse_unchecked(f"{name}.properties.{key}", each)
    if not isinstance(required, list) or not set(required) <= set(properties):
        raise InvalidInput({f"{name}.required": "expected some of the names in properties"})
    return dict(value)


def _refuse_unchecked(place: str, schema: Any) -> None:
    if not isinstance(schema, Mapping):
        raise InvalidInput({place: f"expected a JSON schema, got {shortened(schema)}"})
    unknown = [key for key in schema if key not in _KEYWORDS]
    if unknown:
        reason = f"'{unknown[0]}' is not checked; known are {', '.join(_KEYWORDS)}"
        raise InvalidInput({place: reason})
    if schema.get("type", "string") not in _TYPES:
        raise InvalidInput({f"{place}.type": f"expected one of {', '.join(_TYPES)}"})


def schema_of(options: list[str] | dict[str, Any], own: Iterable[str]) -> dict[str, Any]:
    """The parameters that a job may give, as a JSON schema.

    Args:
        options: the command's option of that name.
        own: the names among the task's own parameters.
    """
    if isinstance(options, list):
        properties: dict[str, Any] = {name: {} for name in options}
        required = []
    else:
        properties, required = dict(options["properties"]), list(options.get("required", ()))
    properties |= {name: {} for name in own if name not in properties}
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in required if name not in set(own)],
        "additionalProperties": False,
    }


def refuse_undeclared(
    given: Mapping[str, Any], options: list[str] | dict[str, Any], own: Mapping[str, Any]
) -> None:
    """Refuse parameters of a job that the command does not declare, or that do not fit.

    Raises:
        InvalidInput: with a reason for each.
    """
    schema = schema_of(options, own)
    reasons = {}
    for name, value in given.items():
        known = schema["properties"]
        if name not in known:
            hint = did_you_mean(name, known)
            reason = f"the command declares no such option{hint}; its script has to list it"
            reasons[name] = f'{reason}: options=["{name}"]'
        elif misfit := _misfit(value, known[name]):
            reasons[name] = misfit
    for name in schema["required"]:
        if name not in given:
            reasons[name] = "is needed"
    if reasons:
        raise InvalidInput(reasons)


def written(name: str, value: Any, argform: str) -> tuple[str, ...]:
    """An option and its value as words of the command line.

    A program that sees `--day -x` may take `-x` for an option of its own; `--day=-x` it cannot.
    """
    text = str(value)
    if argform == "short":
        return f"-{name}", text
    return (f"--{name}={text}",) if text.startswith("-") else (f"--{name}", text)


def refuse_optionlike(values: Mapping[str, Any], argform: str) -> None:
    """Refuse texts that a program may take for an option, where nothing can tie them to theirs.

    Raises:
        InvalidInput: with a reason for each.
    """
    if argform == "short":
        reason = "begins with '-', so that the program may take it for an option"
        hint = 'argform="long" passes it as one word'
        told = {
            name: f"{shortened(value)} {reason}; {hint}, --{name}={shortened(value)}"
            for name, value in values.items()
            if not isinstance(value, int | float) and str(value).startswith("-")
        }
        if told:
            raise InvalidInput(told)


def _misfit(value: Any, schema: Mapping[str, Any]) -> str | None:
    kind = schema.get("type")
    is_odd = isinstance(value, bool) and kind != "boolean"
    if kind is not None and (is_odd or not isinstance(value, _TYPES[kind])):
        return f"expected {kind}, got {shortened(value)}"
    allowed = schema.get("enum")
    if allowed is not None and value not in allowed:
        return f"expected one of {', '.join(map(repr, allowed))}, got {shortened(value)}"
    return None


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
    prints_result = True
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
