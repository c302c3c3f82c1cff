"""The client and a real session: over a port, and in the same process."""

import asyncio
import threading
from contextlib import contextmanager

import pytest

from redengine import Session
from redengine.api import FlaskAPI
from redengine.client import AsyncClient, Client, where
from redengine.exceptions import (
    AlreadyExists,
    ConditionSyntaxError,
    Conflict,
    InvalidInput,
    JobFailed,
    JobSkipped,
    NotFound,
    SessionStateError,
)
from redengine.parameters import TerminationFlag
from redengine.tasks import FuncTask


@contextmanager
def running():
    """A session with its API, running until the block ends."""
    session = Session()
    api = FlaskAPI(port=0, session=session)
    session.start(block=False)
    try:
        api.wait_ready(60)
        yield session, api
    finally:
        session.shut_down()


@pytest.fixture(params=["port", "process"])
def place(request):
    """A running session, and how a client reaches it: a URL, or the session itself."""
    with running() as (session, api):
        by_port = request.param == "port"
        yield session, {"url": api.url} if by_port else {"app": session}


def test_a_job_from_start_to_result(place):
    """Submit, wait, result, output, log, as in Python."""
    session, address = place

    @session.task()
    def fetch(day="today"):
        print("fetching", day)
        return {"day": day}

    with Client(**address) as client:
        job = client.tasks["fetch"].run(day="2026-01-01")
        assert job.result(timeout=20) == {"day": "2026-01-01"}
        done = job.get()
        assert (done.status, done.trigger, done.parameters) == (
            "success",
            "api",
            {"day": "2026-01-01"},
        )
        assert done.started_at <= done.ended_at
        assert [str(line) for line in job.output()] == ["fetching 2026-01-01"]
        assert [record.action for record in job.logs(sort="id")] == ["run", "success"]
        assert client.tasks["fetch"].jobs().first().id == done.id
        again = client.jobs.submit("fetch", {"day": "2026-01-01"}, job_id=job.id)
        assert again.id == job.id
        with pytest.raises(AlreadyExists):
            client.jobs.submit("fetch", {"day": "other"}, job_id=job.id)


def test_the_same_for_asyncio(place):
    """The other client does the same, and several requests at a time."""
    session, address = place

    @session.task()
    def double(n=0):
        print(n)
        return 2 * n

    async def drive():
        async with AsyncClient(**address) as client:
            jobs = await asyncio.gather(*(client.tasks["double"].run(n=n) for n in range(5)))
            results = await asyncio.gather(*(job.result(timeout=20) for job in jobs))
            lines = [line.text async for line in jobs[3].follow_output()]
            listed = [job.id async for job in client.jobs.list(task="double")]
            return results, lines, listed, [job.id for job in jobs]

    results, lines, listed, made = asyncio.run(drive())
    assert results == [0, 2, 4, 6, 8]
    assert lines == ["3"]
    assert sorted(listed) == sorted(made)


def test_output_is_followed_while_the_job_runs(place):
    """A line is there before the job has ended."""
    session, address = place
    go_on = threading.Event()

    @session.task()
    def talk():
        print("first")
        go_on.wait(20)
        print("second")

    with Client(**address) as client:
        lines = client.tasks["talk"].run().follow_output()
        assert next(lines).text == "first"
        go_on.set()
        assert [line.text for line in lines] == ["second"]


def test_errors_are_those_of_the_session(place):
    """What the session raises is raised here."""
    session, address = place

    @session.task()
    def bad():
        raise ValueError("no")

    with Client(**address) as client:
        with pytest.raises(JobFailed, match="ValueError: no"):
            client.tasks["bad"].run().result(timeout=20)
        with pytest.raises(NotFound, match="did you mean 'bad'") as missing:
            client.tasks.get("badd")
        assert missing.value.request_id
        with pytest.raises(ConditionSyntaxError, match=r"\^"):
            client.tasks["bad"].update(start_cond="evry day")
        with pytest.raises(InvalidInput, match="did you mean 'priority'"):
            client.tasks["bad"].update(prioriti=1)
        with pytest.raises(InvalidInput, match="surprise"):
            client.tasks["bad"].run(surprise=1)
        with pytest.raises(Conflict, match="fail"):
            client.jobs.list(task="bad").first().cancel()


