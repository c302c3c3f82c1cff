"""The session's calendars by name: made, replaced and removed while it runs."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from redengine.calendars.definition import CalendarDefinition, checked_name
from redengine.conditions import Calendar
from redengine.conditions.calendar.wall_clock import instant_of, wall_of
from redengine.conditions.days.calendar import unknown_calendar
from redengine.conditions.days.open_days import calendars_of, topic_of
from redengine.exceptions import Conflict, InvalidInput, NotFound
from redengine.tasks import Task

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import tzinfo

    from redengine.conditions import Condition
    from redengine.scheduler.core import Core
    from redengine.scheduler.environment import Environment

log = logging.getLogger("redengine.calendars")

_DAY: Final = timedelta(days=1)
_MOST_NAMED: Final = 5


class _Renewal:
    """Makes one calendar again each day, as an item of the agenda.

    A function is asked in a thread of its own, never under the session's lock. While it runs, and
    after it raised, the days that are known stand.
    """

    __slots__ = ("_owner", "definition", "is_running", "made_on", "name", "wake", "warned_of")

    def __init__(
        self, owner: Calendars, name: str, definition: CalendarDefinition, made_on: date
    ) -> None:
        self._owner = owner
        self.name = name
        self.definition = definition
        self.made_on = made_on
        self.wake: datetime | None = None
        self.is_running = False
        self.warned_of: str | None = None

    def attend(self, at: datetime) -> None:
        """A day has begun: have the calendar made again; under the lock."""
        del at
        self._owner.renew(self)

    def __repr__(self) -> str:
        return f"Renewal({self.name!r})"


class Calendars(Mapping[str, Calendar]):
    """The calendars of a session.

    A calendar is replaced as a whole; every task that reads it is looked at again at once.

    Args:
        core: the session's state.
        environment: its surroundings: whether users' code is run, and in threads.
    """

    def __init__(self, core: Core, environment: Environment) -> None:
        self._core = core
        core.calendars = {}
        self._environment = environment
        self._definitions: dict[str, CalendarDefinition] = {}
        self._renewals: dict[str, _Renewal] = {}

    # -- reading

    def __getitem__(self, name: str) -> Calendar:
        found = self._core.calendars.get(name)
        if found is None:
            raise NotFound("calendar", name, list(self._core.calendars))
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._core.calendars

    def get(self, name: str, default: Any = None) -> Any:
        """The calendar of a name, or `default`."""
        return self._core.calendars.get(name, default)

    def __iter__(self) -> Iterator[str]:
        return iter(list(self._core.calendars))

    def __len__(self) -> int:
        return len(self._core.calendars)

    def definition(self, name: str) -> CalendarDefinition:
        """What a calendar is made of.

        Raises:
            NotFound: there is none of that name.
        """
        found = self._definitions.get(name)
        if found is None:
            raise NotFound("calendar", name, list(self._core.calendars))
        return found

    def today(self, name: str) -> date:
        """The day that it is in a calendar.

        Raises:
            NotFound: there is none of that name.
        """
        return self[name].day_of(self._core.clock.now(), self._core.config.timezone)

    def ends_session(self, name: str) -> bool:
        """Whether `shut_cond` names a calendar, so that its days decide when the session ends."""
        shut_cond: Condition | None = self._core.config.shut_cond
        return shut_cond is not None and name in calendars_of(shut_cond)

    def used_by(self, name: str) -> list[str]:
        """The names of the tasks whose conditions name a calendar."""
        with self._core.lock:
            return [task.name for task in self._core.tasks.values() if name in named_by(task)]

    def __repr__(self) -> str:
        return f"Calendars({list(self)!r})"

    # -- changing

    def create(self, name: str, given: Mapping[str, Any]) -> Calendar:
        """Make a calendar of what a script gives, or replace the one of that name.

        Raises:
            InvalidInput: a value does not fit; the one that was there stays.
        """
        return self.put(name, CalendarDefinition.of(given, reads_files=True))

    def put(self, name: str, definition: CalendarDefinition) -> Calendar:
        """Make a calendar, or replace the one of that name.

        Raises:
            InvalidInput: it cannot be made; the one that was there stays.
        """
        self._core.refuse_fork()
        checked_name(name)
        today = self._today(definition)
        calendar = definition.make(name, today)
        with self._core.lock:
            self._install(calendar)
            self._definitions[name] = definition
            self._forget_renewal(name)
            if definition.moves_on and self._environment.runs_code:
                renewal = self._renewals[name] = _Renewal(self, name, definition, today)
                self._plan(renewal)
        return calendar

    def __delitem__(self, name: str) -> None:
        """Remove a calendar.

        Raises:
            NotFound: there is none of that name.
            Conflict: a task's condition, or `shut_cond`, names it.
        """
        core = self._core
        core.refuse_fork()
        with core.lock:
            if name not in core.calendars:
                raise NotFound("calendar", name, list(core.calendars))
            self._refuse_named(name)
            del core.calendars[name]
            self._definitions.pop(name, None)
            self._forget_renewal(name)

    def _refuse_named(self, name: str) -> None:
        if self.ends_session(name):
            message = f"'shut_cond' names calendar '{name}'; change that first"
            raise Conflict(message, calendar=name, config=["shut_cond"])
        tasks = self.used_by(name)
        if tasks:
            told = ", ".join(f"'{each}'" for each in tasks[:_MOST_NAMED])
            more = f" and {len(tasks) - _MOST_NAMED} more" if len(tasks) > _MOST_NAMED else ""
            message = (
                f"conditions of {told}{more} name calendar '{name}'; change them first, "
                "or put another calendar in its place"
            )
            raise Conflict(message, calendar=name, tasks=tasks)

    def _install(self, calendar: Calendar) -> None:
        """Put a calendar in the place of the one of its name; under the lock.

        What was due, and what a closed day has skipped, is decided by the one that was there.
        """
        core = self._core
        topic = topic_of(calendar.name)
        readers = core.agenda.readers(topic)
        for reader in readers:
            if isinstance(reader, Task) and calendar.name in core.calendars:
                core.agenda.touch(reader)
        core.settle_due(readers)
        core.calendars[calendar.name] = calendar
        for reader in readers:
            if isinstance(reader, Task):
                core.show(reader)
        core.publish(topic)

    # -- as time goes on

    def _zone_of(self, definition: CalendarDefinition) -> tzinfo:
        zone: tzinfo = definition.zone or self._core.config.timezone
        return zone

    def _today(self, definition: CalendarDefinition) -> date:
        return wall_of(self._core.clock.now(), self._zone_of(definition)).date()

    def _plan(self, renewal: _Renewal) -> None:
        """See a renewal's next day; under the lock."""
        zone = self._zone_of(renewal.definition)
        following = datetime.combine(self._today(renewal.definition) + _DAY, time())
        self._core.agenda.put(renewal, instant_of(following, zone))
        self._core.wake_engine()

    def _forget_renewal(self, name: str) -> None:
        renewal = self._renewals.pop(name, None)
        if renewal is not None:
            self._core.agenda.forget(renewal)

    def renew(self, renewal: _Renewal) -> None:
        """Make a calendar again if its days ahead have become fewer; under the lock."""
        if self._renewals.get(renewal.name) is not renewal:
            return
        self._plan(renewal)
        today = self._today(renewal.definition)
        is_to_ask = renewal.definition.function is not None and today != renewal.made_on
        if renewal.is_running or not (is_to_ask or today.year != renewal.made_on.year):
            return
        renewal.is_running = True
        if self._environment.is_virtual:
            self._make_again(renewal, today)
        else:
            name = f"redengine-calendar-{renewal.name}"
            threading.Thread(
                target=self._make_again, args=(renewal, today), name=name, daemon=True
            ).start()

    def _make_again(self, renewal: _Renewal, today: date) -> None:
        core = self._core
        try:
            calendar = renewal.definition.make(renewal.name, today)
        except InvalidInput as error:
            self._warn(renewal, str(error))
        else:
            with core.lock:
                if self._renewals.get(renewal.name) is renewal:
                    renewal.made_on = today
                    self._install(calendar)
        finally:
            renewal.is_running = False

    def _warn(self, renewal: _Renewal, message: str) -> None:
        """Log each message once in a row; what the calendar knows stands."""
        if renewal.warned_of != message:
            renewal.warned_of = message
            text = "calendar '%s' could not be made again, its earlier days stand: %s"
            self._core.job_log.say(
                log, logging.WARNING, text, renewal.name, self._core.parameters.scrub(message)
            )


def named_by(task: Task) -> frozenset[str]:
    """The calendars that a task's conditions name."""
    conditions = conditions_of(task).values()
    return frozenset().union(*(calendars_of(each) for each in conditions if each is not None))


def conditions_of(task: Task) -> dict[str, Condition | None]:
    """A task's conditions, by the option that has them."""
    return {"start_cond": task.start_cond, "end_cond": task.end_cond}


def refuse_unknown_calendars(conditions: Mapping[str, Any], known: Collection[str]) -> None:
    """Refuse conditions that name a calendar which does not exist.

    Args:
        conditions: the conditions by the option that has them; None for none.
        known: the names of the calendars.

    Raises:
        InvalidInput: naming the option and the nearest calendar.
    """
    for option, condition in conditions.items():
        for name in sorted(calendars_of(condition) if condition is not None else ()):
            if name not in known:
                raise InvalidInput({option: unknown_calendar(name, known)})
