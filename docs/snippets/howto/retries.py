from redengine import Session
from redengine.tasks import Backoff

app = Session(config={"timeout": "1 hour", "termination_grace": "10 s"})


@app.task("hourly", retries=5, backoff=Backoff(base=2, factor=3, maximum=300, jitter=0.2))
def call_a_flaky_service(): ...


@app.task("daily after 07:00", timeout="10 minutes", retries=1)
def fetch(): ...


@app.task("daily", end_cond="~time of day between 01:00 and 05:00")
def only_at_night(): ...


@app.task("cron */10 * * * *", missed="all", max_instances=3)
def every_slot_counts(): ...


@app.task("cron 0 3 * * *", missed="skip")
def only_on_time(): ...
