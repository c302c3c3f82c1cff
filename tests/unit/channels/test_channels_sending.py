"""What is sent to a channel: checked, stamped and given its place; all of it or nothing."""

import pickle
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NotRequired, TypedDict

import pytest
from pydantic import BaseModel, Field

from redengine.exceptions import AlreadyExists, Conflict, InvalidInput, NotFound
from redengine.testing import ManualSession


class Bid(BaseModel):
    price: float
    size: int = 1


class Price(BaseModel):
    sym: str
    x: int
    bid: Bid | None = None


@dataclass
class Point:
    x: int
    at: datetime | None = None


class Row(TypedDict):
    x: int
    note: NotRequired[str]


JSON_SCHEMA = {
    "type": "object",
    "properties": {"sym": {"type": "string", "pattern": "^[A-Z]+$"}, "x": {"type": "integer"}},
    "required": ["x"],
    "additionalProperties": False,
}


@pytest.fixture
def session():
    with ManualSession() as session:
        yield session


def fields_of(call, *given, kind=InvalidInput):
    """The fields of the error that a call raises, with their reasons."""
    with pytest.raises(kind) as caught:
        call(*given)
    return caught.value.fields


def test_a_record_is_stamped_with_id_timestamp_and_seq(session):
    """One or a list come back as everybody sees them, in order."""
    channel = session.channel("plain")
    [one] = channel.send({"x": 1})
    assert dict(one) == {"x": 1, "id": one.id, "timestamp": one.timestamp, "seq": one.seq}
    assert isinstance(one.id, str)
    assert one.timestamp == session.now
    two, three = channel.send([{"x": 2}, {"x": 3}])
    assert (two.seq, three.seq) == (one.seq + 1, one.seq + 2)
    assert len({one.id, two.id, three.id}) == 3
    assert channel.last() is three
    assert channel.position == three.position == session.events.position


def test_a_record_is_shared_and_cannot_be_changed(session):
    """Nor does it change with what was sent; a copy can be changed, and it survives pickling."""
    given = {"rows": [1], "x": 1}
    [record] = session.channel("plain").send(given)
    given["rows"].append(2)
    assert record["rows"] == [1]
    for change in (
        lambda: record.__setitem__("x", 2),
        lambda: record.update(x=2),
        lambda: record.pop("x"),
        record.clear,
    ):
        with pytest.raises(TypeError, match="cannot be changed"):
            change()
    assert {**record.copy(), "x": 2}["x"] == 2
    again = pickle.loads(pickle.dumps(record))
    assert (again, again.position) == (record, record.position)


@pytest.mark.parametrize(
    ("schema", "good", "instance", "bad"),
    [
        (Price, {"sym": "A", "x": 1}, Price(sym="A", x=1), {"sym": "A", "x": "one"}),
        (Point, {"x": 1}, Point(x=1), {"x": "one"}),
        (Row, {"x": 1}, {"x": 1, "note": "n"}, {"x": "one"}),
        (JSON_SCHEMA, {"x": 1}, {"x": 1, "sym": "A"}, {"x": "one"}),
    ],
    ids=["model", "dataclass", "TypedDict", "JSON Schema"],
)
def test_a_schema_says_what_a_record_is(session, schema, good, instance, bad):
    """A type takes its instances too; an error names the field."""
    channel = session.channel("typed", schema=schema)
    assert channel.send(good)[0]["x"] == 1
    assert channel.send(instance)[0]["x"] == 1
    assert set(fields_of(channel.send, bad)) == {"x"}
    assert set(fields_of(channel.send, {})) >= {"x"}
    assert channel.snapshot()["records"] == 2


def test_records_are_plain_json_whatever_the_type_has(session):
    """A datetime becomes its ISO text, an inner model an object."""
    channel = session.channel("points", schema=Point)
    [record] = channel.send(Point(x=1, at=datetime(2026, 1, 1, tzinfo=UTC)))
    assert record["at"] == "2026-01-01T00:00:00Z"
    prices = session.channel("prices", schema=Price)
    assert prices.send(Price(sym="A", x=1, bid=Bid(price=2)))[0]["bid"] == {"price": 2, "size": 1}


