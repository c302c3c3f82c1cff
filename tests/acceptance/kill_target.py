"""The session that is killed: it notes each start of a task's code in a file before anything."""

import os
import sys
import time

from redengine import Session, current_job
from redengine.tasks.api import FlaskAPI

store, port, notes, timeout_s = sys.argv[1], int(sys.argv[2]), sys.argv[3], float(sys.argv[4])
config = {"max_queue_size": 100_000, "max_threads": 4, "store_timeout": timeout_s}
app = Session(store=store, config=config)
NOTES = os.open(notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT)


def note(*words):
    os.write(NOTES, (" ".join(map(str, words)) + "\n").encode())


def note_start():
    job = app.jobs[current_job().job_id]
    note(job.task, job.id, job.attempt, job.due_at.isoformat() if job.due_at else "-")


@app.task("every 50 ms")
def tick():
    note_start()


@app.task("after task 'tick'")
def follow():
    note_start()


@app.task("every 100 ms", on_crash="retry", retries=1000, backoff=0)
def stubborn():
    note_start()
    time.sleep(0.02)


@app.task(max_instances=100_000)
def once(number: int):
    note_start()
    time.sleep(0.01)
    return number


@app.task(max_instances=100_000, on_crash="retry", retries=1000, backoff=0)
def again(number: int):
    note_start()
    time.sleep(0.01)
    return number


FlaskAPI(port=port, session=app)
print("starting", flush=True)
app.hook("scheduler_startup")(lambda _session: print("started", flush=True))
app.start()
