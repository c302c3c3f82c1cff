from redengine import Session

app = Session()


@app.task("every 5 minutes", limits={"database": 2})
def load(): ...


@app.task("every 5 minutes", execution="process", limits={"database": 2})
def clean(): ...


@app.task(rate="10/min", max_instances=100)
def ask(question="how many?"):
    return question


# checked
with app:
    jobs = [app.submit(ask) for _ in range(11)]
    assert [job.result(timeout=10) for job in jobs[:10]] == ["how many?"] * 10
    assert jobs[10].status == "queued"
