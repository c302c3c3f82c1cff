"""This package's API, with one small task to submit and one job that has ended."""

from __future__ import annotations

import argparse

from benchmarks.servers import THREADS, serve
from redengine import Session
from redengine.tasks import FuncTask
from redengine.tasks.api import FlaskAPI


def _tiny() -> dict[str, int]:
    return {"rows": 1}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--store", help="a SQLite file")
    given = parser.parse_args()
    app = Session(store=f"sqlite:///{given.store}" if given.store else None)
    FuncTask(_tiny, name="tiny", session=app)
    api = FlaskAPI(port=0, threads=THREADS, session=app)
    app.start(block=False)
    api.wait_ready()
    app.submit("tiny", job_id="known").result(timeout=10)
    serve(api.port, None, lambda _name, _stamps: [])
    app.shut_down(timeout=5)


if __name__ == "__main__":
    main()
