"""What makes a task, and what is refused because it would make none without a word."""

import gc
import warnings

import pytest

from redengine import Session
from redengine.conditions import condition, daily
from redengine.exceptions import AlreadyExists, InvalidInput, JobFailed, NotFound
from redengine.parameters import FuncArg
from redengine.tasks import CodeTask, CommandTask, FuncTask


def fetch():
    return 42


def generate():
    yield 1


async def generate_later():
    yield 1


async def later():
    return 1


class Generating:
    """An object whose call is a generator."""

    def __call__(self):
        yield 1


def test_the_decorator_works_without_parentheses(session):
    """`@app.task` makes a task without a condition and gives the function back."""
    assert session.task(fetch) is fetch
    assert session.tasks["fetch"].start_cond is None
    session.advance("1 min")
    job = session.submit(fetch)
    session.advance("1 s")
    assert job.result(0) == 42


def test_a_function_may_be_given_with_its_options(session):
    """`app.task(fetch, start_cond=…)` makes the task at once."""
    session.task(fetch, start_cond="daily", name="other")
    assert session.tasks["other"].start_cond == daily


@pytest.mark.parametrize(
    ("options", "kind", "name"),
    [
        ({"command": "echo hello"}, CommandTask, "echo hello"),
        ({"code": "result = 1", "name": "code"}, CodeTask, "code"),
        ({"func": fetch}, FuncTask, "fetch"),
        ({"func_name": "main", "path": "jobs.py"}, FuncTask, "main"),
    ],
)
def test_what_a_task_does_makes_it_at_once(session, options, kind, name):
    """With command, code, func or path, `app.task` answers with the task."""
    made = session.task("daily", **options)
    assert type(made) is kind
    assert session.tasks[name] is made
    assert made.start_cond == daily


def test_a_task_does_one_thing(session):
    """A command beside code is refused, and nothing is made."""
    with pytest.raises(InvalidInput, match="code: is given beside command"):
        session.task("daily", command="ls", code="1")
    assert len(session.tasks) == 0


MAKERS = {
    "FuncTask": lambda app, func: FuncTask(func, name="made", session=app),
    "decorator": lambda app, func: FuncTask(name="made", session=app)(func),
    "app.task": lambda app, func: app.task("daily", name="made")(func),
    "func=": lambda app, func: app.task("daily", name="made", func=func),
    "app.condition": lambda app, func: app.condition(every="1 s")(func),
    "condition": lambda _app, func: condition(every=1)(func),
    "app.hook": lambda app, func: app.hook("job_end")(func),
    "FuncArg": lambda _app, func: FuncArg(func),
    "command": lambda app, func: app.command("made")(func),
    "every": lambda app, func: app.every("1 s", func),
}


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize(
    ("given", "told"),
    [
        (None, "got None, the result of a call; write .* without calling"),
        (42, "expected a function, got 42; write "),
        ("fetch", "expected a function, got 'fetch'; write "),
        (generate, "generate is a generator function: .* return a list"),
        (generate_later, "generate_later is a generator function: .* return a list"),
        (Generating(), "Generating.* is a generator function"),
        (generate(), "got a generator, the result of a call"),
    ],
    ids=["None", "number", "text", "generator", "async generator", "object", "result"],
)
def test_no_function_is_refused_with_the_form_to_write(session, maker, given, told):
    """Wherever a function is handed over, what would run none of its code is refused."""
    with pytest.raises(InvalidInput, match=told):
        MAKERS[maker](session, given)
    assert len(session.tasks) == 0


@pytest.mark.parametrize("given", [None, 42, "fetch", generate()])
def test_a_route_may_yield_and_is_a_function_all_the_same(session, given):
    """A handler with `yield` streams; the result of a call is refused as everywhere."""
    with pytest.raises(InvalidInput, match="handler: expected a function, got"):
        session.rest.get("/made")(given)
    for func in (generate, generate_later, Generating()):
        session.rest.get("/made", replace=True)(func)
        assert session.rest.routes[0].streams


@pytest.mark.parametrize("maker", ["app.condition", "condition", "app.hook", "FuncArg"])
def test_an_async_function_is_refused_where_nobody_awaits_it(session, maker):
    """A coroutine would count as true, or never run."""
    with pytest.raises(InvalidInput, match="later is an async def, which nobody would await"):
        MAKERS[maker](session, later)


