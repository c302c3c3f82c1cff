from redengine import Session

app = Session(store="sqlite:///jobs.db", config={"history_age": "90 days"})


@app.task("daily after 07:00", on_crash="retry", retries=1)
def fetch():
    print("fetching")
    return {"rows": 42}


with app:
    job = app.submit(fetch)
    job.wait(10)

    app.logs(action=["fail", "crash"], timestamp=("2026-01-01", None))
    app.logs(task_name="fetch", limit=10)
    print(app.tasks["fetch"].last_success)
    print(app.returns["fetch"])
    print(app.tasks["fetch"].jobs())
    print(job.output())
# checked by the tests
assert app.returns["fetch"] == {"rows": 42}
assert job.output() == ["fetching"]
