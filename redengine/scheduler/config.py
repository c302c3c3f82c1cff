"""The configuration of a session: its keys, what they accept, and what they mean."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from redengine.conditions import Condition
from redengine.conditions.calendar.zones import ZoneError, zone_of
from redengine.durations import parse_duration
from redengine.exceptions import InvalidInput, UnknownName, did_you_mean, refuse, shortened
from redengine.tasks.options import convert_option

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ON_EXISTS: Final = ("raise", "replace", "ignore", "rename")
RESTARTING: Final = ("replace", "relaunch", "fresh", "recall")
LARGEST_RUNTIMES: Final[Mapping[str, int]] = {"thread": 1000, "process": 1000, "async": 100_000}
"""By kind, how many jobs a runtime may be made to run at once."""
LONGEST_FORECAST: Final = timedelta(days=366)
"""No simulation looks further ahead."""


def _boolean(key: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise InvalidInput({key: f"expected true or false, got {shortened(value)}"})


def _count(minimum: int, maximum: int) -> Callable[[str, Any], int]:
    def convert(key: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise InvalidInput({key: f"expected a whole number, got {shortened(value)}"})
        if not minimum <= value <= maximum:
            raise InvalidInput({key: f"expected {minimum} to {maximum}, got {shortened(value)}"})
        return value

    return convert


def _optional_count(key: str, value: Any) -> int | None:
    return None if value is None or value == "all" else _count(1, 1_000_000_000)(key, value)


def _choice(*allowed: str) -> Callable[[str, Any], str]:
    def convert(key: str, value: Any) -> str:
        if isinstance(value, str) and value in allowed:
            return value
        hint = did_you_mean(value, allowed) if isinstance(value, str) else ""
        raise InvalidInput(
            {key: f"expected one of {', '.join(allowed)}, got {shortened(value)}{hint}"}
        )

    return convert


def _duration(key: str, value: Any) -> timedelta:
    return parse_duration(value, field=key)


def _optional_duration(key: str, value: Any) -> timedelta | None:
    return None if value is None or value == "never" else parse_duration(value, field=key)


def _text(key: str, value: Any) -> str:
    if isinstance(value, str) and value:
        return value
    raise InvalidInput({key: f"expected a name, got {shortened(value)}"})


def _priority(_key: str, value: Any) -> int:
    return int(convert_option("priority", value))


def _condition(key: str, value: Any) -> Condition | None:
    if value is None or isinstance(value, Condition):
        return value
    raise InvalidInput({key: f"expected a condition, got {shortened(value)}"})


def _zone(key: str, value: Any) -> ZoneInfo:
    try:
        return zone_of(value)
    except ZoneError as error:
        raise InvalidInput({key: str(error)}) from None


@dataclass(frozen=True, slots=True)
class Setting:
    """One key of the configuration.

    Attributes:
        default: what holds when it is not given.
        convert: takes the key and a given value, gives the canonical one.
        meaning: one sentence for the reference.
        when: "now" if a change takes effect at once, "start" if at the next start.
    """

    default: Any
    convert: Callable[[str, Any], Any]
    meaning: str
    when: str = "now"


SETTINGS: Final[Mapping[str, Setting]] = {
    "execution": Setting("thread", _text, "Where jobs run whose task does not say."),
    "task_priority": Setting(0, _priority, "The priority of tasks that do not give one."),
    "task_pre_exist": Setting(
        "raise", _choice(*ON_EXISTS), "What happens when a script makes a task whose name is taken."
    ),
    "timeout": Setting(
        None, _optional_duration, "How long an attempt may run whose task does not say."
    ),
    "shut_cond": Setting(None, _condition, "The session shuts down when this condition holds."),
    "silence_task_prerun": Setting(
        False, _boolean, "Keep errors in finding a job's arguments out of the Python log."
    ),
    "silence_cond_check": Setting(
        False, _boolean, "Keep errors in conditions' user code out of the Python log."
    ),
    "max_threads": Setting(
        min(32, (os.cpu_count() or 1) + 8),
        _count(1, LARGEST_RUNTIMES["thread"]),
        "Size of the thread runtime.",
    ),
    "max_processes": Setting(
        os.cpu_count() or 1,
        _count(1, LARGEST_RUNTIMES["process"]),
        "Size of the process runtime.",
    ),
    "max_async": Setting(1000, _count(1, LARGEST_RUNTIMES["async"]), "Size of the async runtime."),
    "max_jobs_per_process": Setting(
        1000,
        _count(1, 1_000_000_000),
        "How many jobs a worker process runs before a fresh one takes its place.",
    ),
    "max_queue_size": Setting(
        1000, _count(1, 10_000_000), "How many submitted jobs may wait; more are refused."
    ),
    "timezone": Setting(
        ZoneInfo("UTC"), _zone, "The IANA zone in which wall-clock conditions are read."
    ),
    "instant_shutdown": Setting(
        False, _boolean, "Terminate running jobs at shut-down rather than wait for them."
    ),
    "shutdown_timeout": Setting(
        timedelta(seconds=30), _duration, "How long a shut-down waits for running jobs."
    ),
    "termination_grace": Setting(
        timedelta(seconds=5), _duration, "How long a job may take to end when it is asked to."
    ),
    "restarting": Setting(
        "replace",
        _choice(*RESTARTING),
        "restart() runs the script anew in this process's place (replace) or in a new process "
        "(relaunch; fresh: with a window of its own on Windows), or starts this session (recall).",
    ),
    "store_timeout": Setting(
        timedelta(seconds=5), _duration, "How long a submission waits for the store in an outage."
    ),
    "history_records": Setting(
        20_000,
        _count(100, 100_000_000),
        "How many log records, and how many jobs, an in-memory store keeps.",
    ),
    "history_jobs": Setting(
        None, _optional_count, "How many jobs any store keeps; all in a durable one if not given."
    ),
    "history_logs": Setting(
        None,
        _optional_count,
        "How many log records any store keeps; all in a durable one if not given.",
    ),
    "history_age": Setting(
        None, _optional_duration, "How long any store keeps log records and ended jobs."
    ),
    "progress_line": Setting(
        True, _boolean, "Show what runs in a line of the terminal while start() blocks."
    ),
    "output_lines": Setting(
        10_000, _count(0, 1_000_000), "How many output lines of a job are kept."
    ),
}
ALIASES: Final[Mapping[str, str]] = {
    "task_execution": "execution",
    "max_process_count": "max_processes",
    "max_thread_count": "max_threads",
}
"""Red Engine's and Rocketry's spellings of keys."""
WITHOUT_EFFECT: Final[Mapping[str, str]] = {
    "cycle_sleep": "the scheduler does not poll, so there is no cycle to sleep in",
    "force_status_from_logs": "a task's status is always in step with its log",
    "use_instance_naming": "a task is named after its function, command or code",
    "tasks_as_daemon": "worker processes end with the session",
    "multilaunch": "say max_instances on the task",
}
"""Red Engine's and Rocketry's keys that are accepted, and have nothing to change here."""


class Config:
    """The configuration of a session, as attributes and as a mapping.

    Args:
        values: the first values, under the names of `SETTINGS` or `ALIASES`.
        parse: reads a condition string.
        changed: called with the keys that changed, after the change.
        check: called with the values of a change before it; raises where one does not fit the
            session as it is.

    Raises:
        InvalidInput: a key is unknown or its value does not fit.
    """

    __slots__ = ("_changed", "_check", "_parse", "_values")

    def __init__(
        self,
        values: Mapping[str, Any] | None = None,
        *,
        parse: Callable[[str], Condition],
        changed: Callable[[frozenset[str]], None] | None = None,
        check: Callable[[Mapping[str, Any]], None] | None = None,
    ) -> None:
        self._parse = parse
        self._check: Callable[[Mapping[str, Any]], None] = check or (lambda _values: None)
        self._changed: Callable[[frozenset[str]], None] = changed or (lambda _keys: None)
        self._values: dict[str, Any] = {key: each.default for key, each in SETTINGS.items()}
        self._values |= self._converted(values or {})

    def _converted(self, values: Mapping[str, Any]) -> dict[str, Any]:
        converted: dict[str, Any] = {}
        errors: list[InvalidInput] = []
        for given, value in values.items():
            key = ALIASES.get(given, given)
            if key in WITHOUT_EFFECT:
                warnings.warn(f"{key} has no effect: {WITHOUT_EFFECT[key]}", stacklevel=4)
                continue
            if key not in SETTINGS:
                errors.append(UnknownName("config key", str(given), [*SETTINGS, *ALIASES]))
                continue
            try:
                readable = self._parse(value) if self._is_condition(key, value) else value
                converted[key] = SETTINGS[key].convert(key, readable)
            except InvalidInput as error:
                errors.append(InvalidInput({given: error.fields.get(key, str(error))}))
        refuse(errors)
        return converted

    @staticmethod
    def _is_condition(key: str, value: object) -> bool:
        return SETTINGS[key].convert is _condition and isinstance(value, str)

    def update(self, values: Mapping[str, Any]) -> None:
        """Set several keys in one step: all of them, or none if one does not fit.

        Raises:
            InvalidInput: a key is unknown or its value does not fit.
        """
        converted = self._converted(values)
        self._check(converted)
        self._values = {**self._values, **converted}
        if converted:
            self._changed(frozenset(converted))

    def __getattr__(self, key: str) -> Any:
        try:
            return self._values[ALIASES.get(key, key)]
        except KeyError:
            raise AttributeError(str(UnknownName("config key", key, SETTINGS))) from None

    def __setattr__(self, key: str, value: Any) -> None:
        if key in self.__slots__:
            object.__setattr__(self, key, value)
        else:
            self.update({key: value})

    def __getitem__(self, key: str) -> Any:
        name = ALIASES.get(key, key)
        if name not in self._values:
            raise UnknownName("config key", key, SETTINGS)
        return self._values[name]

    def __setitem__(self, key: str, value: Any) -> None:
        self.update({key: value})

    def __iter__(self) -> Iterator[str]:
        return iter(SETTINGS)

    def __len__(self) -> int:
        return len(SETTINGS)

    def snapshot(self) -> dict[str, Any]:
        """Keys and JSON-ready values: durations in seconds, zones and conditions as text."""
        return {key: _shown(value) for key, value in self._values.items()}

    def changed(self) -> dict[str, Any]:
        """The keys whose value is not the default, as `snapshot` has them."""
        return {
            key: _shown(value)
            for key, value in self._values.items()
            if value != SETTINGS[key].default
        }

    def __repr__(self) -> str:
        return f"Config({self.changed()!r})"


def _shown(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, ZoneInfo | Condition):
        return str(value)
    return value
