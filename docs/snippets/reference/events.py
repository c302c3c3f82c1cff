from redengine import Session

app = Session()


@app.task()
def work(): ...


before = app.events.position
with app:
    app.submit(work).wait(10)

told = [
    f"{event.type} {event.data.get('status') or event.data.get('state') or ''}".strip()
    for event in app.events.follow(["task:work", "session"], after=before)
]
print("\n".join(told))
# checked by the tests
assert told == [
    "session_state starting",
    "session_state running",
    "job_submitted",
    "job_started",
    "job_ended success",
    "session_state stopping",
    "session_state stopped",
]
