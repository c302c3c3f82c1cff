"""Tasks that are disabled with a reason and until an instant."""

import json

import pytest

from redengine import Session
from redengine.api import FlaskAPI
from redengine.exceptions import InvalidInput, UnknownName
from redengine.testing import ManualSession


@pytest.fixture
def fetch(session):
    """A task that starts every hour."""
    session.task("cron 0 * * * *", name="fetch")(lambda: None)
    return session["fetch"]


def test_the_engine_enables_it_at_its_instant(session, fetch):
    """A start that is due at the very instant happens; those before are skips with the reason."""
    fetch.disable("waiting for the vendor", until="2026-01-01T03:00")
    session.advance("2 hours 30 min")
    assert session.runs("fetch") == []
    assert fetch.disabled
    [skip] = [each for each in session.logs(action="inaction") if each["task_name"] == "fetch"][:1]
    assert skip["reason"] == "disabled"
    assert "until 2026-01-01 03:00 UTC: waiting for the vendor" in skip["message"]
    session.advance("1 hour")
    assert (fetch.disabled, fetch.disabled_reason, fetch.disabled_until) == (False, None, None)
    assert [at.hour for at in session.runs("fetch")] == [3]
    assert [each["action"] for each in session.logs(action="inaction", task_name="fetch")]


def test_a_date_is_its_beginning_in_the_sessions_zone():
    """`until="2026-03-02"` ends at midnight of the session's zone."""
    with ManualSession(start="2026-03-01T12:00", timezone="America/New_York") as session:
        session.task("hourly", name="fetch")(lambda: None)
        session["fetch"].disable(until="2026-03-02")
        assert session["fetch"].disabled_until.isoformat() == "2026-03-02T05:00:00+00:00"
        session.advance("1 day")
        assert session.runs("fetch")[0].isoformat() == "2026-03-02T00:00:00-05:00"


def test_enabling_by_hand_forgets_the_reason_and_the_end(session, fetch):
    """So does a plain `disabled = True`, which holds for good."""
    fetch.disable("broken", until="2026-01-01T01:00")
    fetch.enable()
    assert (fetch.disabled, fetch.disabled_reason, fetch.disabled_until) == (False, None, None)
    fetch.disable("broken", until="2026-01-01T01:00")
    fetch.disabled = True
    assert (fetch.disabled, fetch.disabled_reason, fetch.disabled_until) == (True, None, None)
    session.advance("5 hours")
    assert session.runs("fetch") == []


def test_another_end_takes_the_place_of_the_first(session, fetch):
    """The engine keeps to the latest word, also where the task is made anew or deleted."""
    fetch.disable(until="2026-01-01T01:00")
    fetch.disable(until="2026-01-01T04:00")
    session.advance("150 min")
    assert fetch.disabled
    session.task("cron 0 * * * *", name="fetch", on_exists="replace", func=lambda: None)
    session.advance("1 hour")
    assert [at.hour for at in session.runs("fetch")] == [3]
    session["fetch"].disable(until="2026-01-01T05:00")
    session["fetch"].delete()
    session.advance("5 hours")


def test_a_disabled_task_can_be_made(session):
    """The option takes the object too, and a start-up task whose end has passed starts."""
    said = {"reason": "later", "until": "2026-01-01T00:30"}
    made = session.task("cron 0 * * * *", name="b", disabled=said, func=lambda: None)
    assert made.disabled_reason == "later"
    past = {"until": "2025-12-31"}
    session.task(name="up", on_startup=True, disabled=past, func=lambda: None)
    session.advance("2 hours")
    assert [at.hour for at in session.runs("b")] == [1, 2]
    assert len(session.runs("up")) == 1


def test_the_forecast_knows_the_end(session, fetch):
    """It tells the starts after it, and why there are none where it does not come."""
    fetch.disable("vendor", until="2026-01-01T05:00")
    session.advance("1 min")
    assert session.forecast("8 hours").starts[0].at.hour == 5
    told = session.forecast("2 hours").unpredictable["fetch"]
    assert told == "it is disabled until 2026-01-01 05:00 UTC: vendor"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"until": "soon"}, "disabled_until"),
        ({"until": 5}, "disabled_until"),
        ({"reason": 5}, "disabled_reason"),
        ("yes", "disabled"),
    ],
)
def test_what_does_not_fit_is_refused(fetch, given, field):
    """The field is named, and nothing changes."""
    with pytest.raises(InvalidInput, match=field):
        fetch.update({"disabled": given})
    assert not fetch.disabled


def test_an_unknown_key_names_the_nearest(fetch):
    """`untill` is no key of the object."""
    with pytest.raises(UnknownName, match="did you mean 'until'"):
        fetch.update({"disabled": {"untill": "2026-12-01"}})


def test_over_http_it_outlives_the_session(tmp_path):
    """PATCH with the object, GET beside the boolean, /export, filters, and a replay at start."""
    url = f"sqlite:///{tmp_path / 'jobs.db'}"

    def started():
        app = Session(store=url)
        app.task("daily", name="fetch")(lambda: None)
        FlaskAPI(port=0, session=app)
        app.start(block=False)
        return app, app["FlaskAPI"].app.test_client()

    app, web = started()
    said = {"reason": "vendor", "until": "2999-12-01"}
    answer = web.patch("/tasks/fetch", data=json.dumps({"disabled": said}))
    assert answer.status_code == 200, answer.text
    shown = {name: answer.json[name] for name in answer.json if name.startswith("disabled")}
    assert shown == {
        "disabled": True,
        "disabled_reason": "vendor",
        "disabled_until": "2999-12-01T00:00:00+00:00",
    }
    assert "disabled_reason: vendor" in web.get("/export").text
    assert [each["name"] for each in web.get("/tasks?disabled_reason=vendor").json] == ["fetch"]
    app.shut_down()
    app, web = started()
    assert web.get("/tasks/fetch").json["disabled_reason"] == "vendor"
    assert web.patch("/tasks/fetch", data='{"disabled": false}').json["disabled_until"] is None
    bad = web.patch("/tasks/fetch", data='{"disabled": {"until": "soon"}}')
    assert (bad.status_code, list(bad.json["details"]["fields"])) == (400, ["disabled_until"])
    app.shut_down()
