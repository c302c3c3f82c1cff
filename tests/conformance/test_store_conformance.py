"""What every store does, whatever the database behind it."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from store_servers import SERVERS, server_for_test

from redengine.exceptions import Conflict, StoreError
from redengine.query import parse_query
from redengine.store import (
    CHANGE_FIELDS,
    JOB_FIELDS,
    LOG_FIELDS,
    ChangeEntry,
    DeleteEntry,
    JobEntry,
    KeyEntry,
    LogEntry,
    OutputEntry,
    ReturnEntry,
    RevertedEntry,
    StateEntry,
    Store,
    TaskEntry,
)

START = datetime(2026, 3, 7, 12, tzinfo=UTC)
EMOJI = "tâsk/🚀 \"'\\ %s"


def at(seconds):
    return START + timedelta(seconds=seconds)


def log(number, action="run", task="fetch", **values):
    return LogEntry(number, at(number), action, task, **values)


def job(name, status="queued", task="fetch", **values):
    values = {"trigger": "api", "submitted_at": START, **values}
    return JobEntry(job_id=name, task=task, status=status, **values)


def logs(store, *items):
    return store.logs(parse_query(items, LOG_FIELDS, zone=UTC))


def jobs(store, *items):
    return store.jobs(parse_query(items, JOB_FIELDS, zone=UTC))


@pytest.fixture(
    params=[
        f"{kind}{mode}"
        for kind in ("memory", "file", "postgresql", "mariadb")
        for mode in ("", "-synchronous")
    ]
)
def store(request, tmp_path):
    """An empty store of each kind."""
    kind, _, mode = request.param.partition("-")
    with contextlib.ExitStack() as stack:
        if kind in SERVERS:
            url = stack.enter_context(server_for_test(kind)).url
        else:
            url = f"sqlite:///{tmp_path / 'jobs.db'}" if kind == "file" else None
        store = Store.open(url, synchronous=mode == "synchronous")
        stack.callback(store.close, timeout=1)
        yield store


def test_an_empty_store_knows_nothing(store):
    """Every question about nothing has an answer."""
    assert logs(store) == ([], 0)
    assert jobs(store) == ([], 0)
    assert store.job("x") is None
    assert store.change(1) is None
    assert store.histories() == {}
    assert store.moments("x", "run") == []
    assert store.last_order() == 0
    assert store.output("x") == []
    assert store.returns() == {}
    assert store.state("x") is None
    assert store.api_keys() == []
    assert store.durations(["x"]) == {}
    assert store.jobs_in_state("run") == []


def test_a_log_record_is_read_as_it_was_written(store):
    """All fields of a record come back, times as aware datetimes in UTC."""
    exact = START + timedelta(microseconds=123_457)
    entry = LogEntry(7, exact, "fail", EMOJI, "j", at(1), at(2), 0.25, "mess\x00age", "exc\n", "r")
    entry = entry._replace(skipped='{"first": "x", "last": "y", "count": 3}')
    store.write(entry)
    assert logs(store).items == [
        {
            "id": 7,
            "timestamp": exact,
            "created": exact,
            "action": "fail",
            "task_name": EMOJI,
            "job_id": "j",
            "start": at(1),
            "end": at(2),
            "duration": 0.25,
            "message": "mess\x00age",
            "exc_text": "exc\n",
            "reason": "r",
            "skipped": {"first": "x", "last": "y", "count": 3},
        }
    ]
    assert logs(store).items[0]["timestamp"].tzinfo is UTC


def test_a_job_is_read_as_it_was_written(store):
    """All fields of a job come back; a list leaves out what only one job's answer holds."""
    entry = job(
        "j",
        "success",
        attempt=2,
        priority=-5,
        runtime="gpu",
        parameters={"day": "x", "deep": [1, None]},
        due_at=at(1),
        occurrence=at(1),
        started_at=at(2),
        ended_at=at(3),
        duration=1.0,
        progress={"done": 1, "total": 2, "text": None},
        error="e",
        reason="r",
        result='{"rows": 42}',
        result_kind="json",
        abandoned=True,
        content_hash="h",
        run_at=at(4),
        options={"timeout": 3},
        exit_code=-9,
    )
    store.write(entry)
    found = store.job("j")
    listed = jobs(store).items[0]
    assert list(listed) == list(JOB_FIELDS)
    assert listed.items() <= found.items()
    assert found == {
        "job_id": "j",
        "task": "fetch",
        "status": "success",
        "trigger": "api",
        "attempt": 2,
        "priority": -5,
        "runtime": "gpu",
        "parameters": {"day": "x", "deep": [1, None]},
        "due_at": at(1),
        "submitted_at": START,
        "started_at": at(2),
        "ended_at": at(3),
        "duration": 1.0,
        "progress": {"done": 1, "total": 2, "text": None},
        "error": "e",
        "reason": "r",
        "result": {"rows": 42},
        "result_kind": "json",
        "abandoned": True,
        "content_hash": "h",
        "run_at": at(4),
        "options": {"timeout": 3},
        "exit_code": -9,
    }


