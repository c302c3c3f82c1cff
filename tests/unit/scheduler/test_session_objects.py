"""Tasks and conditions as objects: their names, their identity, and when they are let go."""

import gc
import re
import weakref

import pytest

from redengine import Session
from redengine.api import FlaskAPI
from redengine.client import Client
from redengine.conditions import Condition, CustomCondition
from redengine.exceptions import InvalidInput
from redengine.parameters import TerminationFlag
from redengine.testing import ManualSession

WAIT_S = 60


def test_a_name_cannot_be_assigned():
    """The registry goes by it: another task has to be made, and nothing changes."""
    session = ManualSession()
    session.task("every 1 hour", name="a")(lambda: None)
    task = session.tasks["a"]
    with pytest.raises(InvalidInput, match="name: cannot be assigned; make another task"):
        task.name = "b"
    assert (task.name, session.tasks.names()) == ("a", ["a"])
    task.name = "a"


def test_a_renamed_task_has_its_free_name():
    """`on_exists="rename"` gives the new task the name by which it is found."""
    session = ManualSession()
    for _ in range(2):
        session.task(name="a", on_exists="rename")(lambda: None)
    assert [task.name for task in session.tasks] == ["a", "a-1"]
    assert session.tasks["a-1"].name == "a-1"


def answers(value):
    """A predicate that has the same qualified name whatever it answers."""

    def ready():
        return value

    ready.__qualname__ = "ready"
    return ready


def test_two_functions_of_one_name_are_two_conditions():
    """Each is asked, as where a notebook's cell is run again."""
    session = ManualSession()
    for name, value in (("no", False), ("yes", True)):
        session.condition(name=name, every="1 s")(answers(value))
        session.task(f"{name}() & every 10 s", name=f"after {name}")(lambda: None)
    session.advance("1 min")
    assert session.runs("after no") == []
    assert len(session.runs("after yes")) > 0


class Slotted(CustomCondition):
    """A condition whose state is in slots."""

    __slots__ = ("value",)

    def __init__(self, value):
        self.value = value

    def check(self):
        return self.value


def of_class(value):
    """A condition of a class that has the same qualified name whatever it answers."""

    class Ready(CustomCondition):
        def check(self):
            return value

    Ready.__qualname__ = "Ready"
    return Ready()


class Same:
    """Objects that all look the same."""

    def __init__(self, value):
        self.value = value

    def __repr__(self):
        return "Same()"


def of_argument(value):
    """A condition with an argument whose text says nothing of it."""
    return FACTORY(Same(value))


FACTORY = ManualSession().condition(every="1 s")(lambda same: same.value)


@pytest.mark.parametrize("make", [Slotted, of_class, of_argument])
def test_conditions_that_differ_are_asked_each(make):
    """What tells two conditions apart is more than the text of their class and arguments."""
    assert isinstance(make(True), Condition)
    session = ManualSession()
    for value in (False, True):
        session.task(make(value) & session.parse("every 10 s"), name=str(value))(lambda: None)
    session.advance("1 min")
    assert session.runs("False") == []
    assert len(session.runs("True")) > 0


@pytest.mark.parametrize("replaced", [True, False])
def test_tasks_that_are_gone_are_let_go(replaced):
    """Replaced and deleted tasks leave neither objects nor places on the agenda."""
    session = ManualSession()
    gone = []
    for number in range(300):
        name = "same" if replaced else f"task {number}"
        session.task("every 1 hour", name=name, on_exists="replace")(lambda: None)
        gone.append(weakref.ref(session.tasks[name]))
        if not replaced:
            session.tasks[name].delete()
    session.advance("1 s")
    gc.collect()
    assert sum(each() is not None for each in gone) == len(session.tasks) <= 1
    assert len(session._core.agenda._heap) < 150


