"""What a channel keeps and gives: the latest record, the latest of each key, records by id."""

from datetime import timedelta

import pytest
from pydantic import BaseModel

from redengine.channels import KeyText, key_text
from redengine.exceptions import AlreadyExists, InvalidInput, NotFound, NotKept
from redengine.testing import ManualSession


class Example(BaseModel):
    x: int
    y: str = ""
    inner: dict[str, int] | None = None
    maybe: float | None = None


@pytest.fixture
def session():
    with ManualSession(timezone="Europe/Helsinki") as session:
        yield session


def test_the_latest_record_of_all_and_of_each_key_is_kept(session):
    """State is in the order in which the records came."""
    channel = session.channel("prices", keyby=("sym",))
    assert channel.last() is None
    assert channel.last("A") is None
    channel.send([{"sym": "A", "x": 1}, {"sym": "B", "x": 2}, {"sym": "A", "x": 3}])
    assert (channel.last()["x"], channel.last("A")["x"], channel.last(("B",))["x"]) == (3, 3, 2)
    assert channel.last({"sym": "B"})["x"] == 2
    assert [record["x"] for record in channel.state()] == [2, 3]


def test_keys_are_those_of_json(session):
    """A number is no text and true is not 1; a text in a path may mean each of them."""
    channel = session.channel("keys", keyby="k")
    channel.send([{"k": each} for each in ("1", 1, True, None, "a,b", "true")])
    assert channel.last(1.0)["k"] == 1
    assert channel.last(True)["k"] is True
    assert channel.last((None,))["k"] is None
    assert len(channel.state()) == 6
    assert channel.last(KeyText("1"))["k"] == "1"
    assert channel.last(KeyText("null"))["k"] is None
    assert channel.last(KeyText(key_text(["a,b"])))["k"] == "a,b"
    assert key_text(["a b", 1, True, None]) == "a%20b,1,true,null"


def test_a_channel_may_have_several_keys_by_name(session):
    """Dotted attributes look into objects; the first key is meant where none is named."""
    keyby = {"sym": "sym", "venue": ["at.venue", "sym"]}
    channel = session.channel("prices", keyby=keyby)
    channel.send([{"sym": "A", "at": {"venue": each}} for each in ("X", "Y")])
    assert len(channel.state()) == 1
    assert len(channel.state(by="venue")) == 2
    assert channel.last(("X", "A"), by="venue")["at"] == {"venue": "X"}
    assert channel.last(KeyText("Y,A"), by="venue")["at"] == {"venue": "Y"}
    assert channel.options.to_dict()["keyby"] == {"sym": ["sym"], "venue": ["at.venue", "sym"]}
    for key, by in (
        ("A", "venue"),
        (("A", "B"), None),
        ({"sym": "A", "x": 1}, "sym"),
        ([[]], None),
    ):
        with pytest.raises(InvalidInput, match="key: expected values of"):
            channel.last(key, by=by)
    with pytest.raises(InvalidInput, match="by: expected sym, venue, got 'other'"):
        channel.state(by="other")


def test_without_a_key_there_is_no_state(session):
    """The error says how to get one."""
    channel = session.channel("plain")
    with pytest.raises(NotKept) as caught:
        channel.state()
    assert caught.value.details()["reason"] == "no_state"
    with pytest.raises(InvalidInput, match="keyby"):
        channel.last("A")


def test_records_are_found_by_id_as_many_as_are_kept(session):
    """Those before are gone, and a channel without lookup says so."""
    channel = session.channel("few", lookup=3)
    records = channel.send([{"x": number} for number in range(5)])
    assert [channel.lookup(each.id)["x"] for each in records[2:]] == [2, 3, 4]
    for each in (records[0].id, "other"):
        with pytest.raises(NotFound):
            channel.lookup(each)
    channel.update(lookup=1)
    with pytest.raises(NotFound):
        channel.lookup(records[3].id)
    channel.update(lookup=0)
    with pytest.raises(NotKept) as caught:
        channel.lookup(records[4].id)
    assert caught.value.details()["reason"] == "lookup_disabled"


