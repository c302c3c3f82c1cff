from redengine.conditions import after_success, daily, time_of_week
from redengine.testing import ManualSession

app = ManualSession(start="2026-06-01T00:00", timezone="Europe/Helsinki")


@app.task("daily after 07:00")
def fetch(): ...


@app.task(after_success(fetch) & time_of_week.between("Monday", "Friday"))
def report(): ...


@app.task(daily.at("18:00") & ~time_of_week.on("Sunday"))
def backup(): ...


app.advance("7 days")
for task in app.tasks:
    print(task.name, [f"{at:%a %H:%M}" for at in app.runs(task)])
# checked by the tests
workdays = ["Mon", "Tue", "Wed", "Thu", "Fri"]
started = {task.name: [f"{at:%a %H:%M}" for at in app.runs(task)] for task in app.tasks}
assert started == {
    "fetch": [f"{day} 07:00" for day in (*workdays, "Sat", "Sun")],
    "report": [*(f"{day} 07:00" for day in workdays), "Mon 00:00"],
    "backup": [f"{day} 18:00" for day in (*workdays, "Sat")],
}
