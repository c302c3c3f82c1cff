"""What the documentation takes from the code, as Markdown tables; and how it reads conditions.

The tests of the documentation use it as well, so it does without Sphinx.
"""

from __future__ import annotations

import inspect
import re
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from redengine import client, exceptions
from redengine.api import errors as api_errors
from redengine.api.core import lists as fields
from redengine.api.endpoints import RESOURCES
from redengine.api.http.routes import ROUTES
from redengine.cli import errors as exits
from redengine.cli.main import redengine as command_line
from redengine.client._generated.calendars import Calendars
from redengine.client._generated.channels import Channels
from redengine.client._generated.commands import Command, Commands
from redengine.client._generated.jobs import Jobs
from redengine.client._generated.session import (
    Changes,
    Conditions,
    Dependencies,
    Keys,
    Runtimes,
    Session,
)
from redengine.client._generated.tasks import Tasks
from redengine.client._generated.values import Config, Parameters, Returns
from redengine.conditions import FORMS, Condition, parse
from redengine.exceptions import RedengineError
from redengine.query.parse import CONTROLS, OPERATORS
from redengine.scheduler import config
from redengine.scheduler.config import SETTINGS
from redengine.scheduler.events import KINDS, TOPICS
from redengine.scheduler.hooks import HOOKS
from redengine.store import CHANGE_FIELDS, JOB_FIELDS, LOG_FIELDS
from redengine.tasks import OPTIONS, Backoff, options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

SPOKEN_DEFAULTS = {
    "max_threads": "number of processors + 8, at most 32",
    "max_processes": "number of processors",
}
"""Defaults that depend on the machine which builds the documentation."""

LISTS = {
    "GET /tasks": fields.TASK_FIELDS,
    "GET /jobs, GET /tasks/<name>/jobs": JOB_FIELDS,
    "GET /logs, GET /jobs/<id>/logs": LOG_FIELDS,
    "GET /changes": CHANGE_FIELDS,
    "GET /dependencies": fields.DEPENDENCY_FIELDS,
    "GET /runtimes": fields.RUNTIME_FIELDS,
}


def shown(value: Any) -> str:
    """A default as the reference has it."""
    if isinstance(value, timedelta):
        return f"{value.total_seconds():g} s"
    if isinstance(value, Backoff):
        parts = ", ".join(f"{key}: {part:g}" for key, part in value.to_dict().items())
        return f"`{{{parts}}}`"
    if value in ((), {}):
        return "none"
    return "none" if value is None else f"`{value}`"


def code(text: str) -> str:
    """Inline code for a cell of a table."""
    return "`" + text.replace("|", "\\|") + "`"


def options_table() -> list[list[str]]:
    """Every task option."""
    rows = [[code(name), shown(each.default), each.meaning] for name, each in OPTIONS.items()]
    return [["option", "default", "meaning"], *rows]


def config_table() -> list[list[str]]:
    """Every configuration key."""
    rows = [
        [
            code(key),
            SPOKEN_DEFAULTS.get(key) or shown(each.default),
            {"now": "at once", "start": "at the next start"}[each.when],
            each.meaning,
        ]
        for key, each in SETTINGS.items()
    ]
    return [["key", "default", "a change takes effect", "meaning"], *rows]


def aliases_table() -> list[list[str]]:
    """Red Engine's and Rocketry's configuration keys."""
    rows = [[code(key), f"the same as {code(name)}"] for key, name in config.ALIASES.items()]
    rows += [
        [code(key), f"accepted with a warning, without effect: {why}"]
        for key, why in config.WITHOUT_EFFECT.items()
    ]
    return [["key there", "here"], *rows]


def option_aliases_table() -> list[list[str]]:
    """Spellings of options that are accepted."""
    rows = [[code(key), code(name)] for key, name in options.ALIASES.items()]
    return [["also accepted", "is"], *rows]


def hooks_table() -> list[list[str]]:
    """Every hook."""
    return [["hook", "when"], *([code(name), when] for name, when in HOOKS.items())]


def events_table() -> list[list[str]]:
    """Every type of events, with its topic and fields."""
    rows = [
        [code(kind.type), code(kind.topic), ", ".join(map(code, kind.fields)), kind.summary]
        for kind in KINDS.values()
    ]
    return [["type", "topic", "data", "when"], *rows]


