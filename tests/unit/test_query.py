"""The filter language."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from redengine.exceptions import QueryError
from redengine.query import parse_query

HELSINKI = ZoneInfo("Europe/Helsinki")
FIELDS = {
    "name": "text",
    "timeout": "number",
    "disabled": "boolean",
    "last_run": "datetime",
    "day": "date",
    "tags": "json",
    "parameters": "json",
}
ITEMS = [
    {
        "name": "fetch",
        "timeout": 600,
        "disabled": False,
        "last_run": datetime(2026, 1, 31, 21, 59, 59, tzinfo=UTC),
        "day": date(2026, 1, 31),
        "tags": ["etl", "daily"],
        "parameters": {"day": "today", "rows": 3, "deep": {"er": None}},
    },
    {
        "name": "report",
        "timeout": None,
        "disabled": True,
        "last_run": datetime(2026, 1, 31, 22, 0, tzinfo=UTC),
        "day": None,
        "tags": [],
        "parameters": {"day": "3", "rows": 30.5, "live": True},
    },
    {
        "name": "clean up",
        "timeout": 1.5,
        "disabled": False,
        "last_run": None,
        "day": date(2026, 2, 1),
        "tags": ["null"],
        "parameters": {},
    },
]


def parsed(text, **options):
    """The query that `text` spells, items separated by &."""
    items = [tuple(item.split("=", 1)) for item in text.split("&")] if text else []
    return parse_query(items, FIELDS, zone=HELSINKI, **options)


def found(text):
    """The names of the items that match."""
    return [item["name"] for item in parsed(text).apply(ITEMS)[0]]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", ["fetch", "report", "clean up"]),
        ("name=fetch", ["fetch"]),
        ("name=fetch&name=report", ["fetch", "report"]),
        ("name=fetch&disabled=true", []),
        ("name$not=fetch", ["report", "clean up"]),
        ("name$not=fetch&name$not=report", ["clean up"]),
        ("name$min=fetch", ["fetch", "report"]),
        ("name$max=fetch", ["fetch", "clean up"]),
        ("name$regex=f", ["fetch"]),
        ("name$regex=etch", []),
        ("name$regex=f&name$regex=r", ["fetch", "report"]),
        ("name$regex=", ["fetch", "report", "clean up"]),
        ("timeout=600", ["fetch"]),
        ("timeout=600.0", ["fetch"]),
        ("timeout=6e2", ["fetch"]),
        ("timeout=null", ["report"]),
        ("timeout$not=null", ["fetch", "clean up"]),
        ("timeout$not=600", ["report", "clean up"]),
        ("timeout$min=1.5", ["fetch", "clean up"]),
        ("timeout$min=1&timeout$min=2", ["fetch"]),
        ("timeout$max=599", ["clean up"]),
        ("disabled=1", ["report"]),
        ("disabled=False", ["fetch", "clean up"]),
        ("last_run=null", ["clean up"]),
        ("last_run=2026-01-31", ["fetch"]),
        ("last_run$not=2026-01-31", ["report", "clean up"]),
        ("last_run=2026-02-01T00:00", ["report"]),
        ("last_run=2026-01-31T22:00:00Z", ["report"]),
        ("last_run=2026-02-01T00:00:00+02:00", ["report"]),
        ("last_run=2026-02-01T00:00:00 02:00", ["report"]),
        ("last_run$max=2026-01-31", ["fetch"]),
        ("last_run$max=2026-02-01", ["fetch", "report"]),
        ("last_run$min=2026-02-01", ["report"]),
        ("last_run$max=2026-01-31T22:00:00Z", ["fetch", "report"]),
        ("day=2026-01-31", ["fetch"]),
        ("day$min=2026-01-31&day$max=2026-01-31", ["fetch"]),
        ("day=null", ["report"]),
        ("tags=etl", ["fetch"]),
        ("tags$not=etl", ["report", "clean up"]),
        ("tags$regex=d.*y", ["fetch"]),
        ("tags=null", ["clean up"]),
        ("parameters.day=today", ["fetch"]),
        ("parameters.day=3", ["report"]),
        ("parameters.rows=3", ["fetch"]),
        ("parameters.rows$min=3.5", ["report"]),
        ("parameters.rows$max=30.5", ["fetch", "report"]),
        ("parameters.live=true", ["report"]),
        ("parameters.deep.er=null", ["fetch", "report", "clean up"]),
        ("parameters.rows=null", ["clean up"]),
        ("parameters.day$regex=to", ["fetch"]),
        ("parameters.day.deeper=today", []),
    ],
)
def test_filters_find_what_the_contract_says(text, names):
    """Each filter finds exactly the items it describes."""
    assert found(text) == names


def test_a_missing_text_and_the_word_null_both_answer_to_null():
    """`null` in a text field finds the missing value as well as the word."""
    items = [{"name": None}, {"name": "null"}, {"name": "other"}, {}]
    assert parsed("name=null").apply(items)[1] == 3
    assert parsed("name$not=null").apply(items)[0] == [{"name": "other"}]


def test_bounds_and_patterns_never_match_a_missing_value():
    """`$min`, `$max` and `$regex` pass over items without a value."""
    for text in ("name$min=", "name$max=z", "name$regex=.*", "timeout$min=-1e9"):
        assert parsed(text).apply([{"name": None, "timeout": None}])[1] == 0


def test_a_day_may_last_25_hours():
    """A date without a time spans the whole local day, also when the clocks go back."""
    query = parsed("last_run=2026-10-25")
    start = datetime(2026, 10, 24, 21, tzinfo=UTC)
    times = [start - timedelta(seconds=1), start, start + timedelta(hours=25, seconds=-1)]
    items = [{"last_run": at} for at in (*times, start + timedelta(hours=25))]
    assert query.apply(items)[0] == [{"last_run": at} for at in times[1:]]


def test_sorting_puts_missing_values_first_and_keeps_ties_in_order():
    """A missing value is the least, and several sort fields count in their order."""
    assert found("$sort=timeout") == ["report", "clean up", "fetch"]
    assert found("$sort=-timeout") == ["fetch", "clean up", "report"]
    assert found("$sort=disabled,-name") == ["fetch", "clean up", "report"]
    assert found("$sort=disabled") == ["fetch", "clean up", "report"]


def test_a_page_is_cut_after_filtering_and_sorting():
    """`$offset` and `$limit` cut the sorted matches; the total counts them all."""
    page, total = parsed("$sort=name&$limit=1&$offset=1").apply(ITEMS)
    assert ([item["name"] for item in page], total) == (["fetch"], 3)
    assert parsed("$limit=0").apply(ITEMS) == ([], 3)
    assert parsed("$offset=9").apply(ITEMS) == ([], 3)


def test_fields_project():
    """`$fields` leaves only the fields it names."""
    assert parsed("name=fetch&$fields=timeout,name").apply(ITEMS)[0] == [
        {"timeout": 600, "name": "fetch"}
    ]


def test_a_limit_is_taken_from_the_default():
    """Without `$limit` the page has the default size."""
    assert parsed("", default_limit=2).limit == 2
    assert parsed("$limit=3", default_limit=2, max_limit=3).limit == 3


@pytest.mark.parametrize(
    ("text", "field", "part"),
    [
        ("nam=x", "nam", "did you mean 'name'"),
        ("name$mn=x", "name$mn", "did you mean 'min'"),
        ("name$wild=x", "name$wild", "known are $min, $max, $not, $regex"),
        ("name$=x", "name$", "unknown operator"),
        ("=x", "", "unknown field"),
        ("$lmit=1", "$lmit", "did you mean '$limit'"),
        ("$limit=-1", "$limit", "whole number"),
        ("$limit=1.5", "$limit", "whole number"),
        ("$limit=²", "$limit", "whole number"),
        ("$limit=11", "$limit", "at most 10"),
        ("$limit=99999999999999999999999999", "$limit", "at most 10"),
        ("$limit=1&$limit=2", "$limit", "more than once"),
        ("$offset=x", "$offset", "whole number"),
        ("$sort=nam", "$sort", "did you mean 'name'"),
        ("$sort=--name", "$sort", "unknown field"),
        ("$sort=tags", "$sort", "no order"),
        ("$sort=", "$sort", "commas"),
        ("$fields=name,,day", "$fields", "commas"),
        ("$fields=other", "$fields", "unknown field"),
        ("timeout=soon", "timeout", "expected a number, got 'soon'"),
        ("timeout=1_0", "timeout", "expected a number, got '1_0'"),
        ("timeout=\u0661", "timeout", "expected a number, got '\u0661'"),
        ("timeout=nan", "timeout", "expected a number"),
        ("timeout=1e30", "timeout", "64 bits"),
        ("disabled=maybe", "disabled", "true or false"),
        ("last_run=yesterday", "last_run", "expected a date or time"),
        ("last_run=2026-02-30", "last_run", "expected a date or time"),
        ("last_run=9999-12-31", "last_run", "out of range"),
        ("last_run=0001-01-01", "last_run", "out of range"),
        ("last_run=0001-01-01T00:00", "last_run", "out of range"),
        ("day=31.1.2026", "day", "expected a date"),
        ("name.first=x", "name.first", "no parts"),
        ("name$regex=(", "name$regex", "RE2"),
        ("name$regex=(?=x)", "name$regex", "look-around"),
        ("name$regex=" + "x" * 1001, "name$regex", "longer than 1000"),
        ("name$regex=((x{1000}){1000}){1000}", "name$regex", "RE2"),
        ("timeout$regex=1", "timeout$regex", "for text"),
        pytest.param("name=\ud800", "name", "surrogate", id="surrogate"),
        pytest.param("parameters.\ud800=1", r"'parameters.\ud800'", "surrogate", id="in path"),
    ],
)
def test_what_cannot_be_applied_is_refused_by_name(text, field, part):
    """An error names the key and says what is wrong with it."""
    with pytest.raises(QueryError) as caught:
        parsed(text, max_limit=10)
    assert caught.value.field == field
    assert part in caught.value.reason


def test_ten_thousand_items_are_refused():
    """No more than 200 items are looked at."""
    seen = []

    def items():
        for number in range(10_000):
            seen.append(number)
            yield ("name", str(number))

    with pytest.raises(QueryError, match="more than 200 items"):
        parse_query(items(), FIELDS, zone=HELSINKI)
    assert len(seen) == 201


def test_a_pattern_takes_linear_time():
    """A pattern that ruins backtracking engines is answered at once."""
    query = parsed("name$regex=(a*)*b")
    assert query.apply([{"name": "a" * 100_000}])[1] == 0


def test_text_without_a_utf8_form_can_be_matched():
    """A lone surrogate in a value does not break a pattern."""
    assert parsed("name$regex=a.").apply([{"name": "a\ud800"}])[1] == 1


def test_equal_queries_are_equal():
    """Queries are values: they compare and hash by what they ask for."""
    assert parsed("name=a&$limit=3") == parsed("$limit=3&name=a")
    assert len({parsed("name=a"), parsed("name=a")}) == 1
