from redengine.testing import ManualSession

app = ManualSession(start="2026-06-01T06:00")


@app.task("daily at 07:00", jitter="10 min", grace="30 min")
def fetch(): ...


app.advance("2 hours")
(job,) = app.tasks["fetch"].jobs()
assert f"{job.due_at:%H:%M:%S}" == "07:00:00"
assert f"{job.started_at:%H:%M:%S}" == "07:00:49"

app.pause()  # as if the machine slept from 08:00 to 08:00 the next day
app.advance("1 day")
app.resume()
app.advance("1 s")
assert len(app.runs(fetch)) == 1
assert [record["reason"] for record in app.logs(action="inaction")] == ["grace"]
