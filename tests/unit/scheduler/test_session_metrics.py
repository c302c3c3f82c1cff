"""What a session counts, read with Prometheus' own parser."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from redengine.scheduler.insight import metrics
from redengine.testing import ManualSession

LABELS = {"task", "trigger", "end", "runtime", "route", "method", "status", "le"}


@pytest.fixture
def busy():
    """A running session with one thread and a task that takes ten minutes."""
    with ManualSession(durations={"job": "10 minutes"}, config={"max_threads": 1}) as session:
        session.task(name="job", max_instances=100)(lambda: None)
        session.start(block=False)
        yield session


def samples(session):
    """All samples, by their name and labels."""
    text = session.metrics.text().decode()
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(session, name, **labels):
    """One sample."""
    return samples(session)[f"redengine_{name}", tuple(sorted(labels.items()))]


def test_jobs_are_counted_as_they_begin_and_end(busy):
    """By task and end; how long they ran, and how long they waited for their runtime."""
    for _ in range(3):
        busy.submit("job")
    busy.advance("1 hour")
    assert value(busy, "jobs_ended_total", task="job", end="success") == 3
    assert value(busy, "job_duration_seconds_sum", task="job") == 1800
    assert value(busy, "job_queue_wait_seconds_count", runtime="thread") == 3
    assert value(busy, "job_queue_wait_seconds_sum", runtime="thread") == 600 + 1200
    assert value(busy, "job_queue_wait_seconds_bucket", runtime="thread", le="600.0") == 2
    assert value(busy, "job_lateness_seconds_count") == 3


def test_jobs_are_counted_by_task_and_who_asked(busy):
    """The condition, a call, force_run; words of a caller's own are counted together."""
    busy.task("every 1 hour", name="often")(lambda: None)
    busy.advance("90 minutes")
    busy.tasks["often"].force_run = True
    busy.submit("often")
    for word in ("mine", "yours"):
        busy.submit_task(busy.tasks["often"], {}, trigger=word)
    busy.advance("1 s")
    asked = {"condition": 2, "force_run": 1, "run": 1, "other": 2}
    for trigger, number in asked.items():
        assert value(busy, "jobs_submitted_total", task="often", trigger=trigger) == number


def test_each_task_tells_when_it_ended_and_when_it_starts(session):
    """Timestamps in seconds since 1970; without a value there is no sample."""
    session.task("cron 0 * * * *", name="good")(lambda: None)
    session.task("cron 30 * * * *", name="bad")(lambda: 1 / 0)
    session.task(name="by hand")(lambda: None)
    session.advance("100 minutes")
    found = samples(session)

    def at(name, task):
        stamp = found.get((f"redengine_task_{name}_timestamp_seconds", (("task", task),)))
        return None if stamp is None else f"{datetime.fromtimestamp(stamp, UTC):%H:%M}"

    assert [at("last_success", task) for task in ("good", "bad")] == ["01:00", None]
    assert [at("last_end", task) for task in ("good", "bad", "by hand")] == ["01:00", "01:30", None]
    assert [at("next_start", task) for task in ("good", "bad", "by hand")] == [
        "02:00",
        "02:30",
        None,
    ]
    assert ("redengine_task_overdue", (("task", "by hand"),)) not in found


def test_a_task_is_overdue_when_it_should_have_started():
    """While a job holds the slot, the session is paused, or nobody looks; not when disabled."""
    with ManualSession(durations={"slow": "90 minutes"}) as session:
        session.task("every 1 hour", name="slow")(lambda: None)
        session.task("cron 30 * * * *", name="cron")(lambda: None)
        session.task("daily after 02:00", name="window")(lambda: None)
        session.task("hourly", name="off", disabled=True)(lambda: None)

        def overdue():
            names = ("slow", "cron", "window", "off")
            return [value(session, "task_overdue", task=name) for name in names]

        session.advance("50 minutes")
        assert overdue() == [0, 0, 0, 0]
        session.advance("20 minutes")
        assert overdue() == [1, 0, 0, 0]
        session.advance("25 minutes")
        assert overdue() == [0, 0, 0, 0]

        session.pause()
        session.advance("30 minutes")
        assert overdue() == [1, 0, 1, 0]
        session.advance("30 minutes")
        assert overdue() == [1, 1, 1, 0]
        session.resume()
        session.advance("1 s")
        assert overdue()[1:] == [0, 0, 0]

        session.step_clock(timedelta(hours=1))  # nobody has looked since
        assert overdue()[1] == 1


