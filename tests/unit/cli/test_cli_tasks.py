"""`redengine tasks` and `redengine jobs` on a real session."""

import json
from types import SimpleNamespace

import pytest

from redengine.cli import following
from redengine.cli.printing import Printer
from redengine.exceptions import NotFound, Unreachable, WaitTimeout


def test_tasks_lists_the_tasks_when_no_command_is_named(call, live):
    """`redengine tasks` is `redengine tasks list`."""
    live.session.task("daily at 07:00", name="morning")(lambda: None)
    result = call("tasks")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].split()[:3] == ["NAME", "STATUS", "NEXT"]
    assert "after task 'fetch'" in result.stdout


def test_a_list_is_json_for_programs(read):
    """`--json` gives the API's objects."""
    names = [task["name"] for task in read("tasks")]
    assert {"fetch", "report", "broken", "slow"} <= set(names)


def test_a_list_takes_filters_in_the_apis_language(read):
    """Operators, several values of a field, sorting and limits are passed on."""
    assert [each["name"] for each in read("tasks", "list", "name$regex=rep")] == ["report"]
    found = read("tasks", "list", "name=slow", "name=fetch", "--sort", "-name", "--limit", 1)
    assert [each["name"] for each in found] == ["slow"]
    assert [each["name"] for each in read("tasks", "--name", "bro")] == ["broken"]


def test_an_empty_list_says_so_on_stderr(call):
    """Data is empty, talk is not."""
    result = call("tasks", "list", "name=nothing")
    assert (result.stdout, result.stderr) == ("", "nothing to show\n")


def test_show_tells_a_tasks_options(call):
    """A line for each fact that there is."""
    result = call("tasks", "show", "report")
    assert "start_cond" in result.stdout
    assert "after task 'fetch'" in result.stdout
    assert "last_run" not in result.stdout


def test_run_prints_the_id_of_the_job(call, live):
    """The id alone is on stdout, so that a shell can keep it."""
    result = call("tasks", "run", "fetch", "day=Friday", "--job-id", "mine")
    assert result.stdout == "mine\n"
    job = live.session.jobs["mine"]
    assert job.wait(60)
    assert job.parameters["day"] == "Friday"


def test_run_can_wait_for_the_end(call):
    """The exit code is that of the job: 0 when it succeeded."""
    result = call("tasks", "run", "fetch", "--wait", "--job-id", "mine")
    assert (result.exit_code, result.stdout) == (0, "mine\n")
    assert result.stderr.splitlines()[-1] == "success"


def test_run_fails_with_its_job(call):
    """A job that failed is exit code 1, and its error is told without control characters."""
    result = call("tasks", "run", "broken", "-w")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == r"fail: ValueError: no \x1b[2J rows"


def test_run_can_follow_the_output(call):
    """What the job writes is on stdout, escaped; what is said about it is not."""
    result = call("tasks", "run", "noisy", "--follow")
    assert (result.exit_code, result.stdout) == (0, "fetching \\x1b[31mred\n")


class Restarting:
    """A job of a session that goes away while its output is followed, and comes back."""

    def __init__(self):
        self.asked_after = []

    def follow_output(self, *, after):
        """The lines after one; the first time the session goes away in between."""
        self.asked_after.append(after)
        lines = [SimpleNamespace(seq=number, text=f"line {number}") for number in (1, 2, 3)]
        for line in lines:
            if line.seq > after:
                yield line
            if len(self.asked_after) < 3 and line.seq == 2:
                raise Unreachable("http://127.0.0.1:5000", "connection refused", "")


def test_following_goes_on_after_a_restart(monkeypatch, capsys):
    """Each line is shown once, and that the session is away is said once."""
    pauses = []
    monkeypatch.setattr(following, "pause", pauses.append)
    job = Restarting()
    following.show_output(Printer(), job, follow=True, raw=False)
    shown = capsys.readouterr()
    assert shown.out.splitlines() == ["line 1", "line 2", "line 3"]
    assert job.asked_after == [0, 2, 2]
    assert shown.err.count("trying again") == 1
    assert len(pauses) == 2


