"""Comparing: where a document differs from what a session is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from redengine.api.core.masking import is_secret, kept
from redengine.api.state.document import BODY_FIELDS
from redengine.api.state.exporting import DEFAULTS
from redengine.calendars import CalendarDefinition
from redengine.channels import ChannelOptions
from redengine.channels.options import CHANGEABLE, checked_name
from redengine.exceptions import InvalidInput, did_you_mean
from redengine.parameters import MASK
from redengine.tasks.spec import CLASSES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from redengine.api.changes.writing import Ownership
    from redengine.api.core.ports import SessionPort, TaskPort
    from redengine.api.state.document import StateDocument
    from redengine.simulation.changes import DryRun

_SECTIONS: Final = {
    "runtime": "runtimes",
    "calendar": "calendars",
    "channel": "channels",
    "config": "config",
    "parameter": "parameters",
    "task": "tasks",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One change of a plan.

    Attributes:
        resource: runtime, calendar, channel, config, parameter or task.
        action: create, change, replace or delete.
        name: the name of what is changed.
        values: what it gets.
        before: the fields that change as they are; those of a thing that is removed.
        after: the same as they will be.
    """

    resource: str
    action: str
    name: str
    values: Mapping[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """Where the document says it."""
        return f"{_SECTIONS[self.resource]}.{self.name}"


_LEFT_OUT: Final[tuple[Any, ...]] = (None, [], {})
"""What a field of a calendar is that says nothing."""


def _calendar_of(session: SessionPort, name: str) -> dict[str, Any]:
    """What a calendar is made of, with the name of its function."""
    definition = session.calendars.definition(name)
    return {**definition.to_dict(), "function": definition.function_name}


_KINDS_BY_FIELD = {"command": "CommandTask", "code": "CodeTask", "func": "FuncTask"}


class Differences:
    """The changes that would make a session what a document says.

    Args:
        session: the session.
        document: what it is to be.
        ownership: what was made over the API.
        prune: whether the rest of that is to be removed.

    Attributes:
        steps: the changes; some may turn out to say the same in other words.
        reasons: why something cannot be, by the path of the field.
        warnings: what may not be meant: the resource, its name, a sentence.
        declared: how many things the document names.
    """

    def __init__(
        self,
        session: SessionPort,
        document: StateDocument,
        ownership: Ownership,
        *,
        prune: bool,
    ) -> None:
        self._session = session
        self._document = document
        self._ownership = ownership
        self.reasons: dict[str, str] = {}
        self.warnings: list[tuple[str, str, str]] = []
        self.steps: list[Step] = [
            *self._runtimes(),
            *self._calendars(),
            *self._channels(),
            *self._settings(),
            *self._parameters(),
            *self._tasks(),
        ]
        if prune:
            self.steps += self._superfluous()
        self.declared = sum(
            len(each)
            for each in (
                document.runtimes,
                document.calendars,
                document.channels,
                document.config,
                document.parameters,
                document.tasks,
            )
        )
        self._look_for_secrets()

    # -- what the document names

    def _runtimes(self) -> Iterable[Step]:
        runtimes = self._session.runtimes
        for name, state in self._document.runtimes.items():
            after = {"kind": state.kind, "size": state.size}
            if name in runtimes.own:
                reason = "every session has it; its size is a key of the configuration"
                self.reasons[f"runtimes.{name}"] = reason
            elif name not in runtimes:
                yield Step(
                    resource="runtime", action="create", name=name, values=after, after=after
                )
            elif runtimes[name].kind != state.kind:
                reason = (
                    f"is a {runtimes[name].kind} runtime; remove it first, or give another name"
                )
                self.reasons[f"runtimes.{name}.kind"] = reason
            elif runtimes[name].size != state.size:
                yield Step(
                    resource="runtime",
                    action="change",
                    name=name,
                    values=after,
                    before={"size": runtimes[name].size},
                    after={"size": state.size},
                )

    def _calendars(self) -> Iterable[Step]:
        calendars = self._session.calendars
        for name, fields in self._document.calendars.items():
            try:
                after = CalendarDefinition.of(fields).to_dict()
            except InvalidInput as error:
                for field_name, reason in error.fields.items():
                    self.reasons[f"calendars.{name}.{field_name}"] = reason
                continue
            is_there = name in calendars
            before = _calendar_of(self._session, name) if is_there else {}
            names = [each for each in after if after[each] != before.get(each)]
            if names or before.get("function") is not None:
                yield Step(
                    resource="calendar",
                    action="change" if is_there else "create",
                    name=name,
                    values={key: each for key, each in after.items() if each not in _LEFT_OUT},
                    before={each: before.get(each) for each in names} if is_there else {},
                    after={each: after[each] for each in names},
                )

    def _channels(self) -> Iterable[Step]:
        channels = self._session.channels
        for name, fields in self._document.channels.items():
            try:
                checked_name(name)
                after = ChannelOptions.of(fields).to_dict()
            except InvalidInput as error:
                for field_name, reason in error.fields.items():
                    self.reasons[f"channels.{name}.{field_name}"] = reason
                continue
            channel = channels.get(name)
            before = {} if channel is None else channel.options.to_dict()
            names = [each for each in after if channel is None or after[each] != before[each]]
            fixed = [each for each in names if channel is not None and each not in CHANGEABLE]
            for each in fixed:
                reason = "cannot be changed; delete the channel first, or give another name"
                self.reasons[f"channels.{name}.{each}"] = reason
            if names and not fixed:
                yield Step(
                    resource="channel",
                    action="create" if channel is None else "change",
                    name=name,
                    values={each: after[each] for each in names},
                    before={each: before[each] for each in names} if before else {},
                    after={each: after[each] for each in names},
                )

    def _settings(self) -> Iterable[Step]:
        known = self._session.config.snapshot()
        for key, value in self._document.config.items():
            if key not in known:
                hint = did_you_mean(key, known)
                self.reasons[f"config.{key}"] = f"unknown config key{hint}"
            elif value != known[key]:
                yield Step(
                    resource="config",
                    action="change",
                    name=key,
                    values={"value": value},
                    before={"value": known[key]},
                    after={"value": value},
                )

    def _parameters(self) -> Iterable[Step]:
        parameters = self._session.parameters
        for name, value in self._document.parameters.items():
            is_there = name in parameters
            if is_there and value == MASK and is_secret(name, parameters):
                continue  # the mask of what stays as it is
            if is_there and parameters[name] == value and type(parameters[name]) is type(value):
                continue
            yield Step(
                resource="parameter",
                action="change" if is_there else "create",
                name=name,
                values={"value": value},
                before={"value": parameters[name]} if is_there else {},
                after={"value": value},
            )

    def _tasks(self) -> Iterable[Step]:
        for name, fields in self._document.tasks.items():
            task = self._session.tasks.get(name)
            kind = _kind_of(fields)
            if task is not None and task.definition()["class"] not in CLASSES:
                self.reasons[f"tasks.{name}"] = "only the script changes a task of this class"
            elif kind is None and task is None:
                reason = f"is not there{did_you_mean(name, self._known())}"
                hint = "; to make it, give class, or one of func, command, code"
                self.reasons[f"tasks.{name}"] = reason + hint
            elif task is None:
                yield Step(resource="task", action="create", name=name, values=fields)
            else:
                yield from self._changed(task, kind, fields)

    def _known(self) -> list[str]:
        return [task.name for task in self._session.tasks.values()]

    def _changed(
        self, task: TaskPort, kind: str | None, fields: Mapping[str, Any]
    ) -> Iterable[Step]:
        """The step that makes a task what the document says, if it is not so already."""
        current = task.definition()
        if kind not in {None, current["class"]}:
            values = {**fields, "class": kind}
            yield Step(resource="task", action="replace", name=task.name, values=values)
            return
        wanted = dict(fields) if kind is None else self._in_full(current, fields)
        self._keep_hidden(task.name, wanted, current)
        differing = {name: each for name, each in wanted.items() if each != current.get(name)}
        if _is_of_the_script(current, differing):
            values = {name: each for name, each in wanted.items() if each is not None}
            yield Step(resource="task", action="replace", name=task.name, values=values)
        elif differing:
            yield Step(resource="task", action="change", name=task.name, values=differing)

    @staticmethod
    def _in_full(current: Mapping[str, Any], fields: Mapping[str, Any]) -> dict[str, Any]:
        """The whole definition: what is not named has its default, but for what the task does."""
        needed = {
            name: current[name] for name in BODY_FIELDS if name in current and name not in DEFAULTS
        }
        defaults = {name: DEFAULTS.get(name) for name in current}
        return {**defaults, **needed, **fields, "class": current["class"]}

    def _keep_hidden(self, name: str, wanted: dict[str, Any], current: Mapping[str, Any]) -> None:
        """Put in what the document left out because it cannot say it."""
        for part in ("env", "parameters"):
            if not isinstance(wanted.get(part), dict):
                continue
            hidden = {
                key: value
                for key, value in (current.get(part) or {}).items()
                if wanted[part].get(key, MASK) == MASK
                and (self._document.stays("tasks", name, part, key) or key in wanted[part])
            }
            wanted[part] = {**wanted[part], **hidden}

    # -- what it does not name

    def _superfluous(self) -> Iterable[Step]:
        """What was made over the API and is not in the document, in the order of removal."""
        session, document, is_made = self._session, self._document, self._ownership.is_made
        for task in session.tasks.values():
            if is_made("task", task.name) and task.name not in document.tasks:
                yield _removal("task", task.name, task.definition())
        for name in session.parameters:
            stays = name in document.parameters or document.stays("parameters", name)
            if is_made("parameter", name) and not stays:
                yield _removal("parameter", name, {"value": session.parameters[name]})
        yield from self._superfluous_places()

    def _superfluous_places(self) -> Iterable[Step]:
        """The same of what tasks name: it goes after them."""
        session, document, is_made = self._session, self._document, self._ownership.is_made
        for name in session.channels:
            if is_made("channel", name) and name not in document.channels:
                yield _removal("channel", name, session.channels[name].options.to_dict())
        for name in session.calendars:
            if is_made("calendar", name) and name not in document.calendars:
                yield _removal("calendar", name, _calendar_of(session, name))
        for name in session.runtimes:
            if is_made("runtime", name) and name not in document.runtimes:
                runtime = session.runtimes[name]
                yield _removal("runtime", name, {"kind": runtime.kind, "size": runtime.size})

    def _look_for_secrets(self) -> None:
        """Warn of what the document takes for granted, and is not here."""
        for each in self._document.secrets:
            section, _, name = each.partition(".")
            if section == "parameters" and name not in self._session.parameters:
                message = "is a secret that the document leaves out, and it is not set here"
                self.warnings.append(("parameter", name, message))

    # -- after a dry run

    def real_steps(self, tried: DryRun) -> list[Step]:
        """The steps in order, without those that say the same in other words."""
        found = (self._real(self.steps[place], tried) for place in tried.order)
        return [step for step in found if step is not None]

    def _real(self, step: Step, tried: DryRun) -> Step | None:
        if step.action == "delete":
            return step
        if step.resource == "config":
            value = tried.settings[step.name]
            is_new = value != step.before["value"]
            return (
                replace(step, values={"value": value}, after={"value": value}) if is_new else None
            )
        return self._real_task(step, tried) if step.resource == "task" else step

    def _real_task(self, step: Step, tried: DryRun) -> Step | None:
        after = dict(tried.definitions[step.name])
        if step.action == "create":
            told = {name: each for name, each in after.items() if each != DEFAULTS.get(name)}
            return replace(step, after=told)
        before = self._session.tasks[step.name].definition()
        names = [
            name for name in {**before, **after} if kept(before.get(name)) != kept(after.get(name))
        ]
        if not names:
            return None
        values = {name: after[name] for name in names} if step.action == "change" else step.values
        return replace(
            step,
            values=values,
            before={name: before.get(name) for name in names},
            after={name: after.get(name) for name in names},
        )


def _kind_of(fields: Mapping[str, Any]) -> str | None:
    """The class that a document gives a task; None where it says nothing of what the task does."""
    if fields.get("class") is not None:
        return str(fields["class"])
    return next((kind for name, kind in _KINDS_BY_FIELD.items() if name in fields), None)


def _is_of_the_script(current: Mapping[str, Any], differing: Mapping[str, Any]) -> bool:
    """Whether another function is named for one that is in the running script."""
    is_imported = current["class"] == "FuncTask" and current.get("path") is None
    becomes_imported = "path" in differing and differing["path"] is None
    return ("func" in differing or "path" in differing) and (is_imported or becomes_imported)


def _removal(resource: str, name: str, before: Mapping[str, Any]) -> Step:
    told = {key: each for key, each in before.items() if each != DEFAULTS.get(key)}
    return Step(resource=resource, action="delete", name=name, before=told)
