"""Records a second that a channel takes without a follower, and what a million leave behind."""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass

import psutil

from benchmarks.probe import emit
from benchmarks.sides.ours import Side

_KEPT = 11_000
"""More than a channel keeps of its own accord: from then on it grows no more."""


@dataclass
class Price:
    """What is sent to the channel that checks its records."""

    sym: str
    x: int


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("side", choices=["ours"])
    parser.add_argument("--records", type=int, default=1_000_000)
    given = parser.parse_args()
    scheduler = Side()
    plain = scheduler.app.channel("plain")
    checked = scheduler.app.channel("checked", schema=Price, keyby=("sym",))
    rates = {}
    for name, channel in (("plain", plain), ("checked", checked)):
        for number in range(_KEPT):
            channel.send({"sym": "A", "x": number})
        began, sent = time.perf_counter(), given.records // 20
        for number in range(sent):
            channel.send({"sym": "A", "x": number})
        rates[f"{name}_s"] = sent / (time.perf_counter() - began)
    before = psutil.Process().memory_info().rss
    for start in range(0, given.records, 1_000):
        plain.send([{"sym": "A", "x": start + number} for number in range(1_000)])
    grown = psutil.Process().memory_info().rss - before
    emit(**rates, grown_mb=grown / 1e6)
    scheduler.stop()


if __name__ == "__main__":
    main()
