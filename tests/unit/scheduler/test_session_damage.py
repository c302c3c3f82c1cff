"""Values in the store that should be JSON and are not: told with table and row."""

import contextlib
import sqlite3

import pytest

from redengine import Session
from redengine.api import FlaskAPI
from redengine.client import Client
from redengine.exceptions import StoreError
from redengine.testing import ManualSession

BROKEN = '{"day": "today'


@pytest.fixture
def path(tmp_path):
    """A store with three ended jobs and what belongs to them."""
    path = tmp_path / "jobs.db"
    with ManualSession(store=f"sqlite:///{path}") as session:
        session.task(name="work")(lambda day: day)
        session.start(block=False)
        for name in ("a", "b", "c"):
            session.submit("work", job_id=name, day=name)
            session.advance("1 s")
    return path


def break_it(path, table, column, where):
    """Write what is no JSON into a row."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        sql = f"UPDATE redengine_{table} SET {column} = ? WHERE {where}"
        assert connection.execute(sql, (BROKEN,)).rowcount == 1
        connection.commit()


@pytest.fixture
def opened(path):
    """Opens a session with an API on the store, and a client of it."""
    with contextlib.ExitStack() as stack:

        def open_session():
            app = Session(store=f"sqlite:///{path}")
            app.task(name="work")(lambda day: day)
            FlaskAPI(session=app)
            stack.callback(app.store.close)
            return app, stack.enter_context(Client(app=app))

        yield open_session


def test_a_list_answers_and_marks_the_damaged_row(path, opened):
    """The others are as they were; the damaged one says which value it is."""
    break_it(path, "jobs", "parameters", "job_id = 'b'")
    _, client = opened()
    found = {job.id: job.parameters for job in client.jobs.list()}
    assert (found["a"], found["c"]) == ({"day": "a"}, {"day": "c"})
    assert "table redengine_jobs, job_id 'b': 'parameters' is damaged" in found["b"]["damaged"]
    assert [job.id for job in client.jobs.list({"parameters.day": "c"})] == ["c"]


def test_a_single_job_is_an_error_with_table_and_row(path, opened):
    """Nobody knows what its parameters were, so it is not given as if they were known."""
    break_it(path, "jobs", "parameters", "job_id = 'b'")
    app, client = opened()
    with pytest.raises(
        StoreError, match="table redengine_jobs, job_id 'b': 'parameters' is damaged"
    ):
        app.job("b")
    with pytest.raises(StoreError, match="table redengine_jobs, job_id 'b'"):
        client.jobs.get("b")
    assert client.jobs.get("a").id == "a"


def test_a_damaged_result_is_not_given(path, opened):
    """Reading the result of the job raises, where another's is given."""
    break_it(path, "jobs", "result", "job_id = 'b'")
    app, _ = opened()
    with pytest.raises(StoreError, match="'result' is damaged"):
        app.job("b").result(0)
    assert app.job("a").result(0) == "a"


def test_a_damaged_log_record_is_marked(path, opened):
    """Lists that the database makes itself are given, too."""
    break_it(path, "logs", "skipped", "id = 1")
    _, client = opened()
    records = list(client.logs())
    assert len(records) >= 6
    marks = [record.data["skipped"] for record in records if record.data["skipped"]]
    assert marks == [{"damaged": "table redengine_logs: 'skipped' is damaged, it is no JSON"}]


def test_a_session_starts_beside_damaged_values(path):
    """A return value that is lost counts as none; what is not damaged is there."""
    break_it(path, "returns", "value", "task = 'work'")
    with ManualSession(store=f"sqlite:///{path}") as session:
        assert "work" not in session.returns


@pytest.mark.parametrize("status", ["queued", "run"])
def test_a_job_whose_parameters_are_damaged_is_given_up(path, status):
    """It is neither run with others nor tried again; the log and its reason tell."""
    break_it(path, "jobs", "parameters", "job_id = 'b'")
    with contextlib.closing(sqlite3.connect(path)) as connection:
        sql = "UPDATE redengine_jobs SET status = ?, ended_at = NULL WHERE job_id = 'b'"
        connection.execute(sql, (status,))
        connection.commit()
    given = []
    with ManualSession(store=f"sqlite:///{path}") as session:
        session.task(name="work", retries=3, on_crash="retry")(lambda day=None: given.append(day))
        session.start(block=False)
        session.advance("1 hour")
        job = session.job("b")
        assert given == []
        assert job.status == ("inaction" if status == "queued" else "crash")
        assert "parameters is damaged" in job.reason