def topics_table() -> list[list[str]]:
    """Every topic that can be followed."""
    rows = [[code(name), told] for name, (told, _) in TOPICS.items()]
    return [
        ["topic", "events"],
        *rows,
        [code("task:<name>"), "those of one task and of its jobs"],
        [code("job:<id>"), "those of one job"],
    ]


def error_classes() -> list[type[RedengineError]]:
    """The error tree, parents first, in the order of the source."""
    found = [
        each
        for module in (exceptions, api_errors)
        for _, each in inspect.getmembers(module, inspect.isclass)
        if issubclass(each, RedengineError) and each.__module__ == module.__name__
    ]
    return sorted(
        found, key=lambda each: (each.__module__ != exceptions.__name__, _first_line_of(each))
    )


def _first_line_of(kind: type) -> int:
    return inspect.getsourcelines(kind)[1]


def anchor(kind: type[RedengineError]) -> str:
    """The anchor of an error class in the reference."""
    return f"error-{kind.__name__.lower()}"


def errors_table() -> list[list[str]]:
    """Every error class with its code and HTTP status."""
    rows = [
        [
            f"[{kind.__name__}](#{anchor(kind)})",
            ", ".join(base.__name__ for base in kind.__bases__ if issubclass(base, RedengineError))
            or "",
            code(kind.code),
            str(api_errors.STATUS_BY_CODE[kind.code]),
            (inspect.getdoc(kind) or "").split("\n\n")[0].replace("\n", " "),
        ]
        for kind in error_classes()
    ]
    return [["class", "is a", "code", "HTTP", "meaning"], *rows]


def statuses_table() -> list[list[str]]:
    """Every error code with its HTTP status."""
    rows = [[code(name), str(status)] for name, status in api_errors.STATUS_BY_CODE.items()]
    return [["`error`", "HTTP status"], *rows]


def forms_table() -> list[list[str]]:
    """Every form of the string language."""
    return [["form", "example"], *([code(form.form), code(form.example)] for form in FORMS)]


def paths_table() -> list[list[str]]:
    """Every path with its methods."""
    rows = [
        [
            ", ".join(map(code, paths)),
            " ".join(method.upper() for method in RESOURCES[name].methods()),
            code(name),
        ]
        for name, paths in ROUTES.items()
    ]
    return [["path", "methods", "resource"], *rows]


def fields_table() -> list[list[str]]:
    """The fields of each list, by their kind."""
    rows = []
    for name, kinds in LISTS.items():
        by_kind: dict[str, list[str]] = {}
        for field, kind in kinds.items():
            by_kind.setdefault(kind, []).append(code(field))
        rows += [[code(name), kind, ", ".join(names)] for kind, names in by_kind.items()]
    return [["list", "kind", "fields"], *rows]


def operators_table() -> list[list[str]]:
    """The names of the filter operators and control keys."""
    return [
        ["operators", "control keys"],
        [
            ", ".join(code(f"field${name}") for name in OPERATORS),
            ", ".join(map(code, CONTROLS)),
        ],
    ]


CLIENT_CLASSES: dict[str, type] = {
    each.__name__: each
    for each in (
        *(client.Client, Tasks, client.Task, Jobs, client.Job, client.Listing),
        *(Parameters, Calendars, Config, Returns, Session, Dependencies, Conditions, Changes),
        *(Runtimes, Keys, client.Events, Channels, client.Channel, client.Records),
        *(Commands, Command),
    )
}
"""The classes of the client that have methods, by name."""


def client_methods(kind: type) -> list[str]:
    """The public methods and properties of a class of the client, in the order of the source."""
    inherited = set(dir(client.View))
    names = [name for each in reversed(kind.__mro__) for name in vars(each)]
    return [
        name
        for name in dict.fromkeys(names)
        if not name.startswith("_")
        and name not in inherited
        and (inspect.isfunction(found := getattr(kind, name)) or isinstance(found, property))
    ]


def client_table(kind: type) -> list[list[str]]:
    """The methods of a class of the client."""
    rows = []
    for name in client_methods(kind):
        found = getattr(kind, name)
        call = name if isinstance(found, property) else f"{name}({_arguments(found)})"
        rows.append([code(call), (inspect.getdoc(found) or "").split("\n\n")[0].replace("\n", " ")])
    return [["call", ""], *rows]


