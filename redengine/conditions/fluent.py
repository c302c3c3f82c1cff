"""The names with which conditions are made in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from redengine.conditions.calendar.wall_clock import (
    DAILY,
    HOUR,
    MINUTE,
    MONTH,
    QUARTER,
    SECOND,
    WEEK,
    YEAR,
)
from redengine.conditions.calendar.windows import Window
from redengine.conditions.channels import ChannelField, ChannelTicked
from redengine.conditions.condition import Any as AnyOf
from redengine.conditions.condition import Condition
from redengine.conditions.dates import At, In, Since, Until
from redengine.conditions.days.open_days import BusinessDays, CalendarIs
from redengine.conditions.dependencies import After, IsRunning, Retry
from redengine.conditions.explanation import task_name
from redengine.conditions.facts import FALSE, TRUE, Env, ParamExists, ParamIs, SchedulerRun
from redengine.conditions.fire_times import Cron
from redengine.conditions.intervals import Every, Periodic, TimeOf
from redengine.conditions.run_history import Has
from redengine.durations import parse_duration
from redengine.exceptions import InvalidInput, shortened

if TYPE_CHECKING:
    from datetime import date, datetime, timedelta

    from redengine.conditions.calendar.cron import Seconds

true: Final = TRUE
"""Always holds."""

false: Final = FALSE
"""Never holds."""

always: Final = TRUE
"""As `true`."""

never: Final = FALSE
"""As `false`."""

secondly: Final = Periodic(Window(SECOND))
minutely: Final = Periodic(Window(MINUTE))
hourly: Final = Periodic(Window(HOUR))
daily: Final = Periodic(Window(DAILY))
"""Once a day; narrow it with `.after("07:00")`, `.at("07:00")` … as all of its kin."""
weekly: Final = Periodic(Window(WEEK))
monthly: Final = Periodic(Window(MONTH))
quarterly: Final = Periodic(Window(QUARTER))
yearly: Final = Periodic(Window(YEAR))

time_of_minute: Final = TimeOf(Window(MINUTE))
time_of_hour: Final = TimeOf(Window(HOUR))
time_of_day: Final = TimeOf(Window(DAILY))
"""At a time of day; narrow it with `.between("10:00", "12:00")` … as all of its kin."""
time_of_week: Final = TimeOf(Window(WEEK))
time_of_month: Final = TimeOf(Window(MONTH))
time_of_quarter: Final = TimeOf(Window(QUARTER))
time_of_year: Final = TimeOf(Window(YEAR))


def every(interval: timedelta | str | float) -> Every:
    """One interval after the latest due time: a duration such as "10 s", or seconds.

    `.starting("2026-12-24 18:00")` counts from an instant instead.
    """
    return Every(interval)


def in_(delay: timedelta | str | float) -> In:
    """Once, so long after the task was made: a nominal time, which may be missed."""
    return In(delay)


def at(moment: date | datetime | str) -> At:
    """At one instant, such as `at("2026-12-24 18:00")`: a nominal time, which may be missed."""
    return At(moment)  # type: ignore[arg-type] # text is read there


def since(moment: date | datetime | str) -> Since:
    """From an instant on; a day counts from its beginning."""
    return Since(moment)  # type: ignore[arg-type] # text is read there


def until(moment: date | datetime | str) -> Until:
    """Up to an instant, and at it; a day is included."""
    return Until(moment)  # type: ignore[arg-type] # text is read there


def cron(expression: str, seconds: Seconds | None = None) -> Cron:
    """At the times of a cron expression of five fields, or six with the seconds.

    Args:
        expression: the fields, or an alias such as "@daily".
        seconds: which of six fields is that of the seconds; the last one if it is not said.

    Raises:
        InvalidInput: it cannot be read.
        ImpossibleCondition: it never comes.
    """
    if not isinstance(expression, str):
        raise InvalidInput({"cron": f"expected an expression, got {shortened(expression)}"})
    return Cron(expression, seconds)


def on_business_days(calendar: str | None = None) -> BusinessDays:
    """On the open days of a calendar; without a name on Monday to Friday."""
    return BusinessDays(calendar)


def calendar_is_open(calendar: str) -> CalendarIs:
    """On the open days of a calendar."""
    return CalendarIs(calendar)


def calendar_is_closed(calendar: str) -> CalendarIs:
    """On the closed days of a calendar."""
    return CalendarIs(calendar, "closed")


def after_success(task: Any) -> After:
    """After a task has succeeded; a task is named by itself, its function or its name."""
    return After((task,))


def after_fail(task: Any) -> After:
    """After a task has failed past its retries, or crashed."""
    return After((task,), "failed")


def after_finish(task: Any) -> After:
    """After a task has succeeded, failed, crashed or been terminated."""
    return After((task,), "finished")


def after_terminate(task: Any) -> After:
    """After a task has been terminated."""
    return After((task,), "terminated")


def after_crash(task: Any) -> After:
    """After the place in which a task ran has gone away."""
    return After((task,), "crashed")


def after_all_success(*tasks: Any) -> After:
    """After all of several tasks have succeeded."""
    return After(tasks, "succeeded", "All")


def after_all_fail(*tasks: Any) -> After:
    """After all of several tasks have failed."""
    return After(tasks, "failed", "All")


def after_all_finish(*tasks: Any) -> After:
    """After all of several tasks have finished."""
    return After(tasks, "finished", "All")


def after_all_terminate(*tasks: Any) -> After:
    """After all of several tasks have been terminated."""
    return After(tasks, "terminated", "All")


def after_all_crash(*tasks: Any) -> After:
    """After all of several tasks have crashed."""
    return After(tasks, "crashed", "All")


def after_any_success(*tasks: Any) -> After:
    """After any of several tasks has succeeded."""
    return After(tasks, "succeeded", "Any")


def after_any_fail(*tasks: Any) -> After:
    """After any of several tasks has failed."""
    return After(tasks, "failed", "Any")


def after_any_finish(*tasks: Any) -> After:
    """After any of several tasks has finished."""
    return After(tasks, "finished", "Any")


def after_any_terminate(*tasks: Any) -> After:
    """After any of several tasks has been terminated."""
    return After(tasks, "terminated", "Any")


def after_any_crash(*tasks: Any) -> After:
    """After any of several tasks has crashed."""
    return After(tasks, "crashed", "Any")


def _optional(task: Any) -> str | None:
    return None if task is None else task_name(task)


def succeeded(task: Any = None) -> Has:
    """Whether a task, or the asked one, has succeeded; `.today`, `.past("2 h")`, `>= 3` …."""
    return Has("succeeded", _optional(task))


def failed(task: Any = None) -> Has:
    """Whether a task has failed past its retries, or crashed."""
    return Has("failed", _optional(task))


def finished(task: Any = None) -> Has:
    """Whether a task has succeeded, failed, crashed or been terminated."""
    return Has("finished", _optional(task))


def started(task: Any = None) -> Has:
    """Whether a task has started."""
    return Has("started", _optional(task))


def terminated(task: Any = None) -> Has:
    """Whether a task has been terminated."""
    return Has("terminated", _optional(task))


def inacted(task: Any = None) -> Has:
    """Whether a start of a task has been skipped."""
    return Has("inacted", _optional(task))


def crashed(task: Any = None) -> Has:
    """Whether the place in which a task ran went away."""
    return Has("crashed", _optional(task))


def running(task: Any = None, *, more_than: timedelta | str | float | None = None) -> IsRunning:
    """Whether a task, or the asked one, runs, or has run for more than a while."""
    span = None if more_than is None else parse_duration(more_than, field="more_than")
    return IsRunning(_optional(task), span)


def retry(times: int = 1) -> Retry:
    """After the task has failed, so many times in a row."""
    return Retry(times)


class Parameter:
    """A session parameter in a condition; `param` makes it.

    Args:
        name: its name.
    """

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def equals(self, value: object) -> ParamIs:
        """While it has this value: a text, a number, a boolean or None."""
        return ParamIs(self.name, value)

    def differs(self, value: object) -> Condition:
        """While it has another value, or does not exist."""
        return ~ParamIs(self.name, value)

    def is_in(self, *values: object) -> Condition:
        """While it has one of these values."""
        return AnyOf.of(ParamIs(self.name, value) for value in values)

    def exists(self) -> ParamExists:
        """While it exists, whatever its value."""
        return ParamExists(self.name)

    def __repr__(self) -> str:
        return f"param({self.name!r})"


def param(name: str) -> Parameter:
    """A session parameter, to be compared: `param("mode").equals("fast")`."""
    return Parameter(name)


class ChannelValue:
    """A field of a channel's latest record in a condition; `channel(…).field` makes it.

    Args:
        channel: the channel's name, or itself.
        field: the field, dotted for those of objects.
    """

    __slots__ = ("_channel", "_field")

    def __init__(self, channel: Any, field: str) -> None:
        self._channel = channel
        self._field = field

    def _is(self, sign: str, value: object) -> ChannelField:
        return ChannelField(self._channel, self._field, sign, value)

    def equals(self, value: object) -> ChannelField:
        """While it has this value: a text, a number, a boolean or None."""
        return self._is("==", value)

    def differs(self, value: object) -> ChannelField:
        """While it has another value of that kind."""
        return self._is("!=", value)

    def __lt__(self, value: float | str) -> ChannelField:
        return self._is("<", value)

    def __le__(self, value: float | str) -> ChannelField:
        return self._is("<=", value)

    def __gt__(self, value: float | str) -> ChannelField:
        return self._is(">", value)

    def __ge__(self, value: float | str) -> ChannelField:
        return self._is(">=", value)

    def __repr__(self) -> str:
        return f"channel({self._channel!r}).field({self._field!r})"


class ChannelName:
    """A channel in a condition; `channel` makes it.

    Args:
        channel: its name, or itself.
    """

    __slots__ = ("_channel",)

    def __init__(self, channel: Any) -> None:
        self._channel = channel

    def ticked(self) -> ChannelTicked:
        """While the task has not started since its latest record."""
        return ChannelTicked(self._channel)

    def field(self, name: str) -> ChannelValue:
        """A field of its latest record, to be compared: `channel("prices").field("x") > 10`."""
        return ChannelValue(self._channel, name)

    def __repr__(self) -> str:
        return f"channel({self._channel!r})"


def channel(name: Any) -> ChannelName:
    """A channel, by its name or itself: `channel("prices").ticked()`."""
    return ChannelName(name)


def env(name: str) -> Env:
    """While the session parameter `env` is this."""
    return Env(name)


def scheduler_running(over: timedelta | str | float = 0) -> SchedulerRun:
    """Once the scheduler has run for so long."""
    return SchedulerRun(over)


def scheduler_started(ago: timedelta | str | float = 0) -> SchedulerRun:
    """Once the scheduler's start is so long ago."""
    return SchedulerRun(ago)
