"""Numbers that JSON cannot say exactly: refused on the way in, described on the way out."""

import datetime as dt
import json
import math

import pytest

from redengine import Session
from redengine.api import FlaskAPI
from redengine.exceptions import InvalidInput
from redengine.support.jsontext import HIGHEST, LOWEST

BAD = {
    "NaN": math.nan,
    "Infinity": math.inf,
    "-Infinity": -math.inf,
    "1e999": math.inf,
    "18446744073709551616": 2**64,
    "-9223372036854775809": -(2**63) - 1,
    "9" * 5000: 10**5000,
}
GOOD = [LOWEST, HIGHEST, 2**63, -1, 0.1, 1e308, 2**53 + 1, None, [None, {"a": None}]]
WAIT_S = 30


@pytest.fixture(params=["memory", "file"])
def app(request, tmp_path):
    """A running session with a task that takes `x`, in memory and on a file."""
    store = None if request.param == "memory" else f"sqlite:///{tmp_path / 'jobs.db'}"
    session = Session(store=store)
    session.task(name="use")(lambda x=None: x)
    FlaskAPI(port=0, session=session)
    with session:
        yield session


@pytest.fixture
def web(app):
    """Flask's own test client on the session's API."""
    return app["FlaskAPI"].app.test_client()


def test_python_refuses_them(app):
    """Parameters, session parameters, task options and returns: the place is named."""
    for value in BAD.values():
        _refuses(app, value)
    assert "mean" not in app.parameters
    assert app["use"].parameters == {}
    assert "use" not in app.returns


def _refuses(app, value):
    with pytest.raises(InvalidInput) as refused:
        app.submit("use", x={"rows": [1, value]})
    assert list(refused.value.fields) == ["parameters.x.rows[1]"]
    with pytest.raises(InvalidInput, match=r"mean\[0\]"):
        app.parameters["mean"] = [value]
    with pytest.raises(InvalidInput, match=r"parameters\.x"):
        app["use"].parameters = {"x": value}
    with pytest.raises(InvalidInput, match="use"):
        app.returns.update({"use": value})
    with pytest.raises(InvalidInput):
        app.config.max_threads = value


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", "/tasks/use/jobs", '{"parameters": {"x": [%s]}}', "parameters.x[0]"),
        ("POST", "/jobs", '{"task": "use", "parameters": {"x": %s}}', "parameters.x"),
        ("PATCH", "/parameters", '{"mean": {"a": %s}}', "mean.a"),
        ("PATCH", "/config", '{"max_threads": %s}', "max_threads"),
        ("PATCH", "/returns", '{"use": %s}', "use"),
        ("PATCH", "/tasks/use", '{"parameters": {"x": %s}}', "parameters.x"),
        ("POST", "/plan", '{"version": 1, "parameters": {"x": %s}}', "parameters.x"),
        ("POST", "/own", '{"x": %s}', "x"),
    ],
)
def test_http_refuses_them(app, web, method, path, body, field):
    """Each write answers 400 that names the field, and changes nothing."""
    app.rest.post("/own")(lambda body: body)
    for text in BAD:
        answer = web.open(path, method=method, data=body % text)
        assert answer.status_code == 400, answer.text
        assert answer.json["error"] == "VALIDATION_ERROR"
        assert field in str(answer.json["details"])
    assert "mean" not in app.parameters
    assert app["use"].parameters == {}
    assert list(app.jobs.of("use")) == []


def test_a_state_document_in_yaml_refuses_them(web):
    """The answer is 400 and names the line."""
    for text in (".nan", ".inf", "-.inf", "1.0e400", "18446744073709551616"):
        answer = web.post("/plan", data=f"version: 1\nparameters:\n  x: {text}\n")
        assert answer.status_code == 400
        assert "line 3" in answer.text


def test_what_json_says_exactly_comes_back_as_it_was(app, web):
    """The limits themselves, floats and null pass through a job and the API unchanged."""
    for value in GOOD:
        _passes(app, web, value)


def _passes(app, web, value):
    made = web.post("/tasks/use/jobs", data=json.dumps({"parameters": {"x": value}}))
    assert made.status_code == 201, made.text
    job = app.job(made.json["job_id"])
    assert job.result(WAIT_S) == value
    answer = web.get(f"/jobs/{job.id}/result")
    assert json.loads(answer.text)["result"] == value
    assert json.loads(web.get("/returns").text)["use"] == value


def test_a_result_is_described(app, web):
    """The job succeeds; its reason says so, and nowhere stands null or a rounded number."""
    for value in (*BAD.values(), {"a": [0.5, math.nan]}):
        _is_described(app, web, value)


def _is_described(app, web, value):
    app.task(name="mean", on_exists="replace")(lambda: value)
    job = app.submit("mean")
    assert job.wait(WAIT_S)
    assert job.status == "success"
    assert "has no JSON form" in job.reason
    answer = web.get(f"/jobs/{job.id}/result")
    assert answer.status_code == 404
    assert answer.json["details"]["reason"] == "no_result"
    described = web.get("/returns").json["mean"]
    assert "has no JSON form" in described["why"]


def test_an_answer_of_a_custom_route_is_an_error(app, web, caplog):
    """The handler's answer has no JSON form: 500, and the log says why."""
    values = iter(BAD.values())
    app.rest.get("/own")(lambda: {"rows": [1, next(values)]})
    for _ in BAD:
        caplog.clear()
        answer = web.get("/own")
        assert answer.status_code == 500
        assert "cannot be written as JSON" in caplog.text
        assert "null" not in answer.text


def _own(x: float):
    return {"x": x}


def test_a_query_value_of_a_custom_route_is_refused(app, web):
    """The text "nan" is no number for an argument `x: float`."""
    app.rest.get("/own")(_own)
    assert web.get("/own?x=0.5").json == {"x": 0.5}
    for text in ("nan", "inf", "-inf", "1e999"):
        answer = web.get(f"/own?x={text}")
        assert answer.status_code == 400
        assert "x" in answer.json["details"]["fields"]


def test_a_number_given_as_text_is_refused_where_it_is_annotated(app):
    """The text "nan" for `x: float` is no way in."""

    def halve(x: float):
        return x / 2

    app.task(halve)
    with pytest.raises(InvalidInput, match=r"parameters\.x"):
        app.submit(halve, x="nan")


def test_a_later_job_is_refused_at_once(app):
    """Not only when it runs: nothing is stored that could change over a restart."""
    later = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    with pytest.raises(InvalidInput, match=r"parameters\.x"):
        app.submit_task(app["use"], {"x": math.inf}, options={"run_at": later})
    assert list(app.jobs.of("use")) == []
