from redengine import Session, current_job

app = Session()


@app.task()
def load(rows=1_000):
    for row in range(rows):
        current_job().progress(row + 1, rows, "loading rows")


(job,) = app.run(load, timeout=30)
print(job.progress["done"], job.progress["total"], job.progress["text"], job.progress["eta"])
# checked by the tests
assert job.progress["done"] == 1_000
