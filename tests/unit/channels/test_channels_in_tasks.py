"""Tasks and channels: conditions on ticks and fields, `Last`, and return values that are sent."""

import logging
import threading
import warnings
from datetime import datetime

import pytest

from redengine import Session
from redengine.conditions import ChannelField, ChannelTicked, channel, parse
from redengine.exceptions import ConditionSyntaxError, InvalidInput
from redengine.parameters import Last
from redengine.scheduler.checks import SuspiciousCondition
from redengine.testing import ManualSession


@pytest.fixture
def session():
    with ManualSession() as session:
        session.advance(0)
        yield session


def test_a_task_starts_when_its_channel_ticks(session):
    """Once for each time that it has looked, with the latest record; not before the first one."""
    prices, seen = session.channel("prices"), []

    @session.task("channel 'prices' ticked")
    def react(price=Last("prices")):
        seen.append(price["x"])

    session.advance("1 hour")
    assert seen == []
    prices.send({"x": 1})
    session.advance(0)
    assert seen == [1]
    session.advance("1 hour")
    prices.send([{"x": 2}, {"x": 3}])
    session.advance(0)
    assert seen == [1, 3]
    for number in range(4, 8):
        prices.send({"x": number})
        session.advance(0)
    assert seen == [1, 3, 4, 5, 6, 7]
    session.advance("1 day")
    assert len(seen) == 6


def test_a_tick_while_the_task_runs_starts_it_again():
    """What came meanwhile is not lost: there is one more start, with the latest record."""
    app = Session()
    prices = app.channel("prices")
    seen, has_begun, may_end = [], threading.Event(), threading.Event()
    is_over = threading.Event()

    @app.task("channel 'prices' ticked")
    def react(price=Last("prices")):
        seen.append(price["x"])
        has_begun.set()
        may_end.wait(60)
        if price["x"] == 3:
            is_over.set()

    with app:
        prices.send({"x": 1})
        assert has_begun.wait(60)
        prices.send({"x": 2})
        prices.send({"x": 3})
        may_end.set()
        assert is_over.wait(60)
    assert seen in ([1, 3], [1, 2, 3])


def test_no_tick_is_missed_whenever_the_task_is_made():
    """A record that comes while a task is registered is seen by it."""
    for _ in range(50):
        app = Session()
        prices = app.channel("prices")
        ran = threading.Event()
        with app:
            sending = threading.Thread(target=prices.send, args=({"x": 1},))
            sending.start()
            app.task("channel 'prices' ticked", name="react")(ran.set)
            assert ran.wait(60)
            sending.join(60)


def test_a_condition_on_a_field_holds_for_the_latest_record(session):
    """A start at a nominal time asks it then; a record of another kind does not match."""
    prices, runs = session.channel("prices"), []
    session.task("every 1 minute & channel 'prices' bid.price > 10", name="dear")(
        lambda: runs.append(session.now)
    )
    session.advance("3 minutes")
    for record in ({"bid": {"price": 9}}, {"bid": {"price": "12"}}, {"bid": 12}, {}):
        prices.send(record)
        session.advance("2 minutes")
    assert runs == []
    prices.send({"bid": {"price": 11}})
    session.advance("2 minutes")
    assert len(runs) >= 2
    count = len(runs)
    prices.send({"bid": {"price": 10}})
    session.advance("5 minutes")
    assert len(runs) == count


def test_a_record_that_is_too_old_does_not_count(session):
    """The condition is looked at again when `ttl` is over."""
    prices = session.channel("prices", ttl="10 minutes")
    runs = []
    session.task("every 1 minute & channel 'prices' x == 1", name="fresh")(
        lambda: runs.append(session.now)
    )
    session.advance(1)
    prices.send({"x": 1})
    session.advance("1 hour")
    assert 9 <= len(runs) <= 11
    assert "it has no record" in str(session.tasks["fresh"].why())


def test_a_field_may_be_a_time_and_a_tick_joined_with_one(session):
    """`timestamp` compares with ISO texts; both statements are asked of one record."""
    prices, seen = session.channel("prices"), []
    session.task("channel 'prices' ticked & channel 'prices' x >= 5", name="dear")(
        lambda: seen.append(prices.last()["x"])
    )
    session.advance(0)
    for number in (1, 7, 2, 9):
        prices.send({"x": number})
        session.advance(0)
    assert seen == [7, 9]
    late = parse("channel 'prices' timestamp > '2026-06-01'")
    assert not late.holds(_context(session))
    session.advance("200 days")
    prices.send({"x": 1})
    assert late.holds(_context(session))