def test_a_job_without_more_has_defaults(store):
    """What a job was not given is empty, not missing."""
    store.write(job("j"))
    found = store.job("j")
    assert (found["parameters"], found["result"], found["result_kind"]) == ({}, None, "none")
    assert (found["abandoned"], found["progress"], found["due_at"]) == (False, None, None)


def test_a_job_is_replaced_by_what_it_is_now(store):
    """Writing a job again changes it, within a batch and across batches."""
    store.write(job("j"))
    store.write(job("j", "run", started_at=at(1)))
    store.flush()
    store.write(job("j", "success", started_at=at(1), ended_at=at(2)))
    assert jobs(store).total == 1
    found = store.job("j")
    assert (found["status"], found["started_at"], found["ended_at"]) == ("success", at(1), at(2))


def test_parameters_json_does_not_know_are_described(store):
    """A value without a JSON form is stored as its repr, and numbers may be keys."""
    store.write(job("j", parameters={"when": {1: complex(1, 2)}}))
    assert store.job("j")["parameters"] == {"when": {"1": "(1+2j)"}}


def test_parameters_that_no_json_holds_are_tamed(store):
    """Huge integers, halves of surrogate pairs and cycles are kept in a form that can be read."""
    cycle = []
    cycle.append(cycle)
    store.write(job("j", parameters={"n": 2**70, "s": "a\ud800", "\ud800": 1.5, "b": [True]}))
    store.write(job("k", parameters={"cycle": cycle})).wait(60)
    assert store.job("j")["parameters"] == {
        "n": str(2**70),
        "s": "a\\ud800",
        "\\ud800": 1.5,
        "b": [True],
    }
    assert "cycle" in store.job("k")["parameters"]


def test_an_occurrence_has_one_job(store):
    """A second job for one nominal time of a task is refused with all that came with it."""
    store.write(job("a", occurrence=at(1), due_at=at(1)))
    second = store.write(job("b", occurrence=at(1), due_at=at(1)), log(1, job_id="b"))
    others = [
        store.write(job("c", occurrence=at(2), due_at=at(2))),
        store.write(job("d", task="report", occurrence=at(1), due_at=at(1))),
        store.write(job("e", due_at=at(1))),
        store.write(job("f", due_at=at(1))),
    ]
    with pytest.raises(Conflict, match=r"task 'fetch' has a job for 2026-03-07 12:00:01"):
        second.wait(60)
    for commit in others:
        commit.wait(60)
    assert [item["job_id"] for item in jobs(store).items] == ["f", "e", "d", "c", "a"]
    assert logs(store).total == 0


def test_an_occurrence_is_guarded_across_batches(store):
    """The refusal holds against what was committed earlier, and the first may still change."""
    store.write(job("a", occurrence=at(1))).wait(60)
    with pytest.raises(Conflict):
        store.write(job("b", occurrence=at(1))).wait(60)
    store.write(job("a", "run", occurrence=at(1))).wait(60)
    assert store.job("a")["status"] == "run"


