"""The cases of the API: all servers stand at once and are loaded by turns, in short slices."""

from __future__ import annotations

import json
import shutil
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from benchmarks.cases import Case, Figures, Pace, apart
from benchmarks.probe import median
from benchmarks.running import MeasurementFailed, Server, environment_of

if TYPE_CHECKING:
    from pathlib import Path

_SLICE_S = 0.5
_EVERYONE = ("floor", "apscheduler", "ours")
_SERVERS = {"ours": "ours", "apscheduler": "flask_aps", "floor": "hello"}
_CODE_TASK = json.dumps({"class": "CodeTask", "code": "print(1)", "start_cond": "daily at 03:00"})
_CRON_JOB = json.dumps(
    {"id": "new-{n}", "func": "benchmarks.sides.aps:nothing", "trigger": "cron", "hour": 3}
)
_PAGE = "/logs?action=fail&action=terminate&$limit=100"

Requests = Mapping[str, Mapping[str, tuple[str, ...]]]
"""By side, the kinds of requests by their names: method, path, body."""

_HELLO = {"hello": ("GET", "/hello")}
_READS: Requests = {
    "floor": _HELLO,
    "apscheduler": {
        "one": ("GET", "/scheduler/jobs/waiting-5"),
        "list": ("GET", "/scheduler/jobs"),
    },
    "ours": {"one": ("GET", "/tasks/waiting-5"), "list": ("GET", "/tasks")},
}
_WRITES: Requests = {
    "floor": _HELLO,
    "apscheduler": {
        "patch": ("PATCH", "/scheduler/jobs/waiting-5", '{"misfire_grace_time": 1{m}}'),
        "post": ("POST", "/scheduler/jobs", _CRON_JOB),
    },
    "ours": {
        "patch": ("PATCH", "/tasks/waiting-5", '{"priority": {m}}'),
        "post": ("POST", "/tasks/new-{n}", _CODE_TASK),
    },
}
_LOGS: Requests = {"floor": _HELLO, "ours": {"logs": ("GET", _PAGE)}}


def http_cases(pace: Pace) -> list[Case]:
    """All of them, in the order of the table."""
    slices = 4

    def reads(tasks: int) -> Case:
        run = _by_turns(_READS, slices, lambda _side: ("--tasks", tasks))
        return Case(name=f"api-{tasks}", run=run, sides=_EVERYONE)

    def writes(tasks: int, *, is_quick: bool) -> Case:
        def arguments(side: str) -> Sequence[Any]:
            store = ("--store", pace.folder / f"{uuid4()}.db") if side == "ours" else ()
            return ("--tasks", tasks, *store)

        run = _by_turns(_WRITES, slices, arguments)
        repeats = 3 if is_quick else 1
        name = f"api-write-{tasks}"
        return Case(name=name, run=run, sides=_EVERYONE, repeats=repeats, is_quick=is_quick)

    def logs(count: int, *, is_quick: bool) -> Case:
        def arguments(side: str) -> Sequence[Any]:
            return ("--store", _copied(_template(pace, count))) if side == "ours" else ()

        run = _by_turns(_LOGS, slices, arguments)
        sides = ("floor", "ours")
        return Case(name=f"api-logs-{count}", run=run, sides=sides, repeats=2, is_quick=is_quick)

    span = pace.seconds(4, 3)
    return [
        *(reads(tasks) for tasks in (100, 1_000, 10_000)),
        writes(1_000, is_quick=True),
        writes(10_000, is_quick=False),
        logs(100_000, is_quick=True),
        logs(1_000_000, is_quick=False),
        Case(name="api-guarded", run=_guarded(slices), sides=("ours",)),
        Case(name="api-hammered", run=apart(lambda side: _hammered(side, span)), sides=_EVERYONE),
    ]


def _by_turns(
    requests: Requests, slices: int, arguments: Callable[[str], Sequence[Any]]
) -> Callable[[Sequence[str]], Mapping[str, Figures]]:
    """Load all servers in turns: whatever else the machine does hits them alike."""

    def run(sides: Sequence[str]) -> Mapping[str, Figures]:
        with ExitStack() as stack:
            try:
                servers = {
                    side: stack.enter_context(
                        Server(_SERVERS[side], environment_of(side), *arguments(side))
                    )
                    for side in sides
                }
                return _slices(servers, requests, slices)
            except MeasurementFailed as error:
                print(f"FAILED: {error}", file=sys.stderr, flush=True)
                return {}

    return run


_GUARDED = {
    "read": ("GET", "/tasks/waiting-5"),
    "write": ("POST", "/tasks/waiting-5/terminate"),
}


def _guarded(slices: int) -> Callable[[Sequence[str]], Mapping[str, Figures]]:
    """What keys, limits and the audit trail add to a request, over one connection, in ms."""

    def run(_sides: Sequence[str]) -> Mapping[str, Figures]:
        taken: dict[str, list[float]] = defaultdict(list)
        with (
            Server("ours", "own", "--guard", "none") as bare,
            Server("ours", "own", "--guard", "all") as guarded,
        ):
            for _ in range(2 * slices):
                for kind, request in _GUARDED.items():
                    spans = [
                        server.load(_SLICE_S, *request, connections=1)["p50_ms"]
                        for server in (bare, guarded)
                    ]
                    taken[f"{kind}_added_ms"].append(spans[1] - spans[0])
        return {"ours": {name: median(values) for name, values in taken.items()}}

    return run


def _slices(
    servers: Mapping[str, Server], requests: Requests, slices: int
) -> Mapping[str, Figures]:
    """The medians over the slices, by side: requests a second, ms each, CPU of the server."""
    taken: dict[tuple[str, str], list[float]] = defaultdict(list)
    for _ in range(slices):
        for side, server in servers.items():
            for kind, request in requests[side].items():
                figures = server.load(_SLICE_S, *request)
                if figures["errors"]:
                    raise MeasurementFailed(f"{side} {kind}: answered {figures['error_status']}")
                taken[side, f"{kind}_s"].append(figures["requests_s"])
                for name in ("p50_ms", "p99_ms", "server_cpu_ms", "generator_cpu"):
                    taken[side, f"{kind}_{name}"].append(figures[name])
    found: dict[str, Figures] = defaultdict(dict)
    for (side, name), values in taken.items():
        found[side][name] = median(values)
    return found


def _template(pace: Pace, count: int) -> Path:
    """A store with so many records, made once a run."""
    from benchmarks.records import make_store

    path = pace.folder / f"{count}.db"
    return path if path.exists() else make_store(path, count)


def _copied(path: Path) -> str:
    return str(shutil.copy(path, path.with_name(f"{uuid4()}.db")))


def _hammered(side: str, seconds: float) -> Figures:
    """The lateness of a 0.1 s task while the list of 1,000 tasks is asked for without end."""
    path = "/scheduler/jobs" if side == "apscheduler" else "/tasks"
    arguments = ("--tasks", 1_000, "--ticker")
    with Server(_SERVERS[side], environment_of(side), *arguments) as server:
        server.mark()
        figures = server.load(seconds, "GET", path)
    return {**server.found, "list_s": figures["requests_s"]}
