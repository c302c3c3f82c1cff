from redengine.testing import ManualSession

app = ManualSession(start="2026-06-01T00:00", timezone="Europe/Helsinki")


@app.task("daily at 07:00", timezone="America/New_York")
def open_books(): ...


app.advance("1 day")
assert [f"{at:%H:%M}" for at in app.runs(open_books)] == ["14:00"]
app.tasks["open_books"].timezone = "Asia/Tokyo"
app.advance("1 day")
assert [f"{at:%H:%M}" for at in app.runs(open_books)] == ["14:00", "01:00"]
