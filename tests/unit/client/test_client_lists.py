"""Lists: filters as Python says them, pages followed one by one."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl

import pytest
from client_stubs import Stub, answer, outcome

from redengine.client import where
from redengine.client.filters import list_query
from redengine.exceptions import InvalidInput

FILTERS = [
    ({"name": "x"}, [("name", "x")]),
    ({"status": ["fail", "crash"]}, [("status", "fail"), ("status", "crash")]),
    ({"status": {"fail"}}, [("status", "fail")]),
    ({"priority": (1, 5)}, [("priority$min", "1"), ("priority$max", "5")]),
    ({"priority": (1, None)}, [("priority$min", "1")]),
    ({"priority": (None, 5)}, [("priority$max", "5")]),
    ({"due_at": None}, [("due_at", "null")]),
    ({"disabled": True}, [("disabled", "true")]),
    ({"disabled": False}, [("disabled", "false")]),
    ({"duration": (timedelta(days=20), None)}, [("duration$min", "1728000.0")]),
    (
        {"created": (date(2026, 1, 1), datetime(2026, 1, 2, 7, tzinfo=UTC))},
        [("created$min", "2026-01-01"), ("created$max", "2026-01-02T07:00:00+00:00")],
    ),
    ({"name": where(regex="scraper.+")}, [("name$regex", "scraper.+")]),
    ({"name": where(regex=["a", "b"])}, [("name$regex", "a"), ("name$regex", "b")]),
    ({"status": where(not_="fail")}, [("status$not", "fail")]),
    ({"status": where(not_=None)}, [("status$not", "null")]),
    ({"status": where(not_=["fail", None])}, [("status$not", "fail"), ("status$not", "null")]),
    (
        {"priority": where(min=1, max=5, not_=3)},
        [("priority$not", "3"), ("priority$min", "1"), ("priority$max", "5")],
    ),
]


@pytest.mark.parametrize(("filters", "query"), FILTERS)
def test_a_filter_is_written_as_the_api_reads_it(filters, query):
    """Values, lists, pairs and `where` are the operators of the query."""
    assert list_query(None, filters) == query
    assert list_query(filters, {}) == query


def test_fields_of_json_fields_are_named_by_dots():
    """A mapping may have names that are no Python names; both kinds of filters apply."""
    stub = Stub(answer([]))
    stub.client().jobs.list({"parameters.day": "x"}, status="fail").to_list()
    assert stub.lines == ["GET /jobs?parameters.day=x&status=fail"]


def test_sorting_and_cutting_are_control_keys():
    """Sort, limit, offset and fields are those of the API."""
    stub = Stub(answer([]))
    client = stub.client()
    client.tasks.list(sort=["-priority", "name"], limit=3, offset=6, fields=["name"]).to_list()
    (request,) = stub.requests
    assert parse_qsl(request.url.query.decode()) == [
        ("$sort", "-priority,name"),
        ("$fields", "name"),
        ("$limit", "3"),
        ("$offset", "6"),
    ]


@pytest.mark.parametrize(
    "options",
    [
        {"status": []},
        {"priority": (1, 2, 3)},
        {"priority": object()},
        {"limit": -1},
        {"offset": -1},
        {"limit": True},
    ],
)
def test_a_filter_that_means_nothing_is_refused(options):
    """An empty list would otherwise be no filter at all, and match everything."""
    stub = Stub(answer([]))
    with pytest.raises(InvalidInput, match=next(iter(options))):
        stub.client().jobs.list(**options)
    assert stub.requests == []


def page(numbers, next_offset=None):
    """A page of log records; with a link to the next, if there is one."""
    headers = {"X-Total-Count": "5"}
    if next_offset is not None:
        link = f'</elsewhere/logs?action=run&$limit=2&$offset={next_offset}>; rel="next"'
        headers["Link"] = f'</logs>; rel="first", {link}'
    return answer([{"id": number} for number in numbers], **headers)


@pytest.mark.parametrize("flavour", ["client", "async_client"])
def test_pages_are_followed(flavour):
    """All entries come in order, by as many requests as there are pages."""
    stub = Stub(page([5, 4], 2), page([3, 2], 4), page([1]))
    listing = getattr(stub, flavour)().logs(action="run")
    assert [each.id for each in outcome(listing)] == [5, 4, 3, 2, 1]
    assert stub.lines == [
        "GET /logs?action=run",
        "GET /logs?action=run&$limit=2&$offset=2",
        "GET /logs?action=run&$limit=2&$offset=4",
    ]


def test_a_page_is_asked_for_when_it_is_reached():
    """Nothing is read ahead, nor before the first entry is asked for."""
    stub = Stub(page([5, 4], 2), page([3]))
    listing = stub.client().logs()
    assert stub.requests == []
    entries = iter(listing)
    assert [next(entries).id, next(entries).id] == [5, 4]
    assert len(stub.requests) == 1
    assert next(entries).id == 3
    assert len(stub.requests) == 2


def test_an_entry_that_moved_to_the_next_page_is_given_once():
    """New entries at the top push known ones down; they do not come again."""
    stub = Stub(page([5, 4], 2), page([4, 3], 4), page([3, 2, 1]))
    assert [each.id for each in stub.client().logs()] == [5, 4, 3, 2, 1]


def test_a_limit_holds_over_pages():
    """No more entries and no more requests than needed."""
    stub = Stub(page([5, 4], 2), page([3, 2], 4), page([1]))
    assert [each.id for each in stub.client().logs(limit=3)] == [5, 4, 3]
    assert len(stub.requests) == 2
    assert stub.client().logs(limit=0).to_list() == []
    assert len(stub.requests) == 2


def test_a_large_limit_is_asked_for_in_pages():
    """No page is larger than 1,000 entries."""
    stub = Stub(page([1]))
    stub.client().logs(limit=5_000).to_list()
    assert stub.lines == ["GET /logs?$limit=1000"]


@pytest.mark.parametrize("flavour", ["client", "async_client"])
def test_the_first_and_the_number_need_one_small_request(flavour):
    """`first` and `total` read one entry, whatever the limit."""
    stub = Stub(page([5], 1), page([5], 1), answer([], **{"X-Total-Count": "0"}))
    client = getattr(stub, flavour)()
    assert outcome(client.logs(action="run", limit=50).first()).id == 5
    assert outcome(client.logs().total()) == 5
    assert outcome(client.logs().first()) is None
    assert stub.lines[:2] == ["GET /logs?action=run&$limit=1", "GET /logs?$limit=1"]


def test_entries_without_their_id_are_all_given():
    """Where `fields` leaves the id out, nothing can be told apart."""
    stub = Stub(answer([{"action": "run"}, {"action": "run"}]))
    assert len(stub.client().logs(fields="action").to_list()) == 2


def test_a_listing_shows_what_it_asks_for():
    """Its repr has the path and the query."""
    assert repr(Stub().client().jobs.list(status="fail")) == (
        "<Listing of /api/v1/jobs?status=fail>"
    )