def test_a_bad_entry_harms_only_its_own_ticket(store):
    """What can never be written is refused; the rest of its batch is kept."""
    commits = [store.write(log(number)) for number in range(1, 6)]
    bad = [store.write(log(3)), store.write(job("big", priority=2**80))]
    last = store.write(log(6))
    for commit in bad:
        with pytest.raises(StoreError, match="cannot keep"):
            commit.wait(60)
    for commit in (*commits, last):
        commit.wait(60)
    assert [item["id"] for item in logs(store).items] == [6, 5, 4, 3, 2, 1]
    assert store.healthy


def test_text_without_a_utf8_form_is_escaped(store):
    """Half a surrogate pair is kept as an escape rather than refused."""
    store.write(OutputEntry("j", 1, START, "stdout", "name \udcff!")).wait(60)
    assert store.output("j")[0]["text"] == "name \\udcff!"


def test_lists_are_newest_first_and_paged(store):
    """Without `$sort` the newest come first, jobs by submission; pages and totals agree."""
    for number in range(1, 11):
        store.write(log(number, "fail" if number % 2 else "run"), job(f"j{number}"))
    assert [item["id"] for item in logs(store, ("$limit", "3")).items] == [10, 9, 8]
    page = logs(store, ("$limit", "3"), ("$offset", "8"))
    assert ([item["id"] for item in page.items], page.total) == ([2, 1], 10)
    assert logs(store, ("$limit", "0")) == ([], 10)
    assert logs(store, ("$offset", "20")) == ([], 10)
    page = logs(store, ("action", "fail"), ("$limit", "2"), ("$fields", "id,action"))
    assert page == ([{"id": 9, "action": "fail"}, {"id": 7, "action": "fail"}], 5)
    assert [item["job_id"] for item in jobs(store, ("$limit", "2")).items] == ["j10", "j9"]
    assert [item["id"] for item in logs(store, ("$sort", "action,id"), ("$limit", "2")).items] == [
        1,
        3,
    ]


def test_jobs_are_listed_as_they_came_whatever_the_clock_said(store):
    """The job that was first written last stands first, also where the clock went back."""
    store.write(job("ahead", submitted_at=at(9)), job("a", submitted_at=at(1)))
    store.write(job("ahead", "run", submitted_at=at(9)), job("b", "run", submitted_at=at(1)))
    for filters in (
        (),
        (("task", "fetch"),),
        (("task", "fetch"), ("submitted_at$min", "2000-01-01")),
        (("submitted_at$min", "2000-01-01"),),
        (("submitted_at$min", "2000-01-01"), ("trigger", "api")),
    ):
        assert [item["job_id"] for item in jobs(store, *filters).items] == ["b", "a", "ahead"]
    assert [item["job_id"] for item in jobs(store, ("status", "run")).items] == ["b", "ahead"]
    for filters in ((), (("submitted_at$max", "2100-01-01"),)):
        pages = [jobs(store, *filters, ("$limit", "1"), ("$offset", str(n))) for n in range(3)]
        assert [page.items[0]["job_id"] for page in pages] == ["b", "a", "ahead"]
        assert {page.total for page in pages} == {3}


def test_totals_follow_what_is_written_and_deleted(store):
    """A total that was asked for before is right after more has come, changed, or gone."""
    by_status, by_task = ("status", "run"), ("task", "fetch")
    for number in range(1, 6):
        store.write(log(number), job(f"j{number}", "run"))
    assert logs(store, ("action", "run"), ("$limit", "1")).total == 5
    assert jobs(store, by_status, ("$limit", "1")).total == 5
    assert jobs(store, by_task, ("$limit", "1")).total == 5
    store.write(log(6), job("j5", "fail"), job("j6", "run"), DeleteEntry("job", "j1"))
    assert logs(store, ("action", "run"), ("$limit", "1")).total == 6
    assert jobs(store, by_status, ("$limit", "1")).total == 4
    assert jobs(store, by_task, ("$limit", "1")).total == 5


