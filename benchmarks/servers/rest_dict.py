"""The floor of the job requests: Flask-RESTful on Waitress, jobs in a dict, a thread pool."""

from __future__ import annotations

import argparse
import os
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

from flask import Flask, request
from flask_restful import Api, Resource
from waitress import create_server

from benchmarks.servers import THREADS, serve

_PAGE = 100
_jobs: dict[str, dict[str, Any]] = {}
_pool = ThreadPoolExecutor(10)


def _submitted(task: str, parameters: dict[str, Any]) -> dict[str, Any]:
    job: dict[str, Any] = {
        "job_id": str(uuid.uuid4()), "task": task, "status": "queued", "trigger": "api",
        "attempt": 1, "priority": 0, "runtime": "thread", "parameters": parameters,
        "submitted_at": time.time(), "started_at": None, "ended_at": None, "duration": None,
        "progress": None, "error": None, "reason": None, "result": None,
    }  # fmt: skip
    _jobs[job["job_id"]] = job
    return job


def _run(job: dict[str, Any]) -> None:
    job["started_at"], job["status"] = time.time(), "run"
    job["result"] = {"rows": 1}
    job["ended_at"], job["status"] = time.time(), "success"


class Jobs(Resource):  # type: ignore[misc]
    def get(self) -> list[dict[str, Any]]:
        limit = int(request.args.get("$limit", _PAGE))
        return list(islice(reversed(_jobs.values()), limit))

    def post(self) -> tuple[dict[str, Any], int]:
        asked = request.get_json()
        job = _submitted(asked["task"], asked.get("parameters", {}))
        answer = dict(job)
        _pool.submit(_run, job)
        return answer, 201


class Job(Resource):  # type: ignore[misc]
    def get(self, job_id: str) -> dict[str, Any]:
        return _jobs[job_id]


class Result(Resource):  # type: ignore[misc]
    def get(self, job_id: str) -> dict[str, Any]:
        return {"job_id": job_id, "result": _jobs[job_id]["result"]}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--jobs", type=int, default=0, help="so many have ended before")
    given = parser.parse_args()
    for number in range(given.jobs):
        _run(_submitted(f"task-{number % 100}", {}))
    known = _submitted("tiny", {})
    _run(known)
    _jobs["known"] = {**known, "job_id": "known"}
    app = Flask("rest")
    api = Api(app)
    api.add_resource(Jobs, "/jobs")
    api.add_resource(Job, "/jobs/<job_id>")
    api.add_resource(Result, "/jobs/<job_id>/result")
    server = create_server(app, host="127.0.0.1", port=0, threads=THREADS)
    threading.Thread(target=server.run, daemon=True).start()
    serve(server.effective_port, None, lambda _name, _stamps: [])
    os._exit(0)  # waitress has no quick way to stop


if __name__ == "__main__":
    main()
