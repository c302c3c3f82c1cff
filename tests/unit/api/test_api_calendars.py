"""Calendars over the API: read, made, changed and removed, and made again after a restart."""

import pytest

from redengine import Session
from redengine.api import FlaskAPI
from redengine.api.changes.journal import Entry, collapsed
from redengine.client import Client
from redengine.testing import ManualSession

EVE = {"2026-12-24": "Christmas Eve"}
KEYS = {
    "boss": {"key": "admin-key-with-enough-characters", "scopes": ["admin"]},
    "writer": {"key": "write-key-with-enough-characters", "scopes": ["read", "write"]},
    "reader": {"key": "read-key-with-enough-characters", "scopes": ["read"]},
    "some": {"key": "some-key-with-enough-characters", "scopes": ["read", "write"],
             "tasks": "mine.*"},
}  # fmt: skip


def run():
    """A task's function."""


def key(name):
    """The header of a key."""
    return {"X-API-Key": KEYS[name]["key"]}


@pytest.fixture
def session():
    """A session with a calendar of the script, which a task names."""
    session = Session(timezone="Europe/Helsinki")
    session.calendar("bank", dates=EVE)
    session.task("daily at 07:00 on business days of 'bank'", func=run, name="report")
    yield session
    session.close()


@pytest.fixture
def client(session):
    """The test client of an API without keys."""
    return FlaskAPI(port=0, session=session).app.test_client()


# -- reading


def test_calendars_are_listed(client, session):
    """By name, with what each is made of and who names it."""
    session.calendar("airport", bool)
    airport, bank = client.get("/calendars").json
    assert (airport["name"], airport["function"]) == ("airport", "builtins.bool")
    assert bank == {
        "name": "bank",
        "country": None,
        "subdivision": None,
        "categories": [],
        "dates": EVE,
        "ics": None,
        "weekend": None,
        "timezone": None,
        "function": None,
        "ends": "2026-12-24",
        "used_by": ["report"],
        "links": {"self": "/calendars/bank"},
    }


def test_a_calendar_has_its_closed_days(client):
    """Those that are asked for, both included, weekends too; for a year where none are."""
    found = client.get("/calendars/bank?from=2026-12-24&to=2026-12-26").json["closed"]
    assert found == [
        {"date": "2026-12-24", "reason": "Christmas Eve"},
        {"date": "2026-12-26", "reason": "Saturday"},
    ]
    assert len(client.get("/calendars/bank").json["closed"]) > 100


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=today", "from"),
        ("to=2026-02-30", "to"),
        ("from=2026-12-24&to=2026-12-23", "to"),
        ("from=2026-01-01&to=2046-01-01", "to"),
        ("since=2026-12-24", "since"),
    ],
)
def test_days_that_do_not_fit_are_refused(client, query, field):
    """400 names the query key."""
    answer = client.get(f"/calendars/bank?{query}")
    assert answer.status_code == 400
    assert list(answer.json["details"]["fields"]) == [field]


def test_an_unknown_calendar_is_not_found(client):
    """With the nearest name."""
    answer = client.get("/calendars/bnak")
    assert (answer.status_code, "did you mean 'bank'" in answer.json["message"]) == (404, True)
    assert client.delete("/calendars/bnak").status_code == 404


# -- writing


def test_a_calendar_is_made_and_replaced(client, session):
    """201 with Location, then 200; conditions know the new days at once."""
    answer = client.put("/calendars/my%20shop", json={"country": "SE", "state": None})
    assert (answer.status_code, answer.headers["Location"]) == (201, "/calendars/my%20shop")
    assert session.calendars["my shop"].closed
    answer = client.put("/calendars/my%20shop", json={"name": "my shop", "dates": EVE})
    assert (answer.status_code, answer.json["country"], answer.json["dates"]) == (200, None, EVE)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["country"]),
        ({"dates": 3, "weekend": ["sum"]}, ["dates", "weekend"]),
        ({"country": "XX"}, ["country"]),
        ({"ics": "/etc/hosts"}, ["ics"]),
        ({"function": "os.getcwd"}, ["function"]),
        ({"name": "other", "dates": EVE}, ["name"]),
        ({"contry": "FI"}, ["contry"]),
    ],
)
def test_what_does_not_fit_is_refused_by_field(client, session, body, fields):
    """400 with every field; nothing is made, no file is opened and no function imported."""
    answer = client.put("/calendars/new", json=body)
    assert (answer.status_code, sorted(answer.json["details"]["fields"])) == (400, fields)
    assert "new" not in session.calendars