def _arguments(method: Callable[..., Any]) -> str:
    kinds = inspect.Parameter
    spelt = []
    for each in list(inspect.signature(method).parameters.values())[1:]:
        default = "" if each.default is kinds.empty else f"={each.default!r}"
        stars = {kinds.VAR_KEYWORD: "**", kinds.VAR_POSITIONAL: "*"}.get(each.kind, "")
        spelt.append(f"{stars}{each.name}{default}")
    return ", ".join(spelt)


def client_views() -> list[type[client.View]]:
    """The views of the client, without those that have methods of their own."""
    found = (getattr(client, name) for name in client.__all__)
    views = [each for each in found if inspect.isclass(each) and issubclass(each, client.View)]
    asynchronous = (client.View, client.AsyncTask, client.AsyncJob)
    return [each for each in views if each not in asynchronous]


def client_views_table() -> list[list[str]]:
    """The attributes of each view."""
    rows = []
    for kind in client_views():
        extra = [name for name, each in inspect.getmembers(kind) if isinstance(each, property)]
        names = [*kind.fields(), *(name for name in extra if name != "data")]
        meaning = (inspect.getdoc(kind) or "").split("\n\n")[0].replace("\n", " ")
        rows.append([code(kind.__name__), meaning, ", ".join(map(code, names))])
    return [["view", "", "attributes"], *rows]


def commands_of(name: str) -> dict[str, click.Command]:
    """A command of the command line, or those of a group, by what one types."""
    command = command_line.commands[name]
    if isinstance(command, click.Group):
        return {f"{name} {each}": found for each, found in command.commands.items()}
    return {name: command}


def command_table(name: str) -> list[list[str]]:
    """What a command, or each of a group, takes and does."""
    rows = []
    for path, command in commands_of(name).items():
        words = [each.make_metavar(_context(command)) for each in _arguments_of(command)]
        meaning = (command.help or "").split("\n\n")[0].replace("\n", " ")
        rows.append([code(" ".join((path, *words))), meaning])
        rows += _option_rows(command.params)
    return [["command", ""], *rows]


def _context(command: click.Command) -> click.Context:
    return click.Context(command, info_name=command.name)


def _arguments_of(command: click.Command) -> list[click.Argument]:
    return [each for each in command.params if isinstance(each, click.Argument)]


def _option_rows(params: Iterable[click.Parameter]) -> list[list[str]]:
    context = click.Context(command_line)
    records = [each.get_help_record(context) for each in params if isinstance(each, click.Option)]
    return [[f"   {code(names)}", text] for names, text in filter(None, records)]


def global_options_table() -> list[list[str]]:
    """The options that every command takes."""
    return [["option", ""], *_option_rows(command_line.params)]


def exit_codes_table() -> list[list[str]]:
    """Every exit code of the command line."""
    return [["code", "meaning"], *([str(each), told] for each, told in exits.MEANINGS.items())]


TABLES: dict[str, Callable[[], list[list[str]]]] = {
    "options": options_table,
    "option-aliases": option_aliases_table,
    "config": config_table,
    "config-aliases": aliases_table,
    "hooks": hooks_table,
    "events": events_table,
    "topics": topics_table,
    "errors": errors_table,
    "statuses": statuses_table,
    "forms": forms_table,
    "paths": paths_table,
    "fields": fields_table,
    "operators": operators_table,
    "client-views": client_views_table,
    "cli-options": global_options_table,
    "cli-exit-codes": exit_codes_table,
    **{f"cli:{name}": partial(command_table, name) for name in command_line.commands},
    **{f"client:{name}": partial(client_table, kind) for name, kind in CLIENT_CLASSES.items()},
}


def markdown(rows: Iterable[list[str]]) -> str:
    """Rows as a Markdown table; the first is the head."""
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def read(text: str) -> Condition:
    """The condition that a documented text means.

    Raises:
        ValueError: it cannot be read, or does not print as something equal.
    """
    condition = parse(text)
    if parse(str(condition)) != condition:
        raise ValueError(f"{text!r} prints as {condition}, which is another condition")
    return condition


def statement_of(line: str) -> str:
    """A line of a block of conditions without its remark."""
    return re.split(r"(?:^|\s{2,})#", line, maxsplit=1)[0].strip()
