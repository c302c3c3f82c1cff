"""A real script in a process of its own, and HTTP to talk to it."""

from __future__ import annotations

import json
import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_WAIT_S = 30


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Script:
    """A running Python script; its output is read line by line."""

    def __init__(self, *arguments, cwd, env=None):
        self.lines = []
        self._new = queue.Queue()
        self.process = subprocess.Popen(
            [sys.executable, "-u", *map(str, arguments)],
            cwd=cwd,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **(env or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        with self.process.stdout as pipe:
            for line in pipe:
                self.lines.append(line.rstrip("\n"))
                self._new.put(line.rstrip("\n"))
        self._new.put(None)

    def wait_for(self, pattern):
        """The match of the next line that has the pattern."""
        while True:
            line = self._new.get(timeout=LONGEST_WAIT_S)
            if line is None:
                raise AssertionError(f"it ended without {pattern!r}:\n" + self.output)
            match = re.search(pattern, line)
            if match:
                return match

    @property
    def output(self):
        return "\n".join(self.lines)

    def end(self, number=signal.SIGINT):
        """Send a signal, wait for the end, give the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(LONGEST_WAIT_S)
        self._reader.join(LONGEST_WAIT_S)
        return code

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(LONGEST_WAIT_S)
        self._reader.join(LONGEST_WAIT_S)


def write_script(folder, name, text) -> Path:
    """A script file in a folder."""
    path = folder / name
    path.write_text(text)
    return path


class Http:
    """Talks JSON to an API on this machine."""

    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"

    def __call__(self, method, path, body=None, **headers):
        """The status and the parsed answer of a request."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=LONGEST_WAIT_S) as answer:
                return answer.status, _parsed(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _parsed(error.read())


def _parsed(text):
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text.decode()
