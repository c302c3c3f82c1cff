"""The schedulers that are compared, each behind the same few methods."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_MODULES = {
    "ours": "benchmarks.sides.ours",
    "apscheduler": "benchmarks.sides.aps",
    "rocketry": "benchmarks.sides.rocketeer",
    "floor": "benchmarks.sides.floor",
}


def side(name: str, **options: Any) -> Any:
    """The scheduler of that name; only its own libraries are imported."""
    return import_module(_MODULES[name]).Side(**options)