def test_a_record_older_than_ttl_is_gone_everywhere(session):
    """From last, state, lookup and what followers are given; its id is free again."""
    channel = session.channel("fresh", keyby="k", ttl="1 minute")
    [old] = channel.send({"k": 1, "id": "mine"})
    session.advance(30)
    [new] = channel.send({"k": 2})
    session.advance(30)
    assert channel.state() == [new]
    assert channel.last(1) is None
    assert channel.last() is new
    with pytest.raises(NotFound):
        channel.lookup(old.id)
    start = f"{session.events.epoch}:{old.seq - 1}"
    gaps = []
    assert list(channel.follow(after=start, on_gap=gaps.append)) == [new]
    assert [gap.oldest for gap in gaps] == [old.position]
    session.advance(30)
    assert channel.last() is None
    channel.send({"k": 1, "id": "mine"})
    channel.update(ttl=None)
    session.advance("2 days")
    assert channel.last().id == "mine"


BETWEEN = (
    '{"filters":[{"attr":"x","by":{"value":50,"where":"<"}},'
    '{"attr":"x","by":{"value":30,"where":">="}}]}'
)
PRINTED = [
    ('{"filters":[{"attr":"x","by":{"value":5,"where":"=="}}]}', [5]),
    ('{"filters":[{"attr":"x","by":{"value":10,"where":"<"}}]}', [5]),
    (
        '{"filters":[{"attr":"timestamp","by":{"when":"2023-03-30T14:45:26.394000","where":"<"}}]}',
        [],
    ),
    ('{"filters":[{"attr":"id","by":{"attr":"y","where":"<"}}]}', [5, 40]),
    (BETWEEN, [40]),
]


@pytest.mark.parametrize(("query", "expected"), PRINTED)
@pytest.mark.parametrize("schema", [Example, None])
def test_the_queries_of_csp_gateway_are_answered(session, schema, query, expected):
    """As they are printed, with a schema and without one."""
    channel = session.channel("example", schema=schema, keyby="x")
    channel.send([{"x": 5, "y": "~"}, {"x": 40, "y": "~"}, {"x": 60, "y": "!"}])
    assert [record["x"] for record in channel.state(query)] == expected


@pytest.mark.parametrize(
    ("attr", "by", "expected"),
    [
        ("a.b", {"value": 2, "where": ">="}, [2, 3]),
        ("a.b", {"value": 2, "where": "!="}, [1, 3]),
        ("n", {"value": None, "where": "=="}, [1]),
        ("n", {"value": None, "where": "!="}, []),
        ("s", {"value": "b", "where": ">"}, [3]),
        ("s", {"attr": "t", "where": "=="}, [2]),
        ("when", {"when": "2026-01-01T12:00", "where": "<="}, [1, 2]),
        ("when", {"when": "2026-01-01T10:00:00Z", "where": ">"}, [3]),
        ("timestamp", {"attr": "when", "where": "<"}, [2, 3]),
        ("mixed", {"value": 1, "where": "=="}, [1]),
        ("mixed", {"value": True, "where": "=="}, [2]),
        ("mixed", {"value": 0, "where": "<"}, []),
        ("seq", {"value": 0, "where": ">"}, [1, 2, 3, 4]),
    ],
)
def test_a_filter_compares_what_the_data_has(session, attr, by, expected):
    """What a record lacks, or has of another type, does not match; naive times are local."""
    channel = session.channel("any", keyby="k")
    rows = [
        {"k": 1, "a": {"b": 1}, "n": None, "s": "a", "t": "x", "mixed": 1, "when": "2026-01-01"},
        {
            "k": 2,
            "a": {"b": 2},
            "s": "b",
            "t": "b",
            "mixed": True,
            "when": "2026-01-01T12:00+02:00",
        },
        {"k": 3, "a": {"b": 3}, "s": "c", "t": "x", "mixed": "1", "when": "2026-01-01T13:00"},
        {"k": 4, "a": 7, "s": None, "when": "never"},
    ]
    channel.send(rows)
    session_query = {"filters": [{"attr": attr, "by": by}]}
    assert [record["k"] for record in channel.state(session_query)] == expected


