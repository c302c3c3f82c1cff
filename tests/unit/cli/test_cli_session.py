"""Logs, values, forecasts, keys, top and graph on a real session."""

import io
import json
import os

import pytest

from redengine import Session
from redengine.api import FlaskAPI
from redengine.cli import following as following_module
from redengine.cli.commands import insight as logs_module
from redengine.cli.commands import top as top_module
from redengine.client import Client


def test_logs_are_shown_newest_last(call, live):
    """As a log reads: the latest is at the end."""
    live.session.run("broken", timeout=60)
    result = call("logs", "--task", "broken")
    actions = [line.split()[2] for line in result.stdout.splitlines()[1:]]
    assert actions == ["run", "fail"]
    assert r"ValueError: no \x1b[2J rows" in result.stdout


def test_logs_take_filters_and_a_limit(read, live):
    """By option, and in the API's language."""
    live.session.run("fetch", timeout=60)
    found = read("logs", "--action", "success", "task_name=fetch", "--limit", 5)
    assert [record["action"] for record in found] == ["success"]


def test_logs_follow_what_happens(call, live, monkeypatch):
    """Each record once, in order, until Ctrl-C: exit code 130 and no traceback."""
    live.session.run("fetch", timeout=60)
    moves = iter((lambda: live.session.run("broken", timeout=60), lambda: None))

    def pause(seconds):
        move = next(moves, None)
        if move is None:
            raise KeyboardInterrupt
        move()

    monkeypatch.setattr(logs_module, "pause", pause)
    result = call("logs", "-f", "--task", "fetch", "--task", "broken", "--json")
    records = [json.loads(line) for line in result.stdout.splitlines()]
    told = [(record["task_name"], record["action"]) for record in records]
    assert told == [("fetch", "run"), ("fetch", "success"), ("broken", "run"), ("broken", "fail")]
    assert result.exit_code == 130
    assert "Traceback" not in result.stderr


def test_logs_go_on_after_the_session_was_replaced(call, live, monkeypatch):
    """A new process counts its records from the first: all of them are shown, none twice."""
    live.session.run("fetch", timeout=60)
    port, again = live.api.port, Session()
    again.task(name="later")(lambda: None)
    FlaskAPI(port=port, session=again)

    def come_back(_):
        monkeypatch.setattr(following_module, "pause", lambda _: None)
        again.start(block=False)
        again.run("later", timeout=60)
        again.run("later", timeout=60)

    moves = iter((lambda: live.session.shut_down(timeout=5), lambda: None))

    def pause(seconds):
        move = next(moves, None)
        if move is None:
            raise KeyboardInterrupt
        move()

    monkeypatch.setattr(logs_module, "pause", pause)
    monkeypatch.setattr(following_module, "pause", come_back)
    monkeypatch.setenv("REDENGINE_URL", f"http://127.0.0.1:{port}")
    try:
        result = call("logs", "-f", "--task", "fetch", "--task", "later", "--json")
    finally:
        again.shut_down(timeout=5)
    records = [json.loads(line) for line in result.stdout.splitlines()]
    told = [(record["task_name"], record["action"]) for record in records]
    runs = [("later", "run"), ("later", "success")] * 2
    assert told == [("fetch", "run"), ("fetch", "success"), *runs]
    assert result.stderr.count("trying again") == 1
    assert result.exit_code == 130


def test_logs_that_cannot_be_asked_for_at_all_end_at_once(run, monkeypatch):
    """A wrong address is no restart."""
    monkeypatch.setenv("REDENGINE_URL", "http://127.0.0.1:1")
    assert run("logs", "-f").exit_code == 5


def test_parameters_are_listed_read_set_and_removed(call, read, live):
    """Text is printed as it is, the rest as JSON."""
    assert read("params") == {"city": "Bergen", "rows": 3}
    assert call("params").stdout.splitlines()[1].split() == ["city", "Bergen"]
    assert call("params", "get", "city").stdout == "Bergen\n"
    assert call("params", "get", "rows").stdout == "3\n"
    assert call("params", "set", "rows=4", "days=[1, 2]", 'code="7"').exit_code == 0
    assert dict(live.session.parameters) == {
        "city": "Bergen", "rows": 4, "days": [1, 2], "code": "7",
    }  # fmt: skip
    assert call("params", "delete", "rows", "days").exit_code == 0
    assert set(live.session.parameters) == {"city", "code"}


def test_a_parameter_that_is_not_there_is_exit_code_3(call):
    """Whether it is read or removed."""
    assert call("params", "get", "none").exit_code == 3
    assert call("params", "delete", "none").exit_code == 3


def test_configuration_is_shown_and_set(call, read, live):
    """All of it, or a key; all of a change, or none of it."""
    assert read("config", "show")["timezone"] == "UTC"
    assert call("config", "show", "timezone").stdout == "UTC\n"
    assert call("config", "set", "max_threads=7").exit_code == 0
    assert live.session.config.max_threads == 7
    assert call("config", "set", "max_threads=9", "shutdown_timeout=soon").exit_code == 2
    assert live.session.config.max_threads == 7


