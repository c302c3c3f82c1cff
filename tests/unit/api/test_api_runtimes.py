"""Runtimes over the API: read, made, changed and removed, and made again after a restart."""

import pytest
from api_fakes import FakeSession
from hypothesis import example, given, settings
from hypothesis import strategies as st
from thoroughness import examples

from redengine.api import FlaskAPI
from redengine.api.changes.journal import Entry, collapsed


def test_all_runtimes_are_listed_with_links(client):
    """In the order in which they were made; links lead to the jobs and tasks in each."""
    found = client.get("/runtimes").json
    assert [each["runtime_id"] for each in found] == ["thread", "process"]
    assert found[0]["links"] == {
        "self": "/runtimes/thread",
        "jobs": "/jobs?runtime=thread",
        "tasks": "/tasks?runtime=thread",
    }
    versioned = client.get("/api/v1/runtimes/process").json
    assert versioned["links"]["self"] == "/api/v1/runtimes/process"


def test_filters_apply_to_the_list(client):
    """As on every list; an unknown field is named."""
    client.post("/runtimes", json={"runtime_id": "gpu", "size": 9})
    found = client.get("/runtimes?kind=thread&size$min=5&$fields=runtime_id").json
    assert found == [{"runtime_id": "gpu"}]
    found = client.get("/runtimes?is_default=true").json
    assert [each["runtime_id"] for each in found] == ["thread"]
    answer = client.get("/runtimes?knid=thread")
    assert (answer.status_code, "kind" in answer.json["message"]) == (400, True)


@pytest.mark.parametrize("key", ["size", "thread_pool_size"])
def test_a_runtime_is_made(client, key):
    """POST answers 201 with Location; the size has two names."""
    answer = client.post("/runtimes", json={"runtime_id": "my gpu", "kind": "process", key: 3})
    assert (answer.status_code, answer.headers["Location"]) == (201, "/runtimes/my%20gpu")
    assert (answer.json["kind"], answer.json["size"], answer.json["thread_pool_size"]) == (
        "process",
        3,
        3,
    )
    assert client.get(answer.headers["Location"]).json == answer.json


def test_a_runtime_shares_the_threads_unless_the_body_says_more(client):
    """As `Session.runtime` has it; of another kind it has one place."""
    made = client.post("/runtimes", json={"runtime_id": "a"}).json
    assert (made["kind"], made["size"], made["is_default"]) == ("thread", 0, False)
    assert client.post("/runtimes", json={"runtime_id": "b", "kind": "async"}).json["size"] == 1


def test_a_runtime_can_be_made_the_default(client):
    """POST with is_default, or PATCH."""
    client.post("/runtimes", json={"runtime_id": "a", "is_default": True})
    assert client.get("/runtimes/a").json["is_default"] is True
    assert client.patch("/runtimes/process", json={"is_default": True}).json["is_default"] is True
    assert client.get("/runtimes/a").json["is_default"] is False


def test_a_taken_name_is_a_conflict(client):
    """409, and the runtime is as it was."""
    answer = client.post("/runtimes", json={"runtime_id": "thread", "size": 99})
    assert (answer.status_code, answer.json["error"]) == (409, "CONFLICT")
    assert client.get("/runtimes/thread").json["size"] == 4


@pytest.mark.parametrize(
    ("body", "field", "reason"),
    [
        ({}, "runtime_id", "expected text"),
        ({"runtime_id": ""}, "runtime_id", "empty"),
        ({"runtime_id": "  "}, "runtime_id", "empty"),
        ({"runtime_id": "x" * 201}, "runtime_id", "200"),
        ({"runtime_id": "a/b"}, "runtime_id", "without '/'"),
        ({"runtime_id": "a\n"}, "runtime_id", "printed"),
        ({"runtime_id": 1}, "runtime_id", "expected text"),
        ({"runtime_id": "a", "kind": "proces"}, "kind", "did you mean 'process'"),
        ({"runtime_id": "a", "kind": "main"}, "kind", "thread, process, async"),
        ({"runtime_id": "a", "kind": None}, "kind", "None"),
        ({"runtime_id": "a", "kind": "process", "size": 0}, "size", "from 1 to 1000"),
        ({"runtime_id": "a", "size": -1}, "size", "from 1"),
        ({"runtime_id": "a", "size": True}, "size", "whole number"),
        ({"runtime_id": "a", "size": 1.5}, "size", "whole number"),
        ({"runtime_id": "a", "size": "4"}, "size", "whole number"),
        ({"runtime_id": "a", "size": 1001}, "size", "1000"),
        ({"runtime_id": "a", "kind": "async", "size": 100_001}, "size", "100000"),
        ({"runtime_id": "a", "size": 1, "thread_pool_size": 2}, "thread_pool_size", "both"),
        ({"runtime_id": "a", "is_default": "yes"}, "is_default", "true or false"),
        ({"runtime_id": "a", "sise": 1}, "sise", "did you mean 'size'"),
    ],
)
def test_what_does_not_fit_is_named(client, session, body, field, reason):
    """400 with the field, the reason and the nearest that would fit; nothing is made."""
    answer = client.post("/runtimes", json=body)
    assert answer.status_code == 400, answer.json
    assert reason in answer.json["details"]["fields"][field]
    assert list(session.runtimes.by_name) == ["thread", "process"]
    assert session.changes.entries == []


