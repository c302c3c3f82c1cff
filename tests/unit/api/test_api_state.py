"""The state as one document: exported, planned for, applied."""

import json

import pytest

from redengine import Session
from redengine.api import FlaskAPI
from redengine.api.state import parse_yaml
from redengine.exceptions import RedengineError
from redengine.parameters import Arg, SecretArg
from redengine.store import Store
from redengine.tasks import CodeTask, CommandTask, FuncTask
from redengine.testing import ManualSession


def work(day=None):
    """A function of the script."""
    return day


def other():
    """Another one."""


def furnish(session):
    """What the script makes."""
    FuncTask(
        work, name="fetch", start_cond="daily", parameters={"day": Arg("day")}, session=session
    )
    CommandTask("echo 1", name="cmd", env={"KEY": "secret", "B": "b"}, session=session)
    CodeTask("1", name="after", start_cond="after task 'fetch'", session=session)
    session.parameters.update({"day": "today", "token": SecretArg("s3cr3t"), "thing": object()})
    return session


@pytest.fixture
def session():
    """A real session that does not run."""
    return furnish(ManualSession())


@pytest.fixture
def api(session):
    """The session's API, which does not serve."""
    return FlaskAPI(port=0, session=session, disabled=True)


def export(client, query=""):
    return client.get(f"/export{query}").text


def plan(client, text, query=""):
    answer = client.post(f"/plan{query}", data=text.encode())
    assert answer.status_code == 200, answer.text
    return answer.json


def apply(client, text, query=""):
    answer = client.post(f"/apply{query}", data=text.encode())
    assert answer.status_code == 200, answer.text
    return answer.json


def refused(client, text, path="/plan", status=400):
    answer = client.post(path, data=text.encode())
    assert answer.status_code == status, answer.text
    return answer.json


def state_of(session):
    """All that a document can say."""
    runtimes = {name: session.runtimes[name].size for name in session.runtimes}
    tasks = {task.name: task.definition() for task in session.tasks if task.kind != "FlaskAPI"}
    return tasks, dict(session.parameters), session.config.snapshot(), runtimes


DOCUMENT = """
version: 1
runtimes:
  gpu: {kind: thread, size: 2}
config:
  max_threads: 4
parameters:
  day: tomorrow
  limit: 5
tasks:
  new:
    code: |
      print(1)
      result = 2
    start_cond: cron 0 7 * * mon
    execution: gpu
    timeout: 10 min
  fetch:
    start_cond: daily after 08:00
"""


# -- export


def test_only_what_the_api_made_or_changed_is_exported(client, session):
    """What the script alone makes is left to the script, unless all is asked for."""
    client.put("/tasks/new", json={"code": "1", "start_cond": "every 10 sec", "retries": 2})
    client.patch("/tasks/after", json={"priority": 3})
    client.patch("/config", json={"max_threads": 4})
    session.runtime("gpu", kind="thread", size=2)
    document = parse_yaml(export(client))
    assert document == {
        "version": 1,
        "runtimes": {"gpu": {"kind": "thread", "size": 2}},
        "config": {"max_threads": 4},
        "parameters": {"day": "today"},
        "tasks": {
            "after": {
                "class": "CodeTask",
                "code": "1",
                "start_cond": "after task 'fetch'",
                "priority": 3,
            },
            "new": {
                "class": "CodeTask",
                "code": "1",
                "start_cond": "every 10 seconds",
                "retries": 2,
            },
        },
        "secrets": ["parameters.token"],
        "left_out": ["parameters.thing: a object"],
    }
    everything = parse_yaml(export(client, "?all=true"))
    assert list(everything["tasks"]) == ["fetch", "cmd", "after", "new"]
    assert everything["tasks"]["cmd"] == {"class": "CommandTask", "command": "echo 1"}
    assert everything["secrets"] == ["parameters.token", "tasks.cmd.env.KEY", "tasks.cmd.env.B"]
    assert "tasks.fetch.parameters.day: Arg('day')" in everything["left_out"]
    assert everything["config"]["history_age"] is None


