"""The command line drives the session as a whole, its runtimes, its changes, and makes tasks."""

import threading

import pytest

from redengine.exceptions import Unreachable


def test_the_session_is_shown(call, read, live):
    """`redengine session` is `redengine session show`."""
    result = call("session")
    assert result.exit_code == 0
    facts = dict(line.split(None, 1) for line in result.stdout.splitlines())
    assert facts["state"] == "running"
    assert facts["tasks"] == str(len(list(live.session.tasks)))
    assert read("session", "show")["state"] == "running"


def test_the_session_is_paused_and_resumed(call, read, live):
    """What it then is, is said; with --json it is data."""
    result = call("session", "pause")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "paused" in result.stderr
    assert live.session.state == "paused"
    assert read("session", "resume")["state"] == "running"
    assert live.session.state == "running"


def test_the_session_is_shut_down(call, live):
    """It stops, and its API with it."""
    assert call("session", "shutdown").exit_code == 0
    live.session.shut_down(timeout=10)  # returns when it has stopped
    assert live.session.state == "stopped"
    result = call("session")
    assert result.exit_code == 5


def test_the_session_is_restarted(call, live):
    """It begins to stop, and comes up again in the same process."""
    live.session.config.restarting = "recall"
    is_up_again = threading.Event()
    live.session.hook("scheduler_startup")(lambda *_: is_up_again.set())
    result = call("session", "restart")
    assert result.exit_code == 0
    assert "the session is" in result.stderr
    assert is_up_again.wait(20)


def test_health_is_a_table_of_checks(call, read):
    """Exit code 0 where all is well."""
    result = call("health")
    assert result.exit_code == 0
    assert "running" in result.stdout.splitlines()[0]
    assert result.stdout.splitlines()[1].split()[:2] == ["CHECK", "STATUS"]
    assert read("health")["state"] == "running"


def test_bad_health_is_exit_code_1(call, live, monkeypatch):
    """The checks are shown all the same."""
    _, checks = live.session.health()
    told = {**checks, "status": "unhealthy"}
    monkeypatch.setattr(live.session, "health", lambda: (False, told))
    result = call("health")
    assert result.exit_code == 1
    assert "CHECK" in result.stdout


def test_a_task_is_made_by_options(call, live):
    """What it does and when it starts have options; the rest is OPTION=VALUE."""
    words = ("--command", "echo hi", "--start-cond", "daily after 07:00", "retries=3")
    result = call("tasks", "create", "hello", *words)
    assert (result.exit_code, result.stdout) == (0, "")
    task = live.session.tasks["hello"]
    assert (task.kind, str(task.start_cond), task.retries) == (
        "CommandTask",
        "daily after 07:00",
        3,
    )


def test_a_task_is_made_of_code_from_stdin(call, read, live):
    """`--code -` reads it; the job's result is then printed by `jobs result`."""
    assert call("tasks", "create", "sum", "--code", "-", input="result = 40 + 2\n").exit_code == 0
    job = read("tasks", "run", "sum", "--wait")
    result = call("jobs", "result", job["job_id"])
    assert (result.exit_code, result.stdout) == (0, "42\n")


def test_a_task_that_exists_is_replaced_if_asked_for(call, live):
    """Without --replace it is refused, and the message names the option."""
    result = call("tasks", "create", "fetch", "--code", "-", input="result = 1")
    assert result.exit_code == 4
    assert "on_exists" not in result.stderr
    assert live.session.tasks["fetch"].kind == "FuncTask"
    result = call("tasks", "create", "fetch", "--code", "-", "--replace", input="result = 1")
    assert result.exit_code == 0
    assert live.session.tasks["fetch"].kind == "CodeTask"


def test_a_result_is_text_or_json(call, live):
    """Text as it is, for a shell; anything else as JSON."""
    live.session.task(name="text")(lambda: "as it is")
    for task, shown in (("text", "as it is\n"), ("fetch", '{\n  "day": "Monday"\n}\n')):
        job = live.session.submit(task)
        assert job.wait(60)
        result = call("jobs", "result", job.id)
        assert (result.exit_code, result.stdout) == (0, shown)


def test_a_job_that_has_not_ended_has_no_result(call, live):
    """Exit code 1, and the option that waits; with it, the result."""
    job = live.started("slow")
    result = call("jobs", "result", job)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "--wait" in result.stderr
    assert call("jobs", "result", job, "--wait-timeout", "10 ms").exit_code == 1
    live.release.set()
    result = call("jobs", "result", job, "--wait")
    assert (result.exit_code, result.stdout) == (0, "null\n")


