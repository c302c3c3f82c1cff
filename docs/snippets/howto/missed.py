from redengine.testing import ManualSession

app = ManualSession(start="2026-06-01T00:00")
for policy in ("once", "all", "skip"):
    app.task("cron 0 * * * *", name=policy, missed=policy)(lambda: None)

app.advance_to("2026-06-01T00:30")
app.pause()
app.advance_to("2026-06-01T04:30")
app.resume()
app.advance_to("2026-06-01T05:30")

for policy in ("once", "all", "skip"):
    jobs = sorted(app.tasks[policy].jobs(), key=lambda job: job.due_at)
    print(policy, [f"due {job.due_at:%H:%M}, ran {job.started_at:%H:%M}" for job in jobs])
# checked by the tests
ran = {
    policy: sorted(
        (f"{job.due_at:%H:%M}", f"{job.started_at:%H:%M}") for job in app.tasks[policy].jobs()
    )
    for policy in ("once", "all", "skip")
}
assert ran["once"] == [("00:00", "00:00"), ("04:00", "04:30"), ("05:00", "05:00")], ran
assert ran["all"] == [
    ("00:00", "00:00"),
    ("01:00", "04:30"),
    ("02:00", "04:30"),
    ("03:00", "04:30"),
    ("04:00", "04:30"),
    ("05:00", "05:00"),
], ran
assert ran["skip"] == [("00:00", "00:00"), ("05:00", "05:00")], ran