@pytest.mark.parametrize(
    ("query", "accept", "kind"),
    [
        ("", "", "application/yaml"),
        ("", "*/*", "application/yaml"),
        ("", "application/json", "application/json"),
        ("", "text/yaml, application/json", "application/yaml"),
        ("?format=json", "application/yaml", "application/json"),
        ("?format=yaml", "application/json", "application/yaml"),
    ],
)
def test_the_form_follows_the_query_and_accept(client, query, accept, kind):
    """YAML where nothing is said; the query decides over the header."""
    answer = client.get(f"/export{query}", headers={"Accept": accept})
    assert answer.headers["Content-Type"] == kind
    parsed = json.loads(answer.text) if "json" in kind else parse_yaml(answer.text)
    assert parsed["version"] == 1


def test_no_secret_is_exported(client):
    """Neither a secret parameter nor an environment."""
    for query in ("?all=true", "?all=true&format=json"):
        assert "s3cr3t" not in export(client, query)
        assert "secret\n" not in export(client, query).replace("secrets", "")


@pytest.mark.parametrize("query", ["?format=xml", "?all=maybe", "?al=true"])
def test_a_bad_question_is_refused(client, query):
    """Unknown forms, flags and keys are named."""
    assert client.get(f"/export{query}").status_code == 400


@pytest.mark.parametrize("query", ["", "?all=true", "?all=true&format=json"])
def test_what_was_exported_changes_nothing(client, session, query):
    """A document that was read plans for nothing, and applying it does nothing."""
    apply(client, DOCUMENT)
    before, text = state_of(session), export(client, query)
    for extra in ("", "?prune=true"):
        found = plan(client, text, extra)
        assert (found["create"], found["change"], found["delete"]) == ([], [], [])
    apply(client, text, "?prune=true")
    assert state_of(session) == before
    assert export(client, query) == text


def test_an_export_makes_another_session_alike(client, session):
    """What one session exports makes another one with the same script the same."""
    apply(client, DOCUMENT)
    simulator = furnish(ManualSession())
    text = export(client)
    apply(FlaskAPI(port=0, session=simulator, disabled=True).app.test_client(), text)
    mine, theirs = (state_of(each) for each in (session, simulator))
    for one in (mine, theirs):
        one[1].pop("thing")
        one[0]["fetch"].pop("parameters")
    assert mine == theirs


# -- plan


def test_a_plan_tells_each_field_and_the_next_starts(client, session):
    """What is made, changed and left, with starts before and after; nothing is changed."""
    before = state_of(session)
    found = plan(client, DOCUMENT)
    assert found["summary"] == "3 to create, 3 to change, 0 to delete, 0 unchanged"
    assert [(each["resource"], each["name"]) for each in found["create"]] == [
        ("runtime", "gpu"),
        ("parameter", "limit"),
        ("task", "new"),
    ]
    (new,) = [each for each in found["create"] if each["name"] == "new"]
    assert new["fields"]["timeout"] == {"before": None, "after": 600.0}
    assert new["starts"]["after"][:2] == ["2026-01-05T07:00:00+00:00", "2026-01-12T07:00:00+00:00"]
    (fetch,) = [each for each in found["change"] if each["name"] == "fetch"]
    assert fetch["fields"] == {
        "start_cond": {"before": "daily", "after": "daily after 08:00"},
    }
    assert fetch["starts"]["before"][0] == "2026-01-01T00:00:00+00:00"
    assert fetch["starts"]["after"][0] == "2026-01-01T08:00:00+00:00"
    assert len(fetch["starts"]["after"]) == 5
    (affected,) = found["affected"]
    assert affected["name"] == "after"
    assert affected["starts"]["after"] == fetch["starts"]["after"]
    assert state_of(session) == before
    assert session.changes.whole() == []


