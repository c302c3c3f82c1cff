"""Hypothesis strategies for conditions and what they read, and a world made of plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from redengine.conditions import (
    MISSING,
    WORKING_WEEK,
    After,
    All,
    Any,
    BusinessDays,
    Calendar,
    CalendarIs,
    CheckResult,
    Condition,
    Constant,
    Cron,
    Env,
    Every,
    EveryStarting,
    Has,
    In,
    InZone,
    IsRunning,
    Moment,
    MovedToOpenDay,
    Not,
    ParamExists,
    ParamIs,
    Periodic,
    PeriodicAt,
    Retry,
    SchedulerRun,
    TimeOf,
)
from redengine.conditions.calendar.positions import WEEKDAYS, read_position
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
from redengine.conditions.dependencies import OUTCOMES
from redengine.conditions.run_history import ACTIONS, OPERATORS
from redengine.exceptions import InvalidInput

MINUTE_LONG = timedelta(minutes=1)
TASKS = ("fetch", "report")
ME = "me"
PARAMETERS = ("mode", "env")
VALUES = ("prod", "test", 1, True, None)

TRANSITIONS = (
    ("America/New_York", datetime(2026, 3, 8, 7, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 11, 1, 6, tzinfo=UTC)),
    ("Europe/Helsinki", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
    ("America/Santiago", datetime(2026, 9, 6, 4, tzinfo=UTC)),
    ("America/Santiago", datetime(2026, 4, 5, 3, tzinfo=UTC)),
    ("Antarctica/Troll", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ("Antarctica/Troll", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),
    ("Pacific/Chatham", datetime(2026, 4, 4, 14, tzinfo=UTC)),
    ("UTC", datetime(2026, 2, 28, 12, tzinfo=UTC)),
)
"""Zones with an instant at which their offset changes; all on whole minutes."""
ZONES = tuple(sorted({name for name, _ in TRANSITIONS}))


@dataclass
class Record:
    """What a task did, as plain lists of moments."""

    created: datetime | None = None
    last_due: datetime | None = None
    failures: int = 0
    running_since: datetime | None = None
    done: dict[str, list[Moment]] = field(default_factory=dict)

    def last(self, action: str) -> Moment | None:
        """The latest moment of an action."""
        return max(self.done.get(action, ()), key=lambda moment: moment.order, default=None)

    def moments(self, action: str, since: datetime, until: datetime) -> list[Moment]:
        """The moments of an action in a span."""
        return [each for each in self.done.get(action, ()) if since <= each.at < until]

    def note(self, action: str, order: int, at: datetime) -> None:
        """Remember one more moment."""
        self.done.setdefault(action, []).append(Moment(order, at))


@dataclass
class FakeWorld:
    """A world made of plain values."""

    now: datetime
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    task: str = ME
    nominal: datetime | None = None
    scheduler_started: datetime | None = None
    records: dict[str, Record] = field(default_factory=dict)
    parameters: dict[str, object] = field(default_factory=dict)
    checks: dict[str, CheckResult] = field(default_factory=dict)
    calendars: dict[str, Calendar] = field(default_factory=dict)

    def history(self, task: str | None) -> Record:
        """The record of a task; an empty one for an unknown task."""
        return self.records.get(self.task if task is None else task, Record())

    def parameter(self, name: str) -> object:
        """The value of a parameter, or MISSING."""
        return self.parameters.get(name, MISSING)

    def is_secret(self, name: str) -> bool:
        """No parameter of these tests is secret."""
        return False

    def calendar(self, name: str | None) -> Calendar:
        """The calendar of a name; Monday to Friday where there is none."""
        return self.calendars.get(name or "", WORKING_WEEK)

    def check(self, condition) -> CheckResult:
        """The last known answer of a custom condition."""
        return self.checks.get(condition.key, CheckResult(holds=False))


# -- positions and windows

_clock = st.builds("{:02}:{:02}".format, st.integers(0, 23), st.integers(0, 59))
_near_transition = st.sampled_from(("00:00", "00:30", "01:00", "01:30", "02:00", "02:30", "03:00"))
_minute_second = st.builds("{:02}:00".format, st.integers(0, 59))
_weekday = st.sampled_from(WEEKDAYS)
_day_of_quarter = st.sampled_from(
    ("1st", "31st", "last", "2nd month", "29th of 2nd month", "last of 2nd month")
)
_day_of_year = st.sampled_from(
    ("1 January", "29 February", "last of February", "03-08", "March", "1 November", "Dec 30")
)
_month_day = st.sampled_from(("1st", "2nd", "15th", "29th", "30th", "31st", "last"))

POSITION_TEXTS = {
    SECOND: st.builds(".{}".format, st.integers(1, 9)),
    MINUTE: st.builds("{:02}".format, st.integers(0, 59)),
    HOUR: st.one_of(_minute_second, st.builds("{:02}".format, st.integers(0, 59))),
    DAILY: st.one_of(_clock, _near_transition),
    WEEK: st.one_of(_weekday, st.builds("{} {}".format, _weekday, _near_transition)),
    MONTH: st.one_of(_month_day, st.builds("{} {}".format, _month_day, _clock)),
    QUARTER: _day_of_quarter,
    YEAR: _day_of_year,
}
"""Texts of positions, by unit; all on whole minutes for units from the hour on."""


@st.composite
def windows(draw, units=(HOUR, DAILY, WEEK, MONTH, QUARTER, YEAR), kinds=None):
    """Windows of the given units."""
    unit = draw(st.sampled_from(units))
    kind = draw(st.sampled_from(kinds or ("whole", "between", "before", "after", "on")))
    texts = POSITION_TEXTS[unit]
    try:
        first = None if kind in ("whole", "before") else read_position(unit, draw(texts))
        last = read_position(unit, draw(texts)) if kind in ("between", "before") else None
        return Window(unit, kind, first, last)
    except InvalidInput:
        return Window(unit)


# -- statements

_clock_fields = st.sampled_from(("0", "30", "*/20", "10-12", "0,30,59", "*", "5-55/10", "59"))
_hour_fields = st.sampled_from(("0", "1", "2", "3", "*", "1-3", "*/6", "0,2,23"))
_day_fields = st.sampled_from(("* * *", "* * mon-fri", "* * sun", "1 * *", "L * *", "* * 0#1"))

crons = st.builds(lambda *fields: Cron(" ".join(fields)), _clock_fields, _hour_fields, _day_fields)
pulses_at = st.one_of(
    st.builds(lambda text: PeriodicAt(HOUR, read_position(HOUR, text)), POSITION_TEXTS[HOUR]),
    st.builds(lambda text: PeriodicAt(DAILY, read_position(DAILY, text)), POSITION_TEXTS[DAILY]),
    st.builds(lambda text: PeriodicAt(WEEK, read_position(WEEK, text)), POSITION_TEXTS[WEEK]),
    st.builds(lambda text: PeriodicAt(MONTH, read_position(MONTH, text)), POSITION_TEXTS[MONTH]),
    st.builds(lambda text: PeriodicAt(YEAR, read_position(YEAR, text)), POSITION_TEXTS[YEAR]),
)
calendar_names = st.sampled_from((None, "bank", "shop"))
day_statements = st.one_of(
    st.builds(BusinessDays, calendar_names),
    st.builds(CalendarIs, st.sampled_from(("bank", "shop")), st.sampled_from(("open", "closed"))),
)
_daily_crons = st.builds(
    lambda *fields: Cron(" ".join(fields)),
    st.sampled_from(("0", "30", "0,30,59")),
    st.sampled_from(("1", "2", "0,2,23", "*/6")),
    _day_fields,
)
_movable = st.one_of(
    _daily_crons,
    st.builds(lambda text: PeriodicAt(DAILY, read_position(DAILY, text)), POSITION_TEXTS[DAILY]),
    st.builds(lambda text: PeriodicAt(WEEK, read_position(WEEK, text)), POSITION_TEXTS[WEEK]),
    st.builds(lambda text: PeriodicAt(MONTH, read_position(MONTH, text)), POSITION_TEXTS[MONTH]),
)
moved_times = st.builds(
    MovedToOpenDay, _movable, st.sampled_from(("next", "previous")), calendar_names
)
all_timed = st.one_of(crons, pulses_at, moved_times)
durations = st.integers(1, 3000).map(lambda minutes: minutes * MINUTE_LONG)
periodics = st.builds(
    Periodic, windows(kinds=("whole", "between", "before", "after", "on", "starting"))
)
time_ofs = st.builds(TimeOf, windows())
task_names = st.sampled_from(TASKS)
optional_task = st.one_of(st.none(), task_names)
counts = st.one_of(st.none(), st.tuples(st.sampled_from(tuple(OPERATORS)), st.integers(0, 3)))
words = st.sampled_from(tuple(ACTIONS))
records_statements = st.one_of(
    st.builds(Has, words, optional_task, windows(), st.none(), counts),
    st.builds(Has, words, optional_task, st.none(), durations, counts),
    st.builds(Has, words, optional_task, st.none(), st.none(), counts),
)
afters = st.builds(
    After,
    st.lists(task_names, min_size=1, max_size=2).map(tuple),
    st.sampled_from(tuple(OUTCOMES)),
    st.sampled_from((None, "All", "Any")),
)
level_statements = st.one_of(
    periodics,
    time_ofs,
    afters,
    records_statements,
    st.builds(IsRunning, optional_task, st.one_of(st.none(), durations)),
    st.builds(Retry, st.integers(1, 3)),
    st.builds(ParamIs, st.sampled_from(PARAMETERS), st.sampled_from(VALUES)),
    st.builds(ParamExists, st.sampled_from(PARAMETERS)),
    st.builds(Env, st.sampled_from(("prod", "test"))),
    st.builds(SchedulerRun, durations),
    st.builds(Constant, st.booleans()),
    day_statements,
)
dates = st.sampled_from([each + shift for _, each in TRANSITIONS for shift in
                         (timedelta(0), timedelta(hours=-20), timedelta(days=2))])  # fmt: skip
dates = st.one_of(dates, dates.map(lambda at: at.replace(tzinfo=None)))
starting = st.builds(EveryStarting, durations, dates)
ins = st.integers(1, 20_000).map(lambda minutes: In(minutes * MINUTE_LONG))
moments_statements = st.one_of(all_timed, st.builds(Every, durations), starting, ins)
statements = st.one_of(level_statements, level_statements, moments_statements)


def _combined(children):
    several = st.lists(children, min_size=2, max_size=3)
    return st.one_of(
        several.map(All.of),
        several.map(Any.of),
        children.map(lambda each: Not.of(each) if each.can_negate else each),
        st.builds(InZone.of, children, st.sampled_from(ZONES)),
    )


conditions: st.SearchStrategy[Condition] = st.recursive(statements, _combined, max_leaves=6)
"""Trees of all statements; their times are on whole minutes."""

calendar_conditions: st.SearchStrategy[Condition] = st.recursive(
    st.one_of(time_ofs, all_timed, day_statements, st.builds(Constant, st.booleans())),
    _combined,
    max_leaves=4,
)
"""Trees that depend on nothing but time."""

# -- worlds


@st.composite
def _records(draw, start: datetime, orders):
    """A record of up to a few moments in the three days before `start`."""
    minutes = st.integers(0, 3 * 24 * 60)
    record = Record(created=start - timedelta(days=10))
    for action in draw(st.lists(st.sampled_from(("run", "success", "fail", "terminate", "crash",
                                                 "inaction")), max_size=6)):  # fmt: skip
        record.note(action, next(orders), start - draw(minutes) * MINUTE_LONG)
    record.failures = draw(st.integers(0, 3))
    record.last_due = start - draw(minutes) * MINUTE_LONG
    if draw(st.booleans()):
        record.running_since = start - draw(minutes) * MINUTE_LONG
    return record


@st.composite
def calendars(draw, name, around):
    """Calendars with closed days around a day, some of them in a zone of their own."""
    days = st.integers(-4, 6).map(lambda number: around + timedelta(days=number))
    return Calendar(
        name=name,
        closed=draw(st.dictionaries(days, st.sampled_from(("", "Feast")), max_size=6)),
        opened=frozenset(draw(st.sets(days, max_size=2))),
        weekend=frozenset(draw(st.sets(st.integers(0, 6), max_size=3))),
        zone=draw(st.sampled_from((None, *map(ZoneInfo, ZONES)))),
    )


@st.composite
def worlds(draw):
    """Worlds near a DST transition, with histories and parameters; all on whole minutes."""
    zone, transition = draw(st.sampled_from(TRANSITIONS))
    start = transition - draw(st.integers(0, 36 * 60)) * MINUTE_LONG
    orders = iter(draw(st.permutations(range(1, 40))))
    return FakeWorld(
        now=start,
        zone=ZoneInfo(zone),
        scheduler_started=start - draw(st.integers(0, 3000)) * MINUTE_LONG,
        records={name: draw(_records(start, orders)) for name in (ME, *TASKS)},
        calendars={name: draw(calendars(name, start.date())) for name in ("bank", "shop")},
        parameters=draw(
            st.dictionaries(st.sampled_from(PARAMETERS), st.sampled_from(VALUES), max_size=2)
        ),
    )