def test_all_reasons_come_together(client):
    """One answer names every field that does not fit."""
    body = {"runtime_id": "", "kind": "tread", "size": 0, "is_default": 1}
    fields = client.post("/runtimes", json=body).json["details"]["fields"]
    assert set(fields) == set(body)


def test_a_query_key_is_refused_where_none_is_read(client):
    """POST takes no filters."""
    assert client.post("/runtimes?size=1", json={"runtime_id": "a"}).status_code == 400


@pytest.mark.parametrize("key", ["size", "thread_pool_size"])
def test_a_runtime_is_resized(client, key):
    """PATCH answers with the object as it now is."""
    answer = client.patch("/runtimes/thread", json={key: 7})
    assert (answer.status_code, answer.json["size"]) == (200, 7)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"size": 0, "is_default": True}, "size"),
        ({"size": 5, "is_default": "yes"}, "is_default"),
        ({"size": None}, "size"),
        ({"size": 5, "thread_pool_size": 6}, "thread_pool_size"),
        ({"size": 5, "runtime_id": "other"}, "runtime_id"),
        ({"size": 5, "kind": "thread"}, "kind"),
    ],
)
def test_a_change_is_made_whole_or_not_at_all(client, body, field):
    """One field that does not fit leaves the others as they were."""
    before = client.get("/runtimes/process").json
    answer = client.patch("/runtimes/process", json=body)
    assert (answer.status_code, list(answer.json["details"]["fields"])) == (400, [field])
    assert client.get("/runtimes/process").json == before


def test_the_default_cannot_be_unset(client):
    """There is always one: another has to be made it; on any other runtime it changes nothing."""
    answer = client.patch("/runtimes/thread", json={"is_default": False, "size": 9})
    assert (answer.status_code, "another" in answer.json["message"]) == (409, True)
    assert client.get("/runtimes/thread").json["size"] == 4
    assert client.patch("/runtimes/process", json={"is_default": False}).status_code == 200


def test_a_runtime_that_was_read_can_be_written_back_in_part(client):
    """Its id, sizes and whether it is the default may stand in the body."""
    runtime = client.get("/runtimes/process").json
    body = {key: runtime[key] for key in ("runtime_id", "size", "thread_pool_size", "is_default")}
    assert client.patch("/runtimes/process", json=body).json == runtime


def test_a_runtime_is_removed(client):
    """204, and it is gone."""
    client.post("/runtimes", json={"runtime_id": "gpu"})
    assert client.delete("/runtimes/gpu").status_code == 204
    answer = client.get("/runtimes/gpu")
    assert (answer.status_code, answer.json["details"]["kind"]) == (404, "runtime")


def test_a_runtime_in_use_is_removed_by_force(client, session):
    """409 before; the answer tells which tasks run elsewhere now."""
    client.post("/runtimes", json={"runtime_id": "gpu"})
    session.runtimes.needed.add("gpu")
    assert client.delete("/runtimes/gpu").status_code == 409
    assert client.delete("/runtimes/gpu?force=maybe").status_code == 400
    answer = client.delete("/runtimes/gpu?force=true")
    assert (answer.status_code, answer.json["tasks"]) == (200, ["fetch"])
    assert answer.json["default"] == "thread"


@pytest.mark.parametrize("method", ["get", "patch", "delete"])
def test_an_unknown_runtime_is_named(client, method):
    """404 with the nearest that exists."""
    answer = getattr(client, method)("/runtimes/thraed", json={})
    assert (answer.status_code, answer.json["details"]["suggestion"]) == (404, "thread")


@pytest.mark.parametrize(
    ("method", "path", "body", "entry"),
    [
        (
            "post",
            "/runtimes",
            {"runtime_id": "gpu", "thread_pool_size": 2},
            (
                "Runtimes",
                {"runtime_id": "gpu", "kind": "thread", "size": 2, "is_default": False},
            ),
        ),
        (
            "patch",
            "/runtimes/process",
            {"thread_pool_size": 2, "is_default": False},
            ("Runtime", {"name": "process", "size": 2}),
        ),
        (
            "patch",
            "/runtimes/process",
            {"is_default": True},
            ("Runtime", {"name": "process", "is_default": True}),
        ),
        ("patch", "/runtimes/process", {"is_default": False}, None),
    ],
)
def test_a_write_is_journalled_in_one_spelling(client, session, method, path, body, entry):
    """What it takes to do it again, and no more."""
    assert getattr(client, method)(path, json=body).status_code < 300
    found = [(each["resource"], each["data"]) for each in session.changes.entries]
    assert found == ([] if entry is None else [entry])
    names = [each["name"] for each in session.changes.entries]
    assert names == ([] if entry is None else [body.get("runtime_id", "process")])


