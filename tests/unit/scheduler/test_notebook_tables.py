"""What a notebook shows of a session, a task, a job and an explanation."""

import threading

import pytest

from redengine import Session
from redengine import session as default
from redengine.parameters import SecretArg
from redengine.store.queries.reader import Reader
from redengine.testing import ManualSession

HOSTILE = "<script>alert(1)</script>&\"'"


def parts_of(session, name):
    """Everything that a notebook may show."""
    session.advance("1 second")
    job = session.submit(name)
    session.advance("1 minute")
    return [session, session.tasks[name], job, session.why(name)]


def test_hostile_names_are_shown_as_text(session):
    """A task's name, description, tags, error and reason come from anywhere."""

    @session.task("daily", name=HOSTILE, description=HOSTILE, tags=[HOSTILE])
    def fail():
        raise ValueError(HOSTILE)

    session.name = HOSTILE
    for part in parts_of(session, HOSTILE):
        html = part._repr_html_()
        assert "<script" not in html
        assert "&lt;script&gt;alert(1)" in html
        assert html.startswith("<table>")


def test_they_say_what_matters(session):
    """State, condition, statuses, times and evidence are there."""
    session.task("daily after 07:00", name="fetch")(lambda: 1)
    shown, task, job, why = [part._repr_html_() for part in parts_of(session, "fetch")]
    assert "running" in shown
    assert "fetch" in shown
    assert "daily after 07:00" in shown
    assert "daily after 07:00" in task
    assert "2026-01-01 07:00:00 UTC" in task
    assert "success" in task
    assert "success" in job
    assert "its condition does not hold" in why
    assert "✗" in why


def test_a_task_without_condition_has_tables_too(session):
    """Nothing in them may fail for want of a value."""
    session.task(name="by hand")(lambda: 1)
    assert ManualSession()._repr_html_()
    assert session.tasks["by hand"]._repr_html_()
    assert "by hand" in session.why("by hand")._repr_html_()
    assert all(part._repr_html_() for part in parts_of(session, "by hand"))


def test_a_session_of_many_tasks_stays_small(session):
    """It shows the first ones, and how many there are."""
    for number in range(2_000):
        session.task(name=f"task-{number}")(lambda: 1)
    html = session._repr_html_()
    assert "The first 20 tasks" in html
    assert "2000" in html
    assert len(html) < 10_000


def test_parameters_are_not_shown(session):
    """A notebook's output is passed on; what a job was given may be secret."""

    @session.task(name="login")
    def login(password=SecretArg("password"), other="none"):
        return 1

    session.parameters["password"] = "hunter2"
    session.advance("1 second")
    job = session.submit("login", other="hunter3")
    session.advance("1 minute")
    for part in (session, session.tasks["login"], job, session.why("login")):
        assert "hunter" not in part._repr_html_()


def test_the_default_session_shows_the_real_one(session):
    """The stand-in passes the table on."""
    made = Session(name="mine")
    assert "Session mine" in default._repr_html_()
    made.shut_down()


def test_tables_do_not_ask_the_store(monkeypatch, tmp_path):
    """Nothing is read from the database, under the lock or outside it."""
    asked = []
    session = Session(store=f"sqlite:///{tmp_path}/jobs.db")
    session.task("daily", name="fetch")(lambda: 1)
    with session:
        job = session.submit("fetch")
        assert job.wait(60)
        why = session.why("fetch")
        reads = [name for name in vars(Reader) if not name.startswith("_")]
        assert "job" in reads
        with monkeypatch.context() as patch:
            for name in reads:
                patch.setattr(Reader, name, lambda *_, name=name: asked.append(name))
            for part in (session, session.tasks["fetch"], job, why):
                assert part._repr_html_()
    assert asked == []


@pytest.mark.parametrize("what", ["session", "job", "why"])
def test_tables_do_not_wait_for_the_lock(what):
    """While another thread holds the session's lock, these are shown at once."""
    session = Session()
    session.task("daily", name="fetch")(lambda: 1)
    with session:
        job = session.submit("fetch")
        assert job.wait(60)
        part = {"session": session, "job": job, "why": session.why("fetch")}[what]
        shown = []
        with session._core.lock:
            thread = threading.Thread(target=lambda: shown.append(part._repr_html_()))
            thread.start()
            thread.join(60)
            assert shown
