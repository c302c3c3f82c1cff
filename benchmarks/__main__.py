"""`python -m benchmarks`: measure, print the table, keep the raw figures."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import time
from collections import defaultdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from benchmarks.cases import Case, Pace
from benchmarks.environments import ROOT, python_of
from benchmarks.http_cases import http_cases
from benchmarks.job_cases import job_cases
from benchmarks.report import table
from benchmarks.scheduler_cases import scheduler_cases

if TYPE_CHECKING:
    from pathlib import Path

_RESULTS = ROOT / "benchmarks" / "results"


def main() -> int:
    given = _arguments()
    pace = Pace(is_quick=given.quick)
    try:
        cases = _chosen(pace, given.only)
        if not cases:
            names = ", ".join(case.name for case in _all(pace))
            print(f"nothing of that name; there are: {names}", file=sys.stderr)
            return 2
        for environment in ("apscheduler", "rocketry"):
            python_of(environment)
        began = time.monotonic()
        results = _measure(cases, 1 if given.quick else given.repeats, given.sides)
        print(table(results))
        path = _keep(results, is_quick=given.quick)
        print(f"\n{time.monotonic() - began:.0f} s; raw figures in {path}")
    finally:
        shutil.rmtree(pace.folder, ignore_errors=True)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="+", default=[], help="cases by name, or its first words")
    parser.add_argument("--quick", action="store_true", help="once, shorter, without the largest")
    parser.add_argument("--repeats", type=int, default=3, help="at most so many turns; 3")
    parser.add_argument("--sides", nargs="+", help="only these: ours floor apscheduler rocketry")
    return parser.parse_args()


def _all(pace: Pace) -> list[Case]:
    return [*scheduler_cases(pace), *http_cases(pace), *job_cases(pace)]


def _chosen(pace: Pace, only: list[str]) -> list[Case]:
    return [
        case
        for case in _all(pace)
        if (any(f"{case.name}-".startswith(f"{name}-") for name in only) if only else True)
        and (only or case.is_quick or not pace.is_quick)
    ]


def _measure(
    cases: list[Case], repeats: int, sides: list[str] | None
) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """All cases in turn, each on all of its sides, then once more."""
    results: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for turn in range(repeats):
        for case in cases:
            if turn >= case.repeats:
                continue
            began = time.monotonic()
            found = case.run([side for side in case.sides if sides is None or side in sides])
            for side, figures in found.items():
                results[case.name][side].append(dict(figures))
            took = time.monotonic() - began
            print(f"{turn + 1} {case.name} {took:.1f} s", file=sys.stderr, flush=True)
    return results


def _keep(results: dict[str, Any], *, is_quick: bool) -> Path:
    """Write the raw figures beside what they were measured on."""
    _RESULTS.mkdir(exist_ok=True)
    now = datetime.now(UTC)
    path = _RESULTS / f"{now:%Y%m%dT%H%M%SZ}.json"
    about = {
        "at": now.isoformat(),
        "python": platform.python_version(),
        "machine": platform.platform(),
        "cores": os.cpu_count(),
        "quick": is_quick,
    }
    path.write_text(json.dumps({"about": about, "results": results}, indent=1))
    return path


if __name__ == "__main__":
    raise SystemExit(main())