@pytest.mark.parametrize("error", [NotFound("job", "x"), WaitTimeout("the end of job x", 1.0)])
def test_following_ends_with_what_no_waiting_mends(monkeypatch, error):
    """A job that is forgotten, and a time that is over, are told at once."""

    def fail(**_):
        raise error

    monkeypatch.setattr(following, "pause", lambda _: pytest.fail("it waits"))
    job = SimpleNamespace(follow_output=fail)
    with pytest.raises(type(error)):
        following.show_output(Printer(), job, follow=True, raw=False)


def test_run_follows_in_json_lines(call):
    """Each line is an object, and so is the job at its end."""
    result = call("tasks", "run", "noisy", "--follow", "--json")
    *lines, job = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["text"] for line in lines] == ["fetching \x1b[31mred"]
    assert job["status"] == "success"


def test_run_waits_no_longer_than_it_may(call):
    """A job that goes on past the time is exit code 1, not trouble of the server."""
    result = call("tasks", "run", "slow", "--wait-timeout", "0.2 s")
    assert result.exit_code == 1
    assert "has not ended within 0.2 s" in result.stderr


def test_a_parameter_that_does_not_fit_is_a_usage_error(call):
    """The server's reason is told."""
    result = call("tasks", "run", "fetch", "dya=Friday")
    assert result.exit_code == 2
    assert "day" in result.stderr


@pytest.mark.parametrize("word", ["day", "=x"])
def test_a_parameter_without_a_value_is_a_usage_error(run, word):
    """Nothing is sent."""
    result = run("tasks", "run", "fetch", word)
    assert result.exit_code == 2
    assert "expected NAME=VALUE" in result.stderr


def test_tasks_are_disabled_and_enabled(call, live):
    """Several at a time."""
    assert call("tasks", "disable", "fetch", "report").exit_code == 0
    assert live.session.tasks["fetch"].disabled
    assert "(disabled)" in call("tasks").stdout
    assert call("tasks", "enable", "fetch").exit_code == 0
    assert not live.session.tasks["fetch"].disabled
    assert live.session.tasks["report"].disabled


def test_options_of_a_task_are_set(read, live):
    """Values are JSON where they are, and text elsewhere."""
    changed = read("tasks", "set", "fetch", "start_cond=daily after 07:00", "retries=3")
    assert changed["retries"] == 3
    assert str(live.session.tasks["fetch"].start_cond) == "daily after 07:00"
    read("tasks", "set", "fetch", "start_cond=null")
    assert live.session.tasks["fetch"].start_cond is None


def test_an_option_that_does_not_exist_is_a_usage_error(call):
    """The nearest one is named."""
    result = call("tasks", "set", "fetch", "retry=3")
    assert result.exit_code == 2
    assert "retries" in result.stderr


def test_tasks_are_removed(call, live):
    """They are gone; a second time is exit code 3."""
    assert call("tasks", "delete", "report").exit_code == 0
    assert "report" not in live.session.tasks
    assert call("tasks", "delete", "report").exit_code == 3


def test_a_running_task_is_removed_by_force_only(call, live):
    """Without it the state forbids that: exit code 4."""
    live.started("slow")
    assert call("tasks", "delete", "slow").exit_code == 4
    assert call("tasks", "delete", "slow", "--force").exit_code == 0


def test_jobs_are_listed_newest_first(call, read, live):
    """With their task, status and why they failed."""
    live.session.run("fetch", timeout=60)
    live.session.run("broken", timeout=60)
    result = call("jobs", "list", "--status", "fail")
    assert r"ValueError: no \x1b[2J rows" in result.stdout
    assert [job["task"] for job in read("jobs", "--task", "broken", "--task", "fetch")] == [
        "broken",
        "fetch",
    ]


def test_a_job_is_shown(call, live):
    """A line for each fact."""
    job_id = live.started("fetch")
    live.session.jobs[job_id].wait(60)
    result = call("jobs", "show", job_id)
    assert dict(line.split(None, 1) for line in result.stdout.splitlines())["status"] == "success"

    [job] = live.session.run("noisy", timeout=60)
    told = call("jobs", "show", job.id).stdout
    assert dict(line.split(None, 1) for line in told.splitlines())["exit_code"] == "0"


def test_output_of_a_job_is_shown(call, live):
    """Without what a terminal would obey, unless it is asked for."""
    [job] = live.session.run("noisy", timeout=60)
    assert call("jobs", "output", job.id).stdout == "fetching \\x1b[31mred\n"
    assert call("jobs", "output", job.id, "-f").stdout == "fetching \\x1b[31mred\n"
    assert call("jobs", "output", job.id, "--raw", color=True).stdout == "fetching \x1b[31mred\n"
    assert call("jobs", "output", job.id, "--after", 1).stdout == ""