def test_the_same_in_other_words_is_no_change(client):
    """Spellings that mean the same are not told as differences."""
    text = """
version: 1
config: {timeout: null, shutdown_timeout: 30 s, timezone: UTC}
tasks:
  after: {code: '1', start_cond: "AFTER  task 'fetch'", backoff: 1 s, tags: [], permanent: false}
  fetch: {start_cond: daily}
"""
    found = plan(client, text)
    assert (found["change"], found["unchanged"]) == ([], 5)


def test_a_task_that_is_said_in_full_has_defaults_for_the_rest(client, session):
    """What a document no longer names goes back; a part of a task leaves the rest alone."""
    session.tasks["after"].update({"priority": 3, "retries": 2})
    part = plan(client, "version: 1\ntasks: {after: {priority: 4}}")
    assert list(part["change"][0]["fields"]) == ["priority"]
    apply(client, "version: 1\ntasks: {after: {code: '1', priority: 4}}")
    task = session.tasks["after"]
    assert (task.priority, task.retries, task.start_cond) == (4, 0, None)


def test_what_is_listed_as_left_out_stays(client, session):
    """Secrets and arguments that the document does not have are kept; other ones go."""
    text = """
version: 1
tasks:
  cmd: {command: echo 2, env: {NEW: x}}
  fetch: {class: FuncTask, func: "test_api_state:work", parameters: {more: 1}}
secrets: [tasks.cmd.env.KEY, parameters.token, parameters.absent]
left_out: ["tasks.fetch.parameters.day: Arg('day')"]
"""
    found = plan(client, text)
    assert [each["name"] for each in found["warnings"]] == ["absent"]
    apply(client, text)
    assert session.tasks["cmd"].env == {"NEW": "x", "KEY": "secret"}
    assert isinstance(session.tasks["fetch"].parameters["day"], Arg)
    assert session.tasks["fetch"].parameters["more"] == 1
    assert session.tasks["fetch"].func is work
    assert session.parameters["token"] == "s3cr3t"


def test_secrets_in_a_document_are_set_and_never_shown(client, session):
    """A plan and the trail mask them; a mask that was read leaves its secret alone."""
    text = "version: 1\nparameters: {token: other-secret}\ntasks: {cmd: {env: {KEY: third-secret}}}"
    answers = [plan(client, text), apply(client, text), client.get("/changes").json]
    assert session.parameters["token"] == "other-secret"
    assert session.tasks["cmd"].env["KEY"] == "third-secret"
    assert "other-secret" not in str(answers)
    assert "third-secret" not in str(answers)
    assert "s3cr3t" not in str(answers)
    masked = "version: 1\nparameters: {token: '*****'}\ntasks: {cmd: {env: {KEY: '*****', B: b}}}"
    apply(client, masked)
    assert session.parameters["token"] == "other-secret"
    assert session.tasks["cmd"].env == {"KEY": "third-secret", "B": "b"}


def test_prune_removes_what_was_made_over_the_api(client, session):
    """Only that: what the script made stays, whatever the document says."""
    apply(client, DOCUMENT)
    text = "version: 1\ntasks: {fetch: {priority: 1}}"
    assert plan(client, text)["delete"] == []
    found = plan(client, text, "?prune=true")
    assert [(each["resource"], each["name"]) for each in found["delete"]] == [
        ("task", "new"),
        ("parameter", "limit"),
        ("runtime", "gpu"),
    ]
    apply(client, text, "?prune=true")
    assert "new" not in session.tasks
    assert {"fetch", "cmd", "after"} < {task.name for task in session.tasks}
    assert "limit" not in session.parameters
    assert session.parameters["day"] == "tomorrow"
    assert "gpu" not in session.runtimes


def test_what_may_not_be_meant_is_told(client):
    """A condition that holds on and on is possible, and has a warning."""
    text = "version: 1\ntasks: {x: {code: '1', start_cond: 'time of day between 10:00 and 11:00'}}"
    (warning,) = plan(client, text)["warnings"]
    assert (warning["resource"], warning["name"]) == ("task", "x")
    assert "goes on holding" in warning["message"]


