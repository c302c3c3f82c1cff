"""What a measured process tells of itself. Standard library only: it runs in every environment."""

from __future__ import annotations

import json
import os
import resource
import statistics
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def cpu_s() -> float:
    """CPU seconds, user and system, that this process has used so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def cpu_s_of(pid: int) -> float:
    """The same of another process, as Linux tells; 0 elsewhere."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident_kib() -> float:
    """The resident memory of this process in KiB, as Linux tells; 0 elsewhere."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return 0.0
    return int(statm.read_text().split()[1]) * resource.getpagesize() / 1024


def percentile(values: Sequence[float], share: float) -> float:
    """The value under which `share` of the values lie; nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Sequence[float]) -> float:
    """The median; 0 of nothing."""
    return statistics.median(values) if values else 0.0


def emit(**figures: Any) -> None:
    """Print the figures as the one JSON line that the runner reads."""
    print(json.dumps(figures), flush=True)


class Stamps:
    """Instants noted by task functions; `wait_for` returns when there are enough."""

    def __init__(self) -> None:
        self.values: list[float] = []
        self._wanted = 0
        self._enough = threading.Event()

    def note(self) -> None:
        """To be called by the measured function."""
        self.values.append(time.time())
        if len(self.values) >= self._wanted:
            self._enough.set()

    def wait_for(self, count: int, timeout_s: float) -> bool:
        """Wait until so many were noted; False: not in time."""
        self._enough.clear()
        self._wanted = count
        return len(self.values) >= count or self._enough.wait(timeout_s)
