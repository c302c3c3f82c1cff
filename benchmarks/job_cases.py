"""The cases of submitted jobs: over HTTP against a bare Flask-RESTful, and from Python."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections import defaultdict
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from benchmarks.cases import Case, Figures, Pace, apart
from benchmarks.probe import median
from benchmarks.running import MeasurementFailed, Server, measure

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_SLICE_S = 0.5
_SLICES = 6
_SIDES = ("floor", "ours")
_SERVERS = {"floor": "rest_dict", "ours": "our_jobs"}
_SUBMISSION = json.dumps({"task": "tiny", "parameters": {}})
_SUBMIT = {"submit": ("POST", "/jobs", _SUBMISSION)}
_READS = {
    "status": ("GET", "/jobs/known"),
    "result": ("GET", "/jobs/known/result"),
    "list": ("GET", "/jobs?$limit=100"),
}
_POSTGRESQL = os.environ.get("REDENGINE_BENCH_POSTGRESQL", "")


def job_cases(pace: Pace) -> list[Case]:
    """All of them, in the order of the table."""

    def in_sqlite(side: str) -> Sequence[Any]:
        return ("--store", pace.folder / f"{uuid4()}.db") if side == "ours" else ()

    def beside_many(side: str) -> Sequence[Any]:
        if side == "ours":
            return ("--store", _copied_template(pace, 100_000))
        return ("--jobs", 100_000)

    return [
        Case(name="jobs-http-memory", run=_by_turns(_SUBMIT, lambda _side: ()), sides=_SIDES),
        Case(name="jobs-http-sqlite", run=_by_turns(_SUBMIT, in_sqlite), sides=_SIDES),
        Case(name="jobs-http-100000", run=_by_turns(_READS, beside_many), sides=_SIDES),
        _case("jobs-first", "memory"),
        _case("jobs-first-sqlite", "sqlite"),
        *(
            _case(f"jobs-{kind}-{count}-{store}", store, "--kind", kind, "--jobs", count)
            for kind in ("thread", "process")
            for count in (1_000, 10_000)
            for store in ("memory", "sqlite")
        ),
        *_on_postgresql(),
    ]


def _case(name: str, store: str, *arguments: object) -> Case:
    options = ("--store", store) if store != "memory" else ()
    is_quick = 10_000 not in arguments
    run = apart(lambda side: measure("jobs", side, *arguments, *options))
    return Case(name=name, run=run, sides=_SIDES, is_quick=is_quick)


def _on_postgresql() -> list[Case]:
    if not _POSTGRESQL:
        return []
    return [
        _case("jobs-first-postgresql", _POSTGRESQL),
        _case("jobs-thread-1000-postgresql", _POSTGRESQL, "--jobs", 1_000),
    ]


def _by_turns(
    requests: Mapping[str, tuple[str, ...]], arguments: Callable[[str], Sequence[Any]]
) -> Callable[[Sequence[str]], Mapping[str, Figures]]:
    """Load both servers in turns, over one connection."""

    def run(sides: Sequence[str]) -> Mapping[str, Figures]:
        with ExitStack() as stack:
            try:
                servers = {
                    side: stack.enter_context(Server(_SERVERS[side], "own", *arguments(side)))
                    for side in sides
                }
                return _slices(servers, requests)
            except MeasurementFailed as error:
                print(f"FAILED: {error}", file=sys.stderr, flush=True)
                return {}

    return run


def _slices(
    servers: Mapping[str, Server], requests: Mapping[str, tuple[str, ...]]
) -> Mapping[str, Figures]:
    taken: dict[tuple[str, str], list[float]] = defaultdict(list)
    for _ in range(_SLICES):
        for kind, request in requests.items():
            for side, server in servers.items():
                figures = server.load(_SLICE_S, *request, connections=1)
                if figures["errors"]:
                    raise MeasurementFailed(f"{side} {kind}: answered {figures['error_status']}")
                for name in ("p50_ms", "p99_ms", "server_cpu_ms"):
                    taken[side, f"{kind}_{name}"].append(figures[name])
    found: dict[str, Figures] = defaultdict(dict)
    for (side, name), values in taken.items():
        found[side][name] = median(values)
    return found


def _copied_template(pace: Pace, count: int) -> str:
    """A copy of a store with so many jobs, which is made once a run."""
    from benchmarks.records import make_jobs_store

    path = pace.folder / f"jobs-{count}.db"
    if not path.exists():
        make_jobs_store(path, count)
    return str(shutil.copy(path, path.with_name(f"{uuid4()}.db")))