def test_logs_as_json_say_the_same(store):
    """The JSON page holds the same records, times in ISO 8601 with offset."""
    import orjson

    store.write(log(1, message='a "b"\n☃', start=at(0.000001), duration=0.1), log(2))
    query = parse_query([("$limit", "9")], LOG_FIELDS, zone=UTC)
    page = store.logs_json(query)
    read = orjson.loads(page.content)
    for item in read:
        for name, kind in LOG_FIELDS.items():
            if kind == "datetime" and item[name] is not None:
                assert item[name].endswith("+00:00")
                item[name] = datetime.fromisoformat(item[name])
    assert (read, page.total) == store.logs(query)


def test_histories_hold_the_latest_of_each_action(store):
    """Retried attempts are passed over; failures count since the last success."""
    store.write(
        TaskEntry("fetch", at(-10)),
        log(1, "fail"),
        log(2, "success"),
        log(3, "fail"),
        log(4, "fail", reason="retry"),
        log(5, "fail", reason="other"),
        log(6, "fail", reason="retry"),
        log(7, "run", task="gone"),
        log(8, "crash", reason="retry", task="gone"),
        job("a", occurrence=at(5), due_at=at(5)),
        job("b", occurrence=at(3), due_at=at(3)),
        job("c", due_at=at(9)),
    )
    found = store.histories()
    fetch = found["fetch"]
    assert (fetch.created, fetch.last_due, fetch.failures) == (at(-10), at(5), 2)
    assert fetch.latest == {"success": (2, at(2)), "fail": (5, at(5))}
    gone = found["gone"]
    assert (gone.created, gone.last_due, gone.failures) == (None, None, 0)
    assert gone.latest == {"run": (7, at(7))}
    assert store.last_order() == 8


def test_moments_ascend_without_retries(store):
    """All moments of an action since an instant, oldest first."""
    store.write(log(1, "fail"), log(2, "fail", reason="retry"), log(3, "fail"), log(4, "run"))
    assert store.moments("fetch", "fail") == [(1, at(1)), (3, at(3))]
    assert store.moments("fetch", "fail", at(2)) == [(3, at(3))]
    assert store.moments("fetch", "fail", at(3)) == [(3, at(3))]


def test_a_task_stays_as_old_as_it_was(store):
    """Writing a task again keeps when it was first known, until it is deleted."""
    store.write(TaskEntry("fetch", at(1), last_due=at(5)))
    store.flush()
    store.write(TaskEntry("fetch", at(2)))
    found = store.histories()["fetch"]
    assert (found.created, found.last_due) == (at(1), at(5))
    store.write(DeleteEntry("task", "fetch"), TaskEntry("fetch", at(3)))
    found = store.histories()["fetch"]
    assert (found.created, found.last_due) == (at(3), None)


def test_what_was_due_while_the_clock_was_ahead_is_told_apart(store):
    """The latest due time is one up to now; misfires that have their job are done."""
    misfires = [at(-30), at(-20)]
    text = "[" + ",".join(f'"{each.isoformat()}"' for each in misfires) + "]"
    store.write(
        TaskEntry("fetch", at(-100), misfires=text),
        JobEntry("a", "fetch", "success", "condition", at(-30), occurrence=at(-30)),
        JobEntry("b", "fetch", "success", "condition", at(500), occurrence=at(500)),
        JobEntry("c", "fetch", "success", "run", at(0)),
    )
    found = store.histories(at(0))["fetch"]
    assert (found.last_due, found.ahead) == (at(-30), [at(500)])
    assert found.misfires == [at(-20)]
    assert store.histories()["fetch"].last_due == at(500)


