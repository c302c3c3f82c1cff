"""What starts when, over virtual time."""

import itertools
from datetime import timedelta

import pytest

from redengine.exceptions import ImpossibleCondition
from redengine.scheduler.checks import SuspiciousCondition
from redengine.testing import ManualSession


def clock(times):
    return [f"{at:%H:%M:%S}" for at in times]


def add(session, name, start_cond=None, func=None, **options):
    session.task(start_cond, name=name, **options)(func or (lambda: None))
    return session.tasks[name]


def reasons(session, **filters):
    return [record["reason"] for record in session.logs(action="inaction", **filters)]


def test_every_starts_at_once_and_keeps_its_phase(session):
    """A fresh task starts at once, then once an interval."""
    add(session, "tick", "every 10 seconds")
    session.advance("35 s")

    assert clock(session.runs("tick")) == ["00:00:00", "00:00:10", "00:00:20", "00:00:30"]


def test_a_late_start_does_not_shift_the_rest():
    """While a job overruns, one start waits; those after it are due on the old grid."""
    with ManualSession(durations={"slow": "15 s"}) as session:
        add(session, "slow", "every 10 seconds")
        session.advance("50 s")

        assert clock(session.runs("slow")) == ["00:00:00", "00:00:15", "00:00:30", "00:00:45"]
        dues = [job.due_at.second for job in session.tasks["slow"].jobs()]
        assert dues[::-1] == [0, 10, 30, 40]


def test_an_occurrence_that_found_no_slot_is_recorded_with_the_holder():
    """A skipped interval is an inaction that names the job in the slot."""
    with ManualSession(durations={"slow": "25 s"}) as session:
        task = add(session, "slow", "every 10 seconds")
        session.advance("25 s")
        (record,) = session.logs(action="inaction")
        first = task.jobs()[-1]

        assert record["reason"] == "overlap"
        assert first.id in record["message"]


def test_max_instances_lets_jobs_overlap():
    """With two slots two jobs run at once, and none is skipped."""
    with ManualSession(durations={"slow": "15 s"}) as session:
        add(session, "slow", "every 10 seconds", max_instances=2)
        session.advance("45 s")

        assert clock(session.runs("slow")) == [
            "00:00:00",
            "00:00:10",
            "00:00:20",
            "00:00:30",
            "00:00:40",
        ]
        assert reasons(session) == []


def test_daily_runs_once_a_day(session):
    """A window opens, the task runs at the first chance, and not again in it."""
    add(session, "report", "daily after 07:00")
    session.advance("2 days")

    assert [f"{at:%d %H:%M}" for at in session.runs("report")] == ["01 07:00", "02 07:00"]


def test_a_task_starts_after_another_each_time(session):
    """`after task` starts once for each end."""
    add(session, "fetch", "every 10 seconds")
    add(session, "report", "after task 'fetch'")
    session.advance("25 s")

    assert clock(session.runs("report")) == ["00:00:00", "00:00:10", "00:00:20"]


def test_a_chain_follows_through(session):
    """A → B → C in one instant of virtual time."""
    add(session, "a", "every 1 minute")
    add(session, "b", "after task 'a'")
    add(session, "c", "after task 'b'")
    session.advance("30 s")

    assert clock(session.runs("c")) == ["00:00:00"]


def test_a_failed_task_starts_those_that_wait_for_it(session):
    """`after … failed` waits for the fail past the retries."""

    def broken():
        raise ValueError("no")

    add(session, "fetch", "every 1 minute", broken, retries=1, backoff=10)
    add(session, "repair", "after task 'fetch' failed")
    session.advance("30 s")

    assert len(session.runs("repair")) == 1
    assert 8 <= session.runs("repair")[0].second <= 12


def test_a_parameter_change_is_seen_at_once(session):
    """Nothing polls: the change itself lets the task be looked at."""
    add(session, "deploy", "param 'env' is 'prod' & every 1 minute")
    session.advance("90 s")
    assert session.runs("deploy") == []

    session.parameters["env"] = "prod"
    session.advance("1 s")
    assert len(session.runs("deploy")) == 1


def test_a_level_condition_repeats_while_it_holds():
    """`always true` starts again whenever the last job has ended."""
    with ManualSession(durations={"loop": "10 s"}) as session:
        with pytest.warns(SuspiciousCondition, match="starts again as soon as it ends"):
            add(session, "loop", "always true")
        session.advance("35 s")

        assert clock(session.runs("loop")) == ["00:00:00", "00:00:10", "00:00:20", "00:00:30"]