def test_a_job_is_held_let_go_and_ended(call, live):
    """Pause and resume of a queued job; terminate of a running one, with a reason."""
    call("tasks", "run", "fetch", "--run-at", "2099-01-01T00:00:00Z", "--job-id", "later")
    assert call("jobs", "pause", "later").stderr == "job later: paused\n"
    assert call("jobs", "resume", "later").stderr == "job later: queued\n"
    assert call("jobs", "cancel", "later").stderr == "job later: cancel\n"
    running = live.started("slow")
    assert call("jobs", "terminate", running, "--reason", "lunch").exit_code == 0
    job = live.session.jobs[running]
    assert job.wait(60)
    assert job.status == "terminate"


def test_what_the_state_of_a_job_forbids_is_refused(call, live):
    """A job that has ended cannot be cancelled: exit code 4."""
    [job] = live.session.run("fetch", timeout=60)
    result = call("jobs", "cancel", job.id)
    assert result.exit_code == 4
    assert result.stderr.startswith("Error: ")


def test_a_job_is_run_again(call, live):
    """A new job of the same task with the same parameters."""
    call("tasks", "run", "fetch", "day=Friday", "--job-id", "first", "--wait")
    again = call("jobs", "rerun", "first", "--wait").stdout.strip()
    assert again != "first"
    assert live.session.jobs[again].parameters["day"] == "Friday"


def test_a_job_with_a_secret_is_not_run_again(call, live, monkeypatch):
    """The mask that is shown in its place would become the value."""
    call("tasks", "run", "fetch", "day=*****", "--job-id", "first", "--wait")
    result = call("jobs", "rerun", "first")
    assert result.exit_code == 4
    assert "secret" in result.stderr


@pytest.mark.parametrize(
    "words",
    [("jobs", "show", "none"), ("jobs", "output", "none"), ("jobs", "rerun", "none"),
     ("tasks", "show", "fecth"), ("tasks", "run", "fecth"), ("tasks", "enable", "fecth"),
     ("why", "fecth"), ("next", "--task", "fecth")],
    ids=" ".join,
)  # fmt: skip
def test_what_does_not_exist_is_exit_code_3(call, words):
    """And stdout is empty."""
    result = call(*words)
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith("Error: no ")


def test_the_nearest_task_is_named(call):
    """As the server knows it."""
    assert "did you mean 'fetch'?" in call("tasks", "show", "fecth").stderr


def test_a_write_can_be_tried(call, live):
    """`--dry-run` shows the starts that would change, says how many, and changes nothing."""
    live.session.task("daily at 07:00", name="morning")(lambda: None)
    result = call("tasks", "set", "morning", "start_cond=daily at 08:00", "--dry-run")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].split() == ["CHANGE", "TASK", "AT", "NOTE"]
    assert "nothing is changed: 0 added" in result.stderr
    assert str(live.session.tasks["morning"].start_cond) == "daily at 07:00"


@pytest.mark.parametrize(
    "words",
    [
        ("tasks", "create", "new", "--command", "true", "--start-cond", "daily at 08:00"),
        ("tasks", "create", "morning", "--replace", "--command", "true"),
        ("tasks", "disable", "morning"),
        ("tasks", "disable", "morning", "--reason", "holidays"),
        ("tasks", "enable", "morning"),
        ("tasks", "delete", "morning"),
        ("params", "set", "city=Oslo"),
        ("params", "delete", "city"),
        ("config", "set", "timezone=Europe/Oslo"),
    ],
)
def test_every_write_that_can_move_starts_can_be_tried(call, live, words):
    """The answer is that of the API, as JSON for programs; the session stays as it is."""
    session = live.session
    session.task("daily at 07:00", name="morning")(lambda: None)
    before = session.tasks["morning"].definition(), session.config.snapshot()
    result = call("--json", *words, "--dry-run")
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert {"added", "moved", "removed", "colliding", "cut"} <= found.keys()
    assert (session.tasks["morning"].definition(), session.config.snapshot()) == before
    assert (session.parameters["city"], "new" in session.tasks) == ("Bergen", False)