def test_the_latest_skip_of_a_task_is_known(store):
    """By the last fire time that it stands for; other inactions are none, damage is passed over."""

    def row(first, last, count):
        return f'{{"first":"{first.isoformat()}","last":"{last.isoformat()}","count":{count}}}'

    store.write(
        LogEntry(1, at(1), "inaction", "a", reason="missed", skipped=row(at(-9), at(-5), 3)),
        LogEntry(2, at(2), "inaction", "a", reason="overlap", skipped=row(at(-2), at(-2), 1)),
        LogEntry(3, at(3), "inaction", "a", "j", at(0), at(3)),
        LogEntry(4, at(4), "inaction", "b", reason="disabled"),
        LogEntry(5, at(5), "inaction", "c", reason="overlap", skipped='{"first": 1}'),
    )
    found = store.histories()
    assert [found[name].skipped for name in "abc"] == [at(-2), None, None]


def test_a_run_that_ended_otherwise_counts_as_done(store):
    """A worker's crash and an inaction of a run do; a skip and the session's own death do not."""
    lost = "the session that ran it ended without a shut-down"
    store.write(
        LogEntry(1, at(1), "crash", "a", "j", at(0), at(1), reason="killed"),
        LogEntry(2, at(2), "crash", "b", "k", at(0), at(2), reason=lost),
        LogEntry(3, at(3), "inaction", "c", "l", at(0), at(3)),
        LogEntry(4, at(4), "inaction", "d", reason="overlap"),
    )
    found = store.histories()
    assert [name for name in "abcd" if "done" in found[name].latest] == ["a", "c"]


def test_output_is_read_by_cursor(store):
    """Lines come in their order, after a cursor and no more than asked for."""
    store.write(*(OutputEntry("j", seq, at(seq), "stdout", f"line {seq}") for seq in range(1, 6)))
    store.write(OutputEntry("other", 1, START, "stderr", ""))
    assert [line["seq"] for line in store.output("j")] == [1, 2, 3, 4, 5]
    assert store.output("j", after=3, limit=1) == [
        {"seq": 4, "at": at(4), "stream": "stdout", "text": "line 4"}
    ]


def test_returns_and_state_keep_the_latest(store):
    """The latest value stands; any JSON value can be one."""
    store.write(ReturnEntry("a", START, "json", "[1]"), StateEntry("k", "text"))
    store.flush()
    store.write(ReturnEntry("a", START, "json", '{"x": null}'), StateEntry("k", [1, None]))
    store.write(ReturnEntry("b", START, "none", None), StateEntry("none", None))
    assert store.returns() == {"a": {"x": None}, "b": None}
    assert store.state("k") == [1, None]
    assert store.state("none") is None
    store.write(DeleteEntry("return", "a"), DeleteEntry("state", "k"))
    assert store.returns() == {"b": None}
    assert store.state("k") is None


def test_changes_are_numbered_and_listed(store):
    """Changes get rising numbers, and come back with their data."""
    for number in range(1, 4):
        store.write(
            ChangeEntry(at(number), "Task", "x", "patch", {"n": number}, before="old", actor="me")
        )
    page = store.changes(parse_query([("data.n$max", "2")], CHANGE_FIELDS, zone=UTC))
    assert [item["data"]["n"] for item in page.items] == [2, 1]
    newest = store.changes(parse_query([], CHANGE_FIELDS, zone=UTC)).items[0]
    assert store.change(newest["id"]) == newest
    assert newest["before"] == "old"
    assert newest["created"] == at(3)


def test_a_change_tells_which_one_undid_it(store):
    """The latest change that says so is named, whatever else is committed with it."""
    for number in range(1, 4):
        store.write(ChangeEntry(at(number), "Task", f"t{number}", "patch", {"n": number}))
    undoing = ChangeEntry(at(5), "Task", "t2", "patch", {"n": 0}, reverts=2)
    store.write(undoing, RevertedEntry(2))
    store.write(ChangeEntry(at(6), "Task", "t4", "patch"))
    store.write(undoing, RevertedEntry(2))
    query = parse_query([("reverted_by$not", "null")], CHANGE_FIELDS, zone=UTC)
    (item,) = store.changes(query).items
    assert (item["id"], item["reverted_by"]) == (2, 6)
    assert store.change(4)["reverts"] == 2
    assert store.change(1)["reverted_by"] is None


