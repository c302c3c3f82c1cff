"""Flask-APScheduler: the API of the nearest peer; it stores nothing."""

from __future__ import annotations

import argparse
import os
import threading

from flask import Flask
from flask_apscheduler import APScheduler
from waitress import create_server

from benchmarks.probe import Stamps
from benchmarks.servers import THREADS, TICKER, serve
from benchmarks.sides.aps import Side


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tasks", type=int, default=10)
    parser.add_argument("--ticker", action="store_true")
    given = parser.parse_args()
    app = Flask("peer")
    app.config["SCHEDULER_API_ENABLED"] = True
    scheduler = Side()
    peer = APScheduler(scheduler=scheduler.scheduler, app=app)
    scheduler.add_waiting(given.tasks)
    ticker = Stamps() if given.ticker else None
    if ticker is not None:
        scheduler.add_periodic(TICKER, 0.1, ticker.note)
    peer.start()
    server = create_server(app, host="127.0.0.1", port=0, threads=THREADS)
    threading.Thread(target=server.run, daemon=True).start()
    serve(server.effective_port, ticker, scheduler.nominal)
    os._exit(0)  # waitress has no quick way to stop


if __name__ == "__main__":
    main()
