"""Why did it not run, and what runs next."""

import re

import pytest

from redengine.conditions import parse
from redengine.conditions.insight.changed import ChangedContext
from redengine.exceptions import InvalidInput, NotFound
from redengine.scheduler.engine.context import SessionContext
from redengine.testing import ManualSession

WHOLE_TIME = r"2026-03-0[2-5] [0-9]{2}:[0-9:.]+ EET"


def test_a_condition_that_holds_and_nothing_in_the_way_starts_now(session):
    """Before the start the session itself is in the way, and says so."""
    session.task("daily", name="job")(lambda: None)
    why = session.why("job")

    assert (why.holds, why.will_start) == (True, False)
    assert "the session is initialised; start it" in why.blocks


def test_the_tree_has_evidence_at_each_leaf(session):
    """Every leaf says what its verdict rests on, also where another settled the whole."""
    session.task("every 1 hour", name="fetch")(lambda: 1 / 0)
    session.task("after task 'fetch' & param 'env' is 'prod'", name="job")(lambda: None)
    session.advance("1 minute")
    why = session.why("job").to_dict()
    leaves = why["condition"]["children"]

    assert [leaf["holds"] for leaf in leaves] == [False, False]
    assert "failed at" in leaves[0]["evidence"]
    assert "env" in leaves[1]["text"]
    assert "fetch" in why["change"]
    assert "env" in why["change"]
    assert why["earliest"] is None


def test_the_earliest_start_is_told_where_time_decides(session):
    """For a window, a cron time and an interval."""
    session.task("daily after 07:00", name="window")(lambda: None)
    session.task("cron 30 6 * * *", name="cron")(lambda: None)
    session.task("every 2 hours", name="interval")(lambda: None)
    session.advance("1 hour")

    found = {name: session.why(name).earliest for name in ("window", "cron", "interval")}
    assert {name: f"{at:%H:%M}" for name, at in found.items()} == {
        "window": "07:00",
        "cron": "06:30",
        "interval": "02:00",
    }
    assert session.tasks["cron"].next_run == found["cron"]


def test_a_disabled_task_says_so(session):
    """The block comes with its remedy."""
    session.task("daily", name="job", disabled=True)(lambda: None)
    session.advance("1 s")

    assert "disabled" in session.why("job").blocks[0]
    assert session.tasks["job"].next_run is None


def test_an_overlap_names_the_job_that_holds_the_slot():
    """The id of the running job is in the answer."""
    with ManualSession(durations={"job": "1 hour"}) as session:
        session.task("every 10 minutes", name="job")(lambda: None)
        session.advance("15 minutes")
        (holder,) = session.tasks["job"].active

        why = session.why("job")
        assert why.holds
        assert not why.will_start
        assert holder.id in why.blocks[0]


def test_a_full_runtime_is_told():
    """How many run and how many wait."""
    with ManualSession(durations={"a": "1 hour"}, config={"max_threads": 1}) as session:
        session.task("daily", name="a")(lambda: None)
        session.task("after task 'a'", name="b")(lambda: None)
        session.advance("1 minute")

        assert any("runtime 'thread' is full: 1 of 1" in block for block in session.why("b").blocks)


def test_a_paused_session_is_told(session):
    """With the remedy."""
    session.task("every 1 minute", name="job")(lambda: None)
    session.advance("1 s")
    session.pause()

    assert "the session is paused; resume it" in session.why("job").blocks


def test_a_task_without_a_condition_says_how_it_starts(session):
    """By hand, over the API or by force_run."""
    session.task(name="job")(lambda: None)

    assert "only by hand" in str(session.why("job"))


def test_an_occurrence_that_has_been_started_is_told():
    """A daily task that runs right now is not to be started again."""
    with ManualSession(durations={"job": "1 hour"}) as session:
        session.task("daily", name="job", max_instances=2)(lambda: None)
        session.advance("1 minute")

        assert "started already" in session.why("job").verdict