def test_no_starts_have_a_reason(client):
    """A disabled task, and one that waits for somebody, are told so."""
    text = "version: 1\ntasks: {x: {code: '1', start_cond: daily, disabled: true}, y: {code: '1'}}"
    reasons = [each["starts"]["reason"] for each in plan(client, text)["create"]]
    assert reasons == ["it is disabled", "it has no condition and starts by hand"]


@pytest.mark.parametrize(
    ("text", "field", "reason"),
    [
        (
            "tasks: {fetch: {strat_cond: daily}}",
            "tasks.fetch.strat_cond",
            "did you mean 'start_cond'",
        ),
        ("tasks: {fetch: {start_cond: evry 1 s}}", "tasks.fetch.start_cond", "did you mean"),
        ("tasks: {fetch: {start_cond: cron 0 0 30 2 *}}", "tasks.fetch.start_cond", "no such day"),
        ("tasks: {x: {code: '1', start_cond: cron 61 * * * *}}", "tasks.x.start_cond", ""),
        ("tasks: {x: {code: '('}}", "tasks.x.code", "is not valid Python"),
        ("tasks: {x: {code: 1}}", "tasks.x.code", "expected Python source"),
        ("tasks: {x: {class: Nonsense}}", "tasks.x.class", "unknown class"),
        ("tasks: {x: {class: CodeTask}}", "tasks.x.code", "needs it"),
        ("tasks: {x: {code: '1', command: ls}}", "tasks.x.code", "unknown field"),
        ("tasks: {x: {func: 'nowhere:f'}}", "tasks.x.func", "cannot import"),
        ("tasks: {x: {code: '1', execution: gpu}}", "tasks.x.execution", "no runtime 'gpu'"),
        ("tasks: {x: {code: '1', retries: -1}}", "tasks.x.retries", "expected 0 or more"),
        ("tasks: {fetsh: {priority: 1}}", "tasks.fetsh", "did you mean 'fetch'"),
        ("tasks: {FlaskAPI: {priority: 1}}", "tasks.FlaskAPI", "only the script"),
        ("tasks: {'': {code: '1'}}", "tasks..name", "expected a name"),
        ("config: {max_thread: 1}", "config.max_thread", "did you mean 'max_threads'"),
        ("config: {max_threads: many}", "config.max_threads", "expected a whole number"),
        ("config: {timezone: Europe/Helsinky}", "config.timezone", "did you mean"),
        ("config: {execution: nowhere}", "config.execution", "there is no runtime"),
        ("runtimes: {thread: {size: 3}}", "runtimes.thread", "key of the configuration"),
        ("parameters: {'': 1}", "parameters.", "non-empty"),
        (
            """tasks:
                a: {code: '1', start_cond: after task 'b'}
                b: {code: '1', start_cond: after task 'a'}""",
            "tasks.b.start_cond",
            "waits for the next",
        ),
    ],
)
def test_what_cannot_be_applied_is_named_by_its_path(client, session, text, field, reason):
    """Planning and applying refuse alike, and nothing is changed."""
    before = state_of(session)
    for path in ("/plan", "/apply"):
        fields = refused(client, f"version: 1\n{text}", path)["details"]["fields"]
        assert field in fields, fields
        assert reason in fields[field]
    assert state_of(session) == before


def test_all_that_does_not_fit_is_told_at_once(client):
    """Errors of structure, names and values come together."""
    text = """
version: 1
config: {max_thread: 1, max_threads: many}
tasks: {x: {code: '('}, y: {code: '1', execution: gpu}}
"""
    found = refused(client, text)["details"]["fields"]
    assert set(found) == {
        "config.max_thread",
        "config.max_threads",
        "tasks.x.code",
        "tasks.y.execution",
    }


@pytest.mark.parametrize("path", ["/plan", "/apply"])
def test_a_broken_document_is_refused(client, path):
    """Bombs, tags and twins never reach the session."""
    for text in (
        "a: &a [1]\nb: *a",
        "a: !!python/name:os.system",
        "version: 1\nversion: 1",
        "",
        "[]",
    ):
        refused(client, text, path)


