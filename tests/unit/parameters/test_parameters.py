"""Parameters and arguments."""

import pytest

from redengine.exceptions import InvalidInput, MissingArgument, NotFound
from redengine.parameters import (
    MASK,
    Arg,
    EnvArg,
    FuncArg,
    Parameters,
    Return,
    SecretArg,
    Signature,
    TaskArg,
    TerminationFlag,
    task_name,
)


class Source:
    """Looks values up in plain dictionaries."""

    task_name = "report"
    task = "the task"
    session = None
    termination = "the flag"

    def __init__(self, parameters=None, returns=None):
        self.parameters = parameters or {}
        self.returns = returns or {}

    def parameter(self, name, default):
        return self.parameters.get(name, default)

    def returned(self, task, default):
        return self.returns.get(task, default)


def test_a_change_is_told_with_all_its_names():
    """Several values set at once are told of at once."""
    heard = []
    parameters = Parameters({}, heard.append)
    parameters.update({"a": 1, "b": 2})
    del parameters["a"]

    assert heard == [frozenset({"a", "b"}), frozenset({"a"})]
    assert dict(parameters) == {"b": 2}


def test_a_missing_parameter_is_named_with_the_nearest():
    """A misspelt name is answered with the one that exists."""
    with pytest.raises(NotFound, match="did you mean 'threshold'"):
        Parameters({"threshold": 1})["treshold"]


def test_a_secret_is_masked_wherever_it_is_shown():
    """Reading gives the value; the snapshot, the repr and scrubbed text do not."""
    parameters = Parameters({"token": SecretArg("s3cr3t-value"), "day": "today"})

    assert parameters["token"] == "s3cr3t-value"
    assert parameters.snapshot() == {"token": MASK, "day": "today"}
    assert "s3cr3t" not in repr(parameters)
    assert parameters.scrub("Authorization: s3cr3t-value") == f"Authorization: {MASK}"
    assert "s3cr3t" not in repr(SecretArg("s3cr3t"))


def test_a_secret_stays_secret_when_its_value_changes():
    """A plain value under a secret's name is masked too."""
    parameters = Parameters({"token": SecretArg("first")})
    parameters["token"] = "second"

    assert parameters.snapshot() == {"token": MASK}


@pytest.mark.parametrize("bad", [{"": 1}, {3: 1}, {"x": Arg("y")}])
def test_a_bad_parameter_changes_nothing(bad):
    """A refused update leaves the good ones of it unset as well."""
    parameters = Parameters({"a": 1})
    with pytest.raises(InvalidInput):
        parameters.update({"b": 2, **bad})

    assert dict(parameters) == {"a": 1}


def test_arguments_find_their_values():
    """Every kind of argument resolves from where it says."""
    source = Source({"day": "today"}, {"fetch": 42})

    assert Arg("day").resolve(source, "x") == "today"
    assert Arg("other", default=7).resolve(source, "x") == 7
    assert Return("fetch").resolve(source, "x") == 42
    assert Return("other", default=None).resolve(source, "x") is None
    assert FuncArg(lambda day: day.upper()).resolve(source, "x") == "TODAY"
    assert TaskArg().resolve(source, "x") == "the task"
    assert TerminationFlag().resolve(source, "x") == "the flag"


def test_an_environment_variable_is_read_when_the_job_starts(monkeypatch):
    """EnvArg reads late."""
    argument = EnvArg("REDENGINE_TEST_VARIABLE")
    monkeypatch.setenv("REDENGINE_TEST_VARIABLE", "late")

    assert argument.resolve(Source(), "x") == "late"


@pytest.mark.parametrize("argument", [Arg("gone"), Return("gone"), EnvArg("NOT_SET_ANYWHERE")])
def test_a_missing_argument_names_itself_and_its_task(argument):
    """The error says which task, which argument and where it was looked for."""
    with pytest.raises(MissingArgument) as caught:
        argument.resolve(Source(), "data")

    assert caught.value.task == "report"
    assert caught.value.argument == "data"
    assert "'gone'" in str(caught.value) or "NOT_SET_ANYWHERE" in str(caught.value)


def test_binding_prefers_what_is_nearer():
    """The job's and task's values come before the signature's own, then the session's."""

    def func(given, day=Arg("day"), plain=1, other=2): ...

    source = Source({"given": "session", "day": "session", "plain": "session"})
    values = Signature(func).bind(source, {"day": "job"})

    assert values == {"given": "session", "day": "job", "plain": "session"}


def test_binding_complains_of_what_nobody_gives():
    """A required parameter without a source is an error that names it."""

    def func(wanted): ...

    with pytest.raises(MissingArgument, match="wanted"):
        Signature(func).bind(Source(), {})


def test_unknown_parameters_are_refused_by_name():
    """A misspelt parameter is answered with the nearest."""

    def func(day): ...

    with pytest.raises(InvalidInput, match="did you mean 'day'"):
        Signature(func).refuse_unknown({"dya": 1})


def test_a_function_that_takes_anything_takes_anything():
    """`**kwargs` accepts every name."""
    signature = Signature(lambda **kwargs: kwargs)
    signature.refuse_unknown({"anything": 1})

    assert signature.bind(Source(), {"anything": 1}) == {"anything": 1}


def test_a_secret_argument_declares_the_parameter_secret():
    """What a job is given for it is masked as well as the session parameter."""

    def func(token=SecretArg("api_token")): ...

    assert Signature(func).secrets() == ["token", "api_token"]


def test_a_task_is_named_by_name_task_or_function():
    """Each of the three gives the same name."""

    def fetch(): ...

    assert task_name("fetch") == task_name(fetch) == "fetch"
    fetch.__redengine_task__ = "other"
    assert task_name(fetch) == "other"
    with pytest.raises(InvalidInput):
        task_name(3)
