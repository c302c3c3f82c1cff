"""`holds`, `due` and `until` tell the same story, whatever the tree, the history and the zone."""

from datetime import datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import (
    MINUTE_LONG,
    FakeWorld,
    calendar_conditions,
    conditions,
    pulses,
    worlds,
)

from redengine.conditions import CalendarWorld, Condition, Pulse, parse

WALK = timedelta(hours=40)


def _jumped_to(condition: Condition, world: FakeWorld, end: datetime) -> set[datetime]:
    """The instants that one gets to by following `until`."""
    start, seen = world.now, {world.now}
    while (until := condition.until(world)) is not None and until <= end:
        assert until > world.now
        seen.add(until)
        world.now = until
    world.now = start
    return seen


def _check_walk(condition: Condition, world: FakeWorld, span: timedelta = WALK) -> None:
    """Tick through every minute; nothing may change but at an instant that `until` named."""
    start, end = world.now, world.now + span
    jumps = _jumped_to(condition, world, end)
    has_pulse = any(isinstance(node, Pulse) for node in condition.walk())
    minutes = {start + count * MINUTE_LONG for count in range(span // MINUTE_LONG + 1)}
    known = None
    for at in sorted(minutes | jumps):
        world.now = at
        verdict = (condition.holds(world), condition.due(world))
        if at in jumps:
            known = verdict
        elif not verdict[0]:
            assert has_pulse or not known[0], f"{condition} ended unannounced at {at}"
        elif has_pulse:
            assert known[0], f"{condition} held unannounced at {at} in {world.zone}"
            assert verdict[1] is None or verdict[1] <= known[1], "a pulse's due came unannounced"
        else:
            assert verdict == known, f"{condition} changed unannounced at {at} in {world.zone}"


@settings(max_examples=60, deadline=None)
@given(conditions, worlds())
def test_nothing_changes_but_at_until(condition, world):
    """A tree starts to hold, stops or becomes due anew only when `until` said so."""
    _check_walk(condition, world)


@settings(max_examples=60, deadline=None)
@given(calendar_conditions, worlds())
def test_calendar_conditions_change_at_until(condition, world):
    """Trees of windows, cron and times change only when `until` said so."""
    _check_walk(condition, world, timedelta(hours=60))


@settings(max_examples=60, deadline=None)
@given(pulses, worlds())
def test_nominal_times_are_where_a_pulse_holds(pulse, world):
    """`nominal_times` lists exactly the minutes at which the pulse holds, with itself as due."""
    start, end = world.now, world.now + WALK
    listed = list(pulse.nominal_times(world, start, end))
    held = []
    world.now += MINUTE_LONG
    while world.now <= end:
        if pulse.holds(world):
            assert pulse.due(world) == world.now
            held.append(world.now)
        world.now += MINUTE_LONG
    assert listed == held
    latest = pulse.latest_nominal(world, start, end)
    assert latest == (listed[-1] if listed else None)


@settings(max_examples=60, deadline=None)
@given(calendar_conditions, worlds(), st.integers(0, 20_000))
@example(
    parse("hourly at 59:00 & time of hour"),
    FakeWorld(datetime.fromisoformat("2026-01-01T00:00Z")),
    0,
)
def test_verdicts_do_not_depend_on_what_was_asked_before(condition, world, minutes):
    """The caches of windows and pulses change no verdict, in whatever order one asks."""
    fresh = parse(str(condition))
    there = CalendarWorld(world.now + minutes * MINUTE_LONG, world.zone)
    condition.holds(world), condition.until(world)
    asked = (condition.holds(there), condition.until(there), condition.due(there))
    back = CalendarWorld(world.now, world.zone)
    assert condition.until(back) == fresh.until(back)
    assert asked == (fresh.holds(there), fresh.until(there), fresh.due(there))


@settings(max_examples=100, deadline=None)
@given(conditions, worlds())
def test_explanations_agree_with_verdicts(condition, world):
    """An explanation has the tree's verdicts, and says what would let it hold."""
    explanation = condition.explain(world)
    assert explanation.holds == condition.holds(world)
    assert explanation.until == condition.until(world)
    assert explanation.text == str(condition)
    assert len(explanation.children) == len(condition.parts())
    for part, child in zip(condition.parts(), explanation.children, strict=True):
        assert child.holds == part.holds(world)
    assert explanation.smallest_change()
    assert str(explanation)
    assert explanation.to_dict()["holds"] == condition.holds(world)


@settings(max_examples=60, deadline=None)
@given(conditions, worlds())
def test_earliest_is_the_first_minute_at_which_it_holds(condition, world):
    """Nothing but time going on, a condition first holds at `earliest`."""
    start, end = world.now, world.now + WALK
    earliest = condition.earliest(world)
    while world.now <= end and not condition.holds(world):
        world.now += MINUTE_LONG
    if world.now > end:
        assert earliest is None or earliest > end
    else:
        assert earliest == world.now
    assert earliest is None or earliest >= start