def _context(session):
    from redengine.scheduler.engine.context import SessionContext

    return SessionContext(session._core)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("channel 'prices' ticked", ChannelTicked("prices")),
        ('CHANNEL "prices" TICKED', ChannelTicked("prices")),
        ("channel 'prices' x > 5", ChannelField("prices", "x", ">", 5)),
        ("channel 'prices' bid.Price<=-1.5", ChannelField("prices", "bid.Price", "<=", -1.5)),
        ("channel 'prices' sym = 'A'", ChannelField("prices", "sym", "==", "A")),
        ("channel 'prices' sym != 'A'", ChannelField("prices", "sym", "!=", "A")),
        ("channel 'prices' sym!='A'", ChannelField("prices", "sym", "!=", "A")),
        ("channel 'prices' ok is true", ChannelField("prices", "ok", "==", True)),
        ("channel 'prices' ok is not none", ChannelField("prices", "ok", "!=", None)),
        ("channel 'prices' 'my field' == 1", ChannelField("prices", "my field", "==", 1)),
        ("channel 'prices' 'ticked' == 1", ChannelField("prices", "ticked", "==", 1)),
    ],
)
def test_statements_are_read_and_printed(text, condition):
    """As text and as objects, which are the same; printed ones read back."""
    assert parse(text) == condition
    assert parse(str(condition)) == condition


@pytest.mark.parametrize(
    "text",
    [
        "channel prices ticked",
        "channel 'prices'",
        "channel 'prices' tickd",
        "channel 'prices' x",
        "channel 'prices' x 5",
        "channel 'prices' x > ",
        "channel 'prices' x > true",
        "channel 'prices' x ~ 5",
        "channel '' ticked",
        "channel 'prices' a..b > 1",
    ],
)
def test_what_is_no_statement_of_channels_is_refused(text):
    """With a caret under the place."""
    with pytest.raises(ConditionSyntaxError) as caught:
        parse(text)
    assert "^" in str(caught.value)


def test_statements_as_objects_and_fluent(session):
    """`channel("prices").ticked()`, `channel(prices).field("x") > 5`."""
    prices = session.channel("prices")
    assert channel("prices").ticked() == channel(prices).ticked() == ChannelTicked("prices")
    field = channel("prices").field("x")
    assert (field > 5) == ChannelField("prices", "x", ">", 5)
    assert (field >= 5) == ChannelField("prices", "x", ">=", 5)
    assert (field < 5) == ChannelField("prices", "x", "<", 5)
    assert (field <= 5) == ChannelField("prices", "x", "<=", 5)
    assert field.equals("A") == ChannelField("prices", "x", "==", "A")
    assert field.differs(None) == ChannelField("prices", "x", "!=", None)
    for make in (
        lambda: ChannelField("prices", "", "==", 1),
        lambda: ChannelField("prices", "x", "=>", 1),
        lambda: ChannelField("prices", "x", "<", None),
        lambda: ChannelField("prices", "x", "==", [1]),
        lambda: ChannelTicked(""),
        lambda: channel(5).ticked(),
    ):
        with pytest.raises(InvalidInput):
            make()


def test_why_and_dependencies_name_the_channel(session):
    """With what it last did, and what has to happen."""
    session.task("channel 'prices' ticked", name="react")(lambda: None)
    session.task("every 1 hour & channel 'prices' x > 5", name="dear", disabled=True)(print)
    session.task(name="fetch", publish="prices")(lambda: {"x": 1})
    session.advance(0)
    assert "there is no channel 'prices'" in str(session.tasks["react"].why())
    prices = session.channel("prices")
    session.advance(0)
    why = session.tasks["react"].why()
    assert "it has not ticked; this task never ran" in str(why)
    assert "channel 'prices' must tick" in str(why)
    assert "it has no record" in str(session.tasks["dear"].why())
    prices.send({"y": 1})
    assert "its latest record has no x" in str(session.tasks["dear"].why())
    prices.send({"x": 2})
    assert "it is 2" in str(session.tasks["dear"].why())
    session.advance(1)
    assert "this task last started" in str(session.tasks["react"].why())
    links = {(each["parent"], each["child"], each["relation"]) for each in session.dependencies()}
    assert links == {
        ("channel:prices", "react", "DependChannel"),
        ("channel:prices", "dear", "DependChannel"),
        ("fetch", "channel:prices", "Publish"),
    }


