"""Job requests: what may be asked for with a job, and whether it can be granted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import orjson

from redengine.durations import parse_duration
from redengine.exceptions import InvalidInput, NotFound, UnknownName, did_you_mean, shortened
from redengine.tasks.options import convert_option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from redengine.scheduler.core import Core
    from redengine.scheduler.job import Job

LONGEST_ID: Final = 200
OPTIONS: Final = ("priority", "runtime", "timeout", "retries", "deadline", "run_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRequest:
    """What is asked for with one job; None where the task's own option holds.

    Attributes:
        priority: its place in the queue.
        runtime: the name of the runtime to run in.
        timeout: how long an attempt may run.
        retries: how often it is tried again.
        deadline: when it has to have ended: it does not begin after, and is terminated at it.
        run_at: when it may begin.
    """

    priority: int | None = None
    runtime: str | None = None
    timeout: timedelta | None = None
    retries: int | None = None
    deadline: datetime | None = None
    run_at: datetime | None = None

    @classmethod
    def read(cls, options: Mapping[str, Any], core: Core) -> JobRequest:
        """The request that `options` spell.

        Raises:
            UnknownName: an option does not exist.
            InvalidInput: values do not fit; `fields` has the reason of each.
        """
        values: dict[str, Any] = {}
        reasons: dict[str, str] = {}
        for name, value in options.items():
            if name not in OPTIONS:
                raise UnknownName("job option", name, OPTIONS)
            if value is None:
                continue
            try:
                values[name] = _converted(name, value, core)
            except InvalidInput as error:
                reasons |= error.fields
            except NotFound as error:
                reasons[name] = str(error)
        if reasons:
            raise InvalidInput(reasons)
        return cls(**values)

    def apply(self, job: Job) -> None:
        """Put what was asked for on the job."""
        job.timeout = self.timeout
        job.deadline = self.deadline
        job.run_at = self.run_at


def _converted(name: str, value: Any, core: Core) -> Any:
    if name in {"priority", "retries"}:
        return convert_option(name, value)
    if name == "timeout":
        timeout = parse_duration(value, field=name)
        if timeout <= timedelta(0):
            raise InvalidInput({name: f"expected more than 0 seconds, got {shortened(value)}"})
        return timeout
    if name == "runtime":
        return _runtime(value, core)
    return _instant(name, value, core)


def _runtime(value: Any, core: Core) -> str:
    if not isinstance(value, str) or not core.takes_jobs(value):
        known = list(core.runtimes)
        hint = did_you_mean(value, known) if isinstance(value, str) else ""
        raise InvalidInput({"runtime": f"there is no runtime {shortened(value)}{hint}"})
    return value


def _instant(name: str, value: Any, core: Core) -> datetime:
    """A time in the future: aware, in UTC; a naive one is in the session's zone."""
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        reason = f"expected an ISO 8601 time such as 2026-01-31T07:00:00Z, got {shortened(value)}"
        raise InvalidInput({name: reason}) from None
    if at.tzinfo is None:
        at = at.replace(tzinfo=core.config.timezone)
    at = at.astimezone(UTC)
    if name == "deadline" and at <= core.clock.now():
        raise InvalidInput({name: f"lies in the past: {shortened(value)}"})
    return at


def same_content(job: Job, task: str, parameters: Mapping[str, Any]) -> bool:
    """Whether a submission asks for what the job was made for."""

    def text(values: Mapping[str, Any]) -> bytes:
        return orjson.dumps(dict(values), default=repr, option=orjson.OPT_SORT_KEYS)

    return job.task == task and text(job.parameters) == text(parameters)


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
