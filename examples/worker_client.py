"""Submit work to a session as to a worker: a job document, its status, its result.

Start the session with `make run`, then in another shell
`python examples/worker_client.py primes '{"limit": 20000}'`.
REDENGINE_URL and REDENGINE_API_KEY say where else the session is, and with which key.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import uuid
from datetime import UTC, datetime
from typing import Any

from redengine.client import Client, Job
from redengine.exceptions import JobError, RedengineError


def job_document(operation: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "version": "1.0",
        "job_id": str(uuid.uuid4()),
        "kind": "job",
        "operation": operation,
        "created_at": datetime.now(UTC).isoformat(),
        "payload": {"type": "parameters", "data": data},
    }


def watch(job: Job) -> Job:
    """The job at its end; its status is printed when it changes."""
    shown = None
    while True:
        progress = job.progress
        state = f"{job.status} {progress['done']}/{progress['total']}" if progress else job.status
        if state != shown:
            print(f"{job.id}: {state}", flush=True)
            shown = state
        if job.has_ended:
            return job
        time.sleep(0.1)
        job = job.get()


def main() -> int:
    parser = argparse.ArgumentParser(description="Submit a job, and wait for what it returns.")
    parser.add_argument("operation", nargs="?", default="primes", help="the task")
    parser.add_argument("data", nargs="?", default="{}", type=json.loads, help="its parameters")
    options = parser.parse_args()
    try:
        with Client() as client:
            job = watch(client.jobs.submit_document(job_document(options.operation, options.data)))
            for line in job.output():
                print(f"  | {line}")
            print(json.dumps(job.result()))
    except JobError as error:
        print(error, file=sys.stderr)
        return 1
    except RedengineError as error:  # nobody answers, no such task, parameters that do not fit …
        print(f"{error.code}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