def nested(by, attr="x"):
    return {"filters": [{"attr": attr, "by": by}]}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("{", "query"),
        ("[]", "query"),
        ("\udce4", "query"),
        (7, "query"),
        ('{"filters": NaN}', "query"),
        ({"filter": []}, "query.filter"),
        ({"filters": {}}, "query.filters"),
        ({"filters": [{"attr": "x", "by": {"value": 1, "where": "<"}}] * 101}, "query.filters"),
        ({"filters": [5]}, "query.filters[0]"),
        ({"filters": [{"attr": "x"}]}, "query.filters[0]"),
        ({"filters": [{"attr": "x", "by": {}, "or": 1}]}, "query.filters[0].or"),
        (nested({"value": 1, "where": "="}), "query.filters[0].by.where"),
        (nested({"value": 1}), "query.filters[0].by.where"),
        (nested({"value": 1, "where": []}), "query.filters[0].by.where"),
        (nested({"where": "<"}), "query.filters[0].by"),
        (nested({"value": 1, "attr": "y", "where": "<"}), "query.filters[0].by"),
        (nested({"value": 1, "where": "<", "like": 1}), "query.filters[0].by.like"),
        (nested({"value": "1", "where": "<"}), "query.filters[0].by.value"),
        (nested({"value": True, "where": "=="}), "query.filters[0].by.value"),
        (nested({"value": None, "where": "<"}), "query.filters[0].by.value"),
        (nested({"value": [1], "where": "=="}), "query.filters[0].by.value"),
        (nested({"when": "2026-01-01", "where": "<"}), "query.filters[0].by.when"),
        (nested({"when": "soon", "where": "<"}, "y"), "query.filters[0].by.when"),
        (nested({"when": 5, "where": "<"}, "timestamp"), "query.filters[0].by.when"),
        (nested({"value": "soon", "where": "<"}, "timestamp"), "query.filters[0].by.value"),
        (nested({"attr": "y", "where": "<"}), "query.filters[0].by.attr"),
        (nested({"attr": "z", "where": "<"}), "query.filters[0].by.attr"),
        (nested({"value": 1, "where": "<"}, "z"), "query.filters[0].attr"),
        (nested({"value": 1, "where": "<"}, "x.y"), "query.filters[0].attr"),
        (nested({"value": 1, "where": "<"}, "id.x"), "query.filters[0].attr"),
        (nested({"value": 1, "where": "<"}, ""), "query.filters[0].attr"),
        (nested({"value": 1, "where": "<"}, "a..b"), "query.filters[0].attr"),
        (nested({"value": 1, "where": "<"}, 5), "query.filters[0].attr"),
        (nested({"value": 1, "where": "<"}, ".".join("a" * 17)), "query.filters[0].attr"),
    ],
)
def test_a_query_that_does_not_fit_is_refused_with_its_place(session, query, field):
    """A schema tells which attributes there are and what they hold."""
    channel = session.channel("example", schema=Example, keyby="x")
    channel.send({"x": 1})
    with pytest.raises(InvalidInput) as caught:
        channel.state(query)
    assert set(caught.value.fields) == {field}