def test_runtimes_are_there_after_a_restart(client, session):
    """Made, resized, removed and made the default: all as it was left."""
    client.post("/runtimes", json={"runtime_id": "gpu", "kind": "process", "size": 2})
    client.patch("/runtimes/gpu", json={"size": 3})
    client.patch("/runtimes/gpu", json={"size": 5, "is_default": True})
    client.post("/runtimes", json={"runtime_id": "gone"})
    client.delete("/runtimes/gone")
    fresh = FakeSession()
    fresh.changes = session.changes
    FlaskAPI(port=0, session=fresh, disabled=True).setup()
    assert fresh.runtimes.snapshots() == session.runtimes.snapshots()


def test_a_runtime_that_came_and_went_leaves_nothing():
    """Unless a task is said to run in it, or it was the default."""
    post = Entry("Runtimes", "post", {"runtime_id": "gpu", "size": 1})
    resize = Entry("Runtime", "patch", {"name": "gpu", "size": 2})
    delete = Entry("Runtime", "delete", {"name": "gpu", "force": True})
    task = Entry("Task", "post", {"name": "train", "code": "1", "execution": "gpu"})
    default = Entry("Runtime", "patch", {"name": "gpu", "is_default": True})
    assert collapsed([post, resize, delete, task]) == [task]
    assert collapsed([post, task, delete]) == [post, task, delete]
    assert collapsed([post, default, delete]) == [post, default, delete]
    assert collapsed([resize, delete]) == [delete]
    assert collapsed([post, delete, post, resize]) == [post, resize]


class Model:
    """Runtimes, the default, and where a task of the script and one of the API run."""

    def __init__(self):
        self.runtimes = {"thread": 1, "scripted": 1}
        self.default = "scripted"
        self.tasks = {"scripted": "scripted"}

    def apply(self, entry):
        """Do what an entry says; False: it is refused."""
        data = entry.data
        name = data.get("runtime_id", data.get("name"))
        if entry.resource == "Config":
            return self.make_default(data["execution"])
        if entry.resource == "Task":
            return self.place(entry.method, name, data.get("execution"))
        if entry.resource == "Runtimes":
            if name in self.runtimes:
                return False
            self.runtimes[name] = data["size"]
            return self.make_default(name) if data["is_default"] else True
        if name not in self.runtimes:
            return False
        if entry.method == "patch":
            self.runtimes[name] = data.get("size", self.runtimes[name])
            return self.make_default(name) if "is_default" in data else True
        return self.remove(name, data["force"])

    def make_default(self, name):
        if name not in self.runtimes:
            return False
        self.default = name
        return True

    def place(self, method, name, execution):
        if (method == "post") is (name in self.tasks) or execution not in (None, *self.runtimes):
            return False
        if method == "delete":
            del self.tasks[name]
        else:
            self.tasks[name] = execution
        return True

    def remove(self, name, is_forced):
        users = [task for task, place in self.tasks.items() if place == name]
        if name == "thread" or (not is_forced and (users or self.default == name)):
            return False
        if self.default == name:
            self.default = "thread"
        self.tasks |= dict.fromkeys(users)
        del self.runtimes[name]
        return True


def entry_of(method, resource, **data):
    """An entry as a strategy makes it."""
    return Entry(resource, method, data)


NAMES = st.sampled_from(["made", "scripted"])
TASKS = st.sampled_from(["scripted", "made"])
WRITES = st.one_of(
    st.builds(
        entry_of,
        st.just("post"),
        st.just("Runtimes"),
        runtime_id=NAMES,
        size=st.integers(1, 3),
        is_default=st.booleans(),
    ),
    st.builds(entry_of, st.just("patch"), st.just("Runtime"), name=NAMES, size=st.integers(1, 3)),
    st.builds(
        entry_of, st.just("patch"), st.just("Runtime"), name=NAMES, is_default=st.just(value=True)
    ),
    st.builds(entry_of, st.just("delete"), st.just("Runtime"), name=NAMES, force=st.booleans()),
    st.builds(
        entry_of, st.sampled_from(["post", "patch"]), st.just("Task"), name=TASKS, execution=NAMES
    ),
    st.builds(entry_of, st.just("delete"), st.just("Task"), name=TASKS),
    st.builds(entry_of, st.just("patch"), st.just("Config"), execution=NAMES),
)


@settings(max_examples=examples(400), deadline=None)
@given(st.lists(WRITES, min_size=3, max_size=12))
@example(
    [
        Entry("Task", "patch", {"name": "scripted", "execution": "thread"}),
        Entry("Config", "patch", {"execution": "thread"}),
        Entry("Runtime", "delete", {"name": "scripted", "force": False}),
        Entry("Task", "patch", {"name": "scripted", "execution": "thread"}),
    ]
)
def test_a_restart_leads_to_the_same_runtimes(writes):
    """Whatever was written, the collapsed journal is accepted and makes the same state again."""
    live, journal = Model(), []
    for entry in writes:
        if live.apply(entry):
            is_removal = entry.resource == "Runtime" and entry.method == "delete"
            journal.append(
                entry._replace(data={**entry.data, "force": True}) if is_removal else entry
            )
    again = Model()
    assert [entry for entry in collapsed(journal) if not again.apply(entry)] == []
    assert vars(again) == vars(live)
