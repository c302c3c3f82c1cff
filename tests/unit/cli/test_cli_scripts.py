"""`redengine run`, `check` and `explain`: scripts and conditions, without a server."""

import json
import signal
import subprocess
import sys
import textwrap
import warnings
from datetime import timedelta
from pathlib import Path

import pytest

from redengine.cli.scripts import explaining
from redengine.scheduler.environment import Environment
from redengine.sessions import Session

GOOD = """
    import sys
    from redengine import Session
    from redengine.tasks.api import FlaskAPI

    print("loading", sys.argv)
    app = Session(store="sqlite:///jobs.db", parameters={"city": "Bergen"})

    @app.task("every 10 min")
    def fetch(city): ...

    @app.task("after task 'fetch'", end_cond="time of day after 18:00")
    def report(): ...

    FlaskAPI(port=1)
    if __name__ == "__main__":
        app.start()
        raise RuntimeError("behind the start")
"""


@pytest.fixture
def script(tmp_path):
    """Writes a script; its path."""

    def write(source):
        path = tmp_path / "script.py"
        path.write_text(textwrap.dedent(source), encoding="utf-8")
        return path

    return write


@pytest.fixture
def check(run, script):
    """The report on a script, and the exit code."""

    def invoke(source, *words):
        result = run("check", script(source), "--json", *words)
        return json.loads(result.stdout), result.exit_code

    return invoke


# -- check


def test_check_shows_the_tasks_of_a_script(run, script):
    """With their conditions and where their functions stand; what it prints is on stderr."""
    path = script(GOOD)
    result = run("check", path, "x", "y")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["TASK", "CLASS", "STARTS", "ENDS", "PLACE"]
    assert lines[1].split() == ["fetch", "FuncTask", "every", "10", "minutes", f"{path}:9"]
    assert "time of day after 18:00" in lines[2]
    assert f"loading {[str(path), 'x', 'y']}" in result.stderr


def test_check_starts_nothing_and_opens_no_store(run, script, tmp_path):
    """No file is made, and afterwards sessions are what they were."""
    methods = (Session.__init__, Session.start, Session.run, Environment.open_store)
    run("check", script(GOOD))
    assert {path.name for path in tmp_path.iterdir()} <= {"script.py", "__pycache__"}
    assert (Session.__init__, Session.start, Session.run, Environment.open_store) == methods


@pytest.mark.parametrize("end", ["app.run('fetch')", "with app: pass", "app.start(block=False)"])
def test_every_way_to_start_is_intercepted(check, end):
    """Running once, as a context manager, and in the background."""
    source = f"""
        from redengine import Session
        app = Session()
        @app.task()
        def fetch(): ...
        try:
            {end}
        except Exception:
            raise
        raise RuntimeError("behind the start")
    """
    report, code = check(source)
    assert (report["errors"], code) == ([], 0)


def test_an_error_has_its_place(check):
    """The line of the script, though it is raised deep inside; the tasks before it are shown."""
    report, code = check("""
        from redengine import Session
        app = Session()
        @app.task("daily")
        def one(): ...
        @app.task("dialy after 07:00")
        def two(): ...
        app.start()
    """)
    [error] = report["errors"]
    assert code == 1
    assert error["place"].endswith("script.py:6")
    assert error["message"].startswith("ConditionSyntaxError: ")
    assert [task["name"] for task in report["tasks"]] == ["one"]


@pytest.mark.parametrize(
    ("source", "place", "message"),
    [
        ("x = 1\ndef (", "script.py:2", "SyntaxError"),
        ("import nowhere_to_be_found", "script.py:1", "ModuleNotFoundError"),
        ("print(1)", "script.py", "makes no session"),
        ("from redengine import Session\nSession()", "script.py", "never starts"),
        ("import sys\nsys.exit(3)", "script.py:2", "ended (3) before"),
    ],
)
def test_what_keeps_a_script_from_starting_is_an_error(check, source, place, message):
    """Also that nothing is started at all."""
    report, code = check(source)
    [error] = report["errors"]
    assert code == 1
    assert error["place"].endswith(place)
    assert message in error["message"]


