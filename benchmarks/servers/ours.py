"""This package's own API."""

from __future__ import annotations

import argparse
from typing import Any

from benchmarks import KEY
from benchmarks.probe import Stamps
from benchmarks.servers import THREADS, TICKER, serve
from benchmarks.sides.ours import Side
from redengine.tasks.api import FlaskAPI

LIMIT = "100000000/minute"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tasks", type=int, default=10)
    parser.add_argument("--store")
    parser.add_argument("--ticker", action="store_true")
    parser.add_argument("--guard", choices=("none", "all"), help="keys, limits and audit")
    given = parser.parse_args()
    scheduler = Side(given.store)
    scheduler.add_waiting(given.tasks)
    guards: dict[str, Any] = {}
    if given.guard == "all":
        guards = {"api_keys": {"bench": {"key": KEY, "scopes": ["admin"]}}, "rate_limit": LIMIT}
    api = FlaskAPI(port=0, threads=THREADS, session=scheduler.app, **guards)
    if given.guard == "none":
        api.dispatcher.audit.action = lambda *_: None  # type: ignore[method-assign] # the floor
    ticker = Stamps() if given.ticker else None
    if ticker is not None:
        scheduler.add_periodic(TICKER, 0.1, ticker.note)
    scheduler.start()
    api.wait_ready()
    serve(api.port, ticker, scheduler.nominal)
    scheduler.stop()


if __name__ == "__main__":
    main()
