from redengine.testing import ManualSession

app = ManualSession(start="2026-06-01T09:30")


@app.task("daily between 08:00 and 12:00")
def in_the_window(): ...


@app.task("daily at 08:00")
def at_the_time(): ...


app.advance("1 day")
print("window:", [f"{at:%d %H:%M}" for at in app.runs(in_the_window)])
print("time:  ", [f"{at:%d %H:%M}" for at in app.runs(at_the_time)])
# checked by the tests
assert [f"{at:%d %H:%M}" for at in app.runs(in_the_window)] == ["01 09:30", "02 08:00"]
assert [f"{at:%d %H:%M}" for at in app.runs(at_the_time)] == ["02 08:00"]