def test_the_text_form_is_for_people(session):
    """One line says the verdict, the tree follows."""
    session.task("daily after 07:00", name="job")(lambda: None)
    session.advance("1 minute")
    text = str(session.why("job"))

    assert text.startswith("job: its condition does not hold")
    assert "earliest start: 2026-01-01 07:00 UTC" in text


def change_of(session, task="job"):
    """The smallest change, and the earliest start, that `why` tells."""
    why = session.why(task).to_dict()
    return why["change"], why["earliest"]


def test_the_smallest_change_of_what_is_in_the_way_is_a_change():
    """Disabled, paused, overlapping, ended and full: each has what takes it away."""
    durations = {"job": "1 day", "holder": "1 day"}
    with ManualSession(durations=durations, config={"max_threads": 2}) as session:
        session.task("every 10 minutes", name="job")(lambda: None)
        assert change_of(session) == ("the session must be started", None)
        session.advance("15 minutes")
        (holder,) = session.tasks["job"].active
        assert change_of(session) == (f"job {holder.id} must end", None)

        session.tasks["job"].disabled = True
        assert change_of(session) == ("disabled must be set to false", None)
        session.tasks["job"].update({"disabled": False, "max_instances": 2})
        assert change_of(session) == (None, None) or session.why("job").will_start

        session.task("daily", name="other", end_cond="time of day before 06:00")(lambda: None)
        session.advance("1 minute")
        change, earliest = change_of(session, "other")
        assert "wait until 2026-01-01 06:00 UTC" in change
        assert (earliest is None) == ("must end" in change)

        session.pause()
        change, earliest = change_of(session)
        assert "the session must be resumed" in change
        assert earliest is None


def test_used_up_limits_and_rates_are_in_the_way():
    """A job would be made and wait: the limit, who holds it, and when the rate fits are told."""
    with ManualSession(durations={"holder": "1 hour"}) as session:
        session.task("daily", name="holder", limits={"db": 1})(lambda: None)
        session.task("cron 30 * * * *", name="waits", limits={"db": 1})(lambda: None)
        session.task("every 1 second", name="often", rate="3/hour", max_instances=9)(lambda: None)
        session.advance("10 s")
        (holder,) = session.tasks["holder"].active
        why = session.why("waits")
        assert why.blocks == (f"limit 'db' is used up; job {holder.id} holds it",)
        assert why.change == f"wait until 2026-01-01 00:30 UTC and job {holder.id} must end"
        often = session.why("often")
        assert "its rate is used up until 2026-01-01 01:00 UTC" in often.blocks


def nothing():
    """A task's function."""


def set_x(session):
    """The parameter gets the value that the conditions below ask for."""
    session.parameters["x"] = 1


def fail_thrice(session):
    """Another task fails three times."""
    for _ in range(3):
        session.submit("bad")
        session.advance("1 s")


