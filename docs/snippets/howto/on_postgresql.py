import os

from redengine import Session
from redengine.exceptions import StoreError

store = os.environ.get("JOBS_STORE", "sqlite:///jobs.db")
app = Session(
    store=store, name="nightly", config={"store_timeout": "10 s", "history_jobs": 100_000}
)


@app.task(on_crash="retry", retries=1)
def charge(order):
    return f"charged {order}"


with app:
    try:
        job = app.submit(charge, order=7, job_id="order-7")
    except StoreError as error:
        print(error.reason)  # it does not run: submit it again later, with the same id
    else:
        print(job.result(timeout=60))
# checked by the tests
assert job.result() == "charged 7"
