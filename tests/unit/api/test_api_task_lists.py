"""Lists of tasks: every field can be filtered by, and a filter costs no more than it needs."""

import json

import pytest

from redengine.api.core.messages import ApiRequest
from redengine.api.endpoints.tasks import TasksResource
from redengine.exceptions import QueryError
from redengine.scheduler.engine import next_runs
from redengine.tasks import CodeTask, CommandTask
from redengine.tasks import definition as shown
from redengine.testing import ManualSession

MANY = 300


@pytest.fixture
def session():
    """A session over virtual time with 300 tasks, of which some have run."""
    with ManualSession(start="2026-01-01T00:00") as made:
        for number in range(MANY):
            made.task(
                f"daily at {number % 24:02d}:30",
                name=f"t{number}",
                tags=["third"] if number % 3 == 0 else [],
                limits={"db": 2} if number % 10 == 0 else {},
                rate="5/minute" if number % 20 == 0 else None,
                priority=number % 5,
            )(lambda: None)
        made.advance("10 hours")
        yield made


@pytest.fixture
def tasks(session):
    """The list of its tasks."""
    return TasksResource(session)


def asked(tasks, *query):
    """The names that a query finds, and the total."""
    answer = tasks.get(ApiRequest(query=query))
    return [item["name"] for item in json.loads(answer.content())], answer.headers["X-Total-Count"]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ((("name", "t5"),), 1),
        ((("name", "nobody"),), 0),
        ((("$limit", "20"),), 20),
        ((("status", "success"), ("$limit", "7")), 7),
        ((("tags", "third"), ("name$regex", "t1.*"), ("$limit", "9")), 9),
    ],
)
def test_a_filter_works_out_what_it_answers_with_alone(tasks, monkeypatch, query, rows):
    """No task's object is made, and no next run looked for, that is not in the answer."""
    made, looked_for = [], []
    real_snapshot, real_start = shown.snapshot_of, next_runs.first_start

    def counted_snapshot(task):
        made.append(task)
        return real_snapshot(task)

    def counted_start(core, task, *rest):
        looked_for.append(task)
        return real_start(core, task, *rest)

    monkeypatch.setattr("redengine.tasks.task.snapshot_of", counted_snapshot)
    monkeypatch.setattr(next_runs, "first_start", counted_start)

    names, _ = asked(tasks, *query)
    assert len(names) == len(made) == len(looked_for) == rows


def test_the_same_filter_again_works_out_nothing(tasks, monkeypatch):
    """Sorting by the next run looks for each once, and not again while nothing happens."""
    looked_for = []
    real_start = next_runs.first_start

    def counted_start(core, task, *rest):
        looked_for.append(task)
        return real_start(core, task, *rest)

    monkeypatch.setattr(next_runs, "first_start", counted_start)
    names, total = asked(tasks, ("$sort", "next_run"), ("$limit", "2"))
    assert (names, total) == (["t10", "t34"], "300")
    assert len(looked_for) == MANY
    assert asked(tasks, ("$sort", "-next_run"), ("$limit", "1"))[0] == ["t9"]
    assert len(looked_for) == MANY


def test_filters_find_what_a_scan_of_the_whole_list_finds(session, tasks):
    """Filtered, sorted and paged lists agree with the unfiltered one, also after a change."""
    for gone in ("t9", "t11"):
        everything = json.loads(tasks.get(ApiRequest()).content())
        wanted = [item["name"] for item in everything if item["status"] == "success"]
        assert asked(tasks, ("status", "success")) == (wanted, str(len(wanted)))
        by_priority = sorted(everything, key=lambda item: -item["priority"])
        page = [item["name"] for item in by_priority][40:80]
        assert asked(tasks, ("$sort", "-priority"), ("$limit", "40"), ("$offset", "40"))[0] == page
        assert asked(tasks, ("name$not", "t7"))[1] == str(len(everything) - 1)
        session.tasks["t8"].priority = 9
        session.tasks[gone].delete()
        session.advance("3 hours")


