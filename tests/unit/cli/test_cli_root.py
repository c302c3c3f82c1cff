"""The command itself: global options, exit codes, hints, completion, a light start, pipes."""

import json
import os
import shutil
import subprocess
import sys

import httpx
import pytest

from redengine.cli import errors as exits
from redengine.cli.main import redengine

MAIN = [sys.executable, "-c", "from redengine.cli.main import main; main()"]


def answering(**answer):
    """A transport that gives one answer."""
    return httpx.MockTransport(lambda request: httpx.Response(**answer))


@pytest.mark.parametrize(
    "words",
    [("--json", "params", "list"), ("params", "--json", "list"), ("params", "list", "--json"),
     ("--json", "params"), ("params", "--json")],
    ids=" ".join,
)  # fmt: skip
def test_a_global_option_stands_anywhere(call, words):
    """Before the command, after it, and between the two."""
    assert json.loads(call(*words).stdout)["city"] == "Bergen"


@pytest.mark.parametrize("place", ["before", "after"])
def test_where_the_api_is_can_be_said_anywhere(live, run, place):
    """And wins over the environment."""
    at = ("--url", live.api.url)
    words = (*at, "params", "get", "city") if place == "before" else ("params", "get", "city", *at)
    result = run(*words, env={"REDENGINE_URL": "http://127.0.0.1:1"})
    assert result.stdout == "Bergen\n"


def test_a_listing_group_finds_its_command_behind_global_options(live, run):
    """The value of --url is not taken for a command."""
    assert run("params", "--url", live.api.url, "-q", "get", "city").stdout == "Bergen\n"
    assert "city" in run("params", "--url", live.api.url).stdout
    assert run("tasks", "--help").stdout.startswith("Usage: redengine tasks [OPTIONS] COMMAND")


def test_options_come_from_the_environment(call):
    """Each has a variable."""
    assert json.loads(call("params", env={"REDENGINE_JSON": "1"}).stdout)
    assert call("params", "set", "a=1", env={"REDENGINE_QUIET": "1"}).stderr == ""


def test_quiet_leaves_out_talk_alone(call):
    """Data and errors stay."""
    assert call("params", "set", "a=1").stderr == "set: a\n"
    assert call("params", "set", "a=1", "--quiet").stderr == ""
    assert call("-q", "params", "get", "a").stdout == "1\n"
    assert call("-q", "params", "get", "b").stderr.startswith("Error: ")


@pytest.mark.parametrize(
    ("words", "env", "has_color"),
    [((), {}, True), (("--no-color",), {}, False), ((), {"NO_COLOR": "anything"}, False),
     ((), {"NO_COLOR": ""}, True)],
)  # fmt: skip
def test_colours_can_be_switched_off(call, words, env, has_color):
    """By option, or by the variable that other programs know."""
    shown = call("params", *words, env=env, color=True).stdout
    assert ("\x1b[" in shown) == has_color


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("taks",), "did you mean 'tasks'?"),
        (("tasks", "shwo", "x"), "did you mean 'show'?"),
        (("tasks", "list", "--statsu", "x"), "--status"),
        (("next", "--huors", "3"), "--hours"),
        (("zzzz",), "known are run, serve, check"),
    ],
)
def test_the_nearest_command_or_option_is_named(run, words, hint):
    """And the exit code is 2."""
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert hint in result.stderr


def test_a_server_that_is_not_there_is_exit_code_5(run):
    """And the reason is told, as JSON for programs."""
    result = run("--url", "http://127.0.0.1:1", "tasks", "--json")
    assert (result.exit_code, result.stdout) == (5, "")
    assert json.loads(result.stderr)["error"] == "UNREACHABLE"


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [(400, "VALIDATION_ERROR", 2), (401, "UNAUTHORIZED", 4), (403, "FORBIDDEN", 4),
     (404, "NOT_FOUND", 3), (405, "METHOD_NOT_ALLOWED", 2), (409, "CONFLICT", 4),
     (410, "GONE", 3), (413, "TOO_LARGE", 2), (428, "PRECONDITION_REQUIRED", 4),
     (500, "INTERNAL_ERROR", 5), (501, "NOT_IMPLEMENTED", 5)],
)  # fmt: skip
def test_an_answers_status_has_its_exit_code(run, status, code, expected):
    """Whatever the error's code is."""
    envelope = {"error": code, "message": "no", "details": {}}
    result = run("tasks", transport=answering(status_code=status, json=envelope))
    assert result.exit_code == expected


def test_something_else_that_answers_is_exit_code_5(run):
    """A page of a proxy is not the API."""
    result = run("tasks", transport=answering(status_code=200, text="<html>"))
    assert result.exit_code == 5


