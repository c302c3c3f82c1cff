"""A script whose hook hangs on the main thread before the session has started."""

import time

from redengine import Session

app = Session(config={"shutdown_timeout": "500 ms"})
app.task("every 1 hour", name="work")(lambda: None)


@app.hook("scheduler_startup")
def hang(_session):
    print("in", flush=True)
    time.sleep(60)


app.start()
print("stopped", app.state, flush=True)
