"""Reading cron expressions and other conditions, and the next times of crons, in one zone."""

from __future__ import annotations

import argparse
import gc
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from benchmarks.probe import emit, median, percentile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Reader = Callable[[str], Callable[[datetime], "datetime | None"]]

ZONE = ZoneInfo("Europe/Helsinki")
SINCE = datetime(2026, 3, 2, 0, 0, 30, tzinfo=ZONE)
USUAL = (
    "0 7 * * mon-fri", "*/15 8-17 * * *", "* * * * *", "*/5 * * * *", "0 0 * * *", "30 18 1 * *",
    "0 9 * jan,jul *", "5,35 * * * *",
)  # fmt: skip
RARE = ("0 0 29 2 *", "0 0 31 * *", "0 12 24 12 *", "0 0 1 1 *")
"""Expressions that all sides read alike."""
OWN = ("30 18 L * *", "0 9 * * fri#2", "0 7 LW * *", "0 7 15W * *", "0 0 L-3 feb *", "0 0 13 * fri")
"""Those of ours alone, or that others read otherwise."""
CONDITIONS = (
    "daily", "hourly", "every 10 minutes", "every 1 hour 30 minutes", "daily at 07:00",
    "daily between 07:00 and 09:00", "weekly on Monday", "weekly on Monday and Thursday at 07:00",
    "monthly at 1st 08:00", "at 2026-12-24 18:00", "time of day between 08:00 and 18:00",
    "cron 0 7 * * mon-fri", "cron */15 8-17 * * *", "cron 30 18 L * *", "cron @daily",
    "cron 0 7 * * * in Europe/Helsinki", "after task 'fetch'", "task 'fetch' is running",
    "every 5 minutes & time of week between Monday and Friday",
    "daily after 07:00 & task 'fetch' has succeeded today & param 'env' is 'prod'",
)  # fmt: skip
_TIMES = 200
_READINGS = 30


def _ours(text: str) -> Callable[[datetime], datetime | None]:
    from redengine.conditions import parse

    condition: Any = parse(f"cron {text}")
    return lambda at: condition.following(at, ZONE)


def _croniter(text: str) -> Callable[[datetime], datetime | None]:
    from croniter import croniter

    times = croniter(text, SINCE)

    def following(at: datetime) -> datetime | None:
        del at  # it goes on from where it is
        return times.get_next(datetime)

    return following


def _apscheduler(text: str) -> Callable[[datetime], datetime | None]:
    from apscheduler.triggers.cron import CronTrigger

    trigger = CronTrigger.from_crontab(text, timezone=ZONE)
    return lambda at: trigger.get_next_fire_time(at, at)


READERS: dict[str, Reader] = {"ours": _ours, "floor": _croniter, "apscheduler": _apscheduler}


def next_us(read: Reader, texts: Iterable[str]) -> list[float]:
    """How long each next time took, one expression after the other, from time to time."""
    spans = []
    for text in texts:
        following, at = read(text), SINCE
        for _ in range(_TIMES):
            began = time.perf_counter()
            found = following(at)
            spans.append((time.perf_counter() - began) * 1e6)
            if found is None:
                break
            at = found
    return spans


def read_us(read: Reader) -> list[float]:
    """How long reading an expression took that was not read before."""
    spans = []
    for number in range(_READINGS):
        for hours in ("8-17", "0,12", "*/6", "7"):
            text = f"{number + 7} {hours} * * {('*', 'mon-fri')[number % 2]}"
            began = time.perf_counter()
            read(text)
            spans.append((time.perf_counter() - began) * 1e6)
    return spans


def parse_us() -> list[float]:
    """How long our conditions took to be parsed, each as if it had never been seen."""
    from redengine.conditions import parse
    from redengine.conditions.calendar import cron, cron_fields
    from redengine.conditions.language import parser

    spans = []
    known = (
        parser._read_cached,  # noqa: SLF001 - to measure what it saves
        cron.cron_times,
        cron_fields.values_of,
    )
    for _ in range(_READINGS):
        for text in CONDITIONS:
            for kept in known:
                kept.cache_clear()
            began = time.perf_counter()
            parse(text)
            spans.append((time.perf_counter() - began) * 1e6)
    return spans


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("side", choices=READERS)
    given = parser.parse_args()
    read = READERS[given.side]
    read("1 2 3 4 5")
    gc.disable()
    found = {"next": next_us(read, USUAL), "rare": next_us(read, RARE), "read": read_us(read)}
    if given.side == "ours":
        found |= {"own": next_us(read, OWN), "parse": parse_us()}
    figures = {f"{name}_us": median(spans) for name, spans in found.items()}
    emit(**figures, **{f"{name}_p95_us": percentile(each, 0.95) for name, each in found.items()})


if __name__ == "__main__":
    main()