@pytest.mark.parametrize(
    ("condition", "change", "at", "make"),
    [
        ("param 'x' is 1 & every 1 h", "parameter 'x' must be 1", None, set_x),
        (
            "daily between 08:00 and 09:00 & time of week on Tuesday & param 'x' is 1",
            "wait until 2026-01-06 08:00 UTC and parameter 'x' must be 1", "2026-01-06T08:00",
            set_x,
        ),
        (
            "daily at 07:00 in Asia/Tokyo & param 'x' is 1",
            "wait until 2026-01-01 22:00 UTC and parameter 'x' must be 1", "2026-01-01T22:00",
            set_x,
        ),
        (
            "(time of day after 10:00 in America/New_York & time of day before 16:00) & daily",
            "wait until 2026-01-01 15:00 UTC", "2026-01-01T15:00", None,
        ),
        ("daily & after task 'a'", "task 'a' must succeed", None,
         lambda session: session.submit("a")),
        ("task 'bad' has failed today >= 3 & daily",
         "task 'bad' must have failed >= 3 times today, it has 0", None, fail_thrice),
        (
            "daily & time of day after 18:00 & after task 'a'",
            "wait until 2026-01-01 18:00 UTC and task 'a' must succeed", "2026-01-01T18:00",
            lambda session: session.submit("a"),
        ),
    ],
)  # fmt: skip
def test_the_change_that_is_named_starts_the_task(condition, change, at, make):
    """It is made as it is told, and not a moment before: the task starts."""
    session = ManualSession("2026-01-01T12:00", parameters={"x": 0})

    def bad():
        raise ValueError

    session.task(None, name="a")(nothing)
    session.task(None, name="bad")(bad)
    session.task(condition, name="job")(nothing)
    with session:
        session.start(block=False)
        assert session.why("job").change == change
        if at is not None:
            session.advance_to(at)
        if make is not None:
            assert session.runs("job") == []
            make(session)
        session.advance("1 s")
        assert len(session.runs("job")) >= 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("is running for more than 10 minutes", "the task must run for more than 10 minutes"),
        ("~is running & ~param 'x' exists", "parameter 'x' must be deleted"),
        ("param 'x' is not 0", "parameter 'x' must not be 0"),
        ("env 'prod'", "parameter 'env' must be 'prod'"),
        ("task 'a' has succeeded today == 1", "must have succeeded == 1 times today, it has 0"),
        ("has failed past 1 h", "the task must fail"),
        ("daily & until 2020-01-01", "nothing can change it"),
    ],
)
def test_a_change_is_proven_by_asking_again(text, words):
    """In a context in which it has happened the condition holds, if anything lets it."""
    session = ManualSession("2026-01-01T12:00", parameters={"x": 0})
    session.task(None, name="a")(nothing)
    context = SessionContext(session._core)
    condition = parse(text)
    change = condition.explain(context).change
    assert words in change.text(session.zone)
    after = ChangedContext(context, change.wait or context.now, change.effects)
    assert condition.holds(after) is change.is_possible


def test_all_times_of_an_explanation_have_one_form():
    """Date, time and zone, whether today or not; ISO 8601 with the zone's offset in JSON."""
    with ManualSession(
        "2026-03-02T08:15", "Europe/Helsinki", durations={"job": "3 days"}
    ) as session:
        session.task("every 1 hour", name="job")(lambda: None)
        session.task("daily & (after task 'job' | task 'job' is running)", name="other")(
            lambda: None
        )
        session.task("daily after 07:00 & task 'job' has succeeded", name="third")(lambda: None)
        session.advance("30 minutes")
        texts = [str(session.why(name)) for name in ("job", "other", "third")]
        told = "\n".join(texts).replace("after 07:00", "in the morning")
        assert len(re.findall(WHOLE_TIME, told)) > 6
        assert not re.findall(r"[0-9]:[0-9]", re.sub(WHOLE_TIME, "", told))
        assert "since 2026-03-02 08:15 EET" in texts[0]
        earliest = session.why("third").to_dict()["condition"]["children"][0]["until"]
        assert earliest == "2026-03-03T00:00:00+02:00"


def test_a_forecast_follows_time_dependencies_and_durations():
    """B starts when A is expected to have ended, as long as A usually takes."""
    with ManualSession(durations={"a": "10 minutes"}) as session:
        session.task("every 1 hour", name="a")(lambda: None)
        session.task("after task 'a'", name="b")(lambda: None)
        session.advance("30 minutes")
        forecast = session.forecast("2 hours")

        assert [f"{at:%H:%M}" for at in forecast.of("a")] == ["01:00", "02:00"]
        assert [f"{at:%H:%M}" for at in forecast.of("b")] == ["01:10", "02:10"]


def test_a_forecast_comes_true(session):
    """What was foretold is what happens."""
    session.task("cron */20 * * * *", name="cron")(lambda: None)
    session.task("daily after 01:30", name="daily")(lambda: None)
    session.task("after task 'cron' & time of day after 01:00", name="both")(lambda: None)
    session.advance("5 minutes")
    forecast = session.forecast("3 hours")
    session.advance("3 hours")

    for name in ("cron", "daily", "both"):
        later = [at for at in session.runs(name) if at > forecast.since]
        assert [at.timestamp() for at in forecast.of(name)] == [at.timestamp() for at in later]


