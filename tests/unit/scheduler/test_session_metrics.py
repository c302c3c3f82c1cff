"""What a session counts, read with Prometheus' own parser."""

import threading

import pytest
from prometheus_client.parser import text_string_to_metric_families

from redengine.testing import ManualSession

LABELS = {"task", "end", "runtime", "route", "method", "status", "le"}


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
    busy.store.flush()
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
