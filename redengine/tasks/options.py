"""The options of a task: their names, defaults, meanings, and what they accept."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from redengine.conditions.calendar.zones import ZoneError, zone_of
from redengine.durations import parse_duration
from redengine.exceptions import InvalidInput, UnknownName, did_you_mean, shortened
from redengine.parameters import input_files
from redengine.support.jsontext import refuse_inexact

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable
    from datetime import tzinfo
    from zoneinfo import ZoneInfo

NEVER: Final = "never"
"""The timeout of what may run for as long as it likes."""
LONGEST_NAME: Final = 200
_LARGEST: Final = 2**53
"""Whole numbers beyond are not exact in JSON everywhere."""
MISSED_POLICIES: Final = ("once", "all", "skip")
CRASH_POLICIES: Final = ("fail", "retry")


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """How long a retry waits: `base * factor ** (attempt - 1)`, at most `maximum`.

    Attributes:
        base: seconds before the first retry.
        factor: by how much each further wait is longer.
        maximum: seconds; no wait is longer.
        jitter: the share of the wait that is drawn by chance, 0 to 1, so that tasks which
            failed together do not come back together.
    """

    base: float = 1.0
    factor: float = 2.0
    maximum: float = 3600.0
    jitter: float = 0.1

    def delay(self, attempt: int) -> timedelta:
        """The wait after the failed attempt number `attempt` (from 1)."""
        exponent = min(attempt - 1, 64)
        seconds = min(self.base * self.factor**exponent, self.maximum)
        spread = seconds * self.jitter
        return timedelta(seconds=seconds + random.uniform(-spread, spread))  # noqa: S311 - no secret depends on it

    def to_dict(self) -> dict[str, float]:
        """The JSON form, which the option takes back."""
        return {
            "base": self.base,
            "factor": self.factor,
            "maximum": self.maximum,
            "jitter": self.jitter,
        }


def _boolean(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise InvalidInput({name: f"expected true or false, got {shortened(value)}"})


def _integer(minimum: int | None = None) -> Callable[[str, Any], int]:
    def convert(name: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise InvalidInput({name: f"expected a whole number, got {shortened(value)}"})
        if minimum is not None and value < minimum:
            raise InvalidInput({name: f"expected {minimum} or more, got {shortened(value)}"})
        if abs(value) > _LARGEST:
            raise InvalidInput({name: f"expected at most {_LARGEST}, got {shortened(value)}"})
        return value

    return convert


def _text(name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    raise InvalidInput({name: f"expected text, got {shortened(value)}"})


def _name(name: str, value: Any) -> str:
    text = _text(name, value)
    if not text.strip():
        raise InvalidInput({name: "expected a name, got an empty one"})
    if len(text) > LONGEST_NAME:
        raise InvalidInput({name: f"has {len(text)} characters; {LONGEST_NAME} are allowed"})
    if not text.isprintable():
        raise InvalidInput({name: f"has a character that cannot be printed: {shortened(text)}"})
    return text


def _instant(name: str, value: Any) -> datetime | None:
    """A time, aware and in UTC; the task has put a naive one into the session's zone."""
    if value is None:
        return None
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return at.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        reason = "expected a date or a time such as 2026-12-01 or 2026-12-01T07:00"
        raise InvalidInput({name: f"{reason}, got {shortened(value)}"}) from None


def _span(name: str, value: Any) -> timedelta | None:
    if value is None:
        return None
    duration = parse_duration(value, field=name)
    if duration <= timedelta(0):
        raise InvalidInput({name: "expected a duration longer than nothing, or None"})
    return duration


def _zone(name: str, value: Any) -> ZoneInfo | None:
    if value is None:
        return None
    try:
        return zone_of(value)
    except ZoneError as error:
        raise InvalidInput({name: str(error)}) from None


