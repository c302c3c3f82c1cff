"""The change journal: what is stored, and what is applied again."""

import contextlib
import logging

import pytest
from api_fakes import FakeSession, Receipt
from hypothesis import given, settings
from hypothesis import strategies as st
from thoroughness import examples

from redengine import Session
from redengine.api import FlaskAPI
from redengine.api.changes.journal import Entry, collapsed
from redengine.testing import ManualSession

TASK = {"code": "1"}


@pytest.mark.parametrize(
    ("method", "path", "body", "entry"),
    [
        ("post", "/tasks/new", {"code": "1", "force_run": True}, ("Task", {"name": "new", **TASK})),
        ("put", "/tasks/new", {"code": "1", "status": "run"}, ("Task", {"name": "new", **TASK})),
        (
            "patch",
            "/tasks/fetch",
            {"disabled": True},
            ("Task", {"name": "fetch", "disabled": True}),
        ),
        ("delete", "/tasks/fetch", None, ("Task", {"name": "fetch"})),
        ("patch", "/parameters", {"day": 1}, ("Parameters", {"day": 1})),
        ("patch", "/parameters/env", {"env": 1}, ("Parameter", {"name": "env", "value": 1})),
        ("delete", "/parameters/env", None, ("Parameter", {"name": "env"})),
        ("patch", "/config", {"timeout": 1}, ("Config", {"timeout": 1})),
        ("patch", "/returns", {"fetch": 1}, ("Returns", {"fetch": 1})),
    ],
)
def test_a_write_that_describes_things_is_journalled(client, session, method, path, body, entry):
    """Tasks, parameters, configuration and returns are stored before the answer, once."""
    waits = Receipt.waits
    answer = getattr(client, method)(path, json=body)
    assert answer.status_code < 300
    (stored,) = session.changes.entries
    assert (stored["resource"], stored["data"]) == entry
    assert stored["method"] == method
    assert Receipt.waits == waits + 1


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("patch", "/tasks/fetch", {"force_run": True}),
        ("patch", "/tasks/fetch", {"force_termination": True}),
        ("post", "/tasks/fetch/jobs", {}),
        ("post", "/tasks/fetch/terminate", {}),
        ("post", "/jobs", {"task": "fetch"}),
        ("post", "/session/pause", {}),
        ("post", "/session/shutdown", {}),
    ],
)
def test_an_action_is_not_journalled(client, session, method, path, body):
    """What happens once is not to happen again at the next start."""
    assert getattr(client, method)(path, json=body).status_code < 300
    assert session.changes.entries == []


def test_a_refused_write_is_not_journalled(client, session):
    """What was not accepted leaves nothing."""
    client.patch("/tasks/fetch", json={"priority": "high"})
    client.post("/tasks/fetch", json=TASK)
    client.delete("/tasks/nothing")
    assert session.changes.entries == []


def test_a_store_in_memory_is_neither_waited_for_nor_replayed(client, session):
    """Without a durable store changes are shown, and there is nothing to apply again."""
    session.store.durable = False
    waits = Receipt.waits
    assert client.patch("/tasks/fetch", json={"disabled": True}).status_code == 200
    assert [entry["method"] for entry in session.changes.entries] == ["patch"]
    assert Receipt.waits == waits
    assert FlaskAPI(port=0, session=session, disabled=True).get_requests() == []


def restarted(session):
    """A session that knows what a script makes, and the journal of another."""
    fresh = FakeSession()
    fresh.create_task({"name": "fetch", "priority": 1})
    fresh.create_task({"name": "report"})
    fresh.changes = session.changes
    FlaskAPI(port=0, session=fresh, disabled=True).setup()
    return fresh


def test_changes_are_there_after_a_restart(client, session):
    """Tasks made, changed and removed, parameters and configuration: all as they were left."""
    client.post("/tasks/new", json=TASK)
    client.patch("/tasks/fetch", json={"disabled": True})
    client.patch("/tasks/fetch", json={"disabled": False, "priority": 7})
    client.delete("/tasks/report")
    client.patch("/parameters", json={"day": 1, "gone": 1})
    client.patch("/parameters/day", json={"value": 2})
    client.delete("/parameters/gone")
    client.patch("/config", json={"timeout": 60})
    before = len(session.changes.entries)
    fresh = restarted(session)
    assert list(fresh.tasks.by_name) == ["fetch", "new"]
    assert fresh.tasks["fetch"].data["priority"] == 7
    assert dict(fresh.parameters) == {"env": "test", "day": 2}
    assert fresh.config.snapshot()["timeout"] == 60
    assert len(session.changes.entries) == before


