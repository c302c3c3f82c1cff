"""A script whose task hangs on the main thread while the session stops."""

import threading
import time

from redengine import Session

app = Session(config={"shutdown_timeout": "500 ms", "termination_grace": "200 ms"})


@app.task(name="hangs", execution="main")
def hang():
    print("in", threading.current_thread() is threading.main_thread(), flush=True)
    began = time.monotonic()
    while time.monotonic() - began < 60:
        try:
            time.sleep(60)
        except Exception:
            continue


def submit():
    while not app._core.runtimes["main"].is_served:
        time.sleep(0.01)
    app.submit("hangs")


@app.hook("scheduler_startup")
def start_submitting(_session):
    threading.Thread(target=submit, daemon=True).start()


app.start()
print("stopped", *[record["action"] for record in app.logs(task_name="hangs")], flush=True)
