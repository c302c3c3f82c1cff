"""Errors over HTTP are those of the package, and say what to do."""

import inspect
import logging
import pickle

import httpx
import pytest
from client_stubs import Stub, answer, refusal

from redengine import exceptions
from redengine.api.core.messages import error_response
from redengine.client import Client
from redengine.client.answers import problem
from redengine.exceptions import (
    AlreadyExists,
    BlocksEventLoop,
    CommandFailed,
    ConditionSyntaxError,
    Conflict,
    Forbidden,
    ImpossibleCondition,
    InputFileError,
    InvalidInput,
    JobCrashed,
    JobError,
    JobFailed,
    JobSkipped,
    JobTerminated,
    MissingArgument,
    NotFound,
    NotKept,
    Overloaded,
    PortInUse,
    PositionGone,
    QueryError,
    RedengineError,
    RemoteError,
    ResultNotKept,
    SessionStateError,
    StoreError,
    TaskInaction,
    TaskTermination,
    TooManyWaiting,
    UnknownName,
    Unreachable,
    UnreadableAnswer,
    UnsafeAddress,
    WaitTimeout,
)

SAMPLES = [
    (InvalidInput({"a": "x", "b": "y"}), InvalidInput),
    (UnknownName("option", "prioriti", ["priority"]), InvalidInput),
    (ConditionSyntaxError("evry day", 0, "expected 'every'", "every day"), ConditionSyntaxError),
    (ConditionSyntaxError("evry", 0, "no").under("start_cond"), ConditionSyntaxError),
    (ImpossibleCondition("false", "never"), InvalidInput),
    (QueryError("nmae", "unknown field"), InvalidInput),
    (MissingArgument("fetch", "day", "nobody gives it"), InvalidInput),
    (NotFound("task", "fecth", ["fetch"]), NotFound),
    (ResultNotKept("j1", {"type": "set", "why": "has no JSON form"}), ResultNotKept),
    (NotKept("state", "prices", "no_state", "it has no key"), NotKept),
    (InputFileError("parameters.a", "a.csv", "differs", "sha256:00", "sha256:11"), InputFileError),
    (Conflict("it runs", task="fetch", jobs=["j1"]), Conflict),
    (AlreadyExists("task", "fetch", "use PUT"), AlreadyExists),
    (SessionStateError("stopped", "start it"), SessionStateError),
    (Forbidden("not known", host="evil"), Forbidden),
    (Overloaded(7, 5), Overloaded),
    (PositionGone("1f:9", "it is of another session", "2e:3"), PositionGone),
    (TooManyWaiting(4), TooManyWaiting),
    (JobError("j1", "fetch", "why"), JobError),
    (JobFailed("j1", "fetch", "why"), JobFailed),
    (JobTerminated("j1", "fetch", "why"), JobTerminated),
    (JobCrashed("j1", "fetch", "why"), JobCrashed),
    (JobSkipped("j1", "fetch", "why"), JobSkipped),
    (CommandFailed("resize", "ValueError: no such pool"), CommandFailed),
    (WaitTimeout("the end", 1.5), WaitTimeout),
    (StoreError("sqlite:///a.db", "is gone"), StoreError),
    (UnsafeAddress("0.0.0.0"), RemoteError),
    (PortInUse("127.0.0.1", 5000), RemoteError),
    (TaskInaction("no rows"), Conflict),
    (TaskTermination("no more"), Conflict),
    (BlocksEventLoop("job.result()"), RemoteError),
    (RedengineError("odd"), RemoteError),
]


@pytest.mark.parametrize(
    ("raised", "kind"), SAMPLES, ids=[type(each[0]).__name__ for each in SAMPLES]
)
def test_an_error_comes_back_as_it_was_raised(raised, kind):
    """Class (or the nearest that the code tells), code, message, details and request id."""
    response = error_response(raised, "r-9")
    stub = Stub(answer(response.body, response.status))
    with pytest.raises(kind) as caught:
        stub.client(retries=0).tasks.get("fetch")
    error = caught.value
    assert type(error) is kind
    assert (error.code, str(error), error.details()) == (raised.code, str(raised), raised.details())
    assert error.request_id == "r-9"