def test_a_config_key_that_does_not_exist_is_exit_code_3(call):
    """The nearest is named."""
    result = call("config", "show", "max_thread")
    assert result.exit_code == 3
    assert "did you mean 'max_threads'?" in result.stderr


def test_why_says_what_a_task_waits_for(call, read):
    """In lines for people, as a tree for programs."""
    assert "task 'fetch' must succeed" in call("why", "report").stdout
    assert read("why", "report")["will_start"] is False


def test_next_shows_the_starts_to_come(call, read):
    """As many as asked for; what cannot be foretold is said on stderr."""
    call("tasks", "set", "fetch", "start_cond=every 1 hour")
    result = call("next", "--hours", 3, "--limit", 2)
    assert len(result.stdout.splitlines()) == 3
    assert "more within 3 hours" in result.stderr
    assert "broken: it has no condition" in result.stderr
    starts = read("next", "--hours", 3, "--task", "fetch")["starts"]
    assert {start["task"] for start in starts} == {"fetch"}


@pytest.mark.parametrize("hours", ["0", "-1", "nan", "9999", "soon"])
def test_hours_that_do_not_fit_are_a_usage_error(run, hours):
    """Nothing is sent."""
    assert run("next", "--hours", hours).exit_code == 2


def test_the_graph_is_drawn(call, read):
    """As Mermaid, as Graphviz, as links."""
    assert call("graph").stdout.startswith("flowchart")
    assert call("graph", "--format", "dot").stdout.startswith("digraph")
    assert [(each["parent"], each["child"]) for each in read("graph")] == [("fetch", "report")]


def test_the_processes_of_the_session_are_listed(call, read, live):
    """All of them, or those of some names."""
    lines = call("workers").stdout.splitlines()
    assert lines[0].split() == ["NAME", "KIND", "PID", "HOST", "SINCE"]
    assert lines[1].split()[:3] == [live.session.name, "main", str(os.getpid())]
    assert [each["kind"] for each in read("workers", live.session.name)] == ["main"]
    assert read("workers", "nobody", "else") == []


def test_keys_are_made_listed_and_revoked(call, run, live):
    """The key alone is on stdout; from the first on, the API asks for one."""
    key = call("keys", "create", "ops", "--scope", "admin").stdout.strip()
    refused = run("keys", "list")
    assert refused.exit_code == 4
    assert key not in refused.output
    allowed = run("keys", "--api-key", key)
    assert allowed.stdout.splitlines()[1].split()[:3] == ["ops", "admin", "all"]
    assert key not in allowed.stdout
    second = run("--api-key", key, "keys", "create", "reader", "--expires-at", "2099-01-01")
    reader = second.stdout.strip()
    assert run("tasks", env={"REDENGINE_API_KEY": reader}).exit_code == 0
    assert run("tasks", "run", "fetch", env={"REDENGINE_API_KEY": reader}).exit_code == 4
    patterns = ("--commands", "pi*", "--channels", "price*")
    made = run("--json", "--api-key", key, "keys", "create", "caller", *patterns)
    shown = json.loads(made.stdout)
    assert (shown["tasks"], shown["commands"], shown["channels"]) == (None, "pi*", "price*")
    assert run("keys", "revoke", "reader", "--api-key", key).exit_code == 0
    assert run("tasks", env={"REDENGINE_API_KEY": reader}).exit_code == 4
    assert run("keys", "revoke", "none", "--api-key", key).exit_code == 3


def test_top_is_plain_and_once_where_there_is_no_terminal(call, live):
    """The session, its active jobs and its tasks."""
    job_id = live.started("slow")
    result = call("top", color=True)
    assert "running, up" in result.stdout
    assert job_id in result.stdout
    assert "\x1b" not in result.stdout


def test_top_is_json_for_programs(read):
    """One snapshot."""
    assert set(read("top")) == {"session", "jobs", "failed", "tasks"}


def test_top_is_drawn_anew_until_interrupted(live, monkeypatch):
    """A server that went away is waited for; the cursor is shown again at the end."""
    pauses = iter((live.session.shut_down,))

    def pause(seconds):
        move = next(pauses, None)
        if move is None:
            raise KeyboardInterrupt
        move()

    monkeypatch.setattr(top_module, "pause", pause)
    stream = io.StringIO()
    with Client(live.api.url, retries=0) as client, pytest.raises(KeyboardInterrupt):
        top_module.live(client, top_module.read(client), 1.0, stream)
    shown = stream.getvalue()
    assert shown.startswith("\x1b[?25l\x1b[H")
    assert "trying again" in shown
    assert shown.endswith("\x1b[?25h\n")


def test_top_cuts_lines_that_are_too_long():
    """A line that is cut has no colours, which could go on behind it."""
    assert top_module.fitted("\x1b[1mabcdef\x1b[0m", 4) == "abc…"
    assert top_module.fitted("\x1b[1mabc\x1b[0m", 4) == "\x1b[1mabc\x1b[0m"
    assert top_module.fitted("\u53d6\u5f15\u53d6\u5f15", 5) == "\u53d6\u5f15…"  # two places each