def test_a_change_that_no_longer_fits_does_not_stop_the_rest(client, session, caplog):
    """A journalled change that fails is logged, and those after it are applied."""
    client.post("/tasks/new", json=TASK)
    client.patch("/tasks/new", json={"priority": 3})
    session.changes.entries[0]["data"]["removed_option"] = 1
    client.patch("/parameters", json={"day": 1})
    with caplog.at_level(logging.ERROR, "redengine.api"):
        fresh = restarted(session)
    assert fresh.parameters["day"] == 1
    assert "new" not in fresh.tasks
    assert [record.action for record in caplog.records] == ["replay", "replay"]


def test_changes_are_applied_once(session, client):
    """A second start of the same API does not apply them again."""
    client.patch("/parameters", json={"day": 1})
    api = FlaskAPI(port=0, session=session, disabled=True)
    api.setup()
    session.parameters["day"] = 2
    api.setup()
    assert session.parameters["day"] == 2


class OwnJournal(FlaskAPI):
    """Keeps changes in a list of its own."""

    def store_request(self, resource, method, data):
        self.kept.append((resource, method, data))

    def get_requests(self):
        yield "Task", "patch", {"name": "fetch", "priority": 5}
        yield "Nonsense", "patch", {}
        yield "Parameters", "patch", {"day": "today"}


def test_the_journal_is_the_users_to_override(session):
    """store_request gets each accepted write, and what get_requests yields is applied."""
    api = OwnJournal(port=0, session=session, disabled=True)
    api.kept = []
    api.setup()
    assert api.kept == []
    assert session.tasks["fetch"].data["priority"] == 5
    assert session.parameters["day"] == "today"
    api.app.test_client().patch("/tasks/fetch", json={"priority": 6})
    assert api.kept == [("Task", "patch", {"name": "fetch", "priority": 6})]
    assert session.changes.entries == []


def test_where_a_removal_was_undone_what_was_before_holds():
    """A task of the script is left to the script, with the fields that were set before."""
    entries = [
        Entry("Task", "patch", {"name": "scripted", "priority": 1}, 1),
        Entry("Task", "delete", {"name": "scripted"}, 2),
        Entry("Task", "post", {"name": "scripted", "func": "__main__:f"}, 3, reverts=2),
        Entry("Task", "post", {"name": "made", "code": "1"}, 4),
        Entry("Task", "put", {"name": "made", "code": "2"}, 5),
        Entry("Task", "put", {"name": "made", "code": "1"}, 6, reverts=5),
        Entry("Task", "put", {"name": "made", "code": "2"}, 7, reverts=6),
    ]
    assert collapsed(entries) == [entries[0], entries[4]]


def test_what_a_later_change_made_void_is_left_out():
    """Created and deleted tasks vanish, PUT and later fields replace what was before."""
    entries = [
        Entry("Task", "post", {"name": "gone", "code": "1"}),
        Entry("Task", "patch", {"name": "gone", "priority": 1}),
        Entry("Task", "patch", {"name": "kept", "priority": 1, "disabled": True}),
        Entry("Task", "delete", {"name": "gone"}),
        Entry("Task", "patch", {"name": "kept", "priority": 2}),
        Entry("Task", "patch", {"name": "put", "priority": 2}),
        Entry("Task", "put", {"name": "put", "code": "2"}),
        Entry("Task", "delete", {"name": "scripted"}),
        Entry("Parameters", "patch", {"a": 1, "b": 1}),
        Entry("Parameter", "patch", {"name": "a", "value": 2}),
    ]
    assert collapsed(entries) == [
        Entry("Task", "patch", {"name": "kept", "disabled": True}),
        Entry("Task", "patch", {"name": "kept", "priority": 2}),
        Entry("Task", "put", {"name": "put", "code": "2"}),
        Entry("Task", "delete", {"name": "scripted"}),
        Entry("Parameters", "patch", {"b": 1}),
        Entry("Parameters", "patch", {"a": 2}),
    ]