# -- apply


def test_a_document_is_applied_and_journalled(client, session):
    """All of it takes effect, each write is a change of one request, and the answer is the plan."""
    planned = plan(client, DOCUMENT)
    applied = apply(client, DOCUMENT)
    assert applied == {**planned, "applied": True}
    assert session.tasks["new"].execution == "gpu"
    assert str(session.tasks["fetch"].start_cond) == "daily after 08:00"
    assert session.tasks["fetch"].func is work
    assert (session.parameters["limit"], session.config.max_threads) == (5, 4)
    changes = session.changes.whole()
    assert [(each["resource"], each["name"]) for each in changes] == [
        ("DeclaredRuntime", "gpu"),
        ("Config", None),
        ("Parameters", None),
        ("Task", "new"),
        ("Task", "fetch"),
    ]
    assert len({each["request_id"] for each in changes}) == 1
    assert plan(client, DOCUMENT)["summary"] == "0 to create, 0 to change, 0 to delete, 6 unchanged"


def test_an_apply_is_undone_change_by_change(client, session):
    """The latest first, each by its own revert, until all is as before."""
    before = state_of(session)
    apply(client, DOCUMENT)
    for change in reversed(session.changes.whole()):
        answer = client.post(f"/changes/{change['id']}/revert")
        assert answer.status_code == 200, answer.text
    assert state_of(session) == before


def test_an_apply_of_another_state_than_was_planned_for_is_refused(client, session):
    """The digest of a plan stands for the document and for what it would change."""
    digest = plan(client, DOCUMENT)["digest"]
    client.patch("/tasks/cmd", json={"priority": 1})  # not in the document
    assert plan(client, DOCUMENT)["digest"] == digest
    client.patch("/parameters", json={"day": "other"})
    found = refused(client, DOCUMENT, f"/apply?expect={digest}", 412)
    assert found["error"] == "PRECONDITION_FAILED"
    assert "new" not in session.tasks
    current = found["details"]["digest"]
    assert current == plan(client, DOCUMENT)["digest"] != digest
    apply(client, DOCUMENT, f"?expect={current}")
    assert "new" in session.tasks


def test_another_class_is_another_task(client, session):
    """A task whose class or function changes is replaced, and told to be."""
    text = "version: 1\ntasks: {cmd: {code: '1'}, fetch: {func: 'test_api_state:other'}}"
    assert [each["replaced"] for each in plan(client, text)["change"]] == [True, True]
    apply(client, text)
    assert session.tasks["cmd"].code == "1"
    assert session.tasks["fetch"].func is other


def test_tasks_change_places_in_one_go(client, session):
    """A chain is turned round, though on the way each could wait for the other."""
    text = (
        "version: 1\ntasks: {fetch: {start_cond: after task 'after'}, after: {start_cond: daily}}"
    )
    apply(client, text)
    assert str(session.tasks["fetch"].start_cond) == "after task 'after'"


def broken_update(session, name, error):
    """Let a task refuse changes from now on."""
    task = session.tasks[name]

    class Broken(type(task)):
        __slots__ = ()

        def update(self, values):
            if self.host is session:
                raise error
            super().update(values)

    task.__class__ = Broken


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (RuntimeError("boom"), 500, "APPLY_FAILED"),
        (RedengineError("bang"), 500, "APPLY_FAILED"),
    ],
)
def test_a_failure_on_the_way_takes_everything_back(client, session, error, status, code, caplog):
    """What was applied before is undone, nothing is journalled, and the answer says so."""
    before = state_of(session)
    broken_update(session, "fetch", error)
    found = refused(client, DOCUMENT, "/apply", status)
    assert found["error"] == code
    assert "was taken back" in found["message"]
    assert found["details"]["failed"] == "patch Task fetch"
    assert state_of(session) == before
    assert session.changes.whole() == []
    assert client.get("/changes?kind=refusal").json[0]["status"] == status
    assert caplog.records


