"""The progress line says what runs, when something has changed, and on a terminal alone."""

import io
import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from redengine import Session, current_job
from redengine.runtimes.output import capture
from redengine.scheduler.jobs.progress import ProgressLine, can_have_line, clock_text, described

WAIT_S = 30
NOW = datetime(2026, 1, 1, tzinfo=UTC)
TERMINAL = {"TERM": "xterm"}


class Terminal(io.StringIO):
    """A stream that says it is a terminal, and wakes who waits for a text."""

    encoding = "utf-8"

    def __init__(self):
        super().__init__()
        self.changed = threading.Condition()

    def isatty(self):
        return True

    def write(self, text):
        with self.changed:
            self.changed.notify_all()
            return super().write(text)

    def wait_for(self, text, after=0):
        with self.changed:
            found = self.changed.wait_for(lambda: text in self.getvalue()[after:], WAIT_S)
        assert found, self.getvalue()


def running(task="fetch", progress=None, seconds=45, status="run"):
    """A job as the line looks at it."""
    return SimpleNamespace(
        task=task, progress=progress, started_at=NOW - timedelta(seconds=seconds), status=status
    )


def told(done, total=None, text=None, eta=None):
    return {"done": done, "total": total, "text": text, "eta": eta}


@pytest.mark.parametrize(
    ("job", "text"),
    [
        (running(), "fetch 0:45"),
        (running(progress=told(3, 10, "on", 105.0)), "fetch [###.......]  30% on 0:45 eta 1:45"),
        (running(progress=told(10, 10)), "fetch [##########] 100% 0:45"),
        (running(progress=told(1234)), "fetch 1234 0:45"),
        (running(progress=told(0, 0)), "fetch 0 0:45"),
        (
            running(progress=told(1, 2, None, 9.0), status="paused"),
            "fetch [#####.....]  50% 0:45 paused",
        ),
        (running(task="a\x1b[2Jb", progress=told(1, None, "c\nd")), "a [2Jb 1 c d 0:45"),
    ],
)
def test_a_job_is_described_in_a_few_words(job, text):
    """Name, bar and percent where there is a total, text, elapsed time, estimate or pause."""
    assert described(job, NOW) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (7.9, "0:07"), (754, "12:34"), (3723, "1:02:03"), (-5, "0:00")],
)
def test_a_span_is_shown_as_a_clock_does(seconds, text):
    """Hours only where there are some."""
    assert clock_text(seconds) == text


@pytest.mark.parametrize(
    ("environment", "has_line"),
    [
        ({"TERM": "xterm"}, True),
        ({"TERM": "xterm", "NO_COLOR": ""}, True),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
        ({"TERM": "dumb"}, False),
        ({}, False),
    ],
)
def test_the_environment_can_forbid_the_line(environment, has_line):
    """NO_COLOR, TERM=dumb and a missing TERM do; so does what is no terminal."""
    assert can_have_line(Terminal(), environment) is has_line
    assert not can_have_line(io.StringIO(), environment)


@pytest.fixture
def app():
    """A running session, stopped after the test."""
    with Session() as session:
        yield session


@pytest.fixture
def terminal():
    """A fake terminal."""
    return Terminal()


@pytest.fixture
def line(app, terminal, monkeypatch):
    """The session's line on the fake terminal."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    made = ProgressLine(app._core)
    made.start(terminal)
    yield made
    made.stop()


def test_it_follows_a_job_to_its_end(app, terminal, line):
    """It is drawn when a job runs, when it tells something, and erased when it ends."""
    steps = [threading.Event() for _ in range(3)]

    def work():
        for number, step in enumerate(steps):
            assert step.wait(WAIT_S)
            current_job().progress(number + 1, 4, "step")

    app.task(name="work")(work)
    job = app.submit("work")
    terminal.wait_for("work 0:0")
    for number, step in enumerate(steps[:2]):
        step.set()
        terminal.wait_for(f"{25 * (number + 1)}% step")
    before = len(terminal.getvalue())
    steps[2].set()
    assert job.wait(WAIT_S)
    terminal.wait_for(" \r", before)
    assert terminal.getvalue().endswith("\r")


def test_it_sleeps_while_nothing_runs(app, terminal, line):
    """No look is taken at the jobs, however long nothing happens."""
    app.task(name="short")(lambda: None)
    app.submit("short").result(WAIT_S)
    counts = []
    for _ in range(20):
        before = line.looks
        threading.Event().wait(0.5)
        counts.append(line.looks - before)
        if counts[-1] == 0:
            break

    assert counts[-1] == 0


def test_a_burst_of_progress_is_drawn_now_and_then(app, terminal, line):
    """A hundred thousand updates are some ten drawings a second."""
    release = threading.Event()

    def work():
        for number in range(100_000):
            current_job().progress(number, 100_000)
        current_job().progress(99_999, 100_000, "end")
        release.wait()

    app.task(name="work")(work)
    job = app.submit("work")
    terminal.wait_for(" end ")
    drawings = terminal.getvalue().count("work")
    elapsed_s = (datetime.now(UTC) - job.started_at).total_seconds()
    release.set()
    assert job.wait(WAIT_S)

    assert drawings <= 11 * elapsed_s + 2


def test_several_jobs_share_it(app, line):
    """As many as there is room for; the others are counted. Permanent ones are not shown."""
    release = threading.Event()
    begun = threading.Semaphore(0)

    def work():
        current_job().progress(1, 2)
        begun.release()
        release.wait()

    def wait():
        begun.release()
        release.wait()

    app.task(name="server", permanent=True)(wait)
    for name in ("alpha", "beta", "gamma"):
        app.task(name=name)(wait)
    app.task(name="work")(work)
    jobs = [app.submit(name) for name in ("server", "alpha", "beta", "gamma", "work")]
    for _ in jobs:
        assert begun.acquire(timeout=WAIT_S)
    wide, narrow = line.text(200), line.text(40)
    release.set()
    for job in jobs:
        assert job.wait(WAIT_S)

    assert wide.startswith("work [#####.....]  50%")
    for name in ("alpha", "beta", "gamma"):
        assert f" | {name} 0:" in wide
    assert "server" not in wide
    assert narrow.endswith("| +3 more")
    assert line.text(200) == ""


def test_the_configuration_turns_it_off_while_it_runs(app, terminal, line):
    """`progress_line` is looked at each time."""
    release = threading.Event()
    app.task(name="work")(release.wait)
    job = app.submit("work")
    terminal.wait_for("work 0:0")
    app.config.progress_line = False
    assert line.text(80) == ""
    app.config.progress_line = True
    assert line.text(80).startswith("work")
    release.set()
    assert job.wait(WAIT_S)


def test_nothing_is_written_where_there_is_no_terminal(app, monkeypatch):
    """Nor is a thread started, nor output held up."""
    monkeypatch.setenv("TERM", "xterm")
    stream = io.StringIO()
    line = ProgressLine(app._core)
    line.start(stream)
    assert not capture.has_line()
    app.task(name="work")(lambda: current_job().progress(1, 2))
    app.submit("work").result(WAIT_S)
    line.stop()
    assert stream.getvalue() == ""


def test_stopping_erases_it_and_lets_output_pass_again(app, terminal, line):
    """Twice is once."""
    release = threading.Event()
    app.task(name="work")(release.wait)
    job = app.submit("work")
    terminal.wait_for("work 0:0")
    line.stop()
    line.stop()
    assert terminal.getvalue().endswith("\r")
    assert not capture.has_line()
    assert not app._core.events._listeners
    release.set()
    assert job.wait(WAIT_S)