def test_a_forecast_changes_nothing(session):
    """Neither history nor agenda nor jobs."""
    session.task("every 1 minute", name="job")(lambda: None)
    session.advance("90 s")
    before = session.tasks["job"].snapshot()
    session.forecast("1 day")
    session.advance("1 s")

    assert session.tasks["job"].snapshot() == before
    assert len(session.runs("job")) == 2


def test_what_cannot_be_foretold_says_why(session):
    """User code, hand-started and disabled tasks."""

    @session.condition(every="1 minute")
    def moon_is_full():
        return False

    session.task("moon_is_full()", name="wolf")(lambda: None)
    session.task(name="by_hand")(lambda: None)
    session.task("daily", name="off", disabled=True)(lambda: None)
    session.task("param 'env' is 'prod' & every 1 hour", name="deploy")(lambda: None)
    session.advance("1 s")
    reasons = session.forecast("1 day").unpredictable

    assert "moon_is_full()" in reasons["wolf"]
    assert "by hand" in reasons["by_hand"]
    assert "disabled" in reasons["off"]
    assert "parameter:env" in reasons["deploy"]


@pytest.mark.parametrize("until", ["yesterday", "2020-01-01", -5, "3 years"])
def test_a_forecast_needs_a_time_it_can_reach(session, until):
    """The past, nonsense and the far future are refused by name."""
    with pytest.raises(InvalidInput, match="until"):
        session.forecast(until)


def test_a_forecast_of_one_task_is_of_that_alone(session):
    """An unknown one is an error."""
    session.task("every 1 hour", name="a")(lambda: None)
    session.task("every 1 hour", name="b")(lambda: None)
    session.start(block=False)

    assert {start.task for start in session.forecast("2 hours", task="a").starts} == {"a"}
    with pytest.raises(NotFound):
        session.forecast("2 hours", task="c")


@pytest.mark.parametrize(
    ("condition", "links"),
    [
        ("after task 'a'", {("a", "Success", None)}),
        ("after task 'a' failed", {("a", "Failure", None)}),
        ("after task 'a' & after task 'b'", {("a", "Success", "All"), ("b", "Success", "All")}),
        ("after task 'a' | after task 'b'", {("a", "Success", "Any"), ("b", "Success", "Any")}),
        ("after tasks 'a', 'b'", {("a", "Success", "All"), ("b", "Success", "All")}),
        ("after any tasks 'a', 'b'", {("a", "Success", "Any"), ("b", "Success", "Any")}),
        ("~after task 'a'", {("a", "Success", None)}),
        (
            "~(after task 'a' & after task 'b')",
            {("a", "Success", "All"), ("b", "Success", "All")},
        ),
        (
            "~(after task 'a' | ~after task 'b' finished)",
            {("a", "Success", "Any"), ("b", "Finish", "Any")},
        ),
        (
            "daily & (after task 'a' failed | after any tasks 'a', 'b')",
            {("a", "Failure", "Any"), ("a", "Success", "Any"), ("b", "Success", "Any")},
        ),
        (
            "after task 'a' & (after task 'b' | (after task 'a' failed & hourly))",
            {("a", "Success", "All"), ("b", "Success", "Any"), ("a", "Failure", "All")},
        ),
        (
            "after tasks 'a', 'b' | after task 'a' terminated",
            {("a", "Success", "All"), ("b", "Success", "All"), ("a", "Terminate", "Any")},
        ),
    ],
)
def test_dependencies_have_the_type_of_the_combination_that_they_stand_in(
    session, condition, links
):
    """Parent, child, relation and type, at any depth; a negation is no combination."""
    for name in ("a", "b"):
        session.task("daily", name=name)(lambda: None)
    session.task(condition, name="c")(lambda: None)

    found = {tuple(link.values()) for link in session.dependencies()}
    assert found == {(task, "c", f"Depend{relation}", kind) for task, relation, kind in links}