def spread_disabled(given: Mapping[str, Any], zone: tzinfo) -> Mapping[str, Any]:
    """Options with `disabled` as a boolean beside its reason and its end.

    Args:
        given: options; `disabled` may be an object with `reason` and `until`.
        zone: where an `until` without offset is read.

    Raises:
        UnknownName: the object has another key.
    """
    found = dict(given)
    if "disabled" in given:
        value = given["disabled"]
        parts: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
        for key in parts:
            if key not in {"reason", "until"}:
                raise UnknownName("disabled key", str(key), ("reason", "until"))
        said = {"disabled_reason": parts.get("reason"), "disabled_until": parts.get("until")}
        found = {**said, **found, "disabled": True if value is parts else value}
        if value is False:
            found.update(disabled_reason=None, disabled_until=None)
    if found.get("disabled_until") is not None:
        found["disabled_until"] = _in_zone(found["disabled_until"], zone)
    return found


def _in_zone(value: Any, zone: tzinfo) -> Any:
    """A time without an offset as one in a zone; anything else as it is."""
    if type(value) is date:
        value = datetime.combine(value, time())
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return value
    is_naive = isinstance(value, datetime) and value.tzinfo is None
    return value.replace(tzinfo=zone) if is_naive else value


def _channel(name: str, value: Any) -> str | None:
    """The name of a channel, given as itself or its name; which may come later."""
    found = value if value is None or isinstance(value, str) else getattr(value, "name", value)
    if found is None:
        return None
    text = _name(name, found)
    if "/" in text:
        raise InvalidInput({name: f"expected the name of a channel, got {shortened(text)}"})
    return text


def _optional_text(name: str, value: Any) -> str | None:
    return None if value is None else _text(name, value)


def _timeout(name: str, value: Any) -> timedelta | str | None:
    if value is None or (isinstance(value, str) and value.strip().casefold() == NEVER):
        return None if value is None else NEVER
    duration = parse_duration(value, field=name)
    if duration <= timedelta(0):
        raise InvalidInput({name: f"expected more than 0 seconds, got {shortened(value)}"})
    return duration


def _choice(*allowed: str) -> Callable[[str, Any], str]:
    def convert(name: str, value: Any) -> str:
        if value in allowed:
            return str(value)
        hint = did_you_mean(value, allowed) if isinstance(value, str) else ""
        raise InvalidInput(
            {name: f"expected {' or '.join(map(repr, allowed))}, got {shortened(value)}{hint}"}
        )

    return convert


def _tags(name: str, value: Any) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, Sequence | set | frozenset):
        raise InvalidInput({name: f"expected a list of texts, got {shortened(value)}"})
    if not all(isinstance(tag, str) and tag for tag in value):
        raise InvalidInput({name: f"every tag is a non-empty text, got {shortened(value)}"})
    return tuple(value)