def test_one_bad_record_in_a_list_of_a_thousand_sends_nothing(session):
    """The error names the place and the field."""
    channel = session.channel("prices", schema=Price, keyby="sym")
    records = [{"sym": "A", "x": number} for number in range(1_000)]
    del records[517]["x"]
    before = session.events.position
    fields = fields_of(channel.send, records)
    assert set(fields) == {"[517].x"}
    assert session.events.position == before
    assert channel.last() is None
    assert channel.state() == []
    records[517]["x"] = 517
    assert len(channel.send(records)) == 1_000


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (5, "record"),
        ("text", "record"),
        (None, "record"),
        ([[]], "[0].record"),
        ([{"x": 1}, 7], "[1].record"),
        ([], "records"),
        ([{}] * 10_001, "records"),
        ({"x": float("nan")}, "record"),
        ({"x": object()}, "record"),
        ({1: 2}, "record"),
        ({"x": 2**70}, "record"),
        ({"seq": 1}, "seq"),
        ({"id": ""}, "id"),
        ({"id": "a/b"}, "id"),
        ({"id": "a\nb"}, "id"),
        ({"id": "a" * 201}, "id"),
        ({"id": True}, "id"),
        ({"id": 1.5}, "id"),
        ({"timestamp": {}}, "timestamp"),
        ({"timestamp": float("inf")}, "timestamp"),
        ({"timestamp": "now", "event_time": "then"}, "event_time"),
    ],
)
def test_what_is_no_record_is_refused(session, given, field):
    """With the field, and nothing sent."""
    channel = session.channel("plain")
    assert set(fields_of(channel.send, given)) == {field}
    assert channel.snapshot()["records"] == 0


def test_a_senders_own_id_is_kept_if_it_is_unused(session):
    """Its timestamp stands as event_time; a number is a text; a taken id sends nothing."""
    channel = session.channel("plain")
    [record] = channel.send({"id": "mine", "timestamp": "2020-01-01", "x": 1})
    assert (record.id, record["event_time"], record.timestamp) == (
        "mine",
        "2020-01-01",
        session.now,
    )
    assert channel.send({"id": 7})[0].id == "7"
    for again in ({"id": "mine"}, [{"id": "new"}, {"id": "new"}], [{"x": 2}, {"id": 7}]):
        with pytest.raises(AlreadyExists, match="nothing was sent"):
            channel.send(again)
    assert channel.snapshot()["records"] == 2
    with pytest.raises(NotFound):
        channel.lookup("new")


def test_ids_that_are_given_later_cannot_be_taken_before(session):
    """One of the session's own form is refused until its number has been given."""
    channel = session.channel("plain")
    [first] = channel.send({"x": 1})
    epoch = session.events.epoch
    for own in (f"{epoch}-{first.seq + 5}", f"{epoch}-x"):
        assert set(fields_of(channel.send, {"id": own})) == {"id"}
    assert session.channel("copy").send({"id": first.id})[0].id == first.id


def test_a_record_can_be_sent_on_to_another_channel(session):
    """It keeps its id, gets a number and time of its own, and its time becomes event_time."""
    [first] = session.channel("raw").send({"x": 1})
    session.advance(60)
    [copy] = session.channel("copy").send(first)
    assert copy.id == first.id
    assert copy.seq > first.seq
    assert copy["event_time"] == first.timestamp.isoformat()


def test_a_schema_may_declare_id_and_timestamp(session):
    """Then it checks them; what it makes of them counts."""

    class Struct(BaseModel):
        model_config = {"extra": "forbid"}
        id: str = Field(default="made")
        timestamp: datetime | None = None

    channel = session.channel("structs", schema=Struct)
    assert channel.send({})[0].id == "made"
    assert channel.send({"id": "b", "timestamp": "2020-01-01T00:00:00Z"})[0]["event_time"] == (
        "2020-01-01T00:00:00Z"
    )
    assert set(fields_of(channel.send, {"id": "c", "timestamp": "never"})) == {"timestamp"}
    closed = session.channel("closed", schema=JSON_SCHEMA)
    assert closed.send({"id": "own", "x": 1})[0].id == "own"


def test_the_key_has_to_be_there_and_plain(session):
    """Without a schema each record is looked at."""
    channel = session.channel("keyed", keyby=("a.b", "c"))
    channel.send({"a": {"b": 1}, "c": None})
    assert set(fields_of(channel.send, {"c": 1})) == {"a.b"}
    assert set(fields_of(channel.send, [{"a": {"b": 1}, "c": []}])) == {"[0].c"}


def test_more_keys_than_are_kept_are_refused(session, monkeypatch):
    """Each keeps a record: memory has an end."""
    monkeypatch.setattr("redengine.channels.keys.MOST_KEYS", 3)
    channel = session.channel("keyed", keyby="k")
    channel.send([{"k": number} for number in range(3)])
    channel.send({"k": 2, "x": "again"})
    with pytest.raises(Conflict, match="the channel has 3 keys"):
        channel.send([{"k": 1}, {"k": 9}])
    assert channel.last(1) == channel.state()[1]


def test_a_deleted_channel_takes_and_gives_nothing(session):
    """Whoever holds it is told that it is gone."""
    channel = session.channel("gone")
    del session.channels["gone"]
    for call in (lambda: channel.send({}), channel.next, channel.follow, channel.update):
        with pytest.raises(NotFound, match="no channel 'gone'"):
            call()
    with pytest.raises(NotFound):
        del session.channels["gone"]
