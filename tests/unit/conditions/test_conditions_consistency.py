"""`holds`, `due` and `until` tell the same story, whatever the tree, the history and the zone."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import (
    MINUTE_LONG,
    ZONES,
    FakeWorld,
    all_timed,
    calendar_conditions,
    conditions,
    worlds,
)
from thoroughness import examples

from redengine.conditions import (
    CalendarContext,
    Condition,
    FireTimeCondition,
    InZone,
    ZonedContext,
    parse,
)

WALK = timedelta(hours=40)


def _jumped_to(condition: Condition, context: FakeWorld, end: datetime) -> set[datetime]:
    """The instants that one gets to by following `until`."""
    start, seen = context.now, {context.now}
    while (until := condition.until(context)) is not None and until <= end:
        assert until > context.now
        seen.add(until)
        context.now = until
    context.now = start
    return seen


def _check_walk(condition: Condition, context: FakeWorld, span: timedelta = WALK) -> None:
    """Tick through every minute; nothing may change but at an instant that `until` named."""
    start, end = context.now, context.now + span
    jumps = _jumped_to(condition, context, end)
    has_pulse = any(isinstance(node, FireTimeCondition) for node in condition.walk())
    minutes = {start + count * MINUTE_LONG for count in range(span // MINUTE_LONG + 1)}
    known = None
    for at in sorted(minutes | jumps):
        context.now = at
        verdict = (condition.holds(context), condition.due(context))
        if at in jumps:
            known = verdict
        elif not verdict[0]:
            assert has_pulse or not known[0], f"{condition} ended unannounced at {at}"
        elif has_pulse:
            assert known[0], f"{condition} held unannounced at {at} in {context.zone}"
            assert verdict[1] is None or verdict[1] <= known[1], "a pulse's due came unannounced"
        else:
            assert verdict == known, f"{condition} changed unannounced at {at} in {context.zone}"


@settings(max_examples=examples(60), deadline=None)
@given(conditions, worlds())
def test_nothing_changes_but_at_until(condition, context):
    """A tree starts to hold, stops or becomes due anew only when `until` said so."""
    _check_walk(condition, context)


@settings(max_examples=examples(60), deadline=None)
@given(calendar_conditions, worlds())
def test_calendar_conditions_change_at_until(condition, context):
    """Trees of windows, cron and times change only when `until` said so."""
    _check_walk(condition, context, timedelta(hours=60))


@settings(max_examples=examples(60), deadline=None)
@given(all_timed, worlds())
def test_nominal_times_are_where_a_pulse_holds(timed, context):
    """`nominal_times` lists exactly the minutes at which the pulse holds, with itself as due."""
    start, end = context.now, context.now + WALK
    listed = list(timed.nominal_times(context, start, end))
    held = []
    context.now += MINUTE_LONG
    while context.now <= end:
        if timed.holds(context):
            assert timed.due(context) == context.now
            held.append(context.now)
        context.now += MINUTE_LONG
    assert listed == held
    latest = timed.latest_nominal(context, start, end)
    assert latest == (listed[-1] if listed else None)


@settings(max_examples=examples(60), deadline=None)
@given(calendar_conditions, worlds(), st.integers(0, 20_000))
@example(
    parse("hourly at 59:00 & time of hour"),
    FakeWorld(datetime.fromisoformat("2026-01-01T00:00Z")),
    0,
)
def test_verdicts_do_not_depend_on_what_was_asked_before(condition, context, minutes):
    """The caches of windows and pulses change no verdict, in whatever order one asks."""
    fresh = parse(str(condition))
    there = CalendarContext(
        context.now + minutes * MINUTE_LONG, context.zone, calendars=context.calendar
    )
    condition.holds(context), condition.until(context)
    asked = (condition.holds(there), condition.until(there), condition.due(there))
    back = CalendarContext(context.now, context.zone, calendars=context.calendar)
    assert condition.until(back) == fresh.until(back)
    assert asked == (fresh.holds(there), fresh.until(there), fresh.due(there))


@settings(max_examples=examples(100), deadline=None)
@given(conditions, worlds())
def test_explanations_agree_with_verdicts(condition, context):
    """An explanation has the tree's verdicts, and says what would let it hold."""
    explanation = condition.explain(context)
    assert explanation.holds == condition.holds(context)
    assert explanation.until == condition.until(context)
    assert explanation.text == str(condition)
    assert len(explanation.children) == len(condition.parts())
    there = ZonedContext(context, condition.zone) if isinstance(condition, InZone) else context
    for part, child in zip(condition.parts(), explanation.children, strict=True):
        assert child.holds == part.holds(there)
    assert explanation.smallest_change()
    assert str(explanation)
    assert explanation.to_dict()["holds"] == condition.holds(context)


@settings(max_examples=examples(60), deadline=None)
@given(conditions, worlds())
def test_earliest_is_the_first_minute_at_which_it_holds(condition, context):
    """Nothing but time going on, a condition first holds at `earliest`."""
    start, end = context.now, context.now + WALK
    earliest = condition.earliest(context)
    while context.now <= end and not condition.holds(context):
        context.now += MINUTE_LONG
    if context.now > end:
        assert earliest is None or earliest > end
    else:
        assert earliest == context.now
    assert earliest is None or earliest >= start


@settings(max_examples=examples(60), deadline=None)
@given(conditions, worlds(), st.sampled_from(ZONES))
def test_a_zone_that_is_named_is_asked_as_if_it_were_the_session_s(condition, context, name):
    """Whatever is asked of a condition in a zone is what it answers where the session has it."""
    zoned = InZone.of(condition, name)
    there = replace(context, zone=ZoneInfo(name))
    end = context.now + WALK
    assert zoned.holds(context) == condition.holds(there)
    assert zoned.until(context) == condition.until(there)
    assert zoned.due(context) == condition.due(there)
    assert zoned.earliest(context) == condition.earliest(there)
    assert zoned.change(context) == condition.change(there)
    listed = list(zoned.nominal_times(context, context.now, end))
    assert listed == list(condition.nominal_times(there, context.now, end))
    assert zoned.latest_nominal(context, context.now, end) == (listed[-1] if listed else None)
    assert zoned.count_nominal(context, context.now, end) == len(listed)
    assert (zoned.reads(), zoned.remembered()) == (condition.reads(), condition.remembered())
    assert zoned.dependencies() == condition.dependencies()
    assert zoned.is_calendar == condition.is_calendar
    assert zoned.can_negate == condition.can_negate
