"""The Tab key completes names that the running session knows."""

import pytest
from click.shell_completion import ShellComplete

from redengine.cli.main import redengine


@pytest.fixture
def completed(call):
    """The words that complete a command line; the last one may be begun."""
    del call  # the live session is found by the environment

    def invoke(*words):
        complete = ShellComplete(redengine, {}, "redengine", "_REDENGINE_COMPLETE")
        return [item.value for item in complete.get_completions(list(words[:-1]), words[-1])]

    return invoke


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("tasks", "run", "f"), ["fetch"]),
        (("tasks", "show", "re"), ["report"]),
        (("tasks", "disable", "fetch", "f"), []),
        (("why", "br"), ["broken"]),
        (("logs", "--task", "n"), ["noisy"]),
        (("next", "--task", "s"), ["slow"]),
        (("tasks", "run", "fetch", "--runtime", "thr"), ["thread"]),
        (("runtimes", "show", "pro"), ["process"]),
        (("params", "get", "c"), ["city"]),
        (("config", "show", "max_thr"), ["max_threads"]),
    ],
)
def test_names_are_completed(completed, words, found):
    """Those that begin as the word does, without those that are there already."""
    assert completed(*words) == found


def test_ids_of_jobs_are_completed(completed, live):
    """Of all jobs where one is shown, of active ones where one is ended."""
    ended = live.session.submit("fetch")
    assert ended.wait(60)
    active = live.started("slow")
    assert {ended.id, active} <= set(completed("jobs", "show", ""))
    assert completed("jobs", "terminate", active[:20]) == [active]
    assert ended.id not in completed("jobs", "terminate", "")


def test_numbers_of_changes_are_completed(completed, call):
    """The newest first."""
    call("params", "set", "city=Oslo")
    assert "1" in completed("revert", "")


def test_options_say_which_session_is_asked(completed, live, monkeypatch):
    """An address on the command line wins, before the command and after it."""
    monkeypatch.setenv("REDENGINE_URL", "http://127.0.0.1:1")
    assert completed("tasks", "run", "f") == []
    assert completed("--url", live.api.url, "tasks", "run", "f") == ["fetch"]


def test_a_name_that_a_terminal_would_obey_is_left_out(completed, live):
    """A parameter may be called anything; the shell gets what it can take."""
    live.session.parameters["c\x1b[2J"] = 1
    assert completed("params", "get", "c") == ["city"]