def _parameters(name: str, value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise InvalidInput(
            {name: f"expected an object of names and values, got {shortened(value)}"}
        )
    refuse_inexact(value, name)
    input_files(value, name)
    return dict(value)


def _backoff(name: str, value: Any) -> Backoff:
    if isinstance(value, Backoff):
        return value
    if value is None:
        return Backoff()
    if not isinstance(value, Mapping):
        return Backoff(base=parse_duration(value, field=name).total_seconds())
    known = tuple(Backoff.__dataclass_fields__)
    for key, part in value.items():
        if key not in known:
            raise UnknownName(f"{name} key", str(key), known)
        if isinstance(part, bool) or not isinstance(part, int | float) or part < 0:
            raise InvalidInput({f"{name}.{key}": f"expected a number >= 0, got {shortened(part)}"})
    return Backoff(**value)


def _limits(name: str, value: Any) -> dict[str, int]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise InvalidInput({name: f"expected names and sizes, got {shortened(value)}"})
    for key, size in value.items():
        if not isinstance(key, str) or not key:
            raise InvalidInput({name: f"a limit's name is a non-empty text, got {shortened(key)}"})
        _integer(1)(f"{name}.{key}", size)
    return dict(value)


def _rate(name: str, value: Any) -> tuple[int, timedelta] | None:
    """A number of starts, a slash and a span: "10/min", "100/hour", "5/10 s"."""
    if value is None:
        return None
    if isinstance(value, tuple):
        number, span = value
        return _integer(1)(name, number), parse_duration(span, field=name)
    if not isinstance(value, str):
        raise InvalidInput({name: f"expected a text such as '10/min', got {shortened(value)}"})
    number, _, unit = value.partition("/")
    if not unit.strip() or not number.strip().isdecimal() or int(number) < 1:
        raise InvalidInput({name: f"expected a text such as '10/min', got {shortened(value)}"})
    span = unit.strip() if unit.strip()[:1].isdigit() else f"1 {unit.strip()}"
    return int(number), parse_duration(span, field=name)


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a task.

    Attributes:
        default: what holds when it is not given.
        convert: takes the option's name and a given value, gives the canonical one.
        meaning: one sentence for the reference.
    """

    default: Any
    convert: Callable[[str, Any], Any]
    meaning: str


OPTIONS: Final[Mapping[str, Option]] = {
    "description": Option(None, _optional_text, "What the task is for, in the user's words."),
    "tags": Option((), _tags, "Words to find the task by."),
    "execution": Option(
        None, _optional_text, "Where jobs run: thread, process, async, main, or a runtime's name."
    ),
    "priority": Option(0, _integer(), "Jobs of a higher priority leave the queue first."),
    "timeout": Option(
        None,
        _timeout,
        "How long one attempt may run before it is terminated; 'never' ends none, "
        "whatever the session's timeout is.",
    ),
    "retries": Option(0, _integer(0), "How often a failed job is tried again."),
    "backoff": Option(Backoff(), _backoff, "How long a retry waits; a duration or its parts."),
    "max_instances": Option(1, _integer(1), "How many jobs of the task may be active at once."),
    "timezone": Option(
        None, _zone, "The zone of its conditions' wall-clock times; the session's if not given."
    ),
    "missed": Option("once", _choice(*MISSED_POLICIES), "What happens to missed nominal times."),
    "jitter": Option(
        None, _span, "Starts are later than their nominal times by a random part of this."
    ),
    "grace": Option(None, _span, "A nominal time that is later than this is skipped."),
    "on_crash": Option(
        "fail", _choice(*CRASH_POLICIES), "Whether a crashed job is tried again, or has failed."
    ),
    "limits": Option({}, _limits, "Named limits shared with other tasks: how many jobs may run."),
    "rate": Option(None, _rate, "How often jobs may start, such as 10/min."),
    "disabled": Option(False, _boolean, "A disabled task starts only by hand or force_run."),
    "disabled_reason": Option(None, _optional_text, "Why it is disabled, in the user's words."),
    "disabled_until": Option(None, _instant, "When a disabled task is enabled by itself."),
    "force_run": Option(False, _boolean, "Start once, whatever the condition says."),
    "on_startup": Option(False, _boolean, "Run when the session starts, before anything else."),
    "on_shutdown": Option(False, _boolean, "Run when the session shuts down, after the rest."),
    "permanent": Option(False, _boolean, "Runs as long as the session; nobody waits for its end."),
    "publish": Option(None, _channel, "The channel to which what the task returns is sent."),
    "parameters": Option({}, _parameters, "Values for the task's arguments, by name."),
}
"""Every option but `name`, `start_cond` and `end_cond`, which need the session to be read."""

CONDITIONS: Final = ("start_cond", "end_cond")
ALIASES: Final = {"permanent_task": "permanent", "runtime": "execution"}
"""Spellings that are accepted for an option: the ancestor's, and the one the API shows."""


def convert_option(name: str, value: Any) -> Any:
    """The canonical value of an option.

    Raises:
        InvalidInput: the value does not fit.
    """
    return _name(name, value) if name == "name" else OPTIONS[name].convert(name, value)


def plain_timeout(value: timedelta | str | None) -> float | str | None:
    """A timeout as the option takes it back: seconds, "never", or None for the session's."""
    return value.total_seconds() if isinstance(value, timedelta) else value


def unknown_options(
    given: Iterable[str], known: Sequence[str], state: Container[str]
) -> list[InvalidInput]:
    """An error for each option that does not exist, naming the nearest that does.

    Args:
        given: the names.
        known: the options that there are.
        state: the fields of a task's object that cannot be set.
    """
    return [
        InvalidInput({name: "tells the task's state and cannot be set"})
        if name in state
        else UnknownName("task option", name, known)
        for name in given
        if name not in known
    ]
