"""A script that uses a session on its main thread until Ctrl-C comes, and then looks after it.

Its arguments are the store's URL and what the main thread does. It prints "ready" once it does it,
and one JSON line in the end: what became of the jobs and of the pool.
"""

import json
import sys
import threading
import time

from redengine import Session
from redengine.exceptions import Conflict, SessionStateError

store, doing = sys.argv[1:]
app = Session(
    store=None if store == "memory" else store,
    config={"max_threads": 3, "shutdown_timeout": "10 s", "max_queue_size": 1_000_000},
)
app.task(name="work", max_instances=10**6)(lambda: None)
app.task(name="on main", max_instances=10**6, execution="main")(lambda: None)
acknowledged = []


def submit():
    acknowledged.append(app.submit("work").id)


def submit_and_wait():
    job = app.submit("work")
    acknowledged.append(job.id)
    job.result(30)


def submit_with_id(numbers=iter(range(10**9))):
    acknowledged.append(app.submit("work", job_id=f"mine-{next(numbers)}").id)


def cancel():
    job = app.submit("work")
    try:
        job.cancel()
    except Conflict:
        return


def write():
    print("x" * 20)
    submit()


def change(numbers=iter(range(10**9))):
    number = next(numbers)
    app.parameters["n"] = number
    app.tasks["work"].priority = number % 7
    app.task(name=f"task-{number % 9}", on_exists="replace")(lambda: None)
    list(app.jobs)
    submit()


def read():
    submit()
    app.logs(limit=3)
    app.why("work")


def pause():
    app.pause()
    app.resume()
    submit()


DOING = {
    each.__name__: each
    for each in (submit, submit_and_wait, submit_with_id, cancel, write, change, read, pause)
}


def after_the_interrupt():
    """What can be asked once the script goes on."""
    deadline = time.monotonic() + 60
    while list(app.jobs) and time.monotonic() < deadline:
        time.sleep(0.01)
    stuck = [(job.task, job.status) for job in app.jobs]
    again = [app.submit("work") for _ in range(3)]
    load = app.runtimes["thread"].load()
    ended = all(job.wait(30) for job in again)
    unknown = [each for each in acknowledged[-1000:] if app.job(each).status != "success"]
    return {"stuck": stuck, "ended": ended, "unknown": unknown, "size": load["size"]}


def use_it():
    """Use a session that runs in the background, until Ctrl-C."""
    act = DOING[doing]
    with app:
        submit_and_wait()
        print("ready", flush=True)
        try:
            while True:
                act()
        except KeyboardInterrupt:
            found = after_the_interrupt()
        began = time.monotonic()
    return {**found, "stopping_s": time.monotonic() - began}


def serve():
    """Let the session have the main thread, while another one submits."""
    is_running = threading.Event()
    app.hook("scheduler_startup")(lambda _session: threading.Thread(target=submit_both).start())

    def submit_both():
        try:
            submit_and_wait()
            print("ready", flush=True)
            is_running.set()
            while True:
                acknowledged.append(app.submit("work").id)
                acknowledged.append(app.submit("on main").id)
        except SessionStateError:
            return

    app.start()
    return {"stuck": [], "ended": is_running.is_set(), "unknown": [], "stopping_s": 0.0}


print("\n" + json.dumps(serve() if doing == "serve" else use_it()), flush=True)
