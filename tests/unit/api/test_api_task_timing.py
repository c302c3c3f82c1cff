"""The options of a task that say by which clocks it starts: over HTTP, and in a document."""

import pytest

from redengine.api import FlaskAPI
from redengine.testing import ManualSession

TASK = {"command": "true", "start_cond": "daily at 07:00"}
VALUES = {
    "timezone": ("america/new_york", "America/New_York"),
    "jitter": ("30 s", 30.0),
    "grace": ("10 min", 600.0),
}
"""Options as they are written, and as they are shown."""
GIVEN = {name: given for name, (given, _) in VALUES.items()}
SHOWN = {name: shown for name, (_, shown) in VALUES.items()}
NONE = dict.fromkeys(VALUES)


@pytest.fixture
def session():
    """A real session that does not run."""
    return ManualSession("2026-06-01T00:00")


@pytest.fixture
def client(session):
    """A client of the session's API, without a network."""
    return FlaskAPI(port=0, session=session, disabled=True).app.test_client()


def shown(answer):
    """Those options in an answer."""
    return {name: answer.json[name] for name in VALUES}


def test_they_are_made_read_changed_and_replaced(client):
    """POST, GET, PATCH and PUT take and show them; null and leaving out mean none."""
    made = client.post("/tasks/a", json={**TASK, **GIVEN})
    assert (made.status_code, shown(made)) == (201, SHOWN)
    assert shown(client.get("/tasks/a")) == SHOWN
    assert shown(client.patch("/tasks/a", json=NONE)) == NONE
    assert shown(client.patch("/tasks/a", json=GIVEN)) == SHOWN
    assert shown(client.put("/tasks/a", json=TASK)) == NONE
    assert shown(client.put("/tasks/a", json={**TASK, **GIVEN})) == SHOWN


def test_they_move_the_next_start(client):
    """A patch takes effect at once."""
    client.post("/tasks/a", json=TASK)
    assert client.get("/tasks/a").json["next_run"].startswith("2026-06-01T07:00")
    answer = client.patch("/tasks/a", json={"timezone": "Asia/Tokyo"})
    assert answer.json["next_run"].startswith("2026-06-01T22:00")


@pytest.mark.parametrize(
    ("values", "part"),
    [
        ({"timezone": "Europe/Helsinky"}, "did you mean 'Europe/Helsinki'?"),
        ({"timezone": "UTC+2"}, "is an offset"),
        ({"jitter": "soon"}, "expected a duration"),
        ({"grace": 0}, "expected a duration longer than nothing"),
    ],
)
def test_what_does_not_fit_is_refused(client, values, part):
    """400, with the field's name, the reason and the nearest form; nothing is changed."""
    client.post("/tasks/a", json=TASK)
    answer = client.patch("/tasks/a", json=values)
    assert answer.status_code == 400
    fields = answer.json["details"]["fields"]
    assert list(fields) == list(values)
    assert part in fields[next(iter(values))]
    assert shown(client.get("/tasks/a")) == NONE


def test_they_are_part_of_a_declared_state(client, session):
    """What is exported is applied again, and a plan says what would change."""
    client.post("/tasks/a", json={**TASK, **GIVEN})
    text = client.get("/export").text
    assert all(f"{name}: " in text for name in SHOWN)
    session.tasks["a"].update(NONE)
    applied = client.post("/apply", data=text.encode())
    assert applied.status_code == 200, applied.text
    definition = session.tasks["a"].definition()
    assert {name: definition[name] for name in VALUES} == SHOWN
    plan = client.post("/plan", data=text.encode()).json
    assert (plan["create"], plan["change"]) == ([], [])