DOUBTFUL = """
    from redengine import Session
    app = Session()
    @app.task("after task 'fecth' | daily")
    def report(): ...
    @app.task("every 1 h")
    def fetch(day, other=1): ...
    @app.task("daily | daily", name="twice")
    def twice(): ...
    app.start()
"""


def test_what_may_not_be_meant_is_a_warning(check):
    """A task that does not exist, a value nobody gives, a condition that is odd."""
    report, code = check(DOUBTFUL)
    messages = [each["message"] for each in report["warnings"]]
    assert code == 1
    assert any("there is no task 'fecth'; did you mean 'fetch'?" in m for m in messages)
    assert any("nobody gives 'day'" in message for message in messages)
    assert any("says the same twice" in message for message in messages)
    assert len(messages) == 3
    codes = {each["code"]: each["fix"] for each in report["warnings"]}
    assert codes == {"unknown-task": "after task 'fetch'", "said-twice": "daily", None: None}
    assert all("script.py" in each["place"] for each in report["warnings"])


def test_warnings_may_be_let_pass(check, run, script):
    """They are shown, and the exit code is 0."""
    report, code = check(DOUBTFUL, "--lenient")
    assert (len(report["warnings"]), code) == (3, 0)
    shown = run("check", script(DOUBTFUL), "--lenient").stdout
    assert "nobody gives 'day'" in shown


def test_warnings_that_are_for_others_are_left_out(check):
    """A deprecation in a library is none of the script's matters; its own are."""
    source = """
        import warnings
        from redengine import Session
        warnings.warn_explicit("of a library", DeprecationWarning, "library.py", 1)
        warnings.warn("of the script", DeprecationWarning)
        Session().start()
    """
    with warnings.catch_warnings():
        report, _ = check(source)
    assert [each["message"] for each in report["warnings"]] == ["of the script"]


def test_a_script_that_is_not_there_is_a_usage_error(run):
    """Of check and of run."""
    assert run("check", "none.py").exit_code == 2
    assert run("run", "none.py").exit_code == 2


# -- run


def test_run_runs_a_script_as_python_would(run, script):
    """As `__main__`, with its arguments, also those that look like options, and its folder."""
    path = script("""
        import helper, sys
        print(__name__, __file__, sys.argv[1:], helper.NAME)
    """)
    path.with_name("helper.py").write_text("NAME = 'beside'", encoding="utf-8")
    result = run("run", path, "a", "--json", "--help")
    assert result.exit_code == 0, result.output
    assert result.stdout == f"__main__ {path} ['a', '--json', '--help'] beside\n"
    assert sys.modules.pop("helper")


def test_an_error_of_a_script_has_its_traceback(run, script):
    """From the script's own line on, and exit code 1."""
    path = script("def go():\n    raise ValueError('no')\ngo()")
    result = run("run", path)
    assert result.exit_code == 1
    assert result.stderr.splitlines()[1].strip() == f'File "{path}", line 3, in <module>'
    assert "runpy" not in result.stderr


def test_a_scripts_own_exit_code_is_kept(run, script):
    """`sys.exit(7)` is exit code 7."""
    assert run("run", script("import sys; sys.exit(7)")).exit_code == 7


def started(*words):
    """A command line in a process of its own."""
    command = [
        sys.executable,
        "-c",
        "from redengine.cli.main import main; main()",
        *map(str, words),
    ]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )


def test_ctrl_c_stops_the_session_of_a_script(script):
    """It shuts down, what is behind the start runs, and the exit code is 0."""
    path = script("""
        from redengine import Session
        app = Session()
        @app.task("every 100 ms")
        def fetch():
            print("started", flush=True)
        app.start()
        print("stopped")
    """)
    with started("run", path) as process:
        for _ in range(3):
            assert process.stdout.readline() == "started\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (out.splitlines()[-1], process.returncode) == ("stopped", 0)
    assert "Traceback" not in err


