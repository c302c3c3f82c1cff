from redengine import Session
from redengine.tasks import FuncTask

app = Session(parameters={"limit": 10})


@app.task("every 10 seconds", priority=1)
def fetch(limit): ...


def clean(): ...


with app:
    task = app.tasks["fetch"]
    task.start_cond = "every 1 minute"
    task.update({"priority": 5, "timeout": "30 s"})
    task.disabled = True
    task.force_run = True

    app.parameters["limit"] = 20
    app.config.max_threads = 4

    FuncTask(clean, start_cond="after task 'fetch'", session=app)
    app.tasks["clean"].delete(force=True)

    app.pause()
    app.resume()