@pytest.mark.parametrize("raised", [raised for raised, _ in SAMPLES], ids=lambda each: each.code)
def test_an_error_comes_whole_from_another_process(raised):
    """Class, message, code and data survive pickle, whatever the constructor takes."""
    found = pickle.loads(pickle.dumps(raised))
    assert type(found) is type(raised)
    assert (str(found), found.code, vars(found)) == (str(raised), raised.code, vars(raised))


def test_every_class_of_the_tree_is_tried():
    """A new error class needs a sample above, so that somebody thinks of the client."""
    client_only = {Unreachable, RemoteError, UnreadableAnswer}
    known = {
        each
        for _, each in inspect.getmembers(exceptions, inspect.isclass)
        if issubclass(each, RedengineError) and each.__module__ == exceptions.__name__
    }
    assert known - client_only <= {type(raised) for raised, _ in SAMPLES}


def test_the_data_of_an_error_is_kept():
    """What programs need stands on the instance, as where it was raised."""
    found = problem(404, error_response(NotFound("task", "fecth", ["fetch"]), "r").body)
    assert (found.kind, found.name, found.suggestion) == ("task", "fecth", "fetch")
    conflict = problem(409, error_response(Conflict("no", jobs=["j1"]), "r").body)
    assert conflict.facts == {"jobs": ["j1"]}
    bad = problem(400, error_response(ConditionSyntaxError("evry", 0, "x", "every"), "r").body)
    assert (bad.text, bad.position, bad.suggestion) == ("evry", 0, "every")


def test_an_unknown_code_keeps_everything():
    """A code of a later version is a RemoteError with code, status, details and request id."""
    stub = Stub(refusal("QUOTA", 418, "enough", {"left": 0}))
    with pytest.raises(RemoteError, match="enough") as caught:
        stub.client().tasks.get("a")
    error = caught.value
    assert (error.code, error.status, error.details()) == ("QUOTA", 418, {"left": 0})
    assert error.request_id == "r-1"


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [(403, "INSUFFICIENT_SCOPE", Forbidden), (409, "BUSY", Conflict)],
)
def test_an_unknown_code_of_a_known_status_has_its_class(status, code, kind):
    """A subclass that only the server knows is caught by its base."""
    stub = Stub(refusal(code, status, details={"needed": ["write"]}))
    with pytest.raises(kind) as caught:
        stub.client().tasks.get("a")
    assert (caught.value.code, caught.value.details()) == (code, {"needed": ["write"]})


@pytest.mark.parametrize("code", ["NOT_FOUND", "CONFLICT", "JOB_FAILED", "TIMEOUT", "OVERLOADED"])
def test_details_of_another_version_lose_nothing(code):
    """Where the class cannot be made, the general one has the details."""
    found = problem(500, {"error": code, "message": "m", "details": {"new": 1}})
    assert (found.code, str(found), found.details()) == (code, "m", {"new": 1})


def test_no_result_says_why():
    """404 of a result is NotFound, and its reason stays readable."""
    details = {"reason": "no_result", "job_id": "j1", "status": "success"}
    stub = Stub(
        answer({"job_id": "j1", "status": "success"}),
        refusal("NOT_FOUND", 404, "kept no more", details),
    )
    with pytest.raises(NotFound, match="kept no more") as caught:
        stub.client().jobs["j1"].result()
    assert caught.value.details() == details


def test_a_missing_key_says_where_to_give_it():
    """401 names the argument and the variable."""
    stub = Stub(refusal("UNAUTHORIZED", 401, "who are you?"))
    with pytest.raises(RemoteError, match=r"who are you\?.*api_key=.*REDENGINE_API_KEY") as caught:
        stub.client().tasks.get("a")
    assert caught.value.code == "UNAUTHORIZED"


PAGE = "<html><body>Bad gateway</body></html>"