def test_ctrl_c_ends_a_script_without_a_session(script):
    """Exit code 130, and no traceback."""
    path = script("import time\nprint('ready', flush=True)\nwhile True: time.sleep(0.05)")
    with started("run", path) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert (process.returncode, err.strip()) == (130, "")


# -- explain


def test_explain_tells_a_condition_in_plain_words(run):
    """And the next ten starts of a new task."""
    result = run("explain", "every 10 min & time of day between 08:00 and 08:25",
                 "--from", "2026-01-01T00:00")  # fmt: skip
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "every 10 minutes & time of day between 08:00 and 08:25"
    assert "  - every 10 minutes, the first time at once" in lines
    assert lines[-10] == "  Thu 2026-01-01 08:00 UTC"
    assert lines[-7] == "  Fri 2026-01-02 08:00 UTC"


def test_explain_takes_a_condition_without_quotes(run):
    """And tells as many starts as are asked for, in the zone that is asked for."""
    words = ("--timezone", "Europe/Oslo", "--from", "2026-03-28T00:00", "--starts", "2", "--json")
    told = json.loads(run("explain", "cron", "30", "2", "*", "*", "*", *words).stdout)
    assert told["next"] == ["2026-03-28T02:30:00+01:00", "2026-03-29T03:00:00+02:00"]
    assert told["plain"] == "It starts at 02:30."
    assert [each["code"] for each in told["findings"]] == [
        "skipped-time",
        "doubled-time",
    ]


def test_explain_says_that_a_hash_depends_on_the_task(run, monkeypatch):
    """There is none here, so that the starts are an example."""
    monkeypatch.setattr("redengine.conditions.insight.explained.DEADLINE", timedelta(minutes=1))
    told = run("explain", "cron H 7 * * *", "--starts", "1").stdout
    assert "H is a value of the task's own" in told
    assert "The next starts of a task without a name (H is another value for each name):" in told


def test_explain_knows_the_hash_of_a_task(run):
    """The name of a task decides an H of cron, in its words and its times."""
    told = run(
        "explain", "cron H 7 * * *", "--task", "report", "--from", "2026-01-01", "--starts=2"
    )
    assert told.stdout.splitlines() == [
        "cron h 7 * * *",
        "",
        "Task 'report' with this condition starts",
        "  at 07:35",
        "",
        "The next starts of a new task 'report':",
        "  Thu 2026-01-01 07:35 UTC",
        "  Fri 2026-01-02 07:35 UTC",
    ]


def test_explain_says_what_a_condition_waits_for(run):
    """Where time alone starts nothing."""
    result = run("explain", "after task 'fetch' & param 'mode' is 'fast'")
    assert "what has to happen: after task 'fetch', param 'mode' is 'fast'" in result.stdout


@pytest.mark.parametrize(
    ("condition", "first"),
    [
        ("time of week on Monday", "2026-01-05T00:00:00+00:00"),
        ("time of month on 3rd", "2026-01-03T00:00:00+00:00"),
        ("~time of day before 10:00", "2026-01-01T10:00:00+00:00"),
        ("time of day & time of week on Friday", "2026-01-02T00:00:00+00:00"),
    ],
)
def test_explain_ends_for_a_window(condition, first):
    """The first start is told, and that it goes on for days, not a thousand starts a second."""
    told = explaining.explain_condition(condition, "UTC", "2026-01-01T00:00", 4)
    assert told.to_dict()["next"] == [first]
    assert "as soon as it has ended" in str(told)