def test_the_result_of_an_async_call_is_refused_without_a_warning(session):
    """The coroutine is closed, so Python does not warn that it was never awaited."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(InvalidInput, match="got a coroutine, the result of a call"):
            session.task("daily")(later())
        gc.collect()


def test_a_condition_factory_is_no_function_of_a_task(session):
    """`@app.task(is_ready)` without a call is refused, naming the form."""

    @session.condition
    def is_ready():
        return True

    with pytest.raises(InvalidInput, match=r"write @app.task\(is_ready\(\)\)"):
        session.task(is_ready)


@pytest.mark.parametrize("make", [lambda app: app.task("daily"), lambda app: FuncTask(session=app)])
def test_a_decorator_above_nothing_is_told(session, make):
    """A decorator that is thrown away without a function warns that it made no task."""
    with pytest.warns(RuntimeWarning, match="has made no task"):
        _throw_away(make, session)


def _throw_away(make, session):
    make(session)
    gc.collect()


def test_a_decorator_may_serve_several_functions(session):
    """One decorator makes a task of each function."""
    nightly = session.task("daily")
    nightly(fetch)
    nightly(later)
    assert [each.name for each in session] == ["fetch", "later"]


@pytest.mark.parametrize("execution", ["thread", "process", "async", "main"])
@pytest.mark.parametrize("made", [lambda: generate(), lambda: generate_later()])  # noqa: PLW0108 - a function is needed that is no generator
def test_a_returned_generator_is_a_failure(session, execution, made):
    """A function that gives back a generator has done nothing, and its job fails with words."""
    session.task("every 1 hour", name="made", execution=execution)(made)
    session.advance("1 min")
    [job] = session.tasks["made"].jobs()
    assert job.status == "fail"
    with pytest.raises(JobFailed, match="generator, whose code has not run; return a list"):
        job.result(0)


def test_two_things_at_once_are_refused(session):
    """`app.task("daily", fetch)` says which form to write."""
    with pytest.raises(InvalidInput, match=r'write app\.task\("daily"\)\(fetch\)'):
        session.task("daily", fetch)


def test_task_pre_exist_holds_however_a_task_is_made():
    """The config key is the default of FuncTask, CommandTask, app.task and app.create_task."""
    app = Session(config={"task_pre_exist": "rename"})
    FuncTask(fetch, session=app)
    FuncTask(fetch, session=app)
    app.task(fetch)
    app.create_task({"name": "fetch", "code": "1"})
    CommandTask("ls", name="fetch", session=app)
    assert app.tasks.names() == ["fetch", "fetch-1", "fetch-2", "fetch-3", "fetch-4"]
    with pytest.raises(AlreadyExists):
        FuncTask(fetch, session=app, on_exists="raise")
    app.shut_down()


def test_a_task_is_made_from_named_fields(session):
    """`create_task(name=…, command=…)` needs no dictionary."""
    assert session.create_task(name="list", command="ls").command == "ls"


def test_a_session_is_a_collection_of_its_tasks(session):
    """It gives a task by name or function, tells whether it has one, and is true when empty."""
    assert bool(session)
    session.task(fetch)
    assert session["fetch"] is session[fetch] is session.tasks["fetch"]
    assert "fetch" in session
    assert fetch in session
    assert "other" not in session
    assert list(session) == [session["fetch"]]
    assert len(session) == 1
    with pytest.raises(NotFound, match="no task 'fecth'; did you mean 'fetch'"):
        session["fecth"]


def test_a_session_says_where_jobs_run():
    """`Session(execution=…)` is the default of its tasks."""
    app = Session(execution="process")
    app.task(fetch)
    assert app.config.execution == "process"
    assert app["fetch"].snapshot()["execution"] == "process"
    app.shut_down()


def test_run_without_names_starts_the_session():
    """`app.run()` schedules until the session shuts down, and answers with no jobs."""
    app = Session()
    ran = []

    @app.task("every 1 hour")
    def stop():
        ran.append(app.state)
        app.shut_down(wait=False)

    assert app.run() == []
    assert ran == ["running"]
    assert app.state == "stopped"