def test_tasks_are_made_changed_and_removed(place):
    """Everything that can be said of a task, by names that need encoding as well."""
    _, address = place
    name = "Ärger/1 % ?&#"
    with Client(**address) as client:
        made = client.tasks.create(name, code="result = 6 * 7", tags=["x"])
        assert (made.kind, made.tags) == ("CodeTask", ("x",))
        assert client.tasks[name].run().result(timeout=20) == 42
        assert client.tasks[name].update(priority=5).priority == 5
        assert client.tasks[name].disable().disabled
        assert not client.tasks[name].enable().disabled
        assert "by hand" in str(client.tasks[name].why())
        assert [task.name for task in client.tasks.list(priority=(5, 5))] == [name]
        assert client.tasks.list(name=where(regex="Är")).total() == 1
        assert client.tasks.replace(name, code="result = 1").priority == 0
        client.tasks[name].delete()
        assert name not in {task.name for task in client.tasks.list()}


def test_a_running_task_is_ended(place):
    """`terminate` reaches the code; its job ends with the reason."""
    session, address = place
    started = threading.Event()

    def long(flag=TerminationFlag()):
        started.set()
        flag.wait(20)

    FuncTask(long, name="long", session=session)
    with Client(**address) as client:
        job = client.tasks["long"].run()
        assert started.wait(60)
        client.tasks["long"].terminate("enough")
        ended = job.wait(timeout=20)
        assert (ended.status, ended.reason) == ("terminate", "enough")


def test_a_queued_job_is_withdrawn(place):
    """`cancel` of a job that waits; its result is JobSkipped."""
    session, address = place
    go_on = threading.Event()
    session.runtime("single", size=1)

    @session.task(execution="single")
    def slow():
        go_on.wait(20)

    try:
        with Client(**address) as client:
            client.tasks["slow"].run()
            waiting = client.tasks["slow"].run()
            assert waiting.cancel().status == "cancel"
            with pytest.raises(JobSkipped):
                waiting.result(timeout=20)
    finally:
        go_on.set()


def test_values_are_read_and_set(place):
    """Parameters, configuration and returns, with brackets."""
    session, address = place
    with Client(**address) as client:
        client.parameters["day"] = "today"
        assert session.parameters["day"] == client.parameters["day"] == "today"
        assert client.parameters.update({"n": 1}) == {"day": "today", "n": 1}
        del client.parameters["n"]
        with pytest.raises(NotFound):
            _ = client.parameters["n"]
        client.config["max_threads"] = 3
        assert session.config.max_threads == client.config["max_threads"] == 3
        with pytest.raises(InvalidInput, match="max_threads"):
            client.config["max_threads"] = -1
        with pytest.raises(NotFound, match="max_threads"):
            _ = client.config["max_thread"]


def test_the_session_is_paused_and_resumed(place):
    """Its state is that of the answer."""
    _, address = place
    with Client(**address) as client:
        assert client.session.pause().state == "paused"
        assert client.session.snapshot().state == "paused"
        assert client.session.resume().state == "running"
        assert client.health().is_well
        assert "FlaskAPI" in client.session.snapshot().tasks


def test_the_links_between_tasks_and_the_forecast(place):
    """Dependencies as objects and diagrams, starts to come."""
    session, address = place
    FuncTask(print, name="fetch", start_cond="daily after 07:00", session=session)
    FuncTask(print, name="report", start_cond="after task 'fetch'", session=session)
    with Client(**address) as client:
        (link,) = client.dependencies.list(parent="fetch")
        assert (link.child, link.relation) == ("report", "DependSuccess")
        assert client.dependencies.mermaid().startswith("flowchart")
        assert client.dependencies.dot().startswith("digraph")
        forecast = client.forecast("3 days", task="fetch")
        assert {start.task for start in forecast.starts} == {"fetch"}
        assert forecast.until > forecast.since


