"""The floor of all requests: a bare Flask view on Waitress; and a list of tasks by jsonify."""

from __future__ import annotations

import argparse
import os
import threading

from flask import Flask, jsonify
from waitress import create_server

from benchmarks.probe import Stamps
from benchmarks.servers import THREADS, TICKER, serve
from benchmarks.sides.floor import Side

_TASK = {
    "name": "waiting", "description": None, "start_cond": "daily at 12:00", "disabled": False,
    "priority": 0, "status": None, "last_run": None, "next_run": "2030-01-01T12:00:00+00:00",
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tasks", type=int, default=10)
    parser.add_argument("--ticker", action="store_true")
    given = parser.parse_args()
    app = Flask("hello")
    tasks = [{**_TASK, "name": f"waiting-{number}"} for number in range(given.tasks)]

    @app.get("/hello")
    def hello() -> str:
        return "hello"

    @app.get("/tasks")
    def listed() -> object:
        return jsonify(tasks)

    scheduler = Side()
    ticker = Stamps() if given.ticker else None
    if ticker is not None:
        scheduler.add_periodic(TICKER, 0.1, ticker.note)
    scheduler.start()
    server = create_server(app, host="127.0.0.1", port=0, threads=THREADS)
    threading.Thread(target=server.run, daemon=True).start()
    serve(server.effective_port, ticker, scheduler.nominal)
    os._exit(0)  # waitress has no quick way to stop


if __name__ == "__main__":
    main()