@pytest.mark.parametrize(
    "made",
    [
        httpx.Response(502, text=PAGE + "x" * 500),
        httpx.Response(401, text=PAGE),
        httpx.Response(200, text=PAGE),
        httpx.Response(302, text=PAGE, headers={"Location": "http://login/"}),
        httpx.Response(200, json=[1, 2]),
        httpx.Response(404, json={"detail": "another API"}),
        httpx.Response(500, content=b""),
    ],
    ids=["gateway", "login", "page", "redirect", "array", "other", "empty"],
)
def test_an_answer_of_something_else_is_told(made):
    """The error has the URL, the status and the first 200 characters."""
    with pytest.raises(UnreadableAnswer, match="proxy") as caught:
        Stub(made).client(retries=0).tasks.get("a")
    error = caught.value
    assert error.status == made.status_code
    assert f"http://api/api/v1/tasks/a answered {made.status_code}" in str(error)
    assert len(error.excerpt) <= 200
    assert error.excerpt == made.text[:200]


def test_a_list_that_is_none_is_told():
    """An object where an array has to be is no empty list."""
    with pytest.raises(UnreadableAnswer, match="array"):
        Stub(answer({"a": 1})).client().tasks.list().to_list()


def test_nobody_answers():
    """Connection refused names the URL and the next step."""
    with Client("http://127.0.0.1:1", retries=0) as client, pytest.raises(Unreachable) as caught:
        client.tasks.get("a")
    error = caught.value
    assert isinstance(error, ConnectionError)
    assert error.url == "http://127.0.0.1:1"
    for part in ("127.0.0.1:1", "FlaskAPI", "REDENGINE_URL"):
        assert part in str(error)


def test_a_broken_connection_leaves_the_outcome_open():
    """For a write whose answer was lost, the error says that nobody knows."""
    stub = Stub(httpx.ReadError("reset"))
    with pytest.raises(Unreachable, match=r"PATCH .*reset.*not known"):
        stub.client().tasks["a"].disable()
    assert len(stub.requests) == 1


def test_an_answer_that_takes_too_long_is_a_timeout():
    """A read that times out is WaitTimeout, which is a TimeoutError, with the limit."""
    stub = Stub(httpx.ReadTimeout("slow"))
    with pytest.raises(WaitTimeout, match="GET /api/v1/tasks/a") as caught:
        stub.client(timeout="2 s").tasks.get("a")
    assert caught.value.timeout_s == 2
    assert len(stub.requests) == 1


SECRET = "sesame-4711"


@pytest.mark.parametrize(
    "given",
    [
        httpx.ReadError("reset"),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("slow"),
        httpx.Response(502, text=f"Authorization: Bearer {SECRET}"),
        refusal("UNAUTHORIZED", 401, "no"),
    ],
    ids=["broken", "refused", "slow", "page", "unauthorized"],
)
def test_the_key_is_nowhere_to_be_read(given, caplog):
    """Neither repr nor errors nor the log show it; only the request has it."""
    caplog.set_level(logging.DEBUG)
    stub = Stub(given)
    client = stub.client(api_key=SECRET, retries=0)
    with pytest.raises(RedengineError) as caught:
        client.tasks.get("a")
    assert stub.requests[0].headers["Authorization"] == f"Bearer {SECRET}"
    shown = [repr(client), repr(client._connection.settings), repr(client.tasks["a"])]
    shown += [str(caught.value), repr(caught.value), repr(caught.value.details()), caplog.text]
    assert all(SECRET not in each for each in shown)


def test_a_password_in_the_url_is_not_shown():
    """User and password are used, and neither repr nor errors have them."""
    stub = Stub(httpx.ConnectError("refused"))
    client = Client("http://ada:hidden@api", transport=httpx.MockTransport(stub), retries=0)
    with pytest.raises(Unreachable) as caught:
        client.tasks.get("a")
    assert "Authorization" in stub.requests[0].headers
    assert "hidden" not in repr(client) + str(caught.value) + client.url
