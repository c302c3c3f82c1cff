"""Job requests: what may be asked for with a job, and whether it can be granted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from redengine import jsontext
from redengine.exceptions import (
    InvalidInput,
    NotFound,
    UnknownName,
    did_you_mean,
    refuse,
    shortened,
)
from redengine.jsonable import json_trouble
from redengine.tasks.options import convert_option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.scheduler.core import Core
    from redengine.scheduler.job import Job

LONGEST_ID: Final = 200
OPTIONS: Final = ("priority", "runtime", "timeout", "retries", "deadline", "run_at", "labels")
_LONGEST_LABEL: Final = 200
_MOST_LABELS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRequest:
    """What is asked for with one job; None where the task's own option holds.

    Attributes:
        priority: its place in the queue.
        runtime: the name of the runtime to run in.
        timeout: how long an attempt may run; "never" for as long as it likes.
        retries: how often it is tried again.
        deadline: when it has to have ended: it does not begin after, and is terminated at it.
        run_at: when it may begin.
        labels: texts by name that are kept and shown with it, and change nothing else.
    """

    priority: int | None = None
    runtime: str | None = None
    timeout: timedelta | str | None = None
    retries: int | None = None
    deadline: datetime | None = None
    run_at: datetime | None = None
    labels: Mapping[str, str] | None = None

    @classmethod
    def read(cls, options: Mapping[str, Any], core: Core, *, is_repeat: bool = False) -> JobRequest:
        """The request that `options` spell.

        Args:
            options: values by name, in any accepted spelling.
            core: what runtimes there are, and what time it is.
            is_repeat: whether the job exists already, so that its deadline may have passed.

        Raises:
            UnknownName: an option does not exist.
            InvalidInput: values do not fit; `fields` has the reason of each.
        """
        values: dict[str, Any] = {}
        errors: list[InvalidInput] = []
        for name, value in options.items():
            if name not in OPTIONS:
                errors.append(UnknownName("job option", name, OPTIONS))
            if name not in OPTIONS or value is None:
                continue
            try:
                values[name] = _converted(name, value, core, is_repeat=is_repeat)
            except InvalidInput as error:
                errors.append(error)
            except NotFound as error:
                errors.append(InvalidInput({name: str(error)}))
        refuse(errors)
        return cls(**values)

    def apply(self, job: Job) -> None:
        """Put what was asked for on the job."""
        job.timeout = self.timeout
        job.deadline = self.deadline
        job.run_at = self.run_at
        job.labels = self.labels


def _converted(name: str, value: Any, core: Core, *, is_repeat: bool) -> Any:
    if name in {"priority", "retries", "timeout"}:
        return convert_option(name, value)
    if name == "runtime":
        return _runtime(value, core)
    if name == "labels":
        return _labels(value)
    at = _instant(name, value, core)
    if name == "deadline" and at <= core.clock.now() and not is_repeat:
        raise InvalidInput({name: f"lies in the past: {shortened(value)}"})
    return at


def _labels(value: Any) -> dict[str, str]:
    if not isinstance(value, dict) or len(value) > _MOST_LABELS:
        reason = f"expected at most {_MOST_LABELS} names and texts, got {shortened(value)}"
        raise InvalidInput({"labels": reason})
    for key, text in value.items():
        if not (isinstance(key, str) and isinstance(text, str)) or len(text) > _LONGEST_LABEL:
            reason = f"expected a text of at most {_LONGEST_LABEL} characters"
            raise InvalidInput({f"labels.{key}": f"{reason}, got {shortened(text)}"})
    return dict(value)


def _runtime(value: Any, core: Core) -> str:
    if not isinstance(value, str) or not core.takes_jobs(value):
        known = list(core.runtimes)
        hint = did_you_mean(value, known) if isinstance(value, str) else ""
        raise InvalidInput({"runtime": f"there is no runtime {shortened(value)}{hint}"})
    return value


def _instant(name: str, value: Any, core: Core) -> datetime:
    """A time: aware, in UTC; a naive one is in the session's zone."""
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        reason = f"expected an ISO 8601 time such as 2026-01-31T07:00:00Z, got {shortened(value)}"
        raise InvalidInput({name: reason}) from None
    if at.tzinfo is None:
        at = at.replace(tzinfo=core.config.timezone)
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise InvalidInput({name: f"is no time of the calendar: {shortened(value)}"}) from None


def same_content(job: Job, task: str, parameters: Mapping[str, Any]) -> bool:
    """Whether a submission asks for what the job was made for."""

    def text(values: Mapping[str, Any]) -> bytes:
        return jsontext.dumps(dict(values), default=repr, option=jsontext.OPT_SORT_KEYS)

    return job.task == task and text(job.parameters) == text(parameters)


def content_hash(task: str, parameters: Mapping[str, Any], request: JobRequest) -> str:
    """Tells one submission from another: the same for the same task, parameters and options.

    Labels do not count: a client that tries again may stamp its document anew.
    """
    asked = {
        name: value
        for name in OPTIONS
        if name != "labels" and (value := getattr(request, name)) is not None
    }
    content = [task, dict(parameters), asked]
    text = jsontext.dumps(
        content, default=repr, option=jsontext.OPT_SORT_KEYS | jsontext.OPT_NON_STR_KEYS
    )
    return sha256(text).hexdigest()


def refuse_without_json(parameters: Mapping[str, Any]) -> None:
    """Complain of values that a durable store could only describe, not give back.

    Raises:
        InvalidInput: with a reason for each parameter.
    """
    if json_trouble(dict(parameters)) is None:
        return
    troubles = {name: json_trouble(value) for name, value in parameters.items()}
    raise InvalidInput(
        {
            f"parameters.{name}": (
                f"has no JSON form ({trouble}), and the session's store keeps jobs over a "
                f"restart; give JSON, got {shortened(parameters[name])}"
            )
            for name, trouble in troubles.items()
            if trouble is not None
        }
    )


def refuse_bad_id(job_id: Any) -> None:
    """Complain of an id that cannot be one.

    Raises:
        InvalidInput: it is empty, too long, has a slash or cannot be printed.
    """
    if job_id is None:
        return
    if not isinstance(job_id, str) or not job_id.strip():
        raise InvalidInput({"job_id": f"expected a non-empty text, got {shortened(job_id)}"})
    if len(job_id) > LONGEST_ID or not job_id.isprintable() or "/" in job_id:
        reason = f"expected at most {LONGEST_ID} printable characters without '/'"
        raise InvalidInput({"job_id": f"{reason}, got {shortened(job_id)}"})
