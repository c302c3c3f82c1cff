"""How late a 0.1 s task and a 1 s task start, alone or beside tasks that wait."""

from __future__ import annotations

import argparse
import time

from benchmarks.probe import Stamps, emit, median, percentile
from benchmarks.sides import side

_SKIPPED_S = 0.5


def figures(
    prefix: str, period_s: float, stamps: list[float], due: list[float]
) -> dict[str, float]:
    """Lateness in ms, the drift a run, and how many runs there should have been but were not."""
    late = [(at - nominal) * 1000 for at, nominal in zip(stamps, due, strict=False)]
    late = late[max(1, round(_SKIPPED_S / period_s)) :]
    if not late:
        return {}
    quarter = max(1, len(late) // 4)
    drift = (median(late[-quarter:]) - median(late[:quarter])) / max(1, len(late) - quarter)
    expected = round((stamps[-1] - stamps[0]) / period_s) + 1
    return {
        f"{prefix}_p50_ms": median(late),
        f"{prefix}_p99_ms": percentile(late, 0.99),
        f"{prefix}_drift_ms": drift,
        f"{prefix}_missed": expected - len(stamps),
        f"{prefix}_runs": len(stamps),
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("side")
    parser.add_argument("--tasks", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=10)
    given = parser.parse_args()
    scheduler = side(given.side)
    often, seldom = Stamps(), Stamps()
    scheduler.add_waiting(given.tasks)
    if given.side == "rocketry":  # it takes no new tasks from another thread while it runs
        scheduler.add_periodic("every-0.1s", 0.1, often.note)
        scheduler.add_periodic("every-1s", 1, seldom.note)
        scheduler.start()
    else:
        scheduler.start()
        scheduler.add_periodic("every-0.1s", 0.1, often.note)
        time.sleep(0.05)
        scheduler.add_periodic("every-1s", 1, seldom.note)
    time.sleep(given.seconds + 0.5)
    taken, taken_seldom = list(often.values), list(seldom.values)
    emit(
        **figures("tenth", 0.1, taken, scheduler.nominal("every-0.1s", taken)),
        **figures("second", 1, taken_seldom, scheduler.nominal("every-1s", taken_seldom)),
    )
    scheduler.stop()


if __name__ == "__main__":
    main()
