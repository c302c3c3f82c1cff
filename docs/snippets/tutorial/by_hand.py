from redengine import Session

app = Session()


@app.task()
def add(first, second=1):
    return first + second


with app:
    job = app.submit(add, first=40, second=2)
    print(job.result(timeout=10))