def test_a_calendar_that_is_named_is_not_removed(client, session):
    """409 with the tasks; 204 when none is left."""
    answer = client.delete("/calendars/bank")
    assert (answer.status_code, answer.json["details"]["tasks"]) == (409, ["report"])
    assert client.patch("/tasks/report", json={"start_cond": "daily"}).status_code == 200
    assert client.delete("/calendars/bank").status_code == 204
    assert "bank" not in session.calendars


def test_a_task_over_the_api_names_an_existing_calendar(client):
    """400 with the field and the nearest name."""
    body = {"code": "1", "start_cond": "daily & calendar 'bnak' is open"}
    answer = client.post("/tasks/new", json=body)
    assert answer.status_code == 400
    assert "did you mean 'bank'" in answer.json["details"]["fields"]["start_cond"]


def test_tags_keep_updates_from_being_lost(client):
    """A write with the tag of what was read is made; one with an old tag is 412."""
    tag = client.get("/calendars/bank").headers["ETag"]
    assert client.get("/calendars/bank", headers={"If-None-Match": tag}).status_code == 304
    headers = {"If-Match": tag}
    assert client.put("/calendars/bank", json={"country": "FI"}, headers=headers).status_code == 200
    assert client.put("/calendars/bank", json={"dates": EVE}, headers=headers).status_code == 412
    assert client.delete("/calendars/bank", headers=headers).status_code == 412


def test_a_dry_run_tells_which_starts_would_go(client):
    """Nothing is changed."""
    client.post("/tasks/often", json={"code": "1", "start_cond": "daily at 05:00 & calendar 'bank' is open"})  # fmt: skip  # noqa: E501
    week = ["mon", "tue", "wed", "thu", "fri", "sat"]
    answer = client.put("/calendars/bank?dry_run=1", json={"weekend": week})
    assert answer.status_code == 200
    assert {each["task"] for each in answer.json["removed"]} == {"report", "often"}
    assert client.get("/calendars/bank").json["dates"] == EVE


# -- who may


def test_scopes_and_patterns(session):
    """Making is `write`; a key that sees some tasks reads, and is told of these alone."""
    client = FlaskAPI(port=0, session=session, api_keys=KEYS).app.test_client()
    body = {"dates": EVE}
    assert client.put("/calendars/new", json=body, headers=key("reader")).status_code == 403
    assert client.put("/calendars/new", json=body, headers=key("some")).status_code == 403
    assert client.delete("/calendars/bank", headers=key("some")).status_code == 403
    assert client.put("/calendars/new", json=body, headers=key("writer")).status_code == 201
    assert client.get("/calendars/bank", headers=key("some")).json["used_by"] == []
    assert client.get("/calendars/bank", headers=key("reader")).json["used_by"] == ["report"]


def test_what_ends_the_session_takes_an_admin(session):
    """A calendar that `shut_cond` names is for those who may stop the session."""
    session.config.shut_cond = "calendar 'bank' is closed & env 'never'"
    client = FlaskAPI(port=0, session=session, api_keys=KEYS).app.test_client()
    body = {"dates": EVE, "country": "FI"}
    assert client.put("/calendars/bank", json=body, headers=key("writer")).status_code == 403
    assert client.put("/calendars/bank", json=body, headers=key("boss")).status_code == 200


# -- the journal


def test_a_change_is_undone(client, session):
    """The earlier calendar comes back; one that was made goes."""
    client.put("/calendars/bank", json={"country": "FI"})
    client.put("/calendars/new", json={"dates": EVE})
    made, changed = [each["id"] for each in client.get("/changes?resource=Calendar").json]
    assert client.post(f"/changes/{changed}/revert").status_code == 200
    assert session.calendars.definition("bank").to_dict()["dates"] == EVE
    assert client.post(f"/changes/{made}/revert").status_code == 200
    assert "new" not in session.calendars