class TestTimeout:
    """`timeout=None` is the session's, "never" is none at all."""

    @pytest.fixture
    def session(self, tmp_path):
        """A session whose jobs take an hour, and may take a minute."""
        store = f"sqlite:///{tmp_path}/jobs.db"
        durations = dict.fromkeys(("never", "usual"), "1 hour")
        config = {"timeout": "1 min"}
        with ManualSession(store=store, config=config, durations=durations) as session:
            session.task(name="never", timeout="Never")(lambda: None)
            session.task(name="usual")(lambda: None)
            session.start(block=False)
            yield session

    def test_it_is_told_apart_in_runs(self, session):
        """Only the job without a timeout of its own is ended by the session's."""
        jobs = [session.submit("never"), session.submit("usual")]
        session.advance("2 hours")
        assert [(job.status, job.reason) for job in jobs] == [
            ("success", None),
            ("terminate", "timeout"),
        ]

    def test_one_job_may_be_without(self, session):
        """It can be asked for with a submission, and is shown with the job."""
        task = session.tasks["usual"]
        job, _ = session.accept_job(task, {}, options={"timeout": "never"})
        assert job.snapshot()["timeout"] == "never"
        session.advance("2 hours")
        assert job.status == "success"

    def test_it_is_shown_back_and_kept(self, session):
        """Python, the task's object and its definition say "never", and take it back."""
        task = session.tasks["never"]
        assert task.timeout == task.snapshot()["timeout"] == task.definition()["timeout"] == "never"
        task.timeout = None
        assert task.timeout is task.snapshot()["timeout"] is None
        task.update({"timeout": task.definition()["timeout"]})
        assert task.timeout is None

    def test_it_is_set_and_found_over_http(self):
        """PATCH takes it, GET says it, lists filter and sort by it as the longest."""
        app = Session()
        for name, timeout in (("long", 90), ("short", 5), ("none", None)):
            app.task(name=name, timeout=timeout)(lambda: None)
        FlaskAPI(session=app)
        with Client(app=app) as client:
            client.tasks["long"].update(timeout="never")
            assert client.tasks["long"].get().timeout == "never"

            def found(filters, **options):
                names = [task.name for task in client.tasks.list(filters, **options)]
                return [name for name in names if name != "FlaskAPI"]

            assert found({"timeout": "never"}) == ["long"]
            assert found({"timeout$min": 5}) == ["long", "short"]
            assert found({"timeout$max": 100}) == ["short"]
            assert found({}, sort="-timeout")[:2] == ["long", "short"]


def waits_for(flag=TerminationFlag()):
    print("it waits", flush=True)
    return flag.wait(WAIT_S)


async def waits_on_a_loop(flag=TerminationFlag()):
    import asyncio

    print("it waits", flush=True)
    while not flag:  # noqa: ASYNC110 - the flag is looked at
        await asyncio.sleep(0.01)
    return True


@pytest.mark.parametrize("execution", ["thread", "process", "async", "main"])
def test_a_termination_flag_works_in_every_runtime(execution):
    """Code that looks at the flag ends by itself, in its grace."""
    code = waits_on_a_loop if execution == "async" else waits_for
    with Session() as app:
        app.task(name="waits", execution=execution)(code)
        job = app.submit("waits")
        assert app.wait_for_output(job.id, 0, WAIT_S)
        job.terminate()
        assert job.wait(WAIT_S)
        assert (job.status, job.abandoned) == ("terminate", False)


class TestExecutionOfAnApi:
    """An API runs in a thread of the session's process, or it would answer nobody."""

    @pytest.mark.parametrize("execution", ["process", "async", "main", "gpu", "threads"])
    def test_another_place_is_refused(self, execution):
        """When it is made and when it is changed, with the reason; nothing changes."""
        app = Session()
        app.runtime("gpu")
        with pytest.raises(InvalidInput, match="execution: an API runs in a thread"):
            FlaskAPI(session=app, execution=execution)
        assert len(app.tasks) == 0
        api = FlaskAPI(session=app)
        with pytest.raises(InvalidInput, match="execution: an API runs in a thread"):
            api.execution = execution
        assert api.execution == "thread"

    def test_the_default_of_the_session_is_not_its(self):
        """A session whose jobs run in processes has its API in a thread."""
        app = Session(config={"execution": "process"})
        api = FlaskAPI(session=app)
        api.execution = None
        assert api.execution == "thread"

    def test_over_http_it_is_a_bad_request(self):
        """PATCH answers 400 with the field."""
        app = Session()
        FlaskAPI(session=app)
        with Client(app=app) as client, pytest.raises(InvalidInput) as caught:
            client.tasks["FlaskAPI"].update(execution="process")
        assert "execution" in caught.value.fields


@pytest.mark.parametrize("is_used", [False, True])
def test_what_a_session_and_a_task_hold_shows_itself_in_one_line(is_used):
    """Without an address, before and after it was used."""
    with ManualSession() as session:
        session.task("daily", name="fetch")(lambda: None)
        if is_used:
            session.advance("2 days")
            session.api_keys.all()
        names = ("tasks", "parameters", "config", "returns", "jobs", "runtimes", "rest", "metrics")
        held = [getattr(session, name) for name in (*names, "changes", "api_keys")]
        for each in (session, *held, session["fetch"], session["fetch"].history):
            assert not re.search("0x|\n", repr(each)), each
