"""A filter finds the same in the database as in memory."""

import contextlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from store_servers import SERVERS, server_for_test
from thoroughness import examples

from redengine.query import parse_query
from redengine.store import JOB_FIELDS, LOG_FIELDS, JobEntry, LogEntry, Store

ZONES = [ZoneInfo("UTC"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Kathmandu")]
BASE = datetime(2026, 3, 7, 23, tzinfo=UTC)

texts = st.sampled_from(
    [
        *("", "a", "A", "ab", "b", "null", "fetch", "fe/tch", "é", "e\u0301", "🚀", "\uffee", "1"),
        *("1.0", "true", "x'y", 'x"y', "x%y", "x\ny", "10", "9", "a ", "a\0", "a\1", "a\0b"),
    ]
)
instants = st.builds(
    lambda hours, micro: BASE + timedelta(hours=hours, microseconds=micro),
    st.integers(-30, 60),
    st.sampled_from([0, 1, 999_999]),
)
numbers = st.sampled_from([-1.5, 0.0, 0.1, 1.0, 3.0, 10.0])
scalars = st.one_of(st.none(), st.booleans(), st.integers(-2, 11), numbers, texts)
objects = st.dictionaries(
    st.sampled_from(["day", "rows", "deep"]),
    st.one_of(
        scalars,
        st.lists(scalars, max_size=3),
        st.dictionaries(st.just("er"), scalars, max_size=1),
    ),
    max_size=3,
)

log_rows = st.lists(
    st.builds(
        LogEntry,
        id=st.just(0),
        timestamp=instants,
        action=st.sampled_from(["run", "fail", "success"]),
        task_name=texts,
        job_id=st.none() | texts,
        start=st.none() | instants,
        end=st.none(),
        duration=st.none() | numbers,
        message=st.none() | texts,
        reason=st.none() | texts,
    ),
    max_size=12,
)
job_rows = st.lists(
    st.builds(
        JobEntry,
        job_id=st.just(""),
        task=texts,
        status=st.sampled_from(["run", "fail"]),
        trigger=st.just("api"),
        submitted_at=instants,
        priority=st.integers(-3, 3),
        parameters=objects,
        due_at=st.none() | instants,
        duration=st.none() | numbers,
        progress=st.none() | objects,
        error=st.none() | texts,
    ),
    max_size=12,
)

days = st.sampled_from(["2026-03-06", "2026-03-07", "2026-03-08", "2026-03-09"])
naive = st.sampled_from(["2026-03-08T02:30", "2026-03-07 20:00:00.000001", "2026-03-08T00:00"])
operand_texts = {
    "text": texts | st.just("null"),
    "number": st.sampled_from(["-1.5", "0", "1", "3", "3.0", "10", "1e0", "5"]),
    "datetime": days | naive | instants.map(datetime.isoformat),
    "json": texts | st.sampled_from(["null", "true", "false", "3", "3.0", "-1", "0.1", "a"]),
}
patterns = st.sampled_from(["", "a", "(?i)A", ".*b", "[é🚀]", "x.y", "(?s)x.y", "n(u|o)l+", "^$"])


@st.composite
def items_for(draw, fields):
    """Query items about some of the fields."""
    items = []
    for field in draw(st.lists(st.sampled_from(sorted(fields)), max_size=3)):
        kind = fields[field]
        operators = ["", "$min", "$max", "$not"] + (["$regex"] if kind in {"text", "json"} else [])
        operator = draw(st.sampled_from(operators))
        operands = patterns if operator == "$regex" else operand_texts[kind]
        if operator in {"", "$not"}:
            operands |= st.just("null")
        path = draw(st.sampled_from(["", ".day", ".rows", ".deep.er"])) if kind == "json" else ""
        values = draw(st.lists(operands, min_size=1, max_size=3))
        items += [(f"{field}{path}{operator}", value) for value in values]
    sortable = sorted(name for name, kind in fields.items() if kind != "json")
    sort = draw(st.lists(st.sampled_from(sortable), max_size=2))
    if sort:
        signs = draw(st.lists(st.sampled_from(["", "-"]), min_size=2, max_size=2))
        items.append(("$sort", ",".join(f"{a}{b}" for a, b in zip(signs, sort, strict=False))))
    for key in ("$limit", "$offset"):
        if draw(st.booleans()):
            items.append((key, str(draw(st.integers(0, 5)))))
    if draw(st.booleans()):
        names = draw(st.lists(st.sampled_from(sorted(fields)), min_size=1, max_size=3))
        items.append(("$fields", ",".join(names)))
    return items


EXAMPLES = {"memory": 150, "postgresql": 75, "mariadb": 75}


@pytest.fixture(params=EXAMPLES)
def store(request):
    """A store of each kind, and how many examples are to be tried on it."""
    with contextlib.ExitStack() as stack:
        url = None
        if request.param in SERVERS:
            url = stack.enter_context(server_for_test(request.param)).url
        store = stack.enter_context(Store.open(url, synchronous=True))
        store.examples = settings(
            max_examples=examples(EXAMPLES[request.param]),
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        )
        yield store


def refill(store, rows):
    """Make a store hold just these rows."""
    store.flush()
    with store._database.transaction() as cursor:
        cursor.execute("DELETE FROM redengine_logs")
        cursor.execute("DELETE FROM redengine_jobs")
    for listing in (store._logs, store._jobs):
        listing.forget()
    store.write(*rows).wait(60)


def test_logs_are_filtered_alike(store):
    """A query over log records gives the same page and total in SQL, in JSON and in memory."""

    @store.examples
    @given(rows=log_rows, items=items_for(LOG_FIELDS), zone=st.sampled_from(ZONES))
    def compare(rows, items, zone):
        refill(store, [row._replace(id=number) for number, row in enumerate(rows, 1)])
        everything = store.logs(parse_query([], LOG_FIELDS, zone=zone)).items
        assert len(everything) == len(rows)
        query = parse_query(items, LOG_FIELDS, zone=zone)
        expected = query.apply(everything)
        assert store.logs(query) == expected
        assert store.logs(query) == expected
        content, total = store.logs_json(query)
        assert total == expected[1]
        assert orjson.loads(content) == _as_json(expected[0])

    compare()


def test_jobs_are_filtered_alike(store):
    """A query over jobs, their parameters included, gives the same in SQL and in memory."""

    @store.examples
    @given(rows=job_rows, items=items_for(JOB_FIELDS), zone=st.sampled_from(ZONES))
    def compare(rows, items, zone):
        refill(store, [row._replace(job_id=f"j{number}") for number, row in enumerate(rows, 1)])
        everything = store.jobs(parse_query([], JOB_FIELDS, zone=zone)).items
        assert [item["parameters"] for item in everything] == [
            row.parameters for row in reversed(rows)
        ]
        query = parse_query(items, JOB_FIELDS, zone=zone)
        assert store.jobs(query) == query.apply(everything)

    compare()


@pytest.mark.parametrize(
    ("operator", "text", "numbers"),
    [
        ("", "1.5", []),
        ("", "2.0", [2]),
        ("$not", "1.5", [3, 2, 1]),
        ("$not", "2", [3, 1]),
        ("$min", "1.5", [3, 2]),
        ("$max", "2.9", [2, 1]),
        ("$min", "-0.5", [3, 2, 1]),
    ],
)
def test_fractions_are_compared_with_whole_numbers(store, operator, text, numbers):
    """An operand between two whole numbers is not rounded to one of them."""
    rows = [LogEntry(number, BASE, "run", "a") for number in (1, 2, 3)]
    refill(store, rows)
    query = parse_query([(f"id{operator}", text)], LOG_FIELDS, zone=UTC)
    assert [item["id"] for item in store.logs(query).items] == numbers


def test_long_scans_give_the_right_page(store):
    """A pattern over more rows than are held at once finds every match, and the right page."""
    rows = [LogEntry(number, BASE, "run", f"t{number % 10}") for number in range(1, 2_001)]
    refill(store, rows)
    items = [("task_name$regex", "t[37]"), ("$offset", "350"), ("$limit", "3")]
    page = store.logs(parse_query(items, LOG_FIELDS, zone=UTC))
    assert ([item["id"] for item in page.items], page.total) == ([247, 243, 237], 400)


def _as_json(items):
    return [
        {
            name: value.isoformat(timespec="microseconds") if isinstance(value, datetime) else value
            for name, value in item.items()
        }
        for item in items
    ]
