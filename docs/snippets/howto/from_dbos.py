from redengine import Session, current_job

app = Session(store="sqlite:///jobs.db", timezone="Europe/Paris")


@app.task("cron 0 2 * * *", missed="all", retries=3, parameters={"region": "emea"})
def nightly_report(region):
    """`due_at` is the scheduled time, and a parameter is the schedule's context."""
    due_at = app.job(current_job().job_id).due_at
    return {"region": region, "day": None if due_at is None else due_at.date().isoformat()}


app.start(block=False)

app.tasks["nightly_report"].disabled = True  # pause
app.tasks["nightly_report"].disabled = False  # resume
print(app.submit("nightly_report").result(timeout=30))  # trigger
app.tasks["nightly_report"].start_cond = "cron 0 3 * * *"  # another schedule

app.shut_down()