NAMES = st.sampled_from(["fetch", "report", "x", "y"])
FIELDS = st.dictionaries(
    st.sampled_from(["priority", "description"]), st.integers(0, 3), min_size=1
)
WRITES = st.one_of(
    st.tuples(st.just("post"), NAMES.map("/tasks/{}".format), FIELDS),
    st.tuples(st.just("put"), NAMES.map("/tasks/{}".format), FIELDS),
    st.tuples(st.just("patch"), NAMES.map("/tasks/{}".format), FIELDS),
    st.tuples(st.just("delete"), NAMES.map("/tasks/{}".format), st.none()),
    st.tuples(st.just("patch"), st.just("/parameters"), FIELDS),
    st.tuples(st.just("patch"), st.just("/parameters/priority"), st.just({"value": 9})),
    st.tuples(st.just("delete"), st.just("/parameters/priority"), st.none()),
)
REVERTS = st.tuples(
    st.just("post"),
    st.builds("/changes/{}/revert{}".format, st.integers(1, 12), st.sampled_from(["", "?force=1"])),
    st.none(),
)


def write_and_restart(writes):
    """Write and undo things; the collapsed journal makes the same state again."""
    session = FakeSession()
    session.create_task({"name": "fetch", "priority": 1})
    session.create_task({"name": "report"})
    client = FlaskAPI(port=0, session=session).app.test_client()
    for method, path, body in writes:
        getattr(client, method)(path, json=body)
    fresh = restarted(session)
    assert dict(fresh.parameters) == dict(session.parameters)
    assert {task.name: task.data for task in fresh.tasks.values()} == {
        task.name: task.data for task in session.tasks.values()
    }


@settings(max_examples=examples(25), deadline=None)
@given(st.lists(WRITES | REVERTS, max_size=12))
def test_a_restart_leads_to_the_same_state(writes):
    """Whatever was written and undone."""
    write_and_restart(writes)


@pytest.mark.slow
@settings(max_examples=1_000, deadline=None)
@given(st.lists(WRITES | REVERTS, max_size=12))
def test_a_restart_leads_to_the_same_state_in_a_thousand_cases(writes):
    """The same, more often."""
    write_and_restart(writes)


@pytest.fixture(params=[ManualSession, Session])
def started_later(request, tmp_path):
    """Makes a session on one store: its API, and a client that is there before the start."""
    url = f"sqlite:///{tmp_path / 'jobs.db'}"

    @contextlib.contextmanager
    def make():
        session = request.param(store=url)
        session.task(name="fetch")(lambda: None)
        api = FlaskAPI(port=0, session=session)
        with contextlib.closing(session):
            yield session, api.app.test_client()
            session.shut_down()

    return make


def start(session):
    """Start it, virtual or real, to the point at which the journal has been applied."""
    if session.is_virtual:
        session.advance("1 s")
    else:
        session.start(block=False)


def test_what_was_written_before_the_start_is_not_applied_again(started_later, caplog):
    """What a caller made is left as it is, whatever has become of it since."""
    with started_later() as (session, client):
        assert client.post("/tasks/made", json=TASK).status_code == 201
        assert client.post("/runtimes", json={"runtime_id": "gpu"}).status_code == 201
        assert client.patch("/parameters", json={"day": 1}).status_code == 200
        made = session.tasks["made"]
        session.parameters["day"] = 2
        start(session)
        assert session.tasks["made"] is made
        assert session.parameters["day"] == 2
    assert [each.message for each in caplog.records if each.levelname == "ERROR"] == []


def assert_both(session):
    """What an earlier session was told is there, but for what the later one said."""
    task = session.tasks["fetch"]
    assert (task.priority, task.description) == (7, "early")
    assert session.parameters.snapshot() == {"day": 2, "city": "Bergen"}
    assert session.tasks["made"].priority == 2


def test_what_was_written_before_the_start_has_the_last_word(started_later, caplog):
    """Over what an earlier session was told; the next session has both."""
    with started_later() as (session, client):
        start(session)
        client.patch("/tasks/fetch", json={"priority": 5, "description": "early"})
        client.post("/tasks/made", json={**TASK, "priority": 1})
        client.patch("/parameters", json={"day": 1, "city": "Bergen"})
    with started_later() as (session, client):
        client.patch("/tasks/fetch", json={"priority": 7})
        client.patch("/parameters", json={"day": 2})
        assert client.post("/tasks/made", json={**TASK, "priority": 2}).status_code == 201
        start(session)
        assert_both(session)
    with started_later() as (session, _):
        start(session)
        assert_both(session)
    assert [each.message for each in caplog.records if each.levelname == "ERROR"] == []


def test_two_apis_of_a_session_apply_the_journal_once(started_later, caplog):
    """The session has one journal, however many doors."""
    with started_later() as (session, client):
        start(session)
        client.post("/tasks/made", json=TASK)
    with started_later() as (session, _):
        FlaskAPI(port=0, session=session, name="Other")
        start(session)
        assert "made" in session.tasks
    assert [each.message for each in caplog.records if each.levelname == "ERROR"] == []
