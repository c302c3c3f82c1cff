"""Lists use an index, however long the history is."""

import pytest
from sqlalchemy import func, select

from redengine.query import parse_query
from redengine.store import CHANGE_FIELDS, JOB_FIELDS, LOG_FIELDS
from redengine.store.queries import histories as memories
from redengine.store.queries.listing import outline_of

LISTS = [
    ("logs", LOG_FIELDS, "", "SCAN redengine_logs"),
    ("logs", LOG_FIELDS, "id=5", "SEARCH redengine_logs USING INTEGER PRIMARY KEY (rowid=?)"),
    ("logs", LOG_FIELDS, "action=fail", "redengine_logs_by_action (action=?)"),
    ("logs", LOG_FIELDS, "task_name=a", "redengine_logs_by_task (task_name=?)"),
    ("logs", LOG_FIELDS, "task_name=a&action=fail", "by_task_action (task_name=? AND action=?)"),
    ("logs", LOG_FIELDS, "job_id=a", "redengine_logs_by_job (job_id=?)"),
    ("logs", LOG_FIELDS, "timestamp$min=2026-01-01&timestamp$max=2026-01-02", "by_time (timest"),
    ("jobs", JOB_FIELDS, "", "SCAN redengine_jobs"),
    ("jobs", JOB_FIELDS, "job_id=a", "(job_id=?)"),
    ("jobs", JOB_FIELDS, "status=fail", "redengine_jobs_by_status (status=?)"),
    ("jobs", JOB_FIELDS, "task=a", "redengine_jobs_by_task (task=?)"),
    ("jobs", JOB_FIELDS, "submitted_at$min=2026-01-01", "by_time (submitted_at>?)"),
    ("jobs", JOB_FIELDS, "submitted_at$max=2026-01-01", "by_time (submitted_at<?)"),
    ("changes", CHANGE_FIELDS, "", "SCAN redengine_changes"),
    ("changes", CHANGE_FIELDS, "resource=Task", "redengine_changes_by_resource (resource=?)"),
    (
        "changes",
        CHANGE_FIELDS,
        "created$min=2026-01-01&created$max=2026-01-02",
        "redengine_changes_by_time (created>?",
    ),
]


def plan_of(store, sql, values):
    with store._database.reading() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql.text}", sql.order(values))
        return [row[3] for row in rows]


@pytest.mark.parametrize(("name", "fields", "text", "step"), LISTS)
def test_a_page_is_found_by_index(opened, name, fields, text, step, make):
    """The plan of a page searches an index, or walks the table in its own order and stops."""
    store = opened(None)
    items = [tuple(item.split("=", 1)) for item in text.split("&")] if text else []
    query = parse_query([*items, ("$limit", "100")], fields, zone=make.start.tzinfo)
    outline, values = outline_of(query, tuple(fields))
    listing = getattr(store, f"_{name}")
    plan = plan_of(store, listing._sql.rows(outline), values)
    assert any(step in line for line in plan), plan
    if "$" not in text:
        assert not any("TEMP B-TREE" in line for line in plan), plan


def test_histories_come_from_an_index(opened):
    """The latest record of each action is found without reading the records themselves."""
    store = opened(None)
    with store._database.reading() as connection:
        newest = select(func.max(memories.logs.c.id)).group_by(
            memories.logs.c.task_name, memories.logs.c.action
        )
        statement = f"EXPLAIN QUERY PLAN {newest}"
        seen = [row[3] for row in connection.exec_driver_sql(statement)]
    assert seen == ["SCAN redengine_logs USING COVERING INDEX redengine_logs_by_task_action"]


def test_a_page_takes_one_step_of_the_interpreter(opened, make):
    """SQLite gives a page as one value: rows one by one would each pass the interpreter's lock."""
    store = opened(None)
    store.write(*(make.log(number) for number in range(1, 11)))
    outline, values = outline_of(make.query(LOG_FIELDS), tuple(LOG_FIELDS))
    sql = store._logs._sql.rows(outline)
    store.flush()
    with store._database.reading() as connection:
        assert len(connection.exec_driver_sql(sql.text, sql.order(values)).all()) == 1