@pytest.mark.parametrize("words", [("--url", "ftp://x", "tasks"), ("tasks", "--api-key", "a b")])
def test_a_setting_that_does_not_fit_is_exit_code_2(run, words):
    """Nothing is sent."""
    assert run(*words).exit_code == 2


def test_a_key_is_shown_in_no_error(run):
    """Not even where what answers repeats it."""
    transport = answering(status_code=200, text="you said s3cret-key")
    result = run("tasks", "--api-key", "s3cret-key", transport=transport)
    assert result.exit_code == 5
    assert "s3cret-key" not in result.output


def test_what_a_server_sends_is_not_obeyed_by_the_terminal(run):
    """Names, statuses and messages, in tables and in single facts."""
    evil = "x\x1b]0;owned\x07\u202e"
    task = {"name": evil, "status": evil, "start_cond": evil, "class": evil, "tags": [evil]}
    for words, answer in (
        (("tasks",), [task]),
        (("tasks", "show", "x"), task),
        (("jobs",), [{"job_id": evil, "task": evil, "status": evil, "error": evil}]),
        (("params",), {evil: evil}),
        (("tasks", "--json"), [task]),
        (("keys",), [{"name": evil, "scopes": [evil], "tasks": evil, "source": evil}]),
    ):
        result = run(*words, transport=answering(status_code=200, json=answer))
        assert result.exit_code == 0, result.output
        assert not {"\x1b", "\x07", "\u202e"} & set(result.output)


def test_a_character_that_the_terminal_lacks_is_shown_by_number():
    """The command does not end because of it."""
    env = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run(
        [*MAIN, "explain", "param '日' exists"], env=env, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert rb"\u65e5" in done.stdout


@pytest.mark.parametrize("words", [["--help"], ["tasks", "--help"], ["completion", "bash"]])
def test_the_command_line_starts_without_the_scheduler(words):
    """Nor with a web framework, a database library or an HTTP client."""
    script = (
        "import sys\nfrom redengine.cli.main import redengine\n"
        f"redengine.main({words}, prog_name='redengine', standalone_mode=False)\n"
        "print(*sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stderr.split())
    heavy = {
        "flask",
        "sqlalchemy",
        "httpx",
        "pydantic",
        "redengine.scheduler",
        "redengine.conditions",
    }
    assert heavy & loaded == set()
    assert "redengine.cli.main" in loaded


def test_driving_a_session_needs_no_scheduler():
    """What talks HTTP imports the client and nothing below it."""
    script = (
        "import sys\nfrom redengine.cli.main import redengine\n"
        "try: redengine.main(['--url', 'http://127.0.0.1:1', 'tasks'])\n"
        "except SystemExit as error: print(error.code, *sorted(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    code, *loaded = done.stdout.split()
    assert code == "5"
    assert {"flask", "sqlalchemy", "redengine.scheduler", "redengine.conditions"} & {
        *loaded
    } == set()


def test_a_reader_that_has_gone_ends_the_command_quietly():
    """As `| head` does: no traceback, exit code 141."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [*MAIN, "completion", "bash"], stdout=writer, stderr=subprocess.PIPE, check=False
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (exits.PIPE_CLOSED, b"")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_of_the_shell(run, shell):
    """One that its shell can read, where there is one here."""
    result = run("completion", shell)
    assert result.exit_code == 0
    assert "_REDENGINE_COMPLETE" in result.stdout
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=result.stdout, text=True, check=True)


def test_completion_completes_commands_and_options():
    """What the script of bash asks for."""

    def completed(*words):
        env = {**os.environ, "_REDENGINE_COMPLETE": "bash_complete",
               "COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}  # fmt: skip
        done = subprocess.run(MAIN, env=env, capture_output=True, text=True, check=False)
        return [line.partition(",")[2] for line in done.stdout.splitlines()]

    assert completed("redengine", "ta") == ["tasks"]
    assert completed("redengine", "jobs", "re") == ["result", "resume", "rerun"]
    assert completed("redengine", "next", "--ho") == ["--hours"]


def test_completion_of_another_shell_is_a_usage_error(run):
    """The three are named."""
    result = run("completion", "tcsh")
    assert result.exit_code == 2
    assert "bash" in result.stderr


def test_every_exit_code_is_in_the_help(run):
    """With what it means."""
    shown = run("--help").stdout
    for code, meaning in exits.MEANINGS.items():
        assert f"{code}" in shown
        assert meaning in shown


def test_the_version_is_told(run):
    """That of the package."""
    from redengine import __version__

    assert run("--version").stdout == f"redengine, version {__version__}\n"


def test_every_command_has_a_help(run):
    """With a sentence of its own."""

    def walk(command, path):
        yield path, command
        for name, each in getattr(command, "commands", {}).items():
            yield from walk(each, (*path, name))

    for path, command in walk(redengine, ()):
        assert command.help, path
        assert run(*path, "--help").exit_code == 0