def test_the_linter_knows_the_channels(session):
    """A name that does not exist is a finding; so is a statement that never stops being true."""
    session.channel("prices")
    session.task("channel 'prces' ticked", name="react")(lambda: None)
    [found] = session.lint("react")
    assert found.finding.code == "unknown-channel"
    assert found.finding.fix == "channel 'prices' ticked"
    assert not session.lint_condition("channel 'prices' ticked")
    with pytest.warns(SuspiciousCondition):
        session.task("channel 'prices' x > 5", name="dear")(lambda: None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        session.task("channel 'prices' ticked & channel 'prices' x > 5", name="fine")(lambda: None)


def test_a_channel_that_comes_and_goes_is_looked_at_again(session):
    """A deleted one has neither ticked nor a record."""
    ran = []
    session.task("every 1 minute & channel 'prices' x == 1", name="dear")(lambda: ran.append(1))
    session.advance("2 minutes")
    session.channel("prices").send({"x": 1})
    session.advance("2 minutes")
    assert ran
    del session.channels["prices"]
    count = len(ran)
    session.advance("10 minutes")
    assert len(ran) == count


def test_a_forecast_knows_the_latest_record(session):
    """Nothing is sent while time is foretold; what was sent stands."""
    prices = session.channel("prices")
    session.task("every 1 minute & channel 'prices' x > 5", name="dear")(lambda: None)
    session.advance(0)
    end = session.now.replace(hour=1)
    assert not session.forecast(end).to_dict().get("dear")
    starts = [each for each in _starts(session, end) if each["task"] == "dear"]
    assert starts == []
    prices.send({"x": 6})
    assert len([each for each in _starts(session, end) if each["task"] == "dear"]) > 50


def _starts(session, end):
    return next(each for each in session.forecast(end).to_dict().values() if isinstance(each, list))


# -- Last and publish


def test_last_gives_the_record_of_a_channel_or_key(session):
    """Or the default; without one a job fails that has none."""
    prices = session.channel("prices", keyby="sym")
    found = {}

    @session.task(name="read")
    def read(a=Last("prices"), b=Last("prices", key="B"), c=Last("prices", key="C", default=None)):
        found.update(a=a, b=b, c=c)

    failed = session.submit("read")
    session.advance(1)
    assert failed.status == "fail"
    assert "channel 'prices' has no record yet" in str(failed.exception())
    prices.send([{"sym": "B", "x": 1}, {"sym": "A", "x": 2}])
    session.submit("read")
    session.advance(1)
    assert (found["a"]["x"], found["b"]["x"], found["c"]) == (2, 1, None)
    assert repr(Last("prices", key="B")) == "Last('prices', key='B')"
    assert Last("prices") == Last(prices)
    with pytest.raises(InvalidInput):
        Last(5)

    @session.task(name="lost")
    def lost(a=Last("other")):
        del a

    failed = session.submit("lost")
    session.advance(1)
    assert "no channel 'other'" in str(failed.exception())


def test_a_record_goes_to_a_worker_process_whole():
    """With its position."""
    app = Session()
    [record] = app.channel("prices").send({"x": 1})
    app.task(name="read", execution="process", func=described)
    with app:
        assert app.submit("read").result(timeout=120) == [record.id, record.position, 1]


def described(price=Last("prices")):
    """A task's function."""
    return [price.id, price.position, price["x"]]


def test_a_return_value_is_sent(session):
    """One record, a list, or nothing for None; the job's end comes after it."""
    prices = session.channel("prices")
    values = iter([{"x": 1}, [{"x": 2}, {"x": 3}], None])
    session.task(name="fetch", publish="prices")(lambda: next(values))
    before = session.events.position
    for _ in range(3):
        session.submit("fetch")
        session.advance(1)
    assert [record["x"] for record in prices.follow(after=before)] == [1, 2, 3]
    topics = ["channel:prices", "task:fetch"]
    kinds = [event.type for event in session.events.follow(topics, after=before)]
    assert kinds[:4] == ["job_submitted", "job_started", "channel_record", "job_ended"]
    assert session.tasks["fetch"].snapshot()["publish"] == "prices"
    session.tasks["fetch"].publish = None
    assert session.tasks["fetch"].publish is None


@pytest.mark.parametrize("value", [5, {"y": 1}, [{"x": 1}, {}], [], {"x": object()}])
def test_what_cannot_be_sent_is_told_and_the_job_is_a_success(session, caplog, value):
    """In the log, with the task, the job and the channel."""
    schema = {"type": "object", "required": ["x"]}
    prices = session.channel("prices", schema=schema)
    session.task(name="fetch", publish="prices")(lambda: value)
    with caplog.at_level(logging.WARNING, "redengine.channels"):
        job = session.submit("fetch")
        session.advance(1)
    assert job.status == "success"
    assert prices.last() is None
    [message] = [each.getMessage() for each in caplog.records if each.name == "redengine.channels"]
    assert f"what job {job.id} of task 'fetch' returned was not sent to channel 'prices'" in message


def test_an_unknown_channel_and_a_failed_job_send_nothing(session, caplog):
    """The first is told; the second has nothing to send."""
    session.task(name="fetch", publish="prces")(lambda: {"x": 1})
    session.task(name="fails", publish="prices")(lambda: 1 / 0)
    prices = session.channel("prices")
    with caplog.at_level(logging.WARNING, "redengine.channels"):
        session.submit("fetch")
        session.submit("fails")
        session.advance(1)
    assert [each for each in caplog.records if "did you mean 'prices'" in each.getMessage()]
    assert prices.last() is None
    for bad in ("", 5, "a/b"):
        with pytest.raises(InvalidInput, match="publish"):
            session.task(name="bad", publish=bad)(lambda: None)


def test_tasks_feed_each_other_through_channels(session):
    """A return value ticks a channel, which starts a task that sends to another."""
    raw, doubled = session.channel("raw"), session.channel("doubled")

    @session.task("every 1 minute", publish="raw")
    def measure():
        return {"x": session.now.minute}

    @session.task("channel 'raw' ticked", publish="doubled")
    def double(record=Last("raw")):
        return {"x": record["x"] * 2}

    session.advance("3 minutes")
    assert raw.snapshot()["records"] == doubled.snapshot()["records"] >= 3
    assert doubled.last()["x"] == raw.last()["x"] * 2
    assert isinstance(doubled.last().timestamp, datetime)
