"""Commands while they run: their end, their output, and what they leave behind."""

import contextlib
import os

import psutil
import pytest

from redengine import Session
from redengine.tasks import CommandTask

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the commands are for a POSIX shell")


@pytest.fixture
def app():
    """A running session."""
    with Session(config={"termination_grace": "1 s", "shutdown_timeout": "1 s"}) as app:
        yield app


def run(app, command, **options):
    """The ended job of a shell command."""
    CommandTask(command, shell=True, name="command", session=app, **options)
    job = app.submit("command")
    assert job.wait(60)
    return job


def texts(app, job, stream="stdout"):
    """What the job has written to a stream."""
    lines = app.output(job.id, limit=100_000)
    return [line["text"] for line in lines if line["stream"] == stream]


def lives(process):
    """Whether a process has not ended; one that is only not collected yet has."""
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


@pytest.mark.parametrize("child", ["sleep 600", "yes", "setsid sleep 600"])
def test_a_background_child_is_not_waited_for(app, child):
    """The job ends with the command, whatever has its streams open, or writes on to them."""
    job = run(app, f"{child} & echo $! >&2; exit 0", timeout="50 s")  # `yes` fills the other stream
    with contextlib.suppress(psutil.NoSuchProcess):  # `yes` ends once nobody reads its stream
        psutil.Process(int(texts(app, job, "stderr")[0])).kill()
    assert job.status == "success"


def test_the_exit_code_counts_beside_a_background_child(app):
    """A command that fails fails, though its child lives on."""
    job = run(app, "sleep 600 & echo $!; echo wrong >&2; exit 3")
    psutil.Process(int(texts(app, job)[0])).kill()
    assert job.status == "fail"
    assert "exit code 3: wrong" in job.error


def test_all_that_was_written_by_the_end_is_kept(app):
    """The output up to the command's end is whole, to the last line without an end."""
    job = run(app, "seq 5000; printf last; seq 3 >&2")
    assert texts(app, job) == [*map(str, range(1, 5001)), "last"]
    assert texts(app, job, "stderr") == ["1", "2", "3"]


def test_ends_of_lines_and_bytes_that_are_no_text(app):
    """Lines end as Python reads text, and what cannot be decoded is replaced."""
    job = run(app, r"printf 'one\r\ntwo\rthree\n\377\n'")
    assert texts(app, job)[:3] == ["one", "two", "three"]
    assert len(texts(app, job)) == 4


def test_one_that_ignores_sigterm_is_killed_at_the_end_of_its_grace(app):
    """The job is not abandoned: its process is dead when it has ended."""
    begun = "trap '' TERM; setsid sleep 600 & echo $$ $!; sleep 600; sleep 600"
    CommandTask(begun, shell=True, name="command", session=app)
    job = app.submit("command")
    assert app.wait_for_output(job.id, 0, 60)
    numbers = [int(number) for number in texts(app, job)[0].split()]
    processes = [psutil.Process(number) for number in numbers]
    job.terminate()
    assert job.wait(60)
    assert (job.status, job.abandoned) == ("terminate", False)
    assert not any(map(lives, processes))


def test_one_that_ends_in_its_grace_takes_along_what_left_its_group(app):
    """What has a session of its own does not outlive a job that was terminated."""
    CommandTask("setsid sleep 600 & echo $!; wait", shell=True, name="command", session=app)
    job = app.submit("command")
    assert app.wait_for_output(job.id, 0, 60)
    left = psutil.Process(int(texts(app, job)[0]))
    job.terminate()
    assert job.wait(60)
    assert job.status == "terminate"
    assert not lives(left)
