"""Runtimes without a size of their own, which share the session's pool of threads."""

import threading

import pytest

from redengine import Session
from redengine.api import FlaskAPI
from redengine.exceptions import Conflict, InvalidInput

WAIT_S = 60


@pytest.fixture
def app():
    """A running session with two threads, and a runtime `reports` that shares them."""
    session = Session(config={"max_threads": 2, "termination_grace": "1 s"})
    session.runtime("reports")
    FlaskAPI(port=0, session=session)
    with session:
        yield session


@pytest.fixture
def held(app):
    """A task in `reports` whose jobs wait until the event is set."""
    free = threading.Event()
    app.task(name="held", execution="reports", max_instances=10)(lambda: free.wait(WAIT_S))
    yield free
    free.set()


def load(app, name="reports"):
    """What the runtime says of itself."""
    found = app.runtimes.snapshot(name)
    return {key: found[key] for key in ("running", "queued", "available")}


def test_it_is_shown_as_shared(app):
    """With size 0, and free places as the pool has them."""
    found = app.runtimes.snapshot("reports")
    assert (found["kind"], found["size"], found["thread_pool_size"]) == ("thread", 0, 0)
    assert found["shared"] is True
    assert found["available"] == 2
    assert app.runtimes.snapshot("thread")["shared"] is False


def test_its_jobs_use_the_pool_and_are_counted_apart(app, held):
    """Two of three run, in the pool's places; the third waits, and is no job of `thread`."""
    running = [app.submit("held") for _ in range(2)]
    for job in running:
        while job.status != "run":
            assert not job.wait(0.01)
    waiting = app.submit("held")
    assert load(app) == {"running": 2, "queued": 1, "available": 0}
    assert waiting.runtime == "reports"
    assert "is full: 2 run, 1 wait" in str(app.why("held"))
    assert app.health()[0]
    held.set()
    assert [job.result(WAIT_S) for job in (*running, waiting)] == [True] * 3
    assert load(app) == {"running": 0, "queued": 0, "available": 2}


def test_its_jobs_are_withdrawn_terminated_and_looked_into(app, held):
    """As in any other runtime."""
    running = [app.submit("held") for _ in range(2)]
    waiting = app.submit("held")
    for job in running:
        while job.status != "run":
            assert not job.wait(0.01)
    waiting.cancel()
    assert load(app)["queued"] == 0
    assert "wait" in running[0].stack()
    running[0].terminate()
    assert running[0].wait(WAIT_S)
    assert running[0].status == "terminate"
    held.set()
    assert running[1].result(WAIT_S)


def test_it_is_removed_without_the_pool(app, held):
    """What ran in it is ended, and threads go on working."""
    job = app.submit("held")
    while job.status != "run":
        assert not job.wait(0.01)
    app.runtimes.remove("reports", force=True)
    assert job.wait(WAIT_S)
    assert "reports" not in app.runtimes
    app.task(name="one")(lambda: 1)
    held.set()
    assert app.submit("one").result(WAIT_S) == 1


def test_places_of_its_own_are_not_given_later(app):
    """Neither way; the words say what to do."""
    app.runtime("own", size=3)
    for name, size in (("reports", 3), ("own", 0)):
        with pytest.raises(InvalidInput, match="make another runtime"):
            app.runtimes.resize(name, size)


@pytest.mark.parametrize("kind", ["process", "async"])
def test_other_kinds_have_a_size(app, kind):
    """They refuse 0, and have 1 if not given."""
    with pytest.raises(InvalidInput, match="from 1 to"):
        app.runtime("x", kind=kind, size=0)
    assert app.runtime("x", kind=kind).size == 1


def test_over_http_and_in_documents(app):
    """POST without a size or with 0, a refusal for processes; the document brings it back."""
    web = app["FlaskAPI"].app.test_client()
    for name, more in (("a", {}), ("b", {"thread_pool_size": 0})):
        answer = web.post("/runtimes", json={"runtime_id": name, **more})
        assert (answer.status_code, answer.json["thread_pool_size"]) == (201, 0), answer.text
        assert answer.json["shared"] is True
    assert (
        web.post("/runtimes", json={"runtime_id": "c", "kind": "process", "size": 0}).status_code
        == 400
    )
    assert web.patch("/runtimes/a", json={"thread_pool_size": 2}).status_code == 400
    assert [each["runtime_id"] for each in web.get("/runtimes?shared=true").json] == [
        "reports",
        "a",
        "b",
    ]
    document = web.get("/export").text
    found = web.post("/plan", data=document).json
    assert (found["create"], found["change"], found["delete"]) == ([], [], [])
    refused = web.post("/plan", data="version: 1\nruntimes: {c: {kind: async, size: 0}}\n")
    assert refused.status_code == 400


def test_in_virtual_time(session):
    """Its jobs run as the others do."""
    session.runtime("reports")
    session.task("every 1 hour", name="report", execution="reports")(lambda: 1)
    session.advance("90 min")
    assert len(session.runs("report")) == 2


def test_it_opens_again_with_the_session():
    """A second start of the session takes jobs there again."""
    app = Session()
    app.runtime("reports")
    app.task(name="one", execution="reports")(lambda: 1)
    for _ in range(2):
        app.start(block=False)
        assert app.submit("one").result(WAIT_S) == 1
        app.shut_down()
    with pytest.raises(Conflict):
        app.runtimes["reports"].submit(object())


def test_a_job_that_waits_for_another_one_lends_its_place():
    """In a pool of one thread, whichever of the two runtimes each is in."""
    with Session(config={"max_threads": 1}) as app:
        app.runtime("reports")
        app.task(name="inner", execution="reports")(lambda: 1)
        app.task(name="outer", execution="reports")(lambda: app.submit("inner").result(WAIT_S))
        assert app.submit("outer").result(WAIT_S) == 1