def test_cron_that_is_false_otherwise_at_its_time_is_not_made_up_for(session):
    """`cron & window` runs only when the window is open at the fire time."""
    add(session, "weekly", "cron 0 7 * * * & time of week on Monday")
    session.advance("14 days")

    assert [f"{at:%a %H:%M}" for at in session.runs("weekly")] == ["Mon 07:00", "Mon 07:00"]


def test_a_cron_time_without_a_free_slot_is_recorded():
    """A fire time that finds the slot taken is an inaction, and not run later."""
    with ManualSession(durations={"slow": "90 s"}) as session:
        add(session, "slow", "cron * * * * *")
        session.advance("4 minutes")

        assert clock(session.runs("slow")) == ["00:00:00", "00:02:00", "00:04:00"]
        assert reasons(session) == ["overlap", "overlap"]


@pytest.mark.parametrize(("policy", "dues"), [("once", [2]), ("all", [0, 1, 2]), ("skip", [])])
def test_times_missed_while_paused_follow_the_policy(session, policy, dues):
    """once: the latest; all: each of them; skip: none; and the log says so."""
    add(session, "job", "cron 30 * * * *", missed=policy)
    session.advance("10 minutes")
    session.pause()
    session.advance("3 hours")
    session.resume()
    session.advance("1 minute")

    assert sorted(job.due_at.hour for job in session.tasks["job"].jobs()) == dues
    assert ("missed" in reasons(session)) is (policy != "all")


def test_a_disabled_task_does_not_start_and_says_so_once(session):
    """The first skipped start is recorded; enabling lets it start again."""
    task = add(session, "job", "every 10 seconds", disabled=True)
    session.advance("1 minute")
    assert session.runs("job") == []
    assert reasons(session) == ["disabled"]

    task.disabled = False
    session.advance("1 s")
    assert len(session.runs("job")) == 1


def test_force_run_starts_once_whatever_the_condition(session):
    """Also a disabled task, and only once."""
    task = add(session, "job", "always false", disabled=True)
    task.force_run = True
    session.advance("1 minute")

    assert len(session.runs("job")) == 1
    assert task.force_run is False


def test_a_hand_started_job_does_not_shift_the_phase(session):
    """Only what the condition starts counts for the next due time."""
    task = add(session, "tick", "every 10 seconds")
    session.advance("4 s")
    task.run()
    session.advance("7 s")

    assert clock(session.runs("tick")) == ["00:00:00", "00:00:04", "00:00:10"]


def test_a_changed_condition_takes_effect_at_once(session):
    """The agenda follows the new condition, not the old one."""
    task = add(session, "job", "every 1 hour")
    session.advance("1 s")
    task.start_cond = "every 10 seconds"
    session.advance("20 s")

    assert clock(session.runs("job")) == ["00:00:00", "00:00:10", "00:00:20"]


def test_a_deleted_task_does_not_start_again(session):
    """Deleting takes effect at once, and the name is free again."""
    task = add(session, "job", "every 10 seconds")
    session.advance("1 s")
    task.delete()
    session.advance("1 minute")

    assert len(session.runs("job")) == 1
    assert "job" not in session.tasks


def test_a_retry_waits_longer_each_time(session):
    """Back-off doubles; the last attempt settles the job."""

    def broken():
        raise ValueError("no")

    backoff = {"base": 10, "factor": 2, "jitter": 0}
    task = add(session, "job", "daily", broken, retries=2, backoff=backoff)
    session.advance("1 hour")
    (job,) = task.jobs()
    starts = [record["timestamp"] for record in session.logs(action="run")][::-1]

    assert [(b - a).total_seconds() for a, b in itertools.pairwise(starts)] == [10, 20]
    assert (job.status, job.attempt) == ("fail", 3)
    assert len(session.logs(action="fail")) == 3


def test_an_attempt_out_of_time_is_terminated():
    """The record says why."""
    with ManualSession(durations={"slow": "1 hour"}) as session:
        task = add(session, "slow", "daily", timeout="10 min")
        session.advance("20 minutes")
        (job,) = task.jobs()

        assert (job.status, job.reason) == ("terminate", "timeout")
        assert job.duration == 600


def test_an_end_condition_ends_the_job():
    """`end_cond` terminates what runs when it comes to hold."""
    with ManualSession(durations={"slow": "1 hour"}) as session:
        task = add(session, "slow", "daily", end_cond="time of day after 00:30")
        session.advance("40 minutes")
        (job,) = task.jobs()

        assert (job.status, job.reason) == ("terminate", "end_cond")
        assert f"{job.ended_at:%H:%M}" == "00:30"


