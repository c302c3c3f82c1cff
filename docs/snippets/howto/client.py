from redengine import Session
from redengine.tasks.api import FlaskAPI

app = Session()


@app.task("daily after 07:00", tags=["weather"])
def fetch(day="today"):
    print("fetching", day)
    return {"day": day, "rows": 42}


@app.task("after task 'fetch'")
def report():
    raise ValueError("no paper")


api = FlaskAPI()
app.start(block=False)
api.wait_ready()
url = api.url

# the client
from redengine.client import Client, where
from redengine.exceptions import JobFailed

client = Client(url, timeout="10 s")

print(client.tasks["fetch"].run(day="2026-01-01").result(timeout=60))

print(client.tasks["report"].why())
job = client.jobs.submit("report", job_id="by-hand")
try:
    job.result(timeout="1 min")
except JobFailed as error:
    print(error.task, error.reason)

for job in client.jobs.list(status=["fail", "crash"], limit=10):
    print(job.id, job.task, job.error, job.ended_at)
for record in client.logs(task_name=where(regex="f"), timestamp=("2026-01-01", None)):
    print(record.timestamp, record.action)

client.tasks["fetch"].update(priority=5, timeout="10 min")
client.tasks.create("hello", code="print('hello')", start_cond="every 1 hour")
client.parameters["day"] = "2026-01-02"
client.session.pause()
client.close()
# the end
app.shut_down()
