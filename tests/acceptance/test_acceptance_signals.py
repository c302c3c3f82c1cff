"""Real signals to real scripts, at any instant of whatever their main thread does."""

import contextlib
import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from script import LONGEST_WAIT_S, Script

SCRIPT = Path(__file__).with_name("interrupted.py")
DOING = (
    "submit",
    "submit_and_wait",
    "submit_with_id",
    "cancel",
    "write",
    "change",
    "read",
    "pause",
    "serve",
    "serve",
)


def interrupt(folder, number, dice):
    """Run the script once, send a signal at a random instant, and look at what it leaves."""
    store = "memory" if number % 2 else f"sqlite:///{folder}/jobs-{number}.db"
    doing = DOING[number // 2 % len(DOING)]
    told = f"{store} {doing}"
    sent = signal.SIGTERM if doing == "serve" and number % 4 > 1 else signal.SIGINT
    command = [sys.executable, str(SCRIPT), store, doing]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder
    ) as process:
        try:
            assert process.stdout.readline() == "ready\n", told + process.stderr.read()
            time.sleep(dice.random() * 0.3)  # the instant is what is drawn
            process.send_signal(sent)
            out, errors = process.communicate(timeout=4 * LONGEST_WAIT_S)
        finally:
            process.kill()  # it hangs, if it is still there
    assert process.returncode == 0, told + errors
    check(told, json.loads(out.splitlines()[-1]), errors)
    if store != "memory":
        check_file(told, store.removeprefix("sqlite:///"))


def check(told, found, errors):
    """Every job has ended, every place is free, nothing acknowledged is lost."""
    assert found["stuck"] == [], told
    assert found["ended"], told
    assert found["unknown"] == [], told
    assert found["stopping_s"] < 8, told
    assert "Traceback" not in errors, told + errors


def check_file(told, path):
    """No row tells of a job that runs, and nobody holds a transaction."""
    with contextlib.closing(sqlite3.connect(path, timeout=0)) as file:
        sql = "SELECT count(*) FROM redengine_jobs WHERE status = 'run'"
        assert file.execute(sql).fetchone() == (0,), told
        file.execute("BEGIN IMMEDIATE")
        file.execute("ROLLBACK")


def interrupt_many(folder, numbers, draw):
    """As `interrupt`, a few at a time."""
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(interrupt, folder, each, draw(each)) for each in numbers]:
            done.result()


def test_ctrl_c_at_any_instant_leaves_nothing_stuck(tmp_path):
    """The script goes on: every job ends, every place is free, and it stops at once."""
    interrupt_many(tmp_path, range(20), random.Random)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_ctrl_c_at_two_hundred_instants_leaves_nothing_stuck(tmp_path):
    """The same at instants that nobody chose."""
    interrupt_many(tmp_path, range(200), lambda _number: random.Random())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_task_that_hangs_on_the_main_thread_does_not_keep_it(tmp_path, number):
    """Its code is ended by an exception, and the blocking start returns in time."""
    script = Path(__file__).with_name("hanging_main.py")
    with Script(script, cwd=tmp_path) as running:
        assert running.wait_for("^in (.*)")[1] == "True"
        began = time.monotonic()
        assert running.end(number) == 0
        took_s = time.monotonic() - began
    assert running.lines[-1] == "stopped terminate run"
    assert took_s < 2.5 + 25  # the task would have hung for a minute


def test_a_hook_that_hangs_at_the_start_does_not_keep_the_main_thread(tmp_path):
    """The blocking start returns when the session has stopped."""
    with Script(Path(__file__).with_name("hanging_hook.py"), cwd=tmp_path) as running:
        running.wait_for("^in$")
        began = time.monotonic()
        assert running.end(signal.SIGTERM) == 0
        took_s = time.monotonic() - began
    assert running.lines[-1] == "stopped stopped"
    assert took_s < 2.5 + 25
