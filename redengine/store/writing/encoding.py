"""Entries as rows, and rows as dictionaries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from redengine.support import jsontext

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from redengine.store.errors import Damaged
    from redengine.store.records import (
        ChangeEntry,
        JobEntry,
        KeyEntry,
        LogEntry,
        OutputEntry,
        ReturnEntry,
        RevertedEntry,
        StateEntry,
        TaskEntry,
    )

    Row = Sequence[Any]

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def to_microseconds(at: datetime | None) -> int | None:
    """An aware datetime as the store keeps it."""
    return None if at is None else (at - EPOCH) // _MICROSECOND


def to_datetime(microseconds: int | None) -> datetime | None:
    """An aware datetime in UTC from what the store keeps."""
    return None if microseconds is None else EPOCH + timedelta(0, 0, microseconds)


_LONGEST_REPR: Final = 500
_DEEPEST: Final = 100
_LARGEST_INTEGER: Final = 2**63 - 1
_JSON_OPTIONS: Final = jsontext.OPT_NON_STR_KEYS | jsontext.OPT_SERIALIZE_NUMPY


def to_json(value: Any) -> str | None:
    """A value as JSON text; text is taken to be JSON already."""
    return value if value is None or isinstance(value, str) else value_to_json(value)


def value_to_json(value: Any) -> str:
    """Any value as JSON text, a text as a JSON string.

    What JSON does not know is written as its `repr`, shortened.
    """
    try:
        return jsontext.dumps(value, _described, _JSON_OPTIONS).decode()
    except (TypeError, RecursionError):
        return jsontext.dumps(_tamed(value, _DEEPEST)).decode()


def _described(value: Any) -> str:
    return escaped(repr(value)[:_LONGEST_REPR])


def _tamed(value: Any, depth: int) -> Any:
    """A copy without integers over 64 bits, halves of surrogate pairs, and cycles."""
    if isinstance(value, str):
        return escaped(value)
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if abs(value) <= _LARGEST_INTEGER else str(value)
    if depth == 0:
        return "…"
    if isinstance(value, Mapping):
        return {escaped(str(key)): _tamed(each, depth - 1) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_tamed(each, depth - 1) for each in value]
    return _described(value)


def escaped(text: str) -> str:
    """The same text with what has no UTF-8 form written as an escape."""
    return text.encode("utf-8", "backslashreplace").decode()


def encode_log(entry: LogEntry) -> tuple[Any, ...]:
    """A log record as a row of `logs`."""
    number, timestamp, action, task, job_id, start, end = entry[:7]
    duration, message, exc, reason, made, skipped = entry[7:]
    at = to_microseconds(timestamp)
    return (
        number,
        at,
        at if made is None else to_microseconds(made),
        action,
        task,
        job_id,
        at if start is timestamp else to_microseconds(start),
        at if end is timestamp else to_microseconds(end),
        duration,
        message,
        exc,
        reason,
        skipped,
    )


def encode_job(entry: JobEntry) -> tuple[Any, ...]:
    """A job as a row of `jobs`."""
    due_at = to_microseconds(entry.due_at)
    occurrence = entry.occurrence
    return (
        *entry[:4],
        to_microseconds(entry.submitted_at),
        *entry[5:8],
        to_json(entry.parameters) if entry.parameters else "{}",
        due_at,
        due_at if occurrence is entry.due_at else to_microseconds(occurrence),
        to_microseconds(entry.started_at),
        to_microseconds(entry.ended_at),
        entry.duration,
        to_json(entry.progress),
        *entry[15:21],
        to_microseconds(entry.run_at),
        to_json(entry.options),
        entry.exit_code,
    )


def encode_output(entry: OutputEntry) -> tuple[Any, ...]:
    """A line of output as a row of `output`."""
    return (entry.job_id, entry.seq, to_microseconds(entry.at), entry.stream, entry.text)


def encode_task(entry: TaskEntry) -> tuple[Any, ...]:
    """A known task as a row of `tasks`."""
    created, last_due = to_microseconds(entry.created), to_microseconds(entry.last_due)
    return (entry.name, created, last_due, entry.misfires)


def encode_return(entry: ReturnEntry) -> tuple[Any, ...]:
    """A return value as a row of `returns`."""
    return (entry.task, to_microseconds(entry.at), entry.kind, entry.value)


def encode_change(entry: ChangeEntry) -> tuple[Any, ...]:
    """An entry of the audit trail as a row of `changes`."""
    return (
        to_microseconds(entry.created),
        entry.kind,
        entry.resource,
        entry.name,
        entry.method,
        _optional_json(entry.data),
        _optional_json(entry.before),
        _optional_json(entry.after),
        entry.actor,
        entry.address,
        entry.status,
        entry.result,
        entry.request_id,
        entry.reverts,
        None,
        _optional_json(entry.sealed),
    )


def _optional_json(value: Any) -> str | None:
    return None if value is None else value_to_json(value)


def encode_reverted(entry: RevertedEntry) -> tuple[Any, ...]:
    """The parameters of the statement that marks a change as undone."""
    return (entry.change_id, entry.change_id)


def encode_state(entry: StateEntry) -> tuple[Any, ...]:
    """A state value as a row of `state`."""
    return (entry.key, value_to_json(entry.value))


def encode_key(entry: KeyEntry) -> tuple[Any, ...]:
    """A key of the API as a row of `api_keys`."""
    return (
        *entry[:3],
        value_to_json(entry.scopes),
        entry.tasks,
        to_microseconds(entry.created_at),
        entry.created_by,
        to_microseconds(entry.expires_at),
        to_microseconds(entry.revoked_at),
        entry.commands,
        entry.channels,
    )


def without_surrogates(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """The same row with all its text in a form that can be stored."""
    return tuple(escaped(value) if isinstance(value, str) else value for value in row)


_MOST_KNOWN_INSTANTS: Final = 1000
"""The columns of a row share instants, and so do rows: so many made ones are used again."""


def decoder(
    names: Sequence[str], kinds: Mapping[str, str], damaged: Damaged
) -> Callable[[Row], dict[str, Any]]:
    """A function that makes a dictionary of a row whose values stand in the order of `names`.

    Args:
        names: the fields.
        kinds: the kind of each.
        damaged: gives what stands in the place of JSON that cannot be read, or raises.
    """
    times, objects, flags = (
        [place for place, name in enumerate(names) if kinds[name] == kind]
        for kind in ("datetime", "json", "boolean")
    )

    instants: dict[int, datetime] = {}

    def decode(row: Row) -> dict[str, Any]:
        values = list(row)
        for place in times:
            microseconds = values[place]
            if microseconds is not None:
                instant = instants.get(microseconds)
                if instant is None:
                    if len(instants) >= _MOST_KNOWN_INSTANTS:
                        instants.clear()
                    instant = EPOCH + timedelta(0, 0, microseconds)
                    instants[microseconds] = instant
                values[place] = instant
        for place in objects:
            if values[place] is not None:
                try:
                    values[place] = jsontext.loads(values[place])
                except ValueError:
                    fields = dict(zip(names, values, strict=True))
                    values[place] = damaged(names[place], fields)
        for place in flags:
            values[place] = bool(values[place])
        return dict(zip(names, values, strict=True))

    return decode
