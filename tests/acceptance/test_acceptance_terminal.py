"""The progress line of a real script on a real (pseudo) terminal."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import threading

import pytest
from script import LONGEST_WAIT_S, write_script
from terminal_screen import Screen

pty = pytest.importorskip("pty")

SCRIPT = """
import logging, sys
logging.basicConfig(level=logging.WARNING)

from redengine import Session, current_job

app = Session()

def go_on():
    sys.stdin.readline()

@app.task(name="fetch")
def fetch():
    current_job().progress(1, 4, "reading")
    go_on()
    print("printed by a thread")
    print("half a line, ", end="")
    print("and the rest")
    logging.warning("logged by a thread")
    current_job().progress(2, 4, "reading on")
    go_on()
    crunch = app.submit("crunch")
    crunch.result(60)
    current_job().progress(3, 4, "crunched")
    go_on()
    app.shut_down(wait=False)

@app.task(name="crunch", execution="process")
def crunch():
    print("printed by ", end="")
    print("a process")
    logging.getLogger("crunch").warning("logged by a process")

@app.task(on_startup=True)
def first():
    app.submit("fetch")

app.start()
print("after the end")
"""
PRINTED = [
    "printed by a thread",
    "half a line, and the rest",
    "WARNING:root:logged by a thread",
    "printed by a process",
    "WARNING:crunch:logged by a process",
    "after the end",
]


class OnTerminal:
    """A script whose standard output and error are a pseudo terminal."""

    def __init__(self, path, columns=60, **environment):
        self._ours, theirs = os.openpty()
        import fcntl
        import struct
        import termios

        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, str(path)],
            cwd=path.parent,
            env={**_environment(), "TERM": "xterm", **environment},
            stdin=subprocess.PIPE,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self.written = ""
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        while True:
            try:
                data = os.read(self._ours, 65536)
            except OSError:  # the other side is closed
                data = b""
            if not data:
                return
            with self._changed:
                self.written += data.decode()
                self._changed.notify_all()

    def wait_for(self, text):
        with self._changed:
            found = self._changed.wait_for(lambda: text in self.written, LONGEST_WAIT_S)
        assert found, self.written

    def go_on(self):
        self.process.stdin.write(b"\n")
        self.process.stdin.flush()

    def screen(self):
        screen = Screen()
        screen.feed(self.written)
        return screen

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        if self.process.poll() is None:
            self.process.kill()
        self.process.stdin.close()
        self.process.wait(LONGEST_WAIT_S)
        self._reader.join(LONGEST_WAIT_S)
        os.close(self._ours)


def _environment():
    return {key: value for key, value in os.environ.items() if key != "NO_COLOR"}


def test_the_line_is_drawn_below_all_output_and_erased_at_the_end(tmp_path):
    """Prints and log records, of threads and processes, stand whole above it."""
    with OnTerminal(write_script(tmp_path, "app.py", SCRIPT)) as script:
        script.wait_for("fetch [##........]  25% reading")
        script.go_on()
        script.wait_for("50% reading on")
        assert script.screen().rows[-1].startswith("fetch [#####.....]  50% reading on")
        script.go_on()
        script.wait_for("75% crunched")
        script.go_on()
        assert script.process.wait(LONGEST_WAIT_S) == 0
        script.wait_for("after the end")
        screen = script.screen()

    assert screen.rows == [*PRINTED, ""]
    assert "\x1b" not in script.written


@pytest.mark.parametrize("environment", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_the_environment_turns_the_line_off(tmp_path, environment):
    """Then there are the prints and the log records alone."""
    with OnTerminal(write_script(tmp_path, "app.py", SCRIPT), **environment) as script:
        for _ in range(3):
            script.go_on()
        assert script.process.wait(LONGEST_WAIT_S) == 0
        script.wait_for("after the end")

    assert script.written.replace("\r\n", "\n") == "\n".join([*PRINTED, ""])


def test_a_narrow_terminal_gets_a_short_line(tmp_path):
    """The line never takes a whole row, so the terminal does not wrap it."""
    with OnTerminal(write_script(tmp_path, "app.py", SCRIPT), columns=20) as script:
        script.wait_for("fetch [##......")
        assert len(script.screen().rows[-1]) <= 19


def test_nothing_is_drawn_into_a_pipe(tmp_path):
    """Where the output is no terminal, it is as if there were no line."""
    path = write_script(tmp_path, "app.py", SCRIPT)
    ended = subprocess.run(
        [sys.executable, str(path)],
        cwd=tmp_path,
        env={**_environment(), "TERM": "xterm"},
        input=b"\n\n\n",
        capture_output=True,
        timeout=LONGEST_WAIT_S,
        check=True,
    )
    assert b"\r" not in ended.stdout + ended.stderr
    assert b"25%" not in ended.stdout + ended.stderr


CONDITION = "daily between 07:00 and 19:00 & after task 'fetch' & param 'stage' is 'production'"
TABLE = f"""
from redengine import Session

app = Session()
app.parameters["stage"] = "test"
app.task("every 10 min", name="fetch")(lambda: None)
app.task({CONDITION!r}, name="report")(lambda: None)
app.start()
"""
CHECK = "from redengine.cli.main import main; main()", "check", "script.py"


def on_a_terminal(folder, columns):
    """The lines that a command of the command line shows on a terminal of this width."""
    fcntl, termios = pytest.importorskip("fcntl"), pytest.importorskip("termios")
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environ = {key: each for key, each in os.environ.items() if key not in {"COLUMNS", "LINES"}}
    command = [sys.executable, "-c", *CHECK, "--no-color"]
    process = subprocess.Popen(command, cwd=folder, env=environ, stdout=theirs, stderr=theirs)
    os.close(theirs)
    shown = b"".join(_chunks(ours))
    os.close(ours)
    assert process.wait(LONGEST_WAIT_S) == 0, shown
    return shown.decode().splitlines()


def _chunks(terminal):
    while True:
        try:
            chunk = os.read(terminal, 4096)
        except OSError:  # how Linux says that the other side is closed
            return
        if not chunk:
            return
        yield chunk


def test_a_table_stays_within_the_terminal(tmp_path):
    """80 columns break it between words only; what is piped is a line an entry."""
    write_script(tmp_path, "script.py", TABLE)
    lines = on_a_terminal(tmp_path, 80)
    assert max(map(len, lines)) <= 80
    words = [word for line in lines for word in line.split()]
    assert [word for word in CONDITION.split() if word not in words] == []
    assert CONDITION in " ".join(on_a_terminal(tmp_path, 200))
    piped = subprocess.run(
        [sys.executable, "-c", *CHECK],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=LONGEST_WAIT_S,
        check=True,
    )
    assert any(CONDITION in line for line in piped.stdout.splitlines())