def test_an_optional_or_open_attribute_can_be_asked_for(session):
    """As the schema has it, also inside an object."""
    channel = session.channel("example", schema=Example, keyby="x")
    channel.send([{"x": 1, "maybe": 1.5, "inner": {"a": 2}}, {"x": 2}])
    for by, attr in (
        ({"value": 1, "where": ">"}, "maybe"),
        ({"value": 2, "where": "=="}, "inner.a"),
        ({"value": None, "where": "!="}, "maybe"),
    ):
        found = channel.state({"filters": [{"attr": attr, "by": by}]})
        assert [record["x"] for record in found] == ([] if by["value"] is None else [1])


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"history": 0}, "history"),
        ({"history": True}, "history"),
        ({"history": 10**9}, "history"),
        ({"lookup": -1}, "lookup"),
        ({"ttl": 0}, "ttl"),
        ({"ttl": "soon"}, "ttl"),
        ({"readonly": 1}, "readonly"),
        ({"api": ["last", "nxt"]}, "api"),
        ({"api": []}, "api"),
        ({"api": "last"}, "api"),
        ({"keyby": []}, "keyby"),
        ({"keyby": 5}, "keyby"),
        ({"keyby": ["a", "a"]}, "keyby"),
        ({"keyby": ["seq"]}, "keyby"),
        ({"keyby": {}}, "keyby"),
        ({"keyby": {"a b": "x"}}, "keyby"),
        ({"keyby": {"a": ["x", 5]}}, "keyby.a"),
        ({"schema": Example, "keyby": "z"}, "keyby"),
        ({"schema": 5}, "schema"),
        ({"schema": int}, "schema"),
        ({"schema": {"type": "no"}}, "schema"),
        ({"schema": {"type": "array"}}, "schema"),
        ({"schema": {"$ref": "https://example.com/a.json"}}, "schema"),
        ({"schema": {"type": "object", "properties": {"seq": {}}}}, "schema"),
        ({"schema": {"type": "object", "properties": {"x": {"pattern": "("}}}}, "schema"),
        ({"schema": {"description": "x" * 70_000}}, "schema"),
    ],
)
def test_options_that_do_not_fit_make_no_channel(session, options, field):
    """Each is named with the form to write."""
    with pytest.raises(InvalidInput) as caught:
        session.channel("new", **options)
    assert set(caught.value.fields) == {field}
    assert "new" not in session.channels


@pytest.mark.parametrize("name", ["", "id", "heartbeat", "a/b", "a b", "-a", "a" * 101, 5, None])
def test_a_channel_has_a_name_that_fits_paths_and_conditions(session, name):
    """Some words stand for themselves."""
    with pytest.raises(InvalidInput, match="name"):
        session.channel(name)


def test_a_name_is_taken_once(session):
    """The channel that is there stays; an unknown one is told with the nearest."""
    channel = session.channel("prices")
    with pytest.raises(AlreadyExists):
        session.channel("prices")
    assert session.channels["prices"] is channel
    with pytest.raises(NotFound, match="did you mean 'prices'"):
        session.channels["price"]
    assert list(session.channels) == ["prices"]


def test_options_change_together_or_not_at_all(session):
    """What is kept is cut at once; what cannot change is said."""
    channel = session.channel("prices", schema=Example, keyby="x")
    channel.send([{"x": number} for number in range(10)])
    with pytest.raises(InvalidInput) as caught:
        channel.update(history=2, api="none")
    assert set(caught.value.fields) == {"api"}
    assert channel.options.history == 1_000
    for name in ("schema", "keyby"):
        with pytest.raises(InvalidInput, match="delete the channel"):
            channel.update(**{name: None})
    with pytest.raises(InvalidInput, match="did you mean 'history'"):
        channel.update(histroy=2)
    before = session.events.position
    channel.update(history=2, readonly=True, ttl=timedelta(hours=1), api=["send", "last"])
    [event] = session.events.follow(["channels"], after=before, timeout=0)
    assert event.data == {"channel": "prices", "options": ("history", "readonly", "ttl", "api")}
    shown = channel.snapshot()
    assert (shown["history"], shown["ttl"], shown["api"]) == (2, 3600.0, ["last", "send"])
    start = f"{session.events.epoch}:0"
    kept = channel.follow(after=start, on_gap=lambda _gap: None)
    assert [record["x"] for record in kept] == [8, 9]


def test_memory_is_flat_after_history_and_lookup(session):
    """A channel that has taken many records keeps as many as it says, and no more."""
    channel = session.channel("many", history=50, lookup=70, keyby="k")
    for number in range(1_000):
        channel.send({"k": number % 5})
    assert len(channel._ring) == 50
    assert len(channel._by_id) == 70
    assert len(channel.state()) == 5
    assert channel.snapshot()["records"] == 1_000