def test_a_job_that_failed_has_no_result(call, live):
    """Exit code 1, with its error."""
    job = live.session.submit("broken")
    assert job.wait(60)
    result = call("jobs", "result", job.id)
    assert result.exit_code == 1
    assert "ValueError" in result.stderr


def test_changes_are_listed_shown_and_reverted(call, read, live):
    """The newest first; what is undone is as it was."""
    assert call("params", "set", "city=Oslo").exit_code == 0
    (change, *_) = read("changes", "--kind", "change")
    assert (change["resource"], change["method"]) == ("Parameters", "patch")
    assert read("changes", "show", change["id"])["after"] == change["after"]
    assert str(change["id"]) in call("changes").stdout
    result = call("changes", "revert", change["id"])
    assert result.exit_code == 0
    assert f"change {change['id']} is undone" in result.stderr
    assert live.session.parameters["city"] == "Bergen"
    again = read("changes", "--limit", 1)[0]
    assert call("revert", again["id"]).exit_code == 0
    assert live.session.parameters["city"] == "Oslo"


def test_a_change_that_does_not_exist_is_exit_code_3(call):
    """Of `show` and of `revert`."""
    assert call("changes", "show", 999).exit_code == 3
    assert call("revert", 999).exit_code == 3


def test_runtimes_are_made_resized_and_removed(call, read, live):
    """All of it while the session runs."""
    assert call("runtimes", "create", "gpu", "--size", 2).exit_code == 0
    assert read("runtimes", "show", "gpu")["size"] == 2
    assert call("runtimes", "resize", "gpu", 3).exit_code == 0
    listed = {each["runtime_id"]: each for each in read("runtimes")}
    assert listed["gpu"]["size"] == 3
    assert call("runtimes", "default", "gpu").exit_code == 0
    assert live.session.config.execution == "gpu"
    assert call("runtimes", "delete", "gpu").exit_code == 4
    assert call("runtimes", "default", "thread").exit_code == 0
    assert call("runtimes", "delete", "gpu").exit_code == 0
    assert call("runtimes", "show", "gpu").exit_code == 3


# -- words


@pytest.mark.parametrize(
    ("words", "said", "unsaid"),
    [
        (("tasks", "delete", "slow"), "--force", "force=True"),
        (("tasks", "run", "fetch", "--run-at", "soon"), "--run-at:", "run_at"),
        (("tasks", "run", "fetch", "--timeout", "soon"), "--timeout:", "Error: timeout"),
        (("next", "--task", "nobody"), "nobody", "task="),
        (("jobs", "--sort", "colour"), "--sort:", "$sort"),
        (("runtimes", "create", "a/b"), "NAME:", "runtime_id"),
        (("tasks", "create", "x"), "--command, --code or --func", "class"),
        (("explain", "daily", "--from", "soon"), "--from:", "start:"),
        (("logs", "--action", "colour"), "'inaction'", "nothing"),
        (("jobs", "--status", "colour"), "'queued'", "nothing"),
        (("tasks", "--status", "colour"), "'queued'", "nothing"),
    ],
)
def test_errors_name_options(call, live, words, said, unsaid):
    """What a program is told by Python's names is said by the options of the command."""
    live.started("slow")
    result = call(*words)
    assert result.exit_code in {2, 3, 4}
    assert said in result.stderr
    assert unsaid not in result.stderr


def test_a_server_that_is_away_and_a_key_that_is_missing_name_options(run, live, monkeypatch):
    """`--url` and `--api-key` are the options to look after."""

    class Away:
        def handle_request(self, request):
            raise Unreachable("http://127.0.0.1:1", "refused", "Say it with Client(url) or X")

        def close(self):
            pass

    stderr = run("tasks", transport=Away()).stderr
    assert "Say it with --url" in stderr
    assert "Client(" not in stderr
    live.session.api_keys  # noqa: B018 - the live session takes keys
    monkeypatch.setenv("REDENGINE_URL", live.api.url)
    assert run("keys", "create", "root", "--scope", "admin").exit_code == 0
    stderr = run("tasks").stderr
    assert "--api-key" in stderr
    assert "api_key=" not in stderr


def test_help_has_no_literal_control_characters(run):
    """What keeps click from filling lines is not shown to people."""
    for words in (("--help",), ("completion", "--help")):
        shown = run(*words).stdout
        assert "\\b" not in shown
        assert "\b" not in shown
    lines = run("completion", "--help").stdout.splitlines()
    assert any(line.strip().startswith("zsh:") for line in lines)
