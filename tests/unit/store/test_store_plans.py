"""Lists use an index on every database, with a history so long that a scan would cost.

Each database is filled, and asked for its plan after it has made its statistics: so it knows that
the tables are large, and could still choose to read all of them.
"""

import contextlib

import pytest
from sqlalchemy import event
from store_servers import SERVERS, server_for_test

from redengine.query import parse_query
from redengine.store import CHANGE_FIELDS, JOB_FIELDS, LOG_FIELDS, Store
from redengine.store.queries.listing import outline_of

LISTS = [
    ("logs", LOG_FIELDS, ""),
    ("logs", LOG_FIELDS, "id=5"),
    ("logs", LOG_FIELDS, "id$min=5&id$max=90"),
    ("logs", LOG_FIELDS, "action=fail"),
    ("logs", LOG_FIELDS, "task_name=task7"),
    ("logs", LOG_FIELDS, "task_name=task7&action=fail"),
    ("logs", LOG_FIELDS, "job_id=j77"),
    ("logs", LOG_FIELDS, "timestamp$min=2026-03-07T12:00:10&timestamp$max=2026-03-07T12:00:20"),
    ("logs", LOG_FIELDS, "$sort=-timestamp"),
    ("jobs", JOB_FIELDS, ""),
    ("jobs", JOB_FIELDS, "job_id=j77"),
    ("jobs", JOB_FIELDS, "status=fail"),
    ("jobs", JOB_FIELDS, "task=task7"),
    ("jobs", JOB_FIELDS, "submitted_at$min=2026-03-07T12:00:10"),
    ("jobs", JOB_FIELDS, "submitted_at$max=2026-03-07T12:00:20"),
    ("changes", CHANGE_FIELDS, ""),
    ("changes", CHANGE_FIELDS, "resource=r7"),
    ("changes", CHANGE_FIELDS, "created$min=2026-03-07T12:00:10&created$max=2026-03-07T12:00:20"),
]
ROWS = 30_000
FILL = {
    "logs": """(id, timestamp, created, action, task_name, job_id)
        SELECT n, {at}, {at}, CASE n % 3 WHEN 0 THEN 'run' WHEN 1 THEN 'success' ELSE 'fail' END,
        {text}('task', n % 50), {text}('j', n)""",
    "jobs": """(job_id, task, status, {trigger}, submitted_at, attempt, priority, runtime,
        result_kind, abandoned)
        SELECT {text}('j', n), {text}('task', n % 50),
        CASE n % 3 WHEN 0 THEN 'success' WHEN 1 THEN 'fail' ELSE 'crash' END, 'api',
        {at}, 1, 0, 'thread', 'none', {no}""",
    "output": """(job_id, seq, at, stream, text)
        SELECT {text}('j', n % 1000), n, {at}, 'stdout', 'a line'""",
    "changes": "(id, created, kind, resource, method)"
    " SELECT n, {at}, 'change', {text}('r', n % 50), 'patch'",
}
AT = "1772884800000000 + n * 1000000"
WORDS = {
    "file": {
        "at": AT,
        "text": "printf('%s%d', ",
        "trigger": '"trigger"',
        "no": "0",
        "rows": f"""WITH RECURSIVE numbers(n) AS
            (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {ROWS})""",
        "numbers": "numbers",
        "analyse": "ANALYZE {table}",
    },
    "postgresql": {
        "at": AT.replace("n ", "n::bigint "),
        "text": "concat(",
        "trigger": "trigger",
        "no": "false",
        "rows": "",
        "numbers": f"generate_series(1, {ROWS}) AS n",
        "analyse": "VACUUM ANALYZE {table}",
    },
    "mariadb": {
        "at": AT,
        "text": "concat(",
        "trigger": "`trigger`",
        "no": "0",
        "rows": "",
        "numbers": f"(SELECT seq AS n FROM seq_1_to_{ROWS}) AS numbers",
        "analyse": "ANALYZE TABLE {table} PERSISTENT FOR ALL",
    },
}


def fill(kind, run, table_of):
    """Fill all tables of a store, and let the database look at them."""
    words = WORDS[kind]
    for name, columns in FILL.items():
        table = table_of(f"redengine_{name}")
        text = columns.replace("{text}(", words["text"])
        text = text.format(**{key: words[key] for key in ("at", "trigger", "no")})
        start, _, rows = text.partition("SELECT")
        run(f"INSERT INTO {table} {start} {words['rows']} SELECT {rows} FROM {words['numbers']}")
        run(words["analyse"].format(table=table))


@pytest.fixture(scope="module", params=["file", *SERVERS])
def filled(request, tmp_path_factory):
    """A store of each kind with a long history, and the kind."""
    kind = request.param
    with contextlib.ExitStack() as stack:
        if kind == "file":
            folder = tmp_path_factory.mktemp("plans")
            store = stack.enter_context(Store.open(f"sqlite:///{folder}/jobs.db", synchronous=True))
            with store._database.engine.connect() as connection:
                fill(kind, connection.exec_driver_sql, str)
            store._database.engine.dispose()  # other connections read the statistics anew
        else:
            server = stack.enter_context(server_for_test(kind))
            store = stack.enter_context(Store.open(server.url, synchronous=True))
            if kind == "mariadb":  # a sequence is a table of the database in use
                server.run(f"USE {server.name}")
            fill(kind, server.run, server.table)
            if kind == "mariadb":  # so that this connection is not taken for the store's
                server.run("USE information_schema")
        yield kind, store