def test_start_up_tasks_come_before_everything_else():
    """Scheduling begins when they have ended; what fell due meanwhile is made up for."""
    with ManualSession(durations={"prepare": "90 s"}) as session:
        add(session, "prepare", on_startup=True)
        add(session, "tick", "every 10 seconds")
        add(session, "minutely", "cron * * * * *")
        session.advance("100 s")

        assert clock(session.runs("tick"))[0] == "00:01:30"
        assert session.tasks["minutely"].jobs()[0].due_at.minute == 1


def test_shut_down_tasks_run_last(session):
    """They run when the session shuts down, after the rest."""
    ran = []
    add(session, "goodbye", on_shutdown=True, func=lambda: ran.append("goodbye"))
    session.advance("1 s")
    session.shut_down()

    assert ran == ["goodbye"]


def test_the_session_ends_when_its_condition_holds(session):
    """`shut_cond` shuts the session down."""
    session.config.shut_cond = "scheduler has run over 10 minutes"
    add(session, "tick", "every 1 minute")
    session.advance("1 hour")

    assert session.state == "stopped"
    assert len(session.runs("tick")) in {10, 11}


def test_a_higher_priority_leaves_the_queue_first(session):
    """Jobs of one instant run by priority, then by age."""
    order = []
    session.config.max_threads = 1
    for name, priority in (("low", 0), ("high", 5), ("middle", 1)):
        add(session, name, "daily", lambda name=name: order.append(name), priority=priority)
    session.advance("1 s")

    assert order[0] in {"low", "high"}
    assert order.index("high") < order.index("middle")


def test_a_task_that_could_only_start_after_itself_is_refused(session):
    """A cycle of `after` links is named when the task that closes it is made."""
    add(session, "a", "after task 'c'")
    add(session, "b", "after task 'a'")

    with pytest.raises(ImpossibleCondition, match="'c' → 'b' → 'a' → 'c'"):
        add(session, "c", "after task 'b'")
    assert "c" not in session.tasks


def test_the_clock_going_forward_gives_missed_times_their_chance(session):
    """A suspend over a cron time is made up for by one start."""
    add(session, "job", "cron 30 * * * *")
    session.advance("10 minutes")
    session.step_clock("3 hours")
    session.advance("1 minute")

    assert [job.due_at.hour for job in session.tasks["job"].jobs()] == [2]


def test_the_clock_going_back_does_not_stall_the_interval(session):
    """After a step back an interval task goes on from the new time."""
    add(session, "tick", "every 10 seconds")
    session.advance("1 hour")
    before = len(session.runs("tick"))
    session.step_clock(timedelta(minutes=-30))
    session.advance("1 minute")

    assert len(session.runs("tick")) - before >= 5


def test_a_broken_condition_counts_as_false_and_harms_nobody(session):
    """A user's condition that raises is seen in `why`; other tasks go on."""

    @session.condition(every="10 s")
    def broken():
        raise RuntimeError("cannot look")

    add(session, "victim", "broken()")
    add(session, "tick", "every 10 seconds")
    session.advance("25 s")

    assert session.runs("victim") == []
    assert len(session.runs("tick")) == 3
    assert "cannot look" in str(session.why("victim"))


def test_a_custom_condition_is_asked_at_its_interval(session):
    """It is the only thing that is polled, as often as it says."""
    asked = []

    @session.condition(every="10 s")
    def file_exists(path="x"):
        asked.append(path)
        return len(asked) >= 3

    add(session, "load", file_exists("inbox") & "every 1 hour")
    session.advance("30 s")

    assert asked == ["inbox"] * 4
    assert clock(session.runs("load")) == ["00:00:20"]


def test_a_skip_is_recorded_once_though_the_task_hears_of_it():
    """A condition that reads its own records is looked at again; the skip is not written again."""
    with ManualSession(durations={"job": "1 hour"}) as session:
        with pytest.warns(SuspiciousCondition):
            add(session, "job", "cron */10 * * * * | task 'job' has inacted today >= 100")
        session.advance("25 minutes")

        assert reasons(session) == ["overlap", "overlap"]


def test_a_nominal_time_does_not_come_again_when_the_clock_is_set_back(session):
    """03:00 is passed twice; the task starts once for it."""
    add(session, "job", "cron 0 * * * *")
    session.advance("3 hours")
    session.step_clock(timedelta(hours=-1))
    session.advance("2 hours")

    dues = [job.due_at.hour for job in session.tasks["job"].jobs()]
    assert sorted(dues) == [0, 1, 2, 3, 4]
