"""Exporting: the document of what a session is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from redengine._version import __version__
from redengine.api.changes.writing import ownership_of
from redengine.api.core.masking import kept, lost_parts, shown
from redengine.api.state.document import BODY_FIELDS, OPTION_FIELDS, VERSION
from redengine.api.state.yaml_text import to_yaml
from redengine.channels import ChannelOptions
from redengine.tasks.definition import default_definition
from redengine.tasks.spec import CLASSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.api.core.ports import SessionPort, TaskPort
    from redengine.parameters import Parameters

BODY_DEFAULTS: Final[Mapping[str, Any]] = {
    "cwd": None,
    "env": {},
    "shell": False,
    "argform": "long",
    "options": [],
    "path": None,
}
"""What holds where a document does not say what a task does in full."""
DEFAULTS: Final[Mapping[str, Any]] = {**default_definition(), **BODY_DEFAULTS}


class _Omissions:
    """What a document has to leave out."""

    def __init__(self) -> None:
        self.secrets: list[str] = []
        self.left_out: list[str] = []


def export(session: SessionPort, *, everything: bool = False) -> dict[str, Any]:
    """What a session is, as a document: what `StateDocument` takes.

    Args:
        session: the session.
        everything: also the tasks that only the script made, and configuration keys that have
            their defaults.
    """
    omissions = _Omissions()
    config = session.config.snapshot() if everything else session.config.changed()
    document = {
        "version": VERSION,
        "runtimes": _runtimes(session),
        "calendars": _calendars(session, omissions),
        "channels": _channels(session),
        "config": dict(sorted(config.items())),
        "parameters": _parameters(session, omissions),
        "tasks": _tasks(session, omissions, everything=everything),
        "secrets": omissions.secrets,
        "left_out": omissions.left_out,
    }
    return {key: value for key, value in document.items() if value or key == "version"}


def export_yaml(session: SessionPort, *, everything: bool = False) -> str:
    """The same as YAML."""
    scope = "all of it" if everything else "tasks made or changed over the API"
    head = (
        f"# The state of a redengine session ({scope}): format {VERSION}, redengine {__version__}\n"
    )
    document = export(session, everything=everything)
    if "secrets" in document:
        head += "# Secrets are left out, and stay as they are when this is applied.\n"
    return head + to_yaml(document)


def _runtimes(session: SessionPort) -> dict[str, Any]:
    runtimes = session.runtimes
    return {
        name: {"kind": runtimes[name].kind, "size": runtimes[name].size}
        for name in sorted(runtimes)
        if name not in runtimes.own
    }


def _calendars(session: SessionPort, omissions: _Omissions) -> dict[str, Any]:
    found = {}
    for name in sorted(session.calendars):
        definition = session.calendars.definition(name)
        if definition.function is None:
            told = definition.to_dict().items()
            found[name] = {key: value for key, value in told if value not in (None, [], {})}
        else:
            omissions.left_out.append(f"calendars.{name}: a function of the script")
    return found


def _channels(session: SessionPort) -> dict[str, Any]:
    """The channels' options that are not at their defaults."""
    defaults = ChannelOptions.of({}).to_dict()
    return {
        name: {
            key: value
            for key, value in session.channels[name].options.to_dict().items()
            if value != defaults[key]
        }
        for name in sorted(session.channels)
    }


def _parameters(session: SessionPort, omissions: _Omissions) -> dict[str, Any]:
    parameters = session.parameters
    found = {}
    for name in sorted(parameters):
        value = kept(parameters[name])
        if lost := lost_parts(value):
            omissions.left_out.append(f"parameters.{name}: {next(iter(lost.values()))}")
        elif shown({name: value}, parameters)[name] != value:
            omissions.secrets.append(f"parameters.{name}")
        else:
            found[name] = value
    return found


def _tasks(session: SessionPort, omissions: _Omissions, *, everything: bool) -> dict[str, Any]:
    ownership = ownership_of(session)
    found = {}
    for task in session.tasks.values():
        if everything or ownership.is_owned("task", task.name):
            definition = task.definition()
            if definition["class"] in CLASSES:
                found[task.name] = _fields(task, definition, omissions, session.parameters)
            else:
                omissions.left_out.append(f"tasks.{task.name}: a {definition['class']}")
    return found


def _fields(
    task: TaskPort, definition: dict[str, Any], omissions: _Omissions, secrets: Parameters
) -> dict[str, Any]:
    """The fields of a task that are not at their defaults."""
    fields = {"class": definition["class"]}
    for name in (*BODY_FIELDS, *OPTION_FIELDS):
        value = definition.get(name, DEFAULTS.get(name))
        if value != DEFAULTS.get(name):
            fields[name] = value
    for name in fields.pop("env", {}):
        omissions.secrets.append(f"tasks.{task.name}.env.{name}")
    if "parameters" in fields:
        _without_arguments(task.name, fields, omissions, secrets)
    for name in [name for name, value in fields.items() if shown(value, secrets) != value]:
        omissions.secrets.append(f"tasks.{task.name}.{name}")
        del fields[name]
    return fields


def _without_arguments(
    task: str, fields: dict[str, Any], omissions: _Omissions, secrets: Parameters
) -> None:
    """Leave out the parameters that JSON cannot say, and those that may not be shown."""
    plain = {}
    for name, value in fields.pop("parameters").items():
        lost = lost_parts(kept(value))
        if lost:
            what = next(iter(lost.values()))
            omissions.left_out.append(f"tasks.{task}.parameters.{name}: {what}")
        elif shown({name: value}, secrets)[name] != value:
            omissions.secrets.append(f"tasks.{task}.parameters.{name}")
        else:
            plain[name] = value
    if plain:
        fields["parameters"] = plain
