"""What a job costs in statements and commits, and that jobs share them."""

import contextlib
import threading

import pytest
from store_servers import SERVERS, server_for_test

from benchmarks.counting import counted
from redengine import Session

WAIT_S = 30
TOGETHER = 50
IN_A_YEAR = "2099-01-01T00:00:00+00:00"


@pytest.fixture(params=["file", *SERVERS])
def app(request, tmp_path):
    """A running session on each durable store."""
    with contextlib.ExitStack() as stack:
        if request.param == "file":
            url = f"sqlite:///{tmp_path}/jobs.db"
        else:
            url = stack.enter_context(server_for_test(request.param)).url
        config = {"shutdown_timeout": "0 s"}
        app = stack.enter_context(Session(store=url, config=config))
        app.task(name="work", max_instances=1000)(lambda number=0: number)
        app.submit("work").result(WAIT_S)
        app.store.flush(WAIT_S)
        yield app


def test_a_job_costs_a_bounded_number_of_statements(app):
    """One job alone: a commit each to acknowledge, to begin and to end it, and nothing is read."""
    with counted(app.store) as counts:
        assert app.submit("work", number=7).result(WAIT_S) == 7
    print(counts)
    assert 1 <= counts.commits <= 3
    assert counts.statements <= 7  # jobs; jobs, logs; jobs, logs, returns; and a sign of life
    assert counts.reads == 0


def test_jobs_that_are_submitted_together_share_a_commit(app):
    """What waits while a commit is under way is acknowledged by the next one, all of it."""
    gathered = threading.Event()
    put = app.store._writer.put
    commits = []

    def watched(entries, **options):
        commit = put(entries, **options)
        commits.append(commit)
        if len(commits) >= TOGETHER:
            gathered.set()
        return commit

    task = app.tasks["work"]
    options = {"run_at": IN_A_YEAR}  # none of them begins: what is counted is their acceptance
    threads = [
        threading.Thread(
            target=app.submit_task, args=(task, {"number": n}), kwargs={"options": options}
        )
        for n in range(TOGETHER)
    ]
    with counted(app.store) as counts:
        app.store._writer.put = watched
        try:
            with app.store._writer.exclusive():
                for thread in threads:
                    thread.start()
                assert gathered.wait(WAIT_S)
                assert counts.commits == 0
        finally:
            del app.store._writer.put
        for thread in threads:
            thread.join(WAIT_S)
    print(counts)
    assert len(app.jobs) == TOGETHER
    assert counts.commits <= 2
    assert counts.statements <= 2 * counts.commits
    assert counts.rows <= TOGETHER + counts.commits
    for job in list(app.jobs):
        job.cancel()


def test_a_burst_of_jobs_costs_less_than_its_jobs_alone(app):
    """Jobs that are submitted by several callers and run beside one another share their commits."""
    callers, each = 8, 25

    def submit():
        for number in range(each):
            app.submit("work", number=number).result(WAIT_S)

    threads = [threading.Thread(target=submit) for _ in range(callers)]
    with counted(app.store) as counts:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(WAIT_S)
    print(counts, f"{counts.commits / (callers * each):.2f} commits a job")
    assert counts.rows >= 4 * callers * each
    assert counts.commits < 3 * callers * each