class Plan:
    """What a database says of how it finds rows.

    Attributes:
        indexes: those that are used; None for a table that is read whole.
        sorts: whether the rows are sorted.
        text: all of it.
    """

    def __init__(self, kind, store, sql, values):
        with store._database.reading() as connection:
            getattr(self, f"_read_{kind}")(
                lambda start: connection.exec_driver_sql(f"{start} {sql}", values).mappings().all()
            )

    def _read_file(self, explain):
        self.text = [row["detail"] for row in explain("EXPLAIN QUERY PLAN")]
        steps = [line for line in self.text if "redengine_" in line]
        self.indexes = [
            line.partition(" USING ")[2] or (None if line.startswith("SCAN") else "the newest row")
            for line in steps
        ]
        self.sorts = any("TEMP B-TREE FOR ORDER BY" in line for line in self.text)

    def _read_postgresql(self, explain):
        todo, self.text = [explain("EXPLAIN (FORMAT JSON)")[0]["QUERY PLAN"][0]["Plan"]], []
        while todo:
            step = todo.pop()
            self.text.append((step["Node Type"], step.get("Index Name")))
            todo += step.get("Plans", [])
        scans = [(name, index) for name, index in self.text if name.endswith("Scan")]
        indirect = {"Bitmap Heap Scan", "Subquery Scan"}  # what is below them finds the rows
        self.indexes = [index for name, index in scans if name not in indirect]
        self.sorts = any(name == "Sort" for name, _ in self.text)

    def _read_mariadb(self, explain):
        self.text = [dict(row) for row in explain("EXPLAIN")]
        known = [row for row in self.text if row["table"] and row["table"][0] != "<"]
        self.indexes = [row["key"] if row["type"] != "ALL" else None for row in known]
        self.sorts = any("filesort" in (row["Extra"] or "") for row in self.text)

    def __repr__(self):
        return str(self.text)


@pytest.mark.parametrize(("name", "fields", "text"), LISTS)
def test_a_page_is_found_by_index(filled, make, name, fields, text):
    """A page of a long history is found by an index, and no more is sorted than was found."""
    kind, store = filled
    items = [tuple(item.split("=", 1)) for item in text.split("&")] if text else []
    query = parse_query([*items, ("$limit", "100")], fields, zone=make.start.tzinfo)
    outline, values = outline_of(query, tuple(fields))
    sql = getattr(store, f"_{name}")._sql.rows(outline)
    plan = Plan(kind, store, sql.text, sql.order(values))
    walks = kind == "file" and not text  # by the table's own order, to the limit
    assert plan.indexes, plan
    assert walks or None not in plan.indexes, plan
    if not any(part in text for part in ("$min", "$max", "job_id")):  # a few rows are sorted
        assert not plan.sorts, plan


def test_what_was_added_is_counted_by_index(filled, make):
    """The total of a list that was asked for before reads only what has come since."""
    kind, store = filled
    query = make.query(LOG_FIELDS, ("action", "fail"))
    outline, values = outline_of(query, tuple(LOG_FIELDS))
    count = store._logs._sql.count(outline.shapes)
    plan = Plan(kind, store, count.text, count.order([*values[:-2], ROWS - 100]))
    assert plan.indexes or kind == "mariadb", plan
    assert None not in plan.indexes, plan


@pytest.mark.parametrize("statement", ["job", "output", "durations", "moments"])
def test_a_single_thing_is_found_by_index(filled, make, statement):
    """What is asked about one job or one task does not read the others."""
    kind, store = filled
    seen = []
    engine = store._database.engine

    def note(_connection, _cursor, sql, parameters, _context, _many):
        seen.append((sql, parameters))

    store.flush()
    arguments = {"job": ("j77",), "output": ("j77",), "durations": (["task7"],)}
    event.listen(engine, "before_cursor_execute", note)
    try:
        getattr(store, statement)(*arguments.get(statement, ("task7", "fail", make.at(5))))
    finally:
        event.remove(engine, "before_cursor_execute", note)
    ((sql, parameters),) = [pair for pair in seen if "redengine_" in pair[0]]
    plan = Plan(kind, store, sql, parameters)
    assert plan.indexes, plan
    assert None not in plan.indexes, plan


def test_pruning_finds_its_rows_by_index(filled):
    """The rows of a batch are found without reading those that stay."""
    kind, store = filled
    for table, order in (("logs", "id"), ("jobs", "seq")):
        sql = (
            f"SELECT {order} FROM redengine_{table} WHERE {order} > 100 AND {order} <= 5000"
            f" ORDER BY {order} LIMIT 500"
        )
        plan = Plan(kind, store, sql, ())
        assert plan.indexes, plan
        assert None not in plan.indexes, plan
        assert not plan.sorts, plan