def test_a_function_cannot_be_brought_back(client, session):
    """Only the script has it: 409."""
    session.calendar("plant", bool)
    client.put("/calendars/plant", json={"dates": EVE})
    [change] = client.get("/changes?resource=Calendar").json
    answer = client.post(f"/changes/{change['id']}/revert")
    assert (answer.status_code, answer.json["details"]["reason"]) == (409, "not_reversible")


def test_calendars_are_made_again_after_a_restart(tmp_path):
    """Before the tasks that name them, whatever the order of the writes."""
    store = f"sqlite:///{tmp_path / 'jobs.db'}"

    def opened():
        session = Session(store=store)
        session.calendar("bank", dates=EVE)
        api = FlaskAPI(port=0, session=session)
        session.start(block=False)
        return session, api.app.test_client()

    session, client = opened()
    client.put("/calendars/shop", json={"dates": EVE})
    body = {"code": "1", "start_cond": "daily on business days of 'shop'"}
    assert client.post("/tasks/sell", json=body).status_code == 201
    client.put("/calendars/shop", json={"country": "FI"})
    client.put("/calendars/gone", json={"country": "FI"})
    client.delete("/calendars/gone")
    client.delete("/calendars/bank")
    session.shut_down()
    session, client = opened()
    assert sorted(session.calendars) == ["shop"]
    assert session.calendars.definition("shop").country == "FI"
    assert "sell" in session.tasks
    session.shut_down()


def test_the_journal_keeps_the_place_of_the_first_calendar():
    """A calendar that is set again stands where it was first made."""
    entries = [
        Entry("Calendar", "put", {"name": "a", "country": "FI"}, 1),
        Entry("Task", "post", {"name": "t", "code": "1"}, 2),
        Entry("Calendar", "put", {"name": "a", "country": "SE"}, 3),
        Entry("Calendar", "put", {"name": "b", "country": "FI"}, 4),
        Entry("Calendar", "delete", {"name": "b"}, 5),
        Entry("Calendar", "delete", {"name": "c"}, 6),
    ]
    assert [each.id for each in collapsed(entries)] == [3, 2, 4, 5, 6]


# -- documents of state


def test_a_document_has_calendars(session):
    """They are exported, planned with the starts that move, applied and pruned."""
    session.calendar("plant", bool)
    with Client(app=FlaskAPI(port=0, session=session)) as client:
        document = client.export(format="json")
        assert document["calendars"] == {"bank": {"dates": EVE}}
        assert document["left_out"] == ["calendars.plant: a function of the script"]
        wanted = {
            "version": 1,
            "calendars": {"bank": {"weekend": ["mon"]}, "shop": {"country": "FI"}},
            "tasks": {"sell": {"code": "1", "start_cond": "daily on business days of 'shop'"}},
        }
        plan = client.plan(wanted)
        assert [(each["resource"], each["name"]) for each in plan["create"]] == [
            ("calendar", "shop"),
            ("task", "sell"),
        ]
        assert plan["change"][0]["fields"]["weekend"] == {"before": None, "after": ["mon"]}
        assert [each["name"] for each in plan["affected"]] == ["report"]
        client.apply(wanted)
        assert session.calendars["bank"].weekend == {0}
        assert client.plan(wanted)["summary"].startswith("0 to create, 0 to change")
        client.apply({"version": 1}, prune=True)
        assert sorted(session.calendars) == ["bank", "plant"]
        assert "sell" not in session.tasks


def test_a_document_s_calendar_that_does_not_fit_is_named_by_its_path(session):
    """400 with the path of the field."""
    client = FlaskAPI(port=0, session=session).app.test_client()
    body = {"version": 1, "calendars": {"new": {"dates": 3}, "bad": {"country": "XX"}}}
    answer = client.post("/plan", json=body)
    assert answer.status_code == 400
    assert "calendars.new.dates" in answer.json["details"]["fields"]


def test_the_client_reads_days_as_dates():
    """Views have `datetime.date` values."""
    session = ManualSession(start="2026-12-20 00:00")
    session.calendar("bank", dates=EVE)
    with Client(app=FlaskAPI(port=0, session=session)) as client:
        found = client.calendars.get("bank")
        assert (found.ends.isoformat(), found.closed[0].date.isoformat()) == (
            "2026-12-24",
            "2026-12-20",
        )
        assert [each.name for each in client.calendars.list()] == ["bank"]