def test_limits_and_rates_are_filtered(tasks):
    """Fields that say how often a task may run are like all others."""
    assert asked(tasks, ("limits.db", "2"))[1] == "30"
    assert asked(tasks, ("rate", "5/60 s"))[1] == "15"
    assert asked(tasks, ("rate$not", "null"))[1] == "15"
    found = json.loads(tasks.get(ApiRequest(query=[("$fields", "name,limits")])).content())
    assert found[0] == {"name": "t0", "limits": {"db": 2}}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        (("timeout", "10 min"), ["ten"]),
        (("timeout", "6e2"), ["ten"]),
        (("timeout$max", "1 hour 30 min"), ["ten", "hour"]),
        (("timeout$min", "00:10:01"), ["hour", "never"]),
        (("timeout", "never"), ["never"]),
        (("timeout$min", "-1"), ["ten", "hour", "never"]),
    ],
)
def test_timeouts_are_filtered_by_durations(query, names):
    """Seconds, a text that a body may have, or never."""
    with ManualSession() as session:
        for name, timeout in (("ten", 600), ("hour", "1 h"), ("never", "never"), ("none", None)):
            session.task(name=name, timeout=timeout)(lambda: None)
        assert asked(TasksResource(session), query)[0] == names


def test_a_timeout_that_is_none_is_refused(tasks):
    """With the form to write."""
    with pytest.raises(QueryError, match=r"timeout\$min: expected a duration such as '10 min'"):
        tasks.get(ApiRequest(query=[("timeout$min", "soon")]))


def test_every_field_of_every_kind_of_task_can_be_filtered_by(session, tasks):
    """What the list shows of a task finds that task again."""
    CommandTask(["ls", "-l"], name="command", cwd="/", env={"A": "b"}, session=session)
    CodeTask("result = 1", name="code", description="some", session=session)
    for item in json.loads(tasks.get(ApiRequest()).content())[-3:]:
        assert set(item) <= set(shown.KINDS)
        for field, value in item.items():
            if isinstance(value, list | dict):
                query = [(f"{field}$not", "no such value"), ("$fields", field)]
            else:
                text = json.dumps(value) if value is None or isinstance(value, bool) else str(value)
                query = [(field, text)]
            assert int(asked_total(tasks, *query)) >= 1, field


def asked_total(tasks, *query):
    """How many tasks a query finds."""
    return tasks.get(ApiRequest(query=query)).headers["X-Total-Count"]


def test_a_filter_after_a_change_works_out_the_changed_task_alone(session, tasks, monkeypatch):
    """However many tasks there are: an index and the values of the others stay."""
    queries = [(("tags", "third"), ("$limit", "3")), (("status", "success"), ("$limit", "3"))]
    for query in queries:
        asked(tasks, *query)
    read = []
    real_field = session.tasks["t0"].__class__.field

    def counted(task, name):
        read.append(task.name)
        return real_field(task, name)

    monkeypatch.setattr(session.tasks["t0"].__class__, "field", counted)
    session.tasks["t7"].update({"tags": ["third", "new"]})
    for query in queries:
        asked(tasks, *query)
    assert asked(tasks, ("tags", "new")) == (["t7"], "1")
    assert set(read) == {"t7"}


CHANGES = {
    "tags": lambda session, name: session.tasks[name].update({"tags": ["third", name]}),
    "no tags": lambda session, name: session.tasks[name].update({"tags": []}),
    "run": lambda session, name: (session.submit(name), session.advance("1 s")),
    "delete": lambda session, name: session.tasks[name].delete(),
    "make": lambda session, name: session.task(name=f"{name}+", tags=["third"])(lambda: None),
    "again": lambda session, name: (
        session.tasks[name].delete(),
        session.task(name=name, tags=["new"])(lambda: None),
    ),
    "replace": lambda session, name: session.task(name=name, on_exists="replace")(lambda: None),
    "many": lambda session, _name: (
        [task.update({"priority": 9}) for task in session.tasks.values()] * 5
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_list_that_was_asked_before_tells_every_change(session, tasks, change):
    """What is kept from one request to the next gives what a list made afresh gives."""
    queries = [
        (),
        (("tags", "third"),),
        (("tags", "third"), ("tags", "new"), ("status", "success")),
        (("status", "null"),),
        (("status$not", "success"), ("$sort", "-priority,name"), ("$limit", "30")),
        (("priority$min", "4"), ("$fields", "name,tags")),
    ]
    for number in (3, 4, 250):
        for query in queries:
            asked(tasks, *query)
        CHANGES[change](session, f"t{number}")
        fresh = TasksResource(session)
        for query in queries:
            assert asked(tasks, *query) == asked(fresh, *query), query