def test_a_conflict_on_the_way_takes_everything_back(client, session):
    """A running task that is to go cannot, and so nothing goes."""
    apply(client, DOCUMENT)
    before, number = state_of(session), len(session.changes.whole())
    session.tasks["new"].active = (type("Job", (), {"id": "j", "has_ended": True})(),)
    text = "version: 1\nparameters: {day: never}"
    found = refused(client, text, "/apply?prune=true", 409)
    assert "terminate them first" in found["message"]
    assert state_of(session) == before
    assert len(session.changes.whole()) == number


def test_what_cannot_be_taken_back_is_told_and_journalled(client, session, monkeypatch, caplog):
    """If even the way back fails, the answer names what is left, and a restart knows of it."""
    broken_update(session, "fetch", RuntimeError("boom"))
    remove = type(session.runtimes).remove
    monkeypatch.setattr(type(session.runtimes), "remove", lambda *_a, **_k: 1 / 0)
    found = refused(client, DOCUMENT, "/apply", 500)
    monkeypatch.setattr(type(session.runtimes), "remove", remove)
    (left,) = found["details"]["left"]
    assert left.startswith("put DeclaredRuntime gpu")
    assert "gpu" in session.runtimes
    assert [each["resource"] for each in session.changes.whole()] == ["DeclaredRuntime"]
    assert caplog.records


def test_a_store_in_trouble_takes_nothing(tmp_path, monkeypatch):
    """503 before anything is changed; once the store is well, the same request succeeds."""
    session = furnish(Session(store=f"sqlite:///{tmp_path / 'jobs.db'}"))
    client = FlaskAPI(port=0, session=session, disabled=True).app.test_client()
    before = state_of(session)
    with monkeypatch.context() as patch:
        patch.setattr(Store, "healthy", property(lambda _: False))
        found = refused(client, DOCUMENT, "/apply", 503)
        assert found["error"] == "STORE_UNAVAILABLE"
        assert state_of(session) == before
        assert client.post("/plan", data=DOCUMENT).status_code == 200
    apply(client, DOCUMENT)
    assert "new" in session.tasks
    session.shut_down()
    session.store.close()


def test_what_was_applied_is_there_after_a_restart(tmp_path):
    """Runtimes, configuration, parameters and tasks; and prune still knows what was made."""
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    states = []
    for number in range(3):
        session = furnish(Session(store=url))
        api = FlaskAPI(port=0, session=session, disabled=True)
        api.setup()
        client = api.app.test_client()
        if number == 0:
            apply(client, DOCUMENT)
        if number == 1:
            apply(client, "version: 1\nconfig: {max_threads: 4}", "?prune=true")
        states.append(state_of(session))
        session.shut_down()
        session.store.close()
    assert "new" not in states[1][0]
    assert states[1][0]["fetch"]["start_cond"] == "daily after 08:00"
    assert {key: states[1][0][key]["start_cond"] for key in states[1][0]} == {
        key: states[2][0][key]["start_cond"] for key in states[2][0]
    }
    assert states[1][2:] == states[2][2:]


def test_a_transport_gives_the_document_as_an_object(api, session):
    """`call_resource` takes the document itself, or beside it what HTTP has in the query."""
    document = parse_yaml(DOCUMENT)
    planned = api.call_resource("Plan", "post", document).body
    api.call_resource("Apply", "post", {"document": DOCUMENT, "expect": planned["digest"]})
    assert "new" in session.tasks
    api.call_resource("Apply", "post", {"document": {"version": 1}, "prune": True})
    assert "new" not in session.tasks
    for bad in ({"document": {}, "prun": True}, {"document": {"version": 1}, "prune": "yes"}, {}):
        with pytest.raises(RedengineError):
            api.call_resource("Apply", "post", bad)


def test_an_apply_that_changes_nothing_leaves_one_action(client, session):
    """The trail tells of the request even where no change came of it."""
    apply(client, "version: 1")
    (entry,) = client.get("/changes").json
    assert (entry["kind"], entry["resource"], entry["status"]) == ("action", "Apply", 200)
