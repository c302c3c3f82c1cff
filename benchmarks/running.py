"""Running one measurement as processes of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from typing import Any, Self

from benchmarks.environments import ROOT, python_of
from benchmarks.probe import cpu_s_of

_TIMEOUT_S = 240
_ENVIRONMENT_OF = {"ours": "own", "floor": "own", "apscheduler": "apscheduler"}


class MeasurementFailed(Exception):
    """A measured process ended without figures."""


def environment_of(side: str) -> str:
    """The environment in which a side runs."""
    return _ENVIRONMENT_OF.get(side, side)


def _variables() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "0", "TZ": "UTC"}


def _command(environment: str, module: str, *arguments: object) -> list[str]:
    return [python_of(environment), "-m", module, *map(str, arguments)]


def _figures(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text.strip().splitlines()[-1])
    return found


def measure(measurement: str, side: str, *arguments: object) -> dict[str, Any]:
    """The figures of one measurement of a scheduler.

    Raises:
        MeasurementFailed: it ended without figures.
    """
    command = _command(environment_of(side), f"benchmarks.measures.{measurement}", side, *arguments)
    return _run(command)


def _run(command: list[str]) -> dict[str, Any]:
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=_variables(),
            capture_output=True,
            text=True,
            timeout=_TIMEOUT_S,
            check=False,
        )
        return _figures(done.stdout)
    except (subprocess.TimeoutExpired, ValueError, IndexError) as error:
        said = getattr(error, "stderr", None) or (done.stderr if "done" in locals() else "")
        raise MeasurementFailed(f"{' '.join(command[2:])}: {error!r} {said!s:.2000}") from None


class Server:
    """A server of `benchmarks.servers` in a process of its own, stopped at the end of the block."""

    def __init__(self, module: str, environment: str, *arguments: object) -> None:
        self._command = _command(environment, f"benchmarks.servers.{module}", *arguments)
        self.port = 0
        self.found: dict[str, Any] = {}

    def __enter__(self) -> Self:
        self._said = tempfile.TemporaryFile("w+")
        self._process = subprocess.Popen(
            self._command,
            cwd=ROOT,
            env=_variables(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            text=True,
        )
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            self._process.kill()
            self._process.wait()
            self._said.seek(0)
            said = self._said.read()[-2000:]
            raise MeasurementFailed(f"{' '.join(self._command[2:])}: no word from it: {said}")
        self.port = json.loads(line)["port"]
        return self

    def load(self, seconds: float, *request: str, connections: int = 4) -> dict[str, Any]:
        """Load it with one kind of request (method, path, body) for so long."""
        request = (*request, "")[:3]
        command = [sys.executable, "-m", "benchmarks.load", str(self.port), json.dumps(request)]
        used = cpu_s_of(self._process.pid)
        options = ("--seconds", str(seconds), "--connections", str(connections))
        found = _run([*command, *options])
        used = cpu_s_of(self._process.pid) - used
        return {**found, "server_cpu_ms": used / max(1, found["requests"]) * 1000}

    def mark(self) -> None:
        """Tell a server with a ticker that what counts begins now."""
        if self._process.stdin:
            self._process.stdin.write("\n")
            self._process.stdin.flush()

    def __exit__(self, *_: object) -> None:
        try:
            output, _ = self._process.communicate("", timeout=20)
            self.found = _figures(output)
        except (subprocess.TimeoutExpired, ValueError, IndexError):
            self._process.kill()
            self._process.wait()
        finally:
            self._said.close()
