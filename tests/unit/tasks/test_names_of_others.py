"""Names and forms of Red Engine and Rocketry: they work, or the error says the form to write."""

import importlib

import pytest

import redengine.conditions
import redengine.parameters
from redengine import Session
from redengine.api import FlaskAPI
from redengine.conditions import ConditionFactory, always, daily, false, never, running, true
from redengine.exceptions import InvalidInput
from redengine.parameters import Arg, EnvArg, FuncArg, Return, SecretArg, TaskArg


@pytest.mark.parametrize(
    ("alias", "module"),
    [
        ("arguments", redengine.parameters),
        ("args", redengine.parameters),
        ("conds", redengine.conditions),
    ],
)
def test_modules_have_their_old_names(alias, module):
    """The same objects under both names."""
    found = importlib.import_module(f"redengine.{alias}")
    assert set(found.__all__) == set(module.__all__)
    assert all(getattr(found, name) is getattr(module, name) for name in module.__all__)


@pytest.mark.parametrize("module", ["conditions", "conds"])
@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("scheduler_cycles", "scheduler_running"),
        ("crontime", "cron"),
        ("TaskStarted", "started"),
        ("DependSuccess", "after_success"),
        ("AlwaysTrue", "true"),
    ],
)
def test_a_name_that_is_not_here_says_the_form_to_write(module, name, form):
    """In the ImportError of the very line."""
    with pytest.raises(ImportError, match=f"there is no {name} .* write {form}"):
        exec(f"from redengine.{module} import {name}")


def test_other_names_are_unknown_as_usual():
    """`hasattr` says no."""
    assert not hasattr(redengine.conditions, "nonsense")


def test_always_and_never():
    """Two more names of `true` and `false`."""
    assert (always, never) == (true, false)


def test_how_many_run_is_no_condition():
    """`running(t) <= 2` names the option."""
    for compare in ("__lt__", "__le__", "__gt__", "__ge__"):
        with pytest.raises(InvalidInput, match="max_instances=3"):
            getattr(running("fetch"), compare)(2)


def test_arguments_are_compared_by_what_they_ask_for():
    """Equal ones are equal, and no condition."""
    assert Arg("a") == Arg("a")
    assert Arg("a") != Arg("b")
    assert Arg("a") != Arg("a", default=1)
    assert Arg("a") != EnvArg("a")
    assert Arg("a") != "a"
    assert Return("a") == Return("a")
    assert SecretArg("a") != SecretArg("b")
    assert len({Arg("a"), Arg("a"), TaskArg()}) == 2


@pytest.mark.parametrize("make", ["positional", "keyword"])
def test_a_compared_argument_is_no_condition(session, make):
    """The error says how a parameter is compared."""
    compared = Arg("env") == "prod"
    given = (compared,) if make == "positional" else ()
    options = {} if make == "positional" else {"start_cond": compared, "func": print}
    with pytest.raises(InvalidInput, match=r'write param\("mode"\)\.equals\("fast"\)'):
        session.task(*given, **options)


def test_a_condition_has_no_task_of_its_own(session):
    """`Task()` in a condition is an error that its explanation tells; `Task("fetch")` is filled."""
    seen = []

    @session.cond
    def is_ready(task=TaskArg()):
        return task

    @session.cond
    def is_known(task=TaskArg("b"), rows=0):
        seen.append((task, rows))
        return True

    session.param("rows")(lambda: 3)
    session.task(is_ready() & daily, name="a", func=print)
    session.task(is_known() & daily, name="b", func=print)
    session.advance("1 min")
    assert "a condition may be that of several tasks; name the one" in str(session.why("a"))
    assert seen[0] == (session["b"], 3)
    assert isinstance(session.cond()(lambda: True), ConditionFactory)


def test_a_function_may_be_a_session_parameter(session):
    """`@app.param` and FuncArg: called for each job that asks, by name or by Arg."""
    calls = []

    @session.param("rows")
    def rows():
        calls.append(1)
        return len(calls)

    session.parameters["again"] = FuncArg(rows)
    session.task("every 1 hour", name="one")(lambda rows: rows)
    session.task("every 1 hour", name="two")(lambda x=Arg("again"): x)
    session.task("every 1 hour", name="three")(lambda rows=None: rows)
    session.advance("1 min")
    assert sorted(session.returns[name] for name in ("one", "two", "three")) == [1, 2, 3]
    assert rows() == 4


def test_a_function_as_a_parameter_is_shown_and_exported_with_care():
    """The API shows its name, and a document leaves it out rather than a text."""
    with Session() as app:
        app.param("rows")(lambda: 1)
        FlaskAPI(port=0, session=app, name="api")
    api = app["api"]
    web = api.app.test_client()
    assert "FuncArg" in str(web.get("/parameters").json["rows"])
    document = web.get("/export").text
    assert "\nparameters:\n  rows" not in document
    assert "parameters.rows: FuncArg" in document.partition("left_out:")[2]


def test_the_log_is_read_by_its_old_name(session):
    """`get_task_log` is `logs`."""
    session.task("every 1 hour", name="one")(lambda: 1)
    session.advance("1 min")
    assert session.get_task_log(action="run") == session.logs(action="run")
    assert len(session.get_task_log(action="run")) == 1


def test_a_task_is_created_of_a_function(session):
    """`create_task(func=…)` takes the function itself."""
    made = session.create_task(name="one", func=print, start_cond="daily")
    assert made.func is print
