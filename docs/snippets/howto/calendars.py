from redengine.testing import ManualSession

app = ManualSession(start="2026-12-22 00:00", timezone="Europe/Helsinki")

app.calendar("bank", country="FI")  # pip install redengine[holidays]
app.calendar("plant", dates={"2026-12-23": "Stock-taking"}, weekend=("sun",))


strikes = set()
app.calendar("harbour", lambda day: day.weekday() < 6 and day not in strikes)


@app.task("daily after 07:00 on business days of 'bank'")
def fetch_rates(): ...


@app.task("daily at 08:00 on business days of 'plant'")
def report(): ...


@app.task("monthly at 26th 08:00 on business days of 'bank' or the next")
def pay(): ...


@app.task("cron 0 18 * * * & calendar 'bank' is closed")
def holiday_mode(): ...


# end of the script
app.advance_to("2026-12-29 00:00")


def days(task):
    return [f"{at.astimezone(app.zone):%d %H:%M}" for at in app.runs(task)]


assert days("fetch_rates") == ["22 07:00", "23 07:00", "28 07:00"]
assert days("report") == ["22 08:00", "24 08:00", "25 08:00", "26 08:00", "28 08:00"]
assert days("pay") == ["28 08:00"]
assert days("holiday_mode") == ["24 18:00", "25 18:00", "26 18:00", "27 18:00"]
skipped = app.logs(task_name="report", action="inaction")
assert [each["reason"] for each in skipped] == ["calendar", "calendar"]
assert "2026-12-23 is closed in calendar 'plant': Stock-taking" in skipped[-1]["message"]