def test_explain_gives_up_and_says_how_far_it_looked(monkeypatch):
    """A condition that is looked at again and again in vain ends the search."""
    monkeypatch.setattr("redengine.conditions.insight.explained.DEADLINE", timedelta(0))
    told = explaining.explain_condition("every 1 second", "UTC", "2026-01-01T00:00", 1_000)
    assert told.to_dict()["complete"] is False
    assert "searched until 2026-01-01 00:00 UTC" in str(told)
    none = explaining.explain_condition("after task 'x'", "UTC", "2026-01-01T00:00", 3)
    assert "what has to happen: after task 'x'" in str(none)


def test_explain_copes_with_a_condition_that_always_holds(run):
    """It starts again and again; that is hardly meant, and said so."""
    result = run("explain", "time of day", "--starts", "3", "--from", "2026-01-01T00:00")
    assert "Beware: " in result.stdout
    assert result.stdout.splitlines()[-2:] == [
        "  Thu 2026-01-01 00:00 UTC",
        "From then on it starts again as soon as it has ended.",
    ]


def test_explain_fails_for_a_condition_that_never_holds(run):
    """With the parts that exclude each other, and what may be meant."""
    result = run("explain", "env 'a' & env 'b'")
    assert result.exit_code == 1
    assert "Never: 'env 'a' & env 'b'' can never hold" in result.stdout
    assert "perhaps: env 'a' | env 'b'" in result.stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("evry 10 min",), "did you mean: every 10 min"),
        (("daily before 00:00",), "nothing of a day is before its start"),
        (("daily", "--timezone", "Europe/Olso"), "did you mean 'Europe/Oslo'?"),
        (("daily", "--from", "tomorrow"), "expected a time such as '2026-11-21 07:00'"),
        (("cron 0 0 30 2 *",), "there is no such day"),
    ],
)
def test_what_explain_cannot_read_is_a_usage_error(run, words, message):
    """With the reason, the place and the nearest valid form."""
    result = run("explain", *words)
    assert result.exit_code == 2
    assert message in result.stderr


def test_the_scripts_of_the_examples_pass_the_check(run):
    """They are what users begin with."""
    example = Path(__file__).parents[3] / "examples" / "machine_watch.py"
    result = run("check", example)
    assert result.exit_code == 0, result.output


# -- lines about jobs

FAILING = """
    import logging, sys
    from redengine import Session
    app = Session()

    @app.task()
    def broken():
        raise ValueError("my bug")

    if "configured" in sys.argv:
        logging.basicConfig(format="mine %(message)s")
    with app:
        app.submit("broken").wait(30)
"""


def _stderr_of(script, *words, arguments=()):
    main = "from redengine.cli.main import main; main()"
    command = [sys.executable, "-c", main, "run", *words, str(script(FAILING))]
    done = subprocess.run(
        [*command, *arguments], capture_output=True, text=True, timeout=120, check=True
    )
    return done.stderr


def test_run_tells_of_jobs_on_stderr(script):
    """The start is an INFO line; the failure an ERROR line with one traceback."""
    told = _stderr_of(script)
    assert " INFO task 'broken' starts" in told
    assert " ERROR task 'broken' failed" in told
    assert told.count("Traceback") == 1


def test_run_tells_of_jobs_as_json(script):
    """Each line is an object with the level, the message, the action, the task and the job."""
    lines = [json.loads(line) for line in _stderr_of(script, "--log-format", "json").splitlines()]
    starts, failed = (each for each in lines if each.get("task") == "broken")
    assert (starts["action"], failed["action"]) == ("run", "fail")
    assert failed["level"] == "ERROR"
    assert failed["job_id"] == starts["job_id"]
    assert "my bug" in failed["message"]
    assert "ValueError: my bug" in failed["traceback"]


def test_a_script_that_configures_logging_has_its_own_lines_only(script):
    """The failure is told once, in the script's own format."""
    told = _stderr_of(script, arguments=["configured"])
    assert told.count("Traceback") == 1
    assert told.count("mine task 'broken' failed") == 1
    assert " ERROR task" not in told
