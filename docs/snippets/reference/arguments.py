from datetime import date

from redengine import Session
from redengine.parameters import (
    Arg,
    EnvArg,
    FuncArg,
    Return,
    SecretArg,
    SessionArg,
    TaskArg,
    TerminationFlag,
)

app = Session(parameters={"city": "Helsinki", "token": SecretArg("s3cr3t-t0ken")})


@app.task()
def fetch(city):
    return {"city": city}


@app.task()
def report(
    data=Return(fetch, default=None),
    city=Arg("city"),
    day=FuncArg(lambda: date(2026, 6, 1).isoformat()),
    home=EnvArg("REPORT_FOLDER", default="/tmp"),
    token=SecretArg("token"),
    stop=TerminationFlag(),
    task=TaskArg(),
    session=SessionArg(),
    limit=10,
):
    print(f"{city} on {day} with {token} in {home}")
    return [data, task.name, session.name, stop.is_set(), limit]


with app:
    app.submit(fetch).result(timeout=10)
    job = app.submit(report, limit=20)
    print(job.result(timeout=10))
    print(job.output(), app.parameters)
# checked by the tests
assert job.result() == [{"city": "Helsinki"}, "report", "redengine", False, 20]
assert job.output() == ["Helsinki on 2026-06-01 with ***** in /tmp"]
assert "s3cr3t" not in repr(app.parameters)