def test_what_may_not_be_shown_is_in_no_list(store):
    """Sealed values are given to those who read the journal itself, and to nobody else."""
    store.write(
        ChangeEntry(at(1), "Task", "x", "put", {"env": "*"}, sealed={"data": {"env": "secret"}}),
        ChangeEntry(at(2), "Task", "x", "run", kind="action"),
        ChangeEntry(at(3), "Task", "y", "patch", {"n": 1}),
    )
    whole = store.whole_changes()
    assert [(item["id"], item["data"]) for item in whole] == [(1, {"env": "secret"}), (3, {"n": 1})]
    assert [item["id"] for item in store.whole_changes(1)] == [3]
    assert [item["id"] for item in store.whole_changes(name="x")] == [1]
    query = parse_query([("id", "1")], CHANGE_FIELDS, zone=UTC)
    (shown,) = store.changes(query).items
    assert shown["data"] == {"env": "*"}
    assert "sealed" not in shown


def test_durations_are_those_of_the_latest_successes(store):
    """Only successful jobs count, no more than asked for; many tasks are asked about at once."""
    for number in range(1, 6):
        status = "fail" if number == 4 else "success"
        store.write(job(f"j{number}", status, duration=float(number)))
    store.write(job("other", "success", task="other", duration=9.0))
    names = ["fetch", "nobody", *(f"t{number}" for number in range(450)), "other"]
    found = store.durations(names, 3)
    assert {task: sorted(each) for task, each in found.items()} == {
        "fetch": [2.0, 3.0, 5.0],
        "other": [9.0],
    }
    assert {type(each) for each in found["fetch"]} == {float}


def test_jobs_are_found_by_status(store):
    """Jobs of the asked statuses come oldest first."""
    store.write(job("a", "run"), job("b", "queued"), job("c", "success"), job("d", "paused"))
    assert [item["job_id"] for item in store.jobs_in_state("run", "paused")] == ["a", "d"]


def test_a_key_of_the_api_is_read_as_it_was_written(store):
    """All fields of a key come back; one of the same name takes its place, another does not."""
    ops = KeyEntry("ops", "00ff", "a1b2", ("read", "run"), "scraper.*", START, EMOJI, at(60), None)
    reader = KeyEntry("Ops", "01", "02", (), None, at(1))
    store.write(ops, reader)
    assert store.api_keys() == [reader, ops]
    revoked = ops._replace(revoked_at=at(5))
    store.write(revoked).wait(60)
    assert store.api_keys() == [reader, revoked]


def test_a_deleted_job_takes_its_output_along(store):
    """Deleting a job deletes its lines, and leaves log records alone."""
    store.write(job("j"), OutputEntry("j", 1, START, "stdout", "x"), log(1, job_id="j"))
    store.write(DeleteEntry("job", "j"))
    assert store.job("j") is None
    assert store.output("j") == []
    assert logs(store).total == 1


def test_a_closed_store_can_be_read_and_reopened(store):
    """Closing keeps what was written; it can be read, and written again after `reopen`."""
    store.write(log(1))
    store.close()
    store.close()
    assert logs(store).total == 1
    with pytest.raises(StoreError, match="closed"):
        store.write(log(2))
    store.reopen()
    store.write(log(2)).wait(60)
    assert logs(store).total == 2


def test_a_store_says_what_it_is(store):
    """Its repr and its URL are one line and hold no address of memory."""
    assert repr(store) == f"Store({store.url!r})"
    assert store.url.startswith(("sqlite://", "postgresql://", "mariadb://"))
    assert store.healthy
    assert store.last_error is None
    assert store.pending == 0
