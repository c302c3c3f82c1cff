import threading

from redengine import Session
from redengine.client import Client
from redengine.tasks.api import FlaskAPI

app = Session()
api = FlaskAPI(port=0, session=app)


@app.task()
def fetch():
    return 42


app.start(block=False)
api.wait_ready()
threading.Timer(0.5, app.tasks["fetch"].run).start()

# the client
with Client(api.url) as client:
    known = client.jobs.list(limit=100)
    running = {job.id for job in known if not job.has_ended}
    for event in client.events("jobs", after=known.position):
        if event.is_gap:  # what is missing is named: read the state again
            print("missing:", event["from"], "to", event["to"], event["reason"])
            running = {job.id for job in client.jobs.list(limit=100) if not job.has_ended}
        elif event.type == "job_submitted":
            running.add(event.job_id)
        elif event.type == "job_ended":
            running.discard(event.job_id)
            print("ended:", event.task, event["status"])
            break
# the end

assert not running
app.shut_down()