def test_pages_of_a_real_list_are_followed():
    """More entries than a page holds come by the API's own links."""
    with running() as (session, api):
        FuncTask(lambda: None, name="quick", session=session)
        for number in range(7):
            session.submit("quick", job_id=f"job-{number}").result(timeout=20)
        with Client(api.url) as client:
            listing = client.logs(action="success", task_name="quick")
            small = (*listing._call.query, ("$limit", "2"))
            object.__setattr__(listing._call, "query", small)
            pages = list(listing.pages())
            assert [len(page) for page in pages] == [2, 2, 2, 1]
            ids = [record.id for page in pages for record in page]
            assert ids == sorted(ids, reverse=True)
            assert listing.total() == 7


def test_changes_are_listed(tmp_path):
    """What was modified over the API, where the store is durable."""
    session = Session(store=f"sqlite:///{tmp_path}/jobs.db")
    api = FlaskAPI(port=0, session=session)
    with session:
        api.wait_ready(60)
        with Client(api.url) as client:
            client.parameters["day"] = "today"
            change = client.changes.list(resource="Parameter").first()
            assert (change.method, change.name) == ("patch", "day")
            assert client.changes.get(change.id) == change


def test_shut_down_ends_the_session():
    """The answer comes before the end."""
    with running() as (session, api), Client(api.url) as client:
        assert client.session.shut_down().state in {"stopping", "stopped"}
        session.shut_down()
        assert session.state == "stopped"


def test_a_session_that_was_not_started_can_be_read_and_changed():
    """In the same process the API answers without a port; only jobs need a running session."""
    session = Session()
    FlaskAPI(session=session)
    with Client(app=session) as client:
        client.tasks.create("a", code="result = 1")
        assert "a" in session.tasks
        with pytest.raises(SessionStateError, match="start it"):
            client.tasks["a"].run()


def test_what_has_an_api_is_found():
    """A session, its FlaskAPI, its Flask application and the default session will do."""
    import redengine

    made = Session()
    api = FlaskAPI(session=made)
    for app in (made, api, api.app, redengine.session):
        with Client(app=app) as client:
            assert client.session.snapshot().name == made.name


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_what_has_no_api_is_refused(kind):
    """The error says what is missing and how it is made."""
    for app in (Session(), object(), 7):
        with pytest.raises(InvalidInput, match=r"app: expected a session .*FlaskAPI\(session=…\)"):
            kind(app=app)
    session = Session()
    FlaskAPI(session=session)
    with pytest.raises(InvalidInput, match="either"):
        kind("http://127.0.0.1:5000", app=session)


def test_a_write_can_be_tried(place):
    """`dry_run=True` gives the starts that would change, with times, and changes nothing."""
    session, address = place
    session.task("daily at 07:00", name="morning")(lambda: None)
    before = session.tasks["morning"].definition()
    with Client(**address) as client:
        task = client.tasks["morning"]
        found = task.update(dry_run=True, start_cond="daily at 09:00")
        assert len(found.added) + len(found.moved) >= 6
        moved = found.moved[0]
        assert (moved.task, moved.moved_from.hour, moved.at.hour) == ("morning", 7, 9)
        assert found.cut is None
        assert task.delete(dry_run=True).removed
        assert client.tasks.create("new", dry_run=True, command="true", start_cond="hourly").added
        assert client.tasks.replace("morning", dry_run=True, command="true").removed
        assert client.config.update({"timezone": "Asia/Tokyo"}, dry_run=True).until > moved.at
        session.parameters["x"] = 1
        assert client.parameters.update({"x": 2}, dry_run=True).added == ()
        assert client.parameters.delete("x", dry_run=True).removed == ()
    assert session.tasks["morning"].definition() == before
    assert session.parameters["x"] == 1


def test_the_async_client_tries_as_well(place):
    """It has the same methods, and gives the same."""
    session, address = place
    session.task("daily at 07:00", name="morning")(lambda: None)

    async def tried():
        async with AsyncClient(**address) as client:
            return await client.tasks["morning"].delete(dry_run=True)

    assert {each.task for each in asyncio.run(tried()).removed} == {"morning"}
    assert "morning" in session.tasks
