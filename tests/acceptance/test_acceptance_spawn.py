"""Programs that use `multiprocessing` in its spawn mode, as all do on macOS and Windows."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import multiprocessing
import os
from multiprocessing import get_context

import helper
from redengine import Session

print("the script is imported", flush=True)
SCALE = 10


def scaled(number):
    return SCALE * number


def record(answers):
    answers.put(os.getpid())


app = Session()


@app.task(execution="process")
def in_a_worker():
    return os.getpid(), scaled(2), multiprocessing.get_start_method()


@app.task(execution="process")
def pool_in_a_worker():
    with get_context("spawn").Pool(2) as pool:
        return pool.map(helper.doubled, range(3))


@app.task()
def pool_in_a_thread():
    with get_context("spawn").Pool(2) as pool:
        return pool.map(scaled, range(3))


def main():
    with app:
        pid, value, _ = app.submit(in_a_worker).result(60)
        assert pid != os.getpid()
        assert value == 20
        assert app.submit(pool_in_a_worker).result(60) == [0, 2, 4]
        assert app.submit(pool_in_a_thread).result(60) == [0, 10, 20]
        answers = multiprocessing.Queue()
        child = multiprocessing.Process(target=record, args=(answers,))
        child.start()
        assert answers.get(timeout=60) == child.pid
        child.join(60)
        assert child.exitcode == 0
    print("all is well")


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    main()
"""


def test_spawned_processes_live_beside_worker_processes(tmp_path):
    """Workers, pools in tasks of both kinds, and the program's own processes all do their work."""
    (tmp_path / "helper.py").write_text("def doubled(number):\n    return 2 * number\n")
    (tmp_path / "script.py").write_text(SCRIPT)
    command = [sys.executable, "-W", "error", "script.py"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=110, check=False
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[-1] == "all is well"
    assert done.stderr == ""
    # The program's start, two processes of the thread's pool, and its own child.
    # They share the pipe: unbuffered, two may write their texts before either ends its line.
    assert done.stdout.count("the script is imported") >= 3