def test_beyond_a_thousand_tasks_the_rest_is_told_together(session, monkeypatch):
    """The first so many have labels of their own; the others share one, which adds them up."""
    monkeypatch.setattr(metrics, "MOST_TASKS", 3)
    for number in range(6):
        session.task(f"cron {number} * * * *", name=f"t{number}")(lambda: None)
    session.advance("30 minutes")
    found = samples(session)
    labels = {dict(labels).get("task") for _, labels in found} - {None}
    assert labels == {"t0", "t1", "t2", "other"}
    assert value(session, "jobs_submitted_total", task="other", trigger="condition") == 3
    assert value(session, "jobs_ended_total", task="other", end="success") == 3
    stamps = [session.tasks[f"t{number}"].last_success.timestamp() for number in range(6)]
    assert value(session, "task_last_success_timestamp_seconds", task="other") == stamps[5]
    following = session.tasks["t3"].next_run.timestamp()
    assert value(session, "task_next_start_timestamp_seconds", task="other") == following
    session.pause()
    session.advance("1 hour")
    assert value(session, "task_overdue", task="other") == 3


def test_the_load_of_each_runtime_is_shown(busy):
    """What runs, waits, was given up, and how many fit."""
    for _ in range(3):
        busy.submit("job")
    busy.advance("1 s")
    figures = ("running", "queued", "abandoned", "size")
    found = [value(busy, f"runtime_{name}", runtime="thread") for name in figures]
    assert found == [1, 2, 0, 1]
    assert (value(busy, "jobs_active"), value(busy, "jobs_waiting")) == (3, 2)
    assert value(busy, "queue_limit") == 1000


def test_the_engines_work_is_counted(busy):
    """Looks at the agenda, what was looked at, and how long that took: counters that only grow."""
    before = samples(busy)
    busy.task("every 1 minute", name="often")(lambda: None)
    busy.advance("10 minutes")
    after = samples(busy)
    for name in ("wake_ups", "looks", "evaluation_seconds"):
        key = (f"redengine_engine_{name}_total", ())
        assert after[key] > before[key]
    assert after["redengine_engine_looks_total", ()] >= 11


def test_the_stores_commits_are_counted(busy):
    """How many entries came together, and how long they took."""
    busy.submit("job")
    busy.advance("1 hour")
    assert value(busy, "store_batch_entries_count") == 0  # in memory, until somebody asks
    assert busy.logs()
    assert value(busy, "store_batch_entries_count") >= 1
    assert value(busy, "store_batch_entries_sum") >= 3
    commits = value(busy, "store_commit_seconds_count")
    assert commits == value(busy, "store_batch_entries_count")
    assert value(busy, "store_healthy") == 1


def test_what_is_gone_is_counted_no_more(busy):
    """The series of deleted tasks and removed runtimes go with them."""
    busy.runtime("gpu")
    busy.submit_task(busy.tasks["job"], {}, options={"runtime": "gpu"})
    busy.advance("1 hour")
    assert value(busy, "job_queue_wait_seconds_count", runtime="gpu") == 1
    busy.runtimes.remove("gpu")
    busy.tasks["job"].delete()
    values = {pair for _, labels in samples(busy) for pair in labels}
    assert ("runtime", "gpu") not in values
    assert ("task", "job") not in values


def test_labels_stay_few_while_nobody_reads(busy):
    """A thousand tasks and runtimes that come and go leave no pile of counts."""
    for number in range(1000):
        name = f"task {number}"
        busy.task(name=name)(lambda: None)
        busy.runtime(name)
        busy.submit_task(busy.tasks[name], {}, options={"runtime": name})
        busy.advance("1 s")
        busy.tasks[name].delete()
        busy.runtimes.remove(name)
    metrics = busy.metrics
    assert len(metrics._ends) < 100
    assert len(metrics._submitted) < 100
    assert len(metrics._durations) < 100
    assert len(metrics._waits) < 100


def test_a_thousand_job_ids_make_no_label(busy):
    """Only what the script names is a label, whatever callers send."""
    busy.config.max_threads = 1000
    before = set(samples(busy))
    for number in range(1000):
        busy.submit("job", job_id=f"mine-{number}")
        if number == 0:
            busy.advance("1 hour")
            before = set(samples(busy))
    busy.advance("1 hour")
    assert set(samples(busy)) == before
    assert {label for _, labels in before for label, _ in labels} <= LABELS


def test_requests_are_counted_from_any_thread(session):
    """None is lost when many are answered at once."""

    def answer():
        for _ in range(500):
            session.metrics.note_request("/tasks", "GET", 200, 0.002)

    threads = [threading.Thread(target=answer) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert value(session, "api_requests_total", route="/tasks", method="GET", status="200") == 2000
    duration = {"route": "/tasks", "method": "GET"}
    assert value(session, "api_request_duration_seconds_count", **duration) == 2000
    assert value(session, "api_request_duration_seconds_bucket", le="0.0025", **duration) == 2000


def test_names_with_quotes_and_line_ends_are_read_back(session):
    """The text format escapes them."""
    name = 'say "hi" \\ there'
    session.task(name=name)(lambda: None)
    session.start(block=False)
    session.submit(name)
    session.advance("1 s")
    assert value(session, "jobs_ended_total", task=name, end="success") == 1
