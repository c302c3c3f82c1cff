"""The cases of the scheduler itself: waiting, lateness, bursts, chains."""

from __future__ import annotations

from typing import Any

from benchmarks.cases import Case, Figures, Pace, apart
from benchmarks.running import measure

_EVERYONE = ("floor", "apscheduler", "ours", "rocketry")
_BOTH = ("apscheduler", "ours")
_CRON = ("floor", *_BOTH)


def scheduler_cases(pace: Pace) -> list[Case]:
    """All of them, in the order of the table."""
    return [
        *_waiting(pace),
        *_registration(),
        *_sending(),
        *_startup(),
        *_lateness(pace),
        *_bursts(),
        *_chains(),
        *_growth(),
        Case(name="cron", run=apart(lambda side: measure("cron", side)), sides=_CRON),
    ]


def _waiting(pace: Pace) -> list[Case]:
    span = pace.seconds(6, 3)

    def case(tasks: int, sides: tuple[str, ...], **options: Any) -> Case:
        arguments = ("--tasks", tasks, "--seconds", span)
        run = apart(lambda side: measure("waiting", side, *arguments))
        return Case(name=f"waiting-{tasks}", run=run, sides=sides, **options)

    return [
        case(10, _EVERYONE, repeats=2),
        case(1_000, ("apscheduler", "ours", "rocketry"), repeats=2),
        case(10_000, _BOTH, repeats=1, is_quick=False),
        case(100_000, ("floor", *_BOTH), repeats=1),
    ]


def _registration() -> list[Case]:
    def case(tasks: int) -> Case:
        run = apart(lambda side: measure("registration", side, "--tasks", tasks))
        return Case(name=f"registration-{tasks}", run=run, sides=("ours",))

    return [case(tasks) for tasks in (100, 3_000, 10_000)]


def _sending() -> list[Case]:
    return [Case(name="sending", run=apart(lambda side: measure("sending", side)), sides=("ours",))]


def _startup() -> list[Case]:
    run = apart(lambda side: measure("startup", side, "--tasks", 100_000))
    return [Case(name="startup-100000", run=run, sides=_BOTH, repeats=2, is_quick=False)]


def _lateness(pace: Pace) -> list[Case]:
    span = pace.seconds(8, 4)

    def case(tasks: int, sides: tuple[str, ...], **options: Any) -> Case:
        arguments = ("--tasks", tasks, "--seconds", span)
        run = apart(lambda side: measure("lateness", side, *arguments))
        return Case(name=f"lateness-{tasks}", run=run, sides=sides, **options)

    return [
        case(0, _EVERYONE),
        case(10_000, _BOTH, repeats=2),
        case(100_000, _BOTH, repeats=1, is_quick=False),
    ]


def _bursts() -> list[Case]:
    def in_memory(side: str) -> Figures:
        return measure("burst", side, *(("--bursts", 1) if side == "rocketry" else ()))

    def in_sqlite(side: str) -> Figures:
        return measure("burst", side, "--sqlite")

    return [
        Case(name="burst-memory", run=apart(in_memory), sides=_EVERYONE),
        Case(name="burst-sqlite", run=apart(in_sqlite), sides=_BOTH),
    ]


def _chains() -> list[Case]:
    def plain(side: str) -> Figures:
        slow = ("--period", 0.3, "--runs", 15)  # Rocketry looks every 0.1 s
        return measure("chain", side, *(slow if side == "rocketry" else ()))

    def beside(records: int) -> Case:
        return Case(
            name=f"chain-{records}-records",
            run=apart(lambda side: measure("chain", side, "--records", records)),
            sides=("ours",),
            repeats=2,
        )

    return [
        Case(name="chain", run=apart(plain), sides=_EVERYONE),
        beside(100),
        beside(100_000),
    ]


def _growth() -> list[Case]:
    jobs = 1_000_000
    run = apart(lambda side: measure("growth", side, "--jobs", jobs))
    return [Case(name=f"growth-{jobs}", run=run, sides=("ours",), repeats=1, is_quick=False)]
