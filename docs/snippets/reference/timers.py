from redengine.testing import ManualSession

app = ManualSession(start="2026-01-01T00:00")
ticks = []


def tick():
    ticks.append(f"{app.now:%H:%M:%S}")


app.after("5 s", lambda: ticks.append("five seconds"))
timer = app.every("2 s", tick)
app.advance("5 s")
timer.cancel()
app.advance("1 hour")
print(ticks)
app.shut_down()
