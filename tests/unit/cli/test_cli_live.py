"""Events, channels and commands from a shell, on a real session."""

import json

import pytest


def lines(result):
    """The objects of an output that has one a line."""
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def position(live, call):
    """The position of the stream of events now."""
    return live.session.events.position


def test_events_are_shown_as_they_happen(call, live, position):
    """A line an event, from a position on; topics are several, between commas."""
    job = live.session.submit("broken")
    with pytest.raises(Exception, match="no"):
        job.result(timeout=60)
    result = call("events", "--topics", "jobs,tasks", "--after", position, "--limit", 3)
    assert result.exit_code == 0, result.output
    words = [line.split()[2:5] for line in result.stdout.splitlines()]
    assert words == [
        [kind, "broken", job.id] for kind in ("job_submitted", "job_started", "job_ended")
    ]
    assert r"no \x1b[2J rows" in result.stdout


def test_events_are_json_lines(call, live, position):
    """For programs: an object a line, as the API gives them."""
    live.session.run("fetch", timeout=60)
    result = call("events", "-t", "task:fetch", "--after", position, "--limit", 3, "--json")
    found = lines(result)
    assert [each["type"] for each in found][-1] == "job_ended"
    assert all(each["task"] == "fetch" for each in found)


def test_a_gap_is_said(call, live, position):
    """A position of another session is none of this one: what is missing is named."""
    live.session.run("fetch", timeout=60)
    result = call("events", "--after", "another:5", "--limit", 1)
    assert "gap" in result.stdout
    assert "another:5 to" in result.stdout
    assert "are missing: restart" in result.stdout


def test_ctrl_c_ends_the_events(call, live, monkeypatch):
    """With exit code 130 and no traceback."""

    def interrupted(self):
        raise KeyboardInterrupt

    monkeypatch.setattr("redengine.client.Events.__next__", interrupted)
    result = call("events")
    assert result.exit_code == 130
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("events", "--topics", "jbos"), 2, "jobs"),
        (("events", "--after", "17"), 2, "expected a position such as"),
        (("call", "pong"), 3, "ping"),
        (("call", "ping", "{"), 2, "expected JSON such as"),
        (("call", "ping", "--timeout", "soon"), 2, "timeout"),
    ],
)
def test_what_does_not_fit_is_refused(call, words, code, message):
    """With the exit code of its kind, and what to write."""
    result = call(*words)
    assert result.exit_code == code, result.output
    assert message in result.stderr
    assert "Traceback" not in result.output


def test_events_of_a_session_that_is_away(run, monkeypatch):
    """Exit code 5, after a few attempts."""
    monkeypatch.setenv("REDENGINE_URL", "http://127.0.0.1:9")
    monkeypatch.setattr("redengine.client._generated.connection.sleep", lambda _: None)
    assert run("events").exit_code == 5


def test_commands_are_listed_and_called(call, read, live):
    """With a body as an argument or from stdin; text is shown as it is."""

    @live.session.command("double")
    def double(x: int, note: str = ""):
        """Twice as much."""
        return {"twice": 2 * x}

    @live.session.command("greet")
    def greet(body):
        return f"hello {body}"

    assert {each["name"] for each in read("commands")} >= {"ping", "double", "greet"}
    table = call("commands").stdout
    assert "x [note]" in table
    assert "Twice as much." in table
    assert read("call", "double", '{"x": 4}') == {"twice": 8}
    assert call("call", "greet", '"you"').stdout == "hello you\n"
    assert call("call", "greet", "-", input='"all"').stdout == "hello all\n"
    assert read("call", "ping") == {"code": 0}
    result = call("call", "double", '{"y": 4}')
    assert result.exit_code == 2, result.output


@pytest.fixture
def prices(live):
    """A channel with a key and two records."""
    channel = live.session.channel("prices", keyby=("sym",))
    channel.send([{"sym": "A", "x": 1}, {"sym": "B/C", "x": 2}])
    return channel


def test_channels_are_listed_and_read(call, read, prices):
    """The latest of all and of a key, the state by a query, a record by its id."""
    assert [each["name"] for each in read("channels")] == ["prices"]
    assert "sym" in call("channels").stdout
    assert read("channels", "last", "prices")["x"] == 2
    assert read("channels", "last", "prices", "--key", "A")["x"] == 1
    assert [each["x"] for each in read("channels", "state", "prices")] == [1, 2]
    query = '{"filters": [{"attr": "x", "by": {"value": 1, "where": ">"}}]}'
    found = read("channels", "state", "prices", "--query", query)
    assert [each["sym"] for each in found] == ["B/C"]
    assert read("channels", "lookup", "prices", found[0]["id"]) == found[0]
    line = call("channels", "last", "prices", "--key", "B/C").stdout
    assert line.rstrip().endswith("sym=B/C x=2")


def test_records_are_sent_and_waited_for(call, read, prices):
    """As an argument or from stdin; `next` gives what is behind a position."""
    position = prices.position
    assert [each["sym"] for each in read("channels", "send", "prices", '{"sym": "D"}')] == ["D"]
    several = json.dumps([{"sym": "E"}, {"sym": "F"}])
    result = call("channels", "send", "prices", "-", input=several)
    assert "2 records sent to 'prices'" in result.stderr
    found = read("channels", "next", "prices", "--after", position)
    assert [each["sym"] for each in found] == ["D", "E", "F"]
    assert read("channels", "next", "prices", "--after", prices.position, "--timeout", "0 s") == []


@pytest.mark.parametrize(("key", "wanted"), [((), ["A", "B/C"]), (("--key", "B/C"), ["B/C"])])
def test_records_are_followed(call, prices, key, wanted):
    """From a position on, an object a line; of a key as well."""
    after = f"{prices.position.partition(':')[0]}:0"
    words = ("channels", "follow", "prices", "--after", after, "--limit", len(wanted), *key)
    result = call(*words, "--json")
    assert result.exit_code == 0, result.output
    assert [each["sym"] for each in lines(result)] == wanted


def test_a_key_of_several_parts_is_said_part_by_part(read, live):
    """A comma in a part is none between parts."""
    channel = live.session.channel("depths", keyby=("sym", "level"))
    channel.send([{"sym": "A,B", "level": 1}, {"sym": "A,B", "level": 2}])
    words = ("channels", "last", "depths", "--key", "A,B", "--key")
    assert read(*words, "1")["level"] == 1
    after = f"{channel.position.partition(':')[0]}:0"
    found = read("channels", "next", "depths", *words[3:], "1", "--after", after)
    assert [each["level"] for each in found] == [1]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("last", "prizes"), 3),
        (("last", "prices", "--key", "Z"), 3),
        (("lookup", "prices", "none"), 3),
        (("follow", "prizes"), 3),
        (("send", "prices", "[]"), 2),
        (("send", "prices", "{"), 2),
        (("send", "prices", "[3]"), 2),
        (("state", "prices", "--query", '{"filters": 3}'), 2),
    ],
)
def test_what_no_channel_takes_is_refused(call, prices, words, code):
    """With the exit code of its kind, and nothing is sent."""
    result = call("channels", *words)
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    assert prices.snapshot()["records"] == 2
