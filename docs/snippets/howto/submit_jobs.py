from redengine import Session

app = Session()


@app.task()
def double(number: int):
    return 2 * number


with app:
    job = app.submit("double", number=21)
    assert job.result(timeout=10) == 42

    task = app.tasks["double"]
    options = {"priority": 5, "timeout": "10 min", "retries": 2}
    job = app.submit_task(task, {"number": 4}, job_id="four", options=options)
    again = app.submit_task(task, {"number": 4}, job_id="four", options=options)
    assert again.id == job.id  # the same job
    assert job.wait(timeout=10)
    assert app.job("four").status == "success"
